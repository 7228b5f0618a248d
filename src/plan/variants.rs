//! Other types that a reviewer may prefer: what was seen, what is wider, what does without a definition.

use std::collections::BTreeMap;

use crate::infer::{Evidence, Inference, Shape, ShapeKind};
use crate::project::Project;
use crate::proposal::{Change, Proposal};
use crate::text::Name;
use crate::types::{ClassName, ShapeId, Type, known, union};

use super::messages::describe;
use super::named;
use super::turned::{self, Kind};

/// Most members of a union that is offered.
const MAX_MEMBERS: usize = 3;
/// How often a type is widened.
const MAX_STEPS: usize = 3;

/// A type that can stand in the place of the proposed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The type in words; it stays the same from run to run.
    pub label: String,
    /// What it is.
    pub instead: Instead,
}

/// What can take the place of what is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// For an annotation the type to write; for a definition what is written in the place of its name.
    Type(Type),
    /// A `NamedTuple` class in the place of an alias.
    NamedTuple,
    /// A definition in the place of a type that needs none.
    Definition(Kind),
}

impl Variant {
    /// What can be had instead of a proposal, nearest first; definitions that nobody proposed come last.
    /// `shapes` are those that were inferred, whatever a reviewer has made of them.
    pub fn of(project: &Project, inference: &Inference, shapes: &[Shape], proposal: &Proposal) -> Vec<Self> {
        let defined = proposal.changes.iter().find_map(|change| match change {
            Change::Define(shape) => Some(*shape),
            _ => None,
        });
        let (proposed, types) = match (defined, proposal.changes.first()) {
            (Some(id), _) => (Type::Shape(id), without_definition(&shapes[id.0 as usize].kind, &proposal.evidence)),
            (None, Some(Change::Annotate { ty, .. })) => (ty.clone(), around(project, ty, &proposal.evidence)),
            _ => return Vec::new(),
        };
        let mut variants: Vec<Self> = Vec::new();
        for ty in types {
            let label = label(shapes, &ty);
            if ty != proposed && is_writable(&ty) && variants.iter().all(|variant| variant.label != label) {
                variants.push(Self { label, instead: Instead::Type(ty) });
            }
        }
        if defined.is_some_and(|id| named::is_possible(&shapes[id.0 as usize].kind)) {
            variants.insert(0, Self { label: named::LABEL.to_owned(), instead: Instead::NamedTuple });
        }
        if defined.is_none() {
            let kinds = Kind::ALL.into_iter().filter(|&kind| turned::is_possible(project, inference, proposal, kind));
            variants
                .extend(kinds.map(|kind| Self { label: kind.label().to_owned(), instead: Instead::Definition(kind) }));
        }
        variants
    }
}

fn label(shapes: &[Shape], ty: &Type) -> String {
    let mut names: BTreeMap<ShapeId, Name> = BTreeMap::new();
    ty.any(&mut |part| {
        if let Type::Shape(id) = part {
            names.extend(shapes[id.0 as usize].names.first().map(|&name| (*id, name)));
        }
        false
    });
    describe(ty, &names)
}

fn is_writable(ty: &Type) -> bool {
    !ty.any(&mut |part| {
        matches!(
            part,
            Type::Unknown
                | Type::Mixed
                | Type::Never
                | Type::Record(_)
                | Type::Slot(_)
                | Type::Part(..)
                | Type::Function(..)
                | Type::Module(_)
        )
    })
}

/// What the places that were seen hold; none where they hold too much for a hint.
fn seen(evidence: &[Evidence]) -> Option<Type> {
    let types = evidence.iter().filter_map(|evidence| evidence.ty.as_ref());
    let seen = union(types.map(|ty| {
        ty.map(&mut |part| match part {
            Type::Literal(literal) => Some(Type::instance(literal.class())),
            _ => None,
        })
    }));
    (seen.members().len() <= MAX_MEMBERS).then_some(seen)
}

/// Narrower and wider types than that of an annotation.
fn around(project: &Project, ty: &Type, evidence: &[Evidence]) -> Vec<Type> {
    let mut types = Vec::from_iter(seen(evidence));
    let members: Vec<&Type> = ty.members().iter().filter(|member| **member != Type::None).collect();
    if ty.members().len() > 1 {
        types.push(union(members.iter().copied().cloned()));
        if members.len() > 1 {
            types.extend(members.iter().copied().cloned());
        }
    }
    let mut current = ty.clone();
    for _ in 0..MAX_STEPS {
        let Some(next) = wider(project, &current) else { break };
        types.push(next.clone());
        current = next;
    }
    if !ty.members().contains(&Type::None) && *ty != Type::Any {
        types.push(union([ty.clone(), Type::None]));
    }
    types
}

