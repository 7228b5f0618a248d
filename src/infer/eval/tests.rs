//! Tests of evaluation: what the functions of a short module are seen to give.

use std::path::{Path, PathBuf};

use crate::facts::lower;
use crate::infer::rounds::Rounds;
use crate::project::{InputFile, Project, SlotKind};
use crate::source::{SourceFile, parse};
use crate::stubs::Installed;
use crate::types::{PythonVersion, Type};

/// Compares what functions of a module give with what is written after their names.
#[track_caller]
fn gives(text: &str, expected: &[(&str, &str)]) {
    let source = SourceFile::from_bytes(&PathBuf::from("/repo/a.py"), text.as_bytes()).expect("is text");
    let tree = parse(&source).expect("is Python");
    let facts = lower(&tree, &source.text);
    let file = InputFile { source, facts: facts.into(), editable: true };
    let project = Project::build(vec![file], &Installed::find(None, Path::new("/repo")), PythonVersion::new(3, 11));
    let mut rounds = Rounds::new(&project, None);
    rounds.run();
    let module = project.repository().next().expect("there is one file");
    for &(name, ty) in expected {
        let slot = project.slots().iter().find_map(|(slot, info)| match info.kind {
            SlotKind::Return(function) if module.facts.function(function).qualname.is(name) => Some(slot),
            _ => None,
        });
        let slot = slot.unwrap_or_else(|| panic!("no function {name}"));
        assert_eq!(shown(&rounds.types()[slot.0 as usize]), ty, "{name}");
    }
}

fn shown(ty: &Type) -> String {
    let list = |items: &[Type], separator: &str| items.iter().map(shown).collect::<Vec<_>>().join(separator);
    match ty {
        Type::Unknown => "?".into(),
        Type::None => "None".into(),
        Type::Never => "Never".into(),
        Type::Slot(_) | Type::Part(..) => "open".into(),
        Type::Literal(literal) => literal.class().short().into(),
        Type::Instance(class, args) if args.is_empty() => class.short().into(),
        Type::Instance(class, args) => format!("{}[{}]", class.short(), list(args, ", ")),
        Type::Tuple(items) => format!("({})", list(items, ", ")),
        Type::Class(class, _) => format!("type[{}]", class.short()),
        Type::Union(members) => list(members, " | "),
        Type::Function(..) => "function".into(),
        Type::Record(_) => "record".into(),
        other => format!("{other:?}"),
    }
}

#[test]
fn none_beside_an_unknown_value_says_nothing() {
    gives(
        "import elsewhere\n\
         def local(flag):\n    found = None\n    if flag:\n        found = elsewhere.find()\n    return found\n\
         def either(flag):\n    return elsewhere.find() if flag else None\n\
         class A:\n    def __init__(self):\n        self.found = None\n    def set(self):\n        \
         self.found = elsewhere.find()\n    def get(self):\n        return self.found\n\
         def known(flag):\n    found = None\n    if flag:\n        found = elsewhere.find()\n    if not found:\n        \
         found = 'x'\n    return found\n",
        &[("local", "?"), ("either", "?"), ("A.get", "?"), ("known", "str")],
    );
}

#[test]
fn what_always_raises_ends_its_callers() {
    gives(
        "def fail(why):\n    raise ValueError(why)\n\
         def fail_twice():\n    fail('x')\n\
         def parse(text):\n    try:\n        return int(text)\n    except TypeError:\n        fail('x')\n\
         def first(items):\n    for item in items:\n        return 1\n    return fail_twice()\n\
         def serve():\n    while True:\n        pass\n",
        &[("fail", "Never"), ("fail_twice", "Never"), ("parse", "int"), ("first", "int"), ("serve", "None")],
    );
}

#[test]
fn a_method_that_subclasses_write_gives_what_they_give() {
    gives(
        "class Base:\n    def make(self):\n        raise NotImplementedError\n    def hook(self):\n        pass\n    \
         def run(self):\n        self.hook()\n        return self.make()\n\
         class Child(Base):\n    def make(self):\n        return 1\n",
        &[("Base.run", "int"), ("Base.make", "?"), ("Base.hook", "?")],
    );
}

#[test]
fn names_bound_within_an_expression_are_narrowed_by_it() {
    gives(
        "import re\n\
         def f(text):\n    if (m := re.match('a', text)) and m.group():\n        return m\n    return 1\n\
         def g(text):\n    if (m := re.match('a', text)) is None:\n        return 1\n    return m.end()\n",
        &[("f", "int | Match[str]"), ("g", "int")],
    );
}

#[test]
fn a_manager_that_swallows_exceptions_lets_the_end_be_reached() {
    gives(
        "import contextlib\n\
         def f():\n    with contextlib.suppress(KeyError):\n        return 1\n\
         class Quiet:\n    def __enter__(self):\n        return self\n    \
         def __exit__(self, *args):\n        return True\n\
         def g():\n    with Quiet():\n        raise KeyError\n\
         def h(path):\n    with open(path) as file:\n        return file.read()\n",
        &[("f", "int | None"), ("g", "None"), ("h", "str")],
    );
}

#[test]
fn a_class_that_is_passed_to_new_is_what_it_makes() {
    gives(
        "class A:\n    def __new__(cls):\n        made = super().__new__(cls)\n        return made\n    \
         def copy(self):\n        return object.__new__(self.__class__)\n",
        &[("A.__new__", "A"), ("A.copy", "A")],
    );
}

