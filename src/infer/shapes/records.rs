//! Records: which components are a `TypedDict`, which a mapping, which nothing.
//!
//! | seen of a component | it is |
//! |---|---|
//! | attributes, calls, positions, operators that no dict has; unpacks something unknown | not ours |
//! | a computed key, iteration, `clear` where it is made or its keys are used | a mapping |
//! | many values of one type under keys that nobody reads, or that are all upper case | a mapping |
//! | the keys of a `TypedDict` that the project has | that class |
//! | two keys or more; made and read, or returned by a public function, or read by constant keys only | a record |
//! | one key, in a display, read in another function | a record, of low confidence |
//! | only made, and handed to code that is not ours | a plain dict |

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::component::{Component, Dynamic};
use super::flow::{Flow, mentions_node};
use super::graph::{Node, Origin};
use super::names::{element_name, value_name};
use super::unify::similar;
use super::values::{Index, Values};
use super::widen::{is_settled, widen};
use super::world::{Sort, World};
use crate::infer::Observations;
use crate::text::Name;
use crate::types::{ClassName, Projection, SiteId, SlotId, Type, known, union};

/// What a component turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// A `TypedDict` to be defined.
    Record,
    /// A `TypedDict` that the project defines.
    Existing(ClassName),
    /// A `dict` of unknown keys.
    Mapping,
    /// A dict that nobody reads by key.
    Plain,
    /// Nothing that can be said.
    Silent,
}

/// The components that matter, with what they turned out to be, ordered by representative.
pub(super) fn components(values: &mut Values) -> Vec<(Component, Verdict)> {
    let sites = site_numbers(values.observations);
    let reached = reached(values);
    let mut found = Vec::new();
    for root in roots(values).into_iter().filter(|root| reached.contains(root)) {
        let component = Component::of(values, &sites, root);
        let verdict = judge(&component, values);
        found.push((component, verdict));
    }
    demote(values, &mut found);
    found
}

fn site_numbers(observations: &Observations) -> FxHashMap<SiteId, usize> {
    observations.sites.iter().enumerate().map(|(index, site)| (site.id, index)).collect()
}

/// Representatives of classes that have keys or displays.
fn roots(values: &Values) -> Vec<Node> {
    let graph = &values.flow.graph;
    let mut roots: BTreeSet<Node> = BTreeSet::new();
    for node in graph.nodes() {
        match graph.origin(node) {
            Origin::Site(_) => roots.insert(graph.find(node)),
            Origin::Part(whole, Projection::Key(_)) => roots.insert(graph.find(whole)),
            _ => false,
        };
    }
    roots.into_iter().collect()
}

/// Classes that the type of some slot mentions, directly or through what they hold.
fn reached(values: &Values) -> FxHashSet<Node> {
    let graph = &values.flow.graph;
    let mut reached = FxHashSet::default();
    let mut pending = Vec::new();
    let push_all = |ty: &Type, pending: &mut Vec<Node>| {
        ty.any(&mut |part| {
            pending.extend(graph.get(part));
            false
        });
    };
    for (number, view) in values.world.slots.iter().enumerate() {
        if view.open {
            pending.extend(graph.get(&Type::Slot(SlotId(number as u32))));
            if let Some(ty) = values.types.get(number).filter(|ty| mentions_node(ty)) {
                push_all(ty, &mut pending);
            }
        }
    }
    while let Some(node) = pending.pop() {
        let root = graph.find(node);
        if !reached.insert(root) {
            continue;
        }
        pending.extend(graph.parts(root).values());
        for &number in values.lowers.at(root) {
            push_all(&values.flow.lowers[number as usize].ty, &mut pending);
        }
    }
    reached
}

