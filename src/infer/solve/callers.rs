//! Parameters from their callers: what flows in, from the code itself and from its tests, and the type that it makes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::confidence::{self, Callers, NoneSource, is_value};
use super::containers;
use super::index::path;
use super::naming;
use super::reason::Basis;
use super::settle::Settled;
use super::uses::{Guess, Why};
use super::widen::{Decline, numeric, readable, simplify};
use super::{Answer, Model};
use crate::infer::{Bound, Confidence, EvidenceKind, UseKind};
use crate::project::{Origin, SlotKind};
use crate::types::{SlotId, Type, known, union, without_none};

/// Among how many families of parameters the one that asks for `None` is looked for.
const MAX_HANDS: usize = 8;

/// What flows into a family of parameters.
#[derive(Default)]
pub(super) struct Inflow {
    /// Known types that callers in the code itself pass.
    code: Vec<Type>,
    /// Known types that callers in tests pass.
    pub(super) tests: Vec<Type>,
    /// Arguments without a known type.
    pub(super) unknown: usize,
    /// Types that are known in part: containers of unknown items.
    pub(super) partial: Vec<Type>,
    pub(super) defaults: Vec<Type>,
    /// A default that is not known, or in part.
    pub(super) open_default: Option<Type>,
    /// Whether `None` is the default.
    has_none_default: bool,
    /// Whether the code passes `None` itself, or the body asks for it.
    passes_none: bool,
    weakest: Option<Confidence>,
    /// Whether a default or argument stands for a missing value.
    pub(super) marker: bool,
}

impl Inflow {
    /// What flows into the parameters of a family.
    pub(super) fn of(model: &Model, family: &[SlotId]) -> Self {
        let mut inflow = Self::default();
        let mut tests_pass_none = false;
        // Call sites repeat themselves: what was settled once is looked up.
        let mut known: FxHashMap<&Type, Settled> = FxHashMap::default();
        for bound in family.iter().flat_map(|&slot| model.index.bounds(slot)) {
            let mut settled = known.entry(&bound.ty).or_insert_with(|| model.settle(&bound.ty, family)).clone();
            if settled.is_own || bound.through.is_some_and(|source| family.contains(&source)) {
                continue;
            }
            // A guess that is handed on is one, though hardly anybody means anything else by a value.
            if let Some(answer) = bound.through.and_then(|source| model.answer(source))
                && !is_value(&settled.ty)
            {
                settled.weakest = settled.weakest.min(answer.confidence);
            }
            let is_test = model.project.module(bound.module).is_some_and(|module| module.origin == Origin::Evidence);
            let is_default = bound.kind == EvidenceKind::Default;
            if settled.ty == Type::None {
                inflow.has_none_default |= is_default;
                inflow.passes_none |= !is_default && !is_test;
                tests_pass_none |= !is_default && is_test;
                continue;
            }
            let settled = match settled.ty.members().iter().any(is_marker) {
                true if is_default || is_marker(&settled.ty) => {
                    inflow.marker = true;
                    continue;
                }
                // `value = kwargs.get(name, MISSING)` is passed on where it was found.
                true => Settled { ty: without_markers(&settled.ty), ..settled },
                false => settled,
            };
            inflow.add(settled, is_default, is_test);
        }
        // `def close(timeout=10)` whose body asks for `None`: the default is what is meant by leaving it out.
        inflow.passes_none |=
            !inflow.defaults.is_empty() && (asks_for_none(model, family) || is_handed_to_who_asks(model, family));
        // A test that passes `None` to what does not care may only look at what happens then.
        inflow.passes_none |=
            tests_pass_none && is_asked(model, family, |kind| matches!(kind, UseKind::IsNone | UseKind::Truth));
        inflow
    }

    fn add(&mut self, settled: Settled, is_default: bool, is_test: bool) {
        let is_any = settled.ty.members().contains(&Type::Any);
        let is_open = settled.has_hole() || is_any || settled.ty == Type::Never;
        match (is_default, is_open) {
            (true, true) => self.open_default = Some(settled.ty),
            (true, false) => self.defaults.push(default_type(settled.ty)),
            (false, true) if settled.ty.is_unknown() || is_any => self.unknown += 1,
            (false, true) => self.partial.push(settled.ty),
            (false, false) => {
                let weakest = self.weakest.get_or_insert(Confidence::High);
                *weakest = (*weakest).min(settled.weakest);
                let ty = passed_type(settled.ty);
                if is_test { self.tests.push(ty) } else { self.code.push(ty) }
            }
        }
    }

