//! Returns: what the body hands back, what base classes and overrides say, generators, and functions that never
//! return.

use super::bases::{is_assignable, is_repository};
use super::callers::is_marker;
use super::confidence;
use super::data_model;
use super::params::same_classes;
use super::reason::Basis;
use super::settle::has_decorator;
use super::widen::{Decline, as_sequence, readable, simplify};
use super::{Answer, Model, tuples};
use crate::facts::{ExprKind, Function, FunctionId, StmtKind};
use crate::infer::{Bound, Confidence, EvidenceKind};
use crate::project::{Binding, Effect, Module, Origin, Project, SlotKind};
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type, known, union, without_none};

const ALWAYS_RAISES: &str = "it always raises, and an override may return";
/// Longest chain of overrides that is followed.
const MAX_OVERRIDES: usize = 64;

/// What the function itself returns.
pub(super) fn own(model: &Model, slot: SlotId, module: ModuleId, function: FunctionId) -> Result<Answer, Decline> {
    let Some((module, definition)) = model.function(module, function) else { return Err(Decline::NoEvidence) };
    if definition.class.is_some()
        && let Some(ty) = data_model::result(definition.name)
    {
        return Ok(Answer { ty, confidence: Confidence::High, basis: Basis::DataModel });
    }
    if is_placeholder(model.project, slot) {
        return Err(Decline::Because("its body is empty"));
    }
    if definition.is_generator {
        return of_generator(model, slot, module, function);
    }
    let answer = from_returns(model, slot, module, function);
    match (&answer, model.ground.docstrings.of(slot)) {
        (Err(Decline::NoElementType(open)), Some((stated, _))) if same_classes(open, stated) => {
            let ty = readable(model.project, stated)?;
            Ok(Answer { ty, confidence: Confidence::Medium, basis: Basis::Docstring })
        }
        (Err(Decline::NoEvidence), Some((stated, _))) => {
            let ty = readable(model.project, stated)?;
            Ok(Answer { confidence: confidence::of_docstring(&ty), ty, basis: Basis::Docstring })
        }
        _ => answer,
    }
}

/// The answer for a return when base classes and overrides are asked too.
pub(super) fn combined(
    model: &Model,
    slot: SlotId,
    module: ModuleId,
    function: FunctionId,
    own: &[Result<Answer, Decline>],
) -> Result<Answer, Decline> {
    let answer = own[slot.0 as usize].clone();
    let Some((module, definition)) = model.function(module, function) else { return answer };
    let inherited = model.families.inherited_from(slot).and_then(|inherited| {
        let settled = model.settle(&with_own_class(&inherited.ty, module, definition), &[]);
        (!settled.has_hole()).then_some((settled.ty, inherited.class))
    });
    if let Some((ty, class)) = inherited
        && !(definition.is_generator && matches!(ty, Type::Any))
    {
        let allows_none = ty.is(&known::OBJECT) || ty.members().iter().any(|ty| matches!(ty, Type::None | Type::Any));
        if !allows_none && does_nothing(model.project, slot) {
            return Err(Decline::Because("its body is empty"));
        }
        let is_kept = |answer: &Answer| {
            all_overrides(model, slot).into_iter().all(|child| {
                own[child.0 as usize].as_ref().is_ok_and(|own| is_assignable(model.project, &own.ty, &answer.ty))
            })
        };
        return from_base(model.project, answer, ty, class, is_kept);
    }
    let answer = with_overrides(model, slot, answer, own);
    let raises = matches!(&answer, Err(decline) if *decline == Decline::Because(ALWAYS_RAISES));
    if definition.class.is_some() && answer.is_err() {
        if let Some(ty) = data_model::usual_result(definition.name) {
            return Ok(Answer { ty, confidence: Confidence::Medium, basis: Basis::DataModel });
        }
        // A body that only raises says no more than one that is empty.
        if let Some(parent) = overridden(model, slot)
            && (is_placeholder(model.project, slot) || raises)
        {
            let confidence = parent.confidence.min(Confidence::Medium);
            return Ok(Answer { ty: parent.ty.clone(), confidence, basis: Basis::Overridden });
        }
    }
    // A method that only returns `None` where the method it overrides returns something is the empty case of it.
    if let Ok(found) = &answer
        && found.ty == Type::None
        && found.basis != Basis::DataModel
        && let Some(parent) = overridden(model, slot)
        && parent.ty != Type::None
        && !matches!(parent.ty, Type::Any | Type::Never)
    {
        let ty = union([parent.ty.clone(), Type::None]);
        return Ok(Answer { ty, confidence: parent.confidence.min(Confidence::Medium), basis: Basis::Overridden });
    }
    answer
}

