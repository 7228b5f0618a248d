//! Expressions.

use super::literals::number;
use super::{Context, Kind, Lowerer, NodeId, complete};
use crate::facts::{
    Argument, ArgumentKind, BinaryOp, CompareOp, Comprehension, ComprehensionClause, ComprehensionId,
    ComprehensionKind, DictItem, ExprId, ExprKind, List, OptionalExpr, ScopeKind, UnaryOp,
};
use crate::text::TextRange;

impl Lowerer<'_> {
    /// Lowers an expression.
    ///
    /// Operators, attributes, calls and subscripts nest to the left, thousands deep in generated code, so that spine is
    /// followed in a loop instead of by recursion.
    pub(super) fn expr(&mut self, node: NodeId) -> ExprId {
        let mark = self.pending.spine.len();
        let innermost = self.descend(node);
        if self.pending.spine.len() > mark && matches!(self.kind(innermost), Kind::ListSplat | Kind::ListSplatPattern) {
            // The grammar reads `*a.b` as `(*a).b` in some places.
            let Some(operand) = self.syntax.first_named(innermost) else {
                self.pending.spine.truncate(mark);
                return self.push_expr(self.range(node), ExprKind::Invalid);
            };
            let start = self.syntax.range(operand).start;
            let operand = self.expr(operand);
            let inner = self.ascend(mark, operand, Some(start));
            return self.push_expr(self.range(node), ExprKind::Starred(inner));
        }
        let innermost = self.primary(innermost);
        self.ascend(mark, innermost, None)
    }

    /// Pushes the operators on the left spine of an expression and returns what they are applied to.
    pub(super) fn descend(&mut self, node: NodeId) -> NodeId {
        let mut innermost = node;
        while matches!(self.kind(innermost), Kind::BinaryOperator | Kind::Attribute | Kind::Call | Kind::Subscript)
            && let Some(first) = self.syntax.first_named(innermost)
        {
            self.pending.spine.push(innermost);
            innermost = first;
        }
        innermost
    }

    /// Applies the operators pushed since `mark`. They start at `start` where the grammar has that wrong.
    pub(super) fn ascend(&mut self, mark: usize, innermost: ExprId, start: Option<u32>) -> ExprId {
        let mut expr = innermost;
        while self.pending.spine.len() > mark
            && let Some(node) = self.pending.spine.pop()
        {
            expr = self.extend(node, expr);
            if let (Some(start), None) = (start, self.enclosing_string) {
                self.facts.exprs[expr.0 as usize].range.start = start;
            }
        }
        expr
    }

    /// Lowers an operator, attribute, call or subscript whose left operand is lowered already.
    fn extend(&mut self, node: NodeId, left: ExprId) -> ExprId {
        let range = self.range(node);
        let mut children = self.syntax.children(node);
        self.syntax.next_named(&mut children);
        if self.kind(node) == Kind::Subscript {
            let index = self.index(children, left);
            return self.push_expr(range, ExprKind::Subscript(left, index));
        }
        let mut operator = None;
        if self.kind(node) == Kind::BinaryOperator {
            operator = self.syntax.next(&mut children).and_then(|token| binary_op(self.kind(token)));
        }
        let Some(right) = self.syntax.next_named(&mut children) else {
            return self.push_expr(range, ExprKind::Invalid);
        };
        let kind = match self.kind(node) {
            Kind::Attribute => ExprKind::Attribute(left, self.name_of(right)),
            Kind::Call => ExprKind::Call(left, self.annotated(false, |lowerer| lowerer.arguments(right))),
            _ => match operator {
                Some(operator) => ExprKind::Binary(operator, left, self.expr(right)),
                None => ExprKind::Invalid,
            },
        };
        self.push_expr(range, kind)
    }

    fn primary(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let first = self.syntax.first_named(node);
        let kind = match self.kind(node) {
            Kind::Identifier => {
                let name = self.name_of(node);
                return self.push_name(range, name);
            }
            Kind::String | Kind::ConcatenatedString => return self.string(node),
            Kind::None => ExprKind::None,
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::Integer | Kind::Float => number(self.text_of(node)),
            Kind::Ellipsis => ExprKind::Ellipsis,
            Kind::Tuple | Kind::ExpressionList | Kind::PatternList => ExprKind::Tuple(self.elements(node)),
            // `(a) = …` is a pattern in brackets, not a tuple.
            Kind::TuplePattern => match first {
                Some(only) if !self.syntax.has(node, Kind::Comma) => return self.expr(only),
                _ => ExprKind::Tuple(self.elements(node)),
            },
            Kind::List | Kind::ListPattern => ExprKind::List(self.elements(node)),
            Kind::Set => ExprKind::Set(self.elements(node)),
            Kind::Dictionary => ExprKind::Dict(self.dict_items(node)),
            Kind::BooleanOperator => return self.boolean(node),
            Kind::ComparisonOperator => return self.comparison(node),
            Kind::ConditionalExpression => return self.conditional(node),
            Kind::NamedExpression => return self.walrus(node),
            Kind::Lambda => ExprKind::Lambda(self.lambda(node)),
            Kind::ListComprehension => ExprKind::Comprehension(self.comprehension(node, ComprehensionKind::List)),
            Kind::SetComprehension => ExprKind::Comprehension(self.comprehension(node, ComprehensionKind::Set)),
            Kind::DictionaryComprehension => ExprKind::Comprehension(self.comprehension(node, ComprehensionKind::Dict)),
            Kind::GeneratorExpression => {
                ExprKind::Comprehension(self.comprehension(node, ComprehensionKind::Generator))
            }
            Kind::Slice => self.slice_bounds(node),
            Kind::Yield => {
                self.note_yield();
                let value = first.map(|value| self.expr(value));
                match value {
                    Some(value) if self.syntax.has(node, Kind::From) => ExprKind::YieldFrom(value),
                    _ => ExprKind::Yield(value),
                }
            }
            Kind::UnaryOperator => {
                let operator = self.syntax.next(&mut self.syntax.children(node)).map(|token| self.kind(token));
                let operator = match operator {
                    Some(Kind::Minus) => UnaryOp::Minus,
                    Some(Kind::Tilde) => UnaryOp::Invert,
                    _ => UnaryOp::Plus,
                };
                self.with_operand(first, |operand| ExprKind::Unary(operator, operand))
            }
            Kind::NotOperator => self.with_operand(first, |operand| ExprKind::Unary(UnaryOp::Not, operand)),
            Kind::Await => self.with_operand(first, ExprKind::Await),
            Kind::ListSplat | Kind::ListSplatPattern => self.with_operand(first, ExprKind::Starred),
            // Brackets are not part of facts; the others wrap one expression.
            Kind::ParenthesizedExpression | Kind::ParenthesizedListSplat | Kind::AsPatternTarget | Kind::Chevron => {
                match first {
                    Some(inner) => return self.expr(inner),
                    None => ExprKind::Invalid,
                }
            }
            Kind::Type
            | Kind::GenericType
            | Kind::UnionType
            | Kind::MemberType
            | Kind::SplatType
            | Kind::ConstrainedType => return self.type_node(node),
            _ => ExprKind::Invalid,
        };
        self.push_expr(range, kind)
    }

    fn with_operand(&mut self, operand: Option<NodeId>, kind: impl FnOnce(ExprId) -> ExprKind) -> ExprKind {
        match operand {
            Some(operand) => kind(self.expr(operand)),
            None => ExprKind::Invalid,
        }
    }

    /// The named children of a node as a list.
    pub(super) fn elements(&mut self, node: NodeId) -> List<ExprId> {
        let mark = self.pending.exprs.len();
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            let element = self.expr(child);
            self.pending.exprs.push(element);
        }
        self.complete_exprs(mark)
    }

    fn dict_items(&mut self, node: NodeId) -> List<DictItem> {
        let mark = self.pending.dict_items.len();
        let mut items = self.syntax.children(node);
        while let Some(item) = self.syntax.next_named(&mut items) {
            let mut parts = self.syntax.children(item);
            let Some(first) = self.syntax.next_named(&mut parts) else { continue };
            let first = self.expr(first);
            let item = match self.syntax.next_named(&mut parts) {
                Some(value) => DictItem { key: Some(first), value: self.expr(value) },
                None => DictItem { key: None, value: first },
            };
            self.pending.dict_items.push(item);
        }
        complete(&mut self.pending.dict_items, mark, &mut self.facts.dict_items)
    }

    /// Lowers the arguments of a call or class header; a generator expression may stand for the whole list.
    pub(super) fn arguments(&mut self, node: NodeId) -> List<Argument> {
        let mark = self.pending.arguments.len();
        if self.kind(node) == Kind::GeneratorExpression {
            let argument = self.argument(node);
            self.pending.arguments.push(argument);
        } else {
            let mut children = self.syntax.children(node);
            while let Some(child) = self.syntax.next_named(&mut children) {
                let argument = self.argument(child);
                self.pending.arguments.push(argument);
            }
        }
        complete(&mut self.pending.arguments, mark, &mut self.facts.arguments)
    }

    fn argument(&mut self, node: NodeId) -> Argument {
        let mut parts = self.syntax.children(node);
        let first = self.syntax.next_named(&mut parts);
        match (self.kind(node), first) {
            (Kind::KeywordArgument, Some(name)) => {
                let name = self.name_of(name);
                let value = match self.syntax.next_named(&mut parts) {
                    Some(value) => self.expr(value),
                    None => self.push_expr(self.syntax.range(node), ExprKind::Invalid),
                };
                Argument { kind: ArgumentKind::Keyword(name), value }
            }
            (Kind::ListSplat, Some(value)) => Argument { kind: ArgumentKind::Star, value: self.expr(value) },
            (Kind::DictionarySplat, Some(value)) => {
                Argument { kind: ArgumentKind::DoubleStar, value: self.expr(value) }
            }
            _ => {
                let value = self.expr(node);
                match self.facts.expr(value).kind {
                    ExprKind::Starred(inner) => Argument { kind: ArgumentKind::Star, value: inner },
                    _ => Argument { kind: ArgumentKind::Positional, value },
                }
            }
        }
    }

    /// `a and b and c` is one operation, though the grammar nests it.
    fn boolean(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let is_and = self.syntax.has(node, Kind::And);
        let spine_mark = self.pending.spine.len();
        let mut innermost = node;
        while let Some(left) = self.syntax.first_named(innermost) {
            self.pending.spine.push(innermost);
            innermost = left;
            if self.kind(left) != Kind::BooleanOperator || self.syntax.has(left, Kind::And) != is_and {
                break;
            }
        }
        let mark = self.pending.exprs.len();
        let first = self.expr(innermost);
        self.pending.exprs.push(first);
        while self.pending.spine.len() > spine_mark
            && let Some(node) = self.pending.spine.pop()
        {
            let mut operands = self.syntax.children(node);
            self.syntax.next_named(&mut operands);
            if let Some(right) = self.syntax.next_named(&mut operands) {
                let right = self.expr(right);
                self.pending.exprs.push(right);
            }
        }
        let operands = self.complete_exprs(mark);
        self.push_expr(range, if is_and { ExprKind::And(operands) } else { ExprKind::Or(operands) })
    }

    fn comparison(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let mut children = self.syntax.children(node);
        let Some(first) = self.syntax.next_named(&mut children) else {
            return self.push_expr(range, ExprKind::Invalid);
        };
        let mut left = self.expr(first);
        let mut operator = CompareOp::Eq;
        let mark = self.pending.exprs.len();
        while let Some(child) = self.syntax.next(&mut children) {
            if let Some(found) = compare_op(self.kind(child)) {
                operator = found;
            } else if self.kind(child).is_named() {
                let right = self.expr(child);
                let link_range = self.enclosing_string.unwrap_or_else(|| {
                    TextRange::new(self.facts.expr(left).range.start, self.facts.expr(right).range.end)
                });
                let link = self.push_expr(link_range, ExprKind::Compare(operator, left, right));
                self.pending.exprs.push(link);
                left = right;
            }
        }
        if self.pending.exprs.len() == mark + 1
            && let Some(only) = self.pending.exprs.pop()
        {
            self.facts.exprs[only.0 as usize].range = range;
            return only;
        }
        let links = self.complete_exprs(mark);
        self.push_expr(range, ExprKind::And(links))
    }

    fn conditional(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let mut parts = self.syntax.children(node);
        let mut part = || self.syntax.next_named(&mut parts);
        let (Some(then), Some(test), Some(otherwise)) = (part(), part(), part()) else {
            return self.push_expr(range, ExprKind::Invalid);
        };
        let (then, test, otherwise) = (self.expr(then), self.expr(test), self.expr(otherwise));
        self.push_expr(range, ExprKind::Conditional(test, then, otherwise))
    }

    fn walrus(&mut self, node: NodeId) -> ExprId {
        let range = self.range(node);
        let mut parts = self.syntax.children(node);
        let (Some(target), Some(value)) = (self.syntax.next_named(&mut parts), self.syntax.next_named(&mut parts))
        else {
            return self.push_expr(range, ExprKind::Invalid);
        };
        let name = self.name_of(target);
        self.bind_walrus(name);
        let target = self.push_name(self.range(target), name);
        let value = self.expr(value);
        self.push_expr(range, ExprKind::Walrus(target, value))
    }

    fn slice_bounds(&mut self, node: NodeId) -> ExprKind {
        let mut bounds = [None; 3];
        let mut at = 0;
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next(&mut children) {
            if self.kind(child) == Kind::Colon {
                at += 1;
            } else if self.kind(child).is_named() && at < 3 {
                bounds[at] = Some(self.expr(child));
            }
        }
        ExprKind::Slice(bounds.map(OptionalExpr::from))
    }

    fn comprehension(&mut self, node: NodeId, kind: ComprehensionKind) -> ComprehensionId {
        let outer = self.context;
        let scope = self.open_scope(ScopeKind::Comprehension, Some(outer.scope));
        let inner = Context { scope, ..outer };
        let mut clauses: Vec<ComprehensionClause> = Vec::new();
        let mut element = None;
        let mut value = None;
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            match self.kind(child) {
                Kind::ForInClause => {
                    let iterable_context = if clauses.is_empty() { outer } else { inner };
                    clauses.extend(self.for_clause(child, inner, iterable_context));
                }
                Kind::IfClause => {
                    let condition = self.syntax.first_named(child);
                    if let (Some(condition), Some(clause)) = (condition, clauses.last_mut()) {
                        clause.conditions.push(self.within(inner, |lowerer| lowerer.expr(condition)));
                    }
                }
                Kind::Pair => {
                    let mut parts = self.syntax.children(child);
                    let key_node = self.syntax.next_named(&mut parts);
                    let value_node = self.syntax.next_named(&mut parts);
                    element = key_node.map(|node| self.within(inner, |lowerer| lowerer.expr(node)));
                    value = value_node.map(|node| self.within(inner, |lowerer| lowerer.expr(node)));
                }
                _ if element.is_none() => element = Some(self.within(inner, |lowerer| lowerer.expr(child))),
                _ => {}
            }
        }
        let element = element.unwrap_or_else(|| self.push_expr(self.syntax.range(node), ExprKind::Invalid));
        let id = ComprehensionId(self.facts.comprehensions.len() as u32);
        self.facts.comprehensions.push(Comprehension { kind, scope, element, value, clauses });
        id
    }

    fn for_clause(&mut self, node: NodeId, inner: Context, iterable_context: Context) -> Option<ComprehensionClause> {
        let is_async = self.syntax.has(node, Kind::Async);
        let mut parts = self.syntax.children(node);
        let target = self.syntax.next_named(&mut parts)?;
        let target = self.within(inner, |lowerer| lowerer.target(target));
        let first = self.syntax.next_named(&mut parts)?;
        let iterable = self.within(iterable_context, |lowerer| {
            let iterable = lowerer.expr(first);
            let mark = lowerer.pending.exprs.len();
            lowerer.pending.exprs.push(iterable);
            let mut has_comma = false;
            while let Some(part) = lowerer.syntax.next(&mut parts) {
                has_comma |= lowerer.kind(part) == Kind::Comma;
                if lowerer.kind(part).is_named() {
                    let part = lowerer.expr(part);
                    lowerer.pending.exprs.push(part);
                }
            }
            if !has_comma {
                lowerer.pending.exprs.truncate(mark);
                return iterable;
            }
            let start = lowerer.facts.expr(iterable).range.start;
            let range = TextRange::new(start, lowerer.range(node).end);
            let list = lowerer.complete_exprs(mark);
            lowerer.push_expr(range, ExprKind::Tuple(list))
        });
        Some(ComprehensionClause { target, iterable, conditions: Vec::new(), is_async })
    }
}

