//! Tests of conclusions that are withdrawn because a checker would find the program wrong with them.

use super::*;

#[test]
fn members_that_a_class_lacks() {
    solved("def f(text):\n    return text.decode()\n\nf('x')\n")
        .declines("f(text)", "it would be `str`, but `.decode` is asked of it");
}

#[test]
fn the_object_is_to_blame_for_a_none_that_its_class_holds_anyway() {
    let text = "class Spec:\n    name = 'x'\n\nclass Hook:\n    def __init__(self):\n        self.spec = None\n\n    \
                def fill(self):\n        self.spec = Spec()\n\ndef check(hook):\n    return hook.spec.name\n\ncheck(Hook())\n";
    solved(text)
        .has("Hook.spec", "Spec | None", High)
        .declines("check(hook)", "it would be `None`, but `.name` is asked of it");
}

#[test]
fn what_flows_into_an_attribute_without_a_hint_is_to_blame() {
    let text = "class Bar:\n    def __init__(self, width, name):\n        self.width = width\n        self.name = name\n\n    \
                def draw(self):\n        return self.width.real, self.name\n\nBar(3, None)\nBar(None, 'x')\n";
    solved(text).declines("Bar.__init__(width)", "it would be `None`, but `.real` is asked of it").has(
        "Bar.__init__(name)",
        "str | None",
        Medium,
    );
}

#[test]
fn library_functions_hand_on_what_they_are_given() {
    let text = "class Row:\n    pass\n\ndef show(rows):\n    for row in sorted(rows):\n        print(row.title)\n\nshow([Row()])\n";
    solved(text).declines("show(rows)", "it would be `Row`, but `.title` is asked of it");
}

#[test]
fn callers_tell_a_checker_nothing() {
    // Without a hint `name` may be anything, so `part` stays right, though a caller passes `None`.
    let text = "def join(name, part):\n    return name.first + part\n\njoin(None, 'x')\njoin(1, 'y')\n";
    solved(text).has("join(part)", "str", Medium);
}

#[test]
fn values_are_returned_on_every_path_and_by_a_return() {
    let text = "def maybe(a):\n    if a:\n        return 'x'\n\ndef bare(a):\n    if a:\n        return\n    return 'x'\n\n\
                def both(a):\n    if a:\n        return 'x'\n    return None\n\ndef loop(a):\n    while True:\n        if a:\n            return 1\n";
    solved(text)
        .declines("maybe ->", "it would be `str | None`, but its end is reached without a `return`")
        .declines("bare ->", "it would be `str | None`, but one `return` has no value")
        .has("both ->", "str | None", Medium)
        .has("loop ->", "int", High);
}

#[test]
fn nothing_is_compared_with_none() {
    let text = "class Bag:\n    items = None\n\n    def load(self):\n        self.items = ['x']\n\n    \
                def has(self, item):\n        return item in self.items\n\nBag().has('x')\n";
    solved(text).declines("Bag.has(item)", "`None` would be compared with `str`");
}

#[test]
fn defaults_are_types_of_parameters_without_a_hint() {
    let text = "def pad(text, width=1):\n    return text, width\n\ndef show(text, width):\n    pad(text, width=width)\n\n\
                show('x', 'wide')\npad('x', unknown())\npad('x', [1])\npad('x', {})\npad('x', b'')\n";
    solved(text).declines("show(width)", "it would be `str`, but it is passed where `int` is wanted");
}

#[test]
fn descriptors_are_no_values() {
    let text = "def made():\n    return property(print)\n\nclass Request:\n    environ = made()\n\n\
                def handle(environ):\n    return environ['x']\n\nhandle(Request().environ)\n";
    solved(text).declines("handle(environ)", "callers pass values of unknown type");
}

#[test]
fn a_constant_key_is_asked_of_no_sequence() {
    let text = "class Production:\n    def __init__(self, stack):\n        self.stack = stack\n\n    \
                def __getitem__(self, n):\n        if isinstance(n, slice):\n            \
                return [part for part in self.stack[n]]\n        return self.stack[n].value\n\n\
                def rule(p):\n    return p[1]['type']\n\ndef plain(p):\n    return p[1]\n\n\
                rule(Production([]))\nplain(Production([]))\n";
    solved(text).declines("rule(p)", "it would be `list[?]`, but it is subscripted").has(
        "plain(p)",
        "Production",
        Medium,
    );
}

