"""What changed is as it was again; what only sounds like it, and an undo, is left alone."""

import pytest
from pentimento.agent.as_before import as_before
from pentimento.agent.language import Unclear, read_changes, read_listing

DOG, CAT = "dog red large top right", "cat blue small bottom left"
NOW = read_listing(f"snow, day; {DOG}; {CAT}.")
# The newest first: moved, recoloured, grown; before all that the cat was added.
PAST = [
    read_changes("move: dog red large top left -> dog red large top right"),
    read_changes("recolour: dog white large top left -> dog red large top left"),
    read_changes("recolour: dog green small top left -> dog white large top left"),
    read_changes("add: nothing -> cat blue small bottom left"),
]


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("put it back where it was", "dog red large top left"),
        ("please put the dog where it was before", "dog red large top left"),
        ("now move the red dog back to its old place.", "dog red large top left"),
        ("put the dog back in its place", "dog red large top left"),
        ("give the dog its old colour back", "dog white large top right"),
        ("give her her former color", "dog white large top right"),
        ("paint the dog in its original colour again", "dog green large top right"),
        ("make the dog the colour it was at first", "dog green large top right"),
        ("bring back the colour of the dog", "dog white large top right"),
        ("bring the dog's old colour back", "dog white large top right"),
        ("make it the size it was before", "dog red small top right"),
        ("make the dog as small as it was", "dog red small top right"),
        ("could you give the right dog its old size", "dog red small top right"),
        ("change the dog back", "dog red large top left"),
        ("turn the dog back to how it was", "dog red large top left"),
    ],
)
def test_a_thing_is_as_it_was(words: str, entry: str) -> None:
    found = as_before(words, NOW, DOG, PAST)
    assert found and not isinstance(found, Unclear)
    assert [(change.old, change.new) for change in found.changes] == [(DOG, entry)]
    assert set(found.target.entries) == {entry, CAT}


@pytest.mark.parametrize(
    "words",
    [
        "put it back",  # an undo
        "change it back",
        "make it as it was",
        "put the cat back where it was",  # it never was elsewhere
        "give the cat its old colour",
        "put the house where it was",
        "give the dog its own colour",
        "put the dog where the cat was",
        "is the dog back where it was?",
        "make the dog small",
        "put the dog back to the left",
    ],
)
def test_everything_else_is_left_alone(words: str) -> None:
    assert as_before(words, NOW, DOG, PAST) is None


def test_a_place_that_is_taken_now_is_told() -> None:
    source = read_listing(f"snow, day; {DOG}; tree green small top left.")
    found = as_before("put the dog back where it was", source, DOG, PAST)
    assert found == Unclear("There is a tree at the top left now. Where should the dog go?")


def test_nothing_is_known_before_it_was_another_kind() -> None:
    replaced = read_changes("replace: boat white small top right -> dog red large top right")
    assert as_before("give the dog its old colour", NOW, DOG, [replaced, *PAST]) is None
