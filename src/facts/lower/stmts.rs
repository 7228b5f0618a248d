//! Statements and blocks.

use super::{Kind, Lowerer, NodeId, complete};
use crate::facts::{
    BinaryOp, Block, ExceptHandler, ExprId, ExprKind, Import, List, StmtId, StmtKind, SymbolKind, WithItem,
};
use crate::text::{Name, TextRange};

impl Lowerer<'_> {
    /// Lowers the statements of a block or of the module.
    pub(super) fn block(&mut self, node: NodeId) -> Block {
        let mark = self.pending.stmts.len();
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            if let Some(stmt) = self.stmt(child) {
                self.pending.stmts.push(stmt);
            }
        }
        self.complete_block(mark)
    }

    fn complete_block(&mut self, mark: usize) -> Block {
        complete(&mut self.pending.stmts, mark, &mut self.facts.blocks)
    }

    /// A block that holds one statement.
    pub(super) fn block_of(&mut self, stmt: StmtId) -> Block {
        let mark = self.pending.stmts.len();
        self.pending.stmts.push(stmt);
        self.complete_block(mark)
    }

    /// Lowers the block among the children of a clause.
    fn clause_block(&mut self, clause: Option<NodeId>) -> Block {
        match clause.and_then(|clause| self.syntax.child_of_kind(clause, Kind::Block)) {
            Some(block) => self.block(block),
            None => Block::empty(),
        }
    }

    fn stmt(&mut self, node: NodeId) -> Option<StmtId> {
        let range = self.syntax.range(node);
        let first = self.syntax.first_named(node);
        let kind = match self.kind(node) {
            Kind::ExpressionStatement => self.expression_statement(node)?,
            Kind::ReturnStatement => StmtKind::Return(first.map(|value| self.expr(value))),
            Kind::IfStatement => self.if_statement(node)?,
            Kind::ForStatement => self.for_statement(node)?,
            Kind::WhileStatement => {
                let test = self.expr(first?);
                let body = self.clause_block(Some(node));
                let otherwise = self.clause_block(self.syntax.child_of_kind(node, Kind::ElseClause));
                StmtKind::While(test, body, otherwise)
            }
            Kind::TryStatement => self.try_statement(node),
            Kind::WithStatement => self.with_statement(node)?,
            Kind::MatchStatement => self.match_statement(node)?,
            Kind::FunctionDefinition => StmtKind::Function(self.function(node, List::empty())),
            Kind::ClassDefinition => StmtKind::Class(self.class(node, List::empty())),
            Kind::DecoratedDefinition => self.decorated(node)?,
            Kind::ImportStatement | Kind::ImportFromStatement | Kind::FutureImportStatement => self.import(node),
            Kind::RaiseStatement => {
                let mut parts = self.syntax.children(node);
                let exception = self.syntax.next_named(&mut parts).map(|exception| self.expr(exception));
                let cause = self.syntax.next_named(&mut parts).map(|cause| self.expr(cause));
                StmtKind::Raise(exception, cause)
            }
            Kind::DeleteStatement => {
                let first = first?;
                let mark = self.pending.exprs.len();
                if self.kind(first) == Kind::ExpressionList {
                    let mut targets = self.syntax.children(first);
                    while let Some(target) = self.syntax.next_named(&mut targets) {
                        let target = self.target(target);
                        self.pending.exprs.push(target);
                    }
                } else {
                    let target = self.target(first);
                    self.pending.exprs.push(target);
                }
                StmtKind::Delete(self.complete_exprs(mark))
            }
            Kind::AssertStatement => {
                let mut parts = self.syntax.children(node);
                let test = self.syntax.next_named(&mut parts)?;
                let test = self.expr(test);
                let message = self.syntax.next_named(&mut parts).map(|message| self.expr(message));
                StmtKind::Assert(test, message)
            }
            Kind::GlobalStatement => {
                let names = self.identifiers(node);
                for &name in &names {
                    self.declare_global(name);
                }
                StmtKind::Global(self.push_names(&names))
            }
            Kind::NonlocalStatement => {
                let names = self.identifiers(node);
                let scope = self.context.scope;
                for &name in &names {
                    self.add_symbol(scope, name, SymbolKind::Nonlocal);
                }
                StmtKind::Nonlocal(self.push_names(&names))
            }
            Kind::TypeAliasStatement => self.type_alias(node)?,
            Kind::PassStatement => StmtKind::Pass,
            Kind::BreakStatement => StmtKind::Break,
            Kind::ContinueStatement => StmtKind::Continue,
            // Python 2: files that hold these are left alone, so it is enough not to lose the expressions.
            Kind::PrintStatement | Kind::ExecStatement => {
                let list = self.elements(node);
                StmtKind::Expr(self.push_expr(range, ExprKind::Tuple(list)))
            }
            _ => return None,
        };
        Some(self.push_stmt(range, kind))
    }

    fn type_alias(&mut self, node: NodeId) -> Option<StmtKind> {
        let mut sides = self.syntax.children(node);
        let (left, right) = (self.syntax.next_named(&mut sides)?, self.syntax.next_named(&mut sides)?);
        let mut target = left;
        let mut annotation = None;
        while matches!(self.kind(target), Kind::Type | Kind::ConstrainedType) {
            let mut parts = self.syntax.children(target);
            target = self.syntax.next_named(&mut parts)?;
            annotation = annotation.or(self.syntax.next_named(&mut parts));
        }
        let mark = self.pending.spine.len();
        let innermost = self.descend(target);
        if !matches!(self.kind(innermost), Kind::ParenthesizedExpression | Kind::Tuple) {
            // Of `type X[T] = …` only the name matters: its type parameters are visible nowhere else.
            self.pending.spine.truncate(mark);
            let mut name = target;
            while self.kind(name) != Kind::Identifier {
                name = self.syntax.first_named(name)?;
            }
            let name = self.target(name);
            return Some(StmtKind::TypeAlias(name, self.annotation(right)));
        }
        // The grammar takes the `type` of `type(self).count = 0` for the keyword.
        let start = self.syntax.range(node).start;
        let type_range = TextRange::new(start, start + "type".len() as u32);
        let type_name = self.push_name(type_range, Name::new("type"));
        let arguments = self.arguments(innermost);
        let call_range = TextRange::new(start, self.syntax.range(innermost).end);
        let call = self.push_expr(call_range, ExprKind::Call(type_name, arguments));
        let target = self.ascend(mark, call, Some(start));
        if let Some(annotation) = annotation {
            let annotation = self.annotation(annotation);
            return Some(StmtKind::AnnAssign(target, annotation, Some(self.expr(right))));
        }
        let value = self.expr(right);
        let mark = self.pending.exprs.len();
        self.pending.exprs.push(target);
        let targets = self.complete_exprs(mark);
        Some(StmtKind::Assign(targets, value, self.assignment_comment(node)))
    }

    /// Lowers what is assigned to or deleted, and binds its names.
    pub(super) fn target(&mut self, node: NodeId) -> ExprId {
        let target = self.expr(node);
        self.bind_target(target);
        target
    }

    fn bind_target(&mut self, target: ExprId) {
        match self.facts.expr(target).kind {
            ExprKind::Name(name, _) => self.bind(name),
            ExprKind::Tuple(list) | ExprKind::List(list) => {
                for at in list.start..list.start + list.len {
                    self.bind_target(self.facts.expr_lists[at as usize]);
                }
            }
            ExprKind::Starred(inner) => self.bind_target(inner),
            _ => {}
        }
    }

    fn identifiers(&mut self, node: NodeId) -> Vec<Name> {
        let mut names = Vec::new();
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            names.push(self.name_of(child));
        }
        names
    }

    fn expression_statement(&mut self, node: NodeId) -> Option<StmtKind> {
        if self.syntax.has(node, Kind::Comma) {
            let list = self.elements(node);
            return Some(StmtKind::Expr(self.push_expr(self.syntax.range(node), ExprKind::Tuple(list))));
        }
        let inner = self.syntax.first_named(node)?;
        match self.kind(inner) {
            Kind::Assignment => self.assignment(inner),
            Kind::AugmentedAssignment => {
                let mut parts = self.syntax.children(inner);
                let target = self.syntax.next_named(&mut parts)?;
                let target = self.target(target);
                let token = self.syntax.next(&mut parts)?;
                let operator = augmented_op(self.kind(token))?;
                let value = self.syntax.next_named(&mut parts)?;
                Some(StmtKind::AugAssign(target, operator, self.expr(value)))
            }
            _ => Some(StmtKind::Expr(self.expr(inner))),
        }
    }

    fn assignment(&mut self, node: NodeId) -> Option<StmtKind> {
        if let Some(annotation) = self.syntax.child_of_kind(node, Kind::Type) {
            let mut parts = self.syntax.children(node);
            let target = self.syntax.next_named(&mut parts)?;
            let target = self.target(target);
            let annotation = self.annotation(annotation);
            self.syntax.next_named(&mut parts);
            let value = self.syntax.next_named(&mut parts).map(|value| self.expr(value));
            return Some(StmtKind::AnnAssign(target, annotation, value));
        }
        let mark = self.pending.exprs.len();
        let mut link = node;
        // `a = b = value` is an assignment inside an assignment.
        let value = loop {
            let mut parts = self.syntax.children(link);
            let target = self.syntax.next_named(&mut parts)?;
            let target = self.target(target);
            self.pending.exprs.push(target);
            let right = self.syntax.next_named(&mut parts)?;
            if self.kind(right) != Kind::Assignment {
                break right;
            }
            link = right;
        };
        let value = self.expr(value);
        let targets = self.complete_exprs(mark);
        Some(StmtKind::Assign(targets, value, self.assignment_comment(node)))
    }

    /// The type in a comment after an assignment.
    fn assignment_comment(&mut self, node: NodeId) -> Option<ExprId> {
        let comment = self.type_comment_after(self.syntax.range(node).end)?;
        self.fragment(comment, true)
    }

    /// The grammar lists the branches side by side; each `elif` becomes an `if` in the `else` of the one before.
    fn if_statement(&mut self, node: NodeId) -> Option<StmtKind> {
        let end = self.syntax.range(node).end;
        let mut parts = self.syntax.children(node);
        let test = self.syntax.next_named(&mut parts)?;
        let test = self.expr(test);
        let mut body = Block::empty();
        let mut otherwise = Block::empty();
        let mut branches = Vec::new();
        while let Some(part) = self.syntax.next_named(&mut parts) {
            match self.kind(part) {
                Kind::Block => body = self.block(part),
                Kind::ElifClause => {
                    let Some(test) = self.syntax.first_named(part) else { continue };
                    let test = self.expr(test);
                    branches.push((self.syntax.range(part).start, test, self.clause_block(Some(part))));
                }
                Kind::ElseClause => otherwise = self.clause_block(Some(part)),
                _ => {}
            }
        }
        for (start, test, body) in branches.into_iter().rev() {
            let branch = self.push_stmt(TextRange::new(start, end), StmtKind::If(test, body, otherwise));
            otherwise = self.block_of(branch);
        }
        Some(StmtKind::If(test, body, otherwise))
    }

    fn for_statement(&mut self, node: NodeId) -> Option<StmtKind> {
        let is_async = self.syntax.has(node, Kind::Async);
        let mut parts = self.syntax.children(node);
        let (target, iterable) = (self.syntax.next_named(&mut parts)?, self.syntax.next_named(&mut parts)?);
        let iterable = self.expr(iterable);
        let target = self.target(target);
        let body = self.clause_block(Some(node));
        let otherwise = self.clause_block(self.syntax.child_of_kind(node, Kind::ElseClause));
        Some(StmtKind::For { target, iterable, body, otherwise, is_async })
    }

    fn try_statement(&mut self, node: NodeId) -> StmtKind {
        let mut body = Block::empty();
        let mut otherwise = Block::empty();
        let mut finally = Block::empty();
        let mut handlers = Vec::new();
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next_named(&mut parts) {
            match self.kind(part) {
                Kind::Block => body = self.block(part),
                Kind::ExceptClause => handlers.push(self.except_clause(part)),
                Kind::ElseClause => otherwise = self.clause_block(Some(part)),
                Kind::FinallyClause => finally = self.clause_block(Some(part)),
                _ => {}
            }
        }
        let handlers = complete(&mut handlers, 0, &mut self.facts.handlers);
        StmtKind::Try { body, handlers, otherwise, finally }
    }

    fn except_clause(&mut self, node: NodeId) -> ExceptHandler {
        let mut target = None;
        let mut body = Block::empty();
        let mut has_as = false;
        let mark = self.pending.exprs.len();
        let mut values_range: Option<TextRange> = None;
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next(&mut parts) {
            let range = self.syntax.range(part);
            match self.kind(part) {
                Kind::As => has_as = true,
                Kind::Block => body = self.block(part),
                Kind::AsPattern => {
                    let mut sides = self.syntax.children(part);
                    if let Some(value) = self.syntax.next_named(&mut sides) {
                        let value = self.expr(value);
                        self.pending.exprs.push(value);
                    }
                    target = self.syntax.next_named(&mut sides).map(|name| self.target(name));
                }
                kind if kind.is_named() && has_as => target = Some(self.target(part)),
                kind if kind.is_named() => {
                    let value = self.expr(part);
                    self.pending.exprs.push(value);
                    let start = values_range.map_or(range.start, |values| values.start);
                    values_range = Some(TextRange::new(start, range.end));
                }
                _ => {}
            }
        }
        let types = if self.pending.exprs.len() > mark + 1 {
            // `except A, B:` without brackets.
            let list = self.complete_exprs(mark);
            Some(self.push_expr(values_range.unwrap_or_default(), ExprKind::Tuple(list)))
        } else if self.pending.exprs.len() > mark {
            self.pending.exprs.pop()
        } else {
            None
        };
        let is_group = self.syntax.has(node, Kind::Star);
        ExceptHandler { types, target, body, is_group }
    }

    fn with_statement(&mut self, node: NodeId) -> Option<StmtKind> {
        let is_async = self.syntax.has(node, Kind::Async);
        let clause = self.syntax.child_of_kind(node, Kind::WithClause)?;
        let mut items = Vec::new();
        let mut children = self.syntax.children(clause);
        let mut values = Vec::new();
        while let Some(child) = self.syntax.next_named(&mut children) {
            values.extend(self.syntax.first_named(child));
        }
        // `with (a, b):` has two items and builds no tuple.
        if let [only] = values[..]
            && self.kind(only) == Kind::Tuple
        {
            values.clear();
            let mut children = self.syntax.children(only);
            while let Some(child) = self.syntax.next_named(&mut children) {
                values.push(child);
            }
        }
        for mut value in values {
            while self.kind(value) == Kind::ParenthesizedExpression
                && let Some(inner) = self.syntax.first_named(value)
            {
                value = inner;
            }
            let mut target = None;
            if self.kind(value) == Kind::AsPattern {
                let mut sides = self.syntax.children(value);
                let context = self.syntax.next_named(&mut sides)?;
                target = self.syntax.next_named(&mut sides);
                value = context;
            }
            let context = self.expr(value);
            items.push(WithItem { context, target: target.map(|target| self.target(target)) });
        }
        let items = complete(&mut items, 0, &mut self.facts.with_items);
        let body = self.clause_block(Some(node));
        Some(StmtKind::With(items, body, is_async))
    }

    fn import(&mut self, node: NodeId) -> StmtKind {
        let stmt_range = self.syntax.range(node);
        let start = self.facts.imports.len() as u32;
        let is_plain = self.kind(node) == Kind::ImportStatement;
        let mut level = 0;
        let mut module = Name::new("");
        let mut children = self.syntax.children(node);
        match self.kind(node) {
            Kind::FutureImportStatement => module = Name::new("__future__"),
            Kind::ImportFromStatement => {
                if let Some(source) = self.syntax.next_named(&mut children) {
                    if self.kind(source) == Kind::RelativeImport {
                        let mut parts = self.syntax.children(source);
                        while let Some(part) = self.syntax.next_named(&mut parts) {
                            if self.kind(part) == Kind::ImportPrefix {
                                let dots = self.text_of(part).bytes().filter(|&byte| byte == b'.').count();
                                level = u8::try_from(dots).unwrap_or(u8::MAX);
                            } else {
                                module = self.dotted_name(part);
                            }
                        }
                    } else {
                        module = self.dotted_name(source);
                    }
                }
            }
            _ => {}
        }
        while let Some(child) = self.syntax.next_named(&mut children) {
            let mut parts = self.syntax.children(child);
            let mut bound_node = child;
            let mut dotted = child;
            let has_alias = self.kind(child) == Kind::AliasedImport;
            let is_star = self.kind(child) == Kind::WildcardImport;
            if has_alias && let Some(name) = self.syntax.next_named(&mut parts) {
                dotted = name;
                bound_node = self.syntax.next_named(&mut parts).unwrap_or(name);
            } else if let Some(first) = self.syntax.next_named(&mut parts) {
                bound_node = first;
            }
            let bound = self.name_of(bound_node);
            let imported = self.dotted_name(dotted);
            let (module, member) = if is_plain { (imported, None) } else { (module, Some(imported)) };
            let range = self.syntax.range(bound_node);
            self.facts.imports.push(Import { level, module, member, bound, has_alias, range, stmt_range });
            if !is_star {
                self.bind(bound);
            }
        }
        StmtKind::Import(List::new(start, self.facts.imports.len() as u32 - start))
    }

    /// The name of a module; spaces and line breaks may stand around its dots.
    fn dotted_name(&mut self, node: NodeId) -> Name {
        let text = self.text_of(node);
        if text.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'\\') {
            let parts: Vec<_> = self.identifiers(node).iter().map(|name| name.as_str()).collect();
            return Name::new(&parts.join("."));
        }
        self.intern(text)
    }
}

fn augmented_op(token: Kind) -> Option<BinaryOp> {
    Some(match token {
        Kind::PlusEqual => BinaryOp::Add,
        Kind::MinusEqual => BinaryOp::Sub,
        Kind::StarEqual => BinaryOp::Mult,
        Kind::SlashEqual => BinaryOp::Div,
        Kind::DoubleSlashEqual => BinaryOp::FloorDiv,
        Kind::PercentEqual => BinaryOp::Mod,
        Kind::DoubleStarEqual => BinaryOp::Pow,
        Kind::AtEqual => BinaryOp::MatMult,
        Kind::LeftShiftEqual => BinaryOp::LShift,
        Kind::RightShiftEqual => BinaryOp::RShift,
        Kind::BarEqual => BinaryOp::BitOr,
        Kind::AmpersandEqual => BinaryOp::BitAnd,
        Kind::CaretEqual => BinaryOp::BitXor,
        _ => return None,
    })
}
