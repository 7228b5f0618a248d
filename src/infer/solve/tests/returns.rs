//! Tests of how sure a return is.

use super::*;

#[test]
fn a_base_of_many_classes_is_a_choice() {
    let classes = "class Node:\n    pass\n\nclass A(Node):\n    pass\n\nclass B(Node):\n    pass\n\nclass C(Node):\n    pass\n\n\
                   class D(Node):\n    pass\n\n";
    let few = "def few(text):\n    if text == 'a':\n        return A()\n    return B()\n\n";
    let many = "def many(text):\n    if text == 'a':\n        return A()\n    if text == 'b':\n        return B()\n    \
                if text == 'c':\n        return C()\n    return D()\n\ndef rows(text):\n    return [many(text)]\n";
    solved(&format!("{classes}{few}{many}")).has("few ->", "Node", Medium).has("many ->", "Node", Low).has(
        "rows ->",
        "list[Node]",
        Low,
    );
}

#[test]
fn users_are_told_of_the_public_base_of_a_private_class() {
    let text = "class Reader:\n    pass\n\nclass _FileReader(Reader):\n    pass\n\nclass _State:\n    pass\n\n\
                def reader():\n    return _FileReader()\n\ndef _reader():\n    return _FileReader()\n\n\
                def pair():\n    return _FileReader(), 1\n\ndef state():\n    return _State()\n";
    solved(text)
        .has("reader ->", "_FileReader", Low)
        .has("pair ->", "tuple[_FileReader, int]", Low)
        .has("_reader ->", "_FileReader", Medium)
        .has("state ->", "_State", Medium);
}

#[test]
fn a_tuple_beside_something_unknown_is_a_guess() {
    let text = "import lib\n\ndef answer(value):\n    if lib.is_odd(value):\n        return lib.make(value), 200, {}\n    \
                return lib.make(value), 404, {'a': 'b'}\n\ndef either(value):\n    found = lib.find(value)\n    \
                if lib.is_odd(found):\n        return found\n    return lib.make(value), 200, {'a': 'b'}\n";
    solved(text).has("answer ->", "tuple[Any, int, dict[str, str]]", Medium).has(
        "either ->",
        "tuple[Any, int, dict[str, str]]",
        Low,
    );
}

#[test]
fn a_value_that_is_known_on_one_path_is_half_known() {
    let text = "import lib\n\nclass Node:\n    pass\n\ndef find(key):\n    found = lib.find(key)\n    \
                if isinstance(found, dict):\n        found = Node()\n    return found\n\n\
                def again(key):\n    return find(key)\n\ndef first(key):\n    return lib.find(key) or Node()\n\n\
                def made(key):\n    node = Node()\n    if key:\n        node = Node()\n    return node\n\n\
                def count(key):\n    return lib.count(key) if key else 0\n";
    solved(text)
        .has("find ->", "Node", Low)
        .has("again ->", "Node", Low)
        .has("first ->", "Node", Low)
        .has("made ->", "Node", Medium)
        .has("count ->", "int", Medium);
}

#[test]
fn a_rung_of_a_ladder_is_a_choice() {
    let classes = "class Node:\n    pass\n\nclass Stmt(Node):\n    pass\n\nclass A(Stmt):\n    pass\n\nclass B(Stmt):\n    \
                   pass\n\nclass C(Node):\n    pass\n\n";
    let text = "def rung(text):\n    return A() if text else B()\n\ndef top(text):\n    return A() if text else C()\n\n\
                def seen(text):\n    return A() if text else Stmt()\n";
    solved(&format!("{classes}{text}"))
        .has("rung ->", "Stmt", Low)
        .has("top ->", "Node", Medium)
        .has("seen ->", "Stmt", Medium);
}

#[test]
fn overrides_that_make_their_own_kind_make_that_of_the_base() {
    let text = "class Key:\n    @classmethod\n    def load(cls, data):\n        raise NotImplementedError\n\n    \
                def __bool__(self):\n        \"\"\"Whether it is one.\"\"\"\n\n\
                class Dsa(Key):\n    @classmethod\n    def load(cls, data):\n        return cls()\n\n    \
                def __bool__(self):\n        return True\n";
    solved(text).has("Key.load ->", "Key", Medium).has("Key.__bool__ ->", "bool", High);
}

