//! What bodies ask of the containers that they are given: only what reading them takes, or more. A signature asks for
//! no more than that.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{CompareOp, ExprId, ExprKind, FileFacts, Place, StmtKind, UnaryOp};
use crate::project::{Module, Project};
use crate::text::{Name, TextRange};
use crate::types::ModuleId;

/// What is done with a name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// It is looped over.
    Loop,
    /// Its length is taken, something is looked for in it, or it is tested.
    Measure,
    /// An item of it is read.
    Item,
    /// One of the methods by which mappings are read is called.
    Mapping,
    /// One of the methods by which sequences are read is called.
    Sequence,
    /// Anything else: it is changed, stored, returned or handed on.
    Other,
}

/// By module: where names stand that are read as containers somewhere, with what is asked of them there, sorted.
#[derive(Debug, Default)]
pub(super) struct Asked {
    modules: Vec<Vec<(Name, u32, Ask)>>,
}

impl Asked {
    /// Looks at all bodies.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().collect();
        let count = modules.last().map_or(0, |module| module.id.0 as usize + 1);
        let mut found = Self { modules: vec![Vec::new(); count] };
        let asked: Vec<(ModuleId, Vec<_>)> =
            modules.par_iter().map(|module| (module.id, of_module(&module.facts))).collect();
        for (module, asked) in asked {
            found.modules[module.0 as usize] = asked;
        }
        found
    }

    /// What a function with this text asks of a name, at each place where it stands.
    pub(super) fn of(&self, module: ModuleId, function: TextRange, name: Name) -> impl Iterator<Item = Ask> + '_ {
        let all = self.modules.get(module.0 as usize).map_or(&[][..], Vec::as_slice);
        let next = all.partition_point(|(other, start, _)| (*other, *start) < (name, function.start));
        all[next..]
            .iter()
            .take_while(move |(other, start, _)| *other == name && *start < function.end)
            .map(|(_, _, ask)| *ask)
    }
}

fn of_module(facts: &FileFacts) -> Vec<(Name, u32, Ask)> {
    let mut asks: FxHashMap<ExprId, Ask> = FxHashMap::default();
    for expr in &facts.exprs {
        match expr.kind {
            // A slice is of the same class, and that class may be asked for where it goes.
            ExprKind::Subscript(value, index) if !matches!(facts.expr(index).kind, ExprKind::Slice(_)) => {
                asks.insert(value, Ask::Item);
            }
            ExprKind::Call(function, arguments) => match facts.expr(function).kind {
                ExprKind::Attribute(value, name) => drop(asks.insert(value, of_method(name))),
                ExprKind::Name(name, Place::Global) => {
                    if let [argument] = facts.arguments(arguments)
                        && let Some(ask) = of_builtin(name)
                    {
                        asks.insert(argument.value, ask);
                    }
                }
                _ => {}
            },
            ExprKind::Compare(CompareOp::In | CompareOp::NotIn, _, value)
            | ExprKind::Compare(CompareOp::Is | CompareOp::IsNot, value, _)
            | ExprKind::Unary(UnaryOp::Not, value)
            | ExprKind::Conditional(value, ..) => drop(asks.insert(value, Ask::Measure)),
            _ => {}
        }
    }
    for comprehension in &facts.comprehensions {
        asks.extend(comprehension.clauses.iter().map(|clause| (clause.iterable, Ask::Loop)));
    }
    for stmt in &facts.stmts {
        match stmt.kind {
            StmtKind::For { iterable, target, .. } => {
                asks.insert(iterable, Ask::Loop);
                changed(facts, target, &mut asks);
            }
            StmtKind::If(test, ..) | StmtKind::While(test, ..) => drop(asks.insert(test, Ask::Measure)),
            StmtKind::Assign(targets, ..) | StmtKind::Delete(targets) => {
                facts.list(targets).iter().for_each(|&target| changed(facts, target, &mut asks));
            }
            StmtKind::AugAssign(target, ..) | StmtKind::AnnAssign(target, ..) => changed(facts, target, &mut asks),
            _ => {}
        }
    }
    let local = |expr: ExprId| match facts.expr(expr).kind {
        ExprKind::Name(name, Place::Local { .. }) => Some(name),
        _ => None,
    };
    let read: FxHashSet<Name> =
        asks.iter().filter(|(_, ask)| **ask != Ask::Other).filter_map(|(expr, _)| local(*expr)).collect();
    let mut found = Vec::new();
    for number in 0..facts.exprs.len() as u32 {
        let id = ExprId(number);
        if let Some(name) = local(id).filter(|name| read.contains(name)) {
            found.push((name, facts.expr(id).range.start, asks.get(&id).copied().unwrap_or(Ask::Other)));
        }
    }
    found.sort_unstable();
    found
}

/// An item that is bound or deleted changes the container.
fn changed(facts: &FileFacts, target: ExprId, asks: &mut FxHashMap<ExprId, Ask>) {
    match facts.expr(target).kind {
        ExprKind::Subscript(value, _) => drop(asks.insert(value, Ask::Other)),
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            facts.list(items).iter().for_each(|&item| changed(facts, item, asks));
        }
        ExprKind::Starred(inner) => changed(facts, inner, asks),
        _ => {}
    }
}

fn of_method(name: Name) -> Ask {
    match name.as_str() {
        "get" | "items" | "keys" | "values" => Ask::Mapping,
        "index" | "count" => Ask::Sequence,
        _ => Ask::Other,
    }
}

fn of_builtin(name: Name) -> Option<Ask> {
    match name.as_str() {
        "len" | "bool" => Some(Ask::Measure),
        "sorted" | "list" | "tuple" | "set" | "frozenset" | "sum" | "min" | "max" | "any" | "all" | "iter"
        | "enumerate" => Some(Ask::Loop),
        "reversed" => Some(Ask::Sequence),
        "dict" => Some(Ask::Mapping),
        _ => None,
    }
}
