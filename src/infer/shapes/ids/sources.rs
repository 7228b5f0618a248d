//! Where a value comes from, told by the text of an expression: what a checker will know of it.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::super::displays::{assigned, statements};
use super::super::widen::widen;
use super::super::words::words;
use super::super::world::{MemberView, Sort, World};
use super::super::{Shapes, lower};
use super::Family;
use super::owners::stem;
use crate::facts::{ExprId, ExprKind, FunctionId};
use crate::text::{Name, TextRange};
use crate::types::{ClassName, ModuleId, SlotId, Type};

/// Which parameters and attributes hold ids of the family, and which functions return them, by name.
pub(super) struct Locals {
    parameters: BTreeSet<(ModuleId, u32, Name)>,
    attributes: FxHashMap<Name, Vec<Option<ClassName>>>,
    /// Names that no other function has.
    functions: BTreeSet<Name>,
}

impl Locals {
    pub(super) fn of(world: &World, family: &Family, results: &Results) -> Self {
        let mut locals =
            Self { parameters: BTreeSet::new(), attributes: FxHashMap::default(), functions: BTreeSet::new() };
        for &slot in family.slots.keys() {
            let Some(view) = world.slot(slot) else { continue };
            match (view.sort, view.function) {
                (Sort::Param, Some(function)) => {
                    locals.parameters.insert((view.module, function.0, view.name));
                }
                (Sort::Attribute, _) => locals.attributes.entry(view.name).or_default().push(view.owner),
                (Sort::Return, _) if results.only(view.name) == Some(slot) => drop(locals.functions.insert(view.name)),
                _ => {}
            }
        }
        locals
    }

    /// Whether the text of an expression says that it is an id: a parameter or attribute of the family, a call of one
    /// of its functions, or a variable that only holds those.
    pub(super) fn is_id(&self, world: &World, module: ModuleId, range: TextRange) -> bool {
        let text = world.text(module, range);
        if !is_name(text) {
            return self.is_named(world, module, range);
        }
        let function = world.function_at(module, range.start).map(|(function, _)| function);
        if function.is_some_and(|function| self.parameters.contains(&(module, function.0, Name::new(text)))) {
            return true;
        }
        let values = held(world, module, range);
        !values.is_empty() && values.iter().all(|&value| self.is_named(world, module, value))
    }

    /// The same for what is no variable.
    fn is_named(&self, world: &World, module: ModuleId, range: TextRange) -> bool {
        let text = world.text(module, range);
        if let Some(function) = called(text) {
            return self.functions.contains(&Name::new(function));
        }
        text.rsplit_once('.').is_some_and(|(value, attribute)| {
            let value = value.rsplit('.').next().unwrap_or(value);
            is_name(attribute) && self.is_attribute(world, (module, range), value, attribute)
        })
    }

    /// Whether `value.attribute` is an attribute that holds an id: on `self` of its class, or under a name that says
    /// whose it is.
    fn is_attribute(
        &self,
        world: &World,
        (module, range): (ModuleId, TextRange),
        value: &str,
        attribute: &str,
    ) -> bool {
        let Some(owners) = self.attributes.get(&Name::new(attribute)) else { return false };
        if value == "self" {
            let class = world.function_at(module, range.start).and_then(|(_, function)| function.class);
            return owners.contains(&class);
        }
        let whose = words(value);
        stem(Name::new(attribute)).is_some_and(|stem| !stem.is_empty())
            || owners.iter().flatten().any(|owner| {
                let owner = words(owner.short());
                owner == whose || owner.last() == whose.last()
            })
    }
}

