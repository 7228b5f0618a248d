//! How sure a conclusion is: the written rules.
//!
//! A *value* below is a number, a flag, a text or bytes; a *class* is any other class without type arguments.
//!
//! | parameter: evidence | confidence |
//! |---|---|
//! | the data model; the annotation of a base class of the repository | High |
//! | the annotation of a base class elsewhere | Medium |
//! | three or more call sites that pass one value and none that is unclear | High |
//! | two such call sites, and a body that says the same | High |
//! | a flag as default, with or without call sites that agree | High |
//! | call sites that pass a value, otherwise | Medium |
//! | call sites that pass a class, a class object, a list or sequence | Medium |
//! | call sites that pass lists, and a public function that only goes over them, once: an iterable | Medium |
//! | call sites that pass a tuple of fixed length, or rows of such, of which an item is clear | Medium |
//! | the same, with more than a third as many call sites that are unclear | Low |
//! | one call site that passes a tuple of fixed length, where `None` is taken too | Low |
//! | a flag as default, and call sites that pass numbers | Low |
//! | the same, in a row, where only tests pass it or `None` is taken too; unless the body says that it is a list | Low |
//! | `None` inside of what callers pass, which the body does not ask for | Low |
//! | call sites that pass a dict, and a body that looks things up in it by computed keys | Medium |
//! | call sites that pass anything else: a union, a dict, another tuple, something to call | Low |
//! | call sites of tests alone | at most Medium; Low with more than a third as many that are unclear |
//! | a default alone: a value, an enum member, a named tuple, a tuple of several types | Medium |
//! | any evidence, where the default is a word, which may be the name of one choice among others | Low |
//! | a default alone: `int` where the name speaks of a quantity that may have a fraction | Low |
//! | a text as default, and a body that compares it with texts: one of a few was meant | Low |
//! | a default alone: anything else | Low |
//! | the body: passed on where a value is wanted | Medium |
//! | the body: passed on where a class is wanted | Medium |
//! | the same with a default of `None` | Low |
//! | the body: passed on where a tuple of fixed length is wanted | Medium |
//! | the same where a text is wanted | Low, unless the taker is sure |
//! | the same where the taker allows other types beside it | Low |
//! | the body: three or more members that one class of the project has | Medium |
//! | the body: two or more methods that one builtin class has | Medium |
//! | the body: an operator or comparison with a value | Medium |
//! | the body: anything else | Low |
//! | a visitor method called after a class | Medium |
//! | parameters of the same name that agree: six in the repository, or three where it is a value | Medium |
//! | fewer of them | Low |
//! | `*args`, `**kwargs` that are handed on | Medium; Low in a wrapper |
//! | any of these, where the body asks with `isinstance` for a class that is not among them | Low |
//! | a default or an operator alone, where the body asks with `isinstance` for the same class | Low |
//! | any of these, where tests pass something that it does not allow | Low |
//! | one call site, tests or the body alone, for what the methods of a container call `key`, `value`, `default` | Low |
//! | the default, the body or tests alone, where most parameters of the same name are of other types | Low |
//!
//! | return: evidence | confidence |
//! |---|---|
//! | the data model, `return self`, a body that does something and returns nothing | High |
//! | every `return` typed: `None` or a value | High |
//! | every `return` typed: a class, a container, a tuple, any of them or `None` | Medium |
//! | every `return` typed: a tuple of fixed length of which an item is clear, and none is of two types or `None` alone | Medium |
//! | every `return` typed: a union, `Any` inside, a class object or something to call | Low |
//! | every `return` typed: a class that stands for four or more of those derived from it | Low |
//! | every `return` typed: the same for fewer of them, where it is derived from another one itself | Low |
//! | every `return` typed: a private class that is derived from a public one, where the function is public | Low |
//! | some `return`s not typed, or typed on some paths only | at most Medium: a value, or most of them typed; else Low |
//! | a body that always raises | Medium; Low for a method of a class of which not all bases are known |
//! | what is yielded | as what is returned, at most Medium |
//! | the annotation of a base class; the overrides of a method without a body of its own | Medium |
//! | overrides of which some are guesses | Medium where all others say the same one type and are no fewer; else Low |
//! | the same of a base class elsewhere, where that is a union | Low |
//!
//! | either | confidence |
//! |---|---|
//! | three types or more, or two of them in a container, that nobody has stated | Low |
//! | a record, tuple or protocol that is defined for it | Medium; Low in a union with others, or in a long type |
//! | a dict that came to be no record | Medium with one kind of values; else Low |
//! | a tuple of fixed length of which some items are known | Medium; Low beside a `return` that is not typed |
//! | the same that is returned, where less than half is known, or an item is of two types | Low |
//! | an attribute or variable that is stored what holds `Any` | at most Medium |
//! | a docstring alone | Medium for a tuple of fixed length; else Low |
//! | a docstring that agrees with other evidence | at least Medium |
//! | anything concluded through another slot | at most that slot's confidence |
//! | what is returned, where without guesses nothing is known of it | at most Medium: a value; else Low |

