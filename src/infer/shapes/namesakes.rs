//! Fields whose values cannot be seen: what their namesakes are.
//!
//! A repository uses a name for one thing more often than not. A key of which nothing else is known takes the plain
//! type that parameters, attributes and other fields of its name agree on.

use std::collections::BTreeMap;

use super::values::Values;
use super::widen::widen;
use super::world::Sort;
use crate::infer::{Shape, ShapeKind};
use crate::text::Name;
use crate::types::{SlotId, Type, known, union};

/// So many namesakes have to be known.
const LEAST: usize = 2;

/// Gives fields of unknown type that of their namesakes.
pub(super) fn fill(values: &mut Values, shapes: &mut [Shape]) {
    let mut votes: BTreeMap<Name, Vec<(Type, usize)>> = BTreeMap::new();
    for shape in shapes.iter() {
        let ShapeKind::TypedDict { fields } = &shape.kind else { continue };
        for field in fields.iter().filter(|field| field.ty == Type::Any) {
            votes.entry(field.name).or_default();
        }
    }
    if votes.is_empty() {
        return;
    }
    let mut vote = |name: Name, ty: &Type| {
        let Some(votes) = votes.get_mut(&name) else { return };
        let ty = union(ty.members().iter().filter(|member| **member != Type::None).cloned());
        if ty.is_unknown() || ty == Type::Any || ty == Type::None {
            return;
        }
        match votes.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, count)) => *count += 1,
            None => votes.push((ty, 1)),
        }
    };
    for shape in shapes.iter() {
        if let ShapeKind::TypedDict { fields } = &shape.kind {
            for field in fields {
                vote(field.name, &field.ty);
            }
        }
    }
    for number in 0..values.world.slots.len() {
        let view = &values.world.slots[number];
        if matches!(view.sort, Sort::Param | Sort::Attribute) {
            let name = view.name;
            let ty = widen(&values.slot(SlotId(number as u32)));
            vote(name, &ty);
        }
    }
    for shape in shapes.iter_mut() {
        let ShapeKind::TypedDict { fields } = &mut shape.kind else { continue };
        for field in fields.iter_mut().filter(|field| field.ty == Type::Any) {
            if let Some(ty) = votes.get(&field.name).and_then(|votes| winner(votes)) {
                field.ty = ty;
            }
        }
    }
}

/// The plain type that at least two in three namesakes have.
fn winner(votes: &[(Type, usize)]) -> Option<Type> {
    let all: usize = votes.iter().map(|(_, count)| count).sum();
    let (ty, count) = votes.iter().max_by_key(|(ty, count)| (*count, std::cmp::Reverse(ty)))?;
    let is_plain =
        [&known::STR, &known::INT, &known::FLOAT, &known::BOOL, &known::BYTES].iter().any(|known| ty.is(known));
    (is_plain && *count >= LEAST && 3 * count >= 2 * all).then(|| ty.clone())
}
