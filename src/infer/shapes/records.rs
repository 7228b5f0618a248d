//! Records: which components are a `TypedDict`, which a mapping, which nothing.
//!
//! | seen of a component | it is |
//! |---|---|
//! | attributes, calls, positions, operators that no dict has; unpacks something unknown | not ours |
//! | `**kwargs` out of which named options are taken | a record, see [`options`] |
//! | a computed key, iteration, `clear` where it is made or its keys are used | a mapping |
//! | a function takes keys out of it and unpacks the rest | a mapping |
//! | many values of one type under keys that nobody reads, or that are all upper case | a mapping |
//! | keys most of which begin with an underscore | the inside of something, such as what `__getstate__` gives; a plain dict |
//! | classes, or functions under keys that nobody reads | a registry, hence a mapping |
//! | the keys of a `TypedDict` that the project has | that class |
//! | two keys or more; made and read, or returned by a public function, or read by constant keys only | a record |
//! | one key, in a display, read in another function | a record, of low confidence |
//! | only made, and handed to code that is not ours | a plain dict |
//! | methods that override each other return it and unlike others | what [`overrides`](super::overrides) says |

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::component::{Component, Dynamic, Key, is_dict_method};
use super::flow::mentions_node;
use super::graph::{Node, Origin};
use super::options;
use super::overrides::Contracts;
use super::values::Values;
use super::variants::{self, Family};
use super::widen::widen;
use super::world::{SlotView, Sort, World};
use crate::facts::ExprKind;
use crate::infer::solve::Families;
use crate::infer::{Observations, Site, UseKind};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId, Projection, SiteId, SlotId, Type, known, union};

/// So many keys make a record that is known well enough.
pub(super) const MANY: usize = 4;

/// A record that so many functions make under a name of its own is worth a definition, though it reaches no slot.
pub(super) const MAKERS: usize = 3;

/// What a component turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// A `TypedDict` to be defined.
    Record,
    /// A `TypedDict` that the project defines.
    Existing(ClassName),
    /// A `dict` of unknown keys.
    Mapping,
    /// One of the unlike dicts that the methods of a family return, which is a `dict[str, Any]` to those who call any.
    Unlike,
    /// A dict that nobody reads by key.
    Plain,
    /// Nothing that can be said.
    Silent,
}

/// What the verdicts rest on whichever values are the same.
pub(super) struct Ground<'a> {
    /// The numbers of displays.
    sites: FxHashMap<SiteId, usize>,
    /// Names of parameters that are asked for attributes rather than for keys.
    objects: BTreeSet<(ModuleId, Name)>,
    /// The repository's `TypedDict` classes with their keys.
    typed_dicts: Vec<(ClassName, &'a [(Name, bool)])>,
    /// Which returns belong together.
    pub(super) contracts: Contracts,
}

impl<'a> Ground<'a> {
    pub(super) fn of(world: &'a World, observations: &Observations, families: &Families) -> Self {
        let typed_dicts = world.classes.iter().filter_map(|(&class, view)| Some((class, view.keys.as_deref()?)));
        Self {
            sites: observations.sites.iter().enumerate().map(|(index, site)| (site.id, index)).collect(),
            objects: object_names(world, observations),
            typed_dicts: typed_dicts.collect(),
            contracts: Contracts::of(world, families),
        }
    }
}

/// The components of a flow.
pub(super) struct Components {
    /// Those that matter, with what they turned out to be, ordered by representative.
    pub(super) found: Vec<(Component, Verdict)>,
    /// Those that no slot holds.
    pub(super) unreached: Vec<Component>,
    /// Those that a text tells apart.
    pub(super) families: Vec<Family>,
}

impl Components {
    pub(super) fn of(values: &mut Values, ground: &Ground) -> Self {
        let reached = reached(values);
        let roots = roots(values);
        let all: Vec<Component> = {
            let values = &*values;
            roots.par_iter().map(|&root| Component::of(values, &ground.sites, root)).collect()
        };
        let (mut gathered, unreached): (Vec<_>, _) =
            all.into_iter().partition(|component| reached.contains(&component.root));
        let families = variants::find(&mut gathered, values);
        Self { found: judged(gathered, values, ground), unreached, families }
    }
}

