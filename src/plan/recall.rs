//! What a plan keeps of the one before, so that planning after a small change takes a moment.
//!
//! A proposal binds names in the files that it changes and nowhere else. So what a proposal adds to a file is what it
//! added before, unless a proposal that touches the same file is another, came or went, or a definition that is
//! mentioned there is another, has another name or another place.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::infer::{Home, Inference, ShapeKind};
use crate::project::Project;
use crate::proposal::{Change, Declaration, Message, Part, Proposal, ProposalId};
use crate::types::{ModuleId, ShapeId};

use super::assemble::Contribution;
use super::placement::mentioned;
use super::speak::Context;
use super::{Draft, PlannedFile};

/// What a proposal adds to each file, or why it cannot be written.
pub(super) type Outcome = Result<Arc<BTreeMap<ModuleId, Contribution>>, String>;

/// What became of a proposal.
pub(super) struct Made {
    changes: Vec<Change>,
    title: Message,
    reason: Message,
    modules: Vec<ModuleId>,
    pub(super) outcome: Outcome,
    /// Title and reason, with the names that were chosen.
    pub(super) words: (String, String),
}

/// What became of all proposals.
#[derive(Default)]
pub(super) struct Memory {
    made: FxHashMap<ProposalId, Arc<Made>>,
    shapes: Vec<(ShapeKind, Home)>,
    /// The proposals for each file, and the file after them.
    pub(super) files: BTreeMap<ModuleId, (Vec<ProposalId>, Arc<PlannedFile>)>,
}

impl Memory {
    /// A memory of definitions.
    pub(super) fn of(inference: &Inference) -> Self {
        let shapes = inference.shapes.iter().map(|shape| (shape.kind.clone(), shape.home)).collect();
        Self { shapes, ..Self::default() }
    }

    /// Keeps what became of a proposal.
    pub(super) fn keep(
        &mut self,
        project: &Project,
        inference: &Inference,
        proposal: &Proposal,
        outcome: Outcome,
        words: (String, String),
    ) {
        let modules: FxHashSet<ModuleId> =
            proposal.changes.iter().map(|change| module_of(project, inference, change)).collect();
        let mut modules: Vec<ModuleId> = modules.into_iter().collect();
        modules.sort_unstable();
        let (title, reason) = (proposal.title.clone(), proposal.reason.clone());
        let made = Made { changes: proposal.changes.clone(), title, reason, modules, outcome, words };
        self.made.insert(proposal.id, Arc::new(made));
    }

    /// Keeps what is known of a proposal.
    pub(super) fn keep_made(&mut self, id: ProposalId, made: Arc<Made>) {
        self.made.insert(id, made);
    }
}

/// The module that a change is made in.
pub(super) fn module_of(project: &Project, inference: &Inference, change: &Change) -> ModuleId {
    match change {
        Change::Annotate { slot, .. } => project.slots().info(*slot).module,
        Change::Declare(declaration) => declaration.local.module,
        Change::Define(shape) => inference.shape(*shape).home.module,
        Change::Convert(commented) => commented.module(),
        Change::Wrap { module, .. } => *module,
    }
}

/// What of a plan before holds still.
#[derive(Default)]
pub(super) struct Recall {
    /// Proposals, by index, that are what they were.
    same: FxHashMap<usize, Arc<Made>>,
    /// Files about which nothing is known.
    pub(super) open: FxHashSet<ModuleId>,
}

impl Recall {
    /// Compares the proposals that take part with those of the plan before.
    pub(super) fn new<'a>(
        before: &Draft<'_>,
        context: &Context<'_>,
        inference: &Inference,
        live: impl Iterator<Item = (usize, &'a Proposal)>,
    ) -> Self {
        let memory = &before.memory;
        let other: FxHashSet<ShapeId> = (0..inference.shapes.len().max(memory.shapes.len()))
            .map(|number| ShapeId(number as u32))
            .filter(|&id| {
                let is_same = inference.shapes.get(id.0 as usize).zip(memory.shapes.get(id.0 as usize));
                let is_same = is_same.is_some_and(|(new, (kind, home))| new.kind == *kind && new.home == *home);
                !is_same
                    || context.names.get(&id) != before.context.names.get(&id)
                    || context.placements.get(&id) != before.context.placements.get(&id)
            })
            .collect();
        let mut recall = Self::default();
        let mut seen: FxHashSet<ProposalId> = FxHashSet::default();
        let mut kept: FxHashSet<ProposalId> = FxHashSet::default();
        for (number, proposal) in live {
            let known = memory.made.get(&proposal.id).filter(|_| seen.insert(proposal.id));
            let is_same = |made: &&Arc<Made>| {
                made.changes == proposal.changes
                    && made.title == proposal.title
                    && made.reason == proposal.reason
                    && !mentions(inference, proposal, &other)
            };
            if let Some(made) = known.filter(is_same) {
                kept.insert(proposal.id);
                recall.same.insert(number, made.clone());
            } else {
                let project = context.project;
                recall.open.extend(proposal.changes.iter().map(|change| module_of(project, inference, change)));
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "it fills a set")]
        for (id, made) in &memory.made {
            if !kept.contains(id) {
                recall.open.extend(&made.modules);
            }
        }
        recall.open_failed();
        recall
    }

    /// Why a proposal cannot be written may lie in any of its files, so that it is tried anew in all of them or in none.
    fn open_failed(&mut self) {
        let mut failed: Vec<Arc<Made>> = self.same.values().filter(|made| made.outcome.is_err()).cloned().collect();
        loop {
            let (touched, rest): (Vec<_>, Vec<_>) =
                failed.into_iter().partition(|made| made.modules.iter().any(|module| self.open.contains(module)));
            if touched.is_empty() {
                return;
            }
            self.open.extend(touched.iter().flat_map(|made| made.modules.iter().copied()));
            failed = rest;
        }
    }

    /// What became of a proposal that is what it was.
    pub(super) fn made(&self, number: usize) -> Option<&Arc<Made>> {
        self.same.get(&number)
    }

    /// What became of a proposal where that holds in all its files.
    pub(super) fn settled(&self, number: usize) -> Option<&Arc<Made>> {
        self.made(number).filter(|made| made.modules.iter().all(|module| !self.open.contains(module)))
    }
}

fn mentions(inference: &Inference, proposal: &Proposal, shapes: &FxHashSet<ShapeId>) -> bool {
    if shapes.is_empty() {
        return false;
    }
    let mut found: FxHashSet<ShapeId> = proposal.requires.iter().copied().collect();
    for change in &proposal.changes {
        match change {
            Change::Annotate { ty, .. } | Change::Declare(Declaration { ty, .. }) => found.extend(ty.shapes()),
            Change::Define(id) => {
                found.insert(*id);
                found.extend(mentioned(&inference.shape(*id).kind));
            }
            Change::Wrap { shape, .. } => _ = found.insert(*shape),
            Change::Convert(_) => {}
        }
    }
    for part in proposal.title.0.iter().chain(&proposal.reason.0) {
        if let Part::Type(ty) = part {
            found.extend(ty.shapes());
        }
    }
    found.iter().any(|id| shapes.contains(id))
}
