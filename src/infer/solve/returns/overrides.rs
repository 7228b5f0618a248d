//! What the methods of a family say of each other's results.

use super::MAX_OVERRIDES;
use crate::facts::{ExprKind, Function, StmtKind};
use crate::infer::solve::bases::{is_assignable, is_repository};
use crate::infer::solve::reason::Basis;
use crate::infer::solve::widen::{Decline, readable, simplify};
use crate::infer::solve::{Answer, Model, confidence};
use crate::infer::{Bound, Confidence, EvidenceKind};
use crate::project::{Module, Origin, Project, SlotKind};
use crate::types::{ClassName, FunctionRef, SlotId, Type, known, union, without_none};

/// `Self` of a base class is the class itself.
pub(in crate::infer::solve) fn with_own_class(ty: &Type, module: &Module, function: &Function) -> Type {
    let Some(class) = function.class else { return ty.clone() };
    let class = ClassName::new(module.name, module.facts.class(class).qualname);
    ty.map(&mut |part| matches!(part, Type::Variable(name) if name.is("Self")).then(|| Type::instance(class)))
}

/// What a base class declares, or the narrower type that the method returns where its overrides keep to that.
pub(super) fn from_base(
    project: &Project,
    own: Result<Answer, Decline>,
    declared: Type,
    class: ClassName,
    is_kept: impl Fn(&Answer) -> bool,
) -> Result<Answer, Decline> {
    let says_little = matches!(declared, Type::Any) || declared.is(&known::OBJECT);
    if let Ok(own) = own {
        let is_empty_case = own.ty == Type::None && declared != Type::None && !says_little;
        let is_sure = own.confidence >= Confidence::Medium;
        if own.basis == Basis::ReturnsSelf && !is_assignable(project, &own.ty, &declared) {
            return Err(Decline::Because("it returns what its base class does not allow"));
        }
        if is_sure && !is_empty_case && is_assignable(project, &own.ty, &declared) && is_kept(&own) {
            return Ok(own);
        }
        if says_little {
            return Ok(own);
        }
    } else if declared.is(&known::OBJECT) {
        return own;
    }
    // What a class elsewhere leaves open, its users need not.
    let is_open = !is_repository(project, class) && without_none(&declared).members().len() > 1;
    let confidence = if says_little || is_open { Confidence::Low } else { Confidence::Medium };
    Ok(Answer { ty: declared, confidence, basis: Basis::Inherited(class) })
}

/// The results of the methods that override one, directly or in turn, as far as they are edited.
pub(super) fn all_overrides(model: &Model, slot: SlotId) -> Vec<SlotId> {
    let mut found = Vec::new();
    let mut open = vec![slot];
    while let Some(next) = open.pop() {
        for &child in model.families.overrides(next) {
            let module = model.project.module(model.project.slots().info(child).module);
            if module.is_none_or(|module| module.origin != Origin::Project) {
                continue;
            }
            if found.len() == MAX_OVERRIDES {
                return found;
            }
            found.push(child);
            open.push(child);
        }
    }
    found
}

