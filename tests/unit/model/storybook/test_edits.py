"""The edits: what they lead to, which cells they touch, and when they refuse."""

import random

import pytest
from pentimento.model.storybook import edits
from pentimento.model.storybook.checks import Partial
from pentimento.model.storybook.edits import EditError, apply_changes
from pentimento.model.storybook.scene import PLACES, Scene, parse_listing, parse_thing
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import EDIT_KINDS, make_wish
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.world import CORE, FULL, preferred_cells, sample_scene

PICTURE = parse_listing("meadow, day; cat red small top left; house blue large bottom right.")
CAT, HOUSE = PICTURE.things
BESIDE = parse_listing("meadow, day; cat red small top left; dog blue large top center.")
DOG = BESIDE.things[1]


def differing_cells(before: Scene, after: Scene) -> set[int]:
    return {cell for cell in range(len(PLACES)) if before.at(cell) != after.at(cell)}


@pytest.mark.parametrize(
    ("edit", "changes", "listing"),
    [
        (
            edits.add_partial(PICTURE, Partial("star")),
            (("nothing", "star yellow small top center"),),
            "cat red small top left; star yellow small top center; house blue large bottom right",
        ),
        (
            edits.add_partial(PICTURE, Partial("dog", "green", None, None, "right")),
            (("nothing", "dog green small middle right"),),
            "cat red small top left; dog green small middle right; house blue large bottom right",
        ),
        (
            edits.remove(PICTURE, CAT),
            ((str(CAT), "nothing"),),
            "house blue large bottom right",
        ),
        (
            edits.replace(PICTURE, CAT, "dog"),
            ((str(CAT), "dog red small top left"),),
            "dog red small top left; house blue large bottom right",
        ),
        (
            edits.restyle(PICTURE, HOUSE, colour="yellow", size="small"),
            ((str(HOUSE), "house yellow small bottom right"),),
            "cat red small top left; house yellow small bottom right",
        ),
        (
            edits.move_towards(PICTURE, CAT, "down"),
            ((str(CAT), "cat red small middle left"),),
            "cat red small middle left; house blue large bottom right",
        ),
        (
            edits.move_beside(PICTURE, CAT, HOUSE),
            ((str(CAT), "cat red small bottom center"),),
            "cat red small bottom center; house blue large bottom right",
        ),
        (
            edits.swap(PICTURE, HOUSE, CAT),
            (
                (str(HOUSE), "house blue large top left"),
                (str(CAT), "cat red small bottom right"),
            ),
            "house blue large top left; cat red small bottom right",
        ),
        (
            edits.change_count(PICTURE, "cat", 2),
            (("nothing", "cat red small bottom center"),),
            "cat red small top left; cat red small bottom center; house blue large bottom right",
        ),
    ],
)
def test_an_edit_leads_to_its_target(
    edit: edits.Edit, changes: tuple[edits.Change, ...], listing: str
) -> None:
    assert edit.changes == changes
    assert str(edit.target) == f"meadow, day; {listing}."


@pytest.mark.parametrize(
    ("edit", "evidence"),
    [
        (edits.add_partial(PICTURE, Partial("star")), ["top center: nothing"]),
        (
            edits.add_partial(PICTURE, Partial("dog", row="bottom", column="left")),
            ["bottom left: nothing"],
        ),
        (
            edits.add_partial(PICTURE, Partial("fish", row="bottom"), 2),
            ["bottom center: nothing", "bottom left: nothing"],
        ),
        (
            edits.add_partial(PICTURE, Partial("car", column="left"), 2),
            ["bottom left: nothing", "middle left: nothing"],
        ),
        (
            edits.add_beside(PICTURE, Partial("dog"), HOUSE),
            [f"{HOUSE} -> {HOUSE}", "bottom center: nothing"],
        ),
        (edits.move(PICTURE, CAT, 4), ["middle center: nothing"]),
        (edits.move_beside(PICTURE, HOUSE, CAT), [f"{CAT} -> {CAT}", "top center: nothing"]),
        (edits.change_count(PICTURE, "cat", 2), [f"{CAT} -> {CAT}", "bottom center: nothing"]),
        (edits.remove(PICTURE, CAT), []),
    ],
)
def test_an_edit_says_first_what_it_is_reckoned_from(edit: edits.Edit, evidence: list[str]) -> None:
    told = [f"{old} -> {new}" for old, new in edit.changes]
    assert str(edit) == f"{'; '.join([*evidence, *told])} => {edit.target}"


def test_taken_places_are_looked_at_until_one_is_free() -> None:
    looks = edits.look_for_room(PICTURE, [0, 8, 4, 1])
    assert looks == [f"top left: {CAT}", f"bottom right: {HOUSE}", "middle center: nothing"]
    assert edits.look_for_room(PICTURE, [0, 8]) == looks[:2]


