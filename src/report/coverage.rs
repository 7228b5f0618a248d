//! How many slots are typed, file by file, before and after the changes.
//!
//! A slot is a parameter or the result of a `def`; what a method gets without being asked, `self` and `cls`, is none.
//! Variables and attributes are not counted: checkers infer most of them, so a hint that is not there is not missed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::paint::{Paint, Role};
use crate::facts::{ExprKind, FileFacts, Function};

/// Typed slots among all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Typed parameters.
    pub typed_params: usize,
    /// Parameters.
    pub params: usize,
    /// Typed results.
    pub typed_returns: usize,
    /// Results.
    pub returns: usize,
}

impl Tally {
    /// Counts the slots of a file.
    pub fn of(facts: &FileFacts) -> Self {
        let mut tally = Self::default();
        for function in facts.functions.iter().filter(|function| !function.is_lambda) {
            let given = usize::from(takes_self(facts, function));
            for param in function.params.iter().skip(given) {
                tally.params += 1;
                tally.typed_params += usize::from(param.annotation.is_some());
            }
            tally.returns += 1;
            tally.typed_returns += usize::from(function.returns.is_some());
        }
        tally
    }

    /// All slots.
    pub fn slots(self) -> usize {
        self.params + self.returns
    }

    /// Those that are typed.
    pub fn typed(self) -> usize {
        self.typed_params + self.typed_returns
    }

    /// The share of typed slots in percent; where there is no slot nothing is missing.
    #[expect(clippy::cast_precision_loss, reason = "no repository has so many slots")]
    pub fn percent(self) -> f64 {
        if self.slots() == 0 { 100.0 } else { 100.0 * self.typed() as f64 / self.slots() as f64 }
    }

    fn add(&mut self, other: Self) {
        self.typed_params += other.typed_params;
        self.params += other.params;
        self.typed_returns += other.typed_returns;
        self.returns += other.returns;
    }
}

fn takes_self(facts: &FileFacts, function: &Function) -> bool {
    let is_static = || {
        facts
            .list(function.decorators)
            .iter()
            .any(|&decorator| matches!(facts.expr(decorator).kind, ExprKind::Name(name, _) if name.is("staticmethod")))
    };
    function.class.is_some() && !is_static()
}

/// A tally before and after the changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// As the files are.
    pub before: Tally,
    /// As they would be.
    pub after: Tally,
}

impl Change {
    fn add(&mut self, other: Self) {
        self.before.add(other.before);
        self.after.add(other.after);
    }
}

/// The files directly in a directory.
#[derive(Default)]
struct Package<'a> {
    total: Change,
    /// By name.
    files: Vec<(&'a str, Change)>,
}

/// The tallies of a repository.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// By path.
    pub files: BTreeMap<String, Change>,
}

impl Coverage {
    /// All files together.
    pub fn total(&self) -> Change {
        self.files.values().fold(Change::default(), |mut total, change| {
            total.add(*change);
            total
        })
    }

