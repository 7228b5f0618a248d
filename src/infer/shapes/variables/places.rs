//! What is done with local names, at each place where they stand.

use rustc_hash::FxHashMap;

use crate::facts::{
    ArgumentKind, ExprId, ExprKind, FileFacts, Function, Place, ScopeId, StmtKind, SymbolKind, UnaryOp,
};
use crate::text::Name;

/// What is done with a name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is returned as it is.
    Returned,
    /// It is called: the call.
    Called(ExprId),
    /// An attribute of it is read.
    Read(Name),
    /// An attribute of it is set or deleted.
    Stored(Name),
    /// It is an argument of a call.
    Passed,
    /// `*name` or `**name` among the arguments of a call: the call.
    Spread(ExprId),
    /// It is put into a container that the module holds under this name.
    Filed(Name),
    /// It is compared or tested, shown in a text, or put into a container or under a key.
    Kept,
    /// It is bound to a value, alone.
    Bound(ExprId),
    /// Anything else.
    Other,
}

/// Attributes that every function and class has.
const OF_DEFINITIONS: [&str; 6] = ["__name__", "__qualname__", "__module__", "__doc__", "__dict__", "__annotations__"];

impl Use {
    /// Whether a function or class is none the less what it was, also to a checker.
    pub(super) fn is_harmless(self) -> bool {
        match self {
            Self::Returned | Self::Called(_) | Self::Passed | Self::Kept | Self::Filed(_) => true,
            Self::Read(name) => OF_DEFINITIONS.contains(&name.as_str()),
            _ => false,
        }
    }

    /// The same of a function that is defined in sight: what it is called and says of itself may be set.
    pub(super) fn is_harmless_to_own(self) -> bool {
        matches!(self, Self::Stored(name) if OF_DEFINITIONS.contains(&name.as_str())) || self.is_harmless()
    }
}

/// The uses of all local names in a file.
pub(super) struct Places<'f> {
    facts: &'f FileFacts,
    /// Name, offset and use, sorted.
    uses: Vec<(Name, u32, Use)>,
}

impl<'f> Places<'f> {
    pub(super) fn of(facts: &'f FileFacts) -> Self {
        let mut notes = Notes { facts, uses: FxHashMap::default() };
        notes.expressions();
        notes.statements();
        let local = |(number, expr): (usize, &crate::facts::Expr)| match expr.kind {
            ExprKind::Name(name, Place::Local { .. }) => {
                let used = notes.uses.get(&ExprId(number as u32)).copied().unwrap_or(Use::Other);
                Some((name, expr.range.start, used))
            }
            _ => None,
        };
        let mut uses: Vec<(Name, u32, Use)> = facts.exprs.iter().enumerate().filter_map(local).collect();
        uses.sort_by_key(|(name, start, _)| (*name, *start));
        Self { facts, uses }
    }

    /// The uses of a name in the text of a function.
    pub(super) fn in_function(&self, function: &Function, name: Name) -> impl Iterator<Item = Use> + '_ {
        let range = function.range;
        let first = self.uses.partition_point(|(other, start, _)| (*other, *start) < (name, range.start));
        let rest = self.uses[first..].iter();
        rest.take_while(move |(other, start, _)| *other == name && *start < range.end).map(|(_, _, used)| *used)
    }

    /// Whether a name of a function's scope means something else in a scope inside of it.
    pub(super) fn is_hidden_inside(&self, function: &Function, name: Name) -> bool {
        // Scopes are numbered from the outside in: those inside of one follow it.
        let inner = (function.scope.0 + 1..).map(ScopeId).map_while(|id| {
            let scope = self.facts.scopes.get(id.0 as usize)?;
            scope.parent.is_some_and(|parent| parent >= function.scope).then_some(scope)
        });
        inner
            .flat_map(|scope| &scope.symbols)
            .any(|symbol| symbol.name == name && !matches!(symbol.kind, SymbolKind::Nonlocal))
    }
}

struct Notes<'f> {
    facts: &'f FileFacts,
    uses: FxHashMap<ExprId, Use>,
}

