//! Proposals that are written one by one, suppressed by comments, or changed by a reviewer.

use super::*;
use crate::plan::{Choice, Variant, check_hint, draft, hints, ignore_comment, revise, without_ignored};

const FILE: &str = "def f(x, y):\n    return x\n\n\ndef g(x):\n    return x\n";

/// `f` and `g` take a record `Point`; `y` is an `int`.
fn repository(text: &str) -> Repository {
    let mut repository = Repository::new(&[("m.py", text)], 12);
    let home = repository.module("m");
    let float = || known::FLOAT.instance();
    let field = |name| Field { name: Name::new(name), ty: float(), required: true };
    let kind = ShapeKind::typed_dict(vec![field("x"), field("y")]);
    let before = text.find("def f").expect("there is f") as u32;
    let names = vec![Name::new("Point")];
    repository.inference.shapes.push(Shape {
        names,
        kind,
        home: Home { module: home, before },
        slots: Vec::new(),
        locals: Vec::new(),
        confidence: Confidence::High,
        reason: String::new(),
        evidence: Vec::new(),
    });
    let annotate = |slot, ty| Change::Annotate { slot, ty };
    let (of_f, of_g) = (repository.slot("m", "f.x"), repository.slot("m", "g.x"));
    let shape = ShapeId(0);
    repository.propose(vec![
        Change::Define(shape),
        annotate(of_f, Type::Shape(shape)),
        annotate(of_g, known::LIST.of([Type::Shape(shape)])),
    ]);
    let y = repository.slot("m", "f.y");
    repository.propose(vec![annotate(y, known::INT.instance())]);
    repository
}

fn options() -> Options<'static> {
    Options {
        target: PythonVersion::new(3, 12),
        line_length: None,
        min_confidence: Confidence::Low,
        allow_unsafe: true,
        future_annotations: false,
        accept: None,
    }
}

/// The file after all proposals, without the definition's head.
fn written(repository: &Repository) -> String {
    let draft = draft(&repository.project, &repository.inference, &repository.proposals, &options(), None);
    let all = draft.plan.planned.iter().map(|planned| planned.proposal).collect();
    draft.text(repository.module("m"), &all).expect("it can be written")
}

fn chosen(choice: Choice) -> (Repository, Vec<String>) {
    let mut repository = repository(FILE);
    let choices = [(repository.proposals[0].id, choice)].into();
    let proposals = std::mem::take(&mut repository.proposals);
    let (proposals, faults) = revise(&repository.project, &mut repository.inference, proposals, &choices);
    repository.proposals = proposals;
    (repository, faults.into_iter().map(|(_, fault)| fault).collect())
}

#[test]
fn any_part_can_be_written() {
    let repository = repository(FILE);
    let draft = draft(&repository.project, &repository.inference, &repository.proposals, &options(), None);
    let module = repository.module("m");
    let text = |numbers: &[usize]| draft.text(module, &numbers.iter().copied().collect()).expect("it is there");
    assert_eq!(text(&[]), FILE);
    assert_eq!(text(&[1]), FILE.replace("y)", "y: int)"));
    assert!(text(&[0]).contains("class Point(TypedDict):") && text(&[0]).contains("def f(x: Point, y):"));
    assert!(text(&[0, 1]).contains("def f(x: Point, y: int):"));
    let (files, dropped) = draft.files(&BTreeSet::from([0, 1]));
    assert!(dropped.is_empty());
    assert_eq!(files[0].patch.apply(FILE), text(&[0, 1]), "what was shown is what is written");
}

#[test]
fn comments_suppress() {
    let left = |text: &str| {
        let repository = repository(text);
        let proposals = without_ignored(&repository.project, &repository.inference, repository.proposals.clone());
        proposals.iter().map(|proposal| proposal.changes.len()).collect::<Vec<_>>()
    };
    assert_eq!(left(FILE), [3, 1]);
    let comment = "# hintwright: ignore";
    assert_eq!(left(&format!("{comment}\n{FILE}")), Vec::<usize>::new(), "the file");
    assert_eq!(left(&format!("'''doc'''\n{comment}\n{FILE}")), Vec::<usize>::new(), "the def below, which is the home");
    assert_eq!(left(&FILE.replace("def g(x):", &format!("def g(x):  {comment}"))), [2, 1], "one use");
    assert_eq!(left(&FILE.replace("def g(x):", &format!("{comment}\ndef g(x):"))), [2, 1], "the line below");
    assert_eq!(left(&FILE.replace("def g(x):", &format!("def g(\n    x,  {comment}\n):"))), [2, 1], "the header");
    assert_eq!(left(&FILE.replace("return x\n\n", &format!("return x  {comment}\n\n"))), [3, 1], "not the body");
    assert_eq!(left(&FILE.replace("def g(x):", &format!("def g(x):  {comment}[other]"))), [3, 1], "another name");
    assert_eq!(left(&FILE.replace("def g(x):", &format!("def g(x):  {comment}[other, test]"))), [2, 1], "this name");
}

