//! Duck types of which nobody in sight is one: what the body alone asks for.
//!
//! This comes last. A parameter of which callers, base classes, the docstring or the standard library say what it is
//! has its answer already; what is left is data that comes from elsewhere, such as the options of a command line.
//!
//! | the members used | result |
//! |---|---|
//! | those of a file | `IO[str]` or `IO[bytes]` |
//! | at least two attributes, only read, half of them of a type that the body tells | a protocol named after the parameter |
//! | one attribute, where many functions ask for several under this name | the same |
//! | methods among them, or attributes whose types are not told | a protocol that is not sure: any class may be meant |
//! | one | the same, if several functions ask for it; else nothing |
//! | attributes that have members of their own | nothing: an object of some library |
//! | those of a class of the repository or of an imported module | nothing: that class is meant |
//! | one attribute that a class has, where many functions ask for several under this name | the same as the others |
//! | of values that callers in sight pass | nothing: their class is somewhere, though it is not seen |
//! | methods among them, and many more under this name elsewhere | nothing: a class of some library is meant |
//! | of a parameter that a decorator or an unknown base class decides on | nothing |
//! | of a parameter that the function asks what it has | nothing: none of them is certain |
//! | of what a visitor's method gets, as `visit_Name` does | nothing: an object of the class of that name |
//! | different ones in methods that override each other | nothing: each means a class of its own |
//!
//! Values that are handed on are one: a function's parameter has the members that are used one call down.

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::{bounds_of, list};
use super::super::widen::{is_settled, widen};
use super::super::world::World;
use super::super::{Facts, Shapes, trim};
use super::asked::{self, Asked, SlotUses, Subject};
use super::components::{Component, unexplained};
use super::files::file_of;
use super::parts::Parts;
use super::welcome::{Welcome, annotated, is_open};
use super::{Asking, Declared, Key, home, key_of, names, says_something};
use crate::infer::{
    Confidence, EvidenceKind, Member, MemberKind, MethodParam, MethodShape, Passing, Shape, ShapeKind, Solved,
};
use crate::text::Name;
use crate::types::{ShapeId, SlotId, Type, union};

/// So many functions that ask for several attributes under one name.
const MAKES_A_HABIT: usize = 3;

/// Defines protocols for the slots that nothing else explains.
pub(in crate::infer::shapes) fn solve(
    world: &World,
    facts: &Facts,
    asking: &Asking,
    slots: &mut [Result<Solved, String>],
    shapes: &mut Shapes,
) {
    let components = unexplained(facts, asking, slots, shapes);
    let Asking { parts, uses, .. } = asking;
    let rules = Welcome::of(world, facts, parts, uses, &components);
    let mut welcome: Vec<Component> = Vec::new();
    let mut doubtful: Vec<Component> = Vec::new();
    for component in components {
        if let Some(file) =
            file_of(world, shapes, parts, &component).filter(|_| is_open(world, facts, uses, &component))
        {
            for slot in component.subjects.iter().filter(|subject| annotated(world, **subject)).map(|it| it.slot()) {
                let name = world.slot(slot).map_or(Name::new(""), |view| view.name);
                let reason = format!("`{name}` is read or written like a file.");
                assign(facts, uses, slots, slot, (file.clone(), Confidence::Medium), reason);
            }
        } else if rules.accept(slots, &component) {
            if rules.is_of_some_class(&component) { doubtful.push(component) } else { welcome.push(component) }
        }
    }
    let habits = habits(world, &welcome);
    // One attribute many a class has: what the others of that name are says more.
    let is_usual = |subject: &Subject| world.slot(subject.slot()).is_some_and(|view| habits.contains(&view.name));
    doubtful.retain(|component| component.members.len() == 1 && component.subjects.iter().all(is_usual));
    welcome.append(&mut doubtful);
    let bodies = Bodies { world, facts, parts, declared: Declared::of(world), habits, uses };
    let mut found: BTreeMap<Key, Vec<Component>> = BTreeMap::new();
    for component in welcome {
        found.entry(key_of(&component.members)).or_default().push(component);
    }
    for group in found.into_values() {
        bodies.define(&group, slots, shapes);
    }
}

/// What there is to know when a protocol is defined.
struct Bodies<'a> {
    world: &'a World<'a>,
    facts: &'a Facts<'a>,
    parts: &'a Parts<'a>,
    declared: Declared,
    habits: BTreeSet<Name>,
    uses: &'a SlotUses<'a>,
}

/// Names of parameters under which so many functions ask for several attributes that one attribute alone is the same
/// kind of thing.
fn habits(world: &World, components: &[Component]) -> BTreeSet<Name> {
    let mut counts: BTreeMap<Name, usize> = BTreeMap::new();
    for component in components.iter().filter(|component| component.members.len() > 1 && is_data(&component.members)) {
        let names: BTreeSet<Name> =
            component.subjects.iter().filter_map(|subject| world.slot(subject.slot())).map(|view| view.name).collect();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count >= MAKES_A_HABIT).map(|(name, _)| name).collect()
}

/// Whether the types of the members tell something: those of half of them, or any where the kind of thing is known.
fn tells_enough(members: &[Member], is_habit: bool) -> bool {
    let told = members.iter().filter(|member| says_something(member)).count();
    told > 0 && (is_habit || told * 2 >= members.len())
}

/// Whether all that is asked for is to be read.
fn is_data(members: &[(Name, Asked)]) -> bool {
    members.iter().all(|(name, asked)| asked.called.is_none() && !asked.written && !name.as_str().starts_with('_'))
}

