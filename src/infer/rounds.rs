//! Rounds of evaluation, until nothing changes.
//!
//! In a round every unit that read something that has changed is evaluated again, in parallel, against the state of
//! the round before. What the units yield is joined in the order of the units, so the result does not depend on
//! threads. The number of rounds is bounded: types flow through longer chains of calls than that only in programs in
//! which no reader would follow them either.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::book::{Book, Touched};
use super::eval::{Evaluator, Observed, State, Unit, says};
use super::flow;
use super::memo::{Check, Evaluated, Memo, evaluated};
use super::read_back::{Blame, Clash};
use super::{Confidence, Observations, Overrun, Shape};
use crate::facts::{ExprKind, FileFacts, FunctionId};
use crate::project::{Project, SlotInfo, SlotKind};
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type, union};

/// Most rounds that are made.
const MAX_ROUNDS: usize = 5;
/// Slots without a hint beyond this many are not asked where their values come from.
const MAX_FLOWS: usize = 16;

/// A repository under evaluation.
pub(super) struct Rounds<'a> {
    project: &'a Project,
    units: Vec<Unit>,
    /// By unit: what evaluating it has yielded; none once the observations were taken.
    observed: Option<Vec<Option<Arc<Observed>>>>,
    book: Book,
    state: State,
    dirty: Vec<usize>,
    /// By unit: what the last look for contradictions found in it.
    checks: Vec<Option<Arc<Check>>>,
    /// Units in which that may be something else by now.
    unchecked: FxHashSet<usize>,
    /// By unit: whether pyright infers what it returns only because of hints for its parameters, once that is asked.
    needs_hint: Vec<OnceLock<bool>>,
    memo: Option<&'a mut Memo>,
}

impl<'a> Rounds<'a> {
    /// Nothing evaluated yet; of a repository that was analysed before, with what is remembered of that.
    pub(super) fn new(project: &'a Project, mut memo: Option<&'a mut Memo>) -> Self {
        let units = units(project);
        let count = project.slots().len();
        if let Some(memo) = &mut memo {
            memo.renew(project, &units);
        }
        Self {
            project,
            dirty: (0..units.len()).collect(),
            unchecked: (0..units.len()).collect(),
            checks: Vec::new(),
            needs_hint: vec![OnceLock::new(); units.len()],
            observed: Some(vec![None; units.len()]),
            book: Book::new(units.len(), count),
            state: State { types: vec![Type::Unknown; count], assumed: vec![None; count], ..State::default() },
            units,
            memo,
        }
    }

    /// Evaluates what may have changed, to a fixpoint.
    pub(super) fn run(&mut self) {
        for round in 1..=MAX_ROUNDS {
            if self.dirty.is_empty() {
                break;
            }
            self.state.begin_round();
            let is_last = round == MAX_ROUNDS;
            if is_last {
                self.complete();
            }
            let dirty = std::mem::take(&mut self.dirty);
            let mut shares = Vec::with_capacity(dirty.len());
            let mut old = Vec::new();
            for (number, evaluated) in self.evaluate(&dirty, is_last) {
                shares.push((number, evaluated.share));
                if let Some(observed) = &mut self.observed {
                    old.extend(std::mem::replace(&mut observed[number], evaluated.observed));
                }
            }
            // To free it takes as long as to make it.
            old.into_par_iter().for_each(drop);
            let touched = self.book.replace(shares);
            let changed = self.book.update(self.project, &mut self.state, touched);
            if self.state.plain.is_empty() {
                self.state.plain = self.book.seen_by_checkers(&self.state.types);
            }
            self.dirty = self.book.readers(&changed);
            self.unchecked.extend(self.dirty.iter().copied());
        }
    }

    /// Evaluates units, or remembers what that gave.
    fn evaluate(&mut self, numbers: &[usize], wants_observed: bool) -> Vec<(usize, Evaluated)> {
        let (project, state, units) = (self.project, &self.state, &self.units);
        let run = |number: usize| Evaluator::run(project, state, units[number]);
        let Some(memo) = self.memo.as_deref_mut() else {
            return numbers.par_iter().map(|&number| (number, evaluated(run(number), state))).collect();
        };
        let wants_observed = wants_observed && self.observed.is_some();
        memo.evaluate(project, state, units, numbers, wants_observed, run)
    }

