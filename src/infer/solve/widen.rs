//! Widening for a reader, not for a proof: the numeric tower, common bases, at most three members in a union, at
//! most two levels of nesting, at most sixteen names, no open element types. What does not pass is declined with the reason.

use std::sync::Arc;

use super::bases::{common_base, is_repository};
use crate::project::Project;
use crate::types::{Args, CallableType, ClassName, Type, join_all, known, union};

/// More members than this, `None` not counted, say that something else is meant.
const MAX_MEMBERS: usize = 3;
/// Deeper types hide a shape that deserves a name.
const MAX_DEPTH: usize = 2;
/// A type of more names than this is not read but skipped.
const MAX_NAMES: usize = 16;
/// A tuple with more items of one type than this is a list that does not change.
const MAX_ALIKE: usize = 4;

/// Why nothing is written for a slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Decline {
    /// Nothing says anything about it.
    NoEvidence,
    /// Values of more than three types were seen.
    TooManyTypes(Type),
    /// A container whose element type is not known.
    NoElementType(Type),
    /// A type that is nested too deeply, or too long.
    TooDeep(Type),
    /// Only `None` was seen.
    OnlyNone,
    /// Something that can be called, with a result that is not known.
    NoSignature,
    /// Another reason, as a sentence without its full stop.
    Because(&'static str),
}

impl Decline {
    /// The same with another type in place of the one at fault.
    pub(super) fn with_type(self, replace: impl FnOnce(Type) -> Type) -> Self {
        match self {
            Self::TooManyTypes(ty) => Self::TooManyTypes(replace(ty)),
            Self::NoElementType(ty) => Self::NoElementType(replace(ty)),
            Self::TooDeep(ty) => Self::TooDeep(replace(ty)),
            other => other,
        }
    }
}

/// The type that a reader would write for what was seen.
pub(super) fn readable(project: &Project, ty: &Type) -> Result<Type, Decline> {
    let ty = simplify(project, ty);
    let mut members: Vec<Type> = ty.members().to_vec();
    let is_optional = members.len() > 1 && members.last() == Some(&Type::None);
    members.retain(|member| *member != Type::None || !is_optional);
    if members.contains(&Type::Any) {
        return Err(Decline::Because("some of what flows in is `Any`"));
    }
    for member in &members {
        check(project, member).map_err(|decline| decline.with_type(|_| ty.clone()))?;
    }
    if members.len() > MAX_MEMBERS {
        return Err(Decline::TooManyTypes(ty));
    }
    // A union with `object` says no more than `object` does; such a value is a marker for a missing argument.
    if members.iter().any(|member| member.is(&known::OBJECT)) {
        return Err(Decline::Because("a bare `object` is passed, which stands for something else"));
    }
    Ok(ty)
}

/// Whether objects of a class hold what is put into them. A table whose values alone are `None` is no case: it can be a
/// set in order.
fn is_storage(class: ClassName) -> bool {
    [&known::LIST, &known::SET, &known::FROZENSET, &known::TUPLE].iter().any(|known| known.class() == class)
}

fn check(project: &Project, ty: &Type) -> Result<(), Decline> {
    match ty {
        Type::Unknown | Type::Slot(_) | Type::Part(..) | Type::Record(_) => return Err(Decline::NoEvidence),
        Type::None => return Err(Decline::OnlyNone),
        Type::Mixed => return Err(Decline::TooManyTypes(ty.clone())),
        Type::Module(_) => return Err(Decline::Because("modules are passed")),
        _ => {}
    }
    if let Type::Callable(callable) = ty
        && callable.result.is_unknown()
    {
        return Err(Decline::NoSignature);
    }
    let is_open = ty.any(&mut |part| match part {
        Type::Unknown
        | Type::Never
        | Type::Slot(_)
        | Type::Part(..)
        | Type::Record(_)
        | Type::Module(_)
        | Type::Function(..)
        | Type::Variable(_) => true,
        Type::Tuple(items) => items.is_empty(),
        // `[None] * size` and `{None: None}` wait for what they are to hold.
        Type::Instance(class, args) if args[..] == [Type::None] => is_storage(*class),
        Type::Instance(class, args) if args[..] == [Type::None, Type::None] => *class == known::DICT.class(),
        Type::Instance(class, args) => args.is_empty() && needs_arguments(project, *class),
        _ => false,
    });
    if is_open {
        return Err(Decline::NoElementType(ty.clone()));
    }
    if nesting(ty) > MAX_DEPTH {
        return Err(Decline::TooDeep(ty.clone()));
    }
    let is_wide = ty.any(&mut |part| match part {
        Type::Mixed => true,
        Type::Union(members) => members.iter().filter(|member| **member != Type::None).count() > 2,
        _ => false,
    });
    match ty {
        _ if is_wide => Err(Decline::TooManyTypes(ty.clone())),
        _ if is_long(ty) => Err(Decline::TooDeep(ty.clone())),
        _ => Ok(()),
    }
}

