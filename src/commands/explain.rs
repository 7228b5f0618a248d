//! `hintwright explain`: the page of a transform, the list of all of them, or what was concluded about a slot.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::Outcome;
use super::analysis::{self, Analysis};
use super::cli::{ExplainArgs, Options};
use super::terminal::{Talk, write_data};
use crate::config::{ConfigError, Settings, nearest};
use crate::facts::FunctionId;
use crate::plan::Plan;
use crate::project::{Module, SlotKind};
use crate::proposal::Change;
use crate::report::Paint;
use crate::transforms::CATALOGUE;

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome> {
    let text = match &args.topic {
        None => list(),
        Some(topic) => match analysis::transform_named(topic) {
            Some(transform) => transform.page().to_owned(),
            None if topic.contains(':') => slot(topic, &args.options)?,
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

/// What was concluded about `PATH:FUNCTION:PARAM`, or about all slots of `PATH:FUNCTION`.
fn slot(topic: &str, options: &Options) -> Result<String> {
    let mut parts = topic.splitn(3, ':');
    let path = PathBuf::from(parts.next().unwrap_or_default());
    let function = parts.next().unwrap_or_default();
    let wanted = parts.next();
    if !path.is_file() {
        bail!("{}: no such file, and no transform of this name", path.display());
    }
    let talk = Talk::new(options.quiet, options.color);
    let mut settings = Settings::load(std::slice::from_ref(&path), options.flags(), &analysis::transform_names())?;
    // A file that is asked about is asked about, test or not.
    settings.include_tests = true;
    let roots = [settings.root.clone()];
    let analysis = analysis::analyse(&roots, settings)?;
    for line in &analysis.skipped {
        talk.say(&format!("left alone: {line}"));
    }
    let target = std::fs::canonicalize(&path)?;
    let is_target = |module: &&Module| {
        let source = module.source.as_ref();
        source.is_some_and(|source| std::fs::canonicalize(&source.path).is_ok_and(|path| path == target))
    };
    let Some(module) = analysis.project.repository().find(is_target) else {
        bail!("{} is not among the files that are looked at", path.display());
    };
    let functions = || module.facts.functions.iter().filter(|function| !function.is_lambda);
    let Some(number) = module.facts.functions.iter().position(|one| one.qualname.is(function)) else {
        let names: Vec<&str> = functions().map(|function| function.qualname.as_str()).collect();
        match nearest(function, names.iter().copied()) {
            Some(near) => bail!("{} has no function `{function}`, did you mean `{near}`?", path.display()),
            None => bail!("{} has no function `{function}`", path.display()),
        }
    };
    let id = FunctionId(number as u32);
    let mut slots: Vec<(&str, SlotKind)> = Vec::new();
    for (index, param) in module.facts.function(id).params.iter().enumerate() {
        slots.push((param.name.as_str(), SlotKind::Param(id, index as u16)));
    }
    slots.push(("return", SlotKind::Return(id)));
    if let Some(wanted) = wanted {
        if !slots.iter().any(|&(name, _)| name == wanted) {
            let names: Vec<&str> = slots.iter().map(|&(name, _)| name).collect();
            bail!("`{function}` has no parameter `{wanted}` (known: {})", names.join(", "));
        }
        slots.retain(|&(name, _)| name == wanted);
    }
    let plan = analysis.plan_all();
    Ok(slots.into_iter().map(|(name, kind)| conclusion(&analysis, &plan, module, name, kind)).collect())
}

/// What would be written, with its evidence; or why nothing is.
fn conclusion(analysis: &Analysis, plan: &Plan, module: &Module, name: &str, kind: SlotKind) -> String {
    let Some(slot) = analysis.project.slots().find(module.id, kind) else {
        return format!("{name}: is not looked at\n");
    };
    let annotates = |number: usize| {
        let changes = &analysis.proposals[number].changes;
        changes.iter().any(|change| matches!(change, Change::Annotate { slot: own, .. } if *own == slot))
    };
    if let Some(planned) = plan.planned.iter().find(|planned| annotates(planned.proposal)) {
        let lines: Vec<String> =
            analysis.cards(plan, &[planned]).iter().flat_map(|card| card.lines(Paint::plain())).collect();
        return format!("{name}: {}\n", lines.join("\n"));
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
