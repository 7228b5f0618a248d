//! Why nothing was written, or nothing taken back: one line each.

use std::io;
use std::path::PathBuf;

/// A failure of the whole operation. What concerns one file only is a [`Left`](super::Left).
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder for the journal cannot be made or used.
    #[error("{}: cannot be used to keep the journal ({cause})", .path.display())]
    State {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Another run holds the lock.
    #[error("{}: another run (process {pid}) is writing in this project", .path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, as far as the file says.
        pid: String,
    },
    /// There is no journal.
    #[error("{}: nothing to undo", .0.display())]
    NothingToUndo(PathBuf),
    /// A journal that is not what was written.
    #[error("{}: the journal is damaged ({what})", .path.display())]
    DamagedJournal {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Files that were edited since they were rewritten. Nothing was restored.
    #[error("nothing was undone: changed since they were rewritten: {}", list(.0))]
    ChangedSince(Vec<PathBuf>),
    /// A file could not be restored. Those before it were; `undo` can be repeated.
    #[error("{}: cannot be restored ({cause})", .path.display())]
    Restore {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
