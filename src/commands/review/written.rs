//! What a review has written so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::deck::Item;
use crate::commands::analysis::{Analysis, transform_names};
use crate::commands::base::Base;
use crate::commands::coverage::TypedSlots;
use crate::infer::Confidence;
use crate::plan::PlannedFile;
use crate::report::Summary;
use crate::types::ModuleId;

/// The changes that were written, and the coverage before the first and after the last of them.
#[derive(Debug, Default)]
pub(super) struct Written {
    changes: Vec<(&'static str, Confidence)>,
    files: BTreeSet<ModuleId>,
    /// None as long as nothing was written.
    coverage: Option<(f64, f64, usize)>,
}

impl Written {
    /// Adds changes that were made in these files.
    pub(super) fn add(&mut self, analysis: &Analysis, items: &[&Item], files: &[Arc<PlannedFile>]) {
        self.changes.extend(items.iter().map(|item| (item.transform, item.confidence)));
        self.files.extend(files.iter().map(|file| file.module));
        let facts = files.iter().map(|file| (file.module, file.facts.clone())).collect();
        let total = TypedSlots::of(analysis).coverage(&facts, &Base::default()).total();
        let before = self.coverage.map_or(total.before.percent(), |(before, ..)| before);
        self.coverage = Some((before, total.after.percent(), total.before.slots()));
    }

    /// Whether nothing was.
    pub(super) fn is_empty(&self) -> bool {
        self.coverage.is_none()
    }

    /// Puts the numbers into a summary, in the order of the catalogue.
    pub(super) fn tell(mut self, summary: &mut Summary) {
        let names = transform_names();
        self.changes.sort_by_key(|(transform, _)| names.iter().position(|name| name == transform));
        (summary.taken, summary.files, summary.coverage) = (self.changes, self.files.len(), self.coverage);
    }
}