/// How deeply containers are nested. The items of a tuple of fixed length stand side by side, as fields do: it adds
/// no level.
fn nesting(ty: &Type) -> usize {
    match ty {
        Type::Tuple(items) if items.len() > 1 => items.iter().map(nesting).max().unwrap_or(0),
        Type::Instance(_, args) | Type::Tuple(args) | Type::Class(_, args) if !args.is_empty() => {
            1 + args.iter().map(nesting).max().unwrap_or(0)
        }
        Type::Union(members) => members.iter().map(nesting).max().unwrap_or(0),
        other => other.depth(),
    }
}

/// Whether a type has more names than a reader would go through.
pub(super) fn is_long(ty: &Type) -> bool {
    let mut names = 0;
    ty.any(&mut |part| {
        names += match part {
            Type::Union(_) => 0,
            Type::Class(..) => 2,
            _ => 1,
        };
        names > MAX_NAMES
    })
}

/// Whether a class says too little without its type arguments.
fn needs_arguments(project: &Project, class: ClassName) -> bool {
    project.class(class).is_some_and(|info| !info.type_params.is_empty()) && !project.can_be_bare(class)
}

/// Joins the numbers, tuples and related classes inside a type. A container of what may be anything holds `Any`, also
/// where that may be `None`.
pub(super) fn simplify(project: &Project, ty: &Type) -> Type {
    let ty = match ty {
        Type::Instance(class, args) if !args.is_empty() => {
            let arg =
                |arg| Some(as_sequence(&simplify(project, arg))).filter(|arg| !arg.members().contains(&Type::Any));
            Type::Instance(*class, args.iter().map(|item| arg(item).unwrap_or(Type::Any)).collect())
        }
        Type::Tuple(items) => {
            let items: Vec<Type> = items.iter().map(|item| simplify(project, item)).collect();
            if items.len() > MAX_ALIKE && items.iter().all(|item| *item == items[0]) {
                known::TUPLE.of([items[0].clone()])
            } else {
                Type::Tuple(items.into())
            }
        }
        Type::Callable(callable) => Type::Callable(Arc::new(CallableType {
            params: callable
                .params
                .as_ref()
                .map(|params| params.iter().map(|param| simplify(project, param)).collect()),
            result: simplify(project, &callable.result),
        })),
        Type::Union(members) => union(members.iter().map(|member| simplify(project, member))),
        other => other.clone(),
    };
    let Type::Union(members) = numeric(&ty) else { return numeric(&ty) };
    let members = join_tuples(members.to_vec());
    let members = join_dicts(project, &members);
    let members = join_instances(project, members);
    union(join_class_objects(project, members))
}

/// Items of one type that are in a list here and in a tuple there are a sequence to whoever gets one of them.
pub(super) fn as_sequence(ty: &Type) -> Type {
    let item = |member: &Type| match member {
        Type::Instance(class, args) if *class == known::LIST.class() || *class == known::TUPLE.class() => {
            args.first().cloned()
        }
        Type::Tuple(items) => items.first().filter(|first| items.iter().all(|item| item == *first)).cloned(),
        _ => None,
    };
    let rows: Vec<Type> = ty.members().iter().filter_map(item).collect();
    let is_row = |member: &&Type| item(member).is_some();
    match &rows[..] {
        [first, others @ ..] if !others.is_empty() && others.iter().all(|other| other == first) => {
            let rest = ty.members().iter().filter(|member| !is_row(member)).cloned();
            union(rest.chain([known::SEQUENCE.of([first.clone()])]))
        }
        _ => ty.clone(),
    }
}

/// `int | float` is `float`, `bool | int` is `int`: each type of the tower takes in those below it.
pub(super) fn numeric(ty: &Type) -> Type {
    let Type::Union(members) = ty else { return ty.clone() };
    let tower = [&known::BOOL, &known::INT, &known::FLOAT, &known::COMPLEX];
    // A flag next to a ratio is a choice between two, not a number.
    let has = |known: &known::Known| members.iter().any(|member| member.is(known));
    let widest = match (has(&known::COMPLEX), has(&known::FLOAT), has(&known::INT)) {
        (true, _, _) => 3,
        (_, true, _) => 2,
        (_, _, true) => 1,
        _ => 0,
    };
    let absorbs = |member: &Type| {
        tower[..widest].iter().enumerate().any(|(rank, known)| member.is(known) && (rank > 0 || has(&known::INT)))
    };
    union(members.iter().filter(|member| !absorbs(member)).cloned())
}

