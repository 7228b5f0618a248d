//! Classes outside the repository that have what is asked for.

use std::collections::BTreeSet;

use super::super::world::World;
use super::asked::Asked;
use super::components::Component;
use crate::facts::ClassId;
use crate::project::{Module, Project};
use crate::text::Name;
use crate::types::ClassName;

/// Fewer members than this are those of many a class.
const FEWEST_MEMBERS: usize = 3;

/// The classes of the modules that the module of a component imports, if they have all its members.
pub(super) fn classes_with(world: &World, component: &Component) -> Vec<ClassName> {
    let mut found = BTreeSet::new();
    let Some(project) = world.project.filter(|_| component.members.len() >= FEWEST_MEMBERS) else { return Vec::new() };
    let modules: BTreeSet<_> =
        component.subjects.iter().filter_map(|subject| world.slot(subject.slot())).map(|view| view.module).collect();
    for module in modules.into_iter().filter_map(|module| project.module(module)) {
        for imported in imported(project, module).filter(|imported| !imported.origin.is_repository()) {
            found.extend(of_module(project, imported, &component.members));
            // `threading` takes most of what it offers from `_thread`.
            for inner in imported_names(project, imported) {
                found.extend(has_all(project, inner, &component.members).then_some(inner));
            }
        }
    }
    found.into_iter().collect()
}

fn imported<'a>(project: &'a Project, module: &'a Module) -> impl Iterator<Item = &'a Module> {
    let named = |import| project.imported_module(module, import).and_then(|id| project.module(id));
    module.facts.imports.iter().filter_map(named)
}

/// The classes that a module takes from others by name.
fn imported_names<'a>(project: &'a Project, module: &'a Module) -> impl Iterator<Item = ClassName> + 'a {
    module.facts.imports.iter().filter_map(move |import| {
        let from = project.module(project.imported_module(module, import)?)?;
        Some(ClassName::new(from.name, import.member?))
    })
}

fn of_module<'a>(
    project: &'a Project,
    module: &'a Module,
    members: &'a [(Name, Asked)],
) -> impl Iterator<Item = ClassName> + 'a {
    let name = |number| project.class_at(module, ClassId(number as u32)).name;
    (0..module.facts.classes.len()).map(name).filter(|class| has_all(project, *class, members))
}

fn has_all(project: &Project, class: ClassName, members: &[(Name, Asked)]) -> bool {
    let Some(info) = project.class(class) else { return false };
    members.iter().all(|(name, _)| project.member(info, *name, 0).is_some())
}
