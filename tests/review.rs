//! Reviews on a real pseudo-terminal: keys in, files out.

#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::{Run, Sandbox};

const TWO: [(&str, &str); 2] = [
    ("area.py", "def area(width):\n    return None\n\n\nprint(area(2))\n"),
    ("name.py", "def name(text):\n    return None\n\n\nprint(name(\"a\"))\n"),
];

const DECISIONS: &str = "hintwright.decisions.toml";

fn review(sandbox: &Sandbox, keys: &str, args: &[&str]) -> Run {
    Run::of(&sandbox.on_terminal("40x100", keys, args).output().expect("Python runs"))
}

/// The last screen that holds this text.
fn screen<'a>(run: &'a Run, text: &str) -> &'a str {
    let found = run.screens().into_iter().rev().find(|screen| screen.contains(text));
    found.unwrap_or_else(|| panic!("no screen holds {text:?}:\n{}", run.stdout))
}

/// An editor that runs this `sed` script on what it is given.
fn editor(sandbox: &Sandbox, script: &str) -> String {
    let path = sandbox.root().with_file_name("editor");
    fs::write(&path, format!("#!/bin/sh\nsed '{script}' \"$1\" > \"$1.new\" && cat \"$1.new\" > \"$1\"\n"))
        .expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path.to_string_lossy().into_owned()
}

