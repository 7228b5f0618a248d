//! What was found, in words and in formats: diffs, evidence, cards, summaries, plans, coverage. Nothing here prints.

mod card;
mod coverage;
mod diff;
mod document;
mod github;
mod owners;
mod page;
mod paint;
mod sarif;
mod screen;
mod split;
mod summary;

pub use card::{Card, Sight};
pub use coverage::{Change as CoverageChange, Coverage, Tally};
pub use diff::{CONTEXT, hunks, unified_diff};
pub use document::{
    Document, DocumentError, DroppedRecord, EditRecord, EvidenceRecord, FORMAT, FileRecord, FindingRecord, PLAN_SCHEMA,
    Position, ProposalRecord, VERSION, digest, hash, line_edits,
};
pub use github::github;
pub use owners::Owners;
pub use page::page;
pub use paint::{Paint, Role};
pub use sarif::sarif;
pub use screen::{Change, PROMPT, Screen, Size, finish, wrap};
pub use split::{FileStep, SplitBy, Step, cut, order, sequence};
pub use summary::Summary;
