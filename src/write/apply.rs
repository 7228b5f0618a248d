//! Writing new content to many files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::journal::{self, Content, Entry, Journal};
use super::state::{State, writable_file};
use super::{WriteError, place};

/// New content for a file.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The file; a link is followed, and stays a link.
    pub path: PathBuf,
    /// What the file held when it was read. If it holds anything else now it is left alone.
    pub original: Vec<u8>,
    /// What it is to hold.
    pub new: Vec<u8>,
}

/// A file that was left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The path as given.
    pub path: PathBuf,
    /// Why, as the end of a sentence that begins with the path.
    pub reason: String,
}

/// What [`apply()`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The files that hold their new content, in the order given.
    pub written: Vec<PathBuf>,
    /// The files that were left alone, in the order given.
    pub left: Vec<Left>,
}

/// A change that has passed all checks.
struct Ready {
    /// Its number in the order given.
    index: usize,
    /// The canonical path.
    target: PathBuf,
}

/// Writes `changes`, with a journal in `state_dir` from which [`undo`](super::undo()) takes them back.
///
/// A file that changed since it was read, is read-only, or cannot be replaced is left alone and reported; the others
/// are written all the same. When not even the journal can be written nothing is.
pub fn apply(changes: &[FileChange], state_dir: &Path) -> Result<Applied, WriteError> {
    if changes.is_empty() {
        return Ok(Applied::default());
    }
    let state = State::open(state_dir)?;
    let mut left: Vec<(usize, Left)> = Vec::new();
    let mut ready: Vec<Ready> = Vec::new();
    let mut journal = Journal::default();
    let mut seen = BTreeSet::new();
    for (index, change) in changes.iter().enumerate() {
        match prepare(change, &state) {
            Ok((target, _)) if !seen.insert(target.clone()) => {
                left.push((index, Left::new(change, "is the same file as another one")));
            }
            Ok((target, entry)) => {
                ready.push(Ready { index, target });
                journal.entries.push(entry);
            }
            Err(reason) => left.push((index, reason)),
        }
    }
    let mut written = Vec::new();
    if !ready.is_empty() {
        let number = state.last_journal().map_or(1, |(last, _)| last + 1);
        let path = state.journals.join(format!("{number:06}.journal"));
        state.begin()?;
        journal::write(&path, &journal).inspect_err(|_| state.end())?;
        let mut failed = BTreeSet::new();
        for (at, (ready, entry)) in ready.iter().zip(&journal.entries).enumerate() {
            let change = &changes[ready.index];
            match put(ready, entry, change, &state) {
                Ok(()) => written.push(change.path.clone()),
                Err(reason) => {
                    failed.insert(at);
                    left.push((ready.index, Left::new(change, reason)));
                }
            }
        }
        if !failed.is_empty() {
            // What was not written must not stand in the way of undoing the rest.
            let mut at = 0;
            journal.entries.retain(|_| {
                at += 1;
                !failed.contains(&(at - 1))
            });
            if journal.entries.is_empty() {
                let _ = fs::remove_file(&path);
            } else {
                // If that fails the first journal stays, and `undo` names what it finds changed.
                let _ = journal::write(&path, &journal);
            }
        }
        state.end();
        journal::prune(&state.journals);
    }
    left.sort_by_key(|&(index, _)| index);
    Ok(Applied { written, left: left.into_iter().map(|(_, left)| left).collect() })
}

impl Left {
    fn new(change: &FileChange, reason: impl Into<String>) -> Self {
        Self { path: change.path.clone(), reason: reason.into() }
    }
}

/// Checks a change: the canonical path of its file and the entry for the journal.
fn prepare(change: &FileChange, state: &State) -> Result<(PathBuf, Entry), Left> {
    let left = |reason: String| Left { path: change.path.clone(), reason };
    let target = fs::canonicalize(&change.path).map_err(|error| left(error.to_string()))?;
    let metadata = writable_file(&target).map_err(|reason| left(reason.reason))?;
    let current = fs::read(&target).map_err(|error| left(error.to_string()))?;
    if current != change.original {
        return Err(left(CHANGED.to_owned()));
    }
    let method = place::method(&metadata, state.our_uid);
    let entry = Entry::new(&state.project, &target, current, &change.new, method);
    Ok((target, entry))
}

const CHANGED: &str = "changed since it was read";

