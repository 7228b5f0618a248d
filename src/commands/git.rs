//! What git knows about the files that are to be edited.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

use crate::config::git_root;

/// The files that git tracks and that differ from what it has committed, sorted, in the working trees of `files`. Outside
/// of a working tree, or without git on this machine, none; an error where git is there and cannot tell.
pub(super) fn dirty(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let roots: BTreeSet<PathBuf> = files.iter().filter_map(|file| git_root(file)).collect();
    let mut dirty = Vec::new();
    for root in &roots {
        dirty.extend(changed_below(root)?);
    }
    dirty.sort();
    Ok(dirty)
}

/// A read-only question to git about the working tree at `root`.
fn ask(root: &Path) -> Command {
    let mut command = Command::new("git");
    // What it says is looked at.
    command.env("LC_ALL", "C");
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
            bail!("git: {}", complaint(&output));
        }
        Ok(output.stdout)
    };
    let commit = format!("{rev}^{{commit}}");
    let known = ask(root).args(["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).output();
    let known = known.context("git cannot be run")?;
    if !known.status.success() {
        // Git is quiet about a commit that it does not know, not about other troubles.
        let said = complaint(&known);
        bail!("--changed-since {rev}: {}", if said.is_empty() { "git knows no such commit" } else { &said });
    }
    let known = String::from_utf8_lossy(&known.stdout).trim().to_owned();
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
fn changed_below(root: &Path) -> Result<Vec<PathBuf>> {
    let output = ask(root)
        .args(["status", "--porcelain", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all"])
        .output();
    let Ok(output) = output else { return Ok(Vec::new()) };
    if !output.status.success() {
        let said = complaint(&output);
        // Something else is called `.git`.
        if said.contains("not a git repository") {
            return Ok(Vec::new());
        }
        bail!("git cannot tell what was changed: {said}\n--allow-dirty edits all the same");
    }
    // Entries are `XY path`, each ended by a NUL.
    let entries = output.stdout.split(|&byte| byte == 0);
    // A file that was deleted is a change too.
    Ok(entries.filter_map(|entry| entry.get(3..)).map(|name| root.join(path(name))).collect())
}

/// The first line of what git complains about.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").trim().to_owned()
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
