//! Finding, reading, decoding and parsing Python files, and the habits of each file's author.
//!
//! Nothing here trusts a file: what cannot be read back byte for byte, or is not Python 3, is an error that names the
//! file and the line, and never a panic or an endless wait.

pub mod check;
pub mod discover;
pub mod encoding;
pub mod error;
pub mod file;
pub mod indent;
pub mod parse;
pub mod style;

pub use discover::{Discovery, Skipped, discover, is_test};
pub use encoding::Encoding;
pub use error::SourceError;
pub use file::{MAX_SIZE, SourceFile, display_path, read};
pub use parse::{MAX_DEPTH, parse, with_tree};
pub use style::{Indent, Newline, Style};
