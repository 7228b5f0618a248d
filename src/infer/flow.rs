//! How complex pyright finds the control flow of a function.
//!
//! Pyright does not infer what a function returns whose parameters have no annotation, where its flow is too complex.
//! The first hint of a parameter makes it do so, and whatever it finds wrong with the result then is news.

use crate::facts::{Block, ExprKind, FileFacts, Function, Stmt, StmtKind};
use crate::text::TextRange;

/// What pyright counts for a node of the flow graph, of which forty are as complex as one more way into a place.
const NODE: u32 = 1;
/// What it counts for each way into a place besides the first.
const WAY: u32 = 40;
/// From here on it does not look into a function without annotations.
const TOO_COMPLEX: u32 = 32 * WAY;

/// Whether pyright infers the result of a function only once a parameter is annotated.
pub(super) fn needs_hint_to_infer(facts: &FileFacts, function: &Function) -> bool {
    function.params.len() > 1
        && function.params.iter().all(|param| param.annotation.is_none())
        && complexity(facts, function) >= TOO_COMPLEX
}

fn complexity(facts: &FileFacts, function: &Function) -> u32 {
    let inner: Vec<TextRange> =
        facts.functions.iter().map(|inner| inner.range).filter(|inner| is_inside(*inner, function.range)).collect();
    let is_own = |range: TextRange| {
        range != function.range
            && is_inside(range, function.range)
            && !inner.iter().any(|inner| is_inside(range, *inner))
    };
    let calls: Vec<TextRange> = facts
        .exprs
        .iter()
        .filter(|expr| matches!(expr.kind, ExprKind::Call(..)) && is_own(expr.range))
        .map(|expr| expr.range)
        .collect();
    let mut total = calls.len() as u32 * NODE;
    let mut exits = u32::from(falls_through(facts, function.body));
    for stmt in facts.stmts.iter().filter(|stmt| is_own(stmt.range)) {
        total += of_stmt(facts, stmt, &calls);
        exits += u32::from(matches!(stmt.kind, StmtKind::Return(_)));
    }
    for expr in facts.exprs.iter().filter(|expr| is_own(expr.range)) {
        total += match expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.len.saturating_sub(1) * WAY,
            ExprKind::Conditional(..) | ExprKind::Comprehension(_) => WAY,
            ExprKind::Compare(..) => 2 * NODE,
            _ => 0,
        };
    }
    total + exits.saturating_sub(1) * WAY
}

fn of_stmt(facts: &FileFacts, stmt: &Stmt, calls: &[TextRange]) -> u32 {
    let falls = |block: Block| u32::from(falls_through(facts, block));
    match stmt.kind {
        StmtKind::Assign(targets, ..) => targets.len * NODE,
        StmtKind::AugAssign(..) | StmtKind::AnnAssign(..) => NODE,
        StmtKind::If(_, then, otherwise) => (falls(then) + falls(otherwise)).saturating_sub(1) * WAY,
        StmtKind::While(_, body, _) | StmtKind::For { body, .. } => falls(body) * WAY,
        StmtKind::Break | StmtKind::Continue | StmtKind::With(..) => WAY,
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let handlers = handlers.of(&facts.handlers);
            let range = facts.block(body).map(|stmt| stmt.range).reduce(|all, one| TextRange::new(all.start, one.end));
            let tried = range.map_or(0, |range| calls.iter().filter(|call| is_inside(**call, range)).count() as u32);
            // Each call may be left for each handler, and so may the beginning and the end of the body.
            let into_handlers = handlers.len() as u32 * (tried + 1);
            let out = falls(body) * falls(otherwise) + handlers.iter().map(|handler| falls(handler.body)).sum::<u32>();
            (into_handlers + out.saturating_sub(1) + u32::from(!finally.is_empty())) * WAY
        }
        StmtKind::Match(_, cases) => {
            let out: u32 = cases.of(&facts.cases).iter().map(|case| falls(case.body)).sum();
            out.saturating_sub(1) * WAY
        }
        _ => 0,
    }
}

/// Whether the end of a block can be reached, by its last statement alone.
fn falls_through(facts: &FileFacts, block: Block) -> bool {
    facts.block(block).next_back().is_none_or(|last| match last.kind {
        StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break | StmtKind::Continue => false,
        StmtKind::If(_, then, otherwise) => falls_through(facts, then) || falls_through(facts, otherwise),
        _ => true,
    })
}

fn is_inside(inner: TextRange, outer: TextRange) -> bool {
    outer.start <= inner.start && inner.end <= outer.end && inner != outer
}