#[test]
fn a_base_that_makes_the_same_as_its_overrides_says_so() {
    let text = "class Template:\n    def part(self):\n        return Part()\n\n\
                class Part(Template):\n    def part(self):\n        return Part()\n\n\
                class Row:\n    def negated(self):\n        return Negated()\n\n\
                class Negated(Row):\n    pass\n\n\
                class Column(Row):\n    def negated(self):\n        return Negated()\n";
    solved(text).has("Template.part ->", "Part", Medium).has("Row.negated ->", "Negated", Medium);
}

#[test]
fn a_tuple_with_an_item_of_two_types_is_a_guess() {
    let text = "import lib\n\nclass Part:\n    pass\n\ndef pair(text):\n    return (1, Part()) if text else ('', Part())\n\n\
                def part(text):\n    return Part(), lib.name(text)\n\n\
                def third(text):\n    return Part(), lib.name(text), lib.kind(text)\n";
    solved(text).has("pair ->", "tuple[int | str, Part]", Low).has("part ->", "tuple[Part, Any]", Medium).has(
        "third ->",
        "tuple[Part, Any, Any]",
        Low,
    );
}

#[test]
fn what_stands_in_for_what_cannot_be_imported_returns_like_that() {
    let text = "try:\n    from fast import main\nexcept ImportError:\n    def main():\n        raise SystemExit(1)\n\n\
                def fail():\n    raise SystemExit(1)\n";
    solved(text).declines("main ->", "it always raises, and an override may return").has("fail ->", "NoReturn", Medium);
}

#[test]
fn coroutines_tell_nothing_of_what_they_override() {
    let text = "class Handler:\n    def handle(self, message):\n        raise NotImplementedError\n\n    \
                def close(self):\n        raise NotImplementedError\n\n\
                class Slow(Handler):\n    async def handle(self, message):\n        raise NotImplementedError\n\n\
                class Fast(Handler):\n    def handle(self, message):\n        print(message)\n\n    \
                def close(self):\n        print('bye')\n";
    solved(text)
        .declines("Handler.handle ->", "some of the methods of its family are coroutines")
        .declines("Slow.handle ->", "its body is empty")
        .has("Handler.close ->", "None", Medium);
}

#[test]
fn handlers_get_what_the_standard_library_calls_them_with() {
    let text = "import signal\n\ndef handle(sig, frame):\n    print(sig)\n\nsignal.signal(signal.SIGTERM, handle)\n";
    solved(text).has("handle(sig)", "int", Medium).has("handle(frame)", "FrameType | None", Low);
}

#[test]
fn a_guess_that_is_handed_on_is_one() {
    let text = "import lib\n\nclass File:\n    pass\n\ndef read(file):\n    return 1\n\ndef plain(file):\n    return 1\n\n\
                def go(file, flag):\n    if flag:\n        return read(file)\n    return plain(File())\n\n\
                go(File(), lib.x)\ngo(lib.y, lib.x)\ngo(lib.z, lib.x)\n";
    solved(text).has("go(file)", "File", Low).has("read(file)", "File", Low).has("plain(file)", "File", Medium);
}

#[test]
fn a_name_does_not_stand_for_what_may_be_missing() {
    let text = "import lib\n\nclass Body:\n    pass\n\ndef one(s):\n    return s + 'a'\n\ndef two(s):\n    return s + 'b'\n\n\
                def three(s):\n    return s + 'c'\n\ndef digest(s):\n    return lib.md5(s)\n\n\
                def body(flag):\n    if flag == 1:\n        return 'a'\n    return Body() if flag else None\n\n\
                one('a')\ntwo('b')\nthree('c')\ndigest(body(1))\n";
    solved(text).has("three(s)", "str", Medium).has("digest(s)", "Body | str | None", Low);
}

#[test]
fn what_a_class_elsewhere_leaves_open_its_users_need_not() {
    let text = "class Pair:\n    def __init__(self, a):\n        self.a = a\n\n    def __reduce_ex__(self, protocol):\n        \
                return Pair, (self.a,)\n";
    solved(text).has("Pair.__reduce_ex__ ->", "str | tuple[Any, ...]", Low);
}

#[test]
fn a_result_that_rests_on_a_guess_is_one() {
    // What callers pass where `None` is the default is a guess, and so is what the first function hands on.
    let text = "def go(items=None):\n    return items\n\ndef rows(items=None):\n    return list(items or ())\n\n\
                def again():\n    return go(['a'])\n\ndef count(items=None):\n    return len(items)\n\n\
                go(['b'])\nrows(['b'])\ncount(['b'])\n";
    solved(text)
        .has("go(items)", "list[str] | None", Low)
        .has("go ->", "list[str] | None", Low)
        .has("rows ->", "list[str]", Low)
        .has("count ->", "int", High);
}

