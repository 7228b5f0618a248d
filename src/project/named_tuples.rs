//! Classes made by `collections.namedtuple`.

use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind, FileFacts, StmtId, StmtKind};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, SlotId};

use super::classes::last_name;
use super::{Definition, Origin, Project, SlotKind};

/// A field of a `namedtuple(...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedTupleField {
    /// Its name.
    pub name: Name,
    /// Its default.
    pub default: Option<ExprId>,
}

/// A `namedtuple(...)` of the repository.
#[derive(Clone, Debug)]
pub struct NamedTupleInfo {
    /// The module that holds it.
    pub module: ModuleId,
    /// The class it makes or is the base of.
    pub class: ClassName,
    /// The call.
    pub call: ExprId,
    /// The statement `Name = namedtuple(...)`, or the class whose base it is.
    pub place: NamedTuplePlace,
    /// The fields with their slots; or why it cannot be read or converted.
    pub fields: Result<Vec<(NamedTupleField, Option<SlotId>)>, String>,
}

/// Where a `namedtuple(...)` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedTuplePlace {
    /// `Name = namedtuple(...)`.
    Assignment(StmtId),
    /// `class Name(namedtuple(...))`.
    Base(ClassId),
}

/// The fields of a `namedtuple(...)` call; or why they cannot be read.
pub fn fields(facts: &FileFacts, call: ExprId) -> Result<Vec<NamedTupleField>, String> {
    let ExprKind::Call(_, arguments) = facts.expr(call).kind else { return Err("is not a call".into()) };
    let mut names = None;
    let mut defaults = None;
    for (position, argument) in facts.arguments(arguments).iter().enumerate() {
        match argument.kind {
            ArgumentKind::Positional if position == 0 => {}
            ArgumentKind::Positional if position == 1 => names = Some(argument.value),
            ArgumentKind::Keyword(keyword) => match keyword.as_str() {
                "typename" => {}
                "field_names" => names = Some(argument.value),
                "defaults" => defaults = Some(argument.value),
                other => return Err(format!("uses `{other}=`, which a class cannot say")),
            },
            _ => return Err("has arguments that cannot be read".into()),
        }
    }
    let names = names.ok_or("names no fields")?;
    let names: Vec<Name> = match facts.expr(names).kind {
        ExprKind::Str(Some(text)) => {
            text.as_str().split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty()).map(Name::new).collect()
        }
        ExprKind::List(items) | ExprKind::Tuple(items) => facts
            .list(items)
            .iter()
            .map(|&item| match facts.expr(item).kind {
                ExprKind::Str(text) => text,
                _ => None,
            })
            .collect::<Option<_>>()
            .ok_or("has field names that are not constant")?,
        _ => return Err("has field names that are not constant".into()),
    };
    let defaults = match defaults.map(|defaults| facts.expr(defaults).kind) {
        None | Some(ExprKind::None) => &[][..],
        Some(ExprKind::List(items) | ExprKind::Tuple(items)) => facts.list(items),
        Some(_) => return Err("has defaults that cannot be read".into()),
    };
    if defaults.len() > names.len() {
        return Err("has more defaults than fields".into());
    }
    let without = names.len() - defaults.len();
    Ok(names
        .into_iter()
        .enumerate()
        .map(|(index, name)| NamedTupleField { name, default: index.checked_sub(without).map(|index| defaults[index]) })
        .collect())
}

/// The class name that a `namedtuple(...)` call is given.
fn typename(facts: &FileFacts, call: ExprId) -> Option<Name> {
    let ExprKind::Call(_, arguments) = facts.expr(call).kind else { return None };
    let first = facts.arguments(arguments).first()?;
    match facts.expr(first.value).kind {
        ExprKind::Str(name) => name,
        _ => None,
    }
}

impl Project {
    /// The `namedtuple(...)` calls of the repository that make a module-level class, in the order of the modules.
    pub fn named_tuples(&self) -> Vec<NamedTupleInfo> {
        let mut found = Vec::new();
        for module in self.repository().filter(|module| module.origin == Origin::Project) {
            let facts = &module.facts;
            let with_slots = |call: ExprId| {
                fields(facts, call).map(|fields| {
                    fields
                        .into_iter()
                        .enumerate()
                        .map(|(index, field)| {
                            (field, self.slots().find(module.id, SlotKind::Field(call, index as u16)))
                        })
                        .collect()
                })
            };
            let is_namedtuple = |value: ExprId| {
                matches!(facts.expr(value).kind, ExprKind::Call(function, _)
                    if last_name(facts, function).is_some_and(|name| name.is("namedtuple")))
            };
            let mut stmts: Vec<(StmtId, Name, ExprId)> = Vec::new();
            #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
            for (&name, definitions) in &module.symbols.by_name {
                if let [Definition::Assignment(stmt, None, Some(value))] = definitions[..]
                    && is_namedtuple(value)
                    && matches!(facts.stmt(stmt).kind, StmtKind::Assign(targets, ..) if targets.len == 1)
                {
                    stmts.push((stmt, name, value));
                }
            }
            stmts.sort();
            for (stmt, name, call) in stmts {
                found.push(NamedTupleInfo {
                    module: module.id,
                    class: ClassName::new(module.name, name),
                    call,
                    place: NamedTuplePlace::Assignment(stmt),
                    fields: with_slots(call),
                });
            }
            for (number, class) in facts.classes.iter().enumerate() {
                for argument in facts.arguments(class.arguments) {
                    if argument.kind == ArgumentKind::Positional && is_namedtuple(argument.value) {
                        // A base of another name is a class of its own in the method resolution order.
                        let fields = match typename(facts, argument.value) {
                            Some(name) if name != class.name => {
                                Err(format!("its base is called `{name}`, not `{}`", class.name))
                            }
                            _ => with_slots(argument.value),
                        };
                        found.push(NamedTupleInfo {
                            module: module.id,
                            class: ClassName::new(module.name, class.qualname),
                            call: argument.value,
                            place: NamedTuplePlace::Base(ClassId(number as u32)),
                            fields,
                        });
                    }
                }
            }
        }
        found
    }
}
