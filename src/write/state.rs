//! The folder that holds the journals, and the lock on it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::journal;
use super::place::{self, Method};
use super::{Left, WriteError};
use crate::text::hash_bytes;

/// The state of a project, locked until it is dropped.
#[derive(Debug)]
pub struct State {
    /// The folder that holds the state folder, canonical: the project.
    pub project: PathBuf,
    /// Where the journals are.
    pub journals: PathBuf,
    /// Part of the names of temporary files, so that two projects in one folder do not clean up after each other.
    pub tag: String,
    /// The owner of new files, where there is such a thing.
    pub our_uid: Option<u32>,
    /// The system frees the lock with the file, also when the process is killed: no lock is ever stale.
    _lock: File,
}

impl State {
    /// Makes the folder if need be, takes the lock and mends what a killed run left behind.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause: io::Error| WriteError::State { path, cause }
        };
        let journals = folder.join("journal");
        fs::create_dir_all(&journals).map_err(failed(folder))?;
        let ignore_file = folder.join(".gitignore");
        if !ignore_file.exists() {
            fs::write(&ignore_file, "*\n").map_err(failed(&ignore_file))?;
        }
        let lock = take_lock(&folder.join("lock"))?;
        let canonical = fs::canonicalize(folder).map_err(failed(folder))?;
        let project = canonical.parent().map_or_else(|| canonical.clone(), Path::to_owned);
        let tag = format!("{:08x}", hash_bytes(canonical.as_os_str().as_encoded_bytes()) as u32);
        let our_uid = owner_of_new_files(&journals).map_err(failed(&journals))?;
        let state = Self { project, journals, tag, our_uid, _lock: lock };
        state.mend();
        Ok(state)
    }

    /// The journal written last.
    pub fn last_journal(&self) -> Option<(u64, PathBuf)> {
        journal::list(&self.journals).pop()
    }

    /// Notes on the disk that files are about to change.
    pub fn begin(&self) -> Result<(), WriteError> {
        let path = self.running();
        let note = File::create(&path).and_then(|file| file.sync_all());
        note.map_err(|cause| WriteError::State { path, cause })?;
        place::sync_folder(&self.journals);
        Ok(())
    }

    /// Notes that they have changed.
    pub fn end(&self) {
        // If it stays, the next run looks for torn files and finds none.
        let _ = fs::remove_file(self.running());
    }

    fn running(&self) -> PathBuf {
        self.journals.join("running")
    }

    /// Restores files that the last run was overwriting when it was killed, and removes its temporary files. The other
    /// files are whole, old or new, whatever happened.
    fn mend(&self) {
        if !self.running().exists() {
            return;
        }
        place::clean_journals(&self.journals);
        let journal = self.last_journal().and_then(|(_, path)| journal::read(&path).ok()).unwrap_or_default();
        let mut folders: Vec<PathBuf> = Vec::new();
        for entry in &journal.entries {
            let path = entry.path(&self.project);
            if entry.is_torn(&path) {
                // What cannot be mended now is an edited file to `undo`, which names it.
                let _ = place::replace(&path, &entry.old, Method::Overwrite, &self.tag);
            }
            folders.extend(path.parent().map(Path::to_owned));
        }
        folders.sort();
        folders.dedup();
        for folder in folders {
            place::clean(&folder, &self.tag);
        }
        self.end();
    }
}

/// Waits for nobody: a second run is told that there is a first.
fn take_lock(path: &Path) -> Result<File, WriteError> {
    let failed = |cause| WriteError::State { path: path.to_owned(), cause };
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let pid = pid.trim();
            let pid = if pid.is_empty() { "unknown" } else { pid }.to_owned();
            return Err(WriteError::Locked { path: path.to_owned(), pid });
        }
        // Some network file systems have no locks; then there is no exclusion either.
        Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => {}
        Err(TryLockError::Error(cause)) => return Err(failed(cause)),
    }
    file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
    writeln!(file, "{}", std::process::id()).map_err(failed)?;
    Ok(file)
}

/// Asks a file just made for its owner: there is no safe call that tells who we are.
fn owner_of_new_files(folder: &Path) -> io::Result<Option<u32>> {
    let probe = tempfile::tempfile_in(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(Some(probe.metadata()?.uid()))
    }
    #[cfg(not(unix))]
    {
        drop(probe);
        Ok(None)
    }
}

/// A file that is written to whatever its owner says is no file to touch: says why, or gives its metadata.
pub fn writable_file(path: &Path) -> Result<fs::Metadata, Left> {
    let left = |reason: String| Left { path: path.to_owned(), reason };
    let metadata = fs::symlink_metadata(path).map_err(|error| left(error.to_string()))?;
    if !metadata.is_file() {
        return Err(left("is not a regular file".to_owned()));
    }
    if is_read_only(&metadata) {
        return Err(left("is read-only".to_owned()));
    }
    Ok(metadata)
}

#[cfg(unix)]
fn is_read_only(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    // The bit of the owner: the superuser may write anything, but should not.
    metadata.permissions().mode() & 0o200 == 0
}

#[cfg(not(unix))]
fn is_read_only(metadata: &fs::Metadata) -> bool {
    metadata.permissions().readonly()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excludes_a_second_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".hintwright");
        let first = State::open(&path).expect("it is free");
        let error = State::open(&path).expect_err("it is taken").to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(first);
        State::open(&path).expect("it is free again");
        assert_eq!(fs::read_to_string(path.join(".gitignore")).expect("it is there"), "*\n");
    }

    #[test]
    fn a_lock_file_of_a_dead_process_is_no_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("lock"), "999999999\n").expect("written");
        State::open(folder.path()).expect("nobody holds it");
    }

    #[test]
    fn says_when_the_folder_cannot_be_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "").expect("written");
        assert!(matches!(State::open(&path), Err(WriteError::State { .. })));
    }
}
