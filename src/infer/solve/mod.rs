//! From observations to types: what each slot is concluded to be, how sure that is, and why.
//!
//! Solving goes over all slots a few times. Each pass reads the answers of the pass before and nothing else, so that
//! slots are answered in any order on any thread; an answer that rests on another slot follows one pass later.

mod bases;
mod callers;
mod confidence;
mod containers;
mod data_model;
mod declared;
mod dicts;
mod doc_types;
mod docstrings;
mod doubts;
mod families;
mod fields;
mod index;
mod members;
mod namesakes;
mod naming;
mod params;
mod readings;
mod reads;
mod reason;
mod records;
mod relatives;
mod returns;
mod settle;
mod stored;
mod syntax;
#[cfg(test)]
mod tests;
mod tuples;
mod uses;
mod vocabulary;
mod widen;

use rayon::prelude::*;

pub(super) use callers::is_marker;
pub(super) use confidence::is_value;
pub(super) use declared::annotations;
pub(super) use families::Families;
pub(super) use index::Index;
pub(super) use stored::declarable;
pub(super) use tuples::filled;

use self::docstrings::Docstrings;
use self::members::Members;
use self::naming::Naming;
use self::readings::Readings;
use self::reads::{Changed, Read, note, reading};
use self::reason::Basis;
use self::syntax::Syntax;
use self::widen::Decline;
use super::partials::Partials;
use super::{Confidence, Field, FieldFlow, Solved};
use crate::facts::{Function, FunctionId};
use crate::project::{Module, Project, SlotKind, named_tuple_fields};
use crate::text::Name;
use crate::types::{FunctionRef, ShapeId, SiteId, SlotId, Type};

/// Passes over all slots. A type needs one pass for each parameter that it is handed through without callers of its
/// own; longer chains are too weak to be worth following.
const PASSES: usize = 3;

/// What the shapes decided beforehand.
pub(super) trait Substitution: Sync {
    /// The conclusion for a slot whose type holds a shape.
    fn assigned(&self, slot: SlotId) -> Option<Solved>;
    /// The type of the dict made at a place, where that is a shape.
    fn record(&self, site: SiteId) -> Option<Type>;
    /// What was seen of the keys of records of which more may be known.
    fn flows(&self) -> &[FieldFlow];
    /// The keys of all records.
    fn fields(&self) -> Vec<(ShapeId, &Field)>;
}

/// What was concluded.
#[derive(Debug)]
pub(super) struct Conclusions {
    /// By slot number: the conclusion, or why there is none.
    pub(super) slots: Vec<Result<Solved, String>>,
    /// Keys of records of which more is known than from the flow alone, with their types.
    pub(super) fields: Vec<(ShapeId, Name, Type)>,
}

/// What is concluded for a slot, without the words for it.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    ty: Type,
    confidence: Confidence,
    basis: Basis,
}

impl Answer {
    /// The same, less sure where it is a mixture that nobody has stated.
    fn with_care(mut self) -> Self {
        if !self.basis.is_stated() && confidence::is_mixed(&self.ty) {
            self.confidence = Confidence::Low;
        }
        self
    }
}

/// Everything that answering a slot looks at.
struct Model<'a> {
    project: &'a Project,
    shapes: &'a dyn Substitution,
    families: &'a Families,
    index: Index<'a>,
    ground: Ground,
    /// By slot: the answers of the last pass.
    answers: Vec<Result<Answer, Decline>>,
    /// By number of the dict: its type after the last pass.
    dicts: Vec<Type>,
}

/// What the answers rest on, whatever was observed and whatever shapes there are.
pub(super) struct Ground {
    members: Members,
    docstrings: Docstrings,
    syntax: Syntax,
    readings: Readings,
    naming: Naming,
    /// By slot: the type that the author wrote; `Unknown` where it cannot be told.
    declared: Vec<Option<Type>>,
}

impl Ground {
    pub(super) fn new(project: &Project) -> Self {
        let (declared, (members, (docstrings, ((syntax, readings), naming)))) = rayon::join(
            || annotations(project),
            || {
                let bodies = || rayon::join(|| Syntax::new(project), || Readings::new(project));
                let rest = || rayon::join(bodies, || Naming::new(project));
                rayon::join(|| Members::new(project), || rayon::join(|| Docstrings::new(project), rest))
            },
        );
        Self { members, docstrings, syntax, readings, naming, declared }
    }
}

