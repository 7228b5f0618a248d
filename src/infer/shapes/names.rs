//! Names that a reviewer keeps.
//!
//! Every place where a value has a name is a hint: a parameter, the function that returns it, the key that holds it,
//! the list it is an element of. Hints that lead to the same class name add up; the one with most weight comes first.
//! Single letters and words such as `data` or `item` name nothing by themselves: they only count with what owns them.

use std::collections::BTreeMap;

use super::words::{singular, words};
use crate::text::{Name, camel};

/// A place that names a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// A parameter, variable, attribute or key with this name holds it.
    Value(Name),
    /// A function with this name returns it; the class where it is a method.
    Returned(Name, Option<Name>),
    /// Something with this name holds many of it; the name of what owns that, such as the record around it.
    Element(Name, Option<Name>),
    /// A function with this name takes it under a name that says nothing.
    Taken(Name),
    /// This class is made from it, under this name.
    Made(Name, Name),
    /// It is the `**kwargs` of a function, which together are called so.
    Options(Name),
    /// It is made in the module with this dotted name.
    Module(Name),
}

/// From this weight on a name comes from what people call the value; below, from where it happens to be.
const TELLING: u32 = 20;

/// Whether anything that names a value says what it is.
pub(super) fn is_telling(hints: &[Hint], keys: &[Name]) -> bool {
    by_keys(keys).is_some() || weigh(hints).first().is_some_and(|(_, weight)| *weight >= TELLING)
}

/// Class names for a shape, best first; `keys` are its fields. Never empty.
pub(super) fn candidates(hints: &[Hint], keys: &[Name]) -> Vec<Name> {
    let ranked = weigh(hints);
    let known = by_keys(keys);
    // A function that returns a vector is often named after which one: `unit`, `diagonal`. Values are not.
    let is_vector = known.is_some_and(|name| name.starts_with("Vec"));
    let strong = if is_vector { 40 } else { TELLING };
    let mut names: Vec<String> =
        ranked.iter().filter(|(_, weight)| *weight >= strong).map(|(name, _)| name.clone()).collect();
    names.extend(known.iter().map(|name| (*name).to_owned()));
    names.extend(ranked.into_iter().filter(|(_, weight)| *weight < strong).map(|(name, _)| name));
    if names.is_empty() {
        let stem: Vec<String> = keys.iter().take(2).flat_map(|key| words(key.as_str())).collect();
        names.push(format!("{}Fields", camel(&stem)));
    }
    let mut unique: Vec<Name> = Vec::new();
    for name in names {
        let name = Name::new(&name);
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique.truncate(8);
    unique
}

/// What several things that go to one place are called there. It is only a part of their names, so that any word will
/// do: a `text` among `parts` is a `TextPart`.
pub(super) fn whole(hints: &[Hint]) -> Option<Name> {
    let is_own = |hint: &&Hint| matches!(hint, Hint::Value(_) | Hint::Element(..) | Hint::Returned(..));
    let own: Vec<Hint> = hints.iter().filter(is_own).cloned().collect();
    weigh(&own).first().map(|(name, _)| Name::new(name))
}

/// The names that hints suggest with what speaks for each, best first.
fn weigh(hints: &[Hint]) -> Vec<(String, u32)> {
    let mut weights: BTreeMap<String, u32> = BTreeMap::new();
    let mut add = |name: Option<String>, weight: u32| {
        if let Some(name) = name.filter(|name| is_usable(name)) {
            *weights.entry(name).or_default() += weight;
        }
    };
    let mut bare: Vec<String> = Vec::new();
    for hint in hints {
        match hint {
            Hint::Value(name) => add(of_value(*name), 40),
            Hint::Returned(name, class) => {
                let (name, weight) = of_function(*name, *class);
                add(name, weight);
            }
            Hint::Element(name, owner) => {
                let (name, is_generic) = of_element(*name);
                let prefixed = match (&name, owner.and_then(of_value)) {
                    (Some(name), Some(owner)) if !name.starts_with(&owner) => Some(format!("{owner}{name}")),
                    _ => None,
                };
                if is_generic {
                    // The `values` of `breadcrumbs` are breadcrumbs.
                    let one = owner.and_then(one_of_many);
                    add(one.or(prefixed), 42);
                    // However often `inputs` holds it: the word says nothing.
                    bare.extend(name);
                } else {
                    // `lines` of an order are order lines; the short name is kept in case it is all there is.
                    add(prefixed, 44);
                    add(name, 41);
                }
            }
            Hint::Taken(name) => {
                let mut stem = noun(*name);
                strip_ending(&mut stem);
                add((!stem.is_empty()).then(|| format!("{}Data", camel(&stem))), 6);
            }
            Hint::Made(class, name) => add(of_material(*class, *name), 30),
            Hint::Options(name) => add(Some(name.as_str().to_owned()), 90),
            Hint::Module(name) => {
                let last = name.as_str().rsplit('.').next().unwrap_or_default();
                let mut stem = words(last);
                if let Some(word) = stem.last_mut()
                    && let Some(one) = singular(word)
                {
                    *word = one;
                }
                add((!stem.is_empty()).then(|| format!("{}Data", camel(&stem))), 1);
            }
        }
    }
    bare.sort_unstable();
    bare.dedup();
    for name in bare {
        add(Some(name), 2);
    }
    let mut ranked: Vec<(String, u32)> = weights.into_iter().collect();
    // `configinfo` and `config_info` are one name; the style that shows its words is kept.
    ranked
        .sort_by_cached_key(|(name, _)| (name.to_lowercase(), name.chars().filter(|char| char.is_lowercase()).count()));
    ranked.dedup_by(|(other, more), (name, weight)| {
        let is_same = other.eq_ignore_ascii_case(name);
        *weight += if is_same { *more } else { 0 };
        is_same
    });
    // Between equals the shorter name, then the alphabet.
    ranked.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.len().cmp(&b.len())).then(a.cmp(b)));
    ranked
}

