//! From a byte offset to a line and a column, without keeping the text.
//!
//! Invariant: `starts` begins with 0 and rises; `wide` rises in both of its members.

/// A place as a person counts it: both numbers begin at 1, and the column counts characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

/// Where the lines of one text begin. Lines end with `\n`, `\r\n` or `\r`, as Python reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// Offset of the first byte of each line; a text that ends with a newline has an empty last line.
    starts: Vec<u32>,
    /// For each character of more than one byte: the offset after it, and how many bytes the text up to there has
    /// beyond its characters. It makes a column a subtraction, also in a line of five megabytes.
    wide: Vec<(u32, u32)>,
    /// Length of the text in bytes.
    len: u32,
}

impl LineIndex {
    /// Indexes `text`, in one pass over its bytes.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        let mut wide = Vec::new();
        let mut extra = 0;
        for (offset, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' => starts.push(offset as u32 + 1),
                b'\r' if bytes.get(offset + 1) != Some(&b'\n') => starts.push(offset as u32 + 1),
                0xc0.. => {
                    let width = if byte >= 0xf0 {
                        4
                    } else if byte >= 0xe0 {
                        3
                    } else {
                        2
                    };
                    extra += width - 1;
                    wide.push((offset as u32 + width, extra));
                }
                _ => {}
            }
        }
        Self { starts, wide, len: bytes.len() as u32 }
    }

    /// How many lines there are; a text without a newline is one line, also when it is empty.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line that holds the byte at `offset`, from 1. An offset past the end is in the last line.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Offset of the first byte of a line counted from 1, or `None` when there is no such line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The line and column of `offset`. An offset past the end counts as the end; one inside a character counts as
    /// the start of that character or later, never as another line.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = offset.min(self.len);
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let bytes = offset - start;
        let extra = self.extra_before(offset) - self.extra_before(start);
        LineColumn { line, column: bytes.saturating_sub(extra) + 1 }
    }

    fn extra_before(&self, offset: u32) -> u32 {
        let count = self.wide.partition_point(|&(end, _)| end <= offset);
        count.checked_sub(1).map_or(0, |last| self.wide[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: u32) -> (u32, u32) {
        let place = LineIndex::new(text).line_column(offset);
        (place.line, place.column)
    }

    #[test]
    fn counts_all_three_newlines() {
        let index = LineIndex::new("a\nb\r\nc\rd");
        assert_eq!(index.line_count(), 4);
        assert_eq!(
            (1..=5).map(|line| index.line_start(line)).collect::<Vec<_>>(),
            [Some(0), Some(2), Some(5), Some(7), None]
        );
        assert_eq!(index.line_start(0), None);
        // The two bytes of one newline belong to the line that they end.
        assert_eq!((index.line(3), index.line(4), index.line(5)), (2, 2, 3));
    }

    #[test]
    fn counts_characters() {
        assert_eq!(place("é = 'ж𝄞x'", 0), (1, 1));
        let text = "é\nж𝄞x";
        assert_eq!(place(text, text.find('x').expect("it is there") as u32), (2, 3));
        assert_eq!(place(text, 100), (2, 4));
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("a\n", 2), (2, 1));
    }

    #[test]
    fn agrees_with_counting_one_by_one() {
        let text = "ab\r\n\r\ré𝄞\n\n\u{feff}x\u{2028}y\r";
        let index = LineIndex::new(text);
        let (mut line, mut column) = (1, 1);
        let mut characters = text.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            assert_eq!(index.line_column(offset as u32), LineColumn { line, column }, "at {offset}");
            let next = characters.peek().map(|&(_, next)| next);
            if character == '\n' || (character == '\r' && next != Some('\n')) {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
        }
    }
}
