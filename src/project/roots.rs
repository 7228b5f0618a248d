//! Names of modules, from where their files are.
//!
//! A file in a directory with `__init__.py` belongs to that package, and so on upwards; the first directory without
//! one is the root that import names start from. So a `src/` layout, several packages side by side and single
//! scripts need no setting. Directories of a namespace package (PEP 420) hold no `__init__.py`: one is a package where
//! files import what it holds by its name, rather than as if the directory were a root. Else, where a file imports by a
//! longer path, [`super::Project`] finds it by that path below the common directory.

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

/// Names the files, which are sorted by path. `imports` are the dotted names that the files import; `is_taken` tells
/// whether the standard library has a name.
pub(super) fn name_modules(
    paths: &[PathBuf],
    imports: impl Iterator<Item = Name>,
    is_taken: impl Fn(Name) -> bool,
) -> Vec<NamedFile> {
    let mut packages: FxHashSet<&Path> = paths
        .iter()
        .filter(|path| path.file_stem().is_some_and(|stem| stem == "__init__"))
        .filter_map(|path| path.parent())
        .collect();
    packages.extend(namespace_packages(paths, imports, &packages, &is_taken));
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

/// The directories without `__init__.py` more of whose contents are imported below the name of the directory than by a
/// name of their own, which may be that of something installed.
fn namespace_packages<'p>(
    paths: &'p [PathBuf],
    imports: impl Iterator<Item = Name>,
    packages: &FxHashSet<&Path>,
    is_taken: &impl Fn(Name) -> bool,
) -> FxHashSet<&'p Path> {
    let mut starts: FxHashSet<(&str, Option<&str>)> = FxHashSet::default();
    for import in imports {
        let mut parts = import.as_str().split('.');
        if let Some(first) = parts.next() {
            starts.insert((first, parts.next()));
            starts.insert((first, None));
        }
    }
    let mut seen: FxHashSet<(&Path, &str)> = FxHashSet::default();
    let mut balance: FxHashMap<&Path, i32> = FxHashMap::default();
    for path in paths {
        let mut inner = path.as_path();
        while let Some(directory) = inner.parent().filter(|directory| !packages.contains(directory)) {
            let (Some(own), Some(held)) = (
                directory.file_name().and_then(|name| name.to_str()),
                inner.file_stem().and_then(|name| name.to_str()),
            ) else {
                break;
            };
            if seen.insert((directory, held)) {
                let is_below = starts.contains(&(own, Some(held)));
                let is_apart = !is_below && starts.contains(&(held, None)) && !is_taken(Name::new(held));
                *balance.entry(directory).or_default() += i32::from(is_below) - i32::from(is_apart);
            }
            inner = directory;
        }
    }
    balance.into_iter().filter(|(_, balance)| *balance > 0).map(|(directory, _)| directory).collect()
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
        let files = name_modules(&paths, std::iter::empty(), |name| name.is("typing"));
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["main", "b/main.py", "b/typing.py", "pkg", "pkg.sub", "pkg.sub.m"]);
        assert_eq!(files[1].import_name.as_str(), "main");
        assert_eq!(files[1].root, files[2].root);
    }
    #[test]
    fn a_folder_whose_files_are_imported_by_its_name_is_a_package() {
        let paths: Vec<PathBuf> =
            ["app/__init__.py", "plugins/play.py", "plugins/sub/__init__.py", "scripts/run.py", "scripts/tools.py"]
                .iter()
                .map(PathBuf::from)
                .collect();
        let imports = ["app", "plugins.sub.x", "plugins.play", "scripts.run", "tools"].map(Name::new);
        let files = name_modules(&paths, imports.into_iter(), |_| false);
        let names: Vec<&str> = files.iter().map(|file| file.import_name.as_str()).collect();
        assert_eq!(names, ["app", "plugins.play", "plugins.sub", "run", "tools"]);
    }
}
