//! The habits of a file's author, so that what is written looks like what is there.
//!
//! All of it is a reading of the text, not of the syntax: a wrong guess costs looks, never meaning.

/// How a file looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What ends a line.
    pub newline: Newline,
    /// One level of indentation.
    pub indent: Indent,
    /// The quote of short strings, `"` or `'`.
    pub quote: char,
    /// Width of the widest line in characters, at most [`Style::WIDTH_CAP`].
    pub max_line: usize,
}

/// What ends a line; the majority in a file that mixes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newline {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
    /// `\r`
    Cr,
}

/// One level of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// So many spaces.
    Spaces(u8),
    /// One tab.
    Tab,
}

impl Newline {
    /// The characters themselves.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

impl Indent {
    /// The characters of `levels` levels.
    pub fn repeat(self, levels: usize) -> String {
        match self {
            Self::Spaces(width) => " ".repeat(usize::from(width) * levels),
            Self::Tab => "\t".repeat(levels),
        }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self { newline: Newline::Lf, indent: Indent::Spaces(4), quote: '"', max_line: 0 }
    }
}

impl Style {
    /// Wider lines say nothing about the author's limit: they are data.
    pub const WIDTH_CAP: usize = 200;

    /// Strings and blocks are looked at up to here; by then the habit is known.
    const SAMPLE: usize = 1 << 16;

    /// The style of `text`.
    pub fn of(text: &str) -> Self {
        let (newline, max_line) = measure_lines(text);
        let mut scanner = Scanner::default();
        scanner.run(&text.as_bytes()[..text.len().min(Self::SAMPLE)]);
        if scanner.indent.is_none() && text.len() > Self::SAMPLE {
            scanner = Scanner::default();
            scanner.run(text.as_bytes());
        }
        let quote = if scanner.single > scanner.double { '\'' } else { '"' };
        Self { newline, indent: scanner.indent.unwrap_or(Indent::Spaces(4)), quote, max_line }
    }
}

fn measure_lines(text: &str) -> (Newline, usize) {
    let (mut lf, mut crlf, mut cr, mut max_line) = (0, 0, 0, 0);
    let mut width = 0;
    let mut last = 0;
    for &byte in text.as_bytes() {
        match byte {
            b'\n' if last == b'\r' => {
                cr -= 1;
                crlf += 1;
            }
            b'\n' | b'\r' => {
                *if byte == b'\n' { &mut lf } else { &mut cr } += 1;
                max_line = max_line.max(width);
                width = 0;
            }
            // A byte inside a character is not one more of them.
            0x80..=0xbf => {}
            _ => width += 1,
        }
        last = byte;
    }
    let newline = if lf >= crlf && lf >= cr {
        Newline::Lf
    } else if crlf >= cr {
        Newline::CrLf
    } else {
        Newline::Cr
    };
    (newline, max_line.max(width).min(Style::WIDTH_CAP))
}

/// Walks over the bytes once, knowing strings, comments and brackets, and no more Python than that.
#[derive(Default)]
struct Scanner {
    indent: Option<Indent>,
    single: u32,
    double: u32,
}

impl Scanner {
    fn run(&mut self, bytes: &[u8]) {
        let mut at = 0;
        let mut brackets = 0_u32;
        // The indentation of the last logical line, and whether it ended with a colon.
        let mut header: Option<&[u8]> = None;
        let mut line_indent: &[u8] = &[];
        let mut last_code = 0;
        let mut at_line_start = true;
        while let Some(&byte) = bytes.get(at) {
            if at_line_start {
                let width = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                let leading = &bytes[at..at + width];
                at += width;
                at_line_start = false;
                // A blank line and a comment line have no indentation of their own.
                if matches!(bytes.get(at), None | Some(b'\n' | b'\r' | b'#' | b'\x0c')) {
                    continue;
                }
                if let Some(outer) = header.take() {
                    self.indent = self.indent.or_else(|| step(outer, leading));
                }
                line_indent = leading;
                last_code = 0;
                continue;
            }
            match byte {
                b'\n' | b'\r' => {
                    if brackets == 0 {
                        if last_code == b':' {
                            header = Some(line_indent);
                        }
                        last_code = 0;
                        at_line_start = true;
                    }
                    at += 1;
                    continue;
                }
                b'#' => {
                    at += bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len() - at);
                    continue;
                }
                b'"' | b'\'' => {
                    at = self.string(bytes, at);
                    last_code = byte;
                    continue;
                }
                b'(' | b'[' | b'{' => brackets += 1,
                b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
                // A newline after a backslash does not end the logical line.
                b'\\' => at += if bytes[at + 1..].starts_with(b"\r\n") { 2 } else { 1 },
                _ => {}
            }
            if !matches!(byte, b' ' | b'\t' | b'\\') {
                last_code = byte;
            }
            at += 1;
        }
    }

