//! What the transforms share that define something: from a shape to its proposal.

use crate::proposal::{
    Applicability, Change, Confidence, Inference, Message, Part, Project, Proposal, ProposalId, Shape, ShapeId,
    ShapeKind, SlotId, SlotKind, Solved, Type,
};

/// A slot's qualified name, stable within its module; none for what is never annotated by itself.
pub(super) fn key_of(project: &Project, slot: SlotId) -> Option<String> {
    let info = project.slots().info(slot);
    let facts = &project.module(info.module)?.facts;
    match info.kind {
        SlotKind::Param(function, index) => {
            let function = facts.function(function);
            Some(format!("{}:{}", function.qualname, function.params.get(usize::from(index))?.name))
        }
        SlotKind::Return(function) => Some(format!("{}:return", facts.function(function).qualname)),
        SlotKind::Attribute(class, name) => Some(format!("{}.{name}", facts.class(class).qualname)),
        SlotKind::Variable(name) => Some(name.to_string()),
        SlotKind::Field(..) | SlotKind::Captured(..) => None,
    }
}

/// The definitions to be added that a type mentions, in order of appearance.
pub(super) fn shapes_in(inference: &Inference, ty: &Type) -> Vec<ShapeId> {
    let mut found = ty.shapes();
    found.retain(|id| !inference.shape(*id).kind.exists());
    found
}

/// The proposals that define the shapes for which `wanted` gives a title. A slot belongs to the first shape that its
/// type mentions.
pub(super) fn definitions(
    transform: &'static str,
    project: &Project,
    inference: &Inference,
    wanted: impl Fn(ShapeId, &Shape) -> Option<Vec<Part>>,
) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (number, shape) in inference.shapes.iter().enumerate() {
        let id = ShapeId(number as u32);
        let Some(title) = wanted(id, shape) else { continue };
        proposals.extend(definition(transform, project, inference, id, shape, title));
    }
    proposals
}

fn definition(
    transform: &'static str,
    project: &Project,
    inference: &Inference,
    id: ShapeId,
    shape: &Shape,
    title: Vec<Part>,
) -> Option<Proposal> {
    let module = project.module(shape.home.module)?;
    let mut changes = vec![Change::Define(id)];
    let mut requires: Vec<ShapeId> = shape.kind.types().into_iter().flat_map(|ty| shapes_in(inference, ty)).collect();
    let mut key = shape.names.first().map_or("", |name| name.as_str()).to_owned();
    let mut is_first = true;
    let confidence = confidence(inference, id, shape);
    for &slot in &shape.slots {
        let Some(solved) = inference.solved(slot).filter(|solved| !is_less_sure(solved, confidence)) else { continue };
        let mentioned = shapes_in(inference, &solved.ty);
        if mentioned.first() != Some(&id) {
            continue;
        }
        let Some(subject) = key_of(project, slot) else { continue };
        if is_first {
            key = format!("{key}@{subject}");
            is_first = false;
        }
        requires.extend(mentioned);
        changes.push(Change::Annotate { slot, ty: solved.ty.clone() });
    }
    for declaration in &shape.locals {
        requires.extend(shapes_in(inference, &declaration.ty));
        changes.push(Change::Declare(declaration.clone()));
    }
    if let ShapeKind::NewType { wraps, .. } = &shape.kind {
        changes.extend(wraps.iter().map(|&(module, range)| Change::Wrap { module, range, shape: id }));
    }
    requires.sort_unstable();
    requires.dedup();
    requires.retain(|required| *required != id);
    Some(Proposal {
        id: ProposalId::new(transform, module.name, &key),
        transform,
        module: shape.home.module,
        offset: shape.home.before,
        title: Message(title),
        reason: Message::text(shape.reason.clone()),
        evidence: shape.evidence.clone(),
        confidence,
        applicability: Applicability::Safe,
        changes,
        requires,
    })
}

/// How sure the proposal of a definition is: as sure as the definition, but a class that nothing is annotated with is
/// no sure thing.
fn confidence(inference: &Inference, id: ShapeId, shape: &Shape) -> Confidence {
    let held = shape.slots.iter().filter_map(|&slot| inference.solved(slot));
    let held = held.filter(|solved| shapes_in(inference, &solved.ty).first() == Some(&id));
    match held.map(|solved| solved.confidence).max() {
        Some(Confidence::Low) if !matches!(shape.kind, ShapeKind::NamedTuple { .. }) => Confidence::Low,
        _ => shape.confidence,
    }
}

/// By shape number: how sure the proposal of each definition is.
pub(super) fn confidences(inference: &Inference) -> Vec<Confidence> {
    let shapes = inference.shapes.iter().enumerate();
    shapes.map(|(number, shape)| confidence(inference, ShapeId(number as u32), shape)).collect()
}

/// Whether a slot is a guess where the definition is none: then it is not annotated together with it.
pub(super) fn is_less_sure(solved: &Solved, definition: Confidence) -> bool {
    solved.confidence == Confidence::Low && definition > Confidence::Low
}

/// `a`, `a and b`, `a, b and c`; long lists are cut.
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    const SHOWN: usize = 5;
    let quoted: Vec<String> = items.iter().map(|item| format!("`{}`", item.as_ref())).collect();
    match &quoted[..] {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] if quoted.len() <= SHOWN => format!("{} and {last}", start.join(", ")),
        _ => format!("{} and {} more", quoted[..SHOWN - 1].join(", "), quoted.len() + 1 - SHOWN),
    }
}

/// Text in a title.
pub(super) fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}
