//! Expressions as owned data.

use serde::{Deserialize, Serialize};

use super::{FunctionId, List, ScopeId};
use crate::text::{Name, TextRange};

/// Index of an expression in `FileFacts::exprs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExprId(pub u32);

/// An expression that may be left out, in the space of one that may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<ExprId>", into = "Option<ExprId>")]
pub struct OptionalExpr(u32);

impl OptionalExpr {
    const ABSENT: Self = Self(u32::MAX);

    /// The expression, if it is there.
    pub fn get(self) -> Option<ExprId> {
        (self != Self::ABSENT).then_some(ExprId(self.0))
    }
}

impl From<Option<ExprId>> for OptionalExpr {
    fn from(expr: Option<ExprId>) -> Self {
        expr.map_or(Self::ABSENT, |expr| Self(expr.0))
    }
}

impl From<OptionalExpr> for Option<ExprId> {
    fn from(expr: OptionalExpr) -> Self {
        expr.get()
    }
}

/// Index of a comprehension in `FileFacts::comprehensions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ComprehensionId(pub u32);

/// An expression and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expr {
    /// Its text; parentheses around it are not part of it. For an annotation written in a string, the whole string.
    pub range: TextRange,
    /// What it is.
    pub kind: ExprKind,
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Symbol number `index` of the scope `up` steps out from the scope in which the name is written; 0 is that scope
    /// itself. Class scopes count as a step, though Python skips them for names read in nested functions.
    Local {
        /// Steps outwards along `Scope::parent`.
        up: u8,
        /// Index in `Scope::symbols`.
        index: u16,
    },
    /// The module's names, then the builtins.
    Global,
}

/// The kinds of expression.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum ExprKind {
    /// A name that is read, bound or deleted.
    Name(Name, Place),
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer; `None` where it does not fit into 32 bits, which keeps all other expressions small.
    Int(Option<i32>),
    /// A floating-point number.
    Float,
    /// An imaginary number.
    Complex,
    /// A string without interpolation, implicit concatenation included; its value where that is at most 120 bytes
    /// and free of escapes other than the simple ones.
    Str(Option<Name>),
    /// A bytes literal.
    Bytes,
    /// An f-string (or template string) and the expressions interpolated.
    FString(List<ExprId>),
    /// `...`.
    Ellipsis,
    /// `(a, b)` or `a, b`.
    Tuple(List<ExprId>),
    /// `[a, b]`.
    List(List<ExprId>),
    /// `{a, b}`.
    Set(List<ExprId>),
    /// `{k: v, **m}`.
    Dict(List<DictItem>),
    /// `value.name`; the range of the name ends where the expression ends.
    Attribute(ExprId, Name),
    /// `value[index]`.
    Subscript(ExprId, ExprId),
    /// `lower:upper:step` inside a subscript.
    Slice([OptionalExpr; 3]),
    /// `function(arguments)`.
    Call(ExprId, List<Argument>),
    /// `-x`, `not x` and the like.
    Unary(UnaryOp, ExprId),
    /// `a + b` and the like.
    Binary(BinaryOp, ExprId, ExprId),
    /// `a and b and c`.
    And(List<ExprId>),
    /// `a or b or c`.
    Or(List<ExprId>),
    /// `a < b`; a chain `a < b < c` is an `And` of its links.
    Compare(CompareOp, ExprId, ExprId),
    /// `lambda x: …`.
    Lambda(FunctionId),
    /// `then if test else otherwise`, in the order test, then, otherwise.
    Conditional(ExprId, ExprId, ExprId),
    /// A comprehension or generator expression.
    Comprehension(ComprehensionId),
    /// `await x`.
    Await(ExprId),
    /// `yield` or `yield x`.
    Yield(Option<ExprId>),
    /// `yield from x`.
    YieldFrom(ExprId),
    /// `name := value`; the first is the name expression.
    Walrus(ExprId, ExprId),
    /// `*x`.
    Starred(ExprId),
    /// Something a valid file does not hold, or that facts do not describe.
    Invalid,
}

/// An item of a dict display.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DictItem {
    /// The key; none for `**mapping`.
    pub key: Option<ExprId>,
    /// The value, or the mapping that is unpacked.
    pub value: ExprId,
}

/// An argument of a call or of a class header.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Argument {
    /// How it is passed.
    pub kind: ArgumentKind,
    /// Its value.
    pub value: ExprId,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArgumentKind {
    /// By position.
    Positional,
    /// By name.
    Keyword(Name),
    /// `*iterable`.
    Star,
    /// `**mapping`.
    DoubleStar,
}

/// A comprehension or generator expression.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comprehension {
    /// What it builds.
    pub kind: ComprehensionKind,
    /// The scope of its variables; the first iterable is evaluated outside of it.
    pub scope: ScopeId,
    /// The element; the key of a dict comprehension.
    pub element: ExprId,
    /// The value of a dict comprehension.
    pub value: Option<ExprId>,
    /// The `for` clauses, each with the conditions that follow it.
    pub clauses: Vec<ComprehensionClause>,
}

/// What a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComprehensionKind {
    /// `[…]`.
    List,
    /// `{…}`.
    Set,
    /// `{k: v …}`.
    Dict,
    /// `(…)`.
    Generator,
}

/// `for target in iterable if condition …`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComprehensionClause {
    /// What is bound.
    pub target: ExprId,
    /// What is iterated.
    pub iterable: ExprId,
    /// The conditions.
    pub conditions: Vec<ExprId>,
    /// Whether it is an `async for`.
    pub is_async: bool,
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named like the operators of Python's ast module")]
pub enum UnaryOp {
    Not,
    Minus,
    Plus,
    Invert,
}

/// A binary arithmetic, bitwise or matrix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named like the operators of Python's ast module")]
pub enum BinaryOp {
    Add,
    Sub,
    Mult,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMult,
    LShift,
    RShift,
    BitOr,
    BitAnd,
    BitXor,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named like the operators of Python's ast module")]
pub enum CompareOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_small() {
        // A file has ten times as many of them as of anything else.
        assert_eq!(size_of::<Expr>(), 24);
    }
}
