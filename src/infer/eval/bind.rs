//! Binding: assignment targets, unpacking, and containers that learn what is put into them.

use std::sync::Arc;

use crate::facts::{ExprId, ExprKind, FunctionId, Place, ScopeId, SymbolKind};
use crate::infer::{EvidenceKind, Local, UseKind};
use crate::project::{ClassInfo, ClassKind, SlotKind};
use crate::text::{Name, TextRange};
use crate::types::{Args, ClassName, Projection, SlotId, Type, known, union};

use super::names::NAMES;
use super::{Evaluator, PathRoot};

impl Evaluator<'_> {
    /// Binds a target to a value; `value` is the expression to show as evidence.
    pub(super) fn bind(&mut self, target: ExprId, ty: Type, value: ExprId) {
        let facts = self.facts;
        let range = facts.expr(value).range;
        match facts.expr(target).kind {
            ExprKind::Name(name, place) => {
                self.remember_source(target, value);
                let is_global = place == Place::Global || self.scopes.len() == 1;
                if let Some(slot) = is_global.then(|| self.slot(SlotKind::Variable(name))).flatten() {
                    self.remember_flow(slot, value);
                }
                self.bind_variable(name, place, ty, range);
            }
            ExprKind::Attribute(owner, name) => {
                let owner_type = self.expr(owner);
                self.use_of_expr(
                    owner,
                    &owner_type,
                    &UseKind::SetAttribute(name, ty.clone()),
                    facts.expr(target).range,
                );
                for member in owner_type.members() {
                    if let Some(slot) = self.setter_slot(member, name) {
                        // `self.port = port` calls the setter.
                        let passed = self.handed_on(value, ty.clone());
                        self.bound_of(slot, passed, EvidenceKind::CallSite, range);
                    } else if let Some(slot) = self.attribute_slot(member, name) {
                        self.remember_flow(slot, value);
                        self.check_outside(owner, slot, (value, &ty));
                        let stored = self.handed_on(value, ty.clone());
                        self.bound_of(slot, stored, EvidenceKind::Assignment, range);
                    }
                }
                if let Some(root) = self.path_root(owner) {
                    self.set_path(root, name, ty);
                }
            }
            ExprKind::Subscript(container, index) => self.store(container, index, &ty, facts.expr(target).range),
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(facts.list(items), &ty, value),
            ExprKind::Starred(inner) => {
                let element = self.iterate(&ty);
                self.bind(inner, known::LIST.of([element]), value);
            }
            _ => {}
        }
    }

    fn bind_variable(&mut self, name: Name, place: Place, ty: Type, range: TextRange) {
        match place {
            Place::Local { up, index } => match self.frame_of(up) {
                Ok(frame) => {
                    let scope = self.scopes[frame];
                    let symbol = &self.facts.scope(scope).symbols[usize::from(index)];
                    if let crate::facts::ScopeKind::Class(class) = self.facts.scope(scope).kind
                        && let Some(slot) = self.slot(SlotKind::Attribute(class, name))
                    {
                        self.bound(slot, ty.clone(), EvidenceKind::Assignment, range);
                    }
                    if symbol.is_captured && matches!(symbol.kind, SymbolKind::Bound | SymbolKind::Parameter) {
                        self.bind_captured(scope, usize::from(index), ty.clone(), range);
                    }
                    self.forget_paths((Some((frame as u16, index)), name));
                    self.check_rebinding(frame, index, &ty);
                    // A value of which nothing is known is of the declared type for a checker.
                    let declared =
                        if ty.is_unknown() { self.assumed_param(frame, index).map(|(_, ty)| ty.clone()) } else { None };
                    let ty = declared.unwrap_or(ty);
                    let ty = match self.declared_local(scope, index) {
                        Some(declared) => declared,
                        None if self.assumed_param(frame, index).is_some() => ty,
                        None => self.undeclared(ty),
                    };
                    self.elements.remove(&(scope, index));
                    self.set_frame(frame, usize::from(index), ty);
                }
                Err(scope) => self.bind_captured(scope, usize::from(index), ty, range),
            },
            Place::Global => {
                self.forget_paths((None, name));
                if let Some(slot) = self.slot(SlotKind::Variable(name)) {
                    self.bound(slot, ty, EvidenceKind::Assignment, range);
                }
            }
        }
    }

    /// The type that a proposal declares for a local variable, while checking.
    fn declared_local(&self, scope: ScopeId, symbol: u16) -> Option<Type> {
        if !self.state.checking {
            return None;
        }
        let ty = self.state.declared.get(&Local { module: self.module.id, scope, symbol })?;
        Some(self.without_aliases(ty))
    }

    /// The slot of what the setter of a property takes.
    fn setter_slot(&self, owner: &Type, name: Name) -> Option<SlotId> {
        let Type::Instance(class, _) = owner else { return None };
        let setter = self.project.setter(self.project.class(*class)?, name)?;
        self.project.slots().find(setter.module, SlotKind::Param(FunctionId(setter.function), 1))
    }

    /// The slot of an attribute that is assigned, for classes of the repository.
    pub(super) fn attribute_slot(&self, owner: &Type, name: Name) -> Option<SlotId> {
        let (Type::Instance(class, _) | Type::Class(class, _)) = owner else { return None };
        let info = self.project.class(*class)?;
        self.attribute_slot_of(info, name)
    }

    /// The slot of an attribute of a class or of the nearest base that has it.
    pub(super) fn attribute_slot_of(&self, info: &ClassInfo, name: Name) -> Option<SlotId> {
        let info = self.project.class(info.name)?;
        // The farthest base that declares the attribute owns it: subclasses assign to what they inherited.
        self.project.mro(info).iter().rev().find_map(|(class, _)| self.own_attribute_slot(*class, name))
    }

    /// The slot of an attribute in the nearest class that binds it.
    pub(super) fn nearest_attribute_slot(&self, owner: &Type, name: Name) -> Option<SlotId> {
        let (Type::Instance(class, _) | Type::Class(class, _)) = owner else { return None };
        let info = self.project.class(*class)?;
        self.project.mro(info).iter().find_map(|(class, _)| self.own_attribute_slot(*class, name))
    }

    /// The slot of an attribute that a class of the repository binds itself.
    pub(super) fn own_attribute_slot(&self, class: ClassName, name: Name) -> Option<SlotId> {
        let info = self.project.class(class)?;
        if let Some((call, fields)) = &info.named_tuple {
            let index = fields.iter().position(|field| field.name == name)?;
            return self.project.slots().find(info.module, SlotKind::Field(*call, index as u16));
        }
        self.project.slots().find(info.module, SlotKind::Attribute(info.class?, name))
    }

    fn unpack(&mut self, targets: &[ExprId], ty: &Type, value: ExprId) {
        let facts = self.facts;
        let star = targets.iter().position(|&target| matches!(facts.expr(target).kind, ExprKind::Starred(_)));
        let names = targets
            .iter()
            .map(|&target| match facts.expr(target).kind {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
                _ => None,
            })
            .collect();
        if let Ok(count) = u8::try_from(targets.len()) {
            self.use_of_expr(value, ty, &UseKind::Unpack(count, star.is_some(), names), facts.expr(value).range);
        }
        for (index, &target) in targets.iter().enumerate() {
            let part = if Some(index) == star {
                self.iterate(ty)
            } else {
                let from_end = star.is_some_and(|star| index > star).then(|| targets.len() - index);
                let parts: Vec<Type> =
                    ty.members().iter().map(|member| self.unpacked(member, index, from_end)).collect();
                crate::types::union(parts)
            };
            self.bind(target, part, value);
        }
    }

    pub(super) fn unpacked(&mut self, ty: &Type, index: usize, from_end: Option<usize>) -> Type {
        match ty {
            Type::Tuple(items) => {
                let index = match from_end {
                    Some(from_end) => items.len().checked_sub(from_end),
                    None => Some(index),
                };
                index.and_then(|index| items.get(index)).cloned().unwrap_or(Type::Unknown)
            }
            Type::Slot(_) | Type::Part(..) if from_end.is_none() => {
                u8::try_from(index).map_or(Type::Unknown, |index| Self::part(ty, Projection::Index(index)))
            }
            Type::Instance(class, _) => match self.field_types(*class) {
                Some(fields) => fields.get(index).cloned().unwrap_or(Type::Unknown),
                None => self.iterate(ty),
            },
            other => self.iterate(other),
        }
    }

    /// Types of the fields of a named tuple class, in order.
    pub(super) fn field_types(&mut self, class: ClassName) -> Option<Vec<Type>> {
        let project = self.project;
        let info = project.class(class)?;
        let (holder, fields) = project.mro(info).iter().find_map(|(base, _)| {
            let base = project.class(*base)?;
            match (&base.named_tuple, base.kind) {
                (Some((_, fields)), _) => Some((base, fields.iter().map(|field| field.name).collect::<Vec<_>>())),
                (None, ClassKind::Fields) if base.bases.iter().any(|base| base.is(&known::NAMED_TUPLE)) => {
                    Some((base, self.annotated_fields(base)))
                }
                _ => None,
            }
        })?;
        let this = Type::instance(holder.name);
        Some(fields.into_iter().map(|field| self.attribute(&this, field)).collect())
    }

    /// `container[index] = value`.
    fn store(&mut self, container: ExprId, index: ExprId, value: &Type, range: TextRange) {
        let container_type = self.expr(container);
        let key = self.expr(index);
        let is_slice = matches!(self.facts.expr(index).kind, ExprKind::Slice(..));
        self.call_own(&container_type, NAMES.setitem, &[key.clone(), value.clone()]);
        let value = &if is_slice { self.iterate(value) } else { value.clone() };
        if !is_slice {
            self.check_store(container, &container_type, &key, value);
        }
        let kind = match Self::constant_key(&key) {
            _ if is_slice => UseKind::Slice,
            Some(name) => UseKind::SetKey(name, value.clone()),
            None => UseKind::SetDynamicKey(self.computed_key(index, &key), value.clone()),
        };
        self.use_of_expr(container, &container_type, &kind, range);
        self.narrow_key(container, index, &container_type, value);
        // What a function puts into its `**kwargs` tells nothing of what callers do.
        if self.keywords_of(container).is_some() {
            return;
        }
        let widened_key = Self::widen_literal(&key);
        self.refine(container, &container_type, &|ty| match ty {
            Type::Instance(class, args) if args.len() == 2 && Self::is_dict(*class) => Some(Type::Instance(
                *class,
                Args::from([
                    crate::types::join(&args[0], &widened_key),
                    crate::types::join(&args[1], &Self::widen_literal(value)),
                ]),
            )),
            Type::Instance(class, args) if args.len() == 1 && *class == known::LIST.class() => {
                Some(Type::Instance(*class, Args::from([crate::types::join(&args[0], &Self::widen_literal(value))])))
            }
            _ => None,
        });
    }

    pub(super) fn is_dict(class: ClassName) -> bool {
        class == known::DICT.class()
            || matches!(class.qualname.as_str(), "defaultdict" | "OrderedDict") && class.module.is("collections")
    }

    pub(super) fn widen_literal(ty: &Type) -> Type {
        match ty {
            Type::Literal(literal) => Type::instance(literal.class()),
            Type::Union(members) => crate::types::union(members.iter().map(Self::widen_literal)),
            other => other.clone(),
        }
    }

    /// Gives the variable or attribute that an expression reads a better type, when the container in it has learnt
    /// something.
    pub(super) fn refine(&mut self, place: ExprId, ty: &Type, better: &dyn Fn(&Type) -> Option<Type>) {
        let mut changed = false;
        let refined = crate::types::union(ty.members().iter().map(|member| match better(member) {
            // Told even when it is known already: what a unit does not tell again, it takes back.
            Some(better) => {
                changed = true;
                better
            }
            None => member.clone(),
        }));
        if !changed {
            return;
        }
        let range = self.facts.expr(place).range;
        match self.facts.expr(place).kind {
            ExprKind::Name(name, variable) => self.bind_variable(name, variable, refined, range),
            ExprKind::Attribute(owner, name) => {
                let owner_type = self.expr(owner);
                for member in owner_type.members() {
                    if let Some(slot) = self.attribute_slot(member, name) {
                        self.bound(slot, refined.clone(), EvidenceKind::Assignment, range);
                    }
                }
                if let Some(root) = self.path_root(owner) {
                    self.set_path(root, name, refined);
                }
            }
            ExprKind::Subscript(container, index) => self.store_refined(container, index, refined, range),
            _ => {}
        }
    }

    /// What `container[index]` holds has learnt something: so has the container.
    fn store_refined(&mut self, container: ExprId, index: ExprId, value: Type, range: TextRange) {
        let container_type = self.silent_expr(container);
        let key = self.silent_expr(index);
        if let (Type::Record(_), Some(name)) = (&container_type, Self::constant_key(&key)) {
            self.use_of(&container_type, &UseKind::SetKey(name, value), range);
            return;
        }
        self.refine(container, &container_type, &|ty| match ty {
            Type::Instance(class, args) if args.len() == 2 && Self::is_dict(*class) => {
                let key = crate::types::join(&args[0], &Self::widen_literal(&key));
                Some(Type::Instance(*class, Args::from([key, crate::types::join(&args[1], &value)])))
            }
            _ => None,
        });
    }

    /// The variable that `owner` in `owner.name` reads, where it is a plain variable.
    pub(super) fn path_root(&self, owner: ExprId) -> Option<PathRoot> {
        match self.facts.expr(owner).kind {
            ExprKind::Name(name, Place::Local { up, index }) => {
                let frame = self.frame_of(up).ok()?;
                Some((Some((frame as u16, index)), name))
            }
            ExprKind::Name(name, Place::Global) => Some((None, name)),
            _ => None,
        }
    }

    /// The path that `owner["key"]` is. Checkers narrow it by tests as they do attributes; what is seen before there are
    /// hints stays as it was seen.
    pub(super) fn key_path(&self, owner: ExprId, key: ExprId) -> Option<(PathRoot, Name)> {
        let ExprKind::Str(Some(key)) = self.facts.expr(key).kind else { return None };
        let root = self.path_root(owner).filter(|_| self.state.reads_back)?;
        // No attribute is called so.
        Some((root, Name::new(&format!("[{key}]"))))
    }

    /// What is left of the type of a key when something is stored there: a checker goes by that until the next one.
    fn narrow_key(&mut self, owner: ExprId, key: ExprId, held: &Type, value: &Type) {
        let Some((root, name)) = self.key_path(owner, key) else { return };
        let key = self.silent_expr(key);
        let declared = self.subscript_with(held, &key);
        let is_optional = declared.members().contains(&Type::None) && !value.members().contains(&Type::None);
        if is_optional && !value.is_unknown() {
            self.set_path(root, name, union(declared.members().iter().filter(|ty| **ty != Type::None).cloned()));
        } else if self.gathered_path(root, name).is_some() {
            Arc::make_mut(&mut self.env.paths).retain(|(other, key, _)| (*other, *key) != (root, name));
        }
    }

    pub(super) fn path(&self, root: PathRoot, name: Name) -> Option<Type> {
        self.gathered_path(root, name).map(|ty| self.seen(ty))
    }

    /// The type of a path as it was gathered.
    pub(super) fn gathered_path(&self, root: PathRoot, name: Name) -> Option<&Type> {
        self.env.paths.iter().find(|(other, attr, _)| *other == root && *attr == name).map(|(_, _, ty)| ty)
    }

    pub(super) fn set_path(&mut self, root: PathRoot, name: Name, ty: Type) {
        let ty = ty.gathered();
        let paths = Arc::make_mut(&mut self.env.paths);
        match paths.iter_mut().find(|(other, attr, _)| *other == root && *attr == name) {
            Some(entry) => entry.2 = ty,
            None => paths.push((root, name, ty)),
        }
    }

    /// A method may set what was `None` when it was called.
    pub(super) fn forget_absent(&mut self, owner: ExprId) {
        if self.env.paths.is_empty() {
            return;
        }
        let facts = self.facts;
        let is_super = |function| matches!(facts.expr(function).kind, ExprKind::Name(name, _) if name.is("super"));
        let root = self.path_root(owner);
        let own = match facts.expr(owner).kind {
            ExprKind::Call(function, _) if is_super(function) => self.receiver_name(),
            _ => None,
        };
        let is_lost = |(other, _, ty): &(PathRoot, Name, Type)| {
            *ty == Type::None && (Some(*other) == root || own == Some(other.1))
        };
        if self.env.paths.iter().any(is_lost) {
            Arc::make_mut(&mut self.env.paths).retain(|path| !is_lost(path));
        }
    }

    /// What the function calls the object that it is a method of.
    fn receiver_name(&self) -> Option<Name> {
        let function = self.function.filter(|function| function.module == self.module.id)?;
        self.facts.functions.get(function.function as usize)?.params.first().map(|param| param.name)
    }

    fn forget_paths(&mut self, root: PathRoot) {
        if self.env.paths.iter().any(|(other, ..)| *other == root) {
            Arc::make_mut(&mut self.env.paths).retain(|(other, ..)| *other != root);
        }
    }
}
