//! Places in files as the user knows them: path, line, what stands there.

use rustc_hash::FxHashMap;

use super::settle::Origins;
use crate::infer::Evidence;
use crate::plan::Plan;
use crate::project::Project;
use crate::report::Sight;
use crate::text::LineIndex;
use crate::types::ModuleId;

/// Lines of files, each file indexed once.
pub(super) struct Places<'a> {
    project: &'a Project,
    /// The files on disk, where the project is what plans make of them.
    origins: Option<&'a Origins>,
    indexes: FxHashMap<ModuleId, LineIndex>,
}

impl<'a> Places<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        Self { project, origins: None, indexes: FxHashMap::default() }
    }

    /// Places of a project that plans made, with their lines on disk.
    pub(super) fn on_disk(project: &'a Project, origins: &'a Origins) -> Self {
        Self { origins: Some(origins), ..Self::new(project) }
    }

    /// The file and line of a place, as shown to the user.
    pub(super) fn place(&mut self, module: ModuleId, offset: u32) -> (String, u32) {
        let source = match self.origins {
            Some(origins) => origins.source(module),
            None => self.project.module(module).and_then(|module| module.source.as_ref()),
        };
        let offset = self.origins.map_or(offset, |origins| origins.offset(module, offset));
        let line =
            source.map_or(0, |source| self.indexes.entry(module).or_insert_with(|| source.line_index()).line(offset));
        (self.path(module), line)
    }

    /// A module as the user knows it: its file, or its name where it has none.
    pub(super) fn path(&self, module: ModuleId) -> String {
        self.project.module(module).map_or_else(String::new, |module| match &module.source {
            Some(source) => source.display_path.clone(),
            None => module.name.to_string(),
        })
    }

    /// The pieces of evidence with the types that were seen. The same twice in one line of a file is one here.
    pub(super) fn evidence(&mut self, plan: &Plan, evidence: &[Evidence]) -> Vec<Sight> {
        let mut sights: Vec<Sight> = Vec::new();
        for one in evidence {
            let (path, line) = self.place(one.module, one.range.start);
            let text = self.line_text(one.module, one.range.start);
            let ty = one.ty.as_ref().map(|ty| plan.describe(ty));
            let sight = Sight { kind: one.kind.label(), place: format!("{path}:{line}"), text, ty, times: 1 };
            match sights.last_mut() {
                Some(last) if (Sight { times: 1, ..last.clone() }) == sight => last.times += 1,
                _ => sights.push(sight),
            }
        }
        sights
    }

    /// What stands in the line of a place, shortened.
    pub(super) fn line_text(&self, module: ModuleId, offset: u32) -> String {
        const WIDTH: usize = 60;
        let source = self.project.module(module).and_then(|module| module.source.as_ref());
        let Some(text) = source.map(|source| &*source.text) else { return String::new() };
        let offset = (offset as usize).min(text.len());
        let start = text[..offset].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default().trim();
        match line.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}
