//! From paths to a plan: the way that every verb takes.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use rayon::prelude::*;

use super::places::Places;
use super::reading::{Reading, read_files};
use crate::config::{Settings, Verdict};
use crate::infer::{Confidence, Finding, Home, Inference, Memo, Phases, ShapeKind, infer, infer_again};
use crate::plan::{self, Draft, Narrowed, Plan, Planned};
use crate::project::{InputFile, Module, Origin, Project};
use crate::proposal::{Applicability, Proposal, ProposalId, Transform};
use crate::report::{Card, Summary};
use crate::source::display_path;
use crate::stubs::Installed;
use crate::text::Patch;
use crate::transforms::{self, CATALOGUE};
use crate::types::{ModuleId, PythonVersion};
use crate::write::FileChange;

/// A repository, what was concluded about it, and what is proposed.
pub struct Analysis {
    /// All files together.
    pub project: Arc<Project>,
    /// What was concluded.
    pub inference: Inference,
    /// What the selected transforms propose, before the plan has chosen.
    pub proposals: Vec<Proposal>,
    /// The files that were found.
    pub reading: Reading,
    /// How many proposals are hidden by the choice of slots, and by the choice of files.
    hidden: (usize, usize),
    /// What took how long.
    pub phases: Arc<Phases>,
    /// The packages beside the repository.
    pub(super) installed: Arc<Installed>,
    pub(super) settings: Settings,
}

/// The names of all transforms, in the order of the catalogue.
pub fn transform_names() -> Vec<&'static str> {
    CATALOGUE.iter().map(|transform| transform.name()).collect()
}

/// The transform of this name.
pub fn transform_named(name: &str) -> Option<&'static dyn Transform> {
    transforms::find(name)
}

/// Runs `action` with `jobs` threads, or as many as the machine has, on stacks that deeply nested Python fits on.
pub fn with_threads<R: Send>(jobs: Option<usize>, action: impl FnOnce() -> R + Send) -> Result<R> {
    // The memory is only taken when it is used.
    const STACK: usize = 256 << 20;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).stack_size(STACK).build()?;
    Ok(pool.install(action))
}

/// Reads the files below `paths` and draws the conclusions. To be called from within [`with_threads`].
pub fn analyse(paths: &[PathBuf], mut settings: Settings) -> Result<Analysis> {
    let phases = Phases::default();
    let (files, reading) = phases.measure("read", || read_files(paths, &settings))?;
    let edited = files.iter().filter(|file| file.editable);
    settings.heed_projects_below(paths, edited.map(|file| file.source.path.as_path()));
    let installed = Arc::new(Installed::find(settings.python.as_deref(), &settings.root));
    if let Some(path) = settings.python.as_ref().filter(|_| installed.site_packages().is_empty()) {
        bail!("{}: {}: no folder of installed packages belongs to it", settings.origins["python"], display_path(path));
    }
    let (project, inference, narrowed) = conclude(files, &settings, &installed, &phases, None);
    if let Some(name) = &settings.types_module
        && types_module(&project, &settings).is_none()
    {
        let origin = &settings.origins["types-module"];
        bail!("{origin}: there is no module `{name}` among the files that may be edited; make an empty one first");
    }
    let analysis = Analysis::new(project, inference, narrowed, settings, installed, phases);
    Ok(Analysis { reading, ..analysis })
}

/// What follows from the files; with a memo where they are looked at again.
pub(super) fn conclude(
    files: Vec<InputFile>,
    settings: &Settings,
    installed: &Installed,
    phases: &Phases,
    memo: Option<&mut Memo>,
) -> (Project, Inference, Narrowed) {
    let mut project = phases.measure("project", || {
        let mut project = Project::build(files, installed, settings.target);
        project.readers.clone_from(&settings.readers);
        project
    });
    let mut inference = match memo {
        Some(memo) => infer_again(&mut project, memo),
        None => infer(&project),
    };
    phases.append(&inference.phases);
    match types_module(&project, settings) {
        Some(module) => gather_definitions(&mut inference, module),
        None => plan::avoid_circles(&project, &mut inference),
    }
    let selected: Vec<&dyn Transform> =
        CATALOGUE.iter().copied().filter(|transform| settings.transforms.contains(&transform.name())).collect();
    let narrowed = phases.measure("transforms", || {
        let proposals =
            selected.into_par_iter().flat_map_iter(|transform| transform.propose(&project, &inference)).collect();
        let proposals = plan::without_ignored(&project, &inference, proposals);
        // What cannot be made as a reviewer chose is made as it is proposed.
        let (mut proposals, _) = plan::revise(&project, &mut inference, proposals, &settings.decisions.choices());
        proposals.retain(|proposal| settings.decisions.verdict(proposal.id) != Verdict::Refused);
        narrow(&project, proposals, settings)
    });
    (project, inference, narrowed)
}

