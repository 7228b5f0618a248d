//! Lambdas, and functions seen as something to call.

use crate::facts::FunctionId;
use crate::project::SlotKind;
use crate::types::{CallableType, Type};

use super::{Evaluator, MAX_INLINE};

impl Evaluator<'_> {
    /// Evaluates the body of a lambda for what it calls and uses; its parameters are not known here.
    pub(super) fn lambda_uses(&mut self, id: FunctionId) {
        let function = self.facts.function(id);
        for param in &function.params {
            if let Some(default) = param.default {
                self.expr(default);
            }
        }
        self.inline_lambda(id, &[]);
    }

    /// The result of a lambda of this module for these arguments.
    pub(super) fn inline_lambda(&mut self, id: FunctionId, arguments: &[Type]) -> Type {
        if self.inline_depth >= MAX_INLINE {
            return Type::Unknown;
        }
        self.inline_depth += 1;
        let outer = self.lambda_result.replace(Type::Unknown);
        let facts = self.facts;
        let function = facts.function(id);
        let before = self.env.clone();
        self.push_scope(function.scope);
        for (index, _) in function.params.iter().enumerate() {
            self.set_local(index, arguments.get(index).cloned().unwrap_or(Type::Unknown));
        }
        self.block(function.body);
        self.pop_scope();
        self.env = before;
        self.inline_depth -= 1;
        std::mem::replace(&mut self.lambda_result, outer).unwrap_or(Type::Unknown)
    }

    /// Something callable as a `Callable` type, where parameters and result are known.
    pub(super) fn as_callable(&mut self, ty: &Type) -> Option<CallableType> {
        match ty {
            Type::Callable(callable) => Some((**callable).clone()),
            Type::Class(class, args) => {
                let info = self.project.class(*class);
                let args = match info.filter(|_| args.is_empty()) {
                    Some(info) => info.type_params.iter().map(|_| Type::Unknown).collect(),
                    None => args.clone(),
                };
                Some(CallableType { params: None, result: Type::Instance(*class, args) })
            }
            Type::Function(function, receiver) => {
                let (module, definition) = self.project.function(*function)?;
                if definition.is_lambda {
                    return None;
                }
                let signature = self.project.signature(*function)?;
                let skip = usize::from(receiver.is_some());
                let module_id = module.id;
                let params = signature
                    .params
                    .iter()
                    .enumerate()
                    .skip(skip)
                    .filter(|(_, param)| !param.has_default)
                    .map(|(index, param)| match &param.ty {
                        Some(ty) => ty.clone(),
                        None => self
                            .project
                            .slots()
                            .find(module_id, SlotKind::Param(FunctionId(function.function), index as u16))
                            .map_or(Type::Unknown, |slot| self.read(slot)),
                    })
                    .collect();
                let result = self.result_of(*function);
                Some(CallableType { params: Some(params), result })
            }
            _ => None,
        }
    }
}
