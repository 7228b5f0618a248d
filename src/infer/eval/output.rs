//! What evaluating a unit yields.

use rustc_hash::FxHashSet;

use crate::infer::read_back::Clash;
use crate::infer::{Bound, Decorated, Introspected, Overrun, Site, Use};
use crate::types::{SiteId, SlotId};

/// What evaluating a unit yields.
#[derive(Default)]
pub(in crate::infer) struct Output {
    pub(in crate::infer) bounds: Vec<Bound>,
    pub(in crate::infer) uses: Vec<Use>,
    pub(in crate::infer) sites: Vec<Site>,
    pub(in crate::infer) introspected: Vec<Introspected>,
    pub(in crate::infer) decorated: Vec<Decorated>,
    /// What contradicts the assumed types.
    pub(in crate::infer) clashes: Vec<Clash>,
    /// While checking: attributes, and the slots that they get their values from.
    pub(in crate::infer) flows: Vec<(SlotId, SlotId)>,
    /// While checking: indices beyond the end of a tuple.
    pub(in crate::infer) overruns: Vec<Overrun>,
    /// While checking: slots whose conclusion was looked at, without reading them.
    pub(in crate::infer) weighed: FxHashSet<SlotId>,
    /// Slots whose type was asked for.
    pub(in crate::infer) reads: FxHashSet<SlotId>,
    /// Sites whose contents were asked for.
    pub(in crate::infer) site_reads: FxHashSet<SiteId>,
}

/// What of that is observed, as it is kept for a while.
#[derive(Clone, Default)]
pub(in crate::infer) struct Observed {
    pub(in crate::infer) bounds: Box<[Bound]>,
    pub(in crate::infer) uses: Box<[Use]>,
    pub(in crate::infer) sites: Box<[Site]>,
    pub(in crate::infer) introspected: Box<[Introspected]>,
    pub(in crate::infer) decorated: Box<[Decorated]>,
}

impl From<Output> for Observed {
    fn from(output: Output) -> Self {
        let Output { bounds, uses, sites, introspected, decorated, .. } = output;
        Self {
            bounds: bounds.into(),
            uses: uses.into(),
            sites: sites.into(),
            introspected: introspected.into(),
            decorated: decorated.into(),
        }
    }
}
