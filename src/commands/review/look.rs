//! One pass over the changes that a repository calls for.

use std::collections::BTreeMap;

use anyhow::Result;

use super::deck::Deck;
use super::pass::{Next, Pass};
use super::{Review, confirms};
use crate::commands::analysis::Analysis;
use crate::config::Verdict;
use crate::infer::Shape;
use crate::plan::{self, Draft};
use crate::project::Project;
use crate::proposal::{Proposal, ProposalId};

/// How a look ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Something was written: look at what there is now.
    Again,
    /// All is done; so many changes are left undecided.
    Done { undecided: usize },
    /// What was decided is to be forgotten.
    Forget,
    /// Nobody is there any more.
    HangUp,
}

/// What one pass looks at.
pub(super) struct Look<'a> {
    pub(super) review: &'a Review<'a>,
    /// The analysis, with the proposals as the reviewer wants them.
    pub(super) analysis: Analysis,
    /// The proposals and shapes as they were inferred.
    pub(super) proposals: Vec<Proposal>,
    pub(super) shapes: Vec<Shape>,
}

/// A choice that has to prove itself in a plan.
pub(super) enum Trial {
    None,
    /// The change must be there still.
    Of(ProposalId),
    /// And its definition must have this name.
    Name(ProposalId, String),
}

impl<'a> Look<'a> {
    pub(super) fn new(review: &'a Review<'a>, mut analysis: Analysis, deck: &Deck) -> Self {
        analysis.proposals.retain(|proposal| !review.hidden.contains(&proposal.id));
        let (proposals, shapes) = (analysis.proposals.clone(), analysis.inference.shapes.clone());
        let mut look = Self { review, analysis, proposals, shapes };
        look.revise(deck);
        look
    }

    /// Whether the reviewer goes on after something was written, and says what follows.
    pub(super) fn goes_on(&self, following: usize, deck: &mut Deck) -> Result<bool> {
        let open = deck.count(Verdict::Undecided) > 0 && deck.current().is_some();
        let follow = format!(
            "{} from what was written",
            if following == 1 { "1 change follows".to_owned() } else { format!("{following} changes follow") }
        );
        if open {
            deck.say(if following == 0 { "Written".to_owned() } else { format!("Written; {follow}") });
            return Ok(true);
        }
        if following == 0 {
            return Ok(false);
        }
        Ok(confirms(&self.review.terminal, &format!("{follow}. Look at them?"))?)
    }

    /// Asks until all is decided or the reviewer stops.
    pub(super) fn ask<'p>(&mut self, deck: &mut Deck, project: &'p Project, mut draft: Draft<'p>) -> Result<Ending> {
        let mut pass = Pass::new(self, &draft);
        deck.reload(pass.items.clone());
        deck.rewind();
        loop {
            let mut trial = match pass.converse(deck)? {
                Next::Plan(trial) => trial,
                Next::End(ending) => return Ok(ending),
            };
            // In a large repository this takes longer than an eye blinks.
            self.review.terminal.wait("planning…")?;
            loop {
                let faults = self.revise(deck);
                draft = self.analysis.draft_of(project, Some(&draft));
                pass = Pass::new(self, &draft);
                let verdict = pass.verdict(&trial, &faults);
                deck.reload(pass.items.clone());
                let Err(problem) = verdict else { break };
                deck.give_up();
                deck.decisions.save(&self.review.settings.root)?;
                deck.say(problem);
                trial = Trial::None;
            }
        }
    }

    /// Makes the proposals as the reviewer wants them.
    fn revise(&mut self, deck: &Deck) -> BTreeMap<ProposalId, String> {
        self.analysis.inference.shapes.clone_from(&self.shapes);
        let choices = deck.decisions.choices();
        let analysis = &mut self.analysis;
        let (proposals, faults) =
            plan::revise(&analysis.project, &mut analysis.inference, self.proposals.clone(), &choices);
        analysis.proposals = proposals;
        faults.into_iter().collect()
    }
}
