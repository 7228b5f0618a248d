//! Parameters: what callers pass, defaults, base classes, the body and the docstring, in this order of weight.

use rustc_hash::{FxHashMap, FxHashSet};

use super::confidence::{self, Callers};
use super::containers;
use super::data_model;
use super::index::path;
use super::naming;
use super::reason::Basis;
use super::returns::with_own_class;
use super::settle::{Settled, has_decorator};
use super::uses::{self, Guess, Why};
use super::widen::{Decline, numeric, readable, simplify};
use super::{Answer, Model};
use crate::facts::{Function, FunctionId, ParamKind};
use crate::infer::{Confidence, EvidenceKind, UseKind};
use crate::project::{Module, Origin};
use crate::text::Name;
use crate::types::{ModuleId, SlotId, Type, known, union};

const UNKNOWN_CALLERS: &str = "callers pass values of unknown type";

/// What flows into a family of parameters.
#[derive(Default)]
struct Inflow {
    /// Known types that callers in the code itself pass.
    code: Vec<Type>,
    /// Known types that callers in tests pass.
    tests: Vec<Type>,
    /// Arguments without a known type.
    unknown: usize,
    /// Types that are known in part: containers of unknown items.
    partial: Vec<Type>,
    defaults: Vec<Type>,
    /// A default that is not known, or in part.
    open_default: Option<Type>,
    /// Whether `None` is a default or passed by code.
    takes_none: bool,
    weakest: Option<Confidence>,
    /// Whether a default or argument stands for a missing value.
    marker: bool,
}

/// The answer for a family of parameters from its own observations, given for the family's first slot.
pub(super) fn of_family(model: &Model, slot: SlotId) -> Result<Answer, Decline> {
    let family = model.families.family(slot);
    if is_receiver(model, slot) {
        return Err(Decline::Because("it is the object or class that the method is called on"));
    }
    let inflow = inflow(model, family);
    if inflow.marker {
        return Err(Decline::Because("a marker for a missing value is passed"));
    }
    let guess = uses::guess(model, family);
    let stated = family.iter().find_map(|&slot| model.docstrings.of(slot)).map(|(ty, _)| ty);
    let answer = match from_callers(model, slot, family, &inflow, guess.as_ref()) {
        Some(answer) => fill(model, answer, stated, guess.as_ref()),
        None => without_callers(model, slot, &inflow, guess, stated),
    }?;
    Ok(agree_with_docstring(model, answer, stated))
}

/// The answer for a parameter: its base class first, then the language, then its family.
pub(super) fn combined(
    model: &Model,
    slot: SlotId,
    module: ModuleId,
    function: FunctionId,
    index: u16,
    own: &[Result<Answer, Decline>],
) -> Result<Answer, Decline> {
    let Some((module, definition)) = model.function(module, function) else { return Err(Decline::NoEvidence) };
    let Some(param) = definition.params.get(usize::from(index)) else { return Err(Decline::NoEvidence) };
    if let Some(inherited) = model.families.inherited_from(slot) {
        let settled = model.settle(&with_own_class(&inherited.ty, module, definition), &[]);
        if !settled.has_hole() {
            let ty = if has_none_default(model, slot) && settled.ty != Type::Any {
                union([settled.ty, Type::None])
            } else {
                settled.ty
            };
            return Ok(Answer { ty, confidence: Confidence::High, basis: Basis::Inherited(inherited.class) });
        }
    }
    if definition.class.is_some()
        && !matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs)
        && let Some(ty) = data_model::param(model.project, definition.name, usize::from(index), definition.params.len())
    {
        return Ok(Answer { ty, confidence: Confidence::High, basis: Basis::DataModel });
    }
    let Some(&first) = model.families.family(slot).first() else { return Err(Decline::NoEvidence) };
    let answer = own[first.0 as usize].clone();
    if matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs) {
        return star(model, module, definition, param.name, answer);
    }
    if answer.is_err()
        && let Some(getter) = model.families.getter(slot)
        && let Some(getter) = model.answer(getter)
        && getter.ty != Type::None
    {
        let confidence = getter.confidence.min(Confidence::Medium);
        return Ok(Answer { ty: getter.ty.clone(), confidence, basis: Basis::Getter });
    }
    with_name(model, slot, answer)
}

fn has_none_default(model: &Model, slot: SlotId) -> bool {
    model.index.bounds(slot).any(|bound| bound.kind == EvidenceKind::Default && bound.ty == Type::None)
}

