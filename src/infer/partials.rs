//! Attributes that a checker cannot type where they begin: `self.rows = []`, `self.owner = None`.
//!
//! Mypy types an attribute in the function that assigns it first. In a function without hints `list[Any]` and
//! `Any | None` will do; as soon as the function has one, mypy asks for the annotation of the empty container, and
//! holds what other functions assign against `None`. So a function that gets a hint declares these attributes too; one
//! that would get nothing but `-> None` is left alone where little is known of them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Confidence, Solved};
use crate::facts::{ClassId, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::project::{Module, Origin, Project, Resolution, SlotKind};
use crate::text::Name;
use crate::types::{ModuleId, SlotId, Type};

/// Where an attribute begins whose type cannot be told there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partial {
    /// The attribute.
    pub(super) slot: SlotId,
    /// The module of its class.
    pub(super) module: ModuleId,
    /// The function that assigns it first.
    pub(super) function: FunctionId,
    /// Whether it begins as `None`, not as an empty container.
    pub(super) is_none: bool,
    /// Whether the assignment has a place for an annotation.
    pub(super) has_place: bool,
}

/// All such attributes of a repository.
#[derive(Debug, Default)]
pub(super) struct Partials {
    /// In the order of slots.
    all: Vec<Partial>,
    /// Attributes that are declared only because their functions get hints.
    on_demand: BTreeSet<SlotId>,
}

impl Partials {
    /// Looks for them in the functions of classes.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().filter(|module| module.origin == Origin::Project).collect();
        let mut all: Vec<Partial> = modules.par_iter().flat_map_iter(|module| partials_of(project, module)).collect();
        all.sort_unstable_by_key(|partial| partial.slot);
        Self { all, on_demand: BTreeSet::new() }
    }

    /// The attributes, in the order of slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Partial> {
        self.all.iter()
    }

    /// Notes attributes that are declared only because their functions get hints.
    pub(super) fn declare(&mut self, slots: impl IntoIterator<Item = SlotId>) {
        self.on_demand.extend(slots);
    }

    /// Takes back what is not worth it: `-> None` where an attribute of the function stays untold, and declarations in
    /// functions that have no hint in the end.
    pub(super) fn settle(&self, project: &Project, slots: &mut [Result<Solved, String>]) {
        let mut functions: BTreeMap<(ModuleId, FunctionId), Vec<&Partial>> = BTreeMap::new();
        for partial in &self.all {
            functions.entry((partial.module, partial.function)).or_default().push(partial);
        }
        for ((module, function), partials) in functions {
            let mut gain = Gain::of(project, slots, module, function);
            let untold = partials.iter().find(|partial| !is_written(slots, partial.slot));
            if gain == Gain::NoReturnValue
                && let Some(untold) = untold
                && let Some(result) = project.slots().find(module, SlotKind::Return(function))
            {
                slots[result.0 as usize] = Err(format!(
                    "it would be `None`, and then a checker asks for the type of `{}`",
                    name_of(project, untold.slot)
                ));
                gain = Gain::Nothing;
            }
            if gain == Gain::Nothing {
                for partial in partials.iter().filter(|partial| self.on_demand.contains(&partial.slot)) {
                    slots[partial.slot.0 as usize] = Err("nothing else in its function is annotated".into());
                }
            }
        }
    }
}

/// What the hints of a function tell a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gain {
    /// There is none.
    Nothing,
    /// That it returns nothing.
    NoReturnValue,
    /// More, or the author wrote them.
    Types,
}

impl Gain {
    pub(super) fn of(
        project: &Project,
        slots: &[Result<Solved, String>],
        module: ModuleId,
        function: FunctionId,
    ) -> Self {
        let Some(facts) = project.module(module).map(|module| &module.facts) else { return Self::Nothing };
        let definition = facts.function(function);
        if definition.returns.is_some() || definition.params.iter().any(|param| param.annotation.is_some()) {
            return Self::Types;
        }
        let find = |kind| project.slots().find(module, kind).filter(|slot| is_written(slots, *slot));
        let count = definition.params.len() as u16;
        if (0..count).any(|index| find(SlotKind::Param(function, index)).is_some()) {
            return Self::Types;
        }
        match find(SlotKind::Return(function)).and_then(|slot| slots[slot.0 as usize].as_ref().ok()) {
            None => Self::Nothing,
            Some(solved) if solved.ty == Type::None => Self::NoReturnValue,
            Some(_) => Self::Types,
        }
    }
}

/// Whether the conclusion for a slot is sure enough to be written by default.
pub(super) fn is_written(slots: &[Result<Solved, String>], slot: SlotId) -> bool {
    slots[slot.0 as usize].as_ref().is_ok_and(|solved| solved.confidence >= Confidence::Medium)
}

fn name_of(project: &Project, slot: SlotId) -> String {
    match project.slots().info(slot).kind {
        SlotKind::Attribute(_, name) => name.to_string(),
        _ => String::new(),
    }
}

