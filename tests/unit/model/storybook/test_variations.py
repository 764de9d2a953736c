"""Another wording says the same: what a word means hangs on where it stands."""

import random

import pytest
from pentimento.model.storybook.variations import vary


def wordings(pattern: str) -> set[str]:
    rng = random.Random(1)
    return {vary(pattern, rng) for _ in range(400)}


@pytest.mark.parametrize(
    ("pattern", "never"),
    [
        ("{x} is too big", ("also big", "as well big", "addition big")),
        ("now reverse it", ("undo", "take back", "cancel")),
        ("let them take each other's place", ("insert", "include", "add", "put in")),
        ("i want the colour of {x}", ("dye", "paint", "tint")),
    ],
)
def test_a_wording_never_says_another_thing(pattern: str, never: tuple[str, ...]) -> None:
    assert not [one for one in wordings(pattern) for word in never if word in one]


@pytest.mark.parametrize(
    ("pattern", "some"),
    [("make {x} blue too", "as well"), ("place {a} here", "add"), ("the colour of {x}", "color")],
)
def test_elsewhere_it_varies(pattern: str, some: str) -> None:
    assert any(some in one for one in wordings(pattern))
