//! The state of a review: which change is looked at, what was decided, what a key does.
//!
//! No terminal and no plan in here. Keys go in; what only the plan or the terminal can do comes out as a [`Step`]. The
//! decisions are the ones that are kept on disk, so undoing is putting back what was kept before.

mod keys;

use std::collections::BTreeSet;

use super::legend;
use crate::config::{Decision, Decisions, Verdict};
use crate::infer::Confidence;
use crate::plan::Choice;
use crate::proposal::ProposalId;
use crate::report::wrap;

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// A key that writes something.
    Letter(char),
    Enter,
    Backspace,
    Escape,
    /// Any other key.
    Other,
    /// There will be no more keys.
    End,
}

/// What is to be done after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Show the state as it is.
    Show,
    /// Plan anew: what is wanted of a change is another.
    Plan,
    /// Refuse a change by a comment in the code.
    Ignore(usize),
    /// Take the next variant of a change.
    Turn(usize),
    /// Rename a definition.
    Rename(usize, String),
    /// Edit the types of a change, as they are or as they were typed before.
    Edit(usize, Option<String>),
    /// Split a change.
    Split(usize),
    /// Write what was accepted, and go on.
    Write,
    /// Write what was accepted, and stop.
    Quit,
    /// Stop, and forget what was decided since the start.
    Forget,
    /// Nobody is there any more.
    HangUp,
}

/// A change as far as the review has to know it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: ProposalId,
    /// The file it is about.
    pub(super) path: String,
    pub(super) transform: &'static str,
    pub(super) confidence: Confidence,
    pub(super) title: String,
    /// The name of the definition, where it can have another.
    pub(super) name: Option<String>,
    /// The items whose definitions it needs directly.
    pub(super) needs: Vec<usize>,
}

/// What the next keys are for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asking {
    /// One key, one answer.
    Keys,
    /// Yes or no.
    Confirm(String, Then),
    /// A line of text.
    Line(String, Line, String),
}

/// What a yes is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Then {
    Decide(Vec<usize>, Verdict),
    Edit(usize, String),
}

/// What a line of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Number,
    Search,
    Name,
}

/// Decisions that are undone together: each with what was decided before, and where the reviewer was.
#[derive(Debug)]
struct Undo {
    at: Option<ProposalId>,
    before: Vec<(ProposalId, Option<Decision>)>,
}

/// The changes, in the order of the review, and what was decided about them.
#[derive(Debug)]
pub(super) struct Deck {
    pub(super) items: Vec<Item>,
    pub(super) decisions: Decisions,
    /// The item that is looked at; past the last one when all were seen.
    pub(super) at: usize,
    /// Whether the evidence is shown.
    pub(super) evidence: bool,
    /// Whether all of the change that is looked at is shown.
    pub(super) whole: bool,
    /// Whether the keys are explained in the place of the change.
    pub(super) help: bool,
    /// Left undecided on purpose.
    passed: BTreeSet<ProposalId>,
    /// Variants that could not be written.
    impossible: BTreeSet<(ProposalId, String)>,
    undo: Vec<Undo>,
    /// The change to come back to, while it is not among the items.
    away: Option<ProposalId>,
    asking: Asking,
    search: String,
    notices: Vec<String>,
}

impl Deck {
    pub(super) fn new(decisions: Decisions) -> Self {
        Self {
            items: Vec::new(),
            decisions,
            at: 0,
            evidence: false,
            whole: false,
            help: false,
            passed: BTreeSet::new(),
            impossible: BTreeSet::new(),
            undo: Vec::new(),
            away: None,
            asking: Asking::Keys,
            search: String::new(),
            notices: Vec::new(),
        }
    }

    /// Takes new items; stays with the change that was looked at, also when it was away for a moment.
    pub(super) fn reload(&mut self, items: Vec<Item>) {
        let current = self.away.take().or_else(|| self.current().map(|item| item.id));
        self.items = items;
        let found = current.and_then(|id| self.items.iter().position(|item| item.id == id));
        self.at = found.unwrap_or(self.at.min(self.items.len()));
    }

