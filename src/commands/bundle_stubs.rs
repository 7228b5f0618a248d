//! `hintwright bundle-stubs`: makes the bundle of the standard library's stubs. For developers of hintwright.

use anyhow::Result;

use super::Outcome;
use super::cli::BundleArgs;
use crate::stubs::write_bundle;

pub(super) fn run(args: &BundleArgs) -> Result<Outcome> {
    write_bundle(&args.typeshed, &args.out)?;
    Ok(Outcome::Success)
}
