//! Places where the program reads annotations at run time, and what they read them of.

use crate::facts::{ExprId, ExprKind, Place, ScopeKind, SymbolKind};
use crate::infer::{Decorated, Introspected};
use crate::project::{ClassInfo, SlotKind};
use crate::types::{Type, union};

use super::Evaluator;

impl Evaluator<'_> {
    /// Records what an expression reads the annotations of.
    pub(super) fn introspection(&mut self, id: ExprId) {
        if self.muted > 0 || self.state.is_observed {
            return;
        }
        for value in self.project.read_by(self.module, id) {
            let subject = self.with_sources(value);
            if !subject.is_unknown() {
                let (function, module) = (self.function, self.module.id);
                self.out.introspected.push(Introspected { subject, function, module });
            }
        }
    }

    /// Records that a definition is handed to its decorator.
    pub(super) fn decorated(&mut self, decorator: Type, definition: Type) {
        if self.muted == 0 && !self.state.is_observed && !decorator.is_unknown() {
            self.out.decorated.push(Decorated { decorator, definition });
        }
    }

    /// The type of a value together with the slots that it is read from, known or not.
    fn with_sources(&mut self, value: ExprId) -> Type {
        self.muted += 1;
        let ty = self.expr(value);
        let owner = match self.facts.expr(value).kind {
            ExprKind::Attribute(owner, _) => self.expr(owner),
            _ => Type::Unknown,
        };
        self.muted -= 1;
        let slot = match self.facts.expr(value).kind {
            ExprKind::Name(_, Place::Local { up, index }) => self.scopes.last().and_then(|&innermost| {
                let mut scope = innermost;
                for _ in 0..up {
                    scope = self.facts.scope(scope).parent?;
                }
                let scope = self.facts.scope(scope);
                let ScopeKind::Function(function) = scope.kind else { return None };
                let symbol = scope.symbols.get(usize::from(index))?;
                (symbol.kind == SymbolKind::Parameter).then(|| self.slot(SlotKind::Param(function, index)))?
            }),
            ExprKind::Attribute(_, name) => owner.members().iter().find_map(|owner| {
                let (Type::Instance(class, _) | Type::Class(class, _)) = owner else { return None };
                let info = self.project.class(*class)?;
                self.project.mro(info).iter().find_map(|(base, _)| {
                    let ClassInfo { module, class: Some(class), .. } = self.project.class(*base)? else { return None };
                    self.project.slots().find(*module, SlotKind::Attribute(*class, name))
                })
            }),
            _ => None,
        };
        union([ty, slot.map_or(Type::Unknown, Type::Slot)])
    }
}