/// What one of several is called; none for what is no plural.
fn one_of_many(name: Name) -> Option<String> {
    let last = words(name.as_str()).pop()?;
    singular(&last)?;
    element_name(name)
}

/// The class name that the name of a value suggests, if it says anything.
pub(super) fn value_name(name: Name) -> Option<String> {
    of_value(name).filter(|name| is_usable(name))
}

/// The class name that the name of a collection suggests for one of its elements, if it says anything.
pub(super) fn element_name(name: Name) -> Option<String> {
    let (name, is_generic) = of_element(name);
    name.filter(|name| !is_generic && is_usable(name))
}

/// What the name of a function is about: the words without its verb.
pub(super) fn noun_name(function: Name) -> Vec<String> {
    noun(function)
}

/// Names for well-known sets of fields.
fn by_keys(keys: &[Name]) -> Option<&'static str> {
    let mut sorted: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    sorted.sort_unstable();
    Some(match sorted[..] {
        ["x", "y"] => "Vec2",
        ["x", "y", "z"] => "Vec3",
        ["w", "x", "y", "z"] => "Vec4",
        ["end", "start"] | ["start", "stop"] => "Span",
        ["height", "width"] | ["h", "w"] => "Size",
        ["h", "w", "x", "y"] | ["height", "width", "x", "y"] | ["bottom", "left", "right", "top"] => "Rect",
        ["lat", "lng" | "lon"] | ["latitude", "longitude"] => "Coordinates",
        ["b", "g", "r"] | ["a", "b", "g", "r"] => "Color",
        ["col" | "column", "line" | "row"] => "Position",
        ["key", "value"] => "KeyValue",
        _ => return None,
    })
}

/// Words that name nothing by themselves.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "data", "dict", "item", "value", "result", "results", "obj", "object", "info", "kwargs", "args", "arg", "params",
    "res", "ret", "out", "output", "record", "entry", "tmp", "temp", "element", "elem", "val", "vals", "map",
    "mapping", "self", "cls", "this", "other", "thing", "row", "content", "contents", "body", "payload", "input",
    "values", "items", "list", "entries", "records", "rows", "elements", "objects", "obj", "dct", "rv", "raw",
    "json", "new", "old", "current", "cur", "prev", "next", "default", "defaults", "all", "first", "last", "lhs",
    "rhs", "left", "right", "options", "opts", "opt", "attrs", "attr", "properties", "props", "kw", "fields",
    "field", "main", "run", "call", "test", "tests", "type", "types", "lst", "arr", "array", "tuple", "pair", "src",
    "dst", "node", "str", "string", "inner", "wrapper", "wrapped", "decorator", "decorated", "closure", "func",
    "callback", "return", "context", "ctx", "explicit", "fmt", "namespace", "formatted", "processed", "alias", "struct", "shape", "param", "repr",
    "base",
];