/// The module that new definitions go to, where the settings name one that can be edited.
fn types_module<'p>(project: &'p Project, settings: &Settings) -> Option<&'p Module> {
    let name = settings.types_module.as_deref()?;
    project.repository().find(|module| module.import_name.is(name) && module.origin == Origin::Project)
}

/// Sends all definitions to the end of one module; but what takes the place of a `namedtuple(...)` stays there.
fn gather_definitions(inference: &mut Inference, module: &Module) {
    let end = module.source.as_ref().map_or(0, |source| source.text.len() as u32);
    for shape in &mut inference.shapes {
        if !matches!(shape.kind, ShapeKind::NamedTuple { .. }) {
            shape.home = Home { module: module.id, before: end };
        }
    }
}

/// The proposals of which the settings want something.
fn narrow(project: &Project, proposals: Vec<Proposal>, settings: &Settings) -> Narrowed {
    let mut untouched: BTreeMap<ModuleId, Vec<&str>> = BTreeMap::new();
    if settings.only.is_some() || !settings.per_file_ignores.is_empty() {
        for module in project.repository() {
            let path = module.source.as_ref().and_then(|source| source.path.canonicalize().ok());
            let Some(path) = path else { continue };
            let is_out = settings.only.as_ref().is_some_and(|only| !only.contains(&path));
            let inside = path.strip_prefix(&settings.root).unwrap_or(&path);
            let ignored = |name: &&str| is_out || settings.ignores(name, inside);
            untouched.insert(module.id, settings.transforms.iter().copied().filter(ignored).collect());
        }
    }
    let takes = |module: ModuleId, transform: &str| {
        untouched.get(&module).is_none_or(|transforms| !transforms.contains(&transform))
    };
    plan::narrow(project, proposals, &settings.slots, &takes)
}

/// The options of a plan under settings.
pub(super) fn options<'a>(settings: &Settings, accept: Option<&'a HashSet<ProposalId>>) -> plan::Options<'a> {
    plan::Options {
        target: settings.target,
        line_length: settings.line_length,
        min_confidence: settings.min_confidence,
        allow_unsafe: settings.allow_unsafe,
        future_annotations: settings.future_annotations,
        accept,
    }
}

impl Analysis {
    /// An analysis of which nobody asks how the files were found.
    pub(super) fn new(
        project: Project,
        inference: Inference,
        narrowed: Narrowed,
        settings: Settings,
        installed: Arc<Installed>,
        phases: Phases,
    ) -> Self {
        let hidden = (narrowed.hidden_by_slots, narrowed.hidden_by_files);
        let (project, proposals, phases) = (Arc::new(project), narrowed.proposals, Arc::new(phases));
        Self { project, inference, proposals, reading: Reading::default(), hidden, phases, installed, settings }
    }

    /// The mistakes that were seen on the way, a line each.
    pub fn findings(&self) -> Vec<String> {
        let line = |finding: &Finding| {
            let source = self.project.module(finding.module)?.source.as_ref()?;
            let line = source.line_index().line(finding.offset);
            Some(format!("{}:{line}: {}.", source.display_path, finding.message))
        };
        self.inference.findings.iter().filter_map(line).collect()
    }

