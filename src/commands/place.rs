//! What can be annotated at a place that a user names: a line, a function, a parameter, an attribute, a variable.

use anyhow::{Result, bail};

use crate::facts::{ClassId, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::project::{Definition, Module, Project, SlotKind};
use crate::text::{LineIndex, Name, TextRange, nearest};
use crate::types::SlotId;

/// A slot and what it is called where it was asked for.
pub(super) struct Named {
    /// `v`, `return`, `Ledger.accounts`.
    pub(super) name: String,
    /// The slot.
    pub(super) slot: SlotId,
}

/// The slots of a line: those of functions whose headers it belongs to, and what it assigns to; else those of the
/// function around it.
pub(super) fn at_line(project: &Project, module: &Module, line: u32) -> Vec<Named> {
    let Some(source) = &module.source else { return Vec::new() };
    let index = source.line_index();
    let facts = &module.facts;
    let holds = |range: TextRange| (index.line(range.start)..=index.line(range.end)).contains(&line);
    let functions = || facts.functions.iter().enumerate().filter(|(_, function)| !function.is_lambda);
    let header = |range: TextRange, params_end: u32| TextRange { start: range.start, end: params_end.max(range.start) };
    let mut found: Vec<Named> = functions()
        .filter(|(_, function)| holds(header(function.range, function.params_end)))
        .flat_map(|(number, _)| of_function(project, module, FunctionId(number as u32)))
        .collect();
    for kind in assigned(facts, &index, line) {
        if let Some(slot) = project.slots().find(module.id, kind) {
            found.push(Named { name: name_of(facts, kind), slot });
        }
    }
    if found.is_empty()
        && let Some((number, _)) = functions().rfind(|(_, function)| holds(function.range))
    {
        found = of_function(project, module, FunctionId(number as u32));
    }
    found
}

/// The variables and attributes that are assigned to in a line.
fn assigned(facts: &FileFacts, index: &LineIndex, line: u32) -> Vec<SlotKind> {
    let mut kinds = Vec::new();
    for stmt in facts.stmts.iter().filter(|stmt| index.line(stmt.range.start) == line) {
        match stmt.kind {
            StmtKind::Assign(targets, ..) => {
                facts.list(targets).iter().for_each(|&target| add_target(facts, target, &mut kinds));
            }
            StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) => add_target(facts, target, &mut kinds),
            _ => {}
        }
    }
    kinds
}

fn add_target(facts: &FileFacts, target: ExprId, kinds: &mut Vec<SlotKind>) {
    let expr = facts.expr(target);
    let inside = |range: TextRange| range.start <= expr.range.start && expr.range.end <= range.end;
    let function = facts.functions.iter().rfind(|function| !function.is_lambda && inside(function.range));
    let class = facts.classes.iter().rposition(|class| inside(class.range)).map(|number| ClassId(number as u32));
    match expr.kind {
        ExprKind::Name(name, _) => match (function, class) {
            (None, None) => kinds.push(SlotKind::Variable(name)),
            (None, Some(class)) => kinds.push(SlotKind::Attribute(class, name)),
            _ => {}
        },
        ExprKind::Attribute(_, name) => {
            if let Some(class) = function.and_then(|function| function.class) {
                kinds.push(SlotKind::Attribute(class, name));
            }
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            facts.list(items).iter().for_each(|&item| add_target(facts, item, kinds));
        }
        _ => {}
    }
}

fn name_of(facts: &FileFacts, kind: SlotKind) -> String {
    match kind {
        SlotKind::Attribute(class, name) => format!("{}.{name}", facts.class(class).qualname),
        SlotKind::Variable(name) => name.to_string(),
        _ => String::new(),
    }
}

/// The parameters and the result of a function.
fn of_function(project: &Project, module: &Module, id: FunctionId) -> Vec<Named> {
    let function = module.facts.function(id);
    let params = function.params.iter().enumerate();
    let params = params.map(|(index, param)| (param.name.to_string(), SlotKind::Param(id, index as u16)));
    let kinds = params.chain([("return".to_owned(), SlotKind::Return(id))]);
    kinds.filter_map(|(name, kind)| Some(Named { name, slot: project.slots().find(module.id, kind)? })).collect()
}

