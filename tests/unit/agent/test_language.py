"""The agent's reading of the text language, against the grammar the model is trained on."""

import random

import pytest
from pentimento.agent.errors import AnswerError
from pentimento.agent.language import (
    DEEDS,
    Change,
    CheckAnswer,
    EditAnswer,
    Judgement,
    Listing,
    Outside,
    Unclear,
    apply_changes,
    is_same,
    read_changes,
    read_checks,
    read_draw,
    read_edit,
    read_listing,
    read_question,
    refuted,
    says_already,
    sort_entries,
)
from pentimento.model.storybook import wish_kinds
from pentimento.model.storybook.dialogues import FULL, sample_dialogue
from pentimento.prompts.loader import PromptLibrary

CAT, HOUSE = "cat red small top left", "house blue large bottom right"
LISTING = f"meadow, day; {CAT}; {HOUSE}."


def calmly(turn: str, words: str) -> str:
    """Return a turn of the grammar as the prompts put it: what is shouted in small letters."""
    return turn.replace(words, words.lower()) if words.isupper() else turn


def test_prompts_and_readers_agree_with_the_training_grammar() -> None:
    prompts, rng = PromptLibrary("storybook"), random.Random(3)
    for _ in range(300):
        listing = Listing("", "")
        for turn in sample_dialogue(rng, FULL).turns:
            rest = turn.user.partition(": ")[2]
            if turn.task == "list":
                listing = read_listing(turn.assistant)
                assert (prompts.render("list"), str(listing)) == (turn.user, turn.assistant)
            elif turn.task == "edit":
                read_edit(turn.assistant)
                *told, wish = turn.user.split("\n")
                said = dict(line.split(": ", 1) for line in told)
                words = wish.removeprefix("Wish: ")
                before = {"words": said.get("Before", ""), "changes": said.get("Done", "")}
                made = prompts.render(
                    "wish",
                    last=said.get("Last"),
                    before=before if "Before" in said else None,
                    instruction=words,
                )
                assert made == calmly(calmly(turn.user, words), before["words"])
            elif turn.task == "draw":
                read_draw(turn.assistant)
                assert prompts.render("draw", request=rest) == calmly(turn.user, rest)
            elif turn.task == "question":
                read_question(turn.assistant)
                assert prompts.render("question", question=rest) == calmly(turn.user, rest)
            elif turn.task == "critique":
                checks = rest.split("; ")
                read_checks(turn.assistant, len(checks))
                assert prompts.render("check", checks=checks) == turn.user
            else:
                where, _, text = rest.partition(": ")
                made = prompts.render("route", has_picture=where == "picture", text=text)
                assert made == calmly(turn.user, text)


def test_a_listing_is_read_and_written() -> None:
    assert read_listing(LISTING) == Listing("meadow", "day", (CAT, HOUSE))
    assert str(read_listing(LISTING)) == LISTING
    assert str(read_listing("snow, night; nothing.")) == "snow, night; nothing."


@pytest.mark.parametrize(
    "text",
    ["", "meadow", "meadow, day", "meadow day; nothing.", f"meadow, day; {CAT}; {CAT}.",
     "meadow, day; cat red.", "meadow, day; ;", "a b c"],
)  # fmt: skip
def test_nonsense_is_no_listing(text: str) -> None:
    with pytest.raises(AnswerError):
        read_listing(text)


def test_an_edit_is_changes_and_a_target() -> None:
    answer = read_edit(f"{CAT} -> cat blue small top left; day -> night => meadow, night; {HOUSE}.")
    assert isinstance(answer, EditAnswer)
    assert [change.is_global for change in answer.changes] == [False, True]
    assert str(answer.changes[0]) == f"{CAT} -> cat blue small top left"
    assert read_edit("unclear: Which cat?") == Unclear("Which cat?")
    said = "cat red small top left; cat blue small top right => unclear: Which cat?"
    assert read_edit(said) == Unclear("Which cat?")
    assert read_edit("outside: I cannot draw an elf.") == Outside("I cannot draw an elf.")


def test_what_a_place_is_reckoned_from_is_no_change() -> None:
    moved = "cat red small bottom center"
    answer = read_edit(f"{HOUSE} -> {HOUSE}; {CAT} -> {moved} => meadow, day; {moved}; {HOUSE}.")
    assert isinstance(answer, EditAnswer)
    assert [str(change) for change in answer.changes] == [f"{CAT} -> {moved}"]


def test_places_that_were_looked_at_are_no_changes() -> None:
    moved = "cat red small bottom center"
    looks = f"bottom right: {HOUSE}; bottom center: nothing"
    answer = read_edit(f"{looks}; {CAT} -> {moved} => meadow, day; {moved}; {HOUSE}.")
    assert isinstance(answer, EditAnswer)
    assert [str(change) for change in answer.changes] == [f"{CAT} -> {moved}"]
    with pytest.raises(AnswerError, match="no change"):
        read_edit(f"over there: nothing; {CAT} -> {moved} => meadow, day; {moved}; {HOUSE}.")


def test_the_deeds_are_those_of_the_training_grammar() -> None:
    assert DEEDS == (*wish_kinds.DEEDS, "outside")


