//! What the members of a protocol are, over all that implement it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::widen::{is_settled, widen};
use super::super::world::{FunctionView, MemberView, ParamView, World};
use super::super::{Shapes, lower};
use super::asked::{Asked, Calls};
use crate::facts::{FunctionId, ParamKind};
use crate::infer::{MemberKind, MethodParam};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, SlotId, Type, union};

/// Something that implements a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Implementer {
    Class(ClassName),
    Module(ModuleId),
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
        Implementer::Module(_) => false,
    };
    // A base that cannot be read may be the same one, and have it all.
    if implementers.iter().all(may_share) {
        return true;
    }
    common.unwrap_or_default().into_iter().any(|base| {
        world.classes.contains_key(&base) && members.iter().all(|(name, _)| world.member(base, *name).is_some())
    })
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
                let has_self = matches!(implementer, Implementer::Class(_));
                methods.push((world.function(module, function.0)?, has_self));
            }
            MemberView::Other => return None,
        }
    }
    match (&asked.called, methods.is_empty()) {
        (Some(called), false) if values.is_empty() && !asked.written => method(world, types, shapes, &methods, called),
        (None, true) => {
            let ty = widen(&union(values));
            // A property without a type would be `Any`: still true, but it says nothing.
            let ty = if is_settled(&ty) { ty } else { Type::Any };
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
    let Calls { least, most, keywords, .. } = called;
    let mut results = Vec::new();
    let mut by_position: Vec<Vec<ParamView>> = vec![Vec::new(); *most];
    let mut by_keyword: BTreeMap<Name, Vec<ParamView>> = BTreeMap::new();
    for (function, has_self) in methods {
        results.push(function.returns.map_or(Type::Unknown, |slot| slot_type(world, types, shapes, slot)));
        let own = &function.params[usize::from(*has_self).min(function.params.len())..];
        let positional: Vec<_> =
            own.iter().filter(|param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal)).collect();
        for (index, params) in by_position.iter_mut().enumerate() {
            params.push(**positional.get(index)?);
        }
        for keyword in keywords.keys() {
            let param = own.iter().find(|param| param.name == *keyword && param.kind != ParamKind::VarArgs)?;
            by_keyword.entry(*keyword).or_default().push(*param);
        }
        // What is not passed must be optional everywhere.
        let needs_more =
            positional.iter().skip(*most).any(|param| !param.has_default && !keywords.contains_key(&param.name));
        if needs_more {
            return None;
        }
    }
    let joined = |params: &[ParamView]| {
        let seen = params.iter().filter_map(|param| param.slot).map(|slot| slot_type(world, types, shapes, slot));
        let ty = widen(&union(seen.collect::<Vec<_>>()));
        if is_settled(&ty) { ty } else { Type::Unknown }
    };
    let mut params = Vec::new();
    for (index, found) in by_position.iter().enumerate() {
        let first = found.first()?.name;
        let is_shared = found.iter().all(|param| param.name == first);
        let name = if is_shared { first } else { Name::new(&format!("arg{}", index + 1)) };
        // Some calls leave it out: then all implementations must have a default, and the protocol says so.
        let optional = index >= *least && !keywords.contains_key(&first);
        if optional && !found.iter().all(|param| param.has_default) {
            return None;
        }
        params.push(MethodParam { name, ty: joined(found), optional, positional_only: !is_shared });
    }
    // Keywords follow; a parameter before them that only has a position keeps its place.
    for (name, found) in &by_keyword {
        if !params.iter().any(|param| param.name == *name) {
            let optional = !keywords.get(name).copied().unwrap_or(false);
            if optional && !found.iter().all(|param| param.has_default) {
                return None;
            }
            params.push(MethodParam { name: *name, ty: joined(found), optional, positional_only: false });
        }
    }
    if params.iter().any(|param| param.positional_only) {
        let last = params.iter().rposition(|param| param.positional_only).unwrap_or(0);
        params[..last].iter_mut().for_each(|param| param.positional_only = true);
    }
    let result = widen(&union(results));
    let result = if is_settled(&result) { result } else { Type::Unknown };
    Some(MemberKind::Method(params, result))
}

/// How a sentence calls it.
pub(super) fn implementer_title(world: &World, implementer: Implementer) -> String {
    match implementer {
        Implementer::Class(class) => format!("`{}`", class.short()),
        Implementer::Module(module) => {
            let name = world.module(module).and_then(|module| module.name).map_or("?", Name::as_str);
            format!("module `{name}`")
        }
    }
}
