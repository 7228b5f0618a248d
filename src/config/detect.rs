//! What a project says about itself in the files of other tools: its top directory, the oldest Python it supports,
//! the width of its lines.
//!
//! These files are not ours: one that cannot be read or parsed says nothing, it is never an error.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::source::display_path;
use crate::types::PythonVersion;

const PROJECT_FILES: [&str; 5] = ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "hintwright.toml"];

/// `path` when it is a directory, else the directory that holds it; absolute where the system allows.
pub(super) fn directory(path: &Path) -> PathBuf {
    let path = fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    if path.is_file() { path.parent().map(Path::to_owned).unwrap_or(path) } else { path }
}

/// The nearest directory upward from `start` that looks like the top of a project; where none does, the one that holds
/// the outermost package around `start`.
pub fn project_root(start: &Path) -> PathBuf {
    let start = directory(start);
    let is_top = |dir: &&Path| dir.join(".git").exists() || PROJECT_FILES.iter().any(|name| dir.join(name).is_file());
    let is_no_package = |dir: &&Path| !dir.join("__init__.py").is_file();
    let top = start.ancestors().find(is_top).or_else(|| start.ancestors().find(is_no_package));
    top.unwrap_or(&start).to_owned()
}

/// The top of the git working tree that holds `start`.
pub fn git_root(start: &Path) -> Option<PathBuf> {
    directory(start).ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_owned)
}

/// The directories whose files speak for `start`, nearest first: up to the top of the git working tree; without
/// one, up to the top of the project.
pub(super) fn ancestors(start: &Path) -> Vec<PathBuf> {
    let start = directory(start);
    let top = git_root(&start).unwrap_or_else(|| project_root(&start));
    start.ancestors().take_while(|dir| dir.starts_with(&top)).map(Path::to_owned).collect()
}

/// The version that hints are written for and the one that a file of the project states, with the file: the oldest one
/// that any of the paths asks for.
pub(super) fn target(paths: &[PathBuf]) -> (PythonVersion, Option<(PythonVersion, String)>) {
    let stated = paths.iter().filter_map(|path| ancestors(path).into_iter().find_map(|dir| stated_version(&dir)));
    oldest(stated).map_or((PythonVersion::OLDEST_SUPPORTED, None), |(target, stated)| (target, Some(stated)))
}

/// The same for the projects whose files lie in some directories, if one of them states a version.
pub(super) fn target_below<'d>(
    dirs: impl Iterator<Item = &'d Path>,
) -> Option<(PythonVersion, (PythonVersion, String))> {
    oldest(dirs.filter_map(stated_version))
}

fn oldest(stated: impl Iterator<Item = ((u8, u8), PathBuf)>) -> Option<(PythonVersion, (PythonVersion, String))> {
    let ((major, minor), path) = stated.min_by_key(|&(version, _)| version)?;
    let stated = PythonVersion::new(major, minor);
    Some((stated.clamp(PythonVersion::OLDEST, PythonVersion::NEWEST), (stated, display_path(&path))))
}

/// The oldest version that a project of `paths` names among its classifiers, with the file. They promise nothing that an
/// installer holds it to, but someone may still run it there.
pub(super) fn classified(paths: &[PathBuf]) -> Option<(PythonVersion, String)> {
    let named = |dir: PathBuf| {
        ["pyproject.toml", "setup.cfg", "setup.py"].into_iter().find_map(|name| {
            let path = dir.join(name);
            let version = oldest_classifier(&fs::read_to_string(&path).ok()?)?;
            Some((version, display_path(&path)))
        })
    };
    let of_project = |path: &PathBuf| ancestors(path).into_iter().find_map(named);
    let ((major, minor), path) = paths.iter().filter_map(of_project).min()?;
    Some((PythonVersion::new(major, minor), path))
}

fn oldest_classifier(text: &str) -> Option<(u8, u8)> {
    const PREFIX: &str = "Programming Language :: Python :: ";
    let rest = text.match_indices(PREFIX).map(|(at, prefix)| &text[at + prefix.len()..]);
    let versions = rest.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit() && c != '.').next());
    versions.filter(|version| version.contains('.')).filter_map(version_numbers).min()
}

/// The version that the files of one directory ask for, as major and minor number, and the file.
fn stated_version(dir: &Path) -> Option<((u8, u8), PathBuf)> {
    type Reader = fn(&str) -> Option<(u8, u8)>;
    let readers: [(&str, Reader); 4] = [
        ("pyproject.toml", pyproject_version),
        ("setup.cfg", |text| lower_bound(ini_value(text, "options", "python_requires")?)),
        ("setup.py", setup_py_version),
        (".python-version", |text| text.lines().filter_map(version_numbers).min()),
    ];
    readers.into_iter().find_map(|(name, read)| {
        let path = dir.join(name);
        let version = read(&fs::read_to_string(&path).ok()?)?;
        Some((version, path))
    })
}

