//! Who reads annotations at run time: the table of libraries, and the expressions that look at signatures.
//!
//! Whatever reads annotations makes a hint part of the program's behaviour. A reader of another package is known by
//! its dotted name, and the repository's own readers by what they call: `inspect.signature` alone says nothing, since
//! most callers of it want names and defaults only; it counts where `.annotation` and the like are read nearby.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::gitignore::GitignoreBuilder;
use rustc_hash::FxHashSet;

use crate::facts::{Argument, ClassId, ExprId, ExprKind, FileFacts, Function, ImportId};
use crate::text::{Name, TextRange};
use crate::types::ModuleId;

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

/// Functions of other packages that do so and are no decorators, by dotted name.
const LIBRARY_CALLS: &[&str] = &["cappa.invoke", "fire.Fire", "plac.call", "punq.Container", "tyro.cli"];

/// Functions that turn a reader on for whole modules, by dotted name.
const HOOKS: &[(&str, Hooked)] = &[
    ("beartype.claw.beartype_all", Hooked::Everything),
    ("beartype.claw.beartype_package", Hooked::Named),
    ("beartype.claw.beartype_packages", Hooked::Named),
    ("beartype.claw.beartype_this_package", Hooked::Own),
    ("jaxtyping.install_import_hook", Hooked::Named),
    ("typeguard.install_import_hook", Hooked::Named),
];

/// Functions to which a build names the files that it compiles, for which annotations are declarations.
const COMPILERS: &[&str] = &["cythonize", "mypycify"];

