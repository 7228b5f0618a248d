//! What authors annotated already: it is evidence like no other, and is never written over.

use rayon::prelude::*;

use super::Answer;
use super::reason::Basis;
use super::widen::Decline;
use crate::facts::{ExprId, ExprKind, FunctionId, StmtKind};
use crate::infer::Confidence;
use crate::project::{Context, Definition, Module, Project, SlotInfo, SlotKind};
use crate::types::{SlotId, Type};

/// By slot: the annotated type, `Unknown` where the annotation cannot be told; none where there is none.
pub(in crate::infer) fn annotations(project: &Project) -> Vec<Option<Type>> {
    let slots = project.slots();
    let mut found: Vec<Option<Type>> =
        (0..slots.len() as u32).into_par_iter().map(|slot| of_slot(project, slots.info(SlotId(slot)))).collect();
    let modules: Vec<&Module> = project.repository().collect();
    let on_self: Vec<(SlotId, Type)> = modules.par_iter().flat_map_iter(|module| on_self(project, module)).collect();
    for (slot, ty) in on_self {
        found[slot.0 as usize] = Some(ty);
    }
    found
}

/// What an annotation lets others conclude.
pub(super) fn answer(declared: Option<&Type>) -> Result<Answer, Decline> {
    match declared {
        Some(ty) if !ty.any(&mut |part| part.is_unknown()) => {
            Ok(Answer { ty: ty.clone(), confidence: Confidence::High, basis: Basis::Declared })
        }
        Some(_) => Err(Decline::Because("it is annotated")),
        None => Err(Decline::NoEvidence),
    }
}

fn of_slot(project: &Project, info: SlotInfo) -> Option<Type> {
    let module = project.module(info.module)?;
    let facts = &module.facts;
    match info.kind {
        SlotKind::Param(function, index) => {
            let annotation = facts.function(function).params.get(usize::from(index))?.annotation?;
            Some(project.annotation(&Context::of_function(module, function), annotation))
        }
        SlotKind::Return(function) => {
            let annotation = facts.function(function).returns?;
            Some(project.annotation(&Context::of_function(module, function), annotation))
        }
        SlotKind::Variable(name) => {
            let annotation = annotation_in(module.symbols.get(name))?;
            Some(project.annotation(&Context::of_module(module), annotation))
        }
        SlotKind::Attribute(class, name) => {
            let annotation = annotation_in(project.class_at(module, class).symbols.get(name))?;
            Some(project.annotation(&Context::of_class(module, class), annotation))
        }
        SlotKind::Field(..) | SlotKind::Captured(..) => None,
    }
}

fn annotation_in(definitions: &[Definition]) -> Option<ExprId> {
    definitions.iter().find_map(|definition| match definition {
        Definition::Assignment(_, annotation, _) => *annotation,
        _ => None,
    })
}

/// `self.name: T = …` in methods.
fn on_self(project: &Project, module: &Module) -> Vec<(SlotId, Type)> {
    let facts = &module.facts;
    let mut found = Vec::new();
    let mut by_start: Vec<(u32, FunctionId)> = (0..facts.functions.len() as u32)
        .map(|number| (facts.functions[number as usize].range.start, FunctionId(number)))
        .collect();
    by_start.sort_unstable();
    for stmt in &facts.stmts {
        let (target, annotation) = match stmt.kind {
            StmtKind::AnnAssign(target, annotation, _) => (target, annotation),
            StmtKind::Assign(targets, _, Some(annotation)) => match facts.list(targets) {
                [target] => (*target, annotation),
                _ => continue,
            },
            _ => continue,
        };
        let ExprKind::Attribute(owner, name) = facts.expr(target).kind else { continue };
        let ExprKind::Name(owner, _) = facts.expr(owner).kind else { continue };
        // The function that starts last before the statement holds it, or one around that function does.
        let started = by_start.partition_point(|(start, _)| *start <= stmt.range.start);
        let mut holder = started.checked_sub(1).map(|last| by_start[last].1);
        while let Some(id) = holder
            && !(stmt.range.end <= facts.function(id).range.end && facts.function(id).class.is_some())
        {
            holder = facts.function(id).parent;
        }
        let Some(id) = holder else { continue };
        let function = facts.function(id);
        let (Some(class), Some(first)) = (function.class, function.params.first()) else { continue };
        if first.name != owner {
            continue;
        }
        if let Some(slot) = project.slots().find(module.id, SlotKind::Attribute(class, name)) {
            let context = Context::of_function(module, id);
            found.push((slot, project.annotation(&context, annotation)));
        }
    }
    found
}
