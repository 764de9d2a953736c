"""Standing wishes in words: told, read, listed, taken back, and put into a plan."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pentimento.agent.language import Change, read_listing
from pentimento.agent.wish_commands import read_command
from pentimento.agent.wish_keeping import Kept, keep_wishes
from pentimento.agent.wishes import in_words, read_rules, split_once, split_wishes, with_name
from pentimento.memory.records import WishRecord

PARK = read_listing("meadow, day; dog red small top left; cat blue small top right.")


def wish(number: int, text: str) -> WishRecord:
    rules = read_rules(text).to_json()
    return WishRecord("s", number, None, text, rules, datetime.now(UTC))


@pytest.mark.parametrize(
    ("text", "wishes", "rest"),
    [
        ("from now on keep the sky pink", ["keep the sky pink"], ""),
        ("keep the sky dark from now on and add a star", ["keep the sky dark"], "add a star"),
        ("never touch the dog", ["never touch the dog"], ""),
        (
            "never touch the dog, and make the cat blue",
            ["never touch the dog"],
            "make the cat blue",
        ),
        ("make the cat blue and from now on keep it night", ["keep it night"], "make the cat blue"),
        ("from now on no dogs and never make it day", ["no dogs", "never make it day"], ""),
        ("Never touch the dog. Make it night.", ["Never touch the dog"], "Make it night"),
        ("from now on, never touch the dog", ["never touch the dog"], ""),
        ("whatever you do, never touch the dog", ["never touch the dog"], ""),
        ("never touch the dog and make it night", ["never touch the dog"], "make it night"),
        ("add a hat but never touch the dog", ["never touch the dog"], "add a hat"),
        ("you must never touch the dog", ["you must never touch the dog"], ""),
        ("going forward, keep it night", ["keep it night"], ""),
        ("remember that the dog stays", ["the dog stays"], ""),
        ("standing wish: no cats", ["no cats"], ""),
        ("don't touch the dog anymore", ["don't touch the dog anymore"], ""),
        ("make the cat blue", [], "make the cat blue"),
        ("never mind", [], "never mind"),
        ("draw a cat that never sleeps", [], "draw a cat that never sleeps"),
        ("I never wanted a dog", [], "I never wanted a dog"),
        ("draw a city in the future", [], "draw a city in the future"),
        ("remove the dog for good", [], "remove the dog for good"),
        ("please draw a city with no cars in the future", [],
         "please draw a city with no cars in the future"),
        ("get rid of the dog, no matter what", [], "get rid of the dog, no matter what"),
        ("keep it night for good", ["keep it night"], ""),
        ("don't draw dogs in future", ["don't draw dogs"], ""),
        ("keep the sky dark in the future and add a star", ["keep the sky dark"], "add a star"),
        ("do you always paint cats?", [], "do you always paint cats?"),
        ("under no circumstances forget to add a cat", [],
         "under no circumstances forget to add a cat"),
        ("let the dog leave and never return", [], "let the dog leave and never return"),
        ("snow at easter, never seen that", [], "snow at easter, never seen that"),
        ("add a cat, never remove it", ["never remove it"], "add a cat"),
        ("never you mind", [], "never you mind"),
        ("team zombie, always", [], "team zombie, always"),
    ],
)  # fmt: skip
def test_wishes_are_told_apart_from_requests(text: str, wishes: list[str], rest: str) -> None:
    assert split_wishes(text) == (wishes, rest)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("keep the sky pink", {"ground": ("sunset",)}),
        ("keep the sky dark", {"ground": ("night",)}),
        ("never make it day", {"avoid": ("day",)}),
        ("never touch the dog", {"untouched": (("dog",),)}),
        ("leave the red dog alone", {"untouched": (("dog", "red"),)}),
        ("never remove the hat", {"stays": (("hat",),)}),
        ("make sure the dog is never touched", {"untouched": (("dog",),)}),
        ("under no circumstances make it day", {"avoid": ("day",)}),
        ("hands off the dog", {"untouched": (("dog",),)}),
        ("all pictures should be at night", {"ground": ("night",)}),
        ("no dogs", {"absent": ("dog",)}),
        ("every cat is orange", {"looks": (("cat", "orange"),)}),
        ("I always want a small red ball", {"shown": (("ball", "small", "red"),)}),
        ("make everything warmer", {}),  # the language has no word for it
        # What may not look so, or stand there, may be in the picture all the same.
        ("never paint the cat blue", {}),
        ("the dog should never be blue", {}),
        ("never make the house small", {}),
        ("never put the cat at the top", {}),
        ("never put the cat in the city", {}),
        ("make sure the cat is never red", {}),
        ("never draw a red cat", {}),
        ("remove red cats", {}),
    ],
)
def test_what_a_wish_asks_of_a_picture(text: str, rules: dict[str, Any]) -> None:
    assert read_rules(text).to_json() == rules


@pytest.mark.parametrize(
    ("text", "once", "rest"),
    [
        ("don't touch the dog, make it night", "don't touch the dog", "make it night"),
        ("make it night but leave the dog alone", "don't touch the dog", "make it night"),
        ("make it night without changing the red dog", "don't touch the red dog", "make it night"),
        ("make it night, keep the dog as it is and add a hat", "don't touch the dog",
         "make it night, and add a hat"),
        ("don't touch the dog", "", "don't touch the dog"),
        ("don't touch the sofa, make it night", "", "don't touch the sofa, make it night"),
        ("leave the cats out", "", "leave the cats out"),
    ],
)  # fmt: skip
def test_what_must_not_be_touched_this_once(text: str, once: str, rest: str) -> None:
    assert split_once(text) == (once, rest)


def test_it_is_the_thing_of_the_other_words() -> None:
    assert with_name("never move it", "add a star") == "never move the star"
    assert with_name("never touch the dog", "add a star") == "never touch the dog"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("forget that wish", [4]),
        ("forget wish 2", [2]),
        ("forget wishes 1 and 2", [1, 2]),
        ("drop the last wish", [4]),
        ("forget all my wishes", [1, 2, 4]),
        ("drop the wish about the dog", [2]),
        ("forget about the dog", [2]),
        ("you may touch the dog again", [2]),
        ("the sky no longer needs to be pink", [1]),
        ("stop keeping the sky pink", [1]),
        ("forget wish number two", [2]),
        ("forget the dog wish", [2]),
        ("revoke 2", [2]),
        ("forget everything I told you to keep", [1, 2, 4]),
        ("it's ok to touch the dog now", [2]),
        ("you may change the dog", [2]),
        ("never mind the pink sky", [1]),
        ("the sky may be any colour again", [1]),
    ],
)
def test_a_wish_is_taken_back_in_many_words(text: str, numbers: list[int]) -> None:
    held = [wish(1, "keep the sky pink"), wish(2, "never touch the dog"), wish(4, "no cats")]
    command = read_command(text, held)
    assert command and command.kind == "revoke"
    assert [one.number for one in command.wishes] == numbers


@pytest.mark.parametrize(
    "text",
    ["what are my standing wishes?", "list my wishes", "what do you keep in mind?", "my wishes",
     "which wishes do I have?", "please show me the rules", "remind me of my wishes",
     "are there any wishes?", "tell me all my standing wishes again"],
)  # fmt: skip
def test_wishes_are_listed(text: str) -> None:
    command = read_command(text, [wish(1, "no cats")])
    assert command and command.kind == "list"


def test_forget_that_is_about_a_wish_only_right_after_one() -> None:
    held = [wish(1, "no cats")]
    assert read_command("forget that", held) is None
    command = read_command("forget that", held, is_recent=True)
    assert command and command.wishes == (held[0],)
    assert read_command("forget that", [], is_recent=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "remove the dog",
        "undo",
        "undo 1",
        "make the cat blue",
        "what is left?",
        "you can move the dog to the left",
        "you may change the dog to a cat",
        "you can change the dog to blue now",
        "the dog need not be large",
        "the house doesn't have to stay",
        "what I wish for is a red cat",
        "see, I wish the cat were blue",
        "show me a cat that makes a wish",
    ],
)
def test_other_words_are_no_command(text: str) -> None:
    assert read_command(text, [wish(1, "never touch the dog")], is_recent=True) is None


def test_a_look_that_two_things_share_takes_back_no_wish() -> None:
    held = [wish(1, "always have a blue hat")]
    assert read_command("the house doesn't have to be blue", held) is None
    command = read_command("the hat doesn't have to be blue", held)
    assert command and command.wishes == (held[0],)


def test_without_standing_wishes_a_wish_is_a_request() -> None:
    assert read_command("undo my last wish", []) is None
    told = read_command("undo my last standing wish", [])
    assert told and told.missing == "no such standing wish"
    asked = read_command("what are my wishes?", [])
    assert asked and asked.kind == "list"


def test_the_list_is_told_in_words() -> None:
    assert in_words([wish(1, "no cats"), wish(3, "keep it night")]) == (
        "Your standing wishes: 1. no cats; 3. keep it night."
    )


def kept(wishes: list[WishRecord], words: str, *changes: Change) -> Kept:
    from pentimento.agent.language import apply_changes

    target = apply_changes(PARK, changes)
    assert target
    return keep_wishes(wishes, words, PARK, target, changes)


BLUE_CAT = Change("cat blue small top right", "cat red small top right")


def test_the_light_is_kept_whatever_else_is_asked() -> None:
    found = kept([wish(1, "keep it night")], "make the cat red", BLUE_CAT)
    assert found.target.light == "night" and Change("day", "night") in found.changes
    assert [check["text"] for check in found.checks] == ["night"]
    assert found.checks[0]["is_kept"] and found.numbers == [1]


def test_what_may_not_be_touched_is_checked_and_boxed() -> None:
    found = kept([wish(1, "never touch the dog")], "make the cat red", BLUE_CAT)
    assert found.boxes == [[0, 0, 1 / 3, 1 / 3]]
    assert [check["text"] for check in found.checks] == ["dog red small top left"]


@pytest.mark.parametrize(
    ("told", "words", "change"),
    [
        ("never touch the dog", "remove the dog", Change("dog red small top left", None)),
        ("never remove the dog", "remove the dog", Change("dog red small top left", None)),
        ("never make it night", "make it night", Change("day", "night")),
        ("keep it day", "make it night", Change("day", "night")),
        ("no stars", "add a star", Change(None, "star yellow small bottom left")),
        ("every cat is blue", "make the cat red", BLUE_CAT),
    ],
)
def test_a_request_against_a_wish_is_found(told: str, words: str, change: Change) -> None:
    found = kept([wish(1, told)], words, change)
    assert [one.number for one in found.broken] == [1]


def test_a_wish_for_all_drawings_is_met_in_a_new_one() -> None:
    target = read_listing("beach, day; cat red small top left.")
    wishes = [wish(1, "every cat is orange"), wish(2, "always draw a star"), wish(3, "no dogs")]
    found = keep_wishes(wishes, "draw a cat on a beach", None, target)
    assert "cat orange small top left" in found.target.entries
    assert any(entry.startswith("star ") for entry in found.target.entries)
    assert {check["text"] for check in found.checks} == {"cat orange", "star", "no dog"}
    assert found.numbers == [1, 2, 3]
