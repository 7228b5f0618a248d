//! All files together: module names, imports, definitions, the class hierarchy, and the slots that can be annotated.

mod annotations;
mod classes;
mod conditions;
mod consulted;
mod import_watch;
mod keywords;
mod name_watch;
mod named_tuples;
mod numbering;
mod properties;
mod readers;
mod resolve;
mod roots;
mod signatures;
mod slots;
mod symbols;
#[cfg(test)]
mod tests;
mod type_params;
mod typed_dicts;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub use annotations::Context;
pub(crate) use classes::last_name;
pub use classes::{ClassInfo, ClassKind, MemberOf, is_marker, substitute};
pub use conditions::{is_class_gone, static_truth};
pub use consulted::consulting;
pub use named_tuples::{NamedTupleField, NamedTupleInfo, NamedTuplePlace, fields as named_tuple_fields};
pub use numbering::Numbering;
pub use properties::is_property;
pub use readers::class_body_readers;
pub use resolve::Resolution;
pub use signatures::{Binding, Effect, Signature, SignatureParam};
pub use slots::{SlotInfo, SlotKind, Slots};
pub use symbols::{Definition, Symbols};

use crate::facts::{ExprKind, FileFacts, Function, FunctionId, Import, Param, ParamKind};
use crate::source::SourceFile;
use crate::stubs::{Installed, InstalledModule, Stubs};
use crate::text::{Name, NameTable};
use crate::types::{ClassName, FunctionRef, ModuleId, PythonVersion, SlotId};

/// Where a module comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of the repository that may be edited.
    Project,
    /// A file of the repository that is read as evidence only: tests by default, stubs always.
    Evidence,
    /// The standard library, from the bundled stubs.
    Standard,
    /// An installed package with types.
    Installed,
}

impl Origin {
    /// Whether it is a file of the repository.
    pub fn is_repository(self) -> bool {
        matches!(self, Self::Project | Self::Evidence)
    }
}

/// A file of the repository, read and lowered.
#[derive(Clone)]
pub struct InputFile {
    /// The source.
    pub source: SourceFile,
    /// What it says.
    pub facts: Arc<FileFacts>,
    /// Whether it may be edited.
    pub editable: bool,
}

/// A module.
#[derive(Debug)]
pub struct Module {
    /// Its index in the project.
    pub id: ModuleId,
    /// Its dotted name. Unique: a file whose name is taken, by the standard library or by another file, is called
    /// by its path.
    pub name: Name,
    /// Its dotted name as an import in the repository writes it.
    pub import_name: Name,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it is the `__init__` of a package.
    pub is_package: bool,
    /// Number of the directory that import names of this file start from; files in one root see each other.
    pub root: u32,
    /// The source, for files of the repository.
    pub source: Option<SourceFile>,
    /// What the file says.
    pub facts: Arc<FileFacts>,
    /// What its module-level names stand for.
    pub symbols: Symbols,
    classes: classes::ModuleClasses,
    signatures: Vec<OnceLock<Signature>>,
    /// The functions that take named options out of their `**kwargs`, in order, with the number of that parameter.
    named_options: OnceLock<Box<[(FunctionId, u16)]>>,
    resolutions: resolve::Resolutions,
}

/// All modules that can be reached from the repository.
pub struct Project {
    /// The version of Python that hints are written for.
    pub target: PythonVersion,
    /// Decorators and functions, by dotted name, that the user says read annotations at run time.
    pub readers: Vec<String>,
    entries: Vec<Entry>,
    by_name: NameTable<ModuleId>,
    by_root: FxHashMap<(u32, Name), ModuleId>,
    repository: u32,
    stubs: &'static Stubs,
    slots: Slots,
    import_watchers: OnceLock<Vec<ModuleId>>,
    watched_names: OnceLock<FxHashMap<ModuleId, bool>>,
    near_readers: OnceLock<FxHashSet<ModuleId>>,
    subclasses: OnceLock<FxHashMap<ClassName, Vec<ClassName>>>,
    providers: OnceLock<FxHashMap<Name, Vec<ClassName>>>,
}

struct Entry {
    name: Name,
    origin: Origin,
    is_package: bool,
    installed: Option<Arc<InstalledModule>>,
    module: OnceLock<Option<Box<Module>>>,
}

/// What an import takes, as a dotted name.
fn dotted(import: &Import) -> Name {
    match import.member {
        Some(member) if !member.is("*") => Name::new(&format!("{}.{member}", import.module)),
        _ => import.module,
    }
}

