//! Which encoding a file is written in, by the rules of PEP 263, and the way there and back.
//!
//! The names are Python's, not those of the web: on the web `latin-1` and `ascii` mean Windows-1252.

use std::borrow::Cow;

use encoding_rs::DecoderResult;

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, the default.
    Utf8,
    /// ASCII, asked for by a comment: a byte above 127 is an error.
    Ascii,
    /// Latin-1: byte and code point are the same number.
    Latin1,
    /// One of the encodings that `encoding_rs` knows.
    Other(&'static encoding_rs::Encoding),
}

/// A coding comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie<'a> {
    /// The encoding it names.
    pub label: &'a str,
    /// Where it is, 1 or 2.
    pub line: u32,
}

impl Encoding {
    /// The encoding that Python means by `label`, or `None` when it has no such encoding or we cannot read it.
    pub fn for_label(label: &str) -> Option<Self> {
        let lower = label.to_ascii_lowercase();
        let squashed: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
        match squashed.as_str() {
            // An editor adds a suffix to the name: `utf-8-unix`. UTF-16 cannot hold a comment in ASCII.
            name if name.starts_with("utf16") || name.starts_with("utf32") || name.starts_with("utf7") => return None,
            name if name.starts_with("utf8") => return Some(Self::Utf8),
            "u8" | "utf" | "cp65001" => return Some(Self::Utf8),
            "ascii" | "usascii" | "646" | "ansix341968" | "iso646us" | "us" | "cp367" | "ibm367" | "isoir6"
            | "csascii" => return Some(Self::Ascii),
            "8859" | "cp819" | "ibm819" | "iso8859" | "iso88591" | "iso885911987" | "isoir100" | "l1" | "latin"
            | "latin1" | "csisolatin1" => return Some(Self::Latin1),
            name if name.starts_with("iso88591") && lower.starts_with("iso-8859-1-") => return Some(Self::Latin1),
            name if name.starts_with("latin1") && lower.starts_with("latin-1-") => return Some(Self::Latin1),
            _ => {}
        }
        // Names of Python that the web does not know.
        let alias = match squashed.as_str() {
            "cp932" | "ms932" | "mskanji" | "windows31j" => "shift_jis",
            "cp936" | "ms936" => "gbk",
            "cp949" | "ms949" | "uhc" | "euckr" => "euc-kr",
            "cp950" | "ms950" => "big5",
            "eucjp" | "ujis" | "ujis2" => "euc-jp",
            "koi8r" => "koi8-r",
            "koi8u" => "koi8-u",
            "macroman" | "mac" => "macintosh",
            "maccyrillic" => "x-mac-cyrillic",
            "latin7" => "iso-8859-13",
            "latin8" => "iso-8859-14",
            "latin9" => "iso-8859-15",
            "latin10" => "iso-8859-16",
            "cyrillic" => "iso-8859-5",
            _ => "",
        };
        let hyphens = lower.replace('_', "-");
        let underscores = lower.replace('-', "_");
        let encoding = [alias, &lower, &hyphens, &underscores, &squashed]
            .into_iter()
            .find_map(|name| encoding_rs::Encoding::for_label(name.as_bytes()))?;
        let usable = encoding != encoding_rs::REPLACEMENT
            && encoding != encoding_rs::X_USER_DEFINED
            && encoding != encoding_rs::UTF_16BE
            && encoding != encoding_rs::UTF_16LE
            && encoding != encoding_rs::UTF_8;
        usable.then_some(Self::Other(encoding))
    }

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
            Self::Other(encoding) => encoding.name(),
        }
    }

    /// The text of `bytes`, or the offset of the first byte that means nothing.
    pub fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        let utf8 = || std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| error.valid_up_to());
        match self {
            Self::Utf8 => utf8(),
            Self::Ascii => bytes.iter().position(|byte| !byte.is_ascii()).map_or_else(utf8, Err),
            Self::Latin1 => Ok(bytes.iter().copied().map(char::from).collect()),
            Self::Other(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(Cow::into_owned)
                .ok_or_else(|| first_malformed(encoding, bytes)),
        }
    }

    /// The bytes of `text`, or `None` when it has a character that the encoding lacks.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Self::Ascii => text.is_ascii().then_some(Cow::Borrowed(text.as_bytes())),
            Self::Latin1 => text.chars().map(|c| u8::try_from(c).ok()).collect::<Option<Vec<u8>>>().map(Cow::Owned),
            Self::Other(encoding) => {
                let (bytes, _, unmappable) = encoding.encode(text);
                (!unmappable).then_some(bytes)
            }
        }
    }
}

