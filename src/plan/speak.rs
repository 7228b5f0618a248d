//! The text for a class, a shape or a name of `typing` in one place of one file, and the imports it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::project::{ClassKind, Module, Origin, Project, Resolution, is_class_gone};
use crate::text::Name;
use crate::types::{ClassName, ModuleId, Namer, PythonVersion, ShapeId};

use super::file::{File, Site, Visible, offers_class};
use super::graph::ImportGraph;
use super::paths::{self, Public};
use super::placement::Placement;

/// An import that a text takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Need {
    /// The module, as the import writes it, leading dots included.
    pub(super) module: String,
    /// The name taken out of it; none for `import module`.
    pub(super) member: Option<String>,
    /// The name that it gets, where it is another one.
    pub(super) alias: Option<String>,
    /// Whether the name has to exist when the program runs.
    pub(super) runtime: bool,
}

/// What a name that the plan adds to a module stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// A definition.
    Shape(ShapeId),
    /// `module.member`; without a member the module itself.
    Import(String, Option<String>),
}

/// Names that the plan adds, by module.
pub(super) type Reserved = FxHashMap<ModuleId, BTreeMap<Name, Bound>>;

/// What has been decided for all files.
pub(super) struct Context<'p> {
    pub(super) project: &'p Project,
    pub(super) target: PythonVersion,
    pub(super) files: BTreeMap<ModuleId, Arc<File<'p>>>,
    /// The modules that take all names of a module by a star import.
    pub(super) star_importers: Arc<BTreeMap<ModuleId, Vec<ModuleId>>>,
    pub(super) graph: Arc<ImportGraph>,
    /// The names chosen for shapes.
    pub(super) names: BTreeMap<ShapeId, Name>,
    /// Where the shapes are defined.
    pub(super) placements: BTreeMap<ShapeId, Placement>,
    /// The modules of the aliases that the repository has.
    pub(super) existing: BTreeMap<ShapeId, ModuleId>,
}

impl Context<'_> {
    /// Whether module level of a file has room for a new name: nothing binds it, it is no builtin, and no module that
    /// takes all names of this one has it.
    pub(super) fn is_free(&self, file: &File<'_>, name: Name) -> bool {
        if file.is_taken(name) || super::builtin_names::is_builtin(name.as_str()) {
            return false;
        }
        let importers = self.star_importers.get(&file.module.id).map_or(&[][..], Vec::as_slice);
        importers.is_empty()
            || file.module.symbols.exported.is_some()
            || name.as_str().starts_with('_')
            || importers
                .iter()
                .all(|&importer| self.project.module(importer).is_none_or(|module| module.symbols.get(name).is_empty()))
    }
}

/// Names types in one place, and notes what that takes.
pub(super) struct Speaker<'a, 'p> {
    pub(super) context: &'a Context<'p>,
    pub(super) file: &'a File<'p>,
    pub(super) reserved: &'a mut Reserved,
    pub(super) site: Site,
    /// The imports that are needed so far.
    pub(super) needs: BTreeSet<Need>,
    /// Whether something named so far does not exist when the site is evaluated.
    pub(super) deferred: bool,
}

impl<'a, 'p> Speaker<'a, 'p> {
    pub(super) fn new(context: &'a Context<'p>, file: &'a File<'p>, reserved: &'a mut Reserved, site: Site) -> Self {
        Self { context, file, reserved, site, needs: BTreeSet::new(), deferred: false }
    }

    fn visible(&self, name: Name) -> Visible {
        self.file.visible(name, &self.site)
    }

    fn bound(&self, name: Name) -> Option<&Bound> {
        self.reserved.get(&self.file.module.id)?.get(&name)
    }

    /// Whether `name` is, or can become, the module-level name for `wanted`.
    fn can_bind(&self, name: Name, wanted: &Bound) -> bool {
        if self.visible(name) == Visible::Local {
            return false;
        }
        match self.bound(name) {
            Some(bound) => bound == wanted,
            None => self.context.is_free(self.file, name),
        }
    }

