//! One file as the plan sees it: which names are taken, what they stand for, and where they exist.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Block, ExprKind, FileFacts, Import, Place, ScopeId, ScopeKind, Stmt, StmtKind, SymbolKind};
use crate::project::{Definition, Module, Project, Resolution};
use crate::source::SourceFile;
use crate::text::{Name, TextRange};
use crate::types::{ClassName, ModuleId};

use super::builtin_names::is_builtin;
use super::wrap::Habit;

/// A file that is edited, with what has to be asked of it often.
pub(super) struct File<'p> {
    pub(super) project: &'p Project,
    pub(super) module: &'p Module,
    pub(super) source: &'p SourceFile,
    /// Names of module level, however they are bound.
    taken: FxHashSet<Name>,
    /// Names that `del` removes at module level.
    deleted: FxHashSet<Name>,
    /// Start offsets of the statements that stand directly in the module's body.
    direct: FxHashSet<u32>,
    /// Names bound by an import alone, by what they were imported from: the module and member as written.
    written: FxHashMap<(Name, Name), Name>,
    /// Names bound to a class.
    classes: FxHashMap<ClassName, Vec<Name>>,
    /// Dotted texts that stand for a module.
    modules: FxHashMap<ModuleId, Vec<String>>,
    /// Absolute modules that `from module import name` statements of the header name.
    pub(super) header_froms: FxHashSet<Name>,
    /// Absolute modules that the header imports in any way.
    pub(super) header_modules: FxHashSet<Name>,
    /// The import statements at the top, beside which new ones are put.
    pub(super) header: Vec<TextRange>,
    /// Offset of the line after the imports at the top, where definitions can begin.
    pub(super) header_end: u32,
    /// Offset at which every import that is added has run.
    pub(super) imports_end: u32,
    /// Whether a star import somewhere takes all of its public names, or the file lists them itself.
    pub(super) is_spread: bool,
    /// Whether `from __future__ import annotations` may be added to it.
    pub(super) may_defer: bool,
    /// How its headers are broken, once somebody has asked.
    pub(super) habit: OnceLock<Habit>,
}

/// What a name means where an annotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visible {
    /// A function, or the class whose body it is, binds it.
    Local,
    /// The module binds it.
    Module,
    /// It is a builtin.
    Builtin,
    /// Nothing binds it.
    Free,
}

/// Where text that names types stands.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The scope in which its names are looked up.
    pub(super) scope: ScopeId,
    /// The offset at which it is evaluated, and the number of the definition among those added at that offset.
    pub(super) position: (u32, usize),
    /// Whether Python evaluates it, so that every name in it must exist by then.
    pub(super) evaluated: bool,
    /// Names that the definition itself binds around the text.
    pub(super) hidden: Vec<Name>,
}

impl<'p> File<'p> {
    /// None for a module without a source of its own.
    pub(super) fn new(project: &'p Project, module: &'p Module) -> Option<Self> {
        let source = module.source.as_ref()?;
        let facts = &module.facts;
        let mut taken: FxHashSet<Name> = FxHashSet::default();
        for (number, scope) in facts.scopes.iter().enumerate() {
            let of_module = |kind| if number == 0 { true } else { kind == SymbolKind::Global };
            taken.extend(scope.symbols.iter().filter(|symbol| of_module(symbol.kind)).map(|symbol| symbol.name));
        }
        taken.extend(module.symbols.by_name.keys().copied());
        let header_end = header_end(facts, &source.text);
        let header: Vec<TextRange> =
            facts.layout.header_imports.iter().copied().filter(|range| range.end <= header_end).collect();
        let mut file = Self {
            project,
            module,
            source,
            taken,
            deleted: deleted_names(facts),
            direct: facts.block(facts.body).map(|stmt| stmt.range.start).collect(),
            written: FxHashMap::default(),
            classes: FxHashMap::default(),
            modules: FxHashMap::default(),
            header_froms: FxHashSet::default(),
            header_modules: FxHashSet::default(),
            imports_end: header.last().map_or(0, |range| range.end),
            header,
            header_end,
            is_spread: false,
            may_defer: false,
            habit: OnceLock::new(),
        };
        file.collect_imports();
        Some(file)
    }