/// Where decoding fails; only called when it does.
fn first_malformed(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut text = String::with_capacity(capacity);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        // `read` is after the malformed sequence and the bytes that had to be looked at to see it.
        (DecoderResult::Malformed(length, extra), read) => read.saturating_sub(usize::from(length + extra)),
        (_, read) => read.saturating_sub(1),
    }
}

/// The coding comment of a file: in its first line, or in its second when the first is blank or a comment.
pub fn find_cookie(bytes: &[u8]) -> Option<Cookie<'_>> {
    let (first, rest) = split_line(bytes);
    if let Some(label) = cookie_of_line(first) {
        return Some(Cookie { label, line: 1 });
    }
    let content = trim_start(first);
    if !(content.is_empty() || content[0] == b'#') {
        return None;
    }
    let (second, _) = split_line(rest);
    cookie_of_line(second).map(|label| Cookie { label, line: 2 })
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    let newline = if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
    (&bytes[..end], bytes.get(end + newline..).unwrap_or_default())
}

fn trim_start(line: &[u8]) -> &[u8] {
    let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c')).unwrap_or(line.len());
    &line[start..]
}

/// The name in `^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`.
fn cookie_of_line(line: &[u8]) -> Option<&str> {
    const WORD: &[u8] = b"coding";
    let mut rest = trim_start(line).strip_prefix(b"#")?;
    while let Some(found) = rest.windows(WORD.len()).position(|window| window == WORD) {
        rest = &rest[found + WORD.len()..];
        let Some((b':' | b'=', after)) = rest.split_first() else { continue };
        let start = after.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(after.len());
        let after = &after[start..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let end = after.iter().position(|byte| !is_part(byte)).unwrap_or(after.len());
        if end > 0 {
            return std::str::from_utf8(&after[..end]).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(text: &str) -> Option<(&str, u32)> {
        find_cookie(text.as_bytes()).map(|cookie| (cookie.label, cookie.line))
    }

    #[test]
    fn finds_the_comment() {
        assert_eq!(cookie("# -*- coding: latin-1 -*-\n"), Some(("latin-1", 1)));
        assert_eq!(cookie("#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :"), Some(("cp1252", 2)));
        assert_eq!(cookie("\r  \x0c# coding:utf-8"), Some(("utf-8", 2)));
        assert_eq!(cookie("# coding: , coding=koi8_r"), Some(("koi8_r", 1)));
        assert_eq!(cookie("x = 1\n# coding: latin-1"), None);
        assert_eq!(cookie("\n\n# coding: latin-1"), None);
        assert_eq!(cookie("x = 1  # coding: latin-1"), None);
        assert_eq!(cookie("# encodings are: many"), None);
        assert_eq!(cookie("# coding"), None);
        assert_eq!(cookie(""), None);
    }

    #[test]
    fn knows_the_names_of_python() {
        for (label, name) in [
            ("UTF-8", "utf-8"),
            ("utf8", "utf-8"),
            ("utf-8-unix", "utf-8"),
            ("us-ascii", "ascii"),
            ("ISO-8859-1", "latin-1"),
            ("iso8859_1", "latin-1"),
            ("latin_1", "latin-1"),
            ("iso-8859-15", "ISO-8859-15"),
            ("iso8859-15", "ISO-8859-15"),
            ("cp1252", "windows-1252"),
            ("windows_1251", "windows-1251"),
            ("euc_jp", "EUC-JP"),
            ("cp932", "Shift_JIS"),
            ("shift-jis", "Shift_JIS"),
            ("gb2312", "GBK"),
            ("big5", "Big5"),
            ("koi8-r", "KOI8-R"),
        ] {
            assert_eq!(Encoding::for_label(label).map(Encoding::name), Some(name), "{label}");
        }
        for label in ["foo", "rot13", "utf-16", "utf_32", "utf-7", "hz-gb-2312", ""] {
            assert_eq!(Encoding::for_label(label), None, "{label}");
        }
    }

    #[test]
    fn latin_1_is_the_identity_on_all_bytes() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = Encoding::Latin1.decode(&bytes).expect("every byte is a character");
        assert!(text.chars().map(u32::from).eq(0..256));
        assert_eq!(Encoding::Latin1.encode(&text).as_deref(), Some(bytes.as_slice()));
        assert_eq!(Encoding::Latin1.encode("ж"), None);
    }

    #[test]
    fn says_where_decoding_fails() {
        assert_eq!(Encoding::Utf8.decode(b"ab\xff"), Err(2));
        assert_eq!(Encoding::Ascii.decode(b"ab\xe9"), Err(2));
        let japanese = Encoding::for_label("shift_jis").expect("it is known");
        assert_eq!(japanese.decode(b"ab\xff\x41"), Err(2));
        assert_eq!(japanese.decode(b"ab\x82"), Err(2));
        assert_eq!(japanese.decode(b"\x82\xa0").as_deref(), Ok("あ"));
    }
}