/// Whether a word says nothing about the value it names.
pub(super) fn is_generic(word: &str) -> bool {
    word.len() <= 2 || GENERIC.contains(&word)
}

/// `parsed`, `reduced` and `running` say what happens to a value, not what it is.
fn is_participle(word: &str) -> bool {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "running", "pending", "waiting", "missing", "remaining", "existing", "matching", "incoming", "outgoing",
        "following", "resulting", "done", "found", "known",
    ];
    word.len() > 5 && word.ends_with("ed") && !word.ends_with("eed") || OTHER.contains(&word)
}

/// Verbs at the start of a function's name that say how the value comes about, not what it is.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "get", "make", "build", "load", "parse", "create", "to", "new", "fetch", "read", "find", "as", "from", "compute",
    "calculate", "calc", "generate", "gen", "prepare", "init", "collect", "extract", "serialize", "dump", "convert",
    "return", "retrieve", "query", "list", "export", "describe", "add", "update", "process", "handle", "render",
    "send", "save", "store", "write", "print", "show", "format", "validate", "check", "set", "put", "apply", "do",
    "is", "has", "decode", "encode", "normalize", "merge", "select", "resolve", "lookup", "transform", "translate",
    "summarize", "count", "sum", "with", "on", "run", "execute", "filter", "sort", "register", "insert", "delete",
    "remove", "open", "close", "start", "stop", "begin", "end", "append", "next", "scan", "analyze", "evaluate",
    "decorate", "display", "setup", "configure", "compile", "freeze", "restore", "derive", "determine", "infer",
    "detect", "interpret", "expand", "split", "copy", "clone", "assemble", "gather", "compose", "construct", "combine",
    "unpack", "enforce", "ensure", "guess", "sanitize", "clean", "reduce", "group", "simulate", "wrap", "unwrap",
    "mark", "search", "nest", "attach", "capture", "emit", "fill", "listen", "receive", "forgive",
];

/// Verbs of functions that are named after what they take away: `remove_nulls` gives no nulls.
const REMOVERS: &[&str] = &["remove", "delete", "strip", "drop", "discard", "exclude"];

/// Verbs that stand at the end of a name only where it says what is done.
const LAST_VERBS: &[&str] = &["get", "search", "find", "load", "read", "fetch", "scan", "lookup", "parse"];

const ENDINGS: &[&str] = &["dict", "data", "json", "map", "mapping", "dct", "obj", "object"];

/// Words at the end of a collection's name that say what sort of collection it is.
const COLLECTIONS: &[&str] = &["list", "set", "map", "dict", "history", "batch", "queue", "stack", "table", "cache"];

/// A function that is called after who does the work: `json_formatter` gives no formatter.
#[rustfmt::skip]
const AGENTS: &[&str] = &[
    "formatter", "validator", "handler", "getter", "builder", "factory", "parser", "converter", "generator",
    "decorator", "wrapper", "serializer", "loader", "helper", "callback", "processor", "resolver", "provider",
];

/// `order`, `order_dict` and `_order` name an `Order`; `v` and `data` name nothing.
fn of_value(name: Name) -> Option<String> {
    let mut stem = split(name);
    strip_ending(&mut stem);
    strip_adjective(&mut stem);
    match &stem[..] {
        [] => None,
        [word] if is_generic(word) || is_participle(word) => None,
        // `close_on` says what is done when, not what it is.
        [verb, link] if VERBS.contains(&verb.as_str()) && is_link(link) => None,
        all if all.iter().all(|word| is_generic(word)) => None,
        _ => Some(camel(&stem)),
    }
}

/// Whether a word says how what stands before it belongs to what would follow.
fn is_link(word: &str) -> bool {
    matches!(word, "on" | "at" | "by" | "for" | "from" | "with" | "without" | "of")
}

/// Which of several orders a name means does not belong into the name of what all of them are.
fn strip_adjective(stem: &mut Vec<String>) {
    #[rustfmt::skip]
    const ADJECTIVES: &[&str] = &[
        "new", "old", "my", "the", "a", "current", "cur", "prev", "previous", "next", "default", "raw", "parsed",
        "this", "that", "other", "first", "last", "latest", "updated", "tmp", "temp", "base", "initial", "final",
        "our", "empty", "existing", "merged", "cached", "expected", "actual", "local", "fake", "mock", "dummy",
    ];
    // So are letters in front: `c_rename` is a rename.
    let is_letter = |word: &str| word.len() == 1 && word.chars().all(char::is_alphabetic);
    while stem.len() > 1 && (ADJECTIVES.contains(&stem[0].as_str()) || is_letter(&stem[0])) {
        stem.remove(0);
    }
    // `order2` is an order.
    if let Some(last) = stem.last_mut() {
        let bare = last.trim_end_matches(|char: char| char.is_ascii_digit());
        if bare.len() > 2 {
            *last = bare.to_owned();
        }
    }
}

