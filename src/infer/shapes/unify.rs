//! Which values are the same record: edges of the flow are followed where the keys agree.
//!
//! A function that takes anything, such as a logger, connects records that have nothing to do with each other. So a
//! node is united with what flows into it only where one record explains all of it:
//!
//! | what flows into a node | united |
//! |---|---|
//! | one source | yes, unless the source is complete and lacks keys that are read here |
//! | several with similar keys (one set holds the other, or they share half of their keys) | all together |
//! | several with different keys | none: the node is a sink and keeps what its own reads say |
//! | several that a text tells apart | those of one text |
//!
//! Afterwards knowledge goes backwards: a parameter that is only handed on is what its receiver takes it for.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::flow::{Flow, has_hole};
use super::graph::{Node, Origin};
use super::records::MANY;
use super::variants::{self, MOST_COMPARED, Tags, tags_of};
use crate::infer::{Observations, UseKind};
use crate::text::Name;
use crate::types::{Projection, Type, known};

/// How often knowledge goes forwards and backwards. Chains longer than this are rare, and cut, not wrong.
const ROUNDS: usize = 6;

/// What is known of a class of nodes while it grows.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
struct State {
    /// Constant keys that are read, stored or displayed.
    keys: BTreeSet<Name>,
    /// Whether a display is among the nodes, so that the keys are all there are.
    is_built: bool,
    /// Whether it is walked over, or keys are computed.
    is_walked: bool,
    /// Whether what flows in has nothing in common.
    is_sink: bool,
    /// Whether texts, numbers or functions flow in besides.
    is_plain: bool,
    /// Whether it is asked to be a list, a text or the like.
    takes_others: bool,
    /// The texts of the keys that tell what a display is.
    tags: Tags,
}

impl State {
    /// Whether it is a mapping rather than a record: of a record with many keys the items can be walked over as well.
    fn is_mapping(&self) -> bool {
        self.is_walked && self.keys.len() < MANY
    }
}

/// Unites the nodes of `flow` that hold the same records.
pub(super) fn unify(flow: &mut Flow, observations: &Observations, types: &[Type]) {
    let mut unifier = Unifier::new(flow, observations, types);
    for _ in 0..ROUNDS {
        let forwards = unifier.forwards();
        let backwards = unifier.backwards();
        let deeper = unifier.deepen();
        if !(forwards || backwards || deeper) {
            break;
        }
    }
}

struct Unifier<'a> {
    flow: &'a mut Flow,
    types: &'a [Type],
    states: Vec<State>,
}

impl<'a> Unifier<'a> {
    fn new(flow: &'a mut Flow, observations: &Observations, types: &'a [Type]) -> Self {
        let mut states = vec![State::default(); flow.graph.len()];
        for site in &observations.sites {
            let node = flow.graph.site(site.id);
            let state = &mut states[flow.graph.find(node).0 as usize];
            state.keys.extend(site.fields.iter().map(|(key, ..)| *key));
            state.is_built = true;
            state.is_walked |= site.dynamic.is_some();
            for (tag, text) in tags_of(site) {
                state.tags.entry(tag).or_default().insert(text);
            }
        }
        for (used, subject) in observations.uses.iter().zip(&flow.subjects) {
            let Some(subject) = subject else { continue };
            let state = &mut states[flow.graph.find(*subject).0 as usize];
            state.keys.extend(used.kind.key());
            match &used.kind {
                UseKind::DynamicKey(_) | UseKind::SetDynamicKey(..) => match used.kind.listed_keys() {
                    Some(keys) => state.keys.extend(keys),
                    None => state.is_walked = true,
                },
                UseKind::Mapping | UseKind::Items => state.is_walked = true,
                UseKind::IsInstance(classes) => {
                    state.takes_others |= !classes.is_empty() && classes.iter().all(is_no_dict);
                }
                _ => {}
            }
        }
        // A display that unpacks another one has its keys too.
        for &(source, display) in &flow.spreads {
            let keys = states[flow.graph.find(source).0 as usize].keys.clone();
            states[flow.graph.find(display).0 as usize].keys.extend(keys);
        }
        for number in 0..states.len() {
            let node = Node(number as u32);
            let Origin::Slot(slot) = flow.graph.origin(node) else { continue };
            if types.get(slot.0 as usize).is_some_and(|ty| ty.members().iter().any(is_plain)) {
                states[flow.graph.find(node).0 as usize].is_plain = true;
            }
        }
        for lower in &flow.lowers {
            if lower.ty.members().iter().any(is_plain) {
                states[flow.graph.find(lower.to).0 as usize].is_plain = true;
            }
        }
        Self { flow, types, states }
    }

