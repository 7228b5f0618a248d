//! Ids: numbers and texts that stand for one of something, as a `NewType`.
//!
//! | seen | result |
//! |---|---|
//! | a name such as `user_id`, `uid` or `id` that a class (or module) of the project owns | candidate |
//! | the same kind of value (`int` or `str`) under such names in the parameters of two functions | defined |
//! | parameters and attributes that get nothing but ids, functions whose results enter as ids | those too |
//! | the name alone, no value in sight | an id, in the package of the owner: elsewhere others have such names too |
//! | words that stand in the code, or constants, are most of what enters | no: one of a few was meant |
//! | arithmetic, or a format that only a number has | no id |
//! | no function gives one, and most that take one are not called in sight | no: callers out of sight would have to wrap |
//! | more than eight places where a plain value enters | shown, not made: that is a refactoring nobody asked for |
//! | a parameter that its function binds anew to the result of a call that gives such values | the call is wrapped |
//! | a parameter that is bound anew in another way, or whose default is no `None` | no: the checker would complain |
//!
//! The places where plain values enter are wrapped: `get_account(AccountId(7))`.

mod grow;
mod owners;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::describe::{bounds_of, count, list};
use super::widen::{is_settled, widen};
use super::words::{singular, words};
use super::world::{Sort, World};
use super::{Shapes, lower, trim};
use crate::facts::BinaryOp;
use crate::infer::{Bound, Confidence, Evidence, EvidenceKind, Home, Observations, Shape, ShapeKind, Solved, UseKind};
use crate::text::{Name, TextRange, camel};
use crate::types::{ModuleId, SlotId, Type, known, union};
use grow::Plain;
use owners::{Owner, Owners};
use sources::{Locals, Results, rebound};

/// The slots whose names speak of an id, with its owner.
pub(super) struct Owned(Vec<(Owner, SlotId)>);

impl Owned {
    pub(super) fn of(world: &World) -> Self {
        let owners = Owners::of(world);
        let owned = world.slots.par_iter().enumerate().filter_map(|(number, view)| {
            let slot = SlotId(number as u32);
            let owner = (view.sort != Sort::Inner).then(|| owners.of_slot(world, slot)).flatten();
            owner.map(|owner| (owner, slot))
        });
        Self(owned.collect())
    }
}

/// Defines a `NewType` for each class or module whose ids travel.
pub(super) fn solve(world: &World, observations: &Observations, types: &[Type], owned: &Owned, shapes: &mut Shapes) {
    let mut candidates: BTreeMap<Owner, Vec<SlotId>> = BTreeMap::new();
    for &(owner, slot) in owned.0.iter().filter(|(_, slot)| !shapes.assigned.contains_key(slot)) {
        candidates.entry(owner).or_default().push(slot);
    }
    if candidates.is_empty() {
        return;
    }
    let numeric = used_as_numbers(world, observations);
    let results = Results::of(world);
    for (owner, slots) in candidates {
        let plain = Plain { types, shapes, numeric: &numeric };
        let family = Family::of(world, observations, types, shapes, owner, &slots).map(|mut family| {
            family.grow(world, observations, &plain, &results);
            family
        });
        if let Some((shape, solved)) = family.and_then(|family| family.define(world, observations, &plain, &results)) {
            if shape.kind.is_refactoring() {
                shapes.by_hand.push(shape);
                continue;
            }
            let id = shapes.define(shape);
            for (slot, mut item) in solved {
                item.ty = item.ty.map(&mut |part| (*part == Type::Never).then_some(Type::Shape(id)));
                shapes.assigned.insert(slot, item);
            }
        }
    }
}

/// Slots that arithmetic or the like shows to be numbers.
fn used_as_numbers(world: &World, observations: &Observations) -> BTreeSet<SlotId> {
    let mut found = BTreeSet::new();
    for used in &observations.uses {
        let Type::Slot(slot) = used.subject else { continue };
        let is_number = match &used.kind {
            UseKind::Operand(BinaryOp::Mod, _, reflected) => !reflected,
            UseKind::Operand(BinaryOp::Add, other, _) => !other.is(&known::STR),
            UseKind::Operand(..) | UseKind::Sign | UseKind::Iterate | UseKind::Index(_) | UseKind::Slice => true,
            // A method of `str` hands back a plain `str`; that is text, not an id.
            UseKind::Method(name, ..) => !matches!(name.as_str(), "encode" | "startswith" | "endswith" | "hex"),
            _ => false,
        };
        if is_number && world.slot(slot).is_some() {
            found.insert(slot);
        }
    }
    found
}

/// The slots that hold the ids of one owner.
struct Family {
    owner: Owner,
    base: Type,
    /// With whether `None` is possible too.
    slots: BTreeMap<SlotId, bool>,
}

