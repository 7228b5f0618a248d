//! Records that extend others: `{**user, "rights": []}` has all that a user has, and more.
//!
//! A definition extends another one where some display unpacks a value of that into its own, both stand in one module,
//! and every key of the base has the same type in both and is there in both as surely. Checkers compare records key by
//! key, so nothing but the text of the definition depends on it.

use std::collections::BTreeMap;

use super::component::Component;
use super::graph::Node;
use super::values::Values;
use crate::infer::{Confidence, Field, Shape, ShapeKind};
use crate::types::{ShapeId, Type};

/// Notes on each definition the largest record that is unpacked into it.
pub(super) fn find(defined: &[(ShapeId, &Component)], values: &Values, shapes: &mut [Shape]) {
    let by_root: BTreeMap<Node, ShapeId> = defined.iter().map(|(id, component)| (component.root, *id)).collect();
    for &(id, component) in defined {
        let spreads = values.spreads.at(component.root).iter();
        let sources = spreads.map(|&number| values.flow.graph.find(values.flow.spreads[number as usize].0));
        let bases = sources.filter_map(|source| by_root.get(&source)).filter(|base| **base != id);
        let largest = bases.max_by_key(|base| (keys(&shapes[base.0 as usize]).len(), **base)).copied();
        if let ShapeKind::TypedDict { base, .. } = &mut shapes[id.0 as usize].kind {
            *base = largest.map(Type::Shape);
        }
    }
}

/// Leaves out the bases that cannot be written, once the types of keys stand.
pub(super) fn settle(shapes: &mut [Shape]) {
    for number in 0..shapes.len() {
        let shape = &shapes[number];
        let ShapeKind::TypedDict { fields, base: Some(base) } = &shape.kind else { continue };
        let extends = match base {
            Type::Shape(id) => {
                let base = &shapes[id.0 as usize];
                base.confidence > Confidence::Low
                    && base.home.module == shape.home.module
                    && base.kind != shape.kind
                    && are_inherited(keys(base), fields)
            }
            _ => false,
        };
        if !extends && let ShapeKind::TypedDict { base, .. } = &mut shapes[number].kind {
            *base = None;
        }
    }
}

/// Whether a definition with these keys can take some of them from a base as they are.
pub fn are_inherited(base: &[Field], fields: &[Field]) -> bool {
    !base.is_empty() && base.len() < fields.len() && base.iter().all(|field| fields.contains(field))
}

fn keys(shape: &Shape) -> &[Field] {
    match &shape.kind {
        ShapeKind::TypedDict { fields, .. } => fields,
        _ => &[],
    }
}
