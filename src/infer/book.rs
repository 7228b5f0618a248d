//! Who contributes what to which slot and dict, and who reads it.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::eval::{Output, SiteState, State};
use super::{EvidenceKind, Use, UseKind};
use crate::facts::FunctionId;
use crate::project::{Project, SlotKind};
use crate::text::Name;
use crate::types::{FunctionRef, SiteId, SlotId, Type, join, join_all, known, union};

/// Types nested deeper than this are cut: a value that holds itself would grow for ever.
const MAX_DEPTH: usize = 5;
/// So many slots, one after the other, are kept up to date by one thread.
const RUN: usize = 1024;

/// What one unit contributes and reads, in order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Share {
    /// What flows into slots, returned and yielded values apart.
    pub(super) slots: Box<[(SlotId, Part)]>,
    /// What it puts into dicts; empty for a dict that it makes and puts nothing into.
    sites: Box<[(SiteId, SiteState)]>,
    pub(super) reads: Box<[SlotId]>,
    pub(super) site_reads: Box<[SiteId]>,
}

/// What flows into a slot, and what is yielded into it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) flows: Type,
    /// Only generators have it.
    yields: Option<Box<Type>>,
}

impl Share {
    /// Only what was read, taken out of an output.
    pub(super) fn reads(output: &mut Output) -> Self {
        Self {
            reads: in_order(std::mem::take(&mut output.reads), |slot| *slot),
            site_reads: in_order(std::mem::take(&mut output.site_reads), |site| *site),
            ..Self::default()
        }
    }

    /// Sums up an output, and takes what it read out of it.
    pub(super) fn take(output: &mut Output) -> Self {
        let mut slots: FxHashMap<SlotId, Part> = FxHashMap::default();
        for bound in &output.bounds {
            let part = slots.entry(bound.slot).or_insert(Part { flows: Type::Unknown, yields: None });
            let target = match bound.kind {
                EvidenceKind::Yield => &mut **part.yields.get_or_insert_with(|| Box::new(Type::Unknown)),
                _ => &mut part.flows,
            };
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
        Self {
            slots: in_order(slots, |(slot, _)| *slot),
            sites: in_order(sites, |(site, _)| *site),
            ..Self::reads(output)
        }
    }
}

/// What a hash table holds, in order.
fn in_order<T, K: Ord>(table: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Box<[T]> {
    let mut all: Box<[T]> = table.into_iter().collect();
    all.sort_unstable_by_key(key);
    all
}

/// Who contributes what to which slot, and who reads it.
#[derive(Default)]
pub(super) struct Book {
    /// By unit: what it contributed and read last.
    pub(super) shares: Vec<Arc<Share>>,
    /// By slot: the units that contribute to it, in order.
    pub(super) parts: Vec<Vec<u32>>,
    site_parts: FxHashMap<SiteId, Vec<u32>>,
    /// By slot: the units that have ever read it, in no order; one that stopped reading is evaluated once too often.
    pub(super) slot_readers: Vec<Vec<u32>>,
    site_readers: FxHashMap<SiteId, Vec<u32>>,
}

/// What is not as it was; some of it may be named more than once.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) slots: Vec<SlotId>,
    sites: Vec<SiteId>,
}

impl Book {
    /// Of as many units and slots, of which nothing is known yet.
    pub(super) fn new(units: usize, slots: usize) -> Self {
        Self {
            shares: vec![Arc::default(); units],
            parts: vec![Vec::new(); slots],
            slot_readers: vec![Vec::new(); slots],
            ..Self::default()
        }
    }

