//! `**kwargs` out of which a function takes named options: `**kwargs: Unpack[Options]`.
//!
//! | seen | it is |
//! |---|---|
//! | the body reads two constant keys or more, and does nothing else with it; each call gives some of those keys | a record |
//! | the body hands it on to a function of the repository whose named parameters take all keys; it reads some itself, or is called with several | a record |
//! | most of its keys are only known to be taken by what it is handed on to | what that takes |
//! | it is handed on to anything else | what that takes |
//! | a call unpacks something unknown into it, or gives a key that the body does not read | whatever callers like |
//! | a key that is read without a question, and that some call does not give | not known well enough |
//! | a key that is also a named parameter | never there |
//! | the method overrides another one, or is overridden, or a base is not known | what the family takes |
//! | nobody calls it, and it is handed around as a value | whoever calls it gives what it likes |

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Shapes;
use super::component::{Component, Key, Options};
use super::describe::{confidence, count, list, solved_slot};
use super::graph::Graph;
use super::names::Hint;
use super::records::{MANY, Verdict};
use super::values::Values;
use super::words::words;
use super::world::{FunctionView, World};
use crate::facts::{ExprKind, FileFacts, ParamKind};
use crate::infer::{Observations, Solved, UseKind};
use crate::text::{Name, camel};
use crate::types::{Projection, SiteId, SlotId, Type, known};

/// Whether the keys of a component are all that the functions take whose `**kwargs` it is.
pub(super) fn are_closed(component: &Component, values: &Values) -> bool {
    let constructors = component.constructors(values);
    let is_taken = |key: &Key| key.is_read || key.is_got || key.is_tested;
    let is_sure = |key: &Key| key.trusted_by.is_empty() || component.is_required(key, &constructors);
    let is_called = component.options.iter().any(|options| options.calls.iter().any(|given| !given.is_empty()));
    // What only hands it on has to do with the options of somebody else, unless they are what it is called with.
    let is_given = |key: &Key| key.is_read && component.is_required(key, &constructors);
    let is_own =
        component.has_reads || is_called && component.keys.len() >= MANY && component.keys.values().any(is_given);
    let named: BTreeSet<Name> = values.uses_of(component.root).filter_map(UseKind::key).collect();
    !component.is_open
        && is_own
        && 2 * named.len() >= component.keys.len()
        && component.handed_on.values().all(|taken| component.keys.keys().all(|key| taken.contains(key)))
        && component.keys.values().all(|key| is_taken(key) && is_sure(key))
        && component.options.iter().all(|options| {
            let world = values.world;
            !clashes(world, options.slot, component)
                && is_alone(world, options.slot)
                && (is_called || !is_handed_around(world, options.slot))
        })
}

/// Whether a parameter of the function has the name of a key.
fn clashes(world: &World, slot: SlotId, component: &Component) -> bool {
    let params = function(world, slot).map_or(&[][..], |function| &function.params);
    params.iter().any(|param| {
        matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly) && component.keys.contains_key(&param.name)
    })
}

fn function<'w>(world: &'w World, slot: SlotId) -> Option<&'w FunctionView> {
    let view = world.slot(slot)?;
    world.function(view.module, view.function?.0)
}

/// Whether no other method has to take what this one takes.
fn is_alone(world: &World, slot: SlotId) -> bool {
    let Some(function) = function(world, slot) else { return false };
    let Some(owner) = function.class.filter(|_| !matches!(function.name.as_str(), "__init__" | "__new__")) else {
        return true;
    };
    let Some((project, info)) = world.project.and_then(|project| Some((project, project.class(owner)?))) else {
        return false;
    };
    let has = |base: &crate::types::ClassName| {
        *base != owner && project.class(*base).is_none_or(|base| !base.symbols.get(function.name).is_empty())
    };
    project.is_fully_known(owner)
        && !project.mro(info).iter().any(|(base, _)| has(base))
        && project.providing_subclasses(owner, function.name).next().is_none()
}

/// Whether something of the function's name is used other than by calling it.
fn is_handed_around(world: &World, slot: SlotId) -> bool {
    let Some(function) = function(world, slot) else { return true };
    world.handed_around.get_or_init(|| handed_around(world)).contains(&function.name)
}

