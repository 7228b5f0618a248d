//! The edits of one function's header: annotations, spaces around `=`, and line breaks where the line gets too long.

use crate::facts::{CommentKind, Function};
use crate::text::{Edit, TextRange};

use super::annotate::Place;
use super::file::{File, indent_at, line_start};

/// An annotation of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Annotation {
    /// Where it goes; never [`Place::Target`].
    pub(super) place: Place,
    /// The type as it is written.
    pub(super) text: String,
}

/// The edits that put `annotations` into the header of `function`.
pub(super) fn edits(file: &File<'_>, function: &Function, annotations: &[Annotation], limit: usize) -> Vec<Edit> {
    let text = file.text();
    let mut edits = Vec::new();
    for annotation in annotations {
        match annotation.place {
            Place::Param { at, equals, .. } => {
                let mut inserted = format!(": {}", annotation.text);
                if let Some(equals) = equals {
                    if equals == at {
                        inserted.push(' ');
                    }
                    if !text[equals as usize + 1..].starts_with([' ', '\t', '\r', '\n']) {
                        edits.push(Edit::insert(equals + 1, " "));
                    }
                }
                edits.push(Edit::insert(at, inserted));
            }
            Place::Return { at, .. } => edits.push(Edit::insert(at, format!(" -> {}", annotation.text))),
            Place::Target(at) => edits.push(Edit::insert(at, format!(": {}", annotation.text))),
        }
    }
    edits.sort_by_key(|edit| edit.range);
    let added: usize = edits.iter().map(|edit| edit.text.chars().count()).sum();
    match line_breaks(file, function, added, limit) {
        Some(breaks) => breaks.into_iter().chain(edits).collect::<Breaks>().0,
        None => edits,
    }
}

/// Edits in which a line break comes after what is inserted at the same place.
struct Breaks(Vec<Edit>);

impl FromIterator<Edit> for Breaks {
    fn from_iter<T: IntoIterator<Item = Edit>>(iter: T) -> Self {
        let mut edits: Vec<Edit> = iter.into_iter().collect();
        edits.sort_by_key(|edit| (edit.range.start, edit.text.starts_with(',') || !edit.range.is_empty()));
        Self(edits)
    }
}

/// The line breaks of a header on one line that `added` characters would make too long: one parameter on each line,
/// with a comma after the last. None where the header stays as it is.
fn line_breaks(file: &File<'_>, function: &Function, added: usize, limit: usize) -> Option<Vec<Edit>> {
    let text = file.text();
    let (start, end) = (function.params_start, function.params_end);
    if function.params.is_empty() || end <= start + 1 {
        return None;
    }
    let line = line_start(text, function.range.start) as usize;
    let rest = &text[line..];
    let line_text = rest[..rest.find('\n').unwrap_or(rest.len())].trim_end_matches('\r');
    let line_stop = line + line_text.len();
    let width = line_text.chars().count();
    if end as usize > line_stop || width > limit || width + added <= limit {
        return None;
    }
    let body = file.facts().block(function.body).next()?;
    if (body.range.start as usize) < line_stop {
        return None;
    }
    // A comment such as `# noqa` speaks of the line it stands on.
    let bound = |kind: &CommentKind| matches!(kind, CommentKind::Suppression | CommentKind::FormatOff);
    if file
        .facts()
        .comments
        .iter()
        .any(|comment| bound(&comment.kind) && (line..=line_stop).contains(&(comment.range.start as usize)))
    {
        return None;
    }
    let newline = file.newline();
    let outer = indent_at(text, function.range.start);
    let inner = format!("{newline}{outer}{}", file.source.style.indent.repeat(1));
    let close = end - 1;
    let mut edits = vec![blank_to(text, start, start, &inner)];
    let mut last_comma = None;
    for comma in commas(file, function) {
        edits.push(blank_to(text, comma + 1, comma + 1, &inner));
        last_comma = Some(comma + 1);
    }
    let before_close = &text[start as usize..close as usize];
    let content_end = start + before_close.trim_end().len() as u32;
    if last_comma.is_some_and(|comma| comma >= content_end) {
        // The last comma is there already; the break after it is the one before the parenthesis.
        edits.pop();
        edits.push(Edit::replace(TextRange::new(content_end, close), format!("{newline}{outer}")));
    } else if content_end == close {
        edits.push(Edit::insert(close, format!(",{newline}{outer}")));
    } else {
        edits.push(Edit::insert(content_end, ","));
        edits.push(Edit::replace(TextRange::new(content_end, close), format!("{newline}{outer}")));
    }
    Some(edits)
}

/// Puts `inserted` in the place of the blanks at `offset`, or there where there are none.
fn blank_to(text: &str, offset: u32, start: u32, inserted: &str) -> Edit {
    let rest = &text[offset as usize..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Edit::replace(TextRange::new(start, offset + blanks as u32), inserted)
}

/// Offsets of the commas between parameters.
fn commas(file: &File<'_>, function: &Function) -> Vec<u32> {
    let facts = file.facts();
    let bytes = file.text().as_bytes();
    // Defaults and annotations may hold commas and brackets of any kind, in strings too.
    let mut skipped: Vec<TextRange> = function
        .params
        .iter()
        .flat_map(|param| param.default.into_iter().chain(param.annotation))
        .map(|expr| facts.expr(expr).range)
        .collect();
    skipped.sort();
    let mut found = Vec::new();
    let (mut at, mut depth) = (function.params_start, 0_i32);
    while at + 1 < function.params_end {
        if let Some(range) = skipped.iter().find(|range| range.start == at && range.end > at) {
            at = range.end;
            continue;
        }
        match bytes[at as usize] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => found.push(at),
            _ => {}
        }
        at += 1;
    }
    found
}
