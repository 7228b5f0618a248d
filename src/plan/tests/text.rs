//! The text of annotations, and which proposals are planned.

use std::sync::Arc;

use super::*;

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
        future_annotations: false,
        accept: Some(&accepted),
    };
    let plan = plan(&repository.project, &repository.inference, &repository.proposals, &options);
    assert_eq!(plan.planned.iter().map(|planned| planned.proposal).collect::<Vec<_>>(), [1]);
    assert_eq!(plan.hidden, 1);
    assert_eq!(plan.files[0].patch.apply("def f(a, b, c):\n    pass\n"), "def f(a, b: int, c):\n    pass\n");
}

#[test]
fn classes_whose_arguments_have_defaults_are_written_without_them() {
    let before = "from xml.etree.ElementTree import Element\n\ndef f(a, b):\n    pass\n";
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let element = ClassName::new("xml.etree.ElementTree".into(), "Element".into());
    repository.annotate("a", "f.a", Type::instance(element)).annotate("a", "f.b", Type::generic(element, [text()]));
    let plan = repository.plan();
    assert_eq!(plan.files[0].patch.apply(before), before.replace("a, b", "a: Element, b: Element"));
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

/// The text of a module of which all parameters are annotated as `str` and all functions as returning `int`.
fn annotated(before: &str) -> String {
    let mut repository = Repository::new(&[("a.py", before)], 11);
    let facts = &repository.project.module(repository.module("a")).expect("it was read").facts;
    let mut subjects = Vec::new();
    for function in &facts.functions {
        subjects.extend(function.params.iter().map(|param| (format!("{}.{}", function.qualname, param.name), text())));
        subjects.push((format!("{}.return", function.qualname), int()));
    }
    for (subject, ty) in subjects {
        repository.annotate("a", &subject, ty);
    }
    repository.after("a")
}

#[test]
fn headers_are_broken_as_the_file_does() {
    let long = "def long(alpha, beta, gamma, delta, epsilon, zeta, eta, theta, iota, kappa):\n    pass\n";
    let aligned = format!("def first(a,\n          b):\n    pass\n\n\n{long}");
    insta::assert_snapshot!(annotated(&aligned), @r#"
    def first(a: str,
              b: str) -> int:
        pass


    def long(alpha: str, beta: str, gamma: str, delta: str, epsilon: str, zeta: str,
             eta: str, theta: str, iota: str, kappa: str) -> int:
        pass
    "#);
    let hanging = format!("def first(\n        a, b):\n    pass\n\n\n{long}");
    insta::assert_snapshot!(annotated(&hanging), @r#"
    def first(
            a: str, b: str) -> int:
        pass


    def long(
            alpha: str, beta: str, gamma: str, delta: str, epsilon: str, zeta: str,
            eta: str, theta: str, iota: str, kappa: str) -> int:
        pass
    "#);
}

#[test]
fn broken_headers_get_more_breaks() {
    let before = "def filled(alpha=(1, 2), beta='a, b', gamma=2.0,  # one, two\n           epsilon=True, zeta=3, eta=4, theta=5, iota=6):  # end\n    pass\n\n\ndef hanging(\n        alpha, beta, gamma, delta, epsilon, *, zeta, eta,\n        theta):\n    pass\n";
    insta::assert_snapshot!(annotated(before), @r#"
    def filled(alpha: str = (1, 2), beta: str = 'a, b', gamma: str = 2.0,  # one, two
               epsilon: str = True, zeta: str = 3, eta: str = 4, theta: str = 5,
               iota: str = 6) -> int:  # end
        pass


    def hanging(
            alpha: str, beta: str, gamma: str, delta: str, epsilon: str, *, zeta: str,
            eta: str,
            theta: str) -> int:
        pass
    "#);
}

#[test]
fn parameters_on_a_line_of_their_own_get_a_line_each() {
    let before = "def f(\n    first, second, third, fourth, fifth, sixth, seventh, eighth='a, b'\n):\n    pass\n";
    insta::assert_snapshot!(annotated(before), @r#"
    def f(
        first: str,
        second: str,
        third: str,
        fourth: str,
        fifth: str,
        sixth: str,
        seventh: str,
        eighth: str = 'a, b',
    ) -> int:
        pass
    "#);
}

#[test]
fn what_a_formatter_leaves_alone_is_not_broken() {
    let header = "def {}(alpha, beta, gamma, delta, epsilon, zeta, eta, theta):{}\n    pass\n";
    let function = |name: &str, comment: &str| header.replacen("{}", name, 1).replacen("{}", comment, 1);
    let before = [
        "# fmt: off\n",
        &function("a", ""),
        "# fmt: on\n",
        &function("b", "  # pragma: no cover"),
        "# yapf: disable\n",
        &function("c", ""),
        "# yapf: enable\nx = 1  # fmt: skip\n",
        &function("d", ""),
    ];
    insta::assert_snapshot!(annotated(&before.concat()), @r#"
    # fmt: off
    def a(alpha: str, beta: str, gamma: str, delta: str, epsilon: str, zeta: str, eta: str, theta: str) -> int:
        pass
    # fmt: on
    def b(alpha: str, beta: str, gamma: str, delta: str, epsilon: str, zeta: str, eta: str, theta: str) -> int:  # pragma: no cover
        pass
    # yapf: disable
    def c(alpha: str, beta: str, gamma: str, delta: str, epsilon: str, zeta: str, eta: str, theta: str) -> int:
        pass
    # yapf: enable
    x = 1  # fmt: skip
    def d(
        alpha: str,
        beta: str,
        gamma: str,
        delta: str,
        epsilon: str,
        zeta: str,
        eta: str,
        theta: str,
    ) -> int:
        pass
    "#);
}
