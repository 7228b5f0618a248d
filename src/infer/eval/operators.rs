//! Operators, subscripts, iteration, `await`, context managers.

use std::sync::LazyLock;

use crate::facts::{BinaryOp, CompareOp, ExprId, ExprKind};
use crate::infer::UseKind;
use crate::text::Name;
use crate::types::{Literal, Projection, Type, join, known, union};

use super::Evaluator;
use super::names::NAMES;

/// Unions with more members than this are not multiplied out by an operator.
const MAX_CROSS: usize = 4;

pub(super) fn dunder(op: BinaryOp) -> (Name, Name) {
    static TABLE: LazyLock<Vec<(Name, Name)>> = LazyLock::new(|| {
        ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "or", "and", "xor"]
            .iter()
            .map(|stem| (Name::new(&format!("__{stem}__")), Name::new(&format!("__r{stem}__"))))
            .collect()
    });
    let index = match op {
        BinaryOp::Add => 0,
        BinaryOp::Sub => 1,
        BinaryOp::Mult => 2,
        BinaryOp::Div => 3,
        BinaryOp::FloorDiv => 4,
        BinaryOp::Mod => 5,
        BinaryOp::Pow => 6,
        BinaryOp::MatMult => 7,
        BinaryOp::LShift => 8,
        BinaryOp::RShift => 9,
        BinaryOp::BitOr => 10,
        BinaryOp::BitAnd => 11,
        BinaryOp::BitXor => 12,
    };
    TABLE[index]
}

fn comparison_dunder(op: CompareOp) -> Option<Name> {
    Some(Name::new(match op {
        CompareOp::Eq => "__eq__",
        CompareOp::NotEq => "__ne__",
        CompareOp::Lt => "__lt__",
        CompareOp::LtE => "__le__",
        CompareOp::Gt => "__gt__",
        CompareOp::GtE => "__ge__",
        _ => return None,
    }))
}

