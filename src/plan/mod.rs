//! From proposals to edits: select, order by dependency, name, place, import, render, and check the result.
//!
//! A proposal is planned in every file it touches or in none. Whatever cannot be written is dropped with a reason, and
//! what needs it is dropped with it. Text is inserted; the only bytes replaced are a `namedtuple(...)` that becomes a
//! class and blanks inside a signature that is wrapped.

mod annotate;
mod assemble;
mod builtin_names;
mod define;
mod file;
mod graph;
mod imports;
mod members;
mod messages;
mod names;
mod paths;
mod placement;
mod signature;
mod speak;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::ScopeId;
use crate::infer::{Confidence, Inference, ShapeKind};
use crate::project::{Origin, Project};
use crate::proposal::{Applicability, Change, Proposal, ProposalId};
use crate::source::{SourceFile, parse};
use crate::text::{Edit, Patch, TextRange};
use crate::types::{ModuleId, PythonVersion, Rendering, ShapeId, SlotId, Type, render};

use annotate::Place;
use assemble::Contribution;
use file::{File, Site};
use graph::ImportGraph;
use placement::{mentioned, shapes_in};
use signature::Annotation;
use speak::{Context, Reserved, Speaker};

/// What is planned.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The version of Python that hints are written for.
    pub target: PythonVersion,
    /// How wide a line may get; without it as wide as the file's own lines, at most 88.
    pub line_length: Option<usize>,
    /// Proposals of less confidence are left out.
    pub min_confidence: Confidence,
    /// Whether proposals are planned after which the program may behave differently.
    pub allow_unsafe: bool,
    /// Plans only these, if given.
    pub accept: Option<&'a HashSet<ProposalId>>,
}

/// What will be written.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files that change, in the order of modules.
    pub files: Vec<PlannedFile>,
    /// The proposals that are part of it, in the order given.
    pub planned: Vec<Planned>,
    /// The proposals that could not be written.
    pub dropped: Vec<Dropped>,
    /// How many were left out for their confidence or applicability.
    pub hidden: usize,
}

/// A file that changes.
#[derive(Debug)]
pub struct PlannedFile {
    /// The module.
    pub module: ModuleId,
    /// Its edits.
    pub patch: Patch,
}

/// A proposal that is part of the plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Index among the proposals.
    pub proposal: usize,
    /// The title, with the names that were chosen.
    pub title: String,
    /// The reason, with the names that were chosen.
    pub reason: String,
    /// What the proposal would change if it came alone, imports included, by module.
    pub edits: Vec<(ModuleId, Vec<Edit>)>,
}

/// A proposal that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Index among the proposals.
    pub proposal: usize,
    /// Why.
    pub reason: String,
}

/// Turns proposals into edits.
pub fn plan(project: &Project, inference: &Inference, proposals: &[Proposal], options: &Options<'_>) -> Plan {
    let mut planner = Planner { inference, proposals, live: BTreeSet::new(), dropped: BTreeMap::new() };
    let hidden = planner.select(options);
    planner.drop_duplicates(project);
    planner.drop_orphans();
    let (context, mut reserved) = planner.decide(project, options.target);
    let mut contributions: BTreeMap<usize, BTreeMap<ModuleId, Contribution>> = BTreeMap::new();
    for number in planner.live.clone() {
        match contribution(&context, inference, &proposals[number], &mut reserved) {
            Ok(contribution) => {
                contributions.insert(number, contribution);
            }
            Err(reason) => planner.drop(number, reason),
        }
    }
    planner.drop_orphans();
    let files = planner.settle(&context, &contributions, options.line_length);
    let limit = |module: ModuleId| context.files.get(&module).map_or(88, |file| line_limit(file, options.line_length));
    let planned: Vec<Planned> = planner
        .live
        .par_iter()
        .map(|&number| {
            let proposal = &proposals[number];
            let own = contributions.get(&number).into_iter().flatten();
            let edits = own.filter_map(|(&module, contribution)| {
                let file = context.files.get(&module)?;
                Some((module, assemble::edits(file, contribution, limit(module)).ok()?))
            });
            Planned {
                proposal: number,
                title: messages::write(&proposal.title, &context.names, options.target),
                reason: messages::write(&proposal.reason, &context.names, options.target),
                edits: edits.collect(),
            }
        })
        .collect();
    let dropped = planner.dropped.into_iter().map(|(proposal, reason)| Dropped { proposal, reason }).collect();
    Plan { files, planned, dropped, hidden }
}

