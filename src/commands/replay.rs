//! A plan from a file, made in this checkout.
//!
//! Where the files are those that the plan was made for, what it says is written as it stands: nothing is inferred, so
//! it does not matter which packages are installed here. Where they changed, or proposals were taken out of the plan,
//! the repository is looked at again, and of the plan's proposals those are made of which just the same would come
//! here; the others are refused.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::analysis::{self, Analysis};
use super::base::Base;
use super::records::Records;
use crate::config::Settings;
use crate::infer::Confidence;
use crate::plan::Plan;
use crate::proposal::ProposalId;
use crate::report::{Document, EditRecord, FileRecord, hash};
use crate::source::{self, SourceFile};
use crate::text::{Edit, Patch};
use crate::write::FileChange;

/// What becomes of a plan here.
pub(super) struct Replay {
    /// The files to write.
    pub(super) changes: Vec<FileChange>,
    /// How many proposals are made.
    pub(super) made: usize,
    /// The others: title and place, and why not.
    pub(super) refused: Vec<(String, String)>,
}

/// Reads a plan.
pub(super) fn read(path: &Path) -> Result<Document> {
    let text = fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    Document::parse(&text).map_err(|error| anyhow!("{} {error}", path.display()))
}

/// What a plan comes to in this checkout.
pub(super) fn replay(document: &Document, settings: Settings) -> Result<Replay> {
    if document.proposals.is_empty() {
        return Ok(Replay { changes: Vec::new(), made: 0, refused: Vec::new() });
    }
    let base = base(document, &settings)?;
    if document.is_whole()
        && let Some(changes) = as_it_stands(document, &base)
    {
        return Ok(Replay { changes, made: document.proposals.len(), refused: Vec::new() });
    }
    let root = settings.root.clone();
    let analysis = analysis::analyse(&[root], widened(document, settings)?)?;
    let (plan, refused) = matching(&analysis, document, &base);
    Ok(Replay { changes: analysis.changes(&plan)?, made: plan.planned.len(), refused })
}

/// This checkout with just those proposals of a plan that are the same here, to be asked about; and the others.
pub(super) fn for_review(document: &Document, settings: Settings) -> Result<(Analysis, Vec<(String, String)>)> {
    let base = base(document, &settings)?;
    let root = settings.root.clone();
    let mut analysis = analysis::analyse(&[root], widened(document, settings)?)?;
    let (plan, refused) = matching(&analysis, document, &base);
    let kept: HashSet<ProposalId> =
        plan.planned.iter().map(|planned| analysis.proposals[planned.proposal].id).collect();
    analysis.proposals.retain(|proposal| kept.contains(&proposal.id));
    Ok((analysis, refused))
}

fn base(document: &Document, settings: &Settings) -> Result<Base> {
    let names: Vec<&str> = document.files.iter().map(|file| file.path.as_str()).collect();
    Base::holding(&names, settings).ok_or_else(|| anyhow!("none of the files of this plan is here"))
}

/// The changes of the plan, if every file is as it was and would be valid.
fn as_it_stands(document: &Document, base: &Base) -> Option<Vec<FileChange>> {
    document.files.iter().map(|file| exact(file, base)).collect()
}

fn exact(file: &FileRecord, base: &Base) -> Option<FileChange> {
    let place = base.path(&file.path)?;
    let original = fs::read(&place).ok().filter(|bytes| hash(bytes) == file.hash)?;
    let source = SourceFile::from_bytes(&place, &original).ok()?;
    let length = source.text.len();
    let edit = |record: &EditRecord| {
        let range = record.range();
        let fits = range.end as usize <= length
            && source.text.is_char_boundary(range.start as usize)
            && source.text.is_char_boundary(range.end as usize);
        fits.then(|| Edit::replace(range, record.text.clone()))
    };
    let edits: Vec<Edit> = file.edits.iter().map(edit).collect::<Option<_>>()?;
    let mut patch = Patch::new();
    patch.add_all(&edits).ok()?;
    let changed = SourceFile { text: patch.apply(&source.text).into(), ..source };
    source::with_tree(&changed, || source::parse(&changed).map(drop)).ok()?;
    Some(FileChange { path: place, original, new: changed.encode(&changed.text).ok()? })
}

