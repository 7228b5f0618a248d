//! A conversation about one plan: what is shown, and what the keys do that only the plan or the terminal can.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::deck::{Deck, Item, Step, changes};
use super::look::{Ending, Look, Trial};
use super::{editor, sheet};
use crate::commands::analysis::Analysis;
use crate::commands::apply::write_changes;
use crate::commands::cli::Order;
use crate::config::Verdict;
use crate::plan::{self, Choice, Draft, Planned, Variant};
use crate::proposal::{Change, Proposal, ProposalId};
use crate::report::{self, Card, Screen, finish};
use crate::text::Patch;
use crate::types::{ModuleId, ShapeId};

/// What comes after a conversation.
pub(super) enum Next {
    Plan(Trial),
    End(Ending),
}

/// A conversation about one plan.
pub(super) struct Pass<'a, 'r> {
    look: &'a Look<'r>,
    analysis: &'a Analysis,
    draft: &'a Draft<'a>,
    pub(super) items: Vec<Item>,
    /// What is planned for each item.
    planned: Vec<&'a Planned>,
}

impl<'a, 'r> Pass<'a, 'r> {
    pub(super) fn new(look: &'a Look<'r>, draft: &'a Draft<'a>) -> Self {
        let analysis = &look.analysis;
        let mut planned = analysis.in_order(&draft.plan);
        if look.review.args.order == Order::Confidence {
            planned.sort_by_key(|planned| std::cmp::Reverse(analysis.proposals[planned.proposal].confidence));
        }
        let numbers = planned.iter().enumerate();
        let index: BTreeMap<usize, usize> = numbers.map(|(index, planned)| (planned.proposal, index)).collect();
        let item = |planned: &&Planned| {
            let proposal = &analysis.proposals[planned.proposal];
            let name = defined(proposal).and_then(|shape| draft.plan.name(shape));
            Item {
                id: proposal.id,
                path: analysis.path(proposal.module),
                transform: proposal.transform,
                confidence: proposal.confidence,
                title: planned.title.clone(),
                // A namedtuple's class keeps the name that the program knows.
                name: name.filter(|_| proposal.transform != "named_tuple").map(|name| name.to_string()),
                needs: draft.plan.needs(planned.proposal).filter_map(|needed| index.get(&needed).copied()).collect(),
            }
        };
        let items = planned.iter().map(item).collect();
        Self { look, analysis, draft, items, planned }
    }