    /// Begins at the first change that is open.
    pub(super) fn rewind(&mut self) {
        self.at = self.open_from(0).unwrap_or(self.items.len());
        self.undo.clear();
    }

    /// The change that is looked at; none at the end.
    pub(super) fn current(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// What was decided about an item.
    pub(super) fn verdict(&self, index: usize) -> Verdict {
        self.decisions.verdict(self.items[index].id)
    }

    /// The items with this answer.
    pub(super) fn with(&self, verdict: Verdict) -> impl Iterator<Item = usize> + '_ {
        (0..self.items.len()).filter(move |&index| self.verdict(index) == verdict)
    }

    /// How many items have this answer.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.with(verdict).count()
    }

    /// Says something below the change, until the next key.
    pub(super) fn say(&mut self, notice: impl Into<String>) {
        self.notices.push(notice.into());
    }

    /// The lines below the change: what there is to say, and what the keys do.
    pub(super) fn below(&self, columns: usize) -> Vec<String> {
        let mut lines: Vec<String> = self.notices.iter().flat_map(|notice| wrap(notice, columns)).collect();
        if self.help {
            lines.extend(legend::help(columns));
        }
        match &self.asking {
            Asking::Confirm(question, _) => lines.extend(wrap(&format!("{question} y yes · n no"), columns)),
            Asking::Line(what, _, text) => lines.extend(wrap(&format!("{what}: {text}▏ Enter · Esc"), columns)),
            Asking::Keys if self.at >= self.items.len() => lines.extend(wrap(legend::END, columns)),
            Asking::Keys => lines.push(legend::line(columns)),
        }
        lines
    }

    fn go(&mut self, to: Option<usize>, problem: &str) {
        match to {
            Some(to) => self.at = to,
            None => self.say(problem),
        }
    }

    fn is_undecided(&self, index: usize) -> bool {
        self.verdict(index) == Verdict::Undecided
    }

    fn undecided_after(&self, at: usize) -> Option<usize> {
        (at + 1..self.items.len()).find(|&index| self.is_undecided(index))
    }

    fn undecided_before(&self, at: usize) -> Option<usize> {
        (0..at.min(self.items.len())).rev().find(|&index| self.is_undecided(index))
    }

    /// The next change that was not passed either.
    fn open_from(&self, from: usize) -> Option<usize> {
        let is_open = |index: &usize| self.is_undecided(*index) && !self.passed.contains(&self.items[*index].id);
        (from..self.items.len()).find(is_open)
    }

    /// Goes on after a decision: to the next open change, then to those that were jumped over.
    fn advance(&mut self) {
        self.at = self.open_from(self.at + 1).or_else(|| self.open_from(0)).unwrap_or(self.items.len());
    }

    fn found_after(&self, at: usize) -> Option<usize> {
        let matches = |index: &usize| {
            let item = &self.items[*index];
            let holds = |text: &str| text.to_lowercase().contains(&self.search);
            holds(&item.title) || holds(&item.path) || holds(item.transform)
        };
        (at + 1..self.items.len()).chain(0..at.min(self.items.len())).find(matches)
    }

    /// The undecided changes of the file of `at`.
    fn of_file(&self, at: usize) -> Vec<usize> {
        let is_of_file = |index: &usize| self.items[*index].path == self.items[at].path && self.is_undecided(*index);
        (0..self.items.len()).filter(is_of_file).collect()
    }

    /// Asks before all undecided changes of this kind that are at least as sure are decided.
    fn confirm_kind(&mut self, at: usize, verdict: Verdict) {
        let (transform, least) = (self.items[at].transform, self.items[at].confidence);
        let items: Vec<usize> = self
            .with(Verdict::Undecided)
            .filter(|&index| self.items[index].transform == transform && self.items[index].confidence >= least)
            .collect();
        if items.is_empty() {
            return self.say(format!("No {transform} change is undecided"));
        }
        let verb = if verdict == Verdict::Accepted { "Accept" } else { "Refuse" };
        let level = match least {
            Confidence::High => "of High confidence",
            Confidence::Medium => "of Medium confidence or better",
            Confidence::Low => "of any confidence",
        };
        let count = changes(items.len());
        self.asking = Asking::Confirm(
            format!("{verb} {count}: every undecided {transform} {level}?"),
            Then::Decide(items, verdict),
        );
    }

    /// All that an item needs, directly or not.
    pub(super) fn needed_by(&self, index: usize) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open = self.items[index].needs.clone();
        while let Some(next) = open.pop() {
            if next != index && needed.insert(next) {
                open.extend(&self.items[next].needs);
            }
        }
        needed
    }

    /// All that needs an item, directly or not.
    pub(super) fn needing(&self, index: usize) -> BTreeSet<usize> {
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.items.len()];
        for (number, item) in self.items.iter().enumerate() {
            item.needs.iter().for_each(|&needed| users[needed].push(number));
        }
        let mut needing = BTreeSet::new();
        let mut open = users[index].clone();
        while let Some(next) = open.pop() {
            if next != index && needing.insert(next) {
                open.extend(&users[next]);
            }
        }
        needing
    }

    fn accept(&mut self, index: usize) {
        self.decide_all(vec![index], Verdict::Accepted);
    }

    /// Refuses an item, and what needs it.
    pub(super) fn refuse(&mut self, index: usize) {
        self.decide_all(vec![index], Verdict::Refused);
    }

    /// Refuses an item by a comment that is written with the accepted changes.
    pub(super) fn refuse_in_code(&mut self, index: usize) {
        self.decide_all(vec![index], Verdict::Refused);
        let id = self.items[index].id;
        if let Some(decision) = self.decisions.get(id).cloned() {
            self.decisions.set(id, Some(Decision { comment: true, ..decision }));
        }
    }

    /// Leaves an item undecided; what needs it cannot stay accepted.
    fn pass(&mut self, index: usize) {
        let mut items: Vec<usize> = self.needing(index).into_iter().collect();
        items.retain(|&user| self.verdict(user) == Verdict::Accepted);
        let orphans = items.clone();
        items.push(index);
        self.record(&items, Verdict::Undecided);
        self.passed.insert(self.items[index].id);
        self.advance();
        self.say_also("Undecided again, as it needs this", "Undecided again, as they need this", &orphans);
    }

    /// Decides about items, with all that they need or that needs them, and goes on.
    fn decide_all(&mut self, items: Vec<usize>, verdict: Verdict) {
        let also = |index: &usize| match verdict {
            Verdict::Accepted => self.needed_by(*index),
            _ => self.needing(*index),
        };
        let asked: BTreeSet<usize> = items.into_iter().collect();
        let also: BTreeSet<usize> = asked.iter().flat_map(also).collect();
        let is_other = |index: &usize| !asked.contains(index) && self.verdict(*index) != verdict;
        let also: Vec<usize> = also.into_iter().filter(is_other).collect();
        let all: Vec<usize> = asked.iter().chain(&also).copied().collect();
        self.record(&all, verdict);
        self.advance();
        match verdict {
            Verdict::Accepted => {
                self.say_also("Accepted too, as it is needed", "Accepted too, as they are needed", &also);
            }
            _ => self.say_also(
                "Refused too, as it needs what was refused",
                "Refused too, as they need what was refused",
                &also,
            ),
        }
        if asked.len() > 1 {
            let word = if verdict == Verdict::Accepted { "accepted" } else { "refused" };
            self.say(format!("{} {word}; u takes it back", changes(asked.len())));
        }
    }

    /// Says what else was decided.
    fn say_also(&mut self, one: &str, many: &str, items: &[usize]) {
        const SHOWN: usize = 3;
        match items {
            [] => {}
            [item] => self.say(format!("{one}: {}", self.items[*item].title)),
            items => {
                let titles: Vec<&str> = items.iter().take(SHOWN).map(|&item| self.items[item].title.as_str()).collect();
                let more = if items.len() > SHOWN { "; …" } else { "" };
                self.say(format!("{many} ({}): {}{more}", items.len(), titles.join("; ")));
            }
        }
    }

    fn record(&mut self, items: &[usize], verdict: Verdict) {
        let at = self.current().map(|item| item.id);
        let mut before = Vec::new();
        for &index in items {
            let item = &self.items[index];
            let choice = self.decisions.get(item.id).map(|decision| decision.choice.clone()).unwrap_or_default();
            let decision = Decision { about: about(item), verdict, comment: false, choice };
            before.push((item.id, self.decisions.set(item.id, Some(decision))));
        }
        self.undo.push(Undo { at, before });
    }

    /// Changes what is wanted of an item.
    pub(super) fn choose(&mut self, index: usize, change: impl FnOnce(&mut Choice)) {
        let item = &self.items[index];
        let before = self.decisions.get(item.id).cloned();
        let mut decision = before.clone().unwrap_or_default();
        decision.about = about(item);
        change(&mut decision.choice);
        self.decisions.set(item.id, Some(decision));
        self.undo.push(Undo { at: Some(item.id), before: vec![(item.id, before)] });
    }

    /// What is wanted of an item.
    pub(super) fn choice(&self, index: usize) -> Choice {
        self.decisions.get(self.items[index].id).map(|decision| decision.choice.clone()).unwrap_or_default()
    }

    /// Takes the last answer or choice back.
    pub(super) fn undo(&mut self) -> Step {
        let Some(undo) = self.undo.pop() else {
            self.say("Nothing to take back");
            return Step::Show;
        };
        let mut step = Step::Show;
        for (id, before) in undo.before.into_iter().rev() {
            self.passed.remove(&id);
            let wanted = |decision: &Option<Decision>| {
                decision.as_ref().map_or_else(Choice::default, |decision| decision.choice.clone())
            };
            let after = self.decisions.set(id, before.clone());
            if wanted(&after) != wanted(&before) {
                step = Step::Plan;
            }
        }
        match undo.at.map(|id| (id, self.items.iter().position(|item| item.id == id))) {
            Some((_, Some(at))) => self.at = at,
            Some((id, None)) => self.away = Some(id),
            None => {}
        }
        step
    }

    /// Takes the last choice back, because it cannot be had.
    pub(super) fn give_up(&mut self) {
        let Some((id, _)) = self.undo.last().and_then(|undo| undo.before.first()) else { return };
        let tried = self.decisions.get(*id).and_then(|decision| decision.choice.instead.clone());
        self.impossible.extend(tried.map(|label| (*id, label)));
        self.undo();
    }

    /// Whether a variant was tried and could not be written.
    pub(super) fn is_impossible(&self, id: ProposalId, label: &str) -> bool {
        self.impossible.contains(&(id, label.to_owned()))
    }

    /// Asks whether types that cannot be read are to be edited again.
    pub(super) fn ask_to_edit_again(&mut self, index: usize, text: String, problem: &str) {
        self.asking = Asking::Confirm(format!("{problem}. Edit again?"), Then::Edit(index, text));
    }

    /// Forgets what needs no memory once it is written: the code says it now. A name that was given stays.
    pub(super) fn written(&mut self, ids: &[ProposalId]) {
        for &id in ids {
            let kept = self.decisions.get(id).cloned();
            let kept = kept.filter(|decision| decision.choice.name.is_some() && decision.verdict == Verdict::Accepted);
            self.decisions.set(id, kept.map(|decision| Decision { verdict: Verdict::Undecided, ..decision }));
        }
        self.undo.clear();
    }
}

fn about(item: &Item) -> String {
    format!("{}: {}", item.path, item.title)
}

/// `1 change`, `3 changes`.
pub(super) fn changes(count: usize) -> String {
    if count == 1 { "1 change".to_owned() } else { format!("{count} changes") }
}

#[cfg(test)]
mod tests;
