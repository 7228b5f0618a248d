//! Type variables at calls: what they stand for, whether an argument fits, which overload is meant.

use crate::project::{ClassKind, Definition};
use crate::text::Name;
use crate::types::{Args, FunctionRef, Type, join, known, union};

use super::names::NAMES;
use super::{Evaluator, concrete_part};

/// Deepest nesting that is compared; deeper types fit by assumption.
const MAX_DEPTH: u32 = 8;

/// What type variables were found to stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings(Vec<(Name, Type)>);

impl Bindings {
    pub(super) fn get(&self, name: Name) -> Option<&Type> {
        self.0.iter().find(|(bound, _)| *bound == name).map(|(_, ty)| ty)
    }

    pub(super) fn bind(&mut self, name: Name, ty: &Type) {
        let ty = Evaluator::widen_literal(ty);
        match self.0.iter_mut().find(|(bound, _)| *bound == name) {
            Some((_, bound)) => *bound = join(bound, &ty),
            None => self.0.push((name, ty)),
        }
    }

    /// The same for a variable that stands for one of two classes: what is known of one value is known of all.
    fn bind_alike(&mut self, name: Name, ty: &Type) {
        let known = concrete_part(ty);
        match self.0.iter_mut().find(|(bound, _)| *bound == name) {
            Some((_, bound)) if known.is_unknown() && !concrete_part(bound).is_unknown() => {}
            Some((_, bound)) if !known.is_unknown() && concrete_part(bound).is_unknown() => {
                *bound = Evaluator::widen_literal(&known);
            }
            _ => self.bind(name, if known.is_unknown() { ty } else { &known }),
        }
    }

    /// Takes over what others know of the variables of which nothing is known here.
    fn complete(&mut self, others: Bindings) {
        for (name, ty) in others.0 {
            if self.get(name).is_none() {
                self.0.push((name, ty));
            }
        }
    }

