//! `hintwright coverage`: the share of typed slots, before and after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::analysis::Analysis;
use super::base::Base;
use super::cli::{CoverageArgs, CoverageFormat};
use super::output::write_file;
use super::terminal::{Talk, write_data};
use super::{Batch, Outcome, records};
use crate::facts::FileFacts;
use crate::project::Origin;
use crate::report::{Coverage, CoverageChange, Tally, page};
use crate::types::ModuleId;

pub(super) fn run(args: &CoverageArgs) -> Result<Outcome> {
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let mut flags = options.flags();
    flags.fail_under = args.fail_under;
    let settings = super::settings(&args.common, flags)?;
    let batch = Batch::new(&args.common, settings, talk, args.html.is_some())?;
    let coverage = batch.typed.coverage(&batch.facts, &batch.base);
    match args.output_format {
        CoverageFormat::Text => {
            let lines: Vec<String> = coverage.lines(talk.data).into_iter().map(|line| line + "\n").collect();
            write_data(lines.concat().as_bytes())?;
        }
        CoverageFormat::Json => write_data(format!("{:#}\n", coverage.to_json()).as_bytes())?,
    }
    if let (Some(path), Some(told)) = (&args.html, &batch.told) {
        let document = records::document(&batch, told)?;
        let root = &batch.settings.root;
        let title = root.file_name().map_or_else(|| "the repository".into(), |name| name.to_string_lossy());
        write_file(path, page(&title, &coverage, &document).as_bytes())
            .with_context(|| format!("{}: cannot be written", path.display()))?;
        talk.say(&format!("The map is in {}", path.display()));
    }
    let typed = coverage.total().before.percent();
    match batch.settings.fail_under {
        Some(limit) if typed < limit => {
            // Why a run fails is no chatter.
            let talk = Talk { quiet: false, ..talk };
            talk.say(&format!("{typed:.1} % of the slots are typed, fewer than {limit} % (--fail-under)"));
            Ok(Outcome::Findings)
        }
        _ => Ok(Outcome::Success),
    }
}

/// The typed slots of the files that may be edited, as they are.
pub(super) struct TypedSlots(Vec<(ModuleId, PathBuf, Tally)>);

impl TypedSlots {
    /// Those of a repository.
    pub(super) fn of(analysis: &Analysis) -> Self {
        let modules = analysis.project.repository().filter(|module| module.origin == Origin::Project);
        let files = modules.filter_map(|module| {
            let path = module.source.as_ref()?.path.clone();
            Some((module.id, path, Tally::of(&module.facts)))
        });
        Self(files.collect())
    }

    /// The coverage before the changes of files and with what they say `after` them.
    pub(super) fn coverage(&self, after: &BTreeMap<ModuleId, Arc<FileFacts>>, base: &Base) -> Coverage {
        let files = self.0.par_iter().map(|(module, path, before)| {
            let after = after.get(module).map_or(*before, |facts| Tally::of(facts));
            (base.name(path), CoverageChange { before: *before, after })
        });
        Coverage { files: files.collect() }
    }
}
