//! English in identifiers: words of a name, class style, singular and plural.

/// The words of an identifier, in lower case: `OrderLine`, `order_line` and `orderLine` all give `order`, `line`.
pub(in crate::infer) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous_lower = false;
    let chars: Vec<char> = name.chars().collect();
    for (index, &char) in chars.iter().enumerate() {
        if !char.is_alphanumeric() {
            flush(&mut words, &mut word);
            previous_lower = false;
            continue;
        }
        // `HTTPServer` is two words: the last capital of a run belongs to what follows it.
        let next_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if char.is_uppercase() && (previous_lower || (next_lower && !word.is_empty())) {
            flush(&mut words, &mut word);
        }
        previous_lower = char.is_lowercase() || char.is_ascii_digit();
        word.extend(char.to_lowercase());
    }
    flush(&mut words, &mut word);
    words
}

fn flush(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

const IRREGULAR: &[(&str, &str)] = &[
    ("children", "child"),
    ("people", "person"),
    ("men", "man"),
    ("women", "woman"),
    ("indices", "index"),
    ("vertices", "vertex"),
    ("matrices", "matrix"),
    ("axes", "axis"),
    ("analyses", "analysis"),
    ("criteria", "criterion"),
    ("phenomena", "phenomenon"),
    ("leaves", "leaf"),
    ("halves", "half"),
    ("lives", "life"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("series", "series"),
    ("caches", "cache"),
    ("aliases", "alias"),
    ("niches", "niche"),
    ("headaches", "headache"),
    ("databases", "database"),
    ("purchases", "purchase"),
    ("licenses", "license"),
    ("responses", "response"),
    ("releases", "release"),
    ("phases", "phase"),
    ("cases", "case"),
    ("bases", "base"),
    ("phrases", "phrase"),
    ("clauses", "clause"),
    ("uses", "use"),
    ("causes", "cause"),
    ("houses", "house"),
    ("courses", "course"),
    ("expenses", "expense"),
    ("leases", "lease"),
    ("nodes", "node"),
    ("sizes", "size"),
    ("prizes", "prize"),
    ("ties", "tie"),
    ("pies", "pie"),
];

/// Words that end in `s` and are no plurals, or have no singular that names one value.
const UNCHANGED: &[&str] = &["status", "address", "news", "gas", "bus", "canvas", "bias", "https", "args", "kwargs"];

/// The singular of a plural noun in lower case; none for what does not look like a plural.
pub(in crate::infer) fn singular(word: &str) -> Option<String> {
    if let Some(&(_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return Some(one.to_owned());
    }
    if UNCHANGED.contains(&word) || word.len() < 3 {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    for ending in ["sses", "shes", "ches", "xes", "zes", "uses"] {
        if word.ends_with(ending) {
            return Some(word[..word.len() - 2].to_owned());
        }
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return None;
    }
    word.strip_suffix('s').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_style() {
        assert_eq!(words("OrderLine"), ["order", "line"]);
        assert_eq!(words("_order_line2"), ["order", "line2"]);
        assert_eq!(words("HTTPServer"), ["http", "server"]);
        assert_eq!(crate::text::camel(words("get_user_info")), "GetUserInfo");
    }

    #[test]
    fn singular_of_what_programs_hold() {
        for (many, one) in [
            ("lines", "line"),
            ("entries", "entry"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("classes", "class"),
            ("responses", "response"),
            ("caches", "cache"),
            ("aliases", "alias"),
            ("children", "child"),
        ] {
            assert_eq!(singular(many).as_deref(), Some(one));
        }
        for word in ["status", "address", "analysis", "data", "x"] {
            assert_eq!(singular(word), None, "{word}");
        }
    }
}
