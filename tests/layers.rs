//! A module imports only from modules above it in `lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn imports_go_upward_only() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layers = layers(&fs::read_to_string(top.join("src/lib.rs")).expect("lib.rs"));
    let mut wrong = Vec::new();
    for (layer, directory) in &layers {
        for file in rust_files(&top.join(directory)) {
            let text = fs::read_to_string(&file).expect("a source file");
            for (line, imported) in imports(&text) {
                let place = |name: &str| layers.iter().position(|(layer, _)| layer == name);
                let shown = file.strip_prefix(top).expect("below the top").display();
                match (place(layer), place(&imported)) {
                    (Some(own), Some(other)) if other > own => {
                        wrong.push(format!("{shown}:{line}: `{layer}` imports `{imported}`, which stands below it"));
                    }
                    (_, None) => wrong.push(format!("{shown}:{line}: `{imported}` is not a layer of lib.rs")),
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The modules of `lib.rs` from top to bottom, with the directory of each.
fn layers(lib: &str) -> Vec<(String, PathBuf)> {
    let mut layers = Vec::new();
    let mut path = None;
    for line in lib.lines() {
        if let Some(name) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            let file = Path::new("src").join(name);
            path = file.parent().map(Path::to_owned);
        } else if let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            layers.push((name.to_owned(), path.take().unwrap_or_else(|| Path::new("src").join(name))));
        }
    }
    assert!(layers.len() > 3, "lib.rs lists its modules as `pub mod name;`");
    layers
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let single = directory.with_extension("rs");
    let mut files = Vec::new();
    if single.is_file() {
        files.push(single);
    }
    if !directory.is_dir() {
        return files;
    }
    for entry in fs::read_dir(directory).expect("a directory of a layer") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The top-level modules that a file names as `crate::name` or in `crate::{…}`, with the lines; comments are left out.
fn imports(text: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + word.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(group_members(group).into_iter().map(|name| (line, name)));
        } else {
            found.push((line, identifier(rest)));
        }
    }
    // `$crate` and macros at the root of the crate have no layer.
    found.retain(|(_, name)| name.chars().next().is_some_and(char::is_lowercase));
    found
}

/// The first names of the members of `{…}`, given what follows the brace.
fn group_members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            c if depth == 0 => members.last_mut().expect("never empty").push(c),
            _ => {}
        }
    }
    members.iter().map(|member| identifier(member.trim())).filter(|name| !name.is_empty()).collect()
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_are_read_in_every_form() {
    let text = "use crate::text::Name; // crate::plan\nuse crate::{\n    types::{self, Type},\n    facts,\n};\nx(crate::infer::f());";
    let names: Vec<(usize, String)> = imports(text);
    let names: Vec<(usize, &str)> = names.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(names, [(1, "text"), (2, "types"), (2, "facts"), (6, "infer")]);
}
