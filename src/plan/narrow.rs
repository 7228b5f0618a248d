//! Which parts of the proposals are wanted at all: by what is annotated and by file.
//!
//! Inference has seen the whole repository by then; what is left out here is only not written.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Plan;
use crate::project::{Project, SlotKind};
use crate::proposal::{Change, Commented, Declaration, Proposal, ProposalId};
use crate::types::{ModuleId, ShapeId};

/// What is annotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotGroup {
    /// Parameters.
    Params,
    /// What functions return.
    Returns,
    /// Variables, attributes and fields.
    Variables,
}

impl SlotGroup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Params, Self::Returns, Self::Variables];

    /// The name on the command line and in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Params => "params",
            Self::Returns => "returns",
            Self::Variables => "variables",
        }
    }

    /// The group of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// The group that a slot belongs to.
    pub fn of(kind: SlotKind) -> Self {
        match kind {
            SlotKind::Param(..) => Self::Params,
            SlotKind::Return(_) => Self::Returns,
            SlotKind::Attribute(..) | SlotKind::Variable(_) | SlotKind::Field(..) | SlotKind::Captured(..) => {
                Self::Variables
            }
        }
    }
}

/// What is left of the proposals.
#[derive(Debug, Default)]
pub struct Narrowed {
    /// Those of which something is wanted.
    pub proposals: Vec<Proposal>,
    /// How many are hidden because nothing that they annotate is wanted.
    pub hidden_by_slots: usize,
    /// How many are hidden because of the files that they change.
    pub hidden_by_files: usize,
}

/// Leaves out of the proposals what is not to be annotated, and what lies in files that `takes` refuses to a
/// transform. A definition in such a file is left out with all its uses, and one without any use left too.
pub fn narrow(
    project: &Project,
    proposals: Vec<Proposal>,
    slots: &BTreeSet<SlotGroup>,
    takes: &dyn Fn(ModuleId, &str) -> bool,
) -> Narrowed {
    let mut narrowed = Narrowed { proposals: Vec::with_capacity(proposals.len()), ..Narrowed::default() };
    for mut proposal in proposals {
        let takes = |module| takes(module, proposal.transform);
        let place = |change: &Change| match change {
            Change::Annotate { slot, .. } => {
                let info = project.slots().info(*slot);
                (info.module, Some(SlotGroup::of(info.kind)))
            }
            Change::Declare(Declaration { local, .. }) => (local.module, Some(SlotGroup::Variables)),
            // A comment goes away as a whole, so all that it says is written if any of it is wanted.
            Change::Convert(commented @ Commented::Function(..)) => (commented.module(), Some(SlotGroup::Params)),
            Change::Convert(commented @ Commented::Assignment(..)) => (commented.module(), Some(SlotGroup::Variables)),
            Change::Define(_) => (proposal.module, None),
            Change::Wrap { module, .. } => (*module, None),
        };
        // Of a definition and of the places where it is called nothing can be left out.
        let is_whole = |change: &Change| matches!(change, Change::Define(_) | Change::Wrap { .. });
        if proposal.changes.iter().any(|change| is_whole(change) && !takes(place(change).0)) {
            narrowed.hidden_by_files += 1;
            continue;
        }
        let before = proposal.changes.len();
        let is_wanted = |change: &Change| place(change).1.is_none_or(|group| slots.contains(&group));
        let are_wanted = proposal.changes.iter().all(is_wanted);
        proposal.changes.retain(|change| is_wanted(change) && takes(place(change).0));
        if proposal.changes.len() < before && proposal.changes.iter().all(is_whole) {
            if are_wanted {
                narrowed.hidden_by_files += 1;
            } else {
                narrowed.hidden_by_slots += 1;
            }
            continue;
        }
        narrowed.proposals.push(proposal);
    }
    narrowed
}

/// The surest proposals of a plan, `limit` at most, each together with the definitions that it needs.
pub fn surest(plan: &Plan, proposals: &[Proposal], limit: usize) -> HashSet<ProposalId> {
    let mut definitions: BTreeMap<ShapeId, usize> = BTreeMap::new();
    for planned in &plan.planned {
        for change in &proposals[planned.proposal].changes {
            if let Change::Define(shape) = change {
                definitions.insert(*shape, planned.proposal);
            }
        }
    }
    let mut order: Vec<usize> = plan.planned.iter().map(|planned| planned.proposal).collect();
    order.sort_by_key(|&number| {
        let proposal = &proposals[number];
        (std::cmp::Reverse(proposal.confidence), proposal.module, proposal.offset, number)
    });
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for number in order {
        let mut group = BTreeSet::new();
        let mut open = vec![number];
        while let Some(next) = open.pop() {
            if !taken.contains(&next) && group.insert(next) {
                open.extend(proposals[next].requires.iter().filter_map(|shape| definitions.get(shape)));
            }
        }
        if taken.len() + group.len() <= limit {
            taken.extend(group);
        }
    }
    taken.into_iter().map(|number| proposals[number].id).collect()
}
