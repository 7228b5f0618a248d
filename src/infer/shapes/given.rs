//! Names of attributes and keys that anything in the repository gives to something, and those that nothing does.
//!
//! A name that is only ever asked for is a slip of the pen where a name beside it differs by one letter, or where the
//! object is made in sight. Texts count as names: `setattr`, `__slots__` and `type()` take them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::world::World;
use crate::facts::{ArgumentKind, ExprId, ExprKind, FileFacts, StmtKind};
use crate::infer::{Finding, FindingKind};
use crate::project::{Module, Project};
use crate::text::{Name, TextRange, distance};
use crate::types::{ClassName, ModuleId, known};

/// Shorter names differ by a letter from too many others.
const SHORTEST: usize = 4;

/// Methods with which a class decides at run time what attributes there are; `__get__` puts something else in its place.
const HOOKS: [&str; 4] = ["__getattr__", "__getattribute__", "__slots__", "__get__"];

/// The names that something has.
#[derive(Default)]
pub(super) struct Given {
    /// Those that are bound: functions, classes, variables, keywords.
    bound: FxHashSet<Name>,
    /// Those that are set on some object.
    set: FxHashSet<Name>,
    /// How often each text stands in the repository.
    texts: FxHashMap<Name, u32>,
    /// Names under which something is called.
    called: FxHashSet<Name>,
    /// Modules in which attributes are set by computed names.
    dynamic: FxHashSet<ModuleId>,
}

impl Given {
    pub(super) fn of(world: &World) -> Self {
        let mut given = Self::default();
        for module in world.project.into_iter().flat_map(Project::repository) {
            given.add(module);
        }
        given
    }

