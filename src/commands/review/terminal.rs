//! The terminal that a review is shown on.

use std::cell::Cell;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use dialoguer::console::{Key, Term};

use super::deck::Press;
use crate::report::Size;

/// How soon a screen is drawn anew when the terminal gets another size.
const LOOK: Duration = Duration::from_millis(100);

/// A real terminal.
pub(super) struct Terminal {
    term: Term,
    /// Whether it understands no escape sequence, so that screens follow each other.
    is_dumb: bool,
    /// Asks for a key, which is read by a thread of its own: the screen can change while nobody presses one.
    wanted: Sender<()>,
    keys: Receiver<io::Result<Key>>,
    /// Whether a key was asked for that did not come yet.
    is_waiting: Cell<bool>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let (wanted, asked) = channel::<()>();
        let (pressed, keys) = channel();
        // Between two questions it does not touch the terminal, which an editor may use then.
        thread::spawn(move || {
            let term = Term::stdout();
            while asked.recv().is_ok() && pressed.send(term.read_key()).is_ok() {}
        });
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { term: Term::buffered_stdout(), is_dumb, wanted, keys, is_waiting: Cell::new(false) }
    }

    fn size(&self) -> Size {
        let (rows, columns) = self.term.size();
        Size { rows: usize::from(rows).max(5), columns: usize::from(columns).max(10) }
    }

    /// Shows a screen, anew whenever the terminal gets another size, and waits for a key.
    pub(super) fn ask(&self, draw: impl Fn(Size) -> String) -> io::Result<Press> {
        loop {
            let size = self.size();
            self.show(&draw(size))?;
            if let Some(press) = self.press(size)? {
                return Ok(press);
            }
        }
    }

    /// Shows a screen in the place of the last one.
    fn show(&self, screen: &str) -> io::Result<()> {
        if self.is_dumb {
            self.term.write_line("")?;
        } else {
            self.term.clear_screen()?;
        }
        self.term.write_str(screen)?;
        self.term.flush()
    }

    /// Says beside the prompt that the next screen takes a moment.
    pub(super) fn wait(&self, why: &str) -> io::Result<()> {
        self.term.write_str(why)?;
        self.term.flush()
    }

    /// Waits for a key; none when the terminal is not of this size any more.
    fn press(&self, size: Size) -> io::Result<Option<Press>> {
        let gone = || io::Error::from(io::ErrorKind::UnexpectedEof);
        if !self.is_waiting.replace(true) {
            self.wanted.send(()).map_err(|_| gone())?;
        }
        let key = loop {
            match self.keys.recv_timeout(LOOK) {
                Ok(key) => break key,
                Err(RecvTimeoutError::Timeout) if self.is_dumb || self.size() == size => {}
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
            }
        };
        self.is_waiting.set(false);
        Ok(Some(match key? {
            // Ctrl-D, or nobody there any more.
            Key::Char('\u{4}') | Key::Unknown => Press::End,
            Key::Char('\n' | '\r') | Key::Enter => Press::Enter,
            Key::Char(letter) if !letter.is_control() => Press::Letter(letter),
            Key::Backspace => Press::Backspace,
            Key::Escape => Press::Escape,
            _ => Press::Other,
        }))
    }

    /// Ends the line of the prompt.
    pub(super) fn leave(&self) -> io::Result<()> {
        self.term.write_line("")?;
        self.term.flush()
    }
}
