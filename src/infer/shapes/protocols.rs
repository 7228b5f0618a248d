//! Duck types: what several unrelated classes have in common, as a `Protocol`.
//!
//! | callers pass | the parameter is |
//! |---|---|
//! | instances of one class | that class: not decided here |
//! | classes whose common base has all members used | that base: not decided here |
//! | two classes or more (modules count) that all have the members used | a protocol |
//! | something that lacks a member, or whose members are not known | nothing: that is a mistake, or not ours to tell |
//!
//! The same holds for the elements of a parameter that is only looped over, indexed or counted: `Iterable[HasArea]`.
//!
//! An attribute that is only read is a read-only property, so that attributes, properties and constants implement it;
//! one that is written is an attribute. A method takes what all implementations take.

use std::collections::{BTreeMap, BTreeSet};

use super::describe::{bounds_of, count, list, solved_slot};
use super::widen::{is_settled, widen};
use super::words::{camel, words};
use super::world::{FunctionView, MemberView, Sort, World};
use super::{Shapes, lower, trim};
use crate::facts::{FunctionId, ParamKind};
use crate::infer::{
    Confidence, Evidence, EvidenceKind, Home, Member, MemberKind, MethodParam, Observations, Shape, ShapeKind, UseKind,
};
use crate::text::Name;
use crate::types::known::{self, Known};
use crate::types::{ClassName, ModuleId, Projection, SlotId, Type, union};

/// A protocol of more members than this says no more than a list of classes.
const MOST_MEMBERS: usize = 8;

/// The value that members are asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// The value of the slot.
    Whole(SlotId),
    /// The elements of the slot's value.
    Element(SlotId),
}

impl Subject {
    fn of(ty: &Type) -> Option<Self> {
        match ty {
            Type::Slot(slot) => Some(Self::Whole(*slot)),
            Type::Part(whole, Projection::Element) => match **whole {
                Type::Slot(slot) => Some(Self::Element(slot)),
                _ => None,
            },
            _ => None,
        }
    }

    fn slot(self) -> SlotId {
        match self {
            Self::Whole(slot) | Self::Element(slot) => slot,
        }
    }
}

/// What is asked of one member.
#[derive(Clone, Debug, Default)]
struct Asked {
    read: bool,
    written: bool,
    /// How it is called; none if it never is.
    called: Option<Calls>,
}

/// How a method is called.
#[derive(Clone, Debug)]
struct Calls {
    /// The smallest and the largest number of positional arguments.
    least: usize,
    most: usize,
    /// The keywords, with whether every call passes them.
    keywords: BTreeMap<Name, bool>,
}

impl Calls {
    fn add(calls: &mut Option<Self>, positional: usize, keywords: &[(Name, Type)]) {
        let Some(calls) = calls else {
            let keywords = keywords.iter().map(|(name, _)| (*name, true)).collect();
            *calls = Some(Self { least: positional, most: positional, keywords });
            return;
        };
        calls.least = calls.least.min(positional);
        calls.most = calls.most.max(positional);
        for (name, always) in &mut calls.keywords {
            *always &= keywords.iter().any(|(passed, _)| passed == name);
        }
        for (name, _) in keywords {
            calls.keywords.entry(*name).or_insert(false);
        }
    }
}

/// Something that implements a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Implementer {
    Class(ClassName),
    Module(ModuleId),
}

/// Defines protocols for parameters and attributes that no single class explains.
pub(super) fn solve(world: &World, observations: &Observations, types: &[Type], shapes: &mut Shapes) {
    let asked = asked_of_slots(world, observations);
    let mut found: BTreeMap<Vec<(Name, bool)>, Vec<Found>> = BTreeMap::new();
    for (subject, members) in asked {
        if shapes.assigned.contains_key(&subject.slot()) {
            continue;
        }
        let holder = match subject {
            Subject::Whole(_) => None,
            // Most are of one class, and not worth a look at all uses.
            Subject::Element(slot) if holds_several(lower(types, slot)) => match holder(observations, slot) {
                Some(holder) => Some(holder),
                None => continue,
            },
            Subject::Element(_) => continue,
        };
        if let Some(item) = explain(world, types, shapes, subject.slot(), holder, &members) {
            let key = item.members.iter().map(|member| (member.name, is_method(member))).collect();
            found.entry(key).or_default().push(item);
        }
    }
    for items in found.into_values() {
        for group in same(items) {
            define(world, observations, group, shapes);
        }
    }
}

