//! `**kwargs` as the record that it is, where a function takes named options out of it: each call fills it.

use crate::facts::{ArgumentKind, FunctionId, ParamKind};
use crate::infer::{EvidenceKind, Site, UseKind};
use crate::project::{Signature, SlotKind};
use crate::text::{Name, TextRange};
use crate::types::{FunctionRef, Literal, SiteId, SlotId, Type, known};

use super::Evaluator;
use super::arguments::Matched;
use super::call::Given;

/// The record of `Unpack[Record]`.
pub(super) fn unpacked(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Instance(class, args) if *class == known::UNPACK.class() => args.first(),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// The dict that the `**kwargs` of a function is, where it takes named options out of it; once hints are read back,
    /// those say what it is.
    pub(super) fn options(&self, function: FunctionRef) -> Option<SiteId> {
        self.project.signature(function)?.options.filter(|_| !self.state.reads_back)?;
        let module = self.project.module(function.module)?;
        // Parameters are no expressions: their dicts are numbered after those.
        Some(SiteId { module: module.id, expr: module.facts.exprs.len() as u32 + function.function })
    }

    /// Notes that the function which is evaluated has such a dict.
    pub(super) fn make_options(&mut self, function: FunctionRef) {
        let Some(id) = self.options(function) else { return };
        let Some(slot) = self.options_slot(function) else { return };
        let SlotKind::Param(definition, index) = self.project.slots().info(slot).kind else { return };
        self.out.sites.push(Site {
            id,
            range: self.facts.function(definition).params[usize::from(index)].name_range,
            function: Some(function),
            fields: Vec::new(),
            spread: Vec::new(),
            dynamic: None,
            bound_to: None,
            options: Some(slot),
        });
    }

    fn options_slot(&self, function: FunctionRef) -> Option<SlotId> {
        let index = self.project.signature(function)?.options?;
        self.project.slots().find(function.module, SlotKind::Param(FunctionId(function.function), index))
    }

    /// Tells the options of a function what a call gives them, and holds that against what they are declared to be.
    pub(super) fn tell_options(&mut self, function: FunctionRef, signature: &Signature, given: &[Given]) {
        let Some(param) = signature.params.last().filter(|param| param.kind == ParamKind::KwArgs) else { return };
        let record = if let Some(declared) = &param.ty {
            unpacked(declared).cloned()
        } else {
            let slot = self.options_slot(function);
            let assumed = slot.and_then(|slot| self.state.assumed.get(slot.0 as usize)?.as_ref());
            assumed.and_then(unpacked).cloned().or_else(|| self.options(function).map(Type::Record))
        };
        let Some(record) = record.filter(|_| self.muted == 0) else { return };
        let is_taken = |name: Name| {
            let named = |kind| matches!(kind, ParamKind::Normal | ParamKind::KeywordOnly);
            signature.params.iter().any(|param| param.name == name && named(param.kind))
        };
        let (mut keys, mut spread) = (Vec::new(), Vec::new());
        let mut first = TextRange::default();
        for argument in given {
            let range = argument.expr.map_or(TextRange::default(), |expr| self.facts.expr(expr).range);
            first = if keys.is_empty() { range } else { first };
            match (argument.kind, &argument.ty) {
                (ArgumentKind::Keyword(name), ty) if !is_taken(name) => {
                    keys.push(name);
                    self.use_of(&record, &UseKind::SetKey(name, ty.clone()), range);
                    self.check_key(&record, name, ty);
                    if let Some(field) = self.typed_dict_field(&record, name) {
                        self.passed(argument.expr, ty, &field);
                    }
                }
                (ArgumentKind::DoubleStar, ty) => {
                    // The display of a call has no name that could say what it is to be.
                    let is_made_here =
                        matches!((ty, argument.expr), (Type::Record(site), Some(expr)) if site.expr == expr.0);
                    spread.push(if is_made_here { Type::Unknown } else { ty.clone() });
                    if let Type::Record(site) = ty {
                        self.out.site_reads.insert(*site);
                        let fields = self.state.sites.get(site).map(|held| held.content.fields.clone());
                        for (key, ty) in fields.unwrap_or_default() {
                            self.use_of(&record, &UseKind::SetKey(key, ty), range);
                        }
                    }
                }
                _ => {}
            }
        }
        self.use_of(&record, &UseKind::Filled(keys, spread), first);
    }

    /// Tells the options of the function that is evaluated what they are handed on to: parameters that nothing else in
    /// the call fills, of a function that takes nothing besides.
    pub(super) fn hand_on_options(
        &mut self,
        function: FunctionRef,
        signature: &Signature,
        (given, matched): (&[Given], &[Matched]),
    ) {
        let Some(own) = self.function.and_then(|own| self.options(own)).filter(|_| self.muted == 0) else { return };
        let is_handed_on = |given: &&Given| given.kind == ArgumentKind::DoubleStar && given.ty == Type::Record(own);
        let Some(expr) = given.iter().find(is_handed_on).and_then(|given| given.expr) else { return };
        let is_known = self.project.module(function.module).is_some_and(|module| module.origin.is_repository());
        // Who knows which parameters `*args` fills.
        let is_known = is_known && given.iter().all(|given| given.kind != ArgumentKind::Star);
        if !is_known || signature.params.iter().any(|param| param.kind == ParamKind::KwArgs) {
            return;
        }
        let (record, range) = (Type::Record(own), self.facts.expr(expr).range);
        let mut params = Vec::new();
        for (index, param) in signature.params.iter().enumerate() {
            let is_left = matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
                && matched.iter().all(|matched| matched.param != index)
                && !(index == 0 && matches!(param.name.as_str(), "self" | "cls"));
            let kind = SlotKind::Param(FunctionId(function.function), index as u16);
            if let Some(slot) = self.project.slots().find(function.module, kind).filter(|_| is_left) {
                let ty = self.record_item(&record, &Type::Literal(Literal::Str(param.name)));
                // What is `None` on its way may be told apart before it is handed on.
                let is_sure = !ty.members().iter().any(|ty| matches!(ty, Type::Unknown | Type::Part(..) | Type::None));
                if is_sure && param.ty.is_none() {
                    self.bound(slot, ty, EvidenceKind::CallSite, range);
                }
                params.push((param.name, slot, !param.has_default));
            }
        }
        self.use_of(&record, &UseKind::HandedOn(params), range);
    }
}
