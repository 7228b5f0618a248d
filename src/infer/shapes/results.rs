//! Tuples that functions return, as `NamedTuple` classes.
//!
//! The class is offered beside the annotation as a tuple: it is one, but it shows in `repr` and pickles, and where a
//! program compares types.
//!
//! | seen | result |
//! |---|---|
//! | every `return` gives a display of three items or more, or `None` | a class, if its fields have names |
//! | the same with two items that somebody picks by number, or of several functions alike | the same |
//! | two items that are only unpacked | nothing: the names stand there already |
//! | something else is returned besides | nothing: that would stay a plain tuple |
//! | its own parameters, and nobody takes it apart | nothing: arguments for another function |
//! | callers unpack it into variables, or the displays hold variables | the fields are called so |
//! | a field without a name that says something, or two of one name | nothing |
//! | a method that overrides another, or a decorator decides what becomes of the result | nothing |
//! | a function inside a function | nothing: what it returns stays there |
//! | the tuple has an alias, or holds what else is defined | nothing here: the alias can be made a class |
//!
//! Who calls a function is told by names alone: only what it is called here depends on it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::describe::list;
use super::displays::{items_of, returned};
use super::names::{Hint, candidates as class_names};
use super::stems::{is_generic, noun};
use super::trim;
use super::words::words;
use crate::facts::{ClassId, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::infer::solve::Families;
use crate::infer::{Confidence, Evidence, EvidenceKind, Field, Home, Shape, ShapeKind, Solved};
use crate::project::{Module, Origin, Project, SlotKind};
use crate::text::{Name, TextRange, camel};
use crate::types::{ModuleId, SlotId, Type};

/// Longer tuples are rows.
const LONGEST: usize = 8;
/// Short names that say what they are all the same.
const SHORT: [&str; 14] = ["x", "y", "z", "w", "h", "dx", "dy", "r", "g", "b", "id", "left", "right", "rest"];
/// Names that tuples have methods of.
const METHODS: [&str; 2] = ["count", "index"];
/// Decorators that hand on what the function returns.
const PLAIN: [&str; 6] = ["staticmethod", "classmethod", "property", "lru_cache", "cache", "cached_property"];

/// A place in a file.
type Place = (ModuleId, TextRange);

/// A function that returns tuples of one length.
struct Candidate<'p> {
    slot: SlotId,
    module: &'p Module,
    function: FunctionId,
    items: Vec<Type>,
    displays: Vec<ExprId>,
    confidence: Confidence,
    is_property: bool,
    unpacked: Vec<(Place, Vec<Option<Name>>)>,
    picked: Vec<Place>,
}

/// The classes that could be made.
pub(in crate::infer) fn offer(project: &Project, families: &Families, slots: &[Result<Solved, String>]) -> Vec<Shape> {
    let candidate = |(number, conclusion): (usize, &Result<Solved, String>)| {
        let (slot, solved) = (SlotId(number as u32), conclusion.as_ref().ok()?);
        let info = project.slots().info(slot);
        let SlotKind::Return(function) = info.kind else { return None };
        let module = project.module(info.module).filter(|module| module.origin == Origin::Project)?;
        let is_alone = families.overrides(slot).is_empty() && families.overridden(slot).is_none();
        if is_alone { Candidate::of(module, slot, function, solved) } else { None }
    };
    let mut found: Vec<Candidate> = slots.par_iter().enumerate().filter_map(candidate).collect();
    if found.is_empty() {
        return Vec::new();
    }
    Callers::of(project, &found).visit(project, &mut found);
    let mut groups: BTreeMap<(ModuleId, Vec<Name>, Vec<Type>), Vec<Candidate>> = BTreeMap::new();
    for candidate in found {
        if let Some(names) = candidate.names() {
            groups.entry((candidate.module.id, names, candidate.items.clone())).or_default().push(candidate);
        }
    }
    groups
        .into_iter()
        .filter(|(_, group)| {
            let is_picked = group.iter().any(|candidate| !candidate.picked.is_empty());
            group[0].items.len() > 2 || group.len() > 1 || is_picked
        })
        .map(|((module, names, items), group)| class(module, &names, items, &group))
        .collect()
}

