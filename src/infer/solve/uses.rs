//! What the body of a function says of its parameter: what is asked of a value tells what it must be.

use super::Model;
use super::bases::is_assignable;
use super::confidence::{is_fixed_tuple, is_value};
use super::index::path;
use super::members::has_member;
use super::widen::{numeric, readable};
use crate::facts::{BinaryOp, CompareOp};
use crate::infer::{Bound, Confidence, Evidence, EvidenceKind, Use, UseKind};
use crate::project::{Binding, ClassKind, Definition};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, Projection, SlotId, Type, known, union};

/// Uses beyond these repeat what the first ones say.
const MAX_USES: usize = 400;

/// Names that many things besides the builtin classes have: one of them alone is no sign of a builtin.
const COMMON_NAMES: [&str; 16] = [
    "format",
    "join",
    "replace",
    "index",
    "count",
    "title",
    "find",
    "translate",
    "copy",
    "get",
    "update",
    "pop",
    "add",
    "remove",
    "clear",
    "split",
];

/// A type that the body suggests.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    /// The type.
    pub(super) ty: Type,
    /// How sure it is; High only where a taker is sure of its own type.
    pub(super) confidence: Confidence,
    /// What suggests it.
    pub(super) why: Why,
}

/// What in the body suggests a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    /// It is passed or stored where the type is wanted.
    Passed,
    /// Only this class has these members.
    Members(Vec<Name>),
    /// An operator or comparison with a value of the type.
    Operator,
    /// `isinstance`.
    Checked,
    /// It is iterated, and its items are used so.
    Iterated,
}

/// What is asked of one value.
#[derive(Default)]
pub(super) struct Asked<'o> {
    names: Vec<Name>,
    uses: Vec<&'o Use>,
    iterated: bool,
    /// The slots that it is passed to or stored in.
    takers: Vec<SlotId>,
    /// Whether it is `None` until it is tested.
    is_optional: bool,
}

impl<'o> Asked<'o> {
    /// A value of which these uses were seen, and that goes to these slots.
    pub(super) fn of(uses: impl IntoIterator<Item = &'o Use>, takers: Vec<SlotId>) -> Self {
        let mut asked = Self { takers, ..Self::default() };
        uses.into_iter().take(MAX_USES).for_each(|usage| asked.add(usage));
        asked
    }

    fn add(&mut self, usage: &'o Use) {
        match &usage.kind {
            UseKind::Attribute(name) | UseKind::SetAttribute(name, _) | UseKind::Method(name, ..) => {
                self.add_name(*name);
            }
            UseKind::Iterate => self.iterated = true,
            _ => {}
        }
        self.uses.push(usage);
    }

