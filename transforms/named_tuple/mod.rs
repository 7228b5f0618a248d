//! `NamedTuple` classes in place of `collections.namedtuple`.

use crate::proposal::{Inference, Project, Proposal, ShapeKind, Transform};

use super::subject::{self, list, text};

/// Turns `namedtuple(...)` calls into classes with typed fields.
pub(super) struct NamedTuple;

impl Transform for NamedTuple {
    fn name(&self) -> &'static str {
        "named_tuple"
    }

    fn summary(&self) -> &'static str {
        "turn namedtuple calls into classes with typed fields"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        subject::definitions(self.name(), project, inference, |_, shape| {
            let ShapeKind::NamedTuple { fields, replaces: Some(_), .. } = &shape.kind else { return None };
            let fields: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            let name = shape.names.first()?;
            Some(vec![text(format!("Turn the namedtuple `{name}` into a class with types for {}", list(&fields)))])
        })
    }
}
