//! `hintwright diff --split-by`: the changes as numbered patches.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rayon::prelude::*;

use super::analysis::Analysis;
use super::base::Base;
use super::cli::DiffArgs;
use super::output::write_file;
use super::reading::facts_of;
use super::terminal::write_data;
use super::{Batch, Told};
use crate::facts::{ExprKind, FileFacts, Import, ScopeId};
use crate::project::{Module, Resolution};
use crate::proposal::{Change, ProposalId};
use crate::report::{FileStep, Owners, Paint, SplitBy, Step, cut, order, sequence, unified_diff};
use crate::text::Name;
use crate::types::ModuleId;
use crate::write::FileChange;

/// Writes the patches and prints their names.
pub(super) fn run(args: &DiffArgs, by: SplitBy, batch: &Batch, told: &Told) -> Result<()> {
    let base = &batch.base;
    let files = Files::new(&told.analysis, &batch.changes, base);
    let max_lines = args.max_lines.get();
    let steps = match by {
        SplitBy::Transform => by_transform((batch, told), &files, base, max_lines)?,
        SplitBy::File => files.steps(&|path| path.to_owned(), max_lines),
        SplitBy::Package => {
            let package = |path: &str| path.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned();
            files.steps(&package, max_lines)
        }
        SplitBy::Owners => {
            let owners = owners(base);
            files.steps(&|path| owners.of(path).to_owned(), max_lines)
        }
    };
    let mut names = String::new();
    for (number, step) in steps.iter().enumerate() {
        let mut patch = Vec::new();
        for file in &step.files {
            patch.extend(unified_diff(&file.path, &file.old, &file.new, Paint::plain()));
        }
        let file = args.output_dir.join(format!("{:04}-{}.patch", number + 1, slug(&step.subject)));
        write_file(&file, &patch).with_context(|| format!("{}: cannot be written", file.display()))?;
        let _ = writeln!(names, "{}", file.display());
    }
    // Who reads only the first names gets all patches.
    Ok(write_data(names.as_bytes())?)
}

/// A part of a file's name.
fn slug(subject: &str) -> String {
    let plain = subject.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect::<String>();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let mut slug: String = words.join("-").chars().take(60).collect();
    if slug.is_empty() {
        "others".clone_into(&mut slug);
    }
    slug
}

fn owners(base: &Base) -> Owners {
    let texts = Owners::PLACES.iter().filter_map(|place| fs::read_to_string(base.path(place)?).ok());
    texts.map(|text| Owners::parse(&text)).next().unwrap_or_default()
}

/// The files that change, and which of them import what from which.
struct Files {
    /// In the order of their paths.
    steps: Vec<FileStep>,
    numbers: BTreeMap<String, usize>,
    needs: BTreeMap<usize, BTreeSet<usize>>,
}

impl Files {
    fn new(analysis: &Analysis, changes: &[FileChange], base: &Base) -> Self {
        let steps: Vec<FileStep> = changes.iter().map(|change| step(change, base)).collect();
        let modules: BTreeMap<&Path, &Module> = analysis
            .project
            .repository()
            .filter_map(|module| Some((module.source.as_ref()?.path.as_path(), module)))
            .collect();
        let module_of = |change: &FileChange| modules.get(change.path.as_path()).copied();
        let by_module: BTreeMap<ModuleId, usize> =
            changes.iter().enumerate().filter_map(|(number, change)| Some((module_of(change)?.id, number))).collect();
        let rewritten: BTreeMap<ModuleId, (&Module, FileFacts)> = changes
            .par_iter()
            .filter_map(|change| Some((module_of(change)?, facts_of(&change.path, &change.new)?)))
            .map(|(module, facts)| (module.id, (module, facts)))
            .collect();
        let added: BTreeMap<ModuleId, HashSet<Name>> = rewritten
            .iter()
            .map(|(&id, (module, facts))| (id, &bound_names(facts) - &bound_names(&module.facts)))
            .filter(|(_, names)| !names.is_empty())
            .collect();
        let needs = rewritten.par_iter().filter_map(|(id, (module, facts))| {
            let needed = added_imports(analysis, module, facts).into_iter();
            let needed: BTreeSet<ModuleId> = needed.chain(asked_for_more(analysis, module, facts, &added)).collect();
            let number = *by_module.get(id)?;
            let files = needed.iter().filter_map(|id| by_module.get(id).copied());
            Some((number, files.filter(|&other| other != number).collect()))
        });
        let needs: BTreeMap<usize, BTreeSet<usize>> = needs.collect();
        let numbers = steps.iter().enumerate().map(|(number, step)| (step.path.clone(), number)).collect();
        Self { steps, numbers, needs }
    }

    /// Patches for the files of each key.
    fn steps(&self, key: &dyn Fn(&str) -> String, max_lines: usize) -> Vec<Step> {
        let groups = order(self.steps.len(), &self.needs);
        let keys: Vec<String> = groups
            .iter()
            .map(|group| {
                let keys: BTreeSet<String> = group.iter().map(|&number| key(&self.steps[number].path)).collect();
                keys.into_iter().collect::<Vec<_>>().join(" ")
            })
            .collect();
        let runs = sequence(&groups, &keys, &self.needs).into_iter();
        runs.flat_map(|(key, numbers)| {
            let groups = numbers
                .into_iter()
                .map(|number| groups[number].iter().map(|&file| self.steps[file].clone()).collect::<Vec<_>>());
            cut(&key, groups.collect(), max_lines, &is_valid)
        })
        .collect()
    }

