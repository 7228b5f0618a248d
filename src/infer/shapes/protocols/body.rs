//! Duck types of which nobody in sight is one: what the body alone asks for.
//!
//! This comes last. A parameter of which callers, base classes, the docstring or the standard library say what it is
//! has its answer already; what is left is data that comes from elsewhere, such as the options of a command line.
//!
//! | the members used | result |
//! |---|---|
//! | at least two attributes, only read | a protocol named after the parameter |
//! | methods among them | a protocol that is not sure: any class may be meant |
//! | one | the same, if several functions ask for it; else nothing |
//! | those of a class of the repository | nothing: that class is meant |
//! | of values that callers in sight pass | nothing: their class is somewhere, though it is not seen |
//! | methods among them, and many more under this name elsewhere | nothing: a class of some library is meant |
//! | of a parameter that a decorator or an unknown base class decides on | nothing |
//!
//! Values that are handed on are one: a function's parameter has the members that are used one call down.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::super::describe::{bounds_of, list};
use super::super::uses::{Style, from_uses};
use super::super::widen::{is_settled, widen};
use super::super::world::{Sort, World};
use super::super::{Facts, Shapes, lower, trim};
use super::asked::{self, Asked, Members, SlotUses, Subject, asked_of_slots};
use super::{Declared, home, is_protocol, key_of, names};
use crate::infer::{
    Confidence, EvidenceKind, Member, MemberKind, MethodParam, Observations, Shape, ShapeKind, Solved, UseKind,
};
use crate::text::Name;
use crate::types::{Projection, ShapeId, SlotId, Type, known, union};

/// A record of options can have more members than a class that is duck-typed.
const MOST_ATTRIBUTES: usize = 12;
/// More members than this under one name of a parameter are those of a class with a life of its own.
const MOST_UNDER_ONE_NAME: usize = 8;

/// Defines protocols for the slots that nothing else explains.
pub(in crate::infer::shapes) fn solve(
    world: &World,
    facts: &Facts,
    slots: &mut [Result<Solved, String>],
    shapes: &mut Shapes,
) {
    let components = components(world, facts, slots, shapes);
    let parts = Parts::of(facts.observations);
    let crowded = crowded_names(world, &components);
    let classes = Holders::of(world, &components);
    let uses = SlotUses::of(facts.observations);
    let declared = Declared::of(world);
    let mut found: BTreeMap<Vec<(Name, bool, bool)>, Vec<Component>> = BTreeMap::new();
    for component in components {
        if is_welcome(world, facts, (&crowded, &classes, &uses), &component) {
            found.entry(key_of(&component.members)).or_default().push(component);
        }
    }
    for group in found.into_values() {
        define(world, facts, (&parts, &declared, &uses), &group, slots, shapes);
    }
}

/// Values that are handed on to each other.
struct Component {
    subjects: Vec<Subject>,
    members: Vec<(Name, Asked)>,
}

impl Component {
    fn has_methods(&self) -> bool {
        self.members.iter().any(|(_, asked)| asked.called.is_some())
    }
}

/// Groups the subjects of which nothing is known by the flow between them.
fn components(world: &World, facts: &Facts, slots: &[Result<Solved, String>], shapes: &Shapes) -> Vec<Component> {
    let mut asked = asked_of_slots(world, facts.observations);
    let edges = edges(world, facts.observations);
    for (from, to) in edges.iter().flat_map(|(to, sources)| sources.iter().map(move |from| (*from, *to))) {
        if asked.contains_key(&to) {
            asked.entry(from).or_insert_with(|| Some(Vec::new()));
        }
    }
    let mut leader: BTreeMap<Subject, Subject> = asked.keys().map(|&subject| (subject, subject)).collect();
    // Overriding methods get the same values.
    for &subject in asked.keys() {
        for &slot in facts.families.family(subject.slot()) {
            unite(&mut leader, subject, subject.of_slot(slot));
        }
    }
    for (to, sources) in &edges {
        if leader.contains_key(to) && agree(&asked, *to, sources) {
            for &source in sources {
                unite(&mut leader, *to, source);
            }
        }
    }
    let mut groups: BTreeMap<Subject, Vec<Subject>> = BTreeMap::new();
    for &subject in leader.keys() {
        groups.entry(find(&leader, subject)).or_default().push(subject);
    }
    let mut found = Vec::new();
    for subjects in groups.into_values() {
        let is_unexplained = |subject: &Subject| {
            let slot = subject.slot();
            let concluded = slots.get(slot.0 as usize).and_then(|solved| solved.as_ref().ok());
            let is_open = concluded.is_none_or(|solved| solved.confidence == Confidence::Low);
            let seen = shapes.settle(lower(facts.types, slot));
            is_open && seen.members().iter().all(|member| matches!(member, Type::Unknown | Type::None))
        };
        let mut members = Some(Vec::new());
        for subject in &subjects {
            match (&mut members, asked.get(subject)) {
                (Some(all), Some(Some(own))) => asked::merge(all, own),
                (_, Some(None)) => members = None,
                _ => {}
            }
        }
        if let Some(members) = members.filter(|members| !members.is_empty() && subjects.iter().all(is_unexplained)) {
            found.push(Component { subjects, members });
        }
    }
    found
}

