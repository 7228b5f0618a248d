//! The bundled facts of the standard library: the file's format, and reading it one module at a time.
//!
//! The file is a header, an index, and one compressed blob per module:
//!
//! ```text
//! magic "hwstubs\0" | format: u32 LE | index length: u32 LE | index (postcard) | blob | blob | …
//! ```
//!
//! A blob is zlib over two postcard values: the texts of the names the module uses, then its facts, in which a name
//! is a number into those texts. Modules are compressed one by one so that reading `builtins` does not cost reading
//! all the others; zlib rather than bare deflate because its checksum tells damage from facts.

use std::borrow::Cow;
use std::io::{Read, Write};
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::facts::FileFacts;
use crate::text::Name;
use crate::text::name::with_table;

const MAGIC: &[u8; 8] = b"hwstubs\0";

/// Raised when the layout of the file changes. A change of the facts needs no raise: the file is compiled in, and a
/// test compares it with a fresh one.
const FORMAT: u32 = 1;

const HEADER_LEN: usize = MAGIC.len() + 8;

/// The standard library's facts.
#[derive(Debug)]
pub struct Stubs {
    bytes: Cow<'static, [u8]>,
    origin: String,
    /// In the order of their names.
    modules: Vec<Module>,
    numbers: FxHashMap<Name, usize>,
}

/// A module of the bundle, as the index describes it.
#[derive(Debug)]
struct Module {
    name: Name,
    is_package: bool,
    versions: Versions,
    /// Its blob in [`Stubs::bytes`]; always inside of it.
    blob: Range<usize>,
    /// What it says, once somebody has asked; none where it is damaged.
    facts: OnceLock<Option<Arc<FileFacts>>>,
}

/// The Python versions that have a module, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Versions {
    /// The first one.
    pub(super) min: (u8, u8),
    /// The last one; none for a module that is still there.
    pub(super) max: Option<(u8, u8)>,
}

/// Why bytes are not a bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The first bytes are those of another kind of file.
    #[error("not a bundle of stubs")]
    Magic,
    /// Made by another version of the generator.
    #[error("bundle of stubs has format {0}, expected {FORMAT}")]
    Format(u32),
    /// The index cannot be read.
    #[error("index of the bundle of stubs is damaged")]
    Index(#[source] postcard::Error),
    /// The index speaks of bytes that the file does not have.
    #[error("bundle of stubs is cut short")]
    Truncated,
}

#[derive(Serialize, Deserialize)]
struct Index<'a> {
    #[serde(borrow)]
    origin: Cow<'a, str>,
    #[serde(borrow)]
    modules: Vec<IndexEntry<'a>>,
}

#[derive(Serialize, Deserialize)]
struct IndexEntry<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    is_package: bool,
    versions: Versions,
    /// Counted from the end of the index.
    offset: u32,
    len: u32,
}

