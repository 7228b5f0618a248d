//! Parameters that are converted where they come as some class: `if isinstance(when, float): when = as_date(when)`.
//!
//! Where what the parameter is afterwards is seen beside the parameter itself, it is not of that class any more.

use super::displays::statements;
use super::world::{Sort, World};
use crate::facts::{Block, ExprId, ExprKind, FileFacts, StmtKind};
use crate::text::Name;
use crate::types::{ClassName, SlotId, known};

/// The classes of the language that a parameter is converted from.
pub(super) fn classes_of(world: &World, slot: SlotId) -> Vec<ClassName> {
    let view = world.slot(slot).filter(|view| view.sort == Sort::Param);
    let Some((name, function, facts)) = view.and_then(|view| {
        let facts = world.module(view.module)?.facts?;
        Some((view.name, facts.function(view.function?), facts))
    }) else {
        return Vec::new();
    };
    let mut body = Vec::new();
    statements(facts, function.body, &mut body);
    let converted = body.into_iter().filter_map(|stmt| match stmt.kind {
        StmtKind::If(test, then, _) if binds(facts, then, name) => tested(facts, test, name),
        _ => None,
    });
    converted.collect()
}

/// The class that `isinstance(name, class)` asks for.
fn tested(facts: &FileFacts, test: ExprId, name: Name) -> Option<ClassName> {
    let ExprKind::Call(function, arguments) = facts.expr(test).kind else { return None };
    let [value, class] = facts.arguments(arguments) else { return None };
    let named = |expr: ExprId| match facts.expr(expr).kind {
        ExprKind::Name(name, _) => Some(name),
        _ => None,
    };
    let class = named(class.value).filter(|_| named(function).is_some_and(|function| function.is("isinstance")))?;
    let plain = [&known::STR, &known::BYTES, &known::INT, &known::FLOAT, &known::LIST, &known::TUPLE, &known::DICT];
    let found = plain.into_iter().map(known::Known::class).find(|known| class.is(known.short()));
    found.filter(|_| named(value.value) == Some(name))
}

/// Whether one of the own statements of a block assigns a variable.
fn binds(facts: &FileFacts, block: Block, name: Name) -> bool {
    facts.block(block).any(|stmt| match stmt.kind {
        StmtKind::Assign(targets, ..) => facts
            .list(targets)
            .iter()
            .any(|&target| matches!(facts.expr(target).kind, ExprKind::Name(target, _) if target == name)),
        _ => false,
    })
}
