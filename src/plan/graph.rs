//! Which module imports which when the program starts, to prove that a new import closes no circle.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Block, FileFacts, Import, StmtKind};
use crate::project::{Module, Project, Resolution, static_truth};
use crate::text::Name;
use crate::types::ModuleId;

use super::builtin_names::is_identifier;
use super::file::File;

/// The imports of module level that run, among the files of the repository.
#[derive(Debug, Default)]
pub(super) struct ImportGraph {
    edges: FxHashMap<ModuleId, BTreeSet<ModuleId>>,
}

impl ImportGraph {
    pub(super) fn new(project: &Project) -> Self {
        let mut edges: FxHashMap<ModuleId, BTreeSet<ModuleId>> = FxHashMap::default();
        for module in project.repository() {
            let mut imports = Vec::new();
            running_imports(project, &module.facts, module.facts.body, &mut imports);
            let mut targets = BTreeSet::new();
            for import in imports {
                add_targets(project, module, import, &mut targets);
            }
            edges.insert(module.id, targets);
        }
        Self { edges }
    }

    /// Whether an import of `home` that is added to `user` would run `user` again before it is done.
    pub(super) fn would_cycle(&self, project: &Project, user: &Module, home: &Module) -> bool {
        if user.id == home.id {
            return true;
        }
        let mut started = BTreeSet::from([home.id]);
        add_parents(project, user, home.import_name, &mut started);
        let mut seen: FxHashSet<ModuleId> = FxHashSet::default();
        let mut open: Vec<ModuleId> = started.into_iter().collect();
        while let Some(next) = open.pop() {
            if next == user.id {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.edges.get(&next).into_iter().flatten());
            }
        }
        false
    }
}

/// The imports that run when a module is loaded: those of functions and under `TYPE_CHECKING` do not.
fn running_imports<'f>(project: &Project, facts: &'f FileFacts, block: Block, found: &mut Vec<&'f Import>) {
    for stmt in facts.block(block) {
        match stmt.kind {
            StmtKind::Import(imports) => found.extend(imports.of(&facts.imports)),
            StmtKind::If(test, then, otherwise) => {
                // What a checker takes for true is TYPE_CHECKING, or a version that runs too.
                let is_checking = is_type_checking(facts, test);
                if !is_checking && static_truth(facts, test, project.target) != Some(false) {
                    running_imports(project, facts, then, found);
                }
                running_imports(project, facts, otherwise, found);
            }
            StmtKind::While(_, body, otherwise) | StmtKind::For { body, otherwise, .. } => {
                running_imports(project, facts, body, found);
                running_imports(project, facts, otherwise, found);
            }
            StmtKind::With(_, body, _) => running_imports(project, facts, body, found),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                for block in [body, otherwise, finally] {
                    running_imports(project, facts, block, found);
                }
                for handler in handlers.of(&facts.handlers) {
                    running_imports(project, facts, handler.body, found);
                }
            }
            StmtKind::Class(class) => running_imports(project, facts, facts.class(class).body, found),
            _ => {}
        }
    }
}

fn is_type_checking(facts: &FileFacts, test: crate::facts::ExprId) -> bool {
    use crate::facts::ExprKind;
    matches!(facts.expr(test).kind,
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if name.is("TYPE_CHECKING"))
}

fn add_targets(project: &Project, module: &Module, import: &Import, targets: &mut BTreeSet<ModuleId>) {
    let Some(source) = project.imported_module(module, import) else {
        // `import a.b` where only `a` is known.
        add_parents(project, module, import.module, targets);
        return;
    };
    let Some(source_module) = project.module(source) else { return };
    if !source_module.origin.is_repository() {
        return;
    }
    targets.insert(source);
    add_parents(project, module, source_module.import_name, targets);
    if import.member.is_some()
        && let Some(Resolution::Module(submodule)) = project.resolve_imported(module, import)
        && project.module(submodule).is_some_and(|submodule| submodule.origin.is_repository())
    {
        targets.insert(submodule);
    }
}

/// The packages around `name`, which run first; those around the importer have begun already.
fn add_parents(project: &Project, importer: &Module, name: Name, targets: &mut BTreeSet<ModuleId>) {
    let own = importer.import_name.as_str();
    let mut rest = name.as_str();
    while let Some((parent, _)) = rest.rsplit_once('.') {
        let is_around = own.strip_prefix(parent).is_some_and(|after| after.is_empty() || after.starts_with('.'));
        if !is_around
            && let Some(id) = project.find_module(importer, Name::new(parent))
            && project.module(id).is_some_and(|module| module.origin.is_repository())
        {
            targets.insert(id);
        }
        rest = parent;
    }
}

/// How an import in `file` writes the module `home` of the repository: relative where the file imports its own
/// package so, else by its full name. None where neither leads there.
pub(super) fn import_text(project: &Project, file: &File<'_>, home: &Module) -> Option<String> {
    let own = file.module;
    // A directory may have a name that no import can say.
    if !home.import_name.as_str().split('.').all(is_identifier) {
        return None;
    }
    let (mut relative, mut absolute) = (0, 0);
    let package = if own.is_package {
        own.import_name.as_str()
    } else {
        own.import_name.as_str().rsplit_once('.').map_or("", |(package, _)| package)
    };
    let top = own.import_name.as_str().split('.').next();
    for import in &own.facts.imports {
        if import.level > 0 {
            relative += 1;
        } else if !package.is_empty() && import.module.as_str().split('.').next() == top {
            absolute += 1;
        }
    }
    if relative > absolute
        && own.root == home.root
        && let Some(text) = relative_text(package, home.import_name.as_str())
    {
        return Some(text);
    }
    // A folder of examples is no place that an installed package can import from, unless it does so already.
    let target = home.import_name.as_str().split('.').next();
    if own.root != home.root
        && !own
            .facts
            .imports
            .iter()
            .any(|import| import.level == 0 && import.module.as_str().split('.').next() == target)
    {
        return None;
    }
    let found = project.find_module(own, home.import_name)?;
    (found == home.id).then(|| home.import_name.as_str().to_owned())
}

/// The relative form of `target` seen from `package`, if they share a top-level package.
fn relative_text(package: &str, target: &str) -> Option<String> {
    let mut dots = ".".to_owned();
    let mut base = package;
    while !base.is_empty() {
        if base == target {
            return Some(dots);
        }
        if let Some(rest) = target.strip_prefix(base).and_then(|rest| rest.strip_prefix('.')) {
            return Some(format!("{dots}{rest}"));
        }
        base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        dots.push('.');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_names_go_up_as_far_as_needed() {
        assert_eq!(relative_text("shop", "shop.orders").as_deref(), Some(".orders"));
        assert_eq!(relative_text("shop.web", "shop.orders").as_deref(), Some("..orders"));
        assert_eq!(relative_text("shop.web", "shop").as_deref(), Some(".."));
        assert_eq!(relative_text("shop", "tools"), None);
    }
}
