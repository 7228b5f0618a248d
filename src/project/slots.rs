//! Numbers for everything that can be annotated.

use rustc_hash::FxHashMap;

use crate::facts::{ClassId, FunctionId, ScopeId};
use crate::text::Name;
use crate::types::{ModuleId, SlotId};

/// A slot: what can be annotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlotInfo {
    /// The module that declares it.
    pub module: ModuleId,
    /// What it is.
    pub kind: SlotKind,
}

/// The kinds of slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A parameter, by its index.
    Param(FunctionId, u16),
    /// What a function returns.
    Return(FunctionId),
    /// An attribute of a class, bound in its body or on `self`.
    Attribute(ClassId, Name),
    /// A module-level name bound by an assignment.
    Variable(Name),
    /// A function's local variable that inner functions see, by its scope and index there.
    Captured(ScopeId, u16),
}

/// The slots of the repository's modules.
#[derive(Debug, Default)]
pub struct Slots {
    pub(super) infos: Vec<SlotInfo>,
    pub(super) numbers: FxHashMap<SlotInfo, SlotId>,
}

impl Slots {
    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.infos.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.infos.is_empty()
    }

    /// What a slot is.
    pub fn info(&self, slot: SlotId) -> SlotInfo {
        self.infos[slot.0 as usize]
    }

    /// All slots with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SlotId, SlotInfo)> + '_ {
        self.infos.iter().enumerate().map(|(number, &info)| (SlotId(number as u32), info))
    }

    /// The number of a slot; none for what is not part of the repository.
    pub fn find(&self, module: ModuleId, kind: SlotKind) -> Option<SlotId> {
        self.numbers.get(&SlotInfo { module, kind }).copied()
    }
}