#[test]
fn what_flows_into_a_global_without_a_hint_is_to_blame() {
    let text = "_log = 0\n\ndef register(name):\n    return _log\n\nLOG = register('x')\n\n\
                def decode(a):\n    if LOG:\n        LOG('text')\n";
    solved(text).declines("register ->", "it would be `int`, but it is called");
}

#[test]
fn a_record_is_no_dict_that_may_be_changed() {
    let text = "def merged():\n    made = {'id': 1, 'name': 'x'}\n    if input():\n        made['id'] = 2\n    \
                return made\n\ndef send(headers):\n    for name in headers:\n        print(headers[name] + 1)\n    \
                headers = merged()\n    return headers['id'] + len(headers['name'])\n\n\
                send({name: 1 for name in input()})\n";
    solved(text).declines("send(headers)", "it would be `dict[str, int]`, but the body gives it `a definition`");
}

#[test]
fn none_has_what_every_object_has_and_no_more() {
    let text = "class Bag:\n    default = None\n\n    def fill(self):\n        self.default = print\n\n\
                def bound(bag):\n    return bag.default.__get__(1)\n\ndef named(bag):\n    return bag.default.__class__\n\n\
                bound(Bag())\nnamed(Bag())\n";
    solved(text).declines("bound(bag)", "it would be `None`, but `.__get__` is asked of it").has(
        "named(bag)",
        "Bag",
        Medium,
    );
}

#[test]
fn a_declaration_in_a_base_class_is_read_in_those_derived_from_it() {
    let text = "class Auth:\n    def __init__(self):\n        self.host = None\n        self.user = None\n\n    \
                def fill(self):\n        self.host = 'x'\n        self.user = 'x'\n\n\
                class Old(Auth):\n    def start(self):\n        self.host = 'y'\n\n    \
                def name(self):\n        return self.host.upper()\n";
    solved(text).declines("Auth.host", "it would be `None`, but `.upper` is asked of it").has(
        "Auth.user",
        "str | None",
        High,
    );
}

#[test]
fn what_a_derived_class_makes_a_property_is_not_declared() {
    let text = "class Node:\n    def __init__(self):\n        self.attributes = {}\n        self.flags = {}\n\n    \
                def put(self, key):\n        self.attributes[key] = 'x'\n        self.flags[key] = 1\n\n\
                class Element(Node):\n    def _get(self):\n        return {}\n\n    attributes = property(_get)\n\n\
                Node().put('x')\n";
    solved(text).declines("Node.attributes", "a class derived from its own makes a property or a method of it").has(
        "Node.flags",
        "dict[str, int]",
        High,
    );
}

#[test]
fn an_empty_body_does_not_return_what_its_base_declares() {
    let text = "import cmd, logging\n\nclass Shell(cmd.Cmd):\n    def emptyline(self):\n        pass\n\n\
                class Quiet(logging.Handler):\n    def emit(self, record):\n        pass\n";
    solved(text).declines("Shell.emptyline ->", "its body is empty").has("Quiet.emit ->", "None", Medium);
}

#[test]
fn what_is_got_of_an_unknown_dict_may_be_none() {
    let text = "class Info:\n    offsets = {}\n\n    def offset(self, name):\n        if name == 'UTC':\n            \
                return 0\n        return self.offsets.get(name)\n\n    \
                def sure(self, name):\n        if name == 'UTC':\n            return 0\n        \
                return self.offsets.get(name, unknown())\n";
    solved(text).declines("Info.offset ->", "it would be `int`, but one `return` gives `None`").has(
        "Info.sure ->",
        "int",
        Medium,
    );
}

#[test]
fn what_an_author_declares_is_no_hint_to_take_back() {
    let text = "def rows(text):\n    return text.split()\n\ndef has(text, row) -> bool:\n    \
                return rows(text) and row in text\n\ndef count(text, row) -> int:\n    return len(rows(text))\n\nrows('x')\n";
    solved(text).declines("rows ->", "it would be `list[str]`, but it is passed where `bool` is wanted");
}

#[test]
fn who_asks_elements_for_another_class_is_given_some() {
    let text = "def flat(rows):\n    made = []\n    for row in rows:\n        if isinstance(row, list):\n            \
                made.extend(row)\n        else:\n            made.append(row)\n    return made\n\n\
                def plain(rows):\n    for row in rows:\n        if isinstance(row, bool):\n            print(row)\n\n\
                flat([1, 2])\nplain([1, 2])\n";
    solved(text).declines("flat(rows)", "it would hold `int`, but is asked for `list`").has(
        "plain(rows)",
        "Iterable[int]",
        Medium,
    );
}