/// The widest a line of a file should get.
fn line_limit(file: &File<'_>, configured: Option<usize>) -> usize {
    configured.unwrap_or_else(|| file.source.style.max_line.clamp(79, 88))
}

/// Which proposals are still in the plan.
struct Planner<'a> {
    inference: &'a Inference,
    proposals: &'a [Proposal],
    live: BTreeSet<usize>,
    dropped: BTreeMap<usize, String>,
}

impl Planner<'_> {
    fn drop(&mut self, number: usize, reason: impl Into<String>) {
        if self.live.remove(&number) {
            self.dropped.insert(number, reason.into());
        }
    }

    /// Takes what the options ask for; the number of those that they hide.
    fn select(&mut self, options: &Options<'_>) -> usize {
        let mut hidden = 0;
        for (number, proposal) in self.proposals.iter().enumerate() {
            let is_shown = proposal.confidence >= options.min_confidence
                && match proposal.applicability {
                    Applicability::Safe => true,
                    Applicability::Unsafe => options.allow_unsafe,
                    Applicability::DisplayOnly => false,
                };
            match options.accept {
                _ if !is_shown => hidden += 1,
                Some(accepted) if !accepted.contains(&proposal.id) => {}
                _ => {
                    self.live.insert(number);
                }
            }
        }
        hidden
    }

    /// A slot is annotated once, and a shape defined once: the first proposal wins.
    fn drop_duplicates(&mut self, project: &Project) {
        let mut slots: FxHashSet<SlotId> = FxHashSet::default();
        let mut shapes: FxHashSet<ShapeId> = FxHashSet::default();
        for number in self.live.clone() {
            let changes = &self.proposals[number].changes;
            let clash = changes.iter().find_map(|change| match change {
                Change::Annotate { slot, .. } if slot.0 as usize >= project.slots().len() => Some("its slot is gone"),
                Change::Annotate { slot, .. } if slots.contains(slot) => {
                    Some("another proposal annotates the same place")
                }
                Change::Define(shape) if shapes.contains(shape) => Some("another proposal adds the same definition"),
                _ => None,
            });
            if let Some(reason) = clash {
                self.drop(number, reason);
                continue;
            }
            for change in changes {
                match change {
                    Change::Annotate { slot, .. } => _ = slots.insert(*slot),
                    Change::Define(shape) => _ = shapes.insert(*shape),
                    Change::Wrap { .. } => {}
                }
            }
        }
    }

    /// Drops what needs a definition that no live proposal adds, until nothing does.
    fn drop_orphans(&mut self) {
        loop {
            let defined: BTreeSet<ShapeId> = self.live.iter().flat_map(|&number| self.defined_by(number)).collect();
            let orphans: Vec<usize> =
                self.live.iter().copied().filter(|&number| !self.needed_by(number).is_subset(&defined)).collect();
            if orphans.is_empty() {
                return;
            }
            for number in orphans {
                self.drop(number, "it needs a definition that is not part of the plan");
            }
        }
    }

    fn defined_by(&self, number: usize) -> BTreeSet<ShapeId> {
        let changes = self.proposals[number].changes.iter();
        changes.filter_map(|change| if let Change::Define(shape) = change { Some(*shape) } else { None }).collect()
    }

    fn needed_by(&self, number: usize) -> BTreeSet<ShapeId> {
        let proposal = &self.proposals[number];
        let mut needed: BTreeSet<ShapeId> = proposal.requires.iter().copied().collect();
        for change in &proposal.changes {
            match change {
                Change::Annotate { ty, .. } => shapes_in(ty, &mut needed),
                Change::Define(shape) => needed.extend(mentioned(&self.inference.shape(*shape).kind)),
                Change::Wrap { shape, .. } => _ = needed.insert(*shape),
            }
        }
        needed
    }

    /// Chooses names and places, before any text is written.
    fn decide<'p>(&self, project: &'p Project, target: PythonVersion) -> (Context<'p>, Reserved) {
        let mut shapes: BTreeMap<ShapeId, BTreeSet<ModuleId>> = BTreeMap::new();
        let mut modules: BTreeSet<ModuleId> = BTreeSet::new();
        for &number in &self.live {
            for shape in self.defined_by(number) {
                shapes.entry(shape).or_default();
            }
        }
        for &number in &self.live {
            for change in &self.proposals[number].changes {
                let (module, used) = match change {
                    Change::Annotate { slot, ty } => {
                        let mut used = BTreeSet::new();
                        shapes_in(ty, &mut used);
                        (project.slots().info(*slot).module, used)
                    }
                    Change::Define(shape) => {
                        let shape = self.inference.shape(*shape);
                        (shape.home.module, mentioned(&shape.kind))
                    }
                    Change::Wrap { module, shape, .. } => (*module, BTreeSet::from([*shape])),
                };
                modules.insert(module);
                for shape in used {
                    shapes.entry(shape).or_default().insert(module);
                }
            }
        }
        let found: Vec<(ModuleId, File<'p>)> = modules
            .par_iter()
            .filter_map(|&id| {
                let module = project.module(id)?;
                (module.origin == Origin::Project).then(|| File::new(project, module))?.map(|file| (id, file))
            })
            .collect();
        let files: BTreeMap<ModuleId, File<'p>> = found.into_iter().collect();
        let mut star_importers: FxHashMap<ModuleId, Vec<ModuleId>> = FxHashMap::default();
        for module in project.repository() {
            for &star in &module.symbols.stars {
                if let Some(source) = project.imported_module(module, module.facts.import(star)) {
                    star_importers.entry(source).or_default().push(module.id);
                }
            }
        }
        let placements = placement::place(self.inference, &files, &shapes.keys().copied().collect());
        let graph = ImportGraph::new(project);
        let mut context = Context { project, target, files, star_importers, graph, names: BTreeMap::new(), placements };
        let mut reserved = Reserved::default();
        context.names = names::choose(&context, self.inference, &shapes, &mut reserved);
        (context, reserved)
    }

    /// The patches of all files. Proposals whose edits overlap, or break a file, are dropped until none does.
    fn settle(
        &mut self,
        context: &Context<'_>,
        contributions: &BTreeMap<usize, BTreeMap<ModuleId, Contribution>>,
        line_length: Option<usize>,
    ) -> Vec<PlannedFile> {
        // Each round drops at least one proposal.
        loop {
            let mut by_file: BTreeMap<ModuleId, Vec<usize>> = BTreeMap::new();
            for &number in &self.live {
                for &module in contributions.get(&number).into_iter().flat_map(BTreeMap::keys) {
                    by_file.entry(module).or_default().push(number);
                }
            }
            let results: Vec<(ModuleId, Result<Patch, Vec<(usize, String)>>)> = by_file
                .par_iter()
                .filter_map(|(&module, numbers)| {
                    let file = context.files.get(&module)?;
                    let limit = line_limit(file, line_length);
                    Some((module, file_patch(file, module, numbers, contributions, limit)))
                })
                .collect();
            let mut files = Vec::new();
            let mut failures = Vec::new();
            for (module, result) in results {
                match result {
                    Ok(patch) if patch.is_empty() => {}
                    Ok(patch) => files.push(PlannedFile { module, patch }),
                    Err(faults) => failures.extend(faults),
                }
            }
            if failures.is_empty() {
                return files;
            }
            for (number, reason) in failures {
                self.drop(number, reason);
            }
            self.drop_orphans();
        }
    }
}

