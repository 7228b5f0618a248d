//! Names for protocols.

use std::collections::BTreeSet;

use super::super::names::is_usable;
use super::super::stems::is_generic;
use super::super::words::{singular, words};
use super::super::world::World;
use super::asked::Subject;
use super::is_method;
use super::members::Implementer;
use crate::infer::{Member, Shape};
use crate::text::{Name, camel};
use crate::types::SlotId;

/// `Adapter` for what `FlaskAdapter` and `DjangoAdapter` have in common; else by what is asked, as where it is one thing
/// only, or something else is called so.
pub(super) fn of_classes(
    world: &World,
    taken: &[Shape],
    implementers: &BTreeSet<Implementer>,
    members: &[Member],
) -> Vec<Name> {
    let title = |implementer: &Implementer| match implementer {
        Implementer::Class(class) => words(class.short()),
        Implementer::Module(_) | Implementer::Function(..) => Vec::new(),
    };
    let reversed = |mut words: Vec<String>| {
        words.reverse();
        words
    };
    let titles: Vec<Vec<String>> = implementers.iter().map(|implementer| reversed(title(implementer))).collect();
    let shared = reversed(common_start(&titles));
    let name = camel(&shared);
    let is_taken = || {
        world.classes.keys().any(|class| class.short() == name)
            || taken.iter().any(|shape| shape.names.iter().any(|other| other.is(&name)))
    };
    let is_clear = titles.len() > 1 && members.len() > 1 && !shared.iter().all(|word| is_generic(word));
    let of_classes = (is_clear && is_usable(&name) && !is_taken()).then(|| Name::new(&name));
    of_classes.into_iter().chain(names(members)).collect()
}

/// `HasArea`, `HasXY`, `SupportsClose`: by what is asked.
pub(super) fn names(members: &[Member]) -> Vec<Name> {
    let attributes: Vec<&Member> = members.iter().filter(|member| !is_method(member)).collect();
    let methods: Vec<&Member> = members.iter().filter(|member| is_method(member)).collect();
    let title = |members: &[&Member]| {
        let words: Vec<String> = members.iter().take(2).flat_map(|member| words(member.name.as_str())).collect();
        camel(&words)
    };
    let mut names = Vec::new();
    if !attributes.is_empty() {
        names.push(format!("Has{}", title(&attributes)));
    }
    if !methods.is_empty() {
        names.push(format!("Supports{}", title(&methods)));
    }
    if let ([attribute, ..], [method, ..]) = (&attributes[..], &methods[..]) {
        names.push(format!("Has{}And{}", title(&[attribute]), title(&[method])));
    }
    if members.len() > 2 {
        let all: Vec<String> = members.iter().take(3).flat_map(|member| words(member.name.as_str())).collect();
        names.push(format!("Has{}", camel(&all)));
    }
    names.dedup();
    names.iter().map(|name| Name::new(name)).collect()
}

/// `ListOptions` for the `opts` of `list_command`, `Edge` for one of `edges`; by what is asked where neither parameter
/// nor function says anything, or where functions that have nothing to do with each other ask for the same.
pub(super) fn of_body(world: &World, subjects: &[Subject], members: &[Member]) -> Vec<Name> {
    let mut values: Vec<Vec<String>> = Vec::new();
    let mut stems: Vec<Vec<String>> = Vec::new();
    for subject in subjects {
        let Some(view) = world.slot(subject.slot()) else { continue };
        let Some(function) = view.function.and_then(|id| world.function(view.module, id.0)) else { continue };
        values.extend(value_words(view.name.as_str(), *subject));
        let mut stem = words(function.name.as_str());
        stem.retain(|word| !ROLES.contains(&word.as_str()));
        if stem.is_empty() {
            let module = world.module(view.module).and_then(|module| module.name).map_or("", Name::as_str);
            stem = words(view.owner.map_or_else(|| module.rsplit('.').next().unwrap_or(module), |owner| owner.short()));
            stem.retain(|word| !ROLES.contains(&word.as_str()));
        }
        if !stems.contains(&stem) {
            stems.push(stem);
        }
    }
    // The shortest way in which the value is called, the first of them.
    let Some(value) = values.into_iter().min_by_key(|value| value.concat().len()) else { return names(members) };
    let mut found: Vec<String> = Vec::new();
    if matches!(subjects.first(), Some(Subject::Element(_))) && !is_role(&value) {
        found.push(camel(&value));
    }
    let mut stem = common_start(&stems);
    stem.retain(|word| !value.contains(word));
    if stem.is_empty() && !is_role(&value) && stems.len() > 1 {
        found.push(camel(&value));
    }
    if !stem.is_empty() {
        found.push(camel(stem.into_iter().chain(value.iter().cloned())));
    }
    let asked: Vec<String> = members.iter().take(2).flat_map(|member| words(member.name.as_str())).collect();
    found.push(camel(asked.into_iter().chain(value)));
    found.iter().map(|name| Name::new(name)).chain(names(members)).collect()
}

/// `AttrGetter` for an `attr_getter` that is called; `ReportCallback` for the `callback` of `report`.
pub(super) fn of_callback(world: &World, slots: &[SlotId], members: &[Member]) -> Vec<Name> {
    let mut found: Vec<String> = Vec::new();
    for view in slots.iter().filter_map(|&slot| world.slot(slot)) {
        if let Some(value) = value_words(view.name.as_str(), Subject::Whole(slots[0])) {
            found.push(camel(&value));
            found.push(format!("{}Callback", camel(&value)));
        } else if let Some(function) = view.function.and_then(|id| world.function(view.module, id.0)) {
            found.push(format!("{}Callback", camel(words(function.name.as_str()))));
        }
    }
    found.dedup();
    found.iter().map(|name| Name::new(name)).chain(names(members)).collect()
}

/// What the name of a parameter says of its value: `options` of `opts`, `edge` of one of `edges`; nothing of `obj`.
fn value_words(name: &str, subject: Subject) -> Option<Vec<String>> {
    let mut value = words(name);
    if let (Subject::Element(_), Some(last)) = (subject, value.last_mut())
        && let Some(one) = singular(last)
    {
        *last = one;
    }
    if let [word] = &value[..]
        && let Some((_, full)) = SETTINGS.iter().find(|(short, _)| short == word)
    {
        return Some(vec![(*full).to_owned()]);
    }
    (!value.iter().all(|word| is_generic(word))).then_some(value)
}

/// Whether a value is called by its role alone, which many others have too.
fn is_role(value: &[String]) -> bool {
    matches!(value, [word] if SETTINGS.iter().any(|(_, full)| full == word))
}

/// The words that all names start with.
fn common_start(names: &[Vec<String>]) -> Vec<String> {
    let Some((first, rest)) = names.split_first() else { return Vec::new() };
    let shared = |(index, word): &(usize, &String)| rest.iter().all(|name| name.get(*index) == Some(word));
    first.iter().enumerate().take_while(shared).map(|(_, word)| word.clone()).collect()
}

/// What carries settings is called so, and how that is written out.
#[rustfmt::skip]
const SETTINGS: &[(&str, &str)] = &[
    ("opts", "options"), ("opt", "options"), ("options", "options"), ("args", "args"), ("arguments", "args"),
    ("params", "params"), ("parameters", "params"), ("cfg", "config"), ("config", "config"), ("conf", "config"),
    ("settings", "settings"), ("ns", "args"), ("namespace", "args"),
];

/// Words in the name of a function or class that say what it is for the program, not what it is about.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "func", "function", "command", "commands", "cmd", "callback", "cb", "handler", "run", "main", "init", "do", "impl",
    "plugin",
];
