//! The types of values that hold records: what a slot, a part or a display is once shapes have numbers.

use rustc_hash::FxHashMap;

use super::converted::classes_of;
use super::flow::{Flow, Groups, mentions_node};
use super::graph::{Node, Origin};
use super::uses::{Style, from_uses};
use super::variants::{Choice, by_choice};
use super::widen::{is_settled, widen};
use super::world::{Sort, World};
use crate::infer::{FieldFlow, Observations, Use, UseKind};
use crate::text::Name;
use crate::types::{ClassName, Projection, ShapeId, SlotId, Type, known, union};

/// Values nested deeper than this are left unknown; only generated data is.
const DEPTH: usize = 24;

/// Everything the types of values follow from.
pub(super) struct Values<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) flow: &'a Flow,
    pub(super) observations: &'a Observations,
    /// Joined lower bounds by slot number.
    pub(super) types: &'a [Type],
    /// Uses, by the class of their subject.
    pub(super) uses: &'a Groups,
    /// What flows into parts, by class.
    pub(super) lowers: &'a Groups,
    /// Nodes by class.
    pub(super) members: &'a Groups,
    /// What displays unpack, by the class of the display.
    pub(super) spreads: &'a Groups,
    /// Edges of the flow, by the class they start from.
    outgoing: &'a Groups,
    /// The choices between variants that have a name.
    pub(super) choices: Vec<Choice>,
    /// Types that were decided: records and mappings, by representative.
    pub(super) decided: FxHashMap<Node, Type>,
    /// By node, at representatives: the types that were derived.
    memo: Vec<Option<Type>>,
    /// The classes that parameters are converted from.
    converted: FxHashMap<SlotId, Vec<ClassName>>,
    /// The nodes whose types are being derived, from the outside in.
    active: Vec<Node>,
}

/// The groups that [`Values`] works on; made anew when nodes were united.
pub(super) struct Index {
    pub(super) uses: Groups,
    pub(super) lowers: Groups,
    pub(super) members: Groups,
    pub(super) spreads: Groups,
    pub(super) outgoing: Groups,
}

impl Index {
    /// Groups what was seen by the classes as they are now.
    pub(super) fn of(flow: &Flow) -> Self {
        let numbered = |(index, subject): (usize, &Option<Node>)| subject.map(|subject| (subject, index as u32));
        Self {
            uses: Groups::of(&flow.graph, flow.subjects.iter().enumerate().filter_map(numbered)),
            lowers: Groups::of(&flow.graph, flow.lowers.iter().enumerate().map(|(n, lower)| (lower.to, n as u32))),
            members: Groups::of(&flow.graph, flow.graph.nodes().map(|node| (node, node.0))),
            spreads: Groups::of(&flow.graph, flow.spreads.iter().enumerate().map(|(n, (_, to))| (*to, n as u32))),
            outgoing: Groups::of(&flow.graph, flow.edges.iter().enumerate().map(|(n, (from, _))| (*from, n as u32))),
        }
    }
}

impl<'a> Values<'a> {
    /// Values about which nothing is decided yet.
    pub(super) fn new(
        world: &'a World<'a>,
        flow: &'a Flow,
        observations: &'a Observations,
        types: &'a [Type],
        index: &'a Index,
    ) -> Self {
        Self {
            world,
            flow,
            observations,
            types,
            uses: &index.uses,
            lowers: &index.lowers,
            members: &index.members,
            spreads: &index.spreads,
            outgoing: &index.outgoing,
            choices: Vec::new(),
            decided: FxHashMap::default(),
            memo: vec![None; flow.graph.len()],
            converted: FxHashMap::default(),
            active: Vec::new(),
        }
    }

    /// Fixes the type of a class of nodes.
    pub(super) fn decide(&mut self, root: Node, ty: Type) {
        self.decided.insert(root, ty);
    }

    /// Forgets what was derived, after something was decided.
    pub(super) fn forget(&mut self) {
        self.memo.fill(None);
    }

    /// The type with every site, slot and part replaced by its own type.
    pub(super) fn settle(&mut self, ty: &Type) -> Type {
        if !mentions_node(ty) {
            return ty.clone();
        }
        ty.map(&mut |part| match part {
            Type::Slot(slot) => Some(self.passed_on(*slot)),
            Type::Union(members) => self.converted(members),
            Type::Record(_) | Type::Part(..) => {
                let node = self.flow.graph.get(part);
                Some(node.map_or(Type::Unknown, |node| self.node(node)))
            }
            _ => None,
        })
    }

