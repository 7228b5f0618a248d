//! From the flow of values to definitions: records, tuples, named tuples, ids, duck types.
//!
//! Slots, dict displays and parts of them that hold the same value form a component; a component is solved as one, so
//! one definition serves all functions that share it. Each kind of shape has its own module and its own written rules.

mod bases;
mod blocks;
mod component;
mod conversion;
mod converted;
mod describe;
mod displays;
mod findings;
mod flow;
mod given;
mod graph;
mod ids;
mod locals;
mod merge;
mod named_tuples;
mod names;
mod namesakes;
mod naming;
mod options;
mod overrides;
mod protocols;
mod prune;
mod records;
mod results;
mod stems;
mod tags;
#[cfg(test)]
mod tests;
mod tuples;
mod unify;
mod uses;
mod values;
mod variables;
mod variants;
mod view;
mod widen;
mod words;
mod world;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
use super::Confidence;
use super::solve::{Families, Substitution};
use super::{Evidence, Field, FieldFlow, Finding, Observations, Shape, ShapeKind, Solved};
use crate::text::Name;
use crate::types::{ShapeId, SiteId, SlotId, Type};
pub use bases::are_inherited;
use component::Component;
pub use displays::{items_of, returned};
pub(super) use findings::of_overruns;
use flow::{Flow, mentions_node};
use given::Given;
use graph::Graph;
use protocols::Asking;
use records::{Components, Ground, Verdict};
pub(super) use results::offer;
use values::{Index, Values};
use variants::{Choice, Family, by_choice};
pub(super) use words::{singular, words};
pub(super) use world::World;

/// The definitions that were found, and what slots and values are with them.
#[derive(Debug, Default)]
pub struct Shapes {
    /// By shape number: the definitions.
    pub shapes: Vec<Shape>,
    /// Slots whose type holds a shape or follows from one.
    pub assigned: BTreeMap<SlotId, Solved>,
    /// Definitions that nothing is annotated with, because they are too much to be done unasked.
    pub by_hand: Vec<Shape>,
    /// Mistakes that were seen, in the order of places.
    pub findings: Vec<Finding>,
    /// What each dict display is: a shape, a `TypedDict` of the project or a `dict`. The `dict` may hold `Unknown`.
    pub records: BTreeMap<SiteId, Type>,
    /// Aliases that stand for their tuple wherever it is written.
    kinds: Vec<ShapeId>,
    /// The choices between variants that have a name.
    choices: Vec<Choice>,
    /// Types of keys that some place gives by itself: it gives nothing else.
    pub(super) given: BTreeSet<(ShapeId, Name, Type)>,
    /// What was seen of keys of which more may be known once slots are.
    flows: Vec<FieldFlow>,
    /// Which values are the same.
    graph: Graph,
    /// By node, at representatives: what those values are; `Unknown` where nothing is known.
    known: Vec<Type>,
}

impl Shapes {
    /// The type with every dict display, slot and part replaced by what it was found to be; `Unknown` where nothing was.
    pub fn settle(&self, ty: &Type) -> Type {
        if !mentions_node(ty) {
            return ty.clone();
        }
        let ty = ty.map(&mut |part| match part {
            Type::Record(site) => Some(self.records.get(site).cloned().unwrap_or(Type::Unknown)),
            Type::Slot(_) | Type::Part(..) => {
                let known = self.graph.get(part).and_then(|node| self.known.get(self.graph.find(node).0 as usize));
                Some(known.cloned().unwrap_or(Type::Unknown))
            }
            _ => None,
        });
        by_choice(&ty, &self.choices)
    }

    /// Adds a definition.
    fn define(&mut self, shape: Shape) -> ShapeId {
        let id = ShapeId(self.shapes.len() as u32);
        self.shapes.push(shape);
        id
    }

