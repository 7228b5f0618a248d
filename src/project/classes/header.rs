//! What the header of a class says by itself: its kind, bases and type parameters.

use rustc_hash::FxHashSet;

use super::{ClassKind, MAX_ANCESTORS, Synthetic, collect_variables, last_name};
use crate::facts::{ArgumentKind, ClassId, ExprId, ExprKind};
use crate::project::named_tuples::{self, NamedTupleField};
use crate::project::{Context, Module, Project};
use crate::text::Name;
use crate::types::{ClassName, Type, join_all, known};

/// What the header of a class says by itself, before the headers of its bases are read: classes may be written so that
/// a base leads back to the class, and asking for all of a base would never end.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) kind: ClassKind,
    pub(super) bases: Vec<Type>,
    pub(super) has_unknown_base: bool,
    pub(super) type_params: Vec<Name>,
    pub(super) named_tuple: Option<(ExprId, Vec<NamedTupleField>)>,
}

impl Header {
    fn new(kind: ClassKind) -> Self {
        Self { kind, bases: Vec::new(), has_unknown_base: false, type_params: Vec::new(), named_tuple: None }
    }
}

impl Project {
    pub(super) fn header(&self, name: ClassName) -> Option<&Header> {
        let module = self.module_named(name.module)?;
        match module.classes.by_qualname.get(&name.qualname) {
            Some(&id) => Some(self.header_at(module, id)),
            None => Some(self.synthetic_header(module, module.classes.synthetic.get(&name.qualname)?)),
        }
    }

    pub(super) fn header_at<'a>(&'a self, module: &'a Module, id: ClassId) -> &'a Header {
        module.classes.headers[id.0 as usize].get_or_init(|| self.read_header(module, id))
    }

    pub(super) fn synthetic_header<'a>(&'a self, module: &'a Module, class: &'a Synthetic) -> &'a Header {
        class.header.get_or_init(|| self.read_call(module, class.call))
    }

    /// A class and its ancestors, each once, those that are found first at the start.
    pub(super) fn lineage(&self, class: ClassName) -> Vec<ClassName> {
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
    pub(super) fn inherited_kind(&self, ancestors: &[ClassName]) -> Option<ClassKind> {
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
                    let item = join_all(items.iter());
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
}
