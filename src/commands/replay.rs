//! A plan from a file, made in this checkout.
//!
//! Where the files are those that the plan was made for, what it says is written as it stands: nothing is inferred, so
//! it does not matter which packages are installed here. Where they changed, or proposals were taken out of the plan,
//! the repository is looked at again, and of the plan's proposals those are made of which just the same would come
//! here, what follows from others once these are made; the rest is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::analysis::{self, Analysis};
use super::base::Base;
use super::records::Records;
use super::settle::{MAX_FOLLOW_UPS, Origins};
use crate::config::Settings;
use crate::infer::Confidence;
use crate::plan::Plan;
use crate::proposal::ProposalId;
use crate::report::{Document, EditRecord, FileRecord, ProposalRecord, hash};
use crate::source::{self, SourceFile, is_test};
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
    let mut analysis = analysis::analyse(&[root], widened(document, settings)?)?;
    let project = analysis.project.clone();
    let mut wanted = Wanted::new(document, true);
    let plan = wanted.plan(&mut analysis, &base, &Origins::new(&project));
    let changes = if wanted.open.is_empty() {
        analysis.changes(&plan)?
    } else {
        analysis.settled(&plan, |mut next, origins| wanted.plan(&mut next, &base, origins))?.changes
    };
    let made = document.proposals.len() - wanted.open.len();
    Ok(Replay { changes, made, refused: wanted.refused() })
}

/// This checkout with just those proposals of a plan that are the same here, to be asked about; and the others. After
/// the first look only the texts are compared: what was written since then is in the lines of what is left.
pub(super) fn for_review(
    document: &Document,
    settings: Settings,
    is_first: bool,
) -> Result<(Analysis, Vec<(String, String)>)> {
    let base = base(document, &settings)?;
    let root = settings.root.clone();
    let mut analysis = analysis::analyse(&[root], widened(document, settings)?)?;
    let project = analysis.project.clone();
    let mut wanted = Wanted::new(document, is_first);
    wanted.plan(&mut analysis, &base, &Origins::new(&project));
    // What follows is asked about once that from which it follows is written.
    wanted.open.retain(|_, (record, _)| record.round == 0);
    Ok((analysis, wanted.refused()))
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
    let changes_tests = document.files.iter().any(|file| is_test(Path::new(&file.path)));
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

fn content<'a>(edits: impl Iterator<Item = &'a EditRecord>, with_lines: bool) -> Content {
    let plain = |text: &str| text.replace('\r', "");
    let lines = |edit: &EditRecord| if with_lines { context_of(edit) } else { String::new() };
    // How a signature is wrapped and what is blank around a definition depends on what else is made.
    let is_layout = |edit: &EditRecord| !edit.text.is_empty() && matches!(edit.text.trim(), "" | ",");
    let own = edits.filter(|edit| !edit.is_import && !is_layout(edit));
    let mut content: Content = own.map(|edit| (edit.path.clone(), lines(edit), plain(edit.text.trim()))).collect();
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

/// The proposals of a plan that were not made yet.
struct Wanted<'d> {
    open: BTreeMap<ProposalId, (&'d ProposalRecord, Content)>,
    /// Why they were not, where more is known than that they are not proposed.
    reasons: BTreeMap<ProposalId, String>,
    /// Whether they have to stand in the same lines.
    with_lines: bool,
}

impl<'d> Wanted<'d> {
    fn new(document: &'d Document, with_lines: bool) -> Self {
        let entry =
            |record: &'d ProposalRecord| Some((record.id()?, (record, content(record.edits.iter(), with_lines))));
        Self { open: document.proposals.iter().filter_map(entry).collect(), reasons: BTreeMap::new(), with_lines }
    }

    /// The ids that a proposal with this one may have in the plan, which numbers those that are the same.
    fn ids(&self, id: ProposalId) -> impl Iterator<Item = ProposalId> + use<'_> {
        let numbered = (0..=MAX_FOLLOW_UPS).map(move |number| id.again(number));
        numbered.filter(|id| self.open.contains_key(id))
    }

    /// Plans those proposals of an analysis of which just the same are wanted, and leaves only them there.
    fn plan(&mut self, analysis: &mut Analysis, base: &Base, origins: &Origins) -> Plan {
        analysis.proposals.retain(|proposal| self.ids(proposal.id).next().is_some());
        loop {
            let plan = analysis.plan();
            let mut records = Records::new(analysis, base, origins);
            let mut made: BTreeSet<ProposalId> = BTreeSet::new();
            let mut others: BTreeSet<usize> = BTreeSet::new();
            for planned in &plan.planned {
                let id = analysis.proposals[planned.proposal].id;
                let here = content(records.edits(planned).iter(), self.with_lines);
                let free: Vec<ProposalId> = self.ids(id).filter(|id| !made.contains(id)).collect();
                if let Some(same) = free.iter().find(|id| self.open[id].1 == here) {
                    made.insert(*same);
                    continue;
                }
                others.insert(planned.proposal);
                if let Some(first) = free.first() {
                    self.reasons.extend(difference(&self.open[first].1, &here).map(|reason| (*first, reason)));
                }
            }
            for dropped in &plan.dropped {
                let first = self.ids(analysis.proposals[dropped.proposal].id).find(|id| !made.contains(id));
                self.reasons.extend(first.map(|id| (id, dropped.reason.clone())));
            }
            if others.is_empty() {
                self.open.retain(|id, _| !made.contains(id));
                return plan;
            }
            let mut number = 0..;
            analysis.proposals.retain(|_| number.next().is_none_or(|number| !others.contains(&number)));
        }
    }

    /// What was not made: title and place, and why not.
    fn refused(self) -> Vec<(String, String)> {
        let reason = |id| self.reasons.get(id).cloned().unwrap_or_else(|| "it is not proposed here".to_owned());
        let title = |record: &ProposalRecord| format!("{}:{} · {}", record.path, record.line, record.title);
        let mut refused: Vec<_> = self.open.iter().map(|(id, (record, _))| (title(record), reason(id))).collect();
        refused.sort();
        refused
    }
}
