//! All files together: module names, imports, definitions, the class hierarchy, and the slots that can be annotated.

mod classes;
mod resolve;
mod roots;
mod slots;
mod symbols;

use std::path::PathBuf;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

pub use classes::ClassInfo;
pub use resolve::Resolution;
pub use slots::{SlotInfo, SlotKind, Slots};
pub use symbols::{Definition, Symbols};

use crate::facts::{ClassId, FileFacts, Function, FunctionId};
use crate::source::SourceFile;
use crate::stubs::{Installed, Stubs};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId, PythonVersion};

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

/// A module.
#[derive(Debug)]
pub struct Module {
    /// Its index in the project.
    pub id: ModuleId,
    /// Its dotted name as an import would write it; for a script outside any package its file stem.
    pub name: Name,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it is the `__init__` of a package.
    pub is_package: bool,
    /// The source, for files of the repository.
    pub source: Option<SourceFile>,
    /// What the file says.
    pub facts: FileFacts,
    /// What its module-level names stand for.
    pub symbols: Symbols,
    /// Its classes by qualified name; the last definition wins.
    pub classes: FxHashMap<Name, ClassId>,
}

/// All modules that can be reached from the repository.
pub struct Project {
    /// The version of Python that hints are written for.
    pub target: PythonVersion,
    entries: Vec<Entry>,
    by_name: FxHashMap<Name, ModuleId>,
    repository: u32,
    stubs: &'static Stubs,
    class_infos: classes::ClassTable,
    slots: Slots,
}

struct Entry {
    name: Name,
    origin: Origin,
    path: Option<PathBuf>,
    is_package: bool,
    module: OnceLock<Option<Box<Module>>>,
}