fn pyproject_version(text: &str) -> Option<(u8, u8)> {
    let table: Table = text.parse().ok()?;
    let project = table.get("project").and_then(|project| project.get("requires-python"));
    let poetry = || table.get("tool")?.get("poetry")?.get("dependencies")?.get("python");
    lower_bound(project.or_else(poetry)?.as_str()?)
}

/// The string after `python_requires=`, without running anything.
fn setup_py_version(text: &str) -> Option<(u8, u8)> {
    text.match_indices("python_requires").find_map(|(at, word)| {
        let value = text[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
        let value = value.strip_prefix(['=', ':'])?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let value = &value[1..];
        lower_bound(&value[..value.find(quote)?])
    })
}

/// The lower bound of a version specifier such as `>=3.8, <4`, `~=3.9`, `^3.10` or `==3.11.*`; of alternatives, the
/// least one.
fn lower_bound(specifier: &str) -> Option<(u8, u8)> {
    let bound = |alternative: &str| {
        let mut bound = None;
        // The operator of the next number, where a blank stands between them.
        let mut pending = "";
        for part in alternative.split([',', ' ']).filter(|part| !part.is_empty()) {
            let number = part.trim_start_matches(['<', '>', '=', '!', '~', '^']);
            let operator = if number.len() < part.len() { &part[..part.len() - number.len()] } else { pending };
            pending = if number.is_empty() { operator } else { "" };
            if !number.is_empty() && !operator.starts_with(['<', '!']) {
                bound = bound.max(version_numbers(number));
            }
        }
        bound
    };
    specifier.split("||").filter_map(bound).min()
}

/// The numbers of `3.8`, `3.8.1`, `3.11.*`, `cpython-3.9` or `3`.
fn version_numbers(text: &str) -> Option<(u8, u8)> {
    let text = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    Some((major, minor))
}

/// The width of lines that the formatter or the linter of the project is told, and the file that says so.
pub(super) fn line_length(start: &Path) -> Option<(usize, String)> {
    type Reader = fn(&str) -> Option<usize>;
    let ruff: Reader = |text| width(&Value::Table(text.parse().ok()?));
    let flake8: Reader = |text| ini_value(text, "flake8", "max-line-length").and_then(leading_number);
    let readers: [(&str, Reader); 6] = [
        ("pyproject.toml", |text| {
            let table: Table = text.parse().ok()?;
            let tools = table.get("tool")?;
            tools.get("black").and_then(width).or_else(|| tools.get("ruff").and_then(width))
        }),
        ("ruff.toml", ruff),
        (".ruff.toml", ruff),
        ("setup.cfg", flake8),
        ("tox.ini", flake8),
        (".flake8", flake8),
    ];
    ancestors(start).into_iter().find_map(|dir| {
        readers.iter().find_map(|(name, read)| {
            let path = dir.join(name);
            let width = read(&fs::read_to_string(&path).ok()?)?;
            // Someone who writes 0 or 9999 means that there is no limit.
            (40..=1000).contains(&width).then(|| (width, display_path(&path)))
        })
    })
}

fn width(table: &Value) -> Option<usize> {
    usize::try_from(table.get("line-length")?.as_integer()?).ok()
}

fn leading_number(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The value of `key` in `[section]` of a file as `configparser` reads it; only the first line of it.
fn ini_value<'a>(text: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            inside = name.split(']').next().is_some_and(|name| name.trim() == section);
        } else if inside && let Some((name, value)) = line.split_once(['=', ':']) {
            // `max_line_length` and `max-line-length` are the same option.
            if name.trim().replace('_', "-") == key.replace('_', "-") {
                return Some(value.trim());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_alone_stands_in_its_project() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = fs::canonicalize(dir.path()).expect("it exists");
        let inner = root.join("shop/orders");
        fs::create_dir_all(&inner).expect("directories");
        assert_eq!(project_root(&inner), inner, "directories without modules are no package");
        for package in [&root.join("shop"), &inner] {
            fs::write(package.join("__init__.py"), "").expect("a file");
        }
        assert_eq!(project_root(&inner), root);
        assert_eq!(project_root(&inner.join("__init__.py")), root);
        fs::write(root.join("shop/setup.cfg"), "").expect("a file");
        assert_eq!(project_root(&inner), root.join("shop"));
    }
}
