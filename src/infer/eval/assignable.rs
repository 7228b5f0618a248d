//! Assignability, as far as it is certain: whether a checker would let a value of one type stand where another one is
//! declared. Where it cannot be told, the answer is yes.

use crate::facts::{ArgumentKind, BinaryOp, CompareOp, ExprId, ExprKind, FunctionId, Param, ParamKind};
use crate::infer::ShapeKind;
use crate::project::{ClassKind, Definition, Origin, Project, SlotKind, is_marker};
use crate::text::Name;
use crate::types::{Args, CallableType, ClassName, FunctionRef, ShapeId, SiteId, SlotId, Type, known, union};

use super::operators::dunder;
use super::{Evaluator, SiteState};

impl Evaluator<'_> {
    /// Whether a value of the type `ty`, which is no union, may stand where `wanted` is.
    pub(super) fn accepts(&self, ty: &Type, wanted: &Type) -> bool {
        wanted.members().iter().any(|wanted| self.accepts_single(ty, wanted))
    }

    fn accepts_single(&self, ty: &Type, wanted: &Type) -> bool {
        let project = self.project;
        match wanted {
            Type::Any | Type::Variable(_) | Type::Unknown | Type::Slot(_) | Type::Part(..) => return true,
            Type::Shape(shape) => return self.accepts_shape(ty, *shape),
            Type::Instance(class, _) => {
                if let Type::Record(site) = ty
                    && let Some(info) = project.class(*class).filter(|info| info.kind == ClassKind::TypedDict)
                {
                    let keys = project.typed_dict_keys(info);
                    return keys.is_none_or(|keys| self.is_made_as(*site, &keys));
                }
                let is_open = project
                    .class(*class)
                    .is_none_or(|info| info.kind == ClassKind::Protocol && ty.class().is_none() && *ty != Type::None);
                if is_open || *class == known::OBJECT.class() {
                    return true;
                }
            }
            _ => {}
        }
        match ty {
            Type::None => *wanted == Type::None,
            Type::Instance(class, _) if project.class(*class).is_some_and(|info| info.kind == ClassKind::TypedDict) => {
                matches!(wanted, Type::Instance(wanted, _) if wanted == class || is_mapping(project, *wanted))
            }
            Type::Instance(..) | Type::Literal(_) | Type::Tuple(_) => {
                let Some(class) = ty.class().filter(|class| project.is_fully_known(*class)) else { return true };
                match wanted {
                    Type::Instance(wanted, args) => {
                        is_subclass(project, class, *wanted) && self.arguments_fit(ty, *wanted, args)
                            || project.class(*wanted).is_some_and(|info| info.kind == ClassKind::Protocol)
                                && !project.is_subclass(class, *wanted)
                                && has_protocol(project, class, *wanted)
                    }
                    Type::Literal(wanted) => wanted.class() == class,
                    Type::Tuple(wanted) => match ty {
                        Type::Tuple(items) => {
                            items.len() == wanted.len()
                                && items.iter().zip(wanted.iter()).all(|(item, wanted)| self.accepts_all(item, wanted))
                        }
                        _ => is_subclass(project, class, known::TUPLE.class()),
                    },
                    Type::Callable(_) => has_member(project, class, "__call__".into()),
                    Type::Class(..) => project.is_subclass(class, known::TYPE.class()),
                    _ => false,
                }
            }
            Type::Class(class, _) => {
                !project.is_fully_known(*class)
                    || match wanted {
                        Type::Class(wanted, _) => project.is_subclass(*class, *wanted),
                        Type::Callable(_) => true,
                        Type::Instance(wanted, _) => {
                            *wanted == known::TYPE.class()
                                || project.class(*wanted).is_none_or(|info| info.kind == ClassKind::Protocol)
                                || has_metaclass(project, *class)
                        }
                        _ => false,
                    }
            }
            Type::Function(..) | Type::Callable(_) => match wanted {
                Type::Callable(wanted) => match ty {
                    Type::Function(function, bound) => {
                        self.clash_as_callback(*function, bound.is_some(), wanted).is_none()
                    }
                    _ => true,
                },
                Type::Instance(wanted, _) => {
                    matches!(wanted.short(), "FunctionType" | "MethodType" | "LambdaType" | "Hashable")
                        || project.class(*wanted).is_none_or(|info| info.kind == ClassKind::Protocol)
                }
                _ => false,
            },
            Type::Shape(id) if self.is_record_shape(*id) => {
                matches!(wanted, Type::Instance(wanted, _) if is_mapping(project, *wanted))
            }
            Type::Record(_) => match wanted {
                Type::Instance(wanted, _) => {
                    is_subclass(project, known::DICT.class(), *wanted)
                        || project
                            .class(*wanted)
                            .is_some_and(|info| matches!(info.kind, ClassKind::Protocol | ClassKind::TypedDict))
                }
                _ => false,
            },
            _ => true,
        }
    }

    /// Whether a value is a record: of a definition that is proposed, or of a `TypedDict` that is there.
    pub(super) fn is_record(&self, ty: &Type) -> bool {
        match ty {
            Type::Shape(id) => self.is_record_shape(*id),
            Type::Instance(class, _) => self.is_typed_dict(*class),
            _ => false,
        }
    }

    /// Whether a definition that a proposal adds is a `TypedDict`.
    fn is_record_shape(&self, shape: ShapeId) -> bool {
        self.state.shapes.get(shape.0 as usize).is_some_and(|shape| matches!(shape.kind, ShapeKind::TypedDict { .. }))
    }

    /// The hint that keeps a function of the repository from being called as `wanted`, with the type that it leaves out
    /// or that it adds.
    pub(super) fn clash_as_callback(
        &self,
        function: FunctionRef,
        is_bound: bool,
        wanted: &CallableType,
    ) -> Option<(SlotId, Type)> {
        let slots = self.project.slots();
        let hint = |kind| {
            let slot = slots.find(function.module, kind)?;
            Some((slot, self.state.assumed.get(slot.0 as usize)?.as_ref()?))
        };
        let id = FunctionId(function.function);
        let (_, definition) = self.project.function(function)?;
        for (index, given) in wanted.params.iter().flatten().enumerate() {
            let index = index + usize::from(is_bound);
            let is_plain = |param: &Param| matches!(param.kind, ParamKind::Normal | ParamKind::PositionalOnly);
            if !definition.params.get(index).is_some_and(is_plain) {
                break;
            }
            if let Some((slot, hint)) = hint(SlotKind::Param(id, index as u16))
                && let Some(wrong) = given.members().iter().find(|member| !self.accepts(member, hint))
            {
                return Some((slot, wrong.clone()));
            }
        }
        let is_deferred = definition.is_async || definition.is_generator;
        let (slot, hint) = hint(SlotKind::Return(id)).filter(|_| !is_deferred)?;
        let wrong = hint.members().iter().find(|member| !self.accepts(member, &wanted.result))?;
        Some((slot, wrong.clone()))
    }

    /// Whether every value of a type may stand where `wanted` is.
    fn accepts_all(&self, ty: &Type, wanted: &Type) -> bool {
        ty.members().iter().all(|member| self.accepts(member, wanted))
    }

    /// Whether a value may stand where a definition is wanted that a proposal adds.
    fn accepts_shape(&self, ty: &Type, shape: ShapeId) -> bool {
        if *ty == Type::None {
            return false;
        }
        let Some(shape) = self.state.shapes.get(shape.0 as usize) else { return true };
        let project = self.project;
        match (&shape.kind, ty.class()) {
            (ShapeKind::TypedDict { fields, .. }, None) => match ty {
                Type::Record(site) => {
                    let keys: Vec<(Name, bool)> = fields.iter().map(|field| (field.name, field.required)).collect();
                    self.is_made_as(*site, &keys)
                }
                _ => true,
            },
            // A plain dict never is a `TypedDict`; a display of the right keys is a record here.
            (ShapeKind::TypedDict { .. }, Some(class)) => {
                !project.is_fully_known(class)
                    || project.class(class).is_some_and(|info| info.kind == ClassKind::TypedDict)
            }
            (ShapeKind::Protocol { members }, Some(class)) => {
                !project.is_fully_known(class) || members.iter().all(|member| has_member(project, class, member.name))
            }
            _ => true,
        }
    }

    /// Whether a display has the keys of a record, of each of which it is told whether it is required: all that are, and
    /// no others. One that unpacks something may.
    fn is_made_as(&self, site: SiteId, keys: &[(Name, bool)]) -> bool {
        let Some(module) = self.project.module(site.module) else { return true };
        let facts = &module.facts;
        let is_open = match facts.expr(ExprId(site.expr)).kind {
            ExprKind::Dict(items) => items.of(&facts.dict_items).iter().any(|item| item.key.is_none()),
            ExprKind::Call(_, arguments) => {
                facts.arguments(arguments).iter().any(|argument| !matches!(argument.kind, ArgumentKind::Keyword(_)))
            }
            _ => true,
        };
        // Nothing is known of `{}` that nobody fills.
        let nothing = SiteState::default();
        let SiteState { fields: given, dynamic } = self.state.sites.get(&site).map_or(&nothing, |held| &held.content);
        let has = |name: Name| given.iter().any(|(key, _)| *key == name);
        is_open
            || dynamic.is_some()
            || keys.iter().all(|&(key, is_required)| !is_required || has(key))
                && given.iter().all(|(given, _)| keys.iter().any(|(key, _)| key == given))
    }

    /// Whether the elements of a container may be elements of the wanted one. What is read is compared alone: a checker
    /// makes the arguments of a display as wide as they need to be.
    fn arguments_fit(&self, ty: &Type, wanted: ClassName, wanted_args: &Args) -> bool {
        if wanted_args.is_empty() || !is_container(wanted) {
            return true;
        }
        let args = match ty {
            Type::Tuple(items) => {
                let element = union(items.iter().cloned());
                self.project.args_as(known::TUPLE.class(), &Args::from([element]), wanted)
            }
            Type::Instance(class, args) if !args.is_empty() => self.project.args_as(*class, args, wanted),
            Type::Literal(literal) => self.project.args_as(literal.class(), &Args::from([]), wanted),
            Type::Instance(class, args)
                if self.project.class(*class).is_some_and(|info| info.type_params.is_empty()) =>
            {
                self.project.args_as(*class, args, wanted)
            }
            _ => None,
        };
        args.is_none_or(|args| args.iter().zip(wanted_args.iter()).all(|(arg, wanted)| self.accepts_all(arg, wanted)))
    }

    /// Whether `left op right` is supported for operands that are no unions.
    pub(super) fn operates(&self, op: BinaryOp, left: &Type, right: &Type) -> bool {
        let is_known = |ty: &Type| match ty {
            Type::None => true,
            Type::Instance(..) | Type::Literal(_) | Type::Tuple(_) => {
                ty.class().is_some_and(|class| self.project.is_fully_known(class))
            }
            _ => false,
        };
        if !is_known(left) || !is_known(right) {
            return true;
        }
        let (own, reflected) = dunder(op);
        self.takes_operand(left, own, right) || self.takes_operand(right, reflected, left)
    }

    /// Whether one value is less or more than another one, of types that are no unions. Of classes that decorators and
    /// programs may give an order nothing is said.
    pub(super) fn orders(&self, op: CompareOp, left: &Type, right: &Type) -> bool {
        let is_standard = |ty: &Type| {
            let class = ty.class().filter(|_| matches!(ty, Type::Instance(..) | Type::Literal(_) | Type::Tuple(_)));
            let info =
                class.filter(|&class| self.project.is_fully_known(class)).and_then(|class| self.project.class(class));
            let home = info.and_then(|info| self.project.module(info.module));
            home.is_some_and(|home| home.origin == Origin::Standard)
        };
        let (own, reflected) = match op {
            CompareOp::Lt => ("__lt__", "__gt__"),
            CompareOp::LtE => ("__le__", "__ge__"),
            CompareOp::Gt => ("__gt__", "__lt__"),
            CompareOp::GtE => ("__ge__", "__le__"),
            _ => return true,
        };
        !is_standard(left)
            || !is_standard(right)
            || self.takes_operand(left, own.into(), right)
            || self.takes_operand(right, reflected.into(), left)
    }

    /// Whether the method of an operator takes an operand.
    pub(super) fn takes_operand(&self, owner: &Type, method: Name, operand: &Type) -> bool {
        let project = self.project;
        let Some(info) = owner.class().and_then(|class| project.class(class)) else { return false };
        let Some(found) = project.member(info, method, 0) else { return false };
        found.definitions.iter().any(|definition| {
            let Definition::Function(function) = definition else { return true };
            let function = FunctionRef { module: found.class.module, function: function.0 };
            let declared = project.signature(function).and_then(|signature| signature.params.get(1)?.ty.clone());
            // The variables of the class are bound by arguments that are compared elsewhere.
            let open = declared.map(|ty| ty.map(&mut |part| matches!(part, Type::Variable(_)).then_some(Type::Any)));
            open.is_none_or(|wanted| self.accepts(operand, &wanted))
        })
    }
}

