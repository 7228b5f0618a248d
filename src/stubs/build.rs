//! Makes the bundle from a typeshed folder.
//!
//! The same folder gives the same bytes, on every machine and with any number of threads: a test depends on it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::bundle::{Packed, Versions, assemble, pack};
use crate::facts::{FileFacts, Layout, lower_stub};
use crate::text::{TextRange, hash_bytes};

/// Why a bundle cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file or folder of typeshed cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line of `stdlib/VERSIONS` is not of the form `module: 3.0-3.9`.
    #[error("stdlib/VERSIONS has a line of an unknown form: `{0}`")]
    Versions(String),
    /// Neither a module nor any package around it is in `stdlib/VERSIONS`.
    #[error("stdlib/VERSIONS does not list {0}")]
    Unlisted(String),
    /// Facts cannot be serialised.
    #[error("cannot serialise the facts of {module}")]
    Encode {
        /// The module; `the index` for the index.
        module: String,
        /// What the serialiser said.
        source: postcard::Error,
    },
}

/// Makes a bundle of the standard library in `typeshed`, the folder that holds `stdlib/`.
pub fn build(typeshed: &Path) -> Result<Vec<u8>, BuildError> {
    let stdlib = typeshed.join("stdlib");
    let versions = read(&stdlib.join("VERSIONS"))?;
    let versions = parse_versions(&versions)?;
    let mut files = Vec::new();
    find_stubs(&stdlib, "", &mut files)?;
    files.sort_by(|a, b| a.module.cmp(&b.module));

    let modules = files
        .into_par_iter()
        .map(|file| {
            let text = read(&file.path)?;
            let versions =
                versions_of(&versions, &file.module).ok_or_else(|| BuildError::Unlisted(file.module.clone()))?;
            let mut facts = lower_stub(&text);
            slim(&mut facts);
            match pack(&facts) {
                Ok(blob) => Ok((
                    Packed { name: file.module, is_package: file.is_package, versions, blob },
                    hash_bytes(text.as_bytes()),
                )),
                Err(source) => Err(BuildError::Encode { module: file.module, source }),
            }
        })
        .collect::<Result<Vec<_>, BuildError>>()?;
    let (modules, digests): (Vec<Packed>, Vec<u64>) = modules.into_iter().unzip();
    let origin = origin(typeshed, &digests);
    assemble(&origin, &modules).map_err(|source| BuildError::Encode { module: "the index".into(), source })
}

/// A stub file of the standard library.
struct StubFile {
    module: String,
    path: PathBuf,
    is_package: bool,
}

