//! Finds the folders of installed packages of a Python environment, from file names alone.
//!
//! No interpreter is ever run: what `sys.path` would say is read off the folder layouts that are in use, those of
//! Python itself, of the makers of virtual environments and of Debian.

use std::fs;
use std::path::{Path, PathBuf};

/// The `site-packages` folders to search, in order.
///
/// An explicit interpreter (or environment folder) decides alone. Without one, the first of these that has any:
/// the activated environment, `.venv`, `venv`.
pub(super) fn site_packages(python: Option<&Path>, activated: Option<&Path>, project_root: &Path) -> Vec<PathBuf> {
    if let Some(python) = python {
        return of_interpreter(python);
    }
    let candidates =
        [activated.map(Path::to_path_buf), Some(project_root.join(".venv")), Some(project_root.join("venv"))];
    candidates
        .iter()
        .flatten()
        .map(|prefix| of_prefix(prefix, None))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// The folders of the interpreter at `python`, or of the environment if `python` is a folder.
fn of_interpreter(python: &Path) -> Vec<PathBuf> {
    if python.is_dir() {
        return of_prefix(python, None);
    }
    // A virtual environment's interpreter is a link to the one it was made with: links are followed only where the
    // place of the link itself is no environment.
    let target = fs::canonicalize(python).unwrap_or_else(|_| python.to_path_buf());
    let version = version_in_name(python).or_else(|| version_in_name(&target));
    let found = of_prefix(&prefix_of(python), version);
    if found.is_empty() { of_prefix(&prefix_of(&target), version) } else { found }
}

/// The folder that an interpreter belongs to: `<prefix>/bin/python`, `<prefix>\Scripts\python.exe`, or directly in it
/// as Python for Windows has it.
fn prefix_of(python: &Path) -> PathBuf {
    let folder = python.parent().unwrap_or(Path::new(""));
    let is_bin = folder.file_name().is_some_and(|name| name == "bin" || name.eq_ignore_ascii_case("scripts"));
    if is_bin { folder.parent().unwrap_or(Path::new("")) } else { folder }.to_path_buf()
}

/// The folders below a prefix, with those of the base interpreter if `pyvenv.cfg` includes them.
fn of_prefix(prefix: &Path, version: Option<(u32, u32)>) -> Vec<PathBuf> {
    let Ok(config) = fs::read_to_string(prefix.join("pyvenv.cfg")) else {
        return below(prefix, version);
    };
    let value = |key: &str| {
        config
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == key)
            .map(|(_, v)| v.trim())
    };
    // venv writes `version`, virtualenv and uv write `version_info`.
    let version = value("version").or_else(|| value("version_info")).and_then(parse_version).or(version);
    let mut found = below(prefix, version);
    if value("include-system-site-packages").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        && let Some(home) = value("home")
    {
        found.extend(below(&prefix_of(&Path::new(home).join("python")), version));
    }
    found
}

/// The folders below a prefix: those of `version`, or of the newest version there is.
fn below(prefix: &Path, version: Option<(u32, u32)>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if prefix == Path::new("/usr") {
        found.extend(below(Path::new("/usr/local"), version));
    }
    for lib in ["lib", "lib64"] {
        let mut libs: Vec<_> = fs::read_dir(prefix.join(lib))
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let version = version_in_name(&path)?;
                let packages: Vec<PathBuf> = ["site-packages", "dist-packages"]
                    .iter()
                    .map(|name| path.join(name))
                    .filter(|path| path.is_dir())
                    .collect();
                (!packages.is_empty()).then_some((version, packages))
            })
            .collect();
        libs.sort();
        let newest = libs.last().map(|(version, _)| *version);
        let wanted = version.or(newest);
        found.extend(
            libs.into_iter().filter(|(version, _)| Some(*version) == wanted).flat_map(|(_, packages)| packages),
        );
    }
    found.extend(
        [prefix.join("lib/python3/dist-packages"), prefix.join("Lib/site-packages")]
            .into_iter()
            .filter(|path| path.is_dir()),
    );
    // `lib64` is often a link to `lib`, and on some systems `Lib` is the same folder as `lib`.
    let mut seen = Vec::new();
    found.retain(|path| {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let is_new = !seen.contains(&real);
        seen.push(real);
        is_new
    });
    found
}

