//! Whether a protocol of what a body asks for would be welcome, as far as can be seen.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::super::Facts;
use super::super::describe::bounds_of;
use super::super::world::{SlotView, Sort, World};
use super::asked::{SlotUses, Subject};
use super::components::Component;
use super::parts::Parts;
use super::{is_protocol, library};
use crate::facts::{Expr, ExprId, ExprKind, Stmt, StmtKind};
use crate::infer::Solved;
use crate::text::{Name, TextRange};
use crate::types::Type;

/// A record of options can have more members than a class that is duck-typed.
const MOST_ATTRIBUTES: usize = 12;
/// More members than this under one name of a parameter are those of a class with a life of its own.
const MOST_UNDER_ONE_NAME: usize = 8;

/// What decides whether a protocol tells a reader more than the code does.
pub(super) struct Welcome<'a> {
    world: &'a World<'a>,
    facts: &'a Facts<'a>,
    parts: &'a Parts<'a>,
    uses: &'a SlotUses<'a>,
    crowded: BTreeSet<Name>,
    holders: Holders,
}

impl<'a> Welcome<'a> {
    pub(super) fn of(
        world: &'a World,
        facts: &'a Facts,
        parts: &'a Parts,
        uses: &'a SlotUses,
        components: &[Component],
    ) -> Self {
        let (crowded, holders) = (crowded_names(world, components), Holders::of(world, components));
        Self { world, facts, parts, uses, crowded, holders }
    }

    /// Whether a class of the repository has all that the component is asked for.
    pub(super) fn is_of_some_class(&self, component: &Component) -> bool {
        self.holders.are_some_with_all(component)
    }

    /// Whether a protocol for the component is welcome, as far as can be seen from here.
    pub(super) fn accept(&self, slots: &[Result<Solved, String>], component: &Component) -> bool {
        let Self { world, parts, .. } = *self;
        let most = if component.has_methods() { super::MOST_MEMBERS } else { MOST_ATTRIBUTES };
        component.members.len() <= most
            && component.members.iter().all(|(name, asked)| {
                let is_one_thing = asked.called.is_none() || (!asked.read && !asked.written);
                let is_data = asked.called.is_some() || !parts.is_object(&component.subjects, *name, slots);
                is_one_thing && is_data && !name.as_str().starts_with("__")
            })
            && is_open(world, self.facts, self.uses, component)
            && component.subjects.iter().all(|subject| {
                let is_crowded = world.slot(subject.slot()).is_some_and(|view| self.crowded.contains(&view.name));
                !is_crowded && !is_dispatched(world, *subject) && !is_inspected(world, *subject)
            })
            && library::classes_with(world, component).is_empty()
    }
}

/// Names of parameters under which more is asked for, in all, than one duck type has: a class of a library is meant.
fn crowded_names(world: &World, components: &[Component]) -> BTreeSet<Name> {
    let mut members: BTreeMap<Name, (BTreeSet<Name>, bool)> = BTreeMap::new();
    for component in components {
        for view in component.subjects.iter().filter_map(|subject| world.slot(subject.slot())) {
            let (all, has_methods) = members.entry(view.name).or_default();
            all.extend(component.members.iter().map(|(name, _)| *name));
            *has_methods |= component.has_methods();
        }
    }
    let is_crowded =
        |(members, has_methods): &(BTreeSet<Name>, bool)| *has_methods && members.len() > MOST_UNDER_ONE_NAME;
    members.into_iter().filter(|(_, found)| is_crowded(found)).map(|(name, _)| name).collect()
}

/// Whether it is for the bodies to say what the component is.
pub(super) fn is_open(world: &World, facts: &Facts, uses: &SlotUses, component: &Component) -> bool {
    component.subjects.iter().any(|subject| annotated(world, *subject))
        && component.subjects.iter().all(|subject| {
            let is_plain = world.slot(subject.slot()).is_some_and(|view| is_our_own(world, view));
            let holds_one = matches!(subject, Subject::Whole(_)) || uses.holder(subject.slot()).is_some();
            is_plain && holds_one && comes_from_elsewhere(facts, component, *subject)
        })
}

/// Whether nothing in sight makes the values: whatever is passed is handed on from another part of the component.
fn comes_from_elsewhere(facts: &Facts, component: &Component, subject: Subject) -> bool {
    bounds_of(facts.observations, subject.slot()).iter().all(|bound| {
        bound.ty.members().iter().all(|member| match member {
            Type::None => true,
            // For elements the whole is handed on.
            other => Subject::of(other).is_some_and(|source| {
                component.subjects.contains(&source)
                    || (source == Subject::Whole(source.slot())
                        && component.subjects.contains(&Subject::Element(source.slot())))
            }),
        })
    })
}

/// By name of a member the numbers of the classes of the repository that have it, in order; protocols left out.
struct Holders {
    classes: FxHashMap<Name, Vec<u32>>,
    /// By number: whether members may be missing here, because a base is unknown.
    incomplete: Vec<bool>,
}

