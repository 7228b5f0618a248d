//! What one file says, as owned data: expressions, statements, scopes, functions, classes and imports.
//!
//! A `.py` file, a `.pyi` file and the bundled standard library become the same [`FileFacts`], so there is one
//! evaluator for all of them. Nothing in here borrows from a syntax tree, and nothing is decided yet: facts are what
//! is written, never what it means.

mod expr;
mod lower;
mod scope;
mod stmt;

use serde::{Deserialize, Serialize};

pub use expr::{
    Argument, ArgumentKind, BinaryOp, CompareOp, Comprehension, ComprehensionClause, ComprehensionId,
    ComprehensionKind, DictItem, Expr, ExprId, ExprKind, OptionalExpr, Place, UnaryOp,
};
pub use lower::{lower, lower_stub};
pub use scope::{Scope, ScopeId, ScopeKind, Symbol, SymbolKind};
pub use stmt::{Block, ExceptHandler, Import, ImportId, MatchCase, Pattern, Stmt, StmtId, StmtKind, WithItem};

use crate::text::{Name, TextRange};

/// A run of consecutive elements of one of the side tables of [`FileFacts`].
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct List<T> {
    /// Index of the first element.
    pub start: u32,
    /// Number of elements.
    pub len: u32,
    #[serde(skip)]
    element: std::marker::PhantomData<fn() -> T>,
}

impl<T> List<T> {
    /// The run of `len` elements from `start`.
    pub fn new(start: u32, len: u32) -> Self {
        Self { start, len, element: std::marker::PhantomData }
    }

    /// A run without elements.
    pub fn empty() -> Self {
        Self::new(0, 0)
    }

    /// Whether the run has no element.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The elements, in the table they were put into.
    pub fn of(self, table: &[T]) -> &[T] {
        &table[self.start as usize..(self.start + self.len) as usize]
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}", self.start, self.len)
    }
}

/// Index of a function in [`FileFacts::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FunctionId(pub u32);

/// Index of a class in [`FileFacts::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClassId(pub u32);

/// Everything one file says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileFacts {
    /// All expressions of the file; annotations written as strings or comments are parsed into expressions too.
    pub exprs: Vec<Expr>,
    /// Elements of tuples, lists, sets, f-strings, boolean operations, decorators, targets.
    pub expr_lists: Vec<ExprId>,
    /// Arguments of calls and of class headers.
    pub arguments: Vec<Argument>,
    /// Items of dict displays.
    pub dict_items: Vec<DictItem>,
    /// Comprehensions and generator expressions.
    pub comprehensions: Vec<Comprehension>,
    /// All statements.
    pub stmts: Vec<Stmt>,
    /// Members of blocks.
    pub blocks: Vec<StmtId>,
    /// Items of `with` statements.
    pub with_items: Vec<WithItem>,
    /// `except` clauses.
    pub handlers: Vec<ExceptHandler>,
    /// `case` clauses.
    pub cases: Vec<MatchCase>,
    /// Names bound or declared by `global`, `nonlocal`, type parameters.
    pub names: Vec<Name>,
    /// Functions and lambdas, outer before inner.
    pub functions: Vec<Function>,
    /// Classes, outer before inner.
    pub classes: Vec<Class>,
    /// Imported names, one entry for each bound name.
    pub imports: Vec<Import>,
    /// Scopes; the first is the module's.
    pub scopes: Vec<Scope>,
    /// Statements of the module.
    pub body: Block,
    /// Places that matter for putting text into the file.
    pub layout: Layout,
    /// Comments that say something to a tool.
    pub comments: Vec<Comment>,
}

impl FileFacts {
    /// Gives back the memory that large tables have taken for growing: facts live as long as the run.
    fn shrink_to_fit(&mut self) {
        self.exprs.shrink_to_fit();
        self.expr_lists.shrink_to_fit();
        self.arguments.shrink_to_fit();
        self.dict_items.shrink_to_fit();
        self.stmts.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.functions.shrink_to_fit();
        self.scopes.shrink_to_fit();
    }
}

/// A function, method or lambda.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    /// The name after `def`; `<lambda>` for a lambda.
    pub name: Name,
    /// Dotted name within the module as Python gives it: `Class.method`, `outer.<locals>.inner`.
    pub qualname: Name,
    /// The whole definition, decorators excluded.
    pub range: TextRange,
    /// The name after `def`; empty range at the start for a lambda.
    pub name_range: TextRange,
    /// The class whose body holds the `def` directly.
    pub class: Option<ClassId>,
    /// The function that holds this one, directly or through classes.
    pub parent: Option<FunctionId>,
    /// The function whose text holds this one's. For a lambda that is a default this is the `def`, whose `parent` is
    /// also that of the lambda.
    pub around: Option<FunctionId>,
    /// The function's own scope.
    pub scope: ScopeId,
    /// Parameters in the order they are written, `self` included.
    pub params: Vec<Param>,
    /// The return annotation, also from a `# type:` comment.
    pub returns: Option<ExprId>,
    /// Offset after the `)` of the parameter list, where a return annotation goes; for a lambda its end.
    pub params_end: u32,
    /// Offset after the `(` of the parameter list.
    pub params_start: u32,
    /// Decorators, outermost first.
    pub decorators: List<ExprId>,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Whether the body holds a `yield` of its own.
    pub is_generator: bool,
    /// Whether it is a lambda; its body is then one `return` statement.
    pub is_lambda: bool,
    /// The body.
    pub body: Block,
    /// The docstring literal, quotes included.
    pub docstring: Option<TextRange>,
    /// A `# type: (...) -> ...` comment of the function, whole.
    pub type_comment: Option<TextRange>,
    /// PEP 695 type parameters.
    pub type_params: List<Name>,
}

