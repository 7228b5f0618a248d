//! Calling a class: its constructor, and the fields of named tuples.

use crate::facts::ArgumentKind;
use crate::infer::EvidenceKind;
use crate::project::{ClassInfo, ClassKind, Definition, SlotKind};
use crate::text::Name;
use crate::types::{Args, ClassName, FunctionRef, Type, known};

use super::call::Given;
use super::generics::Fit;
use super::names::NAMES;
use super::{Evaluator, concrete_part};

impl Evaluator<'_> {
    /// What calling a class gives: its instance, unless `__new__` may give something else instead.
    pub(super) fn construct(&mut self, class: ClassName, args: &Args, given: &[Given]) -> Type {
        let made = self.instance_made(class, args, given);
        // A checker looks at the class alone.
        if !self.state.checking && self.may_give_another(class) { Type::Unknown } else { made }
    }

    /// Whether `__new__` of a class of the repository may return an object of an unrelated class. That one may later
    /// make the instance that it stands for.
    fn may_give_another(&mut self, class: ClassName) -> bool {
        let project = self.project;
        let Some(found) = project.class(class).and_then(|info| project.member(info, NAMES.new, 0)) else {
            return false;
        };
        let Some(&Definition::Function(function)) = found.definitions.last() else { return false };
        let module = found.class.module;
        if !project.module(module).is_some_and(|module| module.origin.is_repository()) {
            return false;
        }
        let is_related = |other: ClassName| project.is_subclass(other, class) || project.is_subclass(class, other);
        let here = self.class.map(|class| ClassName::new(self.module.name, self.facts.class(class).qualname));
        let is_another = |other: ClassName| project.class(other).is_some() && !is_related(other) && here != Some(other);
        let result = self.result_of(FunctionRef { module, function: function.0 });
        result.members().iter().any(|member| matches!(member, Type::Instance(other, _) if is_another(*other)))
    }

    /// The instance that calling a class makes.
    fn instance_made(&mut self, class: ClassName, args: &Args, given: &[Given]) -> Type {
        let project = self.project;
        let Some(info) = project.class(class) else { return Type::Unknown };
        match info.kind {
            ClassKind::NewType | ClassKind::TypedDict | ClassKind::Enum => return Type::instance(class),
            _ => {}
        }
        let own: Args = if args.is_empty() {
            info.type_params.iter().map(|&param| Type::Variable(param)).collect()
        } else {
            args.clone()
        };
        let instance = Type::Instance(class, own);
        let constructor = self.constructor(info);
        let Some((function, is_init)) = constructor.filter(|_| !self.takes_fields(info)) else {
            self.tell_fields(info, given);
            return if info.type_params.is_empty() {
                Type::instance(class)
            } else {
                Type::Instance(class, unknown_args(info))
            };
        };
        let receiver = if is_init { instance.clone() } else { Type::Class(class, Args::default()) };
        let Some(signature) = project.signature(function) else { return Type::instance(class) };
        let candidates = if signature.is_overload { self.overloads(function) } else { vec![function] };
        let mut chosen: Option<Type> = None;
        let is_single = candidates.len() == 1;
        for candidate in candidates {
            let Some(signature) = project.signature(candidate) else { continue };
            if !is_single && !signature.is_overload {
                continue;
            }
            let Some(matched) = self.match_arguments(signature, 1, given) else { continue };
            let mut bindings = self.class_bindings(candidate, &receiver).unwrap_or_default();
            self.muted += 1;
            let fit = self.solve_arguments(signature, None, &matched, &mut bindings, false);
            self.muted -= 1;
            if fit == Fit::No && !is_single {
                continue;
            }
            self.tell(candidate, signature, &matched, &bindings);
            self.tell_options(candidate, signature, given);
            self.hand_on_options(candidate, signature, (given, &matched));
            self.solve_arguments(signature, None, &matched, &mut bindings, true);
            let declared = if is_init {
                // `self: dict[str, _VT]` in an overload of `__init__` says what is made.
                signature
                    .params
                    .first()
                    .and_then(|param| param.ty.clone())
                    .filter(|ty| matches!(ty, Type::Instance(other, _) if *other == class))
            } else {
                signature.result.clone().filter(|ty| matches!(ty, Type::Instance(other, _) if *other == class))
            };
            let made = bindings.apply(&declared.unwrap_or_else(|| instance.clone()));
            if fit == Fit::Yes {
                chosen = Some(made);
                break;
            }
            chosen = match chosen {
                Some(other) if other != made => Some(Type::Instance(class, unknown_args(info))),
                _ => Some(made),
            };
        }
        chosen.unwrap_or_else(|| Type::Instance(class, unknown_args(info)))
    }

    /// The method that takes the arguments of a constructor call, and whether it is `__init__`.
    fn constructor(&self, info: &ClassInfo) -> Option<(FunctionRef, bool)> {
        let project = self.project;
        let find = |name: Name| {
            let found = project.member(info, name, 0)?;
            if found.class.name == known::OBJECT.class() {
                return None;
            }
            found.definitions.iter().rev().find_map(|definition| match definition {
                Definition::Function(function) => {
                    Some(FunctionRef { module: found.class.module, function: function.0 })
                }
                _ => None,
            })
        };
        find(NAMES.init).map(|function| (function, true)).or_else(|| find(NAMES.new).map(|function| (function, false)))
    }

    /// Whether the constructor is the one that `namedtuple(...)` makes.
    fn takes_fields(&self, info: &ClassInfo) -> bool {
        let project = self.project;
        project
            .mro(info)
            .iter()
            .filter_map(|(base, _)| project.class(*base))
            .find(|base| {
                base.named_tuple.is_some()
                    || [NAMES.init, NAMES.new].iter().any(|&name| !base.symbols.get(name).is_empty())
            })
            .is_some_and(|base| base.named_tuple.is_some())
    }

    /// `point._replace(x=1)` and `Point._make(row)` tell the fields of a `namedtuple` like its constructor does.
    pub(super) fn remade(&mut self, receiver: &Type, name: Name, given: &[Given]) {
        let (Type::Instance(class, _) | Type::Class(class, _)) = receiver else { return };
        let Some(info) = self.project.class(*class).filter(|_| name.is("_replace") || name.is("_make")) else { return };
        if name.is("_replace") {
            self.tell_fields(info, given);
        } else if let [row] = given {
            self.tell_fields(info, &[Given { kind: ArgumentKind::Star, ..row.clone() }]);
        }
    }

    /// Tells the fields of a `namedtuple(...)` what the constructor is called with.
    fn tell_fields(&mut self, info: &ClassInfo, given: &[Given]) {
        let project = self.project;
        let Some((module, call, fields)) = project.class(info.name).and_then(|info| {
            project.mro(info).iter().find_map(|(base, _)| {
                let base = project.class(*base)?;
                base.named_tuple.as_ref().map(|(call, fields)| (base.module, *call, fields))
            })
        }) else {
            return;
        };
        let mut position = 0;
        for argument in given {
            let told: Vec<(usize, Type)> = match argument.kind {
                ArgumentKind::Positional => vec![(position, argument.ty.clone())],
                ArgumentKind::Keyword(name) => {
                    let index = fields.iter().position(|field| field.name == name);
                    index.into_iter().map(|index| (index, argument.ty.clone())).collect()
                }
                // `Point(*pair)`: as many as there are left, if nothing comes after it.
                ArgumentKind::Star => {
                    let count =
                        if let Type::Tuple(items) = &argument.ty { items.len() } else { fields.len() - position };
                    (0..count).map(|index| (position + index, self.unpacked(&argument.ty, index, None))).collect()
                }
                ArgumentKind::DoubleStar => return,
            };
            if !matches!(argument.kind, ArgumentKind::Keyword(_)) {
                position = (position + told.len()).min(fields.len());
            }
            // What is unpacked says nothing where nothing is known of it.
            let is_silent = |ty: &Type| argument.kind == ArgumentKind::Star && concrete_part(ty).is_unknown();
            for (index, ty) in told.into_iter().filter(|(index, ty)| *index < fields.len() && !is_silent(ty)) {
                if let Some(slot) = project.slots().find(module, SlotKind::Field(call, index as u16)) {
                    let range = argument.expr.map_or(self.here, |expr| self.facts.expr(expr).range);
                    self.bound(slot, ty, EvidenceKind::CallSite, range);
                }
            }
        }
    }
}

fn unknown_args(info: &ClassInfo) -> Args {
    info.type_params.iter().map(|_| Type::Unknown).collect()
}
