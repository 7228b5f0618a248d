//! Whether the end of a block is reached.

use crate::facts::{Block, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::infer::eval::Evaluator;
use crate::project::{SlotKind, static_truth};
use crate::types::Type;

impl Evaluator<'_> {
    /// Whether a checker thinks that the end of a block is reached.
    ///
    /// It knows of a call that it does not return from its hint alone.
    pub(in crate::infer::eval) fn reaches_end(&mut self, block: Block) -> bool {
        let facts = self.facts;
        facts.block(block).all(|stmt| match stmt.kind {
            StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break | StmtKind::Continue => false,
            StmtKind::Expr(value) => !self.never_returns(value),
            StmtKind::Assert(test, _) => static_truth(facts, test, self.project.target) != Some(false),
            StmtKind::If(test, then, otherwise) => match static_truth(facts, test, self.project.target) {
                Some(true) => self.reaches_end(then),
                Some(false) => self.reaches_end(otherwise),
                None => self.reaches_end(then) || self.reaches_end(otherwise),
            },
            StmtKind::While(test, body, _) => {
                let is_endless = static_truth(facts, test, self.project.target) == Some(true)
                    || matches!(facts.expr(test).kind, ExprKind::Int(Some(number)) if number != 0);
                !is_endless || breaks(facts, body)
            }
            StmtKind::With(items, body, is_async) => {
                self.reaches_end(body)
                    || items.of(&facts.with_items).iter().any(|item| {
                        let manager = self.silent_expr(item.context);
                        self.swallows_exceptions(&manager, is_async)
                    })
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let handled = || handlers.of(&facts.handlers).iter().map(|handler| handler.body);
                (finally.is_empty() || self.reaches_end(finally))
                    && (self.reaches_end(body) && self.reaches_end(otherwise)
                        || handled().any(|body| self.reaches_end(body)))
            }
            // Whether the cases of a `match` take every value is not told here.
            StmtKind::Match(..) => self.env.is_reachable,
            _ => true,
        })
    }

    /// Whether a checker knows that evaluating an expression does not end.
    pub(super) fn never_returns(&mut self, expr: ExprId) -> bool {
        let ExprKind::Call(function, _) = self.facts.expr(expr).kind else { return false };
        if self.silent_expr(expr) != Type::Never {
            return false;
        }
        let callee = self.silent_expr(function);
        callee.members().iter().all(|callee| match callee {
            Type::Function(function, _) => {
                let result = SlotKind::Return(FunctionId(function.function));
                let slot = self.project.slots().find(function.module, result);
                self.is_annotated(*function) || slot.is_none_or(|slot| self.state.assumed[slot.0 as usize].is_some())
            }
            _ => true,
        })
    }
}

/// Whether a loop with this body is left by a `break`.
fn breaks(facts: &FileFacts, body: Block) -> bool {
    facts.block(body).any(|stmt| match stmt.kind {
        StmtKind::Break => true,
        StmtKind::If(_, then, otherwise) => breaks(facts, then) || breaks(facts, otherwise),
        StmtKind::With(_, body, _) => breaks(facts, body),
        // The `break`s of an inner loop are its own, those of its `else` are not.
        StmtKind::While(_, _, otherwise) | StmtKind::For { otherwise, .. } => breaks(facts, otherwise),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            [body, otherwise, finally].into_iter().any(|block| breaks(facts, block))
                || handlers.of(&facts.handlers).iter().any(|handler| breaks(facts, handler.body))
        }
        StmtKind::Match(_, cases) => cases.of(&facts.cases).iter().any(|case| breaks(facts, case.body)),
        _ => false,
    })
}