fn judged(gathered: Vec<Component>, values: &mut Values, ground: &Ground) -> Vec<(Component, Verdict)> {
    let mut found = Vec::with_capacity(gathered.len());
    for component in gathered {
        // Many keys are those of a dict, whatever else goes by that name.
        let is_object = component.sites.is_empty()
            && component.keys.len() < MANY
            && component.slots.iter().any(|&slot| {
                let name = parameter_name(values.world, slot).zip(values.world.slot(slot));
                name.is_some_and(|(name, view)| ground.objects.contains(&(view.module, name)))
            });
        let verdict = if is_object { Verdict::Silent } else { judge(&component, values, ground) };
        found.push((component, verdict));
    }
    demote(values, &mut found);
    found
}

/// Names of parameters that, in their module, more functions ask for attributes than for keys, or that one asks whether
/// they have an attribute: such as the nodes of a document tree, which can be asked for both.
fn object_names(world: &World, observations: &Observations) -> BTreeSet<(ModuleId, Name)> {
    let mut asked: FxHashMap<(ModuleId, Name), [BTreeSet<SlotId>; 2]> = FxHashMap::default();
    for used in &observations.uses {
        let Type::Slot(slot) = used.subject else { continue };
        let is_key = match &used.kind {
            UseKind::Key(_) | UseKind::SetKey(..) => true,
            UseKind::Attribute(_) | UseKind::SetAttribute(..) => false,
            UseKind::Method(name, ..) if !is_dict_method(*name) => false,
            _ => continue,
        };
        if let Some(name) = parameter_name(world, slot) {
            asked.entry((used.module, name)).or_default()[usize::from(is_key)].insert(slot);
        }
    }
    asked.retain(|_, [attributes, keys]| attributes.len() > 1 && attributes.len() >= keys.len());
    asked.into_keys().chain(asked_with_hasattr(world)).collect()
}

/// The names that `hasattr(name, "attribute")` asks for what no dict has.
fn asked_with_hasattr(world: &World) -> Vec<(ModuleId, Name)> {
    let modules = world.modules.par_iter().zip(0..world.modules.len() as u32);
    let asked =
        modules.filter_map(|(view, number)| Some((view.facts?, ModuleId(number)))).flat_map_iter(|(facts, id)| {
            facts.exprs.iter().filter_map(move |expr| {
                let ExprKind::Call(function, arguments) = expr.kind else { return None };
                let ExprKind::Name(function, _) = facts.expr(function).kind else { return None };
                let [subject, attribute] = facts.arguments(arguments) else { return None };
                let (ExprKind::Name(name, _), ExprKind::Str(Some(attribute))) =
                    (facts.expr(subject.value).kind, facts.expr(attribute.value).kind)
                else {
                    return None;
                };
                (function.is("hasattr") && !is_dict_method(attribute)).then_some((id, name))
            })
        });
    asked.collect()
}

fn parameter_name(world: &World, slot: SlotId) -> Option<Name> {
    world.slot(slot).filter(|view| view.sort == Sort::Param).map(|view| view.name)
}

