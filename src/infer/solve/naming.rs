//! What names say: parameters called alike elsewhere in the repository, and visitor methods called after what they
//! visit.
//!
//! A repository uses a name for one thing more often than not: where `state` is a `BlockState` in twenty signatures
//! and nothing else in any, the twenty-first is one too.

use rustc_hash::FxHashMap;

use super::reason::Basis;
use super::{Answer, Model};
use crate::infer::Confidence;
use crate::project::{Origin, Project, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, SlotId, Type, union};

/// So many namesakes have to agree.
const MIN_NAMESAKES: usize = 3;
/// So many of them make it a convention.
const MANY_NAMESAKES: usize = 6;
/// Where the types of fewer than one in so many namesakes are known, those few are special cases.
const MAX_UNKNOWN_SHARE: usize = 4;
/// Names of roles, not of things: they stand for anything.
const ROLES: [&str; 20] = [
    "value", "val", "values", "obj", "object", "data", "item", "items", "other", "arg", "default", "result", "element",
    "input", "output", "x", "y", "v", "a", "b",
];

/// What the names of parameters stand for in a repository.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// By name of a parameter: the type that all its namesakes of known type have, and how many those are.
    namesakes: FxHashMap<Name, (Type, usize)>,
    /// Classes of the repository by their short name; none where two share it.
    classes: FxHashMap<Name, Option<ClassName>>,
}

/// What the parameters of one name are.
#[derive(Default)]
struct Votes {
    ty: Option<Type>,
    known: usize,
    all: usize,
    differ: bool,
}

impl Naming {
    /// Lists the classes of a repository.
    pub(super) fn new(project: &Project) -> Self {
        let mut naming = Self::default();
        for module in project.repository().filter(|module| module.origin == Origin::Project) {
            for class in module.facts.classes.iter().filter(|class| class.parent.is_none()) {
                let name = ClassName::new(module.name, class.qualname);
                naming.classes.entry(class.name).and_modify(|known| *known = None).or_insert(Some(name));
            }
        }
        naming
    }

    /// Counts what the namesakes of each parameter are after a pass. One family of overrides counts once.
    pub(super) fn count(model: &Model) -> FxHashMap<Name, (Type, usize)> {
        let mut votes: FxHashMap<Name, Votes> = FxHashMap::default();
        for (slot, info) in model.project.slots().iter() {
            if !matches!(info.kind, SlotKind::Param(..)) || model.families.family(slot).first() != Some(&slot) {
                continue;
            }
            if model.project.module(info.module).is_none_or(|module| module.origin != Origin::Project) {
                continue;
            }
            let Some(name) = model.param_name(slot).filter(|name| !ROLES.contains(&name.as_str())) else { continue };
            let votes = votes.entry(name).or_default();
            votes.all += 1;
            let Some(answer) = model.answer(slot) else { continue };
            if answer.confidence < Confidence::Medium || answer.basis.is_naming() {
                continue;
            }
            let ty = union(answer.ty.members().iter().filter(|member| **member != Type::None).cloned());
            votes.known += 1;
            match &votes.ty {
                None => votes.ty = Some(ty),
                Some(known) => votes.differ |= *known != ty,
            }
        }
        votes
            .into_iter()
            .filter_map(|(name, votes)| {
                let is_convention =
                    !votes.differ && votes.known >= MIN_NAMESAKES && votes.known * MAX_UNKNOWN_SHARE >= votes.all;
                let ty = votes.ty.filter(|_| is_convention)?;
                Some((name, (ty, votes.known)))
            })
            .collect()
    }

    /// Takes over the counts of a pass.
    pub(super) fn update(&mut self, namesakes: FxHashMap<Name, (Type, usize)>) {
        self.namesakes = namesakes;
    }
}

/// The type that the name of a parameter suggests, where nothing else is known of it.
pub(super) fn suggestion(model: &Model, slot: SlotId) -> Option<Answer> {
    let name = model.param_name(slot)?;
    if let Some(class) = visited(model, slot) {
        let confidence = Confidence::Medium;
        return Some(Answer { ty: Type::instance(class), confidence, basis: Basis::Visitor });
    }
    of_name(model, name)
}

/// The type of the parameters of a name, where they agree.
pub(super) fn of_name(model: &Model, name: Name) -> Option<Answer> {
    let (ty, count) = model.naming.namesakes.get(&name)?;
    let confidence = if *count >= MANY_NAMESAKES { Confidence::Medium } else { Confidence::Low };
    Some(Answer { ty: ty.clone(), confidence, basis: Basis::Namesakes(*count) })
}

/// `def visit_Name(self, node)`: a visitor finds its methods by the names of the classes.
fn visited(model: &Model, slot: SlotId) -> Option<ClassName> {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, 1) = info.kind else { return None };
    let (_, function) = model.function(info.module, function)?;
    function.class?;
    let visited =
        ["visit_", "depart_", "leave_"].iter().find_map(|prefix| function.name.as_str().strip_prefix(prefix))?;
    if !visited.starts_with(char::is_uppercase) {
        return None;
    }
    *model.naming.classes.get(&Name::new(visited))?
}
