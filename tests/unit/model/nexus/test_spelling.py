"""Slips of the finger are mended; what is English, or nobody's business, stays."""

import json
import random
import shutil
from pathlib import Path

import pytest
from pentimento.model.contract import Message
from pentimento.model.errors import ModelError
from pentimento.model.nexus.spelling import WORDS_FILE, Spelling, read_spelling
from pentimento.model.nexus.unified import load_model
from pentimento.model.storybook.lexicon import PATTERNS, word_counts
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.world import CORE

CHECKPOINT = Path(__file__).parents[4] / "model" / "storybook" / "checkpoint"


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(word_counts())


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("make teh hosue yelow", "make the house yellow"),
        ("Drwa a cta, plaese!", "Draw a cat, please!"),
        ("MOVE THE BALOON UP", "MOVE THE BALLOON UP"),
        ("MOVE THE BALoON", "MOVE THE BALLOON"),  # shift was let go of too early
        ("the redd catt", "the red cat"),
        ("left-hnad side", "left-hand side"),
    ],
)
def test_slips_are_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "a bat and a rat",  # one letter from a cat
        "draw a quokka, a gnu or a tapir",
        "it's the cat's hat, isn't it",
        "tell Jürgen and Wiebke",
        "4 cats2 x7y https",
        "",
    ],
)
def test_what_may_be_meant_stays(spelling: Spelling, text: str) -> None:
    assert spelling.mend(text) == text


def test_no_pattern_of_the_training_is_touched(spelling: Spelling) -> None:
    for sections in PATTERNS:
        for bank in sections.values():
            for pattern in bank.train:
                text = pattern.replace("{", "1").replace("}", "1")
                assert spelling.mend(text) == text


def test_most_slips_of_the_exam_are_mended(spelling: Spelling) -> None:
    voice = Voice(random.Random(0), CORE, "test")
    sentence = "please move the small yellow flower below the purple balloon in the corner"
    slipped = {voice.slip(sentence) for _ in range(300)} - {sentence}
    mended = sum(spelling.mend(text) == sentence for text in slipped)
    assert mended >= 0.75 * len(slipped)


def test_the_model_reads_what_was_meant(tmp_path: Path) -> None:
    def ids(folder: Path, text: str) -> list[int]:
        prompt = load_model(folder).prompt([Message("user", (text,))])
        read: list[int] = prompt.input_ids[0].tolist()
        return read

    slipped, meant = "Wish: make teh hosue red", "Wish: make the house red"
    assert ids(CHECKPOINT, slipped) == ids(CHECKPOINT, meant)
    folder = tmp_path / "checkpoint"
    shutil.copytree(CHECKPOINT, folder)
    (folder / WORDS_FILE).unlink()
    assert ids(folder, slipped) != ids(folder, meant)


def test_a_checkpoint_without_words_mends_nothing(tmp_path: Path) -> None:
    assert read_spelling(tmp_path) is None


def test_counts_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text(json.dumps({"cat": "often"}))
    with pytest.raises(ModelError, match="words.json"):
        read_spelling(tmp_path)
