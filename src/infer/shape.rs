//! Definitions found in the flow of values: records, tuples, ids, duck types.

use super::{Confidence, Evidence, EvidenceKind};
use crate::facts::{ClassId, ScopeId, StmtId};
use crate::text::{Name, TextRange};
use crate::types::{ModuleId, ShapeId, SlotId, Type};

/// A definition worth a name.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Names to choose from, best first, in class style (`OrderLine`). The first that is free where it is needed wins.
    pub names: Vec<Name>,
    /// What is defined.
    pub kind: ShapeKind,
    /// Where the definition goes.
    pub home: Home,
    /// Slots whose type holds the shape.
    pub slots: Vec<SlotId>,
    /// Local variables that hold displays of it on their way to these slots, with their types: a checker would take
    /// the displays for plain dicts.
    pub locals: Vec<Declaration>,
    /// How sure the definition is.
    pub confidence: Confidence,
    /// One sentence a reviewer can check, names of functions in backquotes.
    pub reason: String,
    /// What was seen.
    pub evidence: Vec<Evidence>,
}

impl Shape {
    /// Whether nothing was seen of it but reads of its keys.
    #[must_use]
    pub fn is_only_read(&self) -> bool {
        !self.evidence.is_empty() && self.evidence.iter().all(|item| item.kind == EvidenceKind::KeyRead)
    }
}

/// The type of a local variable, where a checker has to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The variable.
    pub local: Local,
    /// Its type.
    pub ty: Type,
    /// The empty display that is filled in steps: it is no value of the type yet, so it is cast instead.
    pub cast: Option<TextRange>,
}

/// A local variable of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local {
    /// The module.
    pub module: ModuleId,
    /// The function's scope.
    pub scope: ScopeId,
    /// Index of the variable among the scope's symbols.
    pub symbol: u16,
}

/// The module and place of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The module that should define it.
    pub module: ModuleId,
    /// It must stand before the module-level statement that holds this offset, and after what it needs itself.
    pub before: u32,
}

/// More places where a plain value becomes an id than this are a refactoring, not a change to review.
const MOST_WRAPS: usize = 8;

/// What a shape defines.
#[derive(Clone, Debug, PartialEq)]
pub enum ShapeKind {
    /// `class Name(TypedDict)`.
    TypedDict {
        /// The keys, in the order of the constructor that has most of them.
        fields: Vec<Field>,
        /// The definition of a record that it is made from, whose keys it has: `class Name(Base)`.
        base: Option<Type>,
    },
    /// `class Name(NamedTuple)` in place of a `namedtuple(...)` call.
    NamedTuple {
        /// The fields with their types; `required` is false for a field with a default.
        fields: Vec<Field>,
        /// Source text of the defaults, aligned with the last fields.
        defaults: Vec<String>,
        /// What the class replaces; none where it stands for plain tuples.
        replaces: Option<Replaces>,
        /// Where the values of each field come from.
        sources: Vec<FieldSource>,
        /// Tuple displays that become calls of the class.
        displays: Vec<(ModuleId, TextRange)>,
    },
    /// `Name = tuple[float, float]`.
    Alias(Type),
    /// An alias that the repository has: nothing is defined, its name is used.
    ExistingAlias(Type),
    /// `Name = NewType("Name", base)` with the places where plain values are wrapped.
    NewType {
        /// The type of the plain values.
        base: Type,
        /// Expressions that become `Name(expression)`, by module.
        wraps: Vec<(ModuleId, TextRange)>,
    },
    /// `class Name(Protocol)`.
    Protocol {
        /// Its members, in the order of first use.
        members: Vec<Member>,
    },
    /// `Name = TypeVar("Name")` and the like.
    TypeVariable(TypeVariable),
}

/// A type variable.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeVariable {
    /// What it stands for.
    pub kind: Variable,
    /// Whether the module has it already.
    pub exists: bool,
    /// For each function that this proposal is about: its slots, which are annotated together or not at all.
    pub users: Vec<Vec<SlotId>>,
}

/// What a type variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variable {
    /// A function: `TypeVar("F", bound=Callable[..., Any])`.
    Function,
    /// What a class makes: `type[T]` is the class.
    Class,
    /// The parameters of a function: `ParamSpec("P")`.
    Parameters,
    /// What a function gives.
    Result,
}

