//! Parameters: what callers pass, defaults, base classes, the body and the docstring, in this order of weight.

use super::bases::{is_assignable, is_repository};
use super::callers::{self, Inflow, wants_int};
use super::confidence::{self, NoneSource, is_value};
use super::data_model;
use super::doubts;
use super::naming;
use super::reason::Basis;
use super::returns::with_own_class;
use super::settle::has_decorator;
use super::uses::{self, Guess, Why};
use super::widen::{Decline, readable, simplify};
use super::{Answer, Model};
use crate::facts::{Function, FunctionId, ParamKind};
use crate::infer::{Confidence, EvidenceKind};
use crate::project::Module;
use crate::text::Name;
use crate::types::{ModuleId, SlotId, Type, known, union, without_none};

const UNKNOWN_CALLERS: &str = "callers pass values of unknown type";

/// The answer for a family of parameters from its own observations, given for the family's first slot.
pub(super) fn of_family(model: &Model, slot: SlotId) -> Result<Answer, Decline> {
    let family = model.families.family(slot);
    if is_receiver(model, slot) {
        return Err(Decline::Because("it is the object or class that the method is called on"));
    }
    let inflow = Inflow::of(model, family);
    if inflow.marker {
        return Err(Decline::Because("a marker for a missing value is passed"));
    }
    let guess = uses::guess(model, family);
    let stated = family.iter().find_map(|&slot| model.ground.docstrings.of(slot)).map(|(ty, _)| ty);
    let answer = match callers::conclude(model, slot, family, &inflow, guess.as_ref()) {
        Some(answer) => fill(model, answer, stated, guess.as_ref()),
        None => without_callers(model, slot, &inflow, guess, stated),
    }?;
    let mut answer = agree_with_docstring(model, answer, stated);
    if doubts::are_grave(model, slot, family, &inflow, &answer) {
        answer.confidence = Confidence::Low;
    }
    Ok(answer)
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
        // A parameter that takes `None` alone takes something else that cannot be written here.
        if !settled.has_hole() && settled.ty != Type::None {
            let ty = if has_none_default(model, slot) && settled.ty != Type::Any {
                union([settled.ty, Type::None])
            } else {
                settled.ty
            };
            let is_own = is_repository(model.project, inherited.class);
            let confidence = if is_own { Confidence::High } else { Confidence::Medium };
            return Ok(Answer { ty, confidence, basis: Basis::Inherited(inherited.class) });
        }
    }
    if definition.class.is_some()
        && !matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs)
        && let Some(ty) = data_model::param(model.project, definition.name, usize::from(index), definition.params.len())
    {
        let ty = if has_none_default(model, slot) { union([ty, Type::None]) } else { ty };
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
        // A setter that asks what it is given converts it.
        let converts = doubts::is_checked_for_others(model, &[slot], &getter.ty);
        let confidence = if converts { Confidence::Low } else { getter.confidence.min(Confidence::Medium) };
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
        Ok(answer) => answer.confidence == Confidence::Low || naming::visits_less(model, slot, &answer.ty),
        Err(decline) => {
            matches!(decline, Decline::NoEvidence | Decline::OnlyNone | Decline::Because(UNKNOWN_CALLERS))
        }
    };
    if !is_open {
        return answer;
    }
    let Some(mut suggestion) = naming::suggestion(model, slot) else { return answer };
    if !allows_default(model, slot, &suggestion.ty) {
        return answer;
    }
    match answer {
        Ok(mut answer) => {
            if suggestion.confidence == Confidence::Low {
                return Ok(answer);
            }
            let family = model.families.family(slot);
            if without_none(&answer.ty) == suggestion.ty {
                if !doubts::are_lasting(model, slot, family, &answer.ty) {
                    answer.confidence = Confidence::Medium;
                }
                return Ok(answer);
            }
            if doubts::are_lasting(model, slot, family, &suggestion.ty) {
                return Ok(answer);
            }
            // What is `None` inside of a guess is one as well: neither with it nor without it the name is right.
            let is_guessed_none =
                matches!(&answer.basis, Basis::Callers { callers, .. } if callers.none == NoneSource::Unhandled);
            if is_guessed_none {
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

/// Whether the default of a parameter is a value of the type, or `None`.
fn allows_default(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let mut defaults =
        model.index.bounds(slot).filter(|bound| bound.kind == EvidenceKind::Default && bound.ty != Type::None);
    defaults.all(|bound| is_assignable(model.project, &without_none(&model.settle(&bound.ty, &[slot]).ty), ty))
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
    if model.ground.syntax.hands_on(module.id, function.range, name) {
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

fn raise(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::Low => Confidence::Medium,
        Confidence::Medium | Confidence::High => Confidence::High,
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
    let optional = |ty: Type| if inflow.takes_none() { union([ty, Type::None]) } else { ty };
    let default = simplify(model.project, &union(inflow.defaults.iter().cloned()));
    if !default.is_unknown() && !default.is(&known::OBJECT) {
        let mut ty = readable(model.project, &default)?;
        let name = model.param_name(slot).unwrap_or_else(|| "".into());
        if ty.is(&known::INT) && naming::is_duration(name) && !wants_int(guess.as_ref()) {
            ty = known::FLOAT.instance();
        }
        let mut confidence = confidence::of_default(model.project, &ty, name);
        match guess {
            Some(guess) if guess.ty == ty => {
                confidence = match guess.why {
                    // `mode="r"` that is compared with other strings: the author may have meant those strings alone.
                    Why::Operator if ty.is(&known::STR) => Confidence::Low,
                    Why::Passed if is_value(&ty) => raise(confidence),
                    Why::Members(_) | Why::Operator => raise(confidence),
                    _ => confidence,
                };
            }
            Some(guess) if guess.ty.is(&known::FLOAT) && ty.is(&known::INT) => {
                ty = guess.ty;
                confidence = guess.confidence.min(Confidence::Medium);
            }
            _ => {}
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
        let is_optional = inflow.takes_none() && guess.why == Why::Passed;
        let confidence = confidence::of_use(guess.confidence, &guess.ty, is_optional);
        return Ok(Answer { ty: optional(guess.ty), confidence, basis: Basis::Uses(guess.why) });
    }
    if let Some(stated) = stated
        && let Ok(ty) = readable(model.project, stated)
    {
        let is_confirmed = inflow.partial.iter().any(|open| same_classes(open, stated));
        let confidence = if is_confirmed { Confidence::Medium } else { confidence::of_docstring(&ty) };
        return Ok(Answer { ty: optional(ty), confidence, basis: Basis::Docstring });
    }
    if !inflow.partial.is_empty() {
        let open = simplify(model.project, &optional(union(inflow.partial.iter().cloned())));
        return Err(Decline::NoElementType(open));
    }
    Err(match (inflow.unknown, inflow.takes_none()) {
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
