//! From a component to a definition: fields, home, confidence, and the sentence that explains it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::component::Component;
use super::flow::mentions_node;
use super::merge::roles;
use super::naming::makes_class;
use super::options;
use super::records::Verdict;
use super::unify::is_no_dict;
use super::values::Values;
use super::widen::{field, is_settled, widen};
use super::world::{ParamView, Sort, World};
use super::{Shapes, trim};
use crate::facts::ParamKind;
use crate::infer::{
    Bound, Confidence, Evidence, EvidenceKind, Field, FieldFlow, Home, Observations, Shape, ShapeKind, Solved, UseKind,
};
use crate::text::Name;
use crate::types::{CallableType, FunctionRef, ModuleId, Projection, ShapeId, SlotId, Type, known, union};

/// Where the definition goes: to the function whose `**kwargs` it is, else to the module with most constructors, else to
/// that of the first user.
pub(super) fn home(component: &Component, values: &Values) -> Option<Home> {
    let world = values.world;
    let mut built: BTreeMap<ModuleId, (usize, u32)> = BTreeMap::new();
    for &index in &component.sites {
        let site = &values.observations.sites[index];
        let entry = built.entry(site.id.module).or_insert((0, site.range.start));
        entry.0 += 1;
        entry.1 = entry.1.min(site.range.start);
    }
    let constructed = built
        .into_iter()
        .filter(|(module, _)| world.is_editable(*module))
        .max_by_key(|(module, (count, _))| (*count, std::cmp::Reverse(*module)))
        .map(|(module, (_, offset))| Home { module, before: offset });
    let first = |slots: &mut dyn Iterator<Item = SlotId>| {
        let slots = slots.filter_map(|slot| world.slot(slot)).filter(|view| view.open);
        slots
            .map(|view| Home { module: view.module, before: view.offset })
            .min_by_key(|home| (home.module, home.before))
    };
    let taken = first(&mut component.options.iter().map(|options| options.slot));
    let held = || first(&mut component.slots.iter().copied());
    let used = || {
        let uses = values.uses.at(component.root).iter().map(|&number| &values.observations.uses[number as usize]);
        uses.filter(|used| world.is_editable(used.module))
            .map(|used| Home { module: used.module, before: used.range.start })
            .min_by_key(|home| (home.module, home.before))
    };
    taken.or(constructed).or_else(held).or_else(used)
}

/// The definition of a component without its fields and names.
pub(super) fn outline(component: &Component, values: &Values, home: Home) -> Shape {
    Shape {
        names: Vec::new(),
        kind: ShapeKind::typed_dict(Vec::new()),
        home,
        slots: Vec::new(),
        locals: Vec::new(),
        confidence: Confidence::Medium,
        reason: reason(component, values),
        evidence: evidence(component, values),
    }
}

/// So many functions that know keys agree on them.
const AGREEING: usize = 5;

/// Puts in the fields, and says how sure the definition is.
pub(super) fn fields(component: &Component, values: &mut Values, shape: &mut Shape) {
    let constructors = component.constructors(values);
    let mut fields = Vec::with_capacity(component.order.len());
    for &name in &component.order {
        let part = values.flow.graph.get_part(component.root, Projection::Key(name));
        let ty = part.map_or(Type::Unknown, |part| {
            let ty = values.node(part);
            // What a function takes if it is given nothing it takes as well.
            let is_option = !component.options.is_empty() && !ty.members().contains(&Type::Any);
            match () {
                () if ty.is_unknown() => default_of_get(component, values, name),
                () if is_option => union([ty, default_of_get(component, values, name)]),
                () => ty,
            }
        });
        let required = component.keys.get(&name).is_none_or(|key| component.is_required(key, &constructors));
        let ty = super::tags::texts(component, name, values).unwrap_or_else(|| field(&ty));
        fields.push(Field { name, ty, required });
    }
    let typed = fields.iter().filter(|field| field.ty != Type::Any).count();
    let is_built = component.is_made() && !constructors.is_empty();
    // What only one function reads, and calls by no name that says something, is not much of a thing.
    let is_named = !roles(component, values).is_empty() || makes_class(component, values.world);
    let is_shared = component.functions.len() > 1;
    let is_half_typed = 2 * typed >= fields.len() || (fields.len() > 2 && typed > 0);
    // Many functions that agree on the keys of what they call by one name make up for types that none of them shows.
    let is_agreed_on = is_named && component.knowing.len() >= AGREEING;
    let is_known = is_built || typed == fields.len() || ((is_named || is_shared) && is_half_typed) || is_agreed_on;
    shape.confidence = match () {
        () if fields.len() < 2 || !is_known => Confidence::Low,
        () if is_built && component.has_reads && typed == fields.len() => Confidence::High,
        () => Confidence::Medium,
    };
    shape.kind = ShapeKind::typed_dict(fields);
}

