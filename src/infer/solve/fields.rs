//! Fields of a `namedtuple`: what constructors pass, else the docstring of the class, what is done with the values,
//! and what the name stands for elsewhere.

use super::reason::Basis;
use super::widen::{Decline, readable};
use super::{Answer, Model, naming, stored, uses};
use crate::infer::Confidence;
use crate::types::SlotId;

/// The answer for a field.
pub(super) fn own(model: &Model, slot: SlotId) -> Result<Answer, Decline> {
    let stored = stored::own(model, slot);
    if stored.as_ref().is_ok_and(|answer| answer.confidence > Confidence::Low) {
        return stored;
    }
    if let Some((ty, _)) = model.ground.docstrings.of(slot)
        && let Ok(ty) = readable(model.project, ty)
    {
        return Ok(Answer { ty, confidence: Confidence::Medium, basis: Basis::Docstring });
    }
    let guess = uses::guess(model, &[slot]);
    match (stored, guess) {
        (Ok(mut answer), Some(guess)) if guess.ty == answer.ty => {
            answer.confidence = Confidence::Medium;
            Ok(answer)
        }
        (Err(_), Some(guess)) if readable(model.project, &guess.ty).is_ok() => {
            Ok(Answer { ty: guess.ty, confidence: guess.confidence, basis: Basis::Uses(guess.why) })
        }
        (Err(Decline::NoEvidence), None) => named(model, slot).ok_or(Decline::NoEvidence),
        (stored, _) => stored,
    }
}

/// What parameters of the field's name are, where that is a convention of the repository.
fn named(model: &Model, slot: SlotId) -> Option<Answer> {
    let answer = naming::of_name(model, model.field_name(slot)?)?;
    (answer.confidence > Confidence::Low).then_some(answer)
}
