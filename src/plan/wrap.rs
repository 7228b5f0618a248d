//! Line breaks in the header of a function that annotations make too long for the project, in the style of the file.

use crate::facts::{CommentKind, Function};
use crate::text::{Edit, TextRange};

use super::file::{File, indent_at, line_start};

/// How a file breaks its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// One parameter on each line, the closing bracket on a line of its own.
    Vertical,
    /// As many parameters on a line as fit, below the first one, which follows the opening bracket.
    Aligned,
    /// As many parameters on a line as fit, the first one on a new line, the closing bracket behind the last.
    Hanging,
}

/// The line breaks that `function` takes once `inserted`, which is sorted, is in its header. None where it stays as it
/// is.
pub(super) fn line_breaks(file: &File<'_>, function: &Function, inserted: &[Edit], limit: usize) -> Option<Vec<Edit>> {
    if function.params.is_empty() || function.params_end <= function.params_start + 1 {
        return None;
    }
    let header = Header { file, function, inserted, limit };
    let edits = if line_of(file.text(), function.range.start).end < function.params_end {
        let inner = continuation(file.text(), function)?;
        let breaks = filled(&header, None, &inner);
        // Formatters write all parameters on one line of their own, or each on one.
        let is_apart = layout(file.text(), function) == Some(Habit::Vertical);
        if is_apart && !breaks.is_empty() { one_each(&header, &inner) } else { breaks }
    } else {
        broken(&header)?
    };
    (!edits.is_empty() && !is_kept(file, function)).then_some(edits)
}

/// The breaks of a header on one line.
fn broken(header: &Header<'_, '_>) -> Option<Vec<Edit>> {
    let (file, function) = (header.file, header.function);
    let text = file.text();
    let line = line_of(text, function.range.start);
    // A comment with types goes away when these are written.
    let end = function.type_comment.map_or(line.end, |comment| comment.start.clamp(line.start, line.end));
    let width = TextRange::new(line.start, end).of(text).trim_end().chars().count();
    let added: usize = header.inserted.iter().map(|edit| edit.text.chars().count()).sum();
    if width > header.limit || width + added <= header.limit {
        return None;
    }
    let body = file.facts().block(function.body).next()?;
    if body.range.start < line.end {
        return None;
    }
    let outer = indent_at(text, function.range.start);
    match file.habit.get_or_init(|| habit(file)) {
        Habit::Vertical => Some(vertical(header, outer)),
        Habit::Aligned => Some(filled(header, None, &continuation(text, function)?)),
        Habit::Hanging => {
            let inner = format!("{outer}{}", file.source.style.indent.repeat(2));
            Some(filled(header, Some(&inner), &inner))
        }
    }
}

/// Whether a formatter, or a comment that speaks of the line it stands on, forbids to break the header.
fn is_kept(file: &File<'_>, function: &Function) -> bool {
    let text = file.text();
    let start = line_start(text, function.range.start);
    let end = line_of(text, function.params_end).end;
    let mut is_off = false;
    for comment in file.facts().comments.iter().take_while(|comment| comment.range.start <= end) {
        let is_inside = comment.range.start >= start;
        match comment.kind {
            CommentKind::Suppression | CommentKind::FormatOff if is_inside => return true,
            CommentKind::FormatOff => {
                // Behind code it speaks of that line alone.
                let line = line_start(text, comment.range.start);
                is_off |= text[line as usize..comment.range.start as usize].trim().is_empty();
            }
            CommentKind::FormatOn => is_off = false,
            _ => {}
        }
    }
    is_off
}

/// What most headers of a file on several lines look like.
fn habit(file: &File<'_>) -> Habit {
    let text = file.text();
    let (mut vertical, mut aligned, mut hanging) = (0, 0, 0);
    for function in file.facts().functions.iter().filter(|function| !function.is_lambda) {
        match layout(text, function) {
            Some(Habit::Vertical) => vertical += 1,
            Some(Habit::Aligned) => aligned += 1,
            Some(Habit::Hanging) => hanging += 1,
            None => {}
        }
    }
    if vertical >= aligned && vertical >= hanging {
        Habit::Vertical
    } else if aligned >= hanging {
        Habit::Aligned
    } else {
        Habit::Hanging
    }
}