/// The checked patch of a file; or the proposals at fault.
fn file_patch(
    file: &File<'_>,
    module: ModuleId,
    numbers: &[usize],
    contributions: &BTreeMap<usize, BTreeMap<ModuleId, Contribution>>,
    limit: usize,
) -> Result<Patch, Vec<(usize, String)>> {
    let of = |number: usize| contributions.get(&number).and_then(|files| files.get(&module));
    let together = |numbers: &[usize]| {
        let mut all = Contribution::default();
        numbers.iter().filter_map(|&number| of(number)).for_each(|one| all.extend(one));
        checked(file, &all, limit)
    };
    let reason = match together(numbers) {
        Ok(patch) => return Ok(patch),
        Err(reason) => reason,
    };
    let mut faults: Vec<(usize, String)> =
        numbers.iter().filter_map(|&number| together(&[number]).err().map(|reason| (number, reason))).collect();
    if faults.is_empty() {
        // Each is fine alone: the first that does not fit with those before it has to go.
        let count = (1..=numbers.len()).find(|&count| together(&numbers[..count]).is_err()).unwrap_or(numbers.len());
        faults.push((numbers[count - 1], reason));
    }
    Err(faults)
}

/// The patch of a contribution, if the file is still valid Python after it.
fn checked(file: &File<'_>, contribution: &Contribution, limit: usize) -> Result<Patch, String> {
    let edits = assemble::edits(file, contribution, limit)?;
    let mut patch = Patch::new();
    patch.add_all(&edits).map_err(|conflict| conflict.to_string())?;
    let changed = SourceFile { text: patch.apply(file.text()), ..file.source.clone() };
    parse(&changed).map_err(|error| format!("the file would not be valid any more: {error}"))?;
    Ok(patch)
}

