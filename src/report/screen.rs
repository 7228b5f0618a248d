//! What a reviewer sees: a proposal with all that it changes, fitted to the size of a terminal.

use std::fmt::Write;

use dialoguer::console::{measure_text_width, truncate_str};

use super::Card;
use super::diff::hunks;
use super::paint::{Paint, Role};

/// Fewest lines of a diff that are shown, however small the terminal.
const MIN_LINES: usize = 5;
/// Most pieces of evidence that are shown unless all is asked for.
const MAX_EVIDENCE: usize = 8;
/// What the reviewer types after.
pub const PROMPT: &str = "> ";

/// A file that a proposal changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file, as shown to the user.
    pub path: String,
    /// Its text with what has been accepted so far.
    pub before: String,
    /// Its text with this proposal too.
    pub after: String,
}

/// A proposal and its place in the review.
#[derive(Clone, Debug)]
pub struct Screen<'a> {
    /// The number of the proposal, from 1, and how many there are.
    pub number: (usize, usize),
    /// The proposal.
    pub card: &'a Card,
    /// What was decided about it, in a word; empty when nothing was.
    pub decided: &'a str,
    /// The files that it changes.
    pub changes: &'a [Change],
    /// Whether the evidence is shown.
    pub evidence: bool,
    /// Whether all is shown, however long.
    pub whole: bool,
}

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Lines.
    pub rows: usize,
    /// Characters in a line.
    pub columns: usize,
}

impl Screen<'_> {
    /// The screen, `below` and the prompt at its end; each line is at most as wide as the terminal.
    pub fn draw(&self, below: &[String], size: Size, paint: Paint) -> String {
        let (number, total) = self.number;
        let files = match self.changes.len() {
            1 => "1 file".to_owned(),
            many => format!("{many} files"),
        };
        let decided = if self.decided.is_empty() { String::new() } else { format!(" · {}", self.decided) };
        let header = format!("[{number}/{total}] {} · {files}{decided}", self.card.header());
        let mut lines = paint_all(&wrap(&header, size.columns), Role::Strong, paint);
        lines.extend(wrap(&self.card.title, size.columns));
        lines.extend(wrap(&self.card.reason, size.columns));
        if self.evidence {
            let room = size.rows.saturating_sub(lines.len() + below.len() + 2 + MIN_LINES);
            lines.extend(self.evidence(room, size, paint));
        }
        let room = size.rows.saturating_sub(lines.len() + below.len() + 2).max(MIN_LINES);
        lines.push(String::new());
        lines.extend(self.diff(room, size, paint));
        if self.whole && lines.len() + below.len() >= size.rows {
            // The one at the top has gone out of sight.
            lines.extend(paint_all(&wrap(&header, size.columns), Role::Strong, paint));
        }
        lines.extend(below.iter().cloned());
        finish(&lines, size)
    }

    fn evidence(&self, room: usize, size: Size, paint: Paint) -> Vec<String> {
        let all: Vec<Vec<String>> =
            self.card.evidence.iter().map(|sight| sight.lines(size.columns.saturating_sub(2))).collect();
        let fits = |&count: &usize| {
            let more = usize::from(count < all.len());
            count + more <= MAX_EVIDENCE && all[..count].iter().map(Vec::len).sum::<usize>() + more <= room
        };
        let most = all.len().min(MAX_EVIDENCE);
        let shown = if self.whole { all.len() } else { (1..=most).rev().find(fits).unwrap_or(most.min(1)) };
        let mut lines: Vec<String> = all[..shown].iter().flatten().map(|line| format!("  {line}")).collect();
        if shown < all.len() {
            lines.push(format!("  … {} more (v shows all)", all.len() - shown));
        }
        if all.is_empty() {
            lines.push("  no place in the code: it follows from how the language works".to_owned());
        }
        lines.iter().map(|line| paint.role(Role::Faint, &truncate_str(line, size.columns, "…"))).collect()
    }

    /// The diffs of all files; what does not fit is folded, with the number of lines and files that are left out.
    fn diff(&self, room: usize, size: Size, paint: Paint) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut ends: Vec<usize> = Vec::new();
        for change in self.changes {
            lines.push(paint.role(Role::File, &change.path));
            let diff = hunks(plain(&change.before).as_bytes(), plain(&change.after).as_bytes(), Paint::plain());
            lines.extend(String::from_utf8_lossy(&diff).lines().flat_map(|line| diff_line(line, size.columns, paint)));
            ends.push(lines.len());
        }
        if self.whole || lines.len() <= room {
            return lines;
        }
        let shown = room - 1;
        let (left, files) = (lines.len() - shown, ends.iter().filter(|&&end| end > shown).count());
        lines.truncate(shown);
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        let folded = format!("… {left} more lines in {files} (v shows all)");
        lines.push(paint.role(Role::Faint, &truncate_str(&folded, size.columns, "…")));
        lines
    }
}

