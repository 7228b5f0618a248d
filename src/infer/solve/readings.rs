//! What bodies ask of the containers that they are given: only what reading them takes, or more. A signature asks for
//! no more than that.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{CompareOp, ExprId, ExprKind, FileFacts, Place, StmtKind, UnaryOp};
use crate::project::{Module, Project};
use crate::text::{Name, TextRange};
use crate::types::ModuleId;

/// What is done with a name of a container where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
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

/// By module: where names stand that are read as containers somewhere, with what is done with them there, sorted.
#[derive(Debug, Default)]
pub(super) struct Readings {
    modules: Vec<Vec<(Name, u32, Reading)>>,
}

impl Readings {
    /// Looks at all bodies.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().collect();
        let count = modules.last().map_or(0, |module| module.id.0 as usize + 1);
        let mut found = Self { modules: vec![Vec::new(); count] };
        let readings: Vec<(ModuleId, Vec<_>)> =
            modules.par_iter().map(|module| (module.id, of_module(&module.facts))).collect();
        for (module, readings) in readings {
            found.modules[module.0 as usize] = readings;
        }
        found
    }

    /// What a function with this text asks of a name, at each place where it stands.
    pub(super) fn of(&self, module: ModuleId, function: TextRange, name: Name) -> impl Iterator<Item = Reading> + '_ {
        let all = self.modules.get(module.0 as usize).map_or(&[][..], Vec::as_slice);
        let next = all.partition_point(|(other, start, _)| (*other, *start) < (name, function.start));
        all[next..]
            .iter()
            .take_while(move |(other, start, _)| *other == name && *start < function.end)
            .map(|(_, _, reading)| *reading)
    }
}

fn of_module(facts: &FileFacts) -> Vec<(Name, u32, Reading)> {
    let mut readings = Places { facts, readings: FxHashMap::default() };
    for expr in &facts.exprs {
        match expr.kind {
            // A slice is of the same class, and that class may be asked for where it goes.
            ExprKind::Subscript(value, index) if !matches!(facts.expr(index).kind, ExprKind::Slice(_)) => {
                readings.note(value, Reading::Item);
            }
            ExprKind::Call(function, arguments) => match facts.expr(function).kind {
                ExprKind::Attribute(value, name) => readings.note(value, of_method(name)),
                ExprKind::Name(name, Place::Global) => {
                    if let [argument] = facts.arguments(arguments)
                        && let Some(reading) = of_builtin(name)
                    {
                        readings.note(argument.value, reading);
                    }
                }
                _ => {}
            },
            ExprKind::Compare(CompareOp::In | CompareOp::NotIn, _, value)
            | ExprKind::Compare(CompareOp::Is | CompareOp::IsNot, value, _)
            | ExprKind::Unary(UnaryOp::Not, value)
            | ExprKind::Conditional(value, ..) => readings.note(value, Reading::Measure),
            _ => {}
        }
    }
    for clause in facts.comprehensions.iter().flat_map(|comprehension| &comprehension.clauses) {
        readings.note(clause.iterable, Reading::Loop);
    }
    for stmt in &facts.stmts {
        match stmt.kind {
            StmtKind::For { iterable, target, .. } => {
                readings.note(iterable, Reading::Loop);
                readings.note_changed(target);
            }
            StmtKind::If(test, ..) | StmtKind::While(test, ..) => readings.note(test, Reading::Measure),
            StmtKind::Assign(targets, ..) | StmtKind::Delete(targets) => {
                facts.list(targets).iter().for_each(|&target| readings.note_changed(target));
            }
            StmtKind::AugAssign(target, ..) | StmtKind::AnnAssign(target, ..) => readings.note_changed(target),
            _ => {}
        }
    }
    readings.found()
}

/// The readings of local names in a module.
struct Places<'f> {
    facts: &'f FileFacts,
    readings: FxHashMap<ExprId, Reading>,
}

impl Places<'_> {
    fn local(&self, expr: ExprId) -> Option<Name> {
        match self.facts.expr(expr).kind {
            ExprKind::Name(name, Place::Local { .. }) => Some(name),
            _ => None,
        }
    }

    fn note(&mut self, expr: ExprId, reading: Reading) {
        if self.local(expr).is_some() {
            self.readings.insert(expr, reading);
        }
    }

    /// An item that is bound or deleted changes the container.
    fn note_changed(&mut self, target: ExprId) {
        let facts = self.facts;
        match facts.expr(target).kind {
            ExprKind::Subscript(value, _) => self.note(value, Reading::Other),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                facts.list(items).iter().for_each(|&item| self.note_changed(item));
            }
            ExprKind::Starred(inner) => self.note_changed(inner),
            _ => {}
        }
    }

    /// All places of the names that are read as containers anywhere, sorted.
    fn found(&self) -> Vec<(Name, u32, Reading)> {
        let read: FxHashSet<Name> = self
            .readings
            .iter()
            .filter(|(_, reading)| **reading != Reading::Other)
            .filter_map(|(expr, _)| self.local(*expr))
            .collect();
        let places = (0..self.facts.exprs.len() as u32).map(ExprId).filter_map(|id| {
            let name = self.local(id).filter(|name| read.contains(name))?;
            let reading = self.readings.get(&id).copied().unwrap_or(Reading::Other);
            Some((name, self.facts.expr(id).range.start, reading))
        });
        let mut found: Vec<_> = places.collect();
        found.sort_unstable();
        found
    }
}

fn of_method(name: Name) -> Reading {
    match name.as_str() {
        "get" | "items" | "keys" | "values" => Reading::Mapping,
        "index" | "count" => Reading::Sequence,
        _ => Reading::Other,
    }
}

fn of_builtin(name: Name) -> Option<Reading> {
    match name.as_str() {
        "len" | "bool" => Some(Reading::Measure),
        "sorted" | "list" | "tuple" | "set" | "frozenset" | "sum" | "min" | "max" | "any" | "all" | "iter"
        | "enumerate" => Some(Reading::Loop),
        "reversed" => Some(Reading::Sequence),
        "dict" => Some(Reading::Mapping),
        _ => None,
    }
}
