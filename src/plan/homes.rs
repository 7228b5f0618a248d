//! Definitions that have to exist where plain values are wrapped go where all those modules can import them from.

use std::collections::BTreeSet;

use super::graph::ImportGraph;
use crate::infer::{Home, Inference, ShapeKind};
use crate::project::{Project, SlotKind};
use crate::types::{ModuleId, SlotId};

/// Moves each `NewType` that a module with plain values could not import to a module with plain values that all others
/// can import.
pub fn avoid_circles(project: &Project, inference: &mut Inference) {
    let mut graph = None;
    for shape in &mut inference.shapes {
        let ShapeKind::NewType { wraps, .. } = &shape.kind else { continue };
        let users: BTreeSet<ModuleId> = wraps.iter().map(|(module, _)| *module).collect();
        if users.iter().all(|user| *user == shape.home.module) {
            continue;
        }
        let graph = graph.get_or_insert_with(|| ImportGraph::new(project));
        let serves = |home: ModuleId| {
            users.iter().filter(|user| **user != home).all(|&user| match (project.module(user), project.module(home)) {
                (Some(user), Some(home)) => !graph.would_cycle(project, user, home),
                _ => false,
            })
        };
        if serves(shape.home.module) {
            continue;
        }
        if let Some(module) = users.iter().copied().find(|&user| serves(user)) {
            let wrapped = wraps.iter().filter(|(place, _)| *place == module).map(|(_, range)| range.start);
            let held = shape.slots.iter().filter_map(|&slot| start_of(project, slot, module));
            shape.home = Home { module, before: wrapped.chain(held).min().unwrap_or(0) };
        }
    }
}

/// Where the function or class of a slot begins, if a module has it.
fn start_of(project: &Project, slot: SlotId, module: ModuleId) -> Option<u32> {
    let info = project.slots().info(slot);
    let facts = &project.module(module).filter(|_| info.module == module)?.facts;
    match info.kind {
        SlotKind::Param(function, _) | SlotKind::Return(function) => Some(facts.function(function).range.start),
        SlotKind::Attribute(class, _) => Some(facts.class(class).range.start),
        _ => None,
    }
}
