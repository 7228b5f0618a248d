//! What follows from a plan, as proposals of their own.
//!
//! A hint that is written is evidence for others. These are concluded of files that hold it, but told with the places on
//! disk, and each with the proposals before it that it rests on.

use std::collections::BTreeSet;

use anyhow::Result;

use super::analysis::Analysis;
use super::base::Base;
use super::places::Places;
use super::records::{Ids, Records};
use super::settle::{Origins, Settled};
use crate::facts::{Argument, Expr, ExprId, ExprKind, FileFacts};
use crate::plan::{Plan, Planned};
use crate::project::{Project, SlotKind};
use crate::proposal::{Change, Commented, Declaration, Proposal};
use crate::report::{Card, ProposalRecord};
use crate::text::{Name, TextRange};
use crate::types::{ClassName, ModuleId, Type};

/// A proposal that follows from others.
pub(super) struct Following {
    /// As `-v` shows it.
    pub(super) card: Card,
    /// As a document holds it.
    pub(super) record: ProposalRecord,
}

/// The files that a plan changes once all is settled, and the proposals that follow from it.
pub(super) fn follow(analysis: &Analysis, plan: &Plan, base: &Base) -> Result<(Settled, Vec<Following>)> {
    let origins = Origins::new(&analysis.project);
    let mut ids = Ids::default();
    let mut made = Made::default();
    made.add(analysis, plan, &Records::new(analysis, base, &origins).proposals(plan, &mut ids));
    let mut following: Vec<Following> = Vec::new();
    let mut round = 0;
    let settled = analysis.settled(plan, |next, origins| {
        let plan = next.plan();
        round += 1;
        let mut places = Places::on_disk(&next.project, origins);
        let mut records = Records::new(&next, base, origins).proposals(&plan, &mut ids);
        for (planned, record) in next.in_order(&plan).into_iter().zip(&mut records) {
            record.round = round;
            let rests_on = made.under(&next, planned).into_iter().chain(record.requires.iter().cloned());
            record.requires = rests_on.collect::<BTreeSet<String>>().into_iter().collect();
            let card = next.card_with(&mut places, &plan, planned);
            following.push(Following { card, record: record.clone() });
        }
        made.add(&next, &plan, &records);
        plan
    })?;
    Ok((settled, following))
}

/// What earlier proposals made.
#[derive(Default)]
struct Made(Vec<Hinted>);

/// What one proposal made.
struct Hinted {
    id: String,
    /// Functions of which it annotates parameters: what is concluded inside of them may rest on that.
    inside: BTreeSet<Function>,
    /// Last names of functions of which it annotates anything: so may what is concluded of their calls.
    called: BTreeSet<Name>,
    /// The class that it defines.
    class: Option<ClassName>,
}

/// A function, by what stays when text is put in above it.
type Function = (ModuleId, Name);

impl Made {
    /// Adds the proposals of a plan, whose records come in the order of places.
    fn add(&mut self, analysis: &Analysis, plan: &Plan, records: &[ProposalRecord]) {
        let project = &analysis.project;
        for (planned, record) in analysis.in_order(plan).into_iter().zip(records) {
            let (mut inside, mut called, mut class) = (BTreeSet::new(), BTreeSet::new(), None);
            for change in &analysis.proposals[planned.proposal].changes {
                match change {
                    Change::Annotate { slot, .. } => {
                        let info = project.slots().info(*slot);
                        let (SlotKind::Param(id, _) | SlotKind::Return(id)) = info.kind else { continue };
                        let Some(module) = project.module(info.module) else { continue };
                        let function = module.facts.function(id);
                        called.insert(function.name);
                        if matches!(info.kind, SlotKind::Param(..)) {
                            inside.insert((info.module, function.qualname));
                        }
                    }
                    Change::Define(shape) => {
                        let home = project.module(analysis.inference.shape(*shape).home.module);
                        let name = plan.name(*shape);
                        class = home.zip(name).map(|(home, name)| ClassName::new(home.name, name));
                    }
                    Change::Convert(Commented::Function(module, id)) => {
                        let Some(function) = project.module(*module).map(|module| module.facts.function(*id)) else {
                            continue;
                        };
                        called.insert(function.name);
                        inside.insert((*module, function.qualname));
                    }
                    Change::Convert(Commented::Assignment(..)) | Change::Declare(_) | Change::Wrap { .. } => {}
                }
            }
            self.0.push(Hinted { id: record.id.clone(), inside, called, class });
        }
    }

