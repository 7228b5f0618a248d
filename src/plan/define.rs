//! The text of a definition: `TypedDict`, `NamedTuple`, alias, `NewType`, `Protocol`, type variable.

mod named_tuple;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::facts::ScopeId;
use crate::infer::{
    Field, Inference, Member, MemberKind, MethodShape, Passing, ShapeKind, TypeVariable, Variable, are_inherited,
};
use crate::text::{Edit, Name};
use crate::types::{CallableType, Namer, PythonVersion, Rendering, ShapeId, Type, render};

use super::builtin_names::is_identifier;
use super::file::{File, Site, line_end, line_start};
use super::placement::Placement;
use super::speak::{Context, Need, Reserved, Speaker};

/// A definition to be added at a place of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Definition {
    /// Where it stands.
    pub(super) position: (u32, usize),
    /// Its text, without a newline at the end.
    pub(super) text: String,
    /// Whether blank lines go around it, as around a class.
    pub(super) is_block: bool,
}

/// What a definition adds to its file.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) definition: Option<Definition>,
    pub(super) edits: Vec<Edit>,
    pub(super) needs: BTreeSet<Need>,
}

/// Writes the definition of a shape; or says why it cannot be written.
pub(super) fn define(
    (context, inference): (&Context<'_>, &Inference),
    file: &File<'_>,
    reserved: &mut Reserved,
    id: ShapeId,
    placement: Placement,
) -> Result<Written, String> {
    let shape = inference.shape(id);
    let name = context.names.get(&id).copied().ok_or("no name is free for it")?;
    let mut writer = Writer {
        context,
        file,
        reserved,
        placement,
        needs: BTreeSet::new(),
        hidden: Vec::new(),
        newline: file.newline(),
        indent: file.source.style.indent.repeat(1),
        quote: file.source.style.quote,
    };
    let mut edits = Vec::new();
    let (text, is_block) = match &shape.kind {
        ShapeKind::TypedDict { fields, base } => {
            let base = base.as_ref().and_then(|base| Some((base, inherited(inference, base, fields)?)));
            writer.typed_dict(name, fields, base)?
        }
        ShapeKind::NamedTuple { fields, defaults, replaces, .. } => {
            let (base, lines) = writer.fields(fields, defaults)?;
            let Some(replaces) = replaces else {
                let text = writer.class(&format!("{name}({base})"), &lines);
                let definition = Some(Definition { position: placement.position, text, is_block: true });
                return Ok(Written { definition, edits, needs: writer.needs });
            };
            edits = writer.named_tuple(name, &base, &lines, *replaces)?;
            return Ok(Written { definition: None, edits, needs: writer.needs });
        }
        ShapeKind::Alias(ty) => {
            let right = writer.evaluated(ty)?;
            (format!("{name} = {right}"), false)
        }
        ShapeKind::ExistingAlias(_) => return Err("the repository has it".to_owned()),
        ShapeKind::NewType { base, .. } => {
            let new_type = writer.runtime("NewType")?;
            let quote = writer.quote;
            let base = writer.existing(base)?;
            (format!("{name} = {new_type}({quote}{name}{quote}, {base})"), false)
        }
        ShapeKind::Protocol { members } => writer.protocol(name, members)?,
        ShapeKind::TypeVariable(variable) => (writer.type_variable(name, variable)?, false),
    };
    let definition = Some(Definition { position: placement.position, text, is_block });
    Ok(Written { definition, edits: std::mem::take(&mut edits), needs: writer.needs })
}

struct Writer<'a, 'p> {
    context: &'a Context<'p>,
    file: &'a File<'p>,
    reserved: &'a mut Reserved,
    placement: Placement,
    needs: BTreeSet<Need>,
    hidden: Vec<Name>,
    newline: &'static str,
    indent: String,
    quote: char,
}

impl Writer<'_, '_> {
    fn target(&self) -> PythonVersion {
        self.context.target
    }

    /// Writes a type; the second answer is whether it has to be quoted.
    fn write(&mut self, ty: &Type, lazy: bool, quote_arguments: Option<char>) -> Result<(String, bool), String> {
        let site = Site {
            scope: ScopeId(0),
            position: self.placement.position,
            evaluated: !lazy,
            hidden: self.hidden.clone(),
        };
        let mut speaker = Speaker::new(self.context, self.file, self.reserved, site);
        let target = self.context.target;
        let rendering = Rendering {
            target,
            lazy,
            constants: target.at_least(8).then_some(self.quote),
            unknown_as_any: true,
            quote_arguments,
        };
        let text = render(ty, &mut speaker, rendering)?;
        let deferred = speaker.deferred;
        self.needs.extend(speaker.needs);
        Ok((text, deferred))
    }

    /// An annotation in the body of the definition, quoted where it has to be.
    fn annotation(&mut self, ty: &Type) -> Result<String, String> {
        let lazy = self.file.facts().layout.future_annotations;
        let (text, deferred) = self.write(ty, lazy, None)?;
        let quote = self.quote;
        Ok(if deferred { format!("{quote}{text}{quote}") } else { text })
    }

    /// A type in an expression that runs: only its arguments can be quoted.
    fn evaluated(&mut self, ty: &Type) -> Result<String, String> {
        let (text, deferred) = self.write(ty, false, Some(self.quote))?;
        if deferred { Err("what it stands for does not exist yet where it is needed".to_owned()) } else { Ok(text) }
    }

    /// A type that has to exist as it stands.
    fn existing(&mut self, ty: &Type) -> Result<String, String> {
        let (text, deferred) = self.write(ty, false, None)?;
        if deferred { Err(format!("`{text}` does not exist yet where it is needed")) } else { Ok(text) }
    }

    /// A name of `typing` that is called or derived from.
    fn runtime(&mut self, name: &'static str) -> Result<String, String> {
        self.runtime_from("typing", name)
    }

    fn runtime_from(&mut self, module: &'static str, name: &'static str) -> Result<String, String> {
        let site =
            Site { scope: ScopeId(0), position: self.placement.position, evaluated: true, hidden: self.hidden.clone() };
        let mut speaker = Speaker::new(self.context, self.file, self.reserved, site);
        let text = speaker.member(module, name)?;
        if speaker.deferred {
            return Err(format!("`{name}` does not exist yet where it is needed"));
        }
        self.needs.extend(speaker.needs);
        Ok(text)
    }

    fn type_variable(&mut self, name: Name, variable: &TypeVariable) -> Result<String, String> {
        let (quote, bound) = (self.quote, Variable::Function == variable.kind);
        let made_by = self.runtime(if variable.kind == Variable::Parameters { "ParamSpec" } else { "TypeVar" })?;
        if !bound {
            return Ok(format!("{name} = {made_by}({quote}{name}{quote})"));
        }
        let callable = Type::Callable(Arc::new(CallableType { params: None, result: Type::Any }));
        let callable = self.evaluated(&callable)?;
        Ok(format!("{name} = {made_by}({quote}{name}{quote}, bound={callable})"))
    }

    fn class(&self, header: &str, lines: &[String]) -> String {
        let mut text = format!("class {header}:");
        for line in lines {
            text.push_str(self.newline);
            if !line.is_empty() {
                text.push_str(&self.indent);
                text.push_str(line);
            }
        }
        text
    }

    fn typed_dict(
        &mut self,
        name: Name,
        fields: &[Field],
        base: Option<(&Type, &[Field])>,
    ) -> Result<(String, bool), String> {
        if fields.is_empty() {
            return Err("it has no keys".to_owned());
        }
        // Names with two underscores would be mangled in a class body.
        let as_class = fields.iter().all(|field| {
            let key = field.name.as_str();
            is_identifier(key) && (!key.starts_with("__") || key.ends_with("__"))
        });
        let extended = base.filter(|_| as_class).and_then(|(base, keys)| Some((self.existing(base).ok()?, keys)));
        let (base, inherited) = match extended {
            Some(extended) => extended,
            None => (self.runtime("TypedDict")?, &[][..]),
        };
        let own: Vec<&Field> = fields.iter().filter(|field| !inherited.contains(field)).collect();
        let all_optional = own.iter().all(|field| !field.required);
        let mixed = !all_optional && own.iter().any(|field| !field.required);
        let not_required = if mixed { self.not_required()? } else { None };
        if !as_class {
            return self.functional(name, fields, &base, all_optional, not_required.as_deref(), mixed);
        }
        self.hidden = fields.iter().map(|field| field.name).collect();
        let mut required = Vec::new();
        let mut optional = Vec::new();
        for field in own {
            let annotation = self.annotation(&field.ty)?;
            let line = match &not_required {
                Some(form) if !field.required => format!("{}: {form}[{annotation}]", field.name),
                _ => format!("{}: {annotation}", field.name),
            };
            if field.required || not_required.is_some() { required.push(line) } else { optional.push(line) }
        }
        if all_optional {
            return Ok((self.class(&format!("{name}({base}, total=False)"), &optional), true));
        }
        if !mixed || not_required.is_some() {
            return Ok((self.class(&format!("{name}({base})"), &required), true));
        }
        let inner = format!("_{name}Base");
        if !self.context.is_free(self.file, Name::new(&inner)) {
            return Err(format!("`{inner}` is taken"));
        }
        let first = self.class(&format!("{inner}({base})"), &required);
        // The second base says at a glance what the class is; it adds nothing.
        let second = self.class(&format!("{name}({inner}, {base}, total=False)"), &optional);
        Ok((format!("{first}{0}{0}{0}{second}", self.newline), true))
    }

    /// The form that marks a key as optional; none where the version has none.
    fn not_required(&mut self) -> Result<Option<String>, String> {
        if self.target().at_least(11) {
            return self.runtime("NotRequired").map(Some);
        }
        if !self.context.project.has_typing_extensions() {
            return Ok(None);
        }
        Ok(self.runtime_from("typing_extensions", "NotRequired").ok())
    }

    /// The form for keys that are no names.
    fn functional(
        &mut self,
        name: Name,
        fields: &[Field],
        base: &str,
        all_optional: bool,
        not_required: Option<&str>,
        mixed: bool,
    ) -> Result<(String, bool), String> {
        let (newline, quote) = (self.newline, self.quote);
        let mut text = format!("{name} = {base}({newline}");
        let _ = write!(text, "{}{quote}{name}{quote},{newline}{}{{{newline}", self.indent, self.indent);
        for field in fields {
            let (written, deferred) = self.write(&field.ty, false, None)?;
            let mut value = if deferred { format!("{quote}{written}{quote}") } else { written };
            if let (Some(form), false) = (not_required, field.required) {
                value = format!("{form}[{value}]");
            }
            let key = python_string(field.name.as_str(), quote);
            let _ = write!(text, "{0}{0}{key}: {value},{newline}", self.indent);
        }
        let _ = write!(text, "{}}},{newline}", self.indent);
        // Without a mark for single keys all are declared optional.
        if all_optional || (mixed && not_required.is_none()) {
            let _ = write!(text, "{}total=False,{newline}", self.indent);
        }
        text.push(')');
        Ok((text, false))
    }

    fn protocol(&mut self, name: Name, members: &[Member]) -> Result<(String, bool), String> {
        if members.is_empty() {
            return Err("it has no members".to_owned());
        }
        let base = self.runtime("Protocol")?;
        self.hidden = members.iter().map(|member| member.name).collect();
        let mut lines: Vec<String> = Vec::new();
        let mut previous_is_attribute = true;
        for member in members {
            let is_attribute = matches!(member.kind, MemberKind::Attribute(_));
            let stays_close = is_attribute && previous_is_attribute;
            if !lines.is_empty() && !stays_close {
                lines.push(String::new());
            }
            previous_is_attribute = is_attribute;
            match &member.kind {
                MemberKind::Attribute(ty) => {
                    let annotation = self.annotation(ty)?;
                    lines.push(format!("{}: {annotation}", member.name));
                }
                MemberKind::Property(ty) => {
                    let annotation = self.annotation(ty)?;
                    lines.push("@property".to_owned());
                    lines.push(format!("def {}(self) -> {annotation}: ...", member.name));
                }
                MemberKind::Method(MethodShape { params, result, is_async }) => {
                    let mut written = vec!["self".to_owned()];
                    let by_position: Vec<_> = params.iter().filter(|param| param.passing != Passing::Keyword).collect();
                    // An overloaded order of arguments that no signature can say.
                    if !by_position.is_sorted_by_key(|param| param.optional) {
                        return Err(format!("`{}` has an argument without a default after one with it", member.name));
                    }
                    let last_positional = params.iter().rposition(|param| param.passing == Passing::Position);
                    let first_keyword = params.iter().position(|param| param.passing == Passing::Keyword);
                    for (number, param) in params.iter().enumerate() {
                        if first_keyword == Some(number) {
                            written.push("*".to_owned());
                        }
                        let mut text = param.name.as_str().to_owned();
                        if !param.ty.is_unknown() {
                            let _ = write!(text, ": {}", self.annotation(&param.ty)?);
                        }
                        match (param.optional, param.ty.is_unknown()) {
                            (true, true) => text.push_str("=..."),
                            (true, false) => text.push_str(" = ..."),
                            _ => {}
                        }
                        written.push(text);
                        if last_positional == Some(number) {
                            written.push("/".to_owned());
                        }
                    }
                    let result =
                        if result.is_unknown() { String::new() } else { format!(" -> {}", self.annotation(result)?) };
                    let keyword = if *is_async { "async def" } else { "def" };
                    lines.push(format!("{keyword} {}({}){result}: ...", member.name, written.join(", ")));
                }
            }
        }
        Ok((self.class(&format!("{name}({base})"), &lines), true))
    }
}

/// The keys of its base that a record takes over as they are.
fn inherited<'i>(inference: &'i Inference, base: &Type, fields: &[Field]) -> Option<&'i [Field]> {
    let &Type::Shape(id) = base else { return None };
    let ShapeKind::TypedDict { fields: inherited, .. } = &inference.shape(id).kind else { return None };
    are_inherited(inherited, fields).then_some(inherited)
}

