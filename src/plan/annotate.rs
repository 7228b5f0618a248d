//! Where the annotation of a slot is written.

use crate::facts::{
    BinaryOp, Block, ClassId, Expr, ExprKind, FileFacts, FunctionId, Param, ScopeId, StmtId, StmtKind, SymbolKind,
};
use crate::project::{ClassKind, Definition, Resolution, SlotKind};
use crate::text::Name;
use crate::types::PythonVersion;

use super::file::{File, Site};

/// The place of an annotation.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// How its names are looked up.
    pub(super) site: Site,
    /// Where the text goes.
    pub(super) place: Place,
}

/// Where the text of an annotation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// After a parameter's name.
    Param {
        /// The function.
        function: FunctionId,
        /// Offset after the name.
        at: u32,
        /// Offset of the `=` of a default.
        equals: Option<u32>,
    },
    /// After the parameters of a function.
    Return {
        /// The function.
        function: FunctionId,
        /// Offset after the `)`.
        at: u32,
    },
    /// After the target of an assignment.
    Target(u32),
}

/// Finds the place of a slot; or why it cannot be annotated.
pub(super) fn target(file: &File<'_>, kind: SlotKind, version: PythonVersion) -> Result<Target, String> {
    let facts = file.facts();
    let evaluates = evaluates(facts, version);
    match kind {
        SlotKind::Param(id, index) => {
            let function = facts.function(id);
            let site = signature_site(facts, id, version)?;
            let param = function.params.get(usize::from(index)).ok_or("it has no such parameter")?;
            if param.annotation.is_some() {
                return Err(format!("`{}` is annotated already", param.name));
            }
            Ok(Target { site, place: param_place(file, id, param)? })
        }
        SlotKind::Return(id) => {
            let function = facts.function(id);
            let site = signature_site(facts, id, version)?;
            if function.returns.is_some() {
                return Err(format!("the return of `{}` is annotated already", function.name));
            }
            Ok(Target { site, place: Place::Return { function: id, at: function.params_end } })
        }
        SlotKind::Variable(name) => {
            let definitions = file.module.symbols.get(name);
            let annotated = |definition: &Definition| matches!(definition, Definition::Assignment(_, Some(_), _));
            if definitions.iter().any(annotated) {
                return Err(format!("`{name}` is annotated already"));
            }
            let is_global = |kind| kind == SymbolKind::Global;
            if facts.scopes[0].symbols.iter().any(|symbol| symbol.name == name && is_global(symbol.kind)) {
                return Err(format!("`{name}` is declared `global`"));
            }
            let stmt = first_assignment(facts, name, definitions)?;
            if names_a_type(file, stmt) {
                return Err(format!("`{name}` names a type"));
            }
            let at = assignment_target(file, stmt, |expr| matches!(expr, ExprKind::Name(n, _) if n == name))?;
            Ok(Target {
                site: Site { scope: ScopeId(0), position: (at, 0), evaluated: evaluates, hidden: Vec::new() },
                place: Place::Target(at),
            })
        }
        SlotKind::Attribute(class, name) => attribute(file, class, name, evaluates),
        SlotKind::Captured(scope, index) => {
            let symbol = facts.scope(scope).symbols.get(usize::from(index)).ok_or("it has no such variable")?;
            let function = facts.functions.iter().find(|function| function.scope == scope);
            let function = function.filter(|function| !function.is_lambda).ok_or("it is not a variable of a `def`")?;
            if symbol.kind != SymbolKind::Bound {
                return Err(format!("`{}` is not bound by an assignment", symbol.name));
            }
            let is_name = |expr: ExprKind| matches!(expr, ExprKind::Name(name, _) if name == symbol.name);
            let stmt = first_binding(facts, function.body, &is_name)
                .ok_or_else(|| format!("`{}` is not bound by an assignment first", symbol.name))?;
            let at = assignment_target(file, stmt, is_name)?;
            Ok(in_body(scope, at))
        }
        SlotKind::Field(..) => Err("a field of a namedtuple is annotated by its definition".to_owned()),
    }
}

/// A variable annotation in a function body is never evaluated (PEP 526).
fn in_body(scope: ScopeId, at: u32) -> Target {
    Target { site: Site { scope, position: (at, 0), evaluated: false, hidden: Vec::new() }, place: Place::Target(at) }
}

/// Whether Python evaluates the annotations of a file, and not only when somebody asks for them.
pub(super) fn evaluates(facts: &FileFacts, version: PythonVersion) -> bool {
    !facts.layout.future_annotations && version <= PythonVersion::LAST_EAGER
}

