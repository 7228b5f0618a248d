//! From what proposals contribute to a file to the edits of that file.
//!
//! Proposals share imports, lines of a signature and places of definition, so their edits are made together: the union
//! of what they contribute decides the text, not the order in which they come.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::FunctionId;
use crate::text::Edit;
use crate::types::ShapeId;

use super::define::{Definition, missing_above};
use super::file::File;
use super::imports;
use super::signature::{self, Annotation};
use super::speak::Need;

/// What one or more proposals add to a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Contribution {
    pub(super) needs: BTreeSet<Need>,
    pub(super) signatures: BTreeMap<FunctionId, Vec<Annotation>>,
    pub(super) definitions: BTreeSet<Definition>,
    pub(super) edits: Vec<Edit>,
    /// The definitions that annotations and wraps name.
    pub(super) uses: BTreeSet<ShapeId>,
}

impl Contribution {
    pub(super) fn extend(&mut self, other: &Self) {
        self.needs.extend(other.needs.iter().cloned());
        self.definitions.extend(other.definitions.iter().cloned());
        self.edits.extend(other.edits.iter().cloned());
        self.uses.extend(other.uses.iter().copied());
        for (&function, annotations) in &other.signatures {
            self.signatures.entry(function).or_default().extend(annotations.iter().cloned());
        }
    }
}

/// The edits of one file, in the order in which they must be added to a patch.
pub(super) fn edits(file: &File<'_>, contribution: &Contribution, limit: usize) -> Result<Vec<Edit>, String> {
    let mut edits = imports::edits(file, &contribution.needs, limit)?;
    let mut by_place: BTreeMap<u32, Vec<&Definition>> = BTreeMap::new();
    for definition in &contribution.definitions {
        by_place.entry(definition.position.0).or_default().push(definition);
    }
    for (offset, definitions) in by_place {
        // What is imported at the same place brings the blank lines below it, as many as a class wants.
        let imported = edits.iter_mut().rev().find(|edit| edit.range.start == offset);
        let blank = imported.map(|edit| {
            let blank = edit.text.lines().rev().take_while(|line| line.is_empty()).count();
            if blank > 1 && definitions.first().is_some_and(|first| !first.is_block) {
                edit.text.truncate(edit.text.len() - file.newline().len());
                return blank - 1;
            }
            blank
        });
        edits.push(definitions_at(file, offset, &definitions, blank));
    }
    for (&function, annotations) in &contribution.signatures {
        edits.extend(signature::edits(file, file.facts().function(function), annotations, limit));
    }
    let inserted = edits.len();
    for edit in &contribution.edits {
        // Blank lines that a class wants above it, where what is inserted there brings some of its own.
        let above = edits[..inserted].iter().rev().find(|above| above.range == edit.range && !above.text.is_empty());
        match above.filter(|_| edit.range.is_empty() && edit.text.trim().is_empty()) {
            Some(above) => {
                let blank = above.text.lines().rev().take_while(|line| line.is_empty()).count();
                let missing = 2usize.saturating_sub(blank);
                if missing > 0 {
                    edits.push(Edit::insert(edit.range.start, file.newline().repeat(missing)));
                }
            }
            None => edits.push(edit.clone()),
        }
    }
    Ok(edits)
}

/// Definitions before the statement at `offset`, with the blank lines that PEP 8 asks for.
fn definitions_at(file: &File<'_>, offset: u32, definitions: &[&Definition], blank: Option<usize>) -> Edit {
    let (text, newline) = (file.text(), file.newline());
    let mut inserted = String::new();
    if blank.is_none() && !text[..offset as usize].is_empty() && !text[..offset as usize].ends_with('\n') {
        inserted.push_str(newline);
    }
    let wanted = if definitions.first().is_some_and(|first| first.is_block) { 2 } else { 1 };
    let missing = blank.map_or_else(|| missing_above(text, offset, wanted), |blank| wanted.saturating_sub(blank));
    inserted.push_str(&newline.repeat(missing));
    let mut previous: Option<&Definition> = None;
    for definition in definitions {
        if previous.is_some_and(|previous| previous.is_block || definition.is_block) {
            inserted.push_str(&newline.repeat(2));
        }
        inserted.push_str(&definition.text);
        inserted.push_str(newline);
        previous = Some(definition);
    }
    let below = &text[offset as usize..];
    if !below.trim().is_empty() {
        let next = below.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let next_is_block = ["def ", "class ", "@", "async "].iter().any(|start| next.starts_with(start));
        let last_is_block = previous.is_some_and(|previous| previous.is_block);
        inserted.push_str(&newline.repeat(if next_is_block || last_is_block { 2 } else { 1 }));
    }
    Edit::insert(offset, inserted)
}