/// Which modules a hook is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hooked {
    Everything,
    /// The packages named in its arguments; without any, everything.
    Named,
    /// The package of the module that calls it.
    Own,
}

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
            self.listed_path(module, decorator)
        })
    }

    /// The dotted name of an expression that is, or is below, a reader of the table or of the user.
    fn listed_path(&self, module: &Module, expr: ExprId) -> Option<String> {
        let path = self.import_path(module, expr, 0)?;
        self.listed().any(|listed| is_at_or_below(&path, listed)).then_some(path)
    }

    fn listed(&self) -> impl Iterator<Item = &str> {
        DECORATORS.iter().chain(LIBRARY_CALLS).copied().chain(self.readers.iter().map(String::as_str))
    }

    /// The reader among the bases of a class, as it is written.
    pub fn reading_base(&self, module: &Module, class: ClassId) -> Option<String> {
        if !self.is_near_readers(module) {
            return None;
        }
        let bases = module.facts.arguments(module.facts.class(class).arguments);
        bases.iter().find_map(|base| self.listed_path(module, base.value))
    }

    /// Whether a module imports what is or offers a reader, itself or from a file that does. Others need no look.
    fn is_near_readers(&self, module: &Module) -> bool {
        let near = self.near_readers.get_or_init(|| {
            let top = |dotted: &str| Name::new(dotted.split('.').next().unwrap_or(dotted));
            let tops: FxHashSet<Name> = self.listed().map(top).collect();
            let is_direct = |module: &Module| {
                let imports = &module.facts.imports;
                imports.iter().any(|import| import.level == 0 && tops.contains(&top(import.module.as_str())))
                    || tops.contains(&top(module.import_name.as_str()))
            };
            let direct: FxHashSet<ModuleId> =
                self.repository().filter(|module| is_direct(module)).map(|module| module.id).collect();
            let is_near = |module: &Module| {
                let mut imports = module.facts.imports.iter();
                direct.contains(&module.id)
                    || imports
                        .any(|import| self.imported_module(module, import).is_some_and(|owner| direct.contains(&owner)))
            };
            if direct.is_empty() {
                return direct;
            }
            self.repository().filter(|module| is_near(module)).map(|module| module.id).collect()
        });
        near.contains(&module.id)
    }

    /// Modules all of whose annotations are read, each with the end of a sentence that says by what.
    pub fn modules_read(&self) -> BTreeMap<ModuleId, String> {
        let mut read = BTreeMap::new();
        for module in self.repository() {
            let imports = |top: &str| {
                let dotted = module.facts.imports.iter().map(|import| import.module.as_str());
                dotted.into_iter().any(|name| is_at_or_below(name, top))
            };
            if imports("cython") {
                read.entry(module.id).or_insert_with(|| "is compiled by Cython".to_owned());
            }
            if module.source.as_ref().is_some_and(|source| source.has_pxd) {
                read.entry(module.id).or_insert_with(|| "is compiled by Cython (a `.pxd` lies beside it)".to_owned());
            }
            if ["beartype", "jaxtyping", "typeguard"].into_iter().any(imports) {
                self.hooked(module, &mut read);
            }
            if ["Cython", "mypyc"].into_iter().any(imports) {
                self.compiled(module, &mut read);
            }
        }
        read
    }

    /// Adds the modules for which `module` turns a reader on.
    fn hooked(&self, module: &Module, read: &mut BTreeMap<ModuleId, String>) {
        let facts = &module.facts;
        for expr in &facts.exprs {
            let ExprKind::Call(function, _) = expr.kind else { continue };
            let Some(path) = self.import_path(module, function, 0) else { continue };
            let Some((_, reach)) = HOOKS.iter().find(|(listed, _)| *listed == path) else { continue };
            let own = module.import_name.as_str();
            let is_package = module.source.as_ref().is_some_and(|source| source.path.ends_with("__init__.py"));
            let packages: Vec<&str> = match reach {
                Hooked::Everything => Vec::new(),
                Hooked::Own if is_package => vec![own],
                Hooked::Own => vec![own.rsplit_once('.').map_or(own, |(package, _)| package)],
                Hooked::Named => strings_in(facts, expr.range).collect(),
            };
            for reached in self.repository() {
                let name = reached.import_name.as_str();
                if packages.is_empty() || packages.iter().any(|package| is_at_or_below(name, package)) {
                    read.entry(reached.id).or_insert_with(|| format!("is checked at run time by `{path}`"));
                }
            }
        }
    }

    /// Adds the modules that a build script names to a compiler.
    fn compiled(&self, module: &Module, read: &mut BTreeMap<ModuleId, String>) {
        let facts = &module.facts;
        let compiler = facts.exprs.iter().find_map(|expr| match expr.kind {
            ExprKind::Call(function, _) => last_name(facts, function).filter(|name| COMPILERS.contains(&name.as_str())),
            _ => None,
        });
        let Some(folder) = module.source.as_ref().and_then(|source| source.path.parent()) else { return };
        let Some(compiler) = compiler else { return };
        // The list is often made elsewhere in the script, out of `Extension("a.b", ["a/b.py"])`.
        let mut patterns = GitignoreBuilder::new(folder);
        let whole = TextRange::new(0, u32::MAX);
        for pattern in strings_in(facts, whole).filter(|text| is_source(Path::new(text))) {
            // What is no pattern names no file either.
            let _ = patterns.add_line(None, &format!("/{}", pattern.trim_start_matches("./")));
        }
        let Ok(patterns) = patterns.build() else { return };
        for reached in self.repository().filter(|reached| reached.id != module.id) {
            let path = reached.source.as_ref().map(|source| source.path.as_path());
            if path.is_some_and(|path| path.starts_with(folder) && patterns.matched(path, false).is_ignore()) {
                read.entry(reached.id).or_insert_with(|| format!("is compiled by `{compiler}`"));
            }
        }
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
                    // Whoever reads what members of a module want, reads them of any.
                    || (SIGNATURES.contains(&name.as_str()) || name.is("getmembers")) && reads_annotations(facts)
                    || self.is_near_readers(module) && self.listed_path(module, function).is_some();
                if reads { arguments.iter().map(|argument| argument.value).collect() } else { Vec::new() }
            }
            _ => Vec::new(),
        }
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

    /// Names can be imported in a circle.
    fn name_path(&self, module: &Module, name: Name, hops: u32) -> Option<String> {
        if hops > MAX_HOPS {
            return None;
        }
        let facts = &module.facts;
        match module.symbols.get(name).last() {
            Some(Definition::Assignment(_, _, Some(value))) => return self.import_path(module, *value, hops + 1),
            // The table is about packages: a file of the repository may have the name of one.
            Some(Definition::Function(_) | Definition::Class(_)) => {
                let path = format!("{}.{name}", module.import_name);
                let is_named = |reader: &String| is_at_or_below(&path, reader) || is_at_or_below(reader, &path);
                return self.readers.iter().any(is_named).then_some(path);
            }
            _ => {}
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

/// Whether a path is one of source that a compiler of Python takes.
fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py" || extension == "pyx")
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
            last_name(facts, function).is_some_and(|name| matches!(name.as_str(), "str" | "repr" | "format" | "print"))
                && facts.arguments(arguments).iter().any(|argument| is_signature(argument.value))
        }
        ExprKind::FString(parts) => facts.list(parts).iter().any(|&part| is_signature(part)),
        _ => false,
    })
}

/// The strings in a part of a file.
fn strings_in(facts: &FileFacts, range: TextRange) -> impl Iterator<Item = &str> {
    facts.exprs.iter().filter_map(move |expr| match expr.kind {
        ExprKind::Str(Some(text)) if range.start <= expr.range.start && expr.range.end <= range.end => {
            Some(text.as_str())
        }
        _ => None,
    })
}

fn is_at_or_below(path: &str, listed: &str) -> bool {
    path.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
