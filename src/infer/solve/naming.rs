//! What names say: parameters called alike elsewhere in the repository, and visitor methods called after what they
//! visit.
//!
//! A repository uses a name for one thing more often than not: where `state` is a `BlockState` in twenty signatures
//! and nothing else in any, the twenty-first is one too.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::confidence::is_value;
use super::reads::{Read, note};
use super::reason::Basis;
use super::widen::Decline;
use super::{Answer, Model};
use crate::facts::ClassId;
use crate::infer::Confidence;
use crate::project::{Origin, Project, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, SlotId, Type, without_none};

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
    counts: Counts,
    /// Classes of the repository by their short name in small letters; none where two share it.
    classes: FxHashMap<String, Option<ClassName>>,
}

/// What the parameters of each name were after a pass.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// By circle and name: the type that all its namesakes of known type have, and how many those are.
    namesakes: FxHashMap<(Circle, Name), (Type, usize)>,
    /// By name: the types that its namesakes have, and how often.
    census: FxHashMap<Name, FxHashMap<Type, usize>>,
}

/// Where a name stands for one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Circle {
    /// The methods of one class.
    Class(ModuleId, ClassId),
    /// All functions.
    Repository,
}

/// What the parameters of one name are.
#[derive(Default)]
struct Votes {
    ty: Option<Type>,
    known: usize,
    all: usize,
    differ: bool,
}

impl Votes {
    fn add(&mut self, vote: Option<&Type>) {
        self.all += 1;
        let Some(ty) = vote else { return };
        self.known += 1;
        match &self.ty {
            None => self.ty = Some(ty.clone()),
            Some(known) => self.differ |= known != ty,
        }
    }
}

impl Naming {
    /// Lists the classes of a repository.
    pub(super) fn new(project: &Project) -> Self {
        let mut naming = Self::default();
        for module in project.repository().filter(|module| module.origin == Origin::Project) {
            for class in module.facts.classes.iter().filter(|class| class.parent.is_none()) {
                let name = ClassName::new(module.name, class.qualname);
                let short = class.name.as_str().to_lowercase();
                naming.classes.entry(short).and_modify(|known| *known = None).or_insert(Some(name));
            }
        }
        naming
    }

    /// Counts what the namesakes of each parameter are after a pass. One family of overrides counts once.
    pub(super) fn count(model: &Model) -> Counts {
        let ballots: Vec<Ballot> =
            super::slots(model.answers.len()).filter_map(|slot| Ballot::of(model, slot)).collect();
        let (namesakes, census) = rayon::join(|| agreed(&ballots), || census(&ballots));
        Counts { namesakes, census }
    }

    /// Takes over the counts of a pass.
    pub(super) fn update(&mut self, counts: Counts) {
        self.counts = counts;
    }

    /// The counts of the last pass.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many parameters of a name have this type, and how many another one.
    pub(super) fn census(&self, name: Name, ty: &Type) -> (usize, usize) {
        note(Read::Name(name));
        let Some(counts) = self.counts.census.get(&name) else { return (0, 0) };
        let all: usize = counts.values().sum();
        let alike = counts.get(ty).copied().unwrap_or_default();
        (alike, all - alike)
    }
}

impl Counts {
    /// The names that do not stand for the same.
    pub(super) fn differing(&self, other: &Self) -> FxHashSet<Name> {
        let mut names = FxHashSet::default();
        for (one, other) in [(self, other), (other, self)] {
            let namesakes = one.namesakes.iter().filter(|&(key, value)| other.namesakes.get(key) != Some(value));
            names.extend(namesakes.map(|((_, name), _)| *name));
            let census = one.census.iter().filter(|&(name, counts)| other.census.get(name) != Some(counts));
            names.extend(census.map(|(name, _)| *name));
        }
        names
    }
}

/// What a parameter adds to the counts.
struct Ballot {
    name: Name,
    /// What is seen of it.
    seen: Option<Type>,
    /// Where it votes; nowhere under a name that stands for anything.
    circles: [Option<Circle>; 2],
    vote: Option<Type>,
}

impl Ballot {
    fn of(model: &Model, slot: SlotId) -> Option<Self> {
        let info = model.project.slots().info(slot);
        let SlotKind::Param(function, _) = info.kind else { return None };
        if model.families.family(slot).first() != Some(&slot) {
            return None;
        }
        model.project.module(info.module).filter(|module| module.origin == Origin::Project)?;
        let name = model.param_name(slot)?;
        let seen = seen(model, slot);
        if is_role(name) {
            return Some(Self { name, seen, circles: [None; 2], vote: None });
        }
        let vote = model
            .answer(slot)
            .filter(|answer| answer.confidence >= Confidence::Medium && !answer.basis.is_naming())
            .filter(|answer| answer.ty != Type::Any)
            .map(|answer| without_none(&answer.ty));
        let class = model.function(info.module, function).and_then(|(_, function)| function.class);
        let circle = class.map(|class| Circle::Class(info.module, class));
        Some(Self { name, seen, circles: [circle, Some(Circle::Repository)], vote })
    }
}

