//! What a proposal is about: names and places of slots and definitions, in words and for stable ids.

use crate::proposal::{
    Applicability, Change, Inference, Message, ModuleId, Part, Project, Proposal, ProposalId, Shape, ShapeId,
    ShapeKind, SlotId, SlotKind, Type,
};

/// A slot in words.
pub(super) struct Subject {
    /// The module that declares it.
    pub(super) module: ModuleId,
    /// Where its name stands.
    pub(super) offset: u32,
    /// Stable within the module: `Class.method:param`.
    pub(super) key: String,
    /// `` `render` parameter `order` ``.
    pub(super) title: String,
    /// Whether its type is what a call returns.
    pub(super) is_return: bool,
}

/// A slot in words; none for what is never annotated by itself.
pub(super) fn of_slot(project: &Project, slot: SlotId) -> Option<Subject> {
    let info = project.slots().info(slot);
    let module = project.module(info.module)?;
    let facts = &module.facts;
    let subject = |offset, key, title, is_return| Some(Subject { module: info.module, offset, key, title, is_return });
    match info.kind {
        SlotKind::Param(function, index) => {
            let function = facts.function(function);
            let param = function.params.get(index as usize)?;
            let key = format!("{}:{}", function.qualname, param.name);
            let title = format!("`{}` parameter `{}`", short(function.qualname.as_str()), param.name);
            subject(param.name_range.start, key, title, false)
        }
        SlotKind::Return(function) => {
            let function = facts.function(function);
            let title = format!("`{}`", short(function.qualname.as_str()));
            subject(function.name_range.start, format!("{}:return", function.qualname), title, true)
        }
        SlotKind::Attribute(class, name) => {
            let class = facts.class(class);
            let key = format!("{}.{name}", class.qualname);
            subject(class.name_range.start, key.clone(), format!("`{key}`"), false)
        }
        SlotKind::Variable(name) => subject(0, name.as_str().to_owned(), format!("`{name}`"), false),
        SlotKind::Field(..) | SlotKind::Captured(..) => None,
    }
}

/// `outer.<locals>.inner` as a reader calls it.
fn short(qualname: &str) -> &str {
    qualname.rsplit_once("<locals>.").map_or(qualname, |(_, name)| name)
}

/// The shapes a type mentions, in order of appearance.
pub(super) fn shapes_in(ty: &Type) -> Vec<ShapeId> {
    let mut found = Vec::new();
    ty.any(&mut |part| {
        if let Type::Shape(id) = part
            && !found.contains(id)
        {
            found.push(*id);
        }
        false
    });
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
    let mut requires: Vec<ShapeId> = parts_of(shape).iter().flat_map(shapes_in).collect();
    let mut key = shape.names.first().map_or("", |name| name.as_str()).to_owned();
    let mut is_first = true;
    for &slot in &shape.slots {
        let Some(solved) = inference.solved(slot) else { continue };
        let mentioned = shapes_in(&solved.ty);
        if mentioned.first() != Some(&id) {
            continue;
        }
        let Some(subject) = of_slot(project, slot) else { continue };
        if is_first {
            key = format!("{key}@{}", subject.key);
            is_first = false;
        }
        requires.extend(mentioned);
        changes.push(Change::Annotate { slot, ty: solved.ty.clone() });
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
        confidence: shape.confidence,
        applicability: Applicability::Safe,
        changes,
        requires,
    })
}

/// The types a definition is made of.
fn parts_of(shape: &Shape) -> Vec<Type> {
    use crate::proposal::MemberKind;
    match &shape.kind {
        ShapeKind::TypedDict { fields } | ShapeKind::NamedTuple { fields, .. } => {
            fields.iter().map(|field| field.ty.clone()).collect()
        }
        ShapeKind::Alias(ty) | ShapeKind::NewType { base: ty, .. } => vec![ty.clone()],
        ShapeKind::Protocol { members } => members
            .iter()
            .flat_map(|member| match &member.kind {
                MemberKind::Property(ty) | MemberKind::Attribute(ty) => vec![ty.clone()],
                MemberKind::Method(params, result) => {
                    params.iter().map(|param| param.ty.clone()).chain([result.clone()]).collect()
                }
            })
            .collect(),
    }
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

/// The proposal to annotate one slot.
pub(super) fn annotation(
    transform: &'static str,
    project: &Project,
    inference: &Inference,
    slot: SlotId,
) -> Option<Proposal> {
    let solved = inference.solved(slot)?;
    if !shapes_in(&solved.ty).is_empty() {
        return None;
    }
    let subject = of_slot(project, slot)?;
    let module = project.module(subject.module)?;
    let verb = if subject.is_return { "as returning" } else { "as" };
    Some(Proposal {
        id: ProposalId::new(transform, module.name, &subject.key),
        transform,
        module: subject.module,
        offset: subject.offset,
        title: Message(vec![
            text(format!("Annotate {} {verb} `", subject.title)),
            Part::Type(solved.ty.clone()),
            text("`"),
        ]),
        reason: Message::text(solved.reason.clone()),
        evidence: solved.evidence.clone(),
        confidence: solved.confidence,
        applicability: Applicability::Safe,
        changes: vec![Change::Annotate { slot, ty: solved.ty.clone() }],
        requires: Vec::new(),
    })
}
