//! What the methods that override each other return is one thing to those who call any of them.
//!
//! | the dicts that the methods of one family return | they are |
//! |---|---|
//! | one record; or each has the keys of the one above it | as they are: one class can extend the other |
//! | records whose keys agree, few in all | one record, whose keys are not all required |
//! | others | `dict[str, Any]`: no class is a subtype of all of them |

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::component::Component;
use super::graph::Node;
use super::merge::{agree, can_be_part};
use super::records::Verdict;
use super::values::Values;
use super::world::{Sort, World};
use crate::infer::solve::Families;
use crate::text::Name;
use crate::types::{SlotId, Type, known};

/// A record of more keys than this, which nobody fills whole, is not what anybody would write down.
const MOST_KEYS: usize = 12;
/// Of more records than this nobody would make one.
const MOST_RECORDS: usize = 16;

/// The returns of methods that override each other.
pub(super) struct Contracts {
    /// The returns of methods that override others or are overridden, each with the one that its family begins with.
    first: Vec<(SlotId, SlotId)>,
    /// By return: the one that it overrides.
    above: FxHashMap<SlotId, SlotId>,
}

/// By family: its returns that give a dict, each with the number of the component that it is.
type Returned = BTreeMap<SlotId, BTreeMap<SlotId, usize>>;

/// The dicts that the methods of one family return.
struct Divided {
    /// The numbers of their components.
    numbers: BTreeSet<usize>,
    /// Whether one of the methods is annotated to return a dict.
    has_dict: bool,
}

impl Contracts {
    pub(super) fn of(world: &World, families: &Families) -> Self {
        let returns = world.slots.iter().zip((0..).map(SlotId)).filter(|(view, _)| view.sort == Sort::Return);
        let returns: Vec<SlotId> = returns.map(|(_, slot)| slot).collect();
        let above: FxHashMap<SlotId, SlotId> =
            returns.iter().filter_map(|&slot| Some((slot, families.overridden(slot)?))).collect();
        let of_family = |slot: &SlotId| above.contains_key(slot) || !families.overrides(*slot).is_empty();
        let first = returns.into_iter().filter(of_family);
        let first = first.map(|slot| (slot, ancestors(&above, slot).last().unwrap_or(slot))).collect();
        Self { first, above }
    }

    /// The families whose methods return several dicts of which not each has the keys of the one above it, or one that
    /// its author calls a dict.
    fn divided(&self, values: &Values, found: &[(Component, Verdict)]) -> Vec<Divided> {
        let graph = &values.flow.graph;
        let by_root: FxHashMap<Node, usize> =
            found.iter().enumerate().map(|(number, (component, _))| (component.root, number)).collect();
        let mut returned = Returned::new();
        let mut dicts: FxHashSet<SlotId> = FxHashSet::default();
        for &(slot, family) in &self.first {
            let node = graph.get(&Type::Slot(slot)).map(|node| graph.find(node));
            if let Some(&number) = node.and_then(|node| by_root.get(&node)) {
                returned.entry(family).or_default().insert(slot, number);
            }
            dicts.extend(values.world.declared.get(&slot).filter(|ty| is_dict(ty)).map(|_| family));
        }
        let extends = |slot: SlotId, number: usize, all: &BTreeMap<SlotId, usize>| {
            let above = ancestors(&self.above, slot).find_map(|slot| all.get(&slot));
            let (own, above) = (&found[number].0.keys, above.map(|&above| &found[above].0.keys));
            above.is_some_and(|above| above.keys().all(|key| own.contains_key(key)))
        };
        let divided = returned.into_iter().filter_map(|(family, all)| {
            let has_dict = dicts.contains(&family);
            let numbers: BTreeSet<usize> = all.values().copied().collect();
            let is_divided = has_dict
                || numbers.len() > 1
                    && all.iter().any(|(&slot, &number)| slot != family && !extends(slot, number, &all));
            is_divided.then_some(Divided { numbers, has_dict })
        });
        divided.collect()
    }

    /// Pairs of records of one family that are one record; a dict that by itself is none can be a part of it.
    pub(super) fn equal(&self, values: &mut Values, found: &[(Component, Verdict)]) -> Vec<(Node, Node)> {
        let mut pairs = Vec::new();
        for Divided { numbers, .. } in self.divided(values, found).into_iter().filter(|divided| !divided.has_dict) {
            let is_part = |&number: &usize| {
                let (component, verdict) = &found[number];
                *verdict == Verdict::Record || *verdict == Verdict::Plain && can_be_part(component)
            };
            let all: Vec<&Component> = numbers.iter().map(|&number| &found[number].0).collect();
            let keys: BTreeSet<&Name> = all.iter().flat_map(|component| component.keys.keys()).collect();
            let is_record = numbers.iter().any(|&number| found[number].1 == Verdict::Record);
            let are_few = all.len() <= MOST_RECORDS && keys.len() <= MOST_KEYS;
            let [first, others @ ..] = &all[..] else { continue };
            if !(is_record && are_few && numbers.iter().all(is_part)) {
                continue;
            }
            let mut sides = all.iter().enumerate();
            if sides.all(|(place, one)| all[..place].iter().all(|other| agree(one, other, values))) {
                pairs.extend(others.iter().map(|other| (first.root, other.root)));
            }
        }
        pairs
    }

    /// Makes dicts of the records of a family that are not one, and of the dicts beside them.
    pub(super) fn level(&self, values: &Values, found: &mut [(Component, Verdict)]) {
        for Divided { numbers, .. } in self.divided(values, found) {
            if numbers.iter().all(|&number| found[number].1 != Verdict::Record) {
                continue;
            }
            for number in numbers {
                let (component, verdict) = &mut found[number];
                *verdict = match verdict {
                    Verdict::Record if component.sites.is_empty() => Verdict::Silent,
                    Verdict::Record | Verdict::Plain | Verdict::Mapping if !component.is_other => Verdict::Unlike,
                    _ => continue,
                };
            }
        }
    }
}

/// Whether an author says that something is a dict, and no more of its keys.
fn is_dict(ty: &Type) -> bool {
    [&known::DICT, &known::MAPPING].iter().any(|known| ty.members().iter().any(|member| member.is(known)))
}

/// The returns above one, the nearest first.
fn ancestors(above: &FxHashMap<SlotId, SlotId>, slot: SlotId) -> impl Iterator<Item = SlotId> + '_ {
    // Classes that cannot be told apart could override each other.
    const MOST: usize = 32;
    std::iter::successors(Some(slot), |slot| above.get(slot).copied()).skip(1).take(MOST)
}
