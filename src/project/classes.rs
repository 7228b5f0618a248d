//! Classes: bases, method resolution order, members, type parameters.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind, FileFacts};
use crate::text::Name;
use crate::types::{Args, ClassName, ModuleId, Type, known};

use super::named_tuples::{self, NamedTupleField};
use super::{Context, Definition, Module, Project, Resolution, Symbols};

/// Deepest chain of bases that is followed.
const MAX_BASES: usize = 64;

/// What kind of class it is, as far as it matters for how instances are made and what annotations in its body mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// An ordinary class.
    Plain,
    /// Its constructor takes the annotated fields: `@dataclass` and what looks like it, `NamedTuple` classes.
    Fields,
    /// Made by `namedtuple(...)` or derived from such a call.
    NamedTuple,
    /// A `TypedDict`.
    TypedDict,
    /// An enumeration.
    Enum,
    /// `NewType(...)`.
    NewType,
    /// A `Protocol`.
    Protocol,
}

/// What is known of a class.
#[derive(Debug)]
pub struct ClassInfo {
    /// Its name.
    pub name: ClassName,
    /// The module that defines it.
    pub module: ModuleId,
    /// Its definition; none for a class that a call makes.
    pub class: Option<ClassId>,
    /// What kind of class it is.
    pub kind: ClassKind,
    /// Its direct bases, instances with their type arguments.
    pub bases: Vec<Type>,
    /// Whether a base could not be resolved: then anything may be inherited.
    pub has_unknown_base: bool,
    /// Type parameters in order.
    pub type_params: Vec<Name>,
    /// Names bound in the body.
    pub symbols: Symbols,
    /// Fields of a `namedtuple(...)`.
    pub named_tuple: Option<(ExprId, Vec<NamedTupleField>)>,
    mro: OnceLock<Vec<(ClassName, Args)>>,
    /// Of each member the place in `mro` of the first class that has it.
    members: OnceLock<FxHashMap<Name, u32>>,
}

/// A member found on a class or one of its bases.
pub struct MemberOf<'a> {
    /// The class that defines it.
    pub class: &'a ClassInfo,
    /// Type arguments of that class as seen from the class that was asked, in terms of its type parameters.
    pub args: Args,
    /// Its bindings in the body; empty for a field of a `namedtuple(...)`.
    pub definitions: &'a [Definition],
}

/// The classes of one module.
#[derive(Debug, Default)]
pub(super) struct ModuleClasses {
    pub(super) by_qualname: FxHashMap<Name, ClassId>,
    infos: Vec<OnceLock<ClassInfo>>,
    synthetic: FxHashMap<Name, (ExprId, OnceLock<Option<ClassInfo>>)>,
}

impl ModuleClasses {
    pub(super) fn new(facts: &FileFacts, symbols: &Symbols) -> Self {
        let by_qualname = (0..facts.classes.len() as u32)
            .map(|number| (facts.classes[number as usize].qualname, ClassId(number)))
            .collect();
        let mut synthetic = FxHashMap::default();
        #[expect(clippy::iter_over_hash_type, reason = "goes into another hash map")]
        for (&name, definitions) in &symbols.by_name {
            let Some(Definition::Assignment(_, _, Some(value))) = definitions.last() else { continue };
            if let ExprKind::Call(function, _) = facts.expr(*value).kind
                && matches!(
                    last_name(facts, function).map(Name::as_str),
                    Some("namedtuple" | "NamedTuple" | "NewType" | "TypedDict" | "Enum" | "IntEnum")
                )
            {
                synthetic.insert(name, (*value, OnceLock::new()));
            }
        }
        Self { by_qualname, infos: facts.classes.iter().map(|_| OnceLock::new()).collect(), synthetic }
    }
}

/// The last part of a dotted name.
pub(super) fn last_name(facts: &FileFacts, expr: ExprId) -> Option<Name> {
    match facts.expr(expr).kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
        ExprKind::Call(function, _) => last_name(facts, function),
        ExprKind::Subscript(value, _) => last_name(facts, value),
        _ => None,
    }
}

impl Project {
    /// What is known of a class.
    pub fn class(&self, name: ClassName) -> Option<&ClassInfo> {
        let module = self.module_named(name.module)?;
        if let Some(&id) = module.classes.by_qualname.get(&name.qualname) {
            return Some(self.class_at(module, id));
        }
        let (call, info) = module.classes.synthetic.get(&name.qualname)?;
        info.get_or_init(|| self.make_synthetic(module, name, *call)).as_ref()
    }

    /// What is known of a class of a module.
    pub fn class_at<'a>(&'a self, module: &'a Module, id: ClassId) -> &'a ClassInfo {
        module.classes.infos[id.0 as usize].get_or_init(|| self.make_class(module, id))
    }

    /// The class that the module-level assignment of `name` makes, if its value is such a call.
    pub(super) fn synthetic_class(&self, module: &Module, name: Name) -> Option<ClassName> {
        module
            .classes
            .synthetic
            .contains_key(&name)
            .then(|| ClassName::new(module.name, name))
            .filter(|&class| self.class(class).is_some())
    }

