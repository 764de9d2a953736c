"""A side in a name tells which of several things is meant."""

import pytest
from pentimento.agent.language import read_listing
from pentimento.agent.sides import answered_by_side, chosen_of_several, named_by_place

BALLOONS = read_listing(
    "meadow, day; balloon red large top center; balloon blue large top right; "
    "house white large bottom right."
)
TREES = read_listing(
    "meadow, day; tree green large middle left; tree green small bottom left; "
    "tree red small top right."
)
WHICH_BALLOON = "Which balloon do you mean, the red one at the top center or the blue one?"
WHICH_TREE = "Which tree do you mean, the green one at the middle left or the red one?"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("make the left balloon green", "make the balloon at the top center green"),
        ("Remove the Right Balloon.", "Remove the balloon at the top right."),
        ("delete the left-hand balloon", "delete the balloon at the top center"),
        ("drop leftmost balloon", "drop the balloon at the top center"),
        (
            "swap the left balloon and the right balloon",
            "swap the balloon at the top center and the balloon at the top right",
        ),
        ("move the balloon on the left down", "move the balloon at the top center down"),
        ("put the house on the left of the right balloon",
         "put the house on the left of the balloon at the top right"),
    ],
)  # fmt: skip
def test_a_side_tells_which_one_is_meant(words: str, named: str) -> None:
    assert answered_by_side(words, WHICH_BALLOON, BALLOONS) == named


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("make the lower tree blue", "make the tree at the bottom left blue"),
        ("make the upper green tree blue", "make the tree at the middle left blue"),
        ("paint the bottom left tree red", "paint the tree at the bottom left red"),
        ("make the left tree blue", None),  # two are as far to the left
        ("move the tree to the left", None),  # where it is to go
        ("move the tree on the left", None),  # perhaps
        ("make the green tree blue", None),
        ("make the left cat blue", None),
        ("remove the upper trees", None),
        ("add a tree on the left of the house", None),
    ],
)
def test_what_stays_open_is_left_open(words: str, named: str | None) -> None:
    assert answered_by_side(words, WHICH_TREE, TREES) == named


def test_other_questions_are_not_for_it() -> None:
    assert answered_by_side("make the left tree blue", "Where should it go?", TREES) is None
    assert answered_by_side("make the left one blue", "Which one do you mean?", TREES) is None


def test_a_question_names_by_sides_too() -> None:
    assert named_by_place("Is the left balloon red?", "balloon", BALLOONS) == (
        "Is the balloon at the top center red?"
    )
    assert named_by_place("Is there a balloon on the left of it?", "balloon", BALLOONS) is None


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("remove one of the trees", "remove the tree at the middle left"),
        ("make one of the two green oaks blue", "make the tree at the middle left blue"),
        ("take any one of those small trees away", "take the tree at the bottom left away"),
        ("paint one of my trees, please", "paint the tree at the middle left, please"),
        ("remove one of the stars", None),
        ("remove every one of the trees", None),
        ("remove one of them", None),
        ("one more tree", None),
        ("make one of the blue trees red", None),
    ],
)
def test_one_of_several_is_chosen(words: str, chosen: str | None) -> None:
    assert chosen_of_several(words, TREES) == (chosen or words)
