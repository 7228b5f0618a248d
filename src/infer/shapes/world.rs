//! What the shape solvers ask of a project, as plain data: slots with their names and owners, classes with their
//! members, modules with their texts.
//!
//! The solvers see nothing else, so that they can be tried on a handful of hand-made observations.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::value_name;
use crate::facts::{FileFacts, FunctionId, ParamKind};
use crate::infer::Replaces;
use crate::project::Project;
use crate::text::{Name, TextRange};
use crate::types::{ClassName, ModuleId, SlotId, Type};

/// What the solvers ask of a project.
#[derive(Default)]
pub(in crate::infer) struct World<'a> {
    /// The repository's modules, by number.
    pub(super) modules: Vec<ModuleView<'a>>,
    /// All slots, by number.
    pub(super) slots: Vec<SlotView>,
    /// The repository's classes.
    pub(super) classes: BTreeMap<ClassName, ClassView>,
    /// Slots of module-level names.
    pub(super) variables: FxHashMap<(ModuleId, Name), SlotId>,
    /// Types that annotations declare.
    pub(super) declared: FxHashMap<SlotId, Type>,
    /// The repository's functional namedtuples.
    pub(super) named_tuples: Vec<NamedTupleView>,
    /// What else there is: the standard library and installed packages. None in hand-made worlds.
    pub(super) project: Option<&'a Project>,
    /// The repository's aliases for tuples of fixed length.
    pub(super) aliases: Vec<AliasView>,
    /// Names of functions with `**kwargs` that are used other than by calling, once somebody asks.
    pub(super) handed_around: OnceLock<FxHashSet<Name>>,
}

/// A module.
#[derive(Debug, Default)]
pub(super) struct ModuleView<'a> {
    /// Its dotted name.
    pub(super) name: Option<Name>,
    /// Whether it can be edited; tests and stubs are evidence only.
    pub(super) editable: bool,
    /// Its source.
    pub(super) text: &'a str,
    /// What it says; none in tests.
    pub(super) facts: Option<&'a FileFacts>,
    /// Its functions, by number.
    pub(super) functions: Vec<FunctionView>,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct FunctionView {
    /// The name after `def`.
    pub(super) name: Name,
    /// The whole definition.
    pub(super) range: TextRange,
    /// Its parameters.
    pub(super) params: Vec<ParamView>,
    /// The slot of what it returns; none for a lambda.
    pub(super) returns: Option<SlotId>,
    /// The class whose body holds it.
    pub(super) class: Option<ClassName>,
    /// Whether calling it gives something to await.
    pub(super) is_coroutine: bool,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct ParamView {
    /// Its name.
    pub(super) name: Name,
    /// How it takes its argument.
    pub(super) kind: ParamKind,
    /// Whether it has a default.
    pub(super) has_default: bool,
    /// Its slot; none in a lambda.
    pub(super) slot: Option<SlotId>,
}

/// The sorts of slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// A parameter.
    Param,
    /// What a function returns.
    Return,
    /// An attribute of a class.
    Attribute,
    /// A module-level name.
    Variable,
    /// A field of a functional namedtuple, or a local that inner functions see: never annotated by itself.
    Inner,
}

/// A slot.
#[derive(Clone, Debug)]
pub(super) struct SlotView {
    /// The module that declares it.
    pub(super) module: ModuleId,
    /// Its sort.
    pub(super) sort: Sort,
    /// Name of the parameter, function, attribute or variable.
    pub(super) name: Name,
    /// The function of a parameter or return.
    pub(super) function: Option<FunctionId>,
    /// The class of an attribute, or of the method.
    pub(super) owner: Option<ClassName>,
    /// Where it is declared.
    pub(super) offset: u32,
    /// Whether it is a parameter with the default `None`.
    pub(super) is_none_by_default: bool,
    /// Whether an annotation can be written: the module can be edited, there is none yet, it is no lambda.
    pub(super) open: bool,
}

/// A class of the repository.
#[derive(Clone, Debug)]
pub(super) struct ClassView {
    /// The module that defines it.
    pub(super) module: ModuleId,
    /// Its offset.
    pub(super) offset: u32,
    /// The classes whose members it has, itself first; classes outside the repository included.
    pub(super) mro: Vec<ClassName>,
    /// Whether a base is unknown, so that members may be missing here.
    pub(super) has_unknown_base: bool,
    /// What its own body and methods define.
    pub(super) members: BTreeMap<Name, MemberView>,
    /// Its keys and whether they are required, for a `TypedDict`.
    pub(super) keys: Option<Vec<(Name, bool)>>,
    /// Whether it is a `TypedDict` of which one key is always the same text: others are told from it by that alone.
    pub(super) is_variant: bool,
}

/// A member of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberView {
    /// An attribute with its slot.
    Attribute(SlotId),
    /// A property with the slot of what it returns.
    Property(SlotId),
    /// A method, by module and number.
    Method(ModuleId, FunctionId),
    /// Something whose type is not known here.
    Other,
}

/// An alias for a tuple of fixed length.
#[derive(Clone, Debug)]
pub(super) struct AliasView {
    /// The module that binds it.
    pub(super) module: ModuleId,
    /// Its name.
    pub(super) name: Name,
    /// What it stands for.
    pub(super) tuple: Type,
}