fn class(module: ModuleId, names: &[Name], items: Vec<Type>, group: &[Candidate]) -> Shape {
    let functions: Vec<String> = group.iter().map(|candidate| format!("`{}`", candidate.qualname())).collect();
    let fields: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let hints: Vec<Hint> = group.iter().map(Candidate::hint).collect();
    // What several functions have in common is what their names say together.
    let own = group.first().filter(|_| group.len() == 1).map(Candidate::class_name);
    let unpacked: usize = group.iter().map(|candidate| candidate.unpacked.len()).sum();
    let mut evidence = Vec::new();
    for candidate in group {
        let seen = |kind, (module, range): Place| Evidence { kind, module, range, ty: None };
        evidence.extend(candidate.places().map(|place| seen(EvidenceKind::Return, place)));
        evidence.extend(candidate.unpacked.iter().map(|(place, _)| seen(EvidenceKind::Use, *place)));
        evidence.extend(candidate.picked.iter().map(|place| seen(EvidenceKind::Use, *place)));
    }
    let verb = if group.len() == 1 { "returns" } else { "return" };
    let so_called = if unpacked > 0 { "which is how callers unpack it" } else { "under these names" };
    Shape {
        names: own.into_iter().chain(class_names(&hints, names)).collect(),
        kind: ShapeKind::NamedTuple {
            fields: names.iter().zip(items).map(|(&name, ty)| Field { name, ty, required: true }).collect(),
            defaults: Vec::new(),
            replaces: None,
            sources: Vec::new(),
            displays: group.iter().flat_map(Candidate::places).collect(),
        },
        home: Home { module, before: group.iter().map(Candidate::start).min().unwrap_or(0) },
        slots: group.iter().map(|candidate| candidate.slot).collect(),
        locals: Vec::new(),
        confidence: group.iter().map(|candidate| candidate.confidence).min().unwrap_or(Confidence::Low),
        reason: format!("{} {verb} {}, {so_called}.", list(&functions), list(&fields)),
        evidence: trim(evidence),
    }
}

impl<'p> Candidate<'p> {
    fn of(module: &'p Module, slot: SlotId, function: FunctionId, solved: &Solved) -> Option<Self> {
        let facts = &*module.facts;
        let view = facts.function(function);
        // The interpreter asks for `__reduce__` and its like.
        let is_local = view.parent.is_some();
        // A slot belongs to the first definition that its type mentions.
        if solved.ty.any(&mut |part| matches!(part, Type::Shape(_))) {
            return None;
        }
        if view.is_lambda || is_local || view.is_generator || view.name.as_str().starts_with("__") {
            return None;
        }
        let decorators: Vec<&str> = facts
            .list(view.decorators)
            .iter()
            .map(|&decorator| {
                let called = match facts.expr(decorator).kind {
                    ExprKind::Call(function, _) => function,
                    _ => decorator,
                };
                variable(facts, called).map_or("", |name| name.as_str())
            })
            .collect();
        let mut tuple = None;
        for member in solved.ty.members() {
            match member {
                Type::Tuple(items) if tuple.is_none() => tuple = Some(items),
                Type::None => {}
                _ => return None,
            }
        }
        let items = tuple?;
        let says_something = items.iter().any(|item| *item != Type::Any);
        if !(2..=LONGEST).contains(&items.len()) || !says_something || decorators.iter().any(|it| !PLAIN.contains(it)) {
            return None;
        }
        let values = returned(facts, function);
        let (displays, others): (Vec<ExprId>, Vec<ExprId>) = values
            .into_iter()
            .partition(|&value| items_of(facts, value).is_some_and(|found| found.len() == items.len()));
        let is_whole = others.iter().all(|&other| matches!(facts.expr(other).kind, ExprKind::None));
        (is_whole && !displays.is_empty()).then(|| Self {
            slot,
            module,
            function,
            items: items.to_vec(),
            displays,
            confidence: solved.confidence,
            is_property: decorators.iter().any(|name| name.ends_with("property")),
            unpacked: Vec::new(),
            picked: Vec::new(),
        })
    }

