//! The conversation of `review`: shows one change after the other and takes the answers. Keys come through a small
//! trait, so that tests can press them.

use std::io::{self, Write};

use crate::report::{Card, Paint, Role};

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// A key that writes something.
    Letter(char),
    /// Any other key.
    Other,
    /// There will be no more keys.
    End,
}

/// Where key presses come from.
pub(super) trait Keys {
    /// Waits for a key.
    fn press(&mut self) -> io::Result<Press>;
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Accepted,
    Refused,
    /// Not asked before the reviewer quit.
    Undecided,
}

const LEGEND: &str = "y accept, n refuse, a/d accept/refuse the rest of this file, i evidence, q quit, ? help";

const HELP: [&str; 8] = [
    "y - accept this change, in all the files that it touches",
    "n - refuse it; what needs it is refused too",
    "a - accept it and all later ones of this file",
    "d - refuse it and all later ones of this file",
    "i - show or hide the evidence",
    "q - stop asking; what was accepted so far is written",
    "? - this help",
    "Ctrl-C - stop and write nothing",
];

/// Asks about each card. `diff` renders what the change with this index does.
pub(super) fn ask(
    cards: &[Card],
    diff: &mut dyn FnMut(usize) -> Vec<u8>,
    keys: &mut dyn Keys,
    out: &mut dyn Write,
    paint: Paint,
) -> io::Result<Vec<Decision>> {
    let mut decisions = vec![Decision::Undecided; cards.len()];
    let mut evidence_shown = false;
    let mut at = 0;
    let mut fresh = true;
    while let Some(card) = cards.get(at) {
        if decisions[at] != Decision::Undecided {
            at += 1;
            continue;
        }
        if fresh {
            show(card, at, cards.len(), evidence_shown, &diff(at), out, paint)?;
        }
        fresh = true;
        write!(out, "{} ", paint.role(Role::Strong, "Accept this change [y,n,a,d,i,q,?]?"))?;
        out.flush()?;
        let press = keys.press()?;
        if let Press::Letter(letter) = press {
            writeln!(out, "{letter}")?;
        } else {
            writeln!(out)?;
        }
        match press {
            Press::Letter('y') => decisions[at] = Decision::Accepted,
            Press::Letter('n') => decisions[at] = Decision::Refused,
            Press::Letter('a') => decide_file(cards, at, &mut decisions, Decision::Accepted),
            Press::Letter('d') => decide_file(cards, at, &mut decisions, Decision::Refused),
            Press::Letter('q') | Press::End => break,
            Press::Letter('i') => {
                evidence_shown = !evidence_shown;
                if evidence_shown {
                    write_evidence(card, out, paint)?;
                }
                fresh = false;
            }
            Press::Letter('?') => {
                for line in HELP {
                    writeln!(out, "{}", paint.role(Role::Hunk, line))?;
                }
                fresh = false;
            }
            // No key is a default: a type that was accepted by reflex costs most.
            Press::Letter(_) | Press::Other => {
                writeln!(out, "{}", paint.role(Role::Faint, LEGEND))?;
                fresh = false;
            }
        }
    }
    Ok(decisions)
}

fn decide_file(cards: &[Card], at: usize, decisions: &mut [Decision], decision: Decision) {
    for (card, slot) in cards.iter().zip(decisions).skip(at) {
        if card.path == cards[at].path && *slot == Decision::Undecided {
            *slot = decision;
        }
    }
}

fn show(
    card: &Card,
    at: usize,
    total: usize,
    evidence_shown: bool,
    diff: &[u8],
    out: &mut dyn Write,
    paint: Paint,
) -> io::Result<()> {
    writeln!(out)?;
    writeln!(out, "{}", paint.role(Role::Strong, &format!("[{}/{total}] {}", at + 1, card.header())))?;
    writeln!(out, "{}", card.title)?;
    writeln!(out, "{}", card.reason)?;
    if evidence_shown {
        write_evidence(card, out, paint)?;
    }
    out.write_all(diff)
}

fn write_evidence(card: &Card, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
    for line in &card.evidence {
        writeln!(out, "{}", paint.role(Role::Faint, &format!("  {line}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::{Applicability, Confidence};

    struct Script(std::vec::IntoIter<Press>);

    impl Keys for Script {
        fn press(&mut self) -> io::Result<Press> {
            Ok(self.0.next().unwrap_or(Press::End))
        }
    }

    fn run(keys: &str) -> (String, String) {
        let card = |path: &str, line| Card {
            path: path.into(),
            line,
            transform: "signature",
            confidence: Confidence::High,
            applicability: Applicability::Safe,
            title: format!("Annotate line {line}"),
            reason: "Because.".into(),
            evidence: vec![format!("seen at {path}")],
        };
        let cards = [card("a.py", 1), card("a.py", 2), card("b.py", 3), card("a.py", 4)];
        let presses: Vec<Press> =
            keys.chars().map(|key| if key == '\n' { Press::Other } else { Press::Letter(key) }).collect();
        let mut out = Vec::new();
        let mut diff = |index: usize| format!("+diff {index}\n").into_bytes();
        let decisions = ask(&cards, &mut diff, &mut Script(presses.into_iter()), &mut out, Paint::plain())
            .expect("it is in memory");
        let letters = decisions.iter().map(|decision| match decision {
            Decision::Accepted => 'y',
            Decision::Refused => 'n',
            Decision::Undecided => '-',
        });
        (letters.collect(), String::from_utf8(out).expect("it is text"))
    }

    #[test]
    fn decides_one_by_one_or_by_file() {
        assert_eq!(run("ynyn").0, "ynyn");
        assert_eq!(run("ay").0, "yyyy");
        assert_eq!(run("nan").0, "nyny");
        assert_eq!(run("ydq").0, "yn-n");
        assert_eq!(run("").0, "----");
    }

    #[test]
    fn enter_and_unknown_keys_decide_nothing() {
        let (decisions, shown) = run("\nxq");
        assert_eq!(decisions, "----");
        assert_eq!(shown.matches(LEGEND).count(), 2);
        assert_eq!(shown.matches("+diff 0").count(), 1, "the change is not shown again");
    }

    #[test]
    fn shows_evidence_and_help_on_request() {
        let (_, shown) = run("iyq");
        assert!(shown.contains("[1/4] a.py:1 · signature · High\nAnnotate line 1\nBecause.\n+diff 0\n"));
        assert_eq!(shown.matches("  seen at a.py").count(), 2, "it stays on");
        assert!(!run("yyyy").1.contains("seen at"));
        assert!(run("?q").1.contains("n - refuse it"));
    }
}
