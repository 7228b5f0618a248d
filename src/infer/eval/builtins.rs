//! Builtins whose meaning a signature cannot say.

use std::sync::Arc;

use crate::facts::{ArgumentKind, ExprId};
use crate::infer::UseKind;
use crate::text::Name;
use crate::types::{Args, CallableType, Literal, Type, known, union};

use super::Evaluator;
use super::call::Given;
use super::names::NAMES;

impl Evaluator<'_> {
    /// The result of calling such a builtin; none for any other function.
    pub(super) fn builtin_call(&mut self, id: ExprId, name: Name, callee: &Type, given: &[Given]) -> Option<Type> {
        let is_builtin = match callee {
            Type::Function(function, None) => {
                self.project.module(function.module).is_some_and(|module| module.name == known::STR.class().module)
            }
            Type::Class(class, _) => class.module == known::STR.class().module,
            Type::Unknown => true,
            _ => false,
        };
        let first = given.first();
        match name.as_str() {
            "isinstance" | "issubclass" if is_builtin && given.len() == 2 => {
                let classes = match Self::instance_of(&given[1].ty) {
                    Type::Unknown => Vec::new(),
                    ty => ty.members().to_vec(),
                };
                if name == NAMES.isinstance
                    && let Some(expr) = given[0].expr
                {
                    self.use_of_expr(
                        expr,
                        &given[0].ty.clone(),
                        &UseKind::IsInstance(classes),
                        self.facts.expr(expr).range,
                    );
                }
                Some(known::BOOL.instance())
            }
            "callable" if is_builtin && given.len() == 1 => {
                let expr = first?.expr?;
                let asked = Type::Callable(Arc::new(CallableType { params: None, result: Type::Any }));
                let kind = UseKind::IsInstance(vec![asked]);
                self.use_of_expr(expr, &given[0].ty.clone(), &kind, self.facts.expr(expr).range);
                Some(known::BOOL.instance())
            }
            "len" if is_builtin && given.len() == 1 => {
                let expr = first?.expr?;
                self.use_of_expr(expr, &given[0].ty.clone(), &UseKind::Len, self.facts.expr(expr).range);
                Some(known::INT.instance())
            }
            "list" | "tuple" | "set" | "frozenset" | "sorted" | "iter" | "sum" | "any" | "all" | "enumerate"
            | "max" | "min"
                if is_builtin =>
            {
                let mut positional = given.iter().filter(|argument| argument.kind == ArgumentKind::Positional);
                let (first, second) = (positional.next(), positional.next());
                // `max(a, b)` compares its arguments.
                let iterates = second.is_none() || !matches!(name.as_str(), "max" | "min");
                if let Some(argument) = first.filter(|_| iterates)
                    && let Some(expr) = argument.expr
                {
                    self.use_of_expr(expr, &argument.ty.clone(), &UseKind::Iterate, self.facts.expr(expr).range);
                }
                None
            }
            "type" if is_builtin && given.len() == 1 => Some(match &first?.ty {
                Type::Instance(class, args) => Type::Class(*class, args.clone()),
                Type::Literal(literal) => Type::Class(literal.class(), Args::default()),
                _ => known::TYPE.instance(),
            }),
            "dict" if is_builtin => {
                self.dict_call(id, given.iter().map(|given| (given.kind, given.ty.clone(), given.expr)).collect())
            }
            "getattr" if is_builtin && given.len() >= 2 => {
                let default = given.get(2).map_or(Type::Never, |default| default.ty.clone());
                let Type::Literal(Literal::Str(attribute)) = given[1].ty else {
                    // To a checker it may be the default, whatever else it may be.
                    let is_told = self.state.reads_back && default != Type::Never;
                    return Some(if is_told { union([default, Type::Any]) } else { Type::Unknown });
                };
                let found = self.attribute(&given[0].ty.clone(), attribute);
                Some(self.either([found, default]))
            }
            "super" => Some(Type::Unknown),
            "cast" if given.len() == 2 => Some(self.annotation(given[0].expr?)),
            _ => None,
        }
    }
}
