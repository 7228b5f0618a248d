//! From proposals to edits: select, order by dependency, name, place, import, render, and check the result.
//!
//! A proposal is planned in every file it touches or in none. Whatever cannot be written is dropped with a reason, and
//! what needs it is dropped with it. Text is inserted; the only bytes replaced are a `namedtuple(...)` that becomes a
//! class and blanks inside a signature that is wrapped.

mod annotate;
mod assemble;
mod builtin_names;
mod contribute;
mod convert;
mod define;
mod draft;
mod file;
mod graph;
mod hint;
mod homes;
mod imports;
mod members;
mod messages;
mod named;
mod names;
mod narrow;
mod paths;
mod placement;
mod recall;
mod revise;
mod select;
mod signature;
mod speak;
mod suppress;
#[cfg(test)]
mod tests;
mod turned;
mod variants;
mod wrap;

pub use draft::Draft;
pub use homes::avoid_circles;
pub use revise::{Choice, HintLine, check_hint, hints, revise};
pub use suppress::{ignore_comment, without_ignored};
pub use variants::Variant;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::{FileFacts, lower};
use crate::infer::{Confidence, Inference};
use crate::project::{Origin, Project};
use crate::proposal::{Change, Declaration, Message, Proposal, ProposalId};
use crate::source::{SourceFile, parse, with_tree};
use crate::text::{Edit, Name, Patch};
use crate::types::{ModuleId, PythonVersion, ShapeId, Type};

pub use narrow::{Narrowed, SlotGroup, narrow, surest};

use assemble::Contribution;
use contribute::contribution;
use file::File;
use graph::ImportGraph;
use placement::mentioned;
use recall::{Memory, Outcome, Recall};
use select::Selection;
use speak::{Context, Reserved};

/// What each proposal adds to each file.
type Contributions = BTreeMap<usize, Arc<BTreeMap<ModuleId, Contribution>>>;

/// Proposals that cannot be written, with the reasons.
type Faults = Vec<(usize, String)>;

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
    /// Whether `from __future__ import annotations` may be added where nothing reads annotations.
    pub future_annotations: bool,
    /// Plans only these, if given.
    pub accept: Option<&'a HashSet<ProposalId>>,
}

/// What will be written.
#[derive(Debug)]
pub struct Plan {
    /// The files that change, in the order of modules.
    pub files: Vec<Arc<PlannedFile>>,
    /// The proposals that are part of it, in the order given.
    pub planned: Vec<Planned>,
    /// The proposals that could not be written.
    pub dropped: Vec<Dropped>,
    /// How many were left out for their confidence or applicability.
    pub hidden: usize,
    /// For each proposal those whose definitions it needs.
    needs: BTreeMap<usize, BTreeSet<usize>>,
    /// The names of the definitions.
    names: BTreeMap<ShapeId, Name>,
}

impl Plan {
    /// A type in words, with the names that were chosen.
    pub fn describe(&self, ty: &Type) -> String {
        messages::describe(ty, &self.names)
    }

    /// A title or reason in words, with the names that were chosen.
    pub fn say(&self, message: &Message) -> String {
        messages::write(message, &self.names)
    }

    /// The proposals, by index, whose definitions this one needs directly.
    pub fn needs(&self, proposal: usize) -> impl Iterator<Item = usize> + '_ {
        self.needs.get(&proposal).into_iter().flatten().copied()
    }

    /// The name that was chosen for a definition.
    pub fn name(&self, shape: ShapeId) -> Option<Name> {
        self.names.get(&shape).copied()
    }
}

/// A file that changes.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    /// The module.
    pub module: ModuleId,
    /// Its edits.
    pub patch: Patch,
    /// Its text after them.
    pub text: Arc<str>,
    /// What it says after them.
    pub facts: Arc<FileFacts>,
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
    /// What the proposal would change if it came alone, imports included, by module; empty where nobody has asked.
    pub edits: Vec<(ModuleId, Vec<Edit>)>,
    /// The same without imports: what the proposal is about.
    pub essence: Vec<(ModuleId, Vec<Edit>)>,
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
    draft(project, inference, proposals, options, None).into_plan()
}

