//! Titles and reasons in words, with the names that were chosen.

use std::collections::BTreeMap;

use crate::proposal::{Message, Part};
use crate::text::Name;
use crate::types::{ClassName, Namer, PythonVersion, Rendering, ShapeId, Type, render};

/// Writes a message with all types by their short names.
pub(super) fn write(message: &Message, names: &BTreeMap<ShapeId, Name>) -> String {
    let mut text = String::new();
    for part in &message.0 {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Type(ty) => text.push_str(&describe(ty, names)),
        }
    }
    text
}

/// A type by its short name, spelled as newer versions of Python have it, whatever the target: so do the reasons.
pub(super) fn describe(ty: &Type, names: &BTreeMap<ShapeId, Name>) -> String {
    let target = PythonVersion::NEWEST;
    let rendering = Rendering { target, lazy: true, constants: None, unknown_as_any: true, quote_arguments: None };
    render(ty, &mut Short { names }, rendering).unwrap_or_else(|_| match ty.class() {
        Some(class) => class.short().to_owned(),
        None => "a type".to_owned(),
    })
}

/// Names everything as a reader would say it.
struct Short<'a> {
    names: &'a BTreeMap<ShapeId, Name>,
}

impl Namer for Short<'_> {
    fn class(&mut self, class: ClassName, _: bool) -> Result<String, String> {
        Ok(class.qualname.as_str().to_owned())
    }

    fn member(&mut self, _: &'static str, name: &'static str) -> Result<String, String> {
        Ok(name.to_owned())
    }

    fn shape(&mut self, shape: ShapeId) -> Result<String, String> {
        Ok(self.names.get(&shape).map_or("a new type", |name| name.as_str()).to_owned())
    }

    fn variable(&mut self, name: Name) -> Result<String, String> {
        Ok(name.as_str().to_owned())
    }

    fn is_generic(&mut self, _: ClassName) -> bool {
        false
    }

    fn replace_deferred(&mut self, _: bool) -> bool {
        false
    }
}