fn strip_ending(stem: &mut Vec<String>) {
    // `message_as_json` is a message.
    let is_left_over =
        |word: &String| ENDINGS.contains(&word.as_str()) || matches!(word.as_str(), "as" | "from" | "to");
    while stem.len() > 1 && stem.last().is_some_and(is_left_over) {
        stem.pop();
    }
}

/// The words of a name, also of one that glues two together: `configinfo`, `refnode`.
fn split(name: Name) -> Vec<String> {
    #[rustfmt::skip]
    const TAILS: &[&str] = &[
        "info", "entry", "node", "dict", "config", "params", "options", "kwargs", "spec", "opts", "item", "record",
        "repr", "context",
    ];
    const BAGS: &[&str] = &["info", "params", "kwargs", "opts"];
    const HEADS: &[&str] = &["http", "json", "xml", "html", "sql", "ssh", "ssl", "tcp", "udp"];
    let parts = |word: String| {
        let one = singular(&word).unwrap_or_else(|| word.clone());
        let start = |tail: &&str| one.strip_suffix(*tail).or_else(|| word.strip_suffix(*tail)).map(str::len);
        match TAILS.iter().find_map(start) {
            // `rparams` are params; an `inode` is no node, and a `sentry` no entry.
            Some(1) if BAGS.contains(&&word[1..]) => vec![word[1..].to_owned()],
            Some(cut @ 3..) => vec![word[..cut].to_owned(), word[cut..].to_owned()],
            // `httpserver` is a server.
            _ => match HEADS.iter().find_map(|head| word.strip_prefix(head).filter(|rest| rest.len() > 3)) {
                Some(rest) => vec![word[..word.len() - rest.len()].to_owned(), rest.to_owned()],
                None => vec![word],
            },
        }
    };
    words(name.as_str()).into_iter().flat_map(parts).collect()
}

/// The noun of a function's name: `get_user_info` is about `user`, `info`.
fn noun(name: Name) -> Vec<String> {
    let mut stem = split(name);
    // `user_from_row` and `config_for_env` say first what they give.
    if let Some(cut) =
        stem.iter().skip(1).position(|word| matches!(word.as_str(), "from" | "for" | "by" | "of" | "with" | "without"))
    {
        stem.truncate(cut + 1);
    }
    // `row_to_user` says last what it gives; `user_to_dict` says what it is about.
    if let Some(cut) = stem.iter().skip(1).position(|word| word == "to")
        && stem[cut + 2..].iter().any(|word| !is_generic(word))
    {
        stem.drain(..cut + 2);
    }
    let is_verb = |word: &String| VERBS.contains(&word.as_str());
    if stem.first().is_some_and(is_verb) {
        stem.remove(0);
        // `get_process_info` is about a process: what follows the verb can be one by itself.
        while stem.first().is_some_and(is_verb) && !stem[1..].iter().all(|word| is_generic(word)) {
            stem.remove(0);
        }
    }
    if let [word] = &stem[..]
        && (is_generic(word) || is_verb(word))
    {
        stem.clear();
    }
    stem
}

