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
mod families;
mod parameters;
mod returns;

fn solved(text: &str) -> Conclusions {
    Conclusions::of(&[("app.py", text)])
}

use Confidence::{High, Low, Medium};

#[test]
fn an_operator_on_one_of_many_values_tells_nothing_about_each() {
    let text = "class Options:\n    def __init__(self, html, quotes, depth, width):\n        \
                self.all = {'html': html, 'quotes': quotes, 'depth': depth, 'width': width}\n\n\
                def deep(options, key):\n    return options.all[key] > 3\n\ndeep(Options(*ARGS), NAME)\n";
    solved(text).declines("Options.__init__(html)", "no evidence");
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
                def work(self):\n        print(1)\n\ndef fail():\n    raise ValueError\n\ndef maybe(a):\n    if a:\n        return 'x'\n    return None\n\n\
                def keys(bind):\n    def ignore(event):\n        'Do nothing.'\n    def later(event): ...\n    bind(ignore)\n    bind(later)\n";
    solved(text)
        .has("keys.<locals>.ignore ->", "None", High)
        .declines("keys.<locals>.later ->", "its body is empty")
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
fn a_class_makes_objects_of_those_derived_from_it() {
    let text = "class Ref:\n    def __new__(cls, *args):\n        made = object.__new__(cls)\n        return made\n\n\
                class Alone:\n    def __new__(cls):\n        return object.__new__(cls)\n\n\
                class Request(Ref):\n    pass\n";
    solved(text).has("Ref.__new__ ->", "Self", High).has("Alone.__new__ ->", "Alone", High);
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