/// A functional namedtuple.
#[derive(Clone, Debug)]
pub(super) struct NamedTupleView {
    /// The module.
    pub(super) module: ModuleId,
    /// The class it makes.
    pub(super) class: ClassName,
    /// The call.
    pub(super) range: TextRange,
    /// Start of the statement or class that holds it.
    pub(super) offset: u32,
    /// Its fields with the slots of their values.
    pub(super) fields: Vec<(Name, Option<SlotId>)>,
    /// Source texts of the defaults of the last fields, with their types.
    pub(super) defaults: Vec<(String, Type)>,
    /// What a class would replace.
    pub(super) replaces: Replaces,
    /// Why it has to stay as it is.
    pub(super) declined: Option<String>,
}

impl<'a> World<'a> {
    /// The slot with this number.
    pub(super) fn slot(&self, slot: SlotId) -> Option<&SlotView> {
        self.slots.get(slot.0 as usize)
    }

    /// The module with this number, for modules of the repository.
    pub(super) fn module(&self, module: ModuleId) -> Option<&ModuleView<'a>> {
        self.modules.get(module.0 as usize)
    }

    /// Whether a module can be edited.
    pub(super) fn is_editable(&self, module: ModuleId) -> bool {
        self.module(module).is_some_and(|module| module.editable)
    }

    /// The text of a range; empty for what cannot be read.
    pub(super) fn text(&self, module: ModuleId, range: TextRange) -> &'a str {
        let Some(module) = self.module(module) else { return "" };
        module.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// The function with this number.
    pub(super) fn function(&self, module: ModuleId, function: u32) -> Option<&FunctionView> {
        self.module(module)?.functions.get(function as usize)
    }

    /// The innermost function around an offset.
    pub(super) fn function_at(&self, module: ModuleId, offset: u32) -> Option<(FunctionId, &FunctionView)> {
        let id = self.module(module)?.facts?.function_at(offset)?;
        Some((id, self.function(module, id.0)?))
    }

    /// The slot of the parameter that a range names.
    pub(super) fn parameter_at(&self, module: ModuleId, range: TextRange) -> Option<SlotId> {
        let text = self.text(module, range);
        if text.is_empty() || !text.chars().all(|char| char.is_alphanumeric() || char == '_') {
            return None;
        }
        let (_, function) = self.function_at(module, range.start)?;
        function.params.iter().find(|param| param.name.is(text))?.slot
    }

    /// Whether a slot is a `*args` or `**kwargs` whose name says nothing of what it holds.
    pub(super) fn is_passed_through(&self, slot: SlotId) -> bool {
        let Some(view) = self.slot(slot).filter(|view| view.sort == Sort::Param) else { return false };
        let Some(function) = view.function.and_then(|id| self.function(view.module, id.0)) else { return false };
        let is_star = |kind| matches!(kind, ParamKind::VarArgs | ParamKind::KwArgs);
        function.params.iter().any(|param| param.slot == Some(slot) && is_star(param.kind))
            && value_name(view.name).is_none()
    }

    /// A member of a class, looked up along its bases.
    pub(super) fn member(&self, class: ClassName, name: Name) -> Option<MemberView> {
        let view = self.classes.get(&class)?;
        view.mro.iter().filter_map(|base| self.classes.get(base)).find_map(|base| base.members.get(&name).copied())
    }

    /// How a function or attribute is called in a sentence: `` `Cart.total` ``.
    pub(super) fn title(&self, slot: SlotId) -> String {
        let Some(view) = self.slot(slot) else { return String::new() };
        let name = match (view.sort, view.function) {
            (Sort::Param, Some(function)) => {
                self.function(view.module, function.0).map_or(view.name, |function| function.name)
            }
            _ => view.name,
        };
        match view.owner {
            Some(owner) => format!("`{}.{name}`", owner.short()),
            None => format!("`{name}`"),
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    //! Hand-made worlds.

    use super::*;

    impl World<'static> {
        /// A world with one module of this text.
        pub(crate) fn of_text(name: &str, text: &'static str) -> Self {
            let module =
                ModuleView { name: Some(Name::new(name)), editable: true, text, facts: None, functions: Vec::new() };
            Self { modules: vec![module], ..Self::default() }
        }

        /// Adds a function to the module; its slots are the parameters in order, then the return.
        pub(crate) fn add_function(&mut self, name: &str, params: &[&str]) -> Vec<SlotId> {
            let module = &mut self.modules[0];
            let function = FunctionId(module.functions.len() as u32);
            let at = module.text.find(&format!("def {name}(")).unwrap_or(0) as u32;
            let end = module.text[at as usize + 1..].find("def ").map_or(module.text.len(), |n| at as usize + 1 + n);
            let first = self.slots.len() as u32;
            let params = params.iter().enumerate().map(|(index, param)| ParamView {
                name: Name::new(param),
                kind: ParamKind::Normal,
                has_default: false,
                slot: Some(SlotId(first + index as u32)),
            });
            let params: Vec<ParamView> = params.collect();
            module.functions.push(FunctionView {
                name: Name::new(name),
                range: TextRange::new(at, end as u32),
                returns: Some(SlotId(first + params.len() as u32)),
                params: params.clone(),
                class: None,
                is_coroutine: false,
            });
            let sorts = params.iter().map(|param| (Sort::Param, param.name)).chain([(Sort::Return, Name::new(name))]);
            for (sort, name) in sorts {
                self.slots.push(SlotView {
                    module: ModuleId(0),
                    sort,
                    name,
                    function: Some(function),
                    owner: None,
                    offset: at,
                    is_none_by_default: false,
                    open: true,
                });
            }
            (first..self.slots.len() as u32).map(SlotId).collect()
        }
    }
}
