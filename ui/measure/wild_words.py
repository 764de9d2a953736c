"""Words as they come: the same wish or question said plainly and said otherwise, side by side.

Slips, spelling and numerals change held-out sentences of the grammar; places, relations and two
references in a sentence are said in words that the grammar does not have.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ...model.storybook.checks import Partial, short_name
from ...model.storybook.dialogues import World
from ...model.storybook.edits import (
    DIRECTIONS,
    Edit,
    EditError,
    add,
    add_beside,
    move_beside,
    restyle,
)
from ...model.storybook.scene import PLACES, SIZES, Scene, Thing
from ...model.storybook.voice import Voice
from ...model.storybook.world import sample_scene
from .figures import Figures, gap_of, share_of
from .samples import Case, edit_cases, new_rng, question_cases
from .wordings import judge
from .workbench import Workbench

BATCH = 40  # sentences of the grammar that are looked through at a time
MAX_BATCHES = 60
NUMERALS = {"two": "2", "three": "3", "four": "4", "five": "5"}
AMERICAN = (("colour", "color"), ("centre", "center"), ("grey", "gray"))
WILD_ROWS = {"top": ("uppermost", "highest"), "bottom": ("lowermost", "lowest")}
WILD_CORNERS = (
    "in the corner at the {row} {side}", "at the {row}, all the way to the {side}",
    "on the {side}, all the way at the {row}", "{row} and {side}", "in the {side} corner, {row}",
    "in the {wild} {side}-hand corner",
)  # fmt: skip
PLAIN_WAYS = {"up": "above", "down": "below", "left": "left of", "right": "right of"}
WILD_WAYS = {
    "up": ("directly over", "right above", "higher than", "on the upper side of"),
    "down": ("right under", "directly beneath", "at the foot of", "lower than"),
    "left": ("on the left-hand side of", "just left of", "at the left of", "leftwards of"),
    "right": ("on the right-hand side of", "just right of", "at the right of", "rightwards of"),
}


@dataclass(frozen=True)
class Pair:
    """One wish or question in two wordings of the same meaning."""

    task: str  # "wishes" or "questions"
    plain: Case
    wild: Case


def measure_wild_words(bench: Workbench) -> Figures:
    """Return, a kind of wildness, the shares said plainly and said wildly, and the points between.

    About the true listing, plans and answers alone.
    """
    figures: Figures = {"kinds": {}, "examples": {}}
    for name, make in MAKERS.items():
        pairs = wild_pairs(name, make, bench.seed, bench.world, max(1, bench.samples // 2))
        shares = {}
        for manner in ("plain", "wild"):
            flags = []
            for task in ("wishes", "questions"):
                cases: list[Case] = [getattr(p, manner) for p in pairs if p.task == task]
                flags += judge(bench, task, cases, f"wild words: {name}, {manner}")
            shares[manner] = share_of(flags)
        figures["kinds"][name] = {**shares, "gap_points": gap_of(shares["plain"], shares["wild"])}
        for pair in pairs[:1]:
            figures["examples"][name] = f"{pair.plain.text} | {pair.wild.text}"
    return figures


Make = Callable[[random.Random, World], Iterator[Pair]]


def wild_pairs(name: str, make: Make, seed: int, world: World, count: int) -> list[Pair]:
    """Return so many pairs of a kind of wildness."""
    pairs = make(new_rng(seed, f"wild/{name}"), world)
    return [pair for pair, _ in zip(pairs, range(count), strict=False)]


def _sentences(rng: random.Random, world: World) -> Iterator[tuple[str, Case]]:
    """Yield held-out wishes and questions, with their task."""
    for _ in range(MAX_BATCHES):
        for task, sample in (("wishes", edit_cases), ("questions", question_cases)):
            for case in sample(rng, world, BATCH):
                yield task, case


def _altered(change: Callable[[random.Random, World, str], tuple[str, str]]) -> Make:
    """Return a maker of pairs from the grammar's sentences; equal texts are left out."""

    def make(rng: random.Random, world: World) -> Iterator[Pair]:
        for task, case in _sentences(rng, world):
            plain, wild = change(rng, world, case.text)
            if plain != wild:
                yield Pair(task, replace(case, text=plain), replace(case, text=wild))

    return make


def _slip(rng: random.Random, world: World, text: str) -> tuple[str, str]:
    return text, Voice(rng, world, "test").slip(text)


def _two_slips(rng: random.Random, world: World, text: str) -> tuple[str, str]:
    voice = Voice(rng, world, "test")
    once = voice.slip(text)
    twice = voice.slip(once)
    return text, twice if text != once != twice else text


