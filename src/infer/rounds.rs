//! Rounds of evaluation, until nothing changes.
//!
//! In a round every unit that read something that has changed is evaluated again, in parallel, against the state of
//! the round before. What the units yield is joined in the order of the units, so the result does not depend on
//! threads. The number of rounds is bounded: types flow through longer chains of calls than that only in programs in
//! which no reader would follow them either.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::FunctionId;
use crate::project::{Project, SlotKind};
use crate::text::Name;
use crate::types::{FunctionRef, SiteId, SlotId, Type, join, known, union};

use super::eval::{Evaluator, Output, SiteState, State, Unit};
use super::{EvidenceKind, Observations, Shape, UseKind};

/// Most rounds that are made.
const MAX_ROUNDS: usize = 7;
/// Types nested deeper than this are cut: a value that holds itself would grow for ever.
const MAX_DEPTH: usize = 5;

/// A repository under evaluation.
pub(super) struct Rounds<'a> {
    project: &'a Project,
    units: Vec<Unit>,
    outputs: Vec<Output>,
    book: Book,
    state: State,
    dirty: Vec<usize>,
}

impl<'a> Rounds<'a> {
    /// Nothing evaluated yet.
    pub(super) fn new(project: &'a Project) -> Self {
        let units = units(project);
        let count = project.slots().len();
        let mut outputs: Vec<Output> = Vec::new();
        outputs.resize_with(units.len(), Output::default);
        Self {
            project,
            dirty: (0..units.len()).collect(),
            units,
            outputs,
            book: Book { parts: vec![Vec::new(); count], ..Book::default() },
            state: State { types: vec![Type::Unknown; count], assumed: vec![None; count], ..State::default() },
        }
    }

    /// Evaluates what may have changed, to a fixpoint.
    pub(super) fn run(&mut self) {
        for _ in 0..MAX_ROUNDS {
            if self.dirty.is_empty() {
                break;
            }
            let (project, state, units) = (self.project, &self.state, &self.units);
            let fresh: Vec<(usize, Output)> =
                self.dirty.par_iter().map(|&number| (number, Evaluator::run(project, state, units[number]))).collect();
            let mut touched = Touched::default();
            for (number, output) in fresh {
                self.book.replace(number, &self.outputs[number], &output, &mut touched);
                self.outputs[number] = output;
            }
            let changed = self.book.update(project, &mut self.state, touched);
            self.dirty = self.book.readers(&changed);
        }
    }

    /// Takes conclusions as if they were written down: from now on they are what reading the slots gives. Returns
    /// whether that is news.
    pub(super) fn assume(&mut self, conclusions: impl IntoIterator<Item = (SlotId, Type)>, shapes: &[Shape]) -> bool {
        let mut changed = Touched::default();
        for (slot, ty) in conclusions {
            let place = &mut self.state.assumed[slot.0 as usize];
            if place.as_ref() != Some(&ty) {
                let is_news = widened(&self.state.types[slot.0 as usize]) != ty;
                *place = Some(ty);
                if is_news {
                    changed.slots.insert(slot);
                }
            }
        }
        self.state.shapes = shapes.to_vec();
        let mut dirty: FxHashSet<usize> = self.book.readers(&changed).into_iter().collect();
        dirty.extend(std::mem::take(&mut self.dirty));
        self.dirty = dirty.into_iter().collect();
        self.dirty.sort_unstable();
        !changed.slots.is_empty()
    }

    /// What was seen, and the joined type of each slot.
    pub(super) fn observations(&self) -> (Observations, &[Type]) {
        (observations(&self.outputs), &self.state.types)
    }
}

/// Constants as their classes.
fn widened(ty: &Type) -> Type {
    ty.map(&mut |part| match part {
        Type::Literal(literal) => Some(Type::instance(literal.class())),
        _ => None,
    })
}

fn units(project: &Project) -> Vec<Unit> {
    let mut units = Vec::new();
    for module in project.repository() {
        units.push(Unit::Module(module.id));
        for (number, function) in module.facts.functions.iter().enumerate() {
            if !function.is_lambda {
                units.push(Unit::Function(FunctionRef { module: module.id, function: number as u32 }));
            }
        }
    }
    units
}