/// `Self` of a base class is the class itself.
pub(super) fn with_own_class(ty: &Type, module: &Module, function: &Function) -> Type {
    let Some(class) = function.class else { return ty.clone() };
    let class = ClassName::new(module.name, module.facts.class(class).qualname);
    ty.map(&mut |part| matches!(part, Type::Variable(name) if name.is("Self")).then(|| Type::instance(class)))
}

/// What a base class declares, or the narrower type that the method returns where its overrides keep to that.
fn from_base(
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
fn all_overrides(model: &Model, slot: SlotId) -> Vec<SlotId> {
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
fn with_overrides(
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
fn class_of(project: &Project, slot: SlotId) -> Option<Type> {
    let info = project.slots().info(slot);
    let (SlotKind::Return(function), Some(module)) = (info.kind, project.module(info.module)) else { return None };
    let class = module.facts.function(function).class?;
    Some(Type::instance(ClassName::new(module.name, module.facts.class(class).qualname)))
}

/// The answer for the method that one overrides, unless only one of the two is a coroutine.
fn overridden<'m>(model: &'m Model, slot: SlotId) -> Option<&'m Answer> {
    let parent = model.families.overridden(slot)?;
    model.answer(parent).filter(|_| is_coroutine(model, parent) == is_coroutine(model, slot))
}

/// Whether a call gives something to wait for.
fn is_coroutine(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return false };
    model.function(info.module, function).is_some_and(|(_, function)| function.is_async && !function.is_generator)
}

/// Whether a body stands for one that subclasses write.
pub(super) fn is_placeholder(project: &Project, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return false };
    let function = FunctionRef { module: info.module, function: function.0 };
    project.signature(function).is_some_and(|signature| signature.is_placeholder)
}

/// Whether a body that does nothing gives `None`: checkers let only `...` and abstract methods promise anything else.
fn does_nothing(project: &Project, slot: SlotId) -> bool {
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

fn from_returns(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Result<Answer, Decline> {
    let returns = model.index.bounds(slot).filter(|bound| bound.kind == EvidenceKind::Return);
    let bounds = returns.clone().filter(|bound| bound.ty != Type::Never);
    if bounds.clone().next().is_none() {
        return if returns.count() > 0 { never(model, slot, module, id) } else { Err(Decline::NoEvidence) };
    }
    if bounds.clone().all(|bound| bound.ty == Type::None) {
        return Ok(Answer { ty: Type::None, confidence: Confidence::High, basis: Basis::ReturnsNothing });
    }
    if let Some(answer) = own_class(model, slot, module, id) {
        return Ok(answer);
    }
    let seen = seen(model, slot, bounds, Confidence::Low);
    if seen.types.is_empty() {
        return Err(Decline::Because("what it returns is not known"));
    }
    let joined = seen.joined(model.project);
    if joined == Type::Never {
        return Err(Decline::NoEvidence);
    }
    if joined == Type::None {
        return Err(Decline::Because("one return gives `None`, and what the others give is not known"));
    }
    let ty = readable(model.project, &as_sequence(&without_generators(&joined)))?;
    if let Some(answer) = of_new(model, module, module.facts.function(id), &ty) {
        return answer;
    }
    let values = seen.types.iter().filter(|ty| **ty != Type::None).count();
    let gathered = seen.gathered();
    let is_choice = confidence::is_hierarchy(&gathered)
        || is_rung(model.project, &gathered, &ty)
        || is_hidden(model.project, module, id, &ty);
    let most = if is_choice { Confidence::Low } else { Confidence::High };
    let confidence = confidence::of_returns(values, seen.unknown, &ty).min(seen.weakest).min(most);
    let ty = with_absent_items_apart(model.project, &seen, ty);
    Ok(Answer {
        ty,
        confidence,
        basis: Basis::Returns { known: seen.types.len(), unknown: seen.unknown, both: seen.both },
    })
}

/// Whether a public function gives an object of a private class that is derived from a public one: users are told of
/// that.
fn is_hidden(project: &Project, module: &Module, id: FunctionId, ty: &Type) -> bool {
    let is_private = |name: &str| name.starts_with('_') && !name.ends_with("__");
    if is_private(module.facts.function(id).name.as_str()) {
        return false;
    }
    let has_public_base = |class: ClassName| {
        let Some(info) = project.class(class).filter(|_| is_private(class.short())) else { return false };
        project.mro(info).iter().any(|(base, _)| is_repository(project, *base) && !is_private(base.short()))
    };
    ty.any(&mut |part| part.class().is_some_and(has_public_base))
}

/// How many of the values that a function returns or yields are not known at all.
pub(super) fn unknown(model: &Model, slot: SlotId) -> usize {
    handed_out(model, slot).map_or(0, |bounds| seen(model, slot, bounds, Confidence::Low).unknown)
}

/// Whether the class of what a function returns or yields leaves its author a choice, whatever else it rests on.
pub(super) fn is_choice(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let info = model.project.slots().info(slot);
    let (SlotKind::Return(id), Some(module)) = (info.kind, model.project.module(info.module)) else { return false };
    let gathered = || handed_out(model, slot).map(|bounds| seen(model, slot, bounds, Confidence::Low).gathered());
    is_hidden(model.project, module, id, ty)
        || gathered().is_some_and(|seen| confidence::is_hierarchy(&seen) || is_rung(model.project, &seen, ty))
}

/// Whether a type is a class that was not seen, for those derived from it, and that is derived from another one of the repository
/// itself: which rung of the ladder is meant is a choice.
fn is_rung(project: &Project, seen: &Type, ty: &Type) -> bool {
    let is_derived = |class: ClassName| {
        let Some(info) = project.class(class).filter(|_| is_repository(project, class)) else { return false };
        project.mro(info).iter().any(|(base, _)| *base != class && is_repository(project, *base))
    };
    let is_seen = |class| seen.members().iter().any(|member| member.class() == Some(class));
    matches!(without_none(ty), Type::Instance(class, _) if !is_seen(class) && is_derived(class))
}

/// What a function returns; what it yields, where it is a generator.
fn handed_out<'m>(model: &'m Model, slot: SlotId) -> Option<impl Iterator<Item = &'m Bound>> {
    let info = model.project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return None };
    let (_, definition) = model.function(info.module, function)?;
    let kind = if definition.is_generator { EvidenceKind::Yield } else { EvidenceKind::Return };
    Some(model.index.bounds(slot).filter(move |bound| bound.kind == kind && bound.ty != Type::Never))
}

