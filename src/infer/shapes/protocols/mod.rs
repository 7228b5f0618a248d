//! Duck types: what several unrelated classes have in common, as a `Protocol`.
//!
//! | callers pass | the parameter is |
//! |---|---|
//! | instances of one class | that class: not decided here |
//! | classes whose common base has all members used | that base: not decided here |
//! | two or three classes with a common base | a union of them: not decided here |
//! | two classes or more (modules count) that all have the members used | a protocol |
//! | functions, called with keywords or with more arguments here than there | a protocol with `__call__` |
//! | functions, called with as many positional arguments everywhere | `Callable`: not decided here |
//! | anything, but what is asked for is private | nothing: that is for one class |
//! | something that lacks a member, or whose members are not known | nothing: that is a mistake, or not ours to tell |
//!
//! The same holds for the elements of a parameter that is only looped over, indexed or counted: `Iterable[HasArea]`.
//!
//! An attribute that is only read is a read-only property, so that attributes, properties and constants implement it;
//! one that is written is an attribute. A method takes what all implementations take.

mod asked;
mod body;
mod components;
mod files;
mod library;
mod members;
mod names;
mod parts;
mod welcome;

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use super::describe::{bounds_of, count, list, solved_slot};
use super::widen::{is_settled, widen};
use super::world::{ClassView, World};
use super::{Shapes, lower, trim};
use crate::infer::{Confidence, Evidence, Home, Member, MemberKind, Shape, ShapeKind};
use crate::text::Name;
use crate::types::known::{self, Known};
use crate::types::{ClassName, ModuleId, SlotId, Type, union};
use asked::{Asked, CALL, SlotUses, Subject, asked_of_slots};
pub(super) use body::solve as solve_bodies;
use components::Component;
use members::{Implementer, are_few_relatives, has_common_base, implementer_title, member_kind};
use parts::Parts;

/// A protocol of more members than this says no more than a list of classes.
const MOST_MEMBERS: usize = 8;

/// What is asked of slots, as it was observed.
pub(in crate::infer) struct Asking<'a> {
    asked: BTreeMap<Subject, asked::Members>,
    /// Which subjects flow into which.
    edges: BTreeMap<Subject, BTreeSet<Subject>>,
    /// Those that hold the same values.
    components: Vec<Component>,
    uses: SlotUses<'a>,
    parts: Parts<'a>,
}

impl<'a> Asking<'a> {
    pub(super) fn of(world: &World, facts: &Facts<'a>) -> Self {
        let Facts { observations, families, .. } = *facts;
        let ((asked, edges, components), (uses, parts)) = rayon::join(
            || {
                let asked = asked_of_slots(world, observations);
                let edges = components::edges(world, observations, &asked);
                let components = components::components(families, asked.clone(), &edges);
                (asked, edges, components)
            },
            || rayon::join(|| SlotUses::of(observations), || Parts::of(observations)),
        );
        Self { asked, edges, components, uses, parts }
    }
}

/// Defines protocols for parameters and attributes that no single class explains.
pub(super) fn solve(world: &World, facts: &Facts, asking: &Asking, shapes: &mut Shapes) {
    let mut found: BTreeMap<(Key, Option<Name>), Vec<Found>> = BTreeMap::new();
    let Asking { edges, uses, .. } = asking;
    let mut asked = asking.asked.clone();
    components::hand_back(&mut asked, edges);
    for subject in asked.keys().copied().collect::<Vec<_>>() {
        let Some(slots) = facts.family_led_by(subject.slot(), &|slot| asked.contains_key(&subject.of_slot(slot)))
        else {
            continue;
        };
        if slots.iter().any(|slot| shapes.assigned.contains_key(slot)) {
            continue;
        }
        let mut members = Some(Vec::new());
        for own in slots.iter().filter_map(|&slot| asked.remove(&subject.of_slot(slot))) {
            members = members.zip(own).map(|(mut members, own)| {
                asked::merge(&mut members, &own);
                members
            });
        }
        let Some(members) = members.filter(|members| !members.is_empty()) else { continue };
        let holder = match subject {
            Subject::Whole(_) => None,
            Subject::Element(slot) if holds_several(lower(facts.types, slot)) => match uses.holder(slot) {
                Some(holder) => Some(holder),
                None => continue,
            },
            Subject::Element(_) => continue,
        };
        if let Some(item) = explain(world, facts, shapes, slots, holder, members) {
            // Things that are called alike are called for the same; members tell more than that.
            let name = is_callback(&item.asked).then(|| world.slot(subject.slot())).flatten().map(|view| view.name);
            found.entry((key_of(&item.asked), name)).or_default().push(item);
        }
    }
    let declared = Declared::of(world);
    let mut found: Vec<Vec<Found>> = found.into_values().collect();
    // What is asked for most is the one that is named after its classes.
    found.sort_by_key(|group| std::cmp::Reverse(group[0].asked.len()));
    for group in found {
        if let Some(class) = declared.of_members(&group[0].asked) {
            for item in &group {
                assign(world, facts, item, &Type::instance(class), Confidence::High, shapes);
            }
            continue;
        }
        // One protocol for all that are asked for the same, else for the first that fits.
        let whole = of_group(world, facts, shapes, &group).map(|members| (members, &group[..]));
        let alone = || {
            group.iter().find_map(|item| {
                let item = std::slice::from_ref(item);
                Some((of_group(world, facts, shapes, item)?, item))
            })
        };
        if let Some((members, group)) = whole.or_else(alone) {
            define(world, facts, uses, group, members, shapes);
        }
    }
}

