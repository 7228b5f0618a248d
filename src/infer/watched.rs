//! Repositories in which a test lists what is imported: nothing may be concluded that only `typing` has a word for.
//!
//! The plan refuses such an import in the end. To conclude the type until then would let others rest on it: a method
//! after which a checker goes on, because nobody may write `NoReturn`.

use super::Solved;
use crate::project::Project;
use crate::types::Type;

/// Takes back the conclusions that cannot be written without an import that a test would find.
pub(super) fn decline(project: &Project, slots: &mut [Result<Solved, String>]) {
    if !project.watches_imports() || project.may_import("typing") {
        return;
    }
    for (slot, info) in project.slots().iter() {
        let Some(module) = project.module(info.module) else { continue };
        let imports_typing = module.facts.imports.iter().any(|import| import.module.is("typing"));
        let conclusion = &mut slots[slot.0 as usize];
        if !imports_typing && conclusion.as_ref().is_ok_and(|solved| solved.ty.any(&mut needs_typing)) {
            *conclusion = Err("a test lists what is imported, and `typing` is not among it".into());
        }
    }
}

/// Whether a type has no name among the builtins. Unions can be written with operators in a string.
fn needs_typing(ty: &Type) -> bool {
    match ty {
        Type::Any | Type::Never | Type::Variable(_) | Type::Callable(_) => true,
        Type::Instance(class, _) | Type::Class(class, _) => class.module.is("typing"),
        _ => false,
    }
}
