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
mod operators;
mod options;
mod overloads;
mod patterns;
mod records;
mod results;
mod sources;
mod stmt;
#[cfg(test)]
mod tests;

use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::facts::{Block, ClassId, ExprId, FileFacts, Function, FunctionId, ScopeId, StmtKind};
use crate::infer::read_back::Clash;
use crate::infer::{
    Bound, Decorated, EvidenceKind, Introspected, Local, Overrun, Shape, ShapeKind, Site, Use, UseKind,
};
use crate::project::{Binding, Module, Project, SlotKind};
use crate::text::{Name, TextRange};
use crate::types::{
    Args, CallableType, ClassName, FunctionRef, ModuleId, Projection, SiteId, SlotId, Type, known, union,
};

pub(super) use self::sources::{holds, says};

use self::environment::{Environment, PathRoot};
use self::options::unpacked;
use self::sources::Sources;

/// Deepest nesting of calls that are evaluated in place, such as lambdas.
const MAX_INLINE: u32 = 4;
/// Deepest chain of projections that is followed.
const MAX_PROJECTIONS: usize = 4;
/// An operator on a value with more origins than this tells nothing about each.
const MAX_OPERANDS: usize = 3;

/// What is known after a round.
#[derive(Default)]
pub(super) struct State {
    /// By slot number: the join of what flows in.
    pub(super) types: Vec<Type>,
    /// By slot number: what flows in as far as single functions tell, without any hint.
    pub(super) plain: Vec<Type>,
    /// What each dict site holds.
    pub(super) sites: FxHashMap<SiteId, Held>,
    /// By slot number: what reading the slot gives in this round where that depends on other slots, and on which.
    pub(super) resolved: Vec<OnceLock<Option<Box<Resolved>>>>,
    /// By slot number: what was concluded before, and is now read as if the author had written it.
    pub(super) assumed: Vec<Option<Type>>,
    /// The definitions that assumed types mention.
    pub(super) shapes: Vec<Shape>,
    /// The types that these declare for local variables.
    pub(super) declared: FxHashMap<Local, Type>,
    /// By module: a hash of what they declare there.
    pub(super) declared_in: FxHashMap<ModuleId, u64>,
    /// While checking: what their own classes assign to attributes that are also assigned from outside.
    pub(super) own: FxHashMap<SlotId, Type>,
    /// Whether the repository is read as a checker reads it once what is assumed is written.
    pub(super) reads_back: bool,
    /// Whether contradictions to what is assumed are looked for.
    pub(super) checking: bool,
    /// Whether what is seen has been handed over: only what other units read is still recorded.
    pub(super) is_observed: bool,
}

impl State {
    /// To be called before each round.
    pub(super) fn begin_round(&mut self) {
        self.resolved.resize_with(self.types.len(), OnceLock::new);
        self.resolved.par_iter_mut().for_each(|resolved| drop(resolved.take()));
    }

    /// In what way the repository is read.
    pub(super) fn mode(&self) -> Mode {
        let Self { reads_back, is_observed, checking: is_checking, .. } = *self;
        Mode { reads_back, is_observed, is_checking }
    }

    /// Takes the declarations of local variables for written.
    pub(super) fn declare(&mut self, declared: impl Iterator<Item = (Local, Type)>) {
        self.declared.clear();
        self.declared_in.clear();
        for (local, ty) in declared {
            let mut hasher = FxHasher::default();
            (self.declared_in.get(&local.module), local, &ty).hash(&mut hasher);
            self.declared_in.insert(local.module, hasher.finish());
            self.declared.insert(local, ty);
        }
    }

    /// Replaces the slots in the type of a slot by what is known of them; none where there are none.
    fn resolve(&self, project: &Project, ty: &Type, reader: SlotId) -> Option<Box<Resolved>> {
        if !ty.any(&mut |part| matches!(part, Type::Slot(_))) {
            return None;
        }
        let mut others = Vec::new();
        let resolved = ty.map(&mut |part| match part {
            Type::Slot(slot) if *slot != reader => {
                others.push(*slot);
                if self.is_unknown_to_checkers(project, *slot) {
                    return None;
                }
                let index = slot.0 as usize;
                let known = concrete_part(self.assumed.get(index)?.as_ref().or(self.types.get(index))?);
                (!known.is_unknown() && known != Type::None).then_some(known)
            }
            _ => None,
        });
        Some(Box::new(Resolved { ty: resolved, others: others.into() }))
    }

    /// To a checker a parameter without a hint may be anything, whatever callers pass.
    fn is_unknown_to_checkers(&self, project: &Project, slot: SlotId) -> bool {
        self.reads_back
            && self.assumed[slot.0 as usize].is_none()
            && matches!(project.slots().info(slot).kind, SlotKind::Param(..))
    }
}

