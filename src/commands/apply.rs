//! `hintwright apply`: rewrites the files.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::Outcome;
use super::analysis::Analysis;
use super::cli::ApplyArgs;
use super::terminal::Talk;
use super::{git, state};
use crate::report::Role;
use crate::source::display_path;
use crate::write::{self, FileChange};

pub(super) fn run(args: &ApplyArgs) -> Result<Outcome> {
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let analysis = super::analyse(&args.common, talk)?;
    let plan = analysis.plan();
    if options.verbose > 0 {
        for card in analysis.cards(&plan, &analysis.in_order(&plan)) {
            talk.say_all(&card.lines(talk.paint));
        }
    }
    let (changes, following) = analysis.settled_changes(&plan)?;
    write_changes(&analysis, &changes, args.allow_dirty, talk)?;
    talk.say_all(&analysis.summary(&plan).lines("applied", options.verbose > 0, talk.paint));
    talk.say_following(following);
    if options.verbose > 1 {
        talk.say_phases(&analysis.phases);
    }
    Ok(Outcome::Success)
}

/// Writes changed files, all or, when git has not got one of them as it is, none.
pub(super) fn write_changes(analysis: &Analysis, changes: &[FileChange], allow_dirty: bool, talk: Talk) -> Result<()> {
    if !allow_dirty {
        let paths: Vec<PathBuf> = changes.iter().map(|change| change.path.clone()).collect();
        let dirty = git::dirty(&paths);
        if !dirty.is_empty() {
            let list: Vec<String> = dirty.iter().map(|path| format!("\n  {}", display_path(path))).collect();
            bail!(
                "these files have changes that git does not have yet:{}\nCommit or stash them, or pass --allow-dirty",
                list.concat()
            );
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    let state = state::prepare(&analysis.settings().root).context("the directory for the journal cannot be made")?;
    let applied = write::apply(changes, &state)?;
    for left in &applied.left {
        let label = talk.paint.role(Role::Warning, "not written:");
        talk.say(&format!("{label} {}: {}", display_path(&left.path), left.reason));
    }
    if !applied.left.is_empty() {
        bail!(
            "{} of {} files could not be written; `hintwright undo` takes the others back",
            applied.left.len(),
            changes.len()
        );
    }
    Ok(())
}
