//! What the members of a protocol are, over all that implement it.

use std::collections::BTreeSet;

use super::super::describe::iterated;
use super::super::widen::{MEMBERS, is_settled, widen};
use super::super::world::{FunctionView, MemberView, ParamView, World};
use super::super::{Shapes, lower};
use super::asked::{Asked, CALL, Calls};
use crate::facts::{FunctionId, ParamKind};
use crate::infer::{MemberKind, MethodParam, MethodShape, Passing};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type, union};

/// Something that implements a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Implementer {
    Class(ClassName),
    Module(ModuleId),
    /// A function, and whether it is a method of the object that it was taken from.
    Function(FunctionRef, bool),
}

impl Implementer {
    /// Whether the first parameter of a method takes the object itself.
    fn has_self(self) -> bool {
        match self {
            Self::Class(_) => true,
            Self::Module(_) => false,
            Self::Function(_, is_bound) => is_bound,
        }
    }
}

/// Whether one class of the project, or the interface of one of its modules, already says it all.
pub(super) fn has_common_base(world: &World, implementers: &BTreeSet<Implementer>, members: &[(Name, Asked)]) -> bool {
    let mut common: Option<Vec<ClassName>> = None;
    for implementer in implementers {
        let Implementer::Class(class) = implementer else { return false };
        let Some(view) = world.classes.get(class) else { return false };
        let shared = match common {
            None => view.mro.clone(),
            Some(before) => before.into_iter().filter(|base| view.mro.contains(base)).collect(),
        };
        common = Some(shared);
    }
    let may_share = |implementer: &Implementer| match implementer {
        Implementer::Class(class) => world.classes.get(class).is_some_and(|view| view.has_unknown_base),
        Implementer::Module(_) | Implementer::Function(..) => false,
    };
    // A base that cannot be read may be the same one, and have it all.
    if implementers.iter().all(may_share) {
        return true;
    }
    common.unwrap_or_default().into_iter().any(|base| {
        world.classes.contains_key(&base) && members.iter().all(|(name, _)| world.member(base, *name).is_some())
    })
}

/// Whether the implementers are few and of one family, so that a union of them says more than what they have in common.
pub(super) fn are_few_relatives(world: &World, implementers: &BTreeSet<Implementer>) -> bool {
    let bases = |implementer: &Implementer| match implementer {
        Implementer::Class(class) => world.classes.get(class).map_or(&[][..], |view| &view.mro),
        Implementer::Module(_) | Implementer::Function(..) => &[],
    };
    let mut all = implementers.iter().map(bases);
    let Some(first) = all.next() else { return false };
    let rest: Vec<&[ClassName]> = all.collect();
    implementers.len() <= MEMBERS
        && first.iter().any(|base| world.classes.contains_key(base) && rest.iter().all(|mro| mro.contains(base)))
}

/// What a member is, over all implementers; none where one lacks it or they do not agree on what it is.
pub(super) fn member_kind(
    world: &World,
    types: &[Type],
    shapes: &Shapes,
    implementers: &BTreeSet<Implementer>,
    name: Name,
    asked: &Asked,
) -> Option<MemberKind> {
    let mut values = Vec::new();
    let mut methods = Vec::new();
    for implementer in implementers {
        match find_member(world, *implementer, name)? {
            MemberView::Property(_) if asked.written => return None,
            MemberView::Attribute(slot) | MemberView::Property(slot) => {
                values.push(slot_type(world, types, shapes, slot));
            }
            MemberView::Method(module, function) => {
                methods.push((world.function(module, function.0)?, implementer.has_self()));
            }
            MemberView::Other => return None,
        }
    }
    match (&asked.called, methods.is_empty()) {
        (Some(called), false) if values.is_empty() && !asked.written => method(world, types, shapes, &methods, called),
        (None, true) => {
            let ty = common(values);
            // A property without a type would be `Any`: still true, but it says nothing.
            let ty = if ty.is_unknown() { Type::Any } else { ty };
            Some(if asked.written { MemberKind::Attribute(ty) } else { MemberKind::Property(ty) })
        }
        _ => None,
    }
}

