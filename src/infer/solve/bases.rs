//! Relations between classes as a reader sees them: common bases worth naming, and whether a value of one type may
//! stand where another is wanted.

use crate::project::{ClassKind, Project};
use crate::types::{Args, CallableType, ClassName, Type, known};

/// Whether a class is defined in the repository.
pub(super) fn is_repository(project: &Project, class: ClassName) -> bool {
    project.module_named(class.module).is_some_and(|module| module.origin.is_repository())
}

/// The nearest class that all of `classes` are or derive from, where naming it tells a reader something. Of several that
/// have nothing to do with each other, as the parts that a loader is put together from, each is but a part.
pub(super) fn common_base(project: &Project, classes: &[ClassName]) -> Option<ClassName> {
    let (&first, rest) = classes.split_first()?;
    let info = project.class(first)?;
    let mut common = project.mro(info).iter().map(|(base, _)| *base).filter(|&base| {
        rest.iter().all(|&class| project.is_subclass(class, base))
            && (classes.contains(&base) || is_meaningful(project, base, classes.len()))
    });
    let nearest = common.next()?;
    let is_all = classes.contains(&nearest) || common.all(|other| project.is_subclass(nearest, other));
    is_all.then_some(nearest)
}

/// Whether a base says something about values of several of its subclasses.
fn is_meaningful(project: &Project, base: ClassName, count: usize) -> bool {
    // Machinery and mixins are shared by classes that have nothing else in common.
    if matches!(base.module.as_str(), "typing" | "typing_extensions" | "abc" | "enum" | "collections.abc" | "_typeshed")
        || base.short().ends_with("Mixin")
    {
        return false;
    }
    if is_repository(project, base) {
        return project.class(base).is_some_and(|info| info.kind != ClassKind::Protocol);
    }
    // Two exceptions are a pair that is worth being written out; three are a hierarchy.
    count > 2 && !matches!(base.short(), "object" | "tuple" | "type" | "int" | "str" | "dict" | "list")
}

/// Whether every value of `from` is a value of `to`. Where it cannot be told, it is not.
pub(super) fn is_assignable(project: &Project, from: &Type, to: &Type) -> bool {
    if from == to {
        return true;
    }
    match (from, to) {
        (_, Type::Any) | (Type::Any | Type::Never, _) => true,
        (_, Type::Instance(class, _)) if *class == known::OBJECT.class() => true,
        (Type::Union(members), _) => members.iter().all(|member| is_assignable(project, member, to)),
        (_, Type::Union(members)) => members.iter().any(|member| is_assignable(project, from, member)),
        (Type::Literal(literal), _) => is_assignable(project, &Type::instance(literal.class()), to),
        (Type::Instance(class, args), Type::Instance(wanted, wanted_args)) => {
            if is_promoted(*class, *wanted) {
                return true;
            }
            let Some(args) = project.args_as(*class, args, *wanted) else { return false };
            are_assignable(project, &args, wanted_args)
        }
        (Type::Tuple(items), Type::Instance(wanted, wanted_args)) => {
            project.is_subclass(known::TUPLE.class(), *wanted)
                && wanted_args.iter().all(|arg| items.iter().all(|item| is_assignable(project, item, arg)))
        }
        (Type::Tuple(items), Type::Tuple(wanted)) => {
            items.len() == wanted.len() && are_assignable(project, items, wanted)
        }
        (Type::Class(class, _), Type::Class(wanted, _)) => project.is_subclass(*class, *wanted),
        (Type::Class(..), Type::Instance(wanted, _)) => *wanted == known::TYPE.class(),
        (Type::Callable(one), Type::Callable(two)) => callable_is_assignable(project, one, two),
        _ => false,
    }
}

fn are_assignable(project: &Project, args: &Args, wanted: &Args) -> bool {
    args.iter().zip(wanted.iter()).all(|(arg, wanted)| is_assignable(project, arg, wanted))
}

fn callable_is_assignable(project: &Project, from: &CallableType, to: &CallableType) -> bool {
    let same_params = match (&from.params, &to.params) {
        (Some(params), Some(wanted)) => {
            params.len() == wanted.len()
                && params.iter().zip(wanted).all(|(param, wanted)| is_assignable(project, wanted, param))
        }
        _ => true,
    };
    same_params && is_assignable(project, &from.result, &to.result)
}

/// The numeric tower of the typing rules: an `int` may stand where a `float` is wanted.
fn is_promoted(class: ClassName, wanted: ClassName) -> bool {
    let rank = |class: ClassName| {
        [&known::BOOL, &known::INT, &known::FLOAT, &known::COMPLEX].iter().position(|known| known.class() == class)
    };
    matches!((rank(class), rank(wanted)), (Some(from), Some(to)) if from <= to)
}

/// A class under the name that code can import, for those that the standard library's stubs keep in private modules.
pub(super) fn public_name(class: ClassName) -> Option<ClassName> {
    let module = class.module.as_str();
    let public = match (module, class.qualname.as_str()) {
        ("_io", _) => "io",
        ("_thread", "LockType" | "lock" | "Lock") => return Some(ClassName::new("threading".into(), "Lock".into())),
        ("_thread", "RLock") => return Some(ClassName::new("threading".into(), "RLock".into())),
        ("_contextvars", _) => "contextvars",
        ("_random", _) => "random",
        ("_socket", _) => "socket",
        ("_ssl", _) => "ssl",
        ("_sqlite3", _) => "sqlite3",
        ("_struct", _) => "struct",
        ("_queue", _) => "queue",
        ("_weakref", _) => "weakref",
        ("_ast", _) => "ast",
        ("_decimal", _) => "decimal",
        ("_asyncio", _) => "asyncio",
        ("_csv" | "_typeshed" | "_collections_abc", _) => return None,
        _ => return (!class.short().starts_with('_')).then_some(class),
    };
    (!class.short().starts_with('_')).then(|| ClassName::new(public.into(), class.qualname))
}
