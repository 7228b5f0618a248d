//! The plan as a document: what `diff --output-format json` writes and `--plan` reads.
//!
//! Its form is fixed by `plan.schema.json` beside this file, which `hintwright explain plan` prints. Paths are relative
//! and have `/` between their parts, so a document means the same in another checkout.

use serde::{Deserialize, Serialize};

use crate::proposal::{Applicability, Confidence, ProposalId};
use crate::text::{LineIndex, TextRange, hash_bytes};

/// The JSON schema of [`Document`].
pub const PLAN_SCHEMA: &str = include_str!("plan.schema.json");

/// What a document says about itself first.
pub const FORMAT: &str = "hintwright-plan";

/// The version of the form. It grows when a reader of the one before would misunderstand a document.
pub const VERSION: u32 = 2;

/// A plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The name and version of what wrote it.
    pub tool: String,
    /// The version of Python that the hints are written for.
    pub target_version: String,
    /// The width that signatures are wrapped at, where one is stated.
    pub line_length: Option<usize>,
    /// The changes, each with one meaning.
    pub proposals: Vec<ProposalRecord>,
    /// All changes together, file by file.
    pub files: Vec<FileRecord>,
    /// A hash of the proposals that `files` was made from: one who takes proposals out of the document need not
    /// touch `files`.
    pub digest: String,
    /// What the analysis found wrong in the program, beside missing hints.
    pub findings: Vec<FindingRecord>,
    /// Changes that could not be planned.
    pub dropped: Vec<DroppedRecord>,
    /// Files that were left alone: one line each, beginning with the file.
    pub skipped: Vec<String>,
    /// How many changes the settings hide.
    pub hidden: usize,
}

/// A change with one meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProposalRecord {
    /// Stays the same when lines move and when the tool runs again.
    pub id: String,
    /// 0 for what is proposed of the files as they are; what has a higher number follows once those with lower ones are
    /// made.
    pub round: u32,
    /// The ids of the proposals that it rests on, as far as can be told: whose definitions it names, or from whose
    /// hints it follows.
    pub requires: Vec<String>,
    /// The name of the transform.
    pub transform: String,
    /// The file it is about.
    pub path: String,
    /// The line it is about, from 1.
    pub line: u32,
    /// Verb, name, type.
    pub title: String,
    /// One sentence.
    pub reason: String,
    /// How sure the types are.
    pub confidence: Confidence,
    /// Whether the program can behave differently.
    pub applicability: Applicability,
    /// What was seen.
    pub evidence: Vec<EvidenceRecord>,
    /// What it changes when it comes alone; of what follows from others, what it adds to theirs. The places are those in
    /// the files as they are.
    pub edits: Vec<EditRecord>,
}

/// Something that was seen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceRecord {
    /// The kind of place: "call site", "default", …
    pub kind: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What stands there.
    pub text: String,
    /// The type seen there.
    #[serde(rename = "type")]
    pub ty: Option<String>,
}

/// Text in the place of other text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRecord {
    /// The file.
    pub path: String,
    /// Where the text that is replaced begins.
    pub start: Position,
    /// Where it ends; an insertion where it begins.
    pub end: Position,
    /// What stands there afterwards.
    pub text: String,
    /// The lines that hold the place, as they were.
    pub context: String,
    /// Whether it only imports what other edits mention.
    pub is_import: bool,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The byte in the text as UTF-8 without a byte-order mark, from 0.
    pub offset: u32,
}

/// A file that changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRecord {
    /// The file.
    pub path: String,
    /// The hash of the bytes that it held.
    pub hash: String,
    /// What changes, from the first place to the last.
    pub edits: Vec<EditRecord>,
}

/// Something that is wrong in the program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindingRecord {
    /// The kind.
    pub kind: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// One sentence.
    pub message: String,
}

/// A change that could not be planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DroppedRecord {
    /// What it was: file, line, transform.
    pub subject: String,
    /// Why.
    pub reason: String,
}

/// What is wrong with a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not JSON of this form.
    #[error("is not a plan of hintwright ({0})")]
    Malformed(#[from] serde_json::Error),
    /// It says that it is something else.
    #[error("is not a plan of hintwright (its format is `{0}`)")]
    OtherFormat(String),
    /// It has another version.
    #[error("is a plan of version {0}, and this hintwright reads version {VERSION}")]
    OtherVersion(u32),
}

impl Document {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Header {
            format: String,
            version: u32,
        }
        let header: Header = serde_json::from_str(text)?;
        if header.format != FORMAT {
            return Err(DocumentError::OtherFormat(header.format));
        }
        if header.version != VERSION {
            return Err(DocumentError::OtherVersion(header.version));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The document as text.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("it holds strings, numbers and lists only");
        json + "\n"
    }

    /// Whether `files` is made from just these proposals.
    pub fn is_whole(&self) -> bool {
        self.digest == digest(&self.proposals)
    }
}

