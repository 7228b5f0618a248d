//! What follows once a plan is carried out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use super::analysis::{Analysis, conclude};
use crate::facts::FileFacts;
use crate::infer::{Memo, Phases};
use crate::plan::{Plan, PlannedFile};
use crate::project::{InputFile, Origin, Project};
use crate::source::SourceFile;
use crate::text::{Edit, TextRange, WayBack};
use crate::types::ModuleId;
use crate::write::FileChange;

/// How often the changed files are looked at again. Chains of hints that each follow from the one before are short.
pub(super) const MAX_FOLLOW_UPS: usize = 5;

/// Modules with other contents than on disk.
type Contents = BTreeMap<ModuleId, (Arc<str>, Arc<FileFacts>)>;

/// The way from the files as they are after some plans back to the files on disk.
pub struct Origins<'a> {
    project: &'a Project,
    ways: BTreeMap<ModuleId, Vec<WayBack>>,
}

impl<'a> Origins<'a> {
    /// No plan was carried out yet.
    pub fn new(project: &'a Project) -> Self {
        Self { project, ways: BTreeMap::new() }
    }

    /// The files of one more plan.
    fn take(&mut self, files: &[Arc<PlannedFile>], contents: &mut Contents) {
        for file in files {
            self.ways.entry(file.module).or_default().push(file.patch.way_back());
        }
        contents.extend(files.iter().map(|file| file.content()));
    }

    /// The file on disk of a module.
    pub(super) fn source(&self, module: ModuleId) -> Option<&'a SourceFile> {
        self.project.module(module)?.source.as_ref()
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

impl Analysis {
    /// The files that a plan changes, and what follows once they are changed: a hint that is written is evidence for
    /// others, so the changed files are looked at again until nothing is planned any more. A second run then has
    /// nothing to add. `next` makes the plan of each further look.
    pub fn settled(&self, plan: &Plan, mut next: impl FnMut(Analysis, &Origins<'_>) -> Plan) -> Result<Settled> {
        let mut contents = Contents::new();
        let mut origins = Origins::new(&self.project);
        origins.take(&plan.files, &mut contents);
        let mut memo = Memo::default();
        let mut is_settled = plan.files.is_empty() || self.settings.max_changes.is_some();
        for _ in 0..MAX_FOLLOW_UPS {
            if is_settled {
                break;
            }
            let look = self.phases.measure("follow-ups", || self.after(&contents, &mut memo));
            let plan = next(look, &origins);
            is_settled = plan.files.is_empty();
            origins.take(&plan.files, &mut contents);
        }
        memo.forget();
        let mut changes = Vec::new();
        let mut facts = BTreeMap::new();
        for (module, (text, says)) in contents {
            facts.insert(module, says);
            if let Some(source) = origins.source(module) {
                let (original, new) = (source.encode(&source.text)?, source.encode(&text)?);
                changes.push(FileChange { path: source.path.clone(), original, new });
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Settled { changes, facts })
    }

    /// A look at the repository with other contents of some files.
    fn after(&self, contents: &Contents, memo: &mut Memo) -> Analysis {
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
        let phases = Phases::default();
        let (project, inference, narrowed) = conclude(files.collect(), &self.settings, &phases, Some(memo));
        Analysis::new(project, inference, narrowed, self.settings.clone(), phases)
    }
}