    fn bind(&mut self, name: Name, bound: Bound) {
        self.reserved.entry(self.file.module.id).or_default().insert(name, bound);
    }

    fn defer_unless(&mut self, exists: bool) {
        self.deferred |= self.site.evaluated && !exists;
    }

    /// Whether imports that are added have run when the site is evaluated.
    fn is_below_imports(&self) -> bool {
        self.site.position.0 >= self.file.imports_end
    }

    /// A name that the module has already: its text, if it can be used here.
    fn existing(&mut self, name: Name) -> Option<String> {
        if self.visible(name) != Visible::Module {
            return None;
        }
        let exists = self.file.exists_at(name, &self.site);
        self.defer_unless(exists);
        Some(name.as_str().to_owned())
    }

    /// `module.rest` through a module that the file has imported already.
    fn through_module(&mut self, module: ModuleId, rest: &str, is_safe: bool) -> Option<String> {
        for text in self.file.texts_of_module(module) {
            let first = Name::new(text.split('.').next().unwrap_or(text));
            if self.visible(first) == Visible::Module {
                let exists = is_safe && self.file.exists_at(first, &self.site);
                self.defer_unless(exists);
                return Some(format!("{text}.{rest}"));
            }
        }
        None
    }

    /// A new import of `qualname` from a module: as a name, else through the module.
    fn import(&mut self, module: &str, qualname: &str, runtime: bool) -> Result<String, String> {
        let (first, rest) = split_first(qualname);
        let bound = Bound::Import(module.to_owned(), Some(first.to_owned()));
        let name = Name::new(first);
        if runtime {
            self.check_watched(module)?;
        } else {
            self.check_type_checking()?;
        }
        let is_typing = matches!(module, "typing" | "typing_extensions");
        if runtime && self.file.is_spread && (is_typing || self.context.project.watches_names(self.file.module.id)) {
            // What is a definition for checkers keeps its own name, as `_typing.TypedDict`. What goes through names
            // wants functions and classes, and passes modules over.
            return self.import_module(module, qualname, runtime);
        }
        let alias = self.alias(first, runtime);
        let name = alias.as_deref().map_or(name, Name::new);
        if self.can_bind(name, &bound) {
            self.bind(name, bound);
            self.needs.insert(Need { module: module.to_owned(), member: Some(first.to_owned()), alias, runtime });
            self.defer_unless(runtime && self.is_below_imports());
            return Ok(format!("{name}{rest}"));
        }
        self.import_module(module, qualname, runtime)
    }

    /// Where a star import takes all public names of the file, a name that exists at run time has to be a private one.
    fn alias(&self, name: &str, runtime: bool) -> Option<String> {
        (runtime && self.file.is_spread).then(|| format!("_{}", name.replace('.', "_")))
    }

    fn import_module(&mut self, module: &str, qualname: &str, runtime: bool) -> Result<String, String> {
        let alias = self.alias(module, runtime);
        let text = alias.as_deref().unwrap_or(module);
        let top = split_first(text).0;
        let bound = Bound::Import(if alias.is_some() { module } else { top }.to_owned(), None);
        if module.starts_with('.') || !self.can_bind(Name::new(top), &bound) {
            return Err(format!("`{}` is taken in `{}`", split_first(qualname).0, self.file.module.import_name));
        }
        self.bind(Name::new(top), bound);
        let text = format!("{text}.{qualname}");
        self.needs.insert(Need { module: module.to_owned(), member: None, alias, runtime });
        self.defer_unless(runtime && self.is_below_imports());
        Ok(text)
    }

    /// A block under `if TYPE_CHECKING` takes that name from `typing`.
    fn check_type_checking(&self) -> Result<(), String> {
        if self.file.facts().layout.type_checking_body.is_some() {
            return Ok(());
        }
        self.check_watched("typing")?;
        self.check_standard("typing")
    }

    /// Some tests compare what a package imports with a list.
    fn check_watched(&self, module: &str) -> Result<(), String> {
        if self.file.header_modules.contains(&Name::new(module)) || self.context.project.may_import(module) {
            return Ok(());
        }
        Err(format!("a test lists what is imported, and `{module}` is not among it"))
    }

