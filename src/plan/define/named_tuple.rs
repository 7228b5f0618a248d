//! `NamedTuple` classes, most of which take the place of a `namedtuple(...)`.

use crate::facts::{ExprKind, StmtKind};
use crate::infer::{Field, Replaces};
use crate::text::{Edit, Name};

use super::super::builtin_names::is_identifier;
use super::super::file::{indent_at, line_end, line_start};
use super::{Writer, missing_above, missing_below, next_line};

/// Names that `typing.NamedTuple`, which builds the class anew, refuses in its body.
const REFUSED: &[&str] = &[
    "__new__",
    "__init__",
    "__slots__",
    "__getnewargs__",
    "_fields",
    "_make",
    "_replace",
    "_asdict",
    "_field_defaults",
];

impl Writer<'_, '_> {
    /// The base of a `NamedTuple` class, and the lines of its fields.
    pub(super) fn fields(&mut self, fields: &[Field], defaults: &[String]) -> Result<(String, Vec<String>), String> {
        if fields.is_empty() || defaults.len() > fields.len() {
            return Err("it has no fields".to_owned());
        }
        let base = self.runtime("NamedTuple")?;
        self.hidden = fields.iter().map(|field| field.name).collect();
        let first_default = fields.len() - defaults.len();
        let mut lines = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            let key = field.name.as_str();
            if !is_identifier(key) || key.starts_with('_') {
                return Err(format!("`{key}` cannot be a field of a class"));
            }
            let annotation = self.annotation(&field.ty)?;
            let default = number.checked_sub(first_default).map(|index| format!(" = {}", defaults[index]));
            lines.push(format!("{key}: {annotation}{}", default.unwrap_or_default()));
        }
        Ok((base, lines))
    }

    pub(super) fn named_tuple(
        &mut self,
        name: Name,
        base: &str,
        lines: &[String],
        replaces: Replaces,
    ) -> Result<Vec<Edit>, String> {
        match replaces {
            Replaces::Assignment(stmt) => {
                let range = self.file.facts().stmt(stmt).range;
                let text = self.file.text();
                let rest = text[range.end as usize..line_end(text, range.end) as usize].trim();
                if (!rest.is_empty() && !rest.starts_with('#')) || line_start(text, range.start) != range.start {
                    return Err("it shares its line with other code".to_owned());
                }
                let class = self.class(&format!("{name}({base})"), lines);
                let mut edits = vec![Edit::replace(range, class)];
                // Blank lines go directly above the line that follows them: those below one class are those above the
                // next one, and the same edit counts once.
                let next = next_line(text, range.end);
                let below = next.map_or(0, |_| missing_below(text, range.end, 2));
                for (offset, missing) in
                    [(range.start, missing_above(text, range.start, 2)), (next.unwrap_or(0), below)]
                {
                    if missing > 0 {
                        edits.push(Edit::insert(offset, self.newline.repeat(missing)));
                    }
                }
                Ok(edits)
            }
            Replaces::Base(class) => self.named_base(class, base, lines),
        }
    }

    /// `class P(namedtuple("P", "x y"))` keeps its body and gets the fields at its start.
    fn named_base(&mut self, class: crate::facts::ClassId, base: &str, lines: &[String]) -> Result<Vec<Edit>, String> {
        let facts = self.file.facts();
        let text = self.file.text();
        let class = facts.class(class);
        let call = facts
            .arguments(class.arguments)
            .iter()
            .find(|argument| matches!(facts.expr(argument.value).kind, ExprKind::Call(..)));
        let call = call.ok_or("its base is not a call")?;
        if let Some(symbol) = facts.scope(class.scope).symbols.iter().find(|s| REFUSED.contains(&s.name.as_str())) {
            return Err(format!("its body defines `{}`, which a NamedTuple class may not", symbol.name));
        }
        let uses_super = facts.exprs.iter().any(|expr| {
            class.range.start <= expr.range.start
                && expr.range.end <= class.range.end
                && matches!(expr.kind, ExprKind::Name(name, _) if name.is("super") || name.is("__class__"))
        });
        if uses_super {
            return Err("its methods call `super()`, which a NamedTuple class cannot".to_owned());
        }
        let mut body = facts.block(class.body);
        let first = body.next().ok_or("its body is empty")?;
        let inner = indent_at(text, first.range.start);
        if line_start(text, first.range.start) + inner.len() as u32 != first.range.start {
            return Err("its body stands on the line of its header".to_owned());
        }
        let mut inserted = String::new();
        for line in lines {
            inserted.push_str(inner);
            inserted.push_str(line);
            inserted.push_str(self.newline);
        }
        let is_docstring = class.docstring.is_some();
        let following = if is_docstring { body.next() } else { Some(first) };
        if following.is_some_and(|stmt| matches!(stmt.kind, StmtKind::Function(_) | StmtKind::Class(_))) {
            inserted.push_str(self.newline);
        }
        let offset = match following {
            Some(stmt) => line_start(text, stmt.range.start),
            None => line_end(text, first.range.end),
        };
        if is_docstring && following.is_none() {
            inserted.insert_str(0, self.newline);
        }
        if offset > 0 && !text[..offset as usize].ends_with('\n') {
            inserted.insert_str(0, self.newline);
        }
        Ok(vec![Edit::replace(facts.expr(call.value).range, base), Edit::insert(offset, inserted)])
    }
}
