//! Which files a run is about.
//!
//! Invariants of the result: sorted, each real file once whatever its names, and regular files only. Nothing is opened
//! here, so a pipe or a device in the way cannot block.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::{SourceError, display_path};

/// The files of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Python files, sorted, each real file once.
    pub files: Vec<PathBuf>,
    /// What looks like a Python file or folder but is left alone, sorted by path.
    pub skipped: Vec<Skipped>,
    /// Folders that hold copies or the code of others, sorted by path.
    pub passed_over: Vec<Skipped>,
    /// How many Python files and folders the patterns to exclude leave out.
    pub excluded: usize,
}

/// Something that was left alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path as it was found.
    pub path: PathBuf,
    /// Why, as the end of a sentence that begins with the path.
    pub reason: String,
}

impl Skipped {
    /// Leaves `path` alone.
    pub fn new(path: &Path, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason: reason.into() }
    }
}

/// What a file is, beyond its names: the device and number where the system has them, else the canonical path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    #[cfg(unix)]
    Inode(u64, u64),
    #[cfg(not(unix))]
    Canonical(PathBuf),
}

/// Finds the Python files below `roots`.
///
/// What `.gitignore` and `.ignore` leave out is left out here, in a repository or not; so are hidden folders, virtual
/// environments, installed packages, copies that a build made and what `exclude` names (patterns of `.gitignore`, from the working directory or
/// from a root). A file that is itself a root is always taken. Links to folders are not followed.
pub fn discover(roots: &[PathBuf], exclude: &[String]) -> Result<Discovery, SourceError> {
    let exclude = build_exclude(exclude)?;
    let mut found = Found::default();
    let mut canonical_roots = Vec::new();
    for root in roots {
        if fs::symlink_metadata(root).is_err() {
            return Err(SourceError::NoSuchPath(root.clone()));
        }
        // A dangling link exists, and leads nowhere.
        let metadata = fs::metadata(root).map_err(|_| SourceError::NoSuchPath(root.clone()))?;
        canonical_roots.push(fs::canonicalize(root).map_err(|_| SourceError::NoSuchPath(root.clone()))?);
        if metadata.is_dir() {
            found.walk(root, &exclude);
        } else if metadata.is_file() {
            found.add_file(root, &metadata);
        } else {
            return Err(SourceError::NotAFile { path: display_path(root) });
        }
    }
    for link in std::mem::take(&mut found.links) {
        found.add_link(&link, &canonical_roots);
    }
    let mut files: Vec<PathBuf> = found.files.into_values().collect();
    files.sort();
    found.skipped.sort();
    found.skipped.dedup();
    found.passed_over.sort();
    found.passed_over.dedup();
    Ok(Discovery { files, skipped: found.skipped, passed_over: found.passed_over, excluded: found.excluded })
}

#[derive(Default)]
struct Found {
    files: BTreeMap<Identity, PathBuf>,
    /// Links with the name of a Python file, to be judged when all real files are known.
    links: Vec<PathBuf>,
    skipped: Vec<Skipped>,
    passed_over: Vec<Skipped>,
    excluded: usize,
}

