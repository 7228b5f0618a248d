//! Statements as owned data.

use serde::{Deserialize, Serialize};

use super::{BinaryOp, ClassId, ExprId, FunctionId, List};
use crate::text::{Name, TextRange};

/// Index of a statement in `FileFacts::stmts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StmtId(pub u32);

/// Index of an imported name in `FileFacts::imports`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImportId(pub u32);

/// The statements of a body, in order.
pub type Block = List<StmtId>;

impl Default for Block {
    fn default() -> Self {
        Self::empty()
    }
}

/// A statement and where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stmt {
    /// Its text, decorators included, from the first byte to the last, without the newline.
    pub range: TextRange,
    /// What it is.
    pub kind: StmtKind,
}

/// The kinds of statement.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum StmtKind {
    /// An expression alone.
    Expr(ExprId),
    /// `a = b = value`; targets from left to right. The third is the type of a `# type:` comment.
    Assign(List<ExprId>, ExprId, Option<ExprId>),
    /// `target op= value`.
    AugAssign(ExprId, BinaryOp, ExprId),
    /// `target: annotation = value`.
    AnnAssign(ExprId, ExprId, Option<ExprId>),
    /// `return value`.
    Return(Option<ExprId>),
    /// `raise exception from cause`.
    Raise(Option<ExprId>, Option<ExprId>),
    /// `del a, b`.
    Delete(List<ExprId>),
    /// `assert test, message`.
    Assert(ExprId, Option<ExprId>),
    /// `if`; an `elif` is an `If` alone in the last block.
    If(ExprId, Block, Block),
    /// `while` with its `else`.
    While(ExprId, Block, Block),
    /// `for target in iterable` with its `else`; true for `async for`.
    For {
        /// What is bound.
        target: ExprId,
        /// What is iterated.
        iterable: ExprId,
        /// The loop's body.
        body: Block,
        /// The `else` block.
        otherwise: Block,
        /// Whether it is an `async for`.
        is_async: bool,
    },
    /// `with items: body`; true for `async with`.
    With(List<WithItem>, Block, bool),
    /// `try` with its clauses.
    Try {
        /// The block that is tried.
        body: Block,
        /// `except` clauses.
        handlers: List<ExceptHandler>,
        /// The `else` block.
        otherwise: Block,
        /// The `finally` block.
        finally: Block,
    },
    /// `match subject`.
    Match(ExprId, List<MatchCase>),
    /// `def`, decorators with the function.
    Function(FunctionId),
    /// `class`.
    Class(ClassId),
    /// `import` or `from … import`: the names it binds, consecutive.
    Import(List<Import>),
    /// `global a, b`.
    Global(List<Name>),
    /// `nonlocal a, b`.
    Nonlocal(List<Name>),
    /// `type Name = value`; the first is the name expression.
    TypeAlias(ExprId, ExprId),
    /// `pass`.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// One name that an import statement binds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// Leading dots of `from ..module import`.
    pub level: u8,
    /// The dotted module; empty in `from . import x`.
    pub module: Name,
    /// The name taken out of the module; none for `import module`, `*` for a star import.
    pub member: Option<Name>,
    /// The name bound: the alias, the member, or the first part of the module.
    pub bound: Name,
    /// Whether `as` gave the name.
    pub has_alias: bool,
    /// Where the bound name stands.
    pub range: TextRange,
    /// The whole statement.
    pub stmt_range: TextRange,
}

/// `context as target`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct WithItem {
    /// The context manager.
    pub context: ExprId,
    /// What is bound.
    pub target: Option<ExprId>,
}

/// `except types as name: body`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ExceptHandler {
    /// The exception class or tuple of classes.
    pub types: Option<ExprId>,
    /// The name bound, a name expression.
    pub target: Option<ExprId>,
    /// The clause's body.
    pub body: Block,
    /// Whether it is `except*`.
    pub is_group: bool,
}

/// `case pattern if guard: body`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MatchCase {
    /// The pattern.
    pub pattern: Pattern,
    /// The guard.
    pub guard: Option<ExprId>,
    /// The clause's body.
    pub body: Block,
}

/// A pattern of a `case` clause.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Pattern {
    /// `_`.
    Wildcard,
    /// A literal or dotted name compared with the subject.
    Value(ExprId),
    /// `name`, or `pattern as name`; the second is the name expression.
    Capture(Option<Box<Pattern>>, ExprId),
    /// `[a, *rest]`.
    Sequence(Vec<Pattern>),
    /// `*rest`; none for `*_`.
    Star(Option<ExprId>),
    /// `{"k": p, **rest}`: keys with their patterns, and the name bound to the rest.
    Mapping(Vec<(ExprId, Pattern)>, Option<ExprId>),
    /// `Class(p, name=p)`: the class, positional patterns, keyword patterns.
    Class(ExprId, Vec<Pattern>, Vec<(Name, Pattern)>),
    /// `a | b`.
    Or(Vec<Pattern>),
}
