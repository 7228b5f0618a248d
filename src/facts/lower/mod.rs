//! From a syntax tree to facts.
//!
//! One cursor walk copies the tree into a flat array ([`syntax`]); the lowering proper goes over that array once, from
//! the top. Names get their [`Place`](super::Place) at the very end, when it is known what every scope binds.

mod annotations;
mod comments;
mod definitions;
mod exprs;
mod layout;
mod literals;
mod patterns;
mod scopes;
mod stmts;
mod syntax;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;
use tree_sitter::{Parser, Tree};

use self::comments::TypeComment;
use self::scopes::ScopeBuilder;
use self::syntax::{Kind, NodeId, Syntax};
use super::{
    Argument, ClassId, DictItem, Expr, ExprId, ExprKind, FileFacts, FunctionId, List, ScopeId, ScopeKind, Stmt, StmtId,
    StmtKind,
};
use crate::text::{Name, TextRange};

/// Lowers the tree of a `.py` file.
///
/// `text` is the text that `tree` was parsed from. What does not parse becomes [`ExprKind::Invalid`] or is left out.
pub fn lower(tree: &Tree, text: &str) -> FileFacts {
    let mut syntax = Syntax::default();
    let mut comments = Vec::new();
    let root = syntax.append(tree, 0, &mut comments);
    let mut lowerer = Lowerer::new(text, syntax);
    lowerer.comments(&comments);
    lowerer.module(root);
    lowerer.facts.shrink_to_fit();
    lowerer.facts
}

/// Lowers the text of a stub that is known to be valid.
pub fn lower_stub(text: &str) -> FileFacts {
    match python_parser().and_then(|mut parser| parser.parse(text, None)) {
        Some(tree) => lower(&tree, text),
        None => FileFacts::default(),
    }
}

fn python_parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// The facts being built, and where in the file the lowering stands.
struct Lowerer<'t> {
    text: &'t str,
    syntax: Syntax,
    facts: FileFacts,
    scopes: ScopeBuilder,
    context: Context,
    /// Whether the expression being lowered is an annotation, so that strings in it are parsed.
    in_annotation: bool,
    /// The string whose content is being lowered: the range of every expression in it.
    enclosing_string: Option<TextRange>,
    /// `# type:` comments, in order.
    type_comments: Vec<TypeComment>,
    /// Names of this file: interning takes a lock, and a file uses each of its names many times.
    names: FxHashMap<&'t str, Name>,
    /// Parses fragments; made when the first one is met.
    parser: Option<Parser>,
    pending: Pending,
}

/// Where the lowering stands.
#[derive(Clone, Copy)]
struct Context {
    scope: ScopeId,
    /// The class whose body holds the code directly.
    class: Option<ClassId>,
    /// The function that holds the code, directly or through classes.
    function: Option<FunctionId>,
    /// The function whose text holds the code, its header included.
    around: Option<FunctionId>,
}

/// Elements of lists that are not complete yet, as stacks: a nested list is moved to its table, where elements of a
/// list stand side by side, before the outer one goes on.
#[derive(Default)]
struct Pending {
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    arguments: Vec<Argument>,
    dict_items: Vec<DictItem>,
    /// Operators whose left operand is being lowered; see [`Lowerer::expr`].
    spine: Vec<NodeId>,
}

/// Moves the elements of `stack` from `mark` on to the end of `table`.
fn complete<T>(stack: &mut Vec<T>, mark: usize, table: &mut Vec<T>) -> List<T> {
    let start = table.len() as u32;
    table.extend(stack.drain(mark..));
    List::new(start, table.len() as u32 - start)
}

impl<'t> Lowerer<'t> {
    fn new(text: &'t str, syntax: Syntax) -> Self {
        let mut lowerer = Self {
            text,
            syntax,
            facts: FileFacts::default(),
            scopes: ScopeBuilder::default(),
            context: Context { scope: ScopeId(0), class: None, function: None, around: None },
            in_annotation: false,
            enclosing_string: None,
            type_comments: Vec::new(),
            names: FxHashMap::default(),
            parser: None,
            pending: Pending::default(),
        };
        lowerer.open_scope(ScopeKind::Module, None);
        lowerer
    }

    fn module(&mut self, root: NodeId) {
        self.facts.body = self.block(root);
        self.layout();
        self.resolve_names();
    }

    /// The text of a node.
    fn text_of(&self, node: NodeId) -> &'t str {
        self.slice(self.syntax.range(node))
    }

    fn slice(&self, range: TextRange) -> &'t str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn intern(&mut self, text: &'t str) -> Name {
        *self.names.entry(text).or_insert_with(|| Name::new(text))
    }

    /// The name that an identifier node spells.
    fn name_of(&mut self, node: NodeId) -> Name {
        self.intern(self.text_of(node))
    }

    fn kind(&self, node: NodeId) -> Kind {
        self.syntax.kind(node)
    }

    /// The range that an expression of this node has.
    fn range(&self, node: NodeId) -> TextRange {
        self.enclosing_string.unwrap_or_else(|| self.syntax.range(node))
    }

    fn push_expr(&mut self, range: TextRange, kind: ExprKind) -> ExprId {
        let id = ExprId(self.facts.exprs.len() as u32);
        self.facts.exprs.push(Expr { range, kind });
        id
    }

    fn push_stmt(&mut self, range: TextRange, kind: StmtKind) -> StmtId {
        let id = StmtId(self.facts.stmts.len() as u32);
        self.facts.stmts.push(Stmt { range, kind });
        id
    }

    fn complete_exprs(&mut self, mark: usize) -> List<ExprId> {
        complete(&mut self.pending.exprs, mark, &mut self.facts.expr_lists)
    }

    fn push_names(&mut self, names: &[Name]) -> List<Name> {
        let start = self.facts.names.len() as u32;
        self.facts.names.extend_from_slice(names);
        List::new(start, names.len() as u32)
    }
}
