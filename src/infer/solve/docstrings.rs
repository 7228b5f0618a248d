//! Types that docstrings state, in Google, `NumPy` and Sphinx style.
//!
//! A docstring is prose: what does not read as a type is passed over, and nobody checks what does, so that alone it
//! is weak evidence. Its worth lies in element types and in agreeing with other evidence.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::doc_types;
use crate::facts::{ClassId, Function, FunctionId};
use crate::project::{Module, Origin, Project, SlotKind};
use crate::text::TextRange;
use crate::types::{SlotId, Type};

/// What docstrings state, by slot.
#[derive(Debug, Default)]
pub(super) struct Docstrings {
    stated: FxHashMap<SlotId, (Type, TextRange)>,
}

/// A type that a docstring states.
#[derive(Debug, PartialEq)]
struct Stated<'t> {
    /// The parameter; none for the result.
    param: Option<&'t str>,
    /// The text of the type.
    text: &'t str,
}

impl Docstrings {
    /// Reads the docstrings of the repository's functions.
    pub(super) fn new(project: &Project) -> Self {
        let modules: Vec<&Module> = project.repository().filter(|module| module.origin == Origin::Project).collect();
        let stated = modules.par_iter().flat_map_iter(|module| of_module(project, module)).collect();
        Self { stated }
    }

    /// The type stated for a slot; may be open inside (`list`).
    pub(super) fn of(&self, slot: SlotId) -> Option<(&Type, TextRange)> {
        self.stated.get(&slot).map(|(ty, range)| (ty, *range))
    }
}

fn of_module(project: &Project, module: &Module) -> Vec<(SlotId, (Type, TextRange))> {
    let mut found = Vec::new();
    let Some(source) = &module.source else { return found };
    for (number, function) in module.facts.functions.iter().enumerate() {
        let id = FunctionId(number as u32);
        let mut read = |function: &Function, id: FunctionId, range: TextRange, params_only: bool| {
            for stated in statements(range.of(&source.text)) {
                let kind = match stated.param {
                    None if params_only => continue,
                    None => SlotKind::Return(id),
                    Some(name) => {
                        let name = name.trim_start_matches('*');
                        let Some(index) = function.params.iter().position(|param| param.name.is(name)) else {
                            continue;
                        };
                        SlotKind::Param(id, index as u16)
                    }
                };
                if let Some(slot) = project.slots().find(module.id, kind)
                    && let Some(ty) = doc_types::parse(project, module, stated.text)
                {
                    found.push((slot, (ty, range)));
                }
            }
        };
        if let Some(range) = function.docstring {
            read(function, id, range, false);
        }
        // The arguments of a constructor are often described in the docstring of the class.
        if function.name.is("__init__")
            && let Some(class) = function.class
            && let Some(range) = module.facts.class(class).docstring
        {
            read(function, id, range, true);
        }
    }
    for number in 0..module.facts.classes.len() as u32 {
        let id = ClassId(number);
        let (Some(range), Some((call, fields))) =
            (module.facts.class(id).docstring, &project.class_at(module, id).named_tuple)
        else {
            continue;
        };
        for stated in statements(range.of(&source.text)) {
            let index = fields.iter().position(|field| stated.param.is_some_and(|name| field.name.is(name)));
            if let Some(index) = index
                && let Some(slot) = project.slots().find(module.id, SlotKind::Field(*call, index as u16))
                && let Some(ty) = doc_types::parse(project, module, stated.text)
            {
                found.push((slot, (ty, range)));
            }
        }
    }
    found
}

/// The types that a docstring states.
fn statements(docstring: &str) -> Vec<Stated<'_>> {
    // Most docstrings state none; a look for the words that begin a statement is cheap.
    const MARKS: [&str; 10] =
        [":param", ":type", ":rtype", "@type", "@rtype", "Args", "Arguments", "Parameters", "Attributes", "Returns"];
    if !MARKS.iter().any(|mark| docstring.contains(mark)) {
        return Vec::new();
    }
    let lines: Vec<&str> = docstring.lines().collect();
    let mut found = Vec::new();
    let mut number = 0;
    while number < lines.len() {
        let line = lines[number];
        let text = line.trim().trim_start_matches("\"\"\"").trim_start_matches("'''");
        if let Some(stated) = field(text) {
            found.push(stated);
        } else if lines.get(number + 1).is_some_and(|next| is_underline(next)) {
            number = numpy_section(&lines, number, &mut found);
            continue;
        } else if let Some(is_result) = google_header(text) {
            number = google_section(&lines, number, is_result, &mut found);
            continue;
        }
        number += 1;
    }
    found
}

