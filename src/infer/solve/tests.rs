//! Tests of solving, from source text through evaluation to the words of a reason.

use std::path::{Path, PathBuf};

use super::reason;
use crate::facts::lower;
use crate::infer::{Confidence, Solved, infer};
use crate::project::{InputFile, Project, SlotKind};
use crate::source::{SourceFile, parse};
use crate::stubs::Installed;
use crate::types::{PythonVersion, known};

/// A repository of files given by path and text; files under `tests/` are evidence only.
fn project(files: &[(&str, &str)]) -> Project {
    let files = files
        .iter()
        .map(|(path, text)| {
            let source = SourceFile::from_bytes(&PathBuf::from("/repo").join(path), text.as_bytes()).expect("is text");
            let tree = parse(&source).expect("is Python");
            let facts = lower(&tree, &source.text);
            InputFile { source, facts: facts.into(), editable: !path.starts_with("tests/") }
        })
        .collect();
    Project::build(files, &Installed::find(None, Path::new("/repo")), PythonVersion::new(3, 11))
}

/// The conclusions for one file, by `function(param)`, `function ->`, `Class.attribute` and `variable`.
struct Conclusions(Vec<(String, Result<Solved, String>)>);

impl Conclusions {
    fn of(files: &[(&str, &str)]) -> Self {
        let project = project(files);
        let named = project.slots().iter().zip(infer(&project).slots).filter_map(|((_, info), solved)| {
            let facts = &project.module(info.module)?.facts;
            let name = match info.kind {
                SlotKind::Param(function, index) => {
                    let function = facts.function(function);
                    format!("{}({})", function.qualname, function.params[usize::from(index)].name)
                }
                SlotKind::Return(function) => format!("{} ->", facts.function(function).qualname),
                SlotKind::Attribute(class, name) => format!("{}.{name}", facts.class(class).qualname),
                SlotKind::Variable(name) => name.to_string(),
                SlotKind::Field(..) | SlotKind::Captured(..) => return None,
            };
            Some((name, solved))
        });
        Self(named.collect())
    }

    fn get(&self, name: &str) -> &Result<Solved, String> {
        let found = self.0.iter().find(|(other, _)| other == name);
        &found.unwrap_or_else(|| panic!("no slot {name}")).1
    }

    #[track_caller]
    fn has(&self, name: &str, ty: &str, confidence: Confidence) -> &Self {
        match self.get(name) {
            Ok(solved) => assert_eq!((reason::plain_name(&solved.ty).as_str(), solved.confidence), (ty, confidence)),
            Err(why) => panic!("{name}: none, because {why}"),
        }
        self
    }

    #[track_caller]
    fn says(&self, name: &str, sentence: &str) -> &Self {
        match self.get(name) {
            Ok(solved) => assert_eq!(solved.reason, sentence),
            Err(why) => panic!("{name}: none, because {why}"),
        }
        self
    }

    #[track_caller]
    fn declines(&self, name: &str, why: &str) -> &Self {
        match self.get(name) {
            Ok(solved) => panic!("{name}: {}", reason::plain_name(&solved.ty)),
            Err(reason) => assert_eq!(reason, why),
        }
        self
    }
}

mod containers;
mod contradictions;
mod returns;

fn solved(text: &str) -> Conclusions {
    Conclusions::of(&[("app.py", text)])
}

use Confidence::{High, Low, Medium};

#[test]
fn call_sites_type_parameters() {
    solved("def f(a, b, c):\n    use(a, b, c)\n\nf('x', 1, 2)\nf('y', 2.5, None)\nf('z', 3, None)\n")
        .has("f(a)", "str", High)
        .says("f(a)", "All 3 call sites pass `str`.")
        .has("f(b)", "float", High)
        .has("f(c)", "int | None", Medium);
}

#[test]
fn defaults_agree_with_callers_or_give_way() {
    solved("def f(size=2, factor=1, flag=False, name=None):\n    pass\n\nf(3, 0.5)\nf(4, 1.5, name='x')\n")
        .has("f(size)", "int", Medium)
        .says("f(size)", "The default is `2`, and 2 call sites pass `int`.")
        .has("f(factor)", "float", Medium)
        .has("f(flag)", "bool", High)
        .says("f(flag)", "The default is `False`.")
        .has("f(name)", "str | None", Medium);
}

#[test]
fn defaults_of_unknown_items_and_markers_are_left_alone() {
    solved("MISSING = object()\n\nclass _Missing:\n    pass\n\ndef f(a=[], b=(), c=MISSING, d=_Missing(), e=None):\n    pass\n")
        .declines("f(a)", "no element type: `list[?]`")
        .declines("f(b)", "no element type: `tuple[?, ...]`")
        .declines("f(d)", "a marker for a missing value is passed")
        .declines("f(e)", "only `None` was seen");
}

#[test]
fn more_than_three_types_say_nothing() {
    solved("def f(a):\n    use(a)\n\nf('x')\nf(1)\nf(b'')\nf([1])\n")
        .declines("f(a)", "more than three types: `bytes`, `int`, `list[int]`, `str`");
}

