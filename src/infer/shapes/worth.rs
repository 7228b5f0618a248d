//! Whether a record is worth a name of its own, or is better left as the `dict` it is.
//!
//! A reviewer welcomes a class where several functions have to agree on the keys. Not welcome:
//!
//! | seen of a record | why it stays a `dict` |
//! |---|---|
//! | made nowhere in sight, one function reads it, and not all types are known | only that function knows the keys |
//! | made in sight with many keys of which few are ever read, or called a context or variables and hardly read | filled for a template, or for code |
//! | made in many places, each with other keys | variants of one thing: a type of optional keys says little of any |
//! | one of many that a text tells apart | a class for each of many messages is more than a reader takes in |
//! | held by one variable or attribute, made once, in no signature | a constant or settings: its display is its definition |
//! | nothing calls it by a name that says what it is, and nothing returns it | nobody sees it as a thing |
//! | tests alone know its keys, or most of them, which they set each by itself | a mapping that tests fill with what they like |
//! | all displays stand under `if __name__ == "__main__"` | a demonstration |
//! | its values are asked for what no plain value has, and nothing makes it | a view of a configuration |
//! | made nowhere in sight, and called a node | an element of a document |
//! | given to a metaclass | the namespace of a class, which binds what it likes |
//! | most types are unknown in the end, or one of two that no display has, and few places would be annotated | it only tells names of keys |
//! | in the end one slot holds it, nothing makes it, and a key can be missing or has no type | only that function knows the keys |
//! | in the end no slot holds it, and few local variables do | a variable's display says as much |
//! | two keys, neither of which is always there, and nobody reads one | nothing relies on it |
//! | made by modules alone, and nobody reads a key of it | data for something that is not in sight |
//! | made nowhere in sight, and nobody reads a key of it | something else decides what it holds |
//! | texts alone, in no collection, and nobody reads one or none is always there | a `dict[str, str]` says as much |
//! | made once in the display around it, in no signature, and nobody reads it | that display says as much |
//! | called options or the like, and no key is always there, or made nowhere in sight | what a function takes by keyword is its business |

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::component::{Component, is_dict_method};
use super::graph::{Node, Origin};
use super::names::is_telling;
use super::naming::{hints, makes_class};
use super::records::{MAKERS, MANY, Verdict};
use super::uses::is_plain_method;
use super::values::Values;
use super::widen::widen;
use super::words::words;
use super::world::{Sort, World};
use crate::facts::{CompareOp, ExprId, ExprKind, FileFacts, StmtKind};
use crate::infer::{Confidence, Shape, ShapeKind, Solved, UseKind};
use crate::project::{Project, SlotKind};
use crate::text::Name;
use crate::types::{Literal, ModuleId, Projection, Type, known};

/// With so many keys a dict of which hardly any is read is filled for something that is not in sight.
const FILLED: usize = 12;

/// Fewer places than this do not make up for a definition that knows hardly any type.
const FEW: usize = 4;

