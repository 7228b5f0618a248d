//! The five things that hintwright is for, from untyped code to what a real type checker says about a mistake.

mod support;

use support::Sandbox;

/// A project after `hintwright apply`, which a type checker accepts.
fn hinted(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new(files);
    sandbox.ok(["apply"]);
    let said = sandbox.mypy();
    assert!(said.is_empty(), "{said}\n{}", shown(&sandbox));
    let again = sandbox.ok(["diff"]).stdout;
    assert!(again.is_empty(), "a second run proposes:\n{again}");
    sandbox
}

fn shown(sandbox: &Sandbox) -> String {
    let files = sandbox.tree();
    let texts = files.iter().map(|(name, bytes)| format!("# {name}\n{}", String::from_utf8_lossy(bytes)));
    texts.collect::<Vec<_>>().join("\n")
}

/// Checks that `name` holds each of `parts`.
fn holds(sandbox: &Sandbox, name: &str, parts: &[&str]) {
    let text = sandbox.read(name);
    for part in parts {
        assert!(text.contains(part), "{name} holds no {part:?}:\n{}", shown(sandbox));
    }
}

/// The name of the class that `name` defines with this base.
fn class_with_base(sandbox: &Sandbox, name: &str, base: &str) -> String {
    let text = sandbox.read(name);
    let mut found = text.lines().filter_map(|line| line.strip_prefix("class ")?.strip_suffix(&format!("({base}):")));
    let class = found.next().unwrap_or_else(|| panic!("{name} defines no {base}:\n{}", shown(sandbox))).to_owned();
    assert_eq!(found.next(), None, "one definition is enough:\n{}", shown(sandbox));
    class
}

/// Checks that the type checker says each of `messages`.
fn says(sandbox: &Sandbox, messages: &[&str]) {
    let said = sandbox.mypy();
    for message in messages {
        assert!(said.contains(message), "mypy does not say {message:?} but\n{said}\n{}", shown(sandbox));
    }
}

const MODULUS: &str = r#"from math import sqrt


def v2_modulus(v):
    return sqrt(v["x"] ** 2 + v["y"] ** 2)
"#;

#[test]
fn a_record_without_callers() {
    let sandbox = hinted(&[("geom.py", MODULUS)]);
    let class = class_with_base(&sandbox, "geom.py", "TypedDict");
    holds(&sandbox, "geom.py", &["    x: float\n", "    y: float\n", &format!("def v2_modulus(v: {class}) -> float:")]);
    sandbox.replace("geom.py", "v[\"x\"]", "v[\"j\"]");
    sandbox.replace("geom.py", "v[\"y\"]", "v[\"n\"]");
    says(
        &sandbox,
        &[&format!("TypedDict \"{class}\" has no key \"j\""), &format!("TypedDict \"{class}\" has no key \"n\"")],
    );
}

#[test]
fn a_record_that_travels() {
    let sandbox = hinted(&[
        ("plane/__init__.py", ""),
        ("plane/geom.py", MODULUS),
        (
            "plane/make.py",
            "def unit():\n    return {\"x\": 1.0, \"y\": 0.0}\n\n\ndef diagonal(length):\n    d = {}\n    d[\"x\"] = length\n    \
             d[\"y\"] = length\n    return d\n",
        ),
        (
            "plane/main.py",
            "from plane.geom import v2_modulus\nfrom plane.make import diagonal, unit\n\n\ndef run():\n    \
             return v2_modulus({\"x\": 1.0, \"y\": 2.0}) + v2_modulus(unit()) + v2_modulus(diagonal(2.5))\n",
        ),
    ]);
    let text = shown(&sandbox);
    assert_eq!(text.matches("(TypedDict):").count(), 1, "one definition:\n{text}");
    let class = ["plane/geom.py", "plane/make.py"]
        .into_iter()
        .find(|name| sandbox.read(name).contains("(TypedDict):"))
        .map(|name| class_with_base(&sandbox, name, "TypedDict"))
        .expect("one of the two defines it");
    let annotated = |name: &str, before: &str| {
        let text = sandbox.read(name);
        let found = [class.clone(), format!("\"{class}\"")].iter().any(|ty| text.contains(&format!("{before}{ty}")));
        assert!(found, "{name} holds no {before}{class}:\n{}", shown(&sandbox));
    };
    annotated("plane/geom.py", "def v2_modulus(v: ");
    annotated("plane/make.py", "def unit() -> ");
    annotated("plane/make.py", "def diagonal(length: float) -> ");
    // Of another length: mypy trusts its cache where size and second of a file are the same.
    sandbox.replace("plane/main.py", "{\"x\": 1.0, \"y\": 2.0}", "{\"x\": 1.0, \"depth\": 2.0}");
    says(&sandbox, &["[typeddict-item]"]);
}

