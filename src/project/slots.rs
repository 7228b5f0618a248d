//! Numbers for everything that can be annotated.

use rustc_hash::FxHashMap;

use crate::facts::{ClassId, ExprId, ExprKind, FileFacts, FunctionId, ScopeId, StmtKind, SymbolKind};
use crate::text::Name;
use crate::types::{ModuleId, SlotId};

use super::classes::last_name;
use super::{Definition, Project, named_tuples, properties};

/// A slot: what can be annotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlotInfo {
    /// The module that declares it.
    pub module: ModuleId,
    /// What it is.
    pub kind: SlotKind,
}

/// The kinds of slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A parameter, by its index.
    Param(FunctionId, u16),
    /// What a function returns.
    Return(FunctionId),
    /// An attribute of a class, bound in its body or on `self`.
    Attribute(ClassId, Name),
    /// A module-level name bound by an assignment.
    Variable(Name),
    /// A field of a class made by this `namedtuple(...)` call, by its index.
    Field(ExprId, u16),
    /// A function's local variable that inner functions see, by its scope and index there.
    Captured(ScopeId, u16),
}

/// The slots of the repository's modules.
#[derive(Debug, Default)]
pub struct Slots {
    infos: Vec<SlotInfo>,
    /// By module number.
    modules: Vec<ModuleSlots>,
}

/// The slots of one module. Parameters and returns, which are asked for most, are found without hashing.
#[derive(Debug, Default)]
struct ModuleSlots {
    /// By function: the slot of its first parameter, and how many it has; its return comes after them.
    functions: Vec<Option<(SlotId, u16)>>,
    others: FxHashMap<SlotKind, SlotId>,
}

impl ModuleSlots {
    fn add(&mut self, infos: &mut Vec<SlotInfo>, module: ModuleId, kind: SlotKind) {
        self.others.entry(kind).or_insert_with(|| push(infos, module, kind));
    }
}

impl Slots {
    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.infos.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.infos.is_empty()
    }

    /// What a slot is.
    pub fn info(&self, slot: SlotId) -> SlotInfo {
        self.infos[slot.0 as usize]
    }

    /// All slots with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SlotId, SlotInfo)> + '_ {
        self.infos.iter().enumerate().map(|(number, &info)| (SlotId(number as u32), info))
    }

    /// The attributes of a module's classes, in no order.
    pub(super) fn attributes(&self, module: ModuleId) -> impl Iterator<Item = (ClassId, Name)> + '_ {
        self.modules.get(module.0 as usize).into_iter().flat_map(|slots| slots.others.keys()).filter_map(|kind| {
            match kind {
                SlotKind::Attribute(class, name) => Some((*class, *name)),
                _ => None,
            }
        })
    }

    /// Gives each slot another number: by number, which.
    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        let infos = std::mem::take(&mut self.infos);
        let mut in_order: Vec<(u32, SlotInfo)> = numbers.iter().copied().zip(infos).collect();
        in_order.sort_unstable_by_key(|(number, _)| *number);
        self.infos = in_order.into_iter().map(|(_, info)| info).collect();
        let renumber = |slot: &mut SlotId| slot.0 = numbers[slot.0 as usize];
        for module in &mut self.modules {
            // Those of one function stay side by side.
            module.functions.iter_mut().flatten().for_each(|(first, _)| renumber(first));
            module.others.values_mut().for_each(renumber);
        }
    }

    /// The slots of a function: its parameters in order, then its return.
    pub fn of_function(&self, module: ModuleId, function: FunctionId) -> impl Iterator<Item = SlotId> + use<> {
        let slots = self.modules.get(module.0 as usize).and_then(|slots| *slots.functions.get(function.0 as usize)?);
        slots.into_iter().flat_map(|(first, params)| (first.0..=first.0 + u32::from(params)).map(SlotId))
    }

    /// The number of a slot; none for what is not part of the repository.
    pub fn find(&self, module: ModuleId, kind: SlotKind) -> Option<SlotId> {
        let slots = self.modules.get(module.0 as usize)?;
        let function = |id: FunctionId| slots.functions.get(id.0 as usize).copied().flatten();
        match kind {
            SlotKind::Param(id, index) => {
                let (first, count) = function(id)?;
                (index < count).then_some(SlotId(first.0 + u32::from(index)))
            }
            SlotKind::Return(id) => function(id).map(|(first, count)| SlotId(first.0 + u32::from(count))),
            _ => slots.others.get(&kind).copied(),
        }
    }
}

