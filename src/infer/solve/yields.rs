//! `yield` expressions whose value is used: they receive what callers `send`.

use rayon::prelude::*;

use crate::facts::{ExprKind, StmtKind};
use crate::project::{Module, Project};
use crate::text::TextRange;
use crate::types::ModuleId;

/// The `yield` expressions of the repository whose value is used.
#[derive(Debug, Default)]
pub(super) struct Yields {
    /// By module, sorted by place.
    used: Vec<Vec<TextRange>>,
}

impl Yields {
    /// Finds them.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().collect();
        let last = modules.last().map_or(0, |module| module.id.0 as usize + 1);
        let mut used = vec![Vec::new(); last];
        let found: Vec<(ModuleId, Vec<TextRange>)> =
            modules.par_iter().map(|module| (module.id, of_module(module))).collect();
        for (module, ranges) in found {
            used[module.0 as usize] = ranges;
        }
        Self { used }
    }

    /// Whether a function with this text uses what is sent to it.
    pub(super) fn receives(&self, module: ModuleId, function: TextRange) -> bool {
        let Some(used) = self.used.get(module.0 as usize) else { return false };
        let next = used.partition_point(|range| range.start < function.start);
        used.get(next).is_some_and(|range| range.end <= function.end)
    }
}

fn of_module(module: &Module) -> Vec<TextRange> {
    let facts = &module.facts;
    let mut alone: Vec<u32> = Vec::new();
    for stmt in &facts.stmts {
        if let StmtKind::Expr(expr) = stmt.kind
            && matches!(facts.expr(expr).kind, ExprKind::Yield(_))
        {
            alone.push(expr.0);
        }
    }
    alone.sort_unstable();
    let mut used: Vec<TextRange> = facts
        .exprs
        .iter()
        .enumerate()
        .filter(|(number, expr)| {
            matches!(expr.kind, ExprKind::Yield(_)) && alone.binary_search(&(*number as u32)).is_err()
        })
        .map(|(_, expr)| expr.range)
        .collect();
    used.sort_unstable_by_key(|range| range.start);
    used
}
