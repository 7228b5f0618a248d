//! The edits that import what a file needs: merged into the imports that are there, else on lines of their own where
//! isort would leave them. Nothing is moved or removed.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{FileFacts, Import, ScopeId, StmtKind};
use crate::project::Origin;
use crate::text::{Edit, Name, TextRange};

use super::file::{File, Site, indent_at, line_end, line_start};
use super::members::{self, Member};
use super::speak::Need;

/// A statement that imports.
#[derive(Clone, Debug)]
struct Line {
    range: TextRange,
    /// The module as written, leading dots included.
    module: String,
    /// Whether it is a `from … import` of names that more can be added to.
    takes_members: bool,
    key: Key,
}

/// Where isort puts a line: its section, plain imports first, then by module.
type Key = (u8, bool, String);

/// A new line with its place in the order.
type NewLine = (Key, String);

/// What is imported from each module: a name or the module itself, and the name that it gets if that is another one.
type Needed<'a> = BTreeMap<&'a str, BTreeSet<(Option<&'a str>, Option<&'a str>)>>;

/// The module `typing` where all public names of a file are taken by a star import.
const PRIVATE_TYPING: &str = "_typing";

/// The edits for `needs`, which are sorted; or why the imports cannot be written.
pub(super) fn edits(file: &File<'_>, needs: &BTreeSet<Need>, limit: usize) -> Result<Vec<Edit>, String> {
    let mut runtime = Needed::new();
    let mut typing = Needed::new();
    for need in needs.iter().filter(|need| need.runtime) {
        runtime.entry(&need.module).or_default().insert((need.member.as_deref(), need.alias.as_deref()));
    }
    for need in needs.iter().filter(|need| !need.runtime) {
        let member = (need.member.as_deref(), need.alias.as_deref());
        if !runtime.get(need.module.as_str()).is_some_and(|members| members.contains(&member)) {
            typing.entry(&need.module).or_default().insert(member);
        }
    }
    if runtime.is_empty() && typing.is_empty() {
        return Ok(Vec::new());
    }
    if file.newline() == "\r" {
        return Err("lines of the file end with a bare carriage return".to_owned());
    }
    let block = checking_block(file);
    let mut condition = "TYPE_CHECKING".to_owned();
    if !typing.is_empty() && block.is_none() {
        condition = type_checking(file);
        if condition == "TYPE_CHECKING" && bound_in_header(file).is_none() {
            let needed = if file.is_spread || is_other(file) {
                // Checkers know the name behind a module only, not another name for it.
                condition = format!("{PRIVATE_TYPING}.TYPE_CHECKING");
                (None, Some(PRIVATE_TYPING))
            } else {
                (Some("TYPE_CHECKING"), None)
            };
            runtime.entry("typing").or_default().insert(needed);
        }
    }
    let header = lines(file, file.header.iter().copied());
    let mut edits = Vec::new();
    let mut new = merge(file, &header, runtime, limit, 0, &mut edits);
    if let Some(block) = block {
        let existing = lines(file, block.imports.iter().copied());
        let indent = indent_at(file.text(), block.range.start);
        let added = merge(file, &existing, typing, limit, indent.len(), &mut edits);
        insert_lines(file, &header, new, None, &mut edits)?;
        if !added.is_empty() {
            let texts: Vec<&str> = added.iter().map(|(_, text)| text.as_str()).collect();
            edits.push(after_line(file, block.range.end, indent, &texts)?);
        }
        return Ok(edits);
    }
    let checked = merge(file, &[], typing, limit, file.source.style.indent.repeat(1).len(), &mut edits);
    new.sort();
    let block = (!checked.is_empty()).then(|| block_text(file, &condition, checked));
    insert_lines(file, &header, new, block, &mut edits)?;
    Ok(edits)
}

/// The `if TYPE_CHECKING` block of a file, when more can be added to it.
struct Block {
    range: TextRange,
    imports: Vec<TextRange>,
}

fn checking_block(file: &File<'_>) -> Option<Block> {
    let facts = file.facts();
    let range = facts.layout.type_checking_body?;
    let indent = indent_at(file.text(), range.start);
    // `if TYPE_CHECKING: import x` on one line has no room.
    if indent.is_empty() || line_start(file.text(), range.start) + indent.len() as u32 != range.start {
        return None;
    }
    let mut imports = Vec::new();
    for stmt in facts.block(facts.body) {
        if let StmtKind::If(_, body, _) = stmt.kind
            && facts.block(body).next().is_some_and(|first| first.range.start == range.start)
        {
            imports = facts
                .block(body)
                .filter(|stmt| matches!(stmt.kind, StmtKind::Import(_)))
                .map(|stmt| stmt.range)
                .collect();
        }
    }
    Some(Block { range, imports })
}

/// The name of `TYPE_CHECKING`, where it is imported above all that is added.
fn bound_in_header(file: &File<'_>) -> Option<Name> {
    let name = file.bound_by("typing", "TYPE_CHECKING")?;
    let mut imports = file.facts().imports.iter().filter(|import| import.bound == name);
    imports.any(|import| file.header.contains(&import.stmt_range)).then_some(name)
}