/// Numbers by the order of the numeric tower: bool and int, float, complex.
fn numeric_rank(ty: &Type) -> Option<u8> {
    match ty.class()? {
        class if class == known::BOOL.class() || class == known::INT.class() => Some(0),
        class if class == known::FLOAT.class() => Some(1),
        class if class == known::COMPLEX.class() => Some(2),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The result of `left op right`.
    pub(super) fn binary(&mut self, op: BinaryOp, left: &Type, right: &Type) -> Type {
        if left.members().len() > MAX_CROSS || right.members().len() > MAX_CROSS {
            return Type::Unknown;
        }
        let mut results = Vec::new();
        for one in left.members() {
            for other in right.members() {
                if *one == Type::None || *other == Type::None {
                    // `None` would raise: what flows on is what the other members give.
                    continue;
                }
                let result = self.binary_single(op, one, other);
                if result.is_unknown() {
                    return Type::Unknown;
                }
                results.push(result);
            }
        }
        union(results)
    }

    fn binary_single(&mut self, op: BinaryOp, left: &Type, right: &Type) -> Type {
        if let (Some(a), Some(b)) = (numeric_rank(left), numeric_rank(right)) {
            let is_bitwise = matches!(op, BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor);
            if is_bitwise && left.is(&known::BOOL) && right.is(&known::BOOL) {
                return known::BOOL.instance();
            }
            let rank = match op {
                BinaryOp::Div => a.max(b).max(1),
                // A negative exponent makes a float; only a constant shows that it is not negative.
                BinaryOp::Pow if a == 0 && b == 0 => match right {
                    Type::Literal(Literal::Int(exponent)) => u8::from(*exponent < 0),
                    _ => return known::INT.instance(),
                },
                _ => a.max(b),
            };
            return [&known::INT, &known::FLOAT, &known::COMPLEX][usize::from(rank)].instance();
        }
        let is_string = |ty: &Type| ty.is(&known::STR) || ty.is(&known::BYTES);
        if is_string(left)
            && (matches!(op, BinaryOp::Mod) || (op == BinaryOp::Add && (is_string(right) || is_open(right))))
            || is_string(left) && op == BinaryOp::Mult
        {
            return Self::widen_literal(left);
        }
        if is_string(right) && op == BinaryOp::Add && is_open(left) {
            return Self::widen_literal(right);
        }
        if let (Type::Tuple(a), Type::Tuple(b), BinaryOp::Add) = (left, right, op) {
            return Type::Tuple(a.iter().chain(b.iter()).cloned().collect());
        }
        if let (Type::Instance(class, a), Type::Instance(other, b)) = (left, right)
            && class == other
            && (*class == known::LIST.class() || *class == known::SET.class() || *class == known::DICT.class())
            && matches!(op, BinaryOp::Add | BinaryOp::BitOr)
            && a.len() == b.len()
        {
            return Type::Instance(*class, a.iter().zip(b.iter()).map(|(a, b)| join(a, b)).collect());
        }
        // `[0] * count`
        if op == BinaryOp::Mult && left.is(&known::LIST) && !matches!(right, Type::Variable(_)) {
            return left.clone();
        }
        if is_open(left) || is_open(right) {
            let arithmetic =
                matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mult | BinaryOp::Div | BinaryOp::Pow);
            let is_float = |ty: &Type| ty.is(&known::FLOAT);
            if arithmetic
                && (is_float(left) || is_float(right))
                && !matches!((left, right), (Type::Any, _) | (_, Type::Any))
            {
                return known::FLOAT.instance();
            }
            if !is_open(left) || !is_open(right) {
                let (known_side, method) = if is_open(left) { (right, dunder(op).1) } else { (left, dunder(op).0) };
                // A date and a datetime take a `timedelta` from either side and stay what they are.
                let is_difference = matches!(known_side.class(), Some(class) if class.module.is("datetime") && class.short() == "timedelta");
                if matches!(known_side.class(), Some(class) if !class.module.is("builtins"))
                    && !(is_difference && matches!(op, BinaryOp::Add | BinaryOp::Sub))
                {
                    return self.call_method(known_side, method, &[Type::Unknown]);
                }
            }
            return if *left == Type::Any || *right == Type::Any { Type::Any } else { Type::Unknown };
        }
        if let Some(left) = self.underlying(left) {
            return self.binary_single(op, &left, right);
        }
        if let Some(right) = self.underlying(right) {
            return self.binary_single(op, left, &right);
        }
        // `left | right` is neither of the two: it is a dict.
        if let Type::Record(_) = left {
            return join(&self.record_as_dict(left), &self.record_as_dict(right));
        }
        let (method, reflected) = dunder(op);
        // `6 * ' '`: the left one gives `NotImplemented` for what it does not take.
        let takes = self.takes_operand(left, method, right);
        let result = if takes { self.call_method(left, method, std::slice::from_ref(right)) } else { Type::Unknown };
        if result.is_unknown() { self.call_method(right, reflected, std::slice::from_ref(left)) } else { result }
    }

    pub(super) fn comparison_result(&mut self, op: CompareOp, left: &Type, _right: &Type) -> Type {
        let is_plain = |ty: &Type| match ty.class() {
            Some(class) => class.module.is("builtins") || class.module.is("datetime"),
            None => true,
        };
        // Most comparisons are true or false; a checker does not go by that.
        if self.state.reads_back && left.members().iter().any(is_open) {
            return Type::Unknown;
        }
        if left.members().iter().all(is_plain) {
            return known::BOOL.instance();
        }
        let Some(method) = comparison_dunder(op) else { return known::BOOL.instance() };
        let result = self.call_method(left, method, &[Type::Unknown]);
        if result.is_unknown() { known::BOOL.instance() } else { result }
    }

    /// `value[index]`.
    pub(super) fn subscript(&mut self, id: ExprId, value: ExprId, index: ExprId) -> Type {
        let container = self.expr(value);
        let key = self.expr(index);
        let range = self.facts.expr(id).range;
        let kind = match (&key, self.facts.expr(index).kind) {
            (Type::Literal(Literal::Str(name)), _) => UseKind::Key(*name),
            (Type::Literal(Literal::Int(number)), _) => UseKind::Index(*number),
            (_, ExprKind::Slice(..)) => UseKind::Slice,
            _ => UseKind::DynamicKey(self.computed_key(index, &key)),
        };
        self.use_of_expr(value, &container, &kind, range);
        self.check_index(value, &container, index, &key);
        self.check_arity(value, &container, &key, range);
        if !self.env.paths.is_empty()
            && let Some((root, key)) = self.key_path(value, index)
            && let Some(narrowed) = self.path(root, key)
        {
            return narrowed;
        }
        self.subscript_with(&container, &key)
    }

    /// `subject[key]` where the key is an expression.
    pub(super) fn subscript_type(&mut self, subject: &Type, key: ExprId) -> Type {
        let key = self.silent_expr(key);
        self.subscript_with(subject, &key)
    }

    /// The type of `container[key]`.
    pub(super) fn subscript_with(&mut self, container: &Type, key: &Type) -> Type {
        // Positions are numbers: what is subscripted with a text is none of these.
        let is_name = Self::constant_key(key).is_some();
        let takes = |member: &&Type| **member != Type::None && !(is_name && is_sequence(member));
        let parts = container.members().iter().filter(takes).map(|member| self.subscript_single(member, key));
        let parts: Vec<Type> = parts.collect();
        union(parts)
    }

    fn subscript_single(&mut self, container: &Type, key: &Type) -> Type {
        match container {
            Type::Slot(_) | Type::Part(..) => match key {
                Type::Literal(Literal::Str(name)) => Self::part(container, Projection::Key(*name)),
                Type::Literal(Literal::Int(number)) => match u8::try_from(*number) {
                    Ok(index) => Self::part(container, Projection::Index(index)),
                    Err(_) => Self::part(container, Projection::Element),
                },
                Type::Instance(class, _) if *class == known::SLICE.class() => container.clone(),
                _ => Self::part(container, Projection::Element),
            },
            Type::Record(_) => self.record_item(container, key),
            Type::Instance(..) | Type::Shape(_)
                if let Some(field) = Self::constant_key(key).and_then(|key| self.typed_dict_field(container, key)) =>
            {
                field
            }
            Type::Shape(_) => match self.underlying(container) {
                Some(underlying) => self.subscript_single(&underlying, key),
                None => Type::Unknown,
            },
            Type::Tuple(items) => match key {
                Type::Literal(Literal::Int(number)) => {
                    let from_end = |number: i64| items.len().checked_sub(usize::try_from(number.unsigned_abs()).ok()?);
                    let index = if *number < 0 { from_end(*number) } else { usize::try_from(*number).ok() };
                    index.and_then(|index| items.get(index)).cloned().unwrap_or(Type::Unknown)
                }
                Type::Instance(class, _) if *class == known::SLICE.class() => {
                    known::TUPLE.of([union(items.iter().map(Self::widen_literal))])
                }
                _ => union(items.iter().map(Self::widen_literal)),
            },
            Type::Instance(class, args) => {
                let is_slice = key.is(&known::SLICE);
                if *class == known::LIST.class() {
                    return if is_slice { container.clone() } else { args.first().cloned().unwrap_or(Type::Unknown) };
                }
                if Self::is_dict(*class) {
                    return args.get(1).cloned().unwrap_or(Type::Unknown);
                }
                if let (Type::Literal(Literal::Int(number)), Some(fields)) = (key, self.field_types(*class))
                    && let Some(field) = usize::try_from(*number).ok().and_then(|index| fields.get(index))
                {
                    return field.clone();
                }
                self.call_method(container, NAMES.getitem, std::slice::from_ref(key))
            }
            Type::Literal(Literal::Str(_)) => known::STR.instance(),
            Type::Literal(Literal::Bytes) => {
                self.call_method(&known::BYTES.instance(), NAMES.getitem, std::slice::from_ref(key))
            }
            // `list[int]` in an expression: the generic class itself.
            Type::Class(class, _)
                if self.project.class(*class).is_some_and(|info| info.kind == crate::project::ClassKind::Enum) =>
            {
                Type::instance(*class)
            }
            Type::Class(..) | Type::Any | Type::Mixed => container.clone(),
            _ => Type::Unknown,
        }
    }

    /// What iterating over a value gives.
    pub(super) fn iterate(&mut self, ty: &Type) -> Type {
        let parts: Vec<Type> = ty
            .members()
            .iter()
            .filter(|member| **member != Type::None)
            .map(|member| self.iterate_single(member))
            .collect();
        union(parts)
    }

    fn iterate_single(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Slot(_) | Type::Part(..) => Self::part(ty, Projection::Element),
            Type::Tuple(items) => union(items.iter().map(Self::widen_literal)),
            Type::Record(_) => {
                self.use_of(ty, &UseKind::Items, crate::text::TextRange::default());
                known::STR.instance()
            }
            Type::Literal(Literal::Str(_)) => known::STR.instance(),
            Type::Literal(Literal::Bytes) => known::INT.instance(),
            Type::Instance(class, args) => {
                if let Some(fields) = self.field_types(*class) {
                    return union(fields);
                }
                if *class == known::LIST.class() || *class == known::SET.class() || *class == known::TUPLE.class() {
                    return args.first().cloned().unwrap_or(Type::Unknown);
                }
                if let Some(args) = self.project.args_as(*class, args, known::ITERABLE.class())
                    && let Some(element) = args.first()
                {
                    return element.clone();
                }
                let iterator = self.call_method(ty, NAMES.iter, &[]);
                match &iterator {
                    Type::Instance(found, args) if found != class => {
                        if let Some(args) = self.project.args_as(*found, args, known::ITERABLE.class()) {
                            return args.first().cloned().unwrap_or(Type::Unknown);
                        }
                        self.call_method(&iterator, NAMES.next, &[])
                    }
                    Type::Instance(..) => self.call_method(ty, NAMES.next, &[]),
                    _ => Type::Unknown,
                }
            }
            Type::Class(class, _)
                if self.project.class(*class).is_some_and(|info| info.kind == crate::project::ClassKind::Enum) =>
            {
                Type::instance(*class)
            }
            Type::Shape(_) => match self.underlying(ty) {
                Some(underlying) => self.iterate_single(&underlying),
                None => Type::Unknown,
            },
            Type::Any | Type::Mixed => ty.clone(),
            _ => Type::Unknown,
        }
    }

    /// What `async for` over a value gives.
    pub(super) fn async_iterate(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Slot(_) | Type::Part(..) => Self::part(ty, Projection::Element),
            Type::Instance(class, args) => {
                if let Some(args) = self.project.args_as(*class, args, known::ASYNC_ITERABLE.class())
                    && let Some(element) = args.first()
                {
                    return element.clone();
                }
                let iterator = self.call_method(ty, NAMES.aiter, &[]);
                let next = self.call_method(&iterator, NAMES.anext, &[]);
                self.awaited(&next)
            }
            _ => Type::Unknown,
        }
    }

    /// What `await` gives.
    pub(super) fn awaited(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Union(members) => {
                let parts: Vec<Type> = members.iter().map(|member| self.awaited(member)).collect();
                union(parts)
            }
            Type::Instance(class, args) => {
                if *class == known::COROUTINE.class() {
                    return args.get(2).cloned().unwrap_or(Type::Unknown);
                }
                if let Some(args) = self.project.args_as(*class, args, known::AWAITABLE.class())
                    && let Some(result) = args.first()
                {
                    return result.clone();
                }
                match self.call_method(ty, NAMES.await_, &[]) {
                    Type::Instance(class, args) if class == known::GENERATOR.class() => {
                        args.get(2).cloned().unwrap_or(Type::Unknown)
                    }
                    _ => Type::Unknown,
                }
            }
            Type::Any | Type::Mixed => ty.clone(),
            _ => Type::Unknown,
        }
    }

    /// What `with manager as target` binds.
    pub(super) fn entered(&mut self, manager: &Type, is_async: bool) -> Type {
        match manager {
            Type::Instance(..) | Type::Union(_) => {
                let method = if is_async { NAMES.aenter } else { NAMES.enter };
                let entered = self.call_method(manager, method, &[]);
                if is_async { self.awaited(&entered) } else { entered }
            }
            Type::Any => Type::Any,
            _ => Type::Unknown,
        }
    }
}

/// Whether nothing is known of a value's class.
fn is_open(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown | Type::Opaque | Type::Any | Type::Mixed | Type::Slot(_) | Type::Part(..) | Type::Variable(_)
    )
}

/// Whether a value is a sequence of the language.
fn is_sequence(ty: &Type) -> bool {
    let is =
        |class| [&known::STR, &known::BYTES, &known::LIST, &known::TUPLE].iter().any(|known| known.class() == class);
    matches!(ty, Type::Literal(_) | Type::Tuple(_)) || matches!(ty, Type::Instance(..)) && ty.class().is_some_and(is)
}
