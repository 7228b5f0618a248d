//! A `NamedTuple` class in the place of an alias for a tuple.
//!
//! A class of that kind is a tuple to the program, so only displays have to be changed: where a function that is
//! annotated returns one, and where one was seen as a value, it becomes a call of the class.

use std::collections::BTreeSet;

use crate::facts::{Expr, ExprId, ExprKind, FileFacts, FunctionId};
use crate::infer::{Field, Inference, ShapeKind, items_of, returned};
use crate::project::{Project, SlotKind};
use crate::proposal::{Change, Message, Part, Proposal};
use crate::text::{Name, TextRange};
use crate::types::{ModuleId, ShapeId, Type};

use super::builtin_names::is_identifier;

/// The variant's name.
pub(super) const LABEL: &str = "NamedTuple";

/// Names for fields that the program has no names for.
const ORDINALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];

/// Whether a definition can be a class of this kind.
pub(super) fn is_possible(kind: &ShapeKind) -> bool {
    matches!(kind, ShapeKind::Alias(Type::Tuple(items)) if (1..=ORDINALS.len()).contains(&items.len()))
}

/// Makes the alias a class, and the displays that were seen calls of it.
pub(super) fn convert(project: &Project, inference: &mut Inference, proposal: &mut Proposal, id: ShapeId) {
    let shape = &mut inference.shapes[id.0 as usize];
    let ShapeKind::Alias(Type::Tuple(items)) = &shape.kind else { return };
    let search = Search { project, arity: items.len() };
    let names = search.names(proposal);
    let displays = search.displays(proposal);
    // What is called when a module is loaded has to exist before.
    let own = displays.iter().filter(|(module, _)| *module == shape.home.module);
    let first = own.filter(|(module, range)| !search.is_in_function(*module, *range)).map(|(_, range)| range.start);
    shape.home.before = first.chain([shape.home.before]).min().unwrap_or(shape.home.before);
    let fields = names.into_iter().zip(items.iter()).map(|(name, ty)| Field { name, ty: ty.clone(), required: true });
    let fields: Vec<Field> = fields.collect();
    shape.kind = ShapeKind::NamedTuple {
        fields: fields.clone(),
        defaults: Vec::new(),
        replaces: None,
        sources: Vec::new(),
        displays: displays.iter().copied().collect(),
    };
    proposal.title = Message(vec![
        Part::Text("Define `".to_owned()),
        Part::Type(Type::Shape(id)),
        Part::Text(format!("` as a NamedTuple with {}", in_words(&fields))),
    ]);
    proposal.changes.extend(displays.into_iter().map(|(module, range)| Change::Wrap { module, range, shape: id }));
}

/// Fields in words: "the fields", with their names.
fn in_words(fields: &[Field]) -> String {
    let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
    match &names[..] {
        [only] => format!("the field {only}"),
        [before @ .., last] => format!("the fields {} and {last}", before.join(", ")),
        [] => "no fields".to_owned(),
    }
}

/// Whether the text of a display has brackets of its own, given the ranges of its items.
pub(super) fn is_bracketed(text: &str, display: TextRange, items: &[TextRange]) -> bool {
    let (Some(first), Some(next)) = (items.first(), items.get(1)) else {
        return text[display.start as usize..].starts_with('(');
    };
    let count = |range: std::ops::Range<u32>, bracket: char| {
        let between = text.get(range.start as usize..range.end as usize).unwrap_or_default();
        between.lines().map(|line| line.split('#').next().unwrap_or_default().matches(bracket).count()).sum::<usize>()
    };
    // `(a), (b)` has brackets around its items alone.
    count(display.start..first.start, '(') > count(first.end..next.start, ')')
}

struct Search<'a> {
    project: &'a Project,
    arity: usize,
}

