//! Functions that hand back what they are given: a parameter as it came, a function that stands for the one they got,
//! or a function that does either.

use super::places::{Places, Use};
use crate::facts::{ArgumentKind, Block, ExprId, ExprKind, FileFacts, Function, FunctionId, ParamKind, StmtKind};
use crate::project::last_name;
use crate::text::Name;

/// What a function hands back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Handing {
    /// A parameter, as it came.
    Back {
        /// Its number.
        param: u16,
    },
    /// A function of its own that calls a parameter with whatever it is called with.
    Wrapped(Wrapped),
    /// A function of its own that takes one argument and hands something back.
    Maker(FunctionId),
}

/// A function that stands for one that is given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrapped {
    /// The number of the parameter that gives the other one.
    pub(super) param: u16,
    /// The function that is given back.
    pub(super) wrapper: FunctionId,
    /// Whether it has the `self` of a method before `*args`, which is passed on too.
    pub(super) has_receiver: bool,
    /// What it makes of the result.
    pub(super) result: Outcome,
}

/// What a wrapper gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What the function that it calls gives, or `None`.
    Same,
    /// Something else.
    Other,
}

/// What the functions of a file hand back, inner functions before those that hold them.
pub(super) fn of_file(facts: &FileFacts) -> Vec<(FunctionId, Handing)> {
    let candidates = (0..facts.functions.len() as u32).rev().map(FunctionId).filter(|&id| is_candidate(facts, id));
    let candidates: Vec<FunctionId> = candidates.collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let file = File { facts, places: Places::of(facts) };
    let mut found: Vec<(FunctionId, Handing)> = Vec::new();
    for id in candidates {
        if let Some(handing) = file.handing(id, &found) {
            found.push((id, handing));
        }
    }
    let registries: Vec<(FunctionId, Name)> = found.iter().flat_map(|found| file.registries(found)).collect();
    let is_shared = |id: FunctionId| {
        let own = |name: Name| registries.contains(&(id, name));
        registries.iter().any(|(other, name)| *other != id && own(*name))
    };
    let shared: Vec<FunctionId> = found.iter().map(|(id, _)| *id).filter(|&id| is_shared(id)).collect();
    let is_of_shared = |handing: &Handing| matches!(handing, Handing::Maker(inner) if shared.contains(inner));
    found.retain(|(id, handing)| !shared.contains(id) && !is_of_shared(handing));
    found
}

/// Whether a function ends by returning a name, and gives its caller what it returns.
fn is_candidate(facts: &FileFacts, id: FunctionId) -> bool {
    let function = facts.function(id);
    !function.is_lambda
        && !function.is_async
        && !function.is_generator
        && function.returns.is_none()
        && function.type_params.is_empty()
        && facts.block(function.body).last().is_some_and(|last| match last.kind {
            StmtKind::Return(Some(value)) => matches!(facts.expr(value).kind, ExprKind::Name(..)),
            _ => false,
        })
        && facts.list(function.decorators).iter().all(|&decorator| {
            last_name(facts, decorator).is_some_and(|name| matches!(name.as_str(), "staticmethod" | "classmethod"))
        })
}

struct File<'f> {
    facts: &'f FileFacts,
    places: Places<'f>,
}

