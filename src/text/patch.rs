//! Edits on one text, gathered in any order, checked against each other, applied at once.
//!
//! Invariant: the edits of a [`Patch`] are sorted and disjoint. An insertion may touch a replacement at either end
//! but never lies inside one.

use std::collections::BTreeMap;

use super::TextRange;

/// Puts `text` in the place of `range`; an insertion when the range is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Puts `text` before the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self { range: TextRange::at(offset), text: text.into() }
    }

    /// Puts `text` in the place of `range`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }
}

/// Two edits that cannot both be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the edit of bytes {}..{} overlaps that of bytes {}..{}",
    .new.start, .new.end, .existing.start, .existing.end
)]
pub struct Conflict {
    /// The range of the edit that was there first.
    pub existing: TextRange,
    /// The range of the edit that was refused.
    pub new: TextRange,
}

/// The edits of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// By range; a replacement has one text, a place of insertion may have several, in the order they were added.
    edits: BTreeMap<TextRange, Vec<String>>,
}

/// The way from the text after some edits back to the text before them.
#[derive(Clone, Debug)]
pub struct WayBack {
    /// By place in the text after the edits.
    steps: Vec<Step>,
}

/// One edit on the way back.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Where its text begins after the edits, and where that ends.
    start: u32,
    end: u32,
    /// Where it was put.
    origin: u32,
    /// How much was put in up to its end, and how much taken out.
    added: u32,
    removed: u32,
}

impl WayBack {
    /// Where a place was, and whether it was there: text that was put in lies where it was put.
    pub fn origin(&self, offset: u32) -> (u32, bool) {
        let before = self.steps.partition_point(|step| step.start < offset);
        match self.steps[..before].last() {
            None => (offset, true),
            Some(step) if offset < step.end => (step.origin, false),
            Some(step) => (offset + step.removed - step.added, true),
        }
    }
}

impl Patch {
    /// A patch that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all of `edits`, or none of them when one overlaps an edit that is there, or another of `edits`.
    ///
    /// An edit that is there already, range and text, is not added twice: two proposals may need the same import.
    /// Different insertions at one offset follow each other in the order in which they were added.
    pub fn add_all(&mut self, edits: &[Edit]) -> Result<(), Conflict> {
        let mut added: Vec<TextRange> = Vec::new();
        for edit in edits {
            match self.add(edit) {
                Ok(true) => added.push(edit.range),
                Ok(false) => {}
                Err(conflict) => {
                    // Taken back last first, so the last text of a place is the one that was added last.
                    for range in added.into_iter().rev() {
                        self.remove_last(range);
                    }
                    return Err(conflict);
                }
            }
        }
        Ok(())
    }

    /// Adds one edit; `Ok(false)` when it was there already.
    fn add(&mut self, edit: &Edit) -> Result<bool, Conflict> {
        let new = edit.range;
        if let Some(texts) = self.edits.get_mut(&new) {
            if texts.contains(&edit.text) {
                return Ok(false);
            }
            if new.is_empty() {
                texts.push(edit.text.clone());
                return Ok(true);
            }
            return Err(Conflict { existing: new, new });
        }
        // The edits are disjoint, so only the neighbours on both sides can reach into the new range.
        let before = self.edits.range(..new).next_back();
        let after = self.edits.range(new..).next();
        let neighbour = before.into_iter().chain(after).map(|(&range, _)| range).find(|&range| overlap(range, new));
        if let Some(existing) = neighbour {
            return Err(Conflict { existing, new });
        }
        self.edits.insert(new, vec![edit.text.clone()]);
        Ok(true)
    }

    fn remove_last(&mut self, range: TextRange) {
        if let Some(texts) = self.edits.get_mut(&range) {
            texts.pop();
            if texts.is_empty() {
                self.edits.remove(&range);
            }
        }
    }

    /// Whether the patch changes nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits in the order of the text; insertions at one offset in the order they were added, and before a
    /// replacement that begins there.
    pub fn iter(&self) -> impl Iterator<Item = (TextRange, &str)> {
        self.edits.iter().flat_map(|(&range, texts)| texts.iter().map(move |text| (range, text.as_str())))
    }

    /// The way from places of the text after the edits back to the text before them.
    pub fn way_back(&self) -> WayBack {
        // By how much the text before the place grew, and by how much it shrank.
        let (mut added, mut removed) = (0, 0);
        let steps = self.iter().map(|(range, inserted)| {
            let start = range.start + added - removed;
            added += inserted.len() as u32;
            removed += range.len();
            Step { start, end: start + inserted.len() as u32, origin: range.start, added, removed }
        });
        WayBack { steps: steps.collect() }
    }

    /// The text with all edits made.
    ///
    /// # Panics
    /// When an edit does not lie within `text` or cuts a character in two: the patch belongs to another text.
    pub fn apply(&self, text: &str) -> String {
        let growth: usize = self.iter().map(|(_, inserted)| inserted.len()).sum();
        let mut result = String::with_capacity(text.len() + growth);
        let mut copied = 0;
        for (range, inserted) in self.iter() {
            result.push_str(&text[copied..range.start as usize]);
            result.push_str(inserted);
            copied = range.end as usize;
        }
        result.push_str(&text[copied..]);
        result
    }
}