/// What the header of a function on several lines looks like.
fn layout(text: &str, function: &Function) -> Option<Habit> {
    let (start, end) = (function.params_start as usize, function.params_end as usize);
    let list = text.get(start..end.saturating_sub(1))?;
    if function.params.is_empty() || !list.contains('\n') {
        return None;
    }
    let starts_line = list.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '#']);
    let ends_line = list.trim_end_matches([' ', '\t']).ends_with('\n');
    Some(match (starts_line, ends_line) {
        (true, true) => Habit::Vertical,
        (true, false) => Habit::Hanging,
        (false, _) => Habit::Aligned,
    })
}

/// The blanks before a parameter on a line of its own in a header that is, or could be, aligned or hanging. Tabs have
/// no width that could be aligned with.
fn continuation(text: &str, function: &Function) -> Option<String> {
    let list = &text[function.params_start as usize..function.params_end as usize - 1];
    let first = list.lines().next().unwrap_or_default().trim();
    if first.is_empty() || first.starts_with('#') {
        let line = list.split_inclusive('\n').skip(1).find(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        })?;
        return Some(line[..line.len() - line.trim_start().len()].to_owned());
    }
    let start = line_start(text, function.params_start) as usize;
    let before = &text[start..function.params_start as usize];
    (!before.contains('\t')).then(|| " ".repeat(before.chars().count()))
}

/// A header with what is inserted into it.
struct Header<'a, 'p> {
    file: &'a File<'p>,
    function: &'a Function,
    inserted: &'a [Edit],
    limit: usize,
}

impl Header<'_, '_> {
    /// The text of a range with all that is inserted into it or at its end.
    fn after(&self, start: u32, end: u32) -> String {
        let text = self.file.text();
        let mut written = String::new();
        let mut at = start;
        for edit in self.inserted.iter().filter(|edit| start < edit.range.start && edit.range.start <= end) {
            written.push_str(&text[at as usize..edit.range.start as usize]);
            written.push_str(&edit.text);
            at = edit.range.end;
        }
        written + &text[at as usize..end as usize]
    }
}

