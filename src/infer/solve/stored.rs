//! Attributes, variables and fields: the join of what is assigned, and whether a checker needs to be told.

use super::reason::{self, Basis};
use super::widen::{Decline, as_sequence, readable, simplify};
use super::{Answer, Model};
use crate::infer::observe::Bound;
use crate::infer::partials::{Gain, Partial, Partials, is_written};
use crate::infer::{Confidence, Solved};
use crate::project::{ClassKind, Project, SlotKind};
use crate::types::{Args, ClassName, SlotId, Type, union};

/// The join of what is assigned to a slot.
pub(super) fn own(model: &Model, slot: SlotId) -> Result<Answer, Decline> {
    let mut types = Vec::new();
    let mut unknown = 0;
    let mut count = 0;
    let mut weakest = Confidence::High;
    for bound in model.index.bounds(slot) {
        let settled = model.settle(&bound.ty, &[slot]);
        if settled.is_own || settled.ty == Type::Never {
            continue;
        }
        count += 1;
        if settled.ty.is_unknown() || settled.ty.members().contains(&Type::Any) {
            unknown += 1;
            continue;
        }
        if !settled.has_hole() {
            weakest = weakest.min(settled.weakest);
        }
        types.push(settled.ty);
    }
    if count == 0 {
        return Err(Decline::NoEvidence);
    }
    let ty = readable(model.project, &as_sequence(&simplify(model.project, &union(types))))?;
    let is_open = ty.any(&mut |part| *part == Type::Any);
    let confidence = match unknown {
        0 if is_open => weakest.min(Confidence::Medium),
        0 => weakest,
        _ => Confidence::Low,
    };
    Ok(Answer { ty, confidence, basis: Basis::Stored })
}

/// Whether a checker cannot tell the type from the first assignment: an empty container, or `None` that something
/// else follows. Fields of a `namedtuple` have no assignment at all.
pub(super) fn needs_hint(model: &Model, slot: SlotId) -> bool {
    let info = model.project.slots().info(slot);
    match info.kind {
        SlotKind::Field(..) => return true,
        SlotKind::Captured(..) | SlotKind::Param(..) | SlotKind::Return(_) => return false,
        SlotKind::Variable(name) | SlotKind::Attribute(_, name) if name.as_str().ends_with("__") => return false,
        SlotKind::Variable(_) => {}
        SlotKind::Attribute(class, _) => {
            let Some(module) = model.project.module(info.module) else { return false };
            // In the body of a dataclass or an enum an annotation makes a field.
            if model.project.class_at(module, class).kind != ClassKind::Plain {
                return false;
            }
        }
    }
    first(model, slot).is_some_and(|first| match &first.ty {
        Type::None => true,
        Type::Instance(class, args) => {
            matches!(class.module.as_str(), "builtins" | "collections") && is_empty(*class, args)
        }
        Type::Record(site) => model
            .index
            .site(*site)
            .is_some_and(|site| site.fields.is_empty() && site.spread.is_empty() && site.dynamic.is_none()),
        _ => false,
    })
}

/// Whether the arguments of a container are those of one with nothing in it. `defaultdict(list)` has no key yet.
fn is_empty(class: ClassName, args: &Args) -> bool {
    let is_keyed_later = class.short() == "defaultdict" && args.first().is_some_and(Type::is_unknown);
    is_keyed_later || !args.is_empty() && args.iter().all(Type::is_unknown)
}

/// The assignment from which a checker takes the type: the first in the class, since what is stored into an attribute
/// from outside declares nothing.
fn first<'a>(model: &'a Model<'a>, slot: SlotId) -> Option<&'a Bound> {
    let info = model.project.slots().info(slot);
    let class = match info.kind {
        SlotKind::Attribute(class, _) => {
            model.project.module(info.module).map(|module| module.facts.class(class).range)
        }
        _ => None,
    };
    let is_outside =
        |bound: &Bound| class.is_some_and(|class| bound.module != info.module || !class.touches(bound.range.start));
    model.index.bounds(slot).min_by_key(|bound| (is_outside(bound), bound.module, bound.range.start))
}