/// The version in a name like `python3.12`, `python3.13t`, `pypy3.10` or `python3.12.exe`.
fn version_in_name(path: &Path) -> Option<(u32, u32)> {
    let name = path.file_name()?.to_str()?;
    parse_version(name.strip_prefix("python").or_else(|| name.strip_prefix("pypy"))?)
}

/// The first two numbers of a version, whatever follows them.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = text.split_once('.')?;
    let minor_len = rest.bytes().take_while(u8::is_ascii_digit).count();
    Some((major.parse().ok()?, rest[..minor_len].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these subfolders.
    fn folder(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        folder
    }

    /// Search result relative to `root`, with forward slashes.
    fn relative(found: &[PathBuf], root: &Path) -> Vec<String> {
        found.iter().map(|path| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")).collect()
    }

    #[test]
    fn the_first_environment_that_has_packages_is_taken() {
        let root = folder(&["venv/lib/python3.11/site-packages", ".venv", "active/Lib/site-packages"]);
        let (path, active) = (root.path(), root.path().join("active"));
        assert_eq!(relative(&site_packages(None, Some(&active), path), path), ["active/Lib/site-packages"]);
        assert_eq!(relative(&site_packages(None, None, path), path), ["venv/lib/python3.11/site-packages"]);
        assert!(site_packages(None, None, &active).is_empty());
        assert!(site_packages(Some(&path.join("missing/bin/python")), Some(&active), path).is_empty());
    }

    #[test]
    fn an_interpreter_leads_to_its_packages() {
        let root = folder(&["lib/python3.9/site-packages", "lib/python3.12/site-packages", "lib/python3.13", "bin"]);
        let of =
            |python: &str| relative(&site_packages(Some(&root.path().join(python)), None, root.path()), root.path());
        assert_eq!(of("bin/python3.9"), ["lib/python3.9/site-packages"]);
        assert_eq!(of("bin/python3"), ["lib/python3.12/site-packages"]);
        assert_eq!(of(""), ["lib/python3.12/site-packages"]);
        fs::write(root.path().join("pyvenv.cfg"), "home = /nowhere\nversion_info = 3.9.1.final.0\n").unwrap();
        assert_eq!(of("bin/python"), ["lib/python3.9/site-packages"]);
    }

    #[test]
    fn an_environment_may_include_the_base_packages() {
        let root = folder(&["env/lib/python3.12/site-packages", "base/lib/python3.12/site-packages", "base/bin"]);
        let config = |include: &str| {
            let home = root.path().join("base/bin");
            let text =
                format!("home = {}\ninclude-system-site-packages = {include}\nversion = 3.12.1\n", home.display());
            fs::write(root.path().join("env/pyvenv.cfg"), text).unwrap();
            relative(&site_packages(Some(&root.path().join("env/bin/python")), None, root.path()), root.path())
        };
        assert_eq!(config("false"), ["env/lib/python3.12/site-packages"]);
        assert_eq!(config("true"), ["env/lib/python3.12/site-packages", "base/lib/python3.12/site-packages"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_out_of_folders_without_packages() {
        let root = folder(&[
            "env/lib/python3.12/site-packages",
            "env/bin",
            "base/lib/python3.12/site-packages",
            "base/bin",
            "bin",
        ]);
        let python = root.path().join("base/bin/python3.12");
        fs::write(&python, "").unwrap();
        for link in ["env/bin/python", "bin/python"] {
            std::os::unix::fs::symlink(&python, root.path().join(link)).unwrap();
        }
        std::os::unix::fs::symlink("lib", root.path().join("env/lib64")).unwrap();
        let of = |path: &str| site_packages(Some(&root.path().join(path)), None, root.path());
        assert_eq!(relative(&of("env/bin/python"), root.path()), ["env/lib/python3.12/site-packages"]);
        assert_eq!(
            of("bin/python"),
            [fs::canonicalize(root.path()).unwrap().join("base/lib/python3.12/site-packages")]
        );
    }
}