#[test]
fn tests_are_weaker_evidence_than_code() {
    let code = "def f(path, size, ratio):\n    use(path)\n\nf('x', 1, 1)\nf('y', 2, 2)\n";
    let tests = "from app import f\n\nclass Fake:\n    pass\n\nf(Fake(), None, 0.5)\n";
    Conclusions::of(&[("app.py", code), ("tests/test_app.py", tests)])
        .has("f(path)", "str", Medium)
        .has("f(size)", "int", Medium)
        .has("f(ratio)", "float", Medium);
}

#[test]
fn subclasses_are_their_declared_base() {
    let classes = "class Shape:\n    pass\n\nclass Circle(Shape):\n    pass\n\nclass Square(Shape):\n    pass\n\n";
    solved(&format!("{classes}def f(shape):\n    use(shape)\n\nf(Circle())\nf(Square())\nf(Circle())\n"))
        .has("f(shape)", "Shape", Medium);
    solved("def f(error):\n    use(error)\n\nf(ValueError())\nf(KeyError())\nf(OSError())\n").has(
        "f(error)",
        "Exception",
        Medium,
    );
}

#[test]
fn nobody_writes_a_mixture() {
    let text = "def f(table, kind):\n    return table[kind]\n\ndef pick(a):\n    if a == 1:\n        return 1\n    \
                if a == 2:\n        return 'x'\n    return b''\n\nclass Box:\n    def __init__(self):\n        \
                self.items = []\n\n    def add(self):\n        self.items.append(1)\n        self.items.append('x')\n";
    solved(text).has("pick ->", "bytes | int | str", Low).has("Box.items", "list[int | str]", Low);
}

#[test]
fn a_word_as_default_is_one_of_several_choices() {
    let text = "def show(text, align='left', glue=', '):\n    print(text, align, glue)\n\n\
                show('x', 'right', ' ')\nshow('y', 'center', ';')\n";
    solved(text).has("show(align)", "str", Low).has("show(glue)", "str", Medium);
}

#[test]
fn generators_that_are_sent_to_are_so_in_all_classes() {
    let text = "class Flow:\n    def run(self, request):\n        yield request\n\nclass Digest(Flow):\n    \
                def run(self, request):\n        response = yield request\n        print(response)\n\n\
                Flow().run('x')\nDigest().run('y')\n";
    solved(text).declines("Flow.run ->", "the type of what is sent to it is not known");
}

#[test]
fn an_operator_on_one_of_many_values_tells_nothing_about_each() {
    let text = "class Options:\n    def __init__(self, html, quotes, depth, width):\n        \
                self.all = {'html': html, 'quotes': quotes, 'depth': depth, 'width': width}\n\n\
                def deep(options, key):\n    return options.all[key] > 3\n\ndeep(Options(*ARGS), NAME)\n";
    solved(text).declines("Options.__init__(html)", "no evidence");
}

#[test]
fn arguments_that_have_defaults_are_left_out() {
    let text = "import xml.etree.ElementTree as etree\n\ndef make(tag):\n    return etree.Element(tag)\n\nmake('a')\n";
    solved(text).has("make ->", "Element", Medium);
}

#[test]
fn an_empty_body_that_subclasses_may_keep_gives_none() {
    let text = "import abc\n\nclass Base(abc.ABC):\n    def label(self):\n        pass\n    \
                def title(self):\n        raise NotImplementedError\n    \
                @abc.abstractmethod\n    def name(self):\n        pass\n\n\
                class One(Base):\n    def label(self):\n        return 'one'\n    \
                def title(self):\n        return 'One'\n    def name(self):\n        return '1'\n";
    solved(text).has("Base.label ->", "str | None", Medium).has("Base.title ->", "str", Medium).has(
        "Base.name ->",
        "str",
        Medium,
    );
}

#[test]
fn subscripts_call_the_methods_of_the_data_model() {
    let text = "class Table:\n    def __init__(self):\n        self.rows = {}\n    \
                def __setitem__(self, key, value):\n        self.rows[key] = value\n    \
                def __delitem__(self, key):\n        del self.rows[key]\n\n\
                def fill(table: Table):\n    table['a'] = 1\n    table['b'] = 2\n    table['c'] = b''\n    del table['a']\n";
    solved(text).has("Table.__setitem__(value)", "bytes | int", Low).has("Table.__delitem__(key)", "str", Medium);
}

#[test]
fn families_share_their_parameters() {
    let text = "class Base:\n    def handle(self, event):\n        raise NotImplementedError\n\n\
                class One(Base):\n    def handle(self, event):\n        return len(event)\n\n\
                class Two(Base):\n    def handle(self, event):\n        return 2\n\n\
                def run(one: One):\n    one.handle('a')\n    one.handle('b')\n    one.handle('c')\n";
    solved(text)
        .has("Base.handle(event)", "str", High)
        .has("Two.handle(event)", "str", High)
        .has("Base.handle ->", "int", Medium)
        .says("Base.handle ->", "The 2 methods that override it return `int`.");
}

#[test]
fn annotations_of_base_classes_are_taken_over() {
    let text = "import ast\nimport logging\n\nclass H(logging.Handler):\n    def emit(self, record):\n        print(record)\n\n\
                class V(ast.NodeVisitor):\n    def visit_Name(self, node):\n        self.generic_visit(node)\n\n\
                class Base:\n    def get(self, key: str) -> int | None: ...\n\n\
                class D(Base):\n    def get(self, key):\n        return 3\n";
    solved(text)
        .has("H.emit(record)", "LogRecord", Medium)
        .says("H.emit(record)", "Overrides `Handler.emit`, which takes `LogRecord`.")
        .has("V.visit_Name(node)", "Name", Medium)
        .has("D.get(key)", "str", High)
        .has("D.get ->", "int", High);
}