    /// Takes over what was concluded for the slots that definitions are made of.
    pub(super) fn refine(&mut self, slots: &[Result<Solved, String>], keys: Vec<(ShapeId, Name, Type)>) {
        for shape in &mut self.shapes {
            named_tuples::refine(shape, slots);
        }
        for (id, name, ty) in keys {
            let ShapeKind::TypedDict { fields, .. } = &mut self.shapes[id.0 as usize].kind else { continue };
            if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
                field.ty = ty;
            }
        }
    }

    /// Adds mistakes that were seen; of one place the first that is told stands.
    pub(super) fn report(&mut self, found: Vec<Finding>) {
        self.findings.extend(found);
        self.findings.sort_by_key(|finding| (finding.module, finding.offset, finding.kind));
        self.findings.dedup_by_key(|finding| (finding.module, finding.offset, finding.kind));
    }

    /// Takes back what is not worth it, once it is known which types stand.
    pub(super) fn doubt(&mut self, slots: &mut [Result<Solved, String>]) {
        tuples::spread(&mut self.shapes, &self.kinds, slots);
        tuples::take_back(&self.shapes, slots);
        worth::doubt(&mut self.shapes, slots);
        bases::settle(&mut self.shapes);
        variables::doubt(&self.shapes, slots);
    }

    /// Keeps what was found of all values, for [`Shapes::settle`]; the graph is handed over later.
    fn keep(&mut self, values: &mut Values) {
        let flow = values.flow;
        let graph = &flow.graph;
        let of_root = |node| if graph.find(node) == node { values.node(node) } else { Type::Unknown };
        self.known = graph.nodes().map(of_root).collect();
    }
}

impl Substitution for Shapes {
    fn assigned(&self, slot: SlotId) -> Option<Solved> {
        self.assigned.get(&slot).cloned()
    }

    fn record(&self, site: SiteId) -> Option<Type> {
        self.records.get(&site).cloned()
    }

    fn flows(&self) -> &[FieldFlow] {
        &self.flows
    }

    fn fields(&self) -> Vec<(ShapeId, &Field)> {
        let numbered = (0..).map(ShapeId).zip(&self.shapes);
        let fields = numbered.filter_map(|(id, shape)| match &shape.kind {
            ShapeKind::TypedDict { fields, .. } => Some(fields.iter().map(move |field| (id, field))),
            _ => None,
        });
        fields.flatten().collect()
    }
}

/// At most this many observations are kept with a definition; the rest would not be read.
const EVIDENCE: usize = 12;

/// What was observed, and what follows from it before anything is concluded.
pub(super) struct Facts<'a> {
    /// What was observed.
    pub(super) observations: &'a Observations,
    /// The joined lower bounds by slot number, not widened; `Unknown` where there are none.
    pub(super) types: &'a [Type],
    /// Which parameters belong together because methods override each other.
    pub(super) families: &'a Families,
}

impl Facts<'_> {
    /// The family of a slot, if the slot is the first for which `counts` holds.
    fn family_led_by(&self, slot: SlotId, counts: &dyn Fn(SlotId) -> bool) -> Option<Vec<SlotId>> {
        let family = self.families.family(slot);
        let first = family.iter().copied().find(|&member| counts(member)).unwrap_or(slot);
        (first == slot && counts(slot)).then(|| if family.is_empty() { vec![slot] } else { family.to_vec() })
    }
}

/// Finds the shapes of what nothing else explains, once all else is concluded.
pub(super) fn solve_rest(
    world: &World,
    facts: &Facts,
    groundwork: &Groundwork,
    slots: &mut [Result<Solved, String>],
    shapes: &mut Shapes,
) {
    protocols::solve_bodies(world, facts, &groundwork.asking, slots, shapes);
    variables::solve(world, facts, &groundwork.handed, slots, shapes);
}

/// What is known without the flow of values: it is found out beside that, which is work for one thread.
pub(super) struct Groundwork<'a> {
    given: Given,
    asking: Asking<'a>,
    owned: ids::Owned,
    handed: variables::Handed<'a>,
}

impl<'a> Groundwork<'a> {
    fn of(world: &World<'a>, facts: &Facts<'a>) -> Self {
        let ((given, asking), (owned, handed)) = rayon::join(
            || rayon::join(|| Given::of(world), || Asking::of(world, facts)),
            || rayon::join(|| ids::Owned::of(world), || variables::Handed::of(world)),
        );
        Self { given, asking, owned, handed }
    }
}

/// Finds the shapes in what was observed; with what [`solve_rest`] needs, too.
pub(super) fn solve<'a>(world: &World<'a>, facts: &Facts<'a>) -> (Shapes, Groundwork<'a>) {
    let Facts { observations, types, .. } = *facts;
    let mut shapes = Shapes::default();
    let (flow, groundwork) = rayon::join(|| united(world, facts), || Groundwork::of(world, facts));
    let Groundwork { given, asking, owned, .. } = &groundwork;
    records(world, (observations, types), flow, given, &mut shapes);
    tuples::solve(world, observations, types, &mut shapes);
    named_tuples::solve(world, observations, types, &mut shapes);
    ids::solve(world, observations, types, owned, &mut shapes);
    protocols::solve(world, facts, asking, &mut shapes);
    shapes.report(findings::of_parameters(world, facts, &shapes, given));
    shapes.report(given::of_receivers(world, given));
    prune::prune(&mut shapes, observations);
    locals::solve(world, observations, &mut shapes);
    (shapes, groundwork)
}

