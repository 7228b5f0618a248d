//! Attributes: what `value.name` is.

use std::sync::Arc;

use crate::facts::{ExprId, ExprKind, FunctionId};
use crate::infer::UseKind;
use crate::project::{Binding, ClassInfo, ClassKind, Context, Definition, Module, substitute};
use crate::text::Name;
use crate::types::{Args, ClassName, FunctionRef, Literal, Projection, Type, join, known, union};

use super::Evaluator;
use super::names::NAMES;

/// Subclasses beyond this many are not asked for an attribute that their base only reads.
pub(super) const MAX_PROVIDERS: usize = 8;

impl Evaluator<'_> {
    /// `value.name` as an expression.
    pub(super) fn attribute_expr(&mut self, id: ExprId, value: ExprId, name: Name) -> Type {
        let owner = self.expr_or_super(value);
        let (owner, skip) = match owner {
            Ok(ty) => (ty, 0),
            Err(this) => (this, 1),
        };
        if skip == 0 {
            self.use_of_expr(value, &owner, &UseKind::Attribute(name), self.facts.expr(id).range);
            if let Some(root) = self.path_root(value)
                && let Some(ty) = self.path(root, name)
            {
                return ty;
            }
        }
        self.attribute_skipping(&owner, name, skip)
    }

    /// The type of an expression; for a call of `super()` the instance or class in whose bases it searches.
    pub(super) fn expr_or_super(&mut self, value: ExprId) -> Result<Type, Type> {
        if let ExprKind::Call(function, _) = self.facts.expr(value).kind
            && let ExprKind::Name(name, _) = self.facts.expr(function).kind
            && name == NAMES.super_
            && let Some(class) = self.class
        {
            let class = ClassName::new(self.module.name, self.facts.class(class).qualname);
            let is_class_method = self.function.is_some_and(|function| {
                self.project.signature(function).is_some_and(|signature| signature.binding == Binding::Class)
                    || self.facts.function(FunctionId(function.function)).name == NAMES.new
            });
            let this = if is_class_method { Type::Class(class, Args::default()) } else { Type::instance(class) };
            return Err(this);
        }
        Ok(self.expr(value))
    }

    /// The type of `owner.name`.
    pub(super) fn attribute(&mut self, owner: &Type, name: Name) -> Type {
        self.attribute_skipping(owner, name, 0)
    }

    /// The type of `owner.name`, searched after the first `skip` classes of the method resolution order.
    pub(super) fn attribute_skipping(&mut self, owner: &Type, name: Name, skip: usize) -> Type {
        match owner {
            Type::Union(members) => {
                let parts: Vec<Type> = members
                    .iter()
                    .filter(|member| **member != Type::None)
                    .map(|member| self.attribute_skipping(member, name, skip))
                    .collect();
                self.either(parts)
            }
            Type::Instance(class, args) => self.instance_attribute(owner, *class, args, name, skip),
            Type::Literal(Literal::Enum(class, member)) => {
                if name == NAMES.name {
                    return known::STR.instance();
                }
                if name == NAMES.value {
                    return self.enum_value(*class, *member);
                }
                self.instance_attribute(&Type::instance(*class), *class, &Args::default(), name, skip)
            }
            Type::Literal(literal) => {
                let class = literal.class();
                self.instance_attribute(&Type::instance(class), class, &Args::default(), name, skip)
            }
            Type::Tuple(items) => {
                let args: Args = Args::from([union(items.iter().map(Self::widen_literal))]);
                let class = known::TUPLE.class();
                self.instance_attribute(&Type::Instance(class, args.clone()), class, &args, name, skip)
            }
            Type::Class(class, args) => self.class_attribute(*class, args, name, skip),
            Type::Module(module) => {
                self.project.resolve_member(*module, name).map_or(Type::Unknown, |resolution| self.resolved(resolution))
            }
            Type::Record(_) => {
                let dict = self.record_as_dict(owner);
                self.attribute_skipping(&dict, name, skip)
            }
            Type::Function(..) | Type::Callable(_) => match name.as_str() {
                "__name__" | "__qualname__" | "__module__" => known::STR.instance(),
                _ => Type::Unknown,
            },
            Type::Slot(_) | Type::Part(..) if matches!(name.as_str(), "__name__" | "__qualname__" | "__module__") => {
                known::STR.instance()
            }
            Type::Slot(_) | Type::Part(..) => Self::part(owner, Projection::Attribute(name)),
            Type::Shape(_) => self.shape_attribute(owner, name),
            Type::Any | Type::Mixed => owner.clone(),
            _ => Type::Unknown,
        }
    }

    fn instance_attribute(&mut self, owner: &Type, class: ClassName, args: &Args, name: Name, skip: usize) -> Type {
        let project = self.project;
        if name == NAMES.class {
            return Type::Class(class, args.clone());
        }
        let Some(info) = project.class(class) else { return Type::Unknown };
        if info.kind == ClassKind::Enum && (name == NAMES.value || name == NAMES.name) {
            return if name == NAMES.name { known::STR.instance() } else { self.enum_values(info) };
        }
        for (base, base_args) in project.mro(info).iter().skip(skip) {
            let Some(base_info) = project.class(*base) else { continue };
            if let Some(ty) = self.own_member(base_info, name, owner) {
                let base_args: Vec<Type> =
                    base_args.iter().map(|arg| substitute(arg, &info.type_params, args)).collect();
                let ty = substitute(&ty, &base_info.type_params, &base_args);
                if ty.is_unknown() && self.is_owned_by_base(info, *base, name) {
                    continue;
                }
                if skip == 0 && matches!(ty, Type::Unknown | Type::None) {
                    return join(&self.subclass_attribute(class, name), &ty);
                }
                return ty;
            }
        }
        if skip == 0 {
            let ty = self.subclass_attribute(class, name);
            if !ty.is_unknown() {
                return ty;
            }
        }
        if info.kind == ClassKind::NewType
            && let Some(base) = info.bases.first()
        {
            return self.attribute_skipping(&base.clone(), name, 0);
        }
        if project.is_fully_known(class)
            && name != NAMES.getattr
            && let Some(found) = project.member(info, NAMES.getattr, 0)
            && let Some(Definition::Function(function)) = found.definitions.last()
        {
            return self.result_of(FunctionRef { module: found.class.module, function: function.0 });
        }
        Type::Unknown
    }

    /// Whether the attribute that a class binds is the slot of one of its bases.
    fn is_owned_by_base(&self, info: &ClassInfo, class: ClassName, name: Name) -> bool {
        let own = self.own_attribute_slot(class, name);
        own.is_some() && self.attribute_slot_of(info, name) != own
    }

    /// An attribute that a base class reads and its subclasses provide: a class of the template-method kind.
    fn subclass_attribute(&mut self, class: ClassName, name: Name) -> Type {
        let project = self.project;
        // All classes derive from `object`; what a class of a library reads is not provided here.
        let is_own = |module: &Module| module.origin.is_repository();
        if !project.module_named(class.module).is_some_and(is_own) {
            return Type::Unknown;
        }
        let mut found = Vec::new();
        for subclass in project.providing_subclasses(class, name) {
            let Some(info) = project.class(subclass) else { continue };
            if let Some(ty) = self.own_member(info, name, &Type::instance(subclass)) {
                found.push(ty);
            }
            if found.len() == MAX_PROVIDERS {
                break;
            }
        }
        union(found)
    }

    /// The member that a class binds itself, as seen through an instance of it.
    fn own_member(&mut self, info: &ClassInfo, name: Name, owner: &Type) -> Option<Type> {
        let project = self.project;
        let definitions = info.symbols.get(name);
        let strongest = definitions
            .iter()
            .rev()
            .find(|definition| !matches!(definition, Definition::Other(_)))
            .or(definitions.last());
        if let Some(Definition::Function(function)) = strongest {
            return Some(self.method(info, definitions, *function, owner));
        }
        if let Some(Definition::Class(class)) = strongest {
            let module = project.module(info.module)?;
            let qualname = module.facts.class(*class).qualname;
            return Some(Type::Class(ClassName::new(module.name, qualname), Args::default()));
        }
        if let Some(slot) = self.own_attribute_slot(info.name, name) {
            let declared = self.declared_attribute(info, definitions);
            if let Some(declared) = declared {
                return Some(declared);
            }
            let ty = self.read(slot);
            let ty = if matches!(owner, Type::Instance(..)) { self.got_from(ty) } else { ty };
            // A method put under another name: `__next__ = next`.
            if let Type::Function(function, None) = ty
                && matches!(owner, Type::Instance(..))
            {
                return Some(Type::Function(function, Some(Arc::new(owner.clone()))));
            }
            return Some(ty);
        }
        match strongest? {
            Definition::Assignment(_, _, value) => match value.and_then(|value| project.getter_called(info, value)) {
                Some(getter) => Some(self.got_by(getter, owner)),
                None => Some(self.stub_attribute(info, definitions, name, owner)),
            },
            Definition::Import(import) => {
                let module = project.module(info.module)?;
                let resolution = project.resolve_imported(module, module.facts.import(*import))?;
                Some(self.resolved(resolution))
            }
            _ => Some(Type::Unknown),
        }
    }

    /// What reading a descriptor through an instance gives: what its `__get__` does.
    fn got_from(&mut self, ty: Type) -> Type {
        let project = self.project;
        let getter = |member: &Type| {
            let Type::Instance(class, _) = member else { return None };
            let found = project.member(project.class(*class)?, NAMES.get_descriptor, 0)?;
            let Some(Definition::Function(function)) = found.definitions.last() else { return None };
            Some(FunctionRef { module: found.class.module, function: function.0 })
        };
        if !ty.members().iter().any(|member| getter(member).is_some()) {
            return ty;
        }
        let parts: Vec<Type> = ty
            .members()
            .iter()
            .map(|member| match getter(member) {
                Some(_) if member.is(&known::PROPERTY) => Type::Unknown,
                Some(getter) => self.result_of(getter),
                None => member.clone(),
            })
            .collect();
        self.either(parts)
    }

    fn declared_attribute(&self, info: &ClassInfo, definitions: &[Definition]) -> Option<Type> {
        let module = self.project.module(info.module)?;
        let annotation = definitions.iter().rev().find_map(|definition| match definition {
            Definition::Assignment(_, Some(annotation), _) => Some(*annotation),
            _ => None,
        })?;
        let context = Context { module, class: info.class };
        let ty = self.project.annotation(&context, annotation);
        (!ty.is_unknown()).then_some(ty)
    }

    /// An attribute of a class of a stub.
    fn stub_attribute(&mut self, info: &ClassInfo, definitions: &[Definition], name: Name, owner: &Type) -> Type {
        if let Some(declared) = self.declared_attribute(info, definitions) {
            return declared;
        }
        // `__radd__ = __add__` in a stub: the same function under another name.
        let Some(module) = self.project.module(info.module) else { return Type::Unknown };
        if let Some(Definition::Assignment(_, None, Some(value))) = definitions.last()
            && let ExprKind::Name(other, _) = module.facts.expr(*value).kind
            && other != name
            && let others = info.symbols.get(other)
            && let Some(Definition::Function(function)) = others.last()
        {
            return self.method(info, others, *function, owner);
        }
        Type::Unknown
    }

    fn method(&mut self, info: &ClassInfo, definitions: &[Definition], last: FunctionId, owner: &Type) -> Type {
        let of = |function: FunctionId| FunctionRef { module: info.module, function: function.0 };
        // A property with a setter is bound several times under one name: the getter says what is read.
        let getter = definitions.iter().find_map(|definition| match definition {
            Definition::Function(function) => {
                let reference = of(*function);
                self.project
                    .signature(reference)
                    .is_some_and(|signature| signature.binding == Binding::Property)
                    .then_some(reference)
            }
            _ => None,
        });
        let reference = getter.unwrap_or_else(|| of(last));
        let Some(signature) = self.project.signature(reference) else { return Type::Unknown };
        match signature.binding {
            Binding::Property => self.got_by(reference, owner),
            Binding::Static => Type::Function(reference, None),
            Binding::Class => {
                let class = match owner {
                    Type::Instance(class, args) => Type::Class(*class, args.clone()),
                    other => other.clone(),
                };
                Type::Function(reference, Some(Arc::new(class)))
            }
            Binding::Setter => Type::Unknown,
            Binding::Plain => match owner {
                Type::Class(..) => Type::Function(reference, None),
                _ => Type::Function(reference, Some(Arc::new(owner.clone()))),
            },
        }
    }

    /// What a property gives whose getter is known.
    fn got_by(&mut self, getter: FunctionRef, owner: &Type) -> Type {
        if let Type::Class(..) = owner {
            return known::PROPERTY.instance();
        }
        let result = self.result_of(getter);
        Self::replace_self(&result, owner)
    }

    /// Replaces `Self` by the type of the receiver.
    pub(super) fn replace_self(ty: &Type, receiver: &Type) -> Type {
        if !ty.any(&mut |part| matches!(part, Type::Variable(name) if *name == NAMES.self_type)) {
            return ty.clone();
        }
        let this = match receiver {
            Type::Class(class, args) => Type::Instance(*class, args.clone()),
            other => other.clone(),
        };
        ty.map(&mut |part| match part {
            Type::Variable(name) if *name == NAMES.self_type => Some(this.clone()),
            Type::Instance(class, args)
                if *class == known::TYPE.class()
                    && matches!(args.first(), Some(Type::Variable(name)) if *name == NAMES.self_type) =>
            {
                match &this {
                    Type::Instance(class, args) => Some(Type::Class(*class, args.clone())),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    fn class_attribute(&mut self, class: ClassName, args: &Args, name: Name, skip: usize) -> Type {
        let project = self.project;
        let Some(info) = project.class(class) else { return Type::Unknown };
        let owner = Type::Class(class, args.clone());
        if info.kind == ClassKind::Enum && Self::is_enum_member(info, name) {
            return Type::Literal(Literal::Enum(class, name));
        }
        for (base, base_args) in project.mro(info).iter().skip(skip) {
            let Some(base_info) = project.class(*base) else { continue };
            if let Some(ty) = self.own_member(base_info, name, &owner) {
                if ty.is_unknown() && self.is_owned_by_base(info, *base, name) {
                    continue;
                }
                // Without arguments the class's parameters stay open, to be solved by the call.
                if args.is_empty() && base_info.name == class {
                    return ty;
                }
                let base_args: Vec<Type> =
                    base_args.iter().map(|arg| substitute(arg, &info.type_params, args)).collect();
                return substitute(&ty, &base_info.type_params, &base_args);
            }
        }
        match name.as_str() {
            "__name__" | "__qualname__" | "__module__" => known::STR.instance(),
            _ => Type::Unknown,
        }
    }

    fn is_enum_member(info: &ClassInfo, name: Name) -> bool {
        let is_private = name.as_str().starts_with('_');
        !is_private
            && matches!(info.symbols.get(name).last(), Some(Definition::Assignment(_, annotation, value))
                if value.is_some() || annotation.is_some())
    }

    fn enum_value(&mut self, class: ClassName, member: Name) -> Type {
        match self.own_attribute_slot(class, member) {
            Some(slot) => Self::widen_literal(&self.read(slot)),
            None => Type::Unknown,
        }
    }

    fn enum_values(&mut self, info: &ClassInfo) -> Type {
        let mut names: Vec<Name> =
            info.symbols.by_name.keys().copied().filter(|&name| Self::is_enum_member(info, name)).collect();
        names.sort();
        union(names.into_iter().map(|name| self.enum_value(info.name, name)).collect::<Vec<_>>())
    }
}
