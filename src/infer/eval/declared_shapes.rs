//! Values of `TypedDict` classes and of the definitions that proposals add.

use crate::infer::{MemberKind, ShapeKind};
use crate::project::ClassKind;
use crate::text::Name;
use crate::types::{Type, known, union};

use super::Evaluator;

impl Evaluator<'_> {
    /// The type of a key of a `TypedDict`, written or proposed; none for another type or key.
    pub(super) fn typed_dict_field(&mut self, ty: &Type, key: Name) -> Option<Type> {
        match ty {
            Type::Instance(class, _) => {
                let info = self.project.class(*class).filter(|info| info.kind == ClassKind::TypedDict)?;
                let is_field =
                    self.project.member(info, key, 0).is_some_and(|found| found.class.kind == ClassKind::TypedDict);
                is_field.then(|| self.attribute(ty, key))
            }
            Type::Shape(id) => match &self.state.shapes.get(id.0 as usize)?.kind {
                ShapeKind::TypedDict { fields } => {
                    fields.iter().find(|field| field.name == key).map(|field| field.ty.clone())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What a proposed definition is made of: the plain values of a `NewType`, the dict of a `TypedDict`.
    pub(super) fn underlying(&self, ty: &Type) -> Option<Type> {
        let Type::Shape(id) = ty else { return None };
        match &self.state.shapes.get(id.0 as usize)?.kind {
            ShapeKind::NewType { base, .. } => Some(base.clone()),
            ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) => Some(ty.clone()),
            ShapeKind::TypedDict { fields } => {
                let value = union(fields.iter().map(|field| field.ty.clone()));
                Some(known::DICT.of([known::STR.instance(), value]))
            }
            ShapeKind::NamedTuple { .. } | ShapeKind::Protocol { .. } => None,
        }
    }

    /// The type of a member of a proposed protocol, or of what another proposed definition is made of.
    pub(super) fn shape_attribute(&mut self, ty: &Type, name: Name) -> Type {
        if let Some(underlying) = self.underlying(ty) {
            return self.attribute(&underlying, name);
        }
        let Type::Shape(id) = ty else { return Type::Unknown };
        match self.state.shapes.get(id.0 as usize).map(|shape| &shape.kind) {
            Some(ShapeKind::Protocol { members }) => {
                let Some(member) = members.iter().find(|member| member.name == name) else { return Type::Unknown };
                match &member.kind {
                    MemberKind::Property(ty) | MemberKind::Attribute(ty) => ty.clone(),
                    MemberKind::Method(method) => {
                        let result = method.result.clone();
                        let result =
                            if method.is_async { known::COROUTINE.of([Type::Any, Type::Any, result]) } else { result };
                        Type::Callable(std::sync::Arc::new(crate::types::CallableType { params: None, result }))
                    }
                }
            }
            _ => Type::Unknown,
        }
    }
}
