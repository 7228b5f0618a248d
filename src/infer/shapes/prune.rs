//! Leaves out definitions that nothing uses, and numbers the rest anew.

use std::collections::{BTreeMap, BTreeSet};

use super::Shapes;
use super::records::MAKERS;
use crate::infer::{Observations, ShapeKind};
use crate::types::{FunctionRef, ShapeId, Type};

/// Drops the definitions that no slot mentions, directly or through another definition, and that are not made in many
/// places. A class that replaces a `namedtuple` stays: it is used under its own name.
pub(super) fn prune(shapes: &mut Shapes, observations: &Observations) {
    let mut used = vec![false; shapes.shapes.len()];
    let mut pending: Vec<ShapeId> = shapes.assigned.values().flat_map(|solved| solved.ty.shapes()).collect();
    for (number, shape) in shapes.shapes.iter().enumerate() {
        if matches!(shape.kind, ShapeKind::NamedTuple { .. }) {
            pending.push(ShapeId(number as u32));
        }
    }
    let mut makers: BTreeMap<ShapeId, BTreeSet<FunctionRef>> = BTreeMap::new();
    for site in observations.sites.iter().filter(|site| site.bound_to.is_some()) {
        if let (Some(Type::Shape(id)), Some(function)) = (shapes.records.get(&site.id), site.function) {
            makers.entry(*id).or_default().insert(function);
        }
    }
    pending.extend(makers.into_iter().filter(|(_, makers)| makers.len() >= MAKERS).map(|(id, _)| id));
    while let Some(id) = pending.pop() {
        if !std::mem::replace(&mut used[id.0 as usize], true) {
            pending.extend(shapes.shapes[id.0 as usize].kind.types().into_iter().flat_map(Type::shapes));
        }
    }
    if used.iter().all(|&used| used) {
        return;
    }
    let mut next = 0;
    let numbers: Vec<Option<u32>> = used
        .iter()
        .map(|&used| {
            used.then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let renumber = |ty: &Type| {
        ty.map(&mut |part| match part {
            Type::Shape(id) => {
                Some(numbers[id.0 as usize].map_or(Type::Unknown, |number| Type::Shape(ShapeId(number))))
            }
            _ => None,
        })
    };
    let mut keep = used.iter();
    shapes.shapes.retain(|_| keep.next().copied().unwrap_or(true));
    for shape in &mut shapes.shapes {
        shape.kind.for_each_type(|ty| *ty = renumber(ty));
    }
    shapes.flows.retain_mut(|flow| {
        let number = numbers[flow.shape.0 as usize];
        flow.shape = ShapeId(number.unwrap_or_default());
        number.is_some()
    });
    let number = |id: ShapeId| numbers[id.0 as usize].map(ShapeId);
    let given = std::mem::take(&mut shapes.given).into_iter();
    shapes.given = given.filter_map(|(id, key, ty)| Some((number(id)?, key, renumber(&ty)))).collect();
    shapes.choices.retain_mut(|choice| {
        let variants: Option<Vec<ShapeId>> = choice.variants.iter().map(|&id| number(id)).collect();
        let (Some(variants), Some(alias)) = (variants, number(choice.alias)) else { return false };
        (choice.variants, choice.alias) = (variants, alias);
        true
    });
    for solved in shapes.assigned.values_mut() {
        solved.ty = renumber(&solved.ty);
    }
    for ty in shapes.records.values_mut() {
        *ty = renumber(ty);
    }
    for ty in shapes.known.iter_mut().filter(|ty| ty.any(&mut |part| matches!(part, Type::Shape(_)))) {
        *ty = renumber(ty);
    }
}
