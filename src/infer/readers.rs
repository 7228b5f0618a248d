//! What is read at run time must not be annotated: which functions and classes that is, and by whom.
//!
//! One mechanism for all transforms: a slot that something reads has no conclusion, only the reason why not.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Observations, Solved};
use crate::facts::{ArgumentKind, ClassId, FunctionId};
use crate::project::{ClassKind, Definition, Module, Origin, Project, SlotInfo, SlotKind, class_body_readers};
use crate::text::TextRange;
use crate::types::{ClassName, FunctionRef, ModuleId, SlotId, Type};

/// Functions and classes whose annotations are read at run time, each with the reason.
#[derive(Debug, Default)]
pub struct Readers {
    functions: BTreeMap<FunctionRef, String>,
    /// Classes whose annotated names in the body mean something.
    bodies: BTreeMap<(ModuleId, ClassId), String>,
    /// First parameters of functions that dispatch on them.
    dispatched: BTreeMap<FunctionRef, u16>,
    /// Modules all of whose annotations are read.
    modules: BTreeMap<ModuleId, String>,
    /// Modules in which something reads annotations or is read, the fields of dataclasses and the like included.
    touched: BTreeSet<ModuleId>,
}

impl Readers {
    /// Looks for readers in a repository.
    pub(super) fn new(project: &Project, observations: &Observations) -> Self {
        let mut readers = Self { modules: project.modules_read(), ..Self::default() };
        let modules: Vec<&Module> = project.repository().collect();
        let class_readers = modules.into_par_iter().map(|module| (module.id, class_body_readers(&module.facts)));
        let class_readers: FxHashMap<ModuleId, Vec<TextRange>> = class_readers.collect();
        for module in project.repository() {
            readers.by_decorators(project, module);
            readers.by_class(project, module, &class_readers);
        }
        readers.by_flow(project, observations);
        readers.touched = readers.modules_touched(project, observations);
        readers
    }

    /// Takes back the conclusions about slots that something reads.
    pub(super) fn decline(&self, project: &Project, slots: &mut [Result<Solved, String>]) {
        for (slot, info) in project.slots().iter() {
            if let Some(conclusion) = slots.get_mut(slot.0 as usize)
                && conclusion.is_ok()
                && let Some(reason) = self.reason(project, info)
            {
                *conclusion = Err(reason);
            }
        }
    }

    /// Whether something in a module reads annotations at run time, or may do so.
    pub fn touch(&self, module: ModuleId) -> bool {
        self.touched.contains(&module)
    }

    /// Whether something reads the annotations of a function.
    pub fn read_function(&self, function: FunctionRef) -> bool {
        self.modules.contains_key(&function.module) || self.functions.contains_key(&function)
    }

    /// Whether something reads the annotations of a module's variables, or of those in the body of a class of it.
    pub fn read_variables(&self, module: ModuleId, class: Option<ClassId>) -> bool {
        let in_body = class.is_some_and(|class| self.bodies.contains_key(&(module, class)));
        in_body || self.modules.contains_key(&module)
    }

    fn modules_touched(&self, project: &Project, observations: &Observations) -> BTreeSet<ModuleId> {
        let has_fields = |module: &&Module| {
            let mut classes = (0..module.facts.classes.len()).map(|number| ClassId(number as u32));
            classes.any(|id| matches!(project.class_at(module, id).kind, ClassKind::Fields | ClassKind::TypedDict))
        };
        let functions = self.functions.keys().chain(self.dispatched.keys()).map(|function| function.module);
        let bodies = self.bodies.keys().map(|&(module, _)| module);
        let readers = observations.introspected.iter().map(|read| read.module);
        let fields = project.repository().filter(has_fields).map(|module| module.id);
        self.modules.keys().copied().chain(functions).chain(bodies).chain(readers).chain(fields).collect()
    }

