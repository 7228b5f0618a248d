//! To come.
use super::Shapes;
use super::world::World;
use crate::infer::Observations;
use crate::types::Type;
pub(super) fn solve(_world: &World, _observations: &Observations, _types: &[Type], _shapes: &mut Shapes) {}
