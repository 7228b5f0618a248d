//! Shapes that are seen only after the first conclusions are read back.

use rustc_hash::FxHashMap;

use crate::infer::{MemberKind, Shape, ShapeKind};
use crate::types::{ShapeId, SiteId, SlotId, Type};

use super::Shapes;

impl Shapes {
    /// Takes over what a later look found for slots that are not settled. What it found again stays as it was: its
    /// dicts have a definition, or all its slots have a type.
    pub(in crate::infer) fn absorb(&mut self, later: Shapes, is_settled: impl Fn(SlotId) -> bool) {
        let mut sites: FxHashMap<ShapeId, Vec<SiteId>> = FxHashMap::default();
        for (&site, ty) in &later.records {
            ty.any(&mut |part| {
                if let Type::Shape(id) = part {
                    sites.entry(*id).or_default().push(site);
                }
                false
            });
        }
        let is_new = |number: usize, shape: &Shape| {
            let known = sites.get(&ShapeId(number as u32)).into_iter().flatten().any(|site| {
                self.records.get(site).is_some_and(|ty| ty.any(&mut |part| matches!(part, Type::Shape(_))))
            });
            let is_kind = matches!(shape.kind, ShapeKind::TypedDict { .. } | ShapeKind::Alias(_));
            is_kind && !known && !shape.slots.is_empty() && shape.slots.iter().all(|&slot| !is_settled(slot))
        };
        let mut keep: Vec<bool> =
            later.shapes.iter().enumerate().map(|(number, shape)| is_new(number, shape)).collect();
        // A definition that mentions one that is not taken over cannot be written.
        loop {
            let missing = |shape: &Shape| mentions(shape, &|id| !keep[id.0 as usize]);
            let drop: Vec<usize> =
                (0..keep.len()).filter(|&number| keep[number] && missing(&later.shapes[number])).collect();
            if drop.is_empty() {
                break;
            }
            for number in drop {
                keep[number] = false;
            }
        }
        let mut numbers: FxHashMap<ShapeId, ShapeId> = FxHashMap::default();
        for number in (0..keep.len()).filter(|&number| keep[number]) {
            let next = ShapeId((self.shapes.len() + numbers.len()) as u32);
            numbers.insert(ShapeId(number as u32), next);
        }
        let renumber = |ty: &Type| {
            ty.map(&mut |part| match part {
                Type::Shape(id) => Some(numbers.get(id).map_or(Type::Unknown, |&id| Type::Shape(id))),
                _ => None,
            })
        };
        let is_kept = |ty: &Type| !ty.any(&mut |part| matches!(part, Type::Shape(id) if !numbers.contains_key(id)));
        for (number, mut shape) in later.shapes.into_iter().enumerate() {
            if keep[number] {
                map_types(&mut shape, &renumber);
                self.shapes.push(shape);
            }
        }
        for (slot, mut solved) in later.assigned {
            if !is_settled(slot) && is_kept(&solved.ty) {
                solved.ty = renumber(&solved.ty);
                self.assigned.entry(slot).or_insert(solved);
            }
        }
        for (site, ty) in later.records {
            if is_kept(&ty) {
                self.records.entry(site).or_insert_with(|| renumber(&ty));
            }
        }
    }
}

/// Whether a definition mentions a shape for which `test` holds.
fn mentions(shape: &Shape, test: &dyn Fn(ShapeId) -> bool) -> bool {
    let found = std::cell::Cell::new(false);
    map_types(&mut shape.clone(), &|ty| {
        found.set(found.get() || ty.any(&mut |part| matches!(part, Type::Shape(id) if test(*id))));
        ty.clone()
    });
    found.get()
}

/// Replaces the types inside a definition.
fn map_types(shape: &mut Shape, replace: &dyn Fn(&Type) -> Type) {
    match &mut shape.kind {
        ShapeKind::TypedDict { fields } | ShapeKind::NamedTuple { fields, .. } => {
            for field in fields {
                field.ty = replace(&field.ty);
            }
        }
        ShapeKind::Alias(ty) | ShapeKind::NewType { base: ty, .. } => *ty = replace(ty),
        ShapeKind::Protocol { members } => {
            for member in members {
                match &mut member.kind {
                    MemberKind::Property(ty) | MemberKind::Attribute(ty) => *ty = replace(ty),
                    MemberKind::Method(params, result) => {
                        for param in params {
                            param.ty = replace(&param.ty);
                        }
                        *result = replace(result);
                    }
                }
            }
        }
    }
    for local in &mut shape.locals {
        local.ty = replace(&local.ty);
    }
}
