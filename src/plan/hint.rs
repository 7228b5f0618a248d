//! Types that a reviewer has typed: from the text of a hint to a type.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{BinaryOp, ExprId, ExprKind, FileFacts, StmtKind, lower};
use crate::project::{Module, Project, Resolution};
use crate::source::{SourceFile, parse};
use crate::text::Name;
use crate::types::{CallableType, ClassName, ShapeId, Type, declared_union, known};

/// What the names of a hint may stand for.
pub(super) struct Scope<'a> {
    pub(super) project: &'a Project,
    /// The module that the hint is written in.
    pub(super) module: &'a Module,
    /// The definitions that are proposed.
    pub(super) shapes: &'a BTreeMap<Name, ShapeId>,
}

/// The type that a text stands for, and whether it is marked as `NotRequired`; or why it is no type.
pub(super) fn read(scope: &Scope<'_>, text: &str) -> Result<(Type, bool), String> {
    let line = format!("hint: {}\n", text.trim());
    let invalid = || format!("`{}` is not a valid type", text.trim());
    let source = SourceFile::from_bytes(std::path::Path::new("hint.py"), line.as_bytes()).map_err(|_| invalid())?;
    let facts = lower(&parse(&source).map_err(|_| invalid())?, &source.text);
    let statements: Vec<_> = facts.block(facts.body).collect();
    let [statement] = statements[..] else { return Err(invalid()) };
    let StmtKind::AnnAssign(_, annotation, None) = statement.kind else { return Err(invalid()) };
    let reader = Reader { scope, facts: &facts };
    if let ExprKind::Subscript(base, inner) = facts.expr(annotation).kind
        && reader.dotted(base).is_some_and(|name| last(&name) == "NotRequired")
    {
        return Ok((reader.ty(inner)?, true));
    }
    Ok((reader.ty(annotation)?, false))
}

struct Reader<'a> {
    scope: &'a Scope<'a>,
    facts: &'a FileFacts,
}

impl Reader<'_> {
    fn text(&self, expr: ExprId) -> String {
        self.dotted(expr).unwrap_or_else(|| "a part of it".to_owned())
    }

    fn dotted(&self, expr: ExprId) -> Option<String> {
        match self.facts.expr(expr).kind {
            ExprKind::Name(name, _) => Some(name.as_str().to_owned()),
            ExprKind::Attribute(value, name) => Some(format!("{}.{name}", self.dotted(value)?)),
            _ => None,
        }
    }

    fn ty(&self, expr: ExprId) -> Result<Type, String> {
        match self.facts.expr(expr).kind {
            ExprKind::None => Ok(Type::None),
            ExprKind::Name(..) | ExprKind::Attribute(..) => self.named(&self.text(expr)),
            ExprKind::Str(Some(name)) => self.named(name.as_str()),
            ExprKind::Binary(BinaryOp::BitOr, left, right) => self.union(&[left, right]),
            ExprKind::Subscript(base, index) => self.subscripted(base, index),
            _ => Err("a type is made of names, brackets and `|`".to_owned()),
        }
    }

    fn types(&self, exprs: &[ExprId]) -> Result<Vec<Type>, String> {
        exprs.iter().map(|&expr| self.ty(expr)).collect()
    }

    fn union(&self, members: &[ExprId]) -> Result<Type, String> {
        Ok(declared_union(self.types(members)?))
    }

    fn subscripted(&self, base: ExprId, index: ExprId) -> Result<Type, String> {
        let arguments: Vec<ExprId> = match self.facts.expr(index).kind {
            ExprKind::Tuple(items) => self.facts.list(items).to_vec(),
            _ => vec![index],
        };
        let name = self.text(base);
        match last(&name) {
            "Optional" => return Ok(declared_union([self.ty(index)?, Type::None])),
            "Union" => return self.union(&arguments),
            "Unpack" => return Ok(known::UNPACK.of(self.types(&arguments)?)),
            "Callable" => {
                let [params, result] = arguments[..] else {
                    return Err("`Callable` takes its parameters and its result".to_owned());
                };
                let params = match self.facts.expr(params).kind {
                    ExprKind::List(items) => Some(self.types(self.facts.list(items))?),
                    ExprKind::Ellipsis => None,
                    _ => return Err("the parameters of `Callable` stand in brackets".to_owned()),
                };
                return Ok(Type::Callable(Arc::new(CallableType { params, result: self.ty(result)? })));
            }
            _ => {}
        }
        let Type::Instance(class, _) = self.named(&name)? else { return Err(format!("`{name}` takes no brackets")) };
        if class == known::TUPLE.class() {
            return match arguments[..] {
                [item, rest] if matches!(self.facts.expr(rest).kind, ExprKind::Ellipsis) => {
                    Ok(known::TUPLE.of([self.ty(item)?]))
                }
                _ => Ok(Type::Tuple(self.types(&arguments)?.into())),
            };
        }
        if class == known::TYPE.class() {
            return match self.ty(index)? {
                Type::Instance(class, args) => Ok(Type::Class(class, args)),
                _ => Err("`type[…]` takes a class".to_owned()),
            };
        }
        Ok(Type::generic(class, self.types(&arguments)?))
    }

    /// What a name stands for: a definition that is proposed, what the module or Python binds, a name of `typing`, or
    /// the one class of the repository that is called so.
    fn named(&self, dotted: &str) -> Result<Type, String> {
        let Scope { project, module, shapes } = *self.scope;
        let short = Name::new(last(dotted));
        if let Some(&shape) = shapes.get(&Name::new(dotted)) {
            return Ok(Type::Shape(shape));
        }
        match short.as_str() {
            "Any" => return Ok(Type::Any),
            "NoReturn" | "Never" => return Ok(Type::Never),
            "List" | "Dict" | "Set" | "FrozenSet" | "Tuple" | "Type" => {
                let lower = Name::new(&short.as_str().to_lowercase());
                return Ok(Type::instance(ClassName::new(known::OBJECT.class().module, lower)));
            }
            _ => {}
        }
        let class = self.visible(dotted).or_else(|| {
            let typing = ["typing", "collections"].map(|name| project.module_named(Name::new(name)));
            let found = typing.into_iter().flatten().find_map(|module| project.resolve(module, short));
            found.and_then(class_of).or_else(|| only_class(project, short))
        });
        let class = class.ok_or_else(|| format!("`{dotted}` is not the name of a type in {}", module.name))?;
        Ok(Type::instance(class))
    }

    fn visible(&self, dotted: &str) -> Option<ClassName> {
        let Scope { project, module, .. } = *self.scope;
        let mut parts = dotted.split('.').map(Name::new);
        let mut found = project.resolve_global(module, parts.next()?)?;
        for part in parts {
            found = match found {
                Resolution::Module(module) => project.resolve_member(module, part)?,
                Resolution::Class(class) => {
                    let nested = ClassName::new(class.module, Name::new(&format!("{}.{part}", class.qualname)));
                    project.class(nested).map(|_| Resolution::Class(nested))?
                }
                _ => return None,
            };
        }
        class_of(found)
    }
}

fn class_of(resolution: Resolution) -> Option<ClassName> {
    match resolution {
        Resolution::Class(class) => Some(class),
        _ => None,
    }
}

fn only_class(project: &Project, name: Name) -> Option<ClassName> {
    let classes = project.repository().flat_map(|module| {
        let of_name = module.facts.classes.iter().filter(move |class| class.qualname == name);
        of_name.map(move |class| ClassName::new(module.name, class.qualname))
    });
    let mut classes = classes.take(2);
    let first = classes.next()?;
    classes.next().is_none().then_some(first)
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