/// A line of a diff. What changes is never cut short: it goes on in further lines.
fn diff_line(line: &str, columns: usize, paint: Paint) -> Vec<String> {
    let role = match line.as_bytes().first() {
        Some(b'+') => Role::Added,
        Some(b'-') => Role::Removed,
        Some(b'@') => Role::Hunk,
        _ => return vec![truncate_str(line, columns, "…").into_owned()],
    };
    let mut lines: Vec<String> = Vec::new();
    let mut rest = line;
    loop {
        let begin = if lines.is_empty() { String::new() } else { format!("{}…", &line[..1]) };
        let end = fitting(rest, columns.saturating_sub(measure_text_width(&begin)));
        lines.push(paint.role(role, &format!("{begin}{}", &rest[..end])));
        rest = &rest[end..];
        if rest.is_empty() {
            return lines;
        }
    }
}

/// How many bytes of a text fit into so many columns; one character at least.
fn fitting(text: &str, columns: usize) -> usize {
    let mut width = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        width += measure_text_width(text.get(at..at + c.len_utf8()).unwrap_or_default());
        if width > columns && at > 0 {
            return at;
        }
        end = at + c.len_utf8();
    }
    end
}

/// Text with the prompt at its end, fitted to the terminal.
pub fn finish(lines: &[String], size: Size) -> String {
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{}", truncate_str(line, size.columns, "…"));
    }
    text + PROMPT
}

/// Source text without what would move the cursor of a terminal.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => plain.push_str("    "),
            '\r' => {}
            c if c.is_control() && c != '\n' => plain.push('\u{fffd}'),
            c => plain.push(c),
        }
    }
    plain
}

fn paint_all(lines: &[String], role: Role, paint: Paint) -> Vec<String> {
    lines.iter().map(|line| paint.role(role, line)).collect()
}

