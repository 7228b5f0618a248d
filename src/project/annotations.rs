//! From annotation expressions to types.

use std::sync::Arc;

use crate::facts::{BinaryOp, ClassId, ExprId, ExprKind, FunctionId};
use crate::text::Name;
use crate::types::{Args, CallableType, ClassName, Literal, Type, declared_union, known, union};

use super::classes::{collect_variables, last_name, substitute};
use super::{ClassKind, Definition, Module, Project, Resolution};

/// Longest chain of aliases that is followed.
const MAX_ALIASES: u32 = 16;

/// Where an annotation stands.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The module.
    pub module: &'a Module,
    /// The innermost class around it.
    pub class: Option<ClassId>,
}

impl<'a> Context<'a> {
    /// At module level.
    pub fn of_module(module: &'a Module) -> Self {
        Self { module, class: None }
    }

    /// In the header or body of a class.
    pub fn of_class(module: &'a Module, class: ClassId) -> Self {
        Self { module, class: Some(class) }
    }

    /// In the signature or body of a function.
    pub fn of_function(module: &'a Module, function: FunctionId) -> Self {
        Self { module, class: module.facts.function(function).class }
    }
}

impl Project {
    /// The type that an annotation stands for; `Unknown` where it cannot be told.
    pub fn annotation(&self, context: &Context<'_>, expr: ExprId) -> Type {
        self.annotation_within(context, expr, 0)
    }

    fn annotation_within(&self, context: &Context<'_>, expr: ExprId, depth: u32) -> Type {
        if depth > MAX_ALIASES {
            return Type::Unknown;
        }
        let facts = &context.module.facts;
        match facts.expr(expr).kind {
            ExprKind::None => Type::None,
            ExprKind::Name(..) | ExprKind::Attribute(..) => match self.resolve_in(context, expr) {
                Some(resolution) => self.named(resolution, depth),
                None => Type::Unknown,
            },
            ExprKind::Binary(BinaryOp::BitOr, left, right) => self.union_of(context, [left, right], depth),
            ExprKind::Subscript(value, index) => self.subscripted(context, value, index, depth),
            ExprKind::Starred(inner) => self.annotation_within(context, inner, depth + 1),
            _ => Type::Unknown,
        }
    }

    /// A union, of which no member may be unknown: half of a union would be a wrong type.
    fn union_of(&self, context: &Context<'_>, members: impl IntoIterator<Item = ExprId>, depth: u32) -> Type {
        let mut types = Vec::new();
        for member in members {
            let ty = self.annotation_within(context, member, depth + 1);
            if ty.is_unknown() {
                return Type::Unknown;
            }
            types.push(ty);
        }
        if types.contains(&Type::Any) { Type::Any } else { declared_union(types) }
    }

    /// Resolves a name as it is seen in a class or at module level.
    fn resolve_in(&self, context: &Context<'_>, expr: ExprId) -> Option<Resolution> {
        let facts = &context.module.facts;
        if let ExprKind::Name(name, _) = facts.expr(expr).kind {
            let mut class = context.class;
            while let Some(id) = class {
                let outer = facts.class(id);
                let nested = Name::new(&format!("{}.{name}", outer.qualname));
                if context.module.classes.by_qualname.contains_key(&nested) {
                    return Some(Resolution::Class(ClassName::new(context.module.name, nested)));
                }
                class = outer.class;
            }
        }
        self.resolve_dotted(context.module, expr)
    }

    fn named(&self, resolution: Resolution, depth: u32) -> Type {
        match resolution {
            Resolution::Class(class) => class_type(class),
            Resolution::Variable(module, name) => {
                let Some(owner) = self.module(module) else { return Type::Unknown };
                if let Some(ty) = special_form(owner.name, name) {
                    return ty;
                }
                self.alias_value(owner, name, depth).unwrap_or(Type::Unknown)
            }
            Resolution::Module(_) | Resolution::Function(_) => Type::Unknown,
        }
    }

    /// The type that a module-level alias stands for.
    fn alias_value(&self, owner: &Module, name: Name, depth: u32) -> Option<Type> {
        let Definition::Assignment(_, annotation, Some(value)) = *owner.symbols.get(name).last()? else { return None };
        if let Some(annotation) = annotation
            && !last_name(&owner.facts, annotation).is_some_and(|name| name.is("TypeAlias"))
        {
            return None;
        }
        match owner.facts.expr(value).kind {
            ExprKind::Call(function, _) => {
                let made_by = last_name(&owner.facts, function)?;
                matches!(made_by.as_str(), "TypeVar" | "ParamSpec" | "TypeVarTuple").then(|| Type::Variable(name))
            }
            _ => Some(self.annotation_within(&Context::of_module(owner), value, depth + 1)),
        }
    }

