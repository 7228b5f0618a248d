//! Values of literals.

use super::{Kind, Lowerer, NodeId};
use crate::facts::{ExprId, ExprKind};
use crate::text::{Name, TextRange};

/// Longest string whose value is kept: keys, format strings and names of types are shorter.
const LONGEST_VALUE: usize = 120;

/// A string literal taken apart, with ranges relative to it.
pub(super) struct StringParts {
    pub(super) is_raw: bool,
    pub(super) is_bytes: bool,
    /// Whether it has `{…}` to be filled in: an f-string or template string.
    pub(super) is_interpolated: bool,
    /// Offsets of the text between the quotes.
    pub(super) content: std::ops::Range<usize>,
}

impl StringParts {
    /// Takes a literal apart; none if it is not one.
    pub(super) fn new(literal: &str) -> Option<Self> {
        let prefix_len = literal.find(['"', '\''])?;
        let (prefix, quoted) = literal.split_at(prefix_len);
        let has = |letter: u8| prefix.bytes().any(|byte| byte.eq_ignore_ascii_case(&letter));
        let quote = &quoted[..1];
        let is_triple = quoted.len() >= 6 && quoted[1..].starts_with(quote) && quoted[2..].starts_with(quote);
        let quotes_len = if is_triple { 3 } else { 1 };
        let content = prefix_len + quotes_len..literal.len().checked_sub(quotes_len)?;
        literal.get(content.clone())?;
        Some(Self { is_raw: has(b'r'), is_bytes: has(b'b'), is_interpolated: has(b'f') || has(b't'), content })
    }
}

impl Lowerer<'_> {
    /// Lowers a string, or several that are written side by side.
    pub(super) fn string(&mut self, node: NodeId) -> ExprId {
        if self.in_annotation
            && self.kind(node) == Kind::String
            && let Some(parsed) = self.string_annotation(node)
        {
            return parsed;
        }
        let range = self.range(node);
        let mut value = Some(String::new());
        let mut is_bytes = false;
        let mut is_interpolated = false;
        let mark = self.pending.exprs.len();
        if self.kind(node) == Kind::String {
            self.string_part(node, &mut value, &mut is_bytes, &mut is_interpolated);
        } else {
            let mut parts = self.syntax.children(node);
            while let Some(part) = self.syntax.next_named(&mut parts) {
                self.string_part(part, &mut value, &mut is_bytes, &mut is_interpolated);
            }
        }
        let interpolated = self.complete_exprs(mark);
        let kind = if is_interpolated {
            ExprKind::FString(interpolated)
        } else if is_bytes {
            ExprKind::Bytes
        } else {
            ExprKind::Str(value.map(|value| Name::new(&value)))
        };
        self.push_expr(range, kind)
    }

    fn string_part(
        &mut self,
        node: NodeId,
        value: &mut Option<String>,
        is_bytes: &mut bool,
        is_interpolated: &mut bool,
    ) {
        let literal = self.text_of(node);
        let Some(parts) = StringParts::new(literal) else {
            *value = None;
            return;
        };
        *is_bytes |= parts.is_bytes;
        if parts.is_interpolated {
            *is_interpolated = true;
            self.interpolations(node);
        } else if let Some(text) = value
            && !append_value(text, &literal[parts.content], parts.is_raw)
        {
            *value = None;
        }
    }

    /// Lowers what stands between the braces of an f-string, format specifications included.
    fn interpolations(&mut self, node: NodeId) {
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            match self.kind(child) {
                Kind::Interpolation | Kind::FormatExpression | Kind::FormatSpecifier => self.interpolations(child),
                _ => {
                    let expr = self.expr(child);
                    self.pending.exprs.push(expr);
                }
            }
        }
    }

    /// The range of the text between the quotes of a plain string without escapes.
    pub(super) fn plain_content(&self, node: NodeId) -> Option<TextRange> {
        let literal = self.text_of(node);
        let parts = StringParts::new(literal)?;
        if parts.is_bytes || parts.is_interpolated || literal.contains('\\') {
            return None;
        }
        let start = self.syntax.range(node).start;
        Some(TextRange::new(start + parts.content.start as u32, start + parts.content.end as u32))
    }
}

/// Appends what a literal's content stands for; false if that is too long or needs more than the simple escapes.
fn append_value(value: &mut String, content: &str, is_raw: bool) -> bool {
    if value.len() + content.len() > 2 * LONGEST_VALUE || content.contains('\r') {
        return false;
    }
    if is_raw {
        value.push_str(content);
    } else {
        let mut rest = content;
        while let Some(at) = rest.find('\\') {
            value.push_str(&rest[..at]);
            let escaped = match rest.as_bytes().get(at + 1) {
                Some(&quoted @ (b'\\' | b'\'' | b'"')) => char::from(quoted),
                Some(b'n') => '\n',
                Some(b't') => '\t',
                Some(b'r') => '\r',
                _ => return false,
            };
            value.push(escaped);
            rest = &rest[at + 2..];
        }
        value.push_str(rest);
    }
    value.len() <= LONGEST_VALUE
}

/// The kind of a number literal.
pub(super) fn number(literal: &str) -> ExprKind {
    let is_hexadecimal = literal.starts_with("0x") || literal.starts_with("0X");
    if literal.ends_with(['j', 'J']) {
        return ExprKind::Complex;
    }
    if !is_hexadecimal && literal.contains(['.', 'e', 'E']) {
        return ExprKind::Float;
    }
    let digits: String = literal.chars().filter(|&digit| digit != '_').collect();
    let lower = digits.to_ascii_lowercase();
    let lower = lower.trim_end_matches('l');
    let value = if let Some(digits) = lower.strip_prefix("0x") {
        i32::from_str_radix(digits, 16)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        i32::from_str_radix(digits, 8)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        i32::from_str_radix(digits, 2)
    } else {
        lower.parse()
    };
    ExprKind::Int(value.ok())
}
