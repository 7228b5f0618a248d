//! A proposal as text: its header, its reason, its evidence.

use dialoguer::console::{measure_text_width, truncate_str};

use super::paint::{Paint, Role};
use super::wrap;
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
    /// What speaks for it.
    pub evidence: Vec<Sight>,
}

/// A place in the code that speaks for a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// What it is: `call site`.
    pub kind: &'static str,
    /// The file and the line: `geom.py:12`.
    pub place: String,
    /// What stands in that line.
    pub text: String,
    /// The type that was seen.
    pub ty: Option<String>,
    /// How often the same is in that line.
    pub times: usize,
}

impl Sight {
    /// `call site       orders.py:12  order = new_order(customer) · str`. Where that is wider than `columns` the code is
    /// cut short, and where too little of it would be left it gets a line of its own: the place and the type always stay.
    pub fn lines(&self, columns: usize) -> Vec<String> {
        const LEAST_CODE: usize = 12;
        let head = format!("{:<15} {}", self.kind, self.place);
        let ty = self.ty.as_ref().map_or_else(String::new, |ty| format!(" · {ty}"));
        let times = if self.times > 1 { format!("  ({} times)", self.times) } else { String::new() };
        let width = measure_text_width;
        let room = |before: usize| columns.saturating_sub(before + 2 + width(&ty) + width(&times));
        if room(width(&head)) >= width(&self.text).min(LEAST_CODE) {
            let text = truncate_str(&self.text, room(width(&head)), "…");
            return vec![format!("{head}  {text}{ty}{times}")];
        }
        let mut lines = vec![head];
        if width(&lines[0]) > columns {
            lines = wrap(&format!("{} {}", self.kind, self.place), columns);
        }
        lines.push(format!("  {}{ty}{times}", truncate_str(&self.text, room(0), "…")));
        lines
    }
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
        let evidence = self.evidence.iter().flat_map(|sight| sight.lines(usize::MAX));
        lines.extend(evidence.map(|line| paint.role(Role::Faint, &format!("      {line}"))));
        lines
    }
}