    /// Skips the string that opens at `at` and counts its quote; returns the offset after it.
    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        let quote = bytes[at];
        let triple = bytes[at..].starts_with(&[quote; 3]);
        let mut end = at + if triple { 3 } else { 1 };
        loop {
            match bytes.get(end) {
                None => return bytes.len(),
                Some(b'\\') => end += 2,
                Some(b'\n' | b'\r') if !triple => return end,
                Some(&byte) if byte == quote && (!triple || bytes[end..].starts_with(&[quote; 3])) => break,
                Some(_) => end += 1,
            }
        }
        // Docstrings say nothing: everybody writes them with `"""`. A string that holds the other quote had no choice.
        if !triple && !bytes[at + 1..end].iter().any(|&byte| byte != quote && matches!(byte, b'"' | b'\'')) {
            *if quote == b'"' { &mut self.double } else { &mut self.single } += 1;
        }
        end + if triple { 3 } else { 1 }
    }
}

/// What `inner` has beyond `outer`, when it is one level.
fn step(outer: &[u8], inner: &[u8]) -> Option<Indent> {
    let added = inner.strip_prefix(outer)?;
    match added {
        [b'\t'] => Some(Indent::Tab),
        [] => None,
        _ if added.len() <= 16 && added.iter().all(|&byte| byte == b' ') => Some(Indent::Spaces(added.len() as u8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_newline_of_most_lines() {
        assert_eq!(Style::of("a\r\nb\r\nc\n").newline, Newline::CrLf);
        assert_eq!(Style::of("a\rb\rc").newline, Newline::Cr);
        assert_eq!(Style::of("a\nb\r\n").newline, Newline::Lf);
        assert_eq!(Style::of("").newline, Newline::Lf);
    }

    #[test]
    fn takes_the_indentation_of_the_first_block() {
        assert_eq!(Style::of("def f(\n        a,\n):\n  return {\n     1: 2}\n").indent, Indent::Spaces(2));
        assert_eq!(Style::of("class A:\n\n    # c\n\tx = 1\n").indent, Indent::Tab);
        assert_eq!(Style::of("'''\nif x:\n   y\n'''\nx = [1:\n  2]\n").indent, Indent::Spaces(4));
        assert_eq!(Style::of("if x:  # why\r\n   y\r\n").indent, Indent::Spaces(3));
        assert_eq!(Style::of("if x: y\n  z = '#'\n").indent, Indent::Spaces(4));
        assert_eq!(Style::of("if x and \\\n        y:\n  z").indent, Indent::Spaces(2));
    }

    #[test]
    fn takes_the_quote_of_most_strings() {
        assert_eq!(Style::of("x = 'a'; y = \"it's\"; z = \"it's\"").quote, '\'');
        assert_eq!(Style::of("'''d'''\n'''e'''\nx = \"a\\\"\"").quote, '"');
        assert_eq!(Style::of("").quote, '"');
    }

    #[test]
    fn measures_in_characters() {
        assert_eq!(Style::of("a\néé = 1\r\nb").max_line, 6);
        assert_eq!(Style::of(&"x".repeat(1000)).max_line, Style::WIDTH_CAP);
    }

    #[test]
    fn survives_torn_text() {
        for text in ["\\", "'", "'''", "'\\", "((", "))", "if x:", "if x:\n", "#", "\\\r\n", "\t", "\"\"\"a\"\""] {
            Style::of(text);
        }
    }
}