/// Which subjects flow into which.
fn edges(world: &World, observations: &Observations) -> BTreeMap<Subject, BTreeSet<Subject>> {
    let mut edges: BTreeMap<Subject, BTreeSet<Subject>> = BTreeMap::new();
    for bound in &observations.bounds {
        let holds_values = |slot: SlotId| {
            world.slot(slot).is_some_and(|view| view.open && matches!(view.sort, Sort::Param | Sort::Attribute))
        };
        if !holds_values(bound.slot) {
            continue;
        }
        for source in bound.ty.members().iter().filter_map(Subject::of).filter(|source| holds_values(source.slot())) {
            edges.entry(Subject::Whole(bound.slot)).or_default().insert(source);
            if let Subject::Whole(slot) = source {
                edges.entry(Subject::Element(bound.slot)).or_default().insert(Subject::Element(slot));
            }
        }
    }
    edges
}

fn find(leader: &BTreeMap<Subject, Subject>, mut subject: Subject) -> Subject {
    while let Some(&next) = leader.get(&subject).filter(|next| **next != subject) {
        subject = next;
    }
    subject
}

fn unite(leader: &mut BTreeMap<Subject, Subject>, a: Subject, b: Subject) {
    if leader.contains_key(&a) && leader.contains_key(&b) {
        let (a, b) = (find(leader, a), find(leader, b));
        leader.insert(a.max(b), a.min(b));
    }
}

/// Whether what flows into a value can be of one kind: one source, or sources that are asked for similar members.
fn agree(asked: &BTreeMap<Subject, Members>, to: Subject, sources: &BTreeSet<Subject>) -> bool {
    let names = |subject: &Subject| -> BTreeSet<Name> {
        let members = asked.get(subject).and_then(Option::as_ref);
        members.into_iter().flatten().map(|(name, _)| *name).collect()
    };
    let known: Vec<BTreeSet<Name>> = sources.iter().chain([&to]).map(names).filter(|names| !names.is_empty()).collect();
    let largest = known.iter().max_by_key(|names| names.len());
    sources.len() == 1
        || largest.is_none_or(|largest| known.iter().all(|names| super::super::unify::similar(names, largest)))
}

/// Names of parameters under which more is asked for, in all, than one duck type has: a class of a library is meant.
fn crowded_names(world: &World, components: &[Component]) -> BTreeSet<Name> {
    let mut members: BTreeMap<Name, (BTreeSet<Name>, bool)> = BTreeMap::new();
    for component in components {
        for view in component.subjects.iter().filter_map(|subject| world.slot(subject.slot())) {
            let (all, has_methods) = members.entry(view.name).or_default();
            all.extend(component.members.iter().map(|(name, _)| *name));
            *has_methods |= component.has_methods();
        }
    }
    let is_crowded =
        |(members, has_methods): &(BTreeSet<Name>, bool)| *has_methods && members.len() > MOST_UNDER_ONE_NAME;
    members.into_iter().filter(|(_, found)| is_crowded(found)).map(|(name, _)| name).collect()
}

/// Whether a protocol for the component tells a reader more than the code does, as far as can be seen from here.
fn is_welcome(
    world: &World,
    facts: &Facts,
    (crowded, classes, uses): (&BTreeSet<Name>, &Holders, &SlotUses),
    component: &Component,
) -> bool {
    let most = if component.has_methods() { super::MOST_MEMBERS } else { MOST_ATTRIBUTES };
    component.members.len() <= most
        && component.members.iter().all(|(name, asked)| {
            let is_one_thing = asked.called.is_none() || (!asked.read && !asked.written);
            is_one_thing && !name.as_str().starts_with("__")
        })
        && component.subjects.iter().any(|subject| annotated(world, *subject))
        && component.subjects.iter().all(|subject| {
            let is_plain =
                world.slot(subject.slot()).is_some_and(|view| is_our_own(world, view) && !crowded.contains(&view.name));
            let holds_one = matches!(subject, Subject::Whole(_)) || uses.holder(subject.slot()).is_some();
            is_plain && holds_one && comes_from_elsewhere(facts, component, *subject)
        })
        && !classes.are_some_with_all(component)
}

