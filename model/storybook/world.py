"""The world as a sampler and a convention: what may appear, and what words leave open."""

import random
from dataclasses import dataclass, replace

from .scene import (
    COLOURS,
    CORE_COLOURS,
    CORE_KINDS,
    KINDS,
    LIGHTS,
    MAX_OBJECTS,
    PLACES,
    SCENES,
    SIZES,
    Scene,
    Thing,
)

SKY_KINDS = ("star", "balloon", "bird", "kite")
LARGE_KINDS = ("house", "tree", "boat", "balloon")
DEFAULT_COLOUR = {
    "cat": "yellow", "dog": "white", "tree": "green", "house": "red", "car": "red",
    "boat": "blue", "flower": "purple", "ball": "red", "star": "yellow", "fish": "blue",
    "hat": "purple", "balloon": "red", "bird": "blue", "umbrella": "purple", "mushroom": "red",
    "apple": "green", "cup": "white", "book": "blue", "robot": "blue", "kite": "red",
}  # fmt: skip
DEFAULT_SCENE, DEFAULT_LIGHT = "meadow", "day"
SKY_CELLS = (1, 0, 2, 4, 3, 5, 7, 6, 8)  # rows from the top; in a row center, left, right
GROUND_CELLS = (7, 6, 8, 4, 3, 5, 1, 0, 2)  # rows from the bottom
NUM_THINGS_WEIGHTS = (4, 12, 22, 26, 20, 16)  # for 0 to 5 objects


@dataclass(frozen=True)
class World:
    """The part of the vocabulary that scenes are sampled from."""

    name: str
    kinds: tuple[str, ...]
    colours: tuple[str, ...]
    scenes: tuple[str, ...] = SCENES
    lights: tuple[str, ...] = LIGHTS


CORE = World("core", CORE_KINDS, CORE_COLOURS)
FULL = World("full", KINDS, COLOURS)


def default_size(kind: str) -> str:
    """Return the size that a thing has when the words do not say one."""
    return "large" if kind in LARGE_KINDS else "small"


def preferred_cells(kind: str, row: str | None = None, column: str | None = None) -> list[int]:
    """Return the cells for `kind`, best first, inside the row and column that the words name."""
    cells = SKY_CELLS if kind in SKY_KINDS else GROUND_CELLS
    return [
        cell
        for cell in cells
        if (row is None or PLACES[cell].startswith(row))
        and (column is None or PLACES[cell].endswith(column))
    ]


def sample_alike(rng: random.Random, world: World) -> Scene:
    """Return a random scene with two or three objects of a kind, often side by side."""
    scene = sample_scene(rng, world, rng.randint(3, MAX_OBJECTS))
    things, row = scene.things, rng.randrange(3)
    count, kind = rng.choice((2, 3, 3)), rng.choice(world.kinds)
    cells = [thing.cell for thing in things]
    if rng.random() < 0.5:
        line = [row * 3 + i if rng.random() < 0.8 else row + i * 3 for i in range(3)]
        line = list(dict.fromkeys(line))
        others = [cell for cell in range(len(PLACES)) if cell not in line]
        cells = (line + rng.sample(others, len(others)))[: len(things)]
    else:
        rng.shuffle(cells)
    alike = [replace(things[i], kind=kind) for i in range(count)]
    placed = zip((*alike, *things[count:]), cells, strict=True)
    return replace(scene, things=tuple(replace(thing, cell=cell) for thing, cell in placed))


def sample_scene(rng: random.Random, world: World, num_things: int | None = None) -> Scene:
    """Return a random scene; in half of them the objects share few kinds and colours."""
    if num_things is None:
        num_things = rng.choices(range(MAX_OBJECTS + 1), NUM_THINGS_WEIGHTS)[0]
    kinds, colours = world.kinds, world.colours
    is_crowd_alike = rng.random() < 0.5
    if is_crowd_alike:
        kinds = rng.sample(kinds, rng.randint(2, 4))  # type: ignore[assignment]
        colours = rng.sample(colours, rng.randint(2, 3))  # type: ignore[assignment]
    cells = rng.sample(range(len(PLACES)), num_things)
    things: list[Thing] = []
    for cell in cells:
        kind = rng.choice(kinds)
        if not is_crowd_alike and any(thing.kind == kind for thing in things):
            kind = rng.choice(kinds)  # repeats stay possible, but rarer
        things.append(Thing(cell, kind, rng.choice(colours), rng.choice(SIZES)))
    return Scene(rng.choice(world.scenes), rng.choice(world.lights), tuple(things))