#[test]
fn a_result_is_narrower_than_its_base_declares_where_its_overrides_keep_to_it() {
    let text = "class Base:\n    def get(self, key: str) -> int | str | None: ...\n\n\
                class Number(Base):\n    def get(self, key):\n        return 3\n\n\
                class Word(Number):\n    def get(self, key):\n        return unknown(key)\n\n\
                class Sum(Base):\n    def get(self, key):\n        return 3\n\n\
                class Truth(Sum):\n    def get(self, key):\n        return True\n";
    solved(text)
        .has("Word.get ->", "int | str | None", Medium)
        .has("Number.get ->", "int | str | None", Medium)
        .has("Truth.get ->", "bool", High)
        .has("Sum.get ->", "int", High);
}

#[test]
fn the_language_types_special_methods() {
    let text = "class A:\n    def __init__(self):\n        self.x = 1\n    def __eq__(self, other):\n        return isinstance(other, A) and self.x == other.x\n    \
                def __len__(self):\n        return self.x\n    def __enter__(self):\n        return self\n    \
                def __exit__(self, exc_type, exc, tb):\n        self.x = 0\n    def __getattr__(self, name):\n        return name\n";
    solved(text)
        .has("A.__init__ ->", "None", High)
        .has("A.__eq__(other)", "object", Medium)
        .has("A.__eq__ ->", "bool", High)
        .has("A.__len__ ->", "int", High)
        .has("A.__enter__ ->", "A", High)
        .has("A.__exit__(exc_type)", "type[BaseException] | None", High)
        .has("A.__exit__(tb)", "TracebackType | None", High)
        .has("A.__exit__ ->", "None", High)
        .has("A.__getattr__(name)", "str", High);
}

#[test]
fn a_conclusion_that_the_program_contradicts_is_left_out() {
    let text = "class A:\n    def __init__(self):\n        self.x = 1\n    def __eq__(self, other):\n        return self.x == other.x\n\n\
                def size(text):\n    return text.strip()\n\ndef width(value='a b'):\n    value = 1\n    return value\n\n\
                size('a')\nwidth()\n";
    solved(text)
        .declines("A.__eq__(other)", "it would be `object`, but `.x` is asked of it")
        .has("size(text)", "str", Medium)
        .declines("width(value)", "it would be `str`, but the body gives it `int`");
}

#[test]
fn what_a_checker_would_refuse_is_left_out() {
    let text = "def maybe(key):\n    if key:\n        return 'x'\n    return None\n\n\
                def shout(key):\n    text = maybe(key)\n    return text + '!'\n\ndef words():\n    return ['a']\n\n\
                def longest(numbers):\n    return max(numbers)\n\nshout(1)\nlongest([1])\nlongest(words())\n";
    solved(text).declines("maybe ->", "an operator would be applied to `None` and `str`").has(
        "words ->",
        "list[str]",
        Medium,
    );
}

#[test]
fn none_is_there_beside_what_is_not_known() {
    let text = "from elsewhere import find\n\nclass A:\n    def __init__(self):\n        self.name = None\n\n    \
                def load(self):\n        self.name = find()\n\n    def run(self):\n        show(self.name)\n\n    \
                def after(self, key):\n        return key in self.name\n\n\
                def show(name):\n    print(name.upper())\n\nshow('a')\nshow('b')\nA().after('c')\nA().after('d')\n";
    solved(text)
        .declines("show(name)", "it would be `str`, but one caller passes `None`")
        .declines("A.after(key)", "`None` would be compared with `str`");
}

#[test]
fn a_spread_dict_may_have_any_key() {
    let text = "def send(path, code):\n    print(path.upper(), code + 1)\n\n\
                def ask(path, code):\n    print(path.upper(), code + 1)\n\n\
                def go(**options):\n    headers = {'a': 'b', 'c': 'd'}\n    options['e'] = 'f'\n    \
                send('x', **headers)\n    ask('x', **options)\n\nsend('y', 1)\nask('y', 1)\n";
    solved(text).declines("send(code)", "it would be `int`, but one caller passes `str`").has(
        "ask(code)",
        "int",
        Medium,
    );
}

#[test]
fn an_attribute_that_is_assigned_from_outside_is_declared() {
    let text = "from elsewhere import find\n\nclass Context:\n    def __init__(self):\n        self.name = None\n        self.depth = 1\n\n    \
                def copy(self):\n        return Context()\n\nclass Owner:\n    def __init__(self):\n        \
                self.own = None\n\nclass Heir(Owner):\n    def __init__(self):\n        self.own = 1\n\n\
                def enter(context):\n    context.name = 'a'\n    context.name = find()\n    context.depth = 2\n\nenter(Context())\nenter(Context().copy())\n";
    solved(text)
        .has("enter(context)", "Context", Medium)
        .has("Context.name", "str | None", Medium)
        .declines("Context.depth", "a checker can tell its type");
}

