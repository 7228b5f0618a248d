//! Which places name a definition: the slots that hold it, what it is held by, who makes it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::component::Component;
use super::describe::count;
use super::graph::{Node, Origin};
use super::names::{Hint, candidates, is_telling, whole};
use super::options;
use super::stems::is_constructor;
use super::values::Values;
use super::variants::{Choice, Family};
use super::words::words;
use super::world::{MemberView, SlotView, Sort, World};
use super::{Shapes, trim};
use crate::infer::{Confidence, Shape, ShapeKind, Solved};
use crate::text::{Name, camel};
use crate::types::{ClassName, ModuleId, Projection, ShapeId, SlotId, Type};

/// Finds names; those of records inside others depend on the names of these, hence twice.
pub(super) fn name(defined: &[(ShapeId, &Component)], families: &[Family], values: &Values, shapes: &mut Shapes) {
    let wholes: BTreeMap<Node, Name> = families
        .iter()
        .filter_map(|family| Some((family, whole_name(family, values)?)))
        .flat_map(|(family, name)| family.members.iter().map(move |&member| (member, name)))
        .collect();
    let by_root: BTreeMap<_, ShapeId> = defined.iter().map(|(id, component)| (component.root, *id)).collect();
    // A dict that has the name of a class, wherever that is, would be taken for one of its objects.
    let classes: BTreeSet<&str> = values.world.classes.keys().map(|class| class.short()).collect();
    for _ in 0..2 {
        for (id, component) in defined {
            let owner_of = |root| {
                let owner: &ShapeId = by_root.get(&root)?;
                if owner == id { None } else { shapes.shapes[owner.0 as usize].names.first().copied() }
            };
            let owner_of = |root| owner_of(root).or_else(|| key_of(values, root));
            let mut hints = hints(component, values, &owner_of);
            let shape = &shapes.shapes[id.0 as usize];
            for slot in shape.slots.iter().filter(|slot| !component.slots.contains(slot)) {
                let Some(view) = values.world.slot(*slot) else { continue };
                let is_direct = is_direct(shapes.assigned.get(slot), *id);
                hints.push(if is_direct { hint_of_slot(view) } else { Hint::Element(view.name, None) });
            }
            hints.extend(values.world.module(shape.home.module).and_then(|module| module.name).map(Hint::Module));
            let mut names = candidates(&hints, &component.order);
            if let (Some(text), Some(whole)) = (component.variant, wholes.get(&component.root)) {
                names.insert(0, variant_name(text, *whole));
                names.dedup();
            }
            for name in &mut names {
                // Nor is it an exception.
                if classes.contains(name.as_str()) || name.as_str().ends_with("Error") {
                    *name = Name::new(&format!("{name}Dict"));
                }
            }
            shapes.shapes[id.0 as usize].names = names;
        }
    }
}

/// Defines an alias for each choice between variants that goes by some name.
pub(super) fn choices(
    defined: &[(ShapeId, &Component)],
    families: &[Family],
    values: &Values,
    shapes: &mut Shapes,
) -> Vec<Choice> {
    let by_root: BTreeMap<Node, ShapeId> = defined.iter().map(|(id, component)| (component.root, *id)).collect();
    let named = families.iter().filter_map(|family| {
        let all: Option<BTreeSet<ShapeId>> = family.members.iter().map(|root| by_root.get(root).copied()).collect();
        Some((whole_name(family, values)?, all.filter(|all| all.len() > 1)?))
    });
    // The largest choice of a name has the name; what takes only some of them says so.
    let mut largest: BTreeMap<Name, BTreeSet<ShapeId>> = BTreeMap::new();
    for (name, all) in named {
        let known = largest.entry(name).or_default();
        if all.len() > known.len() {
            *known = all;
        }
    }
    let mut choices = Vec::new();
    for (name, all) in largest {
        let all: Vec<ShapeId> = all.into_iter().collect();
        let homes = all.iter().map(|id| shapes.shapes[id.0 as usize].home);
        let Some(home) = homes.min_by_key(|home| (home.module, home.before)) else { continue };
        let evidence = all.iter().flat_map(|id| shapes.shapes[id.0 as usize].evidence.iter().take(1).cloned());
        let shape = Shape {
            names: vec![name],
            kind: ShapeKind::Alias(Type::Union(all.iter().map(|id| Type::Shape(*id)).collect())),
            home,
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::Medium,
            reason: format!("{} go to one place, and a text tells which is which.", count(all.len(), "dict")),
            evidence: trim(evidence.collect()),
        };
        choices.push(Choice { variants: all, alias: shapes.define(shape) });
    }
    choices
}

/// What all variants that go to one place are called there.
fn whole_name(family: &Family, values: &Values) -> Option<Name> {
    let place = Component::of(values, &FxHashMap::default(), family.place);
    whole(&hints(&place, values, &|root| key_of(values, root)))
}

/// A part whose text is `tool_call` is a `ToolCallPart`.
fn variant_name(text: Name, whole: Name) -> Name {
    let text = camel(words(text.as_str()));
    match () {
        () if text.ends_with(whole.as_str()) => Name::new(&text),
        () if whole.as_str().contains(&text) => whole,
        () => Name::new(&format!("{text}{whole}")),
    }
}

