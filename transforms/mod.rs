//! Placeholder until the transforms are merged.

use crate::proposal::Transform;

/// Placeholder.
pub static CATALOGUE: &[&dyn Transform] = &[];
