//! Random Python: whatever a project looks like, the guarantees hold.
//!
//! Each round mixes the examples of the repository into a small project and analyses it twice. A round is known by its
//! number: `HINTWRIGHT_FUZZ=500` runs the rounds 0 to 499, `HINTWRIGHT_FUZZ=71-71` runs round 71 alone.

mod support;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hintwright::commands::analysis::{self, Analysis};
use hintwright::config::{Flags, Settings};
use hintwright::source::{SourceFile, parse, with_tree};
use hintwright::types::PythonVersion;
use support::cases::{transforms, write};

/// Rounds without a wish of the user.
const ROUNDS: u64 = 40;

/// Changes that are tried on a file.
const MUTATIONS: u64 = 12;

/// A generator of random numbers (SplitMix64): the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

#[test]
fn the_guarantees_hold_for_random_projects() {
    let wish = env::var("HINTWRIGHT_FUZZ").unwrap_or_default();
    let (first, last) = match wish.split_once('-') {
        Some((first, last)) => (first.parse().expect("a number"), last.parse().expect("a number")),
        None if wish.is_empty() => (0, ROUNDS - 1),
        None => (0, wish.parse::<u64>().expect("a number of rounds").saturating_sub(1)),
    };
    let snippets = snippets();
    let mut failed = Vec::new();
    for round in first..=last {
        let files = project(&mut Random(round), &snippets);
        let checked = catch_unwind(AssertUnwindSafe(|| check(&files)));
        if let Some(fault) = checked.unwrap_or_else(|_| Some("it panics".to_owned())) {
            failed.push(format!("round {round}: {fault}"));
            // A single round is run to look into it.
            if first == last {
                let shown = files.iter().map(|(name, bytes)| format!("--- {name}\n{}", String::from_utf8_lossy(bytes)));
                failed.extend(shown);
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The Python files that random projects are made from.
fn snippets() -> Vec<String> {
    let mut pending: Vec<PathBuf> = transforms().into_values().collect();
    pending.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/example"));
    let mut files = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|path| fs::read_to_string(path).expect("an example is text")).collect()
}

/// A project of one to three files that import each other.
fn project(random: &mut Random, snippets: &[String]) -> BTreeMap<String, Vec<u8>> {
    let names = &["one", "two", "three"][..=random.below(3)];
    let file = |random: &mut Random, name: &str| {
        let mut text = snippets[random.below(snippets.len())].clone();
        if random.below(2) == 0 {
            text = format!("{text}\n\n{}", snippets[random.below(snippets.len())]);
        }
        match random.below(4) {
            0 => text = format!("from {} import *\n{text}", random.pick(names)),
            1 => text = format!("import {}\n{text}", random.pick(names)),
            _ => {}
        }
        for _ in 0..MUTATIONS {
            let mutated = mutate(random, &text, snippets);
            if is_python(mutated.as_bytes()) {
                text = mutated;
            }
        }
        (format!("{name}.py"), dress(random, text))
    };
    names.iter().map(|name| file(random, name)).collect()
}

/// Changes a text in one place, or one name of it everywhere; the result may be no Python.
fn mutate(random: &mut Random, text: &str, snippets: &[String]) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = random.below(lines.len());
    let indent = lines[at][..lines[at].len() - lines[at].trim_start().len()].to_owned();
    let end = block_end(&lines, at);
    match random.below(16) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let other = random.below(lines.len());
            lines.swap(at, other);
        }
        3 => drop(lines.drain(at..end)),
        4 => {
            let block: Vec<String> = lines[at..end].to_vec();
            lines.splice(end..end, block);
        }
        5 => {
            let block: Vec<String> = lines.drain(at..end).collect();
            let to = random.below(lines.len() + 1);
            lines.splice(to..to, block);
        }
        6 => lines.insert(at, format!("{indent}{}", random.pick(&["# note", "# fmt: off", "# type: ignore", "\u{c}"]))),
        7 => lines[at].push_str(random.pick(&["  # noqa", "  # type: ignore", "  # type: int", " ", ";", " \\"])),
        8 => lines[at] = lines[at].replacen("def ", "async def ", 1),
        9 => lines.insert(at, format!("{indent}@{}", random.pick(DECORATORS))),
        10 => {
            let header = random.pick(&["def outer():", "class Outer:", "if True:", "try:", "for _ in range(2):"]);
            for line in &mut lines[at..end] {
                line.insert_str(0, "    ");
            }
            lines.insert(at, format!("{indent}{header}"));
            if header == "try:" {
                lines.insert(end + 1, format!("{indent}finally:\n{indent}    pass"));
            }
        }
        11 => lines[at] = lines[at].replacen('(', random.pick(&["(  # why\n", "(\n\n", "(*, ", "(self, /, "]), 1),
        12 => lines[at] = lines[at].replacen("):", random.pick(&[", *rest):", ", **kw):", "\n):", ") :  # end"]), 1),
        13 => return rename(random, text),
        14 => {
            let other: Vec<&str> = snippets[random.below(snippets.len())].split('\n').collect();
            let from = random.below(other.len());
            let to = (from + 1 + random.below(12)).min(other.len());
            lines.splice(at..at, other[from..to].iter().map(|line| format!("{indent}{line}")));
        }
        _ => lines[at] = lines[at].replacen("return ", random.pick(&["yield ", "return None or ", "raise "]), 1),
    }
    lines.join("\n")
}

const DECORATORS: &[&str] = &["property", "staticmethod", "classmethod", "unknown", "functools.wraps(print)"];

