//! Mistakes that the solved shapes show. They are told, never typed around.
//!
//! | seen | told |
//! |---|---|
//! | a key that is read by subscript, of dicts that are all made in sight, and none of them ever gets it | missing key |
//! | an attribute of a parameter, or of `self`, that no class of what it holds has | missing attribute |
//! | an index of a parameter beyond the tuples that callers pass, or of anything that is a tuple to a checker beyond its end | index out of range |
//!
//! A name that stands nowhere else in the repository is told with less: where it differs by a letter from one that is
//! there, or is asked of objects that are made in sight. Otherwise only what is certain counts: all values are made at the call or in sight, nothing in the function asks what they are
//! (`isinstance`, `hasattr`, `try`), and no class has bases that cannot be read.

use std::collections::BTreeSet;

use super::component::{Component, Dynamic};
use super::describe::{bounds_of, list};
use super::given::{Given, is_slip, is_tried, members};
use super::graph::{Node, Origin};
use super::values::Values;
use super::world::{Sort, World};
use super::{Facts, Shapes};
use crate::facts::{ExprKind, FileFacts, FunctionId, ParamKind, StmtKind};
use crate::infer::{EvidenceKind, Finding, FindingKind, Overrun, Use, UseKind};
use crate::project::Project;
use crate::text::{Name, TextRange};
use crate::types::{ClassName, SlotId, Type};

/// Attributes and indices of parameters that no value in sight has.
pub(super) fn of_parameters(world: &World, facts: &Facts, shapes: &Shapes, given: &Given) -> Vec<Finding> {
    let mut found = Vec::new();
    for used in &facts.observations.uses {
        let Type::Slot(slot) = used.subject else { continue };
        let missing = match &used.kind {
            UseKind::Attribute(name) | UseKind::Method(name, ..) if !name.as_str().starts_with("__") => {
                Asked::Member(*name)
            }
            UseKind::Index(index) => Asked::Index(*index),
            _ => continue,
        };
        if is_plain_parameter(world, slot)
            && let is_given = !matches!(missing, Asked::Member(name) if !given.has(name))
            && let Some(passed) = all_passed(world, facts, shapes, slot, is_given)
            && passed.iter().all(|ty| lacks(world, given, ty, missing))
            && !is_guarded(world, used, is_given)
        {
            if !is_given && !passed.iter().all(|ty| has_alike(world, ty, missing)) {
                continue;
            }
            let (title, name) = (world.title(slot), world.slot(slot).map_or(Name::new(""), |view| view.name));
            let values: BTreeSet<String> = passed.iter().map(shown).collect();
            let values = list(&values.into_iter().collect::<Vec<_>>());
            let (kind, message) = match missing {
                Asked::Member(member) => (
                    FindingKind::MissingAttribute,
                    format!("{title} reads `{name}.{member}`, but callers pass {values}, which has no `{member}`"),
                ),
                Asked::Index(index) => (
                    FindingKind::IndexOutOfRange,
                    format!("{title} reads `{name}[{index}]`, but callers pass {values}"),
                ),
            };
            found.push(Finding { module: used.module, offset: used.range.start, kind, message });
        }
    }
    found
}

/// Indices beyond the end of a tuple, where nothing around them asks how long it is.
pub(in crate::infer) fn of_overruns(project: &Project, overruns: &[Overrun]) -> Vec<Finding> {
    let told = overruns.iter().filter_map(|overrun| {
        let module = project.module(overrun.module)?;
        let around = overrun.function.map(|function| module.facts.function(FunctionId(function.function)));
        if asks_or_tries(&module.facts, around.map(|function| function.range)) {
            return None;
        }
        let reader = around.map_or_else(|| "The module".to_owned(), |function| format!("`{}`", function.qualname));
        let text = module.source.as_ref().map_or("", |source| &*source.text);
        let subscript = text.get(overrun.range.start as usize..overrun.range.end as usize)?;
        let message = format!("{reader} reads `{subscript}`, but that is a tuple of {}", overrun.arity);
        let kind = FindingKind::IndexOutOfRange;
        Some(Finding { module: overrun.module, offset: overrun.range.start, kind, message })
    });
    told.collect()
}