#[test]
fn comparisons_with_constants_narrow() {
    gives(
        "def ask(prompt=False):\n    if prompt is True:\n        text = 'yes'\n    elif prompt is False:\n        \
         text = None\n    else:\n        text = prompt\n    return text\nask(True)\n\
         def pick(flag=False):\n    if flag:\n        return flag\n    return 1\n\
         def none_yet(flag):\n    found = None\n    if found is not None:\n        return found\n    return 'x'\n\
         def exact(value):\n    if type(value) is int:\n        return value\n    return 'x'\n",
        &[("ask", "str | None"), ("pick", "bool | int"), ("none_yet", "str"), ("exact", "str | int")],
    );
}

#[test]
fn a_test_for_a_class_says_nothing_where_the_branches_meet_again() {
    gives(
        "import elsewhere\nclass Leaf: pass\nclass Group(Leaf): pass\n\
         def show(token):\n    return token\ndef pick(token):\n    return token\ndef only(token):\n    return token\n\
         def walk():\n    for token in elsewhere.tokens():\n        if isinstance(token, Group):\n            print(token)\n        \
         show(token)\n\
         def choose(flag):\n    for token in elsewhere.tokens():\n        if flag or isinstance(token, Group):\n            \
         pick(token)\n\
         def force():\n    for token in elsewhere.tokens():\n        if not isinstance(token, Group):\n            continue\n        \
         only(token)\n",
        &[("show", "open"), ("pick", "open"), ("only", "Group")],
    );
}

#[test]
fn a_class_whose_new_gives_something_else_makes_no_instance() {
    gives(
        "class Later:\n    def __init__(self, cls):\n        self.cls = cls\n    def bind(self):\n        return Field(1)\n\
         class Field:\n    def __new__(cls, bound=None):\n        if bound:\n            return super().__new__(cls)\n        \
         return Later(cls)\n\
         class Text(Field): pass\n\
         def make():\n    return Text()\n",
        &[("make", "?"), ("Later.bind", "Field")],
    );
}

#[test]
fn a_match_that_takes_every_value_is_left_by_its_cases_alone() {
    gives(
        "class A: pass\nclass B: pass\n\
         def all(value: A | B):\n    match value:\n        case A():\n            return 1\n        \
         case B():\n            return 'x'\n\
         def some(value: A | B):\n    match value:\n        case A():\n            return 1\n",
        &[("all", "int | str"), ("some", "int | None")],
    );
}

#[test]
fn overloads_are_chosen_by_what_is_known() {
    gives(
        "import re\n\
         def read(path):\n    with open(path, 'rb') as file:\n        return file.read()\n\
         def strip(text=None):\n    return re.compile('a').sub('', text)\nstrip('x')\n\
         def sort(items=None):\n    return sorted(items, key=lambda item: item.lower())\nsort(['x'])\n",
        &[("read", "bytes"), ("strip", "str"), ("sort", "list[str]")],
    );
}

#[test]
fn lambdas_are_called_with_what_the_callable_takes() {
    gives(
        "def length(text):\n    return text\n\
         def order(words):\n    return sorted(words, key=lambda word: length(word))\norder(['x'])\n",
        &[("length", "str"), ("order", "list[str]")],
    );
}

#[test]
fn an_attribute_that_a_subclass_assigns_too_is_that_of_its_base() {
    gives(
        "class Base:\n    def __init__(self):\n        self.name = 'x'\n\
         class Child(Base):\n    def rename(self):\n        self.name = 'y'\n    \
         def shout(self):\n        return self.name.upper()\n",
        &[("Child.shout", "str")],
    );
}

#[test]
fn an_object_has_no_attributes_of_other_classes() {
    gives(
        "class A:\n    def size(self):\n        return 1\ndef f(value: object):\n    return value.size()\n",
        &[("f", "?")],
    );
}

#[test]
fn what_an_operand_does_not_take_is_left_to_the_other() {
    gives(
        "from datetime import datetime, timedelta\n\
         def padded(text):\n    return 6 * ' ' + text.strip()\n\
         def earlier(days):\n    return datetime.now() - timedelta(days=days)\n\
         def since(then: datetime):\n    return datetime.now() - then\n",
        &[("padded", "str"), ("earlier", "datetime"), ("since", "timedelta")],
    );
}

#[test]
fn what_may_be_anything_or_none_is_not_none() {
    gives(
        "class Config(dict):\n    def find(self, key):\n        return self.get(key)\n\
         def known(rows: dict[str, int]):\n    return rows.get('x')\n",
        &[("Config.find", "?"), ("known", "int | None")],
    );
}

#[test]
fn type_arguments_that_a_subclass_leaves_out_have_defaults() {
    gives(
        "import io\n\
         from typing import Generic, TypeVar\n\
         T = TypeVar('T', default=int)\nU = TypeVar('U')\n\
         class Box(Generic[T]):\n    def get(self) -> T:\n        return self.it\n\
         class Bag(Generic[U]):\n    def get(self) -> U:\n        return self.it\n\
         class Own(Box):\n    pass\n\
         class Other(Bag):\n    pass\n\
         class Texts(Box[str]):\n    pass\n\
         class Wrapper(io.TextIOWrapper):\n    def put(self, data):\n        return self.buffer.write(data)\n\
         def own():\n    return Own().get()\n\
         def other():\n    return Other().get()\n\
         def texts():\n    return Texts().get()\n",
        &[("own", "int"), ("other", "?"), ("texts", "str"), ("Wrapper.put", "object")],
    );
}

#[test]
fn a_test_before_and_is_not_handed_on_by_or() {
    gives(
        "def size(text: str):\n    return text and len(text) or 0\n\
         def label(text: str | None):\n    return text is not None and text.strip() or 1.5\n\
         def first(names: list[str]):\n    return names and names[0]\n",
        &[("size", "int"), ("label", "float | str"), ("first", "list[str] | str")],
    );
}
