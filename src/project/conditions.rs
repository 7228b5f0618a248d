//! Conditions that a type checker decides before the program runs: `TYPE_CHECKING`, `sys.version_info`,
//! `sys.platform` (typing specification, "Version and platform checking").

use crate::facts::{Block, CompareOp, ExprId, ExprKind, FileFacts, StmtKind, UnaryOp};
use crate::text::Name;
use crate::types::PythonVersion;

/// The value of a condition that a type checker decides; none where it depends on the run.
pub fn static_truth(facts: &FileFacts, test: ExprId, target: PythonVersion) -> Option<bool> {
    match facts.expr(test).kind {
        ExprKind::Bool(value) => Some(value),
        ExprKind::Name(name, _) if name.is("TYPE_CHECKING") => Some(true),
        ExprKind::Attribute(_, name) if name.is("TYPE_CHECKING") => Some(true),
        ExprKind::Unary(UnaryOp::Not, inner) => static_truth(facts, inner, target).map(|value| !value),
        ExprKind::And(list) => {
            let values: Vec<_> = facts.list(list).iter().map(|&part| static_truth(facts, part, target)).collect();
            if values.contains(&Some(false)) {
                Some(false)
            } else if values.iter().all(|value| *value == Some(true)) {
                Some(true)
            } else {
                None
            }
        }
        ExprKind::Or(list) => {
            let values: Vec<_> = facts.list(list).iter().map(|&part| static_truth(facts, part, target)).collect();
            if values.contains(&Some(true)) {
                Some(true)
            } else if values.iter().all(|value| *value == Some(false)) {
                Some(false)
            } else {
                None
            }
        }
        ExprKind::Compare(op, left, right) => compare(facts, op, left, right, target),
        ExprKind::Call(function, arguments) => {
            // sys.platform.startswith("win")
            let ExprKind::Attribute(value, method) = facts.expr(function).kind else { return None };
            let [argument] = facts.arguments(arguments) else { return None };
            let ExprKind::Str(Some(prefix)) = facts.expr(argument.value).kind else { return None };
            (method.is("startswith") && is_attribute(facts, value, "sys", "platform"))
                .then(|| "linux".starts_with(prefix.as_str()))
        }
        _ => None,
    }
}

/// The same for what a module is taken to define. `os.name` is only told where the program runs, but that is hardly
/// Java; and `IS_PY3` may be a name of the file for such a condition.
pub(super) fn likely_truth(facts: &FileFacts, test: ExprId, target: PythonVersion) -> Option<bool> {
    let told = || match facts.expr(test).kind {
        ExprKind::Compare(op @ (CompareOp::Eq | CompareOp::NotEq), left, right) => {
            let ExprKind::Str(Some(platform)) = facts.expr(right).kind else { return None };
            is_attribute(facts, left, "os", "name").then(|| platform.is("posix") == (op == CompareOp::Eq))
        }
        ExprKind::Unary(UnaryOp::Not, inner) => likely_truth(facts, inner, target).map(|value| !value),
        // What `six`, and what takes its place, call the major version; mypy knows these names, pyright does not.
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if name.is("PY2") || name.is("PY3") => {
            Some(name.is("PY3"))
        }
        ExprKind::Name(name, _) => {
            let mut values = facts.body.of(&facts.blocks).iter().filter_map(|&stmt| match facts.stmt(stmt).kind {
                StmtKind::Assign(targets, value, _) => {
                    let is_it = |&it: &ExprId| matches!(facts.expr(it).kind, ExprKind::Name(own, _) if own == name);
                    facts.list(targets).iter().any(is_it).then_some(value)
                }
                _ => None,
            });
            values.next().filter(|_| values.next().is_none()).and_then(|value| static_truth(facts, value, target))
        }
        _ => None,
    };
    static_truth(facts, test, target).or_else(told)
}

/// Whether all statements that define the class `name` of a module stand under conditions that a version does not meet,
/// as those of `inspect.ArgSpec` since Python 3.11.
pub fn is_class_gone(facts: &FileFacts, name: Name, version: PythonVersion) -> bool {
    let mut standing = Vec::new();
    class_statements(facts, facts.body, name, version, true, &mut standing);
    !standing.is_empty() && !standing.contains(&true)
}

/// For each statement that defines the class: whether the version meets its conditions.
fn class_statements(
    facts: &FileFacts,
    block: Block,
    name: Name,
    version: PythonVersion,
    is_met: bool,
    standing: &mut Vec<bool>,
) {
    for &id in block.of(&facts.blocks) {
        match facts.stmt(id).kind {
            StmtKind::Class(class) if facts.class(class).name == name => standing.push(is_met),
            StmtKind::If(test, then, otherwise) => {
                let truth = static_truth(facts, test, version);
                class_statements(facts, then, name, version, is_met && truth != Some(false), standing);
                class_statements(facts, otherwise, name, version, is_met && truth != Some(true), standing);
            }
            _ => {}
        }
    }
}

fn compare(facts: &FileFacts, op: CompareOp, left: ExprId, right: ExprId, target: PythonVersion) -> Option<bool> {
    if is_attribute(facts, left, "sys", "platform") {
        let ExprKind::Str(Some(platform)) = facts.expr(right).kind else { return None };
        return match op {
            CompareOp::Eq => Some(platform.is("linux")),
            CompareOp::NotEq => Some(!platform.is("linux")),
            _ => None,
        };
    }
    let (subject, index) = match facts.expr(left).kind {
        ExprKind::Subscript(value, index) => (value, Some(index)),
        ExprKind::Attribute(value, name) if name.is("major") => (value, None),
        _ => (left, None),
    };
    if !is_attribute(facts, subject, "sys", "version_info") {
        return None;
    }
    let target = [i32::from(target.major), i32::from(target.minor)];
    let wanted: Vec<i32> = match facts.expr(right).kind {
        ExprKind::Int(Some(number)) => vec![number],
        ExprKind::Tuple(items) => facts
            .list(items)
            .iter()
            .map(|&item| match facts.expr(item).kind {
                ExprKind::Int(Some(number)) => Some(number),
                _ => None,
            })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let actual = match index.map(|index| facts.expr(index).kind) {
        None | Some(ExprKind::Slice(..)) => &target[..wanted.len().min(2)],
        Some(ExprKind::Int(Some(0))) => &target[..1],
        _ => return None,
    };
    let is_whole = index.is_none() && subject == left;
    let ordering = actual.cmp(&wanted[..wanted.len().min(2)]);
    Some(match op {
        CompareOp::GtE => ordering.is_ge(),
        CompareOp::Gt => ordering.is_gt() || (ordering.is_eq() && wanted.len() < 3 && is_whole),
        CompareOp::Lt => ordering.is_lt(),
        CompareOp::LtE => ordering.is_le() && !(ordering.is_eq() && is_whole),
        CompareOp::Eq => ordering.is_eq(),
        CompareOp::NotEq => ordering.is_ne(),
        _ => return None,
    })
}

fn is_attribute(facts: &FileFacts, expr: ExprId, module: &str, attribute: &str) -> bool {
    match facts.expr(expr).kind {
        ExprKind::Attribute(value, name) => {
            name.is(attribute) && matches!(facts.expr(value).kind, ExprKind::Name(owner, _) if owner.is(module))
        }
        _ => false,
    }
}
