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
pub mod reading;
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
use self::coverage::TypedSlots;
use self::follow::Following;
use self::progress::Progress;
use self::settle::Settled;
use self::terminal::Talk;
use crate::config::{Flags, Settings};
use crate::facts::FileFacts;
use crate::infer::Phases;
use crate::plan::Plan;
use crate::report::{Card, Summary};
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
    let strict = settings.strict;
    let analysis = analysis::analyse(&common.paths, settings)?;
    if common.options.verbose > 0 {
        let settings = &analysis.settings;
        talk.say(&format!("Target: Python {} ({})", settings.target, settings.target_origin));
    }
    if strict && !analysis.reading.skipped.is_empty() {
        let skipped = analysis.reading.skipped.join("\n  ");
        anyhow::bail!("--strict, and these files have to be left alone:\n  {skipped}");
    }
    if analysis.reading.files == 0 && analysis.reading.skipped.is_empty() {
        talk.say("No Python files found.");
    }
    Ok(analysis)
}

/// What the batch verbs do: what changes, and what it comes to.
struct Batch {
    settings: Settings,
    phases: Arc<Phases>,
    /// The files that change, what follows from the plan included.
    changes: Vec<FileChange>,
    /// What they say afterwards.
    facts: BTreeMap<ModuleId, Arc<FileFacts>>,
    /// The typed slots before that.
    typed: TypedSlots,
    /// Where the names of files start from.
    base: Base,
    /// What is said at the end.
    remarks: Remarks,
    /// What is behind it, where it is told.
    told: Option<Told>,
    began: Instant,
}

/// An analysis with its plan, and what follows from that.
struct Told {
    analysis: Analysis,
    plan: Plan,
    following: Vec<Following>,
}

/// What is said at the end of a run; nothing where nobody listens.
#[derive(Default)]
struct Remarks {
    summary: Summary,
    /// The number of files that were read.
    files: usize,
    by_hand: Vec<String>,
    findings: Vec<String>,
}

impl Batch {
    /// Under settings; `is_told` says whether anybody wants to know what is behind the changes, one by one. If not, the
    /// analysis is given back before the changed files are looked at: of a large repository the looks need the memory.
    ///
    /// The process ends after it: to give a whole repository back piece by piece would take as long as to read it.
    fn new(common: &Common, settings: Settings, talk: Talk, is_told: bool) -> Result<ManuallyDrop<Self>> {
        let began = Instant::now();
        let progress = Progress::new(talk, 3);
        progress.phase("Reading and inferring");
        let analysis = analyse_under(settings, common, talk)?;
        progress.phase("Planning");
        let plan = if is_told { analysis.plan() } else { analysis.plan_as_a_whole() };
        progress.phase("Looking at the result");
        let base = Base::of(&analysis);
        let (settings, phases) = (analysis.settings().clone(), analysis.phases.clone());
        let mut remarks = if talk.quiet { Remarks::default() } else { Remarks::new(&analysis, &plan) };
        let typed = TypedSlots::of(&analysis);
        let (settled, told) = if is_told {
            let (settled, following) = follow::follow_and_tell(&analysis, &plan, &base)?;
            remarks.summary.following = following.len();
            (settled, Some(Told { analysis, plan, following }))
        } else {
            let settled;
            (settled, remarks.summary.following) = follow::follow(analysis, plan)?;
            (settled, None)
        };
        let Settled { changes, facts } = settled;
        Ok(ManuallyDrop::new(Self { settings, phases, changes, facts, typed, base, remarks, told, began }))
    }

    /// What is said at the end: a table of the changes, coverage before and after, what is held back, the time.
    fn conclude(&mut self, verb: &str, talk: Talk, verbose: u8) {
        if talk.quiet {
            return;
        }
        let total = self.typed.coverage(&self.facts, &Base::default()).total();
        let Remarks { summary, files, .. } = &mut self.remarks;
        summary.coverage = Some((total.before.percent(), total.after.percent(), total.before.slots()));
        talk.say_all(&summary.lines(verb, verbose > 0, talk.paint));
        let seconds = self.began.elapsed().as_secs_f64();
        talk.say(&format!("Time: {seconds:.1} s for {files} {}", if *files == 1 { "file" } else { "files" }));
        if verbose > 1 {
            talk.say_phases(&self.phases);
        }
    }
}

impl Told {
    /// The proposals as text, those that follow last.
    fn cards(&self) -> impl Iterator<Item = Card> + '_ {
        let Self { analysis, plan, following } = self;
        let following = following.iter().map(|following| following.card.clone());
        analysis.cards(plan, &analysis.in_order(plan)).into_iter().chain(following)
    }
}

impl Remarks {
    fn new(analysis: &Analysis, plan: &Plan) -> Self {
        Self {
            summary: analysis.summary(plan),
            files: analysis.reading.files,
            by_hand: analysis.by_hand(plan),
            findings: analysis.findings(),
        }
    }
}
