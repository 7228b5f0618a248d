//! `Protocol` classes for what unrelated classes have in common.

use crate::proposal::{Inference, Part, Project, Proposal, ShapeKind, Transform, Type};

use super::subject::{self, list, text};

/// Defines a protocol for parameters that no single class explains.
pub(super) struct Protocol;

impl Transform for Protocol {
    fn name(&self) -> &'static str {
        "protocol"
    }

    fn summary(&self) -> &'static str {
        "define a Protocol for what unrelated classes have in common"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        subject::definitions(self.name(), project, inference, |id, shape| {
            let ShapeKind::Protocol { members } = &shape.kind else { return None };
            let members: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            let rest = format!("` for whatever has {}", list(&members));
            Some(vec![text("Define `"), Part::Type(Type::Shape(id)), text(rest)])
        })
    }
}