fn find_member(world: &World, implementer: Implementer, name: Name) -> Option<MemberView> {
    match implementer {
        Implementer::Class(class) => world.member(class, name),
        Implementer::Module(module) => {
            let function = world.module(module)?.functions.iter().position(|function| {
                function.name == name && function.class.is_none() && is_top_level(world, module, function)
            });
            if let Some(number) = function {
                return Some(MemberView::Method(module, FunctionId(number as u32)));
            }
            world.variables.get(&(module, name)).map(|&slot| MemberView::Attribute(slot))
        }
        Implementer::Function(function, _) => {
            name.is(CALL).then_some(MemberView::Method(function.module, FunctionId(function.function)))
        }
    }
}

fn is_top_level(world: &World, module: ModuleId, function: &FunctionView) -> bool {
    world.module(module).is_some_and(|module| {
        !module
            .functions
            .iter()
            .any(|outer| outer.range.start < function.range.start && function.range.end <= outer.range.end)
    })
}

/// The type of a slot as declared, as assigned, or as seen.
fn slot_type(world: &World, types: &[Type], shapes: &Shapes, slot: SlotId) -> Type {
    if let Some(declared) = world.declared.get(&slot) {
        return declared.clone();
    }
    if let Some(solved) = shapes.assigned.get(&slot) {
        return solved.ty.clone();
    }
    let seen = shapes.settle(lower(types, slot));
    widen(&if seen.is_unknown() { shapes.settle(&Type::Slot(slot)) } else { seen })
}

/// The signature that all implementations of a method accept.
fn method(
    world: &World,
    types: &[Type],
    shapes: &Shapes,
    methods: &[(&FunctionView, bool)],
    called: &Calls,
) -> Option<MemberKind> {
    let is_async = methods.first()?.0.is_coroutine;
    if methods.iter().any(|(function, _)| function.is_coroutine != is_async) {
        return None;
    }
    let accepted = Accepted::of(methods, called)?;
    let seen = |slot| slot_type(world, types, shapes, slot);
    let taken = |params: &[ParamView], passed: Option<&Type>| {
        let own: Vec<Type> = params.iter().map(|param| param.slot.map_or(Type::Unknown, seen)).collect();
        let is_known = |ty: &Type| !ty.is_unknown();
        if own.first().is_some_and(is_known) && own.windows(2).all(|pair| pair[0] == pair[1]) {
            return common(own);
        }
        // An argument goes into the parameter, so that what callers pass is what all implementations have to take.
        passed.map_or(Type::Unknown, |ty| common(vec![shapes.settle(ty)]))
    };
    let mut params = Vec::new();
    for (index, found) in accepted.by_position.iter().enumerate() {
        let first = found.first()?.name;
        let is_shared = found.iter().all(|param| param.name == first && param.kind == ParamKind::Normal);
        // Some calls leave it out: then all implementations must have a default, and the protocol says so.
        let optional = index >= called.least && !called.keywords.contains_key(&first);
        if optional && !found.iter().all(|param| param.has_default) {
            return None;
        }
        params.push(MethodParam {
            name: if found.iter().all(|param| param.name == first) {
                first
            } else {
                Name::new(&format!("arg{}", index + 1))
            },
            ty: taken(found, called.passed.get(index)),
            optional,
            passing: if is_shared { Passing::Either } else { Passing::Position },
        });
    }
    if let Some(last) = params.iter().rposition(|param| param.passing == Passing::Position) {
        params[..last].iter_mut().for_each(|param| param.passing = Passing::Position);
    }
    for (name, places, found) in &accepted.by_keyword {
        if params.iter().any(|param| param.name == *name) {
            continue;
        }
        let optional = !called.keywords.get(name).copied().unwrap_or(false);
        if optional && !found.iter().all(|param| param.has_default) {
            return None;
        }
        let is_next = places.iter().all(|place| *place == Some(params.len()))
            && params.last().is_none_or(|last| last.passing != Passing::Keyword && last.optional <= optional);
        params.push(MethodParam {
            name: *name,
            ty: taken(found, called.named.get(name)),
            optional,
            passing: if is_next { Passing::Either } else { Passing::Keyword },
        });
    }
    // The order of what is passed by name is free: what is always passed comes first.
    params.sort_by_key(|param| param.passing == Passing::Keyword && param.optional);
    let given = |slot| iterated(&seen(slot));
    let results: Vec<Type> =
        methods.iter().map(|(function, _)| function.returns.map_or(Type::Unknown, given)).collect();
    // A method that returns nothing in any implementation is worth saying; an attribute that is always `None` is not.
    let result = if results.iter().all(|ty| *ty == Type::None) { Type::None } else { common(results) };
    Some(MemberKind::Method(MethodShape { params, result, is_async }))
}

