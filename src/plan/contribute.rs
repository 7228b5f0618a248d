//! What one proposal adds to each file, or why it cannot be written.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::facts::{ExprKind, ScopeId};
use crate::infer::{Inference, ShapeKind};
use crate::project::SlotKind;
use crate::proposal::{Change, Declaration, Proposal};
use crate::text::{Edit, TextRange};
use crate::types::{ModuleId, Namer, PythonVersion, Rendering, ShapeId, Type, render};

use super::annotate::{self, Place};
use super::assemble::Contribution;
use super::convert;
use super::define;
use super::file::{File, Site};
use super::named;
use super::recall::module_of;
use super::signature::Annotation;
use super::speak::{Context, Need, Reserved, Speaker};

/// The version since which unions and builtin generics need no import.
const UNIONS_WITHOUT_IMPORT: PythonVersion = PythonVersion::new(3, 10);

/// What a proposal adds to each file, or to each of `only` these; or why it cannot be written.
pub(super) fn contribution(
    context: &Context<'_>,
    inference: &Inference,
    proposal: &Proposal,
    reserved: &mut Reserved,
    only: Option<&FxHashSet<ModuleId>>,
) -> Result<BTreeMap<ModuleId, Contribution>, String> {
    let mut files: BTreeMap<ModuleId, Contribution> = BTreeMap::new();
    let file_of =
        |module: ModuleId| context.files.get(&module).ok_or_else(|| "it changes a file that is only read".to_owned());
    let defines = proposal.changes.iter().any(|change| matches!(change, Change::Define(_)));
    for change in &proposal.changes {
        if only.is_some_and(|only| !only.contains(&module_of(context.project, inference, change))) {
            continue;
        }
        match change {
            Change::Annotate { slot, ty } => {
                let info = context.project.slots().info(*slot);
                let file = file_of(info.module)?;
                match annotate::target(file, info.kind, context.target) {
                    Ok(target) => {
                        annotation(context, file, &target, ty, reserved, files.entry(info.module).or_default())?;
                    }
                    // A definition is worth having though one of its users has no place for an annotation.
                    Err(_) if defines => {}
                    Err(reason) => return Err(reason),
                }
            }
            Change::Declare(Declaration { local, ty, cast: Some(range) }) => {
                let file = file_of(local.module)?;
                cast(context, file, *range, ty, reserved, files.entry(local.module).or_default())?;
            }
            Change::Declare(Declaration { local, ty, cast: None }) => {
                let file = file_of(local.module)?;
                let kind = SlotKind::Captured(local.scope, local.symbol);
                if let Ok(target) = annotate::target(file, kind, context.target) {
                    annotation(context, file, &target, ty, reserved, files.entry(local.module).or_default())?;
                }
            }
            Change::Define(id) => {
                let shape = inference.shape(*id);
                let file = file_of(shape.home.module)?;
                let placement = context.placements.get(id).copied().ok_or("it has no place")?;
                let written = define::define((context, inference), file, reserved, *id, placement)?;
                let contribution = files.entry(shape.home.module).or_default();
                contribution.needs.extend(written.needs);
                contribution.definitions.extend(written.definition);
                contribution.edits.extend(written.edits);
            }
            Change::Convert(commented) => {
                let file = file_of(commented.module())?;
                let converted = convert::conversion(file, *commented, context.target)?;
                files.entry(commented.module()).or_default().extend(&converted);
            }
            Change::Wrap { module, range, shape } => {
                let file = file_of(*module)?;
                let is_call = match inference.shape(*shape).kind {
                    ShapeKind::NewType { .. } => false,
                    ShapeKind::NamedTuple { .. } => is_bracketed(file, *range),
                    _ => return Err("only a NewType or a NamedTuple is called".to_owned()),
                };
                wrap(context, file, *range, (*shape, is_call), reserved, files.entry(*module).or_default())?;
            }
        }
    }
    Ok(files)
}

/// Writes the type of a slot.
fn annotation(
    context: &Context<'_>,
    file: &File<'_>,
    target: &annotate::Target,
    ty: &Type,
    reserved: &mut Reserved,
    contribution: &mut Contribution,
) -> Result<(), String> {
    let (text, needs) = hint(context, file, &target.site, ty, reserved)?;
    contribution.needs.extend(needs);
    contribution.uses.extend(ty.shapes());
    match target.place {
        Place::Param { function, .. } | Place::Return { function, .. } => {
            contribution.signatures.entry(function).or_default().push(Annotation { place: target.place, text });
        }
        Place::Target(at) => contribution.edits.push(Edit::insert(at, format!(": {text}"))),
    }
    Ok(())
}

