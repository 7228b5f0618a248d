//! Definitions in the place of a type that needs none: a `TypedDict` for a `dict`, a `NamedTuple` for a tuple, a
//! `Protocol` for classes. Nobody proposes them, but a reviewer who knows more may want them.

use std::collections::BTreeMap;

use crate::facts::{ArgumentKind, Expr, ExprId, ExprKind, FileFacts, Function, ParamKind};
use crate::infer::{
    Confidence, Evidence, Field, Home, Inference, Member, MemberKind, MethodParam, MethodShape, Passing, Shape,
    ShapeKind,
};
use crate::project::{Binding, Definition, Module, Project, SlotKind};
use crate::proposal::{Change, Message, Part, Proposal};
use crate::text::{Name, camel};
use crate::types::{ClassName, FunctionRef, ShapeId, SlotId, Type, known, union};

use super::builtin_names::is_identifier;
use super::named;

/// The kinds of definition that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `class Name(TypedDict)`.
    TypedDict,
    /// `class Name(NamedTuple)`.
    NamedTuple,
    /// `class Name(Protocol)`.
    Protocol,
}

impl Kind {
    /// All kinds, in the order in which they are offered.
    pub(super) const ALL: [Self; 3] = [Self::TypedDict, Self::NamedTuple, Self::Protocol];

    /// The variant's name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::TypedDict => "TypedDict",
            Self::NamedTuple => named::LABEL,
            Self::Protocol => "Protocol",
        }
    }
}

/// The slot that a proposal annotates, with its type, where it does nothing else.
fn only_annotation(proposal: &Proposal) -> Option<(SlotId, &Type)> {
    match &proposal.changes[..] {
        [Change::Annotate { slot, ty }] => Some((*slot, ty)),
        _ => None,
    }
}

/// Whether a proposal can be turned into a definition of this kind.
pub(super) fn is_possible(project: &Project, inference: &Inference, proposal: &Proposal, kind: Kind) -> bool {
    definition(project, inference, proposal, kind).is_some()
}

/// Makes a definition of this kind, and annotates what the proposal annotates with it.
pub(super) fn turn(project: &Project, inference: &mut Inference, proposal: &mut Proposal, kind: Kind) {
    let Some((shape, part)) = definition(project, inference, proposal, kind) else { return };
    let Some((slot, ty)) = only_annotation(proposal) else { return };
    let id = ShapeId(inference.shapes.len() as u32);
    let mut replaced = ty.clone();
    if part == replaced {
        replaced = Type::Shape(id);
    } else {
        replaced =
            union(replaced.members().iter().map(|own| if *own == Type::None { Type::None } else { Type::Shape(id) }));
    }
    inference.shapes.push(shape);
    proposal.changes = vec![Change::Define(id), Change::Annotate { slot, ty: replaced }];
    proposal.title = Message(vec![
        Part::Text("Define `".to_owned()),
        Part::Type(Type::Shape(id)),
        Part::Text(format!("` as a {} in the place of `", kind.label())),
        Part::Type(part),
        Part::Text("`".to_owned()),
    ]);
    if kind == Kind::NamedTuple {
        named::convert(project, inference, proposal, id);
    }
}

/// The definition, and the type, without a `None` beside it, whose place it takes.
fn definition(project: &Project, inference: &Inference, proposal: &Proposal, kind: Kind) -> Option<(Shape, Type)> {
    let (slot, ty) = only_annotation(proposal)?;
    let part = union(ty.members().iter().filter(|member| **member != Type::None).cloned());
    let info = project.slots().info(slot);
    let module = project.module(info.module)?;
    let (SlotKind::Param(id, _) | SlotKind::Return(id)) = info.kind else { return None };
    let place = Place { project, module, function: module.facts.function(id), slot: info.kind };
    let shape = match kind {
        Kind::TypedDict => ShapeKind::typed_dict(place.fields(&part, &proposal.evidence)?),
        Kind::NamedTuple => Some(ShapeKind::Alias(part.clone())).filter(named::is_possible)?,
        Kind::Protocol => ShapeKind::Protocol { members: place.members(inference, &part)? },
    };
    let names = match &shape {
        ShapeKind::Protocol { members } => protocol_names(members),
        _ => place.names(),
    };
    let shape = Shape {
        names,
        kind: shape,
        home: Home { module: info.module, before: place.function.name_range.start },
        slots: vec![slot],
        locals: Vec::new(),
        confidence: Confidence::High,
        reason: String::new(),
        evidence: Vec::new(),
    };
    Some((shape, part))
}

/// The keys of a dict display, with the types of their values where these are plain to see.
type Display = Vec<(Name, Option<Type>)>;

/// Where the type stands.
struct Place<'a> {
    project: &'a Project,
    module: &'a Module,
    function: &'a Function,
    slot: SlotKind,
}

