//! `hintwright diff`: what would change, as a patch or in another format, on stdout.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::base::Base;
use super::cli::{DiffArgs, DiffFormat};
use super::output::write_file;
use super::terminal::{Talk, write_data};
use super::{Batch, Outcome, Told, records, split};
use crate::report::{Card, Paint, github, sarif, unified_diff};
use crate::source::display_path;
use crate::transforms::CATALOGUE;
use crate::write::FileChange;

pub(super) fn run(args: &DiffArgs) -> Result<Outcome> {
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let is_patch = matches!(args.output_format, DiffFormat::Text | DiffFormat::Patch);
    let is_told = options.verbose > 0 || args.split_by.is_some() || !is_patch;
    let mut batch = Batch::new(&args.common, super::settings(&args.common, options.flags())?, talk, is_told)?;
    let mut cards: BTreeMap<String, Vec<Card>> = BTreeMap::new();
    if options.verbose > 0 {
        for card in batch.told.iter().flat_map(Told::cards) {
            cards.entry(card.path.clone()).or_default().push(card);
        }
    }
    if let (Some(by), Some(told)) = (args.split_by, &batch.told) {
        split::run(args, by, &batch, told)?;
    } else if let Some(path) = &args.output_file {
        let data = data(args.output_format, &batch)?;
        write_file(path, &data).with_context(|| format!("{}: cannot be written", path.display()))?;
    } else if args.output_format != DiffFormat::Text {
        write_data(&data(args.output_format, &batch)?)?;
    } else if !args.check {
        let diffs = batch.phases.measure("diff", || diffs(&batch.changes, &batch.base, talk.data));
        for (path, diff) in diffs {
            // The evidence stands before the diff that it is about.
            for card in cards.remove(&display_path(path)).unwrap_or_default() {
                talk.say_all(&card.lines(talk.paint));
            }
            write_data(&diff)?;
        }
    }
    for card in cards.values().flatten() {
        talk.say_all(&card.lines(talk.paint));
    }
    batch.conclude("proposed", talk, options.verbose);
    talk.say_all(&batch.remarks.by_hand);
    talk.say_all(&batch.remarks.findings);
    Ok(if args.check && !batch.changes.is_empty() { Outcome::Findings } else { Outcome::Success })
}

fn diffs<'a>(changes: &'a [FileChange], base: &Base, paint: Paint) -> Vec<(&'a Path, Vec<u8>)> {
    let diff = |change: &'a FileChange| {
        let diff = unified_diff(&base.name(&change.path), &change.original, &change.new, paint);
        (change.path.as_path(), diff)
    };
    changes.par_iter().map(diff).collect()
}

/// The changes in a format.
fn data(format: DiffFormat, batch: &Batch) -> Result<Vec<u8>> {
    let told = batch.told.as_ref().filter(|_| !matches!(format, DiffFormat::Text | DiffFormat::Patch));
    let Some(told) = told else {
        return Ok(diffs(&batch.changes, &batch.base, Paint::plain()).into_iter().flat_map(|(_, diff)| diff).collect());
    };
    let document = records::document(batch, told)?;
    let text = match format {
        DiffFormat::Sarif => sarif(&document, CATALOGUE),
        DiffFormat::Github => github(&document),
        _ => document.to_json(),
    };
    Ok(text.into_bytes())
}
