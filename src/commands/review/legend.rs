//! The keys in words.

use std::iter;

use dialoguer::console::{measure_text_width, truncate_str};

use crate::report::wrap;

/// What the keys do, most needed first: those that fit stand in the legend.
const KEYS: [&str; 15] = [
    "y accept",
    "n refuse",
    "Space later",
    "i why",
    "v all",
    "u undo",
    "w write",
    "q quit",
    "a/d file",
    "A/D kind",
    "j/k move",
    "r rename",
    "t other type",
    "e edit",
    "x ignore",
];

/// The legend after the last change.
pub(super) const END: &str = "w write · u undo · k back · q write and quit · Q quit · ? help";

/// All keys, and what they do.
const HELP: [(&str, &str); 18] = [
    ("y n", "accept or refuse this change, in all the files that it touches"),
    ("Space", "leave it undecided and go on"),
    ("a d", "accept or refuse the undecided changes of this file"),
    ("A D", "accept or refuse those of this kind that are at least as sure"),
    ("j k", "next and previous undecided change; J K: of all changes"),
    ("g /", "go to a number; search in titles, files and kinds"),
    ("i v", "show or hide the evidence; show or fold all of a long change"),
    ("r", "rename the type that is defined, wherever it is used"),
    ("t", "take the next other type: narrower, wider, another kind of definition"),
    ("e", "edit the types in $EDITOR"),
    ("s", "split: the definition, and each function that uses it"),
    ("x", "refuse, and write `# hintwright: ignore[…]` beside the code"),
    ("u", "take the last answer back, again and again"),
    ("w", "write what was accepted so far, look for what follows, and go on"),
    ("q", "write what was accepted and quit; the answers are kept"),
    ("Q", "quit without writing, and forget the answers of this review"),
    ("Ctrl-C", "stop without writing; the answers are kept"),
    ("?", "this help; Space closes it"),
];

/// All keys, fitted to a terminal.
pub(super) fn help(columns: usize) -> Vec<String> {
    const KEYS: usize = 8;
    let lines = HELP.iter().flat_map(|(keys, what)| {
        let what = wrap(what, columns.saturating_sub(KEYS).max(1));
        let keys = iter::once(*keys).chain(iter::repeat(""));
        what.into_iter().zip(keys).map(|(what, keys)| format!("{keys:<KEYS$}{what}"))
    });
    lines.collect()
}

/// The keys that fit into a line: in words, or alone where there is no room for two in words.
pub(super) fn line(columns: usize) -> String {
    const LAST: &str = "? help";
    if columns < measure_text_width(KEYS[0]) + measure_text_width(KEYS[1]) + measure_text_width(LAST) + 6 {
        let keys: Vec<&str> = KEYS.iter().filter_map(|key| key.split(' ').next()).chain(["?"]).collect();
        return truncate_str(&keys.join(" "), columns, "").into_owned();
    }
    let mut line = String::new();
    for key in KEYS {
        if measure_text_width(&line) + measure_text_width(key) + measure_text_width(LAST) + 3 > columns {
            break;
        }
        line.push_str(key);
        line.push_str(" · ");
    }
    line + LAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_every_width() {
        for columns in 9..200 {
            assert!(measure_text_width(&line(columns)) <= columns, "{columns}");
            assert!(help(columns).iter().all(|line| measure_text_width(line) <= columns), "{columns}");
        }
        assert_eq!(help(80).len(), HELP.len(), "a line each in a terminal of the usual width");
        assert_eq!(line(20), "y n Space i v u w q ");
        assert_eq!(line(30), "y accept · n refuse · ? help");
        assert!(line(200).contains("x ignore"));
    }
}
