//! What can be wrong with the settings.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::source::display_path;
use crate::text::{LineIndex, nearest};

/// A mistake in a configuration file or in a name on the command line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A configuration file cannot be read.
    #[error("{}: cannot be read ({cause})", display_path(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A configuration file is not TOML.
    #[error("{}{place}: {message}", display_path(path))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line and column, after colons, where they are known.
        place: String,
        /// What the parser said.
        message: String,
    },
    /// A key that does not exist.
    #[error("{}: unknown key `{key}`{hint}", display_path(path))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The key that was probably meant.
        hint: Hint,
    },
    /// A value that its key does not take.
    #[error("{}: `{key}` must be {expected}", display_path(path))]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What it takes.
        expected: String,
    },
    /// A path that leads nowhere.
    #[error("{origin}: {}: no such interpreter or environment", display_path(path))]
    NoPython {
        /// The flag or file it was read from.
        origin: String,
        /// The path.
        path: PathBuf,
    },
    /// The name of a transform that does not exist.
    #[error("{}unknown transform `{name}`{hint}", .origin.as_ref().map(|o| format!("{o}: ")).unwrap_or_default())]
    UnknownTransform {
        /// The name.
        name: String,
        /// The flag or file it was read from.
        origin: Option<String>,
        /// The name that was probably meant.
        hint: Hint,
    },
}

impl ConfigError {
    /// The error for a text that is no TOML, or not of the right kind: one line.
    pub(super) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let place = error.span().map(|span| LineIndex::new(text).line_column(span.start as u32));
        let place = place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        Self::Syntax { path: path.to_owned(), place, message }
    }

    /// The error for `name`, which is none of `catalogue`.
    pub fn unknown_transform(name: &str, origin: Option<&str>, catalogue: &[&str]) -> Self {
        let hint = Hint::new(name, catalogue);
        Self::UnknownTransform { name: name.to_owned(), origin: origin.map(str::to_owned), hint }
    }
}

/// The end of a message about a name that is not known.
#[derive(Debug)]
pub enum Hint {
    /// One known name is close.
    Nearest(String),
    /// None is; these are known.
    Known(Vec<String>),
}

impl Hint {
    /// The hint for `name`, which is none of `known`.
    pub fn new(name: &str, known: &[&str]) -> Self {
        match nearest(name, known.iter().copied()) {
            Some(nearest) => Self::Nearest(nearest.to_owned()),
            None => Self::Known(known.iter().map(|&name| name.to_owned()).collect()),
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nearest(name) => write!(f, ", did you mean `{name}`?"),
            Self::Known(names) => write!(f, " (known: {})", names.join(", ")),
        }
    }
}
