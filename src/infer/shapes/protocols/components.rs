//! Values that nobody in sight makes, grouped by the flow between them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::world::{Sort, World};
use super::super::{Facts, Shapes, lower};
use super::Asking;
use super::asked::{self, Asked, Members, Subject};
use crate::infer::solve::Families;
use crate::infer::{Confidence, EvidenceKind, Observations, Solved};
use crate::text::Name;
use crate::types::{SlotId, Type};

/// Values that are handed on to each other.
#[derive(Clone)]
pub(super) struct Component {
    pub(super) subjects: Vec<Subject>,
    pub(super) members: Vec<(Name, Asked)>,
}

impl Component {
    pub(super) fn has_methods(&self) -> bool {
        self.members.iter().any(|(_, asked)| asked.called.is_some())
    }
}

/// The values of which nothing is known.
pub(super) fn unexplained(
    facts: &Facts,
    asking: &Asking,
    slots: &[Result<Solved, String>],
    shapes: &Shapes,
) -> Vec<Component> {
    let is_unexplained = |subject: &Subject| {
        let slot = subject.slot();
        let concluded = slots.get(slot.0 as usize).and_then(|solved| solved.as_ref().ok());
        let is_open = concluded.is_none_or(|solved| solved.confidence == Confidence::Low);
        let seen = || shapes.settle(lower(facts.types, slot));
        is_open && seen().members().iter().all(|member| matches!(member, Type::Unknown | Type::None))
    };
    asking.components.iter().filter(|component| component.subjects.iter().all(is_unexplained)).cloned().collect()
}

/// Groups subjects by the flow between them; those that are asked for things of one kind.
pub(super) fn components(
    families: &Families,
    mut asked: BTreeMap<Subject, Members>,
    edges: &BTreeMap<Subject, BTreeSet<Subject>>,
) -> Vec<Component> {
    // What is called can be anything, as long as no caller passes it.
    for members in asked.values_mut().filter(|members| members.iter().flatten().any(|(name, _)| name.is(asked::CALL))) {
        *members = None;
    }
    for (from, to) in edges.iter().flat_map(|(to, sources)| sources.iter().map(move |from| (*from, *to))) {
        if asked.contains_key(&to) {
            asked.entry(from).or_insert_with(|| Some(Vec::new()));
        }
    }
    let mut leader: BTreeMap<Subject, Subject> = asked.keys().map(|&subject| (subject, subject)).collect();
    // Overriding methods get the same values.
    for &subject in asked.keys() {
        for &slot in families.family(subject.slot()) {
            unite(&mut leader, subject, subject.of_slot(slot));
        }
    }
    for (to, sources) in edges {
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
        let mut members = Some(Vec::new());
        for subject in &subjects {
            match (&mut members, asked.get(subject)) {
                (Some(all), Some(Some(own))) => asked::merge(all, own),
                (_, Some(None)) => members = None,
                _ => {}
            }
        }
        let is_alike = || subjects.iter().all(|subject| overrides_agree(families, &asked, *subject));
        if let Some(members) = members.filter(|members| !members.is_empty() && is_alike()) {
            found.push(Component { subjects, members });
        }
    }
    found
}

/// Values are asked for what is asked of them in the functions that they are handed to.
pub(super) fn hand_back(asked: &mut BTreeMap<Subject, Members>, edges: &BTreeMap<Subject, BTreeSet<Subject>>) {
    // Calls go a few levels down before what is asked is no longer what the first one is about.
    for _ in 0..3 {
        for (to, sources) in edges {
            let Some(below) = asked.get(to).cloned() else { continue };
            for source in sources {
                let own = asked.entry(*source).or_insert_with(|| Some(Vec::new()));
                match (own.as_mut(), &below) {
                    (Some(own), Some(below)) => asked::merge(own, below),
                    _ => *own = None,
                }
            }
        }
    }
}

/// Which subjects flow into which. A parameter of which more is known than its name is told by the name that is passed.
pub(super) fn edges(
    world: &World,
    observations: &Observations,
    asked: &BTreeMap<Subject, Members>,
) -> BTreeMap<Subject, BTreeSet<Subject>> {
    let mut edges: BTreeMap<Subject, BTreeSet<Subject>> = BTreeMap::new();
    for bound in &observations.bounds {
        let holds_values = |slot: SlotId| {
            world.slot(slot).is_some_and(|view| view.open && matches!(view.sort, Sort::Param | Sort::Attribute))
        };
        if !holds_values(bound.slot) {
            continue;
        }
        let is_asked = || bound.kind == EvidenceKind::CallSite && asked.contains_key(&Subject::Whole(bound.slot));
        let named = is_asked().then(|| world.parameter_at(bound.module, bound.range)).flatten().map(Subject::Whole);
        let sources = bound.ty.members().iter().filter_map(Subject::of).chain(named);
        for source in sources.filter(|source| holds_values(source.slot())) {
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
    let known: Vec<BTreeSet<Name>> = sources
        .iter()
        .chain([&to])
        .map(|subject| names_asked(asked, *subject))
        .filter(|names| !names.is_empty())
        .collect();
    let largest = known.iter().max_by_key(|names| names.len());
    sources.len() == 1
        || largest.is_none_or(|largest| known.iter().all(|names| super::super::unify::similar(names, largest)))
}

/// Whether the methods that override each other ask for members of one kind of thing: those of each one are among
/// those of the one that asks for most. Else each subclass has a class of its own in mind.
fn overrides_agree(families: &Families, asked: &BTreeMap<Subject, Members>, subject: Subject) -> bool {
    let family = families.family(subject.slot());
    let names: Vec<BTreeSet<Name>> = family.iter().map(|&slot| names_asked(asked, subject.of_slot(slot))).collect();
    let most = names.iter().max_by_key(|names| names.len());
    most.is_none_or(|most| names.iter().all(|names| names.is_subset(most)))
}

fn names_asked(asked: &BTreeMap<Subject, Members>, subject: Subject) -> BTreeSet<Name> {
    let members = asked.get(&subject).and_then(Option::as_ref);
    members.into_iter().flatten().map(|(name, _)| *name).collect()
}
