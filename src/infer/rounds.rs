//! Rounds of evaluation, until nothing changes.
//!
//! In a round every unit that read something that has changed is evaluated again, in parallel, against the state of
//! the round before. What the units yield is joined in the order of the units, so the result does not depend on
//! threads. The number of rounds is bounded: types flow through longer chains of calls than that only in programs in
//! which no reader would follow them either.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::FunctionId;
use crate::project::{Project, SlotInfo, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId, SiteId, SlotId, Type, join, known, union};

use super::eval::{Evaluator, Output, SiteState, State, Unit, says};
use super::flow;
use super::read_back::{Blame, Clash};
use super::{Confidence, EvidenceKind, Observations, Shape, UseKind};

/// Most rounds that are made.
const MAX_ROUNDS: usize = 5;
/// Slots without a hint beyond this many are not asked where their values come from.
const MAX_FLOWS: usize = 16;
/// Types nested deeper than this are cut: a value that holds itself would grow for ever.
const MAX_DEPTH: usize = 5;

/// A repository under evaluation.
pub(super) struct Rounds<'a> {
    project: &'a Project,
    units: Vec<Unit>,
    /// By unit: what evaluating it has yielded; none once the observations were taken.
    outputs: Option<Vec<Output>>,
    book: Book,
    state: State,
    dirty: Vec<usize>,
    /// By unit: what the last look for contradictions found in it.
    checks: Vec<Check>,
    /// Units in which that may be something else by now.
    unchecked: FxHashSet<usize>,
}

