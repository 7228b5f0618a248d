//! What the grammar accepts and Python 3 does not: Python 2, odd indentation, statements out of their place, and
//! nesting without end.
//!
//! Statements are walked all; the inside of an expression only where its text makes it worth while.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;
use tree_sitter::{Node, Tree, TreeCursor};

use super::MAX_DEPTH;
use super::indent::{Lead, Width, lead};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A syntax error that the grammar overlooks.
    Syntax,
    /// Indentation that Python refuses.
    Indentation(&'static str),
    /// Syntax that only Python 2 has.
    Python2(&'static str),
    /// More than [`MAX_DEPTH`] levels.
    TooDeep,
}

/// A fault and its offset in bytes.
type Found = (usize, Fault);

const TUPLE_PARAMETER: Fault = Fault::Python2("a tuple as a parameter");

/// The tokenizer of Python has room for 100 levels.
const MAX_BLOCKS: usize = 100;

const TABS: &str = "inconsistent use of tabs and spaces";

/// A block that is being walked.
struct Block {
    /// The indentation of its statements; unknown until the first that begins a line.
    width: Option<Width>,
    /// Whether it holds a statement, as it must.
    filled: bool,
    /// Where the statement begins that it belongs to.
    owner: usize,
}

/// What a statement stands in.
struct Scope {
    kind: ScopeKind,
    /// How many loops of the scope are around it.
    loops: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScopeKind {
    Module,
    Class,
    Function,
    Coroutine,
}

/// Finds the first fault of a tree without error nodes. `text` is what was parsed.
pub fn check(tree: &Tree, text: &[u8]) -> Result<(), Found> {
    let mut checker = Checker {
        text,
        suspects: suspects(text),
        next_suspect: 0,
        blocks: Vec::new(),
        statement: 0,
        scopes: vec![Scope { kind: ScopeKind::Module, loops: 0 }],
        functions: 0,
        futures_end: false,
        names: FxHashSet::default(),
    };
    let mut cursor = tree.walk();
    loop {
        let entered = checker.enter(cursor.node())?;
        if entered && cursor.goto_first_child() {
            continue;
        }
        if entered {
            checker.leave(cursor.node())?;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return Ok(());
            }
            checker.leave(cursor.node())?;
        }
    }
}

struct Checker<'a> {
    text: &'a [u8],
    /// Offsets of what may be Python 2 inside an expression, rising.
    suspects: Vec<usize>,
    /// The first of them that is not yet passed.
    next_suspect: usize,
    blocks: Vec<Block>,
    /// Where the statement or clause begins that was entered last.
    statement: usize,
    /// The module and the classes and functions that the walk is inside of.
    scopes: Vec<Scope>,
    /// How many of them are functions.
    functions: usize,
    /// Whether a statement was met after which nothing can be imported from `__future__`.
    futures_end: bool,
    names: FxHashSet<&'a [u8]>,
}