    fn subscripted(&self, context: &Context<'_>, value: ExprId, index: ExprId, depth: u32) -> Type {
        let facts = &context.module.facts;
        let arguments: Vec<ExprId> = match facts.expr(index).kind {
            ExprKind::Tuple(items) => facts.list(items).to_vec(),
            _ => vec![index],
        };
        let Some(resolution) = self.resolve_in(context, value) else { return Type::Unknown };
        let convert = |argument: ExprId| self.annotation_within(context, argument, depth + 1);
        let form = match resolution {
            Resolution::Variable(module, name) => {
                self.module(module).filter(|module| is_typing(module.name)).map(|_| name)
            }
            Resolution::Class(class) if is_typing(class.module) => Some(class.qualname),
            _ => None,
        };
        if let Some(form) = form {
            match form.as_str() {
                "Optional" => {
                    let inner = convert(arguments[0]);
                    return if inner.is_unknown() { inner } else { union([inner, Type::None]) };
                }
                "Union" => return self.union_of(context, arguments, depth),
                "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" => {
                    return convert(arguments[0]);
                }
                "Unpack" => {
                    let inner = convert(arguments[0]);
                    let class = inner.class().and_then(|class| self.class(class));
                    let is_record = class.is_some_and(|class| class.kind == ClassKind::TypedDict);
                    return if is_record { known::UNPACK.of([inner]) } else { inner };
                }
                "TypeGuard" | "TypeIs" => return known::BOOL.instance(),
                "Literal" => {
                    return declared_union(arguments.iter().map(|&argument| match facts.expr(argument).kind {
                        ExprKind::Str(Some(text)) => Type::Literal(Literal::Str(text)),
                        ExprKind::Str(None) => known::STR.instance(),
                        ExprKind::Int(Some(number)) => Type::Literal(Literal::Int(number.into())),
                        ExprKind::Bool(value) => Type::Literal(Literal::Bool(value)),
                        ExprKind::Bytes => Type::Literal(Literal::Bytes),
                        ExprKind::None => Type::None,
                        ExprKind::Attribute(owner, member) => match convert(owner) {
                            Type::Instance(class, _) => Type::Literal(Literal::Enum(class, member)),
                            _ => Type::Unknown,
                        },
                        ExprKind::Subscript(..) => convert(argument),
                        _ => known::INT.instance(),
                    }));
                }
                "Callable" => {
                    let result = arguments.get(1).map_or(Type::Unknown, |&result| convert(result));
                    let params = match facts.expr(arguments[0]).kind {
                        ExprKind::List(items) => Some(facts.list(items).iter().map(|&item| convert(item)).collect()),
                        _ => None,
                    };
                    return Type::Callable(Arc::new(CallableType { params, result }));
                }
                "Concatenate" => return Type::Unknown,
                _ => {}
            }
        }
        let base = self.named(resolution, depth);
        match base {
            Type::Instance(class, existing) if existing.is_empty() => {
                if class == known::TUPLE.class() {
                    return match arguments[..] {
                        [item, rest] if matches!(facts.expr(rest).kind, ExprKind::Ellipsis) => {
                            known::TUPLE.of([convert(item)])
                        }
                        [only] if matches!(facts.expr(only).kind, ExprKind::Tuple(items) if items.is_empty()) => {
                            Type::Tuple(Args::default())
                        }
                        _ if arguments.iter().any(|&item| matches!(facts.expr(item).kind, ExprKind::Starred(_))) => {
                            known::TUPLE.instance()
                        }
                        _ => Type::Tuple(arguments.iter().map(|&item| convert(item)).collect()),
                    };
                }
                if class == known::TYPE.class() {
                    return match convert(arguments[0]) {
                        Type::Instance(class, args) => Type::Class(class, args),
                        Type::Unknown => known::TYPE.instance(),
                        other => known::TYPE.of([other]),
                    };
                }
                Type::Instance(class, arguments.iter().map(|&argument| convert(argument)).collect())
            }
            // A generic alias: its type variables, in order of appearance, become the arguments.
            other => {
                let mut variables = Vec::new();
                collect_variables(&other, &mut variables);
                let arguments: Vec<Type> = arguments.iter().map(|&argument| convert(argument)).collect();
                substitute(&other, &variables, &arguments)
            }
        }
    }
}

fn class_type(class: ClassName) -> Type {
    if is_typing(class.module)
        && let Some(ty) = special_form(class.module, class.qualname)
    {
        return ty;
    }
    if class == known::TYPE.class() { known::TYPE.instance() } else { Type::instance(class) }
}

fn is_typing(module: Name) -> bool {
    matches!(module.as_str(), "typing" | "typing_extensions")
}

/// Names of `typing` that stand for a type by themselves.
fn special_form(module: Name, name: Name) -> Option<Type> {
    if module.is("_typeshed") {
        return match name.as_str() {
            "Incomplete" | "Unused" => Some(Type::Any),
            // `T | MaybeNone`: may be `None`, but callers are not made to check; what they get is a `T`.
            "MaybeNone" => Some(Type::Never),
            _ => None,
        };
    }
    if module.is("types") && name.is("NoneType") {
        return Some(Type::None);
    }
    if !is_typing(module) {
        return None;
    }
    let builtin = |name: &str| Type::instance(ClassName::new(Name::new("builtins"), Name::new(name)));
    let collections = |name: &str| Type::instance(ClassName::new(Name::new("collections"), Name::new(name)));
    Some(match name.as_str() {
        "Any" => Type::Any,
        "NoReturn" | "Never" => Type::Never,
        "Self" => Type::Variable(name),
        "List" => builtin("list"),
        "Dict" => builtin("dict"),
        "Set" => builtin("set"),
        "FrozenSet" => builtin("frozenset"),
        "Tuple" => builtin("tuple"),
        "Type" => builtin("type"),
        "Text" | "LiteralString" => builtin("str"),
        "DefaultDict" => collections("defaultdict"),
        "OrderedDict" => collections("OrderedDict"),
        "Counter" => collections("Counter"),
        "ChainMap" => collections("ChainMap"),
        "Deque" => collections("deque"),
        "Callable" => Type::Callable(Arc::new(CallableType { params: None, result: Type::Unknown })),
        "Protocol" => known::PROTOCOL.instance(),
        "Generic" => known::GENERIC.instance(),
        "TypedDict" => known::TYPED_DICT.instance(),
        "NamedTuple" => known::NAMED_TUPLE.instance(),
        _ => return None,
    })
}
