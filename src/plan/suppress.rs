//! `# hintwright: ignore` comments: what they cover is not proposed.
//!
//! A comment above the first statement covers the file. One on a line of code covers that line, and in the header of a
//! function or class all of it; on a line of its own it belongs to the next line of code. Names of transforms in
//! brackets narrow it to these.

use std::collections::BTreeMap;

use crate::facts::{Block, CommentKind, FileFacts, lower};
use crate::infer::Inference;
use crate::project::{Module, Origin, Project, SlotKind};
use crate::proposal::{Change, Commented, Proposal};
use crate::source::{SourceFile, parse};
use crate::text::{Edit, Name, Patch, TextRange};
use crate::types::ModuleId;

use super::annotate::{self, Place};
use super::file::{File, line_end, line_start};

/// What comments cover, with the transforms that they name; without names it is all of them.
struct Covered(Vec<(TextRange, Vec<Name>)>);

impl Covered {
    fn new(facts: &FileFacts, text: &str) -> Self {
        let comments = facts.comments.iter().filter_map(|comment| match &comment.kind {
            CommentKind::Ignore(names) => Some((range(facts, text, comment.range.start), names.clone())),
            _ => None,
        });
        Self(comments.collect())
    }

    fn holds(&self, offset: u32, transform: &str) -> bool {
        self.0.iter().any(|(range, names)| {
            range.start <= offset
                && offset < range.end
                && (names.is_empty() || names.iter().any(|name| name.is(transform)))
        })
    }
}

/// What a comment at `offset` covers.
fn range(facts: &FileFacts, text: &str, offset: u32) -> TextRange {
    let start = line_start(text, offset);
    let is_alone = text[start as usize..offset as usize].trim().is_empty();
    let line = if is_alone {
        let first = facts.block(facts.body).next().map_or(text.len() as u32, |stmt| stmt.range.start);
        if offset < first {
            return TextRange::new(0, text.len() as u32);
        }
        next_line_of_code(text, line_end(text, offset))
    } else {
        TextRange::new(start, line_end(text, offset))
    };
    definition_at(facts, text, line).unwrap_or(line)
}

fn next_line_of_code(text: &str, from: u32) -> TextRange {
    let mut start = from;
    for line in text[from as usize..].split_inclusive('\n') {
        let end = start + line.len() as u32;
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            return TextRange::new(start, end);
        }
        start = end;
    }
    TextRange::at(start)
}

/// The innermost function or class whose header shares a line with `line`.
fn definition_at(facts: &FileFacts, text: &str, line: TextRange) -> Option<TextRange> {
    let header_end = |body: Block, start: u32| {
        let first = facts.block(body).next().map_or(start, |stmt| stmt.range.start);
        // A body that begins on the line of the colon is part of that line.
        line_start(text, first).saturating_sub(1).max(start)
    };
    let functions = facts.functions.iter().filter(|function| !function.is_lambda);
    let functions = functions.map(|function| (function.range, header_end(function.body, function.params_end)));
    let classes = facts.classes.iter().map(|class| (class.range, header_end(class.body, class.name_range.end)));
    let touching = functions.chain(classes).filter(|(whole, header)| whole.start < line.end && line.start <= *header);
    touching.map(|(whole, _)| whole).min_by_key(|whole| whole.end - whole.start)
}

