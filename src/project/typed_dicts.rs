//! The keys that `TypedDict` classes declare (PEP 589; `Required` and `NotRequired` by PEP 655).

use super::classes::last_name;
use super::{ClassInfo, Project};
use crate::facts::{ArgumentKind, ExprKind, StmtKind};
use crate::text::Name;

impl Project {
    /// The keys of a `TypedDict` of the repository, those of its bases included, and whether a value has each in any case.
    pub fn typed_dict_keys(&self, info: &ClassInfo) -> Option<Vec<(Name, bool)>> {
        let mut keys: Vec<(Name, bool)> = Vec::new();
        for (base, _) in self.mro(info) {
            let Some(base) = self.class(*base) else { continue };
            let (Some(id), Some(module)) = (base.class, self.module(base.module)) else { continue };
            if !module.origin.is_repository() {
                continue;
            }
            let facts = &module.facts;
            let class = facts.class(id);
            let is_total = !facts.arguments(class.arguments).iter().any(|argument| {
                matches!(argument.kind, ArgumentKind::Keyword(name) if name.is("total"))
                    && matches!(facts.expr(argument.value).kind, ExprKind::Bool(false))
            });
            for stmt in facts.block(class.body) {
                let StmtKind::AnnAssign(target, annotation, _) = stmt.kind else { continue };
                let ExprKind::Name(name, _) = facts.expr(target).kind else { continue };
                let required = match last_name(facts, annotation).map(Name::as_str) {
                    Some("NotRequired") => false,
                    Some("Required") => true,
                    _ => is_total,
                };
                if keys.iter().all(|(key, _)| *key != name) {
                    keys.push((name, required));
                }
            }
        }
        (!keys.is_empty()).then_some(keys)
    }
}
