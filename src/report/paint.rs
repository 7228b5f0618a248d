//! Colours by the part that a text plays, or none at all.

/// Whether texts are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    on: bool,
}

/// The part that a text plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A line that a diff adds.
    Added,
    /// A line that a diff removes.
    Removed,
    /// The place of a hunk.
    Hunk,
    /// The name of a file in a diff.
    File,
    /// What the reader should see first.
    Strong,
    /// What the reader may skip.
    Faint,
    /// Something that went wrong.
    Warning,
}

const RESET: &str = "\u{1b}[0m";

impl Paint {
    /// Without colours.
    pub fn plain() -> Self {
        Self { on: false }
    }

    /// With colours.
    pub fn coloured() -> Self {
        Self { on: true }
    }

    /// With colours if `on`.
    pub fn new(on: bool) -> Self {
        Self { on }
    }

    /// What goes before and after a text of this role.
    pub fn codes(self, role: Role) -> (&'static str, &'static str) {
        if !self.on {
            return ("", "");
        }
        let code = match role {
            Role::Added => "\u{1b}[32m",
            Role::Removed => "\u{1b}[31m",
            Role::Hunk => "\u{1b}[36m",
            Role::File | Role::Strong => "\u{1b}[1m",
            Role::Faint => "\u{1b}[2m",
            Role::Warning => "\u{1b}[33m",
        };
        (code, RESET)
    }

    /// `text` in the colour of its role.
    pub fn role(self, role: Role, text: &str) -> String {
        let (on, off) = self.codes(role);
        format!("{on}{text}{off}")
    }
}
