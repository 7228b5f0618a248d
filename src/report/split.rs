//! One change as a series of patches, each of which leaves the program importable.
//!
//! A patch comes after those with the definitions that it mentions. Files that mention each other come together.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// What gets a patch of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitBy {
    /// The changes of each transform, definitions first.
    Transform,
    /// Each file.
    File,
    /// The files of each directory.
    Package,
    /// The files of each group of owners, by `CODEOWNERS`.
    Owners,
}

impl std::str::FromStr for SplitBy {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "transform" => Ok(Self::Transform),
            "file" => Ok(Self::File),
            "package" => Ok(Self::Package),
            "owners" => Ok(Self::Owners),
            _ => Err("it is none of transform, file, package and owners".to_owned()),
        }
    }
}

/// A file that changes, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStep {
    /// The name in the patch.
    pub path: String,
    /// The bytes before.
    pub old: Vec<u8>,
    /// The bytes after.
    pub new: Vec<u8>,
}

/// A patch of the series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is about: a transform, a file, a directory, owners.
    pub subject: String,
    /// The files that it changes.
    pub files: Vec<FileStep>,
}

/// Orders files, given by number, so that each comes after those that it needs, and puts those that need each other
/// together. Among files that are free to come they keep their order.
pub fn order(count: usize, needs: &BTreeMap<usize, BTreeSet<usize>>) -> Vec<Vec<usize>> {
    let mut visit = Visit {
        needs,
        next: 0,
        stack: Vec::new(),
        is_open: vec![false; count],
        found: vec![None; count],
        low: vec![0; count],
        groups: Vec::new(),
    };
    for number in 0..count {
        visit.strongly_connected(number);
    }
    visit.groups
}

/// Puts groups of files into an order in which each comes after those that it needs, and those with the same key come
/// one after the other where they can. Gives runs of groups with the same key.
pub fn sequence(
    groups: &[Vec<usize>],
    keys: &[String],
    needs: &BTreeMap<usize, BTreeSet<usize>>,
) -> Vec<(String, Vec<usize>)> {
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        group_of.extend(group.iter().map(|&file| (file, number)));
    }
    let mut missing = vec![0; groups.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (number, group) in groups.iter().enumerate() {
        let needed = group.iter().filter_map(|file| needs.get(file)).flatten();
        let needed: BTreeSet<usize> = needed.filter_map(|file| group_of.get(file)).copied().collect();
        for &other in needed.iter().filter(|&&other| other != number) {
            missing[number] += 1;
            users[other].push(number);
        }
    }
    let mut free: BTreeSet<(&str, usize)> = (0..groups.len())
        .filter(|&number| missing[number] == 0)
        .map(|number| (keys[number].as_str(), number))
        .collect();
    let mut runs: Vec<(String, Vec<usize>)> = Vec::new();
    let mut current: Option<&str> = None;
    loop {
        let same = current.and_then(|key| free.range((key, 0)..).next().filter(|next| next.0 == key));
        let Some(&(key, number)) = same.or_else(|| free.first()) else { return runs };
        free.remove(&(key, number));
        current = Some(key);
        match runs.last_mut() {
            Some((last, numbers)) if last == key => numbers.push(number),
            _ => runs.push((key.to_owned(), vec![number])),
        }
        for &user in &users[number] {
            missing[user] -= 1;
            if missing[user] == 0 {
                free.insert((&keys[user], user));
            }
        }
    }
}

/// Tarjan's search: a group is complete after all that it needs.
struct Visit<'a> {
    needs: &'a BTreeMap<usize, BTreeSet<usize>>,
    next: usize,
    stack: Vec<usize>,
    is_open: Vec<bool>,
    found: Vec<Option<usize>>,
    low: Vec<usize>,
    groups: Vec<Vec<usize>>,
}

