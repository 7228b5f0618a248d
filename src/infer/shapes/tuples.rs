//! Tuples that travel: an alias where several signatures share one kind of tuple under one name.
//!
//! | seen | result |
//! |---|---|
//! | one slot holds such a tuple | nothing here: the annotation says `tuple[float, float]` |
//! | three slots, signatures of two functions or more among them, under one name | `Point = tuple[float, float]` |
//! | the names say nothing, all items are `float`, one module | `Vec2`, `Vec3` |
//! | different names, or names that say nothing | no alias |
//! | only functions are called so, or tuples of another kind too | no alias |
//! | an item is a union or a container of containers | no alias |
//! | more than one call site in four passes what is not known | no such tuple there |
//! | the repository has an alias for it, of the same name | that one |
//! | the module has one of another name, or would get several | no alias |
//!
//! Tuples of objects of the repository, of several classes, are one kind of thing whatever they are called: the alias
//! stands wherever they do. For others the names tell. They are those of the slots and of the arguments that are passed
//! to them; a dict is not called after its keys, nor what it holds after one of many. Two values have one kind if their
//! tuples are equal after widening; a name of one or two letters only connects slots of one module.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Shapes;
use super::describe::{count, list, solved_slot};
use super::names::value_name;
use super::stems::{is_generic, noun};
use super::widen::{is_settled, widen};
use super::words::{singular, words};
use super::world::{AliasView, Sort, World};
use super::{lower, trim};
use crate::infer::{Confidence, Evidence, EvidenceKind, Home, Observations, Shape, ShapeKind, Solved};
use crate::text::Name;
use crate::types::{ModuleId, ShapeId, SlotId, Type, known};

/// Longer tuples are rows of something; an alias would not make them clearer.
const LONGEST: usize = 6;

/// What is written twice needs no name.
const FEWEST: usize = 3;

/// Through so many parameters a value is followed back.
const HANDS: usize = 4;

/// Words for what holds many.
const COLLECTIONS: &[&str] = &["list", "set", "dict", "map", "seq", "sequence", "iter", "iterable", "stream", "queue"];

/// Words for the place of a value among others.
const PLACES: &[&str] = &[
    "start", "stop", "begin", "end", "left", "right", "top", "bottom", "lower", "upper", "before", "after", "source",
    "target", "src", "dst", "dest", "from", "to", "parent", "child",
];

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
    let held: &Shapes = shapes;
    let occurrences = (0..world.slots.len() as u32)
        .into_par_iter()
        .flat_map_iter(|slot| occurrences(world, observations, types, held, SlotId(slot)));
    for occurrence in occurrences.collect::<Vec<_>>() {
        by_type.entry(occurrence.tuple.clone()).or_default().push(occurrence);
    }
    let mut found: Vec<Cluster> = by_type.into_values().flat_map(|occurrences| clusters(world, occurrences)).collect();
    let mut reused = BTreeMap::new();
    found.retain(|cluster| match existing(world, cluster) {
        Some(alias) => {
            let id = *reused.entry((alias.module, alias.name)).or_insert_with(|| shapes.define(reuse(alias)));
            if is_one_kind(world, &alias.tuple) && !shapes.kinds.contains(&id) {
                shapes.kinds.push(id);
            }
            assign(world, observations, &cluster.occurrences, (id, Confidence::Medium), shapes);
            false
        }
        None => cluster.occurrences.len() > 1,
    });
    keep_what_names_one_kind(&mut found);
    let mut planned: Vec<(&Cluster, Shape)> =
        found.iter().filter_map(|cluster| Some((cluster, definition(world, cluster)?))).collect();
    keep_one_alias_a_module(world, &mut planned);
    for (cluster, shape) in planned {
        let confidence = shape.confidence;
        let id = shapes.define(Shape { evidence: evidence(observations, cluster), ..shape });
        if is_one_kind(world, &cluster.occurrences[0].tuple) {
            shapes.kinds.push(id);
        }
        assign(world, observations, &cluster.occurrences, (id, confidence), shapes);
    }
}