/// Representatives of classes that have keys or displays.
fn roots(values: &Values) -> Vec<Node> {
    let graph = &values.flow.graph;
    let root = |node| match graph.origin(node) {
        Origin::Site(_) => Some(graph.find(node)),
        Origin::Part(whole, Projection::Key(_)) => Some(graph.find(whole)),
        _ => None,
    };
    let mut roots: Vec<Node> = graph.nodes().filter_map(root).collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// Displays with the same keys that several functions make under one name.
fn repeated(values: &Values) -> Vec<Node> {
    let mut makers: BTreeMap<(Name, Vec<Name>), Vec<&Site>> = BTreeMap::new();
    for site in values.observations.sites.iter().filter(|site| site.fields.len() > 1 && site.function.is_some()) {
        let Some(name) = site.bound_to else { continue };
        let mut keys: Vec<Name> = site.fields.iter().map(|(key, ..)| *key).collect();
        keys.sort_unstable();
        makers.entry((name, keys)).or_default().push(site);
    }
    let is_repeated = |sites: &Vec<&Site>| {
        let functions: BTreeSet<_> = sites.iter().map(|site| site.function).collect();
        functions.len() >= MAKERS
    };
    let nodes = makers.into_values().filter(is_repeated).flatten();
    nodes.filter_map(|site| values.flow.graph.get(&Type::Record(site.id))).collect()
}

/// Classes that the type of some slot mentions, directly or through what they hold.
fn reached(values: &Values) -> FxHashSet<Node> {
    let graph = &values.flow.graph;
    let mut reached = FxHashSet::default();
    let mut pending = Vec::new();
    let push_all = |ty: &Type, pending: &mut Vec<Node>| {
        ty.any(&mut |part| {
            pending.extend(graph.get(part));
            false
        });
    };
    let mentioned = |(number, view): (usize, &SlotView)| {
        let mut nodes = Vec::new();
        if view.open {
            nodes.extend(graph.get(&Type::Slot(SlotId(number as u32))));
            if let Some(ty) = values.types.get(number).filter(|ty| mentions_node(ty)) {
                push_all(ty, &mut nodes);
            }
        }
        nodes
    };
    pending.par_extend(values.world.slots.par_iter().enumerate().flat_map_iter(mentioned));
    pending.extend(repeated(values));
    let options = values.observations.sites.iter().filter(|site| site.options.is_some());
    pending.extend(options.filter_map(|site| graph.get(&Type::Record(site.id))));
    while let Some(node) = pending.pop() {
        let root = graph.find(node);
        if !reached.insert(root) {
            continue;
        }
        pending.extend(graph.parts(root).values());
        for &number in values.lowers.at(root) {
            push_all(&values.flow.lowers[number as usize].ty, &mut pending);
        }
    }
    reached
}

/// Takes back records that nobody reads and that no record holds: they are part of some larger literal.
fn demote(values: &Values, found: &mut [(Component, Verdict)]) {
    let records: FxHashSet<Node> =
        found.iter().filter(|(_, verdict)| *verdict == Verdict::Record).map(|(component, _)| component.root).collect();
    let graph = &values.flow.graph;
    // The holder of an element is a list; what holds that may be the record.
    let is_held = |component: &Component| {
        component.holders.iter().any(|&(whole, projection)| {
            let whole = graph.find(whole);
            records.contains(&whole)
                || (projection == Projection::Element
                    && values.members.at(whole).iter().any(|&member| match graph.origin(Node(member)) {
                        Origin::Part(outer, _) => records.contains(&graph.find(outer)),
                        Origin::Slot(_) => true,
                        Origin::Site(_) => false,
                    }))
        })
    };
    for (component, verdict) in found.iter_mut() {
        let stands_alone = component.has_reads
            || component.is_returned_publicly(values)
            || is_unpacked(component, values)
            || component.variant.is_some()
            || !component.options.is_empty();
        if *verdict == Verdict::Record && !stands_alone && !is_held(component) {
            *verdict = Verdict::Plain;
        }
    }
}

/// Whether a function takes keys out of it and unpacks the rest: no class says what is left.
fn is_unpacked_in_part(component: &Component, values: &Values) -> bool {
    let functions = |test: fn(&UseKind) -> bool| -> BTreeSet<FunctionRef> {
        let places = values.places_of(component.root).filter(move |used| test(&used.kind));
        places.filter_map(|used| used.function).collect()
    };
    let takers = functions(|kind| matches!(kind, UseKind::DeleteKey(_)));
    !takers.is_empty() && !takers.is_disjoint(&functions(|kind| matches!(kind, UseKind::Spread)))
}

/// Applies the table above.
fn judge(component: &Component, values: &mut Values, ground: &Ground) -> Verdict {
    let is_built = !component.sites.is_empty();
    if component.is_other || !component.options.is_empty() && !options::are_closed(component, values) {
        return if is_built { Verdict::Plain } else { Verdict::Silent };
    }
    // Walking over a record is no more than printing it; a table is walked over and never read by key.
    let is_any = component.dynamic == Dynamic::Elsewhere || component.is_walked;
    let is_table = is_any
        && match values_of(component, values).len() {
            0 => component.dynamic == Dynamic::Elsewhere || !component.has_reads,
            1 => !component.is_well_known(),
            _ => component.is_walked && !component.has_reads,
        };
    if component.dynamic == Dynamic::Here || is_table {
        return Verdict::Mapping;
    }
    if component.keys.is_empty() {
        return if is_built { Verdict::Plain } else { Verdict::Silent };
    }
    if component.options.is_empty() && is_unpacked_in_part(component, values) {
        return if is_built { Verdict::Mapping } else { Verdict::Silent };
    }
    // What is unpacked into it may bring any key, but those that many know are there.
    if component.is_open && !component.is_well_known() {
        return Verdict::Plain;
    }
    if let Some(class) = existing(component, values, ground) {
        return Verdict::Existing(class);
    }
    if !are_field_names(&component.order) {
        return Verdict::Plain;
    }
    if !component.options.is_empty() {
        return if component.keys.len() > 1 { Verdict::Record } else { Verdict::Silent };
    }
    let is_hardly_known = !component.is_made() && component.keys.len() < 3;
    if is_hardly_known && component.slots.iter().any(|&slot| is_other_by_name(values.world, slot)) {
        return Verdict::Silent;
    }
    // `{"_items": …}`, `{"__name__": …}`: the inside of something, copied.
    let private = component.order.iter().filter(|key| key.as_str().starts_with('_')).count();
    if 2 * private > component.order.len() {
        return if is_built { Verdict::Plain } else { Verdict::Silent };
    }
    // `{"HOME": …, "PATH": …}`: an environment, a table of constants.
    let is_upper = |key: &Name| key.as_str().chars().all(|char| !char.is_lowercase());
    let upper = component.order.iter().filter(|key| is_upper(key)).count();
    let is_mostly_upper = upper == component.order.len() || upper >= MANY && 4 * upper >= 3 * component.order.len();
    if is_mostly_upper || is_constant_table(component, values) || is_registry(component, values) {
        return if is_built { Verdict::Mapping } else { Verdict::Silent };
    }
    let crosses = component.is_returned_publicly(values) || is_unpacked(component, values);
    let constructors = component.constructors(values);
    let is_nested = !component.holders.is_empty() || component.variant.is_some();
    // What a function makes for itself needs no name, however many keys it has.
    if is_built && component.knowing.len() < 2 && !crosses && !is_nested {
        return Verdict::Plain;
    }
    let verdict = match (component.keys.len(), component.has_reads) {
        (1, true) if !constructors.is_empty() && component.functions.len() > 1 => Verdict::Record,
        (_, true) if component.keys.len() > 1 => Verdict::Record,
        (keys @ 2.., false) => {
            let is_table = keys > 5 && is_uniform(component, values);
            if (crosses || is_nested) && !is_table { Verdict::Record } else { Verdict::Plain }
        }
        _ => Verdict::Plain,
    };
    if verdict == Verdict::Plain && !is_built { Verdict::Silent } else { verdict }
}

/// Whether a function returns it and another unpacks it, and so knows what its keys mean.
fn is_unpacked(component: &Component, values: &Values) -> bool {
    component.keys.len() >= MANY
        && component.has_slot(values, |view| view.sort == Sort::Return)
        && values.uses.at(component.root).iter().any(|&number| {
            let used = &values.observations.uses[number as usize];
            matches!(used.kind, UseKind::Spread) && !component.knowing.contains(&used.function)
        })
}

/// Whether it is a constant of some module or class that gives each key a value of one sort: `{"dot": DotPrinter, …}`.
fn is_constant_table(component: &Component, values: &mut Values) -> bool {
    let [site] = component.sites[..] else { return false };
    let site = &values.observations.sites[site];
    // What is handed to a function that knows its keys is no table.
    let is_constant = site.function.is_none() && site.bound_to.is_some();
    is_constant && !component.has_slot(values, |view| view.sort == Sort::Param) && is_uniform(component, values)
}

/// Whether it says which class, or which function, goes by which name. A record of callbacks has keys that are read.
fn is_registry(component: &Component, values: &mut Values) -> bool {
    let mut is_of_classes = true;
    for &key in &component.order {
        let part = values.flow.graph.get_part(component.root, Projection::Key(key));
        match part.map(|part| values.node(part)) {
            Some(Type::Class(..)) => {}
            Some(Type::Function(..) | Type::Callable(_)) => is_of_classes = false,
            Some(Type::Union(members)) if members.iter().all(|member| matches!(member, Type::Class(..))) => {}
            _ => return false,
        }
    }
    is_of_classes || component.keys.values().all(|key| !key.is_read)
}

/// Whether all values have one type, as in a table.
fn is_uniform(component: &Component, values: &mut Values) -> bool {
    values_of(component, values).len() <= 1
}

/// The known types of the values.
fn values_of(component: &Component, values: &mut Values) -> BTreeSet<Type> {
    component
        .order
        .iter()
        .filter_map(|&key| values.flow.graph.get_part(component.root, Projection::Key(key)))
        .map(|part| match widen(&values.node(part)) {
            // Classes and functions are all alike here.
            Type::Class(..) | Type::Function(..) | Type::Callable(_) => known::TYPE.instance(),
            ty => ty,
        })
        .filter(|ty| !ty.is_unknown())
        .collect()
}

/// A `TypedDict` of the project that this is: it has all keys, and constructors set all that it requires. One that it
/// is passed for comes first.
fn existing(component: &Component, values: &Values, ground: &Ground) -> Option<ClassName> {
    let mut best: Option<((bool, usize), ClassName)> = None;
    for &(class, keys) in &ground.typed_dicts {
        let is_met = component.wanted.contains(&class);
        let is_variant = || values.world.classes.get(&class).is_some_and(|view| view.is_variant);
        let has_all = component.keys.keys().all(|key| keys.iter().any(|(name, _)| name == key));
        let is_complete = component.sites.is_empty()
            || keys.iter().filter(|(_, required)| *required).all(|(name, _)| component.keys.contains_key(name));
        // A class with many more keys is likely about something else.
        let is_alike = component.keys.len() > 1 && 2 * component.keys.len() >= keys.len();
        let rank = (!is_met, keys.len());
        // What is only read may be any variant that has these keys; one that is made says which it is.
        let is_it = is_met || is_alike && !(component.sites.is_empty() && is_variant());
        if has_all && is_complete && is_it && best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, class));
        }
    }
    best.map(|(_, class)| class)
}

