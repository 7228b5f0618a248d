//! What is taken and what is held back: flags, configuration files, git; and what the shell is told.

mod support;

use support::Sandbox;

const AREA: &str = "def area(width, height):\n    return width * height\n\n\nprint(area(2, 3))\n";

fn two() -> Sandbox {
    Sandbox::new(&[("area.py", AREA), ("old/name.py", "def name(text):\n    return None\n\n\nprint(name(\"a\"))\n")])
}

fn added(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let run = sandbox.ok(["diff"].iter().chain(args));
    let lines = run.stdout.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++"));
    lines.map(|line| line[1..].to_owned()).collect()
}

#[test]
fn slots_are_chosen() {
    let sandbox = two();
    assert_eq!(added(&sandbox, &["area.py", "--slots", "params"]), ["def area(width: int, height: int):"]);
    assert_eq!(added(&sandbox, &["area.py", "--slots", "returns,variables"]), ["def area(width, height) -> int:"]);
    let run = sandbox.ok(["diff", "area.py", "--slots", "returns"]);
    assert!(run.stderr.contains("Held back: 2 for other slots (--slots)"), "{}", run.stderr);
    assert_eq!(sandbox.run(["diff", "--slots", "parameters"]).code, Some(2));
}

#[test]
fn a_definition_goes_with_its_slots() {
    let sandbox = Sandbox::copy_of("tests/example");
    let lines = added(&sandbox, &["--select", "typed_dict", "--slots", "params"]);
    assert!(lines.iter().any(|line| line == "class Order(TypedDict):"), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("def add_line(order: Order,")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("-> Order")), "{lines:?}");
    assert!(added(&sandbox, &["--select", "typed_dict", "--slots", "variables"]).is_empty());
}

#[test]
fn the_surest_changes_come_first() {
    let sandbox = Sandbox::copy_of("tests/example");
    for limit in ["1", "7"] {
        let run = sandbox.ok(["diff", "--max-changes", limit]);
        let taken = run.stderr.lines().find_map(|line| line.split(" change").next()?.parse::<usize>().ok());
        assert_eq!(taken.map(|taken| taken.to_string()).as_deref(), Some(limit), "{}", run.stderr);
        assert!(run.stderr.contains(" beyond --max-changes") && !run.stderr.contains("medium)"), "{}", run.stderr);
    }
    sandbox.ok(["apply", "--max-changes", "20"]);
    assert_eq!(sandbox.mypy().matches("error: Name").count(), 0);
}

#[test]
fn transforms_add_up() {
    let sandbox = Sandbox::copy_of("tests/example");
    sandbox.write("hintwright.toml", "select = ['protocol']\n[per-file-ignores]\n'parcels/report.py' = ['all']\n");
    let run = sandbox.ok(["diff", "--extend-select", "signature"]);
    assert!(run.stderr.contains("  protocol") && run.stderr.contains("  signature"), "{}", run.stderr);
    assert!(!run.stderr.contains("typed_dict") && !run.stdout.contains("parcels/report.py"), "{}", run.stderr);
    assert!(run.stderr.contains(" for other files ("), "{}", run.stderr);
    assert!(run.stderr.contains(" of other transforms (--select, --ignore)"), "{}", run.stderr);
    // It is held back in a second look at what was changed, too.
    sandbox.ok(["apply", "--extend-select", "signature"]);
    assert_eq!(sandbox.ok(["diff", "--extend-select", "signature"]).stdout, "");
}

#[test]
fn only_what_changed_in_git_is_edited() {
    let sandbox = Sandbox::new(&[("area.py", "def area(width):\n    return width\n"), ("use.py", "x = 1\n")]);
    sandbox.git(&["init", "-q"]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Before"]);
    sandbox.write("use.py", "from area import area\n\n\ndef twice():\n    return area(2) * 2\n");
    sandbox.write("new.py", "def one():\n    return 1\n");
    let run = sandbox.ok(["diff", "--changed-since", "HEAD"]);
    // What `area` takes and returns is known from the whole repository.
    assert!(run.stdout.contains("+def twice() -> int:") && run.stdout.contains("+def one() -> int:"), "{}", run.stdout);
    assert!(!run.stdout.contains("area.py\n"), "{}", run.stdout);
    assert!(run.stderr.contains("Held back: 2 for other files"), "{}", run.stderr);
    sandbox.git(&["commit", "-q", "-a", "-m", "After"]);
    assert!(sandbox.ok(["diff", "--changed-since", "HEAD~1"]).stdout.contains("+def twice() -> int:"));
    for rev in ["nowhere", "--output=x"] {
        let run = sandbox.run(["diff", &format!("--changed-since={rev}")]);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("git knows no such commit"), "{}", run.stderr);
    }
    let run = two().run(["diff", "--changed-since", "HEAD"]);
    assert!(run.code == Some(2) && run.stderr.contains("needs a git working tree"), "{}", run.stderr);
}