/// A method returns what any of its overrides does.
pub(super) fn with_overrides(
    model: &Model,
    slot: SlotId,
    answer: Result<Answer, Decline>,
    own: &[Result<Answer, Decline>],
) -> Result<Answer, Decline> {
    if model.families.overrides(slot).is_empty() {
        return answer;
    }
    let is_unsure = matches!(&answer, Err(decline) if *decline != Decline::Because("its body is empty"));
    let is_fixed = answer.as_ref().is_ok_and(|answer| answer.basis == Basis::DataModel);
    if is_unsure || is_fixed {
        return answer;
    }
    let mut types: Vec<Type> = answer.iter().map(|answer| answer.ty.clone()).collect();
    let mut weakest = answer.as_ref().map_or(Confidence::High, |answer| answer.confidence);
    let overrides = all_overrides(model, slot);
    if overrides.iter().any(|&child| is_coroutine(model, child) != is_coroutine(model, slot)) {
        return answer.or(Err(Decline::Because("some of the methods of its family are coroutines")));
    }
    let count = overrides.len();
    let (mut missing, mut kinds) = (0, Vec::new());
    let mut unsure = Vec::new();
    let mut gives_something = false;
    let gives_value = |bound: &Bound| {
        bound.kind == EvidenceKind::Return && !matches!(model.settle(&bound.ty, &[]).ty, Type::None | Type::Never)
    };
    for child in overrides {
        let found = if model.is_declared(child) { model.answer(child) } else { own[child.0 as usize].as_ref().ok() };
        let Some(found) = found else {
            missing += 1;
            if let Ok(answer) = &answer
                && let Err(decline) = &own[child.0 as usize]
                && is_something_else(model.project, decline, &answer.ty)
            {
                return Err(Decline::Because("a method that overrides it returns something else"));
            }
            gives_something |= model.index.bounds(child).any(gives_value);
            continue;
        };
        kinds.extend(class_of(model.project, child).filter(|kind| found.ty.members().contains(kind)));
        if found.confidence == Confidence::Low {
            unsure.push(found.ty.clone());
        } else {
            types.push(found.ty.clone());
            weakest = weakest.min(found.confidence);
        }
    }
    // A guess that the sure ones bear out is none, unless they leave a choice themselves.
    let sure = simplify(model.project, &union(types.iter().cloned()));
    let is_clear = confidence::of_result(&sure) > Confidence::Low;
    if is_clear && unsure.iter().all(|guess| is_assignable(model.project, guess, &sure)) {
        missing += unsure.len();
    } else if !unsure.is_empty() {
        weakest = Confidence::Low;
        types.append(&mut unsure);
    }
    if types.is_empty() {
        return answer;
    }
    if does_nothing(model.project, slot) {
        types.push(Type::None);
    }
    let is_enough = |joined: &Type| answer.as_ref().is_ok_and(|answer| answer.ty == *joined);
    let mut joined = simplify(model.project, &union(types));
    if is_enough(&joined) {
        return answer;
    }
    // Methods that each make an object of their own class make one of the base's.
    if let Some(own) = class_of(model.project, slot)
        && joined.members().iter().any(|member| kinds.contains(member))
    {
        let as_own = |member: &Type| if kinds.contains(member) { own.clone() } else { member.clone() };
        joined = simplify(model.project, &union(joined.members().iter().map(as_own)));
        if is_enough(&joined) {
            return answer;
        }
    }
    // A base that does nothing and whose overrides do nothing is a hook; what some of them give may only be unknown.
    if joined == Type::None {
        if gives_something {
            return answer;
        }
        return Ok(Answer { ty: Type::None, confidence: Confidence::Medium, basis: Basis::Overrides(count) });
    }
    match readable(model.project, &joined) {
        Ok(ty) => {
            let mut confidence = weakest.min(Confidence::Medium);
            if missing * 2 > count {
                confidence = Confidence::Low;
            }
            Ok(Answer { ty, confidence, basis: Basis::Overrides(count) })
        }
        Err(decline) => answer.map_err(|_| decline),
    }
}

/// Whether what is known of a result that is not said, such as `tuple[?, int]`, is of no class that a type has.
fn is_something_else(project: &Project, decline: &Decline, ty: &Type) -> bool {
    let (Decline::NoElementType(open) | Decline::TooManyTypes(open) | Decline::TooDeep(open)) = decline else {
        return false;
    };
    let values: Vec<&Type> = ty.members().iter().filter(|member| **member != Type::None).collect();
    let classes: Vec<ClassName> = values.iter().filter_map(|value| value.class()).collect();
    !classes.is_empty()
        && classes.len() == values.len()
        && open
            .members()
            .iter()
            .filter_map(Type::class)
            .any(|class| !classes.iter().any(|&own| project.is_subclass(class, own) || project.is_subclass(own, class)))
}

/// An object of the class that has a method.
pub(super) fn class_of(project: &Project, slot: SlotId) -> Option<Type> {
    let info = project.slots().info(slot);
    let (SlotKind::Return(function), Some(module)) = (info.kind, project.module(info.module)) else { return None };
    let class = module.facts.function(function).class?;
    Some(Type::instance(ClassName::new(module.name, module.facts.class(class).qualname)))
}

/// The answer for the method that one overrides, unless only one of the two is a coroutine.
pub(super) fn overridden<'m>(model: &'m Model, slot: SlotId) -> Option<&'m Answer> {
    let parent = model.families.overridden(slot)?;
    model.answer(parent).filter(|_| is_coroutine(model, parent) == is_coroutine(model, slot))
}

/// Whether a call gives something to wait for.
pub(super) fn is_coroutine(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return false };
    model.function(info.module, function).is_some_and(|(_, function)| function.is_async && !function.is_generator)
}

/// Whether a body stands for one that subclasses write.
pub(in crate::infer::solve) fn is_placeholder(project: &Project, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return false };
    let function = FunctionRef { module: info.module, function: function.0 };
    project.signature(function).is_some_and(|signature| signature.is_placeholder)
}

/// Whether a body that does nothing gives `None`: checkers let only `...` and abstract methods promise anything else.
pub(super) fn does_nothing(project: &Project, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let (SlotKind::Return(function), Some(module)) = (info.kind, project.module(info.module)) else { return false };
    let signature = project.signature(FunctionRef { module: info.module, function: function.0 });
    let facts = &module.facts;
    signature.is_some_and(|signature| signature.is_placeholder && !signature.is_abstract)
        && facts.block(facts.function(function).body).all(|stmt| match stmt.kind {
            StmtKind::Expr(expr) => !matches!(facts.expr(expr).kind, ExprKind::Ellipsis),
            StmtKind::Raise(..) => false,
            _ => true,
        })
}
