//! `NewType` for ids: a type of its own for the number or text that identifies something.

use crate::proposal::{Applicability, Change, Inference, Part, Project, Proposal, ShapeId, ShapeKind, Transform, Type};

use super::subject::{self, text};

/// Defines a `NewType`, annotates what holds it, and wraps the places where plain values enter.
pub(super) struct NewType;

impl Transform for NewType {
    fn name(&self) -> &'static str {
        "new_type"
    }

    fn summary(&self) -> &'static str {
        "give ids a type of their own"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        let mut proposals = subject::definitions(self.name(), project, inference, |id, shape| {
            let ShapeKind::NewType { base, wraps } = &shape.kind else { return None };
            let rest = match wraps.len() {
                0 => "`".to_owned(),
                1 => "` and wrap the one place where a plain value enters".to_owned(),
                many => format!("` and wrap the {many} places where plain values enter"),
            };
            // What is not part of a plan gets no name there.
            let own = || shape.names.first().map(|name| text(name.as_str()));
            let name = own().filter(|_| shape.kind.is_refactoring()).unwrap_or(Part::Type(Type::Shape(id)));
            Some(vec![text("Define `"), name, text("` over `"), Part::Type(base.clone()), text(rest)])
        });
        for proposal in &mut proposals {
            if let Some(&Change::Define(id)) = proposal.changes.first()
                && inference.shape(id).kind.is_refactoring()
            {
                proposal.applicability = Applicability::DisplayOnly;
                proposal.changes.extend(annotations(inference, id));
            }
        }
        proposals
    }
}

/// What would be annotated with a definition that no conclusion mentions.
fn annotations(inference: &Inference, id: ShapeId) -> Vec<Change> {
    let shape = inference.shape(id);
    let ShapeKind::NewType { base, .. } = &shape.kind else { return Vec::new() };
    let annotated = shape.slots.iter().filter_map(|&slot| {
        let ty = inference.solved(slot)?.ty.map(&mut |part| (part == base).then_some(Type::Shape(id)));
        Some(Change::Annotate { slot, ty })
    });
    annotated.collect()
}