    fn state(&self, root: Node) -> &State {
        &self.states[root.0 as usize]
    }

    fn unite(&mut self, a: Node, b: Node) {
        let states = &mut self.states;
        self.flow.graph.unite(a, b, &mut |kept, gone| {
            let gone = std::mem::take(&mut states[gone.0 as usize]);
            let state = &mut states[kept.0 as usize];
            state.keys.extend(gone.keys);
            state.is_built |= gone.is_built;
            state.is_walked |= gone.is_walked;
            state.is_sink |= gone.is_sink;
            state.is_plain |= gone.is_plain;
            state.takes_others |= gone.takes_others;
            for (tag, texts) in gone.tags {
                state.tags.entry(tag).or_default().extend(texts);
            }
        });
    }

    /// Edges between different classes, from the end to the start, by where they lead.
    fn incoming(&self) -> Vec<(Node, Node)> {
        let graph = &self.flow.graph;
        let reversed = self.flow.edges.par_iter().map(|&(from, to)| (graph.find(to), graph.find(from)));
        let mut incoming: Vec<(Node, Node)> = reversed.filter(|(to, from)| to != from).collect();
        incoming.par_sort_unstable();
        incoming.dedup();
        incoming
    }

    /// Unites nodes with the records that flow into them.
    fn forwards(&mut self) -> bool {
        let mut changed = false;
        for edges in self.incoming().chunk_by(|a, b| a.0 == b.0) {
            let to = self.flow.graph.find(edges[0].0);
            let mut sources: Vec<Node> = edges.iter().map(|(_, source)| self.flow.graph.find(*source)).collect();
            // What is read of a place through which unlike dicts pass is of different ones.
            sources.retain(|&source| {
                let state = self.state(source);
                source != to && !state.keys.is_empty() && !state.is_sink && !self.is_nested(source, to)
            });
            sources.sort_unstable();
            sources.dedup();
            let target = self.state(to);
            // What only iterates over keys is content with any dict, and what takes a text as well knows no record.
            let takes_any = target.is_walked || target.is_plain || target.takes_others;
            if sources.is_empty() || (takes_any && target.keys.is_empty()) {
                continue;
            }
            if self.are_variants(&sources, to) {
                changed |= self.unite_variants(&sources);
                self.states[to.0 as usize].is_sink = true;
                continue;
            }
            if !self.agree(&sources) || !self.fits(to, &sources) {
                self.states[to.0 as usize].is_sink = true;
                continue;
            }
            for source in sources {
                self.unite(source, to);
            }
            changed = true;
        }
        changed
    }

    /// Whether records that go to one place are told apart by a text, and nobody there reads what only some of them have
    /// without looking at that text.
    fn are_variants(&self, sources: &[Node], to: Node) -> bool {
        let states: Vec<&State> = sources.iter().map(|&source| self.state(source)).collect();
        let sides: Vec<_> = states.iter().map(|state| (&state.tags, &state.keys)).collect();
        let Some(tag) = variants::common_tag(&sides).filter(|_| states.iter().all(|state| state.is_built)) else {
            return false;
        };
        let read = &self.state(to).keys;
        let is_of_all = || states.iter().all(|state| read.is_subset(&state.keys));
        let is_of_some = || read.iter().all(|key| states.iter().any(|state| state.keys.contains(key)));
        is_of_all() || read.contains(&tag) && is_of_some()
    }

