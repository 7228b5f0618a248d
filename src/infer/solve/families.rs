//! Override families: the slots of methods that override each other, and what base classes declare for them.
//!
//! A caller that reaches a method through its base class reaches every override, so their parameters are one slot to
//! the solver. Returns are not merged: a base returns what any override does, an override only what it returns
//! itself.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::settle::has_decorator;
use crate::facts::{FunctionId, Param, ParamKind};
use crate::project::{ClassInfo, Context, Definition, Module, Project, SlotKind, is_property, substitute};
use crate::text::Name;
use crate::types::{ClassName, SlotId, Type};

/// What a base class declares for a slot.
#[derive(Clone, Debug)]
pub(super) struct Inherited {
    /// The declared type, as seen from the overriding class.
    pub(super) ty: Type,
    /// The class that declares it.
    pub(super) class: ClassName,
}

/// Which slots belong together because methods override each other.
#[derive(Debug, Default)]
pub(in crate::infer) struct Families {
    /// By slot: where its family stands in `members`.
    runs: Vec<(u32, u32)>,
    members: Vec<SlotId>,
    inherited: FxHashMap<SlotId, Inherited>,
    /// Return slots of the methods that directly override a method, by its return slot.
    overrides: FxHashMap<SlotId, Vec<SlotId>>,
    /// The return slot of the method that a method directly overrides.
    overridden: FxHashMap<SlotId, SlotId>,
    /// The return slot of a property's getter, by the parameter of its setter.
    getters: FxHashMap<SlotId, SlotId>,
    /// Classes of the repository that another one derives from.
    bases: FxHashSet<ClassName>,
    /// Attributes of which a class derived from theirs makes a property, a method or a class.
    redefined: FxHashSet<SlotId>,
}

/// What one class adds to the families.
#[derive(Default)]
struct Links {
    /// A parameter and the parameter it overrides.
    params: Vec<(SlotId, SlotId)>,
    /// A return and the return it overrides.
    returns: Vec<(SlotId, SlotId)>,
    inherited: FxHashMap<SlotId, Inherited>,
    getters: Vec<(SlotId, SlotId)>,
    bases: Vec<ClassName>,
    redefined: Vec<SlotId>,
}

impl Families {
    /// Finds the families of a repository.
    pub(in crate::infer) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().collect();
        let links: Vec<Links> = modules
            .par_iter()
            .map(|module| {
                let mut links = Links::default();
                for number in 0..module.facts.classes.len() as u32 {
                    let info = project.class_at(module, crate::facts::ClassId(number));
                    class_links(project, module, info, &mut links);
                }
                links
            })
            .collect();
        let mut families = Self::default();
        let mut sets = DisjointSets::new(project.slots().len());
        for links in links {
            for (slot, base) in links.params {
                sets.join(slot.0, base.0);
            }
            for (slot, base) in links.returns {
                families.overridden.insert(slot, base);
                families.overrides.entry(base).or_default().push(slot);
            }
            families.inherited.extend(links.inherited);
            families.getters.extend(links.getters);
            families.bases.extend(links.bases);
            families.redefined.extend(links.redefined);
        }
        (families.runs, families.members) = sets.into_runs();
        families
    }

    /// All slots of the family of a parameter, itself included, in order; a return is alone.
    pub(in crate::infer) fn family(&self, slot: SlotId) -> &[SlotId] {
        match self.runs.get(slot.0 as usize) {
            Some(&(start, end)) => &self.members[start as usize..end as usize],
            None => &[],
        }
    }

    /// What the annotation of a base class says of a slot.
    pub(super) fn inherited_from(&self, slot: SlotId) -> Option<&Inherited> {
        self.inherited.get(&slot)
    }

    /// Returns of the methods that directly override the method with this return.
    pub(in crate::infer) fn overrides(&self, slot: SlotId) -> &[SlotId] {
        self.overrides.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// The return that this return overrides.
    pub(in crate::infer) fn overridden(&self, slot: SlotId) -> Option<SlotId> {
        self.overridden.get(&slot).copied()
    }

    /// The return of the getter that belongs to a setter's parameter.
    pub(super) fn getter(&self, slot: SlotId) -> Option<SlotId> {
        self.getters.get(&slot).copied()
    }

    /// Whether a class of the repository derives from this one.
    pub(super) fn has_subclass(&self, class: ClassName) -> bool {
        self.bases.contains(&class)
    }

    /// Whether a derived class makes something else of an attribute than a value, which a declaration would forbid.
    pub(super) fn is_redefined(&self, slot: SlotId) -> bool {
        self.redefined.contains(&slot)
    }
}

