"""A small parcel service: orders, accounts and delivery routes."""

__version__ = "0.3.0"
