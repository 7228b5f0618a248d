//! Functions that are bound again under their name: `if PY3: def f(a) … else: def f(a) …`, `f = None` as a fallback.
//! A checker holds every binding against the signature of the first, so their annotations must agree.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::facts::{Function, FunctionId, ScopeId, ScopeKind};
use crate::project::{Definition, Module, Project, SlotKind};
use crate::text::Name;
use crate::types::{ModuleId, SlotId, Type};

use super::{Confidence, Solved};

/// Takes back the conclusions about functions whose bindings would not agree.
pub(super) fn decline(project: &Project, slots: &mut [Result<Solved, String>]) {
    let modules: Vec<&Module> = project.repository().collect();
    let declined: Vec<(SlotId, String)> =
        modules.par_iter().flat_map_iter(|module| declined_in(project, module, slots)).collect();
    for (slot, reason) in declined {
        slots[slot.0 as usize] = Err(reason);
    }
}

/// The slots of a module whose conclusions do not stand, with the reason. Those of one name are told by themselves.
fn declined_in(project: &Project, module: &Module, slots: &[Result<Solved, String>]) -> Vec<(SlotId, String)> {
    let mut declined = Vec::new();
    let facts = &module.facts;
    let mut bindings: BTreeMap<(ScopeId, Name), Vec<FunctionId>> = BTreeMap::new();
    for (number, function) in facts.functions.iter().enumerate() {
        // Setters, overloads and registered functions are bound under one name on purpose.
        if !function.is_lambda && function.decorators.is_empty() {
            let scope = facts.scope(function.scope).parent.unwrap_or(ScopeId(0));
            bindings.entry((scope, function.name)).or_default().push(FunctionId(number as u32));
        }
    }
    for ((scope, name), functions) in bindings {
        let reason = if is_assigned(project, module, scope, name) {
            format!("`{name}` is also bound by an assignment")
        } else if agree(project, module, slots, &functions) {
            continue;
        } else {
            format!("the other definitions of `{name}` would differ from it")
        };
        for slot in functions.iter().flat_map(|&function| slots_of(project, module, function)) {
            if slots[slot.0 as usize].is_ok() {
                declined.push((slot, reason.clone()));
            }
        }
    }
    declined
}

/// Whether an assignment of a module or class body binds a name.
fn is_assigned(project: &Project, module: &Module, scope: ScopeId, name: Name) -> bool {
    let definitions = match module.facts.scope(scope).kind {
        ScopeKind::Module => module.symbols.get(name),
        ScopeKind::Class(class) => project.class_at(module, class).symbols.get(name),
        ScopeKind::Function(_) | ScopeKind::Comprehension => &[],
    };
    definitions.iter().any(|definition| matches!(definition, Definition::Assignment(..) | Definition::Other(_)))
}

/// Whether functions whose parameters are alike have the same conclusions. Those with other parameters do not agree
/// without annotations either.
fn agree(project: &Project, module: &Module, slots: &[Result<Solved, String>], functions: &[FunctionId]) -> bool {
    let Some((&first, others)) = functions.split_first() else { return true };
    let conclusions = |function: FunctionId| -> Vec<Option<&Type>> {
        let solved = |slot: SlotId| slots[slot.0 as usize].as_ref().ok();
        let written = |slot| solved(slot).filter(|solved| solved.confidence >= Confidence::Medium);
        slots_of(project, module, function).map(|slot| written(slot).map(|solved| &solved.ty)).collect()
    };
    let own = conclusions(first);
    let params = parameters(module.facts.function(first));
    others.iter().all(|&other| parameters(module.facts.function(other)) != params || conclusions(other) == own)
}

fn parameters(function: &Function) -> Vec<Name> {
    function.params.iter().map(|param| param.name).collect()
}

fn slots_of<'a>(project: &'a Project, module: &Module, function: FunctionId) -> impl Iterator<Item = SlotId> + 'a {
    let id: ModuleId = module.id;
    let count = module.facts.function(function).params.len() as u16;
    let kinds = (0..count).map(move |index| SlotKind::Param(function, index)).chain([SlotKind::Return(function)]);
    kinds.filter_map(move |kind| project.slots().find(id, kind))
}
