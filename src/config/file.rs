//! The configuration file: `hintwright.toml`, or `[tool.hintwright]` in `pyproject.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::error::Hint;
use super::{ConfigError, detect};
use crate::infer::Confidence;
use crate::source::display_path;
use crate::types::PythonVersion;

const KEYS: [&str; 9] = [
    "exclude",
    "ignore",
    "include-tests",
    "line-length",
    "min-confidence",
    "readers",
    "select",
    "target-version",
    "unsafe",
];

/// What a configuration file says.
#[derive(Debug, Default)]
pub(super) struct FileSettings {
    pub(super) path: Option<PathBuf>,
    pub(super) target: Option<PythonVersion>,
    pub(super) exclude: Vec<String>,
    pub(super) select: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) min_confidence: Option<Confidence>,
    pub(super) allow_unsafe: bool,
    pub(super) include_tests: bool,
    pub(super) line_length: Option<usize>,
    pub(super) readers: Vec<String>,
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
            if let Some(Value::Table(table)) = table.get("tool").and_then(|tool| tool.get("hintwright")) {
                return settings(&shared, table);
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
    text.parse::<Table>().map_err(|error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })
}

fn settings(path: &Path, table: &Table) -> Result<FileSettings, ConfigError> {
    let mut settings = FileSettings { path: Some(path.to_owned()), ..FileSettings::default() };
    for (key, value) in table {
        let wrong = |expected: String| ConfigError::WrongValue { path: path.to_owned(), key: key.clone(), expected };
        let boolean = || value.as_bool().ok_or_else(|| wrong("true or false".into()));
        match key.as_str() {
            "exclude" => settings.exclude = strings(value).ok_or_else(|| wrong("a list of globs".into()))?,
            "select" => settings.select = strings(value).ok_or_else(|| wrong("a list of transforms".into()))?,
            "ignore" => settings.ignore = strings(value).ok_or_else(|| wrong("a list of transforms".into()))?,
            "readers" => {
                let readers = strings(value).filter(|readers| readers.iter().all(|name| is_dotted(name)));
                settings.readers = readers.ok_or_else(|| wrong("a list of dotted names".into()))?;
            }
            "unsafe" => settings.allow_unsafe = boolean()?,
            "include-tests" => settings.include_tests = boolean()?,
            "min-confidence" => {
                let confidence = value.as_str().and_then(confidence);
                settings.min_confidence =
                    Some(confidence.ok_or_else(|| wrong("\"low\", \"medium\" or \"high\"".into()))?);
            }
            "line-length" => {
                let length = value.as_integer().and_then(|length| usize::try_from(length).ok());
                let length = length.filter(|length| (20..=1000).contains(length));
                settings.line_length = Some(length.ok_or_else(|| wrong("a number from 20 to 1000".into()))?);
            }
            "target-version" => {
                let text = value.as_str().ok_or_else(|| wrong("a version such as \"3.9\"".into()))?;
                let version = text.parse().map_err(|error| wrong(format!("a version such as \"3.9\" ({error})")))?;
                settings.target = Some(version);
            }
            _ => {
                let hint = Hint::new(key, &KEYS);
                return Err(ConfigError::UnknownKey { path: path.to_owned(), key: key.clone(), hint });
            }
        }
    }
    Ok(settings)
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Whether text names something of a module, such as `framework.inject`.
fn is_dotted(text: &str) -> bool {
    let is_name = |part: &str| {
        part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
            && part.starts_with(|first: char| !first.is_ascii_digit())
    };
    text.contains('.') && text.split('.').all(is_name)
}

fn confidence(text: &str) -> Option<Confidence> {
    match text {
        "low" => Some(Confidence::Low),
        "medium" => Some(Confidence::Medium),
        "high" => Some(Confidence::High),
        _ => None,
    }
}
