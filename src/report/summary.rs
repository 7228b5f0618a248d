//! What a run came to: what is proposed, what is held back, what was left alone.

use std::collections::BTreeMap;

use super::paint::{Paint, Role};
use crate::proposal::Confidence;

/// The numbers of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The proposals that are taken: transform, in the order to show them, and confidence of each.
    pub taken: Vec<(&'static str, Confidence)>,
    /// How many files they change.
    pub files: usize,
    /// How many are held back because they are not sure enough.
    pub hidden_by_confidence: usize,
    /// How many are held back because they can alter what the program does.
    pub hidden_unsafe: usize,
    /// How many were refused in reviews.
    pub refused: usize,
    /// How many are held back because their transforms are not asked for.
    pub hidden_by_transforms: usize,
    /// How many are held back because nothing that they annotate is asked for.
    pub hidden_by_slots: usize,
    /// How many are held back because of the files that they change.
    pub hidden_by_files: usize,
    /// How many are held back because there are enough others.
    pub hidden_by_number: usize,
    /// How many files that may not be edited are tests.
    pub tests: usize,
    /// How many files and folders the settings leave out.
    pub excluded: usize,
    /// How many are only ever shown.
    pub display_only: usize,
    /// How many more changes follow from them.
    pub following: usize,
    /// Typed slots in percent before and after, and how many slots there are.
    pub coverage: Option<(f64, f64, usize)>,
    /// Proposals that could not be made, with the reason.
    pub dropped: Vec<(String, String)>,
    /// Files that were left alone: one line each, beginning with the file.
    pub skipped: Vec<String>,
    /// Folders with copies or the code of others: one line each, beginning with the folder.
    pub passed_over: Vec<String>,
    /// What a maintainer should know before the changes are taken.
    pub caution: Option<String>,
}

impl Summary {
    /// How many changes the settings hide.
    pub fn hidden(&self) -> usize {
        let by_settings = [
            self.hidden_by_confidence,
            self.hidden_unsafe,
            self.hidden_by_transforms,
            self.hidden_by_slots,
            self.hidden_by_files,
            self.hidden_by_number,
            self.display_only,
        ];
        by_settings.into_iter().sum()
    }

    /// The summary, a line each; `verb` says what happened to the proposals: "proposed", "applied".
    pub fn lines(&self, verb: &str, verbose: bool, paint: Paint) -> Vec<String> {
        let mut lines = self.left_alone(verbose, paint);
        if self.taken.is_empty() {
            lines.push("Nothing to propose.".to_owned());
        } else {
            let (changes, files) = (count(self.taken.len(), "change"), count(self.files, "file"));
            lines.push(paint.role(Role::Strong, &format!("{changes} in {files} {verb}")));
        }
        lines.extend(self.numbers(verbose));
        lines
    }

    /// The summary of a review, which told what it wrote.
    pub fn of_review(&self, verbose: bool, paint: Paint) -> Vec<String> {
        [self.left_alone(verbose, paint), self.numbers(verbose)].concat()
    }

