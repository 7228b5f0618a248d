//! `namedtuple(...)` calls that become classes with typed fields.
//!
//! | the call | it |
//! |---|---|
//! | names its fields by constants, with or without `defaults=` | becomes a class |
//! | uses `rename=`, `module=`, field names or a name that are not constant | stays |
//! | is the base of a class with other bases, `__new__`, `__slots__`, `super()` or attributes of its own | stays |
//! | gets its defaults later through `__new__.__defaults__` | stays |
//!
//! What stays would raise, or behave differently, as a `NamedTuple` class (`typing` forbids to override these names
//! and builds the class anew, so that `super()` finds no class).

use super::describe::{bounds_of, count};
use super::lower;
use super::widen::{field, is_settled, widen};
use super::world::{NamedTupleView, World};
use super::{Shapes, trim};
use crate::infer::{
    Confidence, Evidence, EvidenceKind, Field, FieldSource, Home, Observations, Shape, ShapeKind, Solved,
};
use crate::text::Name;
use crate::types::{SlotId, Type, union};

/// Defines a class for every namedtuple that can become one.
pub(super) fn solve(world: &World, observations: &Observations, types: &[Type], shapes: &mut Shapes) {
    for view in &world.named_tuples {
        if view.declined.is_none() && !view.fields.is_empty() && world.is_editable(view.module) {
            let shape = class(view, observations, types, shapes);
            shapes.define(shape);
        }
    }
}

fn class(view: &NamedTupleView, observations: &Observations, types: &[Type], shapes: &Shapes) -> Shape {
    let without_default = view.fields.len() - view.defaults.len().min(view.fields.len());
    let mut fields = Vec::with_capacity(view.fields.len());
    let mut calls = 0;
    let mut evidence = Vec::new();
    let mut sources = Vec::with_capacity(view.fields.len());
    for (index, (name, slot)) in view.fields.iter().enumerate() {
        let default = index.checked_sub(without_default).and_then(|index| view.defaults.get(index));
        let mut seen = default.map_or(Type::Unknown, |(_, ty)| ty.clone());
        if let Some(slot) = slot {
            seen = union([field_type(*slot, types, shapes), seen]);
            let bounds = bounds_of(observations, *slot);
            calls = calls.max(bounds.iter().filter(|bound| bound.kind == EvidenceKind::CallSite).count());
            let found = bounds.iter().take(3);
            evidence.extend(found.map(|bound| Evidence {
                kind: bound.kind,
                module: bound.module,
                range: bound.range,
                ty: (!super::mentions_node(&bound.ty)).then(|| widen(&bound.ty)),
            }));
        }
        // A default of `None` alone says nothing of what the field is for.
        let ty = if seen == Type::None { Type::Any } else { field(&seen) };
        fields.push(Field { name: *name, ty, required: default.is_none() });
        sources.push(FieldSource { slot: *slot, default: default.map_or(Type::Unknown, |(_, ty)| ty.clone()) });
    }
    let known = fields.iter().filter(|field| field.ty != Type::Any).count();
    let reason = match calls {
        0 => format!("`{}` is never constructed in sight; the class says the same as the call.", view.class.short()),
        calls => {
            let say = if calls == 1 { "says" } else { "say" };
            format!("{} {say} what the fields of `{}` hold.", count(calls, "constructor call"), view.class.short())
        }
    };
    evidence.push(Evidence { kind: EvidenceKind::Assignment, module: view.module, range: view.range, ty: None });
    Shape {
        names: vec![Name::new(view.class.short())],
        kind: ShapeKind::NamedTuple {
            fields,
            defaults: view.defaults.iter().map(|(text, _)| text.clone()).collect(),
            replaces: Some(view.replaces),
            sources,
            displays: Vec::new(),
        },
        home: Home { module: view.module, before: view.offset },
        slots: Vec::new(),
        locals: Vec::new(),
        confidence: if known == view.fields.len() { Confidence::High } else { Confidence::Medium },
        reason,
        evidence: trim(evidence),
    }
}

/// Types the fields as their slots were concluded to be: that knows what the parameters are that constructors are
/// called with.
pub(super) fn refine(shape: &mut Shape, slots: &[Result<Solved, String>]) {
    let ShapeKind::NamedTuple { fields, sources, .. } = &mut shape.kind else { return };
    for (field, source) in fields.iter_mut().zip(sources) {
        let concluded = source.slot.and_then(|slot| slots.get(slot.0 as usize)?.as_ref().ok());
        if let Some(solved) =
            concluded.filter(|solved| solved.confidence >= Confidence::Medium || field.ty == Type::Any)
        {
            let ty = widen(&union([solved.ty.clone(), source.default.clone()]));
            if is_settled(&ty) {
                field.ty = ty;
            }
        }
    }
    if fields.iter().all(|field| field.ty != Type::Any) {
        shape.confidence = Confidence::High;
    }
}

/// What was seen of a field: what constructors pass, else what its uses ask for.
fn field_type(slot: SlotId, types: &[Type], shapes: &Shapes) -> Type {
    let seen = shapes.settle(lower(types, slot));
    if seen.is_unknown() || seen == Type::None { union([shapes.settle(&Type::Slot(slot)), seen]) } else { seen }
}
