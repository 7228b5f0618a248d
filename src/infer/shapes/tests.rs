//! The solvers on hand-made observations: each test is a few lines of Python as the evaluator would report them.

use std::sync::Arc;

use super::*;
use crate::facts::BinaryOp;
use crate::infer::{Bound, EvidenceKind, Site, Use, UseKind};
use crate::infer::{Field, ShapeKind};
use crate::text::{Name, TextRange};
use crate::types::{FunctionRef, Literal, ModuleId, Projection, known, union};

/// Observations under construction, all in one module.
#[derive(Default)]
struct Seen {
    observations: Observations,
    types: Vec<Type>,
    offset: u32,
}

impl Seen {
    fn range(&mut self) -> TextRange {
        self.offset += 10;
        TextRange::new(self.offset, self.offset + 5)
    }

    fn used(&mut self, subject: &Type, kind: UseKind, function: u32) {
        let range = self.range();
        let function = Some(FunctionRef { module: ModuleId(0), function });
        self.observations.uses.push(Use { subject: subject.clone(), kind, module: ModuleId(0), range, function });
    }

    fn bound(&mut self, slot: SlotId, ty: &Type, kind: EvidenceKind) {
        let range = self.range();
        self.observations.bounds.push(Bound {
            slot,
            ty: ty.clone(),
            kind,
            module: ModuleId(0),
            range,
            hides_others: false,
            through: None,
        });
        self.observations.bounds.sort_by_key(|bound| bound.slot);
        let number = slot.0 as usize;
        if self.types.len() <= number {
            self.types.resize(number + 1, Type::Unknown);
        }
        self.types[number] = union([self.types[number].clone(), ty.clone()]);
    }

    fn site(&mut self, function: u32, fields: &[(&str, Type)], bound_to: Option<&str>) -> Type {
        let range = self.range();
        let id = SiteId { module: ModuleId(0), expr: self.observations.sites.len() as u32 };
        let fields = fields.iter().map(|(key, ty)| (Name::new(key), ty.clone(), range)).collect();
        self.observations.sites.push(Site {
            id,
            range,
            function: Some(FunctionRef { module: ModuleId(0), function }),
            fields,
            spread: Vec::new(),
            dynamic: None,
            bound_to: bound_to.map(Name::new),
            options: None,
        });
        Type::Record(id)
    }

    fn solve(&self, world: &World) -> Shapes {
        let families = Families::default();
        solve(world, &Facts { observations: &self.observations, types: &self.types, families: &families }).0
    }
}

fn key(value: &Type, key: &str) -> Type {
    Type::Part(Arc::new(value.clone()), Projection::Key(Name::new(key)))
}

fn element(value: &Type) -> Type {
    Type::Part(Arc::new(value.clone()), Projection::Element)
}

fn read(key: &str) -> UseKind {
    UseKind::Key(Name::new(key))
}

fn fields(shape: &Shape) -> Vec<(&'static str, Type, bool)> {
    let ShapeKind::TypedDict { fields, .. } = &shape.kind else { return Vec::new() };
    fields.iter().map(|Field { name, ty, required }| (name.as_str(), ty.clone(), *required)).collect()
}

fn squared() -> UseKind {
    UseKind::Operand(BinaryOp::Pow, known::INT.instance(), false)
}

#[test]
fn a_parameter_read_by_constant_keys_is_a_record() {
    let mut world = World::of_text("vectors", "def v2_modulus(v):\n    return sqrt(v[\"x\"] ** 2 + v[\"y\"] ** 2)\n");
    let slots = world.add_function("v2_modulus", &["v"]);
    let mut seen = Seen::default();
    let v = Type::Slot(slots[0]);
    for name in ["x", "y"] {
        seen.used(&v, read(name), 0);
        seen.used(&key(&v, name), squared(), 0);
    }
    let shapes = seen.solve(&world);
    assert_eq!(shapes.shapes.len(), 1);
    let shape = &shapes.shapes[0];
    assert_eq!(shape.names[0].as_str(), "Vec2");
    assert_eq!(fields(shape), [("x", known::FLOAT.instance(), true), ("y", known::FLOAT.instance(), true)]);
    assert_eq!(shape.reason, "`v2_modulus` reads the keys `x` and `y`.");
    assert_eq!(shape.confidence, Confidence::Medium);
    assert_eq!(shapes.assigned[&slots[0]].ty, Type::Shape(ShapeId(0)));
}