/// Components with what they turned out to be, and which of them are variants of one thing.
type Found = (Vec<(Component, Verdict)>, Vec<Family>);

/// The flow of values with those united that are one record, and the components of it.
fn united(world: &World, facts: &Facts) -> (Flow, Found) {
    // Merging equal records can make those that hold them equal.
    const MERGES: usize = 3;
    let Facts { observations, types, families } = *facts;
    let mut flow = Flow::of(world, observations);
    let ground = Ground::of(world, observations, families);
    for merge in 0..=MERGES {
        unify::unify(&mut flow, observations, types);
        let index = Index::of(&flow);
        let mut values = Values::new(world, &flow, observations, types, &index);
        let mut components = Components::of(&mut values, &ground);
        let equal = if merge < MERGES { components.equal(&mut values, &ground) } else { Vec::new() };
        if equal.is_empty() {
            ground.contracts.level(&values, &mut components.found);
            return (flow, (components.found, components.families));
        }
        for (a, b) in equal {
            flow.graph.unite(a, b, &mut |_, _| ());
        }
    }
    (flow, Found::default())
}

/// Solves the records, and with them the types of all parts of values.
fn records(
    world: &World,
    (observations, types): (&Observations, &[Type]),
    (flow, (mut components, families)): (Flow, Found),
    given: &Given,
    shapes: &mut Shapes,
) {
    let index = Index::of(&flow);
    let mut values = Values::new(world, &flow, observations, types, &index);
    worth::decline(&mut values, &mut components);
    for (component, verdict) in &components {
        if matches!(verdict, Verdict::Record | Verdict::Plain | Verdict::Silent) {
            shapes.findings.extend(findings::of_record(component, &values, given));
        }
    }
    let mut defined: Vec<(ShapeId, &Component)> = Vec::new();
    for (component, verdict) in &components {
        match verdict {
            Verdict::Existing(class) => values.decide(component.root, Type::instance(*class)),
            Verdict::Record => {
                let Some(home) = describe::home(component, &values) else { continue };
                let id = shapes.define(describe::outline(component, &values, home));
                values.decide(component.root, Type::Shape(id));
                defined.push((id, component));
            }
            Verdict::Unlike => values.decide(component.root, widen::dict_of_texts(Type::Any)),
            Verdict::Mapping | Verdict::Plain | Verdict::Silent => {}
        }
    }
    shapes.choices = naming::choices(&defined, &families, &values, shapes);
    values.choices.clone_from(&shapes.choices);
    // The values of a mapping can be mappings: the second time those are known.
    for _ in 0..2 {
        values.forget();
        for (component, verdict) in &components {
            let is_dict = matches!(verdict, Verdict::Mapping) || (*verdict == Verdict::Plain);
            if is_dict {
                let ty = records::mapping_type(component, &mut values);
                values.decide(component.root, ty);
            }
        }
    }
    values.forget();
    for &(id, component) in &defined {
        shapes.given.extend(describe::given(component, &values, id));
        describe::fields(component, &mut values, &mut shapes.shapes[id.0 as usize]);
    }
    describe::level(&mut shapes.shapes);
    bases::find(&defined, &values, &mut shapes.shapes);
    for &(id, component) in &defined {
        shapes.flows.extend(describe::flows(component, &values, id, &shapes.shapes[id.0 as usize]));
    }
    describe::settle(&mut values, &components, shapes);
    namesakes::lend(&mut values, shapes);
    naming::name(&defined, &families, &values, shapes);
    shapes.graph = flow.graph;
}

/// Evidence in the order of places, cut to what is read.
fn trim(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by_key(|item| (item.module, item.range.start, item.range.end, item.kind));
    evidence.dedup_by(|a, b| (a.module, a.range, a.kind) == (b.module, b.range, b.kind));
    evidence.truncate(EVIDENCE);
    evidence.shrink_to_fit();
    evidence
}

/// The joined lower bound of a slot.
fn lower(types: &[Type], slot: SlotId) -> &Type {
    types.get(slot.0 as usize).unwrap_or(&Type::Unknown)
}