    /// The type of a parameter beside that of what it is converted to; none where none is.
    fn converted(&mut self, members: &[Type]) -> Option<Type> {
        if members.iter().all(mentions_node) {
            return None;
        }
        let world = self.world;
        let mut is_any = false;
        for member in members {
            let Type::Slot(slot) = member else { continue };
            is_any |= !self.converted.entry(*slot).or_insert_with(|| classes_of(world, *slot)).is_empty();
        }
        if !is_any {
            return None;
        }
        let mut settled = Vec::with_capacity(members.len());
        for member in members {
            let ty = self.settle(member);
            let gone = match member {
                Type::Slot(slot) => &self.converted[slot][..],
                _ => &[],
            };
            let is_left = |ty: &&Type| ty.class().is_none_or(|class| !gone.contains(&class));
            settled.push(union(ty.members().iter().filter(is_left).cloned()));
        }
        Some(union(settled))
    }

    /// The type of a slot as what is handed on: evaluation shows the `None` of a default beside the parameter, until it is
    /// tested away.
    fn passed_on(&mut self, slot: SlotId) -> Type {
        let ty = self.slot(slot);
        if self.world.slot(slot).is_some_and(|view| view.is_none_by_default) {
            return beside_none(&ty);
        }
        ty
    }

    /// The type of a slot.
    pub(super) fn slot(&mut self, slot: SlotId) -> Type {
        if let Some(node) = self.flow.graph.get(&Type::Slot(slot)) {
            let ty = self.node(node);
            return if self.defaults_to_none(slot) { union([ty, Type::None]) } else { ty };
        }
        match self.types.get(slot.0 as usize) {
            Some(ty) if !mentions_node(ty) => ty.clone(),
            _ => Type::Unknown,
        }
    }

    /// Whether the `None` of a parameter is there for its callers only: other values of its class are none.
    fn defaults_to_none(&self, slot: SlotId) -> bool {
        self.world.slot(slot).is_some_and(|view| view.is_none_by_default)
            && self.types.get(slot.0 as usize).is_some_and(|ty| ty.members().contains(&Type::None))
    }

    /// The type of a node.
    pub(super) fn node(&mut self, node: Node) -> Type {
        let root = self.flow.graph.find(node);
        if let Some(ty) = self.decided.get(&root).or(self.memo[root.0 as usize].as_ref()) {
            return ty.clone();
        }
        if self.active.len() >= DEPTH || self.active.contains(&root) {
            return Type::Unknown;
        }
        self.active.push(root);
        let ty = self.compute(root);
        let ty = by_choice(&ty, &self.choices);
        self.active.pop();
        self.memo[root.0 as usize] = Some(ty.clone());
        ty
    }

    fn compute(&mut self, root: Node) -> Type {
        let seen = self.seen(root);
        let element = match self.flow.graph.get_part(root, Projection::Element) {
            Some(element) => self.node(element),
            None => Type::Unknown,
        };
        if seen.members().iter().any(|member| !matches!(member, Type::Unknown | Type::None)) {
            return fill(&seen, &element);
        }
        let tuple = self.tuple_of(root);
        if !tuple.is_unknown() {
            return union([tuple, seen]);
        }
        let asked = from_uses(self.uses_of(root), &element, self.style(root));
        if !asked.is_unknown() {
            return union([asked, seen]);
        }
        let received = self.received(root);
        if received.is_unknown() { seen } else { union([received, seen]) }
    }

    /// What the parameters that a value is passed to hold by all else that is known of them, if they agree.
    fn received(&mut self, root: Node) -> Type {
        let mut found = Type::Unknown;
        for &number in self.outgoing.at(root) {
            let (_, to) = self.flow.edges[number as usize];
            let is_parameter = matches!(self.flow.graph.origin(to), Origin::Slot(slot)
                if self.world.slot(slot).is_some_and(|view| view.sort == Sort::Param));
            if !is_parameter || self.flow.graph.find(to) == root {
                continue;
            }
            let ty = widen(&self.node(to));
            if ty == Type::None || !is_settled(&ty) || ty.members().contains(&Type::Any) {
                continue;
            }
            if !found.is_unknown() && found != ty {
                return Type::Unknown;
            }
            found = ty;
        }
        found
    }

    /// The names of the parameters that a value is passed to.
    pub(super) fn receivers(&self, root: Node) -> impl Iterator<Item = Name> {
        self.outgoing.at(root).iter().filter_map(|&number| {
            let Origin::Slot(slot) = self.flow.graph.origin(self.flow.edges[number as usize].1) else { return None };
            self.world.slot(slot).filter(|view| view.sort == Sort::Param).map(|view| view.name)
        })
    }

