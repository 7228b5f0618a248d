//! Settings: what the command line says, then the nearest configuration file, then what the project says about
//! itself, then the defaults.
//!
//! A value of the command line always wins. Unknown keys and unknown names of transforms are errors that name the
//! nearest known one: a setting that is silently ignored is worse than none.

mod decisions;
mod detect;
mod error;
mod file;
mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use decisions::{Decision, Decisions, Verdict};
pub use detect::{git_root, project_root};
pub use error::ConfigError;
pub use file::{WIDTHS, is_dotted};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::infer::Confidence;
use crate::plan::SlotGroup;
use crate::types::PythonVersion;

/// What one place says, the command line or a file; `None` and empty where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// Names of transforms; empty for all of them.
    pub select: Vec<String>,
    /// Names of transforms beyond those of `select`.
    pub extend_select: Vec<String>,
    /// Names of transforms that are left out.
    pub ignore: Vec<String>,
    /// Names of transforms that are left out in the files of a glob.
    pub per_file_ignores: Vec<(String, Vec<String>)>,
    /// What is annotated; empty for everything.
    pub slots: Vec<SlotGroup>,
    /// The lowest confidence that is taken.
    pub min_confidence: Option<Confidence>,
    /// Whether changes that can alter behaviour are taken too.
    pub allow_unsafe: Option<bool>,
    /// How many changes are taken at most.
    pub max_changes: Option<usize>,
    /// Globs of files that are left out; those of the command line and of the file add up.
    pub exclude: Vec<String>,
    /// Whether test files are edited too.
    pub include_tests: Option<bool>,
    /// Whether a file that has to be left alone is an error.
    pub strict: Option<bool>,
    /// The version that hints are written for.
    pub target: Option<PythonVersion>,
    /// The width that long signatures are wrapped at.
    pub line_length: Option<usize>,
    /// The interpreter whose installed packages count.
    pub python: Option<PathBuf>,
    /// Decorators and functions that read annotations at run time, by dotted name.
    pub readers: Vec<String>,
    /// The module, by dotted name, that new definitions go to; without it each goes where it is made.
    pub types_module: Option<String>,
    /// Whether `from __future__ import annotations` is added where hints need it.
    pub future_annotations: Option<bool>,
    /// The coverage below which `coverage` fails, in percent.
    pub fail_under: Option<f64>,
}

/// The settings in force.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting by itself")]
pub struct Settings {
    /// The directory that the paths belong to: the nearest one upward that looks like the top of a project.
    pub root: PathBuf,
    /// The version that hints are written for.
    pub target: PythonVersion,
    /// Where `target` was found: a flag, a file, or the default.
    pub target_origin: String,
    /// The version that the project states, and where, if the hints are written for a newer one: it is too old for hints,
    /// or stands among the classifiers alone.
    pub promised: Option<(PythonVersion, String)>,
    /// Globs of files that are left out.
    pub exclude: Vec<String>,
    /// Names of the transforms that run, in the order of the catalogue.
    pub transforms: Vec<&'static str>,
    /// Names of transforms that are left out in the files of a glob.
    pub per_file_ignores: Vec<(String, Vec<String>)>,
    /// What is annotated.
    pub slots: BTreeSet<SlotGroup>,
    /// The lowest confidence that is taken.
    pub min_confidence: Confidence,
    /// Whether changes that can alter behaviour are taken too.
    pub allow_unsafe: bool,
    /// How many changes are taken at most.
    pub max_changes: Option<usize>,
    /// Whether test files are edited too.
    pub include_tests: bool,
    /// Whether a file that has to be left alone is an error.
    pub strict: bool,
    /// The width that long signatures are wrapped at; none where the project does not state one.
    pub line_length: Option<usize>,
    /// The interpreter whose installed packages count.
    pub python: Option<PathBuf>,
    /// What was decided in reviews.
    pub decisions: Decisions,
    /// Decorators and functions that read annotations at run time, by dotted name.
    pub readers: Vec<String>,
    /// The module, by dotted name, that new definitions go to; without it each goes where it is made.
    pub types_module: Option<String>,
    /// Whether `from __future__ import annotations` is added where hints need it.
    pub future_annotations: bool,
    /// The coverage below which `coverage` fails, in percent.
    pub fail_under: Option<f64>,
    /// The only files that are edited, by canonical path, where the choice is narrowed.
    pub only: Option<BTreeSet<PathBuf>>,
    /// Where the value of each key was found.
    pub origins: BTreeMap<&'static str, String>,
}

