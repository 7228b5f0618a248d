//! Parameters whose values cannot be seen: what their namesakes are.
//!
//! A repository uses a name for one thing more often than not. A parameter of which nothing is known takes the record
//! that the parameters of its name hold, of which something is known.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::findings::is_plain_parameter;
use super::names::value_name;
use super::values::Values;
use super::world::{Sort, World};
use super::{Shapes, lower, trim};
use crate::infer::{Confidence, Evidence, EvidenceKind, Shape, ShapeKind, Solved, UseKind};
use crate::text::{Name, TextRange};
use crate::types::{ModuleId, ShapeId, SlotId, Type, union};

/// So many namesakes have to be known.
const LEAST: usize = 2;

/// So many, where none of them is in the same module.
const FAR: usize = 4;

/// The parameters of one name.
#[derive(Default)]
struct Namesakes {
    /// Those of which something is known, with the record that they hold.
    known: Vec<(SlotId, Option<ShapeId>)>,
    /// Those of which nothing is known, and that can be annotated.
    unknown: Vec<SlotId>,
}

/// Gives parameters of which nothing is known the record that all others of their name hold.
pub(super) fn lend(values: &mut Values, shapes: &mut Shapes) {
    let world = values.world;
    let mut by_name: BTreeMap<Name, Namesakes> = BTreeMap::new();
    let mut is_telling: FxHashMap<Name, bool> = FxHashMap::default();
    for (number, view) in world.slots.iter().enumerate() {
        if view.sort != Sort::Param || !world.is_editable(view.module) {
            continue;
        }
        if !*is_telling.entry(view.name).or_insert_with(|| value_name(view.name).is_some()) {
            continue;
        }
        let slot = SlotId(number as u32);
        let namesakes = by_name.entry(view.name).or_default();
        if let Some(solved) = shapes.assigned.get(&slot) {
            namesakes.known.push((slot, record_of(&solved.ty)));
        } else if world.declared.contains_key(&slot) || !is_vague(&values.slot(slot)) {
            namesakes.known.push((slot, None));
        } else if is_plain_parameter(world, slot) {
            namesakes.unknown.push(slot);
        }
    }
    for (name, Namesakes { known, unknown }) in by_name {
        if unknown.is_empty() {
            continue;
        }
        let module_of = |slot: SlotId| world.slots[slot.0 as usize].module;
        let mut near: BTreeMap<ModuleId, Vec<_>> = BTreeMap::new();
        for &member in &known {
            near.entry(module_of(member.0)).or_default().push(member);
        }
        let near: BTreeMap<ModuleId, Option<Loan>> =
            near.into_iter().map(|(module, group)| (module, Loan::of(world, name, &group, LEAST, shapes))).collect();
        let far = Loan::of(world, name, &known, FAR, shapes);
        for slot in unknown {
            let Some(loan) = near.get(&module_of(slot)).unwrap_or(&far) else { continue };
            if takes(values, slot, &shapes.shapes[loan.id.0 as usize]) {
                let mut solved = loan.solved.clone();
                if lower(values.types, slot).members().contains(&Type::None) {
                    solved.ty = union([solved.ty, Type::None]);
                }
                shapes.shapes[loan.id.0 as usize].slots.push(slot);
                shapes.assigned.insert(slot, solved);
            }
        }
    }
}

/// The record that the parameters of a name hold, for those of which nothing is known.
struct Loan {
    id: ShapeId,
    solved: Solved,
}

impl Loan {
    /// What a group of parameters agrees on, if at least so many do.
    fn of(
        world: &World,
        name: Name,
        group: &[(SlotId, Option<ShapeId>)],
        least: usize,
        shapes: &Shapes,
    ) -> Option<Self> {
        let (id, votes) = most_common(group)?;
        // A few can be seen in part, or hold something else now and then.
        if votes < least || 4 * votes < 3 * group.len() {
            return None;
        }
        let place = |&(other, _): &(SlotId, Option<ShapeId>)| {
            let view = &world.slots[other.0 as usize];
            let range = TextRange::new(view.offset, view.offset);
            Evidence { kind: EvidenceKind::Use, module: view.module, range, ty: None }
        };
        let solved = Solved {
            ty: Type::Shape(id),
            confidence: shapes.shapes[id.0 as usize].confidence.min(Confidence::Medium),
            reason: format!("{votes} of {} parameters `{name}` of which more is known hold it.", group.len()),
            evidence: trim(group.iter().map(place).collect()),
        };
        Some(Self { id, solved })
    }
}

/// The record that a value is, if it is nothing else but `None`.
fn record_of(ty: &Type) -> Option<ShapeId> {
    let mut members = ty.members().iter().filter(|member| **member != Type::None);
    match (members.next(), members.next()) {
        (Some(Type::Shape(id)), None) => Some(*id),
        _ => None,
    }
}

/// The record that most of some parameters hold, and how many do.
fn most_common(group: &[(SlotId, Option<ShapeId>)]) -> Option<(ShapeId, usize)> {
    let mut votes: BTreeMap<ShapeId, usize> = BTreeMap::new();
    for id in group.iter().filter_map(|(_, id)| *id) {
        *votes.entry(id).or_default() += 1;
    }
    votes.into_iter().max_by_key(|&(id, count)| (count, std::cmp::Reverse(id)))
}

/// Whether nothing is known of a value but that it can be `None`.
fn is_vague(ty: &Type) -> bool {
    ty.members().iter().all(|member| matches!(member, Type::Unknown | Type::None))
}

/// Whether all that is asked of a slot is what a record with these fields answers.
fn takes(values: &Values, slot: SlotId, shape: &Shape) -> bool {
    let ShapeKind::TypedDict { fields, .. } = &shape.kind else { return false };
    let Some(node) = values.flow.graph.get(&Type::Slot(slot)) else { return true };
    values.uses_of(values.flow.graph.find(node)).all(|used| match used {
        UseKind::Key(key)
        | UseKind::GetKey(key, _)
        | UseKind::HasKey(key)
        | UseKind::SetKey(key, _)
        | UseKind::DefaultKey(key, _) => fields.iter().any(|field| field.name == *key),
        UseKind::IsNone | UseKind::Truth | UseKind::Format | UseKind::Spread | UseKind::Items => true,
        _ => false,
    })
}