/// What reading a slot gives where that depends on other slots.
pub(super) struct Resolved {
    ty: Type,
    others: Box<[SlotId]>,
}

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

/// In what way a repository is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode {
    /// As a checker reads it.
    reads_back: bool,
    /// For nobody who would observe anything.
    pub(super) is_observed: bool,
    /// In search of contradictions.
    pub(super) is_checking: bool,
}

/// What a dict site holds.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub(super) struct SiteState {
    /// Constant keys with the join of their values.
    pub(super) fields: Vec<(Name, Type)>,
    /// Key and value of everything else.
    pub(super) dynamic: Option<(Type, Type)>,
}

/// What a dict site holds, with what follows from it once it is asked for.
#[derive(Default)]
pub(super) struct Held {
    pub(super) content: SiteState,
    /// The site as the `dict[K, V]` that it also is.
    dict: OnceLock<Type>,
    /// What a computed key gives.
    item: OnceLock<Type>,
}

impl From<SiteState> for Held {
    fn from(content: SiteState) -> Self {
        Self { content, ..Self::default() }
    }
}

/// What evaluating a unit yields.
#[derive(Default)]
pub(super) struct Output {
    pub(super) bounds: Vec<Bound>,
    pub(super) uses: Vec<Use>,
    pub(super) sites: Vec<Site>,
    pub(super) introspected: Vec<Introspected>,
    pub(super) decorated: Vec<Decorated>,
    /// What contradicts the assumed types.
    pub(super) clashes: Vec<Clash>,
    /// While checking: attributes, and the slots that they get their values from.
    pub(super) flows: Vec<(SlotId, SlotId)>,
    /// While checking: indices beyond the end of a tuple.
    pub(super) overruns: Vec<Overrun>,
    /// While checking: slots whose conclusion was looked at, without reading them.
    pub(super) weighed: FxHashSet<SlotId>,
    /// Slots whose type was asked for.
    pub(super) reads: FxHashSet<SlotId>,
    /// Sites whose contents were asked for.
    pub(super) site_reads: FxHashSet<SiteId>,
}

/// What of that is observed, as it is kept for a while.
#[derive(Clone, Default)]
pub(super) struct Observed {
    pub(super) bounds: Box<[Bound]>,
    pub(super) uses: Box<[Use]>,
    pub(super) sites: Box<[Site]>,
    pub(super) introspected: Box<[Introspected]>,
    pub(super) decorated: Box<[Decorated]>,
}

