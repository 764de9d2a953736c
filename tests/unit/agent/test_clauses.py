"""Several wishes in one sentence are told apart, and one wish is left whole."""

import random

import pytest
from pentimento.agent.clauses import clauses_of
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.world import CORE, sample_scene


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("make the cat blue and add a star", ["make the cat blue", "add a star"]),
        (
            "Make the cat blue, move it to the left and then make it night.",
            ["Make the cat blue", "move it to the left", "make it night"],
        ),
        (
            "remove the dog. After that the house should be green!",
            ["remove the dog", "the house should be green"],
        ),
        (
            "can you go ahead and make it red, then add a star",
            ["can you go ahead and make it red", "add a star"],
        ),
        ("make the cat red and put it at the top", ["make the cat red", "put it at the top"]),
        (
            "turn the house into a boat and make it snowy",
            ["turn the house into a boat", "make it snowy"],
        ),
        (
            "push the cat to the left and move it up",
            ["push the cat to the left", "move it up"],
        ),
        ("turn the cat red and make it night", ["turn the cat red", "make it night"]),
        (
            "paint the fish blue. after that the ball purple",
            ["paint the fish blue", "paint the ball purple"],
        ),
        (
            "make the dog bigger and swap the star with a boat instead",
            ["make the dog bigger", "swap the star with a boat instead"],
        ),
        ("take the cat away and add a star", ["take the cat away", "add a star"]),
        ("shrink it & paint it red", ["shrink it", "paint it red"]),
        ("add a star, and while you're at it hide it", ["add a star", "hide it"]),
        ("make the cat blue and the dog red", ["make the cat blue", "make the dog red"]),
        (
            "please turn the big cat crimson, the house at the top white",
            ["please turn the big cat crimson", "please turn the house at the top white"],
        ),
        ("Could you make it red; also move it up!", ["Could you make it red", "move it up"]),
    ],
)  # fmt: skip
def test_wishes_are_told_apart(text: str, clauses: list[str]) -> None:
    assert clauses_of(text) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "make the cat and the dog blue",
        "swap the cat and the house",
        "add a small red cat, a blue dog and a star",
        "could you please make the cat blue?",
        "make it blue, leave the rest as it is",
        "delete the dog and draw a house there instead",
        "take the cat from where it is and put it at the top",
        "hello! now make it blue",
        "make it bigger and greener",
        "make the red cat and the blue dog large",
        "paint the large cat blue",
        "make the cat small and blue",
        "go on and add a large house and a yellow balloon",
        "leave all as it is and add two more little balloons",
        "keep everything and add a tree",
        "your turn: also draw three more large green cats",
        "take that and put it in the lower left corner",
        "can you pick the house up and put it upper left",
        "drag the puppy and set it down in the centre",
        "do me a favour and put a red boat next to the cat",
        "will you please keep everything and add a cottage",
        "remove the tree and move the cat there",
        "remove the dog and put the house there instead",
        "make the cat red. The dog is blue",
        "remove the cat. see you later",
        "remove the cat and keep the background",
        "resize the small flower and make it bigger",
        "turn the large red house and make it a tree",
        "anyway, it should also have a yellow boat",
        "",
    ],
)
def test_one_wish_stays_whole(text: str) -> None:
    assert clauses_of(text) == ([text] if text else [])


def test_the_grammars_wishes_are_seldom_torn() -> None:
    rng = random.Random(5)
    torn = num = 0
    while num < 400:
        wish = sample_wish(Voice(rng, CORE, "test"), sample_scene(rng, CORE, 3))
        if wish.edit and wish.kind not in ("several", "restyle"):  # "make it red and make it small"
            num += 1
            torn += len(clauses_of(wish.text)) > 1
    assert torn <= 0.03 * num


def test_several_wishes_are_mostly_found() -> None:
    rng = random.Random(6)
    found = num = 0
    while num < 200:
        wish = sample_wish(Voice(rng, CORE, "test"), sample_scene(rng, CORE, 3))
        if wish.edit and wish.kind == "several":
            num += 1
            found += len(clauses_of(wish.text)) > 1
    assert found >= 0.8 * num
