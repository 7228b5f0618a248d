//! The type lattice.