impl Notes<'_> {
    fn note(&mut self, expr: ExprId, used: Use) {
        self.uses.insert(expr, used);
    }

    fn expressions(&mut self) {
        let facts = self.facts;
        for (number, expr) in facts.exprs.iter().enumerate() {
            match expr.kind {
                ExprKind::Call(function, arguments) => {
                    let call = ExprId(number as u32);
                    self.note(function, Use::Called(call));
                    let passed = match facts.expr(function).kind {
                        ExprKind::Attribute(owner, _) => self.held_by_module(owner).map_or(Use::Passed, Use::Filed),
                        _ => Use::Passed,
                    };
                    for argument in facts.arguments(arguments) {
                        let is_plain = matches!(argument.kind, ArgumentKind::Positional | ArgumentKind::Keyword(_));
                        self.note(argument.value, if is_plain { passed } else { Use::Spread(call) });
                    }
                }
                ExprKind::Attribute(value, name) => self.note(value, Use::Read(name)),
                ExprKind::Compare(_, left, right) => {
                    self.note(left, Use::Kept);
                    self.note(right, Use::Kept);
                }
                ExprKind::Unary(UnaryOp::Not, value) | ExprKind::Conditional(value, ..) => self.note(value, Use::Kept),
                ExprKind::FString(items) | ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                    facts.list(items).iter().for_each(|&item| self.note(item, Use::Kept));
                }
                ExprKind::Dict(items) => {
                    for item in items.of(&facts.dict_items).iter().filter(|item| item.key.is_some()) {
                        item.key.into_iter().chain([item.value]).for_each(|part| self.note(part, Use::Kept));
                    }
                }
                ExprKind::Subscript(_, index) => self.note(index, Use::Kept),
                _ => {}
            }
        }
    }

    fn statements(&mut self) {
        let facts = self.facts;
        for stmt in &facts.stmts {
            match stmt.kind {
                StmtKind::Return(Some(value)) => self.note(value, Use::Returned),
                StmtKind::If(test, ..) | StmtKind::While(test, ..) | StmtKind::Assert(test, _) => {
                    self.note(test, Use::Kept);
                }
                StmtKind::Assign(targets, value, _) => {
                    let targets = facts.list(targets);
                    let is_place = |target: &ExprId| {
                        matches!(facts.expr(*target).kind, ExprKind::Subscript(..) | ExprKind::Attribute(..))
                    };
                    if targets.iter().all(is_place) {
                        let registry = targets.iter().find_map(|target| match facts.expr(*target).kind {
                            ExprKind::Subscript(owner, _) => self.held_by_module(owner),
                            _ => None,
                        });
                        self.note(value, registry.map_or(Use::Kept, Use::Filed));
                    }
                    match targets {
                        [target] if matches!(facts.expr(*target).kind, ExprKind::Name(..)) => {
                            self.note(*target, Use::Bound(value));
                        }
                        _ => targets.iter().for_each(|&target| self.target(target)),
                    }
                }
                StmtKind::AugAssign(target, ..) | StmtKind::AnnAssign(target, ..) | StmtKind::For { target, .. } => {
                    self.target(target);
                }
                StmtKind::Delete(targets) => facts.list(targets).iter().for_each(|&target| self.target(target)),
                _ => {}
            }
        }
        let bound = facts.with_items.iter().filter_map(|item| item.target);
        bound.for_each(|target| self.target(target));
    }

    /// The module's name that an expression is.
    fn held_by_module(&self, expr: ExprId) -> Option<Name> {
        match self.facts.expr(expr).kind {
            ExprKind::Name(name, Place::Global) => Some(name),
            _ => None,
        }
    }

    /// What is bound, or a part of it, is none of the harmless uses that its expression looks like.
    fn target(&mut self, target: ExprId) {
        match self.facts.expr(target).kind {
            ExprKind::Attribute(value, name) => self.note(value, Use::Stored(name)),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                self.facts.list(items).iter().for_each(|&item| self.target(item));
            }
            ExprKind::Starred(inner) => self.target(inner),
            ExprKind::Name(..) => self.note(target, Use::Other),
            _ => {}
        }
    }
}
