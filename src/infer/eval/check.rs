//! The last look: with all conclusions taken as written, does any of them contradict the program?
//!
//! A checker will read the hints as we do here. Whatever it would find wrong at a use, a call site, a default or a
//! `return` is a reason to leave the hint out. Only what is certain counts: an open type contradicts nothing.

use crate::facts::{BinaryOp, CompareOp, ExprId, ExprKind, FunctionId, Place, ScopeKind, SymbolKind};
use crate::infer::UseKind;
use crate::project::{ClassKind, Origin, Project, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, SlotId, Type, known};

use super::Evaluator;

/// Longest chain of assignments that is followed to where a value comes from.
const MAX_HOPS: u32 = 4;

impl Evaluator<'_> {
    /// Checks a use of an expression against the type that it is concluded to have.
    pub(super) fn check_use(&mut self, expr: ExprId, seen: &Type, kind: &UseKind) {
        if !self.is_checking() {
            return;
        }
        let Some(wrong) = seen.members().iter().find(|member| !self.supports(member, kind)) else { return };
        let slots = self.sources_of(expr, 0);
        if slots.is_empty() {
            return;
        }
        let why = format!("it would be {}, but {}", shown(wrong), asked(kind));
        self.out.clashes.extend(slots.into_iter().map(|slot| (slot, why.clone())));
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
                let is_iterable = |member: &Type| match member {
                    Type::Instance(class, _) => {
                        has_member(self.project, *class, "__iter__".into())
                            || has_member(self.project, *class, "__aiter__".into())
                    }
                    Type::Shape(_) => false,
                    _ => true,
                };
                if !wanted.members().iter().all(is_iterable) {
                    self.out.clashes.push((slot, format!("it would be {}, but it is a generator", shown(wanted))));
                }
                return;
            }
        }
        let wanted = self.without_aliases(wanted);
        if let Some(wrong) = ty.members().iter().find(|member| !accepts(self.project, member, &wanted)) {
            let why = match info.kind {
                SlotKind::Return(_) => format!("one `return` gives {}", shown(wrong)),
                SlotKind::Param(..) => format!("one caller passes {}", shown(wrong)),
                _ => format!("{} is assigned to it", shown(wrong)),
            };
            self.out.clashes.push((slot, format!("it would be {}, but {why}", shown(&wanted))));
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
        if let Some(wrong) = ty.members().iter().find(|member| !accepts(self.project, member, &wanted)) {
            let why = format!("it would be {}, but the body gives it {}", shown(&wanted), shown(wrong));
            self.out.clashes.push((slot, why));
        }
    }

    /// Remembers where a local variable got its value.
    pub(super) fn remember_source(&mut self, target: ExprId, value: ExprId) {
        if self.is_checking()
            && let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(target).kind
        {
            self.sources.insert(index, value);
        }
    }

    fn is_checking(&self) -> bool {
        self.state.checking && self.muted == 0 && self.module.origin == Origin::Project
    }

    /// Remembers where an attribute gets its values: a checker tells the type of one without a hint from there.
    pub(super) fn remember_flow(&mut self, slot: SlotId, value: ExprId) {
        if self.is_checking() {
            let sources = self.sources_of(value, 0);
            self.out.flows.extend(sources.into_iter().map(|source| (slot, source)));
        }
    }

    /// The slots that an expression's value comes from.
    fn sources_of(&mut self, expr: ExprId, hops: u32) -> Vec<SlotId> {
        if hops > MAX_HOPS {
            return Vec::new();
        }
        self.muted += 1;
        let slots: Vec<SlotId> = match self.facts.expr(expr).kind {
            ExprKind::Name(_, Place::Local { up, index }) => {
                let scopes = self.scopes.clone();
                let mut scope = scopes.last().copied();
                for _ in 0..up {
                    scope = scope.and_then(|scope| self.facts.scope(scope).parent);
                }
                let function = scope.and_then(|scope| match self.facts.scope(scope).kind {
                    ScopeKind::Function(function) => Some((function, scope)),
                    _ => None,
                });
                let param = function.and_then(|(function, scope)| {
                    let symbol = self.facts.scope(scope).symbols.get(usize::from(index))?;
                    (symbol.kind == SymbolKind::Parameter).then(|| self.slot(SlotKind::Param(function, index)))?
                });
                let mut slots: Vec<SlotId> = param.into_iter().collect();
                if up == 0
                    && let Some(&value) = self.sources.get(&index)
                    && value != expr
                {
                    slots.extend(self.sources_of(value, hops + 1));
                }
                slots
            }
            ExprKind::Name(name, Place::Global) => self.slot(SlotKind::Variable(name)).into_iter().collect(),
            ExprKind::Attribute(owner, name) => {
                let owner = self.expr(owner);
                let mut slots = Vec::new();
                for member in owner.members() {
                    slots.extend(self.attribute_slot(member, name));
                    slots.extend(self.property_slot(member, name));
                }
                slots
            }
            ExprKind::Call(function, _) => {
                let callee = self.expr(function);
                let results = callee.members().iter().filter_map(|callee| match callee {
                    Type::Function(function, _) => {
                        self.project.slots().find(function.module, SlotKind::Return(FunctionId(function.function)))
                    }
                    _ => None,
                });
                results.collect()
            }
            ExprKind::Await(inner) | ExprKind::Subscript(inner, _) => self.sources_of(inner, hops + 1),
            _ => Vec::new(),
        };
        self.muted -= 1;
        slots
    }

    fn property_slot(&self, owner: &Type, name: Name) -> Option<SlotId> {
        let info = self.project.class(owner.class()?)?;
        let member = self.project.member(info, name, 0)?;
        member.definitions.iter().find_map(|definition| match definition {
            crate::project::Definition::Function(function) => {
                self.project.slots().find(member.class.module, SlotKind::Return(*function))
            }
            _ => None,
        })
    }

    /// Whether a value of this type, which is no union, allows a use.
    fn supports(&self, ty: &Type, kind: &UseKind) -> bool {
        let project = self.project;
        if let UseKind::Passed(wanted) = kind {
            return accepts(project, ty, wanted);
        }
        if *ty == Type::None {
            return match kind {
                UseKind::Attribute(name) | UseKind::Method(name, ..) => name.as_str().starts_with("__"),
                UseKind::Operand(BinaryOp::Mod, other, true) => other.is(&known::STR) || is_open(other),
                UseKind::Operand(_, other, _) => is_open(other),
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
            UseKind::Len => has("__len__"),
            UseKind::Enter => has("__enter__") || has("__aenter__"),
            UseKind::Await => has("__await__"),
            UseKind::Operand(op, other, reflected) => {
                let (own, theirs) = super::operators::dunder(*op);
                let (own, theirs) = if *reflected { (theirs, own) } else { (own, theirs) };
                has(own.as_str())
                    || other.members().iter().all(|other| match other.class() {
                        Some(class) => !project.is_fully_known(class) || has_member(project, class, theirs),
                        None => is_open(other),
                    })
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

fn has_member(project: &Project, class: ClassName, name: Name) -> bool {
    let Some(info) = project.class(class) else { return true };
    project.mro(info).iter().any(|(base, _)| {
        let Some(base) = project.class(*base) else { return true };
        !base.symbols.get(name).is_empty()
            || base.named_tuple.as_ref().is_some_and(|(_, fields)| fields.iter().any(|field| field.name == name))
            || base.class.is_some_and(|id| project.slots().find(base.module, SlotKind::Attribute(id, name)).is_some())
    })
}

/// Whether a value of the type `ty`, which is no union, may stand where `wanted` is; yes where it cannot be told.
/// Type arguments are not compared: a checker makes those of a display fit.
fn accepts(project: &Project, ty: &Type, wanted: &Type) -> bool {
    let takes_anything = |wanted: &Type| match wanted {
        Type::Any | Type::Variable(_) | Type::Unknown | Type::Shape(_) | Type::Slot(_) | Type::Part(..) => true,
        Type::Instance(class, _) => {
            *class == known::OBJECT.class()
                || project.class(*class).is_none_or(|info| info.kind == ClassKind::Protocol && ty.class().is_none())
        }
        _ => false,
    };
    if wanted.members().iter().any(takes_anything) {
        return true;
    }
    let wanted = wanted.members();
    match ty {
        Type::None => wanted.contains(&Type::None),
        Type::Instance(..) | Type::Literal(_) | Type::Tuple(_) => {
            let Some(class) = ty.class() else { return true };
            !project.is_fully_known(class)
                || wanted.iter().any(|wanted| match wanted {
                    Type::Instance(wanted, _) => {
                        is_subclass(project, class, *wanted)
                            || project.class(*wanted).is_some_and(|info| info.kind == ClassKind::Protocol)
                                && has_protocol(project, class, *wanted)
                    }
                    Type::Literal(wanted) => wanted.class() == class,
                    Type::Tuple(_) => {
                        class == known::TUPLE.class() || is_subclass(project, class, known::TUPLE.class())
                    }
                    Type::Callable(_) => has_member(project, class, "__call__".into()),
                    Type::Class(..) => class == known::TYPE.class(),
                    _ => false,
                })
        }
        Type::Class(class, _) => {
            !project.is_fully_known(*class)
                || wanted.iter().any(|wanted| match wanted {
                    Type::Class(wanted, _) => project.is_subclass(*class, *wanted),
                    Type::Callable(_) => true,
                    Type::Instance(wanted, _) => {
                        *wanted == known::TYPE.class()
                            || project.class(*wanted).is_none_or(|info| info.kind == ClassKind::Protocol)
                            || has_metaclass(project, *class)
                    }
                    _ => false,
                })
        }
        Type::Function(..) | Type::Callable(_) => wanted.iter().any(|wanted| match wanted {
            Type::Callable(_) => true,
            Type::Instance(wanted, _) => {
                matches!(wanted.short(), "FunctionType" | "MethodType" | "LambdaType" | "Hashable")
                    || project.class(*wanted).is_none_or(|info| info.kind == ClassKind::Protocol)
            }
            _ => false,
        }),
        Type::Record(_) => wanted.iter().any(|wanted| match wanted {
            Type::Instance(wanted, _) => {
                is_subclass(project, known::DICT.class(), *wanted)
                    || project
                        .class(*wanted)
                        .is_some_and(|info| matches!(info.kind, ClassKind::Protocol | ClassKind::TypedDict))
            }
            _ => false,
        }),
        _ => true,
    }
}

fn has_metaclass(project: &Project, class: ClassName) -> bool {
    project.class(class).is_some_and(|info| {
        project.mro(info).iter().any(|(base, _)| {
            project.class(*base).and_then(|base| Some((project.module(base.module)?, base.class?))).is_some_and(
                |(module, class)| {
                    let arguments = module.facts.arguments(module.facts.class(class).arguments);
                    arguments.iter().any(|argument| argument.kind != crate::facts::ArgumentKind::Positional)
                },
            )
        })
    })
}

/// Whether a class has all methods that a protocol asks for.
fn has_protocol(project: &Project, class: ClassName, protocol: ClassName) -> bool {
    let Some(info) = project.class(protocol) else { return true };
    project.mro(info).iter().filter_map(|(base, _)| project.class(*base)).all(|base| {
        base.kind != ClassKind::Protocol
            || base.name == known::PROTOCOL.class()
            || base.symbols.by_name.keys().all(|&name| name.is("__slots__") || has_member(project, class, name))
    })
}

fn is_subclass(project: &Project, class: ClassName, wanted: ClassName) -> bool {
    // PEP 484: an `int` may stand where a `float` is wanted; checkers treat byte strings likewise.
    let tower = [&known::BOOL, &known::INT, &known::FLOAT, &known::COMPLEX];
    let rank = |class: ClassName| tower.iter().position(|known| known.class() == class);
    project.is_subclass(class, wanted) || matches!((rank(class), rank(wanted)), (Some(from), Some(to)) if from <= to)
}

fn shown(ty: &Type) -> String {
    let one = |ty: &Type| match ty {
        Type::None => "None".to_owned(),
        Type::Class(class, _) => format!("type[{}]", class.short()),
        Type::Callable(_) | Type::Function(..) => "a function".to_owned(),
        Type::Record(_) => "dict".to_owned(),
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
