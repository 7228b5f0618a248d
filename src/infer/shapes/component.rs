//! One component: everything that was seen of the values that are the same record.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::blocks::always_follows;
use super::graph::{Node, Origin};
use super::records::MANY;
use super::values::Values;
use super::world::{Sort, World};
use crate::infer::{Site, Use, UseKind};
use crate::text::{Name, TextRange};
use crate::types::{ClassName, FunctionRef, ModuleId, Projection, SiteId, SlotId, Type, known};

/// So many keys, and for each function that computes keys so many that know them, are a record all the same.
const OUTVOTED: usize = 5;

/// So many functions that know keys know what they talk about.
const KNOWING: usize = 3;

/// What was seen of one key.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub(super) struct Key {
    /// Constructors that set it.
    pub(super) set_by: BTreeSet<SiteId>,
    /// Read by subscript.
    pub(super) is_read: bool,
    /// Read by `.get` or `.pop` with a default.
    pub(super) is_got: bool,
    /// Tested with `in`, deleted, or set by `setdefault`: it can be missing.
    pub(super) is_tested: bool,
    /// Stored after the value was made.
    pub(super) is_stored: bool,
    /// Set or used by code that is no test.
    pub(super) is_own: bool,
    /// Functions that read it by subscript and neither put it in nor ask with `in` whether it is there. Such a reader
    /// trusts that it is, and a checker would not let it read a key that may be missing.
    pub(super) trusted_by: BTreeSet<Option<FunctionRef>>,
}

/// Uses that make a dict a mapping rather than a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dynamic {
    /// No such use.
    No,
    /// Where any dict would do: in functions that know none of its keys, or in one of many that know them.
    Elsewhere,
    /// Where the record is made or its keys are used.
    Here,
}

/// A class of nodes that may be a record.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub(super) struct Component {
    /// Its representative.
    pub(super) root: Node,
    /// The displays that make it, as indices into the observed sites.
    pub(super) sites: Vec<usize>,
    /// Those of them that are `{}` and are not filled.
    blanks: FxHashSet<SiteId>,
    /// The slots that hold it.
    pub(super) slots: Vec<SlotId>,
    /// What holds it as a part, and how.
    pub(super) holders: Vec<(Node, Projection)>,
    /// Its keys, in the order of the display with most of them, then in order of appearance.
    pub(super) order: Vec<Name>,
    /// What was seen of them.
    pub(super) keys: BTreeMap<Name, Key>,
    /// Whether it is used as a mapping.
    pub(super) dynamic: Dynamic,
    /// Functions, or the module's body, that make it with keys or use a key of it.
    pub(super) knowing: BTreeSet<Option<FunctionRef>>,
    /// Whether some function walks over its keys or values.
    pub(super) is_walked: bool,
    /// Whether some function begins with `{}` and fills that under keys that it computes: those are data.
    pub(super) is_filled: bool,
    /// Whether something is asked that a dict cannot do.
    pub(super) is_other: bool,
    /// Whether a display unpacks something unknown into it.
    pub(super) is_open: bool,
    /// Whether some key is read, by any form.
    pub(super) has_reads: bool,
    /// Functions that make or use it, module bodies left out.
    pub(super) functions: BTreeSet<FunctionRef>,
    /// Types of the keys of items that are not constant.
    pub(super) key_types: Vec<Type>,
    /// `TypedDict` classes of the repository that it is passed for.
    pub(super) wanted: BTreeSet<ClassName>,
    /// The text that tells it from other records that go where it goes.
    pub(super) variant: Option<Name>,
    /// Whether there are more such others than a reader takes in.
    pub(super) is_one_of_many: bool,
    /// The `**kwargs` that it is, of functions that take named options.
    pub(super) options: Vec<Options>,
    /// What those hand on, by the place of the `**kwargs`: the keys, where it is known what they are handed on to.
    pub(super) handed_on: BTreeMap<(ModuleId, TextRange), BTreeSet<Name>>,
}

/// The `**kwargs` of a function that takes named options.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// The dict.
    pub(super) site: SiteId,
    /// The parameter.
    pub(super) slot: SlotId,
    /// The keys that each call gives.
    pub(super) calls: Vec<BTreeSet<Name>>,
}

impl Options {
    /// The function.
    fn taker(&self, values: &Values) -> Option<FunctionRef> {
        let view = values.world.slot(self.slot)?;
        Some(FunctionRef { module: view.module, function: view.function?.0 })
    }
}

