//! Text for people from what was found: diffs, evidence, cards, summaries. Nothing here prints.

mod card;
mod diff;
mod paint;
mod screen;
mod summary;

pub use card::Card;
pub use diff::{CONTEXT, hunks, unified_diff};
pub use paint::{Paint, Role};
pub use screen::{Change, PROMPT, Screen, Size, finish, wrap};
pub use summary::Summary;
