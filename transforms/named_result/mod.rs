//! `NamedTuple` classes for the tuples that functions return.

use crate::proposal::{
    Applicability, Change, Inference, Message, Part, Project, Proposal, ProposalId, Shape, ShapeId, ShapeKind,
    Transform, Type,
};

use super::subject::{key_of, list, shapes_in, text};

/// Gives names to the items of the tuples that functions return.
pub(super) struct NamedResult;

impl Transform for NamedResult {
    fn name(&self) -> &'static str {
        "named_result"
    }

    fn summary(&self) -> &'static str {
        "return NamedTuple classes in place of plain tuples"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        let shapes = inference.shapes.iter().enumerate();
        shapes.filter_map(|(number, shape)| proposal(project, inference, ShapeId(number as u32), shape)).collect()
    }
}

/// The proposal for a class that takes the place of no `namedtuple(...)`.
fn proposal(project: &Project, inference: &Inference, id: ShapeId, shape: &Shape) -> Option<Proposal> {
    let ShapeKind::NamedTuple { fields, replaces: None, displays, .. } = &shape.kind else { return None };
    let module = project.module(shape.home.module)?;
    let keys: Vec<String> = shape.slots.iter().filter_map(|&slot| key_of(project, slot)).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let mut changes = vec![Change::Define(id)];
    let mut requires: Vec<ShapeId> = shape.kind.types().into_iter().flat_map(|ty| shapes_in(inference, ty)).collect();
    requires.sort_unstable();
    requires.dedup();
    for &slot in &shape.slots {
        let ty = inference.solved(slot)?.ty.map(&mut |part| matches!(part, Type::Tuple(_)).then_some(Type::Shape(id)));
        changes.push(Change::Annotate { slot, ty });
    }
    changes.extend(displays.iter().map(|&(module, range)| Change::Wrap { module, range, shape: id }));
    Some(Proposal {
        id: ProposalId::new("named_result", module.name, &keys.join(" ")),
        transform: "named_result",
        module: shape.home.module,
        offset: shape.home.before,
        title: Message(vec![
            text("Return a NamedTuple `"),
            Part::Type(Type::Shape(id)),
            text(format!("` with {} in place of a tuple", list(&names))),
        ]),
        reason: Message::text(shape.reason.clone()),
        evidence: shape.evidence.clone(),
        confidence: shape.confidence,
        applicability: Applicability::Unsafe,
        changes,
        requires,
    })
}
