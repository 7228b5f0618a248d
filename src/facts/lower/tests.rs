//! Tests of lowering.

use super::lower_stub;
use crate::facts::{
    BinaryOp, Class, CommentKind, ExprId, ExprKind, FileFacts, Function, ParamKind, Pattern, Place, ScopeKind, Stmt,
    StmtKind, Symbol, SymbolKind,
};
use crate::text::{Name, name::with_table};

fn function<'a>(facts: &'a FileFacts, qualname: &str) -> &'a Function {
    facts.functions.iter().find(|function| function.qualname.is(qualname)).expect("the function is there")
}

fn class<'a>(facts: &'a FileFacts, qualname: &str) -> &'a Class {
    facts.classes.iter().find(|class| class.qualname.is(qualname)).expect("the class is there")
}

fn symbol<'a>(facts: &'a FileFacts, function_name: &str, name: &str) -> &'a Symbol {
    let scope = facts.scope(function(facts, function_name).scope);
    scope.symbols.iter().find(|symbol| symbol.name.is(name)).expect("the symbol is there")
}

/// The places of a name in the order of the text.
fn places(facts: &FileFacts, name: &str) -> Vec<Place> {
    let mut places: Vec<_> = facts
        .exprs
        .iter()
        .filter_map(|expr| match expr.kind {
            ExprKind::Name(found, place) if found.is(name) => Some((expr.range, place)),
            _ => None,
        })
        .collect();
    places.sort_by_key(|&(range, _)| range);
    places.into_iter().map(|(_, place)| place).collect()
}

fn local(up: u8, index: u16) -> Place {
    Place::Local { up, index }
}

/// An expression in the shape of a Lisp, so that a test can compare it as a whole.
fn shape(facts: &FileFacts, id: ExprId) -> String {
    let list = |ids: &[ExprId]| ids.iter().map(|&id| shape(facts, id)).collect::<Vec<_>>().join(" ");
    let option = |id: Option<ExprId>| id.map_or("_".to_owned(), |id| shape(facts, id));
    match facts.expr(id).kind {
        ExprKind::Name(name, _) => name.to_string(),
        ExprKind::Str(Some(value)) => format!("{:?}", value.as_str()),
        ExprKind::Int(Some(value)) => value.to_string(),
        ExprKind::Tuple(elements) => format!("(tuple {})", list(facts.list(elements))),
        ExprKind::List(elements) => format!("(list {})", list(facts.list(elements))),
        ExprKind::And(operands) => format!("(and {})", list(facts.list(operands))),
        ExprKind::Or(operands) => format!("(or {})", list(facts.list(operands))),
        ExprKind::FString(parts) => format!("(f {})", list(facts.list(parts))),
        ExprKind::Attribute(value, name) => format!("{}.{name}", shape(facts, value)),
        ExprKind::Subscript(value, index) => format!("{}[{}]", shape(facts, value), shape(facts, index)),
        ExprKind::Slice(bounds) => bounds.map(|bound| option(bound.get())).join(":"),
        ExprKind::Binary(BinaryOp::BitOr, left, right) => format!("({} | {})", shape(facts, left), shape(facts, right)),
        ExprKind::Binary(BinaryOp::Add, left, right) => format!("({} + {})", shape(facts, left), shape(facts, right)),
        ExprKind::Compare(op, left, right) => format!("({op:?} {} {})", shape(facts, left), shape(facts, right)),
        ExprKind::Conditional(test, then, otherwise) => {
            format!("(if {} {} {})", shape(facts, test), shape(facts, then), shape(facts, otherwise))
        }
        ExprKind::Starred(inner) => format!("*{}", shape(facts, inner)),
        ExprKind::Call(callee, arguments) => {
            let arguments = facts.arguments(arguments);
            let arguments: Vec<_> = arguments
                .iter()
                .map(|argument| format!("{:?}:{}", argument.kind, shape(facts, argument.value)))
                .collect();
            format!("{}({})", shape(facts, callee), arguments.join(" "))
        }
        other => format!("{other:?}"),
    }
}

