//! `TypedDict` classes for dicts that are records.

use crate::proposal::{Inference, Part, Project, Proposal, ShapeKind, Transform, Type};

use super::subject::{self, list, text};

/// Defines a class for each record and annotates all that holds it.
pub(super) struct TypedDict;

impl Transform for TypedDict {
    fn name(&self) -> &'static str {
        "typed_dict"
    }

    fn summary(&self) -> &'static str {
        "define a TypedDict for dicts with constant keys"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        subject::definitions(self.name(), project, inference, |id, shape| {
            if let ShapeKind::Alias(choice @ Type::Union(_)) = &shape.kind {
                let whole = Part::Type(Type::Shape(id));
                return Some(vec![text("Define `"), whole, text("` as `"), Part::Type(choice.clone()), text("`")]);
            }
            let ShapeKind::TypedDict { fields, .. } = &shape.kind else { return None };
            let keys: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            let noun = if keys.len() == 1 { "key" } else { "keys" };
            let rest = format!("` for the dict with the {noun} {}", list(&keys));
            Some(vec![text("Define `"), Part::Type(Type::Shape(id)), text(rest)])
        })
    }
}
