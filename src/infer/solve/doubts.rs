//! What speaks against a conclusion about a parameter: signs that it takes more than what was seen flowing in.

use super::bases::is_assignable;
use super::callers::Inflow;
use super::confidence::is_word;
use super::index::path;
use super::members::has_member;
use super::naming;
use super::reason::{self, Basis};
use super::uses::Why;
use super::{Answer, Model};
use crate::infer::UseKind;
use crate::project::{Project, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, SlotId, Type, known, without_none};

/// Whether it is likely that the parameters of a family take more than this type.
pub(super) fn are_grave(model: &Model, slot: SlotId, family: &[SlotId], inflow: &Inflow, answer: &Answer) -> bool {
    let Answer { ty, basis, .. } = answer;
    are_lasting(model, slot, family, ty)
        || inflow.tests.iter().any(|passed| !is_assignable(model.project, passed, ty))
        || is_thin(basis) && is_contested(model, slot, ty)
        || is_one_sided(basis) && is_checked(model, family, |class| is_among(model.project, ty, class))
        || is_part_of_container(model, slot) && !is_repeated(basis)
}

/// Whether there are signs against a type that other parameters of the name do not answer.
pub(super) fn are_lasting(model: &Model, slot: SlotId, family: &[SlotId], ty: &Type) -> bool {
    is_checked_for_others(model, family, ty) || is_choice(model, slot, ty)
}

/// Whether the body asks with `isinstance` for a class that has nothing to do with the type, or whether what cannot be
/// called is `callable`.
pub(super) fn is_checked_for_others(model: &Model, family: &[SlotId], ty: &Type) -> bool {
    is_checked(model, family, |asked| match asked {
        Type::Callable(_) => !ty.members().iter().any(|member| is_callable(model.project, member)),
        class => class.class().is_some() && !is_among(model.project, ty, class),
    })
}

fn is_callable(project: &Project, ty: &Type) -> bool {
    match ty {
        Type::Instance(class, _) => has_member(project, *class, Name::new("__call__")),
        Type::Literal(_) | Type::Tuple(_) | Type::None => false,
        _ => true,
    }
}

/// Whether the body asks with `isinstance` for such a class.
fn is_checked(model: &Model, family: &[SlotId], test: impl Fn(&Type) -> bool) -> bool {
    let uses = family.iter().flat_map(|&slot| model.index.uses(slot));
    uses.filter(|usage| path(&usage.subject).is_empty()).any(|usage| {
        let UseKind::IsInstance(classes) = &usage.kind else { return false };
        classes.iter().any(&test)
    })
}

/// Whether a class is a member of the type, or a base or subclass of one.
fn is_among(project: &Project, ty: &Type, class: &Type) -> bool {
    ty.members().iter().any(|member| are_related(project, member, class))
}

fn are_related(project: &Project, one: &Type, other: &Type) -> bool {
    let class = |ty: &Type| if matches!(ty, Type::Class(..)) { Some(known::TYPE.class()) } else { ty.class() };
    let (Some(one), Some(other)) = (class(one), class(other)) else { return false };
    project.is_subclass(one, other) || project.is_subclass(other, one)
}

/// Whether the default is a word: the name of one choice among others.
fn is_choice(model: &Model, slot: SlotId, ty: &Type) -> bool {
    without_none(ty).is(&known::STR) && reason::default_text(model, slot).is_some_and(|text| is_word(&text))
}

/// Whether the parameter stands for what a container holds: `key` and `default` of the methods of a mapping are of any
/// type to the author of its class.
fn is_part_of_container(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, _) = info.kind else { return false };
    let Some((module, function)) = model.function(info.module, function) else { return false };
    let Some(class) = function.class else { return false };
    let class = ClassName::new(module.name, module.facts.class(class).qualname);
    model.param_name(slot).is_some_and(|name| name.is("key") || naming::is_role(name))
        && model.project.is_subclass(class, known::COLLECTION.class())
}

/// Whether several places in the code say it.
fn is_repeated(basis: &Basis) -> bool {
    matches!(basis, Basis::Callers { callers, .. } if callers.known > 1 && !callers.only_tests)
}

/// Whether it is only known how one of several types would be treated.
fn is_one_sided(basis: &Basis) -> bool {
    matches!(basis, Basis::Default | Basis::Uses(Why::Operator))
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
    let (alike, others) = model.ground.naming.census(name, &without_none(ty));
    others > alike.max(1)
}
