//! The directory that names in patches and plans start from.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::analysis::Analysis;
use crate::config::{Settings, git_root};
use crate::source::display_path;

/// A directory that names start from.
#[derive(Clone, Debug, Default)]
pub(super) struct Base(PathBuf);

impl Base {
    /// The base for the files of an analysis: the top of the git working tree, so that `git apply` takes a patch
    /// anywhere in there; else the working directory, else the project. None of them where it does not hold all files.
    pub(super) fn of(analysis: &Analysis) -> Self {
        let sources = analysis.project.repository().filter_map(|module| module.source.as_ref());
        let folders: BTreeSet<&Path> = sources.filter_map(|source| source.path.parent()).collect();
        let folders: Option<Vec<PathBuf>> = folders.into_iter().map(|folder| resolved(folder).ok()).collect();
        let holds_all = |base: &PathBuf| folders.iter().flatten().all(|folder| folder.starts_with(base));
        Self(candidates(analysis.settings()).filter(|_| folders.is_some()).find(holds_all).unwrap_or_default())
    }

    /// The base from which the names of a plan lead to files: the one that has most of them.
    pub(super) fn holding(names: &[&str], settings: &Settings) -> Option<Self> {
        let count = |base: &PathBuf| {
            names.iter().filter(|name| Self(base.clone()).path(name).is_some_and(|path| path.is_file())).count()
        };
        let counted = candidates(settings).map(|base| (count(&base), base));
        // Of equals the first one counts.
        let (found, base) = counted.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        (found > 0).then_some(Self(base))
    }

    /// The name of a file, with `/` between its parts; as it was found when it does not lie below the base.
    pub(super) fn name(&self, path: &Path) -> String {
        let below = absolute(path).and_then(|path| path.strip_prefix(&self.0).ok().map(Path::to_owned));
        let Some(below) = below.filter(|_| !self.0.as_os_str().is_empty()) else { return display_path(path) };
        below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The file of this name; none for a name that leads out of the base.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let is_inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        is_inside.then(|| self.0.join(name))
    }
}

fn candidates(settings: &Settings) -> impl Iterator<Item = PathBuf> + use<> {
    let working = std::env::current_dir().and_then(std::fs::canonicalize).ok();
    [git_root(&settings.root), working, Some(settings.root.clone())].into_iter().flatten()
}

/// The absolute path with its directory's links resolved; the file itself may be a link and stays one.
fn absolute(path: &Path) -> Option<PathBuf> {
    Some(resolved(path.parent()?).ok()?.join(path.file_name()?))
}

fn resolved(folder: &Path) -> io::Result<PathBuf> {
    std::path::absolute(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.canonicalize()
}
