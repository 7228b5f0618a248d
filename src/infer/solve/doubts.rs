//! What speaks against a conclusion about a parameter: signs that it takes more than what was seen flowing in.

use super::bases::is_assignable;
use super::callers::Inflow;
use super::index::path;
use super::reason::Basis;
use super::uses::Why;
use super::widen::without_none;
use super::{Answer, Model};
use crate::infer::UseKind;
use crate::project::Project;
use crate::types::{SlotId, Type, known};

/// Whether it is likely that the parameters of a family take more than this type.
pub(super) fn are_grave(model: &Model, slot: SlotId, family: &[SlotId], inflow: &Inflow, answer: &Answer) -> bool {
    let Answer { ty, basis, .. } = answer;
    is_checked_for_others(model, family, ty)
        || inflow.tests.iter().any(|passed| !is_assignable(model.project, passed, ty))
        || is_thin(basis) && is_contested(model, slot, ty)
}

/// Whether the body asks with `isinstance` for a class that has nothing to do with the type.
pub(super) fn is_checked_for_others(model: &Model, family: &[SlotId], ty: &Type) -> bool {
    let uses = family.iter().flat_map(|&slot| model.index.uses(slot));
    uses.filter(|usage| path(&usage.subject).is_empty()).any(|usage| {
        let UseKind::IsInstance(classes) = &usage.kind else { return false };
        classes.iter().any(|class| {
            class.class().is_some() && !ty.members().iter().any(|member| are_related(model.project, member, class))
        })
    })
}

fn are_related(project: &Project, one: &Type, other: &Type) -> bool {
    let class = |ty: &Type| if matches!(ty, Type::Class(..)) { Some(known::TYPE.class()) } else { ty.class() };
    let (Some(one), Some(other)) = (class(one), class(other)) else { return false };
    project.is_subclass(one, other) || project.is_subclass(other, one)
}

/// Whether only one side was heard, and not the code that calls.
fn is_thin(basis: &Basis) -> bool {
    match basis {
        Basis::Callers { callers, .. } => callers.only_tests,
        Basis::Default | Basis::Uses(Why::Passed | Why::Operator) => true,
        _ => false,
    }
}

/// Whether more parameters of the same name, and two at least, are of other types than of this one.
fn is_contested(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let Some(name) = model.param_name(slot) else { return false };
    let (alike, others) = model.naming.census(name, &without_none(ty));
    others > alike.max(1)
}
