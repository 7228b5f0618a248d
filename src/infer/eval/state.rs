//! What is known of a repository in one round: units read it, and nothing else.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};

use super::concrete_part;
use crate::infer::{Local, Shape};
use crate::project::{Project, SlotKind};
use crate::text::Name;
use crate::types::{ModuleId, SiteId, SlotId, Type};

/// What is known after a round.
#[derive(Default)]
pub(in crate::infer) struct State {
    /// By slot number: the join of what flows in.
    pub(in crate::infer) types: Vec<Type>,
    /// By slot number: what flows in as far as single functions tell, without any hint.
    pub(in crate::infer) plain: Vec<Type>,
    /// What each dict site holds.
    pub(in crate::infer) sites: FxHashMap<SiteId, Held>,
    /// By slot number: what reading the slot gives in this round where that depends on other slots, and on which.
    pub(in crate::infer) resolved: Vec<OnceLock<Option<Box<Resolved>>>>,
    /// By slot number: what was concluded before, and is now read as if the author had written it.
    pub(in crate::infer) assumed: Vec<Option<Type>>,
    /// The definitions that assumed types mention.
    pub(in crate::infer) shapes: Vec<Shape>,
    /// The types that these declare for local variables.
    pub(in crate::infer) declared: FxHashMap<Local, Type>,
    /// By module: a hash of what they declare there.
    pub(in crate::infer) declared_in: FxHashMap<ModuleId, u64>,
    /// While checking: what their own classes assign to attributes that are also assigned from outside.
    pub(in crate::infer) own: FxHashMap<SlotId, Type>,
    /// Whether the repository is read as a checker reads it once what is assumed is written.
    pub(in crate::infer) reads_back: bool,
    /// Whether contradictions to what is assumed are looked for.
    pub(in crate::infer) checking: bool,
    /// Whether what is seen has been handed over: only what other units read is still recorded.
    pub(in crate::infer) is_observed: bool,
}

impl State {
    /// To be called before each round.
    pub(in crate::infer) fn begin_round(&mut self) {
        self.resolved.resize_with(self.types.len(), OnceLock::new);
        self.resolved.par_iter_mut().for_each(|resolved| drop(resolved.take()));
    }

    /// In what way the repository is read.
    pub(in crate::infer) fn mode(&self) -> Mode {
        let Self { reads_back, is_observed, checking: is_checking, .. } = *self;
        Mode { reads_back, is_observed, is_checking }
    }

    /// Takes the declarations of local variables for written.
    pub(in crate::infer) fn declare(&mut self, declared: impl Iterator<Item = (Local, Type)>) {
        self.declared.clear();
        self.declared_in.clear();
        for (local, ty) in declared {
            let mut hasher = FxHasher::default();
            (self.declared_in.get(&local.module), local, &ty).hash(&mut hasher);
            self.declared_in.insert(local.module, hasher.finish());
            self.declared.insert(local, ty);
        }
    }

    /// Replaces the slots in the type of a slot by what is known of them; none where there are none.
    pub(in crate::infer) fn resolve(&self, project: &Project, ty: &Type, reader: SlotId) -> Option<Box<Resolved>> {
        if !ty.any(&mut |part| matches!(part, Type::Slot(_))) {
            return None;
        }
        let mut others = Vec::new();
        let resolved = ty.map(&mut |part| match part {
            Type::Slot(slot) if *slot != reader => {
                others.push(*slot);
                if self.is_unknown_to_checkers(project, *slot) {
                    return None;
                }
                let index = slot.0 as usize;
                let known = concrete_part(self.assumed.get(index)?.as_ref().or(self.types.get(index))?);
                (!known.is_unknown() && known != Type::None).then_some(known)
            }
            _ => None,
        });
        Some(Box::new(Resolved { ty: resolved, others: others.into() }))
    }

    /// To a checker a parameter without a hint may be anything, whatever callers pass.
    pub(in crate::infer) fn is_unknown_to_checkers(&self, project: &Project, slot: SlotId) -> bool {
        self.reads_back
            && self.assumed[slot.0 as usize].is_none()
            && matches!(project.slots().info(slot).kind, SlotKind::Param(..))
    }
}

/// What reading a slot gives where that depends on other slots.
pub(in crate::infer) struct Resolved {
    pub(in crate::infer) ty: Type,
    pub(in crate::infer) others: Box<[SlotId]>,
}

/// In what way a repository is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::infer) struct Mode {
    /// As a checker reads it.
    reads_back: bool,
    /// For nobody who would observe anything.
    pub(in crate::infer) is_observed: bool,
    /// In search of contradictions.
    pub(in crate::infer) is_checking: bool,
}

/// What a dict site holds.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub(in crate::infer) struct SiteState {
    /// Constant keys with the join of their values.
    pub(in crate::infer) fields: Vec<(Name, Type)>,
    /// Key and value of everything else.
    pub(in crate::infer) dynamic: Option<(Type, Type)>,
}

/// What a dict site holds, with what follows from it once it is asked for.
#[derive(Default)]
pub(in crate::infer) struct Held {
    pub(in crate::infer) content: SiteState,
    /// The site as the `dict[K, V]` that it also is.
    pub(in crate::infer) dict: OnceLock<Type>,
    /// What a computed key gives.
    pub(in crate::infer) item: OnceLock<Type>,
}

impl From<SiteState> for Held {
    fn from(content: SiteState) -> Self {
        Self { content, ..Self::default() }
    }
}
