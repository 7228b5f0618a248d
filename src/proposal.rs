//! Changes as a reviewer meets them, and the trait of what proposes them.

use std::fmt;
use std::hash::Hasher;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

pub use crate::facts::{ClassId, FileFacts, FunctionId, ScopeKind, StmtId, StmtKind};
pub use crate::infer::{
    Confidence, Declaration, Evidence, EvidenceKind, Field, Home, Inference, Member, MemberKind, MethodParam, Shape,
    ShapeKind, Solved, TypeVariable, Variable,
};
pub use crate::project::{Project, SlotInfo, SlotKind};
pub use crate::text::{Name, TextRange};
pub use crate::types::{ModuleId, ShapeId, SlotId, Type};

/// A change with one meaning: accepted or refused as a whole.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Stays the same when lines move and when the tool runs again.
    pub id: ProposalId,
    /// The name of the transform.
    pub transform: &'static str,
    /// The module and offset it is about, for sorting and headers.
    pub module: ModuleId,
    /// See `module`.
    pub offset: u32,
    /// Verb, name, type: "Annotate `render` parameter `order` as `Order`".
    pub title: Message,
    /// One sentence a reviewer can check.
    pub reason: Message,
    /// What was seen.
    pub evidence: Vec<Evidence>,
    /// How sure the types are.
    pub confidence: Confidence,
    /// Whether the program can behave differently.
    pub applicability: Applicability,
    /// What is done, all of it or nothing.
    pub changes: Vec<Change>,
    /// Definitions of other proposals that the changes mention.
    pub requires: Vec<ShapeId>,
}

/// A stable number for a proposal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProposalId(pub u64);

impl ProposalId {
    /// The id of what `transform` proposes for `subject`, such as a slot's qualified name, in `module`.
    pub fn new(transform: &str, module: Name, subject: &str) -> Self {
        let mut hasher = FxHasher::default();
        for part in [transform, module.as_str(), subject] {
            hasher.write(part.as_bytes());
            hasher.write_u8(0xff);
        }
        Self(hasher.finish())
    }

    /// The id of the one after `number` others of the same id in a document.
    #[must_use]
    pub fn again(self, number: usize) -> Self {
        if number == 0 {
            return self;
        }
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.0);
        hasher.write_usize(number);
        Self(hasher.finish())
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().filter(|_| text.len() == 16).map(Self)
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Whether the program can behave differently after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown, never written.
    DisplayOnly,
    /// Written only when asked for.
    Unsafe,
    /// Behaviour stays.
    Safe,
}

/// Text with types in it; the types are rendered when names have been chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message(pub Vec<Part>);

/// A part of a message or of a replacement.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it is.
    Text(String),
    /// A type as it would be written.
    Type(Type),
}

impl Message {
    /// A message without types.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }
}

/// One step of a proposal, symbolic until the plan has chosen names and imports.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Writes the type of a slot where the slot is declared.
    Annotate {
        /// The slot.
        slot: SlotId,
        /// Its type.
        ty: Type,
    },
    /// Writes the type of a function's local variable at its first assignment, where a checker would guess another
    /// one: `order: Order = {…}`, or `order = cast("Order", {})` where it is filled in steps.
    Declare(Declaration),
    /// Adds the definition of a shape at its home; for a `NamedTuple` replaces the `namedtuple(...)`.
    Define(ShapeId),
    /// Writes the types of a comment as annotations, and takes the comment away.
    Convert(Commented),
    /// Puts text before and after an expression: `AccountId(` and `)`.
    Wrap {
        /// The module.
        module: ModuleId,
        /// The expression.
        range: TextRange,
        /// The definition that is called.
        shape: ShapeId,
    },
}

/// What has its types in a `# type:` comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commented {
    /// The header of a function.
    Function(ModuleId, FunctionId),
    /// An assignment.
    Assignment(ModuleId, StmtId),
}

impl Commented {
    /// The module that it stands in.
    pub fn module(self) -> ModuleId {
        match self {
            Self::Function(module, _) | Self::Assignment(module, _) => module,
        }
    }
}

/// Something that looks at the solved model and proposes changes. Adding one is a folder under `transforms/` and two
/// lines in `transforms/mod.rs`.
pub trait Transform: Sync {
    /// The name on the command line and of the folder, such as `typed_dict`.
    fn name(&self) -> &'static str;

    /// One line for the list of transforms, without a full stop.
    fn summary(&self) -> &'static str;

    /// The page that `hintwright explain NAME` prints.
    fn page(&self) -> &'static str;

    /// The proposals for a repository.
    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal>;
}
