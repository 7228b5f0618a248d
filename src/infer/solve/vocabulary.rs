//! Words that stand for one type wherever they are used. They are asked last, for the keys of records: a key has no
//! default and often no caller in sight, but what is called a `title` is a text.

use crate::infer::shapes::words;
use crate::text::Name;
use crate::types::{Type, known};

#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "country", "description", "domain", "email", "encoding", "filename", "host", "hostname", "href", "label",
    "language", "message", "name", "password", "prefix", "reason", "summary", "text", "timezone", "title", "uri", "url",
    "username",
];
const COUNTS: &[&str] = &["column", "count", "index", "length", "line", "lineno", "offset"];
const QUESTIONS: &[&str] = &["is", "has", "can", "should"];

/// What the last word of a name, or the question that it asks, stands for.
pub(super) fn meaning(name: Name) -> Option<Type> {
    let words = words(name.as_str());
    let last = words.last()?.as_str();
    if words.len() > 1 && QUESTIONS.contains(&words[0].as_str()) {
        return Some(known::BOOL.instance());
    }
    if TEXTS.contains(&last) {
        return Some(known::STR.instance());
    }
    COUNTS.contains(&last).then(|| known::INT.instance())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_tells() {
        let meaning = |name: &str| meaning(Name::new(name));
        assert_eq!(meaning("server_name"), Some(known::STR.instance()));
        assert_eq!(meaning("lineCount"), Some(known::INT.instance()));
        assert_eq!(meaning("is_open"), Some(known::BOOL.instance()));
        assert_eq!(meaning("name_map"), None);
        assert_eq!(meaning("is"), None);
    }
}