impl Holders {
    fn of(world: &World, components: &[Component]) -> Self {
        let asked = components.iter().flat_map(|component| &component.members);
        let mut holders: FxHashMap<Name, Vec<u32>> = asked.map(|(name, _)| (*name, Vec::new())).collect();
        for (number, view) in world.classes.values().enumerate().filter(|(_, view)| !is_protocol(view)) {
            for base in view.mro.iter().filter_map(|base| world.classes.get(base)) {
                for name in base.members.keys() {
                    if let Some(classes) = holders.get_mut(name)
                        && classes.last() != Some(&(number as u32))
                    {
                        classes.push(number as u32);
                    }
                }
            }
        }
        Self { classes: holders, incomplete: world.classes.values().map(|view| view.has_unknown_base).collect() }
    }

    /// Whether some class has all members of a component; of a class with an unknown base half of them are enough.
    fn are_some_with_all(&self, component: &Component) -> bool {
        let mut lists: Vec<&[u32]> =
            component.members.iter().map(|(name, _)| self.classes.get(name).map_or(&[][..], Vec::as_slice)).collect();
        lists.sort_by_key(|classes| classes.len());
        let Some((fewest, others)) = lists.split_first() else { return false };
        let has_all = |class| others.iter().all(|classes| classes.binary_search(class).is_ok());
        if others.is_empty() || fewest.iter().any(has_all) {
            return !fewest.is_empty();
        }
        // A class that is in at least half of the lists is in one of those before the last half.
        let half = lists.len().div_ceil(2).max(2);
        lists[..=lists.len() - half].iter().flat_map(|classes| classes.iter()).any(|class| {
            let found = lists.iter().filter(|classes| classes.binary_search(class).is_ok()).count();
            self.incomplete[*class as usize] && found >= half
        })
    }
}

/// Whether a method is found by the name of a class, as `visit_Name` is: it gets objects of that class.
fn is_dispatched(world: &World, subject: Subject) -> bool {
    let function = world.slot(subject.slot()).and_then(|view| world.function(view.module, view.function?.0));
    function.filter(|function| function.class.is_some()).is_some_and(|function| {
        let last = function.name.as_str().rsplit_once('_').map_or("", |(_, last)| last);
        last.starts_with(char::is_uppercase) && last.contains(char::is_lowercase)
    })
}

/// Whether the function asks what members its argument has, so that none of them is certain.
fn is_inspected(world: &World, subject: Subject) -> bool {
    let Some(view) = world.slot(subject.slot()) else { return false };
    let function = view.function.and_then(|id| world.function(view.module, id.0));
    let (Some(function), Some(facts)) = (function, world.module(view.module).and_then(|module| module.facts)) else {
        return false;
    };
    let is_inside = |range: TextRange| function.range.start <= range.start && range.end <= function.range.end;
    let is_it = |expr: ExprId| matches!(facts.expr(expr).kind, ExprKind::Name(name, _) if name == view.name);
    let asks = |expr: &Expr| match expr.kind {
        ExprKind::Call(callee, arguments) => {
            let is_question = matches!(facts.expr(callee).kind, ExprKind::Name(name, _)
                if matches!(name.as_str(), "hasattr" | "getattr" | "isinstance"));
            is_question && facts.arguments(arguments).first().is_some_and(|argument| is_it(argument.value))
        }
        _ => false,
    };
    let catches = |stmt: &Stmt| match stmt.kind {
        StmtKind::Try { handlers, .. } => handlers.of(&facts.handlers).iter().any(|handler| {
            handler
                .types
                .is_some_and(|types| world.text(view.module, facts.expr(types).range).contains("AttributeError"))
        }),
        _ => false,
    };
    facts.exprs.iter().any(|expr| is_inside(expr.range) && asks(expr))
        || facts.stmts.iter().any(|stmt| is_inside(stmt.range) && catches(stmt))
}

/// Whether the protocol is written at a slot: a checker takes an attribute's type from the parameter.
pub(super) fn annotated(world: &World, subject: Subject) -> bool {
    world.slot(subject.slot()).is_some_and(|view| view.sort == Sort::Param)
}

/// Whether the function is called by nobody but the repository: no decorator hands it out, no unknown base class
/// calls it.
fn is_our_own(world: &World, view: &SlotView) -> bool {
    const PLAIN: &[&str] = &["staticmethod", "classmethod", "contextmanager", "abstractmethod", "setter"];
    if view.owner.and_then(|owner| world.classes.get(&owner)).is_some_and(|class| class.has_unknown_base) {
        return false;
    }
    // A function that is put into a class from outside has a class in mind.
    if view.sort == Sort::Param && (view.name.is("self") || view.name.is("cls")) {
        return false;
    }
    let (Some(function), Some(module)) = (view.function, world.module(view.module)) else { return true };
    let Some(facts) = module.facts else { return true };
    let decorators = facts.list(facts.function(function).decorators);
    decorators.iter().all(|&decorator| {
        let text = facts.expr(decorator).range.of(module.text);
        PLAIN.contains(&text.rsplit('.').next().unwrap_or(text))
    })
}
