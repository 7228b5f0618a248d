//! Types in comments, written as annotations: the author's own text goes to the parameter, the result or the variable,
//! and the comment goes away.

use crate::facts::{
    BinaryOp, CommentKind, ExprId, ExprKind, FunctionId, Param, ScopeId, ScopeKind, StmtId, StmtKind, SymbolKind,
};
use crate::project::{ClassKind, Resolution};
use crate::proposal::Commented;
use crate::text::{Edit, TextRange};
use crate::types::PythonVersion;

use super::annotate::{self, Place};
use super::assemble::Contribution;
use super::file::{File, Site, Visible, line_end, line_start};
use super::signature::Annotation;

/// The version since which the builtin containers and `type` take arguments.
const GENERIC_BUILTINS: PythonVersion = PythonVersion::new(3, 9);
/// The version since which classes can be joined by `|`.
const JOINED_CLASSES: PythonVersion = PythonVersion::new(3, 10);

/// What it takes to convert a comment; or why it cannot be done.
pub(super) fn conversion(file: &File<'_>, commented: Commented, target: PythonVersion) -> Result<Contribution, String> {
    match commented {
        Commented::Function(_, id) => function(file, id, target),
        Commented::Assignment(_, id) => assignment(file, id, target),
    }
}

fn function(file: &File<'_>, id: FunctionId, target: PythonVersion) -> Result<Contribution, String> {
    let facts = file.facts();
    let function = facts.function(id);
    let whole = function.type_comment.ok_or("it has no comment with its types")?;
    let returns = function.returns.ok_or("its comment cannot be read")?;
    let is_inside =
        |expr: ExprId| whole.start <= facts.expr(expr).range.start && facts.expr(expr).range.end <= whole.end;
    if !is_inside(returns) || function.params.iter().any(|param| param.annotation.is_some() && !param.from_comment) {
        return Err("it has annotations beside its comment".to_owned());
    }
    let listed = whole.of(file.text());
    let is_open = listed.split_once("->").is_some_and(|(types, _)| types.contains("(...)"));
    let is_method = function.class.is_some();
    let untyped = |(index, param): &(usize, &Param)| param.annotation.is_none() && !(*index == 0 && is_method);
    if !is_open && function.params.iter().enumerate().any(|param| untyped(&param)) {
        return Err("its comment does not say a type for each parameter".to_owned());
    }
    let site = annotate::header_site(facts, id, target);
    let mut contribution = Contribution::default();
    let mut annotations = Vec::new();
    for param in &function.params {
        let Some(annotation) = param.annotation else { continue };
        let place = annotate::param_place(file, id, param)?;
        annotations.push(Annotation { place, text: hint(file, annotation, &site, target)? });
        if !is_inside(annotation) {
            contribution.edits.push(removal(file, facts.expr(annotation).range)?);
        }
    }
    let place = Place::Return { function: id, at: function.params_end };
    annotations.push(Annotation { place, text: hint(file, returns, &site, target)? });
    contribution.signatures.insert(id, annotations);
    contribution.edits.push(removal(file, facts.expr(returns).range)?);
    Ok(contribution)
}

fn assignment(file: &File<'_>, id: StmtId, target: PythonVersion) -> Result<Contribution, String> {
    let facts = file.facts();
    let stmt = facts.stmt(id);
    let StmtKind::Assign(targets, value, Some(comment)) = stmt.kind else {
        return Err("it has no comment with its type".to_owned());
    };
    let at = annotate::only_target(file, id, |kind| matches!(kind, ExprKind::Name(..) | ExprKind::Attribute(..)))?;
    let text = facts.expr(comment).range.of(file.text());
    if matches!(facts.expr(value).kind, ExprKind::None) && !may_be_none(text) {
        return Err("its value is `None`, which its type leaves out".to_owned());
    }
    let scope = scope_around(file, stmt.range.start);
    if let [target] = facts.list(targets)
        && let ExprKind::Name(name, _) = facts.expr(*target).kind
    {
        let bound = facts.scope(scope).symbols.iter().find(|symbol| symbol.name == name);
        if scope != ScopeId(0) && bound.is_none_or(|symbol| symbol.kind != SymbolKind::Bound) {
            return Err(format!("`{name}` is declared `global` or `nonlocal`"));
        }
    }
    if let ScopeKind::Class(class) = facts.scope(scope).kind {
        let info = file.project.class_at(file.module, class);
        // There an annotation makes a field, or is read by whoever decorates the class.
        if info.kind != ClassKind::Plain || !facts.class(class).decorators.is_empty() {
            return Err(format!(
                "annotations in the body of `{}` have a meaning of their own",
                facts.class(class).name
            ));
        }
    }
    let in_function = matches!(facts.scope(scope).kind, ScopeKind::Function(..));
    let evaluated = !in_function && annotate::evaluates(facts, target);
    let site = Site { scope, position: (at, usize::MAX), evaluated, hidden: Vec::new() };
    let text = hint(file, comment, &site, target)?;
    let edits = vec![Edit::insert(at, format!(": {text}")), removal(file, facts.expr(comment).range)?];
    Ok(Contribution { edits, ..Contribution::default() })
}

/// Whether a type, as it is written, takes `None`: a variable may hold it only until it is assigned what its comment
/// says, but an annotation is taken at its word.
fn may_be_none(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| matches!(word, "None" | "Optional" | "Any" | "object"))
}