/// What a proposal adds to each file; or why it cannot be written.
fn contribution(
    context: &Context<'_>,
    inference: &Inference,
    proposal: &Proposal,
    reserved: &mut Reserved,
) -> Result<BTreeMap<ModuleId, Contribution>, String> {
    let mut files: BTreeMap<ModuleId, Contribution> = BTreeMap::new();
    let file_of =
        |module: ModuleId| context.files.get(&module).ok_or_else(|| "it changes a file that is only read".to_owned());
    for change in &proposal.changes {
        match change {
            Change::Annotate { slot, ty } => {
                let info = context.project.slots().info(*slot);
                let file = file_of(info.module)?;
                let target = annotate::target(file, info.kind, context.target)?;
                annotation(context, file, target, ty, reserved, files.entry(info.module).or_default())?;
            }
            Change::Define(id) => {
                let shape = inference.shape(*id);
                let file = file_of(shape.home.module)?;
                let placement = context.placements.get(id).copied().ok_or("it has no place")?;
                let written = define::define(context, file, reserved, *id, shape, placement)?;
                let contribution = files.entry(shape.home.module).or_default();
                contribution.needs.extend(written.needs);
                contribution.definitions.extend(written.definition);
                contribution.edits.extend(written.edits);
            }
            Change::Wrap { module, range, shape } => {
                let file = file_of(*module)?;
                if !matches!(inference.shape(*shape).kind, ShapeKind::NewType { .. }) {
                    return Err("only a NewType wraps values".to_owned());
                }
                wrap(context, file, *range, *shape, reserved, files.entry(*module).or_default())?;
            }
        }
    }
    Ok(files)
}

/// Writes the type of a slot.
fn annotation(
    context: &Context<'_>,
    file: &File<'_>,
    target: annotate::Target,
    ty: &Type,
    reserved: &mut Reserved,
    contribution: &mut Contribution,
) -> Result<(), String> {
    let evaluated = target.site.evaluated;
    let lazy = file.facts().layout.future_annotations;
    let mut speaker = Speaker::new(context, file, reserved, target.site);
    let mut text = render(ty, &mut speaker, Rendering::annotation(context.target, lazy))?;
    if speaker.deferred && evaluated {
        let quote = file.source.style.quote;
        text = format!("{quote}{text}{quote}");
    }
    contribution.needs.extend(speaker.needs);
    match target.place {
        Place::Param { function, .. } | Place::Return { function, .. } => {
            contribution.signatures.entry(function).or_default().push(Annotation { place: target.place, text });
        }
        Place::Target(at) => contribution.edits.push(Edit::insert(at, format!(": {text}"))),
    }
    Ok(())
}

/// Puts a call of a `NewType` around an expression.
fn wrap(
    context: &Context<'_>,
    file: &File<'_>,
    range: TextRange,
    shape: ShapeId,
    reserved: &mut Reserved,
    contribution: &mut Contribution,
) -> Result<(), String> {
    let (scope, in_function) = file.scope_at(range.start);
    let scope = if in_function { scope } else { ScopeId(0) };
    let site = Site { scope, position: (range.start, 0), evaluated: !in_function, hidden: Vec::new() };
    let mut speaker = Speaker::new(context, file, reserved, site);
    let name = speaker.runtime_shape(shape, in_function)?;
    contribution.needs.extend(speaker.needs);
    contribution.edits.push(Edit::insert(range.start, format!("{name}(")));
    contribution.edits.push(Edit::insert(range.end, ")"));
    Ok(())
}
