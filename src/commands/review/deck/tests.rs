//! Reviews by script: keys in, decisions out.

use super::*;

/// Six changes in two files: number 3 defines what 1 and 4 need, and 5 needs 4.
fn deck() -> Deck {
    let item = |number: u64, path: &str, transform, confidence, needs: &[usize]| Item {
        id: ProposalId(number),
        path: path.to_owned(),
        transform,
        confidence,
        title: format!("Title {number}"),
        name: (transform == "typed_dict").then(|| "Line".to_owned()),
        needs: needs.to_vec(),
    };
    let mut deck = Deck::new(Decisions::default());
    deck.reload(vec![
        item(0, "a.py", "signature", Confidence::High, &[]),
        item(1, "a.py", "typed_dict", Confidence::High, &[3]),
        item(2, "b.py", "signature", Confidence::Medium, &[]),
        item(3, "b.py", "typed_dict", Confidence::Medium, &[]),
        item(4, "a.py", "typed_dict", Confidence::Low, &[3]),
        item(5, "b.py", "new_type", Confidence::Low, &[4]),
    ]);
    deck.rewind();
    deck
}

/// Presses keys; `\n`, `\x08` and `\x1b` are Enter, Backspace and Escape. Gives the last step.
fn press(deck: &mut Deck, keys: &str) -> Step {
    let mut step = Step::Show;
    for key in keys.chars() {
        step = deck.press(match key {
            '\n' => Press::Enter,
            '\u{8}' => Press::Backspace,
            '\u{1b}' => Press::Escape,
            letter => Press::Letter(letter),
        });
    }
    step
}

/// The answers, one letter for each item, and where the reviewer is.
fn after(keys: &str) -> (String, usize) {
    let mut deck = deck();
    press(&mut deck, keys);
    (answers(&deck), deck.at)
}

fn answers(deck: &Deck) -> String {
    let letter = |index| match deck.verdict(index) {
        Verdict::Accepted => 'y',
        Verdict::Refused => 'n',
        Verdict::Undecided => '-',
    };
    (0..deck.items.len()).map(letter).collect()
}

fn said(keys: &str) -> String {
    let mut deck = deck();
    press(&mut deck, keys);
    deck.below(120).join("\n")
}

#[test]
fn one_by_one() {
    assert_eq!(after("yn"), ("yn----".into(), 2));
    assert_eq!(after("  y"), ("--y---".into(), 3));
    assert_eq!(after(""), ("------".into(), 0));
}

#[test]
fn what_is_needed_is_accepted_too() {
    assert_eq!(after("ny"), ("ny-y--".into(), 2), "1 needs 3");
    assert!(said("ny").starts_with("Accepted too, as it is needed: Title 3\n"));
    assert_eq!(after("g6\ny"), ("---yyy".into(), 0), "5 needs 4, which needs 3");
    assert!(said("g6\ny").contains("(2): Title 3; Title 4"));
    assert_eq!(after("g4\nng2\ny"), ("-y-ynn".into(), 2), "a later yes wins over a no");
}

#[test]
fn what_needs_it_is_refused_too() {
    assert_eq!(after("g4\nn"), ("-n-nnn".into(), 0));
    assert!(said("g4\nn").contains("Refused too, as they need what was refused (3): Title 1; Title 4; Title 5"));
    assert_eq!(after("g2\nyg4\n "), ("------".into(), 4), "undecided again");
}

#[test]
fn the_rest_of_a_file() {
    assert_eq!(after("a"), ("yy-yy-".into(), 2), "3 is needed");
    assert_eq!(after("d"), ("nn--nn".into(), 2), "5 needs 4");
    assert_eq!(after("nd").0, "nn--nn");
}

#[test]
fn the_rest_of_a_kind() {
    assert!(
        said("g3\nA").contains("Accept 2 changes: every undecided signature of Medium confidence or better? y yes")
    );
    assert_eq!(after("g3\nAy").0, "y-y---");
    assert_eq!(after("Ay").0, "y-----", "number 2 is less sure");
    assert_eq!(after("g5\nDy").0, "-n-nnn");
    assert_eq!(after("A\nn"), ("------".into(), 0), "Enter is no answer");
    assert_eq!(after("A\u{1b}y").0, "y-----", "the question is gone");
}

#[test]
fn moves() {
    assert_eq!(after("jj").1, 2);
    assert_eq!(after("yyk").1, 2, "0 is decided, so there is nothing undecided before");
    assert_eq!(after("yyK").1, 1);
    assert_eq!(after("JJJK").1, 2);
    assert_eq!(after("g5\n").1, 4);
    assert_eq!(after("g9\n").1, 0);
    assert_eq!(after("g5\u{8}2\n").1, 1);
    assert_eq!(after("g5\u{1b}").1, 0);
    assert_eq!(after("/new_\n").1, 5);
    assert_eq!(after("/TITLE 4\n/\n").1, 4, "the only one");
    assert_eq!(after("/b.py\n/\n").1, 3, "an empty search repeats the last one");
    assert!(said("/nowhere\n").contains("Nothing else holds `nowhere`"));
}