/// Who contributes what to which slot, and who reads it.
#[derive(Default)]
struct Book {
    /// By slot: what each unit makes flow in, returned and yielded values apart.
    parts: Vec<Vec<(u32, Type, Type)>>,
    site_parts: FxHashMap<SiteId, Vec<(u32, SiteState)>>,
    slot_readers: FxHashMap<SlotId, FxHashSet<u32>>,
    site_readers: FxHashMap<SiteId, FxHashSet<u32>>,
}

#[derive(Default)]
struct Touched {
    slots: FxHashSet<SlotId>,
    sites: FxHashSet<SiteId>,
}

impl Book {
    /// Replaces what a unit contributed.
    #[expect(clippy::iter_over_hash_type, reason = "fills sets and maps only")]
    fn replace(&mut self, number: usize, old: &Output, new: &Output, touched: &mut Touched) {
        let unit = number as u32;
        for bound in &old.bounds {
            self.parts[bound.slot.0 as usize].retain(|(other, ..)| *other != unit);
            touched.slots.insert(bound.slot);
        }
        let mut joined: FxHashMap<SlotId, (Type, Type)> = FxHashMap::default();
        for bound in &new.bounds {
            let (flows, yields) = joined.entry(bound.slot).or_insert((Type::Unknown, Type::Unknown));
            let target = if bound.kind == EvidenceKind::Yield { yields } else { flows };
            *target = join(target, &bound.ty);
        }
        for (slot, (flows, yields)) in joined {
            let parts = &mut self.parts[slot.0 as usize];
            let place = parts.partition_point(|(other, ..)| *other < unit);
            parts.insert(place, (unit, flows, yields));
            touched.slots.insert(slot);
        }
        for output in [old, new] {
            for site in output.sites.iter().map(|site| site.id).chain(output.uses.iter().filter_map(stored_site)) {
                if let Some(parts) = self.site_parts.get_mut(&site) {
                    parts.retain(|(other, _)| *other != unit);
                }
                touched.sites.insert(site);
            }
        }
        let mut held: FxHashMap<SiteId, SiteState> = FxHashMap::default();
        for site in &new.sites {
            let entry = held.entry(site.id).or_default();
            for (name, ty, _) in &site.fields {
                add_field(entry, *name, ty);
            }
            if let Some((key, value)) = &site.dynamic {
                add_dynamic(entry, key, value);
            }
        }
        for used in &new.uses {
            let Some(site) = stored_site(used) else { continue };
            let entry = held.entry(site).or_default();
            match &used.kind {
                UseKind::SetKey(name, ty) | UseKind::DefaultKey(name, ty) => add_field(entry, *name, ty),
                UseKind::SetDynamicKey(key, value) => add_dynamic(entry, key, value),
                _ => {}
            }
        }
        for (site, state) in held {
            let parts = self.site_parts.entry(site).or_default();
            let place = parts.partition_point(|(other, _)| *other < unit);
            parts.insert(place, (unit, state));
        }
        for &slot in &new.reads {
            self.slot_readers.entry(slot).or_default().insert(unit);
        }
        for &site in &new.site_reads {
            self.site_readers.entry(site).or_default().insert(unit);
        }
    }

    /// Joins what was touched into the state; gives what has changed.
    fn update(&self, project: &Project, state: &mut State, touched: Touched) -> Touched {
        let mut changed = Touched::default();
        let mut slots: Vec<SlotId> = touched.slots.into_iter().collect();
        slots.sort_unstable();
        for slot in slots {
            let parts = &self.parts[slot.0 as usize];
            let flows = union(parts.iter().map(|(_, flows, _)| flows.clone()));
            let yields = union(parts.iter().map(|(_, _, yields)| yields.clone()));
            let ty = limited(&result_type(project, slot, flows, yields));
            let old = &mut state.types[slot.0 as usize];
            if *old != ty {
                *old = ty;
                changed.slots.insert(slot);
            }
        }
        let mut sites: Vec<SiteId> = touched.sites.into_iter().collect();
        sites.sort_unstable();
        for site in sites {
            let mut joined = SiteState::default();
            for (_, part) in self.site_parts.get(&site).into_iter().flatten() {
                for (name, ty) in &part.fields {
                    add_field(&mut joined, *name, ty);
                }
                if let Some((key, value)) = &part.dynamic {
                    add_dynamic(&mut joined, key, value);
                }
            }
            for (_, ty) in &mut joined.fields {
                *ty = limited(ty);
            }
            if state.sites.get(&site) != Some(&joined) {
                state.sites.insert(site, joined);
                changed.sites.insert(site);
            }
        }
        changed
    }