    fn add_name(&mut self, name: Name) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

/// The type that the body of the functions with these parameters suggests.
pub(super) fn guess(model: &Model, slots: &[SlotId]) -> Option<Guess> {
    let is_optional = slots.iter().any(|&slot| model.project.defaults_to_none(slot));
    let mut value = Asked { takers: takers(model, slots), is_optional, ..Asked::default() };
    let mut items = Asked::default();
    for &slot in slots {
        for usage in model.index.uses(slot).take(MAX_USES) {
            match path(&usage.subject)[..] {
                [] => value.add(usage),
                [Projection::Element] => items.add(usage),
                _ => {}
            }
        }
    }
    let param = slots.first().and_then(|&slot| model.param_name(slot));
    from_both(model, &value, &items, param)
}

/// The slots that a family of parameters is handed on to. What is passed on to a sibling of the own family goes round in
/// a circle, and what is gathered in `**options` tells nothing of each other.
fn takers(model: &Model, slots: &[SlotId]) -> Vec<SlotId> {
    let flows = slots.iter().flat_map(|&slot| model.index.flows(slot));
    let is_taker = |bound: &&Bound| {
        matches!(bound.kind, EvidenceKind::CallSite | EvidenceKind::Assignment)
            && slots.binary_search(&bound.slot).is_err()
            && !model.project.is_variadic(bound.slot)
    };
    flows.filter(is_taker).map(|bound| bound.slot).collect()
}

/// The type that the uses of a value of some name, and those of its items, suggest.
pub(super) fn from_both(model: &Model, value: &Asked, items: &Asked, name: Option<Name>) -> Option<Guess> {
    let found = from_value(model, value, name);
    if found.is_some() || !value.iterated || !value.names.is_empty() {
        return found;
    }
    // `for name in names: name.strip()`
    let singular = name.and_then(|name| name.as_str().strip_suffix('s')).map(Name::new);
    let item = from_value(model, items, singular)?;
    Some(Guess { ty: known::ITERABLE.of([item.ty]), confidence: Confidence::Low, why: Why::Iterated })
}

/// Places of the uses that a report shows, in their order.
pub(super) fn evidence(model: &Model, slots: &[SlotId], why: &Why) -> Vec<Evidence> {
    let mut found = Vec::new();
    for usage in slots.iter().flat_map(|&slot| model.index.uses(slot).take(MAX_USES)) {
        let (shown, ty) = match (&usage.kind, why) {
            (UseKind::Passed(ty), Why::Passed) => (true, Some(model.settle(ty, slots).ty)),
            (
                UseKind::Attribute(name) | UseKind::SetAttribute(name, _) | UseKind::Method(name, ..),
                Why::Members(names),
            ) => (names.contains(name), None),
            (UseKind::Operand(_, ty, _) | UseKind::Compare(_, ty), Why::Operator) => {
                (true, Some(model.settle(ty, slots).ty))
            }
            (UseKind::IsInstance(_), Why::Checked) | (UseKind::Iterate, Why::Iterated) => (true, None),
            _ => (false, None),
        };
        if shown {
            found.push(Evidence {
                kind: EvidenceKind::Use,
                module: usage.module,
                range: usage.range,
                ty: ty.filter(|ty| !ty.is_unknown()),
            });
        }
    }
    found
}

fn from_value(model: &Model, asked: &Asked, param: Option<Name>) -> Option<Guess> {
    if let Some(guess) = from_passing(model, asked) {
        return Some(guess);
    }
    let mut names = asked.names.clone();
    names.retain(|name| !name.as_str().starts_with("__"));
    if !names.is_empty() {
        return from_members(model, asked, &names, param);
    }
    from_operators(model, asked).or_else(|| from_checks(model, asked))
}

/// Passed to a typed parameter of a stub or of the project, or stored in an attribute of known type.
fn from_passing(model: &Model, asked: &Asked) -> Option<Guess> {
    let mut wanted: Vec<(Type, Confidence)> = Vec::new();
    let mut add = |ty: Type, confidence: Confidence| match wanted.iter_mut().find(|(known, _)| *known == ty) {
        Some((_, known)) => *known = (*known).max(confidence),
        None => wanted.push((ty, confidence)),
    };
    for usage in &asked.uses {
        if let UseKind::Passed(allowed) = &usage.kind
            && let Some(ty) = wanted_type(model, allowed)
        {
            let is_told = is_plain(&ty) && takes_one(allowed, asked.is_optional);
            add(ty, if is_told { Confidence::High } else { Confidence::Low });
        }
    }
    for &taker in &asked.takers {
        if let Some(answer) = model.answer(taker)
            && let Some(ty) = wanted_type(model, &answer.ty)
        {
            let is_number = is_value(&ty) && !ty.is(&known::STR);
            let confidence = match answer.confidence {
                _ if !is_plain(&ty) || answer.basis.is_naming() => Confidence::Low,
                weak if is_number => weak.max(Confidence::Medium),
                other => other,
            };
            add(ty, confidence);
        }
    }
    // The narrowest type that all takers accept.
    let (ty, confidence) = wanted
        .iter()
        .find(|(ty, _)| wanted.iter().all(|(other, _)| is_assignable(model.project, ty, other)))
        .cloned()?;
    let fits = ty.members().iter().all(|member| match member.class() {
        Some(class) => asked.names.iter().all(|&name| has_member(model.project, class, name)),
        None => true,
    });
    fits.then_some(Guess { ty, confidence, why: Why::Passed })
}

/// Whether a taker allows one type only: one that allows more does not say which of it is passed on. `None` is left out
/// on the way from a parameter that has it as its default.
fn takes_one(allowed: &Type, is_optional: bool) -> bool {
    let is_counted = |ty: &&Type| match ty {
        Type::None => !is_optional,
        // Beside `SupportsFloat` it stands for numbers too.
        other => other.class().is_none_or(|class| class.short() != "SupportsIndex"),
    };
    allowed.members().iter().filter(is_counted).count() <= 1
}

/// Whether nobody would write another type for what is passed on: a class without arguments, a tuple of fixed length.
fn is_plain(ty: &Type) -> bool {
    is_simple(ty) || is_fixed_tuple(ty)
}

fn is_simple(ty: &Type) -> bool {
    matches!(ty, Type::Instance(_, args) if args.is_empty())
}

/// The type of values that a taker is meant to be given; none where its type is too open to tell.
fn wanted_type(model: &Model, ty: &Type) -> Option<Type> {
    let members: Vec<&Type> = ty.members().iter().filter(|member| **member != Type::None).collect();
    let names_class = |member: &&Type, name: &str| member.class().is_some_and(|class| class.short() == name);
    // `math.sqrt` and its like take whatever converts to a number; a reader writes `float`.
    if members.iter().any(|member| names_class(member, "SupportsFloat")) {
        return Some(known::FLOAT.instance());
    }
    if matches!(members[..], [member] if names_class(&member, "SupportsIndex")) {
        return Some(known::INT.instance());
    }
    let settled = model.settle(&union(members.iter().copied().cloned()), &[]);
    // A union forgets what cannot be written: who takes `int | HasFileno` is seldom given numbers.
    if settled.ty.is(&known::INT) && members.iter().any(|member| model.settle(member, &[]).ty.is_unknown()) {
        return None;
    }
    let is_open = settled.ty.any(&mut |part| match part {
        Type::Unknown | Type::Any | Type::Mixed | Type::Variable(_) | Type::Never => true,
        Type::Instance(class, _) => {
            *class == known::OBJECT.class()
                || model.project.class(*class).is_some_and(|info| info.kind == ClassKind::Protocol)
                    && !is_collection(*class)
        }
        _ => false,
    });
    if is_open {
        return None;
    }
    let ty = numeric(&settled.ty);
    // A path is taken as text, as an object, or as bytes; which of them comes is not told by the taker.
    if ty.members().len() > 1 || matches!(ty, Type::Class(..) | Type::Callable(_)) {
        return None;
    }
    readable(model.project, &ty).ok()
}

/// Protocols that people do write.
fn is_collection(class: ClassName) -> bool {
    [&known::ITERABLE, &known::SEQUENCE, &known::MAPPING, &known::COLLECTION, &known::ITERATOR]
        .iter()
        .any(|known| known.class() == class)
}

fn from_members(model: &Model, asked: &Asked, names: &[Name], param: Option<Name>) -> Option<Guess> {
    let project = model.project;
    let outside = model.ground.members.outside_with(names);
    let inside = model.ground.members.repository_with(project, names)?;
    let named_alike = |class: ClassName| param.is_some_and(|param| is_named_after(param, class));
    let why = Why::Members(names.to_vec());
    if outside.is_empty() {
        let class = match inside[..] {
            [class] => class,
            _ => inside.iter().copied().find(|&class| named_alike(class))?,
        };
        if class.qualname.as_str().contains("<locals>") {
            return None;
        }
        let is_unique = names.iter().any(|&name| model.ground.members.is_unique(name));
        let confidence = match (names.len(), named_alike(class)) {
            (2.., true) => Confidence::Medium,
            (1, true) if is_unique => Confidence::Medium,
            (3.., false) if inside.len() == 1 => Confidence::Medium,
            (2, false) if inside.len() == 1 => Confidence::Low,
            (1, false) if is_unique => Confidence::Low,
            _ => return None,
        };
        return Some(Guess { ty: Type::instance(class), confidence, why });
    }
    if !inside.is_empty() {
        // `strip` may be meant for a class of the project.
        let class = inside.iter().copied().find(|&class| named_alike(class))?;
        return Some(Guess { ty: Type::instance(class), confidence: Confidence::Low, why });
    }
    let text = [known::STR.class(), known::BYTES.class()];
    let class = match outside[..] {
        [class] => class,
        [first, ..] if first == text[0] && outside.iter().all(|class| text.contains(class)) => text[0],
        _ => return None,
    };
    let is_telling = names.len() >= 2 || names.iter().any(|name| !COMMON_NAMES.contains(&name.as_str()));
    if !is_telling {
        return None;
    }
    let ty = with_elements(model, asked, class)?;
    let is_sure = (is_simple(&ty) || class.module.is("re")) && !is_read_uncalled(model, asked, class);
    let confidence = if is_sure { Confidence::Medium } else { Confidence::Low };
    Some(Guess { ty, confidence, why })
}

/// Whether all that is asked is one method, and that is not called: `node.filter` is an attribute of something else
/// than a `Logger`.
fn is_read_uncalled(model: &Model, asked: &Asked, class: ClassName) -> bool {
    let ([name], Some(info)) = (&asked.names[..], model.project.class(class)) else { return false };
    let is_called = |usage: &&Use| matches!(usage.kind, UseKind::Method(..));
    let found = model.project.member(info, *name, 0);
    let is_method = found.is_some_and(|found| {
        let Some(Definition::Function(function)) = found.definitions.last() else { return false };
        let reference = FunctionRef { module: found.class.module, function: function.0 };
        model.project.signature(reference).is_some_and(|signature| signature.binding == Binding::Plain)
    });
    is_method && !asked.uses.iter().any(is_called)
}

/// A builtin class with the element types that the uses show.
fn with_elements(model: &Model, asked: &Asked, class: ClassName) -> Option<Type> {
    let mut items = Vec::new();
    let mut keys = Vec::new();
    for usage in &asked.uses {
        match &usage.kind {
            UseKind::Method(name, args, _) if matches!(name.as_str(), "append" | "add" | "appendleft") => {
                items.extend(args.first().map(|arg| model.settle(arg, &[]).ty));
            }
            UseKind::SetDynamicKey(key, value) => {
                keys.push(model.settle(key, &[]).ty);
                items.push(model.settle(value, &[]).ty);
            }
            _ => {}
        }
    }
    let ty = if class == known::LIST.class() || class == known::SET.class() {
        Type::generic(class, [union(items)])
    } else if class == known::DICT.class() {
        known::DICT.of([union(keys), union(items)])
    } else if class.module.is("re") {
        // Patterns of bytes are rare, and bytes in the body would show.
        Type::generic(class, [known::STR.instance()])
    } else {
        Type::instance(class)
    };
    readable(model.project, &ty).ok()
}

/// Whether a parameter is called like the class: `request` and `Request`, `user_account` and `Account`.
fn is_named_after(param: Name, class: ClassName) -> bool {
    let flat = |text: &str| text.replace('_', "").to_lowercase();
    let (param, class) = (flat(param.as_str()), flat(class.short()));
    param.len() >= 3 && class.len() >= 3 && (param == class || class.ends_with(&param) || param.ends_with(&class))
}

fn from_operators(model: &Model, asked: &Asked) -> Option<Guess> {
    let mut votes: Vec<(Type, Confidence)> = Vec::new();
    for usage in &asked.uses {
        let vote = match &usage.kind {
            // `"%s" % value` takes anything.
            UseKind::Operand(BinaryOp::Mod, other, true) if model.settle(other, &[]).ty.is(&known::STR) => None,
            UseKind::Operand(op, other, _) => from_operand(*op, &model.settle(other, &[]).ty),
            UseKind::Compare(op, other) => from_comparison(*op, &model.settle(other, &[]).ty),
            _ => None,
        };
        votes.extend(vote);
    }
    let ty = numeric(&union(votes.iter().map(|(ty, _)| ty.clone())));
    if !is_simple(&ty) {
        return None;
    }
    let strongest = votes.iter().map(|(_, confidence)| *confidence).max()?;
    let repeated = votes.len() > 1 && ty.is(&known::STR);
    let confidence = if repeated { strongest.max(Confidence::Medium) } else { strongest };
    Some(Guess { ty, confidence, why: Why::Operator })
}

fn from_operand(op: BinaryOp, other: &Type) -> Option<(Type, Confidence)> {
    match op {
        BinaryOp::Add if other.is(&known::STR) => Some((known::STR.instance(), Confidence::Medium)),
        BinaryOp::Add if other.is(&known::BYTES) => Some((known::BYTES.instance(), Confidence::Medium)),
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mult | BinaryOp::Div | BinaryOp::Pow if other.is(&known::FLOAT) => {
            Some((known::FLOAT.instance(), Confidence::Medium))
        }
        // A product with an `int` may be that of a text or a list.
        BinaryOp::Mult | BinaryOp::Div | BinaryOp::Pow | BinaryOp::Mod => None,
        _ if other.is(&known::INT) => Some((known::INT.instance(), Confidence::Medium)),
        _ => None,
    }
}

fn from_comparison(op: CompareOp, other: &Type) -> Option<(Type, Confidence)> {
    let plain = [&known::STR, &known::INT, &known::FLOAT, &known::BYTES];
    match op {
        CompareOp::Eq | CompareOp::NotEq | CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => {
            plain.iter().find(|known| other.is(known)).map(|known| (known.instance(), Confidence::Medium))
        }
        // `mode in ("r", "w")`; `x in "text"` too can only be asked of a text.
        CompareOp::In | CompareOp::NotIn => {
            let items = match other {
                Type::Tuple(items) => union(items.iter().cloned()),
                Type::Instance(class, args) if !args.is_empty() && *class != known::DICT.class() => args[0].clone(),
                Type::Instance(class, _) if *class == known::STR.class() => other.clone(),
                _ => return None,
            };
            items.is(&known::STR).then(|| (known::STR.instance(), Confidence::Low))
        }
        CompareOp::Is | CompareOp::IsNot => None,
    }
}

/// `isinstance(value, str)` with one class throughout.
fn from_checks(model: &Model, asked: &Asked) -> Option<Guess> {
    let mut checked: Vec<&Type> = Vec::new();
    for usage in &asked.uses {
        if let UseKind::IsInstance(classes) = &usage.kind {
            checked.extend(classes.iter().filter(|class| !checked.contains(class)).collect::<Vec<_>>());
        }
    }
    let [Type::Class(class, args) | Type::Instance(class, args)] = checked[..] else { return None };
    let ty = model.settle(&Type::Instance(*class, args.clone()), &[]).ty;
    let ty = readable(model.project, &ty).ok()?;
    Some(Guess { ty, confidence: Confidence::Low, why: Why::Checked })
}
