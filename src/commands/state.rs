//! Where journals are kept: outside of the repository, so that a run leaves nothing behind in it but its edits.

use std::env;
use std::path::{Path, PathBuf};

use crate::text::hash_bytes;

/// The directory for what has to be remembered about the project at `root`.
///
/// `HINTWRIGHT_STATE_DIR` names the directory for all projects; else it is the usual one of the system. Where there is
/// none, such as for a user without a home, it lies in the project.
pub(super) fn directory(root: &Path) -> PathBuf {
    match state_home() {
        Some(home) => home.join(format!("{:016x}", hash_bytes(root.as_os_str().as_encoded_bytes()))),
        None => root.join(".hintwright"),
    }
}

fn state_home() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
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
