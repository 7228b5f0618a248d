//! Aliases for tuples of fixed length that several signatures share.

use crate::proposal::{Inference, Part, Project, Proposal, ShapeKind, Transform, Type};

use super::subject::{self, text};

/// Defines an alias for a tuple and annotates all that holds it.
pub(super) struct TupleAlias;

impl Transform for TupleAlias {
    fn name(&self) -> &'static str {
        "tuple_alias"
    }

    fn summary(&self) -> &'static str {
        "name the tuples that several signatures share"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        subject::definitions(self.name(), project, inference, |id, shape| {
            let ShapeKind::Alias(tuple @ Type::Tuple(_)) = &shape.kind else { return None };
            Some(vec![
                text("Define `"),
                Part::Type(Type::Shape(id)),
                text("` as `"),
                Part::Type(tuple.clone()),
                text("`"),
            ])
        })
    }
}