/// `:param str name: …`, `:type name: str`, `:rtype: str`, and the same with `@`.
fn field(text: &str) -> Option<Stated<'_>> {
    let rest = text.strip_prefix([':', '@'])?;
    if let Some(text) = rest.strip_prefix("rtype:") {
        return Some(Stated { param: None, text: text.trim() });
    }
    if let Some(rest) = rest.strip_prefix("type ") {
        let (name, text) = rest.split_once(':')?;
        return Some(Stated { param: Some(name.trim()), text: text.trim() });
    }
    let rest = rest.strip_prefix("param ").or_else(|| rest.strip_prefix("parameter "))?;
    let (head, _) = rest.split_once(':')?;
    let (text, name) = head.trim().rsplit_once(' ')?;
    Some(Stated { param: Some(name), text: text.trim() })
}

fn is_underline(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Reads the section whose heading is line `number`; returns the line after it.
fn numpy_section<'t>(lines: &[&'t str], number: usize, found: &mut Vec<Stated<'t>>) -> usize {
    let is_params = matches!(lines[number].trim(), "Parameters" | "Other Parameters" | "Attributes");
    let is_result = lines[number].trim() == "Returns";
    let level = indent(lines[number + 1]);
    let mut next = number + 2;
    let mut results = Vec::new();
    while next < lines.len() {
        let line = lines[next];
        if lines.get(next + 1).is_some_and(|below| is_underline(below)) {
            break;
        }
        let is_end = line.trim_start().starts_with(['"', '\'']);
        if !line.trim().is_empty() && !is_end && indent(line) <= level {
            match line.split_once(" :") {
                Some((names, text)) if is_params => {
                    let names = names.trim().split(", ");
                    found.extend(names.map(|name| Stated { param: Some(name), text: text.trim() }));
                }
                Some((_, text)) if is_result => results.push(text.trim()),
                None if is_result => results.push(line.trim()),
                _ => {}
            }
        }
        next += 1;
    }
    // Several results are a tuple, described one by one; that is more than one line can say.
    if let [text] = results[..] {
        found.push(Stated { param: None, text });
    }
    next
}

/// Whether the line heads a section of arguments (false) or of the result (true).
fn google_header(text: &str) -> Option<bool> {
    match text {
        "Args:" | "Arguments:" | "Parameters:" | "Keyword Args:" | "Keyword Arguments:" | "Attributes:" => Some(false),
        "Returns:" | "Return:" => Some(true),
        _ => None,
    }
}

/// Reads the section whose heading is line `number`; returns the line after it.
fn google_section<'t>(lines: &[&'t str], number: usize, is_result: bool, found: &mut Vec<Stated<'t>>) -> usize {
    let level = indent(lines[number]);
    let mut next = number + 1;
    let mut item_level = None;
    while let Some(&line) = lines.get(next) {
        if !line.trim().is_empty() {
            let own = indent(line);
            if own <= level {
                break;
            }
            if own == *item_level.get_or_insert(own) {
                if is_result {
                    // Only the first line says what is returned; the others describe it.
                    if let Some((text, _)) = line.trim().split_once(": ") {
                        found.push(Stated { param: None, text });
                    }
                    item_level = Some(usize::MAX);
                } else if let Some((name, rest)) = line.trim().split_once(" (")
                    && let Some((text, _)) = rest.split_once("):")
                {
                    found.push(Stated { param: Some(name), text });
                }
            }
        }
        next += 1;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(docstring: &str) -> Vec<(&str, &str)> {
        statements(docstring).into_iter().map(|stated| (stated.param.unwrap_or("->"), stated.text)).collect()
    }

    #[test]
    fn sphinx_fields_are_read() {
        let text = "\"\"\"Do.\n\n    :param str name: the name\n    :param size: how big\n    :type size: int or None\n    :rtype: bool\n    \"\"\"";
        assert_eq!(stated(text), [("name", "str"), ("size", "int or None"), ("->", "bool")]);
    }

    #[test]
    fn google_sections_are_read() {
        let text = "\"\"\"Do.\n\n    Args:\n        name (str, optional): the name\n            (int): not this\n        size: how big\n\n    Returns:\n        list[str]: the lines\n        more: text\n    \"\"\"";
        assert_eq!(stated(text), [("name", "str, optional"), ("->", "list[str]")]);
    }

    #[test]
    fn numpy_sections_are_read() {
        let text = "\"\"\"Do.\n\n    Parameters\n    ----------\n    a, b : int, optional\n        Both.\n    c : {'x', 'y'}\n\n    Returns\n    -------\n    out : float\n        Text : more\n    \"\"\"";
        assert_eq!(
            stated(text),
            [("a", "int, optional"), ("b", "int, optional"), ("c", "{'x', 'y'}"), ("->", "float")]
        );
    }
}