    /// A tuple, where the value is only unpacked into a fixed number of names or indexed by constants that cover a
    /// range from 0, and every item is known by what is done with it.
    fn tuple_of(&mut self, root: Node) -> Type {
        let mut unpacked = None;
        let mut indices = 0u32;
        for used in self.uses_of(root) {
            match used {
                UseKind::Unpack(count, false, _) if unpacked.is_none_or(|known| known == *count) => {
                    unpacked = Some(*count);
                }
                UseKind::Index(index @ 0..16) => indices |= 1 << index,
                UseKind::Truth | UseKind::IsNone | UseKind::Format => {}
                _ => return Type::Unknown,
            }
        }
        let highest = 32 - indices.leading_zeros();
        let count = match unpacked {
            Some(count) if highest <= u32::from(count) => count,
            // `pair[1]` alone does not say how long a tuple is, nor that it is one.
            None if highest >= 2 && indices + 1 == 1 << highest => highest as u8,
            _ => return Type::Unknown,
        };
        let mut items = Vec::with_capacity(count as usize);
        for index in 0..count {
            let part = self.flow.graph.get_part(root, Projection::Index(index));
            let item = part.map_or(Type::Unknown, |part| self.node(part));
            if item.is_unknown() {
                return Type::Unknown;
            }
            items.push(item);
        }
        if items.len() < 2 { Type::Unknown } else { Type::Tuple(items.into()) }
    }

    /// The join of what was seen flowing into the nodes of a class.
    fn seen(&mut self, root: Node) -> Type {
        let mut seen = Vec::new();
        for &number in self.lowers.at(root) {
            seen.push(self.settle(&self.flow.lowers[number as usize].ty));
        }
        for &member in self.members.at(root) {
            let Origin::Slot(slot) = self.flow.graph.origin(Node(member)) else { continue };
            if let Some(ty) = self.types.get(slot.0 as usize) {
                let ty = self.settle(ty);
                let is_alone = self.members.at(root).len() == 1;
                seen.push(if !is_alone && self.defaults_to_none(slot) { beside_none(&ty) } else { ty });
            }
        }
        union(seen)
    }

    /// What was seen of the values under a key.
    pub(super) fn field_flow(&self, part: Node, shape: ShapeId, name: Name) -> FieldFlow {
        let graph = &self.flow.graph;
        let root = graph.find(part);
        let slot = |node: Node| match graph.origin(node) {
            Origin::Slot(slot) => Some(slot),
            _ => None,
        };
        let lowers = self.lowers.at(root).iter().map(|&number| self.flow.lowers[number as usize].ty.clone());
        let slots = self.members.at(root).iter().filter_map(|&member| slot(Node(member)));
        let takers = self.outgoing.at(root).iter().filter_map(|&number| slot(self.flow.edges[number as usize].1));
        let element = graph.get_part(root, Projection::Element);
        FieldFlow {
            shape,
            name,
            lowers: lowers.chain(slots.map(Type::Slot)).collect(),
            uses: self.uses.at(root).to_vec(),
            item_uses: element.map_or_else(Vec::new, |element| self.uses.at(graph.find(element)).to_vec()),
            takers: takers.collect(),
        }
    }

    /// What is asked of a class of nodes.
    pub(super) fn uses_of(&self, root: Node) -> impl Iterator<Item = &'a UseKind> + use<'a> {
        self.places_of(root).map(|used| &used.kind)
    }

    /// The same with their places.
    pub(super) fn places_of(&self, root: Node) -> impl Iterator<Item = &'a Use> + use<'a> {
        let observations = self.observations;
        self.uses.at(root).iter().map(move |&number| &observations.uses[number as usize])
    }

    /// A class that holds nothing but parameters is written loosely.
    fn style(&self, root: Node) -> Style {
        let all_parameters = self.members.at(root).iter().all(|&member| {
            let Origin::Slot(slot) = self.flow.graph.origin(Node(member)) else { return false };
            self.world.slot(slot).is_some_and(|view| view.sort == Sort::Param)
        });
        if all_parameters { Style::Parameter } else { Style::Value }
    }
}

/// What a value is known to be beside `None`: nothing, where that is all it was seen to be.
fn beside_none(ty: &Type) -> Type {
    union(ty.members().iter().filter(|member| **member != Type::None).cloned())
}

/// A collection of unknown elements with what is known of them.
fn fill(ty: &Type, element: &Type) -> Type {
    if element.is_unknown() {
        return ty.clone();
    }
    let is_hole = |args: &[Type]| args.is_empty() || args == [Type::Unknown];
    ty.map(&mut |part| match part {
        Type::Instance(class, args) if is_hole(args) => {
            let holds_one = [&known::LIST, &known::SET, &known::FROZENSET, &known::ITERABLE, &known::SEQUENCE]
                .iter()
                .any(|known| known.class() == *class);
            holds_one.then(|| Type::generic(*class, [element.clone()]))
        }
        Type::Instance(class, args) if *class == known::DICT.class() && args.len() == 2 && args[1].is_unknown() => {
            Some(Type::generic(*class, [args[0].clone(), element.clone()]))
        }
        // Only the outermost collection has these elements.
        Type::Union(_) => None,
        other => Some(other.clone()),
    })
}
