//! The catalogue of transforms, in the order of the docs. Each folder holds everything about one of them.

mod signature;

use crate::proposal::Transform;

/// All transforms.
pub static CATALOGUE: &[&dyn Transform] = &[&signature::Signature];