#[test]
fn a_record_with_keys_that_may_be_missing() {
    let sandbox = hinted(&[(
        "geom.py",
        "from math import sqrt\n\n\ndef modulus(v):\n    z = v.get(\"z\", 0.0)\n    if \"w\" in v:\n        z += v[\"w\"]\n    \
         return sqrt(v[\"x\"] ** 2 + v[\"y\"] ** 2 + z ** 2)\n\n\ndef flatten(v):\n    del v[\"z\"]\n    return modulus(v)\n",
    )]);
    class_with_base(&sandbox, "geom.py", "TypedDict");
    holds(
        &sandbox,
        "geom.py",
        &["    x: float\n", "    y: float\n", "    z: NotRequired[float]\n", "    w: NotRequired[float]\n"],
    );
}

#[test]
fn a_mapping_is_no_record() {
    let sandbox = hinted(&[(
        "geom.py",
        "from math import sqrt\n\n\ndef modulus(v):\n    total = 0.0\n    for k in v:\n        total += v[k] ** 2\n    \
         return sqrt(total)\n\n\ndef reset(v):\n    v.clear()\n    v[\"x\"] = 0.0\n    v[\"y\"] = 0.0\n\n\n\
         def run():\n    v = {\"x\": 1.0, \"y\": 2.0}\n    reset(v)\n    return modulus(v)\n",
    )]);
    holds(
        &sandbox,
        "geom.py",
        &["def modulus(v: dict[str, float]) -> float:", "def reset(v: dict[str, float]) -> None:"],
    );
    assert!(!sandbox.read("geom.py").contains("TypedDict"), "{}", shown(&sandbox));
}

const VEC2: &str = "from collections import namedtuple\n\nVec2 = namedtuple(\"Vec2\", \"x y\")\n\nv = Vec2(1, 2)\n";

#[test]
fn a_named_tuple() {
    let sandbox = hinted(&[("vec.py", VEC2)]);
    assert_eq!(class_with_base(&sandbox, "vec.py", "NamedTuple"), "Vec2");
    holds(&sandbox, "vec.py", &["    x: int\n", "    y: int\n"]);
    sandbox.append("vec.py", "print(v.z)\nprint(v.x + {})\n");
    says(&sandbox, &["\"Vec2\" has no attribute \"z\"", "Unsupported operand types"]);
}

#[test]
fn a_named_tuple_of_floats() {
    let sandbox = hinted(&[(
        "vec.py",
        "from collections import namedtuple\nfrom math import sqrt\n\nVec2 = namedtuple(\"Vec2\", \"x y\")\n\n\n\
         def modulus(v):\n    return sqrt(v.x ** 2 + v.y ** 2)\n\n\nprint(modulus(Vec2(1, 2)), modulus(Vec2(0.5, 1.5)))\n",
    )]);
    holds(&sandbox, "vec.py", &["    x: float\n", "    y: float\n", "def modulus(v: Vec2) -> float:"]);
}

