//! Type variables for functions that hand back what they are given.

use crate::proposal::{
    Change, Inference, Part, Project, Proposal, ShapeId, ShapeKind, Transform, Type, TypeVariable, Variable,
};

use super::subject::{self, shapes_in, text};

/// Defines type variables and annotates decorators with them.
pub(super) struct TypeVariables;

impl Transform for TypeVariables {
    fn name(&self) -> &'static str {
        "type_variable"
    }

    fn summary(&self) -> &'static str {
        "let decorators keep the signatures of what they decorate"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        let mut proposals = subject::definitions(self.name(), project, inference, |id, shape| {
            let ShapeKind::TypeVariable(TypeVariable { kind, exists: false, .. }) = shape.kind else { return None };
            let rest = match kind {
                Variable::Function => "` for functions",
                Variable::Class => "` for classes",
                Variable::Parameters => "` for the parameters of functions",
                // It is defined beside the parameters, which it is written with.
                Variable::Result => return None,
            };
            Some(vec![text("Define `"), Part::Type(Type::Shape(id)), text(rest)])
        });
        for proposal in &mut proposals {
            for id in std::mem::take(&mut proposal.requires) {
                if is_result(inference, id) {
                    proposal.changes.insert(1, Change::Define(id));
                    proposal.changes.extend(annotations(inference, id));
                } else {
                    proposal.requires.push(id);
                }
            }
        }
        proposals
    }
}

fn is_result(inference: &Inference, id: ShapeId) -> bool {
    matches!(inference.shape(id).kind, ShapeKind::TypeVariable(TypeVariable { kind: Variable::Result, .. }))
}

/// What is annotated with a definition before all others.
fn annotations(inference: &Inference, id: ShapeId) -> Vec<Change> {
    let annotated = inference.shape(id).slots.iter().filter_map(|&slot| {
        let ty = inference.solved(slot)?.ty.clone();
        (shapes_in(inference, &ty).first() == Some(&id)).then_some(Change::Annotate { slot, ty })
    });
    annotated.collect()
}
