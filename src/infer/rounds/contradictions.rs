//! What contradicts the conclusions that are taken as written, and which of them is to blame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Rounds, place, widened};
use crate::facts::{ExprKind, FileFacts, FunctionId};
use crate::infer::eval::{State, Unit, says};
use crate::infer::memo::Check;
use crate::infer::read_back::{Blame, Clash};
use crate::infer::{Overrun, flow};
use crate::project::{Project, SlotKind};
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type, union};

/// Slots without a hint beyond this many are not asked where their values come from.
const MAX_FLOWS: usize = 16;

impl Rounds<'_> {
    /// Looks at the repository once more with all conclusions taken as written. Returns what contradicts them.
    pub(in crate::infer) fn contradictions(&mut self) -> Vec<Clash> {
        self.check();
        let sources = Sources::of(&self.checks, self.state.types.len());
        let checks = self.checks.par_iter().filter_map(Option::as_ref);
        checks.flat_map_iter(|check| check.clashes.iter().flat_map(|clash| self.blamed(clash, &sources))).collect()
    }

    /// The indices beyond the end of a tuple. They are looked for in units of which no hint tells anything, too.
    pub(in crate::infer) fn overruns(&mut self) -> Vec<Overrun> {
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
