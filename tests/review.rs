//! A review on a real pseudo-terminal.

#![cfg(unix)]

mod support;

use std::path::Path;
use std::process::Command;

use support::{Run, Sandbox, python};

const TWO: [(&str, &str); 2] = [
    ("area.py", "def area(width):\n    return None\n\n\nprint(area(2))\n"),
    ("name.py", "def name(text):\n    return None\n\n\nprint(name(\"a\"))\n"),
];

/// Reviews the parameters and returns of [`TWO`], pressing these keys.
fn review(keys: &str) -> (Run, Sandbox) {
    review_with(&[], keys)
}

fn review_with(args: &[&str], keys: &str) -> (Run, Sandbox) {
    let sandbox = Sandbox::new(&TWO);
    let plain = sandbox.command(["review", "--color", "never"].iter().chain(args));
    let mut command = Command::new(python());
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/terminal.py"))
        .args(["[y,n,a,d,i,q,?]? ", keys])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(sandbox.root())
        .env("TERM", "xterm");
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    (Run::of(&command.output().expect("Python runs")), sandbox)
}

#[test]
fn what_is_accepted_is_written() {
    let (run, sandbox) = review("\niad");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("] area.py:1 · signature · "), "{}", run.stdout);
    assert!(sandbox.read("area.py").contains("def area(width: int)"), "{}", run.stdout);
    assert_eq!(sandbox.read("name.py"), TWO[1].1, "{}", run.stdout);
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.read("area.py"), TWO[0].1);
}

#[test]
fn quitting_keeps_what_was_accepted() {
    let (run, sandbox) = review("yq");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("1 accepted, 0 refused, "), "{}", run.stdout);
    assert_ne!(sandbox.read("area.py"), TWO[0].1);
    assert_eq!(sandbox.read("name.py"), TWO[1].1);
}

#[test]
fn an_interrupt_writes_nothing() {
    let (run, sandbox) = review("y\u{3}");
    assert_ne!(run.code, Some(0));
    assert_eq!(sandbox.read("area.py"), TWO[0].1, "{}", run.stdout);
}

#[test]
fn a_review_of_a_plan_asks_only_about_it() {
    let sandbox = Sandbox::new(&TWO);
    sandbox.ok(["diff", "area.py", "--output-format", "json", "--output-file", "../plan.json"]);
    let plan = sandbox.root().with_file_name("plan.json");
    let (run, sandbox) = review_with(&["--plan", plan.to_str().expect("UTF-8")], "aaa");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(sandbox.read("area.py").contains("def area(width: int)"), "{}", run.stdout);
    assert_eq!(sandbox.read("name.py"), TWO[1].1, "{}", run.stdout);
}
