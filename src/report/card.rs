//! A proposal as text: its header, its reason, its evidence.

use super::paint::{Paint, Role};
use crate::proposal::{Applicability, Confidence};

/// A proposal with everything rendered.
#[derive(Clone, Debug)]
pub struct Card {
    /// The file it is about, as shown to the user.
    pub path: String,
    /// The line it is about, from 1.
    pub line: u32,
    /// The name of the transform.
    pub transform: &'static str,
    /// How sure the types are.
    pub confidence: Confidence,
    /// Whether the program can behave differently.
    pub applicability: Applicability,
    /// Verb, name, type.
    pub title: String,
    /// One sentence.
    pub reason: String,
    /// One line each.
    pub evidence: Vec<String>,
}

impl Card {
    /// `geom.py:8 · typed_dict · High`, and what else a reviewer must know.
    pub fn header(&self) -> String {
        let level = match self.confidence {
            Confidence::High => "High",
            Confidence::Medium => "Medium",
            Confidence::Low => "Low",
        };
        let applicability = match self.applicability {
            Applicability::Safe => "",
            Applicability::Unsafe => " · unsafe",
            Applicability::DisplayOnly => " · shown only",
        };
        format!("{}:{} · {} · {level}{applicability}", self.path, self.line, self.transform)
    }

    /// The lines of `-v`: header, title, reason, evidence.
    pub fn lines(&self, paint: Paint) -> Vec<String> {
        let mut lines = vec![
            paint.role(Role::Strong, &self.header()),
            format!("    {}", self.title),
            format!("    {}", self.reason),
        ];
        lines.extend(self.evidence.iter().map(|line| paint.role(Role::Faint, &format!("      {line}"))));
        lines
    }
}