def _spelling(rng: random.Random, world: World, text: str) -> tuple[str, str]:
    british, american = text, text
    for ours, theirs in AMERICAN:
        british = re.sub(theirs, ours, british, flags=re.IGNORECASE)
        american = re.sub(ours, theirs, american, flags=re.IGNORECASE)
    return british, american


def _numerals(rng: random.Random, world: World, text: str) -> tuple[str, str]:
    words, digits = text, text
    for word, digit in NUMERALS.items():
        digits = re.sub(rf"\b{word}\b", digit, digits, flags=re.IGNORECASE)
        words = re.sub(rf"\b{digit}\b", word, words)
    return words, digits


def _pair(scene: Scene, edit: Edit, plain: str, wild: str, kind: str) -> Pair:
    case = Case(kind, plain, str(edit), scene, None, 0)
    return Pair("wishes", case, replace(case, text=wild))


def _scenes(rng: random.Random, world: World, fewest: int) -> Iterator[tuple[Scene, Thing]]:
    """Yield scenes whose objects are of different kinds, and looks of a kind that is not there."""
    for _ in range(BATCH * MAX_BATCHES * 10):
        scene = sample_scene(rng, world, rng.randint(fewest, 3))
        kinds = {thing.kind for thing in scene.things}
        kind = rng.choice(world.kinds)
        if len(kinds) == len(scene.things) and kind not in kinds:
            yield scene, Thing(0, kind, rng.choice(world.colours), rng.choice(SIZES))


def _places(rng: random.Random, world: World) -> Iterator[Pair]:
    """Left and right, top and bottom, in phrases that the grammar does not have."""
    for scene, looks in _scenes(rng, world, 0):
        cell = rng.choice(scene.free_cells)
        row, side = PLACES[cell].split()
        if row == "middle" or side == "center":
            continue
        edit = add(scene, replace(looks, cell=cell))
        wild = rng.choice(WILD_CORNERS).format(row=row, side=side, wild=rng.choice(WILD_ROWS[row]))
        new = f"add a {looks.size} {looks.colour} {looks.kind}"
        yield _pair(scene, edit, f"{new} at the {row} {side}", f"{new} {wild}", "places")


def _relations(rng: random.Random, world: World) -> Iterator[Pair]:
    """A new object beside one that is there."""
    for scene, looks in _scenes(rng, world, 1):
        anchor, way = rng.choice(scene.things), rng.choice(DIRECTIONS)
        try:
            partial = Partial(looks.kind, looks.colour, looks.size)
            edit = add_beside(scene, partial, anchor, way)
        except EditError:
            continue
        new, of = f"add a {looks.size} {looks.colour} {looks.kind}", f"the {anchor.kind}"
        wild = f"{new} {rng.choice(WILD_WAYS[way])} {of}"
        yield _pair(scene, edit, f"{new} {PLAIN_WAYS[way]} {of}", wild, "relations")


def _references(rng: random.Random, world: World) -> Iterator[Pair]:
    """Two objects of the picture in one sentence, the second without its verb or as a landmark."""
    for scene, _ in _scenes(rng, world, 2):
        one, two = rng.sample(scene.things, 2)
        first, second = short_name(one, scene), short_name(two, scene)
        if rng.random() < 0.5:
            colours = [rng.choice(world.colours) for _ in range(2)]
            if colours[0] == one.colour or colours[1] == two.colour:
                continue
            edit = restyle(scene, one, colour=colours[0])
            edit = edit.then(restyle(edit.target, two, colour=colours[1]))
            plain = f"make {first} {colours[0]} and make {second} {colours[1]}"
            wild = f"make {first} {colours[0]} and {second} {colours[1]}"
        else:
            way = rng.choice(DIRECTIONS)
            try:
                edit = move_beside(scene, one, two, way)
            except EditError:
                continue
            plain = f"move {first} {PLAIN_WAYS[way]} {second}"
            wild = f"{first} should be {rng.choice(WILD_WAYS[way])} {second}"
        yield _pair(scene, edit, plain, wild, "references")


MAKERS: dict[str, Make] = {
    "typing slip": _altered(_slip),
    "two typing slips": _altered(_two_slips),
    "American for British spelling": _altered(_spelling),
    "numerals for words": _altered(_numerals),
    "left and right in other phrases": _places,
    "relative places in other phrases": _relations,
    "two references in a sentence": _references,
}
