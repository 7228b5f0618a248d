//! `hintwright diff`: what would change, as a patch on stdout.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::prelude::*;

use super::Outcome;
use super::cli::DiffArgs;
use super::terminal::{Talk, write_data};
use crate::config::{Settings, git_root};
use crate::report::{Card, unified_diff};
use crate::source::display_path;
use crate::write::FileChange;

pub(super) fn run(args: &DiffArgs) -> Result<Outcome> {
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let analysis = super::analyse(&args.common, talk)?;
    let plan = analysis.plan();
    let (changes, following) = analysis.settled_changes(&plan)?;
    let mut cards: BTreeMap<String, Vec<Card>> = BTreeMap::new();
    if options.verbose > 0 {
        for card in analysis.cards(&plan, &analysis.in_order(&plan)) {
            cards.entry(card.path.clone()).or_default().push(card);
        }
    }
    if !args.check {
        let base = base(&changes, analysis.settings());
        let diffs: Vec<Vec<u8>> = changes
            .par_iter()
            .map(|change| unified_diff(&relative(&change.path, &base), &change.original, &change.new, talk.data))
            .collect();
        for (change, diff) in changes.iter().zip(diffs) {
            // The evidence stands before the diff that it is about.
            for card in cards.remove(&display_path(&change.path)).unwrap_or_default() {
                talk.say_all(&card.lines(talk.paint));
            }
            write_data(&diff)?;
        }
    }
    for card in cards.values().flatten() {
        talk.say_all(&card.lines(talk.paint));
    }
    talk.say_all(&analysis.summary(&plan).lines("proposed", options.verbose > 0, talk.paint));
    talk.say_following(following);
    if options.verbose > 1 {
        talk.say_phases(&analysis.phases);
    }
    Ok(if args.check && !changes.is_empty() { Outcome::Findings } else { Outcome::Success })
}

/// The directory that the names in a patch start from: the top of the git working tree, so that `git apply` takes it
/// anywhere in there; else the working directory, else the project.
fn base(changes: &[FileChange], settings: &Settings) -> PathBuf {
    let holds_all =
        |base: &PathBuf| changes.iter().all(|change| absolute(&change.path).is_some_and(|path| path.starts_with(base)));
    let working = std::env::current_dir().and_then(std::fs::canonicalize).ok();
    let candidates = [git_root(&settings.root), working, Some(settings.root.clone())];
    candidates.into_iter().flatten().find(holds_all).unwrap_or_default()
}

/// The name of a file in a patch; as it was found when it does not lie below `base`.
fn relative(path: &Path, base: &Path) -> String {
    let below = absolute(path).and_then(|path| path.strip_prefix(base).ok().map(Path::to_owned));
    let Some(below) = below.filter(|_| !base.as_os_str().is_empty()) else { return display_path(path) };
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The absolute path with its directory's links resolved; the file itself may be a link and stays one.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
}
