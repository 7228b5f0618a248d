//! What git knows about the files that are to be edited.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::config::git_root;

/// The files that git tracks and that differ from what it has committed, sorted, in the working trees of `files`. Outside
/// of a working tree, or without git on this machine, none.
pub(super) fn dirty(files: &[PathBuf]) -> Vec<PathBuf> {
    let roots: BTreeSet<PathBuf> = files.iter().filter_map(|file| git_root(file)).collect();
    let mut dirty: Vec<PathBuf> = roots.iter().filter_map(|root| changed_below(root)).flatten().collect();
    dirty.sort();
    dirty
}

/// A read-only question to git about the working tree at `root`.
fn ask(root: &Path) -> Command {
    let mut command = Command::new("git");
    // Must not take the lock of the index from somebody else.
    command.arg("-C").arg(root).env("GIT_OPTIONAL_LOCKS", "0");
    // No program that a repository names is run.
    command.args(["-c", "core.fsmonitor=false"]);
    command
}

/// The files of the working tree at `root` that differ from where `rev` and the checkout parted, and those that git
/// does not track; canonical.
pub(super) fn changed_since(root: &Path, rev: &str) -> Result<BTreeSet<PathBuf>> {
    let run = |args: &[&str]| -> Result<Vec<u8>> {
        let output = ask(root).args(args).output().context("git cannot be run")?;
        if !output.status.success() {
            bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    };
    let commit = format!("{rev}^{{commit}}");
    let known = run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
    let Ok(known) = known else { bail!("--changed-since {rev}: git knows no such commit") };
    let known = String::from_utf8_lossy(&known).trim().to_owned();
    // What others have changed on that branch since is not ours.
    let parted =
        run(&["merge-base", &known, "HEAD"]).map_or(known, |base| String::from_utf8_lossy(&base).trim().to_owned());
    let no_programs =
        ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--diff-filter=d"];
    let changed = run(&[&no_programs[..], &[&parted]].concat())?;
    let others = run(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    let names = changed.split(|&byte| byte == 0).chain(others.split(|&byte| byte == 0));
    let names = names.filter(|name| !name.is_empty());
    Ok(names.filter_map(|name| root.join(path(name)).canonicalize().ok()).collect())
}

/// Tracked files of the working tree at `root` with changes, staged or not.
fn changed_below(root: &Path) -> Option<Vec<PathBuf>> {
    let output = ask(root)
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
            // A file that was deleted is a change too.
            .map(|name| root.join(path(name)))
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