/// The shapes of the expression statements of a module.
fn shapes(text: &str) -> Vec<String> {
    let facts = lower_stub(text);
    let shapes = facts.block(facts.body).filter_map(|stmt| match stmt.kind {
        StmtKind::Expr(expr) => Some(shape(&facts, expr)),
        _ => None,
    });
    shapes.collect()
}

fn annotation(text: &str) -> String {
    let facts = lower_stub(text);
    let found = facts.block(facts.body).find_map(|stmt| match stmt.kind {
        StmtKind::AnnAssign(_, annotation, _) => Some(annotation),
        StmtKind::Assign(_, _, comment) => comment,
        _ => None,
    });
    found.map_or("none".to_owned(), |id| shape(&facts, id))
}

#[test]
fn module_names_are_global() {
    let facts = lower_stub("x = 1\nx\nprint(x)\nfor y in x: y\n");
    assert_eq!(places(&facts, "x"), [Place::Global; 4]);
    assert_eq!(places(&facts, "y"), [Place::Global; 2]);
    assert_eq!(facts.scopes[0].symbols.len(), 2);
}

#[test]
fn a_name_bound_anywhere_is_local_everywhere() {
    let facts = lower_stub("def f(a, b=x):\n    print(x)\n    x = a\n    del y\n    y\n");
    assert_eq!(places(&facts, "x"), [Place::Global, local(0, 2), local(0, 2)]);
    assert_eq!(places(&facts, "a"), [local(0, 0)]);
    assert_eq!(places(&facts, "y"), [local(0, 3); 2]);
    assert_eq!(places(&facts, "print"), [Place::Global]);
    assert_eq!(symbol(&facts, "f", "a").kind, SymbolKind::Parameter);
    assert_eq!(symbol(&facts, "f", "x").kind, SymbolKind::Bound);
}

#[test]
fn functions_do_not_see_the_names_of_a_class() {
    let facts = lower_stub(
        "def f():\n    x = 1\n    class C:\n        x = 2\n        y = x\n        def m(self, d=x):\n            return x, y\n",
    );
    // In the function, in the class twice, in the default, in the method.
    assert_eq!(places(&facts, "x"), [local(0, 0), local(0, 0), local(0, 0), local(0, 0), local(2, 0)]);
    assert_eq!(places(&facts, "y"), [local(0, 1), Place::Global]);
    assert!(symbol(&facts, "f", "x").is_captured);
    assert!(!symbol(&facts, "f", "C").is_captured);
    let method = function(&facts, "f.<locals>.C.m");
    assert_eq!(method.class.map(|id| facts.class(id).name), Some(Name::new("C")));
    assert_eq!(method.parent.map(|id| facts.function(id).name), Some(Name::new("f")));
}

#[test]
fn a_comprehension_evaluates_its_first_iterable_outside() {
    let facts = lower_stub("def f(x, n):\n    return [x for x in x if n for n in x]\n");
    // The element, the target, the first iterable, the second iterable.
    assert_eq!(places(&facts, "x"), [local(0, 0), local(0, 0), local(0, 0), local(0, 0)]);
    let scope_of_iterable = |name: &str| symbol(&facts, "f", name);
    assert!(!scope_of_iterable("x").is_captured);
    let [comprehension] = &facts.comprehensions[..] else { panic!("one comprehension") };
    assert_eq!(comprehension.clauses.len(), 2);
    assert_eq!(comprehension.clauses[0].conditions.len(), 1);
    assert_eq!(facts.scope(comprehension.scope).kind, ScopeKind::Comprehension);
    let facts = lower_stub("def f(a):\n    return [a for x in y]\n");
    assert_eq!(places(&facts, "a"), [local(1, 0)]);
    assert!(!symbol(&facts, "f", "a").is_captured);
}

#[test]
fn a_walrus_binds_outside_of_the_comprehension() {
    let facts = lower_stub("def f(v):\n    return [y for x in v if (y := x)], y\n");
    assert_eq!(places(&facts, "y"), [local(1, 1), local(1, 1), local(0, 1)]);
}