fn class_links(project: &Project, module: &Module, info: &ClassInfo, links: &mut Links) {
    let mut names: Vec<Name> = info.symbols.by_name.keys().copied().collect();
    names.sort();
    let mro = project.mro(info);
    links.bases.extend(mro.iter().skip(1).map(|(base, _)| *base));
    for name in names {
        let (plain, setter) = functions_of(module, info.symbols.get(name));
        if let (Some(getter), Some(setter)) = (plain, setter)
            && let Some(slot) = project.slots().find(module.id, SlotKind::Param(setter, 1))
            && let Some(getter) = project.slots().find(module.id, SlotKind::Return(getter))
        {
            links.getters.push((slot, getter));
        }
        if info.symbols.get(name).iter().any(|definition| is_no_value(module, *definition)) {
            let bases = mro.iter().skip(1).filter_map(|(base, _)| project.class(*base));
            let attributes =
                bases.filter_map(|base| project.slots().find(base.module, SlotKind::Attribute(base.class?, name)));
            links.redefined.extend(attributes);
        }
        if !can_be_overridden(name) {
            continue;
        }
        for (number, own) in [plain, setter].into_iter().enumerate() {
            let Some(own) = own else { continue };
            let mut is_linked = false;
            for (base, args) in mro.iter().skip(1) {
                let Some(base) = project.class(*base) else { continue };
                let definitions = base.symbols.get(name);
                if definitions.is_empty() {
                    continue;
                }
                let Some(base_module) = project.module(base.module) else { continue };
                let (base_plain, base_setter) = functions_of(base_module, definitions);
                let Some(function) = [base_plain, base_setter][number] else { continue };
                let method = Method { project, module, own, base, base_module, function };
                method.inherit(args, links);
                if base_module.origin.is_repository() && !is_linked {
                    method.link(links);
                    is_linked = true;
                }
            }
        }
    }
}

/// Whether a name of a class stands for a method, a class or a property.
fn is_no_value(module: &Module, definition: Definition) -> bool {
    match definition {
        Definition::Function(_) | Definition::Class(_) => true,
        Definition::Assignment(_, _, Some(value)) => is_property(&module.facts, value),
        _ => false,
    }
}

/// Whether callers can reach a method through a base class, so that its signature has to agree with the base's.
fn can_be_overridden(name: Name) -> bool {
    let text = name.as_str();
    let is_mangled = text.starts_with("__") && !text.ends_with("__");
    !is_mangled && !matches!(text, "__init__" | "__new__" | "__post_init__" | "__init_subclass__" | "__class_getitem__")
}

/// The function that a name of a class stands for, and its property setter.
fn functions_of(module: &Module, definitions: &[Definition]) -> (Option<FunctionId>, Option<FunctionId>) {
    let mut plain = None;
    let mut setter = None;
    for definition in definitions {
        let Definition::Function(function) = definition else { continue };
        if has_decorator(module, *function, &["setter"]) {
            setter = Some(*function);
        } else if !has_decorator(module, *function, &["deleter"]) {
            plain = Some(*function);
        }
    }
    (plain, setter)
}

/// A method and a method of a base class that it overrides.
struct Method<'a> {
    project: &'a Project,
    module: &'a Module,
    own: FunctionId,
    base: &'a ClassInfo,
    base_module: &'a Module,
    function: FunctionId,
}