/// The hash of the ids of proposals.
pub fn digest(proposals: &[ProposalRecord]) -> String {
    let mut ids: Vec<&str> = proposals.iter().map(|proposal| proposal.id.as_str()).collect();
    ids.sort_unstable();
    hash(ids.join(" ").as_bytes())
}

/// The hash of bytes, as a document writes it.
pub fn hash(bytes: &[u8]) -> String {
    format!("{:016x}", hash_bytes(bytes))
}

impl ProposalRecord {
    /// The id as a number, if it is one.
    pub fn id(&self) -> Option<ProposalId> {
        u64::from_str_radix(&self.id, 16).ok().map(ProposalId)
    }
}

impl EditRecord {
    /// An edit of `text`.
    pub fn new(path: &str, text: &str, index: &LineIndex, range: TextRange, inserted: &str, is_import: bool) -> Self {
        let position = |offset: u32| {
            let place = index.line_column(offset);
            Position { line: place.line, column: place.column, offset }
        };
        let first = text[..range.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
        // Of whole lines the last newline begins no line more.
        let last = if range.is_empty() { range.end } else { range.end - 1 } as usize;
        let end = text[last..].find('\n').map_or(text.len(), |newline| last + newline);
        Self {
            path: path.to_owned(),
            start: position(range.start),
            end: position(range.end),
            text: inserted.to_owned(),
            context: text.get(first..end).unwrap_or_default().trim_end_matches('\r').to_owned(),
            is_import,
        }
    }

    /// What is replaced.
    pub fn range(&self) -> TextRange {
        TextRange { start: self.start.offset, end: self.end.offset.max(self.start.offset) }
    }
}

/// The edits that make `new` of `old`: runs of lines that differ, without what both ends have in common.
pub fn line_edits(path: &str, old: &str, new: &str) -> Vec<EditRecord> {
    use similar::{Algorithm, DiffTag, capture_diff_slices};
    let lines = |text: &'_ str| -> Vec<(usize, String)> {
        let mut at = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.push((at, line.to_owned()));
            at += line.len();
        }
        lines
    };
    let (old_lines, new_lines) = (lines(old), lines(new));
    let texts = |lines: &[(usize, String)]| lines.iter().map(|(_, line)| line.clone()).collect::<Vec<_>>();
    let offset = |lines: &[(usize, String)], number: usize, text: &str| lines.get(number).map_or(text.len(), |l| l.0);
    let index = LineIndex::new(old);
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &texts(&old_lines), &texts(&new_lines)) {
        if op.tag() == DiffTag::Equal {
            continue;
        }
        let (before, after) = (op.old_range(), op.new_range());
        let (start, end) = (offset(&old_lines, before.start, old), offset(&old_lines, before.end, old));
        let inserted = &new[offset(&new_lines, after.start, new)..offset(&new_lines, after.end, new)];
        let range = TextRange::new(start as u32, end as u32);
        edits.push(EditRecord::new(path, old, &index, range, inserted, false));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Edit, Patch};

    #[test]
    fn edits_of_lines_give_the_new_text() {
        for (old, new) in [
            ("a\nb\nc\n", "a\nB\nc\nd\n"),
            ("", "x\n"),
            ("x\r\ny", "x: int\r\ny"),
            ("é = 1\nb", "import a\né = 1\nb\n"),
            ("same\n", "same\n"),
        ] {
            let edits = line_edits("x.py", old, new);
            let edits: Vec<Edit> = edits.iter().map(|edit| Edit::replace(edit.range(), edit.text.clone())).collect();
            let mut patch = Patch::new();
            patch.add_all(&edits).expect("runs of lines are disjoint");
            assert_eq!(patch.apply(old), new);
        }
    }

    #[test]
    fn an_edit_keeps_its_lines() {
        let text = "def f(é, b):\r\n    pass\r\n";
        let index = LineIndex::new(text);
        let edit = EditRecord::new("x.py", text, &index, TextRange::at(8), ": int", false);
        assert_eq!((edit.start.line, edit.start.column, edit.context.as_str()), (1, 8, "def f(é, b):"));
        let edit = EditRecord::new("x.py", text, &index, TextRange::new(0, text.len() as u32), "", false);
        assert_eq!(edit.context, "def f(é, b):\r\n    pass");
        assert_eq!(edit.end.line, 3);
    }

    #[test]
    fn other_documents_are_refused() {
        let error = |text: &str| Document::parse(text).expect_err(text).to_string();
        assert!(error("{}").starts_with("is not a plan"));
        assert!(error("{\"format\": \"x\", \"version\": 1}").ends_with("(its format is `x`)"));
        let newer = error("{\"format\": \"hintwright-plan\", \"version\": 3}");
        assert_eq!(newer, "is a plan of version 3, and this hintwright reads version 2");
    }
}
