//! Tests of what is said of lists, dicts and tuples.

use super::*;

#[test]
fn containers_follow_the_body_where_callers_differ() {
    solved("def f(names):\n    for name in names:\n        print(name)\n\nf(['a'])\nf(('b', 'c'))\nf(['d'])\n").has(
        "f(names)",
        "Iterable[str]",
        Low,
    );
    solved("def f(names):\n    names.append('x')\n\nf(['a'])\nf(['b'])\nf(['c'])\n").has(
        "f(names)",
        "list[str]",
        Medium,
    );
}

#[test]
fn a_list_that_is_only_gone_over_once_may_be_any_iterable() {
    let text = "def show(names):\n    for name in names:\n        print(name)\n\ndef _show(names):\n    \
                for name in names:\n        print(name)\n\ndef twice(names):\n    for name in names:\n        print(name)\n    \
                for name in names:\n        print(name)\n\ndef keep(names):\n    for name in names:\n        print(name)\n    \
                return names\n\nshow(['a'])\n_show(['a'])\ntwice(['a'])\nkeep(['a'])\n";
    solved(text)
        .has("show(names)", "Iterable[str]", Medium)
        .says("show(names)", "The only call site passes a container; the body needs no more than `Iterable[str]`.")
        .has("_show(names)", "list[str]", Medium)
        .has("twice(names)", "list[str]", Medium)
        .has("keep(names)", "list[str]", Medium);
}

#[test]
fn a_list_that_may_be_left_out_may_be_any_collection() {
    let text = "def show(names=None):\n    for name in names or ():\n        print(name)\n\ndef fill(names=None):\n    \
                names = names or []\n    names.append('x')\n    names.insert(0, 'y')\n\nshow(['a'])\nfill(['a'])\n";
    solved(text).has("show(names)", "list[str] | None", Low);
}

#[test]
fn what_a_container_holds_is_of_any_type_to_its_author() {
    let text =
        "class Table(dict):\n    def add(self, key, label):\n        print(key, label)\n\nTable().add('a', 'b')\n";
    solved(text).has("Table.add(key)", "str", Low).has("Table.add(label)", "str", Medium);
}

#[test]
fn what_public_functions_only_read_is_abstract() {
    let text = "def price(prices, name):\n    if name in prices:\n        return prices[name]\n    return prices.get('else')\n\n\
                def _price(prices, name):\n    return prices[name]\n\n\
                def put(prices, name):\n    prices[name] = 1\n\n\
                def middle(values):\n    return values[len(values) // 2]\n\n\
                def rest(values):\n    return values[1:]\n\n\
                def use(name):\n    table = {name: 1}\n    price(table, name)\n    _price(table, name)\n    put(table, name)\n\n\
                use('a')\nuse('b')\nmiddle([1, 2])\nrest([1, 2])\n";
    solved(text)
        .has("price(prices)", "Mapping[str, int]", Medium)
        .has("_price(prices)", "dict[str, int]", Medium)
        .has("put(prices)", "dict[str, int]", Medium)
        .has("middle(values)", "Sequence[int]", Medium)
        .has("rest(values)", "list[int]", Medium);
}

#[test]
fn bounds_of_slices_are_numbers() {
    let text =
        "def cut(text, start, end=None):\n    return text[start:end]\n\ndef at(table, key):\n    return table[key]\n";
    solved(text)
        .has("cut(start)", "int", Medium)
        .has("cut(end)", "int | None", Medium)
        .declines("at(key)", "no evidence");
}

#[test]
fn tuples_of_none_alone_are_a_variant_of_the_result() {
    let text = "def found(text):\n    if not text:\n        return None, None\n    return text.upper(), len(text)\n\n\
                def partly(text):\n    if not text:\n        return None, None\n    if len(text) > 3:\n        \
                return text.upper(), None\n    return text.upper(), 3\n\nfound('a')\npartly('b')\n";
    solved(text).has("found ->", "tuple[str, int] | tuple[None, None]", Medium).has(
        "partly ->",
        "tuple[str | None, int | None]",
        Medium,
    );
}

#[test]
fn tuples_of_known_length_are_said_also_where_an_item_is_not() {
    let text = "import lib\n\ndef split(path):\n    return lib.load(path), len(path)\n\n\
                def rows(paths):\n    for path in paths:\n        yield lib.load(path), [], 1\n\n\
                def blind(path):\n    return lib.load(path), lib.dump(path)\n\n\
                def wide(path):\n    return lib.a(path), lib.b(path), lib.c(path), 1\n\n\
                def either(flag):\n    if flag:\n        return None, 1\n    return lib.load(flag), 2\n\n\
                def maybe(flag):\n    if flag:\n        return 'x', lib.load(flag)\n    return None\n\n\
                def mixed(flag):\n    if flag:\n        return 'x', lib.load(flag)\n    return 1\n";
    solved(text)
        .has("split ->", "tuple[Any, int]", Medium)
        .says("split ->", "It is a tuple of 2 items, of which 1 is known.")
        .has("rows ->", "Iterator[tuple[Any, list[Any], int]]", Medium)
        .has("either ->", "tuple[Any, int]", Medium)
        .has("maybe ->", "tuple[str, Any] | None", Medium)
        .declines("wide ->", "no element type: `tuple[?, ?, ?, int]`")
        .declines("blind ->", "no element type: `tuple[?, ?]`")
        .declines("mixed ->", "no element type: `int | tuple[str, ?]`");
}