fn is_method(member: &Member) -> bool {
    matches!(member.kind, MemberKind::Method(..))
}

/// The members that are used of each slot, in the order of first use; none for slots that are asked for more.
fn asked_of_slots(world: &World, observations: &Observations) -> BTreeMap<Subject, Vec<(Name, Asked)>> {
    let mut found: BTreeMap<Subject, Option<Vec<(Name, Asked)>>> = BTreeMap::new();
    for used in &observations.uses {
        let Some(subject) = Subject::of(&used.subject) else { continue };
        let is_candidate = world
            .slot(subject.slot())
            .is_some_and(|view| view.open && matches!(view.sort, Sort::Param | Sort::Attribute | Sort::Variable));
        if !is_candidate {
            continue;
        }
        let entry = found.entry(subject).or_insert_with(|| Some(Vec::new()));
        let Some(members) = entry else { continue };
        let (name, update): (Name, &dyn Fn(&mut Asked)) = match &used.kind {
            UseKind::Attribute(name) => (*name, &|asked| asked.read = true),
            UseKind::SetAttribute(name, _) => (*name, &|asked| asked.written = true),
            UseKind::Method(name, positional, keywords) => (*name, &move |asked| {
                Calls::add(&mut asked.called, positional.len(), keywords);
            }),
            UseKind::Truth | UseKind::IsNone | UseKind::Format | UseKind::Compare(..) | UseKind::Passed(_) => continue,
            // Operators, iteration, subscripts: a protocol of the standard library, or a class, is meant.
            _ => {
                *entry = None;
                continue;
            }
        };
        if let Some((_, asked)) = members.iter_mut().find(|(known, _)| *known == name) {
            update(asked);
        } else {
            let mut asked = Asked::default();
            update(&mut asked);
            members.push((name, asked));
        }
    }
    found
        .into_iter()
        .filter_map(|(subject, members)| Some((subject, members.filter(|members| !members.is_empty())?)))
        .collect()
}

/// Whether a collection's elements are of several types, or there are several collections.
fn holds_several(ty: &Type) -> bool {
    ty.any(&mut |part| matches!(part, Type::Union(members) if members.len() > 1) || matches!(part, Type::Tuple(_)))
}

/// What to write around the type of the elements; none where more is done with the collection than to read it.
fn holder(observations: &Observations, slot: SlotId) -> Option<&'static Known> {
    let mut holder = &known::ITERABLE;
    for used in observations.uses.iter().filter(|used| used.subject == Type::Slot(slot)) {
        match used.kind {
            UseKind::Iterate | UseKind::IsNone => {}
            UseKind::Len | UseKind::Truth | UseKind::Index(_) | UseKind::Slice => holder = &known::SEQUENCE,
            _ => return None,
        }
    }
    Some(holder)
}

/// The type of the elements of what is passed, where every caller passes a collection; and whether `None` is passed.
fn elements(ty: &Type, holder: &Known) -> Option<(Type, bool)> {
    let mut found = Vec::new();
    let mut is_optional = false;
    for member in ty.members() {
        match member {
            Type::None => is_optional = true,
            Type::Tuple(items) => found.extend(items.iter().cloned()),
            Type::Instance(class, args) => {
                let is_one_of = |classes: &[&Known]| classes.iter().any(|known| known.class() == *class);
                let is_sequence = is_one_of(&[&known::LIST, &known::TUPLE]);
                let is_set = is_one_of(&[&known::SET, &known::FROZENSET]);
                let [element] = &args[..] else { return None };
                let is_allowed = is_sequence || is_set && holder.class() == known::ITERABLE.class();
                if !is_allowed {
                    return None;
                }
                found.push(element.clone());
            }
            _ => return None,
        }
    }
    Some((union(found), is_optional))
}

/// A slot that a protocol explains.
struct Found {
    slot: SlotId,
    /// What holds the values, where they are elements.
    holder: Option<&'static Known>,
    is_optional: bool,
    implementers: BTreeSet<Implementer>,
    members: Vec<Member>,
}