impl Component {
    /// Everything that was seen of the class of `root`.
    pub(super) fn of(values: &Values, sites: &FxHashMap<SiteId, usize>, root: Node) -> Self {
        let mut component = Self {
            root,
            sites: Vec::new(),
            blanks: FxHashSet::default(),
            slots: Vec::new(),
            holders: Vec::new(),
            order: Vec::new(),
            keys: BTreeMap::new(),
            dynamic: Dynamic::No,
            knowing: BTreeSet::new(),
            is_walked: false,
            is_filled: false,
            is_other: false,
            is_open: false,
            has_reads: false,
            functions: BTreeSet::new(),
            key_types: Vec::new(),
            wanted: BTreeSet::new(),
            variant: None,
            is_one_of_many: false,
            options: Vec::new(),
            handed_on: BTreeMap::new(),
        };
        for &member in values.members.at(root) {
            match values.flow.graph.origin(Node(member)) {
                Origin::Site(site) => {
                    let Some(&index) = sites.get(&site) else { continue };
                    match values.observations.sites[index].options {
                        Some(slot) => component.options.push(Options { site, slot, calls: Vec::new() }),
                        None => component.sites.push(index),
                    }
                }
                Origin::Slot(slot) => component.slots.push(slot),
                Origin::Part(whole, projection) => component.holders.push((whole, projection)),
            }
        }
        component.sites.sort_unstable();
        component.slots.sort_unstable();
        component.add_sites(values);
        component.add_uses(values);
        component.order_keys(values);
        component
    }

    fn add_sites(&mut self, values: &Values) {
        for &index in &self.sites {
            let site = &values.observations.sites[index];
            if !site.fields.is_empty() {
                self.knowing.insert(site.function);
            }
            for (name, ..) in &site.fields {
                let key = self.keys.entry(*name).or_default();
                key.set_by.insert(site.id);
                key.is_own |= values.world.is_editable(site.id.module);
            }
            if let Some((key, _)) = &site.dynamic {
                self.dynamic = Dynamic::Here;
                self.key_types.push(key.clone());
            }
            self.is_open |= values.flow.open.contains(&site.id);
            self.functions.extend(site.function);
        }
        for &number in values.spreads.at(self.root) {
            let (source, display) = values.flow.spreads[number as usize];
            let Origin::Site(site) = values.flow.graph.origin(display) else { continue };
            for projection in values.flow.graph.parts(source).keys() {
                if let Projection::Key(key) = projection {
                    self.keys.entry(*key).or_default().set_by.insert(site);
                }
            }
        }
    }

