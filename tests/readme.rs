//! What the README shows is what happens.

mod support;

use std::fs;
use std::path::Path;

use support::{Run, Sandbox, python};

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(path).expect("there is a README")
}

fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let opening = format!("```{language}\n");
    readme.split(&opening).nth(1).and_then(|rest| rest.split("```").next()).expect("there is such a block")
}

#[test]
fn the_example_is_real() {
    let readme = readme();
    let sandbox = Sandbox::new(&[("orders.py", block(&readme, "python"))]);
    let diff = sandbox.ok(["diff", "orders.py"]).stdout;
    assert_eq!(block(&readme, "diff"), diff, "the README should show\n{diff}");
    sandbox.ok(["apply"]);
    assert_eq!(sandbox.mypy(), "");
}

#[test]
#[cfg(unix)]
fn the_review_is_real() {
    let readme = readme();
    let sandbox = Sandbox::new(&[("orders.py", block(&readme, "python"))]);
    let mut command = sandbox.on_terminal("40x84", "iQ", &["orders.py"]);
    let run = Run::of(&command.output().expect("Python runs"));
    let screens = run.screens();
    let shown = screens[1].split("\n> ").next().expect("there is a prompt");
    assert_eq!(block(&readme, "text"), format!("{shown}\n"), "the README should show\n{shown}");
}

#[test]
fn the_settings_are_known() {
    let readme = readme();
    let sandbox = Sandbox::new(&[("pyproject.toml", block(&readme, "toml")), ("a.py", "x = 1\n")]);
    sandbox.ok(["diff"]);
}

#[test]
fn every_setting_is_in_the_table() {
    let readme = readme();
    let table: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    for line in Sandbox::new(&[]).ok(["config"]).stdout.lines() {
        let key = line.trim_start_matches("# ").split(" =").next().unwrap_or_default();
        assert!(table.iter().any(|row| row.contains(&format!("`{key}`"))), "{key}");
    }
}

#[test]
fn every_transform_has_work_in_the_example_project() {
    let sandbox = Sandbox::copy_of("tests/example");
    let said = sandbox.ok(["diff", "--unsafe"]).stderr;
    for transform in hintwright::commands::analysis::transform_names() {
        assert!(said.lines().any(|line| line.trim().starts_with(transform)), "{transform} proposes nothing:\n{said}");
    }
}

/// What mypy says, without line numbers: hints move the lines.
fn errors(sandbox: &Sandbox) -> Vec<String> {
    let said = sandbox.mypy();
    let lines = said.lines().map(|line| {
        let (file, rest) = line.split_once(':').unwrap_or((line, ""));
        format!("{file}:{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
    });
    lines.collect()
}

#[test]
fn the_example_project_works_as_before() {
    let sandbox = Sandbox::copy_of("tests/example");
    let output = || {
        let run = std::process::Command::new(python())
            .args(["-B", "-m", "parcels"])
            .current_dir(sandbox.root())
            .output()
            .expect("Python runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    };
    let (before, said_before) = (output(), errors(&sandbox));
    sandbox.ok(["apply"]);
    assert_eq!(output(), before);
    let new: Vec<String> = errors(&sandbox).into_iter().filter(|error| !said_before.contains(error)).collect();
    assert!(new.is_empty(), "{}", new.join("\n"));
    let run = sandbox.run(["diff", "--check"]);
    assert_eq!(run.code, Some(0), "a second run proposes:\n{}", sandbox.run(["diff"]).stdout);
}
