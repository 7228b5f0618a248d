//! From observations to a graph: what is the same value, what flows where, what is asked of each value.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{Graph, Node};
use super::options;
use super::world::World;
use crate::infer::{EvidenceKind, Observations, UseKind};
use crate::text::{Name, TextRange};
use crate::types::{ModuleId, Projection, SiteId, Type, known};

/// A value that was seen flowing into a node.
#[derive(Clone, Debug)]
pub(super) struct Lower {
    /// Where it flows.
    pub(super) to: Node,
    /// Its type.
    pub(super) ty: Type,
}

/// The graph with what was seen at its nodes.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// The nodes.
    pub(super) graph: Graph,
    /// `from` flows into `to`.
    pub(super) edges: Vec<(Node, Node)>,
    /// Types that flow into parts. Those that flow into slots are in the joined bounds already.
    pub(super) lowers: Vec<Lower>,
    /// The node each use is about, where it is a node; aligned with `Observations::uses`.
    pub(super) subjects: Vec<Option<Node>>,
    /// `**a` in a display: the source and the display it adds keys to.
    pub(super) spreads: Vec<(Node, Node)>,
    /// Displays that unpack something whose keys cannot be known.
    pub(super) open: FxHashSet<SiteId>,
    /// The edges once they are looked up, to find each once.
    pub(super) known: FxHashSet<(Node, Node)>,
    /// Representatives between which edges were looked for between their parts, with the numbers of these.
    pub(super) deepened: FxHashMap<(Node, Node), (usize, usize)>,
}

impl Flow {
    /// The graph of what was observed, before anything is united.
    pub(super) fn of(world: &World, observations: &Observations) -> Self {
        let mut flow = Self::default();
        let options = options::sites(observations);
        for site in &observations.sites {
            let node = flow.graph.site(site.id);
            for (key, ty, range) in &site.fields {
                let field = flow.graph.part(node, Projection::Key(*key));
                flow.put(ty, field);
                flow.connect_parameter(world, ty, site.id.module, *range, field);
            }
            if let Some((_, value)) = &site.dynamic {
                let element = flow.graph.part(node, Projection::Element);
                flow.put(value, element);
            }
            for source in &site.spread {
                let is_called = matches!(source, Type::Record(site) if options.contains(site));
                let Some(from) = flow.graph.node(source).filter(|_| !is_called) else {
                    flow.open.insert(site.id);
                    continue;
                };
                // `dict(order)` is an order; `{**order, "extra": 1}` is something that has its keys.
                if site.fields.is_empty() && site.spread.len() == 1 && site.dynamic.is_none() {
                    flow.edges.push((from, node));
                } else {
                    flow.spreads.push((from, node));
                }
            }
        }
        for bound in &observations.bounds {
            // Only values that are nodes themselves, or hold some, say how nodes are connected.
            let is_connected = mentions_node(&bound.ty);
            if !is_connected && !has_hole(&bound.ty) {
                continue;
            }
            // Whatever is called through `*args` and `**kwargs` is no one thing.
            if world.is_passed_through(bound.slot) {
                continue;
            }
            let slot = flow.graph.slot(bound.slot);
            // A generator gives what it yields one by one.
            let to = match bound.kind {
                EvidenceKind::Yield => flow.graph.part(slot, Projection::Element),
                _ => slot,
            };
            if is_connected {
                flow.connect(&bound.ty, to);
            } else {
                flow.connect_parameter(world, &bound.ty, bound.module, bound.range, to);
            }
        }
        flow.subjects.reserve(observations.uses.len());
        for used in &observations.uses {
            let subject = flow.graph.node(&used.subject);
            flow.subjects.push(subject);
            let Some(subject) = subject else { continue };
            let mut store = |projection: Projection, ty: &Type| {
                let part = flow.graph.part(subject, projection);
                flow.put(ty, part);
            };
            match &used.kind {
                UseKind::SetKey(key, ty) | UseKind::DefaultKey(key, ty) => store(Projection::Key(*key), ty),
                UseKind::SetDynamicKey(_, ty) => match used.kind.listed_keys() {
                    Some(keys) => {
                        for key in keys {
                            store(Projection::Key(key), ty);
                        }
                    }
                    None => store(Projection::Element, ty),
                },
                UseKind::SetAttribute(name, ty) => store(Projection::Attribute(*name), ty),
                UseKind::Method(name, arguments, _) => {
                    if let Some(ty) = added_element(*name, arguments) {
                        store(Projection::Element, ty);
                    }
                }
                UseKind::HandedOn(params) => {
                    for (key, slot, _) in params {
                        let part = flow.graph.part(subject, Projection::Key(*key));
                        let to = flow.graph.slot(*slot);
                        flow.edges.push((part, to));
                    }
                }
                // A read makes the part, so that a component knows its keys.
                UseKind::Key(key) | UseKind::GetKey(key, _) => {
                    flow.graph.part(subject, Projection::Key(*key));
                }
                _ => {}
            }
        }
        options::unite(&mut flow.graph, observations);
        flow.spread();
        flow
    }