/// What looking for contradictions finds in a unit.
#[derive(Default)]
struct Check {
    clashes: Vec<Clash>,
    flows: Vec<(SlotId, SlotId)>,
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
            unchecked: (0..units.len()).collect(),
            checks: Vec::new(),
            outputs: Some(outputs),
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
            self.state.begin_round();
            let (project, state, units) = (self.project, &self.state, &self.units);
            let is_kept = self.outputs.is_some();
            let evaluate = |&number: &usize| {
                let mut output = Evaluator::run(project, state, units[number]);
                let share = Share::take(&mut output);
                (number, is_kept.then_some(output), share)
            };
            let fresh: Vec<(usize, Option<Output>, Share)> = self.dirty.par_iter().map(evaluate).collect();
            let mut touched = Touched::default();
            let mut old = Vec::with_capacity(fresh.len());
            for (number, output, share) in fresh {
                self.book.replace(number, share, &mut touched);
                if let (Some(outputs), Some(output)) = (&mut self.outputs, output) {
                    old.push(std::mem::replace(&mut outputs[number], output));
                }
            }
            // To free it takes as long as to make it.
            old.into_par_iter().for_each(drop);
            let changed = self.book.update(project, &mut self.state, touched);
            if self.state.plain.is_empty() {
                self.state.plain = self.book.seen_by_checkers(&self.state.types);
            }
            self.dirty = self.book.readers(&changed);
            self.unchecked.extend(self.dirty.iter().copied());
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
                self.unchecked.extend(self.book.users(slot));
                if is_news {
                    changed.slots.insert(slot);
                }
            }
        }
        self.state.shapes = shapes.to_vec();
        let sure = shapes.iter().filter(|shape| shape.confidence >= Confidence::Medium);
        let declared = sure.flat_map(|shape| &shape.locals).map(|declared| (declared.local, declared.ty.clone()));
        self.state.declared = declared.collect();
        let is_first = !std::mem::replace(&mut self.state.reads_back, true);
        if is_first {
            let seen = self.book.seen_by_checkers(&self.state.types);
            for (number, ty) in seen.into_iter().enumerate() {
                if ty != self.state.types[number] {
                    self.state.types[number] = ty;
                    changed.slots.insert(SlotId(number as u32));
                }
            }
        }
        // What callers pass no longer tells what a parameter without a hint is.
        let is_news = |(slot, info): &(SlotId, SlotInfo)| {
            is_first
                && matches!(info.kind, SlotKind::Param(..))
                && self.state.assumed[slot.0 as usize].is_none()
                && !self.state.types[slot.0 as usize].is_unknown()
        };
        changed.slots.extend(self.project.slots().iter().filter(is_news).map(|(slot, _)| slot));
        self.evaluate_readers(&changed);
        !changed.slots.is_empty()
    }

    /// Takes back what was taken as written.
    pub(super) fn withdraw(&mut self, slots: &[SlotId]) {
        let mut changed = Touched::default();
        for &slot in slots {
            if self.state.assumed[slot.0 as usize].take().is_some() {
                changed.slots.insert(slot);
                self.unchecked.extend(self.book.users(slot));
            }
        }
        self.evaluate_readers(&changed);
    }

    /// Evaluates anew what reads some slots, because the definitions that they mention have changed.
    pub(super) fn reread(&mut self, slots: &[SlotId]) {
        let mut changed = Touched::default();
        changed.slots.extend(slots.iter().copied());
        for &slot in slots {
            self.unchecked.extend(self.book.users(slot));
        }
        self.evaluate_readers(&changed);
    }

    /// Lets the next run evaluate what reads something, beside what waits already.
    fn evaluate_readers(&mut self, changed: &Touched) {
        let mut dirty: FxHashSet<usize> = self.book.readers(changed).into_iter().collect();
        dirty.extend(std::mem::take(&mut self.dirty));
        self.dirty = dirty.into_iter().collect();
        self.dirty.sort_unstable();
    }

    /// What was seen so far. It is handed over: what is seen later is not kept.
    pub(super) fn observations(&mut self) -> Observations {
        let mut all = Observations::default();
        let outputs = self.outputs.take().unwrap_or_default();
        self.state.is_observed = true;
        all.bounds.reserve_exact(outputs.iter().map(|output| output.bounds.len()).sum());
        all.uses.reserve_exact(outputs.iter().map(|output| output.uses.len()).sum());
        for output in outputs {
            all.bounds.extend(output.bounds);
            all.uses.extend(output.uses);
            all.sites.extend(output.sites);
            all.introspected.extend(output.introspected);
            all.decorated.extend(output.decorated);
        }
        sorted(all)
    }

    /// What is evaluated.
    pub(super) fn project(&self) -> &'a Project {
        self.project
    }

    /// The joined type of each slot.
    pub(super) fn types(&self) -> &[Type] {
        &self.state.types
    }

    /// Looks at the repository once more with all conclusions taken as written. Returns what contradicts them.
    pub(super) fn contradictions(&mut self) -> Vec<Clash> {
        self.check();
        let mut sources: FxHashMap<SlotId, Vec<SlotId>> = FxHashMap::default();
        for (slot, source) in self.checks.iter().flat_map(|check| &check.flows) {
            sources.entry(*slot).or_default().push(*source);
        }
        let mut found = Vec::new();
        for clash in self.checks.iter().flat_map(|check| &check.clashes) {
            match clash.blame {
                Blame::Slot(_) if clash.outside.is_some() => {
                    let instead = clash.instead.iter().copied().filter(|slot| self.hint(*slot).is_some()).collect();
                    found.push(Clash { instead, ..clash.clone() });
                }
                Blame::Slot(slot) if self.hint(slot).is_none() => {
                    let blamed = self.blamed_for(slot, clash, &sources).into_iter().map(Blame::Slot);
                    found.extend(blamed.map(|blame| Clash { blame, ..clash.clone() }));
                }
                Blame::Slot(_) | Blame::Field(..) => found.push(clash.clone()),
            }
        }
        found
    }

    fn hint(&self, slot: SlotId) -> Option<&Type> {
        self.state.assumed[slot.0 as usize].as_ref()
    }

    /// The hints that are to blame for what a slot without a hint holds: those of what flows into it.
    fn blamed_for(&self, slot: SlotId, clash: &Clash, sources: &FxHashMap<SlotId, Vec<SlotId>>) -> Vec<SlotId> {
        let (seen, mut hinted) = self.hints_behind(slot, sources);
        let says_it = |source: &SlotId| self.hint(*source).is_some_and(|hint| says(hint, &clash.wrong));
        if hinted.iter().any(says_it) {
            hinted.retain(says_it);
        }
        if !hinted.iter().any(says_it) {
            let beside: Vec<SlotId> = seen.iter().flat_map(|&slot| self.params_beside(slot)).collect();
            if !beside.is_empty() {
                hinted = beside;
            }
        }
        if hinted.is_empty() {
            for &slot in &clash.instead {
                let found = if self.hint(slot).is_some() { vec![slot] } else { self.hints_behind(slot, sources).1 };
                hinted.extend(found);
            }
        }
        hinted
    }

    /// The slots whose values flow into a slot, itself first, and those of them that have hints.
    fn hints_behind(&self, slot: SlotId, sources: &FxHashMap<SlotId, Vec<SlotId>>) -> (Vec<SlotId>, Vec<SlotId>) {
        let mut hinted = Vec::new();
        let mut seen = vec![slot];
        let mut next = 0;
        while let Some(slot) = seen.get(next).filter(|_| next < MAX_FLOWS) {
            next += 1;
            for &source in sources.get(slot).into_iter().flatten() {
                if !seen.contains(&source) {
                    seen.push(source);
                    hinted.extend(self.hint(source).is_some().then_some(source));
                }
            }
        }
        (seen, hinted)
    }

    /// The hinted parameters of the function whose result a slot is, where pyright tells the result only because of
    /// them.
    fn params_beside(&self, slot: SlotId) -> Vec<SlotId> {
        let info = self.project.slots().info(slot);
        let SlotKind::Return(id) = info.kind else { return Vec::new() };
        let reference = FunctionRef { module: info.module, function: id.0 };
        let Some((module, function)) = self.project.function(reference) else { return Vec::new() };
        let find = |index| self.project.slots().find(info.module, SlotKind::Param(id, index as u16));
        let hinted: Vec<SlotId> =
            (0..function.params.len()).filter_map(find).filter(|&slot| self.hint(slot).is_some()).collect();
        if hinted.is_empty() || !flow::needs_hint_to_infer(&module.facts, function) { Vec::new() } else { hinted }
    }

    /// Looks for contradictions in the units in which they may have changed.
    fn check(&mut self) {
        self.state.checking = true;
        self.state.own = self.own_types();
        self.state.begin_round();
        self.checks.resize_with(self.units.len(), Check::default);
        let told = self.told_by_hints();
        let (mut unchecked, untold): (Vec<usize>, Vec<usize>) =
            std::mem::take(&mut self.unchecked).into_iter().partition(|&number| told[number]);
        unchecked.sort_unstable();
        let (project, state, units) = (self.project, &self.state, &self.units);
        let look = |number: usize| {
            let output = Evaluator::run(project, state, units[number]);
            (number, output.reads, Check { clashes: output.clashes, flows: output.flows })
        };
        let found: Vec<_> = unchecked.into_par_iter().map(look).collect();
        for (number, reads, check) in found {
            self.book.add_readers(number, &reads);
            self.checks[number] = check;
        }
        // Once other hints stand they may be told as well.
        for number in untold {
            self.checks[number] = Check::default();
            self.unchecked.insert(number);
        }
        self.state.checking = false;
    }

    /// What their own classes assign to attributes that are also assigned elsewhere.
    fn own_types(&self) -> FxHashMap<SlotId, Type> {
        let mut own = FxHashMap::default();
        for (slot, info) in self.project.slots().iter() {
            let SlotKind::Attribute(class, _) = info.kind else { continue };
            let Some(module) = self.project.module(info.module) else { continue };
            let is_own = |unit: Unit| match unit {
                Unit::Module(module) => module == info.module,
                Unit::Function(function) => {
                    let is_method = |id: u32| module.facts.function(FunctionId(id)).class == Some(class);
                    function.module == info.module && is_method(function.function)
                }
            };
            let parts = &self.book.parts[slot.0 as usize];
            let (inside, outside): (Vec<u32>, Vec<u32>) =
                parts.iter().partition(|&&unit| is_own(self.units[unit as usize]));
            let name = Project::class_name(module, module.facts.class(class).qualname);
            // A subclass that assigns it has one of its own.
            let is_inherited = outside.iter().any(|&unit| self.is_in_subclass(self.units[unit as usize], name));
            if !inside.is_empty() && !outside.is_empty() && !is_inherited {
                let flows = inside.iter().filter_map(|&unit| self.book.part(unit, slot));
                own.insert(slot, widened(&union(flows.map(|part| part.flows.clone()))));
            }
        }
        own
    }

    /// Whether a unit is a method of a subclass.
    fn is_in_subclass(&self, unit: Unit, class: ClassName) -> bool {
        let Unit::Function(reference) = unit else { return false };
        let Some((module, function)) = self.project.function(reference) else { return false };
        function.class.is_some_and(|own| {
            self.project.is_subclass(Project::class_name(module, module.facts.class(own).qualname), class)
        })
    }

    /// By unit: whether some hint can be to blame for what is found in it. It gives or takes the value of a slot that has
    /// a hint, or of one that holds through hints what it would not hold without.
    fn told_by_hints(&self) -> Vec<bool> {
        let State { types, plain, assumed, .. } = &self.state;
        let mut told = vec![false; self.units.len()];
        for slot in self.led_to_by_hints() {
            let number = slot.0 as usize;
            let without = plain.get(number).unwrap_or(&Type::Unknown);
            if assumed[number].is_some() || !is_part(&types[number], without) {
                self.book.users(slot).chain(self.unit_of(slot)).for_each(|unit| told[unit] = true);
            }
        }
        told
    }

    /// The slots that have a hint, and those that something flows into from them, by any way.
    fn led_to_by_hints(&self) -> Vec<SlotId> {
        let assumed = &self.state.assumed;
        let mut is_led_to: Vec<bool> = assumed.iter().map(Option::is_some).collect();
        let mut found: Vec<SlotId> =
            (0..assumed.len() as u32).map(SlotId).filter(|slot| is_led_to[slot.0 as usize]).collect();
        let mut is_passed = vec![false; self.units.len()];
        let mut next = 0;
        while let Some(&slot) = found.get(next) {
            next += 1;
            for &reader in &self.book.slot_readers[slot.0 as usize] {
                if std::mem::replace(&mut is_passed[reader as usize], true) {
                    continue;
                }
                for (slot, _) in &self.book.shares[reader as usize].slots {
                    if !std::mem::replace(&mut is_led_to[slot.0 as usize], true) {
                        found.push(*slot);
                    }
                }
            }
        }
        found
    }

    /// The function whose header has the slot.
    fn unit_of(&self, slot: SlotId) -> Option<usize> {
        let info = self.project.slots().info(slot);
        let (SlotKind::Param(function, _) | SlotKind::Return(function)) = info.kind else { return None };
        let function = FunctionRef { module: info.module, function: function.0 };
        self.units.binary_search_by_key(&place(Unit::Function(function)), |&unit| place(unit)).ok()
    }
}