/// Whether keys name fields: most are words, the others at least words with dashes. `from` and `message-id` are no names
/// in the body of a class, but the functional form takes them; `km/h` and `Content Type` are data.
fn are_field_names(keys: &[Name]) -> bool {
    let is_word = |key: &&Name| {
        let mut chars = key.as_str().chars();
        chars.next().is_some_and(|char| char.is_ascii_alphabetic() || char == '_')
            && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
    };
    let is_dashed = |key: &Name| {
        let mut chars = key.as_str().chars().peekable();
        chars.peek().is_some()
            && chars
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_' | '$' | '@'))
    };
    let words = keys.iter().filter(is_word).count();
    2 * words > keys.len() && keys.iter().all(|key| is_word(&key) || is_dashed(key))
}

/// Whether a parameter is by its name something else that takes text in brackets: a data frame, headers, a session.
fn is_other_by_name(world: &World, slot: SlotId) -> bool {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "df", "dataframe", "frame", "ds", "dataset", "headers", "environ", "env", "cookies", "form", "session",
        "soup", "tag", "request", "req", "hdf", "h5", "conn", "cursor", "ws", "sheet", "workbook", "wb", "shelf",
        "db", "xarray", "message", "msg", "email",
    ];
    world.slot(slot).is_some_and(|view| view.sort == Sort::Param && OTHER.contains(&view.name.as_str()))
}

