//! Operands and what is compared, against what they are said to be.

use super::{is_open, shown};
use crate::facts::{BinaryOp, CompareOp, ExprId};
use crate::infer::eval::Evaluator;
use crate::infer::eval::assignable::has_member;
use crate::infer::eval::sources::Blamed;
use crate::infer::read_back::Blame;
use crate::types::{SlotId, Type};

impl Evaluator<'_> {
    /// Checks the operands of an operator against each other.
    pub(in crate::infer::eval) fn check_operands(
        &mut self,
        op: BinaryOp,
        left: (ExprId, &Type),
        right: (ExprId, &Type),
    ) {
        if !self.is_checking() {
            return;
        }
        let pairs = left.1.members().iter().flat_map(|one| right.1.members().iter().map(move |other| (one, other)));
        let Some((one, other)) = pairs.into_iter().find(|(one, other)| !self.operates(op, one, other)) else { return };
        let why = format!("an operator would be applied to {} and {}", shown(one), shown(other));
        let sides = [(left.0, one), (right.0, other)];
        // `None` is the one at fault, where there is one; else it cannot be told.
        let has_none = sides.iter().any(|(_, ty)| **ty == Type::None);
        let mut is_blamed = false;
        for (index, (expr, ty)) in sides.iter().enumerate().filter(|(_, (_, ty))| !has_none || **ty == Type::None) {
            let (other, other_type) = sides[1 - index];
            let beside = self.blamed(other, other_type).first.into_iter().filter_map(Blame::slot);
            let beside: Vec<SlotId> = if has_none { beside.collect() } else { Vec::new() };
            is_blamed |= self.blame_or(*expr, ty, &why, &beside);
        }
        if !is_blamed {
            for (expr, ty) in sides {
                self.blame(expr, ty, &why);
            }
        }
    }

    /// Checks that what is ordered has an order, `in` and orderings against `None`, of which they know nothing, and `in`
    /// against what holds nothing. Where nobody is to blame for that, it is who is known beside it: a checker is silent
    /// as long as one side may be anything.
    pub(in crate::infer::eval) fn check_comparison(
        &mut self,
        op: CompareOp,
        left: (ExprId, &Type),
        right: (ExprId, &Type),
    ) {
        if !self.is_checking() {
            return;
        }
        let sides = match op {
            CompareOp::In | CompareOp::NotIn => vec![(right, left)],
            CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => vec![(right, left), (left, right)],
            _ => return,
        };
        let known = |ty: &Type| -> Vec<Type> { ty.members().iter().filter(|ty| **ty != Type::None).cloned().collect() };
        let (lesser, greater) = (known(left.1), known(right.1));
        let mut pairs = lesser.iter().flat_map(|one| greater.iter().map(move |other| (one, other)));
        if let (Some(one), Some(other)) = (lesser.first(), greater.first())
            && pairs.all(|(one, other)| !self.orders(op, one, other))
        {
            let why = format!("{} and {} have no order", shown(one), shown(other));
            self.blame(left.0, one, &why);
            self.blame(right.0, other, &why);
        }
        let is_membership = matches!(op, CompareOp::In | CompareOp::NotIn);
        for ((empty, empty_type), (other, other_type)) in sides {
            let known: Vec<Type> = other_type.members().iter().filter(|member| !is_open(member)).cloned().collect();
            let refuses = |member: &&Type| **member == Type::None || is_membership && self.holds_nothing(member);
            let Some(wrong) = empty_type.members().iter().find(refuses).filter(|_| !known.is_empty()) else { continue };
            let why = format!("{} would be compared with {}", shown(wrong), shown(&known[0]));
            let beside: Vec<Blamed> = known.iter().map(|ty| self.blamed(other, ty)).collect();
            let beside: Vec<SlotId> =
                beside.into_iter().flat_map(|blamed| blamed.first).filter_map(Blame::slot).collect();
            if !self.blame_or(empty, wrong, &why, &beside) {
                for ty in &known {
                    self.blame(other, ty, &why);
                }
            }
        }
    }

    /// Whether nothing can be in a value of this type, which is no union.
    pub(super) fn holds_nothing(&self, ty: &Type) -> bool {
        let has = |class, name: &str| has_member(self.project, class, name.into());
        ty.class().is_some_and(|class| {
            self.project.is_fully_known(class)
                && !["__contains__", "__iter__", "__getitem__", "__getattr__"].iter().any(|name| has(class, name))
        })
    }
}