    /// A file of the repository may have the name of a module of the standard library.
    fn check_standard(&self, module: &str) -> Result<(), String> {
        let top = Name::new(split_first(module).0);
        let found = self.context.project.find_module(self.file.module, top);
        let hidden = found.and_then(|id| self.context.project.module(id)).is_some_and(|m| m.origin != Origin::Standard);
        if hidden { Err(format!("a file of the repository hides the module `{top}`")) } else { Ok(()) }
    }

    /// A class of the file itself.
    fn own_class(&mut self, class: ClassName) -> Result<String, String> {
        let qualname = class.qualname.as_str();
        if qualname.contains("<locals>") {
            return Err(format!("`{}` is defined inside a function", class.short()));
        }
        let first = Name::new(split_first(qualname).0);
        let resolves = self.context.project.resolve(self.file.module, first)
            == Some(Resolution::Class(ClassName::new(class.module, first)));
        if self.visible(first) != Visible::Module || !resolves {
            return Err(format!("`{first}` means something else here"));
        }
        let exists = self.file.exists_at(first, &self.site);
        self.defer_unless(exists);
        Ok(qualname.to_owned())
    }

    fn builtin(&mut self, qualname: &str) -> Result<String, String> {
        let (first, _) = split_first(qualname);
        let name = Name::new(first);
        if !super::builtin_names::is_builtin(first) {
            return Err(format!("`{first}` has no public name"));
        }
        if self.visible(name) == Visible::Builtin && self.bound(name).is_none() {
            return Ok(qualname.to_owned());
        }
        let builtins = Name::new("builtins");
        if let Some(id) = self.context.project.module_named(builtins).map(|module| module.id)
            && let Some(text) = self.through_module(id, qualname, true)
        {
            return Ok(text);
        }
        self.check_standard("builtins")?;
        self.check_watched("builtins")?;
        self.import_module("builtins", qualname, true)
    }

    fn foreign_class(&mut self, home: &Module, class: ClassName, subscripted: bool) -> Result<String, String> {
        let target = self.context.target;
        let place = if home.origin.is_repository() {
            if class.qualname.as_str().contains("<locals>") {
                return Err(format!("`{}` is defined inside a function", class.short()));
            }
            Public { module: home.import_name, qualname: class.qualname }
        } else {
            paths::public_place(self.context.project, home, class, target)?
        };
        if (subscripted && !paths::can_subscript(home.origin, place, target))
            || !paths::is_class_at_run_time(place, target)
        {
            self.defer_unless(false);
        }
        let qualname = place.qualname.as_str();
        let (first, rest) = split_first(qualname);
        let top = ClassName::new(class.module, Name::new(first));
        for &name in self.file.names_of_class(top) {
            if let Some(text) = self.existing(name) {
                return Ok(format!("{text}{rest}"));
            }
        }
        // A star import brings it under its own name.
        if self.context.project.resolve(self.file.module, top.qualname) == Some(Resolution::Class(top))
            && let Some(text) = self.existing(top.qualname)
        {
            return Ok(format!("{text}{rest}"));
        }
        if home.origin == Origin::Evidence {
            return Err(format!("`{}` is defined in a file that is only read", class.short()));
        }
        // The target is the oldest version that the program runs on, not the only one.
        if home.origin == Origin::Standard && is_class_gone(&home.facts, top.qualname, PythonVersion::LAST_EAGER) {
            return Err(format!("newer versions of Python have no `{}`", class.short()));
        }
        // A module of the repository may be imported and not yet hold its classes; stubs of packages may be ahead of
        // what is installed.
        let is_safe = match home.origin {
            Origin::Standard => true,
            Origin::Project => {
                let cycles = self.context.graph.would_cycle(self.context.project, self.file.module, home);
                offers_class(home, Name::new(first))? && !cycles
            }
            _ => false,
        };
        let public = self.context.project.module_named(place.module).map(|module| module.id);
        for module in public.into_iter().chain([home.id]) {
            if let Some(text) = self.through_module(module, qualname, is_safe) {
                return Ok(text);
            }
        }
        if home.origin.is_repository() {
            let text = self.import_text(home)?;
            // Never at run time, not even one more name from a module that is imported anyway: what a module binds is
            // seen by star imports and by whoever lists its names.
            return self.import(&text, qualname, false);
        }
        let module = place.module.as_str();
        if home.origin == Origin::Standard {
            self.check_standard(module)?;
        }
        let is_typing = matches!(module, "typing" | "collections.abc");
        let runtime =
            home.origin == Origin::Standard && (is_typing || self.file.header_modules.contains(&place.module));
        self.import(module, qualname, runtime)
    }

