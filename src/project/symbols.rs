//! What the module-level names of a module stand for.

use rustc_hash::FxHashMap;

use crate::facts::{ClassId, ExprId, FileFacts, FunctionId, ImportId, StmtId};
use crate::text::Name;

/// One binding of a module-level or class-level name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A class.
    Class(ClassId),
    /// A function.
    Function(FunctionId),
    /// An imported name.
    Import(ImportId),
    /// `name = value` or `name: annotation = value`: the statement, the annotation, the value.
    Assignment(StmtId, Option<ExprId>, Option<ExprId>),
    /// Bound by unpacking, `for`, `with` or another form.
    Other(StmtId),
}

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// The bindings of each name, in the order of the text.
    pub by_name: FxHashMap<Name, Vec<Definition>>,
    /// The names in `__all__`, where it is a display of strings.
    pub exported: Option<Vec<Name>>,
    /// Star imports, in order.
    pub stars: Vec<ImportId>,
}