    /// What was left alone and why.
    fn left_alone(&self, verbose: bool, paint: Paint) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(caution) = &self.caution {
            lines.push(format!("{} {caution}", paint.role(Role::Warning, "caution:")));
        }
        if !self.passed_over.is_empty() {
            lines.push(format!("Passed over: {}", self.passed_over.join(", ")));
        }
        for file in &self.skipped {
            lines.push(format!("{} {file}", paint.role(Role::Warning, "left alone:")));
        }
        if verbose {
            for (title, reason) in &self.dropped {
                lines.push(format!("{} {title}: {reason}", paint.role(Role::Warning, "dropped:")));
            }
        }
        lines
    }

    /// The table, and what stands below it.
    fn numbers(&self, verbose: bool) -> Vec<String> {
        let mut lines = self.table();
        match self.following {
            0 => {}
            1 => lines.push("1 more change follows from these".to_owned()),
            count => lines.push(format!("{count} more changes follow from these")),
        }
        if let Some((before, after, slots)) = self.coverage
            && slots > 0
        {
            lines.push(format!("Coverage: {before:.1} % → {after:.1} % of {slots} parameters and results"));
        }
        let held = [
            (self.hidden_by_confidence, "less sure (--min-confidence low)"),
            (self.hidden_unsafe, "that can alter behaviour (--unsafe)"),
            (self.hidden_by_transforms, "of other transforms (--select, --ignore)"),
            (self.hidden_by_slots, "for other slots (--slots)"),
            (self.hidden_by_files, "for other files (--changed-since, per-file-ignores)"),
            (self.hidden_by_number, "beyond --max-changes"),
            (self.display_only, "to be made by hand"),
            (self.refused, "refused in a review (`hintwright review --forget` forgets that)"),
        ];
        let mut held: Vec<String> =
            held.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
        if self.tests > 0 {
            held.push(format!("all in {} (--include-tests)", count(self.tests, "test file")));
        }
        if self.excluded > 0 {
            held.push(format!("all in {} left out by --exclude", count(self.excluded, "place")));
        }
        if !held.is_empty() {
            lines.push(format!("Held back: {}", held.join(", ")));
        }
        if !self.dropped.is_empty() && !verbose {
            lines.push(format!("{} dropped; -v says why", count(self.dropped.len(), "change")));
        }
        lines
    }

    /// A line for each transform: `  signature     12 (9 high, 3 medium)`.
    fn table(&self) -> Vec<String> {
        let mut order: Vec<&str> = Vec::new();
        let mut counts: BTreeMap<(&str, Confidence), usize> = BTreeMap::new();
        for &(transform, confidence) in &self.taken {
            if !order.contains(&transform) {
                order.push(transform);
            }
            *counts.entry((transform, confidence)).or_default() += 1;
        }
        let width = order.iter().map(|name| name.len()).max().unwrap_or(0);
        let row = |&transform: &&str| {
            let levels = [(Confidence::High, "high"), (Confidence::Medium, "medium"), (Confidence::Low, "low")];
            let number = |level| counts.get(&(transform, level)).copied().unwrap_or(0);
            let total: usize = levels.iter().map(|&(level, _)| number(level)).sum();
            let parts = levels.iter().filter(|&&(level, _)| number(level) > 0);
            let parts: Vec<String> = parts.map(|&(level, name)| format!("{} {name}", number(level))).collect();
            format!("  {transform:<width$} {total:>5} ({})", parts.join(", "))
        };
        order.iter().map(row).collect()
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_held_back() {
        let summary = Summary {
            taken: vec![
                ("signature", Confidence::High),
                ("signature", Confidence::Medium),
                ("typed_dict", Confidence::High),
            ],
            files: 1,
            hidden_by_confidence: 2,
            tests: 1,
            excluded: 4,
            dropped: vec![("Annotate `f`".into(), "an import cycle".into())],
            skipped: vec!["old.py:3: is Python 2 (print statement)".into()],
            passed_over: vec!["build/lib is a copy".into(), ".venv is a virtual environment".into()],
            ..Summary::default()
        };
        let lines = summary.lines("proposed", false, Paint::plain());
        assert_eq!(
            lines,
            [
                "Passed over: build/lib is a copy, .venv is a virtual environment",
                "left alone: old.py:3: is Python 2 (print statement)",
                "3 changes in 1 file proposed",
                "  signature      2 (1 high, 1 medium)",
                "  typed_dict     1 (1 high)",
                "Held back: 2 less sure (--min-confidence low), all in 1 test file (--include-tests), \
                 all in 4 places left out by --exclude",
                "1 change dropped; -v says why",
            ]
        );
        assert_eq!(Summary::default().lines("proposed", false, Paint::plain()), ["Nothing to propose."]);
    }
}
