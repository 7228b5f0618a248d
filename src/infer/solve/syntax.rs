//! Places in function bodies that matter to a signature and that no value shows: `yield` expressions whose value is
//! used, calls that hand `*args` and `**kwargs` on, and all places where a name stands that is looped over.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::facts::{ArgumentKind, ExprId, ExprKind, FileFacts, Place, StmtKind};
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
    /// Where the names stand that a loop goes over, there and elsewhere.
    looped: Vec<(Name, u32)>,
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

    /// Whether a name stands in a function with this text only once, and nowhere but in a loop over it.
    pub(super) fn only_loops(&self, module: ModuleId, function: TextRange, name: Name) -> bool {
        let Some(places) = self.modules.get(module.0 as usize) else { return false };
        let next = places.looped.partition_point(|place| *place < (name, function.start));
        let within = places.looped[next..].iter().take_while(|(other, start)| *other == name && *start < function.end);
        within.take(2).count() == 1
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
    places.looped = mentions(facts, &looped_names(facts));
    places.yields.sort_unstable_by_key(|range| range.start);
    places.handed_on.sort_unstable();
    places
}

/// Names that loops and comprehensions go over.
fn looped_names(facts: &FileFacts) -> FxHashSet<Name> {
    let loops = facts.stmts.iter().filter_map(|stmt| match stmt.kind {
        StmtKind::For { iterable, .. } => Some(iterable),
        _ => None,
    });
    let clauses = facts.comprehensions.iter().filter_map(|comprehension| Some(comprehension.clauses.first()?.iterable));
    let name = |iterable: ExprId| match facts.expr(iterable).kind {
        ExprKind::Name(name, Place::Local { .. }) => Some(name),
        _ => None,
    };
    loops.chain(clauses).filter_map(name).collect()
}

/// Where these names stand, sorted.
fn mentions(facts: &FileFacts, names: &FxHashSet<Name>) -> Vec<(Name, u32)> {
    let mut mentions: Vec<(Name, u32)> = facts
        .exprs
        .iter()
        .filter_map(|expr| match expr.kind {
            ExprKind::Name(name, Place::Local { .. }) if names.contains(&name) => Some((name, expr.range.start)),
            _ => None,
        })
        .collect();
    mentions.sort_unstable();
    mentions
}
