//! Observations by slot: which bounds and uses belong to a slot, and which other slots it flows into.
//!
//! Everything is kept as numbers into [`Observations`], grouped by one counting pass, so that a slot finds its
//! observations without a search and no observation is copied.

use crate::infer::{Bound, Observations, Site, Use, UseKind};
use crate::types::{Projection, SiteId, SlotId, Type};

/// Numbers grouped by slot.
#[derive(Debug, Default)]
struct Grouped {
    /// Where each slot's run starts in `numbers`; one more entry than slots.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Grouped {
    /// Groups `(slot, number)` pairs; within a slot the order of the pairs stays.
    fn new(slots: usize, pairs: &[(SlotId, u32)]) -> Self {
        let mut starts = vec![0_u32; slots + 1];
        for (slot, _) in pairs {
            if let Some(count) = starts.get_mut(slot.0 as usize + 1) {
                *count += 1;
            }
        }
        for slot in 0..slots {
            starts[slot + 1] += starts[slot];
        }
        let mut next = starts.clone();
        let mut numbers = vec![0_u32; pairs.len()];
        for &(slot, number) in pairs {
            if (slot.0 as usize) < slots {
                numbers[next[slot.0 as usize] as usize] = number;
                next[slot.0 as usize] += 1;
            }
        }
        Self { starts, numbers }
    }

    fn of(&self, slot: SlotId) -> &[u32] {
        let slot = slot.0 as usize;
        match (self.starts.get(slot), self.starts.get(slot + 1)) {
            (Some(&start), Some(&end)) => &self.numbers[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Observations by slot.
#[derive(Debug)]
pub(in crate::infer) struct Index<'a> {
    observations: &'a Observations,
    bounds: Grouped,
    uses: Grouped,
    flows: Grouped,
    handed_on: Grouped,
    /// Stores into the dict made at a place, sorted by the place.
    stores: Vec<(SiteId, u32)>,
}

impl<'a> Index<'a> {
    /// Groups the observations of `slots` slots.
    pub(in crate::infer) fn new(observations: &'a Observations, slots: usize) -> Self {
        let mut bounds = Vec::with_capacity(observations.bounds.len());
        let mut flows = Vec::new();
        let mut handed_on = Vec::new();
        for (number, bound) in observations.bounds.iter().enumerate() {
            bounds.push((bound.slot, number as u32));
            handed_on.extend(bound.through.map(|from| (from, number as u32)));
            for member in bound.ty.members() {
                if let Type::Slot(from) = member
                    && *from != bound.slot
                {
                    flows.push((*from, number as u32));
                }
            }
        }
        let uses: Vec<(SlotId, u32)> = observations
            .uses
            .iter()
            .enumerate()
            .filter_map(|(number, usage)| Some((root(&usage.subject)?, number as u32)))
            .collect();
        let mut stores: Vec<(SiteId, u32)> = Vec::new();
        for (number, usage) in observations.uses.iter().enumerate() {
            if let (Type::Record(site), UseKind::SetKey(..) | UseKind::DefaultKey(..) | UseKind::SetDynamicKey(..)) =
                (&usage.subject, &usage.kind)
            {
                stores.push((*site, number as u32));
            }
        }
        stores.sort_unstable();
        Self {
            observations,
            stores,
            bounds: Grouped::new(slots, &bounds),
            uses: Grouped::new(slots, &uses),
            flows: Grouped::new(slots, &flows),
            handed_on: Grouped::new(slots, &handed_on),
        }
    }

    /// What flows into a slot.
    pub(super) fn bounds(&self, slot: SlotId) -> impl ExactSizeIterator<Item = &'a Bound> + Clone + '_ {
        self.bounds.of(slot).iter().map(|&number| &self.observations.bounds[number as usize])
    }

    /// What is asked of a slot or of its parts.
    pub(super) fn uses(&self, slot: SlotId) -> impl ExactSizeIterator<Item = &'a Use> + Clone + '_ {
        self.uses.of(slot).iter().map(|&number| &self.observations.uses[number as usize])
    }

    /// The bounds of other slots that this slot flows into.
    pub(super) fn flows(&self, slot: SlotId) -> impl ExactSizeIterator<Item = &'a Bound> + Clone + '_ {
        self.flows.of(slot).iter().map(|&number| &self.observations.bounds[number as usize])
    }

    /// The bounds of other slots that this slot is handed on to as it is.
    pub(super) fn handed_on(&self, slot: SlotId) -> impl ExactSizeIterator<Item = &'a Bound> + Clone + '_ {
        self.handed_on.of(slot).iter().map(|&number| &self.observations.bounds[number as usize])
    }

    /// A use by its number.
    pub(super) fn usage(&self, number: u32) -> &'a Use {
        &self.observations.uses[number as usize]
    }

    /// What is stored into the dict made at a place.
    pub(super) fn stores(&self, id: SiteId) -> impl Iterator<Item = &'a Use> + '_ {
        let start = self.stores.partition_point(|(site, _)| *site < id);
        let own = self.stores[start..].iter().take_while(move |(site, _)| *site == id);
        own.map(|&(_, number)| &self.observations.uses[number as usize])
    }

    /// The dict made at a place.
    pub(super) fn site(&self, id: SiteId) -> Option<&'a Site> {
        self.observations.sites.get(self.site_number(id)?)
    }

    /// The number of that dict among all dicts.
    pub(super) fn site_number(&self, id: SiteId) -> Option<usize> {
        self.observations.sites.binary_search_by_key(&id, |site| site.id).ok()
    }

    /// All dicts.
    pub(super) fn sites(&self) -> &'a [Site] {
        &self.observations.sites
    }
}

/// The slot that a slot or part of one belongs to.
fn root(subject: &Type) -> Option<SlotId> {
    let mut inner = subject;
    loop {
        match inner {
            Type::Slot(slot) => return Some(*slot),
            Type::Part(whole, _) => inner = whole,
            _ => return None,
        }
    }
}

/// The projections that lead from a slot to a part of it, outermost last; empty for the slot itself.
pub(super) fn path(subject: &Type) -> Vec<Projection> {
    let mut path = Vec::new();
    let mut inner = subject;
    while let Type::Part(whole, projection) = inner {
        path.push(*projection);
        inner = whole;
    }
    path.reverse();
    path
}
