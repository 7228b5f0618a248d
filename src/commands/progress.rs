//! What a run is at, on a terminal; nothing where nobody looks.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::terminal::Talk;

/// The phases of a run. The line goes away when this is dropped.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A line for a run of this many phases.
    pub(super) fn new(talk: Talk, phases: u64) -> Self {
        if talk.quiet || !io::stderr().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Self(None);
        }
        let bar = ProgressBar::new(phases);
        let style = ProgressStyle::with_template("{spinner} {bar:24} {msg} ({elapsed})").ok();
        if let Some(style) = style {
            bar.set_style(style.progress_chars("█▒·"));
        }
        Self(Some(bar))
    }

    /// The next phase begins.
    pub(super) fn phase(&self, name: &'static str) {
        if let Some(bar) = &self.0 {
            if !bar.message().is_empty() {
                bar.inc(1);
            }
            bar.set_message(name);
            // Not before the first phase: a run that ends at once shows nothing.
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
