//! The type lattice: what a value can be known to be, joins, and the classes every file knows.
//!
//! `Unknown` means that there is no evidence; `Any` means that the author said so. They are never the same thing:
//! `Unknown` vanishes in a join and is never written.

mod args;
mod join;
pub mod known;
mod render;
mod version;

use std::sync::Arc;

pub use args::Args;
pub use join::{HIDDEN_MEMBERS, declared_union, either, join, join_all, union, without_none};
pub use render::{Namer, Rendering, render};
pub use version::PythonVersion;

use crate::text::Name;

/// A class, by where it is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassName {
    /// Dotted name of the defining module.
    pub module: Name,
    /// Dotted name within the module; holds `<locals>` for a class of a function.
    pub qualname: Name,
}

impl ClassName {
    /// The class `qualname` of `module`.
    pub fn new(module: Name, qualname: Name) -> Self {
        Self { module, qualname }
    }

    /// The last part of the qualified name.
    pub fn short(self) -> &'static str {
        let qualname = self.qualname.as_str();
        qualname.rsplit('.').next().unwrap_or(qualname)
    }
}

/// Index of a module in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

/// A function, by the module that holds it and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionRef {
    /// The module.
    pub module: ModuleId,
    /// Index among the module's functions.
    pub function: u32,
}

/// Number of a slot: a parameter, return, attribute or variable that can be annotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u32);

/// A display or call that makes a dict: `{…}` or `dict(…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId {
    /// The module.
    pub module: ModuleId,
    /// Index of the expression among the module's expressions.
    pub expr: u32,
}

/// A definition that a proposal adds: a `TypedDict`, `NamedTuple`, alias, `NewType` or `Protocol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub u32);

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// No evidence.
    Unknown,
    /// The author said `Any`, in the code or in a stub.
    Any,
    /// No value at all: the function does not return.
    Never,
    /// A value of more different types than a reader would follow. Joined with anything it stays what it is, and it is
    /// never written.
    Mixed,
    /// A value that is there, but of which nothing is known. It is kept only where values are gathered, in variables
    /// and slots: beside it `None` is not all there is. What reads them sees the other members ([`Type::visible`]).
    Opaque,
    /// An exact constant.
    Literal(Literal),
    /// An instance of a class.
    Instance(ClassName, Args),
    /// A tuple of fixed length.
    Tuple(Args),
    /// A class itself: `type[C]`.
    Class(ClassName, Args),
    /// Something that can be called.
    Callable(Arc<CallableType>),
    /// A function or lambda of a known module; for a bound method with what it is bound to.
    Function(FunctionRef, Option<Arc<Type>>),
    /// A module.
    Module(ModuleId),
    /// A dict made at this place, whose keys may make it a record.
    Record(SiteId),
    /// Whatever flows into this slot, where nothing is known about it.
    Slot(SlotId),
    /// A part of what flows into a slot.
    Part(Arc<Type>, Projection),
    /// A type variable of a generic class or function.
    Variable(Name),
    /// A definition that a proposal adds.
    Shape(ShapeId),
    /// One of several, sorted, at least two, none of them a union.
    Union(Args),
    /// `None`; last, so that unions end with it.
    None,
}

/// How a part is taken out of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Projection {
    /// `value[name]` with a constant key.
    Key(Name),
    /// `value[n]` with a constant index.
    Index(u8),
    /// What iteration or a computed index gives.
    Element,
    /// `value.name`.
    Attribute(Name),
    /// What a call gives.
    Result,
    /// All parameters of what is called, as a `ParamSpec` stands for them in the signature of a callable.
    Parameters,
}

/// A constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// `True` or `False`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A short string.
    Str(Name),
    /// Some bytes.
    Bytes,
    /// An enum member: the class and the member's name.
    Enum(ClassName, Name),
}

impl Literal {
    /// The class of the constant.
    pub fn class(self) -> ClassName {
        match self {
            Self::Bool(_) => known::BOOL.class(),
            Self::Int(_) => known::INT.class(),
            Self::Str(_) => known::STR.class(),
            Self::Bytes => known::BYTES.class(),
            Self::Enum(class, _) => class,
        }
    }
}

/// The parameters and result of something that can be called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallableType {
    /// Types of the positional parameters; none where they are not known (`Callable[..., R]`).
    pub params: Option<Vec<Type>>,
    /// The result.
    pub result: Type,
}

impl CallableType {
    /// Whether a `ParamSpec` stands for parameters of it.
    pub fn takes_any_number(&self) -> bool {
        matches!(self.params.as_deref(), Some([.., Type::Part(_, Projection::Parameters)]))
    }
}

impl Type {
    /// An instance of a class without type arguments.
    pub fn instance(class: ClassName) -> Self {
        Self::Instance(class, Args::default())
    }