#[test]
fn a_display_is_a_plain_dict_where_nothing_is_declared() {
    let text = "def order(name):\n    return {'name': name, 'lines': 1}\n\n\
                def fallback(flag):\n    result = {'name': 'a', 'lines': 2}\n    if flag:\n        \
                result = order('b')\n    return result\n\n\
                def total(order):\n    return order['lines'] + len(order['name'])\n\n\
                total(order('a'))\ntotal(order('b'))\ntotal(fallback(1))\n";
    let conclusions = solved(text);
    assert!(conclusions.get("order ->").is_ok());
    conclusions.declines("fallback ->", "it would be `a definition`, but one `return` gives `dict[str, int | str]`");
}

#[test]
fn what_has_a_return_does_return() {
    let text = "class A:\n    def __init__(self):\n        self.all = {}\n\n    def open(self, key):\n        \
                found = self.all.get(key)\n        if found is not None:\n            return found\n        \
                raise KeyError(key)\n";
    assert!(solved(text).get("A.open ->").is_err());
}

#[test]
fn a_generator_of_dicts_is_no_dict() {
    let text = "def rows():\n    yield {'a': 1, 'b': 'x'}\n    yield {'a': 2, 'b': 'y'}\n\n\
                def use():\n    for row in rows():\n        print(row['a'] + 1, row['b'].upper())\n";
    let conclusions = solved(text);
    assert!(matches!(conclusions.get("rows ->"), Ok(solved) if solved.ty.class() == Some(known::ITERATOR.class())));
}

#[test]
fn functions_bound_twice_agree_or_stay_bare() {
    let text = "import sys\n\nif sys.platform == 'win32':\n    def width(text):\n        return 1\nelse:\n    \
                def width(text):\n        return 'a'\n\nif len(sys.argv):\n    def same(text):\n        return 1\nelse:\n    \
                def same(text):\n        return 2\n\ndef gone():\n    return 1\n\ngone = None\n";
    solved(text).declines("gone ->", "`gone` is also bound by an assignment").has("same ->", "int", High);
}

#[test]
fn who_calls_what_always_raises_raises() {
    let text = "class Parser:\n    def fail(self, message):\n        raise ValueError(message)\n\n    \
                def stop(self):\n        self.fail('x')\n\n    def go(self, a):\n        if a:\n            return 1\n        \
                self.stop()\n";
    solved(text).has("Parser.fail ->", "NoReturn", Medium).has("Parser.stop ->", "NoReturn", Medium).has(
        "Parser.go ->",
        "int",
        High,
    );
}

#[test]
fn returns_of_empty_bodies_say_nothing() {
    let text = "class A:\n    def hook(self):\n        pass\n    def todo(self):\n        raise NotImplementedError\n    \
                def work(self):\n        print(1)\n\ndef fail():\n    raise ValueError\n\ndef maybe(a):\n    if a:\n        return 'x'\n    return None\n";
    solved(text)
        .declines("A.hook ->", "its body is empty")
        .declines("A.todo ->", "its body is empty")
        .has("A.work ->", "None", High)
        .says("A.work ->", "It never returns a value.")
        .has("fail ->", "NoReturn", Medium)
        .has("maybe ->", "str | None", Medium);
}

#[test]
fn generators_are_iterators_unless_they_receive() {
    let text = "from contextlib import contextmanager\n\ndef numbers():\n    yield 1\n    yield 2\n\n\
                def echo():\n    got = yield 1\n    print(got)\n\ndef total():\n    yield 1\n    return 'x'\n\n\
                @contextmanager\ndef opened():\n    yield 'x'\n\nasync def ticks():\n    yield 1\n";
    solved(text)
        .has("numbers ->", "Iterator[int]", Medium)
        .declines("echo ->", "the type of what is sent to it is not known")
        .has("total ->", "Generator[int, None, str]", Medium)
        .has("opened ->", "Generator[str, None, None]", Medium)
        .has("ticks ->", "AsyncIterator[int]", Medium);
}

#[test]
fn a_property_made_by_a_call_gives_what_its_getter_returns() {
    let text = "class Page:\n    def __init__(self, url):\n        self.url = url\n\n    \
                def _get_url(self):\n        return 'x'\n\n    def _set_url(self, url):\n        self._url = url\n\n    \
                url = property(_get_url, _set_url)\n\ndef shown(page):\n    return page.url\n\nshown(Page('a'))\n";
    solved(text).has("shown ->", "str", High);
    assert!(solved(text).0.iter().all(|(slot, _)| !slot.contains("Page.url")));
}

#[test]
fn a_choice_of_texts_stands_for_no_none() {
    let text = "from urllib.parse import urljoin\n\ndef link(page=None):\n    return urljoin(page, 'x')\n";
    solved(text).has("link ->", "str", High);
}

#[test]
fn bodies_type_parameters_without_callers() {
    let text = "import math\n\nclass Request:\n    def __init__(self):\n        self.path = '/'\n        self.verb = 'GET'\n    \
                def reply(self):\n        return self.path\n\n\
                def area(radius):\n    return math.sqrt(radius)\n\n\
                def words(text):\n    return text.strip().splitlines(), text.startswith('a')\n\n\
                def answer(request):\n    request.reply()\n    return request.path, request.verb\n\n\
                def half(x):\n    return x * 0.5\n\ndef greet(name):\n    return 'hello ' + name\n";
    solved(text)
        .has("area(radius)", "float", Medium)
        .says("area(radius)", "The body passes it on where `float` is wanted.")
        .has("words(text)", "str", Medium)
        .has("answer(request)", "Request", Medium)
        .has("half(x)", "float", Medium)
        .has("greet(name)", "str", Medium);
}

