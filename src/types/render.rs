//! Types as annotation text for a version of Python.
//!
//! What a name is called in the file, and whether it can be imported there, is asked of a [`Namer`]; this module knows
//! only how the typing syntax of each version looks. A type that cannot be written in full is not written at all: the
//! answer is then the reason, in words for a reviewer.

use super::{Args, CallableType, ClassName, Literal, Projection, PythonVersion, ShapeId, Type, known};
use crate::text::Name;

/// Finds the text for a name in one place of one file, and notes what has to be imported for it.
pub trait Namer {
    /// The text for a class; `subscripted` when type arguments follow it.
    fn class(&mut self, class: ClassName, subscripted: bool) -> Result<String, String>;

    /// The text for `name` of the standard module `module`, such as `Any` of `typing`.
    fn member(&mut self, module: &'static str, name: &'static str) -> Result<String, String>;

    /// The text for a definition that is added.
    fn shape(&mut self, shape: ShapeId) -> Result<String, String>;

    /// The text for a type variable.
    fn variable(&mut self, name: Name) -> Result<String, String>;

    /// The text for `Unpack`, which turns a record into the keyword arguments of a function.
    fn unpack(&mut self) -> Result<String, String> {
        self.member("typing", "Unpack")
    }

    /// Whether a class has type parameters that a reader has to be told.
    fn is_generic(&mut self, class: ClassName) -> bool;

    /// Whether hardly anybody writes the type arguments of a class.
    fn is_left_bare(&mut self, _class: ClassName) -> bool {
        false
    }

    /// Whether something named so far does not exist when the text is evaluated; sets the mark to `mark`.
    fn replace_deferred(&mut self, mark: bool) -> bool;
}

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Rendering {
    /// The version of Python.
    pub target: PythonVersion,
    /// Nothing evaluates the text (`from __future__ import annotations`), so `X | Y` is fine in every version.
    pub lazy: bool,
    /// Texts are written as the constants that they are, in these quotes: `Literal["a", "b"]`. Else as their class.
    pub constants: Option<char>,
    /// `Unknown` is written `Any`, as in the fields of a record; elsewhere it makes the type unwritable.
    pub unknown_as_any: bool,
    /// The text is evaluated and cannot be quoted as a whole (the right side of an alias): arguments that name
    /// something that does not exist yet are put into these quotes.
    pub quote_arguments: Option<char>,
}

impl Rendering {
    /// The rules for an annotation.
    pub fn annotation(target: PythonVersion, lazy: bool) -> Self {
        Self { target, lazy, constants: None, unknown_as_any: false, quote_arguments: None }
    }
}

/// The text of `ty`, or why it cannot be written.
pub fn render(ty: &Type, namer: &mut dyn Namer, rendering: Rendering) -> Result<String, String> {
    if *ty == Type::Never {
        return namer.member("typing", "NoReturn");
    }
    Writer { namer, rendering }.ty(ty)
}

struct Writer<'a> {
    namer: &'a mut dyn Namer,
    rendering: Rendering,
}

/// Generic classes that older versions of Python can subscript only under another name: class, name in `typing`.
const TYPING_NAMES: &[(&str, &str, &str)] = &[
    ("builtins", "list", "List"),
    ("builtins", "dict", "Dict"),
    ("builtins", "set", "Set"),
    ("builtins", "frozenset", "FrozenSet"),
    ("builtins", "tuple", "Tuple"),
    ("builtins", "type", "Type"),
    ("collections", "defaultdict", "DefaultDict"),
    ("collections", "OrderedDict", "OrderedDict"),
    ("collections", "Counter", "Counter"),
    ("collections", "ChainMap", "ChainMap"),
    ("collections", "deque", "Deque"),
    ("contextlib", "AbstractContextManager", "ContextManager"),
    ("contextlib", "AbstractAsyncContextManager", "AsyncContextManager"),
    ("re", "Pattern", "Pattern"),
    ("re", "Match", "Match"),
];