impl File<'_> {
    fn handing(&self, id: FunctionId, inner: &[(FunctionId, Handing)]) -> Option<Handing> {
        let function = self.facts.function(id);
        let name = self.only_result(function)?;
        if let Some(param) = function.params.iter().position(|param| param.name == name) {
            return self.hands_back(function, param).then_some(Handing::Back { param: param as u16 });
        }
        let own = self.own_function(id, name)?;
        if self.facts.function(own).decorators.is_empty() && inner.iter().any(|(other, _)| *other == own) {
            return self.takes_one(own).then_some(Handing::Maker(own));
        }
        self.wraps(function, own)
    }

    /// The containers of the module into which a function puts what it gives back. A checker takes what one function puts
    /// there for the type of all items, and another function's variable is another type.
    fn registries(&self, (id, handing): &(FunctionId, Handing)) -> Vec<(FunctionId, Name)> {
        let Handing::Back { param } = handing else { return Vec::new() };
        let function = self.facts.function(*id);
        let name = function.params[usize::from(*param)].name;
        let used = self.places.in_function(function, name);
        used.filter_map(|used| if let Use::Filed(registry) = used { Some((*id, registry)) } else { None }).collect()
    }

    /// The name that all `return`s of a function give.
    fn only_result(&self, function: &Function) -> Option<Name> {
        let mut results = Vec::new();
        self.results(function.body, &mut results);
        let mut names = results.into_iter().map(|result| match self.facts.expr(result?).kind {
            ExprKind::Name(name, _) => Some(name),
            _ => None,
        });
        let first = names.next()??;
        names.all(|name| name == Some(first)).then_some(first)
    }

    /// What the `return`s of a block give.
    fn results(&self, block: Block, results: &mut Vec<Option<ExprId>>) {
        for stmt in self.facts.block(block) {
            if let StmtKind::Return(result) = stmt.kind {
                results.push(result);
            }
            for inner in self.facts.inner_blocks(stmt) {
                self.results(inner, results);
            }
        }
    }

    fn hands_back(&self, function: &Function, param: usize) -> bool {
        let param = &function.params[param];
        is_plain(function, param.name)
            && !self.places.is_hidden_inside(function, param.name)
            && self.places.in_function(function, param.name).all(Use::is_harmless)
    }

    /// The function that is defined once in another one, under this name.
    fn own_function(&self, around: FunctionId, name: Name) -> Option<FunctionId> {
        let inside = (around.0 + 1..self.facts.functions.len() as u32).map(FunctionId);
        let function = self.facts.function(around);
        let inside = inside.take_while(|&id| self.facts.function(id).range.end <= function.range.end);
        let mut named = inside.filter(|&id| {
            let inner = self.facts.function(id);
            inner.parent == Some(around) && inner.class.is_none() && inner.name == name
        });
        let own = named.next()?;
        let is_only = named.next().is_none() && !self.places.is_hidden_inside(function, name);
        (is_only && self.places.in_function(function, name).all(Use::is_harmless_to_own)).then_some(own)
    }

    /// Whether a function can be called with one argument, its first.
    fn takes_one(&self, id: FunctionId) -> bool {
        let params = &self.facts.function(id).params;
        params.first().is_some_and(|first| is_positional(first.kind) && first.default.is_none())
            && params[1..]
                .iter()
                .all(|param| param.default.is_some() || matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs))
    }

    /// A function that defines `wrapper` around a parameter of its own and returns it.
    fn wraps(&self, function: &Function, wrapper: FunctionId) -> Option<Handing> {
        let inner = self.facts.function(wrapper);
        let is_stand_in = |&decorator: &ExprId| last_name(self.facts, decorator).is_some_and(|name| name.is("wraps"));
        // Any other parameter before `*args` could be passed by its name, of which the hint would say nothing.
        let is_receiver = |name: Name| matches!(name.as_str(), "self" | "cls");
        let [leading @ .., args, kwargs] = &inner.params[..] else { return None };
        let has_receiver = match leading {
            [] => false,
            [first] if is_receiver(first.name) => true,
            _ => return None,
        };
        let forwards = (args.kind, kwargs.kind) == (ParamKind::VarArgs, ParamKind::KwArgs)
            && inner.params.iter().all(|param| param.annotation.is_none())
            && inner.returns.is_none()
            && !inner.is_generator
            && self.facts.list(inner.decorators).iter().all(is_stand_in);
        if !forwards {
            return None;
        }
        let calls: Vec<ExprId> = function.params.iter().map(|param| param.name).find_map(|name| {
            let calls: Vec<ExprId> = self.places.in_function(function, name).filter_map(called).collect();
            (!calls.is_empty() && calls.iter().all(|&call| self.is_passed_on(inner, call))).then_some(calls)
        })?;
        let ExprKind::Call(callee, _) = self.facts.expr(calls[0]).kind else { return None };
        let ExprKind::Name(name, _) = self.facts.expr(callee).kind else { return None };
        let param = function.params.iter().position(|param| param.name == name)?;
        let is_left_alone = |used: Use| used != Use::Returned && used.is_harmless();
        let is_handed_on = |used| match used {
            Use::Spread(call) => calls.contains(&call),
            Use::Passed | Use::Kept => true,
            _ => false,
        };
        let is_sound = is_plain(function, name)
            && !self.places.is_hidden_inside(function, name)
            && self.places.in_function(function, name).all(is_left_alone)
            && [args.name, kwargs.name].iter().all(|&name| {
                !self.places.is_hidden_inside(inner, name) && self.places.in_function(inner, name).all(is_handed_on)
            });
        let result = self.result_of(inner, &calls)?;
        is_sound.then_some(Handing::Wrapped(Wrapped { param: param as u16, wrapper, has_receiver, result }))
    }

    /// Whether a call passes on all that a wrapper is called with, and nothing else.
    fn is_passed_on(&self, wrapper: &Function, call: ExprId) -> bool {
        let ExprKind::Call(_, arguments) = self.facts.expr(call).kind else { return false };
        let arguments = self.facts.arguments(arguments);
        let range = self.facts.expr(call).range;
        arguments.len() == wrapper.params.len()
            && wrapper.range.start <= range.start
            && range.end <= wrapper.range.end
            && arguments.iter().zip(&wrapper.params).all(|(argument, param)| {
                let as_it_came = match param.kind {
                    ParamKind::VarArgs => ArgumentKind::Star,
                    ParamKind::KwArgs => ArgumentKind::DoubleStar,
                    _ => ArgumentKind::Positional,
                };
                argument.kind == as_it_came
                    && matches!(self.facts.expr(argument.value).kind, ExprKind::Name(name, _) if name == param.name)
            })
    }

    /// What a wrapper makes of what the calls give; none where it gives that only sometimes.
    fn result_of(&self, wrapper: &Function, calls: &[ExprId]) -> Option<Outcome> {
        let is_result = |value: ExprId| match self.facts.expr(value).kind {
            ExprKind::Await(value) => wrapper.is_async && calls.contains(&value),
            _ => !wrapper.is_async && calls.contains(&value),
        };
        let holds_result = |name: Name| {
            let mut values = self.places.in_function(wrapper, name).filter_map(|used| match used {
                Use::Bound(value) => Some(is_result(value)),
                Use::Other => Some(false),
                _ => None,
            });
            !wrapper.params.iter().any(|param| param.name == name)
                && !self.places.is_hidden_inside(wrapper, name)
                && values.next() == Some(true)
                && values.next().is_none()
        };
        let mut results = Vec::new();
        self.results(wrapper.body, &mut results);
        let values: Vec<ExprId> = results
            .into_iter()
            .flatten()
            .filter(|&value| !matches!(self.facts.expr(value).kind, ExprKind::None))
            .collect();
        let is_same = |&value: &ExprId| match self.facts.expr(value).kind {
            ExprKind::Name(name, _) => holds_result(name),
            _ => is_result(value),
        };
        match values.iter().filter(|value| is_same(value)).count() {
            0 => Some(Outcome::Other),
            all if all == values.len() => Some(Outcome::Same),
            _ => None,
        }
    }
}