    fn make_class(&self, module: &Module, id: ClassId) -> ClassInfo {
        let facts = &module.facts;
        let class = facts.class(id);
        let name = ClassName::new(module.name, class.qualname);
        let context = Context::of_class(module, id);
        let mut info = ClassInfo {
            name,
            module: module.id,
            class: Some(id),
            kind: ClassKind::Plain,
            bases: Vec::new(),
            has_unknown_base: false,
            type_params: class.type_params.of(&facts.names).to_vec(),
            symbols: Symbols::of_class(facts, class.body, self.target),
            named_tuple: None,
            mro: OnceLock::new(),
            members: OnceLock::new(),
        };
        let mut generic_params: Option<Vec<Name>> = None;
        let mut variables = Vec::new();
        for argument in facts.arguments(class.arguments) {
            match argument.kind {
                ArgumentKind::Positional => {}
                ArgumentKind::Keyword(keyword) => {
                    if keyword.is("metaclass")
                        && last_name(facts, argument.value)
                            .is_some_and(|name| name.is("EnumMeta") || name.is("EnumType"))
                    {
                        info.kind = ClassKind::Enum;
                    }
                    continue;
                }
                _ => {
                    info.has_unknown_base = true;
                    continue;
                }
            }
            if let ExprKind::Call(function, arguments) = facts.expr(argument.value).kind {
                if last_name(facts, function).is_some_and(|name| name.is("namedtuple")) {
                    info.kind = ClassKind::NamedTuple;
                    info.named_tuple =
                        named_tuples::fields(facts, argument.value).ok().map(|fields| (argument.value, fields));
                    // It has the methods that `NamedTuple` has, `_replace` and `_asdict` among them.
                    info.bases.push(known::NAMED_TUPLE.instance());
                    info.has_unknown_base |= info.named_tuple.is_none();
                    continue;
                }
                // `with_metaclass(Meta, Base)` puts a metaclass in and leaves the bases.
                if last_name(facts, function).is_some_and(|name| name.is("with_metaclass")) {
                    for base in facts.arguments(arguments).iter().skip(1) {
                        info.bases.push(self.annotation(&context, base.value));
                    }
                    continue;
                }
                info.has_unknown_base = true;
                continue;
            }
            let base = self.annotation(&context, argument.value);
            match &base {
                Type::Instance(class, args) => {
                    collect_variables(&base, &mut variables);
                    if *class == known::GENERIC.class() || *class == known::PROTOCOL.class() {
                        if !args.is_empty() {
                            let mut own = Vec::new();
                            collect_variables(&base, &mut own);
                            generic_params = Some(own);
                        }
                        if *class == known::PROTOCOL.class() {
                            info.kind = ClassKind::Protocol;
                        }
                    }
                    info.bases.push(base);
                }
                Type::Tuple(items) => {
                    let item = crate::types::join_all(items.iter());
                    info.bases.push(known::TUPLE.of([item]));
                }
                Type::Class(..) => info.bases.push(known::TYPE.instance()),
                _ => info.has_unknown_base = true,
            }
        }
        if info.type_params.is_empty() {
            info.type_params = generic_params.unwrap_or(variables);
        }
        let inherits = |project: &Self, wanted: &known::Known| {
            info.bases.iter().any(|base| base.class().is_some_and(|base| project.is_subclass(base, wanted.class())))
        };
        if info.kind == ClassKind::Plain {
            if inherits(self, &known::NAMED_TUPLE) {
                info.kind = ClassKind::Fields;
            } else if inherits(self, &known::TYPED_DICT)
                || info.bases.iter().any(|base| {
                    base.class().and_then(|base| self.class(base)).is_some_and(|base| base.kind == ClassKind::TypedDict)
                })
            {
                info.kind = ClassKind::TypedDict;
            } else if inherits(self, &known::ENUM) {
                info.kind = ClassKind::Enum;
            } else if class.decorators.of(&facts.expr_lists).iter().any(|&decorator| {
                last_name(facts, decorator).is_some_and(|name| {
                    matches!(name.as_str(), "dataclass" | "define" | "frozen" | "mutable" | "attrs")
                })
            }) {
                info.kind = ClassKind::Fields;
            }
        }
        info
    }