#[test]
fn nothing_happens_by_reflex() {
    assert_eq!(after("\n\n"), ("------".into(), 0));
    assert!(said("\n").contains("Enter accepts nothing"));
    assert!(said("z").contains("`z` does nothing here"));
    assert!(said("?").contains("Space   leave it undecided"));
    assert_eq!(after("? ?\n??\u{1b}"), ("------".into(), 0), "they close the help");
    assert_eq!(after("?y").0, "y-----");
}

#[test]
fn every_answer_can_be_taken_back() {
    assert_eq!(after("yuyu"), ("------".into(), 0));
    assert_eq!(after("yng4\nnuuu"), ("------".into(), 0));
    assert_eq!(after("au"), ("------".into(), 0));
    assert_eq!(after("Ayu"), ("------".into(), 0));
    assert_eq!(after("yyyyyu"), ("yyyyy-".into(), 5));
    assert!(said("u").contains("Nothing to take back"));
}

#[test]
fn after_the_last_one() {
    let mut deck = deck();
    press(&mut deck, "yyyyy");
    assert!(deck.current().is_none());
    assert_eq!(deck.below(80), [legend::END]);
    assert_eq!(press(&mut deck, "y"), Step::Show);
    assert_eq!(press(&mut deck, "w"), Step::Write);
    assert_eq!(press(&mut deck, "q"), Step::Quit);
    assert_eq!(press(&mut deck, "Q"), Step::Forget);
    assert_eq!(deck.press(Press::End), Step::HangUp);
    press(&mut deck, "K");
    assert_eq!(deck.at, 5);
}

#[test]
fn what_the_plan_has_to_do_comes_out() {
    let mut deck = deck();
    assert_eq!(press(&mut deck, "x"), Step::Ignore(0));
    assert_eq!(press(&mut deck, "t"), Step::Turn(0));
    assert_eq!(press(&mut deck, "e"), Step::Edit(0, None));
    assert_eq!(press(&mut deck, "s"), Step::Split(0));
    assert_eq!(press(&mut deck, "r"), Step::Show, "a signature has no name of its own");
    assert_eq!(press(&mut deck, "jr\n"), Step::Show, "no name, no change");
    assert_eq!(press(&mut deck, "rRox\u{8}w\n"), Step::Rename(1, "Row".into()));
    deck.ask_to_edit_again(1, "x: lst".into(), "`lst` is no type");
    assert!(deck.below(80).join("").contains("`lst` is no type. Edit again? y yes"));
    assert_eq!(press(&mut deck, "y"), Step::Edit(1, Some("x: lst".into())));
}

#[test]
fn choices_are_kept_and_taken_back() {
    let mut deck = deck();
    deck.choose(1, |choice| choice.name = Some("Row".into()));
    press(&mut deck, "jy");
    assert_eq!(deck.choice(1).name.as_deref(), Some("Row"), "an answer keeps the name");
    assert_eq!(press(&mut deck, "u"), Step::Show);
    assert_eq!(press(&mut deck, "u"), Step::Plan, "the plan is another without the name");
    assert_eq!(deck.choice(1), Choice::default());
    assert!(deck.decisions.is_empty());
}

#[test]
fn a_comment_is_part_of_the_refusal() {
    let mut deck = deck();
    deck.refuse_in_code(0);
    assert!(deck.decisions.get(ProposalId(0)).is_some_and(|decision| decision.comment));
    press(&mut deck, "K");
    press(&mut deck, "y");
    assert!(deck.decisions.get(ProposalId(0)).is_some_and(|decision| !decision.comment));
}

#[test]
fn what_is_written_is_forgotten_but_for_names() {
    let mut deck = deck();
    deck.choose(3, |choice| choice.name = Some("Row".into()));
    press(&mut deck, "yy");
    deck.written(&[ProposalId(0), ProposalId(1), ProposalId(3)]);
    assert_eq!(deck.verdict(0), Verdict::Undecided);
    let kept = deck.decisions.get(ProposalId(3)).expect("its name is kept");
    assert_eq!((kept.verdict, kept.choice.name.as_deref()), (Verdict::Undecided, Some("Row")));
    assert!(deck.decisions.get(ProposalId(0)).is_none());
}

#[test]
fn a_choice_that_cannot_be_had_leaves_the_reviewer_where_he_was() {
    let mut deck = deck();
    press(&mut deck, "g3\n");
    let items = deck.items.clone();
    deck.choose(2, |choice| choice.instead = Some("str".into()));
    deck.reload([&items[..2], &items[3..]].concat());
    deck.give_up();
    deck.reload(items);
    assert_eq!(deck.at, 2);
    assert!(deck.is_impossible(ProposalId(2), "str") && deck.decisions.is_empty());
}

#[test]
fn all_of_a_change_is_shown_until_the_next_one() {
    let mut deck = deck();
    press(&mut deck, "iv");
    assert!(deck.whole && deck.evidence);
    press(&mut deck, "y");
    assert!(!deck.whole && deck.evidence);
}

#[test]
fn new_items_keep_the_place() {
    let mut deck = deck();
    press(&mut deck, "g4\n");
    let items = deck.items[2..].iter().map(|item| Item { needs: Vec::new(), ..item.clone() }).collect();
    deck.reload(items);
    assert_eq!(deck.current().map(|item| item.id), Some(ProposalId(3)));
}
