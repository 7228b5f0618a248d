//! Functions whose annotations somebody reads when the program runs: a hint would change what the program does.

use super::settle::has_decorator;
use crate::facts::{ExprId, ExprKind, FunctionId};
use crate::project::{Module, Project, Resolution};

/// Decorators that dispatch, check or inject by annotations, whatever they are imported from.
#[rustfmt::skip]
const READERS: &[&str] = &[
    "singledispatch", "singledispatchmethod", "validate_call", "validate_arguments", "typechecked", "beartype",
    "inject", "injectable", "pydantic_model",
];

/// Packages that turn the parameters of a route or command into what its annotations say.
#[rustfmt::skip]
const FRAMEWORKS: &[&str] = &[
    "fastapi", "typer", "litestar", "starlite", "ninja", "sanic_ext", "blacksheep", "discord", "cyclopts", "plac",
    "fastmcp", "robyn", "strawberry",
];

/// What their decorators are called.
#[rustfmt::skip]
const ROUTES: &[&str] = &[
    "get", "post", "put", "delete", "patch", "head", "options", "trace", "route", "api_route", "websocket",
    "websocket_route", "command", "callback", "group", "default", "listener", "tool", "prompt", "resource", "field",
    "mutation", "subscription", "type", "hybrid_command",
];

/// What reads annotations in a repository.
#[derive(Debug)]
pub(super) struct Readers {
    has_framework: bool,
}

impl Readers {
    /// Looks at what the repository imports.
    pub(super) fn new(project: &Project) -> Self {
        let is_framework = |dotted: &str| FRAMEWORKS.contains(&dotted.split('.').next().unwrap_or(dotted));
        let has_framework = project.repository().any(|module| {
            module.facts.imports.iter().any(|import| import.level == 0 && is_framework(import.module.as_str()))
        });
        Self { has_framework }
    }

    /// Whether the annotations of a function are read.
    pub(super) fn read(&self, project: &Project, module: &Module, function: FunctionId) -> bool {
        let decorators = module.facts.function(function).decorators;
        has_decorator(module, function, READERS)
            || self.has_framework && has_decorator(module, function, ROUTES)
            || module.facts.list(decorators).iter().any(|&decorator| registers(project, module, decorator))
    }
}

/// `@encode.register` and `@encode.register(int)`, where `encode` is dispatched by type.
fn registers(project: &Project, module: &Module, decorator: ExprId) -> bool {
    const DISPATCHERS: &[&str] = &["singledispatch", "singledispatchmethod"];
    let facts = &module.facts;
    let attribute = match facts.expr(decorator).kind {
        ExprKind::Call(function, _) => function,
        _ => decorator,
    };
    let ExprKind::Attribute(owner, name) = facts.expr(attribute).kind else { return false };
    if !name.is("register") {
        return false;
    }
    if let Some(Resolution::Function(found)) = project.resolve_dotted(module, owner) {
        return project
            .module(found.module)
            .is_some_and(|home| has_decorator(home, FunctionId(found.function), DISPATCHERS));
    }
    // A method is dispatched by a name that only the class body knows.
    let ExprKind::Name(owner, _) = facts.expr(owner).kind else { return false };
    let numbers = (0..facts.functions.len() as u32).map(FunctionId);
    numbers.into_iter().any(|id| facts.function(id).name == owner && has_decorator(module, id, DISPATCHERS))
}