/// Abstract classes that typeshed defines in `typing` and that live in `collections.abc` (its name there comes last).
const ABSTRACT: &[(&str, &str)] = &[
    ("AbstractSet", "Set"),
    ("AsyncGenerator", "AsyncGenerator"),
    ("AsyncIterable", "AsyncIterable"),
    ("AsyncIterator", "AsyncIterator"),
    ("Awaitable", "Awaitable"),
    ("Callable", "Callable"),
    ("Collection", "Collection"),
    ("Container", "Container"),
    ("Coroutine", "Coroutine"),
    ("Generator", "Generator"),
    ("Hashable", "Hashable"),
    ("ItemsView", "ItemsView"),
    ("Iterable", "Iterable"),
    ("Iterator", "Iterator"),
    ("KeysView", "KeysView"),
    ("Mapping", "Mapping"),
    ("MappingView", "MappingView"),
    ("MutableMapping", "MutableMapping"),
    ("MutableSequence", "MutableSequence"),
    ("MutableSet", "MutableSet"),
    ("Reversible", "Reversible"),
    ("Sequence", "Sequence"),
    ("Sized", "Sized"),
    ("ValuesView", "ValuesView"),
];

/// Classes whose type parameters all have defaults, and which cannot be subscripted at run time.
const BARE: &[(&str, &[&str])] = &[
    ("builtins", &["slice", "memoryview", "property"]),
    ("_io", &["TextIOWrapper", "BufferedReader", "BufferedWriter", "BufferedRandom", "BufferedRWPair"]),
    ("io", &["TextIOWrapper", "BufferedReader", "BufferedWriter", "BufferedRandom", "BufferedRWPair"]),
];

