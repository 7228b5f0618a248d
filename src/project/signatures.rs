//! Signatures: declared types of parameters and results, and what decorators make of a function.

use crate::facts::{ExprId, ExprKind, FileFacts, Function, FunctionId, ParamKind, StmtKind};
use crate::text::Name;
use crate::types::{FunctionRef, Type};

use super::classes::last_name;
use super::keywords::named_options;
use super::{Context, Module, Origin, Project, Resolution};

/// What a caller of a function needs to know.
#[derive(Debug)]
pub struct Signature {
    /// The parameters, `self` included.
    pub params: Vec<SignatureParam>,
    /// The declared result.
    pub result: Option<Type>,
    /// How the function is reached through a class.
    pub binding: Binding,
    /// What decorators do to a call.
    pub effect: Effect,
    /// Whether it is one of several overloads.
    pub is_overload: bool,
    /// Whether it is abstract.
    pub is_abstract: bool,
    /// Whether the body stands for one that subclasses write: nothing but a docstring, `pass`, `...` or
    /// `raise NotImplementedError`.
    pub is_placeholder: bool,
    /// The number of a `**kwargs` without a hint out of which the body takes nothing but named options.
    pub options: Option<u16>,
}

/// A parameter as a caller sees it.
#[derive(Debug)]
pub struct SignatureParam {
    /// Its name.
    pub name: Name,
    /// How it takes its argument.
    pub kind: ParamKind,
    /// The declared type; for `*args` and `**kwargs` that of one argument.
    pub ty: Option<Type>,
    /// Whether it has a default.
    pub has_default: bool,
}

/// How a function is reached through a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A plain function or method.
    Plain,
    /// `@staticmethod`.
    Static,
    /// `@classmethod`, and methods that are class methods by themselves.
    Class,
    /// `@property` and what works alike.
    Property,
    /// `@x.setter` or `@x.deleter`.
    Setter,
}

/// What the decorators of a function do to its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Calls reach the function and give its result.
    Transparent,
    /// `@contextmanager`: a generator becomes a context manager.
    ContextManager,
    /// `@asynccontextmanager`.
    AsyncContextManager,
    /// Nothing is known of calls.
    Opaque,
}

/// The number of the `**kwargs` out of which a function of the project takes named options only.
fn options_of(module: &Module, id: FunctionId) -> Option<u16> {
    if module.origin != Origin::Project {
        return None;
    }
    let found = module.named_options.get_or_init(|| named_options(&module.facts));
    found.binary_search_by_key(&id, |(function, _)| *function).ok().map(|place| found[place].1)
}

impl Project {
    /// What a caller of a function needs to know.
    pub fn signature(&self, function: FunctionRef) -> Option<&Signature> {
        self.consult(function);
        let module = self.module(function.module)?;
        let cell = module.signatures.get(function.function as usize)?;
        Some(cell.get_or_init(|| self.make_signature(module, FunctionId(function.function))))
    }

    fn make_signature(&self, module: &Module, id: FunctionId) -> Signature {
        let facts = &module.facts;
        let function = facts.function(id);
        let context = Context::of_function(module, id);
        let mut signature = Signature {
            params: function
                .params
                .iter()
                .map(|param| SignatureParam {
                    name: param.name,
                    kind: match param.kind {
                        // PEP 484: before `/` existed, two underscores said the same in stubs.
                        ParamKind::Normal if module.source.is_none() && is_dunder_prefixed(param.name) => {
                            ParamKind::PositionalOnly
                        }
                        kind => kind,
                    },
                    ty: param.annotation.map(|annotation| self.annotation(&context, annotation)),
                    has_default: param.default.is_some(),
                })
                .collect(),
            result: function.returns.map(|returns| self.annotation(&context, returns)),
            binding: Binding::Plain,
            effect: Effect::Transparent,
            is_overload: false,
            is_abstract: false,
            is_placeholder: is_placeholder(facts, function),
            options: options_of(module, id),
        };
        if function.class.is_some() && matches!(function.name.as_str(), "__new__") {
            signature.binding = Binding::Static;
        }
        if function.class.is_some() && matches!(function.name.as_str(), "__init_subclass__" | "__class_getitem__") {
            signature.binding = Binding::Class;
        }
        for &decorator in facts.list(function.decorators) {
            self.decorate(module, decorator, &mut signature);
        }
        // Nobody knows who calls it with what.
        let is_called = signature.effect != Effect::Opaque;
        signature.options = signature.options.filter(|_| is_called && self.home_of_unpack(self.target).is_some());
        signature
    }

