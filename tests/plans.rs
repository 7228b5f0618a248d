//! Plans, formats and numbered patches, with the real binary.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Sandbox, python, schema, tree};

const AREA: &str = "def area(width, height):\n    return width * height\n\n\nprint(area(2, 3))\n";

fn example() -> Sandbox {
    Sandbox::copy_of("tests/example")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// The plan of a project, beside it.
fn plan(sandbox: &Sandbox, args: &[&str]) -> PathBuf {
    let path = sandbox.root().with_file_name("plan.json");
    let name = path.to_str().expect("a name in UTF-8");
    sandbox.ok(["diff", "--output-format", "json", "--output-file", name].iter().chain(args));
    path
}

/// What `apply` makes of the example.
fn applied() -> BTreeMap<String, Vec<u8>> {
    let sandbox = example();
    sandbox.ok(["apply"]);
    sandbox.tree()
}

#[test]
fn a_plan_is_what_its_schema_says() {
    let sandbox = example();
    let rules = json(&sandbox.ok(["explain", "plan"]).stdout);
    let run = sandbox.ok(["diff", "--output-format", "json"]);
    let document = json(&run.stdout);
    assert_eq!(schema::faults(&rules, &document), [""; 0]);
    assert_eq!(document["findings"], Value::Array(Vec::new()));
    let proposals = document["proposals"].as_array().expect("a list");
    let following = proposals.iter().filter(|one| one["round"] != 0).count();
    assert!(run.stderr.contains(&format!("{} changes in ", proposals.len() - following)), "{}", run.stderr);
    assert!(following > 0 && run.stderr.contains(&format!("{following} more change")), "{}", run.stderr);
    // What does not follow the rules is noticed.
    let mut wrong = document.clone();
    wrong["proposals"][0]["line"] = "one".into();
    wrong["files"][0]["more"] = Value::Null;
    assert_eq!(schema::faults(&rules, &wrong).len(), 2);
}

#[test]
fn a_plan_names_places_exactly() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    let document = json(&sandbox.ok(["diff", "--output-format", "json"]).stdout);
    let proposals = document["proposals"].as_array().expect("a list");
    let width = proposals.iter().find(|one| one["title"].as_str().is_some_and(|title| title.contains("`width`")));
    let edit = &width.expect("a proposal for it")["edits"][0];
    assert_eq!((&edit["path"], &edit["text"]), (&"area.py".into(), &": int".into()));
    assert_eq!(edit["start"], serde_json::json!({ "line": 1, "column": 15, "offset": 14 }));
    assert_eq!(edit["context"], "def area(width, height):");
}