/// What is returned or yielded as far as it does not rest on guesses, with holes for the rest; none where most of it does.
pub(super) fn without_guesses(model: &Model, slot: SlotId) -> Option<Type> {
    let info = model.project.slots().info(slot);
    let SlotKind::Return(function) = info.kind else { return None };
    let (_, definition) = model.function(info.module, function)?;
    let seen = seen(model, slot, handed_out(model, slot)?, Confidence::Medium);
    if seen.types.len() + seen.partial.len() <= seen.unknown {
        return None;
    }
    let joined = without_generators(&seen.joined(model.project));
    Some(match (definition.is_generator, definition.is_async) {
        (false, _) => joined,
        (true, false) => known::ITERATOR.of([joined]),
        (true, true) => known::ASYNC_ITERATOR.of([joined]),
    })
}

/// A generator expression that is returned is an iterator to whoever gets it.
fn without_generators(ty: &Type) -> Type {
    ty.map(&mut |part| match part {
        Type::Instance(class, args) if *class == known::GENERATOR.class() => match &args[..] {
            [item, Type::None | Type::Any | Type::Unknown, Type::None] => Some(known::ITERATOR.of([item.clone()])),
            _ => None,
        },
        _ => None,
    })
}

/// `return None, None` beside `return name, number` is a variant of its own: whoever has a name has a number too.
fn with_absent_items_apart(project: &Project, seen: &Seen, joined: Type) -> Type {
    let Type::Tuple(items) = &joined else { return joined };
    let is_absent = |ty: &Type| matches!(ty, Type::Tuple(own) if own.len() == items.len() && own.iter().all(|item| *item == Type::None));
    let (absent, present): (Vec<&Type>, Vec<&Type>) =
        seen.types.iter().chain(&seen.partial).partition(|ty| is_absent(ty));
    let Some(absent) = absent.first() else { return joined };
    let present = simplify(project, &tuples::visible(&union(present.into_iter().cloned())));
    match readable(project, &present) {
        Ok(Type::Tuple(items)) if !items.iter().any(|item| item.members().contains(&Type::None)) => {
            Type::Union([Type::Tuple(items), (*absent).clone()].into())
        }
        _ => joined,
    }
}

struct Seen {
    types: Vec<Type>,
    /// Containers of items that are not known.
    partial: Vec<Type>,
    /// Values of which nothing is known.
    unknown: usize,
    /// Returns that give such a value or one of a known type.
    both: usize,
    weakest: Confidence,
}