/// The types that some display or store gives a key, where it gives nothing else.
pub(super) fn given(component: &Component, values: &Values, id: ShapeId) -> Vec<(ShapeId, Name, Type)> {
    let graph = &values.flow.graph;
    let mut found = Vec::new();
    for &name in &component.order {
        let Some(part) = graph.get_part(component.root, Projection::Key(name)) else { continue };
        let lowers = values.lowers.at(graph.find(part)).iter().map(|&number| &values.flow.lowers[number as usize].ty);
        let single = lowers.filter(|ty| ty.members().len() == 1 && !mentions_node(ty));
        found.extend(single.map(|ty| (id, name, widen(ty))));
    }
    found
}

/// What was seen of the values under those keys of which more may be known once the types of slots are.
pub(super) fn flows(component: &Component, values: &Values, id: ShapeId, shape: &Shape) -> Vec<FieldFlow> {
    let ShapeKind::TypedDict { fields, .. } = &shape.kind else { return Vec::new() };
    let is_open = |field: &&Field| {
        let is_tag = field.ty.members().iter().any(|member| matches!(member, Type::Literal(_)));
        let is_choice = field.ty.members().iter().filter(|member| **member != Type::None).count() > 1;
        is_choice && !is_tag || field.ty.any(&mut |part| *part == Type::Any)
    };
    let flow = |field: &Field| {
        let part = values.flow.graph.get_part(component.root, Projection::Key(field.name))?;
        Some(values.field_flow(part, id, field.name))
    };
    fields.iter().filter(is_open).filter_map(flow).collect()
}

/// A definition needs those of its fields: a record inside one that is sure enough is as sure, unless it has a single
/// key, or no type of a key is known, or only half of them where nothing makes it; then it is a dict of which that much
/// is known.
pub(super) fn level(shapes: &mut [Shape]) {
    let mut pending: Vec<usize> =
        (0..shapes.len()).filter(|&number| shapes[number].confidence > Confidence::Low).collect();
    while let Some(number) = pending.pop() {
        let ShapeKind::TypedDict { fields, .. } = &shapes[number].kind else { continue };
        let inner: BTreeSet<ShapeId> = fields.iter().flat_map(|field| field.ty.shapes()).collect();
        for id in inner {
            let held = &mut shapes[id.0 as usize];
            let ShapeKind::TypedDict { fields, .. } = &held.kind else { continue };
            let typed = fields.iter().filter(|field| field.ty != Type::Any).count();
            let is_typed = if held.is_only_read() { 2 * typed > fields.len() } else { typed > 0 };
            if held.confidence == Confidence::Low && fields.len() > 1 && is_typed {
                held.confidence = Confidence::Medium;
                pending.push(id.0 as usize);
            }
        }
    }
    let low: BTreeSet<ShapeId> = (0..shapes.len() as u32)
        .map(ShapeId)
        .filter(|id| shapes[id.0 as usize].confidence == Confidence::Low)
        .collect();
    let dict = known::DICT.of([known::STR.instance(), Type::Any]);
    for shape in shapes.iter_mut().filter(|shape| shape.confidence > Confidence::Low) {
        let ShapeKind::TypedDict { fields, .. } = &mut shape.kind else { continue };
        for field in fields {
            field.ty = field.ty.map(&mut |part| match part {
                Type::Shape(id) if low.contains(id) => Some(dict.clone()),
                _ => None,
            });
        }
    }
}

/// What `.get(key, default)` says of a field of which nothing else is known.
fn default_of_get(component: &Component, values: &mut Values, name: Name) -> Type {
    let defaults: Vec<Type> = values
        .uses_of(component.root)
        .filter_map(|kind| match kind {
            UseKind::GetKey(key, default) if *key == name && *default != Type::None => Some(default.clone()),
            _ => None,
        })
        .collect();
    let defaults: Vec<Type> = defaults.iter().map(|default| values.settle(default)).collect();
    widen(&union(defaults))
}

