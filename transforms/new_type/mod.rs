//! `NewType` for ids: a type of its own for the number or text that identifies something.

use crate::proposal::{Inference, Part, Project, Proposal, ShapeKind, Transform, Type};

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
        subject::definitions(self.name(), project, inference, |id, shape| {
            let ShapeKind::NewType { base, wraps } = &shape.kind else { return None };
            let rest = match wraps.len() {
                0 => "`".to_owned(),
                1 => "` and wrap the one place where a plain value enters".to_owned(),
                many => format!("` and wrap the {many} places where plain values enter"),
            };
            Some(vec![
                text("Define `"),
                Part::Type(Type::Shape(id)),
                text("` over `"),
                Part::Type(base.clone()),
                text(rest),
            ])
        })
    }
}