#[test]
fn a_comment_is_written_where_it_works() {
    let repository = repository(FILE);
    let comment = |number: usize| {
        let proposal = &repository.proposals[number];
        let (_, edit) = ignore_comment(&repository.project, &repository.inference, proposal)?;
        let mut patch = Patch::new();
        patch.add_all(&[edit]).expect("one edit");
        Some(patch.apply(FILE))
    };
    let wanted = FILE.replacen("y):", "y):  # hintwright: ignore[test]", 1);
    assert_eq!((comment(0), comment(1)), (Some(wanted.clone()), Some(wanted)));
}

#[test]
fn a_definition_can_be_renamed_and_retyped() {
    let hints = [("y".to_owned(), "NotRequired[int | None]".to_owned())].into();
    let (repository, faults) = chosen(Choice { name: Some("Vector".into()), hints, ..Choice::default() });
    assert_eq!(faults, Vec::<String>::new());
    let text = written(&repository);
    assert!(text.contains("class Vector(TypedDict):\n    x: float\n    y: NotRequired[int | None]\n"), "{text}");
    assert!(text.contains("def g(x: list[Vector]):"), "{text}");
}

#[test]
fn a_definition_can_be_done_without() {
    let labels = |repository: &Repository| {
        let variants = Variant::of(
            &repository.project,
            &repository.inference,
            &repository.inference.shapes,
            &repository.proposals[0],
        );
        variants.into_iter().map(|variant| variant.label).collect::<Vec<_>>()
    };
    assert_eq!(labels(&repository(FILE)), ["dict[str, float]", "Mapping[str, float]"]);
    let (repository, faults) = chosen(Choice { instead: Some("dict[str, float]".into()), ..Choice::default() });
    assert_eq!(faults, Vec::<String>::new());
    let text = written(&repository);
    assert!(!text.contains("class"), "{text}");
    assert!(text.contains("def f(x: dict[str, float], y: int):"), "{text}");
    assert!(text.contains("def g(x: list[dict[str, float]]):"), "{text}");
    let (_, faults) = chosen(Choice { instead: Some("set[str]".into()), ..Choice::default() });
    assert_eq!(faults, ["`set[str]` is no longer an alternative"]);
}

