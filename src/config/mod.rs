//! Settings: what the command line says, then the nearest configuration file, then what the project says about
//! itself, then the defaults.
//!
//! A value of the command line always wins. Unknown keys and unknown names of transforms are errors that name the
//! nearest known one: a setting that is silently ignored is worse than none.

mod detect;
mod error;
mod file;
mod nearest;

use std::path::{Path, PathBuf};

pub use detect::{git_root, project_root};
pub use error::ConfigError;
pub use nearest::nearest;

use crate::infer::Confidence;
use crate::types::PythonVersion;

/// What the command line said; `None`, empty and `false` where it said nothing.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// Names of transforms; empty for all of them.
    pub select: Vec<String>,
    /// Names of transforms that are left out.
    pub ignore: Vec<String>,
    /// Globs of files that are left out, beyond those of the configuration.
    pub exclude: Vec<String>,
    /// The version that hints are written for.
    pub target: Option<PythonVersion>,
    /// The lowest confidence that is taken.
    pub min_confidence: Option<Confidence>,
    /// Whether changes that can alter behaviour are taken too.
    pub allow_unsafe: bool,
    /// Whether test files are edited too.
    pub include_tests: bool,
    /// The interpreter whose installed packages count.
    pub python: Option<PathBuf>,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The directory that the paths belong to: the nearest one upward that looks like the top of a project.
    pub root: PathBuf,
    /// The version that hints are written for.
    pub target: PythonVersion,
    /// Where `target` was found: a flag, a file, or the default.
    pub target_origin: String,
    /// Globs of files that are left out.
    pub exclude: Vec<String>,
    /// Names of the transforms that run, in the order of the catalogue.
    pub transforms: Vec<&'static str>,
    /// The lowest confidence that is taken.
    pub min_confidence: Confidence,
    /// Whether changes that can alter behaviour are taken too.
    pub allow_unsafe: bool,
    /// Whether test files are edited too.
    pub include_tests: bool,
    /// The width that long signatures are wrapped at; none where the project does not state one.
    pub line_length: Option<usize>,
    /// The interpreter whose installed packages count.
    pub python: Option<PathBuf>,
    /// Decorators and functions, by dotted name, that read annotations when the program runs, besides the known ones.
    pub readers: Vec<String>,
}

impl Settings {
    /// The settings for `paths`, of which the first one decides which configuration file is read. `catalogue` holds
    /// the names of all transforms.
    pub fn load(paths: &[PathBuf], flags: Flags, catalogue: &[&'static str]) -> Result<Self, ConfigError> {
        let first = detect::directory(paths.first().map_or(Path::new("."), PathBuf::as_path));
        let root = project_root(&first);
        let table = file::nearest_table(&first)?;
        let (target, target_origin) = match (flags.target, table.target) {
            (Some(target), _) => (target, "--target-version".to_owned()),
            (None, Some(target)) => (target, table.origin()),
            (None, None) => detect::target(paths),
        };
        let line_length = table.line_length.or_else(|| detect::line_length(&first));
        let from_table = table.origin();
        let select = choose(flags.select, "--select", table.select, &from_table);
        let ignore = choose(flags.ignore, "--ignore", table.ignore, &from_table);
        let mut exclude = table.exclude;
        exclude.extend(flags.exclude);
        Ok(Self {
            root,
            target,
            target_origin,
            exclude,
            transforms: selected(&select, &ignore, catalogue)?,
            min_confidence: flags.min_confidence.or(table.min_confidence).unwrap_or(Confidence::Medium),
            allow_unsafe: flags.allow_unsafe || table.allow_unsafe,
            include_tests: flags.include_tests || table.include_tests,
            line_length,
            python: flags.python,
            readers: table.readers,
        })
    }
}

/// Names and the place that they were read from.
struct Names {
    names: Vec<String>,
    origin: String,
}

fn choose(flag: Vec<String>, flag_name: &str, table: Vec<String>, table_name: &str) -> Names {
    if flag.is_empty() {
        Names { names: table, origin: table_name.to_owned() }
    } else {
        Names { names: flag, origin: flag_name.to_owned() }
    }
}

/// The transforms that `select` names, all of them when it names none, without those of `ignore`.
fn selected(select: &Names, ignore: &Names, catalogue: &[&'static str]) -> Result<Vec<&'static str>, ConfigError> {
    for names in [select, ignore] {
        for name in &names.names {
            if !catalogue.contains(&name.as_str()) {
                return Err(ConfigError::unknown_transform(name, Some(&names.origin), catalogue));
            }
        }
    }
    let holds = |names: &Names, name: &str| names.names.iter().any(|one| one == name);
    let chosen = |name: &&'static str| (select.names.is_empty() || holds(select, name)) && !holds(ignore, name);
    Ok(catalogue.iter().copied().filter(chosen).collect())
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
        let width = |files: &[(&str, &str)]| load(files, Flags::default()).expect("it is valid").line_length;
        assert_eq!(width(&[("pyproject.toml", "[tool.black]\nline-length = 120")]), Some(120));
        assert_eq!(width(&[("pyproject.toml", "[tool.ruff]\nline-length = 99")]), Some(99));
        assert_eq!(width(&[("tox.ini", "[flake8]\nignore = E1\nmax-line-length = 100 ; wide")]), Some(100));
        assert_eq!(width(&[("setup.py", "")]), None);
    }
}
