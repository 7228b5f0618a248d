//! What is recorded of values: which slots they flow into, and what is asked of them.

use super::{Evaluator, Gathered};
use crate::facts::{ExprId, ExprKind, FunctionId, ParamKind, Place, ScopeId};
use crate::infer::{Bound, EvidenceKind, Use, UseKind};
use crate::project::SlotKind;
use crate::text::TextRange;
use crate::types::{Projection, SlotId, Type};

/// An operator on a value with more origins than this tells nothing about each.
const MAX_OPERANDS: usize = 3;

impl Evaluator<'_> {
    /// Records that a type flows into a slot.
    pub(super) fn bound(&mut self, slot: SlotId, ty: Type, kind: EvidenceKind, range: TextRange) {
        self.bound_of(slot, ty.into(), kind, range);
    }

    /// The same where a part of what flows in may not be known.
    pub(super) fn bound_of(&mut self, slot: SlotId, flowing: Gathered, kind: EvidenceKind, range: TextRange) {
        let Gathered { ty, hides_others, through } = flowing;
        self.check_bound(slot, &ty);
        if self.muted == 0 {
            self.out.bounds.push(Bound { slot, ty, kind, module: self.module.id, range, hides_others, through });
        }
    }

    /// Whether anybody wants to know what is asked of values.
    pub(super) fn is_watching(&self) -> bool {
        self.muted == 0 && (!self.state.is_observed || self.state.checking)
    }

    /// Records a use of every member of a type that stands for a value about which nothing else is known.
    pub(super) fn use_of(&mut self, subject: &Type, kind: &UseKind, range: TextRange) {
        if self.muted > 0 {
            return;
        }
        // `options[key] < 3` compares one of all the values that were ever stored.
        let is_operator = matches!(kind, UseKind::Operand(..) | UseKind::Compare(..));
        let origins = subject.members().iter().filter(|member| matches!(member, Type::Slot(_) | Type::Part(..)));
        if is_operator && origins.count() > MAX_OPERANDS {
            return;
        }
        let is_kept = |member: &Type| match member {
            Type::Record(_) => !self.state.is_observed || kind.is_stored(),
            Type::Slot(_) | Type::Part(..) => !self.state.is_observed,
            _ => false,
        };
        for member in subject.members() {
            if is_kept(member) {
                self.out.uses.push(Use {
                    subject: member.clone(),
                    kind: kind.clone(),
                    module: self.module.id,
                    range,
                    function: self.function,
                });
            }
        }
    }

    /// The parameter that an expression reads unchanged, when its type is known from callers: uses of it are recorded
    /// too, because they say what the body needs. The same for a loop variable that holds its elements, where these
    /// are of several classes.
    pub(super) fn origin(&mut self, expr: ExprId, ty: &Type) -> Option<Type> {
        let ExprKind::Name(_, Place::Local { up, index }) = self.facts.expr(expr).kind else {
            return None;
        };
        let scope = self.scopes[self.frame_of(up).ok()?];
        if let Some(&slot) = self.elements.get(&(scope, index)) {
            let classes = ty.members().iter().filter(|member| matches!(member, Type::Instance(..)));
            return (classes.count() > 1).then(|| Self::part(&Type::Slot(slot), Projection::Element));
        }
        self.parameter(expr).map(Type::Slot)
    }

    /// The parameter of the function being evaluated that an expression names.
    pub(super) fn parameter(&self, expr: ExprId) -> Option<SlotId> {
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(expr).kind else {
            return None;
        };
        let function = self.function?;
        if self.scopes.len() != 1 {
            return None;
        }
        let definition = self.facts.function(FunctionId(function.function));
        let param = definition.params.get(usize::from(index))?;
        if param.kind != ParamKind::Normal
            && param.kind != ParamKind::KeywordOnly
            && param.kind != ParamKind::PositionalOnly
        {
            return None;
        }
        self.slot(SlotKind::Param(FunctionId(function.function), index))
    }

    /// Remembers that a loop variable holds the elements of what is looped over; `from` is the parameter that that is.
    pub(super) fn holds_elements(&mut self, target: ExprId, from: Option<SlotId>) {
        if let Some(slot) = from
            && let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(target).kind
            && let Some(&scope) = self.scopes.last()
        {
            self.elements.insert((scope, index), slot);
        }
    }

    /// Records a use of an expression's value, and of the parameter it reads.
    pub(super) fn use_of_expr(&mut self, expr: ExprId, ty: &Type, kind: &UseKind, range: TextRange) {
        self.use_of(ty, kind, range);
        self.check_use(expr, ty, kind);
        if self.muted == 0
            && !self.state.is_observed
            && let Some(origin) = self.origin(expr, ty)
            && !ty.members().contains(&origin)
        {
            self.use_of(&origin, kind, range);
        }
    }

    pub(super) fn bind_captured(&mut self, scope: ScopeId, index: usize, ty: Type, range: TextRange) {
        if let Some(slot) = self.slot(SlotKind::Captured(scope, index as u16)) {
            self.bound(slot, ty, EvidenceKind::Assignment, range);
        }
    }
}
