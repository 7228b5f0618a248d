//! Conclusions are read back as a checker will read them, and what the program contradicts is mended or taken back.
//!
//! | contradiction | what is done |
//! |---|---|
//! | a key of a record is used as its type does not allow | the type of the key is `Any`: the rest of the record stands |
//! | something else is stored in a container that a key of a record holds | it holds `Any` |
//! | `None` goes where a record is wanted | `None` is added, and tried in the next look |
//! | an attribute is assigned from outside its class what the class does not | the attribute is declared |
//! | anything else | the conclusion is withdrawn |

use std::collections::BTreeSet;

use super::rounds::Rounds;
use super::solve::{Families, declarable, filled};
use super::{Confidence, Evidence, Phases, Shape, ShapeKind, Solved};
use crate::text::Name;
use crate::types::{ShapeId, SlotId, Type, union};

/// How often what is left is read back after some conclusions were withdrawn: a checker sees other types then.
const MAX_WITHDRAWALS: usize = 5;

/// What is at fault where the program contradicts something that was concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blame {
    /// The conclusion for a slot.
    Slot(SlotId),
    /// The type of a key of a record.
    Field(ShapeId, Name),
}

impl Blame {
    /// The slot, if it is one.
    pub(super) fn slot(self) -> Option<SlotId> {
        match self {
            Self::Slot(slot) => Some(slot),
            Self::Field(..) => None,
        }
    }
}

/// A contradiction between what was concluded and the program.
#[derive(Clone, Debug)]
pub(super) struct Clash {
    /// What is at fault.
    pub(super) blame: Blame,
    /// The type that should not be there.
    pub(super) wrong: Type,
    /// What a reader is told.
    pub(super) why: String,
    /// The slots to blame where the slot has no hint, and nothing that flows into it has.
    pub(super) instead: Vec<SlotId>,
    /// Whether all that is wrong is that `None` flows there.
    pub(super) is_missing_none: bool,
    /// Whether the hint is wrong for this function alone, not for the methods that override it or that it overrides.
    pub(super) is_alone: bool,
    /// Whether it is only wrong what the container holds that the wrong type is.
    pub(super) is_inside: bool,
    /// The assignment from outside its class that an attribute has to be declared for.
    pub(super) outside: Option<Evidence>,
}

impl Clash {
    /// A contradiction of a conclusion, and of those for the methods of its family.
    pub(super) fn of(blame: Blame, wrong: &Type, why: String) -> Self {
        Self {
            blame,
            wrong: wrong.clone(),
            why,
            instead: Vec::new(),
            is_missing_none: false,
            is_alone: false,
            is_inside: false,
            outside: None,
        }
    }
}

/// Mends or takes back the conclusions that the program contradicts once all are written.
pub(super) fn read_back(
    rounds: &mut Rounds,
    families: &Families,
    slots: &mut [Result<Solved, String>],
    shapes: &mut [Shape],
    phases: &Phases,
) {
    rounds.assume(conclusions(slots, shapes), shapes);
    for _ in 0..MAX_WITHDRAWALS {
        phases.measure("read back", || rounds.run());
        let mut changes = Changes::default();
        changes.fill(rounds, slots);
        for clash in phases.measure("check", || rounds.contradictions()) {
            if let Some(evidence) = &clash.outside {
                changes.declare(&clash, evidence, rounds, slots);
            } else {
                changes.apply(&clash, families, slots, shapes);
            }
        }
        if changes.withdrawn.is_empty() && changes.mended.is_empty() && changes.loosened.is_empty() {
            break;
        }
        rounds.withdraw(&changes.withdrawn);
        rounds.assume(conclusions(slots, shapes), shapes);
        rounds.reread(&holders(&changes.loosened, slots, shapes));
    }
}

#[derive(Default)]
struct Changes {
    withdrawn: Vec<SlotId>,
    mended: Vec<SlotId>,
    loosened: BTreeSet<ShapeId>,
}

impl Changes {
    /// Writes what is known of the items of tuples now.
    fn fill(&mut self, rounds: &Rounds, slots: &mut [Result<Solved, String>]) {
        for (number, conclusion) in slots.iter_mut().enumerate() {
            let Ok(solved) = conclusion else { continue };
            if let Some(ty) = filled(rounds.project(), &solved.ty, &rounds.types()[number]) {
                solved.ty = ty;
                solved.reason = "With the other hints in place this is what flows there.".into();
                self.mended.push(SlotId(number as u32));
            }
        }
    }

