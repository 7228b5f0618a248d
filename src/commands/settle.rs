//! What follows once a plan is carried out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use super::analysis::{Analysis, conclude};
use crate::config::Settings;
use crate::facts::FileFacts;
use crate::infer::{Memo, Phases};
use crate::plan::{Plan, PlannedFile};
use crate::project::{InputFile, Origin, Project};
use crate::source::SourceFile;
use crate::stubs::Installed;
use crate::text::{Edit, TextRange, WayBack};
use crate::types::ModuleId;
use crate::write::FileChange;

/// How often the changed files are looked at again. Chains of hints that each follow from the one before are short.
pub(super) const MAX_FOLLOW_UPS: usize = 5;

/// The way from the files as they are after some plans back to the files on disk.
pub struct Origins {
    sources: BTreeMap<ModuleId, SourceFile>,
    ways: BTreeMap<ModuleId, Vec<WayBack>>,
}

impl Origins {
    /// No plan was carried out yet.
    pub fn new(project: &Project) -> Self {
        let sources = project.repository().filter_map(|module| Some((module.id, module.source.clone()?)));
        Self { sources: sources.collect(), ways: BTreeMap::new() }
    }

    /// The file on disk of a module.
    pub(super) fn source(&self, module: ModuleId) -> Option<&SourceFile> {
        self.sources.get(&module)
    }

    /// Where a place was on disk; what a plan put in is where it was put, which the answer says.
    fn origin(&self, module: ModuleId, offset: u32) -> (u32, bool) {
        let ways = self.ways.get(&module).into_iter().flatten().rev();
        ways.fold((offset, true), |(offset, is_there), way| {
            let (offset, was_there) = way.origin(offset);
            (offset, is_there && was_there)
        })
    }

    /// The offset on disk of a place.
    pub(super) fn offset(&self, module: ModuleId, offset: u32) -> u32 {
        self.origin(module, offset).0
    }

    /// An edit as one of the file on disk. Where it changes what a plan put in it only says the place.
    pub(super) fn edit(&self, module: ModuleId, edit: &Edit) -> Edit {
        let (start, end) = (self.origin(module, edit.range.start), self.origin(module, edit.range.end));
        let range = if start.1 && end.1 { TextRange::new(start.0, end.0) } else { TextRange::at(start.0) };
        Edit::replace(range, edit.text.clone())
    }
}

/// The files that change once a plan is carried out.
pub struct Settled {
    /// Their bytes before and after, in the order of their paths.
    pub changes: Vec<FileChange>,
    /// What they say afterwards.
    pub facts: BTreeMap<ModuleId, Arc<FileFacts>>,
}

/// What is left of an analysis for those that look at its repository again.
pub(super) struct Outset {
    /// The files of the repository, as they are after the plans so far.
    files: BTreeMap<ModuleId, InputFile>,
    origins: Origins,
    settings: Settings,
    installed: Arc<Installed>,
    phases: Arc<Phases>,
}

impl Analysis {
    /// The files that a plan changes, and what follows once they are changed: a hint that is written is evidence for
    /// others, so the changed files are looked at again until nothing is planned any more. A second run then has
    /// nothing to add. `next` makes the plan of each further look.
    pub fn settled(&self, plan: &Plan, next: impl FnMut(Analysis, &Origins) -> Plan) -> Result<Settled> {
        self.outset().settled(plan.files.clone(), next)
    }

    /// What further looks start from. It needs nothing of the analysis: who has no more questions can give that back.
    pub(super) fn outset(&self) -> Outset {
        let files = self.project.repository().filter_map(|module| {
            let (source, facts) = (module.source.clone()?, module.facts.clone());
            Some((module.id, InputFile { source, facts, editable: module.origin == Origin::Project }))
        });
        Outset {
            files: files.collect(),
            origins: Origins::new(&self.project),
            settings: self.settings.clone(),
            installed: self.installed.clone(),
            phases: self.phases.clone(),
        }
    }
}

impl Outset {
    /// See [`Analysis::settled`].
    pub(super) fn settled(
        mut self,
        planned: Vec<Arc<PlannedFile>>,
        mut next: impl FnMut(Analysis, &Origins) -> Plan,
    ) -> Result<Settled> {
        let mut memo = Memo::default();
        let mut is_settled = planned.is_empty() || self.settings.max_changes.is_some();
        self.take(planned);
        for _ in 0..MAX_FOLLOW_UPS {
            if is_settled {
                break;
            }
            let plan = self.phases.measure("follow-ups", || next(self.look(&mut memo), &self.origins));
            is_settled = plan.files.is_empty();
            self.take(plan.files);
        }
        memo.forget();
        let mut changes = Vec::new();
        let mut facts = BTreeMap::new();
        for &module in self.origins.ways.keys() {
            let (Some(source), Some(file)) = (self.origins.source(module), self.files.remove(&module)) else {
                continue;
            };
            let (original, new) = (source.encode(&source.text)?, source.encode(&file.source.text)?);
            changes.push(FileChange { path: source.path.clone(), original, new });
            facts.insert(module, file.facts);
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Settled { changes, facts })
    }

    /// Carries a plan out.
    fn take(&mut self, planned: Vec<Arc<PlannedFile>>) {
        for file in planned {
            self.origins.ways.entry(file.module).or_default().push(file.patch.way_back());
            if let Some(known) = self.files.get_mut(&file.module) {
                (known.source.text, known.facts) = (file.text.clone(), file.facts.clone());
            }
        }
    }

    /// A look at the repository as it is now.
    fn look(&self, memo: &mut Memo) -> Analysis {
        // Files keep their order, and so modules keep their numbers.
        let files = self.files.values().cloned().collect();
        let phases = Phases::default();
        let (project, inference, narrowed) = conclude(files, &self.settings, &self.installed, &phases, Some(memo));
        Analysis::new(project, inference, narrowed, self.settings.clone(), self.installed.clone(), phases)
    }
}
