//! `hintwright review`: asks about each change, and writes what was accepted.

use std::collections::HashSet;
use std::io;

use anyhow::{Result, bail};
use dialoguer::console::{Key, Term};

use super::analysis::Analysis;
use super::apply::write_changes;
use super::cli::ReviewArgs;
use super::session::{Decision, Keys, Press, ask};
use super::terminal::{Talk, is_interactive};
use super::{Outcome, replay};
use crate::plan::Planned;
use crate::proposal::ProposalId;
use crate::report::{Paint, unified_diff};
use crate::source::display_path;
use crate::write::FileChange;

pub(super) fn run(args: &ReviewArgs) -> Result<Outcome> {
    if !is_interactive() {
        bail!("review needs a terminal to ask on; `hintwright diff` prints the changes, `hintwright apply` makes them");
    }
    let options = &args.common.options;
    let talk = Talk::new(options.quiet, options.color);
    let analysis = match &args.plan {
        None => super::analyse(&args.common, talk)?,
        Some(path) => {
            let settings = super::settings(&args.common, options.flags())?;
            let (analysis, refused) = replay::for_review(&replay::read(path)?, settings)?;
            for (title, reason) in refused {
                talk.say(&format!("not asked about: {title}: {reason}"));
            }
            analysis
        }
    };
    let plan = analysis.plan();
    let planned = analysis.in_order(&plan);
    let cards = analysis.cards(&plan, &planned);
    let mut diff = |index: usize| single_diff(&analysis, planned[index], talk.data);
    let mut terminal = Term::stdout();
    let decisions = ask(&cards, &mut diff, &mut TerminalKeys(Term::stdout()), &mut terminal, talk.data)?;
    let count = |wanted| decisions.iter().filter(|&&decision| decision == wanted).count();
    let counts = format!(
        "{} accepted, {} refused, {} undecided",
        count(Decision::Accepted),
        count(Decision::Refused),
        count(Decision::Undecided)
    );
    let chosen = planned.iter().zip(&decisions).filter(|&(_, &decision)| decision == Decision::Accepted);
    let chosen: HashSet<ProposalId> = chosen.map(|(planned, _)| analysis.proposals[planned.proposal].id).collect();
    let accepted = analysis.plan_only(&chosen);
    write_changes(&analysis, &analysis.changes(&accepted)?, args.allow_dirty, talk)?;
    talk.say(&counts);
    talk.say_all(&analysis.summary(&accepted).lines("applied", true, talk.paint));
    Ok(Outcome::Success)
}

/// What one proposal would change if it came alone.
fn single_diff(analysis: &Analysis, planned: &Planned, paint: Paint) -> Vec<u8> {
    let changes = analysis.changes_alone(planned).unwrap_or_default();
    let diff = |change: &FileChange| unified_diff(&display_path(&change.path), &change.original, &change.new, paint);
    changes.iter().flat_map(diff).collect()
}

/// The keys of a real terminal.
struct TerminalKeys(Term);

impl Keys for TerminalKeys {
    fn press(&mut self) -> io::Result<Press> {
        Ok(match self.0.read_key()? {
            // Ctrl-D, or nobody there any more.
            Key::Char('\u{4}') | Key::Unknown => Press::End,
            Key::Char(letter) if !letter.is_control() => Press::Letter(letter),
            _ => Press::Other,
        })
    }
}
