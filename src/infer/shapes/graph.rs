//! Union-find over the values that records are made of: dict sites, slots, and parts of them.
//!
//! Invariant: two nodes of one class have one node for each projection, so `order["lines"]` of a caller and of the
//! function it calls are the same node once the two orders are.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::types::{Projection, SiteId, SlotId, Type};

/// A node's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(pub(super) u32);

/// What a node stands for when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// A dict display or call.
    Site(SiteId),
    /// A slot.
    Slot(SlotId),
    /// A part of another node.
    Part(Node, Projection),
}

/// The nodes and which of them are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    origins: Vec<Origin>,
    parents: Vec<u32>,
    sizes: Vec<u32>,
    /// At representatives: the parts.
    parts: Vec<BTreeMap<Projection, Node>>,
    sites: FxHashMap<SiteId, Node>,
    /// By slot number, as far as there are nodes.
    slots: Vec<Option<Node>>,
}

impl Graph {
    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    /// All nodes.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node> + Clone + use<> {
        (0..self.origins.len() as u32).map(Node)
    }

    /// What a node was made for.
    pub(super) fn origin(&self, node: Node) -> Origin {
        self.origins[node.0 as usize]
    }

    /// The representative of a node's class.
    pub(super) fn find(&self, node: Node) -> Node {
        let mut number = node.0;
        while self.parents[number as usize] != number {
            number = self.parents[number as usize];
        }
        Node(number)
    }

    /// The node of a value; none for what is neither a site, a slot nor a part of one.
    pub(super) fn node(&mut self, ty: &Type) -> Option<Node> {
        match ty {
            Type::Record(site) => Some(self.site(*site)),
            Type::Slot(slot) => Some(self.slot(*slot)),
            Type::Part(whole, projection) => {
                let whole = self.node(whole)?;
                Some(self.part(whole, *projection))
            }
            _ => None,
        }
    }

    /// The value a node was made for.
    pub(super) fn as_type(&self, node: Node) -> Option<Type> {
        Some(match self.origin(node) {
            Origin::Site(site) => Type::Record(site),
            Origin::Slot(slot) => Type::Slot(slot),
            Origin::Part(whole, projection) => Type::Part(Arc::new(self.as_type(whole)?), projection),
        })
    }

    /// The node of a value, if there is one already.
    pub(super) fn get(&self, ty: &Type) -> Option<Node> {
        match ty {
            Type::Record(site) => self.sites.get(site).copied(),
            Type::Slot(slot) => self.slots.get(slot.0 as usize).copied().flatten(),
            Type::Part(whole, projection) => self.get_part(self.get(whole)?, *projection),
            _ => None,
        }
    }

    /// The node of a dict site.
    pub(super) fn site(&mut self, site: SiteId) -> Node {
        if let Some(&node) = self.sites.get(&site) {
            return node;
        }
        let node = self.add(Origin::Site(site));
        self.sites.insert(site, node);
        node
    }

    /// The node of a slot.
    pub(super) fn slot(&mut self, slot: SlotId) -> Node {
        if let Some(node) = self.slots.get(slot.0 as usize).copied().flatten() {
            return node;
        }
        let node = self.add(Origin::Slot(slot));
        let number = slot.0 as usize;
        if number >= self.slots.len() {
            self.slots.resize(number + 1, None);
        }
        self.slots[number] = Some(node);
        node
    }

    /// The node of a part.
    pub(super) fn part(&mut self, whole: Node, projection: Projection) -> Node {
        let root = self.find(whole);
        if let Some(&node) = self.parts[root.0 as usize].get(&projection) {
            return node;
        }
        let node = self.add(Origin::Part(root, projection));
        self.parts[root.0 as usize].insert(projection, node);
        node
    }

    /// The node of a part, if there is one already.
    pub(super) fn get_part(&self, whole: Node, projection: Projection) -> Option<Node> {
        self.parts[self.find(whole).0 as usize].get(&projection).copied()
    }

    /// The parts of a node.
    pub(super) fn parts(&self, whole: Node) -> &BTreeMap<Projection, Node> {
        &self.parts[self.find(whole).0 as usize]
    }

    fn add(&mut self, origin: Origin) -> Node {
        let number = self.origins.len() as u32;
        self.origins.push(origin);
        self.parents.push(number);
        self.sizes.push(1);
        self.parts.push(BTreeMap::new());
        Node(number)
    }

    /// Makes two nodes the same, and with them their parts. Calls `merged(kept, gone)` for each pair of
    /// representatives that became one.
    pub(super) fn unite(&mut self, a: Node, b: Node, merged: &mut dyn FnMut(Node, Node)) {
        let mut pending = vec![(a, b)];
        while let Some((a, b)) = pending.pop() {
            let (a, b) = (self.find(a), self.find(b));
            if a == b {
                continue;
            }
            // The larger class is kept; between equals the older one, so that the result is the same in every run.
            let (kept, gone) = match self.sizes[a.0 as usize].cmp(&self.sizes[b.0 as usize]) {
                std::cmp::Ordering::Greater => (a, b),
                std::cmp::Ordering::Less => (b, a),
                std::cmp::Ordering::Equal => (a.min(b), a.max(b)),
            };
            self.parents[gone.0 as usize] = kept.0;
            self.sizes[kept.0 as usize] += self.sizes[gone.0 as usize];
            merged(kept, gone);
            for (projection, node) in std::mem::take(&mut self.parts[gone.0 as usize]) {
                if let Some(&other) = self.parts[kept.0 as usize].get(&projection) {
                    pending.push((other, node));
                } else {
                    self.parts[kept.0 as usize].insert(projection, node);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Name;

    #[test]
    fn parts_of_united_nodes_are_united() {
        let mut graph = Graph::default();
        let (a, b) = (graph.slot(SlotId(0)), graph.slot(SlotId(1)));
        let key = Projection::Key(Name::new("lines"));
        let (of_a, of_b) = (graph.part(a, key), graph.part(b, key));
        let (deep_a, deep_b) = (graph.part(of_a, Projection::Element), graph.part(of_b, Projection::Element));
        graph.unite(a, b, &mut |_, _| ());
        assert_eq!(graph.find(of_a), graph.find(of_b));
        assert_eq!(graph.find(deep_a), graph.find(deep_b));
        let part = Type::Part(Type::Slot(SlotId(1)).into(), key);
        assert_eq!(graph.get(&part).map(|node| graph.find(node)), Some(graph.find(of_a)));
    }
}