/// Turns proposals into edits, and keeps what it takes to write only some of them.
///
/// After a small change of the proposals `before` makes this fast: what nothing has changed for is not planned again,
/// and what could not be written at the start is not tried again.
pub fn draft<'p>(
    project: &'p Project,
    inference: &Inference,
    proposals: &[Proposal],
    options: &Options<'_>,
    before: Option<&Draft<'p>>,
) -> Draft<'p> {
    let lost = before.map(|draft| &draft.lost);
    let mut unwritable: BTreeMap<usize, String> = BTreeMap::new();
    for (number, proposal) in proposals.iter().enumerate() {
        let reason = lost.and_then(|lost| lost.get(&proposal.id));
        unwritable.extend(reason.map(|reason| (number, reason.clone())));
    }
    loop {
        match attempt(project, inference, proposals, options, &unwritable, before) {
            Ok(mut draft) => {
                let of_plan = || draft.plan.dropped.iter().map(|one| (proposals[one.proposal].id, one.reason.clone()));
                draft.lost = lost.map_or_else(|| of_plan().collect(), Clone::clone);
                return draft;
            }
            Err(more) => unwritable.extend(more),
        }
    }
}

/// Plans all but what is known to be unwritable. Where a proposal turns out to be unwritable that kept another one out,
/// the answer is that proposal: the other one gets its turn.
fn attempt<'p>(
    project: &'p Project,
    inference: &Inference,
    proposals: &[Proposal],
    options: &Options<'_>,
    unwritable: &BTreeMap<usize, String>,
    before: Option<&Draft<'p>>,
) -> Result<Draft<'p>, BTreeMap<usize, String>> {
    let mut selection = Selection { inference, proposals, live: BTreeSet::new(), dropped: BTreeMap::new() };
    let hidden = selection.select(options);
    for (&number, reason) in unwritable {
        selection.drop(number, reason.clone());
    }
    let winners = selection.drop_duplicates(project);
    selection.drop_orphans();
    let (context, mut reserved) = selection.decide(project, options, before);
    let taking_part = || selection.live.iter().map(|&number| (number, &proposals[number]));
    let recall = before.map_or_else(Recall::default, |before| Recall::new(before, &context, inference, taking_part()));
    let tried: Vec<usize> = selection.live.iter().copied().collect();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(tried.len());
    for &number in &tried {
        outcomes.push(outcome(&context, inference, (number, &proposals[number]), &recall, &mut reserved));
    }
    let mut contributions: Contributions = BTreeMap::new();
    for (&number, outcome) in tried.iter().zip(&outcomes) {
        match outcome {
            Ok(contribution) => _ = contributions.insert(number, contribution.clone()),
            Err(reason) => selection.drop(number, reason.clone()),
        }
    }
    selection.drop_orphans();
    selection.drop_unused(&contributions);
    let lost: BTreeMap<usize, String> = winners
        .into_iter()
        .filter(|number| !unwritable.contains_key(number))
        .filter_map(|number| Some((number, selection.dropped.get(&number)?.clone())))
        .collect();
    if !lost.is_empty() {
        return Err(lost);
    }
    let settled = selection.settle(&context, &contributions, options.line_length, (before, &recall));
    let words: Vec<(String, String)> = tried
        .par_iter()
        .map(|&number| {
            let write = |message| messages::write(message, &context.names);
            let known = recall.made(number).map(|made| made.words.clone());
            known.unwrap_or_else(|| (write(&proposals[number].title), write(&proposals[number].reason)))
        })
        .collect();
    let mut memory = Memory::of(inference);
    let mut planned: Vec<Planned> = Vec::with_capacity(tried.len());
    for ((number, outcome), (title, reason)) in tried.into_iter().zip(outcomes).zip(words) {
        if selection.live.contains(&number) {
            let (title, reason) = (title.clone(), reason.clone());
            planned.push(Planned { proposal: number, title, reason, edits: Vec::new(), essence: Vec::new() });
        }
        match recall.settled(number) {
            Some(made) => memory.keep_made(proposals[number].id, made.clone()),
            None => memory.keep(project, inference, &proposals[number], outcome, (title, reason)),
        }
    }
    let files = settled.values().map(|(_, file)| file).filter(|file| !file.patch.is_empty()).cloned().collect();
    let ids = |numbers: Vec<usize>| numbers.into_iter().map(|number| proposals[number].id).collect();
    memory.files = settled.into_iter().map(|(module, (numbers, file))| (module, (ids(numbers), file))).collect();
    let needs = selection.needs();
    let dropped = selection.dropped.into_iter().map(|(proposal, reason)| Dropped { proposal, reason }).collect();
    let plan = Plan { files, planned, dropped, hidden, needs, names: context.names.clone() };
    Ok(Draft { plan, context, contributions, memory, line_length: options.line_length, lost: BTreeMap::new() })
}

