//! Tests of the plan on small repositories: what comes out is compared whole.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::facts::{ClassId, FunctionId, lower};
use crate::infer::{Field, Home, Member, MemberKind, MethodParam, Replaces, Shape, ShapeKind};
use crate::project::{InputFile, SlotKind};
use crate::proposal::{Applicability, Message, Part};
use crate::stubs::Installed;
use crate::text::{Name, TextRange};
use crate::types::{CallableType, ClassName, SlotId, Type, known, union};

/// A repository in memory, the types to write into it, and the shapes to define.
struct Repository {
    project: Project,
    inference: Inference,
    proposals: Vec<Proposal>,
    target: PythonVersion,
}

impl Repository {
    fn new(files: &[(&str, &str)], minor: u8) -> Self {
        let target = PythonVersion::new(3, minor);
        let inputs = files
            .iter()
            .map(|(path, text)| {
                let source = SourceFile::from_bytes(Path::new(path), text.as_bytes()).expect("it can be decoded");
                let facts = lower(&parse(&source).expect("it parses"), &source.text);
                InputFile { source, facts: facts.into(), editable: !path.starts_with("tests/") }
            })
            .collect();
        let project = Project::build(inputs, &Installed::default(), target);
        Self { project, inference: Inference::default(), proposals: Vec::new(), target }
    }

    fn module(&self, name: &str) -> ModuleId {
        self.project.repository().find(|module| module.import_name.is(name)).expect("the test names it").id
    }

    /// The slot `function.param`, `function.return`, `Class.attribute` or a variable.
    fn slot(&self, module: &str, subject: &str) -> SlotId {
        let id = self.module(module);
        let facts = &self.project.module(id).expect("it was read").facts;
        let function = |name: &str| {
            let found = facts.functions.iter().position(|function| function.qualname.is(name))?;
            Some((FunctionId(found as u32), &facts.functions[found]))
        };
        let kind = match subject.rsplit_once('.') {
            None => SlotKind::Variable(Name::new(subject)),
            Some((owner, part)) => match function(owner) {
                Some((id, _)) if part == "return" => SlotKind::Return(id),
                Some((id, function)) => {
                    let index = function.params.iter().position(|param| param.name.is(part)).expect("a parameter");
                    SlotKind::Param(id, index as u16)
                }
                None => {
                    let class = facts.classes.iter().position(|class| class.qualname.is(owner)).expect("a class");
                    SlotKind::Attribute(ClassId(class as u32), Name::new(part))
                }
            },
        };
        self.project.slots().find(id, kind).expect("it can be annotated")
    }

    fn propose(&mut self, changes: Vec<Change>) {
        let id = ProposalId(self.proposals.len() as u64);
        let parts = changes.iter().filter_map(|change| match change {
            Change::Annotate { ty, .. } | Change::Declare(crate::proposal::Declaration { ty, .. }) => {
                Some(Part::Type(ty.clone()))
            }
            Change::Define(shape) => Some(Part::Type(Type::Shape(*shape))),
            Change::Wrap { .. } => None,
        });
        self.proposals.push(Proposal {
            id,
            transform: "test",
            module: ModuleId(0),
            offset: 0,
            title: Message(parts.collect()),
            reason: Message::text("because"),
            evidence: Vec::new(),
            confidence: Confidence::High,
            applicability: Applicability::Safe,
            changes,
            requires: Vec::new(),
        });
    }

    fn annotate(&mut self, module: &str, subject: &str, ty: Type) -> &mut Self {
        let slot = self.slot(module, subject);
        self.propose(vec![Change::Annotate { slot, ty }]);
        self
    }

    /// Adds a shape whose home is before `before` in `module`; defines it in a proposal of its own.
    fn shape(&mut self, module: &str, before: &str, name: &str, kind: ShapeKind) -> Type {
        let module = self.module(module);
        let text = &self.project.module(module).and_then(|module| module.source.as_ref()).expect("it was read").text;
        let before = text.find(before).expect("the test names a part of the text") as u32;
        let id = ShapeId(self.inference.shapes.len() as u32);
        self.inference.shapes.push(Shape {
            names: vec![Name::new(name)],
            kind,
            home: Home { module, before },
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::High,
            reason: String::new(),
            evidence: Vec::new(),
        });
        self.propose(vec![Change::Define(id)]);
        Type::Shape(id)
    }

    fn plan(&self) -> Plan {
        let options = Options {
            target: self.target,
            line_length: Some(88),
            min_confidence: Confidence::Medium,
            allow_unsafe: false,
            accept: None,
        };
        plan(&self.project, &self.inference, &self.proposals, &options)
    }

    /// The text of a module after the plan, which drops nothing.
    fn after(&self, module: &str) -> String {
        let plan = self.plan();
        assert!(plan.dropped.is_empty(), "{:?}", plan.dropped);
        let id = self.module(module);
        let text = &self.project.module(id).and_then(|module| module.source.as_ref()).expect("it was read").text;
        let file = plan.files.iter().find(|file| file.module == id);
        file.map_or_else(|| text.to_string(), |file| file.patch.apply(text))
    }

