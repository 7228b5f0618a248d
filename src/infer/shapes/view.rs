//! From a project to what the solvers see of it.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::world::{
    AliasView, ClassView, FunctionView, MemberView, ModuleView, NamedTupleView, ParamView, SlotView, Sort, World,
};
use crate::facts::{ClassId, ExprId, ExprKind, FileFacts, FunctionId, StmtKind};
use crate::infer::Replaces;
use crate::project::{
    Binding, ClassInfo, ClassKind, Context, Definition, Module, NamedTupleInfo, NamedTuplePlace, Origin, Project,
    SlotInfo, SlotKind, last_name,
};
use crate::text::Name;
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type};

impl<'a> World<'a> {
    /// What the solvers see of a project.
    pub(in crate::infer) fn of(project: &'a Project) -> Self {
        let mut world = Self { project: Some(project), ..Self::default() };
        let modules: Vec<&Module> = project.repository().collect();
        let mut attributes: FxHashMap<(ModuleId, ClassId), Vec<(Name, SlotId)>> = FxHashMap::default();
        for (slot, info) in project.slots().iter() {
            if let SlotKind::Attribute(class, name) = info.kind {
                attributes.entry((info.module, class)).or_default().push((name, slot));
            }
        }
        world.modules = modules.par_iter().map(|module| module_view(project, module)).collect();
        let slots: Vec<(SlotId, SlotInfo)> = project.slots().iter().collect();
        let view = |&(slot, info): &(SlotId, SlotInfo)| {
            project.module(info.module).map(|module| (slot, slot_view(project, module, info)))
        };
        world.slots.reserve_exact(slots.len());
        for (slot, (view, declared)) in slots.par_iter().filter_map(view).collect::<Vec<_>>() {
            if let Some(declared) = declared.filter(|ty| !ty.is_unknown()) {
                world.declared.insert(slot, declared);
            }
            if view.sort == Sort::Variable {
                world.variables.insert((view.module, view.name), slot);
            }
            world.slots.push(view);
        }
        let class = |module: &Module, number| {
            let id = ClassId(number);
            let own = attributes.get(&(module.id, id)).map_or(&[][..], Vec::as_slice);
            let info = project.class_at(module, id);
            (info.name, class_view(project, module, id, info, own))
        };
        let classes = modules
            .par_iter()
            .flat_map_iter(|module| (0..module.facts.classes.len() as u32).map(|number| class(module, number)));
        world.classes.extend(classes.collect::<Vec<_>>());
        world.aliases = modules.par_iter().flat_map_iter(|module| aliases(project, module)).collect();
        for info in project.named_tuples() {
            if let Some(module) = project.module(info.module) {
                if let (NamedTuplePlace::Assignment(_), Some(class)) = (info.place, project.class(info.class)) {
                    world.classes.insert(info.class, synthetic_view(module, &info, class));
                }
                world.named_tuples.push(named_tuple_view(module, info));
            }
        }
        world
    }
}

fn module_view<'a>(project: &'a Project, module: &'a Module) -> ModuleView<'a> {
    let function = |(number, function): (usize, &crate::facts::Function)| {
        let id = FunctionId(number as u32);
        let slot = |kind| project.slots().find(module.id, kind);
        let params = function.params.iter().enumerate().map(|(index, param)| ParamView {
            name: param.name,
            kind: param.kind,
            has_default: param.default.is_some(),
            slot: slot(SlotKind::Param(id, index as u16)),
        });
        FunctionView {
            name: function.name,
            range: function.range,
            params: params.collect(),
            returns: slot(SlotKind::Return(id)),
            class: function.class.map(|class| ClassName::new(module.name, module.facts.class(class).qualname)),
            is_coroutine: function.is_async && !function.is_generator,
        }
    };
    ModuleView {
        name: Some(module.import_name),
        editable: module.origin == Origin::Project,
        text: module.source.as_ref().map_or("", |source| &*source.text),
        facts: Some(&module.facts),
        functions: module.facts.functions.iter().enumerate().map(function).collect(),
    }
}

