//! Tuples that travel: an alias where several signatures share one kind of tuple under one name.
//!
//! | seen | result |
//! |---|---|
//! | one slot holds such a tuple | nothing here: the annotation says `tuple[float, float]` |
//! | the signatures of at least two functions, under one name | `Point = tuple[float, float]` |
//! | the names say nothing, all items are `float`, one module | `Vec2`, `Vec3` |
//! | different names, or names that say nothing | no alias |
//! | only functions are called so, or tuples of another kind too | no alias |
//! | an item is a union or a container of containers | no alias |
//!
//! Names are those of the slots and of the arguments that are passed to them. Two values have one kind if their
//! tuples are equal after widening; a name of one or two letters only connects slots of one module.

use std::collections::{BTreeMap, BTreeSet};

use super::Shapes;
use super::describe::{count, list, solved_slot};
use super::names::{noun_name, value_name};
use super::widen::{is_settled, widen};
use super::words::{singular, words};
use super::world::{Sort, World};
use super::{lower, trim};
use crate::infer::{Confidence, Evidence, EvidenceKind, Home, Observations, Shape, ShapeKind};
use crate::text::Name;
use crate::types::{ModuleId, SlotId, Type, known};

/// Longer tuples are rows of something; an alias would not make them clearer.
const LONGEST: usize = 6;

/// Words for what holds many.
const COLLECTIONS: &[&str] = &["list", "set", "dict", "map", "seq", "sequence", "iter", "iterable", "stream", "queue"];

/// A tuple in the type of a slot.
struct Occurrence {
    slot: SlotId,
    module: ModuleId,
    /// The type of the slot, widened.
    whole: Type,
    tuple: Type,
    names: Names,
}

/// Names, and whether a value is called so, not only a function.
type Names = BTreeMap<String, bool>;

/// Occurrences of one type that share a name, with the names for an alias, best first.
struct Cluster {
    occurrences: Vec<Occurrence>,
    names: Vec<Name>,
}

/// Finds aliases and assigns them to the slots that hold such tuples.
pub(super) fn solve(world: &World, observations: &Observations, types: &[Type], shapes: &mut Shapes) {
    let mut by_type: BTreeMap<Type, Vec<Occurrence>> = BTreeMap::new();
    for (number, view) in world.slots.iter().enumerate() {
        let slot = SlotId(number as u32);
        // `__slots__` and `__all__` are tuples for the interpreter.
        if !view.open || view.name.as_str().starts_with("__") {
            continue;
        }
        let whole = match shapes.assigned.get(&slot) {
            Some(solved) => solved.ty.clone(),
            None => widen(&shapes.settle(lower(types, slot))),
        };
        if !is_settled(&whole) {
            continue;
        }
        for (tuple, is_element) in tuples_in(&whole) {
            let names = names_of(world, observations, slot, is_element);
            let occurrence =
                Occurrence { slot, module: view.module, whole: whole.clone(), tuple: tuple.clone(), names };
            by_type.entry(tuple).or_default().push(occurrence);
        }
    }
    let mut found: Vec<Cluster> = by_type.into_values().flat_map(clusters).collect();
    keep_what_names_one_kind(&mut found);
    for cluster in &found {
        define(world, observations, cluster, shapes);
    }
}

/// Drops names that tuples of several kinds have: they would not tell a reader which one is meant.
fn keep_what_names_one_kind(clusters: &mut [Cluster]) {
    let mut kinds: BTreeMap<Name, BTreeSet<&Type>> = BTreeMap::new();
    for cluster in clusters.iter() {
        for &name in &cluster.names {
            kinds.entry(name).or_default().insert(&cluster.occurrences[0].tuple);
        }
    }
    let clear: BTreeSet<Name> = kinds.into_iter().filter(|(_, kinds)| kinds.len() == 1).map(|(name, _)| name).collect();
    for cluster in clusters {
        cluster.names.retain(|name| clear.contains(name));
    }
}

