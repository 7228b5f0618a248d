//! The words for a conclusion: one sentence that a reviewer can check, and the places that it rests on.

use super::confidence::{self, Callers};
use super::naming::Circle;
use super::params::is_receiver;
use super::stored::{needs_hint, repeats_display, repeats_parameter};
use super::uses::{self, Why};
use super::widen::Decline;
use super::{Answer, Model};
use crate::infer::{Bound, Evidence, EvidenceKind, Solved};
use crate::project::{Origin, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, SlotId, Type, known, union, without_none};

/// Places beyond these tell a reviewer nothing new.
const MAX_EVIDENCE: usize = 20;

/// What a conclusion rests on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Basis {
    /// The author's annotation.
    Declared,
    /// The annotation of this base class.
    Inherited(ClassName),
    /// The language.
    DataModel,
    /// Call sites.
    Callers {
        /// Their numbers.
        callers: Callers,
        /// Whether a default says something too.
        has_default: bool,
    },
    /// The default alone.
    Default,
    /// The body.
    Uses(Why),
    /// The getter of the property.
    Getter,
    /// A docstring.
    Docstring,
    /// `return`s with values.
    Returns {
        /// Those of a known type.
        known: usize,
        /// Those that give something of which nothing is known.
        unknown: usize,
        /// Those that do both.
        both: usize,
    },
    /// No `return` has a value.
    ReturnsNothing,
    /// Every `return` hands back `self`.
    ReturnsSelf,
    /// It always raises.
    NeverReturns,
    /// `yield`s.
    Yields,
    /// So many overriding methods.
    Overrides(usize),
    /// The method that it overrides.
    Overridden,
    /// Assignments.
    Stored,
    /// Assignments that leave something open, in a function whose hints make a checker ask.
    StoredInPart,
    /// So many other parameters of this name.
    Namesakes(Circle, usize),
    /// The name of the visitor method.
    Visitor,
    /// It is handed on as it came.
    PassedThrough,
    /// A tuple, of which only some items are known.
    TupleInPart,
}

impl Basis {
    /// Whether somebody has written the type down.
    pub(super) fn is_stated(&self) -> bool {
        matches!(self, Self::Declared | Self::Inherited(_) | Self::DataModel | Self::Docstring)
    }

    /// Whether names alone are behind it.
    pub(super) fn is_naming(&self) -> bool {
        matches!(self, Self::Namesakes(..) | Self::Visitor)
    }
}

/// The conclusion for a slot in words, or why there is none.
pub(super) fn report(model: &Model, slot: SlotId) -> Result<Solved, String> {
    let info = model.project.slots().info(slot);
    if model.project.module(info.module).is_none_or(|module| module.origin != Origin::Project) {
        return Err("its file is not to be edited".into());
    }
    if model.is_declared(slot) {
        return Err("it is annotated".into());
    }
    if is_receiver(model, slot) {
        return Err("it is the object or class that the method is called on".into());
    }
    if model.families.is_redefined(slot) {
        return Err("a class derived from its own makes a property or a method of it".into());
    }
    if let Some(solved) = model.shapes.assigned(slot) {
        if repeats_parameter(model, slot, &solved.ty) || repeats_display(model, slot, &solved.ty) {
            return Err("a checker can tell its type".into());
        }
        return Ok(Solved { confidence: confidence::of_shape(solved.confidence, &solved.ty), ..solved });
    }
    if matches!(info.kind, SlotKind::Captured(..)) {
        return Err("it is a local variable".into());
    }
    let answer = model.answers[slot.0 as usize].as_ref().map_err(decline)?;
    if !matches!(info.kind, SlotKind::Param(..) | SlotKind::Return(_)) && !needs_hint(model, slot) {
        return Err("a checker can tell its type".into());
    }
    Ok(solved(model, slot, answer))
}

/// A conclusion with the words for it.
pub(super) fn solved(model: &Model, slot: SlotId, answer: &Answer) -> Solved {
    Solved {
        ty: written(model, answer),
        confidence: answer.confidence,
        reason: sentence(model, slot, answer),
        evidence: evidence(model, slot, answer),
    }
}

