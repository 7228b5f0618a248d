//! Scopes and the names bound in them, by Python's rules
//! (language reference, 4.2 "Naming and binding").

use serde::{Deserialize, Serialize};

use super::{ClassId, FunctionId};
use crate::text::Name;

/// Index of a scope in `FileFacts::scopes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScopeId(pub u32);

/// A region in which names are bound.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scope {
    /// What opens it.
    pub kind: ScopeKind,
    /// The scope around it; none for the module.
    pub parent: Option<ScopeId>,
    /// Names bound here, parameters first and in order, then by first appearance.
    pub symbols: Vec<Symbol>,
}

impl Scope {
    /// Index of the symbol called `name`.
    pub fn index_of(&self, name: Name) -> Option<usize> {
        self.symbols.iter().position(|symbol| symbol.name == name)
    }
}

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A class body: invisible to the functions inside it.
    Class(ClassId),
    /// A function or lambda.
    Function(FunctionId),
    /// A comprehension or generator expression.
    Comprehension,
}

/// A name of a scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Symbol {
    /// The name.
    pub name: Name,
    /// How the scope comes by it.
    pub kind: SymbolKind,
    /// Whether a scope inside this one reads or rebinds it.
    pub is_captured: bool,
}

/// How a scope comes by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SymbolKind {
    /// A parameter.
    Parameter,
    /// Bound by an assignment, import, `def`, `class`, `for`, `with`, `except`, `case` or walrus.
    Bound,
    /// Declared `global` here. Uses of it have `Place::Global`.
    Global,
    /// Declared `nonlocal` here. Uses of it have the place of the enclosing binding.
    Nonlocal,
    /// A PEP 695 type parameter.
    TypeParameter,
}
