//! Containers as parameters: the concrete class when callers agree, the abstract one that the body needs when they
//! do not.

use super::Model;
use super::bases::is_assignable;
use super::index::path;
use super::readings::Reading;
use super::widen::{as_sequence, numeric, simplify};
use crate::infer::UseKind;
use crate::project::SlotKind;
use crate::text::Name;
use crate::types::{ClassName, SlotId, Type, known, union};

/// How the type of a parameter came to be more abstract than what callers pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Abstraction {
    /// The body only reads it.
    Read,
    /// Callers pass several kinds of container.
    Mixed,
}

/// The type to write for a parameter whose callers pass this, and how it was made more abstract.
pub(super) fn for_parameter(model: &Model, ty: &Type, slots: &[SlotId]) -> (Type, Option<Abstraction>) {
    let members: Vec<Type> = ty.members().iter().map(|member| plain(model, member)).collect();
    let (containers, rest): (Vec<Type>, Vec<Type>) =
        members.into_iter().partition(|member| is_container(model, member));
    let classes: Vec<ClassName> = containers.iter().filter_map(Type::class).collect();
    let is_one_kind = classes.windows(2).all(|pair| pair[0] == pair[1]);
    let is_lasting = classes.first().is_some_and(|class| is_concrete(*class));
    let mut read = false;
    let mut as_read = |member: &Type| {
        let ty = as_read(model, member, slots);
        read |= ty.is_some();
        ty.unwrap_or_else(|| member.clone())
    };
    if containers.len() <= 1 {
        let ty = simplify(model.project, &union(containers.iter().chain(&rest).map(&mut as_read)));
        if read {
            return (ty, Some(Abstraction::Read));
        }
    }
    if containers.is_empty() || is_one_kind && is_lasting {
        let joined = simplify(model.project, &union(containers.into_iter().chain(rest)));
        return (joined, None);
    }
    let elements = union(containers.iter().map(|container| element(model, container)));
    let element = as_sequence(&simplify(model.project, &elements));
    let asked = Asked::of(model, slots);
    let is_sequence = |class: &ClassName| model.project.is_subclass(*class, known::SEQUENCE.class());
    let base = if asked.only_iterates {
        &known::ITERABLE
    } else if classes.iter().all(is_sequence) {
        &known::SEQUENCE
    } else if asked.counts {
        &known::COLLECTION
    } else {
        &known::ITERABLE
    };
    // A caller that passes what already is the abstract class has named it.
    let stated = containers.iter().find(|container| {
        !is_concrete(container.class().unwrap_or(known::OBJECT.class()))
            && containers.iter().all(|other| is_assignable(model.project, other, container))
    });
    let container = match stated {
        Some(stated) if is_protocol(stated) => stated.clone(),
        _ => base.of([element]),
    };
    (union(rest.into_iter().chain([container])), Some(Abstraction::Mixed))
}

fn is_protocol(ty: &Type) -> bool {
    [&known::ITERABLE, &known::SEQUENCE, &known::COLLECTION].iter().any(|known| ty.is(known))
}

/// What the body does with the parameter itself.
struct Asked {
    only_iterates: bool,
    counts: bool,
}

impl Asked {
    fn of(model: &Model, slots: &[SlotId]) -> Self {
        let mut iterates = false;
        let mut others = false;
        let mut counts = false;
        for usage in
            slots.iter().flat_map(|&slot| model.index.uses(slot)).filter(|usage| path(&usage.subject).is_empty())
        {
            match usage.kind {
                UseKind::Iterate => iterates = true,
                UseKind::Len | UseKind::Contains(_) => counts = true,
                UseKind::IsNone | UseKind::Truth | UseKind::Passed(_) | UseKind::IsInstance(_) => {}
                _ => others = true,
            }
        }
        Self { only_iterates: iterates && !others && !counts, counts }
    }
}

