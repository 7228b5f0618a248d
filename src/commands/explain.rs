//! `hintwright explain`: the page of a transform, the list of all of them, or what was concluded about a place.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::Outcome;
use super::analysis::{self, Analysis};
use super::cli::{ExplainArgs, Options};
use super::place::{self, Named};
use super::terminal::{Talk, write_data};
use crate::config::{ConfigError, Settings};
use crate::plan::Plan;
use crate::project::Module;
use crate::proposal::{Applicability, Change, Proposal};
use crate::report::{Card, PLAN_SCHEMA, Paint};
use crate::transforms::{self, CATALOGUE};
use crate::types::SlotId;

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
    settings.include_tests |= analysis::is_test_below(&roots, &target);
    let analysis = analysis::analyse(&roots, settings)?;
    for line in &analysis.skipped {
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
    let mut text: String = slots.iter().map(|slot| conclusion(&analysis, &plan, slot)).collect();
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
    let told = |proposal: &Proposal| slots.iter().any(|slot| annotates(proposal, slot.slot));
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

fn annotates(proposal: &Proposal, slot: SlotId) -> bool {
    proposal.changes.iter().any(|change| matches!(change, Change::Annotate { slot: own, .. } if *own == slot))
}

/// What would be written, with its evidence; or why nothing is.
fn conclusion(analysis: &Analysis, plan: &Plan, named: &Named) -> String {
    let (slot, name) = (named.slot, &named.name);
    let annotates = |number: usize| annotates(&analysis.proposals[number], slot);
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
