//! The command line as `clap` reads it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::config::{Flags, WIDTHS, is_dotted};
use crate::infer::Confidence;
use crate::plan::SlotGroup;
use crate::report::SplitBy;
use crate::types::PythonVersion;

/// Adds type hints to untyped Python repositories, as changes a maintainer can review.
#[derive(Debug, Parser)]
#[command(name = "hintwright", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 success; 1 changes found under --check, or coverage below --fail-under; \
                  2 usage, configuration or I/O error.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Print the changes as a unified diff, or as a plan; write nothing
    Diff(DiffArgs),
    /// Rewrite the files in place; `undo` takes it back
    Apply(ApplyArgs),
    /// Ask about each change, then write what was accepted
    Review(ReviewArgs),
    /// Take the last apply or review back
    Undo(UndoArgs),
    /// Print the share of typed slots by package and module, before and after
    Coverage(CoverageArgs),
    /// Say what a transform does, or what was concluded about a place and why
    Explain(ExplainArgs),
    /// Print the settings in force, and where each was found
    Config(ConfigArgs),
    /// Print a script that completes commands and flags for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Print no diff, and exit with 1 if there is anything to apply
    #[arg(long)]
    pub(super) check: bool,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) output_format: DiffFormat,
    /// Write it to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
    /// Write numbered patches that apply in order, one for each of these; print their names
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["output_format", "output_file", "check"])]
    pub(super) split_by: Option<SplitBy>,
    /// Changed lines in a patch of --split-by, at most
    #[arg(long, value_name = "N", default_value = "500", requires = "split_by", value_parser = count)]
    pub(super) max_lines: NonZeroUsize,
    /// Where --split-by writes
    #[arg(long, value_name = "DIR", default_value = ".", requires = "split_by")]
    pub(super) output_dir: PathBuf,
}

/// The forms of `diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// A unified diff, coloured on a terminal
    Text,
    /// A plan for `apply --plan` and `review --plan`; `explain plan` describes it
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A unified diff, never coloured
    Patch,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Make the changes of this plan, which `diff --output-format json` wrote
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Edit though there are changes that git does not have yet
    #[arg(long)]
    pub(super) allow_dirty: bool,
}

#[derive(Debug, Args)]
pub(super) struct CoverageArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Exit with 1 if fewer slots than this are typed, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(super) fail_under: Option<f64>,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) output_format: CoverageFormat,
    /// Also write a page with a map of the repository, to be opened in a browser
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

/// The forms of `coverage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageFormat {
    Text,
    Json,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if (0.0..=100.0).contains(&percent) { Ok(percent) } else { Err("it is not between 0 and 100".to_owned()) }
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Ask only about the changes of this plan, which `diff --output-format json` wrote
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Edit though there are changes that git does not have yet
    #[arg(long)]
    pub(super) allow_dirty: bool,
    /// What to ask about first
    #[arg(long, value_name = "ORDER", default_value = "confidence", help_heading = "Review")]
    pub(super) order: Order,
    /// Ask again about what was refused in earlier reviews
    #[arg(long, help_heading = "Review")]
    pub(super) refused: bool,
    /// Forget the decisions of earlier reviews first
    #[arg(long, help_heading = "Review")]
    pub(super) forget: bool,
}

/// An order of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Order {
    /// The surest first
    Confidence,
    /// By file and line
    File,
}

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// A path of the project
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The name of a transform, PATH:LINE, PATH:FUNCTION or PATH:FUNCTION:PARAM (`return` for the result), or `plan`
    /// for the format of plans; a list of all transforms when left out
    pub(super) topic: Option<String>,
    #[command(flatten)]
    pub(super) options: Options,
}

/// What all verbs that look at a repository take.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Files and directories
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) options: Options,
}

