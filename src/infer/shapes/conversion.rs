//! Whether a `namedtuple(...)` can become a `NamedTuple` class without any change in behaviour.

use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind, FileFacts, StmtKind};
use crate::project::{NamedTupleInfo, NamedTuplePlace};
use crate::text::Name;

/// Names that `typing` does not let the body of a `NamedTuple` class bind.
const FORBIDDEN: &[&str] = &[
    "__new__",
    "__init__",
    "__slots__",
    "__getnewargs__",
    "_fields",
    "_field_defaults",
    "_field_types",
    "_make",
    "_replace",
    "_asdict",
    "_source",
];

/// Why a call has to stay as it is.
pub(super) fn problem(facts: &FileFacts, info: &NamedTupleInfo) -> Option<String> {
    let fields: Vec<Name> = match &info.fields {
        Ok(fields) => fields.iter().map(|(field, _)| field.name).collect(),
        Err(reason) => return Some(format!("The call {reason}.")),
    };
    if let Some(field) = fields.iter().find(|field| field.as_str().starts_with('_')) {
        return Some(format!("The field `{field}` cannot be declared in a class."));
    }
    if sets_defaults_later(facts, info.class.qualname) {
        return Some("Its defaults are set later, where a class would not show them.".to_owned());
    }
    match info.place {
        NamedTuplePlace::Assignment(_) => typename_problem(facts, info),
        NamedTuplePlace::Base(class) => base_problem(facts, class, &fields),
    }
}

/// The name in the call must be the name of the class: `repr` shows it, and pickles hold it.
fn typename_problem(facts: &FileFacts, info: &NamedTupleInfo) -> Option<String> {
    let ExprKind::Call(_, arguments) = facts.expr(info.call).kind else { return None };
    let is_typename = |kind: ArgumentKind| match kind {
        ArgumentKind::Positional => true,
        ArgumentKind::Keyword(name) => name.is("typename"),
        _ => false,
    };
    let name = facts.arguments(arguments).iter().find(|argument| is_typename(argument.kind));
    match name.map(|argument| facts.expr(argument.value).kind) {
        Some(ExprKind::Str(Some(name))) if name == info.class.qualname => None,
        Some(ExprKind::Str(Some(name))) => Some(format!("It calls itself `{name}`, which `repr` shows.")),
        _ => Some("Its name is not a constant.".to_owned()),
    }
}

/// What in a class of this base would raise or change if the base were `NamedTuple`.
fn base_problem(facts: &FileFacts, id: ClassId, fields: &[Name]) -> Option<String> {
    let class = facts.class(id);
    if class.arguments.len != 1 {
        return Some("The class has other bases or keywords, which `NamedTuple` does not allow.".to_owned());
    }
    if class.parent.is_some() {
        return Some("The class is made inside a function.".to_owned());
    }
    for symbol in &facts.scope(class.scope).symbols {
        if FORBIDDEN.contains(&symbol.name.as_str()) {
            return Some(format!("`NamedTuple` does not let a class bind `{}`.", symbol.name));
        }
        if fields.contains(&symbol.name) {
            return Some(format!("The class body binds the field `{}` anew.", symbol.name));
        }
    }
    if facts.block(class.body).any(|stmt| matches!(stmt.kind, StmtKind::AnnAssign(..))) {
        return Some("The class body has annotations, which would become fields.".to_owned());
    }
    let inside = |expr: ExprId| {
        let range = facts.expr(expr).range;
        class.range.start <= range.start && range.end <= class.range.end
    };
    for (number, expr) in facts.exprs.iter().enumerate() {
        let is_super = matches!(expr.kind, ExprKind::Name(name, _) if name.is("super") || name.is("__class__"));
        if is_super && inside(ExprId(number as u32)) {
            return Some("A method uses `super()`, which a `NamedTuple` class does not support.".to_owned());
        }
    }
    stores_on_self(facts, id).then(|| "A method stores an attribute, for which a `NamedTuple` has no room.".to_owned())
}

/// Whether some method assigns an attribute of its first parameter.
fn stores_on_self(facts: &FileFacts, id: ClassId) -> bool {
    let methods: Vec<_> = facts
        .functions
        .iter()
        .filter(|function| function.class == Some(id))
        .filter_map(|function| Some((function.range, function.params.first()?.name)))
        .collect();
    let is_store = |target: &ExprId, this: Name| {
        matches!(facts.expr(*target).kind, ExprKind::Attribute(value, _)
            if matches!(facts.expr(value).kind, ExprKind::Name(name, _) if name == this))
    };
    !methods.is_empty()
        && facts.stmts.iter().any(|stmt| {
            let targets: &[ExprId] = match &stmt.kind {
                StmtKind::Assign(targets, ..) => facts.list(*targets),
                StmtKind::AugAssign(target, ..) | StmtKind::AnnAssign(target, ..) => std::slice::from_ref(target),
                _ => return false,
            };
            methods.iter().any(|(range, this)| {
                range.start <= stmt.range.start
                    && stmt.range.end <= range.end
                    && targets.iter().any(|target| is_store(target, *this))
            })
        })
}

/// Whether `Name.__new__.__defaults__` is mentioned.
fn sets_defaults_later(facts: &FileFacts, class: Name) -> bool {
    facts.exprs.iter().any(|expr| {
        let ExprKind::Attribute(new, last) = expr.kind else { return false };
        if !(last.is("__defaults__") || last.is("func_defaults")) {
            return false;
        }
        let ExprKind::Attribute(owner, _) = facts.expr(new).kind else { return false };
        matches!(facts.expr(owner).kind, ExprKind::Name(name, _) if name == class)
    })
}
