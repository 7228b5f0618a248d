//! What methods say of those that they override, and base classes of their subclasses.

use super::*;

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
fn generators_that_are_sent_to_are_so_in_all_classes() {
    let text = "class Flow:\n    def run(self, request):\n        yield request\n\nclass Digest(Flow):\n    \
                def run(self, request):\n        response = yield request\n        print(response)\n\n\
                Flow().run('x')\nDigest().run('y')\n";
    solved(text).declines("Flow.run ->", "the type of what is sent to it is not known");
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
fn a_long_line_of_overrides_is_followed_once() {
    let heir = |n: usize| {
        format!("class C{n}(C{}):\n    def run(self, size={n}):\n        return C{0}.run(self, size)\n\n", n - 1)
    };
    let heirs: String = (1..300).map(heir).collect();
    let text = format!("class C0:\n    def run(self, size=1):\n        return size\n\n{heirs}");
    solved(&text).has("C0.run(size)", "int", Medium);
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
fn methods_that_always_raise_may_be_the_case_without_a_result() {
    let text = "class Base:\n    def read(self):\n        return 'x'\n\nclass Closed(Base):\n    def read(self):\n        raise OSError\n\n\
                class Other:\n    def fail(self):\n        raise OSError\n";
    solved(text).has("Closed.read ->", "str", Medium).has("Other.fail ->", "NoReturn", Medium);
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
fn a_base_class_whose_type_cannot_be_written_says_nothing() {
    let text = "import argparse\n\nclass Parser(argparse.ArgumentParser):\n    def _print_message(self, message, file=None):\n        \
                print(message, file)\n";
    assert!(Conclusions::of(&[("a.py", text)]).get("Parser._print_message(file)").is_err());
}

#[test]
fn the_language_passes_the_class_to_descriptors() {
    let text = "class Lazy:\n    def __get__(self, obj, type=None):\n        return obj\n\n\
                class Eager:\n    def __get__(self, obj, owner):\n        return obj\n";
    solved(text).has("Lazy.__get__(type)", "type[Any] | None", High).has("Eager.__get__(owner)", "type[Any]", High);
}
