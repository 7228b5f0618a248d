//! Typed packages of the project's environment, by the rules of PEP 561.
//!
//! Only packages that declare their types are read: those with a `py.typed`, and stubs. What an untyped package says
//! would be a guess of ours about code that is not ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::environment::site_packages;
use crate::facts::{FileFacts, lower};
use crate::source;
use crate::text::Name;

/// Where installed packages are looked for. Nothing is listed before it is asked for, and what was listed or read once
/// is kept: every analysis of a run asks for the same.
#[derive(Debug, Default)]
pub struct Installed {
    site_packages: Vec<PathBuf>,
    /// By top-level name: the typed modules.
    listed: Mutex<BTreeMap<Name, Vec<Arc<InstalledModule>>>>,
}

/// A file that says the types of an installed module.
#[derive(Debug)]
pub struct InstalledModule {
    /// Its dotted name; that of the package for an `__init__` file.
    pub name: Name,
    /// A `.pyi` or `.py` file.
    pub path: PathBuf,
    /// Whether it is an `__init__` file, so that relative imports in it start from itself.
    pub is_package: bool,
    facts: OnceLock<Option<Arc<FileFacts>>>,
}

impl InstalledModule {
    fn new(name: Name, path: PathBuf, is_package: bool) -> Self {
        Self { name, path, is_package, facts: OnceLock::new() }
    }

    /// What the module says. None where it cannot be read or decoded, or does not parse.
    pub fn load(&self) -> Option<Arc<FileFacts>> {
        let read = || {
            let file = source::read(&self.path).ok()?;
            let tree = source::parse(&file).ok()?;
            Some(Arc::new(lower(&tree, &file.text)))
        };
        self.facts.get_or_init(read).clone()
    }
}

type Modules = BTreeMap<Name, InstalledModule>;

/// Folders deeper than this are not packages.
const MAX_DEPTH: usize = 24;

impl Installed {
    /// Finds the environment: that of the interpreter `python` (which is not run), else the activated one, else
    /// `.venv` or `venv` in the project. None of them there is no error: no package is known then.
    pub fn find(python: Option<&Path>, project_root: &Path) -> Self {
        let activated = std::env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty()).map(PathBuf::from);
        let site_packages = site_packages(python, activated.as_deref(), project_root);
        Self { site_packages, ..Self::default() }
    }

    /// The folders that are searched, in order.
    pub fn site_packages(&self) -> &[PathBuf] {
        &self.site_packages
    }

    /// Whether the program could import `top_level` when it runs; stubs alone do not count.
    pub fn is_installed(&self, top_level: Name) -> bool {
        let name = top_level.as_str();
        is_identifier(name)
            && self.site_packages.iter().any(|folder| {
                folder.join(name).is_dir()
                    || folder.join(format!("{name}.py")).is_file()
                    || has_extension_module(folder, name)
            })
    }

    /// The typed modules of a top-level package or module, in the order of their names. Empty for an untyped package.
    ///
    /// Stubs win over what is installed beside them. Where they are partial, or of a namespace package, modules that
    /// they lack are taken from the package itself.
    pub fn modules_of(&self, top_level: Name) -> Vec<Arc<InstalledModule>> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.entry(top_level).or_insert_with(|| self.list(top_level.as_str())).clone()
    }

    fn list(&self, name: &str) -> Vec<Arc<InstalledModule>> {
        let mut modules = Modules::new();
        if is_identifier(name) && !self.collect_stubs(name, &mut modules) {
            self.collect_inline(name, &mut modules);
        }
        modules.into_values().map(Arc::new).collect()
    }

    /// Takes what `NAME-stubs` distributions say. Returns whether that is all there is to say.
    fn collect_stubs(&self, name: &str, modules: &mut Modules) -> bool {
        for folder in &self.site_packages {
            let stubs = folder.join(format!("{name}-stubs"));
            if !stubs.is_dir() {
                continue;
            }
            merge(modules, list_package(&stubs, name, &["pyi"]));
            let marker = fs::read_to_string(stubs.join("py.typed")).unwrap_or_default();
            let is_partial = marker.lines().any(|line| line.trim() == "partial");
            if stubs.join("__init__.pyi").is_file() && !is_partial {
                return true;
            }
        }
        false
    }

    /// Takes the package or module itself where it is typed; the first folder that has it decides.
    fn collect_inline(&self, name: &str, modules: &mut Modules) {
        for folder in &self.site_packages {
            let package = folder.join(name);
            if is_package(&package) {
                if package.join("py.typed").is_file() {
                    merge(modules, list_package(&package, name, &["pyi", "py"]));
                }
                return;
            }
            let stub = folder.join(format!("{name}.pyi"));
            if stub.is_file() {
                let name = Name::new(name);
                modules.entry(name).or_insert_with(|| InstalledModule::new(name, stub, false));
                return;
            }
            // An untyped module hides namespace packages of its name, here and in later folders.
            if folder.join(format!("{name}.py")).is_file() {
                return;
            }
            if package.is_dir() {
                collect_namespace(&package, name, MAX_DEPTH, modules);
            }
        }
    }
}