    /// Replaces what units contributed, which come in order. Only what differs from before is touched.
    pub(super) fn replace(&mut self, new: Vec<(usize, Arc<Share>)>) -> Touched {
        let shares = &self.shares;
        let of_slots = |(number, new): &(usize, Arc<Share>)| {
            let old = &shares[*number];
            differences(*number as u32, (&old.slots, &new.slots), (&old.reads, &new.reads))
        };
        let of_sites = |(number, new): &(usize, Arc<Share>)| {
            let old = &shares[*number];
            differences(*number as u32, (&old.sites, &new.sites), (&old.site_reads, &new.site_reads))
        };
        let mut slots: Vec<Difference<SlotId>> = new.par_iter().flat_map_iter(of_slots).collect();
        let sites: Vec<Difference<SiteId>> = new.par_iter().flat_map_iter(of_sites).collect();
        slots.par_sort_unstable();
        let tables = self.parts.par_chunks_mut(RUN).zip(self.slot_readers.par_chunks_mut(RUN));
        tables.enumerate().for_each(|(run, (parts, readers))| {
            let first = run * RUN;
            let own = slots.partition_point(|(slot, ..)| (slot.0 as usize) < first);
            for &(slot, unit, change) in &slots[own..] {
                let place = slot.0 as usize - first;
                let (Some(parts), Some(readers)) = (parts.get_mut(place), readers.get_mut(place)) else { break };
                change.note(parts, readers, unit);
            }
        });
        for &(site, unit, change) in &sites {
            let (parts, readers) = (self.site_parts.entry(site), self.site_readers.entry(site));
            change.note(parts.or_default(), readers.or_default(), unit);
        }
        let mut old = Vec::with_capacity(new.len());
        for (number, share) in new {
            old.push(std::mem::replace(&mut self.shares[number], share));
        }
        old.into_par_iter().for_each(drop);
        Touched { slots: touched(&slots), sites: touched(&sites) }
    }

    /// Notes more slots that a unit reads.
    pub(super) fn add_readers(&mut self, number: usize, reads: &[SlotId]) {
        for slot in reads {
            if self.shares[number].reads.binary_search(slot).is_err() {
                self.slot_readers[slot.0 as usize].push(number as u32);
            }
        }
    }

    /// The units that read a slot or contribute to it.
    pub(super) fn users(&self, slot: SlotId) -> impl Iterator<Item = usize> + '_ {
        let slot = slot.0 as usize;
        self.slot_readers[slot].iter().chain(&self.parts[slot]).map(|&unit| unit as usize)
    }

    /// What a unit makes flow into a slot.
    pub(super) fn part(&self, unit: u32, slot: SlotId) -> Option<&Part> {
        let slots = &self.shares[unit as usize].slots;
        let place = slots.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        Some(&slots[place].1)
    }

    /// The types of slots with the `None` that only checkers see.
    pub(super) fn seen_by_checkers(&self, types: &[Type]) -> Vec<Type> {
        let holds_none = |ty: &Type| ty.members().contains(&Type::None);
        let seen = |(number, ty): (usize, &Type)| {
            let slot = SlotId(number as u32);
            let parts = || self.parts[number].iter().filter_map(|&unit| self.part(unit, slot));
            let hides_none = !holds_none(ty)
                && parts().any(|part| holds_none(&part.flows))
                && holds_none(&union(parts().map(|part| part.flows.clone())));
            if hides_none { union([ty.clone(), Type::None, Type::Opaque]) } else { ty.clone() }
        };
        types.par_iter().enumerate().map(seen).collect()
    }

    fn site_part(&self, unit: u32, site: SiteId) -> Option<&SiteState> {
        let sites = &self.shares[unit as usize].sites;
        let place = sites.binary_search_by_key(&site, |(site, _)| *site).ok()?;
        Some(&sites[place].1)
    }

