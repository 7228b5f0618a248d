//! The files of a run: which are found, which may be edited, what they say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;

use crate::config::Settings;
use crate::facts::{FileFacts, lower};
use crate::project::InputFile;
use crate::source::{self, Skipped, SourceError, SourceFile, display_path, is_test};
use crate::write::state::writable_file;

/// What was found below the paths of a run.
#[derive(Default)]
pub struct Reading {
    /// The number of files that were read.
    pub files: usize,
    /// How many of them are tests that may not be edited.
    pub tests: usize,
    /// How many files and folders a pattern of the settings leaves out.
    pub excluded: usize,
    /// Files that were left alone: one line each, beginning with the file.
    pub skipped: Vec<String>,
    /// Folders with copies or the code of others: one line each, beginning with the folder.
    pub passed_over: Vec<String>,
}

/// The files below `paths`, and what is to be said about them.
pub(super) fn read_files(paths: &[PathBuf], settings: &Settings) -> Result<(Vec<InputFile>, Reading)> {
    let found = source::discover(paths, &settings.exclude)?;
    let mut passed_over = found.passed_over;
    let vendored: BTreeSet<PathBuf> = found.files.iter().filter_map(|path| vendored_folder(path, paths)).collect();
    passed_over.extend(vendored.iter().map(|folder| Skipped::new(folder, "is vendored: read, not edited")));
    let mut skipped: Vec<String> =
        found.skipped.iter().map(|skipped| format!("{}: {}", display_path(&skipped.path), skipped.reason)).collect();
    let is_kept_test = |path: &&PathBuf| !is_stub(path) && !is_editable(path, paths, settings.include_tests);
    let tests = found.files.iter().filter(is_kept_test).count();
    let read: Vec<Result<InputFile, SourceError>> = found
        .files
        .into_par_iter()
        .map(|path| {
            let editable = is_editable(&path, paths, settings.include_tests)
                && !path.ancestors().any(|folder| vendored.contains(folder));
            read_file(&path, editable)
        })
        .collect();
    let mut files = Vec::with_capacity(read.len());
    for file in read {
        match file {
            Ok(mut file) => {
                // It can say something about the others all the same, and no change is made by halves because of it.
                if file.editable && is_read_only(&file.source.path) {
                    file.editable = false;
                    skipped.push(format!("{}: is read-only", file.source.display_path));
                }
                files.push(file);
            }
            Err(error) => skipped.push(error.to_string()),
        }
    }
    skipped.sort();
    let passed_over = passed_over.iter().map(|folder| format!("{} {}", display_path(&folder.path), folder.reason));
    let (passed_over, count) = (passed_over.collect(), files.len());
    Ok((files, Reading { files: count, tests, excluded: found.excluded, skipped, passed_over }))
}

fn read_file(path: &Path, editable: bool) -> Result<InputFile, SourceError> {
    let source = source::read(path)?;
    let facts = facts(&source)?;
    Ok(InputFile { source, facts: Arc::new(facts), editable })
}

fn facts(source: &SourceFile) -> Result<FileFacts, SourceError> {
    source::with_tree(source, || Ok(lower(&source::parse(source)?, &source.text)))
}

/// What the file at `path` says when it holds `bytes`; none where they are no valid Python.
pub(super) fn facts_of(path: &Path, bytes: &[u8]) -> Option<FileFacts> {
    facts(&SourceFile::from_bytes(path, bytes).ok()?).ok()
}

fn is_read_only(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return true };
    writable_file(&path).is_err()
}

fn is_stub(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pyi")
}

/// Whether a file may be edited: stubs are only read, and so are tests unless they are asked for.
fn is_editable(path: &Path, roots: &[PathBuf], include_tests: bool) -> bool {
    if is_stub(path) {
        return false;
    }
    include_tests || !is_test_below(roots, path)
}

/// Whether a file is taken for a test, by its name and its directories below a root.
pub(super) fn is_test_below(roots: &[PathBuf], path: &Path) -> bool {
    // Of a file that was named itself only the name counts.
    is_test(inside(path, roots).unwrap_or(Path::new(path.file_name().unwrap_or_default())))
}

/// The part of a path below a root. Where the project lies says nothing: a checkout may well be below a directory called
/// `test`.
fn inside<'a>(path: &'a Path, roots: &[PathBuf]) -> Option<&'a Path> {
    let inside =
        roots.iter().filter_map(|root| path.strip_prefix(root).ok()).min_by_key(|inside| inside.iter().count());
    inside.filter(|inside| inside.file_name().is_some())
}

/// Folders for copies of other projects, which are mended there and copied again.
const VENDORED: [&str; 8] =
    ["_vendor", "_vendored", "vendor", "vendored", "third_party", "_third_party", "thirdparty", "3rdparty"];

/// The outermost folder below a root that holds copies of other projects, if the file is in one.
fn vendored_folder(path: &Path, roots: &[PathBuf]) -> Option<PathBuf> {
    let below = inside(path, roots)?.parent()?;
    let folders = below.iter().count();
    let depth = below.iter().position(|part| VENDORED.iter().any(|&name| part == name))?;
    path.parent()?.ancestors().nth(folders - depth - 1).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_name_and_directory() {
        let editable = |path: &str, root: &str| is_editable(Path::new(path), &[PathBuf::from(root)], false);
        assert!(editable("./pkg/core.py", "."));
        assert!(editable("pkg/testing/clock.py", "."));
        assert!(editable("tests/example/pkg/core.py", "tests/example"));
        assert!(editable("tests/helpers.py", "tests/helpers.py"));
        assert!(!editable("tests/test_helpers.py", "tests/test_helpers.py"));
        for path in ["p/tests/helpers.py", "p/test_core.py", "p/core_test.py", "p/conftest.py", "p/core.pyi"] {
            assert!(!editable(path, "p"), "{path}");
        }
        assert!(is_editable(Path::new("p/tests/a.py"), &[PathBuf::from("p")], true));
    }
}