/// The next wider type; `None` beside it stays.
fn wider(project: &Project, ty: &Type) -> Option<Type> {
    if let Type::Union(members) = ty {
        let (with_none, others): (Vec<&Type>, Vec<&Type>) = members.iter().partition(|member| **member == Type::None);
        let [only] = others[..] else { return None };
        let wide = wider(project, only)?;
        return (!with_none.is_empty()).then(|| union([wide, Type::None]));
    }
    if let Type::Tuple(items) = ty {
        let item = union(items.iter().cloned());
        return (!items.is_empty() && item.members().len() <= MAX_MEMBERS).then(|| known::TUPLE.of([item]));
    }
    let Type::Instance(class, args) = ty else { return None };
    let abstract_set = ClassName::new(Name::new("typing"), Name::new("AbstractSet"));
    let steps = [
        (known::LIST.class(), known::SEQUENCE.class()),
        (known::MUTABLE_SEQUENCE.class(), known::SEQUENCE.class()),
        (known::TUPLE.class(), known::SEQUENCE.class()),
        (known::SEQUENCE.class(), known::ITERABLE.class()),
        (known::DICT.class(), known::MAPPING.class()),
        (known::MUTABLE_MAPPING.class(), known::MAPPING.class()),
        (known::SET.class(), abstract_set),
        (known::FROZENSET.class(), abstract_set),
        (abstract_set, known::ITERABLE.class()),
        (known::COLLECTION.class(), known::ITERABLE.class()),
        (known::ITERATOR.class(), known::ITERABLE.class()),
        (known::BOOL.class(), known::INT.class()),
        (known::INT.class(), known::FLOAT.class()),
    ];
    if let Some((_, wide)) = steps.iter().find(|(narrow, _)| narrow == class) {
        return Some(Type::generic(*wide, args.clone()));
    }
    if *class == known::GENERATOR.class() {
        return Some(known::ITERATOR.of([args.first()?.clone()]));
    }
    // The next base that says more than `object`.
    let info = project.class(*class)?;
    let (base, base_args) = project.mro(info).iter().find(|(base, _)| base != class)?;
    let says_little = [known::OBJECT.class(), known::PROTOCOL.class(), known::GENERIC.class(), known::TUPLE.class()];
    (base_args.is_empty() && !says_little.contains(base)).then(|| Type::instance(*base))
}

/// What a definition's users hold when it is not made.
fn without_definition(kind: &ShapeKind, evidence: &[Evidence]) -> Vec<Type> {
    match kind {
        ShapeKind::TypedDict { fields, .. } => {
            let values = union(fields.iter().map(|field| field.ty.clone()));
            let values = if values.members().len() <= MAX_MEMBERS && is_writable(&values) { values } else { Type::Any };
            let args = [known::STR.instance(), values];
            vec![known::DICT.of(args.clone()), known::MAPPING.of(args)]
        }
        ShapeKind::Alias(ty) | ShapeKind::ExistingAlias(ty) => match ty {
            Type::Tuple(items) => vec![ty.clone(), known::TUPLE.of([union(items.iter().cloned())])],
            _ => vec![ty.clone()],
        },
        ShapeKind::NewType { base, .. } => vec![base.clone()],
        ShapeKind::Protocol { .. } => classes_seen(evidence),
        // The class is there already; for a type variable stands whatever is given.
        ShapeKind::NamedTuple { .. } | ShapeKind::TypeVariable(_) => Vec::new(),
    }
}

/// The union of the classes that were seen where something was passed, in whatever container.
fn classes_seen(evidence: &[Evidence]) -> Vec<Type> {
    let mut classes: Vec<Type> = Vec::new();
    for ty in evidence.iter().filter_map(|evidence| evidence.ty.as_ref()) {
        ty.any(&mut |part| {
            if matches!(part, Type::Instance(_, args) if args.is_empty()) {
                classes.push(part.clone());
            }
            false
        });
    }
    let classes = union(classes);
    if classes.members().len() <= MAX_MEMBERS { vec![classes] } else { Vec::new() }
}
