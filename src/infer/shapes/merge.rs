//! Which records are one: components that agree on what they hold, and are called alike or meet in one place.

use std::collections::{BTreeMap, BTreeSet};

use super::component::{Component, Dynamic};
use super::graph::{Node, Origin};
use super::names::{element_name, value_name};
use super::records::{Components, Ground, Verdict};
use super::tags::{asks_for_others, made};
use super::unify::similar;
use super::values::Values;
use super::widen::{is_settled, widen};
use super::world::Sort;
use crate::text::Name;
use crate::types::{ModuleId, Projection, SlotId, Type, union};

impl Components {
    /// Pairs of components that are one record though no value was seen going from one to the other: those with equal
    /// keys and types that agree, those of which one may be made with just the keys of another one of its module, and
    /// those that functions of one name return in several modules (`setup`), or methods that override each other.
    pub(super) fn equal(&self, values: &mut Values, ground: &Ground) -> Vec<(Node, Node)> {
        let mut pairs = Vec::new();
        let (records, others): (Vec<_>, Vec<_>) = self
            .found
            .iter()
            .filter(|(component, verdict)| match verdict {
                Verdict::Record => true,
                Verdict::Plain | Verdict::Silent => can_be_part(component),
                _ => false,
            })
            .partition(|(component, verdict)| *verdict == Verdict::Record && component.keys.len() > 1);
        let full = records.len();
        let records: Vec<&Component> = records.into_iter().chain(others).map(|(component, _)| component).collect();
        let mut by_keys: BTreeMap<Vec<Name>, Vec<usize>> = BTreeMap::new();
        let mut by_function: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        let mut by_role: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, component) in records.iter().enumerate() {
            for role in roles(component, values) {
                by_role.entry(role).or_default().push(number);
            }
        }
        for (number, component) in records[..full].iter().enumerate() {
            by_keys.entry(component.keys.keys().copied().collect()).or_default().push(number);
            let returns = component.slots.iter().filter_map(|&slot| values.world.slot(slot));
            let names: BTreeSet<Name> = returns
                .filter(|view| view.sort == Sort::Return && view.owner.is_none())
                .map(|view| view.name)
                .collect();
            for name in names {
                by_function.entry(name).or_default().push(number);
            }
        }
        for group in by_keys.values().filter(|group| group.len() > 1) {
            pair_up(group, &mut pairs, |a, b| agree(records[a], records[b], values));
        }
        for group in by_display(&records[..full], values).values().filter(|group| group.len() > 1) {
            pair_up(group, &mut pairs, |a, b| {
                let (a, b) = (records[a], records[b]);
                let extends =
                    |more: &Component, less: &Component| less.keys.keys().all(|key| more.keys.contains_key(key));
                (extends(a, b) || extends(b, a)) && agree(a, b, values)
            });
        }
        for group in by_function.values().filter(|group| group.len() > 1) {
            pair_up(group, &mut pairs, |a, b| {
                let (a, b) = (records[a], records[b]);
                let keys = |component: &Component| component.keys.keys().copied().collect::<BTreeSet<_>>();
                similar(&keys(a), &keys(b)) && agree(a, b, values)
            });
        }
        for group in by_role.values_mut().filter(|group| group.len() > 1) {
            // A message of another kind has the name alone in common.
            let made = made(group.iter().map(|&number| records[number]), values);
            group.retain(|&number| !asks_for_others(records[number], &made, values));
            group.sort_by_key(|&number| std::cmp::Reverse(records[number].keys.len()));
            pair_up(group, &mut pairs, |a, b| {
                let (a, b) = (records[a], records[b]);
                // `playlist["playlist"]` is no playlist of the same kind.
                if is_held_by(a, b, values) || is_held_by(b, a, values) {
                    return false;
                }
                let keys = |component: &Component| component.keys.keys().copied().collect::<BTreeSet<_>>();
                let is_glimpse = a.sites.is_empty() || b.sites.is_empty();
                // One name in one module is one thing, though each function looks at another side of it.
                let are_glimpses = a.sites.is_empty() && b.sites.is_empty() && a.is_near(b);
                (are_glimpses || are_one_role(&keys(a), &keys(b), a.is_near(b), is_glimpse)) && agree(a, b, values)
            });
        }
        let absorbed = absorb(&records[..full], &self.unreached, values);
        let pairs = pairs.into_iter().map(|(a, b): (usize, usize)| (records[a].root, records[b].root));
        let contracted = ground.contracts.equal(values, &self.found);
        absorbed.into_iter().chain(pairs).chain(contracted).collect()
    }
}

/// The records that have a display with the same keys in the same module; variants are told apart by what they say.
fn by_display(records: &[&Component], values: &Values) -> BTreeMap<(ModuleId, BTreeSet<Name>), Vec<usize>> {
    let mut found: BTreeMap<(ModuleId, BTreeSet<Name>), Vec<usize>> = BTreeMap::new();
    for (number, component) in records.iter().enumerate().filter(|(_, component)| component.variant.is_none()) {
        let sites = component.sites.iter().map(|&site| &values.observations.sites[site]);
        let whole = sites.filter(|site| site.spread.is_empty() && site.dynamic.is_none() && site.fields.len() > 1);
        for site in whole {
            let keys = site.fields.iter().map(|(name, ..)| *name).collect();
            let group = found.entry((site.id.module, keys)).or_default();
            if group.last() != Some(&number) {
                group.push(number);
            }
        }
    }
    found
}

