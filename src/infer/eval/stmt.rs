//! Statements: control flow, and what flows into returns.

use crate::facts::{Block, ExprId, ExprKind, FunctionId, List, ScopeId, Stmt, StmtKind, SymbolKind, WithItem};
use crate::infer::{EvidenceKind, UseKind};
use crate::project::{SlotKind, static_truth};
use crate::text::TextRange;
use crate::types::{Literal, Type, join, known, union};

use super::names::NAMES;
use super::{Environment, Evaluator, LoopExits};

impl Evaluator<'_> {
    pub(super) fn block(&mut self, block: Block) {
        let facts = self.facts;
        for &id in block.of(&facts.blocks) {
            if !self.env.is_reachable {
                // Definitions after a `return` still exist for nobody; skipping them keeps dead code silent.
                return;
            }
            self.walrus.clear();
            self.traced.clear();
            self.stmt(facts.stmt(id));
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let facts = self.facts;
        self.here = stmt.range;
        match stmt.kind {
            StmtKind::Expr(value) => {
                self.expr(value);
            }
            StmtKind::Assign(targets, value, annotation) => self.assign(targets, value, annotation),
            StmtKind::AugAssign(target, op, value) => {
                let left = self.expr(target);
                let right = self.expr(value);
                self.use_of_expr(target, &left, &UseKind::Operand(op, right.clone(), false), facts.expr(target).range);
                self.use_of_expr(value, &right, &UseKind::Operand(op, left.clone(), true), facts.expr(value).range);
                self.check_operands(op, (target, &left), (value, &right));
                self.merge_operand(op, target, &left, (value, &right));
                let result = self.binary(op, &left, &right);
                let result = if result.is_unknown() { left } else { result };
                self.bind(target, result, value);
            }
            StmtKind::AnnAssign(target, annotation, value) => {
                let declared = self.annotation(annotation);
                let is_attribute = matches!(facts.expr(target).kind, ExprKind::Attribute(..));
                // What an attribute holds is told better by what is stored in it than by an `Any`.
                let declared = if is_attribute && !self.state.reads_back { without_any(&declared) } else { declared };
                if let Some(value) = value {
                    let ty = self.expr_for(value, &declared);
                    let ty = if declared.is_unknown() { ty } else { declared };
                    self.bind(target, ty, value);
                } else if let ExprKind::Name(..) = facts.expr(target).kind {
                    self.bind(target, declared, target);
                }
            }
            StmtKind::Return(value) => self.return_stmt(stmt, value),
            StmtKind::Raise(exception, cause) => {
                for value in [exception, cause].into_iter().flatten() {
                    self.expr(value);
                }
                self.env.is_reachable = false;
            }
            StmtKind::Delete(targets) => {
                for &target in facts.list(targets) {
                    self.delete(target);
                }
            }
            StmtKind::Assert(test, message) => {
                self.test(test);
                self.env.is_reachable &= static_truth(facts, test, self.project.target) != Some(false);
                if let Some(message) = message {
                    let after = self.env.clone();
                    self.expr(message);
                    self.env = after;
                }
                self.narrow(test, true);
            }
            StmtKind::If(test, then, otherwise) => self.if_stmt(test, then, otherwise),
            StmtKind::While(test, body, otherwise) => {
                let is_endless = static_truth(facts, test, self.project.target) == Some(true)
                    || matches!(facts.expr(test).kind, ExprKind::Int(Some(number)) if number != 0);
                self.looped(
                    |this| {
                        this.test(test);
                        let exit = (!is_endless).then(|| {
                            let mut exit = this.env.clone();
                            std::mem::swap(&mut this.env, &mut exit);
                            this.narrow(test, false);
                            std::mem::swap(&mut this.env, &mut exit);
                            exit
                        });
                        this.narrow(test, true);
                        exit
                    },
                    body,
                    otherwise,
                );
            }
            StmtKind::For { target, iterable, body, otherwise, is_async } => {
                let iterated = self.expr(iterable);
                let range = facts.expr(iterable).range;
                self.use_of_expr(iterable, &iterated, &UseKind::Iterate, range);
                let element = match self.listed_texts(iterable) {
                    Some(texts) => texts,
                    None if is_async => self.async_iterate(&iterated),
                    None => self.iterate(&iterated),
                };
                self.looped(
                    |this| {
                        let exit = this.env.clone();
                        let from = this.parameter(iterable);
                        this.bind(target, element.clone(), iterable);
                        this.holds_elements(target, from);
                        Some(exit)
                    },
                    body,
                    otherwise,
                );
            }
            StmtKind::With(items, body, is_async) => self.with(items, body, is_async),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let before = self.env.clone();
                self.block(body);
                // An exception can come from anywhere in the body: what holds in a handler is the join of before
                // and after.
                let mut raised = before;
                raised.join(Environment { is_reachable: true, ..self.env.clone() });
                self.block(otherwise);
                let mut after = self.env.clone();
                for handler in handlers.of(&facts.handlers) {
                    self.env = raised.clone();
                    self.env.is_reachable = true;
                    if let Some(types) = handler.types {
                        let ty = self.expr(types);
                        if let Some(target) = handler.target {
                            let caught = Self::caught(&ty, handler.is_group);
                            self.bind(target, caught, types);
                        }
                    }
                    self.block(handler.body);
                    after.join(self.env.clone());
                }
                let completes = after.is_reachable;
                self.env = after;
                if !finally.is_empty() {
                    if !completes {
                        self.env = raised;
                        self.env.is_reachable = true;
                    }
                    self.block(finally);
                    self.env.is_reachable &= completes;
                }
            }
            StmtKind::Match(subject, cases) => self.match_stmt(subject, cases),
            StmtKind::Function(function) => self.function_definition(function),
            StmtKind::Class(class) => self.class_definition(class),
            StmtKind::Import(imports) => {
                for import in imports.of(&facts.imports) {
                    let ty = self
                        .project
                        .resolve_imported(self.module, import)
                        .map_or(Type::Unknown, |resolution| self.resolved(resolution));
                    self.bind_name(import.bound, ty);
                }
            }
            StmtKind::Break => {
                let env = self.env.clone();
                if let Some(exits) = self.loops.last_mut() {
                    exits.breaks.push(env);
                }
                self.env.is_reachable = false;
            }
            StmtKind::Continue => {
                let env = self.env.clone();
                if let Some(exits) = self.loops.last_mut() {
                    exits.continues.push(env);
                }
                self.env.is_reachable = false;
            }
            StmtKind::TypeAlias(..) | StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => {}
        }
    }

    fn assign(&mut self, targets: List<ExprId>, value: ExprId, annotation: Option<ExprId>) {
        let facts = self.facts;
        let targets = facts.list(targets);
        if let Some(annotation) = annotation {
            let declared = self.annotation(annotation);
            let ty = self.expr_for(value, &declared);
            let ty = if declared.is_unknown() { ty } else { declared };
            for &target in targets {
                self.bind(target, ty.clone(), value);
            }
            return;
        }
        // `a, b = x, y` binds pair by pair, so that each name keeps what its own value is.
        if let ([target], ExprKind::Tuple(values)) = (targets, facts.expr(value).kind)
            && let ExprKind::Tuple(names) | ExprKind::List(names) = facts.expr(*target).kind
        {
            let (names, values) = (facts.list(names), facts.list(values));
            let has_star =
                |items: &[ExprId]| items.iter().any(|&item| matches!(facts.expr(item).kind, ExprKind::Starred(_)));
            if names.len() == values.len() && !has_star(names) && !has_star(values) {
                let types: Vec<Type> = values.iter().map(|&value| self.expr(value)).collect();
                for ((&name, ty), &value) in names.iter().zip(types).zip(values) {
                    self.bind(name, ty, value);
                }
                return;
            }
        }
        let ty = self.expr(value);
        if let [target] = targets {
            self.name_display(value, *target);
            self.note_dispatch(*target, value);
        }
        for &target in targets {
            self.bind(target, ty.clone(), value);
        }
    }

    fn return_stmt(&mut self, stmt: &Stmt, value: Option<ExprId>) {
        let gathered = match value {
            Some(value) => self.gathered_expr(value),
            None => Type::None.into(),
        };
        let ty = &gathered.ty;
        if let Some(result) = &mut self.lambda_result {
            *result = join(result, ty);
        } else if let Some(function) = self.function
            && let Some(slot) = self.slot(SlotKind::Return(FunctionId(function.function)))
            && *ty != Type::Never
        {
            self.returns = true;
            let is_generator = self.facts.function(FunctionId(function.function)).is_generator;
            match value {
                Some(value) => {
                    self.remember_flow(slot, value);
                    self.check_declared_return(function, value, ty);
                    self.check_copy(slot, value);
                }
                None if !is_generator => self.check_return(slot, "one `return` has no value"),
                None => {}
            }
            let range = value.map_or(stmt.range, |value| self.facts.expr(value).range);
            self.bound_of(slot, gathered, EvidenceKind::Return, range);
        }
        self.env.is_reachable = false;
    }

    fn if_stmt(&mut self, test: ExprId, then: Block, otherwise: Block) {
        match static_truth(self.facts, test, self.project.target) {
            Some(true) => return self.block(then),
            Some(false) => return self.block(otherwise),
            None => {}
        }
        self.test(test);
        let before = self.env.clone();
        self.narrow(test, true);
        self.block(then);
        let after_then = std::mem::replace(&mut self.env, before);
        self.narrow(test, false);
        self.block(otherwise);
        self.env.join(after_then);
    }

    /// Walks a loop. `enter` evaluates what happens before each turn and gives the environment of leaving normally.
    fn looped(&mut self, mut enter: impl FnMut(&mut Self) -> Option<Environment>, body: Block, otherwise: Block) {
        if self.muted == 0 {
            self.muted += 1;
            let before = self.env.clone();
            enter(self);
            self.loops.push(LoopExits::default());
            self.block(body);
            let exits = self.loops.pop().unwrap_or_default();
            for env in exits.continues {
                self.env.join(env);
            }
            self.env.join(before);
            self.env.is_reachable = true;
            self.muted -= 1;
        }
        let before = self.env.clone();
        let exit = enter(self);
        self.loops.push(LoopExits::default());
        self.block(body);
        let exits = self.loops.pop().unwrap_or_default();
        for env in exits.continues {
            self.env.join(env);
        }
        // Leaving normally: never entered, or after some turn.
        match exit {
            Some(mut exit) => {
                let after_body = std::mem::replace(&mut self.env, before);
                exit.join(after_body);
                self.env = exit;
            }
            None => self.env.is_reachable = false,
        }
        if self.env.is_reachable {
            self.block(otherwise);
        }
        for env in exits.breaks {
            self.env.join(env);
        }
    }

    fn with(&mut self, items: List<WithItem>, body: Block, is_async: bool) {
        let facts = self.facts;
        let (mut swallows, mut may_swallow) = (false, false);
        let before = self.env.clone();
        for item in items.of(&facts.with_items) {
            let manager = self.expr(item.context);
            self.use_of_expr(item.context, &manager, &UseKind::Enter, facts.expr(item.context).range);
            swallows |= self.swallows_exceptions(&manager, is_async);
            may_swallow |= manager.members().iter().any(|member| member.class().is_none());
            if let Some(target) = item.target {
                let entered = self.entered(&manager, is_async);
                self.bind(target, entered, item.context);
            }
        }
        self.block(body);
        // `with raises(E): fail()`: who calls what always raises expects it.
        let ends_in_call = facts
            .block(body)
            .next_back()
            .is_some_and(|stmt| matches!(stmt.kind, StmtKind::Expr(_) | StmtKind::Assign(..)));
        if swallows || (may_swallow && ends_in_call && !self.env.is_reachable) {
            let mut before = before;
            before.join(self.env.clone());
            self.env = before;
            self.env.is_reachable = true;
        }
    }

    /// Whether leaving a `with` block of this manager may swallow an exception: its `__exit__` gives `bool` (typing
    /// specification, "Context managers").
    pub(super) fn swallows_exceptions(&mut self, manager: &Type, is_async: bool) -> bool {
        let exit = self.attribute(manager, if is_async { NAMES.aexit } else { NAMES.exit });
        let Type::Function(exit, _) = exit else { return false };
        let result = self.result_of(exit);
        let result = if is_async { self.awaited(&result) } else { result };
        matches!(result, Type::Literal(Literal::Bool(true)))
            || matches!(result, Type::Instance(..) if result.is(&known::BOOL))
    }

    fn delete(&mut self, target: ExprId) {
        let facts = self.facts;
        match facts.expr(target).kind {
            ExprKind::Subscript(value, index) => {
                let container = self.expr(value);
                let key = self.expr(index);
                self.call_own(&container, NAMES.delitem, std::slice::from_ref(&key));
                let kind = match Self::constant_key(&key) {
                    Some(name) => UseKind::DeleteKey(name),
                    None => UseKind::Mapping,
                };
                self.use_of_expr(value, &container, &kind, facts.expr(target).range);
            }
            ExprKind::Attribute(value, _) => {
                self.expr(value);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                facts.list(items).iter().for_each(|&item| self.delete(item));
            }
            _ => {}
        }
    }

    /// The exception bound by `except types as name`.
    fn caught(types: &Type, is_group: bool) -> Type {
        let one = |ty: &Type| match ty {
            Type::Tuple(items) => union(items.iter().map(Self::instance_of)),
            Type::Instance(class, args) if *class == known::TUPLE.class() => {
                args.first().map_or(Type::Unknown, Self::instance_of)
            }
            other => Self::instance_of(other),
        };
        let caught = union(types.members().iter().map(one));
        if is_group { Type::Unknown } else { caught }
    }

    /// What calling a class object without looking at its constructor gives.
    pub(super) fn instance_of(class: &Type) -> Type {
        match class {
            Type::Class(class, args) => Type::Instance(*class, args.clone()),
            Type::Union(members) => union(members.iter().map(Self::instance_of)),
            Type::Tuple(items) => union(items.iter().map(Self::instance_of)),
            Type::Instance(class, args) if *class == known::TYPE.class() => {
                args.first().cloned().unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    /// Evaluates a condition: its parts are used for their truth.
    pub(super) fn test(&mut self, test: ExprId) {
        let ty = self.expr(test);
        let range = self.facts.expr(test).range;
        self.use_of_expr(test, &ty, &UseKind::Truth, range);
    }

    /// Binds a name of the innermost scope by a definition or import.
    pub(super) fn bind_name(&mut self, name: crate::text::Name, ty: Type) {
        let Some(&scope) = self.scopes.last() else { return };
        if scope == ScopeId(0) {
            return;
        }
        let Some(index) = self.facts.scope(scope).index_of(name) else { return };
        let symbol = &self.facts.scope(scope).symbols[index];
        if symbol.kind == SymbolKind::Global {
            return self.set_path((None, name), name, ty);
        }
        if symbol.is_captured {
            self.bind_captured(scope, index, ty.clone(), TextRange::default());
        }
        self.set_local(index, ty);
    }
}

/// A type with its `Any` open.
fn without_any(ty: &Type) -> Type {
    ty.map(&mut |part| (*part == Type::Any).then_some(Type::Unknown))
}
