//! Where journals are kept: outside of the repository, so that a run leaves nothing behind in it but its edits.
//!
//! Each project has a directory, named by a hash of the project's path; a file in it says which project it is.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::text::hash_bytes;
use crate::write::journal;

/// The name of the file that holds the path of the project.
const PROJECT: &str = "project";

/// The directory for the journals of the project at `root`, made if need be.
///
/// `HINTWRIGHT_STATE_DIR` names the directory for all projects; else it is the usual one of the system. Where there is
/// none that can be written to, such as for a user without a home, it lies in the project.
pub(super) fn prepare(root: &Path) -> io::Result<PathBuf> {
    let Some(home) = state_home() else { return Ok(inside(root)) };
    let directory = home.join(format!("{:016x}", hash_bytes(root.as_os_str().as_encoded_bytes())));
    let made = fs::create_dir_all(&directory)
        .and_then(|()| fs::write(directory.join(PROJECT), root.as_os_str().as_encoded_bytes()));
    match made {
        Ok(()) => Ok(directory),
        Err(error) if is_stated() => Err(error),
        Err(_) => Ok(inside(root)),
    }
}

/// The directory with the newest journal of the project at `root`, of a project inside it or around it.
pub(super) fn newest(root: &Path) -> Option<PathBuf> {
    let entries = state_home().and_then(|home| fs::read_dir(home).ok()).into_iter().flatten().flatten();
    let kept = entries.map(|entry| entry.path()).filter(|directory| {
        let Ok(project) = fs::read(directory.join(PROJECT)) else { return false };
        let project = PathBuf::from(String::from_utf8_lossy(&project).into_owned());
        project.starts_with(root) || root.starts_with(&project)
    });
    let candidates = kept.chain([inside(root)]);
    let dated = candidates.filter_map(|directory| Some((last_change(&directory)?, directory)));
    dated.max().map(|(_, directory)| directory)
}

/// When the newest journal was written; none where there is no journal.
fn last_change(directory: &Path) -> Option<SystemTime> {
    let (_, newest) = journal::list(&directory.join("journal")).pop()?;
    newest.metadata().and_then(|metadata| metadata.modified()).ok()
}

fn inside(root: &Path) -> PathBuf {
    root.join(".hintwright")
}

fn is_stated() -> bool {
    variable("HINTWRIGHT_STATE_DIR").is_some()
}

fn state_home() -> Option<PathBuf> {
    if let Some(own) = variable("HINTWRIGHT_STATE_DIR") {
        // The directory is used from other working directories later.
        return Some(std::path::absolute(&own).unwrap_or(own));
    }
    let shared = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else {
        // A relative path in this variable is to be ignored, by the rules of its makers.
        let stated = variable("XDG_STATE_HOME").filter(|path| path.is_absolute());
        stated.or_else(|| Some(variable("HOME")?.join(".local/state")))
    };
    Some(shared?.join("hintwright"))
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
