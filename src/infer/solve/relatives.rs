//! Records that share most of their keys are about one thing: what is not known of a key in one may be known of it in
//! the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::infer::Field;
use crate::text::Name;
use crate::types::{ShapeId, Type};

/// So many keys have to be shared, and at least half of those of the smaller record.
const SHARED: usize = 3;

/// The keys of all records, with the types that are known of them.
pub(super) struct Relatives<'a> {
    keys: BTreeMap<ShapeId, BTreeSet<Name>>,
    types: BTreeMap<Name, Vec<(ShapeId, &'a Type)>>,
}

impl<'a> Relatives<'a> {
    /// The records with these keys, of which some are known better than the definitions say.
    pub(super) fn of(fields: &[(ShapeId, &'a Field)], better: impl Iterator<Item = (ShapeId, Name, &'a Type)>) -> Self {
        let better: BTreeMap<(ShapeId, Name), &Type> = better.map(|(shape, name, ty)| ((shape, name), ty)).collect();
        let mut relatives = Self { keys: BTreeMap::new(), types: BTreeMap::new() };
        for &(shape, field) in fields {
            relatives.keys.entry(shape).or_default().insert(field.name);
            let ty = better.get(&(shape, field.name)).copied().unwrap_or(&field.ty);
            // Which record another one holds is told by what flows into it alone.
            if ty.shapes().is_empty() && !ty.any(&mut |part| matches!(part, Type::Any | Type::Literal(_))) {
                relatives.types.entry(field.name).or_default().push((shape, ty));
            }
        }
        relatives
    }

    /// The type that the closest relatives of a record have under a key, if they agree.
    pub(super) fn type_of(&self, shape: ShapeId, name: Name) -> Option<Type> {
        let related = self.types.get(&name)?.iter().filter_map(|(other, ty)| Some((self.shared(shape, *other)?, *ty)));
        let related: Vec<(usize, &Type)> = related.collect();
        let most = related.iter().map(|(shared, _)| *shared).max()?;
        let mut closest = related.iter().filter(|(shared, _)| *shared == most).map(|(_, ty)| *ty);
        let ty = closest.next()?;
        closest.all(|other| other == ty).then(|| ty.clone())
    }

    /// How many keys two records share, if that makes them relatives.
    fn shared(&self, a: ShapeId, b: ShapeId) -> Option<usize> {
        let (a_keys, b_keys) = (self.keys.get(&a)?, self.keys.get(&b)?);
        let shared = a_keys.intersection(b_keys).count();
        (a != b && shared >= SHARED && 2 * shared >= a_keys.len().min(b_keys.len())).then_some(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::known;

    fn record(number: u32, keys: &[(&str, Type)]) -> Vec<(ShapeId, Field)> {
        let field = |(name, ty): &(&str, Type)| Field { name: Name::new(name), ty: ty.clone(), required: true };
        keys.iter().map(|key| (ShapeId(number), field(key))).collect()
    }

    #[test]
    fn a_record_with_the_same_keys_tells_what_they_hold() {
        let (text, number) = (known::STR.instance(), known::INT.instance());
        let keys = |id: Type, size: Type| [("id", id), ("size", size), ("name", Type::Any)];
        let mut fields = record(0, &keys(text.clone(), number.clone()));
        fields.extend(record(1, &keys(Type::Any, Type::Any)));
        fields.extend(record(2, &[("id", Type::Any), ("color", text.clone())]));
        let fields: Vec<(ShapeId, &Field)> = fields.iter().map(|(id, field)| (*id, field)).collect();
        let relatives = Relatives::of(&fields, std::iter::empty());
        assert_eq!(relatives.type_of(ShapeId(1), Name::new("id")), Some(text.clone()));
        assert_eq!(relatives.type_of(ShapeId(1), Name::new("size")), Some(number));
        assert_eq!(relatives.type_of(ShapeId(1), Name::new("name")), None);
        assert_eq!(relatives.type_of(ShapeId(2), Name::new("id")), None, "one shared key makes no relative");
        let better = [(ShapeId(1), Name::new("name"), &text)];
        let relatives = Relatives::of(&fields, better.into_iter());
        assert_eq!(relatives.type_of(ShapeId(0), Name::new("name")), Some(text.clone()));
    }
}
