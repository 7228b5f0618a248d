//! A plan whose parts can be written one by one.
//!
//! Names, places and imports are decided once, for all proposals together. Any part of them that holds what it needs
//! can then be rendered by itself, and looks as it does among the others: what a reviewer has seen is what is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::proposal::ProposalId;
use crate::types::ModuleId;

use super::assemble;
use super::recall::Memory;
use super::speak::Context;
use super::{Contributions, Dropped, Plan, PlannedFile, file_patch, line_limit, patch_of};

/// A plan, and what it takes to write only a part of it.
pub struct Draft<'a> {
    /// The plan of all proposals.
    pub plan: Plan,
    pub(super) context: Context<'a>,
    pub(super) contributions: Contributions,
    /// What the next plan need not do again.
    pub(super) memory: Memory,
    pub(super) line_length: Option<usize>,
    /// What could not be written at the start.
    pub(super) lost: BTreeMap<ProposalId, String>,
}

impl Draft<'_> {
    /// The plan of all proposals, with what each of them changes.
    pub fn into_plan(self) -> Plan {
        let mut planned = self.plan.planned;
        let (context, contributions) = (&self.context, &self.contributions);
        planned.par_iter_mut().for_each(|planned| {
            let own = contributions.get(&planned.proposal);
            let alone = |with_imports: bool| {
                let edits = own.into_iter().flat_map(|files| files.iter()).filter_map(|(&module, contribution)| {
                    let mut contribution = contribution.clone();
                    if !with_imports {
                        contribution.needs.clear();
                    }
                    let file = context.files.get(&module)?;
                    Some((module, assemble::edits(file, &contribution, line_limit(file, self.line_length)).ok()?))
                });
                edits.collect()
            };
            (planned.edits, planned.essence) = (alone(true), alone(false));
        });
        Plan { planned, ..self.plan }
    }

    /// The modules that a proposal changes.
    pub fn modules(&self, proposal: usize) -> impl Iterator<Item = ModuleId> + '_ {
        self.contributions.get(&proposal).into_iter().flat_map(|files| files.keys().copied())
    }

    /// The text of a module after these proposals alone. Fast, as nothing is parsed; [`Draft::files`] checks.
    pub fn text(&self, module: ModuleId, proposals: &BTreeSet<usize>) -> Option<String> {
        let file = self.context.files.get(&module)?;
        let of = |number| self.contributions.get(number).and_then(|files| files.get(&module));
        let patch = patch_of(file, proposals.iter().filter_map(of), line_limit(file, self.line_length)).ok()?;
        Some(patch.apply(file.text()))
    }

    /// The checked patches of these proposals alone, and those that could not be written.
    pub fn files(&self, proposals: &BTreeSet<usize>) -> (Vec<Arc<PlannedFile>>, Vec<Dropped>) {
        let mut wanted = proposals.clone();
        let known = &self.plan.files;
        let mut dropped = Vec::new();
        loop {
            self.drop_orphans(&mut wanted, &mut dropped);
            let modules: BTreeSet<ModuleId> = wanted.iter().flat_map(|&number| self.modules(number)).collect();
            let mut files = Vec::new();
            let mut faults = Vec::new();
            for module in modules {
                let Some(file) = self.context.files.get(&module) else { continue };
                let of_module = |number: &usize| self.contributions[number].contains_key(&module);
                let numbers: Vec<usize> = wanted.iter().copied().filter(of_module).collect();
                match file_patch(file, module, &numbers, &self.contributions, line_limit(file, self.line_length), known)
                {
                    Ok(file) => files.push(file),
                    Err(more) => faults.extend(more),
                }
            }
            if faults.is_empty() {
                files.retain(|file| !file.patch.is_empty());
                return (files, dropped);
            }
            for (proposal, reason) in faults {
                if wanted.remove(&proposal) {
                    dropped.push(Dropped { proposal, reason });
                }
            }
        }
    }

    fn drop_orphans(&self, wanted: &mut BTreeSet<usize>, dropped: &mut Vec<Dropped>) {
        loop {
            let is_orphan = |number: &usize| self.plan.needs(*number).any(|needed| !wanted.contains(&needed));
            let Some(proposal) = wanted.iter().copied().find(is_orphan) else { return };
            wanted.remove(&proposal);
            dropped.push(Dropped { proposal, reason: "it needs a definition that is not part of the plan".to_owned() });
        }
    }
}