    /// Unites those of one text.
    fn unite_variants(&mut self, sources: &[Node]) -> bool {
        let mut by_tags: BTreeMap<Tags, Vec<Node>> = BTreeMap::new();
        let mut changed = false;
        for &source in sources {
            let firsts = by_tags.entry(self.state(source).tags.clone()).or_default();
            let is_same = |first: &&Node| similar(&self.state(**first).keys, &self.state(source).keys);
            match firsts.iter().find(is_same).copied() {
                Some(first) => {
                    self.unite(first, source);
                    changed = true;
                }
                None => firsts.push(source),
            }
        }
        changed
    }

    /// Whether the key sets are all similar to the largest one.
    fn agree(&self, sources: &[Node]) -> bool {
        let largest = sources.iter().copied().max_by_key(|&source| (self.state(source).keys.len(), source));
        largest.is_none_or(|largest| {
            sources.iter().all(|&source| similar(&self.state(source).keys, &self.state(largest).keys))
        })
    }

    /// Whether what is read at `to` is there in what flows in.
    fn fits(&self, to: Node, sources: &[Node]) -> bool {
        let target = self.state(to);
        target.keys.is_empty()
            || sources.iter().all(|&source| {
                let source = self.state(source);
                // What a parameter holds is not known in full: other keys may be there.
                (sources.len() == 1 && !source.is_built) || similar(&source.keys, &target.keys)
            })
    }

    /// Unites parameters and parts that are only handed on with what receives them.
    fn backwards(&mut self) -> bool {
        let mut changed = false;
        let gathered = self.gathered();
        let torn = self.torn();
        for index in 0..self.flow.edges.len() {
            let (from, to) = self.flow.edges[index];
            let (from_root, to_root) = (self.flow.graph.find(from), self.flow.graph.find(to));
            let receiver = self.state(to_root);
            let has_structure = !receiver.keys.is_empty() || !self.flow.graph.parts(to_root).is_empty();
            if from_root == to_root || !has_structure || receiver.is_sink || receiver.is_plain || receiver.is_mapping()
            {
                continue;
            }
            let source = self.state(from_root);
            if source.is_mapping() || source.is_sink || !source.keys.is_empty() || !self.is_unexplained(from) {
                continue;
            }
            if self.is_nested(from_root, to_root)
                || torn.contains(&from_root)
                || gathered.contains(&to) && self.field_of(from).is_some()
            {
                continue;
            }
            self.unite(from, to);
            changed = true;
        }
        changed
    }

    /// Whether one of two values is inside of the other, under keys or positions that are computed: who walks down into
    /// nested data meets something else on each level.
    fn is_nested(&self, one: Node, other: Node) -> bool {
        const LEVELS: usize = 4;
        let graph = &self.flow.graph;
        let within = |whole: Node| {
            let inner = |node: &Node| graph.get_part(*node, Projection::Element).map(|part| graph.find(part));
            std::iter::successors(inner(&whole), inner).take(LEVELS)
        };
        within(one).any(|part| part == other) || within(other).any(|part| part == one)
    }

    /// What is handed on to receivers of which one is known in full and another wants other keys: it is now this record
    /// and now that one.
    fn torn(&self) -> FxHashSet<Node> {
        let graph = &self.flow.graph;
        let ends = self.flow.edges.par_iter().map(|&(from, to)| (graph.find(from), graph.find(to)));
        let mut outgoing: Vec<(Node, Node)> =
            ends.filter(|&(from, to)| from != to && !self.state(to).keys.is_empty()).collect();
        outgoing.par_sort_unstable();
        outgoing.dedup();
        let is_torn = |all: &&[(Node, Node)]| {
            let mut built =
                all.iter().map(|&(_, to)| self.state(to)).filter(|state| state.is_built).take(MOST_COMPARED);
            built.any(|one| all.iter().any(|&(_, to)| !similar(&one.keys, &self.state(to).keys)))
        };
        outgoing.chunk_by(|a, b| a.0 == b.0).filter(is_torn).map(|all| all[0].0).collect()
    }

