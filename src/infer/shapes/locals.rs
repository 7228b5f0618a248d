//! Local variables through which displays reach slots: `order = {…}` followed by `return order`.
//!
//! A checker takes the display for a `dict[str, object]` unless the variable says otherwise, and would then refuse the
//! `return`. So where a result is annotated the variable is too: `order: Order = {…}`, `rows: list[Row] = []`.
//! The same for a list of several classes that goes where their protocol is wanted: a checker takes `[disc, block]` for
//! a `list[object]`. A variable that is also bound to something else than a display is left alone.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Shapes;
use super::widen::{is_settled, widen};
use super::world::World;
use crate::facts::{ArgumentKind, ExprId, ExprKind, FileFacts, FunctionId, ScopeId, StmtKind, SymbolKind};
use crate::infer::{Bound, Confidence, Declaration, Local, Observations, ShapeKind};
use crate::text::{Name, TextRange};
use crate::types::{ModuleId, ShapeId, SiteId, Type};

/// Adds to each definition the variables to declare.
pub(super) fn solve(world: &World, observations: &Observations, shapes: &mut Shapes) {
    let mut found: BTreeMap<Local, Vec<Type>> = BTreeMap::new();
    let mut add = |local: Local, ty: Type| {
        let types = found.entry(local).or_default();
        if !types.contains(&ty) {
            types.push(ty);
        }
    };
    let fields = observations
        .sites
        .iter()
        .flat_map(|site| site.fields.iter().map(|(_, ty, range)| (site.id.module, *range, ty)));
    let bounds = observations.bounds.iter().map(|bound| (bound.module, bound.range, &bound.ty));
    for (module, range, ty) in bounds.chain(fields) {
        if let Some(ty) = shape_of(ty, shapes)
            && let Some(local) = variable_at(world, module, range)
        {
            add(local, ty);
        }
    }
    let assigned = |bound: &&Bound| {
        shapes
            .assigned
            .get(&bound.slot)
            .is_some_and(|solved| solved.confidence >= Confidence::Medium && !solved.ty.shapes().is_empty())
    };
    let asking = observations.bounds.iter().filter(assigned);
    let asked: FxHashSet<Local> = asking.filter_map(|bound| variable_at(world, bound.module, bound.range)).collect();
    let mut asked_by: FxHashMap<Local, ShapeId> = FxHashMap::default();
    for bound in &observations.bounds {
        if let Some((protocol, ty)) = mixed(shapes, bound)
            && let Some(local) = variable_at(world, bound.module, bound.range)
        {
            // With the surest of them: a protocol that is not written leaves its variables alone.
            let sure = |id: ShapeId| shapes.shapes[id.0 as usize].confidence;
            let by = asked_by.entry(local).or_insert(protocol);
            if sure(protocol) > sure(*by) {
                *by = protocol;
            }
            add(local, ty);
        }
    }
    let mut steps: FxHashMap<Local, TextRange> = FxHashMap::default();
    let mut displays: FxHashMap<ModuleId, FxHashMap<ExprId, Name>> = FxHashMap::default();
    for site in &observations.sites {
        let Some(ty) = shape_of(&Type::Record(site.id), shapes) else { continue };
        let assigned = displays.entry(site.id.module).or_insert_with(|| assigned_displays(world, site.id.module));
        if let Some(&name) = assigned.get(&ExprId(site.id.expr))
            && let Some(local) = variable(world, site.id.module, site.range.start, name)
        {
            add(local, ty);
            if site.is_empty() {
                steps.insert(local, site.range);
            }
        }
    }
    for (local, types) in found {
        let [ty] = &types[..] else { continue };
        let Some(first) = ty.shapes().first().copied().or_else(|| asked_by.get(&local).copied()) else { continue };
        // Not every checker takes `dict(a=1)` for a record: that is worth it only where the record is asked for.
        let takes_calls = asked.contains(&local) || !is_record(shapes, ty);
        let takes = Takes { calls: takes_calls, copies: !is_record(shapes, ty) };
        if is_bound_to_displays(world, local, &takes) {
            let cast = steps.get(&local).copied().filter(|_| has_required_key(shapes, ty));
            shapes.shapes[first.0 as usize].locals.push(Declaration { local, ty: ty.clone(), cast });
        }
    }
}

/// A collection of several classes that goes where a collection of a protocol is wanted; and the protocol.
fn mixed(shapes: &Shapes, bound: &Bound) -> Option<(ShapeId, Type)> {
    let wanted = &shapes.assigned.get(&bound.slot)?.ty;
    let protocol = wanted.members().iter().find_map(|member| match member {
        Type::Instance(_, args) => args.last()?.shapes().first().copied(),
        _ => None,
    })?;
    let is_protocol = matches!(shapes.shapes[protocol.0 as usize].kind, ShapeKind::Protocol { .. });
    let ty = widen(&shapes.settle(&bound.ty));
    let is_mixed = matches!(&ty, Type::Instance(_, args) if args.last().is_some_and(|last| last.members().len() > 1));
    (is_protocol && is_mixed && is_settled(&ty)).then_some((protocol, ty))
}

fn is_record(shapes: &Shapes, ty: &Type) -> bool {
    matches!(ty, Type::Shape(id) if matches!(shapes.shapes[id.0 as usize].kind, ShapeKind::TypedDict { .. }))
}

