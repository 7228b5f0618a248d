//! Definitions: records, namedtuples, aliases, protocols, ids.

use super::*;

#[test]
fn a_record_is_defined_before_its_first_use() {
    let files = [
        ("shop/__init__.py", ""),
        (
            "shop/orders.py",
            "from uuid import uuid4\n\nLIMIT = 3\n\n# Makes one.\n# With care.\ndef new_order(customer):\n    return {}\n\n\ndef last(order):\n    pass\n",
        ),
        ("shop/report.py", "import os\n\n\ndef render(order):\n    pass\n"),
    ];
    let mut repository = Repository::new(&files, 11);
    let line = repository.shape(
        "shop.orders",
        "last",
        "OrderLine",
        ShapeKind::typed_dict(fields(&[("sku", text(), true), ("class", int(), true)])),
    );
    let order = repository.shape(
        "shop.orders",
        "new_order",
        "Order",
        ShapeKind::typed_dict(fields(&[
            ("id", text(), true),
            ("lines", known::LIST.of([line]), true),
            ("note", Type::Unknown, false),
        ])),
    );
    repository.annotate("shop.orders", "new_order.return", order.clone());
    repository.annotate("shop.report", "render.order", optional(order));
    insta::assert_snapshot!(repository.after("shop.orders") + "=====\n" + &repository.after("shop.report"), @r#"
    from typing import Any, NotRequired, TypedDict
    from uuid import uuid4

    LIMIT = 3

    OrderLine = TypedDict(
        "OrderLine",
        {
            "sku": str,
            "class": int,
        },
    )


    class Order(TypedDict):
        id: str
        lines: list[OrderLine]
        note: NotRequired[Any]


    # Makes one.
    # With care.
    def new_order(customer) -> Order:
        return {}


    def last(order):
        pass
    =====
    import os
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from shop.orders import Order


    def render(order: "Order | None"):
        pass
    "#);
    assert_eq!(repository.plan().planned[3].title, "Order | None");
}

#[test]
fn optional_keys_without_not_required_split_the_class() {
    let mut repository = Repository::new(&[("a.py", "x = 1\r\n\r\ndef f(a):\r\n\tpass\r\n")], 9);
    let kind = ShapeKind::typed_dict(fields(&[("str", text(), true), ("b", optional(text()), false)]));
    let shape = repository.shape("a", "def f", "Options", kind);
    repository.annotate("a", "f.a", shape);
    insta::assert_snapshot!(repository.after("a").replace('\r', "␍").replace('\t', "→"), @r#"
    import builtins␍
    from typing import Optional, TypedDict␍
    ␍
    x = 1␍
    ␍
    ␍
    class _OptionsBase(TypedDict):␍
    →str: builtins.str␍
    ␍
    ␍
    class Options(_OptionsBase, TypedDict, total=False):␍
    →b: Optional[builtins.str]␍
    ␍
    ␍
    def f(a: Options):␍
    →pass␍
    "#);
}

#[test]
fn a_namedtuple_becomes_a_class() {
    let before = "from collections import namedtuple\n\nPoint = namedtuple(\"Point\", \"x y\")  # a place\n\nclass Box(namedtuple(\"Box\", [\"point\", \"size\"])):\n    \"\"\"A box.\"\"\"\n\n    def area(self):\n        return self.size ** 2\n\ndef f(p):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let facts = &repository.project.repository().next().expect("there is one").facts;
    let stmt = facts.body.of(&facts.blocks)[1];
    let kind = |names: [&str; 2], types: [Type; 2], defaults: Vec<String>, replaces| ShapeKind::NamedTuple {
        fields: fields(&[(names[0], types[0].clone(), true), (names[1], types[1].clone(), defaults.is_empty())]),
        defaults,
        replaces,
        sources: Vec::new(),
        displays: Vec::new(),
    };
    let point = repository.shape(
        "a",
        "Point",
        "Point",
        kind(["x", "y"], [int(), int()], vec!["0".into()], Some(Replaces::Assignment(stmt))),
    );
    repository.shape(
        "a",
        "class Box",
        "Box",
        kind(["point", "size"], [point.clone(), int()], vec![], Some(Replaces::Base(ClassId(0)))),
    );
    repository.annotate("a", "f.p", point);
    insta::assert_snapshot!(repository.after("a"), @r#"
    from collections import namedtuple
    from typing import NamedTuple


    class Point(NamedTuple):
        x: int
        y: int = 0  # a place


    class Box(NamedTuple):
        """A box."""

        point: Point
        size: int

        def area(self):
            return self.size ** 2

    def f(p: Point):
        pass
    "#);
}

#[test]
fn an_alias_that_exists_is_named_or_imported() {
    let a = "Pair = tuple[int, str]\n\n\ndef f(p):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", a), ("b.py", "import a\n\n\ndef g(p):\n    pass\n")], 11);
    let tuple = Type::Tuple([int(), text()].into());
    let pair = repository.shape("a", "Pair", "Pair", ShapeKind::ExistingAlias(tuple));
    repository.proposals.clear();
    repository.annotate("a", "f.p", pair.clone()).annotate("b", "g.p", optional(pair));
    insta::assert_snapshot!(repository.after("a") + "=====\n" + &repository.after("b"), @r#"
    Pair = tuple[int, str]


    def f(p: Pair):
        pass
    =====
    import a


    def g(p: "a.Pair | None"):
        pass
    "#);
}

#[test]
fn aliases_protocols_and_new_types() {
    let before = "import math\n\nSCALE = 2.0\n\n\nclass User:\n    pass\n\n\ndef load(user_id):\n    pass\n\n\ndef main(raw):\n    load(int(raw))\n";
    let mut repository =
        Repository::new(&[("a.py", before), ("b.py", "from a import load\n\n\ndef g(n):\n    load(n)\n")], 11);
    let pair = Type::Tuple([known::FLOAT.instance(), class("a", "User")].into());
    let pair = repository.shape("a", "SCALE", "Pair", ShapeKind::Alias(pair));
    let has_area = repository.shape(
        "a",
        "class User",
        "HasArea",
        ShapeKind::Protocol {
            members: vec![
                Member { name: Name::new("area"), kind: MemberKind::Property(known::FLOAT.instance()) },
                Member { name: Name::new("name"), kind: MemberKind::Attribute(text()) },
                Member {
                    name: Name::new("read"),
                    kind: MemberKind::Method(MethodShape {
                        params: vec![
                            MethodParam {
                                name: Name::new("size"),
                                ty: int(),
                                optional: true,
                                passing: Passing::Position,
                            },
                            MethodParam { name: Name::new("pair"), ty: pair, optional: true, passing: Passing::Either },
                        ],
                        result: known::BYTES.instance(),
                        is_async: false,
                    }),
                },
            ],
        },
    );
    repository.annotate("a", "main.raw", has_area);
    let (a, b) = (repository.module("a"), repository.module("b"));
    let at = |text: &str, part: &str| {
        let start = text.rfind(part).expect("the test names a part of the text") as u32;
        TextRange::new(start, start + part.len() as u32)
    };
    let in_a = at(before, "int(raw)");
    let user_id =
        repository.shape("a", "class User", "UserId", ShapeKind::NewType { base: int(), wraps: vec![(a, in_a)] });
    let Type::Shape(shape) = user_id else { return };
    let in_b = at("from a import load\n\n\ndef g(n):\n    load(n)\n", "n)");
    let in_b = TextRange::new(in_b.start, in_b.start + 1);
    repository.propose(vec![
        Change::Wrap { module: a, range: in_a, shape },
        Change::Wrap { module: b, range: in_b, shape },
        Change::Annotate { slot: repository.slot("a", "load.user_id"), ty: user_id },
    ]);
    insta::assert_snapshot!(repository.after("a") + "=====\n" + &repository.after("b"), @r#"
    import math
    from typing import NewType, Protocol

    Pair = tuple[float, "User"]

    SCALE = 2.0


    class HasArea(Protocol):
        @property
        def area(self) -> float: ...

        name: str

        def read(self, size: int = ..., /, pair: Pair = ...) -> bytes: ...


    UserId = NewType("UserId", int)


    class User:
        pass


    def load(user_id: UserId):
        pass


    def main(raw: HasArea):
        load(UserId(int(raw)))
    =====
    from a import UserId, load


    def g(n):
        load(UserId(n))
    "#);
}

#[test]
fn names_of_two_records_are_told_apart() {
    let before = "from x import Order\n\ndef f(a, b):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let kind = || ShapeKind::typed_dict(fields(&[("k", int(), true)]));
    let one = repository.shape("a", "def f", "Order", kind());
    let two = repository.shape("a", "def f", "Order", kind());
    repository.annotate("a", "f.a", one).annotate("a", "f.b", two);
    insta::assert_snapshot!(repository.after("a"), @r#"
    from typing import TypedDict

    from x import Order


    class OrderData(TypedDict):
        k: int


    class OrderInfo(TypedDict):
        k: int


    def f(a: OrderData, b: OrderInfo):
        pass
    "#);
}

#[test]
fn a_definition_that_nothing_uses_is_not_written() {
    let mut repository = Repository::new(&[("a.py", "def f(a, b: int):\n    pass\n")], 11);
    let kind = |ty| ShapeKind::typed_dict(fields(&[("k", ty, true)]));
    let inner = repository.shape("a", "def f", "Inner", kind(int()));
    let outer = repository.shape("a", "def f", "Outer", kind(inner));
    assert_eq!(repository.dropped(), ["nothing would use the definition"; 2]);
    repository.annotate("a", "f.b", outer.clone());
    assert_eq!(repository.dropped().len(), 3, "its place is taken");
    repository.proposals.pop();
    repository.annotate("a", "f.a", outer);
    assert!(repository.dropped().is_empty());
}