    /// The type with variables replaced; unsolved ones become unknown.
    pub(super) fn apply(&self, ty: &Type) -> Type {
        ty.map(&mut |part| match part {
            Type::Variable(name) if *name != NAMES.self_type => Some(self.get(*name).cloned().unwrap_or(Type::Unknown)),
            Type::Instance(class, args) if *class == known::TYPE.class() && args.len() == 1 => match &args[0] {
                Type::Variable(name) => match self.get(*name) {
                    Some(Type::Instance(class, args)) => Some(Type::Class(*class, args.clone())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
    }
}

/// How well an argument fits a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// A type checker would refuse it.
    No,
    /// Nothing is known that speaks against it.
    Maybe,
    /// It fits.
    Yes,
}

impl Evaluator<'_> {
    /// Learns from an argument what the type variables in a parameter's type stand for.
    pub(super) fn solve(&mut self, param: &Type, argument: &Type, bindings: &mut Bindings, depth: u32) {
        if depth > MAX_DEPTH || argument.is_unknown() {
            return;
        }
        match (param, argument) {
            // It stands for `str` or `bytes` and nothing else.
            (Type::Variable(name), _) if name.is("AnyStr") => {
                let texts = argument.members().iter().filter(|member| !is_no_text(member));
                bindings.bind_alike(*name, &union(texts.cloned()));
            }
            (Type::Variable(name), _) => bindings.bind(*name, argument),
            (Type::Union(members), _) => self.solve_union(members, argument, bindings, depth),
            (_, Type::Union(arguments)) => {
                for argument in arguments.iter().filter(|argument| **argument != Type::None) {
                    self.solve(param, argument, bindings, depth + 1);
                }
            }
            (Type::Tuple(params), Type::Tuple(arguments)) if params.len() == arguments.len() => {
                for (param, argument) in params.iter().zip(arguments.iter()) {
                    self.solve(param, argument, bindings, depth + 1);
                }
            }
            (Type::Tuple(params), _) => {
                let element = self.iterate(argument);
                for param in params.iter() {
                    self.solve(param, &element, bindings, depth + 1);
                }
            }
            (Type::Callable(wanted), _) => {
                if !wanted.params.iter().flatten().chain([&wanted.result]).any(has_variable) {
                    return;
                }
                if let Some(callable) = self.as_callable(argument) {
                    self.solve(&wanted.result, &callable.result, bindings, depth + 1);
                    if let (Some(wanted), Some(given)) = (&wanted.params, &callable.params) {
                        // What it is called with says more than what it takes.
                        let mut taken = Bindings::default();
                        for (wanted, given) in wanted.iter().zip(given) {
                            self.solve(wanted, given, &mut taken, depth + 1);
                        }
                        bindings.complete(taken);
                    }
                } else if let Type::Instance(..) = argument {
                    let call = self.attribute(argument, NAMES.call);
                    if let Type::Function(..) = call {
                        self.solve(param, &call, bindings, depth + 1);
                    }
                }
            }
            (Type::Class(class, params), Type::Class(other, args)) => {
                let param = Type::Instance(*class, params.clone());
                self.solve(&param, &Type::Instance(*other, args.clone()), bindings, depth + 1);
            }
            (Type::Instance(class, params), Type::Class(other, args)) if *class == known::TYPE.class() => {
                if let Some(param) = params.first() {
                    self.solve(param, &Type::Instance(*other, args.clone()), bindings, depth + 1);
                }
            }
            (Type::Instance(class, params), _) if !params.is_empty() && param.any(&mut has_variable_part) => {
                self.solve_instance(*class, params, argument, bindings, depth);
            }
            _ => {}
        }
    }

    fn solve_union(&mut self, members: &[Type], argument: &Type, bindings: &mut Bindings, depth: u32) {
        let open: Vec<&Type> = members.iter().filter(|member| member.any(&mut has_variable_part)).collect();
        if open.is_empty() {
            return;
        }
        // What the fixed members take, the variable need not.
        let fixed: Vec<&Type> = members.iter().filter(|member| !member.any(&mut has_variable_part)).collect();
        let rest = union(
            argument
                .members()
                .iter()
                .filter(|argument| !fixed.iter().any(|fixed| self.fits(argument, fixed, depth + 1) == Fit::Yes))
                .cloned()
                .collect::<Vec<_>>(),
        );
        if rest.is_unknown() {
            return;
        }
        let structured: Vec<&&Type> = open.iter().filter(|member| !matches!(member, Type::Variable(_))).collect();
        for &member in &structured {
            if self.fits(&rest, member, depth + 1) >= Fit::Maybe {
                self.solve(member, &rest, bindings, depth + 1);
                return;
            }
        }
        for member in open {
            if let Type::Variable(_) = member {
                self.solve(member, &rest, bindings, depth + 1);
            }
        }
    }

    fn solve_instance(
        &mut self,
        class: crate::types::ClassName,
        params: &[Type],
        argument: &Type,
        bindings: &mut Bindings,
        depth: u32,
    ) {
        let project = self.project;
        let as_instance = match argument {
            Type::Literal(literal) => Type::instance(literal.class()),
            Type::Record(_) => self.record_as_dict(argument),
            Type::Tuple(items) => known::TUPLE.of([union(items.iter().map(Self::widen_literal))]),
            other => other.clone(),
        };
        let Type::Instance(actual, args) = &as_instance else {
            if let Type::Slot(_) | Type::Part(..) = argument
                && let [param] = params
                && class.module.is("typing")
            {
                let element = self.iterate(argument);
                self.solve(param, &element, bindings, depth + 1);
            }
            return;
        };
        if let Some(args) = project.args_as(*actual, args, class) {
            for (param, argument) in params.iter().zip(args.iter()) {
                self.solve(param, argument, bindings, depth + 1);
            }
            return;
        }
        if class == known::ITERABLE.class()
            && let Some(param) = params.first()
        {
            let element = self.iterate(&as_instance);
            self.solve(param, &element, bindings, depth + 1);
            return;
        }
        // A protocol: compare the results of its methods with those of the argument's.
        let Some(info) = project.class(class) else { return };
        if info.kind != ClassKind::Protocol {
            return;
        }
        let mut names: Vec<Name> = info.symbols.by_name.keys().copied().collect();
        names.sort();
        for name in names {
            let Some(Definition::Function(function)) = info.symbols.get(name).last() else { continue };
            let Some(signature) = project.signature(FunctionRef { module: info.module, function: function.0 }) else {
                continue;
            };
            let Some(result) = &signature.result else { continue };
            if !result.any(&mut has_variable_part) {
                continue;
            }
            let wanted = crate::project::substitute(result, &info.type_params, params);
            if let Type::Function(found, _) = self.attribute(&as_instance, name) {
                let found = self.overload_like(found, signature.params.len());
                let given = self.result_of(found);
                let given = Self::replace_self(&given, &as_instance);
                let given = match self.class_bindings(found, &as_instance) {
                    Some(class_bindings) => class_bindings.apply(&given),
                    None => given,
                };
                self.solve(&wanted, &given, bindings, depth + 1);
            }
        }
    }

    /// The overload that can be called with as many arguments as a protocol's method takes, `self` included.
    fn overload_like(&self, function: FunctionRef, count: usize) -> FunctionRef {
        let takes = |candidate: &FunctionRef, exactly: bool| {
            self.project.signature(*candidate).is_some_and(|signature| {
                let required = signature.params.iter().filter(|param| !param.has_default).count();
                signature.is_overload
                    && required <= count
                    && count <= signature.params.len()
                    && (!exactly || required == count)
            })
        };
        if !self.project.signature(function).is_some_and(|signature| signature.is_overload) {
            return function;
        }
        let overloads = self.overloads(function);
        let find = |exactly: bool| overloads.iter().copied().find(|candidate| takes(candidate, exactly));
        find(true).or_else(|| find(false)).unwrap_or(function)
    }

    /// What the type parameters of the class that holds a method stand for in a receiver; those that are not known
    /// are left out.
    pub(super) fn class_bindings(&self, function: FunctionRef, receiver: &Type) -> Option<Bindings> {
        let (module, definition) = self.project.function(function)?;
        let info = self.project.class_at(module, definition.class?);
        let (Type::Instance(class, args) | Type::Class(class, args)) = receiver else { return None };
        let args = self.project.args_as(*class, args, info.name)?;
        let mut bindings = Bindings::default();
        for (&param, arg) in info.type_params.iter().zip(args.iter()) {
            let is_open = arg.is_unknown() || matches!(arg, Type::Variable(name) if *name == param);
            if !is_open {
                bindings.bind(param, arg);
            }
        }
        Some(bindings)
    }

    /// Whether an argument can be passed where a parameter of this type stands.
    #[expect(clippy::match_same_arms, reason = "the first rule that applies decides, so their order matters")]
    pub(super) fn fits(&mut self, argument: &Type, param: &Type, depth: u32) -> Fit {
        if depth > MAX_DEPTH {
            return Fit::Maybe;
        }
        match (argument, param) {
            // The one constrained variable that many functions of the standard library take.
            (_, Type::Variable(name)) if name.is("AnyStr") && is_no_text(argument) => Fit::No,
            (_, Type::Any | Type::Variable(_) | Type::Unknown) | (Type::Never, _) => Fit::Yes,
            (
                Type::Unknown
                | Type::Any
                | Type::Mixed
                | Type::Slot(_)
                | Type::Part(..)
                | Type::Variable(_)
                | Type::Shape(_),
                _,
            ) => {
                if param.is(&known::OBJECT) {
                    Fit::Yes
                } else {
                    Fit::Maybe
                }
            }
            (Type::Union(members), _) => {
                let mut fit = Fit::Yes;
                for member in members.iter() {
                    fit = fit.min(self.fits(member, param, depth + 1));
                }
                fit
            }
            (_, Type::Union(members)) => {
                let mut fit = Fit::No;
                for member in members.iter() {
                    fit = fit.max(self.fits(argument, member, depth + 1));
                }
                fit
            }
            (_, Type::Instance(class, _)) if *class == known::OBJECT.class() => Fit::Yes,
            (Type::None, _) => match param {
                Type::None => Fit::Yes,
                Type::Instance(class, _) if *class == known::HASHABLE.class() => Fit::Yes,
                _ => Fit::No,
            },
            (_, Type::None) => Fit::No,
            (Type::Literal(literal), Type::Literal(wanted)) => {
                if literal == wanted {
                    Fit::Yes
                } else {
                    Fit::No
                }
            }
            (_, Type::Literal(_)) => Fit::No,
            (Type::Record(_), _) => {
                let dict = self.record_as_dict(argument);
                self.fits(&dict, param, depth + 1)
            }
            (Type::Tuple(items), Type::Tuple(wanted)) => {
                if items.len() != wanted.len() {
                    return Fit::No;
                }
                let mut fit = Fit::Yes;
                for (item, wanted) in items.iter().zip(wanted.iter()) {
                    fit = fit.min(self.fits(item, wanted, depth + 1));
                }
                fit
            }
            (Type::Function(..) | Type::Callable(_) | Type::Class(..), Type::Callable(_)) => Fit::Yes,
            (Type::Instance(..), Type::Callable(_)) => match self.attribute(argument, NAMES.call) {
                Type::Unknown => {
                    if self.project.is_fully_known(argument.class().unwrap_or(known::OBJECT.class())) {
                        Fit::No
                    } else {
                        Fit::Maybe
                    }
                }
                _ => Fit::Yes,
            },
            (_, Type::Callable(_)) => Fit::No,
            (Type::Class(class, _), Type::Class(wanted, _)) => {
                if self.project.is_subclass(*class, *wanted) {
                    Fit::Yes
                } else {
                    Fit::No
                }
            }
            (Type::Class(..), Type::Instance(class, _)) if *class == known::TYPE.class() => Fit::Yes,
            (Type::Instance(class, _), Type::Class(..)) if *class == known::TYPE.class() => Fit::Maybe,
            (_, Type::Class(..)) => Fit::No,
            (Type::Function(..) | Type::Callable(_), Type::Instance(class, _)) => {
                let is_protocol = self.project.class(*class).is_some_and(|info| info.kind == ClassKind::Protocol);
                if is_protocol
                    && !self.project.class(*class).is_some_and(|info| info.symbols.get(NAMES.call).is_empty())
                {
                    Fit::Yes
                } else {
                    Fit::No
                }
            }
            (Type::Module(_), _) => Fit::No,
            (_, Type::Instance(wanted, wanted_args)) => self.fits_instance(argument, *wanted, wanted_args, depth),
            _ => Fit::Maybe,
        }
    }

    fn fits_instance(
        &mut self,
        argument: &Type,
        wanted: crate::types::ClassName,
        wanted_args: &[Type],
        depth: u32,
    ) -> Fit {
        let project = self.project;
        let Some(class) = argument.class() else { return Fit::Maybe };
        // PEP 484: int is accepted where float is declared, both where complex is.
        let promoted = (wanted == known::FLOAT.class()
            && (class == known::INT.class() || class == known::BOOL.class()))
            || (wanted == known::COMPLEX.class() && [known::INT.class(), known::FLOAT.class()].contains(&class));
        if promoted {
            return Fit::Yes;
        }
        let args = match argument {
            Type::Instance(_, args) => args.clone(),
            Type::Tuple(items) => Args::from([union(items.iter().map(Self::widen_literal))]),
            _ => Args::default(),
        };
        if let Some(args) = project.args_as(class, &args, wanted) {
            let mut fit = Fit::Yes;
            for (arg, wanted) in args.iter().zip(wanted_args) {
                fit = fit.min(self.fits(arg, wanted, depth + 1));
            }
            return fit;
        }
        let Some(info) = project.class(wanted) else { return Fit::Maybe };
        let is_protocol = info.kind == ClassKind::Protocol;
        if is_protocol {
            let Some(actual) = project.class(class) else { return Fit::Maybe };
            let has_all = project
                .mro(info)
                .iter()
                .filter_map(|(base, _)| project.class(*base))
                .filter(|base| base.kind == ClassKind::Protocol)
                .all(|base| {
                    base.symbols.by_name.keys().all(|&name| {
                        name.is("__slots__")
                            || name.is("__hash__")
                            || project
                                .member(actual, name, 0)
                                .is_some_and(|found| found.class.name != known::OBJECT.class())
                    })
                });
            if has_all {
                if wanted == known::ITERABLE.class()
                    && let Some(wanted) = wanted_args.first()
                {
                    let element = self.iterate(argument);
                    return self.fits(&element, wanted, depth + 1);
                }
                return Fit::Yes;
            }
        }
        if project.is_fully_known(class) { Fit::No } else { Fit::Maybe }
    }
}

/// Whether one of the values is known to be neither `str` nor `bytes`.
fn is_no_text(ty: &Type) -> bool {
    ty.members().iter().any(|member| match member {
        Type::Instance(class, _) => class.module.is("builtins") && !member.is(&known::STR) && !member.is(&known::BYTES),
        Type::Literal(literal) => ![known::STR.class(), known::BYTES.class()].contains(&literal.class()),
        Type::None | Type::Tuple(_) => true,
        _ => false,
    })
}

fn has_variable(ty: &Type) -> bool {
    ty.any(&mut has_variable_part)
}

fn has_variable_part(ty: &Type) -> bool {
    matches!(ty, Type::Variable(_))
}