/// Takes back records that nobody reads and that no record holds: they are part of some larger literal.
fn demote(values: &Values, found: &mut [(Component, Verdict)]) {
    let records: FxHashSet<Node> =
        found.iter().filter(|(_, verdict)| *verdict == Verdict::Record).map(|(component, _)| component.root).collect();
    let graph = &values.flow.graph;
    // The holder of an element is a list; what holds that may be the record.
    let is_held = |component: &Component| {
        component.holders.iter().any(|&(whole, projection)| {
            let whole = graph.find(whole);
            records.contains(&whole)
                || (projection == Projection::Element
                    && values.members.at(whole).iter().any(|&member| match graph.origin(Node(member)) {
                        Origin::Part(outer, _) => records.contains(&graph.find(outer)),
                        Origin::Slot(_) => true,
                        Origin::Site(_) => false,
                    }))
        })
    };
    for (component, verdict) in found.iter_mut() {
        let stands_alone = component.has_reads || component.is_returned_publicly(values);
        if *verdict == Verdict::Record && !stands_alone && !is_held(component) {
            *verdict = Verdict::Plain;
        }
    }
}

/// Applies the table above.
fn judge(component: &Component, values: &mut Values) -> Verdict {
    let is_built = !component.sites.is_empty();
    if component.is_other {
        return if is_built { Verdict::Plain } else { Verdict::Silent };
    }
    // Walking over a record is no more than printing it; a table is walked over and never read by key.
    let is_any = component.dynamic == Dynamic::Elsewhere || component.is_walked;
    let is_table = is_any && (is_uniform(component, values) || (component.is_walked && !component.has_reads));
    if component.dynamic == Dynamic::Here || is_table {
        return Verdict::Mapping;
    }
    if component.keys.is_empty() {
        return if is_built { Verdict::Plain } else { Verdict::Silent };
    }
    if component.is_open {
        return Verdict::Plain;
    }
    if let Some(class) = existing(component, values.world) {
        return Verdict::Existing(class);
    }
    if !are_field_names(&component.order) {
        return Verdict::Plain;
    }
    let is_hardly_known = !is_built && component.keys.len() < 3;
    if is_hardly_known && component.slots.iter().any(|&slot| is_other_by_name(values.world, slot)) {
        return Verdict::Silent;
    }
    // `{"HOME": …, "PATH": …}`: an environment, a table of constants.
    let is_upper = |key: &Name| key.as_str().chars().all(|char| !char.is_lowercase());
    if component.order.iter().all(is_upper) && is_uniform(component, values) {
        return if is_built { Verdict::Mapping } else { Verdict::Silent };
    }
    let crosses = component.is_returned_publicly(values);
    let constructors = component.constructors(values);
    let verdict = match (component.keys.len(), component.has_reads) {
        (1, true) if !constructors.is_empty() && component.functions.len() > 1 => Verdict::Record,
        (_, true) if component.keys.len() > 1 => Verdict::Record,
        (keys @ 2.., false) => {
            let is_nested = !component.holders.is_empty();
            let is_table = keys > 5 && is_uniform(component, values);
            if (crosses || is_nested) && !is_table { Verdict::Record } else { Verdict::Plain }
        }
        _ => Verdict::Plain,
    };
    if verdict == Verdict::Plain && !is_built { Verdict::Silent } else { verdict }
}

/// Whether all values have one type, as in a table.
fn is_uniform(component: &Component, values: &mut Values) -> bool {
    let types: BTreeSet<Type> = component
        .order
        .iter()
        .filter_map(|&key| values.flow.graph.get_part(component.root, Projection::Key(key)))
        .map(|part| widen(&values.node(part)))
        .filter(|ty| !ty.is_unknown())
        .collect();
    types.len() <= 1
}

/// A `TypedDict` of the project that this is: it has all keys, and constructors set all that it requires.
fn existing(component: &Component, world: &World) -> Option<ClassName> {
    if component.keys.len() < 2 {
        return None;
    }
    let mut best: Option<(usize, ClassName)> = None;
    for (&class, view) in &world.classes {
        let Some(keys) = &view.keys else { continue };
        let has_all = component.keys.keys().all(|key| keys.iter().any(|(name, _)| name == key));
        let is_complete = component.sites.is_empty()
            || keys.iter().filter(|(_, required)| *required).all(|(name, _)| component.keys.contains_key(name));
        // A class with many more keys is likely about something else.
        if has_all && is_complete && 2 * component.keys.len() >= keys.len() && best.is_none_or(|(n, _)| keys.len() < n)
        {
            best = Some((keys.len(), class));
        }
    }
    best.map(|(_, class)| class)
}

