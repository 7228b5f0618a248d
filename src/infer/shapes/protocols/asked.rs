//! What is asked of the values that members are used of.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::super::world::{Sort, World};
use crate::infer::{Evidence, EvidenceKind, Observations, Use, UseKind};
use crate::text::Name;
use crate::types::known::{self, Known};
use crate::types::{Projection, SlotId, Type, union};

/// The value that members are asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// The value of the slot.
    Whole(SlotId),
    /// The elements of the slot's value.
    Element(SlotId),
}

impl Subject {
    /// The subject that a value is.
    pub(super) fn of(ty: &Type) -> Option<Self> {
        match ty {
            Type::Slot(slot) => Some(Self::Whole(*slot)),
            Type::Part(whole, Projection::Element) => match **whole {
                Type::Slot(slot) => Some(Self::Element(slot)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The same of another slot.
    pub(super) fn of_slot(self, slot: SlotId) -> Self {
        match self {
            Self::Whole(_) => Self::Whole(slot),
            Self::Element(_) => Self::Element(slot),
        }
    }

    /// The slot that holds it.
    pub(super) fn slot(self) -> SlotId {
        match self {
            Self::Whole(slot) | Self::Element(slot) => slot,
        }
    }
}

/// What is asked of what is called itself.
pub(super) const CALL: &str = "__call__";

/// What is asked of one member.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) read: bool,
    pub(super) written: bool,
    /// How it is called; none if it never is.
    pub(super) called: Option<Calls>,
}

/// How a method is called.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    /// The smallest and the largest number of positional arguments.
    pub(super) least: usize,
    pub(super) most: usize,
    /// The keywords, with whether every call passes them.
    pub(super) keywords: BTreeMap<Name, bool>,
    /// The types passed by position and by keyword.
    pub(super) passed: Vec<Type>,
    pub(super) named: BTreeMap<Name, Type>,
}

impl Calls {
    fn of(positional: &[Type], keywords: &[(Name, Type)]) -> Self {
        Self {
            least: positional.len(),
            most: positional.len(),
            keywords: keywords.iter().map(|(name, _)| (*name, true)).collect(),
            passed: positional.to_vec(),
            named: keywords.iter().cloned().collect(),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        for (name, always) in &mut self.keywords {
            *always &= other.keywords.get(name).copied().unwrap_or(false);
        }
        for name in other.keywords.keys() {
            self.keywords.entry(*name).or_insert(false);
        }
        self.passed.resize(self.most, Type::Unknown);
        for (own, ty) in self.passed.iter_mut().zip(&other.passed) {
            *own = union([own.clone(), ty.clone()]);
        }
        for (name, ty) in &other.named {
            let own = self.named.entry(*name).or_insert(Type::Unknown);
            *own = union([own.clone(), ty.clone()]);
        }
    }
}

impl Asked {
    /// Whether no `Callable` says how it is called: by keywords, or with more arguments here than there.
    pub(super) fn is_beyond_callable(&self) -> bool {
        self.called.as_ref().is_some_and(|calls| calls.least != calls.most || !calls.keywords.is_empty())
    }

    /// Adds what somebody else asks of the same member.
    pub(super) fn merge(&mut self, other: &Self) {
        self.read |= other.read;
        self.written |= other.written;
        match (&mut self.called, &other.called) {
            (Some(calls), Some(other)) => calls.merge(other),
            (None, Some(other)) => self.called = Some(other.clone()),
            _ => {}
        }
    }
}

/// The members asked of a value, in the order of first use; none where more is asked than members.
pub(super) type Members = Option<Vec<(Name, Asked)>>;

/// Adds what is asked elsewhere of the same value.
pub(super) fn merge(members: &mut Vec<(Name, Asked)>, others: &[(Name, Asked)]) {
    for (name, asked) in others {
        match members.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.merge(asked),
            None => members.push((*name, asked.clone())),
        }
    }
}

/// The members that are used of each slot that can be annotated, and of its elements.
pub(super) fn asked_of_slots(world: &World, observations: &Observations) -> BTreeMap<Subject, Members> {
    let mut found: BTreeMap<Subject, Members> = BTreeMap::new();
    for used in &observations.uses {
        let Some(subject) = Subject::of(&used.subject) else { continue };
        let is_candidate = world
            .slot(subject.slot())
            .is_some_and(|view| view.open && matches!(view.sort, Sort::Param | Sort::Attribute | Sort::Variable));
        if !is_candidate {
            continue;
        }
        let entry = found.entry(subject).or_insert_with(|| Some(Vec::new()));
        let Some(members) = entry else { continue };
        let is_called = || world.text(used.module, used.range).ends_with(')');
        let (name, asked) = match &used.kind {
            // A call with `*args` or `**kwargs`, whose signature cannot be told.
            UseKind::Attribute(_) if is_called() => {
                *entry = None;
                continue;
            }
            UseKind::Attribute(name) => (*name, Asked { read: true, ..Asked::default() }),
            UseKind::SetAttribute(name, _) => (*name, Asked { written: true, ..Asked::default() }),
            UseKind::Method(name, positional, keywords) => {
                (*name, Asked { called: Some(Calls::of(positional, keywords)), ..Asked::default() })
            }
            // A file is read so, and is a context manager; other things are not told apart by it.
            UseKind::Iterate => {
                (Name::new("__iter__"), Asked { called: Some(Calls::of(&[], &[])), ..Asked::default() })
            }
            UseKind::Call(positional, keywords) => {
                (Name::new(CALL), Asked { called: Some(Calls::of(positional, keywords)), ..Asked::default() })
            }
            UseKind::Enter => (Name::new("__enter__"), Asked { called: Some(Calls::of(&[], &[])), ..Asked::default() }),
            UseKind::Truth | UseKind::IsNone | UseKind::Format | UseKind::Compare(..) | UseKind::Passed(_) => continue,
            // One of those that are passed gets something of its own.
            UseKind::IsInstance(classes) if classes.iter().all(|class| is_of_repository(world, class)) => continue,
            // Operators, subscripts: a protocol of the standard library, or a class, is meant.
            _ => {
                *entry = None;
                continue;
            }
        };
        merge(members, &[(name, asked)]);
    }
    found
}

fn is_of_repository(world: &World, ty: &Type) -> bool {
    ty.class().is_some_and(|class| world.classes.contains_key(&class))
}

/// By slot the uses of its value and of its elements, in order, as numbers among the observed ones.
pub(super) struct SlotUses<'a> {
    observations: &'a Observations,
    numbers: FxHashMap<SlotId, Vec<u32>>,
}

impl<'a> SlotUses<'a> {
    pub(super) fn of(observations: &'a Observations) -> Self {
        let mut numbers: FxHashMap<SlotId, Vec<u32>> = FxHashMap::default();
        for (number, used) in observations.uses.iter().enumerate() {
            if let Some(subject) = Subject::of(&used.subject) {
                numbers.entry(subject.slot()).or_default().push(number as u32);
            }
        }
        Self { observations, numbers }
    }

