//! Abstract interpretation of one unit: a function's body, or a module's body with its class bodies.
//!
//! Evaluation walks the statements in order with an environment of local types, splits it at branches and joins it
//! after them. Loop bodies are walked twice, the first time silently, so that what the end of the body binds is known
//! at its start. Nothing is written to shared state: a unit reads the [`State`] of the last round and yields an
//! [`Output`], so that units can be evaluated in any order on any thread.

mod arguments;
mod assignable;
mod attribute;
mod bind;
mod body;
mod builtins;
mod call;
mod callables;
mod check;
mod construct;
mod declared_shapes;
mod definitions;
mod dispatch;
mod environment;
mod expr;
mod generics;
mod introspect;
mod names;
mod narrow;
mod observing;
mod operators;
mod options;
mod output;
mod overloads;
mod patterns;
mod records;
mod results;
mod sources;
mod state;
mod stmt;
#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{ClassId, ExprId, FileFacts, FunctionId, ScopeId};
use crate::infer::ShapeKind;
use crate::project::{Module, Project, SlotKind};
use crate::text::{Name, TextRange};
use crate::types::{CallableType, FunctionRef, ModuleId, Projection, SlotId, Type, union};

pub(super) use self::output::{Observed, Output};
pub(super) use self::sources::{holds, says};
pub(super) use self::state::{Mode, SiteState, State};

use self::environment::{Environment, PathRoot};
use self::sources::Sources;

/// Deepest nesting of calls that are evaluated in place, such as lambdas.
const MAX_INLINE: u32 = 4;
/// Deepest chain of projections that is followed.
const MAX_PROJECTIONS: usize = 4;

/// What an expression gives.
struct Gathered {
    ty: Type,
    /// Whether it also gives values about which nothing is known.
    hides_others: bool,
    /// The return of the function whose result it is, or the parameter that it is.
    through: Option<SlotId>,
}

impl From<Type> for Gathered {
    fn from(ty: Type) -> Self {
        Self { ty, hides_others: false, through: None }
    }
}

/// A unit of evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// The body of a module, class bodies included.
    Module(ModuleId),
    /// The body of a function.
    Function(FunctionRef),
}

impl Unit {
    /// The module that holds it.
    pub(super) fn module(self) -> ModuleId {
        match self {
            Self::Module(module) => module,
            Self::Function(function) => function.module,
        }
    }
}

/// Evaluates one unit.
pub(super) struct Evaluator<'a> {
    project: &'a Project,
    state: &'a State,
    module: &'a Module,
    facts: &'a FileFacts,
    out: Output,
    scopes: Vec<ScopeId>,
    env: Environment,
    /// The function being evaluated; none in a module's body.
    function: Option<FunctionRef>,
    /// The class whose body or method is evaluated.
    class: Option<ClassId>,
    /// Above zero, nothing is recorded: the first walk over a loop, lambdas evaluated for their result.
    muted: u32,
    inline_depth: u32,
    /// Whether a `return` of the function was reached.
    returns: bool,
    /// Environments at `break` and `continue` of the open loops.
    loops: Vec<LoopExits>,
    /// Result of the lambda being evaluated in place.
    lambda_result: Option<Type>,
    /// Lambdas among the arguments of open calls that were evaluated with what they are called with.
    called_lambdas: Vec<FunctionId>,
    /// The return that was read last for a call.
    called: Option<SlotId>,
    /// What the walruses of the statement being evaluated have bound.
    walrus: Vec<(ExprId, Type)>,
    /// While checking: by scope and index of the local variable the expressions that it was given.
    sources: FxHashMap<(ScopeId, u16), Vec<ExprId>>,
    /// While checking: where the values of expressions of the present statement come from.
    traced: FxHashMap<ExprId, Rc<Sources>>,
    /// While checking: what the call being looked at is made on, a method's object or a function.
    callee: Option<ExprId>,
    /// While checking: keys that the unit asks for or stores before it reads them.
    asked_keys: FxHashSet<Name>,
    /// Loop variables that hold the elements of a parameter.
    elements: FxHashMap<(ScopeId, u16), SlotId>,
    /// The names of attributes in the making that variables hold, and what is found by them: `method = "do_" + command`.
    made_names: FxHashMap<Name, ExprId>,
    /// The statement being evaluated: where values are passed that no expression stands for, as to `__getitem__`.
    here: TextRange,
}

#[derive(Default)]
struct LoopExits {
    breaks: Vec<Environment>,
    continues: Vec<Environment>,
}

