//! What is kept of a change to take it back, and its form on disk.
//!
//! Invariant: a journal has its final name only when all of it is on the disk, so a half-written one is never read. A
//! hash at the end recognises one that the disk itself has damaged.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::WriteError;
use super::place::{Method, is_torn, sync_folder};
use crate::text::hash_bytes;

const MAGIC: &[u8] = b"hintwright journal 1\n";

/// How many runs can be taken back.
const KEPT: usize = 20;

/// The files of one run.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// One entry for each file, in the order of writing.
    pub entries: Vec<Entry>,
}

/// One file of a journal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    path: StoredPath,
    /// The bytes before.
    pub old: Vec<u8>,
    new_len: u64,
    new_hash: u64,
    /// The bytes after, for a file that is overwritten in place: only they can tell a torn file.
    overwritten: Option<Vec<u8>>,
}

/// A path as the system has it; it need not be Unicode. Below the project's folder it is relative to it, so that the
/// folder may be moved between a run and its undoing.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredPath {
    relative: bool,
    bytes: Vec<u8>,
}

/// What a file holds, compared to a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The bytes before.
    Old,
    /// The bytes after.
    New,
    /// Neither: the file was edited, replaced or removed.
    Other,
}

impl Entry {
    /// The entry of the file at `path`, a canonical path, in the project at `project`, canonical as well.
    pub fn new(project: &Path, path: &Path, old: Vec<u8>, new: &[u8], method: Method) -> Self {
        let overwritten = (method == Method::Overwrite).then(|| new.to_vec());
        Self {
            path: StoredPath::new(project, path),
            old,
            new_len: new.len() as u64,
            new_hash: hash_bytes(new),
            overwritten,
        }
    }

    /// The path of the file.
    pub fn path(&self, project: &Path) -> PathBuf {
        self.path.get(project)
    }

    /// How the file is to be written.
    pub fn method(&self) -> Method {
        if self.overwritten.is_some() { Method::Overwrite } else { Method::Rename }
    }

    /// What the file at `path` holds now.
    pub fn content(&self, path: &Path) -> Content {
        let Some(current) = current_bytes(path) else { return Content::Other };
        if current == self.old {
            Content::Old
        } else if current.len() as u64 == self.new_len && hash_bytes(&current) == self.new_hash {
            Content::New
        } else {
            Content::Other
        }
    }

    /// Whether the file at `path` is what a kill leaves behind while the file is overwritten, in either direction.
    ///
    /// An edit can look like that as well, so this only means something when a run was in fact cut short.
    pub fn is_torn(&self, path: &Path) -> bool {
        let Some(new) = &self.overwritten else { return false };
        current_bytes(path).is_some_and(|current| {
            current != self.old
                && current != *new
                && (is_torn(&current, &self.old, new) || is_torn(&current, new, &self.old))
        })
    }
}

fn current_bytes(path: &Path) -> Option<Vec<u8>> {
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    fs::read(path).ok()
}

impl StoredPath {
    fn new(project: &Path, path: &Path) -> Self {
        match path.strip_prefix(project) {
            Ok(relative) => Self { relative: true, bytes: to_bytes(relative) },
            Err(_) => Self { relative: false, bytes: to_bytes(path) },
        }
    }

    fn get(&self, project: &Path) -> PathBuf {
        let path = from_bytes(&self.bytes);
        if self.relative { project.join(path) } else { path }
    }
}

#[cfg(unix)]
fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn to_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Writes a journal to `path`: under another name first, and renamed when it is on the disk.
pub fn write(path: &Path, journal: &Journal) -> Result<(), WriteError> {
    let store = || -> io::Result<()> {
        let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_stdvec(journal).map_err(io::Error::other)?);
        let hash = hash_bytes(&bytes);
        bytes.extend_from_slice(&hash.to_le_bytes());
        let mut temporary = tempfile::Builder::new().prefix("new-").suffix(".tmp").tempfile_in(folder)?;
        temporary.write_all(&bytes)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|error| error.error)?;
        sync_folder(folder);
        Ok(())
    };
    store().map_err(|cause| WriteError::State { path: path.to_owned(), cause })
}

/// Reads the journal at `path`.
pub fn read(path: &Path) -> Result<Journal, WriteError> {
    let damaged = |what| WriteError::DamagedJournal { path: path.to_owned(), what };
    let bytes = fs::read(path).map_err(|cause| WriteError::State { path: path.to_owned(), cause })?;
    let (content, hash) = bytes.split_last_chunk::<8>().ok_or_else(|| damaged("it is too short"))?;
    let body = content.strip_prefix(MAGIC).ok_or_else(|| damaged("it was written by another version"))?;
    if hash_bytes(content) != u64::from_le_bytes(*hash) {
        return Err(damaged("its hash does not fit"));
    }
    postcard::from_bytes(body).map_err(|_| damaged("it cannot be decoded"))
}

/// The journals of `folder`, oldest first.
pub fn list(folder: &Path) -> Vec<(u64, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut journals: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let number = path.file_name()?.to_str()?.strip_suffix(".journal")?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    journals.sort();
    journals
}

/// Removes the journals that are too old to be taken back.
pub fn prune(folder: &Path) {
    let journals = list(folder);
    let old = journals.len().saturating_sub(KEPT);
    for (_, path) in &journals[..old] {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Journal {
        let entry = Entry::new(Path::new("/p"), Path::new("/p/a.py"), b"old".to_vec(), b"new", Method::Overwrite);
        Journal { entries: vec![entry] }
    }

    #[test]
    fn comes_back_as_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("1.journal");
        write(&path, &journal()).expect("written");
        assert_eq!(read(&path).expect("it is whole"), journal());
        assert_eq!(list(folder.path()), [(1, path)]);
    }

    #[test]
    fn recognises_damage() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("1.journal");
        write(&path, &journal()).expect("written");
        let bytes = fs::read(&path).expect("it is there");
        for end in 0..bytes.len() {
            fs::write(&path, &bytes[..end]).expect("written");
            assert!(matches!(read(&path), Err(WriteError::DamagedJournal { .. })), "cut at {end}");
        }
    }

    #[test]
    fn moves_with_the_project() {
        let entry = &journal().entries[0];
        assert_eq!(entry.path(Path::new("/q")), Path::new("/q/a.py"));
        let outside = StoredPath::new(Path::new("/p"), Path::new("/o/a.py"));
        assert_eq!(outside.get(Path::new("/q")), Path::new("/o/a.py"));
    }
}