/// The slots of `FUNCTION`, `FUNCTION:PARAM`, `CLASS`, `CLASS.ATTRIBUTE` or `VARIABLE`. A function or class may go by
/// its last name where that is the only one.
pub(super) fn named(project: &Project, module: &Module, subject: &str) -> Result<Vec<Named>> {
    let facts = &module.facts;
    let (owner, part) = subject.split_once(':').map_or((subject, None), |(owner, part)| (owner, Some(part)));
    let functions: Vec<(Name, FunctionId)> = facts
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| !function.is_lambda)
        .map(|(number, function)| (function.qualname, FunctionId(number as u32)))
        .collect();
    let classes = facts.classes.iter().enumerate().map(|(number, class)| (class.qualname, ClassId(number as u32)));
    let classes: Vec<(Name, ClassId)> = classes.collect();
    let functions_here = with_name(&functions, owner);
    if !functions_here.is_empty() {
        let mut slots: Vec<Named> = functions_here.iter().flat_map(|&id| of_function(project, module, id)).collect();
        if let Some(part) = part {
            let known: Vec<String> = slots.iter().map(|slot| slot.name.clone()).collect();
            slots.retain(|slot| slot.name == part);
            if slots.is_empty() {
                bail!("`{owner}` has no parameter `{part}` (known: {})", known.join(", "));
            }
        }
        return Ok(slots);
    }
    let find = |kind| project.slots().find(module.id, kind).map(|slot| Named { name: name_of(facts, kind), slot });
    if part.is_none() {
        if let Some(variable) = find(SlotKind::Variable(Name::new(owner))) {
            return Ok(vec![variable]);
        }
        if let Some((class, attribute)) = owner.rsplit_once('.') {
            let ids = with_name(&classes, class);
            let found = ids.iter().find_map(|&id| find(SlotKind::Attribute(id, Name::new(attribute))));
            if let Some(attribute) = found {
                return Ok(vec![attribute]);
            }
        }
        if let Some(&class) = with_name(&classes, owner).first() {
            return Ok(of_class(project, module, class));
        }
    }
    let path = module.source.as_ref().map_or("the module", |source| source.display_path.as_str());
    let names = || functions.iter().map(|&(name, _)| name).chain(classes.iter().map(|&(name, _)| name));
    let alike: Vec<String> = names().filter(|&name| has_last(name, owner)).map(|name| name.to_string()).collect();
    if !alike.is_empty() {
        bail!("{path} has several of the name `{owner}`: {}", alike.join(", ").replace(".<locals>", ""));
    }
    let known = names().map(Name::as_str);
    match nearest(owner, known) {
        Some(near) => bail!("{path} has no `{owner}`, did you mean `{near}`?"),
        None => bail!("{path} has no function, class or variable `{owner}`"),
    }
}

/// What has this qualified name, else what alone has this last name. What is defined in a function goes by
/// `function.name` too: a shell takes `<locals>` for something else.
fn with_name<T: Copy>(all: &[(Name, T)], wanted: &str) -> Vec<T> {
    let plain = |name: Name| name.as_str().replace(".<locals>", "");
    let exact: Vec<T> =
        all.iter().filter(|(name, _)| name.is(wanted) || plain(*name) == wanted).map(|&(_, id)| id).collect();
    if !exact.is_empty() {
        return exact;
    }
    let short: Vec<T> = all.iter().filter(|&&(name, _)| has_last(name, wanted)).map(|&(_, id)| id).collect();
    if short.len() == 1 { short } else { Vec::new() }
}

/// Whether this is the last part of a qualified name.
fn has_last(name: Name, wanted: &str) -> bool {
    name.as_str().rsplit('.').next() == Some(wanted)
}

/// The attributes of a class and the slots of its methods.
fn of_class(project: &Project, module: &Module, class: ClassId) -> Vec<Named> {
    let facts = &module.facts;
    let is_method = |name: Name| {
        let found = project.class_at(module, class).symbols.get(name);
        !found.is_empty() && found.iter().all(|definition| matches!(definition, Definition::Function(_)))
    };
    let is_own = |kind: SlotKind| match kind {
        SlotKind::Attribute(own, name) => own == class && !is_method(name),
        SlotKind::Param(function, _) | SlotKind::Return(function) => facts.function(function).class == Some(class),
        _ => false,
    };
    let name = |kind: SlotKind| match kind {
        SlotKind::Param(id, index) => {
            let function = facts.function(id);
            format!("{}:{}", function.qualname, function.params[usize::from(index)].name)
        }
        SlotKind::Return(id) => format!("{}:return", facts.function(id).qualname),
        _ => name_of(facts, kind),
    };
    let own = project.slots().iter().filter(|(_, info)| info.module == module.id && is_own(info.kind));
    own.map(|(slot, info)| Named { name: name(info.kind), slot }).collect()
}
