//! From a text to a syntax tree, in bounded time, or to the line that is at fault.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::check::{self, Fault};
use super::{SourceError, SourceFile};
use crate::text::LineIndex;

/// How deep expressions may be nested. Chains to the left (`a + b + c`, `a.b().c()`) do not count: whoever walks a
/// tree handles them by a loop.
pub const MAX_DEPTH: usize = 3000;

/// How long one file may take; a sane one takes milliseconds.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A tree takes up to a hundred times the memory of its text: of texts longer than this only one tree lives at a time.
const LONG_TEXT: usize = 1 << 20;
/// Room for walking trees of [`MAX_DEPTH`].
const STACK_SIZE: usize = 256 << 20;

static LONG_TEXTS: Mutex<()> = Mutex::new(());

/// Runs what parses a file, walks its tree and drops it. The trees of long files come one after the other, on threads
/// of their own: an allocator that keeps memory by thread gives the next tree the memory of the one before.
pub fn with_tree<R: Send>(file: &SourceFile, action: impl FnOnce() -> R + Send) -> R {
    if file.text.len() <= LONG_TEXT {
        return action();
    }
    let _turn = LONG_TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut action = Some(action);
    let mut result = None;
    let mut run = || result = action.take().map(|action| action());
    let outcome = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_SIZE);
        builder.spawn_scoped(scope, &mut run).map(std::thread::ScopedJoinHandle::join)
    });
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        // No thread to be had: this one will do.
        Err(_) => run(),
    }
    result.expect("either thread has run it")
}

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Parses a file. The byte offsets of the tree are those of `file.text`.
///
/// A tree comes back only when Python 3 would very likely accept the file as well: no error node anywhere, no syntax
/// of Python 2, and an indentation that Python agrees with.
pub fn parse(file: &SourceFile) -> Result<Tree, SourceError> {
    let path = || file.display_path.clone();
    let text = with_line_feeds(&file.text);
    let text = text.as_deref().unwrap_or(file.text.as_bytes());
    let Some(tree) = parse_text(text, TIME_LIMIT) else { return Err(SourceError::TimedOut { path: path() }) };
    let place = |offset: usize| LineIndex::new(&file.text).line_column(offset as u32);
    if let Some(node) = first_error(&tree) {
        let place = place(node.start_byte());
        return Err(SourceError::Syntax { path: path(), line: place.line, column: place.column });
    }
    check::check(&tree, text).map_err(|(offset, fault)| {
        let (path, place) = (path(), place(offset));
        let line = place.line;
        match fault {
            Fault::Syntax => SourceError::Syntax { path, line, column: place.column },
            Fault::Indentation(what) => SourceError::Indentation { path, line, what },
            Fault::Python2(what) => SourceError::Python2 { path, line, what },
            Fault::TooDeep => SourceError::TooDeep { path, line },
        }
    })?;
    Ok(tree)
}

/// The text with each lone `\r` replaced by `\n`, if there is one: to Python both end a line, to the grammar only the
/// second does. Offsets stay as they are.
fn with_line_feeds(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let is_lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    let first = (0..bytes.len()).find(|&at| is_lone(at))?;
    let mut copy = bytes.to_vec();
    for (at, byte) in copy.iter_mut().enumerate().skip(first) {
        if is_lone(at) {
            *byte = b'\n';
        }
    }
    Some(copy)
}

/// The bare tree of any text; `None` when `limit` has passed.
fn parse_text(text: &[u8], limit: Duration) -> Option<Tree> {
    PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(|| {
            let mut parser = Parser::new();
            parser
                .set_language(&tree_sitter_python::LANGUAGE.into())
                .expect("the grammar and the library are pinned to versions that fit");
            parser
        });
        let start = Instant::now();
        let mut in_time =
            |_: &_| if start.elapsed() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
        let options = ParseOptions::new().progress_callback(&mut in_time);
        let tree = parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or_default(), None, Some(options));
        if tree.is_none() {
            // Otherwise the next file would go on where this one was left.
            parser.reset();
        }
        tree
    })
}