fn put(ready: &Ready, entry: &Entry, change: &FileChange, state: &State) -> Result<(), String> {
    // Looked at once more: writing the files before may have taken a while.
    if entry.content(&ready.target) != Content::Old {
        return Err(CHANGED.to_owned());
    }
    let result = place::replace(&ready.target, &change.new, entry.method(), &state.tag);
    result.map_err(|error| {
        if entry.is_torn(&ready.target) {
            // A full disk, say. The old bytes were there before, so there is room for them.
            let _ = place::replace(&ready.target, &entry.old, entry.method(), &state.tag);
        }
        format!("cannot be written ({error})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::undo;

    struct Project(tempfile::TempDir);

    impl Project {
        fn new(files: &[&str]) -> Self {
            let project = Self(tempfile::tempdir().expect("a folder"));
            for file in files {
                fs::write(project.path(file), "old").expect("written");
            }
            project
        }

        fn path(&self, file: &str) -> PathBuf {
            self.0.path().join(file)
        }

        fn text(&self, file: &str) -> String {
            fs::read_to_string(self.path(file)).expect("it is there")
        }

        fn change(&self, file: &str, original: &str, new: &str) -> FileChange {
            FileChange { path: self.path(file), original: original.into(), new: new.into() }
        }

        fn apply(&self, changes: &[FileChange]) -> Applied {
            apply(changes, &self.path(".hintwright")).expect("the journal can be written")
        }

        fn open(&self) -> State {
            State::open(&self.path(".hintwright")).expect("it is free")
        }

        fn undo(&self) -> Result<undo::Undone, WriteError> {
            undo::undo(&self.path(".hintwright"))
        }
    }

    #[test]
    fn writes_and_takes_back_several_times() {
        let project = Project::new(&["a.py", "b.py"]);
        project.apply(&[project.change("a.py", "old", "one"), project.change("b.py", "old", "two")]);
        project.apply(&[project.change("a.py", "one", "three")]);
        assert_eq!((project.text("a.py"), project.text("b.py")), ("three".to_owned(), "two".to_owned()));
        project.undo().expect("there is a journal");
        assert_eq!((project.text("a.py"), project.text("b.py")), ("one".to_owned(), "two".to_owned()));
        project.undo().expect("there is another");
        assert_eq!((project.text("a.py"), project.text("b.py")), ("old".to_owned(), "old".to_owned()));
        assert!(matches!(project.undo(), Err(WriteError::NothingToUndo(_))));
        let names: Vec<_> = fs::read_dir(project.0.path()).expect("there").flatten().map(|e| e.file_name()).collect();
        assert_eq!(names.len(), 3, "nothing is left behind: {names:?}");
    }

    #[test]
    fn leaves_a_changed_file_and_writes_the_others() {
        let project = Project::new(&["a.py", "b.py"]);
        let applied = project.apply(&[
            project.change("a.py", "other", "new"),
            project.change("no.py", "old", "new"),
            project.change("b.py", "old", "new"),
            project.change("b.py", "old", "newer"),
        ]);
        assert_eq!(applied.written, [project.path("b.py")]);
        assert_eq!(applied.left.len(), 3);
        assert_eq!(applied.left[0].reason, "changed since it was read");
        assert_eq!((project.text("a.py"), project.text("b.py")), ("old".to_owned(), "new".to_owned()));
    }

    #[test]
    fn refuses_to_undo_over_an_edit() {
        let project = Project::new(&["a.py", "b.py"]);
        project.apply(&[project.change("a.py", "old", "new"), project.change("b.py", "old", "new")]);
        fs::write(project.path("b.py"), "edited").expect("written");
        let error = project.undo().expect_err("an edit would be lost").to_string();
        assert!(error.ends_with("b.py"), "{error}");
        assert_eq!(project.text("a.py"), "new");
        fs::write(project.path("b.py"), "old").expect("written");
        let undone = project.undo().expect("one is old already");
        assert_eq!((undone.restored.len(), undone.already_old.len()), (1, 1));
        assert_eq!(project.text("a.py"), "old");
    }

    #[cfg(unix)]
    #[test]
    fn keeps_mode_links_and_hard_links() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
        let project = Project::new(&["a.py", "b.py", "c.py"]);
        fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o750)).expect("set");
        fs::set_permissions(project.path("c.py"), fs::Permissions::from_mode(0o444)).expect("set");
        symlink("a.py", project.path("link.py")).expect("linked");
        fs::hard_link(project.path("b.py"), project.path("hard.py")).expect("linked");
        let applied = project.apply(&[
            project.change("link.py", "old", "new"),
            project.change("b.py", "old", "a longer text"),
            project.change("c.py", "old", "new"),
        ]);
        assert_eq!(applied.left, [Left { path: project.path("c.py"), reason: "is read-only".to_owned() }]);
        let metadata = fs::symlink_metadata(project.path("a.py")).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o750);
        assert!(fs::symlink_metadata(project.path("link.py")).expect("it is there").is_symlink());
        assert_eq!((project.text("a.py"), project.text("hard.py")), ("new".to_owned(), "a longer text".to_owned()));
        assert_eq!(fs::metadata(project.path("b.py")).expect("it is there").nlink(), 2);
        project.undo().expect("there is a journal");
        assert_eq!((project.text("a.py"), project.text("hard.py")), ("old".to_owned(), "old".to_owned()));
        assert_eq!(fs::metadata(project.path("b.py")).expect("it is there").nlink(), 2);
    }

    /// The journal is there, and some files are new, some old, one is torn, one has its temporary file beside it.
    #[cfg(unix)]
    #[test]
    fn recovers_from_a_kill() {
        let project = Project::new(&["a.py", "b.py", "c.py"]);
        fs::hard_link(project.path("c.py"), project.path("hard.py")).expect("linked");
        let changes = ["a.py", "b.py", "c.py"].map(|file| project.change(file, "old", "brand new"));
        project.apply(&changes);
        fs::write(project.path("b.py"), "old").expect("written");
        fs::write(project.path("c.py"), "brd").expect("written");
        assert!(project.undo().is_err(), "that run came to its end, so this is an edit");
        assert_eq!(project.text("c.py"), "brd");
        let state = project.open();
        let stray = project.path(&format!("{}{}-x.tmp", place::TEMPORARY_PREFIX, state.tag));
        fs::write(&stray, "brand").expect("written");
        fs::write(state.journals.join("new-x.tmp"), "half").expect("written");
        state.begin().expect("the folder is there");
        drop(state);
        drop(project.open());
        assert_eq!(project.text("c.py"), "old", "the next run mends it");
        project.undo().expect("all is old or new");
        for file in ["a.py", "b.py", "c.py", "hard.py"] {
            assert_eq!(project.text(file), "old", "{file}");
        }
        assert!(!stray.exists());
        assert_eq!(fs::read_dir(project.path(".hintwright/journal")).expect("it is there").count(), 0);
    }
}
