//! Text without Python and without a disk: byte ranges, names, line numbers, edits.

pub mod name;
pub mod range;

pub use name::Name;
pub use range::TextRange;
