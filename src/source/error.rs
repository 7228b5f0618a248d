//! Why a file was left alone, one line each, beginning with the file.

use std::io;
use std::path::PathBuf;

/// A file that cannot be worked on. `path` is the path as shown to the user.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path given by the user leads nowhere.
    #[error("{}: no such file or directory", .0.display())]
    NoSuchPath(PathBuf),
    /// An exclude pattern is not a glob.
    #[error("exclude pattern {pattern:?}: {cause}")]
    BadPattern {
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The system refused.
    #[error("{path}: cannot be read ({cause})")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A pipe, a socket, a device or a directory, possibly since the file was found.
    #[error("{path}: is not a regular file")]
    NotAFile {
        /// The file.
        path: String,
    },
    /// The file has [`MAX_SIZE`](super::MAX_SIZE) bytes or more.
    #[error("{path}: is too large ({size} bytes)")]
    TooLarge {
        /// The file.
        path: String,
        /// Its length in bytes.
        size: u64,
    },
    /// A NUL byte, which Python refuses.
    #[error("{path}:{line}: holds a NUL byte")]
    NulByte {
        /// The file.
        path: String,
        /// The line of the byte, from 1.
        line: u32,
    },
    /// The coding comment names an encoding that is not known here.
    #[error("{path}:{line}: unknown encoding {label:?}")]
    UnknownEncoding {
        /// The file.
        path: String,
        /// The line of the comment, 1 or 2.
        line: u32,
        /// The name in the comment.
        label: String,
    },
    /// A byte-order mark of UTF-8 and a comment that says otherwise: Python refuses it as well.
    #[error("{path}:{line}: has a UTF-8 byte-order mark but says that it is {label:?}")]
    MarkAndCookie {
        /// The file.
        path: String,
        /// The line of the comment, 1 or 2.
        line: u32,
        /// The name in the comment.
        label: String,
    },
    /// Bytes that mean nothing in the encoding of the file.
    #[error("{path}:{line}: cannot be decoded as {encoding} (byte 0x{byte:02x} at offset {offset})")]
    Undecodable {
        /// The file.
        path: String,
        /// The line of the byte, from 1.
        line: u32,
        /// The name of the encoding.
        encoding: &'static str,
        /// The first byte that does not fit.
        byte: u8,
        /// Where it is, from 0.
        offset: usize,
    },
    /// The bytes can be decoded, but encoding the text gives other bytes, so untouched lines would change.
    #[error("{path}: does not survive decoding as {encoding} and encoding again")]
    NotReversible {
        /// The file.
        path: String,
        /// The name of the encoding.
        encoding: &'static str,
    },
    /// The new text has a character that the file's encoding lacks.
    #[error("{path}: the new text cannot be encoded as {encoding}")]
    Unencodable {
        /// The file.
        path: String,
        /// The name of the encoding.
        encoding: &'static str,
    },
    /// Not Python.
    #[error("{path}:{line}:{column}: syntax error")]
    Syntax {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u32,
        /// The character in the line, from 1.
        column: u32,
    },
    /// Indentation that Python refuses.
    #[error("{path}:{line}: {what}")]
    Indentation {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Python 2.
    #[error("{path}:{line}: is Python 2 ({what})")]
    Python2 {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u32,
        /// What Python 3 does not have.
        what: &'static str,
    },
    /// An expression inside an expression, and so on, more than [`MAX_DEPTH`](super::MAX_DEPTH) times.
    #[error("{path}:{line}: is nested too deep")]
    TooDeep {
        /// The file.
        path: String,
        /// The line of the statement, from 1.
        line: u32,
    },
    /// The parser did not come to an end in time.
    #[error("{path}: took too long to parse")]
    TimedOut {
        /// The file.
        path: String,
    },
}
