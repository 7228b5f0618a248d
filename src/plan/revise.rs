//! Proposals as a reviewer wants them: renamed, with other types, split.
//!
//! The choices are kept by the ids of proposals and made anew in every run, before anything is planned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::FunctionId;
use crate::infer::{Inference, MemberKind, Shape, ShapeKind};
use crate::project::{Project, SlotKind};
use crate::proposal::{Change, Message, Part, Proposal, ProposalId};
use crate::text::Name;
use crate::types::{ModuleId, ShapeId, Type};

use super::builtin_names::is_identifier;
use super::variants::{Instead, Variant};
use super::{Plan, hint, named, turned};

/// What a reviewer wants of a proposal beyond yes or no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// The name of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The label of the variant that takes the place of what is proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// Types that were typed by hand, by the labels of [`hints`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hints: BTreeMap<String, String>,
    /// Whether the definition and each function that uses it are proposals of their own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub split: bool,
}

/// A type of a proposal that can be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintLine {
    /// What has the type: a parameter, `return`, a key.
    pub label: String,
    /// The type.
    pub text: String,
}

/// The types of a proposal that can be edited.
pub fn hints(project: &Project, inference: &Inference, plan: &Plan, proposal: &Proposal) -> Vec<HintLine> {
    let line = |label: &str, ty: &Type| HintLine { label: label.to_owned(), text: plan.describe(ty) };
    if let Some(id) = defined(proposal) {
        return match &inference.shape(id).kind {
            ShapeKind::TypedDict { fields, .. } => fields
                .iter()
                .map(|field| {
                    let line = line(field.name.as_str(), &field.ty);
                    if field.required { line } else { HintLine { text: format!("NotRequired[{}]", line.text), ..line } }
                })
                .collect(),
            ShapeKind::NamedTuple { fields, .. } => {
                fields.iter().map(|field| line(field.name.as_str(), &field.ty)).collect()
            }
            ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) | ShapeKind::NewType { base: ty, .. } => {
                vec![line("type", ty)]
            }
            ShapeKind::Protocol { members } => members
                .iter()
                .filter_map(|member| match &member.kind {
                    MemberKind::Property(ty) | MemberKind::Attribute(ty) => Some(line(member.name.as_str(), ty)),
                    MemberKind::Method(..) => None,
                })
                .collect(),
            ShapeKind::TypeVariable(_) => Vec::new(),
        };
    }
    let annotations = proposal.changes.iter().filter_map(|change| match change {
        Change::Annotate { slot, ty } => Some(line(&slot_label(project, *slot), ty)),
        _ => None,
    });
    annotations.collect()
}

fn slot_label(project: &Project, slot: crate::types::SlotId) -> String {
    let info = project.slots().info(slot);
    match (info.kind, project.module(info.module)) {
        (SlotKind::Param(function, index), Some(module)) => {
            let params = &module.facts.function(function).params;
            params.get(usize::from(index)).map_or_else(String::new, |param| param.name.to_string())
        }
        (SlotKind::Return(_), _) => "return".to_owned(),
        (SlotKind::Attribute(_, name) | SlotKind::Variable(name), _) => name.to_string(),
        _ => "type".to_owned(),
    }
}

fn defined(proposal: &Proposal) -> Option<ShapeId> {
    proposal.changes.iter().find_map(|change| match change {
        Change::Define(shape) => Some(*shape),
        _ => None,
    })
}

