//! Conclusions are read back as a checker will read them, and what the program contradicts is mended or taken back.
//!
//! | contradiction | what is done |
//! |---|---|
//! | a key of a record is used as one choice of its type does not allow, which no place gives by itself | that choice is left out |
//! | the same of a choice that some place gives, by few functions among many places that hold the record | their parameters go without hints |
//! | a key of a record is given a plain value that its type does not allow | that is one more choice |
//! | the same of a choice that was left out or added before, or of the whole type, or of what may be something else | the type of the key is `Any`: the rest of the record stands |
//! | something else is stored in a container that a key of a record holds, one of other items is put there, or its items are used as their type does not allow | it holds `Any` |
//! | `None` goes where a record is wanted | `None` is added, and tried in the next look |
//! | a parameter takes `None` only because something asks for it, which is no use elsewhere | `None` is left out |
//! | an attribute is assigned from outside its class what the class does not | the attribute is declared |
//! | without the guesses that are not written nothing is known of what a function returns | that is a guess, too |
//! | anything else | the conclusion is withdrawn |

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::eval::holds;
use super::guesses;
use super::rounds::Rounds;
use super::solve::{Families, declarable, filled};
use super::{Confidence, Evidence, EvidenceKind, Phases, Shape, ShapeKind, Solved};
use crate::text::Name;
use crate::types::{ShapeId, SlotId, Type, known, union, without_none};

/// How often what is left is read back after some conclusions were withdrawn: a checker sees other types then.
const MAX_WITHDRAWALS: usize = 5;

/// A key with more choices, `None` among them, is one of anything.
const MOST_CHOICES: usize = 3;

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

/// In what way a type is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is said to be there, and not used so.
    Use,
    /// It is a container that is said to hold something else than what is stored in it.
    Store,
    /// It is put there, and not said to be there.
    Lack,
    /// What is put there may be it, but may be what is said to be there, too.
    Doubt,
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
    /// The parameters that hold the record of which the key is read.
    pub(super) readers: Vec<SlotId>,
    /// Whether all that is wrong is that `None` flows there.
    pub(super) is_missing_none: bool,
    /// Whether the hint is wrong for this function alone, not for the methods that override it or that it overrides.
    pub(super) is_alone: bool,
    /// Whether the slot holds the value, and does not only say what object is asked for it.
    pub(super) is_value: bool,
    /// In what way the type is wrong.
    pub(super) fault: Fault,
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
            readers: Vec::new(),
            is_missing_none: false,
            is_alone: false,
            is_value: true,
            fault: Fault::Use,
            outside: None,
        }
    }
}

/// Mends or takes back the conclusions that the program contradicts once all are written.
pub(super) fn read_back(
    rounds: &mut Rounds,
    families: &Families,
    slots: &mut [Result<Solved, String>],
    (shapes, given): (&mut [Shape], BTreeSet<Choice>),
    phases: &Phases,
) {
    rounds.assume(conclusions(slots, shapes).collect(), shapes);
    let mut choices = Choices { given, ..Choices::default() };
    for look in 1..=MAX_WITHDRAWALS {
        choices.is_last = look == MAX_WITHDRAWALS;
        phases.measure("read back", || rounds.run());
        let mut changes = Changes::default();
        changes.fill(rounds, slots);
        changes.withdrawn.extend(guesses::doubted(rounds.project(), families, rounds.types(), slots));
        for clash in phases.measure("check", || rounds.contradictions()) {
            if let Some(evidence) = &clash.outside {
                changes.declare(&clash, evidence, rounds, slots);
            } else {
                changes.apply(&clash, families, slots, (shapes, &mut choices));
            }
        }
        if changes.withdrawn.is_empty() && changes.mended.is_empty() && changes.loosened.is_empty() {
            break;
        }
        rounds.withdraw(&changes.withdrawn);
        rounds.assume(conclusions(slots, shapes).collect(), shapes);
        rounds.reread(&holders(&changes.loosened, slots, shapes));
    }
}

#[derive(Default)]
struct Changes {
    withdrawn: Vec<SlotId>,
    mended: Vec<SlotId>,
    loosened: BTreeSet<ShapeId>,
    /// What was wrong of the types of keys.
    wrong: BTreeSet<Choice>,
}

