//! What a value must be, from what is asked of it, where no value was seen.
//!
//! | asked | says |
//! |---|---|
//! | arithmetic or comparison with a `float`, division, a sign, a function of `math` | `float` (reads `int` too) |
//! | other arithmetic and comparison with an `int`, bit operators, shifts, `range(x)`, an index, a parameter that wants an `int` | `int` |
//! | a method that only `str` has, `+` with a `str`, comparison with a text | `str` |
//! | `append`, `sort` and the like | `list` |
//! | iteration, `len`, a computed index | a collection, if its elements are known |
//! | passed to a parameter with a plain declared type | that type |
//! | truth, identity, formatting | nothing |
//!
//! Two answers that exclude each other give none.

use crate::facts::{BinaryOp, CompareOp};
use crate::infer::UseKind;
use crate::types::{Type, known, union};

/// How a collection of known elements is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As loosely as the uses allow: `Iterable`, `Sequence`, `list`.
    Parameter,
    /// As what it most likely is: `list`.
    Value,
}

/// Methods of texts that no other plain value has.
#[rustfmt::skip]
const TEXT: &[&str] = &[
    "upper", "lower", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith",
    "encode", "title", "capitalize", "casefold", "swapcase", "zfill", "ljust", "rjust", "center", "isdigit",
    "isalpha", "isalnum", "isupper", "islower", "isspace", "isidentifier", "isnumeric", "partition",
    "rpartition", "removeprefix", "removesuffix", "format_map", "expandtabs", "join",
];
/// Methods of lists that no other plain value has.
const LIST: &[&str] = &["append", "extend", "insert", "sort", "reverse"];
/// Further methods of plain values: texts, bytes, lists, sets, dates.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "replace", "find", "rfind", "index", "count", "format", "decode", "add", "discard", "remove", "union",
    "intersection", "difference", "isoformat", "strftime", "timestamp", "hex",
];

/// Whether a text, a list or another plain value has a method of this name.
pub(super) fn is_plain_method(name: &str) -> bool {
    TEXT.contains(&name) || LIST.contains(&name) || PLAIN.contains(&name) || name.starts_with("__")
}

#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a tally: each is one row of the table above")]
struct Tally {
    number: bool,
    integer: bool,
    text: bool,
    list: bool,
    iterated: bool,
    sequence: bool,
    optional: bool,
    other: bool,
    passed: Vec<Type>,
}

/// The type that the uses ask for; `element` is what is known of its elements.
pub(super) fn from_uses<'a>(uses: impl IntoIterator<Item = &'a UseKind>, element: &Type, style: Style) -> Type {
    let mut tally = Tally::default();
    uses.into_iter().for_each(|used| tally.add(used));
    let ty = tally.verdict(element, style);
    if tally.optional && !ty.is_unknown() { union([ty, Type::None]) } else { ty }
}

impl Tally {
    fn add(&mut self, used: &UseKind) {
        match used {
            UseKind::Operand(op, other, reflected) => self.operand(*op, other, *reflected),
            UseKind::Sign => self.number = true,
            UseKind::Compare(CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE, other) => {
                self.integer |= other.is(&known::INT);
                self.number |= is_number(other) && !other.is(&known::INT);
                self.text |= other.is(&known::STR);
            }
            UseKind::Compare(CompareOp::Eq | CompareOp::NotEq, other) => {
                self.text |= other.is(&known::STR);
                self.integer |= other.is(&known::INT);
                self.number |= other.is(&known::FLOAT);
            }
            UseKind::Compare(CompareOp::In | CompareOp::NotIn, Type::Instance(_, args)) => {
                self.text |= args.len() == 1 && args[0].is(&known::STR);
            }
            UseKind::Compare(CompareOp::In | CompareOp::NotIn, Type::Tuple(items)) => {
                self.text |= !items.is_empty() && items.iter().all(|item| item.is(&known::STR));
            }
            UseKind::Passed(ty) => self.passed(ty),
            UseKind::Method(name, ..) => self.method(name.as_str()),
            UseKind::Iterate => self.iterated = true,
            UseKind::Len | UseKind::Index(_) | UseKind::Slice | UseKind::DynamicKey(_) => self.sequence = true,
            UseKind::IsNone => self.optional = true,
            UseKind::Call(..) | UseKind::Attribute(_) | UseKind::SetAttribute(..) | UseKind::Enter | UseKind::Await => {
                self.other = true;
            }
            _ => {}
        }
    }

    fn operand(&mut self, op: BinaryOp, other: &Type, reflected: bool) {
        match op {
            BinaryOp::Add => {
                self.arithmetic(other);
                self.text |= other.is(&known::STR);
            }
            // `"…" % value` and its mirror image say nothing: text is formatted so.
            BinaryOp::Mod if !reflected => {}
            BinaryOp::Mod | BinaryOp::Mult | BinaryOp::Sub | BinaryOp::FloorDiv => self.arithmetic(other),
            BinaryOp::Div | BinaryOp::Pow => self.number |= is_number(other),
            BinaryOp::LShift | BinaryOp::RShift | BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::BitXor => {
                self.integer |= other.is(&known::INT);
            }
            BinaryOp::MatMult => self.other = true,
        }
    }