/// The origin of a value that nobody stated.
const DEFAULT: &str = "the default";

/// The command line over the file, with the place that each value was found in.
struct Merge {
    file: String,
    origins: BTreeMap<&'static str, String>,
}

impl Merge {
    /// The value of the command line, else that of the file.
    fn pick<T>(&mut self, key: &'static str, flag: Option<T>, file: Option<T>) -> Option<T> {
        let origin = match (&flag, &file) {
            (Some(_), _) => format!("--{key}"),
            (None, Some(_)) => self.file.clone(),
            (None, None) => DEFAULT.to_owned(),
        };
        self.origins.insert(key, origin);
        flag.or(file)
    }

    /// As [`Merge::pick`], for lists, which say nothing when they are empty.
    fn list<T>(&mut self, key: &'static str, flag: Vec<T>, file: Vec<T>) -> Vec<T> {
        let stated = |list: Vec<T>| (!list.is_empty()).then_some(list);
        self.pick(key, stated(flag), stated(file)).unwrap_or_default()
    }

    /// The names of transforms that a key lists, if they are all known.
    fn transforms(
        &mut self,
        key: &'static str,
        flag: Vec<String>,
        file: Vec<String>,
        catalogue: &[&'static str],
    ) -> Result<Vec<String>, ConfigError> {
        let names = self.list(key, flag, file);
        // `typed-dict` is how the command line writes `typed_dict`.
        let known: Vec<String> = names.iter().map(|name| name.replace('-', "_")).collect();
        match known.iter().zip(&names).find(|(name, _)| !catalogue.contains(&name.as_str())) {
            Some((_, name)) => Err(ConfigError::unknown_transform(name, Some(&self.origins[key]), catalogue)),
            None => Ok(known),
        }
    }
}

impl Settings {
    /// Where nothing around `paths` states a version of Python, the projects below them do, of which `files` are: what
    /// the oldest one cannot run is not written.
    pub fn heed_projects_below<'f>(&mut self, paths: &[PathBuf], files: impl Iterator<Item = &'f Path>) {
        if self.target_origin != DEFAULT {
            return;
        }
        let is_below = |dir: &Path| paths.iter().any(|root| dir != root && dir.starts_with(root));
        let mut dirs = BTreeSet::new();
        for file in files {
            for dir in file.ancestors().skip(1).take_while(|dir| is_below(dir)) {
                if !dirs.insert(dir) {
                    break;
                }
            }
        }
        let Some((target, stated)) = detect::target_below(dirs.into_iter()) else { return };
        self.target = target;
        self.target_origin.clone_from(&stated.1);
        self.origins.insert("target-version", stated.1.clone());
        self.promised = Some(stated).filter(|(version, _)| *version < PythonVersion::OLDEST);
    }