/// Whether `TYPE_CHECKING` stands for something else in a file.
fn is_other(file: &File<'_>) -> bool {
    file.is_taken(Name::new("TYPE_CHECKING")) && file.bound_by("typing", "TYPE_CHECKING").is_none()
}

/// How the condition is written: the name, or through a module that is imported above it.
fn type_checking(file: &File<'_>) -> String {
    if let Some(name) = bound_in_header(file) {
        return name.as_str().to_owned();
    }
    let position = (file.imports_end, usize::MAX);
    let site = Site { scope: ScopeId(0), position, evaluated: true, hidden: Vec::new() };
    let exists = |text: &&String| text.split('.').next().is_some_and(|name| file.exists_at(Name::new(name), &site));
    if (is_other(file) || file.is_spread || !file.header_froms.contains(&Name::new("typing")))
        && let Some(id) = file.project.find_module(file.module, Name::new("typing"))
        && let Some(text) = file.texts_of_module(id).iter().find(exists)
    {
        return format!("{text}.TYPE_CHECKING");
    }
    "TYPE_CHECKING".to_owned()
}

fn lines(file: &File<'_>, ranges: impl Iterator<Item = TextRange>) -> Vec<Line> {
    ranges.filter_map(|range| line(file, file.facts(), range)).collect()
}

fn line(file: &File<'_>, facts: &FileFacts, range: TextRange) -> Option<Line> {
    let imports: Vec<&Import> = facts.imports.iter().filter(|import| import.stmt_range == range).collect();
    let first = imports.first()?;
    let module = format!("{}{}", ".".repeat(usize::from(first.level)), first.module);
    let is_from = first.member.is_some();
    let takes_members = is_from && imports.iter().all(|import| import.member.is_some_and(|member| !member.is("*")));
    let key = key(file, &module, is_from);
    Some(Line { range, module, takes_members, key })
}

fn key(file: &File<'_>, module: &str, is_from: bool) -> Key {
    (section(file, module), is_from, module.to_lowercase())
}

/// The section of isort: future, standard library, third party, first party, local.
fn section(file: &File<'_>, module: &str) -> u8 {
    if module.starts_with('.') {
        return 4;
    }
    if module == "__future__" {
        return 0;
    }
    let top = Name::new(module.split('.').next().unwrap_or(module));
    let found = [Name::new(module), top].into_iter().find_map(|name| file.project.find_module(file.module, name));
    match found.and_then(|id| file.project.module(id)).map(|module| module.origin) {
        Some(Origin::Standard) => 1,
        Some(Origin::Project | Origin::Evidence) => 3,
        _ => 2,
    }
}

/// Adds what it can to existing statements; gives the lines that are left, to be indented by `indent`, with their keys.
fn merge(
    file: &File<'_>,
    existing: &[Line],
    needed: Needed<'_>,
    limit: usize,
    indent: usize,
    edits: &mut Vec<Edit>,
) -> Vec<NewLine> {
    let mut left = Vec::new();
    for (module, members) in needed {
        let mut names: Vec<String> = Vec::new();
        for (member, alias) in members {
            let renamed = alias.map(|alias| format!(" as {alias}")).unwrap_or_default();
            match member {
                Some(member) => names.push(format!("{member}{renamed}")),
                None => left.push((key(file, module, false), format!("import {module}{renamed}"))),
            }
        }
        if names.is_empty() {
            continue;
        }
        names.sort_by_cached_key(|name| Member::new(name));
        let appended = existing.iter().filter(|line| line.takes_members && line.module == module).find_map(|line| {
            members::append(file.text(), line.range, &names, file.newline(), file.source.style.indent, limit)
        });
        match appended {
            Some(appended) => edits.extend(appended),
            None => {
                left.push((key(file, module, true), from_import(file, module, &names, limit.saturating_sub(indent))));
            }
        }
    }
    left
}

/// A new statement, with one name on each line where it would be too long.
fn from_import(file: &File<'_>, module: &str, names: &[String], limit: usize) -> String {
    let line = format!("from {module} import {}", names.join(", "));
    if line.chars().count() <= limit {
        return line;
    }
    let (newline, indent) = (file.newline(), file.source.style.indent.repeat(1));
    let names: Vec<String> = names.iter().map(|name| format!("{indent}{name},{newline}")).collect();
    format!("from {module} import ({newline}{})", names.concat())
}

/// The text of a new block, without a newline at its end.
fn block_text(file: &File<'_>, condition: &str, mut lines: Vec<NewLine>) -> String {
    lines.sort();
    let (newline, indent) = (file.newline(), file.source.style.indent.repeat(1));
    let mut text = format!("if {condition}:");
    let mut section = None;
    for (key, line) in lines {
        if section.is_some_and(|section| section != key.0) {
            text.push_str(newline);
        }
        section = Some(key.0);
        for line in line.split(newline) {
            text.push_str(newline);
            text.push_str(&indent);
            text.push_str(line);
        }
    }
    text
}

