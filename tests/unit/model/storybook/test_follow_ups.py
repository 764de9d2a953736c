"""Words that lean on the change before them, and wishes that hold things against each other."""

import random
import re

import pytest
from pentimento.model.storybook import phrases
from pentimento.model.storybook.checks import Partial
from pentimento.model.storybook.dialogues import apply_changes, parse_plan, sample_dialogue
from pentimento.model.storybook.edits import EditError, add_between, cell_between
from pentimento.model.storybook.follow_ups import sample_follow_up, sample_past
from pentimento.model.storybook.scene import SCENES, Scene, Thing, parse_listing
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import DEEDS, WishTurn, make_wish
from pentimento.model.storybook.world import CORE, sample_scene


def samples(count: int, split: str = "train") -> list[tuple[Scene, WishTurn]]:
    rng = random.Random(5)
    voice = Voice(rng, CORE, split)  # type: ignore[arg-type]
    found: list[tuple[Scene, WishTurn]] = []
    while len(found) < count:
        scene = sample_scene(rng, CORE, rng.randint(1, 5))
        turn = sample_follow_up(voice, scene)
        if turn:
            found.append((scene, turn))
    return found


@pytest.mark.parametrize("section", phrases.FOLLOW_UPS)
def test_every_family_of_follow_ups_has_forty_patterns(section: str) -> None:
    assert len(phrases.FOLLOW_UPS[section].patterns) >= 40


@pytest.mark.parametrize("split", ["train", "test"])
def test_answers_follow_from_the_listing_and_begin_with_a_deed(split: str) -> None:
    for scene, turn in samples(800, split):
        plan = parse_plan(turn.answer)
        assert turn.answer.partition(":")[0] in DEEDS
        assert plan.target and plan.target != scene
        assert apply_changes(scene, plan.changes) == plan.target


def test_the_change_before_led_to_the_listing() -> None:
    for scene, turn in samples(800):
        assert turn.before and turn.before.words
        for change in turn.before.changes.split("; "):
            old, _, new = change.partition(" -> ")
            assert new == "nothing" or new in str(scene)
            assert old == "nothing" or old in SCENES + CORE.lights or old not in str(scene)


def test_a_past_of_every_family_is_found() -> None:
    voice = Voice(random.Random(1), CORE)
    pasts = [sample_past(voice, sample_scene(voice.rng, CORE, 3)) for _ in range(500)]
    families = {past.family for past in pasts if past}
    assert families == {
        "add", "recolour", "resize", "replace", "move_place", "move_dir", "remove", "scene",
        "light", "colour", "size", "each", "moved", "swapped", "added",
    }  # fmt: skip


def test_dialogues_tell_of_it_before_the_wish() -> None:
    rng = random.Random(2)
    turns = [t.user for _ in range(400) for t in sample_dialogue(rng, CORE, focus="edit").turns]
    told = [user.split("\n") for user in turns if user.startswith("Before: ")]
    assert len(told) > len(turns) / 4
    for lines in told:
        assert lines[1].startswith("Done: ") and lines[-1].startswith("Wish: ")


def test_two_wishes_in_one_are_met_for_both() -> None:
    voice = Voice(random.Random(3), CORE)
    seen: dict[str, int] = {}
    for _ in range(2000):
        scene = sample_scene(voice.rng, CORE, voice.rng.randint(2, 5))
        wish = make_wish(voice, scene, "together")
        try:
            edit = wish.apply(scene) if wish else None
        except EditError:  # it looks so already
            continue
        if wish is None or edit is None:
            continue
        assert apply_changes(scene, parse_plan(f"{wish.deed}: {edit}").changes) == edit.target
        assert edit.target != scene
        seen[wish.family] = seen.get(wish.family, 0) + 1
    assert set(seen) == {
        "swap_two", "each", "vary", "exchange_colours", "bigger_than", "same_size", "move_dir"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "cell"),
    [(0, 2, 1), (0, 8, 4), (1, 7, 4), (6, 8, 7), (0, 1, None), (0, 5, None), (3, 4, None)],
)
def test_halfway_is_a_cell_or_none(first: int, second: int, cell: int | None) -> None:
    one, other = (Thing(place, "cat", "red", "small") for place in (first, second))
    assert cell_between(one, other) == cell_between(other, one) == cell


def test_names_that_compare_fit_one_object_alone() -> None:
    scene = parse_listing("meadow, day; tree red small top center; tree red large middle right.")
    voice, names = Voice(random.Random(4), CORE), {}
    for thing in scene.things:
        names[thing.size] = {name for _ in range(60) for name in voice._compared(scene, thing)}
    assert any("smaller" in name for name in names["small"])
    assert any(name.startswith("the left") for name in names["small"])
    assert any(name.startswith("the right") for name in names["large"])
    assert not names["small"] & names["large"]


def test_there_is_no_room_between_what_stands_side_by_side() -> None:

    scene = parse_listing("meadow, day; cat red small top left; dog red small top center.")
    with pytest.raises(EditError, match="no room between the cat and the dog"):
        add_between(scene, Partial("ball"), *scene.things)


def test_one_of_several_is_named_by_what_tells_it_apart() -> None:
    scene = parse_listing(
        "room, day; star red small top left; star red large top right; star blue small bottom left."
    )
    voice = Voice(random.Random(5), CORE)
    left, right, lower = scene.things
    things = scene.things
    names = {one: {voice.one_of(things, one) for _ in range(60)} for one in things}
    assert any(name and name.endswith(" one") and "the blue" in name for name in names[lower])
    assert names[left] == {None}  # another one is red, another one small, and both are at the left
    assert not names[right] & names[lower]


def test_those_that_changed_together_are_them() -> None:
    rng, seen = random.Random(6), set()
    voice = Voice(rng, CORE)
    for _ in range(3000):
        scene = sample_scene(rng, CORE, rng.randint(2, 5))
        turn = sample_follow_up(voice, scene)
        if turn is None or turn.before is None or turn.edit is None:
            continue
        deed, changed = turn.answer.partition(":")[0], turn.before.changes.split("; ")
        if len(changed) > 1 and deed in ("move", "swap", "remove"):
            now = {change.partition(" -> ")[2] for change in changed}
            assert {old for old, _ in turn.edit.changes if not old.endswith(": nothing")} & now
            seen.add(deed)
    assert seen == {"move", "swap", "remove"}


@pytest.mark.parametrize("section", ["one_coloured", "there", "there_too", "only"])
def test_every_short_answer_is_heard(section: str) -> None:
    """ "no, a green one", "put a dog there", "and the cat where it was", "just the left one"."""
    words = {turn.text for _, turn in samples(3000)}
    patterns = phrases.FOLLOW_UPS[section].train
    starts = {re.split(r"\{", pattern.lower())[0] for pattern in patterns} - {""}
    assert any(text.lower().startswith(start) for text in words for start in starts)
