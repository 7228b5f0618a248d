//! `hintwright apply`: rewrites the files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::analysis::Analysis;
use super::cli::ApplyArgs;
use super::terminal::Talk;
use super::{Batch, Outcome, Told};
use super::{git, replay, state};
use crate::report::Role;
use crate::source::display_path;
use crate::write::{self, FileChange};

pub(super) fn run(args: &ApplyArgs) -> Result<Outcome> {
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    if let Some(plan) = &args.plan {
        return run_plan(args, plan, talk);
    }
    let settings = super::settings(&args.common, options.flags())?;
    let mut batch = Batch::new(&args.common, settings, talk, options.verbose > 0)?;
    for card in batch.told.iter().flat_map(Told::cards) {
        talk.say_all(&card.lines(talk.paint));
    }
    write_all(&batch.settings.root, &batch.changes, args.allow_dirty, talk)?;
    batch.conclude("applied", talk, options.verbose);
    Ok(Outcome::Success)
}

/// Makes the changes of a plan that fit, and says which do not.
fn run_plan(args: &ApplyArgs, path: &Path, talk: Talk) -> Result<Outcome> {
    let document = replay::read(path)?;
    let settings = super::settings(&args.common, args.common.options.flags())?;
    let root = settings.root.clone();
    let replay = replay::replay(&document, settings)?;
    for (title, reason) in &replay.refused {
        talk.say(&format!("{} {title}: {reason}", talk.paint.role(Role::Warning, "refused:")));
    }
    if replay.made == 0 && !replay.refused.is_empty() {
        bail!("{}: nothing of this plan fits here any more", path.display());
    }
    write_all(&root, &replay.changes, args.allow_dirty, talk)?;
    let (made, refused) = (replay.made, replay.refused.len());
    talk.say(&format!("{made} of {} changes in {} files applied", made + refused, replay.changes.len()));
    Ok(Outcome::Success)
}

/// So many files with changes of their own are named.
const LISTED: usize = 10;

/// Writes changed files, all or, when there is work that git does not have, none.
pub(super) fn write_changes(analysis: &Analysis, changes: &[FileChange], allow_dirty: bool, talk: Talk) -> Result<()> {
    write_all(&analysis.settings().root, changes, allow_dirty, talk)
}

fn write_all(root: &Path, changes: &[FileChange], allow_dirty: bool, talk: Talk) -> Result<()> {
    if !allow_dirty {
        refuse_dirty(&changes.iter().map(|change| change.path.clone()).collect::<Vec<_>>())?;
    }
    if changes.is_empty() {
        return Ok(());
    }
    let state = state::prepare(root).context("the directory for the journal cannot be made")?;
    let applied = write::apply(changes, &state)?;
    for left in &applied.left {
        let label = talk.paint.role(Role::Warning, "not written:");
        talk.say(&format!("{label} {}: {}", display_path(&left.path), left.reason));
    }
    if !applied.left.is_empty() {
        let (left, all) = (applied.left.len(), changes.len());
        let others = if left < all { "; `hintwright undo` takes the others back" } else { "" };
        bail!("{left} of {all} files could not be written{others}");
    }
    Ok(())
}

/// Refuses to edit files of a working tree with changes that git does not have: these could not be told from ours in a
/// commit, nor taken back alone.
pub(super) fn refuse_dirty(paths: &[PathBuf]) -> Result<()> {
    let dirty = git::dirty(paths)?;
    if dirty.is_empty() {
        return Ok(());
    }
    let mut list: Vec<String> = dirty.iter().take(LISTED).map(|path| format!("\n  {}", display_path(path))).collect();
    if dirty.len() > LISTED {
        list.push(format!("\n  and {} more", dirty.len() - LISTED));
    }
    bail!(
        "these files have changes that git does not have yet:{}\nCommit or stash them, or pass --allow-dirty",
        list.concat()
    );
}