impl Found {
    fn walk(&mut self, root: &Path, exclude: &Gitignore) {
        let passed_over: Arc<Mutex<Vec<Skipped>>> = Arc::default();
        let excluded: Arc<AtomicUsize> = Arc::default();
        let filter = {
            let (root, exclude) = (root.to_owned(), exclude.clone());
            let (passed_over, excluded) = (passed_over.clone(), excluded.clone());
            move |entry: &DirEntry| {
                if entry.depth() == 0 {
                    return true;
                }
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                if let Some(reason) = is_folder.then(|| not_the_authors(entry.path())).flatten() {
                    passed_over.lock().unwrap_or_else(PoisonError::into_inner).push(Skipped::new(entry.path(), reason));
                    return false;
                }
                if is_hidden(entry, is_folder) {
                    return false;
                }
                let is_excluded = is_excluded(entry.path(), is_folder, &root, &exclude);
                if is_excluded && (is_folder || is_python_name(entry.path())) {
                    excluded.fetch_add(1, Ordering::Relaxed);
                }
                !is_excluded
            }
        };
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .follow_links(false)
            .sort_by_file_name(OsStr::cmp)
            .filter_entry(filter)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    if let Some(error) = entry.error() {
                        self.skipped.push(Skipped::new(entry.path(), one_line(error)));
                    }
                    self.entry(&entry);
                }
                Err(error) => {
                    let path = path_of(&error).unwrap_or(root);
                    self.skipped.push(Skipped::new(path, one_line(&error)));
                }
            }
        }
        self.passed_over.append(&mut passed_over.lock().unwrap_or_else(PoisonError::into_inner));
        self.excluded += excluded.load(Ordering::Relaxed);
    }

    fn entry(&mut self, entry: &DirEntry) {
        let Some(kind) = entry.file_type() else { return };
        let path = entry.path();
        if kind.is_dir() || !is_python_name(path) {
            return;
        }
        if kind.is_symlink() {
            self.links.push(path.to_owned());
        } else if kind.is_file() {
            match fs::symlink_metadata(path) {
                Ok(metadata) => self.add_file(path, &metadata),
                Err(error) => self.skipped.push(Skipped::new(path, error.to_string())),
            }
        } else {
            self.skipped.push(Skipped::new(path, "is not a regular file"));
        }
    }

    /// Of several names of one file the first in sorted order stays.
    fn add_file(&mut self, path: &Path, metadata: &Metadata) {
        let Some(identity) = identity(path, metadata) else {
            self.skipped.push(Skipped::new(path, "has no canonical path"));
            return;
        };
        let kept = self.files.entry(identity).or_insert_with(|| path.to_owned());
        if path < kept.as_path() {
            path.clone_into(kept);
        }
    }

    fn add_link(&mut self, link: &Path, roots: &[PathBuf]) {
        let target = fs::canonicalize(link).and_then(|target| Ok((fs::metadata(&target)?, target)));
        let (metadata, target) = match target {
            Ok(found) => found,
            Err(error) => {
                self.skipped.push(Skipped::new(link, format!("is a link that leads nowhere ({error})")));
                return;
            }
        };
        if metadata.is_dir() {
            return;
        }
        if !metadata.is_file() {
            self.skipped.push(Skipped::new(link, "is a link to something that is not a regular file"));
            return;
        }
        if identity(&target, &metadata).is_some_and(|identity| self.files.contains_key(&identity)) {
            return;
        }
        if !roots.iter().any(|root| target.starts_with(root)) {
            self.skipped.push(Skipped::new(link, format!("is a link to {}, outside", display_path(&target))));
        } else if is_python_name(&target) {
            // It would have been found under its own name, had nothing spoken against it.
            self.skipped.push(Skipped::new(link, format!("is a link to {}, which is ignored", display_path(&target))));
        } else {
            self.add_file(link, &metadata);
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "the other systems have to ask for the canonical path, which can fail")]
fn identity(_: &Path, metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    Some(Identity::Inode(metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path, _: &Metadata) -> Option<Identity> {
    fs::canonicalize(path).ok().map(Identity::Canonical)
}

fn is_python_name(path: &Path) -> bool {
    // The file manager of macOS leaves a `._x.py` of its own beside an `x.py`.
    let is_resource_fork = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"._"));
    !is_resource_fork && matches!(path.extension().and_then(OsStr::to_str), Some("py" | "pyi" | "pyw"))
}

/// Whether a folder is none of the user's, by its name.
fn is_hidden(entry: &DirEntry, is_folder: bool) -> bool {
    let name = entry.file_name();
    is_folder && (name.as_encoded_bytes().starts_with(b".") || name == "__pycache__")
}

/// Whether a pattern leaves out a file or folder below `root`.
fn is_excluded(path: &Path, is_folder: bool, root: &Path, exclude: &Gitignore) -> bool {
    let from_root = path.strip_prefix(root).unwrap_or(path);
    !exclude.is_empty() && [path, from_root].iter().any(|path| exclude.matched(path, is_folder).is_ignore())
}

