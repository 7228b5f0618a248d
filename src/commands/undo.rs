//! `hintwright undo`: takes the last apply or review back.

use anyhow::{Result, bail};

use super::Outcome;
use super::cli::{ColorChoice, UndoArgs};
use super::state;
use super::terminal::Talk;
use crate::config::project_root;
use crate::source::display_path;
use crate::write;

/// The most files that are named.
const SHOWN: usize = 10;

pub(super) fn run(args: &UndoArgs) -> Result<Outcome> {
    let talk = Talk::new(args.quiet, ColorChoice::Auto);
    let root = project_root(&args.path);
    let Some(state) = state::newest(&root) else { bail!("{}: nothing to undo", display_path(&root)) };
    let undone = write::undo(&state)?;
    for path in undone.restored.iter().take(SHOWN) {
        talk.say(&format!("restored {}", display_path(path)));
    }
    if undone.restored.len() > SHOWN {
        talk.say(&format!("… and {} more, {} files in all", undone.restored.len() - SHOWN, undone.restored.len()));
    }
    for path in &undone.already_old {
        talk.say(&format!("{} was as before already", display_path(path)));
    }
    Ok(Outcome::Success)
}
