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