/// Why what is in a folder was not written by the authors of the project, at least not there.
fn not_the_authors(folder: &Path) -> Option<&'static str> {
    let name = folder.file_name()?.to_str()?;
    let kind = folder.extension().and_then(|extension| extension.to_str());
    let is_in_build = || folder.parent().is_some_and(|parent| parent.ends_with("build"));
    match name {
        "node_modules" | "site-packages" | "dist-packages" | "__pypackages__" => Some("holds installed packages"),
        // `setup.py build` copies the packages there, under a name with the platform where something is compiled.
        "lib" if is_in_build() => Some("is a copy that a build made"),
        _ if is_in_build() && (name.starts_with("lib.") || name.starts_with("bdist.")) => {
            Some("is a copy that a build made")
        }
        _ if matches!(kind, Some("egg-info" | "dist-info" | "egg")) => Some("describes or holds an installed package"),
        _ => is_environment(folder).then_some("is a virtual environment"),
    }
}

/// Whether a folder is a virtual environment. Its name proves nothing: the standard library has a `venv` too.
fn is_environment(folder: &Path) -> bool {
    ["pyvenv.cfg", "conda-meta", "bin/activate_this.py"].iter().any(|mark| folder.join(mark).exists())
}

fn build_exclude(patterns: &[String]) -> Result<Gitignore, SourceError> {
    let cwd = std::env::current_dir().unwrap_or_default();
    let mut builder = GitignoreBuilder::new(cwd);
    let bad = |pattern: &str, error: &ignore::Error| SourceError::BadPattern {
        pattern: pattern.to_owned(),
        cause: one_line(error),
    };
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(|error| bad(pattern, &error))?;
    }
    builder.build().map_err(|error| bad(&patterns.join(" "), &error))
}

/// The cause without the path that the walker puts before it.
fn one_line(error: &ignore::Error) -> String {
    let text = match error.io_error() {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    };
    text.replace('\n', "; ")
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::Partial(errors) => errors.first().and_then(path_of),
        _ => None,
    }
}

