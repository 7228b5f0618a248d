//! Of which functions something was asked, so that an answer can be kept until their headers change.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

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
