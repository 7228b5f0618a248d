//! Narrowing: what a condition says about the values it tests.

use crate::facts::{ArgumentKind, CompareOp, ExprId, ExprKind, List, Place, UnaryOp};
use crate::project::ClassKind;
use crate::text::Name;
use crate::types::{Literal, Type, known, union};

use super::Evaluator;
use super::assignable::has_member;
use super::names::NAMES;

impl Evaluator<'_> {
    /// Applies what is known when `test` is truthy, or falsy when `positive` is false.
    pub(super) fn narrow(&mut self, test: ExprId, positive: bool) {
        let facts = self.facts;
        match facts.expr(test).kind {
            ExprKind::Unary(UnaryOp::Not, inner) => self.narrow(inner, !positive),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let is_and = matches!(facts.expr(test).kind, ExprKind::And(_));
                self.narrow_all(parts, is_and, positive);
            }
            ExprKind::Walrus(target, _) => self.narrow_truth(target, positive),
            ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => self.narrow_truth(test, positive),
            ExprKind::Compare(op, left, right) => self.narrow_comparison(op, left, right, positive),
            ExprKind::Call(function, arguments) => {
                let ExprKind::Name(name, _) = facts.expr(function).kind else { return };
                let arguments = facts.arguments(arguments);
                if arguments.iter().any(|argument| argument.kind != ArgumentKind::Positional) {
                    return;
                }
                if name == NAMES.isinstance && arguments.len() == 2 {
                    let class = self.silent_expr(arguments[1].value);
                    self.narrow_instance(arguments[0].value, &class, positive);
                } else if name == NAMES.callable && arguments.len() == 1 {
                    self.narrow_callable(arguments[0].value, positive);
                }
            }
            _ => {}
        }
    }

    fn narrow_all(&mut self, parts: List<ExprId>, is_and: bool, positive: bool) {
        let facts = self.facts;
        if is_and == positive {
            // All parts hold (`a and b` is true), or none does (`a or b` is false).
            for &part in facts.list(parts) {
                self.narrow(part, positive);
            }
            return;
        }
        // One of the parts decides: join what each would say, the earlier ones having gone the other way.
        let before = self.env.clone();
        let mut after: Option<super::Environment> = None;
        let mut current = before;
        for &part in facts.list(parts) {
            self.env = current.clone();
            self.narrow(part, positive);
            match &mut after {
                Some(after) => after.join(self.env.clone()),
                None => after = Some(self.env.clone()),
            }
            self.env = current;
            self.narrow(part, !positive);
            current = self.env.clone();
        }
        if let Some(after) = after {
            self.env = after;
        }
    }

    fn narrow_truth(&mut self, place: ExprId, positive: bool) {
        self.narrow_as_held(place, positive);
        let ty = self.gathered_at(place);
        let mut narrowed = Self::by_truth(&ty, positive);
        if narrowed == Type::Never {
            // Only some of the values of a class were seen; the test is there because there are others.
            narrowed = union(ty.members().iter().map(|member| match member {
                Type::Literal(Literal::Bool(_)) => Type::Literal(Literal::Bool(positive)),
                Type::Literal(literal) => Type::instance(literal.class()),
                _ => Type::Never,
            }));
        }
        if narrowed != ty {
            self.assign_narrowed(place, narrowed);
        }
    }

    /// The members of a type that can be truthy, or falsy; `Never` where none can.
    pub(super) fn by_truth(ty: &Type, truthy: bool) -> Type {
        let keep = |member: &Type| match member {
            Type::None => !truthy,
            Type::Literal(Literal::Bool(value)) => *value == truthy,
            Type::Literal(Literal::Int(number)) => (*number != 0) == truthy,
            Type::Literal(Literal::Str(text)) => text.as_str().is_empty() != truthy,
            // Falsy instances of these are possible; classes, functions and modules are always true.
            Type::Class(..) | Type::Function(..) | Type::Module(_) => truthy,
            _ => true,
        };
        let mut kept = ty.members().iter().filter(|member| keep(member)).peekable();
        if kept.peek().is_none() { Type::Never } else { union(kept.cloned()) }
    }

    fn narrow_comparison(&mut self, op: CompareOp, left: ExprId, right: ExprId, positive: bool) {
        let facts = self.facts;
        let is_none = |expr: ExprId| matches!(facts.expr(expr).kind, ExprKind::None);
        let (place, is_none_test) = if is_none(right) {
            (left, true)
        } else if is_none(left) {
            (right, true)
        } else {
            (left, false)
        };
        let equal = match op {
            CompareOp::Is | CompareOp::Eq => positive,
            CompareOp::IsNot | CompareOp::NotEq => !positive,
            CompareOp::In if positive && !is_none_test => {
                // `x in ("a", "b")`: not `None`, if the container holds none.
                let container = self.silent_expr(right);
                let element = self.element_tested(&container);
                if !element.is_unknown() && !element.members().contains(&Type::None) {
                    self.remove_none(left);
                }
                return;
            }
            _ => return,
        };
        if is_none_test {
            if equal {
                let ty = self.gathered_at(place);
                if ty.members().len() > 1
                    || matches!(ty, Type::Slot(_) | Type::Part(..) | Type::Unknown | Type::Opaque | Type::Mixed)
                {
                    self.assign_narrowed(place, Type::None);
                }
            } else {
                self.remove_none(place);
            }
        } else if let ExprKind::Call(function, arguments) = facts.expr(left).kind {
            // `type(x) is C`.
            if let (ExprKind::Name(name, _), [argument]) = (facts.expr(function).kind, facts.arguments(arguments))
                && name == NAMES.type_
                && equal
            {
                let class = self.silent_expr(right);
                self.narrow_instance(argument.value, &class, true);
            }
        } else if let Type::Literal(literal) = self.silent_expr(right) {
            self.narrow_constant(left, literal, equal);
            self.narrow_by_tag(left, literal, equal);
        }
    }

    /// `x["kind"] == "circle"`: of several records `x` is one under whose key that text can be.
    fn narrow_by_tag(&mut self, item: ExprId, constant: Literal, positive: bool) {
        let ExprKind::Subscript(owner, index) = self.facts.expr(item).kind else { return };
        let ExprKind::Str(Some(key)) = self.facts.expr(index).kind else { return };
        let ty = self.gathered_at(owner);
        if ty.members().len() < 2 {
            return;
        }
        let text = Type::Literal(constant);
        let can_be = |member: &&Type| match self.displayed_field(member, key) {
            Some(field) if positive => {
                field.members().iter().any(|choice| *choice == text || !matches!(choice, Type::Literal(_)))
            }
            Some(field) => field != text,
            None => true,
        };
        let kept: Vec<Type> = ty.members().iter().filter(can_be).cloned().collect();
        if !kept.is_empty() && kept.len() < ty.members().len() {
            self.assign_narrowed(owner, union(kept));
        }
    }

    /// What is known of a key of a record as it was made.
    fn displayed_field(&mut self, record: &Type, key: Name) -> Option<Type> {
        let Type::Record(site) = record else { return self.typed_dict_field(record, key) };
        self.out.site_reads.insert(*site);
        let fields = &self.state.sites.get(site)?.content.fields;
        fields.iter().find(|(name, _)| *name == key).map(|(_, ty)| ty.clone())
    }

    /// `x == constant` and `x is constant`.
    fn narrow_constant(&mut self, place: ExprId, constant: Literal, positive: bool) {
        let ty = self.gathered_at(place);
        let narrowed = if positive {
            let can_be = |member: &Type| match member {
                Type::None => false,
                Type::Literal(literal) => *literal == constant || literal.class() != constant.class(),
                _ => true,
            };
            let kept = ty.members().iter().filter(|member| can_be(member)).cloned();
            either_of(kept).unwrap_or(Type::Literal(constant))
        } else if let Literal::Bool(value) = constant {
            let rest = ty.members().iter().filter(|member| **member != Type::Literal(constant)).map(|member| {
                if member.is(&known::BOOL) { Type::Literal(Literal::Bool(!value)) } else { member.clone() }
            });
            either_of(rest).unwrap_or(Type::Never)
        } else {
            return;
        };
        if narrowed != ty {
            self.assign_narrowed(place, narrowed);
        }
    }

    /// What is left where a value is not `None`. A variable that was only seen to be `None` has no other value.
    fn remove_none(&mut self, place: ExprId) {
        let ty = self.gathered_at(place);
        let is_variable = matches!(self.facts.expr(place).kind, ExprKind::Name(_, Place::Local { up: 0, .. }));
        if ty == Type::None && is_variable {
            self.assign_narrowed(place, Type::Never);
        } else if ty.members().len() > 1 && ty.members().contains(&Type::None) {
            let narrowed = union(ty.members().iter().filter(|member| **member != Type::None).cloned());
            self.assign_narrowed(place, narrowed);
        }
    }

    fn narrow_callable(&mut self, place: ExprId, positive: bool) {
        let ty = self.gathered_at(place);
        let is_callable = |member: &Type| match member {
            Type::Callable(_) | Type::Function(..) | Type::Class(..) => true,
            Type::Instance(class, _) => has_member(self.project, *class, NAMES.call),
            _ => false,
        };
        let is_value =
            |member: &Type| matches!(member, Type::Instance(..) | Type::Literal(_) | Type::Tuple(_) | Type::None);
        let is_left = |member: &Type| {
            let is_known = is_callable(member) || is_value(member);
            !is_known || is_callable(member) == positive
        };
        if let Type::Union(members) = &ty
            && members.iter().any(is_callable)
        {
            let narrowed = union(members.iter().filter(|member| is_left(member)).cloned());
            self.assign_narrowed(place, narrowed);
        } else if positive && !self.state.reads_back && ty.members().iter().all(is_value) {
            // Callers that nobody has seen pass what can be called.
            self.assign_narrowed(place, Type::Unknown);
        }
    }

    /// What `in` compares with. A test for a key does not make a mapping of a record, as iterating over it would.
    fn element_tested(&mut self, container: &Type) -> Type {
        self.muted += 1;
        let element = self.iterate(container);
        self.muted -= 1;
        element
    }

    fn narrow_instance(&mut self, place: ExprId, class: &Type, positive: bool) {
        let ty = self.gathered_at(place);
        let wanted = Self::instance_of(class);
        let is_partial = self.state.reads_back && class.members().iter().any(Type::is_unknown);
        if wanted.is_unknown() || is_partial {
            // A test for a class that is not known tells one checker nothing.
            if positive && !self.state.reads_back {
                self.assign_narrowed(place, Type::Unknown);
            }
            return;
        }
        let is_wanted = |this: &Self, member: &Type| {
            member.class().is_some_and(|class| {
                wanted.members().iter().filter_map(Type::class).any(|wanted| this.project.is_subclass(class, wanted))
            })
        };
        let members: Vec<Type> = ty.members().to_vec();
        let narrowed = if positive {
            let kept: Vec<Type> = members.iter().filter(|member| is_wanted(self, member)).cloned().collect();
            if kept.is_empty() {
                // What comes from a parameter stays open beside the class, as its callers may tell.
                if matches!(ty, Type::Unknown | Type::Opaque) {
                    self.note_test(place);
                }
                wanted
            } else {
                union(kept)
            }
        } else {
            let kept: Vec<Type> = members.iter().filter(|member| !is_wanted(self, member)).cloned().collect();
            // To a checker what is left of a variable that can be nothing else is nothing.
            let is_variable = matches!(self.facts.expr(place).kind, ExprKind::Name(_, Place::Local { up: 0, .. }));
            match kept.is_empty() {
                true if self.state.reads_back && is_variable => Type::Never,
                true => return,
                false => union(kept),
            }
        };
        self.assign_narrowed(place, narrowed);
    }

    /// Notes that only a test says anything of a variable.
    fn note_test(&mut self, place: ExprId) {
        if let ExprKind::Name(_, Place::Local { up, index }) = self.facts.expr(place).kind
            && let Ok(frame) = self.frame_of(up)
        {
            self.note_tested(frame, usize::from(index));
        }
    }

    /// Narrows by a local variable that holds the result of a test, as checkers do.
    fn narrow_as_held(&mut self, place: ExprId, positive: bool) {
        let ExprKind::Name(_, Place::Local { up: 0, index }) = self.facts.expr(place).kind else { return };
        let Some(&scope) = self.scopes.last() else { return };
        let Some(&[held]) = self.sources.get(&(scope, index)).map(Vec::as_slice) else { return };
        let facts = self.facts;
        let parts = match facts.expr(held).kind {
            ExprKind::And(parts) if positive => facts.list(parts),
            _ => &[held],
        };
        for &part in parts {
            let is_test = match facts.expr(part).kind {
                ExprKind::Call(function, _) => {
                    matches!(facts.expr(function).kind, ExprKind::Name(name, _) if name == NAMES.isinstance)
                }
                ExprKind::Compare(CompareOp::Is | CompareOp::IsNot, ..) => true,
                _ => false,
            };
            if is_test {
                self.narrow(part, positive);
            }
        }
    }

    /// The type of a place that was evaluated already, as it was gathered: a value of which nothing is known is one
    /// member, which narrowing may leave.
    fn gathered_at(&mut self, place: ExprId) -> Type {
        let gathered = match self.facts.expr(place).kind {
            ExprKind::Name(_, Place::Local { up, index }) => match self.frame_of(up) {
                Ok(frame) => self.env.frames[frame].get(usize::from(index)),
                Err(_) => None,
            },
            ExprKind::Name(name, Place::Global) => self.gathered_path((None, name), name),
            ExprKind::Attribute(owner, name) => self.path_root(owner).and_then(|root| self.gathered_path(root, name)),
            ExprKind::Subscript(owner, key) => {
                self.key_path(owner, key).and_then(|(root, key)| self.gathered_path(root, key))
            }
            ExprKind::Walrus(target, _) => return self.gathered_at(target),
            _ => None,
        };
        match gathered {
            Some(Type::Unknown) | None => self.silent_expr(place),
            Some(gathered) => gathered.clone(),
        }
    }

    /// Puts a narrowed type where an expression reads it from.
    pub(super) fn assign_narrowed(&mut self, place: ExprId, ty: Type) {
        match self.facts.expr(place).kind {
            ExprKind::Name(name, Place::Local { up, index }) => {
                if let Ok(frame) = self.frame_of(up) {
                    if self.scopes[frame] == crate::facts::ScopeId(0) {
                        self.set_path((None, name), name, ty);
                    } else {
                        self.narrow_frame(frame, usize::from(index), ty);
                    }
                }
            }
            ExprKind::Name(name, Place::Global) => self.set_path((None, name), name, ty),
            ExprKind::Attribute(owner, name) => {
                if let Some(root) = self.path_root(owner) {
                    self.set_path(root, name, ty);
                }
            }
            ExprKind::Subscript(owner, key) => {
                if let Some((root, key)) = self.key_path(owner, key) {
                    self.set_path(root, key, ty);
                }
            }
            ExprKind::Walrus(target, _) => self.assign_narrowed(target, ty),
            _ => {}
        }
    }

    /// The type of an expression that has been evaluated already: nothing is recorded again.
    pub(super) fn silent_expr(&mut self, expr: ExprId) -> Type {
        self.muted += 1;
        let ty = self.expr(expr);
        self.muted -= 1;
        ty
    }

    /// Names of the annotated fields of a class body, in order.
    pub(super) fn annotated_fields(&self, info: &crate::project::ClassInfo) -> Vec<crate::text::Name> {
        let Some(module) = self.project.module(info.module) else { return Vec::new() };
        let Some(class) = info.class else { return Vec::new() };
        if info.kind == ClassKind::Plain {
            return Vec::new();
        }
        let facts = &module.facts;
        facts
            .block(facts.class(class).body)
            .filter_map(|stmt| match stmt.kind {
                crate::facts::StmtKind::AnnAssign(target, ..) => match facts.expr(target).kind {
                    ExprKind::Name(name, _) => Some(name),
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }

    /// Records that an attribute of known type is compared with `None`: what is stored in it may be that.
    fn ask_attribute_for_none(&mut self, expr: ExprId, ty: &Type, range: crate::text::TextRange) {
        let ExprKind::Attribute(owner, name) = self.facts.expr(expr).kind else { return };
        if self.muted > 0 || self.state.is_observed || ty.members().iter().any(|member| matches!(member, Type::Slot(_)))
        {
            return;
        }
        self.muted += 1;
        let owner = self.expr(owner);
        self.muted -= 1;
        for slot in owner.members().iter().filter_map(|member| self.attribute_slot(member, name)).collect::<Vec<_>>() {
            self.use_of(&Type::Slot(slot), &crate::infer::UseKind::IsNone, range);
        }
    }

    /// A comparison.
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        range: crate::text::TextRange,
    ) -> Type {
        use crate::infer::UseKind;
        let left_type = self.expr(left);
        let right_type = self.expr(right);
        self.check_comparison(op, (left, &left_type), (right, &right_type));
        match op {
            CompareOp::Is | CompareOp::IsNot if right_type == Type::None => {
                self.use_of_expr(left, &left_type, &UseKind::IsNone, range);
                self.ask_attribute_for_none(left, &left_type, range);
            }
            CompareOp::In | CompareOp::NotIn => {
                let kind = match Self::constant_key(&left_type) {
                    Some(name) => UseKind::HasKey(name),
                    None => UseKind::Contains(left_type.clone()),
                };
                self.use_of_expr(right, &right_type, &kind, range);
                let element = self.element_tested(&right_type);
                if !element.is_unknown() {
                    self.use_of_expr(left, &left_type, &UseKind::Compare(op, element), range);
                }
            }
            _ => {
                self.use_of_expr(left, &left_type, &UseKind::Compare(op, right_type.clone()), range);
                self.use_of_expr(right, &right_type, &UseKind::Compare(op, left_type.clone()), range);
            }
        }
        match op {
            CompareOp::Is | CompareOp::IsNot | CompareOp::In | CompareOp::NotIn => known::BOOL.instance(),
            // A value of any class may compare to anything.
            _ if self.state.reads_back && left_type.is_unknown() => Type::Unknown,
            _ => self.comparison_result(op, &left_type, &right_type),
        }
    }
}

/// The union of some types; none for none.
fn either_of(types: impl Iterator<Item = Type>) -> Option<Type> {
    let mut types = types.peekable();
    types.peek().is_some().then_some(())?;
    Some(union(types))
}
