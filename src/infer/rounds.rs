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
const MAX_ROUNDS: usize = 5;
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
            outputs,
            book: Book {
                shares: vec![Share::default(); units.len()],
                parts: vec![Vec::new(); count],
                slot_readers: vec![Vec::new(); count],
                ..Book::default()
            },
            state: State { types: vec![Type::Unknown; count], assumed: vec![None; count], ..State::default() },
            units,
        }
    }

    /// Evaluates what may have changed, to a fixpoint.
    pub(super) fn run(&mut self) {
        for _ in 0..MAX_ROUNDS {
            if self.dirty.is_empty() {
                break;
            }
            let (project, state, units) = (self.project, &self.state, &self.units);
            let evaluate = |&number: &usize| {
                let mut output = Evaluator::run(project, state, units[number]);
                let share = Share::take(&mut output);
                (number, output, share)
            };
            let fresh: Vec<(usize, Output, Share)> = self.dirty.par_iter().map(evaluate).collect();
            let mut touched = Touched::default();
            for (number, output, share) in fresh {
                self.book.replace(number, share, &mut touched);
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

    /// Takes back what was taken as written.
    pub(super) fn withdraw(&mut self, slots: &[SlotId]) {
        let mut changed = Touched::default();
        for &slot in slots {
            if self.state.assumed[slot.0 as usize].take().is_some() {
                changed.slots.insert(slot);
            }
        }
        self.dirty = self.book.readers(&changed);
    }

    /// What was seen.
    pub(super) fn observations(&self) -> Observations {
        let mut all = Observations::default();
        for output in &self.outputs {
            all.bounds.extend_from_slice(&output.bounds);
            all.uses.extend_from_slice(&output.uses);
            all.sites.extend_from_slice(&output.sites);
            all.introspected.extend_from_slice(&output.introspected);
            all.decorated.extend_from_slice(&output.decorated);
        }
        sorted(all)
    }

    /// The joined type of each slot.
    pub(super) fn types(&self) -> &[Type] {
        &self.state.types
    }

    /// Looks at the whole repository once more with all conclusions taken as written. Returns the slots whose
    /// conclusion something contradicts, with the contradiction.
    pub(super) fn contradictions(&mut self) -> Vec<(SlotId, String)> {
        self.state.checking = true;
        let (project, state) = (self.project, &self.state);
        let outputs: Vec<_> = self
            .units
            .par_iter()
            .map(|&unit| {
                let output = Evaluator::run(project, state, unit);
                (output.clashes, output.flows)
            })
            .collect();
        let mut sources: FxHashMap<SlotId, Vec<SlotId>> = FxHashMap::default();
        for (slot, source) in outputs.iter().flat_map(|(_, flows)| flows) {
            sources.entry(*slot).or_default().push(*source);
        }
        let is_assumed = |slot: SlotId| state.assumed[slot.0 as usize].is_some();
        let mut clashes = Vec::new();
        for (slot, why) in outputs.into_iter().flat_map(|(clashes, _)| clashes) {
            if !is_assumed(slot) {
                // What a checker makes of an attribute without a hint follows from the hints of what is assigned.
                let blamed = sources.get(&slot).into_iter().flatten().filter(|&&source| is_assumed(source));
                clashes.extend(blamed.map(|&source| (source, why.clone())));
            }
            clashes.push((slot, why));
        }
        self.state.checking = false;
        clashes
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

/// What one unit contributes and reads, in order.
#[derive(Clone, Default)]
struct Share {
    /// What flows into slots, returned and yielded values apart.
    slots: Vec<(SlotId, Part)>,
    /// What it puts into dicts; empty for a dict that it makes and puts nothing into.
    sites: Vec<(SiteId, SiteState)>,
    reads: Vec<SlotId>,
    site_reads: Vec<SiteId>,
}

/// What flows into a slot, and what is yielded into it.
#[derive(Clone, Debug, PartialEq)]
struct Part {
    flows: Type,
    yields: Type,
}

impl Share {
    /// Sums up an output, and takes what it read out of it.
    fn take(output: &mut Output) -> Self {
        let mut slots: FxHashMap<SlotId, Part> = FxHashMap::default();
        for bound in &output.bounds {
            let part = slots.entry(bound.slot).or_insert(Part { flows: Type::Unknown, yields: Type::Unknown });
            let target = if bound.kind == EvidenceKind::Yield { &mut part.yields } else { &mut part.flows };
            *target = join(target, &bound.ty.clone().gathered());
        }
        let mut sites: FxHashMap<SiteId, SiteState> = FxHashMap::default();
        for site in &output.sites {
            let entry = sites.entry(site.id).or_default();
            for (name, ty, _) in &site.fields {
                add_field(entry, *name, ty);
            }
            if let Some((key, value)) = &site.dynamic {
                add_dynamic(entry, key, value);
            }
        }
        for used in &output.uses {
            let Some(site) = stored_site(used) else { continue };
            let entry = sites.entry(site).or_default();
            match &used.kind {
                UseKind::SetKey(name, ty) | UseKind::DefaultKey(name, ty) => add_field(entry, *name, ty),
                UseKind::SetDynamicKey(key, value) => add_dynamic(entry, key, value),
                _ => {}
            }
        }
        let mut share = Self {
            slots: slots.into_iter().collect(),
            sites: sites.into_iter().collect(),
            reads: std::mem::take(&mut output.reads).into_iter().collect(),
            site_reads: std::mem::take(&mut output.site_reads).into_iter().collect(),
        };
        share.slots.sort_unstable_by_key(|(slot, _)| *slot);
        share.sites.sort_unstable_by_key(|(site, _)| *site);
        share.reads.sort_unstable();
        share.site_reads.sort_unstable();
        share
    }
}

/// Who contributes what to which slot, and who reads it.
#[derive(Default)]
struct Book {
    /// By unit: what it contributed and read last.
    shares: Vec<Share>,
    /// By slot: the units that contribute to it, in order.
    parts: Vec<Vec<u32>>,
    site_parts: FxHashMap<SiteId, Vec<u32>>,
    /// By slot: the units that have ever read it, in no order; one that stopped reading is evaluated once too often.
    slot_readers: Vec<Vec<u32>>,
    site_readers: FxHashMap<SiteId, Vec<u32>>,
}

#[derive(Default)]
struct Touched {
    slots: FxHashSet<SlotId>,
    sites: FxHashSet<SiteId>,
}

impl Book {
    /// Replaces what a unit contributed. Only what differs from before is touched.
    fn replace(&mut self, number: usize, new: Share, touched: &mut Touched) {
        let unit = number as u32;
        let old = std::mem::take(&mut self.shares[number]);
        compare(&old.slots, &new.slots, |slot, change| {
            change.note(&mut self.parts[slot.0 as usize], unit);
            touched.slots.insert(slot);
        });
        compare(&old.sites, &new.sites, |site, change| {
            change.note(self.site_parts.entry(site).or_default(), unit);
            touched.sites.insert(site);
        });
        for &slot in &new.reads {
            if old.reads.binary_search(&slot).is_err() {
                self.slot_readers[slot.0 as usize].push(unit);
            }
        }
        for &site in &new.site_reads {
            if old.site_reads.binary_search(&site).is_err() {
                self.site_readers.entry(site).or_default().push(unit);
            }
        }
        self.shares[number] = new;
    }

    /// What a unit makes flow into a slot.
    fn part(&self, unit: u32, slot: SlotId) -> Option<&Part> {
        let slots = &self.shares[unit as usize].slots;
        let place = slots.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        Some(&slots[place].1)
    }

    fn site_part(&self, unit: u32, site: SiteId) -> Option<&SiteState> {
        let sites = &self.shares[unit as usize].sites;
        let place = sites.binary_search_by_key(&site, |(site, _)| *site).ok()?;
        Some(&sites[place].1)
    }

    /// Joins what was touched into the state; gives what has changed.
    fn update(&self, project: &Project, state: &mut State, touched: Touched) -> Touched {
        let mut changed = Touched::default();
        let slots: Vec<SlotId> = touched.slots.into_iter().collect();
        let join_slot = |&slot: &SlotId| {
            let parts = || self.parts[slot.0 as usize].iter().filter_map(|&unit| self.part(unit, slot));
            let flows = visible(project, slot, &union(parts().map(|part| part.flows.clone())));
            let yields = union(parts().map(|part| part.yields.clone())).visible();
            let ty = limited(&result_type(project, slot, flows, yields));
            (state.types[slot.0 as usize] != ty).then_some((slot, ty))
        };
        let news: Vec<(SlotId, Type)> = slots.par_iter().filter_map(join_slot).collect();
        for (slot, ty) in news {
            state.types[slot.0 as usize] = ty;
            changed.slots.insert(slot);
        }
        let mut sites: Vec<SiteId> = touched.sites.into_iter().collect();
        sites.sort_unstable();
        for site in sites {
            let mut joined = SiteState::default();
            let units = self.site_parts.get(&site).into_iter().flatten();
            for part in units.filter_map(|&unit| self.site_part(unit, site)) {
                for (name, ty) in &part.fields {
                    add_field(&mut joined, *name, ty);
                }
                if let Some((key, value)) = &part.dynamic {
                    add_dynamic(&mut joined, key, value);
                }
            }
            for (_, ty) in &mut joined.fields {
                *ty = limited(&ty.visible());
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
            readers.extend(self.slot_readers[slot.0 as usize].iter().copied());
        }
        for site in &changed.sites {
            readers.extend(self.site_readers.get(site).into_iter().flatten().copied());
        }
        let mut readers: Vec<usize> = readers.into_iter().map(|unit: u32| unit as usize).collect();
        readers.sort_unstable();
        readers
    }
}

/// How a unit's part in a slot or dict differs from before.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    Added,
    Removed,
    Altered,
}

impl Change {
    /// Notes a contributor, in the order of units.
    fn note(self, units: &mut Vec<u32>, unit: u32) {
        match (self, units.binary_search(&unit)) {
            (Self::Added, Err(place)) => units.insert(place, unit),
            (Self::Removed, Ok(place)) => drop(units.remove(place)),
            _ => {}
        }
    }
}

/// Tells how two sorted lists differ.
fn compare<K: Ord + Copy, V: PartialEq>(old: &[(K, V)], new: &[(K, V)], mut report: impl FnMut(K, Change)) {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        match (old.peek(), new.peek()) {
            (Some((before, _)), after) if after.is_none_or(|(after, _)| before < after) => {
                report(*before, Change::Removed);
                old.next();
            }
            (before, Some((after, _))) if before.is_none_or(|(before, _)| after < before) => {
                report(*after, Change::Added);
                new.next();
            }
            (Some((key, before)), Some((_, after))) => {
                if before != after {
                    report(*key, Change::Altered);
                }
                old.next();
                new.next();
            }
            // Both lists are at their end.
            _ => return,
        }
    }
}

/// What a slot is seen to hold. A parameter that is `None` for one caller is `None` for the body, whatever others pass.
fn visible(project: &Project, slot: SlotId, gathered: &Type) -> Type {
    let is_param = matches!(project.slots().info(slot).kind, SlotKind::Param(..));
    match gathered.visible() {
        Type::Unknown if is_param && gathered.members().contains(&Type::None) => Type::None,
        visible => visible,
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
        Some((_, old)) => *old = join(old, &ty.clone().gathered()),
        None => state.fields.push((name, ty.clone().gathered())),
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

fn sorted(mut all: Observations) -> Observations {
    all.bounds.sort_by_key(|bound| (bound.slot, bound.module, bound.range, bound.kind));
    all.sites.sort_by_key(|site| site.id);
    all
}