#[test]
fn parameters_learn_from_the_parameters_they_are_passed_to() {
    let text = "def outer(a):\n    inner(a)\n\ndef inner(b):\n    use(b)\n\ninner('x')\ninner('y')\ninner('z')\n";
    solved(text).has("inner(b)", "str", Medium).has("outer(a)", "str", Medium);
}

#[test]
fn docstrings_confirm_and_fill() {
    let text = "def f(names, size=2, other=None):\n    \"\"\"Do.\n\n    :param list[str] names: the names\n    \
                :type size: int\n    :param str other: more\n    \"\"\"\n    use(names)\n\nf([])\n";
    solved(text).has("f(names)", "list[str]", Medium).has("f(size)", "int", Medium).has("f(other)", "str | None", Low);
}

#[test]
fn namesakes_are_a_convention() {
    let known = ["a", "b", "c", "d", "e", "f"]
        .map(|name| format!("def {name}(state):\n    use(state)\n\n{name}(State())\n\n"))
        .concat();
    let text = format!("class State:\n    pass\n\n{known}def last(state):\n    use(state)\n");
    solved(&text)
        .has("last(state)", "State", Medium)
        .says("last(state)", "All 6 other parameters of this name whose type is known take `State`.");
}

#[test]
fn attributes_are_hinted_where_a_checker_cannot_tell() {
    let text = "class A:\n    def __init__(self):\n        self.name = None\n        self.size = 1\n\n    \
                def open(self):\n        self.name = 'x'\n";
    solved(text).has("A.name", "str | None", High).declines("A.size", "a checker can tell its type");
}

#[test]
fn attributes_stored_from_outside_are_declared_in_the_class() {
    let text = "def fill(a):\n    a.seen = {'x': 1}\n    return a\n\nclass A:\n    def __init__(self):\n        \
                self.seen = {}\n        self.seen['y'] = 2\nfill(A())\n";
    solved(text).has("A.seen", "dict[str, int]", High);
}

#[test]
fn the_first_parameter_of_a_static_method_is_no_receiver() {
    let text = "class A:\n    @staticmethod\n    def same(host):\n        return host\nA.same(1)\n";
    Conclusions::of(&[("a.py", text)]).has("A.same ->", "int", Confidence::High);
}

#[test]
fn annotated_slots_and_receivers_are_left_alone() {
    solved("class A:\n    def f(self, a: int) -> None:\n        pass\n")
        .declines("A.f(self)", "it is the object or class that the method is called on")
        .declines("A.f(a)", "it is annotated")
        .declines("A.f ->", "it is annotated");
}

#[test]
fn star_parameters_that_are_handed_on_take_anything() {
    solved("def f(*args, **kwargs):\n    g(*args, **kwargs)\n\ndef h(*args):\n    print(args)\n\nh(1)\n")
        .has("f(args)", "Any", Medium)
        .has("f(kwargs)", "Any", Medium)
        .has("h(args)", "int", Low);
}

#[test]
fn the_none_of_a_default_goes_no_further_than_the_test_for_it() {
    let text = "def show(text):\n    return len(text)\n\
                def ask(prompt=None):\n    if prompt is None:\n        prompt = 'x'\n    show(prompt)\n\
                def run(prompt=None):\n    ask(prompt)\n    ask('y')\n";
    let conclusions = Conclusions::of(&[("a.py", text)]);
    conclusions.has("show(text)", "str", Confidence::Medium);
    conclusions.has("ask(prompt)", "str | None", Confidence::Low);
}

#[test]
fn lengths_of_time_are_floats() {
    solved("def wait(timeout=3, retries=2):\n    pass\n\ndef poll(interval, size):\n    range(size)\n\npoll(1, 2)\n")
        .has("wait(timeout)", "float", Medium)
        .has("wait(retries)", "int", Medium)
        .has("poll(interval)", "float", Medium)
        .has("poll(size)", "int", Medium);
}

#[test]
fn a_body_that_asks_for_none_expects_it() {
    let text = "def close(code=1000):\n    if code is None:\n        return\n    print(code)\n\n\
                def name(key, names: dict[str, str]):\n    return show(names.get(key))\n\ndef show(text):\n    return [text]\n";
    solved(text).has("close(code)", "int | None", Medium).has("show(text)", "str | None", Low);
}

#[test]
fn a_long_line_of_overrides_is_followed_once() {
    let heir = |n: usize| {
        format!("class C{n}(C{}):\n    def run(self, size={n}):\n        return C{0}.run(self, size)\n\n", n - 1)
    };
    let heirs: String = (1..300).map(heir).collect();
    let text = format!("class C0:\n    def run(self, size=1):\n        return size\n\n{heirs}");
    solved(&text).has("C0.run(size)", "int", Medium);
}

#[test]
fn a_body_that_asks_for_something_to_call_takes_more_than_a_value() {
    let text = "class Task:\n    def __init__(self, run):\n        self.run = run\n\n\n\
                def task(weight=1):\n    if callable(weight):\n        return Task(run=weight)\n    return weight\n\n\n\
                task(3)\ntask(4)\n";
    solved(text).has("task(weight)", "int", Low).declines("Task.__init__(run)", "callers pass values of unknown type");
}