use crate::infer::Confidence;
use crate::project::{ClassKind, Project};
use crate::text::Name;
use crate::types::{Type, known, without_none};

use super::containers::Abstraction;
use super::widen::is_long;

/// How much choice a type leaves to an author who has seen the same evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// A number, a flag, a text, bytes: hardly anybody writes anything else for one.
    Value,
    /// A class without type arguments or a class object: a base class or a protocol may have been meant.
    Class,
    /// Plain items in a row: some write the abstract class.
    Row,
    /// A tuple of fixed length, or rows of such: how many items there are leaves no choice.
    Tuple,
    /// Anything else: one of several types that the author may have had in mind.
    Open,
}

impl Form {
    /// The form of a type, `None` left aside.
    fn of(ty: &Type) -> Self {
        let ty = without_none(ty);
        let is_plain = |ty: &Type| matches!(ty, Type::Instance(_, args) if args.is_empty());
        match &ty {
            _ if is_value(&ty) => Self::Value,
            Type::Class(..) => Self::Class,
            _ if is_plain(&ty) => Self::Class,
            Type::Tuple(items) if is_clear(items) => Self::Tuple,
            Type::Instance(_, args) if matches!(&args[..], [row] if is_row_of_tuples(row)) => Self::Tuple,
            Type::Instance(class, args) if matches!(&args[..], [arg] if is_plain(arg)) => match class.short() {
                "list" | "Sequence" | "Iterable" => Self::Row,
                "Match" | "Pattern" => Self::Class,
                _ => Self::Open,
            },
            _ => Self::Open,
        }
    }
}

/// Whether a type is a tuple of fixed length of which an item is clear, or holds such tuples and nothing else.
fn is_row_of_tuples(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => is_clear(items),
        Type::Instance(_, args) => matches!(&args[..], [row] if is_row_of_tuples(row)),
        _ => false,
    }
}

/// Whether a type is a number, a flag, a text or bytes.
pub(in crate::infer) fn is_value(ty: &Type) -> bool {
    let values = [&known::STR, &known::INT, &known::BOOL, &known::FLOAT, &known::BYTES, &known::COMPLEX];
    values.iter().any(|known| ty.is(known))
}

/// Where the `None` of a parameter's type comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum NoneSource {
    /// It is the default, or there is none.
    #[default]
    Default,
    /// It is passed as such, or the body asks for it.
    Asked,
    /// It is inside of what is passed, and the body goes on as if it could not be.
    Unhandled,
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
    /// Where `None` comes from.
    pub(super) none: NoneSource,
    /// How the body needs less than the containers that they pass.
    pub(super) abstraction: Option<Abstraction>,
}

