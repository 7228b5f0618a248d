//! Who reads annotations at run time: the table of libraries, and the expressions that look at signatures.
//!
//! Whatever reads annotations makes a hint part of the program's behaviour. A reader of another package is known by
//! its dotted name, and the repository's own readers by what they call: `inspect.signature` alone says nothing, since
//! most callers of it want names and defaults only; it counts where `.annotation` and the like are read nearby.

use crate::facts::{Argument, ExprId, ExprKind, FileFacts, Function, ImportId};
use crate::text::{Name, TextRange};

use super::classes::last_name;
use super::{Definition, Module, Project, Resolution};

/// Decorators, by the dotted name of what is written after `@`: a name matches itself and everything below it.
const DECORATORS: &[&str] = &[
    "airflow.decorators",
    "apischema",
    "beartype",
    "blacksheep",
    "cyclopts",
    "cython",
    "dagster",
    "defopt",
    "discord.ext.commands",
    "disnake.ext.commands",
    "esmerald",
    "fastapi",
    "fastmcp",
    "faust",
    "hug",
    "inject",
    "injector",
    "ipywidgets",
    "kink",
    "lagom",
    "langchain",
    "langchain_core.tools",
    "litestar",
    "magicgui",
    "mcp",
    "multimethod",
    "multipledispatch",
    "nextcord.ext.commands",
    "ninja",
    "numba",
    "overrides",
    "plum",
    "prefect",
    "pydantic.computed_field",
    "pydantic.field_serializer",
    "pydantic.functional_serializers",
    "pydantic.model_serializer",
    "pydantic.validate_arguments",
    "pydantic.validate_call",
    "pydantic_ai",
    "runtype",
    "spectree",
    "starlite",
    "strawberry",
    "taichi",
    "torch.jit",
    "triton.jit",
    "typeguard",
    "typer",
    "typic",
];

/// Functions that read the annotations of what is passed to them, by the last part of their names.
const CALLS: &[&str] = &["get_type_hints", "get_annotations", "get_overloads"];

/// Functions of other packages that do so, by dotted name.
const LIBRARY_CALLS: &[&str] =
    &["cappa.invoke", "cyclopts.run", "defopt.run", "fire.Fire", "plac.call", "typer.run", "tyro.cli"];

/// Functions that give a signature: names, kinds, defaults and annotations.
const SIGNATURES: &[&str] = &["signature", "getfullargspec", "from_callable", "from_function"];

/// What is read of a signature when annotations matter.
const ANNOTATIONS: &[&str] = &["annotation", "annotations", "return_annotation"];

/// What holds the annotations of a function, class or module.
const HOLDERS: &[&str] = &["__annotations__", "__annotate__", "__annotate_func__"];

/// Longest chain of names that is followed to an import.
const MAX_HOPS: u32 = 8;

impl Project {
    /// The reader among the decorators `decorators` of a function or class of `module`, as it is written.
    pub fn reading_decorator(&self, module: &Module, decorators: &[ExprId]) -> Option<String> {
        decorators.iter().find_map(|&decorator| {
            if self.is_bare_register(module, decorator) {
                return Some("functools.singledispatch".to_owned());
            }
            let path = self.import_path(module, decorator, 0)?;
            let mut listed = DECORATORS.iter().copied().chain(self.readers.iter().map(String::as_str));
            listed.any(|listed| is_at_or_below(&path, listed)).then_some(path)
        })
    }