    fn at(&self, slot: SlotId) -> impl Iterator<Item = &'a Use> {
        let observations = self.observations;
        self.numbers.get(&slot).into_iter().flatten().map(|&number| &observations.uses[number as usize])
    }

    /// What to write around the type of the elements; none where more is done with the collection than to read it.
    pub(super) fn holder(&self, slot: SlotId) -> Option<&'static Known> {
        let mut holder = &known::ITERABLE;
        for used in self.at(slot).filter(|used| used.subject == Type::Slot(slot)) {
            match used.kind {
                UseKind::Iterate | UseKind::IsNone => {}
                UseKind::Len | UseKind::Truth | UseKind::Index(_) | UseKind::Slice => holder = &known::SEQUENCE,
                _ => return None,
            }
        }
        Some(holder)
    }

    /// The first uses of a slot's members.
    pub(super) fn evidence(&self, slot: SlotId) -> Vec<Evidence> {
        let is_member =
            |kind: &UseKind| matches!(kind, UseKind::Attribute(_) | UseKind::SetAttribute(..) | UseKind::Method(..));
        let uses = self.at(slot).filter(|used| is_member(&used.kind)).take(4);
        uses.map(|used| Evidence { kind: EvidenceKind::Use, module: used.module, range: used.range, ty: None })
            .collect()
    }
}
