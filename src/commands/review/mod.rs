//! `hintwright review`: asks about each change, and writes what was accepted.
//!
//! The [`deck`] holds the state, [`look`] is one look at what the repository calls for, [`pass`] the
//! conversation about one plan of it, and this file repeats that
//! for as long as something follows from what was written.

mod deck;
mod editor;
mod legend;
mod look;
mod pass;
mod sheet;
mod terminal;
mod written;

use std::cell::RefCell;
use std::collections::BTreeSet;

use anyhow::{Result, bail};

use self::deck::{Deck, Press, changes};
use self::look::{Ending, Look};
use self::terminal::Terminal;
use self::written::Written;
use super::analysis::Analysis;
use super::apply::refuse_dirty;
use super::cli::ReviewArgs;
use super::progress::Progress;
use super::terminal::{Talk, is_interactive};
use super::{Outcome, replay};
use crate::config::{Decisions, Settings, Verdict};
use crate::proposal::ProposalId;
use crate::report::{Summary, finish, wrap};
use crate::source::display_path;

pub(super) fn run(args: &ReviewArgs) -> Result<Outcome> {
    if !is_interactive() {
        bail!("review needs a terminal to ask on; `hintwright diff` prints the changes, `hintwright apply` makes them");
    }
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let mut settings = super::settings(&args.common, options.flags())?;
    let root = settings.root.clone();
    if args.forget {
        Decisions::default().save(&root)?;
        settings.decisions = Decisions::default();
    }
    let mut decisions = std::mem::take(&mut settings.decisions);
    if args.refused {
        decisions.reopen();
    }
    // What was refused before is not asked again; what is refused from here on can still be looked at.
    let hidden: BTreeSet<ProposalId> = decisions.refused().collect();
    let review = Review { args, talk, settings, hidden, terminal: Terminal::new(), written: RefCell::default() };
    let mut deck = Deck::new(decisions.clone());
    let mut seen: BTreeSet<ProposalId> = BTreeSet::new();
    let mut is_first = true;
    let mut undecided;
    let mut summary = Summary::default();
    loop {
        let analysis = review.analyse(is_first)?;
        let project = analysis.project.clone();
        let mut look = Look::new(&review, analysis, &deck);
        let draft = look.analysis.draft_of(&project, None);
        if is_first {
            summary = look.analysis.summary(&draft.plan);
        }
        if is_first && draft.plan.planned.is_empty() {
            talk.say_all(&summary.lines("proposed", options.verbose > 0, talk.paint));
            return Ok(Outcome::Success);
        }
        if is_first && !args.allow_dirty {
            refuse_dirty(&look.analysis.paths(&draft.plan))?;
        }
        let is_open = |id: &ProposalId| deck.decisions.verdict(*id) == Verdict::Undecided;
        let open: Vec<ProposalId> = look.analysis.ids(&draft.plan).filter(is_open).collect();
        undecided = open.len();
        let following = open.iter().filter(|id| !seen.contains(id)).count();
        seen.extend(look.analysis.ids(&draft.plan));
        if !is_first && !look.goes_on(following, &mut deck)? {
            break;
        }
        is_first = false;
        match look.ask(&mut deck, &project, draft)? {
            Ending::Again => {}
            Ending::Done { undecided: left } => {
                undecided = left;
                break;
            }
            Ending::Forget => {
                decisions.save(&root)?;
                let written =
                    if review.written.borrow().is_empty() { "Nothing was written" } else { "What was written stays" };
                talk.say(&format!("{written}, and the answers are forgotten"));
                return Ok(Outcome::Success);
            }
            Ending::HangUp => bail!("nobody answers any more; nothing was written, the answers are kept"),
        }
    }
    let written = review.written.into_inner();
    if written.is_empty() {
        talk.say("Nothing was written");
    }
    written.tell(&mut summary);
    talk.say_all(&summary.of_review(options.verbose > 0, talk.paint));
    let refused = deck.decisions.refused().count();
    let kept = if deck.decisions.is_empty() {
        String::new()
    } else {
        format!("; the answers are kept in {}", display_path(&Decisions::path(&root)))
    };
    talk.say(&format!("{} refused, {undecided} left undecided{kept}", changes(refused)));
    Ok(Outcome::Success)
}

/// What stays the same for the whole review.
struct Review<'a> {
    args: &'a ReviewArgs,
    talk: Talk,
    /// The settings, without the decisions: the deck has these.
    settings: Settings,
    /// Refused in earlier reviews.
    hidden: BTreeSet<ProposalId>,
    terminal: Terminal,
    /// What was written so far.
    written: RefCell<Written>,
}

impl Review<'_> {
    /// What the repository, or the plan that was given, calls for at this moment.
    fn analyse(&self, is_first: bool) -> Result<Analysis> {
        let settings = self.settings.clone();
        let Some(path) = &self.args.plan else {
            let progress = Progress::new(self.talk, 1);
            progress.phase("Reading and inferring");
            return super::analyse_under(settings, &self.args.common, self.talk);
        };
        let (analysis, refused) = replay::for_review(&replay::read(path)?, settings, is_first)?;
        for (title, reason) in refused.into_iter().filter(|_| is_first) {
            self.talk.say(&format!("not asked about: {title}: {reason}"));
        }
        Ok(analysis)
    }
}

/// The answer to a yes-or-no question; no key but these two is one.
fn confirms(terminal: &Terminal, question: &str) -> std::io::Result<bool> {
    loop {
        let press = terminal.ask(|size| {
            let lines = [wrap(question, size.columns), vec![String::new(), "y yes · n no".to_owned()]];
            finish(&lines.concat(), size)
        })?;
        match press {
            Press::Letter('y') => return Ok(true),
            Press::Letter('n' | 'q') | Press::Escape | Press::End => return Ok(false),
            _ => {}
        }
    }
}