/// A string literal with this value.
fn python_string(value: &str, quote: char) -> String {
    let mut text = String::from(quote);
    for char in value.chars() {
        match char {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if char == quote => {
                text.push('\\');
                text.push(char);
            }
            _ if char.is_control() => _ = write!(text, "\\x{:02x}", u32::from(char)),
            _ => text.push(char),
        }
    }
    text.push(quote);
    text
}

/// How many newlines are missing for `wanted` blank lines above the line at `offset`; none under a comment, which
/// belongs to the line, or at the start of the file.
pub(super) fn missing_above(text: &str, offset: u32, wanted: usize) -> usize {
    let above = &text[..offset as usize];
    let blank = above.lines().rev().take_while(|line| line.trim().is_empty()).count();
    let is_start = above.trim().is_empty();
    let under_comment = blank == 0 && above.lines().next_back().is_some_and(|line| line.starts_with('#'));
    if is_start || under_comment { 0 } else { wanted.saturating_sub(blank) }
}

/// Start of the first line below that of `offset` that is not blank.
fn next_line(text: &str, offset: u32) -> Option<u32> {
    let end = line_end(text, offset);
    let below = &text[end as usize..];
    let first = below.len() - below.trim_start().len();
    (first < below.len()).then(|| line_start(text, end + first as u32))
}

/// How many newlines are missing for `wanted` blank lines below the line at `offset`; none at the end of the file.
fn missing_below(text: &str, offset: u32, wanted: usize) -> usize {
    let below = &text[line_end(text, offset) as usize..];
    if below.trim().is_empty() {
        return 0;
    }
    wanted.saturating_sub(below.lines().take_while(|line| line.trim().is_empty()).count())
}
