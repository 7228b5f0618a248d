//! Whether something is done on every way that leads on from a statement.

use super::world::World;
use crate::facts::{Block, FileFacts, Stmt, StmtKind};
use crate::text::TextRange;
use crate::types::ModuleId;

/// Whether one of several offsets of a function is always reached from a place in it: it stands directly in the same
/// block, or all branches of a statement there have one. Without the file's facts there are no blocks, and everything
/// follows everything.
pub(super) fn always_follows(world: &World, module: ModuleId, place: u32, offsets: &[u32]) -> bool {
    let Some(facts) = world.module(module).and_then(|module| module.facts) else { return !offsets.is_empty() };
    let body = match world.function_at(module, place) {
        Some((function, _)) => facts.function(function).body,
        None => facts.body,
    };
    covers(facts, innermost(facts, body, place), offsets)
}

/// The innermost block around an offset.
fn innermost(facts: &FileFacts, block: Block, offset: u32) -> Block {
    let Some(stmt) = facts.block(block).find(|stmt| is_around(stmt.range, offset)) else { return block };
    let holds = |inner: &Block| facts.block(*inner).any(|stmt| is_around(stmt.range, offset));
    match facts.inner_blocks(stmt).into_iter().find(holds) {
        Some(inner) => innermost(facts, inner, offset),
        None => block,
    }
}

/// Whether whoever runs a block to its end has come by one of the offsets.
fn covers(facts: &FileFacts, block: Block, offsets: &[u32]) -> bool {
    facts.block(block).any(|stmt| is_passed(facts, stmt, offsets))
}

fn is_passed(facts: &FileFacts, stmt: &Stmt, offsets: &[u32]) -> bool {
    if matches!(stmt.kind, StmtKind::Raise(..)) {
        return true;
    }
    if !offsets.iter().any(|&offset| is_around(stmt.range, offset)) {
        return false;
    }
    match stmt.kind {
        StmtKind::If(_, then, otherwise) => covers(facts, then, offsets) && covers(facts, otherwise, offsets),
        StmtKind::With(_, body, _) => covers(facts, body, offsets),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let mut handlers = handlers.of(&facts.handlers).iter();
            let is_tried = covers(facts, body, offsets) || covers(facts, otherwise, offsets);
            covers(facts, finally, offsets) || is_tried && handlers.all(|handler| covers(facts, handler.body, offsets))
        }
        _ => facts.inner_blocks(stmt).is_empty(),
    }
}

fn is_around(range: TextRange, offset: u32) -> bool {
    range.start <= offset && offset < range.end
}