#[test]
fn many_displays_that_a_constant_tells_apart_are_no_record() {
    let confidence = |kind: &dyn Fn(u32) -> Type| {
        let mut world = World::of_text("asgi", "def send(message):\n    pass\n");
        let slots = world.add_function("send", &["message"]);
        let message = Type::Slot(slots[0]);
        let mut seen = Seen::default();
        for number in 0..12 {
            let other = format!("key_{}", number % 8);
            let fields = [("type", kind(number)), ("id", known::INT.instance()), (&*other, known::INT.instance())];
            let display = seen.site(number + 1, &fields, None);
            seen.bound(slots[0], &display, EvidenceKind::CallSite);
        }
        seen.used(&message, read("type"), 0);
        let shapes = seen.solve(&world);
        shapes.shapes.first().map(|shape| shape.confidence)
    };
    let text = |number: u32| Type::Literal(Literal::Str(Name::new(&format!("message.{number}"))));
    assert_eq!(confidence(&text), None);
    assert!(confidence(&|_| known::STR.instance()) > Some(Confidence::Low));
}

#[test]
fn what_one_function_reads_without_telling_the_types_is_no_record() {
    let mut world = World::of_text("songs", "def show(song):\n    pass\n");
    let slots = world.add_function("show", &["song"]);
    let mut seen = Seen::default();
    let song = Type::Slot(slots[0]);
    for name in ["title", "artist", "length"] {
        seen.used(&song, read(name), 0);
    }
    assert!(seen.solve(&world).shapes.is_empty());
    seen.used(&song, read("year"), 1);
    assert_eq!(seen.solve(&world).shapes.len(), 1);
}

#[test]
fn a_context_that_is_filled_and_hardly_read_is_no_record() {
    let mut world = World::of_text("pages", "def page_context():\n    pass\n");
    let slots = world.add_function("page_context", &[]);
    let mut seen = Seen::default();
    let keys: Vec<String> = (0..12).map(|number| format!("key_{number}")).collect();
    let values: Vec<(&str, Type)> = keys.iter().map(|key| (key.as_str(), known::STR.instance())).collect();
    let site = seen.site(0, &values, Some("context"));
    seen.used(&site, read("key_0"), 0);
    seen.used(&site, UseKind::SetKey(Name::new("more"), known::INT.instance()), 0);
    seen.bound(slots[0], &site, EvidenceKind::Return);
    assert!(seen.solve(&world).shapes.is_empty());
}

#[test]
fn a_parameter_that_takes_texts_as_well_is_not_what_it_is_handed() {
    let mut world = World::of_text("app", "def tag(value):\n    pass\n\ndef order(o):\n    pass\n");
    let tag = world.add_function("tag", &["value"]);
    let order = world.add_function("order", &["o"]);
    let mut seen = Seen::default();
    let site = seen.site(2, &[("id", known::INT.instance()), ("total", known::FLOAT.instance())], Some("order"));
    seen.bound(order[0], &site, EvidenceKind::CallSite);
    let taken = Type::Slot(order[0]);
    seen.used(&taken, read("id"), 1);
    seen.used(&taken, read("total"), 1);
    seen.bound(tag[0], &taken, EvidenceKind::CallSite);
    seen.bound(tag[0], &known::STR.instance(), EvidenceKind::CallSite);
    let shapes = seen.solve(&world);
    assert_eq!(shapes.assigned[&order[0]].ty, Type::Shape(ShapeId(0)));
    let both = union([Type::Shape(ShapeId(0)), known::STR.instance()]);
    assert_eq!(shapes.assigned[&tag[0]].ty, both);
}

#[test]
fn fields_that_go_into_one_collection_tell_nothing_of_each_other() {
    // values = [who["name"], place["street"]]; for value in values: value["x"] + value["y"]
    let mut world = World::of_text("post", "def send(who, place, values):\n    pass\n");
    let slots = world.add_function("send", &["who", "place", "values"]);
    let [who, place, values] = [slots[0], slots[1], slots[2]];
    let mut seen = Seen::default();
    let (name, street) = (key(&Type::Slot(who), "name"), key(&Type::Slot(place), "street"));
    seen.bound(values, &known::LIST.of([union([name.clone(), street.clone()])]), EvidenceKind::CallSite);
    seen.used(&element(&Type::Slot(values)), read("x"), 2);
    seen.used(&element(&Type::Slot(values)), read("y"), 2);
    let observations = &seen.observations;
    let mut flow = Flow::of(&world, observations);
    unify::unify(&mut flow, observations, &seen.types);
    let root = |ty: &Type| flow.graph.get(ty).map(|node| flow.graph.find(node));
    assert!(root(&name).is_some() && root(&name) != root(&street));
}

