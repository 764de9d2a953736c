"""Names of pictures are read, and what is left of the words."""

import random
from dataclasses import replace

import pytest
from pentimento import InputError
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
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.world import CORE, sample_scene

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
        ("picture 4: remove the cat", "number", 4),
        ("rotate picture 2 by 90 degrees", "number", 2),
        ("go back to the start of the session", "original", 0),
        ("undo twice and make the cat blue", "steps", 2),
        ("undo that twice, then make it night", "steps", 2),
        ("go back twice and make it night", "steps", 2),
        ("undo 2 and make it night", "steps", 2),
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


@pytest.mark.parametrize(
    "text",
    [
        "rotate the picture 90 degrees",
        "rotate the image 90",
        "make the image 20% brighter",
        "make the picture 800 pixels wide",
        "make the picture 800 wide",
        "make the picture 2 times larger",
        "make the photo 1.5 stops brighter",
        "crop the picture 4:3",
        "crop the picture 16 to 9",
        "resize the image 800 x 600",
        "resize the image 800 by 600",
        "flip it and turn 90 degrees",
        "turn the brightness back to 50%",
        "add a flower at the start of the path",
        "give the cat the original colour",
        "undo it twice",
    ],
)
def test_how_much_and_where_name_no_picture(text: str) -> None:
    assert [one.phrase for one in read_references(text) if not one.is_plain] == []


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
        ("you again", False),
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
        ("find the version with the red cat and make it night", 1, "make it night"),
        ("now the first one again", 1, ""),
        ("the second one, please", 2, ""),
        ("go back to the first one and make it night", 1, "make it night"),
        ("make the cat blue in the second one", 2, "make the cat blue"),
        ("what is in the first one?", 1, "what is in the picture?"),
        ("what did it look like in the first picture?", 1, "what did it look like?"),
        ("I'd like the first picture brighter", 1, "I'd like it brighter"),
        ("make it night as well in picture 2", 2, "make it night as well"),
        ("make the cat in picture 2 red as in picture 1", 2, "make the cat red as in picture 1"),
    ],
)
def test_what_is_left_is_the_request_alone(text: str, number: int, rest: str) -> None:
    target = find_target(CATS, text)
    assert target.shown and (target.shown.number, target.text) == (number, rest)


@pytest.mark.parametrize(
    "text",
    [
        "put a hat on the other one",
        "swap it with the other one",
        "move it next to the other one",
        "put a star on the red one",
        "put the star in the red one",
        "what is to the left of the green one?",
        "put the star on the second one",
        "make the star like the red one",
        "make the cat white like in the first picture",
        "put the cat back as it was in picture 2",
        "make it the same colour as in the first picture",
        "is the cat bigger than in picture 1?",
        "make it as in the version with the red cat",
        "make the cat as big as the hat in the second picture",
        "complete the picture with a red cat",
        "complement the picture with two balls",
        "empty the picture of cats",
        "have the picture at night",
        "flesh out this picture with a flower",
        "show us this picture at sunset",
        "take the purple one away",
        "take the green one and paint it blue",
        "integrate a fish into the image at the middle right",
        "furnish that one with a red hat",
        "trade this one with the red cat",
        "align this one at the bottom center",
        "put the snowy white cat one step left",
        "swap the hat and the snowy white one",
        "it'd please my little one if you could add a fish",
        "my story has one cat in it",
        "is the cat the one that is on the left of the hat?",
    ],
)
def test_what_is_an_object_or_only_compared_with_changes_no_other_picture(text: str) -> None:
    target = find_target(CATS, text)
    assert (target.shown, target.text, target.is_named) == (HAT, text, False)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (
            "go back to the first picture with a dog",
            "I do not find the first picture with a dog among the 3 pictures of this session.",
        ),
        ("make picture 4 brighter", "There is no picture 4: this session has 3 pictures."),
    ],
)
def test_what_is_missing_is_told_truly(text: str, reply: str) -> None:
    with pytest.raises(InputError) as told:
        find_target(CATS, text)
    assert str(told.value) == reply


def test_edits_in_unseen_words_name_no_other_picture() -> None:
    rng, num_wishes, others = random.Random(3), 1000, []
    voice = Voice(rng, CORE, "test")
    for _ in range(num_wishes):
        scene = sample_scene(rng, CORE)
        gallery = Gallery((RED, GREEN, replace(HAT, caption=str(scene))), None, (GREEN, RED))
        gallery = replace(gallery, current=gallery.pictures[-1])
        text = sample_wish(voice, scene).text
        try:
            target = find_target(gallery, text)
            is_other = (target.shown, target.text) != (gallery.current, text)
        except InputError:
            is_other = True
        others += [text] if is_other else []
    assert len(others) <= num_wishes // 200, others