impl Writer<'_> {
    fn ty(&mut self, ty: &Type) -> Result<String, String> {
        match ty {
            Type::Unknown if self.rendering.unknown_as_any => self.namer.member("typing", "Any"),
            Type::Unknown | Type::Never | Type::Mixed | Type::Opaque => {
                Err("a part of the type is not known".to_owned())
            }
            Type::Any => self.namer.member("typing", "Any"),
            Type::None => Ok("None".to_owned()),
            Type::Literal(Literal::Str(text)) if let Some(quote) = self.rendering.constants => {
                self.constants(&[text.as_str()], quote)
            }
            Type::Literal(literal) => self.instance(literal.class(), &[]),
            Type::Instance(class, args) => self.instance(*class, args),
            Type::Tuple(items) => self.tuple(items),
            Type::Class(class, args) => {
                let inner = self.argument(&Type::Instance(*class, args.clone()))?;
                Ok(format!("{}[{inner}]", self.generic_name(known::TYPE.class())?))
            }
            Type::Callable(callable) => self.callable(callable),
            Type::Union(members) => self.union(members),
            Type::Variable(name) => self.namer.variable(*name),
            Type::Shape(shape) => self.namer.shape(*shape),
            Type::Module(_) => self.instance(known::MODULE.class(), &[]),
            // `P.args` and `P.kwargs` of a `ParamSpec`.
            Type::Part(whole, Projection::Attribute(name)) if matches!(**whole, Type::Shape(_)) => {
                Ok(format!("{}.{name}", self.ty(whole)?))
            }
            Type::Function(..) | Type::Record(_) | Type::Slot(_) | Type::Part(..) => {
                Err("a part of the type is not settled".to_owned())
            }
        }
    }

    fn instance(&mut self, class: ClassName, args: &[Type]) -> Result<String, String> {
        let (module, qualname) = (class.module.as_str(), class.qualname.as_str());
        if matches!((module, qualname), ("types" | "builtins" | "_typeshed", "NoneType")) {
            return Ok("None".to_owned());
        }
        if let Some((class, args)) = public_form(module, qualname, args) {
            return self.instance(class, &args);
        }
        let bare = BARE.iter().any(|(home, names)| *home == module && names.contains(&qualname));
        // The class of any class is `type`, to checkers too.
        let is_any_class = class == known::TYPE.class() && *args == [Type::Any];
        if bare || is_any_class || self.namer.is_left_bare(class) {
            return self.namer.class(class, false);
        }
        if args.is_empty() {
            if (is_typing_generic(module, qualname) && !matches!(qualname, "Hashable" | "Sized" | "MappingView"))
                || self.namer.is_generic(class)
            {
                return Err(format!("`{}` has no element type", class.short()));
            }
            return if module == "typing" && is_typing_generic(module, qualname) {
                self.generic_name(class)
            } else {
                self.namer.class(class, false)
            };
        }
        if class == known::UNPACK.class() {
            let inner = args.iter().map(|arg| self.argument(arg)).collect::<Result<Vec<_>, _>>()?;
            return Ok(format!("{}[{}]", self.namer.unpack()?, inner.join(", ")));
        }
        if class == known::TUPLE.class() {
            let [item] = args else { return self.tuple(args) };
            let item = self.argument(item)?;
            return Ok(format!("{}[{item}, ...]", self.generic_name(class)?));
        }
        let mut parts = Vec::with_capacity(args.len());
        for arg in args.iter().take(written_arguments(module, qualname).unwrap_or(args.len())) {
            parts.push(self.argument(arg)?);
        }
        // `typing.Generator` takes exactly three, and most readers expect them.
        let expected = match (module, qualname) {
            ("typing", "Generator" | "Coroutine") => 3,
            ("typing", "AsyncGenerator") => 2,
            _ => 0,
        };
        while parts.len() < expected {
            parts.push("None".to_owned());
        }
        Ok(format!("{}[{}]", self.generic_name(class)?, parts.join(", ")))
    }

    /// The name of a class that is about to be subscripted.
    fn generic_name(&mut self, class: ClassName) -> Result<String, String> {
        let (module, qualname) = (class.module.as_str(), class.qualname.as_str());
        let modern = self.rendering.target.at_least(9);
        if module == "typing"
            && let Some((old, new)) = ABSTRACT.iter().find(|(old, _)| *old == qualname)
        {
            return if modern { self.namer.member("collections.abc", new) } else { self.namer.member("typing", old) };
        }
        if !modern
            && let Some((.., name)) = TYPING_NAMES.iter().find(|(home, name, _)| *home == module && *name == qualname)
        {
            return self.namer.member("typing", name);
        }
        self.namer.class(class, true)
    }

    fn tuple(&mut self, items: &[Type]) -> Result<String, String> {
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            parts.push(self.argument(item)?);
        }
        let inner = if parts.is_empty() { "()".to_owned() } else { parts.join(", ") };
        Ok(format!("{}[{inner}]", self.generic_name(known::TUPLE.class())?))
    }

    fn callable(&mut self, callable: &CallableType) -> Result<String, String> {
        let params = match &callable.params {
            None => "...".to_owned(),
            Some(params) => self.parameters(params)?,
        };
        let result = match &callable.result {
            Type::Never => self.namer.member("typing", "NoReturn")?,
            result => self.argument(result)?,
        };
        let name = if self.rendering.target.at_least(9) {
            self.namer.member("collections.abc", "Callable")?
        } else {
            self.namer.member("typing", "Callable")?
        };
        Ok(format!("{name}[{params}, {result}]"))
    }

    /// The parameters of a callable, between brackets unless the last of them stands for any number.
    fn parameters(&mut self, params: &[Type]) -> Result<String, String> {
        let mut parts = Vec::with_capacity(params.len());
        for param in params {
            match param {
                Type::Part(variable, Projection::Parameters) if params.len() == 1 => return self.argument(variable),
                Type::Part(variable, Projection::Parameters) => parts.push(self.argument(variable)?),
                param => parts.push(self.argument(param)?),
            }
        }
        let inner = parts.join(", ");
        Ok(match params.last() {
            Some(Type::Part(_, Projection::Parameters)) => {
                format!("{}[{inner}]", self.namer.member("typing", "Concatenate")?)
            }
            _ => format!("[{inner}]"),
        })
    }

    /// A type inside brackets, in quotes where the whole cannot have them.
    fn argument(&mut self, ty: &Type) -> Result<String, String> {
        let Some(quote) = self.rendering.quote_arguments else { return self.ty(ty) };
        let outer = self.namer.replace_deferred(false);
        let inner =
            Writer { namer: self.namer, rendering: Rendering { quote_arguments: None, ..self.rendering } }.ty(ty);
        let deferred = self.namer.replace_deferred(outer);
        let text = inner?;
        Ok(if deferred { format!("{quote}{text}{quote}") } else { text })
    }

    fn constants(&mut self, texts: &[&str], quote: char) -> Result<String, String> {
        let quoted: Vec<String> = texts.iter().map(|text| format!("{quote}{text}{quote}")).collect();
        Ok(format!("{}[{}]", self.namer.member("typing", "Literal")?, quoted.join(", ")))
    }

    fn union(&mut self, members: &Args) -> Result<String, String> {
        let texts: Vec<&str> = members.iter().filter_map(text).collect();
        if let Some(quote) = self.rendering.constants
            && texts.len() == members.len()
        {
            return self.constants(&texts, quote);
        }
        let optional = members.contains(&Type::None);
        let others: Vec<&Type> = members.iter().filter(|member| **member != Type::None).collect();
        // `Any` swallows what stands beside it, except for `None`, which tells a reader something.
        let any = [&Type::Any];
        let others = if others.contains(&&Type::Any) { &any[..] } else { &others };
        let mut parts: Vec<String> = Vec::with_capacity(others.len() + 1);
        let bars = self.rendering.target.at_least(10) || self.rendering.lazy;
        // In an alias a quoted member could not stand beside `|`.
        let by_name = !bars || self.rendering.quote_arguments.is_some();
        for member in others {
            let part = if by_name { self.argument(member)? } else { self.ty(member)? };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let quoted = parts.iter().any(|part| part.starts_with(['"', '\'']));
        if bars && !quoted {
            parts.extend(optional.then(|| "None".to_owned()));
            return Ok(parts.join(" | "));
        }
        let joined = if parts.len() == 1 {
            parts.remove(0)
        } else {
            format!("{}[{}]", self.namer.member("typing", "Union")?, parts.join(", "))
        };
        if optional { Ok(format!("{}[{joined}]", self.namer.member("typing", "Optional")?)) } else { Ok(joined) }
    }
}