    /// A name that a module of the repository binds to a type.
    fn variable_of(&mut self, home: ModuleId, name: Name) -> Result<String, String> {
        if self.context.project.resolve(self.file.module, name) == Some(Resolution::Variable(home, name)) {
            return self.existing(name).ok_or_else(|| format!("`{name}` means something else here"));
        }
        if let Some(text) = self.through_module(home, name.as_str(), false) {
            return Ok(text);
        }
        let module = self.context.project.module(home).ok_or("its module cannot be read")?;
        let text = self.import_text(module)?;
        self.import(&text, name.as_str(), false)
    }

    /// How an import in this file writes a module of the repository: relative where the file's own imports are.
    fn import_text(&self, home: &Module) -> Result<String, String> {
        super::graph::import_text(self.context.project, self.file, home)
            .ok_or_else(|| format!("`{}` cannot be imported from here", home.import_name))
    }

    /// The text for a shape that has to exist when the program runs, such as `AccountId` in `AccountId(x)`.
    pub(super) fn runtime_shape(&mut self, shape: ShapeId, in_function: bool) -> Result<String, String> {
        let placement = self.placement(shape)?;
        if placement.module != self.file.module.id {
            let home = self.home(placement)?;
            if self.context.graph.would_cycle(self.context.project, self.file.module, home) {
                return Err(format!("importing `{}` here would close a circle of imports", self.shape_name(shape)));
            }
            let text = self.import_text(home)?;
            let member = self.shape_name(shape).to_owned();
            let alias = self.alias(&member, true);
            let name = Name::new(alias.as_deref().unwrap_or(&member));
            if !self.can_bind(name, &Bound::Shape(shape)) {
                return Err(format!("`{name}` is taken here"));
            }
            self.needs.insert(Need { module: text, member: Some(member), alias, runtime: true });
            return Ok(name.as_str().to_owned());
        }
        self.site.evaluated = !in_function;
        let text = self.shape(shape)?;
        if self.deferred { Err(format!("`{text}` is used before it could be defined")) } else { Ok(text) }
    }

    fn placement(&self, shape: ShapeId) -> Result<Placement, String> {
        let placement = self.context.placements.get(&shape).copied();
        placement.ok_or_else(|| "it needs a definition that is not part of the plan".to_owned())
    }

    fn home(&self, placement: Placement) -> Result<&'p Module, String> {
        self.context.project.module(placement.module).ok_or_else(|| "its module cannot be read".to_owned())
    }

    fn shape_name(&self, shape: ShapeId) -> &'static str {
        self.context.names.get(&shape).map_or("it", |name| name.as_str())
    }
}

impl Namer for Speaker<'_, '_> {
    fn class(&mut self, class: ClassName, subscripted: bool) -> Result<String, String> {
        if class.module.is("builtins") {
            let place = Public { module: class.module, qualname: class.qualname };
            if subscripted && !paths::can_subscript(Origin::Standard, place, self.context.target) {
                self.defer_unless(false);
            }
            return self.builtin(class.qualname.as_str());
        }
        if class.module == self.file.module.name {
            return self.own_class(class);
        }
        let Some(home) = self.context.project.module_named(class.module) else {
            return Err(format!("the module of `{}` cannot be found", class.short()));
        };
        self.foreign_class(home, class, subscripted)
    }

