//! Type expressions as people write them in docstrings: `str or None`, `list of int`, ``:class:`Account` ``.

use crate::project::{Module, Project, Resolution};
use crate::text::Name;
use crate::types::{Args, Type, known, union};

/// Longer texts are prose.
const MAX_LENGTH: usize = 80;

/// The type that a text states; none where it does not read as one.
pub(super) fn parse(project: &Project, module: &Module, text: &str) -> Option<Type> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = cleaned(text);
    let mut parser = Parser { project, module, rest: text.trim() };
    let ty = parser.union()?;
    parser.rest.trim().is_empty().then_some(ty).filter(|ty| !ty.is_unknown())
}

/// The text without the marks of the docstring's own markup.
fn cleaned(text: &str) -> String {
    let mut text = text.replace(":class:", "").replace(":obj:", "").replace(":py", "").replace(['`', '~'], "");
    for (at, _) in text.match_indices(',').collect::<Vec<_>>() {
        let tail = text[at + 1..].trim_start();
        if tail.starts_with("optional") || tail.starts_with("default") || tail.starts_with("keyword") {
            text.truncate(at);
            break;
        }
    }
    let text = text.trim().trim_end_matches('.');
    let text = text.strip_suffix("(optional)").unwrap_or(text);
    ["an instance of ", "instance of ", "an ", "a "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text)
        .trim()
        .to_owned()
}

struct Parser<'a, 't> {
    project: &'a Project,
    module: &'a Module,
    rest: &'t str,
}

impl Parser<'_, '_> {
    fn eat(&mut self, token: &str) -> bool {
        let trimmed = self.rest.trim_start();
        match trimmed.strip_prefix(token) {
            // A word ends where no letter follows.
            Some(rest) if !token.ends_with(char::is_alphabetic) || !rest.starts_with(is_word) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// `int or None`, `int | None`.
    fn union(&mut self) -> Option<Type> {
        let mut members = vec![self.single()?];
        while self.eat("|") || self.eat("or") {
            members.push(self.single()?);
        }
        // Half of a union would be a wrong type.
        if members.iter().any(Type::is_unknown) { None } else { Some(union(members)) }
    }

    fn word(&mut self) -> Option<String> {
        let trimmed = self.rest.trim_start();
        let end = trimmed.find(|letter: char| !is_word(letter) && letter != '.').unwrap_or(trimmed.len());
        let (word, rest) = trimmed.split_at(end);
        self.rest = rest;
        let word = word.trim_end_matches('.');
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn single(&mut self) -> Option<Type> {
        if self.eat("{") {
            // `{'a', 'b'}` lists the strings that are allowed.
            let (inside, rest) = self.rest.split_once('}')?;
            let is_text = |item: &str| item.trim().starts_with(['\'', '"']);
            self.rest = rest;
            return inside.split(',').all(is_text).then(|| known::STR.instance());
        }
        let word = self.word()?;
        let short = word.rsplit('.').next().unwrap_or(&word).to_owned();
        if self.eat("[") {
            return self.subscripted(&short, &word);
        }
        if self.eat("of") {
            let is_bracketed = self.eat("(");
            let item = self.plural()?;
            if is_bracketed && !self.eat(")") {
                return None;
            }
            return container(&short, vec![item]);
        }
        self.named(&word)
    }

    /// An item type, which may be named in the plural.
    fn plural(&mut self) -> Option<Type> {
        let before = self.rest;
        if let Some(ty) = self.single().filter(|ty| !ty.is_unknown()) {
            return Some(ty);
        }
        self.rest = before;
        let word = self.word()?;
        match word.as_str() {
            "strings" => Some(known::STR.instance()),
            "integers" => Some(known::INT.instance()),
            _ => self.named(word.strip_suffix('s')?),
        }
    }

    fn subscripted(&mut self, short: &str, word: &str) -> Option<Type> {
        let mut args = vec![self.argument()?];
        while self.eat(",") {
            args.push(self.argument()?);
        }
        if !self.eat("]") {
            return None;
        }
        match (short, &args[..]) {
            ("Optional", [inner]) => Some(union([inner.clone(), Type::None])),
            ("Union", _) => Some(union(args)),
            ("tuple" | "Tuple", [item, Type::Unknown]) => Some(known::TUPLE.of([item.clone()])),
            ("tuple" | "Tuple", _) => Some(Type::Tuple(args.into())),
            _ => container(short, args.clone()).or_else(|| match self.named(word)? {
                Type::Instance(class, _) => Some(Type::Instance(class, args.into())),
                _ => None,
            }),
        }
    }

    /// An argument in brackets; `...` is `Unknown` and only means something in a tuple.
    fn argument(&mut self) -> Option<Type> {
        if self.eat("...") { Some(Type::Unknown) } else { self.union() }
    }

    fn named(&self, word: &str) -> Option<Type> {
        Some(match word {
            "str" | "string" | "String" | "text" | "unicode" | "basestring" => known::STR.instance(),
            "int" | "integer" | "Integer" => known::INT.instance(),
            "float" => known::FLOAT.instance(),
            "bool" | "boolean" | "Boolean" | "Bool" => known::BOOL.instance(),
            "bytes" => known::BYTES.instance(),
            "complex" => known::COMPLEX.instance(),
            "None" | "NoneType" => Type::None,
            "list" | "List" => known::LIST.of([Type::Unknown]),
            "set" | "Set" => known::SET.of([Type::Unknown]),
            "dict" | "Dict" => known::DICT.of([Type::Unknown, Type::Unknown]),
            "tuple" | "Tuple" => known::TUPLE.of([Type::Unknown]),
            // What a reader calls so has no one type.
            "object" | "any" | "Any" | "type" | "callable" | "Callable" | "function" | "iterable" => return None,
            _ => Type::instance(self.class(word)?),
        })
    }

    /// A class by its dotted name, or by a name that the module knows.
    fn class(&self, word: &str) -> Option<crate::types::ClassName> {
        let mut parts = word.split('.');
        let first = Name::new(parts.next()?);
        let mut resolution = self
            .project
            .resolve_global(self.module, first)
            .or_else(|| self.project.find_module(self.module, first).map(Resolution::Module))?;
        for part in parts {
            resolution = match resolution {
                Resolution::Module(module) => self.project.resolve_member(module, Name::new(part))?,
                _ => return None,
            };
        }
        match resolution {
            Resolution::Class(class) => Some(class),
            _ => None,
        }
    }
}

/// A container with its arguments.
fn container(name: &str, args: Vec<Type>) -> Option<Type> {
    match (name, args.len()) {
        ("list" | "List", 1) => Some(known::LIST.of(args)),
        ("set" | "Set", 1) => Some(known::SET.of(args)),
        ("tuple" | "Tuple", 1) => Some(known::TUPLE.of(args)),
        ("dict" | "Dict", 2) => Some(known::DICT.of(args)),
        ("iterable" | "Iterable", 1) => Some(known::ITERABLE.of(args)),
        ("sequence" | "Sequence", 1) => Some(known::SEQUENCE.of(args)),
        ("Mapping" | "mapping", 2) => Some(known::MAPPING.of(args)),
        ("Iterator" | "iterator", 1) => Some(Type::Instance(known::ITERATOR.class(), Args::from(args))),
        _ => None,
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
