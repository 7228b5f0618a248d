//! `hintwright explain`: the page of a transform, the list of all of them, or what was concluded about a place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::Outcome;
use super::analysis::{self, Analysis};
use super::cli::{ExplainArgs, Options};
use super::place::{self, Named};
use super::places::Places;
use super::reading;
use super::terminal::{Talk, write_data};
use crate::config::{ConfigError, Settings};
use crate::facts::{ExprId, ExprKind, StmtKind};
use crate::plan::Plan;
use crate::project::{Module, Project, SlotKind};
use crate::proposal::{Applicability, Change, Commented, Proposal};
use crate::report::{Card, PLAN_SCHEMA, Paint};
use crate::transforms::{self, CATALOGUE};
use crate::types::{ModuleId, SlotId};

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome> {
    let text = match args.topic.as_deref() {
        None => list(),
        Some("plan") => PLAN_SCHEMA.to_owned(),
        Some(topic) => match transforms::find(topic) {
            Some(transform) => transform.page().to_owned(),
            None if topic.contains(':') => conclusions(topic, &args.options)?,
            None if Path::new(topic).is_file() => {
                bail!("{topic}: say what to explain there, as {topic}:LINE or {topic}:FUNCTION:PARAM")
            }
            None => return Err(ConfigError::unknown_transform(topic, None, &analysis::transform_names()).into()),
        },
    };
    write_data(text.as_bytes())?;
    Ok(Outcome::Success)
}

/// A line for each transform.
fn list() -> String {
    let width = CATALOGUE.iter().map(|transform| transform.name().len()).max().unwrap_or(0);
    let line = |name: &str, summary: &str| format!("{name:<width$}  {summary}\n");
    CATALOGUE.iter().map(|transform| line(transform.name(), transform.summary())).collect()
}

/// A file, and the rest of the topic. The name of the file may hold colons, as a drive of Windows does.
fn split(topic: &str) -> Option<(PathBuf, &str)> {
    let colons = topic.match_indices(':').map(|(at, _)| at);
    colons.map(|at| (PathBuf::from(&topic[..at]), &topic[at + 1..])).find(|(path, _)| path.is_file())
}

/// What was concluded about `PATH:LINE`, `PATH:FUNCTION:PARAM` and the like.
fn conclusions(topic: &str, options: &Options) -> Result<String> {
    let Some((path, subject)) = split(topic) else {
        bail!("{topic}: no such file, and no transform of this name");
    };
    let talk = Talk::new(options.quiet, options.color);
    let mut settings = Settings::load(std::slice::from_ref(&path), options.flags(), &analysis::transform_names())?;
    let target = std::fs::canonicalize(&path)?;
    let roots = [settings.root.clone()];
    // A test can be asked about too. Otherwise what is told is what the other verbs conclude.
    settings.include_tests |= reading::is_test_below(&roots, &target);
    let analysis = analysis::analyse(&roots, settings)?;
    for line in &analysis.reading.skipped {
        talk.say(&format!("left alone: {line}"));
    }
    let is_target = |module: &&Module| {
        let source = module.source.as_ref();
        source.is_some_and(|source| std::fs::canonicalize(&source.path).is_ok_and(|path| path == target))
    };
    let Some(module) = analysis.project.repository().find(is_target) else {
        bail!("{} is not among the files that are looked at", path.display());
    };
    let plan = analysis.plan_all();
    let (slots, line) = match subject.parse::<u32>() {
        Ok(line) => (place::at_line(&analysis.project, module, line), Some(line)),
        Err(_) => (place::named(&analysis.project, module, subject)?, None),
    };
    let following = following(&analysis, &plan, &slots)?;
    let told = |slot: &Named| {
        let later = key_of(&analysis.project, slot.slot).and_then(|key| following.get(&key));
        later.map_or_else(|| conclusion(&analysis, &plan, slot), |text| format!("{}: {text}", slot.name))
    };
    let mut text: String = slots.iter().map(told).collect();
    if let Some(line) = line {
        text.insert_str(0, &definitions(&analysis, &plan, module, line, &slots));
        if text.is_empty() {
            bail!("{}:{line}: nothing can be annotated there", path.display());
        }
    }
    Ok(text)
}

/// The definitions that are proposed for a line and not told with one of its slots.
fn definitions(analysis: &Analysis, plan: &Plan, module: &Module, line: u32, slots: &[Named]) -> String {
    let told = |proposal: &Proposal| slots.iter().any(|slot| annotates(&analysis.project, proposal, slot.slot));
    let defines = |proposal: &Proposal| proposal.changes.iter().any(|change| matches!(change, Change::Define(_)));
    let own: Vec<_> = plan
        .planned
        .iter()
        .filter(|planned| {
            let proposal = &analysis.proposals[planned.proposal];
            proposal.module == module.id && defines(proposal) && !told(proposal)
        })
        .collect();
    let cards = analysis.cards(plan, &own);
    cards.iter().filter(|card| card.line == line).map(|card| lines(card) + "\n").collect()
}

fn lines(card: &Card) -> String {
    card.lines(Paint::plain()).join("\n")
}

