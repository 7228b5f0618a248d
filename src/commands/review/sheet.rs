//! The text in which a reviewer edits the types of a change: a line for each, `name: type`.

use std::collections::BTreeMap;

use crate::plan::HintLine;

const HEAD: &str = "\
# Edit the types; the names before the colons stay.
# Definitions and classes may be used by their names: what has to be imported is imported.
";

/// The text to edit.
pub(super) fn write(title: &str, hints: &[HintLine]) -> String {
    let lines = hints.iter().map(|hint| format!("{}: {}\n", hint.label, hint.text));
    format!("# {title}\n{HEAD}{}", lines.collect::<String>())
}

/// The types that were changed, by their names; or what is wrong with the text.
pub(super) fn read(
    text: &str,
    hints: &[HintLine],
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<BTreeMap<String, String>, String> {
    let mut changed = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        // A key may hold a colon, so the line is told by its beginning.
        let hint = hints.iter().find(|hint| line.strip_prefix(&hint.label).is_some_and(|rest| rest.starts_with(':')));
        let hint = hint.ok_or_else(|| format!("`{line}` has none of the names of this change"))?;
        let typed = line[hint.label.len() + 1..].trim();
        if typed != hint.text {
            check(typed)?;
            changed.insert(hint.label.clone(), typed.to_owned());
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_comes_back() {
        let hint = |label: &str, text: &str| HintLine { label: label.into(), text: text.into() };
        let hints = [hint("sku", "str"), hint("a:b", "int")];
        let text = write("Define `Line`", &hints);
        assert!(text.starts_with("# Define `Line`\n#") && text.ends_with("\nsku: str\na:b: int\n"), "{text}");
        let check = |text: &str| if text == "lst" { Err("no type".to_owned()) } else { Ok(()) };
        assert_eq!(read(&text, &hints, check), Ok(BTreeMap::new()));
        let edited = read("a:b: float\n", &hints, check);
        assert_eq!(edited, Ok([("a:b".to_owned(), "float".to_owned())].into()), "a line that is gone changes nothing");
        assert_eq!(read("sku: lst", &hints, check), Err("no type".to_owned()));
        assert!(read("other: int", &hints, check).is_err_and(|problem| problem.contains("other")));
    }
}
