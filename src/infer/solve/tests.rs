//! Tests of solving.
