//! Classes: bases, method resolution order, members, type parameters.

mod header;
mod hierarchy;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::facts::{ClassId, ExprId, ExprKind, FileFacts};
use crate::text::Name;
use crate::types::{Args, ClassName, ModuleId, Type, known};

use self::header::Header;
use super::named_tuples::NamedTupleField;
use super::{Definition, Module, Project, Resolution, Symbols};

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
