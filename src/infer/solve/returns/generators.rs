//! What generators are, context managers and fixtures among them.

use super::{MAX_OVERRIDES, seen};
use crate::facts::FunctionId;
use crate::infer::solve::confidence;
use crate::infer::solve::reason::Basis;
use crate::infer::solve::settle::has_decorator;
use crate::infer::solve::widen::{Decline, readable, simplify};
use crate::infer::solve::{Answer, Model};
use crate::infer::{Confidence, EvidenceKind};
use crate::project::{Effect, Module, SlotKind};
use crate::types::{FunctionRef, SlotId, Type, known, union};

/// Whether a generator, or one that overrides the same method, uses what is sent to it: callers send to all of them.
pub(super) fn is_sent_to(model: &Model, slot: SlotId) -> bool {
    let mut first = slot;
    for _ in 0..MAX_OVERRIDES {
        first = model.families.overridden(first).unwrap_or(first);
    }
    let mut family = vec![first];
    let mut next = 0;
    while let Some(&slot) = family.get(next).filter(|_| next < MAX_OVERRIDES) {
        next += 1;
        let info = model.project.slots().info(slot);
        if let SlotKind::Return(function) = info.kind
            && let Some((module, function)) = model.function(info.module, function)
            && model.ground.syntax.receives(module.id, function.range)
        {
            return true;
        }
        family.extend(model.families.overrides(slot));
    }
    false
}

pub(super) fn of_generator(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Result<Answer, Decline> {
    let function = module.facts.function(id);
    let of_kind = |kind| model.index.bounds(slot).filter(move |bound| bound.kind == kind);
    let yielded = seen(model, slot, of_kind(EvidenceKind::Yield), Confidence::Low);
    if yielded.types.is_empty() {
        return Err(Decline::Because("what it yields is not known"));
    }
    let iterator = if function.is_async { &known::ASYNC_ITERATOR } else { &known::ITERATOR };
    let joined = yielded.joined(model.project);
    let item = if joined == Type::None && yielded.unknown == 0 {
        joined
    } else {
        readable(model.project, &joined).map_err(|decline| decline.with_type(|item| iterator.of([item])))?
    };
    let is_fixture = has_decorator(module, id, &["fixture"]);
    // The standard library's stubs take an iterator there too, and call that deprecated.
    let reference = FunctionRef { module: module.id, function: id.0 };
    let is_context = model
        .project
        .signature(reference)
        .is_some_and(|signature| matches!(signature.effect, Effect::ContextManager | Effect::AsyncContextManager));
    if !is_context && !is_fixture && is_sent_to(model, slot) {
        return Err(Decline::Because("the type of what is sent to it is not known"));
    }
    let returned: Vec<Type> = of_kind(EvidenceKind::Return)
        .map(|bound| model.settle(&bound.ty, &[slot]).ty)
        .filter(|ty| *ty != Type::None)
        .collect();
    let ty = if is_context && function.is_async {
        known::ASYNC_GENERATOR.of([item, Type::None])
    } else if is_context {
        known::GENERATOR.of([item, Type::None, Type::None])
    } else if function.is_async || returned.is_empty() || is_fixture {
        iterator.of([item])
    } else {
        let result = readable(model.project, &simplify(model.project, &union(returned)))?;
        known::GENERATOR.of([item, Type::None, result])
    };
    let confidence = confidence::of_returns(yielded.types.len(), yielded.unknown, &ty).min(yielded.weakest);
    Ok(Answer { ty, confidence, basis: Basis::Yields })
}
