//! What evaluation sees: bounds of slots, uses of values, dicts that are made.
//!
//! Evaluating a unit (a function or a module's body) yields observations; a round joins those of all units. Values
//! about which nothing is known carry their origin ([`Type::Slot`], [`Type::Part`], [`Type::Record`]), so that a use
//! of them can be told to where they came from.

use crate::facts::{BinaryOp, CompareOp};
use crate::text::{Name, TextRange};
use crate::types::{FunctionRef, Literal, ModuleId, SiteId, SlotId, Type};

use super::EvidenceKind;

/// A type that was seen flowing into a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The slot.
    pub slot: SlotId,
    /// What flows in; may hold `Slot`, `Part` and `Record`, which are edges of the flow graph.
    pub ty: Type,
    /// The kind of place.
    pub kind: EvidenceKind,
    /// The module of the place.
    pub module: ModuleId,
    /// The argument, default, returned value or assigned value.
    pub range: TextRange,
    /// Whether values about which nothing is known flow in beside those of the type.
    pub hides_others: bool,
    /// The return or parameter that is handed on as it is: `return self.find(key)`, `self.find(key)`.
    pub through: Option<SlotId>,
}

/// An index that lies beyond the end of the tuple that is asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// The module of the place.
    pub module: ModuleId,
    /// The subscript.
    pub range: TextRange,
    /// The function whose body asks; none for a module's body.
    pub function: Option<FunctionRef>,
    /// The number of items that there are.
    pub arity: usize,
}

/// Something asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The value: a `Slot`, `Part` or `Record`.
    pub subject: Type,
    /// What is asked.
    pub kind: UseKind,
    /// The module of the place.
    pub module: ModuleId,
    /// The expression that asks.
    pub range: TextRange,
    /// The function whose body asks; none for a module's body.
    pub function: Option<FunctionRef>,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum UseKind {
    /// `value.name`, not called.
    Attribute(Name),
    /// `value.name = x`.
    SetAttribute(Name, Type),
    /// `value.name(…)`: types of the positional and of the keyword arguments.
    Method(Name, Vec<Type>, Vec<(Name, Type)>),
    /// `value["key"]`.
    Key(Name),
    /// `value["key"] = x`, also by `.update(key=x)` and the like.
    SetKey(Name, Type),
    /// `del value["key"]` or `.pop("key")`.
    DeleteKey(Name),
    /// `.get("key")` or `.pop("key", default)`; the type of the default, `None` where there is none.
    GetKey(Name, Type),
    /// `"key" in value`.
    HasKey(Name),
    /// `.setdefault("key", x)`.
    DefaultKey(Name, Type),
    /// `value[k]` with a key that is not constant.
    DynamicKey(Type),
    /// `value[k] = x` with a key that is not constant: types of key and value.
    SetDynamicKey(Type, Type),
    /// `del value[k]`, `.clear()`, `.popitem()`: it is a mapping.
    Mapping,
    /// Iteration over keys, values or items, which any dict allows.
    Items,
    /// `**value` in a call or display, `dict(value)`, `.update(value)`, `.copy()`.
    Spread,
    /// `value.update(x)`, `value |= x`: the type of `x`, where its keys are not known.
    Merge(Type),
    /// A call that fills it, where it is the `**kwargs` of a function: the keys, and what is unpacked into it.
    Filled(Vec<Name>, Vec<Type>),
    /// `f(**value)` where it is known what `f` takes: the parameters that are left, and which of them have to be given.
    HandedOn(Vec<(Name, SlotId, bool)>),
    /// `value[n]` with a constant index.
    Index(i64),
    /// `value[a:b]`.
    Slice,
    /// `a, b = value` or `a, *b = value`: number of targets, whether one has a star; names bound, where plain.
    Unpack(u8, bool, Vec<Option<Name>>),
    /// `for x in value`, a comprehension over it, `list(value)`.
    Iterate,
    /// `value(…)`.
    Call(Vec<Type>, Vec<(Name, Type)>),
    /// `value op other`, or `other op value` when reflected.
    Operand(BinaryOp, Type, bool),
    /// `-value`, `+value`, `~value`.
    Sign,
    /// A comparison with a value of this type.
    Compare(CompareOp, Type),
    /// `x in value`: the type of `x`.
    Contains(Type),
    /// Passed where a stub, an annotation or the data model wants this type.
    Passed(Type),
    /// `isinstance(value, classes)`.
    IsInstance(Vec<Type>),
    /// `value is None` or `is not None`.
    IsNone,
    /// `if value`, `not value`, `value and …`.
    Truth,
    /// Interpolated into a string.
    Format,
    /// `len(value)`.
    Len,
    /// `await value`.
    Await,
    /// `with value`.
    Enter,
}

