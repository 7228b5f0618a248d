//! Places in function bodies that matter to a signature and that no value shows: `yield` expressions whose value is
//! used, and calls that hand `*args` and `**kwargs` on.

use rayon::prelude::*;

use crate::facts::{ArgumentKind, ExprKind, FileFacts, StmtKind};
use crate::project::{Module, Project};
use crate::text::{Name, TextRange};
use crate::types::ModuleId;

/// Those places of a repository, by module.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    modules: Vec<Places>,
}

/// Those places of a module, sorted.
#[derive(Clone, Debug, Default)]
struct Places {
    /// `yield` expressions whose value is used: they receive what callers `send`.
    yields: Vec<TextRange>,
    /// Names that a call unpacks, with the start of the call.
    handed_on: Vec<(Name, u32)>,
}

impl Syntax {
    /// Finds them.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().collect();
        let count = modules.last().map_or(0, |module| module.id.0 as usize + 1);
        let mut found = Self { modules: vec![Places::default(); count] };
        let places: Vec<(ModuleId, Places)> =
            modules.par_iter().map(|module| (module.id, of_module(&module.facts))).collect();
        for (module, places) in places {
            found.modules[module.0 as usize] = places;
        }
        found
    }

    /// Whether a function with this text uses what is sent to it.
    pub(super) fn receives(&self, module: ModuleId, function: TextRange) -> bool {
        let Some(places) = self.modules.get(module.0 as usize) else { return false };
        let next = places.yields.partition_point(|range| range.start < function.start);
        places.yields.get(next).is_some_and(|range| range.end <= function.end)
    }

    /// Whether a function with this text hands its parameter `*name` or `**name` on in a call.
    pub(super) fn hands_on(&self, module: ModuleId, function: TextRange, name: Name) -> bool {
        let Some(places) = self.modules.get(module.0 as usize) else { return false };
        let next = places.handed_on.partition_point(|place| *place < (name, function.start));
        places.handed_on.get(next).is_some_and(|(other, start)| *other == name && *start < function.end)
    }
}

fn of_module(facts: &FileFacts) -> Places {
    let mut alone: Vec<u32> = Vec::new();
    for stmt in &facts.stmts {
        if let StmtKind::Expr(expr) = stmt.kind
            && matches!(facts.expr(expr).kind, ExprKind::Yield(_))
        {
            alone.push(expr.0);
        }
    }
    alone.sort_unstable();
    let mut places = Places::default();
    for (number, expr) in facts.exprs.iter().enumerate() {
        match expr.kind {
            ExprKind::Yield(_) if alone.binary_search(&(number as u32)).is_err() => places.yields.push(expr.range),
            ExprKind::Call(_, arguments) => {
                for argument in facts.arguments(arguments) {
                    if matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar)
                        && let ExprKind::Name(name, _) = facts.expr(argument.value).kind
                    {
                        places.handed_on.push((name, expr.range.start));
                    }
                }
            }
            _ => {}
        }
    }
    places.yields.sort_unstable_by_key(|range| range.start);
    places.handed_on.sort_unstable();
    places
}
