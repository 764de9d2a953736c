"""Ways of asking that say more than their pattern: worn hats, shared nouns, idle words."""

import random

import pytest
from pentimento.model.storybook.checks import Partial
from pentimento.model.storybook.phrases import COMMANDS, SENTENCES
from pentimento.model.storybook.requests import (
    NEW_PICTURE,
    Request,
    request_words,
    sample_route,
)
from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.voice import IDLE_WORDS, Split, Voice
from pentimento.model.storybook.wish_kinds import make_wish
from pentimento.model.storybook.world import CORE


def voice(seed: int, split: Split = "train") -> Voice:
    return Voice(random.Random(seed), CORE, split)


def test_what_goes_on_a_thing_stands_above_it() -> None:
    scene = parse_listing("meadow, day; dog white small bottom center.")
    patterns = {*COMMANDS["add_on"].train, *SENTENCES["add_on"].train}
    openings = {pattern.split("{")[0] for pattern in patterns} - {""}
    seen = 0
    for seed in range(400):
        wish = make_wish(voice(seed), scene, "add_next")
        if wish and " on " in wish.text and any(wish.text.startswith(one) for one in openings):
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


@pytest.mark.parametrize(("split", "is_heard"), [("train", True), ("test", False)])
def test_idle_words_are_for_training_alone(split: Split, is_heard: bool) -> None:
    names = {voice(seed, split).noun(Partial("cat", "red")) for seed in range(600)}
    assert any(word in name.split() for name in names for word in IDLE_WORDS) is is_heard
