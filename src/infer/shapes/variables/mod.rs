//! Type variables: for functions whose result is as precise as what they are given.
//!
//! | the function | hints |
//! |---|---|
//! | gives back the function it is given | `func: F` and `-> F`, with `F = TypeVar("F", bound=Callable[..., Any])` |
//! | gives back the class it is given | `cls: type[T]` and `-> type[T]` |
//! | gives back a function of its own that passes on all it is called with | `Callable[P, R]` for both; `P.args`, `P.kwargs` and `R` inside |
//! | the same, where the inner function has a `self` before `*args` | `Callable[Concatenate[Any, P], R]` |
//! | the same, where it is `async` and awaits the result | `Callable[P, Awaitable[R]]`, and a coroutine of `R` |
//! | the same, where it gives something else | `Callable[P, Any]`, and what it gives |
//! | gives back one of these, defined inside | `-> Callable[[F], F]` and the like |
//! | changes what it is given: sets attributes, passes on more or less, gives it back sometimes | nothing |
//! | is given neither functions nor classes, or its parameter is known already | nothing |
//! | belongs to a family of methods, or has hints of its own | nothing |
//! | for a version of Python without `ParamSpec` | only `F` and `T` |
//!
//! Type variables are of one module each: that is how authors write them, and none of them needs an import.

mod handing;
mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::describe::{bounds_of, list};
use super::world::World;
use super::{Facts, Shapes, trim};
use crate::facts::{ArgumentKind, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::infer::{Confidence, Evidence, EvidenceKind, Home, Shape, ShapeKind, Solved, TypeVariable, Variable};
use crate::project::{Module, Project, SlotKind, last_name};
use crate::text::Name;
use crate::types::{CallableType, FunctionRef, Projection, ShapeId, SlotId, Type, known, union};
use handing::{Handing, Outcome, Wrapped};

/// Names under which functions are given.
const FUNCTIONS: [&str; 10] =
    ["f", "fn", "fun", "func", "function", "meth", "method", "callback", "wrapped", "view_func"];
/// Names under which classes are given.
const CLASSES: [&str; 4] = ["cls", "klass", "class_", "kls"];

/// The functions of modules that hand back what they are given.
pub(super) struct Handed<'a>(Vec<(&'a Module, Vec<(FunctionId, Handing)>)>);

impl<'a> Handed<'a> {
    /// Those of the modules that can be edited.
    pub(super) fn of(world: &World<'a>) -> Self {
        let modules = world.project.into_iter().flat_map(Project::repository);
        let modules: Vec<&Module> = modules.filter(|module| world.is_editable(module.id)).collect();
        let found = modules.into_par_iter().map(|module| (module, handing::of_file(&module.facts)));
        Self(found.filter(|(_, found)| !found.is_empty()).collect())
    }
}

/// Defines type variables for what nothing else explains.
pub(super) fn solve(
    world: &World,
    facts: &Facts,
    handed: &Handed,
    slots: &mut [Result<Solved, String>],
    shapes: &mut Shapes,
) {
    let Some(project) = world.project else { return };
    let decorated = Decorated::of(facts);
    for (module, found) in &handed.0 {
        let definer = Definer {
            project,
            facts,
            decorated: &decorated,
            module,
            variables: BTreeMap::new(),
            users: BTreeMap::new(),
            slots: &mut *slots,
            shapes: &mut *shapes,
        };
        definer.define(found);
    }
}

/// Takes back the hints of functions of which some cannot be written: the variables mean nothing in the others alone.
pub(super) fn doubt(shapes: &[Shape], slots: &mut [Result<Solved, String>]) {
    for shape in shapes {
        let ShapeKind::TypeVariable(TypeVariable { users, .. }) = &shape.kind else { continue };
        for user in users {
            let is_whole = user.iter().all(|slot| slots[slot.0 as usize].is_ok());
            for slot in user.iter().filter(|_| !is_whole) {
                if slots[slot.0 as usize].is_ok() {
                    slots[slot.0 as usize] = Err("another part of the signature cannot be annotated".to_owned());
                }
            }
        }
    }
}

/// The functions and classes that decorators are given, by decorator.
struct Decorated<'a>(BTreeMap<FunctionRef, Vec<&'a Type>>);