/// Makes the choices. What cannot be made any more, because the code has changed, is left as it was proposed; the
/// answers say so: a proposal and the reason.
pub fn revise(
    project: &Project,
    inference: &mut Inference,
    mut proposals: Vec<Proposal>,
    choices: &BTreeMap<ProposalId, Choice>,
) -> (Vec<Proposal>, Vec<(ProposalId, String)>) {
    let mut faults = Vec::new();
    if choices.is_empty() {
        return (proposals, faults);
    }
    let mut inlined: BTreeMap<ShapeId, Type> = BTreeMap::new();
    let shapes = shape_names(inference, &proposals, choices);
    for proposal in &mut proposals {
        let Some(choice) = choices.get(&proposal.id) else { continue };
        if let Some(label) = &choice.instead {
            match Variant::of(project, inference, &inference.shapes, proposal)
                .into_iter()
                .find(|variant| variant.label == *label)
            {
                None => faults.push((proposal.id, format!("`{label}` is no longer an alternative"))),
                Some(variant) => match (defined(proposal), variant.instead) {
                    (Some(id), Instead::Type(ty)) => _ = inlined.insert(id, ty),
                    (Some(id), Instead::NamedTuple) => named::convert(project, inference, proposal, id),
                    (None, Instead::Type(ty)) => replace_type(proposal, &ty),
                    (None, Instead::Definition(kind)) => turned::turn(project, inference, proposal, kind),
                    (Some(_), Instead::Definition(_)) | (None, Instead::NamedTuple) => {}
                },
            }
        }
        // What takes the place of an annotation has a name too.
        if let (Some(name), Some(id)) = (&choice.name, defined(proposal)) {
            rename(&mut inference.shapes[id.0 as usize], name);
        }
        for (label, text) in &choice.hints {
            if let Err(fault) = retype(project, inference, &shapes, proposal, label, text) {
                faults.push((proposal.id, fault));
            }
        }
    }
    inline(inference, &mut proposals, &inlined);
    let is_split = |proposal: &Proposal| choices.get(&proposal.id).is_some_and(|choice| choice.split);
    let split = proposals.into_iter().flat_map(|proposal| match defined(&proposal) {
        Some(shape) if is_split(&proposal) => split(project, proposal, shape),
        _ => vec![proposal],
    });
    (split.collect(), faults)
}

/// Why a text that was typed for a hint of a proposal is no type.
pub fn check_hint(
    project: &Project,
    inference: &Inference,
    proposals: &[Proposal],
    proposal: &Proposal,
    text: &str,
) -> Result<(), String> {
    let shapes = shape_names(inference, proposals, &BTreeMap::new());
    let module = project.module(proposal.module).ok_or("its module is gone")?;
    hint::read(&hint::Scope { project, module, shapes: &shapes }, text).map(drop)
}

/// The names that proposed definitions will have, as far as they can be told before the plan.
fn shape_names(
    inference: &Inference,
    proposals: &[Proposal],
    choices: &BTreeMap<ProposalId, Choice>,
) -> BTreeMap<Name, ShapeId> {
    let named = proposals.iter().filter_map(|proposal| {
        let id = defined(proposal)?;
        let chosen = choices.get(&proposal.id).and_then(|choice| choice.name.as_deref()).map(Name::new);
        Some((chosen.or(inference.shape(id).names.first().copied())?, id))
    });
    named.collect()
}

fn rename(shape: &mut Shape, name: &str) {
    // A namedtuple keeps the name under which the program knows it.
    if is_identifier(name) && !matches!(shape.kind, ShapeKind::NamedTuple { replaces: Some(_), .. }) {
        shape.names.insert(0, Name::new(name));
    }
}

fn replace_type(proposal: &mut Proposal, with: &Type) {
    for change in &mut proposal.changes {
        if let Change::Annotate { ty, .. } = change {
            *ty = with.clone();
        }
    }
    for part in &mut proposal.title.0 {
        if let Part::Type(ty) = part {
            *ty = with.clone();
        }
    }
}

/// Writes a type that was typed by hand.
fn retype(
    project: &Project,
    inference: &mut Inference,
    shapes: &BTreeMap<Name, ShapeId>,
    proposal: &mut Proposal,
    label: &str,
    text: &str,
) -> Result<(), String> {
    let module = project.module(proposal.module).ok_or("its module is gone")?;
    let (ty, optional) = hint::read(&hint::Scope { project, module, shapes }, text)?;
    let Some(id) = defined(proposal) else {
        replace_type(proposal, &ty);
        return Ok(());
    };
    match &mut inference.shapes[id.0 as usize].kind {
        ShapeKind::TypedDict { fields, .. } => {
            let field = fields.iter_mut().find(|field| field.name.is(label));
            let field = field.ok_or_else(|| format!("it has no `{label}`"))?;
            (field.ty, field.required) = (ty, !optional);
        }
        ShapeKind::NamedTuple { fields, .. } => {
            let field = fields.iter_mut().find(|field| field.name.is(label));
            field.ok_or_else(|| format!("it has no `{label}`"))?.ty = ty;
        }
        ShapeKind::Alias(old) | ShapeKind::ExistingAlias(old) | ShapeKind::NewType { base: old, .. } => *old = ty,
        ShapeKind::Protocol { members } => {
            let member = members.iter_mut().find(|member| member.name.is(label));
            match member.map(|member| &mut member.kind) {
                Some(MemberKind::Property(old) | MemberKind::Attribute(old)) => *old = ty,
                _ => return Err(format!("it has no `{label}`")),
            }
        }
        ShapeKind::TypeVariable(_) => return Err(format!("it has no `{label}`")),
    }
    Ok(())
}

