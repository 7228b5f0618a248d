//! `hintwright completions`: a script that completes commands and flags.

use anyhow::Result;
use clap::CommandFactory;

use super::Outcome;
use super::cli::{Cli, CompletionsArgs};
use super::terminal::write_data;

pub(super) fn run(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hintwright", &mut script);
    write_data(&script)?;
    Ok(Outcome::Success)
}
