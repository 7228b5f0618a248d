//! Adding names to a `from module import a, b` statement, in isort's order, by insertions alone.

use std::fmt::Write as _;

use crate::source::Indent;
use crate::text::{Edit, TextRange};

use super::file::{indent_at, line_start};

/// How isort sorts names: constants, classes, the rest, each by letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    rank: u8,
    lower: String,
    exact: String,
}

impl Member {
    /// The key of `name` or `name as other`.
    pub(super) fn new(written: &str) -> Self {
        let name = written.split_whitespace().next().unwrap_or(written);
        let first = name.chars().next().unwrap_or('_');
        let is_constant = name.len() > 1 && name.chars().all(|c| !c.is_lowercase()) && first.is_uppercase();
        let rank = if is_constant {
            0
        } else if first.is_uppercase() {
            1
        } else {
            2
        };
        Self { rank, lower: name.to_lowercase(), exact: name.to_owned() }
    }
}

/// A name in the statement.
struct Element {
    range: TextRange,
    /// Whether it is the first on its line.
    leads: bool,
    /// Offset of the comma behind it.
    comma: Option<u32>,
    key: Member,
}

/// The names of a statement as written.
struct Names {
    elements: Vec<Element>,
    /// Offset after the comma behind the last name.
    last_comma: Option<u32>,
    /// Whether a comment stands among them.
    has_comment: bool,
    parenthesised: bool,
}

/// The edits that add `names`, which are sorted, to the statement at `range`; none where its form has no room.
pub(super) fn append(
    text: &str,
    range: TextRange,
    names: &[String],
    newline: &str,
    indent: Indent,
    limit: usize,
) -> Option<Vec<Edit>> {
    let found = read(text, range)?;
    let last = found.elements.last()?;
    let mut edits = Vec::new();
    if !found.parenthesised {
        let line = &text[line_start(text, range.start) as usize..];
        let width = line.lines().next().unwrap_or_default().chars().count();
        let added: usize = names.iter().map(|name| name.chars().count() + ", ".len()).sum();
        if width <= limit && width + added > limit {
            let outer = indent_at(text, range.start);
            return Some(wrapped(&found, names, newline, outer, &indent.repeat(1)));
        }
    }
    for name in names {
        let key = Member::new(name);
        let mut next = found.elements.iter().find(|element| element.key > key);
        if next.is_none() && found.has_comment {
            // The comment behind the last name has to stay with it.
            next = Some(last);
        }
        let edit = match next {
            Some(element) if element.leads && found.elements.len() > 1 => {
                let blanks = indent_at(text, element.range.start);
                Edit::insert(element.range.start, format!("{name},{newline}{blanks}"))
            }
            Some(element) => Edit::insert(element.range.start, format!("{name}, ")),
            None if last.leads && found.parenthesised => {
                let blanks = indent_at(text, last.range.start);
                match found.last_comma {
                    Some(comma) => Edit::insert(comma, format!("{newline}{blanks}{name},")),
                    None => Edit::insert(last.range.end, format!(",{newline}{blanks}{name}")),
                }
            }
            None => match found.last_comma {
                Some(comma) => Edit::insert(comma, format!(" {name},")),
                None => Edit::insert(last.range.end, format!(", {name}")),
            },
        };
        edits.push(edit);
    }
    Some(edits)
}

/// Brackets around the names of a statement on one line, each name on a line of its own, the added ones among them.
fn wrapped(found: &Names, names: &[String], newline: &str, outer: &str, indent: &str) -> Vec<Edit> {
    let inner = format!("{newline}{outer}{indent}");
    let mut edits = Vec::new();
    let mut added = names.iter().map(|name| (Member::new(name), name)).peekable();
    let mut blanks: Option<u32> = None;
    for element in &found.elements {
        let mut before = if blanks.is_none() { format!("({inner}") } else { inner.clone() };
        while let Some((_, name)) = added.next_if(|(key, _)| *key < element.key) {
            let _ = write!(before, "{name},{inner}");
        }
        edits.push(Edit::replace(TextRange::new(blanks.unwrap_or(element.range.start), element.range.start), before));
        blanks = Some(element.comma.map_or(element.range.end, |comma| comma + 1));
    }
    let after: Vec<String> = added.map(|(_, name)| format!(",{inner}{name}")).collect();
    let end = found.elements.last().map_or(0, |last| last.range.end);
    edits.push(Edit::insert(end, format!("{},{newline}{outer})", after.concat())));
    edits
}

