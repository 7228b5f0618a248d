//! Coverage: the numbers, the limit, and the page in a real browser.

mod support;

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::{Sandbox, python};

fn example() -> Sandbox {
    Sandbox::copy_of("tests/example")
}

fn coverage(sandbox: &Sandbox) -> Value {
    let text = sandbox.ok(["coverage", "--output-format", "json"]).stdout;
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn what_is_promised_comes_true() {
    let sandbox = example();
    let before = coverage(&sandbox);
    assert_eq!(before["total"]["before"]["typed"], 0);
    let printed = sandbox.ok(["coverage"]).stdout;
    let last = printed.lines().last().expect("a line for all");
    let percent = before["total"]["after"]["percent"].as_f64().expect("a number");
    assert!(last.starts_with("all ") && last.contains(&format!("→ {percent:>5.1} %")), "{printed}");
    assert!(printed.contains("  orders.py") && !printed.contains("__init__.py"), "{printed}");
    let tests = sandbox.ok(["coverage", "--include-tests", "--output-format", "json"]).stdout;
    assert!(tests.contains("tests/test_orders.py") && !before.to_string().contains("test_orders"));
    sandbox.ok(["apply"]);
    let after = coverage(&sandbox);
    assert_eq!(after["total"]["before"], before["total"]["after"]);
    assert_eq!(after["total"]["after"], before["total"]["after"]);
}

#[test]
fn too_little_is_a_finding() {
    let sandbox = Sandbox::new(&[("a.py", "def f(x: int, y) -> int: ...\n\n\ndef g(): ...\n")]);
    let code = |limit: &str| sandbox.run(["coverage", "--fail-under", limit]).code;
    assert_eq!((code("50"), code("50.1"), code("101")), (Some(0), Some(1), Some(2)));
    sandbox.write("hintwright.toml", "fail-under = 75\n");
    let run = sandbox.run(["coverage"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("50.0 % of the slots are typed, fewer than 75 %"), "{}", run.stderr);
    let quiet = sandbox.run(["coverage", "-q"]).stderr;
    assert_eq!(quiet, "50.0 % of the slots are typed, fewer than 75 % (--fail-under)\n", "why it fails is said");
    let run = Sandbox::new(&[("a.py", "x = 1\n")]).run(["coverage", "--fail-under", "100"]);
    assert_eq!(run.code, Some(0), "where there is no slot nothing is missing");
}

/// A browser of this machine.
fn browser() -> Option<PathBuf> {
    if let Some(stated) = env::var_os("HINTWRIGHT_BROWSER") {
        return Some(stated.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let directories: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file()))
}

/// Opens a page and takes steps there: the values of the expressions among them. None without a browser, which is said
/// and which `HINTWRIGHT_REQUIRE_BROWSER` does not allow.
fn browse(page: &Path, fragment: &str, steps: &Value) -> Option<Vec<Value>> {
    let Some(browser) = browser() else {
        assert!(env::var_os("HINTWRIGHT_REQUIRE_BROWSER").is_none(), "no browser was found");
        // Not through `eprintln!`, which the harness keeps to itself when a test passes.
        let _ =
            writeln!(std::io::stderr(), "skipped: no browser (install chromium, or name one in HINTWRIGHT_BROWSER)");
        return None;
    };
    let mut child = Command::new(python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/browser.py"))
        .arg(browser)
        .arg(format!("file://{}#{fragment}", page.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python runs");
    child.stdin.take().expect("it is piped").write_all(steps.to_string().as_bytes()).expect("it reads the steps");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("it prints the values"))
}

const TILES: &str =
    "[...document.querySelectorAll('.tile:not(.folder)')].map(t => [t.dataset.path, t.getAttribute('aria-label')])";
const TEXTS: &str = "['before', 'after'].map(id => document.getElementById(id).textContent)";
const DETAILS: &str = "[document.querySelector('#details h2').textContent, [...document.querySelectorAll('.proposal h3')].map(h => h.textContent)]";
const FOCUS: &str = "document.activeElement.dataset.path";

#[cfg(unix)]
#[test]
fn the_page_works_in_a_browser() {
    let sandbox = example();
    let page = sandbox.root().with_file_name("map.html");
    let run = sandbox.ok(["coverage", "--output-format", "json", "--html", "../map.html"]);
    let coverage: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let plan: Value =
        serde_json::from_str(&sandbox.ok(["diff", "--output-format", "json"]).stdout).expect("it is JSON");
    let titles = |path: &str| -> Vec<String> {
        let proposals = plan["proposals"].as_array().expect("a list").iter();
        let own = proposals.filter(|proposal| proposal["path"] == path);
        own.map(|proposal| proposal["title"].as_str().unwrap_or_default().replace('`', "")).collect()
    };
    let steps = json!([
        { "eval": TEXTS },
        { "eval": TILES },
        { "eval": DETAILS },
        { "click": "[data-path='parcels/orders.py']" },
        { "eval": DETAILS },
        { "eval": "location.hash" },
        { "click": "label:has([value=before])" },
        { "eval": "getComputedStyle(document.querySelector('[data-path=\"parcels/orders.py\"]')).backgroundColor" },
        { "click": "label:has([value=after])" },
        { "eval": "getComputedStyle(document.querySelector('[data-path=\"parcels/orders.py\"]')).backgroundColor" },
        // By keyboard: to another tile, into it, and up again.
        { "eval": "document.querySelector('.tile[tabindex=\"0\"]').focus()" },
        { "key": "ArrowRight" },
        { "eval": FOCUS },
        { "key": "Enter" },
        { "eval": DETAILS },
        { "key": "Escape" },
        { "eval": "location.hash" },
        { "eval": "document.querySelectorAll('tbody tr').length" },
    ]);
    let Some(seen) = browse(&page, "", &steps) else { return };
    let percent = |of: &Value| format!("{:.1} %", of["percent"].as_f64().expect("a number"));
    let total = &coverage["total"];
    assert_eq!(seen[0], json!([percent(&total["before"]), percent(&total["after"])]));
    let files: Vec<&Value> = coverage["files"].as_array().expect("a list").iter().collect();
    let files: Vec<&Value> = files.into_iter().filter(|file| file["after"]["slots"] != 0).collect();
    let mut expected: Vec<Value> = files
        .iter()
        .map(|file| {
            let path = file["path"].as_str().expect("a path");
            let (before, after) = (percent(&file["before"]), percent(&file["after"]));
            let (slots, count) = (&file["after"]["slots"], titles(path).len());
            json!([path, format!("{path}: {before} before, {after} after, {slots} slots, {count} proposals")])
        })
        .collect();
    let mut shown = seen[1].as_array().expect("a list").clone();
    expected.sort_by_key(Value::to_string);
    shown.sort_by_key(Value::to_string);
    assert_eq!(shown, expected);
    assert_eq!(seen[2][0], "The repository");
    assert_eq!(seen[3], json!(["parcels/orders.py", titles("parcels/orders.py")]));
    assert_eq!(seen[4], "#parcels/orders.py");
    assert_ne!(seen[5], seen[6], "the colours show what was chosen");
    let next = seen[8].as_str().expect("a tile has the focus");
    assert_ne!(next, "parcels/orders.py");
    assert_eq!(seen[9], json!([next, titles(next)]));
    assert_eq!(seen[10], "#parcels");
    assert_eq!(seen[11], files.len());
    let Some(seen) = browse(&page, "parcels/report.py", &json!([{ "eval": DETAILS }])) else { return };
    assert_eq!(seen[0], json!(["parcels/report.py", titles("parcels/report.py")]), "a module has an address");
}