impl Stubs {
    /// The bundle that is part of the program.
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Stubs> = LazyLock::new(|| {
            Stubs::from_bytes(include_bytes!("typeshed.bin").as_slice())
                .expect("a test compares the bundled file with a fresh one")
        });
        &BUNDLED
    }

    /// Reads the index; modules are read by [`Stubs::load`].
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, BundleError> {
        let bytes = bytes.into();
        let rest = bytes.strip_prefix(MAGIC).ok_or(BundleError::Magic)?;
        let (format, rest) = rest.split_first_chunk().ok_or(BundleError::Truncated)?;
        let format = u32::from_le_bytes(*format);
        if format != FORMAT {
            return Err(BundleError::Format(format));
        }
        let (index_len, rest) = rest.split_first_chunk().ok_or(BundleError::Truncated)?;
        let index_len = u32::from_le_bytes(*index_len) as usize;
        let index = rest.get(..index_len).ok_or(BundleError::Truncated)?;
        let index: Index<'_> = postcard::from_bytes(index).map_err(BundleError::Index)?;

        let blobs_start = HEADER_LEN + index_len;
        let blobs_len = (bytes.len() - blobs_start) as u64;
        let mut modules = Vec::with_capacity(index.modules.len());
        let mut numbers = FxHashMap::default();
        for entry in index.modules {
            if u64::from(entry.offset) + u64::from(entry.len) > blobs_len {
                return Err(BundleError::Truncated);
            }
            let start = blobs_start + entry.offset as usize;
            let name = Name::new(&entry.name);
            numbers.insert(name, modules.len());
            modules.push(Module {
                name,
                is_package: entry.is_package,
                versions: entry.versions,
                blob: start..start + entry.len as usize,
                facts: OnceLock::new(),
            });
        }
        let origin = index.origin.into_owned();
        Ok(Self { bytes, origin, modules, numbers })
    }

    /// Says which typeshed the facts were made from.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The dotted names of all modules, in order.
    pub fn module_names(&self) -> impl ExactSizeIterator<Item = Name> {
        self.modules.iter().map(|module| module.name)
    }

    /// Whether there is such a module for some Python version.
    pub fn contains(&self, name: Name) -> bool {
        self.numbers.contains_key(&name)
    }

    /// Whether the module is a package, so that relative imports in it start from itself.
    pub fn is_package(&self, name: Name) -> bool {
        self.module(name).is_some_and(|module| module.is_package)
    }

    /// Whether Python `version` has the module.
    pub fn available(&self, name: Name, version: (u8, u8)) -> bool {
        self.module(name).is_some_and(|Module { versions, .. }| {
            versions.min <= version && versions.max.is_none_or(|max| version <= max)
        })
    }

    /// Reads one module. A module that is damaged counts as missing; the bundled ones are all checked by a test.
    ///
    /// Text ranges, docstrings, comments and layout are left out of the bundle. What was read once is kept: the same
    /// modules are asked for by every analysis of a run.
    pub fn load(&self, name: Name) -> Option<Arc<FileFacts>> {
        let module = self.module(name)?;
        let read = || unpack(&self.bytes[module.blob.clone()]).map(Arc::new);
        module.facts.get_or_init(read).clone()
    }

    fn module(&self, name: Name) -> Option<&Module> {
        self.numbers.get(&name).map(|&number| &self.modules[number])
    }
}

/// A module on its way into a bundle.
pub(super) struct Packed {
    /// Its dotted name.
    pub(super) name: String,
    /// Whether its file is an `__init__.pyi`.
    pub(super) is_package: bool,
    /// The Python versions that have it.
    pub(super) versions: Versions,
    /// What [`pack`] made of its facts.
    pub(super) blob: Vec<u8>,
}

/// Writes modules, which are in the order of their names, as one file.
pub(super) fn assemble(origin: &str, modules: &[Packed]) -> Result<Vec<u8>, postcard::Error> {
    let mut offset = 0;
    let mut entries = Vec::with_capacity(modules.len());
    for module in modules {
        let len = module.blob.len() as u32;
        entries.push(IndexEntry {
            name: Cow::Borrowed(&module.name),
            is_package: module.is_package,
            versions: module.versions,
            offset,
            len,
        });
        offset += len;
    }
    let index = postcard::to_stdvec(&Index { origin: Cow::Borrowed(origin), modules: entries })?;
    let mut bytes = Vec::with_capacity(HEADER_LEN + index.len() + offset as usize);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&(index.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&index);
    for module in modules {
        bytes.extend_from_slice(&module.blob);
    }
    Ok(bytes)
}

/// The blob of a module.
pub(super) fn pack(facts: &FileFacts) -> Result<Vec<u8>, postcard::Error> {
    let (facts, names) = with_table(Vec::new(), || postcard::to_stdvec(facts));
    let facts = facts?;
    let texts: Vec<&str> = names.into_iter().map(Name::as_str).collect();
    let texts = postcard::to_stdvec(&texts)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let blob = encoder.write_all(&texts).and_then(|()| encoder.write_all(&facts)).and_then(|()| encoder.finish());
    Ok(blob.expect("writing to a vector does not fail"))
}