    fn member(&mut self, module: &'static str, name: &'static str) -> Result<String, String> {
        // The same things have several homes; what the file imports already is taken from wherever it is.
        let typing_name = if (module, name) == ("collections.abc", "Set") { "AbstractSet" } else { name };
        for (home, name) in [(module, name), ("typing", typing_name), ("typing_extensions", typing_name)] {
            if let Some(bound) = self.file.bound_by(home, name)
                && let Some(text) = self.existing(bound)
            {
                return Ok(text);
            }
        }
        self.check_standard(module)?;
        let dotted = Name::new(module);
        if (self.file.is_spread || !self.file.header_froms.contains(&dotted))
            && let Some(id) = self.context.project.module_named(dotted).map(|module| module.id)
            && let Some(text) = self.through_module(id, name, true)
        {
            return Ok(text);
        }
        self.import(module, name, true)
    }

    fn shape(&mut self, shape: ShapeId) -> Result<String, String> {
        let name = Name::new(self.shape_name(shape));
        if let Some(&home) = self.context.existing.get(&shape) {
            return self.variable_of(home, name);
        }
        let placement = self.placement(shape)?;
        if let Some(class) = placement.existing_class {
            return self.class(class, false);
        }
        if placement.module == self.file.module.id {
            if self.visible(name) == Visible::Local {
                return Err(format!("`{name}` means something else here"));
            }
            self.defer_unless(placement.position < self.site.position);
            return Ok(name.as_str().to_owned());
        }
        let home = self.home(placement)?;
        // Who imports a module calls what it has by its name, new definitions like old classes.
        let is_loaded = !self.context.graph.would_cycle(self.context.project, self.file.module, home);
        if let Some(text) = self.through_module(home.id, name.as_str(), is_loaded) {
            return Ok(text);
        }
        // A star import would hand the name back to where it is defined, and to checkers an alias that is also imported
        // is a variable.
        let importers = self.context.star_importers.get(&self.file.module.id);
        let is_handed_back = self.file.is_spread && importers.is_some_and(|importers| importers.contains(&home.id));
        let alias = is_handed_back.then(|| format!("_{name}"));
        let bound = alias.as_deref().map_or(name, Name::new);
        if !self.can_bind(bound, &Bound::Shape(shape)) {
            return Err(format!("`{name}` is taken here"));
        }
        let module = self.import_text(home)?;
        self.check_type_checking()?;
        self.needs.insert(Need { module, member: Some(name.as_str().to_owned()), alias, runtime: false });
        self.defer_unless(false);
        Ok(bound.as_str().to_owned())
    }

    fn variable(&mut self, name: Name) -> Result<String, String> {
        if name.is("Self") {
            return if self.context.target.at_least(11) {
                self.member("typing", "Self")
            } else {
                Err("`Self` needs Python 3.11".to_owned())
            };
        }
        Err(format!("`{name}` is a type variable of another definition"))
    }

    fn unpack(&mut self) -> Result<String, String> {
        let home = self.context.project.home_of_unpack(self.context.target);
        self.member(home.ok_or("`Unpack` needs Python 3.11 or `typing_extensions`")?, "Unpack")
    }

    fn is_generic(&mut self, class: ClassName) -> bool {
        self.context.project.class(class).is_some_and(|info| {
            let is_call = matches!(info.kind, ClassKind::NewType | ClassKind::NamedTuple);
            !info.type_params.is_empty() && !is_call && !self.context.project.can_be_bare(class)
        })
    }

    fn is_left_bare(&mut self, class: ClassName) -> bool {
        self.context.project.is_left_bare(class)
    }

    fn replace_deferred(&mut self, mark: bool) -> bool {
        std::mem::replace(&mut self.deferred, mark)
    }
}

/// The part before the first dot, and the rest with the dot.
fn split_first(dotted: &str) -> (&str, &str) {
    dotted.find('.').map_or((dotted, ""), |dot| dotted.split_at(dot))
}
