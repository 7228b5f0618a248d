//! Tuples of fixed length of which a part is not known. How many items there are, and what some of them are, is worth
//! saying: `host, port = address()` is checked then, and read more easily.
//!
//! | items | written |
//! |---|---|
//! | at least one in three says what it is | the tuple, `Any` for what cannot be said of the others |
//! | an item is a guess, a mixture, or `None` wherever it can be seen | `Any` for that |
//! | fewer say what they are | nothing |
//! | the tuple stands in a container of which something else is unknown | nothing |
//! | the tuple is one of several types | nothing |
//! | a function also returns something of which nothing is known | the tuple is a guess |
//! | the same is passed to a parameter, or only one caller passes a tuple and others may call | the tuple is a guess |
//! | less than half of what is returned is said, or an item is of two types | the tuple is a guess |
//! | a row of tuples that is a guess, of a kind that several slots hold | the guess is sure enough |

use std::collections::BTreeMap;

use super::bases::is_assignable;
use super::confidence::{self, is_mixed, is_mixed_inside, is_value};
use super::containers::is_hidden;
use super::reason::Basis;
use super::widen::{Decline, readable, simplify};
use super::{Answer, Model, returns};
use crate::infer::{Confidence, EvidenceKind};
use crate::project::{Project, SlotKind};
use crate::types::{SlotId, Type, union, without_none};

/// Longer tuples are rows of something.
const LONGEST: usize = 8;

/// So many slots that hold one kind of tuple tell what another one holds.
const AGREEING: usize = 3;

/// The answer for a slot that was declined, or is not sure, because of what the items of a tuple are.
pub(super) fn opened(model: &Model, slot: SlotId) -> Result<Answer, Decline> {
    let answer = model.last(slot);
    let opened = match &answer {
        Err(Decline::NoElementType(open) | Decline::TooManyTypes(open)) => open_tuple(model.project, open),
        Ok(found) if is_guessed_tuple(found) => returns::without_guesses(model, slot)
            .and_then(|open| open_tuple(model.project, &open))
            // Where no item is a guess, something else makes the whole one.
            .filter(|ty| confidence::of_result(ty) > Confidence::Low && !returns::is_choice(model, slot, ty)),
        _ => None,
    };
    match opened {
        Some(ty) if fits_family(model, slot, &ty) => {
            let is_all = returns::unknown(model, slot) == 0 && !is_passed_otherwise(model, slot, &ty);
            let is_result = matches!(model.project.slots().info(slot).kind, SlotKind::Return(_));
            let is_guess = !is_all || is_result && is_vague(&ty);
            let confidence = if is_guess { Confidence::Low } else { Confidence::Medium };
            Ok(Answer { ty, confidence, basis: Basis::TupleInPart })
        }
        _ => answer,
    }
}

/// Whether others may pass something that is no tuple at all: a caller passes what is not known, or only one caller of
/// what anybody may call is known.
fn is_passed_otherwise(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let family = model.families.family(slot);
    let bounds = family.iter().flat_map(|&slot| model.index.bounds(slot));
    let passed =
        bounds.filter(|bound| bound.kind == EvidenceKind::CallSite).map(|bound| model.settle(&bound.ty, family));
    let passed: Vec<Type> = passed.filter(|settled| !settled.is_own).map(|settled| settled.ty).collect();
    let is_bare = matches!(without_none(ty), Type::Tuple(_));
    is_bare && passed.len() == 1 && !is_of_hidden(model, slot) || passed.iter().any(Type::is_unknown)
}

/// Whether a parameter is that of a private or local function, of which every caller is in sight.
fn is_of_hidden(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, _) = info.kind else { return false };
    model.function(info.module, function).is_some_and(|(_, function)| is_hidden(function.qualname))
}

/// The kinds of tuples that the answers for several slots agree on, and for how many.
pub(super) struct Kinds(BTreeMap<Type, usize>);

