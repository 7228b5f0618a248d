//! Byte for byte: hints are put in, and all else in a file stays what it was.

mod support;

use support::Sandbox;

/// Files before and after.
const FILES: &[(&str, &[u8], &[u8])] = &[
    (
        "byte_order_mark",
        b"\xef\xbb\xbfdef f(x=1):\n    yield x\n",
        b"\xef\xbb\xbffrom collections.abc import Iterator\n\n\ndef f(x: int = 1) -> Iterator[int]:\n    yield x\n",
    ),
    (
        "latin_1",
        b"# -*- coding: latin-1 -*-\n# caf\xe9\ndef f(x=1):\n    return '\xe9'  # \xff\n",
        b"# -*- coding: latin-1 -*-\n# caf\xe9\ndef f(x: int = 1) -> str:\n    return '\xe9'  # \xff\n",
    ),
    (
        "windows_newlines",
        b"def f(x=1):\r\n    yield x\r\n",
        b"from collections.abc import Iterator\r\n\r\n\r\ndef f(x: int = 1) -> Iterator[int]:\r\n    yield x\r\n",
    ),
    (
        "old_mac_newlines",
        b"def f(x=1):\r    return x\rdef g(y=b'a'):\r    return y\r",
        b"def f(x: int = 1) -> int:\r    return x\rdef g(y: bytes = b'a') -> bytes:\r    return y\r",
    ),
    (
        "mixed_newlines",
        b"import os\r\ndef f(x=1):\r\n    yield x\n\n\ndef g(y=b'a'):\n    return y\n",
        b"import os\r\nfrom collections.abc import Iterator\ndef f(x: int = 1) -> Iterator[int]:\r\n    yield x\n\n\ndef g(y: bytes = b'a') -> bytes:\n    return y\n",
    ),
    (
        "tabs",
        b"class A:\n\tdef method(self, first=1, beta=b'a', gamma=2.0, delta=b'', epsilon=True, zeta=3):\n\t\treturn first\n",
        b"class A:\n\tdef method(\n\t\tself,\n\t\tfirst: int = 1,\n\t\tbeta: bytes = b'a',\n\t\tgamma: float = 2.0,\n\t\tdelta: bytes = b'',\n\t\tepsilon: bool = True,\n\t\tzeta: int = 3,\n\t) -> int:\n\t\treturn first\n",
    ),
    (
        "form_feeds",
        b"\x0cdef f(x=1):\n    return x\n\n\x0c\ndef g(y=b'a'):\n    return y\n",
        b"\x0cdef f(x: int = 1) -> int:\n    return x\n\n\x0c\ndef g(y: bytes = b'a') -> bytes:\n    return y\n",
    ),
    ("no_newline_at_the_end", b"def f(x=1): return x", b"def f(x: int = 1) -> int: return x"),
    (
        "blanks",
        b"def f(  x  =  1  ,  y  =  b'a'  ) :   \n    return y\t \n\n\n\n",
        b"def f(  x: int  =  1  ,  y: bytes  =  b'a'  ) -> bytes :   \n    return y\t \n\n\n\n",
    ),
    (
        "comments_in_signatures",
        b"def f(\n    a=1,  # first, second\n    # between\n    data=b'x',  # (\n\n    *args,  # rest\n):  # end\n    # body\n    return a\n\n\ndef g(a=1  # one\n      , b=2):\n    return b\n",
        b"def f(\n    a: int = 1,  # first, second\n    # between\n    data: bytes = b'x',  # (\n\n    *args,  # rest\n) -> int:  # end\n    # body\n    return a\n\n\ndef g(a: int = 1  # one\n      , b: int = 2) -> int:\n    return b\n",
    ),
    (
        "backslashes",
        b"def f(x=1) \\\n        :\n    return x\n\n\ndef g(x = \\\n      1):\n    return x\n",
        b"def f(x: int = 1) -> int \\\n        :\n    return x\n\n\ndef g(x: int = \\\n      1) -> int:\n    return x\n",
    ),
    (
        "type_comments",
        b"def f(a, b=1):\n    # type: (int, int) -> int\n    return a\n\n\ndef g(a,  # type: int\n      b=1):\n    # type: (...) -> int\n    return a\n\n\ndef h(a, b=1):  # type: ignore\n    x = None  # type: str\n    return b\n",
        b"def f(a: int, b: int = 1) -> int:\n    return a\n\n\ndef g(a: int,\n      b: int = 1) -> int:\n    return a\n\n\ndef h(a, b: int = 1) -> int:  # type: ignore\n    x = None  # type: str\n    return b\n",
    ),
    (
        "type_comments_of_windows",
        b"def f(a, b=1):\r\n\t# type: (int, int) -> int\r\n\tx = [a]   # type: list[int]  # noqa\r\n\treturn x[0]\t# type: ignore\r\n",
        b"def f(a: int, b: int = 1) -> int:\r\n\tx: list[int] = [a]   # noqa\r\n\treturn x[0]\t# type: ignore\r\n",
    ),
    (
        "comments_bound_to_lines",
        b"import os  # noqa\n\n\ndef f(first=1, beta=b'a', gamma=2.0, delta=b'', epsilon=True, zeta=3):  # noqa: E501\n    yield first  # noqa\n",
        b"import os  # noqa\nfrom collections.abc import Iterator\n\n\ndef f(first: int = 1, beta: bytes = b'a', gamma: float = 2.0, delta: bytes = b'', epsilon: bool = True, zeta: int = 3) -> Iterator[int]:  # noqa: E501\n    yield first  # noqa\n",
    ),
    (
        "formatting_off",
        b"# fmt: off\ndef f(first=1, beta=b'a', gamma=2.0, delta=b'', epsilon=True, zeta=3, eta=4):\n    return [1,\n            2]\n# fmt: on\n",
        b"# fmt: off\ndef f(first: int = 1, beta: bytes = b'a', gamma: float = 2.0, delta: bytes = b'', epsilon: bool = True, zeta: int = 3, eta: int = 4) -> list[int]:\n    return [1,\n            2]\n# fmt: on\n",
    ),
];

#[test]
fn all_else_stays() {
    let sandbox = Sandbox::new(&[]);
    for (name, before, _) in FILES {
        sandbox.write(&format!("{name}.py"), before);
    }
    let old = sandbox.tree();
    sandbox.ok(["apply", "--unsafe", "--target-version", "3.12"]);
    for (name, _, after) in FILES {
        let found = &sandbox.tree()[&format!("{name}.py")];
        let (found, after) = (String::from_utf8_lossy(found), String::from_utf8_lossy(after));
        assert_eq!(found, after, "{name}: {found:?}");
    }
    assert!(
        sandbox.ok(["diff", "--unsafe", "--target-version", "3.12"]).stdout.is_empty(),
        "a second run changes nothing"
    );
    sandbox.ok(["undo"]);
    assert_eq!(sandbox.tree(), old, "byte for byte as before");
}
