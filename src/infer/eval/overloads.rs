//! Overloaded functions: which overload a call means.

use crate::project::{Definition, Signature};
use crate::types::{FunctionRef, Type, union, without_none};

use super::Evaluator;
use super::call::Given;
use super::generics::Fit;

/// Unions with more members than this are not taken apart.
const MAX_MEMBERS: usize = 4;

/// An overload that may be meant.
struct Possible {
    result: Type,
    /// What it declares for the arguments of which too little is known.
    open: Vec<Type>,
}

impl Evaluator<'_> {
    /// All overloads of a function, in the order of the text.
    pub(super) fn overloads(&self, function: FunctionRef) -> Vec<FunctionRef> {
        let Some((module, definition)) = self.project.function(function) else { return vec![function] };
        let definitions = match definition.class {
            Some(class) => self.project.class_at(module, class).symbols.get(definition.name),
            None => module.symbols.get(definition.name),
        };
        definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::Function(id) => Some(FunctionRef { module: module.id, function: id.0 }),
                _ => None,
            })
            .collect()
    }

    /// The result of an overloaded function.
    pub(super) fn call_overloaded(&mut self, function: FunctionRef, receiver: Option<&Type>, given: &[Given]) -> Type {
        if let Some(result) = self.first_overload(function, receiver, given) {
            return result;
        }
        // Where no overload takes `None`, the value is not `None` there, though nothing that was seen says so.
        let mut given: Vec<Given> =
            given.iter().map(|argument| Given { ty: without_none(&argument.ty), ..argument.clone() }).collect();
        if let Some(result) = self.first_overload(function, receiver, &given) {
            return result;
        }
        // The members of a union may mean different overloads.
        let Some(index) = given.iter().position(|argument| (2..=MAX_MEMBERS).contains(&argument.ty.members().len()))
        else {
            return Type::Unknown;
        };
        let mut results = Vec::new();
        for member in given[index].ty.members().to_vec() {
            given[index].ty = member;
            results.extend(self.first_overload(function, receiver, &given));
        }
        union(results)
    }

    /// The result of the first overload that the arguments fit; none where they fit none. Where nothing is known of an
    /// argument, the overloads that it may fit must agree, or treat it alike.
    fn first_overload(&mut self, function: FunctionRef, receiver: Option<&Type>, given: &[Given]) -> Option<Type> {
        let mut possible: Option<Possible> = None;
        for overload in self.overloads(function) {
            let Some(signature) = self.project.signature(overload) else { continue };
            if !signature.is_overload {
                continue;
            }
            self.muted += 1;
            let attempt = self.try_call(overload, signature, receiver, given, false);
            self.muted -= 1;
            let Some((result, fit)) = attempt else { continue };
            match fit {
                Fit::No => {}
                Fit::Yes => {
                    if self.muted == 0 {
                        self.try_call(overload, signature, receiver, given, true);
                    }
                    return match possible {
                        Some(other) if other.result != result => Some(Type::Unknown),
                        _ => Some(result),
                    };
                }
                Fit::Maybe => {
                    let open = self.open_params(signature, usize::from(receiver.is_some()), given);
                    match &possible {
                        Some(other) if other.result != result && other.open != open => return Some(Type::Unknown),
                        Some(_) => {}
                        None => possible = Some(Possible { result, open }),
                    }
                }
            }
        }
        possible.map(|possible| possible.result)
    }

    /// What a signature declares for the arguments that may or may not fit.
    fn open_params(&mut self, signature: &Signature, skip: usize, given: &[Given]) -> Vec<Type> {
        let mut open = Vec::new();
        for matched in self.match_arguments(signature, skip, given).into_iter().flatten() {
            let Some(declared) = &signature.params[matched.param].ty else { continue };
            if self.fits(&matched.ty, declared, 0) == Fit::Maybe {
                open.push(declared.clone());
            }
        }
        open
    }
}