/// The facts in a blob, if it is intact.
fn unpack(blob: &[u8]) -> Option<FileFacts> {
    let mut bytes = Vec::with_capacity(blob.len() * 6);
    ZlibDecoder::new(blob).read_to_end(&mut bytes).ok()?;
    let (texts, facts) = postcard::take_from_bytes::<Vec<&str>>(&bytes).ok()?;
    let names = texts.into_iter().map(Name::new).collect();
    with_table(names, || postcard::from_bytes(facts)).0.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Expr, ExprKind};
    use crate::text::TextRange;

    fn facts(text: &str) -> FileFacts {
        let expr = Expr { range: TextRange::default(), kind: ExprKind::Str(Some(Name::new(text))) };
        FileFacts { exprs: vec![expr], ..FileFacts::default() }
    }

    fn bundle() -> Vec<u8> {
        let module = |name: &str, is_package, min, max| Packed {
            name: name.into(),
            is_package,
            versions: Versions { min, max },
            blob: pack(&facts(name)).unwrap(),
        };
        let modules = [module("distutils", true, (3, 0), Some((3, 11))), module("tomllib", false, (3, 11), None)];
        assemble("here", &modules).unwrap()
    }

    #[test]
    fn each_module_comes_back() {
        let stubs = Stubs::from_bytes(bundle()).unwrap();
        assert_eq!(stubs.origin(), "here");
        assert_eq!(stubs.module_names().map(Name::as_str).collect::<Vec<_>>(), ["distutils", "tomllib"]);
        for name in stubs.module_names() {
            let loaded = stubs.load(name).unwrap();
            assert!(matches!(loaded.exprs[0].kind, ExprKind::Str(Some(text)) if text == name));
        }
        assert!(stubs.is_package(Name::new("distutils")));
        assert!(!stubs.is_package(Name::new("tomllib")));
        assert!(!stubs.contains(Name::new("numpy")));
        assert!(stubs.load(Name::new("numpy")).is_none());
    }

    #[test]
    fn the_standard_library_is_bundled() {
        let stubs = Stubs::bundled();
        let builtins = stubs.load(Name::new("builtins")).unwrap();
        for class in ["object", "int", "str", "list", "dict"] {
            assert!(builtins.classes.iter().any(|found| found.name.is(class)), "builtins has no {class}");
        }
        assert!(stubs.is_package(Name::new("os")) && stubs.contains(Name::new("os.path")));
        assert!(stubs.available(Name::new("tomllib"), (3, 11)) && !stubs.available(Name::new("tomllib"), (3, 10)));
        assert!(!stubs.available(Name::new("distutils.command"), (3, 12)));
    }

    #[test]
    fn modules_come_and_go_with_python_versions() {
        let stubs = Stubs::from_bytes(bundle()).unwrap();
        let (old, new) = (Name::new("distutils"), Name::new("tomllib"));
        assert!(stubs.available(old, (3, 11)) && !stubs.available(old, (3, 12)));
        assert!(stubs.available(new, (3, 11)) && !stubs.available(new, (3, 10)));
        assert!(!stubs.available(Name::new("numpy"), (3, 12)));
    }

    #[test]
    fn other_files_are_refused() {
        assert!(matches!(Stubs::from_bytes(b"".as_slice()), Err(BundleError::Magic)));
        assert!(matches!(Stubs::from_bytes(b"hwstubs\0\x09\0\0\0".as_slice()), Err(BundleError::Format(9))));
        let whole = bundle();
        for len in MAGIC.len()..whole.len() {
            assert!(Stubs::from_bytes(whole[..len].to_vec()).is_err(), "cut after {len} bytes");
        }
    }

    #[test]
    fn a_damaged_module_is_missing() {
        let mut bytes = bundle();
        *bytes.last_mut().unwrap() ^= 1;
        let stubs = Stubs::from_bytes(bytes).unwrap();
        assert!(stubs.load(Name::new("distutils")).is_some());
        assert!(stubs.load(Name::new("tomllib")).is_none());
    }
}