#[test]
fn an_annotation_has_wider_and_narrower_variants() {
    let mut repository = Repository::new(&[("m.py", FILE)], 12);
    let slot = repository.slot("m", "f.x");
    let list = known::LIST.of([known::INT.instance()]);
    let mut labels = |ty| {
        repository.propose(vec![Change::Annotate { slot, ty }]);
        let proposal = repository.proposals.last().expect("it was added");
        let variants = Variant::of(&repository.project, &repository.inference, &[], proposal);
        variants.into_iter().map(|variant| variant.label).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(labels(list.clone()), "Sequence[int], Iterable[int], list[int] | None");
    assert_eq!(labels(union([list, Type::None])), "list[int], Sequence[int] | None, Iterable[int] | None");
    assert_eq!(labels(union([known::INT.instance(), known::STR.instance()])), "int, str, int | str | None");
    assert_eq!(labels(known::INT.instance()), "float, int | None");
    assert_eq!(
        labels(Type::Tuple([known::INT.instance(), known::INT.instance()].into())),
        "tuple[int, ...], Sequence[int], Iterable[int], tuple[int, int] | None, NamedTuple"
    );
}

#[test]
fn a_set_can_be_split() {
    let (repository, _) = chosen(Choice { split: true, ..Choice::default() });
    let draft = draft(&repository.project, &repository.inference, &repository.proposals, &options(), None);
    let titles: Vec<&str> = draft.plan.planned.iter().map(|planned| planned.title.as_str()).collect();
    assert_eq!(&titles[1..3], ["Annotate `f` with `Point`", "Annotate `g` with `Point`"]);
    assert_eq!(draft.plan.needs(2).collect::<Vec<_>>(), [0]);
    let text = draft.text(repository.module("m"), &BTreeSet::from([0, 2])).expect("it can be written");
    assert!(text.contains("def f(x, y):") && text.contains("def g(x: list[Point]):"), "{text}");
    let (files, dropped) = draft.files(&BTreeSet::from([1]));
    assert!(files.is_empty() && dropped.len() == 1, "it needs the definition");
}

#[test]
fn hints_are_read() {
    let repository = repository(FILE);
    let draft = draft(&repository.project, &repository.inference, &repository.proposals, &options(), None);
    let lines = hints(&repository.project, &repository.inference, &draft.plan, &repository.proposals[0]);
    let lines: Vec<String> = lines.into_iter().map(|line| format!("{}: {}", line.label, line.text)).collect();
    assert_eq!(lines, ["x: float", "y: float"]);
    let check = |text: &str| {
        check_hint(&repository.project, &repository.inference, &repository.proposals, &repository.proposals[1], text)
    };
    for good in [
        "int",
        "list[Point] | None",
        "Optional[dict[str, Any]]",
        "Callable[[int, str], None]",
        "Callable[..., Sequence[int]]",
        "tuple[int, ...]",
        "type[ValueError]",
        "\"Point\"",
        "NotRequired[str]",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    for bad in ["", "list[", "1 + 2", "Nowhere", "list[int]; x", "int[str", "Callable[int]", "len"] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

/// A plan that recalls the one before is the plan that is made anew, whatever a reviewer does.
#[test]
fn a_plan_from_memory_is_the_plan_anew() {
    // `n` takes all names of `m`, `o` has a name that is proposed, and `Path` means something else in `p`.
    let files = [
        ("m.py", "def f(x, y):\n    return x\n\n\ndef g(x):\n    return x\n"),
        ("n.py", "from m import *\n\n\ndef h(x, z):\n    return x\n"),
        ("o.py", "import m\n\nPoint = 1\n\n\ndef k(x, p):\n    return x\n"),
        ("p.py", "def q(path, again):\n    Path = 1\n    return path\n\n\ndef r(x):\n    return x\n"),
    ];
    let mut repository = Repository::new(&files, 12);
    let field = |name| Field { name: Name::new(name), ty: known::FLOAT.instance(), required: true };
    let annotate = |slot, ty: Type| Change::Annotate { slot, ty };
    for (number, (home, name)) in [("m", "Point"), ("p", "Point"), ("n", "Row")].into_iter().enumerate() {
        let kind = ShapeKind::typed_dict(vec![field("x"), field("y")]);
        let (names, home) = (vec![Name::new(name)], Home { module: repository.module(home), before: 0 });
        let (slots, locals, evidence) = (Vec::new(), Vec::new(), Vec::new());
        let (confidence, reason) = (Confidence::High, String::new());
        repository.inference.shapes.push(Shape { names, kind, home, slots, locals, confidence, reason, evidence });
        assert_eq!(number + 1, repository.inference.shapes.len());
    }
    let slot = |module: &str, subject: &str| repository.slot(module, subject);
    let path = || Type::instance(ClassName::new(Name::new("pathlib"), Name::new("Path")));
    let list = |ty| known::LIST.of([ty]);
    let changes = vec![
        vec![
            Change::Define(ShapeId(0)),
            annotate(slot("m", "f.x"), Type::Shape(ShapeId(0))),
            annotate(slot("n", "h.x"), list(Type::Shape(ShapeId(0)))),
            annotate(slot("o", "k.x"), Type::Shape(ShapeId(0))),
        ],
        vec![Change::Define(ShapeId(1)), annotate(slot("p", "r.x"), Type::Shape(ShapeId(1)))],
        vec![Change::Define(ShapeId(2)), annotate(slot("n", "h.z"), Type::Shape(ShapeId(2)))],
        vec![annotate(slot("m", "f.y"), known::SEQUENCE.of([path()]))],
        vec![annotate(slot("p", "q.path"), path())],
        vec![annotate(slot("p", "q.again"), known::SEQUENCE.of([path()]))],
        vec![annotate(slot("o", "k.p"), known::ITERABLE.of([path()]))],
        vec![annotate(slot("m", "g.x"), list(Type::Shape(ShapeId(0))))],
    ];
    for changes in changes {
        repository.propose(changes);
    }
    let Repository { project, mut inference, proposals, .. } = repository;
    let (ids, shapes): (Vec<ProposalId>, Vec<Shape>) =
        (proposals.iter().map(|proposal| proposal.id).collect(), inference.shapes.clone());
    let instead = |label: &str| Choice { instead: Some(label.to_owned()), ..Choice::default() };
    let named = |name: &str| Choice { name: Some(name.to_owned()), ..Choice::default() };
    let hint = |label: &str, text: &str| Choice { hints: [(label.into(), text.into())].into(), ..Choice::default() };
    let steps: Vec<Vec<(usize, Choice)>> = vec![
        vec![],
        vec![(0, named("Vector"))],
        vec![(0, named("Vector")), (1, named("Vector"))],
        vec![(0, instead("dict[str, float]")), (1, named("Vector"))],
        vec![(1, Choice { split: true, ..Choice::default() })],
        vec![(0, Choice { split: true, ..named("Row") })],
        vec![(2, hint("x", "int | None")), (3, instead("Iterable[Path]"))],
        vec![(3, hint("y", "int")), (2, instead("dict[str, float]"))],
        vec![(4, hint("path", "Point")), (5, hint("again", "list[Point]"))],
        vec![],
    ];
    let all = options();
    let mut before = draft(&project, &inference, &proposals, &all, None);
    for (number, step) in steps.into_iter().enumerate() {
        let choices: BTreeMap<ProposalId, Choice> =
            step.into_iter().map(|(index, choice)| (ids[index], choice)).collect();
        inference.shapes.clone_from(&shapes);
        let (revised, _) = revise(&project, &mut inference, proposals.clone(), &choices);
        let anew = draft(&project, &inference, &revised, &all, None);
        before = draft(&project, &inference, &revised, &all, Some(&before));
        let told = |plan: &Plan| {
            let files = plan.files.iter().map(|file| file.text.to_string()).collect::<Vec<_>>();
            let words: Vec<String> = plan.planned.iter().map(|one| format!("{}{}", one.title, one.reason)).collect();
            (files, words, plan.dropped.len(), plan.needs.clone())
        };
        assert_eq!(told(&before.plan), told(&anew.plan), "step {number}: {choices:?}");
    }
}
