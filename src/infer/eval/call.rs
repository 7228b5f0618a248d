//! Calls: arguments meet parameters, call sites tell slots what flows in, results come back.

use crate::facts::{Argument, ArgumentKind, ExprId, ExprKind, FunctionId, List};
use crate::infer::UseKind;
use crate::project::{Binding, Signature};
use crate::text::{Name, TextRange};
use crate::types::{Args, FunctionRef, Projection, Type, join, known};

use super::Evaluator;
use super::generics::Fit;
use super::names::NAMES;

/// Keyword arguments with their types.
type Keywords = Vec<(Name, Type)>;

/// An argument whose type is known.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) kind: ArgumentKind,
    pub(super) ty: Type,
    pub(super) expr: Option<ExprId>,
}

impl Given {
    fn positional(ty: Type) -> Self {
        Self { kind: ArgumentKind::Positional, ty, expr: None }
    }
}

impl Evaluator<'_> {
    /// The result of a call expression.
    pub(super) fn call_expr(&mut self, id: ExprId, function: ExprId, arguments: List<Argument>) -> Type {
        let facts = self.facts;
        let range = facts.expr(id).range;
        if let ExprKind::Attribute(value, name) = facts.expr(function).kind {
            let result = self.method_call(value, name, arguments, range);
            self.forget_absent(value);
            self.remaining_lambdas(arguments);
            return result;
        }
        let callee = self.expr(function);
        let result = self.plain_call(id, function, &callee, arguments);
        self.remaining_lambdas(arguments);
        result
    }

    /// The result of a call of something that is no method.
    fn plain_call(&mut self, id: ExprId, function: ExprId, callee: &Type, arguments: List<Argument>) -> Type {
        let facts = self.facts;
        let given = self.arguments(arguments);
        if let ExprKind::Name(name, _) = facts.expr(function).kind
            && let Some(result) = self.builtin_call(id, name, callee, &given)
        {
            return result;
        }
        self.tell_dispatched(function, &given);
        if self.is_watching()
            && let Some(kind) = Self::call_use(&given)
        {
            self.use_of_expr(function, callee, &kind, facts.expr(id).range);
        }
        self.call_on(function, callee, &given)
    }

    /// The same, where it is known what the call is made on.
    fn call_on(&mut self, owner: ExprId, callee: &Type, given: &[Given]) -> Type {
        let outer = self.callee.replace(owner);
        let result = self.call(callee, given);
        self.callee = outer;
        result
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
                let ty = match facts.expr(argument.value).kind {
                    // Evaluated by the call, which knows what the lambda is called with, or else after it.
                    ExprKind::Lambda(lambda) => {
                        Type::Function(FunctionRef { module: self.module.id, function: lambda.0 }, None)
                    }
                    _ => self.expr(argument.value),
                };
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

    /// Evaluates the lambdas among some arguments that the call did not evaluate.
    fn remaining_lambdas(&mut self, arguments: List<Argument>) {
        let facts = self.facts;
        for argument in facts.arguments(arguments) {
            let ExprKind::Lambda(lambda) = facts.expr(argument.value).kind else { continue };
            match self.called_lambdas.iter().rposition(|&called| called == lambda) {
                Some(place) => drop(self.called_lambdas.swap_remove(place)),
                None => self.lambda_uses(lambda),
            }
        }
    }

    fn method_call(&mut self, value: ExprId, name: Name, arguments: List<Argument>, range: TextRange) -> Type {
        let (receiver, skip) = match self.expr_or_super(value) {
            Ok(ty) => (ty, 0),
            Err(this) => (this, 1),
        };
        let given = self.arguments(arguments);
        if skip == 0 {
            if let Some(result) = self.dict_method(value, &receiver, name, &given, range) {
                return result;
            }
            if self.is_watching() {
                let kind = match Self::split(&given) {
                    Some((positional, keywords)) => UseKind::Method(name, positional, keywords),
                    None => UseKind::Attribute(name),
                };
                self.use_of_expr(value, &receiver, &kind, range);
            }
        }
        let narrowed = match (skip, self.path_root(value)) {
            (0, Some(root)) => self.path(root, name),
            _ => None,
        };
        let callee = narrowed.unwrap_or_else(|| self.attribute_skipping(&receiver, name, skip));
        if skip == 0 {
            self.learn_elements(value, &receiver, name, &given);
            self.learn_pairs(value, &receiver, name, &given);
        }
        self.remade(&receiver, name, &given);
        self.call_on(value, &callee, &given)
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
                Some(Type::Instance(*class, Args::from([join(&args[0], &element)])))
            }
            _ => None,
        });
    }

    /// A dict that is read from a variable or attribute learns what another one puts into it.
    fn learn_pairs(&mut self, place: ExprId, receiver: &Type, name: Name, given: &[Given]) {
        let [Given { kind: ArgumentKind::Positional, ty: Type::Instance(class, pair), .. }] = given else { return };
        if !name.is("update") || !Self::is_dict(*class) || pair.len() != 2 || pair.iter().any(Type::is_unknown) {
            return;
        }
        self.refine(place, receiver, &|ty| match ty {
            Type::Instance(class, args) if args.len() == 2 && Self::is_dict(*class) => {
                Some(Type::Instance(*class, Args::from([join(&args[0], &pair[0]), join(&args[1], &pair[1])])))
            }
            _ => None,
        });
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

    /// Calls the method of the data model that a statement stands for, where a class of the repository defines it: its
    /// parameters get what the statement gives.
    pub(super) fn call_own(&mut self, owner: &Type, name: Name, arguments: &[Type]) {
        for member in owner.members().iter().filter(|member| matches!(member, Type::Instance(..))) {
            if let callee @ Type::Function(function, _) = self.attribute(member, name)
                && self.project.module(function.module).is_some_and(|module| module.origin.is_repository())
            {
                let given: Vec<Given> = arguments.iter().cloned().map(Given::positional).collect();
                self.call(&callee, &given);
            }
        }
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
                self.either(results)
            }
            Type::Function(function, receiver) => self.call_function(*function, receiver.as_deref(), given),
            Type::Class(class, args) => self.construct(*class, args, given),
            Type::Callable(callable) => {
                if let Some(params) = &callable.params {
                    let placed = given.iter().take_while(|argument| argument.kind == ArgumentKind::Positional);
                    for (param, argument) in params.iter().zip(placed) {
                        self.passed(argument.expr, &argument.ty, param);
                    }
                }
                callable.result.clone()
            }
            Type::Instance(class, args) if *class == known::TYPE.class() => {
                args.first().cloned().unwrap_or(Type::Unknown)
            }
            // An instance of a metaclass makes what that class makes, which `type.__call__` does not tell.
            Type::Instance(class, _) if self.project.is_subclass(*class, known::TYPE.class()) => Type::Unknown,
            Type::Instance(..) => {
                let method = self.attribute(callee, NAMES.call);
                match method {
                    Type::Function(..) => self.call(&method, given),
                    _ => Type::Unknown,
                }
            }
            Type::Slot(_) | Type::Part(..) => Self::part(callee, Projection::Result),
            Type::Shape(_) if self.state.checking => match self.shape_attribute(callee, NAMES.call) {
                method @ Type::Callable(_) => self.call(&method, given),
                _ => Type::Unknown,
            },
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

    /// Matches the arguments with the parameters of one signature. Gives the result and how well the arguments fit;
    /// none when they cannot be matched at all.
    pub(super) fn try_call(
        &mut self,
        function: FunctionRef,
        signature: &Signature,
        receiver: Option<&Type>,
        given: &[Given],
        tell: bool,
    ) -> Option<(Type, Fit)> {
        let project = self.project;
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
        fit = fit.min(self.solve_arguments(signature, receiver, &matched, &mut bindings, tell));
        if tell {
            self.tell(function, signature, &matched, &bindings);
            self.tell_options(function, signature, given);
            self.hand_on_options(function, signature, (given, &matched));
        }
        let result = self.result_of(function);
        let result = self.replace_parameters(function, &result, &matched, receiver.is_some());
        let is_new = || project.function(function).is_some_and(|(_, function)| function.name == NAMES.new);
        let result = match (receiver, given.first()) {
            (Some(receiver), _) => Self::replace_self(&result, receiver),
            // `super().__new__(cls)`: the class is passed.
            (None, Some(class)) if is_new() => Self::replace_self(&result, &class.ty),
            _ => result,
        };
        let result = match &result {
            result if !result.any(&mut |part| matches!(part, Type::Variable(_))) => result.clone(),
            // `get` of a dict of which nothing is known does not give `None` alone.
            Type::Union(members) => self.either(members.iter().map(|member| bindings.apply(member))),
            result => bindings.apply(result),
        };
        Some((result, fit))
    }

    pub(super) fn given_types(given: &[Given]) -> Vec<(ArgumentKind, Type, Option<ExprId>)> {
        given.iter().map(|given| (given.kind, given.ty.clone(), given.expr)).collect()
    }
}
