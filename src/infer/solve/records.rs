//! Keys of records once slots are answered: the flow of values alone knows neither what is concluded for the slots that
//! a value comes from and goes to, nor which classes have a common base.

use rayon::prelude::*;

use super::uses::{self, Asked};
use super::widen::{readable, simplify, without_none};
use super::{Model, naming, vocabulary};
use crate::facts::CompareOp;
use crate::infer::{Confidence, FieldFlow, UseKind};
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
    let seen = Seen::of(model, flow);
    let ty = seen.readable(model).or_else(|| if *known == Type::Any { seen.asked(model, flow) } else { None })?;
    // Definitions are placed before it is known that this one needs them.
    let is_new = |id: &ShapeId| !known.shapes().contains(id);
    let is_same = *known == Type::Any || uses_same_classes(known, &ty);
    (is_same && !ty.shapes().iter().any(is_new)).then_some(ty)
}

/// What flows into a key.
struct Seen {
    ty: Type,
    /// Whether something else flows in that is not known.
    is_part: bool,
}

impl Seen {
    fn of(model: &Model, flow: &FieldFlow) -> Self {
        let members = flow.lowers.iter().flat_map(|lower| lower.members().iter());
        let settled: Vec<Type> = members.map(|member| model.settle(member, &[]).ty).collect();
        let is_open = |ty: &Type| matches!(ty, Type::Any | Type::Unknown);
        let known = settled.iter().flat_map(|ty| ty.members().to_vec()).filter(|ty| !is_open(ty));
        Self { ty: simplify(model.project, &union(known)), is_part: settled.iter().any(is_open) }
    }

    /// The type as a reader wants it. What is known in part may be one choice of several, but a single class is telling.
    fn readable(&self, model: &Model) -> Option<Type> {
        let is_choice = without_none(&self.ty).members().len() > 1;
        readable(model.project, &self.ty).ok().filter(|_| !(self.is_part && is_choice))
    }

    /// What is done with the values, else what the name stands for elsewhere, else what its words mean.
    fn asked(&self, model: &Model, flow: &FieldFlow) -> Option<Type> {
        let observed = |numbers: &[u32]| numbers.iter().map(|&number| model.index.usage(number)).collect::<Vec<_>>();
        let uses = observed(&flow.uses);
        let is_mute = uses.iter().all(|usage| is_mute(&usage.kind));
        let meaning = vocabulary::meaning(flow.name).filter(|_| is_mute);
        if !matches!(self.ty, Type::Unknown | Type::None) {
            // Of the values of a dict with all sorts of keys the right one is among them.
            return meaning.filter(|ty| self.ty == Type::Mixed || self.ty.members().contains(ty));
        }
        let value = Asked::of(uses, flow.takers.clone());
        let items = Asked::of(observed(&flow.item_uses), Vec::new());
        let guess = || uses::from_both(model, &value, &items, Some(flow.name)).map(|guess| guess.ty);
        let named = || naming::of_name(model, flow.name).filter(|answer| answer.confidence > Confidence::Low);
        let ty = guess().or_else(|| named().map(|answer| answer.ty)).or(meaning)?;
        Some(if self.ty == Type::None { union([ty, Type::None]) } else { ty })
    }
}

/// Whether anything can be asked this.
fn is_mute(kind: &UseKind) -> bool {
    match kind {
        UseKind::Truth | UseKind::IsNone | UseKind::Format => true,
        UseKind::Compare(op, _) => matches!(op, CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot),
        _ => false,
    }
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