impl Family {
    /// The candidates that hold plain ints, or plain texts; those of which nothing is known join the rest.
    fn of(
        world: &World,
        observations: &Observations,
        types: &[Type],
        shapes: &Shapes,
        owner: Owner,
        slots: &[SlotId],
    ) -> Option<Self> {
        let mut base = None;
        let mut members = BTreeMap::new();
        let mut unknown = Vec::new();
        for &slot in slots {
            // Annotated slots say what they are: the author had the choice.
            if world.declared.contains_key(&slot) || !world.slot(slot)?.open {
                continue;
            }
            let ty = widen(&shapes.settle(lower(types, slot)));
            let plain = union(ty.members().iter().filter(|member| **member != Type::None).cloned().collect::<Vec<_>>());
            let is_optional = ty.members().contains(&Type::None);
            if plain.is_unknown() {
                unknown.push((slot, is_optional));
                continue;
            }
            if !(plain.is(&known::INT) || plain.is(&known::STR)) || !is_settled(&plain) {
                return None;
            }
            if base.get_or_insert_with(|| plain.clone()) != &plain {
                return None;
            }
            members.insert(slot, is_optional);
        }
        // What nothing is known of is an id where a known one flows in or out, and beside the owner by its name.
        let mut family = Self { owner, base: base?, slots: members };
        for (slot, is_optional) in unknown {
            let bounds = bounds_of(observations, slot);
            let is_fed = bounds.iter().any(|bound| matches!(bound.ty, Type::Slot(_)));
            if (is_fed || family.is_near(world, slot)) && bounds.iter().all(|bound| family.is_id_or_none(&bound.ty)) {
                family.slots.insert(slot, is_optional);
            }
        }
        Some(family)
    }

    /// Whether a slot is declared in the package of the owner.
    fn is_near(&self, world: &World, slot: SlotId) -> bool {
        let owner = match self.owner {
            Owner::Class(class) => world.classes.get(&class).map(|view| view.module),
            Owner::Module(module) => Some(module),
        };
        let package_of = |module: ModuleId| {
            let path = world.module(module)?.name?.as_str();
            Some(path.rsplit_once('.').map_or(path, |(package, _)| package))
        };
        let (Some(owner), Some(view)) = (owner, world.slot(slot)) else { return false };
        // The `__init__.py` of a package has the name of the package itself.
        let own = world.module(view.module).and_then(|module| module.name);
        owner == view.module
            || package_of(owner) == package_of(view.module)
            || own.is_some_and(|own| package_of(owner) == Some(own.as_str()))
    }

    fn is_id_or_none(&self, ty: &Type) -> bool {
        ty.members().iter().all(|member| match member {
            Type::Slot(slot) => self.slots.contains_key(slot),
            Type::None | Type::Unknown => true,
            _ => false,
        })
    }

    /// The definition with the types of its slots, in which `Never` stands for the id; none where a rule forbids it.
    fn define(
        &self,
        world: &World,
        observations: &Observations,
        plain: &Plain,
        results: &Results,
    ) -> Option<(Shape, Vec<(SlotId, Solved)>)> {
        if self.slots.keys().any(|slot| plain.numeric.contains(slot)) {
            return None;
        }
        let mut functions = BTreeSet::new();
        let mut wraps = BTreeSet::new();
        let mut evidence = Vec::new();
        let mut bound_anew = BTreeSet::new();
        let locals = Locals::of(world, self, results);
        for &slot in self.slots.keys() {
            let view = world.slot(slot)?;
            if let (Sort::Param, Some(function)) = (view.sort, view.function) {
                functions.insert((view.module, function));
                for value in rebound(world, view.module, function, view.name)? {
                    let (kind, module) = (EvidenceKind::Assignment, view.module);
                    let range = world.module(module)?.facts?.expr(value).range;
                    evidence.push(Evidence { kind, module, range, ty: None });
                    bound_anew.insert(slot);
                    if locals.is_id(world, module, range) {
                        continue;
                    }
                    if !results.give(world, plain, (module, value), &self.base) {
                        return None;
                    }
                    wraps.insert((module, range));
                }
            }
            for bound in bounds_of(observations, slot) {
                if bound.ty == Type::None {
                    continue;
                }
                if bound.kind == EvidenceKind::Default {
                    return None;
                }
                let is_written =
                    matches!(bound.kind, EvidenceKind::CallSite | EvidenceKind::Return | EvidenceKind::Assignment);
                if !is_written || bound.range.is_empty() {
                    continue;
                }
                evidence.push(Evidence { kind: bound.kind, module: bound.module, range: bound.range, ty: None });
                // Tests are not rewritten: without hints of their own no checker looks into them.
                if world.is_editable(bound.module) && !self.is_id(world, &locals, bound) {
                    wraps.insert((bound.module, bound.range));
                }
            }
        }
        // An id that only one function takes crosses nothing.
        if functions.len() < 2 || !self.is_seen_to_travel(world, observations) {
            return None;
        }
        let is_word = |&&(module, range): &&(ModuleId, TextRange)| {
            let text = world.text(module, range);
            let is_text = text.ends_with(['"', '\'']) && !text.contains(|char: char| char.is_ascii_digit());
            let last = text.rsplit('.').next().unwrap_or(text);
            let is_constant = last.ends_with(char::is_alphabetic) && !last.contains(char::is_lowercase);
            is_text || is_constant
        };
        if wraps.iter().filter(is_word).count() * 2 > wraps.len() {
            return None;
        }
        // `Optional` values cannot be wrapped as they are.
        if wraps.iter().any(|&(module, range)| self.may_be_none(observations, module, range)) {
            return None;
        }
        let shape = self.shape(world, wraps.into_iter().collect(), trim(evidence))?;
        let optional = self.optional(world, observations, &bound_anew);
        let solved = self.slots.keys().map(|&slot| {
            let ty = if optional.contains(&slot) { Type::Union([Type::Never, Type::None].into()) } else { Type::Never };
            (slot, super::describe::solved_slot(world, observations, slot, ty, shape.confidence))
        });
        let solved = solved.collect();
        Some((shape, solved))
    }

