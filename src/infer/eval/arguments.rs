//! Arguments meet parameters: which goes where, what type variables they solve, and what they tell slots.

use crate::facts::{ArgumentKind, ExprId, ExprKind, FunctionId, ParamKind, Place, ScopeKind};
use crate::infer::{EvidenceKind, UseKind};
use crate::project::{Effect, Signature, SlotKind};
use crate::text::Name;
use crate::types::{CallableType, FunctionRef, SlotId, Type, known};

use super::call::Given;
use super::generics::{Bindings, Fit};
use super::options::unpacked;
use super::{Evaluator, Gathered};

/// An argument that was matched with a parameter.
pub(super) struct Matched {
    pub(super) param: usize,
    pub(super) ty: Type,
    pub(super) expr: Option<ExprId>,
}

impl Evaluator<'_> {
    /// Which argument goes to which parameter; none when the arity does not fit.
    pub(super) fn match_arguments(
        &mut self,
        signature: &Signature,
        skip: usize,
        given: &[Given],
    ) -> Option<Vec<Matched>> {
        let params = &signature.params;
        let mut matched: Vec<Matched> = Vec::with_capacity(given.len());
        let mut filled = vec![false; params.len()];
        filled.iter_mut().take(skip).for_each(|filled| *filled = true);
        let mut next = skip;
        let mut is_open = false;
        let mut spread: Vec<(Type, Option<ExprId>)> = Vec::new();
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
                    } else if self.state.checking {
                        // How many there are nobody knows: a checker holds the elements against all that is left.
                        let element = spread.map_or(Type::Unknown, |spread| self.iterate(&spread));
                        let is_held = |at: &usize| {
                            let param = &params[*at];
                            let is_declared = param.ty.as_ref().is_some_and(|ty| !ty.is_unknown());
                            !filled[*at]
                                && is_positional(param.kind)
                                && (is_declared || element.members().contains(&Type::None))
                        };
                        let rest: Vec<usize> = (next..params.len()).filter(is_held).collect();
                        matched.extend(rest.into_iter().map(|param| Matched {
                            param,
                            ty: element.clone(),
                            expr: argument.expr,
                        }));
                    }
                }
                ArgumentKind::DoubleStar => {
                    is_open = true;
                    if self.state.checking {
                        // To a checker it holds what its hint says, whatever is put into it.
                        let keywords = argument.expr.and_then(|expr| self.keywords_of(expr));
                        let ty = keywords.map(|(function, index)| self.parameter_type(function, index));
                        spread.push((ty.unwrap_or_else(|| argument.ty.clone()), argument.expr));
                    }
                }
            }
        }
        for (ty, expr) in spread {
            let is_named = |kind| matches!(kind, ParamKind::Normal | ParamKind::KeywordOnly);
            let rest: Vec<usize> = (0..params.len()).filter(|&at| !filled[at] && is_named(params[at].kind)).collect();
            for param in rest {
                // Any of the keys may be there: a checker holds each value against all that is left.
                let ty = self.spread_to(&ty, params[param].name);
                matched.push(Matched { param, ty, expr });
            }
        }
        let is_missing = params.iter().zip(&filled).any(|(param, &filled)| {
            !filled
                && !param.has_default
                && matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly | ParamKind::KeywordOnly)
        });
        (!is_missing || is_open).then_some(matched)
    }

    /// The function and the number of the `**kwargs` that an expression names.
    pub(super) fn keywords_of(&self, expr: ExprId) -> Option<(FunctionRef, usize)> {
        let ExprKind::Name(_, Place::Local { up, index }) = self.facts.expr(expr).kind else { return None };
        let scope = match self.frame_of(up) {
            Ok(frame) => self.scopes[frame],
            Err(scope) => scope,
        };
        let ScopeKind::Function(function) = self.facts.scope(scope).kind else { return None };
        let param = self.facts.function(function).params.get(usize::from(index))?;
        let reference = FunctionRef { module: self.module.id, function: function.0 };
        (param.kind == ParamKind::KwArgs).then_some((reference, usize::from(index)))
    }

    /// What `**value` gives the parameter `name`, as far as it is known.
    fn spread_to(&mut self, value: &Type, name: Name) -> Type {
        if let Some(field) = self.typed_dict_field(value, name) {
            return field;
        }
        match self.undeclared(value.clone()) {
            Type::Instance(class, args) if Self::is_dict(class) && args.len() == 2 => args[1].clone(),
            _ => Type::Unknown,
        }
    }

    /// Learns from matched arguments what the type variables of a signature stand for, lambdas last, because what
    /// they are called with must be known first. Gives how well the arguments fit.
    pub(super) fn solve_arguments(
        &mut self,
        signature: &Signature,
        receiver: Option<&Type>,
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
            let Some(declared) = &signature.params[matched.param].ty else { continue };
            // Held against its keys by `tell_options`.
            if unpacked(declared).is_some() {
                continue;
            }
            let declared = receiver.map_or_else(|| declared.clone(), |receiver| Self::replace_self(declared, receiver));
            fit = fit.min(self.fits(&matched.ty, &declared, 0));
            if !is_lambda(self, &matched.ty) {
                self.solve(&declared, &matched.ty, bindings, 0);
            }
        }
        for matched in matched {
            let Some(wanted) = signature.params[matched.param].ty.as_ref().and_then(callable_in) else { continue };
            let Type::Function(callback, bound) = &matched.ty else { continue };
            let params: Vec<Type> = wanted.params.iter().flatten().map(|param| bindings.apply(param)).collect();
            if is_lambda(self, &matched.ty) {
                if callback.module == self.module.id {
                    let lambda = FunctionId(callback.function);
                    let is_first = tell && self.muted == 0 && !self.called_lambdas.contains(&lambda);
                    if is_first {
                        self.called_lambdas.push(lambda);
                    }
                    self.muted += u32::from(!is_first);
                    let result = self.inline_lambda(lambda, &params);
                    self.muted -= u32::from(!is_first);
                    self.solve(&wanted.result, &result, bindings, 0);
                }
            } else if tell && wanted.params.is_some() {
                self.tell_callback(*callback, bound.is_some(), &params, matched.expr);
            }
        }
        fit
    }

    /// A result that is one of the function's own parameters is what was passed for it.
    pub(super) fn replace_parameters(
        &mut self,
        function: FunctionRef,
        result: &Type,
        matched: &[Matched],
        _bound: bool,
    ) -> Type {
        let project = self.project;
        let argument_of = |slot: SlotId| {
            let info = project.slots().info(slot);
            match info.kind {
                SlotKind::Param(id, index) if info.module == function.module && id.0 == function.function => {
                    matched.iter().find(|matched| matched.param == usize::from(index)).map(|matched| matched.ty.clone())
                }
                _ => None,
            }
        };
        // To put a union together anew takes long, and most results mention the parameters of other functions at most.
        if !result.any(&mut |part| matches!(part, Type::Slot(slot) if argument_of(*slot).is_some())) {
            return result.clone();
        }
        result.map(&mut |part| match part {
            Type::Slot(slot) => argument_of(*slot),
            _ => None,
        })
    }

    /// Tells the slots of a function of the repository what flows in, and values without a known type what is wanted.
    pub(super) fn tell(
        &mut self,
        function: FunctionRef,
        signature: &Signature,
        matched: &[Matched],
        bindings: &Bindings,
    ) {
        if self.muted > 0 {
            return;
        }
        for matched in matched {
            let param = &signature.params[matched.param];
            match &param.ty {
                Some(declared) if unpacked(declared).is_some() => {}
                Some(declared) if !declared.is_unknown() => {
                    let wanted = bindings.apply(declared);
                    self.passed(matched.expr, &matched.ty, &wanted);
                }
                // A value that cannot be there says nothing.
                _ if signature.effect == Effect::Opaque || matched.ty == Type::Never => {}
                // That has keys of its own.
                _ if param.kind == ParamKind::KwArgs && self.options(function).is_some() => {}
                _ => {
                    let kind = SlotKind::Param(FunctionId(function.function), matched.param as u16);
                    if let Some(slot) = self.project.slots().find(function.module, kind) {
                        self.check_against_default(function, slot, matched);
                        let range = matched.expr.map_or(self.here, |expr| self.facts.expr(expr).range);
                        let ty = matched.ty.clone();
                        let passed = match matched.expr {
                            Some(expr) => self.handed_on(expr, ty),
                            None => ty.into(),
                        };
                        self.bound_of(slot, passed, EvidenceKind::CallSite, range);
                    }
                }
            }
        }
    }

    /// A value that is passed or stored, with what it hides and the parameter that it is, if the function hands that on
    /// as it came.
    pub(super) fn handed_on(&self, expr: ExprId, ty: Type) -> Gathered {
        let ExprKind::Name(_, place @ Place::Local { up, index }) = self.facts.expr(expr).kind else {
            return ty.into();
        };
        let hides_others = !ty.is_unknown() && self.hides_others(place);
        let scope = match self.frame_of(up) {
            Ok(frame) => (up == 0).then(|| self.scopes[frame]),
            Err(captured) => Some(captured),
        };
        let param = match scope.map(|scope| &self.facts.scope(scope).kind) {
            Some(&ScopeKind::Function(id)) if usize::from(index) < self.facts.function(id).params.len() => {
                self.slot(SlotKind::Param(id, index))
            }
            _ => None,
        };
        let is_same = |slot: &SlotId| self.state.types.get(slot.0 as usize) == Some(&ty);
        Gathered { hides_others, through: param.filter(is_same), ty }
    }

    pub(super) fn tell_callback(
        &mut self,
        callback: FunctionRef,
        is_bound: bool,
        params: &[Type],
        expr: Option<ExprId>,
    ) {
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
                let range = expr.map_or(self.here, |expr| self.facts.expr(expr).range);
                self.bound(slot, ty.clone(), EvidenceKind::CallSite, range);
            }
        }
    }

    /// Records that a value is passed where a type is declared.
    pub(super) fn passed(&mut self, expr: Option<ExprId>, ty: &Type, wanted: &Type) {
        let Some(expr) = expr else { return };
        let says_something =
            !matches!(wanted, Type::Unknown | Type::Any | Type::Variable(_)) && !wanted.is(&known::OBJECT);
        if says_something {
            self.use_of_expr(expr, ty, &UseKind::Passed(wanted.clone()), self.facts.expr(expr).range);
        }
    }
}

/// What can be called among what is declared: `Callable[[int], None] | int` takes functions as well.
fn callable_in(declared: &Type) -> Option<&CallableType> {
    let mut callables = declared.members().iter().filter_map(|member| match member {
        Type::Callable(callable) => Some(&**callable),
        _ => None,
    });
    callables.next().filter(|_| callables.next().is_none())
}