/// The `namedtuple(...)` that a class replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// The statement `Name = namedtuple("Name", …)`; it becomes the class.
    Assignment(StmtId),
    /// The base `namedtuple("P", …)` of a class: becomes `NamedTuple`, and the fields are put first into its body.
    Base(ClassId),
}

/// Where the values of a field of a `NamedTuple` come from.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSource {
    /// The slot that constructors fill.
    pub slot: Option<SlotId>,
    /// The type of its default; `Unknown` where it has none.
    pub default: Type,
}

/// A key or field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key.
    pub name: Name,
    /// Its type; `Unknown` is written `Any`.
    pub ty: Type,
    /// Whether every value has it.
    pub required: bool,
}

/// What was seen of the values of a key: what the types of slots, once they are known, say more of.
#[derive(Clone, Debug)]
pub struct FieldFlow {
    /// The record.
    pub shape: ShapeId,
    /// Its key.
    pub name: Name,
    /// What flows into it.
    pub lowers: Vec<Type>,
    /// What is asked of the values: numbers of observed uses.
    pub uses: Vec<u32>,
    /// What is asked of the items of the values.
    pub item_uses: Vec<u32>,
    /// The slots that the values flow into.
    pub takers: Vec<SlotId>,
}

/// A member of a protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member of a protocol is.
#[derive(Clone, Debug, PartialEq)]
pub enum MemberKind {
    /// A read-only property.
    Property(Type),
    /// An attribute that is also written.
    Attribute(Type),
    /// A method.
    Method(MethodShape),
}

/// A method of a protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodShape {
    /// Its parameters after `self`.
    pub params: Vec<MethodParam>,
    /// What it returns; for `async def`, what awaiting it gives. `Unknown` is left out.
    pub result: Type,
    /// Whether it is `async def`.
    pub is_async: bool,
}

/// How an argument can be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// By position alone, because callers do and implementers' names differ.
    Position,
    /// By position or by name.
    Either,
    /// By name alone, because callers do and implementers' places differ.
    Keyword,
}

/// A parameter of a protocol's method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodParam {
    /// Its name.
    pub name: Name,
    /// Its type; left out where it is `Unknown`.
    pub ty: Type,
    /// Whether it has a default.
    pub optional: bool,
    /// How it can be passed.
    pub passing: Passing,
}

/// Hands the types that a definition is made of to `visit`, by reference or by mutable reference as `kind` is.
macro_rules! visit_types {
    ($kind:expr, $visit:expr) => {
        match $kind {
            ShapeKind::TypedDict { fields, base } => {
                for Field { ty, .. } in fields {
                    $visit(ty);
                }
                if let Some(base) = base {
                    $visit(base);
                }
            }
            ShapeKind::NamedTuple { fields, .. } => {
                for Field { ty, .. } in fields {
                    $visit(ty);
                }
            }
            ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) | ShapeKind::NewType { base: ty, .. } => $visit(ty),
            ShapeKind::Protocol { members } => {
                for Member { kind, .. } in members {
                    match kind {
                        MemberKind::Property(ty) | MemberKind::Attribute(ty) => $visit(ty),
                        MemberKind::Method(MethodShape { params, result, .. }) => {
                            for MethodParam { ty, .. } in params {
                                $visit(ty);
                            }
                            $visit(result);
                        }
                    }
                }
            }
            ShapeKind::TypeVariable(_) => {}
        }
    };
}

impl ShapeKind {
    /// A record with these keys.
    #[must_use]
    pub fn typed_dict(fields: Vec<Field>) -> Self {
        Self::TypedDict { fields, base: None }
    }

    /// The types that a definition is made of.
    pub fn types(&self) -> Vec<&Type> {
        let mut types = Vec::new();
        visit_types!(self, |ty| types.push(ty));
        types
    }

    /// Changes the types that a definition is made of.
    pub fn for_each_type(&mut self, mut change: impl FnMut(&mut Type)) {
        visit_types!(self, change);
    }

    /// Whether it changes the program in too many places to be done unasked: it is shown, and made by hand.
    pub fn is_refactoring(&self) -> bool {
        matches!(self, Self::NewType { wraps, .. } if wraps.len() > MOST_WRAPS)
    }

    /// Whether the repository has the definition already.
    pub fn exists(&self) -> bool {
        matches!(self, Self::ExistingAlias(_) | Self::TypeVariable(TypeVariable { exists: true, .. }))
    }
}