    /// The files of each directory together, without those of directories below it.
    fn packages(&self) -> BTreeMap<&str, Package<'_>> {
        let mut packages: BTreeMap<&str, Package<'_>> = BTreeMap::new();
        for (path, change) in &self.files {
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
            let package = packages.entry(directory).or_default();
            package.total.add(*change);
            package.files.push((name, *change));
        }
        packages
    }

    /// A line for each package and module that has slots, and one for all.
    pub fn lines(&self, paint: Paint) -> Vec<String> {
        let mut rows: Vec<(String, Change, bool)> = Vec::new();
        for (directory, package) in self.packages() {
            if package.total.before.slots() == 0 {
                continue;
            }
            rows.push((format!("{}/", if directory.is_empty() { "." } else { directory }), package.total, true));
            let files = package.files.into_iter().filter(|(_, change)| change.before.slots() > 0);
            rows.extend(files.map(|(name, change)| (format!("  {name}"), change, false)));
        }
        rows.push(("all".to_owned(), self.total(), true));
        let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        let row = |(name, change, is_strong): &(String, Change, bool)| {
            let (before, after) = (change.before.percent(), change.after.percent());
            let line = format!(
                "{name:<width$}  {} {before:>5.1} % → {after:>5.1} %  {:>6} of {} slots",
                bar(before, after),
                change.after.typed(),
                change.after.slots(),
            );
            if *is_strong { paint.role(Role::Strong, &line) } else { line }
        };
        rows.iter().map(row).collect()
    }

    /// The tallies as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let tally = |tally: Tally| {
            serde_json::json!({
                "slots": tally.slots(),
                "typed": tally.typed(),
                "percent": (tally.percent() * 100.0).round() / 100.0,
                "params": tally.params,
                "typed_params": tally.typed_params,
                "returns": tally.returns,
                "typed_returns": tally.typed_returns,
            })
        };
        let change =
            |change: Change| serde_json::json!({ "before": tally(change.before), "after": tally(change.after) });
        let with_path = |path: &str, of: Change| {
            let mut object = change(of);
            object["path"] = path.into();
            object
        };
        let files: Vec<_> = self.files.iter().map(|(path, of)| with_path(path, *of)).collect();
        let packages: Vec<_> =
            self.packages().into_iter().map(|(path, package)| with_path(path, package.total)).collect();
        serde_json::json!({ "total": change(self.total()), "packages": packages, "files": files })
    }
}

/// Twenty cells: full ones are typed, half-tone ones will be.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of twenty cells")]
fn bar(before: f64, after: f64) -> String {
    const CELLS: usize = 20;
    let cells = |percent: f64| (percent / 5.0).floor().clamp(0.0, 20.0) as usize;
    let (full, more) = (cells(before), cells(after.max(before)));
    format!("{}{}{}", "█".repeat(full), "▒".repeat(more - full), "·".repeat(CELLS - more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::lower;
    use crate::source::{SourceFile, parse};

    fn tally(text: &str) -> Tally {
        let source = SourceFile::from_bytes(std::path::Path::new("x.py"), text.as_bytes()).expect("it is text");
        Tally::of(&lower(&parse(&source).expect("it parses"), &source.text))
    }

    #[test]
    fn self_and_lambdas_are_no_slots() {
        let text = "class C:\n    def m(self, a: int, *rest): ...\n    @staticmethod\n    def s(a) -> int: ...\nf = lambda x: x\n";
        let tally = tally(text);
        assert_eq!(tally, Tally { typed_params: 1, params: 3, typed_returns: 1, returns: 2 });
        assert_eq!((tally.slots(), tally.typed(), tally.percent()), (5, 2, 40.0));
    }

    #[test]
    fn packages_are_directories() {
        let (none, all) = (tally("def f(a): ...\n"), tally("def f(a: int) -> int: ...\n"));
        let files =
            [("a.py", none, all), ("p/b.py", none, none), ("p/c.py", all, all), ("p/d.py", tally(""), tally(""))];
        let files = files.map(|(path, before, after)| (path.to_owned(), Change { before, after }));
        let coverage = Coverage { files: files.into() };
        assert_eq!(
            coverage.lines(Paint::plain()),
            [
                "./      ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   0.0 % → 100.0 %       2 of 2 slots",
                "  a.py  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   0.0 % → 100.0 %       2 of 2 slots",
                "p/      ██████████··········  50.0 % →  50.0 %       2 of 4 slots",
                "  b.py  ····················   0.0 % →   0.0 %       0 of 2 slots",
                "  c.py  ████████████████████ 100.0 % → 100.0 %       2 of 2 slots",
                "all     ██████▒▒▒▒▒▒▒·······  33.3 % →  66.7 %       4 of 6 slots",
            ]
        );
        let json = coverage.to_json();
        assert_eq!(json["total"]["after"]["percent"], 66.67);
        assert_eq!(json["packages"][1]["before"]["typed"], 2);
        assert_eq!(json["files"].as_array().map(Vec::len), Some(4));
    }
}
