//! Who owns an id: the class or module that its name speaks of.

use std::collections::BTreeMap;

use super::super::stems::noun;
use super::super::words::{singular, words};
use super::super::world::{Sort, World};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, SlotId};

/// Who owns an id: the class or module it identifies one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Class(ClassName),
    Module(ModuleId),
}

/// The classes and modules of the project by their names.
pub(super) struct Owners {
    classes: BTreeMap<String, Vec<ClassName>>,
    modules: BTreeMap<String, ModuleId>,
}

impl Owners {
    pub(super) fn of(world: &World) -> Self {
        let mut owners = Self { classes: BTreeMap::new(), modules: BTreeMap::new() };
        for (&class, view) in &world.classes {
            let is_top_level = !class.qualname.as_str().contains('.');
            if world.is_editable(view.module) && is_top_level {
                owners.classes.entry(words(class.short()).join("_")).or_default().push(class);
            }
        }
        for (number, module) in world.modules.iter().enumerate().filter(|(_, module)| module.editable) {
            let last = module.name.map_or("", |name| name.as_str().rsplit('.').next().unwrap_or_default());
            let stem = words(last);
            let Some((last, start)) = stem.split_last() else { continue };
            let one = singular(last).unwrap_or_else(|| last.clone());
            let name = start.iter().chain([&one]).cloned().collect::<Vec<_>>().join("_");
            owners.modules.entry(name).or_insert(ModuleId(number as u32));
        }
        owners
    }

    pub(super) fn of_slot(&self, world: &World, slot: SlotId) -> Option<Owner> {
        let view = world.slot(slot)?;
        // `PROFILER_ID = "profiler.id"` is the name of a key.
        if !view.name.as_str().contains(char::is_lowercase) {
            return None;
        }
        let stem = match view.sort {
            Sort::Return => {
                let mut noun = noun(view.name);
                if noun.last().is_none_or(|last| last != "id") {
                    return None;
                }
                noun.pop();
                noun
            }
            _ => stem(view.name)?,
        };
        if stem.is_empty() {
            // `id` of a class, as its attribute or taken by its constructor, is that class's.
            let class = view.owner?;
            let function = view.function.and_then(|function| world.function(view.module, function.0));
            let is_own = match view.sort {
                Sort::Attribute => true,
                Sort::Param => function.is_some_and(|function| function.name.is("__init__")),
                _ => false,
            };
            let known = world.classes.get(&class)?;
            return (is_own && world.is_editable(known.module)).then_some(Owner::Class(class));
        }
        self.named(&stem)
    }

    /// The owner of a stem: a class of that name, else the one class that it abbreviates, else a module.
    fn named(&self, stem: &[String]) -> Option<Owner> {
        let joined = stem.join("_");
        if let Some(classes) = self.classes.get(&joined) {
            return if let [class] = classes[..] { Some(Owner::Class(class)) } else { None };
        }
        // `acc` is an account if nothing else begins so.
        if joined.len() >= 3 && stem.len() == 1 {
            let mut starting = self.classes.range(joined.clone()..).take_while(|(name, _)| name.starts_with(&joined));
            if let (Some((name, classes)), None) = (starting.next(), starting.next())
                && let ([class], false) = (&classes[..], name.contains('_'))
            {
                return Some(Owner::Class(*class));
            }
        }
        self.modules.get(&joined).map(|&module| Owner::Module(module))
    }
}

/// The words before `_id`; empty for a bare `id` or `uid`. None for what names no id.
pub(super) fn stem(name: Name) -> Option<Vec<String>> {
    let mut stem = words(name.as_str());
    match stem.last().map(String::as_str) {
        Some("id" | "uid" | "pk") => {
            stem.pop();
            Some(stem)
        }
        _ => None,
    }
}
