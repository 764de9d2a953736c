"""Everyday ways to say a wish: things of one look, looks behind the kind, what is replaced."""

import random
from collections import Counter

from pentimento.model.storybook.checks import Partial
from pentimento.model.storybook.edits import EditError
from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import make_wish, told
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.world import CORE, sample_alike

TREES = parse_listing(
    "meadow, day; tree red small top left; tree red large top right; tree blue small bottom left; "
    "cat red small bottom center."
)


def test_some_of_a_kind_are_named_by_their_look_and_change_alone() -> None:
    voice = Voice(random.Random(1), CORE)
    changed = set()
    for _ in range(1500):
        wish = make_wish(voice, TREES, "group")
        if wish is None or "red trees" not in wish.text:
            continue
        try:
            changed.add(tuple(old for old, _ in wish.apply(TREES).changes))
        except EditError:  # they look so already
            continue
    assert changed == {("tree red small top left", "tree red large top right")}


def test_the_looks_of_a_new_thing_stand_before_its_kind_or_behind_it() -> None:
    voice = Voice(random.Random(2), CORE)
    partial = Partial("cat", "red", "small", "top", "left")
    said = ["{a}{at}".format_map(told(voice, partial)) for _ in range(600)]
    behind = [text for text in said if "," in text]
    assert 20 < len(behind) < 200
    assert any(text.startswith("a cat at the top left, ") for text in behind)
    assert any(text.startswith("a cat, ") for text in behind)


def test_what_a_new_light_takes_the_place_of_is_named_now_and_then() -> None:
    voice = Voice(random.Random(3), CORE)
    wishes = [make_wish(voice, TREES, "light") for _ in range(600)]
    contrasted = [w for w in wishes if w and "instead of" in w.text and "day" in w.text]
    assert contrasted
    assert all(w.apply(TREES).target.light != "day" for w in contrasted)


def test_what_it_stands_for_may_be_named_right_before() -> None:
    voice = Voice(random.Random(4), CORE)
    turns = [sample_wish(voice, TREES) for _ in range(4000)]
    mentions = [t for t in turns if t.edit and t.text.lower().startswith("i don't like the blue")]
    assert mentions
    assert all("tree blue small bottom left" in turn.answer for turn in mentions)


def test_a_scene_of_things_alike_holds_several_of_a_kind_in_cells_of_their_own() -> None:
    rng = random.Random(8)
    for _ in range(300):
        scene = sample_alike(rng, CORE)
        kinds = Counter(thing.kind for thing in scene.things)
        assert kinds.most_common(1)[0][1] >= 2
        assert len({thing.cell for thing in scene.things}) == len(scene.things)
