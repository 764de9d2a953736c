"""A drawing that lacks what was asked for gets it by a wish of its own, or stays as it was."""

from collections.abc import Callable

import pytest
from pentimento.agent.language import DrawAnswer, Listing, read_listing
from pentimento.agent.mending import best_match, mend, slots_of


def drawing(listing: str, *asked: str) -> DrawAnswer:
    return DrawAnswer(asked, read_listing(listing))


def adding(*entries: str) -> Callable[[str, Listing], Listing | None]:
    """Return a model that adds these one after the other, whatever is wished."""
    left = list(entries)

    def plan(wish: str, listing: Listing) -> Listing | None:
        assert wish.startswith("add a")
        if not left:
            return None
        return Listing(listing.scene, listing.light, (*listing.entries, left.pop(0)))

    return plan


def refuse(wish: str, listing: Listing) -> Listing | None:
    raise AssertionError(f"Nothing was missing, yet {wish!r} was asked of {listing}")


@pytest.mark.parametrize(
    ("listing", "asked"),
    [
        ("meadow, day; cat red small top left.", ("cat red", "meadow")),
        ("meadow, day; cat red small top left; tree green large top right.", ("cat",)),
        ("meadow, day; nothing.", ("night", "no cat")),
        ("meadow, day; cat red small top left.", ("a cat with wings",)),
    ],
)
def test_a_drawing_that_lacks_nothing_is_left_alone(listing: str, asked: tuple[str, ...]) -> None:
    found = drawing(listing, *asked)
    assert mend(found, refuse) is found


def test_what_is_missing_takes_the_place_of_what_nobody_asked_for() -> None:
    listing = "room, day; dog green small bottom left; dog green small bottom right."
    found = drawing(listing, "dog green", "dog red")
    made = mend(found, adding("dog red small bottom right"))
    assert len(made.target.entries) == 2
    assert "dog red small bottom right" in made.target.entries
    assert made.asked == found.asked


def test_of_too_many_alike_the_one_in_the_way_goes() -> None:
    slots = slots_of(("car middle left", "2 cat yellow"))
    entries = [f"cat yellow small {place}" for place in ("middle left", "top left", "top right")]
    kept, missing = best_match(slots, entries)
    assert kept == tuple(entries[1:])
    assert missing == [("car", "middle", "left")]


@pytest.mark.parametrize("more", [(), ("hat red small top center",)])
def test_a_drawing_that_cannot_be_mended_stays_as_it_was(more: tuple[str, ...]) -> None:
    found = drawing("meadow, day; cat red small top left.", "cat", "dog")
    assert mend(found, adding(*more)) is found


def test_two_checks_want_two_things() -> None:
    found = drawing("meadow, day; star white small top left.", "star white", "star")
    made = mend(found, adding("star yellow small top center"))
    assert len(made.target.entries) == 2
