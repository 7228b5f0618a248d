//! Annotations of parameters, returns, attributes and variables with types that exist already.

use crate::proposal::{
    Applicability, Change, Inference, Message, Part, Project, Proposal, ProposalId, SlotInfo, SlotKind, Solved,
    Transform,
};

use super::subject::{confidences, is_less_sure, shapes_in};

/// One annotation, one proposal.
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
        let definitions = confidences(inference);
        project
            .slots()
            .iter()
            .filter_map(|(slot, info)| {
                let solved = inference.solved(slot)?;
                let requires = shapes_in(inference, &solved.ty);
                if requires.first().is_some_and(|id| !is_less_sure(solved, definitions[id.0 as usize])) {
                    return None;
                }
                let subject = subject_of(project, info)?;
                Some(Proposal {
                    id: ProposalId::new(self.name(), project.module(info.module)?.name, &subject.key),
                    transform: self.name(),
                    module: info.module,
                    offset: subject.offset,
                    title: title(&subject.text, solved),
                    reason: Message::text(solved.reason.clone()),
                    evidence: solved.evidence.clone(),
                    confidence: solved.confidence,
                    applicability: Applicability::Safe,
                    changes: vec![Change::Annotate { slot, ty: solved.ty.clone() }],
                    requires,
                })
            })
            .collect()
    }
}

/// A slot in words.
struct Subject {
    /// Qualified name and slot, for the id.
    key: String,
    /// What the title calls it, up to the type.
    text: String,
    offset: u32,
}

fn title(subject: &str, solved: &Solved) -> Message {
    Message(vec![
        Part::Text(format!("Annotate {subject} `")),
        Part::Type(solved.ty.clone()),
        Part::Text("`".to_owned()),
    ])
}

/// What a slot is called; none for slots that are never annotated by themselves.
fn subject_of(project: &Project, info: SlotInfo) -> Option<Subject> {
    let module = project.module(info.module)?;
    let facts = &module.facts;
    match info.kind {
        SlotKind::Param(function, index) => {
            let function = facts.function(function);
            let param = function.params.get(usize::from(index))?;
            Some(Subject {
                key: format!("{}:{}", function.qualname, param.name),
                text: format!("`{}` parameter `{}` as", function.qualname, param.name),
                offset: param.name_range.start,
            })
        }
        SlotKind::Return(function) => {
            let function = facts.function(function);
            Some(Subject {
                key: format!("{}:return", function.qualname),
                text: format!("`{}` as returning", function.qualname),
                offset: function.name_range.start,
            })
        }
        SlotKind::Attribute(class, name) => {
            let class = facts.class(class);
            Some(Subject {
                key: format!("{}.{name}", class.qualname),
                text: format!("`{}.{name}` as", class.qualname),
                offset: class.name_range.start,
            })
        }
        SlotKind::Variable(name) => Some(Subject { key: name.to_string(), text: format!("`{name}` as"), offset: 0 }),
        SlotKind::Field(..) | SlotKind::Captured(..) => None,
    }
}