/// The end of the line at `at` and all that is indented more.
fn block_end(lines: &[String], at: usize) -> usize {
    let depth = |line: &String| line.len() - line.trim_start().len();
    let rest = lines[at + 1..].iter();
    at + 1 + rest.take_while(|line| line.trim().is_empty() || depth(line) > depth(&lines[at])).count()
}

/// Gives one name of the text, wherever it stands, another name that is in use.
fn rename(random: &mut Random, text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = text.split(|c| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let common = ["self", "list", "str", "int", "typing", "Any", "None", "type", "object", "__init__", "größe"];
    let from = if words.is_empty() { "" } else { random.pick(&words) };
    let to = if words.is_empty() || random.below(2) == 0 { random.pick(&common) } else { random.pick(&words) };
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        renamed.push_str(&rest[..start]);
        renamed.push_str(if &rest[start..end] == from { to } else { &rest[start..end] });
        rest = &rest[end..];
    }
    renamed + rest
}

/// Writes a text as bytes in one of the ways in which files are written.
fn dress(random: &mut Random, text: String) -> Vec<u8> {
    let mut text = text;
    if random.below(4) == 0 {
        text = text.replace("    ", "\t");
    }
    let plain = text.clone();
    match random.below(8) {
        0 => text = text.replace('\n', "\r\n"),
        1 => text = text.replace('\n', "\r"),
        2 => text = text.split_inclusive('\n').map(|line| line.replace('\n', random.pick(&["\n", "\r\n"]))).collect(),
        3 => text.truncate(text.trim_end().len()),
        4 => text = format!("#!/usr/bin/env python\n# a licence\n\u{c}\n{text}"),
        _ => {}
    }
    if random.below(6) == 0 {
        text.insert(0, '\u{feff}');
    }
    if is_python(text.as_bytes()) { text.into_bytes() } else { plain.into_bytes() }
}

fn is_python(bytes: &[u8]) -> bool {
    SourceFile::from_bytes(Path::new("fuzz.py"), bytes)
        .is_ok_and(|source| with_tree(&source, || parse(&source).is_ok()))
}

fn analyse(directory: &Path) -> Analysis {
    let paths = [directory.to_owned()];
    let flags = Flags { target: Some(PythonVersion::new(3, 12)), ..Flags::default() };
    let settings = Settings::load(&paths, flags, &analysis::transform_names()).expect("the settings are valid");
    analysis::analyse(&paths, settings).expect("the project can be read")
}

/// What guarantee does not hold for a project.
fn check(files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let directory = write(parent.path(), "project", files);
    let first = analyse(&directory);
    let plan = first.plan();
    let changes = first.changes(&plan).expect("the change can be encoded");
    for change in &changes {
        let name = change.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&change.new).into_owned();
        if change.original != files[&name] {
            return Some(format!("{name}: what was read is not what the file holds"));
        }
        if is_python(&change.original) && !is_python(&change.new) {
            return Some(format!("{name}: the result is no Python:\n{text}"));
        }
        let module = plan.files.iter().find(|file| {
            let source = first.project.module(file.module).and_then(|module| module.source.as_ref());
            source.is_some_and(|source| source.path == change.path)
        });
        let Some(module) = module else { return Some(format!("{name}: changed without a plan")) };
        let edits: Vec<(usize, usize, &str)> =
            module.patch.iter().map(|(range, text)| (range.start as usize, range.end as usize, text)).collect();
        if let Some(fault) = unlike(&change.original, &change.new, &edits) {
            return Some(format!("{name}: {fault}:\n{text}"));
        }
    }
    let settled = first.settled(&plan, |next, _| next.plan()).expect("the change can be encoded").changes;
    for change in &settled {
        if is_python(&change.original) && !is_python(&change.new) {
            return Some(format!("{}: the result is no Python", change.path.display()));
        }
        fs::write(&change.path, &change.new).expect("a file");
    }
    let second = analyse(&directory);
    let again = second.changes(&second.plan()).expect("the change can be encoded");
    let told = again.iter().map(|change| {
        let diff = hintwright::report::hunks(&change.original, &change.new, hintwright::report::Paint::plain());
        String::from_utf8_lossy(&diff).into_owned()
    });
    (!again.is_empty()).then(|| format!("a second run changes\n{}", told.collect::<Vec<_>>().join("\n")))
}

/// How a new text is not the original with these edits made, or an edit takes away what is not its own to take.
fn unlike(original: &[u8], new: &[u8], edits: &[(usize, usize, &str)]) -> Option<String> {
    let mark = if original.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let (mut kept, mut rest) = (0, new);
    for &(start, end, text) in edits {
        let (start, end) = (start + mark, end + mark);
        let inserted = [&original[kept..start], text.as_bytes()].concat();
        let Some(after) = rest.strip_prefix(inserted.as_slice()) else {
            return Some(format!("before {text:?} it is not the file that was read"));
        };
        let old = String::from_utf8_lossy(&original[start..end]);
        // White space and commas where a signature is wrapped, type comments that became hints, calls of `namedtuple`
        // that became classes.
        let may_go = matches!(old.trim(), "" | ",") || old.contains("# type:") || text.contains("NamedTuple");
        if !may_go {
            return Some(format!("{old:?} became {text:?}"));
        }
        (kept, rest) = (end, after);
    }
    (rest != &original[kept..]).then(|| "after the last edit it is not the file that was read".to_owned())
}