/// Whether a type says nothing but what another one says, constants apart. What another slot holds is not told here.
fn is_part(ty: &Type, whole: &Type) -> bool {
    if ty.any(&mut |part| matches!(part, Type::Slot(_))) {
        return false;
    }
    if ty.is_unknown() || ty == whole {
        return true;
    }
    let whole = widened(whole);
    widened(ty).members().iter().all(|member| *member == Type::Opaque || whole.members().contains(member))
}

/// The place of a unit in the order of units.
fn place(unit: Unit) -> (ModuleId, Option<u32>) {
    match unit {
        Unit::Module(module) => (module, None),
        Unit::Function(function) => (function.module, Some(function.function)),
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

    /// Notes more slots that a unit reads.
    #[expect(clippy::iter_over_hash_type, reason = "readers are in no order")]
    fn add_readers(&mut self, number: usize, reads: &FxHashSet<SlotId>) {
        for slot in reads {
            if self.shares[number].reads.binary_search(slot).is_err() {
                self.slot_readers[slot.0 as usize].push(number as u32);
            }
        }
    }

    /// The units that read a slot or contribute to it.
    fn users(&self, slot: SlotId) -> impl Iterator<Item = usize> + '_ {
        let slot = slot.0 as usize;
        self.slot_readers[slot].iter().chain(&self.parts[slot]).map(|&unit| unit as usize)
    }

    /// What a unit makes flow into a slot.
    fn part(&self, unit: u32, slot: SlotId) -> Option<&Part> {
        let slots = &self.shares[unit as usize].slots;
        let place = slots.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        Some(&slots[place].1)
    }

    /// The types of slots with the `None` that only checkers see.
    fn seen_by_checkers(&self, types: &[Type]) -> Vec<Type> {
        let seen = |(number, ty): (usize, &Type)| {
            let slot = SlotId(number as u32);
            let parts = self.parts[number].iter().filter_map(|&unit| self.part(unit, slot));
            let gathered = union(parts.map(|part| part.flows.clone()));
            let hides_none = gathered.members().contains(&Type::None) && !ty.members().contains(&Type::None);
            if hides_none { union([ty.clone(), Type::None, Type::Opaque]) } else { ty.clone() }
        };
        types.iter().enumerate().map(seen).collect()
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
            let flows = visible(project, slot, &union(parts().map(|part| part.flows.clone())), state.reads_back);
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
            if state.sites.get(&site).is_none_or(|held| held.content != joined) {
                state.sites.insert(site, joined.into());
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
fn visible(project: &Project, slot: SlotId, gathered: &Type, is_for_checkers: bool) -> Type {
    let is_param = matches!(project.slots().info(slot).kind, SlotKind::Param(..));
    if is_for_checkers && !is_param {
        return gathered.visible_to_checkers();
    }
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

fn sorted(mut all: Observations) -> Observations {
    all.bounds.par_sort_by_key(|bound| (bound.slot, bound.module, bound.range, bound.kind));
    all.sites.sort_by_key(|site| site.id);
    all
}