/// Whether nothing is asked for but to be called.
fn is_callback(asked: &[(Name, Asked)]) -> bool {
    matches!(asked, [(name, _)] if name.is(CALL))
}

/// What tells protocols apart: names of members, whether they are called, whether they are written.
type Key = Vec<(Name, bool, bool)>;

fn key_of(asked: &[(Name, Asked)]) -> Key {
    let mut key: Key = asked.iter().map(|(name, asked)| (*name, asked.called.is_some(), asked.written)).collect();
    key.sort_unstable();
    key
}

/// Whether a class is a protocol itself; many a class of the standard library has one among its bases.
fn is_protocol(view: &ClassView) -> bool {
    view.mro.get(1) == Some(&known::PROTOCOL.class())
}

/// The protocols of the repository.
struct Declared(BTreeMap<BTreeSet<Name>, ClassName>);

impl Declared {
    fn of(world: &World) -> Self {
        let mut found = BTreeMap::new();
        for (&class, view) in &world.classes {
            if is_protocol(view) && !view.members.is_empty() {
                found.entry(view.members.keys().copied().collect()).or_insert(class);
            }
        }
        Self(found)
    }

    /// The protocol with exactly these members.
    fn of_members(&self, asked: &[(Name, Asked)]) -> Option<ClassName> {
        self.0.get(&asked.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>()).copied()
    }
}

fn is_method(member: &Member) -> bool {
    matches!(member.kind, MemberKind::Method(..))
}

/// Whether a member tells more than that it is there: a protocol of nothing but `Any` says no more than the code does.
fn says_something(member: &Member) -> bool {
    match &member.kind {
        MemberKind::Property(ty) | MemberKind::Attribute(ty) => *ty != Type::Any,
        MemberKind::Method(..) => true,
    }
}

/// The members of the protocol that all slots of a group share; none where some implementer does not fit.
fn of_group(world: &World, facts: &Facts, shapes: &Shapes, group: &[Found]) -> Option<Vec<Member>> {
    let implementers: BTreeSet<Implementer> = group.iter().flat_map(|item| item.implementers.iter().copied()).collect();
    let mut asked = group.first()?.asked.clone();
    for item in &group[1..] {
        asked::merge(&mut asked, &item.asked);
    }
    let member = |(name, asked): &(Name, Asked)| {
        let kind = member_kind(world, facts.types, shapes, &implementers, *name, asked)?;
        Some(Member { name: *name, kind })
    };
    asked.iter().map(member).collect()
}

/// Whether a collection's elements are of several types, or there are several collections.
fn holds_several(ty: &Type) -> bool {
    ty.any(&mut |part| matches!(part, Type::Union(members) if members.len() > 1) || matches!(part, Type::Tuple(_)))
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
    /// The parameters of the methods that override each other; else one slot.
    slots: Vec<SlotId>,
    /// What holds the values, where they are elements.
    holder: Option<&'static Known>,
    is_optional: bool,
    implementers: BTreeSet<Implementer>,
    asked: Vec<(Name, Asked)>,
}

