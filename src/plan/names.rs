//! Names for definitions: the best one that is free in every file that has to say it.

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::{Inference, Shape, ShapeKind};
use crate::text::Name;
use crate::types::{ModuleId, ShapeId, Type};

use super::builtin_names::is_identifier;
use super::speak::{Bound, Context, Reserved};

/// Words that tell two things of one name apart, by what they are.
fn suffixes(kind: &ShapeKind) -> &'static [&'static str] {
    match kind {
        ShapeKind::TypedDict { .. } => &["Data", "Info", "Record", "Dict"],
        ShapeKind::NamedTuple { .. } => &["Data", "Info", "Record", "Tuple"],
        ShapeKind::Alias(Type::Union(_)) => &["Variant", "Choice"],
        ShapeKind::Alias(_) | ShapeKind::ExistingAlias(_) => &["Tuple"],
        ShapeKind::NewType { .. } => &["Key", "Number", "Value", "Type"],
        ShapeKind::Protocol { .. } => &["Like", "Protocol", "Type"],
        ShapeKind::TypeVariable(_) => &["T"],
    }
}

/// Chooses a name for each shape and reserves it in its home and in each module of `users`. A shape without a free
/// name gets none, nor does one whose home is to get no new name.
pub(super) fn choose(
    context: &Context<'_>,
    inference: &Inference,
    shapes: &BTreeMap<ShapeId, BTreeSet<ModuleId>>,
    reserved: &mut Reserved,
) -> BTreeMap<ShapeId, Name> {
    let mut chosen = BTreeMap::new();
    // The one that is seen in most files has the first choice.
    let mut by_users: Vec<(&ShapeId, &BTreeSet<ModuleId>)> = shapes.iter().collect();
    by_users.sort_by_key(|(id, users)| (std::cmp::Reverse(users.len()), **id));
    for (&id, users) in by_users {
        let shape = inference.shape(id);
        let takes_a_place = matches!(shape.kind, ShapeKind::NamedTuple { replaces: Some(_), .. });
        if takes_a_place || shape.kind.exists() {
            // It is what is there, or takes its place, and so its name.
            if let Some(&name) = shape.names.first() {
                chosen.insert(id, name);
            }
            continue;
        }
        let mut modules = users.clone();
        modules.insert(shape.home.module);
        if context.project.tests_names(shape.home.module) {
            continue;
        }
        let Some(name) = candidates(shape).find(|&name| is_free(context, &modules, name, reserved)) else { continue };
        for module in modules {
            reserved.entry(module).or_default().insert(name, Bound::Shape(id));
        }
        chosen.insert(id, name);
    }
    chosen
}

fn candidates(shape: &Shape) -> impl Iterator<Item = Name> + '_ {
    let own = shape.names.iter().copied();
    let with_word = shape.names.iter().flat_map(|name| {
        let words = suffixes(&shape.kind).iter().filter(|word| !name.as_str().ends_with(**word));
        words.map(move |word| Name::new(&format!("{name}{word}")))
    });
    let with_number = shape
        .names
        .first()
        .into_iter()
        .flat_map(|name| (2..100).map(move |number| Name::new(&format!("{name}{number}"))));
    own.chain(with_word).chain(with_number).filter(|name| is_identifier(name.as_str()))
}

fn is_free(context: &Context<'_>, modules: &BTreeSet<ModuleId>, name: Name, reserved: &Reserved) -> bool {
    let has = |module: &ModuleId| reserved.get(module).is_some_and(|names| names.contains_key(&name));
    modules.iter().all(|module| {
        // A star import carries new names from one module to the other.
        let linked = context.star_importers.iter().any(|(source, importers)| {
            (source == module && importers.iter().any(has)) || (has(source) && importers.contains(module))
        });
        !has(module) && !linked && context.files.get(module).is_none_or(|file| context.is_free(file, name))
    })
}
