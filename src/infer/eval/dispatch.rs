//! Methods that are found by a name made at run time: `getattr(self, "do_" + command)`.

use std::collections::BTreeSet;

use crate::facts::{BinaryOp, ExprId, ExprKind};
use crate::text::Name;
use crate::types::{ClassName, Type};

use super::Evaluator;
use super::call::Given;
use super::names::NAMES;

/// A beginning and an end of fewer characters than this together are shared by methods that have nothing in common.
const MIN_AFFIXES: usize = 3;
/// More methods than this are those of a large visitor, which are called with whatever there is.
const MAX_METHODS: usize = 64;

/// How names begin and end that have one part that is not known.
struct MadeName<'a> {
    prefix: &'a str,
    suffix: &'a str,
}

impl MadeName<'_> {
    fn matches(&self, name: &str) -> bool {
        name.len() > self.prefix.len() + self.suffix.len()
            && name.starts_with(self.prefix)
            && name.ends_with(self.suffix)
    }
}

impl<'a> Evaluator<'a> {
    /// Notes that a local variable is given a name in the making, or what is found by one.
    pub(super) fn note_dispatch(&mut self, target: ExprId, value: ExprId) {
        let ExprKind::Name(name, _) = self.facts.expr(target).kind else { return };
        if self.made_name(value).is_some() || self.lookup(value).is_some() {
            self.made_names.insert(name, value);
        } else {
            self.made_names.remove(&name);
        }
    }

    /// Tells the parameters of methods that are found by a name made at run time what a call passes. Which of them is
    /// called is not known, so nothing is told of the result.
    pub(super) fn tell_dispatched(&mut self, callee: ExprId, given: &[Given]) {
        let Some((owner, made)) = self.lookup(self.value_of(callee)) else { return };
        // To a checker what `getattr` gives may be anything.
        if self.state.reads_back {
            return;
        }
        self.muted += 1;
        let owner = self.expr(owner);
        self.muted -= 1;
        let (Type::Instance(class, _) | Type::Class(class, _)) = owner else { return };
        let names = self.methods_like(class, &made);
        if names.len() > MAX_METHODS {
            return;
        }
        for name in names {
            let found = self.attribute(&owner, name);
            for method in found.members().iter().filter(|member| matches!(member, Type::Function(..))) {
                self.call(method, given);
            }
        }
    }

    /// What a local variable was given last, where that is a name in the making or what is found by one.
    fn value_of(&self, expr: ExprId) -> ExprId {
        match self.facts.expr(expr).kind {
            ExprKind::Name(name, _) => self.made_names.get(&name).copied().unwrap_or(expr),
            _ => expr,
        }
    }

    /// The object and the name of a `getattr` with a name that is made at run time.
    fn lookup(&self, expr: ExprId) -> Option<(ExprId, MadeName<'a>)> {
        let ExprKind::Call(callee, arguments) = self.facts.expr(expr).kind else { return None };
        if !matches!(self.facts.expr(callee).kind, ExprKind::Name(name, _) if name.is("getattr")) {
            return None;
        }
        let [owner, name, ..] = self.facts.arguments(arguments) else { return None };
        Some((owner.value, self.made_name(self.value_of(name.value))?))
    }

    /// The names that classes of the repository, above or below a class, bind and that fit.
    fn methods_like(&self, class: ClassName, made: &MadeName<'_>) -> BTreeSet<Name> {
        let project = self.project;
        let Some(info) = project.class(class) else { return BTreeSet::new() };
        let above = project.mro(info).iter().map(|(base, _)| *base);
        let classes = above.chain(project.subclasses(class).iter().copied()).filter_map(|class| project.class(class));
        let own =
            classes.filter(|info| project.module(info.module).is_some_and(|module| module.origin.is_repository()));
        own.flat_map(|info| info.symbols.by_name.keys().copied()).filter(|name| made.matches(name.as_str())).collect()
    }

    fn made_name(&self, expr: ExprId) -> Option<MadeName<'a>> {
        let (facts, module) = (self.facts, self.module);
        let text = |expr: ExprId| match facts.expr(expr).kind {
            ExprKind::Str(text) => text.map(|text| text.as_str()),
            _ => None,
        };
        let (prefix, suffix) = match facts.expr(expr).kind {
            ExprKind::Binary(BinaryOp::Add, left, right) => match (text(left), text(right), facts.expr(left).kind) {
                (Some(_), Some(_), _) => return None,
                (Some(prefix), None, _) => (prefix, ""),
                (None, Some(suffix), ExprKind::Binary(BinaryOp::Add, first, _)) => (text(first)?, suffix),
                (None, Some(suffix), _) => ("", suffix),
                _ => return None,
            },
            ExprKind::Binary(BinaryOp::Mod, format, _) => one_hole(text(format)?, &["%s", "%d"])?,
            ExprKind::Call(callee, _) => match facts.expr(callee).kind {
                ExprKind::Attribute(format, name) if name == NAMES.format => one_hole(text(format)?, &["{}", "{0}"])?,
                _ => return None,
            },
            ExprKind::FString(holes) => {
                let [hole] = facts.list(holes) else { return None };
                let source = &module.source.as_ref()?.text;
                let (range, hole) = (facts.expr(expr).range, facts.expr(*hole).range);
                let before = source.get(range.start as usize..hole.start as usize)?.trim_end();
                let after = source.get(hole.end as usize..range.end as usize)?;
                let is_quote = |char: char| matches!(char, '"' | '\'');
                let prefix =
                    before.strip_suffix('{')?.trim_start_matches(char::is_alphabetic).trim_start_matches(is_quote);
                (prefix, after.split_once('}')?.1.trim_end_matches(is_quote))
            }
            _ => return None,
        };
        (prefix.len() + suffix.len() >= MIN_AFFIXES).then_some(MadeName { prefix, suffix })
    }
}

/// What stands before and after the only place of a format.
fn one_hole<'t>(format: &'t str, holes: &[&str]) -> Option<(&'t str, &'t str)> {
    let parts = holes.iter().find_map(|hole| format.split_once(hole))?;
    let has_more = |part: &str| part.contains(['%', '{', '}']);
    (!has_more(parts.0) && !has_more(parts.1)).then_some(parts)
}