/// What a proposal adds to each file: what it added before, where nothing there has changed.
fn outcome(
    context: &Context<'_>,
    inference: &Inference,
    (number, proposal): (usize, &Proposal),
    recall: &Recall,
    reserved: &mut Reserved,
) -> Outcome {
    if let Some(made) = recall.settled(number) {
        return made.outcome.clone();
    }
    match recall.made(number).map(|made| &made.outcome) {
        Some(Ok(known)) => {
            let mut files = contribution(context, inference, proposal, reserved, Some(&recall.open))?;
            let rest = known.iter().filter(|(module, _)| !recall.open.contains(module));
            files.extend(rest.map(|(&module, contribution)| (module, contribution.clone())));
            Ok(Arc::new(files))
        }
        _ => contribution(context, inference, proposal, reserved, None).map(Arc::new),
    }
}

/// The widest a line of a file should get.
fn line_limit(file: &File<'_>, configured: Option<usize>) -> usize {
    configured.unwrap_or_else(|| file.source.style.max_line.clamp(79, 88))
}

impl Selection<'_> {
    /// Chooses names and places, before any text is written.
    fn decide<'p>(
        &self,
        project: &'p Project,
        options: &Options<'_>,
        before: Option<&Draft<'p>>,
    ) -> (Context<'p>, Reserved) {
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
                        (project.slots().info(*slot).module, ty.shapes().into_iter().collect())
                    }
                    Change::Declare(Declaration { local, ty, .. }) => (local.module, ty.shapes().into_iter().collect()),
                    Change::Define(shape) => {
                        let shape = self.inference.shape(*shape);
                        (shape.home.module, mentioned(&shape.kind))
                    }
                    Change::Convert(commented) => (commented.module(), BTreeSet::new()),
                    Change::Wrap { module, shape, .. } => (*module, BTreeSet::from([*shape])),
                };
                modules.insert(module);
                for shape in used {
                    shapes.entry(shape).or_default().insert(module);
                }
            }
        }
        let before = before.map(|before| &before.context);
        let star_importers =
            before.map_or_else(|| Arc::new(star_importers(project)), |before| before.star_importers.clone());
        let found: Vec<(ModuleId, Arc<File<'p>>)> = modules
            .par_iter()
            .filter_map(|&id| {
                if let Some(file) = before.and_then(|before| before.files.get(&id)) {
                    return Some((id, file.clone()));
                }
                let module = project.module(id).filter(|module| module.origin == Origin::Project)?;
                let mut file = File::new(project, module)?;
                let is_spread = || star_importers.contains_key(&id) || module.symbols.lists_itself;
                file.is_spread = (module.symbols.exported.is_none() && is_spread()) || project.watches_names(id);
                file.may_defer = options.future_annotations
                    && !self.inference.readers.touch(id)
                    && !file.is_taken(Name::new("annotations"))
                    && project.may_import("__future__");
                Some((id, Arc::new(file)))
            })
            .collect();
        let files: BTreeMap<ModuleId, Arc<File<'p>>> = found.into_iter().collect();
        let placements = placement::place(self.inference, &files, &shapes.keys().copied().collect());
        let graph = before.map_or_else(|| Arc::new(ImportGraph::new(project)), |before| before.graph.clone());
        let existing = shapes.keys().map(|&id| (id, self.inference.shape(id)));
        let existing = existing.filter(|(_, shape)| shape.kind.exists()).map(|(id, shape)| (id, shape.home.module));
        let existing = existing.collect();
        let target = options.target;
        let mut context =
            Context { project, target, files, star_importers, graph, names: BTreeMap::new(), placements, existing };
        let mut reserved = Reserved::default();
        context.names = names::choose(&context, self.inference, &shapes, &mut reserved);
        (context, reserved)
    }

    /// The files with the proposals for them. Proposals whose edits overlap, or break a file, are dropped until none
    /// does.
    fn settle(
        &mut self,
        context: &Context<'_>,
        contributions: &Contributions,
        line_length: Option<usize>,
        (before, recall): (Option<&Draft<'_>>, &Recall),
    ) -> BTreeMap<ModuleId, (Vec<usize>, Arc<PlannedFile>)> {
        let known = before.map_or(&[][..], |before| &before.plan.files);
        let mut done: BTreeMap<ModuleId, (Vec<usize>, Arc<PlannedFile>)> = BTreeMap::new();
        // Each round drops at least one proposal, and looks only at the files that it was for.
        loop {
            let mut by_file: BTreeMap<ModuleId, Vec<usize>> = BTreeMap::new();
            for &number in &self.live {
                for &module in contributions.get(&number).into_iter().flat_map(|files| files.keys()) {
                    by_file.entry(module).or_default().push(number);
                }
            }
            done.retain(|module, (numbers, _)| by_file.get(module) == Some(numbers));
            by_file.retain(|module, _| !done.contains_key(module));
            let proposals = self.proposals;
            let results: Vec<(ModuleId, Result<Arc<PlannedFile>, Faults>)> = by_file
                .par_iter()
                .filter_map(|(&module, numbers)| {
                    let same = before.and_then(|before| before.memory.files.get(&module)).filter(|(ids, _)| {
                        let is_same = |(&number, id): (&usize, &ProposalId)| proposals[number].id == *id;
                        !recall.open.contains(&module)
                            && ids.len() == numbers.len()
                            && numbers.iter().zip(ids).all(is_same)
                    });
                    if let Some((_, file)) = same {
                        return Some((module, Ok(file.clone())));
                    }
                    let file = context.files.get(&module)?;
                    let limit = line_limit(file, line_length);
                    Some((module, file_patch(file, module, numbers, contributions, limit, known)))
                })
                .collect();
            let mut failures = Vec::new();
            for (module, result) in results {
                match result {
                    Ok(file) => drop(done.insert(module, (by_file.remove(&module).unwrap_or_default(), file))),
                    Err(faults) => failures.extend(faults),
                }
            }
            if failures.is_empty() {
                return done;
            }
            for (number, reason) in failures {
                self.drop(number, reason);
            }
            self.drop_orphans();
            self.drop_unused(contributions);
        }
    }
}

