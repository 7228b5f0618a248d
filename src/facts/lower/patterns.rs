//! `match` statements and their patterns.

use super::syntax::Children;
use super::{Kind, Lowerer, NodeId, complete};
use crate::facts::{Block, ExprId, ExprKind, MatchCase, Pattern, StmtKind, UnaryOp};
use crate::text::TextRange;

impl Lowerer<'_> {
    /// Lowers a `match` statement.
    pub(super) fn match_statement(&mut self, node: NodeId) -> Option<StmtKind> {
        let mark = self.pending.exprs.len();
        let mut subject_range: Option<TextRange> = None;
        let mut has_comma = false;
        let mut body = None;
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next(&mut parts) {
            let range = self.syntax.range(part);
            match self.kind(part) {
                Kind::Block => {
                    body = Some(part);
                    break;
                }
                Kind::Comma => has_comma = true,
                kind if kind.is_named() => {
                    let subject = self.expr(part);
                    self.pending.exprs.push(subject);
                }
                _ => continue,
            }
            subject_range = Some(TextRange::new(subject_range.map_or(range.start, |subject| subject.start), range.end));
        }
        let subject = if has_comma {
            let list = self.complete_exprs(mark);
            self.push_expr(subject_range?, ExprKind::Tuple(list))
        } else {
            self.pending.exprs.pop()?
        };
        let mut cases = Vec::new();
        if let Some(body) = body {
            let mut children = self.syntax.children(body);
            while let Some(child) = self.syntax.next_named(&mut children) {
                if self.kind(child) == Kind::CaseClause {
                    cases.push(self.case(child));
                }
            }
        }
        Some(StmtKind::Match(subject, complete(&mut cases, 0, &mut self.facts.cases)))
    }

    fn case(&mut self, node: NodeId) -> MatchCase {
        let mut patterns = Vec::new();
        let mut guard = None;
        let mut body = Block::empty();
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next_named(&mut parts) {
            match self.kind(part) {
                Kind::CasePattern => patterns.push(self.case_pattern(part)),
                Kind::IfClause => guard = self.syntax.first_named(part).map(|guard| self.expr(guard)),
                Kind::Block => body = self.block(part),
                _ => {}
            }
        }
        let pattern = match patterns.pop() {
            Some(only) if patterns.is_empty() && !self.syntax.has(node, Kind::Comma) => only,
            last => {
                patterns.extend(last);
                Pattern::Sequence(patterns)
            }
        };
        MatchCase { pattern, guard, body }
    }

    fn case_pattern(&mut self, node: NodeId) -> Pattern {
        let mut parts = self.syntax.children(node);
        self.pattern(&mut parts).unwrap_or(Pattern::Wildcard)
    }

    /// Lowers the patterns among the children of a node.
    fn case_patterns(&mut self, node: NodeId) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            if self.kind(child) == Kind::CasePattern {
                patterns.push(self.case_pattern(child));
            }
        }
        patterns
    }

    /// Lowers the next pattern; it may take several nodes, as in `-1`.
    fn pattern(&mut self, parts: &mut Children) -> Option<Pattern> {
        let node = loop {
            let node = self.syntax.next(parts)?;
            if self.kind(node).is_named() || matches!(self.kind(node), Kind::Minus | Kind::Underscore) {
                break node;
            }
        };
        let range = self.syntax.range(node);
        Some(match self.kind(node) {
            Kind::Underscore => Pattern::Wildcard,
            Kind::Minus => {
                let number = self.syntax.next_named(parts)?;
                let range = TextRange::new(range.start, self.syntax.range(number).end);
                let operand = self.expr(number);
                Pattern::Value(self.push_expr(range, ExprKind::Unary(UnaryOp::Minus, operand)))
            }
            Kind::ComplexPattern => Pattern::Value(self.push_expr(range, ExprKind::Complex)),
            Kind::AsPattern => {
                let mut sides = self.syntax.children(node);
                let inner = self.syntax.next_named(&mut sides)?;
                let name = self.syntax.next_named(&mut sides)?;
                let inner = if self.kind(inner) == Kind::CasePattern {
                    self.case_pattern(inner)
                } else {
                    self.pattern_of(inner)?
                };
                Pattern::Capture(Some(Box::new(inner)), self.target(name))
            }
            Kind::DottedName => {
                let value = self.dotted_value(node)?;
                match self.facts.expr(value).kind {
                    ExprKind::Name(name, _) if name.is("_") => Pattern::Wildcard,
                    ExprKind::Name(name, _) => {
                        self.bind(name);
                        Pattern::Capture(None, value)
                    }
                    _ => Pattern::Value(value),
                }
            }
            Kind::SplatPattern => Pattern::Star(self.splat_target(node)),
            Kind::UnionPattern => {
                let mut alternatives = Vec::new();
                let mut children = self.syntax.children(node);
                while let Some(alternative) = self.pattern(&mut children) {
                    alternatives.push(alternative);
                }
                Pattern::Or(alternatives)
            }
            Kind::ListPattern => Pattern::Sequence(self.case_patterns(node)),
            Kind::TuplePattern => {
                let mut patterns = self.case_patterns(node);
                match patterns.pop() {
                    Some(only) if patterns.is_empty() && !self.syntax.has(node, Kind::Comma) => only,
                    last => {
                        patterns.extend(last);
                        Pattern::Sequence(patterns)
                    }
                }
            }
            Kind::DictPattern => self.dict_pattern(node),
            Kind::ClassPattern => self.class_pattern(node)?,
            Kind::CasePattern => self.case_pattern(node),
            _ => Pattern::Value(self.expr(node)),
        })
    }

    /// Lowers a pattern that is a single node.
    fn pattern_of(&mut self, node: NodeId) -> Option<Pattern> {
        self.pattern(&mut self.syntax.only(node))
    }

    fn splat_target(&mut self, node: NodeId) -> Option<ExprId> {
        let name = self.syntax.first_named(node)?;
        if self.text_of(name) == "_" {
            return None;
        }
        Some(self.target(name))
    }

    fn dict_pattern(&mut self, node: NodeId) -> Pattern {
        let mut items = Vec::new();
        let mut rest = None;
        let mut children = self.syntax.children(node);
        loop {
            let mut ahead = children;
            let Some(next) = self.syntax.next(&mut ahead) else { break };
            if self.kind(next) == Kind::SplatPattern {
                rest = self.splat_target(next);
                children = ahead;
            } else if self.kind(next) == Kind::Comma || self.kind(next) == Kind::Colon {
                children = ahead;
            } else {
                let key = self.pattern(&mut children);
                let value = self.syntax.next_named(&mut children);
                if let (Some(Pattern::Value(key)), Some(value)) = (key, value) {
                    let pattern = self.case_pattern(value);
                    items.push((key, pattern));
                }
            }
        }
        Pattern::Mapping(items, rest)
    }

    fn class_pattern(&mut self, node: NodeId) -> Option<Pattern> {
        let mut children = self.syntax.children(node);
        let class = self.syntax.next_named(&mut children)?;
        let class = self.dotted_value(class)?;
        let mut positional = Vec::new();
        let mut keywords = Vec::new();
        while let Some(child) = self.syntax.next_named(&mut children) {
            match self.syntax.first_named(child) {
                Some(keyword) if self.kind(keyword) == Kind::KeywordPattern => {
                    let mut parts = self.syntax.children(keyword);
                    let name = self.syntax.next_named(&mut parts)?;
                    let name = self.name_of(name);
                    keywords.push((name, self.pattern(&mut parts).unwrap_or(Pattern::Wildcard)));
                }
                _ => positional.push(self.case_pattern(child)),
            }
        }
        Some(Pattern::Class(class, positional, keywords))
    }

    /// `a.b.c` as an expression.
    fn dotted_value(&mut self, node: NodeId) -> Option<ExprId> {
        let mut parts = self.syntax.children(node);
        let first = self.syntax.next_named(&mut parts)?;
        let range = self.syntax.range(first);
        let mut value = self.expr(first);
        while let Some(part) = self.syntax.next_named(&mut parts) {
            let name = self.name_of(part);
            let range = TextRange::new(range.start, self.syntax.range(part).end);
            value = self.push_expr(range, ExprKind::Attribute(value, name));
        }
        Some(value)
    }
}
