//! How sure a conclusion is: the written rules.
//!
//! | evidence | confidence |
//! |---|---|
//! | the base class's annotation, the data model | High |
//! | a default other than `None`, and call sites that agree with it | High |
//! | three or more call sites that agree | High |
//! | two call sites that agree, and a body that says the same | High |
//! | one or two call sites that agree | Medium |
//! | call sites of tests alone | at most Medium |
//! | call sites that pass a union, a dict, a tuple or something to call | Low |
//! | call sites that pass a dict, and a body that looks things up in it by computed keys | at most Medium |
//! | call sites that pass lists or classes | at most Medium |
//! | as many call sites that say nothing as ones that say something | one step less |
//! | `None` among what call sites pass, and not as the default | at most Medium |
//! | a text as default, and a body that compares it with texts: one of a few was meant | Low |
//! | a default alone: `bool`, `str`, `float`, an enum or project class | Medium |
//! | a default alone: `int` | Medium; Low where the name speaks of a quantity that may have a fraction |
//! | a default alone: a tuple with items | Low |
//! | the body: passed where one class is wanted | Medium |
//! | the body: three or more members that one class of the project has | Medium |
//! | the body: two or more methods that one builtin class has | Medium |
//! | the body: anything else | Low |
//! | every `return` typed, with one class or a tuple of classes | High |
//! | every `return` typed, with a container, a class or `None` | Medium |
//! | every `return` typed, with a union, `Any` inside, a class object or something to call | Low |
//! | most `return`s typed | at most Medium |
//! | fewer | Low |
//! | nothing but `None` is returned from a body that does something | High |
//! | the overrides of a method without a body of its own | Medium |
//! | a visitor method called after a class | Medium |
//! | six or more parameters of the same name that agree, and no other evidence | Medium; Low for three to five |
//! | `*args`, `**kwargs` that are handed on | Medium; Low in a wrapper |
//! | a docstring alone | Low |
//! | a docstring that agrees with other evidence | at least Medium |
//! | anything concluded through another slot | at most that slot's confidence |

use crate::infer::Confidence;
use crate::text::Name;
use crate::types::{Type, known};

/// One step less sure.
pub(super) fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}

/// What is known of a parameter's callers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Callers {
    /// Call sites whose argument has a known type.
    pub(super) known: usize,
    /// Call sites whose argument has none.
    pub(super) unknown: usize,
    /// Whether all known ones are in tests.
    pub(super) only_tests: bool,
    /// Whether the default is not `None` and agrees.
    pub(super) default_agrees: bool,
    /// Whether what the body does with the value says the same.
    pub(super) body_agrees: bool,
}

/// How sure a parameter's type from its callers is.
pub(super) fn of_callers(callers: Callers, ty: &Type) -> Confidence {
    let mut confidence =
        if callers.default_agrees || callers.known >= 3 { Confidence::High } else { Confidence::Medium };
    if callers.only_tests {
        confidence = confidence.min(Confidence::Medium);
    }
    if callers.body_agrees && callers.known > 1 {
        confidence = Confidence::High;
    }
    let is_dict = ty.members().iter().any(|member| member.is(&known::DICT));
    let most = if is_dict && callers.body_agrees { Confidence::Medium } else { of_kind(ty) };
    confidence = confidence.min(most);
    if callers.unknown > 0 {
        confidence = match confidence {
            Confidence::Medium if callers.known > callers.unknown => Confidence::Medium,
            other => lower(other),
        };
    }
    confidence
}

/// The most that a parameter's type from its callers deserves. What callers pass is one container or one of several
/// types among those that the author had in mind; a plain class leaves little choice.
fn of_kind(ty: &Type) -> Confidence {
    let mut members = ty.members().iter().filter(|member| **member != Type::None);
    let (Some(only), None) = (members.next(), members.next()) else { return Confidence::Low };
    match only {
        Type::Instance(class, args) if *class == known::LIST.class() => match &args[..] {
            [Type::Instance(_, inner)] if inner.is_empty() => Confidence::Medium,
            _ => Confidence::Low,
        },
        Type::Instance(_, args) if args.is_empty() => Confidence::High,
        Type::Class(..) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// How sure a parameter's type from its default alone is.
pub(super) fn of_default(ty: &Type, param: Name) -> Confidence {
    match ty {
        Type::Instance(class, _) if *class == known::INT.class() && may_have_fraction(param) => Confidence::Low,
        Type::Instance(class, args) if args.is_empty() && *class != known::OBJECT.class() => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// Whether a parameter's name speaks of a quantity that is often a `float` though its default is an `int`.
fn may_have_fraction(param: Name) -> bool {
    const WORDS: [&str; 20] = [
        "timeout",
        "delay",
        "interval",
        "seconds",
        "secs",
        "duration",
        "wait",
        "sleep",
        "scale",
        "factor",
        "ratio",
        "weight",
        "alpha",
        "beta",
        "rate",
        "threshold",
        "tolerance",
        "sigma",
        "opacity",
        "ttl",
    ];
    param.as_str().split('_').any(|word| WORDS.contains(&word))
}

/// How sure a return type is, from the number of `return`s that are typed and that are not.
pub(super) fn of_returns(known: usize, unknown: usize, ty: &Type) -> Confidence {
    let most = of_result(ty);
    match unknown {
        0 => most,
        _ if known > unknown => most.min(Confidence::Medium),
        _ => Confidence::Low,
    }
}

/// The most that a result deserves.
fn of_result(ty: &Type) -> Confidence {
    let is_optional = ty.members().len() > 1 && ty.members().contains(&Type::None);
    let mut members = ty.members().iter().filter(|member| **member != Type::None || !is_optional);
    let (Some(only), None) = (members.next(), members.next()) else { return Confidence::Low };
    let is_vague = |part: &Type| match part {
        Type::Union(_) | Type::Callable(_) | Type::Any => true,
        Type::Tuple(items) => items.contains(&Type::None),
        _ => false,
    };
    if only.any(&mut |part| is_vague(part)) || matches!(only, Type::Class(..)) {
        return Confidence::Low;
    }
    match only {
        Type::None | Type::Never => Confidence::High,
        Type::Instance(_, args) if args.is_empty() && !is_optional => Confidence::High,
        Type::Tuple(_) if only.depth() == 1 && !is_optional => Confidence::High,
        _ => Confidence::Medium,
    }
}