/// Concludes the types of all slots, and those of the keys of records that follow from them.
pub(super) fn solve(
    project: &Project,
    ground: Ground,
    index: Index,
    shapes: &dyn Substitution,
    families: &Families,
    partials: &mut Partials,
) -> Conclusions {
    let count = project.slots().len();
    let answers = ground.declared.par_iter().map(|declared| declared::answer(declared.as_ref())).collect();
    let mut model = Model { project, shapes, families, index, ground, answers, dicts: Vec::new() };
    let mut changed = Changed::default();
    let mut own: Vec<Result<Answer, Decline>> = vec![Err(Decline::NoEvidence); count];
    let mut reads: Vec<Option<Box<[Read]>>> = vec![None; count];
    for _ in 0..PASSES {
        let types = model.index.sites().par_iter().map(|site| dicts::of_site(&model, site)).collect();
        let types = std::mem::replace(&mut model.dicts, types);
        changed.dicts(&types, &model.dicts);
        model.renew(&mut own, &mut reads, &changed);
        let answers = slots(count)
            .map(|slot| if model.is_declared(slot) { model.last(slot) } else { model.combined(slot, &own) })
            .collect();
        let answers = std::mem::replace(&mut model.answers, answers);
        changed.answers(&answers, &model.answers);
        let counts = Naming::count(&model);
        changed.names(model.ground.naming.counts(), &counts);
        model.ground.naming.update(counts);
    }
    drop((own, reads));
    // The second time for what hands on the tuple of another function.
    for _ in 0..2 {
        model.answers = slots(count).map(|slot| tuples::opened(&model, slot).map(Answer::with_care)).collect();
    }
    let kinds = tuples::Kinds::of(&model);
    model.answers = slots(count).map(|slot| kinds.confirmed(&model, slot)).collect();
    let mut solved: Vec<_> = slots(count).map(|slot| reason::report(&model, slot)).collect();
    stored::declare_partials(&model, partials, &mut solved);
    Conclusions { slots: solved, fields: records::conclude(&model) }
}

fn slots(count: usize) -> impl IndexedParallelIterator<Item = SlotId> {
    (0..count as u32).into_par_iter().map(SlotId)
}

impl Model<'_> {
    /// The answer of the last pass, if there is one.
    fn answer(&self, slot: SlotId) -> Option<&Answer> {
        note(Read::Answer(slot));
        self.answers.get(slot.0 as usize)?.as_ref().ok()
    }

    fn last(&self, slot: SlotId) -> Result<Answer, Decline> {
        note(Read::Answer(slot));
        self.answers.get(slot.0 as usize).cloned().unwrap_or(Err(Decline::NoEvidence))
    }

    /// Whether the author annotated the slot.
    fn is_declared(&self, slot: SlotId) -> bool {
        self.ground.declared.get(slot.0 as usize).is_some_and(Option::is_some)
    }

    /// The type of the dict with this number after the last pass.
    fn dict(&self, number: usize) -> Option<&Type> {
        note(Read::Dict(number as u32));
        self.dicts.get(number)
    }

    /// Gives those of the slots' own answers anew that read something that has changed, or nothing yet.
    fn renew(&self, own: &mut [Result<Answer, Decline>], reads: &mut [Option<Box<[Read]>>], changed: &Changed) {
        let all = own.par_iter_mut().zip(reads).enumerate();
        let old = all.filter(|(_, (_, reads))| reads.as_ref().is_none_or(|reads| changed.touches(reads)));
        old.for_each(|(number, (answer, reads))| {
            let slot = SlotId(number as u32);
            let give = || if self.is_declared(slot) { self.last(slot) } else { self.own(slot) };
            let (given, read) = reading(give);
            *answer = given;
            *reads = Some(read);
        });
    }

    /// What a slot's own observations say; for the first member of a family those of the whole family, nothing for
    /// the other members.
    fn own(&self, slot: SlotId) -> Result<Answer, Decline> {
        let info = self.project.slots().info(slot);
        match info.kind {
            SlotKind::Param(..) if self.families.family(slot).first() == Some(&slot) => params::of_family(self, slot),
            SlotKind::Param(..) => Err(Decline::NoEvidence),
            SlotKind::Return(function) => returns::own(self, slot, info.module, function),
            SlotKind::Field(..) => fields::own(self, slot),
            SlotKind::Attribute(..) | SlotKind::Variable(_) | SlotKind::Captured(..) => stored::own(self, slot),
        }
    }

    /// What a slot is concluded to be when its family and base classes are asked too.
    fn combined(&self, slot: SlotId, own: &[Result<Answer, Decline>]) -> Result<Answer, Decline> {
        let info = self.project.slots().info(slot);
        let answer = match info.kind {
            SlotKind::Param(function, index) => params::combined(self, slot, info.module, function, index, own),
            SlotKind::Return(function) => returns::combined(self, slot, info.module, function, own),
            _ => own[slot.0 as usize].clone(),
        };
        answer.map(Answer::with_care)
    }

    /// The module and facts of a function of the repository.
    fn function(&self, module: crate::types::ModuleId, function: FunctionId) -> Option<(&Module, &Function)> {
        self.project.function(FunctionRef { module, function: function.0 })
    }

    /// The name of the `namedtuple` field that a slot is.
    fn field_name(&self, slot: SlotId) -> Option<Name> {
        let info = self.project.slots().info(slot);
        let SlotKind::Field(call, index) = info.kind else { return None };
        named_tuple_fields(&self.project.module(info.module)?.facts, call)
            .ok()?
            .get(usize::from(index))
            .map(|field| field.name)
    }

    /// The name of the parameter that a slot is.
    fn param_name(&self, slot: SlotId) -> Option<Name> {
        let info = self.project.slots().info(slot);
        let SlotKind::Param(function, index) = info.kind else { return None };
        let (_, function) = self.function(info.module, function)?;
        function.params.get(usize::from(index)).map(|param| param.name)
    }
}
