//! What is put into containers and taken out of them, against what they are said to hold.

use super::{is_open, shown};
use crate::facts::{ExprId, ExprKind, FunctionId, Place, StmtKind};
use crate::infer::eval::Evaluator;
use crate::infer::read_back::{Blame, Clash, Fault};
use crate::infer::{Field, Overrun, ShapeKind, UseKind};
use crate::project::SlotKind;
use crate::text::{Name, TextRange};
use crate::types::{Literal, ShapeId, Type, known, union};

impl Evaluator<'_> {
    /// Checks what an element of a parameter is asked to be: who asks for a list among numbers is given some.
    pub(super) fn check_element(&mut self, expr: ExprId, seen: &Type, classes: &[Type]) {
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(expr).kind else { return };
        let Some(&slot) = self.scopes.last().and_then(|&scope| self.elements.get(&(scope, index))) else { return };
        if self.state.assumed[slot.0 as usize].is_none() || classes.is_empty() {
            return;
        }
        let is_related =
            |one: &Type, other: &Type| is_open(one) || self.accepts(one, other) || self.accepts(other, one);
        if !seen.members().iter().any(|member| classes.iter().any(|class| is_related(member, class))) {
            let why = format!("it would hold {}, but is asked for {}", shown(seen), shown(&union(classes.to_vec())));
            self.out.clashes.push(Clash::of(Blame::Slot(slot), seen, why));
        }
    }

    /// Checks what a container that was made before holds against what is wanted of it: as others may put something
    /// into it, that must be the same.
    pub(super) fn check_held(&mut self, expr: ExprId, seen: &Type, wanted: &Type) {
        let Some(held) = self.made_before(expr, seen) else { return };
        for member in held.members() {
            let Type::Instance(class, args) = member else { continue };
            let is_mutable = [&known::LIST, &known::SET, &known::DICT].iter().any(|known| known.class() == *class);
            let is_same = |wanted: &Type| match wanted {
                Type::Instance(other, wanted) if other == class => {
                    args.iter().zip(wanted.iter()).all(|(one, other)| self.is_same(one, other))
                }
                other => self.accepts(member, other),
            };
            if is_mutable && !wanted.members().iter().any(is_same) {
                let why = format!("it would be {}, but {} is wanted", shown(member), shown(wanted));
                if !self.blame(expr, member, &why)
                    && let Some(callee) = self.callee
                {
                    for owner in self.silent_expr(callee).members() {
                        self.blame(callee, owner, &why);
                    }
                }
            }
        }
    }

    /// The type of an expression to a checker where it is no new value, of which it would tell the type from where it
    /// goes: that of a hint, or of the display that a variable holds.
    pub(super) fn made_before(&mut self, expr: ExprId, seen: &Type) -> Option<Type> {
        // The result of a library's generic function takes its arguments from where it goes.
        let is_generic = match self.facts.expr(expr).kind {
            ExprKind::Call(function, _) => self.silent_expr(function).members().iter().any(|callee| match callee {
                Type::Function(function, _) => {
                    self.project.module(function.module).is_none_or(|module| !module.origin.is_repository())
                }
                _ => true,
            }),
            _ => false,
        };
        if !is_generic && self.is_declared(expr) {
            return Some(seen.clone());
        }
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(expr).kind else { return None };
        let [value] = *self.sources.get(&(*self.scopes.last()?, index))?.as_slice() else { return None };
        let is_filled = matches!(self.facts.expr(value).kind, ExprKind::List(items) if !items.is_empty());
        let widen = |part: &Type| matches!(part, Type::Literal(_)).then(|| Self::widen_literal(part));
        is_filled.then(|| self.silent_expr(value).map(&mut { widen }))
    }

    /// Whether two types are the same to a checker, as far as they are known.
    pub(super) fn is_same(&self, one: &Type, other: &Type) -> bool {
        let fits = |from: &Type, to: &Type| from.members().iter().all(|part| is_open(part) || self.accepts(part, to));
        fits(one, other) && fits(other, one)
    }

    /// Checks the values of a display against the types of the keys of the record that is wanted in its place.
    pub(super) fn check_display(&mut self, ty: &Type, wanted: &Type) {
        let [id] = wanted.shapes()[..] else { return };
        let Some(ShapeKind::TypedDict { fields, .. }) = self.state.shapes.get(id.0 as usize).map(|shape| &shape.kind)
        else {
            return;
        };
        if !wanted.members().contains(&Type::Shape(id)) {
            return;
        }
        for member in ty.members() {
            let Type::Record(site) = member else { continue };
            self.out.site_reads.insert(*site);
            let Some(held) = self.state.sites.get(site) else { continue };
            for (name, value) in &held.content.fields {
                if let Some(field) = fields.iter().find(|field| field.name == *name) {
                    self.check_field(id, field, value, "a display gives it");
                }
            }
        }
    }

    /// Checks what is put under a key of a record against the type of the key.
    pub(super) fn check_field(&mut self, id: ShapeId, field: &Field, value: &Type, how: &str) {
        self.check_display(value, &field.ty);
        let refused: Vec<&Type> = value.members().iter().filter(|value| !self.accepts(value, &field.ty)).collect();
        let is_mixture = refused.len() < value.members().len();
        for wrong in refused {
            let fault = if is_mixture && *wrong != Type::None { Fault::Doubt } else { Fault::Lack };
            let why = format!("`{}` would be {}, but {how} {}", field.name, shown(&field.ty), shown(wrong));
            let clash = Clash::of(Blame::Field(id, field.name), wrong, why);
            self.out.clashes.push(Clash { fault, ..clash });
        }
    }

    /// Checks what is stored under a constant key against the type that a record has there.
    pub(in crate::infer::eval) fn check_key(&mut self, held: &Type, key: Name, value: &Type) {
        for id in held.members().iter().filter_map(|member| match member {
            Type::Shape(id) => Some(*id),
            _ => None,
        }) {
            if let Some(ShapeKind::TypedDict { fields, .. }) =
                self.state.shapes.get(id.0 as usize).map(|shape| &shape.kind)
                && let Some(field) = fields.iter().find(|field| field.name == key)
            {
                self.check_field(id, field, value, "it is given");
            }
        }
    }

    /// Checks what a container is subscripted with.
    pub(in crate::infer::eval) fn check_index(&mut self, place: ExprId, container: &Type, index: ExprId, key: &Type) {
        if !self.is_checking() {
            return;
        }
        // Which member of a union is there when the key is used, we may not see.
        let wanted = match container {
            Type::Instance(class, args) if Self::is_dict(*class) && args.len() == 2 => args[0].clone(),
            Type::Instance(class, _) if *class == known::LIST.class() || *class == known::STR.class() => {
                union([known::INT.instance(), known::SLICE.instance()])
            }
            Type::Tuple(_) => union([known::INT.instance(), known::SLICE.instance()]),
            _ => return,
        };
        let outer = self.callee.replace(place);
        self.check_use(index, key, &UseKind::Passed(wanted));
        self.callee = outer;
    }

    /// Remembers an index that lies beyond the end of a tuple. What is a tuple of that length in some cases only may be
    /// told apart by means that are not seen; and who passes a tuple to a function that goes several ways may pass a
    /// longer one on the way to the index: there the conclusion is at fault.
    pub(in crate::infer::eval) fn check_arity(
        &mut self,
        value: ExprId,
        container: &Type,
        key: &Type,
        range: TextRange,
    ) {
        let (Type::Tuple(items), Type::Literal(Literal::Int(index))) = (container, key) else { return };
        let least = if *index < 0 { index.unsigned_abs() } else { index.unsigned_abs() + 1 };
        if !self.is_checking() || items.is_empty() || items.len() as u64 >= least {
            return;
        }
        let is_concluded = |source: Blame| {
            source.slot().is_some_and(|slot| {
                let is_param = matches!(self.project.slots().info(slot).kind, SlotKind::Param(..));
                is_param && self.state.assumed[slot.0 as usize].is_some()
            })
        };
        let is_passed = self.sources_of(value).into_iter().any(is_concluded);
        if is_passed && self.goes_several_ways() {
            let why = format!("it would be {}, but `[{index}]` is asked of it", shown(container));
            self.blame(value, container, &why);
        } else {
            let (module, function) = (self.module.id, self.function);
            self.out.overruns.push(Overrun { module, range, function, arity: items.len() });
        }
    }

    /// Whether what a function does depends on anything.
    pub(super) fn goes_several_ways(&self) -> bool {
        let around = self.function.map(|function| self.facts.function(FunctionId(function.function)).range);
        let is_inside = |range: TextRange| around.is_none_or(|it| it.start <= range.start && range.end <= it.end);
        let is_choice =
            |kind: &ExprKind| matches!(kind, ExprKind::Conditional(..) | ExprKind::And(_) | ExprKind::Or(_));
        let is_branch = |kind: &StmtKind| matches!(kind, StmtKind::If(..) | StmtKind::While(..) | StmtKind::Match(..));
        self.facts.stmts.iter().any(|stmt| is_branch(&stmt.kind) && is_inside(stmt.range))
            || self.facts.exprs.iter().any(|expr| is_choice(&expr.kind) && is_inside(expr.range))
    }

    /// Checks what is stored in a container against what its hint says that it holds.
    pub(in crate::infer::eval) fn check_store(&mut self, container: ExprId, held: &Type, key: &Type, value: &Type) {
        if !self.is_checking() {
            return;
        }
        for member in held.members() {
            let Type::Instance(class, args) = member else { continue };
            let pairs: &[(&Type, &Type)] = match &args[..] {
                [wanted_key, wanted] if Self::is_dict(*class) => &[(key, wanted_key), (value, wanted)],
                [wanted] if *class == known::LIST.class() => &[(value, wanted)],
                _ => continue,
            };
            for (stored, wanted) in pairs {
                if let Some(wrong) = stored.members().iter().find(|part| !self.accepts(part, wanted)) {
                    let why = format!("it would hold {}, but {} is stored in it", shown(wanted), shown(wrong));
                    let known = self.out.clashes.len();
                    self.blame(container, member, &why);
                    self.out.clashes[known..].iter_mut().for_each(|clash| clash.fault = Fault::Store);
                }
            }
        }
    }
}