impl<'a> Decorated<'a> {
    fn of(facts: &Facts<'a>) -> Self {
        let mut given: BTreeMap<FunctionRef, Vec<&Type>> = BTreeMap::new();
        for decorated in &facts.observations.decorated {
            for member in decorated.decorator.members() {
                if let Type::Function(function, _) = member {
                    given.entry(*function).or_default().push(&decorated.definition);
                }
            }
        }
        Self(given)
    }
}

/// The signature of a function that hands something back.
struct Made {
    takes: Type,
    gives: Type,
    /// The variable that the proposal is about.
    variable: ShapeId,
    /// What is annotated together with it.
    slots: Vec<SlotId>,
}

struct Definer<'d, 'a> {
    project: &'d Project,
    facts: &'d Facts<'a>,
    decorated: &'d Decorated<'a>,
    module: &'d Module,
    /// The variables of the module.
    variables: BTreeMap<Variable, ShapeId>,
    /// By variable: the functions that have it in their signatures.
    users: BTreeMap<ShapeId, Vec<FunctionId>>,
    slots: &'d mut [Result<Solved, String>],
    shapes: &'d mut Shapes,
}

impl Definer<'_, '_> {
    fn define(mut self, found: &[(FunctionId, Handing)]) {
        let mut made: BTreeMap<FunctionId, Made> = BTreeMap::new();
        for (id, handing) in found {
            let signature = match handing {
                Handing::Back { param } => self.back(*id, *param),
                Handing::Wrapped(wrapped) => self.wrapped(*id, wrapped),
                Handing::Maker(inner) => {
                    if let Some(inner) = made.get_mut(inner) {
                        self.maker(*id, inner);
                    }
                    None
                }
            };
            made.extend(signature.map(|signature| (*id, signature)));
        }
        for Made { variable, slots, .. } in made.into_values() {
            if let ShapeKind::TypeVariable(TypeVariable { users, .. }) =
                &mut self.shapes.shapes[variable.0 as usize].kind
            {
                users.push(slots);
            }
        }
        // Readers look for type variables in one place.
        let users = self.users.values().flatten();
        let before = users.map(|&user| self.module.facts.function(user).range.start).min().unwrap_or_default();
        for (&kind, &id) in &self.variables {
            let users = self.users.remove(&id).unwrap_or_default();
            let shape = &mut self.shapes.shapes[id.0 as usize];
            shape.home.before = before;
            shape.reason = reason(&self.module.facts, kind, &users);
            shape.evidence = trim(users.iter().filter_map(|&user| last_return(self.module, user)).collect());
        }
    }

    /// The function gives back its parameter.
    fn back(&mut self, id: FunctionId, param: u16) -> Option<Made> {
        let (takes, gives) = (self.slot(SlotKind::Param(id, param))?, self.slot(SlotKind::Return(id))?);
        if !self.is_open(takes) || !self.is_open(gives) {
            return None;
        }
        let variable = self.given(id, takes, param)?;
        let shape = self.variable(variable, id);
        let (ty, reason) = if variable == Variable::Class {
            (known::TYPE.of([Type::Shape(shape)]), "It gives back the class that it is given.")
        } else {
            (Type::Shape(shape), "It gives back the function that it is given.")
        };
        let slots = self.conclude(id, vec![(takes, ty.clone()), (gives, ty.clone())], reason);
        Some(Made { takes: ty.clone(), gives: ty, variable: shape, slots })
    }