    fn facts(&self) -> &'p FileFacts {
        &self.module.facts
    }

    fn class(&self) -> Option<ClassId> {
        self.facts().function(self.function).class
    }

    fn qualname(&self) -> Name {
        self.facts().function(self.function).qualname
    }

    fn start(&self) -> u32 {
        self.facts().function(self.function).range.start
    }

    fn hint(&self) -> Hint {
        let facts = self.facts();
        Hint::Returned(facts.function(self.function).name, self.class().map(|class| facts.class(class).name))
    }

    /// What the function is about: `Bounds` of `get_bounds`, but `ParseResult` of `parse`.
    fn class_name(&self) -> Name {
        let function = self.facts().function(self.function).name;
        let noun = noun(function);
        Name::new(&if noun.is_empty() { format!("{}Result", camel(words(function.as_str()))) } else { camel(noun) })
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        self.displays.iter().map(|&display| (self.module.id, self.facts().expr(display).range))
    }

    /// Whether a display holds as many of the function's own parameters as of other things: a caller has those already.
    fn hands_on_arguments(&self) -> bool {
        let facts = self.facts();
        let params = &facts.function(self.function).params;
        let is_param = |item: &&ExprId| matches!(facts.expr(**item).kind, ExprKind::Name(name, _) if params.iter().any(|param| param.name == name));
        self.displays.iter().any(|&display| {
            let items = items_of(facts, display).unwrap_or_default();
            2 * items.iter().filter(is_param).count() >= items.len()
        })
    }

    /// The names of the fields: those of the place that names most of them, callers before displays; what it leaves
    /// open as other places have it.
    fn names(&self) -> Option<Vec<Name>> {
        let facts = self.facts();
        if self.unpacked.is_empty() && self.picked.is_empty() && self.hands_on_arguments() {
            return None;
        }
        let display = |&display: &ExprId| {
            let items = items_of(facts, display).unwrap_or_default();
            items.iter().map(|&item| variable(facts, item)).collect()
        };
        let mut places: Vec<Vec<Option<Name>>> = self.unpacked.iter().map(|(_, names)| names.clone()).collect();
        places.extend(self.displays.iter().map(display));
        for names in &mut places {
            for name in names.iter_mut() {
                *name = name.and_then(field_name);
            }
        }
        places.sort_by_key(|names| names.iter().filter(|name| name.is_none()).count());
        let mut fields: Vec<Option<Name>> = vec![None; self.items.len()];
        for names in places {
            for (number, name) in names.into_iter().enumerate().take(fields.len()) {
                if fields[number].is_none() && !fields.contains(&name) {
                    fields[number] = name;
                }
            }
        }
        fields.into_iter().collect()
    }
}

/// The name of a field after a variable; none where the variable's says nothing, or a tuple has a method of that name.
/// A constant is called after its value.
fn field_name(variable: Name) -> Option<Name> {
    let text = variable.as_str().trim_matches('_');
    let is_constant = text.len() > 1 && !text.contains(char::is_lowercase);
    let is_telling = SHORT.contains(&text) || !(is_generic(text) || is_constant);
    (is_telling && !METHODS.contains(&text)).then(|| Name::new(text))
}

fn variable(facts: &FileFacts, expr: ExprId) -> Option<Name> {
    match facts.expr(expr).kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    }
}

/// Which candidate a name in the program means.
struct Callers {
    candidates: FxHashMap<Name, Vec<usize>>,
    /// How many functions of the repository have a name that a candidate has.
    namesakes: FxHashMap<Name, usize>,
}

impl Callers {
    fn of(project: &Project, found: &[Candidate]) -> Self {
        let mut callers = Self { candidates: FxHashMap::default(), namesakes: FxHashMap::default() };
        for (number, candidate) in found.iter().enumerate() {
            let name = candidate.facts().function(candidate.function).name;
            callers.candidates.entry(name).or_default().push(number);
            callers.namesakes.insert(name, 0);
        }
        for function in project.repository().flat_map(|module| &module.facts.functions) {
            callers.namesakes.entry(function.name).and_modify(|count| *count += 1);
        }
        callers
    }