/// Whether a generic class holds what its arguments say, and gives it to readers.
fn is_container(class: ClassName) -> bool {
    matches!(
        class.short(),
        "list"
            | "set"
            | "frozenset"
            | "dict"
            | "tuple"
            | "deque"
            | "defaultdict"
            | "OrderedDict"
            | "Iterable"
            | "Iterator"
            | "Reversible"
            | "Collection"
            | "Sequence"
            | "MutableSequence"
            | "AbstractSet"
            | "MutableSet"
            | "Mapping"
            | "MutableMapping"
    )
}

/// Whether a `TypedDict` may stand where a class is wanted: it is a mapping that nobody may change as they like, so no
/// `dict`.
fn is_mapping(project: &Project, wanted: ClassName) -> bool {
    project.is_subclass(known::MAPPING.class(), wanted)
        || project.class(wanted).is_none_or(|info| matches!(info.kind, ClassKind::Protocol | ClassKind::TypedDict))
}

/// Whether instances of a class have a member.
pub(super) fn has_member(project: &Project, class: ClassName, name: Name) -> bool {
    let Some(info) = project.class(class) else { return true };
    project.mro(info).iter().any(|(base, _)| {
        let Some(base) = project.class(*base) else { return !is_marker(*base) };
        !base.symbols.get(name).is_empty()
            || base.named_tuple.as_ref().is_some_and(|(_, fields)| fields.iter().any(|field| field.name == name))
            || base.class.is_some_and(|id| project.slots().find(base.module, SlotKind::Attribute(id, name)).is_some())
    })
}

/// Whether a class or a base of it defines a member that every object has.
pub(super) fn defines(project: &Project, class: ClassName, name: Name) -> bool {
    let Some(info) = project.class(class) else { return true };
    project.mro(info).iter().any(|(base, _)| {
        *base != known::OBJECT.class() && project.class(*base).is_some_and(|base| !base.symbols.get(name).is_empty())
    })
}

/// Whether a class or a base of it is made by another metaclass than `type`.
pub(super) fn has_metaclass(project: &Project, class: ClassName) -> bool {
    project.class(class).is_some_and(|info| {
        project.mro(info).iter().any(|(base, _)| {
            project.class(*base).and_then(|base| Some((project.module(base.module)?, base.class?))).is_some_and(
                |(module, class)| {
                    let arguments = module.facts.arguments(module.facts.class(class).arguments);
                    arguments.iter().any(|argument| argument.kind != ArgumentKind::Positional)
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