/// What a function returns, by its name and that of its class, and how much that says.
fn of_function(name: Name, class: Option<Name>) -> (Option<String>, u32) {
    // What the interpreter calls is named after what it does for it.
    if name.as_str().starts_with("__") && name.as_str().ends_with("__") {
        let is_one_of_many = name.is("__iter__") || name.is("__next__") || name.is("__getitem__");
        let role = if is_one_of_many { "Item" } else { "Data" };
        return (class.map(|class| format!("{}{role}", class.as_str().trim_start_matches('_'))), 8);
    }
    let all = words(name.as_str());
    let text = all.join("_");
    if let Some(class) = class
        && matches!(
            text.as_str(),
            "to_dict"
                | "as_dict"
                | "asdict"
                | "todict"
                | "dict"
                | "to_json"
                | "as_json"
                | "json"
                | "serialize"
                | "to_data"
        )
    {
        return (Some(format!("{class}Dict")), 60);
    }
    if let Some(class) = class
        && matches!(text.as_str(), "getstate" | "state" | "get_state")
    {
        return (Some(format!("{}State", short_owner(class))), 60);
    }
    let mut stem = noun(name);
    if all.first().is_some_and(|word| REMOVERS.contains(&word.as_str())) {
        stem.clear();
    }
    strip_ending(&mut stem);
    strip_adjective(&mut stem);
    // `stat_file` gives what is known of a file.
    if let ["stat" | "diff", _, ..] = stem.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        stem.rotate_left(1);
    }
    if let [_, .., last] = &stem[..] {
        // `slowlog_get` and `media_downloaded` end with what is done.
        if LAST_VERBS.contains(&last.as_str()) {
            stem.push("result".to_owned());
        } else if is_participle(last) {
            stem.pop();
        }
    }
    let is_agent = stem.last().is_some_and(|word| AGENTS.contains(&word.as_str()));
    if is_agent || stem.iter().all(|word| is_generic(word)) || matches!(&stem[..], [word] if is_participle(word)) {
        let owner = class.map(short_owner).unwrap_or_default();
        let says_something = all.len() > 1 || all.first().is_some_and(|word| word.len() > 2);
        return (says_something.then(|| of_poor_function(all, &owner)), 8);
    }
    // `get_users` gives many; one of them is a user. The caller asks for elements apart from that.
    let made = words(name.as_str()).first().is_some_and(|word| VERBS.contains(&word.as_str()));
    (Some(camel(&stem)), if made { 40 } else { 30 })
}

/// A name for what a function with poor words returns: `as_params` of a layout gives `LayoutParams`, `node_data` gives
/// `NodeData`; `setup` alone says only that it is a result.
fn of_poor_function(mut words: Vec<String>, owner: &str) -> String {
    let all = words.clone();
    // `data_from_document` is the data of a document.
    if let Some(cut) = words.iter().position(|word| matches!(word.as_str(), "from" | "for" | "of"))
        && cut > 0
        && words[cut + 1..].iter().any(|word| !is_generic(word))
        && !words[..cut].iter().any(|word| VERBS.contains(&word.as_str()))
    {
        let head: Vec<String> = words.drain(..=cut).take(cut).collect();
        words.extend(head);
        return camel(&words);
    }
    // How it is done does not say what is done.
    if let Some(cut) = words.iter().position(|word| matches!(word.as_str(), "by" | "with" | "without")) {
        words.truncate(cut.max(1));
    }
    if words.len() > 1 && words.last().is_some_and(|word| AGENTS.contains(&word.as_str())) {
        words.pop();
        return format!("{}Result", camel(&words));
    }
    while words.first().is_some_and(|word| VERBS.contains(&word.as_str())) {
        words.remove(0);
    }
    words.retain(|word| word != "result" && !is_participle(word));
    let is_enough = if owner.is_empty() { words.len() > 1 } else { !words.is_empty() };
    match is_enough {
        true => format!("{owner}{}", camel(&words)),
        false if owner.is_empty() => {
            format!("{}Result", camel(all.into_iter().filter(|word| word != "get" && word != "result")))
        }
        false if owner.ends_with("Result") => format!("{owner}Data"),
        false => format!("{owner}Result"),
    }
}

/// Whether a method makes its class from what it is given: `__init__`, `from_dict`, `_from_data`.
pub(super) fn is_constructor(function: Name) -> bool {
    let all = words(function.as_str());
    function.is("__init__")
        || matches!(&all[..], [from, rest @ ..] if from == "from" && rest.iter().all(|word| is_generic(word)))
}

/// What a class is made from: the `data` of an invite is `InviteData`. None where the name says more by itself.
fn of_material(class: Name, name: Name) -> Option<String> {
    let last = split(name).pop()?;
    let role = match last.as_str() {
        "data" | "dict" | "json" | "raw" | "dct" | "obj" => "Data",
        "payload" => "Payload",
        "info" => "Info",
        _ => return None,
    };
    Some(format!("{}{role}", class.as_str().trim_start_matches('_')))
}

/// The name of a class as a part of another name: of a long one the end, which says what it is.
fn short_owner(class: Name) -> String {
    let name = class.as_str().trim_start_matches('_');
    // What all resources have in common is that they are resources.
    let starts_word = |rest: &&str| rest.starts_with(char::is_uppercase);
    let mut heads = ["Abstract", "Base"].iter().filter_map(|head| name.strip_prefix(head));
    let name = heads.find(starts_word).unwrap_or(name);
    let parts = words(name);
    if parts.len() > 3 { camel(&parts[parts.len() - 2..]) } else { name.to_owned() }
}

