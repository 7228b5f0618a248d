//! The command line as `clap` reads it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::config::Flags;
use crate::infer::Confidence;
use crate::types::PythonVersion;

/// Adds type hints to untyped Python repositories, as changes a maintainer can review.
#[derive(Debug, Parser)]
#[command(name = "hintwright", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 success, 1 changes found under --check, 2 usage, configuration or I/O error.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Print the changes as a unified diff; write nothing
    Diff(DiffArgs),
    /// Rewrite the files in place; `undo` takes it back
    Apply(ApplyArgs),
    /// Ask about each change, then write what was accepted
    Review(ReviewArgs),
    /// Take the last apply or review back
    Undo(UndoArgs),
    /// Say what a transform does, or what was concluded about a parameter
    Explain(ExplainArgs),
    /// Make the bundle of the standard library's stubs from a typeshed folder
    #[command(hide = true)]
    BundleStubs(BundleArgs),
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Print nothing but the summary, and exit with 1 if there is anything to apply
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Also edit files with changes that git does not have yet
    #[arg(long)]
    pub(super) allow_dirty: bool,
}

#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    pub(super) common: Common,
    /// Also edit files with changes that git does not have yet
    #[arg(long)]
    pub(super) allow_dirty: bool,
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
    /// The name of a transform, or PATH:FUNCTION:PARAM (`return` for the result); all transforms when left out
    pub(super) topic: Option<String>,
    #[command(flatten)]
    pub(super) options: Options,
}

#[derive(Debug, Args)]
pub(super) struct BundleArgs {
    /// The folder that holds `stdlib`
    pub(super) typeshed: PathBuf,
    /// The file to write
    pub(super) out: PathBuf,
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
#[expect(clippy::struct_excessive_bools, reason = "they are switches of a command line")]
pub(super) struct Options {
    /// Run only these transforms
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub(super) select: Vec<String>,
    /// Leave these transforms out
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = "Selection")]
    pub(super) ignore: Vec<String>,
    /// Take only changes at least this sure [default: medium]
    #[arg(long, value_name = "LEVEL", help_heading = "Selection")]
    pub(super) min_confidence: Option<Level>,
    /// Also take changes that can alter what the program does
    #[arg(long = "unsafe", help_heading = "Selection")]
    pub(super) allow_unsafe: bool,
    /// Leave files out that match this pattern, written as in .gitignore
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub(super) exclude: Vec<String>,
    /// Edit test files too; without it they are only read
    #[arg(long, help_heading = "Files")]
    pub(super) include_tests: bool,
    /// Fail if any file has to be left alone
    #[arg(long, help_heading = "Files")]
    pub(super) strict: bool,
    /// Write hints for this version of Python [default: the oldest one the project supports]
    #[arg(long, value_name = "VERSION", help_heading = "Environment")]
    pub(super) target_version: Option<PythonVersion>,
    /// The interpreter or environment with the project's packages
    #[arg(long, value_name = "PATH", help_heading = "Environment")]
    pub(super) python: Option<PathBuf>,
    /// Use this many threads
    #[arg(long, value_name = "N", help_heading = "Environment")]
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
            ignore: self.ignore.clone(),
            exclude: self.exclude.clone(),
            target: self.target_version,
            min_confidence: self.min_confidence.map(Level::confidence),
            allow_unsafe: self.allow_unsafe,
            include_tests: self.include_tests,
            python: self.python.clone(),
        }
    }
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