    /// The earlier proposals that a later one rests on, as far as its places tell: those for the functions that it
    /// stands in or has evidence in, that are called there or get what it is about, and for the classes that it names.
    fn under(&self, analysis: &Analysis, planned: &Planned) -> BTreeSet<String> {
        let project = &analysis.project;
        let proposal = &analysis.proposals[planned.proposal];
        let own = (proposal.module, TextRange::at(proposal.offset));
        let places: Vec<(ModuleId, TextRange)> =
            proposal.evidence.iter().map(|seen| (seen.module, seen.range)).chain([own]).collect();
        let inside: BTreeSet<Function> =
            places.iter().filter_map(|&(module, range)| function_around(project, module, range.start)).collect();
        let called = places.iter().flat_map(|&(module, range)| calls_at(project, module, range));
        let called: BTreeSet<Name> =
            called.chain(proposal.changes.iter().flat_map(|change| handed_to(project, change))).collect();
        let named = classes_named(proposal);
        let is_under = |hinted: &&Hinted| {
            !hinted.inside.is_disjoint(&inside)
                || !hinted.called.is_disjoint(&called)
                || hinted.class.is_some_and(|class| named.contains(&class))
        };
        self.0.iter().filter(is_under).map(|hinted| hinted.id.clone()).collect()
    }
}

/// The innermost function whose definition holds a place.
fn function_around(project: &Project, module: ModuleId, offset: u32) -> Option<Function> {
    let facts = &project.module(module)?.facts;
    let functions = facts.functions.iter().filter(|function| !function.is_lambda);
    let around = functions.filter(|function| function.range.start <= offset && offset < function.range.end);
    around.min_by_key(|function| function.range.len()).map(|function| (module, function.qualname))
}

/// The last names of what is called in, or around, a piece of evidence.
fn calls_at(project: &Project, module: ModuleId, range: TextRange) -> Vec<Name> {
    let Some(module) = project.module(module).filter(|module| module.origin.is_repository()) else { return Vec::new() };
    let facts = &module.facts;
    let touches = |expr: &&Expr| expr.range.start <= range.end && range.start <= expr.range.end;
    let callee = |expr: &Expr| match expr.kind {
        ExprKind::Call(function, _) => last_name(facts, function),
        _ => None,
    };
    facts.exprs.iter().filter(touches).filter_map(callee).collect()
}

/// The last names of the functions to which the parameter that a change annotates is passed on.
fn handed_to(project: &Project, change: &Change) -> Vec<Name> {
    let Change::Annotate { slot, .. } = change else { return Vec::new() };
    let info = project.slots().info(*slot);
    let (SlotKind::Param(id, index), Some(module)) = (info.kind, project.module(info.module)) else {
        return Vec::new();
    };
    let facts = &module.facts;
    let function = facts.function(id);
    let param = function.params[usize::from(index)].name;
    let is_param =
        |argument: &Argument| matches!(facts.expr(argument.value).kind, ExprKind::Name(name, _) if name == param);
    let inside = facts
        .exprs
        .iter()
        .filter(|expr| function.range.start <= expr.range.start && expr.range.end <= function.range.end);
    let called = inside.filter_map(|expr| match expr.kind {
        ExprKind::Call(callee, arguments) if facts.arguments(arguments).iter().any(is_param) => {
            last_name(facts, callee)
        }
        _ => None,
    });
    called.collect()
}

fn last_name(facts: &FileFacts, expr: ExprId) -> Option<Name> {
    match facts.expr(expr).kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    }
}

fn classes_named(proposal: &Proposal) -> BTreeSet<ClassName> {
    let mut classes = BTreeSet::new();
    for change in &proposal.changes {
        let (Change::Annotate { ty, .. } | Change::Declare(Declaration { ty, .. })) = change else { continue };
        ty.any(&mut |part| {
            if let Type::Instance(class, _) = part {
                classes.insert(*class);
            }
            false
        });
    }
    classes
}
