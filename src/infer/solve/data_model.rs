//! What the language itself says of special methods (language reference, 3.3), as far as the stub of `object` does
//! not say it already.

use crate::project::Project;
use crate::text::Name;
use crate::types::{Args, ClassName, Type, known, union};

/// The result of a special method.
pub(super) fn result(method: Name) -> Option<Type> {
    Some(match method.as_str() {
        "__len__" | "__hash__" | "__index__" | "__int__" | "__sizeof__" | "__length_hint__" => known::INT.instance(),
        "__bool__" | "__contains__" | "__eq__" | "__ne__" | "__instancecheck__" | "__subclasscheck__" => {
            known::BOOL.instance()
        }
        "__float__" => known::FLOAT.instance(),
        "__complex__" => known::COMPLEX.instance(),
        "__bytes__" => known::BYTES.instance(),
        "__str__" | "__repr__" | "__format__" => known::STR.instance(),
        "__init__" | "__setattr__" | "__delattr__" | "__setitem__" | "__delitem__" | "__del__"
        | "__init_subclass__" | "__set_name__" | "__set__" | "__delete__" | "__post_init__" | "__setstate__" => {
            Type::None
        }
        _ => return None,
    })
}

/// The result of a special method that is nearly always this, though the language leaves it open.
pub(super) fn usual_result(method: Name) -> Option<Type> {
    Some(match method.as_str() {
        "__lt__" | "__le__" | "__gt__" | "__ge__" => known::BOOL.instance(),
        "__exit__" | "__aexit__" => Type::None,
        "__getattr__" => Type::Any,
        _ => return None,
    })
}

/// The parameter number `index` (`self` is 0) of a special method with `count` parameters.
pub(super) fn param(project: &Project, method: Name, index: usize, count: usize) -> Option<Type> {
    let class = |module: &str, name: &str| ClassName::new(Name::new(module), Name::new(name));
    Some(match (method.as_str(), index, count) {
        ("__eq__" | "__ne__", 1, 2) => known::OBJECT.instance(),
        ("__setattr__", 1, 3)
        | ("__getattr__" | "__getattribute__" | "__delattr__" | "__format__", 1, 2)
        | ("__set_name__", 2, 3) => known::STR.instance(),
        ("__setattr__", 2, 3) => Type::Any,
        ("__get__", 2, 3) => known::TYPE.of([Type::Any]),
        ("__exit__" | "__aexit__", 1, 4) => {
            union([Type::Class(known::BASE_EXCEPTION.class(), Args::default()), Type::None])
        }
        ("__exit__" | "__aexit__", 2, 4) => union([known::BASE_EXCEPTION.instance(), Type::None]),
        ("__exit__" | "__aexit__", 3, 4) => {
            let traceback = class("types", "TracebackType");
            project.class(traceback)?;
            union([Type::instance(traceback), Type::None])
        }
        _ => return None,
    })
}
