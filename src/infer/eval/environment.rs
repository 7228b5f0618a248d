//! What is known of local values, and the scopes that they live in.

use std::sync::Arc;

use crate::facts::ScopeId;
use crate::text::Name;
use crate::types::Type;

use super::Evaluator;

/// What is known of local values at one point of the program.
#[derive(Clone)]
pub(super) struct Environment {
    /// Types of the symbols of each open scope, innermost last; `Unknown` for a symbol that is not bound.
    pub(super) frames: Vec<Arc<Vec<Type>>>,
    /// Types of `name.attribute` and `name["key"]` paths that were narrowed or assigned: frame, symbol, attribute or key.
    pub(super) paths: Arc<Vec<(PathRoot, Name, Type)>>,
    /// The symbols, by frame, that only a test says anything of: nothing was known of them before.
    pub(super) tested: Arc<Vec<(usize, usize)>>,
    /// Whether control can be here.
    pub(super) is_reachable: bool,
}

/// The variable that a path starts from.
pub(super) type PathRoot = (Option<(u16, u16)>, Name);

impl Environment {
    /// Nothing known, at the start of a body.
    pub(super) fn new() -> Self {
        Self { frames: Vec::new(), paths: Arc::default(), tested: Arc::default(), is_reachable: true }
    }

    /// What is known where two paths of control meet.
    pub(super) fn join(&mut self, other: Environment) {
        if !other.is_reachable {
            return;
        }
        if !self.is_reachable {
            *self = other;
            return;
        }
        for (number, (frame, other_frame)) in self.frames.iter_mut().zip(&other.frames).enumerate() {
            if Arc::ptr_eq(frame, other_frame) {
                continue;
            }
            let differing: Vec<usize> = (0..frame.len()).filter(|&index| frame[index] != other_frame[index]).collect();
            if differing.is_empty() {
                continue;
            }
            let frame = Arc::make_mut(frame);
            for index in differing {
                let (own, others) = (&frame[index], &other_frame[index]);
                // Where control can come past the test, too, the test says nothing any more.
                let is_past = |tested: &[(usize, usize)], other: &Type| {
                    tested.contains(&(number, index)) && other.members().contains(&Type::Opaque)
                };
                frame[index] = if is_past(&self.tested, others) {
                    others.clone()
                } else if is_past(&other.tested, own) {
                    continue;
                } else {
                    crate::types::join(own, others)
                };
            }
        }
        if !Arc::ptr_eq(&self.tested, &other.tested) {
            let stays = |place: &&(usize, usize)| other.tested.contains(place);
            self.tested = Arc::new(self.tested.iter().filter(stays).copied().collect());
        }
        if !Arc::ptr_eq(&self.paths, &other.paths) {
            let joined = self
                .paths
                .iter()
                .filter_map(|(root, name, ty)| {
                    let (_, _, other) = other.paths.iter().find(|(other, attr, _)| other == root && attr == name)?;
                    Some((*root, *name, crate::types::join(ty, other)))
                })
                .collect();
            self.paths = Arc::new(joined);
        }
    }
}

impl Evaluator<'_> {
    pub(super) fn push_scope(&mut self, scope: ScopeId) {
        self.scopes.push(scope);
        let symbols = if scope.0 == 0 { 0 } else { self.facts.scope(scope).symbols.len() };
        self.env.frames.push(Arc::new(vec![Type::Unknown; symbols]));
    }

    pub(super) fn pop_scope(&mut self) {
        self.scopes.pop();
        self.env.frames.pop();
        let open = self.env.frames.len();
        self.forget_tests(|(frame, _)| frame >= open);
    }

    pub(super) fn local(&self, index: usize) -> Type {
        self.env.frames.last().and_then(|frame| frame.get(index)).map_or(Type::Unknown, Type::visible)
    }

    pub(super) fn set_local(&mut self, index: usize, ty: Type) {
        let frame = self.env.frames.len().saturating_sub(1);
        self.set_frame(frame, index, ty);
    }

    pub(super) fn set_frame(&mut self, frame: usize, index: usize, ty: Type) {
        self.forget_tests(|tested| tested == (frame, index));
        self.narrow_frame(frame, index, ty);
    }

    /// Notes that only a test says anything of a symbol.
    pub(super) fn note_tested(&mut self, frame: usize, index: usize) {
        if !self.env.tested.contains(&(frame, index)) {
            Arc::make_mut(&mut self.env.tested).push((frame, index));
        }
    }

    fn forget_tests(&mut self, of: impl Fn((usize, usize)) -> bool) {
        if self.env.tested.iter().any(|&tested| of(tested)) {
            Arc::make_mut(&mut self.env.tested).retain(|&tested| !of(tested));
        }
    }

    /// Puts a narrowed type where a symbol is read from: it is the same value as before.
    pub(super) fn narrow_frame(&mut self, frame: usize, index: usize, ty: Type) {
        if let Some(frame) = self.env.frames.get_mut(frame)
            && index < frame.len()
        {
            Arc::make_mut(frame)[index] = ty.gathered();
        }
    }

    /// The open frame of the scope `up` steps out from the innermost one.
    pub(super) fn frame_of(&self, up: u8) -> Result<usize, ScopeId> {
        let mut scope = *self.scopes.last().unwrap_or(&ScopeId(0));
        for _ in 0..up {
            match self.facts.scope(scope).parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
        self.scopes.iter().rposition(|&open| open == scope).ok_or(scope)
    }
}
