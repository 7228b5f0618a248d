//! The real binary: exit codes, streams, patches, undo.

mod support;

use std::io::Read;
use std::process::Stdio;

use support::{Run, Sandbox, tree};

const AREA: &str = "def area(width, height):\n    return width * height\n\n\nprint(area(2, 3))\n";
const HINTED: &str = "def area(width: int, height: int) -> int:";

#[test]
fn diff_prints_and_writes_nothing() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let before = sandbox.tree();
    let run = sandbox.ok(["diff"]);
    assert!(
        run.stdout.starts_with("diff --git a/area.py b/area.py\n--- a/area.py\n+++ b/area.py\n@@ "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains(&format!("-def area(width, height):\n+{HINTED}\n")), "{}", run.stdout);
    assert!(run.stderr.contains("in 1 file proposed"), "{}", run.stderr);
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn diff_tells_mistakes_and_never_types_around_them() {
    let mistakes = "class Disc:\n    radius = 1.0\n\n\nclass Shape:\n    pass\n\n\nclass Square(Shape):\n    side = 1.0\n\n\n\
                    def area(shape):\n    return shape.area\n\n\ndef side(shape):\n    return shape.side\n\n\n\
                    def third(pair):\n    return pair[2]\n\n\ndef make():\n    return {\"name\": \"a\", \"size\": 1}\n\n\n\
                    def show(row):\n    return row[\"name\"] + row[\"colour\"]\n\n\n\
                    def ask(row):\n    try:\n        return row[\"weight\"]\n    except KeyError:\n        return None\n\n\n\
                    area(Disc())\nside(Shape())\nthird((1, 2))\nshow(make())\nask(make())\n";
    let sandbox = Sandbox::new(&[("mistakes.py", mistakes)]);
    let stderr = sandbox.ok(["diff"]).stderr;
    let told: Vec<&str> = stderr.lines().filter(|line| line.starts_with("mistakes.py:")).collect();
    assert_eq!(
        told,
        [
            "mistakes.py:14: `area` reads `shape.area`, but callers pass `Disc`, which has no `area`.",
            "mistakes.py:22: `third` reads `pair[2]`, but callers pass a tuple of 2.",
            "mistakes.py:30: `show` reads the key `colour`, which nothing that makes the dict sets.",
        ]
    );
    let plan = sandbox.ok(["diff", "--output-format", "json"]).stdout;
    for kind in ["missing-attribute", "index-out-of-range", "missing-key"] {
        assert!(plan.contains(&format!("\"kind\": \"{kind}\"")), "{kind}: {plan}");
    }
}

#[test]
fn an_index_beyond_the_end_of_any_tuple_is_told() {
    let text = "LIMITS = (1, 10)\n\n\ndef bounds(flag):\n    if flag:\n        return 1, 2\n    return 3, 4\n\n\n\
                def span():\n    low = bounds(True)\n    return low[0] - low[-3]\n\n\n\
                def limit():\n    return LIMITS[2]\n\n\n\
                def told(pair: tuple[int, int]) -> int:\n    return pair[2]\n\n\n\
                def passed(pair):\n    return pair[0] + pair[2]\n\n\n\
                def asked(pair: tuple[int, int]):\n    return pair[2] if len(pair) > 2 else 0\n\n\n\
                def tried():\n    try:\n        return bounds(False)[2]\n    except IndexError:\n        return 0\n\n\n\
                def sometimes(flag):\n    row = (1, 2, 3) if flag else (1, 2)\n    return row[2]\n\n\n\
                def secure(pair):\n    if pair[0] == 443:\n        return pair[2]\n    return pair[1]\n\n\n\
                ours = (80, 90)\nlimit()\ntold(ours)\npassed(ours)\nsecure(ours)\n";
    let stderr = Sandbox::new(&[("tuples.py", text)]).ok(["diff"]).stderr;
    let told: Vec<&str> = stderr.lines().filter(|line| line.starts_with("tuples.py:")).collect();
    assert_eq!(
        told,
        [
            "tuples.py:12: `span` reads `low[-3]`, but that is a tuple of 2.",
            "tuples.py:16: `limit` reads `LIMITS[2]`, but that is a tuple of 2.",
            "tuples.py:20: `told` reads `pair[2]`, but that is a tuple of 2.",
            "tuples.py:24: `passed` reads `pair[2]`, but that is a tuple of 2.",
        ]
    );
}

#[test]
fn the_oldest_python_of_several_projects_counts_where_they_have_no_common_one() {
    let text = "def age(n=None):\n    return n\n\n\nage(3)\nage(None)\n";
    let old = "[project]\nrequires-python = '>=3.9'\n";
    let files = [
        ("a/pyproject.toml", old),
        ("a/app.py", text),
        ("b/pyproject.toml", "[project]\nrequires-python = '>=3.12'\n"),
        ("b/other.py", text),
    ];
    let sandbox = Sandbox::new(&files);
    let both = sandbox.ok(["diff", "-v"]);
    assert!(both.stderr.contains("Target: Python 3.9 (a/pyproject.toml)"), "{}", both.stderr);
    assert_eq!(both.stdout.matches("+def age(n: Optional[int] = None)").count(), 2, "{}", both.stdout);
    assert!(sandbox.ok(["diff", "b"]).stdout.contains("+def age(n: int | None = None)"));
    let stated = Sandbox::new(
        &[("pyproject.toml", "[project]\nrequires-python = '>=3.11'\n")]
            .iter()
            .chain(&files)
            .copied()
            .collect::<Vec<_>>(),
    );
    assert_eq!(stated.ok(["diff"]).stdout.matches("+def age(n: int | None = None)").count(), 2);
}

#[test]
fn slips_of_the_pen_are_told_where_nothing_has_such_a_name() {
    let text = "class Disc:\n    def __init__(self):\n        self.radius = 1.0\n\n    def area(self):\n\
                \x20       return self.raduis**2\n\n    def maybe(self):\n        return hasattr(self, \"centre\") and self.centre\n\n\
                \x20   def tried(self):\n        try:\n            return self.colour\n        except AttributeError:\n\
                \x20           return None\n\n\n\
                class Page:\n    def title(self):\n        return self.heading\n\n\n\
                def show(disc):\n    return disc.radisu\n\n\
                def row():\n    return {\"label\": \"a\", \"size\": 1}\n\n\n\
                def read(row):\n    return row[\"lable\"] * row[\"size\"]\n\n\nshow(Disc())\nread(row())\n";
    let stderr = Sandbox::new(&[("slips.py", text)]).ok(["diff"]).stderr;
    let told: Vec<&str> = stderr.lines().filter(|line| line.starts_with("slips.py:")).collect();
    assert_eq!(
        told,
        [
            "slips.py:6: `Disc.area` reads `self.raduis`, which nothing sets (did you mean `radius`?).",
            "slips.py:24: `show` reads `disc.radisu`, but callers pass `Disc`, which has no `radisu`.",
            "slips.py:31: `read` reads the key `lable`, which nothing that makes the dict sets (did you mean `label`?).",
        ]
    );
}

#[test]
fn what_is_to_be_made_by_hand_is_shown_and_not_made() {
    let users = include_str!("../transforms/new_type/cases/too_many_entries.py");
    let sandbox = Sandbox::new(&[("users.py", users)]);
    let run = sandbox.ok(["diff", "--select", "new_type"]);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let told = "users.py:2: by hand: Define `UserId` over `int` and wrap the 9 places where plain values enter.";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let explained = sandbox.ok(["explain", "users.py:load:user_id"]).stdout;
    assert!(explained.contains("Held back: it is to be made by hand"), "{explained}");
}

#[test]
fn exit_codes() {
    let sandbox = Sandbox::new(&[("area.py", AREA), ("plain.py", "x = 1\n"), ("broken.py", "def f(:\n")]);
    let code = |args: &[&str]| sandbox.run(args).code;
    assert_eq!(code(&["diff", "area.py"]), Some(0));
    assert_eq!(code(&["diff", "area.py", "--check"]), Some(1));
    assert_eq!(code(&["diff", "plain.py", "--check"]), Some(0));
    assert_eq!(code(&["diff", "broken.py"]), Some(0));
    assert_eq!(code(&["diff", "broken.py", "--strict"]), Some(2));
    for usage in [
        &["diff", "missing.py"][..],
        &["diff", "--select", "signatur"],
        &["diff", "--no-such-flag"],
        &["diff", "--target-version", "2.7"],
        &["diff", "--min-confidence", "sure"],
        &["diff", "--jobs", "0"],
        &["undo"],
        &["explain", "no_such_transform"],
        &["frobnicate"],
        &[],
    ] {
        let run = sandbox.run(usage);
        assert_eq!(run.code, Some(2), "{usage:?}: {}", run.stderr);
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{usage:?}: {}", run.stdout);
    }
    assert!(sandbox.run(["diff", "--jobs", "0"]).stderr.contains("it is not a number from 1"));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn check_prints_no_diff() {
    let run = Sandbox::new(&[("area.py", AREA)]).run(["diff", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
}

#[test]
fn mistakes_name_what_was_meant() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let says = |args: &[&str]| sandbox.run(args).stderr;
    assert!(says(&["diff", "--select", "singature"]).contains("did you mean `signature`?"));
    assert!(says(&["explain", "typeddict"]).contains("did you mean `typed_dict`?"));
    sandbox.write("pyproject.toml", "[tool.hintwright]\nslect = ['signature']\n");
    let run = sandbox.run(["diff"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("pyproject.toml: unknown key `slect`, did you mean `select`?"), "{}", run.stderr);
    let fails = |args: &[&str]| {
        let run = sandbox.run(args);
        assert_eq!(run.code, Some(2), "{args:?}: {}", run.stdout);
        run.stderr
    };
    for (text, problem) in [
        ("[tool.hintwright\n", "error: pyproject.toml:1:17: unclosed table, expected `]`\n"),
        ("tool.hintwright = 3\n", "error: pyproject.toml: `tool.hintwright` must be a table\n"),
        ("[tool.hintwright]\ntypes-module = 'shop'\n", "error: pyproject.toml: there is no module `shop` "),
    ] {
        sandbox.write("pyproject.toml", text);
        assert!(fails(&["diff"]).starts_with(problem), "{}", fails(&["diff"]));
    }
    sandbox.write("pyproject.toml", "[tool.hintwright]\nexclude = ['area.py']\n");
    assert!(sandbox.ok(["diff"]).stdout.is_empty());
    sandbox.write("hintwright.decisions.toml", "0 = [");
    assert!(fails(&["diff"]).starts_with("error: hintwright.decisions.toml:1:6: "), "{}", fails(&["diff"]));
    sandbox.write("hintwright.decisions.toml", "");
    assert!(fails(&["diff", "--line-length", "wide"]).contains("it is not a number from 20 to 1000"));
    assert!(fails(&["diff", "--readers", "in ject"]).contains("it is not a dotted name"));
    assert!(fails(&["diff", "--python", "."]).contains("--python: .: no folder of installed packages"));
}

#[test]
fn files_that_are_left_alone_are_named() {
    let sandbox = Sandbox::new(&[("area.py", AREA), ("old.py", "print \"x\"\n"), ("broken.py", "def f(:\n")]);
    sandbox.write("bytes.py", b"x = '\xff'\n");
    let run = sandbox.ok(["diff"]);
    for part in ["old.py:1: is Python 2", "broken.py:1:", "bytes.py:1: cannot be decoded as utf-8"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    assert!(run.stdout.contains(HINTED));
    assert_eq!(sandbox.ok(["diff", "-q"]).stderr, "");
    assert_eq!(sandbox.ok(["diff", "-v"]).stdout, run.stdout, "evidence is talk, not data");
    assert!(sandbox.ok(["diff", "-v"]).stderr.contains("area.py:1 · signature · "));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let sandbox = Sandbox::copy_of("tests/example");
    let mut child =
        sandbox.command(["diff"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut first = [0];
    child.stdout.take().expect("it is piped").read_exact(&mut first).expect("there is a diff");
    let run = Run::of(&child.wait_with_output().expect("it ends"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
}

/// The example project and files that are hard to patch.
fn hard_project() -> Sandbox {
    let sandbox = Sandbox::copy_of("tests/example");
    sandbox.write("crlf.py", AREA.replace('\n', "\r\n"));
    sandbox.write("mark.py", format!("\u{feff}{AREA}"));
    sandbox.write("open end.py", AREA.trim_end());
    sandbox.write("latin.py", [b"# coding: latin-1\nname = '\xe9'\n", AREA.as_bytes()].concat());
    sandbox.git(&["init", "-q"]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Before"]);
    sandbox
}

fn diff_bytes(sandbox: &Sandbox, args: &[&str]) -> Vec<u8> {
    let output = sandbox.command(["diff"].iter().chain(args)).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn git_apply_does_what_apply_does() {
    let sandbox = hard_project();
    let before = sandbox.tree();
    let patch = diff_bytes(&sandbox, &[]);
    std::fs::write(sandbox.root().with_file_name("p.diff"), &patch).expect("a patch");
    sandbox.git(&["apply", "--whitespace=nowarn", "../p.diff"]);
    let patched = sandbox.tree();
    sandbox.git(&["checkout", "-q", "."]);
    assert_eq!(sandbox.tree(), before);
    sandbox.ok(["apply"]);
    let applied = sandbox.tree();
    assert_ne!(applied, before);
    assert_eq!(applied.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "no file is added");
    for (name, bytes) in &applied {
        assert!(*bytes == patched[name], "{name} differs");
    }
    for name in ["crlf.py", "mark.py", "open end.py", "latin.py"] {
        assert_ne!(applied[name], before[name], "{name} has no hints");
    }
    sandbox.git(&["commit", "-q", "-a", "-m", "After"]);
    assert!(diff_bytes(&sandbox, &[]).is_empty(), "a second run proposes nothing");
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_patch_applies_from_a_subdirectory() {
    let sandbox = Sandbox::new(&[("sub/sub/area.py", AREA)]);
    sandbox.git(&["init", "-q"]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Before"]);
    let sub = sandbox.path("sub");
    let output = sandbox.command(["diff", "sub"]).current_dir(&sub).output().expect("the binary runs");
    std::fs::write(sandbox.root().with_file_name("p.diff"), &output.stdout).expect("a patch");
    let git = std::process::Command::new("git").args(["apply", "../../p.diff"]).current_dir(&sub).status();
    assert!(git.expect("git runs").success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(sandbox.read("sub/sub/area.py").contains(HINTED));
}

#[test]
fn apply_refuses_what_git_does_not_have() {
    let sandbox = hard_project();
    sandbox.append("parcels/orders.py", "# a thought\n");
    sandbox.write("new.py", AREA);
    let before = sandbox.tree();
    let run = sandbox.run(["apply"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("parcels/orders.py") && run.stderr.contains("--allow-dirty"), "{}", run.stderr);
    assert_eq!(sandbox.tree(), before);
    // Nor are the hints mixed with changes of files that would get none.
    sandbox.git(&["checkout", "-q", "parcels/orders.py"]);
    sandbox.append("README.md", "A thought\n");
    let run = sandbox.run(["apply"]);
    assert!(run.code == Some(2) && run.stderr.contains("README.md"), "{}", run.stderr);
    sandbox.ok(["apply", "--allow-dirty"]);
    sandbox.ok(["undo"]);
    sandbox.git(&["checkout", "-q", "README.md"]);
    sandbox.ok(["apply"]);
    assert!(sandbox.read("new.py").contains(HINTED), "git does not track it, so nothing of git is lost");
}

#[test]
fn apply_refuses_where_git_cannot_tell() {
    let sandbox = hard_project();
    sandbox.append(".git/config", "[core\n");
    let before = sandbox.tree();
    let run = sandbox.run(["apply"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: git cannot tell what was changed: bad config line"), "{}", run.stderr);
    assert!(run.stderr.contains("--allow-dirty"), "{}", run.stderr);
    let run = sandbox.run(["diff", "--changed-since", "HEAD"]);
    assert!(run.code == Some(2) && run.stderr.contains("--changed-since HEAD: bad config line"), "{}", run.stderr);
    assert_eq!(sandbox.tree(), before);
    sandbox.ok(["apply", "--allow-dirty"]);
    std::fs::remove_dir_all(sandbox.path(".git")).expect("a directory");
    std::fs::create_dir(sandbox.path(".git")).expect("a directory");
    sandbox.ok(["undo"]);
    sandbox.ok(["apply"]);
}

#[test]
fn apply_and_undo_work_without_git() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let before = sandbox.tree();
    sandbox.ok(["apply"]);
    assert!(sandbox.read("area.py").contains(HINTED));
    assert_eq!(tree(&sandbox.root()).len(), 1, "nothing else is left in the project");
    sandbox.append("area.py", "x = 1\n");
    let run = sandbox.run(["undo"]);
    assert_eq!(run.code, Some(2), "what was edited since is not overwritten");
    sandbox.replace("area.py", "x = 1\n", "");
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.tree(), before);
    assert!(sandbox.run(["undo"]).stderr.contains("nothing to undo"));
}

#[test]
fn undo_names_some_files_and_counts_all() {
    let sandbox = Sandbox::new(&[]);
    for number in 10..30 {
        sandbox.write(&format!("area{number}.py"), AREA);
    }
    sandbox.ok(["apply"]);
    let told = sandbox.ok(["undo"]).stderr;
    assert_eq!(told.lines().count(), 11, "{told}");
    assert!(told.starts_with("restored area10.py\n") && told.ends_with("… and 10 more, 20 files in all\n"), "{told}");
}

#[test]
fn undo_finds_what_was_applied_below() {
    let sandbox = Sandbox::new(&[("pyproject.toml", ""), ("sub/setup.py", ""), ("sub/area.py", AREA)]);
    let before = sandbox.tree();
    sandbox.ok(["apply", "sub"]);
    assert_ne!(sandbox.tree(), before);
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.tree(), before);
    assert_eq!(sandbox.run(["undo", "sub"]).code, Some(2));
}

#[test]
fn review_needs_a_terminal() {
    let run = Sandbox::new(&[("area.py", AREA)]).run(["review"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("hintwright diff") && run.stderr.contains("hintwright apply"), "{}", run.stderr);
}

#[test]
fn colours_are_for_terminals() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    assert!(!sandbox.ok(["diff"]).stdout.contains('\u{1b}'));
    assert!(sandbox.ok(["diff", "--color", "always"]).stdout.contains("\u{1b}[32m+def area"));
    let output = sandbox.command(["diff", "--color", "auto"]).env("NO_COLOR", "1").output().expect("the binary runs");
    assert!(!Run::of(&output).stdout.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn progress_is_for_terminals() {
    let sandbox = Sandbox::copy_of("tests/example");
    let plain = sandbox.command(["diff", "--color", "never"]);
    let on_terminal = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let screen = |extra: &[&str]| {
        let mut command = std::process::Command::new(support::python());
        command.args(["-c", on_terminal]).arg(plain.get_program()).args(plain.get_args()).args(extra);
        command.current_dir(sandbox.root()).env("TERM", "xterm").stdin(Stdio::null());
        Run::of(&command.output().expect("Python runs")).stdout
    };
    assert!(screen(&[]).contains("Reading and inferring"), "{}", screen(&[]));
    assert!(!screen(&["--quiet"]).contains("Reading and inferring"));
    assert!(!sandbox.ok(["diff"]).stderr.contains("Reading and inferring"));
}

#[test]
fn tests_are_evidence() {
    let sandbox = Sandbox::new(&[
        ("area.py", "def area(width, height):\n    return width * height\n"),
        (
            "tests/test_area.py",
            "from area import area\n\n\ndef helper(n):\n    return n + 1\n\n\nassert area(2, 3) == helper(5)\n",
        ),
    ]);
    let run = sandbox.ok(["diff"]);
    assert!(run.stdout.contains(HINTED), "{}", run.stdout);
    assert!(!run.stdout.contains("test_area.py"), "{}", run.stdout);
    assert!(sandbox.ok(["diff", "--include-tests"]).stdout.contains("+def helper(n: int) -> int:"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sandbox = Sandbox::copy_of("tests/example");
    let one = sandbox.ok(["diff", "-v", "--jobs", "1"]);
    let many = sandbox.ok(["diff", "-v", "--jobs", "4"]);
    let timeless = |said: &str| said.lines().filter(|line| !line.starts_with("Time: ")).collect::<Vec<_>>().join("\n");
    assert_eq!((one.stdout, timeless(&one.stderr)), (many.stdout, timeless(&many.stderr)));
}

#[test]
fn explain_lists_and_shows_pages() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let list = sandbox.ok(["explain"]).stdout;
    for name in ["signature", "typed_dict", "named_tuple", "tuple_alias", "new_type", "protocol"] {
        assert!(list.lines().any(|line| line.starts_with(name)), "{list}");
        assert!(sandbox.ok(["explain", name]).stdout.starts_with('#'), "{name}");
    }
    assert_eq!(sandbox.ok(["explain", "typed-dict"]).stdout, sandbox.ok(["explain", "typed_dict"]).stdout);
}

#[test]
fn explain_says_what_was_concluded() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let explain = |topic: &str| sandbox.ok(["explain", topic]).stdout;
    let width = explain("area.py:area:width");
    assert!(width.starts_with("width: area.py:1 · signature · ") && width.contains("area.py:5"), "{width}");
    let line = explain("area.py:1");
    assert_eq!(line, explain("area.py:area"));
    assert_eq!(line, explain("area.py:2"), "in the body of a function it is about the function");
    for name in ["width: ", "height: ", "return: "] {
        assert!(line.lines().any(|line| line.starts_with(name)), "{line}");
    }
    let fails = |topic: &str| {
        let run = sandbox.run(["explain", topic]);
        assert_eq!(run.code, Some(2), "{topic}: {}", run.stdout);
        run.stderr
    };
    sandbox.write("nested.py", "def a():\n    def b(x):\n        pass\n\n\ndef c():\n    def b(x):\n        pass\n");
    assert!(explain("nested.py:a.b").starts_with("x: "), "a shell takes `<locals>` for something else");
    assert_eq!(explain("nested.py:a.b"), explain("nested.py:a.<locals>.b"));
    assert!(fails("nested.py:b").contains("several of the name `b`: a.b, c.b"), "{}", fails("nested.py:b"));
    assert!(fails("area.py:aera").contains("did you mean `area`?"));
    assert!(fails("area.py:area:depth").contains("known: width, height, return"));
    assert!(fails("area.py:3").contains("nothing can be annotated there"));
    assert!(fails("area.py").contains("area.py:LINE"));
    assert!(fails("no.py:3").contains("no such file"));
}

#[test]
fn explain_finds_every_kind_of_slot() {
    let sandbox = Sandbox::copy_of("tests/example");
    let explain = |topic: &str| sandbox.ok(["explain", &format!("parcels/{topic}")]).stdout;
    let attribute = explain("accounts.py:Ledger.accounts");
    assert!(attribute.contains("Annotate `Ledger.accounts` as `dict["), "{attribute}");
    assert_eq!(explain("accounts.py:28"), attribute, "by the line of the assignment");
    let class = explain("accounts.py:Ledger");
    assert!(class.contains("Ledger.open:name: ") && class.contains("Ledger.accounts: "), "{class}");
    assert!(explain("accounts.py:is_in_debt").starts_with("self: "), "a method goes by its own name");
    assert!(explain("geometry.py:6").contains(" · named_tuple · "), "definitions too");
    assert!(explain("orders.py:new_order").contains(" · typed_dict · "));
    assert!(explain("routing.py:logged.<locals>.decorate:function").contains(" · type_variable · "));
    let nothing = explain("report.py:timed:label");
    assert!(nothing.starts_with("label: nothing, "), "{nothing}");
    let comment = explain("routing.py:history");
    assert!(comment.contains(" · type_comment · ") && comment.contains("as `list[str]`"), "{comment}");
    let later = explain("geometry.py:width:return");
    assert!(later.contains("    Follows once other hints are written\n"), "{later}");
}

#[test]
fn comments_that_cannot_become_annotations_are_told() {
    let text = "from dataclasses import dataclass\n\n\n\
                x = None  # type: int\n\
                a = b = []  # type: list[int]\n\
                c, d = 1, 2  # type: int, int\n\
                name = ''  # type: unicode\n\
                count = 0  # type: int\n\n\n\
                def add(a, b):\n    # type: (int) -> int\n    return a + b\n\n\n\
                def tell(a: int, b):\n    # type: (...) -> int\n    return a + b\n\n\n\
                def bump():\n    # type: () -> None\n    global count\n    count = 1  # type: int\n\n\n\
                @dataclass\nclass P:\n    size = 1  # type: int\n";
    let sandbox = Sandbox::new(&[("old.py", text)]);
    let run = sandbox.ok(["apply", "-v", "--unsafe", "--select", "type_comment"]);
    for reason in [
        "old.py:4 · type_comment: its value is `None`, which its type leaves out",
        "old.py:5 · type_comment: its assignment has several targets",
        "old.py:6 · type_comment: its assignment unpacks a value",
        "old.py:7 · type_comment: `unicode` is not known in the file",
        "old.py:11 · type_comment: its comment does not say a type for each parameter",
        "old.py:16 · type_comment: it has annotations beside its comment",
        "old.py:24 · type_comment: `count` is declared `global` or `nonlocal`",
        "old.py:29 · type_comment: annotations in the body of `P` have a meaning of their own",
    ] {
        assert!(run.stderr.contains(&format!("dropped: {reason}\n")), "{reason}:\n{}", run.stderr);
    }
    assert_eq!(
        sandbox.read("old.py"),
        text.replace("def bump():\n    # type: () -> None\n", "def bump() -> None:\n")
            .replace("count = 0  # type: int", "count: int = 0")
    );
}
