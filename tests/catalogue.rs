//! Each transform's folder is complete, and its page tells the truth.

mod support;

use std::fs;

use hintwright::commands::analysis::{transform_named, transform_names};
use support::cases::{analyse, transforms};

const HEADINGS: [&str; 4] = ["## Example", "## Why", "## Conditions", "## Limits"];

#[test]
fn the_catalogue_and_the_folders_agree() {
    let mut names = transform_names();
    names.sort_unstable();
    assert_eq!(names, transforms().into_keys().collect::<Vec<_>>());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')), "{names:?}");
}

#[test]
fn pages_have_the_same_parts() {
    for (name, directory) in transforms() {
        let page = fs::read_to_string(directory.join("README.md")).expect("every transform has a page");
        let transform = transform_named(&name).expect("it is in the catalogue");
        assert_eq!(transform.page(), page, "{name}: `explain` prints the page");
        let summary = transform.summary();
        let (first, rest) = summary.split_at(1);
        let start = format!("# {name}\n\n{}{rest}.\n", first.to_uppercase());
        assert!(page.starts_with(&start), "{name}: the page starts with the name and the summary");
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, HEADINGS, "{name}");
        let mut fences = page.lines().filter(|line| line.starts_with("```"));
        while let Some(opening) = fences.next() {
            assert!(opening.len() > 3, "{name}: every block of code says its language");
            assert_eq!(fences.next(), Some("```"), "{name}");
        }
    }
}

/// The example of a page is a block before and a block after.
#[test]
fn examples_of_pages_are_what_happens() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    for (name, directory) in transforms() {
        let page = fs::read_to_string(directory.join("README.md")).expect("every transform has a page");
        let example = page.split("## Example").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
        let blocks: Vec<&str> =
            example.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [before, after] = blocks[..] else { panic!("{name}: the example is two blocks") };
        let path = parent.path().join(format!("{name}.py"));
        fs::write(&path, before).expect("a file");
        let outcome = analyse(&path, Some(&name), 2);
        let result = outcome.files.values().next().expect("one file");
        assert_eq!(String::from_utf8_lossy(result), after, "{name}: the example of its page");
    }
}