impl Visit<'_> {
    fn strongly_connected(&mut self, start: usize) {
        if self.found[start].is_some() {
            return;
        }
        // A chain of files may be longer than the stack is deep.
        let mut open: Vec<(usize, Vec<usize>)> = vec![self.enter(start)];
        while let Some((number, rest)) = open.last_mut() {
            let number = *number;
            if let Some(next) = rest.pop() {
                match self.found[next] {
                    None => open.push(self.enter(next)),
                    Some(found) if self.is_open[next] => self.low[number] = self.low[number].min(found),
                    Some(_) => {}
                }
                continue;
            }
            open.pop();
            if let Some(&(parent, _)) = open.last() {
                self.low[parent] = self.low[parent].min(self.low[number]);
            }
            if Some(self.low[number]) == self.found[number] {
                let at = self.stack.iter().rposition(|&other| other == number).unwrap_or(0);
                let mut group = self.stack.split_off(at);
                for &member in &group {
                    self.is_open[member] = false;
                }
                group.sort_unstable();
                self.groups.push(group);
            }
        }
    }

    fn enter(&mut self, number: usize) -> (usize, Vec<usize>) {
        self.found[number] = Some(self.next);
        self.low[number] = self.next;
        self.next += 1;
        self.stack.push(number);
        self.is_open[number] = true;
        let needs = self.needs.get(&number).into_iter().flatten();
        // Taken from the end: the first file first.
        (number, needs.rev().copied().filter(|&other| other < self.found.len()).collect())
    }
}

/// Cuts groups of files, in their order, into steps of at most `max_lines` changed lines. A group stays together; so
/// does a file, unless it is too long by itself: then what stands at the margin, imports and definitions, comes first.
/// `is_valid` says whether a file may look like this in between.
pub fn cut(
    subject: &str,
    groups: Vec<Vec<FileStep>>,
    max_lines: usize,
    is_valid: &dyn Fn(&FileStep, &[u8]) -> bool,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut size = 0;
    let mut open: Vec<FileStep> = Vec::new();
    let mut close = |open: &mut Vec<FileStep>| {
        if !open.is_empty() {
            steps.push(Step { subject: subject.to_owned(), files: std::mem::take(open) });
        }
    };
    for group in groups {
        let lines: usize = group.iter().map(changed_lines).sum();
        if size + lines > max_lines {
            close(&mut open);
            size = 0;
        }
        if let [file] = &group[..]
            && lines > max_lines
        {
            for piece in pieces(file, max_lines, is_valid) {
                close(&mut vec![piece]);
            }
            continue;
        }
        size += lines;
        open.extend(group);
    }
    close(&mut open);
    steps
}

/// How many lines a patch adds and removes.
fn changed_lines(file: &FileStep) -> usize {
    runs(file).iter().map(Run::lines).sum()
}

/// Lines of the old text that give way to lines of the new one.
struct Run {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

impl Run {
    fn lines(&self) -> usize {
        self.old.len() + self.new.len()
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn runs(file: &FileStep) -> Vec<Run> {
    let ops = capture_diff_slices(Algorithm::Myers, &lines(&file.old), &lines(&file.new));
    let changed = ops.iter().filter(|op| op.tag() != DiffTag::Equal);
    changed.map(|op| Run { old: op.old_range(), new: op.new_range() }).collect()
}

/// One file in several steps.
fn pieces(file: &FileStep, max_lines: usize, is_valid: &dyn Fn(&FileStep, &[u8]) -> bool) -> Vec<FileStep> {
    let (old, new) = (lines(&file.old), lines(&file.new));
    let runs = runs(file);
    // Imports and definitions: only added, and at the margin. A `def` line at the margin gives way to another one.
    let is_foundation = |run: &Run| {
        let first = new[run.new.clone()].iter().find(|line| !line.trim_ascii().is_empty());
        run.old.is_empty() && first.is_none_or(|line| !line.starts_with(b" ") && !line.starts_with(b"\t"))
    };
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..runs.len()).partition(|&number| is_foundation(&runs[number]));
    let render = |taken: &BTreeSet<usize>| {
        let mut text = Vec::new();
        let mut at = 0;
        for (number, run) in runs.iter().enumerate() {
            text.extend(old[at..run.old.start].concat());
            let lines = if taken.contains(&number) { &new[run.new.clone()] } else { &old[run.old.clone()] };
            text.extend(lines.concat());
            at = run.old.end;
        }
        text.extend(old[at..].concat());
        text
    };
    let mut pieces = Vec::new();
    let mut taken = BTreeSet::new();
    let mut size = 0;
    let mut before = file.old.clone();
    for number in first.into_iter().chain(rest) {
        if size > 0 && size + runs[number].lines() > max_lines {
            let text = render(&taken);
            // Where a statement would be torn the piece grows.
            if is_valid(file, &text) {
                pieces.push(FileStep { path: file.path.clone(), old: before, new: text.clone() });
                before = text;
                size = 0;
            }
        }
        taken.insert(number);
        size += runs[number].lines();
    }
    pieces.push(FileStep { path: file.path.clone(), old: before, new: file.new.clone() });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let needs = |pairs: &[(usize, usize)]| {
            let mut needs: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for &(user, home) in pairs {
                needs.entry(user).or_default().insert(home);
            }
            needs
        };
        assert_eq!(order(3, &needs(&[])), [[0], [1], [2]]);
        assert_eq!(order(3, &needs(&[(0, 2), (2, 1)])), [[1], [2], [0]]);
        assert_eq!(order(4, &needs(&[(0, 1), (1, 0), (1, 3)])), [vec![3], vec![0, 1], vec![2]]);
    }

