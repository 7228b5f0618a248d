//! Tests that list what a package imports: they put their own function in place of `__import__` and compare.
//!
//! One more `import typing` fails such a test, so what it does not list is not imported.

use crate::types::ModuleId;

use super::Project;

impl Project {
    /// Whether something in the repository watches its imports.
    pub fn watches_imports(&self) -> bool {
        !self.import_watchers().is_empty()
    }

    /// Whether a module of the standard library may be imported that a file does not import yet: every file that
    /// watches imports names it in a string.
    pub fn may_import(&self, module: &str) -> bool {
        self.import_watchers().iter().all(|&watcher| {
            let source = self.module(watcher).and_then(|module| module.source.as_ref());
            source.is_some_and(|source| {
                ['"', '\''].iter().any(|quote| source.text.contains(&format!("{quote}{module}{quote}")))
            })
        })
    }

    fn import_watchers(&self) -> &[ModuleId] {
        self.import_watchers.get_or_init(|| {
            let replaces_import = |text: &str| {
                // Also inside of a string: the watcher often runs in a process of its own.
                text.match_indices("__import__").any(|(at, name)| {
                    let rest = text[at + name.len()..].trim_start();
                    rest.starts_with('=') && !rest.starts_with("==") && text[..at].ends_with('.')
                })
            };
            let repository = self.repository();
            let watchers =
                repository.filter(|module| module.source.as_ref().is_some_and(|source| replaces_import(&source.text)));
            watchers.map(|module| module.id).collect()
        })
    }
}
