//! Joining types: the union of what was seen, kept readable.

use std::sync::Arc;

use super::{CallableType, Type, known};

/// Unions beyond this many members say nothing to a reader; constants in them are widened.
pub const HIDDEN_MEMBERS: usize = 8;
/// A value of more classes than this is [`Type::Mixed`]. It is more than a reader would follow, because classes with a
/// common base are told only later that they have one.
const MAX_MEMBERS: usize = 24;
/// Most members of the unions inside the members of a union: unions of containers of unions grow with the power of
/// their depth.
const MAX_WEIGHT: usize = 64;
/// Most places that a value may come from unseen. The first ones are kept, so that the order of joins does not matter.
const MAX_ORIGINS: usize = 32;
/// Most dicts that are told apart.
const MAX_RECORDS: usize = 4096;
/// Most functions, and most class objects: what reads their annotations at run time must find them.
const MAX_DEFINITIONS: usize = 256;

/// The join of two types.
pub fn join(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Unknown | Type::Never, other) | (other, Type::Unknown | Type::Never) => other.clone(),
        (Type::Mixed, _) | (_, Type::Mixed) => Type::Mixed,
        (Type::Union(members), Type::Union(others)) if members.is_same(others) || is_part(others, members) => a.clone(),
        (Type::Union(members), other) if !matches!(other, Type::Union(_)) && members.contains(other) => a.clone(),
        (other, Type::Union(members)) if !matches!(other, Type::Union(_)) && members.contains(other) => b.clone(),
        _ if a == b => a.clone(),
        _ => union([a.clone(), b.clone()]),
    }
}

/// Whether all members of a union are among those of another one; both are in order.
fn is_part(part: &[Type], whole: &[Type]) -> bool {
    let mut whole = whole.iter();
    part.len() <= whole.len() && part.iter().all(|ty| whole.any(|other| other == ty))
}

/// The join of several types; `Unknown` for none.
pub fn join_all<'a>(types: impl IntoIterator<Item = &'a Type>) -> Type {
    union(types.into_iter().cloned())
}

/// `T | None` without the `None`; `None` alone stays.
pub fn without_none(ty: &Type) -> Type {
    match ty {
        Type::Union(members) => union(members.iter().filter(|member| **member != Type::None).cloned()),
        other => other.clone(),
    }
}

/// The union of several types, flattened and sorted. Members that differ only in what is unknown are merged; so are
/// the arguments of two instances of one class, because `list[int] | list[str]` helps no reader.
pub fn union(types: impl IntoIterator<Item = Type>) -> Type {
    let mut known = types.into_iter().filter(|ty| !ty.is_unknown());
    match (known.next(), known.next()) {
        (None, _) => Type::Unknown,
        // What stands alone is joined already; the members of a union may still be merged.
        (Some(only), None) if !matches!(only, Type::Union(_)) => only,
        (Some(first), second) => united([first].into_iter().chain(second).chain(known)),
    }
}

fn united(types: impl Iterator<Item = Type>) -> Type {
    let mut members = Members::default();
    let mut never = false;
    for ty in types {
        match ty {
            Type::Never => never = true,
            Type::Mixed => return Type::Mixed,
            Type::Union(inner) => inner.iter().for_each(|member| members.add(member.clone())),
            other => members.add(other),
        }
        if members.are_too_many() {
            return Type::Mixed;
        }
    }
    match members.finish() {
        Some(members) if members.is_empty() && never => Type::Never,
        Some(members) if members.is_empty() => Type::Unknown,
        Some(mut members) if members.len() == 1 => members.remove(0),
        Some(members) => Type::Union(members.into()),
        None => Type::Mixed,
    }
}