/// The place of a parameter's annotation.
pub(super) fn param_place(file: &File<'_>, function: FunctionId, param: &Param) -> Result<Place, String> {
    let at = param.name_range.end;
    let equals = match param.default {
        None => None,
        Some(default) => Some(find_equals(file.text(), at, file.facts().expr(default))?),
    };
    Ok(Place::Param { function, at, equals })
}

fn signature_site(facts: &FileFacts, id: FunctionId, version: PythonVersion) -> Result<Site, String> {
    let function = facts.function(id);
    if function.is_lambda {
        return Err("a lambda has no place for annotations".to_owned());
    }
    if function.type_comment.is_some() || function.params.iter().any(|param| param.from_comment) {
        return Err(format!("`{}` is typed by a comment", function.name));
    }
    Ok(header_site(facts, id, version))
}

/// How the names in the header of a function are looked up.
pub(super) fn header_site(facts: &FileFacts, id: FunctionId, version: PythonVersion) -> Site {
    let function = facts.function(id);
    let scope = facts.scope(function.scope).parent.unwrap_or(ScopeId(0));
    let hidden = function.type_params.of(&facts.names).to_vec();
    Site { scope, position: (function.range.start, usize::MAX), evaluated: evaluates(facts, version), hidden }
}

/// The offset of the `=` between a parameter's name and its default.
fn find_equals(text: &str, name_end: u32, default: &Expr) -> Result<u32, String> {
    let between = &text[name_end as usize..default.range.start as usize];
    let blanks = between.len() - between.trim_start_matches([' ', '\t']).len();
    if between[blanks..].starts_with('=') {
        Ok(name_end + blanks as u32)
    } else {
        Err("the default stands on a line of its own".to_owned())
    }
}

fn attribute(file: &File<'_>, id: ClassId, name: Name, evaluates: bool) -> Result<Target, String> {
    let facts = file.facts();
    let class = facts.class(id);
    let info = file.project.class_at(file.module, id);
    let in_class = info.symbols.get(name);
    if in_class.iter().any(|definition| matches!(definition, Definition::Assignment(_, Some(_), _))) {
        return Err(format!("`{name}` is annotated already"));
    }
    if !in_class.is_empty() {
        let stmt = first_assignment(facts, name, in_class)?;
        // There an annotation makes a field, or is read by whoever decorates the class.
        if info.kind != ClassKind::Plain || !class.decorators.is_empty() {
            return Err(format!("annotations in the body of `{}` have a meaning of their own", class.name));
        }
        let at = assignment_target(file, stmt, |expr| matches!(expr, ExprKind::Name(n, _) if n == name))?;
        let site = Site { scope: class.scope, position: (at, usize::MAX), evaluated: evaluates, hidden: vec![name] };
        return Ok(Target { site, place: Place::Target(at) });
    }
    // `__init__` first, where readers look; then the methods as they stand.
    let own = facts.functions.iter().filter(|function| function.class == Some(id));
    let mut methods: Vec<_> = own.collect();
    methods.sort_by_key(|function| !function.name.is("__init__"));
    for method in methods {
        let Some(this) = method.params.first().map(|param| param.name) else { continue };
        let is_attribute = |expr: ExprKind| {
            matches!(expr, ExprKind::Attribute(value, attribute)
                if attribute == name && matches!(facts.expr(value).kind, ExprKind::Name(owner, _) if owner == this))
        };
        if let Some(stmt) = first_binding(facts, method.body, &is_attribute) {
            if let StmtKind::AnnAssign(..) = facts.stmt(stmt).kind {
                return Err(format!("`{name}` is annotated already"));
            }
            let at = assignment_target(file, stmt, is_attribute)?;
            return Ok(in_body(method.scope, at));
        }
    }
    Err(format!("`{name}` is not bound by an assignment"))
}

/// The first statement of the text that binds a name which only assignments bind. A checker takes an annotation beside
/// an import, a class or a function of the same name for a second definition.
fn first_assignment(facts: &FileFacts, name: Name, definitions: &[Definition]) -> Result<StmtId, String> {
    let mut first: Option<StmtId> = None;
    for definition in definitions {
        let (Definition::Assignment(stmt, ..) | Definition::Other(stmt)) = *definition else {
            return Err(format!("`{name}` is not bound by assignments alone"));
        };
        if first.is_none_or(|first| facts.stmt(stmt).range.start < facts.stmt(first).range.start) {
            first = Some(stmt);
        }
    }
    first.ok_or_else(|| format!("`{name}` is not bound by an assignment"))
}