impl Changes {
    /// Writes what is known of the items of tuples now.
    fn fill(&mut self, rounds: &Rounds, slots: &mut [Result<Solved, String>]) {
        let fill = |(number, conclusion): (usize, &mut Result<Solved, String>)| {
            let solved = conclusion.as_mut().ok()?;
            solved.ty = filled(rounds.project(), &solved.ty, &rounds.types()[number])?;
            solved.reason = "With the other hints in place this is what flows there.".into();
            Some(SlotId(number as u32))
        };
        self.mended.par_extend(slots.par_iter_mut().enumerate().filter_map(fill));
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
        (shapes, choices): (&mut [Shape], &mut Choices),
    ) {
        let slot = match clash.blame {
            Blame::Slot(slot) => slot,
            Blame::Field(shape, name) => {
                // What several places say is one thing.
                if choices.are_readers_at_fault(shape, name, clash, slots) {
                    for &reader in &clash.readers {
                        if slots[reader.0 as usize].is_ok() {
                            slots[reader.0 as usize] = Err(clash.why.clone());
                            self.withdrawn.push(reader);
                        }
                    }
                    return;
                }
                let is_news = self.wrong.insert((shape, name, plain(&clash.wrong)));
                if is_news && loosen(shapes, (shape, name), clash, choices) {
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
            } else if clash.wrong == Type::None && is_only_asked_for_none(solved) {
                solved.ty = without_none(&solved.ty);
                self.mended.push(slot);
            } else {
                slots[slot.0 as usize] = Err(clash.why.clone());
                self.withdrawn.push(slot);
            }
        }
    }
}

/// Whether a parameter is said to take `None` because something asks for it, and not because anybody gives it.
fn is_only_asked_for_none(solved: &Solved) -> bool {
    let gives = |seen: &Evidence| seen.ty.as_ref().is_none_or(|ty| ty.members().contains(&Type::None));
    solved.ty.members().len() > 1
        && solved.ty.members().contains(&Type::None)
        && solved.evidence.iter().any(|seen| seen.kind == EvidenceKind::Default)
        && !solved.evidence.iter().any(gives)
}

/// A choice of the type of a key.
type Choice = (ShapeId, Name, Type);

/// What is known of choices.
#[derive(Default)]
struct Choices {
    /// Those that some place gives by itself: they cannot be left out.
    given: BTreeSet<Choice>,
    /// Those that were left out or added.
    changed: BTreeSet<Choice>,
    /// The parameters that lost their hints because their functions cannot use what a key is given.
    readers: BTreeSet<(ShapeId, SlotId)>,
    /// How many slots held a definition when its readers were first asked about.
    holders: BTreeMap<ShapeId, usize>,
    /// Whether nobody would look at another one.
    is_last: bool,
}

/// One reader in so many places that hold a record can go without a hint, rather than all without the type of a key.
const OUTVOTED: usize = 10;

impl Choices {
    /// Whether some functions alone cannot use one choice of a key, which some place gives it, among many places that
    /// hold the record.
    fn are_readers_at_fault(
        &mut self,
        id: ShapeId,
        name: Name,
        clash: &Clash,
        slots: &[Result<Solved, String>],
    ) -> bool {
        let wrong = plain(&clash.wrong);
        let is_given = self.given.contains(&(id, name, wrong.clone()));
        if clash.fault != Fault::Use || wrong == Type::None || !is_given || clash.readers.is_empty() {
            return false;
        }
        let readers = clash.readers.iter().filter(|reader| slots[reader.0 as usize].is_ok());
        self.readers.extend(readers.map(|&reader| (id, reader)));
        let lost = self.readers.iter().filter(|(shape, _)| *shape == id).count();
        let count = || slots.iter().flatten().filter(|solved| solved.ty.shapes().contains(&id)).count();
        OUTVOTED * lost <= *self.holders.entry(id).or_insert_with(count)
    }
}

/// Takes back what is wrong of the type of a key; says whether that changed anything.
fn loosen(shapes: &mut [Shape], (id, name): (ShapeId, Name), clash: &Clash, choices: &mut Choices) -> bool {
    let ShapeKind::TypedDict { fields, .. } = &mut shapes[id.0 as usize].kind else { return false };
    let Some(field) = fields.iter_mut().find(|field| field.name == name && field.ty != Type::Any) else { return false };
    // Where it does not say that (any more), or does by now, another place of the program has told the same.
    let is_settled = if matches!(clash.fault, Fault::Lack | Fault::Doubt) {
        field.ty.members().contains(&plain(&clash.wrong))
    } else {
        !holds(&field.ty, &clash.wrong)
    };
    if is_settled {
        return false;
    }
    let choice = (id, name, plain(&clash.wrong));
    let is_given = choices.given.contains(&choice);
    let mut is_first = || choices.changed.insert(choice.clone());
    let weaker = match clash.fault {
        _ if choices.is_last => None,
        Fault::Doubt => None,
        Fault::Store => emptied(&field.ty, &clash.wrong),
        Fault::Lack => {
            let more = of_other_items(&field.ty, &clash.wrong).or_else(|| with_choice(&field.ty, &choice.2));
            more.filter(|_| is_first())
        }
        Fault::Use if is_given && field.ty.members().iter().any(|member| plain(member) == choice.2) => None,
        Fault::Use => without_choice(&field.ty, &plain(&clash.wrong)).filter(|_| is_first()),
    };
    field.ty = weaker.unwrap_or(Type::Any);
    true
}

/// A type in which a container holds anything, where one of other items is given.
fn of_other_items(ty: &Type, given: &Type) -> Option<Type> {
    let is_same = |member: &Type| {
        matches!(member, Type::Instance(_, args) if !args.is_empty()) && member.class() == given.class()
    };
    let looser = union(ty.members().iter().map(|member| if is_same(member) { opened(member) } else { member.clone() }));
    (looser != *ty).then_some(looser)
}

/// A type that takes what is given as well, where that is simple enough for a reader.
fn with_choice(ty: &Type, given: &Type) -> Option<Type> {
    let is_plain =
        |member: &Type| matches!(member, Type::Instance(_, args) if args.is_empty()) || *member == Type::None;
    let joined = union([ty.clone(), given.clone()]);
    let is_list = matches!(given, Type::Instance(class, _) if *class == known::LIST.class());
    let is_simple = joined.members().len() <= MOST_CHOICES
        && (is_plain(given) || is_list)
        && joined.members().iter().filter(|member| !is_plain(member)).count() < 2;
    (*given == Type::None || is_simple).then_some(joined)
}

/// A type without a choice that it has, by itself or in what it holds: there anything may be.
fn without_choice(ty: &Type, wrong: &Type) -> Option<Type> {
    let is_wrong = |member: &Type| plain(member) == *wrong;
    let is_plain = |member: &Type| matches!(member, Type::Instance(_, args) if args.is_empty());
    let rest = if ty.members().iter().any(is_wrong) {
        // Of two plain kinds of values, which one it is depends on the rest of the record: one reader knows of one.
        if *wrong != Type::None && without_none(ty).members().iter().all(is_plain) {
            return None;
        }
        union(ty.members().iter().filter(|member| !is_wrong(member)).cloned())
    } else {
        ty.map(&mut |part| match part {
            Type::Instance(_, args) if args.last()?.members().iter().any(is_wrong) => Some(opened(part)),
            _ => None,
        })
    };
    (rest != *ty && !matches!(rest, Type::Unknown | Type::None)).then_some(rest)
}

/// A type in which a container holds anything.
fn emptied(ty: &Type, container: &Type) -> Option<Type> {
    let emptied = ty.map(&mut |part| (part == container).then(|| opened(part)));
    (emptied != *ty).then_some(emptied)
}

/// A container of anything.
fn opened(container: &Type) -> Type {
    match container {
        Type::Instance(class, args) => {
            let kept = args.len().saturating_sub(1);
            Type::Instance(*class, args[..kept].iter().cloned().chain([Type::Any]).collect())
        }
        other => other.clone(),
    }
}

/// The class of a constant.
fn plain(ty: &Type) -> Type {
    match ty {
        Type::Literal(literal) => Type::instance(literal.class()),
        other => other.clone(),
    }
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
) -> impl ParallelIterator<Item = (SlotId, Type)> + 'a {
    slots.par_iter().enumerate().filter_map(|(number, slot)| {
        let is_unsure = |id: &ShapeId| shapes[id.0 as usize].confidence < Confidence::Medium;
        let solved = slot.as_ref().ok().filter(|solved| {
            solved.confidence >= Confidence::Medium
                && !solved.ty.any(&mut |part| matches!(part, Type::Shape(id) if is_unsure(id)))
        })?;
        Some((SlotId(number as u32), solved.ty.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::Fault::{Doubt, Lack, Use};
    use super::*;
    use crate::infer::{Field, Home};
    use crate::types::{Literal, ModuleId};

    /// The type of a key after some contradictions, each with what is wrong and how.
    fn loosened(ty: Type, clashes: &[(Type, Fault)]) -> Type {
        loosened_beside(&[], ty, clashes)
    }

    /// The same where some places give these types.
    fn loosened_beside(given: &[Type], ty: Type, clashes: &[(Type, Fault)]) -> Type {
        let name = Name::new("key");
        let mut shapes = [Shape {
            names: Vec::new(),
            kind: ShapeKind::typed_dict(vec![Field { name, ty, required: true }]),
            home: Home { module: ModuleId(0), before: 0 },
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::High,
            reason: String::new(),
            evidence: Vec::new(),
        }];
        let mut choices =
            Choices { given: given.iter().map(|ty| (ShapeId(0), name, ty.clone())).collect(), ..Choices::default() };
        for (wrong, fault) in clashes {
            let clash = Clash { fault: *fault, ..Clash::of(Blame::Field(ShapeId(0), name), wrong, String::new()) };
            loosen(&mut shapes, (ShapeId(0), name), &clash, &mut choices);
        }
        shapes[0].kind.types()[0].clone()
    }

    #[test]
    fn a_choice_that_cannot_be_used_so_is_left_out() {
        let (text, number) = (known::STR.instance(), known::INT.instance());
        let rows = known::LIST.of([text.clone()]);
        let either = union([rows.clone(), text.clone()]);
        assert_eq!(loosened(either.clone(), &[(text.clone(), Use)]), rows);
        assert_eq!(loosened(union([number.clone(), Type::None]), &[(Type::None, Use)]), number);
        assert_eq!(loosened(text.clone(), &[(text.clone(), Use)]), Type::Any, "nothing is left of it");
        let either_kind = union([text.clone(), number]);
        assert_eq!(loosened(either_kind, &[(text.clone(), Use)]), Type::Any, "other records hold the other kind");
        let given_back = [(text.clone(), Use), (text, Lack)];
        assert_eq!(loosened(either, &given_back), Type::Any, "the program gives what it cannot use");
    }

    #[test]
    fn a_choice_that_some_place_gives_is_not_left_out() {
        let optional = union([known::INT.instance(), Type::None]);
        let given = [Type::None];
        assert_eq!(loosened_beside(&given, optional.clone(), &[(Type::None, Use)]), Type::Any);
        assert_eq!(loosened_beside(&given, known::INT.instance(), &[(Type::None, Lack)]), optional);
    }

    #[test]
    fn what_is_given_is_one_more_choice() {
        let (text, number, bytes) = (known::STR.instance(), known::INT.instance(), known::BYTES.instance());
        let constant = Type::Literal(Literal::Int(1));
        let both = union([text.clone(), number]);
        assert_eq!(loosened(text.clone(), &[(constant.clone(), Lack)]), both);
        assert_eq!(loosened(text.clone(), &[(Type::None, Lack)]), union([text.clone(), Type::None]));
        let many = [(constant, Lack), (bytes, Lack), (known::FLOAT.instance(), Lack)];
        assert_eq!(loosened(text.clone(), &many), Type::Any);
        let vague = [(known::INT.instance(), Doubt)];
        assert_eq!(loosened(text.clone(), &vague), Type::Any);
        let rows = known::LIST.of([text.clone()]);
        assert_eq!(loosened(text.clone(), &[(rows.clone(), Lack)]), union([text.clone(), rows]));
        let rows = known::DICT.of([text.clone(), text.clone()]);
        assert_eq!(loosened(text, &[(rows, Lack)]), Type::Any);
    }

    #[test]
    fn a_container_whose_items_are_used_otherwise_holds_anything() {
        let (text, any) = (known::STR.instance(), Type::Any);
        let row = known::DICT.of([text.clone(), union([text.clone(), Type::None])]);
        let open = known::DICT.of([text.clone(), any.clone()]);
        assert_eq!(loosened(known::LIST.of([row]), &[(Type::None, Use)]), known::LIST.of([open]));
        let pair = Type::Tuple([text, Type::None].into());
        assert_eq!(loosened(pair, &[(Type::None, Use)]), any);
    }
}
