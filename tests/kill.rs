//! A kill at any moment leaves every file either old or new, and what is left can be undone or run again.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::Sandbox;

const FILES: usize = 24;

/// A project of many small files, so that writing takes a share of the run.
fn project() -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    for number in 0..FILES {
        let mut text = String::new();
        for function in 0..8 {
            let _ = writeln!(
                text,
                "def f{function}(a, b={number}):\n    return a.strip() * b\n\n\nprint(f{function}('x'))\n"
            );
        }
        sandbox.write(&format!("part{number}.py"), text);
    }
    sandbox
}

/// How many kills: a few by default, as many as `HINTWRIGHT_KILLS` says for a long run.
fn kills() -> u32 {
    std::env::var("HINTWRIGHT_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(12)
}

#[test]
fn a_kill_leaves_every_file_old_or_new() {
    let sandbox = project();
    let old: BTreeMap<String, Vec<u8>> = sandbox.tree();
    let plans = tempfile::tempdir().expect("a folder");
    let plan = plans.path().join("plan.json").display().to_string();
    sandbox.ok(["diff", "--output-format", "json", "--output-file", &plan]);
    let ways: [&[&str]; 2] = [&["apply", "--quiet"], &["apply", "--quiet", "--plan", &plan]];
    let begin = Instant::now();
    sandbox.ok(["apply"]);
    let whole = begin.elapsed();
    let new = sandbox.tree();
    assert!(old.iter().all(|(name, bytes)| new[name] != *bytes), "every file gets hints");
    sandbox.ok(["undo"]);
    let kills = kills();
    for number in 0..kills {
        let mut run = sandbox.command(ways[number as usize / 2 % 2]).spawn().expect("the binary runs");
        // Steps that share nothing with the length of the run reach all of its moments, its end most of all.
        let share = f64::from(number * 7 % kills + 1) / f64::from(kills);
        sleep(Duration::from_secs_f64(whole.as_secs_f64() * share.sqrt()));
        let _ = run.kill();
        run.wait().expect("it ends");
        for (name, bytes) in sandbox.tree() {
            if let Some(after) = new.get(&name) {
                assert!(bytes == *after || bytes == old[&name], "kill {number}: {name} is neither old nor new");
            }
        }
        if number % 2 == 0 {
            sandbox.ok(["apply"]);
            assert_eq!(sandbox.tree(), new, "kill {number}: a second run completes what was begun");
        }
        // Before the first file is replaced, a temporary one may lie beside it: that is something to take back, too.
        while sandbox.tree() != old {
            sandbox.ok(["undo"]);
        }
        assert_eq!(sandbox.tree(), old, "kill {number}: all of it can be taken back");
    }
}
