//! Type arguments.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use triomphe::ThinArc;

use super::Type;

/// Types in order, shared; empty where none are known. Most types have none: those cost nothing to make or to clone.
///
/// How many there are stands beside them: so a list is one pointer, and a [`Type`] three words.
#[derive(Clone, Default)]
pub struct Args(
    /// Never an empty slice.
    Option<ThinArc<(), Type>>,
);

/// Types of which there are as many as the iterator has said.
struct Counted<I>(I);

impl<I: Iterator<Item = Type>> Iterator for Counted<I> {
    type Item = Type;

    fn next(&mut self) -> Option<Type> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<I: Iterator<Item = Type>> ExactSizeIterator for Counted<I> {}

impl Args {
    /// Whether both are the same in memory, so that there is no need to compare what is in them.
    #[inline]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => std::ptr::eq(&raw const a.slice, &raw const b.slice),
            _ => false,
        }
    }
}

impl Deref for Args {
    type Target = [Type];

    #[inline]
    fn deref(&self) -> &[Type] {
        self.0.as_ref().map_or(&[], |types| &types.slice)
    }
}

impl PartialEq for Args {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || **self == **other
    }
}

impl Eq for Args {}

impl PartialOrd for Args {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Args {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_same(other) { Ordering::Equal } else { (**self).cmp(other) }
    }
}

impl Hash for Args {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl std::fmt::Debug for Args {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl From<Vec<Type>> for Args {
    fn from(types: Vec<Type>) -> Self {
        types.into_iter().collect()
    }
}

impl<const N: usize> From<[Type; N]> for Args {
    fn from(types: [Type; N]) -> Self {
        types.into_iter().collect()
    }
}

impl FromIterator<Type> for Args {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        let types = types.into_iter();
        match types.size_hint() {
            (_, Some(0)) => Self(None),
            (least, Some(most)) if least == most => Self(Some(ThinArc::from_header_and_iter((), Counted(types)))),
            _ => types.collect::<Vec<Type>>().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_small() {
        // There are millions of them.
        assert_eq!(size_of::<Type>(), 24);
    }

    #[test]
    fn no_arguments_are_the_same_however_they_are_made() {
        let none = [Args::default(), Args::from([]), Args::from(Vec::new()), [Type::Any; 0].into_iter().collect()];
        for args in &none {
            assert!(args.is_same(&none[0]));
            assert_eq!(args.len(), 0);
        }
        assert_eq!(Args::from([Type::Any]), Args::from(vec![Type::Any]));
        assert!(Args::default() < Args::from([Type::Any]));
    }
}
