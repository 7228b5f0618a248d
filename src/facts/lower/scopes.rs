//! Scopes, what they bind, and the place of every name.

use rustc_hash::FxHashMap;

use super::{Context, Lowerer};
use crate::facts::{ExprId, ExprKind, Place, Scope, ScopeId, ScopeKind, Symbol, SymbolKind};
use crate::text::{Name, TextRange};

/// What is known about names while the file is lowered.
#[derive(Default)]
pub(super) struct ScopeBuilder {
    /// Where each name stands in `Scope::symbols`.
    indices: FxHashMap<(ScopeId, Name), u16>,
    /// Name expressions with the scopes they are written in.
    uses: Vec<(ExprId, ScopeId)>,
}

const MODULE: ScopeId = ScopeId(0);

impl Lowerer<'_> {
    /// Adds a scope; the caller decides when it becomes the current one.
    pub(super) fn open_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>) -> ScopeId {
        let id = ScopeId(self.facts.scopes.len() as u32);
        self.facts.scopes.push(Scope { kind, parent, symbols: Vec::new() });
        id
    }

    /// Lowers something in another context and comes back.
    pub(super) fn within<R>(&mut self, context: Context, action: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.context, context);
        let result = action(self);
        self.context = outer;
        result
    }

    /// A name expression; its place is set by [`Lowerer::resolve_names`].
    pub(super) fn push_name(&mut self, range: TextRange, name: Name) -> ExprId {
        let id = self.push_expr(range, ExprKind::Name(name, Place::Global));
        self.scopes.uses.push((id, self.context.scope));
        id
    }

    /// Binds a name in the current scope.
    pub(super) fn bind(&mut self, name: Name) {
        self.add_symbol(self.context.scope, name, SymbolKind::Bound);
    }

    /// Binds the name of a walrus: a comprehension does not keep it for itself.
    pub(super) fn bind_walrus(&mut self, name: Name) {
        let mut scope = self.context.scope;
        while let Scope { kind: ScopeKind::Comprehension, parent: Some(parent), .. } = self.facts.scope(scope) {
            scope = *parent;
        }
        self.add_symbol(scope, name, SymbolKind::Bound);
    }

    /// Declares a name `global` in the current scope.
    pub(super) fn declare_global(&mut self, name: Name) {
        self.add_symbol(MODULE, name, SymbolKind::Bound);
        if self.context.scope != MODULE {
            self.add_symbol(self.context.scope, name, SymbolKind::Global);
            self.mark_captured(MODULE, name);
        }
    }

    /// Adds a name to a scope, unless the scope has it; a declaration overrides what was there.
    pub(super) fn add_symbol(&mut self, scope: ScopeId, name: Name, kind: SymbolKind) {
        let symbols = &mut self.facts.scopes[scope.0 as usize].symbols;
        if let Some(&index) = self.scopes.indices.get(&(scope, name)) {
            if matches!(kind, SymbolKind::Global | SymbolKind::Nonlocal) {
                symbols[usize::from(index)].kind = kind;
            }
        } else if let Ok(index) = u16::try_from(symbols.len()) {
            symbols.push(Symbol { name, kind, is_captured: false });
            self.scopes.indices.insert((scope, name), index);
        }
    }

    /// Whether the current scope declares the name `global`.
    pub(super) fn is_declared_global(&self, name: Name) -> bool {
        self.symbol_kind(self.context.scope, name) == Some(SymbolKind::Global)
    }

    fn symbol_kind(&self, scope: ScopeId, name: Name) -> Option<SymbolKind> {
        let &index = self.scopes.indices.get(&(scope, name))?;
        Some(self.facts.scope(scope).symbols[usize::from(index)].kind)
    }

    fn mark_captured(&mut self, scope: ScopeId, name: Name) {
        if let Some(&index) = self.scopes.indices.get(&(scope, name)) {
            self.facts.scopes[scope.0 as usize].symbols[usize::from(index)].is_captured = true;
        }
    }

    /// Gives each name expression its place. What a scope binds is known only when all of it has been lowered.
    pub(super) fn resolve_names(&mut self) {
        for (id, scope) in std::mem::take(&mut self.scopes.uses) {
            if let ExprKind::Name(name, _) = self.facts.expr(id).kind {
                let place = self.resolve(scope, name);
                self.facts.exprs[id.0 as usize].kind = ExprKind::Name(name, place);
            }
        }
        // `nonlocal f` and then `def f` or `import f`: a rebinding without a name expression.
        for scope in 0..self.facts.scopes.len() {
            for symbol in 0..self.facts.scopes[scope].symbols.len() {
                let Symbol { name, kind, .. } = self.facts.scopes[scope].symbols[symbol];
                if kind == SymbolKind::Nonlocal {
                    self.resolve(ScopeId(scope as u32), name);
                }
            }
        }
    }

    fn resolve(&mut self, from: ScopeId, name: Name) -> Place {
        let mut scope = from;
        let mut left_function = false;
        for up in 0..=u8::MAX {
            let Scope { kind, parent: Some(parent), .. } = *self.facts.scope(scope) else { break };
            if let Some(&index) = self.scopes.indices.get(&(scope, name)) {
                let symbol = &mut self.facts.scopes[scope.0 as usize].symbols[usize::from(index)];
                // Only the code of a class body itself sees its names; its type parameters are seen further inside.
                let is_hidden = up > 0 && matches!(kind, ScopeKind::Class(_));
                match symbol.kind {
                    SymbolKind::TypeParameter => return Place::Local { up, index },
                    _ if is_hidden => {}
                    SymbolKind::Nonlocal => {}
                    SymbolKind::Global => {
                        self.mark_captured(MODULE, name);
                        return Place::Global;
                    }
                    SymbolKind::Parameter | SymbolKind::Bound => {
                        symbol.is_captured |= left_function;
                        return Place::Local { up, index };
                    }
                }
            }
            left_function |= matches!(kind, ScopeKind::Function(_));
            scope = parent;
        }
        if left_function {
            self.mark_captured(MODULE, name);
        }
        Place::Global
    }
}