/// The tuples of fixed length inside a type, and whether something holds many of them.
fn tuples_in(ty: &Type) -> Vec<(Type, bool)> {
    fn visit(ty: &Type, inside: bool, found: &mut Vec<(Type, bool)>) {
        match ty {
            Type::Tuple(items) => {
                let says_all = items.iter().all(is_plain);
                let is_new = says_all && !found.iter().any(|(tuple, _)| tuple == ty);
                if is_new && (2..=LONGEST).contains(&items.len()) {
                    found.push((ty.clone(), inside));
                }
            }
            Type::Instance(_, args) => args.iter().for_each(|arg| visit(arg, true, found)),
            Type::Union(members) => members.iter().for_each(|member| visit(member, inside, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(ty, false, &mut found);
    found
}

/// Whether an item is simple enough for the tuple to be a thing of its own: a class, or a container of some.
fn is_plain(item: &Type) -> bool {
    match item {
        Type::Instance(_, args) => args.iter().all(|arg| matches!(arg, Type::Instance(_, args) if args.is_empty())),
        Type::Shape(_) => true,
        _ => false,
    }
}

/// Names under which a slot's tuple is known, in lower case and in the singular.
fn names_of(world: &World, observations: &Observations, slot: SlotId, is_element: bool) -> Names {
    let Some(view) = world.slot(slot) else { return Names::new() };
    let own = match view.sort {
        Sort::Return => (noun_name(view.name), false),
        _ => (words(view.name.as_str()), true),
    };
    let mut all = vec![own];
    for bound in super::describe::bounds_of(observations, slot) {
        if matches!(bound.kind, EvidenceKind::CallSite | EvidenceKind::Return | EvidenceKind::Assignment) {
            let text = world.text(bound.module, bound.range);
            let is_dotted = !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || "_.".contains(char));
            if let Some(last) = text.rsplit('.').next().filter(|_| is_dotted) {
                all.push((words(last), true));
            }
        }
    }
    let mut names = Names::new();
    for (mut stem, is_value) in all {
        // `prompt_list` holds prompts.
        if is_element && stem.last().is_some_and(|word| COLLECTIONS.contains(&word.as_str())) {
            stem.pop();
        }
        let Some(last) = stem.pop() else { continue };
        let last = match (singular(&last), is_element) {
            (Some(one), true) => one,
            // A plural names what the tuple holds.
            (Some(_), false) => continue,
            (None, _) => last,
        };
        // `start_point` and `end_point` are both points.
        *names.entry(last.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned()).or_default() |= is_value;
        if !stem.is_empty() {
            *names.entry(format!("{}_{last}", stem.join("_"))).or_default() |= is_value;
        }
    }
    names.remove("");
    names
}

/// The clusters among the occurrences of one type.
fn clusters(occurrences: Vec<Occurrence>) -> Vec<Cluster> {
    let mut leader: Vec<usize> = (0..occurrences.len()).collect();
    let find = |leader: &[usize], mut index: usize| {
        while leader[index] != index {
            index = leader[index];
        }
        index
    };
    let mut first: BTreeMap<(String, Option<ModuleId>), usize> = BTreeMap::new();
    for (index, occurrence) in occurrences.iter().enumerate() {
        for name in occurrence.names.keys() {
            // A single letter means something else in each module.
            let scope = super::names::is_generic(name).then_some(occurrence.module);
            if let Some(&other) = first.get(&(name.clone(), scope)) {
                let (a, b) = (find(&leader, other), find(&leader, index));
                leader[a.max(b)] = a.min(b);
            } else {
                first.insert((name.clone(), scope), index);
            }
        }
    }
    let mut found: BTreeMap<usize, Vec<Occurrence>> = BTreeMap::new();
    for (index, occurrence) in occurrences.into_iter().enumerate() {
        found.entry(find(&leader, index)).or_default().push(occurrence);
    }
    let found = found.into_values().filter(|occurrences| occurrences.len() > 1);
    found.map(|occurrences| Cluster { names: alias_names(&occurrences), occurrences }).collect()
}

/// Defines the alias for a cluster if it is worth one.
fn define(world: &World, observations: &Observations, cluster: &Cluster, shapes: &mut Shapes) {
    let (cluster, names) = (&cluster.occurrences, cluster.names.clone());
    let views = || cluster.iter().filter_map(|occurrence| world.slot(occurrence.slot));
    let signatures: BTreeSet<_> = views().map(|view| (view.module, view.function, view.owner)).collect();
    let slots: BTreeSet<SlotId> = cluster.iter().map(|occurrence| occurrence.slot).collect();
    // Constants and attributes join in, but an alias is for what goes through functions.
    let functions: BTreeSet<_> = signatures.iter().filter(|(_, function, _)| function.is_some()).collect();
    if functions.len() < 2 || slots.len() < 2 || names.is_empty() {
        return;
    }
    let mut modules: BTreeMap<ModuleId, (usize, u32)> = BTreeMap::new();
    for view in views() {
        let entry = modules.entry(view.module).or_insert((0, view.offset));
        *entry = (entry.0 + 1, entry.1.min(view.offset));
    }
    let most = modules.iter().max_by_key(|(module, (count, _))| (*count, std::cmp::Reverse(**module)));
    let Some(home) = most.map(|(&module, &(_, before))| Home { module, before }) else { return };
    let mut titles: Vec<String> = Vec::new();
    for occurrence in cluster {
        let title = world.title(occurrence.slot);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let evidence = cluster.iter().flat_map(|occurrence| {
        let bounds = super::describe::bounds_of(observations, occurrence.slot).iter().take(2);
        bounds.map(|bound| Evidence { kind: bound.kind, module: bound.module, range: bound.range, ty: None })
    });
    let confidence = if slots.len() > 2 { Confidence::High } else { Confidence::Medium };
    let id = shapes.define(Shape {
        names,
        kind: ShapeKind::Alias(cluster[0].tuple.clone()),
        home,
        slots: slots.iter().copied().collect(),
        locals: Vec::new(),
        confidence,
        reason: format!("{} share this tuple: {}.", count(slots.len(), "signature part"), list(&titles)),
        evidence: trim(evidence.collect()),
    });
    let tuple = &cluster[0].tuple;
    for occurrence in cluster {
        let current = shapes.assigned.get(&occurrence.slot).map_or(&occurrence.whole, |solved| &solved.ty);
        let ty = current.map(&mut |part| (part == tuple).then_some(Type::Shape(id)));
        let solved = solved_slot(world, observations, occurrence.slot, ty, confidence);
        shapes.assigned.insert(occurrence.slot, solved);
    }
}

/// Names for an alias, best first; none where nothing names it well.
fn alias_names(cluster: &[Occurrence]) -> Vec<Name> {
    let mut weights: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for occurrence in cluster {
        for (name, &is_value) in &occurrence.names {
            if let Some(name) = value_name(Name::new(name)) {
                let weight = weights.entry(name).or_default();
                *weight = (weight.0 + 1, weight.1 || is_value);
            }
        }
    }
    let shared = weights.into_iter().filter(|(_, (count, is_value))| *count > 1 && *is_value);
    let mut ranked: Vec<(String, usize)> = shared.map(|(name, (count, _))| (name, count)).collect();
    ranked.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.len().cmp(&b.len())).then(a.cmp(b)));
    let mut names: Vec<Name> = ranked.iter().map(|(name, _)| Name::new(name)).collect();
    let Type::Tuple(items) = &cluster[0].tuple else { return names };
    let is_vector = items.iter().all(|item| item.is(&known::FLOAT)) && (2..=4).contains(&items.len());
    if is_vector {
        names.push(Name::new(&format!("Vec{}", items.len())));
    }
    names.truncate(6);
    names
}
