//! The verbs: one file each. Only here are there a terminal, exit codes and printing.

pub mod analysis;

mod apply;
mod base;
mod cli;
mod completions;
mod config;
mod coverage;
mod diff;
mod explain;
mod follow;
mod git;
mod output;
mod place;
mod places;
mod progress;
mod records;
mod replay;
mod review;
mod settle;
mod split;
mod state;
mod terminal;
mod undo;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

use self::analysis::Analysis;
use self::base::Base;
use self::cli::{Cli, Common, Verb};
use self::follow::Following;
use self::progress::Progress;
use self::settle::Settled;
use self::terminal::Talk;
use crate::config::{Flags, Settings};
use crate::facts::FileFacts;
use crate::plan::Plan;
use crate::types::ModuleId;
use crate::write::FileChange;

/// What a verb came to; a failure is an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing went wrong.
    Success,
    /// `--check` or `--fail-under` found something.
    Findings,
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout and may be piped into something that stops reading.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let result = match &cli.verb {
        Verb::Diff(args) => in_threads(args.common.options.jobs, || diff::run(args)),
        Verb::Apply(args) => in_threads(args.common.options.jobs, || apply::run(args)),
        Verb::Review(args) => in_threads(args.common.options.jobs, || review::run(args)),
        Verb::Undo(args) => undo::run(args),
        Verb::Coverage(args) => in_threads(args.common.options.jobs, || coverage::run(args)),
        Verb::Config(args) => config::run(args),
        Verb::Completions(args) => completions::run(args),
        Verb::Explain(args) => in_threads(args.options.jobs, || explain::run(args)),
    };
    match result {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn in_threads(jobs: Option<std::num::NonZeroUsize>, verb: impl FnOnce() -> Result<Outcome> + Send) -> Result<Outcome> {
    analysis::with_threads(jobs.map(std::num::NonZeroUsize::get), verb)?
}

/// Whether the reader of stdout went away, as `head` does when it has enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(closed)
}

/// The settings of a command line: what git says about `--changed-since` included.
fn settings(common: &Common, flags: Flags) -> Result<Settings> {
    let mut settings = Settings::load(&common.paths, flags, &analysis::transform_names())?;
    if let Some(rev) = &common.options.changed_since {
        let Some(root) = crate::config::git_root(&settings.root) else {
            anyhow::bail!("--changed-since needs a git working tree");
        };
        settings.only = Some(git::changed_since(&root, rev)?);
    }
    Ok(settings)
}

/// The analysis of the paths under these settings.
fn analyse_under(settings: Settings, common: &Common, talk: Talk) -> Result<Analysis> {
    if common.options.verbose > 0 {
        talk.say(&format!("Target: Python {} ({})", settings.target, settings.target_origin));
    }
    let strict = settings.strict;
    let analysis = analysis::analyse(&common.paths, settings)?;
    if strict && !analysis.reading.skipped.is_empty() {
        let skipped = analysis.reading.skipped.join("\n  ");
        anyhow::bail!("--strict, and these files have to be left alone:\n  {skipped}");
    }
    if analysis.reading.files == 0 {
        talk.say("No Python files found.");
    }
    Ok(analysis)
}

/// What the batch verbs do: a plan, and what it comes to.
struct Batch {
    analysis: Analysis,
    plan: Plan,
    /// The files that change, what follows from the plan included.
    changes: Vec<FileChange>,
    /// What they say afterwards.
    facts: BTreeMap<ModuleId, Arc<FileFacts>>,
    /// What follows from the plan, where it is told.
    following: Vec<Following>,
    /// How much that is.
    followed: usize,
    /// Where the names of files start from.
    base: Base,
    began: Instant,
}

impl Batch {
    /// Under settings; `is_told` says whether anybody wants to know what follows from the plan, one by one.
    ///
    /// The process ends after it: to give a whole repository back piece by piece would take as long as to read it.
    fn new(common: &Common, settings: Settings, talk: Talk, is_told: bool) -> Result<ManuallyDrop<Self>> {
        let began = Instant::now();
        let progress = Progress::new(talk, 3);
        progress.phase("Reading and inferring");
        let analysis = analyse_under(settings, common, talk)?;
        progress.phase("Planning");
        let plan = analysis.plan();
        progress.phase("Looking at the result");
        let base = Base::of(&analysis);
        let (settled, following, followed) = if is_told {
            let (settled, following) = follow::follow_and_tell(&analysis, &plan, &base)?;
            let followed = following.len();
            (settled, following, followed)
        } else {
            let (settled, followed) = follow::follow(&analysis, &plan)?;
            (settled, Vec::new(), followed)
        };
        let Settled { changes, facts } = settled;
        Ok(ManuallyDrop::new(Self { analysis, plan, changes, facts, following, followed, base, began }))
    }

    /// What is said at the end: a table of the changes, coverage before and after, what is held back, the time.
    fn conclude(&self, verb: &str, talk: Talk, verbose: u8) {
        if talk.quiet {
            return;
        }
        let mut summary = self.analysis.summary(&self.plan);
        let total = coverage::measure(&self.analysis, &self.facts, &Base::default()).total();
        summary.coverage = Some((total.before.percent(), total.after.percent(), total.before.slots()));
        summary.following = self.followed;
        talk.say_all(&summary.lines(verb, verbose > 0, talk.paint));
        let (files, seconds) = (self.analysis.reading.files, self.began.elapsed().as_secs_f64());
        talk.say(&format!("Time: {seconds:.1} s for {files} {}", if files == 1 { "file" } else { "files" }));
        if verbose > 1 {
            talk.say_phases(&self.analysis.phases);
        }
    }
}
