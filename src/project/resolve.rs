//! What a name or an import stands for.

use std::sync::{OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::facts::{Import, ImportId};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId};

use super::{Definition, Module, Project, Symbols};

/// Longest chain of imports that is followed; longer ones are loops.
const MAX_HOPS: u32 = 24;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A module.
    Module(ModuleId),
    /// A class, also one made by `namedtuple(...)`, `NewType(...)` and the like.
    Class(ClassName),
    /// A function; where it is overloaded or redefined, the last definition.
    Function(FunctionRef),
    /// A variable of a module.
    Variable(ModuleId, Name),
}

/// What the names of a module were found to stand for.
#[derive(Debug, Default)]
pub(super) struct Resolutions {
    own: FxHashMap<Name, OnceLock<Option<Resolution>>>,
    /// Names that only star imports can bind.
    starred: RwLock<FxHashMap<Name, Option<Resolution>>>,
}

impl Resolutions {
    /// Nothing looked up yet.
    pub(super) fn new(symbols: &Symbols) -> Self {
        let own = symbols.by_name.keys().map(|&name| (name, OnceLock::new())).collect();
        Self { own, starred: RwLock::default() }
    }
}

impl Project {
    /// What `name` stands for among the names of `module`, imports followed. Builtins are not searched.
    pub fn resolve(&self, module: &Module, name: Name) -> Option<Resolution> {
        let Some(known) = module.resolutions.own.get(&name) else {
            return if module.symbols.stars.is_empty() { None } else { self.resolve_starred(module, name) };
        };
        if let Some(resolution) = known.get() {
            return *resolution;
        }
        // Not `get_or_init`: imports in a circle would ask for the same name again.
        let resolution = self.resolve_within(module, name, 0);
        *known.get_or_init(|| resolution)
    }

