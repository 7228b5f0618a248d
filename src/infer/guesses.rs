//! Results that rest on guesses alone.
//!
//! Evaluation shows a body what callers pass, so what the body hands on is known as well as that. Whoever reads the
//! written hints is shown less: a parameter whose type is a guess has none. Where that leaves nothing of what a function
//! returns, the conclusion for its return is no better than the guess, unless another method of its family says the
//! same.

use super::solve::{Families, is_value};
use super::{Confidence, EvidenceKind, Solved};
use crate::project::{Project, SlotKind};
use crate::types::{ClassName, SlotId, Type, known, without_none};

/// Lowers the confidence of what is concluded from bodies alone, and no longer holds once only what is sure is read;
/// `read` is what then flows into each slot. Gives the slots that are sure no more.
pub(super) fn doubted(
    project: &Project,
    families: &Families,
    read: &[Type],
    slots: &mut [Result<Solved, String>],
) -> Vec<SlotId> {
    let is_told = |slot: SlotId, ty: &Type| tells(&read[slot.0 as usize], ty);
    let doubted: Vec<SlotId> = (0..slots.len() as u32)
        .map(SlotId)
        .filter(|&slot| matches!(project.slots().info(slot).kind, SlotKind::Return(_)))
        .filter(|&slot| {
            let Ok(solved) = &slots[slot.0 as usize] else { return false };
            let is_said_by = |other: SlotId| {
                let said = slots[other.0 as usize].as_ref();
                said.is_ok_and(|said| said.ty == solved.ty && said.confidence > Confidence::Low)
                    && is_told(other, &solved.ty)
            };
            let family = || families.overridden(slot).into_iter().flat_map(|base| families.overrides(base)).copied();
            solved.confidence > most(solved)
                && is_from_body(solved)
                && !is_told(slot, &solved.ty)
                && solved.ty.shapes().is_empty()
                && !family().any(is_said_by)
        })
        .collect();
    for slot in &doubted {
        if let Ok(solved) = &mut slots[slot.0 as usize] {
            solved.confidence = most(solved);
        }
    }
    doubted
}

/// How sure a guess may be: hardly anybody means anything else by a value.
fn most(solved: &Solved) -> Confidence {
    if is_value(&without_none(&solved.ty)) { Confidence::Medium } else { Confidence::Low }
}

fn is_from_body(solved: &Solved) -> bool {
    let is_own = |kind| matches!(kind, EvidenceKind::Return | EvidenceKind::Yield);
    !solved.evidence.is_empty() && solved.evidence.iter().all(|seen| is_own(seen.kind))
}

/// Whether anything of a conclusion is known from what is read.
fn tells(read: &Type, concluded: &Type) -> bool {
    read.members().iter().any(|member| match member {
        Type::None => matches!(concluded, Type::None | Type::Never),
        Type::Instance(class, args) if is_generator(*class) => !is_open(&args[0]),
        // Of some classes nobody writes what they hold.
        Type::Instance(class, args) if !args.is_empty() && args.iter().all(is_open) => {
            concluded.members().contains(&Type::instance(*class))
        }
        other => !is_open(other),
    })
}

fn is_generator(class: ClassName) -> bool {
    [&known::GENERATOR, &known::ASYNC_GENERATOR].iter().any(|known| known.class() == class)
}

fn is_open(ty: &Type) -> bool {
    ty.members().iter().all(|member| matches!(member, Type::Unknown | Type::Opaque | Type::Slot(_) | Type::Part(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_tells_a_part_or_nothing() {
        let (text, open) = (known::STR.instance(), Type::Slot(SlotId(1)));
        let made = |item: Type| known::GENERATOR.of([item, Type::Unknown, Type::None]);
        let list = known::LIST.of([text.clone()]);
        assert!(tells(&text, &text));
        assert!(tells(&crate::types::union([text.clone(), open.clone()]), &text));
        assert!(!tells(&open, &text));
        assert!(!tells(&Type::None, &crate::types::union([text.clone(), Type::None])), "a default alone");
        assert!(!tells(&known::LIST.of([open.clone()]), &list));
        assert!(tells(&known::LIST.of([open.clone()]), &known::LIST.instance()));
        assert!(!tells(&made(open), &known::ITERATOR.of([text])));
        assert!(tells(&made(Type::None), &known::ITERATOR.of([Type::None])));
    }
}