/// Whether two ranges that are not equal share a byte, or one is a place inside the other.
fn overlap(a: TextRange, b: TextRange) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(edits: &[Edit]) -> Patch {
        let mut patch = Patch::new();
        patch.add_all(edits).expect("the edits are disjoint");
        patch
    }

    fn replace(start: u32, end: u32, text: &str) -> Edit {
        Edit::replace(TextRange::new(start, end), text)
    }

    #[test]
    fn inserts_and_replaces() {
        let patch = patch(&[
            Edit::insert(7, ": int"),
            replace(0, 3, "async def"),
            Edit::insert(8, " -> str"),
            Edit::insert(7, " "),
        ]);
        assert_eq!(patch.apply("def f(x): ..."), "async def f(x: int ) -> str: ...");
    }

    #[test]
    fn touching_edits_are_disjoint() {
        let patch = patch(&[replace(1, 2, "B"), Edit::insert(1, "<"), Edit::insert(2, ">"), replace(2, 3, "C")]);
        assert_eq!(patch.apply("abcd"), "a<B>Cd");
    }

    #[test]
    fn places_are_traced_back() {
        let patch = patch(&[Edit::insert(2, "<>"), replace(4, 6, "_"), replace(7, 8, "")]);
        assert_eq!(patch.apply("abcdefgh"), "ab<>cd_g");
        let origins: Vec<(u32, bool)> = (0..=8).map(|offset| patch.way_back().origin(offset)).collect();
        let at = |offset| (offset, true);
        assert_eq!(origins, [at(0), at(1), at(2), (2, false), at(2), at(3), at(4), at(6), at(7)]);
    }

    #[test]
    fn the_same_edit_counts_once() {
        let mut patch = patch(&[Edit::insert(0, "import a\n"), replace(0, 1, "x")]);
        let before = patch.clone();
        assert_eq!(patch.add_all(&[Edit::insert(0, "import a\n"), replace(0, 1, "x")]), Ok(()));
        assert_eq!(patch, before);
    }

    #[test]
    fn a_conflict_changes_nothing() {
        let mut patch = patch(&[replace(4, 8, "x"), Edit::insert(2, "one")]);
        let before = patch.clone();
        for clash in [replace(4, 8, "y"), replace(3, 5, ""), replace(7, 9, ""), replace(0, 20, ""), Edit::insert(5, "")]
        {
            let result = patch.add_all(&[Edit::insert(2, "two"), replace(10, 11, "z"), clash.clone()]);
            assert!(result.is_err(), "{clash:?}");
            assert_eq!(patch, before, "{clash:?}");
        }
        assert!(patch.add_all(&[replace(1, 3, "")]).is_err(), "an insertion lies inside");
        assert!(patch.add_all(&[replace(10, 14, "a"), replace(12, 13, "b")]).is_err(), "among themselves");
        assert_eq!(patch, before);
    }

    /// Random batches against a model that compares each pair and rebuilds the text byte by byte.
    #[test]
    fn agrees_with_a_naive_model() {
        let text = "abcdefghijklmnop";
        let mut state: u64 = 7;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..3000 {
            let mut patch = Patch::new();
            let mut model: Vec<Edit> = Vec::new();
            for _ in 0..random(6) {
                let batch: Vec<Edit> = (0..=random(3))
                    .map(|_| {
                        let start = random(15) as u32;
                        let end = (start + random(4) as u32).min(16);
                        replace(start, end, ["", "X", "YZ"][random(3) as usize])
                    })
                    .collect();
                let mut tried = model.clone();
                let fits = batch.iter().all(|edit| {
                    if tried.contains(edit) {
                        return true;
                    }
                    let clash = tried.iter().any(|other| {
                        let same_span = other.range == edit.range && !edit.range.is_empty();
                        same_span || (other.range.start < edit.range.end && edit.range.start < other.range.end)
                    });
                    tried.push(edit.clone());
                    !clash
                });
                assert_eq!(patch.add_all(&batch).is_ok(), fits, "{model:?} + {batch:?}");
                if fits {
                    model = tried;
                }
            }
            let mut expected = String::new();
            for offset in 0..=16_u32 {
                model.iter().filter(|e| e.range == TextRange::at(offset)).for_each(|e| expected += &e.text);
                model
                    .iter()
                    .filter(|e| e.range.start == offset && !e.range.is_empty())
                    .for_each(|e| expected += &e.text);
                let covered = model.iter().any(|e| e.range.start <= offset && offset < e.range.end);
                if !covered && offset < 16 {
                    expected.push_str(&text[offset as usize..=offset as usize]);
                }
            }
            assert_eq!(patch.apply(text), expected);
        }
    }
}