#[test]
fn who_takes_a_descriptor_or_what_has_one_is_not_given_numbers() {
    let text = "import termios\n\ndef is_raw(stream):\n    return not termios.tcgetattr(stream)[3]\n";
    solved(text).declines("is_raw(stream)", "no evidence");
}

#[test]
fn what_others_give_by_name_tells_nothing_of_what_is_passed_on_beside_it() {
    let text = "def connect(uri, **options):\n    print(uri, options)\n\n\
                def open_socket(path=None):\n    connect('x', path=path)\n\nconnect('y', ssl=True)\n";
    solved(text).declines("open_socket(path)", "only `None` was seen");
}

#[test]
fn what_is_kept_where_none_is_asked_for_expects_it() {
    let text = "class Link:\n    def __init__(self, wait=20, size=4, name='x'):\n        self.wait = wait\n\
                \n        self.size = size\n        self.name = name\n        self.name = None\n\n    \
                def run(self):\n        if self.wait is None or self.name is None:\n            return 0\n        \
                return self.wait + self.size\n\n\n\
                class Client(Link):\n    def __init__(self, wait=20):\n        super().__init__(wait)\n\n\n\
                def connect(wait=20):\n    def make():\n        return Client(wait=wait)\n    return make\n";
    Conclusions::of(&[("link.py", text)])
        .has("Link.__init__(wait)", "int | None", Confidence::Medium)
        .has("Link.__init__(size)", "int", Confidence::Medium)
        .has("Link.__init__(name)", "str", Confidence::Low)
        .has("Client.__init__(wait)", "int | None", Confidence::Medium)
        .has("connect(wait)", "int | None", Confidence::Medium);
}

#[test]
fn namesakes_within_a_class_need_fewer() {
    let known = ["a", "b", "c"].map(|name| format!("    def {name}(self, state):\n        use(state)\n\n")).concat();
    let text = format!(
        "class State:\n    pass\n\nclass Parser:\n{known}    def last(self, state):\n        use(state)\n\n\
         def other(state):\n    use(state)\n\nparser = Parser()\nparser.a(State())\nparser.b(State())\nparser.c(State())\n\
         other(3)\n"
    );
    solved(&text).has("Parser.last(state)", "State", Medium).says(
        "Parser.last(state)",
        "All 3 other parameters of this name in the class whose type is known take `State`.",
    );
}

#[test]
fn visitors_are_called_after_what_they_visit() {
    let text = "class FieldNode:\n    pass\n\nclass Name:\n    pass\n\nclass V:\n    def enter_field(self, node):\n        use(node)\n\n    \
                def visit_Name(self, thing):\n        use(thing)\n\n    def enter_name(self, thing):\n        use(thing)\n";
    solved(text)
        .has("V.enter_field(node)", "FieldNode", Medium)
        .has("V.visit_Name(thing)", "Name", Medium)
        .declines("V.enter_name(thing)", "no evidence");
}

#[test]
fn methods_found_by_a_made_name_get_what_is_passed() {
    let text = "class Shell:\n    def run(self, line):\n        name = 'do_' + line\n        found = getattr(self, name)\n        return found(3, line.split())\n\n    \
                def rest(self, line):\n        getattr(self, f'on_{line}_end', None)(b'x')\n        \
                getattr(self, '%s_hook' % line)(1.5)\n        getattr(self, 'at_{}'.format(line))('x')\n        \
                getattr(self, line + '?')({})\n\n    \
                def do_add(self, count, words):\n        print(count, words)\n\n    def on_a_end(self, data):\n        print(data)\n\n    \
                def on_b_start(self, data):\n        print(data)\n\n    def at_x(self, text):\n        print(text)\n\n\
                class Sub(Shell):\n    def do_drop(self, number, parts):\n        print(number, parts)\n\n    \
                def late_hook(self, wait):\n        print(wait)\n\nSub().run('x')\n";
    solved(text)
        .has("Shell.do_add(count)", "int", Medium)
        .has("Shell.do_add(words)", "list[str]", Medium)
        .has("Sub.do_drop(number)", "int", Medium)
        .has("Shell.on_a_end(data)", "bytes", Medium)
        .declines("Shell.on_b_start(data)", "no evidence")
        .has("Shell.at_x(text)", "str", Medium)
        .has("Sub.late_hook(wait)", "float", Medium);
}

#[test]
fn what_a_visitor_is_called_after_is_more_than_what_it_is_passed() {
    let text = "class Node:\n    pass\n\nclass Leaf(Node):\n    pass\n\nclass Walker:\n    def visit(self, node):\n        \
                return getattr(self, 'visit_' + type(node).__name__)(node)\n\n    \
                def visit_Leaf(self, node):\n        print(node)\n\n    def visit_all(self, node):\n        print(node)\n\n\
                Walker().visit(Node())\n";
    solved(text).has("Walker.visit_Leaf(node)", "Leaf", Medium).has("Walker.visit_all(node)", "Node", Medium);
}

#[test]
fn matches_are_of_text() {
    let text = "import re\n\ndef replace(found):\n    return found.group(1) + str(found.end())\n";
    solved(text).has("replace(found)", "Match[str]", Medium);
}

