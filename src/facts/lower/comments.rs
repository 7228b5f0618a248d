//! Comments that say something to a tool, and types written in comments (PEP 484).

use super::Lowerer;
use crate::facts::{Comment, CommentKind, Param, ParamKind};
use crate::text::{Name, TextRange};

/// A `# type:` comment.
#[derive(Clone, Copy)]
pub(super) struct TypeComment {
    /// The comment.
    range: TextRange,
    /// The type in it.
    content: TextRange,
}

/// A `# type: (arguments) -> returns` comment.
#[derive(Clone, Copy)]
pub(super) struct FunctionComment {
    /// The comment.
    pub(super) range: TextRange,
    /// The text between the outer brackets.
    pub(super) arguments: TextRange,
    /// The text after the arrow.
    pub(super) returns: TextRange,
}

/// Beginnings of comments that switch a checker off, on the line they stand on.
#[rustfmt::skip]
const SUPPRESSIONS: [&str; 11] = [
    "type: ignore", "type:ignore", "noqa", "nosec", "pragma:", "pyright:", "mypy:", "pylint:", "pyre-ignore",
    "pyre-fixme", "ty:",
];

/// Beginnings of comments that speak to a formatter.
const FORMATTERS: [&str; 3] = ["fmt:", "yapf:", "autopep8:"];

