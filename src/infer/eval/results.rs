//! What calling a function gives, before its arguments are looked at.

use crate::facts::{Function, FunctionId};
use crate::project::{Definition, Effect, Module, SlotKind};
use crate::types::{ClassName, FunctionRef, SlotId, Type, known};

use super::Evaluator;
use super::attribute::MAX_PROVIDERS;

impl Evaluator<'_> {
    /// The declared or seen type of the result of calling a function, before its decorators.
    pub(super) fn result_of(&mut self, function: FunctionRef) -> Type {
        let project = self.project;
        let Some((module, definition)) = project.function(function) else { return Type::Unknown };
        let Some(signature) = project.signature(function) else { return Type::Unknown };
        let (is_async, is_generator) = (definition.is_async, definition.is_generator);
        let slot = project.slots().find(function.module, SlotKind::Return(FunctionId(function.function)));
        let is_concluded =
            slot.is_some_and(|slot| self.state.assumed.get(slot.0 as usize).is_some_and(Option::is_some));
        let handed_back = slot.and_then(|slot| self.function_behind(slot, signature.result.as_ref()?));
        let result = match &signature.result {
            Some(_) if let Some(function) = handed_back => function,
            Some(declared) if !declared.is_unknown() => {
                // A coroutine function's annotation is what it gives when awaited.
                if is_async && !is_generator && !Self::is_async_iterator_stub(module.source.is_none(), declared) {
                    known::COROUTINE.of([Type::Any, Type::Any, declared.clone()])
                } else {
                    declared.clone()
                }
            }
            // What is concluded for it is written, and holds for its overrides too.
            _ if signature.is_placeholder && definition.class.is_some() && !is_concluded => {
                self.result_of_overrides(module, definition)
            }
            _ => match slot {
                Some(slot) => {
                    let seen = self.read(slot);
                    self.called = Some(slot);
                    if is_async && !is_generator { known::COROUTINE.of([Type::Any, Type::Any, seen]) } else { seen }
                }
                None => Type::Unknown,
            },
        };
        match signature.effect {
            Effect::Transparent => result,
            Effect::ContextManager => {
                let element = self.iterate(&result);
                Self::standard("contextlib", "AbstractContextManager", vec![element, Type::None])
            }
            Effect::AsyncContextManager => {
                let element = self.async_iterate(&result);
                Self::standard("contextlib", "AbstractAsyncContextManager", vec![element, Type::None])
            }
            Effect::Opaque => Type::Unknown,
        }
    }

    /// The function that a result is which is declared as something that can be called. What it does with what it is
    /// called with, such as to read its annotations, is not in the declaration.
    fn function_behind(&mut self, slot: SlotId, declared: &Type) -> Option<Type> {
        if self.state.reads_back || !matches!(declared, Type::Callable(_)) {
            return None;
        }
        let seen = self.read(slot);
        let is_function = |member: &Type| matches!(member, Type::Function(..));
        (!seen.is_unknown() && seen.members().iter().all(is_function)).then_some(seen)
    }

    /// What a method gives that subclasses write.
    fn result_of_overrides(&mut self, module: &Module, method: &Function) -> Type {
        let project = self.project;
        let Some(class) = method.class else { return Type::Unknown };
        let class = ClassName::new(module.name, module.facts.class(class).qualname);
        let mut results = Vec::new();
        for subclass in project.providing_subclasses(class, method.name).take(MAX_PROVIDERS) {
            let Some(info) = project.class(subclass) else { continue };
            let Some(Definition::Function(function)) = info.symbols.get(method.name).last() else { continue };
            let function = FunctionRef { module: info.module, function: function.0 };
            if project.signature(function).is_some_and(|signature| !signature.is_placeholder) {
                results.push(self.result_of(function));
            }
        }
        self.either(results)
    }

    /// An `async def` in a stub that is declared to give an async iterator is still a coroutine; only the body of a
    /// real function shows that it is a generator.
    fn is_async_iterator_stub(is_stub: bool, declared: &Type) -> bool {
        is_stub && matches!(declared, Type::Instance(class, _) if *class == known::ASYNC_GENERATOR.class())
    }
}
