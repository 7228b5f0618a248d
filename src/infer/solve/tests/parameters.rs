//! What parameters are: call sites, defaults, bodies, docstrings, namesakes.

use super::*;

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
fn arguments_that_have_defaults_are_left_out() {
    let text = "import xml.etree.ElementTree as etree\n\ndef make(tag):\n    return etree.Element(tag)\n\nmake('a')\n";
    solved(text).has("make ->", "Element", Medium);
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
fn a_callback_takes_what_it_is_called_with() {
    let text = "import re\n\ndef shout(match):\n    return match.upper()\n\n\
                def run(text):\n    return re.sub('a', shout, text)\n\nshout('a')\nshout('b')\nrun('c')\n";
    solved(text).has("shout(match)", "str | Match[str]", Low);
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
