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
from pentimento.model.storybook.dialogues import PROMPTS, sample_dialogue
from pentimento.model.storybook.lexicon import PATTERNS
from pentimento.model.storybook.phrases import LISTS
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.world import CORE

CHECKPOINT = Path(__file__).parents[4] / "model" / "storybook" / "checkpoint"


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


@pytest.mark.parametrize(
    "text, read",
    [
        ("draw a gramophone", "draw a * gramophone"),
        ("add an OX and a TV, please!", "add an * OX and a * TV, please!"),
        ("a red cat at the top left, at dusk", "a red cat at the top left, at dusk"),
        ("teh cat's baloon isn't 3D", "the cat's balloon isn't 3D"),
        ("", ""),
    ],
)
def test_words_beyond_the_world_are_marked(spelling: Spelling, text: str, read: str) -> None:
    assert spelling.read(text) == read


def test_without_a_world_nothing_is_strange() -> None:
    assert Spelling({"cat": 9}).read("draw a gramophone") == "draw a gramophone"


def test_what_the_model_says_itself_is_never_strange(spelling: Spelling) -> None:
    for prompt in PROMPTS:
        assert spelling.mark(prompt) == prompt
    rng = random.Random(0)
    for _ in range(200):
        dialogue = sample_dialogue(rng, CORE)
        if dialogue.scene:
            assert spelling.mark(str(dialogue.scene)) == str(dialogue.scene)


@pytest.mark.parametrize("split", ["train", "test"])
def test_nearly_all_that_lies_outside_is_strange(spelling: Spelling, split: str) -> None:
    for name in ("things", "colours", "looks", "scenes", "styles", "features"):
        phrases = getattr(LISTS[name], split)
        marked = sum(spelling.mark(phrase) != phrase for phrase in phrases)
        assert marked >= 0.85 * len(phrases), name


def test_requests_that_can_be_met_are_seldom_strange_and_as_often_in_training(
    spelling: Spelling,
) -> None:
    shares = []
    for split in ("train", "test"):
        rng = random.Random(1)
        turns = [
            turn
            for _ in range(400)
            for turn in sample_dialogue(rng, CORE, split=split, focus="draw").turns
            if not turn.assistant.startswith("outside")
        ]
        marked = sum(spelling.read(turn.user) != spelling.mend(turn.user) for turn in turns)
        shares.append(marked / len(turns))
    assert all(0.05 < share < 0.35 for share in shares), shares


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


@pytest.mark.parametrize(
    "content", [{"cat": 3}, {"met": {"cat": "often"}, "world": ["cat"]}, {"met": {}, "world": {}}]
)
def test_words_that_are_not_told_are_refused(tmp_path: Path, content: object) -> None:
    (tmp_path / "words.json").write_text(json.dumps(content))
    with pytest.raises(ModelError, match="words.json"):
        read_spelling(tmp_path)