#[test]
fn what_a_checker_sees_without_hints_is_the_fault_of_none() {
    let text = "def words(text):\n    for word in text.split():\n        yield {'text': word, 'size': len(word)}\n\n\
                class Reader:\n    def __init__(self, ahead=2):\n        self.words = [None] * ahead\n        \
                self.index = 0\n\n    def read(self, text):\n        self.words = list(words(text))\n        \
                return self.next()['text'], self.next()['size']\n\n    def next(self):\n        self.index += 1\n        \
                return self.words[self.index]\n\nReader().read('a b')\n";
    solved(text)
        .declines("Reader.next ->", "it would be `None`, but it is subscripted")
        .has("words(text)", "str", Medium)
        .has("words ->", "Iterator[the record]", Medium);
}

#[test]
fn a_default_is_not_all_that_getattr_gives() {
    let text = "class Tool:\n    def fail(self, word):\n        raise ValueError(word.strip())\n\n    \
                def pick(self, kind):\n        return kind.strip() if kind else None\n\n    def run(self, kind):\n        \
                act = getattr(self, 'do_' + kind, self.fail)\n        act('x')\n        \
                return self.pick(kind).upper()\n\nTool().run('x')\n";
    solved(text).declines("Tool.pick ->", "it would be `None`, but `.upper` is asked of it");
}

#[test]
fn a_held_test_narrows_what_is_given_back() {
    let text = "def shown(value, wide):\n    is_text = wide and isinstance(value, (str, bytes))\n    if is_text:\n        \
                return value.strip()\n    return format(value)\n\n\
                def joined(rows):\n    return [row.upper() for row in rows]\n\n\
                def table(cells):\n    return joined([shown(cell, True) for cell in cells])\n\n\
                joined(['a'])\nshown(unknown(), False)\n";
    solved(text).has("shown ->", "bytes | str", Low).has("joined(rows)", "Iterable[bytes | str]", Low);
}

#[test]
fn what_some_attributes_are_looked_up_to_be_tells_nothing_of_others() {
    let text = "class Proxy:\n    def __init__(self, data):\n        self.data = data\n\n    \
                def __getattr__(self, name):\n        if name.startswith('sub'):\n            return Proxy({})\n        \
                return self.data[name]\n\ndef load(flag):\n    return flag\n\n\
                load(Proxy(unknown()).flag)\n";
    solved(text).declines("load(flag)", "callers pass values of unknown type");
}

#[test]
fn none_that_is_only_asked_for_is_no_choice_where_it_cannot_be_used() {
    let text = "class Row:\n    def __init__(self, size=4):\n        self.size = size\n        self.rest = chr(size)\n\n    \
                def show(self):\n        if self.size is not None:\n            return self.size\n        return 0\n";
    solved(text).has("Row.__init__(size)", "int", Medium);
}

#[test]
fn what_has_no_order_is_not_compared() {
    let text = "import datetime\n\nclass Range:\n    def __init__(self, low=None):\n        self.low = low\n\n    \
                def check(self, value):\n        if self.low is not None and value < self.low:\n            raise ValueError\n\n\
                def before(a, b):\n    return a < b\n\ndef later(a, b):\n    return a >= b\n\n\
                Range(1).check('a')\nbefore(1, 2.5)\nlater(datetime.datetime.now(), datetime.datetime.now())\n";
    solved(text)
        .declines("Range.check(value)", "`str` and `int` have no order")
        .has("before(b)", "float", Medium)
        .has("later(a)", "datetime", Medium);
}

#[test]
fn a_display_without_the_keys_of_a_class_is_none_of_it() {
    let class = "from typing import TypedDict\n\nclass Size(TypedDict):\n    width: int\n    height: int\n\n";
    let uses = "class Box:\n    def __init__(self, name):\n        self.name = name\n        self.size = {}\n    \
                def fit(self):\n        self.size = {'width': 1, 'height': 2}\n    \
                def area(self):\n        return self.size['width'] * self.size['height']\n\nBox('a').fit()\n";
    let why = "it would be `Size`, but `dict` is assigned to it";
    solved(&format!("{class}{uses}")).declines("Box.size", why);
}
