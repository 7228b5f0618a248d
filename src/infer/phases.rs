//! How long a run spends on what.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The phases of a run with the time that each took, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Phases(Mutex<Vec<(&'static str, Duration)>>);

impl Phases {
    /// Runs `action` as the phase `name`.
    pub fn measure<R>(&self, name: &'static str, action: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = action();
        self.entries().push((name, start.elapsed()));
        result
    }

    /// Adds the phases of a part of the run.
    pub fn append(&self, part: &Self) {
        self.entries().extend_from_slice(&part.entries());
    }

    /// The time that each phase took in all, in the order in which they ended first.
    pub fn totals(&self) -> Vec<(&'static str, Duration)> {
        let mut totals: Vec<(&'static str, Duration)> = Vec::new();
        for &(name, time) in self.entries().iter() {
            match totals.iter_mut().find(|(known, _)| *known == name) {
                Some((_, total)) => *total += time,
                None => totals.push((name, time)),
            }
        }
        totals
    }

    fn entries(&self) -> MutexGuard<'_, Vec<(&'static str, Duration)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