fn read(text: &str, range: TextRange) -> Option<Names> {
    let statement = range.of(text);
    let keyword = statement
        .match_indices("import")
        .map(|(at, word)| (at, at + word.len()))
        .find(|&(at, end)| statement[..at].ends_with([' ', '\t']) && statement[end..].starts_with([' ', '\t', '(']))?
        .1;
    let rest = &statement[keyword..];
    let blanks = rest.len() - rest.trim_start().len();
    let (from, to, parenthesised) = if rest[blanks..].starts_with('(') {
        (keyword + blanks + 1, statement.rfind(')')?, true)
    } else {
        (keyword + blanks, statement.len(), false)
    };
    // A backslash among the names: they are left as they are.
    if statement.get(from..to)?.contains('\\') || (!parenthesised && statement[from..].contains('\n')) {
        return None;
    }
    let mut names = Names { elements: Vec::new(), last_comma: None, has_comment: false, parenthesised };
    let mut start: Option<usize> = None;
    let mut end = from;
    let mut at = from;
    let bytes = statement.as_bytes();
    let base = range.start;
    let finish = |start: &mut Option<usize>, end: usize, elements: &mut Vec<Element>| {
        if let Some(begin) = start.take() {
            let range = TextRange::new(base + begin as u32, base + end as u32);
            let line = line_start(text, range.start);
            let leads = text[line as usize..range.start as usize].trim().is_empty();
            let written = range.of(text);
            elements.push(Element { range, leads, comma: None, key: Member::new(written) });
        }
    };
    while at < to {
        match bytes[at] {
            b'#' => {
                names.has_comment = true;
                at += statement[at..to].find('\n').unwrap_or(to - at);
                continue;
            }
            b',' => {
                finish(&mut start, end, &mut names.elements);
                if let Some(element) = names.elements.last_mut() {
                    element.comma = Some(base + at as u32);
                }
                names.last_comma = Some(base + at as u32 + 1);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => {}
            _ => {
                if start.is_none() {
                    start = Some(at);
                    names.last_comma = None;
                }
                end = at + 1;
            }
        }
        at += 1;
    }
    finish(&mut start, end, &mut names.elements);
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Patch;

    fn added(statement: &str, names: &[&str], limit: usize) -> String {
        let text = format!("{statement}\n");
        let range = TextRange::new(0, statement.len() as u32);
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let Some(edits) = append(&text, range, &names, "\n", Indent::Spaces(4), limit) else { return "-".to_owned() };
        let mut patch = Patch::new();
        patch.add_all(&edits).expect("insertions never overlap");
        patch.apply(&text).trim_end().to_owned()
    }

    #[test]
    fn names_go_where_isort_sorts_them() {
        assert_eq!(added("from typing import Any", &["Dict"], 88), "from typing import Any, Dict");
        assert_eq!(
            added("from typing import Any, cast", &["TYPE_CHECKING", "Dict"], 88),
            "from typing import TYPE_CHECKING, Any, Dict, cast"
        );
        assert_eq!(added("from typing import (Any, cast)", &["Dict"], 88), "from typing import (Any, Dict, cast)");
        assert_eq!(
            added("from typing import Dict as D", &["Any", "List"], 88),
            "from typing import Any, Dict as D, List"
        );
    }

    #[test]
    fn lines_of_their_own_stay_so() {
        assert_eq!(
            added("from typing import (\n    Any,\n    cast,\n)", &["Dict", "overload"], 88),
            "from typing import (\n    Any,\n    Dict,\n    cast,\n    overload,\n)"
        );
        assert_eq!(
            added("from typing import (\n    Any,\n    Dict  # why\n)", &["List"], 88),
            "from typing import (\n    Any,\n    List,\n    Dict  # why\n)"
        );
    }

    #[test]
    fn long_lines_get_parentheses_and_backslashes_are_left_alone() {
        assert_eq!(
            added("from typing import Any,  cast as c", &["Dict", "overload"], 40),
            "from typing import (\n    Any,\n    Dict,\n    cast as c,\n    overload,\n)"
        );
        assert_eq!(added("from typing import Any, \\\n    cast", &["Dict"], 88), "-");
    }
}