/// Whether a variable or attribute is first assigned a display with items from which a checker tells the same type.
/// Different types of items are told apart: one checker joins them to `object`.
pub(super) fn repeats_display(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let kind = model.project.slots().info(slot).kind;
    let Type::Instance(_, args) = ty else { return false };
    matches!(kind, SlotKind::Variable(_) | SlotKind::Attribute(..))
        && !needs_hint(model, slot)
        && !args.iter().any(|arg| arg.any(&mut |part| matches!(part, Type::Union(_) | Type::Any | Type::Shape(_))))
}

/// Whether an attribute is first assigned a parameter of the same type, as in `self.order = order`: once the parameter
/// has its hint a checker knows the attribute.
pub(super) fn repeats_parameter(model: &Model, slot: SlotId, ty: &Type) -> bool {
    let info = model.project.slots().info(slot);
    if !matches!(info.kind, SlotKind::Attribute(..)) {
        return false;
    }
    let Some(first) = first(model, slot) else { return false };
    let Some(module) = model.project.module(first.module) else { return false };
    let Some(source) = &module.source else { return false };
    let written = first.range.of(&source.text);
    let Some(around) = module.facts.def_at(first.range.start) else { return false };
    let function = module.facts.function(around);
    let Some(index) = function.params.iter().position(|param| param.name.is(written)) else { return false };
    let kind = SlotKind::Param(around, index as u16);
    let param = model.project.slots().find(module.id, kind);
    param.and_then(|param| model.shapes.assigned(param)).is_some_and(|solved| solved.ty == *ty)
}

/// Declares the attributes that a checker cannot type where they begin, in functions that get hints.
pub(super) fn declare_partials(model: &Model, partials: &mut Partials, slots: &mut [Result<Solved, String>]) {
    let mut declared = Vec::new();
    let is_possible = |slot| !is_written(slots, slot) && !model.families.is_redefined(slot);
    for partial in partials.iter().filter(|partial| partial.has_place && is_possible(partial.slot)) {
        let gain = Gain::of(model.project, slots, partial.module, partial.function);
        let Some(ty) = in_part(model, partial).filter(|_| gain != Gain::Nothing) else { continue };
        if gain == Gain::Types || !is_bare(&ty) {
            declared.push((partial.slot, ty));
        }
    }
    for (slot, ty) in &declared {
        let answer = Answer { ty: ty.clone(), confidence: Confidence::Medium, basis: Basis::StoredInPart };
        slots[slot.0 as usize] = Ok(reason::solved(model, *slot, &answer));
    }
    partials.declare(declared.into_iter().map(|(slot, _)| slot));
}

/// What is known of an attribute, with `Any` for what is not: what a checker would make of it without being asked.
fn in_part(model: &Model, partial: &Partial) -> Option<Type> {
    let mut held = Vec::new();
    for bound in model.index.bounds(partial.slot) {
        let settled = model.settle(&bound.ty, &[partial.slot]);
        if !settled.is_own {
            let ty = if settled.weakest < Confidence::Medium { without_arguments(&settled.ty) } else { settled.ty };
            held.extend(ty.members().to_vec());
        }
    }
    let is_none = |ty: &Type| *ty == Type::None;
    if held.iter().all(is_none) {
        return None;
    }
    let some: Vec<&Type> = held.iter().filter(|ty| !is_none(ty)).collect();
    let container = one_container(model, &some).unwrap_or(Type::Any);
    match (partial.is_none || held.iter().any(is_none), &container) {
        // Something else than a container takes its place later.
        (false, Type::Any) => None,
        (false, _) => Some(container),
        (true, _) => Some(union([container, Type::None])),
    }
}

