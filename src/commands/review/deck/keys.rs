//! What a key does: an answer, a move, a part of a line of text.

use super::{Asking, Deck, Line, Press, Step, Then};
use crate::config::Verdict;

impl Deck {
    /// What a key does.
    pub(in crate::commands::review) fn press(&mut self, press: Press) -> Step {
        self.notices.clear();
        if press == Press::End {
            return Step::HangUp;
        }
        let (at, helped) = (self.at, std::mem::take(&mut self.help));
        let step = match std::mem::replace(&mut self.asking, Asking::Keys) {
            Asking::Keys if helped && closes(press) => Step::Show,
            Asking::Keys => self.key(press),
            Asking::Confirm(question, then) => self.answer(press, question, then),
            Asking::Line(what, line, text) => self.line(press, what, line, text),
        };
        self.whole &= self.at == at;
        step
    }

    fn key(&mut self, press: Press) -> Step {
        let Press::Letter(letter) = press else {
            // No key is a default: a type that was accepted by reflex costs most.
            self.say(match press {
                Press::Enter => "Enter accepts nothing; y accepts this change",
                _ => "This key does nothing here; ? lists the keys",
            });
            return Step::Show;
        };
        match letter {
            'q' => return Step::Quit,
            'Q' => return Step::Forget,
            'w' => return Step::Write,
            'u' => return self.undo(),
            'j' => self.go(self.undecided_after(self.at), "Nothing undecided comes after this"),
            'k' => self.go(self.undecided_before(self.at), "Nothing undecided comes before this"),
            'J' => self.go(Some(self.at + 1).filter(|&next| next < self.items.len()), "This is the last change"),
            'K' => self.go(self.at.checked_sub(1), "This is the first change"),
            'g' => self.asking = Asking::Line("Go to number".to_owned(), Line::Number, String::new()),
            '/' => self.asking = Asking::Line("Search".to_owned(), Line::Search, String::new()),
            'i' => self.evidence = !self.evidence,
            'v' => self.whole = !self.whole,
            '?' => self.help = true,
            _ if self.at >= self.items.len() => {
                self.say("All changes were seen: w writes, u takes the last answer back");
            }
            _ => return self.decide_with(letter),
        }
        Step::Show
    }

    /// The keys that are about the change that is looked at.
    fn decide_with(&mut self, letter: char) -> Step {
        let at = self.at;
        match letter {
            'y' => self.accept(at),
            'n' => self.refuse(at),
            ' ' => self.pass(at),
            'a' => self.decide_all(self.of_file(at), Verdict::Accepted),
            'd' => self.decide_all(self.of_file(at), Verdict::Refused),
            'A' => self.confirm_kind(at, Verdict::Accepted),
            'D' => self.confirm_kind(at, Verdict::Refused),
            'x' => return Step::Ignore(at),
            't' => return Step::Turn(at),
            'e' => return Step::Edit(at, None),
            's' => return Step::Split(at),
            'r' => match &self.items[at].name {
                Some(name) => self.asking = Asking::Line(format!("Rename `{name}` to"), Line::Name, String::new()),
                None => self.say("This change makes no definition that could be renamed"),
            },
            other => self.say(format!("`{other}` does nothing here; ? lists the keys")),
        }
        Step::Show
    }

    fn answer(&mut self, press: Press, question: String, then: Then) -> Step {
        match (press, then) {
            (Press::Letter('y'), Then::Decide(items, verdict)) => self.decide_all(items, verdict),
            (Press::Letter('y'), Then::Edit(item, text)) => return Step::Edit(item, Some(text)),
            (Press::Letter('n') | Press::Escape, _) => {}
            (_, then) => self.asking = Asking::Confirm(question, then),
        }
        Step::Show
    }

    fn line(&mut self, press: Press, what: String, line: Line, mut text: String) -> Step {
        match press {
            Press::Enter => return self.entered(line, &text),
            Press::Escape => return Step::Show,
            Press::Backspace => _ = text.pop(),
            Press::Letter(letter) => text.push(letter),
            Press::Other | Press::End => {}
        }
        self.asking = Asking::Line(what, line, text);
        Step::Show
    }

    fn entered(&mut self, line: Line, text: &str) -> Step {
        match line {
            Line::Number => {
                let number = text.trim().parse::<usize>().ok().filter(|number| (1..=self.items.len()).contains(number));
                let problem = format!("There is no number {text}; the last one is {}", self.items.len());
                self.go(number.map(|number| number - 1), &problem);
            }
            Line::Search => {
                if !text.is_empty() {
                    self.search = text.to_lowercase();
                }
                let problem = format!("Nothing else holds `{}`", self.search);
                self.go(self.found_after(self.at), &problem);
            }
            Line::Name if text.trim().is_empty() => {}
            Line::Name => return Step::Rename(self.at, text.trim().to_owned()),
        }
        Step::Show
    }
}

/// Whether a key does nothing but close the help; what is out of sight is left undecided by no Space.
fn closes(press: Press) -> bool {
    !matches!(press, Press::Letter(letter) if !matches!(letter, ' ' | '?'))
}
