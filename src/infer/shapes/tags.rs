//! Keys that tell what a record is by a constant text: `{"type": "circle", "radius": 2}`.
//!
//! | of a key | it is |
//! |---|---|
//! | its last word is `type`, `kind`, `role` or the like, and every display has a text for it in place | these texts |
//! | many displays have it, all with the same text | that text |
//! | something else is stored under it, or is known of it only in part | no tag |
//!
//! Texts that it is compared with belong to it as well: other makers may be out of sight.

use std::collections::{BTreeMap, BTreeSet};

use super::component::{Component, Key};
use super::graph::{Node, Origin};
use super::records::MANY;
use super::values::Values;
use super::variants::tags_of;
use super::words::words;
use crate::facts::{ExprId, ExprKind, FileFacts};
use crate::infer::{Site, UseKind};
use crate::text::{Name, TextRange};
use crate::types::{Literal, ModuleId, Projection, Type, union};

/// With more texts than this it is a text like any other.
pub(super) const CHOICES: usize = 6;

/// The texts that a key can have, if it is a tag.
pub(super) fn texts(component: &Component, key: Name, values: &Values) -> Option<Type> {
    let seen = component.keys.get(&key)?;
    let part = values.flow.graph.get_part(component.root, Projection::Key(key))?;
    let root = values.flow.graph.find(part);
    if component.is_open || !is_only_displayed(seen) || !holds_displays_alone(values, root) {
        return None;
    }
    let mut displays = 0;
    let mut found = Vec::new();
    for site in component.sites.iter().map(|&site| &values.observations.sites[site]) {
        for text in displayed(site, key, values) {
            found.push(text?);
            displays += 1;
        }
    }
    if found.is_empty() || values.lowers.at(root).len() != displays {
        return None;
    }
    let is_constant = found.iter().all(|text| *text == found[0]) && displays >= MANY;
    let is_choice = words(key.as_str()).last().is_some_and(|word| is_tag_word(word));
    if !is_choice && !is_constant {
        return None;
    }
    // A variant is compared with the texts of the others.
    let compared = if component.variant.is_some() { Vec::new() } else { compared(component, key, values) };
    let ty = union(found.into_iter().chain(compared));
    let members = ty.members();
    (members.len() <= CHOICES && members.iter().all(is_text)).then_some(ty)
}

pub(super) fn is_tag_word(word: &str) -> bool {
    matches!(word, "type" | "kind" | "role" | "mode" | "modality" | "direction" | "tag" | "variant")
}

/// The texts that the displays of records have under their tags.
pub(super) fn made<'a>(
    records: impl Iterator<Item = &'a Component>,
    values: &Values,
) -> BTreeMap<Name, BTreeSet<Type>> {
    let mut made: BTreeMap<Name, BTreeSet<Type>> = BTreeMap::new();
    for site in records.flat_map(|record| &record.sites).map(|&site| &values.observations.sites[site]) {
        for (tag, text) in tags_of(site) {
            made.entry(tag).or_default().insert(Type::Literal(Literal::Str(text)));
        }
    }
    made
}

/// Whether what is only read is asked for texts under a tag where all that are made have other texts.
pub(super) fn asks_for_others(asking: &Component, made: &BTreeMap<Name, BTreeSet<Type>>, values: &Values) -> bool {
    let is_other = |(tag, texts): (&Name, &BTreeSet<Type>)| {
        let asked = if asking.keys.contains_key(tag) { compared(asking, *tag, values) } else { Vec::new() };
        !asked.is_empty() && !asked.iter().any(|text| texts.contains(text))
    };
    asking.sites.is_empty() && made.iter().any(is_other)
}

/// Whether nothing is stored under it after the display.
fn is_only_displayed(key: &Key) -> bool {
    !key.is_stored && !key.set_by.is_empty()
}

/// Whether the values under a key go by no other name, from which others could come.
fn holds_displays_alone(values: &Values, root: Node) -> bool {
    values.members.at(root).iter().all(|&member| matches!(values.flow.graph.origin(Node(member)), Origin::Part(..)))
}

/// The texts that a display has under a key; none for what is no constant written in place: a variable that holds one is
/// any text to a checker.
fn displayed<'a>(site: &'a Site, key: Name, values: &'a Values) -> impl Iterator<Item = Option<Type>> + 'a {
    let fields = site.fields.iter().filter(move |(name, ..)| *name == key);
    fields.map(|(_, ty, range)| {
        let written = values.world.text(site.id.module, *range);
        let is_in_place = written.starts_with(['"', '\'']) && written.ends_with(['"', '\'']);
        (is_in_place && ty.members().iter().all(is_text)).then(|| ty.clone())
    })
}

/// The texts that what is read from a key is compared with.
fn compared(component: &Component, key: Name, values: &Values) -> Vec<Type> {
    let mut reads: BTreeMap<ModuleId, BTreeSet<TextRange>> = BTreeMap::new();
    for &number in values.uses.at(component.root) {
        let used = &values.observations.uses[number as usize];
        if matches!(used.kind, UseKind::Key(name) | UseKind::GetKey(name, _) if name == key) {
            reads.entry(used.module).or_default().insert(used.range);
        }
    }
    let mut found = Vec::new();
    for (module, reads) in reads {
        let Some(facts) = values.world.module(module).and_then(|module| module.facts) else { continue };
        let is_read = |side: ExprId| reads.contains(&facts.expr(side).range);
        for expr in &facts.exprs {
            match expr.kind {
                ExprKind::Compare(_, left, right) if is_read(left) => constants(facts, right, &mut found),
                ExprKind::Compare(_, left, right) if is_read(right) => constants(facts, left, &mut found),
                _ => {}
            }
        }
    }
    found
}

/// The texts that an expression is or holds.
fn constants(facts: &FileFacts, expr: ExprId, found: &mut Vec<Type>) {
    match facts.expr(expr).kind {
        ExprKind::Str(Some(text)) => found.push(Type::Literal(Literal::Str(text))),
        ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
            facts.list(items).iter().for_each(|&item| constants(facts, item, found));
        }
        _ => {}
    }
}

/// Whether a type is a constant text that reads as a word.
fn is_text(ty: &Type) -> bool {
    let is_word = |text: &str| {
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | ' ');
        !text.is_empty() && text.chars().all(is_part)
    };
    matches!(ty, Type::Literal(Literal::Str(text)) if is_word(text.as_str()))
}
