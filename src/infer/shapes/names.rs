//! Names that a reviewer keeps.
//!
//! Every place where a value has a name is a hint: a parameter, the function that returns it, the key that holds it,
//! the list it is an element of. Hints that lead to the same class name add up; the one with most weight comes first.
//! Single letters and words such as `data` or `item` name nothing by themselves: they only count with what owns them.

use std::collections::BTreeMap;

use super::stems::{noun, of_element, of_function, of_material, of_value, strip_ending};
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
    use super::super::stems::is_constructor;
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
