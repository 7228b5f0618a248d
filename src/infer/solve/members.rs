//! Which classes have a member of a given name: builtin classes, classes of imported standard modules, and the
//! classes of the repository.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::project::{Origin, Project, SlotKind};
use crate::text::Name;
use crate::types::{ClassName, known};

/// A name that more classes than this define says nothing about a value.
const MAX_DEFINERS: usize = 24;

/// Classes of standard modules whose members are telling; each only counts where the repository imports its module.
const LIBRARY: [(&str, &str); 19] = [
    ("pathlib", "Path"),
    ("datetime", "datetime"),
    ("datetime", "date"),
    ("datetime", "timedelta"),
    ("re", "Pattern"),
    ("re", "Match"),
    ("logging", "Logger"),
    ("logging", "LogRecord"),
    ("argparse", "ArgumentParser"),
    ("threading", "Thread"),
    ("threading", "Event"),
    ("subprocess", "Popen"),
    ("socket", "socket"),
    ("decimal", "Decimal"),
    ("uuid", "UUID"),
    ("io", "StringIO"),
    ("io", "BytesIO"),
    ("configparser", "ConfigParser"),
    ("asyncio", "AbstractEventLoop"),
];

/// Which classes have a member of a given name.
#[derive(Debug)]
pub(super) struct Members {
    /// Builtin and library classes, by bit number.
    outside: Vec<ClassName>,
    bits: FxHashMap<Name, u64>,
    /// Classes of the repository that define a name themselves, in the order of modules.
    definers: FxHashMap<Name, Vec<ClassName>>,
}

impl Members {
    /// Lists the members of all classes.
    pub(super) fn new(project: &Project) -> Self {
        let mut members = Self { outside: Vec::new(), bits: FxHashMap::default(), definers: FxHashMap::default() };
        let mut imported = FxHashSet::default();
        for module in project.repository() {
            imported.extend(module.facts.imports.iter().map(|import| import.module));
        }
        let builtins = [
            &known::STR,
            &known::BYTES,
            &known::LIST,
            &known::DICT,
            &known::SET,
            &known::FROZENSET,
            &known::TUPLE,
            &known::SLICE,
            &known::INT,
            &known::FLOAT,
        ];
        let library = LIBRARY
            .iter()
            .map(|(module, name)| ClassName::new(Name::new(module), Name::new(name)))
            .filter(|class| imported.contains(&class.module));
        for class in builtins.iter().map(|known| known.class()).chain(library) {
            members.add_outside(project, class);
        }
        for module in project.repository().filter(|module| module.origin == Origin::Project) {
            for number in 0..module.facts.classes.len() as u32 {
                let info = project.class_at(module, crate::facts::ClassId(number));
                let mut names: Vec<Name> = info.symbols.by_name.keys().copied().collect();
                names.sort();
                for name in names {
                    members.define(name, info.name);
                }
            }
        }
        for (_, info) in project.slots().iter() {
            if let SlotKind::Attribute(class, name) = info.kind
                && let Some(module) = project.module(info.module)
                && module.origin == Origin::Project
            {
                members.define(name, project.class_at(module, class).name);
            }
        }
        members
    }

    fn define(&mut self, name: Name, class: ClassName) {
        let definers = self.definers.entry(name).or_default();
        if definers.len() <= MAX_DEFINERS && !definers.contains(&class) {
            definers.push(class);
        }
    }

    fn add_outside(&mut self, project: &Project, class: ClassName) {
        let Some(info) = project.class(class) else { return };
        let bit = 1_u64 << self.outside.len();
        self.outside.push(class);
        for (base, _) in project.mro(info) {
            let Some(base) = project.class(*base) else { continue };
            #[expect(clippy::iter_over_hash_type, reason = "sets bits")]
            for &name in base.symbols.by_name.keys() {
                *self.bits.entry(name).or_default() |= bit;
            }
        }
    }

    /// The builtin and library classes that have all of these members.
    pub(super) fn outside_with(&self, names: &[Name]) -> Vec<ClassName> {
        let all = (1_u64 << self.outside.len()) - 1;
        let bits = names.iter().fold(all, |bits, name| bits & self.bits.get(name).copied().unwrap_or(0));
        (0..self.outside.len()).filter(|bit| bits >> bit & 1 == 1).map(|bit| self.outside[bit]).collect()
    }

    /// The classes of the repository that have all of these members, without those that only inherit from another one
    /// of them. None where too many classes define one of the names to tell.
    pub(super) fn repository_with(&self, project: &Project, names: &[Name]) -> Option<Vec<ClassName>> {
        let mut candidates: Vec<ClassName> = Vec::new();
        let mut is_telling = false;
        for name in names {
            let definers = self.definers.get(name).map_or(&[][..], Vec::as_slice);
            if definers.len() > MAX_DEFINERS {
                continue;
            }
            is_telling = true;
            candidates.extend(definers);
        }
        if !is_telling {
            return None;
        }
        candidates.sort();
        candidates.dedup();
        candidates.retain(|&class| names.iter().all(|&name| has_member(project, class, name)));
        let all = candidates.clone();
        candidates.retain(|&class| !all.iter().any(|&other| other != class && project.is_subclass(class, other)));
        Some(candidates)
    }

    /// Whether exactly one class of the repository defines the name.
    pub(super) fn is_unique(&self, name: Name) -> bool {
        self.definers.get(&name).is_some_and(|definers| definers.len() == 1)
    }
}

/// Whether instances of a class have a member, inherited or set on `self`.
pub(super) fn has_member(project: &Project, class: ClassName, name: Name) -> bool {
    let Some(info) = project.class(class) else { return false };
    project.mro(info).iter().filter_map(|(base, _)| project.class(*base)).any(|base| {
        !base.symbols.get(name).is_empty()
            || base.named_tuple.as_ref().is_some_and(|(_, fields)| fields.iter().any(|field| field.name == name))
            || base.class.is_some_and(|id| project.slots().find(base.module, SlotKind::Attribute(id, name)).is_some())
    })
}