#[test]
fn global_and_nonlocal() {
    let facts = lower_stub(
        "def f():\n    global g\n    n = 0\n    def inner():\n        nonlocal n\n        n = g\n        def deeper(): return g\n    g = 1\n",
    );
    assert_eq!(places(&facts, "g"), [Place::Global; 3]);
    assert_eq!(places(&facts, "n"), [local(0, 1), local(1, 1)]);
    assert!(symbol(&facts, "f", "n").is_captured);
    assert_eq!(symbol(&facts, "f", "g").kind, SymbolKind::Global);
    assert_eq!(symbol(&facts, "f.<locals>.inner", "n").kind, SymbolKind::Nonlocal);
    let module = &facts.scopes[0].symbols;
    assert!(module.iter().any(|symbol| symbol.name.is("g") && symbol.is_captured));
}

#[test]
fn everything_that_binds() {
    let text = "def f():\n    import a.b, c as d\n    from . import e as g\n    with h as (i, *j): pass\n    try: pass\n    except K as l: pass\n    for m, [n] in o: pass\n    def p(): pass\n    class Q: pass\n    r += 1\n    s: int\n    t.x = u[0] = 1\n    match v:\n        case {'k': w, **x}: pass\n        case [y, *z] | C(aa, k=bb) as cc: pass\n        case D.e: pass\n";
    let facts = lower_stub(text);
    let scope = facts.scope(function(&facts, "f").scope);
    let mut names: Vec<_> = scope.symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    names.sort_unstable();
    let expected = ["Q", "a", "aa", "bb", "cc", "d", "g", "i", "j", "l", "m", "n", "p", "r", "s", "w", "x", "y", "z"];
    assert_eq!(names, expected);
}

