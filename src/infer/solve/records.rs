//! Keys of records once slots are answered: the flow of values alone knows neither what is concluded for the slots that
//! a value comes from and goes to, nor which classes have a common base.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::confidence::is_value;
use super::namesakes::Namesakes;
use super::relatives::Relatives;
use super::settle::Settled;
use super::uses::{self, Asked, Guess, Why};
use super::widen::{readable, simplify};
use super::{Model, naming, vocabulary};
use crate::facts::CompareOp;
use crate::infer::shapes::singular;
use crate::infer::{Confidence, Field, FieldFlow, Use, UseKind};
use crate::text::Name;
use crate::types::{ShapeId, Type, known, union, without_none};

/// The keys whose types can be told better, with these types.
pub(super) fn conclude(model: &Model) -> Vec<(ShapeId, Name, Type)> {
    let fields = model.shapes.fields();
    let known: FxHashMap<(ShapeId, Name), &Type> =
        fields.iter().map(|(shape, field)| ((*shape, field.name), &field.ty)).collect();
    let open: Vec<(&FieldFlow, &Type)> =
        model.shapes.flows().iter().filter_map(|flow| Some((flow, *known.get(&(flow.shape, flow.name))?))).collect();
    let told: Vec<Option<Type>> = open.par_iter().map(|(flow, known)| of_key(model, flow, known)).collect();
    let silent = open.iter().zip(&told).filter(|((_, known), told)| told.is_none() && **known == Type::Any);
    let all: Vec<&Field> = fields.iter().map(|(_, field)| *field).collect();
    let namesakes = Namesakes::of(model, silent.map(|((flow, _), _)| flow.name), &all);
    let better = open.iter().zip(&told).filter_map(|((flow, _), told)| Some((flow.shape, flow.name, told.as_ref()?)));
    let relatives = Relatives::of(&fields, better);
    let concluded = open.iter().zip(&told).filter_map(|((flow, known), told)| {
        let guess = || by_relatives(model, flow, &relatives).or_else(|| by_name(model, flow, &namesakes));
        let ty = told.clone().or_else(|| if **known == Type::Any { guess() } else { None })?;
        (ty != **known).then_some((flow.shape, flow.name, ty))
    });
    concluded.collect()
}

/// The type of a key from what is seen of its values, if more can be said than what is known.
fn of_key(model: &Model, flow: &FieldFlow, known: &Type) -> Option<Type> {
    if !known.any(&mut |part| *part == Type::Any) {
        return readable(model.project, known).ok();
    }
    let seen = Seen::of(model, flow);
    let ty = seen.readable(model).or_else(|| if *known == Type::Any { seen.asked(model, flow) } else { None })?;
    // Definitions are placed before it is known that this one needs them.
    let is_new = |id: &ShapeId| !known.shapes().contains(id);
    let is_same = *known == Type::Any || uses_same_classes(known, &ty);
    (is_same && !ty.shapes().iter().any(is_new)).then_some(ty)
}

/// The type of a key of whose values nothing is known: what its name stands for elsewhere in the repository, else what
/// its words mean everywhere. Of the values of a dict with all sorts of keys the right one is among them.
fn by_name(model: &Model, flow: &FieldFlow, namesakes: &Namesakes) -> Option<Type> {
    let seen = Seen::of(model, flow);
    let mut uses = flow.uses.iter().map(|&number| model.index.usage(number));
    let meaning = || vocabulary::meaning(flow.name).filter(|_| uses.all(|usage| is_mute(&usage.kind)));
    let convention = naming::of_name(model, flow.name).filter(|answer| answer.confidence > Confidence::Low);
    let ty = convention.map(|answer| answer.ty).or_else(|| namesakes.winner(flow.name)).or_else(meaning)?;
    seen.allows(&ty).then(|| seen.optional(ty))
}

/// The type that a key has in the records that are most like its own.
fn by_relatives(model: &Model, flow: &FieldFlow, relatives: &Relatives) -> Option<Type> {
    let ty = relatives.type_of(flow.shape, flow.name)?;
    let seen = Seen::of(model, flow);
    seen.allows(&ty).then(|| seen.optional(ty))
}

/// What flows into a key.
struct Seen {
    ty: Type,
    /// Whether something else flows in that is not known.
    is_part: bool,
    /// Whether it rests on a guess.
    is_weak: bool,
}

impl Seen {
    fn of(model: &Model, flow: &FieldFlow) -> Self {
        let members = flow.lowers.iter().flat_map(|lower| lower.members().iter());
        let settled: Vec<Settled> = members.map(|member| model.settle(member, &[])).collect();
        let is_open = |ty: &Type| matches!(ty, Type::Any | Type::Unknown);
        let known = settled.iter().flat_map(|settled| settled.ty.members().to_vec()).filter(|ty| !is_open(ty));
        Self {
            ty: simplify(model.project, &union(known)),
            is_part: settled.iter().any(|settled| is_open(&settled.ty)),
            is_weak: settled.iter().any(|settled| settled.weakest == Confidence::Low),
        }
    }

