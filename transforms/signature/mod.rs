//! Annotations for parameters, results, attributes and module-level names.

use crate::proposal::{Inference, Project, Proposal, Transform};

use super::subject;

/// Annotates every slot whose type is known and needs no definition of its own.
pub(super) struct Signature;

impl Transform for Signature {
    fn name(&self) -> &'static str {
        "signature"
    }

    fn summary(&self) -> &'static str {
        "annotate parameters, results, attributes and variables"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        let slots = project.slots().iter().map(|(slot, _)| slot);
        slots.filter_map(|slot| subject::annotation(self.name(), project, inference, slot)).collect()
    }
}