    /// The changes that are shown and not made, a line each.
    pub fn by_hand(&self, plan: &Plan) -> Vec<String> {
        let mut places = Places::new(&self.project);
        let shown = self.proposals.iter().filter(|proposal| proposal.applicability == Applicability::DisplayOnly);
        let line = |proposal: &Proposal| {
            let (path, line) = places.place(proposal.module, proposal.offset);
            format!("{path}:{line}: by hand: {}. {}", plan.say(&proposal.title), plan.say(&proposal.reason))
        };
        shown.map(line).collect()
    }

    /// What is done under the settings.
    pub fn plan(&self) -> Plan {
        self.draft().into_plan()
    }

    /// The same for those who do not ask what each proposal would change if it came alone.
    pub(super) fn plan_as_a_whole(&self) -> Plan {
        self.draft().plan
    }

    /// What is done when only these proposals are accepted.
    pub fn plan_only(&self, accepted: &HashSet<ProposalId>) -> Plan {
        self.plan_with(Some(accepted), &self.settings)
    }

    /// What is done, in a form of which any part can be written.
    pub fn draft(&self) -> Draft<'_> {
        self.phases.measure("plan", || self.draft_of(&self.project, None))
    }

    /// What is done, planned fast where it differs little from what it was. The project is that of the analysis, which
    /// can so be changed while there is a draft.
    pub(super) fn draft_of<'p>(&self, project: &'p Project, before: Option<&Draft<'p>>) -> Draft<'p> {
        let draft =
            |accept| plan::draft(project, &self.inference, &self.proposals, &options(&self.settings, accept), before);
        let all = draft(None);
        match self.settings.max_changes {
            Some(limit) if all.plan.planned.len() > limit => {
                draft(Some(&plan::surest(&all.plan, &self.proposals, limit)))
            }
            _ => all,
        }
    }

    /// What is done when nothing is held back.
    pub fn plan_all(&self) -> Plan {
        let settings = Settings { min_confidence: Confidence::Low, allow_unsafe: true, ..self.settings.clone() };
        self.plan_with(None, &settings)
    }

    fn plan_with(&self, accept: Option<&HashSet<ProposalId>>, settings: &Settings) -> Plan {
        let options = options(settings, accept);
        self.phases.measure("plan", || plan::plan(&self.project, &self.inference, &self.proposals, &options))
    }

    /// The files that a plan changes, with their bytes before and after, in the order of their paths.
    pub fn changes(&self, plan: &Plan) -> Result<Vec<FileChange>> {
        self.patched(plan.files.iter().map(|file| (file.module, &file.patch)))
    }

    /// Patched files with their bytes before and after, in the order of their paths.
    pub fn patched<'p>(&self, patches: impl IntoIterator<Item = (ModuleId, &'p Patch)>) -> Result<Vec<FileChange>> {
        let mut changes = Vec::new();
        for (module, patch) in patches {
            changes.extend(self.change(module, patch)?);
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn change(&self, module: ModuleId, patch: &Patch) -> Result<Option<FileChange>> {
        let Some(source) = self.project.module(module).and_then(|module| module.source.as_ref()) else {
            return Ok(None);
        };
        let original = source.encode(&source.text)?;
        let new = source.encode(&patch.apply(&source.text))?;
        Ok(Some(FileChange { path: source.path.clone(), original, new }))
    }

    /// The proposals of a plan, in the order of files and lines.
    pub fn in_order<'p>(&self, plan: &'p Plan) -> Vec<&'p Planned> {
        let mut planned: Vec<&Planned> = plan.planned.iter().collect();
        planned.sort_by_key(|planned| {
            let proposal = &self.proposals[planned.proposal];
            (proposal.module, proposal.offset, planned.proposal)
        });
        planned
    }

    /// The proposals of a plan.
    pub(super) fn ids(&self, plan: &Plan) -> impl Iterator<Item = ProposalId> {
        plan.planned.iter().map(|planned| self.proposals[planned.proposal].id)
    }

    /// The files that a plan changes.
    pub(super) fn paths(&self, plan: &Plan) -> Vec<PathBuf> {
        let sources = plan.files.iter().filter_map(|file| self.project.module(file.module)?.source.as_ref());
        sources.map(|source| source.path.clone()).collect()
    }

    /// A module as the user knows it.
    pub(super) fn path(&self, module: ModuleId) -> String {
        Places::new(&self.project).path(module)
    }

    /// Proposals of a plan as text.
    pub fn cards(&self, plan: &Plan, planned: &[&Planned]) -> Vec<Card> {
        let mut places = Places::new(&self.project);
        planned.iter().map(|planned| self.card_with(&mut places, plan, planned)).collect()
    }

    /// A proposal of a plan as text.
    pub(super) fn card(&self, plan: &Plan, planned: &Planned) -> Card {
        self.card_with(&mut Places::new(&self.project), plan, planned)
    }

    pub(super) fn card_with(&self, places: &mut Places<'_>, plan: &Plan, planned: &Planned) -> Card {
        let proposal = &self.proposals[planned.proposal];
        let (path, line) = places.place(proposal.module, proposal.offset);
        Card {
            path,
            line,
            transform: proposal.transform,
            confidence: proposal.confidence,
            applicability: proposal.applicability,
            title: planned.title.clone(),
            reason: planned.reason.clone(),
            evidence: places.evidence(plan, &proposal.evidence),
        }
    }

    /// What the run came to.
    pub fn summary(&self, plan: &Plan) -> Summary {
        let names = transform_names();
        let kind = |number: usize| {
            let proposal = &self.proposals[number];
            (proposal.transform, proposal.confidence)
        };
        let mut taken: Vec<_> = plan.planned.iter().map(|planned| kind(planned.proposal)).collect();
        taken.sort_by_key(|(transform, _)| names.iter().position(|name| name == transform));
        let mut places = Places::new(&self.project);
        let dropped = plan.dropped.iter().map(|dropped| {
            let proposal = &self.proposals[dropped.proposal];
            let (path, line) = places.place(proposal.module, proposal.offset);
            (format!("{path}:{line} · {}", proposal.transform), dropped.reason.clone())
        });
        let mut summary = Summary {
            taken,
            refused: self.settings.decisions.refused().count(),
            files: plan.files.len(),
            dropped: dropped.collect(),
            skipped: self.reading.skipped.clone(),
            passed_over: self.reading.passed_over.clone(),
            tests: self.reading.tests,
            excluded: self.reading.excluded,
            caution: self.settings.promised.as_ref().map(|(promised, path)| {
                let target = self.settings.target;
                let way_out = if target > PythonVersion::OLDEST { " (see --target-version)" } else { "" };
                format!("{path} states Python {promised}, the hints need {target}{way_out}")
            }),
            ..Summary::default()
        };
        (summary.hidden_by_slots, summary.hidden_by_files) = self.hidden;
        summary.hidden_by_transforms = self.hidden_by_transforms();
        let out: HashSet<usize> = plan
            .planned
            .iter()
            .map(|planned| planned.proposal)
            .chain(plan.dropped.iter().map(|dropped| dropped.proposal))
            .collect();
        for (number, proposal) in self.proposals.iter().enumerate() {
            match proposal.applicability {
                Applicability::DisplayOnly => summary.display_only += 1,
                Applicability::Unsafe if !self.settings.allow_unsafe => summary.hidden_unsafe += 1,
                _ if proposal.confidence < self.settings.min_confidence => summary.hidden_by_confidence += 1,
                _ if self.settings.max_changes.is_some() && !out.contains(&number) => summary.hidden_by_number += 1,
                _ => {}
            }
        }
        summary
    }

    /// How many proposals of transforms that are not selected the other settings would let through.
    fn hidden_by_transforms(&self) -> usize {
        let Settings { min_confidence, allow_unsafe, transforms, .. } = &self.settings;
        let others = CATALOGUE.par_iter().filter(|transform| !transforms.contains(&transform.name()));
        let proposals = others.flat_map_iter(|transform| transform.propose(&self.project, &self.inference)).collect();
        let is_shown = |proposal: &&Proposal| {
            proposal.confidence >= *min_confidence
                && (proposal.applicability == Applicability::Safe
                    || proposal.applicability == Applicability::Unsafe && *allow_unsafe)
        };
        plan::without_ignored(&self.project, &self.inference, proposals).iter().filter(is_shown).count()
    }

    /// The settings that were in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
