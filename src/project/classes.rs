//! Classes: bases, method resolution order, members, type parameters.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind, FileFacts};
use crate::text::Name;
use crate::types::{Args, ClassName, ModuleId, Type, known};

use super::named_tuples::{self, NamedTupleField};
use super::{Context, Definition, Module, Project, Resolution, Symbols};

/// Most ancestors that a class is followed to; the method resolution order is as long at most.
const MAX_ANCESTORS: usize = 256;

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
    is_fully_known: OnceLock<bool>,
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

/// What the header of a class says by itself, before the headers of its bases are read: classes may be written so that
/// a base leads back to the class, and asking for all of a base would never end.
#[derive(Clone, Debug)]
struct Header {
    kind: ClassKind,
    bases: Vec<Type>,
    has_unknown_base: bool,
    type_params: Vec<Name>,
    named_tuple: Option<(ExprId, Vec<NamedTupleField>)>,
}

impl Header {
    fn new(kind: ClassKind) -> Self {
        Self { kind, bases: Vec::new(), has_unknown_base: false, type_params: Vec::new(), named_tuple: None }
    }
}

/// The classes of one module.
#[derive(Debug, Default)]
pub(super) struct ModuleClasses {
    pub(super) by_qualname: FxHashMap<Name, ClassId>,
    headers: Vec<OnceLock<Header>>,
    infos: Vec<OnceLock<ClassInfo>>,
    synthetic: FxHashMap<Name, Synthetic>,
}

/// A class that a call makes.
#[derive(Debug)]
struct Synthetic {
    call: ExprId,
    header: OnceLock<Header>,
    info: OnceLock<ClassInfo>,
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
            let ExprKind::Call(function, arguments) = facts.expr(*value).kind else { continue };
            let makes_a_class = match last_name(facts, function).map(Name::as_str) {
                Some("namedtuple" | "NamedTuple" | "TypedDict" | "Enum" | "IntEnum") => true,
                Some("NewType") => facts.arguments(arguments).len() > 1,
                _ => false,
            };
            if makes_a_class {
                let class = Synthetic { call: *value, header: OnceLock::new(), info: OnceLock::new() };
                synthetic.insert(name, class);
            }
        }
        Self {
            by_qualname,
            headers: facts.classes.iter().map(|_| OnceLock::new()).collect(),
            infos: facts.classes.iter().map(|_| OnceLock::new()).collect(),
            synthetic,
        }
    }
}