    pub(super) fn facts(&self) -> &'p FileFacts {
        &self.module.facts
    }

    pub(super) fn text(&self) -> &'p str {
        &self.source.text
    }

    pub(super) fn newline(&self) -> &'static str {
        self.source.style.newline.as_str()
    }

    fn collect_imports(&mut self) {
        let facts = self.facts();
        let mut names: Vec<Name> = self.module.symbols.by_name.keys().copied().collect();
        names.sort();
        for name in names {
            let mut imports = Vec::new();
            for definition in self.module.symbols.get(name) {
                match definition {
                    Definition::Import(import) => imports.push(facts.import(*import)),
                    _ => imports.clear(),
                }
                if imports.is_empty() {
                    break;
                }
            }
            let Some(first) = imports.first() else { continue };
            // Fallbacks (`try: from typing import X`, `except: from typing_extensions import X`) agree on the member.
            if imports.iter().any(|import| import.member != first.member) {
                self.add_dotted(&imports);
                continue;
            }
            for import in &imports {
                if let (0, Some(member)) = (import.level, import.member) {
                    self.written.entry((import.module, member)).or_insert(name);
                }
            }
            match self.project.resolve_imported(self.module, first) {
                Some(Resolution::Class(class)) => self.classes.entry(class).or_default().push(name),
                Some(Resolution::Module(module)) if first.member.is_some() || first.has_alias => {
                    self.modules.entry(module).or_default().push(name.as_str().to_owned());
                }
                _ => {}
            }
            self.add_dotted(&imports);
        }
        for range in &self.header {
            for import in facts.imports.iter().filter(|import| import.stmt_range == *range) {
                let is_from = import.member.is_some_and(|member| !member.is("*"));
                if import.level == 0 {
                    self.header_modules.insert(import.module);
                    if is_from {
                        self.header_froms.insert(import.module);
                    }
                }
            }
        }
    }

    /// `import a.b` makes `a` and `a.b` stand for modules.
    fn add_dotted(&mut self, imports: &[&Import]) {
        for import in imports.iter().filter(|import| import.member.is_none() && !import.has_alias) {
            let full = import.module.as_str();
            let ends = full.match_indices('.').map(|(at, _)| at).chain([full.len()]);
            for end in ends {
                if let Some(module) = self.project.find_module(self.module, Name::new(&full[..end])) {
                    let texts = self.modules.entry(module).or_default();
                    if !texts.iter().any(|text| text == &full[..end]) {
                        texts.push(full[..end].to_owned());
                    }
                }
            }
        }
    }

    /// The name that a `from module import member` binds.
    pub(super) fn bound_by(&self, module: &str, member: &str) -> Option<Name> {
        self.written.get(&(Name::new(module), Name::new(member))).copied()
    }

    /// The names that imports bind to a class, in order.
    pub(super) fn names_of_class(&self, class: ClassName) -> &[Name] {
        self.classes.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The dotted texts that stand for a module.
    pub(super) fn texts_of_module(&self, module: ModuleId) -> &[String] {
        self.modules.get(&module).map_or(&[], Vec::as_slice)
    }

    /// What `name` means at a site.
    pub(super) fn visible(&self, name: Name, site: &Site) -> Visible {
        if site.hidden.contains(&name) {
            return Visible::Local;
        }
        let facts = self.facts();
        let mut current = Some(site.scope);
        let mut innermost = true;
        while let Some(id) = current {
            let scope = facts.scope(id);
            let sees = match scope.kind {
                ScopeKind::Module => break,
                ScopeKind::Class(_) => innermost,
                _ => true,
            };
            let binds = |kind| matches!(kind, SymbolKind::Parameter | SymbolKind::Bound | SymbolKind::TypeParameter);
            if sees && scope.symbols.iter().any(|symbol| symbol.name == name && binds(symbol.kind)) {
                return Visible::Local;
            }
            // A slot is a descriptor in the namespace of its class.
            if sees
                && matches!(scope.kind, ScopeKind::Class(class) if self.project.slot_names(self.module, class).contains(&name))
            {
                return Visible::Local;
            }
            innermost = false;
            current = scope.parent;
        }
        if self.is_taken(name) {
            Visible::Module
        } else if is_builtin(name.as_str()) {
            Visible::Builtin
        } else {
            Visible::Free
        }
    }

    /// Whether the module binds a name, star imports included.
    pub(super) fn is_taken(&self, name: Name) -> bool {
        self.taken.contains(&name)
            || (!self.module.symbols.stars.is_empty() && self.project.resolve(self.module, name).is_some())
    }

    /// Whether a module-level name surely exists when a site is evaluated: everything that binds it is done
    /// unconditionally before.
    pub(super) fn exists_at(&self, name: Name, site: &Site) -> bool {
        if !site.evaluated {
            return true;
        }
        let facts = self.facts();
        let definitions = self.module.symbols.get(name);
        if self.deleted.contains(&name) || definitions.is_empty() {
            return false;
        }
        definitions.iter().any(|definition| {
            let range = match *definition {
                Definition::Class(class) => {
                    // The statement of a class begins with its decorators, so it is found by its end.
                    let end = facts.class(class).range.end;
                    return end <= site.position.0 && self.is_direct_end(end);
                }
                Definition::Import(import) => facts.import(import).stmt_range,
                Definition::Assignment(stmt, ..) => facts.stmt(stmt).range,
                Definition::Function(_) | Definition::Other(_) => return false,
            };
            range.end <= site.position.0 && self.direct.contains(&range.start)
        })
    }

    fn is_direct_end(&self, end: u32) -> bool {
        let facts = self.facts();
        facts.block(facts.body).any(|stmt| stmt.range.end == end && matches!(stmt.kind, StmtKind::Class(_)))
    }

    /// The innermost function scope around an offset, or the module's.
    pub(super) fn scope_at(&self, offset: u32) -> (ScopeId, bool) {
        let inside = |range: TextRange| range.start <= offset && offset < range.end;
        let innermost = self.facts().functions.iter().rfind(|function| inside(function.range));
        innermost.map_or((ScopeId(0), false), |function| (function.scope, true))
    }
}