#[test]
fn a_plan_applies_to_another_checkout() {
    let first = example();
    let path = plan(&first, &[]);
    let other = example();
    let before = other.tree();
    let run = other.ok(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert_eq!(other.tree(), applied(), "{}", run.stderr);
    other.ok(["undo"]);
    assert_eq!(other.tree(), before);
}

#[test]
fn what_changed_is_refused_and_the_rest_is_made() {
    let first = example();
    let path = plan(&first, &[]);
    let path = path.to_str().expect("UTF-8");
    let other = example();
    // Lines that only moved do not matter; a line that is edited does.
    other.replace("parcels/orders.py", "_numbers = count(1)", "# moved\n\n\n_numbers = count(1)");
    other.replace("parcels/geometry.py", "def distance(a, b):", "def distance(a, b, scale=1):");
    let run = other.ok(["apply", "--plan", path]);
    assert!(run.stderr.contains("refused: parcels/geometry.py:11 · Annotate `distance`"), "{}", run.stderr);
    assert!(run.stderr.contains("does not hold the line `def distance(a, b):` any more"), "{}", run.stderr);
    let (geometry, orders) = (other.read("parcels/geometry.py"), other.read("parcels/orders.py"));
    assert!(geometry.contains("def distance(a, b, scale=1):"), "{geometry}");
    assert!(geometry.contains("def midpoint(a: Point, b: Point) -> Point:"), "{geometry}");
    assert!(orders.contains("# moved") && orders.contains("class Order(TypedDict):"), "{orders}");
    assert_eq!(other.mypy().matches("error").count(), example_errors(&other), "{}", other.mypy());
}

/// How many errors mypy finds in a project without what hintwright wrote.
fn example_errors(sandbox: &Sandbox) -> usize {
    sandbox.ok(["undo"]);
    sandbox.mypy().matches("error").count()
}

#[test]
fn proposals_can_be_taken_out_of_a_plan() {
    let sandbox = example();
    let path = plan(&sandbox, &[]);
    let mut document = json(&fs::read_to_string(&path).expect("the plan"));
    let all = document["proposals"].as_array().expect("a list").clone();
    let kept = all.iter().filter(|one| one["transform"] == "typed_dict").cloned().collect();
    document["proposals"] = Value::Array(kept);
    fs::write(&path, document.to_string()).expect("a plan");
    let run = sandbox.ok(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert!(run.stderr.contains("2 of 2 changes in 3 files applied"), "{}", run.stderr);
    let orders = sandbox.read("parcels/orders.py");
    assert!(
        orders.contains("class Order(TypedDict):")
            && orders.contains("def new_line(sku, quantity, price) -> OrderLine:")
    );
}

#[test]
fn what_is_no_plan_is_an_error() {
    let sandbox = Sandbox::new(&[
        ("area.py", AREA),
        ("plan.json", "{}"),
        ("old.json", "{\"format\": \"hintwright-plan\", \"version\": 0}"),
    ]);
    let elsewhere = Sandbox::new(&[("other.py", "x = 1\n")]);
    let path = plan(&sandbox, &[]);
    for (sandbox, plan, says) in [
        (&sandbox, "missing.json", "cannot be read"),
        (&sandbox, "plan.json", "is not a plan of hintwright"),
        (&sandbox, "old.json", "is a plan of version 0"),
        (&elsewhere, path.to_str().expect("UTF-8"), "none of the files of this plan is here"),
    ] {
        let run = sandbox.run(["apply", "--plan", plan]);
        assert_eq!(run.code, Some(2), "{plan}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{plan}: {}", run.stderr);
    }
    // A plan cannot lead out of the project.
    let secret = sandbox.root().with_file_name("secret.py");
    fs::write(&secret, AREA).expect("a file");
    let text = fs::read_to_string(&path).expect("the plan").replace("\"area.py\"", "\"../secret.py\"");
    sandbox.write("plan.json", text);
    assert_eq!(sandbox.run(["apply", "--plan", "plan.json"]).code, Some(2));
    assert_eq!(fs::read_to_string(&secret).expect("a file"), AREA);
    sandbox.write("area.py", "def area(size):\n    return size\n");
    let run = sandbox.run(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("nothing of this plan fits here any more"), "{}", run.stderr);
}

#[test]
fn apply_of_a_plan_asks_git_too() {
    let sandbox = Sandbox::new(&[("area.py", AREA)]);
    sandbox.git(&["init", "-q"]);
    let path = plan(&sandbox, &[]);
    sandbox.append("area.py", "x = 1\n");
    sandbox.git(&["add", "-A"]);
    let run = sandbox.run(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("--allow-dirty"), "{}", run.stderr);
}

#[test]
fn every_format_tells_of_every_change() {
    let sandbox = example();
    let document = json(&sandbox.ok(["diff", "--output-format", "json"]).stdout);
    let count = document["proposals"].as_array().expect("a list").len();
    let sarif = json(&sandbox.ok(["diff", "--output-format", "sarif"]).stdout);
    let run = &sarif["runs"][0];
    assert_eq!((&sarif["version"], run["results"].as_array().map(Vec::len)), (&"2.1.0".into(), Some(count)));
    let rules: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().expect("a list").iter().map(|rule| &rule["id"]).collect();
    for result in run["results"].as_array().expect("a list") {
        assert!(rules.contains(&&result["ruleId"]), "{result}");
        if result["properties"]["round"] != 0 {
            continue;
        }
        let change = &result["fixes"][0]["artifactChanges"][0];
        let region = &change["replacements"][0]["deletedRegion"];
        assert!(region["startLine"].as_u64().is_some_and(|line| line > 0), "{result}");
    }
    let github = sandbox.ok(["diff", "--output-format", "github"]).stdout;
    assert_eq!(github.lines().count(), count);
    assert!(
        github.lines().all(|line| line.starts_with("::notice title=hintwright (") && line.contains(",file=parcels/"))
    );
    let patch = sandbox.ok(["diff", "--output-format", "patch", "--color", "always"]).stdout;
    assert_eq!(patch, sandbox.ok(["diff"]).stdout);
    // CI wants both: the annotations and the exit code.
    let run = sandbox.run(["diff", "--check", "--output-format", "github"]);
    assert_eq!((run.code, run.stdout), (Some(1), github));
}

/// Two calls in one line are one place to SARIF, which asks for different ones; a mistake has a rule of its own.
#[test]
fn sarif_is_what_its_format_asks_for() {
    let rules = json(include_str!("support/sarif.schema.json"));
    let mistake = "def third(pair):\n    return pair[2]\n\n\nprint(third((1, 2)), third((3, 4)))\n";
    for (sandbox, args) in [
        (example(), &["--unsafe", "--min-confidence", "low"][..]),
        (Sandbox::new(&[("a b/é#.py", mistake), ("area.py", AREA)]), &[]),
        (Sandbox::new(&[]), &[]),
    ] {
        let sarif = json(&sandbox.ok(["diff", "--output-format", "sarif"].iter().chain(args)).stdout);
        assert_eq!(schema::faults(&rules, &sarif), [""; 0]);
        let run = &sarif["runs"][0];
        let known: Vec<&Value> =
            run["tool"]["driver"]["rules"].as_array().expect("a list").iter().map(|rule| &rule["id"]).collect();
        assert!(run["results"].as_array().expect("a list").iter().all(|result| known.contains(&&result["ruleId"])));
    }
    let mut wrong = json(&example().ok(["diff", "--output-format", "sarif"]).stdout);
    let first = wrong["runs"][0]["results"][0].as_object_mut().expect("a result");
    first.insert("fixes".to_owned(), serde_json::json!([{ "artifactChanges": [] }]));
    assert_eq!(schema::faults(&rules, &wrong).len(), 1);
}

/// A project with a circle of imports, owners, and a file with more changes than a patch may hold.
fn wide_project() -> Sandbox {
    let sandbox = example();
    sandbox.write("CODEOWNERS", "* @core\n/parcels/orders.py @orders\n/parcels/accounts.py @accounts\n");
    let functions: Vec<String> = (0..60)
        .map(|n| format!("def scale_{n}(line, factor):\n    line[\"price\"] *= factor\n    return line[\"sku\"]\n"))
        .collect();
    let calls: Vec<String> = (0..60).map(|n| format!("    scale_{n}(orders.new_line(\"a\", 1, 2.0), 3)\n")).collect();
    let text = format!("from parcels import orders\n\n\n{}\n\ndef main():\n{}", functions.join("\n\n"), calls.concat());
    sandbox.write("parcels/scales.py", text);
    sandbox.git(&["init", "-q"]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "Before"]);
    sandbox
}

fn imports_all(sandbox: &Sandbox, patch: &str) {
    let modules = "parcels.accounts, parcels.geometry, parcels.orders, parcels.report, parcels.routing, parcels.scales";
    for program in [vec!["-B", "-c", &format!("import {modules}")[..]], vec!["-B", "-m", "parcels"]] {
        let output = Command::new(python()).args(program).current_dir(sandbox.root()).output().expect("Python runs");
        assert!(output.status.success(), "after {patch}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn patches_apply_in_order_and_keep_the_program_running() {
    let whole = wide_project();
    whole.ok(["apply"]);
    for by in ["transform", "file", "package", "owners"] {
        let sandbox = wide_project();
        let directory = sandbox.root().with_file_name("patches");
        let directory = directory.to_str().expect("UTF-8");
        let run = sandbox.ok(["diff", "--split-by", by, "--max-lines", "50", "--output-dir", directory]);
        let names: Vec<&str> = run.stdout.lines().collect();
        assert!(names.len() > 6, "{by}: {names:?}");
        assert_eq!(tree(directory.as_ref()).len(), names.len());
        for name in names {
            let patch = fs::read_to_string(name).expect("a patch");
            let changed = patch.lines().filter(|line| {
                (line.starts_with('+') && !line.starts_with("+++"))
                    || (line.starts_with('-') && !line.starts_with("---"))
            });
            let changed = changed.count();
            assert!(changed <= 50 || patch.matches("diff --git").count() > 1, "{name}: {changed} lines");
            sandbox.git(&["apply", name]);
            imports_all(&sandbox, name);
        }
        assert_eq!(sandbox.tree(), whole.tree(), "{by}");
    }
}

#[test]
fn patches_are_named_by_what_they_are_about() {
    let sandbox = wide_project();
    let names = |by: &str| {
        let run = sandbox.ok(["diff", "--split-by", by, "--output-dir", "../patches", "--max-lines", "5000"]);
        let names = run.stdout.lines().map(|line| line.rsplit('/').next().unwrap_or_default().to_owned());
        names.collect::<Vec<String>>()
    };
    let transforms = names("transform");
    assert!(transforms[0].starts_with("0001-typed_dict.patch"), "{transforms:?}");
    assert!(transforms.iter().any(|name| name.ends_with("-signature.patch")), "{transforms:?}");
    let owners = names("owners");
    for owner in ["accounts", "orders", "core"] {
        assert!(owners.iter().any(|name| name.ends_with(&format!("-{owner}.patch"))), "{owners:?}");
    }
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "nothing is written into the project");
}

#[test]
fn all_patches_are_written_for_who_reads_no_names() {
    let sandbox = wide_project();
    let args = ["diff", "--split-by", "file", "--output-dir", "../patches"];
    let count = sandbox.ok(args).stdout.lines().count();
    let folder = sandbox.root().with_file_name("patches");
    fs::remove_dir_all(&folder).expect("it is there");
    let mut child =
        sandbox.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
    assert_eq!(fs::read_dir(folder).expect("it is there").count(), count);
}

/// A project in which each hint for `name` is evidence for the next.
fn chain() -> Sandbox {
    let functions = "def remove(jar, name):\n    \"\"\"\n    :type name: str\n    \"\"\"\n    jar.pop(name)\n\n\n\
                     def delete(self, name):\n    remove(self, name)\n\n\ndef forward(self, name):\n    delete(self, name)\n";
    Sandbox::new(&[("chain.py", functions)])
}

/// The plan of a project without the proposals of these titles.
fn plan_without(sandbox: &Sandbox, titles: &[&str]) -> PathBuf {
    let path = plan(sandbox, &[]);
    let mut document = json(&fs::read_to_string(&path).expect("the plan"));
    let all = document["proposals"].as_array().expect("a list").clone();
    let is_out = |one: &Value| titles.iter().any(|title| one["title"] == *title);
    let kept: Vec<Value> = all.iter().filter(|one| !is_out(one)).cloned().collect();
    assert_eq!(kept.len() + titles.len(), all.len(), "{all:#?}");
    document["proposals"] = Value::Array(kept);
    fs::write(&path, document.to_string()).expect("a plan");
    path
}

#[test]
fn what_follows_from_a_plan_is_part_of_it() {
    let sandbox = chain();
    let path = plan(&sandbox, &[]);
    let document = json(&fs::read_to_string(&path).expect("the plan"));
    assert_eq!(schema::faults(&json(&sandbox.ok(["explain", "plan"]).stdout), &document), [""; 0]);
    let find = |title: &str| {
        let proposals = document["proposals"].as_array().expect("a list");
        proposals.iter().find(|one| one["title"] == title).unwrap_or_else(|| panic!("{title}: {proposals:#?}"))
    };
    let first = find("Annotate `remove` parameter `name` as `str`");
    let second = find("Annotate `delete` parameter `name` as `str`");
    assert_eq!((&first["round"], &second["round"]), (&0.into(), &1.into()));
    assert!(second["requires"].as_array().is_some_and(|ids| ids.contains(&first["id"])), "{second:#}");
    assert_eq!((&second["line"], &second["edits"][0]["start"]["column"]), (&8.into(), &22.into()));
    assert_eq!(second["edits"][0]["context"], "def delete(self, name):", "as it is on disk");
    let sarif = json(&sandbox.ok(["diff", "--output-format", "sarif"]).stdout);
    for result in sarif["runs"][0]["results"].as_array().expect("a list") {
        assert_eq!(result["properties"]["round"] == 0, result["fixes"].is_array(), "{result:#}");
    }
    let applied = chain();
    applied.ok(["apply"]);
    sandbox.ok(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert_eq!(sandbox.tree(), applied.tree());
}

#[test]
fn what_is_left_of_a_plan_is_right() {
    let sandbox = chain();
    let path = plan_without(&sandbox, &["Annotate `remove` as returning `None`"]);
    let run = sandbox.ok(["apply", "--plan", path.to_str().expect("UTF-8")]);
    assert!(run.stderr.contains("5 of 5 changes in 1 files applied"), "{}", run.stderr);
    let text = sandbox.read("chain.py");
    assert!(
        text.contains("def remove(jar, name: str):") && text.contains("def delete(self, name: str) -> None:"),
        "{text}"
    );
    assert!(text.contains("def forward(self, name: str) -> None:"), "{text}");

    let sandbox = example();
    let path = plan_without(&sandbox, &["Define `OrderLine` for the dict with the keys `sku`, `quantity` and `price`"]);
    let run = sandbox.ok(["apply", "--plan", path.to_str().expect("UTF-8")]);
    let refused: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("refused:")).collect();
    assert!(refused.len() == 1 && refused[0].contains("Define `Order`"), "{}", run.stderr);
    assert!(refused[0].ends_with("it needs a definition that is not part of the plan"), "{}", run.stderr);
    let orders = sandbox.read("parcels/orders.py");
    assert!(!orders.contains("TypedDict") && orders.contains("-> None:"), "{orders}");
    // An empty list and an empty dict have no hint, whatever is made of the plan.
    let said = sandbox.mypy();
    assert!(said.lines().all(|line| line.contains("[var-annotated]")), "{said}");
}
