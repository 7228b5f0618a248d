//! The verbs: one file each. Only here are there a terminal, exit codes and printing.

pub mod analysis;

mod apply;
mod base;
mod bundle_stubs;
mod cli;
mod completions;
mod config;
mod coverage;
mod diff;
mod explain;
mod git;
mod output;
mod place;
mod records;
mod replay;
mod review;
mod session;
mod split;
mod state;
mod terminal;
mod undo;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use self::analysis::Analysis;
use self::base::Base;
use self::cli::{Cli, Common, Verb};
use self::terminal::Talk;
use crate::config::{Flags, Settings};
use crate::plan::Plan;
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
        Verb::BundleStubs(args) => in_threads(None, || bundle_stubs::run(args)),
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

/// The part that `diff`, `apply` and `review` share: settings, then the analysis of the paths.
fn analyse(common: &Common, talk: Talk) -> Result<Analysis> {
    analyse_with(common, settings(common, common.options.flags())?, talk)
}

fn analyse_with(common: &Common, settings: Settings, talk: Talk) -> Result<Analysis> {
    if common.options.verbose {
        talk.say(&format!("Target: Python {} ({})", settings.target, settings.target_origin));
    }
    let strict = settings.strict;
    let analysis = analysis::analyse(&common.paths, settings)?;
    if strict && !analysis.skipped.is_empty() {
        let skipped = analysis.skipped.join("\n  ");
        anyhow::bail!("--strict, and these files have to be left alone:\n  {skipped}");
    }
    if analysis.files == 0 {
        talk.say("No Python files found.");
    }
    Ok(analysis)
}

/// What is said at the end: a table of the changes, coverage before and after, what is held back.
fn conclude(
    analysis: &Analysis,
    plan: &Plan,
    changes: &[FileChange],
    following: usize,
    verb: &str,
    talk: Talk,
    verbose: bool,
) {
    if talk.quiet {
        return;
    }
    let mut summary = analysis.summary(plan);
    let total = coverage::measure(analysis, changes, &Base::default()).total();
    summary.coverage = Some((total.before.percent(), total.after.percent(), total.before.slots()));
    summary.following = following;
    talk.say_all(&summary.lines(verb, verbose, talk.paint));
}
