//! `match`: what patterns bind, and which values they leave.

use crate::facts::{ExprId, List, MatchCase, Pattern};
use crate::types::{Type, known, union};

use super::{Environment, Evaluator};

impl Evaluator<'_> {
    pub(super) fn match_stmt(&mut self, subject: ExprId, cases: List<MatchCase>) {
        let facts = self.facts;
        let ty = self.expr(subject);
        let before = self.env.clone();
        let mut after = Environment { is_reachable: false, ..before.clone() };
        let mut rest = ty.clone();
        for case in cases.of(&facts.cases) {
            self.env = before.clone();
            let narrowed = self.pattern(&case.pattern, &rest, subject);
            self.assign_narrowed(subject, narrowed);
            if let Some(guard) = case.guard {
                self.test(guard);
                self.narrow(guard, true);
            } else {
                rest = self.unmatched(&case.pattern, &rest);
            }
            self.block(case.body);
            after.join(self.env.clone());
        }
        if rest != Type::Never {
            after.join(before);
        }
        self.env = after;
    }

    /// What a pattern leaves of a subject; `Never` where it takes every value.
    fn unmatched(&mut self, pattern: &Pattern, subject: &Type) -> Type {
        match pattern {
            Pattern::Wildcard | Pattern::Capture(None, _) => Type::Never,
            Pattern::Capture(Some(inner), _) => self.unmatched(inner, subject),
            Pattern::Or(alternatives) => {
                alternatives.iter().fold(subject.clone(), |rest, alternative| self.unmatched(alternative, &rest))
            }
            Pattern::Value(value) => {
                let value = self.silent_expr(*value);
                let is_taken = |member: &Type| *member == value && matches!(value, Type::None | Type::Literal(_));
                Self::without(subject, is_taken)
            }
            Pattern::Class(class, positional, keywords) if positional.is_empty() && keywords.is_empty() => {
                let class = self.silent_expr(*class);
                let Some(class) = Self::instance_of(&class).class() else { return subject.clone() };
                Self::without(subject, |member| {
                    member.class().is_some_and(|member| self.project.is_subclass(member, class))
                })
            }
            _ => subject.clone(),
        }
    }

    /// The members of a type for which a test does not hold.
    fn without(ty: &Type, is_taken: impl Fn(&Type) -> bool) -> Type {
        let mut rest = ty.members().iter().filter(|member| !is_taken(member)).peekable();
        if rest.peek().is_none() { Type::Never } else { union(rest.cloned()) }
    }

    /// Binds the names of a pattern; gives the type of the subject where the pattern matches.
    fn pattern(&mut self, pattern: &Pattern, subject: &Type, origin: ExprId) -> Type {
        match pattern {
            Pattern::Wildcard => subject.clone(),
            Pattern::Value(value) => {
                self.expr(*value);
                subject.clone()
            }
            Pattern::Capture(inner, name) => {
                let ty = match inner {
                    Some(inner) => self.pattern(inner, subject, origin),
                    None => subject.clone(),
                };
                self.bind(*name, ty.clone(), origin);
                ty
            }
            Pattern::Sequence(items) => {
                let element = self.iterate(subject);
                for item in items {
                    self.pattern(item, &element, origin);
                }
                subject.clone()
            }
            Pattern::Star(name) => {
                if let Some(name) = name {
                    self.bind(*name, known::LIST.of([subject.clone()]), origin);
                }
                subject.clone()
            }
            Pattern::Mapping(items, rest) => {
                for (key, item) in items {
                    self.expr(*key);
                    let value = self.subscript_type(subject, *key);
                    self.pattern(item, &value, origin);
                }
                if let Some(rest) = rest {
                    self.bind(*rest, subject.clone(), origin);
                }
                subject.clone()
            }
            Pattern::Class(class, positional, keywords) => {
                let class = self.expr(*class);
                let matched = Self::instance_of(&class);
                let matched = if matched.is_unknown() { subject.clone() } else { matched };
                for item in positional {
                    // A builtin class with one positional pattern matches the whole subject.
                    let is_whole = positional.len() == 1
                        && matched.class().is_some_and(|class| class.module == known::STR.class().module);
                    let part = if is_whole { matched.clone() } else { Type::Unknown };
                    self.pattern(item, &part, origin);
                }
                for (name, item) in keywords {
                    let value = self.attribute(&matched, *name);
                    self.pattern(item, &value, origin);
                }
                matched
            }
            Pattern::Or(alternatives) => {
                let types: Vec<Type> =
                    alternatives.iter().map(|alternative| self.pattern(alternative, subject, origin)).collect();
                union(types)
            }
        }
    }
}