/// The protocol of a slot, if that is what explains its callers.
fn explain(
    world: &World,
    types: &[Type],
    shapes: &Shapes,
    slot: SlotId,
    holder: Option<&'static Known>,
    members: &[(Name, Asked)],
) -> Option<Found> {
    if members.len() > MOST_MEMBERS || members.iter().any(|(name, _)| name.as_str().starts_with("__")) {
        return None;
    }
    let ty = shapes.settle(lower(types, slot));
    let (ty, mut is_optional) = match holder {
        Some(holder) => elements(&ty, holder)?,
        None => (ty, false),
    };
    let mut implementers = BTreeSet::new();
    for member in ty.members() {
        match member {
            Type::None if holder.is_none() => is_optional = true,
            Type::Module(module) if world.module(*module).is_some() => {
                implementers.insert(Implementer::Module(*module));
            }
            Type::Instance(class, _) if world.classes.contains_key(class) => {
                implementers.insert(Implementer::Class(*class));
            }
            _ => return None,
        }
    }
    if implementers.len() < 2 || has_common_base(world, &implementers, members) {
        return None;
    }
    let mut solved = Vec::with_capacity(members.len());
    for (name, asked) in members {
        let kind = member_kind(world, types, shapes, &implementers, *name, asked)?;
        solved.push(Member { name: *name, kind });
    }
    Some(Found { slot, holder, is_optional, implementers, members: solved })
}

/// Whether one class of the project, or the interface of one of its modules, already says it all.
fn has_common_base(world: &World, implementers: &BTreeSet<Implementer>, members: &[(Name, Asked)]) -> bool {
    let mut common: Option<Vec<ClassName>> = None;
    for implementer in implementers {
        let Implementer::Class(class) = implementer else { return false };
        let Some(view) = world.classes.get(class) else { return false };
        let shared = match common {
            None => view.mro.clone(),
            Some(before) => before.into_iter().filter(|base| view.mro.contains(base)).collect(),
        };
        common = Some(shared);
    }
    let may_share = |implementer: &Implementer| match implementer {
        Implementer::Class(class) => world.classes.get(class).is_some_and(|view| view.has_unknown_base),
        Implementer::Module(_) => false,
    };
    // A base that cannot be read may be the same one, and have it all.
    if implementers.iter().all(may_share) {
        return true;
    }
    common.unwrap_or_default().into_iter().any(|base| {
        world.classes.contains_key(&base) && members.iter().all(|(name, _)| world.member(base, *name).is_some())
    })
}

/// What a member is, over all implementers; none where one lacks it or they do not agree on what it is.
fn member_kind(
    world: &World,
    types: &[Type],
    shapes: &Shapes,
    implementers: &BTreeSet<Implementer>,
    name: Name,
    asked: &Asked,
) -> Option<MemberKind> {
    let mut values = Vec::new();
    let mut methods = Vec::new();
    for implementer in implementers {
        match find_member(world, *implementer, name)? {
            MemberView::Property(_) if asked.written => return None,
            MemberView::Attribute(slot) | MemberView::Property(slot) => {
                values.push(slot_type(world, types, shapes, slot));
            }
            MemberView::Method(module, function) => {
                let has_self = matches!(implementer, Implementer::Class(_));
                methods.push((world.function(module, function.0)?, has_self));
            }
            MemberView::Other => return None,
        }
    }
    match (&asked.called, methods.is_empty()) {
        (Some(called), false) if values.is_empty() && !asked.written => method(world, types, shapes, &methods, called),
        (None, true) => {
            let ty = widen(&union(values));
            // A property without a type would be `Any`: still true, but it says nothing.
            let ty = if is_settled(&ty) { ty } else { Type::Any };
            Some(if asked.written { MemberKind::Attribute(ty) } else { MemberKind::Property(ty) })
        }
        _ => None,
    }
}

fn find_member(world: &World, implementer: Implementer, name: Name) -> Option<MemberView> {
    match implementer {
        Implementer::Class(class) => world.member(class, name),
        Implementer::Module(module) => {
            let function = world.module(module)?.functions.iter().position(|function| {
                function.name == name && function.class.is_none() && is_top_level(world, module, function)
            });
            if let Some(number) = function {
                return Some(MemberView::Method(module, FunctionId(number as u32)));
            }
            world.variables.get(&(module, name)).map(|&slot| MemberView::Attribute(slot))
        }
    }
}

fn is_top_level(world: &World, module: ModuleId, function: &FunctionView) -> bool {
    world.module(module).is_some_and(|module| {
        !module
            .functions
            .iter()
            .any(|outer| outer.range.start < function.range.start && function.range.end <= outer.range.end)
    })
}

