//! Values of `TypedDict` classes and of the definitions that proposals add.

use crate::facts::{ArgumentKind, ExprId, ExprKind};
use crate::infer::{MemberKind, MethodParam, Passing, ShapeKind};
use crate::project::{ClassKind, Definition};
use crate::text::Name;
use crate::types::{ClassName, Type, known, union};

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
                ShapeKind::TypedDict { fields, .. } => {
                    fields.iter().find(|field| field.name == key).map(|field| field.ty.clone())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value of a `TypedDict` class has a key in any case: `total=False` or `NotRequired` say that it may not.
    pub(super) fn is_required_key(&self, class: ClassName, key: Name) -> bool {
        let found = self.project.class(class).and_then(|info| self.project.member(info, key, 0));
        let Some(found) = found else { return true };
        let Some(module) = self.project.module(found.class.module) else { return true };
        let facts = &module.facts;
        let marks = |annotation: ExprId, name: &str| match facts.expr(annotation).kind {
            ExprKind::Subscript(base, _) => matches!(
                facts.expr(base).kind,
                ExprKind::Name(marker, _) | ExprKind::Attribute(_, marker) if marker.is(name)
            ),
            _ => false,
        };
        let marked = |name: &str| {
            found.definitions.iter().any(|definition| match definition {
                Definition::Assignment(_, Some(annotation), _) => marks(*annotation, name),
                _ => false,
            })
        };
        let is_total = found.class.class.is_none_or(|class| {
            facts.arguments(facts.class(class).arguments).iter().all(|argument| {
                !matches!(argument.kind, ArgumentKind::Keyword(name) if name.is("total"))
                    || matches!(facts.expr(argument.value).kind, ExprKind::Bool(true))
            })
        });
        if is_total { !marked("NotRequired") } else { marked("Required") }
    }

    /// What a proposed definition is made of: the plain values of a `NewType`, the dict of a `TypedDict`.
    pub(super) fn underlying(&self, ty: &Type) -> Option<Type> {
        let Type::Shape(id) = ty else { return None };
        match &self.state.shapes.get(id.0 as usize)?.kind {
            ShapeKind::NewType { base, .. } => Some(base.clone()),
            ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) => Some(ty.clone()),
            ShapeKind::TypedDict { fields, .. } => {
                let value = union(fields.iter().map(|field| field.ty.clone()));
                Some(known::DICT.of([known::STR.instance(), value]))
            }
            ShapeKind::NamedTuple { .. } | ShapeKind::Protocol { .. } | ShapeKind::TypeVariable(_) => None,
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
                        // What callers pass is what the method was made from: only a checker holds it against them.
                        let is_placed = |param: &&MethodParam| param.passing != Passing::Keyword;
                        let params = method.params.iter().take_while(is_placed).map(|param| param.ty.clone());
                        let params = self.state.checking.then(|| params.collect());
                        Type::Callable(std::sync::Arc::new(crate::types::CallableType { params, result }))
                    }
                }
            }
            _ => Type::Unknown,
        }
    }
}
