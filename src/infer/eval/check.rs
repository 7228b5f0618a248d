//! The last look: with all conclusions taken as written, does any of them contradict the program?
//!
//! A checker will read the hints as we do here. Whatever it would find wrong at a use, a call site, a default or a
//! `return` is a reason to leave the hint out. Only what is certain counts: an open type contradicts nothing.

use crate::facts::{
    BinaryOp, Block, CompareOp, ExprId, ExprKind, FileFacts, FunctionId, Place, ScopeKind, StmtKind, SymbolKind,
};
use crate::infer::read_back::{Blame, Clash, Fault};
use crate::infer::{Evidence, EvidenceKind, Field, Overrun, ShapeKind, UseKind};
use crate::project::{ClassKind, Origin, Project, SlotKind, static_truth};
use crate::text::{Name, TextRange};
use crate::types::{ClassName, FunctionRef, Literal, ShapeId, SlotId, Type, known, union};

use super::Evaluator;
use super::arguments::Matched;
use super::assignable::{defines, has_member, has_metaclass};
use super::names::NAMES;
use super::options::unpacked;
use super::sources::Blamed;

impl Evaluator<'_> {
    /// Checks a use of an expression against the type that it is concluded to have.
    pub(super) fn check_use(&mut self, expr: ExprId, seen: &Type, kind: &UseKind) {
        if !self.is_checking() || matches!(kind, UseKind::Operand(..)) {
            return;
        }
        if let UseKind::HasKey(key) | UseKind::SetKey(key, _) | UseKind::DefaultKey(key, _) = kind {
            self.asked_keys.insert(*key);
        }
        match kind {
            UseKind::Passed(wanted) => self.check_display(seen, wanted),
            UseKind::SetKey(key, value) => self.check_key(seen, *key, value),
            _ => {}
        }
        if let UseKind::IsInstance(classes) = kind {
            self.check_element(expr, seen, classes);
        }
        let wrong: Vec<&Type> = seen.members().iter().filter(|member| !self.supports(member, kind)).collect();
        for wrong in wrong {
            if let (Type::Function(function, bound), UseKind::Passed(wanted)) = (wrong, kind)
                && self.check_callback(*function, bound.is_some(), wanted)
            {
                continue;
            }
            let why = format!("it would be {}, but {}", shown(wrong), asked(kind));
            match (self.callee, kind) {
                (Some(callee), UseKind::Passed(_)) => self.blame_argument(expr, callee, wrong, &why),
                _ => drop(self.blame(expr, wrong, &why)),
            }
        }
        if let UseKind::Passed(wanted) = kind {
            self.check_held(expr, seen, wanted);
        }
    }

    /// Checks what an element of a parameter is asked to be: who asks for a list among numbers is given some.
    fn check_element(&mut self, expr: ExprId, seen: &Type, classes: &[Type]) {
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(expr).kind else { return };
        let Some(&slot) = self.scopes.last().and_then(|&scope| self.elements.get(&(scope, index))) else { return };
        if self.state.assumed[slot.0 as usize].is_none() || classes.is_empty() {
            return;
        }
        let is_related =
            |one: &Type, other: &Type| is_open(one) || self.accepts(one, other) || self.accepts(other, one);
        if !seen.members().iter().any(|member| classes.iter().any(|class| is_related(member, class))) {
            let why = format!("it would hold {}, but is asked for {}", shown(seen), shown(&union(classes.to_vec())));
            self.out.clashes.push(Clash::of(Blame::Slot(slot), seen, why));
        }
    }

    /// Checks what a container that was made before holds against what is wanted of it: as others may put something
    /// into it, that must be the same.
    fn check_held(&mut self, expr: ExprId, seen: &Type, wanted: &Type) {
        let Some(held) = self.made_before(expr, seen) else { return };
        for member in held.members() {
            let Type::Instance(class, args) = member else { continue };
            let is_mutable = [&known::LIST, &known::SET, &known::DICT].iter().any(|known| known.class() == *class);
            let is_same = |wanted: &Type| match wanted {
                Type::Instance(other, wanted) if other == class => {
                    args.iter().zip(wanted.iter()).all(|(one, other)| self.is_same(one, other))
                }
                other => self.accepts(member, other),
            };
            if is_mutable && !wanted.members().iter().any(is_same) {
                let why = format!("it would be {}, but {} is wanted", shown(member), shown(wanted));
                if !self.blame(expr, member, &why)
                    && let Some(callee) = self.callee
                {
                    for owner in self.silent_expr(callee).members() {
                        self.blame(callee, owner, &why);
                    }
                }
            }
        }
    }

    /// The type of an expression to a checker where it is no new value, of which it would tell the type from where it
    /// goes: that of a hint, or of the display that a variable holds.
    fn made_before(&mut self, expr: ExprId, seen: &Type) -> Option<Type> {
        // The result of a library's generic function takes its arguments from where it goes.
        let is_generic = match self.facts.expr(expr).kind {
            ExprKind::Call(function, _) => self.silent_expr(function).members().iter().any(|callee| match callee {
                Type::Function(function, _) => {
                    self.project.module(function.module).is_none_or(|module| !module.origin.is_repository())
                }
                _ => true,
            }),
            _ => false,
        };
        if !is_generic && self.is_declared(expr) {
            return Some(seen.clone());
        }
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(expr).kind else { return None };
        let [value] = *self.sources.get(&(*self.scopes.last()?, index))?.as_slice() else { return None };
        let is_filled = matches!(self.facts.expr(value).kind, ExprKind::List(items) if !items.is_empty());
        let widen = |part: &Type| matches!(part, Type::Literal(_)).then(|| Self::widen_literal(part));
        is_filled.then(|| self.silent_expr(value).map(&mut { widen }))
    }

    /// Whether two types are the same to a checker, as far as they are known.
    fn is_same(&self, one: &Type, other: &Type) -> bool {
        let fits = |from: &Type, to: &Type| from.members().iter().all(|part| is_open(part) || self.accepts(part, to));
        fits(one, other) && fits(other, one)
    }

    /// Blames the hints that an argument comes from, or else those by which a checker knows what is called.
    fn blame_argument(&mut self, argument: ExprId, callee: ExprId, wrong: &Type, why: &str) {
        let beside: Vec<SlotId> = self.sources_of(callee).into_iter().filter_map(Blame::slot).collect();
        let is_told = |ty: &Type| !matches!(ty, Type::Instance(_, args) if !args.is_empty());
        if !self.blame_or(argument, wrong, why, &beside) && is_told(wrong) {
            let owner = self.silent_expr(callee);
            // What else is put into a container without a hint a checker does not see.
            let is_declared = self.is_declared(callee);
            for member in owner.members().iter().filter(|member| is_declared || is_told(member)) {
                let why = format!("what is known of it is {}, which does not take {}", shown(member), shown(wrong));
                self.blame(callee, member, &why);
            }
        }
    }

    /// Whether a hint says what an expression is, and not only what it is made from.
    fn is_declared(&mut self, expr: ExprId) -> bool {
        let is_place = match self.facts.expr(expr).kind {
            ExprKind::Name(_, Place::Local { up, index }) => self.parameter_at(up, index).is_some(),
            ExprKind::Attribute(..) | ExprKind::Call(..) => true,
            _ => false,
        };
        let is_hinted = |slot: SlotId| self.state.assumed[slot.0 as usize].is_some();
        is_place && self.sources_of(expr).into_iter().all(|blame| blame.slot().is_none_or(is_hinted))
    }

    /// Blames the hint of a function that cannot be called as the one it is passed to calls it. Returns whether there
    /// is one.
    fn check_callback(&mut self, function: FunctionRef, is_bound: bool, wanted: &Type) -> bool {
        let callables = wanted.members().iter().filter_map(|member| match member {
            Type::Callable(callable) => Some(callable),
            _ => None,
        });
        let clashes: Vec<(SlotId, Type)> =
            callables.filter_map(|wanted| self.clash_as_callback(function, is_bound, wanted)).collect();
        let is_at_fault = !clashes.is_empty();
        for (slot, wrong) in clashes {
            let why = format!("who calls the function expects or passes {}", shown(&wrong));
            self.out.clashes.push(Clash::of(Blame::Slot(slot), &wrong, why));
        }
        is_at_fault
    }

    /// Blames the hints that a wrong type comes from. Returns whether there are any.
    fn blame(&mut self, expr: ExprId, wrong: &Type, why: &str) -> bool {
        self.blame_or(expr, wrong, why, &[])
    }

    /// The same; `beside` are the slots to blame where it turns out that nobody is.
    fn blame_or(&mut self, expr: ExprId, wrong: &Type, why: &str, beside: &[SlotId]) -> bool {
        let Blamed { first, mut instead, owners, readers } = self.blamed(expr, wrong);
        instead.extend(beside);
        let is_someone = !first.is_empty();
        for blame in first {
            let instead = instead.clone();
            let is_value = blame.slot().is_none_or(|slot| !owners.contains(&slot));
            let readers = if blame.slot().is_none() { readers.clone() } else { Vec::new() };
            self.out.clashes.push(Clash { instead, readers, is_value, ..Clash::of(blame, wrong, why.to_owned()) });
        }
        is_someone
    }

    /// Checks what flows into a slot against what was concluded for it.
    pub(super) fn check_bound(&mut self, slot: SlotId, ty: &Type) {
        if !self.is_checking() {
            return;
        }
        self.out.weighed.insert(slot);
        let Some(wanted) = self.state.assumed.get(slot.0 as usize).and_then(Option::as_ref) else { return };
        if unpacked(wanted).is_some() {
            return;
        }
        let info = self.project.slots().info(slot);
        if let SlotKind::Return(FunctionId(function)) = info.kind {
            let function = self.project.function(FunctionRef { module: info.module, function });
            if function.is_some_and(|(_, function)| function.is_generator) {
                // What it returns and yields is inside of what was concluded.
                let takes_generator = |member: &Type| match member {
                    Type::Instance(class, _) => {
                        let made = [known::GENERATOR.class(), known::ASYNC_GENERATOR.class()];
                        made.iter().any(|&made| self.project.is_subclass(made, *class))
                    }
                    Type::Any => true,
                    _ => false,
                };
                if !wanted.members().iter().any(takes_generator) {
                    let why = format!("it would be {}, but it is a generator", shown(wanted));
                    self.out.clashes.push(Clash::of(Blame::Slot(slot), ty, why));
                }
                return;
            }
        }
        let wanted = self.without_aliases(wanted);
        self.check_display(ty, &wanted);
        if let Some(wrong) = ty.members().iter().find(|member| !self.accepts(member, &wanted)) {
            let why = match info.kind {
                SlotKind::Return(_) => format!("one `return` gives {}", shown(wrong)),
                SlotKind::Param(..) => format!("one caller passes {}", shown(wrong)),
                _ => format!("{} is assigned to it", shown(wrong)),
            };
            let is_missing_none =
                *wrong == Type::None && ty.members().iter().all(|m| *m == Type::None || self.accepts(m, &wanted));
            let why = format!("it would be {}, but {why}", shown(&wanted));
            self.out.clashes.push(Clash { is_missing_none, ..Clash::of(Blame::Slot(slot), wrong, why) });
        }
    }

    /// Checks a result that is a copy of something unknown: what was put in afterwards does not tell what it holds.
    pub(super) fn check_copy(&mut self, slot: SlotId, value: ExprId) {
        let Some(known) = self.state.assumed[slot.0 as usize].as_ref().filter(|_| self.is_checking()) else { return };
        let promises = known.members().iter().any(|member| match member {
            Type::Instance(class, args) if Self::is_dict(*class) => args.get(1).is_some_and(|value| !is_open(value)),
            _ => false,
        });
        if promises && self.is_copy_of_unknown(value) {
            let why = format!("it would be {}, but copies what is not known", shown(known));
            self.out.clashes.push(Clash::of(Blame::Slot(slot), known, why));
        }
    }

    /// Whether a variable holds `dict(other)`, where nothing is known of the other one.
    fn is_copy_of_unknown(&mut self, variable: ExprId) -> bool {
        let facts = self.facts;
        let ExprKind::Name(_, Place::Local { up: 0, index }) = facts.expr(variable).kind else { return false };
        let held = self.scopes.last().and_then(|&scope| self.sources.get(&(scope, index))).cloned();
        held.unwrap_or_default().into_iter().any(|value| {
            let ExprKind::Call(function, arguments) = facts.expr(value).kind else { return false };
            let is_dict = matches!(facts.expr(function).kind, ExprKind::Name(name, _) if name.is("dict"));
            match facts.arguments(arguments) {
                [copied] if is_dict => self.silent_expr(copied.value).members().iter().all(is_open),
                _ => false,
            }
        })
    }

    /// Checks the values of a display against the types of the keys of the record that is wanted in its place.
    fn check_display(&mut self, ty: &Type, wanted: &Type) {
        let [id] = wanted.shapes()[..] else { return };
        let Some(ShapeKind::TypedDict { fields, .. }) = self.state.shapes.get(id.0 as usize).map(|shape| &shape.kind)
        else {
            return;
        };
        if !wanted.members().contains(&Type::Shape(id)) {
            return;
        }
        for member in ty.members() {
            let Type::Record(site) = member else { continue };
            self.out.site_reads.insert(*site);
            let Some(held) = self.state.sites.get(site) else { continue };
            for (name, value) in &held.content.fields {
                if let Some(field) = fields.iter().find(|field| field.name == *name) {
                    self.check_field(id, field, value, "a display gives it");
                }
            }
        }
    }

    /// Checks what is put under a key of a record against the type of the key.
    fn check_field(&mut self, id: ShapeId, field: &Field, value: &Type, how: &str) {
        self.check_display(value, &field.ty);
        let refused: Vec<&Type> = value.members().iter().filter(|value| !self.accepts(value, &field.ty)).collect();
        let is_mixture = refused.len() < value.members().len();
        for wrong in refused {
            let fault = if is_mixture && *wrong != Type::None { Fault::Doubt } else { Fault::Lack };
            let why = format!("`{}` would be {}, but {how} {}", field.name, shown(&field.ty), shown(wrong));
            let clash = Clash::of(Blame::Field(id, field.name), wrong, why);
            self.out.clashes.push(Clash { fault, ..clash });
        }
    }

    /// Checks what is stored under a constant key against the type that a record has there.
    pub(super) fn check_key(&mut self, held: &Type, key: Name, value: &Type) {
        for id in held.members().iter().filter_map(|member| match member {
            Type::Shape(id) => Some(*id),
            _ => None,
        }) {
            if let Some(ShapeKind::TypedDict { fields, .. }) =
                self.state.shapes.get(id.0 as usize).map(|shape| &shape.kind)
                && let Some(field) = fields.iter().find(|field| field.name == key)
            {
                self.check_field(id, field, value, "it is given");
            }
        }
    }

    /// Checks what is assigned to an attribute from outside its class: a checker tells the type of an attribute without
    /// a hint from the class alone. Where the class is only known by a hint, the class must declare the attribute.
    pub(super) fn check_outside(&mut self, owner: ExprId, slot: SlotId, (value, ty): (ExprId, &Type)) {
        if !self.is_checking() || self.state.assumed[slot.0 as usize].is_some() || self.is_own_object(owner) {
            return;
        }
        self.out.weighed.insert(slot);
        let Some(own) = self.state.own.get(&slot) else { return };
        // What is assigned to a property goes to its setter.
        let is_descriptor = |member: &Type| {
            let info = member.class().and_then(|class| self.project.class(class));
            info.is_some_and(|info| self.project.member(info, NAMES.set_descriptor, 0).is_some())
        };
        if own.members().iter().any(is_descriptor) {
            return;
        }
        let Some(wrong) = ty.members().iter().find(|member| !self.accepts(member, own)) else { return };
        let evidence = Evidence {
            kind: EvidenceKind::Assignment,
            module: self.module.id,
            range: self.facts.expr(value).range,
            ty: Some(ty.clone()),
        };
        let why = format!("it would be {}, but {} is assigned to it from outside", shown(own), shown(wrong));
        let clash = Clash::of(Blame::Slot(slot), wrong, why);
        let instead = self.sources_of(owner).into_iter().filter_map(Blame::slot).collect();
        self.out.clashes.push(Clash { outside: Some(evidence), instead, ..clash });
    }

    /// Whether an expression is the object that a method is called on.
    fn is_own_object(&self, expr: ExprId) -> bool {
        let ExprKind::Name(_, Place::Local { up, index: 0 }) = self.facts.expr(expr).kind else { return false };
        let Ok(frame) = self.frame_of(up) else { return false };
        let ScopeKind::Function(function) = self.facts.scope(self.scopes[frame]).kind else { return false };
        self.facts.function(function).class.is_some()
    }

    /// Checks an argument for a parameter without a hint: pyright takes the class of its default for its type.
    pub(super) fn check_against_default(&mut self, function: FunctionRef, slot: SlotId, given: &Matched) {
        if !self.is_checking() || self.state.assumed[slot.0 as usize].is_some() {
            return;
        }
        let (Some(expr), Some((module, definition))) = (given.expr, self.project.function(function)) else { return };
        let default = definition.params.get(given.param).and_then(|param| param.default);
        let class = match default.map(|default| module.facts.expr(default).kind) {
            Some(ExprKind::Int(_)) => &known::INT,
            Some(ExprKind::Float) => &known::FLOAT,
            Some(ExprKind::Str(_)) => &known::STR,
            Some(ExprKind::Bool(_)) => &known::BOOL,
            _ => return,
        };
        self.check_use(expr, &given.ty, &UseKind::Passed(class.instance()));
    }

    /// Checks what is assigned to a parameter in the body: a checker holds it against the annotation.
    pub(super) fn check_rebinding(&mut self, frame: usize, index: u16, ty: &Type) {
        if !self.is_checking() {
            return;
        }
        let Some((slot, wanted)) = self.assumed_param(frame, index) else { return };
        let wanted = self.without_aliases(wanted);
        if let Some(wrong) = ty.members().iter().find(|member| !self.accepts(member, &wanted)) {
            let why = format!("it would be {}, but the body gives it {}", shown(&wanted), shown(wrong));
            self.out.clashes.push(Clash::of(Blame::Slot(slot), wrong, why));
        }
    }

    /// The parameter that a local variable is, with its hint.
    pub(super) fn assumed_param(&self, frame: usize, index: u16) -> Option<(SlotId, &Type)> {
        let scope = self.facts.scope(self.scopes[frame]);
        let ScopeKind::Function(function) = scope.kind else { return None };
        scope.symbols.get(usize::from(index)).filter(|symbol| symbol.kind == SymbolKind::Parameter)?;
        let slot = self.slot(SlotKind::Param(function, index))?;
        Some((slot, self.state.assumed.get(slot.0 as usize)?.as_ref()?))
    }

    /// Checks that a function whose hint says that it returns something does so on every path, and by a value: mypy asks
    /// for that even where the hint has `None` in it.
    pub(super) fn check_return(&mut self, slot: SlotId, what: &str) {
        if let Some(wanted) = self.value_wanted(slot) {
            let why = format!("it would be {}, but {what}", shown(wanted));
            self.out.clashes.push(Clash { is_alone: true, ..Clash::of(Blame::Slot(slot), &Type::None, why) });
        }
    }

    /// Checks a value that is returned against what the author says that the function returns.
    pub(super) fn check_declared_return(&mut self, function: FunctionRef, value: ExprId, ty: &Type) {
        let project = self.project;
        if self.is_checking()
            && project.function(function).is_some_and(|(_, function)| !function.is_generator)
            && let Some(declared) = project.signature(function).and_then(|signature| signature.result.clone())
        {
            self.check_use(value, ty, &UseKind::Passed(declared));
        }
    }

    /// What the hint of a function says that it returns, where that is some value; none while nothing is checked.
    pub(super) fn value_wanted(&self, slot: SlotId) -> Option<&Type> {
        let wanted = self.state.assumed.get(slot.0 as usize)?.as_ref().filter(|_| self.is_checking())?;
        (!matches!(wanted, Type::None | Type::Any | Type::Unknown)).then_some(wanted)
    }

    /// Whether a checker thinks that the end of a block is reached.
    ///
    /// It knows of a call that it does not return from its hint alone.
    pub(super) fn reaches_end(&mut self, block: Block) -> bool {
        let facts = self.facts;
        facts.block(block).all(|stmt| match stmt.kind {
            StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break | StmtKind::Continue => false,
            StmtKind::Expr(value) => !self.never_returns(value),
            StmtKind::Assert(test, _) => static_truth(facts, test, self.project.target) != Some(false),
            StmtKind::If(test, then, otherwise) => match static_truth(facts, test, self.project.target) {
                Some(true) => self.reaches_end(then),
                Some(false) => self.reaches_end(otherwise),
                None => self.reaches_end(then) || self.reaches_end(otherwise),
            },
            StmtKind::While(test, body, _) => {
                let is_endless = static_truth(facts, test, self.project.target) == Some(true)
                    || matches!(facts.expr(test).kind, ExprKind::Int(Some(number)) if number != 0);
                !is_endless || breaks(facts, body)
            }
            StmtKind::With(items, body, is_async) => {
                self.reaches_end(body)
                    || items.of(&facts.with_items).iter().any(|item| {
                        let manager = self.silent_expr(item.context);
                        self.swallows_exceptions(&manager, is_async)
                    })
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                let handled = || handlers.of(&facts.handlers).iter().map(|handler| handler.body);
                (finally.is_empty() || self.reaches_end(finally))
                    && (self.reaches_end(body) && self.reaches_end(otherwise)
                        || handled().any(|body| self.reaches_end(body)))
            }
            // Whether the cases of a `match` take every value is not told here.
            StmtKind::Match(..) => self.env.is_reachable,
            _ => true,
        })
    }

    /// Whether a checker knows that evaluating an expression does not end.
    fn never_returns(&mut self, expr: ExprId) -> bool {
        let ExprKind::Call(function, _) = self.facts.expr(expr).kind else { return false };
        if self.silent_expr(expr) != Type::Never {
            return false;
        }
        let callee = self.silent_expr(function);
        callee.members().iter().all(|callee| match callee {
            Type::Function(function, _) => {
                let result = SlotKind::Return(FunctionId(function.function));
                let slot = self.project.slots().find(function.module, result);
                self.is_annotated(*function) || slot.is_none_or(|slot| self.state.assumed[slot.0 as usize].is_some())
            }
            _ => true,
        })
    }

    fn is_annotated(&self, function: FunctionRef) -> bool {
        self.project.function(function).is_some_and(|(_, function)| function.returns.is_some())
    }

    pub(super) fn is_checking(&self) -> bool {
        self.state.checking && self.muted == 0 && self.module.origin == Origin::Project
    }

    /// Checks the operands of an operator against each other.
    pub(super) fn check_operands(&mut self, op: BinaryOp, left: (ExprId, &Type), right: (ExprId, &Type)) {
        if !self.is_checking() {
            return;
        }
        let pairs = left.1.members().iter().flat_map(|one| right.1.members().iter().map(move |other| (one, other)));
        let Some((one, other)) = pairs.into_iter().find(|(one, other)| !self.operates(op, one, other)) else { return };
        let why = format!("an operator would be applied to {} and {}", shown(one), shown(other));
        let sides = [(left.0, one), (right.0, other)];
        // `None` is the one at fault, where there is one; else it cannot be told.
        let has_none = sides.iter().any(|(_, ty)| **ty == Type::None);
        let mut is_blamed = false;
        for (index, (expr, ty)) in sides.iter().enumerate().filter(|(_, (_, ty))| !has_none || **ty == Type::None) {
            let (other, other_type) = sides[1 - index];
            let beside = self.blamed(other, other_type).first.into_iter().filter_map(Blame::slot);
            let beside: Vec<SlotId> = if has_none { beside.collect() } else { Vec::new() };
            is_blamed |= self.blame_or(*expr, ty, &why, &beside);
        }
        if !is_blamed {
            for (expr, ty) in sides {
                self.blame(expr, ty, &why);
            }
        }
    }

    /// Checks that what is ordered has an order, `in` and orderings against `None`, of which they know nothing, and `in`
    /// against what holds nothing. Where nobody is to blame for that, it is who is known beside it: a checker is silent
    /// as long as one side may be anything.
    pub(super) fn check_comparison(&mut self, op: CompareOp, left: (ExprId, &Type), right: (ExprId, &Type)) {
        if !self.is_checking() {
            return;
        }
        let sides = match op {
            CompareOp::In | CompareOp::NotIn => vec![(right, left)],
            CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => vec![(right, left), (left, right)],
            _ => return,
        };
        let known = |ty: &Type| -> Vec<Type> { ty.members().iter().filter(|ty| **ty != Type::None).cloned().collect() };
        let (lesser, greater) = (known(left.1), known(right.1));
        let mut pairs = lesser.iter().flat_map(|one| greater.iter().map(move |other| (one, other)));
        if let (Some(one), Some(other)) = (lesser.first(), greater.first())
            && pairs.all(|(one, other)| !self.orders(op, one, other))
        {
            let why = format!("{} and {} have no order", shown(one), shown(other));
            self.blame(left.0, one, &why);
            self.blame(right.0, other, &why);
        }
        let is_membership = matches!(op, CompareOp::In | CompareOp::NotIn);
        for ((empty, empty_type), (other, other_type)) in sides {
            let known: Vec<Type> = other_type.members().iter().filter(|member| !is_open(member)).cloned().collect();
            let refuses = |member: &&Type| **member == Type::None || is_membership && self.holds_nothing(member);
            let Some(wrong) = empty_type.members().iter().find(refuses).filter(|_| !known.is_empty()) else { continue };
            let why = format!("{} would be compared with {}", shown(wrong), shown(&known[0]));
            let beside: Vec<Blamed> = known.iter().map(|ty| self.blamed(other, ty)).collect();
            let beside: Vec<SlotId> =
                beside.into_iter().flat_map(|blamed| blamed.first).filter_map(Blame::slot).collect();
            if !self.blame_or(empty, wrong, &why, &beside) {
                for ty in &known {
                    self.blame(other, ty, &why);
                }
            }
        }
    }

    /// Whether nothing can be in a value of this type, which is no union.
    fn holds_nothing(&self, ty: &Type) -> bool {
        let has = |class, name: &str| has_member(self.project, class, name.into());
        ty.class().is_some_and(|class| {
            self.project.is_fully_known(class)
                && !["__contains__", "__iter__", "__getitem__", "__getattr__"].iter().any(|name| has(class, name))
        })
    }

    /// Checks what a container is subscripted with.
    pub(super) fn check_index(&mut self, place: ExprId, container: &Type, index: ExprId, key: &Type) {
        if !self.is_checking() {
            return;
        }
        // Which member of a union is there when the key is used, we may not see.
        let wanted = match container {
            Type::Instance(class, args) if Self::is_dict(*class) && args.len() == 2 => args[0].clone(),
            Type::Instance(class, _) if *class == known::LIST.class() || *class == known::STR.class() => {
                union([known::INT.instance(), known::SLICE.instance()])
            }
            Type::Tuple(_) => union([known::INT.instance(), known::SLICE.instance()]),
            _ => return,
        };
        let outer = self.callee.replace(place);
        self.check_use(index, key, &UseKind::Passed(wanted));
        self.callee = outer;
    }

    /// Remembers an index that lies beyond the end of a tuple. What is a tuple of that length in some cases only may be
    /// told apart by means that are not seen; and who passes a tuple to a function that goes several ways may pass a
    /// longer one on the way to the index: there the conclusion is at fault.
    pub(super) fn check_arity(&mut self, value: ExprId, container: &Type, key: &Type, range: TextRange) {
        let (Type::Tuple(items), Type::Literal(Literal::Int(index))) = (container, key) else { return };
        let least = if *index < 0 { index.unsigned_abs() } else { index.unsigned_abs() + 1 };
        if !self.is_checking() || items.is_empty() || items.len() as u64 >= least {
            return;
        }
        let is_concluded = |source: Blame| {
            source.slot().is_some_and(|slot| {
                let is_param = matches!(self.project.slots().info(slot).kind, SlotKind::Param(..));
                is_param && self.state.assumed[slot.0 as usize].is_some()
            })
        };
        let is_passed = self.sources_of(value).into_iter().any(is_concluded);
        if is_passed && self.goes_several_ways() {
            let why = format!("it would be {}, but `[{index}]` is asked of it", shown(container));
            self.blame(value, container, &why);
        } else {
            let (module, function) = (self.module.id, self.function);
            self.out.overruns.push(Overrun { module, range, function, arity: items.len() });
        }
    }

    /// Whether what a function does depends on anything.
    fn goes_several_ways(&self) -> bool {
        let around = self.function.map(|function| self.facts.function(FunctionId(function.function)).range);
        let is_inside = |range: TextRange| around.is_none_or(|it| it.start <= range.start && range.end <= it.end);
        let is_choice =
            |kind: &ExprKind| matches!(kind, ExprKind::Conditional(..) | ExprKind::And(_) | ExprKind::Or(_));
        let is_branch = |kind: &StmtKind| matches!(kind, StmtKind::If(..) | StmtKind::While(..) | StmtKind::Match(..));
        self.facts.stmts.iter().any(|stmt| is_branch(&stmt.kind) && is_inside(stmt.range))
            || self.facts.exprs.iter().any(|expr| is_choice(&expr.kind) && is_inside(expr.range))
    }

    /// Checks what is stored in a container against what its hint says that it holds.
    pub(super) fn check_store(&mut self, container: ExprId, held: &Type, key: &Type, value: &Type) {
        if !self.is_checking() {
            return;
        }
        for member in held.members() {
            let Type::Instance(class, args) = member else { continue };
            let pairs: &[(&Type, &Type)] = match &args[..] {
                [wanted_key, wanted] if Self::is_dict(*class) => &[(key, wanted_key), (value, wanted)],
                [wanted] if *class == known::LIST.class() => &[(value, wanted)],
                _ => continue,
            };
            for (stored, wanted) in pairs {
                if let Some(wrong) = stored.members().iter().find(|part| !self.accepts(part, wanted)) {
                    let why = format!("it would hold {}, but {} is stored in it", shown(wanted), shown(wrong));
                    let known = self.out.clashes.len();
                    self.blame(container, member, &why);
                    self.out.clashes[known..].iter_mut().for_each(|clash| clash.fault = Fault::Store);
                }
            }
        }
    }

    /// Whether a value of this type, which is no union, allows a use.
    fn supports(&self, ty: &Type, kind: &UseKind) -> bool {
        let project = self.project;
        if let UseKind::Passed(wanted) = kind {
            return self.accepts(ty, wanted);
        }
        if *ty == Type::None {
            return match kind {
                UseKind::Attribute(name) | UseKind::Method(name, ..) => {
                    name.is("__bool__") || has_member(project, known::OBJECT.class(), *name)
                }
                UseKind::Compare(..)
                | UseKind::HasKey(_)
                | UseKind::Contains(_)
                | UseKind::IsInstance(_)
                | UseKind::IsNone
                | UseKind::Truth
                | UseKind::Format => true,
                _ => false,
            };
        }
        if let Type::Shape(shape) = ty {
            return self.shape_supports(*shape, kind);
        }
        if let (Type::Class(class, _), UseKind::Attribute(name) | UseKind::Method(name, ..)) = (ty, kind) {
            return self.class_has(*class, *name);
        }
        let Some(class) = ty.class() else { return true };
        if let UseKind::Key(key) = kind
            && self.is_typed_dict(class)
        {
            return self.asked_keys.contains(key) || self.is_required_key(class, *key);
        }
        if !project.is_fully_known(class) {
            return true;
        }
        let has = |name: &str| has_member(project, class, name.into());
        match kind {
            UseKind::Attribute(name) | UseKind::Method(name, ..) => {
                name.as_str().starts_with("__") || has(name.as_str()) || has("__getattr__")
            }
            UseKind::SetAttribute(name, _) => {
                name.as_str().starts_with("__") || has(name.as_str()) || defines(project, class, "__setattr__".into())
            }
            // Python falls back on `__getitem__`, mypy does not. A loop may be an `async for`.
            UseKind::Iterate => has("__iter__") || has("__aiter__"),
            UseKind::Unpack(..) => has("__iter__"),
            UseKind::Key(_) | UseKind::SetKey(..) if is_builtin_sequence(project, class) => false,
            UseKind::Key(_) | UseKind::DynamicKey(_) | UseKind::Index(_) | UseKind::Slice => has("__getitem__"),
            UseKind::SetKey(..) | UseKind::SetDynamicKey(..) => has("__setitem__"),
            UseKind::DeleteKey(_) => has("__delitem__") || has("pop"),
            UseKind::GetKey(..) => has("get") || has("pop"),
            UseKind::Call(..) => has("__call__"),
            UseKind::Sign => ["__neg__", "__pos__", "__invert__"].into_iter().any(has),
            UseKind::Len => has("__len__"),
            UseKind::Enter => has("__enter__") || has("__aenter__"),
            UseKind::Await => has("__await__"),
            _ => true,
        }
    }

    /// Whether a class object has an attribute; what a metaclass gives it is not told.
    fn class_has(&self, class: ClassName, name: Name) -> bool {
        !self.project.is_fully_known(class)
            || has_metaclass(self.project, class)
            || name.as_str().starts_with("__")
            || has_member(self.project, class, name)
            || has_member(self.project, known::TYPE.class(), name)
    }

    pub(super) fn is_typed_dict(&self, class: ClassName) -> bool {
        self.project.class(class).is_some_and(|info| info.kind == ClassKind::TypedDict)
    }

    /// Whether a value of a definition that a proposal adds allows a use.
    fn shape_supports(&self, shape: ShapeId, kind: &UseKind) -> bool {
        let Some(shape) = self.state.shapes.get(shape.0 as usize) else { return true };
        match (&shape.kind, kind) {
            (ShapeKind::NewType { base, .. } | ShapeKind::Alias(base) | ShapeKind::ExistingAlias(base), _) => {
                base.members().iter().all(|base| self.supports(base, kind))
            }
            (
                ShapeKind::Protocol { members },
                UseKind::Attribute(name) | UseKind::Method(name, ..) | UseKind::SetAttribute(name, _),
            ) => name.as_str().starts_with("__") || members.iter().any(|member| member.name == *name),
            (ShapeKind::TypedDict { .. }, UseKind::Call(..) | UseKind::Index(_) | UseKind::Slice) => false,
            // Checkers ask for a constant there; one of several in a loop will do.
            (ShapeKind::TypedDict { .. }, UseKind::DynamicKey(key) | UseKind::SetDynamicKey(key, _)) => {
                key.members().iter().all(|key| matches!(key, Type::Literal(Literal::Str(_))))
            }
            (ShapeKind::TypedDict { fields, .. }, UseKind::SetKey(key, _)) => {
                fields.iter().any(|field| field.name == *key)
            }
            // Pyright wants a key that may be missing to be asked for first.
            (ShapeKind::TypedDict { fields, .. }, UseKind::Key(key)) => {
                fields.iter().any(|field| field.name == *key && (field.required || self.asked_keys.contains(key)))
            }
            _ => true,
        }
    }
}