/// By circle and name: the type that all its namesakes of known type have, and how many those are.
fn agreed(ballots: &[Ballot]) -> FxHashMap<(Circle, Name), (Type, usize)> {
    let mut votes: FxHashMap<(Circle, Name), Votes> = FxHashMap::default();
    for Ballot { name, circles, vote, .. } in ballots {
        for circle in circles.iter().flatten() {
            votes.entry((*circle, *name)).or_default().add(vote.as_ref());
        }
    }
    let agreed = |(name, votes): ((Circle, Name), Votes)| {
        let is_convention =
            !votes.differ && votes.known >= MIN_NAMESAKES && votes.known * MAX_UNKNOWN_SHARE >= votes.all;
        let ty = votes.ty.filter(|_| is_convention)?;
        Some((name, (ty, votes.known)))
    };
    votes.into_iter().filter_map(agreed).collect()
}

/// By name: the types that its namesakes have, and how often.
fn census(ballots: &[Ballot]) -> FxHashMap<Name, FxHashMap<Type, usize>> {
    let mut census: FxHashMap<Name, FxHashMap<Type, usize>> = FxHashMap::default();
    for Ballot { name, seen, .. } in ballots {
        if let Some(ty) = seen {
            *census.entry(*name).or_default().entry(ty.clone()).or_default() += 1;
        }
    }
    census
}

/// Whether a name stands for anything.
pub(super) fn is_role(name: Name) -> bool {
    ROLES.contains(&name.as_str())
}

/// What a parameter is by any evidence besides its name; a type that cannot be written is one all the same.
fn seen(model: &Model, slot: SlotId) -> Option<Type> {
    match &model.answers[slot.0 as usize] {
        Ok(answer) => (!answer.basis.is_naming()).then(|| without_none(&answer.ty)),
        Err(Decline::TooManyTypes(ty) | Decline::NoElementType(ty)) => Some(without_none(ty)),
        Err(_) => None,
    }
}

/// The type that the name of a parameter suggests, where nothing else is known of it.
pub(super) fn suggestion(model: &Model, slot: SlotId) -> Option<Answer> {
    let name = model.param_name(slot)?;
    if let Some(class) = visited(model, slot) {
        let confidence = Confidence::Medium;
        return Some(Answer { ty: Type::instance(class), confidence, basis: Basis::Visitor });
    }
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, _) = info.kind else { return None };
    let class = model.function(info.module, function).and_then(|(_, function)| function.class);
    let in_class = class.and_then(|class| within(model, Circle::Class(info.module, class), name));
    in_class.or_else(|| of_name(model, name))
}

/// Whether the name of a visitor method tells a class below the one that it is seen to be called with.
pub(super) fn visits_less(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let Type::Instance(called, _) = ty else { return false };
    visited(model, slot).is_some_and(|class| class != *called && model.project.is_subclass(class, *called))
}

/// The type of the parameters of a name, where they agree.
pub(super) fn of_name(model: &Model, name: Name) -> Option<Answer> {
    within(model, Circle::Repository, name)
}

fn within(model: &Model, circle: Circle, name: Name) -> Option<Answer> {
    note(Read::Name(name));
    let (ty, count) = model.ground.naming.counts.namesakes.get(&(circle, name))?;
    let is_sure = circle != Circle::Repository || *count >= MANY_NAMESAKES || is_value(ty);
    let confidence = if is_sure { Confidence::Medium } else { Confidence::Low };
    Some(Answer { ty: ty.clone(), confidence, basis: Basis::Namesakes(circle, *count) })
}

/// Whether a parameter's name speaks of a length of time in seconds: an `int` passed as one is a `float` to its author,
/// as it is to the functions of the standard library that wait.
pub(super) fn is_duration(param: Name) -> bool {
    const WORDS: [&str; 9] =
        ["timeout", "timeouts", "interval", "delay", "duration", "seconds", "secs", "sleep", "speed"];
    param.as_str().split('_').any(|word| WORDS.contains(&word))
}

/// `def visit_Name(self, node)`, `def enter_field(self, node)`: a visitor finds its methods by the names of the classes,
/// `Name` and `FieldNode`.
fn visited(model: &Model, slot: SlotId) -> Option<ClassName> {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, 1) = info.kind else { return None };
    let (_, function) = model.function(info.module, function)?;
    function.class?;
    let prefixes = ["visit_", "depart_", "leave_", "enter_"];
    let visited = prefixes.iter().find_map(|prefix| function.name.as_str().strip_prefix(prefix))?;
    let short = visited.replace('_', "").to_lowercase();
    let class = |name: &str| model.ground.naming.classes.get(name).copied().flatten();
    // A word in small letters is the name of a class only together with what the parameter calls it.
    let whole = class(&short).filter(|_| visited.starts_with(char::is_uppercase));
    let kind = model.param_name(slot)?.as_str().trim_matches('_').to_lowercase();
    whole.or_else(|| class(&format!("{short}{kind}")))
}