    /// The type as a reader wants it. What is known in part may be one choice of several, but a single class is telling;
    /// of three choices none is a container.
    fn readable(&self, model: &Model) -> Option<Type> {
        let some = without_none(&self.ty);
        let is_container = |member: &Type| matches!(member, Type::Instance(_, args) if !args.is_empty());
        let most = match () {
            () if self.is_part && self.is_weak => 0,
            () if self.is_part => 1,
            () if some.members().iter().any(is_container) => 2,
            () => usize::MAX,
        };
        if some.members().len() > most { None } else { readable(model.project, &self.ty).ok() }
    }

    /// What is done with the values, where they are not seen.
    fn asked(&self, model: &Model, flow: &FieldFlow) -> Option<Type> {
        if !self.is_nothing() {
            return None;
        }
        let observed = |numbers: &[u32]| numbers.iter().map(|&number| model.index.usage(number)).collect::<Vec<_>>();
        let uses = observed(&flow.uses);
        let value = Asked::of(uses.iter().copied(), flow.takers.clone());
        let items = Asked::of(observed(&flow.item_uses), Vec::new());
        // What is told from `True` can be anything.
        let is_told_apart =
            uses.iter().any(|used| matches!(used.kind, UseKind::Compare(CompareOp::Is | CompareOp::IsNot, _)));
        let is_sure = |guess: &Guess| {
            guess.confidence > Confidence::Low || guess.why == Why::Iterated || is_value(&guess.ty) && !is_told_apart
        };
        let guess = uses::from_both(model, &value, &items, Some(flow.name)).filter(is_sure);
        let guess = guess.map(|guess| as_data(&guess.ty));
        guess.or_else(|| container(flow.name, &uses)).map(|ty| self.optional(ty))
    }

    /// Whether what flows in speaks for a type, or at least not against it.
    fn allows(&self, ty: &Type) -> bool {
        self.is_nothing() || self.ty == Type::Mixed || self.ty.members().contains(ty)
    }

    fn is_nothing(&self) -> bool {
        matches!(self.ty, Type::Unknown | Type::None)
    }

    /// The type, or `None` if that flows in.
    fn optional(&self, ty: Type) -> Type {
        if self.ty.members().contains(&Type::None) { union([ty, Type::None]) } else { ty }
    }
}

/// What a function iterates over is a list where it is kept.
fn as_data(ty: &Type) -> Type {
    match ty {
        Type::Instance(class, args) if *class == known::ITERABLE.class() => {
            Type::generic(known::LIST.class(), args.clone())
        }
        other => other.clone(),
    }
}

/// The container that a value is by what is done with it, of whatever it holds.
fn container(name: Name, uses: &[&Use]) -> Option<Type> {
    let is_list = |kind: &UseKind| match kind {
        UseKind::Slice | UseKind::Index(_) => true,
        UseKind::Method(name, ..) => matches!(name.as_str(), "append" | "extend" | "insert" | "sort" | "reverse"),
        _ => false,
    };
    let is_dict = |kind: &UseKind| match kind {
        UseKind::Key(_)
        | UseKind::SetKey(..)
        | UseKind::GetKey(..)
        | UseKind::DefaultKey(..)
        | UseKind::Mapping
        | UseKind::Items => true,
        UseKind::Method(name, arguments, _) => match name.as_str() {
            "items" | "keys" | "values" | "update" => true,
            "get" | "setdefault" => !arguments.is_empty(),
            _ => false,
        },
        _ => false,
    };
    let is_any = |kind: &UseKind| match kind {
        UseKind::Iterate | UseKind::Len | UseKind::Contains(_) | UseKind::HasKey(_) => true,
        other => is_mute(other),
    };
    let (lists, dicts) = (uses.iter().any(|used| is_list(&used.kind)), uses.iter().any(|used| is_dict(&used.kind)));
    let is_other = |used: &&Use| !(is_list(&used.kind) || is_dict(&used.kind) || is_any(&used.kind));
    // What is only gone over or measured is a list if it is called by a plural.
    let is_walked = uses.iter().any(|used| matches!(used.kind, UseKind::Iterate | UseKind::Len));
    match (lists, dicts) {
        _ if uses.iter().any(is_other) => None,
        (false, true) => Some(known::DICT.of([known::STR.instance(), Type::Any])),
        (true, false) => Some(known::LIST.of([Type::Any])),
        (false, false) if is_walked && singular(name.as_str()).is_some() => Some(known::LIST.of([Type::Any])),
        _ => None,
    }
}

/// Whether anything can be asked this.
fn is_mute(kind: &UseKind) -> bool {
    match kind {
        UseKind::Truth | UseKind::IsNone | UseKind::Format => true,
        UseKind::Compare(op, _) => matches!(op, CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot),
        _ => false,
    }
}

/// Whether two types are of the same classes, besides `None`.
fn uses_same_classes(a: &Type, b: &Type) -> bool {
    let classes = |ty: &Type| {
        let mut classes: Vec<_> = without_none(ty).members().iter().map(Type::class).collect();
        classes.sort();
        classes
    };
    classes(a) == classes(b)
}