/// Lists the stubs in `folder`, which is the package `package`, and below.
fn find_stubs(folder: &Path, package: &str, files: &mut Vec<StubFile>) -> Result<(), BuildError> {
    let failed = |source| BuildError::Read { path: folder.into(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let module = if package.is_empty() { stem.to_owned() } else { format!("{package}.{stem}") };
        if path.is_dir() {
            find_stubs(&path, &module, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pyi") {
            let is_package = stem == "__init__";
            let module = if is_package { package.to_owned() } else { module };
            files.push(StubFile { module, path, is_package });
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(|source| BuildError::Read { path: path.into(), source })
}

/// Parses `stdlib/VERSIONS`: lines like `asyncio.mixins: 3.10-` and `distutils: 3.0-3.11  # reason`.
fn parse_versions(text: &str) -> Result<BTreeMap<&str, Versions>, BuildError> {
    let mut versions = BTreeMap::new();
    for line in text.lines() {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            continue;
        }
        let parsed = entry.split_once(':').and_then(|(module, range)| {
            let (min, max) = range.trim().split_once('-')?;
            let max = if max.is_empty() { None } else { Some(parse_version(max)?) };
            Some((module.trim(), Versions { min: parse_version(min)?, max }))
        });
        let (module, range) = parsed.ok_or_else(|| BuildError::Versions(line.to_owned()))?;
        versions.insert(module, range);
    }
    Ok(versions)
}

fn parse_version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The versions of a module: its own line, else that of the nearest package around it.
fn versions_of(versions: &BTreeMap<&str, Versions>, module: &str) -> Option<Versions> {
    let mut name = module;
    loop {
        if let Some(&found) = versions.get(name) {
            return Some(found);
        }
        name = name.rsplit_once('.')?.0;
    }
}

/// Leaves out what only matters for a file that is edited. A zero is one byte in the bundle and compresses to nothing.
fn slim(facts: &mut FileFacts) {
    facts.layout = Layout::default();
    facts.comments.clear();
    for expr in &mut facts.exprs {
        expr.range = TextRange::default();
    }
    for stmt in &mut facts.stmts {
        stmt.range = TextRange::default();
    }
    for import in &mut facts.imports {
        import.range = TextRange::default();
        import.stmt_range = TextRange::default();
    }
    for class in &mut facts.classes {
        class.range = TextRange::default();
        class.name_range = TextRange::default();
        class.docstring = None;
    }
    for function in &mut facts.functions {
        function.range = TextRange::default();
        function.name_range = TextRange::default();
        function.params_start = 0;
        function.params_end = 0;
        function.docstring = None;
        function.type_comment = None;
        for param in &mut function.params {
            param.name_range = TextRange::default();
        }
    }
}

/// Says which typeshed this is: the release of the mypy that it came with, if any, and a digest of its stubs.
fn origin(typeshed: &Path, digests: &[u64]) -> String {
    let all: Vec<u8> = digests.iter().flat_map(|digest| digest.to_le_bytes()).collect();
    let stubs = format!("{} stubs, {:016x}", digests.len(), hash_bytes(&all));
    let release =
        typeshed.parent().and_then(|mypy| fs::read_to_string(mypy.join("version.py")).ok()).and_then(|text| {
            let (_, version) = text.split_once("__version__ = \"")?;
            Some(version.split_once('"')?.0.to_owned())
        });
    match release {
        Some(release) => format!("typeshed of mypy {release}, {stubs}"),
        None => format!("typeshed, {stubs}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stubs;
    use super::*;
    use crate::text::Name;

    fn typeshed(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_becomes_a_bundle() {
        let folder = typeshed(&[
            ("stdlib/VERSIONS", "# comment\n\nos: 3.0-\nos.new: 3.12-  # reason\ndistutils: 3.0-3.11\n"),
            ("stdlib/os/__init__.pyi", "def getcwd() -> str: ...\n"),
            ("stdlib/os/path.pyi", "sep: str\n"),
            ("stdlib/os/new.pyi", "sep: str\n"),
            ("stdlib/distutils/command/sdist.pyi", "x: int\n"),
            ("stdlib/README.md", "not a stub"),
        ]);
        let bytes = build(folder.path()).unwrap();
        assert_eq!(bytes, build(folder.path()).unwrap());
        let stubs = Stubs::from_bytes(bytes).unwrap();
        let names: Vec<&str> = stubs.module_names().map(Name::as_str).collect();
        assert_eq!(names, ["distutils.command.sdist", "os", "os.new", "os.path"]);
        assert!(stubs.is_package(Name::new("os")) && !stubs.is_package(Name::new("os.path")));
        assert!(!stubs.available(Name::new("distutils.command.sdist"), (3, 12)));
        assert!(!stubs.available(Name::new("os.new"), (3, 11)));
        assert!(stubs.available(Name::new("os.path"), (3, 8)));
        assert!(stubs.origin().starts_with("typeshed, 4 stubs, "));
    }

    #[test]
    fn how_a_stub_is_laid_out_leaves_no_trace() {
        let packed = |text: &str| {
            let mut facts = lower_stub(text);
            slim(&mut facts);
            pack(&facts).unwrap()
        };
        let tight =
            "import os as o\n@final\nclass C(B):\n    x: int\n    def f(self, *, a: 'str' = ...) -> None: ...\n";
        let loose = "# comment\nimport os   as o\n\n@final\nclass C( B ):  # noqa\n\n  x : int\n  \
                     def f( self, *,\n    a: 'str'=... ) -> None : ...\n";
        assert_eq!(packed(tight), packed(loose));
        assert_ne!(packed(tight), packed(&tight.replace("int", "str")));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let message = |files: &[(&str, &str)]| build(typeshed(files).path()).unwrap_err().to_string();
        assert!(message(&[]).starts_with("cannot read "));
        assert!(message(&[("stdlib/VERSIONS", "os 3.0-\n")]).ends_with("`os 3.0-`"));
        let unlisted = message(&[("stdlib/VERSIONS", "sys: 3.0-\n"), ("stdlib/os.pyi", "")]);
        assert_eq!(unlisted, "stdlib/VERSIONS does not list os");
    }
}