#[test]
fn a_method_that_is_only_read_tells_little() {
    let text = "import logging\n\ndef read(node):\n    return node.addFilter\n\ndef called(log):\n    log.addFilter(logging.Filter())\n";
    solved(text).has("read(node)", "Logger", Low).has("called(log)", "Logger", Medium);
}

#[test]
fn methods_that_always_raise_may_be_the_case_without_a_result() {
    let text = "class Base:\n    def read(self):\n        return 'x'\n\nclass Closed(Base):\n    def read(self):\n        raise OSError\n\n\
                class Other:\n    def fail(self):\n        raise OSError\n";
    solved(text).has("Closed.read ->", "str", Medium).has("Other.fail ->", "NoReturn", Medium);
}

#[test]
fn markers_among_other_values_are_left_out() {
    let text = "class Missing:\n    pass\n\ndef find(key):\n    if key:\n        return 'x'\n    return Missing()\n\n\
                def show(text):\n    return [text]\n\nshow(find('a'))\n";
    assert!(Conclusions::of(&[("a.py", text)]).get("show(text)").is_err(), "the marker contradicts `str`");
}

#[test]
fn generator_expressions_are_iterators_and_markers_no_result() {
    let text = "class Missing:\n    pass\n\ndef squares():\n    return (n * n for n in [1, 2])\n\n\
                def absent():\n    return Missing()\n";
    solved(text).has("squares ->", "Iterator[int]", Medium).declines("absent ->", "what it returns is not known");
}

#[test]
fn a_parameter_that_is_asked_for_another_class_is_in_doubt() {
    let text = "def label(name):\n    if isinstance(name, bytes):\n        name = name.decode()\n    return name\n\n\
                def title(name):\n    return name\n\nlabel('a')\nlabel('b')\nlabel('c')\ntitle('a')\ntitle('b')\ntitle('c')\n";
    solved(text).has("label(name)", "str", Low).has("title(name)", "str", High);
}

#[test]
fn tests_that_pass_something_else_raise_a_doubt() {
    let code = "def open_all(paths):\n    return paths\n\nopen_all(['a'])\nopen_all(['b'])\n";
    let tests = "from app import open_all\n\nopen_all({'a'})\n";
    Conclusions::of(&[("app.py", code)]).has("open_all(paths)", "list[str]", Medium);
    Conclusions::of(&[("app.py", code), ("tests/test_app.py", tests)]).has("open_all(paths)", "list[str]", Low);
}

#[test]
fn words_and_objects_as_defaults_may_be_one_choice_of_several() {
    let text = "class Unset:\n    pass\n\nUNSET = Unset()\n\n\
                def draw(align='center', separator=', ', timeout=UNSET):\n    return align\n";
    solved(text)
        .has("draw(align)", "str", Low)
        .has("draw(separator)", "str", Medium)
        .declines("draw(timeout)", "a marker for a missing value is passed");
    let text = "class Choice:\n    pass\n\nCHOICE = Choice()\n\ndef draw(choice=CHOICE):\n    return choice\n";
    solved(text).has("draw(choice)", "Choice", Low);
}

#[test]
fn what_a_placeholder_is_concluded_to_return_holds_for_its_overrides() {
    let base = "class Base:\n    def send(self):\n        raise NotImplementedError\n\n\
                class Plain(Base):\n    def send(self):\n        return 'x'\n\n\
                def use(base=Base()):\n    return base.send().strip()\n";
    let tests = "from app import Base\n\nclass Odd(Base):\n    def send(self):\n        return 1\n";
    Conclusions::of(&[("app.py", base), ("tests/test_app.py", tests)]).has("Base.send ->", "str", Medium);
}

#[test]
fn type_arguments_that_have_defaults_are_not_written() {
    let text = "from xml.etree import ElementTree\n\ndef make():\n    return ElementTree.Element('a')\n";
    solved(text).has("make ->", "Element", Medium);
}

#[test]
fn attributes_that_a_checker_cannot_tell_are_declared_with_the_first_hint_of_their_function() {
    let text = "class Log:\n    def __init__(self, name):\n        self.name = name\n        self.rows = []\n        \
                self.owner = None\n\n    def add(self, row, owner):\n        self.rows.append(row)\n        \
                self.owner = owner\n\n\nclass Bare:\n    def __init__(self):\n        self.rows = []\n\n    \
                def add(self, row):\n        self.rows.append(row)\n\nLog('a')\nLog('b')\n";
    solved(text)
        .has("Log.rows", "list[Any]", Medium)
        .has("Log.owner", "Any | None", Medium)
        .declines("Bare.__init__ ->", "it would be `None`, and then a checker asks for the type of `rows`");
}

#[test]
fn a_key_that_may_be_missing_is_asked_for_before_it_is_read() {
    let make = "def make(flag):\n    row = {'kind': 'a', 'size': 1}\n    if flag:\n        row['note'] = 'b'\n    \
                return row\n\n";
    let read = "def plain(row):\n    return row['kind'] + row['note']\n\n\
                def asking(row):\n    if 'note' in row:\n        return row['kind'] + row['note']\n    return ''\n\n";
    let text = format!("{make}{read}plain(make(True))\nasking(make(False))\n");
    let conclusions = solved(&text);
    assert!(conclusions.get("plain(row)").is_err());
    assert!(conclusions.get("asking(row)").is_ok());
}