/// The sentence a reviewer can check.
fn reason(component: &Component, values: &Values) -> String {
    let world = values.world;
    let sites = component.sites.iter().map(|&index| &values.observations.sites[index]);
    let mut makers: Vec<String> = Vec::new();
    for site in sites.filter(|_| component.is_made()) {
        let maker = match site.function.and_then(|f| world.function(f.module, f.function)) {
            Some(function) => format!("`{}`", function.name),
            None => world
                .module(site.id.module)
                .and_then(|module| module.name)
                .map_or_else(|| "the module".to_owned(), |name| format!("module `{name}`")),
        };
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }
    let slot_functions = component.slots.iter().filter_map(|&slot| {
        let view = world.slot(slot)?;
        view.function.map(|function| crate::types::FunctionRef { module: view.module, function: function.0 })
    });
    let functions: BTreeSet<_> = component.functions.iter().copied().chain(slot_functions).collect();
    let files: BTreeSet<ModuleId> = functions.iter().map(|function| function.module).collect();
    let users = format!("{} in {}", count(functions.len(), "function"), count(files.len(), "file"));
    let use_it = if functions.len() == 1 { "uses" } else { "use" };
    let keys: Vec<String> = component.order.iter().map(|key| format!("`{key}`")).collect();
    match makers.len() {
        0 if let Some(options) = component.options.first() => options::reason(component, world, options),
        0 => {
            let readers: Vec<&str> = functions
                .iter()
                .filter_map(|function| world.function(function.module, function.function))
                .map(|function| function.name.as_str())
                .collect();
            let reader = match readers[..] {
                [one] => format!("`{one}` reads"),
                _ => format!("{users} read"),
            };
            format!("{reader} the {} {}.", if keys.len() == 1 { "key" } else { "keys" }, list(&keys))
        }
        1..=3 => {
            let build = if makers.len() == 1 { "builds" } else { "build" };
            format!("{} {build} this dict; {users} {use_it} it.", list(&makers))
        }
        many => format!("{many} places build this dict; {users} {use_it} it."),
    }
}

/// `3 files`, `1 file`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`; long lists are cut.
pub(super) fn list(items: &[String]) -> String {
    const SHOWN: usize = 5;
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] if items.len() <= SHOWN => format!("{} and {last}", start.join(", ")),
        _ => format!("{} and {} more", items[..SHOWN - 1].join(", "), items.len() + 1 - SHOWN),
    }
}

/// The displays, stores and reads behind a definition: some of each.
fn evidence(component: &Component, values: &Values) -> Vec<Evidence> {
    const EACH: usize = 4;
    let item = |kind, module, range| Evidence { kind, module, range, ty: None };
    let sites = component.sites.iter().filter(|_| component.is_made());
    let sites = sites.map(|&index| &values.observations.sites[index]);
    let mut evidence: Vec<Evidence> =
        sites.take(EACH).map(|site| item(EvidenceKind::KeyStore, site.id.module, site.range)).collect();
    let (mut stores, mut reads) = (0, 0);
    for &number in values.uses.at(component.root) {
        let used = &values.observations.uses[number as usize];
        let (kind, taken) = match used.kind {
            UseKind::SetKey(..) | UseKind::DeleteKey(_) | UseKind::DefaultKey(..) => {
                (EvidenceKind::KeyStore, &mut stores)
            }
            UseKind::Key(_) | UseKind::GetKey(..) | UseKind::HasKey(_) => (EvidenceKind::KeyRead, &mut reads),
            _ => continue,
        };
        if *taken < EACH {
            *taken += 1;
            evidence.push(item(kind, used.module, used.range));
        }
    }
    trim(evidence)
}