/// The tuples in the type of a slot.
fn occurrences(
    world: &World,
    observations: &Observations,
    types: &[Type],
    shapes: &Shapes,
    slot: SlotId,
) -> Vec<Occurrence> {
    let view = &world.slots[slot.0 as usize];
    // `__slots__` and `__all__` are tuples for the interpreter.
    if !view.open || view.name.as_str().starts_with("__") {
        return Vec::new();
    }
    let whole = match shapes.assigned.get(&slot) {
        Some(solved) => solved.ty.clone(),
        None => widen(&shapes.settle(lower(types, slot))),
    };
    if !is_settled(&whole) || !is_known_of_most(observations, types, slot) {
        return Vec::new();
    }
    let occurrence = |(tuple, place)| {
        let names = match place {
            Place::Key | Place::Deep => Names::new(),
            Place::Whole | Place::Element => names_of(world, observations, slot, place == Place::Element),
        };
        Occurrence { slot, module: view.module, whole: whole.clone(), tuple, names }
    };
    tuples_in(&whole).into_iter().map(occurrence).collect()
}

/// Whether most call sites tell what they pass: a cache takes a tuple here and whatever its users like elsewhere.
fn is_known_of_most(observations: &Observations, types: &[Type], slot: SlotId) -> bool {
    let bounds = super::describe::bounds_of(observations, slot).iter();
    let passed = bounds.filter(|bound| bound.kind == EvidenceKind::CallSite);
    let (known, unknown): (Vec<bool>, Vec<bool>) =
        passed.filter_map(|bound| is_known(types, &bound.ty, HANDS)).partition(|is_known| *is_known);
    known.len() >= 3 * unknown.len()
}

/// Whether a value is of a known type, or comes through so many parameters from one that is; none for a part of another
/// one, which may be where it went before.
fn is_known(types: &[Type], ty: &Type, hands: usize) -> Option<bool> {
    match ty {
        Type::Unknown => Some(false),
        Type::Slot(slot) if hands > 0 => is_known(types, lower(types, *slot), hands - 1),
        Type::Slot(_) | Type::Part(..) => None,
        Type::Union(members) => members.iter().filter_map(|member| is_known(types, member, hands)).max(),
        _ => Some(true),
    }
}

/// The alias of the repository for the tuple of a cluster, if one of its names is that of the alias, or such tuples are
/// one kind of thing whatever they are called.
fn existing<'w>(world: &'w World, cluster: &Cluster) -> Option<&'w AliasView> {
    let tuple = &cluster.occurrences[0].tuple;
    let is_one_kind = is_one_kind(world, tuple);
    world.aliases.iter().filter(|alias| alias.tuple == *tuple && world.is_editable(alias.module)).find(|alias| {
        let mut stem = words(alias.name.as_str());
        if stem.len() > 1 && stem.last().is_some_and(|word| word == "tuple") {
            stem.pop();
        }
        let stem = stem.join("_");
        let name = stem.trim_end_matches(|char: char| char.is_ascii_digit());
        is_one_kind || cluster.occurrences.iter().any(|occurrence| occurrence.names.contains_key(name))
    })
}

fn reuse(alias: &AliasView) -> Shape {
    Shape {
        names: vec![alias.name],
        kind: ShapeKind::ExistingAlias(alias.tuple.clone()),
        home: Home { module: alias.module, before: 0 },
        slots: Vec::new(),
        locals: Vec::new(),
        confidence: Confidence::Medium,
        reason: format!("`{}` is defined already.", alias.name),
        evidence: Vec::new(),
    }
}

/// Of several names for one kind of tuple in a module none says what it is, unless one has more slots than any other.
fn keep_one_alias_a_module(world: &World, planned: &mut Vec<(&Cluster, Shape)>) {
    let kind = |cluster: &Cluster, shape: &Shape| (shape.home.module, cluster.occurrences[0].tuple.clone());
    let mut sizes: BTreeMap<(ModuleId, Type), Vec<usize>> = BTreeMap::new();
    for (cluster, shape) in planned.iter() {
        sizes.entry(kind(cluster, shape)).or_default().push(shape.slots.len());
    }
    planned.retain(|(cluster, shape)| {
        let kind = kind(cluster, shape);
        let is_largest = sizes[&kind].iter().filter(|size| **size >= shape.slots.len()).count() == 1;
        is_largest && !world.aliases.iter().any(|alias| (alias.module, &alias.tuple) == (kind.0, &kind.1))
    });
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

/// Where in the type of a slot a tuple stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    /// Something holds many of them.
    Element,
    /// Something is found by it, and is what the slot is called after.
    Key,
    /// Something holds many of what holds many of them, and the slot is called after these.
    Deep,
}

