//! From what was seen to what can be said: replaces the slots, parts, dicts, functions and constants inside an
//! observed type by what is concluded about them. What stays open becomes [`Type::Unknown`].

use std::sync::Arc;

use super::bases::public_name;
use super::{Answer, Model};
use crate::facts::{ExprKind, FunctionId, ParamKind};
use crate::infer::Confidence;
use crate::project::{Definition, Module, Origin, SlotKind};
use crate::text::Name;
use crate::types::{
    Args, CallableType, ClassName, FunctionRef, Projection, SiteId, SlotId, Type, join_all, known, union, without_none,
};

/// A union of more members than this is a table of everything there is; no reader would write what it holds.
const MAX_MEMBERS: usize = 40;

/// An observed type with its open ends closed.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    /// The type; `Unknown` where something stays open.
    pub(super) ty: Type,
    /// The confidence of the least sure slot that it rests on.
    pub(super) weakest: Confidence,
    /// Whether it is nothing but the slot itself handed back: that says nothing, and hides nothing.
    pub(super) is_own: bool,
}

impl Settled {
    /// Whether nothing is known, or only a part.
    pub(super) fn has_hole(&self) -> bool {
        self.ty.any(&mut |part| part.is_unknown())
    }
}

struct Settler<'m, 'a> {
    model: &'m Model<'a>,
    own: &'m [SlotId],
    weakest: Confidence,
    saw_own: bool,
    /// Whether a member of a union stayed open: unions forget what is unknown.
    lost: bool,
    /// Slots that are answered less surely are not known.
    least: Confidence,
}

impl Model<'_> {
    /// Settles a type seen flowing into one of the slots `own`, which are sorted.
    pub(super) fn settle(&self, ty: &Type, own: &[SlotId]) -> Settled {
        self.settle_from(ty, own, Confidence::Low)
    }

    /// The same from answers of this confidence at least.
    pub(super) fn settle_from(&self, ty: &Type, own: &[SlotId], least: Confidence) -> Settled {
        let mut settler = Settler { model: self, own, weakest: Confidence::High, saw_own: false, lost: false, least };
        let settled = settler.settle(ty);
        let is_own = settler.saw_own && settled.is_unknown() && !settler.lost;
        // A union that lost a member is less sure, though nothing in it is open.
        let weakest = if settler.lost && !settled.is_unknown() {
            settler.weakest.min(Confidence::Medium)
        } else {
            settler.weakest
        };
        Settled { ty: settled, weakest, is_own }
    }

    /// The type of `name` on instances of a project class, by its slot.
    pub(super) fn attribute(&self, class: ClassName, name: Name) -> Option<SlotId> {
        let project = self.project;
        let info = project.class(class)?;
        project.mro(info).iter().find_map(|(base, _)| {
            let base = project.class(*base)?;
            let module = project.module(base.module)?;
            if let Some(Definition::Function(function)) = base.symbols.get(name).first() {
                let is_property = has_decorator(module, *function, &["property", "cached_property"]);
                return is_property.then(|| project.slots().find(base.module, SlotKind::Return(*function))).flatten();
            }
            project.slots().find(base.module, SlotKind::Attribute(base.class?, name))
        })
    }

    /// A function as something that can be called; none where its result is not known.
    fn callable(&self, function: FunctionRef, is_bound: bool) -> Option<Type> {
        let (module, definition) = self.project.function(function)?;
        let id = FunctionId(function.function);
        if definition.is_lambda {
            return None;
        }
        let mut result = self.conclusion(self.project.slots().find(module.id, SlotKind::Return(id))?)?;
        if definition.is_async && !definition.is_generator {
            result = known::AWAITABLE.of([result]);
        }
        let mut params = Some(Vec::new());
        for (index, param) in definition.params.iter().enumerate().skip(usize::from(is_bound)) {
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Normal if param.default.is_none() => {
                    let slot = self.project.slots().find(module.id, SlotKind::Param(id, index as u16));
                    match (slot.and_then(|slot| self.conclusion(slot)), &mut params) {
                        (Some(ty), Some(params)) => params.push(ty),
                        _ => params = None,
                    }
                }
                ParamKind::KeywordOnly if param.default.is_none() => params = None,
                _ => {}
            }
            if params.is_none() {
                break;
            }
        }
        Some(Type::Callable(Arc::new(CallableType { params, result })))
    }

    fn conclusion(&self, slot: SlotId) -> Option<Type> {
        let shaped = self.shapes.assigned(slot).map(|solved| solved.ty);
        shaped.or_else(|| self.answer(slot).map(|answer| answer.ty.clone()))
    }
}

