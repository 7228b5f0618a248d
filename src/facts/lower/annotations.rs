//! Annotations: the grammar's own nodes for types, and annotations written in strings and comments.

use super::syntax::Children;
use super::{Kind, Lowerer, NodeId, python_parser};
use crate::facts::{BinaryOp, ExprId, ExprKind};
use crate::text::TextRange;

/// Words that look like a name and are none.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

impl Lowerer<'_> {
    /// Lowers an annotation.
    pub(super) fn annotation(&mut self, node: NodeId) -> ExprId {
        self.annotated(true, |lowerer| lowerer.expr(node))
    }

    /// Runs `action` with strings taken as annotations or not.
    pub(super) fn annotated<R>(&mut self, in_annotation: bool, action: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.in_annotation, in_annotation);
        let result = action(self);
        self.in_annotation = outer;
        result
    }

    /// Lowers the nodes that the grammar has for types only.
    pub(super) fn type_node(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let mut children = self.syntax.children(node);
        let Some(first) = self.syntax.next_named(&mut children) else {
            return self.push_expr(range, ExprKind::Invalid);
        };
        match self.kind(node) {
            Kind::SplatType => {
                let inner = self.expr(first);
                self.push_expr(range, ExprKind::Starred(inner))
            }
            Kind::GenericType => {
                let value = self.expr(first);
                let Some(parameters) = self.syntax.next_named(&mut children) else { return value };
                let index = self.index(self.syntax.children(parameters), value);
                self.push_expr(range, ExprKind::Subscript(value, index))
            }
            Kind::UnionType => self.union(node),
            Kind::MemberType => {
                let value = self.expr(first);
                let Some(member) = self.syntax.next_named(&mut children) else { return value };
                let member = self.name_of(member);
                self.push_expr(range, ExprKind::Attribute(value, member))
            }
            // A `type`, or the name of `T: bound`.
            _ => self.expr(first),
        }
    }

    /// `a[x] | b | c` nests to the right in the grammar of types; in Python it nests to the left.
    fn union(&mut self, node: NodeId) -> ExprId {
        let mark = self.pending.exprs.len();
        self.union_members(node);
        let members = self.pending.exprs.split_off(mark);
        let fold = |left: ExprId, right: ExprId| {
            let (start, end) = (self.facts.expr(left).range.start, self.facts.expr(right).range.end);
            self.push_expr(TextRange::new(start, end), ExprKind::Binary(BinaryOp::BitOr, left, right))
        };
        let union = members.into_iter().reduce(fold);
        union.unwrap_or_else(|| self.push_expr(self.range(node), ExprKind::Invalid))
    }

    fn union_members(&mut self, node: NodeId) {
        let is_union = match self.kind(node) {
            Kind::Type | Kind::UnionType => true,
            Kind::BinaryOperator => self.syntax.has(node, Kind::Bar),
            _ => false,
        };
        if !is_union {
            let member = self.expr(node);
            self.pending.exprs.push(member);
            return;
        }
        let mut members = self.syntax.children(node);
        while let Some(member) = self.syntax.next_named(&mut members) {
            self.union_members(member);
        }
    }

    /// Lowers what stands between the brackets of a subscript of `value`.
    pub(super) fn index(&mut self, mut items: Children, value: ExprId) -> ExprId {
        // The arguments of `Literal` are values, and so is what follows the first one of `Annotated`.
        let (first_is_type, rest_are_types) = match self.facts.expr(value).kind {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if self.in_annotation => match name.as_str() {
                "Literal" => (false, false),
                "Annotated" => (true, false),
                _ => (true, true),
            },
            _ => (self.in_annotation, self.in_annotation),
        };
        let mark = self.pending.exprs.len();
        let mut range: Option<TextRange> = None;
        let mut has_comma = false;
        while let Some(item) = self.syntax.next(&mut items) {
            let item_range = self.range(item);
            if self.kind(item) == Kind::Comma {
                has_comma = true;
            } else if self.kind(item).is_named() {
                let is_type = if self.pending.exprs.len() == mark { first_is_type } else { rest_are_types };
                let expr = self.annotated(is_type, |lowerer| lowerer.expr(item));
                self.pending.exprs.push(expr);
            } else {
                continue;
            }
            range = Some(TextRange::new(range.map_or(item_range.start, |range| range.start), item_range.end));
        }
        // A star makes a tuple without a comma: `tuple[*Ts]`.
        if let Some(&only) = self.pending.exprs.last()
            && !has_comma
            && !matches!(self.facts.expr(only).kind, ExprKind::Starred(_))
        {
            self.pending.exprs.pop();
            return only;
        }
        let list = self.complete_exprs(mark);
        self.push_expr(range.unwrap_or_default(), ExprKind::Tuple(list))
    }

    /// Lowers the annotation that a string holds; none if it holds no expression.
    pub(super) fn string_annotation(&mut self, node: NodeId) -> Option<ExprId> {
        let content = self.plain_content(node)?;
        let range = self.range(node);
        let outer = self.enclosing_string.replace(range);
        let parsed = self.fragment(content, false);
        self.enclosing_string = outer;
        parsed
    }

    /// Parses and lowers a part of the text as an annotation.
    pub(super) fn fragment(&mut self, range: TextRange, may_be_tuple: bool) -> Option<ExprId> {
        let text = self.slice(range);
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        let start = range.start + (text.len() - text.trim_start().len()) as u32;
        if trimmed.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')) {
            return self.dotted_fragment(start, trimmed);
        }
        if self.parser.is_none() {
            self.parser = python_parser();
        }
        let tree = self.parser.as_mut()?.parse(format!("({text})"), None)?;
        if tree.root_node().has_error() {
            return None;
        }
        // The bracket put before the text stands for the quote or `:` that is there.
        let module = self.syntax.append(&tree, range.start.saturating_sub(1), &mut Vec::new());
        let statement = self.syntax.first_named(module)?;
        let expr = self.syntax.first_named(statement)?;
        let is_one = self.kind(expr) == Kind::ParenthesizedExpression;
        // `(x).y`, made out of `x).y`, has no error and is still no annotation.
        let is_whole = self.syntax.range(expr).len() as usize == text.len() + 2;
        if self.kind(statement) != Kind::ExpressionStatement || !is_whole {
            return None;
        }
        (is_one || may_be_tuple && self.kind(expr) == Kind::Tuple).then(|| self.annotation(expr))
    }

    /// `a.b.c` without a parser: nearly all annotations in strings are of this form.
    fn dotted_fragment(&mut self, start: u32, text: &str) -> Option<ExprId> {
        let range_to = |lowerer: &Self, end: usize| {
            lowerer.enclosing_string.unwrap_or_else(|| TextRange::new(start, start + end as u32))
        };
        if text == "None" {
            return Some(self.push_expr(range_to(self, text.len()), ExprKind::None));
        }
        if text == "..." {
            return Some(self.push_expr(range_to(self, text.len()), ExprKind::Ellipsis));
        }
        let is_name =
            |part: &str| !part.is_empty() && !part.as_bytes()[0].is_ascii_digit() && !KEYWORDS.contains(&part);
        if !text.split('.').all(is_name) {
            return None;
        }
        let mut value = None;
        let mut end = 0;
        for part in text.split('.') {
            let part_range = TextRange::new(start + end as u32, start + (end + part.len()) as u32);
            let name = self.intern(self.slice(part_range));
            end += part.len();
            let range = range_to(self, end);
            value = Some(match value {
                None => self.push_name(range, name),
                Some(value) => self.push_expr(range, ExprKind::Attribute(value, name)),
            });
            end += 1;
        }
        value
    }
}
