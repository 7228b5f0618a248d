//! Where a class of the standard library or of a package can be imported from.
//!
//! Stubs name the module that defines a class, which is often private (`_io.TextIOWrapper`) or an inner part of a
//! package (`asyncio.events.AbstractEventLoop`). Readers know the public place.

use crate::project::{Module, Origin, Project, Resolution};
use crate::text::Name;
use crate::types::{ClassName, PythonVersion};

/// Modules whose classes are known under the name of another one.
const PUBLIC: &[(&str, &str)] = &[
    ("_asyncio", "asyncio"),
    ("_bz2", "bz2"),
    ("_collections_abc", "collections.abc"),
    ("_contextvars", "contextvars"),
    ("_ctypes", "ctypes"),
    ("_decimal", "decimal"),
    ("_io", "io"),
    ("_lzma", "lzma"),
    ("_pickle", "pickle"),
    ("_queue", "queue"),
    ("_random", "random"),
    ("_sitebuiltins", ""),
    ("_socket", "socket"),
    ("_sqlite3", "sqlite3"),
    ("_ssl", "ssl"),
    ("_struct", "struct"),
    ("_thread", "threading"),
    ("_tkinter", "tkinter"),
    ("_weakref", "weakref"),
    ("_weakrefset", "weakref"),
    ("_frozen_importlib", "importlib.machinery"),
    ("_frozen_importlib_external", "importlib.machinery"),
    ("email._policybase", "email.policy"),
    ("importlib._abc", "importlib.abc"),
    ("importlib.metadata._meta", "importlib.metadata"),
    ("json.decoder", "json"),
    ("json.encoder", "json"),
    ("sqlite3.dbapi2", "sqlite3"),
    ("zipfile._path", "zipfile"),
];

/// Classes that are public under another name.
const RENAMED: &[(&str, &str, &str, &str)] =
    &[("_thread", "lock", "threading", "Lock"), ("_thread", "LockType", "threading", "Lock")];

/// Packages whose inner modules are re-exported by the package itself.
const FLAT: &[&str] = &["asyncio", "unittest", "concurrent.futures", "multiprocessing", "pathlib"];

/// Private classes of the standard library that exist when a program runs.
const PRIVATE: &[(&str, &str)] = &[
    ("os", "_Environ"),
    ("argparse", "_SubParsersAction"),
    ("argparse", "_ArgumentGroup"),
    ("argparse", "_MutuallyExclusiveGroup"),
];

/// Classes of the standard library, beside those of `typing` and `collections.abc`, that can be subscripted when a
/// program runs (Python 3.9 and newer).
const SUBSCRIPTABLE: &[(&str, &[&str])] = &[
    ("builtins", &["list", "dict", "set", "frozenset", "tuple", "type"]),
    ("collections", &["deque", "defaultdict", "OrderedDict", "Counter", "ChainMap", "UserDict", "UserList"]),
    ("contextlib", &["AbstractContextManager", "AbstractAsyncContextManager"]),
    ("re", &["Pattern", "Match"]),
    ("os", &["PathLike", "DirEntry"]),
    ("queue", &["Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"]),
    ("subprocess", &["Popen", "CompletedProcess"]),
    ("functools", &["partial", "partialmethod", "cached_property"]),
    ("asyncio", &["Future", "Task", "Queue", "LifoQueue", "PriorityQueue"]),
    ("concurrent.futures", &["Future"]),
    ("contextvars", &["ContextVar", "Token"]),
    ("types", &["MappingProxyType"]),
    ("weakref", &["WeakSet", "WeakKeyDictionary", "WeakValueDictionary", "ReferenceType"]),
    ("tempfile", &["TemporaryDirectory", "SpooledTemporaryFile"]),
];

/// A place to import a class from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Public {
    /// The dotted module.
    pub(super) module: Name,
    /// Dotted name of the class within it.
    pub(super) qualname: Name,
}

/// The public place of a class that no file of the repository defines; or why there is none.
pub(super) fn public_place(
    project: &Project,
    home: &Module,
    class: ClassName,
    target: PythonVersion,
) -> Result<Public, String> {
    let none = || Err(format!("`{}` has no public name", class.short()));
    let qualname = class.qualname.as_str();
    let full = class.module.as_str();
    if full.split('.').next() == Some("_typeshed") || qualname.contains('<') {
        return none();
    }
    if let Some(&(.., module, name)) = RENAMED.iter().find(|(old, name, ..)| *old == full && *name == qualname) {
        return Ok(Public { module: Name::new(module), qualname: Name::new(name) });
    }
    let module = public_module(project, home, class);
    let Some(module) = module else { return none() };
    let listed = PRIVATE.contains(&(module.as_str(), qualname));
    if !listed && qualname.split('.').any(|part| part.starts_with('_')) {
        return none();
    }
    // Names that the stubs have for every version, and the library only for some.
    let since = match (module.as_str(), qualname) {
        ("types", "EllipsisType" | "NoneType" | "UnionType" | "NotImplementedType") => 10,
        ("types", "GenericAlias") => 9,
        _ => 0,
    };
    if !target.at_least(since) {
        return none();
    }
    Ok(Public { module, qualname: class.qualname })
}

fn public_module(project: &Project, home: &Module, class: ClassName) -> Option<Name> {
    let full = class.module.as_str();
    if let Some((_, module)) = PUBLIC.iter().find(|(private, _)| *private == full) {
        return (!module.is_empty()).then(|| Name::new(module)).filter(|&module| offers(project, module, class));
    }
    for package in FLAT {
        if full.strip_prefix(package).is_some_and(|rest| rest.starts_with('.')) {
            let package = Name::new(package);
            if offers(project, package, class) {
                return Some(package);
            }
        }
    }
    if !full.split('.').any(|part| part.starts_with('_') && part != "__init__") {
        return Some(class.module);
    }
    // A private part: the nearest package around it that offers the class.
    let mut rest = full;
    while let Some((parent, _)) = rest.rsplit_once('.') {
        let is_public = !parent.split('.').any(|part| part.starts_with('_'));
        if is_public && offers(project, Name::new(parent), class) {
            return Some(Name::new(parent));
        }
        rest = parent;
    }
    // Inside one repository private modules are nobody's business but its own.
    home.origin.is_repository().then_some(class.module)
}

/// Whether `module` has a name that stands for the class.
fn offers(project: &Project, module: Name, class: ClassName) -> bool {
    let top = class.qualname.as_str().split('.').next().unwrap_or_default();
    let top = Name::new(top);
    project
        .module_named(module)
        .and_then(|module| project.resolve_member(module.id, top))
        .is_some_and(|found| found == Resolution::Class(ClassName::new(class.module, top)))
}

/// Whether `module.qualname[...]` can be evaluated when the program runs.
pub(super) fn can_subscript(origin: Origin, place: Public, target: PythonVersion) -> bool {
    match origin {
        Origin::Project | Origin::Evidence => true,
        Origin::Installed => false,
        Origin::Standard => {
            let (module, qualname) = (place.module.as_str(), place.qualname.as_str());
            matches!(module, "typing" | "typing_extensions")
                || target.at_least(9)
                    && (module == "collections.abc"
                        || SUBSCRIPTABLE.iter().any(|(home, names)| *home == module && names.contains(&qualname)))
        }
    }
}

/// Whether the name stands for a class when the program runs; `threading.Lock` was a function before Python 3.13, so
/// that `Lock | None` failed.
pub(super) fn is_class_at_run_time(place: Public, target: PythonVersion) -> bool {
    !matches!((place.module.as_str(), place.qualname.as_str()), ("threading", "Lock" | "RLock")) || target.at_least(13)
}
