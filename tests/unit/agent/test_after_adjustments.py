"""Few words right after an adjustment: less of it, more of it, the other way."""

import pytest
from pentimento.agent.adjustments.follow_up import FollowUp, after_adjustment, takes_back
from pentimento.agent.adjustments.sentence import read_adjustments


def after(sentence: str, words: str) -> FollowUp | None:
    [adjustment] = read_adjustments(sentence).adjustments
    return after_adjustment(words, adjustment)


@pytest.mark.parametrize(
    ("sentence", "words", "instead"),
    [
        ("brighten by 30 %", "too bright", "15% more brightness"),
        ("brighten by 30 %", "That's too much, a bit less.", "15% more brightness"),
        ("brighten by 30 %", "Not so bright.", "15% more brightness"),
        ("darken by 20 %", "too dark", "10% less brightness"),
        ("warmer", "too yellow", "6% warmer"),
        ("cooler", "hmm, that's too blue", "6% cooler"),
        ("more contrast", "half of that", "15% more contrast"),
        ("turn it 90 degrees clockwise", "Wrong way, I meant left.",
         "rotate by 90 degrees counterclockwise"),
        ("rotate 10 degrees to the left", "no, the other way round",
         "rotate by 10 degrees clockwise"),
    ],
)  # fmt: skip
def test_less_or_the_other_way_takes_its_place(sentence: str, words: str, instead: str) -> None:
    assert after(sentence, words) == FollowUp(instead, is_instead=True)
    assert read_adjustments(instead).adjustments


@pytest.mark.parametrize("words", ["a bit more", "again", "still too dark", "not enough"])
def test_more_goes_on_top(words: str) -> None:
    assert after("brighten by 30 %", words) == FollowUp("30% more brightness", is_instead=False)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("brighten by 30 %", "make the cat bigger"),
        ("brighten by 30 %", "too big"),
        ("brighten by 30 %", "the cat is too bright"),
        ("brighten by 30 %", "thanks, much better"),
        ("brighten by 30 %", "no more"),
        ("brighten by 30 %", "i meant left"),
        ("brighten by 1 %", "too much"),
        ("crop to a square", "too much"),
        ("make it black and white", "less"),
    ],
)
def test_everything_else_is_read_by_itself(sentence: str, words: str) -> None:
    assert after(sentence, words) is None


@pytest.mark.parametrize(
    ("sentence", "words", "is_taken_back"),
    [
        ("rotate it", "rotate it back", True),
        ("rotate it", "ok, turn the picture back please", True),
        ("flip it", "flip it back the way it was", True),
        ("rotate it", "rotate it back by 10 degrees", False),
        ("brighten it", "turn it back", False),
    ],
)
def test_a_turn_or_a_flip_is_taken_back(sentence: str, words: str, is_taken_back: bool) -> None:
    [adjustment] = read_adjustments(sentence).adjustments
    assert takes_back(words, adjustment) is is_taken_back