/// One of what `name` holds, and whether that word says nothing by itself.
fn of_element(name: Name) -> (Option<String>, bool) {
    let mut stem = split(name);
    while stem.len() > 1 && stem.first().is_some_and(|word| VERBS.contains(&word.as_str()) || word == "all") {
        stem.remove(0);
    }
    strip_adjective(&mut stem);
    // `slowlog_get` gives entries of the slowlog.
    let says_how = |word: &String| COLLECTIONS.contains(&word.as_str()) || word == "get";
    while stem.len() > 1 && stem.last().is_some_and(says_how) {
        stem.pop();
    }
    // `users_by_id` holds users, and so does what `users_from_file` gives.
    let is_link = |word: &String| matches!(word.as_str(), "by" | "from" | "for");
    if let Some(cut) = stem.iter().position(is_link).filter(|&cut| cut > 0) {
        stem.truncate(cut);
    }
    let Some(last) = stem.pop().filter(|last| !stem.is_empty() || !VERBS.contains(&last.as_str())) else {
        return (None, true);
    };
    let one = singular(&last).unwrap_or(last);
    let is_poor =
        |word: &str| is_generic(word) || COLLECTIONS.contains(&word) || matches!(word, "line" | "part" | "detail");
    let generic = stem.is_empty() && is_poor(&one);
    if stem.is_empty() && one.len() <= 2 {
        return (None, true);
    }
    stem.push(one);
    (Some(camel(&stem)), generic)
}

