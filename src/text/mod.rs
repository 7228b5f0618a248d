//! Text without Python and without a disk: byte ranges, names, line numbers, edits.

pub mod case;
pub mod hash;
pub mod lines;
pub mod name;
pub mod nearest;
pub mod patch;
pub mod range;

pub use case::camel;
pub use hash::hash_bytes;
pub use lines::{LineColumn, LineIndex};
pub use name::{Name, NameTable};
pub use nearest::{distance, nearest};
pub use patch::{Conflict, Edit, Patch, WayBack};
pub use range::TextRange;