#[test]
fn signatures() {
    let text = "@d.e\n@g(1)\nasync def f(a, /, b: int, c=1, *args: str, k, o: list[int] = [], **kw) -> 'C[int]':\n    '''Doc.'''\n    yield\n";
    let facts = lower_stub(text);
    let f = function(&facts, "f");
    let kinds: Vec<_> = f.params.iter().map(|param| (param.name.as_str(), param.kind)).collect();
    let expected = [
        ("a", ParamKind::PositionalOnly),
        ("b", ParamKind::Normal),
        ("c", ParamKind::Normal),
        ("args", ParamKind::VarArgs),
        ("k", ParamKind::KeywordOnly),
        ("o", ParamKind::KeywordOnly),
        ("kw", ParamKind::KwArgs),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(f.params[3].name_range.of(text), "args");
    assert_eq!(shape(&facts, f.params[5].annotation.unwrap()), "list[int]");
    assert_eq!(shape(&facts, f.returns.unwrap()), "C[int]");
    assert_eq!(facts.expr(f.returns.unwrap()).range.of(text), "'C[int]'");
    assert!(f.is_async && f.is_generator && !f.is_lambda);
    assert_eq!(&text[..f.params_end as usize].chars().last(), &Some(')'));
    assert!(text[f.params_start as usize..].starts_with("a, /"));
    assert_eq!(f.docstring.unwrap().of(text), "'''Doc.'''");
    assert_eq!(facts.list(f.decorators).len(), 2);
    let stmt = facts.block(facts.body).next().unwrap();
    assert!(stmt.range.of(text).starts_with("@d.e") && f.range.of(text).starts_with("async def"));
    let facts = lower_stub("def f(*, a): return 1\ng = lambda x, *y: (yield)\n");
    assert_eq!(function(&facts, "f").params[0].kind, ParamKind::KeywordOnly);
    let lambda = function(&facts, "<lambda>");
    assert!(lambda.is_lambda && lambda.is_generator && !function(&facts, "f").is_generator);
    assert!(matches!(facts.block(lambda.body).next(), Some(Stmt { kind: StmtKind::Return(Some(_)), .. })));
}

#[test]
fn type_parameters() {
    let facts = lower_stub(
        "def f[T: int, *Ts, **P](x: T) -> T:\n    return T\nclass C[U](B[U]):\n    def m(self) -> U: return U\n",
    );
    let names = |list: crate::facts::List<Name>| list.of(&facts.names).iter().map(|n| n.as_str()).collect::<Vec<_>>();
    assert_eq!(names(function(&facts, "f").type_params), ["T", "Ts", "P"]);
    assert_eq!(names(class(&facts, "C").type_params), ["U"]);
    assert_eq!(places(&facts, "T"), [Place::Global, Place::Global, local(0, 1)]);
    assert_eq!(places(&facts, "U"), [Place::Global, local(0, 0), local(1, 0)]);
}

#[test]
fn types_in_comments() {
    let text = "def f(a, *b):  # type: (int, *str) -> List[int]\n    pass\nclass C:\n    def m(self, x,  # type: Dict[str, int]\n          y=1,  # type: int  # noqa\n          ):\n        # type: (...) -> None\n        return 1\n    def n(self, x):\n        # type: (str) -> bool\n        pass\n";
    let facts = lower_stub(text);
    let types = |qualname: &str| {
        let function = function(&facts, qualname);
        let slots = function.params.iter().map(|param| param.annotation).chain([function.returns]);
        slots.map(|id| id.map_or("-".to_owned(), |id| shape(&facts, id))).collect::<Vec<_>>()
    };
    assert_eq!(types("f"), ["int", "str", "List[int]"]);
    assert_eq!(types("C.m"), ["-", "Dict[(tuple str int)]", "int", "None"]);
    assert_eq!(types("C.n"), ["-", "str", "bool"]);
    assert!(function(&facts, "f").params[1].from_comment);
    assert_eq!(function(&facts, "C.n").type_comment.unwrap().of(text), "# type: (str) -> bool");
    assert_eq!(annotation("x = []  # type: List[int]  # more\n"), "List[int]");
    assert_eq!(annotation("x = []  # type: ignore[misc]\n"), "none");
    assert_eq!(annotation("x = []  # type: the items found\n"), "none");
    assert_eq!(annotation("a, b = 1, ''  # type: int, str\n"), "(tuple int str)");
}

#[test]
fn annotations_in_strings() {
    assert_eq!(annotation("x: 'A.B'"), "A.B");
    assert_eq!(annotation("x: List['A[int] | None']"), "List[(A[int] | None)]");
    assert_eq!(annotation("x: Literal['a', 'b']"), "Literal[(tuple \"a\" \"b\")]");
    assert_eq!(annotation("x: t.Literal['a'] | 'B'"), "(t.Literal[\"a\"] | B)");
    assert_eq!(annotation("x: Annotated['A', 'note']"), "Annotated[(tuple A \"note\")]");
    assert_eq!(annotation("x: 'not a type'"), "\"not a type\"");
    assert_eq!(annotation("x: 'a) + (b'"), "\"a) + (b\"");
    assert_eq!(annotation("x: 'class'"), "\"class\"");
    assert_eq!(annotation("x: 'Callable[[\"A\"], B]'"), "Callable[(tuple (list A) B)]");
    assert_eq!(annotation("x: list[int] | str | None"), "((list[int] | str) | None)");
    assert_eq!(annotation("x: Callable[..., a.B[int]]"), "Callable[(tuple Ellipsis a.B[int])]");
    assert_eq!(annotation("x: tuple[*Ts]"), "tuple[(tuple *Ts)]");
    let text = "def f(x: 'List[T]'): pass\n";
    let facts = lower_stub(text);
    let names: Vec<_> = facts.exprs.iter().map(|expr| expr.range.of(text)).collect();
    assert!(names.iter().all(|&name| name == "'List[T]'"));
}

#[test]
fn expressions() {
    let cases = [
        ("a < b not in c is not d", "(and (Lt a b) (NotIn b c) (IsNot c d))"),
        ("a and b and (c or d)", "(and a b (or c d))"),
        ("(a and b) and c", "(and (and a b) c)"),
        ("x if c else y", "(if c x y)"),
        ("a[1:2, ::3, *b]", "a[(tuple 1:2:_ _:_:3 *b)]"),
        ("a[1,]", "a[(tuple 1)]"),
        ("a.b[c](d, *e, k=f, **g).h", "a.b[c](Positional:d Star:e Keyword(`k`):f DoubleStar:g).h"),
        ("f(x for x in y)", "f(Positional:Comprehension(ComprehensionId(0)))"),
        ("*a.b(), c", "(tuple *a.b() c)"),
        ("[*a.b + c]", "(list *(a.b + c))"),
        ("f'{a!r:>{b}}' 'x' f'{c}'", "(f a b c)"),
        ("'a\\n' r'\\d' \"'\"", "\"a\\n\\\\d'\""),
        ("'\\x41'", "Str(None)"),
        ("b'' b'x'", "Bytes"),
        ("0x_ff", "255"),
        ("1e3", "Float"),
        ("2j", "Complex"),
        ("99999999999999999999", "Int(None)"),
        ("print(a)", "print(Positional:a)"),
        ("(a)", "a"),
        ("()", "(tuple )"),
    ];
    for (text, expected) in cases {
        assert_eq!(shapes(text), [expected], "{text}");
    }
}

#[test]
fn ranges_are_those_of_python() {
    let text = "if a:\n    b = 1  # note\nelif c:\n    d\nelse:\n    (e).f\n# end\n";
    let facts = lower_stub(text);
    let stmt = facts.block(facts.body).next().unwrap();
    assert!(stmt.range.of(text).ends_with("(e).f"));
    let StmtKind::If(_, _, otherwise) = stmt.kind else { panic!("an if") };
    let inner = facts.block(otherwise).next().unwrap();
    assert!(inner.range.of(text).starts_with("elif c"));
    assert!(facts.exprs.iter().any(|expr| expr.range.of(text) == "e"));
    assert!(facts.exprs.iter().any(|expr| expr.range.of(text) == "(e).f"));
    let text = "def f():\n    return 1  # note\n";
    let facts = lower_stub(text);
    assert!(function(&facts, "f").range.of(text).ends_with("return 1"));
}

#[test]
fn the_type_keyword_is_soft() {
    let facts = lower_stub("type(self).count = 0\ntype(self).x: int = 0\ntype X[T] = list[T]\ntype = 1\n");
    let kinds: Vec<_> = facts.block(facts.body).map(|stmt| stmt.kind).collect();
    let StmtKind::Assign(targets, _, _) = kinds[0] else { panic!("an assignment") };
    assert_eq!(shape(&facts, facts.list(targets)[0]), "type(Positional:self).count");
    assert!(matches!(kinds[1], StmtKind::AnnAssign(..)));
    let StmtKind::TypeAlias(name, value) = kinds[2] else { panic!("an alias") };
    assert_eq!((shape(&facts, name), shape(&facts, value)), ("X".to_owned(), "list[T]".to_owned()));
    assert!(matches!(kinds[3], StmtKind::Assign(..)));
}

#[test]
fn imports() {
    let text =
        "import a.b, c.d as e\nfrom .. x import y as z, w\nfrom . import *\nfrom __future__ import annotations\n";
    let facts = lower_stub(text);
    let found: Vec<_> = facts
        .imports
        .iter()
        .map(|import| {
            let member = import.member.map_or("-", Name::as_str);
            let bound = import.bound.as_str();
            (import.level, import.module.as_str(), member, bound, import.has_alias, import.range.of(text))
        })
        .collect();
    let expected = [
        (0, "a.b", "-", "a", false, "a"),
        (0, "c.d", "-", "e", true, "e"),
        (2, "x", "y", "z", true, "z"),
        (2, "x", "w", "w", false, "w"),
        (1, "", "*", "*", false, "*"),
        (0, "__future__", "annotations", "annotations", false, "annotations"),
    ];
    assert_eq!(found, expected);
    assert!(facts.layout.future_annotations);
    assert_eq!(facts.layout.after_future, Some(text.len() as u32));
}

#[test]
fn layout() {
    let text = "#!/usr/bin/python\n# Licence.\n\n'''Doc.'''\n\nimport a\n__all__ = ['b']\nif TYPE_CHECKING:\n    import c\n    import d\nfrom e import f\nx = 1\nimport g\n";
    let facts = lower_stub(text);
    let layout = &facts.layout;
    assert!(text[layout.after_docstring as usize..].starts_with("\nimport a"));
    let header: Vec<_> = layout.header_imports.iter().map(|range| range.of(text)).collect();
    assert_eq!(header, ["import a", "from e import f"]);
    assert_eq!(layout.type_checking_body.map(|range| range.of(text)), Some("import c\n    import d"));
    assert_eq!(layout.module_stmts.len(), 7);
    let after = |text: &str| lower_stub(text).layout.after_docstring as usize;
    assert_eq!(after("# coding: utf-8\n\nx = 1\n"), "# coding: utf-8\n\n".len());
    assert_eq!(after("x = 1\n"), 0);
    assert_eq!(after(""), 0);
    assert_eq!(after("'doc'; x = 1\ny\n"), "'doc'; x = 1\n".len());
    assert_eq!(after("'doc'"), "'doc'".len());
}

#[test]
fn comments() {
    let text = "# fmt: off\nx = 1  # type: int  # noqa: E501\n# hintwright: ignore[typed_dict, new_type]\n# fmt: on\n# just words, type: no\ny = 2  # hintwright: ignore\n# pylint: disable=x\n";
    let facts = lower_stub(text);
    let kinds: Vec<_> = facts.comments.iter().map(|comment| comment.kind.clone()).collect();
    let expected = [
        CommentKind::FormatOff,
        CommentKind::Type,
        CommentKind::Suppression,
        CommentKind::Ignore(vec![Name::new("typed_dict"), Name::new("new_type")]),
        CommentKind::FormatOn,
        CommentKind::Ignore(Vec::new()),
        CommentKind::Suppression,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(facts.comments[2].range.of(text), "# noqa: E501");
}

#[test]
fn patterns() {
    let text = "match a, b:\n    case -1 | 'x': pass\n    case [p, *_]: pass\n    case (q): pass\n    case {'k': 1, **rest} if rest: pass\n    case m.C(1, key=_): pass\n    case 1, _: pass\n    case None as n: pass\n";
    let facts = lower_stub(text);
    let stmt = facts.block(facts.body).next().unwrap();
    let StmtKind::Match(subject, cases) = stmt.kind else { panic!("a match") };
    assert_eq!(shape(&facts, subject), "(tuple a b)");
    let cases = cases.of(&facts.cases);
    assert!(matches!(&cases[0].pattern, Pattern::Or(alternatives) if alternatives.len() == 2));
    assert!(
        matches!(&cases[1].pattern, Pattern::Sequence(p) if matches!(p[..], [Pattern::Capture(None, _), Pattern::Star(None)]))
    );
    assert!(matches!(&cases[2].pattern, Pattern::Capture(None, _)));
    assert!(matches!(&cases[3].pattern, Pattern::Mapping(items, Some(_)) if items.len() == 1));
    assert!(cases[3].guard.is_some());
    assert!(
        matches!(&cases[4].pattern, Pattern::Class(_, p, k) if p.len() == 1 && matches!(k[..], [(_, Pattern::Wildcard)]))
    );
    assert!(
        matches!(&cases[5].pattern, Pattern::Sequence(p) if matches!(p[..], [Pattern::Value(_), Pattern::Wildcard]))
    );
    assert!(matches!(&cases[6].pattern, Pattern::Capture(Some(_), _)));
}

#[test]
fn statements() {
    let text = "with (a as b, c): pass\nwith (d): pass\nwith (e, f) as g: pass\nasync def h():\n    async for i, in j: pass\n    async with k: pass\ntry: pass\nexcept* (A, B) as l: pass\nelse: pass\nfinally: pass\nraise X from Y\ndel (m), n[0]\nfor o in p: pass\nelse: pass\na = b = c = 1; d @= 2\n";
    let facts = lower_stub(text);
    let kinds: Vec<_> = facts.block(facts.body).map(|stmt| stmt.kind).collect();
    let items = |at: usize| match kinds[at] {
        StmtKind::With(items, ..) => items.of(&facts.with_items).len(),
        _ => 0,
    };
    assert_eq!((items(0), items(1), items(2)), (2, 1, 1));
    let StmtKind::Try { handlers, otherwise, finally, .. } = kinds[4] else { panic!("a try") };
    assert!(handlers.of(&facts.handlers)[0].is_group && handlers.of(&facts.handlers)[0].target.is_some());
    assert_eq!((otherwise.len, finally.len), (1, 1));
    assert!(matches!(kinds[5], StmtKind::Raise(Some(_), Some(_))));
    assert!(matches!(kinds[6], StmtKind::Delete(targets) if targets.len == 2));
    assert!(matches!(kinds[7], StmtKind::For { otherwise, .. } if otherwise.len == 1));
    assert!(matches!(kinds[8], StmtKind::Assign(targets, ..) if targets.len == 3));
    assert!(matches!(kinds[9], StmtKind::AugAssign(_, BinaryOp::MatMult, _)));
    assert_eq!(kinds.len(), 10);
    let body: Vec<_> = facts.block(function(&facts, "h").body).map(|stmt| stmt.kind).collect();
    assert!(matches!(body[0], StmtKind::For { is_async: true, .. }));
    assert!(matches!(body[1], StmtKind::With(_, _, true)));
}

#[test]
fn deep_nesting() {
    let sum = format!("x = {}\n", vec!["a"; 5000].join(" + "));
    assert_eq!(lower_stub(&sum).exprs.len(), 5000 + 4999 + 1);
    let branches = "elif a: pass\n".repeat(1000);
    let action = move || lower_stub(&format!("if a: pass\n{branches}")).stmts.len();
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(action).expect("a thread starts");
    assert_eq!(thread.join().expect("no overflow"), 2 * 1001);
}

#[test]
fn broken_files_do_not_panic() {
    let pieces = [
        "def (:",
        "class :",
        "match x:\n case",
        "from import x",
        "'abc",
        "@",
        "lambda x y:",
        "f'{a",
        "type =",
        "type(",
        "a[",
        "*",
    ];
    for first in pieces {
        for second in pieces {
            lower_stub(&format!("{first}\n{second}\n  x = = 3\n"));
        }
    }
}

#[test]
fn facts_survive_serialisation() {
    let facts = lower_stub(
        "class C(B, metaclass=M):\n    def m(self, x: 'T' = 1) -> int:\n        return [x for y in {'k': f'{x}'}]\n",
    );
    let (bytes, names) = with_table(Vec::new(), || postcard::to_stdvec(&facts).expect("facts can be written"));
    let (read, _) = with_table(names, || postcard::from_bytes::<FileFacts>(&bytes).expect("facts can be read"));
    assert_eq!(format!("{facts:?}"), format!("{read:?}"));
}

#[test]
fn the_function_around_an_offset_is_the_innermost() {
    let text = "\
@decorate(lambda: 1)
def outer(a, key=lambda one: one, *, late=2):
    class Inner:
        def method(self): pass
    return [lambda two: (two, three), four]
rest
";
    let facts = lower_stub(text);
    let name = |id| facts.function(id).qualname.to_string();
    let at = |needle: &str| {
        let offset = text.find(needle).expect("the text has it") as u32;
        (facts.function_at(offset).map(name), facts.def_at(offset).map(name))
    };
    let both = |name: &str| (Some(name.to_owned()), Some(name.to_owned()));
    assert_eq!(at("decorate"), (None, None));
    assert_eq!(at("1)"), (Some("<lambda>".to_owned()), None));
    assert_eq!(at("one, *"), (Some("<lambda>".to_owned()), Some("outer".to_owned())));
    assert_eq!(at("late"), both("outer"));
    assert_eq!(at("self"), both("outer.<locals>.Inner.method"));
    assert_eq!(at("three"), (Some("outer.<locals>.<lambda>".to_owned()), Some("outer".to_owned())));
    assert_eq!(at("four"), both("outer"));
    assert_eq!(at("rest"), (None, None));
}
