//! Functions, lambdas, classes and their parameters.

use super::{Context, Kind, Lowerer, NodeId};
use crate::facts::{
    Block, Class, ClassId, ExprId, ExprKind, Function, FunctionId, List, Param, ParamKind, ScopeId, ScopeKind,
    StmtKind, SymbolKind,
};
use crate::text::{Name, TextRange};

impl Lowerer<'_> {
    /// Lowers a definition with decorators.
    pub(super) fn decorated(&mut self, node: NodeId) -> Option<StmtKind> {
        let mark = self.pending.exprs.len();
        let mut definition = None;
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            match self.kind(child) {
                Kind::Decorator => {
                    if let Some(decorator) = self.syntax.first_named(child) {
                        let decorator = self.expr(decorator);
                        self.pending.exprs.push(decorator);
                    }
                }
                _ => definition = Some(child),
            }
        }
        let decorators = self.complete_exprs(mark);
        let definition = definition?;
        match self.kind(definition) {
            Kind::FunctionDefinition => Some(StmtKind::Function(self.function(definition, decorators))),
            Kind::ClassDefinition => Some(StmtKind::Class(self.class(definition, decorators))),
            _ => None,
        }
    }

    /// Lowers a function; defaults and annotations belong to the scope around it.
    pub(super) fn function(&mut self, node: NodeId, decorators: List<ExprId>) -> FunctionId {
        let range = self.syntax.range(node);
        let name_node = self.syntax.child_of_kind(node, Kind::Identifier);
        let name = name_node.map_or_else(|| Name::new(""), |name| self.name_of(name));
        let qualname = self.qualname(name);
        self.bind(name);
        let id = self.reserve_function(name, qualname, range, self.context.class);
        let outer = self.context.around.replace(id);
        let mut params = Vec::new();
        let mut params_range = TextRange::at(range.end);
        let mut returns = None;
        let mut type_params = Vec::new();
        let mut body = None;
        let mut is_async = false;
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next(&mut parts) {
            match self.kind(part) {
                Kind::Async => is_async = true,
                Kind::TypeParameter => type_params = self.type_params(part),
                Kind::Parameters => {
                    params_range = self.syntax.range(part);
                    params = self.params(part);
                }
                Kind::Type => returns = Some(self.annotation(part)),
                Kind::Block => body = Some(part),
                _ => {}
            }
        }
        let body_start = body.map_or(range.end, |body| {
            self.syntax.first_named(body).map_or(self.syntax.range(body).end, |stmt| self.syntax.range(stmt).start)
        });
        self.param_comments(&mut params, params_range);
        let type_comment = self.function_comment(params_range.end, body_start);
        if let Some(comment) = type_comment {
            returns = returns.or_else(|| self.fragment(comment.returns, false));
            let is_method = self.context.class.is_some();
            self.param_types(&mut params, comment.arguments, is_method);
        }
        self.context.around = outer;
        let scope = self.open_function_scope(id, &params, &type_params);
        let context = Context { scope, class: None, function: Some(id), around: Some(id) };
        let body = body.map_or_else(Block::empty, |body| self.within(context, |lowerer| lowerer.block(body)));
        let docstring = self.docstring(body);
        let type_params = self.push_names(&type_params);
        let function = &mut self.facts.functions[id.0 as usize];
        *function = Function {
            name_range: name_node.map_or(TextRange::at(range.start), |name| self.syntax.range(name)),
            scope,
            params,
            returns,
            params_start: params_range.start + 1,
            params_end: params_range.end,
            decorators,
            is_async,
            body,
            docstring,
            type_comment: type_comment.map(|comment| comment.range),
            type_params,
            // The rest is as reserved; `is_generator` was set when the body was lowered.
            ..function.clone()
        };
        id
    }

    /// Lowers a lambda.
    pub(super) fn lambda(&mut self, node: NodeId) -> FunctionId {
        let range = self.range(node);
        let name = Name::new("<lambda>");
        let qualname = self.qualname(name);
        let id = self.reserve_function(name, qualname, range, None);
        let mut params = Vec::new();
        let mut params_start = range.start + "lambda".len() as u32;
        let mut body = None;
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next_named(&mut parts) {
            if self.kind(part) == Kind::LambdaParameters {
                params_start = self.syntax.range(part).start;
                params = self.params(part);
            } else {
                body = Some(part);
            }
        }
        let scope = self.open_function_scope(id, &params, &[]);
        let context = Context { scope, class: None, function: Some(id), around: Some(id) };
        let body = body.map_or_else(Block::empty, |body| {
            let value = self.within(context, |lowerer| lowerer.annotated(false, |lowerer| lowerer.expr(body)));
            let stmt = self.push_stmt(self.facts.expr(value).range, StmtKind::Return(Some(value)));
            self.block_of(stmt)
        });
        let function = &mut self.facts.functions[id.0 as usize];
        function.scope = scope;
        function.params = params;
        function.params_start = params_start;
        function.params_end = range.end;
        function.is_lambda = true;
        function.body = body;
        id
    }

    /// Takes the next number, so that an outer function comes before the inner ones.
    fn reserve_function(&mut self, name: Name, qualname: Name, range: TextRange, class: Option<ClassId>) -> FunctionId {
        let id = FunctionId(self.facts.functions.len() as u32);
        self.facts.functions.push(Function {
            name,
            qualname,
            range,
            name_range: TextRange::at(range.start),
            class,
            parent: self.context.function,
            around: self.context.around,
            scope: self.context.scope,
            params: Vec::new(),
            returns: None,
            params_start: range.start,
            params_end: range.end,
            decorators: List::empty(),
            is_async: false,
            is_generator: false,
            is_lambda: false,
            body: Block::empty(),
            docstring: None,
            type_comment: None,
            type_params: List::empty(),
        });
        id
    }

    fn open_function_scope(&mut self, id: FunctionId, params: &[Param], type_params: &[Name]) -> ScopeId {
        let scope = self.open_scope(ScopeKind::Function(id), Some(self.context.scope));
        for param in params {
            self.add_symbol(scope, param.name, SymbolKind::Parameter);
        }
        for &name in type_params {
            self.add_symbol(scope, name, SymbolKind::TypeParameter);
        }
        scope
    }

    /// Notes that the current function is a generator. A comprehension cannot hold a `yield` of its own.
    pub(super) fn note_yield(&mut self) {
        if let ScopeKind::Function(function) = self.facts.scope(self.context.scope).kind {
            self.facts.functions[function.0 as usize].is_generator = true;
        }
    }

    /// Lowers a class.
    pub(super) fn class(&mut self, node: NodeId, decorators: List<ExprId>) -> ClassId {
        let range = self.syntax.range(node);
        let name_node = self.syntax.child_of_kind(node, Kind::Identifier);
        let name = name_node.map_or_else(|| Name::new(""), |name| self.name_of(name));
        let qualname = self.qualname(name);
        self.bind(name);
        let id = ClassId(self.facts.classes.len() as u32);
        self.facts.classes.push(Class {
            name,
            qualname,
            range,
            name_range: name_node.map_or(TextRange::at(range.start), |name| self.syntax.range(name)),
            class: self.context.class,
            parent: self.context.function,
            scope: self.context.scope,
            arguments: List::empty(),
            decorators,
            body: Block::empty(),
            docstring: None,
            type_params: List::empty(),
        });
        let mut arguments = List::empty();
        let mut type_params = Vec::new();
        let mut body = None;
        let mut parts = self.syntax.children(node);
        while let Some(part) = self.syntax.next_named(&mut parts) {
            match self.kind(part) {
                Kind::TypeParameter => type_params = self.type_params(part),
                Kind::ArgumentList => arguments = self.arguments(part),
                Kind::Block => body = Some(part),
                _ => {}
            }
        }
        let scope = self.open_scope(ScopeKind::Class(id), Some(self.context.scope));
        for &name in &type_params {
            self.add_symbol(scope, name, SymbolKind::TypeParameter);
        }
        let context = Context { scope, class: Some(id), ..self.context };
        let body = body.map_or_else(Block::empty, |body| self.within(context, |lowerer| lowerer.block(body)));
        let docstring = self.docstring(body);
        let type_params = self.push_names(&type_params);
        let class = &mut self.facts.classes[id.0 as usize];
        class.scope = scope;
        class.arguments = arguments;
        class.body = body;
        class.docstring = docstring;
        class.type_params = type_params;
        id
    }

    /// The dotted name that Python gives to something defined here.
    fn qualname(&self, name: Name) -> Name {
        if self.is_declared_global(name) {
            return name;
        }
        if let Some(class) = self.context.class {
            return Name::new(&format!("{}.{name}", self.facts.class(class).qualname));
        }
        match self.context.function {
            Some(function) => Name::new(&format!("{}.<locals>.{name}", self.facts.function(function).qualname)),
            None => name,
        }
    }

    /// The range of the string that a body begins with.
    pub(super) fn docstring(&self, body: Block) -> Option<TextRange> {
        let first = self.facts.block(body).next()?;
        let StmtKind::Expr(expr) = first.kind else { return None };
        let expr = self.facts.expr(expr);
        matches!(expr.kind, ExprKind::Str(_)).then_some(expr.range)
    }

    /// The names of PEP 695 type parameters.
    fn type_params(&mut self, node: NodeId) -> Vec<Name> {
        let mut names = Vec::new();
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            // `T`, `T: bound`, `*Ts` and `**P` all have the name first, at different depths.
            let mut name = Some(child);
            while let Some(node) = name {
                if self.kind(node) == Kind::Identifier {
                    names.push(self.name_of(node));
                    break;
                }
                name = self.syntax.first_named(node);
            }
        }
        names
    }

    fn params(&mut self, node: NodeId) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        let mut kind = ParamKind::Normal;
        let mut children = self.syntax.children(node);
        while let Some(child) = self.syntax.next_named(&mut children) {
            let mut parts = self.syntax.children(child);
            let (mut name_node, mut annotation, mut default) = (child, None, None);
            match self.kind(child) {
                Kind::KeywordSeparator => {
                    kind = ParamKind::KeywordOnly;
                    continue;
                }
                Kind::PositionalSeparator => {
                    for param in &mut params {
                        param.kind = ParamKind::PositionalOnly;
                    }
                    continue;
                }
                Kind::TypedParameter | Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    let Some(first) = self.syntax.next_named(&mut parts) else { continue };
                    name_node = first;
                    while let Some(part) = self.syntax.next_named(&mut parts) {
                        if self.kind(part) == Kind::Type {
                            annotation = Some(self.annotation(part));
                        } else {
                            default = Some(self.annotated(false, |lowerer| lowerer.expr(part)));
                        }
                    }
                }
                _ => {}
            }
            let own_kind = match self.kind(name_node) {
                Kind::ListSplatPattern => ParamKind::VarArgs,
                Kind::DictionarySplatPattern => ParamKind::KwArgs,
                _ => kind,
            };
            if matches!(own_kind, ParamKind::VarArgs | ParamKind::KwArgs) {
                let Some(name) = self.syntax.first_named(name_node) else { continue };
                name_node = name;
            }
            // Python 2 allowed a tuple here.
            if self.kind(name_node) != Kind::Identifier {
                continue;
            }
            if own_kind == ParamKind::VarArgs {
                kind = ParamKind::KeywordOnly;
            }
            let name = self.name_of(name_node);
            let name_range = self.syntax.range(name_node);
            params.push(Param { name, name_range, kind: own_kind, default, annotation, from_comment: false });
        }
        params
    }
}
