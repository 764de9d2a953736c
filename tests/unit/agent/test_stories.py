"""Stories are read strictly: every error names the line and the step."""

from pathlib import Path

import pytest
from pentimento import InputError
from pentimento.agent.stories import load_story, meets, read_story

GOOD = """
title: A cat moves in
seed: 7
steps:
  - draw: a small red cat at the top left
  - ask: how many cats are there?
    expect: 1
  - edit: make it blue
    answer: the cat
  - adjust: crop to a square
  - ask: which colour is the cat?
    expect: [blue, purple]
  - undo
  - undo: 2 steps
"""


def test_a_story_is_read() -> None:
    story = read_story(GOOD)
    assert (story.title, story.seed, len(story.steps)) == ("A cat moves in", 7, 7)
    assert [step.kind for step in story.steps] == [
        "draw", "ask", "edit", "adjust", "ask", "undo", "undo",
    ]  # fmt: skip
    assert story.steps[1].expect == ("1",) and story.steps[4].expect == ("blue", "purple")
    assert (story.steps[2].answer, story.steps[2].line) == ("the cat", 8)
    assert (story.steps[5].text, story.steps[6].text) == ("undo", "2 steps")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a story has a title and steps"),
        ("- draw: a cat", "a story has a title and steps"),
        ("title: x", "line 1: a story needs a list of steps"),
        ("title: x\nsteps: []", "line 2: a story needs a list of steps"),
        ("steps:\n  - drow: a cat", "line 2: step 1 has no 'drow'; it has draw"),
        ("steps:\n  - draw: a cat\n  - dance", "line 3: step 2 is no step"),
        ("steps:\n  - draw: a cat\n    edit: b", "line 2: step 1 needs exactly one of"),
        ("steps:\n  - expect: 3", "line 2: step 1 needs exactly one of"),
        ("steps:\n  - draw:", "line 2: step 1, draw needs a text"),
        ("steps:\n  - draw: a cat\n    expect: 2", "line 3: step 1: only an ask has an expect"),
        ("steps:\n  - draw: a\n    seed: -1", "line 3: step 1, seed is a whole number"),
        ("steps:\n  - draw: a\n    image: no.png", "line 3: step 1: there is no picture no.png"),
        ("seed: x\nsteps:\n  - undo", "line 1: the seed is a whole number"),
        ("colour: red\nsteps:\n  - undo", "line 1: a story has no 'colour'"),
        ("steps: [", "line 1: this is no YAML"),
        ("steps:\n  - draw: a\n    draw: b", "line 3: step 1 has 'draw' twice"),
        ("candidates: 99\nsteps:\n  - undo", "line 1: candidates is a whole number between 1 and"),
    ],
)
def test_an_error_names_its_line_and_step(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_story(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere.yaml cannot be read: No such file"):
        load_story(tmp_path / "nowhere.yaml")
    (tmp_path / "noise.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="it is no text"):
        load_story(tmp_path / "noise.yaml")


@pytest.mark.parametrize(
    ("expected", "reply", "is_met"),
    [
        (("2",), "There are two.", True),
        (("two",), "There are 2 cats.", True),
        (("2",), "There are 12.", False),
        (("blue", "red"), "It is red.", True),
        (("top left",), "It stands at the top left.", True),
        (("yes",), "Yes, there is.", True),
        (("no",), "There is nothing.", False),
        ((), "Anything.", True),
    ],
)
def test_expectations_are_whole_words(expected: tuple[str, ...], reply: str, is_met: bool) -> None:
    assert meets(expected, reply) is is_met
