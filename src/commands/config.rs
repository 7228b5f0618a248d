//! `hintwright config`: the settings in force.

use anyhow::Result;

use super::Outcome;
use super::cli::ConfigArgs;
use super::terminal::write_data;

pub(super) fn run(args: &ConfigArgs) -> Result<Outcome> {
    let settings = super::settings(&args.common, args.common.options.flags())?;
    write_data(settings.to_toml().as_bytes())?;
    Ok(Outcome::Success)
}