    /// The function gives back one that stands for the function that it is given.
    fn wrapped(&mut self, id: FunctionId, wrapped: &Wrapped) -> Option<Made> {
        if !self.project.target.at_least(10) {
            return None;
        }
        let inner = self.module.facts.function(wrapped.wrapper);
        let takes = self.slot(SlotKind::Param(id, wrapped.param))?;
        let gives = self.slot(SlotKind::Return(id))?;
        let result = self.slot(SlotKind::Return(wrapped.wrapper))?;
        if !self.is_open(takes) || !self.is_open(gives) {
            return None;
        }
        let bounds = bounds_of(self.facts.observations, result);
        // What is known of one `return` would be promised for all of them.
        let is_known = |ty: &Type| !ty.any(&mut |part| matches!(part, Type::Unknown | Type::Slot(_) | Type::Part(..)));
        let other = match &self.slots[result.0 as usize] {
            Ok(solved) if solved.confidence > Confidence::Low => Some(solved.ty.clone()),
            _ => None,
        };
        let other = other.filter(|_| bounds.iter().all(|bound| is_known(&bound.ty)));
        let is_same = wrapped.result == Outcome::Same;
        if !is_same && other.is_none() {
            return None;
        }
        let parameters = self.variable(Variable::Parameters, id);
        let handed = if is_same { Type::Shape(self.variable(Variable::Result, id)) } else { Type::Any };
        let is_optional = bounds.iter().any(|bound| bound.ty == Type::None);
        let back = match other {
            Some(other) if !is_same => other,
            _ if is_optional => union([handed.clone(), Type::None]),
            _ => handed.clone(),
        };
        let function = |result: Type| {
            let receiver = wrapped.has_receiver.then_some(Type::Any);
            let rest = Type::Part(Arc::new(Type::Shape(parameters)), Projection::Parameters);
            let params = Some(receiver.into_iter().chain([rest]).collect());
            Type::Callable(Arc::new(CallableType { params, result }))
        };
        let (ty, stand_in) = if inner.is_async {
            let coroutine = known::COROUTINE.of([Type::Any, Type::Any, back.clone()]);
            (function(known::AWAITABLE.of([handed])), function(coroutine))
        } else {
            (function(handed), function(back.clone()))
        };
        let mut concluded = vec![(takes, ty.clone()), (gives, stand_in.clone())];
        for (index, part) in (usize::from(wrapped.has_receiver)..).zip(["args", "kwargs"]) {
            let slot = self.slot(SlotKind::Param(wrapped.wrapper, index as u16))?;
            let projection = Projection::Attribute(Name::new(part));
            concluded.push((slot, Type::Part(Arc::new(Type::Shape(parameters)), projection)));
        }
        concluded.extend(is_same.then_some((result, back)));
        let reason = format!("`{}` passes on all that it is called with.", inner.name);
        let slots = self.conclude(id, concluded, &reason);
        Some(Made { takes: ty, gives: stand_in, variable: parameters, slots })
    }

    /// The function gives back one of these.
    fn maker(&mut self, id: FunctionId, inner: &mut Made) {
        let Some(gives) = self.slot(SlotKind::Return(id)).filter(|&slot| self.is_open(slot)) else { return };
        let params = Some(vec![inner.takes.clone()]);
        let ty = Type::Callable(Arc::new(CallableType { params, result: inner.gives.clone() }));
        let reason = "It gives back the decorator that it defines.";
        inner.slots.extend(self.conclude(id, vec![(gives, ty)], reason));
    }

    fn slot(&self, kind: SlotKind) -> Option<SlotId> {
        self.project.slots().find(self.module.id, kind)
    }

    /// Whether nothing sure is known of a slot, and no other method has a say in it.
    fn is_open(&self, slot: SlotId) -> bool {
        let is_sure = |solved: &Solved| solved.confidence > Confidence::Low;
        self.facts.families.family(slot).len() < 2 && !self.slots[slot.0 as usize].as_ref().is_ok_and(is_sure)
    }

    /// What kind of variable stands for what a function is given: functions or classes.
    fn given(&self, id: FunctionId, slot: SlotId, param: u16) -> Option<Variable> {
        let function = FunctionRef { module: self.module.id, function: id.0 };
        let bounds = bounds_of(self.facts.observations, slot).iter().map(|bound| &bound.ty);
        let decorated = self.decorated.0.get(&function).into_iter().flatten().copied();
        let mut has_class = false;
        let mut has_function = false;
        for ty in bounds.chain(decorated).flat_map(Type::members) {
            match ty {
                Type::Unknown | Type::Opaque | Type::Slot(_) | Type::Part(..) => {}
                Type::Function(..) | Type::Callable(_) => has_function = true,
                Type::Class(..) => has_class = true,
                _ => return None,
            }
        }
        let name = self.module.facts.function(id).params.get(usize::from(param))?.name;
        match (has_function, has_class) {
            (true, _) => Some(Variable::Function),
            (false, true) => Some(Variable::Class),
            _ if CLASSES.contains(&name.as_str()) => Some(Variable::Class),
            _ => FUNCTIONS.contains(&name.as_str()).then_some(Variable::Function),
        }
    }