    /// Some of the files, with other content, in the order of what they need.
    fn grouped(&self, steps: Vec<FileStep>) -> Vec<Vec<FileStep>> {
        let mut by_number: BTreeMap<usize, FileStep> = BTreeMap::new();
        for step in steps {
            if let Some(&number) = self.numbers.get(&step.path) {
                by_number.insert(number, step);
            }
        }
        let groups = order(self.steps.len(), &self.needs).into_iter();
        let groups = groups.map(|group| group.iter().filter_map(|number| by_number.remove(number)).collect::<Vec<_>>());
        groups.filter(|group| !group.is_empty()).collect()
    }
}

fn step(change: &FileChange, base: &Base) -> FileStep {
    FileStep { path: base.name(&change.path), old: change.original.clone(), new: change.new.clone() }
}

fn is_valid(file: &FileStep, bytes: &[u8]) -> bool {
    facts_of(Path::new(&file.path), bytes).is_some()
}

/// The modules from which a changed file imports something that it did not import before.
fn added_imports(analysis: &Analysis, module: &Module, new: &FileFacts) -> BTreeSet<ModuleId> {
    let key = |import: &Import| (import.level, import.module, import.member);
    let before: HashSet<_> = module.facts.imports.iter().map(key).collect();
    let added = new.imports.iter().filter(|import| !before.contains(&key(import)));
    added.flat_map(|import| imported(analysis, module, import)).collect()
}

/// The modules that a file imported already, of which it asks for a name that they did not have before.
fn asked_for_more(
    analysis: &Analysis,
    module: &Module,
    new: &FileFacts,
    added: &BTreeMap<ModuleId, HashSet<Name>>,
) -> BTreeSet<ModuleId> {
    if added.is_empty() {
        return BTreeSet::new();
    }
    let asked = &attributes(new) - &attributes(&module.facts);
    let modules = new.imports.iter().flat_map(|import| imported(analysis, module, import));
    modules.filter(|id| added.get(id).is_some_and(|names| !names.is_disjoint(&asked))).collect()
}

/// The modules that are loaded by an import: `from package import module` needs both.
fn imported(analysis: &Analysis, module: &Module, import: &Import) -> impl Iterator<Item = ModuleId> {
    let submodule = match analysis.project.resolve_imported(module, import) {
        Some(Resolution::Module(id)) => Some(id),
        _ => None,
    };
    [analysis.project.imported_module(module, import), submodule].into_iter().flatten()
}

/// The names that a module binds.
fn bound_names(facts: &FileFacts) -> HashSet<Name> {
    facts.scope(ScopeId(0)).symbols.iter().map(|symbol| symbol.name).collect()
}

/// The names that a file asks anything for.
fn attributes(facts: &FileFacts) -> HashSet<Name> {
    let names = facts.exprs.iter().filter_map(|expr| match expr.kind {
        ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    });
    names.collect()
}

/// A patch for each transform, those that define something first: what is planned with those before, and with this one.
fn by_transform((batch, told): (&Batch, &Told), files: &Files, base: &Base, max_lines: usize) -> Result<Vec<Step>> {
    let Told { analysis, plan, .. } = told;
    let mut accepted: BTreeMap<(bool, &'static str), Vec<ProposalId>> = BTreeMap::new();
    let mut rank: Vec<(bool, &'static str)> = Vec::new();
    for &transform in &analysis.settings().transforms {
        let own = plan.planned.iter().map(|planned| &analysis.proposals[planned.proposal]);
        let own: Vec<_> = own.filter(|proposal| proposal.transform == transform).collect();
        let defines = own.iter().any(|one| one.changes.iter().any(|change| matches!(change, Change::Define(_))));
        let key = (!defines, transform);
        rank.push(key);
        accepted.insert(key, own.into_iter().map(|proposal| proposal.id).collect());
    }
    rank.sort_by_key(|&(annotates, _)| annotates);
    let mut taken: HashSet<ProposalId> = HashSet::new();
    let mut texts: BTreeMap<PathBuf, (Vec<u8>, Vec<u8>)> = BTreeMap::new();
    let mut steps = Vec::new();
    let mut advance = |subject: &str, changes: &[FileChange], texts: &mut BTreeMap<PathBuf, (Vec<u8>, Vec<u8>)>| {
        let mut own = Vec::new();
        let mut after: BTreeMap<PathBuf, (Vec<u8>, Vec<u8>)> = BTreeMap::new();
        for change in changes {
            after.insert(change.path.clone(), (change.original.clone(), change.new.clone()));
        }
        // What an earlier step changed and this one takes back is rare, and no reason to lose it.
        for (path, (original, _)) in texts.iter() {
            after.entry(path.clone()).or_insert_with(|| (original.clone(), original.clone()));
        }
        for (path, (original, new)) in &after {
            let old = texts.get(path).map_or(original, |(_, last)| last);
            if old != new {
                own.push(FileStep { path: base.name(path), old: old.clone(), new: new.clone() });
            }
        }
        *texts = after;
        steps.extend(cut(subject, files.grouped(own), max_lines, &is_valid));
    };
    for key in rank {
        let ids = &accepted[&key];
        if ids.is_empty() {
            continue;
        }
        taken.extend(ids);
        let so_far = analysis.changes(&analysis.plan_only(&taken))?;
        advance(key.1, &so_far, &mut texts);
    }
    advance("following", &batch.changes, &mut texts);
    Ok(steps)
}
