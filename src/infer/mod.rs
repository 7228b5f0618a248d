//! From evidence to types and shapes, to a fixpoint over the whole repository.

mod eval;
mod evidence;
mod observe;
mod readers;
mod rounds;
mod shape;
mod shapes;
mod solve;

pub use evidence::{Confidence, Evidence, EvidenceKind};
pub use observe::{Bound, Decorated, Introspected, Observations, Site, Use, UseKind};
pub use shape::{Declaration, Field, Home, Local, Member, MemberKind, MethodParam, Replaces, Shape, ShapeKind};
pub use shapes::Shapes;

use crate::project::Project;
use crate::types::{ShapeId, SlotId, Type};

/// What was concluded for a slot.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The type to write. Holds no `Unknown`, no literal that was widened, nothing that is not settled.
    pub ty: Type,
    /// How sure it is.
    pub confidence: Confidence,
    /// One sentence a reviewer can check.
    pub reason: String,
    /// What was seen, in the order of places.
    pub evidence: Vec<Evidence>,
}

/// The solved model of a repository.
#[derive(Debug, Default)]
pub struct Inference {
    /// By slot number: what was concluded, or why nothing was.
    pub slots: Vec<Result<Solved, String>>,
    /// By shape number: the definitions that were found.
    pub shapes: Vec<Shape>,
}

/// How often conclusions are read back as if they were written down.
const MAX_PASSES: usize = 5;

/// Infers the types of a repository's slots and the shapes of its data.
///
/// A conclusion is evidence itself: once `-> Order` is written, a checker, and a second run, know more about every
/// caller. So conclusions are read back until they bring no news, and a second run has nothing to add.
pub fn infer(project: &Project) -> Inference {
    let families = solve::Families::new(project);
    let mut rounds = rounds::Rounds::new(project);
    rounds.run();
    let (observations, types) = rounds.observations();
    let mut shapes = shapes::solve(project, &observations, types);
    let readers = readers::Readers::new(project, &observations);
    let mut slots = solve::solve(project, &observations, &shapes, &families, &[]);
    readers.decline(project, &mut slots);
    for _ in 1..MAX_PASSES {
        let conclusions = slots.iter().enumerate().filter_map(|(number, slot)| {
            let solved = slot.as_ref().ok().filter(|solved| solved.confidence >= Confidence::Medium)?;
            Some((SlotId(number as u32), solved.ty.clone()))
        });
        if !rounds.assume(conclusions, &shapes.shapes) {
            break;
        }
        rounds.run();
        let (observations, types) = rounds.observations();
        let later = shapes::solve_later(project, &observations, types);
        shapes.absorb(later, |slot| {
            slots[slot.0 as usize].as_ref().is_ok_and(|solved| solved.confidence >= Confidence::Medium)
        });
        slots = solve::solve(project, &observations, &shapes, &families, &slots);
        readers.decline(project, &mut slots);
    }
    Inference { slots, shapes: shapes.shapes }
}

impl Inference {
    /// The conclusion for a slot, if there is one.
    pub fn solved(&self, slot: SlotId) -> Option<&Solved> {
        self.slots.get(slot.0 as usize).and_then(|slot| slot.as_ref().ok())
    }

    /// The shape with this number.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }
}
