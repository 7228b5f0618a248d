//! One file in memory: its text, and what it takes to get its bytes back.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::encoding::{Encoding, find_cookie};
use super::{SourceError, Style};
use crate::text::{LineIndex, hash_bytes};

/// Files of this many bytes or more are refused: no person wrote them, and offsets are 32 bits wide.
pub const MAX_SIZE: u64 = 64 << 20;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file that was read and decoded. Invariant: `encode(&self.text)` gives the bytes that were read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it was found.
    pub path: PathBuf,
    /// The path as shown to the user; see [`display_path`].
    pub display_path: String,
    /// The text, without a byte-order mark, with its newlines as they are.
    pub text: Arc<str>,
    /// The encoding it was decoded from.
    pub encoding: Encoding,
    /// Whether the file begins with the byte-order mark of UTF-8.
    pub has_bom: bool,
    /// The habits of its author.
    pub style: Style,
    /// [`hash_bytes`] of the bytes that were read.
    pub bytes_hash: u64,
    /// Whether a `.pxd` of the same name lies beside it: Cython compiles such a module with these declarations.
    pub has_pxd: bool,
}

impl SourceFile {
    /// Decodes `bytes`, taken to be the content of `path`.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, SourceError> {
        let display_path = display_path(path);
        if bytes.len() as u64 >= MAX_SIZE {
            return Err(SourceError::TooLarge { path: display_path, size: bytes.len() as u64 });
        }
        if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
            return Err(SourceError::NulByte { path: display_path, line: line_of(bytes, offset) });
        }
        let bytes_hash = hash_bytes(bytes);
        let has_bom = bytes.starts_with(MARK);
        let content = if has_bom { &bytes[MARK.len()..] } else { bytes };
        let encoding = choose_encoding(&display_path, content, has_bom)?;
        let text = encoding.decode(content).map_err(|offset| SourceError::Undecodable {
            path: display_path.clone(),
            line: line_of(content, offset),
            encoding: encoding.name(),
            byte: content.get(offset).copied().unwrap_or_default(),
            offset: offset + bytes.len() - content.len(),
        })?;
        if encoding.encode(&text).is_none_or(|encoded| *encoded != *content) {
            return Err(SourceError::NotReversible { path: display_path, encoding: encoding.name() });
        }
        let style = Style::of(&text);
        let (path, text) = (path.to_owned(), text.into());
        Ok(Self { path, display_path, text, encoding, has_bom, style, bytes_hash, has_pxd: false })
    }

    /// The bytes of a new text of this file, with the byte-order mark that it had.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, SourceError> {
        let encoded = self.encoding.encode(text).ok_or_else(|| SourceError::Unencodable {
            path: self.display_path.clone(),
            encoding: self.encoding.name(),
        })?;
        Ok(if self.has_bom { [MARK, &*encoded].concat() } else { encoded.into_owned() })
    }

    /// The lines of the text.
    pub fn line_index(&self) -> LineIndex {
        LineIndex::new(&self.text)
    }
}

/// Reads and decodes the file at `path`. Only a regular file, or a link to one, is ever opened: opening a pipe waits
/// for somebody to write.
pub fn read(path: &Path) -> Result<SourceFile, SourceError> {
    let failed = |cause: io::Error| SourceError::Io { path: display_path(path), cause };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(SourceError::NotAFile { path: display_path(path) });
    }
    if metadata.len() >= MAX_SIZE {
        return Err(SourceError::TooLarge { path: display_path(path), size: metadata.len() });
    }
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(SourceError::NotAFile { path: display_path(path) });
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // The limit holds also for a file that grows while it is read, and for those that claim to be empty (`/proc`).
    file.take(MAX_SIZE).read_to_end(&mut bytes).map_err(failed)?;
    let has_pxd = path.with_extension("pxd").is_file();
    Ok(SourceFile { has_pxd, ..SourceFile::from_bytes(path, &bytes)? })
}

/// How `path` is shown: relative to the working directory when it lies below it, with `/` between its parts.
pub fn display_path(path: &Path) -> String {
    let relative = if path.is_absolute() {
        std::env::current_dir().ok().and_then(|cwd| path.strip_prefix(cwd).ok().map(Path::to_owned))
    } else {
        None
    };
    let path = relative.as_deref().unwrap_or(path);
    let mut shown = String::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => shown.push('/'),
            other => {
                if !shown.is_empty() && !shown.ends_with('/') {
                    shown.push('/');
                }
                shown.push_str(&other.as_os_str().to_string_lossy());
            }
        }
    }
    if shown.is_empty() { ".".to_owned() } else { shown }
}

