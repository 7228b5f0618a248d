//! Dicts whose keys are not told apart: the type of a dict display from its items and from what is stored into it.

use super::Model;
use super::widen::numeric;
use crate::infer::{Site, UseKind};
use crate::types::{Type, join_all, known};

/// The type of the dict made at a place. Dicts inside it have the types of the last pass.
pub(super) fn of_site(model: &Model, site: &Site) -> Type {
    // What is seen of `**kwargs` tells nothing of the other keys that callers may give.
    if site.options.is_some() {
        return known::DICT.of([known::STR.instance(), Type::Unknown]);
    }
    let mut items = Items { model, keys: Vec::new(), values: Vec::new() };
    for (_, value, _) in &site.fields {
        items.add(&known::STR.instance(), value);
    }
    if let Some((key, value)) = &site.dynamic {
        items.add(key, value);
    }
    for store in model.index.stores(site.id) {
        match &store.kind {
            UseKind::SetKey(_, value) | UseKind::DefaultKey(_, value) => items.add(&known::STR.instance(), value),
            UseKind::SetDynamicKey(key, value) => items.add(key, value),
            _ => {}
        }
    }
    for spread in &site.spread {
        match &model.settle(spread, &[]).ty {
            Type::Instance(class, args) if *class == known::DICT.class() && args.len() == 2 => {
                items.keys.push(args[0].clone());
                items.values.push(args[1].clone());
            }
            _ => items.values.push(Type::Unknown),
        }
    }
    // One value that is not known is enough for the join to be a guess.
    let is_open = items.values.iter().any(Type::is_unknown);
    let value = numeric(&join_all(items.values.iter()));
    // `dict[str, int | str]` is what a record looks like when its keys are not told apart; no one writes that.
    let is_mixed = value.members().iter().filter(|member| **member != Type::None).count() > 1;
    // Dicts that hold themselves would grow with every pass.
    let is_deep = value.depth() > 2;
    let value = if is_open || is_mixed || is_deep { Type::Unknown } else { value };
    known::DICT.of([numeric(&join_all(items.keys.iter())), value])
}

/// The keys and values of a dict.
struct Items<'m, 'a> {
    model: &'m Model<'a>,
    keys: Vec<Type>,
    values: Vec<Type>,
}

impl Items<'_, '_> {
    fn add(&mut self, key: &Type, value: &Type) {
        self.keys.push(self.model.settle(key, &[]).ty);
        self.values.push(self.model.settle(value, &[]).ty);
    }
}
