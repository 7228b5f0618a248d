//! What follows from a plan, as proposals of their own.
//!
//! A hint that is written is evidence for others. These are concluded of files that hold it, but told with the places on
//! disk, and each with the proposals before it that it rests on.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::analysis::Analysis;
use super::base::Base;
use super::places::Places;
use super::records::{Ids, Records};
use super::settle::{Origins, Settled};
use crate::facts::{Argument, ExprId, ExprKind, FileFacts};
use crate::plan::{Plan, Planned};
use crate::project::{Module, Project, SlotKind};
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

/// The files that a plan changes once all is settled, and how many proposals follow from it.
pub(super) fn follow(analysis: Analysis, plan: Plan) -> Result<(Settled, usize)> {
    let outset = analysis.outset();
    let Plan { files, planned, .. } = plan;
    free((analysis, planned));
    let mut count = 0;
    let settled = outset.settled(files, |next, _| {
        let plan = next.plan_as_a_whole();
        count += plan.planned.len();
        free(next);
        plan
    })?;
    Ok((settled, count))
}

/// Gives something back. That takes a while, in which the next look can begin where there is another thread.
fn free<T: Send + 'static>(value: T) {
    if rayon::current_num_threads() > 1 {
        rayon::spawn(move || drop(value));
    }
}

/// The files that a plan changes once all is settled, and the proposals that follow from it, to be told.
pub(super) fn follow_and_tell(analysis: &Analysis, plan: &Plan, base: &Base) -> Result<(Settled, Vec<Following>)> {
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
        let mut calls = Calls::default();
        for (planned, record) in next.in_order(&plan).into_iter().zip(&mut records) {
            record.round = round;
            let rests_on = made.under(&next, planned, &mut calls).into_iter().chain(record.requires.iter().cloned());
            record.requires = rests_on.collect::<BTreeSet<String>>().into_iter().collect();
            let card = next.card_with(&mut places, &plan, planned);
            following.push(Following { card, record: record.clone() });
        }
        made.add(&next, &plan, &records);
        plan
    })?;
    Ok((settled, following))
}

/// The ids of earlier proposals, by what they made.
#[derive(Default)]
struct Made {
    /// By functions of which they annotate parameters: what is concluded inside of them may rest on that.
    inside: BTreeMap<Function, BTreeSet<String>>,
    /// By last names of functions of which they annotate anything: so may what is concluded of their calls.
    called: BTreeMap<Name, BTreeSet<String>>,
    /// By the class that they define.
    class: BTreeMap<ClassName, String>,
}

/// A function, by what stays when text is put in above it.
type Function = (ModuleId, Name);

impl Made {
    /// Adds the proposals of a plan, whose records come in the order of places.
    fn add(&mut self, analysis: &Analysis, plan: &Plan, records: &[ProposalRecord]) {
        let project = &analysis.project;
        for (planned, record) in analysis.in_order(plan).into_iter().zip(records) {
            let mut inside = |function| self.inside.entry(function).or_default().insert(record.id.clone());
            let mut called = |name| self.called.entry(name).or_default().insert(record.id.clone());
            for change in &analysis.proposals[planned.proposal].changes {
                match change {
                    Change::Annotate { slot, .. } => {
                        let info = project.slots().info(*slot);
                        let (SlotKind::Param(id, _) | SlotKind::Return(id)) = info.kind else { continue };
                        let Some(module) = project.module(info.module) else { continue };
                        let function = module.facts.function(id);
                        called(function.name);
                        if matches!(info.kind, SlotKind::Param(..)) {
                            inside((info.module, function.qualname));
                        }
                    }
                    Change::Define(shape) => {
                        let home = project.module(analysis.inference.shape(*shape).home.module);
                        let name = plan.name(*shape);
                        let class = home.zip(name).map(|(home, name)| ClassName::new(home.name, name));
                        self.class.extend(class.map(|class| (class, record.id.clone())));
                    }
                    Change::Convert(Commented::Function(module, id)) => {
                        let Some(function) = project.module(*module).map(|module| module.facts.function(*id)) else {
                            continue;
                        };
                        called(function.name);
                        inside((*module, function.qualname));
                    }
                    Change::Convert(Commented::Assignment(..)) | Change::Declare(_) | Change::Wrap { .. } => {}
                }
            }
        }
    }

