//! Definitions of functions and classes: decorators, defaults, bases and class bodies.

use crate::facts::{ClassId, FunctionId};
use crate::infer::EvidenceKind;
use crate::project::SlotKind;
use crate::types::{Args, ClassName, FunctionRef, Type};

use super::Evaluator;

impl Evaluator<'_> {
    pub(super) fn function_definition(&mut self, id: FunctionId) {
        let facts = self.facts;
        let function = facts.function(id);
        let reference = FunctionRef { module: self.module.id, function: id.0 };
        for &decorator in facts.list(function.decorators) {
            let ty = self.expr(decorator);
            self.decorated(ty, Type::Function(reference, None));
        }
        for (index, param) in function.params.iter().enumerate() {
            if let Some(default) = param.default {
                let ty = self.expr(default);
                if let Some(slot) = self.slot(SlotKind::Param(id, index as u16)) {
                    self.bound(slot, ty, EvidenceKind::Default, facts.expr(default).range);
                }
            }
        }
        self.bind_name(function.name, Type::Function(reference, None));
    }

    pub(super) fn class_definition(&mut self, id: ClassId) {
        let facts = self.facts;
        let class = facts.class(id);
        let name = ClassName::new(self.module.name, class.qualname);
        for &decorator in facts.list(class.decorators) {
            let ty = self.expr(decorator);
            self.decorated(ty, Type::Class(name, Args::default()));
        }
        for argument in facts.arguments(class.arguments) {
            self.expr(argument.value);
        }
        let outer = self.class.replace(id);
        let outer_loops = std::mem::take(&mut self.loops);
        self.push_scope(class.scope);
        self.block(class.body);
        self.env.is_reachable = true;
        self.pop_scope();
        self.loops = outer_loops;
        self.class = outer;
        self.bind_name(class.name, Type::Class(name, Args::default()));
    }
}
