//! Places for new text at the top of a file.

use super::Lowerer;
use crate::facts::{ExprId, ExprKind, Layout, Stmt, StmtKind};
use crate::text::TextRange;

impl Lowerer<'_> {
    /// Finds the places once all statements are lowered.
    pub(super) fn layout(&mut self) {
        let facts = &self.facts;
        let mut layout = Layout { module_stmts: Vec::with_capacity(facts.body.len as usize), ..Layout::default() };
        let docstring = self.docstring(facts.body);
        let first = facts.block(facts.body).next();
        layout.after_docstring = match (docstring, first) {
            (Some(_), Some(first)) => next_line(self.text, first.range.end),
            _ => after_leading_comments(self.text),
        };
        let mut in_header = true;
        for (number, stmt) in facts.block(facts.body).enumerate() {
            layout.module_stmts.push(stmt.range.start);
            match stmt.kind {
                StmtKind::Import(names) => {
                    if in_header {
                        layout.header_imports.push(stmt.range);
                    }
                    let imports = names.of(&facts.imports);
                    if imports.iter().any(|import| import.module.is("__future__") && import.level == 0) {
                        layout.after_future = Some(next_line(self.text, stmt.range.end));
                        layout.future_annotations |=
                            imports.iter().any(|import| import.member.is_some_and(|name| name.is("annotations")));
                    }
                }
                StmtKind::If(test, body, _) => {
                    let mut stmts = facts.block(body);
                    if layout.type_checking_body.is_none()
                        && self.is_type_checking(test)
                        && let Some(first) = stmts.next()
                    {
                        let end = stmts.next_back().unwrap_or(first).range.end;
                        layout.type_checking_body = Some(TextRange::new(first.range.start, end));
                    }
                }
                StmtKind::Try { .. } => {}
                _ => in_header &= number == 0 && docstring.is_some() || self.is_dunder_assignment(stmt),
            }
        }
        self.facts.layout = layout;
    }

    fn is_type_checking(&self, test: ExprId) -> bool {
        match self.facts.expr(test).kind {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name.is("TYPE_CHECKING"),
            _ => false,
        }
    }

    /// `__all__ = […]`, `__version__ = "1.0"`: those stand among imports.
    fn is_dunder_assignment(&self, stmt: &Stmt) -> bool {
        let (target, value) = match stmt.kind {
            StmtKind::Assign(targets, value, _) if targets.len == 1 => (self.facts.list(targets)[0], value),
            StmtKind::AnnAssign(target, _, Some(value)) => (target, value),
            _ => return false,
        };
        let ExprKind::Name(name, _) = self.facts.expr(target).kind else { return false };
        let name = name.as_str();
        name == "__all__"
            || name.starts_with("__") && name.ends_with("__") && matches!(self.facts.expr(value).kind, ExprKind::Str(_))
    }
}

/// The start of the line after the one that holds `offset`.
fn next_line(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |newline| offset as usize + newline + 1) as u32
}

/// The offset after the comments at the very top and the blank lines that follow them.
fn after_leading_comments(text: &str) -> u32 {
    let mut offset = 0;
    let mut skip = |is_skipped: fn(&str) -> bool| {
        for line in text[offset..].split_inclusive('\n') {
            if !is_skipped(line.trim()) {
                break;
            }
            offset += line.len();
        }
    };
    skip(str::is_empty);
    skip(|line| line.starts_with('#'));
    skip(str::is_empty);
    offset as u32
}