/// The first node that stands for a syntax error. Only ways that lead to one are walked.
fn first_error(tree: &Tree) -> Option<Node<'_>> {
    let mut cursor = tree.walk();
    let mut found = None;
    loop {
        let node = cursor.node();
        if node.has_error() {
            if node.is_missing() {
                return Some(node);
            }
            if node.is_error() {
                // An error that spans half of the file often holds one that is closer to the cause.
                found = Some(node);
            }
            if cursor.goto_first_child() {
                continue;
            }
        }
        // Below the first error only its own errors are better.
        loop {
            if found == Some(cursor.node()) {
                return found;
            }
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use super::*;

    fn outcome(text: &str) -> String {
        let file = SourceFile::from_bytes(Path::new("x.py"), text.as_bytes()).expect("it can be decoded");
        match parse(&file) {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn accepts_python_3() {
        for text in [
            "",
            "print(x)",
            "print (a)[0], 1",
            "print = exec = print",
            "print -1",
            "exec(code)",
            "exec (code) in ns",
            "x = 00 + 0j + 07j + 08.5 + 0o17 + 0_0",
            "x = 'print `x`'  # a <> b, 0777, 10L",
            "def f(a, /, b, *, c=(1, 2), **d): nonlocal_ = 1",
            "f(lambda x=(1, 2): x)",
            "try: pass\nexcept A, B: pass",
            "if x:\n\ta\n\n# c\n\tb\nelse:\n  c",
            "class A:\n  def f(): pass\n  x = 1; y = 2\n",
            "match x:\n    case 1: pass\n    case _:\n        pass",
            "@d\n@e\ndef f():\n    \"\"\"d\n  e\"\"\"\n    return (1,\n 2)\n",
            "type X[T] = int\ndef f[T: int](x: T) -> T: ...",
            "x = 1\ry = 2\r# c\rif x:\r  y\r",
            "if x:\r\n  y\r\n",
            "if x:  # \\\\\n    a\n    b\n# \\\nc",
            "x = \\\n   1\nif x: \\\n  y\nz",
            "'d'\n# c\nfrom __future__ import a\nfrom __future__ import b\nfrom c import *\n",
            "async def f():\n    async with a: return await b\n    async for c in d: continue\n    [await e async for e in f]",
            "def f(): return (await x for x in y)",
            "while a:\n    if b: break\n    else: continue\n",
            "def f():\n    def g(): nonlocal_ = await_(1)\n    class A:\n        def h(self): return 1\n    return 2\n",
        ] {
            assert_eq!(outcome(text), "ok", "{text:?}");
        }
    }

    #[test]
    fn recognises_python_2() {
        for (text, what) in [
            ("print 'x'", "the print statement"),
            ("if 1:\n  pass\nelse: print >>f, x", "the print statement"),
            ("exec 'x' in ns", "the exec statement"),
            ("x = `y`", "backticks"),
            ("x = f(a, [y <> 1])", "the operator <>"),
            ("x = 0777", "an octal number without 0o"),
            ("return_ = (10L, 2)", "a long number"),
            ("x = ur'a'", "the string prefix ur"),
            ("raise E, 'x'", "raise with a comma"),
            ("try: pass\nexcept E, e: pass", "except with a comma"),
            ("try: pass\nexcept (E, F), (a, b): pass", "except with a comma"),
            ("def f(a, (b, c)): pass", "a tuple as a parameter"),
            ("f(lambda (b, c): 1)", "a tuple as a parameter"),
        ] {
            let line = text.matches('\n').count() + 1;
            assert_eq!(outcome(text), format!("x.py:{line}: is Python 2 ({what})"), "{text:?}");
        }
    }

    #[test]
    fn names_the_line_of_an_error() {
        assert_eq!(outcome("x = 1\ny = (2\nz = 3 4\n").split(':').next(), Some("x.py"));
        assert_eq!(outcome("x = 1\nж = $\n"), "x.py:2:1: syntax error");
        assert_eq!(outcome("def f(a, b=1, *a): pass"), "x.py:1:16: syntax error");
        assert_eq!(outcome("x = 1\nnonlocal x"), "x.py:2:1: syntax error");
        assert!(outcome("x = 'a\rb'").starts_with("x.py:1:"));
    }

    #[test]
    fn statements_have_their_place() {
        for text in [
            "import os\nfrom __future__ import annotations",
            "def f():\n    from __future__ import annotations",
            "1\nreturn 1",
            "class A:\n    return 1",
            "def f():\n    return await x",
            "x\nawait x",
            "async def f():\n    def g(): await x",
            "def f():\n    async with x: pass",
            "def f():\n    async for x in y: pass",
            "while a:\n    def f(): break",
            "if a:\n    continue",
            "def f():\n    from os import *",
        ] {
            let column = outcome(text);
            assert!(column.ends_with(": syntax error"), "{text:?}: {column}");
        }
    }

    #[test]
    fn compares_indentation_as_python_does() {
        let unexpected = "unexpected indentation";
        let tabs = "inconsistent use of tabs and spaces";
        let missing = "expected an indented block";
        for (text, line, what) in [
            ("  a", 1, unexpected),
            ("a\n  b", 2, unexpected),
            ("if x:\n    a\n  b", 3, unexpected),
            ("if x:\n    a\n  else:\n    b", 3, unexpected),
            ("@d\n  def f(): pass", 2, unexpected),
            ("if x:\n\ta\n        b", 3, tabs),
            ("if x:\n        a\nif y:\n    if z:\n\tb", 5, tabs),
            ("def f():\nx = 1", 1, missing),
            ("class A:\n    # c\n", 1, missing),
            ("if x: a\n    b", 2, unexpected),
        ] {
            assert_eq!(outcome(text), format!("x.py:{line}: {what}"), "{text:?}");
        }
    }

    #[test]
    fn bounds_the_depth() {
        let long_chain = format!("x = a{}", " + b.c()".repeat(20_000));
        assert_eq!(outcome(&long_chain), "ok");
        assert_eq!(outcome(&format!("x = {}", "a.b()[0]".repeat(20_000).replace("]a", "].a"))), "ok");
        for (open, close) in [("(", ")"), ("not ", ""), ("-", ""), ("lambda: ", ""), ("[", "]"), ("1 if x else ", "")] {
            let text = format!("x = {}a{}", open.repeat(3100), close.repeat(3100));
            assert_eq!(outcome(&text), "x.py:1: is nested too deep", "{open}");
        }
        let mut blocks = String::new();
        for level in 0..200 {
            let _ = writeln!(blocks, "{}if x:", " ".repeat(level));
        }
        let _ = writeln!(blocks, "{}x", " ".repeat(200));
        assert_eq!(outcome(&blocks), "x.py:101: too many levels of indentation");
    }

    #[test]
    fn gives_up_in_time_and_recovers() {
        let text = "x = [1, 2, (3, 4)]\n".repeat(20_000);
        assert!(parse_text(text.as_bytes(), Duration::ZERO).is_none());
        let tree = parse_text(b"x = 1", TIME_LIMIT).expect("it is short");
        assert_eq!(tree.root_node().end_byte(), 5);
    }
}