#[test]
fn a_callback_takes_what_it_is_called_with() {
    let text = "import re\n\ndef shout(match):\n    return match.upper()\n\n\
                def run(text):\n    return re.sub('a', shout, text)\n\nshout('a')\nshout('b')\nrun('c')\n";
    solved(text).has("shout(match)", "str | Match[str]", Low);
}

#[test]
fn a_base_class_whose_type_cannot_be_written_says_nothing() {
    let text = "import argparse\n\nclass Parser(argparse.ArgumentParser):\n    def _print_message(self, message, file=None):\n        \
                print(message, file)\n";
    assert!(Conclusions::of(&[("a.py", text)]).get("Parser._print_message(file)").is_err());
}

#[test]
fn a_class_makes_objects_of_those_derived_from_it() {
    let text = "class Ref:\n    def __new__(cls, *args):\n        made = object.__new__(cls)\n        return made\n\n\
                class Alone:\n    def __new__(cls):\n        return object.__new__(cls)\n\n\
                class Request(Ref):\n    pass\n";
    solved(text).has("Ref.__new__ ->", "Self", High).has("Alone.__new__ ->", "Alone", High);
}

#[test]
fn the_language_passes_the_class_to_descriptors() {
    let text = "class Lazy:\n    def __get__(self, obj, type=None):\n        return obj\n\n\
                class Eager:\n    def __get__(self, obj, owner):\n        return obj\n";
    solved(text).has("Lazy.__get__(type)", "type[Any] | None", High).has("Eager.__get__(owner)", "type[Any]", High);
}

#[test]
fn none_that_a_test_passes_counts_where_the_body_asks_for_it() {
    let code = "def parse(value):\n    if not value:\n        return 0\n    return int(value)\n\n\
                def strip(value):\n    return value.strip()\n";
    let tests =
        "from app import parse, strip\ndef test():\n    parse('1')\n    parse(None)\n    strip('x')\n    strip(None)\n";
    let solved = Conclusions::of(&[("app.py", code), ("tests/test_app.py", tests)]);
    solved.has("parse(value)", "str | None", Medium).has("strip(value)", "str", Medium);
}

#[test]
fn of_several_bases_that_have_nothing_to_do_with_each_other_none_is_the_one() {
    let text = "class Reader:\n    pass\n\nclass Parser:\n    pass\n\nclass Base:\n    pass\n\n\
                class Full(Reader, Parser):\n    pass\n\nclass Safe(Reader, Parser):\n    pass\n\n\
                class One(Base):\n    pass\n\nclass Two(Base):\n    pass\n\nclass Three(Base):\n    pass\n\n\
                def load(loader):\n    return loader\n\ndef use(thing):\n    return thing\n\n\
                load(Full())\nload(Safe())\nuse(One())\nuse(Two())\nuse(Three())\n";
    solved(text).has("load(loader)", "Full | Safe", Low).has("use(thing)", "Base", Medium);
}

#[test]
fn what_is_assigned_to_a_property_is_passed_to_its_setter() {
    let text = "class Port:\n    def __init__(self, name=None):\n        self._name = None\n        self.name = name\n\n    \
                @property\n    def name(self):\n        return self._name\n\n    @name.setter\n    def name(self, wanted):\n        \
                self._name = wanted\n\n\
                class Sub(Port):\n    pass\n\nport = Port('a')\nport.name = 'b'\nSub().name = None\n";
    solved(text)
        .has("Port.name(wanted)", "str | None", Medium)
        .says("Port.name(wanted)", "Both call sites pass `str | None`.");
}

#[test]
fn a_maker_of_properties_is_no_type_of_what_is_assigned() {
    let text = "def made(name):\n    def get(self):\n        return getattr(self, name)\n    return property(get, print)\n\n\
                class Commit:\n    zone = made('_zone')\n\ndef use(commit):\n    commit.zone = 3\n\nuse(Commit())\n";
    solved(text).declines("Commit.zone", "a checker can tell its type");
}

#[test]
fn a_slice_is_no_class_of_the_project() {
    let text = "class Action:\n    def start(self):\n        pass\n\n    def stop(self):\n        pass\n\n    def step(self):\n        \
                pass\n\n\
                class Row:\n    def __getitem__(self, key):\n        return self.items[key.start:key.stop:key.step]\n";
    solved(text).declines("Row.__getitem__(key)", "no evidence");
}

#[test]
fn of_two_definitions_the_one_for_this_python_and_system_counts() {
    for (test, other) in [
        ("PY3", "PY2"),
        ("six.PY3", "not six.PY3"),
        ("IS_NEW", "not IS_NEW"),
        ("sys.version_info.major > 2", "sys.version_info.major == 2"),
        ("os.name == 'posix'", "os.name == 'nt'"),
    ] {
        let define = |value: &str| format!("    def text(b):\n        return {value}\n\n");
        let (new, old) = (define("'a'"), define("b'a'"));
        let head = "import os, six, sys\nIS_NEW = sys.version_info[0] >= 3\n";
        let use_it = "def use(b):\n    return text(b)\n";
        for (test, first, second) in [(test, &new, &old), (other, &old, &new)] {
            let text = format!("{head}if {test}:\n{first}else:\n{second}{use_it}");
            solved(&text).has("use ->", "str", Confidence::High);
        }
    }
}