/// The type of a slot as declared, as assigned, or as seen.
fn slot_type(world: &World, types: &[Type], shapes: &Shapes, slot: SlotId) -> Type {
    if let Some(declared) = world.declared.get(&slot) {
        return declared.clone();
    }
    if let Some(solved) = shapes.assigned.get(&slot) {
        return solved.ty.clone();
    }
    let seen = shapes.settle(lower(types, slot));
    widen(&if seen.is_unknown() { shapes.settle(&Type::Slot(slot)) } else { seen })
}

/// The signature that all implementations of a method accept.
fn method(
    world: &World,
    types: &[Type],
    shapes: &Shapes,
    methods: &[(&FunctionView, bool)],
    called: &Calls,
) -> Option<MemberKind> {
    let Calls { least, most, keywords } = called;
    let mut results = Vec::new();
    let mut by_position: Vec<Vec<super::world::ParamView>> = vec![Vec::new(); *most];
    let mut by_keyword: BTreeMap<Name, Vec<super::world::ParamView>> = BTreeMap::new();
    for (function, has_self) in methods {
        results.push(function.returns.map_or(Type::Unknown, |slot| slot_type(world, types, shapes, slot)));
        let own = &function.params[usize::from(*has_self).min(function.params.len())..];
        let positional: Vec<_> =
            own.iter().filter(|param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal)).collect();
        for (index, params) in by_position.iter_mut().enumerate() {
            params.push(**positional.get(index)?);
        }
        for keyword in keywords.keys() {
            let param = own.iter().find(|param| param.name == *keyword && param.kind != ParamKind::VarArgs)?;
            by_keyword.entry(*keyword).or_default().push(*param);
        }
        // What is not passed must be optional everywhere.
        let needs_more =
            positional.iter().skip(*most).any(|param| !param.has_default && !keywords.contains_key(&param.name));
        if needs_more {
            return None;
        }
    }
    let joined = |params: &[super::world::ParamView]| {
        let seen = params.iter().filter_map(|param| param.slot).map(|slot| slot_type(world, types, shapes, slot));
        let ty = widen(&union(seen.collect::<Vec<_>>()));
        if is_settled(&ty) { ty } else { Type::Unknown }
    };
    let mut params = Vec::new();
    for (index, found) in by_position.iter().enumerate() {
        let first = found.first()?.name;
        let is_shared = found.iter().all(|param| param.name == first);
        let name = if is_shared { first } else { Name::new(&format!("arg{}", index + 1)) };
        // Some calls leave it out: then all implementations must have a default, and the protocol says so.
        let optional = index >= *least && !keywords.contains_key(&first);
        if optional && !found.iter().all(|param| param.has_default) {
            return None;
        }
        params.push(MethodParam { name, ty: joined(found), optional, positional_only: !is_shared });
    }
    // Keywords follow; a parameter before them that only has a position keeps its place.
    for (name, found) in &by_keyword {
        if !params.iter().any(|param| param.name == *name) {
            let optional = !keywords.get(name).copied().unwrap_or(false);
            if optional && !found.iter().all(|param| param.has_default) {
                return None;
            }
            params.push(MethodParam { name: *name, ty: joined(found), optional, positional_only: false });
        }
    }
    if params.iter().any(|param| param.positional_only) {
        let last = params.iter().rposition(|param| param.positional_only).unwrap_or(0);
        params[..last].iter_mut().for_each(|param| param.positional_only = true);
    }
    let result = widen(&union(results));
    let result = if is_settled(&result) { result } else { Type::Unknown };
    Some(MemberKind::Method(params, result))
}

/// Groups slots with the same members whose types agree.
fn same(items: Vec<Found>) -> Vec<Vec<Found>> {
    let mut groups: Vec<Vec<Found>> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|group| group[0].members == item.members) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