/// The type as it is written: `return self` gives `Self` where the version of Python has it and subclasses exist, but
/// not in a metaclass, where it would mean the class that is made.
fn written(model: &Model, answer: &Answer) -> Type {
    match answer.ty.class() {
        Some(class)
            if answer.basis == Basis::ReturnsSelf
                && model.project.target.at_least(11)
                && model.families.has_subclass(class)
                && !model.project.is_subclass(class, known::TYPE.class()) =>
        {
            Type::Variable(Name::new("Self"))
        }
        _ => answer.ty.clone(),
    }
}

fn decline(decline: &Decline) -> String {
    match decline {
        Decline::NoEvidence => "no evidence".into(),
        Decline::TooManyTypes(ty) => {
            let names: Vec<String> = ty.members().iter().map(name).collect();
            format!("more than three types: {}", names.join(", "))
        }
        Decline::NoElementType(ty) => format!("no element type: {}", name(ty)),
        Decline::TooDeep(ty) => format!("too long or nested too deeply: {}", name(ty)),
        Decline::OnlyNone => "only `None` was seen".into(),
        Decline::NoSignature => "what the callable returns is not known".into(),
        Decline::Because(why) => (*why).into(),
    }
}

fn sentence(model: &Model, slot: SlotId, answer: &Answer) -> String {
    let ty = name(&answer.ty);
    match &answer.basis {
        Basis::Declared => "The author annotated it.".into(),
        Basis::Inherited(class) => match method_name(model, slot) {
            Some(method) if is_return(model, slot) => {
                format!("Overrides `{}.{method}`, which returns {ty}.", class.short())
            }
            Some(method) => format!("Overrides `{}.{method}`, which takes {ty}.", class.short()),
            None => format!("`{}` declares {ty}.", class.short()),
        },
        Basis::DataModel => match method_name(model, slot) {
            Some(method) => format!("The language gives `{method}` this type."),
            None => "The language gives it this type.".into(),
        },
        Basis::Callers { callers, has_default } => {
            let passed = if is_none_only_by_default(model, slot) { name(&without_none(&answer.ty)) } else { ty };
            callers_sentence(model, slot, *callers, *has_default, &passed)
        }
        Basis::Default => match default_text(model, slot) {
            Some(text) => format!("The default is `{text}`."),
            None => format!("The default is {ty}."),
        },
        Basis::Uses(Why::Passed) => format!("The body passes it on where {ty} is wanted."),
        Basis::Uses(Why::Members(names)) => {
            let shown: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
            format!("The body uses {}, which {ty} has and no other class in sight.", list(&shown))
        }
        Basis::Uses(Why::Operator) => format!("The body combines or compares it with {ty}."),
        Basis::Uses(Why::Checked) => format!("The body asks whether it is {ty}."),
        Basis::Uses(Why::Iterated) => "The body iterates over it, and its items are used so.".into(),
        Basis::Getter => format!("The property's getter returns {ty}."),
        Basis::Docstring => format!("The docstring says {ty}."),
        Basis::Returns { unknown: 0, .. } => format!("Every path returns {ty}."),
        Basis::Returns { unknown, both, .. } if unknown == both => {
            format!("It returns {ty}, or something that is not known.")
        }
        Basis::Returns { known, unknown, both } => {
            let give = if *known == 1 { "gives" } else { "give" };
            format!("{known} of {} returns {give} {ty}.", known + unknown - both)
        }
        Basis::ReturnsNothing => "It never returns a value.".into(),
        Basis::ReturnsSelf => "It returns the object it is called on.".into(),
        Basis::NeverReturns => "It always raises.".into(),
        Basis::Yields => format!("It yields, which makes it {ty}."),
        Basis::Overrides(1) => format!("The method that overrides it returns {ty}."),
        Basis::Overrides(count) => format!("The {count} methods that override it return {ty}."),
        Basis::Overridden => format!("The method that it overrides returns {ty}."),
        Basis::Namesakes(circle, count) => {
            let ty = name(&union(answer.ty.members().iter().filter(|member| **member != Type::None).cloned()));
            match circle {
                Circle::Class(..) => {
                    format!("All {count} other parameters of this name in the class whose type is known take {ty}.")
                }
                Circle::Repository => {
                    format!("All {count} other parameters of this name whose type is known take {ty}.")
                }
            }
        }
        Basis::Visitor => format!("The method is called after {ty}, which it visits."),
        Basis::PassedThrough => "The body passes it on as it came.".into(),
        Basis::Stored => format!("Assignments store {ty}."),
        Basis::StoredInPart => "Its function gets hints, and then a checker asks what it holds.".into(),
        Basis::TupleInPart => {
            let in_part = format!("It is {ty}; `Any` stands for what is not known.");
            let Type::Tuple(items) = without_none(&answer.ty) else { return in_part };
            match items.iter().filter(|item| !item.any(&mut |part| *part == Type::Any)).count() {
                0 => in_part,
                known if known == items.len() => format!("It is {ty}."),
                1 => format!("It is a tuple of {} items, of which 1 is known.", items.len()),
                known => format!("It is a tuple of {} items, of which {known} are known.", items.len()),
            }
        }
    }
}

