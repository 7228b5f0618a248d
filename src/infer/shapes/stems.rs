//! What the name of a value, a function or a collection says about what it stands for.

use super::words::{singular, words};
use crate::text::{Name, camel};

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
pub(super) fn of_value(name: Name) -> Option<String> {
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

pub(super) fn strip_ending(stem: &mut Vec<String>) {
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
pub(super) fn noun(name: Name) -> Vec<String> {
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
pub(super) fn of_function(name: Name, class: Option<Name>) -> (Option<String>, u32) {
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
pub(super) fn of_material(class: Name, name: Name) -> Option<String> {
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
pub(super) fn of_element(name: Name) -> (Option<String>, bool) {
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
