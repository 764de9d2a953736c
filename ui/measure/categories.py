"""Paintings by category, in the terms of the field's benchmarks, and how much world is covered.

GenEval (Ghosh et al. 2023, arXiv 2310.11513) asks for one object, two objects, a number, a colour,
a relation of two places, a colour for each of two objects; T2I-CompBench (Huang et al. 2023, arXiv
2307.06350) for attribute binding, spatial relations and numeracy in richer scenes. The pictures
are the world's own, painted from listings; the oracle stands in for their detectors. Objects that
it is unsure of do not count.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ...model.storybook.oracle import Reading
from ...model.storybook.scene import Scene, Thing
from ...model.storybook.world import World, sample_scene
from .figures import Figures, breakdown, share_of

Pair = tuple[Scene, Reading]
MIN_COVERED = 0.5  # a kind or a colour counts as covered where at least so many are right
MAX_TRIES = 200


def category_scenes(
    rng: random.Random, world: World, scenes: Sequence[Scene], per_category: int
) -> list[Scene]:
    """Return scenes that fill every GenEval category up to `per_category` with those at hand."""
    more: list[Scene] = []
    for belongs, num_things in ((_is_single, 1), (_is_two_colours, 2), (_is_counting, 4)):
        missing = per_category - sum(belongs(scene) for scene in [*scenes, *more])
        for _ in range(MAX_TRIES * max(0, missing)):
            if missing <= 0:
                break
            scene = sample_scene(rng, world, num_things)
            if belongs(scene):
                more.append(scene)
                missing -= 1
    return more


def category_figures(pairs: Sequence[Pair]) -> Figures:
    """Return the share of right pictures, pairs or objects in every category."""
    seen = [(wanted, sure_things(reading)) for wanted, reading in pairs]

    def over(belongs: Callable[[Scene], bool], is_right: Callable[..., bool]) -> object:
        return share_of(is_right(wanted, things) for wanted, things in seen if belongs(wanted))

    return {
        "geneval": {
            "single_object": over(_is_single, _has_kinds),
            "two_objects": over(_is_two, _has_kinds),
            "counting": over(_is_counting, _has_repeated_counts),
            "colours": over(_is_single, _has_coloured),
            "position": over(_is_two, lambda w, t: all(_relations_held(w, t))),
            "colour_attribution": over(_is_two_colours, _has_coloured),
        },
        "t2i_compbench": {
            "attribute_binding_objects": share_of(_bound(seen)),
            "spatial_relation_pairs": share_of(
                held for wanted, things in seen for held in _relations_held(wanted, things)
            ),
            "numeracy_kinds": share_of(_counted(seen)),
        },
    }


def covered_figures(pairs: Sequence[Pair]) -> Figures:
    """Return how many of the wanted objects are painted right, by kind and by colour."""
    flags: list[tuple[Thing, bool]] = []
    for wanted, reading in pairs:
        right = set(sure_things(reading))
        flags += [(thing, thing in right) for thing in wanted.things]
    kinds = breakdown([(thing.kind, flag) for thing, flag in flags])
    colours = breakdown([(thing.colour, flag) for thing, flag in flags])
    return {
        "kinds": kinds,
        "colours": colours,
        "kinds_covered": _covered(kinds),
        "colours_covered": _covered(colours),
        "lights_seen": len({wanted.light for wanted, _ in pairs}),
    }


def sure_things(reading: Reading) -> list[Thing]:
    """Return the objects that the oracle is sure of."""
    return [thing for thing in reading.scene.things if thing.cell not in reading.unsure]


def _covered(figures: Figures) -> int:
    return sum((one.share or 0.0) >= MIN_COVERED for one in figures["by_kind"].values())


def _is_single(scene: Scene) -> bool:
    return len(scene.things) == 1


def _is_two(scene: Scene) -> bool:
    return len(scene.things) == 2 and len({thing.kind for thing in scene.things}) == 2


def _is_two_colours(scene: Scene) -> bool:
    return _is_two(scene) and len({thing.colour for thing in scene.things}) == 2


def _is_counting(scene: Scene) -> bool:
    return len({thing.kind for thing in scene.things}) < len(scene.things)


def _has_kinds(wanted: Scene, things: Sequence[Thing]) -> bool:
    return {thing.kind for thing in wanted.things} <= {thing.kind for thing in things}


def _has_coloured(wanted: Scene, things: Sequence[Thing]) -> bool:
    return {(t.kind, t.colour) for t in wanted.things} <= {(t.kind, t.colour) for t in things}


def _has_repeated_counts(wanted: Scene, things: Sequence[Thing]) -> bool:
    found = Counter(thing.kind for thing in things)
    counts = Counter(thing.kind for thing in wanted.things)
    return all(found[kind] == count for kind, count in counts.items() if count > 1)


def _relations_held(wanted: Scene, things: Sequence[Thing]) -> list[bool]:
    """Return for each pair of objects whose kinds are unique whether they stand to each other
    as they should: left or right, above or below."""
    counts = Counter(thing.kind for thing in wanted.things)
    unique = [thing for thing in wanted.things if counts[thing.kind] == 1]
    cells = {kind: [t.cell for t in things if t.kind == kind] for kind in counts}
    return [
        len(cells[one.kind]) == len(cells[two.kind]) == 1
        and _way(cells[one.kind][0], cells[two.kind][0]) == _way(one.cell, two.cell)
        for one, two in itertools.combinations(unique, 2)
    ]


def _way(cell: int, other: int) -> tuple[int, int]:
    """Return the signs of the steps right and down from a cell to another."""
    steps = other % 3 - cell % 3, other // 3 - cell // 3
    return (steps[0] > 0) - (steps[0] < 0), (steps[1] > 0) - (steps[1] < 0)


def _bound(seen: Sequence[tuple[Scene, list[Thing]]]) -> Iterable[bool]:
    """Yield for every object of scenes with several whether its kind bears its colour."""
    for wanted, things in seen:
        if len(wanted.things) > 1:
            left = Counter((thing.kind, thing.colour) for thing in things)
            for thing in wanted.things:
                left[thing.kind, thing.colour] -= 1
                yield left[thing.kind, thing.colour] >= 0


def _counted(seen: Sequence[tuple[Scene, list[Thing]]]) -> Iterable[bool]:
    """Yield for every kind of every scene whether there are as many as wanted."""
    for wanted, things in seen:
        found = Counter(thing.kind for thing in things)
        for kind, count in Counter(thing.kind for thing in wanted.things).items():
            yield found[kind] == count
