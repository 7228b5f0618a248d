//! Whether a type allows what is done with a value.

use crate::infer::eval::Evaluator;
use crate::infer::eval::assignable::{defines, has_member, has_metaclass};
use crate::infer::eval::names::NAMES;
use crate::infer::{ShapeKind, UseKind};
use crate::project::{ClassKind, Project};
use crate::text::Name;
use crate::types::{ClassName, Literal, ShapeId, Type, known};

impl Evaluator<'_> {
    /// Whether a value of this type, which is no union, allows a use.
    pub(super) fn supports(&self, ty: &Type, kind: &UseKind) -> bool {
        let project = self.project;
        if let UseKind::Passed(wanted) = kind {
            return self.accepts(ty, wanted);
        }
        if *ty == Type::None {
            return match kind {
                UseKind::Attribute(name) | UseKind::Method(name, ..) => {
                    name.is("__bool__") || has_member(project, known::OBJECT.class(), *name)
                }
                UseKind::Compare(..)
                | UseKind::HasKey(_)
                | UseKind::Contains(_)
                | UseKind::IsInstance(_)
                | UseKind::IsNone
                | UseKind::Truth
                | UseKind::Format => true,
                _ => false,
            };
        }
        if let Type::Shape(shape) = ty {
            return self.shape_supports(*shape, kind);
        }
        if let (Type::Class(class, _), UseKind::Attribute(name) | UseKind::Method(name, ..)) = (ty, kind) {
            return self.class_has(*class, *name);
        }
        let Some(class) = ty.class() else { return true };
        if let UseKind::Key(key) = kind
            && self.is_typed_dict(class)
        {
            return self.asked_keys.contains(key) || self.is_required_key(class, *key);
        }
        if !project.is_fully_known(class) {
            return true;
        }
        let has = |name: &str| has_member(project, class, name.into());
        match kind {
            UseKind::Attribute(name) | UseKind::Method(name, ..) => {
                name.as_str().starts_with("__") || has(name.as_str()) || has("__getattr__")
            }
            UseKind::SetAttribute(name, _) => {
                name.as_str().starts_with("__") || has(name.as_str()) || defines(project, class, "__setattr__".into())
            }
            // Python falls back on `__getitem__`, mypy does not. A loop may be an `async for`.
            UseKind::Iterate => has("__iter__") || has("__aiter__"),
            UseKind::Unpack(..) => has("__iter__"),
            UseKind::Key(_) | UseKind::SetKey(..) if is_builtin_sequence(project, class) => false,
            UseKind::Key(_) | UseKind::DynamicKey(_) | UseKind::Index(_) | UseKind::Slice => has("__getitem__"),
            UseKind::SetKey(..) | UseKind::SetDynamicKey(..) => has("__setitem__"),
            UseKind::DeleteKey(_) => has("__delitem__") || has("pop"),
            UseKind::GetKey(..) => has("get") || has("pop"),
            UseKind::Call(..) => has("__call__"),
            UseKind::Sign => ["__neg__", "__pos__", "__invert__"].into_iter().any(has),
            UseKind::Len => has("__len__"),
            UseKind::Enter => has("__enter__") || has("__aenter__"),
            UseKind::Await => has("__await__"),
            _ => true,
        }
    }

    /// Whether a class object has an attribute; what a metaclass gives it is not told.
    pub(super) fn class_has(&self, class: ClassName, name: Name) -> bool {
        !self.project.is_fully_known(class)
            || has_metaclass(self.project, class)
            || name.as_str().starts_with("__")
            || has_member(self.project, class, name)
            || has_member(self.project, known::TYPE.class(), name)
    }

    pub(in crate::infer::eval) fn is_typed_dict(&self, class: ClassName) -> bool {
        self.project.class(class).is_some_and(|info| info.kind == ClassKind::TypedDict)
    }

    /// Whether a value of a definition that a proposal adds allows a use.
    pub(super) fn shape_supports(&self, shape: ShapeId, kind: &UseKind) -> bool {
        let Some(shape) = self.state.shapes.get(shape.0 as usize) else { return true };
        match (&shape.kind, kind) {
            (ShapeKind::NewType { base, .. } | ShapeKind::Alias(base) | ShapeKind::ExistingAlias(base), _) => {
                base.members().iter().all(|base| self.supports(base, kind))
            }
            (
                ShapeKind::Protocol { members },
                UseKind::Attribute(name) | UseKind::Method(name, ..) | UseKind::SetAttribute(name, _),
            ) => name.as_str().starts_with("__") || members.iter().any(|member| member.name == *name),
            (ShapeKind::TypedDict { .. }, UseKind::Call(..) | UseKind::Index(_) | UseKind::Slice) => false,
            // Checkers ask for a constant there; one of several in a loop will do.
            (ShapeKind::TypedDict { .. }, UseKind::DynamicKey(key) | UseKind::SetDynamicKey(key, _)) => {
                key.members().iter().all(|key| matches!(key, Type::Literal(Literal::Str(_))))
            }
            (ShapeKind::TypedDict { fields, .. }, UseKind::SetKey(key, _)) => {
                fields.iter().any(|field| field.name == *key)
            }
            // Pyright wants a key that may be missing to be asked for first.
            (ShapeKind::TypedDict { fields, .. }, UseKind::Key(key)) => {
                fields.iter().any(|field| field.name == *key && (field.required || self.asked_keys.contains(key)))
            }
            _ => true,
        }
    }
}

/// Whether what an object of this class is subscripted with is a number: it does what a sequence of the language does.
fn is_builtin_sequence(project: &Project, class: ClassName) -> bool {
    let found = project.class(class).and_then(|info| project.member(info, NAMES.getitem, 0));
    let sequences = [&known::LIST, &known::TUPLE, &known::STR, &known::BYTES];
    found.is_some_and(|found| sequences.iter().any(|known| known.class() == found.class.name))
}