fn binary_op(token: Kind) -> Option<BinaryOp> {
    Some(match token {
        Kind::Plus => BinaryOp::Add,
        Kind::Minus => BinaryOp::Sub,
        Kind::Star => BinaryOp::Mult,
        Kind::Slash => BinaryOp::Div,
        Kind::DoubleSlash => BinaryOp::FloorDiv,
        Kind::Percent => BinaryOp::Mod,
        Kind::DoubleStar => BinaryOp::Pow,
        Kind::At => BinaryOp::MatMult,
        Kind::LeftShift => BinaryOp::LShift,
        Kind::RightShift => BinaryOp::RShift,
        Kind::Bar => BinaryOp::BitOr,
        Kind::Ampersand => BinaryOp::BitAnd,
        Kind::Caret => BinaryOp::BitXor,
        _ => return None,
    })
}

fn compare_op(token: Kind) -> Option<CompareOp> {
    Some(match token {
        Kind::EqualEqual => CompareOp::Eq,
        Kind::NotEqual | Kind::LessGreater => CompareOp::NotEq,
        Kind::Less => CompareOp::Lt,
        Kind::LessEqual => CompareOp::LtE,
        Kind::Greater => CompareOp::Gt,
        Kind::GreaterEqual => CompareOp::GtE,
        Kind::Is => CompareOp::Is,
        Kind::IsNot => CompareOp::IsNot,
        Kind::In => CompareOp::In,
        Kind::NotIn => CompareOp::NotIn,
        _ => return None,
    })
}
