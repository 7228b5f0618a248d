//! Expressions to types.

use crate::facts::{
    ComprehensionId, ComprehensionKind, ExprId, ExprKind, FunctionId, List, OptionalExpr, Place, ScopeId, SymbolKind,
    UnaryOp,
};
use crate::infer::{EvidenceKind, UseKind};
use crate::project::{Context, Resolution, SlotKind};
use crate::text::Name;
use crate::types::{Args, ClassName, FunctionRef, Literal, SlotId, Type, known, union};

use super::names::NAMES;
use super::{Environment, Evaluator, Gathered};

/// Displays with more items than this are looked at for their first items only when their type is joined.
const MAX_ITEMS: usize = 64;

/// A loop over more texts than this goes over some table.
const LISTED: usize = 8;

impl Evaluator<'_> {
    /// The type of an expression.
    pub(super) fn expr(&mut self, id: ExprId) -> Type {
        let facts = self.facts;
        let expr = facts.expr(id);
        match expr.kind {
            ExprKind::Name(name, place) => self.name(name, place),
            ExprKind::None => Type::None,
            ExprKind::Bool(value) => Type::Literal(Literal::Bool(value)),
            ExprKind::Int(Some(number)) => Type::Literal(Literal::Int(number.into())),
            ExprKind::Int(None) => known::INT.instance(),
            ExprKind::Float => known::FLOAT.instance(),
            ExprKind::Complex => known::COMPLEX.instance(),
            ExprKind::Str(Some(text)) => Type::Literal(Literal::Str(text)),
            ExprKind::Str(None) => known::STR.instance(),
            ExprKind::Bytes => known::BYTES.instance(),
            ExprKind::FString(parts) => {
                for &part in facts.list(parts) {
                    let ty = self.expr(part);
                    self.use_of_expr(part, &ty, &UseKind::Format, facts.expr(part).range);
                }
                known::STR.instance()
            }
            ExprKind::Ellipsis => known::ELLIPSIS.instance(),
            ExprKind::Tuple(items) => self.tuple(items),
            ExprKind::List(items) => {
                let element = self.display_element(items);
                known::LIST.of([element])
            }
            ExprKind::Set(items) => {
                let element = self.display_element(items);
                known::SET.of([element])
            }
            ExprKind::Dict(items) => self.dict_display(id, items),
            ExprKind::Attribute(value, name) => {
                self.introspection(id);
                self.attribute_expr(id, value, name)
            }
            ExprKind::Subscript(value, index) => self.subscript(id, value, index),
            ExprKind::Slice(bounds) => {
                for part in bounds.into_iter().filter_map(OptionalExpr::get) {
                    let ty = self.expr(part);
                    // All sequences of the language ask it of bounds, which may be left out.
                    let bound = union([known::SUPPORTS_INDEX.instance(), Type::None]);
                    self.use_of_expr(part, &ty, &UseKind::Passed(bound), self.facts.expr(part).range);
                }
                known::SLICE.instance()
            }
            ExprKind::Call(function, arguments) => {
                self.introspection(id);
                let result = self.call_expr(id, function, arguments);
                self.env.is_reachable &= result != Type::Never;
                result
            }
            ExprKind::Unary(op, operand) => self.unary(op, operand),
            ExprKind::Binary(op, left, right) => {
                let left_type = self.expr(left);
                let right_type = self.expr(right);
                let range = expr.range;
                self.use_of_expr(left, &left_type, &UseKind::Operand(op, right_type.clone(), false), range);
                self.use_of_expr(right, &right_type, &UseKind::Operand(op, left_type.clone(), true), range);
                self.check_operands(op, (left, &left_type), (right, &right_type));
                self.binary(op, &left_type, &right_type)
            }
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Conditional(..) => self.gathered_expr(id).ty,
            ExprKind::Compare(op, left, right) => self.compare(op, left, right, expr.range),
            ExprKind::Lambda(function) => {
                self.lambda_uses(function);
                Type::Function(FunctionRef { module: self.module.id, function: function.0 }, None)
            }
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Await(value) => {
                let ty = self.expr(value);
                self.use_of_expr(value, &ty, &UseKind::Await, expr.range);
                let result = self.awaited(&ty);
                self.env.is_reachable &= result != Type::Never;
                result
            }
            ExprKind::Yield(value) => {
                let ty = value.map_or(Type::None, |value| self.expr(value));
                self.yielded(value, ty, expr.range);
                Type::Unknown
            }
            ExprKind::YieldFrom(value) => {
                let ty = self.expr(value);
                let element = self.iterate(&ty);
                self.yielded(Some(value), element, expr.range);
                match &ty {
                    Type::Instance(class, args) if *class == known::GENERATOR.class() => {
                        args.get(2).cloned().unwrap_or(Type::Unknown)
                    }
                    _ => Type::Unknown,
                }
            }
            ExprKind::Walrus(target, value) => {
                let ty = self.expr(value);
                self.bind(target, ty.clone(), value);
                self.walrus.push((target, ty.clone()));
                ty
            }
            ExprKind::Starred(value) => {
                let ty = self.expr(value);
                self.iterate(&ty)
            }
            ExprKind::Invalid => Type::Unknown,
        }
    }

    /// The type of an expression for which a type is declared: an empty container takes its arguments from there.
    pub(super) fn expr_for(&mut self, id: ExprId, _declared: &Type) -> Type {
        self.expr(id)
    }

    /// The type an annotation stands for.
    pub(super) fn annotation(&self, annotation: ExprId) -> Type {
        self.project.annotation(&Context { module: self.module, class: self.class }, annotation)
    }

    fn yielded(&mut self, value: Option<ExprId>, ty: Type, range: crate::text::TextRange) {
        if let Some(function) = self.function
            && self.lambda_result.is_none()
            && let Some(slot) = self.slot(SlotKind::Return(FunctionId(function.function)))
        {
            if let Some(value) = value {
                self.remember_flow(slot, value);
            }
            self.bound(slot, ty, EvidenceKind::Yield, range);
        }
    }

    fn name(&mut self, name: Name, place: Place) -> Type {
        match place {
            Place::Local { up, index } => match self.frame_of(up) {
                Ok(0) if self.scopes[0] == ScopeId(0) => self.global(name),
                Ok(frame) => {
                    let ty = self.env.frames[frame].get(usize::from(index)).unwrap_or(&Type::Unknown);
                    // A class body may read a global under a name that it binds later itself.
                    let is_class =
                        matches!(self.facts.scope(self.scopes[frame]).kind, crate::facts::ScopeKind::Class(_));
                    if ty.is_unknown() && is_class { self.global(name) } else { self.seen(ty) }
                }
                Err(scope) => self.captured(scope, usize::from(index), name),
            },
            Place::Global => {
                if let Some(narrowed) = self.path((None, name), name) {
                    return narrowed;
                }
                self.global(name)
            }
        }
    }

    /// A variable of an enclosing function.
    fn captured(&mut self, scope: ScopeId, index: usize, name: Name) -> Type {
        let facts = self.facts;
        let symbol = &facts.scope(scope).symbols[index];
        if scope == ScopeId(0) {
            return self.global(name);
        }
        if symbol.kind == SymbolKind::Parameter
            && let crate::facts::ScopeKind::Function(function) = facts.scope(scope).kind
        {
            let definition = facts.function(function);
            if index == 0 && definition.class.is_some() {
                let reference = FunctionRef { module: self.module.id, function: function.0 };
                return self.parameter_type(reference, 0);
            }
        }
        match self.slot(SlotKind::Captured(scope, index as u16)).map(|slot| self.read(slot)) {
            // The text that the only call in sight passes is no key that all others must have.
            Some(Type::Literal(Literal::Str(_))) if symbol.kind == SymbolKind::Parameter => known::STR.instance(),
            Some(ty) => ty,
            None => Type::Unknown,
        }
    }

    fn global(&mut self, name: Name) -> Type {
        match self.project.resolve_global(self.module, name) {
            Some(resolution) => self.resolved(resolution),
            // Set on every module by the import system (language reference, 5.4.6).
            None if matches!(name.as_str(), "__name__" | "__file__") => known::STR.instance(),
            None => Type::Unknown,
        }
    }

    /// The type of what a name stands for.
    pub(super) fn resolved(&mut self, resolution: Resolution) -> Type {
        match resolution {
            Resolution::Module(module) => Type::Module(module),
            Resolution::Class(class) => Type::Class(class, Args::default()),
            Resolution::Function(function) => Type::Function(function, None),
            Resolution::Variable(module, name) => self.variable(module, name),
        }
    }

    fn variable(&mut self, module: crate::types::ModuleId, name: Name) -> Type {
        use crate::project::Definition;
        let project = self.project;
        let Some(owner) = project.module(module) else { return Type::Unknown };
        let declared = owner.symbols.get(name).iter().rev().find_map(|definition| match definition {
            Definition::Assignment(_, Some(annotation), _) => Some(*annotation),
            _ => None,
        });
        if let Some(declared) = declared {
            let ty = project.annotation(&Context::of_module(owner), declared);
            if !ty.is_unknown() {
                return ty;
            }
        }
        if let Some(slot) = project.slots().find(module, SlotKind::Variable(name)) {
            return self.read(slot);
        }
        // A stub's `choice = _inst.choice` or `I: Final = RegexFlag.I`.
        match owner.symbols.get(name).last() {
            Some(Definition::Assignment(_, _, Some(value))) => self.stub_value(owner, *value),
            _ => Type::Unknown,
        }
    }

    /// The type of a value in a stub: constants, names and attributes.
    fn stub_value(&mut self, owner: &crate::project::Module, value: ExprId) -> Type {
        match owner.facts.expr(value).kind {
            ExprKind::Int(_) => known::INT.instance(),
            ExprKind::Float => known::FLOAT.instance(),
            ExprKind::Str(_) => known::STR.instance(),
            ExprKind::Bytes => known::BYTES.instance(),
            ExprKind::Bool(_) => known::BOOL.instance(),
            ExprKind::Name(name, _) => {
                self.project.resolve_global(owner, name).map_or(Type::Unknown, |resolution| self.resolved(resolution))
            }
            ExprKind::Attribute(inner, name) => {
                let inner = self.stub_value(owner, inner);
                self.attribute(&inner, name)
            }
            _ => Type::Unknown,
        }
    }

    fn tuple(&mut self, items: List<ExprId>) -> Type {
        let facts = self.facts;
        let items = facts.list(items);
        let has_star = items.iter().any(|&item| matches!(facts.expr(item).kind, ExprKind::Starred(_)));
        let types: Vec<Type> = items.iter().map(|&item| self.expr(item)).collect();
        if has_star || types.len() > MAX_ITEMS {
            return known::TUPLE.of([union(types.iter().take(MAX_ITEMS).map(Self::widen_literal))]);
        }
        Type::Tuple(types.into())
    }

    fn display_element(&mut self, items: List<ExprId>) -> Type {
        let facts = self.facts;
        let mut element = Vec::new();
        for (index, &item) in facts.list(items).iter().enumerate() {
            let ty = self.expr(item);
            if index < MAX_ITEMS {
                element.push(Self::widen_literal(&ty));
            }
        }
        union(element)
    }

    /// The type of an expression, and whether it is what is known of some of its values only.
    pub(super) fn gathered_expr(&mut self, id: ExprId) -> Gathered {
        let gathered = match self.facts.expr(id).kind {
            ExprKind::Name(name, place) => {
                let ty = self.name(name, place);
                let hides_others = !ty.is_unknown() && self.hides_others(place);
                return Gathered { ty, hides_others, through: None };
            }
            ExprKind::Call(..) | ExprKind::Await(_) => {
                self.called = None;
                let ty = self.expr(id);
                let is_result = |slot: &SlotId| self.state.types.get(slot.0 as usize) == Some(&ty);
                return Gathered { hides_others: false, through: self.called.filter(is_result), ty };
            }
            ExprKind::Conditional(test, then, otherwise) => self.conditional(test, then, otherwise),
            ExprKind::And(parts) => self.and_or(parts, true),
            ExprKind::Or(parts) => self.and_or(parts, false),
            _ => return self.expr(id).into(),
        };
        let ty = self.seen(&gathered);
        Gathered { hides_others: !ty.is_unknown() && gathered.members().contains(&Type::Opaque), through: None, ty }
    }

    /// Whether nothing is known of some values of a local variable.
    pub(super) fn hides_others(&self, place: Place) -> bool {
        let Place::Local { up, index } = place else { return false };
        let Ok(frame) = self.frame_of(up) else { return false };
        let held = self.env.frames.get(frame).and_then(|frame| frame.get(usize::from(index)));
        held.is_some_and(|ty| ty.members().contains(&Type::Opaque))
    }

    fn conditional(&mut self, test: ExprId, then: ExprId, otherwise: ExprId) -> Type {
        self.test(test);
        let before = self.env.clone();
        let bound = self.walrus.len();
        self.narrow(test, true);
        let then = self.expr(then);
        self.env = before.clone();
        self.narrow(test, false);
        let otherwise = self.expr(otherwise);
        self.restore(before, bound);
        union([then.gathered(), otherwise.gathered()])
    }

    /// What `and` and `or` give, as it is gathered.
    fn and_or(&mut self, parts: List<ExprId>, is_and: bool) -> Type {
        union(self.operands(parts, is_and).into_iter().map(Type::gathered))
    }

    /// What each operand of `and` or `or` hands on.
    fn operands(&mut self, parts: List<ExprId>, is_and: bool) -> Vec<Type> {
        let facts = self.facts;
        let parts = facts.list(parts);
        let before = self.env.clone();
        let bound = self.walrus.len();
        let mut results = Vec::with_capacity(parts.len());
        for (index, &part) in parts.iter().enumerate() {
            let is_last = index + 1 == parts.len();
            let ty = match facts.expr(part).kind {
                // `test and one or other`: where the test is false, it is the other one.
                ExprKind::And(inner) if !is_and && !is_last => {
                    self.operands(inner, true).pop().unwrap_or(Type::Unknown)
                }
                _ => self.expr(part),
            };
            if is_last {
                results.push(ty);
            } else {
                self.use_of_expr(part, &ty, &UseKind::Truth, facts.expr(part).range);
                // What is handed on: the falsy values of `and`, the truthy ones of `or`.
                results.push(Self::by_truth(&ty, !is_and));
                self.narrow(part, is_and);
            }
        }
        self.restore(before, bound);
        results
    }

    /// Goes back to the environment before parts of an expression were evaluated. Bindings by a walrus, those after
    /// the first `bound` ones, survive; what was narrowed does not.
    fn restore(&mut self, before: Environment, bound: usize) {
        self.env = before;
        for (target, ty) in self.walrus.split_off(bound) {
            self.assign_narrowed(target, ty.clone());
            self.walrus.push((target, ty));
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId) -> Type {
        let ty = self.expr(operand);
        let range = self.facts.expr(operand).range;
        match op {
            UnaryOp::Not => {
                self.use_of_expr(operand, &ty, &UseKind::Truth, range);
                known::BOOL.instance()
            }
            UnaryOp::Minus | UnaryOp::Plus | UnaryOp::Invert => {
                self.use_of_expr(operand, &ty, &UseKind::Sign, range);
                match (&ty, op) {
                    (Type::Literal(Literal::Int(number)), UnaryOp::Minus) => {
                        Type::Literal(Literal::Int(number.wrapping_neg()))
                    }
                    (Type::Instance(class, _), _) if *class == known::INT.class() || *class == known::FLOAT.class() => {
                        ty
                    }
                    _ => {
                        let method = match op {
                            UnaryOp::Minus => NAMES.neg,
                            UnaryOp::Plus => NAMES.pos,
                            _ => NAMES.invert,
                        };
                        self.call_method(&ty, method, &[])
                    }
                }
            }
        }
    }

    fn comprehension(&mut self, id: ComprehensionId) -> Type {
        let facts = self.facts;
        let comprehension = facts.comprehension(id);
        let before = self.env.paths.clone();
        let is_reachable = self.env.is_reachable;
        let mut pushed = false;
        let mut is_async = false;
        for clause in &comprehension.clauses {
            // The first iterable is evaluated outside of the comprehension's scope.
            let iterated = self.expr(clause.iterable);
            self.use_of_expr(clause.iterable, &iterated, &UseKind::Iterate, facts.expr(clause.iterable).range);
            let element = if clause.is_async { self.async_iterate(&iterated) } else { self.iterate(&iterated) };
            is_async |= clause.is_async;
            let from = self.parameter(clause.iterable);
            if !pushed {
                self.push_scope(comprehension.scope);
                pushed = true;
            }
            self.bind(clause.target, element, clause.iterable);
            self.holds_elements(clause.target, from);
            for &condition in &clause.conditions {
                self.test(condition);
                self.narrow(condition, true);
            }
        }
        let element = self.expr(comprehension.element);
        let element = Self::widen_literal(&element);
        let value = comprehension.value.map(|value| self.expr(value));
        if pushed {
            self.pop_scope();
        }
        self.env.paths = before;
        self.env.is_reachable = is_reachable;
        match comprehension.kind {
            ComprehensionKind::List => known::LIST.of([element]),
            ComprehensionKind::Set => known::SET.of([element]),
            ComprehensionKind::Dict => {
                known::DICT.of([element, value.map_or(Type::Unknown, |value| Self::widen_literal(&value))])
            }
            ComprehensionKind::Generator if is_async => known::ASYNC_GENERATOR.of([element, Type::Unknown]),
            ComprehensionKind::Generator => known::GENERATOR.of([element, Type::Unknown, Type::None]),
        }
    }

    /// `"host", "port"`: the texts that a loop goes over, where these few are written in place.
    pub(super) fn listed_texts(&mut self, iterable: ExprId) -> Option<Type> {
        let (ExprKind::Tuple(items) | ExprKind::List(items)) = self.facts.expr(iterable).kind else { return None };
        let items = self.facts.list(items);
        if items.is_empty() || items.len() > LISTED {
            return None;
        }
        let texts: Vec<Type> = items.iter().map(|&item| self.silent_expr(item)).collect();
        texts.iter().all(|text| Self::constant_key(text).is_some()).then(|| union(texts))
    }

    /// The type of a key that is computed. Which texts it can be is known where a loop in sight goes over them; what is
    /// handed in can be others.
    pub(super) fn computed_key(&self, place: ExprId, key: &Type) -> Type {
        let is_local = matches!(self.facts.expr(place).kind, ExprKind::Name(_, Place::Local { up: 0, .. }));
        if is_local && self.parameter(place).is_none() { key.clone() } else { Self::widen_literal(key) }
    }

    pub(super) fn constant_key(key: &Type) -> Option<Name> {
        match key {
            Type::Literal(Literal::Str(name)) => Some(*name),
            _ => None,
        }
    }

    /// An instance of a class of the standard library.
    pub(super) fn standard(module: &str, name: &str, args: Vec<Type>) -> Type {
        Type::Instance(ClassName::new(Name::new(module), Name::new(name)), args.into())
    }
}
