//! Dicts with constant keys: sites, what is stored, and the methods of dicts that ask for keys.

use crate::facts::{ArgumentKind, BinaryOp, DictItem, ExprId, ExprKind, List};
use crate::infer::{Site, UseKind};
use crate::text::{Name, TextRange};
use crate::types::{Literal, SiteId, Type, join, known, union};

use super::call::Given;
use super::{Evaluator, SiteState};

/// Displays with more items than this are tables, not records.
const MAX_FIELDS: usize = 64;

impl Evaluator<'_> {
    /// `{…}` as an expression.
    pub(super) fn dict_display(&mut self, id: ExprId, items: List<DictItem>) -> Type {
        let facts = self.facts;
        let items = items.of(&facts.dict_items);
        let mut site = self.new_site(id);
        for item in items {
            let value = self.expr(item.value);
            if let Some(key_expr) = item.key {
                let key = self.expr(key_expr);
                Self::add_item(&mut site, &key, &value, facts.expr(item.value).range);
            } else {
                self.use_of_expr(item.value, &value, &UseKind::Spread, facts.expr(item.value).range);
                site.spread.push(value);
            }
        }
        let is_table = items.len() > MAX_FIELDS || (site.fields.is_empty() && site.dynamic.is_some());
        if is_table || self.module.source.is_none() {
            let (mut key, mut value) = site.dynamic.clone().unwrap_or((Type::Unknown, Type::Unknown));
            for (_, ty, _) in site.fields.iter().take(MAX_FIELDS) {
                key = join(&key, &known::STR.instance());
                value = join(&value, &Self::widen_literal(ty));
            }
            return known::DICT.of([Self::widen_literal(&key), Self::widen_literal(&value)]);
        }
        self.made(site)
    }

    /// `dict(…)`.
    pub(super) fn dict_call(&mut self, id: ExprId, given: Vec<(ArgumentKind, Type, Option<ExprId>)>) -> Option<Type> {
        let is_plain = given.iter().all(|(kind, ty, _)| match kind {
            ArgumentKind::Keyword(_) | ArgumentKind::DoubleStar => true,
            ArgumentKind::Positional => matches!(ty, Type::Record(_)),
            ArgumentKind::Star => false,
        });
        // To a checker the copy of a record is a dict of anything.
        if let [(ArgumentKind::Positional, copied, _)] = &given[..]
            && self.is_record(copied)
        {
            return Some(known::DICT.of([known::STR.instance(), known::OBJECT.instance()]));
        }
        if !is_plain {
            return None;
        }
        let mut site = self.new_site(id);
        for (kind, ty, expr) in given {
            let range = expr.map_or(TextRange::default(), |expr| self.facts.expr(expr).range);
            match kind {
                ArgumentKind::Keyword(name) => site.fields.push((name, ty, range)),
                _ => site.spread.push(ty),
            }
        }
        Some(self.made(site))
    }

    fn new_site(&self, id: ExprId) -> Site {
        Site {
            id: SiteId { module: self.module.id, expr: id.0 },
            range: self.facts.expr(id).range,
            function: self.function,
            fields: Vec::new(),
            spread: Vec::new(),
            dynamic: None,
            bound_to: None,
            options: None,
        }
    }

    fn made(&mut self, site: Site) -> Type {
        let id = site.id;
        if self.muted == 0 {
            self.out.sites.push(site);
        }
        Type::Record(id)
    }

    /// A display is called what it is first bound to.
    pub(super) fn name_display(&mut self, value: ExprId, target: ExprId) {
        if let ExprKind::Name(name, _) | ExprKind::Attribute(_, name) = self.facts.expr(target).kind
            && let Some(site) = self.out.sites.last_mut().filter(|site| site.id.expr == value.0)
        {
            site.bound_to = Some(name);
        }
    }

    fn add_item(site: &mut Site, key: &Type, value: &Type, range: TextRange) {
        if let Some(name) = Self::constant_key(key) {
            site.fields.push((name, value.clone(), range));
        } else {
            let (old_key, old_value) = site.dynamic.take().unwrap_or((Type::Unknown, Type::Unknown));
            site.dynamic =
                Some((join(&old_key, &Self::widen_literal(key)), join(&old_value, &Self::widen_literal(value))));
        }
    }

    /// `record[key]`.
    pub(super) fn record_item(&mut self, record: &Type, key: &Type) -> Type {
        let Type::Record(site) = record else { return Type::Unknown };
        self.out.site_reads.insert(*site);
        let Some(held) = self.state.sites.get(site) else { return Type::Unknown };
        let SiteState { fields, dynamic } = &held.content;
        if let Type::Literal(Literal::Str(name)) = key {
            match fields.iter().find(|(field, _)| field == name) {
                Some((_, ty)) => Self::widen_literal(ty),
                None => match dynamic {
                    Some((_, value)) => value.clone(),
                    None => Self::part(record, crate::types::Projection::Key(*name)),
                },
            }
        } else {
            let any_item = || {
                let value = dynamic.as_ref().map_or(Type::Unknown, |(_, value)| value.clone());
                union(fields.iter().map(|(_, ty)| Self::widen_literal(ty)).chain([value]))
            };
            held.item.get_or_init(any_item).clone()
        }
    }

    /// A record as the `dict[K, V]` it also is.
    pub(super) fn record_as_dict(&mut self, record: &Type) -> Type {
        let Type::Record(site) = record else { return record.clone() };
        self.out.site_reads.insert(*site);
        let Some(held) = self.state.sites.get(site) else { return known::DICT.of([Type::Unknown, Type::Unknown]) };
        let as_dict = || {
            let SiteState { fields, dynamic } = &held.content;
            let (mut key, mut value) = dynamic.clone().unwrap_or((Type::Unknown, Type::Unknown));
            for (_, ty) in fields {
                key = join(&key, &known::STR.instance());
                value = join(&value, &Self::widen_literal(ty));
            }
            // A record that holds itself would be an infinite type.
            if value.any(&mut |part| part == record) {
                value = Type::Unknown;
            }
            known::DICT.of([key, value])
        };
        held.dict.get_or_init(as_dict).clone()
    }

    /// The type of a key that all values which may be there have.
    fn field_of_all(&mut self, receiver: &Type, key: Name) -> Option<Type> {
        let members = receiver.members().iter().filter(|member| **member != Type::None);
        let fields: Option<Vec<Type>> = members.map(|member| self.typed_dict_field(member, key)).collect();
        fields.filter(|fields| !fields.is_empty()).map(union)
    }

    /// Methods of dicts that are about keys, on values that may be records. None where the ordinary way applies.
    pub(super) fn dict_method(
        &mut self,
        place: ExprId,
        receiver: &Type,
        name: Name,
        given: &[Given],
        range: TextRange,
    ) -> Option<Type> {
        let given = Self::given_types(given);
        if let Some((_, key, _)) = given.first()
            && let Some(key) = Self::constant_key(key)
            && let Some(field) = self.field_of_all(receiver, key)
        {
            match name.as_str() {
                "get" => {
                    let default = given.get(1).map_or(Type::None, |(_, ty, _)| Self::widen_literal(ty));
                    return Some(join(&field, &default));
                }
                "pop" if given.len() > 1 => return Some(join(&field, &Self::widen_literal(&given[1].1))),
                "pop" | "setdefault" => return Some(field),
                _ => {}
            }
        }
        // `options.pop("size", 1)` of options of which nothing is known may be anything to a checker.
        let is_nothing = |value: &Type| matches!(value, Type::Unknown | Type::Slot(_) | Type::Part(..));
        let is_open = |ty: &Type| match ty {
            Type::Instance(class, args) if Self::is_dict(*class) => args.get(1).is_some_and(is_nothing),
            _ => false,
        };
        if self.state.reads_back && matches!(name.as_str(), "get" | "pop" | "setdefault") && is_open(receiver) {
            let is_optional = name.is("get") && given.len() == 1;
            return Some(if is_optional { self.either([Type::None, Type::Unknown]) } else { Type::Unknown });
        }
        let may_be_record = |ty: &Type| matches!(ty, Type::Record(_) | Type::Slot(_) | Type::Part(..));
        let is_candidate = receiver.members().iter().any(may_be_record);
        if !is_candidate && self.parameter(place).is_none() {
            return None;
        }
        let positional: Vec<&Type> =
            given.iter().filter(|(kind, ..)| *kind == ArgumentKind::Positional).map(|(_, ty, _)| ty).collect();
        let key = positional.first().and_then(|ty| Self::constant_key(ty));
        let computed = || {
            given.first().map_or(Type::Unknown, |(_, key, place)| match place {
                Some(place) => self.computed_key(*place, key),
                None => Self::widen_literal(key),
            })
        };
        let second = positional.get(1).map(|ty| (*ty).clone());
        let kind = match (name.as_str(), key) {
            ("get", Some(key)) => UseKind::GetKey(key, second.clone().unwrap_or(Type::None)),
            ("get", None) if positional.len() <= 2 && !positional.is_empty() => UseKind::DynamicKey(computed()),
            ("pop", Some(key)) if second.is_some() => UseKind::GetKey(key, second.clone()?),
            ("pop", Some(key)) => UseKind::DeleteKey(key),
            ("setdefault", Some(key)) => UseKind::DefaultKey(key, second.clone().unwrap_or(Type::None)),
            ("setdefault", None) if positional.len() == 2 => UseKind::SetDynamicKey(computed(), positional[1].clone()),
            ("clear" | "popitem", _) if given.is_empty() => UseKind::Mapping,
            ("keys" | "values" | "items", _) if given.is_empty() => UseKind::Items,
            ("copy", _) if given.is_empty() => UseKind::Spread,
            ("update", _) => {
                for (argument, ty, _) in &given {
                    if let ArgumentKind::Keyword(key) = argument {
                        self.use_of_expr(place, receiver, &UseKind::SetKey(*key, ty.clone()), range);
                    }
                }
                self.update_from(place, receiver, &given, range);
                if is_candidate {
                    return Some(Type::None);
                }
                return None;
            }
            _ => return None,
        };
        self.use_of_expr(place, receiver, &kind, range);
        if !is_candidate {
            return None;
        }
        let mut results = Vec::new();
        for member in receiver.members() {
            let result = match (member, &kind) {
                (Type::Slot(_) | Type::Part(..), UseKind::GetKey(key, default)) => {
                    union([Self::part(member, crate::types::Projection::Key(*key)), Self::widen_literal(default)])
                }
                (Type::Slot(_) | Type::Part(..), UseKind::DefaultKey(key, _) | UseKind::DeleteKey(key)) => {
                    Self::part(member, crate::types::Projection::Key(*key))
                }
                (Type::Slot(_) | Type::Part(..), UseKind::DynamicKey(_)) => {
                    union([Self::part(member, crate::types::Projection::Element), second.clone().unwrap_or(Type::None)])
                }
                (Type::Slot(_) | Type::Part(..) | Type::Record(_), UseKind::Spread) => member.clone(),
                (Type::Slot(_) | Type::Part(..), _) => Self::part(
                    &Self::part(member, crate::types::Projection::Attribute(name)),
                    crate::types::Projection::Result,
                ),
                (Type::Record(_), UseKind::GetKey(key, default)) => {
                    let item = self.record_item(member, &Type::Literal(Literal::Str(*key)));
                    join(&item, &Self::widen_literal(default))
                }
                (Type::Record(_), UseKind::DefaultKey(key, _) | UseKind::DeleteKey(key)) => {
                    self.record_item(member, &Type::Literal(Literal::Str(*key)))
                }
                (Type::None, _) => continue,
                _ => {
                    let dict = self.record_as_dict(member);
                    let types: Vec<Type> = positional.iter().map(|ty| (*ty).clone()).collect();
                    self.call_method(&dict, name, &types)
                }
            };
            results.push(result);
        }
        Some(union(results))
    }

    /// `receiver.update(other)`: what the other holds is stored.
    fn update_from(
        &mut self,
        place: ExprId,
        receiver: &Type,
        given: &[(ArgumentKind, Type, Option<ExprId>)],
        range: TextRange,
    ) {
        for (kind, ty, expr) in given {
            if !matches!(kind, ArgumentKind::Positional | ArgumentKind::DoubleStar) {
                continue;
            }
            if let Some(expr) = expr {
                self.use_of_expr(*expr, ty, &UseKind::Spread, self.facts.expr(*expr).range);
            }
            self.merge(place, receiver, ty, range);
        }
    }

    /// `receiver |= other`, where the one on the left is a dict that is made in sight.
    pub(super) fn merge_operand(&mut self, op: BinaryOp, place: ExprId, receiver: &Type, (other, ty): (ExprId, &Type)) {
        if op == BinaryOp::BitOr && receiver.members().iter().any(|member| matches!(member, Type::Record(_))) {
            self.use_of_expr(other, ty, &UseKind::Spread, self.facts.expr(other).range);
            self.merge(place, receiver, ty, self.facts.expr(place).range);
        }
    }

    /// What one dict holds is stored in another one.
    fn merge(&mut self, place: ExprId, receiver: &Type, ty: &Type, range: TextRange) {
        match ty {
            Type::None => {}
            Type::Record(site) => {
                self.out.site_reads.insert(*site);
                let fields = self.state.sites.get(site).map(|held| held.content.fields.clone()).unwrap_or_default();
                for (key, ty) in fields {
                    self.use_of_expr(place, receiver, &UseKind::SetKey(key, ty), range);
                }
            }
            Type::Instance(class, args) if Self::is_dict(*class) && args.len() == 2 => {
                let kind = UseKind::SetDynamicKey(args[0].clone(), args[1].clone());
                self.use_of_expr(place, receiver, &kind, range);
            }
            other => self.use_of_expr(place, receiver, &UseKind::Merge(other.clone()), range),
        }
    }
}