/// The names of functions with `**kwargs` that are used other than by calling, in one pass over the repository.
fn handed_around(world: &World) -> FxHashSet<Name> {
    let functions = world.modules.iter().flat_map(|module| &module.functions);
    let takes_options = |function: &&FunctionView| function.params.iter().any(|param| param.kind == ParamKind::KwArgs);
    let names: FxHashSet<Name> = functions.filter(takes_options).map(|function| function.name).collect();
    let of_module = |facts: &FileFacts| -> Vec<Name> {
        let callees = facts.exprs.iter().filter_map(|expr| match expr.kind {
            ExprKind::Call(callee, _) => Some(callee.0),
            _ => None,
        });
        let callees: FxHashSet<u32> = callees.collect();
        let others = facts.exprs.iter().enumerate().filter(|(number, _)| !callees.contains(&(*number as u32)));
        let used = others.filter_map(|(_, expr)| match expr.kind {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
            _ => None,
        });
        used.filter(|name| names.contains(name)).collect()
    };
    let found: Vec<Vec<Name>> = world.modules.par_iter().filter_map(|module| module.facts.map(of_module)).collect();
    found.into_iter().flatten().collect()
}

/// What the function and its `**kwargs` call the options.
pub(super) fn hint(world: &World, slot: SlotId) -> Option<Hint> {
    let function = function(world, slot)?;
    let owner = function.class.filter(|_| function.name.as_str().starts_with("__"));
    let taker = owner.map_or_else(|| camel(words(function.name.as_str())), |class| class.short().to_owned());
    let name = camel(words(world.slot(slot)?.name.as_str()));
    Some(Hint::Options(Name::new(&format!("{taker}{name}"))))
}

/// Writes down what the options of functions are.
pub(super) fn settle(values: &Values, components: &[(Component, Verdict)], shapes: &mut Shapes) {
    for (component, verdict) in components {
        let is_class = matches!(verdict, Verdict::Record | Verdict::Existing(_));
        let Some(record) = values.decided.get(&component.root).filter(|_| is_class) else { continue };
        for options in &component.options {
            let found = record.shapes();
            let ty = known::UNPACK.of([record.clone()]);
            let solved = solved_slot(values.world, values.observations, options.slot, ty, confidence(&found, shapes));
            shapes.assigned.insert(options.slot, Solved { reason: reason(component, values.world, options), ..solved });
            for id in found {
                shapes.shapes[id.0 as usize].slots.push(options.slot);
            }
        }
    }
}

/// The sentence a reviewer can check.
pub(super) fn reason(component: &Component, world: &World, options: &Options) -> String {
    let keys: Vec<String> = component.order.iter().map(|key| format!("`{key}`")).collect();
    let title = world.title(options.slot);
    let name = world.slot(options.slot).map_or_else(String::new, |view| format!("**{}", view.name));
    match options.calls.iter().filter(|given| !given.is_empty()).count() {
        0 => format!("{title} takes nothing but {} out of its `{name}`.", list(&keys)),
        calls => {
            let give = if calls == 1 { "gives" } else { "give" };
            let calls = count(calls, "call");
            format!("{title} takes nothing but {} out of its `{name}`; {calls} {give} some.", list(&keys))
        }
    }
}

/// The dicts that are the `**kwargs` of functions.
pub(super) fn sites(observations: &Observations) -> FxHashSet<SiteId> {
    observations.sites.iter().filter(|site| site.options.is_some()).map(|site| site.id).collect()
}

/// Unites what calls unpack into the `**kwargs` of a function with that, where it has no other keys than the function
/// reads: whoever makes it makes it for such a call.
pub(super) fn unite(graph: &mut Graph, observations: &Observations) {
    let options = sites(observations);
    let mut read: BTreeMap<SiteId, BTreeSet<Name>> = BTreeMap::new();
    for used in &observations.uses {
        if let Type::Record(site) = &used.subject
            && options.contains(site)
            && !matches!(used.kind, UseKind::SetKey(..))
        {
            read.entry(*site).or_default().extend(used.kind.key().into_iter().chain(used.kind.handed_on()));
        }
    }
    for used in &observations.uses {
        let (Type::Record(site), UseKind::Filled(_, spread)) = (&used.subject, &used.kind) else { continue };
        let Some(read) = read.get(site) else { continue };
        let whole = graph.site(*site);
        for ty in spread {
            let Some(node) = graph.node(ty) else { continue };
            let is_read = |projection: &Projection| matches!(projection, Projection::Key(key) if read.contains(key));
            if graph.parts(graph.find(node)).keys().all(is_read) {
                graph.unite(whole, node, &mut |_, _| ());
            }
        }
    }
}