/// The proposals without what comments cover. A definition is covered where its header says it is; elsewhere only the
/// change at the covered place is left out.
pub fn without_ignored(project: &Project, inference: &Inference, proposals: Vec<Proposal>) -> Vec<Proposal> {
    let has_comment =
        |module: &&Module| module.facts.comments.iter().any(|comment| matches!(comment.kind, CommentKind::Ignore(_)));
    let modules = project.repository().filter(|module| module.origin == Origin::Project).filter(has_comment);
    let covered: BTreeMap<ModuleId, (File<'_>, Covered)> = modules
        .filter_map(|module| {
            let text = &module.source.as_ref()?.text;
            Some((module.id, (File::new(project, module)?, Covered::new(&module.facts, text))))
        })
        .collect();
    if covered.is_empty() {
        return proposals;
    }
    let is_covered = |change: &Change, transform: &str| {
        let (module, _) = module_and_slot(project, inference, change);
        let Some((file, covered)) = covered.get(&module) else { return false };
        offset_of(project, inference, file, change).is_some_and(|offset| covered.holds(offset, transform))
    };
    let keep = |mut proposal: Proposal| {
        let defines = |change: &Change| matches!(change, Change::Define(_));
        if proposal.changes.iter().any(|change| defines(change) && is_covered(change, proposal.transform)) {
            return None;
        }
        proposal.changes.retain(|change| !is_covered(change, proposal.transform));
        (!proposal.changes.is_empty()).then_some(proposal)
    };
    proposals.into_iter().filter_map(keep).collect()
}

/// The module of a change, and the kind of slot that it annotates.
fn module_and_slot(project: &Project, inference: &Inference, change: &Change) -> (ModuleId, Option<SlotKind>) {
    match change {
        Change::Annotate { slot, .. } => {
            let info = project.slots().info(*slot);
            (info.module, Some(info.kind))
        }
        Change::Declare(declaration) => {
            let local = declaration.local;
            (local.module, Some(SlotKind::Captured(local.scope, local.symbol)))
        }
        Change::Define(shape) => (inference.shape(*shape).home.module, None),
        Change::Convert(commented) => (commented.module(), None),
        Change::Wrap { module, .. } => (*module, None),
    }
}

/// The offset whose line a change belongs to.
fn offset_of(project: &Project, inference: &Inference, file: &File<'_>, change: &Change) -> Option<u32> {
    match change {
        Change::Define(shape) => return Some(inference.shape(*shape).home.before),
        Change::Wrap { range, .. } => return Some(range.start),
        Change::Convert(Commented::Function(_, id)) => return Some(file.facts().function(*id).name_range.start),
        Change::Convert(Commented::Assignment(_, id)) => return Some(file.facts().stmt(*id).range.start),
        Change::Declare(declaration) if let Some(range) = declaration.cast => return Some(range.start),
        _ => {}
    }
    let kind = module_and_slot(project, inference, change).1?;
    if let SlotKind::Return(function) = kind {
        return Some(file.facts().function(function).name_range.start);
    }
    match annotate::target(file, kind, project.target).ok()?.place {
        Place::Param { at, .. } | Place::Return { at, .. } | Place::Target(at) => Some(at),
    }
}

/// The edit that adds a comment after which a proposal is not made any more, with its module; none where there is no
/// room for a comment, as in the middle of a string.
pub fn ignore_comment(project: &Project, inference: &Inference, proposal: &Proposal) -> Option<(ModuleId, Edit)> {
    let is_definition = |change: &&Change| matches!(change, Change::Define(_));
    let change = proposal.changes.iter().find(is_definition).or(proposal.changes.first())?;
    let (id, _) = module_and_slot(project, inference, change);
    let module = project.module(id).filter(|module| module.origin == Origin::Project)?;
    let source = module.source.as_ref()?;
    let offset = offset_of(project, inference, &File::new(project, module)?, change)?;
    let end = line_end(&source.text, offset);
    let line = source.text[..end as usize].trim_end_matches(['\n', '\r', ' ', '\t']);
    let edit = Edit::insert(line.len() as u32, format!("  # hintwright: ignore[{}]", proposal.transform));
    let mut patch = Patch::new();
    patch.add_all(std::slice::from_ref(&edit)).ok()?;
    let changed = SourceFile { text: patch.apply(&source.text).into(), ..source.clone() };
    let facts = lower(&parse(&changed).ok()?, &changed.text);
    Covered::new(&facts, &changed.text).holds(offset, proposal.transform).then_some((id, edit))
}
