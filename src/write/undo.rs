//! Taking the last run back, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use super::journal::{self, Content};
use super::state::State;
use super::{WriteError, place};

/// What [`undo()`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// The files that hold their old content again.
    pub restored: Vec<PathBuf>,
    /// The files that held it before.
    pub already_old: Vec<PathBuf>,
}

/// Takes the last run back whose journal is in `state_dir`; repeated, the run before it.
///
/// Nothing is restored when a file was edited since: the edit would be lost. Killed in its midst it can be repeated.
pub fn undo(state_dir: &Path) -> Result<Undone, WriteError> {
    // Looked at first, so that asking does not make a folder.
    if !state_dir.is_dir() {
        return Err(WriteError::NothingToUndo(state_dir.to_owned()));
    }
    let state = State::open(state_dir)?;
    let Some((_, journal_path)) = state.last_journal() else {
        return Err(WriteError::NothingToUndo(state_dir.to_owned()));
    };
    let journal = journal::read(&journal_path)?;
    let files: Vec<_> = journal
        .entries
        .iter()
        .map(|entry| {
            let path = entry.path(&state.project);
            let content = entry.content(&path);
            (entry, path, content)
        })
        .collect();
    let edited: Vec<PathBuf> =
        files.iter().filter(|file| file.2 == Content::Other).map(|(_, path, _)| path.clone()).collect();
    if !edited.is_empty() {
        return Err(WriteError::ChangedSince(edited));
    }
    state.begin()?;
    let mut undone = Undone::default();
    for (entry, path, content) in files {
        if content == Content::Old {
            undone.already_old.push(path);
            continue;
        }
        place::replace(&path, &entry.old, entry.method(), &state.tag)
            .map_err(|cause| WriteError::Restore { path: path.clone(), cause })?;
        undone.restored.push(path);
    }
    state.end();
    fs::remove_file(&journal_path).map_err(|cause| WriteError::State { path: journal_path, cause })?;
    place::sync_folder(&state.journals);
    Ok(undone)
}