/// An assignment to an attribute of the object that a method is called on.
struct Assigned {
    start: u32,
    function: FunctionId,
    value: Option<ExprId>,
    has_place: bool,
}

fn partials_of(project: &Project, module: &Module) -> Vec<Partial> {
    let facts = &module.facts;
    let mut assigned: BTreeMap<(ClassId, Name), Vec<Assigned>> = BTreeMap::new();
    for stmt in &facts.stmts {
        let (targets, value) = match &stmt.kind {
            StmtKind::Assign(targets, value, None) => (facts.list(*targets), *value),
            _ => continue,
        };
        for &target in targets {
            for (target, value) in pairs(facts, target, value) {
                if let Some((function, class, name)) = attribute(facts, target) {
                    let has_place = targets == [target] && stmt.range.start == facts.expr(target).range.start;
                    let start = stmt.range.start;
                    assigned.entry((class, name)).or_default().push(Assigned { start, function, value, has_place });
                }
            }
        }
    }
    let names: FxHashSet<Name> = assigned.keys().map(|(_, name)| *name).collect();
    let mut mentions: FxHashMap<(FunctionId, Name), usize> = FxHashMap::default();
    for (number, expr) in facts.exprs.iter().enumerate() {
        if let ExprKind::Attribute(_, name) = expr.kind
            && names.contains(&name)
            && let Some((function, class, name)) = attribute(facts, ExprId(number as u32))
            && assigned.contains_key(&(class, name))
        {
            *mentions.entry((function, name)).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for ((class, name), mut all) in assigned {
        all.sort_by_key(|assigned| assigned.start);
        let first = &all[0];
        let Some(value) = first.value else { continue };
        let is_none = matches!(facts.expr(value).kind, ExprKind::None);
        let is_assigned_again = || all[1..].iter().any(|other| other.function == first.function);
        // What else the function does with it tells the type, or is found wrong without hints too.
        let is_told = if is_none {
            is_assigned_again() || all.len() == 1 && !project.class_at(module, class).symbols.get(name).is_empty()
        } else {
            !is_empty(project, module, value) || mentions.get(&(first.function, name)).is_some_and(|&count| count > 1)
        };
        let is_own =
            project.class_at(module, class).symbols.get(name).is_empty() && !is_inherited(project, module, class, name);
        if let Some(slot) = project.slots().find(module.id, SlotKind::Attribute(class, name))
            && is_own
            && !is_told
        {
            let Assigned { function, has_place, .. } = *first;
            found.push(Partial { slot, module: module.id, function, is_none, has_place });
        }
    }
    found
}

/// The targets of an assignment with the value of each, where `a, b = [], []` pairs them.
fn pairs(facts: &FileFacts, target: ExprId, value: ExprId) -> Vec<(ExprId, Option<ExprId>)> {
    match (facts.expr(target).kind, facts.expr(value).kind) {
        (ExprKind::Tuple(targets), ExprKind::Tuple(values)) if targets.len == values.len => {
            facts.list(targets).iter().copied().zip(facts.list(values).iter().copied().map(Some)).collect()
        }
        (ExprKind::Tuple(targets) | ExprKind::List(targets), _) => {
            facts.list(targets).iter().map(|&target| (target, None)).collect()
        }
        _ => vec![(target, Some(value))],
    }
}

/// Whether an expression makes a container with nothing in it.
fn is_empty(project: &Project, module: &Module, value: ExprId) -> bool {
    let facts = &module.facts;
    match facts.expr(value).kind {
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Dict(items) => items.is_empty(),
        ExprKind::Call(function, arguments) => {
            let Some(Resolution::Class(class)) = project.resolve_dotted(module, function) else {
                return false;
            };
            match class.short() {
                "list" | "dict" | "set" | "OrderedDict" | "deque" | "Counter" => arguments.is_empty(),
                "defaultdict" => arguments.len == 1,
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether a base class has the attribute: then its type is told there.
fn is_inherited(project: &Project, module: &Module, class: ClassId, name: Name) -> bool {
    project.mro(project.class_at(module, class)).iter().skip(1).any(|(base, _)| {
        project.class(*base).is_some_and(|base| {
            !base.symbols.get(name).is_empty()
                || base
                    .class
                    .is_some_and(|class| project.slots().find(base.module, SlotKind::Attribute(class, name)).is_some())
        })
    })
}

/// The method, its class and the name where an expression is an attribute of the method's first parameter.
fn attribute(facts: &FileFacts, expr: ExprId) -> Option<(FunctionId, ClassId, Name)> {
    let ExprKind::Attribute(owner, name) = facts.expr(expr).kind else { return None };
    let ExprKind::Name(owner, _) = facts.expr(owner).kind else { return None };
    let id = facts.def_at(facts.expr(expr).range.start)?;
    let function = facts.function(id);
    (function.params.first()?.name == owner).then_some((id, function.class?, name))
}