    /// The module's variable of a kind, for a function.
    fn variable(&mut self, kind: Variable, function: FunctionId) -> ShapeId {
        if let Some(&id) = self.variables.get(&kind) {
            return id;
        }
        let written = existing(self.module, kind);
        let names = match kind {
            Variable::Function => ["F", "Func", "FuncT"],
            Variable::Class => ["T", "C", "ClassT"],
            Variable::Result => ["R", "Result", "ResultT"],
            Variable::Parameters => ["P", "Params", "ParamsT"],
        };
        // A local variable would hide a variable of the module, and short names are often taken.
        let is_clear = |name: &Name| self.module.facts.scopes.iter().all(|scope| scope.index_of(*name).is_none());
        let names = names.map(Name::new).into_iter().filter(is_clear).collect();
        let id = self.shapes.define(Shape {
            names: written.map_or(names, |name| vec![name]),
            kind: ShapeKind::TypeVariable(TypeVariable { kind, exists: written.is_some(), users: Vec::new() }),
            home: Home { module: self.module.id, before: self.module.facts.function(function).range.start },
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::Medium,
            reason: String::new(),
            evidence: Vec::new(),
        });
        self.variables.insert(kind, id);
        id
    }

    /// Annotates slots of one function.
    fn conclude(&mut self, function: FunctionId, slots: Vec<(SlotId, Type)>, reason: &str) -> Vec<SlotId> {
        let evidence = trim(last_return(self.module, function).into_iter().collect());
        let annotated = slots.iter().map(|(slot, _)| *slot).collect();
        for (slot, ty) in slots {
            for id in ty.shapes() {
                let users = self.users.entry(id).or_default();
                if users.last() != Some(&function) {
                    users.push(function);
                }
                self.shapes.shapes[id.0 as usize].slots.push(slot);
            }
            self.slots[slot.0 as usize] = Ok(Solved {
                ty,
                confidence: Confidence::Medium,
                reason: reason.to_owned(),
                evidence: evidence.clone(),
            });
        }
        annotated
    }
}

fn reason(facts: &FileFacts, kind: Variable, users: &[FunctionId]) -> String {
    let titles: Vec<String> = users.iter().rev().map(|&user| format!("`{}`", facts.function(user).qualname)).collect();
    let (gives, its) = if titles.len() == 1 { ("gives", "it is") } else { ("give", "they are") };
    let what = match kind {
        Variable::Function => format!("back the function that {its} given"),
        Variable::Class => format!("back the class that {its} given"),
        Variable::Parameters => format!("back a function that takes what the one that {its} given takes"),
        Variable::Result => format!("back a function that gives what the one that {its} given gives"),
    };
    format!("{} {gives} {what}.", list(&titles))
}

/// The `return` at the end of a function.
fn last_return(module: &Module, function: FunctionId) -> Option<Evidence> {
    let last = module.facts.block(module.facts.function(function).body).last()?;
    Some(Evidence { kind: EvidenceKind::Return, module: module.id, range: last.range, ty: None })
}

/// The name of a type variable of this kind that the file defines.
fn existing(module: &Module, kind: Variable) -> Option<Name> {
    let facts = &module.facts;
    let is_of_kind = |call: ExprId| {
        let ExprKind::Call(_, arguments) = facts.expr(call).kind else { return false };
        let options = facts.arguments(arguments).get(1..).unwrap_or_default();
        match (last_name(facts, call).map_or("", Name::as_str), options) {
            ("ParamSpec", []) => kind == Variable::Parameters,
            ("TypeVar", []) => matches!(kind, Variable::Class | Variable::Result),
            ("TypeVar", [bound]) if matches!(bound.kind, ArgumentKind::Keyword(name) if name.is("bound")) => {
                kind == Variable::Function && is_any_callable(facts, bound.value)
            }
            _ => false,
        }
    };
    facts.block(facts.body).find_map(|stmt| {
        let StmtKind::Assign(targets, value, None) = stmt.kind else { return None };
        let [target] = facts.list(targets) else { return None };
        let ExprKind::Name(name, _) = facts.expr(*target).kind else { return None };
        (module.symbols.get(name).len() == 1 && is_of_kind(value)).then_some(name)
    })
}

/// Whether an expression is `Callable[..., Any]`.
fn is_any_callable(facts: &FileFacts, expr: ExprId) -> bool {
    let ExprKind::Subscript(value, index) = facts.expr(expr).kind else { return false };
    let ExprKind::Tuple(items) = facts.expr(index).kind else { return false };
    let [params, result] = facts.list(items) else { return false };
    last_name(facts, value).is_some_and(|name| name.is("Callable"))
        && matches!(facts.expr(*params).kind, ExprKind::Ellipsis)
        && last_name(facts, *result).is_some_and(|name| name.is("Any"))
}
