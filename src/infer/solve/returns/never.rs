//! Functions that never return.

use super::ALWAYS_RAISES;
use crate::facts::{Function, FunctionId};
use crate::infer::solve::reason::Basis;
use crate::infer::solve::settle::has_decorator;
use crate::infer::solve::widen::Decline;
use crate::infer::solve::{Answer, Model};
use crate::infer::{Confidence, EvidenceKind};
use crate::project::{Module, SlotKind};
use crate::types::{ClassName, SlotId, Type};

/// A function whose end is not reached, because something is raised there.
pub(super) fn never(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Result<Answer, Decline> {
    let function = module.facts.function(id);
    // A method that others override, or that overrides one, only has nothing to return in this case.
    let is_one_of_many = !model.families.overrides(slot).is_empty() || model.families.overridden(slot).is_some();
    let is_special = has_decorator(module, id, &["abstractmethod", "property", "setter", "overload"])
        || function.class.is_some() && function.name.as_str().starts_with("__");
    if is_one_of_many || is_special || is_replaced(model, module, function) || stands_in(module, function) {
        return Err(Decline::Because(ALWAYS_RAISES));
    }
    // It may be one of many in a class of which not all bases are known.
    let is_alone = function.class.is_none_or(|class| {
        let qualname = module.facts.class(class).qualname;
        model.project.is_fully_known(ClassName::new(module.name, qualname))
    });
    let confidence = if is_alone { Confidence::Medium } else { Confidence::Low };
    Ok(Answer { ty: Type::Never, confidence, basis: Basis::NeverReturns })
}

/// Whether a function is only there where what else its module binds to the name is not.
pub(super) fn stands_in(module: &Module, function: &Function) -> bool {
    let others = module.symbols.get(function.name);
    function.class.is_none() && function.parent.is_none() && others.len() > 1
}

/// Whether something else is stored under the name of a method: what stands there until then only raises.
pub(super) fn is_replaced(model: &Model, module: &Module, method: &Function) -> bool {
    let slot =
        method.class.and_then(|class| model.project.slots().find(module.id, SlotKind::Attribute(class, method.name)));
    slot.is_some_and(|slot| model.index.bounds(slot).any(|bound| bound.kind == EvidenceKind::Assignment))
}
