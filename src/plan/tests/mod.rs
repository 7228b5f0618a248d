//! Tests of the plan on small repositories: what comes out is compared whole.

mod definitions;
mod names;
mod parts;
mod text;

use std::path::Path;

use super::*;
use crate::facts::{ClassId, FunctionId, lower};
use crate::infer::{Field, Home, Member, MemberKind, MethodParam, MethodShape, Passing, Replaces, Shape, ShapeKind};
use crate::project::{InputFile, SlotKind};
use crate::proposal::{Applicability, Message, Part};
use crate::stubs::Installed;
use crate::text::{Name, TextRange};
use crate::types::{CallableType, ClassName, SlotId, Type, known, union};

/// A repository in memory, the types to write into it, and the shapes to define.
struct Repository {
    project: Project,
    inference: Inference,
    proposals: Vec<Proposal>,
    target: PythonVersion,
}

impl Repository {
    fn new(files: &[(&str, &str)], minor: u8) -> Self {
        let target = PythonVersion::new(3, minor);
        let inputs = files
            .iter()
            .map(|(path, text)| {
                let source = SourceFile::from_bytes(Path::new(path), text.as_bytes()).expect("it can be decoded");
                let facts = lower(&parse(&source).expect("it parses"), &source.text);
                InputFile { source, facts: facts.into(), editable: !path.starts_with("tests/") }
            })
            .collect();
        let project = Project::build(inputs, &Installed::default(), target);
        Self { project, inference: Inference::default(), proposals: Vec::new(), target }
    }

    fn module(&self, name: &str) -> ModuleId {
        self.project.repository().find(|module| module.import_name.is(name)).expect("the test names it").id
    }

    /// The slot `function.param`, `function.return`, `Class.attribute` or a variable.
    fn slot(&self, module: &str, subject: &str) -> SlotId {
        let id = self.module(module);
        let facts = &self.project.module(id).expect("it was read").facts;
        let function = |name: &str| {
            let found = facts.functions.iter().position(|function| function.qualname.is(name))?;
            Some((FunctionId(found as u32), &facts.functions[found]))
        };
        let kind = match subject.rsplit_once('.') {
            None => SlotKind::Variable(Name::new(subject)),
            Some((owner, part)) => match function(owner) {
                Some((id, _)) if part == "return" => SlotKind::Return(id),
                Some((id, function)) => {
                    let index = function.params.iter().position(|param| param.name.is(part)).expect("a parameter");
                    SlotKind::Param(id, index as u16)
                }
                None => {
                    let class = facts.classes.iter().position(|class| class.qualname.is(owner)).expect("a class");
                    SlotKind::Attribute(ClassId(class as u32), Name::new(part))
                }
            },
        };
        self.project.slots().find(id, kind).expect("it can be annotated")
    }

    fn propose(&mut self, changes: Vec<Change>) {
        let id = ProposalId(self.proposals.len() as u64);
        let parts = changes.iter().filter_map(|change| match change {
            Change::Annotate { ty, .. } | Change::Declare(crate::proposal::Declaration { ty, .. }) => {
                Some(Part::Type(ty.clone()))
            }
            Change::Define(shape) => Some(Part::Type(Type::Shape(*shape))),
            Change::Convert(_) | Change::Wrap { .. } => None,
        });
        self.proposals.push(Proposal {
            id,
            transform: "test",
            module: ModuleId(0),
            offset: 0,
            title: Message(parts.collect()),
            reason: Message::text("because"),
            evidence: Vec::new(),
            confidence: Confidence::High,
            applicability: Applicability::Safe,
            changes,
            requires: Vec::new(),
        });
    }

    fn annotate(&mut self, module: &str, subject: &str, ty: Type) -> &mut Self {
        let slot = self.slot(module, subject);
        self.propose(vec![Change::Annotate { slot, ty }]);
        self
    }

    /// Adds a shape whose home is before `before` in `module`; defines it in a proposal of its own.
    fn shape(&mut self, module: &str, before: &str, name: &str, kind: ShapeKind) -> Type {
        let module = self.module(module);
        let text = &self.project.module(module).and_then(|module| module.source.as_ref()).expect("it was read").text;
        let before = text.find(before).expect("the test names a part of the text") as u32;
        let id = ShapeId(self.inference.shapes.len() as u32);
        self.inference.shapes.push(Shape {
            names: vec![Name::new(name)],
            kind,
            home: Home { module, before },
            slots: Vec::new(),
            locals: Vec::new(),
            confidence: Confidence::High,
            reason: String::new(),
            evidence: Vec::new(),
        });
        self.propose(vec![Change::Define(id)]);
        Type::Shape(id)
    }

    fn plan(&self) -> Plan {
        let options = Options {
            target: self.target,
            line_length: Some(88),
            min_confidence: Confidence::Medium,
            allow_unsafe: false,
            future_annotations: false,
            accept: None,
        };
        plan(&self.project, &self.inference, &self.proposals, &options)
    }

    /// The text of a module after the plan, which drops nothing.
    fn after(&self, module: &str) -> String {
        let plan = self.plan();
        assert!(plan.dropped.is_empty(), "{:?}", plan.dropped);
        let id = self.module(module);
        let text = &self.project.module(id).and_then(|module| module.source.as_ref()).expect("it was read").text;
        let file = plan.files.iter().find(|file| file.module == id);
        file.map_or_else(|| text.to_string(), |file| file.patch.apply(text))
    }

    fn dropped(&self) -> Vec<String> {
        self.plan().dropped.into_iter().map(|dropped| dropped.reason).collect()
    }
}

fn class(module: &str, qualname: &str) -> Type {
    Type::instance(ClassName::new(Name::new(module), Name::new(qualname)))
}

fn optional(ty: Type) -> Type {
    union([ty, Type::None])
}

fn int() -> Type {
    known::INT.instance()
}

fn text() -> Type {
    known::STR.instance()
}

fn iterable(ty: Type) -> Type {
    known::ITERABLE.of([ty])
}

fn fields(fields: &[(&str, Type, bool)]) -> Vec<Field> {
    let field = |(name, ty, required): &(&str, Type, bool)| Field {
        name: Name::new(name),
        ty: ty.clone(),
        required: *required,
    };
    fields.iter().map(field).collect()
}
