//! The last look: with all conclusions taken as written, does any of them contradict the program?
//!
//! A checker will read the hints as we do here. Whatever it would find wrong at a use, a call site, a default or a
//! `return` is a reason to leave the hint out. Only what is certain counts: an open type contradicts nothing.

mod containers;
mod ends;
mod operators;
mod supports;

use crate::facts::{ExprId, ExprKind, FunctionId, Place, ScopeKind, SymbolKind};
use crate::infer::eval::Evaluator;
use crate::infer::eval::arguments::Matched;
use crate::infer::eval::names::NAMES;
use crate::infer::eval::options::unpacked;
use crate::infer::eval::sources::Blamed;
use crate::infer::read_back::{Blame, Clash};
use crate::infer::{Evidence, EvidenceKind, UseKind};
use crate::project::{Origin, SlotKind};
use crate::types::{ClassName, FunctionRef, SlotId, Type, known};

impl Evaluator<'_> {
    /// Checks a use of an expression against the type that it is concluded to have.
    pub(in crate::infer::eval) fn check_use(&mut self, expr: ExprId, seen: &Type, kind: &UseKind) {
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
    pub(in crate::infer::eval) fn check_bound(&mut self, slot: SlotId, ty: &Type) {
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
    pub(in crate::infer::eval) fn check_copy(&mut self, slot: SlotId, value: ExprId) {
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

    /// Checks what is assigned to an attribute from outside its class: a checker tells the type of an attribute without
    /// a hint from the class alone. Where the class is only known by a hint, the class must declare the attribute.
    pub(in crate::infer::eval) fn check_outside(&mut self, owner: ExprId, slot: SlotId, (value, ty): (ExprId, &Type)) {
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
    pub(in crate::infer::eval) fn check_against_default(
        &mut self,
        function: FunctionRef,
        slot: SlotId,
        given: &Matched,
    ) {
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
    pub(in crate::infer::eval) fn check_rebinding(&mut self, frame: usize, index: u16, ty: &Type) {
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
    pub(in crate::infer::eval) fn assumed_param(&self, frame: usize, index: u16) -> Option<(SlotId, &Type)> {
        let scope = self.facts.scope(self.scopes[frame]);
        let ScopeKind::Function(function) = scope.kind else { return None };
        scope.symbols.get(usize::from(index)).filter(|symbol| symbol.kind == SymbolKind::Parameter)?;
        let slot = self.slot(SlotKind::Param(function, index))?;
        Some((slot, self.state.assumed.get(slot.0 as usize)?.as_ref()?))
    }

    /// Checks that a function whose hint says that it returns something does so on every path, and by a value: mypy asks
    /// for that even where the hint has `None` in it.
    pub(in crate::infer::eval) fn check_return(&mut self, slot: SlotId, what: &str) {
        if let Some(wanted) = self.value_wanted(slot) {
            let why = format!("it would be {}, but {what}", shown(wanted));
            self.out.clashes.push(Clash { is_alone: true, ..Clash::of(Blame::Slot(slot), &Type::None, why) });
        }
    }

    /// Checks a value that is returned against what the author says that the function returns.
    pub(in crate::infer::eval) fn check_declared_return(&mut self, function: FunctionRef, value: ExprId, ty: &Type) {
        let project = self.project;
        if self.is_checking()
            && project.function(function).is_some_and(|(_, function)| !function.is_generator)
            && let Some(declared) = project.signature(function).and_then(|signature| signature.result.clone())
        {
            self.check_use(value, ty, &UseKind::Passed(declared));
        }
    }

    /// What the hint of a function says that it returns, where that is some value; none while nothing is checked.
    pub(in crate::infer::eval) fn value_wanted(&self, slot: SlotId) -> Option<&Type> {
        let wanted = self.state.assumed.get(slot.0 as usize)?.as_ref().filter(|_| self.is_checking())?;
        (!matches!(wanted, Type::None | Type::Any | Type::Unknown)).then_some(wanted)
    }

    fn is_annotated(&self, function: FunctionRef) -> bool {
        self.project.function(function).is_some_and(|(_, function)| function.returns.is_some())
    }

    pub(in crate::infer::eval) fn is_checking(&self) -> bool {
        self.state.checking && self.muted == 0 && self.module.origin == Origin::Project
    }
}

pub(in crate::infer::eval) fn is_open(ty: &Type) -> bool {
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