/// The type of a mapping component: keys and values joined. Where a key is set to something unknown, or something unknown
/// is unpacked into it, any value may be; a key that is only asked for by `.get` tells nothing but what is taken in its
/// place.
pub(super) fn mapping_type(component: &Component, values: &mut Values) -> Type {
    let is_set = |key: &Key| key.is_stored || !key.set_by.is_empty();
    let mut found = Vec::new();
    let mut is_open = component.is_open || is_copied(component, values);
    for (projection, part) in values.flow.graph.parts(component.root).clone() {
        match projection {
            Projection::Key(key) => {
                let seen = component.keys.get(&key);
                let ty = values.node(part);
                is_open |= ty.is_unknown() && seen.is_some_and(is_set);
                if seen.is_none_or(|key| key.is_read || is_set(key)) {
                    found.push(ty);
                }
            }
            Projection::Element => found.push(values.node(part)),
            _ => {}
        }
    }
    is_open |= values.uses_of(component.root).any(|kind| matches!(kind, UseKind::Merge(_)));
    let mut keys: Vec<Type> = component.key_types.iter().map(|key| values.settle(key)).collect();
    for source in unpacked(component, values) {
        match values.node(source) {
            Type::Instance(class, args) if class == known::DICT.class() && args.len() == 2 => {
                keys.push(args[0].clone());
                is_open |= args[1].is_unknown();
                found.push(args[1].clone());
            }
            // Its keys are among those above.
            Type::Shape(_) => {}
            _ => is_open = true,
        }
    }
    let value = if is_open { Type::Any } else { widen(&union(found)) };
    // A constant key, or no key at all that is known, is text.
    if !component.keys.is_empty() {
        keys.push(known::STR.instance());
    }
    let key = widen(&union(keys));
    known::DICT.of([key, value])
}

/// Whether it is made by copying only, of something that is made nowhere in sight.
fn is_copied(component: &Component, values: &Values) -> bool {
    let mut sites = component.sites.iter().map(|&site| &values.observations.sites[site]);
    !component.sites.is_empty() && sites.all(|site| site.fields.is_empty() && site.spread.len() == 1)
}

/// What the displays of a component unpack that is not of the component itself.
fn unpacked(component: &Component, values: &Values) -> BTreeSet<Node> {
    let sites = component.sites.iter().map(|&site| &values.observations.sites[site]);
    let sources = sites.flat_map(|site| &site.spread).filter_map(|source| values.flow.graph.get(source));
    sources.map(|source| values.flow.graph.find(source)).filter(|&source| source != component.root).collect()
}
