//! What the names of a module or class body stand for.

use rustc_hash::FxHashMap;

use crate::facts::{Block, ClassId, Expr, ExprId, ExprKind, FileFacts, FunctionId, ImportId, StmtId, StmtKind};
use crate::text::Name;
use crate::types::PythonVersion;

use super::conditions::{likely_truth, static_truth};

/// One binding of a module-level or class-level name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A class.
    Class(ClassId),
    /// A function.
    Function(FunctionId),
    /// An imported name.
    Import(ImportId),
    /// `name = value` or `name: annotation = value`: the statement, the annotation, the value.
    Assignment(StmtId, Option<ExprId>, Option<ExprId>),
    /// Bound by unpacking, `for`, `with` or another form.
    Other(StmtId),
}

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// The bindings of each name, in the order of the text.
    pub by_name: FxHashMap<Name, Vec<Definition>>,
    /// The names in `__all__`, where it is a display of strings.
    pub exported: Option<Vec<Name>>,
    /// Whether `__all__` is computed from the names that the module binds: each new one of them is exported.
    pub lists_itself: bool,
    /// Star imports, in order.
    pub stars: Vec<ImportId>,
}

impl Symbols {
    /// The module-level names of a file.
    pub(super) fn of_module(facts: &FileFacts, target: PythonVersion) -> Self {
        let mut symbols = Self::default();
        symbols.block(facts, facts.body, target);
        let computes_exports = symbols.exported.is_none() && symbols.by_name.contains_key(&Name::new("__all__"));
        symbols.lists_itself = computes_exports && facts.exprs.iter().any(|expr| lists_names(facts, expr));
        symbols
    }

    /// The names bound in a class body.
    pub(super) fn of_class(facts: &FileFacts, body: Block, target: PythonVersion) -> Self {
        let mut symbols = Self::default();
        symbols.block(facts, body, target);
        symbols
    }

    /// The bindings of a name, in the order of the text.
    pub fn get(&self, name: Name) -> &[Definition] {
        self.by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, name: Name, definition: Definition) {
        self.by_name.entry(name).or_default().push(definition);
    }

    fn block(&mut self, facts: &FileFacts, block: Block, target: PythonVersion) {
        for &id in block.of(&facts.blocks) {
            self.stmt(facts, id, target);
        }
    }

    fn stmt(&mut self, facts: &FileFacts, id: StmtId, target: PythonVersion) {
        match facts.stmt(id).kind {
            StmtKind::Function(function) => self.add(facts.function(function).name, Definition::Function(function)),
            StmtKind::Class(class) => self.add(facts.class(class).name, Definition::Class(class)),
            StmtKind::Import(imports) => {
                for number in imports.start..imports.start + imports.len {
                    let import = ImportId(number);
                    let bound = facts.import(import).bound;
                    if bound.is("*") { self.stars.push(import) } else { self.add(bound, Definition::Import(import)) }
                }
            }
            StmtKind::Assign(targets, value, annotation) => {
                for &assigned in facts.list(targets) {
                    match facts.expr(assigned).kind {
                        ExprKind::Name(name, _) => {
                            if name.is("__all__") {
                                self.exported = strings(facts, value);
                            }
                            self.add(name, Definition::Assignment(id, annotation, Some(value)));
                        }
                        _ => self.target(facts, assigned, id),
                    }
                }
            }
            StmtKind::AnnAssign(assigned, annotation, value) => {
                if let ExprKind::Name(name, _) = facts.expr(assigned).kind {
                    self.add(name, Definition::Assignment(id, Some(annotation), value));
                }
            }
            StmtKind::TypeAlias(assigned, value) => {
                if let ExprKind::Name(name, _) = facts.expr(assigned).kind {
                    self.add(name, Definition::Assignment(id, None, Some(value)));
                }
            }
            StmtKind::AugAssign(assigned, _, value) => {
                if let (ExprKind::Name(name, _), Some(exported)) = (facts.expr(assigned).kind, &mut self.exported)
                    && name.is("__all__")
                {
                    exported.extend(strings(facts, value).unwrap_or_default());
                }
            }
            StmtKind::If(test, then, otherwise) => match static_truth(facts, test, target) {
                Some(true) => self.block(facts, then, target),
                Some(false) => self.block(facts, otherwise, target),
                None => {
                    // What is likely to be defined comes last, as that counts.
                    let is_likely = likely_truth(facts, test, target) == Some(true);
                    let (first, last) = if is_likely { (otherwise, then) } else { (then, otherwise) };
                    self.block(facts, first, target);
                    self.block(facts, last, target);
                }
            },
            StmtKind::While(_, body, otherwise) => {
                self.block(facts, body, target);
                self.block(facts, otherwise, target);
            }
            StmtKind::For { target: bound, body, otherwise, .. } => {
                self.target(facts, bound, id);
                self.block(facts, body, target);
                self.block(facts, otherwise, target);
            }
            StmtKind::With(items, body, _) => {
                for item in items.of(&facts.with_items) {
                    if let Some(bound) = item.target {
                        self.target(facts, bound, id);
                    }
                }
                self.block(facts, body, target);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                // The fallback of a failed import comes first, so that the real thing, which counts, is the last.
                for handler in handlers.of(&facts.handlers) {
                    self.block(facts, handler.body, target);
                }
                self.block(facts, body, target);
                self.block(facts, otherwise, target);
                self.block(facts, finally, target);
            }
            StmtKind::Match(_, cases) => {
                for case in cases.of(&facts.cases) {
                    self.block(facts, case.body, target);
                }
            }
            _ => {}
        }
    }

    fn target(&mut self, facts: &FileFacts, target: ExprId, stmt: StmtId) {
        match facts.expr(target).kind {
            ExprKind::Name(name, _) => self.add(name, Definition::Other(stmt)),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for &item in facts.list(items) {
                    self.target(facts, item, stmt);
                }
            }
            ExprKind::Starred(inner) => self.target(facts, inner, stmt),
            _ => {}
        }
    }
}

/// Whether an expression gives the names of the scope that it stands in.
fn lists_names(facts: &FileFacts, expr: &Expr) -> bool {
    let ExprKind::Call(callee, arguments) = expr.kind else { return false };
    let ExprKind::Name(name, _) = facts.expr(callee).kind else { return false };
    arguments.is_empty() && matches!(name.as_str(), "dir" | "globals" | "locals" | "vars")
}

fn strings(facts: &FileFacts, value: ExprId) -> Option<Vec<Name>> {
    let (ExprKind::List(items) | ExprKind::Tuple(items)) = facts.expr(value).kind else { return None };
    facts
        .list(items)
        .iter()
        .map(|&item| match facts.expr(item).kind {
            ExprKind::Str(value) => value,
            _ => None,
        })
        .collect()
}