/// A guess from one side only gives way to what the name says, or is confirmed by it.
fn with_name(model: &Model, slot: SlotId, answer: Result<Answer, Decline>) -> Result<Answer, Decline> {
    let is_open = match &answer {
        Ok(answer) => answer.confidence == Confidence::Low,
        Err(decline) => {
            matches!(decline, Decline::NoEvidence | Decline::OnlyNone | Decline::Because(UNKNOWN_CALLERS))
        }
    };
    if !is_open {
        return answer;
    }
    let Some(mut suggestion) = naming::suggestion(model, slot) else { return answer };
    match answer {
        Ok(mut answer) => {
            if suggestion.confidence == Confidence::Low {
                return Ok(answer);
            }
            if without_none(&answer.ty) == suggestion.ty {
                answer.confidence = Confidence::Medium;
                return Ok(answer);
            }
            if answer.ty.members().contains(&Type::None) {
                suggestion.ty = union([suggestion.ty, Type::None]);
            }
            Ok(suggestion)
        }
        Err(decline) => {
            if decline == Decline::OnlyNone && has_none_default(model, slot) {
                suggestion.ty = union([suggestion.ty, Type::None]);
            }
            Ok(suggestion)
        }
    }
}

/// `*args` and `**kwargs`. What a few callers pass says little about what may be passed; but where the body only
/// hands them on, anything may.
fn star(
    model: &Model,
    module: &Module,
    function: &Function,
    name: Name,
    answer: Result<Answer, Decline>,
) -> Result<Answer, Decline> {
    if model.syntax.hands_on(module.id, function.range, name) {
        // Inside another function it is a wrapper, whose parameters are those of what it wraps.
        let confidence = if function.parent.is_some() { Confidence::Low } else { Confidence::Medium };
        return Ok(Answer { ty: Type::Any, confidence, basis: Basis::PassedThrough });
    }
    answer.map(|answer| Answer { confidence: Confidence::Low, ..answer })
}

/// Whether the slot is `self` or `cls`.
pub(super) fn is_receiver(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    let crate::project::SlotKind::Param(function, 0) = info.kind else { return false };
    model.function(info.module, function).is_some_and(|(module, definition)| {
        definition.class.is_some()
            && !has_decorator(module, function, &["staticmethod"])
            && matches!(definition.params[0].kind, ParamKind::Normal | ParamKind::PositionalOnly)
    })
}

fn inflow(model: &Model, family: &[SlotId]) -> Inflow {
    let mut inflow = Inflow::default();
    // Call sites repeat themselves: what was settled once is looked up.
    let mut known: FxHashMap<&Type, Settled> = FxHashMap::default();
    for bound in family.iter().flat_map(|&slot| model.index.bounds(slot)) {
        let settled = known.entry(&bound.ty).or_insert_with(|| model.settle(&bound.ty, family)).clone();
        if settled.is_own {
            continue;
        }
        let is_test = model.project.module(bound.module).is_some_and(|module| module.origin == Origin::Evidence);
        let is_default = bound.kind == EvidenceKind::Default;
        if settled.ty == Type::None {
            inflow.takes_none |= is_default || !is_test;
            continue;
        }
        let is_any = settled.ty.members().contains(&Type::Any);
        let is_open = settled.has_hole() || is_any || settled.ty == Type::Never;
        if is_marker(&settled.ty) {
            inflow.marker = true;
            continue;
        }
        match (is_default, is_open) {
            (true, true) => inflow.open_default = Some(settled.ty),
            (true, false) => inflow.defaults.push(default_type(settled.ty)),
            (false, true) => {
                if settled.ty.is_unknown() || is_any {
                    inflow.unknown += 1;
                } else {
                    inflow.partial.push(settled.ty);
                }
            }
            (false, false) => {
                let weakest = inflow.weakest.get_or_insert(Confidence::High);
                *weakest = (*weakest).min(settled.weakest);
                if is_test { inflow.tests.push(settled.ty) } else { inflow.code.push(settled.ty) }
            }
        }
    }
    inflow
}

/// Whether a value only says that there is none: `MISSING = object()`, an instance of `class _Missing`.
fn is_marker(ty: &Type) -> bool {
    const WORDS: [&str; 7] = ["missing", "sentinel", "unset", "undefined", "notset", "notgiven", "omitted"];
    ty.members().iter().filter_map(Type::class).any(|class| {
        let name = class.short().replace('_', "").to_lowercase();
        WORDS.iter().any(|word| name.starts_with(word) || name.ends_with(word))
    })
}

/// A tuple as a default is one choice among tuples of any length.
fn default_type(ty: Type) -> Type {
    match &ty {
        Type::Tuple(items) if items.windows(2).all(|pair| pair[0] == pair[1]) => match items.first() {
            Some(item) => known::TUPLE.of([item.clone()]),
            None => known::TUPLE.of([Type::Unknown]),
        },
        _ => ty,
    }
}

