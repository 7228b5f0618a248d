//! Placeholder until the plan layer is merged.

use std::collections::BTreeSet;

use crate::infer::Inference;
use crate::project::Project;
use crate::proposal::{Applicability, Confidence, Evidence, Proposal, ProposalId};
use crate::text::Patch;
use crate::types::ModuleId;

/// Placeholder.
#[derive(Clone, Debug)]
pub struct Options {
    /// Placeholder.
    pub min_confidence: Confidence,
    /// Placeholder.
    pub allow_unsafe: bool,
    /// Placeholder.
    pub line_length: usize,
    /// Placeholder.
    pub only: Option<BTreeSet<ProposalId>>,
}

/// Placeholder.
#[derive(Debug, Default)]
pub struct Plan {
    /// Placeholder.
    pub files: Vec<PlannedFile>,
    /// Placeholder.
    pub items: Vec<Item>,
    /// Placeholder.
    pub dropped: Vec<(String, String)>,
}

/// Placeholder.
#[derive(Debug)]
pub struct PlannedFile {
    /// Placeholder.
    pub module: ModuleId,
    /// Placeholder.
    pub patch: Patch,
}

/// Placeholder.
#[derive(Debug)]
pub struct Item {
    /// Placeholder.
    pub id: ProposalId,
    /// Placeholder.
    pub transform: &'static str,
    /// Placeholder.
    pub module: ModuleId,
    /// Placeholder.
    pub offset: u32,
    /// Placeholder.
    pub title: String,
    /// Placeholder.
    pub reason: String,
    /// Placeholder.
    pub evidence: Vec<Evidence>,
    /// Placeholder.
    pub confidence: Confidence,
    /// Placeholder.
    pub applicability: Applicability,
}

/// Placeholder.
pub fn plan(_project: &Project, _inference: &Inference, _proposals: Vec<Proposal>, _options: &Options) -> Plan {
    Plan::default()
}