impl<'a> Search<'a> {
    fn facts(&self, module: ModuleId) -> Option<&'a FileFacts> {
        self.project.module(module).map(|module| &*module.facts)
    }

    /// The functions of which a proposal annotates a part.
    fn functions(&self, proposal: &Proposal) -> impl Iterator<Item = (ModuleId, FunctionId, bool)> {
        proposal.changes.iter().filter_map(|change| {
            let Change::Annotate { slot, .. } = change else { return None };
            let info = self.project.slots().info(*slot);
            match info.kind {
                SlotKind::Param(function, _) => Some((info.module, function, false)),
                SlotKind::Return(function) => Some((info.module, function, true)),
                _ => None,
            }
        })
    }

    /// The items of a tuple of the right length.
    fn items(&self, facts: &'a FileFacts, expr: ExprId) -> Option<&'a [ExprId]> {
        items_of(facts, expr).filter(|items| items.len() == self.arity)
    }

    /// The names that the functions give to the items where they take a tuple apart or put one together.
    fn names(&self, proposal: &Proposal) -> Vec<Name> {
        let mut found: Option<Vec<Name>> = None;
        for (module, function, _) in self.functions(proposal) {
            let Some(facts) = self.facts(module) else { continue };
            let range = facts.function(function).range;
            let inside = facts.exprs.iter().enumerate().filter(|(_, expr)| within(expr.range, range));
            for (number, _) in inside {
                let Some(items) = self.items(facts, ExprId(number as u32)) else { continue };
                let names = items.iter().filter_map(|&item| name_of(facts, item)).collect::<Vec<Name>>();
                let distinct: BTreeSet<Name> = names.iter().copied().collect();
                if distinct.len() == self.arity {
                    // The shortest names fit every place: `x`, `y` rather than `ax`, `ay`.
                    let length = |names: &[Name]| names.iter().map(|name| name.as_str().len()).sum::<usize>();
                    if found.as_ref().is_none_or(|best| length(&names) < length(best)) {
                        found = Some(names);
                    }
                }
            }
        }
        found.unwrap_or_else(|| ORDINALS[..self.arity].iter().map(|&name| Name::new(name)).collect())
    }

    /// The displays that become calls of the class.
    fn displays(&self, proposal: &Proposal) -> BTreeSet<(ModuleId, TextRange)> {
        let mut found = BTreeSet::new();
        for (module, function, is_return) in self.functions(proposal) {
            let Some(facts) = self.facts(module) else { continue };
            let values = if is_return { returned(facts, function) } else { Vec::new() };
            let displays = values.into_iter().filter(|&value| self.items(facts, value).is_some());
            found.extend(displays.map(|value| (module, facts.expr(value).range)));
        }
        for seen in &proposal.evidence {
            let Some(facts) = self.facts(seen.module) else { continue };
            let same = |(_, expr): &(usize, &Expr)| expr.range == seen.range;
            let mut exprs = facts.exprs.iter().enumerate().filter(same);
            if exprs.any(|(number, _)| self.items(facts, ExprId(number as u32)).is_some()) {
                found.insert((seen.module, seen.range));
            }
        }
        found
    }

    fn is_in_function(&self, module: ModuleId, range: TextRange) -> bool {
        self.facts(module).is_some_and(|facts| facts.functions.iter().any(|function| within(range, function.range)))
    }
}

fn within(inner: TextRange, outer: TextRange) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// What an item is called in the program: `x`, or `x` of `self.x`.
fn name_of(facts: &FileFacts, item: ExprId) -> Option<Name> {
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.expr(item).kind else { return None };
    let text = name.as_str().trim_start_matches('_');
    is_identifier(text).then(|| Name::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_items_are_not_those_of_the_display() {
        let bracketed = |text: &str| {
            let at = |item: char| text.find(item).map(|start| TextRange::new(start as u32, start as u32 + 1));
            let items: Vec<TextRange> = ['a', 'b'].into_iter().filter_map(at).collect();
            is_bracketed(text, TextRange::new(0, text.len() as u32), &items)
        };
        for text in ["(a, b)", "((a), (b))", "(a,)", "(\n    a,  # :)\n    b,\n)"] {
            assert!(bracketed(text), "{text}");
        }
        for text in ["a, b", "(a), (b)", "(a), b", "a,"] {
            assert!(!bracketed(text), "{text}");
        }
    }
}
