//! What git knows about the files that are to be edited.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::git_root;

/// Those of `files` that git tracks and that differ from what it has committed, sorted. Outside of a working tree, or
/// without git on this machine, none.
pub(super) fn dirty(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut dirty: Vec<PathBuf> = Vec::new();
    let mut by_root: std::collections::BTreeMap<PathBuf, Vec<&Path>> = std::collections::BTreeMap::new();
    for file in files {
        if let Some(root) = git_root(file) {
            by_root.entry(root).or_default().push(file);
        }
    }
    for (root, files) in by_root {
        let Some(changed) = changed_below(&root) else { continue };
        let is_changed = |file: &&Path| std::fs::canonicalize(file).is_ok_and(|file| changed.contains(&file));
        dirty.extend(files.into_iter().filter(is_changed).map(Path::to_owned));
    }
    dirty.sort();
    dirty
}

/// Tracked files of the working tree at `root` with changes, staged or not.
fn changed_below(root: &Path) -> Option<Vec<PathBuf>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        // A read-only question must not take the lock of the index from somebody else.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // No program that a repository names is run.
        .args(["-c", "core.fsmonitor=false"])
        .args(["status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all"])
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    // Entries are `XY path`, each ended by a NUL.
    let entries = output.stdout.split(|&byte| byte == 0);
    Some(
        entries
            .filter_map(|entry| entry.get(3..))
            .filter_map(|name| root.join(path(name)).canonicalize().ok())
            .collect(),
    )
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
