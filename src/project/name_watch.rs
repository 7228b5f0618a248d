//! Tests that go through the names of a module: `vars(module)`, `dir(module)`, `module.__dict__`.
//!
//! They compare them with a list: one more function or class, such as `Any`, and they fail. Names that modules have of
//! themselves are among them, which is why private names are passed over. Programs go through names too, to register
//! what they find, but look at what it is first.

use std::path::PathBuf;

use rustc_hash::FxHashSet;

use crate::facts::{ArgumentKind, CompareOp, ExprId, ExprKind, ImportId, StmtKind};
use crate::source::is_test;
use crate::text::Name;
use crate::types::ModuleId;

use super::{Module, Project, Resolution};

/// Functions that give all names of what they are given.
const LISTERS: &[&str] = &["dir", "getmembers", "getmembers_static", "vars"];

/// Methods of a table of names that are about one of them, or about those that the caller has.
const KEYED: &[&str] = &["__contains__", "__setitem__", "get", "pop", "setdefault", "update"];

/// Longest chain of names that is followed to a module.
const MAX_HOPS: u32 = 8;

impl Project {
    /// Whether a test goes through the names that a module binds.
    pub fn watches_names(&self, module: ModuleId) -> bool {
        let watched = self.watched_names.get_or_init(|| {
            let path = |module: &Module| PathBuf::from(module.import_name.as_str().replace('.', "/") + ".py");
            let tests = self.repository().filter(|module| is_test(&path(module)));
            tests.flat_map(|test| self.listed_modules(test)).collect()
        });
        watched.contains(&module)
    }

    /// The modules of the repository through whose names a file goes.
    fn listed_modules(&self, watcher: &Module) -> FxHashSet<ModuleId> {
        let facts = &watcher.facts;
        let mut listed: Vec<(ExprId, ModuleId)> = Vec::new();
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
                listed.push((ExprId(number as u32), module.id));
            }
        }
        if listed.is_empty() {
            return FxHashSet::default();
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
        listed.into_iter().filter(|(expr, _)| !keyed.contains(expr)).map(|(_, module)| module).collect()
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

/// The last word of a dotted name.
fn last_word(module: &Module, expr: ExprId) -> &'static str {
    match module.facts.expr(expr).kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name.as_str(),
        _ => "",
    }
}