    /// Joins what was touched into the state; gives what has changed.
    pub(super) fn update(&self, project: &Project, state: &mut State, touched: Touched) -> Touched {
        let mut changed = Touched::default();
        let join_slot = |&slot: &SlotId| {
            let parts: Vec<&Part> =
                self.parts[slot.0 as usize].iter().filter_map(|&unit| self.part(unit, slot)).collect();
            let flows = join_all(parts.iter().map(|part| &part.flows));
            let flows = visible(project, slot, &flows, state.reads_back);
            let yields = join_all(parts.iter().filter_map(|part| part.yields.as_deref())).visible();
            let ty = limited(&result_type(project, slot, flows, yields));
            (state.types[slot.0 as usize] != ty).then_some((slot, ty))
        };
        let news: Vec<(SlotId, Type)> = touched.slots.par_iter().filter_map(join_slot).collect();
        for (slot, ty) in news {
            state.types[slot.0 as usize] = ty;
            changed.slots.push(slot);
        }
        let mut sites = touched.sites;
        sites.sort_unstable();
        sites.dedup();
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
            if state.sites.get(&site).is_none_or(|held| held.content != joined) {
                state.sites.insert(site, joined.into());
                changed.sites.push(site);
            }
        }
        changed
    }

    /// The units that read any of this, in order.
    pub(super) fn readers(&self, changed: &Touched) -> Vec<usize> {
        let mut reads = vec![false; self.shares.len()];
        let of_slots = changed.slots.iter().flat_map(|slot| &self.slot_readers[slot.0 as usize]);
        let of_sites = changed.sites.iter().filter_map(|site| self.site_readers.get(site)).flatten();
        for &unit in of_slots.chain(of_sites) {
            reads[unit as usize] = true;
        }
        (0..reads.len()).filter(|&unit| reads[unit]).collect()
    }
}

/// How a unit's part in a slot or dict differs from before, or that it did not read that before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Added,
    Removed,
    Altered,
    Read,
}

/// A change of a unit's part in something.
type Difference<K> = (K, u32, Change);

impl Change {
    /// Notes a contributor, in the order of units, or a reader.
    fn note(self, parts: &mut Vec<u32>, readers: &mut Vec<u32>, unit: u32) {
        match (self, parts.binary_search(&unit)) {
            (Self::Added, Err(place)) => parts.insert(place, unit),
            (Self::Removed, Ok(place)) => drop(parts.remove(place)),
            (Self::Read, _) => readers.push(unit),
            _ => {}
        }
    }
}

/// Something as it was before and as it is after.
type BeforeAfter<'a, T> = (&'a [T], &'a [T]);

/// How the parts and reads of a unit differ.
fn differences<K: Ord + Copy, V: PartialEq>(
    unit: u32,
    parts: BeforeAfter<(K, V)>,
    (old_reads, new_reads): BeforeAfter<K>,
) -> Vec<Difference<K>> {
    let mut found = Vec::new();
    compare(parts.0, parts.1, |key, change| found.push((key, unit, change)));
    let is_new = |key: &&K| old_reads.binary_search(key).is_err();
    found.extend(new_reads.iter().filter(is_new).map(|key| (*key, unit, Change::Read)));
    found
}

/// What these differences change, other than who reads it.
fn touched<K: PartialEq + Copy>(differences: &[Difference<K>]) -> Vec<K> {
    let mut touched: Vec<K> =
        differences.iter().filter(|(.., change)| *change != Change::Read).map(|(key, ..)| *key).collect();
    touched.dedup();
    touched
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
fn visible(project: &Project, slot: SlotId, gathered: &Type, is_for_checkers: bool) -> Type {
    let is_param = matches!(project.slots().info(slot).kind, SlotKind::Param(..));
    if is_for_checkers && !is_param {
        return gathered.visible_to_checkers();
    }
    // Each attribute that is looked up is a thing of its own: what is known of some tells nothing of the others.
    if gathered.members().contains(&Type::Opaque) && looks_up_attributes(project, slot) {
        return Type::Unknown;
    }
    match gathered.visible() {
        Type::Unknown if is_param && gathered.members().contains(&Type::None) => Type::None,
        visible => visible,
    }
}

/// Whether a slot is what `__getattr__` of a class gives.
fn looks_up_attributes(project: &Project, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let SlotKind::Return(FunctionId(function)) = info.kind else { return false };
    let found = project.function(FunctionRef { module: info.module, function });
    found.is_some_and(|(_, function)| function.class.is_some() && function.name.is("__getattr__"))
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

fn stored_site(used: &Use) -> Option<SiteId> {
    match used.subject {
        Type::Record(site) if used.kind.is_stored() => Some(site),
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
