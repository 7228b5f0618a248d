//! Rounds of evaluation, until nothing changes.
//!
//! In a round every unit that read something that has changed is evaluated again, in parallel, against the state of
//! the round before. What the units yield is joined in the order of the units, so the result does not depend on
//! threads. The number of rounds is bounded: types flow through longer chains of calls than that only in programs in
//! which no reader would follow them either.

mod contradictions;

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::book::{Book, Touched};
use super::eval::{Evaluator, Observed, State, Unit};
use super::memo::{Check, Evaluated, Memo, evaluated};
use super::{Confidence, Observations, Shape};
use crate::project::{Project, SlotInfo, SlotKind};
use crate::types::{FunctionRef, ModuleId, SlotId, Type};

/// Most rounds that are made.
const MAX_ROUNDS: usize = 5;

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

fn sorted(mut all: Observations) -> Observations {
    all.bounds.par_sort_by_key(|bound| (bound.slot, bound.module, bound.range, bound.kind));
    all.sites.sort_by_key(|site| site.id);
    all
}
