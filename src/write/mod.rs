//! Changing files so that a kill at any moment leaves each of them old or new, and so that it can be taken back.
//!
//! [`apply()`] writes a journal with the old bytes, brings it to the disk, and only then touches the first file.
//! [`undo()`] reads the last journal and puts the old bytes back. Both work under a lock.

pub mod apply;
pub mod error;
pub mod journal;
pub mod place;
pub mod state;
pub mod undo;

pub use apply::{Applied, FileChange, Left, apply};
pub use error::WriteError;
pub use undo::{Undone, undo};
