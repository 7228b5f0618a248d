//! Whether one statement always follows another: both stand directly in the same block.

use super::world::World;
use crate::facts::{Block, FileFacts, Stmt};
use crate::types::ModuleId;

/// Whether the statements at two offsets of one function stand in the same block. Without the file's facts there are
/// no blocks, and everything follows everything.
pub(super) fn same_block(world: &World, module: ModuleId, one: u32, other: u32) -> bool {
    let Some(facts) = world.module(module).and_then(|module| module.facts) else { return true };
    let body = match world.function_at(module, one) {
        Some((function, _)) => facts.function(function).body,
        None => facts.body,
    };
    innermost(facts, body, one) == innermost(facts, body, other)
}

/// Start of the innermost block around an offset.
fn innermost(facts: &FileFacts, block: Block, offset: u32) -> u32 {
    let around = |stmt: &&Stmt| stmt.range.start <= offset && offset < stmt.range.end;
    let Some(stmt) = facts.block(block).find(around) else { return block.start };
    let holds = |inner: &&Block| facts.block(**inner).any(|stmt| around(&stmt));
    match facts.inner_blocks(stmt).iter().find(holds) {
        Some(&inner) => innermost(facts, inner, offset),
        None => block.start,
    }
}