/// Takes the typed packages inside a namespace package: a folder without `__init__`, each part of which says for
/// itself whether it is typed.
fn collect_namespace(folder: &Path, name: &str, depth: usize, modules: &mut Modules) {
    for (stem, path) in entries(folder) {
        if depth == 0 || !path.is_dir() {
            continue;
        }
        let name = format!("{name}.{stem}");
        if !is_package(&path) {
            collect_namespace(&path, &name, depth - 1, modules);
        } else if path.join("py.typed").is_file() {
            merge(modules, list_package(&path, &name, &["pyi", "py"]));
        }
    }
}

/// All modules in `folder`, which is the package `name`, whose files have one of the extensions.
fn list_package(folder: &Path, name: &str, extensions: &[&str]) -> Modules {
    let mut modules = Modules::new();
    list_folder(folder, name, extensions, MAX_DEPTH, &mut modules);
    modules
}

fn list_folder(folder: &Path, package: &str, extensions: &[&str], depth: usize, modules: &mut Modules) {
    // A package hides a module of the same name, and a stub the code it describes.
    let rank = |module: &InstalledModule| {
        (module.is_package, module.path.extension().is_some_and(|extension| extension == "pyi"))
    };
    for (stem, path) in entries(folder) {
        if path.is_dir() {
            // Links to folders could lead around in circles, and installers do not make them.
            if depth > 0 && !path.is_symlink() {
                list_folder(&path, &format!("{package}.{stem}"), extensions, depth - 1, modules);
            }
        } else if path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension)) {
            let is_package = stem == "__init__";
            let name = if is_package { Name::new(package) } else { Name::new(&format!("{package}.{stem}")) };
            let module = InstalledModule::new(name, path, is_package);
            if modules.get(&name).is_none_or(|known| rank(known) < rank(&module)) {
                modules.insert(name, module);
            }
        }
    }
}

/// The entries of a folder that can be modules or packages, each with the part of its name that an import would use.
fn entries(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| {
        let path = entry.ok()?.path();
        let stem = path.file_stem()?.to_str()?.to_owned();
        (is_identifier(&stem) && stem != "__pycache__").then_some((stem, path))
    })
}

/// Adds the modules that are not known yet.
fn merge(modules: &mut Modules, more: Modules) {
    for (name, module) in more {
        modules.entry(name).or_insert(module);
    }
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").is_file() || folder.join("__init__.pyi").is_file()
}

/// Whether a folder holds a compiled module: `name.so`, `name.cpython-312-x86_64-linux-gnu.so`, `name.pyd`.
fn has_extension_module(folder: &Path, name: &str) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let file = PathBuf::from(entry.file_name());
        file.extension().is_some_and(|extension| extension == "so" || extension == "pyd")
            && file.to_str().is_some_and(|file| file.split('.').next() == Some(name))
    })
}