/// Writes down what every display, slot and part is, and which slots hold which shape.
pub(super) fn settle(values: &mut Values, components: &[(Component, Verdict)], shapes: &mut Shapes) {
    let decided: BTreeSet<_> = components
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Existing(_) | Verdict::Mapping | Verdict::Unlike))
        .map(|(component, _)| component.root)
        .collect();
    let unlike = components.iter().filter(|(_, verdict)| *verdict == Verdict::Unlike);
    let unlike: BTreeSet<_> = unlike.map(|(component, _)| component.root).collect();
    for site in &values.observations.sites {
        if let Some(node) = values.flow.graph.get(&Type::Record(site.id))
            && let Some(ty) = values.decided.get(&values.flow.graph.find(node))
        {
            shapes.records.insert(site.id, ty.clone());
        }
    }
    for (component, _) in components.iter().filter(|(_, verdict)| *verdict == Verdict::Record) {
        for site in component.incomplete(values) {
            shapes.records.remove(&site);
        }
    }
    let others = asked_to_be_other(values.observations);
    for number in 0..values.world.slots.len() as u32 {
        let slot = SlotId(number);
        let is_other = others.contains(&slot) || values.world.is_passed_through(slot);
        if !values.world.slots[number as usize].open || is_other {
            continue;
        }
        let node = values.flow.graph.get(&Type::Slot(slot)).map(|node| values.flow.graph.find(node));
        if node.is_none() && !mentions_node(super::lower(values.types, slot)) {
            continue;
        }
        let ty = values.slot(slot);
        let holds_decided = |part: &Type| {
            let node = matches!(part, Type::Record(_)).then(|| values.flow.graph.get(part)).flatten();
            node.is_some_and(|node| decided.contains(&values.flow.graph.find(node)))
        };
        let is_decided = node.is_some_and(|root| decided.contains(&root))
            || super::lower(values.types, slot).members().iter().any(holds_decided);
        // A tuple that is known by how it is taken apart.
        let is_tuple = matches!(super::lower(values.types, slot), Type::Unknown | Type::None)
            && ty.any(&mut |part| matches!(part, Type::Tuple(_)));
        if ty.shapes().is_empty() && !is_decided && !is_tuple {
            continue;
        }
        let Some(ty) = writable(&ty) else { continue };
        let found = ty.shapes();
        for &id in &found {
            shapes.shapes[id.0 as usize].slots.push(slot);
        }
        let mut solved = solved_slot(values.world, values.observations, slot, ty, confidence(&found, shapes));
        if node.is_some_and(|root| unlike.contains(&root)) {
            solved.reason = "Methods that override each other give back dicts of different keys.".into();
        }
        shapes.assigned.insert(slot, solved);
    }
    options::settle(values, components, shapes);
    callables(values, shapes);
    place(values.world, shapes);
    shapes.keep(values);
}

/// The slots that are asked whether they are a list, a text or the like, and for no key: what goes there besides is not
/// seen.
fn asked_to_be_other(observations: &Observations) -> FxHashSet<SlotId> {
    let mut asked = FxHashSet::default();
    let mut keyed = FxHashSet::default();
    for used in &observations.uses {
        let Type::Slot(slot) = used.subject else { continue };
        match &used.kind {
            UseKind::IsInstance(classes) if !classes.is_empty() && classes.iter().all(is_no_dict) => asked.insert(slot),
            kind if kind.key().is_some() => keyed.insert(slot),
            _ => continue,
        };
    }
    asked.retain(|slot| !keyed.contains(slot));
    asked
}

/// Functions that give back functions which take or give records: what they give back is worth saying.
fn callables(values: &mut Values, shapes: &mut Shapes) {
    for number in 0..values.world.slots.len() as u32 {
        let slot = SlotId(number);
        let view = &values.world.slots[number as usize];
        let Type::Function(function, None) = *super::lower(values.types, slot) else { continue };
        if !view.open || view.sort != Sort::Return || shapes.assigned.contains_key(&slot) {
            continue;
        }
        let Some(ty) = callable(values, shapes, function) else { continue };
        let found = ty.shapes();
        if found.is_empty() {
            continue;
        }
        for &id in &found {
            shapes.shapes[id.0 as usize].slots.push(slot);
        }
        let solved = solved_slot(values.world, values.observations, slot, ty, confidence(&found, shapes));
        shapes.assigned.insert(slot, solved);
    }
}

/// A function as something that can be called; none where its result is not known.
fn callable(values: &mut Values, shapes: &Shapes, function: FunctionRef) -> Option<Type> {
    let world = values.world;
    let definition = world.module(function.module)?.facts?.functions.get(function.function as usize)?;
    let view = world.function(function.module, function.function)?;
    if definition.is_lambda || definition.is_async || definition.is_generator {
        return None;
    }
    let mut type_of = |slot: SlotId| {
        let assigned = shapes.assigned.get(&slot).map(|solved| solved.ty.clone());
        let declared = || world.declared.get(&slot).cloned();
        let ty = assigned.or_else(declared).unwrap_or_else(|| widen(&values.slot(slot)));
        is_settled(&ty).then_some(ty)
    };
    let result = type_of(view.returns?)?;
    let is_asked = |param: &&ParamView| !param.has_default;
    let params: Option<Vec<Type>> = view
        .params
        .iter()
        .filter(is_asked)
        .map(|param| match param.kind {
            ParamKind::PositionalOnly | ParamKind::Normal => type_of(param.slot?),
            _ => None,
        })
        .collect();
    Some(Type::Callable(Arc::new(CallableType { params, result })))
}