/// What a value of one of several types is, all of which are possible.
pub fn either(types: impl IntoIterator<Item = Type>) -> Type {
    union(types.into_iter().map(Type::gathered)).visible()
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

/// The members of a union in the making.
#[derive(Default)]
struct Members {
    /// Those that may be merged with others; few.
    values: Vec<Type>,
    /// Those that stand for themselves, sorted; a table of dicts has thousands.
    others: Vec<Type>,
}

impl Members {
    fn add(&mut self, ty: Type) {
        if may_be_merged(&ty) {
            for member in &mut self.values {
                if *member == ty {
                    return;
                }
                if let Some(merged) = merge(member, &ty) {
                    *member = merged;
                    return;
                }
            }
            self.values.push(ty);
        } else if self.others.last().is_none_or(|last| *last < ty) {
            self.others.push(ty);
        } else if let Err(place) = self.others.binary_search(&ty) {
            self.others.insert(place, ty);
        }
        let is_literal = |ty: &Type| matches!(ty, Type::Literal(_));
        if self.values.len() + self.others.len() > HIDDEN_MEMBERS && self.values.iter().any(is_literal) {
            let widened: Vec<Type> = self.values.drain(..).map(widen_literal).collect();
            for ty in widened {
                self.add(ty);
            }
        }
    }

    fn are_too_many(&self) -> bool {
        self.values.len() > MAX_MEMBERS && {
            let classes = self.values.iter().filter(|member| matches!(member, Type::Class(..))).count();
            classes > MAX_DEFINITIONS || self.values.len() - classes > MAX_MEMBERS
        }
    }

    /// The members in order; none where they are too many.
    fn finish(mut self) -> Option<Vec<Type>> {
        let mut counts = [0_usize; 4];
        if self.others.len() > MAX_MEMBERS {
            self.others.retain(|member| {
                let (count, limit) = match member {
                    Type::Slot(_) | Type::Part(..) => (&mut counts[0], MAX_ORIGINS),
                    Type::Record(_) => (&mut counts[1], usize::MAX),
                    Type::Function(..) => (&mut counts[2], usize::MAX),
                    _ => (&mut counts[3], usize::MAX),
                };
                *count += 1;
                *count <= limit
            });
        }
        let [_, records, functions, others] = counts;
        let are_too_many = records > MAX_RECORDS || functions > MAX_DEFINITIONS || others > MAX_MEMBERS;
        if are_too_many || self.are_too_many() {
            return None;
        }
        let mut weight = 0;
        if self.values.len() > 1 {
            self.values.iter().for_each(|member| weigh(member, &mut weight));
        }
        if weight > MAX_WEIGHT {
            return None;
        }
        self.values.sort();
        // Nothing that stands for itself comes between values.
        let before = self.values.first().map_or(0, |first| self.others.partition_point(|other| other < first));
        self.others.splice(before..before, self.values);
        Some(self.others)
    }
}

/// Whether a member of a union may be one with another one that is not the same.
fn may_be_merged(ty: &Type) -> bool {
    matches!(ty, Type::Literal(_) | Type::Instance(..) | Type::Tuple(_) | Type::Class(..) | Type::Callable(_))
}

/// Adds the number of members of the unions inside a type.
fn weigh(ty: &Type, weight: &mut usize) {
    if *weight > MAX_WEIGHT {
        return;
    }
    match ty {
        Type::Instance(_, args) | Type::Tuple(args) | Type::Class(_, args) => {
            args.iter().for_each(|arg| weigh(arg, weight));
        }
        Type::Union(members) => {
            for member in members.iter() {
                let is_value = matches!(
                    member,
                    Type::Literal(_) | Type::Instance(..) | Type::Tuple(_) | Type::Callable(_) | Type::Variable(_)
                );
                *weight += usize::from(is_value);
                weigh(member, weight);
            }
        }
        Type::Callable(callable) => {
            callable.params.iter().flatten().for_each(|param| weigh(param, weight));
            weigh(&callable.result, weight);
        }
        _ => {}
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
    fn what_is_of_too_many_classes_is_mixed_in_any_order() {
        let class = |number: usize| {
            Type::instance(super::super::ClassName::new("m".into(), format!("C{number}").as_str().into()))
        };
        let few = union((0..MAX_MEMBERS).map(class));
        assert_eq!(few.members().len(), MAX_MEMBERS);
        let mixed = join(&few, &class(MAX_MEMBERS));
        assert_eq!(mixed, Type::Mixed);
        assert_eq!(join(&Type::None, &mixed), Type::Mixed);
        assert_eq!(union([class(1), mixed, Type::Unknown]), Type::Mixed);
    }

    #[test]
    fn the_first_origins_are_kept() {
        let slot = |number: u32| Type::Slot(super::super::SlotId(number));
        let all = union((0..100).rev().map(slot));
        assert_eq!(all.members().len(), MAX_ORIGINS);
        assert_eq!(union((50..100).map(slot).chain((0..50).map(slot))), all);
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