/// What is concluded about those slots of which the plan says nothing once the other hints are written.
fn following(analysis: &Analysis, plan: &Plan, slots: &[Named]) -> Result<BTreeMap<Key, String>> {
    let mut found = BTreeMap::new();
    let project = &analysis.project;
    let is_told = |slot: SlotId| {
        plan.planned.iter().any(|planned| annotates(project, &analysis.proposals[planned.proposal], slot))
    };
    let open = slots.iter().filter(|slot| !is_told(slot.slot));
    let open: BTreeSet<Key> = open.filter_map(|slot| key_of(project, slot.slot)).collect();
    if open.is_empty() {
        return Ok(found);
    }
    analysis.settled(&analysis.plan(), |next, origins| {
        let plan = next.plan();
        let mut places = Places::on_disk(&next.project, origins);
        for planned in &plan.planned {
            for change in &next.proposals[planned.proposal].changes {
                let Change::Annotate { slot, .. } = change else { continue };
                if let Some(key) = key_of(&next.project, *slot).filter(|key| open.contains(key)) {
                    let card = next.card_with(&mut places, &plan, planned);
                    let text = format!("{}\n    Follows once other hints are written\n", lines(&card));
                    found.entry(key).or_insert(text);
                }
            }
        }
        plan
    })?;
    Ok(found)
}

/// What a slot is called, whatever is put in above it.
type Key = (ModuleId, String);

fn key_of(project: &Project, slot: SlotId) -> Option<Key> {
    let info = project.slots().info(slot);
    let facts = &project.module(info.module)?.facts;
    let name = match info.kind {
        SlotKind::Param(id, index) => {
            let function = facts.function(id);
            format!("{}:{}", function.qualname, function.params.get(usize::from(index))?.name)
        }
        SlotKind::Return(id) => format!("{}:return", facts.function(id).qualname),
        SlotKind::Attribute(class, name) => format!("{}.{name}", facts.class(class).qualname),
        SlotKind::Variable(name) => name.to_string(),
        SlotKind::Field(..) | SlotKind::Captured(..) => return None,
    };
    Some((info.module, name))
}

/// Whether a proposal writes the type of a slot.
fn annotates(project: &Project, proposal: &Proposal, slot: SlotId) -> bool {
    proposal.changes.iter().any(|change| match change {
        Change::Annotate { slot: own, .. } => *own == slot,
        Change::Convert(commented) => converts(project, *commented, slot),
        _ => false,
    })
}

/// Whether the type of a slot stands in a comment.
fn converts(project: &Project, commented: Commented, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let Some(module) = project.module(info.module).filter(|module| module.id == commented.module()) else {
        return false;
    };
    let facts = &module.facts;
    match (commented, info.kind) {
        (Commented::Function(_, id), SlotKind::Param(own, index)) => {
            own == id && facts.function(id).params.get(usize::from(index)).is_some_and(|param| param.from_comment)
        }
        (Commented::Function(_, id), SlotKind::Return(own)) => own == id,
        (Commented::Assignment(_, id), kind @ (SlotKind::Attribute(_, name) | SlotKind::Variable(name))) => {
            let stmt = facts.stmt(id);
            let StmtKind::Assign(targets, ..) = stmt.kind else { return false };
            let is_there = match kind {
                SlotKind::Attribute(class, _) => facts.class(class).range.touches(stmt.range.start),
                _ => facts.block(facts.body).any(|own| own.range == stmt.range),
            };
            let is_it = |&target: &ExprId| matches!(facts.expr(target).kind, ExprKind::Name(own, _) | ExprKind::Attribute(_, own) if own == name);
            is_there && facts.list(targets).iter().any(is_it)
        }
        _ => false,
    }
}

/// What would be written, with its evidence; or why nothing is.
fn conclusion(analysis: &Analysis, plan: &Plan, named: &Named) -> String {
    let by_hand = analysis.proposals.iter().filter(|proposal| {
        proposal.applicability == Applicability::DisplayOnly && annotates(&analysis.project, proposal, named.slot)
    });
    let told = written(analysis, plan, named);
    by_hand.fold(told, |text, proposal| {
        let (title, reason) = (plan.say(&proposal.title), plan.say(&proposal.reason));
        format!("{text}    {title}\n    {reason}\n{}", held_back(analysis, proposal))
    })
}

/// What the plan writes, or why it does not.
fn written(analysis: &Analysis, plan: &Plan, named: &Named) -> String {
    let (slot, name) = (named.slot, &named.name);
    let annotates = |number: usize| annotates(&analysis.project, &analysis.proposals[number], slot);
    if let Some(planned) = plan.planned.iter().find(|planned| annotates(planned.proposal)) {
        let cards = analysis.cards(plan, &[planned]);
        let text: Vec<String> = cards.iter().map(lines).collect();
        let held = held_back(analysis, &analysis.proposals[planned.proposal]);
        return format!("{name}: {}\n{held}", text.join("\n"));
    }
    if let Some(dropped) = plan.dropped.iter().find(|dropped| annotates(dropped.proposal)) {
        return format!("{name}: nothing, {}\n", dropped.reason);
    }
    match analysis.inference.slots.get(slot.0 as usize) {
        Some(Err(reason)) => format!("{name}: nothing, {reason}\n"),
        Some(Ok(solved)) => {
            format!("{name}: nothing to write, it is `{}`\n    {}\n", plan.describe(&solved.ty), solved.reason)
        }
        None => format!("{name}: nothing\n"),
    }
}

/// Why the other verbs leave a proposal out under the settings in force.
fn held_back(analysis: &Analysis, proposal: &Proposal) -> &'static str {
    let settings = analysis.settings();
    match proposal.applicability {
        Applicability::DisplayOnly => "    Held back: it is to be made by hand\n",
        Applicability::Unsafe if !settings.allow_unsafe => "    Held back: it can alter behaviour (--unsafe)\n",
        _ if proposal.confidence < settings.min_confidence => "    Held back: it is less sure (--min-confidence low)\n",
        _ => "",
    }
}