    /// The settings for `paths`, of which the first one decides which configuration file is read. `catalogue` holds
    /// the names of all transforms.
    pub fn load(paths: &[PathBuf], flags: Flags, catalogue: &[&'static str]) -> Result<Self, ConfigError> {
        let first = detect::directory(paths.first().map_or(Path::new("."), PathBuf::as_path));
        let root = project_root(&first);
        let decisions = Decisions::load(&root)?;
        let table = file::nearest_table(&first)?;
        let mut merge = Merge { file: table.origin(), origins: BTreeMap::new() };
        let file = table.says;
        let select = merge.transforms("select", flags.select, file.select, catalogue)?;
        let extend = merge.transforms("extend-select", flags.extend_select, file.extend_select, catalogue)?;
        let ignore = merge.transforms("ignore", flags.ignore, file.ignore, catalogue)?;
        let holds = |names: &[String], name: &str| names.iter().any(|one| one == name);
        let chosen = |name: &&'static str| {
            (select.is_empty() || holds(&select, name) || holds(&extend, name)) && !holds(&ignore, name)
        };
        let counted = ["select", "extend-select", "ignore"].map(|key| merge.origins[key].as_str());
        let mut origins: Vec<&str> = counted.into_iter().filter(|origin| *origin != DEFAULT).collect();
        origins.dedup();
        let origin = if origins.is_empty() { DEFAULT.to_owned() } else { origins.join(" and ") };
        merge.origins.insert("select", origin);
        let per_file_ignores = merge.list("per-file-ignores", flags.per_file_ignores, file.per_file_ignores);
        let mut allowed = catalogue.to_vec();
        allowed.push("all");
        for name in per_file_ignores.iter().flat_map(|(_, names)| names) {
            if !allowed.contains(&name.as_str()) {
                return Err(ConfigError::unknown_transform(name, Some(&merge.origins["per-file-ignores"]), &allowed));
            }
        }
        let slots = merge.list("slots", flags.slots, file.slots);
        let slots = if slots.is_empty() { SlotGroup::ALL.into() } else { slots.into_iter().collect() };
        let stated = merge.pick("target-version", flags.target, file.target);
        let (target, found) = match stated {
            Some(target) => (target, None),
            None => detect::target(paths),
        };
        let stated = stated.is_some() || found.is_some();
        let target_origin = match &found {
            Some((_, path)) => path.clone(),
            None => merge.origins["target-version"].clone(),
        };
        merge.origins.insert("target-version", target_origin.clone());
        let line_length = merge.pick("line-length", flags.line_length, file.line_length).or_else(|| {
            let (width, path) = detect::line_length(&first)?;
            merge.origins.insert("line-length", path);
            Some(width)
        });
        let python = merge.pick("python", flags.python, file.python);
        if let Some(path) = python.as_ref().filter(|path| !path.exists()) {
            return Err(ConfigError::NoPython { origin: merge.origins["python"].clone(), path: path.clone() });
        }
        let mut exclude = file.exclude;
        let origin =
            [(!exclude.is_empty()).then_some(merge.file.as_str()), (!flags.exclude.is_empty()).then_some("--exclude")];
        let origin: Vec<&str> = origin.into_iter().flatten().collect();
        let origin = if origin.is_empty() { DEFAULT.to_owned() } else { origin.join(" and ") };
        merge.origins.insert("exclude", origin);
        exclude.extend(flags.exclude);
        Ok(Self {
            root,
            target,
            target_origin,
            promised: found
                .filter(|(version, _)| *version < PythonVersion::OLDEST)
                .or_else(|| detect::classified(paths).filter(|(version, _)| !stated && *version < target)),
            exclude,
            transforms: catalogue.iter().copied().filter(chosen).collect(),
            per_file_ignores,
            slots,
            min_confidence: merge
                .pick("min-confidence", flags.min_confidence, file.min_confidence)
                .unwrap_or(Confidence::Medium),
            allow_unsafe: merge.pick("unsafe", flags.allow_unsafe, file.allow_unsafe).unwrap_or(false),
            max_changes: merge.pick("max-changes", flags.max_changes, file.max_changes),
            include_tests: merge.pick("include-tests", flags.include_tests, file.include_tests).unwrap_or(false),
            strict: merge.pick("strict", flags.strict, file.strict).unwrap_or(false),
            line_length,
            decisions,
            python,
            readers: merge.list("readers", flags.readers, file.readers),
            types_module: merge.pick("types-module", flags.types_module, file.types_module),
            future_annotations: merge
                .pick("future-annotations", flags.future_annotations, file.future_annotations)
                .unwrap_or(false),
            fail_under: merge.pick("fail-under", flags.fail_under, file.fail_under),
            only: None,
            origins: merge.origins,
        })
    }

    /// Whether a transform is left out in a file, given by its path from the project's root.
    pub fn ignores(&self, transform: &str, file: &Path) -> bool {
        self.per_file_ignores.iter().any(|(glob, names)| {
            names.iter().any(|name| name == transform || name == "all") && matches_glob(glob, file)
        })
    }
}

/// Whether a pattern of `.gitignore` matches a file or a directory around it.
pub fn matches_glob(glob: &str, file: &Path) -> bool {
    pattern(glob).is_some_and(|pattern| pattern.matched_path_or_any_parents(file, false).is_ignore())
}

/// Whether a text is a pattern as in `.gitignore`.
fn is_glob(glob: &str) -> bool {
    pattern(glob).is_some()
}