    #[expect(clippy::iter_over_hash_type, reason = "sorted at the end")]
    fn readers(&self, changed: &Touched) -> Vec<usize> {
        let mut readers = FxHashSet::default();
        for slot in &changed.slots {
            readers.extend(self.slot_readers.get(slot).into_iter().flatten().copied());
        }
        for site in &changed.sites {
            readers.extend(self.site_readers.get(site).into_iter().flatten().copied());
        }
        let mut readers: Vec<usize> = readers.into_iter().map(|unit: u32| unit as usize).collect();
        readers.sort_unstable();
        readers
    }
}

/// What calling a function gives: for a generator the generator, else what flows into its return.
fn result_type(project: &Project, slot: SlotId, flows: Type, yields: Type) -> Type {
    let info = project.slots().info(slot);
    let SlotKind::Return(FunctionId(function)) = info.kind else { return flows };
    let Some((_, definition)) = project.function(FunctionRef { module: info.module, function }) else { return flows };
    match (definition.is_generator, definition.is_async) {
        (false, _) => flows,
        (true, false) => known::GENERATOR.of([yields, Type::Unknown, flows]),
        (true, true) => known::ASYNC_GENERATOR.of([yields, Type::Unknown]),
    }
}

fn stored_site(used: &super::Use) -> Option<SiteId> {
    match (&used.subject, &used.kind) {
        (Type::Record(site), UseKind::SetKey(..) | UseKind::DefaultKey(..) | UseKind::SetDynamicKey(..)) => Some(*site),
        _ => None,
    }
}

fn add_field(state: &mut SiteState, name: Name, ty: &Type) {
    match state.fields.iter_mut().find(|(field, _)| *field == name) {
        Some((_, old)) => *old = join(old, ty),
        None => state.fields.push((name, ty.clone())),
    }
}

fn add_dynamic(state: &mut SiteState, key: &Type, value: &Type) {
    let (old_key, old_value) = state.dynamic.take().unwrap_or((Type::Unknown, Type::Unknown));
    state.dynamic = Some((join(&old_key, key), join(&old_value, value)));
}

fn limited(ty: &Type) -> Type {
    if ty.depth() <= MAX_DEPTH { ty.clone() } else { cut(ty, MAX_DEPTH) }
}

fn cut(ty: &Type, depth: usize) -> Type {
    if depth == 0 {
        return Type::Unknown;
    }
    match ty {
        Type::Instance(class, args) => Type::Instance(*class, args.iter().map(|arg| cut(arg, depth - 1)).collect()),
        Type::Tuple(args) => Type::Tuple(args.iter().map(|arg| cut(arg, depth - 1)).collect()),
        Type::Union(args) => union(args.iter().map(|arg| cut(arg, depth))),
        Type::Callable(_) if depth < 2 => Type::Unknown,
        other => other.clone(),
    }
}

fn observations(outputs: &[Output]) -> Observations {
    let mut all = Observations::default();
    for output in outputs {
        all.bounds.extend_from_slice(&output.bounds);
        all.uses.extend_from_slice(&output.uses);
        all.sites.extend_from_slice(&output.sites);
        all.introspected.extend_from_slice(&output.introspected);
        all.decorated.extend_from_slice(&output.decorated);
    }
    all.bounds.sort_by_key(|a| (a.slot, a.module, a.range, a.kind));
    all.sites.sort_by_key(|site| site.id);
    all
}
