//! Names of modules, from where their files are.
//!
//! A file in a directory with `__init__.py` belongs to that package, and so on upwards; the first directory without
//! one is the root that import names start from. So a `src/` layout, several packages side by side and single
//! scripts need no setting. Directories of a namespace package (PEP 420) hold no `__init__.py`: where a file imports
//! by a longer path, [`super::Project`] finds it by that path below the common directory.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::Name;

/// The root of modules that do not come from the repository.
pub(super) const NO_ROOT: u32 = u32::MAX;

/// The names of one file.
pub(super) struct NamedFile {
    pub(super) name: Name,
    pub(super) import_name: Name,
    pub(super) is_package: bool,
    pub(super) root: u32,
}

/// Names the files, which are sorted by path. `is_taken` tells whether the standard library has a name.
pub(super) fn name_modules(paths: &[PathBuf], is_taken: impl Fn(Name) -> bool) -> Vec<NamedFile> {
    let packages: FxHashSet<&Path> = paths
        .iter()
        .filter(|path| path.file_stem().is_some_and(|stem| stem == "__init__"))
        .filter_map(|path| path.parent())
        .collect();
    let mut roots: FxHashMap<PathBuf, u32> = FxHashMap::default();
    let mut used: FxHashSet<Name> = FxHashSet::default();
    paths
        .iter()
        .map(|path| {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let is_package = stem == "__init__";
            let mut parts: Vec<String> = if is_package { Vec::new() } else { vec![stem] };
            let mut directory = path.parent().unwrap_or(Path::new(""));
            while packages.contains(directory) {
                let Some(name) = directory.file_name() else { break };
                parts.push(name.to_string_lossy().into_owned());
                directory = directory.parent().unwrap_or(Path::new(""));
            }
            parts.reverse();
            let import_name = Name::new(&parts.join("."));
            let next = roots.len() as u32;
            let root = *roots.entry(directory.to_path_buf()).or_insert(next);
            let is_free = !import_name.as_str().is_empty() && !is_taken(import_name) && used.insert(import_name);
            let name = if is_free { import_name } else { Name::new(&path.to_string_lossy()) };
            NamedFile { name, import_name, is_package, root }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_scripts_and_duplicates_get_their_names() {
        let paths: Vec<PathBuf> = [
            "a/main.py",
            "b/main.py",
            "b/typing.py",
            "src/pkg/__init__.py",
            "src/pkg/sub/__init__.py",
            "src/pkg/sub/m.py",
        ]
        .iter()
        .map(PathBuf::from)
        .collect();
        let files = name_modules(&paths, |name| name.is("typing"));
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["main", "b/main.py", "b/typing.py", "pkg", "pkg.sub", "pkg.sub.m"]);
        assert_eq!(files[1].import_name.as_str(), "main");
        assert_eq!(files[1].root, files[2].root);
    }
}