impl From<Output> for Observed {
    fn from(output: Output) -> Self {
        let Output { bounds, uses, sites, introspected, decorated, .. } = output;
        Self {
            bounds: bounds.into(),
            uses: uses.into(),
            sites: sites.into(),
            introspected: introspected.into(),
            decorated: decorated.into(),
        }
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

    fn function_body(&mut self, reference: FunctionRef) {
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
    fn end_of_body(&mut self, reference: FunctionRef, function: &Function) {
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
    fn is_overridden(&self, method: &Function) -> bool {
        method.class.is_some_and(|class| {
            let class = ClassName::new(self.module.name, self.facts.class(class).qualname);
            self.project.providing_subclasses(class, method.name).next().is_some()
        })
    }

    /// The class whose `self` a function sees: its own, or that of the method around it.
    fn enclosing_class(&self, function: &Function) -> Option<ClassId> {
        let mut function = function;
        loop {
            if function.class.is_some() {
                return function.class;
            }
            function = self.facts.function(function.parent?);
        }
    }

    /// The type of a parameter inside the body.
    fn parameter_type(&mut self, reference: FunctionRef, index: usize) -> Type {
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
        if param.kind == crate::facts::ParamKind::KwArgs
            && let Some(record) = unpacked(&element).cloned().or_else(|| self.options(reference).map(Type::Record))
        {
            return record;
        }
        match param.kind {
            crate::facts::ParamKind::VarArgs => known::TUPLE.of([element]),
            crate::facts::ParamKind::KwArgs => known::DICT.of([known::STR.instance(), element]),
            _ => element,
        }
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

    /// Records that a type flows into a slot.
    fn bound(&mut self, slot: SlotId, ty: Type, kind: EvidenceKind, range: TextRange) {
        self.bound_of(slot, ty.into(), kind, range);
    }

    /// The same where a part of what flows in may not be known.
    fn bound_of(&mut self, slot: SlotId, flowing: Gathered, kind: EvidenceKind, range: TextRange) {
        let Gathered { ty, hides_others, through } = flowing;
        self.check_bound(slot, &ty);
        if self.muted == 0 {
            self.out.bounds.push(Bound { slot, ty, kind, module: self.module.id, range, hides_others, through });
        }
    }

    /// Whether anybody wants to know what is asked of values.
    fn is_watching(&self) -> bool {
        self.muted == 0 && (!self.state.is_observed || self.state.checking)
    }

    /// Records a use of every member of a type that stands for a value about which nothing else is known.
    fn use_of(&mut self, subject: &Type, kind: &UseKind, range: TextRange) {
        if self.muted > 0 {
            return;
        }
        // `options[key] < 3` compares one of all the values that were ever stored.
        let is_operator = matches!(kind, UseKind::Operand(..) | UseKind::Compare(..));
        let origins = subject.members().iter().filter(|member| matches!(member, Type::Slot(_) | Type::Part(..)));
        if is_operator && origins.count() > MAX_OPERANDS {
            return;
        }
        let is_kept = |member: &Type| match member {
            Type::Record(_) => !self.state.is_observed || kind.is_stored(),
            Type::Slot(_) | Type::Part(..) => !self.state.is_observed,
            _ => false,
        };
        for member in subject.members() {
            if is_kept(member) {
                self.out.uses.push(Use {
                    subject: member.clone(),
                    kind: kind.clone(),
                    module: self.module.id,
                    range,
                    function: self.function,
                });
            }
        }
    }

    /// The parameter that an expression reads unchanged, when its type is known from callers: uses of it are recorded
    /// too, because they say what the body needs. The same for a loop variable that holds its elements, where these
    /// are of several classes.
    fn origin(&mut self, expr: ExprId, ty: &Type) -> Option<Type> {
        let crate::facts::ExprKind::Name(_, crate::facts::Place::Local { up, index }) = self.facts.expr(expr).kind
        else {
            return None;
        };
        let scope = self.scopes[self.frame_of(up).ok()?];
        if let Some(&slot) = self.elements.get(&(scope, index)) {
            let classes = ty.members().iter().filter(|member| matches!(member, Type::Instance(..)));
            return (classes.count() > 1).then(|| Self::part(&Type::Slot(slot), crate::types::Projection::Element));
        }
        self.parameter(expr).map(Type::Slot)
    }

    /// The parameter of the function being evaluated that an expression names.
    fn parameter(&self, expr: ExprId) -> Option<SlotId> {
        let crate::facts::ExprKind::Name(_, crate::facts::Place::Local { up: 0, index }) = self.facts.expr(expr).kind
        else {
            return None;
        };
        let function = self.function?;
        if self.scopes.len() != 1 {
            return None;
        }
        let definition = self.facts.function(FunctionId(function.function));
        let param = definition.params.get(usize::from(index))?;
        if param.kind != crate::facts::ParamKind::Normal
            && param.kind != crate::facts::ParamKind::KeywordOnly
            && param.kind != crate::facts::ParamKind::PositionalOnly
        {
            return None;
        }
        self.slot(SlotKind::Param(FunctionId(function.function), index))
    }

    /// Remembers that a loop variable holds the elements of what is looped over; `from` is the parameter that that is.
    fn holds_elements(&mut self, target: ExprId, from: Option<SlotId>) {
        if let Some(slot) = from
            && let crate::facts::ExprKind::Name(_, crate::facts::Place::Local { up: 0, index }) =
                self.facts.expr(target).kind
            && let Some(&scope) = self.scopes.last()
        {
            self.elements.insert((scope, index), slot);
        }
    }

    /// Records a use of an expression's value, and of the parameter it reads.
    fn use_of_expr(&mut self, expr: ExprId, ty: &Type, kind: &UseKind, range: TextRange) {
        self.use_of(ty, kind, range);
        self.check_use(expr, ty, kind);
        if self.muted == 0
            && !self.state.is_observed
            && let Some(origin) = self.origin(expr, ty)
            && !ty.members().contains(&origin)
        {
            self.use_of(&origin, kind, range);
        }
    }

    fn bind_captured(&mut self, scope: ScopeId, index: usize, ty: Type, range: TextRange) {
        if let Some(slot) = self.slot(SlotKind::Captured(scope, index as u16)) {
            self.bound(slot, ty, EvidenceKind::Assignment, range);
        }
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

/// Whether a block has a `return`, at any depth.
fn has_return(facts: &FileFacts, block: Block) -> bool {
    facts.block(block).any(|stmt| {
        matches!(stmt.kind, StmtKind::Return(_))
            || facts.inner_blocks(stmt).into_iter().any(|inner| has_return(facts, inner))
    })
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
