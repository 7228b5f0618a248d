//! Type arguments that are left out, and which classes can do without them.

use super::{ClassInfo, Context, Definition, Module, Origin, Project, Resolution};
use crate::facts::{ArgumentKind, ExprId, ExprKind};
use crate::text::Name;
use crate::types::{Args, ClassName, Type};

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

    /// The type arguments that a class has where these are written, with the defaults of those left out (PEP 696).
    pub(super) fn with_default_arguments(&self, class: &ClassInfo, written: &Args) -> Args {
        let left_out = class.type_params.get(written.len()..).unwrap_or_default();
        let Some(module) = self.module(class.module).filter(|_| !left_out.is_empty()) else { return written.clone() };
        let default = |param: &Name| {
            let (owner, default) = self.default_of(module, *param)?;
            Some(self.annotation(&Context::of_module(owner), default))
        };
        written.iter().cloned().chain(left_out.iter().map(|param| default(param).unwrap_or(Type::Unknown))).collect()
    }

    fn has_default(&self, module: &Module, variable: Name) -> bool {
        self.default_of(module, variable).is_some()
    }

    /// The default of a type variable that is made by `TypeVar(..., default=...)`, and the module that holds it.
    fn default_of(&self, module: &Module, variable: Name) -> Option<(&Module, ExprId)> {
        let Some(Resolution::Variable(owner, name)) = self.resolve(module, variable) else { return None };
        let owner = self.module(owner)?;
        let Some(Definition::Assignment(_, _, Some(value))) = owner.symbols.get(name).last() else { return None };
        let ExprKind::Call(_, arguments) = owner.facts.expr(*value).kind else { return None };
        let is_default = |kind: ArgumentKind| matches!(kind, ArgumentKind::Keyword(keyword) if keyword.is("default"));
        let mut arguments = owner.facts.arguments(arguments).iter();
        arguments.find(|argument| is_default(argument.kind)).map(|argument| (owner, argument.value))
    }
}
