//! Type arguments.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::Type;

/// Types in order, shared; empty where none are known. Most types have none: those cost nothing to make or to clone.
#[derive(Clone, Default)]
pub struct Args(
    /// Never an empty slice.
    Option<Arc<[Type]>>,
);

impl Args {
    /// Whether both are the same in memory, so that there is no need to compare what is in them.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Deref for Args {
    type Target = [Type];

    fn deref(&self) -> &[Type] {
        self.0.as_deref().unwrap_or_default()
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
        Self((!types.is_empty()).then(|| types.into()))
    }
}

impl<const N: usize> From<[Type; N]> for Args {
    fn from(types: [Type; N]) -> Self {
        Self((N > 0).then(|| types.into()))
    }
}

impl FromIterator<Type> for Args {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        let types = types.into_iter();
        if types.size_hint().1 == Some(0) {
            return Self(None);
        }
        let types: Arc<[Type]> = types.collect();
        Self((!types.is_empty()).then_some(types))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