/// How sure a parameter's type from its callers is.
pub(super) fn of_callers(callers: Callers, ty: &Type) -> Confidence {
    if callers.none == NoneSource::Unhandled {
        return Confidence::Low;
    }
    let is_mostly_known = callers.known >= 3 * callers.unknown;
    let is_optional = ty.members().contains(&Type::None);
    let is_iterable = |member: &Type| member.is(&known::ITERABLE);
    let is_mapping = |member: &Type| member.is(&known::DICT) || member.is(&known::MAPPING);
    let has_list = ty.members().iter().any(|member| member.is(&known::LIST));
    match Form::of(ty) {
        Form::Value if callers.only_tests && !is_mostly_known => Confidence::Low,
        Form::Value => {
            let is_flag = callers.default_agrees && ty.is(&known::BOOL);
            let is_repeated = callers.known >= 3 || callers.known == 2 && callers.body_agrees;
            let is_text_or_number = is_repeated && is_value(ty) && !callers.default_agrees;
            if callers.unknown == 0 && !callers.only_tests && (is_flag || is_text_or_number) {
                Confidence::High
            } else {
                Confidence::Medium
            }
        }
        // What is left out, or passed by tests, may be any collection to the author.
        Form::Row if (callers.only_tests || is_optional) && !(callers.body_agrees && has_list) => Confidence::Low,
        Form::Row if callers.abstraction == Some(Abstraction::Mixed) && ty.members().iter().any(is_iterable) => {
            Confidence::Low
        }
        Form::Tuple if is_optional && callers.known == 1 => Confidence::Low,
        Form::Class | Form::Row | Form::Tuple if is_mostly_known => Confidence::Medium,
        Form::Open if ty.members().iter().any(is_mapping) && callers.body_agrees => {
            if is_mostly_known {
                Confidence::Medium
            } else {
                Confidence::Low
            }
        }
        _ => Confidence::Low,
    }
}

/// Whether a type puts together what has no common name: three types or more, or two of them in a container, `None`
/// aside. Nobody writes such a type who can avoid it. An item of a tuple has a place of its own and may be of two.
pub(super) fn is_mixed(ty: &Type) -> bool {
    holds_more(ty, 2)
}

/// Whether a type would make a mixture of a container that holds it.
pub(super) fn is_mixed_inside(ty: &Type) -> bool {
    holds_more(ty, 1)
}

/// Whether a type has more than so many members, or holds such a mixture.
fn holds_more(ty: &Type, limit: usize) -> bool {
    // What may be anything is written as `Any`, whatever stands beside it.
    if ty.members().contains(&Type::Any) {
        return false;
    }
    let members = || ty.members().iter().filter(|member| **member != Type::None);
    members().count() > limit
        || members().any(|member| match member {
            Type::Tuple(items) => items.iter().any(|item| holds_more(item, 2)),
            Type::Instance(_, args) | Type::Class(_, args) => args.iter().any(|arg| holds_more(arg, 1)),
            Type::Callable(callable) => {
                callable.params.iter().flatten().chain([&callable.result]).any(|part| holds_more(part, 1))
            }
            _ => false,
        })
}

/// How sure a type is that was found with the definitions. Its author may have written out what a definition stands
/// for, and a union of several is a hierarchy that is missing in the code. A dict that came to be none is taken by
/// more abstract names, and one of mixed values by vaguer ones.
pub(super) fn of_shape(confidence: Confidence, ty: &Type) -> Confidence {
    let members = ty.members().iter().filter(|member| **member != Type::None).count();
    let is_defined = ty.any(&mut |part| matches!(part, Type::Shape(_)));
    let is_plain = of_result(ty) >= Confidence::Medium;
    if members > 1 || is_mixed(ty) || is_long(ty) || !is_defined && !is_plain {
        Confidence::Low
    } else {
        confidence.min(Confidence::Medium)
    }
}