    fn add_uses(&mut self, values: &Values) {
        let observations = values.observations;
        let empty: FxHashMap<SiteId, &Site> = self
            .sites
            .iter()
            .map(|&index| &observations.sites[index])
            .filter(|site| site.is_empty())
            .map(|site| (site.id, site))
            .collect();
        let mut makers: FxHashSet<Option<FunctionRef>> =
            self.sites.iter().map(|&index| observations.sites[index].function).collect();
        let mut dynamic_in = Vec::new();
        let mut asked: FxHashSet<(Name, Option<FunctionRef>)> = FxHashSet::default();
        let mut read = Vec::new();
        let mut filled: FxHashSet<SiteId> = FxHashSet::default();
        let mut steps: BTreeMap<(SiteId, Name), Vec<u32>> = BTreeMap::new();
        for &number in values.uses.at(self.root) {
            let used = &observations.uses[number as usize];
            match &used.kind {
                UseKind::Key(name) => read.push((*name, used.function)),
                UseKind::HasKey(name) | UseKind::SetKey(name, _) | UseKind::DefaultKey(name, _) => {
                    asked.insert((*name, used.function));
                }
                _ => {}
            }
            if let Type::Record(id) = used.subject
                && used.kind.is_stored()
            {
                filled.insert(id);
                if let (UseKind::SetKey(key, _), Some(site)) = (&used.kind, empty.get(&id))
                    && site.function == used.function
                {
                    steps.entry((id, *key)).or_default().push(used.range.start);
                }
            }
            self.add_call(values, used);
            self.add_handing_on(used);
            if let Some(key) = self.add_use(used, values.world) {
                key.is_own |= values.world.is_editable(used.module);
                makers.insert(used.function);
                self.knowing.insert(used.function);
            }
            for name in used.kind.listed_keys().unwrap_or_default() {
                let key = self.keys.entry(name).or_default();
                key.is_stored |= matches!(used.kind, UseKind::SetDynamicKey(..));
                key.is_own |= values.world.is_editable(used.module);
                makers.insert(used.function);
            }
            if is_dynamic(&used.kind) {
                dynamic_in.push((used.function, &used.kind));
                self.is_filled |= matches!(used.kind, UseKind::SetDynamicKey(..))
                    && matches!(&used.subject, Type::Record(id)
                        if empty.get(id).is_some_and(|site| site.function == used.function));
            }
            self.is_walked |= is_walk(&used.kind);
            self.functions.extend(used.function);
        }
        // What is filled under another name began as one of these.
        let is_filled_elsewhere = filled.is_empty() && self.keys.values().any(|key| key.is_stored);
        let is_blank = |site: &&SiteId| !filled.contains(site) && !is_filled_elsewhere;
        self.blanks = empty.keys().filter(is_blank).copied().collect();
        for (name, function) in read.into_iter().filter(|read| !asked.contains(read)) {
            self.keys.entry(name).or_default().trusted_by.insert(function);
        }
        // `d = {}` followed by `d["x"] = …` is a display in several steps.
        for ((site, name), stores) in steps {
            if always_follows(values.world, site.module, empty[&site].range.start, &stores) {
                self.keys.entry(name).or_default().set_by.insert(site);
            }
        }
        for Options { site, calls, .. } in self.options.iter().filter(|options| !options.calls.is_empty()) {
            for (name, key) in &mut self.keys {
                if calls.iter().all(|given| given.contains(name)) {
                    key.set_by.insert(*site);
                }
            }
        }
        // One helper that computes a key does not undo what many functions agree on.
        let computing: FxHashSet<Option<FunctionRef>> = dynamic_in.iter().map(|(function, _)| *function).collect();
        let is_outvoted = self.keys.len() >= OUTVOTED && self.knowing.len() >= OUTVOTED * computing.len();
        let is_constant = self.sites.iter().all(|&index| observations.sites[index].function.is_none());
        for (function, kind) in dynamic_in {
            // A computed key is written by who knows no keys. Where it is read, few keys, or those of constants, are
            // those of a table; what several functions know well is a record all the same.
            let is_here = match kind {
                UseKind::SetDynamicKey(..) => true,
                UseKind::DynamicKey(_) if self.is_well_known() => false,
                UseKind::DynamicKey(_) if self.keys.len() < MANY || is_constant => true,
                _ => self.sites.is_empty() || makers.contains(&function),
            };
            if is_here && (!is_outvoted || self.is_filled) {
                self.dynamic = Dynamic::Here;
            } else if self.dynamic == Dynamic::No {
                self.dynamic = Dynamic::Elsewhere;
            }
        }
    }

    /// Adds a call that fills the `**kwargs` of a function. What is unpacked there has to be the same record: it says
    /// itself what it holds.
    fn add_call(&mut self, values: &Values, used: &Use) {
        let UseKind::Filled(keys, spread) = &used.kind else { return };
        let graph = &values.flow.graph;
        let is_own = |ty: &Type| graph.get(ty).is_some_and(|node| graph.find(node) == self.root);
        self.is_open |= !spread.iter().all(is_own);
        let filled = self.options.iter_mut().find(|options| used.subject == Type::Record(options.site));
        if let Some(options) = filled.filter(|_| spread.is_empty()) {
            options.calls.push(keys.iter().copied().collect());
        }
    }

    /// Adds a call that `**kwargs` is handed on to: its parameters take their keys.
    fn add_handing_on(&mut self, used: &Use) {
        let is_own = self.options.iter().any(|options| used.subject == Type::Record(options.site));
        if !is_own || !matches!(used.kind, UseKind::Spread | UseKind::HandedOn(_)) {
            return;
        }
        self.handed_on.entry((used.module, used.range)).or_default().extend(used.kind.handed_on());
        let UseKind::HandedOn(params) = &used.kind else { return };
        for (name, _, is_needed) in params {
            let key = self.keys.entry(*name).or_default();
            key.is_read |= is_needed;
            key.trusted_by.extend(is_needed.then_some(used.function));
            key.is_got |= !is_needed;
            key.is_own = true;
        }
        self.functions.extend(used.function);
    }