impl Settler<'_, '_> {
    fn settle(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Literal(literal) => self.instance(literal.class(), ty),
            Type::Instance(class, args) => {
                let settled = Type::Instance(*class, args.iter().map(|arg| self.nested(arg)).collect());
                self.instance(*class, &settled)
            }
            Type::Class(class, args) => {
                if self.is_writable(*class) {
                    Type::Class(
                        public_name(*class).unwrap_or(*class),
                        args.iter().map(|arg| self.nested(arg)).collect(),
                    )
                } else {
                    Type::Unknown
                }
            }
            Type::Tuple(items) => Type::Tuple(items.iter().map(|item| self.nested(item)).collect()),
            Type::Callable(callable) => {
                let params =
                    callable.params.as_ref().map(|params| params.iter().map(|param| self.nested(param)).collect());
                Type::Callable(Arc::new(CallableType { params, result: self.nested(&callable.result) }))
            }
            Type::Function(function, bound) => self.model.callable(*function, bound.is_some()).unwrap_or(Type::Unknown),
            Type::Record(site) => self.record(*site),
            Type::Slot(slot) => self.slot(*slot),
            Type::Part(whole, projection) => {
                let whole = self.settle(whole);
                self.project(&whole, *projection)
            }
            Type::Union(members) if members.len() > MAX_MEMBERS => {
                self.lost = true;
                Type::Unknown
            }
            Type::Union(members) => {
                let settled: Vec<Type> = members.iter().map(|member| self.settle(member)).collect();
                if settled.iter().any(Type::is_unknown) {
                    self.lost |= !self.saw_own;
                }
                union(settled)
            }
            // A type variable means nothing outside of the definition that it belongs to.
            Type::Variable(_) => Type::Unknown,
            other => other.clone(),
        }
    }

    /// A type inside another one: its own hole is told from a lost member of the outer union.
    fn nested(&mut self, ty: &Type) -> Type {
        let settled = self.settle(ty);
        if settled == Type::Never { Type::Unknown } else { settled }
    }

    fn slot(&mut self, slot: SlotId) -> Type {
        if self.own.binary_search(&slot).is_ok() {
            self.saw_own = true;
            return Type::Unknown;
        }
        match self.model.answer(slot) {
            // The `Any` in the declaration of an attribute says nothing about what is stored in it.
            Some(answer) if self.is_open_attribute(slot, answer) => Type::Unknown,
            Some(answer) if answer.confidence < self.least => Type::Unknown,
            Some(answer) => {
                self.weakest = self.weakest.min(answer.confidence);
                // Evaluation shows the `None` of a default beside the parameter, until it is tested away.
                if self.model.project.defaults_to_none(slot) { without_none(&answer.ty) } else { answer.ty.clone() }
            }
            None => Type::Unknown,
        }
    }

    fn is_open_attribute(&self, slot: SlotId, answer: &Answer) -> bool {
        matches!(self.model.project.slots().info(slot).kind, SlotKind::Attribute(..))
            && answer.ty.any(&mut |part| *part == Type::Any)
    }

    fn instance(&mut self, class: ClassName, settled: &Type) -> Type {
        if matches!(class.short(), "_NotImplementedType" | "NotImplementedType") {
            // `return NotImplemented` hands over to the other operand; it is no result.
            return Type::Never;
        }
        let args = match settled {
            Type::Instance(_, args) => args.clone(),
            _ => Args::default(),
        };
        if class.module.is("_collections_abc") {
            let view = match class.short() {
                "dict_keys" => "KeysView",
                "dict_values" => "ValuesView",
                _ => "ItemsView",
            };
            let args = match (class.short(), &args[..]) {
                ("dict_keys", [key, ..]) => Args::from([key.clone()]),
                ("dict_values", [.., value]) => Args::from([value.clone()]),
                _ => args,
            };
            return Type::Instance(ClassName::new(Name::new("typing"), Name::new(view)), args);
        }
        if !self.is_writable(class) {
            return Type::Unknown;
        }
        // Only what was declared says what is sent; all others are made to be iterated over.
        match (&args[..], class) {
            ([item, Type::Unknown, Type::Unknown | Type::None], class) if class == known::GENERATOR.class() => {
                return known::ITERATOR.of([item.clone()]);
            }
            ([item, Type::Unknown], class) if class == known::ASYNC_GENERATOR.class() => {
                return known::ASYNC_ITERATOR.of([item.clone()]);
            }
            _ => {}
        }
        let is_open = |arg: &Type| arg.any(&mut |part| matches!(part, Type::Unknown | Type::Any));
        let project = self.model.project;
        let is_bare = args.iter().any(is_open) && project.can_be_bare(class) || project.is_left_bare(class);
        let args = if is_bare { Args::default() } else { args };
        Type::Instance(public_name(class).unwrap_or(class), args)
    }

    /// Whether code outside of a function can name the class. Doubles that stand in for the real thing in tests are
    /// no evidence of what a function is made for.
    fn is_writable(&self, class: ClassName) -> bool {
        let module = class.module.as_str();
        if module == "builtins" {
            return !class.short().starts_with('_') && class.short() != "ellipsis";
        }
        // `Stack[T]` asks the class for its items, of which `T` is none.
        let is_variable = matches!(module, "typing" | "typing_extensions") && class.short() == "TypeVar";
        if is_variable || class.qualname.as_str().contains("<locals>") || module == "unittest.mock" {
            return false;
        }
        match self.model.project.module_named(class.module).map(|module| module.origin) {
            Some(Origin::Evidence) => false,
            Some(Origin::Standard) => public_name(class).is_some_and(|public| !public.module.as_str().starts_with('_')),
            _ => true,
        }
    }

    fn record(&mut self, site: SiteId) -> Type {
        if let Some(shape) = self.model.shapes.record(site) {
            return shape;
        }
        let number = self.model.index.site_number(site);
        let known = number.and_then(|number| self.model.dict(number)).cloned();
        known.unwrap_or_else(|| known::DICT.of([Type::Unknown, Type::Unknown]))
    }

    /// The part of a settled value.
    fn project(&mut self, whole: &Type, projection: Projection) -> Type {
        if let Type::Union(members) = whole {
            let parts: Vec<Type> = members
                .iter()
                .filter(|member| **member != Type::None)
                .map(|member| self.project(member, projection))
                .collect();
            return if parts.iter().any(Type::is_unknown) { Type::Unknown } else { union(parts) };
        }
        match (whole, projection) {
            (Type::Any, _) => Type::Any,
            (Type::Tuple(items), Projection::Index(index)) => {
                items.get(usize::from(index)).cloned().unwrap_or(Type::Unknown)
            }
            (Type::Tuple(items), Projection::Element) => join_all(items.iter()),
            (Type::Callable(callable), Projection::Result) => callable.result.clone(),
            (Type::Class(class, args), Projection::Result) => Type::Instance(*class, args.clone()),
            (Type::Instance(class, _), Projection::Attribute(name)) => {
                self.model.attribute(*class, name).map_or(Type::Unknown, |slot| self.slot(slot))
            }
            (Type::Instance(class, args), Projection::Element | Projection::Index(_) | Projection::Key(_)) => {
                self.element(*class, args, projection)
            }
            _ => Type::Unknown,
        }
    }

    fn element(&self, class: ClassName, args: &crate::types::Args, projection: Projection) -> Type {
        let project = self.model.project;
        if class == known::STR.class() {
            return known::STR.instance();
        }
        if let Some(args) = project.args_as(class, args, known::MAPPING.class()) {
            // Iteration gives keys, a subscript gives values.
            let position = usize::from(projection != Projection::Element);
            return args.get(position).cloned().unwrap_or(Type::Unknown);
        }
        let bases: &[&known::Known] = match projection {
            Projection::Element => &[&known::ITERABLE],
            Projection::Index(_) => &[&known::SEQUENCE],
            _ => &[],
        };
        bases
            .iter()
            .find_map(|base| project.args_as(class, args, base.class())?.first().cloned())
            .unwrap_or(Type::Unknown)
    }
}

/// Whether one of the decorators of a function ends in one of these names.
pub(super) fn has_decorator(module: &Module, function: FunctionId, names: &[&str]) -> bool {
    let facts = &module.facts;
    facts.list(facts.function(function).decorators).iter().any(|&decorator| {
        let mut expr = decorator;
        loop {
            match facts.expr(expr).kind {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => return names.contains(&name.as_str()),
                ExprKind::Call(function, _) => expr = function,
                _ => return false,
            }
        }
    })
}