#[test]
fn a_row_of_tuples_is_sure_where_others_hold_the_same() {
    let rest = "def first(bounds):\n    return bounds[0]\n\nfirst([(Lower(), 1)])\n\n\
                def whole():\n    return [(Lower(), 9)]\n\n\
                def is_inside(ranges, number):\n    for lower, upper in ranges:\n        if number < upper:\n            \
                return True\n    return False\n\n\
                def check(number, other):\n    return is_inside(whole(), number) or is_inside(other.ranges, number)\n";
    let of_class = format!("class Lower:\n    pass\n\n{rest}");
    solved(&of_class).has("is_inside(ranges)", "Iterable[tuple[Lower, int]]", Medium);
    let of_numbers = format!("Lower = int\n\n{rest}");
    solved(&of_numbers).has("is_inside(ranges)", "Iterable[tuple[int, int]]", Low);
}

#[test]
fn a_list_of_nothing_but_none_waits_for_its_items() {
    let text = "class Ring:\n    def __init__(self, size):\n        self.items = [None] * size\n\n\
                def order(names):\n    return dict.fromkeys(names)\n\norder(['x'])\n";
    solved(text).declines("Ring.items", "no element type: `list[None]`");
}

#[test]
fn tuples_add_no_level_of_nesting() {
    solved("def rows():\n    return [('x', ['y'], 1)]\n\ndef deep():\n    return [('x', [['y']])]\n")
        .has("rows ->", "list[tuple[str, list[str], int]]", Medium)
        .declines("deep ->", "too long or nested too deeply: `list[tuple[str, list[list[str]]]]`");
}

#[test]
fn callers_that_pass_tuples_of_one_length_are_believed() {
    let text = "def show(size, pair):\n    width, height = size\n    return pair[0]\n\n\
                show((1, 'a'), ('x',))\nshow((2, 'b'), ('y',))\n";
    solved(text).has("show(size)", "tuple[int, str]", Medium).has("show(pair)", "tuple[str, ...]", Low);
}

#[test]
fn what_is_guessed_of_the_items_of_a_tuple_is_left_open() {
    let text = "import lib\n\n\
                def found(flag):\n    first = None\n    if flag:\n        first = lib.load()\n    return first, 'x'\n\n\
                def sorts(path):\n    known = {1, 'x'}\n    return known, {path: 1}\n";
    solved(text).has("found ->", "tuple[Any, str]", Medium).has("sorts ->", "tuple[set[Any], dict[Any, int]]", Medium);
}

#[test]
fn nobody_writes_another_type_where_a_tuple_of_fixed_length_is_wanted() {
    let text = "def listen(address):\n    '''Listens.\n\n    :type address: tuple[str, int]\n    '''\n\n\
                def dial(address):\n    return listen(address)\n\n\
                def serve(peer=('localhost', 80), sizes=(1, 2)):\n    return peer\n";
    solved(text)
        .has("listen(address)", "tuple[str, int]", Medium)
        .has("dial(address)", "tuple[str, int]", Medium)
        .has("serve(peer)", "tuple[str, int]", Medium)
        .has("serve(sizes)", "tuple[int, ...]", Low);
}

#[test]
fn values_of_mappings_are_open_where_one_is_unknown_and_not_told_by_what_is_asked_for() {
    let text = "import lib\n\ndef arguments(path):\n    if path:\n        found = {'http': lib.connect()}\n    else:\n        \
                found = {'key': lib.key()}\n    found = found.copy()\n    found['cached'] = False\n    for name in found:\n        \
                print(name)\n    return found\n\n\
                class Worker:\n    def __init__(self):\n        self.info = {}\n\n    def add(self, info):\n        \
                self.info.update(info)\n\n    def is_assistant(self):\n        return self.info.get('assistant', False)\n\n    \
                def count(self):\n        return int(self.info.get('count', 1.5))\n\n    \
                def names(self):\n        return [name for name in self.info]\n";
    let conclusions = Conclusions::of(&[("a.py", text)]);
    let is_closed = |slot: &str| {
        conclusions.get(slot).as_ref().is_ok_and(|solved| reason::plain_name(&solved.ty).contains("float"))
    };
    assert!(!is_closed("Worker.info"), "defaults of `.get` say nothing of what is stored");
    solved(text).has("arguments ->", "dict[str, Any]", Low);
}

#[test]
fn containers_of_what_may_be_anything_hold_any() {
    let text = "from typing import Any\n\ndef load(path) -> Any:\n    return path\n\n\
                def names(flag):\n    return {load('x') if flag else None: 'x'}\n";
    solved(text).has("names ->", "dict[Any, str]", Low);
}