/// The modules that take all names of a module by a star import.
fn star_importers(project: &Project) -> BTreeMap<ModuleId, Vec<ModuleId>> {
    let mut importers: BTreeMap<ModuleId, Vec<ModuleId>> = BTreeMap::new();
    for module in project.repository() {
        for &star in &module.symbols.stars {
            if let Some(source) = project.imported_module(module, module.facts.import(star)) {
                importers.entry(source).or_default().push(module.id);
            }
        }
    }
    importers
}

/// A file with its checked patch; or the proposals at fault.
fn file_patch(
    file: &File<'_>,
    module: ModuleId,
    numbers: &[usize],
    contributions: &Contributions,
    limit: usize,
    known: &[Arc<PlannedFile>],
) -> Result<Arc<PlannedFile>, Faults> {
    let together = |numbers: &[usize]| {
        let of = |number| contributions.get(number).and_then(|files| files.get(&module));
        patch_of(file, numbers.iter().filter_map(of), limit)
    };
    let (mut numbers, mut faults, mut fitting) = (numbers.to_vec(), Faults::new(), 0);
    // Whether edits go together is told without parsing, so that all that do not are found at once.
    let patch = loop {
        match together(&numbers) {
            Ok(patch) => break patch,
            Err(reason) => {
                fitting = fitting_before(fitting, numbers.len(), |count| together(&numbers[..count]).is_ok());
                faults.push((numbers.remove(fitting), reason));
            }
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    checked(file, module, patch, known).map_err(|reason| {
        let is_valid =
            |count| together(&numbers[..count]).is_ok_and(|patch| checked(file, module, patch, known).is_ok());
        vec![(numbers[fitting_before(0, numbers.len(), is_valid)], reason)]
    })
}

/// How many of the first of several things go together, when `fits` of them do and all of them do not: the next one is
/// at fault.
fn fitting_before(mut fits: usize, mut fails: usize, mut go_together: impl FnMut(usize) -> bool) -> usize {
    while fits + 1 < fails {
        let middle = usize::midpoint(fits, fails);
        if go_together(middle) { fits = middle } else { fails = middle }
    }
    fits
}

/// What contributions come to in a file.
fn patch_of<'c>(
    file: &File<'_>,
    contributions: impl Iterator<Item = &'c Contribution>,
    limit: usize,
) -> Result<Patch, String> {
    let mut all = Contribution::default();
    contributions.for_each(|one| all.extend(one));
    let edits = assemble::edits(file, &all, limit)?;
    let mut patch = Patch::new();
    patch.add_all(&edits).map_err(|conflict| conflict.to_string())?;
    Ok(patch)
}

/// A file after a patch, if it is still valid Python then. One of `known` with the same patch was checked.
fn checked(
    file: &File<'_>,
    module: ModuleId,
    patch: Patch,
    known: &[Arc<PlannedFile>],
) -> Result<Arc<PlannedFile>, String> {
    let found = known.binary_search_by_key(&module, |file| file.module).ok().map(|number| &known[number]);
    if let Some(same) = found.filter(|file| file.patch == patch) {
        return Ok(same.clone());
    }
    let changed = SourceFile { text: patch.apply(file.text()).into(), ..file.source.clone() };
    let facts = with_tree(&changed, || parse(&changed).map(|tree| lower(&tree, &changed.text)))
        .map_err(|error| format!("the file would not be valid any more: {error}"))?;
    Ok(Arc::new(PlannedFile { module, patch, text: changed.text, facts: Arc::new(facts) }))
}