/// Tuples of different lengths are `tuple[T, ...]`.
fn join_tuples(members: Vec<Type>) -> Vec<Type> {
    let is_tuple = |member: &Type| member.is(&known::TUPLE);
    if members.iter().filter(|member| is_tuple(member)).count() < 2 {
        return members;
    }
    let mut items = Vec::new();
    for member in members.iter().filter(|member| is_tuple(member)) {
        match member {
            Type::Tuple(own) => items.extend(own.iter().cloned()),
            Type::Instance(_, args) => items.extend(args.iter().cloned()),
            _ => {}
        }
    }
    let joined = known::TUPLE.of([numeric(&join_all(items.iter()))]);
    members.into_iter().filter(|member| !is_tuple(member)).chain([joined]).collect()
}

/// A dict and special dicts beside it, such as `defaultdict`, are a dict to a reader.
fn join_dicts(project: &Project, members: &[Type]) -> Vec<Type> {
    let plain = [known::DICT.class(), known::LIST.class(), known::SET.class()];
    let mut joined: Vec<Type> = Vec::new();
    for base in plain {
        let has_base = members.iter().any(|member| member.class() == Some(base));
        if !has_base {
            continue;
        }
        let as_base = members.iter().filter_map(|member| match member {
            Type::Instance(class, args) if !is_repository(project, *class) => {
                project.args_as(*class, args, base).map(|args| Type::Instance(base, args))
            }
            _ => None,
        });
        joined.push(union(as_base));
    }
    let is_joined = |member: &Type| {
        matches!(member, Type::Instance(class, _) if !is_repository(project, *class)
            && joined.iter().filter_map(Type::class).any(|base| project.is_subclass(*class, base)))
    };
    let rest: Vec<Type> = members.iter().filter(|member| !is_joined(member)).cloned().collect();
    rest.into_iter().chain(joined).collect()
}

/// Several subclasses are their common declared base.
fn join_instances(project: &Project, members: Vec<Type>) -> Vec<Type> {
    let classes: Vec<ClassName> = members
        .iter()
        .filter_map(|member| match member {
            Type::Instance(class, args) if args.is_empty() && !is_builtin_value(*class) => Some(*class),
            _ => None,
        })
        .collect();
    let kept = collapse(project, &classes);
    if kept.len() == classes.len() {
        return members;
    }
    members
        .into_iter()
        .filter(|member| !member.class().is_some_and(|class| classes.contains(&class)))
        .chain(kept.into_iter().map(Type::instance))
        .collect()
}

fn join_class_objects(project: &Project, members: Vec<Type>) -> Vec<Type> {
    let classes: Vec<ClassName> = members
        .iter()
        .filter_map(|member| match member {
            Type::Class(class, args) if args.is_empty() => Some(*class),
            _ => None,
        })
        .collect();
    let kept = collapse(project, &classes);
    // A class object is an instance of `type` or of a metaclass; which class it is says more.
    let is_vague = |member: &Type| {
        let is_metaclass = |class| project.is_subclass(class, known::TYPE.class());
        !classes.is_empty() && member.class().is_some_and(is_metaclass)
    };
    if kept.len() == classes.len() && !members.iter().any(is_vague) {
        return members;
    }
    members
        .into_iter()
        .filter(|member| !is_vague(member) && !matches!(member, Type::Class(_, args) if args.is_empty()))
        .chain(kept.into_iter().map(|class| Type::Class(class, Args::default())))
        .collect()
}

/// The classes that remain when those with a common base are replaced by it.
fn collapse(project: &Project, classes: &[ClassName]) -> Vec<ClassName> {
    if classes.len() < 2 {
        return classes.to_vec();
    }
    if let Some(base) = common_base(project, classes) {
        return vec![base];
    }
    let has_ancestor =
        |class: ClassName| classes.iter().any(|&other| other != class && project.is_subclass(class, other));
    classes.iter().copied().filter(|&class| !has_ancestor(class)).collect()
}

/// Whether the class is one of the plain builtins, which have nothing to do with one another.
fn is_builtin_value(class: ClassName) -> bool {
    [&known::BOOL, &known::INT, &known::FLOAT, &known::COMPLEX, &known::STR, &known::BYTES]
        .iter()
        .any(|known| known.class() == class)
}
