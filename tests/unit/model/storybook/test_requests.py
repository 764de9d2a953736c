"""Ways of asking that say more than their pattern: worn hats, shared nouns, idle words."""

import random
import re

import pytest
from pentimento.model.storybook.checks import Partial
from pentimento.model.storybook.phrases import LISTS
from pentimento.model.storybook.requests import (
    CORNERS,
    Relation,
    Request,
    draw_outside,
    request_words,
    sample_request,
)
from pentimento.model.storybook.routes import NEW_PICTURE, sample_route
from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.voice import IDLE_WORDS, Split, Voice
from pentimento.model.storybook.wish_kinds import make_wish
from pentimento.model.storybook.world import CORE


def voice(seed: int, split: Split = "train") -> Voice:
    return Voice(random.Random(seed), CORE, split)


def test_what_goes_on_a_thing_stands_above_it() -> None:
    scene = parse_listing("meadow, day; dog white small bottom center.")
    seen = 0
    for seed in range(400):
        wish = make_wish(voice(seed), scene, "add_next")
        if wish and wish.family == "add_on":
            added = set(wish.apply(scene).target.things) - set(scene.things)
            seen += [thing.cell for thing in added] == [4]
    assert seen > 20


def test_with_a_picture_at_hand_a_drawing_names_a_new_one() -> None:
    turns = [sample_route(voice(seed, "test")) for seed in range(3000)]
    drawn = [turn.text.partition(": ") for turn in turns if turn.answer == "draw"]
    with_picture = [text for at_hand, _, text in drawn if at_hand == "picture"]
    bare = [text for *_, text in drawn if not NEW_PICTURE.search(text.lower())]
    assert len(with_picture) > 50 and len(bare) > 20
    assert not set(bare) & set(with_picture)


def test_things_of_many_colours_share_their_noun() -> None:
    items = tuple((Partial("balloon", colour), 1) for colour in ("red", "blue", "yellow"))
    said = {request_words(voice(seed, "test"), Request(items)) for seed in range(60)}
    shared = [text for text in said if text.count("balloon") == 1]
    assert len(shared) == len(said)
    assert Request(items).answer.startswith("balloon red; balloon blue; balloon yellow => ")


def said_of(*items: tuple[Partial, int]) -> set[str]:
    return {request_words(voice(seed, "test"), Request(items)).lower() for seed in range(300)}


def test_a_bare_plural_is_three_alone_and_two_beside_others() -> None:
    alone = said_of((Partial("balloon"), 3))
    assert any("balloons" in text and "three" not in text and "3" not in text for text in alone)
    assert any("a few" in text or "some" in text for text in alone)
    assert not any("couple" in text for text in alone)
    beside = said_of((Partial("cat"), 1), (Partial("balloon"), 2))
    assert any("a couple of" in text or "a pair of" in text for text in beside)
    assert not any("a few" in text for text in beside)


def test_the_second_of_two_that_differ_in_colour_is_one() -> None:
    said = said_of((Partial("ball", "red"), 2), (Partial("ball", "blue"), 1))
    assert any("a blue one" in text for text in said)
    assert any("a blue ball" in text or "blue ball" in text for text in said)
    told_by_size = said_of((Partial("ball", "red", "small"), 1), (Partial("ball", "blue"), 1))
    assert not any("blue one" in text for text in told_by_size)


def test_two_sizes_of_one_kind_are_told_in_one() -> None:
    large, small = Partial("cat", "red", "large"), Partial("cat", "red", "small")
    said = said_of((large, 1), (small, 1))
    assert any(re.search(r"cats.*\bone \w+( one)? and one", text) for text in said)
    assert sum(bool(re.search(r"\bone\b", text)) for text in said) > len(said) / 2
    placed = said_of(
        (Partial("cat", None, "large", "top", "left"), 1), (Partial("cat", None, "small"), 1)
    )
    assert not any("cats" in text for text in placed)


def test_more_than_one_of_each_size_are_told_one_by_one() -> None:
    large, small = Partial("cat", None, "large"), Partial("cat", None, "small")
    for items in (((large, 2), (small, 2)), ((large, 1), (small, 1), (Partial("cat"), 1))):
        assert not any(re.search(r"\bone\b.* one\b", text) for text in said_of(*items))


def test_light_and_scene_may_be_one_phrase() -> None:
    request = Request(((Partial("car", "red"), 1),), "snow", "night")
    said = {request_words(voice(seed, "test"), request).lower() for seed in range(400)}
    assert any("snowy night" in text or "winter night" in text for text in said)
    assert any(re.search(r"night (in|on) ", text) for text in said)
    assert all(re.search("night|dark|midnight", text) for text in said)