    /// Whether the last choice can be had; else why not.
    pub(super) fn verdict(&self, trial: &Trial, faults: &BTreeMap<ProposalId, String>) -> Result<(), String> {
        let (Trial::Of(id) | Trial::Name(id, _)) = trial else { return Ok(()) };
        if let Some(fault) = faults.get(id) {
            return Err(fault.clone());
        }
        let Some(item) = self.items.iter().find(|item| item.id == *id) else {
            let number = self.analysis.proposals.iter().position(|proposal| proposal.id == *id);
            let dropped = self.draft.plan.dropped.iter().find(|dropped| Some(dropped.proposal) == number);
            let reason = dropped.map_or("the change would be gone", |dropped| dropped.reason.as_str());
            return Err(format!("That cannot be written: {reason}"));
        };
        match trial {
            Trial::Name(_, name) if item.name.as_ref() != Some(name) => {
                Err(format!("`{name}` is no name that is free in every file that needs it"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn converse(&self, deck: &mut Deck) -> Result<Next> {
        let review = self.look.review;
        loop {
            let press = review.terminal.ask(|size| match deck.current() {
                _ if deck.help => finish(&deck.below(size.columns), size),
                Some(_) => self.screen(deck, size),
                None => finish(&[vec![self.seen(deck), String::new()], deck.below(size.columns)].concat(), size),
            })?;
            let before = deck.decisions.clone();
            let step = deck.press(press);
            let next = self.take(step, deck)?;
            if deck.decisions != before {
                // Kept at once: a closed window loses nothing.
                deck.decisions.save(&review.settings.root)?;
            }
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    /// Does what the deck cannot.
    fn take(&self, step: Step, deck: &mut Deck) -> Result<Option<Next>> {
        if matches!(step, Step::Write | Step::Quit | Step::Forget | Step::HangUp) {
            // What is said now begins a line of its own, not behind the prompt.
            self.look.review.terminal.leave()?;
        }
        Ok(match step {
            Step::Show => None,
            Step::Plan => Some(Next::Plan(Trial::None)),
            Step::Ignore(index) => {
                self.ignore(deck, index);
                None
            }
            Step::Turn(index) => self.turn(deck, index).then(|| Next::Plan(Trial::Of(self.items[index].id))),
            Step::Rename(index, name) => {
                deck.choose(index, |choice| choice.name = Some(name.clone()));
                Some(Next::Plan(Trial::Name(self.items[index].id, name)))
            }
            Step::Split(index) => self.split(deck, index).then(|| Next::Plan(Trial::Of(self.items[index].id))),
            Step::Edit(index, text) => {
                self.edit(deck, index, text).then(|| Next::Plan(Trial::Of(self.items[index].id)))
            }
            Step::Write => {
                let is_end = deck.current().is_none();
                let undecided = deck.count(Verdict::Undecided);
                match (self.write(deck)?, is_end) {
                    (false, false) => {
                        deck.say("Nothing was accepted yet");
                        None
                    }
                    (false, true) => Some(Next::End(Ending::Done { undecided })),
                    (true, _) => Some(Next::End(Ending::Again)),
                }
            }
            Step::Quit => {
                let undecided = deck.count(Verdict::Undecided);
                self.write(deck)?;
                Some(Next::End(Ending::Done { undecided }))
            }
            Step::Forget => Some(Next::End(Ending::Forget)),
            Step::HangUp => Some(Next::End(Ending::HangUp)),
        })
    }

    fn seen(&self, deck: &Deck) -> String {
        format!(
            "{} seen: {} accepted, {} refused, {} left undecided",
            changes(self.items.len()),
            deck.count(Verdict::Accepted),
            deck.count(Verdict::Refused),
            deck.count(Verdict::Undecided)
        )
    }

    /// The proposal of an item.
    fn proposal(&self, index: usize) -> &Proposal {
        &self.analysis.proposals[self.planned[index].proposal]
    }

    fn card(&self, index: usize) -> Card {
        self.analysis.card(&self.draft.plan, self.planned[index])
    }

    fn screen(&self, deck: &Deck, size: report::Size) -> String {
        let index = deck.at;
        let decided = match deck.verdict(index) {
            Verdict::Accepted => "accepted",
            Verdict::Refused => "refused",
            Verdict::Undecided => "",
        };
        let screen = Screen {
            number: (index + 1, self.items.len()),
            card: &self.card(index),
            decided,
            changes: &self.changes(deck, index),
            evidence: deck.evidence,
            whole: deck.whole,
        };
        screen.draw(&deck.below(size.columns), size, self.look.review.talk.data)
    }

    /// What an item changes in files that hold what was accepted before.
    fn changes(&self, deck: &Deck, index: usize) -> Vec<report::Change> {
        let mut before: BTreeSet<usize> = deck.with(Verdict::Accepted).collect();
        before.remove(&index);
        for user in deck.needing(index) {
            before.remove(&user);
        }
        let mut after = before.clone();
        after.insert(index);
        after.extend(deck.needed_by(index));
        let proposals = |items: &BTreeSet<usize>| items.iter().map(|&item| self.planned[item].proposal).collect();
        let (own, before, after): (Vec<usize>, BTreeSet<usize>, BTreeSet<usize>) =
            (after.difference(&before).copied().collect(), proposals(&before), proposals(&after));
        // The file that the change is about comes first.
        let home = self.proposal(index).module;
        let modules: BTreeSet<ModuleId> =
            own.iter().flat_map(|&item| self.draft.modules(self.planned[item].proposal)).collect();
        let mut modules: Vec<ModuleId> = modules.into_iter().collect();
        modules.sort_by_key(|&module| (module != home, module));
        let change = |module: ModuleId| {
            let source = self.analysis.project.module(module)?.source.as_ref()?;
            let before = self.draft.text(module, &before)?;
            let after = self.draft.text(module, &after)?;
            (before != after).then(|| report::Change { path: source.display_path.clone(), before, after })
        };
        modules.into_iter().filter_map(change).collect()
    }

    /// Refuses a change by a comment, where there is room for one.
    fn ignore(&self, deck: &mut Deck, index: usize) {
        let analysis = self.analysis;
        let proposal = self.proposal(index);
        if plan::ignore_comment(&analysis.project, &analysis.inference, proposal).is_some() {
            deck.refuse_in_code(index);
            deck.say(format!("Refused; `# hintwright: ignore[{}]` is written with the rest", proposal.transform));
            deck.say("In the header of a function or class it covers all of it");
        } else {
            deck.refuse(index);
            deck.say("Refused; there is no room for a comment in that line, so only the answer is kept");
        }
    }

    /// The proposal of an item as it was inferred; none for a part of a split one.
    fn inferred(&self, index: usize) -> Option<&Proposal> {
        self.look.proposals.iter().find(|proposal| proposal.id == self.items[index].id)
    }

    /// Takes the next variant.
    fn turn(&self, deck: &mut Deck, index: usize) -> bool {
        let Some(proposal) = self.inferred(index) else {
            deck.say("This is a part of a change that was split; u takes that back");
            return false;
        };
        let mut variants = Variant::of(&self.analysis.project, &self.analysis.inference, &self.look.shapes, proposal);
        variants.retain(|variant| !deck.is_impossible(proposal.id, &variant.label));
        if variants.is_empty() {
            deck.say("There is no other type to choose here");
            return false;
        }
        let chosen = deck.choice(index).instead;
        let number = chosen.and_then(|label| variants.iter().position(|variant| variant.label == label));
        let next = number.map_or(0, |number| number + 1);
        let instead = variants.get(next).map(|variant| variant.label.clone());
        deck.say(match &instead {
            Some(label) => format!("Variant {} of {}: `{label}`", next + 1, variants.len()),
            None => "As it was proposed".to_owned(),
        });
        deck.choose(index, |choice| *choice = Choice { instead, hints: BTreeMap::new(), ..std::mem::take(choice) });
        true
    }

    fn split(&self, deck: &mut Deck, index: usize) -> bool {
        let defines = self.inferred(index).is_some_and(|proposal| defined(proposal).is_some());
        let places = self.proposal(index).changes.len();
        if !defines || places < 2 || deck.choice(index).split || deck.choice(index).instead.is_some() {
            deck.say("This change cannot be split");
            return false;
        }
        deck.choose(index, |choice| choice.split = true);
        deck.say("Split: the definition comes first, then each function that uses it");
        true
    }

    /// Edits the types of a change in the user's editor.
    fn edit(&self, deck: &mut Deck, index: usize, typed: Option<String>) -> bool {
        let analysis = self.analysis;
        if self.inferred(index).is_none() {
            deck.say("This is a part of a change that was split; u takes that back");
            return false;
        }
        let proposal = self.proposal(index);
        if deck.choice(index).instead.is_some()
            && defined(proposal).is_none()
            && self.inferred(index).is_some_and(|inferred| defined(inferred).is_some())
        {
            deck.say("Without the definition there is nothing to edit; t goes on to the definition");
            return false;
        }
        let hints = plan::hints(&analysis.project, &analysis.inference, &self.draft.plan, proposal);
        if hints.is_empty() {
            deck.say("This change has no type that can be edited");
            return false;
        }
        let text = typed.unwrap_or_else(|| sheet::write(&self.items[index].title, &hints));
        let edited = match editor::edit(&text) {
            Ok(edited) => edited,
            Err(problem) => {
                deck.say(problem);
                return false;
            }
        };
        let check =
            |text: &str| plan::check_hint(&analysis.project, &analysis.inference, &analysis.proposals, proposal, text);
        match sheet::read(&edited, &hints, check) {
            Err(problem) => {
                deck.ask_to_edit_again(index, edited, &problem);
                false
            }
            Ok(changed) if changed.is_empty() => {
                deck.say("Nothing was edited");
                false
            }
            Ok(changed) => {
                deck.choose(index, |choice| {
                    choice.hints.extend(changed);
                    // A definition of another kind has types of its own.
                    choice.instead = choice.instead.take().filter(|_| defined(proposal).is_some());
                });
                true
            }
        }
    }

    /// Writes what was accepted, and the comments of what was refused by one; whether there was anything.
    fn write(&self, deck: &mut Deck) -> Result<bool> {
        let analysis = self.analysis;
        let review = self.look.review;
        let accepted: Vec<usize> = deck.with(Verdict::Accepted).collect();
        let numbers: BTreeSet<usize> = accepted.iter().map(|&index| self.planned[index].proposal).collect();
        let (planned_files, dropped) = self.draft.files(&numbers);
        let mut patches: BTreeMap<ModuleId, Patch> =
            planned_files.iter().map(|file| (file.module, file.patch.clone())).collect();
        let is_comment =
            |index: &usize| deck.decisions.get(self.items[*index].id).is_some_and(|decision| decision.comment);
        let mut done: Vec<ProposalId> = Vec::new();
        for index in deck.with(Verdict::Refused).filter(is_comment) {
            let proposal = self.proposal(index);
            if let Some((module, edit)) = plan::ignore_comment(&analysis.project, &analysis.inference, proposal)
                && patches.entry(module).or_default().add_all(std::slice::from_ref(&edit)).is_ok()
            {
                done.push(proposal.id);
            }
        }
        // Whether git has the files was asked before the first question; since then only the review changed them.
        let files = analysis.patched(patches.iter().map(|(&module, patch)| (module, patch)))?;
        write_changes(analysis, &files, true, review.talk)?;
        let is_dropped =
            |index: &usize| dropped.iter().any(|dropped| dropped.proposal == self.planned[*index].proposal);
        for index in accepted.iter().filter(|index| is_dropped(index)) {
            deck.say(format!("Not written: {}", self.items[*index].title));
        }
        let written: Vec<&Item> =
            accepted.iter().filter(|index| !is_dropped(index)).map(|&index| &self.items[index]).collect();
        done.extend(written.iter().map(|item| item.id));
        if !files.is_empty() {
            let count = written.len();
            review.written.borrow_mut().add(analysis, &written, &planned_files);
            let files = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
            let what = if count == 0 { "Comments".to_owned() } else { changes(count) };
            review.talk.say(&format!("{what} written to {files}; `hintwright undo` takes that back"));
        }
        deck.written(&done);
        deck.decisions.save(&review.settings.root)?;
        Ok(!files.is_empty())
    }
}

fn defined(proposal: &Proposal) -> Option<ShapeId> {
    proposal.changes.iter().find_map(|change| match change {
        Change::Define(shape) => Some(*shape),
        _ => None,
    })
}