/// The type to declare an attribute with that holds values of the type `seen`, as far as that is known: an optional one
/// may hold anything.
pub(in crate::infer) fn declarable(project: &Project, seen: &Type) -> Option<Type> {
    let is_plain =
        |ty: &&Type| matches!(ty, Type::Instance(..) | Type::Literal(_) | Type::Tuple(_) | Type::Shape(_) | Type::None);
    let known = union(seen.members().iter().filter(is_plain).cloned());
    let is_optional = seen.members().contains(&Type::None);
    readable(project, &known).ok().or_else(|| is_optional.then(|| union([Type::Any, Type::None])))
}

/// The container that all types are, with `Any` for arguments that are not known of each.
fn one_container(model: &Model, types: &[&Type]) -> Option<Type> {
    let mut class = None;
    let mut arguments: Vec<&Args> = Vec::new();
    for ty in types {
        let Type::Instance(own, args) = ty else { return None };
        if args.is_empty() || class.is_some_and(|class| class != *own) {
            return None;
        }
        class = Some(*own);
        arguments.push(args);
    }
    let (class, first) = (class?, types.first()?);
    let Type::Instance(_, shape) = first else { return None };
    // The empty one at the beginning says nothing.
    if arguments.iter().any(|args| !is_empty(class, args)) {
        arguments.retain(|args| !is_empty(class, args));
    }
    let argument = |index: usize| {
        let values: Vec<&Type> = arguments.iter().filter_map(|args| args.get(index)).collect();
        let is_open = values.is_empty() || values.iter().any(|ty| ty.any(&mut |part| part.is_unknown()));
        let joined = || readable(model.project, &simplify(model.project, &union(values.iter().copied().cloned())));
        let is_simple = |ty: &Type| matches!(ty, Type::Instance(_, args) if args.is_empty());
        let known = if is_open { None } else { joined().ok().filter(is_simple) };
        // Half of what a mapping in it holds would be told, and the other half held against readers.
        let is_row = |ty: &Type| matches!(ty, Type::Instance(_, args) if args.len() == 1);
        let in_part = || one_container(model, &values).filter(is_row).or_else(|| one_tuple(model, &values));
        known.or_else(in_part).unwrap_or(Type::Any)
    };
    Some(Type::Instance(class, (0..shape.len()).map(argument).collect()))
}

/// The tuple of fixed length that all types are, with `Any` for the items that are no plain objects of one class.
fn one_tuple(model: &Model, types: &[&Type]) -> Option<Type> {
    let items = |ty: &Type| match ty {
        Type::Tuple(items) if items.len() > 1 => Some(items.clone()),
        _ => None,
    };
    let rows: Vec<Args> = types.iter().map(|ty| items(ty)).collect::<Option<_>>()?;
    let length = rows.first().filter(|first| rows.iter().all(|row| row.len() == first.len()))?.len();
    let item = |index: usize| {
        let joined = simplify(model.project, &union(rows.iter().map(|row| row[index].clone())));
        let is_simple = |ty: &Type| matches!(ty, Type::Instance(_, args) if args.is_empty());
        readable(model.project, &joined).ok().filter(is_simple).unwrap_or(Type::Any)
    };
    Some(Type::Tuple((0..length).map(item).collect()))
}

/// The type with `Any` for all arguments.
fn without_arguments(ty: &Type) -> Type {
    ty.map(&mut |part| match part {
        Type::Instance(class, args) if !args.is_empty() => {
            Some(Type::Instance(*class, args.iter().map(|_| Type::Any).collect()))
        }
        _ => None,
    })
}

/// Whether a type tells no more than a checker knows without it.
fn is_bare(ty: &Type) -> bool {
    ty.members().iter().all(|member| match member {
        Type::Instance(_, args) => !args.is_empty() && args.iter().all(is_bare),
        Type::Any | Type::None => true,
        _ => false,
    })
}