/// Whether the text can be a name in an import; keeps odd names out of paths.
fn is_identifier(text: &str) -> bool {
    text.chars().all(|c| c == '_' || c.is_alphanumeric()) && text.chars().next().is_some_and(|c| !c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An environment with these files.
    fn environment(files: &[(&str, &str)]) -> (tempfile::TempDir, Installed) {
        let root = tempfile::tempdir().unwrap();
        let site_packages = root.path().join("lib/python3.12/site-packages");
        fs::create_dir_all(&site_packages).unwrap();
        for (path, text) in files {
            let path = site_packages.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let installed = Installed::find(Some(root.path()), root.path());
        assert_eq!(installed.site_packages(), [site_packages]);
        (root, installed)
    }

    /// Each module of `top_level` with its file.
    fn modules(files: &[(&str, &str)], top_level: &str) -> Vec<String> {
        let (_root, installed) = environment(files);
        let base = &installed.site_packages()[0];
        let modules = installed.modules_of(Name::new(top_level));
        let file = |module: &Arc<InstalledModule>| {
            let path = module.path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
            assert_eq!(module.is_package, path.contains("__init__"));
            format!("{} {path}", module.name)
        };
        modules.iter().map(file).collect()
    }

    #[test]
    fn a_marked_package_is_read() {
        let files = [
            ("p/py.typed", ""),
            ("p/__init__.py", ""),
            ("p/core.py", ""),
            ("p/fast.py", ""),
            ("p/fast.pyi", ""),
            ("p/native.pyi", ""),
            ("p/sub/__init__.py", ""),
            ("p/sub/deep.py", ""),
            ("p/sub.py", ""),
            ("p/__pycache__/core.py", ""),
            ("p/some-script.py", ""),
            ("p/data.txt", ""),
        ];
        let expected = [
            "p p/__init__.py",
            "p.core p/core.py",
            "p.fast p/fast.pyi",
            "p.native p/native.pyi",
            "p.sub p/sub/__init__.py",
            "p.sub.deep p/sub/deep.py",
        ];
        assert_eq!(modules(&files, "p"), expected);
        assert!(modules(&files[1..], "p").is_empty(), "no py.typed");
        assert!(modules(&files, "other").is_empty());
        assert!(modules(&files, "..").is_empty());
    }

    #[test]
    fn stubs_win() {
        let mut files = vec![
            ("p-stubs/__init__.pyi", ""),
            ("p-stubs/core.pyi", ""),
            ("p/py.typed", ""),
            ("p/__init__.py", ""),
            ("p/core.py", ""),
            ("p/more.py", ""),
        ];
        assert_eq!(modules(&files, "p"), ["p p-stubs/__init__.pyi", "p.core p-stubs/core.pyi"]);
        files.push(("p-stubs/py.typed", "partial\n"));
        let merged = ["p p-stubs/__init__.pyi", "p.core p-stubs/core.pyi", "p.more p/more.py"];
        assert_eq!(modules(&files, "p"), merged);
        files.retain(|(path, _)| *path != "p/py.typed");
        assert_eq!(modules(&files, "p"), merged[..2]);
    }

    #[test]
    fn a_single_stub_file_is_read() {
        assert_eq!(modules(&[("six.py", ""), ("six.pyi", "")], "six"), ["six six.pyi"]);
        assert!(modules(&[("six.py", "")], "six").is_empty());
    }

    #[test]
    fn parts_of_a_namespace_package_speak_for_themselves() {
        let files = [
            ("google-stubs/proto/__init__.pyi", ""),
            ("google/cloud/store/__init__.py", ""),
            ("google/cloud/store/py.typed", ""),
            ("google/cloud/store/client.py", ""),
            ("google/cloud/untyped/__init__.py", ""),
            ("google/proto/__init__.py", ""),
        ];
        let expected = [
            "google.cloud.store google/cloud/store/__init__.py",
            "google.cloud.store.client google/cloud/store/client.py",
            "google.proto google-stubs/proto/__init__.pyi",
        ];
        assert_eq!(modules(&files, "google"), expected);
    }

    #[test]
    fn what_can_be_imported_is_installed() {
        let (_root, installed) = environment(&[
            ("package/__init__.py", ""),
            ("module.py", ""),
            ("native.cpython-312-x86_64-linux-gnu.so", ""),
            ("windows.pyd", ""),
            ("stubbed-stubs/__init__.pyi", ""),
            ("typed.pyi", ""),
            ("text.txt", ""),
        ]);
        let names = ["package", "module", "native", "windows", "stubbed", "typed", "text", "", "..", "nat"];
        let found: Vec<&str> = names.into_iter().filter(|name| installed.is_installed(Name::new(name))).collect();
        assert_eq!(found, ["package", "module", "native", "windows"]);
        assert!(!Installed::default().is_installed(Name::new("package")));
    }

    #[test]
    fn a_module_that_is_not_python_is_left_out() {
        let (root, _) = environment(&[]);
        let load = |text: &[u8]| {
            let path = root.path().join("m.py");
            fs::write(&path, text).unwrap();
            InstalledModule::new(Name::new("m"), path, false).load()
        };
        assert!(load("\u{feff}x: int = 1\n".as_bytes()).is_some());
        assert!(load(b"def f(:\n").is_none());
        assert!(load(b"# \xff\nx = 1\n").is_none());
        let missing = root.path().join("missing.py");
        assert!(InstalledModule::new(Name::new("m"), missing, false).load().is_none());
    }
}