/// A slot, and the type its annotation declares.
fn slot_view(project: &Project, module: &Module, info: SlotInfo) -> (SlotView, Option<Type>) {
    let facts = &module.facts;
    let editable = module.origin == Origin::Project;
    let mut view = SlotView {
        module: module.id,
        sort: Sort::Inner,
        name: Name::new(""),
        function: None,
        owner: None,
        offset: 0,
        is_none_by_default: false,
        open: false,
    };
    let mut declared = None;
    let owner_of = |class: Option<ClassId>| class.map(|class| ClassName::new(module.name, facts.class(class).qualname));
    let signature_of = |id: FunctionId| project.signature(FunctionRef { module: module.id, function: id.0 });
    match info.kind {
        SlotKind::Param(id, index) => {
            let function = facts.function(id);
            let param = &function.params[index as usize];
            // `__new__` is static without saying so, and takes the class.
            let is_bound = index == 0
                && function.class.is_some()
                && (function.name.is("__new__")
                    || signature_of(id).is_some_and(|signature| signature.binding != Binding::Static));
            view.sort = Sort::Param;
            view.name = param.name;
            view.function = Some(id);
            view.owner = owner_of(function.class);
            view.offset = function.range.start;
            view.is_none_by_default =
                param.default.is_some_and(|default| matches!(facts.expr(default).kind, ExprKind::None));
            view.open = editable && param.annotation.is_none() && !is_bound;
            if param.annotation.is_some() {
                declared = signature_of(id).and_then(|signature| signature.params.get(index as usize)?.ty.clone());
            }
        }
        SlotKind::Return(id) => {
            let function = facts.function(id);
            view.sort = Sort::Return;
            view.name = function.name;
            view.function = Some(id);
            view.owner = owner_of(function.class);
            view.offset = function.range.start;
            view.open = editable && function.returns.is_none();
            if function.returns.is_some() {
                declared = signature_of(id).and_then(|signature| signature.result.clone());
            }
        }
        SlotKind::Attribute(id, name) => {
            let class = project.class_at(module, id);
            view.sort = Sort::Attribute;
            view.name = name;
            view.owner = Some(class.name);
            view.offset = facts.class(id).range.start;
            let definitions = class.symbols.get(name);
            let annotation = annotation_of(definitions);
            declared = annotation.map(|annotation| project.annotation(&Context::of_class(module, id), annotation));
            let is_value = definitions.iter().all(|definition| matches!(definition, Definition::Assignment(..)));
            // An annotation in the body of a dataclass or the like would make a field.
            let is_free = class.kind == ClassKind::Plain || definitions.is_empty();
            view.open = editable && annotation.is_none() && is_value && is_free && class.kind != ClassKind::Enum;
        }
        SlotKind::Variable(name) => {
            let definitions = module.symbols.get(name);
            view.sort = Sort::Variable;
            view.name = name;
            let annotation = annotation_of(definitions);
            declared = annotation.map(|annotation| project.annotation(&Context::of_module(module), annotation));
            let assigned = definitions.iter().find_map(|definition| match definition {
                Definition::Assignment(stmt, ..) => Some(facts.stmt(*stmt).range.start),
                _ => None,
            });
            view.offset = assigned.unwrap_or_default();
            view.open = editable && annotation.is_none() && assigned.is_some();
        }
        SlotKind::Field(..) => {}
        SlotKind::Captured(scope, index) => {
            if let Some(symbol) = facts.scope(scope).symbols.get(index as usize) {
                view.name = symbol.name;
            }
        }
    }
    (view, declared)
}

fn annotation_of(definitions: &[Definition]) -> Option<ExprId> {
    definitions.iter().find_map(|definition| match definition {
        Definition::Assignment(_, annotation, _) => *annotation,
        _ => None,
    })
}

fn class_view(
    project: &Project,
    module: &Module,
    id: ClassId,
    info: &ClassInfo,
    attributes: &[(Name, SlotId)],
) -> ClassView {
    let facts = &module.facts;
    let mut view = ClassView {
        module: module.id,
        offset: facts.class(id).range.start,
        mro: project.mro(info).iter().map(|(base, _)| *base).collect(),
        has_unknown_base: !project.is_fully_known(info.name),
        members: std::collections::BTreeMap::new(),
        keys: None,
        is_variant: false,
    };
    for &(name, slot) in attributes {
        let member = match info.symbols.get(name).last() {
            Some(Definition::Function(function)) => function_member(project, module, *function),
            Some(Definition::Class(_) | Definition::Import(_) | Definition::Other(_)) => MemberView::Other,
            Some(Definition::Assignment(..)) | None => MemberView::Attribute(slot),
        };
        view.members.insert(name, member);
    }
    for (index, field) in info
        .named_tuple
        .iter()
        .flat_map(|(call, fields)| fields.iter().enumerate().map(move |(index, field)| ((*call, index as u16), field)))
    {
        if let Some(slot) = project.slots().find(module.id, SlotKind::Field(index.0, index.1)) {
            view.members.entry(field.name).or_insert(MemberView::Attribute(slot));
        }
    }
    // What is set from outside of the class is a member all the same.
    for name in project.slot_names(module, id) {
        view.members.entry(name).or_insert(MemberView::Other);
    }
    if info.kind == ClassKind::TypedDict {
        view.keys = project.typed_dict_keys(info);
        view.is_variant = view.keys.is_some() && has_constant_key(project, info);
    }
    view
}