/// The key under which a value that is no record stands, where it is only one.
fn key_of(values: &Values, root: Node) -> Option<Name> {
    let mut found = None;
    for &member in values.members.at(root) {
        if let Origin::Part(_, Projection::Key(name)) = values.flow.graph.origin(Node(member)) {
            if found.is_some_and(|found| found != name) {
                return None;
            }
            found = Some(name);
        }
    }
    found
}

/// Whether the slot holds the shape itself, not a collection of it.
fn is_direct(solved: Option<&Solved>, id: ShapeId) -> bool {
    solved.is_some_and(|solved| solved.ty.members().contains(&Type::Shape(id)))
}

fn hint_of_slot(view: &SlotView) -> Hint {
    match view.sort {
        Sort::Return => Hint::Returned(view.name, view.owner.map(|owner| Name::new(owner.short()))),
        _ => Hint::Value(view.name),
    }
}

/// The name of the class that a family of methods which return a component begins with: the first that returns it, or
/// that only says that others do.
fn first_of(component: &Component, values: &Values, view: &SlotView, owner: ClassName) -> Name {
    let (world, graph) = (values.world, &values.flow.graph);
    let returns_another = |member: &MemberView| {
        let MemberView::Method(module, id) = *member else { return false };
        let slot = world.function(module, id.0).and_then(|function| function.returns);
        let root = slot.and_then(|slot| graph.get(&Type::Slot(slot))).map(|node| graph.find(node));
        let is_record = |root| graph.parts(root).keys().any(|part| matches!(part, Projection::Key(_)));
        root.is_some_and(|root| root != component.root && is_record(root))
    };
    let mro = world.classes.get(&owner).map_or(&[][..], |class| &class.mro);
    let methods = mro.iter().filter_map(|base| Some((base, world.classes.get(base)?.members.get(&view.name)?)));
    let first = methods.take_while(|(_, member)| !returns_another(member)).map(|(base, _)| *base).last();
    Name::new(first.unwrap_or(owner).short())
}

/// Whether a class is made from it.
pub(super) fn makes_class(component: &Component, world: &World) -> bool {
    component.slots.iter().filter_map(|&slot| world.slot(slot)).any(|view| {
        let function = view.function.filter(|_| view.sort == Sort::Param && view.owner.is_some());
        function
            .and_then(|function| world.function(view.module, function.0))
            .is_some_and(|function| is_constructor(function.name))
    })
}

/// The places that name a component. Tests call what they make after the case at hand: they are asked where nothing
/// else says what it is.
pub(super) fn hints(component: &Component, values: &Values, owner_of: &dyn Fn(Node) -> Option<Name>) -> Vec<Hint> {
    let own = hints_in(component, values, owner_of, &|module| values.world.is_editable(module));
    if is_telling(&own, &component.order) { own } else { hints_in(component, values, owner_of, &|_| true) }
}

fn hints_in(
    component: &Component,
    values: &Values,
    owner_of: &dyn Fn(Node) -> Option<Name>,
    counts: &dyn Fn(ModuleId) -> bool,
) -> Vec<Hint> {
    let world = values.world;
    let graph = &values.flow.graph;
    let mut hints = Vec::new();
    let slot_view = |slot: SlotId| world.slot(slot).filter(|view| counts(view.module));
    for &slot in &component.slots {
        let Some(view) = slot_view(slot) else { continue };
        hints.push(match hint_of_slot(view) {
            Hint::Returned(name, Some(_)) => {
                Hint::Returned(name, view.owner.map(|owner| first_of(component, values, view, owner)))
            }
            hint => hint,
        });
        if let (Sort::Param, Some(function)) = (view.sort, view.function)
            && let Some(function) = world.function(view.module, function.0)
        {
            hints.push(Hint::Taken(function.name));
            let made = view.owner.filter(|_| is_constructor(function.name));
            hints.extend(made.map(|class| Hint::Made(Name::new(class.short()), view.name)));
        }
    }
    hints.extend(component.options.iter().filter_map(|options| options::hint(world, options.slot)));
    for site in component.sites.iter().map(|&index| &values.observations.sites[index]) {
        hints.extend(site.bound_to.filter(|_| counts(site.id.module)).map(Hint::Value));
    }
    for &(whole, projection) in &component.holders {
        match projection {
            Projection::Attribute(name) => hints.push(Hint::Value(name)),
            Projection::Key(name) if is_word(name) => hints.push(Hint::Value(name)),
            // What stands under `"AES-128-CBC"` is one of many.
            Projection::Element | Projection::Key(_) => {
                for &member in values.members.at(graph.find(whole)) {
                    match graph.origin(Node(member)) {
                        Origin::Slot(slot) => {
                            hints.extend(slot_view(slot).map(|view| Hint::Element(view.name, None)));
                        }
                        Origin::Part(outer, Projection::Key(name) | Projection::Attribute(name)) => {
                            hints.push(Hint::Element(name, owner_of(graph.find(outer))));
                        }
                        _ => {}
                    }
                }
            }
            Projection::Index(_) | Projection::Result | Projection::Parameters => {}
        }
    }
    hints
}

/// Whether a key is a name as fields have them.
fn is_word(key: Name) -> bool {
    let text = key.as_str();
    text.chars().any(char::is_lowercase) && text.chars().all(|char| char.is_alphanumeric() || char == '_')
}
