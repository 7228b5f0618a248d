//! What evaluating units gave in an analysis before, for one that differs from it in a few files.
//!
//! What a unit yields follows from what its file says, from the state that it reads, and from the headers of the
//! functions that it asks for. So a result is kept with a hash of all that, and holds wherever the hash is the same.
//! Whoever finds a result here finds just what evaluating the unit would give.
//!
//! | what a result follows from | how it is known to be the same |
//! |---|---|
//! | the file | the facts are the same object; else all results of the file are forgotten |
//! | in what way the repository is read | [`Mode`] is part of the result |
//! | slots that it read or weighed, with their annotations and conclusions | noted by the evaluator, hashed slot by slot |
//! | dicts that it read | noted by the evaluator, hashed by their contents |
//! | headers of functions | noted by [`consulting`], hashed by annotations and conclusions |
//!
//! Definitions that are not written yet have numbers that say nothing in another analysis: what follows from one of
//! these is never kept.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::Overrun;
use super::book::Share;
use super::eval::{Mode, Observed, Output, State, Unit};
use super::read_back::Clash;
use super::solve::annotations;
use crate::facts::{FileFacts, FunctionId};
use crate::project::{Numbering, Project, consulting};
use crate::types::{FunctionRef, ModuleId, SlotId, Type};

/// What is known of the units of a repository from the last analysis of it.
#[derive(Default)]
pub struct Memo {
    /// What numbers mean.
    numbering: Option<Numbering>,
    /// What each file of the repository says.
    files: Vec<Arc<FileFacts>>,
    /// By slot: a hash of its annotation, none where there is none.
    declared: Vec<Option<u64>>,
    /// By unit: its results.
    units: Vec<Vec<Entry>>,
}

/// What evaluating a unit gives.
#[derive(Clone)]
pub(super) struct Evaluated {
    /// What it contributes and reads.
    pub(super) share: Arc<Share>,
    /// What is to be observed in it, while anybody wants to know.
    pub(super) observed: Option<Arc<Observed>>,
    /// What contradicts conclusions in it, when that is looked for.
    pub(super) check: Option<Arc<Check>>,
}

/// What looking for contradictions finds in a unit.
#[derive(Default)]
pub(super) struct Check {
    pub(super) clashes: Box<[Clash]>,
    pub(super) flows: Box<[(SlotId, SlotId)]>,
    pub(super) overruns: Box<[Overrun]>,
}

/// A result with what it follows from.
pub(super) struct Entry {
    module: ModuleId,
    mode: Mode,
    inputs: u64,
    consulted: Box<[FunctionRef]>,
    weighed: Box<[SlotId]>,
    evaluated: Evaluated,
    /// Whether it was of use in this analysis.
    is_used: bool,
}

impl Evaluated {
    fn new(mut output: Output, mode: Mode) -> Self {
        if mode.is_checking {
            let share = Arc::new(Share::reads(&mut output));
            let (clashes, flows, overruns) = (output.clashes.into(), output.flows.into(), output.overruns.into());
            let check = Check { clashes, flows, overruns };
            return Self { share, observed: None, check: Some(Arc::new(check)) };
        }
        let share = Arc::new(Share::take(&mut output));
        Self { share, observed: (!mode.is_observed).then(|| Arc::new(output.into())), check: None }
    }
}

impl Memo {
    /// Gives everything in a project the number that it had, or forgets all where that cannot be.
    pub(super) fn align(&mut self, project: &mut Project) {
        if !self.numbering.as_ref().is_some_and(|numbering| project.renumber(numbering)) {
            *self = Self::default();
        }
        self.numbering = Some(project.numbering());
    }

    /// Gives everything back, on all threads.
    pub fn forget(self) {
        self.units.into_par_iter().for_each(drop);
    }

    /// Leaves out what does not hold for a project, and what was of no use the last time.
    pub(super) fn renew(&mut self, project: &Project, units: &[Unit]) {
        self.units.resize_with(units.len(), Vec::new);
        let is_same = |module: ModuleId| {
            let (before, now) = (self.files.get(module.0 as usize), project.module(module));
            before.zip(now).is_some_and(|(before, now)| Arc::ptr_eq(before, &now.facts))
        };
        self.units.par_iter_mut().zip(units).for_each(|(entries, unit)| {
            if !is_same(unit.module()) {
                entries.clear();
            }
            entries.retain_mut(|entry| std::mem::take(&mut entry.is_used));
            entries.shrink_to_fit();
        });
        self.files = project.repository().map(|module| module.facts.clone()).collect();
        self.declared = annotations(project).into_iter().map(|ty| ty.map(|ty| hash_of(&ty))).collect();
    }