/// Breaks a text between words, and words that are wider than a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for mut word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + 1 + measure_text_width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            _ => {}
        }
        while measure_text_width(word) > columns {
            let (part, rest) = word.split_at(fitting(word, columns));
            lines.push(part.to_owned());
            word = rest;
        }
        lines.push(word.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::Sight;
    use super::*;
    use crate::proposal::{Applicability, Confidence};

    fn card() -> Card {
        Card {
            path: "geom.py".into(),
            line: 8,
            transform: "typed_dict",
            confidence: Confidence::High,
            applicability: Applicability::Safe,
            title: "Define `Vector` for the dict with the keys `x` and `y`".into(),
            reason: "Two functions read the same keys.".into(),
            evidence: (1..=10).map(sight).collect(),
        }
    }

    fn sight(line: u32) -> Sight {
        Sight {
            kind: "key read",
            place: format!("geom.py:{line}"),
            text: "return vector[\"x\"] + vector[\"y\"]".into(),
            ty: Some("float".into()),
            times: 1,
        }
    }

    fn changes(count: usize) -> Vec<Change> {
        let before = (0..20).fold(String::new(), |text, line| text + &format!("line{line}\n"));
        let after = before.replace("line", "\tl\u{1b}ne");
        (0..count).map(|n| Change { path: format!("f{n}.py"), before: before.clone(), after: after.clone() }).collect()
    }

    fn draw(change: impl FnOnce(&mut Screen<'_>), size: Size) -> Vec<String> {
        let (card, changes) = (card(), changes(3));
        let mut screen =
            Screen { number: (3, 41), card: &card, decided: "", changes: &changes, evidence: false, whole: false };
        change(&mut screen);
        screen.draw(&["y n".to_owned()], size, Paint::plain()).lines().map(str::to_owned).collect()
    }

    const WIDE: Size = Size { rows: 24, columns: 80 };

    #[test]
    fn fits_the_terminal() {
        let lines = draw(|_| (), WIDE);
        assert_eq!(lines[0], "[3/41] geom.py:8 · typed_dict · High · 3 files");
        assert_eq!(lines.len(), 24);
        assert_eq!(lines[21], "… 109 more lines in 3 files (v shows all)");
        assert_eq!(&lines[22..], ["y n", PROMPT]);
        for columns in [20, 33] {
            let lines = draw(|screen| screen.evidence = true, Size { rows: 10, columns });
            assert!(lines.iter().all(|line| measure_text_width(line) <= columns), "{lines:#?}");
            assert!(lines.iter().any(|line| line == "f0.py"), "some of the diff is always there");
        }
    }

    #[test]
    fn shows_all_when_asked() {
        let lines = draw(|screen| (screen.whole, screen.evidence, screen.decided) = (true, true, "accepted"), WIDE);
        assert!(lines[0].ends_with(" · 3 files · accepted"));
        assert_eq!(lines[lines.len() - 3], lines[0], "it stays in sight");
        assert_eq!(lines.iter().filter(|line| line.starts_with('+')).count(), 60);
        assert_eq!(lines.iter().filter(|line| line.starts_with("  key read")).count(), 10);
        let folded = draw(|screen| screen.evidence = true, WIDE);
        assert!(folded.contains(&"  … 3 more (v shows all)".to_owned()), "{folded:#?}");
    }

    #[test]
    fn what_decides_is_never_cut_short() {
        let sight = Sight { times: 2, ..sight(8) };
        assert_eq!(
            sight.lines(80),
            ["key read        geom.py:8  return vector[\"x\"] + vector[\"y\"] · float  (2 times)"]
        );
        assert_eq!(sight.lines(60), ["key read        geom.py:8  return vector… · float  (2 times)"]);
        assert_eq!(sight.lines(40), ["key read        geom.py:8", "  return vector[\"x\"]… · float  (2 times)"]);
        let long = |line: &str| diff_line(line, 10, Paint::plain());
        assert_eq!(long("+def f(a: int, b: int)"), ["+def f(a: ", "+…int, b: ", "+…int)"]);
        assert_eq!(long("-名前名前名前"), ["-名前名前", "-…名前"]);
        assert_eq!(long(" def f(a: int)"), [" def f(a:…"]);
        assert_eq!(wrap("in parcels/orders.py:12 now", 10), ["in", "parcels/or", "ders.py:12", "now"]);
    }

    #[test]
    fn source_cannot_steer_the_terminal() {
        let lines = draw(|screen| screen.whole = true, WIDE);
        assert!(lines.contains(&"+    l\u{fffd}ne0".to_owned()), "{lines:#?}");
    }

    #[test]
    fn colours_do_not_count_as_width() {
        let (card, changes) = (card(), changes(1));
        let screen =
            Screen { number: (1, 1), card: &card, decided: "", changes: &changes, evidence: true, whole: false };
        let plain = screen.draw(&[], WIDE, Paint::plain());
        let coloured = screen.draw(&[], WIDE, Paint::coloured());
        assert_ne!(plain, coloured);
        assert_eq!(dialoguer::console::strip_ansi_codes(&coloured), plain);
    }
}