def test_what_is_drawn_may_do_what_changes_nothing() -> None:
    said = {
        request_words(voice(seed, "test"), Request(items, "forest", None, None, unwanted)).lower()
        for seed in range(400)
        for items, unwanted in ((((Partial("car"), 1),), None), (((Partial("hat"), 1),), "cat"))
    }
    assert any(re.search(r"driving (in|through|deep|among|out)", text) for text in said)
    assert not any(re.search(r"cats? (walking|running|sitting)", text) for text in said)


def test_nothing_else_is_asked_for_by_what_is_asked_for() -> None:
    said = said_of((Partial("hat"), 1))
    assert any("nothing else" in text for text in said)
    assert any(re.search(r"\b(just|only|simply) a", text) for text in said)


def test_five_of_a_kind_are_asked_for_by_their_number() -> None:
    counts = {count for seed in range(400) for _, count in sample_request(voice(seed), 5).items}
    assert counts == {1, 2, 3, 4, 5}


def test_one_in_every_corner() -> None:
    corners = [Partial("star", "red", None, row, column) for row, column in CORNERS]
    said = said_of(*((one, 1) for one in corners))
    assert all("corner" in text and len(re.findall(r"\bstars?\b", text)) == 1 for text in said)
    request = Request(tuple((one, 1) for one in corners))
    assert [thing.cell for thing in request.picture().things] == [0, 2, 6, 8]


def test_doings_tell_where_the_first_of_two_stands() -> None:
    bird, house = (Partial("fish"), 1), (Partial("house"), 1)
    texts = [
        request_words(voice(seed), Request((bird, house), relation="up")).lower()
        for seed in range(600)
    ]
    assert any("flying over" in text for text in texts)
    assert not any("sleeping under" in text for text in texts)


@pytest.mark.parametrize("split", ["train", "test"])
def test_what_is_declined_is_of_the_own_split(split: Split) -> None:
    other = {"train": "test", "test": "train"}[split]
    named = [draw_outside(voice(seed, split)).answer for seed in range(900)]
    nouns = {one.split(" ", 5)[-1].rstrip(".") for one in named if "draw a" in one}
    assert len(nouns & set(getattr(LISTS["things"], split))) > 50
    settings = " ".join(LISTS["scenes"].patterns)  # "in a barn": some are things, too
    strange = nouns & set(getattr(LISTS["things"], other))
    assert all(one in settings for one in strange)
    assert sum(one.startswith("outside: I cannot draw ") for one in named) > 400
    assert any(one.startswith("outside: I cannot make things ") for one in named)
    assert any(one.startswith("outside: I have no ") for one in named)


@pytest.mark.parametrize(("split", "is_heard"), [("train", True), ("test", False)])
def test_idle_words_are_for_training_alone(split: Split, is_heard: bool) -> None:
    names = {voice(seed, split).noun(Partial("cat", "red")) for seed in range(600)}
    assert any(word in name.split() for name in names for word in IDLE_WORDS) is is_heard


@pytest.mark.parametrize(
    ("items", "relation", "anchor", "picture"),
    [
        (
            [(Partial("star"), 3), (Partial("house", "blue"), 1)],
            "up",
            1,
            "star yellow small middle left; star yellow small middle center; "
            "star yellow small middle right; house blue large bottom center.",
        ),
        (
            [(Partial("cat"), 1), (Partial("dog"), 1), (Partial("tree"), 1)],
            "next",
            2,
            "dog white small bottom left; tree green large bottom center; "
            "cat yellow small bottom right.",
        ),
        (
            [(Partial("cat"), 1), (Partial("tree"), 1), (Partial("fish"), 1)],
            "down",
            1,
            "tree green large middle center; fish blue small bottom left; "
            "cat yellow small bottom center.",
        ),
    ],
)
def test_several_things_stand_beside_another(
    items: list[tuple[Partial, int]], relation: Relation, anchor: int, picture: str
) -> None:
    request = Request(tuple(items), relation=relation, anchor=anchor)
    assert str(request.picture()) == f"meadow, day; {picture}"


def test_what_is_told_behind_a_relation_keeps_its_place() -> None:
    corner = Partial("fish", None, None, "bottom", "center")
    items = ((Partial("cat"), 1), (Partial("tree"), 1), (corner, 1))
    assert str(Request(items, relation="down").picture()) == (
        "meadow, day; tree green large middle left; cat yellow small bottom left; "
        "fish blue small bottom center."
    )


def test_the_words_name_what_stands_beside_and_the_rest() -> None:
    items = ((Partial("star"), 2), (Partial("house"), 1), (Partial("boat"), 1))
    texts = [
        request_words(voice(seed), Request(items, relation="up")).lower() for seed in range(200)
    ]
    assert any("stars above a house" in text for text in texts)
    assert any("above it" in text or "over it" in text for text in texts)
