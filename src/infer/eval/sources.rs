//! Where the type of an expression comes from: the slots whose hints a checker reads on its way to it.

use std::rc::Rc;

use crate::facts::{ExprId, ExprKind, FunctionId, Place, ScopeKind, SymbolKind};
use crate::infer::read_back::Blame;
use crate::project::{Definition, SlotKind};
use crate::text::Name;
use crate::types::{ShapeId, SlotId, Type};

use super::Evaluator;
use super::check::is_open;
use super::names::NAMES;

/// Longest chain of expressions that is followed to where a value comes from.
const MAX_HOPS: u32 = 6;

/// So many values of one local variable are remembered.
const MAX_VALUES: usize = 64;

/// Who is to blame for a wrong type.
#[derive(Default)]
pub(super) struct Blamed {
    /// The slots and keys of records.
    pub(super) first: Vec<Blame>,
    /// The slots to blame where these have no hint, and nothing that flows into them has.
    pub(super) instead: Vec<SlotId>,
    /// Those of the slots that only say what object is asked for the value.
    pub(super) owners: Vec<SlotId>,
    /// The parameters that hold the records of which the keys are read.
    pub(super) readers: Vec<SlotId>,
}

/// How much of where a value comes from is asked for. The rest is not looked for: on the way to it expressions are
/// evaluated anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// The slots and keys alone.
    #[default]
    Slots,
    /// What the arguments of calls come from, too.
    Given,
    /// And the methods that give items.
    Items,
}

/// Where an expression's value comes from.
#[derive(Default)]
pub(super) struct Sources {
    extent: Extent,
    /// The expressions on the way.
    path: Vec<ExprId>,
    slots: Vec<Blame>,
    /// Those of the slots that only say what object is asked for an attribute.
    owners: Vec<SlotId>,
    /// The parameters that hold the records of which keys are read.
    readers: Vec<SlotId>,
    /// Where the arguments of calls come from whose result has no hint: pyright tells it from them.
    given: Vec<Blame>,
    /// The results of the methods that give the items of objects.
    items: Vec<SlotId>,
    /// The attributes of base classes that the class which is asked assigns itself: without a hint there, a checker sees
    /// its own values alone.
    inherited: Vec<SlotId>,
}

/// How a hint takes part in what a checker finds wrong; the first that there is gets the blame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The type that is wrong stands in it.
    Says,
    /// It leads there: the object is known by it, or what the value was made from.
    Leads,
    /// It says what a checker tells without it.
    Repeats,
}