    /// What a name stands for that is not one of the module's own.
    fn resolve_starred(&self, module: &Module, name: Name) -> Option<Resolution> {
        let starred = &module.resolutions.starred;
        if let Some(known) = starred.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return *known;
        }
        let resolution = self.resolve_within(module, name, 0);
        starred.write().unwrap_or_else(PoisonError::into_inner).insert(name, resolution);
        resolution
    }

    /// What `name` stands for in code of `module`: its own names, then the builtins.
    pub fn resolve_global(&self, module: &Module, name: Name) -> Option<Resolution> {
        self.resolve(module, name).or_else(|| self.resolve(self.builtins()?, name))
    }

    /// The module `builtins`.
    pub fn builtins(&self) -> Option<&Module> {
        self.module_named(crate::types::known::OBJECT.class().module)
    }

    fn resolve_within(&self, module: &Module, name: Name, hops: u32) -> Option<Resolution> {
        if hops > MAX_HOPS {
            return None;
        }
        let definitions = module.symbols.get(name);
        // The last binding counts, but a plain assignment after an import or a class (`X = None` in a fallback)
        // says less than they do.
        let strongest = definitions
            .iter()
            .rev()
            .find(|definition| !matches!(definition, Definition::Assignment(..) | Definition::Other(_)))
            .or(definitions.last());
        match strongest {
            Some(Definition::Class(class)) => {
                Some(Resolution::Class(ClassName::new(module.name, module.facts.class(*class).qualname)))
            }
            Some(Definition::Function(function)) => {
                Some(Resolution::Function(FunctionRef { module: module.id, function: function.0 }))
            }
            Some(Definition::Import(import)) => {
                if let [Definition::Import(_)] = definitions {
                    return self.resolve_import(module, module.facts.import(*import), hops + 1);
                }
                // Of the imports for several versions of Python one is found.
                let found = definitions.iter().rev().find_map(|definition| match definition {
                    Definition::Import(import) => self.resolve_import(module, module.facts.import(*import), hops + 1),
                    _ => None,
                });
                Some(found.unwrap_or(Resolution::Variable(module.id, name)))
            }
            Some(Definition::Assignment(..) | Definition::Other(_)) => {
                if let Some(class) = Self::synthetic_class(module, name) {
                    return Some(Resolution::Class(class));
                }
                Some(self.alias(module, definitions, hops).unwrap_or(Resolution::Variable(module.id, name)))
            }
            None => module.symbols.stars.iter().rev().find_map(|&star| self.resolve_star(module, star, name, hops)),
        }
    }

    /// Follows `Name = other.name`, an alias of a class, function or module.
    fn alias(&self, module: &Module, definitions: &[Definition], hops: u32) -> Option<Resolution> {
        let [Definition::Assignment(_, None, Some(value))] = definitions else { return None };
        let resolution = self.resolve_expr(module, *value, hops + 1)?;
        (!matches!(resolution, Resolution::Variable(..))).then_some(resolution)
    }

    /// What a dotted name in an expression at module level stands for.
    pub fn resolve_dotted(&self, module: &Module, expr: crate::facts::ExprId) -> Option<Resolution> {
        self.resolve_expr(module, expr, 0)
    }

    fn resolve_expr(&self, module: &Module, expr: crate::facts::ExprId, hops: u32) -> Option<Resolution> {
        use crate::facts::ExprKind;
        if hops > MAX_HOPS {
            return None;
        }
        match module.facts.expr(expr).kind {
            ExprKind::Name(name, _) => self
                .resolve_within(module, name, hops + 1)
                .or_else(|| self.resolve_within(self.builtins()?, name, hops + 1)),
            ExprKind::Attribute(value, name) => match self.resolve_expr(module, value, hops + 1)? {
                Resolution::Module(owner) => self.resolve_in_module(owner, name, hops + 1),
                Resolution::Class(class) => {
                    let owner = self.module_named(class.module)?;
                    let qualname = Name::new(&format!("{}.{name}", class.qualname));
                    owner
                        .classes
                        .by_qualname
                        .contains_key(&qualname)
                        .then(|| Resolution::Class(ClassName::new(class.module, qualname)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What `module.name` stands for: a name of the module or a submodule.
    pub fn resolve_member(&self, module: ModuleId, name: Name) -> Option<Resolution> {
        let module = self.module(module)?;
        self.resolve(module, name).or_else(|| self.submodule(module, name).map(Resolution::Module))
    }

    fn resolve_in_module(&self, owner: ModuleId, name: Name, hops: u32) -> Option<Resolution> {
        let module = self.module(owner)?;
        self.resolve_within(module, name, hops + 1).or_else(|| self.submodule(module, name).map(Resolution::Module))
    }

    fn submodule(&self, package: &Module, name: Name) -> Option<ModuleId> {
        if !package.is_package {
            return None;
        }
        let full = Name::new(&format!("{}.{name}", package.import_name));
        self.by_root.get(&(package.root, full)).copied().or_else(|| self.by_name.get(full))
    }

    fn resolve_star(&self, module: &Module, star: ImportId, name: Name, hops: u32) -> Option<Resolution> {
        let source = self.module(self.imported_module(module, module.facts.import(star))?)?;
        let is_exported = match &source.symbols.exported {
            Some(names) => names.contains(&name),
            None => !name.as_str().starts_with('_'),
        };
        if !is_exported || source.id == module.id {
            return None;
        }
        self.resolve_in_module(source.id, name, hops + 1)
    }

    fn resolve_import(&self, module: &Module, import: &Import, hops: u32) -> Option<Resolution> {
        let source = self.imported_module(module, import);
        match import.member {
            Some(member) => {
                let source = source?;
                if source == module.id {
                    // `from . import x` in a package's own `__init__` names the submodule.
                    return self.submodule(module, member).map(Resolution::Module);
                }
                self.resolve_in_module(source, member, hops + 1)
            }
            None if import.has_alias => source.map(Resolution::Module),
            None => {
                // `import a.b` binds `a`.
                let top = import.module.as_str().split('.').next().unwrap_or_default();
                self.find_module(module, Name::new(top)).map(Resolution::Module)
            }
        }
    }

    /// What a written import binds, wherever in the file it stands.
    pub fn resolve_imported(&self, module: &Module, import: &Import) -> Option<Resolution> {
        self.resolve_import(module, import, 0)
    }

    /// The module that an import names before its `import` keyword.
    pub fn imported_module(&self, module: &Module, import: &Import) -> Option<ModuleId> {
        if import.level == 0 {
            return self.find_module(module, import.module);
        }
        let mut base = module.import_name.as_str();
        let drop = usize::from(import.level) - usize::from(module.is_package);
        for _ in 0..drop {
            base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
        let full = match (base, import.module.as_str()) {
            ("", "") => return None,
            ("", rest) => rest.to_owned(),
            (base, "") => base.to_owned(),
            (base, rest) => format!("{base}.{rest}"),
        };
        let full = Name::new(&full);
        self.by_root.get(&(module.root, full)).copied().or_else(|| self.by_name.get(full))
    }

    /// The module called `name` in an absolute import of `importer`.
    pub fn find_module(&self, importer: &Module, name: Name) -> Option<ModuleId> {
        if importer.origin.is_repository()
            && let Some(&module) = self.by_root.get(&(importer.root, name))
        {
            return Some(module);
        }
        self.by_name.get(name)
    }
}
