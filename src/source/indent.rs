//! Indentation as Python compares it, where the parser is more forgiving.
//!
//! Python measures each indentation twice, with tab stops of 8 and of 1, and refuses lines on which the two measures
//! disagree: `TabError`.

use std::cmp::Ordering;

/// The width of an indentation, measured twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Width {
    /// With a tab stop at each 8th column.
    wide: u32,
    /// With a tab as one column.
    narrow: u32,
}

impl Width {
    /// How `self` compares to `other`, or `None` when it depends on the width of a tab.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let wide = self.wide.cmp(&other.wide);
        (wide == self.narrow.cmp(&other.narrow)).then_some(wide)
    }
}

/// What stands before a statement on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// Nothing but indentation.
    Indentation(Width),
    /// The same, after a line that ends with a backslash: joined to it, unless the backslash ends a comment.
    Joined(Width),
    /// Other code.
    Code,
}

/// What stands before the byte at `offset` on its line.
pub fn lead(text: &[u8], offset: usize) -> Lead {
    let before = &text[..offset.min(text.len())];
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\x0c');
    let start = before.iter().rposition(|byte| !is_space(byte)).map_or(0, |last| last + 1);
    let (earlier, indentation) = before.split_at(start);
    if !matches!(earlier.last(), None | Some(b'\n' | b'\r')) {
        return Lead::Code;
    }
    let line = earlier.strip_suffix(b"\n").unwrap_or(earlier);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut width = Width::default();
    for byte in indentation {
        match byte {
            b'\t' => width = Width { wide: (width.wide / 8 + 1) * 8, narrow: width.narrow + 1 },
            // A form feed begins the measure anew.
            b'\x0c' => width = Width::default(),
            _ => width = Width { wide: width.wide + 1, narrow: width.narrow + 1 },
        }
    }
    if line.ends_with(b"\\") { Lead::Joined(width) } else { Lead::Indentation(width) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(text: &str) -> Width {
        match lead(text.as_bytes(), text.len()) {
            Lead::Indentation(width) => width,
            other => panic!("{text:?} is not an indentation but {other:?}"),
        }
    }

    #[test]
    fn measures_twice() {
        assert_eq!(width("x\n\t").compare(width("        ")), None);
        assert_eq!(width("\r\n  \t").compare(width("\t")), None);
        assert_eq!(width("\t ").compare(width("\r\t")), Some(Ordering::Greater));
        assert_eq!(width("   \x0c ").compare(width(" ")), Some(Ordering::Equal));
    }

    #[test]
    fn sees_code_before() {
        for text in ["x; ", "if x: "] {
            assert_eq!(lead(text.as_bytes(), text.len()), Lead::Code, "{text:?}");
        }
        for text in ["x = 1 \\\n", "# \\\r\n", "\\\r"] {
            assert_eq!(lead(text.as_bytes(), text.len()), Lead::Joined(Width::default()), "{text:?}");
        }
        assert_eq!(lead(b"", 5), Lead::Indentation(Width::default()));
    }
}
