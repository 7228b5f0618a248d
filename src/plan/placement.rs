//! Where the text of a definition goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::infer::{Inference, Replaces, ShapeKind};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, ShapeId, Type};

use super::file::{File, line_start};

/// The place of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// The module that holds it.
    pub(super) module: ModuleId,
    /// The offset before which it stands, and its number among the definitions added there.
    pub(super) position: (u32, usize),
    /// The class whose place it takes, which keeps its name.
    pub(super) existing_class: Option<ClassName>,
}

/// The shapes that a shape's own definition mentions.
pub(super) fn mentioned(kind: &ShapeKind) -> BTreeSet<ShapeId> {
    kind.types().into_iter().flat_map(Type::shapes).collect()
}

/// Places every shape of `shapes` whose home can be edited.
pub(super) fn place(
    inference: &Inference,
    files: &BTreeMap<ModuleId, Arc<File<'_>>>,
    shapes: &BTreeSet<ShapeId>,
) -> BTreeMap<ShapeId, Placement> {
    let mut placements = BTreeMap::new();
    let mut before: BTreeMap<ShapeId, u32> = BTreeMap::new();
    for &id in shapes {
        let shape = inference.shape(id);
        let Some(file) = files.get(&shape.home.module) else { continue };
        if let ShapeKind::NamedTuple { replaces: Some(replaces), .. } = &shape.kind {
            let (start, qualname) = match *replaces {
                Replaces::Assignment(stmt) => {
                    (file.facts().stmt(stmt).range.start, shape.names.first().copied().unwrap_or(Name::new("")))
                }
                Replaces::Base(class) => {
                    let class = file.facts().class(class);
                    (class.range.start, class.qualname)
                }
            };
            let existing_class = Some(ClassName::new(file.module.name, qualname));
            placements.insert(id, Placement { module: shape.home.module, position: (start, 0), existing_class });
            continue;
        }
        if shape.kind.exists() {
            continue;
        }
        let mut offset = shape.home.before;
        if let ShapeKind::NewType { wraps, .. } = &shape.kind {
            // What is called has to exist first.
            let own = wraps.iter().filter(|(module, _)| *module == shape.home.module);
            offset = own.map(|(_, range)| range.start).chain([offset]).min().unwrap_or(offset);
        }
        before.insert(id, offset);
    }
    // A definition stands before those that mention it.
    let mut changed = true;
    while changed {
        changed = false;
        for &id in shapes {
            let Some(&limit) = before.get(&id) else { continue };
            for inner in mentioned(&inference.shape(id).kind) {
                let same_home = inference.shape(inner).home.module == inference.shape(id).home.module;
                if same_home
                    && let Some(offset) = before.get_mut(&inner)
                    && *offset > limit
                {
                    *offset = limit;
                    changed = true;
                }
            }
        }
    }
    let mut by_place: BTreeMap<(ModuleId, u32), Vec<ShapeId>> = BTreeMap::new();
    for (&id, &offset) in &before {
        let module = inference.shape(id).home.module;
        if let Some(file) = files.get(&module) {
            by_place.entry((module, insertion_point(file, offset))).or_default().push(id);
        }
    }
    for ((module, offset), ids) in by_place {
        for (number, id) in in_order(inference, &ids).into_iter().enumerate() {
            placements.insert(id, Placement { module, position: (offset, number), existing_class: None });
        }
    }
    placements
}

/// The start of the line where a definition goes that must stand before `offset`: the module-level statement that
/// holds it, with the comments attached above, but never above the imports.
fn insertion_point(file: &File<'_>, offset: u32) -> u32 {
    // What no statement of the file needs goes to its end.
    if offset as usize >= file.text().len() {
        return file.text().len() as u32;
    }
    let stmts = &file.facts().layout.module_stmts;
    let number = stmts.partition_point(|&start| start <= offset);
    let start = number.checked_sub(1).map_or(offset, |last| stmts[last]);
    let text = file.text();
    let mut point = line_start(text, start);
    while point > file.header_end {
        let above = line_start(text, point - 1);
        if !text[above as usize..].starts_with('#') {
            break;
        }
        point = above;
    }
    if point <= file.header_end {
        // Below the imports, before the first thing that follows them.
        let rest = &text[file.header_end as usize..];
        let blank: usize = rest.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
        return file.header_end + blank as u32;
    }
    point
}

/// Mentioned ones first; otherwise by number.
fn in_order(inference: &Inference, ids: &[ShapeId]) -> Vec<ShapeId> {
    fn visit(
        inference: &Inference,
        id: ShapeId,
        ids: &[ShapeId],
        seen: &mut BTreeSet<ShapeId>,
        out: &mut Vec<ShapeId>,
    ) {
        if !seen.insert(id) {
            return;
        }
        for inner in mentioned(&inference.shape(id).kind) {
            if ids.contains(&inner) {
                visit(inference, inner, ids, seen, out);
            }
        }
        out.push(id);
    }
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for &id in ids {
        visit(inference, id, ids, &mut seen, &mut out);
    }
    out
}
