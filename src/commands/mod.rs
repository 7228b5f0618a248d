//! The verbs: one file each. Only here are there a terminal, exit codes and printing.

pub mod analysis;

mod apply;
mod bundle_stubs;
mod cli;
mod diff;
mod explain;
mod git;
mod review;
mod session;
mod settle;
mod state;
mod terminal;
mod undo;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use self::cli::{Cli, Common, Verb};
use self::terminal::Talk;
use crate::config::Settings;

/// What a verb came to; a failure is an error instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing went wrong.
    Success,
    /// `--check` found something.
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

/// The part that `diff`, `apply` and `review` share: settings, then the analysis of the paths.
fn analyse(common: &Common, talk: Talk) -> Result<analysis::Analysis> {
    let settings = Settings::load(&common.paths, common.options.flags(), &analysis::transform_names())?;
    if common.options.verbose > 0 {
        talk.say(&format!("Target: Python {} ({})", settings.target, settings.target_origin));
    }
    let analysis = analysis::analyse(&common.paths, settings)?;
    if common.options.strict && !analysis.skipped.is_empty() {
        let skipped = analysis.skipped.join("\n  ");
        anyhow::bail!("--strict, and these files have to be left alone:\n  {skipped}");
    }
    if analysis.files == 0 {
        talk.say("No Python files found.");
    }
    Ok(analysis)
}