/// The scope in which a statement stands.
fn scope_around(file: &File<'_>, offset: u32) -> ScopeId {
    let facts = file.facts();
    let holds = |range: TextRange| range.start <= offset && offset < range.end;
    let functions = facts.functions.iter().filter(|function| !function.is_lambda && holds(function.range));
    let functions = functions.map(|function| (function.range.len(), function.scope));
    let classes = facts.classes.iter().filter(|class| holds(class.range)).map(|class| (class.range.len(), class.scope));
    functions.chain(classes).min_by_key(|(length, _)| *length).map_or(ScopeId(0), |(_, scope)| scope)
}

/// The text of a type at its new place, quoted where it cannot be evaluated there.
fn hint(file: &File<'_>, annotation: ExprId, site: &Site, target: PythonVersion) -> Result<String, String> {
    let range = file.facts().expr(annotation).range;
    let text = range.of(file.text());
    if is_tuple(file, annotation) {
        return Err("its comment says several types".to_owned());
    }
    if can_stand(file, annotation, site, target)? || !site.evaluated || text.starts_with(['"', '\'']) {
        return Ok(text.to_owned());
    }
    let own = file.source.style.quote;
    let quotes = [own.to_string(), "\"".to_owned(), "'".to_owned()];
    let quote = quotes.iter().find(|quote| !text.contains(quote.as_str()));
    quote
        .map(|quote| format!("{quote}{text}{quote}"))
        .ok_or_else(|| "its comment holds quotes of both kinds".to_owned())
}

fn is_tuple(file: &File<'_>, expr: ExprId) -> bool {
    matches!(file.facts().expr(expr).kind, ExprKind::Tuple(_))
}

/// Whether Python can evaluate a type at a site; an error where a name in it is not known at all.
fn can_stand(file: &File<'_>, expr: ExprId, site: &Site, target: PythonVersion) -> Result<bool, String> {
    let facts = file.facts();
    let part = facts.expr(expr);
    let all = |parts: &[ExprId]| {
        parts.iter().try_fold(true, |so_far, &part| Ok::<_, String>(can_stand(file, part, site, target)? && so_far))
    };
    match part.kind {
        _ if part.range.of(file.text()).starts_with(['"', '\'']) => Ok(true),
        ExprKind::None | ExprKind::Ellipsis | ExprKind::Str(_) => Ok(true),
        ExprKind::Name(name, _) => match file.visible(name, site) {
            Visible::Builtin => Ok(true),
            Visible::Module => Ok(file.exists_at(name, site)),
            Visible::Local => Ok(false),
            Visible::Free => Err(format!("`{name}` is not known in the file")),
        },
        ExprKind::Attribute(value, _) => can_stand(file, value, site, target),
        ExprKind::Subscript(base, index) => Ok(all(&[base, index])? & takes_arguments(file, base, target)),
        ExprKind::Tuple(items) | ExprKind::List(items) => all(facts.list(items)),
        ExprKind::Binary(BinaryOp::BitOr, left, right) => Ok(all(&[left, right])? && target >= JOINED_CLASSES),
        _ => Ok(false),
    }
}

/// Whether a class surely takes arguments when the program runs.
fn takes_arguments(file: &File<'_>, base: ExprId, target: PythonVersion) -> bool {
    let of_typing = |module: &str| matches!(module, "typing" | "typing_extensions");
    match file.project.resolve_dotted(file.module, base) {
        Some(Resolution::Class(class)) => match class.module.as_str() {
            "builtins" => {
                let is_generic = matches!(class.short(), "list" | "dict" | "set" | "frozenset" | "tuple" | "type");
                // `typing.List` is another name for `list`.
                let is_typing =
                    !matches!(file.facts().expr(base).kind, ExprKind::Name(name, _) if name.is(class.short()));
                is_generic && (is_typing || target >= GENERIC_BUILTINS)
            }
            module => of_typing(module),
        },
        Some(Resolution::Variable(module, _)) => {
            file.project.module(module).is_some_and(|module| of_typing(module.name.as_str()))
        }
        _ => false,
    }
}

/// The edit that takes the comment with this type away: its line where it stands alone, else the blanks before it too.
/// What other tools are told behind it stays.
fn removal(file: &File<'_>, content: TextRange) -> Result<Edit, String> {
    let text = file.text();
    let is_it = |range: TextRange| range.start < content.start && content.end <= range.end;
    let comments = file.facts().comments.iter().filter(|comment| comment.kind == CommentKind::Type);
    let comment =
        comments.map(|comment| comment.range).find(|&range| is_it(range)).ok_or("its comment is not found")?;
    let behind = text[content.end as usize..comment.end as usize].find('#');
    if let Some(behind) = behind {
        return Ok(Edit::replace(TextRange::new(comment.start, content.end + behind as u32), ""));
    }
    let start = line_start(text, comment.start);
    let before = text[start as usize..comment.start as usize].trim_end_matches([' ', '\t']);
    let range = if before.trim().is_empty() {
        TextRange::new(start, line_end(text, comment.end))
    } else {
        TextRange::new(start + before.len() as u32, comment.end)
    };
    Ok(Edit::replace(range, ""))
}
