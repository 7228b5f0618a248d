//! `**kwargs` out of which a function takes named options only.

use crate::facts::{
    Argument, ArgumentKind, CompareOp, ExprId, ExprKind, FileFacts, FunctionId, ParamKind, StmtKind, UnaryOp,
};
use crate::text::{Name, TextRange};
use crate::types::PythonVersion;

use super::{Origin, Project};

impl Project {
    /// Whether the project imports `typing_extensions` anywhere.
    pub fn has_typing_extensions(&self) -> bool {
        let extensions = Name::new("typing_extensions");
        self.repository().any(|module| {
            let mut imports = module.facts.imports.iter();
            module.origin == Origin::Project && imports.any(|import| import.level == 0 && import.module == extensions)
        })
    }

    /// The module that has `Unpack`, where there is one for a version of Python.
    pub fn home_of_unpack(&self, target: PythonVersion) -> Option<&'static str> {
        match () {
            () if target.at_least(11) => Some("typing"),
            () if self.has_typing_extensions() => Some("typing_extensions"),
            () => None,
        }
    }
}

/// The number of the parameter `**kwargs` of a function whose body does nothing with it but read, test and store
/// constant keys, hand it on whole, and complain of what is left.
pub(super) fn named_options(facts: &FileFacts, id: FunctionId) -> Option<u16> {
    let function = facts.function(id);
    let index = function.params.iter().position(|param| param.kind == ParamKind::KwArgs)?;
    let name = function.params[index].name;
    // An inner scope may have something else of that name.
    let is_hidden = facts.scopes.iter().any(|scope| {
        let mut around = scope.parent;
        while let Some(outer) = around.filter(|&outer| outer != function.scope) {
            around = facts.scope(outer).parent;
        }
        around.is_some() && scope.index_of(name).is_some()
    });
    if is_hidden || function.is_lambda || function.params[index].annotation.is_some() {
        return None;
    }
    let is_inside = |range: TextRange| function.range.start <= range.start && range.end <= function.range.end;
    let is_it = |expr: ExprId| matches!(facts.expr(expr).kind, ExprKind::Name(other, _) if other == name);
    let is_key = |expr: ExprId| match facts.expr(expr).kind {
        ExprKind::Str(Some(key)) => is_option(key),
        _ => false,
    };
    let (mut seen, mut understood, mut reads, mut handed_on) = (0, 0, 0, 0);
    for expr in facts.exprs.iter().filter(|expr| is_inside(expr.range)) {
        let is_read = match expr.kind {
            ExprKind::Name(other, _) => {
                seen += u32::from(other == name);
                continue;
            }
            ExprKind::Subscript(whole, key) | ExprKind::Compare(CompareOp::In | CompareOp::NotIn, key, whole) => {
                is_it(whole) && is_key(key)
            }
            ExprKind::Call(callee, arguments) => {
                let arguments = facts.arguments(arguments);
                let is_handed_on =
                    |argument: &&Argument| argument.kind == ArgumentKind::DoubleStar && is_it(argument.value);
                handed_on += arguments.iter().filter(is_handed_on).count() as u32;
                match (facts.expr(callee).kind, arguments) {
                    (ExprKind::Attribute(whole, method), [first, ..]) => {
                        let is_reader = matches!(method.as_str(), "get" | "pop" | "setdefault");
                        is_it(whole) && is_reader && first.kind == ArgumentKind::Positional && is_key(first.value)
                    }
                    _ => false,
                }
            }
            // `if not kwargs`
            ExprKind::Unary(UnaryOp::Not, whole) => {
                understood += u32::from(is_it(whole));
                continue;
            }
            _ => continue,
        };
        understood += u32::from(is_read);
        reads += u32::from(is_read);
    }
    // `if kwargs: raise TypeError(f"unexpected {kwargs}")`
    for stmt in facts.stmts.iter().filter(|stmt| is_inside(stmt.range)) {
        match stmt.kind {
            StmtKind::If(test, ..) => understood += u32::from(is_it(test)),
            StmtKind::Raise(..) => {
                let is_within = |range: TextRange| stmt.range.start <= range.start && range.end <= stmt.range.end;
                let names = facts.exprs.iter().filter(|expr| is_within(expr.range));
                let shown = names.filter(|expr| matches!(expr.kind, ExprKind::Name(other, _) if other == name));
                understood += shown.count() as u32;
            }
            _ => {}
        }
    }
    ((reads > 1 || handed_on > 0) && seen == understood + handed_on).then_some(index as u16)
}

/// Whether a caller can write `key=value`.
fn is_option(key: Name) -> bool {
    let text = key.as_str();
    let is_word = text.chars().all(|char| char == '_' || char.is_alphanumeric());
    is_word && !text.is_empty() && !text.starts_with(|char: char| char.is_numeric())
}
