//! The body of a function: what its parameters are at its start, and what its end says.

use super::options::unpacked;
use super::{Evaluator, concrete_part, names};
use crate::facts::{Block, ClassId, FileFacts, Function, FunctionId, ParamKind, StmtKind};
use crate::infer::EvidenceKind;
use crate::project::{Binding, SlotKind};
use crate::text::TextRange;
use crate::types::{Args, ClassName, FunctionRef, Type, known, union};

impl Evaluator<'_> {
    pub(super) fn function_body(&mut self, reference: FunctionRef) {
        let id = FunctionId(reference.function);
        let facts = self.facts;
        let function = facts.function(id);
        self.class = self.enclosing_class(function);
        self.push_scope(function.scope);
        self.make_options(reference);
        for index in 0..function.params.len() {
            let ty = self.parameter_type(reference, index);
            self.set_local(index, ty);
        }
        let scope = facts.scope(function.scope);
        for (index, symbol) in scope.symbols.iter().enumerate().take(function.params.len()) {
            if symbol.is_captured {
                let ty = self.local(index);
                self.bind_captured(function.scope, index, ty, function.name_range);
            }
        }
        self.block(function.body);
        self.end_of_body(reference, function);
    }

    /// What the end of a body says: `None` is returned where it is reached. Where it is not and nothing is returned,
    /// calls do not return, except that of an endless loop nobody expects it.
    pub(super) fn end_of_body(&mut self, reference: FunctionRef, function: &Function) {
        let Some(slot) = self.slot(SlotKind::Return(FunctionId(reference.function))) else { return };
        let is_placeholder = || self.project.signature(reference).is_some_and(|signature| signature.is_placeholder);
        if function.class.is_some() && is_placeholder() {
            return;
        }
        let range = TextRange::at(function.range.end);
        if self.value_wanted(slot) == Some(&Type::Never) && has_return(self.facts, function.body) {
            self.check_return(slot, "it has a `return`");
        }
        if self.value_wanted(slot).is_some() && !function.is_generator && self.reaches_end(function.body) {
            self.check_return(slot, "its end is reached without a `return`");
        }
        if self.env.is_reachable {
            self.bound(slot, Type::None, EvidenceKind::Return, range);
        } else if !self.returns && !function.is_generator && !is_placeholder() && !self.is_overridden(function) {
            let last = self.facts.block(function.body).next_back();
            let is_loop = last.is_some_and(|last| matches!(last.kind, StmtKind::While(..)));
            self.bound(slot, if is_loop { Type::None } else { Type::Never }, EvidenceKind::Return, range);
        }
    }

    /// Whether a subclass in the repository has a method of the same name.
    pub(super) fn is_overridden(&self, method: &Function) -> bool {
        method.class.is_some_and(|class| {
            let class = ClassName::new(self.module.name, self.facts.class(class).qualname);
            self.project.providing_subclasses(class, method.name).next().is_some()
        })
    }

    /// The class whose `self` a function sees: its own, or that of the method around it.
    pub(super) fn enclosing_class(&self, function: &Function) -> Option<ClassId> {
        let mut function = function;
        loop {
            if function.class.is_some() {
                return function.class;
            }
            function = self.facts.function(function.parent?);
        }
    }

    /// The type of a parameter inside the body.
    pub(super) fn parameter_type(&mut self, reference: FunctionRef, index: usize) -> Type {
        let id = FunctionId(reference.function);
        let function = self.facts.function(id);
        let param = &function.params[index];
        let signature = self.project.signature(reference);
        let binding = signature.map_or(Binding::Plain, |signature| signature.binding);
        let is_first = index == 0 && function.class.is_some();
        if is_first && let Some(class) = function.class {
            let class = ClassName::new(self.module.name, self.facts.class(class).qualname);
            let args = self.project.class(class).map_or_else(Args::default, |info| {
                info.type_params.iter().map(|&param| Type::Variable(param)).collect()
            });
            if binding == Binding::Class || function.name == names::NAMES.new {
                return Type::Class(class, args);
            }
            if binding != Binding::Static {
                return Type::Instance(class, args);
            }
        }
        let declared = signature.and_then(|signature| signature.params.get(index)).and_then(|param| param.ty.clone());
        let slot = self.slot(SlotKind::Param(id, index as u16));
        let element = match (declared, slot) {
            (Some(declared), _) if !declared.is_unknown() => declared,
            (_, Some(slot)) => {
                let seen = self.read(slot);
                let concrete = concrete_part(&seen);
                // A value about which nothing is known stands for itself, so that uses find their way back.
                if concrete.is_unknown() || concrete == Type::None {
                    union([Type::Slot(slot), concrete])
                } else {
                    concrete
                }
            }
            _ => Type::Unknown,
        };
        if param.kind == ParamKind::KwArgs
            && let Some(record) = unpacked(&element).cloned().or_else(|| self.options(reference).map(Type::Record))
        {
            return record;
        }
        match param.kind {
            ParamKind::VarArgs => known::TUPLE.of([element]),
            ParamKind::KwArgs => known::DICT.of([known::STR.instance(), element]),
            _ => element,
        }
    }
}

/// Whether a block has a `return`, at any depth.
fn has_return(facts: &FileFacts, block: Block) -> bool {
    facts.block(block).any(|stmt| {
        matches!(stmt.kind, StmtKind::Return(_))
            || facts.inner_blocks(stmt).into_iter().any(|inner| has_return(facts, inner))
    })
}
