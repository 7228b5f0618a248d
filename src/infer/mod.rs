//! From evidence to types and shapes, to a fixpoint over the whole repository.

mod book;
mod eval;
mod evidence;
mod finding;
mod flow;
mod guesses;
mod memo;
mod observe;
mod partials;
mod phases;
mod read_back;
mod readers;
mod redefined;
mod rounds;
mod shape;
mod shapes;
mod solve;
mod watched;

pub use evidence::{Confidence, Evidence, EvidenceKind};
pub use finding::{Finding, FindingKind};
pub use memo::Memo;
pub use observe::{Bound, Decorated, Introspected, Observations, Overrun, Site, Use, UseKind};
pub use phases::Phases;
pub use readers::Readers;
pub use shape::{
    Declaration, Field, FieldFlow, FieldSource, Home, Local, Member, MemberKind, MethodParam, MethodShape, Passing,
    Replaces, Shape, ShapeKind, TypeVariable, Variable,
};
pub use shapes::{Shapes, are_inherited, items_of, returned};

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
    /// Mistakes that were seen on the way, in the order of places.
    pub findings: Vec<Finding>,
    /// Who reads annotations at run time.
    pub readers: Readers,
    /// What took how long.
    pub phases: Phases,
}

/// Infers the types of a repository's slots and the shapes of its data.
///
/// Once conclusions are written, a checker knows more about every value. So they are read back, and those that the
/// program then contradicts are withdrawn.
pub fn infer(project: &Project) -> Inference {
    infer_with(project, None)
}

/// The same for a repository that is analysed several times with other contents of a few files: what was found the last
/// time is found in the memo.
pub fn infer_again(project: &mut Project, memo: &mut Memo) -> Inference {
    memo.align(project);
    infer_with(project, Some(memo))
}

fn infer_with(project: &Project, memo: Option<&mut Memo>) -> Inference {
    let phases = Phases::default();
    let mut rounds = rounds::Rounds::new(project, memo);
    let beside = || {
        let ground = || rayon::join(|| solve::Ground::new(project), || partials::Partials::new(project));
        let world = || rayon::join(|| shapes::World::of(project), || solve::Families::new(project));
        rayon::join(world, ground)
    };
    // Between rounds there is work for one thread; what the project alone tells is found out meanwhile.
    let ((), ((world, families), (ground, mut partials))) =
        phases.measure("rounds", || rayon::join(|| rounds.run(), beside));
    let observations = phases.measure("observations", || rounds.observations());
    let facts = shapes::Facts { observations: &observations, types: rounds.types(), families: &families };
    // Most of finding shapes is work for one thread.
    let beside = || {
        let index = || solve::Index::new(&observations, project.slots().len());
        rayon::join(|| Readers::new(project, &observations), index)
    };
    let ((mut shapes, groundwork), (readers, index)) =
        phases.measure("shapes", || rayon::join(|| shapes::solve(&world, &facts), beside));
    let concluded = phases.measure("solve", || solve::solve(project, ground, index, &shapes, &families, &mut partials));
    let mut slots = concluded.slots;
    phases.measure("shapes", || shapes::solve_rest(&world, &facts, &groundwork, &mut slots, &mut shapes));
    drop((world, groundwork));
    drop(observations);
    readers.decline(project, &mut slots);
    redefined::decline(project, &mut slots);
    watched::decline(project, &mut slots);
    shapes.refine(&slots, concluded.fields);
    let given = std::mem::take(&mut shapes.given);
    read_back::read_back(&mut rounds, &families, &mut slots, (&mut shapes.shapes, given), &phases);
    shapes.report(shapes::of_overruns(project, &rounds.overruns()));
    redefined::decline(project, &mut slots);
    partials.settle(project, &mut slots);
    shapes.doubt(&mut slots);
    let offered = phases.measure("shapes", || shapes::offer(project, &families, &slots));
    shapes.shapes.extend(offered);
    shapes.shapes.append(&mut shapes.by_hand);
    Inference { slots, shapes: shapes.shapes, findings: shapes.findings, readers, phases }
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