impl UseKind {
    /// The keys that a computed key is one of, where a loop goes over a few that are written in place.
    pub fn listed_keys(&self) -> Option<Vec<Name>> {
        let (Self::DynamicKey(key) | Self::SetDynamicKey(key, _)) = self else { return None };
        let text = |ty: &Type| match ty {
            Type::Literal(Literal::Str(text)) => Some(*text),
            _ => None,
        };
        let keys: Option<Vec<Name>> = key.members().iter().map(text).collect();
        keys.filter(|keys| !keys.is_empty())
    }

    /// The keys that it hands on to parameters of these names.
    pub fn handed_on(&self) -> impl Iterator<Item = Name> {
        let params = match self {
            Self::HandedOn(params) => &params[..],
            _ => &[],
        };
        params.iter().map(|(name, ..)| *name)
    }

    /// The constant key that it is about.
    pub fn key(&self) -> Option<Name> {
        match self {
            Self::Key(key)
            | Self::SetKey(key, _)
            | Self::GetKey(key, _)
            | Self::HasKey(key)
            | Self::DefaultKey(key, _)
            | Self::DeleteKey(key) => Some(*key),
            _ => None,
        }
    }

    /// Whether it puts something into a dict.
    pub fn is_stored(&self) -> bool {
        matches!(self, Self::SetKey(..) | Self::DefaultKey(..) | Self::SetDynamicKey(..))
    }
}

/// A dict display or `dict(…)` call.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its place in the tables.
    pub id: SiteId,
    /// Its text.
    pub range: TextRange,
    /// The function that makes it; none for a module's body.
    pub function: Option<FunctionRef>,
    /// Constant string keys with the types of their values, in order.
    pub fields: Vec<(Name, Type, TextRange)>,
    /// What is unpacked into it with `**` or copied.
    pub spread: Vec<Type>,
    /// Key and value of the items whose key is not a constant string.
    pub dynamic: Option<(Type, Type)>,
    /// Name of the variable or attribute it is assigned to.
    pub bound_to: Option<Name>,
    /// The slot of the `**kwargs` that it is, where a function takes named options out of that.
    pub options: Option<SlotId>,
}

impl Site {
    /// Whether it is `{}` or `dict()`.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.spread.is_empty() && self.dynamic.is_none()
    }
}

/// A value whose annotations are read at run time.
#[derive(Clone, Debug, PartialEq)]
pub struct Introspected {
    /// The value and the slots that it is read from.
    pub subject: Type,
    /// The function that reads; none for a module's body.
    pub function: Option<FunctionRef>,
    /// The module that reads.
    pub module: ModuleId,
}

/// A definition handed to its decorator.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorated {
    /// The decorator's type.
    pub decorator: Type,
    /// The function or class.
    pub definition: Type,
}

/// Everything that was seen, in an order that does not depend on threads.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// Lower bounds, sorted by slot, then by place.
    pub bounds: Vec<Bound>,
    /// Uses, in the order of modules and places.
    pub uses: Vec<Use>,
    /// Dict sites, sorted by id.
    pub sites: Vec<Site>,
    /// Values whose annotations are read at run time.
    pub introspected: Vec<Introspected>,
    /// Definitions of the repository and the decorators that they are handed to.
    pub decorated: Vec<Decorated>,
}