    /// Adds a use; gives the key that it names.
    fn add_use(&mut self, used: &Use, world: &World) -> Option<&mut Key> {
        match &used.kind {
            UseKind::Key(name)
            | UseKind::GetKey(name, _)
            | UseKind::HasKey(name)
            | UseKind::DeleteKey(name)
            | UseKind::DefaultKey(name, _)
            | UseKind::SetKey(name, _) => {
                let key = self.keys.entry(*name).or_default();
                let flag = match used.kind {
                    UseKind::Key(_) => &mut key.is_read,
                    UseKind::GetKey(..) => &mut key.is_got,
                    UseKind::SetKey(..) => &mut key.is_stored,
                    _ => &mut key.is_tested,
                };
                *flag = true;
                self.has_reads |= !matches!(used.kind, UseKind::SetKey(..));
                return Some(key);
            }
            UseKind::SetDynamicKey(key, _) | UseKind::DynamicKey(key) => self.key_types.push(key.clone()),
            UseKind::Method(name, ..) | UseKind::Attribute(name) => self.is_other |= !is_dict_method(*name),
            UseKind::Passed(ty) => {
                let classes = ty.members().iter().filter_map(Type::class);
                let records: Vec<ClassName> = classes.filter(|class| is_typed_dict(world, *class)).collect();
                self.is_other |= records.is_empty() && !accepts_dict(ty);
                self.wanted.extend(records);
            }
            // What is made elsewhere is one value with what awaiting it gives.
            UseKind::Await => self.is_other |= !matches!(used.subject, Type::Part(_, Projection::Result)),
            UseKind::SetAttribute(..)
            | UseKind::Call(..)
            | UseKind::Index(_)
            | UseKind::Slice
            | UseKind::Unpack(..)
            | UseKind::Sign
            | UseKind::Enter => self.is_other = true,
            UseKind::Operand(op, ..) => {
                self.is_other |= !matches!(op, crate::facts::BinaryOp::BitOr | crate::facts::BinaryOp::Mod);
            }
            _ => {}
        }
        None
    }

    fn order_keys(&mut self, values: &Values) {
        let observations = values.observations;
        let mut sites: Vec<&Site> = self.sites.iter().map(|&index| &observations.sites[index]).collect();
        sites.sort_by_key(|site| std::cmp::Reverse(site.fields.len()));
        let displayed = sites.iter().flat_map(|site| site.fields.iter().map(|(key, ..)| *key));
        // What a function takes it says in the order in which it asks; callers give it in any.
        let takers: Vec<_> = self.options.iter().filter_map(|options| options.taker(values)).collect();
        let uses = || values.places_of(self.root);
        let asked = uses().filter(|used| used.function.is_some_and(|function| takers.contains(&function)));
        let named = asked.chain(uses()).flat_map(|used| used.kind.key().into_iter().chain(used.kind.handed_on()));
        let mut placed = FxHashSet::default();
        self.order = displayed.chain(named).filter(|key| placed.insert(*key)).collect();
        self.order.extend(self.keys.keys().filter(|key| placed.insert(**key)));
    }

    /// The displays that make it; those left out that may have more keys than can be seen, or that lack what readers rely
    /// on.
    pub(super) fn constructors(&self, values: &Values) -> Vec<SiteId> {
        let sites = self.sites.iter().map(|&index| values.observations.sites[index].id);
        let called = self.options.iter().filter(|options| !options.calls.is_empty()).map(|options| options.site);
        let closed: Vec<SiteId> = sites.chain(called).filter(|site| !values.flow.open.contains(site)).collect();
        let is_relied_on = |key: &&Key| !key.trusted_by.is_empty() && self.is_required(key, &closed);
        let relied_on: Vec<&Key> = self.keys.values().filter(is_relied_on).collect();
        closed.into_iter().filter(|site| relied_on.iter().all(|key| key.set_by.contains(site))).collect()
    }

    /// The displays without a key that every record has: what goes where records go, and is none.
    pub(super) fn incomplete(&self, values: &Values) -> Vec<SiteId> {
        let constructors = self.constructors(values);
        let required: Vec<&Key> = self.keys.values().filter(|key| self.is_required(key, &constructors)).collect();
        let sites = self.sites.iter().map(|&index| values.observations.sites[index].id);
        let is_whole =
            |site: &SiteId| values.flow.open.contains(site) || required.iter().all(|key| key.set_by.contains(site));
        sites.filter(|site| !is_whole(site)).collect()
    }

    /// Whether somebody puts a key in: a lone `{}` only stands for what is not there.
    pub(super) fn is_made(&self) -> bool {
        let is_somewhere = !self.sites.is_empty() || self.options.iter().any(|options| !options.calls.is_empty());
        is_somewhere && self.keys.values().any(|key| key.is_stored || !key.set_by.is_empty())
    }