    /// An instance of a generic class.
    pub fn generic(class: ClassName, args: impl Into<Args>) -> Self {
        Self::Instance(class, args.into())
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The type as one of several that are gathered: where nothing is known of a value, that it is there.
    #[must_use]
    pub fn gathered(self) -> Self {
        if self == Self::Unknown { Self::Opaque } else { self }
    }

    /// What gathered values are known to be. `None` beside a value of which nothing is known says nothing: the value
    /// is why the variable exists.
    #[must_use]
    pub fn visible(&self) -> Self {
        match self {
            Self::Opaque => Self::Unknown,
            Self::Union(members) if self.has_member(&Self::Opaque) => {
                match union(members.iter().filter(|member| **member != Self::Opaque).cloned()) {
                    Self::None => Self::Unknown,
                    visible => visible,
                }
            }
            other => other.clone(),
        }
    }

    /// What checkers see of gathered values: to them `None` is there, too, where nothing is known of what is beside it.
    #[must_use]
    pub fn visible_to_checkers(&self) -> Self {
        match self {
            Self::Union(_) if self.has_member(&Self::None) && self.has_member(&Self::Opaque) => self.clone(),
            other => other.visible(),
        }
    }

    /// The members of a union, or the type itself.
    pub fn members(&self) -> &[Type] {
        match self {
            Self::Union(members) => members,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether a type is among the members; there may be thousands, which are sorted.
    fn has_member(&self, member: &Self) -> bool {
        self.members().binary_search(member).is_ok()
    }

    /// The class of an instance, literal or fixed-length tuple.
    pub fn class(&self) -> Option<ClassName> {
        match self {
            Self::Instance(class, _) => Some(*class),
            Self::Literal(literal) => Some(literal.class()),
            Self::Tuple(_) => Some(known::TUPLE.class()),
            _ => None,
        }
    }

    /// Whether it is an instance or literal of exactly this class.
    pub fn is(&self, class: &known::Known) -> bool {
        self.class() == Some(class.class())
    }

    /// The definitions to be added that the type mentions, each once, in order of appearance.
    pub fn shapes(&self) -> Vec<ShapeId> {
        let mut found = Vec::new();
        self.any(&mut |part| {
            if let Self::Shape(id) = part
                && !found.contains(id)
            {
                found.push(*id);
            }
            false
        });
        found
    }

    /// Whether `test` holds for this type or any type inside it.
    pub fn any(&self, test: &mut dyn FnMut(&Type) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match self {
            Self::Instance(_, args) | Self::Tuple(args) | Self::Class(_, args) | Self::Union(args) => {
                args.iter().any(|arg| arg.any(test))
            }
            Self::Callable(callable) => {
                callable.params.iter().flatten().any(|param| param.any(test)) || callable.result.any(test)
            }
            Self::Part(whole, _) => whole.any(test),
            _ => false,
        }
    }

    /// The type with `replace` applied to each part, from the outside in: where `replace` gives a type, that type
    /// stands; elsewhere the parts are visited. Unions are joined anew.
    #[must_use]
    pub fn map(&self, replace: &mut dyn FnMut(&Type) -> Option<Type>) -> Type {
        self.mapped(replace).unwrap_or_else(|| self.clone())
    }

    /// The same as [`Type::map`]; none where nothing changes.
    fn mapped(&self, replace: &mut dyn FnMut(&Type) -> Option<Type>) -> Option<Type> {
        if let Some(replaced) = replace(self) {
            return Some(replaced);
        }
        match self {
            Self::Instance(class, args) => Some(Self::Instance(*class, mapped_args(args, replace)?)),
            Self::Class(class, args) => Some(Self::Class(*class, mapped_args(args, replace)?)),
            Self::Tuple(args) => Some(Self::Tuple(mapped_args(args, replace)?)),
            Self::Union(args) => Some(union(args.iter().map(|arg| arg.map(replace)))).filter(|joined| joined != self),
            Self::Callable(callable) => {
                let params = callable.params.as_deref().and_then(|params| mapped_args(params, replace));
                let result = callable.result.mapped(replace);
                (params.is_some() || result.is_some()).then(|| {
                    let params = params.map(|params| params.to_vec()).or_else(|| callable.params.clone());
                    let result = result.unwrap_or_else(|| callable.result.clone());
                    Self::Callable(Arc::new(CallableType { params, result }))
                })
            }
            _ => None,
        }
    }

    /// How deeply type arguments are nested; a plain class is 0.
    pub fn depth(&self) -> usize {
        match self {
            Self::Instance(_, args) | Self::Tuple(args) | Self::Class(_, args) if !args.is_empty() => {
                1 + args.iter().map(Type::depth).max().unwrap_or(0)
            }
            Self::Union(args) => args.iter().map(Type::depth).max().unwrap_or(0),
            Self::Callable(callable) => {
                let params = callable.params.iter().flatten().map(Type::depth).max().unwrap_or(0);
                1 + params.max(callable.result.depth())
            }
            _ => 0,
        }
    }
}

/// Types with `replace` applied to each; none where nothing changes, so that they stay shared.
fn mapped_args(args: &[Type], replace: &mut dyn FnMut(&Type) -> Option<Type>) -> Option<Args> {
    let mut mapped: Vec<Type> = Vec::new();
    for (number, arg) in args.iter().enumerate() {
        match arg.mapped(replace) {
            Some(ty) => {
                if mapped.is_empty() {
                    mapped.reserve_exact(args.len());
                    mapped.extend_from_slice(&args[..number]);
                }
                mapped.push(ty);
            }
            None if !mapped.is_empty() => mapped.push(arg.clone()),
            None => {}
        }
    }
    (!mapped.is_empty()).then(|| mapped.into())
}
