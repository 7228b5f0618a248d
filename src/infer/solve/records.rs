//! Keys of records once slots are answered: the flow of values alone knows neither what is concluded for the slots that
//! a value comes from and goes to, nor which classes have a common base.

use rayon::prelude::*;

use super::uses::{self, Asked};
use super::widen::{readable, simplify, without_none};
use super::{Model, naming};
use crate::infer::{Confidence, FieldFlow};
use crate::text::Name;
use crate::types::{ShapeId, Type, union};

/// The keys whose types can be told better, with these types.
pub(super) fn conclude(model: &Model) -> Vec<(ShapeId, Name, Type)> {
    let found = model.shapes.flows().par_iter().map(|flow| {
        let known = model.shapes.field(flow.shape, flow.name)?;
        let ty = of_key(model, flow, known)?;
        (ty != *known).then_some((flow.shape, flow.name, ty))
    });
    found.flatten().collect()
}

/// The type of a key, if more can be said than what is known.
fn of_key(model: &Model, flow: &FieldFlow, known: &Type) -> Option<Type> {
    if !known.any(&mut |part| *part == Type::Any) {
        return readable(model.project, known).ok();
    }
    let seen = seen(model, flow);
    let is_none = matches!(seen, Type::Unknown | Type::None);
    let found = match readable(model.project, &seen) {
        Ok(ty) => Some(ty),
        Err(_) if is_none && *known == Type::Any => asked(model, flow),
        Err(_) => None,
    };
    let ty = found?;
    let ty = if is_none && seen == Type::None { union([ty, Type::None]) } else { ty };
    // Definitions are placed before it is known that this one needs them.
    let is_new = |id: &ShapeId| !known.shapes().contains(id);
    let is_same = *known == Type::Any || uses_same_classes(known, &ty);
    (is_same && !ty.shapes().iter().any(is_new)).then_some(ty)
}

/// The join of what flows in.
fn seen(model: &Model, flow: &FieldFlow) -> Type {
    let settled = flow.lowers.iter().map(|lower| model.settle(lower, &[]).ty);
    let known = settled.flat_map(|ty| ty.members().to_vec()).filter(|ty| !matches!(ty, Type::Any | Type::Unknown));
    simplify(model.project, &union(known))
}

/// What is done with the values, else what the name stands for elsewhere.
fn asked(model: &Model, flow: &FieldFlow) -> Option<Type> {
    let observed = |numbers: &[u32]| numbers.iter().map(|&number| model.index.usage(number)).collect::<Vec<_>>();
    let value = Asked::of(observed(&flow.uses), flow.takers.clone());
    let items = Asked::of(observed(&flow.item_uses), Vec::new());
    let guess = uses::from_both(model, &value, &items, Some(flow.name)).map(|guess| guess.ty);
    let named = || naming::of_name(model, flow.name).filter(|answer| answer.confidence > Confidence::Low);
    guess.or_else(|| named().map(|answer| answer.ty))
}

/// Whether two types are of the same classes, besides `None`.
fn uses_same_classes(a: &Type, b: &Type) -> bool {
    let classes = |ty: &Type| {
        let mut classes: Vec<_> = without_none(ty).members().iter().map(Type::class).collect();
        classes.sort();
        classes
    };
    classes(a) == classes(b)
}