    fn make_synthetic(&self, module: &Module, name: ClassName, call: ExprId) -> Option<ClassInfo> {
        let facts = &module.facts;
        let ExprKind::Call(function, arguments) = facts.expr(call).kind else { return None };
        let made_by = last_name(facts, function)?;
        let mut info = ClassInfo {
            name,
            module: module.id,
            class: None,
            kind: ClassKind::Plain,
            bases: Vec::new(),
            has_unknown_base: false,
            type_params: Vec::new(),
            symbols: Symbols::default(),
            named_tuple: None,
            mro: OnceLock::new(),
            members: OnceLock::new(),
        };
        match made_by.as_str() {
            "namedtuple" => {
                info.kind = ClassKind::NamedTuple;
                info.bases.push(known::NAMED_TUPLE.instance());
                match named_tuples::fields(facts, call) {
                    Ok(fields) => info.named_tuple = Some((call, fields)),
                    Err(_) => info.has_unknown_base = true,
                }
            }
            "NewType" => {
                info.kind = ClassKind::NewType;
                let base = facts.arguments(arguments).get(1)?;
                let base = self.annotation(&Context::of_module(module), base.value);
                info.bases.push(base);
            }
            "Enum" | "IntEnum" => {
                info.kind = ClassKind::Enum;
                info.has_unknown_base = true;
            }
            _ => {
                info.kind = if made_by.is("TypedDict") { ClassKind::TypedDict } else { ClassKind::Fields };
                info.has_unknown_base = true;
            }
        }
        Some(info)
    }

    /// The method resolution order of a class, itself first, each class with its type arguments in terms of the type
    /// parameters of the class asked (C3; language reference 3.3.3.1). Where C3 finds no order, depth first.
    pub fn mro<'a>(&'a self, info: &'a ClassInfo) -> &'a [(ClassName, Args)] {
        info.mro.get_or_init(|| self.linearise(info, 0))
    }

    fn linearise(&self, info: &ClassInfo, depth: usize) -> Vec<(ClassName, Args)> {
        let own: Args = info.type_params.iter().map(|&param| Type::Variable(param)).collect();
        let mut order = vec![(info.name, own)];
        if depth > MAX_BASES {
            return order;
        }
        let mut sequences: Vec<Vec<(ClassName, Args)>> = Vec::new();
        let mut direct = Vec::new();
        for base in &info.bases {
            let Type::Instance(class, args) = base else { continue };
            direct.push((*class, args.clone()));
            let Some(base_info) = self.class(*class) else { continue };
            if base_info.name == info.name {
                continue;
            }
            let inherited = match base_info.mro.get() {
                Some(mro) => mro.clone(),
                None => self.linearise(base_info, depth + 1),
            };
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
        sequences.push(direct);
        loop {
            sequences.retain(|sequence| !sequence.is_empty());
            if sequences.is_empty() {
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
            order.push((known::OBJECT.class(), Arc::new([])));
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
        // `Protocol` and `Generic` are no classes in typeshed, and have no members of their own.
        let is_marker = |base: ClassName| base == known::PROTOCOL.class() || base == known::GENERIC.class();
        self.class(class).is_some_and(|info| {
            self.mro(info)
                .iter()
                .all(|(base, _)| is_marker(*base) || self.class(*base).is_some_and(|base| !base.has_unknown_base))
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

    /// The member `name` of a class, searched along the method resolution order; `skip` leaves out that many classes
    /// from its start, as `super()` does.
    pub fn member(&self, info: &ClassInfo, name: Name, skip: usize) -> Option<MemberOf<'_>> {
        let info = self.class(info.name)?;
        let mro = self.mro(info);
        let found = |(class, args): &(ClassName, Args)| {
            let class = self.class(*class)?;
            let definitions = class.symbols.get(name);
            let is_field =
                class.named_tuple.as_ref().is_some_and(|(_, fields)| fields.iter().any(|field| field.name == name));
            (!definitions.is_empty() || is_field).then(|| MemberOf { class, args: args.clone(), definitions })
        };
        if skip > 0 {
            return mro.iter().skip(skip).find_map(found);
        }
        let place = *info.members.get_or_init(|| self.members(mro)).get(&name)?;
        found(mro.get(place as usize)?)
    }

    fn members(&self, mro: &[(ClassName, Args)]) -> FxHashMap<Name, u32> {
        let mut members = FxHashMap::default();
        for (place, (class, _)) in mro.iter().enumerate() {
            let Some(class) = self.class(*class) else { continue };
            let fields = class.named_tuple.iter().flat_map(|(_, fields)| fields.iter().map(|field| field.name));
            for name in class.symbols.by_name.keys().copied().chain(fields) {
                members.entry(name).or_insert(place as u32);
            }
        }
        members
    }

    /// What an unresolved name of a class stands for when a class is looked up by expression.
    pub fn resolve_class(&self, module: &Module, expr: ExprId) -> Option<ClassName> {
        match self.resolve_dotted(module, expr)? {
            Resolution::Class(class) => Some(class),
            _ => None,
        }
    }
}

/// Replaces type parameters by arguments; parameters without an argument become unknown.
pub fn substitute(ty: &Type, params: &[Name], args: &[Type]) -> Type {
    if params.is_empty() {
        return ty.clone();
    }
    ty.map(&mut |part| match part {
        Type::Variable(name) => {
            let index = params.iter().position(|param| param == name)?;
            Some(args.get(index).cloned().unwrap_or(Type::Unknown))
        }
        _ => None,
    })
}

pub(super) fn collect_variables(ty: &Type, variables: &mut Vec<Name>) {
    ty.any(&mut |part| {
        if let Type::Variable(name) = part
            && !variables.contains(name)
        {
            variables.push(*name);
        }
        false
    });
}