/// Writes types in the place of definitions, wherever these are mentioned.
fn inline(inference: &mut Inference, proposals: &mut [Proposal], inlined: &BTreeMap<ShapeId, Type>) {
    if inlined.is_empty() {
        return;
    }
    let replaced = |ty: &mut Type| {
        *ty = ty.map(&mut |part| match part {
            Type::Shape(id) => inlined.get(id).cloned(),
            _ => None,
        });
    };
    for shape in &mut inference.shapes {
        shape.kind.for_each_type(replaced);
    }
    for proposal in proposals {
        if let Some(id) = defined(proposal)
            && let Some(ty) = inlined.get(&id)
        {
            let name = inference.shape(id).names.first().map_or("", |name| name.as_str());
            proposal.title = Message(vec![
                Part::Text("Write `".to_owned()),
                Part::Type(ty.clone()),
                Part::Text(format!("` where `{name}` would stand, without a definition")),
            ]);
            proposal.changes.retain(|change| match change {
                Change::Define(_) | Change::Wrap { .. } => false,
                Change::Declare(declaration) => declaration.cast.is_none(),
                Change::Annotate { .. } | Change::Convert(_) => true,
            });
        }
        proposal.requires.retain(|required| !inlined.contains_key(required));
        for change in &mut proposal.changes {
            match change {
                Change::Annotate { ty, .. } => replaced(ty),
                Change::Declare(declaration) => replaced(&mut declaration.ty),
                Change::Define(_) | Change::Convert(_) | Change::Wrap { .. } => {}
            }
        }
    }
}

/// The definition under the id of the whole, and the annotations of each function on their own.
fn split(project: &Project, mut whole: Proposal, shape: ShapeId) -> Vec<Proposal> {
    let mut parts: BTreeMap<(ModuleId, Option<FunctionId>), Vec<Change>> = BTreeMap::new();
    let (annotations, rest): (Vec<Change>, _) =
        whole.changes.into_iter().partition(|change| matches!(change, Change::Annotate { .. }));
    whole.changes = rest;
    for change in annotations {
        let Change::Annotate { slot, .. } = &change else { continue };
        let info = project.slots().info(*slot);
        let function = match info.kind {
            SlotKind::Param(function, _) | SlotKind::Return(function) => Some(function),
            _ => None,
        };
        parts.entry((info.module, function)).or_default().push(change);
    }
    let part = |((module, function), changes): ((ModuleId, Option<FunctionId>), Vec<Change>)| {
        let facts = project.module(module)?;
        let function = function.map(|id| facts.facts.function(id));
        let subject = function.map_or_else(|| facts.name.to_string(), |function| function.qualname.to_string());
        let title = vec![
            Part::Text(format!("Annotate `{subject}` with `")),
            Part::Type(Type::Shape(shape)),
            Part::Text("`".to_owned()),
        ];
        Some(Proposal {
            id: ProposalId::new(whole.transform, facts.name, &format!("{}/{subject}", whole.id)),
            module,
            offset: function.map_or(0, |function| function.name_range.start),
            title: Message(title),
            requires: [shape].into_iter().chain(whole.requires.iter().copied()).collect(),
            changes,
            ..whole.clone()
        })
    };
    let parts: Vec<Proposal> = parts.into_iter().filter_map(part).collect();
    let mut all = vec![whole];
    all.extend(parts);
    all
}