fn define(world: &World, observations: &Observations, group: Vec<Found>, shapes: &mut Shapes) {
    let Some(first) = group.first().and_then(|found| world.slot(found.slot)) else { return };
    let members = group[0].members.clone();
    // A protocol of nothing but `Any` tells no more than the code does.
    let says_something = members.iter().any(|member| match &member.kind {
        MemberKind::Property(ty) | MemberKind::Attribute(ty) => *ty != Type::Any,
        MemberKind::Method(..) => true,
    });
    let home = group
        .iter()
        .filter_map(|found| world.slot(found.slot))
        .filter(|view| view.module == first.module)
        .map(|view| view.offset)
        .min();
    let Some(before) = home else { return };
    let slots: Vec<SlotId> = group.iter().map(|found| found.slot).collect();
    let evidence = slots.iter().flat_map(|&slot| {
        bounds_of(observations, slot).iter().map(|bound| Evidence {
            kind: bound.kind,
            module: bound.module,
            range: bound.range,
            ty: Some(widen(&bound.ty)).filter(is_settled),
        })
    });
    let mut evidence: Vec<Evidence> = evidence.collect();
    evidence.extend(uses_of(observations, slots[0]));
    let implementers: BTreeSet<Implementer> =
        group.iter().flat_map(|found| found.implementers.iter().copied()).collect();
    let titles: Vec<String> = implementers.iter().map(|implementer| implementer_title(world, *implementer)).collect();
    let used: Vec<String> = members.iter().map(|member| format!("`{}`", member.name)).collect();
    let confidence = if says_something { Confidence::High } else { Confidence::Low };
    let id = shapes.define(Shape {
        names: names(&members),
        kind: ShapeKind::Protocol { members },
        home: Home { module: first.module, before },
        slots: slots.clone(),
        locals: Vec::new(),
        confidence,
        reason: format!(
            "{} is asked for {}; callers pass {}, which have no base with {} in common.",
            match group[0].holder {
                Some(_) => format!("Each element of the parameter of {}", world.title(slots[0])),
                None => world.title(slots[0]),
            },
            list(&used),
            list(&titles),
            if used.len() == 1 { "it" } else { "them" },
        ),
        evidence: trim(evidence),
    });
    for found in group {
        let shape = match found.holder {
            Some(holder) => holder.of([Type::Shape(id)]),
            None => Type::Shape(id),
        };
        let ty = if found.is_optional { union([shape, Type::None]) } else { shape };
        let mut solved = solved_slot(world, observations, found.slot, ty, confidence);
        solved.reason = format!("Its callers pass {}.", count(found.implementers.len(), "unrelated kind"));
        shapes.assigned.insert(found.slot, solved);
    }
}

/// The first uses of a slot's members.
fn uses_of(observations: &Observations, slot: SlotId) -> Vec<Evidence> {
    let is_member =
        |kind: &UseKind| matches!(kind, UseKind::Attribute(_) | UseKind::SetAttribute(..) | UseKind::Method(..));
    let is_about = |subject: &Type| Subject::of(subject).is_some_and(|subject| subject.slot() == slot);
    observations
        .uses
        .iter()
        .filter(|used| is_about(&used.subject) && is_member(&used.kind))
        .take(4)
        .map(|used| Evidence { kind: EvidenceKind::Use, module: used.module, range: used.range, ty: None })
        .collect()
}

fn implementer_title(world: &World, implementer: Implementer) -> String {
    match implementer {
        Implementer::Class(class) => format!("`{}`", class.short()),
        Implementer::Module(module) => {
            let name = world.module(module).and_then(|module| module.name).map_or("?", Name::as_str);
            format!("module `{name}`")
        }
    }
}

/// `HasArea`, `HasXY`, `SupportsClose`: by what is asked.
fn names(members: &[Member]) -> Vec<Name> {
    let attributes: Vec<&Member> = members.iter().filter(|member| !is_method(member)).collect();
    let methods: Vec<&Member> = members.iter().filter(|member| is_method(member)).collect();
    let title = |members: &[&Member]| {
        let words: Vec<String> = members.iter().take(2).flat_map(|member| words(member.name.as_str())).collect();
        camel(&words)
    };
    let mut names = Vec::new();
    if !attributes.is_empty() {
        names.push(format!("Has{}", title(&attributes)));
    }
    if !methods.is_empty() {
        names.push(format!("Supports{}", title(&methods)));
    }
    if let ([attribute, ..], [method, ..]) = (&attributes[..], &methods[..]) {
        names.push(format!("Has{}And{}", title(&[attribute]), title(&[method])));
    }
    if members.len() > 2 {
        let all: Vec<String> = members.iter().take(3).flat_map(|member| words(member.name.as_str())).collect();
        names.push(format!("Has{}", camel(&all)));
    }
    names.dedup();
    names.iter().map(|name| Name::new(name)).collect()
}