def test_what_a_plan_says_first_is_no_change() -> None:
    moved = "cat red small bottom center"
    for evidence in ("", "bottom center: nothing; ", f"asked: cat; {HOUSE} -> {HOUSE}; "):
        answer = read_edit(f"move: {evidence}{CAT} -> {moved} => meadow, day; {moved}; {HOUSE}.")
        assert isinstance(answer, EditAnswer)
        assert [str(change) for change in answer.changes] == [f"{CAT} -> {moved}"]
    light = read_edit(f"light: day -> night => meadow, night; {HOUSE}.")
    assert isinstance(light, EditAnswer) and light.changes == (Change("day", "night"),)
    assert read_edit("remove: nothing => unclear: Which cat?") == Unclear("Which cat?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("light: day -> day => unclear: It is already day. What should change?", True),
        (f"move: {CAT} -> {CAT} => unclear: There is no room above it.", False),
        (f"{CAT} -> {CAT}; {HOUSE} -> {HOUSE} => unclear: There are already 2 things.", True),
        (f"top left: {CAT} => unclear: The cat is already at the top left.", False),
        ("day -> day => unclear: It is already day. What should change?", True),
        (f"{CAT} -> {CAT} => unclear: The cat is already red. What should change?", True),
        (f"{CAT} -> {CAT} => unclear: There is no room above it. Where should it go?", False),
        (f"{CAT}; {HOUSE} => unclear: The house is already there. Where should it go?", False),
        (f"{CAT} -> nothing => meadow, day; {HOUSE}.", False),
    ],
)
def test_what_is_so_already_is_said_so(text: str, expected: bool) -> None:
    assert says_already(text) is expected


@pytest.mark.parametrize(
    "text",
    ["", "nothing", f"{CAT} => {LISTING}", f"-> {CAT} => {LISTING}",
     f"nothing -> nothing => {LISTING}", f"{CAT} -> night => {LISTING}", f"{CAT} -> nothing =>",
     "=> => =>", "unclear:"],
)  # fmt: skip
def test_nonsense_is_no_edit(text: str) -> None:
    with pytest.raises(AnswerError):
        read_edit(text)


def test_a_claim_that_its_own_evidence_refutes_is_an_edit() -> None:
    source, white = read_listing(LISTING), CAT.replace("red", "white")
    told = refuted(f"{CAT} -> {white} => unclear: The red cat is already white. What now?", source)
    assert told == EditAnswer((Change(CAT, white),), read_listing(LISTING.replace(CAT, white)))


@pytest.mark.parametrize(
    "text",
    [
        f"{CAT} -> {CAT} => unclear: The cat is already red. What should change?",
        f"{CAT} -> {HOUSE} => unclear: The cat is already a house.",  # two in one place
        f"{CAT}; {HOUSE} => unclear: Which one do you mean? It is already there.",
        f"{CAT} -> nothing => unclear: There is no dog. Which thing do you mean?",
        "nothing => unclear: It is already day. What should change?",
    ],
)
def test_other_questions_stay_questions(text: str) -> None:
    assert refuted(text, read_listing(LISTING)) is None


def test_a_judgement_may_rest_on_several_entries() -> None:
    answer = read_checks(f"{CAT}; {HOUSE} yes; nothing no => add a dog", 2)
    assert answer == CheckAnswer(
        (Judgement("yes", f"{CAT}; {HOUSE}"), Judgement("no", "nothing")), "add a dog"
    )
    assert read_checks("meadow yes => nothing", 1).revision == ""


@pytest.mark.parametrize("text", ["yes", "meadow yes", "meadow yes; no", "maybe => nothing"])
def test_a_wrong_number_of_verdicts_is_refused(text: str) -> None:
    with pytest.raises(AnswerError):
        read_checks(text, 2)


def test_an_answer_without_evidence_is_a_sentence() -> None:
    assert read_question("Yes.").sentence == "Yes."
    assert read_question("nothing => No.").evidence == ()
    assert read_question("unclear: What do you mean?").sentence == "What do you mean?"
    with pytest.raises(AnswerError):
        read_question("cat red =>")


def test_changes_are_applied_in_their_order() -> None:
    source = read_listing(LISTING)
    swap = read_changes(
        f"{CAT} -> cat red small bottom right; {HOUSE} -> house blue large top left"
    )
    made = apply_changes(source, swap)
    assert made and is_same(
        made, read_listing("meadow, day; house blue large top left; cat red small bottom right.")
    )
    assert str(sort_entries(made)).startswith("meadow, day; house blue large top left")
    chain = read_changes(f"{CAT} -> cat blue small top left; cat blue small top left -> nothing")
    made = apply_changes(source, chain)
    assert made and made.entries == (HOUSE,)


@pytest.mark.parametrize(
    "change",
    [
        Change("dog red small top left", None),
        Change("beach", "snow"),
        Change(None, "dog red small top left"),  # the place is taken
    ],
)
def test_changes_that_do_not_fit_are_noticed(change: Change) -> None:
    assert apply_changes(read_listing(LISTING), [change]) is None


@pytest.mark.parametrize(
    ("side", "is_so"),
    [("to the left of", False), ("to the right of", True), ("above", True), ("below", False)],
)
def test_the_places_that_were_looked_at_say_how_two_things_stand(side: str, is_so: bool) -> None:
    looked_at = "cat red small top right; dog white small middle left"
    for said in (f"Yes, the cat is {side} the dog.", f"No, the cat is not {side} the dog."):
        sentence = read_question(f"{looked_at} => {said}").sentence
        assert sentence == (
            f"Yes, the cat is {side} the dog." if is_so else f"No, the cat is not {side} the dog."
        )


def test_other_sentences_stay_as_the_model_said_them() -> None:
    for said in (
        "nothing => There is no dog.",
        "cat red small top right => Yes, the cat is red.",
        "cat red small top right; cat red small top right => Yes, the cat is above the cat.",
    ):
        assert read_question(said).sentence == said.partition(" => ")[2]
