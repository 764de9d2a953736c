"""Names of pictures are read, and what is left of the words."""

import pytest
from pentimento.agent.again import is_again
from pentimento.agent.gallery import Gallery, Shown
from pentimento.agent.references import read_references
from pentimento.agent.targets import find_target
from pentimento.agent.vocabulary import (
    COLOURS,
    KINDS,
    LIGHTS,
    MAX_ENTRIES,
    SCENES,
    SIZES,
    content_words,
    shows,
)
from pentimento.model.storybook import scene

LISTING = "snow, night; cat red small top left; house blue large bottom right."


@pytest.mark.parametrize(
    ("text", "order", "number"),
    [
        ("make the cat red in the second picture", "number", 2),
        ("what is in picture 3?", "number", 3),
        ("make it blue on version 2", "number", 2),
        ("what was in the original?", "original", 0),
        ("use the 3rd image and make it day", "number", 3),
        ("how many cats are in the previous picture?", "steps", 1),
        ("go back two steps and make it snowy", "steps", 2),
        ("the version from three edits ago", "steps", 3),
        ("the version from a couple of edits ago", "steps", 2),
        ("go back two and make it snowy", "steps", 2),
        ("go back a couple of steps and make it snowy", "steps", 2),
        ("undo the last two changes and make it snowy", "steps", 2),
        ("the one before last", "steps", 1),
        ("the third to last picture", "from_end", 3),
    ],
)
def test_order_is_read(text: str, order: str, number: int) -> None:
    (found,) = read_references(text)
    assert (found.order, found.number) == (order, number)


def test_a_turn_is_read() -> None:
    assert [one.turn for one in read_references("compare turn 2 and turn four")] == [2, 4]


def test_role_description_and_event_are_read_from_one_phrase() -> None:
    (mine,) = read_references("make my first photo of the cat snowy")
    assert (mine.role, mine.order, mine.number) == ("upload", "number", 1)
    (yours,) = read_references("the last picture you drew")
    assert (yours.role, yours.order) == ("made", "last")
    (before,) = read_references("take the one before you added the hat and make it night")
    assert before.event == ("before", "you added the hat")


@pytest.mark.parametrize(
    "text",
    ["make the first cat red", "turn 90 degrees", "add 2 balloons", "move the dog to the left"],
)
def test_other_numbers_and_places_name_no_picture(text: str) -> None:
    assert read_references(text) == []


def test_words_that_stand_together_hold_of_one_object() -> None:
    assert shows(LISTING, "the red cat and the blue house")
    assert not shows(LISTING, "the blue cat")
    assert shows(LISTING, "a snowy night") and not shows(LISTING, "a snowy day")
    assert not shows(LISTING, "an elephant")
    assert shows("A photo of an elephant in a park.", "the elephant")
    assert content_words("the little kittens at dusk") == ["small", "cat", "sunset"]


def test_the_vocabulary_is_the_worlds_own() -> None:
    ours = (SCENES, LIGHTS, KINDS, COLOURS, SIZES, MAX_ENTRIES)
    theirs = (
        scene.SCENES, scene.LIGHTS, scene.KINDS, scene.COLOURS, scene.SIZES, scene.MAX_OBJECTS,
    )  # fmt: skip
    assert ours == theirs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("try again", True),
        ("please regenerate it", True),
        ("once more, please", True),
        ("give me another version of that", True),
        ("use my words", True),
        ("use exactly my words", True),
        ("try that again with a different seed", True),
        ("I don't like it, try again", True),
        ("it was not red, make it red again", False),
        ("draw another cat", False),
        ("make it day again", False),
        ("do it again, i mean redo", False),
    ],
)
def test_asking_for_the_same_once_more(text: str, expected: bool) -> None:
    assert is_again(text) is expected


def shown(number: int, things: str, source: int | None = None) -> Shown:
    made_from = f"h{source}" if source else None
    caption = f"meadow, day; {things}."
    return Shown(
        f"h{number}", f"t{number}", number, False, number, made_from, f"t{number}", caption
    )


RED, GREEN, HAT = (
    shown(1, "cat red small top left"),
    shown(2, "cat green small top left", 1),
    shown(3, "cat green small top left; hat red small top right", 2),
)
CATS = Gallery((RED, GREEN, HAT), HAT, (GREEN, RED))


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("go back to the version with the red cat", 1, ""),
        ("go back to the version with the red cat and make it night", 1, "make it night"),
        ("let's go back to the version with the red cat and add a star", 1, "add a star"),
        ("revert to the version without the hat and make it night", 2, "make it night"),
        ("could you return to the second picture?", 2, ""),
        ("the earlier version please", 2, ""),
        ("the picture you made first, make it night", 1, "make it night"),
        ("bring back the first picture and add a star", 1, "add a star"),
        ("continue from the second picture", 2, ""),
        ("what is in the first picture?", 1, "what is in the picture?"),
        ("put the dog from the first picture into this one", 3, "put the dog into it"),
        ("start from the first picture and add a star to it", 1, "add a star to it"),
    ],
)
def test_what_is_left_is_the_request_alone(text: str, number: int, rest: str) -> None:
    target = find_target(CATS, text)
    assert target.shown and (target.shown.number, target.text) == (number, rest)
