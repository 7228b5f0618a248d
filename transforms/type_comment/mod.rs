//! Types in comments, written as annotations.

use crate::project::{Module, Origin};
use std::collections::BTreeMap;

use crate::proposal::{
    Applicability, Change, ClassId, Commented, Confidence, Evidence, EvidenceKind, FileFacts, FunctionId, Inference,
    Message, Name, Project, Proposal, ProposalId, StmtId, StmtKind, TextRange, Transform,
};
use crate::types::FunctionRef;

/// A comment with types, one proposal.
pub(super) struct TypeComment;

impl Transform for TypeComment {
    fn name(&self) -> &'static str {
        "type_comment"
    }

    fn summary(&self) -> &'static str {
        "write the types of comments as annotations"
    }

    fn page(&self) -> &'static str {
        include_str!("README.md")
    }

    fn propose(&self, project: &Project, inference: &Inference) -> Vec<Proposal> {
        let modules = project.repository().filter(|module| module.origin == Origin::Project);
        modules.flat_map(|module| of_functions(module, inference).chain(of_assignments(module, inference))).collect()
    }
}

fn of_functions<'a>(module: &'a Module, inference: &'a Inference) -> impl Iterator<Item = Proposal> + 'a {
    module.facts.functions.iter().enumerate().filter_map(|(number, function)| {
        let comment = function.type_comment?;
        let reference = FunctionRef { module: module.id, function: number as u32 };
        if inference.readers.read_function(reference) {
            return None;
        }
        let commented = Commented::Function(module.id, FunctionId(number as u32));
        let key = function.qualname.to_string();
        let text = comment.of(&module.source.as_ref()?.text);
        let says = text.split('#').nth(1).and_then(|first| first.split_once(':')).map_or("", |(_, says)| says.trim());
        let words = Words { subject: &key, key: &key, says };
        Some(proposal(module, commented, words, (function.name_range.start, comment)))
    })
}

fn of_assignments<'a>(module: &'a Module, inference: &'a Inference) -> impl Iterator<Item = Proposal> + 'a {
    let facts = &module.facts;
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    facts.stmts.iter().enumerate().filter_map(move |(number, stmt)| {
        let StmtKind::Assign(targets, _, Some(comment)) = stmt.kind else { return None };
        let target = facts.list(targets).first()?;
        let (around, class) = around(facts, stmt.range.start);
        if inference.readers.read_variables(module.id, class) {
            return None;
        }
        let text = &module.source.as_ref()?.text;
        let name = facts.expr(*target).range.of(text);
        let name = around.map_or_else(|| name.to_owned(), |around| format!("{around}.{name}"));
        let count = before.entry(name.clone()).or_default();
        *count += 1;
        let key = if *count == 1 { name.clone() } else { format!("{name}#{count}") };
        let commented = Commented::Assignment(module.id, StmtId(number as u32));
        let comment = facts.expr(comment).range;
        let words = Words { subject: &name, key: &key, says: comment.of(text) };
        Some(proposal(module, commented, words, (stmt.range.start, comment)))
    })
}

/// The qualified name of the innermost function or class around a place, and the class where it is one.
fn around(facts: &FileFacts, offset: u32) -> (Option<Name>, Option<ClassId>) {
    let holds = |range: TextRange| range.start <= offset && offset < range.end;
    let function = facts.def_at(offset).map(|id| facts.function(id));
    let function = function.map(|function| (function.range.start, function.qualname, None));
    let classes = facts.classes.iter().enumerate().filter(|(_, class)| holds(class.range));
    let classes = classes.map(|(number, class)| (class.range.start, class.qualname, Some(ClassId(number as u32))));
    let innermost = classes.chain(function).max_by_key(|&(start, ..)| start);
    innermost.map_or((None, None), |(_, name, class)| (Some(name), class))
}

/// What a comment is about, in words.
#[derive(Clone, Copy)]
struct Words<'a> {
    subject: &'a str,
    /// What makes the id.
    key: &'a str,
    says: &'a str,
}

fn proposal(module: &Module, commented: Commented, words: Words<'_>, (offset, comment): (u32, TextRange)) -> Proposal {
    let Words { subject, key, says } = words;
    let name = "type_comment";
    let evidence = Evidence { kind: EvidenceKind::Comment, module: module.id, range: comment, ty: None };
    Proposal {
        id: ProposalId::new(name, module.name, key),
        transform: name,
        module: module.id,
        offset,
        title: Message::text(format!("Annotate `{subject}` as `{says}`, as its comment says")),
        reason: Message::text("A `# type:` comment says the types; annotations say the same to readers and to tools."),
        evidence: vec![evidence],
        confidence: Confidence::High,
        applicability: Applicability::Unsafe,
        changes: vec![Change::Convert(commented)],
        requires: Vec::new(),
    }
}
