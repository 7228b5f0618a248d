//! Widening: from what was seen to what is written.

use crate::infer::solve::is_marker;
use crate::types::{Literal, Type, known, union};

/// Unions with more members than this say nothing to a reader.
pub(super) const MEMBERS: usize = 3;

/// The type as a reader wants it: literals become their classes, `int | float` becomes `float`, also per index of a
/// tuple. `Unknown` stays where it is.
pub(super) fn widen(ty: &Type) -> Type {
    match ty {
        Type::Literal(Literal::Enum(class, _)) => Type::instance(*class),
        Type::Literal(literal) => Type::instance(literal.class()),
        Type::Instance(class, args) if !args.is_empty() => Type::Instance(*class, args.iter().map(widen).collect()),
        Type::Tuple(args) => Type::Tuple(args.iter().map(widen).collect()),
        Type::Union(members) => {
            let members: Vec<Type> = members.iter().map(widen).collect();
            numbers(members)
        }
        other => other.clone(),
    }
}

/// The union of widened members, where `float` stands for `int` too. `bool` stays: an author who wants `True` next to
/// `1.5` means two things.
fn numbers(members: Vec<Type>) -> Type {
    let joined = union(members);
    let has_float = joined.members().iter().any(|member| member.is(&known::FLOAT));
    let has_int = joined.members().iter().any(|member| member.is(&known::INT));
    let kept = joined.members().iter().filter(|member| {
        let absorbed = (has_float && member.is(&known::INT))
            || (member.is(&known::BOOL) && has_int && !has_float && joined.members().len() > MEMBERS);
        !absorbed
    });
    union(kept.cloned().collect::<Vec<_>>())
}

/// Whether a reader is helped: known in every part, few members in each union, nothing left of the flow.
pub(super) fn is_settled(ty: &Type) -> bool {
    !ty.any(&mut |part| match part {
        Type::Unknown | Type::Slot(_) | Type::Part(..) | Type::Record(_) | Type::Never | Type::Mixed
        // A function or module as such is not something to write.
        | Type::Function(..) | Type::Module(_) => true,
        // A bare generic class says nothing of what it holds.
        Type::Instance(class, args) if args.is_empty() => is_bare_container(*class),
        Type::Union(members) => members.iter().filter(|member| **member != Type::None).count() > MEMBERS,
        _ => false,
    })
}

fn is_bare_container(class: crate::types::ClassName) -> bool {
    [&known::LIST, &known::DICT, &known::SET, &known::FROZENSET, &known::TUPLE, &known::ITERABLE, &known::ITERATOR]
        .iter()
        .any(|known| known.class() == class)
}

/// A type for a field: what does not help a reader is `Any`, so that the other fields can be written.
pub(super) fn field(ty: &Type) -> Type {
    // A value of which nothing is known goes wherever the others go.
    let known = ty.members().iter().filter(|member| !matches!(member, Type::Any | Type::Unknown));
    let ty = widen(&union(known.cloned()));
    // What is `None`, or stands for a missing value, wherever it can be seen is something else elsewhere; a plain `object`
    // stands for one, too.
    let says_nothing = |member: &Type| *member == Type::None || is_marker(member);
    if ty.members().iter().all(says_nothing) || ty.members().iter().any(|member| member.is(&known::OBJECT)) {
        return Type::Any;
    }
    loose(&ty)
}

/// What a container holds: a choice between containers and other things is `Any`, since no reader takes it in.
fn argument(ty: &Type) -> Type {
    let ty = field(ty);
    let is_plain = |member: &Type| matches!(member, Type::Instance(_, args) if args.is_empty());
    let mut some = ty.members().iter().filter(|member| **member != Type::None);
    let is_simple = some.clone().count() < 2 || some.clone().count() < MEMBERS && some.all(is_plain);
    if is_simple { ty } else { Type::Any }
}

/// As much of a type as can be said: `list[Any]` for a list of unknown elements.
fn loose(ty: &Type) -> Type {
    match ty {
        // What records hold is data, which other languages read as well: its keys are texts.
        Type::Instance(class, args) if *class == known::DICT.class() && args.len() < 2 => dict_of_texts(Type::Any),
        Type::Instance(class, args) if *class == known::DICT.class() && args[0].is_unknown() => {
            dict_of_texts(argument(&args[1]))
        }
        Type::Instance(class, args) if !args.is_empty() => Type::Instance(*class, args.iter().map(argument).collect()),
        Type::Instance(class, _) if is_bare_container(*class) => Type::generic(*class, [Type::Any]),
        Type::Tuple(items) => Type::Tuple(items.iter().map(argument).collect()),
        Type::Union(members) if members.iter().filter(|member| **member != Type::None).count() <= MEMBERS => {
            let ty = union(members.iter().map(loose));
            if is_taken_in(&ty) { ty } else { Type::Any }
        }
        Type::Union(_) => Type::Any,
        other if is_settled(other) => other.clone(),
        _ => Type::Any,
    }
}

/// Whether a reader takes in a choice: no three of which one is a container; of two one may be a list or dict of
/// anything, if the other is no container.
fn is_taken_in(ty: &Type) -> bool {
    let some = || ty.members().iter().filter(|member| **member != Type::None);
    let is_open = |member: &Type| member.any(&mut |part| *part == Type::Any);
    let is_plain = |member: &Type| matches!(member, Type::Instance(_, args) if args.is_empty());
    let is_data = |member: &Type| matches!(member.class(), Some(class) if [known::LIST.class(), known::DICT.class()].contains(&class));
    let is_container =
        |member: &Type| matches!(member, Type::Instance(_, args) | Type::Tuple(args) if !args.is_empty());
    match some().count() {
        1 => !ty.members().contains(&Type::Any),
        2 if some().any(is_open) => {
            some().all(|member| !is_container(member) || is_data(member)) && some().any(is_plain)
        }
        2 => true,
        _ => !some().any(is_container),
    }
}

pub(super) fn dict_of_texts(value: Type) -> Type {
    known::DICT.of([known::STR.instance(), value])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn int_and_float_are_float_also_inside_a_tuple() {
        let mixed = union([Type::Literal(Literal::Int(1)), known::FLOAT.instance()]);
        assert_eq!(widen(&mixed), known::FLOAT.instance());
        let pair = Type::Tuple([mixed.clone(), mixed].into());
        assert_eq!(widen(&pair), Type::Tuple([known::FLOAT.instance(), known::FLOAT.instance()].into()));
    }

    #[test]
    fn a_field_without_evidence_is_any() {
        assert_eq!(field(&Type::Unknown), Type::Any);
        assert_eq!(field(&union([known::STR.instance(), known::OBJECT.instance()])), Type::Any);
        assert_eq!(field(&known::LIST.of([Type::Unknown])), known::LIST.of([Type::Any]));
        let optional = union([known::LIST.of([Type::Unknown]), Type::None]);
        assert_eq!(field(&optional), union([known::LIST.of([Type::Any]), Type::None]));
    }

    #[test]
    fn a_field_holds_no_choice_between_containers() {
        let (text, number) = (known::STR.instance(), known::INT.instance());
        let plain = known::LIST.of([union([text.clone(), number])]);
        assert_eq!(field(&plain), plain);
        let nested = known::LIST.of([union([text.clone(), known::LIST.of([text])])]);
        assert_eq!(field(&nested), known::LIST.of([Type::Any]));
    }
}
