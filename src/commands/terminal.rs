//! The two streams: stdout for data, stderr for talk.

use std::env;
use std::io::{self, IsTerminal, Write};

use super::cli::ColorChoice;
use crate::infer::Phases;
use crate::report::Paint;

/// How to talk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Talk {
    /// Say nothing but results and errors.
    pub(super) quiet: bool,
    /// Colours on stdout.
    pub(super) data: Paint,
    /// Colours on stderr.
    pub(super) paint: Paint,
}

impl Talk {
    pub(super) fn new(quiet: bool, color: ColorChoice) -> Self {
        let paint = |is_terminal: bool| {
            Paint::new(match color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => is_terminal && !is_set("NO_COLOR") && env::var_os("TERM") != Some("dumb".into()),
            })
        };
        Self { quiet, data: paint(io::stdout().is_terminal()), paint: paint(io::stderr().is_terminal()) }
    }

    /// A line on stderr, unless quiet. That nobody reads it is no error.
    pub(super) fn say(self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Several lines, as [`Talk::say`].
    pub(super) fn say_all(self, lines: &[String]) {
        for line in lines {
            self.say(line);
        }
    }

    /// What took how long: a line for each phase, in the order in which they ended first.
    pub(super) fn say_phases(self, phases: &Phases) {
        for (name, time) in phases.totals() {
            self.say(&format!("{name:<14}{:>8.3} s", time.as_secs_f64()));
        }
    }
}

/// Whether a variable is there and not empty, as the convention of `NO_COLOR` has it.
fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Writes data to stdout.
pub(super) fn write_data(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Whether somebody sits there who can answer.
pub(super) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
