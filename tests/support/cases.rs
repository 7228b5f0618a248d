//! Analysing example code in this process.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use hintwright::commands::analysis::{self, Analysis};
use hintwright::config::{Flags, Settings};
use hintwright::report::{Paint, hunks};
use hintwright::types::PythonVersion;

/// The version that examples are written for unless their first lines say `# target: 3.9`.
const TARGET: PythonVersion = PythonVersion::new(3, 12);

/// What an analysis of example code came to.
pub struct Outcome {
    /// Titles, reasons, evidence and the diff.
    pub report: String,
    /// The files after the change, by their names relative to the example.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many proposals the transforms made, whatever became of them.
    pub proposals: usize,
    /// Edits that do not only insert: the file, what stood there, what stands there now.
    pub replacements: Vec<(String, String, String)>,
}

/// Analyses the example at `path`, a file or a directory, with one transform, or with all of them.
pub fn analyse(path: &Path, transform: Option<&str>, threads: usize) -> Outcome {
    let flags = Flags {
        select: transform.iter().map(|&name| name.to_owned()).collect(),
        // What a transform holds back by default is what its cases are about.
        allow_unsafe: Some(transform.is_some()),
        target: Some(target(path)),
        ..Flags::default()
    };
    let paths = [path.to_owned()];
    let run = || {
        let settings = Settings::load(&paths, flags, &analysis::transform_names()).expect("the settings are valid");
        let analysis = analysis::analyse(&paths, settings).expect("the example can be read");
        assert!(analysis.reading.skipped.is_empty(), "{:?}", analysis.reading.skipped);
        outcome(&analysis, path)
    };
    analysis::with_threads(Some(threads), run).expect("threads can be started")
}

fn outcome(analysis: &Analysis, path: &Path) -> Outcome {
    let base = if path.is_dir() { path } else { path.parent().expect("a file has a directory") };
    let relative = |path: &Path| {
        let relative = path.strip_prefix(base).expect("below the example");
        relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for module in analysis.project.repository() {
        let source = module.source.as_ref().expect("a file of the repository has a source");
        files.insert(relative(&source.path), source.encode(&source.text).expect("it was decoded").clone());
    }
    let plan = analysis.plan();
    let mut report = String::new();
    for card in analysis.cards(&plan, &analysis.in_order(&plan)) {
        for line in card.lines(Paint::plain()) {
            let _ = writeln!(report, "{line}");
        }
    }
    let mut replacements = Vec::new();
    for change in analysis.changes(&plan).expect("the change can be encoded") {
        let name = relative(&change.path);
        let diff = hunks(&change.original, &change.new, Paint::plain());
        let _ = write!(report, "\n--- {name}\n{}", String::from_utf8_lossy(&diff));
        files.insert(name, change.new);
    }
    for file in &plan.files {
        let module = analysis.project.module(file.module).expect("a planned file is there");
        let source = module.source.as_ref().expect("a file of the repository has a source");
        for (range, text) in file.patch.iter() {
            if !range.is_empty() {
                replacements.push((relative(&source.path), range.of(&source.text).to_owned(), text.to_owned()));
            }
        }
    }
    for (title, reason) in analysis.summary(&plan).dropped {
        let _ = writeln!(report, "dropped: {title}: {reason}");
    }
    // The evidence names files as they are found from the working directory.
    let prefix = format!("{}/", hintwright::source::display_path(base));
    Outcome { report: report.replace(&prefix, ""), files, proposals: analysis.proposals.len(), replacements }
}

fn target(path: &Path) -> PythonVersion {
    let text = if path.is_file() { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
    let stated = text.lines().take(3).find_map(|line| line.strip_prefix("# target: "));
    stated.map_or(TARGET, |version| version.parse().expect("`# target:` names a version"))
}

/// Writes files into a fresh directory below `parent`.
pub fn write(parent: &Path, name: &str, files: &BTreeMap<String, Vec<u8>>) -> PathBuf {
    let directory = parent.join(name);
    for (name, bytes) in files {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().expect("below the directory")).expect("a directory");
        fs::write(path, bytes).expect("a file");
    }
    directory
}

/// The folders of the transforms, by name.
pub fn transforms() -> BTreeMap<String, PathBuf> {
    directories(&Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms"))
}

fn directories(parent: &Path) -> BTreeMap<String, PathBuf> {
    entries(parent).into_iter().filter(|path| path.is_dir()).map(|path| (name(&path), path)).collect()
}

/// The examples in a folder: Python files, and directories of them, by name.
pub fn examples(folder: &Path) -> BTreeMap<String, PathBuf> {
    let is_example = |path: &PathBuf| {
        path.is_dir() && name(path) != "__pycache__" || path.extension().is_some_and(|extension| extension == "py")
    };
    entries(folder).into_iter().filter(is_example).map(|path| (name(&path), path)).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").path()).collect()
}