/// Whether a component is directly a part of another.
fn is_held_by(part: &Component, whole: &Component, values: &Values) -> bool {
    part.holders.iter().any(|&(holder, _)| values.flow.graph.find(holder) == whole.root)
}

/// Keys that all sorts of records have.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "id", "name", "type", "url", "title", "data", "value", "key", "text", "status", "kind", "path", "items",
    "description", "message", "content",
];

fn is_common(key: Name) -> bool {
    COMMON.contains(&key.as_str())
}

/// Whether values of one name can be one record. A function shows only the keys that it needs: in one module it is
/// enough that they share half of the smaller set; from far away a third, if one of them is made nowhere in sight, and two
/// keys that not everything has. What is made nowhere in sight is not known by such keys alone.
fn are_one_role(a: &BTreeSet<Name>, b: &BTreeSet<Name>, is_near: bool, is_glimpse: bool) -> bool {
    let shared: Vec<&Name> = a.intersection(b).collect();
    if is_near {
        return 2 * shared.len() >= a.len().min(b.len());
    }
    let telling = shared.iter().filter(|key| !is_common(***key)).count();
    let is_part = is_glimpse && telling > 1 && 3 * shared.len() >= a.len().min(b.len());
    is_part || similar(a, b) && (telling > 0 || shared.len() > 1 && (!is_glimpse || a == b))
}

/// Finds records for displays that reach no slot, such as a local variable that is handed to a library: one that has a
/// good part of the keys of a record, and no other keys, is made for it.
fn absorb(records: &[&Component], unreached: &[Component], values: &mut Values) -> Vec<(Node, Node)> {
    const LEAST: usize = 3;
    let mut united = Vec::new();
    let mut by_key: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        for &key in record.keys.keys() {
            by_key.entry(key).or_default().push(number);
        }
    }
    for display in unreached {
        if display.sites.is_empty() || display.keys.len() < LEAST || display.is_walked || !can_be_part(display) {
            continue;
        }
        let Some(candidates) = display.keys.keys().filter_map(|key| by_key.get(key)).min_by_key(|found| found.len())
        else {
            continue;
        };
        let holders = candidates.iter().map(|&number| records[number]).filter(|record| {
            display.keys.keys().all(|key| record.keys.contains_key(key))
                && record.keys.len() <= 4 * display.keys.len()
                && agree(record, display, values)
        });
        let holders: Vec<&Component> = holders.collect();
        let own = roles(display, values);
        let namesake = holders.iter().find(|record| !roles(record, values).is_disjoint(&own));
        // Of two records that both could be meant neither is, unless one has the name. Nor is one that has no more in
        // common than keys that all sorts of records have.
        let is_telling = display.keys.keys().any(|&key| !is_common(key));
        let only = if let [record] = holders[..] { Some(record).filter(|_| is_telling) } else { None };
        if let Some(record) = namesake.copied().or(only) {
            united.push((record.root, display.root));
        }
    }
    united
}

/// Whether a component that is no record by itself can be a glimpse of one: `event["tags"]` in one function is the
/// event that other functions know more of.
pub(super) fn can_be_part(component: &Component) -> bool {
    !component.keys.is_empty() && !component.is_other && !component.is_open && component.dynamic != Dynamic::Here
}

/// What the values of a component are called: the class names that the names of the slots, variables and keys that
/// hold them suggest.
pub(super) fn roles(component: &Component, values: &Values) -> BTreeSet<String> {
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
            Projection::Index(_) | Projection::Result | Projection::Parameters => {}
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

/// Whether the fields that both have can be of one type; among many, one in four can be seen in part by either.
pub(super) fn agree(a: &Component, b: &Component, values: &mut Values) -> bool {
    let are_variants = a.variant.is_some() && b.variant.is_some() && a.variant != b.variant;
    if are_variants && a.keys.keys().ne(b.keys.keys()) {
        return false;
    }
    let shared: Vec<Name> = a.keys.keys().filter(|key| b.keys.contains_key(key)).copied().collect();
    let conflicts = shared.iter().filter(|&&key| !can_be_same(a, b, key, values)).count();
    4 * conflicts <= shared.len()
}

/// Whether a field that both have can be of one type.
fn can_be_same(a: &Component, b: &Component, key: Name, values: &mut Values) -> bool {
    let part = |component: &Component| values.flow.graph.get_part(component.root, Projection::Key(key));
    let (Some(one), Some(other)) = (part(a), part(b)) else { return true };
    let (one, other) = (widen(&values.node(one)), widen(&values.node(other)));
    if !is_settled(&one) || !is_settled(&other) {
        return true;
    }
    let is_collection = |ty: &Type| matches!(ty, Type::Instance(_, args) if !args.is_empty());
    // What two lists hold is joined where the lists are.
    if is_collection(&one) && is_collection(&other) && one.class() == other.class() {
        return true;
    }
    let joined = widen(&union([one.clone(), other.clone()]));
    joined == one || joined == other || joined.members().len() <= 2 && joined.members().contains(&Type::None)
}
