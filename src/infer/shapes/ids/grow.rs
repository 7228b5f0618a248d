//! What belongs to the ids of an owner besides what is called so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::bounds_of;
use super::super::widen::widen;
use super::super::world::{Sort, World};
use super::super::{Shapes, lower};
use super::Family;
use super::sources::{Locals, Results, rebound, source, sources};
use crate::infer::Observations;
use crate::types::{SlotId, Type};

/// What tells a plain value that may be an id.
pub(super) struct Plain<'a> {
    pub(super) types: &'a [Type],
    pub(super) shapes: &'a Shapes,
    pub(super) numeric: &'a BTreeSet<SlotId>,
}

impl Plain<'_> {
    /// Whether a slot can hold ids over `base`, as far as its type is known, and whether it may be `None`.
    fn may_hold(&self, world: &World, slot: SlotId, base: &Type) -> Option<bool> {
        let is_free = world.slot(slot).is_some_and(|view| view.open) && !world.declared.contains_key(&slot);
        if !is_free || self.numeric.contains(&slot) || self.shapes.assigned.contains_key(&slot) {
            return None;
        }
        let ty = widen(&self.shapes.settle(lower(self.types, slot)));
        let plain = ty.members().iter().all(|member| member == base || matches!(member, Type::None | Type::Unknown));
        plain.then(|| ty.members().contains(&Type::None))
    }
}

impl Family {
    /// Takes in what holds nothing but ids: parameters and attributes that only get them, and functions whose results
    /// enter as ids.
    pub(super) fn grow(&mut self, world: &World, observations: &Observations, plain: &Plain, results: &Results) {
        // From an attribute to the parameter that it is set to, and on to what is passed there.
        const STEPS: usize = 3;
        let of_params = |(slot, _): (&SlotId, &bool)| world.slot(*slot).filter(|view| view.sort == Sort::Param);
        let functions: BTreeSet<_> =
            self.slots.iter().filter_map(of_params).map(|view| (view.module, view.function)).collect();
        if functions.len() < 2 {
            return;
        }
        for _ in 0..STEPS {
            let locals = Locals::of(world, self, results);
            let mut entries: BTreeSet<SlotId> = BTreeSet::new();
            for &slot in self.slots.keys() {
                let bounds = bounds_of(observations, slot).iter().filter(|bound| !self.is_id(world, &locals, bound));
                entries.extend(bounds.flat_map(|bound| sources(world, results, bound.module, bound.range)));
                let Some((view, function)) = world.slot(slot).and_then(|view| Some((view, view.function?))) else {
                    continue;
                };
                if view.sort == Sort::Param {
                    let values = rebound(world, view.module, function, view.name).unwrap_or_default();
                    let facts = world.module(view.module).and_then(|module| module.facts);
                    let ranges = facts.into_iter().flat_map(|facts| values.iter().map(|&it| facts.expr(it).range));
                    entries.extend(ranges.filter_map(|range| source(world, results, view.module, range)));
                }
            }
            let mut more = BTreeMap::new();
            for slot in entries.into_iter().filter(|slot| !self.slots.contains_key(slot)) {
                let mut chain = BTreeMap::new();
                if self.is_fed_by_ids(world, observations, plain, (&locals, results), slot, &mut chain) {
                    more.extend(chain);
                }
            }
            if more.is_empty() {
                return;
            }
            self.slots.extend(more);
        }
    }

    /// Whether nothing but ids gets into a slot, through others maybe; `chain` are those, with whether they may be
    /// `None`. What a function returns is one where it is said to be.
    fn is_fed_by_ids(
        &self,
        world: &World,
        observations: &Observations,
        plain: &Plain,
        (locals, results): (&Locals, &Results),
        slot: SlotId,
        chain: &mut BTreeMap<SlotId, bool>,
    ) -> bool {
        let Some(is_optional) = plain.may_hold(world, slot, &self.base) else { return false };
        if chain.insert(slot, is_optional).is_some() {
            return true;
        }
        let bounds = bounds_of(observations, slot);
        match world.slot(slot).map(|view| view.sort) {
            Some(Sort::Return) => !is_optional,
            Some(Sort::Param | Sort::Attribute) => {
                !bounds.is_empty()
                    && bounds.iter().all(|bound| {
                        let own = || source(world, results, bound.module, bound.range);
                        let is_fed = |slot| {
                            world.slot(slot).is_some_and(|view| view.sort != Sort::Return)
                                && self.is_fed_by_ids(world, observations, plain, (locals, results), slot, chain)
                        };
                        bound.ty == Type::None || self.is_id(world, locals, bound) || own().is_some_and(is_fed)
                    })
            }
            _ => false,
        }
    }
}