pub(super) fn confidence(found: &[ShapeId], shapes: &Shapes) -> Confidence {
    let least = found.iter().map(|id| shapes.shapes[id.0 as usize].confidence).min();
    least.unwrap_or(Confidence::Medium)
}

/// The type as it can be written; none where it would say too much or too little.
fn writable(ty: &Type) -> Option<Type> {
    let ty = iterated(&widen(ty));
    let holds_shape = ty.members().iter().any(|member| matches!(member, Type::Shape(_)));
    let members = ty.members().iter().filter(|member| {
        // Next to a record an empty or unknown dict is one that has not been filled yet.
        let is_vague = member.is(&known::DICT) && !is_settled(member);
        !(holds_shape && is_vague)
    });
    let ty = union(members.cloned().collect::<Vec<_>>());
    let only_one = ty.members().iter().filter(|member| **member != Type::None).count() <= 2;
    (is_settled(&ty) && only_one && !ty.members().contains(&Type::Any)).then_some(ty)
}

/// A generator to which nothing is known to be sent is there to be iterated over.
pub(super) fn iterated(ty: &Type) -> Type {
    match ty {
        Type::Instance(class, args) if *class == known::GENERATOR.class() => match &args[..] {
            [item, Type::Unknown | Type::Any, Type::Unknown | Type::None] => known::ITERATOR.of([item.clone()]),
            _ => ty.clone(),
        },
        Type::Instance(class, args) if *class == known::ASYNC_GENERATOR.class() => match &args[..] {
            [item, Type::Unknown | Type::Any] => known::ASYNC_ITERATOR.of([item.clone()]),
            _ => ty.clone(),
        },
        other => other.clone(),
    }
}

/// The conclusion for a slot, with the bounds that lead to it.
pub(super) fn solved_slot(
    world: &World,
    observations: &Observations,
    slot: SlotId,
    ty: Type,
    confidence: Confidence,
) -> Solved {
    let bounds = bounds_of(observations, slot);
    let evidence = bounds
        .iter()
        .map(|bound| Evidence { kind: bound.kind, module: bound.module, range: bound.range, ty: None })
        .collect();
    Solved { ty, confidence, reason: slot_reason(world, bounds, slot), evidence: trim(evidence) }
}

/// The bounds of a slot; they are sorted by slot.
pub(super) fn bounds_of(observations: &Observations, slot: SlotId) -> &[Bound] {
    let start = observations.bounds.partition_point(|bound| bound.slot < slot);
    let end = observations.bounds.partition_point(|bound| bound.slot <= slot);
    &observations.bounds[start..end]
}

fn slot_reason(world: &World, bounds: &[Bound], slot: SlotId) -> String {
    let number = |kind: EvidenceKind| bounds.iter().filter(|bound| bound.kind == kind).count();
    let title = world.title(slot);
    let sort = world.slot(slot).map_or(Sort::Inner, |view| view.sort);
    match sort {
        Sort::Param => match number(EvidenceKind::CallSite) {
            0 => format!("The body of {title} uses it so."),
            calls => format!("Every caller of {title} passes it ({}).", count(calls, "call site")),
        },
        Sort::Return => {
            let returns = number(EvidenceKind::Return) + number(EvidenceKind::Yield);
            format!("{title} gives it back at {}.", count(returns.max(1), "place"))
        }
        _ => format!("{title} is assigned it at {}.", count(number(EvidenceKind::Assignment).max(1), "place")),
    }
}

/// Moves each definition before the first slot of its module that needs it, and before the definitions that do.
fn place(world: &World, shapes: &mut Shapes) {
    for shape in &mut shapes.shapes {
        let offsets = shape.slots.iter().filter_map(|&slot| world.slot(slot));
        let first = offsets.filter(|view| view.module == shape.home.module).map(|view| view.offset).min();
        shape.home.before = shape.home.before.min(first.unwrap_or(u32::MAX));
    }
    // A field's type must stand before the record around it; nesting is shallow.
    for _ in 0..4 {
        for number in 0..shapes.shapes.len() {
            let outer = shapes.shapes[number].home;
            let inner: Vec<ShapeId> = shapes.shapes[number].kind.types().into_iter().flat_map(Type::shapes).collect();
            for id in inner {
                let home = &mut shapes.shapes[id.0 as usize].home;
                if home.module == outer.module {
                    home.before = home.before.min(outer.before);
                }
            }
        }
    }
}
