//! Where the type of an expression comes from: the slots whose hints a checker reads on its way to it.

use crate::facts::{ExprId, ExprKind, FunctionId, Place, ScopeKind, SymbolKind};
use crate::infer::read_back::Blame;
use crate::project::{Definition, SlotKind};
use crate::text::Name;
use crate::types::{ShapeId, SlotId, Type};

use super::Evaluator;

/// Longest chain of expressions that is followed to where a value comes from.
const MAX_HOPS: u32 = 6;

impl Evaluator<'_> {
    /// Remembers where a local variable got its value.
    pub(super) fn remember_source(&mut self, target: ExprId, value: ExprId) {
        if self.is_checking()
            && let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(target).kind
        {
            let sources = self.sources.entry(index).or_default();
            if !sources.contains(&value) {
                sources.push(value);
            }
        }
    }

    /// Remembers where an attribute gets its values: a checker tells the type of one without a hint from there.
    pub(super) fn remember_flow(&mut self, slot: SlotId, value: ExprId) {
        if self.is_checking() {
            let sources = self.sources_of(value);
            let slots = sources.into_iter().filter_map(|source| match source {
                Blame::Slot(source) => Some((slot, source)),
                Blame::Field(..) => None,
            });
            self.out.flows.extend(slots);
        }
    }

    /// The slots and keys of records that an expression's value comes from, in order.
    pub(super) fn sources_of(&mut self, expr: ExprId) -> Vec<Blame> {
        let mut slots = Vec::new();
        self.muted += 1;
        self.collect_sources(expr, &mut Vec::new(), &mut slots);
        self.muted -= 1;
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn collect_sources(&mut self, expr: ExprId, path: &mut Vec<ExprId>, slots: &mut Vec<Blame>) {
        if path.len() as u32 > MAX_HOPS || path.contains(&expr) {
            return;
        }
        path.push(expr);
        let fields = self.fields_read(expr);
        if !fields.is_empty() {
            slots.extend(fields);
            path.pop();
            return;
        }
        let facts = self.facts;
        match facts.expr(expr).kind {
            ExprKind::Name(_, Place::Local { up, index }) => {
                slots.extend(self.parameter_at(up, index).map(Blame::Slot));
                if up == 0 {
                    for value in self.sources.get(&index).cloned().unwrap_or_default() {
                        self.collect_sources(value, path, slots);
                    }
                }
            }
            ExprKind::Name(name, Place::Global) => slots.extend(self.slot(SlotKind::Variable(name)).map(Blame::Slot)),
            ExprKind::Attribute(owner, name) => {
                let owner = self.expr(owner);
                for member in owner.members() {
                    slots.extend(self.attribute_slot(member, name).map(Blame::Slot));
                    slots.extend(self.property_slot(member, name).map(Blame::Slot));
                }
            }
            ExprKind::Call(function, _) => {
                let callee = self.expr(function);
                let mut is_own = false;
                for callee in callee.members() {
                    if let Type::Function(function, _) = callee {
                        let result = SlotKind::Return(FunctionId(function.function));
                        if let Some(slot) = self.project.slots().find(function.module, result) {
                            slots.push(Blame::Slot(slot));
                            is_own = true;
                        }
                    }
                }
                // What a method of the standard library gives follows from what it is called on.
                if !is_own && let ExprKind::Attribute(owner, _) = facts.expr(function).kind {
                    self.collect_sources(owner, path, slots);
                }
            }
            ExprKind::Await(inner)
            | ExprKind::Subscript(inner, _)
            | ExprKind::Starred(inner)
            | ExprKind::Unary(_, inner)
            | ExprKind::Walrus(_, inner) => self.collect_sources(inner, path, slots),
            ExprKind::Binary(_, left, right) | ExprKind::Conditional(_, left, right) => {
                self.collect_sources(left, path, slots);
                self.collect_sources(right, path, slots);
            }
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Tuple(parts) | ExprKind::List(parts) => {
                for &part in facts.list(parts) {
                    self.collect_sources(part, path, slots);
                }
            }
            _ => {}
        }
        path.pop();
    }

    /// The keys of proposed records that `order["total"]` and `order.get("total")` read.
    fn fields_read(&mut self, expr: ExprId) -> Vec<Blame> {
        let facts = self.facts;
        let (owner, key) = match facts.expr(expr).kind {
            ExprKind::Subscript(owner, key) => (owner, key),
            ExprKind::Call(function, arguments) => {
                match (facts.expr(function).kind, facts.arguments(arguments).first()) {
                    (ExprKind::Attribute(owner, method), Some(key))
                        if matches!(method.as_str(), "get" | "pop" | "setdefault") =>
                    {
                        (owner, key.value)
                    }
                    _ => return Vec::new(),
                }
            }
            _ => return Vec::new(),
        };
        let ExprKind::Str(Some(key)) = facts.expr(key).kind else { return Vec::new() };
        let owner = self.expr(owner);
        let owners = owner.members().iter().filter_map(|member| match member {
            Type::Shape(id) => Some(*id),
            _ => None,
        });
        let owners: Vec<ShapeId> = owners.collect();
        owners
            .into_iter()
            .filter(|id| self.typed_dict_field(&Type::Shape(*id), key).is_some())
            .map(|id| Blame::Field(id, key))
            .collect()
    }

    /// The slot of a parameter, by the place of its name.
    fn parameter_at(&self, up: u8, index: u16) -> Option<SlotId> {
        let mut scope = self.scopes.last().copied()?;
        for _ in 0..up {
            scope = self.facts.scope(scope).parent?;
        }
        let ScopeKind::Function(function) = self.facts.scope(scope).kind else { return None };
        let symbol = self.facts.scope(scope).symbols.get(usize::from(index))?;
        (symbol.kind == SymbolKind::Parameter).then(|| self.slot(SlotKind::Param(function, index)))?
    }

    fn property_slot(&self, owner: &Type, name: Name) -> Option<SlotId> {
        let info = self.project.class(owner.class()?)?;
        let member = self.project.member(info, name, 0)?;
        member.definitions.iter().find_map(|definition| match definition {
            Definition::Function(function) => {
                self.project.slots().find(member.class.module, SlotKind::Return(*function))
            }
            _ => None,
        })
    }
}
