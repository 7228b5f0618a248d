//! `**kwargs` out of which a function takes named options only.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    ArgumentKind, CompareOp, ExprId, ExprKind, FileFacts, Function, FunctionId, ParamKind, ScopeId, StmtKind, UnaryOp,
};
use crate::text::{Name, TextRange};
use crate::types::PythonVersion;

use super::{Origin, Project};

impl Project {
    /// Whether the project imports `typing_extensions` anywhere.
    pub fn has_typing_extensions(&self) -> bool {
        let extensions = Name::new("typing_extensions");
        self.repository().any(|module| {
            let mut imports = module.facts.imports.iter();
            module.origin == Origin::Project && imports.any(|import| import.level == 0 && import.module == extensions)
        })
    }

    /// The module that has `Unpack`, where there is one for a version of Python.
    pub fn home_of_unpack(&self, target: PythonVersion) -> Option<&'static str> {
        match () {
            () if target.at_least(11) => Some("typing"),
            () if self.has_typing_extensions() => Some("typing_extensions"),
            () => None,
        }
    }
}

/// The functions of a file whose bodies do nothing with their `**kwargs` but read, test and store constant keys, hand it
/// on whole, and complain of what is left, in order; with the number of that parameter. One pass over the file.
pub(super) fn named_options(facts: &FileFacts) -> Box<[(FunctionId, u16)]> {
    let mut found = Takers::of(facts);
    if found.all.is_empty() {
        return Box::default();
    }
    found.hide();
    for expr in &facts.exprs {
        found.visit(expr.range, expr.kind);
    }
    // `if kwargs: raise TypeError(f"unexpected {kwargs}")`
    for stmt in &facts.stmts {
        if let StmtKind::If(test, ..) = stmt.kind {
            found.note(test, |taker| taker.understood += 1);
        }
    }
    let is_named = |taker: &&Taker| {
        let is_used = taker.reads > 1 || taker.handed_on > 0;
        is_used && !taker.is_hidden && taker.seen == taker.understood + taker.handed_on
    };
    found.all.iter().filter(is_named).map(|taker| (taker.function, taker.index)).collect()
}

/// A function with `**kwargs`, and how often that is named for what.
struct Taker {
    function: FunctionId,
    index: u16,
    name: Name,
    is_hidden: bool,
    seen: u32,
    understood: u32,
    reads: u32,
    handed_on: u32,
}

/// Those of a file.
struct Takers<'f> {
    facts: &'f FileFacts,
    /// In the order of functions.
    all: Vec<Taker>,
    names: FxHashSet<Name>,
    /// The `raise` statements, in order.
    raises: Vec<TextRange>,
}

impl<'f> Takers<'f> {
    fn of(facts: &'f FileFacts) -> Self {
        let taker = |(number, function): (usize, &Function)| {
            let index = function.params.iter().position(|param| param.kind == ParamKind::KwArgs)?;
            let param = &function.params[index];
            (!function.is_lambda && param.annotation.is_none()).then_some(Taker {
                function: FunctionId(number as u32),
                index: index as u16,
                name: param.name,
                is_hidden: false,
                seen: 0,
                understood: 0,
                reads: 0,
                handed_on: 0,
            })
        };
        let all: Vec<Taker> = facts.functions.iter().enumerate().filter_map(taker).collect();
        let raises = facts.stmts.iter().filter(|stmt| matches!(stmt.kind, StmtKind::Raise(..)));
        let mut raises: Vec<TextRange> = raises.map(|stmt| stmt.range).collect();
        raises.sort_unstable_by_key(|range| range.start);
        Self { facts, names: all.iter().map(|taker| taker.name).collect(), all, raises }
    }

    /// An inner scope may have something else of that name.
    fn hide(&mut self) {
        let by_scope: FxHashMap<ScopeId, usize> = self
            .all
            .iter()
            .enumerate()
            .map(|(number, taker)| (self.facts.function(taker.function).scope, number))
            .collect();
        for scope in &self.facts.scopes {
            let mut around = scope.parent;
            while let Some(outer) = around {
                if let Some(&number) = by_scope.get(&outer) {
                    self.all[number].is_hidden |= scope.index_of(self.all[number].name).is_some();
                }
                around = self.facts.scope(outer).parent;
            }
        }
    }

    fn visit(&mut self, range: TextRange, kind: ExprKind) {
        let facts = self.facts;
        let is_key = |expr: ExprId| match facts.expr(expr).kind {
            ExprKind::Str(Some(key)) => is_option(key),
            _ => false,
        };
        let read = |taker: &mut Taker| {
            taker.understood += 1;
            taker.reads += 1;
        };
        match kind {
            ExprKind::Name(name, _) => {
                let next = self.raises.partition_point(|raised| raised.start <= range.start);
                let is_complaint = next.checked_sub(1).is_some_and(|last| range.end <= self.raises[last].end);
                self.note_name(name, range, |taker| {
                    taker.seen += 1;
                    taker.understood += u32::from(is_complaint);
                });
            }
            ExprKind::Subscript(whole, key) | ExprKind::Compare(CompareOp::In | CompareOp::NotIn, key, whole)
                if is_key(key) =>
            {
                self.note(whole, read);
            }
            ExprKind::Call(callee, arguments) => {
                let arguments = facts.arguments(arguments);
                for argument in arguments.iter().filter(|argument| argument.kind == ArgumentKind::DoubleStar) {
                    self.note(argument.value, |taker| taker.handed_on += 1);
                }
                if let (ExprKind::Attribute(whole, method), [first, ..]) = (facts.expr(callee).kind, arguments)
                    && matches!(method.as_str(), "get" | "pop" | "setdefault")
                    && first.kind == ArgumentKind::Positional
                    && is_key(first.value)
                {
                    self.note(whole, read);
                }
            }
            // `if not kwargs`
            ExprKind::Unary(UnaryOp::Not, whole) => self.note(whole, |taker| taker.understood += 1),
            _ => {}
        }
    }

    /// Notes something of the functions whose `**kwargs` an expression can name.
    fn note(&mut self, expr: ExprId, change: impl Fn(&mut Taker)) {
        let expr = self.facts.expr(expr);
        if let ExprKind::Name(name, _) = expr.kind {
            self.note_name(name, expr.range, change);
        }
    }

    fn note_name(&mut self, name: Name, range: TextRange, change: impl Fn(&mut Taker)) {
        if !self.names.contains(&name) {
            return;
        }
        let mut around = self.facts.function_at(range.start);
        while let Some(function) = around {
            if let Ok(number) = self.all.binary_search_by_key(&function, |taker| taker.function)
                && self.all[number].name == name
            {
                change(&mut self.all[number]);
            }
            around = self.facts.function(function).around;
        }
    }
}

/// Whether a caller can write `key=value`.
fn is_option(key: Name) -> bool {
    let text = key.as_str();
    let is_word = text.chars().all(|char| char == '_' || char.is_alphanumeric());
    is_word && !text.is_empty() && !text.starts_with(|char: char| char.is_numeric())
}