fn called(used: Use) -> Option<ExprId> {
    match used {
        Use::Called(call) => Some(call),
        _ => None,
    }
}

fn is_positional(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::PositionalOnly | ParamKind::Normal)
}

/// Whether a function has a parameter of this name that is always given, and that nobody has annotated.
fn is_plain(function: &Function, name: Name) -> bool {
    function.params.iter().any(|param| {
        param.name == name && is_positional(param.kind) && param.default.is_none() && param.annotation.is_none()
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Handing, Outcome, of_file};
    use crate::facts::lower;
    use crate::source::{SourceFile, parse};

    /// What the functions of a text hand back, in words.
    fn handed_back(text: &str) -> Vec<String> {
        let source = SourceFile::from_bytes(&PathBuf::from("a.py"), text.as_bytes()).expect("is text");
        let facts = lower(&parse(&source).expect("is Python"), &source.text);
        let words = of_file(&facts).into_iter().map(|(id, handing)| {
            let function = facts.function(id);
            let param = |param: u16| function.params[usize::from(param)].name;
            let what = match handing {
                Handing::Back { param: number } => param(number).to_string(),
                Handing::Maker(inner) => facts.function(inner).name.to_string(),
                Handing::Wrapped(wrapped) => {
                    let receiver = if wrapped.has_receiver { "self, " } else { "" };
                    let result = if wrapped.result == Outcome::Same { "its result" } else { "another result" };
                    format!("{} with {receiver}{result}", param(wrapped.param))
                }
            };
            format!("{}: {what}", function.name)
        });
        words.collect()
    }

    fn wrapper(body: &str) -> Vec<String> {
        handed_back(&format!("def d(f):\n    def w(*a, **k):\n        {body}\n    return w\n"))
    }

    #[test]
    fn a_parameter_comes_back_as_it_was_given() {
        assert_eq!(handed_back("def d(f):\n    X[f.__name__] = f\n    return f\n"), ["d: f"]);
        for changed in
            ["f.x = 1", "f = g(f)", "x = f", "if f:\n        return None", "f += 1", "[f for f in f]", "del f"]
        {
            assert_eq!(handed_back(&format!("def d(f):\n    {changed}\n    return f\n")), [""; 0], "{changed}");
        }
        for other in ["def d(f=None)", "def d(f: int)", "def d(*f)", "async def d(f)", "@g\ndef d(f)"] {
            assert_eq!(handed_back(&format!("{other}:\n    return f\n")), [""; 0], "{other}");
        }
    }

    #[test]
    fn a_wrapper_passes_on_what_it_gets() {
        for same in
            ["return f(*a, **k)", "r = f(*a, **k)\n        return r", "if a: return None\n        return f(*a, **k)"]
        {
            assert_eq!(wrapper(same), ["d: f with its result"], "{same}");
        }
        for other in ["f(*a, **k)", "return str(f(*a, **k))", "r = f(*a, **k)\n        r = 1\n        return r"] {
            assert_eq!(wrapper(other), ["d: f with another result"], "{other}");
        }
        for changed in [
            "return f(*a)",
            "return f(1, *a, **k)",
            "a = ()\n        return f(*a, **k)",
            "g(*a)\n        return f(*a, **k)",
            "k.pop('x')\n        return f(*a, **k)",
            "if a: return 1\n        return f(*a, **k)",
            "yield f(*a, **k)",
        ] {
            assert_eq!(wrapper(changed), [""; 0], "{changed}");
        }
    }

    #[test]
    fn decorators_are_made_by_functions_around_them() {
        let made = "def m(x):\n    def d(f):\n        return f\n    return d\n";
        assert_eq!(handed_back(made), ["d: f", "m: d"]);
        let keyword = "def m(x):\n    def d(f, *, name):\n        return f\n    return d\n";
        assert_eq!(handed_back(keyword), ["d: f"], "`d` cannot be called with a function alone");
        let bare = "def m(x=None):\n    def d(f):\n        return f\n    if x: return d(x)\n    return d\n";
        assert_eq!(handed_back(bare), ["d: f"]);
        let method = "def d(f):\n    def w(self, *a, **k):\n        return f(self, *a, **k)\n    w.__doc__ = f.__doc__\n    return w\n";
        assert_eq!(handed_back(method), ["d: f with self, its result"]);
    }

    #[test]
    fn two_functions_do_not_fill_one_container() {
        let one = "def d(f):\n    X.append(f)\n    return f\n";
        let two = "def e(f):\n    X.append(f)\n    return f\n";
        assert_eq!(handed_back(one), ["d: f"]);
        assert_eq!(handed_back(&format!("{one}{two}")), [""; 0]);
    }
}