/// The constant text that a type is.
fn text(ty: &Type) -> Option<&str> {
    match ty {
        Type::Literal(Literal::Str(text)) => Some(text.as_str()),
        _ => None,
    }
}

/// Whether a class of the standard library has type parameters by the tables above.
fn is_typing_generic(module: &str, qualname: &str) -> bool {
    (module == "typing" && ABSTRACT.iter().any(|(name, _)| *name == qualname))
        || TYPING_NAMES.iter().any(|(home, name, _)| *home == module && *name == qualname)
}

/// What a reader calls the views and iterators that have classes of their own: `dict_keys[K, V]` is a `KeysView[K]`.
fn public_form(module: &str, qualname: &str, args: &[Type]) -> Option<(ClassName, Vec<Type>)> {
    let class = |name: &str| ClassName::new(Name::new("typing"), Name::new(name));
    Some(match (module, qualname, args) {
        ("_collections_abc", "dict_keys", [key, _]) => (class("KeysView"), vec![key.clone()]),
        ("_collections_abc", "dict_values", [_, value]) => (class("ValuesView"), vec![value.clone()]),
        ("_collections_abc", "dict_items", [key, value]) => (class("ItemsView"), vec![key.clone(), value.clone()]),
        ("builtins", "map" | "filter" | "zip" | "reversed", [item]) => (class("Iterator"), vec![item.clone()]),
        ("builtins", "enumerate", [item]) => {
            let pair = Type::Tuple([known::INT.instance(), item.clone()].into());
            (class("Iterator"), vec![pair])
        }
        _ => return None,
    })
}