/// The protocol of a slot, if that is what explains its callers.
fn explain(
    world: &World,
    facts: &Facts,
    shapes: &Shapes,
    slots: Vec<SlotId>,
    holder: Option<&'static Known>,
    members: Vec<(Name, Asked)>,
) -> Option<Found> {
    let is_callback = is_callback(&members);
    let is_sayable = if is_callback {
        members[0].1.is_beyond_callable()
    } else {
        // What is gone over, and nothing else, is an iterable.
        let is_public = |name: Name| !name.as_str().starts_with('_');
        members.iter().all(|(name, _)| is_public(*name) || name.is("__iter__"))
            && members.iter().any(|(name, _)| is_public(*name))
    };
    if members.len() > MOST_MEMBERS || !is_sayable {
        return None;
    }
    let ty = shapes.settle(&union(slots.iter().map(|&slot| lower(facts.types, slot).clone())));
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
            Type::Function(function, receiver) if is_callback => {
                implementers.insert(Implementer::Function(*function, receiver.is_some()));
            }
            _ => return None,
        }
    }
    // A function has no class that could be named instead.
    let has_function = implementers.iter().any(|implementer| matches!(implementer, Implementer::Function(..)));
    if (implementers.len() < 2 && !has_function)
        || has_common_base(world, &implementers, &members)
        || are_few_relatives(world, &implementers)
    {
        return None;
    }
    Some(Found { slots, holder, is_optional, implementers, asked: members })
}

fn define(world: &World, facts: &Facts, uses: &SlotUses, group: &[Found], members: Vec<Member>, shapes: &mut Shapes) {
    let slots: Vec<SlotId> = group.iter().flat_map(|found| found.slots.iter().copied()).collect();
    let Some(home) = home(world, &slots) else { return };
    let evidence = slots.iter().flat_map(|&slot| {
        bounds_of(facts.observations, slot).iter().map(|bound| Evidence {
            kind: bound.kind,
            module: bound.module,
            range: bound.range,
            ty: Some(widen(&bound.ty)).filter(is_settled),
        })
    });
    let mut evidence: Vec<Evidence> = evidence.collect();
    evidence.extend(uses.evidence(slots[0]));
    let implementers: BTreeSet<Implementer> =
        group.iter().flat_map(|found| found.implementers.iter().copied()).collect();
    let titles: Vec<String> = implementers.iter().map(|implementer| implementer_title(world, *implementer)).collect();
    let asked: Vec<String> = members.iter().map(|member| format!("`{}`", member.name)).collect();
    let confidence = match () {
        () if is_callback(&group[0].asked) => Confidence::Medium,
        () if members.iter().any(says_something) => Confidence::High,
        () => Confidence::Low,
    };
    let subject = match group[0].holder {
        Some(_) => format!("Each element of the parameter of {}", world.title(group[0].slots[0])),
        None => world.title(group[0].slots[0]),
    };
    let (reason, names) = if is_callback(&group[0].asked) {
        let reason = format!("{subject} calls its argument as no `Callable` says it; callers pass {}.", list(&titles));
        (reason, names::of_callback(world, &slots, &members))
    } else {
        let it = if asked.len() == 1 { "it" } else { "them" };
        let reason = format!(
            "{subject} is asked for {}; callers pass {}, which have no base with {it} in common.",
            list(&asked),
            list(&titles)
        );
        (reason, names::of_classes(world, &shapes.shapes, &implementers, &members))
    };
    let id = shapes.define(Shape {
        names,
        kind: ShapeKind::Protocol { members },
        home,
        slots,
        locals: Vec::new(),
        confidence,
        reason,
        evidence: trim(evidence),
    });
    for found in group {
        assign(world, facts, found, &Type::Shape(id), confidence, shapes);
    }
}

/// Where a protocol goes that is written at these slots: the module with most of them, before the first.
fn home(world: &World, slots: &[SlotId]) -> Option<Home> {
    let mut modules: BTreeMap<ModuleId, (usize, u32)> = BTreeMap::new();
    for view in slots.iter().filter_map(|&slot| world.slot(slot)) {
        let entry = modules.entry(view.module).or_insert((0, view.offset));
        *entry = (entry.0 + 1, entry.1.min(view.offset));
    }
    let most = modules.iter().max_by_key(|(module, (count, _))| (*count, std::cmp::Reverse(**module)));
    most.map(|(&module, &(_, before))| Home { module, before })
}

/// Concludes that slots take a protocol.
fn assign(world: &World, facts: &Facts, found: &Found, protocol: &Type, confidence: Confidence, shapes: &mut Shapes) {
    let whole = match found.holder {
        Some(holder) => holder.of([protocol.clone()]),
        None => protocol.clone(),
    };
    let ty = if found.is_optional { union([whole, Type::None]) } else { whole };
    for &slot in found.slots.iter().filter(|slot| world.slot(**slot).is_some_and(|view| view.open)) {
        let mut solved = solved_slot(world, facts.observations, slot, ty.clone(), confidence);
        solved.reason = if is_callback(&found.asked) {
            "It is called as no `Callable` says it.".to_owned()
        } else {
            format!("Its callers pass {}.", count(found.implementers.len(), "unrelated kind"))
        };
        shapes.assigned.insert(slot, solved);
    }
}
