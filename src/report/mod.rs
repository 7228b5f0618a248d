//! Text for people from what was found: diffs, evidence, cards, summaries. Nothing here prints.

mod diff;
mod paint;

pub use diff::{CONTEXT, hunks, unified_diff};
pub use paint::{Paint, Role};