    fn decorate(&self, module: &Module, decorator: ExprId, signature: &mut Signature) {
        let facts = &module.facts;
        let Some(name) = last_name(facts, decorator) else {
            signature.effect = Effect::Opaque;
            return;
        };
        match name.as_str() {
            "staticmethod" => signature.binding = Binding::Static,
            "classmethod" => signature.binding = Binding::Class,
            "property"
            | "cached_property"
            | "abstractproperty"
            | "lazy_property"
            | "reify"
            | "getter"
            | "cached_class_property"
            | "locked_cached_property" => signature.binding = Binding::Property,
            "setter" | "deleter" => signature.binding = Binding::Setter,
            "overload" => signature.is_overload = true,
            "abstractmethod" => signature.is_abstract = true,
            "contextmanager" => signature.effect = Effect::ContextManager,
            "asynccontextmanager" => signature.effect = Effect::AsyncContextManager,
            "wraps" | "lru_cache" | "cache" | "final" | "override" | "no_type_check" | "total_ordering"
            | "singledispatch" | "coroutine" | "deprecated" | "runtime_checkable" | "type_check_only"
            | "disjoint_base" => {}
            _ if self.is_transparent(module, decorator) => {}
            _ => signature.effect = Effect::Opaque,
        }
    }

    /// Whether a decorator of the repository hands back the function, or one that stands for it by `functools.wraps`.
    fn is_transparent(&self, module: &Module, decorator: ExprId) -> bool {
        let expr = match module.facts.expr(decorator).kind {
            ExprKind::Call(function, _) => function,
            _ => decorator,
        };
        let Some(Resolution::Function(function)) = self.resolve_dotted(module, expr) else { return false };
        let Some((owner, definition)) = self.function(function) else { return false };
        if owner.source.is_none() {
            return false;
        }
        let facts = &owner.facts;
        let is_wrapper = facts.functions.iter().any(|inner| {
            let wraps = |&decorator: &ExprId| last_name(facts, decorator).is_some_and(|name| name.is("wraps"));
            inner.range.start > definition.range.start
                && inner.range.end <= definition.range.end
                && facts.list(inner.decorators).iter().any(wraps)
        });
        let first = definition.params.first().map(|param| param.name);
        let hands_back = facts.block(definition.body).any(|stmt| match stmt.kind {
            StmtKind::Return(Some(value)) => {
                matches!(facts.expr(value).kind, ExprKind::Name(name, _) if Some(name) == first)
            }
            _ => false,
        });
        is_wrapper || hands_back
    }
}

fn is_placeholder(facts: &FileFacts, function: &Function) -> bool {
    // Nobody writes another in place of what a function makes each time: to do nothing is all that it does.
    let is_made_inside = function.class.is_none() && function.parent.is_some();
    facts.block(function.body).all(|stmt| match stmt.kind {
        StmtKind::Pass => !is_made_inside,
        StmtKind::Expr(expr) => match facts.expr(expr).kind {
            ExprKind::Ellipsis => true,
            ExprKind::Str(_) => !is_made_inside,
            _ => false,
        },
        StmtKind::Raise(Some(raised), _) => last_name(facts, raised)
            .is_some_and(|name| matches!(name.as_str(), "NotImplementedError" | "NotImplemented")),
        _ => false,
    })
}

fn is_dunder_prefixed(name: Name) -> bool {
    let name = name.as_str();
    name.starts_with("__") && !name.ends_with("__")
}