/// Whether keys name fields: most are words, the others at least words with dashes. `from` and `message-id` are no names
/// in the body of a class, but the functional form takes them; `km/h` and `Content Type` are data.
fn are_field_names(keys: &[Name]) -> bool {
    let is_word = |key: &&Name| {
        let mut chars = key.as_str().chars();
        chars.next().is_some_and(|char| char.is_ascii_alphabetic() || char == '_')
            && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
    };
    let is_dashed = |key: &Name| {
        let mut chars = key.as_str().chars().peekable();
        chars.peek().is_some()
            && chars
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_' | '$' | '@'))
    };
    let words = keys.iter().filter(is_word).count();
    2 * words > keys.len() && keys.iter().all(|key| is_word(&key) || is_dashed(key))
}

/// Whether a parameter is by its name something else that takes text in brackets: a data frame, headers, a session.
fn is_other_by_name(world: &World, slot: SlotId) -> bool {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "df", "dataframe", "frame", "ds", "dataset", "headers", "environ", "env", "cookies", "form", "session",
        "soup", "tag", "request", "req", "hdf", "h5", "conn", "cursor", "ws", "sheet", "workbook", "wb", "shelf",
        "db", "xarray", "message", "msg", "email",
    ];
    world.slot(slot).is_some_and(|view| view.sort == Sort::Param && OTHER.contains(&view.name.as_str()))
}

/// Unites components that are one record though no value was seen going from one to the other: those with equal keys
/// and types that agree, and those that functions of one name return in several modules (`setup`). Says whether it
/// united any.
pub(super) fn merge_equal(flow: &mut Flow, world: &World, observations: &Observations, types: &[Type]) -> bool {
    let mut pairs = Vec::new();
    {
        let index = Index::of(flow);
        let mut values = Values::new(world, flow, observations, types, &index);
        let (records, others): (Vec<_>, Vec<_>) = components(&mut values)
            .into_iter()
            .filter(|(component, verdict)| match verdict {
                Verdict::Record => true,
                Verdict::Plain | Verdict::Silent => can_be_part(component),
                _ => false,
            })
            .partition(|(component, verdict)| *verdict == Verdict::Record && component.keys.len() > 1);
        let full = records.len();
        let records: Vec<Component> = records.into_iter().chain(others).map(|(component, _)| component).collect();
        let mut by_keys: BTreeMap<Vec<Name>, Vec<usize>> = BTreeMap::new();
        let mut by_function: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        let mut by_role: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, component) in records.iter().enumerate() {
            for role in roles(component, &values) {
                by_role.entry(role).or_default().push(number);
            }
        }
        for (number, component) in records[..full].iter().enumerate() {
            by_keys.entry(component.keys.keys().copied().collect()).or_default().push(number);
            let returns = component.slots.iter().filter_map(|&slot| world.slot(slot));
            let names: BTreeSet<Name> = returns
                .filter(|view| view.sort == Sort::Return && view.owner.is_none())
                .map(|view| view.name)
                .collect();
            for name in names {
                by_function.entry(name).or_default().push(number);
            }
        }
        for group in by_keys.values().filter(|group| group.len() > 1) {
            pair_up(group, &mut pairs, |a, b| agree(&records[a], &records[b], &mut values));
        }
        for group in by_function.values().filter(|group| group.len() > 1) {
            pair_up(group, &mut pairs, |a, b| {
                let (a, b) = (&records[a], &records[b]);
                let keys = |component: &Component| component.keys.keys().copied().collect::<BTreeSet<_>>();
                similar(&keys(a), &keys(b)) && agree(a, b, &mut values)
            });
        }
        for group in by_role.values_mut().filter(|group| group.len() > 1) {
            group.sort_by_key(|&number| std::cmp::Reverse(records[number].keys.len()));
            pair_up(group, &mut pairs, |a, b| {
                let (a, b) = (&records[a], &records[b]);
                let keys = |component: &Component| component.keys.keys().copied().collect::<BTreeSet<_>>();
                similar(&keys(a), &keys(b)) && agree(a, b, &mut values)
            });
        }
        for pair in &mut pairs {
            *pair = (records[pair.0].root.0 as usize, records[pair.1].root.0 as usize);
        }
    }
    for &(a, b) in &pairs {
        flow.graph.unite(Node(a as u32), Node(b as u32), &mut |_, _| ());
    }
    !pairs.is_empty()
}