#[test]
fn named_tuples_in_every_form() {
    for fields in ["[\"x\", \"y\"]", "(\"x\", \"y\")", "\"x, y\"", "\"x y\""] {
        let text = VEC2.replace("\"x y\"", fields);
        let sandbox = hinted(&[("vec.py", &text)]);
        assert_eq!(class_with_base(&sandbox, "vec.py", "NamedTuple"), "Vec2", "{fields}");
        holds(&sandbox, "vec.py", &["    x: int\n    y: int\n"]);
    }
    let sandbox = hinted(&[("vec.py", &VEC2.replace("\"x y\")", "\"x y z\", defaults=(0,))"))]);
    holds(&sandbox, "vec.py", &["class Vec2(NamedTuple):\n    x: int\n    y: int\n    z: int = 0\n"]);
    // The names of the fields are not those that are written.
    let sandbox = hinted(&[("vec.py", &VEC2.replace("\"x y\")", "\"x def\", rename=True)"))]);
    assert!(!sandbox.read("vec.py").contains("NamedTuple"), "{}", shown(&sandbox));
}

#[test]
fn a_named_tuple_with_methods_or_a_late_docstring() {
    let sandbox = hinted(&[(
        "vec.py",
        "from collections import namedtuple\n\n\nclass P(namedtuple(\"P\", \"x y\")):\n    def total(self):\n        \
         return self.x + self.y\n\n\nprint(P(1, 2).total())\n",
    )]);
    holds(&sandbox, "vec.py", &["class P(NamedTuple):", "    x: int\n    y: int\n", "def total(self) -> int:"]);
    let sandbox = hinted(&[("vec.py", &(VEC2.to_owned() + "Vec2.__doc__ = \"A pair.\"\n"))]);
    assert_eq!(class_with_base(&sandbox, "vec.py", "NamedTuple"), "Vec2");
}

#[test]
fn a_pair() {
    let sandbox = hinted(&[(
        "pair.py",
        "from math import sqrt\n\nv = (1.0, 2.0)\n\n\ndef total(v):\n    return v[0] + v[1]\n\n\ndef modulus(v):\n    \
         x, y = v\n    return sqrt(x ** 2 + y ** 2)\n\n\nprint(total(v), modulus(v))\n",
    )]);
    let text = sandbox.read("pair.py");
    let alias = text.lines().find_map(|line| {
        let (name, value) = line.split_once(" = ").or_else(|| line.split_once(": TypeAlias = "))?;
        let name = name.trim_end_matches(": TypeAlias").trim_start_matches("type ");
        (value == "tuple[float, float]").then(|| name.to_owned())
    });
    let alias = alias.unwrap_or_else(|| panic!("no alias:\n{text}"));
    holds(
        &sandbox,
        "pair.py",
        &[&format!("def total(v: {alias}) -> float:"), &format!("def modulus(v: {alias}) -> float:")],
    );
    sandbox.append("pair.py", "print(v.x)\n");
    says(&sandbox, &["\"tuple[float, float]\" has no attribute \"x\""]);
}

#[test]
fn an_id() {
    let sandbox = hinted(&[
        (
            "accounts.py",
            "class Account:\n    def __init__(self, name):\n        self.name = name\n\n\n\
             ACCOUNTS = {1: Account(\"ada\"), 2: Account(\"ben\")}\n\n\n\
             def get_acc(acc_id):\n    return ACCOUNTS[acc_id]\n\n\ndef name_of(acc_id):\n    return get_acc(acc_id).name\n",
        ),
        (
            "main.py",
            "from accounts import get_acc, name_of\n\n\ndef greet(acc_id):\n    print(\"Hello\", name_of(acc_id))\n\n\n\
             greet(1)\ngreet(2)\nprint(get_acc(1))\n",
        ),
    ]);
    holds(
        &sandbox,
        "accounts.py",
        &[
            "AccountId = NewType(\"AccountId\", int)",
            "def get_acc(acc_id: AccountId) -> Account:",
            "def name_of(acc_id: AccountId) -> str:",
        ],
    );
    holds(&sandbox, "main.py", &["greet(AccountId(1))", "greet(AccountId(2))", "get_acc(AccountId(1))"]);
    sandbox.append("main.py", "get_acc(3)\n");
    says(&sandbox, &["Argument 1 to \"get_acc\" has incompatible type \"int\"; expected \"AccountId\""]);
}

const SHAPES: &str = "from collections import namedtuple\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Data:\n    \
    x: float\n    y: float\n\n\nNamed = namedtuple(\"Named\", \"x y\")\n\n\nclass Plain:\n    def __init__(self, x, y):\n        \
    self.x = x\n        self.y = y\n";