/// The type from call sites, if any of them is known; with the reason where it cannot be written.
fn from_callers(
    model: &Model,
    slot: SlotId,
    family: &[SlotId],
    inflow: &Inflow,
    guess: Option<&Guess>,
) -> Option<Result<Answer, Decline>> {
    let only_tests = inflow.code.is_empty();
    let passed = if only_tests { &inflow.tests } else { &inflow.code };
    if passed.is_empty() {
        return None;
    }
    let project = model.project;
    let mut ty = simplify(project, &union(distinct(passed.iter().chain(&inflow.partial))));
    if !only_tests {
        // A test that passes `0.5` where the code passes `1` knows what is allowed.
        let tests = numeric(&union(distinct(inflow.tests.iter())));
        let both = numeric(&union([ty.clone(), tests]));
        if both.members().len() == ty.members().len() {
            ty = simplify(project, &both);
        }
    }
    let default = (!inflow.defaults.is_empty()).then(|| simplify(project, &union(inflow.defaults.iter().cloned())));
    let default_agrees = default.as_ref().is_some_and(|default| *default == without_none(&ty));
    if let Some(default) = default
        && !default.is(&known::OBJECT)
    {
        ty = simplify(project, &union([ty, default]));
    }
    if let Some(Guess { ty: wanted, why: Why::Passed, .. }) = guess
        && wanted.is(&known::FLOAT)
        && without_none(&ty).is(&known::INT)
    {
        ty = union([ty, known::FLOAT.instance()]);
        ty = numeric(&ty);
    }
    let (mut ty, is_abstract) = containers::for_parameter(model, &ty, family);
    if inflow.takes_none {
        ty = union([ty, Type::None]);
    }
    let body_agrees = guess.is_some_and(|guess| guess.ty == without_none(&ty)) || is_used_as_dict(model, family, &ty);
    let callers = Callers { known: passed.len(), unknown: inflow.unknown, only_tests, default_agrees, body_agrees };
    Some(readable(project, &ty).map(|ty| {
        let mut confidence = confidence::of_callers(callers, &ty);
        let has_own_none = inflow.takes_none || !ty.members().contains(&Type::None);
        if is_abstract || !has_own_none {
            confidence = confidence.min(Confidence::Medium);
        }
        // `mode="r"` that is compared with other strings: the author may have meant those strings alone.
        if !inflow.defaults.is_empty()
            && guess.is_some_and(|guess| guess.why == Why::Operator && guess.ty.is(&known::STR))
        {
            confidence = Confidence::Low;
        }
        if let Some(weakest) = inflow.weakest {
            confidence = confidence.min(weakest);
        }
        if model.param_name(slot).is_some_and(|name| name.as_str().starts_with('_')) {
            confidence = confidence.min(Confidence::Medium);
        }
        Answer { ty, confidence, basis: Basis::Callers { callers, has_default: !inflow.defaults.is_empty() } }
    }))
}

/// Whether callers pass dicts, and the body looks things up in them by keys that it computes.
fn is_used_as_dict(model: &Model, family: &[SlotId], ty: &Type) -> bool {
    without_none(ty).is(&known::DICT)
        && family.iter().flat_map(|&slot| model.index.uses(slot)).any(|usage| {
            path(&usage.subject).is_empty()
                && matches!(
                    usage.kind,
                    UseKind::Mapping | UseKind::Items | UseKind::DynamicKey(_) | UseKind::SetDynamicKey(..)
                )
        })
}

fn raise(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::Low => Confidence::Medium,
        Confidence::Medium | Confidence::High => Confidence::High,
    }
}

/// The types without repetition, in order.
fn distinct<'t>(types: impl Iterator<Item = &'t Type>) -> Vec<Type> {
    let mut seen = FxHashSet::default();
    types.filter(|ty| seen.insert(*ty)).cloned().collect()
}

/// The type without `None`.
fn without_none(ty: &Type) -> Type {
    match ty {
        Type::Union(members) => union(members.iter().filter(|member| **member != Type::None).cloned()),
        other => other.clone(),
    }
}

