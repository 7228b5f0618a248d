//! Tests of bases and imports that are written in ways that cannot be run.

use std::path::{Path, PathBuf};

use crate::facts::lower;
use crate::source::{SourceFile, parse};
use crate::stubs::Installed;
use crate::text::Name;
use crate::types::{ClassName, PythonVersion};

use super::{ClassKind, InputFile, Project};

fn project(files: &[(&str, &str)]) -> Project {
    let read = |&(name, text): &(&str, &str)| {
        let path = PathBuf::from(format!("/repo/{name}.py"));
        let source = SourceFile::from_bytes(&path, text.as_bytes()).expect("is text");
        let facts = lower(&parse(&source).expect("is Python"), &source.text);
        InputFile { source, facts: facts.into(), editable: true }
    };
    let files = files.iter().map(read).collect();
    Project::build(files, &Installed::find(None, Path::new("/repo")), PythonVersion::new(3, 11))
}

fn class(module: &str, name: &str) -> ClassName {
    ClassName::new(Name::new(module), Name::new(name))
}

/// The names of the classes that a class inherits from, itself first.
fn order(project: &Project, module: &str, name: &str) -> Vec<String> {
    let info = project.class(class(module, name)).expect("there is such a class");
    project.mro(info).iter().map(|(class, _)| class.qualname.as_str().to_owned()).collect()
}

#[test]
fn a_class_is_not_its_own_base() {
    let project = project(&[("framework", "import framework\nclass View(framework.View): pass\n")]);
    assert_eq!(order(&project, "framework", "View"), ["View", "object"]);
    assert!(!project.is_fully_known(class("framework", "View")));
}

#[test]
fn bases_that_lead_back_to_the_class_are_not_known() {
    let project = project(&[
        ("one", "import two\nclass A(two.B): pass\nclass Free(A, dict): pass\n"),
        ("three", "import one\nclass C(one.A): pass\nX = NewType('X', Y)\nY = NewType('Y', X)\n"),
        ("two", "import three\nclass B(three.C): pass\n"),
    ]);
    for (module, name) in [("one", "A"), ("two", "B"), ("three", "C"), ("three", "X"), ("three", "Y")] {
        assert_eq!(order(&project, module, name), [name, "object"]);
        assert!(!project.is_fully_known(class(module, name)), "{name}");
    }
    assert_eq!(order(&project, "one", "Free")[..3], ["Free", "A", "dict"]);
}

#[test]
fn what_a_class_is_passes_through_several_bases() {
    let project = project(&[(
        "a",
        "from enum import IntFlag\nfrom typing import TypedDict, NamedTuple\nclass E(IntFlag): pass\n\
         class D(TypedDict): pass\nclass D2(D): pass\nclass N(NamedTuple): pass\nclass Made(TypedDict('T', {})): pass\n\
         T = TypedDict('T', {})\nclass FromCall(T): pass\n",
    )]);
    let kind = |name| project.class(class("a", name)).map(|info| info.kind);
    assert_eq!(kind("E"), Some(ClassKind::Enum));
    assert_eq!(kind("D2"), Some(ClassKind::TypedDict));
    assert_eq!(kind("FromCall"), Some(ClassKind::TypedDict));
    assert_eq!(kind("N"), Some(ClassKind::Fields));
    assert_eq!(kind("Made"), Some(ClassKind::Plain));
}

#[test]
fn every_class_of_a_ladder_is_met_once() {
    use std::fmt::Write as _;
    let mut text = "class A0: pass\n".to_owned();
    for step in 1..60 {
        let below = step - 1;
        let _ = writeln!(text, "class B{step}(A{below}): pass\nclass C{step}(A{below}): pass");
        let _ = writeln!(text, "class A{step}(B{step}, C{step}): pass");
    }
    let project = project(&[("a", &text)]);
    assert_eq!(order(&project, "a", "A59").len(), 3 * 59 + 2);
}

#[test]
fn a_decorator_that_is_imported_in_a_circle_reads_nothing() {
    let project =
        project(&[("one", "from two import mark\n@mark\ndef f(a): pass\n"), ("two", "from one import mark\n")]);
    let module = project.repository().find(|module| module.name.is("one")).expect("there is such a module");
    let function = &module.facts.functions[0];
    assert_eq!(project.reading_decorator(module, module.facts.list(function.decorators)), None);
}