/// Whether what an object of this class is subscripted with is a number: it does what a sequence of the language does.
fn is_builtin_sequence(project: &Project, class: ClassName) -> bool {
    let found = project.class(class).and_then(|info| project.member(info, NAMES.getitem, 0));
    let sequences = [&known::LIST, &known::TUPLE, &known::STR, &known::BYTES];
    found.is_some_and(|found| sequences.iter().any(|known| known.class() == found.class.name))
}

/// Whether a loop with this body is left by a `break`.
fn breaks(facts: &FileFacts, body: Block) -> bool {
    facts.block(body).any(|stmt| match stmt.kind {
        StmtKind::Break => true,
        StmtKind::If(_, then, otherwise) => breaks(facts, then) || breaks(facts, otherwise),
        StmtKind::With(_, body, _) => breaks(facts, body),
        // The `break`s of an inner loop are its own, those of its `else` are not.
        StmtKind::While(_, _, otherwise) | StmtKind::For { otherwise, .. } => breaks(facts, otherwise),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            [body, otherwise, finally].into_iter().any(|block| breaks(facts, block))
                || handlers.of(&facts.handlers).iter().any(|handler| breaks(facts, handler.body))
        }
        StmtKind::Match(_, cases) => cases.of(&facts.cases).iter().any(|case| breaks(facts, case.body)),
        _ => false,
    })
}