/// Keys that are read of records that never get them.
pub(super) fn of_record(component: &Component, values: &Values, given: &Given) -> Vec<Finding> {
    let world = values.world;
    let is_kept = |key: &Name| component.keys.get(key).is_some_and(|seen| !seen.set_by.is_empty() || seen.is_stored);
    let uses = || values.uses.at(component.root).iter().map(|&number| &values.observations.uses[number as usize]);
    // What stands elsewhere too may be put in there.
    let is_only_read = |key: Name| {
        let reads = uses().filter(|used| used.kind == UseKind::Key(key));
        // A method is gone through for each class that has it.
        let reads: BTreeSet<_> = reads.map(|used| (used.module, used.range)).collect();
        given.places_of(key).is_some_and(|places| places <= reads.len())
    };
    let meant = |key: Name| {
        let mut others = component.keys.keys().copied().filter(|other| is_kept(other));
        others.find(|other| is_slip(key.as_str(), other.as_str()))
    };
    let is_never_set = |key: &Name| {
        component
            .keys
            .get(key)
            .is_some_and(|seen| seen.set_by.is_empty() && !seen.is_stored && !seen.is_tested && !seen.is_got)
    };
    if !component.keys.keys().any(is_never_set) {
        return Vec::new();
    }
    let is_closed = !component.sites.is_empty()
        && !component.is_open
        && !component.is_other
        // Who asks which keys there are has dicts of several kinds.
        && component.keys.values().all(|seen| !seen.is_tested)
        && component.dynamic == Dynamic::No
        && component.holders.is_empty()
        && component.sites.iter().all(|&index| !values.observations.sites[index].fields.is_empty())
        && component.slots.iter().all(|&slot| is_made_in_sight(component, values, slot))
        && stays_in_sight(component, values);
    let mut found = Vec::new();
    for used in uses() {
        let UseKind::Key(key) = &used.kind else { continue };
        // A key that a variable holds may have been told apart before.
        let is_written_here = world.text(used.module, used.range).contains(['"', '\'']);
        if !is_written_here || !is_never_set(key) || !world.is_editable(used.module) || !is_only_read(*key) {
            continue;
        }
        let meant = meant(*key);
        if (meant.is_some() || is_closed) && !is_guarded(world, used, meant.is_none()) {
            let reader = used.function.and_then(|function| world.function(function.module, function.function));
            let reader = reader.map_or_else(|| "The module".to_owned(), |function| format!("`{}`", function.name));
            let kind = FindingKind::MissingKey;
            let hint = meant.map_or_else(String::new, |meant| format!(" (did you mean `{meant}`?)"));
            let message = format!("{reader} reads the key `{key}`, which nothing that makes the dict sets{hint}");
            found.push(Finding { module: used.module, offset: used.range.start, kind, message });
        }
    }
    found
}

/// Whether everything that flows into a slot is one of the component's displays.
fn is_made_in_sight(component: &Component, values: &Values, slot: SlotId) -> bool {
    let bounds = bounds_of(values.observations, slot);
    !bounds.is_empty()
        && bounds.iter().all(|bound| {
            bound.ty.members().iter().all(|member| match member {
                Type::None => true,
                other => {
                    values.flow.graph.get(other).is_some_and(|node| values.flow.graph.find(node) == component.root)
                }
            })
        })
}

/// Whether no function that makes or uses the dict hands it to something that cannot be seen, and that could add keys.
fn stays_in_sight(component: &Component, values: &Values) -> bool {
    let world = values.world;
    let graph = &values.flow.graph;
    let is_own = |slot| graph.get(&Type::Slot(slot)).is_some_and(|node| graph.find(node) == component.root);
    let bounds = values.observations.bounds.iter().filter(|bound| is_own(bound.slot));
    let seen: BTreeSet<_> = bounds.map(|bound| (bound.module, bound.range)).collect();
    let mut names: BTreeSet<Name> =
        component.sites.iter().filter_map(|&index| values.observations.sites[index].bound_to).collect();
    for &member in values.members.at(component.root) {
        if let Origin::Slot(slot) = values.flow.graph.origin(Node(member)) {
            names.extend(world.slot(slot).map(|view| view.name));
        }
    }
    component.functions.iter().all(|function| {
        let (Some(view), Some(module)) =
            (world.function(function.module, function.function), world.module(function.module))
        else {
            return false;
        };
        let Some(facts) = module.facts else { return false };
        facts.exprs.iter().filter(|expr| view.range.start <= expr.range.start && expr.range.end <= view.range.end).all(
            |expr| match expr.kind {
                ExprKind::Call(_, arguments) => facts.arguments(arguments).iter().all(|argument| {
                    let value = facts.expr(argument.value);
                    !matches!(value.kind, ExprKind::Name(name, _) if names.contains(&name))
                        || seen.contains(&(function.module, value.range))
                }),
                _ => true,
            },
        )
    })
}