impl<'a> Evaluator<'a> {
    /// Evaluates a unit against the state of the last round.
    pub(super) fn run(project: &'a Project, state: &'a State, unit: Unit) -> Output {
        let (module, function) = match unit {
            Unit::Module(module) => (project.module(module), None),
            Unit::Function(function) => (project.module(function.module), Some(function)),
        };
        let Some(module) = module else { return Output::default() };
        let mut evaluator = Evaluator {
            project,
            state,
            module,
            facts: &module.facts,
            out: Output::default(),
            scopes: Vec::new(),
            env: Environment::new(),
            function,
            class: None,
            muted: 0,
            inline_depth: 0,
            returns: false,
            loops: Vec::new(),
            lambda_result: None,
            called_lambdas: Vec::new(),
            called: None,
            walrus: Vec::new(),
            sources: FxHashMap::default(),
            traced: FxHashMap::default(),
            callee: None,
            asked_keys: FxHashSet::default(),
            elements: FxHashMap::default(),
            made_names: FxHashMap::default(),
            here: TextRange::default(),
        };
        match function {
            None => {
                evaluator.push_scope(ScopeId(0));
                evaluator.block(module.facts.body);
            }
            Some(function) => evaluator.function_body(function),
        }
        evaluator.out
    }

    fn slot(&self, kind: SlotKind) -> Option<SlotId> {
        self.project.slots().find(self.module.id, kind)
    }

    /// The state of a slot, with what other slots in it are known to be.
    fn read(&mut self, slot: SlotId) -> Type {
        self.out.reads.insert(slot);
        if let Some(assumed) = self.state.assumed.get(slot.0 as usize).and_then(Option::as_ref) {
            return self.without_aliases(assumed);
        }
        if self.state.is_unknown_to_checkers(self.project, slot) {
            return if self.project.defaults_to_none(slot) { Type::None } else { Type::Unknown };
        }
        let Some(ty) = self.state.types.get(slot.0 as usize) else { return Type::Unknown };
        let Some(place) = self.state.resolved.get(slot.0 as usize) else { return ty.clone() };
        match place.get_or_init(|| self.state.resolve(self.project, ty, slot)) {
            Some(resolved) => {
                self.out.reads.extend(&resolved.others);
                self.undeclared(resolved.ty.clone())
            }
            None => self.undeclared(ty.clone()),
        }
    }

    /// A value as a checker finds it where no type is declared for it: a display is a plain dict there, whatever it
    /// would be where it is wanted.
    fn undeclared(&mut self, ty: Type) -> Type {
        if !self.state.checking || !ty.any(&mut |part| matches!(part, Type::Record(_))) {
            return ty;
        }
        ty.map(&mut |part| matches!(part, Type::Record(_)).then(|| self.record_as_dict(part)))
    }

    /// What is seen of a gathered type.
    fn seen(&self, gathered: &Type) -> Type {
        if self.state.reads_back { gathered.visible_to_checkers() } else { gathered.visible() }
    }

    /// What a value of one of several types is, all of which are possible.
    fn either(&self, types: impl IntoIterator<Item = Type>) -> Type {
        self.seen(&union(types.into_iter().map(Type::gathered)))
    }

    /// Aliases that a proposal defines stand for what they name, and its type variables for anything.
    fn without_aliases(&self, ty: &Type) -> Type {
        let shapes = &self.state.shapes;
        ty.map(&mut |part| match part {
            Type::Shape(id) => match &shapes.get(id.0 as usize)?.kind {
                ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) => Some(ty.clone()),
                ShapeKind::TypeVariable(_) => Some(Type::Any),
                _ => None,
            },
            Type::Part(whole, _) if matches!(**whole, Type::Shape(_)) => Some(Type::Any),
            Type::Callable(callable) if callable.takes_any_number() => {
                let result = self.without_aliases(&callable.result);
                Some(Type::Callable(Arc::new(CallableType { params: None, result })))
            }
            _ => None,
        })
    }

    /// A part of a value about which nothing is known.
    fn part(whole: &Type, projection: Projection) -> Type {
        let mut depth = 0;
        let mut inner = whole;
        while let Type::Part(next, _) = inner {
            depth += 1;
            inner = next;
        }
        if depth >= MAX_PROJECTIONS { Type::Unknown } else { Type::Part(Arc::new(whole.clone()), projection) }
    }
}

/// What is known of a type besides slots and parts.
pub(super) fn concrete_part(ty: &Type) -> Type {
    match ty {
        Type::Slot(_) | Type::Part(..) => Type::Unknown,
        Type::Union(members) if members.iter().any(|member| matches!(member, Type::Slot(_) | Type::Part(..))) => {
            union(members.iter().filter(|member| !matches!(member, Type::Slot(_) | Type::Part(..))).cloned())
        }
        other => other.clone(),
    }
}