    /// The expressions whose annotations `expr` reads, if it does that.
    pub fn read_by(&self, module: &Module, expr: ExprId) -> Vec<ExprId> {
        let facts = &module.facts;
        match facts.expr(expr).kind {
            ExprKind::Attribute(value, name) if HOLDERS.contains(&name.as_str()) => vec![value],
            ExprKind::Call(function, arguments) => {
                let arguments = facts.arguments(arguments);
                let Some(first) = arguments.first() else { return Vec::new() };
                let Some(name) = last_name(facts, function) else { return Vec::new() };
                let is_holder = |argument: &Argument| matches!(facts.expr(argument.value).kind, ExprKind::Str(Some(text)) if HOLDERS.contains(&text.as_str()));
                if name.is("getattr") && arguments.get(1).is_some_and(is_holder) {
                    return vec![first.value];
                }
                // `cls.__dict__.get("__annotations__")`
                if let ExprKind::Attribute(owner, method) = facts.expr(function).kind
                    && method.is("get")
                    && is_holder(first)
                    && let ExprKind::Attribute(holder, _) = facts.expr(owner).kind
                {
                    return vec![holder];
                }
                let reads = CALLS.contains(&name.as_str())
                    || SIGNATURES.contains(&name.as_str()) && reads_annotations(facts)
                    || self.is_library_reader(module, function, name);
                if reads { arguments.iter().map(|argument| argument.value).collect() } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    fn is_library_reader(&self, module: &Module, function: ExprId, name: Name) -> bool {
        let mut listed = LIBRARY_CALLS.iter().copied().chain(self.readers.iter().map(String::as_str));
        // The last part is compared first: most calls end here.
        let ends_alike = |path: &str| path.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.'));
        listed.any(|path| ends_alike(path) && self.import_path(module, function, 0).is_some_and(|found| found == path))
    }

    /// Whether `function` is dispatched on the type of its first argument, which then says nothing of the others.
    pub fn is_dispatched(&self, module: &Module, function: &Function) -> bool {
        module.facts.list(function.decorators).iter().any(|&decorator| {
            last_name(&module.facts, decorator)
                .is_some_and(|name| name.is("singledispatch") || name.is("singledispatchmethod"))
        })
    }

    /// Whether it is `@dispatched.register` without a class: the class is then read off the first parameter.
    fn is_bare_register(&self, module: &Module, decorator: ExprId) -> bool {
        let facts = &module.facts;
        let ExprKind::Attribute(base, name) = facts.expr(decorator).kind else { return false };
        if !name.is("register") {
            return false;
        }
        if let Some(Resolution::Function(function)) = self.resolve_dotted(module, base)
            && let Some((owner, definition)) = self.function(function)
        {
            return self.is_dispatched(owner, definition);
        }
        let base = last_name(facts, base);
        facts.functions.iter().any(|function| Some(function.name) == base && self.is_dispatched(module, function))
    }

    /// The dotted name under which an expression was imported: `app.get` is `fastapi.FastAPI.get` after
    /// `from fastapi import FastAPI` and `app = FastAPI()`. Calls are left out.
    fn import_path(&self, module: &Module, expr: ExprId, hops: u32) -> Option<String> {
        if hops > MAX_HOPS {
            return None;
        }
        let facts = &module.facts;
        match facts.expr(expr).kind {
            ExprKind::Call(function, _) => self.import_path(module, function, hops + 1),
            ExprKind::Attribute(value, name) => Some(format!("{}.{name}", self.import_path(module, value, hops + 1)?)),
            ExprKind::Name(name, _) => self.name_path(module, name, hops + 1),
            _ => None,
        }
    }

    fn name_path(&self, module: &Module, name: Name, hops: u32) -> Option<String> {
        let facts = &module.facts;
        if let Some(Definition::Assignment(_, _, Some(value))) = module.symbols.get(name).last() {
            return self.import_path(module, *value, hops + 1);
        }
        let import = facts.imports.iter().position(|import| import.bound == name)?;
        let import = facts.import(ImportId(import as u32));
        // A variable of another file of the repository: `from .app import app`.
        if let Some(member) = import.member
            && let Some(owner) = self.imported_module(module, import).and_then(|owner| self.module(owner))
            && owner.origin.is_repository()
        {
            return self.name_path(owner, member, hops + 1);
        }
        match import.member {
            Some(member) if import.module.as_str().is_empty() => Some(member.to_string()),
            Some(member) => Some(format!("{}.{member}", import.module)),
            None if import.has_alias => Some(import.module.to_string()),
            None => Some(name.to_string()),
        }
    }
}

/// Where a file reads the annotations of classes: in the methods of a class its own, those of its subclasses or, for a
/// metaclass, of the classes that it makes.
pub fn class_body_readers(facts: &FileFacts) -> Vec<TextRange> {
    let is_reader = |kind: &ExprKind| match *kind {
        ExprKind::Attribute(_, name) | ExprKind::Str(Some(name)) => HOLDERS.contains(&name.as_str()),
        ExprKind::Call(function, _) => last_name(facts, function).is_some_and(|name| CALLS.contains(&name.as_str())),
        _ => false,
    };
    facts.exprs.iter().filter(|expr| is_reader(&expr.kind)).map(|expr| expr.range).collect()
}

/// Whether a file reads annotations out of signatures, prints or compares signatures whole.
fn reads_annotations(facts: &FileFacts) -> bool {
    let is_signature = |expr: ExprId| {
        matches!(facts.expr(expr).kind, ExprKind::Call(..))
            && last_name(facts, expr).is_some_and(|name| name.is("signature"))
    };
    facts.exprs.iter().any(|expr| match expr.kind {
        ExprKind::Attribute(_, name) => ANNOTATIONS.contains(&name.as_str()),
        ExprKind::Compare(_, left, right) => is_signature(left) || is_signature(right),
        ExprKind::Call(function, arguments) => {
            last_name(facts, function).is_some_and(|name| matches!(name.as_str(), "str" | "repr" | "format"))
                && facts.arguments(arguments).iter().any(|argument| is_signature(argument.value))
        }
        ExprKind::FString(parts) => facts.list(parts).iter().any(|&part| is_signature(part)),
        _ => false,
    })
}

fn is_at_or_below(path: &str, listed: &str) -> bool {
    path.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