fn pattern(glob: &str) -> Option<Gitignore> {
    GitignoreBuilder::new("").add_line(None, glob).and_then(|builder| builder.build()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOGUE: [&str; 3] = ["signature", "typed_dict", "named_tuple"];

    fn load(files: &[(&str, &str)], flags: Flags) -> Result<Settings, String> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside the directory")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        let paths = [dir.path().join("pkg")];
        std::fs::create_dir_all(&paths[0]).expect("a directory");
        Settings::load(&paths, flags, &CATALOGUE).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_wins() {
        let table = "[tool.hintwright]\nselect = ['signature']\ntarget-version = 'py39'\nmin-confidence = 'high'\n";
        let files = [("pyproject.toml", table)];
        let settings = load(&files, Flags::default()).expect("it is valid");
        assert_eq!(settings.transforms, ["signature"]);
        assert_eq!(settings.target, PythonVersion::new(3, 9));
        assert_eq!(settings.min_confidence, Confidence::High);
        let flags = Flags {
            select: vec!["typed_dict".into(), "named_tuple".into()],
            ignore: vec!["named_tuple".into()],
            target: Some(PythonVersion::new(3, 12)),
            min_confidence: Some(Confidence::Low),
            ..Flags::default()
        };
        let settings = load(&files, flags).expect("it is valid");
        assert_eq!(settings.transforms, ["typed_dict"]);
        assert_eq!((settings.target, settings.min_confidence), (PythonVersion::new(3, 12), Confidence::Low));
    }

    #[test]
    fn an_own_file_beats_pyproject_beside_it() {
        let files = [("pyproject.toml", "[tool.hintwright]\nunsafe = true"), ("hintwright.toml", "line-length = 100")];
        let settings = load(&files, Flags::default()).expect("it is valid");
        assert_eq!((settings.line_length, settings.allow_unsafe), (Some(100), false));
    }

    #[test]
    fn selections_add_up() {
        let table = "select = ['signature']\nextend-select = ['typed_dict']\nslots = ['params', 'returns']\n";
        let settings = load(&[("hintwright.toml", table)], Flags::default()).expect("it is valid");
        assert_eq!(settings.transforms, ["signature", "typed_dict"]);
        assert_eq!(settings.slots, BTreeSet::from([SlotGroup::Params, SlotGroup::Returns]));
        let flags = Flags { extend_select: vec!["named-tuple".into()], allow_unsafe: Some(false), ..Flags::default() };
        let settings = load(&[("hintwright.toml", "select = ['signature']\nunsafe = true")], flags).expect("valid");
        assert_eq!((settings.transforms, settings.allow_unsafe), (vec!["signature", "named_tuple"], false));
    }

    #[test]
    fn transforms_are_ignored_by_file() {
        let table = "[per-file-ignores]\n'legacy/' = ['all']\n'/app/*.py' = ['signature']\n";
        let settings = load(&[("hintwright.toml", table)], Flags::default()).expect("it is valid");
        let ignores = |transform, file: &str| settings.ignores(transform, Path::new(file));
        assert!(ignores("typed_dict", "src/legacy/old.py") && ignores("signature", "app/x.py"));
        assert!(!ignores("typed_dict", "app/x.py") && !ignores("signature", "lib/app/x.py"));
    }

    #[test]
    fn every_value_is_shown_with_its_origin() {
        let table = "[tool.hintwright]\nmin-confidence = 'high'\nexclude = ['a']\n";
        let flags = Flags { exclude: vec!["b\"".into()], strict: Some(true), ..Flags::default() };
        let files = [("pyproject.toml", table), ("setup.cfg", "[flake8]\nmax-line-length = 100\n")];
        let shown = load(&files, flags).expect("it is valid").to_toml();
        let line = |key: &str| {
            let line = shown.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {shown}"));
            let (value, origin) = line.split_once("  # ").expect("a value and its origin");
            (value.trim().to_owned(), origin.rsplit('/').next().unwrap_or_default().to_owned())
        };
        assert_eq!(line("min-confidence"), ("min-confidence = \"high\"".into(), "pyproject.toml".into()));
        assert_eq!(line("strict"), ("strict = true".into(), "--strict".into()));
        assert_eq!(line("line-length"), ("line-length = 100".into(), "setup.cfg".into()));
        assert_eq!(line("unsafe"), ("unsafe = false".into(), "the default".into()));
        assert!(line("exclude").1.ends_with("pyproject.toml and --exclude"), "{shown}");
        for key in file::KEYS {
            assert!(shown.lines().any(|line| line.trim_start_matches("# ").starts_with(key)), "{key}: {shown}");
        }
        // It can be kept as it is.
        let again = load(&[("hintwright.toml", &shown)], Flags::default()).expect("it is valid");
        assert_eq!(again.exclude, ["a", "b\""]);
        assert_eq!((again.min_confidence, again.strict), (Confidence::High, true));
    }

    #[test]
    fn mistakes_name_the_nearest() {
        let error = |text| load(&[("hintwright.toml", text)], Flags::default()).expect_err(text);
        assert!(error("includetests = true").ends_with("unknown key `includetests`, did you mean `include-tests`?"));
        assert!(error("select = ['typeddict']").contains("`typeddict`, did you mean `typed_dict`?"));
        assert!(error("min-confidence = 'sure'").contains("`min-confidence` must be \"low\", \"medium\" or \"high\""));
        assert!(error("target-version = 3").contains("`target-version`"));
        assert!(error("readers = ['inject']").contains("`readers` must be a list of dotted names"));
        assert!(error("unsafe = ").contains("hintwright.toml"));
    }

    #[test]
    fn the_project_says_its_version_and_width() {
        let detected = |files: &[(&str, &str)]| load(files, Flags::default()).expect("it is valid").target.to_string();
        assert_eq!(detected(&[("pyproject.toml", "[project]\nrequires-python = '>=3.9,<4'")]), "3.9");
        assert_eq!(detected(&[("pyproject.toml", "[project]\nrequires-python = '>=2.7, !=3.0.*'")]), "3.8");
        assert_eq!(detected(&[("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.10'")]), "3.10");
        assert_eq!(detected(&[("setup.cfg", "[options]\npython_requires = >= 3.12\n")]), "3.12");
        assert_eq!(detected(&[("setup.py", "setup(\n    python_requires='~=3.13',\n)")]), "3.13");
        assert_eq!(detected(&[(".python-version", "3.13.1\n3.12\n"), ("setup.py", "")]), "3.12");
        assert_eq!(detected(&[("setup.py", "")]), PythonVersion::OLDEST_SUPPORTED.to_string());
        assert_eq!(detected(&[("pyproject.toml", "not toml at all"), ("setup.py", "")]), "3.11");
        let old = load(&[("setup.py", "setup(python_requires='>=2.7')")], Flags::default()).expect("it is valid");
        assert_eq!(old.promised.map(|(version, _)| version), Some(PythonVersion::new(2, 7)));
        let classifiers = "CLASSIFIERS = ['Programming Language :: Python :: 3',\n'Programming Language :: Python :: 3.6',\n\
             \t'Programming Language :: Python :: 3.10', 'Programming Language :: Python :: Implementation']";
        let promised = |setup: &str, flags: Flags| load(&[("setup.py", setup)], flags).expect("it is valid").promised;
        let named = promised(classifiers, Flags::default()).expect("older than the default");
        assert_eq!((named.0, named.1.ends_with("setup.py")), (PythonVersion::new(3, 6), true));
        let asked = Flags { target: Some(PythonVersion::new(3, 12)), ..Flags::default() };
        assert_eq!(promised(classifiers, asked), None, "whoever asks for a version knows");
        assert_eq!(promised("'Programming Language :: Python :: 3.13'", Flags::default()), None);
        let both = format!("{classifiers}\npython_requires='>=3.9'");
        assert_eq!(promised(&both, Flags::default()), None, "what an installer checks counts");
        let width = |files: &[(&str, &str)]| load(files, Flags::default()).expect("it is valid").line_length;
        assert_eq!(width(&[("pyproject.toml", "[tool.black]\nline-length = 120")]), Some(120));
        assert_eq!(width(&[("pyproject.toml", "[tool.ruff]\nline-length = 99")]), Some(99));
        assert_eq!(width(&[("tox.ini", "[flake8]\nignore = E1\nmax-line-length = 100 ; wide")]), Some(100));
        assert_eq!(width(&[("setup.py", "")]), None);
    }
}