    fn add(&mut self, module: &Module) {
        let facts = &*module.facts;
        self.bound.extend(facts.functions.iter().map(|function| function.name));
        self.bound.extend(facts.classes.iter().map(|class| class.name));
        for scope in &facts.scopes {
            self.bound.extend(scope.symbols.iter().map(|symbol| symbol.name));
        }
        for stmt in &facts.stmts {
            match stmt.kind {
                StmtKind::Assign(targets, ..) => facts.list(targets).iter().for_each(|&it| self.target(facts, it)),
                StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) | StmtKind::For { target, .. } => {
                    self.target(facts, target);
                }
                StmtKind::With(items, ..) => {
                    let targets = items.of(&facts.with_items).iter().filter_map(|item| item.target);
                    targets.for_each(|it| self.target(facts, it));
                }
                _ => {}
            }
        }
        for expr in &facts.exprs {
            match expr.kind {
                ExprKind::Str(Some(text)) => *self.texts.entry(text).or_default() += 1,
                ExprKind::Name(name, _) if matches!(name.as_str(), "setattr" | "vars" | "globals" | "locals") => {
                    self.dynamic.insert(module.id);
                }
                ExprKind::Attribute(_, name) if name.is("__dict__") => drop(self.dynamic.insert(module.id)),
                ExprKind::Call(callee, arguments) => {
                    if let ExprKind::Name(name, _) | ExprKind::Attribute(_, name) = facts.expr(callee).kind {
                        self.called.insert(name);
                    }
                    for argument in facts.arguments(arguments) {
                        if let ArgumentKind::Keyword(name) = argument.kind {
                            self.bound.insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn target(&mut self, facts: &FileFacts, target: ExprId) {
        match facts.expr(target).kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                facts.list(items).iter().for_each(|&item| self.target(facts, item));
            }
            ExprKind::Starred(inner) => self.target(facts, inner),
            ExprKind::Attribute(_, name) => drop(self.set.insert(name)),
            _ => {}
        }
    }

    /// Whether something may have an attribute of this name.
    pub(super) fn has(&self, name: Name) -> bool {
        self.bound.contains(&name) || self.set.contains(&name) || self.texts.contains_key(&name)
    }

    /// Whether some object gets an attribute of this name from an assignment.
    pub(super) fn is_set(&self, name: Name) -> bool {
        self.set.contains(&name)
    }

    /// In how many places a text stands; none where something is called so, too.
    pub(super) fn places_of(&self, text: Name) -> Option<usize> {
        let count = self.texts.get(&text).map_or(0, |&count| count as usize);
        Some(count).filter(|_| !self.bound.contains(&text))
    }

    /// Whether all attributes of the instances of a class can be told.
    pub(super) fn is_closed(&self, world: &World, class: ClassName) -> bool {
        let Some(view) = world.classes.get(&class) else { return false };
        // A package below another root may be a double of the real one.
        let has_same_root = |module: ModuleId| {
            let found = |id| world.project.and_then(|project| project.module(id));
            found(module)
                .zip(found(view.module))
                .is_none_or(|(module, own)| module.root == own.root || !module.origin.is_repository())
        };
        let is_plain = |base: &ClassName| {
            let Some(base_view) = world.classes.get(base) else { return *base == known::OBJECT.class() };
            let facts = world.module(base_view.module).and_then(|module| module.facts);
            let classes = facts.into_iter().flat_map(|facts| facts.classes.iter().map(move |it| (facts, it)));
            let mut definitions = classes.filter(|(_, it)| it.qualname == base.qualname);
            let is_alone = definitions.next().is_none_or(|(facts, it)| {
                facts.list(it.decorators).is_empty()
                    && facts.arguments(it.arguments).iter().all(|it| it.kind == ArgumentKind::Positional)
            });
            // Which of two is defined may depend on what is installed.
            is_alone
                && definitions.next().is_none()
                && !self.dynamic.contains(&base_view.module)
                && has_same_root(base_view.module)
        };
        !view.has_unknown_base
            && view.mro.iter().all(is_plain)
            && !HOOKS.into_iter().any(|name| world.member(class, Name::new(name)).is_some())
    }
}

/// Attributes of `self` that nothing has.
pub(super) fn of_receivers(world: &World, given: &Given) -> Vec<Finding> {
    let mut found = Vec::new();
    for module in world.project.into_iter().flat_map(Project::repository) {
        if !world.is_editable(module.id) {
            continue;
        }
        let facts = &*module.facts;
        for expr in &facts.exprs {
            let ExprKind::Attribute(value, name) = expr.kind else { continue };
            let ExprKind::Name(receiver, _) = facts.expr(value).kind else { continue };
            if name.as_str().starts_with("__") || given.has(name) {
                continue;
            }
            let Some((title, class)) = method_around(module, receiver, expr.range.start) else { continue };
            if !given.is_closed(world, class) || is_tried(facts, world, module.id, expr.range) {
                continue;
            }
            let meant = members(world, class).find(|member| is_slip(name.as_str(), member.as_str()));
            let message = match meant {
                Some(meant) => {
                    format!("`{title}` reads `{receiver}.{name}`, which nothing sets (did you mean `{meant}`?)")
                }
                // Who makes no instance may mean what subclasses elsewhere have.
                None if given.called.contains(&Name::new(class.short())) => {
                    format!("`{title}` reads `{receiver}.{name}`, which nothing sets")
                }
                None => continue,
            };
            let kind = FindingKind::MissingAttribute;
            found.push(Finding { module: module.id, offset: expr.range.start, kind, message });
        }
    }
    found
}

/// All members of a class.
pub(super) fn members<'w>(world: &'w World, class: ClassName) -> impl Iterator<Item = Name> + 'w {
    let bases = world.classes.get(&class).into_iter().flat_map(|view| &view.mro);
    bases.filter_map(|base| world.classes.get(base)).flat_map(|base| base.members.keys().copied())
}

/// The method whose first parameter a name is at an offset, with its class.
fn method_around(module: &Module, receiver: Name, offset: u32) -> Option<(Name, ClassName)> {
    let facts = &*module.facts;
    let mut around = facts.function_at(offset);
    while let Some(id) = around {
        let function = facts.function(id);
        if function.params.iter().any(|param| param.name == receiver) {
            let class = facts.class(function.class?);
            let is_plain = function.params[0].name == receiver && facts.list(function.decorators).is_empty();
            return is_plain.then(|| (function.qualname, ClassName::new(module.name, class.qualname)));
        }
        around = function.around;
    }
    None
}

/// Whether a failure at a place is expected.
pub(super) fn is_tried(facts: &FileFacts, world: &World, module: ModuleId, place: TextRange) -> bool {
    const EXPECTED: [&str; 6] =
        ["AttributeError", "Exception", "BaseException", "KeyError", "LookupError", "IndexError"];
    facts.stmts.iter().any(|stmt| match stmt.kind {
        StmtKind::Try { body, handlers, .. } => {
            let is_inside = |block| facts.block(block).any(|stmt| stmt.range.touches(place.start));
            is_inside(body)
                && handlers.of(&facts.handlers).iter().any(|handler| {
                    let types = handler.types.map(|types| world.text(module, facts.expr(types).range));
                    types.is_none_or(|types| EXPECTED.iter().any(|expected| types.contains(expected)))
                })
        }
        _ => false,
    })
}

/// Whether a name differs from one that is meant by one letter, or by two that changed places. `names` and `name2` are
/// names of their own beside `name`.
pub(super) fn is_slip(name: &str, meant: &str) -> bool {
    let stem = |text: &str| text.trim_end_matches(|char: char| char == 's' || char.is_ascii_digit()).to_owned();
    name.len() >= SHORTEST && stem(name) != stem(meant) && distance(name, meant) == 1
}
