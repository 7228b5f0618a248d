//! The configuration file: `hintwright.toml`, or `[tool.hintwright]` in `pyproject.toml`.

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::error::Hint;
use super::{ConfigError, Flags, detect, is_glob};
use crate::infer::Confidence;
use crate::plan::SlotGroup;
use crate::source::display_path;

/// The keys of a configuration file, in the order in which they are shown.
pub(super) const KEYS: [&str; 18] = [
    "select",
    "extend-select",
    "ignore",
    "per-file-ignores",
    "slots",
    "min-confidence",
    "unsafe",
    "max-changes",
    "exclude",
    "include-tests",
    "strict",
    "target-version",
    "line-length",
    "python",
    "readers",
    "types-module",
    "future-annotations",
    "fail-under",
];

/// The widths that lines can be given.
pub const WIDTHS: RangeInclusive<usize> = 20..=1000;

/// What a configuration file says.
#[derive(Debug, Default)]
pub(super) struct FileSettings {
    path: Option<PathBuf>,
    pub(super) says: Flags,
}

impl FileSettings {
    /// The name to give when a value of this file is wrong.
    pub(super) fn origin(&self) -> String {
        self.path.as_deref().map(display_path).unwrap_or_default()
    }
}

/// The settings of the nearest directory upward from `start` that has any.
pub(super) fn nearest_table(start: &Path) -> Result<FileSettings, ConfigError> {
    for dir in detect::ancestors(start) {
        let own = dir.join("hintwright.toml");
        if let Some(text) = read(&own)? {
            return settings(&own, &parse(&own, &text)?);
        }
        let shared = dir.join("pyproject.toml");
        // A `pyproject.toml` that does not mention this tool is no business of ours, valid or not.
        if let Some(text) = read(&shared)?.filter(|text| text.contains("hintwright")) {
            let table = parse(&shared, &text)?;
            match table.get("tool").and_then(|tool| tool.get("hintwright")) {
                Some(Value::Table(table)) => return settings(&shared, table),
                Some(_) => {
                    let (key, expected) = ("tool.hintwright".to_owned(), "a table".to_owned());
                    return Err(ConfigError::WrongValue { path: shared, key, expected });
                }
                None => {}
            }
        }
    }
    Ok(FileSettings::default())
}

fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        // A directory of that name, or one that we may not look into, holds no configuration.
        Err(_) if !path.is_file() => Ok(None),
        Err(cause) => Err(ConfigError::Read { path: path.to_owned(), cause }),
    }
}

fn parse(path: &Path, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|error| ConfigError::syntax(path, text, &error))
}

fn settings(path: &Path, table: &Table) -> Result<FileSettings, ConfigError> {
    let mut says = Flags::default();
    for (key, value) in table {
        let wrong = |expected: String| ConfigError::WrongValue { path: path.to_owned(), key: key.clone(), expected };
        let boolean = || value.as_bool().ok_or_else(|| wrong("true or false".into()));
        let list = |of: &str| strings(value).ok_or_else(|| wrong(format!("a list of {of}")));
        match key.as_str() {
            "select" => says.select = list("transforms")?,
            "extend-select" => says.extend_select = list("transforms")?,
            "ignore" => says.ignore = list("transforms")?,
            "per-file-ignores" => {
                let expected = "a table of globs with lists of transforms, or [\"all\"]";
                says.per_file_ignores = lists(value).ok_or_else(|| wrong(expected.into()))?;
                if let Some((glob, _)) = says.per_file_ignores.iter().find(|(glob, _)| !is_glob(glob)) {
                    return Err(wrong(format!("{expected}; `{glob}` is no pattern")));
                }
            }
            "slots" => {
                let expected = "a list of \"params\", \"returns\" and \"variables\"";
                let groups = list("slots")?.iter().map(|name| SlotGroup::named(name)).collect::<Option<_>>();
                says.slots = groups.ok_or_else(|| wrong(expected.into()))?;
            }
            "min-confidence" => {
                let confidence = value.as_str().and_then(confidence);
                says.min_confidence = Some(confidence.ok_or_else(|| wrong("\"low\", \"medium\" or \"high\"".into()))?);
            }
            "unsafe" => says.allow_unsafe = Some(boolean()?),
            "max-changes" => {
                let number = number(value).filter(|&number| number > 0);
                says.max_changes = Some(number.ok_or_else(|| wrong("a number from 1".into()))?);
            }
            "exclude" => says.exclude = list("globs")?,
            "include-tests" => says.include_tests = Some(boolean()?),
            "strict" => says.strict = Some(boolean()?),
            "target-version" => {
                let text = value.as_str().ok_or_else(|| wrong("a version such as \"3.9\"".into()))?;
                let version = text.parse().map_err(|error| wrong(format!("a version such as \"3.9\" ({error})")))?;
                says.target = Some(version);
            }
            "line-length" => {
                let length = number(value).filter(|length| WIDTHS.contains(length));
                let expected = || format!("a number from {} to {}", WIDTHS.start(), WIDTHS.end());
                says.line_length = Some(length.ok_or_else(|| wrong(expected()))?);
            }
            "python" => {
                let python = value.as_str().ok_or_else(|| wrong("a path".into()))?;
                // It means the same from wherever the tool is started.
                says.python = Some(path.parent().unwrap_or(Path::new("")).join(python));
            }
            "readers" => {
                let readers = strings(value).filter(|readers| readers.iter().all(|name| is_dotted(name)));
                says.readers = readers.ok_or_else(|| wrong("a list of dotted names".into()))?;
            }
            "types-module" => {
                says.types_module =
                    Some(value.as_str().ok_or_else(|| wrong("the name of a module".into()))?.to_owned());
            }
            "future-annotations" => says.future_annotations = Some(boolean()?),
            "fail-under" => {
                #[expect(clippy::cast_precision_loss, reason = "a percentage is small")]
                let percent = value.as_float().or_else(|| value.as_integer().map(|percent| percent as f64));
                let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
                says.fail_under = Some(percent.ok_or_else(|| wrong("a percentage from 0 to 100".into()))?);
            }
            _ => {
                let hint = Hint::new(key, &KEYS);
                return Err(ConfigError::UnknownKey { path: path.to_owned(), key: key.clone(), hint });
            }
        }
    }
    Ok(FileSettings { path: Some(path.to_owned()), says })
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Whether text names something of a module, such as `framework.inject`.
pub fn is_dotted(text: &str) -> bool {
    let is_name = |part: &str| {
        part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
            && part.starts_with(|first: char| !first.is_ascii_digit())
    };
    text.contains('.') && text.split('.').all(is_name)
}

/// Lists by the name that they stand under.
fn lists(value: &Value) -> Option<Vec<(String, Vec<String>)>> {
    value.as_table()?.iter().map(|(name, list)| Some((name.clone(), strings(list)?))).collect()
}

fn number(value: &Value) -> Option<usize> {
    value.as_integer().and_then(|number| usize::try_from(number).ok())
}

fn confidence(text: &str) -> Option<Confidence> {
    match text {
        "low" => Some(Confidence::Low),
        "medium" => Some(Confidence::Medium),
        "high" => Some(Confidence::High),
        _ => None,
    }
}