/// The parameters of all implementations that take what calls pass.
struct Accepted {
    by_position: Vec<Vec<ParamView>>,
    /// In the order of the first implementation, with the places of those that can be passed by position too.
    by_keyword: Vec<(Name, Vec<Option<usize>>, Vec<ParamView>)>,
}

impl Accepted {
    /// None where an implementation does not take the calls.
    fn of(methods: &[(&FunctionView, bool)], called: &Calls) -> Option<Self> {
        let mut by_position: Vec<Vec<ParamView>> = vec![Vec::new(); called.most];
        let mut by_keyword: Vec<(Name, Vec<Option<usize>>, Vec<ParamView>)> = Vec::new();
        for (function, has_self) in methods {
            let own = &function.params[usize::from(*has_self).min(function.params.len())..];
            let is_positional =
                |param: &&ParamView| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal);
            let positional: Vec<&ParamView> = own.iter().filter(is_positional).collect();
            let rest = own.iter().find(|param| param.kind == ParamKind::VarArgs);
            for (index, params) in by_position.iter_mut().enumerate() {
                // What goes into `*args` need not be passed.
                let of_rest = || rest.map(|rest| ParamView { has_default: true, slot: None, ..*rest });
                params.push(positional.get(index).map(|param| **param).or_else(of_rest)?);
            }
            let is_named = |param: &&ParamView| {
                matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
                    && called.keywords.contains_key(&param.name)
            };
            let named: Vec<&ParamView> = own.iter().filter(is_named).collect();
            if named.len() < called.keywords.len() {
                return None;
            }
            for param in named {
                let place = positional.iter().position(|other| other.name == param.name);
                match by_keyword.iter_mut().find(|(name, ..)| *name == param.name) {
                    Some((_, places, params)) => {
                        places.push(place);
                        params.push(*param);
                    }
                    None => by_keyword.push((param.name, vec![place], vec![*param])),
                }
            }
            // What is not passed must be optional everywhere.
            let needs_more = positional
                .iter()
                .skip(called.most)
                .any(|param| !param.has_default && !called.keywords.contains_key(&param.name));
            if needs_more {
                return None;
            }
        }
        Some(Self { by_position, by_keyword })
    }
}

/// The type that several places have in common; `Unknown` where one of them is not known, or nothing is but `None`.
fn common(types: Vec<Type>) -> Type {
    if types.iter().any(Type::is_unknown) {
        return Type::Unknown;
    }
    let ty = widen(&union(types));
    if is_settled(&ty) && ty != Type::None { ty } else { Type::Unknown }
}

/// How a sentence calls it.
pub(super) fn implementer_title(world: &World, implementer: Implementer) -> String {
    match implementer {
        Implementer::Class(class) => format!("`{}`", class.short()),
        Implementer::Module(module) => {
            let name = world.module(module).and_then(|module| module.name).map_or("?", Name::as_str);
            format!("module `{name}`")
        }
        Implementer::Function(function, _) => {
            let name = world.function(function.module, function.function).map_or("?", |view| view.name.as_str());
            if name == "<lambda>" { "a lambda".to_owned() } else { format!("`{name}`") }
        }
    }
}
