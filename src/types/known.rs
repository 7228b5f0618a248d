//! Classes that the language itself refers to, by their names in typeshed.

use std::sync::LazyLock;

use super::{ClassName, Type};
use crate::text::Name;

/// A class known by name; cheap to compare after its first use.
pub struct Known(LazyLock<ClassName>);

impl Known {
    /// The class's name.
    pub fn class(&self) -> ClassName {
        *self.0
    }

    /// An instance without type arguments.
    pub fn instance(&self) -> Type {
        Type::instance(self.class())
    }

    /// An instance with type arguments.
    pub fn of(&self, args: impl Into<super::Args>) -> Type {
        Type::generic(self.class(), args)
    }
}

macro_rules! known {
    ($($name:ident = $module:literal $qualname:literal;)*) => {
        $(
            #[doc = concat!("`", $module, ".", $qualname, "`")]
            pub static $name: Known =
                Known(LazyLock::new(|| ClassName::new(Name::new($module), Name::new($qualname))));
        )*
    };
}

known! {
    OBJECT = "builtins" "object";
    TYPE = "builtins" "type";
    BOOL = "builtins" "bool";
    INT = "builtins" "int";
    FLOAT = "builtins" "float";
    COMPLEX = "builtins" "complex";
    STR = "builtins" "str";
    BYTES = "builtins" "bytes";
    LIST = "builtins" "list";
    DICT = "builtins" "dict";
    SET = "builtins" "set";
    FROZENSET = "builtins" "frozenset";
    TUPLE = "builtins" "tuple";
    SLICE = "builtins" "slice";
    ELLIPSIS = "types" "EllipsisType";
    BASE_EXCEPTION = "builtins" "BaseException";
    EXCEPTION = "builtins" "Exception";
    FUNCTION = "types" "FunctionType";
    MODULE = "types" "ModuleType";
    PROPERTY = "builtins" "property";
    ENUM = "enum" "Enum";
    ITERABLE = "typing" "Iterable";
    ITERATOR = "typing" "Iterator";
    GENERATOR = "typing" "Generator";
    COLLECTION = "typing" "Collection";
    SEQUENCE = "typing" "Sequence";
    MAPPING = "typing" "Mapping";
    MUTABLE_MAPPING = "typing" "MutableMapping";
    MUTABLE_SEQUENCE = "typing" "MutableSequence";
    AWAITABLE = "typing" "Awaitable";
    COROUTINE = "typing" "Coroutine";
    ASYNC_ITERATOR = "typing" "AsyncIterator";
    ASYNC_ITERABLE = "typing" "AsyncIterable";
    ASYNC_GENERATOR = "typing" "AsyncGenerator";
    SIZED = "typing" "Sized";
    SUPPORTS_INDEX = "typing" "SupportsIndex";
    HASHABLE = "typing" "Hashable";
    CONTAINER = "typing" "Container";
    NAMED_TUPLE = "typing" "NamedTuple";
    TYPED_DICT = "typing" "TypedDict";
    PROTOCOL = "typing" "Protocol";
    GENERIC = "typing" "Generic";
    UNPACK = "typing" "Unpack";
    IO = "typing" "IO";
}