impl Checker<'_> {
    /// Looks at a node; whether its children are to be looked at.
    fn enter(&mut self, node: Node<'_>) -> Result<bool, Found> {
        let at = node.start_byte();
        self.placed(node)?;
        match node.kind() {
            "module" => {
                self.blocks.push(Block { width: Some(Width::default()), filled: true, owner: at });
                return Ok(true);
            }
            "block" => {
                self.blocks.push(Block { width: None, filled: false, owner: self.statement });
                return Ok(true);
            }
            "comment" | "line_continuation" => return Ok(false),
            "except_clause" | "except_group_clause" => {
                self.same_line_start(at)?;
                except_with_comma(node, self.text)?;
                return Ok(true);
            }
            // A clause of a statement stands where the statement does.
            "elif_clause"
            | "else_clause"
            | "finally_clause"
            | "decorated_definition"
            | "if_statement"
            | "for_statement"
            | "while_statement"
            | "try_statement"
            | "with_statement"
            | "match_statement"
            | "case_clause"
            | "class_definition"
            | "function_definition" => {
                self.same_line_start(at)?;
                return Ok(true);
            }
            "parameters" => self.parameters(node)?,
            "decorator" => self.same_line_start(at)?,
            "print_statement" => return Err((at, Fault::Python2("the print statement"))),
            "exec_statement" => return Err((at, Fault::Python2("the exec statement"))),
            "raise_statement" => {
                self.same_line_start(at)?;
                if node.named_child(0).is_some_and(|child| child.kind() == "expression_list") {
                    return Err((at, Fault::Python2("raise with a comma")));
                }
            }
            kind if kind.ends_with("_statement") => self.same_line_start(at)?,
            _ => {}
        }
        self.expressions(node)?;
        Ok(false)
    }

    fn leave(&mut self, node: Node<'_>) -> Result<(), Found> {
        match node.kind() {
            "module" | "block" => match self.blocks.pop() {
                Some(block) if !block.filled => {
                    return Err((block.owner, Fault::Indentation("expected an indented block")));
                }
                _ => {}
            },
            "function_definition" => {
                self.scopes.pop();
                self.functions -= 1;
            }
            "class_definition" => drop(self.scopes.pop()),
            "for_statement" | "while_statement" => self.scope().loops -= 1,
            _ => {}
        }
        Ok(())
    }

    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the module is never left")
    }

    /// A statement that has a meaning in some scopes only; and the scopes themselves.
    fn placed(&mut self, node: Node<'_>) -> Result<(), Found> {
        let kind = self.scope().kind;
        let name = node.kind();
        let is_async = || node.child(0).is_some_and(|first| first.kind() == "async");
        let fits = match name {
            "function_definition" => {
                let kind = if is_async() { ScopeKind::Coroutine } else { ScopeKind::Function };
                self.scopes.push(Scope { kind, loops: 0 });
                self.functions += 1;
                true
            }
            "class_definition" => {
                self.scopes.push(Scope { kind: ScopeKind::Class, loops: 0 });
                true
            }
            "for_statement" | "while_statement" => {
                self.scope().loops += 1;
                kind == ScopeKind::Coroutine || !is_async()
            }
            "with_statement" => kind == ScopeKind::Coroutine || !is_async(),
            "return_statement" => matches!(kind, ScopeKind::Function | ScopeKind::Coroutine),
            "break_statement" | "continue_statement" => self.scope().loops > 0,
            "nonlocal_statement" => self.functions > 0,
            "import_from_statement" => kind == ScopeKind::Module || !imports_all(node),
            "future_import_statement" => !self.futures_end && kind == ScopeKind::Module,
            _ => true,
        };
        let is_statement = name.ends_with("_statement") || name.ends_with("_definition");
        self.futures_end |= is_statement && name != "future_import_statement" && !is_string(node);
        if fits { Ok(()) } else { Err((node.start_byte(), Fault::Syntax)) }
    }

    /// A statement or clause at `at` begins its line where its block says, or follows other code on the line.
    fn same_line_start(&mut self, at: usize) -> Result<(), Found> {
        self.statement = at;
        let depth = self.blocks.len();
        let Some((block, outer)) = self.blocks.split_last_mut() else { return Ok(()) };
        let first = !block.filled;
        block.filled = true;
        let width = match lead(self.text, at) {
            Lead::Indentation(width) => width,
            Lead::Joined(width) if block.width.is_none() => width,
            Lead::Joined(_) | Lead::Code => return Ok(()),
        };
        let fault = |what| Err((at, Fault::Indentation(what)));
        if let Some(expected) = block.width {
            return match width.compare(expected) {
                Some(Ordering::Equal) => Ok(()),
                Some(_) => fault("unexpected indentation"),
                None => fault(TABS),
            };
        }
        if !first {
            return fault("unexpected indentation");
        }
        if depth > MAX_BLOCKS {
            return fault("too many levels of indentation");
        }
        let around = outer.iter().rev().find_map(|block| block.width).unwrap_or_default();
        match width.compare(around) {
            Some(Ordering::Greater) => {
                block.width = Some(width);
                Ok(())
            }
            None => fault(TABS),
            _ => Err((block.owner, Fault::Indentation("expected an indented block"))),
        }
    }

    /// The parameters of a `def`: no tuples, no name twice.
    fn parameters(&mut self, node: Node<'_>) -> Result<(), Found> {
        no_tuples(node)?;
        self.names.clear();
        for parameter in node.named_children(&mut node.walk()) {
            let Some(name) = parameter_name(parameter) else { continue };
            if !self.names.insert(&self.text[name.byte_range()]) {
                return Err((name.start_byte(), Fault::Syntax));
            }
        }
        Ok(())
    }

    /// A part of the tree without statements in it.
    fn expressions(&mut self, node: Node<'_>) -> Result<(), Found> {
        while self.suspects.get(self.next_suspect).is_some_and(|&at| at < node.start_byte()) {
            self.next_suspect += 1;
        }
        let suspect = self.suspects.get(self.next_suspect).is_some_and(|&at| at < node.end_byte());
        // It cannot be deeper than it has nodes.
        if !suspect && node.descendant_count() <= MAX_DEPTH {
            return Ok(());
        }
        let mut cursor = node.walk();
        // For each level of the cursor, whether it counts as a level of nesting.
        let mut levels: Vec<bool> = Vec::new();
        let mut depth = 0;
        loop {
            let inner = cursor.node();
            self.expression(inner)?;
            let first_is_free = leans_left(inner);
            if cursor.goto_first_child() {
                levels.push(!first_is_free);
                depth += usize::from(!first_is_free);
                if depth > MAX_DEPTH {
                    return Err((node.start_byte(), Fault::TooDeep));
                }
                continue;
            }
            if !next(&mut cursor, &mut levels, &mut depth) {
                return Ok(());
            }
        }
    }

    fn expression(&self, node: Node<'_>) -> Result<(), Found> {
        let python2 = |what| Err((node.start_byte(), Fault::Python2(what)));
        match node.kind() {
            "<>" => python2("the operator <>"),
            "lambda_parameters" => no_tuples(node),
            "await" if !self.may_await(node) => Err((node.start_byte(), Fault::Syntax)),
            "integer" => match &self.text[node.byte_range()] {
                [.., b'l' | b'L'] => python2("a long number"),
                [b'0', b'0'..=b'9' | b'_', ..] if !self.is_zero_or_imaginary(node) => {
                    python2("an octal number without 0o")
                }
                _ => Ok(()),
            },
            "string_start" => match &self.text[node.byte_range()] {
                [b'`', ..] => python2("backticks"),
                [b'u' | b'U', b'r' | b'R', ..] => python2("the string prefix ur"),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Outside of a coroutine only a generator that is not yet run can wait for something.
    fn may_await(&self, node: Node<'_>) -> bool {
        let is_coroutine = self.scopes.last().is_some_and(|scope| scope.kind == ScopeKind::Coroutine);
        is_coroutine
            || std::iter::successors(node.parent(), Node::parent)
                .take_while(|node| !node.kind().ends_with("_statement"))
                .any(|node| node.kind() == "generator_expression")
    }

    /// `00` and `07j` are numbers of Python 3 too.
    fn is_zero_or_imaginary(&self, node: Node<'_>) -> bool {
        let digits = &self.text[node.byte_range()];
        digits.ends_with(b"j") || digits.ends_with(b"J") || digits.iter().all(|digit| matches!(digit, b'0' | b'_'))
    }
}

fn imports_all(statement: Node<'_>) -> bool {
    statement.named_children(&mut statement.walk()).any(|child| child.kind() == "wildcard_import")
}

/// Whether it is a string that stands alone, such as a docstring.
fn is_string(statement: Node<'_>) -> bool {
    statement.kind() == "expression_statement"
        && statement.named_child(0).is_some_and(|only| matches!(only.kind(), "string" | "concatenated_string"))
}

/// Moves on to the next node outside the current one; `false` at the end of the walk.
fn next(cursor: &mut TreeCursor<'_>, levels: &mut Vec<bool>, depth: &mut usize) -> bool {
    loop {
        if cursor.goto_next_sibling() {
            // Only the first child of a chain to the left is the rest of the chain.
            if let Some(counts) = levels.last_mut()
                && !*counts
            {
                *counts = true;
                *depth += 1;
            }
            return true;
        }
        if !cursor.goto_parent() {
            return false;
        }
        *depth -= usize::from(levels.pop().unwrap_or_default());
    }
}

fn leans_left(node: Node<'_>) -> bool {
    matches!(node.kind(), "binary_operator" | "boolean_operator" | "attribute" | "call" | "subscript")
}

/// `except E, e:` of Python 2. Since Python 3.14 `except A, B:` catches both, so only the second word can tell: a
/// class begins with a capital or stands in a module, and the name for the caught exception does neither.
fn except_with_comma(node: Node<'_>, text: &[u8]) -> Result<(), Found> {
    let mut cursor = node.walk();
    let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).take(3).collect();
    if let [first, second] = values[..] {
        let unpacks = first.kind() == "tuple" || second.kind() == "tuple";
        let is_variable = second.kind() == "identifier" && !text[second.start_byte()].is_ascii_uppercase();
        if unpacks || is_variable {
            return Err((node.start_byte(), Fault::Python2("except with a comma")));
        }
    }
    Ok(())
}

fn no_tuples(parameters: Node<'_>) -> Result<(), Found> {
    for parameter in parameters.named_children(&mut parameters.walk()) {
        let name = parameter.child_by_field_name("name").unwrap_or(parameter);
        if name.kind() == "tuple_pattern" {
            return Err((name.start_byte(), TUPLE_PARAMETER));
        }
    }
    Ok(())
}

/// The identifier of a parameter; `None` for `*` and `/`.
fn parameter_name(parameter: Node<'_>) -> Option<Node<'_>> {
    let mut node = parameter;
    // A typed parameter holds a splat, which holds a name.
    for _ in 0..3 {
        if node.kind() == "identifier" {
            return Some(node);
        }
        node = node.child_by_field_name("name").or_else(|| node.named_child(0))?;
    }
    None
}

/// Offsets at which an expression may hold Python 2, or nothing of the kind: a comment, a docstring. One pass.
fn suspects(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'`' => found.push(start),
            b'<' if text.get(at) == Some(&b'>') => found.push(start),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => {
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..);
                at += text[at..].iter().take_while(|byte| is_word(byte)).count();
                let suspect = match &text[start..at] {
                    [b'u' | b'U', b'r' | b'R'] => matches!(text.get(at), Some(b'"' | b'\'')),
                    b"lambda" | b"await" | [b'0', b'0'..=b'9' | b'_', ..] | [b'0'..=b'9', .., b'l' | b'L'] => true,
                    _ => false,
                };
                if suspect {
                    found.push(start);
                }
            }
            _ => {}
        }
    }
    found
}