impl Seen {
    /// All of it in one type. An item of a tuple that is known on some paths only is not `None`, though it is `None`
    /// on those.
    fn joined(&self, project: &Project) -> Type {
        simplify(project, &self.gathered())
    }

    /// The same before anything in it is joined.
    fn gathered(&self) -> Type {
        let partial = self.partial.iter().map(tuples::gathered);
        tuples::visible(&union(self.types.iter().cloned().chain(partial)))
    }
}

fn seen<'o>(model: &Model, slot: SlotId, bounds: impl Iterator<Item = &'o Bound>, least: Confidence) -> Seen {
    let mut seen = Seen { types: Vec::new(), partial: Vec::new(), unknown: 0, both: 0, weakest: Confidence::High };
    for bound in bounds {
        let settled = model.settle_from(&bound.ty, &[slot], least);
        if settled.is_own || settled.ty == Type::Never {
            continue;
        }
        if settled.ty.is_unknown() || settled.ty.members().contains(&Type::Any) || is_marker(&settled.ty) {
            seen.unknown += 1;
        } else if settled.has_hole() {
            // An empty list in one branch is a list of what another branch returns.
            seen.partial.push(settled.ty);
        } else {
            let hides_others = bound.hides_others || bound.through.is_some_and(|result| gives_unknown(model, result));
            seen.unknown += usize::from(hides_others);
            seen.both += usize::from(hides_others);
            seen.weakest = seen.weakest.min(settled.weakest);
            seen.types.push(settled.ty);
        }
    }
    if seen.types.iter().all(|ty| *ty == Type::None) {
        seen.types.append(&mut seen.partial);
    }
    seen
}

/// Whether a function also gives values of which nothing is known.
fn gives_unknown(model: &Model, result: SlotId) -> bool {
    model.answer(result).is_some_and(|answer| matches!(answer.basis, Basis::Returns { unknown: 1.., .. }))
}

/// A function whose end is not reached, because something is raised there.
fn never(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Result<Answer, Decline> {
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
fn stands_in(module: &Module, function: &Function) -> bool {
    let others = module.symbols.get(function.name);
    function.class.is_none() && function.parent.is_none() && others.len() > 1
}

/// Whether something else is stored under the name of a method: what stands there until then only raises.
fn is_replaced(model: &Model, module: &Module, method: &Function) -> bool {
    let slot =
        method.class.and_then(|class| model.project.slots().find(module.id, SlotKind::Attribute(class, method.name)));
    slot.is_some_and(|slot| model.index.bounds(slot).any(|bound| bound.kind == EvidenceKind::Assignment))
}

/// `return self`: the class. It is written `Self` where subclasses exist and the version of Python has it.
fn own_class(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Option<Answer> {
    let function = module.facts.function(id);
    let class = module.facts.class(function.class?);
    let reference = FunctionRef { module: module.id, function: id.0 };
    if model.project.signature(reference).is_none_or(|signature| signature.binding == Binding::Static) {
        return None;
    }
    let first = function.params.first()?.name;
    let text = &module.source.as_ref()?.text;
    let mut bounds = model.index.bounds(slot).filter(|bound| bound.kind == EvidenceKind::Return);
    if !bounds.all(|bound| bound.range.of(text).trim() == first.as_str()) {
        return None;
    }
    let name = ClassName::new(module.name, class.qualname);
    if name.qualname.as_str().contains("<locals>") {
        return None;
    }
    Some(Answer { ty: Type::instance(name), confidence: Confidence::High, basis: Basis::ReturnsSelf })
}

/// `__new__` makes an object of the class that it is passed, which may be one derived from its own.
fn of_new(model: &Model, module: &Module, function: &Function, ty: &Type) -> Option<Result<Answer, Decline>> {
    let class = ClassName::new(module.name, module.facts.class(function.class?).qualname);
    if !function.name.is("__new__") || *ty != Type::instance(class) {
        return None;
    }
    let can_say_self = model.project.target.at_least(11) && !model.project.is_subclass(class, known::TYPE.class());
    if model.families.has_subclass(class) && !can_say_self {
        return Some(Err(Decline::Because("it makes an object of any class derived from its own")));
    }
    Some(Ok(Answer { ty: ty.clone(), confidence: Confidence::High, basis: Basis::ReturnsSelf }))
}

/// Whether a generator, or one that overrides the same method, uses what is sent to it: callers send to all of them.
fn is_sent_to(model: &Model, slot: SlotId) -> bool {
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

fn of_generator(model: &Model, slot: SlotId, module: &Module, id: FunctionId) -> Result<Answer, Decline> {
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