/// Closes what callers leave open: the docstring knows the items, the body knows the type.
fn fill(
    model: &Model,
    answer: Result<Answer, Decline>,
    stated: Option<&Type>,
    guess: Option<&Guess>,
) -> Result<Answer, Decline> {
    let decline = match answer {
        Ok(answer) => return Ok(answer),
        Err(decline) => decline,
    };
    if let Decline::NoElementType(open) = &decline
        && let Some(stated) = stated
        && same_classes(open, stated)
        && let Ok(ty) = readable(model.project, stated)
    {
        return Ok(Answer { ty, confidence: Confidence::Medium, basis: Basis::Docstring });
    }
    match guess {
        Some(guess) if guess.confidence >= Confidence::Medium && !matches!(decline, Decline::TooManyTypes(_)) => {
            Ok(Answer { ty: guess.ty.clone(), confidence: Confidence::Low, basis: Basis::Uses(guess.why.clone()) })
        }
        _ => Err(decline),
    }
}

/// The type from the default, the body and the docstring.
fn without_callers(
    model: &Model,
    slot: SlotId,
    inflow: &Inflow,
    guess: Option<Guess>,
    stated: Option<&Type>,
) -> Result<Answer, Decline> {
    let optional = |ty: Type| if inflow.takes_none { union([ty, Type::None]) } else { ty };
    let default = simplify(model.project, &union(inflow.defaults.iter().cloned()));
    if !default.is_unknown() && !default.is(&known::OBJECT) {
        let mut ty = readable(model.project, &default)?;
        let name = model.param_name(slot).unwrap_or_else(|| "".into());
        let mut confidence = confidence::of_default(&ty, name);
        if let Some(guess) = guess {
            if guess.ty == ty && guess.why == Why::Operator && ty.is(&known::STR) {
                // `mode="r"` that is compared with other strings: the author may have meant those strings alone.
                confidence = Confidence::Low;
            } else if guess.ty == ty {
                confidence = raise(confidence);
            } else if guess.ty.is(&known::FLOAT) && ty.is(&known::INT) {
                ty = guess.ty;
                confidence = guess.confidence;
            }
        }
        return Ok(Answer { ty: optional(ty), confidence, basis: Basis::Default });
    }
    if let Some(open) = &inflow.open_default {
        let open = simplify(model.project, open);
        if let Some(stated) = stated
            && same_classes(&open, stated)
            && let Ok(ty) = readable(model.project, stated)
        {
            return Ok(Answer { ty: optional(ty), confidence: Confidence::Medium, basis: Basis::Docstring });
        }
        return Err(readable(model.project, &open).err().unwrap_or(Decline::NoEvidence));
    }
    if let Some(guess) = guess {
        let basis = Basis::Uses(guess.why);
        return Ok(Answer { ty: optional(guess.ty), confidence: guess.confidence, basis });
    }
    if let Some(stated) = stated
        && let Ok(ty) = readable(model.project, stated)
    {
        let is_confirmed = inflow.partial.iter().any(|open| same_classes(open, stated));
        let confidence = if is_confirmed { Confidence::Medium } else { Confidence::Low };
        return Ok(Answer { ty: optional(ty), confidence, basis: Basis::Docstring });
    }
    if let Some(open) = inflow.partial.first() {
        return Err(Decline::NoElementType(open.clone()));
    }
    Err(match (inflow.unknown, inflow.takes_none) {
        (1.., _) => Decline::Because(UNKNOWN_CALLERS),
        (_, true) => Decline::OnlyNone,
        _ => Decline::NoEvidence,
    })
}

/// A docstring that names the same class confirms; one that names `None` or `float` beside it adds that.
fn agree_with_docstring(model: &Model, mut answer: Answer, stated: Option<&Type>) -> Answer {
    let Some(stated) = stated else { return answer };
    if answer.basis == Basis::Docstring {
        return answer;
    }
    let (plain, stated_plain) = (without_none(&answer.ty), without_none(stated));
    if same_classes(&plain, &stated_plain) {
        answer.confidence = answer.confidence.max(Confidence::Medium);
    } else if plain.is(&known::INT) && stated_plain.is(&known::FLOAT) {
        answer.ty = answer.ty.map(&mut |part| part.is(&known::INT).then(|| known::FLOAT.instance()));
        answer.confidence = answer.confidence.min(Confidence::Medium);
    } else {
        return answer;
    }
    if stated.members().contains(&Type::None) {
        answer.ty = simplify(model.project, &union([answer.ty, Type::None]));
    }
    answer
}

/// Whether two types are of the same classes when their arguments are left out.
pub(super) fn same_classes(a: &Type, b: &Type) -> bool {
    let classes = |ty: &Type| {
        let mut classes: Vec<_> =
            ty.members().iter().filter(|member| **member != Type::None).map(Type::class).collect();
        classes.sort();
        classes
    };
    let (a, b) = (classes(a), classes(b));
    a == b && a.iter().all(Option::is_some)
}