#[test]
fn what_is_accepted_is_written() {
    let sandbox = Sandbox::new(&TWO);
    let run = review(&sandbox, "\nijjaagd2\ndq", &["--order", "file"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("] area.py:1 · signature · "), "{}", run.stdout);
    let sandbox = Sandbox::new(&TWO);
    let run = review(&sandbox, "adwn", &["--order", "file"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(sandbox.read("area.py").contains("def area(width: int) -> None:"), "{}", run.stdout);
    assert_eq!(sandbox.read("name.py"), TWO[1].1, "{}", run.stdout);
    assert!(screen(&run, " seen: ").starts_with("4 changes seen: 2 accepted, 2 refused, 0 left undecided\n"));
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.read("area.py"), TWO[0].1);
}

#[test]
fn a_name_that_cannot_be_had_is_not_kept() {
    let text = "def new(sku, size):\n    return {\"sku\": sku, \"size\": size}\n\n\ndef show(item):\n    \
                return item[\"sku\"], item[\"size\"]\n\n\nshow(new(\"a\", 1))\n";
    let sandbox = Sandbox::new(&[("item.py", text)]);
    let run = review(&sandbox, "r1x\nq", &["--select", "typed_dict"]);
    assert!(run.stdout.contains("`1x` is no name that is free"), "{}", run.stdout);
    assert!(run.stderr.contains("Nothing was written") || run.stdout.contains("Nothing was written"), "{}", run.stdout);
    assert!(!sandbox.tree().contains_key(DECISIONS), "{}", sandbox.read(DECISIONS));
}

#[test]
fn quitting_writes_what_was_accepted_and_keeps_the_rest() {
    let sandbox = Sandbox::new(&TWO);
    let run = review(&sandbox, "yynq", &["--order", "file"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("2 changes written to 1 file"), "{}", run.stdout);
    assert!(sandbox.read("area.py").contains("def area(width: int) -> None:"));
    assert_eq!(sandbox.read("name.py"), TWO[1].1);
    let kept = sandbox.read(DECISIONS);
    assert!(kept.contains("name.py: Annotate `name` ") && kept.contains("verdict = \"refused\""), "{kept}");
    assert!(!kept.contains("area.py"), "what is written speaks for itself: {kept}");
    // The answers are found again when lines have moved, by every verb.
    let text = sandbox.read("name.py");
    sandbox.write("name.py", format!("# A comment\n\n{text}"));
    let run = review(&sandbox, "q", &[]);
    assert!(screen(&run, "name.py").starts_with("[1/1] name.py:3 "), "{}", run.stdout);
    let diff = sandbox.ok(["diff"]);
    assert_eq!(diff.stdout.lines().filter(|line| line.starts_with('+')).count(), 2, "{}", diff.stdout);
    assert!(diff.stderr.contains("Held back: 1 refused in a review"), "{}", diff.stderr);
    assert!(screen(&review(&sandbox, "q", &["--refused"]), "name.py").starts_with("[1/2] "));
    assert!(screen(&review(&sandbox, "Q", &["--forget"]), "name.py").starts_with("[1/2] "));
    assert!(!sandbox.path(DECISIONS).exists());
}

#[test]
fn an_interrupt_writes_nothing_but_the_answers() {
    let sandbox = Sandbox::new(&TWO);
    let run = review(&sandbox, "y\u{3}", &[]);
    assert_ne!(run.code, Some(0));
    assert!(!run.stderr.contains("the terminal does not"), "{}", run.stderr);
    assert_eq!(sandbox.read("area.py"), TWO[0].1, "{}", run.stdout);
    let run = review(&sandbox, "q", &[]);
    assert!(run.stdout.contains("1 change written to 1 file"), "{}", run.stdout);
}

#[test]
fn answers_can_be_forgotten() {
    let sandbox = Sandbox::new(&TWO);
    review(&sandbox, "nq", &[]);
    let before = sandbox.read(DECISIONS);
    let run = review(&sandbox, "ynQ", &[]);
    assert!(run.stdout.contains("Nothing was written"), "{}", run.stdout);
    assert_eq!(sandbox.read(DECISIONS), before, "those of the review before stay");
    assert_eq!((sandbox.read("area.py"), sandbox.read("name.py")), (TWO[0].1.to_owned(), TWO[1].1.to_owned()));
}

/// Every key, on the example project.
#[test]
fn every_key() {
    let sandbox = Sandbox::copy_of("tests/example");
    let keys = [
        "?iivv\n",                              // help, evidence, all; Enter decides nothing
        "/`rent` parameter `price`\nyuy",       // accept, take it back, accept
        "/`distance` as returning\nn",          // refuse
        "/`midpoint` as returning\n ",          // later
        "/define `orderline`\nrRow\nesuy",      // rename, edit, split, not split, accept
        "/define `order`\ntttn",                // two variants, then the definition again; refuse it
        "/`add_line` parameter `quantity`\nty", // the next wider type
        "/`indented.write` as\nx",              // refuse by a comment
        "/`supportscovers`\nyJKjkg1\ny",        // moves
        "/define `box`\nAnDy",                  // of this kind: no, not that; refuse them all
        "/turn the namedtuple\ny",
        "/`ledger.open` as returning\na", // the rest of a file
        "/`summary`\nd",                  // the same, refused
        "wq",                             // write, quit
    ];
    let script = editor(&sandbox, "s/^quantity: int/quantity: int | None/");
    let mut command = sandbox.on_terminal("40x100", &keys.concat(), &[]);
    let run = Run::of(&command.env("EDITOR", script).output().expect("Python runs"));
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let holds = |name: &str, parts: &[&str]| {
        for part in parts {
            assert!(sandbox.read(name).contains(part), "{name} lacks {part}:\n{}\n{}", sandbox.read(name), run.stdout);
        }
    };
    holds("parcels/__main__.py", &["def main(argv) -> int:"]);
    holds("parcels/orders.py", &["class Row(TypedDict):", "    quantity: int | None\n", "def line_total(line: Row)"]);
    holds(
        "parcels/orders.py",
        &["def add_line(order, sku, quantity: float, price):", "def discount(order, percent=5):"],
    );
    holds(
        "parcels/report.py",
        &["from parcels.orders import Row", "def render_line(line: \"Row\")", "def render(order, width=40):"],
    );
    holds("parcels/report.py", &["    def write(self, text):  # hintwright: ignore[signature]\n"]);
    holds(
        "parcels/geometry.py",
        &["def distance(a, b):", "def midpoint(a, b):", "class Point(NamedTuple):", "price: float"],
    );
    holds("parcels/geometry.py", &["class SupportsCovers(Protocol):"]);
    holds(
        "parcels/accounts.py",
        &["AccountId = NewType(", "def open(self, name: str, email: str | None = None) -> Account:"],
    );
    for name in ["orders", "report", "geometry"] {
        let text = sandbox.read(&format!("parcels/{name}.py"));
        assert!(!text.contains("class Order(") && !text.contains("Box"), "{text}");
    }
    let said = |text: &str| assert!(run.stdout.contains(text), "nobody says {text:?}:\n{}", run.stdout);
    said("Define `Row` for the dict with the keys");
    said("Write `dict[str, Any]` where `Order` would stand, without a definition");
    said("Split: the definition comes first");
    said("Refuse 1 change: every undecided tuple_alias of High confidence?");
    said("\nWritten");
    // What was refused is not proposed again; what was passed is.
    let diff = sandbox.ok(["diff"]).stdout;
    assert!(!diff.contains("def distance(a, b) -> float") && !diff.contains("class Order"), "{diff}");
    assert!(diff.contains("+def midpoint("), "{diff}");
    assert!(!diff.contains("+    def write"), "{diff}");
    sandbox.ok(["undo"]);
    sandbox.ok(["review", "--help"]);
    fs::remove_file(sandbox.path(DECISIONS)).expect("there are decisions");
    assert_eq!(sandbox.tree(), Sandbox::copy_of("tests/example").tree());
}

/// A shared tuple can become a class; what was seen of its values is made by it.
#[test]
fn a_tuple_turns_into_a_class() {
    let text = "def middle(a, b):\n    x, y = a\n    return x + b[0], y + b[1]\n\n\n\
                def origin():\n    point = (0.0, 0.0)\n    return point\n\n\n\
                def far(point):\n    x, y = point\n    return (x * 2.0, y * 2.0)\n\n\n\
                def near(point):\n    x, y = point\n    return x + y\n\n\n\
                point = origin()\nprint(middle(point, origin()), far(point), near(point))\n";
    let sandbox = Sandbox::new(&[("geo.py", text), ("pyproject.toml", "[project]\nrequires-python = \">=3.10\"\n")]);
    let run = review(&sandbox, "/`point`\nt", &["--select", "tuple_alias"]);
    let turned = screen(&run, "as a NamedTuple with the fields `x` and `y`");
    assert!(turned.contains("Variant 1 of "), "{turned}");
    let run = review(&sandbox, "/`point`\nrSpot\nyw", &["--select", "tuple_alias"]);
    assert!(run.stdout.contains("1 change written to 1 file"), "{}", run.stdout);
    let written = sandbox.read("geo.py");
    for part in [
        "class Spot(NamedTuple):\n    x: float\n    y: float\n",
        "    point = Spot(0.0, 0.0)\n",
        "def origin() -> Spot:",
    ] {
        assert!(written.contains(part), "{part}:\n{written}");
    }
    let output =
        std::process::Command::new(support::python()).arg(sandbox.path("geo.py")).output().expect("Python runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{written}");
}

/// A plain type can be turned into a definition that nobody proposed.
#[test]
fn a_plain_type_turns_into_a_definition() {
    let text = "class Disc:\n    def __init__(self, radius):\n        self.radius = radius\n\n    \
                def area(self):\n        return self.radius * 3.1\n\n\n\
                class Tile:\n    def __init__(self, side):\n        self.side = side\n\n    \
                def area(self):\n        return self.side * 2.0\n\n\n\
                def rent(thing):\n    return thing.area() * 2\n\n\n\
                def tell(counts):\n    return counts[\"apples\"] + counts.get(\"pears\", 0)\n\n\n\
                def middle(a, b):\n    return a / 2, b / 2\n\n\n\
                rent(Tile(2.0))\nrent(Tile(1.0))\nDisc(1.0)\ntotals = {name: len(name) for name in (\"apples\", \"pears\")}\n\
                tell(totals)\nmiddle(1.0, 2.0)\n";
    let sandbox = Sandbox::new(&[("things.py", text), ("pyproject.toml", "[project]\nrequires-python = \">=3.12\"\n")]);
    let turn = |search: &str, to: &str, more: &str| {
        // As often as it takes: the definition is the last of the variants.
        let keys = format!("/{search}\n{}q", "t".repeat(8));
        let shown = review(&sandbox, &keys, &["--select", "signature", "--min-confidence", "low"]);
        let title = format!("as a {to} ");
        let times = shown
            .screens()
            .iter()
            .filter(|screen| screen.contains("Variant "))
            .position(|screen| screen.contains(&title));
        let times = times.unwrap_or_else(|| panic!("{search} does not turn into {to}:\n{}", shown.stdout)) + 1;
        let _ = fs::remove_file(sandbox.path(DECISIONS));
        let keys = format!("/{search}\n{}{more}yq", "t".repeat(times));
        let run = review(&sandbox, &keys, &["--select", "signature", "--min-confidence", "low"]);
        assert!(run.stdout.contains("1 change written to 1 file"), "{}", run.stdout);
        let written = sandbox.read("things.py");
        // What callers pass is a plain dict, which only the reviewer knows to have these keys.
        assert_eq!(sandbox.mypy().lines().count(), usize::from(to == "TypedDict"), "{written}");
        sandbox.ok(["undo"]);
        let _ = fs::remove_file(sandbox.path(DECISIONS));
        written
    };
    let written = turn("`counts`", "TypedDict", "");
    assert!(written.contains("class Counts(TypedDict):\n    apples: int\n    pears: NotRequired[int]\n"), "{written}");
    assert!(written.contains("def tell(counts: Counts):"), "{written}");
    let written = turn("`thing`", "Protocol", "rSurface\n");
    assert!(written.contains("class Surface(Protocol):\n    def area(self) -> float: ...\n"), "{written}");
    assert!(written.contains("def rent(thing: Surface):"), "{written}");
    let written = turn("`middle` as returning", "NamedTuple", "");
    assert!(
        written.contains("class Middle(NamedTuple):\n")
            && written.contains("def middle(a, b) -> Middle:\n    return Middle("),
        "{written}"
    );
}

#[test]
fn what_does_not_parse_is_asked_again() {
    let sandbox = Sandbox::new(&TWO);
    let script = editor(&sandbox, "s/: int$/: lst[int]/; t; s/lst/list/");
    let run = Run::of(
        &sandbox.on_terminal("40x100", "/width\neyyq", &[]).env("EDITOR", script).output().expect("Python runs"),
    );
    assert!(run.stdout.contains("`lst` is not the name of a type in area. Edit again? y yes"), "{}", run.stdout);
    assert!(
        sandbox.read("area.py").contains("def area(width: list[int]):"),
        "{}{}",
        run.stdout,
        sandbox.read("area.py")
    );
}

#[test]
fn an_editor_that_cannot_be_run_ends_nothing() {
    for (editor, says) in
        [("/nowhere/editor -w", "The editor `/nowhere/editor -w` fails: "), ("false", "Nothing was edited")]
    {
        let sandbox = Sandbox::new(&TWO);
        let mut command = sandbox.on_terminal("40x100", "/width\neyq", &[]);
        // A variable that is set to nothing names no editor.
        let run = Run::of(&command.env("VISUAL", "").env("EDITOR", editor).output().expect("Python runs"));
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert!(screen(&run, says).contains("Annotate `area` parameter `width`"), "{}", run.stdout);
        assert!(sandbox.read("area.py").contains("def area(width: int):"), "{}", run.stdout);
    }
}

#[test]
fn the_end_tells_what_became_of_the_changes() {
    let sandbox = Sandbox::new(&[TWO[0], TWO[1], ("old.py", "print \"x\"\n")]);
    let run = review(&sandbox, "ynq", &["--order", "file"]);
    // A terminal may show the key behind the prompt, or not.
    let lines: Vec<&str> = run.stdout.lines().collect();
    let prompt = lines.iter().rposition(|line| line.starts_with('>')).unwrap_or_else(|| panic!("{}", run.stdout));
    let lines = &lines[prompt + 1..];
    assert_eq!(
        lines,
        [
            "1 change written to 1 file; `hintwright undo` takes that back",
            "left alone: old.py:1: is Python 2 (the print statement)",
            "  signature     1 (1 high)",
            "Coverage: 0.0 % → 25.0 % of 4 parameters and results",
            "1 change refused, 2 left undecided; the answers are kept in hintwright.decisions.toml",
        ]
    );
    let run = review(&sandbox, "ywQ", &["--order", "file"]);
    assert!(run.stdout.contains("What was written stays, and the answers are forgotten"), "{}", run.stdout);
}

#[test]
fn an_accepted_change_is_evidence_for_a_second_look() {
    let sandbox = Sandbox::copy_of("tests/example");
    let run = review(&sandbox, "aaaaaaaaawyaaaawyaaaw", &["--order", "file"]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("from what was written. Look at them?"), "{}", run.stdout);
    assert_eq!(sandbox.ok(["diff", "--check"]).stdout, "", "nothing is left");
}

#[test]
fn files_that_git_does_not_have_are_refused_at_the_start() {
    let sandbox = Sandbox::new(&TWO);
    for args in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "Before"]] {
        sandbox.git(args);
    }
    // The first write makes files that git does not have, and the second is made all the same.
    let run = review(&sandbox, "ywyq", &["--order", "file"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(sandbox.read("area.py").contains("def area(width: int) -> None:"), "{}", run.stdout);
    sandbox.append("name.py", "# a thought\n");
    sandbox.git(&["checkout", "-q", "area.py"]);
    let run = review(&sandbox, "", &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stdout.contains("name.py") && run.stdout.contains("--allow-dirty"), "{}", run.stdout);
}

#[test]
fn a_narrow_terminal_without_escapes() {
    let sandbox = Sandbox::new(&TWO);
    let mut command = sandbox.on_terminal("12x30", "ijq", &[]);
    let run = Run::of(&command.env("TERM", "dumb").env("NO_COLOR", "1").output().expect("Python runs"));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    let asked = run.stdout.rsplit_once("\n> ").expect("there is a prompt").0;
    assert!(asked.lines().all(|line| line.chars().count() <= 30), "{}", run.stdout);
    assert!(run.stdout.contains("y accept · n refuse · ? help\n> "), "{}", run.stdout);
    // Wide characters take two columns; what changes is shown in full on any terminal.
    let text =
        "def 名前を付けて(名前, b=1):\n    return 名前 * 2\n\n\nprint(名前を付けて(\"日本語の長い文字列です\"))\n";
    let sandbox = Sandbox::new(&[("wide.py", text)]);
    for size in ["24x20", "24x40", "24x80"] {
        let columns: usize = size[3..].parse().expect("a number");
        let mut command = sandbox.on_terminal(size, "ij?  q", &[]);
        let run = Run::of(&command.output().expect("Python runs"));
        assert_eq!(run.code, Some(0), "{}", run.stdout);
        for line in run.screens().iter().filter_map(|screen| screen.split("\n> ").next()).flat_map(str::lines) {
            let width: usize = line.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
            assert!(width <= columns, "{size}: {line}");
        }
    }
}

/// Nobody has to press a key for it.
#[test]
fn a_terminal_of_another_size_shows_the_change_anew() {
    let sandbox = Sandbox::new(&TWO);
    let run = Run::of(&sandbox.on_terminal("24x80", "\u{e000}yq", &["--order", "file"]).output().expect("Python runs"));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let screens = run.screens();
    assert!(screens.len() >= 3 && screens[..2].iter().all(|screen| screen.contains("[1/4]")), "{}", run.stdout);
    assert!(screens[0].contains("q quit") || screens[0].contains("w write"), "{}", screens[0]);
    assert!(screens[1].contains("y accept · n refuse · ? help\n> "), "{}", screens[1]);
    assert!(sandbox.read("area.py") != TWO[0].1, "{}", run.stdout);
}

/// More than four hundred changes in twenty files, a definition with uses in each.
fn many_changes() -> Sandbox {
    let mut files: Vec<(String, String)> = Vec::new();
    for file in 0..20 {
        let record = format!(
            "def new_part{file}(sku, count{file}):\n    return {{\"sku\": sku, \"count{file}\": count{file}}}\n\n\n\
             def part_total{file}(part):\n    return part[\"count{file}\"] + len(part[\"sku\"])\n\n\n\
             part_total{file}(new_part{file}(\"bolt\", 3))\n\n\n"
        );
        let functions = (0..10).map(|n| format!("def f{n}(width, name):\n    return width * {n}, name + \"!\"\n\n\n"));
        let calls = (0..10).map(|n| format!("f{n}({n}, \"a\")\n"));
        files.push((format!("m{file}.py"), [record].into_iter().chain(functions).chain(calls).collect()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Sandbox::new(&files)
}

/// How long the longest half of the keys takes at least, in milliseconds.
fn median(waits: &[f64]) -> f64 {
    let mut waits = waits.to_vec();
    waits.sort_by(f64::total_cmp);
    waits[waits.len() / 2]
}

fn waits(run: &Run) -> Vec<f64> {
    run.stderr.split_whitespace().filter_map(|wait| wait.parse().ok()).collect()
}

/// The next change is there at once, however many there are.
#[test]
fn four_hundred_changes() {
    let run = review(&many_changes(), &format!("{}q", "yyn ".repeat(100)), &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let total = run.stdout.split("[1/").nth(1).and_then(|rest| rest.split(']').next()).expect("a header");
    assert!(total.parse::<usize>().is_ok_and(|total| total >= 400), "{total}");
    let waits = waits(&run);
    assert!(waits.len() >= 400, "{}", run.stderr);
    assert!(median(&waits) < 50.0, "half of the keys take longer than {} ms", median(&waits));
}

/// So it is when a definition is accepted, and when a change is turned into another one.
#[test]
fn another_change_comes_at_once() {
    let sandbox = many_changes();
    let keys = ["/define\n", &"t".repeat(21), "rBolt\nrPiece\n", &"su".repeat(10), &"yK".repeat(10), "Q"].concat();
    let run = review(&sandbox, &keys, &[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("Define `Bolt`") && run.stdout.contains("Split: "), "{}", run.stdout);
    let waits = waits(&run);
    let of = |wanted: &str| -> Vec<f64> {
        let pressed = keys.chars().zip(&waits).filter(|(key, _)| wanted.contains(*key));
        pressed.map(|(_, &wait)| wait).collect()
    };
    for wanted in ["t", "\n", "su", "yK"] {
        let wait = median(&of(wanted));
        assert!(wait < 50.0, "half of the keys {wanted:?} take longer than {wait} ms");
    }
}

#[test]
fn a_review_of_a_plan_asks_only_about_it() {
    let sandbox = Sandbox::new(&TWO);
    sandbox.ok(["diff", "area.py", "--output-format", "json", "--output-file", "../plan.json"]);
    let plan = sandbox.root().with_file_name("plan.json");
    let run = review(&sandbox, "aaaw", &["--plan", plan.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(sandbox.read("area.py").contains("def area(width: int)"), "{}", run.stdout);
    assert_eq!(sandbox.read("name.py"), TWO[1].1, "{}", run.stdout);
}