impl Method<'_> {
    /// Pairs of parameters: own index, base index.
    fn pairs(&self) -> Vec<(usize, usize)> {
        let own = &self.module.facts.function(self.own).params;
        let base = &self.base_module.facts.function(self.function).params;
        let own_skip = usize::from(!has_decorator(self.module, self.own, &["staticmethod"]));
        let base_skip = usize::from(!has_decorator(self.base_module, self.function, &["staticmethod"]));
        pair_params(own, own_skip, base, base_skip)
    }

    fn link(&self, links: &mut Links) {
        let slots = self.project.slots();
        let find = |module: &Module, kind| slots.find(module.id, kind);
        for (own, base) in self.pairs() {
            if let (Some(own), Some(base)) = (
                find(self.module, SlotKind::Param(self.own, own as u16)),
                find(self.base_module, SlotKind::Param(self.function, base as u16)),
            ) {
                links.params.push((own, base));
            }
        }
        if let (Some(own), Some(base)) =
            (find(self.module, SlotKind::Return(self.own)), find(self.base_module, SlotKind::Return(self.function)))
        {
            links.returns.push((own, base));
        }
    }

    /// Takes over what the base declares for slots that no nearer base declares.
    fn inherit(&self, args: &[Type], links: &mut Links) {
        let slots = self.project.slots();
        let base = self.base_module.facts.function(self.function);
        // An overloaded base has no single type to take over.
        if self.base.symbols.get(base.name).len() > 1 && has_decorator(self.base_module, self.function, &["overload"]) {
            return;
        }
        let own = self.module.facts.function(self.own);
        let context = Context::of_function(self.base_module, self.function);
        let mut add = |kind: SlotKind, annotation| {
            let Some(slot) = slots.find(self.module.id, kind) else { return };
            if links.inherited.contains_key(&slot) {
                return;
            }
            let ty = substitute(&self.project.annotation(&context, annotation), &self.base.type_params, args);
            let is_open = ty.any(&mut |part| match part {
                Type::Unknown => true,
                Type::Variable(name) => !name.is("Self"),
                _ => false,
            });
            if !is_open {
                links.inherited.insert(slot, Inherited { ty, class: self.base.name });
            }
        };
        for (own_index, base_index) in self.pairs() {
            let annotation = base.params.get(base_index).and_then(|param| param.annotation);
            if let Some(annotation) = annotation
                && own.params[own_index].annotation.is_none()
            {
                add(SlotKind::Param(self.own, own_index as u16), annotation);
            }
        }
        if let Some(annotation) = base.returns
            && own.returns.is_none()
        {
            add(SlotKind::Return(self.own), annotation);
        }
    }
}

/// Pairs the parameters of a method with those of the method it overrides: by name, else by position where neither
/// side knows the other's name.
fn pair_params(own: &[Param], own_skip: usize, base: &[Param], base_skip: usize) -> Vec<(usize, usize)> {
    let is_star = |param: &Param| matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs);
    let is_positional = |param: &Param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal);
    let mut pairs = Vec::new();
    for (index, param) in own.iter().enumerate().skip(own_skip) {
        if is_star(param) {
            pairs.extend(base.iter().position(|base| base.kind == param.kind).map(|base| (index, base)));
            continue;
        }
        let named = base.iter().enumerate().skip(base_skip).find(|(_, base)| base.name == param.name && !is_star(base));
        if let Some((base, _)) = named {
            pairs.push((index, base));
            continue;
        }
        let position = index - own_skip + base_skip;
        if is_positional(param)
            && let Some(base) = base.get(position)
            && is_positional(base)
            && !own.iter().any(|param| param.name == base.name)
        {
            pairs.push((index, position));
        }
    }
    pairs
}

/// Union-find over slot numbers.
struct DisjointSets {
    parents: Vec<u32>,
}

impl DisjointSets {
    fn new(len: usize) -> Self {
        Self { parents: (0..len as u32).collect() }
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let grandparent = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = grandparent;
            node = grandparent;
        }
        node
    }

    /// Joins two sets; the smaller number stays the root, so that the result does not depend on the order.
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high as usize] = low;
    }

    /// By node the run of its set, and the runs one after another.
    fn into_runs(mut self) -> (Vec<(u32, u32)>, Vec<SlotId>) {
        let len = self.parents.len() as u32;
        let mut order: Vec<(u32, u32)> = (0..len).map(|node| (self.root(node), node)).collect();
        order.sort_unstable();
        let mut runs = vec![(0, 0); len as usize];
        let mut start = 0;
        for group in order.chunk_by(|(a, _), (b, _)| a == b) {
            let end = start + group.len() as u32;
            for (_, node) in group {
                runs[*node as usize] = (start, end);
            }
            start = end;
        }
        (runs, order.into_iter().map(|(_, node)| SlotId(node)).collect())
    }
}