    /// The elements of collections into which fields of different names go: what one of them is says nothing of the others.
    fn gathered(&self) -> FxHashSet<Node> {
        let mut first: FxHashMap<Node, Name> = FxHashMap::default();
        let mut gathered = FxHashSet::default();
        for &(from, to) in &self.flow.edges {
            let is_element = matches!(self.flow.graph.origin(to), Origin::Part(_, Projection::Element));
            if let Some(name) = self.field_of(from).filter(|_| is_element)
                && *first.entry(to).or_insert(name) != name
            {
                gathered.insert(to);
            }
        }
        gathered
    }

    /// The key or attribute that a node is.
    fn field_of(&self, node: Node) -> Option<Name> {
        match self.flow.graph.origin(node) {
            Origin::Part(_, Projection::Key(name) | Projection::Attribute(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether nothing is known of a node but what it is used for.
    fn is_unexplained(&self, node: Node) -> bool {
        match self.flow.graph.origin(node) {
            Origin::Slot(slot) => {
                let ty = self.types.get(slot.0 as usize).unwrap_or(&Type::Unknown);
                // A parameter of which nothing is known flows as itself.
                let is_open =
                    |member: &Type| matches!(member, Type::Unknown | Type::None | Type::Slot(_) | Type::Part(..));
                ty.members().iter().all(is_open) || has_hole(ty)
            }
            Origin::Part(..) | Origin::Site(_) => true,
        }
    }

    /// Adds the edges between parts: where `from` flows into `to`, what `from` holds flows into what `to` holds.
    fn deepen(&mut self) -> bool {
        let Flow { graph, edges, known, deepened, .. } = &mut *self.flow;
        if known.is_empty() {
            known.extend(edges.iter().copied());
        }
        let mut found = Vec::new();
        for &(from, to) in edges.iter() {
            let (from, to) = (graph.find(from), graph.find(to));
            let (given, receiving) = (graph.parts(from), graph.parts(to));
            if from == to || given.is_empty() || receiving.is_empty() {
                continue;
            }
            // Parts are added and never removed: ends that have as many as before have the same.
            let counts = (given.len(), receiving.len());
            if deepened.insert((from, to), counts) == Some(counts) {
                continue;
            }
            // The same pairs in the same order, whichever side is walked.
            let (fewer, more) = if given.len() <= receiving.len() { (given, receiving) } else { (receiving, given) };
            for (projection, &part) in fewer {
                let Some(&other) = more.get(projection) else { continue };
                let edge = if std::ptr::eq(fewer, given) { (part, other) } else { (other, part) };
                if known.insert(edge) {
                    found.push(edge);
                }
            }
        }
        let changed = !found.is_empty();
        edges.extend(found);
        changed
    }
}

/// Whether a value has no keys at all: a text, a number, a class or a function.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Literal(_) | Type::Class(..) | Type::Function(..) | Type::Callable(_) => true,
        Type::Instance(..) => {
            [&known::STR, &known::BYTES, &known::INT, &known::FLOAT, &known::BOOL].iter().any(|plain| ty.is(plain))
        }
        _ => false,
    }
}

/// Whether a class is one of a plain value or of a collection without keys.
pub(super) fn is_no_dict(ty: &Type) -> bool {
    is_plain(ty) || [&known::LIST, &known::TUPLE, &known::SET].iter().any(|other| ty.is(other))
}

/// Whether two sets of keys can be those of one record: one holds the other, or they share at least half.
pub(super) fn similar(a: &BTreeSet<Name>, b: &BTreeSet<Name>) -> bool {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    shared == a.len().min(b.len()) || 2 * shared >= all
}