/// A class that `Name = namedtuple(...)` makes.
fn synthetic_view(module: &Module, info: &NamedTupleInfo, class: &ClassInfo) -> ClassView {
    let fields = info.fields.as_ref().map_or(&[][..], Vec::as_slice);
    let members =
        fields.iter().map(|(field, slot)| (field.name, slot.map_or(MemberView::Other, MemberView::Attribute)));
    ClassView {
        module: module.id,
        offset: module.facts.expr(info.call).range.start,
        mro: vec![info.class],
        has_unknown_base: class.has_unknown_base,
        members: members.collect(),
        keys: None,
        is_variant: false,
    }
}

/// The aliases for tuples of fixed length that a module binds, once each.
fn aliases<'p>(project: &'p Project, module: &'p Module) -> impl Iterator<Item = AliasView> + 'p {
    let facts = &module.facts;
    let statements = facts.block(facts.body).filter_map(|stmt| match stmt.kind {
        StmtKind::Assign(targets, value, ..) => match facts.list(targets) {
            &[target] => Some((target, value)),
            _ => None,
        },
        StmtKind::AnnAssign(target, _, Some(value)) => Some((target, value)),
        _ => None,
    });
    statements.filter_map(|(target, value)| {
        let (ExprKind::Name(name, _), ExprKind::Subscript(..)) = (&facts.expr(target).kind, &facts.expr(value).kind)
        else {
            return None;
        };
        if module.symbols.get(*name).len() != 1 {
            return None;
        }
        let tuple = project.annotation(&Context::of_module(module), value);
        matches!(tuple, Type::Tuple(_)).then_some(AliasView { module: module.id, name: *name, tuple })
    })
}

fn function_member(project: &Project, module: &Module, id: FunctionId) -> MemberView {
    let signature = project.signature(FunctionRef { module: module.id, function: id.0 });
    match signature.map(|signature| signature.binding) {
        Some(Binding::Property) => {
            let returns = project.slots().find(module.id, SlotKind::Return(id));
            returns.map_or(MemberView::Other, MemberView::Property)
        }
        Some(Binding::Setter) | None => MemberView::Other,
        Some(Binding::Plain | Binding::Static | Binding::Class) => MemberView::Method(module.id, id),
    }
}

/// Whether the body of a class declares a `Literal`.
fn has_constant_key(project: &Project, info: &ClassInfo) -> bool {
    let (Some(id), Some(module)) = (info.class, project.module(info.module)) else { return false };
    module.facts.block(module.facts.class(id).body).any(|stmt| match stmt.kind {
        StmtKind::AnnAssign(_, annotation, _) => {
            last_name(&module.facts, annotation).is_some_and(|name| name.is("Literal"))
        }
        _ => false,
    })
}

fn named_tuple_view(module: &Module, info: NamedTupleInfo) -> NamedTupleView {
    let facts = &module.facts;
    let text = |expr: ExprId| {
        let source = module.source.as_ref().map_or("", |source| &*source.text);
        let range = facts.expr(expr).range;
        source.get(range.start as usize..range.end as usize).unwrap_or("").to_owned()
    };
    let range = facts.expr(info.call).range;
    let (replaces, class_offset) = match info.place {
        NamedTuplePlace::Assignment(stmt) => (Replaces::Assignment(stmt), facts.stmt(stmt).range.start),
        NamedTuplePlace::Base(class) => (Replaces::Base(class), facts.class(class).range.start),
    };
    let mut view = NamedTupleView {
        module: info.module,
        class: info.class,
        range,
        offset: class_offset,
        fields: Vec::new(),
        defaults: Vec::new(),
        replaces,
        declined: super::conversion::problem(facts, &info),
    };
    for (field, slot) in info.fields.unwrap_or_default() {
        view.fields.push((field.name, slot));
        view.defaults.extend(field.default.map(|default| (text(default), literal(facts, default))));
    }
    view
}

/// The type of a default that can be told from its form.
fn literal(facts: &FileFacts, expr: ExprId) -> Type {
    use crate::types::known;
    match facts.expr(expr).kind {
        ExprKind::None => Type::None,
        ExprKind::Bool(_) => known::BOOL.instance(),
        ExprKind::Int(_) => known::INT.instance(),
        ExprKind::Float => known::FLOAT.instance(),
        ExprKind::Str(_) | ExprKind::FString(_) => known::STR.instance(),
        ExprKind::Bytes => known::BYTES.instance(),
        ExprKind::Unary(crate::facts::UnaryOp::Minus, inner) => literal(facts, inner),
        _ => Type::Unknown,
    }
}