/// Whether an assignment makes an alias of a type, a type variable or a class: annotated, it would be a plain variable.
fn names_a_type(file: &File<'_>, stmt: StmtId) -> bool {
    let facts = file.facts();
    let StmtKind::Assign(_, value, _) = facts.stmt(stmt).kind else { return false };
    let is_of_typing = |expr| match file.project.resolve_dotted(file.module, expr) {
        Some(Resolution::Class(class)) => Some(class.module),
        Some(Resolution::Variable(module, _)) => file.project.module(module).map(|module| module.name),
        Some(Resolution::Function(function)) => file.project.module(function.module).map(|module| module.name),
        _ => None,
    };
    match facts.expr(value).kind {
        ExprKind::Name(..) | ExprKind::Attribute(..) => {
            matches!(file.project.resolve_dotted(file.module, value), Some(Resolution::Class(_)))
        }
        ExprKind::Subscript(base, _) => match file.project.resolve_dotted(file.module, base) {
            Some(Resolution::Class(_)) => true,
            _ => is_of_typing(base).is_some_and(|module| matches!(module.as_str(), "typing" | "typing_extensions")),
        },
        ExprKind::Binary(BinaryOp::BitOr, left, right) => [left, right]
            .into_iter()
            .any(|side| matches!(file.project.resolve_dotted(file.module, side), Some(Resolution::Class(_)))),
        ExprKind::Call(function, _) => {
            is_of_typing(function).is_some_and(|module| matches!(module.as_str(), "typing" | "typing_extensions"))
                && !matches!(facts.expr(function).kind, ExprKind::Name(name, _) if name.is("cast"))
        }
        _ => false,
    }
}

/// The end of the only target of an assignment, where the annotation goes.
fn assignment_target(file: &File<'_>, stmt: StmtId, is_target: impl Fn(ExprKind) -> bool) -> Result<u32, String> {
    let facts = file.facts();
    if matches!(facts.stmt(stmt).kind, StmtKind::Assign(_, _, Some(_))) {
        return Err("it is typed by a comment".to_owned());
    }
    only_target(file, stmt, is_target)
}

/// The end of the only target of an assignment, typed by a comment or not.
pub(super) fn only_target(file: &File<'_>, stmt: StmtId, is_target: impl Fn(ExprKind) -> bool) -> Result<u32, String> {
    let facts = file.facts();
    let StmtKind::Assign(targets, ..) = facts.stmt(stmt).kind else {
        return Err("it is not bound by a plain assignment".to_owned());
    };
    let [target] = facts.list(targets) else { return Err("its assignment has several targets".to_owned()) };
    let target = facts.expr(*target);
    if !is_target(target.kind) {
        return Err("its assignment unpacks a value".to_owned());
    }
    let after = file.text()[target.range.end as usize..].trim_start_matches([' ', '\t']);
    // `(x) = 1` cannot be annotated at the name.
    if !after.starts_with('=') || target.range.start != facts.stmt(stmt).range.start {
        return Err("its assignment has parentheses".to_owned());
    }
    Ok(target.range.end)
}

/// The first statement of a body that binds what `is_target` describes, nested functions and classes left out.
fn first_binding(facts: &FileFacts, body: Block, is_target: &dyn Fn(ExprKind) -> bool) -> Option<StmtId> {
    for &id in body.of(&facts.blocks) {
        let stmt = facts.stmt(id);
        let found = match stmt.kind {
            StmtKind::Assign(targets, ..) => {
                facts.list(targets).iter().any(|&target| holds(facts, target, is_target)).then_some(id)
            }
            StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) => {
                holds(facts, target, is_target).then_some(id)
            }
            StmtKind::For { target, .. } if holds(facts, target, is_target) => Some(id),
            StmtKind::With(items, ..)
                if items
                    .of(&facts.with_items)
                    .iter()
                    .any(|item| item.target.is_some_and(|target| holds(facts, target, is_target))) =>
            {
                Some(id)
            }
            _ => facts.inner_blocks(stmt).into_iter().find_map(|block| first_binding(facts, block, is_target)),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn holds(facts: &FileFacts, target: crate::facts::ExprId, is_target: &dyn Fn(ExprKind) -> bool) -> bool {
    match facts.expr(target).kind {
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            facts.list(items).iter().any(|&item| holds(facts, item, is_target))
        }
        ExprKind::Starred(inner) => holds(facts, inner, is_target),
        kind => is_target(kind),
    }
}