/// How many arguments are worth writing where the rest have defaults that say nothing.
fn written_arguments(module: &str, qualname: &str) -> Option<usize> {
    match (module, qualname) {
        ("contextlib", "AbstractContextManager" | "AbstractAsyncContextManager") => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Names every class by its qualified name; `later` names exist only later.
    #[derive(Default)]
    struct Plain {
        imports: Vec<String>,
        later: Option<&'static str>,
        deferred: bool,
    }

    impl Namer for Plain {
        fn class(&mut self, class: ClassName, _: bool) -> Result<String, String> {
            self.deferred |= self.later == Some(class.short());
            Ok(class.qualname.as_str().to_owned())
        }

        fn member(&mut self, module: &'static str, name: &'static str) -> Result<String, String> {
            self.imports.push(format!("{module}.{name}"));
            Ok(name.to_owned())
        }

        fn shape(&mut self, shape: ShapeId) -> Result<String, String> {
            Ok(format!("Shape{}", shape.0))
        }

        fn variable(&mut self, _: Name) -> Result<String, String> {
            Err("a type variable".to_owned())
        }

        fn is_generic(&mut self, class: ClassName) -> bool {
            class.short() == "Queue"
        }

        fn replace_deferred(&mut self, mark: bool) -> bool {
            std::mem::replace(&mut self.deferred, mark)
        }
    }

    fn written(ty: &Type, minor: u8) -> Result<String, String> {
        render(ty, &mut Plain::default(), Rendering::annotation(PythonVersion::new(3, minor), false))
    }

    fn class(module: &str, qualname: &str) -> ClassName {
        ClassName::new(Name::new(module), Name::new(qualname))
    }

    #[test]
    fn unions_and_builtins_follow_the_version() {
        let texts = known::LIST.of([known::STR.instance()]);
        let optional = super::super::union([Type::None, texts.clone(), known::INT.instance()]);
        assert_eq!(written(&optional, 10), Ok("int | list[str] | None".to_owned()));
        assert_eq!(written(&optional, 9), Ok("Optional[Union[int, list[str]]]".to_owned()));
        assert_eq!(written(&optional, 8), Ok("Optional[Union[int, List[str]]]".to_owned()));
        let lazy = Rendering::annotation(PythonVersion::new(3, 8), true);
        assert_eq!(render(&optional, &mut Plain::default(), lazy), Ok("int | List[str] | None".to_owned()));
    }

    #[test]
    fn abstract_classes_move_to_collections() {
        let ty = known::ITERABLE.of([Type::Tuple(Args::default())]);
        for (minor, text, import) in
            [(9, "Iterable[tuple[()]]", "collections.abc"), (8, "Iterable[Tuple[()]]", "typing")]
        {
            let mut namer = Plain::default();
            let rendering = Rendering::annotation(PythonVersion::new(3, minor), false);
            assert_eq!(render(&ty, &mut namer, rendering).as_deref(), Ok(text));
            assert!(namer.imports.contains(&format!("{import}.Iterable")));
        }
        assert_eq!(written(&known::TUPLE.of([known::INT.instance()]), 11), Ok("tuple[int, ...]".to_owned()));
        let generator = known::GENERATOR.of([known::INT.instance()]);
        assert_eq!(written(&generator, 11), Ok("Generator[int, None, None]".to_owned()));
    }

    #[test]
    fn callables_and_classes() {
        let result = Type::Class(known::INT.class(), Args::default());
        let callable = |params| Type::Callable(Arc::new(CallableType { params, result: result.clone() }));
        assert_eq!(written(&callable(None), 11), Ok("Callable[..., type[int]]".to_owned()));
        assert_eq!(written(&callable(Some(vec![Type::Any])), 8), Ok("Callable[[Any], Type[int]]".to_owned()));
        let any_class = crate::types::union([known::TYPE.of([Type::Any]), Type::None]);
        assert_eq!(written(&any_class, 10).as_deref(), Ok("type | None"));
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        for ty in [
            known::LIST.instance(),
            known::LIST.of([Type::Unknown]),
            known::LIST.of([Type::Never]),
            Type::instance(class("queue", "Queue")),
            known::ITERABLE.instance(),
        ] {
            assert!(written(&ty, 11).is_err(), "{ty:?}");
        }
        let keys = Type::generic(class("_collections_abc", "dict_keys"), [known::STR.instance(), Type::Any]);
        assert_eq!(written(&keys, 11), Ok("KeysView[str]".to_owned()));
        assert_eq!(written(&Type::Never, 11), Ok("NoReturn".to_owned()));
        let rendering = Rendering { unknown_as_any: true, ..Rendering::annotation(PythonVersion::new(3, 11), false) };
        let ty = known::LIST.of([Type::Unknown]);
        assert_eq!(render(&ty, &mut Plain::default(), rendering), Ok("list[Any]".to_owned()));
    }

    #[test]
    fn an_alias_quotes_the_arguments_that_come_later() {
        let order = Type::instance(class("shop", "Order"));
        let ty = Type::Tuple(Args::from([super::super::union([order.clone(), Type::None]), known::INT.instance()]));
        let rendering =
            Rendering { quote_arguments: Some('"'), ..Rendering::annotation(PythonVersion::new(3, 11), false) };
        let mut namer = Plain { later: Some("Order"), ..Plain::default() };
        assert_eq!(render(&ty, &mut namer, rendering), Ok("tuple[\"Order | None\", int]".to_owned()));
        let ty = super::super::union([order, Type::None]);
        assert_eq!(render(&ty, &mut namer, rendering), Ok("Optional[\"Order\"]".to_owned()));
        assert!(!namer.deferred);
    }
}
