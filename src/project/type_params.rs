//! Which classes can do without their type arguments.

use super::{Definition, Module, Origin, Project, Resolution};
use crate::facts::{ArgumentKind, ExprKind};
use crate::text::Name;
use crate::types::ClassName;

impl Project {
    /// Whether a class can be written without type arguments and still say enough: a class of an installed package,
    /// whose arguments few people write, or one whose type parameters all have defaults.
    pub fn can_be_bare(&self, class: ClassName) -> bool {
        self.class(class).and_then(|info| self.module(info.module)).is_some_and(|module| match module.origin {
            Origin::Installed => true,
            _ => self.has_default_arguments(module, class),
        })
    }

    /// Whether hardly anybody writes the arguments of a class: those of the standard library that have defaults.
    pub fn is_left_bare(&self, class: ClassName) -> bool {
        let Some(info) = self.class(class).filter(|info| !info.type_params.is_empty()) else { return false };
        self.module(info.module)
            .is_some_and(|module| module.origin == Origin::Standard && self.has_default_arguments(module, class))
    }

    fn has_default_arguments(&self, module: &Module, class: ClassName) -> bool {
        self.class(class).is_some_and(|info| info.type_params.iter().all(|&param| self.has_default(module, param)))
    }

    /// Whether a type variable is made by `TypeVar(..., default=...)`.
    fn has_default(&self, module: &Module, variable: Name) -> bool {
        let Some(Resolution::Variable(owner, name)) = self.resolve(module, variable) else { return false };
        let Some(owner) = self.module(owner) else { return false };
        let Some(Definition::Assignment(_, _, Some(value))) = owner.symbols.get(name).last() else { return false };
        let ExprKind::Call(_, arguments) = owner.facts.expr(*value).kind else { return false };
        let is_default = |kind: ArgumentKind| matches!(kind, ArgumentKind::Keyword(keyword) if keyword.is("default"));
        owner.facts.arguments(arguments).iter().any(|argument| is_default(argument.kind))
    }
}