    fn arithmetic(&mut self, other: &Type) {
        self.integer |= other.is(&known::INT);
        self.number |= is_number(other) && !other.is(&known::INT);
    }

    fn passed(&mut self, ty: &Type) {
        let members: Vec<&Type> = ty.members().iter().filter(|member| **member != Type::None).collect();
        let named = |member: &Type, names: &[&str]| {
            member.class().is_some_and(|class| names.contains(&class.qualname.as_str()))
        };
        // `math.sqrt(x: SupportsFloat | SupportsIndex)` and the like: the readable name for it is `float`.
        let numeric =
            ["SupportsFloat", "SupportsIndex", "SupportsAbs", "SupportsRound", "SupportsTrunc", "ConvertibleToFloat"];
        if !members.is_empty() && members.iter().all(|member| named(member, &numeric)) {
            if members.iter().all(|member| named(member, &["SupportsIndex"])) {
                self.integer = true;
            } else {
                self.number = true;
            }
            return;
        }
        let [member] = members[..] else { return };
        if member.is(&known::STR) {
            self.text = true;
        } else if member.is(&known::INT) {
            self.integer = true;
        } else if member.is(&known::FLOAT) {
            self.number = true;
        } else if is_telling(member) && !self.passed.contains(member) {
            self.passed.push(member.clone());
        }
    }

    fn method(&mut self, name: &str) {
        if TEXT.contains(&name) {
            self.text = true;
        } else if LIST.contains(&name) {
            self.list = true;
        } else {
            self.other = true;
        }
    }

    fn verdict(&self, element: &Type, style: Style) -> Type {
        let numeric = self.number || self.integer;
        let collection = self.list || (self.iterated && !self.text);
        if self.other || usize::from(numeric) + usize::from(self.text) + usize::from(collection) > 1 {
            return Type::Unknown;
        }
        if numeric {
            // Only uses that no `float` has give `int`.
            return if self.number { known::FLOAT.instance() } else { known::INT.instance() };
        }
        if self.text {
            return known::STR.instance();
        }
        if let [ty] = &self.passed[..] {
            return ty.clone();
        }
        if collection && !element.is_unknown() {
            let class = match style {
                Style::Value => &known::LIST,
                Style::Parameter if self.list => &known::LIST,
                Style::Parameter if self.sequence => &known::SEQUENCE,
                Style::Parameter => &known::ITERABLE,
            };
            return class.of([element.clone()]);
        }
        Type::Unknown
    }
}

/// Whether a value is a number as far as it is known: what is still open besides does not speak against it.
fn is_number(ty: &Type) -> bool {
    let is_settled = |member: &&Type| !matches!(member, Type::Slot(_) | Type::Part(..));
    let mut known = ty.members().iter().filter(is_settled).peekable();
    known.peek().is_some()
        && known.all(|member| member.is(&known::INT) || member.is(&known::FLOAT) || member.is(&known::BOOL))
}

/// Whether a declared parameter type says something about the argument: a class of its own, not `object`, a protocol
/// or something generic.
fn is_telling(ty: &Type) -> bool {
    match ty {
        Type::Instance(class, args) => {
            args.is_empty()
                && !matches!(class.module.as_str(), "typing" | "typing_extensions" | "collections.abc" | "_typeshed")
                && ![&known::OBJECT, &known::TYPE, &known::LIST, &known::DICT, &known::TUPLE, &known::SET]
                    .iter()
                    .any(|known| known.class() == *class)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Name;

    fn verdict(uses: &[UseKind]) -> Type {
        from_uses(uses, &Type::Unknown, Style::Value)
    }

    #[test]
    fn arithmetic_with_a_number_is_float() {
        assert_eq!(verdict(&[UseKind::Operand(BinaryOp::Pow, known::INT.instance(), false)]), known::FLOAT.instance());
    }

    #[test]
    fn text_and_number_at_once_say_nothing() {
        let upper = UseKind::Method(Name::new("upper"), vec![], vec![]);
        assert_eq!(verdict(std::slice::from_ref(&upper)), known::STR.instance());
        assert_eq!(verdict(&[upper, UseKind::Sign]), Type::Unknown);
    }

    #[test]
    fn a_collection_is_written_by_what_is_asked_of_it() {
        let element = known::STR.instance();
        let iterated = [UseKind::Iterate];
        assert_eq!(from_uses(&iterated, &element, Style::Parameter), known::ITERABLE.of([element.clone()]));
        assert_eq!(from_uses(&iterated, &element, Style::Value), known::LIST.of([element]));
        assert_eq!(verdict(&iterated), Type::Unknown);
    }
}
