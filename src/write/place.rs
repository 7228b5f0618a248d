//! Putting bytes in the place of a file's bytes.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// How the bytes of a file are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A new file is renamed over the old one: at each moment there is one or the other.
    Rename,
    /// The bytes are written over the old ones, because a new file would not be the same file: it has other names
    /// (hard links), or an owner that we cannot give it. The journal can tell a torn file from an edited one.
    Overwrite,
}

/// What to begin the names of temporary files with; see [`clean`].
pub const TEMPORARY_PREFIX: &str = ".hintwright-";

/// Which method keeps the file what it is. `our_uid` is the owner that a new file would have.
pub fn method(metadata: &Metadata, our_uid: Option<u32>) -> Method {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let owner_would_change = our_uid.is_some_and(|ours| ours != 0 && ours != metadata.uid());
        if metadata.nlink() > 1 || owner_would_change { Method::Overwrite } else { Method::Rename }
    }
    #[cfg(not(unix))]
    {
        let _ = (metadata, our_uid);
        Method::Rename
    }
}

/// Replaces the content of the regular file at `path`, which is no link, and brings it to the disk.
pub fn replace(path: &Path, bytes: &[u8], method: Method, tag: &str) -> io::Result<()> {
    match method {
        Method::Rename => rename_over(path, bytes, tag),
        Method::Overwrite => overwrite(path, bytes),
    }
}

fn rename_over(path: &Path, bytes: &[u8], tag: &str) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    let mut temporary =
        tempfile::Builder::new().prefix(&format!("{TEMPORARY_PREFIX}{tag}-")).suffix(".tmp").tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    copy_owner(temporary.path(), &metadata);
    // After the owner: a change of owner takes the set-id bits away.
    temporary.as_file().set_permissions(metadata.permissions())?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Not truncated first: a torn file is then new bytes followed by old ones, and never an empty one.
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Whether `current` is what a kill in the midst of overwriting `old` with `new` leaves behind.
pub fn is_torn(current: &[u8], old: &[u8], new: &[u8]) -> bool {
    let from_new = current.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest_is_old = current.len() == old.len() && current[from_new..] == old[from_new..];
    let grew = current.len() >= old.len() && from_new == current.len();
    rest_is_old || grew
}

/// Brings the entries of a folder to the disk; not every system can.
pub fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Removes temporary files that a killed run with the same `tag` left in `folder`.
pub fn clean(folder: &Path, tag: &str) {
    clean_prefix(folder, &format!("{TEMPORARY_PREFIX}{tag}-"));
}

/// Removes half-written journals.
pub fn clean_journals(folder: &Path) {
    clean_prefix(folder, "new-");
}

fn clean_prefix(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(prefix) && name.ends_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(unix)]
fn copy_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let Ok(ours) = fs::metadata(path) else { return };
    if ours.uid() != metadata.uid() {
        // Only the superuser comes here; anybody else overwrites.
        let _ = chown(path, Some(metadata.uid()), None);
    }
    if ours.gid() != metadata.gid() {
        // Refused when we are not of the group; then the file gets ours, as with any editor.
        let _ = chown(path, None, Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn copy_owner(_: &Path, _: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_torn_state() {
        for (old, new) in [("abcdef", "abXYZdef"), ("abcdef", "aXf"), ("", "x"), ("same", "same"), ("aaaa", "aabaa")] {
            let (old, new) = (old.as_bytes(), new.as_bytes());
            for written in 0..=new.len() {
                let mut torn = new[..written].to_vec();
                torn.extend_from_slice(old.get(written..).unwrap_or_default());
                assert!(is_torn(&torn, old, new), "{torn:?}");
            }
            assert!(is_torn(new, old, new) || new.len() < old.len());
            assert!(!is_torn(b"edited", old, new));
        }
    }

    #[test]
    fn cleans_only_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [".hintwright-ab-1.tmp", ".hintwright-cd-1.tmp", ".hintwright-ab.py"] {
            fs::write(folder.path().join(name), "").expect("written");
        }
        clean(folder.path(), "ab");
        assert!(!folder.path().join(".hintwright-ab-1.tmp").exists());
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
    }
}