/// Whether an empty display is no value of the type.
fn has_required_key(shapes: &Shapes, ty: &Type) -> bool {
    let Type::Shape(id) = ty else { return false };
    let ShapeKind::TypedDict { fields, .. } = &shapes.shapes[id.0 as usize].kind else { return false };
    fields.iter().any(|field| field.required)
}

/// The type of a value that holds displays which became shapes.
fn shape_of(ty: &Type, shapes: &Shapes) -> Option<Type> {
    let is_display = |part: &Type| matches!(part, Type::Record(site) if is_shape(shapes, *site));
    if !ty.any(&mut |part| is_display(part)) {
        return None;
    }
    let ty = widen(&shapes.settle(ty));
    (is_settled(&ty) && !ty.shapes().is_empty()).then_some(ty)
}

fn is_shape(shapes: &Shapes, site: SiteId) -> bool {
    shapes.records.get(&site).is_some_and(|ty| matches!(ty, Type::Shape(_)))
}

/// The local variable that a range names.
fn variable_at(world: &World, module: ModuleId, range: TextRange) -> Option<Local> {
    let text = world.text(module, range);
    let is_name = !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || char == '_');
    if is_name { variable(world, module, range.start, Name::new(text)) } else { None }
}

fn variable(world: &World, module: ModuleId, offset: u32, name: Name) -> Option<Local> {
    if !world.is_editable(module) {
        return None;
    }
    let facts = world.module(module)?.facts?;
    let (FunctionId(function), _) = world.function_at(module, offset)?;
    let scope = facts.functions.get(function as usize)?.scope;
    let symbol = facts.scope(scope).index_of(name)?;
    let is_local = facts.scope(scope).symbols[symbol].kind == SymbolKind::Bound;
    is_local.then_some(Local { module, scope, symbol: symbol as u16 })
}

/// The values of statements `name = value`.
fn assigned_displays(world: &World, module: ModuleId) -> FxHashMap<ExprId, Name> {
    let Some(facts) = world.module(module).and_then(|module| module.facts) else { return FxHashMap::default() };
    let stmts = facts.stmts.iter().filter_map(|stmt| match stmt.kind {
        StmtKind::Assign(targets, value, None) => {
            let [target] = facts.list(targets) else { return None };
            let ExprKind::Name(name, _) = facts.expr(*target).kind else { return None };
            Some((value, name))
        }
        _ => None,
    });
    stmts.collect()
}

/// What a type can be declared of besides displays.
struct Takes {
    /// `dict(a=1)`.
    calls: bool,
    /// `dict(other)`, which to checkers is no record.
    copies: bool,
}

/// Whether every binding of a variable is a plain assignment of something that is built on the spot, by a display or a
/// call.
fn is_bound_to_displays(world: &World, local: Local, takes: &Takes) -> bool {
    let Some(facts) = world.module(local.module).and_then(|module| module.facts) else { return false };
    let ScopeId(scope) = local.scope;
    let Some(function) = facts.functions.iter().find(|function| function.scope.0 == scope) else { return false };
    let name = facts.scope(local.scope).symbols[usize::from(local.symbol)].name;
    let is_value = |value: ExprId| {
        let is_copy =
            |arguments| facts.arguments(arguments).iter().any(|argument| argument.kind == ArgumentKind::Positional);
        is_built(facts, value)
            && match facts.expr(value).kind {
                ExprKind::Call(_, arguments) => takes.calls && (takes.copies || !is_copy(arguments)),
                _ => true,
            }
    };
    let inside = |range: TextRange| function.range.start <= range.start && range.end <= function.range.end;
    facts.stmts.iter().filter(|stmt| inside(stmt.range)).all(|stmt| match stmt.kind {
        StmtKind::Assign(targets, value, _) => {
            let targets = facts.list(targets);
            let binds = targets.iter().any(|&target| mentions(facts, target, name));
            !binds || (targets.len() == 1 && is_name(facts, targets[0], name) && is_value(value))
        }
        StmtKind::AnnAssign(target, ..) => !is_name(facts, target, name),
        StmtKind::For { target, .. } => !mentions(facts, target, name),
        StmtKind::With(items, ..) => {
            let mut targets = items.of(&facts.with_items).iter().filter_map(|item| item.target);
            !targets.any(|target| mentions(facts, target, name))
        }
        _ => true,
    })
}

fn is_name(facts: &FileFacts, expr: ExprId, name: Name) -> bool {
    matches!(facts.expr(expr).kind, ExprKind::Name(found, _) if found == name)
}

fn mentions(facts: &FileFacts, target: ExprId, name: Name) -> bool {
    match facts.expr(target).kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            facts.list(items).iter().any(|&item| mentions(facts, item, name))
        }
        ExprKind::Starred(inner) => mentions(facts, inner, name),
        _ => is_name(facts, target, name),
    }
}

/// Whether a checker guesses the type of a value from its parts alone.
fn is_built(facts: &FileFacts, value: ExprId) -> bool {
    match facts.expr(value).kind {
        ExprKind::Dict(_) | ExprKind::List(_) | ExprKind::Set(_) | ExprKind::Comprehension(_) => true,
        ExprKind::Call(function, _) => matches!(facts.expr(function).kind, ExprKind::Name(name, _)
            if matches!(name.as_str(), "dict" | "list" | "set" | "defaultdict" | "OrderedDict" | "deque")),
        _ => false,
    }
}