fn member(
    component: &[Subject],
    (name, asked): &(Name, Asked),
    parts: &Parts,
    slots: &[Result<Solved, String>],
    shapes: &Shapes,
) -> Member {
    let settled = |ty: &Type| {
        let ty = widen(&shapes.settle(ty));
        if is_settled(&ty) && ty != Type::None { ty } else { Type::Unknown }
    };
    let kind = if let Some(calls) = &asked.called {
        let by_position = calls.passed.iter().enumerate().map(|(index, ty)| MethodParam {
            name: Name::new(&format!("arg{}", index + 1)),
            ty: settled(ty),
            optional: index >= calls.least,
            passing: Passing::Position,
        });
        let by_keyword = calls.named.iter().map(|(name, ty)| MethodParam {
            name: *name,
            ty: settled(ty),
            optional: !calls.keywords.get(name).copied().unwrap_or(false),
            passing: Passing::Keyword,
        });
        let params = by_position.chain(by_keyword).collect();
        MemberKind::Method(MethodShape { params, result: Type::Unknown, is_async: false })
    } else {
        let ty = parts.wanted(component, *name, slots);
        let ty = if is_settled(&ty) && ty != Type::None { ty } else { Type::Any };
        if asked.written { MemberKind::Attribute(ty) } else { MemberKind::Property(ty) }
    };
    Member { name: *name, kind }
}

impl Bodies<'_> {
    /// Defines one protocol for components that are asked for the same.
    fn define(&self, group: &[Component], slots: &mut [Result<Solved, String>], shapes: &mut Shapes) {
        let Self { world, facts, .. } = *self;
        let subjects: Vec<Subject> = group.iter().flat_map(|component| component.subjects.iter().copied()).collect();
        let written: Vec<Subject> = subjects.iter().copied().filter(|&subject| annotated(world, subject)).collect();
        let view = |subject: &Subject| world.slot(subject.slot());
        let is_habit = written.iter().filter_map(view).all(|view| self.habits.contains(&view.name));
        // One member that one function uses is no kind of thing.
        if group[0].members.len() < 2 && written.len() < 2 && !is_habit {
            return;
        }
        let mut asked = group[0].members.clone();
        group[1..].iter().for_each(|component| asked::merge(&mut asked, &component.members));
        let members: Vec<Member> =
            asked.iter().map(|item| member(&subjects, item, self.parts, slots, shapes)).collect();
        let is_sure = (asked.len() > 1 || is_habit) && is_data(&asked) && tells_enough(&members, is_habit);
        let confidence = if is_sure { Confidence::Medium } else { Confidence::Low };
        let existing = self.declared.of_members(&asked).map(Type::instance);
        let existing = existing.or_else(|| existing_shape(shapes, &asked).map(Type::Shape));
        let Some(protocol) = existing
            .or_else(|| self.shape(&subjects, &written, members, confidence).map(|it| Type::Shape(shapes.define(it))))
        else {
            return;
        };
        for &subject in &written {
            let slot = subject.slot();
            let ty = match subject {
                Subject::Whole(_) => protocol.clone(),
                Subject::Element(_) => match self.uses.holder(slot) {
                    Some(holder) => holder.of([protocol.clone()]),
                    None => continue,
                },
            };
            if let Type::Shape(id) = protocol {
                shapes.shapes[id.0 as usize].slots.push(slot);
            }
            let reason = format!("The body of {} asks for nothing else.", world.title(slot));
            assign(facts, self.uses, slots, slot, (ty, confidence), reason);
        }
    }

    /// The protocol of values, before it is known where it is written.
    fn shape(
        &self,
        subjects: &[Subject],
        written: &[Subject],
        members: Vec<Member>,
        confidence: Confidence,
    ) -> Option<Shape> {
        let Self { world, .. } = *self;
        let home = home(world, &written.iter().map(|subject| subject.slot()).collect::<Vec<_>>())?;
        let used: Vec<String> = members.iter().map(|member| format!("`{}`", member.name)).collect();
        let mut titles: Vec<String> = written.iter().map(|subject| world.title(subject.slot())).collect();
        titles.dedup();
        let evidence = subjects.iter().flat_map(|subject| self.uses.evidence(subject.slot()));
        Some(Shape {
            names: names::of_body(world, written, &members),
            kind: ShapeKind::Protocol { members },
            home,
            slots: Vec::new(),
            locals: Vec::new(),
            confidence,
            reason: format!(
                "{} {} for {} and nothing else; no class in sight has {}.",
                list(&titles),
                if titles.len() == 1 { "asks its argument" } else { "ask the value that they share" },
                list(&used),
                if used.len() == 1 { "it" } else { "them" },
            ),
            evidence: trim(evidence.collect()),
        })
    }
}

/// Concludes what a parameter is; `None` besides where that is its default.
fn assign(
    facts: &Facts,
    uses: &SlotUses,
    slots: &mut [Result<Solved, String>],
    slot: SlotId,
    (ty, confidence): (Type, Confidence),
    reason: String,
) {
    let is_optional = bounds_of(facts.observations, slot)
        .iter()
        .any(|bound| bound.kind == EvidenceKind::Default && bound.ty == Type::None);
    let ty = if is_optional { union([ty, Type::None]) } else { ty };
    slots[slot.0 as usize] = Ok(Solved { ty, confidence, reason, evidence: trim(uses.evidence(slot)) });
}

/// A protocol with these members that is there already.
fn existing_shape(shapes: &Shapes, asked: &[(Name, Asked)]) -> Option<ShapeId> {
    let wanted: BTreeSet<(Name, bool)> = asked.iter().map(|(name, asked)| (*name, asked.called.is_some())).collect();
    let number = shapes.shapes.iter().position(|shape| match &shape.kind {
        ShapeKind::Protocol { members } => {
            members.iter().map(|member| (member.name, super::is_method(member))).collect::<BTreeSet<_>>() == wanted
        }
        _ => false,
    });
    number.map(|number| ShapeId(number as u32))
}
