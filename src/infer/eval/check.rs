//! The last look: with all conclusions taken as written, does any of them contradict the program?
//!
//! A checker will read the hints as we do here. Whatever it would find wrong at a use, a call site, a default or a
//! `return` is a reason to leave the hint out. Only what is certain counts: an open type contradicts nothing.

use crate::facts::{BinaryOp, CompareOp, ExprId, FunctionId, ScopeKind, SymbolKind};
use crate::infer::read_back::{Blame, Clash};
use crate::infer::{ShapeKind, UseKind};
use crate::project::{Origin, SlotKind};
use crate::types::{ClassName, FunctionRef, ShapeId, SlotId, Type, known};

use super::Evaluator;
use super::assignable::has_member;

impl Evaluator<'_> {
    /// Checks a use of an expression against the type that it is concluded to have.
    pub(super) fn check_use(&mut self, expr: ExprId, seen: &Type, kind: &UseKind) {
        if !self.is_checking() || matches!(kind, UseKind::Operand(..)) {
            return;
        }
        let Some(wrong) = seen.members().iter().find(|member| !self.supports(member, kind)) else { return };
        let mut slots = self.sources_of(expr);
        slots.retain(|blame| self.has_field(blame, wrong));
        if slots.is_empty() {
            return;
        }
        let why = format!("it would be {}, but {}", shown(wrong), asked(kind));
        self.blame(slots, &why);
    }

    /// Checks what flows into a slot against what was concluded for it.
    pub(super) fn check_bound(&mut self, slot: SlotId, ty: &Type) {
        if !self.is_checking() {
            return;
        }
        let Some(wanted) = self.state.assumed.get(slot.0 as usize).and_then(Option::as_ref) else { return };
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
                    self.blame([Blame::Slot(slot)], &why);
                }
                return;
            }
        }
        let wanted = self.without_aliases(wanted);
        if let Some(wrong) = ty.members().iter().find(|member| !self.accepts(member, &wanted)) {
            let why = match info.kind {
                SlotKind::Return(_) => format!("one `return` gives {}", shown(wrong)),
                SlotKind::Param(..) => format!("one caller passes {}", shown(wrong)),
                _ => format!("{} is assigned to it", shown(wrong)),
            };
            let is_missing_none =
                *wrong == Type::None && ty.members().iter().all(|m| *m == Type::None || self.accepts(m, &wanted));
            let why = format!("it would be {}, but {why}", shown(&wanted));
            self.out.clashes.push(Clash { blame: Blame::Slot(slot), is_missing_none, why });
        }
    }

    /// Checks what is assigned to a parameter in the body: a checker holds it against the annotation.
    pub(super) fn check_rebinding(&mut self, frame: usize, index: u16, ty: &Type) {
        if !self.is_checking() {
            return;
        }
        let scope = self.facts.scope(self.scopes[frame]);
        let ScopeKind::Function(function) = scope.kind else { return };
        if scope.symbols.get(usize::from(index)).is_none_or(|symbol| symbol.kind != SymbolKind::Parameter) {
            return;
        }
        let Some(slot) = self.slot(SlotKind::Param(function, index)) else { return };
        let Some(wanted) = self.state.assumed.get(slot.0 as usize).and_then(Option::as_ref) else { return };
        let wanted = self.without_aliases(wanted);
        if let Some(wrong) = ty.members().iter().find(|member| !self.accepts(member, &wanted)) {
            let why = format!("it would be {}, but the body gives it {}", shown(&wanted), shown(wrong));
            self.blame([Blame::Slot(slot)], &why);
        }
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
        // `None` is the one at fault, where there is one; else it cannot be told.
        let sides = match (one, other) {
            (Type::None, Type::None) => vec![left, right],
            (Type::None, _) => vec![left],
            (_, Type::None) => vec![right],
            _ => vec![left, right],
        };
        let mut slots: Vec<Blame> = sides.into_iter().flat_map(|(expr, _)| self.sources_of(expr)).collect();
        if slots.is_empty() {
            slots = [left.0, right.0].into_iter().flat_map(|expr| self.sources_of(expr)).collect();
        }
        let why = format!("an operator would be applied to {} and {}", shown(one), shown(other));
        self.blame(slots, &why);
    }

    /// Whether a type is one that a key of a record is said to have. What is not blamed on a key is not of its type, but
    /// comes from elsewhere.
    fn has_field(&mut self, blame: &Blame, wrong: &Type) -> bool {
        match blame {
            Blame::Slot(_) => true,
            Blame::Field(shape, key) => {
                self.typed_dict_field(&Type::Shape(*shape), *key).is_some_and(|field| field.members().contains(wrong))
            }
        }
    }

    /// Remembers a contradiction and what is at fault.
    fn blame(&mut self, blamed: impl IntoIterator<Item = Blame>, why: &str) {
        let clash = |blame| Clash { blame, is_missing_none: false, why: why.to_owned() };
        self.out.clashes.extend(blamed.into_iter().map(clash));
    }

    /// Whether a value of this type, which is no union, allows a use.
    fn supports(&self, ty: &Type, kind: &UseKind) -> bool {
        let project = self.project;
        if let UseKind::Passed(wanted) = kind {
            return self.accepts(ty, wanted);
        }
        if *ty == Type::None {
            return match kind {
                UseKind::Attribute(name) | UseKind::Method(name, ..) => name.as_str().starts_with("__"),
                UseKind::Compare(op, other) => !is_ordering(*op) || is_open(other),
                UseKind::IsInstance(_)
                | UseKind::IsNone
                | UseKind::Truth
                | UseKind::Format
                | UseKind::HasKey(_)
                | UseKind::Contains(_) => true,
                _ => false,
            };
        }
        if let Type::Shape(shape) = ty {
            return self.shape_supports(*shape, kind);
        }
        let Some(class) = ty.class() else { return true };
        if !project.is_fully_known(class) {
            return true;
        }
        let has = |name: &str| has_member(project, class, name.into());
        match kind {
            UseKind::Attribute(name) | UseKind::Method(name, ..) | UseKind::SetAttribute(name, _) => {
                name.as_str().starts_with("__") || has(name.as_str()) || has("__getattr__")
            }
            UseKind::Iterate | UseKind::Unpack(..) => has("__iter__") || has("__getitem__"),
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
            (ShapeKind::TypedDict { fields }, UseKind::Key(key) | UseKind::SetKey(key, _)) => {
                fields.iter().any(|field| field.name == *key)
            }
            _ => true,
        }
    }
}

fn is_ordering(op: CompareOp) -> bool {
    matches!(op, CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE)
}

fn is_open(ty: &Type) -> bool {
    matches!(ty, Type::Unknown | Type::Any | Type::Slot(_) | Type::Part(..) | Type::Variable(_) | Type::Shape(_))
}

fn shown(ty: &Type) -> String {
    let one = |ty: &Type| match ty {
        Type::None => "None".to_owned(),
        Type::Class(class, _) => format!("type[{}]", class.short()),
        Type::Callable(_) | Type::Function(..) => "a function".to_owned(),
        Type::Record(_) => "dict".to_owned(),
        Type::Shape(_) => "a definition".to_owned(),
        other => other.class().map_or("?", ClassName::short).to_owned(),
    };
    format!("`{}`", ty.members().iter().map(one).collect::<Vec<_>>().join(" | "))
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