def test_the_evidence_of_a_later_edit_stands_before_its_own_changes() -> None:
    first = edits.recolour(PICTURE, CAT, "blue")
    both = first.then(edits.add_partial(first.target, Partial("star")))
    assert str(both).startswith(
        f"{CAT} -> cat blue small top left; top center: nothing; nothing -> star"
    )
    blue = first.target.things[0]
    moved = first.then(edits.move(first.target, blue, 4))
    assert str(moved).startswith(
        f"middle center: nothing; {CAT} -> cat blue small middle center => "
    )


def test_scene_and_light_change_without_the_objects() -> None:
    edit = edits.change_scene(PICTURE, "beach").then(
        edits.change_light(edits.change_scene(PICTURE, "beach").target, "night")
    )
    assert edit.changes == (("meadow", "beach"), ("day", "night"))
    assert edit.target == Scene("beach", "night", PICTURE.things)


def test_two_changes_of_one_object_become_one() -> None:
    painted = edits.recolour(PICTURE, CAT, "blue")
    moved = edits.move(painted.target, painted.target.things[0], 4)
    assert painted.then(moved).changes == ((str(CAT), "cat blue small middle center"),)


def test_what_is_added_and_removed_again_leaves_no_change() -> None:
    painted = edits.recolour(PICTURE, CAT, "blue")
    added = painted.then(edits.add_partial(painted.target, Partial("dog")))
    [dog] = set(added.target.things) - set(painted.target.things)
    gone = added.then(edits.remove(added.target, dog))
    assert (gone.target, gone.changes) == (painted.target, painted.changes)
    assert edits.apply_changes(PICTURE, gone.changes) == gone.target


@pytest.mark.parametrize(
    ("call", "question"),
    [
        (lambda: edits.move(PICTURE, CAT, 8), "The house is already at the bottom right."),
        (lambda: edits.move_towards(PICTURE, CAT, "left"), "There is no room to the left of it."),
        (lambda: edits.recolour(PICTURE, CAT, "red"), "The cat is already red."),
        (lambda: edits.resize(PICTURE, HOUSE, "large"), "The house is already large."),
        (lambda: edits.change_light(PICTURE, "day"), "It is already day."),
        (lambda: edits.change_count(PICTURE, "cat", 1), "There is already 1 cat."),
        (lambda: edits.add_partial(PICTURE, Partial("dog"), 4), "I can draw at most five things."),
        (
            lambda: edits.add_partial(PICTURE, Partial("dog", None, None, "top", "left")),
            "The cat is already at the top left.",
        ),
        (
            lambda: edits.move_beside(PICTURE, CAT, HOUSE, "right"),
            "There is no room to the right of the house.",
        ),
        (lambda: edits.move_beside(BESIDE, CAT, DOG), "The cat is already next to the dog."),
        (
            lambda: edits.move_beside(BESIDE, CAT, DOG, "left"),
            "The cat is already to the left of the dog.",
        ),
    ],
)
def test_an_impossible_edit_asks_back(call, question: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EditError, match=question):
        call()


def test_which_question_tells_alike_objects_apart() -> None:
    cats = [parse_thing("cat red small top left"), parse_thing("cat blue large bottom right")]
    assert edits.which_question(cats) == (
        "Which cat do you mean, the red one at the top left or the blue one at the bottom right?"
    )


@pytest.mark.parametrize("kind", FULL.kinds)
def test_every_kind_prefers_every_cell_in_some_order(kind: str) -> None:
    assert sorted(preferred_cells(kind)) == list(range(len(PLACES)))


@pytest.mark.parametrize("world", [CORE, FULL])
def test_random_edits_touch_only_the_cells_they_claim(world) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(7)
    voice, kinds = Voice(rng, world), set()
    for _ in range(4000):
        scene = sample_scene(rng, world)
        wish = sample_wish(voice, scene)
        if wish.edit is None:
            continue
        kinds.add(wish.kind)
        assert differing_cells(scene, wish.edit.target) <= wish.edit.cells
        assert apply_changes(scene, wish.edit.changes) == wish.edit.target
        assert wish.edit.target != scene
    assert kinds == {*EDIT_KINDS, "several", "follow_up"}


def test_changes_of_absent_objects_do_not_apply() -> None:
    with pytest.raises(ValueError, match="dog red"):
        apply_changes(PICTURE, (("dog red small top left", "nothing"),))


def test_in_different_colours_the_first_of_each_keeps_its_own() -> None:
    rng, seen = random.Random(6), 0
    voice = Voice(rng, CORE, "train")
    while seen < 60:
        scene = sample_scene(rng, CORE, rng.randint(2, 4))
        wish = make_wish(voice, scene, "together")
        if wish is None or wish.family != "vary":
            continue
        seen += 1
        pairs = [line for line in str(wish.apply(scene)).split(" => ")[0].split("; ")]
        old, new = zip(*(pair.split(" -> ") for pair in pairs), strict=True)
        before, after = ([entry.split()[1] for entry in side] for side in (old, new))
        assert len(set(after)) == len(after)
        assert [a == b for a, b in zip(before, after, strict=True)] == [
            colour not in before[:at] for at, colour in enumerate(before)
        ]
