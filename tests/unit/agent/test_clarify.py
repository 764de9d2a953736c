"""What an answer makes of a request: a name put in, a place put behind, a yes, a no."""

from typing import Any

import pytest
from pentimento.agent.nodes.clarify import DROPPED, KEPT, clarify, joined

WHICH = "Which cat do you mean, the red one at the top left or the blue one at the bottom right?"
WHICH_ONE = "Which one do you mean, the red cat at the top left or the blue dog at the top right?"
MISSING = "There is no dog. Which thing do you mean?"
WHERE = "There is no room at the top. Where should it go?"
PLAN = {"kind": "plan", "options": ["yes", "no"]}
WISHES = {"kind": "wishes", "numbers": [2]}


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what the node makes of an answer."""

    def answer(said: str, choices: dict[str, Any] | None = None, question: str = WHICH) -> Any:
        monkeypatch.setattr("pentimento.agent.nodes.clarify.interrupt", lambda asked: said)
        state: Any = {"text": "make the cat green", "question": question, "choices": choices}
        return clarify(state | {"plan": {"target": "meadow, day; nothing."}}, None)  # type: ignore[arg-type]

    return answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("the dog", "make the dog bigger"),
        ("the one on the left", "make the cat on the left bigger"),
        ("right", "make the cat at the right bigger"),
        ("no, the red one", "make the red cat bigger"),
        ("both", "make both cats bigger"),
        ("either of them", "make one of the cats bigger"),
        ("yes", "make the cat bigger"),
        ("the fluffy one", "make the cat bigger, the fluffy one"),
        ("the one next to the house", "make the cat bigger, the one next to the house"),
    ],
)
def test_only_a_name_takes_the_place_of_the_noun(answer: str, expected: str) -> None:
    assert joined("make the cat bigger", WHICH, answer) == expected


@pytest.mark.parametrize(
    ("request_text", "question", "answer", "expected"),
    [
        ("make kitten green", WHICH, "red", "make the red cat green"),
        ("make it small", WHICH_ONE, "left", "make the one at the left small"),
        ("make it small", WHICH_ONE, "both",
         "make the red cat at the top left and the blue dog at the top right small"),
        ("remove the dog", MISSING, "both", "remove the dog"),
        ("remove the dog", MISSING, "red", "remove the red one"),
    ],
)  # fmt: skip
def test_a_thing_is_named_as_the_question_asks(
    request_text: str, question: str, answer: str, expected: str
) -> None:
    assert joined(request_text, question, answer) == expected


@pytest.mark.parametrize(
    ("request_text", "answer", "expected"),
    [
        ("add a cat", "anywhere", "add a cat"),
        ("add a cat at the top", "you choose", "add a cat"),
        ("add a cat at the top", "under the tree", "add a cat under the tree"),
        ("add a cat next to the dog", "the middle left", "add a cat at the middle left"),
        ("add a cat", "next to the house", "add a cat next to the house"),
        ("add a cat", "left of the house", "add a cat left of the house"),
        ("add a cat", "left", "add a cat at the left"),
        ("add a cat at the top", "yes", "add a cat at the top"),
    ],
)
def test_a_place_is_put_behind(request_text: str, answer: str, expected: str) -> None:
    assert joined(request_text, WHERE, answer) == expected


@pytest.mark.parametrize("said", ["no, never mind", "cancel that", "start over", "don't"])
def test_a_no_drops_the_request(answered: Any, said: str) -> None:
    assert answered(said)["reply"] == answered(said, PLAN)["reply"] == DROPPED
    assert answered(said, WISHES)["reply"] == KEPT


@pytest.mark.parametrize("said", ["yes, paint it", "sure, looks good", "go for it", "perfect"])
def test_a_yes_confirms(answered: Any, said: str) -> None:
    plan, wishes = answered(said, PLAN), answered(said, WISHES)
    assert plan["is_confirmed"] and "text" not in plan
    assert wishes["overruled"] == [2] and wishes["text"] == "make the cat green"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("yes, but make it night", "make the cat green and make it night"),
        ("go ahead and make it night", "make the cat green and make it night"),
        ("yes, at the top", "make the cat green, at the top"),
        ("ok, make the dog white", "make the dog white"),
        ("no make it night", "make it night"),
        ("paint it red", "paint it red"),
        ("don't paint the cat, paint a dog", "don't paint the cat, paint a dog"),
    ],
)
def test_other_words_change_the_request(answered: Any, said: str, text: str) -> None:
    told = answered(said, PLAN)
    assert told["text"] == text and "is_confirmed" not in told
    assert answered(said, WISHES)["text"] == text


def test_a_yes_with_more_overrules_the_wish_as_well(answered: Any) -> None:
    assert answered("yes, and make it night", WISHES)["overruled"] == [2]
    assert "overruled" not in answered("no, make the dog white", WISHES)