#[test]
fn a_duck_type() {
    let sandbox = hinted(&[
        ("geom.py", "from math import sqrt\n\n\ndef modulus(v2):\n    return sqrt(v2.x + v2.y)\n"),
        ("shapes.py", SHAPES),
        (
            "main.py",
            "from geom import modulus\nfrom shapes import Data, Named, Plain\n\nprint(modulus(Data(1.0, 2.0)))\n\
             print(modulus(Named(1.0, 2.0)))\nprint(modulus(Plain(1.0, 2.0)))\n",
        ),
    ]);
    let class = class_with_base(&sandbox, "geom.py", "Protocol");
    holds(&sandbox, "geom.py", &["def x(self) -> float: ...", "def y(self) -> float: ...", "@property"]);
    holds(&sandbox, "geom.py", &[&format!("def modulus(v2: {class}) -> float:")]);
    sandbox.append("main.py", "\n\nclass OnlyX:\n    x = 1.0\n\n\nmodulus(OnlyX())\n");
    says(
        &sandbox,
        &[
            &format!("Argument 1 to \"modulus\" has incompatible type \"OnlyX\"; expected \"{class}\""),
            "\"OnlyX\" is missing following",
        ],
    );
}

#[test]
fn a_duck_type_that_a_module_meets() {
    let sandbox = hinted(&[
        ("geom.py", "from math import sqrt\n\n\ndef modulus(v2):\n    return sqrt(v2.x + v2.y)\n"),
        ("shapes.py", SHAPES),
        ("origin.py", "x = 0.5\ny = 0.5\n"),
        (
            "main.py",
            "import origin\nfrom geom import modulus\nfrom shapes import Data, Plain\n\nprint(modulus(origin))\n\
             print(modulus(Data(1.0, 2.0)))\nprint(modulus(Plain(1.0, 2.0)))\n",
        ),
    ]);
    let class = class_with_base(&sandbox, "geom.py", "Protocol");
    holds(&sandbox, "geom.py", &[&format!("def modulus(v2: {class}) -> float:")]);
}

#[test]
fn named_options() {
    let code = "def connect(host, **kwargs):\n    port = kwargs.get(\"port\", 22)\n    user = kwargs[\"user\"]\n\
                \x20   return user + \"@\" + host, port\n\n\n\
                print(connect(\"a\", user=\"ada\"), connect(\"b\", user=\"ben\", port=23))\n";
    let sandbox = hinted(&[("net.py", code)]);
    let class = class_with_base(&sandbox, "net.py", "TypedDict");
    let signature = format!("def connect(host: str, **kwargs: Unpack[{class}]) -> tuple[str, int]:");
    holds(&sandbox, "net.py", &["    user: str\n", "    port: NotRequired[int]\n", &signature]);
    sandbox.write(
        "use.py",
        "from net import connect\n\nconnect(\"a\")\nconnect(\"a\", user=1)\nconnect(\"a\", user=\"b\", prot=1)\n",
    );
    says(&sandbox, &["Missing named argument \"user\"", "expected \"str\"", "Unexpected keyword argument \"prot\""]);
}

#[test]
fn old_versions_get_what_they_have() {
    let code = "def first(items):\n    for item in items:\n        return item[\"name\"]\n    return None\n\n\n\
                print(first([{\"name\": \"a\"}]), first([{\"name\": \"b\"}]))\n";
    let hinted_for = |version: &str| {
        let sandbox = Sandbox::new(&[("a.py", code)]);
        sandbox.ok(["apply", "--target-version", version]);
        let said = sandbox.mypy();
        assert!(said.is_empty(), "{said}\n{}", shown(&sandbox));
        sandbox.read("a.py")
    };
    let old = hinted_for("3.8");
    assert!(old.contains("Optional[str]") && !old.contains(" | ") && !old.contains("list["), "{old}");
    let new = hinted_for("3.12");
    assert!(new.contains("str | None") && !new.contains("Optional") && !new.contains("List["), "{new}");
}