    fn dropped(&self) -> Vec<String> {
        self.plan().dropped.into_iter().map(|dropped| dropped.reason).collect()
    }
}

fn class(module: &str, qualname: &str) -> Type {
    Type::instance(ClassName::new(Name::new(module), Name::new(qualname)))
}

fn optional(ty: Type) -> Type {
    union([ty, Type::None])
}

fn int() -> Type {
    known::INT.instance()
}

fn text() -> Type {
    known::STR.instance()
}

fn iterable(ty: Type) -> Type {
    known::ITERABLE.of([ty])
}

fn fields(fields: &[(&str, Type, bool)]) -> Vec<Field> {
    let field = |(name, ty, required): &(&str, Type, bool)| Field {
        name: Name::new(name),
        ty: ty.clone(),
        required: *required,
    };
    fields.iter().map(field).collect()
}

#[test]
fn defaults_get_the_spaces_of_annotated_ones() {
    let mut repository = Repository::new(&[("a.py", "def f(x, y=1, z = 2, *args, w=(3), **kw):\n    pass\n")], 11);
    for (name, ty) in [("x", int()), ("y", int()), ("z", int()), ("args", text()), ("w", int()), ("kw", Type::Any)] {
        repository.annotate("a", &format!("f.{name}"), ty);
    }
    repository.annotate("a", "f.return", Type::None);
    insta::assert_snapshot!(repository.after("a"), @r#"
    from typing import Any


    def f(x: int, y: int = 1, z: int = 2, *args: str, w: int = (3), **kw: Any) -> None:
        pass
    "#);
}

#[test]
fn long_signatures_are_wrapped() {
    let before = "class A:\n    def method(self, first, second=\"a,b\", third=(1, 2), *, fourth=lambda a, b: 1):\n        pass\n\n    def other(self, alpha, ):\n        pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    for name in ["first", "second"] {
        repository.annotate("a", &format!("A.method.{name}"), text());
    }
    let callable = Type::Callable(Arc::new(CallableType { params: Some(vec![int(), int()]), result: int() }));
    repository.annotate("a", "A.other.alpha", known::DICT.of([text(), known::LIST.of([callable.clone()])]));
    repository.annotate("a", "A.other.return", optional(callable));
    insta::assert_snapshot!(repository.after("a"), @r#"
    from collections.abc import Callable


    class A:
        def method(
            self,
            first: str,
            second: str = "a,b",
            third=(1, 2),
            *,
            fourth=lambda a, b: 1,
        ):
            pass

        def other(
            self,
            alpha: dict[str, list[Callable[[int, int], int]]],
        ) -> Callable[[int, int], int] | None:
            pass
    "#);
    // Nothing but blanks and what was inserted differs.
    let blank_free = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let after = blank_free(&repository.after("a"));
    let mut rest = after.chars();
    assert!(blank_free(before).chars().all(|wanted| rest.any(|found| found == wanted)));
}

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
        ShapeKind::TypedDict { fields: fields(&[("sku", text(), true), ("class", int(), true)]) },
    );
    let order = repository.shape(
        "shop.orders",
        "new_order",
        "Order",
        ShapeKind::TypedDict {
            fields: fields(&[
                ("id", text(), true),
                ("lines", known::LIST.of([line]), true),
                ("note", Type::Unknown, false),
            ]),
        },
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
    let kind = ShapeKind::TypedDict { fields: fields(&[("str", text(), true), ("b", optional(text()), false)]) };
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
    };
    let point = repository.shape(
        "a",
        "Point",
        "Point",
        kind(["x", "y"], [int(), int()], vec!["0".into()], Replaces::Assignment(stmt)),
    );
    repository.shape(
        "a",
        "class Box",
        "Box",
        kind(["point", "size"], [point.clone(), int()], vec![], Replaces::Base(ClassId(0))),
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
fn aliases_protocols_and_new_types() {
    let before = "import math\n\nSCALE = 2.0\n\n\nclass User:\n    pass\n\n\ndef load(user_id):\n    pass\n\n\ndef main(raw):\n    load(int(raw))\n";
    let mut repository =
        Repository::new(&[("a.py", before), ("b.py", "from a import load\n\n\ndef g(n):\n    load(n)\n")], 11);
    let pair = Type::Tuple(Arc::new([known::FLOAT.instance(), class("a", "User")]));
    let pair = repository.shape("a", "SCALE", "Pair", ShapeKind::Alias(pair));
    repository.shape(
        "a",
        "class User",
        "HasArea",
        ShapeKind::Protocol {
            members: vec![
                Member { name: Name::new("area"), kind: MemberKind::Property(known::FLOAT.instance()) },
                Member { name: Name::new("name"), kind: MemberKind::Attribute(text()) },
                Member {
                    name: Name::new("read"),
                    kind: MemberKind::Method(
                        vec![
                            MethodParam { name: Name::new("size"), ty: int(), optional: true, positional_only: true },
                            MethodParam { name: Name::new("pair"), ty: pair, optional: true, positional_only: false },
                        ],
                        known::BYTES.instance(),
                    ),
                },
            ],
        },
    );
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


    def main(raw):
        load(UserId(int(raw)))
    =====
    from a import UserId, load


    def g(n):
        load(UserId(n))
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
    let start = files[1].1.rfind('n').expect("it is there") as u32;
    repository.propose(vec![Change::Wrap { module: b, range: TextRange::new(start, start + 1), shape }]);
    assert_eq!(repository.dropped(), ["importing `UserId` here would close a circle of imports"]);
}

#[test]
fn what_cannot_be_written_is_dropped_with_a_reason() {
    let before = "import typing\n\n\ndef f(a, b: int, c):\n    class Inner:\n        pass\n\n\ndef g(x):\n    # type: (int) -> int\n    pass\n";
    let mut repository =
        Repository::new(&[("a.py", before), ("pkg/typing.py", ""), ("pkg/m.py", "def f(x):\n    pass\n")], 11);
    repository.annotate("a", "f.a", known::LIST.instance());
    repository.annotate("a", "f.b", int());
    repository.annotate("a", "f.c", class("a", "f.<locals>.Inner"));
    repository.annotate("a", "g.x", int());
    repository.annotate("a", "g.return", Type::Shape(ShapeId(7)));
    repository.annotate("m", "f.x", Type::Any);
    insta::assert_debug_snapshot!(repository.dropped(), @r#"
    [
        "`list` has no element type",
        "`b` is annotated already",
        "`Inner` is defined inside a function",
        "`g` is typed by a comment",
        "it needs a definition that is not part of the plan",
        "a file of the repository hides the module `typing`",
    ]
    "#);
}

#[test]
fn names_of_two_records_are_told_apart() {
    let before = "from x import Order\n\ndef f(a, b):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let kind = || ShapeKind::TypedDict { fields: fields(&[("k", int(), true)]) };
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
fn only_accepted_proposals_are_planned() {
    let mut repository = Repository::new(&[("a.py", "def f(a, b, c):\n    pass\n")], 11);
    for name in ["a", "b", "c"] {
        repository.annotate("a", &format!("f.{name}"), int());
    }
    repository.proposals[2].applicability = Applicability::Unsafe;
    let accepted = HashSet::from([ProposalId(1)]);
    let options = Options {
        target: repository.target,
        line_length: None,
        min_confidence: Confidence::Low,
        allow_unsafe: false,
        accept: Some(&accepted),
    };
    let plan = plan(&repository.project, &repository.inference, &repository.proposals, &options);
    assert_eq!(plan.planned.iter().map(|planned| planned.proposal).collect::<Vec<_>>(), [1]);
    assert_eq!(plan.hidden, 1);
    assert_eq!(plan.files[0].patch.apply("def f(a, b, c):\n    pass\n"), "def f(a, b: int, c):\n    pass\n");
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
fn the_next_proposal_for_a_place_gets_its_turn() {
    let mut repository = Repository::new(&[("a.py", "def f(a):\n    pass\n")], 11);
    repository.annotate("a", "f.a", known::LIST.instance()).annotate("a", "f.a", int()).annotate("a", "f.a", text());
    let plan = repository.plan();
    assert_eq!(plan.files[0].patch.apply("def f(a):\n    pass\n"), "def f(a: int):\n    pass\n");
    assert_eq!(
        plan.dropped.iter().map(|dropped| dropped.reason.as_str()).collect::<Vec<_>>(),
        ["`list` has no element type", "another proposal annotates the same place"]
    );
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
fn variables_that_name_types_or_imports_stay_bare() {
    let before = "from typing import TypeVar\n\nT = TypeVar('T')\nKey = tuple[str, int]\nText = str\ntry:\n    import ssl\nexcept ImportError:\n    ssl = None\ntry:\n    size = 1\nexcept ValueError:\n    size = 2\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    for name in ["T", "Key", "Text", "ssl"] {
        repository.annotate("a", name, int());
    }
    assert_eq!(repository.dropped().len(), 4, "{:?}", repository.dropped());
    repository.proposals.clear();
    repository.annotate("a", "size", int());
    assert_eq!(repository.after("a"), before.replace("size = 1", "size: int = 1"));
}

#[test]
fn a_star_import_does_not_carry_a_name_onto_another() {
    let files = [("a.py", "def f(x):\n    pass\n"), ("b.py", "from a import *\n\n\ndef g(x):\n    pass\n")];
    let mut repository = Repository::new(&files, 11);
    let kind = || ShapeKind::TypedDict { fields: fields(&[("k", int(), true)]) };
    let one = repository.shape("a", "def f", "Order", kind());
    let two = repository.shape("b", "def g", "Order", kind());
    repository.annotate("a", "f.x", one).annotate("b", "g.x", two);
    assert!(repository.after("a").contains("class Order(TypedDict)"));
    assert!(repository.after("b").contains("class OrderData(TypedDict)"));
}