/// Numbers everything that can be annotated in the repository, in the order of modules and places.
pub(super) fn allocate(project: &Project) -> Slots {
    let mut slots = Slots::default();
    for module in project.repository() {
        let facts = &module.facts;
        let mut own = ModuleSlots::default();
        let infos = &mut slots.infos;
        let mut names: Vec<Name> = module.symbols.by_name.keys().copied().collect();
        names.sort();
        for name in names {
            let is_variable =
                |definition: &Definition| matches!(definition, Definition::Assignment(..) | Definition::Other(_));
            if module.symbols.get(name).iter().any(is_variable) {
                own.add(infos, module.id, SlotKind::Variable(name));
            }
        }
        for (number, function) in facts.functions.iter().enumerate() {
            let id = FunctionId(number as u32);
            let first = SlotId(infos.len() as u32);
            if !function.is_lambda {
                for index in 0..function.params.len() {
                    push(infos, module.id, SlotKind::Param(id, index as u16));
                }
                push(infos, module.id, SlotKind::Return(id));
            }
            own.functions.push((!function.is_lambda).then_some((first, function.params.len() as u16)));
            for (index, symbol) in facts.scope(function.scope).symbols.iter().enumerate() {
                if symbol.is_captured && matches!(symbol.kind, SymbolKind::Bound | SymbolKind::Parameter) {
                    own.add(infos, module.id, SlotKind::Captured(function.scope, index as u16));
                }
            }
        }
        let mut calls = Vec::with_capacity(facts.classes.len());
        for (number, class) in facts.classes.iter().enumerate() {
            let id = ClassId(number as u32);
            let properties = properties::named_by_calls(facts, id);
            for symbol in &facts.scope(class.scope).symbols {
                if !properties.contains(&symbol.name) {
                    own.add(infos, module.id, SlotKind::Attribute(id, symbol.name));
                }
            }
            calls.push(properties);
        }
        for (class, name) in attributes_on_self(facts) {
            if !calls[class.0 as usize].contains(&name) {
                own.add(infos, module.id, SlotKind::Attribute(class, name));
            }
        }
        for (number, expr) in facts.exprs.iter().enumerate() {
            if let ExprKind::Call(function, _) = expr.kind
                && last_name(facts, function).is_some_and(|name| name.is("namedtuple"))
            {
                let call = ExprId(number as u32);
                let count = named_tuples::fields(facts, call).map_or(0, |fields| fields.len());
                (0..count).for_each(|index| own.add(infos, module.id, SlotKind::Field(call, index as u16)));
            }
        }
        slots.modules.push(own);
    }
    slots
}

fn push(infos: &mut Vec<SlotInfo>, module: ModuleId, kind: SlotKind) -> SlotId {
    let number = SlotId(infos.len() as u32);
    infos.push(SlotInfo { module, kind });
    number
}

/// Attributes that the methods of each class bind on their first parameter, by order of place.
fn attributes_on_self(facts: &FileFacts) -> Vec<(ClassId, Name)> {
    let mut found = Vec::new();
    for function in &facts.functions {
        let (Some(class), Some(first)) = (function.class, function.params.first()) else { continue };
        let mut blocks = vec![function.body];
        while let Some(block) = blocks.pop() {
            for stmt in facts.block(block) {
                let mut bind = |target: ExprId| bound_attributes(facts, target, first.name, class, &mut found);
                match stmt.kind {
                    StmtKind::Assign(targets, ..) => facts.list(targets).iter().for_each(|&target| bind(target)),
                    StmtKind::AugAssign(target, ..)
                    | StmtKind::AnnAssign(target, ..)
                    | StmtKind::For { target, .. } => bind(target),
                    StmtKind::With(items, ..) => {
                        items.of(&facts.with_items).iter().filter_map(|item| item.target).for_each(bind);
                    }
                    _ => {}
                }
                blocks.extend(facts.inner_blocks(stmt));
            }
        }
    }
    found
}

fn bound_attributes(facts: &FileFacts, target: ExprId, this: Name, class: ClassId, found: &mut Vec<(ClassId, Name)>) {
    match facts.expr(target).kind {
        ExprKind::Attribute(value, name) => {
            if matches!(facts.expr(value).kind, ExprKind::Name(owner, _) if owner == this) {
                found.push((class, name));
            }
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            for &item in facts.list(items) {
                bound_attributes(facts, item, this, class, found);
            }
        }
        ExprKind::Starred(inner) => bound_attributes(facts, inner, this, class, found),
        _ => {}
    }
}
