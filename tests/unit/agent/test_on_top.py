"""What goes on a thing is said to go above it, and only that."""

import random

import pytest
from pentimento.agent.language import read_listing
from pentimento.agent.on_top import said_above
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import EDIT_KINDS, make_wish
from pentimento.model.storybook.world import CORE, sample_scene

DOG = "dog white small bottom center"
LISTING = read_listing(f"forest, night; house red large bottom left; {DOG}.")


@pytest.mark.parametrize(
    ("words", "taught"),
    [
        ("put a red hat on the dog", "add a red hat above the dog"),
        ("Please give the dog a hat.", "add a hat above the dog"),
        ("can you put another star on top of the house?", "add another star above the house"),
        ("the puppy should wear a blue hat", "add a blue hat above the puppy"),
        ("let the dog wear a hat, please", "add a hat above the dog"),
        ("draw a hat on the dog's head", "add a hat above the dog"),
        ("i'd like a big star on the house", "add a big star above the house"),
        ("the dog needs a hat", "add a hat above the dog"),
        ("put a hat on it", "add a hat above the dog at the bottom center"),
        ("add a hat on its head", "add a hat above the dog at the bottom center"),
        ("give him a hat", "add a hat above the dog at the bottom center"),
    ],
)
def test_what_goes_on_a_thing_goes_above_it(words: str, taught: str) -> None:
    assert said_above(words, LISTING, DOG) == taught


@pytest.mark.parametrize(
    "words",
    [
        "put a hat on the left",
        "add a boat on the beach",
        "give the dog a red colour",
        "give the dog a hat and a ball",
        "put the hat on the dog",
        "put a hat on the cat",  # there is none: the model says so
        "the dog should be a hat",
        "make the dog a cat",
        "put a hat next to the dog",
        "the dog should get a place beside the house",
    ],
)
def test_everything_else_stays(words: str) -> None:
    assert said_above(words, LISTING, DOG) == words


def test_it_is_nobody_where_nobody_was_spoken_of() -> None:
    assert said_above("put a hat on it", LISTING) == "put a hat on it"


def test_of_the_grammar_only_what_is_worn_is_put_so() -> None:
    rng = random.Random(4)
    told = 0
    for _ in range(9000):
        scene = sample_scene(rng, CORE)
        wish = make_wish(Voice(rng, CORE), scene, rng.choice(("add_next",) * 20 + EDIT_KINDS))
        if wish is None or said_above(wish.text, read_listing(str(scene))) == wish.text:
            continue
        assert wish.kind in ("add", "add_next")
        told += 1
    assert told > 5