/// Whether a component that is no record by itself can be a glimpse of one: `event["tags"]` in one function is the
/// event that other functions know more of.
fn can_be_part(component: &Component) -> bool {
    !component.keys.is_empty() && !component.is_other && !component.is_open && component.dynamic != Dynamic::Here
}

/// What the values of a component are called: the class names that the names of the slots, variables and keys that
/// hold them suggest.
fn roles(component: &Component, values: &Values) -> BTreeSet<String> {
    let graph = &values.flow.graph;
    let slot_name =
        |slot: SlotId| values.world.slot(slot).filter(|view| view.sort != Sort::Return).map(|view| view.name);
    let mut roles: BTreeSet<String> = component.slots.iter().filter_map(|&slot| value_name(slot_name(slot)?)).collect();
    roles.extend(component.sites.iter().filter_map(|&index| value_name(values.observations.sites[index].bound_to?)));
    for &(whole, projection) in &component.holders {
        match projection {
            Projection::Key(name) | Projection::Attribute(name) => roles.extend(value_name(name)),
            Projection::Element => {
                let holders = values.members.at(graph.find(whole)).iter();
                roles.extend(holders.filter_map(|&member| match graph.origin(Node(member)) {
                    Origin::Slot(slot) => element_name(slot_name(slot)?),
                    Origin::Part(_, Projection::Key(name) | Projection::Attribute(name)) => element_name(name),
                    _ => None,
                }));
            }
            Projection::Index(_) | Projection::Result => {}
        }
    }
    roles
}

/// Pairs each member of a group with the first earlier one that agrees with it.
fn pair_up(group: &[usize], pairs: &mut Vec<(usize, usize)>, mut agree: impl FnMut(usize, usize) -> bool) {
    // A few different records can share their keys; more than that are not compared.
    const LEADERS: usize = 8;
    let mut leaders: Vec<usize> = Vec::new();
    for &member in group {
        if let Some(&leader) = leaders.iter().find(|&&leader| agree(leader, member)) {
            pairs.push((leader, member));
        } else if leaders.len() < LEADERS {
            leaders.push(member);
        }
    }
}

/// Whether the fields that both have can be of one type.
fn agree(a: &Component, b: &Component, values: &mut Values) -> bool {
    a.keys.keys().filter(|key| b.keys.contains_key(key)).all(|&key| {
        let part = |component: &Component| values.flow.graph.get_part(component.root, Projection::Key(key));
        let (Some(one), Some(other)) = (part(a), part(b)) else { return true };
        let (one, other) = (widen(&values.node(one)), widen(&values.node(other)));
        if !is_settled(&one) || !is_settled(&other) {
            return true;
        }
        let joined = widen(&union([one.clone(), other.clone()]));
        joined == one || joined == other || joined.members().len() <= 2 && joined.members().contains(&Type::None)
    })
}

/// The type of a mapping component: keys and values joined.
pub(super) fn mapping_type(component: &Component, values: &mut Values) -> Type {
    let mut found = Vec::new();
    for (projection, part) in values.flow.graph.parts(component.root).clone() {
        if matches!(projection, Projection::Key(_) | Projection::Element) {
            found.push(values.node(part));
        }
    }
    let value = widen(&union(found));
    let mut keys: Vec<Type> = component.key_types.iter().map(|key| values.settle(key)).collect();
    // A constant key, or no key at all that is known, is text.
    if !component.keys.is_empty() {
        keys.push(known::STR.instance());
    }
    let key = widen(&union(keys));
    known::DICT.of([key, value])
}