/// What a function binds one of its parameters to anew; none where it does so by anything but an assignment.
pub(super) fn rebound(world: &World, module: ModuleId, function: FunctionId, name: Name) -> Option<Vec<ExprId>> {
    let Some(facts) = world.module(module).and_then(|module| module.facts) else { return Some(Vec::new()) };
    let mut body = Vec::new();
    statements(facts, facts.function(function).body, &mut body);
    assigned(facts, &body, name)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// The name of the function that a call calls.
fn called(text: &str) -> Option<&str> {
    let mut depth = 0;
    let open = text.char_indices().rev().find(|(_, char)| {
        depth += match char {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth == 0
    });
    let (open, _) = open.filter(|_| text.ends_with(')'))?;
    let callee = &text[..open];
    let name = callee.rsplit('.').next().unwrap_or(callee);
    is_name(name).then_some(name)
}

/// What a local variable holds; nothing where that cannot be told.
fn held(world: &World, module: ModuleId, range: TextRange) -> Vec<TextRange> {
    let text = world.text(module, range);
    let Some(facts) = world.module(module).and_then(|module| module.facts).filter(|_| is_name(text)) else {
        return Vec::new();
    };
    let function = world.function_at(module, range.start).map(|(function, _)| function);
    let mut body = Vec::new();
    statements(facts, function.map_or(facts.body, |function| facts.function(function).body), &mut body);
    let values = assigned(facts, &body, Name::new(text)).unwrap_or_default();
    values.into_iter().map(|value| facts.expr(value).range).collect()
}

/// The slots that an expression reads, through a local variable maybe.
pub(super) fn sources(world: &World, results: &Results, module: ModuleId, range: TextRange) -> Vec<SlotId> {
    match source(world, results, module, range) {
        Some(slot) => vec![slot],
        None => {
            let values = held(world, module, range).into_iter();
            values.filter_map(|value| source(world, results, module, value)).collect()
        }
    }
}

/// The slot that an expression reads: a parameter, an attribute of `self`, the result of the one function of a name.
pub(super) fn source(world: &World, results: &Results, module: ModuleId, range: TextRange) -> Option<SlotId> {
    let text = world.text(module, range);
    if let Some(function) = called(text) {
        return results.only(Name::new(function));
    }
    match text.strip_prefix("self.").filter(|name| is_name(name)) {
        Some(attribute) => {
            let class = world.function_at(module, range.start)?.1.class?;
            match world.member(class, Name::new(attribute))? {
                MemberView::Attribute(slot) => Some(slot),
                _ => None,
            }
        }
        None => world.parameter_at(module, range),
    }
}

/// What the functions of the repository return, by name.
pub(super) struct Results(FxHashMap<Name, Returned>);

/// What the functions of one name return.
struct Returned {
    /// The type, if it is the same for all.
    ty: Option<Type>,
    /// The slot, if there is but one.
    slot: Option<SlotId>,
}

impl Results {
    pub(super) fn of(world: &World, types: &[Type], shapes: &Shapes) -> Self {
        let mut results: FxHashMap<Name, Returned> = FxHashMap::default();
        for function in world.modules.iter().flat_map(|module| &module.functions) {
            let ty = function.returns.map(|slot| widen(&shapes.settle(lower(types, slot))));
            match results.entry(function.name) {
                Entry::Vacant(entry) => drop(entry.insert(Returned { ty, slot: function.returns })),
                Entry::Occupied(mut entry) => {
                    let known = entry.get_mut();
                    known.slot = None;
                    known.ty.take_if(|known| Some(&*known) != ty.as_ref());
                }
            }
        }
        Self(results)
    }

    /// The result of the one function of a name.
    pub(super) fn only(&self, name: Name) -> Option<SlotId> {
        self.0.get(&name)?.slot
    }

    /// Whether an expression is a call of a function of which all namesakes return this type, or of the type itself.
    pub(super) fn give(&self, world: &World, module: ModuleId, value: ExprId, base: &Type) -> bool {
        let Some(facts) = world.module(module).and_then(|module| module.facts) else { return false };
        let ExprKind::Call(callee, _) = facts.expr(value).kind else { return false };
        match facts.expr(callee).kind {
            ExprKind::Name(name, _) if base.class().is_some_and(|class| name.is(class.short())) => true,
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => {
                self.0.get(&name).and_then(|returned| returned.ty.as_ref()) == Some(base)
            }
            _ => false,
        }
    }
}