/// Whether a file is taken for a test, by its name and its directories.
pub fn is_test(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let in_directory = path.parent().is_some_and(|parent| {
        // `testing` is not one of them: packages offer helpers for the tests of others under that name.
        parent.iter().any(|part| ["tests", "test"].iter().any(|&directory| part == directory))
    });
    in_directory || name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py"
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        /// A folder with these files; `x = 1` in each but for the ignore files.
        fn new(files: &[&str]) -> Self {
            let folder = Self(tempfile::tempdir().expect("a folder"));
            for file in files {
                folder.write(file, "x = 1\n");
            }
            folder
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.path(file);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
            fs::write(path, text).expect("written");
        }

        fn path(&self, file: &str) -> PathBuf {
            self.0.path().join(file)
        }

        fn run(&self, roots: &[&str], exclude: &[&str]) -> (Vec<String>, Vec<String>) {
            let roots: Vec<PathBuf> = roots.iter().map(|root| self.path(root)).collect();
            let exclude: Vec<String> = exclude.iter().map(|&pattern| pattern.to_owned()).collect();
            let found = discover(&roots, &exclude).expect("the roots are there");
            let name = |path: &Path| {
                path.strip_prefix(self.0.path()).expect("it is in the folder").to_string_lossy().replace('\\', "/")
            };
            let skipped = found.skipped.iter().map(|skipped| format!("{}: {}", name(&skipped.path), skipped.reason));
            (found.files.iter().map(|path| name(path)).collect(), skipped.collect())
        }
    }

    #[test]
    fn leaves_out_what_is_not_the_authors() {
        let folder = Folder::new(&[
            "b.py",
            "a.pyi",
            "c.pyw",
            "d.txt",
            "x.py/y.py",
            ".tox/z.py",
            "node_modules/z.py",
            "p/__pycache__/z.py",
            "p/site-packages/z.py",
            "e/pyvenv.cfg",
            "e/lib/z.py",
            "venv/__init__.py",
            "._b.py",
            "out/z.py",
            "p/gen_x.py",
            "build/k.py",
            "build/lib/p/x.py",
            "build/lib.linux-x86_64-3.12/p/x.py",
            "build/tools/lib/x.py",
            "p.egg-info/z.py",
            "p-1.0.egg/z.py",
            ".venv/pyvenv.cfg",
            ".venv/z.py",
        ]);
        folder.write(".gitignore", "/out\n");
        folder.write("p/.ignore", "gen_*\n");
        let (files, skipped) = folder.run(&[""], &[]);
        let expected =
            ["a.pyi", "b.py", "build/k.py", "build/tools/lib/x.py", "c.pyw", "venv/__init__.py", "x.py/y.py"];
        assert_eq!(files, expected);
        assert_eq!(skipped, [""; 0]);
        let found = discover(&[folder.path("")], &[]).expect("it is there");
        let passed_over: Vec<_> = found.passed_over.iter().map(|folder| folder.path.file_name()).collect();
        let expected =
            [".venv", "lib", "lib.linux-x86_64-3.12", "e", "node_modules", "site-packages", "p-1.0.egg", "p.egg-info"];
        assert_eq!(passed_over, expected.map(|name| Some(OsStr::new(name))));
    }

    #[test]
    fn takes_a_named_file_always_and_each_once() {
        let folder = Folder::new(&["a/x.py", "a/y.py", "tool"]);
        folder.write(".gitignore", "x.py\n");
        let roots = ["tool", "a/x.py", "a", "", "a/y.py"];
        assert_eq!(folder.run(&roots, &["y.py"]).0, ["a/x.py", "a/y.py", "tool"]);
    }

    #[test]
    fn excludes_by_pattern() {
        let folder = Folder::new(&["a/x.py", "a/gen/y.py", "gen/z.py", "a/x_pb2.py"]);
        assert_eq!(folder.run(&[""], &["/gen", "*_pb2.py"]).0, ["a/gen/y.py", "a/x.py"]);
        assert_eq!(folder.run(&[""], &["gen/"]).0, ["a/x.py", "a/x_pb2.py"]);
        let excluded = discover(&[folder.path("")], &["/gen".to_owned(), "x*".to_owned()]).map(|found| found.excluded);
        assert_eq!(excluded.expect("the folder is there"), 3);
        assert!(matches!(discover(&[], &["[z-a]".to_owned()]), Err(SourceError::BadPattern { .. })));
    }

    #[test]
    fn names_a_root_that_is_missing() {
        let error = discover(&["no/such.py".into()], &[]).expect_err("it is not there");
        assert_eq!(error.to_string(), "no/such.py: no such file or directory");
    }

    #[cfg(unix)]
    #[test]
    fn judges_links_by_their_targets() {
        use std::os::unix::fs::symlink;
        let outside = Folder::new(&["far.py", "folder/in.py"]);
        let folder = Folder::new(&["p/real.py", "script", "ignored/i.py"]);
        folder.write(".gitignore", "ignored\n");
        for (target, link) in [
            (folder.path("p/real.py"), "alias.py"),
            (folder.path("script"), "script.py"),
            (folder.path("ignored/i.py"), "i.py"),
            (folder.path("nowhere"), "dangling.py"),
            (folder.path("loop.py"), "loop.py"),
            (folder.path("p"), "folder.py"),
            (folder.path(""), "p/up"),
            (outside.path("far.py"), "far.py"),
            (outside.path("folder"), "p/folder"),
        ] {
            symlink(target, folder.path(link)).expect("linked");
        }
        fs::hard_link(folder.path("p/real.py"), folder.path("p/again.py")).expect("linked");
        let (files, skipped) = folder.run(&[""], &[]);
        assert_eq!(files, ["p/again.py", "script.py"]);
        let names: Vec<&str> = skipped.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(names, ["dangling.py", "far.py", "i.py", "loop.py"]);
        assert!(skipped[1].ends_with("far.py, outside"), "{}", skipped[1]);
    }

    #[cfg(unix)]
    #[test]
    fn does_not_open_sockets() {
        let folder = Folder::new(&["a.py"]);
        let _socket = std::os::unix::net::UnixListener::bind(folder.path("s.py")).expect("bound");
        let (files, skipped) = folder.run(&[""], &[]);
        assert_eq!((files, skipped), (vec!["a.py".to_owned()], vec!["s.py: is not a regular file".to_owned()]));
    }
}