/// Names of module level that some `del` removes.
fn deleted_names(facts: &FileFacts) -> FxHashSet<Name> {
    let mut deleted = FxHashSet::default();
    for stmt in &facts.stmts {
        if let StmtKind::Delete(targets) = stmt.kind {
            for &target in facts.list(targets) {
                if let ExprKind::Name(name, Place::Global) = facts.expr(target).kind {
                    deleted.insert(name);
                }
            }
        }
    }
    deleted
}

/// Whether a module that has been imported surely has this class: its definition stands directly in the module, and
/// nothing removes it. An error where it is removed.
pub(super) fn offers_class(module: &Module, name: Name) -> Result<bool, String> {
    let facts = &module.facts;
    if deleted_names(facts).contains(&name) {
        return Err(format!("`{name}` is deleted where it is defined"));
    }
    Ok(facts.block(facts.body).any(|stmt| match stmt.kind {
        StmtKind::Class(class) => facts.class(class).name == name,
        StmtKind::Assign(targets, ..) => facts
            .list(targets)
            .iter()
            .any(|&target| matches!(facts.expr(target).kind, ExprKind::Name(assigned, _) if assigned == name)),
        _ => false,
    }))
}

/// The offset after the line that holds `offset`.
pub(super) fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |newline| offset as usize + newline + 1) as u32
}

/// The offset at which the line of `offset` begins.
pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    text[..offset as usize].rfind('\n').map_or(0, |newline| newline + 1) as u32
}

/// The blanks at the start of the line of `offset`.
pub(super) fn indent_at(text: &str, offset: u32) -> &str {
    let line = &text[line_start(text, offset) as usize..];
    &line[..line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len()]
}

/// Where the imports at the top end: after the docstring, plain imports, and blocks that begin with an import.
fn header_end(facts: &FileFacts, text: &str) -> u32 {
    let mut end = facts.layout.after_docstring;
    for (number, stmt) in facts.block(facts.body).enumerate() {
        match stmt.kind {
            StmtKind::Expr(_) if number == 0 => {}
            _ if only_imports(facts, stmt) => end = end.max(line_end(text, stmt.range.end)),
            // `__all__` and `__version__` may stand among the imports.
            StmtKind::Assign(targets, ..)
                if facts.list(targets).iter().all(|&target| {
                    matches!(facts.expr(target).kind, ExprKind::Name(name, _) if name.as_str().starts_with("__"))
                }) => {}
            _ => break,
        }
    }
    end
}

/// An import, or a block of imports and their fallbacks without definitions in it.
fn only_imports(facts: &FileFacts, stmt: &Stmt) -> bool {
    let holds_imports = |block: Block| {
        facts
            .block(block)
            .all(|stmt| matches!(stmt.kind, StmtKind::Pass | StmtKind::Assign(..)) || only_imports(facts, stmt))
    };
    let begins = |block: Block| facts.block(block).next().is_some_and(|first| only_imports(facts, first));
    match stmt.kind {
        StmtKind::Import(_) => true,
        StmtKind::If(_, body, otherwise) => begins(body) && holds_imports(body) && holds_imports(otherwise),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            begins(body)
                && [body, otherwise, finally].into_iter().all(holds_imports)
                && handlers.of(&facts.handlers).iter().all(|handler| holds_imports(handler.body))
        }
        _ => false,
    }
}