impl<'a> Place<'a> {
    fn facts(&self) -> &'a FileFacts {
        &self.module.facts
    }

    fn param(&self) -> Option<Name> {
        let SlotKind::Param(_, index) = self.slot else { return None };
        self.function.params.get(usize::from(index)).map(|param| param.name)
    }

    /// Whether an expression is the parameter.
    fn is_param(&self, expr: ExprId) -> bool {
        matches!(self.facts().expr(expr).kind, ExprKind::Name(name, _) if Some(name) == self.param())
    }

    /// The expressions of the function.
    fn exprs(&self) -> impl Iterator<Item = ExprKind> {
        let range = self.function.range;
        let inside =
            self.facts().exprs.iter().filter(move |e| range.start <= e.range.start && e.range.end <= range.end);
        inside.map(|expr| expr.kind)
    }

    /// Names after the parameter, or after what a function makes: `order` and `make_order` give `Order`.
    fn names(&self) -> Vec<Name> {
        const VERBS: [&str; 8] = ["get", "make", "build", "new", "create", "load", "read", "parse"];
        let name = self.param().unwrap_or(self.function.name);
        let words: Vec<&str> = name.as_str().split('_').filter(|word| !word.is_empty()).collect();
        let words = match &words[..] {
            [verb, rest @ ..] if self.param().is_none() && !rest.is_empty() && VERBS.contains(verb) => rest,
            all => all,
        };
        let name = camel(words);
        [name.clone(), format!("{name}Data")].iter().map(|name| Name::new(name)).collect()
    }

    /// The keys of a dict, as far as displays that were seen and the function tell; none where some key is no name.
    fn fields(&self, ty: &Type, evidence: &[Evidence]) -> Option<Vec<Field>> {
        let Type::Instance(class, args) = ty else { return None };
        let is_dict =
            [&known::DICT, &known::MAPPING, &known::MUTABLE_MAPPING].iter().any(|known| known.class() == *class);
        let [key, value] = &args[..] else { return None };
        if !is_dict || *key != known::STR.instance() {
            return None;
        }
        let displays = self.displays(evidence)?;
        let mut fields: Vec<Field> = Vec::new();
        for (name, _) in displays.iter().flatten() {
            if fields.iter().all(|field| field.name != *name) {
                let values = displays.iter().flatten().filter(|(other, _)| other == name).map(|(_, ty)| ty.clone());
                let told = values.collect::<Option<Vec<Type>>>().map(union);
                let required = displays.iter().all(|display| display.iter().any(|(other, _)| other == name));
                fields.push(Field { name: *name, ty: told.unwrap_or_else(|| value.clone()), required });
            }
        }
        for (name, is_read) in self.keys()? {
            if fields.iter().all(|field| field.name != name) {
                fields.push(Field { name, ty: value.clone(), required: is_read && displays.is_empty() });
            }
        }
        (!fields.is_empty()).then_some(fields)
    }

    /// The displays that were seen.
    fn displays(&self, evidence: &[Evidence]) -> Option<Vec<Display>> {
        let mut displays = Vec::new();
        for seen in evidence {
            let Some(module) = self.project.module(seen.module).filter(|module| module.origin.is_repository()) else {
                continue;
            };
            let facts = &module.facts;
            let within = |expr: &&Expr| seen.range.start <= expr.range.start && expr.range.end <= seen.range.end;
            let dicts = facts.exprs.iter().filter(within).filter(|expr| matches!(expr.kind, ExprKind::Dict(_)));
            let Some(outer) = dicts.max_by_key(|expr| expr.range.len()) else { continue };
            let ExprKind::Dict(items) = outer.kind else { continue };
            let mut display = Vec::new();
            for item in items.of(&facts.dict_items) {
                let ExprKind::Str(Some(key)) = facts.expr(item.key?).kind else { return None };
                if !is_identifier(key.as_str()) {
                    return None;
                }
                display.push((key, literal(facts.expr(item.value).kind)));
            }
            displays.push(display);
        }
        Some(displays)
    }

    /// The keys that the function asks the parameter for, and whether it reads them as if they were there.
    fn keys(&self) -> Option<BTreeMap<Name, bool>> {
        let facts = self.facts();
        let mut keys: BTreeMap<Name, bool> = BTreeMap::new();
        for kind in self.exprs() {
            let (index, is_read) = match kind {
                ExprKind::Subscript(base, index) if self.is_param(base) => (index, true),
                ExprKind::Call(callee, arguments) => match (facts.expr(callee).kind, facts.arguments(arguments)) {
                    (ExprKind::Attribute(base, name), [first, ..])
                        if self.is_param(base)
                            && matches!(name.as_str(), "get" | "pop" | "setdefault")
                            && first.kind == ArgumentKind::Positional =>
                    {
                        (first.value, false)
                    }
                    _ => continue,
                },
                _ => continue,
            };
            let ExprKind::Str(Some(key)) = facts.expr(index).kind else { return None };
            if !is_identifier(key.as_str()) {
                return None;
            }
            *keys.entry(key).or_default() |= is_read;
        }
        Some(keys)
    }

    /// What the function asks the parameter for, as members that all its classes have.
    fn members(&self, inference: &Inference, ty: &Type) -> Option<Vec<Member>> {
        let classes: Vec<ClassName> = ty
            .members()
            .iter()
            .map(|member| match member {
                Type::Instance(class, args) if args.is_empty() => Some(*class),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let is_own = |class: &ClassName| {
            let module = self.project.class(*class).and_then(|class| self.project.module(class.module));
            module.is_some_and(|module| module.origin.is_repository())
        };
        if classes.is_empty() || !classes.iter().all(is_own) {
            return None;
        }
        let mut asked: Vec<Name> = Vec::new();
        for kind in self.exprs() {
            if let ExprKind::Attribute(base, name) = kind
                && self.is_param(base)
                && !asked.contains(&name)
            {
                asked.push(name);
            }
        }
        let member = |name: Name| {
            let kinds: Vec<MemberKind> =
                classes.iter().map(|&class| self.member(inference, class, name)).collect::<Option<_>>()?;
            joined(kinds).map(|kind| Member { name, kind })
        };
        let members: Vec<Member> = asked.into_iter().map(member).collect::<Option<_>>()?;
        (!members.is_empty()).then_some(members)
    }

    /// What a member of a class is.
    fn member(&self, inference: &Inference, class: ClassName, name: Name) -> Option<MemberKind> {
        let project = self.project;
        let info = project.class(class)?;
        let type_of = |module, kind, declared: Option<&Type>| {
            let solved = project.slots().find(module, kind).and_then(|slot| inference.solved(slot));
            declared.or(solved.map(|solved| &solved.ty)).cloned().unwrap_or(Type::Unknown)
        };
        let found = project.member(info, name, 0);
        if let Some(found) = &found
            && let [Definition::Function(id)] = found.definitions
        {
            let module = found.class.module;
            let function = project.module(module)?.facts.function(*id);
            let signature = project.signature(FunctionRef { module, function: id.0 })?;
            let result = type_of(module, SlotKind::Return(*id), signature.result.as_ref());
            return match signature.binding {
                Binding::Property => Some(MemberKind::Property(result)),
                Binding::Plain => {
                    let own = signature.params.iter().enumerate().skip(1);
                    let params = own.map(|(index, param)| MethodParam {
                        name: param.name,
                        ty: type_of(module, SlotKind::Param(*id, index as u16), param.ty.as_ref()),
                        optional: param.has_default,
                        passing: Passing::Either,
                    });
                    let is_plain = function.params.iter().all(|param| matches!(param.kind, ParamKind::Normal));
                    let method = MethodShape { params: params.collect(), result, is_async: function.is_async };
                    is_plain.then_some(MemberKind::Method(method))
                }
                _ => None,
            };
        }
        let mut slots = project.mro(info).iter().filter_map(|(class, _)| {
            let info = project.class(*class)?;
            let kind = SlotKind::Attribute(info.class?, name);
            project.slots().find(info.module, kind).map(|_| type_of(info.module, kind, None))
        });
        slots.next().map(MemberKind::Property)
    }
}

/// What a member is over all classes; none where they do not agree.
fn joined(kinds: Vec<MemberKind>) -> Option<MemberKind> {
    let mut kinds = kinds.into_iter();
    let first = kinds.next()?;
    kinds.try_fold(first, |so_far, next| match (so_far, next) {
        (MemberKind::Property(one), MemberKind::Property(other)) => {
            let is_known = !one.is_unknown() && !other.is_unknown();
            Some(MemberKind::Property(if is_known { union([one, other]) } else { Type::Any }))
        }
        (MemberKind::Method(one), MemberKind::Method(other)) if one.is_async == other.is_async => {
            let same = |one: &Type, other: &Type| if one == other { one.clone() } else { Type::Unknown };
            let agree = one.params.len() == other.params.len()
                && one.params.iter().zip(&other.params).all(|(a, b)| a.name == b.name && a.optional == b.optional);
            let params = one.params.iter().zip(&other.params);
            let params = params.map(|(a, b)| MethodParam { ty: same(&a.ty, &b.ty), ..a.clone() }).collect();
            let result = same(&one.result, &other.result);
            agree.then_some(MemberKind::Method(MethodShape { params, result, is_async: one.is_async }))
        }
        _ => None,
    })
}

fn protocol_names(members: &[Member]) -> Vec<Name> {
    let Some(first) = members.first() else { return Vec::new() };
    let prefix = if matches!(first.kind, MemberKind::Method(_)) { "Supports" } else { "Has" };
    let named = |count: usize| {
        let words = members.iter().take(count).flat_map(|member| member.name.as_str().split('_'));
        Name::new(&format!("{prefix}{}", camel(words)))
    };
    vec![named(1), named(2), named(3)]
}

/// The type of a value that says it itself.
fn literal(kind: ExprKind) -> Option<Type> {
    Some(match kind {
        ExprKind::Str(_) | ExprKind::FString(_) => known::STR.instance(),
        ExprKind::Bytes => known::BYTES.instance(),
        ExprKind::Int(_) => known::INT.instance(),
        ExprKind::Float => known::FLOAT.instance(),
        ExprKind::Bool(_) => known::BOOL.instance(),
        _ => return None,
    })
}