#[test]
fn clear_makes_a_mapping() {
    let mut world = World::of_text("vectors", "def f(v):\n    pass\n");
    let slots = world.add_function("f", &["v"]);
    let mut seen = Seen::default();
    let v = Type::Slot(slots[0]);
    for name in ["x", "y"] {
        seen.used(&v, read(name), 0);
        seen.used(&key(&v, name), squared(), 0);
    }
    seen.used(&v, UseKind::Mapping, 0);
    let shapes = seen.solve(&world);
    assert!(shapes.shapes.is_empty());
    let float = known::FLOAT.instance();
    assert_eq!(shapes.assigned[&slots[0]].ty, known::DICT.of([known::STR.instance(), float]));
}

#[test]
fn tests_and_get_make_keys_optional() {
    let mut world = World::of_text("vectors", "def f(v):\n    pass\n");
    let slots = world.add_function("f", &["v"]);
    let mut seen = Seen::default();
    let v = Type::Slot(slots[0]);
    seen.used(&v, UseKind::HasKey(Name::new("x")), 0);
    seen.used(&v, read("x"), 0);
    seen.used(&v, UseKind::GetKey(Name::new("y"), Type::None), 0);
    seen.used(&v, read("z"), 1);
    let shapes = seen.solve(&world);
    let required: Vec<bool> = fields(&shapes.shapes[0]).iter().map(|field| field.2).collect();
    assert_eq!(required, [false, false, true]);
}

/// The first example of the page on taste: `new_order`, `add_line`, `render`.
#[test]
fn records_travel_through_functions_and_lists() {
    let text = "def new_order(customer, lines, note):\ndef add_line(order, sku, qty, price):\ndef render(order):\n";
    let mut world = World::of_text("shop.orders", text);
    let new_order = world.add_function("new_order", &["customer", "lines", "note"]);
    let add_line = world.add_function("add_line", &["order", "sku", "qty", "price"]);
    let render = world.add_function("render", &["order"]);
    let mut seen = Seen::default();
    let (str, float, int) = (known::STR.instance(), known::FLOAT.instance(), known::INT.instance());
    let lines = Type::Slot(new_order[1]);
    let order = seen.site(
        0,
        &[("id", str.clone()), ("customer", str.clone()), ("lines", lines), ("total", float.clone())],
        Some("order"),
    );
    seen.used(&order, UseKind::SetKey(Name::new("note"), str.clone()), 0);
    seen.bound(new_order[3], &order, EvidenceKind::Return);
    let line = seen.site(1, &[("sku", str.clone()), ("qty", int.clone()), ("price", float.clone())], None);
    let taken = Type::Slot(add_line[0]);
    seen.used(&taken, read("lines"), 1);
    seen.used(&key(&taken, "lines"), UseKind::Method(Name::new("append"), vec![line], vec![]), 1);
    seen.used(&taken, read("total"), 1);
    seen.used(&taken, UseKind::SetKey(Name::new("total"), float.clone()), 1);
    let rendered = Type::Slot(render[0]);
    seen.used(&rendered, read("lines"), 2);
    let each = element(&key(&rendered, "lines"));
    seen.used(&key(&rendered, "lines"), UseKind::Iterate, 2);
    seen.used(&each, read("qty"), 2);
    seen.used(&each, read("sku"), 2);
    seen.used(&rendered, UseKind::GetKey(Name::new("note"), str.clone()), 2);
    // main: order = new_order("me", []); add_line(order, …); render(order)
    seen.bound(add_line[0], &order, EvidenceKind::CallSite);
    seen.bound(render[0], &order, EvidenceKind::CallSite);
    let shapes = seen.solve(&world);
    let names: Vec<&str> = shapes.shapes.iter().map(|shape| shape.names[0].as_str()).collect();
    assert_eq!(names, ["Order", "OrderLine"]);
    let line_type = known::LIST.of([Type::Shape(ShapeId(1))]);
    assert_eq!(
        fields(&shapes.shapes[0]),
        [
            ("id", str.clone(), true),
            ("customer", str.clone(), true),
            ("lines", line_type.clone(), true),
            ("total", float.clone(), true),
            ("note", str.clone(), false),
        ]
    );
    assert_eq!(fields(&shapes.shapes[1]), [("sku", str, true), ("qty", int, true), ("price", float, true)]);
    assert_eq!(shapes.shapes[0].reason, "`new_order` builds this dict; 3 functions in 1 file use it.");
    assert_eq!(shapes.shapes[0].confidence, Confidence::High);
    assert_eq!(shapes.assigned[&new_order[1]].ty, line_type);
    for slot in [new_order[3], add_line[0], render[0]] {
        assert_eq!(shapes.assigned[&slot].ty, Type::Shape(ShapeId(0)), "{slot:?}");
    }
}

