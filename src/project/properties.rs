//! `url = property(get_url, set_url)` in a class body: a property whose getter has a name of its own.

use rustc_hash::FxHashSet;

use super::symbols::Definition;
use super::{Binding, ClassInfo, Project};
use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::text::Name;
use crate::types::FunctionRef;

/// The names that the body of a class binds to properties that are made by a call. Such a name is no attribute that
/// holds a value: to assign to it calls the setter.
pub(super) fn named_by_calls(facts: &FileFacts, class: ClassId) -> FxHashSet<Name> {
    let mut names = FxHashSet::default();
    for stmt in facts.block(facts.class(class).body) {
        let StmtKind::Assign(targets, value, None) = stmt.kind else { continue };
        if getter(facts, value).is_some() {
            names.extend(facts.list(targets).iter().filter_map(|&target| match facts.expr(target).kind {
                ExprKind::Name(name, _) => Some(name),
                _ => None,
            }));
        }
    }
    names
}

/// Whether a value is a property that a call makes.
pub fn is_property(facts: &FileFacts, value: ExprId) -> bool {
    getter(facts, value).is_some()
}

/// The getter that a call of `property` names.
fn getter(facts: &FileFacts, value: ExprId) -> Option<ExprId> {
    let ExprKind::Call(function, arguments) = facts.expr(value).kind else { return None };
    if !matches!(facts.expr(function).kind, ExprKind::Name(name, _) if name.is("property")) {
        return None;
    }
    let is_getter = |kind| match kind {
        ArgumentKind::Positional => true,
        ArgumentKind::Keyword(name) => name.is("fget"),
        _ => false,
    };
    facts.arguments(arguments).first().filter(|argument| is_getter(argument.kind)).map(|argument| argument.value)
}

impl Project {
    /// The method that is called where an attribute of an object is assigned to: the setter of a property.
    pub fn setter(&self, info: &ClassInfo, name: Name) -> Option<FunctionRef> {
        let owner = self
            .mro(self.class(info.name)?)
            .iter()
            .find_map(|(class, _)| self.class(*class).filter(|class| !class.symbols.get(name).is_empty()))?;
        owner.symbols.get(name).iter().find_map(|definition| {
            let Definition::Function(function) = definition else { return None };
            let reference = FunctionRef { module: owner.module, function: function.0 };
            (self.signature(reference)?.binding == Binding::Setter).then_some(reference)
        })
    }

    /// The method that an attribute of a class is got with, where its value is a property that a call makes of a method
    /// of the class.
    pub fn getter_called(&self, info: &ClassInfo, value: ExprId) -> Option<FunctionRef> {
        let facts = &self.module(info.module)?.facts;
        let ExprKind::Name(name, _) = facts.expr(getter(facts, value)?).kind else { return None };
        let Some(Definition::Function(FunctionId(function))) = info.symbols.get(name).last() else { return None };
        Some(FunctionRef { module: info.module, function: *function })
    }
}