    /// Evaluates the units of which only what they contribute was remembered, while they still read the same.
    fn complete(&mut self) {
        let Some(observed) = &self.observed else { return };
        let is_missing = |number: &usize| observed[*number].is_none() && self.dirty.binary_search(number).is_err();
        let missing: Vec<usize> = (0..self.units.len()).filter(is_missing).collect();
        let found = self.evaluate(&missing, true);
        if let Some(observed) = &mut self.observed {
            for (number, evaluated) in found {
                observed[number] = evaluated.observed;
            }
        }
    }

    /// Takes conclusions as if they were written down: from now on they are what reading the slots gives. Returns
    /// whether that is news.
    pub(super) fn assume(&mut self, conclusions: Vec<(SlotId, Type)>, shapes: &[Shape]) -> bool {
        let mut changed = Touched::default();
        for (slot, ty) in conclusions {
            let place = &mut self.state.assumed[slot.0 as usize];
            if place.as_ref() != Some(&ty) {
                let is_news = widened(&self.state.types[slot.0 as usize]) != ty;
                *place = Some(ty);
                self.unchecked.extend(self.book.users(slot));
                if is_news {
                    changed.slots.push(slot);
                }
            }
        }
        self.state.shapes = shapes.to_vec();
        let sure = shapes.iter().filter(|shape| shape.confidence >= Confidence::Medium);
        let declared = sure.flat_map(|shape| &shape.locals).map(|declared| (declared.local, declared.ty.clone()));
        self.state.declare(declared);
        let is_first = !std::mem::replace(&mut self.state.reads_back, true);
        if is_first {
            let seen = self.book.seen_by_checkers(&self.state.types);
            for (number, ty) in seen.into_iter().enumerate() {
                if ty != self.state.types[number] {
                    self.state.types[number] = ty;
                    changed.slots.push(SlotId(number as u32));
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
                changed.slots.push(slot);
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
        self.complete();
        let mut all = Observations::default();
        let observed: Vec<Arc<Observed>> = self.observed.take().into_iter().flatten().flatten().collect();
        self.state.is_observed = true;
        all.bounds.reserve_exact(observed.iter().map(|one| one.bounds.len()).sum());
        all.uses.reserve_exact(observed.iter().map(|one| one.uses.len()).sum());
        // What is remembered as well is copied.
        let observed: Vec<Observed> = observed.into_par_iter().map(Arc::unwrap_or_clone).collect();
        for one in observed {
            all.bounds.extend(one.bounds);
            all.uses.extend(one.uses);
            all.sites.extend(one.sites);
            all.introspected.extend(one.introspected);
            all.decorated.extend(one.decorated);
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
        let sources = Sources::of(&self.checks, self.state.types.len());
        let checks = self.checks.par_iter().filter_map(Option::as_ref);
        checks.flat_map_iter(|check| check.clashes.iter().flat_map(|clash| self.blamed(clash, &sources))).collect()
    }

    /// The indices beyond the end of a tuple. They are looked for in units of which no hint tells anything, too.
    pub(super) fn overruns(&mut self) -> Vec<Overrun> {
        let indices: FxHashMap<ModuleId, Vec<u32>> =
            self.project.repository().map(|module| (module.id, indices(&module.facts))).collect();
        let asks = |unit: Unit| {
            let Some(indices) = indices.get(&unit.module()) else { return false };
            let Unit::Function(function) = unit else { return !indices.is_empty() };
            self.project.function(function).is_some_and(|(_, function)| {
                let first = indices.partition_point(|&offset| offset < function.range.start);
                indices.get(first).is_some_and(|&offset| offset < function.range.end)
            })
        };
        let mut unchecked: Vec<usize> =
            self.unchecked.iter().copied().filter(|&number| asks(self.units[number])).collect();
        unchecked.sort_unstable();
        self.state.checking = true;
        self.state.begin_round();
        let found = self.evaluate(&unchecked, false);
        self.state.checking = false;
        let last = found.iter().filter_map(|(_, evaluated)| evaluated.check.as_ref());
        let all = self.checks.iter().flatten().chain(last);
        all.flat_map(|check| check.overruns.iter().copied()).collect()
    }

    /// A contradiction as one of each hint that is to blame for it.
    fn blamed(&self, clash: &Clash, sources: &Sources) -> Vec<Clash> {
        match clash.blame {
            Blame::Slot(_) if clash.outside.is_some() => {
                let instead = clash.instead.iter().copied().filter(|slot| self.hint(*slot).is_some()).collect();
                vec![Clash { instead, ..clash.clone() }]
            }
            Blame::Slot(slot) if self.hint(slot).is_none() => {
                let blamed = self.blamed_for(slot, clash, sources).into_iter().map(Blame::Slot);
                blamed.map(|blame| Clash { blame, ..clash.clone() }).collect()
            }
            Blame::Slot(_) | Blame::Field(..) => vec![clash.clone()],
        }
    }

    fn hint(&self, slot: SlotId) -> Option<&Type> {
        self.state.assumed[slot.0 as usize].as_ref()
    }

    /// The hints that are to blame for what a slot without a hint holds: those of what flows into it.
    fn blamed_for(&self, slot: SlotId, clash: &Clash, sources: &Sources) -> Vec<SlotId> {
        let (seen, mut hinted) = self.hints_behind(slot, sources);
        let says_it = |source: &SlotId| self.hint(*source).is_some_and(|hint| says(hint, &clash.wrong));
        // A checker that sees this without any hint has told so before.
        let holds_anyway =
            |slot: &SlotId| self.state.plain.get(slot.0 as usize).is_some_and(|ty| says(ty, &clash.wrong));
        if hinted.iter().any(says_it) {
            hinted.retain(says_it);
        } else if clash.is_value && seen.iter().any(holds_anyway) {
            hinted.clear();
        } else {
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
    fn hints_behind(&self, slot: SlotId, sources: &Sources) -> (Vec<SlotId>, Vec<SlotId>) {
        let mut hinted = Vec::new();
        let mut seen = vec![slot];
        let mut next = 0;
        while let Some(&slot) = seen.get(next).filter(|_| next < MAX_FLOWS) {
            next += 1;
            for source in sources.flowing_into(slot) {
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
        let needs_hint = || {
            let answer = self.unit_of(slot).map(|unit| &self.needs_hint[unit]);
            answer.is_some_and(|answer| *answer.get_or_init(|| flow::needs_hint_to_infer(&module.facts, function)))
        };
        if hinted.is_empty() || !needs_hint() { Vec::new() } else { hinted }
    }

    /// Looks for contradictions in the units in which they may have changed.
    fn check(&mut self) {
        self.state.checking = true;
        self.state.own = self.own_types();
        self.state.begin_round();
        self.checks.resize_with(self.units.len(), Option::default);
        let told = self.told_by_hints();
        let (mut unchecked, untold): (Vec<usize>, Vec<usize>) =
            std::mem::take(&mut self.unchecked).into_iter().partition(|&number| told[number]);
        unchecked.sort_unstable();
        for (number, evaluated) in self.evaluate(&unchecked, false) {
            self.book.add_readers(number, &evaluated.share.reads);
            self.checks[number] = evaluated.check;
        }
        // Once other hints stand they may be told as well.
        for number in untold {
            self.checks[number] = None;
            self.unchecked.insert(number);
        }
        self.state.checking = false;
    }

    /// What their own classes assign to attributes that are also assigned elsewhere.
    fn own_types(&self) -> FxHashMap<SlotId, Type> {
        let slots = (0..self.book.parts.len() as u32).into_par_iter().map(SlotId);
        let own: Vec<(SlotId, Type)> = slots.filter_map(|slot| Some((slot, self.own_type(slot)?))).collect();
        own.into_iter().collect()
    }

    fn own_type(&self, slot: SlotId) -> Option<Type> {
        let info = self.project.slots().info(slot);
        let SlotKind::Attribute(class, _) = info.kind else { return None };
        let module = self.project.module(info.module)?;
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
        if inside.is_empty() || outside.is_empty() || is_inherited {
            return None;
        }
        let flows = inside.iter().filter_map(|&unit| self.book.part(unit, slot));
        Some(widened(&union(flows.map(|part| part.flows.clone()))))
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
        let tells = |slot: &SlotId| {
            let number = slot.0 as usize;
            let without = plain.get(number).unwrap_or(&Type::Unknown);
            assumed[number].is_some() || !is_part(&types[number], without)
        };
        let told = flags(self.units.len());
        let led_to = self.led_to_by_hints();
        led_to.par_iter().filter(|slot| tells(slot)).for_each(|&slot| {
            for unit in self.book.users(slot).chain(self.unit_of(slot)) {
                told[unit].store(true, Ordering::Relaxed);
            }
        });
        told.into_iter().map(AtomicBool::into_inner).collect()
    }

    /// The slots that have a hint, and those that something flows into from them, by any way.
    fn led_to_by_hints(&self) -> Vec<SlotId> {
        let (is_led_to, is_passed) = (flags(self.state.assumed.len()), flags(self.units.len()));
        let is_first = |flag: &AtomicBool| !flag.load(Ordering::Relaxed) && !flag.swap(true, Ordering::Relaxed);
        let is_news = |slot: &SlotId| is_first(&is_led_to[slot.0 as usize]);
        let slots = || (0..is_led_to.len() as u32).into_par_iter().map(SlotId);
        let mut reached: Vec<SlotId> = slots().filter(|slot| self.hint(*slot).is_some() && is_news(slot)).collect();
        while !reached.is_empty() {
            let readers = reached.par_iter().flat_map_iter(|slot| &self.book.slot_readers[slot.0 as usize]);
            let passed: Vec<u32> = readers.copied().filter(|&unit| is_first(&is_passed[unit as usize])).collect();
            let given = passed.par_iter().flat_map_iter(|&unit| &self.book.shares[unit as usize].slots);
            reached = given.map(|(slot, _)| *slot).filter(is_news).collect();
        }
        slots().filter(|slot| is_led_to[slot.0 as usize].load(Ordering::Relaxed)).collect()
    }

    /// The function whose header has the slot.
    fn unit_of(&self, slot: SlotId) -> Option<usize> {
        let info = self.project.slots().info(slot);
        let (SlotKind::Param(function, _) | SlotKind::Return(function)) = info.kind else { return None };
        let function = FunctionRef { module: info.module, function: function.0 };
        self.units.binary_search_by_key(&place(Unit::Function(function)), |&unit| place(unit)).ok()
    }
}

/// What flows into which slot; into one slot in the order of units.
struct Sources {
    /// By slot: where its run starts, with one more entry than slots.
    starts: Vec<u32>,
    sources: Vec<SlotId>,
}

impl Sources {
    /// Groups what the checks of all units saw, by one counting pass.
    fn of(checks: &[Option<Arc<Check>>], slots: usize) -> Self {
        let flows = || checks.iter().flatten().flat_map(|check| check.flows.iter().copied());
        let mut starts = vec![0_u32; slots + 1];
        for (slot, _) in flows() {
            starts[slot.0 as usize + 1] += 1;
        }
        for slot in 0..slots {
            starts[slot + 1] += starts[slot];
        }
        let mut next = starts.clone();
        let mut sources = vec![SlotId(0); starts[slots] as usize];
        for (slot, source) in flows() {
            let place = &mut next[slot.0 as usize];
            sources[*place as usize] = source;
            *place += 1;
        }
        Self { starts, sources }
    }

    fn flowing_into(&self, slot: SlotId) -> impl Iterator<Item = SlotId> + '_ {
        let slot = slot.0 as usize;
        self.sources[self.starts[slot] as usize..self.starts[slot + 1] as usize].iter().copied()
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

/// As many flags, none of which is set, for all threads.
fn flags(count: usize) -> Vec<AtomicBool> {
    (0..count).map(|_| AtomicBool::new(false)).collect()
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

/// Where a file asks for an item of anything by its number, other than for the first, in order.
fn indices(facts: &FileFacts) -> Vec<u32> {
    let is_later = |index| match facts.expr(index).kind {
        ExprKind::Int(number) => number != Some(0),
        ExprKind::Unary(..) => true,
        _ => false,
    };
    let found = facts.exprs.iter().filter(|expr| matches!(expr.kind, ExprKind::Subscript(_, index) if is_later(index)));
    let mut found: Vec<u32> = found.map(|expr| expr.range.start).collect();
    found.sort_unstable();
    found
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

fn sorted(mut all: Observations) -> Observations {
    all.bounds.par_sort_by_key(|bound| (bound.slot, bound.module, bound.range, bound.kind));
    all.sites.sort_by_key(|site| site.id);
    all
}