    /// Whether several functions agree on many of its keys: then it is a record, whatever else is done with it.
    pub(super) fn is_well_known(&self) -> bool {
        self.keys.len() >= MANY && self.knowing.len() >= KNOWING
    }

    /// Whether some module makes or uses both.
    pub(super) fn is_near(&self, other: &Self) -> bool {
        self.functions.iter().any(|one| other.functions.iter().any(|other| one.module == other.module))
    }

    /// Whether every value has a key. To those who trust that a key is there, `{}` that nobody fills is no value but what
    /// stands for none.
    ///
    /// | seen | required |
    /// |---|---|
    /// | tested with `in`, deleted, `setdefault` | no |
    /// | some constructors lack it, and as many as there are functions that trust that it is there | no |
    /// | read only through `.get` | no |
    /// | nothing is known of constructors, whoever reads it by subscript asks first | no |
    /// | stored by somebody else than the constructor, never read by subscript | no |
    /// | otherwise | yes |
    pub(super) fn is_required(&self, key: &Key, constructors: &[SiteId]) -> bool {
        let is_doubted = !key.is_read || constructors.is_empty() && key.trusted_by.is_empty();
        if key.is_tested || key.is_got && is_doubted {
            return false;
        }
        if constructors.is_empty() {
            return key.is_read || !key.is_stored;
        }
        let is_trusted = !key.trusted_by.is_empty();
        let is_value = |site: &&SiteId| !(is_trusted && self.blanks.contains(*site));
        let lacking = constructors.iter().filter(is_value).filter(|site| !key.set_by.contains(*site)).count();
        lacking == 0 || key.trusted_by.len() > lacking
    }

    /// Whether a slot of this sort holds it.
    pub(super) fn has_slot(&self, values: &Values, test: impl Fn(&super::world::SlotView) -> bool) -> bool {
        self.slots.iter().any(|&slot| values.world.slot(slot).is_some_and(&test))
    }

    /// Whether a public function returns it.
    pub(super) fn is_returned_publicly(&self, values: &Values) -> bool {
        self.has_slot(values, |view| view.sort == Sort::Return && !view.name.as_str().starts_with('_'))
    }
}

/// A walk over keys or values, which says less than a computed key: a record can be printed item by item.
fn is_walk(kind: &UseKind) -> bool {
    match kind {
        UseKind::Items | UseKind::Iterate => true,
        UseKind::Method(name, ..) => matches!(name.as_str(), "items" | "keys" | "values"),
        _ => false,
    }
}

fn is_dynamic(kind: &UseKind) -> bool {
    match kind {
        UseKind::DynamicKey(_) | UseKind::SetDynamicKey(..) => kind.listed_keys().is_none(),
        UseKind::Mapping => true,
        // A parameter that wants a `dict` does not take a `TypedDict`.
        UseKind::Passed(ty) => ty.members().iter().all(|member| {
            member.is(&known::DICT)
                || member.is(&known::MUTABLE_MAPPING)
                || matches!(member, Type::Instance(class, args) if *class == known::MAPPING.class()
                    && args.last().is_some_and(|value| !value.is(&known::OBJECT) && *value != Type::Any))
        }),
        UseKind::Method(name, ..) => {
            matches!(name.as_str(), "update" | "clear" | "popitem" | "fromkeys")
        }
        _ => false,
    }
}

pub(super) fn is_dict_method(name: Name) -> bool {
    #[rustfmt::skip]
    const METHODS: &[&str] = &[
        "get", "items", "keys", "values", "update", "pop", "popitem", "setdefault", "clear", "copy", "fromkeys",
        "__contains__", "__getitem__", "__setitem__", "__iter__", "__len__", "__class__", "__delitem__",
    ];
    METHODS.contains(&name.as_str())
}

/// Whether a class is a `TypedDict` of the repository.
fn is_typed_dict(world: &World, class: ClassName) -> bool {
    world.classes.get(&class).is_some_and(|view| view.keys.is_some())
}

/// Whether a parameter of this type can take a dict with string keys.
fn accepts_dict(ty: &Type) -> bool {
    ty.members().iter().any(|member| match member {
        Type::Instance(class, _) => {
            let abstract_module = matches!(class.module.as_str(), "typing" | "collections.abc" | "_typeshed");
            *class == known::DICT.class() || *class == known::OBJECT.class() || abstract_module
        }
        Type::Literal(_) | Type::Tuple(_) | Type::Class(..) | Type::Callable(_) | Type::Function(..) => false,
        _ => true,
    })
}
