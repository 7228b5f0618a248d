//! Who owns which file, by a `CODEOWNERS` file.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The rules of a `CODEOWNERS` file.
#[derive(Debug, Default)]
pub struct Owners {
    rules: Vec<(Gitignore, String)>,
}

impl Owners {
    /// Where such a file lies, from the top of the repository.
    pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    /// Reads the rules. A line that is no rule is left out, as its readers on code hosts do.
    pub fn parse(text: &str) -> Self {
        let mut rules = Vec::new();
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let mut builder = GitignoreBuilder::new("");
            if builder.add_line(None, pattern).is_ok()
                && let Ok(pattern) = builder.build()
            {
                rules.push((pattern, words.collect::<Vec<_>>().join(" ")));
            }
        }
        Self { rules }
    }

    /// The owners of a file, empty when it has none. The last rule that matches counts.
    pub fn of(&self, path: &str) -> &str {
        let matches = |pattern: &Gitignore| pattern.matched_path_or_any_parents(path, false).is_ignore();
        self.rules.iter().rev().find(|(pattern, _)| matches(pattern)).map_or("", |(_, owners)| owners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_counts() {
        let owners = Owners::parse("# all\n* @core\n/docs/ @writers  @core\napps/*.py @apps # note\n/docs/api\n");
        assert_eq!(owners.of("x.py"), "@core");
        assert_eq!(owners.of("docs/a/b.py"), "@writers @core");
        assert_eq!(owners.of("apps/x.py"), "@apps");
        assert_eq!(owners.of("docs/api/x.py"), "");
        assert_eq!(Owners::default().of("x.py"), "");
    }
}