/// One parameter on each line, with a comma after the last.
fn vertical(header: &Header<'_, '_>, outer: &str) -> Vec<Edit> {
    let (file, function) = (header.file, header.function);
    let (text, newline) = (file.text(), file.newline());
    let (start, close) = (function.params_start, function.params_end - 1);
    let inner = format!("{newline}{outer}{}", file.source.style.indent.repeat(1));
    let mut edits = vec![break_at(text, start, &inner)];
    let mut last_comma = None;
    for comma in commas(file, function) {
        edits.push(break_at(text, comma + 1, &inner));
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
    edits
}

/// A break before each parameter that shares its line with the one before it, and a comma after the last.
fn one_each(header: &Header<'_, '_>, inner: &str) -> Vec<Edit> {
    let (text, newline) = (header.file.text(), header.file.newline());
    let close = header.function.params_end - 1;
    let commas = commas(header.file, header.function);
    let mut edits: Vec<Edit> = commas
        .iter()
        .map(|comma| comma + 1)
        .filter(|&start| !blank_after(text, start).contains('\n') && start < close)
        .map(|start| break_at(text, start, &format!("{newline}{inner}")))
        .collect();
    let last = commas.last().map_or(header.function.params_start, |comma| comma + 1);
    let item = &text[last as usize..close as usize];
    let end = last + item.trim_end().len() as u32;
    if !item.trim().is_empty() && !item.contains('#') {
        edits.push(Edit::insert(end, ","));
    }
    edits
}

/// A break before each parameter for which its line has no room, and before the first one if `first` are the blanks
/// for it. Breaks that are there stay.
fn filled(header: &Header<'_, '_>, first: Option<&str>, inner: &str) -> Vec<Edit> {
    let (file, function) = (header.file, header.function);
    let (text, newline) = (file.text(), file.newline());
    let width = |text: &str| text.chars().count();
    let last_line = |text: &str| text.rsplit('\n').next().map_or(0, width);
    let mut edits = Vec::new();
    let mut column = width(&text[line_start(text, function.params_start) as usize..function.params_start as usize]);
    if let Some(blanks) = first {
        edits.push(break_at(text, function.params_start, &format!("{newline}{blanks}")));
        column = width(blanks);
    }
    let close = function.params_end - 1;
    let mut ends: Vec<u32> = commas(file, function).into_iter().map(|comma| comma + 1).collect();
    if ends.last().is_none_or(|&end| !text[end as usize..close as usize].trim().is_empty()) {
        ends.push(close);
    }
    let mut from = function.params_start;
    for (number, &end) in ends.iter().enumerate() {
        let gap = blank_after(text, from);
        let start = from + gap.len() as u32;
        let is_last = number + 1 == ends.len();
        // What follows the last parameter stays on its line.
        let tail = if is_last && !text[end as usize..close as usize].contains('\n') {
            let line_end = line_of(text, function.params_end).end;
            width(code_of(&header.after(close, line_end)))
        } else {
            0
        };
        let item = header.after(start, end);
        let head = item.split('\n').next().unwrap_or_default();
        if gap.contains('\n') {
            column = last_line(gap);
        } else if number > 0 || first.is_none() {
            let needed = column + width(gap) + width(head) + if item.contains('\n') { 0 } else { tail };
            // A line that was too long before is meant to be.
            if number > 0 && needed > header.limit && width(line_of(text, start).of(text)) <= header.limit {
                edits.push(break_at(text, from, &format!("{newline}{inner}")));
                column = width(inner);
            } else {
                column += width(gap);
            }
        }
        column = if item.contains('\n') { last_line(&item) } else { column + width(&item) };
        from = end;
    }
    edits
}

/// The line at `offset` without what ends it.
fn line_of(text: &str, offset: u32) -> TextRange {
    let start = line_start(text, offset);
    let rest = &text[offset as usize..];
    let rest = rest[..rest.find('\n').unwrap_or(rest.len())].trim_end_matches('\r');
    TextRange::new(start, offset + rest.len() as u32)
}

/// The end of a header without the comment behind it.
fn code_of(line: &str) -> &str {
    line.find('#').map_or(line, |comment| &line[..comment]).trim_end()
}

/// White space and comments at `offset`.
fn blank_after(text: &str, offset: u32) -> &str {
    let rest = &text[offset as usize..];
    let mut length = 0;
    loop {
        let blank = &rest[length..];
        length += blank.len() - blank.trim_start().len();
        if !rest[length..].starts_with('#') {
            return &rest[..length];
        }
        length += rest[length..].find('\n').unwrap_or(rest.len() - length);
    }
}

/// Puts a line break in the place of the blanks at `offset`, or there where there are none.
fn break_at(text: &str, offset: u32, inserted: &str) -> Edit {
    let rest = &text[offset as usize..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Edit::replace(TextRange::new(offset, offset + blanks as u32), inserted)
}

/// Offsets of the commas between parameters.
fn commas(file: &File<'_>, function: &Function) -> Vec<u32> {
    let facts = file.facts();
    let bytes = file.text().as_bytes();
    // Defaults and annotations may hold commas and brackets of any kind, in strings too.
    let mut skipped: Vec<TextRange> = function
        .params
        .iter()
        .flat_map(|param| param.default.into_iter().chain(param.annotation.filter(|_| !param.from_comment)))
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
            b'#' => {
                let rest = &bytes[at as usize..function.params_end as usize];
                at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0) as u32;
            }
            _ => {}
        }
        at += 1;
    }
    found
}