    /// Whether some function gives an id, or half of the parameters are passed one in sight.
    fn is_seen_to_travel(&self, world: &World, observations: &Observations) -> bool {
        let sorted = |sort: Sort| {
            self.slots.keys().copied().filter(move |&slot| world.slot(slot).is_some_and(|view| view.sort == sort))
        };
        let is_passed =
            |&slot: &SlotId| bounds_of(observations, slot).iter().any(|bound| bound.kind == EvidenceKind::CallSite);
        sorted(Sort::Return).next().is_some() || {
            let (passed, unseen): (Vec<SlotId>, Vec<SlotId>) = sorted(Sort::Param).partition(is_passed);
            passed.len() >= unseen.len()
        }
    }

    /// The slots that get `None`, be it from another one; but not from a parameter that is bound anew where it is `None`.
    fn optional(&self, world: &World, observations: &Observations, bound_anew: &BTreeSet<SlotId>) -> BTreeSet<SlotId> {
        let mut found: BTreeSet<SlotId> = BTreeSet::new();
        let is_own = |slot: &SlotId| self.slots.contains_key(slot);
        loop {
            let gives_none = |bound: &Bound| match world.parameter_at(bound.module, bound.range).filter(is_own) {
                Some(source) => found.contains(&source) && !bound_anew.contains(&source),
                None => bound.ty.members().iter().any(|member| match member {
                    Type::Slot(source) if is_own(source) => found.contains(source),
                    Type::Slot(_) | Type::None => true,
                    _ => false,
                }),
            };
            let candidates = self.slots.iter().filter(|(slot, is_optional)| **is_optional && !found.contains(slot));
            let more: Vec<SlotId> = candidates
                .map(|(&slot, _)| slot)
                .filter(|&slot| bounds_of(observations, slot).iter().any(gives_none))
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    fn may_be_none(&self, observations: &Observations, module: ModuleId, range: TextRange) -> bool {
        self.slots.keys().any(|&slot| {
            bounds_of(observations, slot).iter().any(|bound| {
                bound.module == module
                    && bound.range == range
                    && bound.ty.members().len() > 1
                    && bound.ty.members().contains(&Type::None)
            })
        })
    }

    /// Whether what is passed is an id already: it comes out of a slot of the family.
    fn is_id(&self, world: &World, locals: &Locals, bound: &Bound) -> bool {
        if let Type::Slot(slot) = &bound.ty {
            return self.slots.contains_key(slot);
        }
        locals.is_id(world, bound.module, bound.range)
    }

    fn shape(&self, world: &World, wraps: Vec<(ModuleId, TextRange)>, evidence: Vec<Evidence>) -> Option<Shape> {
        let (name, module, owner_offset) = match self.owner {
            Owner::Class(class) => {
                let view = world.classes.get(&class)?;
                (class.short().trim_start_matches('_').to_owned(), view.module, view.offset)
            }
            Owner::Module(module) => {
                let name = world.module(module)?.name?;
                let stem = words(name.as_str().rsplit('.').next()?);
                let (last, start) = stem.split_last()?;
                let one = singular(last).unwrap_or_else(|| last.clone());
                let stem: Vec<String> = start.iter().chain([&one]).cloned().collect();
                (camel(&stem), module, u32::MAX)
            }
        };
        let here = self.slots.keys().filter_map(|&slot| world.slot(slot)).filter(|view| view.module == module);
        let wrapped = wraps.iter().filter(|(place, _)| *place == module).map(|(_, range)| range.start);
        let before = here.map(|view| view.offset).chain(wrapped).chain([owner_offset]).min()?;
        let titles: BTreeSet<String> = self.slots.keys().map(|&slot| world.title(slot)).collect();
        let titles: Vec<String> = titles.into_iter().collect();
        let entered = match wraps.len() {
            0 => "no plain value enters".to_owned(),
            number => format!("plain values enter at {}", count(number, "place")),
        };
        Some(Shape {
            names: vec![Name::new(&format!("{name}Id"))],
            kind: ShapeKind::NewType { base: self.base.clone(), wraps },
            home: Home { module, before: if before == u32::MAX { 0 } else { before } },
            slots: self.slots.keys().copied().collect(),
            locals: Vec::new(),
            confidence: Confidence::High,
            reason: format!("The ids of `{name}` go through {}; {entered}.", list(&titles)),
            evidence,
        })
    }
}