    fn reason(&self, project: &Project, info: SlotInfo) -> Option<String> {
        if let Some(read) = self.modules.get(&info.module) {
            return Some(format!("the module {read}, where annotations are more than notes"));
        }
        match info.kind {
            SlotKind::Param(function, index) => {
                let function = FunctionRef { module: info.module, function: function.0 };
                if self.dispatched.get(&function) == Some(&index) {
                    return Some("calls are dispatched on its type, so it may be anything".into());
                }
                self.functions.get(&function).cloned()
            }
            SlotKind::Return(function)
                if self.dispatched.contains_key(&FunctionRef { module: info.module, function: function.0 }) =>
            {
                Some("calls are dispatched to functions that may return something else".into())
            }
            SlotKind::Return(function) => {
                self.functions.get(&FunctionRef { module: info.module, function: function.0 }).cloned()
            }
            SlotKind::Attribute(class, name) => {
                let reason = self.bodies.get(&(info.module, class))?;
                let module = project.module(info.module)?;
                let in_body = !project.class_at(module, class).symbols.get(name).is_empty();
                in_body.then(|| reason.clone())
            }
            SlotKind::Variable(_) | SlotKind::Field(..) | SlotKind::Captured(..) => None,
        }
    }

    /// Functions decorated by a known reader, and those that `functools.singledispatch` calls.
    fn by_decorators(&mut self, project: &Project, module: &Module) {
        let facts = &module.facts;
        for (number, function) in facts.functions.iter().enumerate() {
            let reference = FunctionRef { module: module.id, function: number as u32 };
            if let Some(reader) = project.reading_decorator(module, facts.list(function.decorators)) {
                self.functions.insert(reference, format!("its decorator `{reader}` reads annotations at run time"));
            }
            if project.is_dispatched(module, function) {
                self.dispatched.insert(reference, u16::from(function.class.is_some()));
            }
        }
    }

    /// Classes whose bodies are read by a base class, a metaclass or a library.
    fn by_class(&mut self, project: &Project, module: &Module, readers: &FxHashMap<ModuleId, Vec<TextRange>>) {
        let reads_bodies = |class: ClassName| {
            let info = project.class(class)?;
            let (owner, id) = (project.module(info.module)?, info.class?);
            let range = owner.facts.class(id).range;
            let is_inside = |place: &TextRange| range.start <= place.start && place.end <= range.end;
            readers.get(&owner.id)?.iter().any(is_inside).then_some(class)
        };
        for (number, class) in module.facts.classes.iter().enumerate() {
            let id = ClassId(number as u32);
            let info = project.class_at(module, id);
            if info.kind == ClassKind::Plain && !project.is_fully_known(info.name) {
                let reason = "a base class that is not known may read the annotations in the class body";
                self.bodies.insert((module.id, id), reason.into());
            }
            let mut makers: Vec<ClassName> = project.mro(info).iter().map(|(base, _)| *base).collect();
            let metaclasses = makers.iter().filter_map(|&base| metaclass(project, base)).collect::<Vec<_>>();
            makers.extend(metaclasses);
            let reader = makers.into_iter().find_map(reads_bodies);
            if let Some(reader) = reader {
                let reason = format!("`{}` reads the annotations of class bodies at run time", reader.short());
                self.bodies.insert((module.id, id), reason);
            }
            let is_installed = |class: &ClassName| {
                let owner = project.class(*class).and_then(|class| project.module(class.module));
                owner.is_some_and(|owner| owner.origin == Origin::Installed)
            };
            if project.mro(info).iter().any(|(base, _)| is_installed(base)) {
                let reason = "a base class of another package may read the annotations in the class body";
                self.bodies.insert((module.id, id), reason.into());
            }
            if let Some(reader) = project.reading_base(module, id) {
                let reason = format!("its base class `{reader}` reads annotations at run time");
                self.bodies.insert((module.id, id), reason.clone());
                self.methods(module, id, &reason);
            }
            if let Some(reader) = project.reading_decorator(module, module.facts.list(class.decorators)) {
                let reason = format!("the decorator `{reader}` of its class reads annotations at run time");
                self.bodies.insert((module.id, id), reason.clone());
                self.methods(module, id, &reason);
            }
        }
    }