#[test]
fn a_guess_that_another_method_of_the_family_confirms_is_none() {
    let text = "class Loader:\n    def names(self):\n        raise NotImplementedError\n\n\
                class Fixed(Loader):\n    def names(self):\n        return ['a']\n\n\
                class Chain(Loader):\n    def __init__(self, loaders=None):\n        self.loaders = loaders\n\n    \
                def names(self):\n        return sorted({name for one in self.loaders for name in one.names()})\n\n\
                class Lone:\n    def __init__(self, loaders=None):\n        self.loaders = loaders\n\n    \
                def names(self):\n        return sorted({name for one in self.loaders for name in one.names()})\n\n\
                Chain([Fixed()])\nLone([Fixed()])\n";
    solved(text).has("Chain.names ->", "list[str]", Medium).has("Lone.names ->", "list[str]", Low);
}

#[test]
fn patterns_of_texts_find_texts_whatever_is_searched() {
    let text = "import re\n\nWORDS = re.compile('[a-z]+')\n\ndef words(value):\n    return WORDS.split(value)\n\n\
                def found(value):\n    return WORDS.match(value)\n";
    solved(text).has("words ->", "list[str]", Medium).has("found ->", "Match[str] | None", Medium);
}

#[test]
fn what_stands_in_until_something_is_stored_returns_like_that() {
    let text = "class Lazy:\n    @staticmethod\n    def func(instance):\n        raise TypeError('no name')\n\n    \
                def __init__(self, func):\n        self.func = func\n\n\
                class Fixed:\n    @staticmethod\n    def func(instance):\n        raise TypeError('no name')\n";
    solved(text).declines("Lazy.func ->", "it always raises, and an override may return").has(
        "Fixed.func ->",
        "NoReturn",
        Medium,
    );
}

#[test]
fn an_iterator_over_itself_is_not_what_its_base_gives() {
    let text = "class Bytes(bytes):\n    def __iter__(self):\n        return self\n\n    \
                def __next__(self):\n        return b'x'\n";
    solved(text).declines("Bytes.__iter__ ->", "it returns what its base class does not allow");
}

#[test]
fn a_guess_that_its_family_bears_out_does_not_make_the_base_unsure() {
    let base = "import lib\n\nclass Store:\n    def names(self):\n        raise NotImplementedError\n\n\
                class Memory(Store):\n    def names(self):\n        return ['a']\n\n";
    let guess = "class Remote(Store):\n    def names(self):\n        if lib.is_odd():\n            return ['b']\n        \
                 return lib.names()\n";
    let two = "class Other(Remote):\n    def names(self):\n        if lib.is_even():\n            return ['c']\n        \
               return lib.others()\n";
    solved(&format!("{base}{guess}")).has("Store.names ->", "list[str]", Medium).has(
        "Remote.names ->",
        "list[str]",
        Low,
    );
    solved(&format!("{base}{guess}\n{two}")).has("Store.names ->", "list[str]", Low);
}

#[test]
fn what_an_override_gives_that_is_not_known_makes_no_hook() {
    let text = "import elsewhere\n\nclass Cursor:\n    def first(self):\n        raise NotImplementedError\n    \
                def close(self):\n        raise NotImplementedError\n\n\
                class Empty(Cursor):\n    def first(self):\n        return None\n    def close(self):\n        return None\n\n\
                class Disk(Cursor):\n    def first(self):\n        return elsewhere.read()\n    \
                def close(self):\n        raise NotImplementedError\n";
    solved(text).declines("Cursor.first ->", "its body is empty").has("Cursor.close ->", "None", Medium);
}

#[test]
fn a_method_of_which_an_override_returns_something_else_in_part_is_left_alone() {
    let text = "class Item:\n    def __init__(self, size):\n        self.size = size\n\n\
                class Walker:\n    def result(self, size):\n        return Item(size)\n\n\
                class Indexer(Walker):\n    def result(self, size):\n        return load(size), size, other()\n\n\
                Walker().result(3)\n";
    solved(text).declines("Walker.result ->", "a method that overrides it returns something else");
}
