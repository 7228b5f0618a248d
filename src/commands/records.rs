//! An analysis as a document: what is proposed, with the places and the evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::base::Base;
use super::places::Places;
use super::settle::Origins;
use super::{Batch, Told};
use crate::infer::Finding;
use crate::plan::{Plan, Planned};
use crate::proposal::ProposalId;
use crate::report::{
    Document, DroppedRecord, EditRecord, EvidenceRecord, FORMAT, FileRecord, FindingRecord, ProposalRecord, VERSION,
    digest, hash, line_edits,
};
use crate::source::SourceFile;
use crate::text::{Edit, LineIndex};
use crate::types::ModuleId;

/// The document of what a batch verb would do.
pub(super) fn document(batch: &Batch, told: &Told) -> Result<Document> {
    let Batch { changes, base, .. } = batch;
    let Told { analysis, plan, following } = told;
    let origins = Origins::new(&analysis.project);
    let mut records = Records::new(analysis, base, &origins);
    let mut proposals = records.proposals(plan, &mut Ids::default());
    proposals.extend(following.iter().map(|following| following.record.clone()));
    let findings = analysis.inference.findings.iter().map(|finding| records.finding(finding)).collect();
    let summary = analysis.summary(plan);
    let mut files = Vec::new();
    for change in changes {
        let path = base.name(&change.path);
        let (old, new) = (text_of(&change.path, &change.original)?, text_of(&change.path, &change.new)?);
        files.push(FileRecord { hash: hash(&change.original), edits: line_edits(&path, &old, &new), path });
    }
    let dropped = summary.dropped.iter().map(|(subject, reason)| {
        let (subject, reason) = (subject.clone(), reason.clone());
        DroppedRecord { subject, reason }
    });
    Ok(Document {
        format: FORMAT.to_owned(),
        version: VERSION,
        tool: concat!("hintwright ", env!("CARGO_PKG_VERSION")).to_owned(),
        target_version: analysis.settings().target.to_string(),
        line_length: analysis.settings().line_length,
        digest: digest(&proposals),
        proposals,
        files,
        findings,
        dropped: dropped.collect(),
        skipped: analysis.reading.skipped.clone(),
        hidden: summary.hidden(),
    })
}

fn text_of(path: &Path, bytes: &[u8]) -> Result<String> {
    Ok(SourceFile::from_bytes(path, bytes)?.text.to_string())
}

/// The ids of a document: what has the id of one before it, as the next hint for the same place, gets another.
#[derive(Clone, Default)]
pub(super) struct Ids(BTreeMap<ProposalId, usize>);

impl Ids {
    fn take(&mut self, id: ProposalId) -> ProposalId {
        let count = self.0.entry(id).or_default();
        *count += 1;
        id.again(*count - 1)
    }
}

/// Records of one analysis, with the places on disk; each file is indexed once.
pub(super) struct Records<'a> {
    analysis: &'a Analysis,
    base: &'a Base,
    origins: &'a Origins,
    places: Places<'a>,
    files: FxHashMap<ModuleId, (String, LineIndex)>,
}

impl<'a> Records<'a> {
    pub(super) fn new(analysis: &'a Analysis, base: &'a Base, origins: &'a Origins) -> Self {
        let places = Places::on_disk(&analysis.project, origins);
        Self { analysis, base, origins, places, files: FxHashMap::default() }
    }

    fn finding(&mut self, finding: &Finding) -> FindingRecord {
        let (path, line) = self.place(finding.module, finding.offset);
        FindingRecord { kind: finding.kind.name().to_owned(), path, line, message: format!("{}.", finding.message) }
    }

    /// The proposals of a plan, in the order of files and lines.
    pub(super) fn proposals(&mut self, plan: &Plan, ids: &mut Ids) -> Vec<ProposalRecord> {
        let planned = self.analysis.in_order(plan);
        let id = |planned: &&Planned| (planned.proposal, ids.take(self.analysis.proposals[planned.proposal].id));
        let ids: FxHashMap<usize, ProposalId> = planned.iter().map(id).collect();
        let record = |planned: &Planned| {
            let requires: BTreeSet<String> =
                plan.needs(planned.proposal).filter_map(|needed| Some(ids.get(&needed)?.to_string())).collect();
            let id = ids[&planned.proposal].to_string();
            ProposalRecord { id, requires: requires.into_iter().collect(), ..self.proposal(plan, planned) }
        };
        planned.into_iter().map(record).collect()
    }

    fn proposal(&mut self, plan: &Plan, planned: &Planned) -> ProposalRecord {
        let proposal = &self.analysis.proposals[planned.proposal];
        let (path, line) = self.place(proposal.module, proposal.offset);
        let evidence = proposal.evidence.iter().map(|seen| {
            let (path, line) = self.place(seen.module, seen.range.start);
            EvidenceRecord {
                kind: seen.kind.label().to_owned(),
                path,
                line,
                text: self.places.line_text(seen.module, seen.range.start),
                ty: seen.ty.as_ref().map(|ty| plan.describe(ty)),
            }
        });
        ProposalRecord {
            id: String::new(),
            round: 0,
            requires: Vec::new(),
            transform: proposal.transform.to_owned(),
            path,
            line,
            title: planned.title.clone(),
            reason: planned.reason.clone(),
            confidence: proposal.confidence,
            applicability: proposal.applicability,
            evidence: evidence.collect(),
            edits: self.edits(planned),
        }
    }

    /// What a proposal changes when it comes alone.
    pub(super) fn edits(&mut self, planned: &Planned) -> Vec<EditRecord> {
        let mut records = Vec::new();
        for (module, edits) in &planned.edits {
            let Some(source) = self.origins.source(*module) else { continue };
            let essence = planned.essence.iter().find(|(own, _)| own == module);
            // Next to an import a definition has fewer blank lines around it.
            let is_essential = |edit: &Edit| {
                let same = |own: &Edit| own.range == edit.range && own.text.trim() == edit.text.trim();
                essence.is_some_and(|(_, own)| own.iter().any(same))
            };
            let origins = self.origins;
            let (path, index) = self.file(*module, source);
            records.extend(edits.iter().map(|edit| {
                let there = origins.edit(*module, edit);
                EditRecord::new(path, &source.text, index, there.range, &there.text, !is_essential(edit))
            }));
        }
        records
    }

    fn place(&mut self, module: ModuleId, offset: u32) -> (String, u32) {
        let (shown, line) = self.places.place(module, offset);
        match self.origins.source(module) {
            Some(source) => (self.file(module, source).0.clone(), line),
            None => (shown, line),
        }
    }

    fn file(&mut self, module: ModuleId, source: &SourceFile) -> &(String, LineIndex) {
        let base = self.base;
        self.files.entry(module).or_insert_with(|| (base.name(&source.path), source.line_index()))
    }
}
