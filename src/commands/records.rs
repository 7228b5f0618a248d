//! An analysis as a document: what is proposed, with the places and the evidence.

use std::path::Path;

use anyhow::Result;
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::base::Base;
use super::places::Places;
use crate::infer::Finding;
use crate::plan::{Plan, Planned};
use crate::report::{
    Document, DroppedRecord, EditRecord, EvidenceRecord, FORMAT, FileRecord, FindingRecord, ProposalRecord, VERSION,
    digest, hash, line_edits,
};
use crate::source::SourceFile;
use crate::text::{Edit, LineIndex};
use crate::types::ModuleId;
use crate::write::FileChange;

/// The document of a plan whose changes, and what follows from them, are `changes`.
pub(super) fn document(
    analysis: &Analysis,
    plan: &Plan,
    changes: &[FileChange],
    following: usize,
    base: &Base,
) -> Result<Document> {
    let mut records = Records::new(analysis, base);
    let planned = analysis.in_order(plan);
    let proposals: Vec<ProposalRecord> = planned.into_iter().map(|planned| records.proposal(plan, planned)).collect();
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
        following,
        findings,
        dropped: dropped.collect(),
        skipped: analysis.skipped.clone(),
        hidden: summary.hidden(),
    })
}

fn text_of(path: &Path, bytes: &[u8]) -> Result<String> {
    Ok(SourceFile::from_bytes(path, bytes)?.text.to_string())
}

/// Records of one analysis; each file is indexed once.
pub(super) struct Records<'a> {
    analysis: &'a Analysis,
    base: &'a Base,
    places: Places<'a>,
    files: FxHashMap<ModuleId, (String, LineIndex)>,
}

impl<'a> Records<'a> {
    pub(super) fn new(analysis: &'a Analysis, base: &'a Base) -> Self {
        Self { analysis, base, places: Places::new(&analysis.project), files: FxHashMap::default() }
    }

    fn finding(&mut self, finding: &Finding) -> FindingRecord {
        let (path, line) = self.place(finding.module, finding.offset);
        FindingRecord { kind: finding.kind.name().to_owned(), path, line, message: format!("{}.", finding.message) }
    }

    /// A proposal of a plan.
    pub(super) fn proposal(&mut self, plan: &Plan, planned: &Planned) -> ProposalRecord {
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
            id: proposal.id.to_string(),
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
            let Some(source) = self.analysis.project.module(*module).and_then(|module| module.source.as_ref()) else {
                continue;
            };
            let essence = planned.essence.iter().find(|(own, _)| own == module);
            // Next to an import a definition has fewer blank lines around it.
            let is_essential = |edit: &Edit| {
                let same = |own: &Edit| own.range == edit.range && own.text.trim() == edit.text.trim();
                essence.is_some_and(|(_, own)| own.iter().any(same))
            };
            let (path, index) = self.file(*module, source);
            let (path, index) = (path.clone(), index.clone());
            let record =
                |edit: &Edit| EditRecord::new(&path, &source.text, &index, edit.range, &edit.text, !is_essential(edit));
            records.extend(edits.iter().map(record));
        }
        records
    }

    fn place(&mut self, module: ModuleId, offset: u32) -> (String, u32) {
        match self.analysis.project.module(module).and_then(|module| module.source.as_ref()) {
            Some(source) => {
                let (path, index) = self.file(module, source);
                (path.clone(), index.line(offset))
            }
            None => self.places.place(module, offset),
        }
    }

    fn file(&mut self, module: ModuleId, source: &SourceFile) -> &(String, LineIndex) {
        let base = self.base;
        self.files.entry(module).or_insert_with(|| (base.name(&source.path), source.line_index()))
    }
}
