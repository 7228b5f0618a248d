//! Mistakes in the program that inference comes across.

use crate::types::ModuleId;

/// Something that would fail when the program gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The module of the place.
    pub module: ModuleId,
    /// The start of the expression that fails.
    pub offset: u32,
    /// What kind of mistake it is.
    pub kind: FindingKind,
    /// What was seen, as a clause without its full stop, names of the program in backquotes.
    pub message: String,
}

/// The kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A key is read that no constructor of the record sets.
    MissingKey,
    /// An attribute is read that no value in sight has.
    MissingAttribute,
    /// An index lies beyond the tuple.
    IndexOutOfRange,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::MissingKey, Self::MissingAttribute, Self::IndexOutOfRange];

    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingKey => "missing-key",
            Self::MissingAttribute => "missing-attribute",
            Self::IndexOutOfRange => "index-out-of-range",
        }
    }

    /// What it means, in a sentence.
    pub fn summary(self) -> &'static str {
        match self {
            Self::MissingKey => "A key is read that nothing which makes the dict sets.",
            Self::MissingAttribute => "An attribute is read that no value passed by callers has.",
            Self::IndexOutOfRange => "An index lies beyond the end of the tuple.",
        }
    }
}