/// Puts new lines among the header's imports, and a block after them.
fn insert_lines(
    file: &File<'_>,
    header: &[Line],
    new: Vec<NewLine>,
    block: Option<String>,
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let newline = file.newline();
    let Some(last) = header.last() else {
        edits.extend(insert_first(file, &new, block.as_deref()));
        return Ok(());
    };
    // Lines after which, and before which, new ones go: by the number of the existing line.
    let mut after: BTreeMap<usize, Vec<NewLine>> = BTreeMap::new();
    let mut before: BTreeMap<usize, Vec<NewLine>> = BTreeMap::new();
    for (key, text) in new {
        let same: Vec<usize> = (0..header.len()).filter(|&number| header[number].key.0 == key.0).collect();
        let anchor = match same.first() {
            // Behind the last smaller one of its section, else at the head of the section.
            Some(&first) => match same.iter().rev().find(|&&number| header[number].key <= key) {
                Some(&number) => Ok(number),
                None => Err(first),
            },
            None => match (0..header.len()).rev().find(|&number| header[number].key.0 < key.0) {
                Some(number) => Ok(number),
                None => Err(0),
            },
        };
        match anchor {
            Ok(number) => after.entry(number).or_default().push((key, text)),
            Err(number) => before.entry(number).or_default().push((key, text)),
        }
    }
    let mut anchored: Vec<(usize, bool, Vec<NewLine>)> = Vec::new();
    anchored.extend(before.into_iter().map(|(number, lines)| (number, false, lines)));
    anchored.extend(after.into_iter().map(|(number, lines)| (number, true, lines)));
    for (number, is_after, mut lines) in anchored {
        lines.sort();
        let line = &header[number];
        let mut texts: Vec<&str> = Vec::new();
        let mut section = if is_after { line.key.0 } else { lines[0].0.0 };
        for (key, text) in &lines {
            if key.0 != section {
                texts.push("");
            }
            section = key.0;
            texts.push(text);
        }
        if is_after {
            edits.push(after_line(file, line.range.end, "", &texts)?);
        } else {
            if section != line.key.0 {
                texts.push("");
            }
            let start = line_start(file.text(), line.range.start);
            if start != line.range.start {
                return Err("its imports share their line with other code".to_owned());
            }
            edits.push(Edit::insert(start, joined(&texts, "", newline)));
        }
    }
    if let Some(block) = block {
        let end = last.range.end;
        let mut text = vec!["", block.as_str()];
        let next = &file.text()[line_end(file.text(), end) as usize..];
        if next.split('\n').next().is_some_and(|line| !line.trim().is_empty()) {
            text.push("");
        }
        edits.push(after_line(file, end, "", &text)?);
    }
    Ok(())
}

/// Lines for a file that imports nothing at its top.
fn insert_first(file: &File<'_>, new: &[NewLine], block: Option<&str>) -> Option<Edit> {
    if new.is_empty() && block.is_none() {
        return None;
    }
    let (text, newline) = (file.text(), file.newline());
    let offset = file.facts().layout.after_docstring;
    let (above, below) = text.split_at(offset as usize);
    let mut lines: Vec<&str> = Vec::new();
    let has_text_above = above.lines().next_back().is_some_and(|line| !line.trim().is_empty());
    if has_text_above {
        lines.push("");
    }
    let mut section = None;
    for (key, line) in new {
        if section.is_some_and(|section| section != key.0) {
            lines.push("");
        }
        section = Some(key.0);
        lines.push(line);
    }
    if let Some(block) = block {
        if !new.is_empty() {
            lines.push("");
        }
        lines.push(block);
    }
    let next = below.lines().next().unwrap_or_default();
    if !next.trim().is_empty() {
        lines.push("");
        if ["def ", "class ", "@", "async "].iter().any(|start| next.starts_with(start)) {
            lines.push("");
        }
    }
    let mut inserted = joined(&lines, "", newline);
    if !above.is_empty() && !above.ends_with('\n') {
        inserted.insert_str(0, newline);
    }
    Some(Edit::insert(offset, inserted))
}

/// An edit that puts lines below the line on which a statement ends.
fn after_line(file: &File<'_>, end: u32, indent: &str, lines: &[&str]) -> Result<Edit, String> {
    let text = file.text();
    let offset = line_end(text, end);
    let rest = text[end as usize..offset as usize].trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return Err("its imports share their line with other code".to_owned());
    }
    let mut inserted = joined(lines, indent, file.newline());
    if !text[..offset as usize].ends_with('\n') {
        inserted.insert_str(0, file.newline());
    }
    Ok(Edit::insert(offset, inserted))
}

fn joined(lines: &[&str], indent: &str, newline: &str) -> String {
    let mut text = String::new();
    for line in lines.iter().flat_map(|lines| lines.split(newline)) {
        if !line.is_empty() {
            text.push_str(indent);
            text.push_str(line);
        }
        text.push_str(newline);
    }
    text
}
