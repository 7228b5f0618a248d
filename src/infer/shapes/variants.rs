//! Variants: records that go to one place and are told apart by a constant text, `{"type": "circle", …}` and
//! `{"type": "square", …}`.
//!
//! | of what goes to one place | it is |
//! |---|---|
//! | every display has a text under one tag, some have other texts than others, and each of these has a key of its own | variants: a class for each, a union for the place |
//! | somebody reads a key there that not all of them have, and never the tag | one record with optional keys |
//! | there are more texts than a reader takes in | dicts: a class for each of many messages is a protocol's business |
//! | the keys are the same, or those of one hold those of the other | one record, whose tag is one of several texts |

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::component::Component;
use super::graph::Node;
use super::tags::{CHOICES, is_tag_word};
use super::values::Values;
use super::words::words;
use crate::infer::Site;
use crate::text::Name;
use crate::types::{Literal, ShapeId, Type, union};

/// So many of the records that go to one place are compared with all others there.
pub(super) const MOST_COMPARED: usize = 32;

/// The texts that tags were seen with: with several texts it is no variant yet, or several in one.
pub(super) type Tags = BTreeMap<Name, BTreeSet<Name>>;

/// The tags of a display with their texts.
pub(super) fn tags_of(site: &Site) -> impl Iterator<Item = (Name, Name)> {
    site.fields.iter().filter_map(|(key, ty, _)| match ty {
        Type::Literal(Literal::Str(text)) if words(key.as_str()).last().is_some_and(|word| is_tag_word(word)) => {
            Some((*key, *text))
        }
        _ => None,
    })
}

/// Whether two records are told apart: a tag has other texts, and each has a key that the other lacks.
pub(super) fn are_apart(a: (&Tags, &BTreeSet<Name>), b: (&Tags, &BTreeSet<Name>)) -> bool {
    let is_told = a.0.iter().any(|(tag, texts)| b.0.get(tag).is_some_and(|others| texts.is_disjoint(others)));
    is_told && !a.1.is_subset(b.1) && !b.1.is_subset(a.1)
}

/// The tag under which all of these have texts, if some of them are told apart by it: of many, one of the first from any
/// other.
pub(super) fn common_tag(all: &[(&Tags, &BTreeSet<Name>)]) -> Option<Name> {
    let ((first, _), rest) = all.split_first()?;
    let is_common = |tag: &&Name| rest.iter().all(|(tags, _)| tags.contains_key(*tag));
    let tag = first.keys().find(is_common)?;
    let mut firsts = all.iter().enumerate().take(MOST_COMPARED);
    let is_apart = firsts.any(|(at, one)| all[at + 1..].iter().any(|other| are_apart(*one, *other)));
    is_apart.then_some(*tag)
}

/// The tags of a component's displays; none where one has none.
pub(super) fn tags(component: &Component, values: &Values) -> Tags {
    let mut found = Tags::new();
    let sites = component.sites.iter().map(|&site| &values.observations.sites[site]);
    for (number, site) in sites.enumerate() {
        let own: BTreeMap<Name, Name> = tags_of(site).collect();
        if number > 0 {
            found.retain(|tag, _| own.contains_key(tag));
        }
        for (tag, text) in own {
            if number == 0 || found.contains_key(&tag) {
                found.entry(tag).or_default().insert(text);
            }
        }
    }
    found
}

/// Records that go to one place and are told apart there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Family {
    /// Where they go.
    pub(super) place: Node,
    /// The representatives of the records.
    pub(super) members: BTreeSet<Node>,
}

/// Finds the variants among components, and notes on each of them the text that tells it apart.
pub(super) fn find(components: &mut [Component], values: &Values) -> Vec<Family> {
    let graph = &values.flow.graph;
    let tagged: FxHashMap<Node, (usize, Tags, BTreeSet<Name>)> = components
        .iter()
        .enumerate()
        .filter(|(_, component)| !component.sites.is_empty())
        .map(|(number, component)| {
            (component.root, (number, tags(component, values), component.keys.keys().copied().collect()))
        })
        .collect();
    let mut places: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for &(from, to) in &values.flow.edges {
        let (from, to) = (graph.find(from), graph.find(to));
        if from != to && tagged.contains_key(&from) {
            let members = places.entry(to).or_default();
            members.insert(from);
            // One of them can be all that is known of the place.
            members.extend(tagged.contains_key(&to).then_some(to));
        }
    }
    let mut families = Vec::new();
    for (place, members) in places.into_iter().filter(|(_, members)| members.len() > 1) {
        let all: Vec<_> = members.iter().map(|member| &tagged[member]).collect();
        let sides: Vec<_> = all.iter().map(|(_, tags, keys)| (tags, keys)).collect();
        let Some(tag) = common_tag(&sides) else { continue };
        let texts: BTreeSet<Name> = all.iter().flat_map(|(_, tags, _)| tags[&tag].iter().copied()).collect();
        if texts.len() > CHOICES {
            for (number, ..) in all {
                components[*number].is_one_of_many = true;
            }
            continue;
        }
        for (number, tags, _) in all {
            if let Some(text) = tags[&tag].first().filter(|_| tags[&tag].len() == 1) {
                components[*number].variant.get_or_insert(*text);
            }
        }
        families.push(Family { place, members });
    }
    families
}

/// A choice between variants that has a name.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// The variants.
    pub(super) variants: Vec<ShapeId>,
    /// The alias for their union.
    pub(super) alias: ShapeId,
}

/// The type with the name of a choice in the place of all its variants.
pub(super) fn by_choice(ty: &Type, choices: &[Choice]) -> Type {
    if choices.is_empty() {
        return ty.clone();
    }
    ty.map(&mut |part| {
        let Type::Union(members) = part else { return None };
        let is_among = |id: &ShapeId| members.contains(&Type::Shape(*id));
        let choice = choices.iter().find(|choice| choice.variants.iter().all(is_among))?;
        let is_other = |member: &&Type| !choice.variants.iter().any(|id| **member == Type::Shape(*id));
        Some(union(members.iter().filter(is_other).cloned().chain([Type::Shape(choice.alias)])))
    })
}