    /// Notes where the results of candidates are taken apart.
    fn visit(&self, project: &Project, found: &mut [Candidate]) {
        let modules: Vec<&Module> = project.repository().collect();
        let taken: Vec<Vec<Taken>> = modules.par_iter().map(|module| self.taken_in(module, found)).collect();
        for (module, taken) in modules.into_iter().zip(taken) {
            for Taken { candidate, range, names } in taken {
                let (candidate, place) = (&mut found[candidate], (module.id, range));
                match names {
                    Some(names) => candidate.unpacked.push((place, names)),
                    None => candidate.picked.push(place),
                }
            }
        }
    }

    /// Where a module takes the results of candidates apart.
    fn taken_in(&self, module: &Module, found: &[Candidate]) -> Vec<Taken> {
        let facts = &*module.facts;
        let mut taken = Vec::new();
        let mut holders = Holders::default();
        for stmt in &facts.stmts {
            let StmtKind::Assign(targets, value, _) = stmt.kind else { continue };
            let place = stmt.range.start;
            let held = || variable_of(facts, value, place, &holders);
            let Some(candidate) = self.candidate(module, found, value).or_else(held) else { continue };
            for &target in facts.list(targets) {
                match facts.expr(target).kind {
                    ExprKind::Tuple(_) => {
                        let Some(items) = items_of(facts, target) else { continue };
                        if items.len() == found[candidate].items.len() {
                            let names = items.iter().map(|&item| variable(facts, item)).collect();
                            taken.push(Taken { candidate, range: stmt.range, names: Some(names) });
                        }
                    }
                    ExprKind::Name(name, _) => drop(holders.insert((facts.function_at(place), name), candidate)),
                    _ => {}
                }
            }
        }
        for expr in &facts.exprs {
            let ExprKind::Subscript(value, index) = expr.kind else { continue };
            if !matches!(facts.expr(index).kind, ExprKind::Int(_)) {
                continue;
            }
            let held = || variable_of(facts, value, expr.range.start, &holders);
            if let Some(candidate) = self.candidate(module, found, value).or_else(held) {
                taken.push(Taken { candidate, range: expr.range, names: None });
            }
        }
        taken
    }

    /// The candidate whose result an expression is.
    fn candidate(&self, module: &Module, found: &[Candidate], value: ExprId) -> Option<usize> {
        let facts = &*module.facts;
        let (callee, is_call) = match facts.expr(value).kind {
            ExprKind::Call(callee, _) => (callee, true),
            ExprKind::Await(inner) => return self.candidate(module, found, inner),
            ExprKind::Attribute(..) => (value, false),
            _ => return None,
        };
        let name = variable(facts, callee)?;
        let numbers = self.candidates.get(&name)?;
        let is_one = |number: &usize| found[*number].is_property != is_call;
        let class = match facts.expr(callee).kind {
            ExprKind::Attribute(object, _) => {
                let is_own = variable(facts, object).is_some_and(|name| name.is("self") || name.is("cls"));
                let function = facts.function_at(facts.expr(value).range.start).filter(|_| is_own);
                Some(function.and_then(|function| facts.function(function).class))
            }
            _ => None,
        };
        let is_near = |number: &&usize| {
            let candidate = &found[**number];
            let is_same = match class {
                Some(class) => class.is_some() && candidate.class() == class,
                None => candidate.class().is_none(),
            };
            candidate.module.id == module.id && is_same
        };
        let near = numbers.iter().find(is_near);
        let only = || numbers.first().filter(|_| self.namesakes.get(&name) == Some(&1));
        near.or_else(only).copied().filter(is_one)
    }
}

/// A place where the result of a candidate is taken apart.
struct Taken {
    /// The number of the candidate.
    candidate: usize,
    range: TextRange,
    /// The variables into which it is unpacked; none where an item is picked.
    names: Option<Vec<Option<Name>>>,
}

/// The candidate whose result the variables of functions hold.
type Holders = FxHashMap<(Option<FunctionId>, Name), usize>;

/// The candidate whose result a variable holds.
fn variable_of(facts: &FileFacts, value: ExprId, place: u32, holders: &Holders) -> Option<usize> {
    let name = variable(facts, value).filter(|_| !holders.is_empty())?;
    holders.get(&(facts.function_at(place), name)).copied()
}
