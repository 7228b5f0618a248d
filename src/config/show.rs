//! The settings in force as a configuration file, each with the place that it was found in.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::file::KEYS;
use super::{DEFAULT, Settings};
use crate::infer::Confidence;
use crate::source::display_path;

impl Settings {
    /// All settings as the text of a `hintwright.toml`. A key without a value is commented out.
    pub fn to_toml(&self) -> String {
        let mut rows: Vec<(String, &str)> = Vec::new();
        for key in KEYS {
            let origin = match key {
                "extend-select" | "ignore" => "counted in `select`",
                _ => self.origins.get(key).map_or(DEFAULT, String::as_str),
            };
            let row = match self.value(key) {
                Some(value) => format!("{key} = {value}"),
                None => format!("# {key} ="),
            };
            rows.push((row, origin));
        }
        let width = rows.iter().map(|(row, _)| row.chars().count()).filter(|&width| width < 48).max().unwrap_or(0);
        let mut text = String::new();
        for (row, origin) in rows {
            let _ = writeln!(text, "{row:<width$}  # {origin}");
        }
        text
    }

    fn value(&self, key: &str) -> Option<Value> {
        let strings = |list: &[String]| Value::from(list.to_vec());
        match key {
            "select" => Some(Value::from(self.transforms.clone())),
            "extend-select" | "ignore" => Some(Value::Array(Vec::new())),
            "per-file-ignores" => {
                let lists = self.per_file_ignores.iter().map(|(glob, names)| (glob.clone(), strings(names)));
                Some(Value::Table(lists.collect::<Table>()))
            }
            "slots" => Some(self.slots.iter().map(|group| group.name()).collect::<Vec<_>>().into()),
            "min-confidence" => Some(confidence(self.min_confidence).into()),
            "unsafe" => Some(self.allow_unsafe.into()),
            "max-changes" => self.max_changes.map(integer),
            "exclude" => Some(strings(&self.exclude)),
            "include-tests" => Some(self.include_tests.into()),
            "strict" => Some(self.strict.into()),
            "target-version" => Some(self.target.to_string().into()),
            "line-length" => self.line_length.map(integer),
            "python" => self.python.as_deref().map(|path| display_path(path).into()),
            "readers" => Some(strings(&self.readers)),
            "types-module" => self.types_module.as_deref().map(Value::from),
            "future-annotations" => Some(self.future_annotations.into()),
            "fail-under" => self.fail_under.map(Value::from),
            _ => None,
        }
    }
}

fn integer(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}