/// Whether nothing in sight makes the values: whatever is passed is handed on from another part of the component.
fn comes_from_elsewhere(facts: &Facts, component: &Component, subject: Subject) -> bool {
    bounds_of(facts.observations, subject.slot()).iter().all(|bound| {
        bound.ty.members().iter().all(|member| match member {
            Type::None => true,
            // For elements the whole is handed on.
            other => Subject::of(other).is_some_and(|source| {
                component.subjects.contains(&source)
                    || (source == Subject::Whole(source.slot())
                        && component.subjects.contains(&Subject::Element(source.slot())))
            }),
        })
    })
}

/// By name of a member the numbers of the classes of the repository that have it, in order; protocols left out.
struct Holders(FxHashMap<Name, Vec<u32>>);

impl Holders {
    fn of(world: &World, components: &[Component]) -> Self {
        let asked = components.iter().flat_map(|component| &component.members);
        let mut holders: FxHashMap<Name, Vec<u32>> = asked.map(|(name, _)| (*name, Vec::new())).collect();
        for (number, view) in world.classes.values().enumerate().filter(|(_, view)| !is_protocol(view)) {
            for base in view.mro.iter().filter_map(|base| world.classes.get(base)) {
                for name in base.members.keys() {
                    if let Some(classes) = holders.get_mut(name)
                        && classes.last() != Some(&(number as u32))
                    {
                        classes.push(number as u32);
                    }
                }
            }
        }
        Self(holders)
    }

    /// Whether some class has all members of a component.
    fn are_some_with_all(&self, component: &Component) -> bool {
        let mut lists: Vec<&[u32]> =
            component.members.iter().map(|(name, _)| self.0.get(name).map_or(&[][..], Vec::as_slice)).collect();
        lists.sort_by_key(|classes| classes.len());
        let Some((fewest, others)) = lists.split_first() else { return false };
        fewest.iter().any(|class| others.iter().all(|classes| classes.binary_search(class).is_ok()))
    }
}

/// Whether the protocol is written at a slot: a checker takes an attribute's type from the parameter.
fn annotated(world: &World, subject: Subject) -> bool {
    world.slot(subject.slot()).is_some_and(|view| view.sort == Sort::Param)
}

/// Whether the function is called by nobody but the repository: no decorator hands it out, no unknown base class
/// calls it.
fn is_our_own(world: &World, view: &super::super::world::SlotView) -> bool {
    const PLAIN: &[&str] = &["staticmethod", "classmethod", "contextmanager", "abstractmethod", "setter"];
    if view.owner.and_then(|owner| world.classes.get(&owner)).is_some_and(|class| class.has_unknown_base) {
        return false;
    }
    let (Some(function), Some(module)) = (view.function, world.module(view.module)) else { return true };
    let Some(facts) = module.facts else { return true };
    let decorators = facts.list(facts.function(function).decorators);
    decorators.iter().all(|&decorator| {
        let text = facts.expr(decorator).range.of(module.text);
        PLAIN.contains(&text.rsplit('.').next().unwrap_or(text))
    })
}

/// What is done with the members of values.
struct Parts<'a> {
    uses: BTreeMap<(Subject, Name), Vec<&'a UseKind>>,
    flows: BTreeMap<(Subject, Name), Vec<SlotId>>,
}

impl<'a> Parts<'a> {
    fn of(observations: &'a Observations) -> Self {
        let part = |ty: &Type| match ty {
            Type::Part(whole, Projection::Attribute(name)) => Some((Subject::of(whole)?, *name)),
            _ => None,
        };
        let mut parts = Self { uses: BTreeMap::new(), flows: BTreeMap::new() };
        for used in &observations.uses {
            if let Some(key) = part(&used.subject) {
                parts.uses.entry(key).or_default().push(&used.kind);
            }
        }
        for bound in &observations.bounds {
            for key in bound.ty.members().iter().filter_map(part) {
                parts.flows.entry(key).or_default().push(bound.slot);
            }
        }
        parts
    }