#[test]
fn a_sink_does_not_connect_records() {
    let mut world = World::of_text("app", "def log(data):\ndef user():\ndef item():\n");
    let log = world.add_function("log", &["data"]);
    let user = world.add_function("user", &[]);
    let item = world.add_function("item", &[]);
    let mut seen = Seen::default();
    let (str, int) = (known::STR.instance(), known::INT.instance());
    let a = seen.site(1, &[("name", str.clone()), ("email", str.clone())], Some("user"));
    let b = seen.site(2, &[("price", int.clone()), ("count", int)], Some("item"));
    seen.bound(log[0], &a, EvidenceKind::CallSite);
    seen.bound(log[0], &b, EvidenceKind::CallSite);
    seen.bound(user[0], &a, EvidenceKind::Return);
    seen.bound(item[0], &b, EvidenceKind::Return);
    seen.used(&a, read("name"), 1);
    let shapes = seen.solve(&world);
    assert_eq!(shapes.shapes.len(), 2);
    assert_eq!(shapes.shapes[0].names[0].as_str(), "User");
    assert_eq!(shapes.shapes[1].names[0].as_str(), "Item".to_owned() + "Result");
}

#[test]
fn counting_is_a_mapping() {
    let mut world = World::of_text("app", "def count(words):\n");
    let slots = world.add_function("count", &["words"]);
    let mut seen = Seen::default();
    let counts = seen.site(0, &[], Some("counts"));
    let (str, int) = (known::STR.instance(), known::INT.instance());
    seen.used(&counts, UseKind::SetDynamicKey(str.clone(), int.clone()), 0);
    seen.bound(slots[1], &counts, EvidenceKind::Return);
    let shapes = seen.solve(&world);
    assert!(shapes.shapes.is_empty());
    assert_eq!(shapes.settle(&counts), known::DICT.of([str, int]));
}

#[test]
fn what_has_methods_or_no_second_use_is_left_alone() {
    let mut world = World::of_text("app", "def f(frame, options):\n");
    let slots = world.add_function("f", &["table", "options"]);
    let mut seen = Seen::default();
    let (table, options) = (Type::Slot(slots[0]), Type::Slot(slots[1]));
    seen.used(&table, read("a"), 0);
    seen.used(&table, read("b"), 0);
    seen.used(&table, UseKind::Method(Name::new("groupby"), vec![], vec![]), 0);
    seen.used(&options, read("verbose"), 0);
    let shapes = seen.solve(&world);
    assert!(shapes.shapes.is_empty() && shapes.assigned.is_empty());
}

#[test]
fn equal_records_are_one() {
    let mut world = World::of_text("app", "def f(v):\ndef g(w):\n");
    let f = world.add_function("f", &["v"]);
    let g = world.add_function("g", &["w"]);
    let mut seen = Seen::default();
    for (number, slot) in [f[0], g[0]].into_iter().enumerate() {
        for name in ["x", "y"] {
            seen.used(&Type::Slot(slot), read(name), number as u32);
            seen.used(&key(&Type::Slot(slot), name), squared(), number as u32);
        }
    }
    let shapes = seen.solve(&world);
    assert_eq!(shapes.shapes.len(), 1);
    assert_eq!(shapes.shapes[0].slots, [f[0], g[0]]);
}