/// The last part of a dotted name.
pub(crate) fn last_name(facts: &FileFacts, expr: ExprId) -> Option<Name> {
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
        let class = module.classes.synthetic.get(&name.qualname)?;
        Some(class.info.get_or_init(|| self.make_class(module, name, None, self.synthetic_header(module, class))))
    }

    /// What is known of a class of a module.
    pub fn class_at<'a>(&'a self, module: &'a Module, id: ClassId) -> &'a ClassInfo {
        module.classes.infos[id.0 as usize].get_or_init(|| {
            let name = ClassName::new(module.name, module.facts.class(id).qualname);
            self.make_class(module, name, Some(id), self.header_at(module, id))
        })
    }

    fn header(&self, name: ClassName) -> Option<&Header> {
        let module = self.module_named(name.module)?;
        match module.classes.by_qualname.get(&name.qualname) {
            Some(&id) => Some(self.header_at(module, id)),
            None => Some(self.synthetic_header(module, module.classes.synthetic.get(&name.qualname)?)),
        }
    }

    fn header_at<'a>(&'a self, module: &'a Module, id: ClassId) -> &'a Header {
        module.classes.headers[id.0 as usize].get_or_init(|| self.read_header(module, id))
    }

    fn synthetic_header<'a>(&'a self, module: &'a Module, class: &'a Synthetic) -> &'a Header {
        class.header.get_or_init(|| self.read_call(module, class.call))
    }

    /// The class that the module-level assignment of `name` makes, if its value is such a call.
    pub(super) fn synthetic_class(module: &Module, name: Name) -> Option<ClassName> {
        module.classes.synthetic.contains_key(&name).then(|| ClassName::new(module.name, name))
    }

    /// A class from its header. No class is its own ancestor: a base that leads back to the class was resolved to the
    /// wrong thing (a file called like the library it imports), so what it really is, is not known.
    fn make_class(&self, module: &Module, name: ClassName, class: Option<ClassId>, header: &Header) -> ClassInfo {
        let Header { mut kind, bases, mut has_unknown_base, type_params, named_tuple } = header.clone();
        let mut ancestors = Vec::new();
        let mut kept = Vec::new();
        for base in bases {
            let lineage = base.class().map(|base| self.lineage(base)).unwrap_or_default();
            if lineage.contains(&name) {
                has_unknown_base = true;
            } else {
                ancestors.extend(lineage);
                kept.push(base);
            }
        }
        if kind == ClassKind::Plain {
            kind = self.inherited_kind(&ancestors).unwrap_or(kind);
        }
        if let Some(class) = class.map(|id| module.facts.class(id))
            && kind == ClassKind::Plain
            && class.decorators.of(&module.facts.expr_lists).iter().any(|&decorator| {
                last_name(&module.facts, decorator).is_some_and(|name| {
                    matches!(name.as_str(), "dataclass" | "define" | "frozen" | "mutable" | "attrs")
                })
            })
        {
            kind = ClassKind::Fields;
        }
        let body = class.map(|id| module.facts.class(id).body);
        ClassInfo {
            name,
            module: module.id,
            class,
            kind,
            bases: kept,
            has_unknown_base,
            type_params,
            symbols: body.map(|body| Symbols::of_class(&module.facts, body, self.target)).unwrap_or_default(),
            named_tuple,
            mro: OnceLock::new(),
            members: OnceLock::new(),
            is_fully_known: OnceLock::new(),
        }
    }

    /// A class and its ancestors, each once, those that are found first at the start.
    fn lineage(&self, class: ClassName) -> Vec<ClassName> {
        let mut seen = FxHashSet::from_iter([class]);
        let mut lineage = vec![class];
        let mut next = 0;
        while next < lineage.len().min(MAX_ANCESTORS) {
            let bases = self.header(lineage[next]).map_or(&[][..], |header| &header.bases);
            lineage.extend(bases.iter().filter_map(Type::class).filter(|base| seen.insert(*base)));
            next += 1;
        }
        lineage
    }

    /// What kind of class its ancestors make of a class that says nothing of it.
    fn inherited_kind(&self, ancestors: &[ClassName]) -> Option<ClassKind> {
        let is_typed_dict = |class: &ClassName| {
            *class == known::TYPED_DICT.class()
                || self.header(*class).is_some_and(|header| header.kind == ClassKind::TypedDict)
        };
        if ancestors.contains(&known::NAMED_TUPLE.class()) {
            Some(ClassKind::Fields)
        } else if ancestors.iter().any(is_typed_dict) {
            Some(ClassKind::TypedDict)
        } else if ancestors.contains(&known::ENUM.class()) {
            Some(ClassKind::Enum)
        } else {
            None
        }
    }

    fn read_header(&self, module: &Module, id: ClassId) -> Header {
        let facts = &module.facts;
        let class = facts.class(id);
        let context = Context::of_class(module, id);
        let mut header = Header::new(ClassKind::Plain);
        header.type_params = class.type_params.of(&facts.names).to_vec();
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
                        header.kind = ClassKind::Enum;
                    }
                    continue;
                }
                _ => {
                    header.has_unknown_base = true;
                    continue;
                }
            }
            if let ExprKind::Call(function, arguments) = facts.expr(argument.value).kind {
                if last_name(facts, function).is_some_and(|name| name.is("namedtuple")) {
                    header.kind = ClassKind::NamedTuple;
                    header.named_tuple =
                        named_tuples::fields(facts, argument.value).ok().map(|fields| (argument.value, fields));
                    // It has the methods that `NamedTuple` has, `_replace` and `_asdict` among them.
                    header.bases.push(known::NAMED_TUPLE.instance());
                    header.has_unknown_base |= header.named_tuple.is_none();
                    continue;
                }
                // `with_metaclass(Meta, Base)` puts a metaclass in and leaves the bases.
                if last_name(facts, function).is_some_and(|name| name.is("with_metaclass")) {
                    for base in facts.arguments(arguments).iter().skip(1) {
                        header.bases.push(self.annotation(&context, base.value));
                    }
                    continue;
                }
                header.has_unknown_base = true;
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
                            header.kind = ClassKind::Protocol;
                        }
                    }
                    header.bases.push(base);
                }
                Type::Tuple(items) => {
                    let item = crate::types::join_all(items.iter());
                    header.bases.push(known::TUPLE.of([item]));
                }
                Type::Class(..) => header.bases.push(known::TYPE.instance()),
                _ => header.has_unknown_base = true,
            }
        }
        if header.type_params.is_empty() {
            header.type_params = generic_params.unwrap_or(variables);
        }
        header
    }

    fn read_call(&self, module: &Module, call: ExprId) -> Header {
        let facts = &module.facts;
        let mut header = Header::new(ClassKind::Fields);
        let ExprKind::Call(function, arguments) = facts.expr(call).kind else { return header };
        match last_name(facts, function).map(Name::as_str) {
            Some("namedtuple") => {
                header.kind = ClassKind::NamedTuple;
                header.bases.push(known::NAMED_TUPLE.instance());
                match named_tuples::fields(facts, call) {
                    Ok(fields) => header.named_tuple = Some((call, fields)),
                    Err(_) => header.has_unknown_base = true,
                }
            }
            Some("NewType") => {
                header.kind = ClassKind::NewType;
                let base = facts.arguments(arguments).get(1);
                header.bases.extend(base.map(|base| self.annotation(&Context::of_module(module), base.value)));
            }
            made_by => {
                header.kind = match made_by {
                    Some("Enum" | "IntEnum") => ClassKind::Enum,
                    Some("TypedDict") => ClassKind::TypedDict,
                    _ => ClassKind::Fields,
                };
                header.has_unknown_base = true;
            }
        }
        header
    }

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

    /// The names that a class body lists in `__slots__`.
    pub fn slot_names(&self, module: &Module, id: ClassId) -> Vec<Name> {
        let facts = &module.facts;
        let name = |expr: ExprId| match facts.expr(expr).kind {
            ExprKind::Str(name) => name,
            _ => None,
        };
        let listed = |definition: &Definition| match definition {
            Definition::Assignment(_, _, Some(value)) => match facts.expr(*value).kind {
                ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                    facts.list(items).iter().filter_map(|&item| name(item)).collect()
                }
                ExprKind::Dict(items) => {
                    items.of(&facts.dict_items).iter().filter_map(|item| item.key.and_then(name)).collect()
                }
                _ => Vec::from_iter(name(*value)),
            },
            _ => Vec::new(),
        };
        self.class_at(module, id).symbols.get(Name::new("__slots__")).iter().flat_map(listed).collect()
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

/// Whether a base class only marks what a class is: `Protocol` and `Generic` are no classes in typeshed, and have no
/// members of their own.
pub fn is_marker(base: ClassName) -> bool {
    base == known::PROTOCOL.class() || base == known::GENERIC.class()
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
