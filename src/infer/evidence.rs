//! What was seen, where, and how sure a conclusion from it is.

use serde::{Deserialize, Serialize};

use crate::text::TextRange;
use crate::types::{ModuleId, Type};

/// How sure a type is, by the written rules in `infer::confidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess from one side only.
    Low,
    /// Several pieces of evidence that agree, or one that is strong.
    Medium,
    /// The evidence leaves no other answer that a checker would accept.
    High,
}

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The kind of place.
    pub kind: EvidenceKind,
    /// The module of the place.
    pub module: ModuleId,
    /// The place.
    pub range: TextRange,
    /// The type seen there, where there is one.
    pub ty: Option<Type>,
}

/// The kind of place that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// An argument at a call site.
    CallSite,
    /// The default value.
    Default,
    /// A `return`.
    Return,
    /// A `yield`.
    Yield,
    /// An assignment.
    Assignment,
    /// The same slot of another method of the override family.
    Override,
    /// A use in the body: an operator, a method, a stub's typed parameter.
    Use,
    /// A key that is read.
    KeyRead,
    /// A key that is stored, or a display with keys.
    KeyStore,
    /// An index or unpacking.
    Index,
    /// A docstring.
    Docstring,
    /// A `# type:` comment.
    Comment,
    /// The data model: the language fixes the type.
    DataModel,
}

impl EvidenceKind {
    /// The words a report uses.
    pub fn label(self) -> &'static str {
        match self {
            Self::CallSite => "call site",
            Self::Default => "default",
            Self::Return => "return",
            Self::Yield => "yield",
            Self::Assignment => "assignment",
            Self::Override => "override family",
            Self::Use => "use",
            Self::KeyRead => "key read",
            Self::KeyStore => "key store",
            Self::Index => "index",
            Self::Docstring => "docstring",
            Self::Comment => "type comment",
            Self::DataModel => "data model",
        }
    }
}
