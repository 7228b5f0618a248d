//! Calls: arguments meet parameters, call sites tell slots what flows in, results come back.

use std::sync::Arc;

use crate::facts::{Argument, ArgumentKind, ExprId, ExprKind, FunctionId, List, ParamKind};
use crate::infer::{EvidenceKind, UseKind};
use crate::project::{Binding, ClassInfo, ClassKind, Definition, Effect, Signature, SlotKind};
use crate::text::{Name, TextRange};
use crate::types::{Args, ClassName, FunctionRef, Literal, Projection, Type, either, join, known, union};

use super::Evaluator;
use super::generics::{Bindings, Fit};
use super::names::NAMES;

/// Keyword arguments with their types.
type Keywords = Vec<(Name, Type)>;

/// An argument whose type is known.
#[derive(Clone, Debug)]
pub(super) struct Given {
    kind: ArgumentKind,
    ty: Type,
    expr: Option<ExprId>,
}

impl Given {
    fn positional(ty: Type) -> Self {
        Self { kind: ArgumentKind::Positional, ty, expr: None }
    }
}

/// An argument that was matched with a parameter.
struct Matched {
    param: usize,
    ty: Type,
    expr: Option<ExprId>,
}

impl Evaluator<'_> {
    /// The result of a call expression.
    pub(super) fn call_expr(&mut self, id: ExprId, function: ExprId, arguments: List<Argument>) -> Type {
        let facts = self.facts;
        let range = facts.expr(id).range;
        if let ExprKind::Attribute(value, name) = facts.expr(function).kind {
            return self.method_call(id, value, name, arguments, range);
        }
        let callee = self.expr(function);
        let given = self.arguments(arguments);
        if let ExprKind::Name(name, _) = facts.expr(function).kind
            && let Some(result) = self.builtin_call(id, name, &callee, &given)
        {
            return result;
        }
        if let Some(kind) = Self::call_use(&given) {
            self.use_of_expr(function, &callee, &kind, range);
        }
        self.call(&callee, &given)
    }

    fn call_use(given: &[Given]) -> Option<UseKind> {
        let (positional, keywords) = Self::split(given)?;
        Some(UseKind::Call(positional, keywords))
    }

    /// Types of positional and keyword arguments; none where stars hide them.
    fn split(given: &[Given]) -> Option<(Vec<Type>, Keywords)> {
        let mut positional = Vec::new();
        let mut keywords = Vec::new();
        for argument in given {
            match argument.kind {
                ArgumentKind::Positional => positional.push(Self::widen_literal(&argument.ty)),
                ArgumentKind::Keyword(name) => keywords.push((name, Self::widen_literal(&argument.ty))),
                ArgumentKind::Star | ArgumentKind::DoubleStar => return None,
            }
        }
        Some((positional, keywords))
    }

    fn arguments(&mut self, arguments: List<Argument>) -> Vec<Given> {
        let facts = self.facts;
        facts
            .arguments(arguments)
            .iter()
            .map(|argument| {
                let ty = self.expr(argument.value);
                if argument.kind == ArgumentKind::DoubleStar {
                    self.use_of_expr(argument.value, &ty, &UseKind::Spread, facts.expr(argument.value).range);
                }
                if argument.kind == ArgumentKind::Star {
                    self.use_of_expr(argument.value, &ty, &UseKind::Iterate, facts.expr(argument.value).range);
                }
                Given { kind: argument.kind, ty, expr: Some(argument.value) }
            })
            .collect()
    }

    fn method_call(
        &mut self,
        id: ExprId,
        value: ExprId,
        name: Name,
        arguments: List<Argument>,
        range: TextRange,
    ) -> Type {
        let (receiver, skip) = match self.expr_or_super(value) {
            Ok(ty) => (ty, 0),
            Err(this) => (this, 1),
        };
        let given = self.arguments(arguments);
        if skip == 0 {
            if let Some(result) = self.dict_method(value, &receiver, name, &given, range) {
                return result;
            }
            let kind = match Self::split(&given) {
                Some((positional, keywords)) => UseKind::Method(name, positional, keywords),
                None => UseKind::Attribute(name),
            };
            self.use_of_expr(value, &receiver, &kind, range);
        }
        let narrowed = match (skip, self.path_root(value)) {
            (0, Some(root)) => self.path(root, name),
            _ => None,
        };
        let callee = narrowed.unwrap_or_else(|| self.attribute_skipping(&receiver, name, skip));
        if skip == 0 {
            self.learn_elements(value, &receiver, name, &given);
        }
        let _ = id;
        self.remade(&receiver, name, &given);
        self.call(&callee, &given)
    }

    /// `point._replace(x=1)` and `Point._make(row)` tell the fields of a `namedtuple` like its constructor does.
    fn remade(&mut self, receiver: &Type, name: Name, given: &[Given]) {
        let (Type::Instance(class, _) | Type::Class(class, _)) = receiver else { return };
        let Some(info) = self.project.class(*class).filter(|_| name.is("_replace") || name.is("_make")) else { return };
        if name.is("_replace") {
            self.tell_fields(info, given);
        } else if let [row] = given
            && let Type::Tuple(items) = &row.ty
        {
            let item = |ty: &Type| Given { kind: ArgumentKind::Positional, ty: ty.clone(), expr: row.expr };
            self.tell_fields(info, &items.iter().map(item).collect::<Vec<_>>());
        }
    }

    /// A container that is read from a variable or attribute learns what is put into it.
    fn learn_elements(&mut self, place: ExprId, receiver: &Type, name: Name, given: &[Given]) {
        let is_put = matches!(
            name.as_str(),
            "append" | "add" | "insert" | "appendleft" | "extend" | "extendleft" | "update" | "put" | "put_nowait"
        );
        if !is_put
            || !receiver.members().iter().any(|member| matches!(member, Type::Instance(_, args) if args.len() == 1))
        {
            return;
        }
        let Some(last) = given.iter().rev().find(|argument| argument.kind == ArgumentKind::Positional) else { return };
        let element = match name.as_str() {
            "extend" | "extendleft" | "update" => {
                let ty = last.ty.clone();
                self.iterate(&ty)
            }
            _ => last.ty.clone(),
        };
        let element = Self::widen_literal(&element);
        if element.is_unknown() {
            return;
        }
        self.refine(place, receiver, &|ty| match ty {
            Type::Instance(class, args) if args.len() == 1 && !matches!(args[0], Type::Any) => {
                Some(Type::Instance(*class, Arc::from([join(&args[0], &element)])))
            }
            _ => None,
        });
    }

    /// Builtins whose meaning a signature cannot say.
    fn builtin_call(&mut self, id: ExprId, name: Name, callee: &Type, given: &[Given]) -> Option<Type> {
        let is_builtin = match callee {
            Type::Function(function, None) => {
                self.project.module(function.module).is_some_and(|module| module.name == known::STR.class().module)
            }
            Type::Class(class, _) => class.module == known::STR.class().module,
            Type::Unknown => true,
            _ => false,
        };
        let first = given.first();
        match name.as_str() {
            "isinstance" | "issubclass" if is_builtin && given.len() == 2 => {
                let classes = match Self::instance_of(&given[1].ty) {
                    Type::Unknown => Vec::new(),
                    ty => ty.members().to_vec(),
                };
                if name == NAMES.isinstance
                    && let Some(expr) = given[0].expr
                {
                    self.use_of_expr(
                        expr,
                        &given[0].ty.clone(),
                        &UseKind::IsInstance(classes),
                        self.facts.expr(expr).range,
                    );
                }
                Some(known::BOOL.instance())
            }
            "len" if is_builtin && given.len() == 1 => {
                let expr = first?.expr?;
                self.use_of_expr(expr, &given[0].ty.clone(), &UseKind::Len, self.facts.expr(expr).range);
                Some(known::INT.instance())
            }
            "list" | "tuple" | "set" | "frozenset" | "sorted" | "iter" | "sum" | "any" | "all" | "enumerate"
            | "max" | "min"
                if is_builtin =>
            {
                for argument in given.iter().filter(|argument| argument.kind == ArgumentKind::Positional).take(1) {
                    if let Some(expr) = argument.expr {
                        self.use_of_expr(expr, &argument.ty.clone(), &UseKind::Iterate, self.facts.expr(expr).range);
                    }
                }
                None
            }
            "type" if is_builtin && given.len() == 1 => Some(match &first?.ty {
                Type::Instance(class, args) => Type::Class(*class, args.clone()),
                Type::Literal(literal) => Type::Class(literal.class(), Arc::new([])),
                _ => known::TYPE.instance(),
            }),
            "dict" if is_builtin => {
                self.dict_call(id, given.iter().map(|given| (given.kind, given.ty.clone(), given.expr)).collect())
            }
            "getattr" if is_builtin && given.len() >= 2 => {
                let Type::Literal(Literal::Str(attribute)) = given[1].ty else { return Some(Type::Unknown) };
                let found = self.attribute(&given[0].ty.clone(), attribute);
                if found.is_unknown() {
                    return Some(Type::Unknown);
                }
                Some(given.get(2).map_or(found.clone(), |default| join(&found, &default.ty)))
            }
            "super" => Some(Type::Unknown),
            "cast" if given.len() == 2 => Some(self.annotation(given[0].expr?)),
            _ => None,
        }
    }

    /// The result of calling a method that is looked up on a value.
    pub(super) fn call_method(&mut self, owner: &Type, name: Name, arguments: &[Type]) -> Type {
        let callee = self.attribute(owner, name);
        if callee.is_unknown() {
            return Type::Unknown;
        }
        let given: Vec<Given> = arguments.iter().cloned().map(Given::positional).collect();
        self.call(&callee, &given)
    }

    /// The result of a call.
    pub(super) fn call(&mut self, callee: &Type, given: &[Given]) -> Type {
        match callee {
            Type::Union(members) => {
                let results: Vec<Type> = members
                    .iter()
                    .filter(|member| **member != Type::None)
                    .map(|member| self.call(member, given))
                    .collect();
                either(results)
            }
            Type::Function(function, receiver) => self.call_function(*function, receiver.as_deref(), given),
            Type::Class(class, args) => self.construct(*class, args, given),
            Type::Callable(callable) => {
                if let Some(params) = &callable.params {
                    for (param, argument) in params.iter().zip(given) {
                        self.passed(argument.expr, &argument.ty, param);
                    }
                }
                callable.result.clone()
            }
            Type::Instance(class, args) if *class == known::TYPE.class() => {
                args.first().cloned().unwrap_or(Type::Unknown)
            }
            Type::Instance(..) => {
                let method = self.attribute(callee, NAMES.call);
                match method {
                    Type::Function(..) => self.call(&method, given),
                    _ => Type::Unknown,
                }
            }
            Type::Slot(_) | Type::Part(..) => Self::part(callee, Projection::Result),
            Type::Any | Type::Mixed => callee.clone(),
            _ => Type::Unknown,
        }
    }

    fn call_function(&mut self, function: FunctionRef, receiver: Option<&Type>, given: &[Given]) -> Type {
        let project = self.project;
        let Some((module, definition)) = project.function(function) else { return Type::Unknown };
        if definition.is_lambda {
            if module.id != self.module.id {
                return Type::Unknown;
            }
            let arguments: Vec<Type> = given.iter().map(|given| given.ty.clone()).collect();
            self.muted += 1;
            let result = self.inline_lambda(FunctionId(function.function), &arguments);
            self.muted -= 1;
            return result;
        }
        let Some(signature) = project.signature(function) else { return Type::Unknown };
        if signature.is_overload {
            return self.call_overloaded(function, receiver, given);
        }
        match self.try_call(function, signature, receiver, given, true) {
            Some((result, _)) => result,
            None => self.result_of(function),
        }
    }

    /// All overloads of a function, in the order of the text.
    pub(super) fn overloads(&self, function: FunctionRef) -> Vec<FunctionRef> {
        let Some((module, definition)) = self.project.function(function) else { return vec![function] };
        let definitions = match definition.class {
            Some(class) => self.project.class_at(module, class).symbols.get(definition.name),
            None => module.symbols.get(definition.name),
        };
        definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::Function(id) => Some(FunctionRef { module: module.id, function: id.0 }),
                _ => None,
            })
            .collect()
    }

    fn call_overloaded(&mut self, function: FunctionRef, receiver: Option<&Type>, given: &[Given]) -> Type {
        let mut possible: Option<Type> = None;
        for overload in self.overloads(function) {
            let Some(signature) = self.project.signature(overload) else { continue };
            if !signature.is_overload {
                continue;
            }
            self.muted += 1;
            let attempt = self.try_call(overload, signature, receiver, given, false);
            self.muted -= 1;
            let Some((result, fit)) = attempt else { continue };
            match fit {
                Fit::No => {}
                Fit::Yes => {
                    if self.muted == 0 {
                        self.try_call(overload, signature, receiver, given, true);
                    }
                    return match possible {
                        Some(other) if other != result => Type::Unknown,
                        _ => result,
                    };
                }
                // An unknown argument fits several overloads: only a common result can be told.
                Fit::Maybe => match &possible {
                    Some(other) if *other != result => return Type::Unknown,
                    _ => possible = Some(result),
                },
            }
        }
        possible.unwrap_or(Type::Unknown)
    }

    /// Matches the arguments with the parameters of one signature. Gives the result and how well the arguments fit;
    /// none when they cannot be matched at all.
    fn try_call(
        &mut self,
        function: FunctionRef,
        signature: &Signature,
        receiver: Option<&Type>,
        given: &[Given],
        tell: bool,
    ) -> Option<(Type, Fit)> {
        let skip = usize::from(receiver.is_some());
        let matched = self.match_arguments(signature, skip, given)?;
        let mut bindings = receiver.and_then(|receiver| self.class_bindings(function, receiver)).unwrap_or_default();
        let mut fit = Fit::Yes;
        if let (Some(receiver), Some(declared)) =
            (receiver, signature.params.first().and_then(|param| param.ty.as_ref()))
        {
            fit = self.fits(receiver, declared, 0).max(if matches!(receiver, Type::Class(..)) {
                Fit::Maybe
            } else {
                Fit::No
            });
            if signature.binding == Binding::Plain {
                self.solve(declared, receiver, &mut bindings, 0);
            }
        }
        fit = fit.min(self.solve_arguments(signature, &matched, &mut bindings, tell));
        if tell {
            self.tell(function, signature, &matched, &bindings);
        }
        let result = self.result_of(function);
        let result = self.replace_parameters(function, &result, &matched, receiver.is_some());
        let result = match receiver {
            Some(receiver) => Self::replace_self(&result, receiver),
            None => result,
        };
        let result =
            if result.any(&mut |part| matches!(part, Type::Variable(_))) { bindings.apply(&result) } else { result };
        Some((result, fit))
    }

    /// Learns from matched arguments what the type variables of a signature stand for, lambdas last, because what
    /// they are called with must be known first. Gives how well the arguments fit.
    fn solve_arguments(
        &mut self,
        signature: &Signature,
        matched: &[Matched],
        bindings: &mut Bindings,
        tell: bool,
    ) -> Fit {
        let is_lambda = |this: &Self, ty: &Type| {
            matches!(ty, Type::Function(reference, None)
                if this.project.function(*reference).is_some_and(|(_, function)| function.is_lambda))
        };
        let mut fit = Fit::Yes;
        for matched in matched {
            let Some(declared) = signature.params[matched.param].ty.clone() else { continue };
            fit = fit.min(self.fits(&matched.ty, &declared, 0));
            if !is_lambda(self, &matched.ty) {
                self.solve(&declared, &matched.ty, bindings, 0);
            }
        }
        for matched in matched {
            let Some(Type::Callable(wanted)) = signature.params[matched.param].ty.as_ref().map(strip_none) else {
                continue;
            };
            let Type::Function(callback, bound) = &matched.ty else { continue };
            let params: Vec<Type> = wanted.params.iter().flatten().map(|param| bindings.apply(param)).collect();
            if is_lambda(self, &matched.ty) {
                if callback.module == self.module.id {
                    self.muted += 1;
                    let result = self.inline_lambda(FunctionId(callback.function), &params);
                    self.muted -= 1;
                    self.solve(&wanted.result, &result, bindings, 0);
                }
            } else if tell && wanted.params.is_some() {
                self.tell_callback(*callback, bound.is_some(), &params, matched.expr);
            }
        }
        fit
    }

    /// A result that is one of the function's own parameters is what was passed for it.
    fn replace_parameters(&mut self, function: FunctionRef, result: &Type, matched: &[Matched], _bound: bool) -> Type {
        if !result.any(&mut |part| matches!(part, Type::Slot(_) | Type::Part(..))) {
            return result.clone();
        }
        let project = self.project;
        let argument_of = |slot: crate::types::SlotId| {
            let info = project.slots().info(slot);
            match info.kind {
                SlotKind::Param(id, index) if info.module == function.module && id.0 == function.function => {
                    matched.iter().find(|matched| matched.param == usize::from(index)).map(|matched| matched.ty.clone())
                }
                _ => None,
            }
        };
        result.map(&mut |part| match part {
            Type::Slot(slot) => argument_of(*slot),
            _ => None,
        })
    }

    /// Tells the slots of a function of the repository what flows in, and values without a known type what is wanted.
    fn tell(&mut self, function: FunctionRef, signature: &Signature, matched: &[Matched], bindings: &Bindings) {
        if self.muted > 0 {
            return;
        }
        for matched in matched {
            let param = &signature.params[matched.param];
            match &param.ty {
                Some(declared) if !declared.is_unknown() => {
                    let wanted = bindings.apply(declared);
                    self.passed(matched.expr, &matched.ty, &wanted);
                }
                _ if signature.effect == Effect::Opaque => {}
                _ => {
                    let kind = SlotKind::Param(FunctionId(function.function), matched.param as u16);
                    if let Some(slot) = self.project.slots().find(function.module, kind) {
                        let range = matched.expr.map_or(TextRange::default(), |expr| self.facts.expr(expr).range);
                        self.bound(slot, matched.ty.clone(), EvidenceKind::CallSite, range);
                    }
                }
            }
        }
    }

    fn tell_callback(&mut self, callback: FunctionRef, is_bound: bool, params: &[Type], expr: Option<ExprId>) {
        let project = self.project;
        let Some(signature) = project.signature(callback) else { return };
        if signature.effect == Effect::Opaque || self.muted > 0 {
            return;
        }
        let skip = usize::from(is_bound);
        for (index, ty) in params.iter().enumerate() {
            let Some(param) = signature.params.get(index + skip) else { break };
            if !matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly) {
                break;
            }
            let kind = SlotKind::Param(FunctionId(callback.function), (index + skip) as u16);
            if !ty.is_unknown()
                && let Some(slot) = project.slots().find(callback.module, kind)
            {
                let range = expr.map_or(TextRange::default(), |expr| self.facts.expr(expr).range);
                self.bound(slot, ty.clone(), EvidenceKind::CallSite, range);
            }
        }
    }

    /// Records that a value is passed where a type is declared.
    fn passed(&mut self, expr: Option<ExprId>, ty: &Type, wanted: &Type) {
        let Some(expr) = expr else { return };
        let says_something =
            !matches!(wanted, Type::Unknown | Type::Any | Type::Variable(_)) && !wanted.is(&known::OBJECT);
        if says_something {
            self.use_of_expr(expr, ty, &UseKind::Passed(wanted.clone()), self.facts.expr(expr).range);
        }
    }

    /// Which argument goes to which parameter; none when the arity does not fit.
    fn match_arguments(&mut self, signature: &Signature, skip: usize, given: &[Given]) -> Option<Vec<Matched>> {
        let params = &signature.params;
        let mut matched: Vec<Matched> = Vec::with_capacity(given.len());
        let mut filled = vec![false; params.len()];
        filled.iter_mut().take(skip).for_each(|filled| *filled = true);
        let mut next = skip;
        let mut is_open = false;
        let is_positional = |kind: ParamKind| matches!(kind, ParamKind::Normal | ParamKind::PositionalOnly);
        for argument in given {
            match argument.kind {
                ArgumentKind::Positional => {
                    while next < params.len() && filled[next] && params[next].kind != ParamKind::VarArgs {
                        next += 1;
                    }
                    let param = params.get(next)?;
                    if param.kind == ParamKind::VarArgs {
                        matched.push(Matched { param: next, ty: argument.ty.clone(), expr: argument.expr });
                    } else if is_positional(param.kind) {
                        filled[next] = true;
                        matched.push(Matched { param: next, ty: argument.ty.clone(), expr: argument.expr });
                        next += 1;
                    } else {
                        return None;
                    }
                }
                ArgumentKind::Keyword(name) => {
                    let index = params
                        .iter()
                        .position(|param| {
                            param.name == name && matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
                        })
                        .filter(|&index| !filled[index])
                        .or_else(|| params.iter().position(|param| param.kind == ParamKind::KwArgs))?;
                    if params[index].kind != ParamKind::KwArgs {
                        filled[index] = true;
                    }
                    matched.push(Matched { param: index, ty: argument.ty.clone(), expr: argument.expr });
                }
                ArgumentKind::Star => {
                    is_open = true;
                    let spread = argument.expr.map(|expr| self.silent_expr(expr));
                    if let Some(Type::Tuple(items)) = &spread {
                        for item in items.iter() {
                            while next < params.len() && filled[next] {
                                next += 1;
                            }
                            let Some(param) = params.get(next) else { break };
                            if param.kind == ParamKind::VarArgs {
                                matched.push(Matched { param: next, ty: item.clone(), expr: argument.expr });
                            } else if is_positional(param.kind) {
                                filled[next] = true;
                                matched.push(Matched { param: next, ty: item.clone(), expr: argument.expr });
                                next += 1;
                            }
                        }
                    } else if let Some(index) = params.iter().position(|param| param.kind == ParamKind::VarArgs)
                        && next >= index
                    {
                        let element = spread.map_or(Type::Unknown, |spread| self.iterate(&spread));
                        matched.push(Matched { param: index, ty: element, expr: argument.expr });
                    }
                }
                ArgumentKind::DoubleStar => is_open = true,
            }
        }
        let is_missing = params.iter().zip(&filled).any(|(param, &filled)| {
            !filled
                && !param.has_default
                && matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly | ParamKind::KeywordOnly)
        });
        (!is_missing || is_open).then_some(matched)
    }

    /// The instance that calling a class makes.
    fn construct(&mut self, class: ClassName, args: &Args, given: &[Given]) -> Type {
        let project = self.project;
        let Some(info) = project.class(class) else { return Type::Unknown };
        match info.kind {
            ClassKind::NewType | ClassKind::TypedDict | ClassKind::Enum => return Type::instance(class),
            _ => {}
        }
        let own: Args = if args.is_empty() {
            info.type_params.iter().map(|&param| Type::Variable(param)).collect()
        } else {
            args.clone()
        };
        let instance = Type::Instance(class, own);
        let constructor = self.constructor(info);
        let Some((function, is_init)) = constructor.filter(|_| !self.takes_fields(info)) else {
            self.tell_fields(info, given);
            return if info.type_params.is_empty() {
                Type::instance(class)
            } else {
                Type::Instance(class, unknown_args(info))
            };
        };
        let receiver = if is_init { instance.clone() } else { Type::Class(class, Arc::from([])) };
        let Some(signature) = project.signature(function) else { return Type::instance(class) };
        let candidates = if signature.is_overload { self.overloads(function) } else { vec![function] };
        let mut chosen: Option<Type> = None;
        let is_single = candidates.len() == 1;
        for candidate in candidates {
            let Some(signature) = project.signature(candidate) else { continue };
            if !is_single && !signature.is_overload {
                continue;
            }
            let Some(matched) = self.match_arguments(signature, 1, given) else { continue };
            let mut bindings = self.class_bindings(candidate, &receiver).unwrap_or_default();
            self.muted += 1;
            let fit = self.solve_arguments(signature, &matched, &mut bindings, false);
            self.muted -= 1;
            if fit == Fit::No && !is_single {
                continue;
            }
            self.tell(candidate, signature, &matched, &bindings);
            self.solve_arguments(signature, &matched, &mut bindings, true);
            let declared = if is_init {
                // `self: dict[str, _VT]` in an overload of `__init__` says what is made.
                signature
                    .params
                    .first()
                    .and_then(|param| param.ty.clone())
                    .filter(|ty| matches!(ty, Type::Instance(other, _) if *other == class))
            } else {
                signature.result.clone().filter(|ty| matches!(ty, Type::Instance(other, _) if *other == class))
            };
            let made = bindings.apply(&declared.unwrap_or_else(|| instance.clone()));
            if fit == Fit::Yes {
                chosen = Some(made);
                break;
            }
            chosen = match chosen {
                Some(other) if other != made => Some(Type::Instance(class, unknown_args(info))),
                _ => Some(made),
            };
        }
        chosen.unwrap_or_else(|| Type::Instance(class, unknown_args(info)))
    }

    /// The method that takes the arguments of a constructor call, and whether it is `__init__`.
    fn constructor(&self, info: &ClassInfo) -> Option<(FunctionRef, bool)> {
        let project = self.project;
        let find = |name: Name| {
            let found = project.member(info, name, 0)?;
            if found.class.name == known::OBJECT.class() {
                return None;
            }
            found.definitions.iter().rev().find_map(|definition| match definition {
                Definition::Function(function) => {
                    Some(FunctionRef { module: found.class.module, function: function.0 })
                }
                _ => None,
            })
        };
        find(NAMES.init).map(|function| (function, true)).or_else(|| find(NAMES.new).map(|function| (function, false)))
    }

    /// Whether the constructor is the one that `namedtuple(...)` makes.
    fn takes_fields(&self, info: &ClassInfo) -> bool {
        let project = self.project;
        project
            .mro(info)
            .iter()
            .filter_map(|(base, _)| project.class(*base))
            .find(|base| {
                base.named_tuple.is_some()
                    || [NAMES.init, NAMES.new].iter().any(|&name| !base.symbols.get(name).is_empty())
            })
            .is_some_and(|base| base.named_tuple.is_some())
    }

    /// Tells the fields of a `namedtuple(...)` what the constructor is called with.
    fn tell_fields(&mut self, info: &ClassInfo, given: &[Given]) {
        let project = self.project;
        let Some((module, call, fields)) = project.class(info.name).and_then(|info| {
            project.mro(info).iter().find_map(|(base, _)| {
                let base = project.class(*base)?;
                base.named_tuple.as_ref().map(|(call, fields)| (base.module, *call, fields))
            })
        }) else {
            return;
        };
        let mut position = 0;
        for argument in given {
            let index = match argument.kind {
                ArgumentKind::Positional => {
                    position += 1;
                    Some(position - 1)
                }
                ArgumentKind::Keyword(name) => fields.iter().position(|field| field.name == name),
                _ => return,
            };
            let Some(index) = index.filter(|&index| index < fields.len()) else { continue };
            if let Some(slot) = project.slots().find(module, SlotKind::Field(call, index as u16)) {
                let range = argument.expr.map_or(TextRange::default(), |expr| self.facts.expr(expr).range);
                self.bound(slot, argument.ty.clone(), EvidenceKind::CallSite, range);
            }
        }
    }

    pub(super) fn given_types(given: &[Given]) -> Vec<(ArgumentKind, Type, Option<ExprId>)> {
        given.iter().map(|given| (given.kind, given.ty.clone(), given.expr)).collect()
    }
}

fn unknown_args(info: &ClassInfo) -> Args {
    info.type_params.iter().map(|_| Type::Unknown).collect()
}

/// `T | None` without the `None`.
fn strip_none(ty: &Type) -> Type {
    match ty {
        Type::Union(members) => union(members.iter().filter(|member| **member != Type::None).cloned()),
        other => other.clone(),
    }
}