    /// Declares an attribute as what is assigned to it anywhere; takes back the hints that name its class where that
    /// cannot be said.
    fn declare(&mut self, clash: &Clash, evidence: &Evidence, rounds: &Rounds, slots: &mut [Result<Solved, String>]) {
        let Some(slot) = clash.blame.slot() else { return };
        if self.mended.contains(&slot) {
            return;
        }
        match declarable(rounds.project(), &rounds.types()[slot.0 as usize]) {
            Some(ty) => {
                slots[slot.0 as usize] = Ok(Solved {
                    ty,
                    confidence: Confidence::Medium,
                    reason: "It is also assigned from outside its class, which a checker holds against the class."
                        .into(),
                    evidence: vec![evidence.clone()],
                });
                self.mended.push(slot);
            }
            None => {
                for &slot in &clash.instead {
                    if slots[slot.0 as usize].is_ok() {
                        slots[slot.0 as usize] = Err(clash.why.clone());
                        self.withdrawn.push(slot);
                    }
                }
            }
        }
    }

    fn apply(
        &mut self,
        clash: &Clash,
        families: &Families,
        slots: &mut [Result<Solved, String>],
        shapes: &mut [Shape],
    ) {
        let slot = match clash.blame {
            Blame::Slot(slot) => slot,
            Blame::Field(shape, name) => {
                if loosen(&mut shapes[shape.0 as usize], name, clash) {
                    self.loosened.insert(shape);
                }
                return;
            }
        };
        // Checkers give a method without annotations those of the method that it overrides.
        let family = if clash.is_alone { std::slice::from_ref(&slot) } else { families.family(slot) };
        for &slot in family {
            let Ok(solved) = &mut slots[slot.0 as usize] else { continue };
            if clash.is_missing_none && solved.ty.members().iter().any(|member| matches!(member, Type::Shape(_))) {
                if !solved.ty.members().contains(&Type::None) {
                    solved.ty = union([solved.ty.clone(), Type::None]);
                    self.mended.push(slot);
                }
            } else {
                slots[slot.0 as usize] = Err(clash.why.clone());
                self.withdrawn.push(slot);
            }
        }
    }
}

/// Takes back what is wrong of the type of a key; says whether that changed anything.
fn loosen(shape: &mut Shape, name: Name, clash: &Clash) -> bool {
    let ShapeKind::TypedDict { fields } = &mut shape.kind else { return false };
    let Some(field) = fields.iter_mut().find(|field| field.name == name && field.ty != Type::Any) else { return false };
    let inside = field.ty.map(&mut |part| match part {
        Type::Instance(container, args) if clash.is_inside && *part == clash.wrong => {
            let kept = args.len().saturating_sub(1);
            Some(Type::Instance(*container, args[..kept].iter().cloned().chain([Type::Any]).collect()))
        }
        _ => None,
    });
    field.ty = if inside == field.ty { Type::Any } else { inside };
    true
}

/// The slots whose conclusions mention some definition, directly or through others.
fn holders(ids: &BTreeSet<ShapeId>, slots: &[Result<Solved, String>], shapes: &[Shape]) -> Vec<SlotId> {
    let mentions =
        |ty: &Type, ids: &BTreeSet<ShapeId>| ty.any(&mut |part| matches!(part, Type::Shape(id) if ids.contains(id)));
    let mut all = ids.clone();
    let mut size = 0;
    while all.len() > size {
        size = all.len();
        for (number, shape) in shapes.iter().enumerate() {
            if shape.kind.types().into_iter().any(|ty| mentions(ty, &all)) {
                all.insert(ShapeId(number as u32));
            }
        }
    }
    let held =
        slots.iter().enumerate().filter(|(_, slot)| slot.as_ref().is_ok_and(|solved| mentions(&solved.ty, &all)));
    held.map(|(number, _)| SlotId(number as u32)).collect()
}

/// The conclusions that are sure enough to be taken as written, and the definitions that they mention too.
fn conclusions<'a>(
    slots: &'a [Result<Solved, String>],
    shapes: &'a [Shape],
) -> impl Iterator<Item = (SlotId, Type)> + 'a {
    slots.iter().enumerate().filter_map(|(number, slot)| {
        let is_unsure = |id: &ShapeId| shapes[id.0 as usize].confidence < Confidence::Medium;
        let solved = slot.as_ref().ok().filter(|solved| {
            solved.confidence >= Confidence::Medium
                && !solved.ty.any(&mut |part| matches!(part, Type::Shape(id) if is_unsure(id)))
        })?;
        Some((SlotId(number as u32), solved.ty.clone()))
    })
}