    /// Gives displays the keys of what they unpack.
    fn spread(&mut self) {
        for (from, display) in self.spreads.clone() {
            let Some(source) = self.graph.as_type(from) else { continue };
            for (projection, part) in self.graph.parts(from).clone() {
                if let Projection::Key(_) = projection {
                    let to = self.graph.part(display, projection);
                    let ty = Type::Part(Arc::new(source.clone()), projection);
                    self.edges.push((part, to));
                    self.lowers.push(Lower { to, ty });
                }
            }
        }
    }

    /// Records that `ty` flows into a part.
    fn put(&mut self, ty: &Type, to: Node) {
        if ty.is_unknown() {
            return;
        }
        self.lowers.push(Lower { to, ty: ty.clone() });
        if mentions_node(ty) {
            self.connect(ty, to);
        }
    }

    /// A parameter of which something is known, such as that it is a list, is evaluated to that, and the connection is
    /// lost with the slot. Where the elements are still to be found it is picked up again from the text.
    fn connect_parameter(&mut self, world: &World, ty: &Type, module: ModuleId, range: TextRange, to: Node) {
        if has_hole(ty)
            && let Some(slot) = world.parameter_at(module, range)
        {
            let from = self.graph.slot(slot);
            self.edges.push((from, to));
        }
    }

    /// Adds the edges of a value that flows into a node.
    fn connect(&mut self, ty: &Type, to: Node) {
        match ty {
            Type::Record(_) | Type::Slot(_) | Type::Part(..) => {
                if let Some(from) = self.graph.node(ty) {
                    self.edges.push((from, to));
                }
            }
            Type::Union(members) => members.iter().for_each(|member| self.connect(member, to)),
            Type::Tuple(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| mentions_node(item)) {
                    if let Ok(index) = u8::try_from(index) {
                        let part = self.graph.part(to, Projection::Index(index));
                        self.connect(item, part);
                    }
                }
            }
            Type::Instance(class, args) => {
                // The last argument is what a computed index gives, and for one argument also what iteration gives.
                let holds = args.len() == 1 || *class == known::DICT.class() || *class == known::MAPPING.class();
                let is_generator = *class == known::GENERATOR.class() || *class == known::ASYNC_GENERATOR.class();
                let element = if is_generator { args.first() } else { args.last().filter(|_| holds) };
                if let Some(element) = element.filter(|element| mentions_node(element)) {
                    let part = self.graph.part(to, Projection::Element);
                    self.connect(element, part);
                }
            }
            _ => {}
        }
    }
}

/// Whether a collection's elements are unknown.
pub(super) fn has_hole(ty: &Type) -> bool {
    matches!(ty, Type::Instance(..) | Type::Union(_))
        && ty.any(&mut |part| match part {
            Type::Unknown => true,
            Type::Instance(class, args) => args.is_empty() && *class == known::LIST.class(),
            _ => false,
        })
}

/// Whether a node is the type or inside it.
pub(super) fn mentions_node(ty: &Type) -> bool {
    ty.any(&mut |part| matches!(part, Type::Record(_) | Type::Slot(_) | Type::Part(..)))
}

/// The value that a method call puts into a collection.
fn added_element(method: Name, arguments: &[Type]) -> Option<&Type> {
    match method.as_str() {
        "append" | "add" | "appendleft" => arguments.first(),
        "insert" => arguments.get(1),
        "extend" | "update" => match arguments.first()? {
            Type::Instance(_, args) if args.len() == 1 => args.first(),
            _ => None,
        },
        _ => None,
    }
}

/// Numbers grouped by the class of a node, in the order they were given.
#[derive(Debug, Default)]
pub(super) struct Groups {
    items: Vec<u32>,
    starts: Vec<u32>,
}

impl Groups {
    /// Groups `(node, item)` pairs by the representatives of the nodes.
    pub(super) fn of(graph: &Graph, pairs: impl Iterator<Item = (Node, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; graph.len() + 1];
        for (node, _) in pairs.clone() {
            starts[graph.find(node).0 as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut items = vec![0u32; starts.last().map_or(0, |&total| total as usize)];
        for (node, item) in pairs {
            let root = graph.find(node).0 as usize;
            items[next[root] as usize] = item;
            next[root] += 1;
        }
        Self { items, starts }
    }

    /// The items of a representative.
    pub(super) fn at(&self, root: Node) -> &[u32] {
        let root = root.0 as usize;
        match (self.starts.get(root), self.starts.get(root + 1)) {
            (Some(&start), Some(&end)) => &self.items[start as usize..end as usize],
            _ => &[],
        }
    }
}
