//! Proposals and findings as workflow commands of GitHub Actions, which are shown beside the lines of a pull request.

use std::fmt::Write as _;

use super::document::Document;

/// A line for each proposal and finding.
pub fn github(document: &Document) -> String {
    let mut text = String::new();
    let mut line = |level: &str, kind: &str, path: &str, line: u32, message: &str| {
        let (path, title) = (property(path), property(&format!("hintwright ({kind})")));
        let _ = writeln!(text, "::{level} title={title},file={path},line={line}::{}", data(message));
    };
    for finding in &document.findings {
        line("warning", &finding.kind, &finding.path, finding.line, &finding.message);
    }
    for proposal in &document.proposals {
        let message = format!("{}. {}", proposal.title, proposal.reason);
        line("notice", &proposal.transform, &proposal.path, proposal.line, &message);
    }
    text
}

/// The message of a command, which ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which ends with a comma or the second colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_part_is_escaped() {
        assert_eq!(data("50%\nof: a, b"), "50%25%0Aof: a, b");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
