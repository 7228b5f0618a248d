//! The values that a function returns, as expressions: through local variables, to the displays that make them.

use crate::facts::{Block, ExprId, ExprKind, FileFacts, FunctionId, Stmt, StmtKind};
use crate::text::Name;

/// What the `return` statements of a function give. A variable stands for all that is assigned to it, if nothing else
/// binds it; a conditional for both of its values.
pub fn returned(facts: &FileFacts, function: FunctionId) -> Vec<ExprId> {
    let mut body = Vec::new();
    statements(facts, facts.function(function).body, &mut body);
    let mut found = Vec::new();
    for stmt in &body {
        let StmtKind::Return(Some(value)) = stmt.kind else { continue };
        for value in branches(facts, value) {
            match facts.expr(value).kind {
                ExprKind::Name(name, _) => match assigned(facts, &body, name) {
                    Some(values) if !values.is_empty() => found.extend(values),
                    _ => found.push(value),
                },
                _ => found.push(value),
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The items of a tuple display without stars.
pub fn items_of(facts: &FileFacts, display: ExprId) -> Option<&[ExprId]> {
    let ExprKind::Tuple(items) = facts.expr(display).kind else { return None };
    let items = facts.list(items);
    let is_plain = |item: &ExprId| !matches!(facts.expr(*item).kind, ExprKind::Starred(_));
    items.iter().all(is_plain).then_some(items)
}

/// The statements of a block and of the blocks inside it, but not those of inner functions and classes.
pub(super) fn statements<'f>(facts: &'f FileFacts, block: Block, found: &mut Vec<&'f Stmt>) {
    for stmt in facts.block(block) {
        found.push(stmt);
        for inner in facts.inner_blocks(stmt) {
            statements(facts, inner, found);
        }
    }
}

fn branches(facts: &FileFacts, value: ExprId) -> Vec<ExprId> {
    match facts.expr(value).kind {
        ExprKind::Conditional(_, then, otherwise) => vec![then, otherwise],
        _ => vec![value],
    }
}

/// What is assigned to a variable; none where a statement binds it in another way.
pub(super) fn assigned(facts: &FileFacts, body: &[&Stmt], name: Name) -> Option<Vec<ExprId>> {
    let is_name = |target: ExprId| matches!(facts.expr(target).kind, ExprKind::Name(own, _) if own == name);
    let mut values = Vec::new();
    for stmt in body {
        match stmt.kind {
            StmtKind::Assign(targets, value, _) => {
                for &target in facts.list(targets) {
                    if is_name(target) {
                        values.extend(branches(facts, value));
                    } else if binds(facts, target, &is_name) {
                        return None;
                    }
                }
            }
            StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) | StmtKind::For { target, .. }
                if binds(facts, target, &is_name) =>
            {
                return None;
            }
            StmtKind::With(items, ..) => {
                let mut targets = items.of(&facts.with_items).iter().filter_map(|item| item.target);
                if targets.any(|target| binds(facts, target, &is_name)) {
                    return None;
                }
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => return None,
            _ => {}
        }
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

fn binds(facts: &FileFacts, target: ExprId, is_name: &impl Fn(ExprId) -> bool) -> bool {
    match facts.expr(target).kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            facts.list(items).iter().any(|&item| binds(facts, item, is_name))
        }
        ExprKind::Starred(inner) => is_name(inner),
        _ => is_name(target),
    }
}
