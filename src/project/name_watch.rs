//! Code that goes through the names of a module: `vars(module)`, `dir(module)`, `module.__dict__`.
//!
//! A program registers what it finds and may ask a callable `Any` for its `__mro__`; a test compares the names with a
//! list: one more function or class, and it fails. Names that modules have of themselves are among them, which is why
//! private names and modules are passed over.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{ArgumentKind, CompareOp, ExprId, ExprKind, ImportId, StmtKind};
use crate::source::is_test;
use crate::text::Name;
use crate::types::ModuleId;

use super::{Module, Project, Resolution};

/// Functions that give all names of what they are given.
const LISTERS: &[&str] = &["dir", "getmembers", "getmembers_static", "vars"];

/// Methods of a table of names that are about one of them, or about those that the caller has.
const KEYED: &[&str] = &["__contains__", "__setitem__", "get", "pop", "setdefault", "update"];

/// Functions that go through what they are given.
const GOERS: &[&str] = &["dict", "iteritems", "itervalues", "list", "set", "sorted", "tuple"];

/// Longest chain of names that is followed to a module.
const MAX_HOPS: u32 = 8;

impl Project {
    /// Whether something goes through the names that a module binds.
    pub fn watches_names(&self, module: ModuleId) -> bool {
        self.name_watch().contains_key(&module)
    }

    /// Whether a test does.
    pub fn tests_names(&self, module: ModuleId) -> bool {
        self.name_watch().get(&module).is_some_and(|&by_test| by_test)
    }

    /// The modules through whose names something goes, and whether a test does.
    fn name_watch(&self) -> &FxHashMap<ModuleId, bool> {
        self.watched_names.get_or_init(|| {
            let mut watched = FxHashMap::default();
            for watcher in self.repository() {
                let path = PathBuf::from(watcher.import_name.as_str().replace('.', "/") + ".py");
                let by_test = is_test(&path);
                for module in self.listed_modules(watcher, by_test) {
                    *watched.entry(module).or_default() |= by_test;
                }
            }
            watched
        })
    }

    /// The modules of the repository through whose names a file goes.
    fn listed_modules(&self, watcher: &Module, by_test: bool) -> BTreeSet<ModuleId> {
        let facts = &watcher.facts;
        let mut listed: Vec<(ExprId, ModuleId)> = Vec::new();
        let mut tables = FxHashSet::default();
        for (number, expr) in facts.exprs.iter().enumerate() {
            let value = match expr.kind {
                ExprKind::Attribute(value, name) if name.is("__dict__") => Some(value),
                ExprKind::Call(callee, arguments) if LISTERS.contains(&last_word(watcher, callee)) => {
                    let arguments = facts.arguments(arguments).iter();
                    let mut plain = arguments.filter(|argument| argument.kind == ArgumentKind::Positional);
                    plain.next().map(|argument| argument.value)
                }
                _ => None,
            };
            let module = value.and_then(|value| self.module_of(watcher, value, 0)).and_then(|id| self.module(id));
            if let Some(module) = module.filter(|module| module.origin.is_repository()) {
                let id = ExprId(number as u32);
                listed.push((id, module.id));
                let is_table = match expr.kind {
                    ExprKind::Call(callee, _) => last_word(watcher, callee) == "vars",
                    _ => true,
                };
                if is_table {
                    tables.insert(id);
                }
            }
        }
        if listed.is_empty() {
            return BTreeSet::new();
        }
        // `vars(module)[name]`, `name in dir(module)`: about one name.
        let keyed: FxHashSet<ExprId> = facts
            .exprs
            .iter()
            .filter_map(|expr| match expr.kind {
                ExprKind::Subscript(value, _)
                | ExprKind::Compare(CompareOp::In | CompareOp::NotIn | CompareOp::Is, _, value) => Some(value),
                ExprKind::Attribute(value, name) if KEYED.contains(&name.as_str()) => Some(value),
                _ => None,
            })
            .collect();
        // A program may only hand a table on.
        let gone_through = if by_test { FxHashSet::default() } else { gone_through(watcher) };
        let counts =
            |expr: &ExprId| !keyed.contains(expr) && (by_test || !tables.contains(expr) || gone_through.contains(expr));
        listed.into_iter().filter(|(expr, _)| counts(expr)).map(|(_, module)| module).collect()
    }

