//! Which proposals take part: what the options ask for, one for each place, none without what it needs.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::infer::{Inference, ShapeKind};
use crate::project::Project;
use crate::proposal::{Applicability, Change, Declaration, Proposal};
use crate::types::{ShapeId, SlotId};

use super::placement::mentioned;
use super::{Contributions, Options};

/// Which proposals are still in the plan.
pub(super) struct Selection<'a> {
    pub(super) inference: &'a Inference,
    pub(super) proposals: &'a [Proposal],
    pub(super) live: BTreeSet<usize>,
    /// Why the others cannot be written; those that the options hide are in neither.
    pub(super) dropped: BTreeMap<usize, String>,
}

impl Selection<'_> {
    pub(super) fn drop(&mut self, number: usize, reason: impl Into<String>) {
        if self.live.remove(&number) {
            self.dropped.insert(number, reason.into());
        }
    }

    /// Takes what the options ask for; the number of those that they hide.
    pub(super) fn select(&mut self, options: &Options<'_>) -> usize {
        let mut hidden = 0;
        for (number, proposal) in self.proposals.iter().enumerate() {
            let is_shown = proposal.confidence >= options.min_confidence
                && match proposal.applicability {
                    Applicability::Safe => true,
                    Applicability::Unsafe => options.allow_unsafe,
                    Applicability::DisplayOnly => false,
                };
            match options.accept {
                _ if !is_shown => hidden += 1,
                Some(accepted) if !accepted.contains(&proposal.id) => {}
                _ => {
                    self.live.insert(number);
                }
            }
        }
        hidden
    }

    /// A slot is annotated once, and a shape defined once: the first proposal wins, but what was asked for by
    /// `--unsafe` comes before the annotation that it can do without. Gives the winners.
    pub(super) fn drop_duplicates(&mut self, project: &Project) -> BTreeSet<usize> {
        let mut slots: FxHashMap<SlotId, usize> = FxHashMap::default();
        let mut shapes: FxHashMap<ShapeId, usize> = FxHashMap::default();
        let mut winners = BTreeSet::new();
        let mut ranked: Vec<usize> = self.live.iter().copied().collect();
        ranked.sort_by_key(|&number| self.proposals[number].applicability);
        for number in ranked {
            let changes = &self.proposals[number].changes;
            let clash = changes.iter().find_map(|change| match change {
                Change::Annotate { slot, .. } if slot.0 as usize >= project.slots().len() => {
                    Some((None, "its slot is gone"))
                }
                Change::Annotate { slot, .. } => {
                    slots.get(slot).map(|&first| (Some(first), "another proposal annotates the same place"))
                }
                Change::Define(shape) => {
                    shapes.get(shape).map(|&first| (Some(first), "another proposal adds the same definition"))
                }
                Change::Declare(_) | Change::Convert(_) | Change::Wrap { .. } => None,
            });
            if let Some((first, reason)) = clash {
                winners.extend(first);
                let is_alternative = first.is_some_and(|first: usize| {
                    self.proposals[first].applicability < self.proposals[number].applicability
                });
                if is_alternative {
                    self.live.remove(&number);
                } else {
                    self.drop(number, reason);
                }
                continue;
            }
            for change in changes {
                match change {
                    Change::Annotate { slot, .. } => _ = slots.insert(*slot, number),
                    Change::Define(shape) => _ = shapes.insert(*shape, number),
                    Change::Declare(_) | Change::Convert(_) | Change::Wrap { .. } => {}
                }
            }
        }
        winners
    }

    /// Drops what needs a definition that no live proposal adds, until nothing does.
    pub(super) fn drop_orphans(&mut self) {
        loop {
            let defined: BTreeSet<ShapeId> = self.live.iter().flat_map(|&number| self.defined_by(number)).collect();
            let orphans: Vec<usize> =
                self.live.iter().copied().filter(|&number| !self.needed_by(number).is_subset(&defined)).collect();
            if orphans.is_empty() {
                return;
            }
            for number in orphans {
                self.drop(number, "it needs a definition that is not part of the plan");
            }
        }
    }

    /// Drops definitions that nothing which is written needs: the next run would not see them and write them again.
    pub(super) fn drop_unused(&mut self, contributions: &Contributions) {
        let takes_a_place = |shape: &ShapeId| matches!(self.inference.shape(*shape).kind, ShapeKind::NamedTuple { .. });
        let mut used: BTreeSet<ShapeId> = BTreeSet::new();
        let mut open: Vec<ShapeId> = Vec::new();
        for number in &self.live {
            open.extend(self.defined_by(*number).iter().filter(|shape| takes_a_place(shape)));
            open.extend(
                contributions.get(number).into_iter().flat_map(|files| files.values()).flat_map(|one| &one.uses),
            );
        }
        while let Some(shape) = open.pop() {
            if used.insert(shape) {
                open.extend(mentioned(&self.inference.shape(shape).kind));
            }
        }
        for number in self.live.clone() {
            let defined = self.defined_by(number);
            if !defined.is_empty() && defined.is_disjoint(&used) {
                self.drop(number, "nothing would use the definition");
            }
        }
    }

    /// For each live proposal the others whose definitions it needs directly.
    pub(super) fn needs(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut defining: FxHashMap<ShapeId, usize> = FxHashMap::default();
        for &number in &self.live {
            defining.extend(self.defined_by(number).into_iter().map(|shape| (shape, number)));
        }
        let needs = |number: usize| {
            let needed = self.needed_by(number).into_iter().filter_map(|shape| defining.get(&shape).copied());
            needed.filter(|&other| other != number).collect()
        };
        self.live.iter().map(|&number| (number, needs(number))).collect()
    }

    pub(super) fn defined_by(&self, number: usize) -> BTreeSet<ShapeId> {
        let changes = self.proposals[number].changes.iter();
        changes.filter_map(|change| if let Change::Define(shape) = change { Some(*shape) } else { None }).collect()
    }

    fn needed_by(&self, number: usize) -> BTreeSet<ShapeId> {
        let proposal = &self.proposals[number];
        let mut needed: BTreeSet<ShapeId> = proposal.requires.iter().copied().collect();
        for change in &proposal.changes {
            match change {
                Change::Annotate { ty, .. } | Change::Declare(Declaration { ty, .. }) => needed.extend(ty.shapes()),
                Change::Define(shape) => needed.extend(mentioned(&self.inference.shape(*shape).kind)),
                Change::Convert(_) => {}
                Change::Wrap { shape, .. } => _ = needed.insert(*shape),
            }
        }
        let exists = |id: &ShapeId| self.inference.shapes.get(id.0 as usize).is_some_and(|shape| shape.kind.exists());
        needed.retain(|shape| !exists(shape));
        needed
    }
}
