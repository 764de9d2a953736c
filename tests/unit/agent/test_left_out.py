"""A plan that adds one of two things is completed; a thing that is not there is named."""

import pytest
from pentimento.agent.language import Change, EditAnswer, Listing, apply_changes, read_listing
from pentimento.agent.left_out import complete_additions, missing_thing

CAR, TREE = "car blue small bottom center", "tree green large bottom left"
HOUSE = "house red large bottom right"
SOURCE = read_listing(f"city, day; {CAR}.")
WORDS = "add a tree left of the car and a house on the right"


def plan_of(*added: str) -> EditAnswer:
    changes = tuple(Change(None, entry) for entry in added)
    target = apply_changes(SOURCE, changes)
    assert target
    return EditAnswer(changes, target)


def with_house(wish: str, listing: Listing) -> Listing | None:
    assert wish == "add a house on the right"
    return apply_changes(listing, (Change(None, HOUSE),))


def test_what_was_forgotten_is_wished_for_by_itself() -> None:
    target = complete_additions(WORDS, plan_of(TREE), SOURCE, with_house)
    assert target and set(target.entries) == {CAR, TREE, HOUSE}


def test_a_plan_that_has_everything_is_left_alone() -> None:
    assert complete_additions(WORDS, plan_of(TREE, HOUSE), SOURCE, with_house) is None


@pytest.mark.parametrize(
    "words",
    ["add a tree, not a house", "add a tree rather than a house", "add a tree without a house",
     "add a tree as big as a house", "add a tree but don't add a house", "add a tree or a house"],
)  # fmt: skip
def test_what_is_only_mentioned_is_not_added(words: str) -> None:
    assert complete_additions(words, plan_of(TREE), SOURCE, with_house) is None


def test_what_cannot_be_planned_stays_left_out() -> None:
    assert complete_additions(WORDS, plan_of(TREE), SOURCE, lambda wish, listing: None) is None


def test_only_plans_that_add_are_completed() -> None:
    other = EditAnswer((Change(CAR, TREE),), read_listing(f"city, day; {TREE}."))
    assert complete_additions("swap the car for a house", other, SOURCE, with_house) is None


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("take away all the balloons", "balloon"),
        ("make the puppy red", "dog"),
        ("recolour both trees", "tree"),
        ("make the car red", None),
        ("add a star", None),
    ],
)
def test_what_is_spoken_of_and_not_there_is_named(words: str, missing: str | None) -> None:
    assert missing_thing(words, SOURCE) == missing
