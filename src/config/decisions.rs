//! What was decided in reviews, kept in `hintwright.decisions.toml` at the top of the project.
//!
//! The file stands beside the configuration and not in a cache, because it is worth committing: a hint that was refused
//! once is then refused for everybody. Each decision is a line of its own, in the order of files, so that two people's
//! decisions merge. It is keyed by proposal, which stays the same when lines move. A file without decisions is removed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::plan::Choice;
use crate::proposal::ProposalId;

/// The name of the file.
const FILE: &str = "hintwright.decisions.toml";

const HEAD: &str = "\
# What was decided in `hintwright review`, a line for each change. Refused changes are not proposed again.
# To forget it all: `hintwright review --forget`. To decide anew on one change, delete its line.
";

/// An answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// To be written.
    Accepted,
    /// Not to be proposed again.
    Refused,
    /// Neither.
    #[default]
    Undecided,
}

/// What was decided about one proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The file and title, for those who read the file.
    pub about: String,
    /// The answer.
    pub verdict: Verdict,
    /// Whether an ignore comment is to be written in the place of the change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comment: bool,
    /// How the reviewer wants the change.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choice: Choice,
}

fn is_default(choice: &Choice) -> bool {
    *choice == Choice::default()
}

/// All decisions of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    entries: BTreeMap<ProposalId, Decision>,
}

impl Decisions {
    /// Reads the decisions of the project at `root`.
    pub fn load(root: &Path) -> Result<Self, ConfigError> {
        let path = root.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text),
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(Self::default())
            }
            Err(cause) => Err(ConfigError::Read { path, cause }),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let lines: BTreeMap<String, Decision> =
            toml::from_str(text).map_err(|error| ConfigError::syntax(path, text, &error))?;
        let entries = lines.into_iter().map(|(id, decision)| {
            let wrong = || {
                let message = format!("`{id}` is not the id of a change");
                ConfigError::Syntax { path: path.to_owned(), place: String::new(), message }
            };
            Ok((ProposalId::parse(&id).ok_or_else(wrong)?, decision))
        });
        Ok(Self { entries: entries.collect::<Result<_, ConfigError>>()? })
    }

    /// Writes the decisions of the project at `root`, whole or not at all; without any the file is removed.
    pub fn save(&self, root: &Path) -> io::Result<()> {
        let path = root.join(FILE);
        if self.entries.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let mut builder = tempfile::Builder::new();
        // Others may read it, as they may not read a temporary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder.tempfile_in(root)?;
        io::Write::write_all(&mut file, self.text().as_bytes())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Where the decisions of the project at `root` are kept.
    pub fn path(root: &Path) -> PathBuf {
        root.join(FILE)
    }

    fn text(&self) -> String {
        let mut lines: Vec<(&str, String)> = Vec::new();
        for (id, decision) in &self.entries {
            // A value of the `toml` crate prints as an inline table.
            if let Ok(value) = toml::Value::try_from(decision) {
                lines.push((&decision.about, format!("{id} = {value}")));
            }
        }
        lines.sort();
        let mut text = HEAD.to_owned();
        for (_, line) in lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// What was decided about a proposal.
    pub fn get(&self, id: ProposalId) -> Option<&Decision> {
        self.entries.get(&id)
    }

    /// The answer about a proposal.
    pub fn verdict(&self, id: ProposalId) -> Verdict {
        self.get(id).map_or(Verdict::Undecided, |decision| decision.verdict)
    }

    /// Decides; gives what was decided before. An undecided proposal without any choice is not kept.
    pub fn set(&mut self, id: ProposalId, decision: Option<Decision>) -> Option<Decision> {
        let says_nothing = |decision: &Decision| decision.verdict == Verdict::Undecided && is_default(&decision.choice);
        match decision.filter(|decision| !says_nothing(decision)) {
            Some(decision) => self.entries.insert(id, decision),
            None => self.entries.remove(&id),
        }
    }

    /// How reviewers want proposals to be.
    pub fn choices(&self) -> BTreeMap<ProposalId, Choice> {
        let chosen = self.entries.iter().filter(|(_, decision)| !is_default(&decision.choice));
        chosen.map(|(&id, decision)| (id, decision.choice.clone())).collect()
    }

    /// The proposals that were refused.
    pub fn refused(&self) -> impl Iterator<Item = ProposalId> + '_ {
        self.entries.iter().filter(|(_, decision)| decision.verdict == Verdict::Refused).map(|(&id, _)| id)
    }

    /// Leaves undecided what was refused.
    pub fn reopen(&mut self) {
        for id in self.refused().collect::<Vec<_>>() {
            let decision = self.get(id).cloned();
            self.set(id, decision.map(|decision| Decision { verdict: Verdict::Undecided, ..decision }));
        }
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(about: &str, verdict: Verdict) -> Decision {
        Decision { about: about.to_owned(), verdict, ..Decision::default() }
    }

    #[test]
    fn a_line_for_each_decision_survives_the_disk() {
        let root = tempfile::tempdir().expect("a directory");
        let mut decisions = Decisions::default();
        decisions.set(ProposalId(7), Some(decision("b.py: Annotate `f` as `int`", Verdict::Refused)));
        let choice = Choice {
            name: Some("Vector".into()),
            hints: [("x".into(), "float".into())].into(),
            split: true,
            ..Choice::default()
        };
        decisions.set(ProposalId(9), Some(Decision { choice, ..decision("a.py: Define `V2`", Verdict::Accepted) }));
        decisions.save(root.path()).expect("it can be written");
        let text = fs::read_to_string(Decisions::path(root.path())).expect("it is there");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines[0].starts_with("0000000000000009 = { about = \"a.py: Define `V2`\""), "{text}");
        assert!(lines[1].starts_with("0000000000000007 = "), "{text}");
        assert_eq!(Decisions::load(root.path()).expect("it can be read"), decisions);
        decisions.set(ProposalId(7), None);
        decisions.set(ProposalId(9), Some(decision("a.py", Verdict::Undecided)));
        decisions.save(root.path()).expect("it can be removed");
        assert!(!Decisions::path(root.path()).exists(), "nothing is left");
        assert!(Decisions::load(root.path()).expect("there is none").is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text| Decisions::parse(Path::new(FILE), text).expect_err(text).to_string();
        assert!(error("abc = { about = '', verdict = 'refused' }").contains("`abc` is not the id"));
        assert!(error("0000000000000001 = { about = '', verdict = 'maybe' }").contains("maybe"));
    }
}
