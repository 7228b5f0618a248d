//! Placeholder until the plan layer is merged.

use std::collections::HashSet;
use std::hash::BuildHasher;

use crate::infer::{Confidence, Inference};
use crate::project::Project;
use crate::proposal::{Proposal, ProposalId};
use crate::text::{Edit, Patch};
use crate::types::{ModuleId, PythonVersion};

/// Placeholder.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a, S = std::hash::RandomState> {
    /// Placeholder.
    pub target: PythonVersion,
    /// Placeholder.
    pub line_length: Option<usize>,
    /// Placeholder.
    pub min_confidence: Confidence,
    /// Placeholder.
    pub allow_unsafe: bool,
    /// Placeholder.
    pub accept: Option<&'a HashSet<ProposalId, S>>,
}

/// Placeholder.
#[derive(Debug, Default)]
pub struct Plan {
    /// Placeholder.
    pub files: Vec<PlannedFile>,
    /// Placeholder.
    pub planned: Vec<Planned>,
    /// Placeholder.
    pub dropped: Vec<Dropped>,
    /// Placeholder.
    pub hidden: usize,
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
#[derive(Clone, Debug)]
pub struct Planned {
    /// Placeholder.
    pub proposal: usize,
    /// Placeholder.
    pub title: String,
    /// Placeholder.
    pub reason: String,
    /// Placeholder.
    pub edits: Vec<(ModuleId, Vec<Edit>)>,
}

/// Placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Placeholder.
    pub proposal: usize,
    /// Placeholder.
    pub reason: String,
}

/// Placeholder.
pub fn plan<S: BuildHasher>(_: &Project, _: &Inference, _: &[Proposal], _: &Options<'_, S>) -> Plan {
    Plan::default()
}