fn choose_encoding(path: &str, bytes: &[u8], has_bom: bool) -> Result<Encoding, SourceError> {
    let Some(cookie) = find_cookie(bytes) else { return Ok(Encoding::Utf8) };
    let (path, line, label) = (path.to_owned(), cookie.line, cookie.label.to_owned());
    match Encoding::for_label(cookie.label) {
        None => Err(SourceError::UnknownEncoding { path, line, label }),
        Some(encoding) if has_bom && encoding != Encoding::Utf8 => {
            Err(SourceError::MarkAndCookie { path, line, label })
        }
        Some(encoding) => Ok(encoding),
    }
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = &bytes[..offset.min(bytes.len())];
    let newlines = before.iter().enumerate().filter(|&(at, &byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    newlines.count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> Result<SourceFile, String> {
        SourceFile::from_bytes(Path::new("./app/x.py"), bytes).map_err(|error| error.to_string())
    }

    #[test]
    fn gives_the_same_bytes_back() {
        for bytes in [
            &b"x = 1\r\ny = 2\n"[..],
            b"\xef\xbb\xbfx = '\xc3\xa9'\n",
            b"\xef\xbb\xbf# coding: utf-8\n",
            b"# coding: latin-1\nx = '\xe9\xe9\x81'\n",
            b"# coding: cp1252\nx = '\x80'\n",
            b"# coding: shift_jis\nx = '\x82\xa0'\n",
            b"# coding: gbk\nx = '\xc4\xe3'\n",
            b"",
        ] {
            let file = file(bytes).expect("it can be decoded");
            assert_eq!(file.encode(&file.text).expect("nothing changed"), bytes);
            assert!(!file.text.starts_with('\u{feff}'));
        }
    }

    #[test]
    fn names_the_place_of_a_fault() {
        let error = |bytes: &[u8]| file(bytes).expect_err("it is not a good file");
        assert_eq!(error(b"x = 1\n\r\n# \xff"), "app/x.py:3: cannot be decoded as utf-8 (byte 0xff at offset 10)");
        assert_eq!(error(b"\n# coding: foo\n"), "app/x.py:2: unknown encoding \"foo\"");
        assert_eq!(error(b"# coding: ascii\n#\xe9"), "app/x.py:2: cannot be decoded as ascii (byte 0xe9 at offset 17)");
        assert_eq!(
            error(b"\xef\xbb\xbf# coding: latin-1\n"),
            "app/x.py:1: has a UTF-8 byte-order mark but says that it is \"latin-1\""
        );
        assert_eq!(error(b"x\n\0"), "app/x.py:2: holds a NUL byte");
        // Two ways to write one character: the second would come back as the first.
        assert_eq!(
            error(b"# coding: shift_jis\nx = '\xfa\x54'\n"),
            "app/x.py: does not survive decoding as Shift_JIS and encoding again"
        );
    }

    #[test]
    fn refuses_a_character_that_the_encoding_lacks() {
        let file = file(b"# coding: latin-1\n").expect("it is a good file");
        assert!(file.encode("x: 'ж'").is_err());
        assert_eq!(file.encode("é").expect("latin-1 has it"), b"\xe9");
    }

    #[test]
    fn opens_regular_files_only() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(read(folder.path()), Err(SourceError::NotAFile { .. })));
        assert!(matches!(read(&folder.path().join("no.py")), Err(SourceError::Io { .. })));
        let path = folder.path().join("x.py");
        fs::write(&path, "x = 1\n").expect("written");
        let file = read(&path).expect("it is a good file");
        assert_eq!((&*file.text, file.bytes_hash), ("x = 1\n", hash_bytes(b"x = 1\n")));
    }

    #[test]
    fn shows_paths_from_the_working_directory() {
        let cwd = std::env::current_dir().expect("there is one");
        assert_eq!(display_path(Path::new("./a/./b.py")), "a/b.py");
        assert_eq!(display_path(Path::new(".")), ".");
        assert_eq!(display_path(Path::new("../b.py")), "../b.py");
        assert_eq!(display_path(&cwd.join("a/b.py")), "a/b.py");
        assert_eq!(display_path(Path::new("/no/b.py")), "/no/b.py");
    }
}