pub(super) fn is_open(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown | Type::Opaque | Type::Any | Type::Slot(_) | Type::Part(..) | Type::Variable(_) | Type::Shape(_)
    )
}

fn shown(ty: &Type) -> String {
    format!("`{}`", written(ty))
}

/// A type as a reader of a reason needs it: with its arguments, without modules.
fn written(ty: &Type) -> String {
    let all = |types: &[Type]| types.iter().map(written).collect::<Vec<_>>().join(", ");
    match ty {
        Type::None => "None".to_owned(),
        Type::Any => "Any".to_owned(),
        Type::Never => "NoReturn".to_owned(),
        Type::Union(members) => members.iter().map(written).collect::<Vec<_>>().join(" | "),
        Type::Tuple(items) => format!("tuple[{}]", all(items)),
        Type::Class(class, _) => format!("type[{}]", class.short()),
        Type::Callable(_) | Type::Function(..) => "a function".to_owned(),
        Type::Record(_) => "dict".to_owned(),
        Type::Shape(_) => "a definition".to_owned(),
        Type::Instance(class, args) if !args.is_empty() => format!("{}[{}]", class.short(), all(args)),
        other => other.class().map_or("?", ClassName::short).to_owned(),
    }
}

fn asked(kind: &UseKind) -> String {
    match kind {
        UseKind::Attribute(name) | UseKind::SetAttribute(name, _) | UseKind::Method(name, ..) => {
            format!("`.{name}` is asked of it")
        }
        UseKind::Iterate | UseKind::Unpack(..) => "it is iterated".into(),
        UseKind::Call(..) => "it is called".into(),
        UseKind::Passed(wanted) => format!("it is passed where {} is wanted", shown(wanted)),
        UseKind::Operand(..) | UseKind::Sign | UseKind::Compare(..) => "an operator is applied to it".into(),
        UseKind::Len => "its length is taken".into(),
        UseKind::Enter => "it is a context manager".into(),
        UseKind::Await => "it is awaited".into(),
        _ => "it is subscripted".into(),
    }
}
