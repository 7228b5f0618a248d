//! What is done with the members of values.

use std::collections::{BTreeMap, BTreeSet};

use super::super::uses::{Style, from_uses};
use super::super::widen::widen;
use super::asked::Subject;
use crate::infer::{Observations, Solved, UseKind};
use crate::text::Name;
use crate::types::{Projection, SlotId, Type, known};

/// What is done with the members of values.
#[derive(Default)]
pub(super) struct Parts<'a> {
    uses: BTreeMap<(Subject, Name), Vec<&'a UseKind>>,
    /// Members whose elements have members.
    holders: BTreeSet<(Subject, Name)>,
    flows: BTreeMap<(Subject, Name), Vec<SlotId>>,
    /// What is asked of the results of methods.
    results: BTreeMap<(Subject, Name), Vec<&'a UseKind>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(observations: &'a Observations) -> Self {
        let part = |ty: &Type| match ty {
            Type::Part(whole, Projection::Attribute(name)) => Some((Subject::of(whole)?, *name)),
            _ => None,
        };
        let mut parts = Self::default();
        for used in &observations.uses {
            if let Some(key) = part(&used.subject) {
                parts.uses.entry(key).or_default().push(&used.kind);
            }
            if let Type::Part(method, Projection::Result) = &used.subject
                && let Some(key) = part(method)
            {
                parts.results.entry(key).or_default().push(&used.kind);
            }
            if let (Type::Part(whole, _), UseKind::Attribute(_) | UseKind::SetAttribute(..)) =
                (&used.subject, &used.kind)
            {
                parts.holders.extend(part(whole));
            }
        }
        for bound in &observations.bounds {
            for key in bound.ty.members().iter().filter_map(part) {
                parts.flows.entry(key).or_default().push(bound.slot);
            }
        }
        parts
    }

    /// What is asked of what a method gives.
    pub(super) fn of_results(&self, subject: Subject, name: Name) -> &[&'a UseKind] {
        self.results.get(&(subject, name)).map_or(&[], Vec::as_slice)
    }

    /// Whether an attribute is an object in its own right: more is asked of it than of plain data, and it is not known
    /// what has that.
    pub(super) fn is_object(&self, subjects: &[Subject], name: Name, slots: &[Result<Solved, String>]) -> bool {
        let is_asked = |used: &&UseKind| {
            !matches!(
                used,
                UseKind::Truth
                    | UseKind::IsNone
                    | UseKind::Format
                    | UseKind::Compare(..)
                    | UseKind::Contains(_)
                    | UseKind::Passed(_)
                    | UseKind::Operand(..)
                    | UseKind::Sign
                    | UseKind::Iterate
                    | UseKind::Len
                    | UseKind::Unpack(..)
            )
        };
        let mut keys = subjects.iter().map(|&subject| (subject, name));
        keys.any(|key| self.holders.contains(&key) || self.uses.get(&key).is_some_and(|uses| uses.iter().any(is_asked)))
            && self.wanted(subjects, name, slots).is_unknown()
    }

    /// What an attribute must be to be used so.
    pub(super) fn wanted(&self, subjects: &[Subject], name: Name, slots: &[Result<Solved, String>]) -> Type {
        let keys = || subjects.iter().map(|&subject| (subject, name));
        let flows: Vec<SlotId> = keys().filter_map(|key| self.flows.get(&key)).flatten().copied().collect();
        let uses: Vec<&UseKind> = keys().filter_map(|key| self.uses.get(&key)).flatten().copied().collect();
        let handed = flows.iter().map(|slot| match slots.get(slot.0 as usize) {
            Some(Ok(solved)) => solved.ty.clone(),
            _ => Type::Unknown,
        });
        let handed: Vec<Type> = handed.collect();
        let first = handed.iter().find(|ty| !ty.is_unknown());
        if let Some(first) = first
            && handed.iter().all(|ty| ty == first || ty.is_unknown())
        {
            return first.clone();
        }
        // What is only ever tested is a switch.
        if flows.is_empty() && !uses.is_empty() && uses.iter().all(|used| **used == UseKind::Truth) {
            return known::BOOL.instance();
        }
        widen(&from_uses(uses, &Type::Unknown, Style::Parameter))
    }
}