    /// The module that an expression gives.
    fn module_of(&self, watcher: &Module, expr: ExprId, hops: u32) -> Option<ModuleId> {
        if hops > MAX_HOPS {
            return None;
        }
        let facts = &watcher.facts;
        let named = |expr: ExprId| match facts.expr(expr).kind {
            ExprKind::Str(Some(name)) => self.find_module(watcher, name),
            ExprKind::Name(name, _) if name.is("__name__") => Some(watcher.id),
            _ => None,
        };
        match facts.expr(expr).kind {
            ExprKind::Name(name, _) => {
                // Also what a function imports or assigns, if it is all that the file has under the name.
                let is_it = |&target: &ExprId| matches!(facts.expr(target).kind, ExprKind::Name(own, _) if own == name);
                let mut assigned = facts.stmts.iter().filter_map(|stmt| match stmt.kind {
                    StmtKind::Assign(targets, value, _) => facts.list(targets).iter().any(is_it).then_some(value),
                    _ => None,
                });
                if let Some(value) = assigned.next() {
                    let is_only = assigned.next().is_none();
                    return is_only.then(|| self.module_of(watcher, value, hops + 1))?;
                }
                let import = facts.imports.iter().position(|import| import.bound == name)?;
                self.module_imported(watcher, ImportId(import as u32))
            }
            ExprKind::Attribute(value, name) => {
                let owner = self.module_of(watcher, value, hops + 1)?;
                let owner = self.module(owner)?;
                self.member_module(owner, name)
            }
            ExprKind::Subscript(value, index) if last_word(watcher, value) == "modules" => named(index),
            ExprKind::Call(callee, arguments) if last_word(watcher, callee) == "import_module" => {
                facts.arguments(arguments).first().and_then(|argument| named(argument.value))
            }
            _ => None,
        }
    }

    fn module_imported(&self, watcher: &Module, import: ImportId) -> Option<ModuleId> {
        let import = watcher.facts.import(import);
        match import.member {
            Some(member) => {
                let owner = self.imported_module(watcher, import).and_then(|owner| self.module(owner))?;
                self.member_module(owner, member)
            }
            // `import a.b` binds `a`.
            None if import.has_alias => self.imported_module(watcher, import),
            None => self.find_module(watcher, import.bound),
        }
    }

    /// The module called `name` in a package, or that a module has under that name.
    fn member_module(&self, owner: &Module, name: Name) -> Option<ModuleId> {
        if let Some(Resolution::Module(id)) = self.resolve(owner, name) {
            return Some(id);
        }
        self.find_module(owner, Name::new(&format!("{}.{name}", owner.import_name)))
    }
}

/// The expressions that a file goes through: in a loop, with `sorted`, by `.items()`.
fn gone_through(module: &Module) -> FxHashSet<ExprId> {
    let facts = &module.facts;
    let loops = facts.stmts.iter().filter_map(|stmt| match stmt.kind {
        StmtKind::For { iterable, .. } => Some(iterable),
        _ => None,
    });
    let clauses = facts.comprehensions.iter().flat_map(|it| &it.clauses).map(|clause| clause.iterable);
    let calls = facts.exprs.iter().filter_map(|expr| match expr.kind {
        ExprKind::Call(callee, arguments) if GOERS.contains(&last_word(module, callee)) => {
            facts.arguments(arguments).first().map(|argument| argument.value)
        }
        ExprKind::Attribute(value, name) if matches!(name.as_str(), "items" | "keys" | "values") => Some(value),
        _ => None,
    });
    loops.chain(clauses).chain(calls).collect()
}

/// The last word of a dotted name.
fn last_word(module: &Module, expr: ExprId) -> &'static str {
    match module.facts.expr(expr).kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name.as_str(),
        _ => "",
    }
}
