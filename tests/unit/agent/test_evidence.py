"""What was picked by its look is held against the listing; everything else is left alone."""

import random

import pytest
from pentimento.agent.evidence import held_against
from pentimento.agent.language import QuestionAnswer, read_listing, read_question
from pentimento.model.storybook.questions import QUESTION_KINDS, sample_question
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.world import CORE, sample_scene

LISTING = read_listing(
    "snow, day; star red small top left; ball blue large top right; star red large middle left; "
    "hat red small bottom right."
)


@pytest.mark.parametrize(
    ("question", "said", "sentence"),
    [
        (
            "which things are red?",
            "The hat is red.",
            "The star at the top left, the star at the middle left and the hat are red.",
        ),
        ("show me what's crimson", "The ball and the hat are red.", None),
        ("what is big?", "The ball is large.", "The ball and the star are large."),
        ("is anything green?", "The hat is green.", "Nothing is green."),
        ("what's azure?", "Nothing is blue.", "The ball is blue."),
    ],
)
def test_all_that_has_the_look_is_named(question: str, said: str, sentence: str | None) -> None:
    found = held_against(QuestionAnswer((), said), question, LISTING)
    assert found.sentence == (
        sentence or "The star at the top left, the star at the middle left and the hat are red."
    )
    assert all(entry in LISTING.entries for entry in found.evidence)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what colour is the hat?", "The hat is red."),
        ("is the hat red?", "Yes, the hat is red."),
        ("which things on the left are red?", "The stars are red."),
        ("what colour is it?", "The hat is red."),
    ],
)
def test_other_answers_stay(question: str, said: str) -> None:
    found = QuestionAnswer(("hat red small bottom right",), said)
    assert held_against(found, question, LISTING) is found
    assert held_against(found, "which things are red?", None) is found


def test_right_answers_stay_right() -> None:
    rng = random.Random(7)
    voices = [Voice(rng, CORE, "train"), Voice(rng, CORE, "test")]
    for number in range(1500):
        scene = sample_scene(rng, CORE, rng.randint(3, 5))
        kind = QUESTION_KINDS[number % len(QUESTION_KINDS)]
        question = sample_question(voices[number % 2], scene, (kind,))
        found = read_question(question.answer)
        assert held_against(found, question.text, read_listing(str(scene))) == found