#[test]
fn a_switch_of_the_configuration_can_be_turned_off() {
    let sandbox = two();
    sandbox.write("hintwright.toml", "strict = true\n");
    sandbox.write("broken.py", "def f(:\n");
    assert_eq!(sandbox.run(["diff"]).code, Some(2));
    assert_eq!(sandbox.run(["diff", "--strict=false"]).code, Some(0));
}

#[test]
fn config_prints_what_is_in_force() {
    let sandbox = two();
    sandbox
        .write("pyproject.toml", "[project]\nrequires-python = '>=3.9'\n[tool.hintwright]\nmin-confidence = 'high'\n");
    let text = sandbox.ok(["config", "--max-changes", "5"]).stdout;
    for (key, value, origin) in [
        ("min-confidence", "\"high\"", "pyproject.toml"),
        ("target-version", "\"3.9\"", "pyproject.toml"),
        ("max-changes", "5", "--max-changes"),
        ("unsafe", "false", "the default"),
    ] {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {text}"));
        let (left, right) = line.split_once("  # ").expect("a value and its origin");
        assert_eq!((left.trim(), right), (format!("{key} = {value}").as_str(), origin));
    }
    // It is a valid file with the same meaning.
    sandbox.write("hintwright.toml", &text);
    let again = sandbox.ok(["config"]).stdout;
    let values = |text: &str| {
        text.lines().filter_map(|line| Some(line.split_once("  # ")?.0.trim().to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(values(&again), values(&text));
}

#[test]
fn readers_are_told() {
    let sandbox = Sandbox::new(&[
        ("web.py", "routes = []\n\n\ndef route(function: object) -> None:\n    routes.append(function)\n"),
        ("app.py", "import web\n\n\ndef area(width):\n    return width\n\n\nprint(area(2))\nweb.route(area)\n"),
    ]);
    let is_annotated = |args: &[&str]| added(&sandbox, args).iter().any(|line| line.starts_with("def area"));
    assert!(is_annotated(&[]));
    assert!(!is_annotated(&["--readers", "web.route"]));
    sandbox.write("hintwright.toml", "readers = ['web.route']\n");
    assert!(!is_annotated(&[]));
}

#[test]
fn definitions_can_be_gathered_in_one_module() {
    let sandbox = Sandbox::copy_of("tests/example");
    let run = sandbox.run(["diff", "--types-module", "parcels.kinds"]);
    assert!(run.code == Some(2) && run.stderr.contains("no module `parcels.kinds`"), "{}", run.stderr);
    sandbox.write("parcels/kinds.py", "\"\"\"What the data looks like.\"\"\"\n");
    sandbox.ok(["apply", "--types-module", "parcels.kinds"]);
    let kinds = sandbox.read("parcels/kinds.py");
    for definition in ["class Order(TypedDict):", "class HasArea(Protocol):", "AccountId = NewType("] {
        assert!(kinds.contains(definition), "{definition}:\n{kinds}");
    }
    assert!(!sandbox.read("parcels/orders.py").contains("class Order"));
    assert!(sandbox.read("parcels/geometry.py").contains("class Point(NamedTuple):"), "it takes the place of a call");
    let output = std::process::Command::new(support::python())
        .args(["-B", "-m", "parcels"])
        .current_dir(sandbox.root())
        .output()
        .expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sandbox.ok(["diff", "--types-module", "parcels.kinds"]).stdout, "", "a second run proposes nothing");
}

/// The hooks are for pre-commit, which runs their entries at the top of the repository.
#[test]
fn the_hooks_for_pre_commit_run() {
    let hooks = include_str!("../.pre-commit-hooks.yaml");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.strip_prefix("  entry: hintwright ")).collect();
    assert_eq!(entries.len(), hooks.matches("- id: ").count());
    assert_eq!(
        hooks.matches("pass_filenames: false").count(),
        entries.len(),
        "names of files would narrow the evidence"
    );
    for entry in entries {
        let sandbox = two();
        sandbox.write("hintwright.toml", "fail-under = 100\n");
        assert_eq!(sandbox.run(entry.split(' ')).code, Some(1), "{entry}");
        sandbox.ok(["apply"]);
        assert_eq!(sandbox.run(entry.split(' ')).code, Some(0), "{entry}");
    }
}

#[test]
fn an_interpreter_that_is_not_there_is_an_error() {
    let sandbox = two();
    let run = sandbox.run(["diff", "--python", "nowhere/python"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("--python: nowhere/python: no such interpreter or environment"), "{}", run.stderr);
    sandbox.write("hintwright.toml", "[per-file-ignores]\n'a{b' = ['all']\n");
    assert!(sandbox.run(["diff"]).stderr.contains("`a{b` is no pattern"));
    sandbox.write("hintwright.toml", "python = 'nowhere'\n");
    assert!(sandbox.run(["diff"]).stderr.contains("hintwright.toml: "), "{}", run.stderr);
}

#[test]
fn completions_know_every_verb() {
    let sandbox = two();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = sandbox.ok(["completions", shell]).stdout;
        for word in ["apply", "coverage", "completions", "changed-since", "split-by"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        assert!(!script.contains("stubs"), "{shell}: what is not in the help is not completed");
    }
    if cfg!(unix) {
        let script = sandbox.root().with_file_name("hintwright.bash");
        std::fs::write(&script, sandbox.ok(["completions", "bash"]).stdout).expect("a file");
        let ask = "source \"$0\"; COMP_WORDS=(hintwright cov); COMP_CWORD=1; _hintwright hintwright cov hintwright; echo \"${COMPREPLY[@]}\"";
        let output = std::process::Command::new("bash").args(["-c", ask]).arg(&script).output().expect("bash runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "coverage", "{output:?}");
    }
}

#[test]
fn annotations_are_deferred_by_setting_where_nothing_reads_them() {
    let node = "\"\"\"Nodes.\"\"\"\n\nimport sys\n\n\nclass Node:\n    def __init__(self):\n        self.path = sys.path[0]\n\n    \
                def copy(self):\n        return Node()\n\n\ndef first(size=1):\n    return size\n";
    let read = format!("{node}\n\nprint(first.__annotations__)\n");
    let fields = format!("from dataclasses import dataclass\n\n\n@dataclass\nclass P:\n    x: int\n\n\n{node}");
    let plain = "def first(size=1):\n    return size\n\n\nfirst(2)\n";
    let files = [("node.py", node), ("read.py", &read), ("fields.py", &fields), ("plain.py", plain)];
    let sandbox = Sandbox::new(&files);
    sandbox.ok(["apply", "--future-annotations"]);
    let after = |name: &str| sandbox.read(name);
    let head = "\"\"\"Nodes.\"\"\"\n\nfrom __future__ import annotations\n\nimport sys\n";
    assert!(after("node.py").starts_with(head), "{}", after("node.py"));
    assert!(after("node.py").contains("def copy(self) -> Node:"), "{}", after("node.py"));
    for name in ["read.py", "fields.py"] {
        let text = after(name);
        assert!(!text.contains("__future__") && text.contains("def copy(self) -> \"Node\":"), "{text}");
    }
    assert!(!after("plain.py").contains("__future__"), "nothing needs it: {}", after("plain.py"));
    assert_eq!(sandbox.run(["diff", "--check", "--future-annotations"]).code, Some(0));

    let sandbox = Sandbox::new(&[("node.py", node), ("hintwright.toml", "future-annotations = true\n")]);
    sandbox.ok(["apply"]);
    assert!(sandbox.read("node.py").contains("from __future__ import annotations"));
    let sandbox = Sandbox::new(&[("node.py", node)]);
    sandbox.ok(["apply"]);
    assert!(sandbox.read("node.py").contains("-> \"Node\":"));
}

#[test]
fn modules_with_declarations_for_cython_are_left_alone() {
    let text = "def area(width=1):\n    return width * 2\n\n\narea(2)\n";
    let sandbox = Sandbox::new(&[("fast.py", text), ("fast.pxd", "cpdef int area(int width=*)\n"), ("slow.py", text)]);
    sandbox.ok(["apply"]);
    assert_eq!(sandbox.read("fast.py"), text);
    assert!(sandbox.read("slow.py").contains("width: int = 1"));
    let why = sandbox.ok(["explain", "fast.py:area:width"]).stdout;
    assert!(why.contains("is compiled by Cython (a `.pxd` lies beside it)"), "{why}");
}