    /// What an attribute must be to be used so.
    fn wanted(&self, subjects: &[Subject], name: Name, slots: &[Result<Solved, String>]) -> Type {
        let keys = || subjects.iter().map(|&subject| (subject, name));
        let flows: Vec<SlotId> = keys().filter_map(|key| self.flows.get(&key)).flatten().copied().collect();
        let uses: Vec<&UseKind> = keys().filter_map(|key| self.uses.get(&key)).flatten().copied().collect();
        let handed = flows.iter().map(|slot| match slots.get(slot.0 as usize) {
            Some(Ok(solved)) => solved.ty.clone(),
            _ => Type::Unknown,
        });
        let handed: Vec<Type> = handed.collect();
        let first = handed.iter().find(|ty| !ty.is_unknown());
        if let Some(first) = first
            && handed.iter().all(|ty| ty == first || ty.is_unknown())
        {
            return first.clone();
        }
        // What is only ever tested is a switch.
        if flows.is_empty() && !uses.is_empty() && uses.iter().all(|used| **used == UseKind::Truth) {
            return known::BOOL.instance();
        }
        widen(&from_uses(uses, &Type::Unknown, Style::Parameter))
    }
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
            positional_only: true,
        });
        let by_keyword = calls.named.iter().map(|(name, ty)| MethodParam {
            name: *name,
            ty: settled(ty),
            optional: !calls.keywords.get(name).copied().unwrap_or(false) || calls.most > calls.least,
            positional_only: false,
        });
        MemberKind::Method(by_position.chain(by_keyword).collect(), Type::Unknown)
    } else {
        let ty = parts.wanted(component, *name, slots);
        let ty = if is_settled(&ty) && ty != Type::None { ty } else { Type::Any };
        if asked.written { MemberKind::Attribute(ty) } else { MemberKind::Property(ty) }
    };
    Member { name: *name, kind }
}

/// Defines one protocol for components that are asked for the same.
fn define(
    world: &World,
    facts: &Facts,
    (parts, declared, uses): (&Parts, &Declared, &SlotUses),
    group: &[Component],
    slots: &mut [Result<Solved, String>],
    shapes: &mut Shapes,
) {
    let subjects: Vec<Subject> = group.iter().flat_map(|component| component.subjects.iter().copied()).collect();
    let written: Vec<Subject> = subjects.iter().copied().filter(|&subject| annotated(world, subject)).collect();
    // One member that one function uses is no kind of thing.
    if group[0].members.len() < 2 && written.len() < 2 {
        return;
    }
    let mut asked = group[0].members.clone();
    group[1..].iter().for_each(|component| asked::merge(&mut asked, &component.members));
    let is_data =
        |(name, asked): &(Name, Asked)| asked.called.is_none() && !asked.written && !name.as_str().starts_with('_');
    let is_sure = asked.len() > 1 && asked.iter().all(is_data);
    let confidence = if is_sure { Confidence::Medium } else { Confidence::Low };
    let known = declared.of_members(&asked).map(Type::instance);
    let make = |shapes: &mut Shapes| {
        let members = asked.iter().map(|item| member(&subjects, item, parts, slots, shapes)).collect::<Vec<_>>();
        let home = home(world, &written.iter().map(|subject| subject.slot()).collect::<Vec<_>>())?;
        let used: Vec<String> = asked.iter().map(|(name, _)| format!("`{name}`")).collect();
        let mut titles: Vec<String> = written.iter().map(|subject| world.title(subject.slot())).collect();
        titles.dedup();
        let evidence = subjects.iter().flat_map(|subject| uses.evidence(subject.slot()));
        Some(shapes.define(Shape {
            names: names::of_body(world, &written, &members),
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
        }))
    };
    let known = known.or_else(|| existing(shapes, &asked).or_else(|| make(shapes)).map(Type::Shape));
    let Some(protocol) = known else { return };
    for &subject in &written {
        let slot = subject.slot();
        let shape = match subject {
            Subject::Whole(_) => protocol.clone(),
            Subject::Element(_) => match uses.holder(slot) {
                Some(holder) => holder.of([protocol.clone()]),
                None => continue,
            },
        };
        let is_optional = bounds_of(facts.observations, slot)
            .iter()
            .any(|bound| bound.kind == EvidenceKind::Default && bound.ty == Type::None);
        let ty = if is_optional { union([shape, Type::None]) } else { shape };
        if let Type::Shape(id) = protocol {
            shapes.shapes[id.0 as usize].slots.push(slot);
        }
        slots[slot.0 as usize] = Ok(Solved {
            ty,
            confidence,
            reason: format!("The body of {} asks for nothing else.", world.title(slot)),
            evidence: trim(uses.evidence(slot)),
        });
    }
}

/// A protocol with these members that is there already.
fn existing(shapes: &Shapes, asked: &[(Name, Asked)]) -> Option<ShapeId> {
    let wanted: BTreeSet<(Name, bool)> = asked.iter().map(|(name, asked)| (*name, asked.called.is_some())).collect();
    let number = shapes.shapes.iter().position(|shape| match &shape.kind {
        ShapeKind::Protocol { members } => {
            members.iter().map(|member| (member.name, super::is_method(member))).collect::<BTreeSet<_>>() == wanted
        }
        _ => false,
    });
    number.map(|number| ShapeId(number as u32))
}