/// The abstract class of a list or dict that the bodies of public functions only read. What a private one is given is
/// known.
fn as_read(model: &Model, container: &Type, slots: &[SlotId]) -> Option<Type> {
    let Type::Instance(class, args) = container else { return None };
    let is_list = *class == known::LIST.class();
    let is_dict = *class == known::DICT.class() && args.len() == 2;
    if !is_list && !is_dict {
        return None;
    }
    let mut readings = Vec::new();
    for &slot in slots {
        readings.extend(readings_in_public(model, slot)?);
    }
    let only = |allowed: &[Reading]| readings.iter().all(|reading| allowed.contains(reading));
    let has = |wanted: &[Reading]| readings.iter().any(|reading| wanted.contains(reading));
    let args: Vec<Type> = args.iter().map(|arg| simplify(model.project, arg)).collect();
    if is_list {
        // An iterator is used up by the first loop.
        if only(&[Reading::Loop]) && readings.len() == slots.len() {
            return Some(known::ITERABLE.of(args));
        }
        let is_read = has(&[Reading::Item, Reading::Sequence])
            && only(&[Reading::Loop, Reading::Measure, Reading::Item, Reading::Sequence]);
        return is_read.then(|| known::SEQUENCE.of(args));
    }
    let is_read = has(&[Reading::Loop, Reading::Item, Reading::Mapping])
        && only(&[Reading::Loop, Reading::Measure, Reading::Item, Reading::Mapping]);
    is_read.then(|| known::MAPPING.of(args))
}

/// What a public function does with its parameter; none for others, and where it does nothing.
fn readings_in_public(model: &Model, slot: SlotId) -> Option<Vec<Reading>> {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, _) = info.kind else { return None };
    let (module, function) = model.function(info.module, function)?;
    if is_hidden(module.name) || is_hidden(function.qualname) {
        return None;
    }
    let readings: Vec<Reading> = model.ground.readings.of(module.id, function.range, model.param_name(slot)?).collect();
    (!readings.is_empty()).then_some(readings)
}

/// Whether a dotted name is for those who wrote it alone: a part of it is private or local.
pub(super) fn is_hidden(name: Name) -> bool {
    name.as_str().split('.').any(|part| part.starts_with('<') || part.starts_with('_') && !part.ends_with("__"))
}

/// The class that a reader expects in a signature in place of a special one.
fn plain(model: &Model, ty: &Type) -> Type {
    let Type::Instance(class, args) = ty else { return ty.clone() };
    let typing = |name: &str| Type::instance(ClassName::new(Name::new("typing"), Name::new(name)));
    match (class.module.as_str(), class.short()) {
        ("collections", "defaultdict" | "OrderedDict" | "Counter") => {
            let args = model.project.args_as(*class, args, known::DICT.class());
            args.map_or_else(|| ty.clone(), |args| Type::Instance(known::DICT.class(), args))
        }
        ("io" | "_io", "TextIOWrapper" | "StringIO") => typing("TextIO"),
        ("io" | "_io", "BufferedReader" | "BufferedWriter" | "BytesIO" | "BufferedRandom") => typing("BinaryIO"),
        _ => ty.clone(),
    }
}

/// Whether it is a container that holds items in a row, so that others could stand for it.
fn is_container(model: &Model, ty: &Type) -> bool {
    match ty {
        Type::Tuple(_) => true,
        Type::Instance(class, args) => {
            !args.is_empty()
                && !model.project.is_subclass(*class, known::MAPPING.class())
                && model.project.is_subclass(*class, known::ITERABLE.class())
                && matches!(
                    class.module.as_str(),
                    "builtins" | "typing" | "collections" | "itertools" | "collections.abc"
                )
                || matches!((class.module.as_str(), class.short()), ("builtins", "range"))
        }
        _ => false,
    }
}

/// Whether a signature can name the class as it is.
fn is_concrete(class: ClassName) -> bool {
    matches!(
        (class.module.as_str(), class.short()),
        ("builtins", "list" | "tuple" | "set" | "frozenset")
            | ("collections", "deque")
            | (
                "typing",
                "Iterable" | "Sequence" | "Collection" | "MutableSequence" | "AsyncIterable" | "AsyncIterator"
            )
    )
}

/// The type of the items of a container.
fn element(model: &Model, ty: &Type) -> Type {
    match ty {
        Type::Tuple(items) => numeric(&union(items.iter().cloned())),
        Type::Instance(class, args) => model
            .project
            .args_as(*class, args, known::ITERABLE.class())
            .and_then(|args| args.first().cloned())
            .unwrap_or(Type::Unknown),
        _ => Type::Unknown,
    }
}