    /// All methods of a class.
    fn methods(&mut self, module: &Module, class: ClassId, reason: &str) {
        let functions = module.facts.functions.iter().enumerate();
        for (number, _) in functions.filter(|(_, function)| function.class == Some(class)) {
            let reference = FunctionRef { module: module.id, function: number as u32 };
            self.functions.entry(reference).or_insert_with(|| reason.to_owned());
        }
    }

    /// What flows into the repository's own readers: from the place that reads, back over parameters and attributes.
    fn by_flow(&mut self, project: &Project, observations: &Observations) {
        let mut seen: FxHashSet<SlotId> = FxHashSet::default();
        let mut open: Vec<(SlotId, String)> = Vec::new();
        for read in &observations.introspected {
            let reader = read.function.and_then(|function| project.function(function)).map(|(_, function)| function);
            let name = match (reader, project.module(read.module)) {
                (Some(function), _) => function.qualname.to_string(),
                (None, Some(module)) => module.name.to_string(),
                (None, None) => continue,
            };
            self.reach(project, &read.subject, &name, &mut open);
        }
        while let Some((slot, reader)) = open.pop() {
            if !seen.insert(slot) {
                continue;
            }
            let start = observations.bounds.partition_point(|bound| bound.slot < slot);
            for bound in observations.bounds[start..].iter().take_while(|bound| bound.slot == slot) {
                self.reach(project, &bound.ty, &reader, &mut open);
            }
            for decorated in &observations.decorated {
                if takes(project, &decorated.decorator, slot) {
                    self.reach(project, &decorated.definition, &reader, &mut open);
                }
            }
        }
    }

    /// Marks the functions and classes in a type as read, and continues at the slots in it.
    fn reach(&mut self, project: &Project, ty: &Type, reader: &str, open: &mut Vec<(SlotId, String)>) {
        let why = |name: &str| format!("`{name}` is passed to `{reader}`, which reads annotations at run time");
        ty.any(&mut |part| {
            match part {
                Type::Slot(slot) => open.push((*slot, reader.to_owned())),
                Type::Function(function, _) => {
                    if let Some((module, definition)) = project.function(*function)
                        && module.origin.is_repository()
                    {
                        self.functions.entry(*function).or_insert_with(|| why(definition.name.as_str()));
                    }
                }
                Type::Class(class, _) => {
                    let Some(info) = project.class(*class) else { return false };
                    let Some(id) = info.class else { return false };
                    self.bodies.entry((info.module, id)).or_insert_with(|| why(class.short()));
                    self.method(project, info.module, id, "__init__", &why(class.short()));
                }
                Type::Instance(class, _) => {
                    if let Some(info) = project.class(*class)
                        && let Some(id) = info.class
                    {
                        // What is called, by Python or by the compiler of PyTorch.
                        for name in ["__call__", "forward"] {
                            self.method(project, info.module, id, name, &why(class.short()));
                        }
                    }
                }
                Type::Module(module) => {
                    if let Some(module) = project.module(*module).filter(|module| module.origin.is_repository()) {
                        let functions = module.facts.functions.iter().enumerate();
                        for (number, function) in functions.filter(|(_, function)| function.class.is_none()) {
                            let reference = FunctionRef { module: module.id, function: number as u32 };
                            self.functions.entry(reference).or_insert_with(|| why(function.name.as_str()));
                        }
                    }
                }
                _ => {}
            }
            false
        });
    }

    fn method(&mut self, project: &Project, module: ModuleId, class: ClassId, name: &str, reason: &str) {
        let Some(module) = project.module(module).filter(|module| module.origin.is_repository()) else { return };
        for definition in project.class_at(module, class).symbols.get(name.into()) {
            if let Definition::Function(FunctionId(function)) = *definition {
                let reference = FunctionRef { module: module.id, function };
                self.functions.entry(reference).or_insert_with(|| reason.to_owned());
            }
        }
    }
}

