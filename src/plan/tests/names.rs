//! Names and imports: what is quoted, what is imported where, and what is left alone.

use super::*;

#[test]
fn names_that_come_later_are_quoted() {
    let before = "def f(order):\n    pass\n\n\nclass Order:\n    def copy(self, other):\n        self.last = other\n\n    class Line:\n        pass\n\n\ndef g(order, line):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let order = class("a", "Order");
    repository.annotate("a", "f.order", optional(order.clone()));
    repository.annotate("a", "Order.copy.other", order.clone());
    repository.annotate("a", "Order.copy.return", known::LIST.of([class("a", "Order.Line")]));
    repository.annotate("a", "Order.last", order.clone());
    repository.annotate("a", "g.order", order).annotate("a", "g.line", class("a", "Order.Line"));
    insta::assert_snapshot!(repository.after("a"), @r#"
    def f(order: "Order | None"):
        pass


    class Order:
        def copy(self, other: "Order") -> "list[Order.Line]":
            self.last: Order = other

        class Line:
            pass


    def g(order: Order, line: Order.Line):
        pass
    "#);
}

#[test]
fn imports_are_merged_into_what_is_there() {
    let before = "import os\nfrom typing import Any\n\nimport requests\n\n\ndef f(a, b, c):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 9);
    repository.annotate("a", "f.a", optional(int())).annotate("a", "f.b", iterable(Type::Any));
    repository.annotate("a", "f.c", class("decimal", "Decimal"));
    repository.annotate(
        "a",
        "f.return",
        Type::generic(ClassName::new(Name::new("os"), Name::new("PathLike")), [text()]),
    );
    insta::assert_snapshot!(repository.after("a"), @r#"
    import os
    from collections.abc import Iterable
    from typing import TYPE_CHECKING, Any, Optional

    import requests

    if TYPE_CHECKING:
        from decimal import Decimal


    def f(a: Optional[int], b: Iterable[Any], c: "Decimal") -> os.PathLike[str]:
        pass
    "#);
}

#[test]
fn aliases_of_modules_are_used() {
    let before = "import typing as t\nimport datetime\nimport collections.abc\n\ndef f(a, b, c): pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 9);
    repository.annotate("a", "f.a", optional(int())).annotate("a", "f.b", iterable(int()));
    repository.annotate("a", "f.c", class("datetime", "datetime"));
    insta::assert_snapshot!(repository.after("a"), @r#"
    import typing as t
    import datetime
    import collections.abc

    def f(a: t.Optional[int], b: collections.abc.Iterable[int], c: datetime.datetime): pass
    "#);
}

#[test]
fn shadowed_names_are_reached_another_way() {
    let before = "class Any:\n    def list(self):\n        return []\n\n    def f(self, a, b):\n        pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    repository.annotate("a", "Any.list.return", known::LIST.of([int()]));
    repository.annotate("a", "Any.f.a", Type::Any).annotate("a", "Any.f.b", known::LIST.of([int()]));
    insta::assert_snapshot!(repository.after("a"), @r#"
    import builtins
    import typing


    class Any:
        def list(self) -> builtins.list[int]:
            return []

        def f(self, a: typing.Any, b: builtins.list[int]):
            pass
    "#);
}

#[test]
fn a_name_that_is_imported_further_down_is_imported_above_its_use() {
    let late = "from typing import Optional\n\nLIMIT: Optional[int] = None\n\ntry:\n    from typing import TYPE_CHECKING\n\
                except ImportError:\n    pass\n\n\ndef render(order):\n    pass\n";
    let files = [("shop/__init__.py", ""), ("shop/orders.py", "class Order:\n    pass\n"), ("shop/report.py", late)];
    let mut repository = Repository::new(&files, 11);
    repository.annotate("shop.report", "render.order", class("shop.orders", "Order"));
    insta::assert_snapshot!(repository.after("shop.report"), @r#"
    from typing import TYPE_CHECKING, Optional

    if TYPE_CHECKING:
        from shop.orders import Order

    LIMIT: Optional[int] = None

    try:
        from typing import TYPE_CHECKING
    except ImportError:
        pass


    def render(order: "Order"):
        pass
    "#);
}

#[test]
fn classes_of_other_modules_come_under_type_checking() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/orders.py", "class Order:\n    pass\n"),
        ("shop/report.py", "\"\"\"Reports.\"\"\"\n\ndef render(order):\n    pass\n"),
        (
            "shop/known.py",
            "from __future__ import annotations\n\nimport os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from decimal import Decimal\n\n\ndef render(order, price):\n    pass\n",
        ),
        ("shop/local.py", "from .known import render\nfrom .orders import Order as O\n\n\ndef f(order):\n    pass\n"),
        ("shop/near.py", "from .known import render\n\n\ndef f(order):\n    pass\n"),
    ];
    let mut repository = Repository::new(&files, 11);
    let order = class("shop.orders", "Order");
    repository.annotate("shop.report", "render.order", optional(order.clone()));
    repository.annotate("shop.known", "render.order", optional(order.clone()));
    repository.annotate("shop.known", "render.price", class("decimal", "Decimal"));
    repository.annotate("shop.local", "f.order", order.clone()).annotate("shop.near", "f.order", order);
    let all: Vec<String> =
        ["shop.report", "shop.known", "shop.local", "shop.near"].iter().map(|name| repository.after(name)).collect();
    insta::assert_snapshot!(all.join("=====\n"), @r#"
    """Reports."""

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from shop.orders import Order

    def render(order: "Order | None"):
        pass
    =====
    from __future__ import annotations

    import os
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from decimal import Decimal
        from shop.orders import Order


    def render(order: Order | None, price: Decimal):
        pass
    =====
    from .known import render
    from .orders import Order as O


    def f(order: O):
        pass
    =====
    from typing import TYPE_CHECKING

    from .known import render

    if TYPE_CHECKING:
        from .orders import Order


    def f(order: "Order"):
        pass
    "#);
}

#[test]
fn a_circle_of_imports_is_never_closed() {
    let files =
        [("a.py", "import b\n\n\ndef load(x):\n    pass\n"), ("b.py", "def g(n):\n    import a\n    a.load(n)\n")];
    let mut repository = Repository::new(&files, 11);
    let b = repository.module("b");
    let user_id = repository.shape("a", "def load", "UserId", ShapeKind::NewType { base: int(), wraps: vec![] });
    let Type::Shape(shape) = user_id else { return };
    repository.annotate("a", "load.x", user_id);
    let start = files[1].1.rfind('n').expect("it is there") as u32;
    repository.propose(vec![Change::Wrap { module: b, range: TextRange::new(start, start + 1), shape }]);
    assert_eq!(repository.dropped(), ["importing `UserId` here would close a circle of imports"]);
}

#[test]
fn a_text_without_imports_gets_them_below_its_docstring() {
    for (before, after) in [
        ("\"\"\"Doc.\"\"\"\ndef f(a): pass\n", "\"\"\"Doc.\"\"\"\n\nfrom typing import Any\n\n\ndef f(a: Any): pass\n"),
        ("#!/bin/sh\n\nx = 1\ndef f(a): pass", "#!/bin/sh\n\nfrom typing import Any\n\nx = 1\ndef f(a: Any): pass"),
        ("def f(a): pass", "from typing import Any\n\n\ndef f(a: Any): pass"),
    ] {
        let mut repository = Repository::new(&[("a.py", before)], 11);
        repository.annotate("a", "f.a", Type::Any);
        assert_eq!(repository.after("a"), after);
    }
}

#[test]
fn classes_of_the_library_are_named_by_their_public_place() {
    let before = "import asyncio\nimport threading\n\n\ndef f(a, b, c, d, e, g):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    repository.annotate("a", "f.a", class("_io", "TextIOWrapper"));
    repository.annotate("a", "f.b", optional(class("_thread", "lock")));
    repository.annotate("a", "f.c", class("asyncio.events", "AbstractEventLoop"));
    repository.annotate("a", "f.d", class("pathlib", "Path"));
    repository.annotate("a", "f.e", class("unittest.case", "TestCase"));
    repository.annotate("a", "f.g", class("unittest.mock", "Mock"));
    repository.annotate(
        "a",
        "f.return",
        Type::generic(ClassName::new(Name::new("re"), Name::new("Pattern")), [text()]),
    );
    insta::assert_snapshot!(repository.after("a"), @r#"
    import asyncio
    import threading
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from io import TextIOWrapper
        from pathlib import Path
        from re import Pattern
        from unittest import TestCase
        from unittest.mock import Mock


    def f(
        a: "TextIOWrapper",
        b: "threading.Lock | None",
        c: asyncio.AbstractEventLoop,
        d: "Path",
        e: "TestCase",
        g: "Mock",
    ) -> "Pattern[str]":
        pass
    "#);
}

#[test]
fn what_may_not_exist_is_quoted_and_what_is_deleted_declined() {
    let before = "LIMIT = compute()\n\nimport os\n\ntry:\n    from decimal import Decimal\nexcept ImportError:\n    Decimal = None\n\nclass Gone:\n    pass\n\ndef f(a, b):\n    pass\n\ndel Gone\n";
    let mut repository = Repository::new(&[("a.py", before), ("b.py", "import a\n\ndef g(x): pass\n")], 11);
    repository.annotate("a", "LIMIT", optional(Type::Any)).annotate("a", "f.a", class("a", "Gone"));
    insta::assert_snapshot!(repository.after("a"), @r#"
    from typing import Any

    LIMIT: Any | None = compute()

    import os

    try:
        from decimal import Decimal
    except ImportError:
        Decimal = None

    class Gone:
        pass

    def f(a: "Gone", b):
        pass

    del Gone
    "#);
    repository.annotate("b", "g.x", class("a", "Gone"));
    assert_eq!(repository.dropped(), ["`Gone` is deleted where it is defined"]);
}

#[test]
fn a_star_import_does_not_carry_a_name_onto_another() {
    let files = [("a.py", "def f(x):\n    pass\n"), ("b.py", "from a import *\n\n\ndef g(x):\n    pass\n")];
    let mut repository = Repository::new(&files, 11);
    let kind = || ShapeKind::typed_dict(fields(&[("k", int(), true)]));
    let one = repository.shape("a", "def f", "Order", kind());
    let two = repository.shape("b", "def g", "Order", kind());
    repository.annotate("a", "f.x", one).annotate("b", "g.x", two);
    assert!(repository.after("a").contains("class Order(_typing.TypedDict)"));
    assert!(repository.after("b").contains("class OrderData(TypedDict)"));
}

#[test]
fn what_a_test_lists_is_all_that_is_imported() {
    let watcher = "RUN = b'''\nimport builtins\nbuiltins.__import__ = tracking\n'''\nALLOWED = {'os', 'types'}\n";
    let files = [("a.py", "import os\n\n\ndef f(x, y, z):\n    pass\n"), ("tests/test_imports.py", watcher)];
    let mut repository = Repository::new(&files, 8);
    repository.annotate("a", "f.x", optional(known::LIST.of([int()])));
    repository.annotate("a", "f.y", iterable(int()));
    repository.annotate("a", "f.z", text());
    assert_eq!(repository.dropped(), ["a test lists what is imported, and `collections.abc` is not among it"]);
    repository.proposals.remove(1);
    let after = "import os\n\n\ndef f(x: \"list[int] | None\", y, z: str):\n    pass\n";
    assert_eq!(repository.after("a"), after);
    let allowed = watcher.replace("'os'", "'os', 'collections.abc'");
    let files = [("a.py", files[0].1), ("tests/test_imports.py", allowed.as_str())];
    let mut repository = Repository::new(&files, 8);
    repository.annotate("a", "f.y", iterable(int()));
    assert!(repository.after("a").contains("from collections.abc import Iterable"));
}

#[test]
fn a_slot_hides_a_name_from_the_methods_of_its_class() {
    let text =
        "class rule:\n    pass\n\n\nclass Info:\n    __slots__ = [\"rule\"]\n\n    def f(self, x):\n        pass\n";
    let mut repository = Repository::new(&[("a.py", text)], 11);
    repository.annotate("a", "Info.f.x", class("a", "rule"));
    assert_eq!(repository.dropped(), ["`rule` means something else here"]);
}

#[test]
fn a_package_does_not_import_from_its_examples() {
    let files = [
        ("src/shop/__init__.py", ""),
        ("src/shop/core.py", "def f(x):\n    pass\n"),
        ("examples/demo.py", "class Demo:\n    pass\n"),
    ];
    let mut repository = Repository::new(&files, 11);
    repository.annotate("shop.core", "f.x", class("demo", "Demo"));
    assert_eq!(repository.dropped(), ["`demo` cannot be imported from here"]);
}

#[test]
fn exports_that_are_listed_at_run_time_stay_the_same() {
    let listing = "import os\n\n__all__ = [name for name in dir() if name[0] != '_']\n\ndef f(x=None):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", listing)], 9);
    repository.annotate("a", "f.x", optional(int()));
    insta::assert_snapshot!(repository.after("a"), @r"
    import os
    import typing as _typing

    __all__ = [name for name in dir() if name[0] != '_']

    def f(x: _typing.Optional[int] = None):
        pass
    ");
}

#[test]
fn star_imports_hand_no_import_on() {
    let spread = "def f(cb, x=None):\n    pass\n";
    let files = &[("a.py", spread), ("b.py", "class B:\n    pass\n"), ("main.py", "from a import *\n")];
    let mut repository = Repository::new(files, 9);
    repository.annotate("a", "f.cb", iterable(int())).annotate("a", "f.x", optional(class("b", "B")));
    insta::assert_snapshot!(repository.after("a"), @r#"
    import typing as _typing
    from collections.abc import Iterable as _Iterable

    if _typing.TYPE_CHECKING:
        from b import B


    def f(cb: _Iterable[int], x: "_typing.Optional[B]" = None):
        pass
    "#);
    let listed = format!("__all__ = ['f']\n\n{spread}");
    let files = &[("a.py", listed.as_str()), ("main.py", "from a import *\n")];
    let mut repository = Repository::new(files, 9);
    repository.annotate("a", "f.cb", iterable(int()));
    insta::assert_snapshot!(repository.after("a"), @r#"
    from collections.abc import Iterable

    __all__ = ['f']

    def f(cb: Iterable[int], x=None):
        pass
    "#);
}

#[test]
fn an_alias_is_not_handed_back_to_its_module() {
    let files = [("base.py", "def f(x):\n    pass\n"), ("main.py", "from base import *\n\n\ndef g(x):\n    pass\n")];
    let mut repository = Repository::new(&files, 11);
    let pair = repository.shape("main", "def g", "Pair", ShapeKind::Alias(Type::Tuple([text(), int()].into())));
    repository.annotate("base", "f.x", pair.clone()).annotate("main", "g.x", pair);
    insta::assert_snapshot!(repository.after("base"), @r#"
    import typing as _typing

    if _typing.TYPE_CHECKING:
        from main import Pair as _Pair


    def f(x: "_Pair"):
        pass
    "#);
    assert!(repository.after("main").contains("def g(x: Pair):"));
}

#[test]
fn definitions_are_reached_through_a_module_that_is_imported() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/orders.py", "def new_order():\n    pass\n"),
        ("shop/report.py", "from shop import orders\n\n\ndef render(order):\n    pass\n"),
        ("shop/early.py", "import shop.late\n\n\ndef render(order):\n    pass\n"),
        ("shop/late.py", "from shop import early\n\n\ndef new_order():\n    pass\n"),
    ];
    let mut repository = Repository::new(&files, 11);
    let order = repository.shape("shop.orders", "def new_order", "Order", ShapeKind::Alias(known::LIST.of([text()])));
    let late = repository.shape("shop.late", "def new_order", "Late", ShapeKind::Alias(known::LIST.of([int()])));
    repository.annotate("shop.report", "render.order", order);
    repository.annotate("shop.early", "render.order", late);
    insta::assert_snapshot!(repository.after("shop.report"), @r"
    from shop import orders


    def render(order: orders.Order):
        pass
    ");
    insta::assert_snapshot!(repository.after("shop.early"), @r#"
    import shop.late


    def render(order: "shop.late.Late"):
        pass
    "#);
}

#[test]
fn long_imports_are_wrapped() {
    let mut repository = Repository::new(&[("a.py", "def f(a, b, c, d, e, g, h, i):\n    pass\n")], 8);
    let types = [
        ("a", iterable(int())),
        ("b", known::LIST.of([int()])),
        ("c", known::DICT.of([text(), int()])),
        ("d", known::SET.of([int()])),
        ("e", known::SEQUENCE.of([int()])),
        ("g", known::MAPPING.of([text(), int()])),
        ("h", known::ITERATOR.of([int()])),
        ("i", known::COLLECTION.of([int()])),
    ];
    for (name, ty) in types {
        repository.annotate("a", &format!("f.{name}"), optional(ty));
    }
    insta::assert_snapshot!(repository.after("a"), @r"
    from typing import (
        Collection,
        Dict,
        Iterable,
        Iterator,
        List,
        Mapping,
        Optional,
        Sequence,
        Set,
    )


    def f(
        a: Optional[Iterable[int]],
        b: Optional[List[int]],
        c: Optional[Dict[str, int]],
        d: Optional[Set[int]],
        e: Optional[Sequence[int]],
        g: Optional[Mapping[str, int]],
        h: Optional[Iterator[int]],
        i: Optional[Collection[int]],
    ):
        pass
    ");
}

#[test]
fn a_class_that_newer_versions_dropped_is_named_only_where_it_is_imported() {
    let text = "import inspect\n\n\ndef f(spec):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", text)], 8);
    repository.annotate("a", "f.spec", optional(class("inspect", "ArgSpec")));
    assert_eq!(repository.dropped(), ["newer versions of Python have no `ArgSpec`"]);
    let text = "from inspect import ArgSpec, FullArgSpec\n\n\ndef f(spec, full):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", text)], 8);
    repository.annotate("a", "f.spec", class("inspect", "ArgSpec"));
    repository.annotate("a", "f.full", class("inspect", "FullArgSpec"));
    assert!(repository.after("a").contains("def f(spec: ArgSpec, full: FullArgSpec):"));
}

#[test]
fn a_class_that_a_star_import_brings_has_its_name() {
    let files = [
        (
            "shop/__init__.py",
            "from .loaders import *\nfrom shop.loaders import Second\n\n\ndef load(loader, second):\n    pass\n",
        ),
        ("shop/loaders.py", "class First:\n    class Part:\n        pass\n\n\nclass Second:\n    pass\n"),
    ];
    let mut repository = Repository::new(&files, 11);
    repository.annotate("shop", "load.loader", optional(class("shop.loaders", "First.Part")));
    repository.annotate("shop", "load.second", class("shop.loaders", "Second"));
    let after = repository.after("shop");
    assert!(after.contains("def load(loader: \"First.Part | None\", second: Second):"), "{after}");
}

#[test]
fn the_condition_exists_where_it_is_asked_for() {
    let order = ("orders.py", "class Order:\n    pass\n");
    let after = |head: &str| {
        let text = format!("{head}\n\ndef render(order):\n    pass\n");
        let mut repository = Repository::new(&[("report.py", text.as_str()), order], 11);
        repository.annotate("report", "render.order", class("orders", "Order"));
        repository.after("report")
    };
    for late in [
        "import os\n\ntry:\n    import typing\nexcept ImportError:\n    pass\n",
        "import os\n\nos.nice(1)\n\nimport typing\n",
    ] {
        let text = after(late);
        assert!(text.starts_with("import os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"), "{text}");
    }
    let text = after("import typing\n");
    assert!(text.starts_with("import typing\n\nif typing.TYPE_CHECKING:\n"), "{text}");
    let text = after("import os\n\nTYPE_CHECKING = os.environ.get('CHECK')\n");
    assert!(text.starts_with("import os\nimport typing as _typing\n\nif _typing.TYPE_CHECKING:\n"), "{text}");
}

#[test]
fn a_module_through_whose_names_a_test_goes_gets_no_function_or_class() {
    let text = "def f(x, y, z):\n    pass\n";
    let with = |watcher: &str| {
        let files = [("shop/__init__.py", ""), ("shop/a.py", text), ("tests/test_names.py", watcher)];
        let mut repository = Repository::new(&files, 8);
        let order = repository.shape("shop.a", "def f", "Order", ShapeKind::typed_dict(fields(&[("k", int(), true)])));
        repository.annotate("shop.a", "f.z", order);
        repository.annotate("shop.a", "f.x", optional(known::LIST.of([int()])));
        repository.annotate("shop.a", "f.y", int());
        repository
    };
    for watcher in [
        "from shop import a\n\ndef test():\n    assert len(vars(a)) == 9\n",
        "import shop.a\nassert sorted(shop.a.__dict__) == ['f']\n",
        "from importlib import import_module\n\ndef test():\n    module = import_module('shop.a')\n    print(dir(module))\n",
        "import inspect, sys\nimport shop.a\nprint(inspect.getmembers(sys.modules['shop.a']))\n",
    ] {
        let mut repository = with(watcher);
        assert_eq!(repository.dropped()[0], "no name is free for it", "{watcher}");
        repository.proposals.drain(..2);
        let after =
            "import typing as _typing\n\n\ndef f(x: _typing.Optional[_typing.List[int]], y: int, z):\n    pass\n";
        assert_eq!(repository.after("shop.a"), after, "{watcher}");
    }
    for other in [
        "from shop import a\nassert 'f' in dir(a)\nprint(vars(a)['f'], a.__dict__.get('f'))\n",
        "from shop import a\nprint(vars(a.f), dir(), dir(other))\n",
    ] {
        assert!(with(other).after("shop.a").contains("class Order(TypedDict)"), "{other}");
    }
}

#[test]
fn a_module_through_whose_names_a_program_goes_gets_private_ones() {
    let after = |program: &str| {
        let files = [("shop/__init__.py", ""), ("shop/a.py", "def f(x):\n    pass\n"), ("shop/registry.py", program)];
        let mut repository = Repository::new(&files, 8);
        repository.annotate("shop.a", "f.x", optional(int()));
        repository.after("shop.a")
    };
    for program in [
        "from shop import a\nfor name in sorted(a.__dict__):\n    print(getattr(a, name).__mro__)\n",
        "from . import a\nFOUND = [it for it in vars(a).values() if callable(it)]\n",
        "import shop.a\nprint(dir(shop.a))\n",
    ] {
        assert!(after(program).contains("x: _typing.Optional[int]"), "{program}");
    }
    let handed_on = "from shop import a\nexec('b = 1', a.__dict__)\nprint(a.__dict__ is vars(a))\n";
    assert!(after(handed_on).contains("x: Optional[int]"));
}