    /// Whether `None` is the default, or passed by code.
    pub(super) fn takes_none(&self) -> bool {
        self.has_none_default || self.passes_none
    }
}

/// Whether the body compares the parameter with `None`.
fn asks_for_none(model: &Model, family: &[SlotId]) -> bool {
    is_asked(model, family, |kind| *kind == UseKind::IsNone)
}

/// Whether the body stores the parameter in an attribute that is compared with `None`, though nothing else that is
/// stored there gives it, or hands it on to a parameter of the same name and with a default too, for which this holds.
fn is_handed_to_who_asks(model: &Model, family: &[SlotId]) -> bool {
    let mut found = vec![family];
    let mut next = 0;
    while let Some(&family) = found.get(next) {
        next += 1;
        for (slot, bound) in family.iter().flat_map(|&slot| model.index.handed_on(slot).map(move |bound| (slot, bound)))
        {
            let taker = bound.slot;
            let is_asked = match model.project.slots().info(taker).kind {
                SlotKind::Attribute(..) => {
                    let gives_none = |bound: &Bound| model.settle(&bound.ty, family).ty.members().contains(&Type::None);
                    asks_for_none(model, &[taker]) && !model.index.bounds(taker).any(gives_none)
                }
                SlotKind::Param(..) => {
                    let others = model.families.family(taker);
                    let is_new = found.len() < MAX_HANDS && found.iter().all(|known| known.first() != others.first());
                    let is_alike = model.param_name(slot) == model.param_name(taker);
                    let is_next = is_new && is_alike && model.project.defaults_to_value(taker);
                    found.extend(is_next.then_some(others));
                    is_next && asks_for_none(model, others)
                }
                _ => false,
            };
            if is_asked {
                return true;
            }
        }
    }
    false
}

/// Whether the body asks one of these things of the parameter itself.
fn is_asked(model: &Model, family: &[SlotId], test: impl Fn(&UseKind) -> bool) -> bool {
    let mut uses = family.iter().flat_map(|&slot| model.index.uses(slot));
    uses.any(|usage| path(&usage.subject).is_empty() && test(&usage.kind))
}

/// Whether a value only says that there is none: `MISSING = object()`, an instance of `class _Missing`.
pub(in crate::infer) fn is_marker(ty: &Type) -> bool {
    const WORDS: [&str; 7] = ["missing", "sentinel", "unset", "undefined", "notset", "notgiven", "omitted"];
    ty.class().is_some_and(|class| {
        let name = class.short().replace('_', "").to_lowercase();
        WORDS.iter().any(|word| name.starts_with(word) || name.ends_with(word))
    })
}

fn without_markers(ty: &Type) -> Type {
    union(ty.members().iter().filter(|member| !is_marker(member)).cloned())
}

/// A tuple as a default is one choice among tuples of any length.
fn default_type(ty: Type) -> Type {
    match &ty {
        Type::Tuple(items) if items.windows(2).all(|pair| pair[0] == pair[1]) => match items.first() {
            Some(item) => known::TUPLE.of([item.clone()]),
            None => known::TUPLE.of([Type::Unknown]),
        },
        _ => ty,
    }
}

/// Who passes a tuple of one item could have passed more of them: for one value nobody makes a tuple.
fn passed_type(ty: Type) -> Type {
    match &ty {
        Type::Tuple(items) if items.len() == 1 => known::TUPLE.of([items[0].clone()]),
        Type::Union(members) => union(members.iter().cloned().map(passed_type)),
        _ => ty,
    }
}

