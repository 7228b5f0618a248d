//! What follows once a plan is carried out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use super::analysis::{Analysis, conclude, options};
use crate::facts::FileFacts;
use crate::infer::Phases;
use crate::plan::{self, Plan, PlannedFile};
use crate::project::{InputFile, Origin};
use crate::source::SourceFile;
use crate::types::ModuleId;
use crate::write::FileChange;

/// How often the changed files are looked at again. Chains of hints that each follow from the one before are short.
const MAX_FOLLOW_UPS: usize = 5;

/// The files that change once a plan is carried out.
pub struct Settled {
    /// Their bytes before and after, in the order of their paths.
    pub changes: Vec<FileChange>,
    /// What they say afterwards.
    pub facts: BTreeMap<ModuleId, Arc<FileFacts>>,
    /// How many changes follow from the plan.
    pub following: usize,
}

impl Analysis {
    /// The files that a plan changes, and what follows once they are changed: a hint that is written is evidence for
    /// others, so the changed files are looked at again until nothing is proposed any more. A second run then has
    /// nothing to add.
    pub fn settled(&self, plan: &Plan) -> Result<Settled> {
        let mut contents: BTreeMap<ModuleId, (Arc<str>, Arc<FileFacts>)> = BTreeMap::new();
        let mut following = 0;
        let mut is_settled = plan.files.is_empty() || self.settings.max_changes.is_some();
        contents.extend(plan.files.iter().map(PlannedFile::content));
        for _ in 0..MAX_FOLLOW_UPS {
            if is_settled {
                break;
            }
            let files = self.project.repository().filter_map(|module| {
                let source = module.source.as_ref()?;
                let (text, facts) = match contents.get(&module.id) {
                    Some((text, facts)) => (text.clone(), facts.clone()),
                    None => (source.text.clone(), module.facts.clone()),
                };
                let source = SourceFile { text, ..source.clone() };
                Some(InputFile { source, facts, editable: module.origin == Origin::Project })
            });
            // Files keep their order, and so modules keep their numbers.
            let next = self.phases.measure("follow-ups", || {
                let (project, inference, narrowed) = conclude(files.collect(), &self.settings, &Phases::default());
                plan::plan(&project, &inference, &narrowed.proposals, &options(&self.settings, None))
            });
            following += next.planned.len();
            is_settled = next.files.is_empty();
            contents.extend(next.files.iter().map(PlannedFile::content));
        }
        let mut changes = Vec::new();
        let mut facts = BTreeMap::new();
        for (module, (text, says)) in contents {
            facts.insert(module, says);
            if let Some(source) = self.project.module(module).and_then(|module| module.source.as_ref()) {
                let (original, new) = (source.encode(&source.text)?, source.encode(&text)?);
                changes.push(FileChange { path: source.path.clone(), original, new });
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Settled { changes, facts, following })
    }
}