/// How to look at a repository.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Run only these transforms
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub(super) select: Vec<String>,
    /// Run these transforms too, beyond those of the configuration
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub(super) extend_select: Vec<String>,
    /// Leave these transforms out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub(super) ignore: Vec<String>,
    /// Annotate only these: params, returns, variables
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = slot_group, help_heading = "Selection")]
    pub(super) slots: Vec<SlotGroup>,
    /// Take only changes at least this sure [default: medium]
    #[arg(long, value_name = "LEVEL", help_heading = "Selection")]
    pub(super) min_confidence: Option<Level>,
    /// Also take changes that can alter what the program does
    #[arg(long = "unsafe", value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true, help_heading = "Selection")]
    pub(super) allow_unsafe: Option<bool>,
    /// Take the surest changes, this many at most
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Selection")]
    pub(super) max_changes: Option<NonZeroUsize>,
    /// Leave files out that match this pattern, written as in .gitignore
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub(super) exclude: Vec<String>,
    /// Edit only files that differ from this commit of git; all others are still read
    #[arg(long, value_name = "REV", help_heading = "Files")]
    pub(super) changed_since: Option<String>,
    /// Edit test files too; without it they are only read
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true, help_heading = "Files")]
    pub(super) include_tests: Option<bool>,
    /// Fail if any file has to be left alone
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true, help_heading = "Files")]
    pub(super) strict: Option<bool>,
    /// Write hints for this version of Python [default: the oldest one the project supports]
    #[arg(long, value_name = "VERSION", help_heading = "Environment")]
    pub(super) target_version: Option<PythonVersion>,
    /// The interpreter or environment with the project's packages; nothing of it is run
    #[arg(long, value_name = "PATH", help_heading = "Environment")]
    pub(super) python: Option<PathBuf>,
    /// Wrap signatures at this width [default: what black, ruff or flake8 are told]
    #[arg(long, value_name = "N", value_parser = width, help_heading = "Environment")]
    pub(super) line_length: Option<usize>,
    /// A decorator or function that reads annotations at run time, by dotted name
    #[arg(long, value_name = "NAME", value_parser = reader, help_heading = "Environment")]
    pub(super) readers: Vec<String>,
    /// Put new definitions into this module, such as `shop.types`; else each goes where its values are made
    #[arg(long, value_name = "MODULE", help_heading = "Environment")]
    pub(super) types_module: Option<String>,
    /// Add `from __future__ import annotations` where a hint would else be quoted, if nothing in the file reads annotations
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true, help_heading = "Environment")]
    pub(super) future_annotations: Option<bool>,
    /// Use this many threads
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Environment")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Show the evidence behind each change; twice: also what took how long
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet", help_heading = "Output")]
    pub(super) verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(super) color: ColorChoice,
}

impl Options {
    /// The part that configuration files know too.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            per_file_ignores: Vec::new(),
            slots: self.slots.clone(),
            min_confidence: self.min_confidence.map(Level::confidence),
            allow_unsafe: self.allow_unsafe,
            max_changes: self.max_changes.map(NonZeroUsize::get),
            exclude: self.exclude.clone(),
            include_tests: self.include_tests,
            strict: self.strict,
            target: self.target_version,
            line_length: self.line_length,
            python: self.python.clone(),
            readers: self.readers.clone(),
            types_module: self.types_module.clone(),
            future_annotations: self.future_annotations,
            fail_under: None,
        }
    }
}

fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "it is not a number from 1".to_owned())
}

fn width(text: &str) -> Result<usize, String> {
    let width = text.parse().ok().filter(|width| WIDTHS.contains(width));
    width.ok_or_else(|| format!("it is not a number from {} to {}", WIDTHS.start(), WIDTHS.end()))
}

fn reader(text: &str) -> Result<String, String> {
    if is_dotted(text) {
        Ok(text.to_owned())
    } else {
        Err("it is not a dotted name such as `ourlib.inject`".to_owned())
    }
}

fn slot_group(name: &str) -> Result<SlotGroup, String> {
    SlotGroup::named(name).ok_or_else(|| "it is none of params, returns and variables".to_owned())
}

/// A confidence on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Level {
    Low,
    Medium,
    High,
}

impl Level {
    fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }
}