impl Kinds {
    /// Counts the tuples in what is sure enough.
    pub(super) fn of(model: &Model) -> Self {
        let mut counted = BTreeMap::new();
        for answer in model.answers.iter().flatten().filter(|answer| answer.confidence > Confidence::Low) {
            answer.ty.any(&mut |part| {
                if is_telling(part) {
                    *counted.entry(part.clone()).or_default() += 1;
                }
                false
            });
        }
        Self(counted)
    }

    /// The answer for a slot: a row of tuples that is not sure by itself is so where others hold the same tuples.
    pub(super) fn confirmed(&self, model: &Model, slot: SlotId) -> Result<Answer, Decline> {
        let mut answer = model.last(slot);
        if let Ok(found) = &mut answer
            && found.confidence == Confidence::Low
            && let Type::Instance(_, args) = without_none(&found.ty)
            && let [item] = &args[..]
            && self.0.get(item).is_some_and(|count| *count >= AGREEING)
            && fits_family(model, slot, &found.ty)
        {
            found.confidence = Confidence::Medium;
        }
        answer
    }
}

/// Whether a tuple of fixed length is like no other: it holds objects of some class or further containers.
fn is_telling(ty: &Type) -> bool {
    let Type::Tuple(items) = ty else { return false };
    let is_plain = |item: &Type| item.members().iter().all(|member| *member == Type::None || is_value(member));
    (2..=LONGEST).contains(&items.len()) && !items.iter().all(is_plain) && !ty.any(&mut |part| *part == Type::Any)
}

/// Whether a function gives tuples of fixed length, or a row of them, of whose items nothing is sure.
fn is_guessed_tuple(found: &Answer) -> bool {
    found.confidence == Confidence::Low
        && matches!(found.basis, Basis::Returns { .. } | Basis::Yields)
        && found.ty.any(&mut |part| matches!(part, Type::Tuple(items) if items.len() > 1))
}

/// Whether what is said of a return agrees with the methods that it overrides and that override it.
fn fits_family(model: &Model, slot: SlotId, ty: &Type) -> bool {
    if !matches!(model.project.slots().info(slot).kind, SlotKind::Return(_)) {
        return true;
    }
    let parent = model.families.overridden(slot).and_then(|parent| model.answer(parent));
    let children = model.families.overrides(slot).iter().filter_map(|&child| model.answer(child));
    parent.is_none_or(|parent| is_assignable(model.project, ty, &parent.ty))
        && children.into_iter().all(|child| is_assignable(model.project, &child.ty, ty))
}

/// The type with the unknown items of its tuples as [`Type::Opaque`], so that joins remember them.
pub(super) fn gathered(ty: &Type) -> Type {
    ty.map(&mut |part| match part {
        Type::Tuple(items) => Some(Type::Tuple(items.iter().map(|item| gathered(item).gathered()).collect())),
        _ => None,
    })
}

/// What the items of gathered tuples are known to be.
pub(super) fn visible(ty: &Type) -> Type {
    ty.map(&mut |part| match part {
        Type::Tuple(items) => Some(Type::Tuple(items.iter().map(|item| visible(item).visible()).collect())),
        _ => None,
    })
}

/// A tuple with an item left open as it can be written once all conclusions are: `seen` is what then flows into its slot.
/// None where that tells no more.
pub(in crate::infer) fn filled(project: &Project, open: &Type, seen: &Type) -> Option<Type> {
    let is_open = open.any(&mut |part| matches!(part, Type::Tuple(items) if items.contains(&Type::Any)));
    if !is_open {
        return None;
    }
    let seen = simplify(project, &visible(seen));
    let filled = readable(project, &seen).ok().or_else(|| open_tuple(project, &seen))?;
    (filled != *open && fills(open, &filled)).then_some(filled)
}

