//! Numbers that mean the same in two states of one repository.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::{Project, SlotKind};
use crate::facts::{FileFacts, FunctionId};
use crate::text::Name;
use crate::types::ModuleId;

/// What the numbers of a project mean.
pub struct Numbering {
    /// A hash of all modules and functions.
    functions: u64,
    /// By number.
    slots: Vec<Key>,
}

/// What a slot is, without the numbers of what is put in before it when a hint or a definition is written.
type Key = (ModuleId, Part);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Param(FunctionId, u16),
    Return(FunctionId),
    /// Of the class of this name, and among those of this name of the class with this number.
    Attribute(Name, u32, Name),
    Variable(Name),
    /// The field of a `namedtuple(...)`, counted through the module.
    Field(u32),
    /// A local variable that inner functions see, counted through the module.
    Captured(u32),
}

impl Project {
    /// What the numbers mean.
    pub fn numbering(&self) -> Numbering {
        Numbering { functions: self.functions_hash(), slots: self.slot_keys() }
    }

    /// Gives every slot the number that it had, and those that are new the numbers after. Says whether that can be: not
    /// where functions came or went.
    pub fn renumber(&mut self, before: &Numbering) -> bool {
        if before.functions != self.functions_hash() {
            return false;
        }
        let numbers: FxHashMap<Key, u32> =
            before.slots.iter().enumerate().map(|(number, &key)| (key, number as u32)).collect();
        let mut next = before.slots.len() as u32;
        let mut new = || {
            next += 1;
            next - 1
        };
        let places: Vec<u32> =
            self.slot_keys().iter().map(|key| numbers.get(key).copied().unwrap_or_else(&mut new)).collect();
        // As many numbers as slots: none is gone.
        if next as usize != places.len() {
            return false;
        }
        self.slots.renumber(&places);
        true
    }

    fn functions_hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for entry in &self.entries {
            entry.name.hash(&mut hasher);
        }
        for module in self.repository() {
            for function in &module.facts.functions {
                (module.id, function.qualname, function.params.len()).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    fn slot_keys(&self) -> Vec<Key> {
        let mut counts: FxHashMap<(ModuleId, bool), u32> = FxHashMap::default();
        let mut count = |module, is_field| {
            let count = counts.entry((module, is_field)).or_default();
            *count += 1;
            *count - 1
        };
        let classes: Vec<Vec<(Name, u32)>> = self.repository().map(|module| class_names(&module.facts)).collect();
        let key = |(_, info): (_, super::SlotInfo)| {
            let part = match info.kind {
                SlotKind::Param(function, index) => Part::Param(function, index),
                SlotKind::Return(function) => Part::Return(function),
                SlotKind::Attribute(class, name) => {
                    let (class, number) = classes[info.module.0 as usize][class.0 as usize];
                    Part::Attribute(class, number, name)
                }
                SlotKind::Variable(name) => Part::Variable(name),
                SlotKind::Field(..) => Part::Field(count(info.module, true)),
                SlotKind::Captured(..) => Part::Captured(count(info.module, false)),
            };
            (info.module, part)
        };
        self.slots().iter().map(key).collect()
    }
}

/// The names of a module's classes, those of one name numbered.
fn class_names(facts: &FileFacts) -> Vec<(Name, u32)> {
    let mut counts: FxHashMap<Name, u32> = FxHashMap::default();
    let name = |class: &crate::facts::Class| {
        let count = counts.entry(class.qualname).or_default();
        *count += 1;
        (class.qualname, *count)
    };
    facts.classes.iter().map(name).collect()
}
