//! What an answer of a project rests on, so that it can be kept for one that differs in little.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use rustc_hash::{FxHashSet, FxHasher};

use super::{Project, SlotKind};
use crate::types::FunctionRef;

thread_local! {
    static CONSULTED: RefCell<Option<FxHashSet<FunctionRef>>> = const { RefCell::new(None) };
}

/// Runs `action`, which stays on this thread. Gives its result, and the functions of repositories of which it asked
/// anything, in order.
pub fn consulting<R>(action: impl FnOnce() -> R) -> (R, Box<[FunctionRef]>) {
    let outer = CONSULTED.replace(Some(FxHashSet::default()));
    let result = action();
    let consulted = CONSULTED.replace(outer).unwrap_or_default();
    let mut functions: Box<[FunctionRef]> = consulted.into_iter().collect();
    functions.sort_unstable();
    (result, functions)
}

/// Notes that something was asked of a function.
pub(super) fn note(function: FunctionRef) {
    CONSULTED.with_borrow_mut(|consulted| {
        if let Some(consulted) = consulted {
            consulted.insert(function);
        }
    });
}

impl Project {
    /// A hash that is the same for projects in which the numbers of modules, functions and slots mean the same.
    pub fn numbering(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for entry in &self.entries {
            entry.name.hash(&mut hasher);
        }
        for module in self.repository() {
            for function in &module.facts.functions {
                (function.qualname, function.params.len()).hash(&mut hasher);
            }
            for class in &module.facts.classes {
                class.qualname.hash(&mut hasher);
            }
        }
        for (_, info) in self.slots().iter() {
            (info.module, discriminant(&info.kind)).hash(&mut hasher);
            // Numbers of expressions and scopes differ wherever an annotation was put in.
            if let SlotKind::Variable(name) | SlotKind::Attribute(_, name) = info.kind {
                name.hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ModuleId;

    #[test]
    fn only_what_is_asked_meanwhile_is_noted() {
        let function = |function| FunctionRef { module: ModuleId(0), function };
        note(function(0));
        let (inner, outer) = consulting(|| {
            note(function(2));
            note(function(1));
            consulting(|| note(function(3))).1
        });
        assert_eq!(*outer, [function(1), function(2)]);
        assert_eq!(*inner, [function(3)]);
    }
}