/// Whether a type says the same as an open one, or more where that says `Any`.
fn fills(open: &Type, filled: &Type) -> bool {
    let all = |open: &[Type], filled: &[Type]| {
        open.len() == filled.len() && open.iter().zip(filled).all(|(open, filled)| fills(open, filled))
    };
    match (open, filled) {
        (Type::Any, _) => true,
        (Type::Tuple(open), Type::Tuple(filled)) | (Type::Union(open), Type::Union(filled)) => all(open, filled),
        (Type::Instance(class, open), Type::Instance(same, filled)) => class == same && all(open, filled),
        _ => open == filled,
    }
}

/// The type with `Any` for what cannot be said of the items of its tuple.
fn open_tuple(project: &Project, open: &Type) -> Option<Type> {
    if without_none(open).members().len() > 1 {
        return None;
    }
    let mut is_said = false;
    let ty = open.map(&mut |part| match part {
        Type::Tuple(items) if (2..=LONGEST).contains(&items.len()) => {
            let items: Vec<Type> = items.iter().map(|item| open_item(project, item)).collect();
            is_said |= 3 * items.iter().filter(|item| says_something(item)).count() >= items.len();
            Some(Type::Tuple(items.into()))
        }
        _ => None,
    });
    if is_said { readable(project, &ty).ok() } else { None }
}

/// As much of an item as can be said.
fn open_item(project: &Project, item: &Type) -> Type {
    let is_clear = |ty: &Type| !is_mixed(ty);
    if let Some(ty) = readable(project, item).ok().filter(is_clear) {
        return ty;
    }
    let opened = match item {
        Type::Instance(class, args) if !args.is_empty() => {
            let arg = |arg| Some(open_item(project, arg)).filter(|arg| !is_mixed_inside(arg)).unwrap_or(Type::Any);
            Type::Instance(*class, args.iter().map(arg).collect())
        }
        Type::Tuple(items) => Type::Tuple(items.iter().map(|item| open_item(project, item)).collect()),
        Type::Union(members) => {
            let members: Vec<Type> = members.iter().map(|member| open_member(project, member)).collect();
            if members.contains(&Type::Any) { Type::Any } else { union(members) }
        }
        _ => Type::Any,
    };
    // What is `None` wherever it can be seen is something else elsewhere.
    readable(project, &opened).ok().filter(is_clear).unwrap_or(Type::Any)
}

fn open_member(project: &Project, member: &Type) -> Type {
    if *member == Type::None { Type::None } else { open_item(project, member) }
}

/// Whether of a tuple that is left open in some items less than half is said, or one of the others is of two types, or
/// holds what is: such an item was seen on some paths only.
fn is_vague(ty: &Type) -> bool {
    ty.any(&mut |part| {
        let Type::Tuple(items) = part else { return false };
        let said = items.iter().filter(|item| **item != Type::Any).count();
        let is_open = part.any(&mut |part| *part == Type::Any);
        let is_several = |item: &Type| without_none(item).any(&mut |part| matches!(part, Type::Union(_)));
        is_open && (2 * said < items.len() || items.iter().any(is_several))
    })
}

/// Whether an item is more than `Any`, `None` or a container of them.
fn says_something(item: &Type) -> bool {
    match item {
        Type::Any | Type::None => false,
        Type::Tuple(items) => items.iter().any(says_something),
        Type::Union(members) => members.iter().any(says_something),
        Type::Instance(_, args) => args.is_empty() || args.iter().any(says_something),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::known;

    #[test]
    fn open_items_take_what_is_known_and_the_rest_stays() {
        let int = known::INT.instance();
        let pair = |second: Type| Type::Tuple([int.clone(), second].into());
        assert!(fills(&pair(Type::Any), &pair(int.clone())));
        assert!(fills(&union([pair(Type::Any), Type::None]), &union([pair(int.clone()), Type::None])));
        assert!(!fills(&pair(Type::Any), &union([pair(int.clone()), Type::None])));
        assert!(!fills(&pair(known::STR.instance()), &pair(int.clone())));
    }
}