impl Lowerer<'_> {
    /// Sorts the comments of the file, `ranges` in order.
    pub(super) fn comments(&mut self, ranges: &[TextRange]) {
        for &range in ranges {
            let text = self.slice(range);
            let text = text.trim_end();
            let Some(body) = text.strip_prefix('#') else { continue };
            // Several may share a line: `# type: int  # noqa`.
            let mut start = range.start;
            for (number, part) in body.split('#').enumerate() {
                let kind = comment_kind(part.trim());
                if let Some(kind) = kind
                    && (number == 0 || kind != CommentKind::Type)
                {
                    if kind == CommentKind::Type {
                        self.type_comments.push(TypeComment { range, content: type_content(part, start + 1) });
                    }
                    self.facts
                        .comments
                        .push(Comment { range: TextRange::new(start, range.start + text.len() as u32), kind });
                }
                start += part.len() as u32 + 1;
            }
        }
    }

    fn type_comment_from(&self, offset: u32) -> Option<TypeComment> {
        let at = self.type_comments.partition_point(|comment| comment.range.start < offset);
        self.type_comments.get(at).copied()
    }

    /// The type in a comment that follows on the same line.
    pub(super) fn type_comment_after(&self, offset: u32) -> Option<TextRange> {
        let comment = self.type_comment_from(offset)?;
        let between = self.slice(TextRange::new(offset, comment.range.start));
        between.chars().all(|space| matches!(space, ' ' | '\t')).then_some(comment.content)
    }

    /// The comment with the types of a function, on the line of its colon or before its first statement.
    pub(super) fn function_comment(&self, params_end: u32, body_start: u32) -> Option<FunctionComment> {
        let comment = self.type_comment_from(params_end)?;
        if comment.range.start >= body_start {
            return None;
        }
        let text = self.slice(comment.content);
        let arrow = text.rfind("->")?;
        let arguments = text[..arrow].trim();
        let inner = arguments.strip_prefix('(')?.strip_suffix(')')?;
        let start = comment.content.start + (text.len() - text.trim_start().len()) as u32 + 1;
        Some(FunctionComment {
            range: comment.range,
            arguments: TextRange::new(start, start + inner.len() as u32),
            returns: TextRange::new(comment.content.start + arrow as u32 + 2, comment.content.end),
        })
    }

    /// Types of parameters written each on its own line.
    pub(super) fn param_comments(&mut self, params: &mut [Param], list: TextRange) {
        if self.type_comment_from(list.start).is_none_or(|comment| comment.range.start >= list.end) {
            return;
        }
        for at in 0..params.len() {
            let start = params[at].name_range.end;
            let end = params.get(at + 1).map_or(list.end, |next| next.name_range.start);
            let Some(comment) = self.type_comment_from(start).filter(|comment| comment.range.start < end) else {
                continue;
            };
            let is_same_line = !self.slice(TextRange::new(start, comment.range.start)).contains('\n')
                || params[at].default.is_some_and(|default| {
                    let end = self.facts.expr(default).range.end;
                    !self.slice(TextRange::new(end, comment.range.start)).contains('\n')
                });
            if is_same_line && params[at].annotation.is_none() {
                params[at].annotation = self.fragment(comment.content, false);
                params[at].from_comment = params[at].annotation.is_some();
            }
        }
    }

    /// Types of parameters out of the comment of the function; that of a method may leave out `self`.
    pub(super) fn param_types(&mut self, params: &mut [Param], arguments: TextRange, is_method: bool) {
        let types = self.split_arguments(arguments);
        if let [only] = types[..]
            && self.slice(only) == "..."
        {
            return;
        }
        let skipped = match params.len().checked_sub(types.len()) {
            Some(0) => 0,
            Some(1) if is_method => 1,
            _ => return,
        };
        for (param, range) in params[skipped..].iter_mut().zip(types) {
            // `*str` is the type of `*args`.
            let stars = match param.kind {
                ParamKind::VarArgs => self.slice(range).starts_with('*').into(),
                ParamKind::KwArgs => 2 * u32::from(self.slice(range).starts_with("**")),
                _ => 0,
            };
            if param.annotation.is_none() {
                param.annotation = self.fragment(TextRange::new(range.start + stars, range.end), false);
                param.from_comment = param.annotation.is_some();
            }
        }
    }

    /// The ranges between the commas that stand outside of brackets.
    fn split_arguments(&self, range: TextRange) -> Vec<TextRange> {
        let text = self.slice(range);
        let mut parts = Vec::new();
        let mut depth = 0;
        let mut start = 0;
        let mut quote = None;
        for (at, byte) in text.bytes().chain([b',']).enumerate() {
            match (byte, quote) {
                (b'"' | b'\'', None) => quote = Some(byte),
                (_, Some(open)) if byte == open => quote = None,
                (b'(' | b'[' | b'{', None) => depth += 1,
                (b')' | b']' | b'}', None) => depth -= 1,
                (b',', None) if depth == 0 => {
                    let part = &text[start..at];
                    let from = range.start + (start + part.len() - part.trim_start().len()) as u32;
                    if !part.trim().is_empty() {
                        parts.push(TextRange::new(from, from + part.trim().len() as u32));
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts
    }
}

fn comment_kind(text: &str) -> Option<CommentKind> {
    let is_word = |text: &str, word: &str| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    };
    if SUPPRESSIONS.iter().any(|&start| is_word(text, start) || start.ends_with(':') && text.starts_with(start)) {
        return Some(CommentKind::Suppression);
    }
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("noqa")) {
        return Some(CommentKind::Suppression);
    }
    if let Some(rest) = text.strip_prefix("type:") {
        return (!rest.trim().is_empty()).then_some(CommentKind::Type);
    }
    if let Some(rest) = FORMATTERS.iter().find_map(|formatter| text.strip_prefix(formatter)) {
        return match rest.split_whitespace().next() {
            Some("off" | "skip" | "disable") => Some(CommentKind::FormatOff),
            Some("on" | "enable") => Some(CommentKind::FormatOn),
            _ => None,
        };
    }
    let rest = text.strip_prefix("hintwright:")?.trim_start();
    if !is_word(rest, "ignore") {
        return None;
    }
    let list = rest["ignore".len()..].trim_start().strip_prefix('[').and_then(|list| list.split_once(']'));
    let names = list.map_or("", |(names, _)| names).split(',').map(str::trim).filter(|name| !name.is_empty());
    Some(CommentKind::Ignore(names.map(Name::new).collect()))
}

/// The range of the type in the text after the `#`, which begins at `start`.
fn type_content(text: &str, start: u32) -> TextRange {
    let after = text.find(':').map_or(0, |colon| colon + 1);
    let content = text[after..].trim();
    let from = start + (after + text[after..].len() - text[after..].trim_start().len()) as u32;
    TextRange::new(from, from + content.len() as u32)
}