/// The type from call sites, if any of them is known; with the reason where it cannot be written.
pub(super) fn conclude(
    model: &Model,
    slot: SlotId,
    family: &[SlotId],
    inflow: &Inflow,
    guess: Option<&Guess>,
) -> Option<Result<Answer, Decline>> {
    let only_tests = inflow.code.is_empty();
    let passed = if only_tests { &inflow.tests } else { &inflow.code };
    if passed.is_empty() {
        return None;
    }
    let default =
        (!inflow.defaults.is_empty()).then(|| simplify(model.project, &union(inflow.defaults.iter().cloned())));
    let plain = joined(model, slot, inflow, passed, default.as_ref(), guess);
    let default_agrees = default.as_ref().is_some_and(|default| *default == without_none(&plain));
    let (mut ty, abstraction) = containers::for_parameter(model, &plain, family);
    if inflow.takes_none() {
        ty = union([ty, Type::None]);
    }
    let ty = match readable(model.project, &ty) {
        Ok(ty) => ty,
        Err(decline) => return Some(Err(decline)),
    };
    let callers = Callers {
        known: passed.len(),
        unknown: inflow.unknown,
        only_tests,
        default_agrees,
        body_agrees: guess.is_some_and(|guess| guess.ty == without_none(&ty)) || is_used_as_dict(model, family, &ty),
        none: none_source(model, family, inflow, &ty),
        abstraction,
    };
    let mut confidence = confidence::of_callers(callers, &ty);
    // `f(1)` for `quiet=False` is meant as a flag.
    if default.is_some_and(|default| default.is(&known::BOOL)) && without_none(&ty).is(&known::INT) {
        confidence = Confidence::Low;
    }
    if abstraction.is_some() {
        confidence = confidence.min(Confidence::Medium);
    }
    // `mode="r"` that is compared with other strings: the author may have meant those strings alone.
    if !inflow.defaults.is_empty() && guess.is_some_and(|guess| guess.why == Why::Operator && guess.ty.is(&known::STR))
    {
        confidence = Confidence::Low;
    }
    if let Some(weakest) = inflow.weakest {
        confidence = confidence.min(weakest);
    }
    if model.param_name(slot).is_some_and(|name| name.as_str().starts_with('_')) {
        confidence = confidence.min(Confidence::Medium);
    }
    let basis = Basis::Callers { callers, has_default: !inflow.defaults.is_empty() };
    Some(Ok(Answer { ty, confidence, basis }))
}

/// What callers pass, joined with the default and with what tests and names know of numbers.
fn joined(
    model: &Model,
    slot: SlotId,
    inflow: &Inflow,
    passed: &[Type],
    default: Option<&Type>,
    guess: Option<&Guess>,
) -> Type {
    let project = model.project;
    let mut ty = simplify(project, &union(distinct(passed.iter().chain(&inflow.partial))));
    if !inflow.code.is_empty() {
        // A test that passes `0.5` where the code passes `1` knows what is allowed.
        let tests = numeric(&union(distinct(inflow.tests.iter())));
        let both = numeric(&union([ty.clone(), tests]));
        if both.members().len() == ty.members().len() {
            ty = simplify(project, &both);
        }
    }
    if let Some(default) = default
        && !default.is(&known::OBJECT)
    {
        ty = simplify(project, &union([ty, default.clone()]));
    }
    let wants_float = guess.is_some_and(|guess| guess.why == Why::Passed && guess.ty.is(&known::FLOAT))
        || model.param_name(slot).is_some_and(naming::is_duration) && !wants_int(guess);
    if wants_float && without_none(&ty).is(&known::INT) {
        ty = numeric(&union([ty, known::FLOAT.instance()]));
    }
    ty
}

/// Whether the body passes the value on where only an `int` will do.
pub(super) fn wants_int(guess: Option<&Guess>) -> bool {
    guess.is_some_and(|guess| guess.why == Why::Passed && guess.ty.is(&known::INT))
}

fn none_source(model: &Model, family: &[SlotId], inflow: &Inflow, ty: &Type) -> NoneSource {
    if inflow.has_none_default || !ty.members().contains(&Type::None) {
        NoneSource::Default
    } else if inflow.passes_none || is_asked(model, family, |kind| matches!(kind, UseKind::IsNone | UseKind::Truth)) {
        NoneSource::Asked
    } else {
        NoneSource::Unhandled
    }
}

/// Whether callers pass dicts, and the body looks things up in them by keys that it computes.
fn is_used_as_dict(model: &Model, family: &[SlotId], ty: &Type) -> bool {
    let is_lookup = |kind: &UseKind| {
        matches!(kind, UseKind::Mapping | UseKind::Items | UseKind::DynamicKey(_) | UseKind::SetDynamicKey(..))
    };
    let ty = without_none(ty);
    (ty.is(&known::DICT) || ty.is(&known::MAPPING)) && is_asked(model, family, is_lookup)
}

/// The types without repetition, in order.
fn distinct<'t>(types: impl Iterator<Item = &'t Type>) -> Vec<Type> {
    let mut seen = FxHashSet::default();
    types.filter(|ty| seen.insert(*ty)).cloned().collect()
}