/// What is asked of a value.
#[derive(Clone, Copy)]
enum Asked {
    Member(Name),
    Index(i64),
}

/// Whether a slot is a parameter that can be annotated and takes one argument.
pub(super) fn is_plain_parameter(world: &World, slot: SlotId) -> bool {
    let Some(view) = world.slot(slot).filter(|view| view.open && view.sort == Sort::Param) else { return false };
    let Some(function) = view.function.and_then(|id| world.function(view.module, id.0)) else { return false };
    let is_star = |kind| matches!(kind, ParamKind::VarArgs | ParamKind::KwArgs);
    function.params.iter().any(|param| param.slot == Some(slot) && !is_star(param.kind))
}

/// The types that callers pass, if there are callers and all of it is made right there: what a variable holds may have
/// been told apart in ways that are not seen. That does not matter for a name that nothing has, where one that differs by a
/// letter is there.
fn all_passed(world: &World, facts: &Facts, shapes: &Shapes, slot: SlotId, is_given: bool) -> Option<Vec<Type>> {
    let mut found: Vec<Type> = Vec::new();
    for bound in bounds_of(facts.observations, slot) {
        let ty = shapes.settle(&bound.ty);
        if bound.kind != EvidenceKind::CallSite {
            return None;
        }
        for member in ty.members() {
            let text = world.text(bound.module, bound.range);
            let is_made_here = match member {
                Type::Instance(class, _) => text.strip_prefix(class.short()).is_some_and(|rest| rest.starts_with('(')),
                Type::Tuple(_) => text.starts_with('('),
                _ => false,
            };
            if is_given && !is_made_here {
                return None;
            }
            if !found.contains(member) {
                found.push(member.clone());
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a value certainly does not have what is asked.
fn lacks(world: &World, given: &Given, ty: &Type, asked: Asked) -> bool {
    match (ty, asked) {
        (Type::Tuple(items), Asked::Index(index)) => {
            let distance = usize::try_from(index).unwrap_or_else(|_| index.unsigned_abs() as usize - 1);
            distance >= items.len()
        }
        (Type::Instance(class, _), Asked::Member(name)) => {
            // A value of a subclass may be meant, or it may be set from outside of its class.
            given.is_closed(world, *class)
                && world.member(*class, name).is_none()
                && (!given.has(name) || !is_in_subclass(world, *class, name) && !given.is_set(name))
        }
        _ => false,
    }
}

/// Whether a value has a member that differs by a letter from what is asked.
fn has_alike(world: &World, ty: &Type, asked: Asked) -> bool {
    match (ty, asked) {
        (Type::Instance(class, _), Asked::Member(name)) => {
            members(world, *class).any(|member| is_slip(name.as_str(), member.as_str()))
        }
        _ => false,
    }
}

fn is_in_subclass(world: &World, class: ClassName, name: Name) -> bool {
    world.classes.iter().any(|(sub, view)| view.mro.contains(&class) && world.member(*sub, name).is_some())
}

/// Whether the function around a use asks what its values are, or is prepared for a failure.
fn is_guarded(world: &World, used: &Use, is_given: bool) -> bool {
    let Some(facts) = world.module(used.module).and_then(|module| module.facts) else { return true };
    if !is_given {
        return is_tried(facts, world, used.module, used.range);
    }
    let around = used.function.and_then(|function| world.function(function.module, function.function));
    asks_or_tries(facts, around.map(|view| view.range))
}

/// Whether a function, or a file, asks anywhere what values are, or is prepared for failures.
fn asks_or_tries(facts: &FileFacts, around: Option<TextRange>) -> bool {
    const QUESTIONS: [&str; 7] = ["isinstance", "issubclass", "hasattr", "getattr", "setattr", "type", "len"];
    let inside = |start: u32, end: u32| around.is_none_or(|around| around.start <= start && end <= around.end);
    let asks = facts.exprs.iter().any(|expr| {
        matches!(expr.kind, ExprKind::Name(name, _) if QUESTIONS.contains(&name.as_str()))
            && inside(expr.range.start, expr.range.end)
    });
    let tries = facts.stmts.iter().any(|stmt| {
        matches!(stmt.kind, StmtKind::Try { .. } | StmtKind::Match(..)) && inside(stmt.range.start, stmt.range.end)
    });
    asks || tries
}

fn shown(ty: &Type) -> String {
    match ty {
        Type::Tuple(items) => format!("a tuple of {}", items.len()),
        Type::Instance(class, _) => format!("`{}`", class.short()),
        _ => "something else".to_owned(),
    }
}
