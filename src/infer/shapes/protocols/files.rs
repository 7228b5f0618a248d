//! What is read and written like a file is one: the standard library has a name for it.
//!
//! | asked | result |
//! |---|---|
//! | `read`, `write` and other methods of files, of something that is called like one | `IO[str]` or `IO[bytes]` |
//! | the same together with `seek`, `flush` and the like, under any name | the same |
//! | what is written, or done with what is read, does not tell text from bytes | nothing |

use super::super::Shapes;
use super::super::words::words;
use super::super::world::World;
use super::asked::Subject;
use super::components::Component;
use super::parts::Parts;
use crate::facts::BinaryOp;
use crate::infer::UseKind;
use crate::types::{Type, known};

/// Methods that move content.
const CONTENT: &[&str] = &["read", "readline", "readlines", "write", "writelines"];
/// Methods that hardly anything but a file has besides.
const STRUCTURE: &[&str] = &["seek", "tell", "flush", "truncate", "fileno", "isatty", "readlines", "writelines"];
/// What else a file has.
const OTHER: &[&str] =
    &["close", "closed", "name", "mode", "readable", "writable", "seekable", "__iter__", "__enter__"];

/// How files are called.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "f", "fp", "fh", "fd", "fo", "file", "fobj", "fileobj", "stream", "out", "output", "outfile", "infile", "outf",
    "stdin", "stdout", "stderr", "handle", "filelike", "buffer", "buf", "ostream", "istream",
];

/// The type of a file of text or of bytes, if that is what a component is.
pub(super) fn file_of(world: &World, shapes: &Shapes, parts: &Parts, component: &Component) -> Option<Type> {
    let has = |names: &[&str]| component.members.iter().any(|(name, _)| names.contains(&name.as_str()));
    let is_one = component.members.iter().all(|(name, asked)| {
        let is_known = [CONTENT, STRUCTURE, OTHER].iter().any(|names| names.contains(&name.as_str()));
        is_known && !asked.written
    });
    let is_called_so = || {
        component
            .subjects
            .iter()
            .filter_map(|subject| world.slot(subject.slot()))
            .any(|view| words(view.name.as_str()).last().is_some_and(|word| NAMES.contains(&word.as_str())))
    };
    let is_whole = component.subjects.iter().all(|subject| matches!(subject, Subject::Whole(_)));
    if !is_one || !is_whole || !has(CONTENT) || !(is_called_so() || has(STRUCTURE)) {
        return None;
    }
    let contents: Vec<Content> = contents(world, shapes, parts, component);
    let first = *contents.first()?;
    contents.iter().all(|content| *content == first).then(|| {
        let content = match first {
            Content::Text => known::STR.instance(),
            Content::Bytes => known::BYTES.instance(),
        };
        known::IO.of([content])
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    Bytes,
}

impl Content {
    fn of(ty: &Type) -> Option<Self> {
        let is_all = |classes: &[&str]| {
            ty.members().iter().all(|member| match member {
                Type::Literal(literal) => classes.contains(&literal.class().short()),
                other => other.class().is_some_and(|class| classes.contains(&class.short())),
            })
        };
        if ty.is_unknown() {
            None
        } else if is_all(&["str"]) {
            Some(Self::Text)
        } else if is_all(&["bytes", "bytearray", "memoryview", "Buffer"]) {
            Some(Self::Bytes)
        } else {
            None
        }
    }
}

/// What is written, what is done with what is read, and what the name says.
fn contents(world: &World, shapes: &Shapes, parts: &Parts, component: &Component) -> Vec<Content> {
    let mut found = Vec::new();
    for (name, asked) in &component.members {
        if name.is("write")
            && let Some(calls) = &asked.called
        {
            // What a parameter of unsure type holds may have been told apart before.
            found.extend(calls.passed.first().iter().flat_map(|ty| ty.members()).filter_map(Content::of));
        }
        let is_read = name.is("read") || name.is("readline");
        let uses = component.subjects.iter().filter(|_| is_read).flat_map(|&subject| parts.of_results(subject, *name));
        found.extend(uses.filter_map(|used| of_use(shapes, used)));
    }
    for view in component.subjects.iter().filter_map(|subject| world.slot(subject.slot())) {
        found.extend(words(view.name.as_str()).iter().filter_map(|word| match word.as_str() {
            "text" => Some(Content::Text),
            "byte" | "bytes" | "binary" => Some(Content::Bytes),
            _ => None,
        }));
    }
    found
}

/// What a use of what was read tells.
fn of_use(shapes: &Shapes, used: &UseKind) -> Option<Content> {
    let of = |ty: &Type| Content::of(&shapes.settle(ty));
    match used {
        UseKind::Passed(ty) | UseKind::Compare(_, ty) | UseKind::Operand(BinaryOp::Add, ty, _) => of(ty),
        UseKind::Method(name, ..) if name.is("decode") => Some(Content::Bytes),
        UseKind::Method(name, ..) if name.is("encode") || name.is("format") => Some(Content::Text),
        UseKind::Method(_, positional, _) => positional.first().and_then(of),
        _ => None,
    }
}