/// Whether a name can be given to a class: an identifier that is no builtin and no name of `typing`.
pub(super) fn is_usable(name: &str) -> bool {
    #[rustfmt::skip]
    const TAKEN: &[&str] = &[
        "Any", "List", "Dict", "Set", "Tuple", "Type", "Optional", "Union", "Callable", "Iterable", "Iterator",
        "Sequence", "Mapping", "Protocol", "NamedTuple", "TypedDict", "NewType", "Literal", "Final", "None", "True",
        "False", "Exception", "Ellipsis", "NotImplemented", "Generic", "Self", "Warning", "Text", "Counter",
        "Object", "Str", "Int", "Float", "Data", "String", "Value", "Item", "Result", "TypeVar", "Annotated",
        "Required", "NotRequired", "Generator", "Coroutine", "Awaitable", "Collection", "Container", "Pattern", "Match",
    ];
    let starts_well = name.chars().next().is_some_and(char::is_alphabetic);
    starts_well && name.len() > 1 && !TAKEN.contains(&name) && name.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(hints: &[Hint], keys: &[&str]) -> &'static str {
        let keys: Vec<Name> = keys.iter().map(|key| Name::new(key)).collect();
        candidates(hints, &keys)[0].as_str()
    }

    #[test]
    fn hints_that_agree_win() {
        let hints = [
            Hint::Value(Name::new("order")),
            Hint::Returned(Name::new("new_order"), None),
            Hint::Value(Name::new("o")),
            Hint::Taken(Name::new("add_line")),
        ];
        assert_eq!(best(&hints, &["id", "lines"]), "Order");
    }

    #[test]
    fn elements_are_singular_and_take_their_owner() {
        let lines = Hint::Element(Name::new("lines"), Some(Name::new("order")));
        assert_eq!(best(&[lines], &["sku", "qty"]), "OrderLine");
        assert_eq!(best(&[Hint::Element(Name::new("users"), None)], &["name"]), "User");
        assert_eq!(best(&[Hint::Element(Name::new("users_by_id"), None)], &["name"]), "User");
    }

    #[test]
    fn poor_names_fall_back_to_the_keys_and_the_function() {
        let v = Hint::Value(Name::new("v"));
        let taken = Hint::Taken(Name::new("v2_modulus"));
        assert_eq!(best(&[v.clone(), taken], &["x", "y"]), "Vec2");
        assert_eq!(best(&[v, Hint::Taken(Name::new("send_mail"))], &["to", "subject"]), "MailData");
    }

    #[test]
    fn one_name_in_two_spellings_is_one_name() {
        let hints = [
            Hint::Value(Name::new("configinfo")),
            Hint::Element(Name::new("config_infos"), None),
            Hint::Value(Name::new("server")),
            Hint::Value(Name::new("server")),
        ];
        assert_eq!(best(&hints, &["group", "name"]), "ConfigInfo");
    }

    #[test]
    fn what_was_done_to_a_value_is_no_name() {
        let parsed = Hint::Value(Name::new("parsed"));
        assert!(!is_telling(std::slice::from_ref(&parsed), &[Name::new("a"), Name::new("b")]));
        let hints = [parsed.clone(), parsed, Hint::Returned(Name::new("get_latest_kex_init"), None)];
        assert_eq!(best(&hints, &["a", "b"]), "KexInit");
    }

    #[test]
    fn what_a_class_is_made_from_is_named_after_it() {
        let made = |class: &str, name: &str| Hint::Made(Name::new(class), Name::new(name));
        assert_eq!(best(&[made("Invite", "data"), Hint::Value(Name::new("fake_payload"))], &["a", "b"]), "InviteData");
        assert_eq!(best(&[made("_Client", "raw_info")], &["a", "b"]), "ClientInfo");
        assert!(!is_telling(&[made("Invite", "order")], &[Name::new("a"), Name::new("b")]), "the value has a name");
        for (function, is_one) in [("__init__", true), ("_from_data", true), ("from_user", false), ("update", false)] {
            assert_eq!(is_constructor(Name::new(function)), is_one, "{function}");
        }
    }

    #[test]
    fn words_that_are_glued_and_those_that_name_a_collection() {
        for (value, name) in [
            ("configinfo", "ConfigInfo"),
            ("connection_kwargs", "ConnectionKwargs"),
            ("webparams", "WebParams"),
            ("inode", "Inode"),
            ("sentry", "Sentry"),
        ] {
            assert_eq!(best(&[Hint::Value(Name::new(value))], &["a", "b"]), name);
        }
        for value in ["rparams", "localcontext", "fmt", "close_on", "base"] {
            assert!(!is_telling(&[Hint::Value(Name::new(value))], &[Name::new("a"), Name::new("b")]));
        }
        for (many, name) in [
            ("refnodes", "RefNode"),
            ("_cipher_table", "Cipher"),
            ("documents_batch", "Document"),
            ("_get_work_response_history", "WorkResponse"),
        ] {
            assert_eq!(best(&[Hint::Element(Name::new(many), None)], &["a", "b"]), name);
        }
        let values = Hint::Element(Name::new("values"), Some(Name::new("breadcrumbs")));
        assert_eq!(best(&[values], &["a", "b"]), "Breadcrumb");
    }

    #[test]
    fn functions_name_what_they_return() {
        for (function, name) in [
            ("get_user_info", "UserInfo"),
            ("get_process_info", "ProcessInfo"),
            ("row_to_user", "User"),
            ("derive_shorthand", "Shorthand"),
            ("parse_config", "Config"),
            ("user_from_row", "User"),
            ("setup", "SetupResult"),
            ("data_from_document", "DocumentData"),
            ("json_formatter", "JsonResult"),
            ("exception_kwargs", "ExceptionKwargs"),
            ("slowlog_get", "SlowlogGetResult"),
            ("media_downloaded", "Media"),
            ("stat_file", "FileStat"),
            ("remove_new_nulls", "RemoveNewNullsResult"),
            ("get_httpserver_options", "HttpServerOptions"),
        ] {
            assert_eq!(best(&[Hint::Returned(Name::new(function), None)], &["a", "b"]), name);
        }
        for (function, name) in [
            ("as_params", "LayoutParams"),
            ("get_info", "LayoutInfo"),
            ("to_kwargs", "LayoutKwargs"),
            ("process", "LayoutResult"),
            ("mark_as_done", "LayoutResult"),
            ("search_without_auth", "LayoutResult"),
        ] {
            assert_eq!(best(&[Hint::Returned(Name::new(function), Some(Name::new("Layout")))], &["a", "b"]), name);
        }
        assert_eq!(best(&[Hint::Returned(Name::new("node_data"), None)], &["a", "b"]), "NodeData");
        assert_eq!(best(&[Hint::Taken(Name::new("adjacency_data"))], &["a", "b"]), "AdjacencyData");
        let to_dict = Hint::Returned(Name::new("to_dict"), Some(Name::new("Account")));
        assert_eq!(best(&[to_dict], &["id", "name"]), "AccountDict");
    }
}
