"""Short answers are read as a whole; what says more than them is none."""

import pytest
from pentimento.agent.answers import is_all, is_any, is_assent, is_no, is_yes


@pytest.mark.parametrize(
    "words",
    ["yes, paint it", "ok paint it", "Yes, that's right!", "go for it", "y", "do it anyway",
     "yes, this once", "please do", "oh, all right then"],
)  # fmt: skip
def test_a_yes(words: str) -> None:
    assert is_yes(words) and is_assent(words) and not is_no(words)


@pytest.mark.parametrize("words", ["sure, looks good", "sounds good", "perfect", "I like it"])
def test_praise_is_a_yes_to_what_is_shown(words: str) -> None:
    assert is_yes(words) and not is_assent(words)


@pytest.mark.parametrize(
    "words",
    ["no, never mind", "don't paint it", "Don’t!", "cancel that", "start over", "nope, leave it",
     "neither of them", "undo that", "never mind, forget it", "leave it as it is, please"],
)  # fmt: skip
def test_a_no(words: str) -> None:
    assert is_no(words) and not is_yes(words)


@pytest.mark.parametrize(
    "words",
    ["anywhere", "either of them", "you choose", "I don't care", "wherever there's room"],
)
def test_any_will_do(words: str) -> None:
    assert is_any(words) and not is_all(words)


@pytest.mark.parametrize("words", ["both", "all of them, please", "all three"])
def test_all_are_meant(words: str) -> None:
    assert is_all(words) and not is_any(words)


@pytest.mark.parametrize(
    "words",
    ["yes, but make it night", "paint it red", "no cats", "please", "the red one", "hm",
     "don't paint the cat", "both cats are too small"],
)  # fmt: skip
def test_other_words_are_no_answer(words: str) -> None:
    assert not any(read(words) for read in (is_yes, is_no, is_any, is_all))
