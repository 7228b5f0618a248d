//! What an answer reads that differs from pass to pass, so that it is given anew only where that matters.
//!
//! An answer follows from the model alone. Most of the model stands while slots are solved: observations, signatures,
//! shapes, what the syntax says. Three things do not: the answers of the last pass, the types of dicts, and what names
//! stand for. Whoever looks at one of these through the [`super::Model`] notes it here; so an answer for which
//! everything is the same that was noted for it is the same too.

use std::cell::RefCell;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::naming::Counts;
use crate::text::Name;
use crate::types::SlotId;

/// Something that differs from pass to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Read {
    /// The last answer for a slot.
    Answer(SlotId),
    /// The type of the dict with this number.
    Dict(u32),
    /// What the parameters of a name are.
    Name(Name),
}

thread_local! {
    static READS: RefCell<Option<FxHashSet<Read>>> = const { RefCell::new(None) };
}

/// Runs `action`, which stays on this thread. Gives its result and what it read.
pub(super) fn reading<R>(action: impl FnOnce() -> R) -> (R, Box<[Read]>) {
    let outer = READS.replace(Some(FxHashSet::default()));
    let result = action();
    let reads = READS.replace(outer).unwrap_or_default();
    (result, reads.into_iter().collect())
}

/// Notes for [`reading`] that something was read.
pub(super) fn note(read: Read) {
    READS.with_borrow_mut(|reads| {
        if let Some(reads) = reads {
            reads.insert(read);
        }
    });
}

/// What became something else since it was read.
#[derive(Default)]
pub(super) struct Changed {
    answers: Vec<bool>,
    dicts: Vec<bool>,
    names: FxHashSet<Name>,
}

impl Changed {
    /// Notes which answers differ.
    pub(super) fn answers<T: PartialEq + Sync>(&mut self, before: &[T], after: &[T]) {
        self.answers = differing(before, after);
    }

    /// Notes which dicts differ.
    pub(super) fn dicts<T: PartialEq + Sync>(&mut self, before: &[T], after: &[T]) {
        self.dicts = differing(before, after);
    }

    /// Notes which names stand for something else.
    pub(super) fn names(&mut self, before: &Counts, after: &Counts) {
        self.names = before.differing(after);
    }

    /// Whether one of these is among it.
    pub(super) fn touches(&self, reads: &[Read]) -> bool {
        reads.iter().any(|read| match read {
            Read::Answer(slot) => self.answers.get(slot.0 as usize).is_none_or(|changed| *changed),
            Read::Dict(number) => self.dicts.get(*number as usize).is_none_or(|changed| *changed),
            Read::Name(name) => self.names.contains(name),
        })
    }
}

/// By number: whether two lists differ there.
fn differing<T: PartialEq + Sync>(before: &[T], after: &[T]) -> Vec<bool> {
    if before.len() != after.len() {
        return vec![true; after.len()];
    }
    before.par_iter().zip(after).map(|(before, after)| before != after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_given_anew_only_where_something_that_it_read_has_changed() {
        let (answer, inner) = reading(|| {
            note(Read::Answer(SlotId(2)));
            note(Read::Dict(0));
            note(Read::Answer(SlotId(2)));
            reading(|| note(Read::Answer(SlotId(1)))).1
        });
        assert_eq!((answer.len(), inner.len()), (1, 2));
        let mut changed = Changed::default();
        changed.answers(&["a", "b", "c"], &["a", "x", "c"]);
        changed.dicts(&[1], &[1]);
        assert!(changed.touches(&answer));
        assert!(!changed.touches(&inner));
        changed.dicts(&[1], &[2]);
        assert!(changed.touches(&inner));
    }
}
