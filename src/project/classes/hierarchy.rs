//! How classes derive from each other: method resolution order, subclasses, type arguments of a base.

use rustc_hash::FxHashMap;

use super::{ClassInfo, MAX_ANCESTORS, is_marker, substitute};
use crate::facts::ClassId;
use crate::project::Project;
use crate::text::Name;
use crate::types::{Args, ClassName, Type, known};

impl Project {
    /// The method resolution order of a class, itself first, each class with its type arguments in terms of the type
    /// parameters of the class asked (C3; language reference 3.3.3.1). Where C3 finds no order, depth first.
    pub fn mro<'a>(&'a self, info: &'a ClassInfo) -> &'a [(ClassName, Args)] {
        if let Some(known) = info.mro.get() {
            return known;
        }
        // The bases first, without recursion: chains of bases may be longer than a stack is deep.
        let mut pending = vec![info];
        while let Some(&class) = pending.last() {
            let known = pending.len();
            if class.mro.get().is_none() {
                let bases = class.bases.iter().filter_map(|base| self.class(base.class()?));
                pending.extend(bases.filter(|base| base.mro.get().is_none()));
            }
            if pending.len() == known {
                class.mro.get_or_init(|| self.linearise(class));
                pending.pop();
            }
        }
        info.mro.get_or_init(|| self.linearise(info))
    }

    /// Merges the orders of the bases, which are known.
    fn linearise(&self, info: &ClassInfo) -> Vec<(ClassName, Args)> {
        let own: Args = info.type_params.iter().map(|&param| Type::Variable(param)).collect();
        let mut order = vec![(info.name, own)];
        let mut sequences: Vec<Vec<(ClassName, Args)>> = Vec::new();
        let mut direct = Vec::new();
        for base in &info.bases {
            let Type::Instance(class, args) = base else { continue };
            direct.push((*class, args.clone()));
            let Some(base_info) = self.class(*class) else { continue };
            let args = &self.with_default_arguments(base_info, args);
            let inherited = base_info.mro.get().cloned().unwrap_or_default();
            sequences.push(
                inherited
                    .into_iter()
                    .map(|(ancestor, ancestor_args)| {
                        let seen: Args =
                            ancestor_args.iter().map(|arg| substitute(arg, &base_info.type_params, args)).collect();
                        (ancestor, seen)
                    })
                    .collect(),
            );
        }
        if let ([inherited], [_]) = (sequences.as_mut_slice(), direct.as_slice()) {
            inherited.truncate(MAX_ANCESTORS);
            order.append(inherited);
            return order;
        }
        sequences.push(direct);
        loop {
            sequences.retain(|sequence| !sequence.is_empty());
            if sequences.is_empty() || order.len() == MAX_ANCESTORS {
                break;
            }
            let next = sequences
                .iter()
                .map(|sequence| &sequence[0])
                .find(|(candidate, _)| {
                    sequences.iter().all(|sequence| !sequence[1..].iter().any(|(class, _)| class == candidate))
                })
                .unwrap_or(&sequences[0][0])
                .clone();
            for sequence in &mut sequences {
                sequence.retain(|(class, _)| *class != next.0);
            }
            if !order.iter().any(|(class, _)| *class == next.0) {
                order.push(next);
            }
        }
        if !order.iter().any(|(class, _)| *class == known::OBJECT.class()) {
            order.push((known::OBJECT.class(), Args::default()));
        }
        order
    }

    /// The classes of the repository that derive from a class, in the order of modules.
    pub fn subclasses(&self, class: ClassName) -> &[ClassName] {
        let table = self.subclasses.get_or_init(|| {
            let mut table: FxHashMap<ClassName, Vec<ClassName>> = FxHashMap::default();
            for module in self.repository() {
                for number in 0..module.facts.classes.len() as u32 {
                    let info = self.class_at(module, ClassId(number));
                    for (base, _) in self.mro(info).iter().skip(1) {
                        table.entry(*base).or_default().push(info.name);
                    }
                }
            }
            table
        });
        table.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The classes of the repository that bind an attribute themselves, in the order of modules.
    fn providers(&self, name: Name) -> &[ClassName] {
        let table = self.providers.get_or_init(|| {
            let mut table: FxHashMap<Name, Vec<ClassName>> = FxHashMap::default();
            let mut add = |name: Name, class: ClassName| {
                let classes = table.entry(name).or_default();
                if classes.last() != Some(&class) {
                    classes.push(class);
                }
            };
            for module in self.repository() {
                let mut attributes: Vec<(ClassId, Name)> = self.slots.attributes(module.id).collect();
                attributes.sort_unstable_by_key(|(class, _)| class.0);
                let mut attributes = attributes.into_iter().peekable();
                for number in 0..module.facts.classes.len() as u32 {
                    let info = self.class_at(module, ClassId(number));
                    while let Some((_, name)) = attributes.next_if(|(class, _)| class.0 == number) {
                        add(name, info.name);
                    }
                    let fields = info.named_tuple.iter().flat_map(|(_, fields)| fields.iter().map(|field| field.name));
                    let mut names: Vec<Name> = info.symbols.by_name.keys().copied().chain(fields).collect();
                    names.sort_unstable();
                    for name in names {
                        add(name, info.name);
                    }
                }
            }
            table
        });
        table.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The subclasses of a class, in the repository, that bind an attribute themselves, in the order of modules.
    pub fn providing_subclasses(&self, class: ClassName, name: Name) -> impl Iterator<Item = ClassName> + '_ {
        let subclasses = self.subclasses(class);
        let providers = if subclasses.is_empty() { &[] } else { self.providers(name) };
        // Either list is filtered by the other: all classes derive from `object`, and many bind `__init__`.
        let candidates = if subclasses.len() < providers.len() { subclasses } else { providers };
        let is_subclass = move |candidate: &ClassName| {
            subclasses.len() < providers.len() || (*candidate != class && self.is_subclass(*candidate, class))
        };
        candidates.iter().copied().filter(is_subclass)
    }

    /// Whether `class` is `ancestor` or derives from it.
    pub fn is_subclass(&self, class: ClassName, ancestor: ClassName) -> bool {
        class == ancestor
            || self.class(class).is_some_and(|info| self.mro(info).iter().any(|(base, _)| *base == ancestor))
    }

    /// Whether all bases of a class are known, so that a member that is not found does not exist.
    pub fn is_fully_known(&self, class: ClassName) -> bool {
        let is_known = |base: ClassName| is_marker(base) || self.class(base).is_some_and(|base| !base.has_unknown_base);
        self.class(class).is_some_and(|info| {
            *info.is_fully_known.get_or_init(|| self.mro(info).iter().all(|(base, _)| is_known(*base)))
        })
    }

    /// The type arguments of `ancestor` as a base of `class[args]`.
    pub fn args_as(&self, class: ClassName, args: &Args, ancestor: ClassName) -> Option<Args> {
        if class == ancestor {
            return Some(args.clone());
        }
        let info = self.class(class)?;
        let (_, base_args) = self.mro(info).iter().find(|(base, _)| *base == ancestor)?;
        Some(base_args.iter().map(|arg| substitute(arg, &info.type_params, args)).collect())
    }
}
