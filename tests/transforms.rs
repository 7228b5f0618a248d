//! Every example of every transform: what is proposed, as a snapshot, and what must hold for all of them.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use support::cases::{Outcome, analyse, examples, transforms, write};
use support::mypy;

/// Calls `check` for each example below `folder` of each transform; all of them are tried before the test fails.
fn for_all(folder: &str, check: impl Fn(&str, &str, &Path)) {
    let mut failed = Vec::new();
    for (transform, directory) in transforms() {
        for (name, path) in examples(&directory.join(folder)) {
            if catch_unwind(AssertUnwindSafe(|| check(&transform, &name, &path))).is_err() {
                failed.push(format!("{transform}/{folder}/{name}"));
            }
        }
    }
    assert!(failed.is_empty(), "failed: {}", failed.join(", "));
}

#[test]
fn cases_give_their_snapshots() {
    for_all("cases", |transform, name, path| {
        let outcome = analyse(path, Some(transform), 4);
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path("../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{transform}__{name}"), outcome.report));
    });
}

#[test]
fn every_snapshot_has_its_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let cases = transforms().into_iter().flat_map(|(transform, directory)| {
        examples(&directory.join("cases")).into_keys().map(move |name| format!("{transform}__{name}.snap"))
    });
    let cases: Vec<String> = cases.collect();
    let snapshots = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = snapshots.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| !cases.contains(name)).collect();
    assert!(left.is_empty(), "without a case: {}", left.join(", "));
}

#[test]
fn declined_code_is_left_alone() {
    for_all("declined", |transform, name, path| {
        let outcome = analyse(path, Some(transform), 4);
        assert_eq!(outcome.proposals, 0, "{transform}/declined/{name}:\n{}", outcome.report);
        let first = if path.is_dir() { path.join("__init__.py") } else { path.to_owned() };
        let text = fs::read_to_string(first).expect("the file of the example that says why");
        assert!(text.starts_with("# "), "{transform}/declined/{name}: the first line says why nothing is proposed");
    });
}

#[test]
fn every_transform_has_as_many_declined_files_as_cases() {
    for (transform, directory) in transforms() {
        let (cases, declined) = (examples(&directory.join("cases")).len(), examples(&directory.join("declined")).len());
        assert!(cases > 0 && declined >= cases, "{transform}: {cases} cases, {declined} declined");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for_all("cases", |transform, _, path| {
        let (one, four) = (analyse(path, Some(transform), 1), analyse(path, Some(transform), 4));
        assert_eq!(one.report, four.report);
        assert_eq!(one.files, four.files);
    });
}

#[test]
fn a_second_run_proposes_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for_all("cases", |transform, name, path| {
        let first = analyse(path, Some(transform), 4);
        let again = rerun(&first, directory.path(), &format!("{transform}__{name}"), path, transform);
        assert!(again.report.is_empty(), "{transform}/cases/{name}:\n{}", again.report);
        assert_eq!(again.files, first.files);
    });
}

fn rerun(first: &Outcome, parent: &Path, name: &str, path: &Path, transform: &str) -> Outcome {
    let written = write(parent, name, &first.files);
    let path = if path.is_dir() { written } else { written.join(path.file_name().expect("a file has a name")) };
    analyse(&path, Some(transform), 4)
}

#[test]
fn hints_are_only_put_in() {
    for_all("cases", |transform, name, path| {
        for (file, old, new) in analyse(path, Some(transform), 4).replacements {
            // A call of `namedtuple` becomes a class, comments become annotations; everything else stays, but for white
            // space where lines are wrapped.
            let allowed = match transform {
                "named_tuple" => true,
                "type_comment" => matches!(old.trim(), "" | ",") || old.trim().starts_with("# type:"),
                _ => matches!(old.trim(), "" | ","),
            };
            assert!(allowed, "{transform}/cases/{name}: {file}: {old:?} became {new:?}");
        }
    });
}

/// One run of the type checker takes all examples of one file; those of several modules need a run each.
#[test]
fn a_type_checker_accepts_the_result() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let single = parent.path().join("single");
    fs::create_dir(&single).expect("a directory");
    let mut projects: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (transform, directory) in transforms() {
        for (name, path) in examples(&directory.join("cases")) {
            let files = analyse(&path, Some(&transform), 4).files;
            let name = format!("{transform}__{name}");
            if path.is_dir() {
                projects.insert(name.clone(), write(parent.path(), &name, &files));
            } else {
                let (_, bytes) = files.into_iter().next().expect("one file");
                fs::write(single.join(format!("{name}.py")), bytes).expect("a file");
            }
        }
    }
    if fs::read_dir(&single).expect("made above").next().is_some() {
        projects.insert(String::new(), single);
    }
    let said: Vec<String> = std::thread::scope(|scope| {
        let run = |(name, path): (String, PathBuf)| scope.spawn(move || (name, mypy(&path, &["."])));
        let running: Vec<_> = projects.into_iter().map(run).collect();
        let finished = running.into_iter().map(|thread| thread.join().expect("it ends"));
        finished.filter(|(_, said)| !said.is_empty()).map(|(name, said)| format!("{name}\n{said}")).collect()
    });
    assert!(said.is_empty(), "{}", said.join("\n"));
}
