"""An answer points at the words that the model never met, and names them as the user did."""

import random
from pathlib import Path

import pytest
from pentimento.model.contract import Message
from pentimento.model.nexus.batches import converse_batch
from pentimento.model.nexus.pointers import Marked, marked_words, point, spell_out
from pentimento.model.nexus.spelling import Spelling
from pentimento.model.nexus.unified import load_model
from pentimento.model.storybook.dialogues import sample_dialogue
from pentimento.model.storybook.world import CORE

CHECKPOINT = Path(__file__).parents[4] / "model" / "storybook" / "checkpoint"


@pytest.mark.parametrize(
    "request_text, answer, pointed",
    [
        (
            "add a gramophone",
            "outside: I cannot draw a gramophone.",
            "outside: I cannot draw a *1.",
        ),
        (
            "erm, an IRONING board",
            "outside: I cannot draw an ironing board.",
            "outside: I cannot draw an *2 *3.",
        ),
        ("any ox?", "nothing => No, there is no ox.", "nothing => No, there is no *1."),
        ("a pink cat", "outside: I have no pink.", "outside: I have no pink."),  # known
        ("chat about outside", "chat", "chat"),  # the name of a route
    ],
)
def test_answers_point_at_strange_words(
    spelling: Spelling, request_text: str, answer: str, pointed: str
) -> None:
    marked = marked_words(spelling.read(request_text))
    assert point(answer, marked) == pointed
    assert spell_out(pointed, marked) == answer


def test_the_words_of_the_change_before_are_not_pointed_at(spelling: Spelling) -> None:
    told = "Before: add a shaggy cat\nDone: nothing -> cat red small top left\nWish: a gramophone"
    assert [one.word for one in marked_words(spelling.read(told))] == ["gramophone"]


def test_every_answer_is_spelled_out_as_it_was(spelling: Spelling) -> None:
    rng, pointers = random.Random(2), 0
    for _ in range(300):
        for turn in sample_dialogue(rng, CORE).turns:
            marked = marked_words(spelling.read(turn.user))
            pointed = point(turn.assistant, marked)
            assert spell_out(pointed, marked) == turn.assistant
            pointers += pointed != turn.assistant
    assert pointers > 10


def test_the_article_goes_by_the_word() -> None:
    marked = [Marked(word) for word in ("swan", "ox", "giraffes", "walrus", "dress")]
    assert spell_out("I cannot draw an *1, an *2.", marked) == "I cannot draw a swan, an ox."
    assert spell_out("a *3, a *4, an *5", marked) == "giraffes, a walrus, a dress"


def test_a_pointer_to_nothing_is_the_last_marked_word() -> None:
    assert spell_out("I have no *3.", [Marked("mocha"), Marked("latte")]) == "I have no latte."
    assert spell_out("2 *1 4", []) == "2 *1 4"


@pytest.mark.parametrize(
    "request_text, pointed, named",
    [
        ("Draw: a camel in the desert", "a *1 *2", "a camel"),  # they do not stand together
        ("Wish: a ping-pong table", "a *1 *2", "a ping-pong"),
        ("Wish: finally a dragon", "a *1", "a dragon"),
        (
            "Last: cat red small top left\nWish: bung in an ironing board",
            "a *1",
            "an ironing board",
        ),
        ("Draw: ironing boards", "an *1", "an ironing"),  # one name
        ("Wish: dragons, please", "a *1", "dragons"),  # nothing else it could be
    ],
)
def test_a_name_stands_together_and_seldom_first(
    spelling: Spelling, request_text: str, pointed: str, named: str
) -> None:
    assert spell_out(pointed, marked_words(spelling.read(request_text))) == named


def test_a_refusal_names_a_word_that_was_never_met() -> None:
    model = load_model(CHECKPOINT)
    asked = [Message("user", ("Draw: Please draw a zamboni",))]
    pieces: list[str] = []
    assert model.converse(asked, on_token=pieces.append) == "outside: I cannot draw a zamboni."
    assert "".join(pieces) == "outside: I cannot draw a zamboni."
    assert converse_batch(model, [asked]) == ["outside: I cannot draw a zamboni."]
    assert model.prompt(asked).marked == ([Marked("zamboni")],)