/// Whether calling `callee` with one argument hands it to the parameter that `slot` is.
fn takes(project: &Project, callee: &Type, slot: SlotId) -> bool {
    let info = project.slots().info(slot);
    let SlotKind::Param(FunctionId(wanted), index) = info.kind else { return false };
    callee.members().iter().any(|callee| match callee {
        Type::Function(function, receiver) => {
            function.module == info.module && function.function == wanted && index == u16::from(receiver.is_some())
        }
        _ => false,
    })
}

/// The metaclass that a class names itself.
fn metaclass(project: &Project, class: ClassName) -> Option<ClassName> {
    let info = project.class(class)?;
    let module = project.module(info.module)?;
    let class = module.facts.class(info.class?);
    let argument = module
        .facts
        .arguments(class.arguments)
        .iter()
        .find(|argument| matches!(argument.kind, ArgumentKind::Keyword(name) if name.is("metaclass")))?;
    project.resolve_class(module, argument.value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::facts::lower;
    use crate::infer::infer;
    use crate::project::InputFile;
    use crate::source::{SourceFile, parse};
    use crate::stubs::Installed;
    use crate::types::PythonVersion;

    fn project(text: &str) -> Project {
        let source = SourceFile::from_bytes(Path::new("a.py"), text.as_bytes()).expect("it can be decoded");
        let facts = lower(&parse(&source).expect("it parses"), &source.text);
        let file = InputFile { source, facts: facts.into(), editable: true };
        Project::build(vec![file], &Installed::default(), PythonVersion::new(3, 12))
    }

    /// Why the parameter `name` of `function` is left alone; empty where it is annotated.
    fn reason(text: &str, function: &str, name: &str) -> String {
        reason_in(&project(text), function, name)
    }

    fn reason_in(project: &Project, function: &str, name: &str) -> String {
        let inference = infer(project);
        let (slot, _) = project
            .slots()
            .iter()
            .find(|(_, info)| {
                let facts = &project.module(info.module).expect("it was read").facts;
                let (id, slot) = match info.kind {
                    SlotKind::Param(id, index) => (id, facts.function(id).params[usize::from(index)].name.as_str()),
                    SlotKind::Return(id) => (id, "return"),
                    _ => return false,
                };
                facts.function(id).qualname.is(function) && slot == name
            })
            .expect("the test names a parameter or `return`");
        inference.slots[slot.0 as usize].as_ref().err().cloned().unwrap_or_default()
    }

    #[test]
    fn what_is_passed_to_a_reader_is_left_alone() {
        let text = "import inspect\n\ndef call(f):\n    return [p.annotation for p in inspect.signature(f).parameters.values()]\n\ndef handler(count=3):\n    return count\n\ndef other(count=3):\n    return count\n\ncall(handler)\n";
        assert_eq!(
            reason(text, "handler", "count"),
            "`handler` is passed to `call`, which reads annotations at run time"
        );
        assert_eq!(reason(text, "other", "count"), "");
    }

    #[test]
    fn names_and_defaults_may_be_read() {
        let text = "import inspect\n\ndef call(f):\n    return list(inspect.signature(f).parameters)\n\ndef handler(count=3):\n    return count\n\ncall(handler)\n";
        assert_eq!(reason(text, "handler", "count"), "");
    }

    #[test]
    fn decorators_that_methods_return_are_followed() {
        let text = "import typing\n\nclass App:\n    def get(self, path):\n        def decorate(f):\n            self.hints = typing.get_type_hints(f)\n            return f\n        return decorate\n\napp = App()\n\n@app.get('/items')\ndef items(limit=10):\n    return limit\n";
        assert_eq!(
            reason(text, "items", "limit"),
            "`items` is passed to `App.get.<locals>.decorate`, which reads annotations at run time"
        );
    }

    #[test]
    fn attributes_are_followed() {
        let text = "import typing\n\nclass Job:\n    def __init__(self, run):\n        self.run = run\n\n    def hints(self):\n        return typing.get_type_hints(self.run)\n\ndef work(times=1):\n    return times\n\nJob(work)\n";
        assert_eq!(
            reason(text, "work", "times"),
            "`work` is passed to `Job.hints`, which reads annotations at run time"
        );
    }

    #[test]
    fn libraries_are_known_by_name() {
        let text =
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\ndef root(limit=10):\n    return limit\n";
        assert_eq!(reason(text, "root", "limit"), "its decorator `fastapi.FastAPI.get` reads annotations at run time");
    }

    #[test]
    fn click_reads_no_annotations() {
        let text =
            "import click\n\n@click.command()\n@click.option('--limit')\ndef root(limit=10):\n    return limit\n";
        assert_eq!(reason(text, "root", "limit"), "");
    }

    #[test]
    fn dispatching_functions_take_anything() {
        let text = "import functools\n\n@functools.singledispatch\ndef show(x, indent=0):\n    return 'x'\n\n@show.register\ndef _text(x: str, indent=0):\n    return x\n\n@show.register(int)\ndef _number(x, indent=0):\n    return 'n'\n\nshow(1)\nshow([2])\n";
        assert_eq!(reason(text, "show", "x"), "calls are dispatched on its type, so it may be anything");
        assert_eq!(reason(text, "show", "return"), "calls are dispatched to functions that may return something else");
        assert_eq!(reason(text, "show", "indent"), "");
        assert!(reason(text, "_text", "indent").starts_with("its decorator"));
        assert_eq!(reason(text, "_number", "indent"), "");
    }

    /// As [`reason`] in a repository of several files; the function is in the first one.
    fn reason_among(files: &[(&str, &str)], readers: &[&str], function: &str, name: &str) -> String {
        let inputs = files.iter().map(|(path, text)| {
            let source = SourceFile::from_bytes(Path::new(path), text.as_bytes()).expect("it can be decoded");
            let facts = lower(&parse(&source).expect("it parses"), &source.text);
            InputFile { source, facts: facts.into(), editable: true }
        });
        let mut project = Project::build(inputs.collect(), &Installed::default(), PythonVersion::new(3, 12));
        project.readers = readers.iter().map(|&reader| reader.to_owned()).collect();
        reason_in(&project, function, name)
    }

    #[test]
    fn libraries_read_what_is_passed_to_them() {
        let header = "import typer, torch, numba\nfrom fastapi import Depends, FastAPI\n\napp = FastAPI()\ncli = typer.Typer()\n\ndef f(limit=10):\n    return limit\n\n";
        for call in [
            "@app.get('/')\ndef root(q=Depends(f)): pass\n",
            "app.add_api_route('/', f)\n",
            "cli.command()(f)\n",
            "typer.run(f)\n",
            "g = numba.njit(f)\n",
            "g = torch.jit.script(f)\n",
        ] {
            let reason = reason(&format!("{header}{call}"), "f", "limit");
            assert!(reason.ends_with("which reads annotations at run time"), "{call}: {reason:?}");
        }
        assert_eq!(reason(&format!("{header}typer.echo(f(1))\n"), "f", "limit"), "");
        let module = "import torch\n\nclass Net(torch.nn.Module):\n    def forward(self, n=1):\n        return n\n\nnet = torch.jit.script(Net())\n";
        assert!(reason(module, "Net.forward", "n").contains("reads annotations"));
    }

    #[test]
    fn hints_of_a_decorator_hide_no_reader() {
        let text = "import inspect\nfrom typing import Any, Callable, TypeVar\nF = TypeVar('F', bound=Callable[..., Any])\n\
                    class App:\n    def get(self, path: str) -> Callable[[F], F]:\n        def deco(f: F) -> F:\n            \
                    inspect.signature(f).return_annotation\n            return f\n        return deco\n\
                    app = App()\n@app.get('/')\ndef items(limit=10):\n    pass\n";
        assert_eq!(
            reason(text, "items", "limit"),
            "`items` is passed to `App.get.<locals>.deco`, which reads annotations at run time"
        );
    }

    #[test]
    fn decorators_of_classes_read_methods() {
        let text = "import typeguard\n\n@typeguard.typechecked\nclass A:\n    def m(self, k=1):\n        return k\n";
        let expected = "the decorator `typeguard.typechecked` of its class reads annotations at run time";
        assert_eq!(reason(text, "A.m", "k"), expected);
    }

    #[test]
    fn hooks_read_whole_packages() {
        let module = "def f(n=1):\n    return n\n";
        let expected = "the module is checked at run time by `beartype.claw.beartype_this_package`, where annotations are more than notes";
        let claw = "from beartype.claw import beartype_this_package\nbeartype_this_package()\n";
        let files = [("pkg/m.py", module), ("pkg/__init__.py", claw)];
        assert_eq!(reason_among(&files, &[], "f", "n"), expected);
        let hook = "import typeguard\ntypeguard.install_import_hook('pkg')\n";
        let files = [("pkg/m.py", module), ("pkg/__init__.py", ""), ("conftest.py", hook)];
        assert!(reason_among(&files, &[], "f", "n").contains("typeguard"));
        let files = [("other/m.py", module), ("other/__init__.py", ""), ("pkg/__init__.py", ""), ("conftest.py", hook)];
        assert_eq!(reason_among(&files, &[], "f", "n"), "");
    }

    #[test]
    fn compiled_modules_are_left_alone() {
        let module = "def f(n=1):\n    return n\n";
        let cython = "from Cython.Build import cythonize\nfrom setuptools import Extension, setup\nfiles = [Extension('pkg.fast', ['pkg/fast*.py'])]\nsetup(ext_modules=cythonize(files))\n";
        let files = [("pkg/fast_path.py", module), ("pkg/__init__.py", ""), ("setup.py", cython)];
        assert!(reason_among(&files, &[], "f", "n").starts_with("the module is compiled by `cythonize`"));
        let files = [("pkg/slow.py", module), ("pkg/__init__.py", ""), ("setup.py", cython)];
        assert_eq!(reason_among(&files, &[], "f", "n"), "");
        let pure = format!("import cython\n\n{module}");
        assert!(reason(&pure, "f", "n").starts_with("the module is compiled by Cython"));
    }

    #[test]
    fn members_of_modules_are_printed() {
        let reader = "import inspect\nimport plug\n\nfor name, f in inspect.getmembers(plug, inspect.isfunction):\n    print(inspect.signature(f))\n";
        let files = [("plug.py", "def f(n=1):\n    return n\n"), ("show.py", reader)];
        assert_eq!(reason_among(&files, &[], "f", "n"), "`f` is passed to `show`, which reads annotations at run time");
    }

    #[test]
    fn users_name_readers_of_their_own() {
        let web = "class App:\n    def get(self, path):\n        return lambda f: f\n\nclass Model:\n    pass\n\ndef inject(f):\n    return f\n";
        let shop = "from web import App, Model, inject\n\napp = App()\n\n@app.get('/')\ndef f(n=1):\n    return n\n\n@inject\ndef g(n=1):\n    return n\n\nclass M(Model):\n    def m(self, n=1):\n        return n\n\ndef plain(n=1):\n    return n\n";
        let files = [("shop.py", shop), ("web.py", web)];
        for (function, reader) in [("f", "web.App"), ("g", "web.inject"), ("M.m", "web.Model")] {
            assert_eq!(reason_among(&files, &[], function, "n"), "");
            let reason = reason_among(&files, &[reader], function, "n");
            assert!(reason.contains(&format!("`{reader}")), "{reader}: {reason:?}");
            assert_eq!(reason_among(&files, &[reader], "plain", "n"), "");
        }
    }
}