/// The text of a hint, and what has to be imported for it.
fn hint(
    context: &Context<'_>,
    file: &File<'_>,
    site: &Site,
    ty: &Type,
    reserved: &mut Reserved,
) -> Result<(String, BTreeSet<Need>), String> {
    let lazy = file.facts().layout.future_annotations;
    if !(site.evaluated && file.may_defer) {
        return spoken(context, file, site, ty, (reserved, lazy));
    }
    // A hint reserves names in its own file only, so the other way of writing it is taken back there.
    let own = reserved.get(&file.module.id).cloned().unwrap_or_default();
    let plain = spoken(context, file, site, ty, (reserved, lazy));
    let with_plain = reserved.insert(file.module.id, own).unwrap_or_default();
    let deferred = spoken(context, file, &Site { evaluated: false, ..site.clone() }, ty, (reserved, true));
    match (plain, deferred) {
        (Ok((plain, _)), Ok((text, mut needs))) if plain != text => {
            let alias = file.is_spread.then(|| "_annotations".to_owned());
            let member = Some("annotations".to_owned());
            needs.insert(Need { module: "__future__".to_owned(), member, alias, runtime: true });
            Ok((text, needs))
        }
        (plain, _) => {
            reserved.insert(file.module.id, with_plain);
            plain
        }
    }
}

/// The text of a hint at a site, quoted where it has to be; with names reserved, and whether Python leaves
/// annotations unevaluated.
fn spoken(
    context: &Context<'_>,
    file: &File<'_>,
    site: &Site,
    ty: &Type,
    (reserved, lazy): (&mut Reserved, bool),
) -> Result<(String, BTreeSet<Need>), String> {
    let evaluated = site.evaluated;
    let mut speaker = Speaker::new(context, file, reserved, site.clone());
    let mut rendered = render(ty, &mut speaker, Rendering::annotation(context.target, lazy));
    if rendered.is_err() && context.project.watches_imports() {
        // What Python does not evaluate can be written with the operators of a later version, without an import.
        speaker = Speaker::new(context, file, reserved, site.clone());
        speaker.deferred = evaluated;
        rendered = render(ty, &mut speaker, Rendering::annotation(UNIONS_WITHOUT_IMPORT, true));
        speaker.deferred = evaluated;
    }
    let mut text = rendered?;
    if speaker.deferred && evaluated {
        let quote = file.source.style.quote;
        text = format!("{quote}{text}{quote}");
    }
    Ok((text, speaker.needs))
}

/// Puts `cast("T", …)` around an expression. The type stands in a string: only `cast` has to exist.
fn cast(
    context: &Context<'_>,
    file: &File<'_>,
    range: TextRange,
    ty: &Type,
    reserved: &mut Reserved,
    contribution: &mut Contribution,
) -> Result<(), String> {
    let (scope, in_function) = file.scope_at(range.start);
    let scope = if in_function { scope } else { ScopeId(0) };
    let site = |evaluated| Site { scope, position: (range.start, 0), evaluated, hidden: Vec::new() };
    let mut speaker = Speaker::new(context, file, reserved, site(!in_function));
    let function = speaker.member("typing", "cast")?;
    contribution.needs.extend(std::mem::take(&mut speaker.needs));
    let mut speaker = Speaker::new(context, file, reserved, site(false));
    let text = render(ty, &mut speaker, Rendering::annotation(context.target, true))?;
    contribution.needs.extend(speaker.needs);
    contribution.uses.extend(ty.shapes());
    let quote = file.source.style.quote;
    contribution.edits.push(Edit::insert(range.start, format!("{function}({quote}{text}{quote}, ")));
    contribution.edits.push(Edit::insert(range.end, ")"));
    Ok(())
}

/// Whether the brackets of a tuple display can be those of a call.
fn is_bracketed(file: &File<'_>, range: TextRange) -> bool {
    let facts = file.facts();
    facts.exprs.iter().any(|expr| match expr.kind {
        ExprKind::Tuple(items) if expr.range == range => {
            let items: Vec<TextRange> = facts.list(items).iter().map(|&item| facts.expr(item).range).collect();
            named::is_bracketed(file.text(), range, &items)
        }
        _ => false,
    })
}

/// Puts a call of a definition around an expression, or in front of its brackets.
fn wrap(
    context: &Context<'_>,
    file: &File<'_>,
    range: TextRange,
    (shape, is_call): (ShapeId, bool),
    reserved: &mut Reserved,
    contribution: &mut Contribution,
) -> Result<(), String> {
    let (scope, in_function) = file.scope_at(range.start);
    let scope = if in_function { scope } else { ScopeId(0) };
    let site = Site { scope, position: (range.start, 0), evaluated: !in_function, hidden: Vec::new() };
    let mut speaker = Speaker::new(context, file, reserved, site);
    let name = speaker.runtime_shape(shape, in_function)?;
    contribution.needs.extend(speaker.needs);
    contribution.uses.insert(shape);
    if is_call {
        contribution.edits.push(Edit::insert(range.start, name));
    } else {
        contribution.edits.push(Edit::insert(range.start, format!("{name}(")));
        contribution.edits.push(Edit::insert(range.end, ")"));
    }
    Ok(())
}
