"""What went comes back as it last stood; what only sounds like it does not."""

import pytest
from pentimento.agent.bring_back import brought_back
from pentimento.agent.language import read_listing

CAT, HOUSE = "cat red small top left", "house red large bottom center"
WHITE, BLUE = "dog white small bottom left", "dog blue small bottom right"
OLD = read_listing(f"meadow, day; {CAT}; {WHITE}; {HOUSE}; {BLUE}.")
NOW = read_listing(f"snow, night; {CAT}.")


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        ("bring the house back", [HOUSE]),
        ("No, I want the house back please", [HOUSE]),
        ("give me back my cottage", [HOUSE]),
        ("restore the house", [HOUSE]),
        ("get the blue dog back", [BLUE]),
        ("bring both dogs back", [WHITE, BLUE]),
        ("bring the dogs back!!!", [WHITE, BLUE]),
        ("bring one of the dogs back", [BLUE]),
        ("please bring back the house we had before", [HOUSE]),
        ("oh no i want the house back", [HOUSE]),
        ("the red house back please", [HOUSE]),
    ],
)
def test_it_comes_back_as_it_last_stood(words: str, entries: list[str]) -> None:
    found = brought_back(words, NOW, [NOW, OLD])
    assert found and [change.new for change in found.changes] == entries
    assert set(found.target.entries) == {CAT, *entries}
    assert (found.target.scene, found.target.light) == ("snow", "night")


@pytest.mark.parametrize(
    "words",
    [
        "put the cat back to the left",  # it is there
        "go back to the picture with the house",
        "go back to before the dog",
        "make the house blue",
        "bring a star back",  # there never was one
        "bring it back",
        "bring back the old colour of the house",
        "don't bring the house back",
        "never bring the dog back",
        "is the house back?",
        "put a big house in the back",
        "bring the house back and add an owl",
        "bring the house back bigger",
    ],
)
def test_everything_else_brings_nothing_back(words: str) -> None:
    assert brought_back(words, NOW, [NOW, OLD]) is None


def test_what_lost_its_place_does_not_come_back_by_itself() -> None:
    taken = read_listing("snow, night; star yellow small bottom center.")
    assert brought_back("bring the house back", taken, [OLD]) is None