    /// The results of units, evaluated only where they are not known; with what is to be observed, if it is wanted.
    pub(super) fn evaluate(
        &mut self,
        project: &Project,
        state: &State,
        units: &[Unit],
        numbers: &[usize],
        wants_observed: bool,
        run: impl Fn(usize) -> Output + Sync,
    ) -> Vec<(usize, Evaluated)> {
        let known: Vec<(usize, Vec<Entry>)> =
            numbers.iter().map(|&number| (number, std::mem::take(&mut self.units[number]))).collect();
        let prints = Prints::new(project, state, &self.declared);
        let look_up = |(number, mut entries): (usize, Vec<Entry>)| {
            let module = units[number].module();
            let evaluated = answer(&prints, module, &mut entries, wants_observed, || run(number));
            (number, entries, evaluated)
        };
        let found: Vec<_> = known.into_par_iter().map(look_up).collect();
        let keep = |(number, entries, evaluated): (usize, Vec<Entry>, Evaluated)| {
            self.units[number] = entries;
            (number, evaluated)
        };
        found.into_iter().map(keep).collect()
    }
}

/// The result of a unit of which these are known; it is remembered that it was of use.
fn answer(
    prints: &Prints,
    module: ModuleId,
    entries: &mut Vec<Entry>,
    wants_observed: bool,
    evaluate: impl FnOnce() -> Output,
) -> Evaluated {
    let mode = prints.state.mode();
    let holds = |entry: &Entry| {
        entry.mode == mode
            && (!wants_observed || entry.evaluated.observed.is_some())
            && prints.of_inputs(entry) == Some(entry.inputs)
    };
    // Rounds come in the same order each time: what holds now follows what held in the round before.
    let next = entries.iter().rposition(|entry| entry.is_used).map_or(0, |place| place + 1);
    let mut places = (next..entries.len()).chain(0..next);
    let place = if let Some(known) = places.find(|&place| holds(&entries[place])) {
        known
    } else {
        let (mut output, consulted) = consulting(evaluate);
        let weighed = std::mem::take(&mut output.weighed).into_iter().collect();
        let evaluated = Evaluated::new(output, mode);
        let mut entry = Entry { module, mode, inputs: 0, consulted, weighed, evaluated, is_used: true };
        let Some(inputs) = prints.of_inputs(&entry) else { return entry.evaluated };
        entry.inputs = inputs;
        if let Some(same) = entries.iter().find(|known| known.evaluated.share == entry.evaluated.share) {
            entry.evaluated.share = same.evaluated.share.clone();
        }
        // Most units have few, and there are many units.
        entries.reserve_exact(1);
        entries.push(entry);
        entries.len() - 1
    };
    let evaluated = entries[place].evaluated.clone();
    // Only what was seen last is observed.
    if evaluated.observed.is_some() {
        for entry in entries.iter_mut().filter(|entry| entry.is_used) {
            entry.evaluated.observed = None;
        }
    }
    entries[place].is_used = true;
    entries[place].evaluated.observed.clone_from(&evaluated.observed);
    evaluated
}

/// Hashes of what units read in one round, each made when it is first asked for: many units read the same slot.
struct Prints<'a> {
    project: &'a Project,
    state: &'a State,
    /// By slot: a hash of its annotation.
    declared: &'a [Option<u64>],
    /// By slot: what a unit that reads it may see.
    seen: Vec<AtomicU64>,
    /// By slot: what a unit that consults its function may see.
    header: Vec<AtomicU64>,
}

impl<'a> Prints<'a> {
    /// Stands for a hash that was not made yet.
    const MISSING: u64 = 0;
    /// Stands for definitions that are not written yet: their numbers say nothing.
    const UNSTABLE: u64 = 1;

    fn new(project: &'a Project, state: &'a State, declared: &'a [Option<u64>]) -> Self {
        let none = || declared.iter().map(|_| AtomicU64::new(Self::MISSING)).collect();
        Self { project, state, declared, seen: none(), header: none() }
    }

    /// A hash of what a result follows from; none where definitions that are not written yet take part.
    fn of_inputs(&self, entry: &Entry) -> Option<u64> {
        let state = self.state;
        let mut hasher = FxHasher::default();
        let share = &entry.evaluated.share;
        for &slot in share.reads.iter().chain(&entry.weighed) {
            self.of_slot(slot)?.hash(&mut hasher);
        }
        if entry.mode.is_checking {
            state.declared_in.get(&entry.module).hash(&mut hasher);
        }
        for site in &share.site_reads {
            state.sites.get(site).map(|held| &held.content).hash(&mut hasher);
        }
        for function in &entry.consulted {
            for slot in self.project.slots().of_function(function.module, FunctionId(function.function)) {
                self.of_header(slot)?.hash(&mut hasher);
            }
        }
        Some(hasher.finish())
    }