/// How a parameter takes its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by name.
    Normal,
    /// After `*` or `*args`.
    KeywordOnly,
    /// `*args`.
    VarArgs,
    /// `**kwargs`.
    KwArgs,
}

/// A parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Param {
    /// Its name, without stars.
    pub name: Name,
    /// Range of the name alone; an annotation goes at its end.
    pub name_range: TextRange,
    /// How it takes its argument.
    pub kind: ParamKind,
    /// The default value.
    pub default: Option<ExprId>,
    /// The annotation, also from a `# type:` comment.
    pub annotation: Option<ExprId>,
    /// Whether the annotation was found in a comment.
    pub from_comment: bool,
}

/// A class.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Class {
    /// The name after `class`.
    pub name: Name,
    /// Dotted name within the module.
    pub qualname: Name,
    /// The whole definition, decorators excluded.
    pub range: TextRange,
    /// The name after `class`.
    pub name_range: TextRange,
    /// The class whose body holds this one directly.
    pub class: Option<ClassId>,
    /// The function that holds it, directly or through classes.
    pub parent: Option<FunctionId>,
    /// The class's own scope.
    pub scope: ScopeId,
    /// Bases and keywords such as `metaclass=`.
    pub arguments: List<Argument>,
    /// Decorators, outermost first.
    pub decorators: List<ExprId>,
    /// The body.
    pub body: Block,
    /// The docstring literal, quotes included.
    pub docstring: Option<TextRange>,
    /// PEP 695 type parameters.
    pub type_params: List<Name>,
}

/// Where text can be put into a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Layout {
    /// Offset of the first line after the shebang, encoding and other leading comments, and after the docstring.
    pub after_docstring: u32,
    /// Offset after the line of the last `from __future__` import.
    pub after_future: Option<u32>,
    /// Whether `from __future__ import annotations` is in force.
    pub future_annotations: bool,
    /// Module-level import statements before any other code, in order. Imports inside `if`, `try` are left out.
    pub header_imports: Vec<TextRange>,
    /// Body range of the first module-level `if TYPE_CHECKING:` block, from the first statement's start to the last one's end.
    pub type_checking_body: Option<TextRange>,
    /// Start offsets of module-level statements, in order; decorators count as the start of their definition.
    pub module_stmts: Vec<u32>,
}

/// A comment that says something to a tool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comment {
    /// The comment from `#` to the end of the line.
    pub range: TextRange,
    /// What it says.
    pub kind: CommentKind,
}

/// What a comment says to a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommentKind {
    /// `# type: ...`, not `ignore`.
    Type,
    /// `# type: ignore`, `# pyright: ignore`, `# noqa`: bound to its line.
    Suppression,
    /// `# hintwright: ignore` with the names in brackets, empty for all.
    Ignore(Vec<Name>),
    /// `# fmt: off` or `# fmt: skip`.
    FormatOff,
    /// `# fmt: on`.
    FormatOn,
}

impl FileFacts {
    /// The expression with this id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The statement with this id.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }

    /// The function with this id.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The innermost function whose text holds an offset, decorators aside; lambdas count.
    pub fn function_at(&self, offset: u32) -> Option<FunctionId> {
        // Functions are numbered by where they begin.
        let started = self.functions.partition_point(|function| function.range.start <= offset);
        let mut innermost = started.checked_sub(1).map(|number| FunctionId(number as u32));
        while let Some(id) = innermost
            && self.function(id).range.end <= offset
        {
            innermost = self.function(id).around;
        }
        innermost
    }

    /// The innermost `def` whose text holds an offset, decorators aside.
    pub fn def_at(&self, offset: u32) -> Option<FunctionId> {
        let mut innermost = self.function_at(offset);
        while let Some(id) = innermost
            && self.function(id).is_lambda
        {
            innermost = self.function(id).around;
        }
        innermost
    }

    /// The class with this id.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// The comprehension with this id.
    pub fn comprehension(&self, id: ComprehensionId) -> &Comprehension {
        &self.comprehensions[id.0 as usize]
    }

    /// The scope with this id.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The imported name with this id.
    pub fn import(&self, id: ImportId) -> &Import {
        &self.imports[id.0 as usize]
    }

    /// The statements of a block.
    pub fn block(&self, block: Block) -> impl DoubleEndedIterator<Item = &Stmt> + ExactSizeIterator {
        block.of(&self.blocks).iter().map(|&id| self.stmt(id))
    }

    /// The blocks directly inside a compound statement, in the order of the text; none of a definition's.
    pub fn inner_blocks(&self, stmt: &Stmt) -> Vec<Block> {
        match stmt.kind {
            StmtKind::If(_, body, otherwise)
            | StmtKind::While(_, body, otherwise)
            | StmtKind::For { body, otherwise, .. } => vec![body, otherwise],
            StmtKind::With(_, body, _) => vec![body],
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let handlers = handlers.of(&self.handlers).iter().map(|handler| handler.body);
                [body].into_iter().chain(handlers).chain([otherwise, finally]).collect()
            }
            StmtKind::Match(_, cases) => cases.of(&self.cases).iter().map(|case| case.body).collect(),
            _ => Vec::new(),
        }
    }

    /// The expressions of a list.
    pub fn list(&self, list: List<ExprId>) -> &[ExprId] {
        list.of(&self.expr_lists)
    }

    /// The arguments of a call or class header.
    pub fn arguments(&self, list: List<Argument>) -> &[Argument] {
        list.of(&self.arguments)
    }
}
