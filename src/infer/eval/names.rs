//! Names that evaluation asks for often, interned once.

use std::sync::LazyLock;

use crate::text::Name;

macro_rules! names {
    ($($field:ident = $text:literal;)*) => {
        /// The names.
        pub(super) struct Names {
            $(pub(super) $field: Name,)*
        }

        /// The names, interned at first use.
        pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| Names { $($field: Name::new($text),)* });
    };
}

names! {
    init = "__init__";
    new = "__new__";
    call = "__call__";
    format = "format";
    iter = "__iter__";
    next = "__next__";
    aiter = "__aiter__";
    anext = "__anext__";
    enter = "__enter__";
    exit = "__exit__";
    aexit = "__aexit__";
    aenter = "__aenter__";
    await_ = "__await__";
    getitem = "__getitem__";
    setitem = "__setitem__";
    delitem = "__delitem__";
    getattr = "__getattr__";
    get_descriptor = "__get__";
    set_descriptor = "__set__";
    class = "__class__";
    self_type = "Self";
    super_ = "super";
    type_ = "type";
    isinstance = "isinstance";
    callable = "callable";
    value = "value";
    name = "name";
    neg = "__neg__";
    pos = "__pos__";
    invert = "__invert__";
}
