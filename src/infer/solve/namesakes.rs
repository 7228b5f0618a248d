//! Keys whose values cannot be seen: what their namesakes are.
//!
//! A repository uses a name for one thing more often than not. A key of which nothing else is known takes the type that
//! parameters, attributes and other keys of its name agree on, if that is a plain value or one and the same container.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Model, confidence};
use crate::infer::Field;
use crate::project::SlotKind;
use crate::text::Name;
use crate::types::{SlotId, Type, without_none};

/// So many namesakes have to be known.
const LEAST: usize = 2;

/// The types that the namesakes of some names have, and how often.
#[derive(Default)]
pub(super) struct Namesakes(BTreeMap<Name, Vec<(Type, usize)>>);

impl Namesakes {
    /// Counts what is called by these names.
    pub(super) fn of(model: &Model, names: impl Iterator<Item = Name>, fields: &[&Field]) -> Self {
        let mut counted = Self(names.map(|name| (name, Vec::new())).collect());
        for field in fields {
            counted.add(field.name, &field.ty);
        }
        let vote = |slot: SlotId| {
            let name = match model.project.slots().info(slot).kind {
                SlotKind::Param(..) => model.param_name(slot)?,
                SlotKind::Attribute(_, name) => name,
                _ => return None,
            };
            let answer = model.answer(slot).filter(|answer| !answer.basis.is_naming())?;
            counted.0.contains_key(&name).then_some((name, &answer.ty))
        };
        let votes: Vec<(Name, &Type)> = super::slots(model.answers.len()).filter_map(vote).collect();
        for (name, ty) in votes {
            counted.add(name, ty);
        }
        counted
    }

    fn add(&mut self, name: Name, ty: &Type) {
        let Some(votes) = self.0.get_mut(&name) else { return };
        let ty = without_none(ty);
        if matches!(ty, Type::Unknown | Type::Any | Type::None) {
            return;
        }
        match votes.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, count)) => *count += 1,
            None => votes.push((ty, 1)),
        }
    }

    /// The plain type that at least two in three namesakes have, or the container that all are.
    pub(super) fn winner(&self, name: Name) -> Option<Type> {
        let votes = self.0.get(&name)?;
        let all: usize = votes.iter().map(|(_, count)| count).sum();
        let (ty, count) = votes.iter().max_by_key(|(ty, count)| (*count, std::cmp::Reverse(ty)))?;
        let is_container = matches!(ty, Type::Instance(_, args) if !args.is_empty()) && ty.shapes().is_empty();
        let is_winner = confidence::is_value(ty) && 3 * count >= 2 * all || is_container && *count == all;
        (*count >= LEAST && is_winner).then(|| ty.clone())
    }
}
