//! How names are spelled.

/// Words in class style: `order`, `line` gives `OrderLine`.
pub fn camel(words: impl IntoIterator<Item: AsRef<str>>) -> String {
    let mut name = String::new();
    for word in words {
        let mut letters = word.as_ref().chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    name
}