fn callers_sentence(model: &Model, slot: SlotId, callers: Callers, has_default: bool, ty: &str) -> String {
    let place = if callers.only_tests { " in tests" } else { "" };
    let sites = |count: usize| match count {
        1 => format!("1 call site{place}"),
        _ => format!("{count} call sites{place}"),
    };
    let passes = if callers.known == 1 { "passes" } else { "pass" };
    let what = if callers.abstraction.is_some() {
        &format!("{}; the body needs no more than {ty}", if callers.known == 1 { "a container" } else { "containers" })
    } else {
        ty
    };
    if has_default && let Some(text) = default_text(model, slot) {
        return format!("The default is `{text}`, and {} {passes} {what}.", sites(callers.known));
    }
    match (callers.known, callers.unknown) {
        (1, 0) => format!("The only call site{place} passes {what}."),
        (2, 0) => format!("Both call sites{place} pass {what}."),
        (known, 0) => format!("All {} pass {what}.", sites(known)),
        (1, unknown) => format!("1 of {} passes {what}.", sites(1 + unknown)),
        (known, unknown) => format!("{known} of {} pass {what}.", sites(known + unknown)),
    }
}

/// Whether the default is `None`, and no call site passes that.
fn is_none_only_by_default(model: &Model, slot: SlotId) -> bool {
    let family = model.families.family(slot);
    let mut passed = family.iter().flat_map(|&slot| model.index.bounds(slot)).filter(|bound| {
        bound.kind == EvidenceKind::CallSite && model.settle(&bound.ty, family).ty.members().contains(&Type::None)
    });
    default_text(model, slot).as_deref() == Some("None") && passed.next().is_none()
}

fn is_return(model: &Model, slot: SlotId) -> bool {
    matches!(model.project.slots().info(slot).kind, SlotKind::Return(_))
}

fn method_name(model: &Model, slot: SlotId) -> Option<Name> {
    let info = model.project.slots().info(slot);
    let (SlotKind::Param(function, _) | SlotKind::Return(function)) = info.kind else { return None };
    model.function(info.module, function).map(|(_, function)| function.name)
}

/// The text of a short default.
pub(super) fn default_text(model: &Model, slot: SlotId) -> Option<String> {
    let info = model.project.slots().info(slot);
    let SlotKind::Param(function, index) = info.kind else { return None };
    let (module, function) = model.function(info.module, function)?;
    let default = function.params.get(usize::from(index))?.default?;
    let text = module.facts.expr(default).range.of(&module.source.as_ref()?.text);
    (text.len() <= 30 && !text.contains(['`', '\n'])).then(|| text.to_owned())
}

fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The places that an answer rests on, in order.
fn evidence(model: &Model, slot: SlotId, answer: &Answer) -> Vec<Evidence> {
    let alone = [slot];
    let family = if is_return(model, slot) { &alone[..] } else { model.families.family(slot) };
    let mut found: Vec<Evidence> = match &answer.basis {
        Basis::Uses(why) => uses::evidence(model, family, why),
        Basis::Docstring => model
            .ground
            .docstrings
            .of(slot)
            .map(|(ty, range)| Evidence {
                kind: EvidenceKind::Docstring,
                module: model.project.slots().info(slot).module,
                range,
                ty: Some(ty.clone()),
            })
            .into_iter()
            .collect(),
        Basis::Overrides(_) => model
            .families
            .overrides(slot)
            .iter()
            .filter_map(|&child| place_of(model, child, EvidenceKind::Override))
            .collect(),
        Basis::Overridden => {
            let parent = model.families.overridden(slot);
            parent.and_then(|parent| place_of(model, parent, EvidenceKind::Override)).into_iter().collect()
        }
        Basis::Inherited(_) => place_of(model, slot, EvidenceKind::Override).into_iter().collect(),
        Basis::DataModel => place_of(model, slot, EvidenceKind::DataModel).into_iter().collect(),
        _ => Vec::new(),
    };
    if found.is_empty() {
        // A generator that comes to its end returns nothing that anybody sees.
        let is_seen = |bound: &&Bound| {
            !(answer.basis == Basis::Yields && bound.kind == EvidenceKind::Return && bound.ty == Type::None)
        };
        for bound in family.iter().flat_map(|&slot| model.index.bounds(slot)).filter(is_seen) {
            let settled = model.settle(&bound.ty, family).ty;
            found.push(Evidence {
                kind: bound.kind,
                module: bound.module,
                range: bound.range,
                ty: (!settled.is_unknown()).then_some(settled),
            });
        }
    }
    found.sort_by_key(|evidence| (evidence.module, evidence.range.start, evidence.range.end));
    found.dedup();
    found.truncate(MAX_EVIDENCE);
    // It is kept to the end of the run.
    found.shrink_to_fit();
    found
}

/// The function that a slot belongs to, as a place.
fn place_of(model: &Model, slot: SlotId, kind: EvidenceKind) -> Option<Evidence> {
    let info = model.project.slots().info(slot);
    let (SlotKind::Param(function, _) | SlotKind::Return(function)) = info.kind else { return None };
    let (module, function) = model.function(info.module, function)?;
    // What the language fixes is in the title already.
    let ty = model.answer(slot).filter(|_| kind != EvidenceKind::DataModel).map(|answer| answer.ty.clone());
    Some(Evidence { kind, module: module.id, range: function.name_range, ty })
}

/// A type in a sentence, in backquotes.
fn name(ty: &Type) -> String {
    format!("`{}`", plain_name(ty))
}

pub(super) fn plain_name(ty: &Type) -> String {
    let joined = |items: &[Type], separator: &str| items.iter().map(plain_name).collect::<Vec<_>>().join(separator);
    match ty {
        Type::Unknown | Type::Opaque | Type::Slot(_) | Type::Part(..) => "?".into(),
        Type::Mixed => "many types".into(),
        Type::Any => "Any".into(),
        Type::Never => "NoReturn".into(),
        Type::None => "None".into(),
        Type::Literal(literal) => literal.class().short().into(),
        Type::Instance(class, args) if args.is_empty() => class.short().into(),
        Type::Instance(class, args) if class.short() == "tuple" => format!("tuple[{}, ...]", joined(args, ", ")),
        Type::Instance(class, args) => format!("{}[{}]", class.short(), joined(args, ", ")),
        Type::Tuple(items) => format!("tuple[{}]", if items.is_empty() { "()".into() } else { joined(items, ", ") }),
        Type::Class(class, _) => format!("type[{}]", class.short()),
        Type::Callable(callable) => {
            let params = callable.params.as_ref().map_or("...".into(), |params| format!("[{}]", joined(params, ", ")));
            format!("Callable[{params}, {}]", plain_name(&callable.result))
        }
        Type::Function(..) => "function".into(),
        Type::Module(_) => "module".into(),
        Type::Record(_) => "dict".into(),
        Type::Variable(name) => name.as_str().into(),
        Type::Shape(_) => "the record".into(),
        Type::Union(members) => joined(members, " | "),
    }
}
