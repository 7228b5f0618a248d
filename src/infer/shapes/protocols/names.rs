//! Names for protocols.

use super::super::names::is_generic;
use super::super::words::{camel, singular, words};
use super::super::world::World;
use super::asked::Subject;
use super::is_method;
use crate::infer::Member;
use crate::text::Name;

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

/// `ListOptions` for the `options` of `list_command`, `Edge` for one of `edges`; by what is asked where the name of the
/// parameter says nothing.
pub(super) fn of_body(world: &World, subjects: &[Subject], members: &[Member]) -> Vec<Name> {
    let mut found: Vec<String> = Vec::new();
    for subject in subjects {
        let Some(view) = world.slot(subject.slot()) else { continue };
        let mut value = words(view.name.as_str());
        if let (Subject::Element(_), Some(last)) = (subject, value.last_mut())
            && let Some(one) = singular(last)
        {
            *last = one;
        }
        if value.iter().all(|word| is_generic(word)) {
            continue;
        }
        let Some(function) = view.function.and_then(|id| world.function(view.module, id.0)) else { continue };
        let mut stem = words(function.name.as_str());
        stem.retain(|word| !ROLES.contains(&word.as_str()));
        if stem.is_empty() {
            let module = world.module(view.module).and_then(|module| module.name).map_or("", Name::as_str);
            stem = words(view.owner.map_or_else(|| module.rsplit('.').next().unwrap_or(module), |owner| owner.short()));
        }
        if let Subject::Element(_) = subject {
            found.push(camel(&value));
        }
        stem.retain(|word| !value.contains(word));
        found.push(camel(&stem.into_iter().chain(value).collect::<Vec<_>>()));
    }
    found.sort_by_key(String::len);
    found.dedup();
    found.truncate(4);
    found.iter().map(|name| Name::new(name)).chain(names(members)).collect()
}

/// Words in the name of a function that say what it is for the program, not what it is about.
#[rustfmt::skip]
const ROLES: &[&str] = &["func", "function", "command", "cmd", "callback", "cb", "handler", "run", "main", "init", "do", "impl"];