    fn of_slot(&self, slot: SlotId) -> Option<u64> {
        let number = slot.0 as usize;
        let state = self.state;
        known_or(&self.seen[number], || {
            let (seen, concluded) = (&state.types[number], &state.assumed[number]);
            if state.reads_back && (mentions_shape(seen) || concluded.as_ref().is_some_and(mentions_shape)) {
                return None;
            }
            let own = state.checking.then(|| (state.plain.get(number), state.own.get(&slot)));
            Some(hash_of(&(seen, concluded, self.declared[number], own)))
        })
    }

    fn of_header(&self, slot: SlotId) -> Option<u64> {
        let number = slot.0 as usize;
        known_or(&self.header[number], || {
            let concluded = &self.state.assumed[number];
            let is_stable = !concluded.as_ref().is_some_and(mentions_shape);
            is_stable.then(|| hash_of(&(self.declared[number], concluded)))
        })
    }
}

/// A hash that is made once; two threads that make it at the same time make the same.
fn known_or(place: &AtomicU64, hash: impl FnOnce() -> Option<u64>) -> Option<u64> {
    let known = match place.load(Ordering::Relaxed) {
        Prints::MISSING => {
            let print = hash().map_or(Prints::UNSTABLE, |hash| hash.max(Prints::UNSTABLE + 1));
            place.store(print, Ordering::Relaxed);
            print
        }
        known => known,
    };
    (known != Prints::UNSTABLE).then_some(known)
}

/// What evaluating a unit gives, when nothing is remembered.
pub(super) fn evaluated(output: Output, state: &State) -> Evaluated {
    Evaluated::new(output, state.mode())
}

fn mentions_shape(ty: &Type) -> bool {
    ty.any(&mut |part| matches!(part, Type::Shape(_)))
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::facts::lower;
    use crate::infer::{infer, infer_again};
    use crate::project::InputFile;
    use crate::source::{SourceFile, parse};
    use crate::stubs::Installed;
    use crate::types::PythonVersion;

    fn input(path: &str, text: &str) -> InputFile {
        let source = SourceFile::from_bytes(&PathBuf::from("/repo").join(path), text.as_bytes()).expect("is text");
        let facts = lower(&parse(&source).expect("is Python"), &source.text);
        InputFile { source, facts: facts.into(), editable: true }
    }

    fn project(files: &[&InputFile]) -> Project {
        let copy = |file: &&InputFile| {
            let (source, facts) = (file.source.clone(), file.facts.clone());
            InputFile { source, facts, editable: file.editable }
        };
        let installed = Installed::find(None, Path::new("/repo"));
        Project::build(files.iter().map(copy).collect(), &installed, PythonVersion::new(3, 11))
    }

    /// By slot what is concluded, or why nothing is.
    fn conclusions(project: &Project, inference: &crate::infer::Inference) -> BTreeMap<String, String> {
        let told = project.slots().iter().zip(&inference.slots).map(|((_, info), solved)| {
            let solved = solved.as_ref().map(|solved| (&solved.ty, solved.confidence, &solved.reason));
            (format!("{info:?}"), format!("{solved:?}"))
        });
        told.collect()
    }

    fn shares(memo: &Memo, unit: usize) -> Vec<Arc<Share>> {
        memo.units[unit].iter().map(|entry| entry.evaluated.share.clone()).collect()
    }

    #[test]
    fn what_is_remembered_is_what_would_be_found_and_only_what_is_touched_is_evaluated() {
        let before = input("a.py", "def f(x):\n    return g(x)\n\ndef g(x):\n    return len(x)\n");
        // A variable is put in before all that had a number, and a hint changes what the caller reads.
        let after =
            input("a.py", "Pair = tuple\n\ndef f(x) -> str:\n    return g(x)\n\ndef g(x):\n    return len(x)\n");
        let caller = input("b.py", "from a import f\n\ndef call(value):\n    return f(value)\n\ncall('text')\n");
        let other = input("c.py", "def double(n):\n    return 2 * n\n\ntwice = double(3)\n");
        let mut memo = Memo::default();
        let mut first = project(&[&before, &caller, &other]);
        infer_again(&mut first, &mut memo);
        // Modules are units, each followed by its functions.
        let (call, double) = (4, 6);
        let (call_before, double_before) = (shares(&memo, call), shares(&memo, double));

        let mut second = project(&[&after, &caller, &other]);
        let found = infer_again(&mut second, &mut memo);
        let cold = project(&[&after, &caller, &other]);
        assert_eq!(conclusions(&second, &found), conclusions(&cold, &infer(&cold)));
        assert_eq!(second.slots().len(), first.slots().len() + 1);
        assert!(second.slots().iter().zip(first.slots().iter()).all(|(now, then)| now == then));

        let is_kept = |kept: &[Arc<Share>], share: &Arc<Share>| kept.iter().any(|known| Arc::ptr_eq(known, share));
        assert!(shares(&memo, double).iter().all(|share| is_kept(&double_before, share)));
        assert!(!shares(&memo, call).iter().all(|share| is_kept(&call_before, share)));
    }
}