#[test]
fn a_slice_takes_the_elements_of_what_is_stored() {
    let text = "def words(text):\n    found = [text.strip()]\n    found[:] = [text]\n    return found\nwords('a')\n";
    Conclusions::of(&[("a.py", text)]).has("words ->", "list[str]", Confidence::Medium);
}

#[test]
fn types_of_more_names_than_anybody_reads_are_left_alone() {
    let rows = |count: usize| "('a', [1]), ".repeat(count);
    let text = format!(
        "def few():\n    return ({})\n\ndef many():\n    return ({}'end')\n\nfew()\nmany()\n",
        rows(3),
        rows(6)
    );
    solved(&text).has("few ->", "tuple[tuple[str, list[int]], tuple[str, list[int]], tuple[str, list[int]]]", Medium);
    let why = solved(&text).get("many ->").as_ref().expect_err("is too long").clone();
    assert!(why.starts_with("too long or nested too deeply: `tuple["), "{why}");
}

#[test]
fn one_caller_of_many_does_not_tell_what_else_is_taken() {
    let text = "def stop(cause=None):\n    return cause\n\ndef size(shape=None):\n    return shape\n\n\
                def inflate(value, signed=False):\n    return value if signed else -value\n\n\
                stop(('a', 1))\nsize((1, 2))\nsize((3, 4))\ninflate(1, 1)\n";
    solved(text)
        .has("stop(cause)", "tuple[str, int] | None", Low)
        .has("size(shape)", "tuple[int, int] | None", Medium)
        .has("inflate(signed)", "int", Low);
}

#[test]
fn a_tuple_in_part_that_one_caller_passes_is_a_guess() {
    let text = "import elsewhere\n\ndef stop(cause):\n    use(cause)\n\ndef start(pair):\n    use(pair)\n\n\
                def pause(pair):\n    use(pair)\n\ndef _resume(pair):\n    use(pair)\n\n\
                stop((1, elsewhere.x))\n_resume((1, elsewhere.x))\nstart((1, elsewhere.x))\nstart((2, elsewhere.y))\n\
                pause((1, elsewhere.x))\npause((2, elsewhere.y))\npause(elsewhere.z)\n";
    solved(text)
        .has("stop(cause)", "tuple[int, Any]", Low)
        .has("_resume(pair)", "tuple[int, Any]", Medium)
        .has("start(pair)", "tuple[int, Any]", Medium)
        .has("pause(pair)", "tuple[int, Any]", Low);
}

#[test]
fn rows_of_rows_of_tuples_leave_as_little_choice_as_a_row() {
    let text = "def spans(groups):\n    for group in groups:\n        for start, end in group:\n            \
                print(start, end)\n\nspans([[(1, 'a')], [(2, 'b')]])\n";
    solved(text).has("spans(groups)", "Iterable[list[tuple[int, str]]]", Medium);
}

#[test]
fn what_an_attribute_that_begins_empty_holds_in_tuples_is_told_in_part() {
    let text = "import elsewhere\n\nclass Jar:\n    def __init__(self, size):\n        \
                self.size = size\n        self.times = {}\n        self.both = {}\n\n    \
                def put(self, number):\n        self.times[elsewhere.key(), number] = 1.5\n        \
                self.both[1, elsewhere.x] = 1\n        self.both['a', 2, elsewhere.y] = 2\n\n\
                jar = Jar(3)\njar.put(1)\n";
    solved(text).has("Jar.times", "dict[tuple[Any, int], float]", Medium).has("Jar.both", "dict[Any, int]", Medium);
}

#[test]
fn a_dict_learns_what_another_one_puts_into_it() {
    let text = "KNOWN = {1: 'a'}\nMORE = {int: 1}\nMORE.update(KNOWN)\n\n\
                def known():\n    return KNOWN\n\ndef more():\n    return MORE\n\n\
                class Table:\n    def __init__(self):\n        self.cells = {(1, 2): 'a'}\n        \
                self.cells.update({(1.5, 2): 3})\n\n    def get(self):\n        return self.cells\n";
    solved(text).has("known ->", "dict[int, str]", Medium).has("more ->", "dict[int | type[int], int | str]", Low).has(
        "Table.get ->",
        "dict[tuple[float, int], int | str]",
        Low,
    );
}

#[test]
fn a_defaultdict_that_begins_empty_is_told() {
    let text = "from collections import defaultdict\n\nclass Index:\n    def __init__(self, size):\n        \
                self.size = size\n        self.places = defaultdict(set)\n        self.counts = defaultdict(int)\n        \
                self.calls = defaultdict(list)\n\n    def put(self, word, place):\n        \
                self.places[word].add(place)\n        self.counts[word] += 1\n\n    def call(self, word):\n        \
                for call in self.calls[word]:\n            call()\n\nindex = Index(3)\nindex.put('a', 1)\n";
    solved(text)
        .has("Index.places", "defaultdict[str, set[int]]", High)
        .has("Index.counts", "defaultdict[str, int]", High)
        .has("Index.calls", "defaultdict[Any, list[Any]]", Medium);
}