/// How sure a parameter's type from its default alone is.
pub(super) fn of_default(project: &Project, ty: &Type, param: Name) -> Confidence {
    let is_exact =
        |class| project.class(class).is_some_and(|info| matches!(info.kind, ClassKind::Enum | ClassKind::NamedTuple));
    match ty {
        _ if ty.is(&known::BOOL) => Confidence::High,
        _ if ty.is(&known::INT) && may_have_fraction(param) => Confidence::Low,
        _ if is_value(ty) || ty.class().is_some_and(is_exact) || is_fixed_tuple(ty) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// How sure a type is that only a docstring states: prose names a class where many are taken, but not how many items
/// there are where it could be any number.
pub(super) fn of_docstring(ty: &Type) -> Confidence {
    if is_fixed_tuple(ty) { Confidence::Medium } else { Confidence::Low }
}

/// Whether a type is a tuple of fixed length of which an item is clear, or `None` beside it.
pub(super) fn is_fixed_tuple(ty: &Type) -> bool {
    matches!(without_none(ty), Type::Tuple(items) if is_clear(&items))
}

/// Whether a default is a word, as the names of choices are: `"center"`, `"bar.back"`.
pub(super) fn is_word(default: &str) -> bool {
    let Some(text) = default.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\''])) else {
        return false;
    };
    text.split(['.', '_', '-']).all(|part| !part.is_empty() && part.chars().all(char::is_alphabetic))
}

/// Whether a parameter's name speaks of a quantity that is often a `float` though its default is an `int`.
fn may_have_fraction(param: Name) -> bool {
    const WORDS: [&str; 12] = [
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

/// How sure a type from what the body does with a parameter is. What may be `None` as well is passed on by some paths
/// only, and may be of more types on the others.
pub(super) fn of_use(confidence: Confidence, ty: &Type, is_optional: bool) -> Confidence {
    let is_number = is_value(ty) && !ty.is(&known::STR);
    match confidence {
        Confidence::High | Confidence::Medium if is_fixed_tuple(ty) => Confidence::Medium,
        Confidence::High if is_value(ty) || !is_optional => Confidence::Medium,
        Confidence::Medium if is_number || !is_optional => Confidence::Medium,
        _ => Confidence::Low,
    }
}

/// How sure a return type is, from the number of `return`s that are typed and that are not.
pub(super) fn of_returns(known: usize, unknown: usize, ty: &Type) -> Confidence {
    let most = of_result(ty);
    match unknown {
        0 => most,
        _ if known > unknown || is_value(ty) => most.min(Confidence::Medium),
        _ => Confidence::Low,
    }
}

/// So many classes have a base in common by being what a program is about: it says less than any of its readers knows.
const HIERARCHY: usize = 4;

/// Whether what is returned holds objects of so many classes that only a base of theirs can be named.
pub(super) fn is_hierarchy(seen: &Type) -> bool {
    let is_object = |ty: &&Type| matches!(ty, Type::Instance(_, args) if args.is_empty()) && !is_value(ty);
    seen.any(&mut |part| matches!(part, Type::Union(members) if members.iter().filter(is_object).count() >= HIERARCHY))
}

/// The most that a result deserves.
pub(super) fn of_result(ty: &Type) -> Confidence {
    let is_optional = ty.members().len() > 1 && ty.members().contains(&Type::None);
    let mut members = ty.members().iter().filter(|member| **member != Type::None || !is_optional);
    let (Some(only), None) = (members.next(), members.next()) else { return Confidence::Low };
    if is_vague(only) || matches!(only, Type::Class(..)) {
        return Confidence::Low;
    }
    if *ty == Type::None || is_value(ty) { Confidence::High } else { Confidence::Medium }
}

/// Whether a result leaves open what is meant. Of a tuple of fixed length one clear item is enough, where none is one of
/// two types.
fn is_vague(ty: &Type) -> bool {
    match ty {
        Type::Union(_) | Type::Callable(_) | Type::Any => true,
        Type::Tuple(items) => !is_clear(items) || items.iter().any(|item| without_none(item).members().len() > 1),
        Type::Instance(_, args) => args.iter().any(is_vague),
        _ => false,
    }
}

/// Whether two or more items are told apart, of which at least one says what it is, and none is nothing but `None`: that
/// is something else on a path that cannot be seen.
fn is_clear(items: &[Type]) -> bool {
    let says_what = |item: &Type| match without_none(item) {
        Type::Union(_) | Type::Callable(_) | Type::Any => false,
        Type::Tuple(items) => is_clear(&items),
        // A list is one, whatever it holds.
        _ => true,
    };
    items.len() > 1 && !items.contains(&Type::None) && items.iter().any(says_what)
}
