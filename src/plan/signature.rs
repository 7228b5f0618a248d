//! The edits of one function's header: annotations, spaces around `=`, and line breaks where a line gets too long.

use crate::facts::Function;
use crate::text::Edit;

use super::annotate::Place;
use super::file::File;
use super::wrap::line_breaks;

/// An annotation of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Annotation {
    /// Where it goes; never [`Place::Target`].
    pub(super) place: Place,
    /// The type as it is written.
    pub(super) text: String,
}

/// The edits that put `annotations` into the header of `function`.
pub(super) fn edits(file: &File<'_>, function: &Function, annotations: &[Annotation], limit: usize) -> Vec<Edit> {
    let text = file.text();
    let mut edits = Vec::new();
    for annotation in annotations {
        match annotation.place {
            Place::Param { at, equals, .. } => {
                let mut inserted = format!(": {}", annotation.text);
                if let Some(equals) = equals {
                    if equals == at {
                        inserted.push(' ');
                    }
                    if !text[equals as usize + 1..].starts_with([' ', '\t', '\r', '\n']) {
                        edits.push(Edit::insert(equals + 1, " "));
                    }
                }
                edits.push(Edit::insert(at, inserted));
            }
            Place::Return { at, .. } => edits.push(Edit::insert(at, format!(" -> {}", annotation.text))),
            Place::Target(at) => edits.push(Edit::insert(at, format!(": {}", annotation.text))),
        }
    }
    edits.sort_by_key(|edit| edit.range);
    match line_breaks(file, function, &edits, limit) {
        Some(breaks) => breaks.into_iter().chain(edits).collect::<Breaks>().0,
        None => edits,
    }
}

/// Edits in which a line break comes after what is inserted at the same place.
struct Breaks(Vec<Edit>);

impl FromIterator<Edit> for Breaks {
    fn from_iter<T: IntoIterator<Item = Edit>>(iter: T) -> Self {
        let mut edits: Vec<Edit> = iter.into_iter().collect();
        edits.sort_by_key(|edit| (edit.range.start, edit.text.starts_with(',') || !edit.range.is_empty()));
        Self(edits)
    }
}