/// The tuples of fixed length inside a type, and where they stand.
fn tuples_in(ty: &Type) -> Vec<(Type, Place)> {
    fn visit(ty: &Type, place: Place, found: &mut Vec<(Type, Place)>) {
        match ty {
            Type::Tuple(items) => {
                let says_all = items.iter().all(is_plain);
                let is_new = says_all && !found.iter().any(|(tuple, _)| tuple == ty);
                if is_new && (2..=LONGEST).contains(&items.len()) {
                    found.push((ty.clone(), place));
                }
            }
            Type::Instance(_, args) => {
                for (number, arg) in args.iter().enumerate() {
                    let place = match place {
                        _ if number == 0 && args.len() == 2 => Place::Key,
                        Place::Whole => Place::Element,
                        Place::Element | Place::Key | Place::Deep => Place::Deep,
                    };
                    visit(arg, place, found);
                }
            }
            Type::Union(members) => members.iter().for_each(|member| visit(member, place, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    visit(ty, Place::Whole, &mut found);
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
        Sort::Return => (noun(view.name), false),
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
        let is_collection = is_element && stem.last().is_some_and(|word| COLLECTIONS.contains(&word.as_str()));
        if is_collection {
            stem.pop();
        }
        let Some(last) = stem.pop() else { continue };
        let last = match (singular(&last), is_element) {
            (Some(one), true) => one,
            (None, _) if is_element == is_collection => last,
            // A plural names what the tuple holds, and a sentence is all of its words.
            _ => continue,
        };
        // `start` and `end` say where, not what.
        if stem.is_empty() && PLACES.contains(&last.as_str()) {
            continue;
        }
        // `start_point` and `end_point` are both points.
        *names.entry(last.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned()).or_default() |= is_value;
        if !stem.is_empty() {
            *names.entry(format!("{}_{last}", stem.join("_"))).or_default() |= is_value;
        }
    }
    names.remove("");
    names
}

/// Whether tuples of a type are one kind of thing whatever they are called: they hold objects of the repository and
/// nothing else, of two classes at least.
fn is_one_kind(world: &World, tuple: &Type) -> bool {
    let Type::Tuple(items) = tuple else { return false };
    let is_own = |item: &Type| item.class().is_some_and(|class| world.classes.contains_key(&class));
    items.iter().all(is_own) && items.iter().any(|item| *item != items[0])
}

/// The clusters among the occurrences of one type.
fn clusters(world: &World, occurrences: Vec<Occurrence>) -> Vec<Cluster> {
    if occurrences.first().is_some_and(|first| is_one_kind(world, &first.tuple)) {
        return vec![Cluster { names: alias_names(&occurrences), occurrences }];
    }
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
            let scope = is_generic(name).then_some(occurrence.module);
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
    found.into_values().map(|occurrences| Cluster { names: alias_names(&occurrences), occurrences }).collect()
}

/// The definition of the alias for a cluster, without its evidence; none if it is not worth one.
fn definition(world: &World, cluster: &Cluster) -> Option<Shape> {
    let (cluster, names) = (&cluster.occurrences, cluster.names.clone());
    let views = || cluster.iter().filter_map(|occurrence| world.slot(occurrence.slot));
    let signatures: BTreeSet<_> = views().map(|view| (view.module, view.function, view.owner)).collect();
    let slots: BTreeSet<SlotId> = cluster.iter().map(|occurrence| occurrence.slot).collect();
    // Constants and attributes join in, but an alias is for what goes through functions.
    let functions: BTreeSet<_> = signatures.iter().filter(|(_, function, _)| function.is_some()).collect();
    if functions.len() < 2 || slots.len() < FEWEST || names.is_empty() {
        return None;
    }
    let mut modules: BTreeMap<ModuleId, (usize, u32)> = BTreeMap::new();
    for view in views() {
        let entry = modules.entry(view.module).or_insert((0, view.offset));
        *entry = (entry.0 + 1, entry.1.min(view.offset));
    }
    let most = modules.iter().max_by_key(|(module, (count, _))| (*count, std::cmp::Reverse(**module)));
    let home = most.map(|(&module, &(_, before))| Home { module, before })?;
    let mut titles: Vec<String> = Vec::new();
    for occurrence in cluster {
        let title = world.title(occurrence.slot);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    Some(Shape {
        names,
        kind: ShapeKind::Alias(cluster[0].tuple.clone()),
        home,
        slots: slots.iter().copied().collect(),
        locals: Vec::new(),
        confidence: if slots.len() > FEWEST { Confidence::High } else { Confidence::Medium },
        reason: format!("{} share this tuple: {}.", count(slots.len(), "signature part"), list(&titles)),
        evidence: Vec::new(),
    })
}

/// Some of the places where the tuples of a cluster come from.
fn evidence(observations: &Observations, cluster: &Cluster) -> Vec<Evidence> {
    let evidence = cluster.occurrences.iter().flat_map(|occurrence| {
        let bounds = super::describe::bounds_of(observations, occurrence.slot).iter().take(2);
        bounds.map(|bound| Evidence { kind: bound.kind, module: bound.module, range: bound.range, ty: None })
    });
    trim(evidence.collect())
}

/// Writes an alias in the place of the tuple it stands for.
fn assign(
    world: &World,
    observations: &Observations,
    cluster: &[Occurrence],
    (id, confidence): (ShapeId, Confidence),
    shapes: &mut Shapes,
) {
    // A list here and a tuple there have an abstract class in common, which is for the solver to find.
    let is_one = |ty: &Type| ty.members().iter().filter(|member| **member != Type::None).count() == 1;
    for occurrence in cluster.iter().filter(|occurrence| is_one(&occurrence.whole)) {
        let tuple = &occurrence.tuple;
        let current = shapes.assigned.get(&occurrence.slot).map_or(&occurrence.whole, |solved| &solved.ty);
        let ty = current.map(&mut |part| (part == tuple).then_some(Type::Shape(id)));
        let solved = solved_slot(world, observations, occurrence.slot, ty, confidence);
        shapes.assigned.insert(occurrence.slot, solved);
    }
}

/// Writes the aliases for one kind of thing wherever such a tuple stands in what was concluded.
pub(super) fn spread(shapes: &mut [Shape], kinds: &[ShapeId], slots: &mut [Result<Solved, String>]) {
    for id in kinds {
        let shape = &mut shapes[id.0 as usize];
        let (ShapeKind::Alias(tuple) | ShapeKind::ExistingAlias(tuple)) = &shape.kind else { continue };
        for (slot, solved) in (0..).map(SlotId).zip(slots.iter_mut()) {
            let Ok(solved) = solved else { continue };
            if solved.ty.any(&mut |part| part == tuple) {
                solved.ty = solved.ty.map(&mut |part| (part == tuple).then_some(Type::Shape(*id)));
                shape.slots.push(slot);
            }
        }
        shape.slots.sort_unstable();
        shape.slots.dedup();
    }
}

/// Writes out the tuples of aliases that hardly any slot is annotated with in the end.
pub(super) fn take_back(shapes: &[Shape], slots: &mut [Result<Solved, String>]) {
    let mut held = vec![0; shapes.len()];
    let sure = slots.iter().flatten().filter(|solved| solved.confidence > Confidence::Low);
    let parts = shapes.iter().flat_map(|shape| shape.kind.types());
    for id in sure.flat_map(|solved| solved.ty.shapes()) {
        held[id.0 as usize] += 1;
    }
    for id in parts.flat_map(Type::shapes) {
        held[id.0 as usize] += FEWEST;
    }
    let written_out = |ty: &Type| {
        ty.map(&mut |part| match part {
            Type::Shape(id) if held[id.0 as usize] < FEWEST => match &shapes[id.0 as usize].kind {
                ShapeKind::Alias(tuple @ Type::Tuple(_)) => Some(tuple.clone()),
                _ => None,
            },
            _ => None,
        })
    };
    for solved in slots.iter_mut().flatten().filter(|solved| !solved.ty.shapes().is_empty()) {
        solved.ty = written_out(&solved.ty);
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
    // `path_format` says more than `format`, where all are called so.
    ranked.sort_by(|(a, x), (b, y)| y.cmp(x).then(b.len().cmp(&a.len())).then(a.cmp(b)));
    let mut names: Vec<Name> = ranked.iter().map(|(name, _)| Name::new(name)).collect();
    let Type::Tuple(items) = &cluster[0].tuple else { return names };
    let is_vector = items.iter().all(|item| item.is(&known::FLOAT)) && (2..=4).contains(&items.len());
    if is_vector {
        names.push(Name::new(&format!("Vec{}", items.len())));
    }
    names.truncate(6);
    names
}