/// Settings under which every proposal of the plan can be made: which are wanted is decided already.
fn widened(document: &Document, settings: Settings) -> Result<Settings> {
    let changes_tests = document.files.iter().any(|file| analysis::is_test(Path::new(&file.path)));
    let target = document.target_version.parse().map_err(|error: String| anyhow!(error))?;
    Ok(Settings {
        target,
        line_length: document.line_length,
        min_confidence: Confidence::Low,
        allow_unsafe: true,
        max_changes: None,
        include_tests: settings.include_tests || changes_tests,
        transforms: analysis::transform_names(),
        ..settings
    })
}

/// What a proposal would write, wherever it stands: file, lines as they were, text.
type Content = Vec<(String, String, String)>;

fn content<'a>(edits: impl Iterator<Item = &'a EditRecord>) -> Content {
    let plain = |text: &str| text.replace('\r', "");
    let own = edits.filter(|edit| !edit.is_import);
    let mut content: Content = own.map(|edit| (edit.path.clone(), context_of(edit), plain(edit.text.trim()))).collect();
    content.sort();
    content
}

/// The lines that an edit is in. Whole lines that are added do not depend on what stands around them.
fn context_of(edit: &EditRecord) -> String {
    if edit.start.column == 1 && edit.start == edit.end {
        return String::new();
    }
    edit.context.replace('\r', "").trim().to_owned()
}

/// What is in the way of a proposal that was planned as one thing and would be another here.
fn difference(planned: &Content, here: &Content) -> Option<String> {
    if planned == here {
        return None;
    }
    let Some((path, context, text)) = planned.iter().find(|edit| !here.contains(edit)) else {
        return Some("it changes more here".to_owned());
    };
    let line = context.lines().next().unwrap_or_default();
    let same_line = here.iter().find(|edit| edit.0 == *path && edit.1 == *context && !planned.contains(edit));
    Some(match same_line {
        Some((_, _, own)) if line.is_empty() => format!("it would add something else here: `{own}`"),
        Some((_, _, own)) => format!("`{own}` would be written here, not `{text}`"),
        None if line.is_empty() => format!("nothing is added to {path} here"),
        None => format!("{path} does not hold the line `{line}` any more"),
    })
}

/// The plan of those proposals of the document of which just the same would come here, and why the others do not.
pub(super) fn matching(analysis: &Analysis, document: &Document, base: &Base) -> (Plan, Vec<(String, String)>) {
    let mut wanted: BTreeMap<ProposalId, (Content, Vec<String>)> = BTreeMap::new();
    let mut refused: Vec<(String, String)> = Vec::new();
    for record in &document.proposals {
        let Some(id) = record.id() else { continue };
        let entry = wanted.entry(id).or_default();
        entry.0.extend(content(record.edits.iter()));
        entry.0.sort();
        entry.1.push(format!("{}:{} · {}", record.path, record.line, record.title));
    }
    loop {
        let ids: HashSet<ProposalId> = wanted.keys().copied().collect();
        let plan = analysis.plan_only(&ids);
        let mut here: BTreeMap<ProposalId, Content> = BTreeMap::new();
        let mut records = Records::new(analysis, base);
        for planned in &plan.planned {
            let entry = here.entry(analysis.proposals[planned.proposal].id).or_default();
            entry.extend(content(records.edits(planned).iter()));
            entry.sort();
        }
        // What does not come here any more, and what would come otherwise.
        let lost: Vec<(ProposalId, String)> = wanted
            .iter()
            .filter_map(|(id, (content, _))| match here.get(id) {
                None => Some((*id, "it is not proposed here".to_owned())),
                Some(own) => Some((*id, difference(content, own)?)),
            })
            .collect();
        if lost.is_empty() {
            refused.sort();
            return (plan, refused);
        }
        for (id, reason) in lost {
            let (_, titles) = wanted.remove(&id).unwrap_or_default();
            refused.extend(titles.into_iter().map(|title| (title, reason.clone())));
        }
    }
}