impl Project {
    /// Joins the files of a repository, the standard library and the installed packages that the files import.
    pub fn build(mut files: Vec<InputFile>, installed: &Installed, target: PythonVersion) -> Self {
        files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
        let stubs = Stubs::bundled();
        let paths: Vec<PathBuf> = files.iter().map(|file| file.source.path.clone()).collect();
        let imports = files.iter().flat_map(|file| file.facts.imports.iter()).filter(|import| import.level == 0);
        let names = roots::name_modules(&paths, imports.map(dotted), |name| stubs.contains(name));
        let mut project = Self {
            target,
            readers: Vec::new(),
            entries: Vec::new(),
            by_name: NameTable::default(),
            by_root: FxHashMap::default(),
            repository: files.len() as u32,
            stubs,
            slots: Slots::default(),
            import_watchers: OnceLock::new(),
            watched_names: OnceLock::new(),
            near_readers: OnceLock::new(),
            subclasses: OnceLock::new(),
            providers: OnceLock::new(),
        };
        let mut top_levels = FxHashSet::default();
        let modules = files.into_par_iter().zip(names).enumerate().map(|(number, (file, named))| {
            let symbols = Symbols::of_module(&file.facts, target);
            Module {
                id: ModuleId(number as u32),
                name: named.name,
                import_name: named.import_name,
                origin: if file.editable { Origin::Project } else { Origin::Evidence },
                is_package: named.is_package,
                root: named.root,
                classes: classes::ModuleClasses::new(&file.facts, &symbols),
                resolutions: resolve::Resolutions::new(&symbols),
                symbols,
                source: Some(file.source),
                signatures: file.facts.functions.iter().map(|_| OnceLock::new()).collect(),
                named_options: OnceLock::new(),
                facts: file.facts,
            }
        });
        for module in modules.collect::<Vec<_>>() {
            for import in &module.facts.imports {
                if import.level == 0 {
                    let module = import.module.as_str();
                    top_levels.insert(Name::new(module.split('.').next().unwrap_or(module)));
                }
            }
            project.by_root.entry((module.root, module.import_name)).or_insert(module.id);
            project.by_name.entry(module.name).get_or_insert(module.id);
            project.entries.push(Entry {
                name: module.name,
                origin: module.origin,
                is_package: module.is_package,
                installed: None,
                module: OnceLock::from(Some(Box::new(module))),
            });
        }
        let mut standard: Vec<Name> = stubs.module_names().collect();
        standard.sort();
        for name in standard {
            if stubs.available(name, (target.major, target.minor)) {
                project.add_entry(name, Origin::Standard, stubs.is_package(name), None);
            }
        }
        let mut top_levels: Vec<Name> = top_levels.into_iter().collect();
        top_levels.sort();
        for top_level in top_levels {
            if project.by_name.get(top_level).is_some() {
                continue;
            }
            for module in installed.modules_of(top_level) {
                project.add_entry(module.name, Origin::Installed, module.is_package, Some(module));
            }
        }
        project.slots = slots::allocate(&project);
        project
    }

    fn add_entry(&mut self, name: Name, origin: Origin, is_package: bool, installed: Option<Arc<InstalledModule>>) {
        let id = ModuleId(self.entries.len() as u32);
        if self.by_name.get(name).is_some() {
            return;
        }
        *self.by_name.entry(name) = Some(id);
        self.entries.push(Entry { name, origin, is_package, installed, module: OnceLock::new() });
    }

    /// The module with this id; none where its file could not be read.
    pub fn module(&self, id: ModuleId) -> Option<&Module> {
        let entry = &self.entries[id.0 as usize];
        let load = || {
            let facts = match entry.origin {
                Origin::Standard => self.stubs.load(entry.name)?,
                Origin::Installed => entry.installed.as_ref()?.load()?,
                Origin::Project | Origin::Evidence => return None,
            };
            let symbols = Symbols::of_module(&facts, self.target);
            Some(Box::new(Module {
                id,
                name: entry.name,
                import_name: entry.name,
                origin: entry.origin,
                is_package: entry.is_package,
                root: roots::NO_ROOT,
                source: None,
                classes: classes::ModuleClasses::new(&facts, &symbols),
                resolutions: resolve::Resolutions::new(&symbols),
                symbols,
                signatures: facts.functions.iter().map(|_| OnceLock::new()).collect(),
                named_options: OnceLock::new(),
                facts,
            }))
        };
        entry.module.get_or_init(load).as_deref()
    }

    /// The module with this unique name.
    pub fn module_named(&self, name: Name) -> Option<&Module> {
        self.module(self.by_name.get(name)?)
    }

    /// The modules of the repository, in the order of their paths.
    pub fn repository(&self) -> impl Iterator<Item = &Module> + '_ {
        (0..self.repository).filter_map(|number| self.module(ModuleId(number)))
    }

    /// The slots of the repository.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// The module and facts of a function.
    pub fn function(&self, function: FunctionRef) -> Option<(&Module, &Function)> {
        self.consult(function);
        let module = self.module(function.module)?;
        Some((module, module.facts.function(FunctionId(function.function))))
    }

    /// Notes for [`consulting`] that something is asked of a function. What libraries say never changes.
    fn consult(&self, function: FunctionRef) {
        if function.module.0 < self.repository {
            consulted::note(function);
        }
    }

    /// Whether a slot is a parameter with the default `None`.
    pub fn defaults_to_none(&self, slot: SlotId) -> bool {
        self.is_none_default(slot) == Some(true)
    }

    /// Whether the default of a parameter is anything but `None`.
    pub fn defaults_to_value(&self, slot: SlotId) -> bool {
        self.is_none_default(slot) == Some(false)
    }

    /// Whether a slot is the parameter `*args` or `**kwargs` of a function.
    pub fn is_variadic(&self, slot: SlotId) -> bool {
        self.param(slot).is_some_and(|(_, param)| matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs))
    }

    /// Whether the default of a parameter is `None`, if it has one.
    fn is_none_default(&self, slot: SlotId) -> Option<bool> {
        let (module, param) = self.param(slot)?;
        Some(matches!(module.facts.expr(param.default?).kind, ExprKind::None))
    }

    /// The parameter that a slot is, with its module.
    fn param(&self, slot: SlotId) -> Option<(&Module, &Param)> {
        let info = self.slots().info(slot);
        let SlotKind::Param(function, index) = info.kind else { return None };
        let module = self.module(info.module)?;
        Some((module, module.facts.function(function).params.get(usize::from(index))?))
    }

    /// The unique name of the class `qualname` of `module`.
    pub fn class_name(module: &Module, qualname: Name) -> ClassName {
        ClassName::new(module.name, qualname)
    }
}