/// Leaves out the records that are not worth a class, and with them those that only they hold.
pub(super) fn decline(values: &mut Values, found: &mut [(Component, Verdict)]) {
    loop {
        let records: FxHashSet<Node> = found
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Record)
            .map(|(component, _)| component.root)
            .collect();
        let mut changed = false;
        for (component, verdict) in found.iter_mut().filter(|(_, verdict)| *verdict == Verdict::Record) {
            if !is_welcome(component, values, &records) {
                *verdict = if component.sites.is_empty() { Verdict::Silent } else { Verdict::Plain };
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

/// Makes definitions unsure most of whose types are unknown after all, unless many places share them. Those that others
/// are made of stay.
pub(super) fn doubt(shapes: &mut [Shape], slots: &mut [Result<Solved, String>]) {
    let mut held = vec![0; shapes.len()];
    let sure = slots.iter().flatten().filter(|solved| solved.confidence > Confidence::Low);
    for id in sure.flat_map(|solved| written(&solved.ty).shapes()) {
        held[id.0 as usize] += 1;
    }
    // What only unsure definitions are made of is unsure as well.
    loop {
        let parts = parts_of_sure(shapes);
        let mut changed = false;
        for (number, shape) in shapes.iter_mut().enumerate().filter(|(number, _)| !parts.contains(number)) {
            let ShapeKind::TypedDict { fields, .. } = &shape.kind else { continue };
            let unknown = fields.iter().filter(|field| field.ty == Type::Any).count();
            let places = held[number] + shape.locals.len();
            let is_only_read = shape.is_only_read();
            // One of two keys is no more than a glimpse, unless both are put there together.
            let is_pair = fields.len() == 2 && (is_only_read || fields.iter().all(|field| !field.required));
            let most = if is_pair { 1 } else { fields.len() };
            let is_hardly_known = 2 * unknown > most && places < FEW;
            let is_of_few_locals = held[number] == 0 && shape.locals.len() < MAKERS;
            let is_sketchy = fields.iter().any(|field| !field.required || field.ty == Type::Any);
            let is_of_one_reader = places < 2 && is_only_read && is_sketchy && fields.len() < MANY;
            if shape.confidence > Confidence::Low && (is_hardly_known || is_of_few_locals || is_of_one_reader) {
                shape.confidence = Confidence::Low;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for solved in slots.iter_mut().flatten() {
        let least = solved.ty.shapes().into_iter().map(|id| shapes[id.0 as usize].confidence).min();
        solved.confidence = least.map_or(solved.confidence, |least| least.min(solved.confidence));
    }
}

/// As much of a type as is written: a choice of anything is `Any`.
fn written(ty: &Type) -> Type {
    ty.map(&mut |part| part.members().contains(&Type::Any).then_some(Type::Any))
}

/// The definitions that others are made of, those of which nobody is sure left out.
fn parts_of_sure(shapes: &[Shape]) -> BTreeSet<usize> {
    let sure = shapes.iter().filter(|shape| {
        shape.confidence > Confidence::Low && matches!(shape.kind, ShapeKind::TypedDict { .. } | ShapeKind::Alias(_))
    });
    let parts = sure.flat_map(|shape| shape.kind.types()).flat_map(Type::shapes);
    parts.map(|id| id.0 as usize).collect()
}

/// Whether a class for it would be welcome.
fn is_welcome(component: &Component, values: &mut Values, records: &FxHashSet<Node>) -> bool {
    // What `**kwargs` says of a function nobody can read without it.
    !component.options.is_empty()
        || !(component.is_one_of_many
            || is_read_once(component, values, records)
            || is_filled(component, values)
            || is_bag(component, values)
            || is_nameless(component, values)
            || is_of_tests(component)
            || is_unread(component, values)
            || is_unread_text(component, values)
            || is_inline(component, values)
            || is_options(component, values)
            || is_settings(component, values)
            || is_demonstration(component, values)
            || is_view(component, values)
            || is_document_node(component, values)
            || is_namespace(component, values))
}

/// Made nowhere in sight, held by one slot at most, and read by one function that does not show the type of every key.
fn is_read_once(component: &Component, values: &mut Values, records: &FxHashSet<Node>) -> bool {
    let graph = &values.flow.graph;
    let is_held = || {
        component.holders.iter().any(|&(whole, projection)| {
        let whole = graph.find(whole);
        records.contains(&whole) || projection == Projection::Element && values.members.at(whole).iter().any(|&member| {
            matches!(graph.origin(Node(member)), Origin::Part(outer, _) if records.contains(&graph.find(outer)))
        })
    })
    };
    // What a class is made from is known by the name of the class.
    if component.keys.len() >= MANY && makes_class(component, values.world) {
        return false;
    }
    let is_alone = !component.is_made() && component.knowing.len() < 2 && component.slots.len() < 2 && !is_held();
    let mut types = component.order.iter().filter_map(|&key| graph.get_part(component.root, Projection::Key(key)));
    is_alone && types.any(|part| values.node(part).is_unknown())
}

/// Filled with keys of which hardly any is read.
fn is_filled(component: &Component, values: &Values) -> bool {
    let read = component.keys.values().filter(|key| key.is_read || key.is_got || key.is_tested).count();
    let is_unread = 4 * read <= component.keys.len();
    // Tests fill what they like.
    let sites = component.sites.iter().map(|&site| &values.observations.sites[site]);
    let own = sites.filter(|site| values.world.is_editable(site.id.module));
    let makers: BTreeSet<_> = own.map(|site| site.function).collect();
    !component.sites.is_empty()
        && is_unread
        && (component.keys.len() >= FILLED || is_called(component, values, &["context", "ctx", "vars", "namespace"]))
        && (makers.len() < MAKERS || is_called(component, values, &["vars", "namespace"]))
}

/// So many places build the variants of one thing.
const VARIANTS: usize = 9;

/// Made in many places, each with other keys: a constant tells them apart, few functions know the keys, or each place
/// knows but a few of them.
fn is_bag(component: &Component, values: &Values) -> bool {
    let sites = component.sites.iter().map(|&index| &values.observations.sites[index]);
    // Each display of a module or class body counts by itself.
    let (inside, outside): (Vec<_>, Vec<_>) = sites.map(|site| site.function).partition(Option::is_some);
    let makers = inside.into_iter().collect::<BTreeSet<_>>().len() + outside.len();
    let constructors = component.constructors(values);
    let required = component.keys.values().filter(|key| component.is_required(key, &constructors)).count();
    if makers <= VARIANTS || 3 * required >= component.keys.len() {
        return false;
    }
    let set: usize = component.keys.values().map(|key| key.set_by.len()).sum();
    let is_scattered = 4 * set < component.sites.len() * component.keys.len();
    2 * component.knowing.len() < makers || is_scattered || is_told_apart(component, values)
}

/// Whether most displays have a constant under one key that differs between them, such as `"type": "http.request"` or
/// `"type": KINDS["Comment"]`.
fn is_told_apart(component: &Component, values: &Values) -> bool {
    const TEXTS: usize = 3;
    let mut texts: BTreeMap<Name, Vec<&str>> = BTreeMap::new();
    for &index in &component.sites {
        let site = &values.observations.sites[index];
        for (key, ty, range) in &site.fields {
            let text = values.world.text(site.id.module, *range);
            let is_looked_up = text.ends_with("\"]") || text.ends_with("']");
            if let Type::Literal(Literal::Str(text)) = ty {
                texts.entry(*key).or_default().push(text.as_str());
            } else if is_looked_up && !text.contains(['(', '{', '+', '%']) {
                texts.entry(*key).or_default().push(text);
            }
        }
    }
    texts
        .values()
        .any(|texts| 2 * texts.len() > component.sites.len() && texts.iter().collect::<BTreeSet<_>>().len() >= TEXTS)
}

/// Called by words that say nothing, such as `attrs` or `options`, or by none at all, and no part of what the program
/// makes.
fn is_nameless(component: &Component, values: &Values) -> bool {
    let is_returned = component.has_slot(values, |view| view.sort == Sort::Return);
    let is_made = component.sites.iter().any(|&index| {
        let site = &values.observations.sites[index];
        !site.fields.is_empty() && values.world.is_editable(site.id.module)
    });
    let is_item = |projection: &Projection| !matches!(projection, Projection::Attribute(_) | Projection::Result);
    let is_part =
        is_made && (component.variant.is_some() || component.holders.iter().any(|(_, projection)| is_item(projection)));
    !is_returned && !is_part && !is_telling(&hints(component, values, &|_| None), &component.order)
}

/// Filled by tests with keys that they make up: all are known to nobody else, or most are and none comes with another.
fn is_of_tests(component: &Component) -> bool {
    let invented: Vec<_> = component.keys.values().filter(|key| !key.is_own).collect();
    let set: usize = invented.iter().map(|key| key.set_by.len()).sum();
    invented.len() == component.keys.len() || 2 * invented.len() > component.keys.len() && set <= component.sites.len()
}

/// Without a reader, and either of two optional keys or nothing but data of a module.
fn is_unread(component: &Component, values: &Values) -> bool {
    let constructors = component.constructors(values);
    let is_pair =
        component.keys.len() < 3 && component.keys.values().all(|key| !component.is_required(key, &constructors));
    let is_data = !component.sites.is_empty()
        && component.sites.iter().all(|&site| values.observations.sites[site].function.is_none())
        && !component.has_slot(values, |view| view.sort == Sort::Param);
    !component.has_reads && (is_pair || is_data || !component.is_made())
}

/// Without a reader, or with no key that has to be there; in no collection, and texts alone.
fn is_unread_text(component: &Component, values: &mut Values) -> bool {
    let constructors = component.constructors(values);
    let is_trusted = component.keys.values().any(|key| component.is_required(key, &constructors));
    !(component.has_reads && (is_trusted || !component.is_made()))
        && (component.holders.is_empty() || !is_trusted)
        && component.variant.is_none()
        && component.order.iter().all(|&key| {
            let part = values.flow.graph.get_part(component.root, Projection::Key(key));
            part.is_some_and(|part| widen(&values.node(part)).is(&known::STR))
        })
}

/// Made once, in the display of what holds it, and seen by nobody else.
fn is_inline(component: &Component, values: &Values) -> bool {
    let is_bound = |&site: &usize| values.observations.sites[site].bound_to.is_some();
    let is_key = |(_, projection): &(Node, Projection)| matches!(projection, Projection::Key(_));
    component.sites.len() == 1
        && !component.sites.iter().any(is_bound)
        && !component.has_reads
        && component.slots.is_empty()
        && component.knowing.len() < 2
        && !component.holders.is_empty()
        && component.holders.iter().all(is_key)
}

/// Called by a word for what is handed to a function by keyword, and made nowhere in sight or with no key that has to be
/// there.
fn is_options(component: &Component, values: &Values) -> bool {
    let constructors = component.constructors(values);
    let is_complete = component.keys.values().any(|key| component.is_required(key, &constructors));
    (!component.is_made() || !is_complete)
        && is_called(component, values, &["options", "opts", "settings", "kwargs", "kwds"])
}

/// Held by a variable or an attribute alone, and made once.
fn is_settings(component: &Component, values: &Values) -> bool {
    let is_place = |sort: Sort| matches!(sort, Sort::Attribute | Sort::Variable | Sort::Inner);
    let places = component.slots.iter().filter_map(|&slot| values.world.slot(slot)).collect::<Vec<_>>();
    component.sites.len() == 1
        && component.holders.is_empty()
        && !places.is_empty()
        && places.iter().all(|view| is_place(view.sort))
}

/// Made only where a module runs as a script.
fn is_demonstration(component: &Component, values: &Values) -> bool {
    let sites = &values.observations.sites;
    !component.sites.is_empty()
        && component
            .sites
            .iter()
            .all(|&site| is_under_main_guard(values.world, sites[site].id.module, sites[site].range.start))
}

/// Whether an offset is inside of `if __name__ == "__main__":`.
fn is_under_main_guard(world: &World, module: ModuleId, offset: u32) -> bool {
    let Some(facts) = world.module(module).and_then(|module| module.facts) else { return false };
    facts.block(facts.body).any(|stmt| match stmt.kind {
        StmtKind::If(test, ..) => stmt.range.start <= offset && offset < stmt.range.end && is_main_test(facts, test),
        _ => false,
    })
}

fn is_main_test(facts: &FileFacts, test: ExprId) -> bool {
    let ExprKind::Compare(CompareOp::Eq, left, _) = facts.expr(test).kind else { return false };
    matches!(facts.expr(left).kind, ExprKind::Name(name, _) if name.is("__name__"))
}

/// Nothing makes it, and half of its values are objects of some class.
fn is_view(component: &Component, values: &Values) -> bool {
    let is_object = |key| {
        let Some(part) = values.flow.graph.get_part(component.root, Projection::Key(key)) else { return false };
        values.uses_of(values.flow.graph.find(part)).any(|used| match used {
            UseKind::Method(name, arguments, _) => {
                // That of a dict wants a key.
                let is_getter = name.is("get") && arguments.first().is_none_or(|ty| matches!(ty, Type::Class(..)));
                is_getter || !(is_dict_method(*name) || is_plain_method(name.as_str()))
            }
            _ => false,
        })
    };
    !component.is_made() && 2 * component.order.iter().filter(|&&key| is_object(key)).count() >= component.order.len()
}

fn is_document_node(component: &Component, values: &Values) -> bool {
    !component.is_made() && is_called(component, values, &["node", "nodes", "element", "elem"])
}

/// Whether a metaclass gets it as what the body of a class binds.
fn is_namespace(component: &Component, values: &Values) -> bool {
    let Some(project) = values.world.project else { return false };
    component.slots.iter().any(|&slot| {
        let info = project.slots().info(slot);
        let (SlotKind::Param(function, 3), Some(module)) = (info.kind, project.module(info.module)) else {
            return false;
        };
        let function = module.facts.function(function);
        let makes_classes = function.name.is("__new__") || function.name.is("__init__");
        makes_classes
            && function.class.is_some_and(|class| {
                let class = Project::class_name(module, module.facts.class(class).qualname);
                project.is_subclass(class, known::TYPE.class())
            })
    })
}

/// Whether some value of it has a name that ends with one of these words.
fn is_called(component: &Component, values: &Values, last: &[&str]) -> bool {
    let ends = |name: &str| words(name).last().is_some_and(|word| last.iter().any(|end| word.ends_with(end)));
    let slots = component.slots.iter().filter_map(|&slot| values.world.slot(slot)).map(|view| view.name);
    let bound = component.sites.iter().filter_map(|&site| values.observations.sites[site].bound_to);
    let held = component.holders.iter().filter_map(|(_, projection)| match projection {
        Projection::Attribute(name) | Projection::Key(name) => Some(*name),
        _ => None,
    });
    slots.chain(bound).chain(held).chain(values.receivers(component.root)).any(|name| ends(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::{Evidence, EvidenceKind, Field, Home};
    use crate::text::TextRange;
    use crate::types::ShapeId;

    fn record(types: &[Type]) -> Shape {
        let fields = types.iter().map(|ty| Field { name: Name::new("key"), ty: ty.clone(), required: true });
        Shape {
            names: Vec::new(),
            kind: ShapeKind::typed_dict(fields.collect()),
            home: Home { module: ModuleId(0), before: 0 },
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::Medium,
            reason: String::new(),
            evidence: Vec::new(),
        }
    }

    fn solved(id: u32) -> Solved {
        let ty = Type::Shape(ShapeId(id));
        Solved { ty, confidence: Confidence::Medium, reason: String::new(), evidence: Vec::new() }
    }

    #[test]
    fn names_of_keys_alone_are_worth_it_where_many_places_share_them() {
        let text = known::STR.instance();
        let mut shapes = [record(&[Type::Any, Type::Any, text.clone()]), record(&[Type::Any, text.clone(), text])];
        doubt(&mut shapes, &mut [Ok(solved(0)), Ok(solved(1))]);
        assert_eq!([shapes[0].confidence, shapes[1].confidence], [Confidence::Low, Confidence::Medium]);
        let mut shapes = [record(&[Type::Any, Type::Any])];
        doubt(&mut shapes, &mut [0; 4].map(|id| Ok(solved(id))));
        assert_eq!(shapes[0].confidence, Confidence::Medium);
    }

    #[test]
    fn what_one_place_only_reads_has_to_be_plain() {
        let read = |types: &[Type]| {
            let item =
                Evidence { kind: EvidenceKind::KeyRead, module: ModuleId(0), range: TextRange::default(), ty: None };
            Shape { evidence: vec![item], ..record(types) }
        };
        let text = known::STR.instance();
        let mut shapes = [read(&[text.clone(), text.clone(), Type::Any]), read(&[text.clone(), text.clone()])];
        doubt(&mut shapes, &mut [Ok(solved(0)), Ok(solved(1))]);
        assert_eq!([shapes[0].confidence, shapes[1].confidence], [Confidence::Low, Confidence::Medium]);
        let mut shapes = [read(&[text, Type::Any])];
        doubt(&mut shapes, &mut [0; 3].map(|id| Ok(solved(id))));
        assert_eq!(shapes[0].confidence, Confidence::Low, "one of two keys is a glimpse");
    }
}