    /// The earlier proposals that a later one rests on, as far as its places tell: those for the functions that it
    /// stands in or has evidence in, that are called there or get what it is about, and for the classes that it names.
    fn under(&self, analysis: &Analysis, planned: &Planned, calls: &mut Calls) -> BTreeSet<String> {
        let project = &analysis.project;
        let proposal = &analysis.proposals[planned.proposal];
        let own = (proposal.module, TextRange::at(proposal.offset));
        let places: BTreeSet<(ModuleId, TextRange)> =
            proposal.evidence.iter().map(|seen| (seen.module, seen.range)).chain([own]).collect();
        let inside: BTreeSet<Function> =
            places.iter().filter_map(|&(module, range)| function_around(project, module, range.start)).collect();
        let mut called: BTreeSet<Name> = BTreeSet::new();
        for &(module, range) in &places {
            if let Some(module) = project.module(module).filter(|module| module.origin.is_repository()) {
                called.extend(calls.of(module).at(range));
            }
        }
        for change in &proposal.changes {
            called.extend(handed_to(project, change, calls));
        }
        let of_functions = inside.iter().filter_map(|function| self.inside.get(function)).flatten();
        let of_calls = called.iter().filter_map(|name| self.called.get(name)).flatten();
        let named = classes_named(proposal);
        let of_classes = named.iter().filter_map(|class| self.class.get(class));
        of_functions.chain(of_calls).chain(of_classes).cloned().collect()
    }
}

/// The innermost function whose definition holds a place.
fn function_around(project: &Project, module: ModuleId, offset: u32) -> Option<Function> {
    let facts = &project.module(module)?.facts;
    facts.def_at(offset).map(|id| (module, facts.function(id).qualname))
}

/// The calls of the modules that were asked for.
#[derive(Default)]
struct Calls(BTreeMap<ModuleId, CallsOfModule>);

impl Calls {
    fn of(&mut self, module: &Module) -> &CallsOfModule {
        self.0.entry(module.id).or_insert_with(|| CallsOfModule::new(&module.facts))
    }
}

/// The calls of a module by where they begin, so that those at a place are found without looking at all.
struct CallsOfModule {
    calls: Vec<Call>,
    /// By call: the furthest end of it and all before it.
    reach: Vec<u32>,
}

struct Call {
    range: TextRange,
    /// The last name of what is called.
    name: Name,
    expr: ExprId,
}

impl CallsOfModule {
    fn new(facts: &FileFacts) -> Self {
        let exprs = facts.exprs.iter().enumerate();
        let mut calls: Vec<Call> = exprs
            .filter_map(|(number, expr)| match expr.kind {
                ExprKind::Call(function, _) => {
                    let name = last_name(facts, function)?;
                    Some(Call { range: expr.range, name, expr: ExprId(number as u32) })
                }
                _ => None,
            })
            .collect();
        calls.sort_by_key(|call| call.range.start);
        let ends = calls.iter().scan(0, |furthest, call| {
            *furthest = call.range.end.max(*furthest);
            Some(*furthest)
        });
        let reach = ends.collect();
        Self { calls, reach }
    }

    /// The last names of what is called in, or around, a piece of evidence.
    fn at(&self, range: TextRange) -> impl Iterator<Item = Name> + '_ {
        let started = self.calls.partition_point(|call| call.range.start <= range.end);
        let near = (0..started).rev().take_while(move |&number| self.reach[number] >= range.start);
        let calls = near.map(|number| &self.calls[number]);
        calls.filter(move |call| call.range.end >= range.start).map(|call| call.name)
    }

    /// The calls that begin in a range.
    fn inside(&self, range: TextRange) -> &[Call] {
        let first = self.calls.partition_point(|call| call.range.start < range.start);
        let end = self.calls.partition_point(|call| call.range.start < range.end);
        &self.calls[first..end]
    }
}

/// The last names of the functions to which the parameter that a change annotates is passed on.
fn handed_to(project: &Project, change: &Change, calls: &mut Calls) -> Vec<Name> {
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
    let takes_it = |call: &&Call| match facts.expr(call.expr).kind {
        ExprKind::Call(_, arguments) => facts.arguments(arguments).iter().any(is_param),
        _ => false,
    };
    calls.of(module).inside(function.range).iter().filter(takes_it).map(|call| call.name).collect()
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