    #[test]
    fn equal_keys_come_together() {
        let groups = [vec![0], vec![1], vec![2, 3], vec![4]];
        let keys = ["b", "a", "b", "a"].map(str::to_owned);
        let run = |key: &str, numbers: &[usize]| (key.to_owned(), numbers.to_vec());
        assert_eq!(sequence(&groups, &keys, &BTreeMap::new()), [run("a", &[1, 3]), run("b", &[0, 2])]);
        let needs = BTreeMap::from([(4, BTreeSet::from([0])), (3, BTreeSet::from([4]))]);
        let expected = [run("a", &[1]), run("b", &[0]), run("a", &[3]), run("b", &[2])];
        assert_eq!(sequence(&groups, &keys, &needs), expected);
    }

    fn file(path: &str, old: &str, new: &str) -> FileStep {
        FileStep { path: path.into(), old: old.into(), new: new.into() }
    }

    fn shape(steps: &[Step]) -> Vec<Vec<&str>> {
        steps.iter().map(|step| step.files.iter().map(|file| file.path.as_str()).collect()).collect()
    }

    #[test]
    fn groups_stay_together() {
        let one = |path: &str| file(path, "a\n", "b\n");
        let groups = || vec![vec![one("a")], vec![one("b"), one("c")], vec![one("d")]];
        let valid = |_: &FileStep, _: &[u8]| true;
        assert_eq!(shape(&cut("x", groups(), 100, &valid)), [["a", "b", "c", "d"]]);
        assert_eq!(shape(&cut("x", groups(), 4, &valid)), [vec!["a"], vec!["b", "c"], vec!["d"]]);
        assert_eq!(shape(&cut("x", groups(), 1, &valid)), [vec!["a"], vec!["b", "c"], vec!["d"]]);
    }

    #[test]
    fn a_long_file_begins_with_its_imports() {
        let old = "def f(a): ...\nx = 1\ndef g(b): ...\ny = 2\n";
        let new = "import t\ndef f(a: t.A): ...\nx = 1\nclass B: ...\ndef g(b: B): ...\ny = 2\n";
        let steps = cut("x", vec![vec![file("a", old, new)]], 2, &|_, _| true);
        let texts: Vec<String> =
            steps.iter().map(|step| String::from_utf8_lossy(&step.files[0].new).into_owned()).collect();
        assert_eq!(texts.last().map(String::as_str), Some(new));
        assert!(texts.len() > 1 && steps.windows(2).all(|pair| pair[0].files[0].new == pair[1].files[0].old));
        let whole = cut("x", vec![vec![file("a", old, new)]], 2, &|_, _| false);
        assert_eq!(shape(&whole), [["a"]]);
    }
}