impl Evaluator<'_> {
    /// Remembers where a local variable got its value.
    pub(super) fn remember_source(&mut self, target: ExprId, value: ExprId) {
        if let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(target).kind
            && let Some(&scope) = self.scopes.last()
        {
            let sources = self.sources.entry((scope, index)).or_default();
            if sources.len() < MAX_VALUES && !sources.contains(&value) {
                sources.push(value);
            }
        }
    }

    /// Remembers where an attribute or a result gets its values: a checker tells the type of one without a hint from
    /// there.
    pub(super) fn remember_flow(&mut self, slot: SlotId, value: ExprId) {
        if self.is_checking() && self.state.assumed[slot.0 as usize].is_none() {
            let sources = self.sources_of(value);
            self.out.flows.extend(sources.into_iter().filter_map(Blame::slot).map(|source| (slot, source)));
        }
    }

    /// The slots and keys of records that an expression's value comes from, in order.
    pub(super) fn sources_of(&mut self, expr: ExprId) -> Vec<Blame> {
        self.sources_within(expr, Extent::Slots).slots
    }

    fn sources_within(&mut self, expr: ExprId, extent: Extent) -> Sources {
        let mut sources = Sources { extent, ..Sources::default() };
        self.muted += 1;
        self.collect_sources(expr, &mut sources);
        self.muted -= 1;
        for found in [&mut sources.slots, &mut sources.given] {
            found.sort_unstable();
            found.dedup();
        }
        sources
    }

    /// What to blame for a type that an expression should not have, in order.
    pub(super) fn blamed(&mut self, expr: ExprId, wrong: &Type) -> Blamed {
        let sources = self.all_sources(expr);
        let Sources { inherited, owners, readers, .. } = &*sources;
        let hint = |slot: SlotId| self.state.assumed[slot.0 as usize].as_ref();
        let says_it = |slot: &SlotId| hint(*slot).is_none_or(|hint| says(hint, wrong));
        let given = sources.given.iter().copied().filter_map(Blame::slot).filter(says_it);
        let given: Vec<SlotId> = given.collect();
        let items = sources.items.iter().copied().filter(says_it).map(Blame::Slot);
        let slots: Vec<Blame> = sources.slots.iter().copied().chain(items).collect();
        let is_in = |slots: &[SlotId], source: Blame| source.slot().is_some_and(|slot| slots.contains(&slot));
        let parts: Vec<(Part, Blame)> = slots
            .into_iter()
            .filter_map(|source| {
                let part = self.part_of(source, is_in(inherited, source), wrong)?;
                // What is never `None` does not give it, but an object that is asked for an attribute that is.
                let is_sound = *wrong != Type::None
                    || is_in(owners, source)
                    || source.slot().is_none_or(|slot| self.may_hold(slot, wrong));
                is_sound.then_some((part, source))
            })
            .collect();
        let of = |part: Part| parts.iter().filter(move |(other, _)| *other == part).map(|(_, source)| *source);
        let Some(most) = parts.iter().map(|(part, _)| *part).min() else { return Blamed::default() };
        let leads = of(Part::Leads).filter(|_| most == Part::Says);
        let instead = leads.filter_map(Blame::slot).chain(given).collect();
        Blamed { first: of(most).collect(), instead, owners: owners.clone(), readers: readers.clone() }
    }

    /// All that an expression's value comes from. A call of one of many functions is checked for each of them: within a
    /// statement the answer is the same.
    fn all_sources(&mut self, expr: ExprId) -> Rc<Sources> {
        if let Some(known) = self.traced.get(&expr) {
            return known.clone();
        }
        let found = Rc::new(self.sources_within(expr, Extent::Items));
        self.traced.insert(expr, found.clone());
        found
    }

    /// How a source takes part in a wrong type; none where taking back what is said of it would not help.
    fn part_of(&mut self, source: Blame, is_inherited: bool, wrong: &Type) -> Option<Part> {
        let slot = match source {
            Blame::Slot(slot) => slot,
            // A key that is not said to have this type has got it elsewhere.
            Blame::Field(shape, key) => {
                let field = self.typed_dict_field(&Type::Shape(shape), key)?;
                return holds(&field, wrong).then_some(Part::Says);
            }
        };
        self.out.weighed.insert(slot);
        let kind = self.project.slots().info(slot).kind;
        let is_plain = || {
            self.state.plain.get(slot.0 as usize).is_some_and(|ty| Self::widen_literal(ty).members().contains(wrong))
        };
        match (self.state.assumed.get(slot.0 as usize).and_then(Option::as_ref), kind) {
            (Some(hint), SlotKind::Param(..)) => Some(if says(hint, wrong) { Part::Says } else { Part::Leads }),
            (None, SlotKind::Param(..)) => None,
            (Some(hint), SlotKind::Attribute(..)) if is_inherited && says(hint, wrong) => Some(Part::Says),
            // `self.x = None` in a class: whatever the hint says, a checker sees the `None`.
            (_, SlotKind::Attribute(..)) if *wrong == Type::None && is_plain() => None,
            (Some(_), _) if is_plain() => Some(Part::Repeats),
            (Some(hint), _) => Some(if says(hint, wrong) { Part::Says } else { Part::Leads }),
            // What flows into it is looked at when all units have been read; what it holds anyway is not their fault.
            (None, _) => {
                let holds_anyway = self.state.plain.get(slot.0 as usize).is_some_and(|ty| says(ty, wrong));
                (!holds_anyway).then_some(Part::Says)
            }
        }
    }

    /// Whether a slot has a hint, or a value of a type may be in it.
    fn may_hold(&self, slot: SlotId, wrong: &Type) -> bool {
        let may_be = |ty: &Type| says(ty, wrong) || ty.any(&mut |part| is_open(part));
        self.state.assumed[slot.0 as usize].is_some() || self.state.types.get(slot.0 as usize).is_none_or(may_be)
    }

    fn collect_sources(&mut self, expr: ExprId, found: &mut Sources) {
        if found.path.len() as u32 > MAX_HOPS || found.path.contains(&expr) {
            return;
        }
        found.path.push(expr);
        if let Some((owner, fields)) = self.fields_read(expr) {
            found.slots.extend(fields);
            if let ExprKind::Name(_, Place::Local { up, index }) = self.facts.expr(owner).kind {
                found.readers.extend(self.parameter_at(up, index));
            }
            found.path.pop();
            return;
        }
        let facts = self.facts;
        match facts.expr(expr).kind {
            ExprKind::Name(_, Place::Local { up, index }) => {
                found.slots.extend(self.parameter_at(up, index).map(Blame::Slot));
                let scope = self.frame_of(up).ok().map(|frame| self.scopes[frame]);
                let values = scope.and_then(|scope| self.sources.get(&(scope, index)));
                for value in values.cloned().unwrap_or_default() {
                    self.collect_sources(value, found);
                    self.collect_item_sources(value, found);
                }
            }
            ExprKind::Name(name, Place::Global) => {
                found.slots.extend(self.slot(SlotKind::Variable(name)).map(Blame::Slot));
            }
            ExprKind::Attribute(owner, name) => {
                let class = self.expr(owner);
                for member in class.members() {
                    let slot = self.attribute_slot(member, name);
                    found.slots.extend(slot.map(Blame::Slot));
                    found.inherited.extend(slot.filter(|_| self.nearest_attribute_slot(member, name) != slot));
                    found.slots.extend(self.property_slot(member, name).map(Blame::Slot));
                }
                self.collect_owner_sources(owner, found);
            }
            ExprKind::Call(function, arguments) => {
                let callee = self.expr(function);
                let (mut is_own, mut is_told) = (false, true);
                for callee in callee.members() {
                    match callee {
                        Type::Function(function, _) => {
                            let result = SlotKind::Return(FunctionId(function.function));
                            let slot = self.project.slots().find(function.module, result);
                            is_own |= slot.is_some();
                            is_told &= slot.is_none_or(|slot| self.state.assumed[slot.0 as usize].is_some());
                            found.slots.extend(slot.map(Blame::Slot));
                        }
                        Type::Class(class, _) => {
                            is_own |= self
                                .project
                                .module_named(class.module)
                                .is_some_and(|module| module.origin.is_repository());
                        }
                        _ => {}
                    }
                }
                // Which method is called follows from what it is called on.
                if let ExprKind::Attribute(owner, _) = facts.expr(function).kind {
                    self.collect_owner_sources(owner, found);
                } else if !is_own {
                    // What a function of a library gives, `sorted(rows)`, follows from what it is given.
                    for argument in facts.arguments(arguments) {
                        self.collect_sources(argument.value, found);
                    }
                }
                if !is_told && found.extent >= Extent::Given {
                    let path = std::mem::take(&mut found.path);
                    let mut given = Sources { extent: Extent::Given, path, ..Sources::default() };
                    for argument in facts.arguments(arguments) {
                        self.collect_sources(argument.value, &mut given);
                    }
                    found.path = given.path;
                    found.given.extend(given.slots.into_iter().chain(given.given));
                }
            }
            ExprKind::Subscript(inner, _) => {
                self.collect_sources(inner, found);
                self.collect_item_sources(inner, found);
            }
            ExprKind::Comprehension(comprehension) => {
                if let Some(first) = facts.comprehension(comprehension).clauses.first() {
                    self.collect_sources(first.iterable, found);
                    self.collect_item_sources(first.iterable, found);
                }
            }
            ExprKind::Await(inner)
            | ExprKind::Starred(inner)
            | ExprKind::Unary(_, inner)
            | ExprKind::Walrus(_, inner) => self.collect_sources(inner, found),
            ExprKind::Binary(_, left, right) | ExprKind::Conditional(_, left, right) => {
                self.collect_sources(left, found);
                self.collect_sources(right, found);
            }
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Tuple(parts) | ExprKind::List(parts) => {
                for &part in facts.list(parts) {
                    self.collect_sources(part, found);
                }
            }
            _ => {}
        }
        found.path.pop();
    }

    /// The same for the object that is asked for an attribute.
    fn collect_owner_sources(&mut self, owner: ExprId, found: &mut Sources) {
        let first = found.slots.len();
        self.collect_sources(owner, found);
        found.owners.extend(found.slots[first..].iter().filter_map(|blame| blame.slot()));
    }

    /// The methods of a class of the repository that give the items of an object.
    fn collect_item_sources(&mut self, expr: ExprId, found: &mut Sources) {
        if found.extent < Extent::Items {
            return;
        }
        let owner = self.expr(expr);
        for member in owner.members().iter().filter(|member| matches!(member, Type::Instance(..))) {
            let methods = [NAMES.iter, NAMES.next, NAMES.getitem];
            found.items.extend(methods.into_iter().filter_map(|name| self.property_slot(member, name)));
        }
    }

    /// The keys of proposed records that `order["total"]` and `order.get("total")` read, and the expression of the record.
    fn fields_read(&mut self, expr: ExprId) -> Option<(ExprId, Vec<Blame>)> {
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
                    _ => return None,
                }
            }
            _ => return None,
        };
        let ExprKind::Str(Some(key)) = facts.expr(key).kind else { return None };
        let held = self.expr(owner);
        let records = held.members().iter().filter_map(|member| match member {
            Type::Shape(id) => Some(*id),
            _ => None,
        });
        let records: Vec<ShapeId> = records.collect();
        let fields = records.into_iter().filter(|id| self.typed_dict_field(&Type::Shape(*id), key).is_some());
        let fields: Vec<Blame> = fields.map(|id| Blame::Field(id, key)).collect();
        (!fields.is_empty()).then_some((owner, fields))
    }

    /// The slot of a parameter, by the place of its name.
    pub(super) fn parameter_at(&self, up: u8, index: u16) -> Option<SlotId> {
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

/// Whether a type stands in another one, by itself or inside of it.
pub(in crate::infer) fn says(ty: &Type, wrong: &Type) -> bool {
    let wrong = Evaluator::widen_literal(wrong);
    ty.any(&mut |part| Evaluator::widen_literal(part) == wrong)
}

/// The same, but not as what a dict is asked by.
pub(in crate::infer) fn holds(ty: &Type, wrong: &Type) -> bool {
    let is_wrong = || *ty == Evaluator::widen_literal(wrong);
    match ty {
        Type::Instance(class, args) if Evaluator::is_dict(*class) && args.len() == 2 => {
            is_wrong() || holds(&args[1], wrong)
        }
        Type::Instance(_, args) | Type::Tuple(args) | Type::Union(args) => {
            is_wrong() || args.iter().any(|part| holds(part, wrong))
        }
        _ => says(ty, wrong),
    }
}
