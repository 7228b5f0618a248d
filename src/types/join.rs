//! Joining types: the union of what was seen, kept readable.

use std::sync::Arc;

use super::{CallableType, Type, known};

/// Unions beyond this many members say nothing to a reader; joins stop growing there.
pub const HIDDEN_MEMBERS: usize = 8;

/// The join of two types.
pub fn join(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Unknown | Type::Never, other) | (other, Type::Unknown | Type::Never) => other.clone(),
        _ if a == b => a.clone(),
        _ => union([a.clone(), b.clone()]),
    }
}

/// The join of several types; `Unknown` for none.
pub fn join_all<'a>(types: impl IntoIterator<Item = &'a Type>) -> Type {
    union(types.into_iter().cloned())
}

/// The union of several types, flattened and sorted. Members that differ only in what is unknown are merged; so are
/// the arguments of two instances of one class, because `list[int] | list[str]` helps no reader.
pub fn union(types: impl IntoIterator<Item = Type>) -> Type {
    let mut members: Vec<Type> = Vec::new();
    let mut never = false;
    for ty in types {
        match ty {
            Type::Unknown => {}
            Type::Never => never = true,
            Type::Union(inner) => inner.iter().for_each(|member| add(&mut members, member.clone())),
            other => add(&mut members, other),
        }
    }
    match members.len() {
        0 if never => Type::Never,
        0 => Type::Unknown,
        1 => members.remove(0),
        _ => {
            members.sort();
            Type::Union(members.into())
        }
    }
}

/// The union of types that an author wrote: constants stay, however many there are.
pub fn declared_union(types: impl IntoIterator<Item = Type>) -> Type {
    let mut members: Vec<Type> = Vec::new();
    let mut never = false;
    for ty in types {
        match ty {
            Type::Unknown => {}
            Type::Never => never = true,
            Type::Union(inner) => members.extend(inner.iter().cloned()),
            other => members.push(other),
        }
    }
    members.sort();
    members.dedup();
    match members.len() {
        0 if never => Type::Never,
        0 => Type::Unknown,
        1 => members.remove(0),
        _ => Type::Union(members.into()),
    }
}

fn add(members: &mut Vec<Type>, ty: Type) {
    for member in members.iter_mut() {
        if *member == ty {
            return;
        }
        if let Some(merged) = merge(member, &ty) {
            *member = merged;
            return;
        }
    }
    members.push(ty);
    let is_literal = |ty: &Type| matches!(ty, Type::Literal(_));
    if members.len() > HIDDEN_MEMBERS && members.iter().any(is_literal) {
        let widened: Vec<Type> = members.drain(..).map(widen_literal).collect();
        for ty in widened {
            add(members, ty);
        }
    }
}

fn widen_literal(ty: Type) -> Type {
    match ty {
        Type::Literal(literal) => Type::instance(literal.class()),
        other => other,
    }
}

/// One type for two members of a union, where one says all that both say.
fn merge(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::Instance(class, _), Type::Literal(literal)) | (Type::Literal(literal), Type::Instance(class, _))
            if literal.class() == *class =>
        {
            Some(Type::instance(*class))
        }
        (Type::Instance(class, args), Type::Instance(other, other_args)) if class == other => {
            Some(Type::Instance(*class, join_args(args, other_args)?))
        }
        (Type::Tuple(args), Type::Tuple(others)) if args.len() == others.len() => {
            Some(Type::Tuple(args.iter().zip(others.iter()).map(|(a, b)| join(a, b)).collect()))
        }
        (Type::Instance(class, args), Type::Tuple(items)) | (Type::Tuple(items), Type::Instance(class, args))
            if *class == known::TUPLE.class() =>
        {
            Some(known::TUPLE.of([union(items.iter().chain(args.iter()).cloned())]))
        }
        (Type::Class(class, _), Type::Class(other, _)) if class == other => Some(a.clone()),
        (Type::Callable(one), Type::Callable(two)) => {
            let params = match (&one.params, &two.params) {
                (Some(one), Some(two)) if one.len() == two.len() => {
                    Some(one.iter().zip(two).map(|(a, b)| join(a, b)).collect())
                }
                _ => None,
            };
            Some(Type::Callable(Arc::new(CallableType { params, result: join(&one.result, &two.result) })))
        }
        _ => None,
    }
}

fn join_args(a: &super::Args, b: &super::Args) -> Option<super::Args> {
    match (a.len(), b.len()) {
        (0, _) => Some(b.clone()),
        (_, 0) => Some(a.clone()),
        (left, right) if left == right => Some(a.iter().zip(b.iter()).map(|(a, b)| join(a, b)).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_vanishes_and_none_comes_last() {
        let optional = union([Type::None, Type::Unknown, known::INT.instance()]);
        assert_eq!(optional.members(), [known::INT.instance(), Type::None]);
    }

    #[test]
    fn element_types_of_one_class_are_joined() {
        let ints = known::LIST.of([known::INT.instance()]);
        let texts = known::LIST.of([known::STR.instance()]);
        let empty = known::LIST.of([Type::Unknown]);
        assert_eq!(join(&ints, &empty), ints);
        assert_eq!(join(&ints, &texts), known::LIST.of([join(&known::INT.instance(), &known::STR.instance())]));
    }
}
