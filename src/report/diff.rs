//! Unified diffs that `git apply` and `patch` accept.
//!
//! A diff is bytes, not text: a file in Latin-1 needs a patch in Latin-1, and a line that ends with `\r\n` needs its
//! `\r`. Lines are split at `\n` alone, as those two tools do.

use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::paint::{Paint, Role};

/// Unchanged lines that are shown around a change.
pub const CONTEXT: usize = 3;

/// The diff of one file, empty when nothing changed. `path` is relative, with `/` between its parts.
pub fn unified_diff(path: &str, old: &[u8], new: &[u8], paint: Paint) -> Vec<u8> {
    let hunks = hunks(old, new, paint);
    if hunks.is_empty() {
        return Vec::new();
    }
    let mut out = String::new();
    let (before, after) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    // The first line makes git take the names as they stand, also when it runs in a subdirectory.
    for line in [format!("diff --git {before} {after}"), format!("--- {before}"), format!("+++ {after}")] {
        // A name with a blank needs a tab after it, or `patch` takes what follows the blank for a date.
        let tab = if !line.starts_with("diff") && path.contains(' ') { "\t" } else { "" };
        let _ = writeln!(out, "{}{tab}", paint.role(Role::File, &line));
    }
    let mut out = out.into_bytes();
    out.extend_from_slice(&hunks);
    out
}

/// The hunks of the diff alone.
pub fn hunks(old: &[u8], new: &[u8], paint: Paint) -> Vec<u8> {
    let (old, new) = (lines(old), lines(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut out = Vec::new();
    for group in group_diff_ops(ops, CONTEXT) {
        let changed = |op: &DiffOp| op.tag() != DiffTag::Equal;
        if group.iter().any(changed) {
            write_hunk(&mut out, &group, &old, &new, paint);
        }
    }
    out
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn write_hunk(out: &mut Vec<u8>, group: &[DiffOp], old: &[&[u8]], new: &[&[u8]], paint: Paint) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let span_old = first.old_range().start..last.old_range().end;
    let span_new = first.new_range().start..last.new_range().end;
    let header = format!("@@ -{} +{} @@", span(&span_old), span(&span_new));
    out.extend_from_slice(paint.role(Role::Hunk, &header).as_bytes());
    out.push(b'\n');
    for op in group {
        if op.tag() == DiffTag::Equal {
            for line in &old[op.old_range()] {
                write_line(out, b' ', line, None, paint);
            }
            continue;
        }
        for line in &old[op.old_range()] {
            write_line(out, b'-', line, Some(Role::Removed), paint);
        }
        for line in &new[op.new_range()] {
            write_line(out, b'+', line, Some(Role::Added), paint);
        }
    }
}

/// The place of a hunk: its first line and length; the line before it when it is empty.
fn span(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    }
}

fn write_line(out: &mut Vec<u8>, sign: u8, line: &[u8], role: Option<Role>, paint: Paint) {
    let (content, ended) = match line.strip_suffix(b"\n") {
        Some(content) => (content, true),
        None => (line, false),
    };
    let (on, off) = role.map_or(("", ""), |role| paint.codes(role));
    out.extend_from_slice(on.as_bytes());
    out.push(sign);
    out.extend_from_slice(content);
    out.extend_from_slice(off.as_bytes());
    out.push(b'\n');
    if !ended {
        out.extend_from_slice(b"\\ No newline at end of file\n");
    }
}

/// A name as git writes it: in quotes, with escapes, when it holds a quote, a backslash or a control character.
fn quoted(name: &str) -> String {
    if !name.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return name.to_owned();
    }
    let mut out = String::from("\"");
    for c in name.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        String::from_utf8(hunks(old.as_bytes(), new.as_bytes(), Paint::plain())).expect("it is text")
    }

    #[test]
    fn keeps_carriage_returns_and_missing_newlines() {
        assert_eq!(diff("a\r\nb\r\n", "a\r\nc\r\n"), "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
        assert_eq!(diff("a\nb", "a: int\nb"), "@@ -1,2 +1,2 @@\n-a\n+a: int\n b\n\\ No newline at end of file\n");
        assert_eq!(diff("b", "c"), "@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n");
        assert_eq!(diff("", "c\n"), "@@ -0,0 +1 @@\n+c\n");
        // An old Macintosh file is one line.
        assert_eq!(diff("a\rb\r", "a\rc\r").lines().count(), 5);
        assert_eq!(diff("same\n", "same\n"), "");
    }

    #[test]
    fn splits_distant_changes() {
        let old: String = (1..=20).map(|n| n.to_string()).collect::<Vec<_>>().join("\n") + "\n";
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\nnineteen\n");
        let text = diff(&old, &new);
        let headers: Vec<&str> = text.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(headers, ["@@ -1,5 +1,5 @@", "@@ -16,5 +16,5 @@"]);
    }

    #[test]
    fn names_are_quoted_where_git_would() {
        let header = |path| {
            let diff = unified_diff(path, b"a\n", b"b\n", Paint::plain());
            String::from_utf8(diff).expect("it is text").lines().take(3).collect::<Vec<_>>().join("|")
        };
        assert_eq!(header("pkg/é.py"), "diff --git a/pkg/é.py b/pkg/é.py|--- a/pkg/é.py|+++ b/pkg/é.py");
        assert_eq!(header("a b.py"), "diff --git a/a b.py b/a b.py|--- a/a b.py\t|+++ b/a b.py\t");
        assert_eq!(header("q\".py").split('|').nth(1), Some("--- \"a/q\\\".py\""));
    }

    #[test]
    fn colour_is_only_added() {
        let plain = unified_diff("x.py", b"a\nb\n", b"a\nc\n", Paint::plain());
        let coloured = String::from_utf8(unified_diff("x.py", b"a\nb\n", b"a\nc\n", Paint::coloured())).expect("text");
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            rest = after.split_once('m').expect("a code ends").1;
        }
        stripped.push_str(rest);
        assert_eq!(stripped.into_bytes(), plain);
    }
}
