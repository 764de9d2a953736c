"""The edits of the world as functions from a scene to a scene."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields

from ..nexus.pointers import article
from .checks import Partial, at_place, join_words, noun_of, short_name
from .scene import COLUMNS, MAX_OBJECTS, NOTHING, PLACES, ROWS, Scene, Thing, parse_thing
from .world import DEFAULT_COLOUR, default_size, preferred_cells

Change = tuple[str, str]  # what was and what is: an entry, "nothing", a scene or a light
DIRECTIONS = ("left", "right", "up", "down")
NOWHERE: frozenset[int] = frozenset()
EVERYWHERE = frozenset(range(len(PLACES)))


class EditError(ValueError):
    """The wish cannot be met; the message is the short question for the user."""


@dataclass(frozen=True)
class Edit:
    """The scene that an edit leads to, what it changed, and the cells it may touch.

    evidence: what was looked at first, each with the index of the change that it stands before.
    """

    target: Scene
    changes: tuple[Change, ...]
    cells: frozenset[int]
    evidence: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        """Return the edit in the text language: each change after its evidence, then the target."""
        parts = []
        for index, (old, new) in enumerate(self.changes):
            parts += [seen for before, seen in self.evidence if before == index]
            parts.append(f"{old} -> {new}")
        return f"{'; '.join(parts)} => {self.target}"

    def after(self, *seen: str) -> "Edit":
        """Return the same edit with `seen` looked at before everything else."""
        first = tuple((0, one) for one in seen)
        return replace_fields(self, evidence=first + self.evidence)

    def then(self, later: "Edit") -> "Edit":
        """Return both edits as one; two changes of one object become one change.

        What is added and removed again leaves no change behind, and what was looked at for it goes
        before the change after it.
        """
        changes = list(self.changes)
        landed = []
        for old, new in later.changes:
            at = next((i for i, change in enumerate(changes) if change[1] == old), None)
            if at is None or old == "nothing":
                landed.append(len(changes))
                changes.append((old, new))
            else:
                landed.append(at)
                changes[at] = (changes[at][0], new)
        moved = tuple((landed[before], seen) for before, seen in later.evidence)
        kept = [i for i, change in enumerate(changes) if change != ("nothing", "nothing")]
        evidence = tuple(
            (bisect_left(kept, before), seen)
            for before, seen in dict.fromkeys(self.evidence + moved)
        )
        told = tuple(changes[i] for i in kept)
        return Edit(later.target, told, self.cells | later.cells, evidence)


def unchanged(thing: Thing) -> str:
    """Return an object as a change into itself: what a change is reckoned from, said aloud."""
    return f"{thing} -> {thing}"


def asked(partial: Partial) -> str:
    """Return what words ask for, said aloud before it is completed and has its place."""
    return f"asked: {partial}"


def look(scene: Scene, cell: int) -> str:
    """Return a place by its name, and what stands there."""
    return f"{PLACES[cell]}: {scene.at(cell) or NOTHING}"


def look_for_room(scene: Scene, cells: Iterable[int], count: int = 1) -> list[str]:
    """Return what stands in `cells`, one by one, until `count` of them are free."""
    looks = []
    for cell in cells:
        looks.append(look(scene, cell))
        count -= scene.at(cell) is None
        if count == 0:
            break
    return looks


def complete(
    scene: Scene, partial: Partial, avoid: frozenset[int] = NOWHERE, colour: str | None = None
) -> Thing:
    """Return the object that `partial` asks for, completed by the world's convention."""
    kind = partial.kind or "ball"
    free = scene.free_cells
    cell = next((cell for cell in cells_for(partial, avoid) if cell in free), None)
    if cell is None:
        if partial.cell is None:
            side = f"at the {partial.row}" if partial.row else f"on the {partial.column}"
            raise EditError(f"There is no room {side}. Where should it go?")
        _check_free(scene, partial.cell)
        raise EditError(f"There is no room {at_place(partial.cell)}. Where should it go?")
    return Thing(
        cell,
        kind,
        partial.colour or colour or DEFAULT_COLOUR[kind],
        partial.size or default_size(kind),
    )


def cells_for(partial: Partial, avoid: frozenset[int] = NOWHERE) -> list[int]:
    """Return the cells that a new object may take, best first."""
    cells = preferred_cells(partial.kind or "ball", partial.row, partial.column)
    return [cell for cell in cells if cell not in avoid]


def add(scene: Scene, thing: Thing) -> Edit:
    """Return the scene with one more object."""
    _check_free(scene, thing.cell)
    if len(scene.things) >= MAX_OBJECTS:
        raise EditError("There are five things already. Which one should go?")
    return _swap_things(scene, [], [thing], (("nothing", str(thing)),))


def add_partial(
    scene: Scene, partial: Partial, count: int = 1, avoid: frozenset[int] = NOWHERE
) -> Edit:
    """Return the scene with `count` objects more, completed by the world's convention."""
    if len(scene.things) + count > MAX_OBJECTS:
        if len(scene.things) == MAX_OBJECTS:
            raise EditError("There are five things already. Which one should go?")
        raise EditError("I can draw at most five things. Which ones should go?")
    edit = add(scene, complete(scene, partial, avoid))
    for _ in range(count - 1):
        edit = edit.then(add(edit.target, complete(edit.target, partial, avoid)))
    return edit.after(*look_for_room(scene, cells_for(partial, avoid), count))


def remove(scene: Scene, *things: Thing) -> Edit:
    """Return the scene without `things`."""
    return _swap_things(scene, things, [], tuple((str(thing), "nothing") for thing in things))


def replace(
    scene: Scene, thing: Thing, kind: str, colour: str | None = None, size: str | None = None
) -> Edit:
    """Return the scene with another kind in the object's stead; what is not said stays."""
    new = Thing(thing.cell, kind, colour or thing.colour, size or thing.size)
    return _alter(scene, thing, new, f"There is already {article(noun_of(Partial(kind)))} there.")


def recolour(scene: Scene, thing: Thing, colour: str) -> Edit:
    """Return the scene with the object in another colour."""
    return restyle(scene, thing, colour=colour)


def resize(scene: Scene, thing: Thing, size: str) -> Edit:
    """Return the scene with the object in another size."""
    return restyle(scene, thing, size=size)


def restyle(scene: Scene, thing: Thing, colour: str | None = None, size: str | None = None) -> Edit:
    """Return the scene with the object in another colour, size or both."""
    new = Thing(thing.cell, thing.kind, colour or thing.colour, size or thing.size)
    looks = " and ".join(word for word in (size, colour) if word)
    name = short_name(thing, scene)
    return _alter(scene, thing, new, f"{name.capitalize()} is already {looks}. What should change?")


def restyle_all(
    scene: Scene, things: Sequence[Thing], colour: str | None = None, size: str | None = None
) -> Edit:
    """Return the scene with all of `things` in another colour or size.

    Its changes name every one of them, also those that look so already: they change into
    themselves.
    """
    pairs = [(t, Thing(t.cell, t.kind, colour or t.colour, size or t.size)) for t in things]
    return restyle_each(scene, pairs, f"They are already {colour or size}. What should change?")


def restyle_each(scene: Scene, pairs: Sequence[tuple[Thing, Thing]], already: str = "") -> Edit:
    """Return the scene with the first object of every pair looking like the second.

    Its changes name every one of them; `already` is the question where nothing changes.
    """
    changed = [(was, now) for was, now in pairs if was != now]
    if not changed:
        raise EditError(already or "They look so already. What should change?")
    old, new = ([pair[side] for pair in changed] for side in (0, 1))
    return _swap_things(scene, old, new, tuple((str(was), str(now)) for was, now in pairs))


def exchange_colours(scene: Scene, first: Thing, second: Thing) -> Edit:
    """Return the scene with two objects in each other's colours."""
    pairs = [
        (first, replace_fields(first, colour=second.colour)),
        (second, replace_fields(second, colour=first.colour)),
    ]
    return restyle_each(scene, pairs).after(unchanged(second))


def by_column(things: Iterable[Thing]) -> list[Thing]:
    """Return objects from left to right, in a column from the top."""
    return sorted(things, key=lambda thing: (thing.cell % 3, thing.cell))


def move(scene: Scene, thing: Thing, cell: int) -> Edit:
    """Return the scene with the object in another cell."""
    if cell == thing.cell:
        name = short_name(thing, scene).capitalize()
        raise EditError(f"{name} is already {at_place(cell)}. Where should it go?")
    _check_free(scene, cell)
    return _shift(scene, thing, cell).after(*look_for_room(scene, [cell]))


def neighbour(cell: int, direction: str) -> int | None:
    """Return the next cell in a direction, or None at the border."""
    row, column = divmod(cell, 3)
    row += {"up": -1, "down": 1}.get(direction, 0)
    column += {"left": -1, "right": 1}.get(direction, 0)
    return row * 3 + column if row in range(3) and column in range(3) else None


def move_towards(scene: Scene, thing: Thing, direction: str) -> Edit:
    """Return the scene with the object one cell further left, right, up or down."""
    cell = neighbour(thing.cell, direction)
    if cell is None or scene.at(cell):
        raise EditError(f"There is no room {SIDES[direction]} it. Where should it go?")
    return _shift(scene, thing, cell)


# What a direction is called from a thing on; None is any side.
SIDES: dict[str | None, str] = {
    None: "next to",
    "up": "above",
    "down": "below",
    "left": "to the left of",
    "right": "to the right of",
}


def neighbours(cell: int, direction: str | None = None) -> list[int]:
    """Return the cells beside a cell; without a direction: right, left, below, above."""
    ways = (direction,) if direction else ("right", "left", "down", "up")
    return [beside for way in ways if (beside := neighbour(cell, way)) is not None]


def cell_beside(
    scene: Scene, anchor: Thing, direction: str | None = None, avoid: frozenset[int] = NOWHERE
) -> int:
    """Return the free cell beside `anchor`; without a direction: right, left, below, above."""
    if scene.at(anchor.cell) is None:
        raise EditError(f"There is no {anchor.kind} any more. Where should it go?")
    for cell in neighbours(anchor.cell, direction):
        if cell not in avoid and scene.at(cell) is None:
            return cell
    raise EditError(
        f"There is no room {SIDES[direction]} {short_name(anchor, scene)}. Where should it go?"
    )


def in_cell(partial: Partial, cell: int) -> Partial:
    """Return `partial` with a whole place."""
    return Partial(partial.kind, partial.colour, partial.size, ROWS[cell // 3], COLUMNS[cell % 3])


def add_beside(
    scene: Scene,
    partial: Partial,
    anchor: Thing,
    direction: str | None = None,
    avoid: frozenset[int] = NOWHERE,
) -> Edit:
    """Return the scene with one object more, in a free cell beside another one."""
    cell = cell_beside(scene, anchor, direction, avoid)
    cells = [one for one in neighbours(anchor.cell, direction) if one not in avoid]
    looks = look_for_room(scene, cells)
    return add(scene, complete(scene, in_cell(partial, cell))).after(unchanged(anchor), *looks)


def cell_between(first: Thing, second: Thing) -> int | None:
    """Return the cell halfway between two objects, or None where there is none."""
    rows, columns = (
        sum(place) for place in zip(divmod(first.cell, 3), divmod(second.cell, 3), strict=True)
    )
    return None if rows % 2 or columns % 2 else rows // 2 * 3 + columns // 2


def add_between(scene: Scene, partial: Partial, first: Thing, second: Thing) -> Edit:
    """Return the scene with one object more, halfway between two others."""
    if len(scene.things) >= MAX_OBJECTS:
        raise EditError("There are five things already. Which one should go?")
    cell = _room_between(scene, first, second)
    edit = add(scene, complete(scene, in_cell(partial, cell)))
    return edit.after(unchanged(first), unchanged(second), look(scene, cell))


def move_between(scene: Scene, thing: Thing, first: Thing, second: Thing) -> Edit:
    """Return the scene with the object halfway between two others."""
    cell = _room_between(scene, first, second)
    edit = _shift(scene, thing, cell)
    return edit.after(unchanged(first), unchanged(second), look(scene, cell))


def _room_between(scene: Scene, first: Thing, second: Thing) -> int:
    cell = cell_between(first, second)
    if cell is None or scene.at(cell):
        raise EditError(
            f"There is no room between {short_name(first, scene)} and "
            f"{short_name(second, scene)}. Where should it go?"
        )
    return cell


def move_beside(
    scene: Scene,
    thing: Thing,
    anchor: Thing,
    direction: str | None = None,
    avoid: frozenset[int] = NOWHERE,
) -> Edit:
    """Return the scene with the object in a free cell beside another one."""
    if thing.cell in neighbours(anchor.cell, direction) and thing.cell not in avoid:
        name = short_name(thing, scene).capitalize()
        side = f"{SIDES[direction]} {short_name(anchor, scene)}"
        raise EditError(f"{name} is already {side}. Where should it go?")
    without = remove(scene, thing).target
    cell = cell_beside(without, anchor, direction, avoid | {thing.cell})
    cells = [one for one in neighbours(anchor.cell, direction) if one not in avoid]
    return _shift(scene, thing, cell).after(unchanged(anchor), *look_for_room(scene, cells))


def swap(scene: Scene, thing: Thing, other: Thing) -> Edit:
    """Return the scene with two objects in each other's cells."""
    first = Thing(other.cell, thing.kind, thing.colour, thing.size)
    second = Thing(thing.cell, other.kind, other.colour, other.size)
    changes = ((str(thing), str(first)), (str(other), str(second)))
    return _swap_things(scene, [thing, other], [first, second], changes).after(unchanged(other))


def change_scene(scene: Scene, name: str) -> Edit:
    """Return the objects before another background."""
    if name == scene.scene:
        raise EditError(f"The scene is already {name}. What should change?")
    return Edit(Scene(name, scene.light, scene.things), ((scene.scene, name),), EVERYWHERE)


def change_light(scene: Scene, light: str) -> Edit:
    """Return the scene at another time of day."""
    if light == scene.light:
        raise EditError(f"It is already {light}. What should change?")
    return Edit(Scene(scene.scene, light, scene.things), ((scene.light, light),), EVERYWHERE)


def change_count(scene: Scene, kind: str, count: int, avoid: frozenset[int] = NOWHERE) -> Edit:
    """Return the scene with `count` of a kind: the last ones go, new ones copy the first."""
    found = [thing for thing in scene.things if thing.kind == kind]
    if count == len(found):
        names = noun_of(Partial(kind), count)
        is_are = "is" if count == 1 else "are"
        raise EditError(f"There {is_are} already {count} {names}. What should change?")
    kept = map(unchanged, found[:count])
    if count < len(found):
        return remove(scene, *found[count:]).after(*kept)
    model = Partial(kind, found[0].colour, found[0].size) if found else Partial(kind)
    return add_partial(scene, model, count - len(found), avoid).after(*kept)


def which_question(found: list[Thing]) -> str:
    """Return the short question that tells alike objects apart."""
    ones = [f"the {thing.colour} one {at_place(thing.cell)}" for thing in found]
    kinds = {thing.kind for thing in found}
    if len(kinds) > 1:
        ones = [f"the {thing.colour} {thing.kind} {at_place(thing.cell)}" for thing in found]
        return f"Which one do you mean, {join_words(ones, 'or')}?"
    return f"Which {kinds.pop()} do you mean, {join_words(ones, 'or')}?"


def missing_question(partial: Partial) -> str:
    """Return the short question about an object that is not there."""
    return f"There is no {noun_of(partial)}. Which thing do you mean?"


def apply_changes(scene: Scene, changes: tuple[Change, ...]) -> Scene:
    """Return `scene` with the changes of the text language made; ValueError if one does not fit."""
    from_entries = {old for old, _ in changes}
    name, light = scene.scene, scene.light
    things = [str(thing) for thing in scene.things if str(thing) not in from_entries]
    for old, new in changes:
        if old == name:
            name = new
        elif old == light:
            light = new
        elif old != "nothing" and old not in {str(thing) for thing in scene.things}:
            raise ValueError(f"There is no {old!r} in {scene}")
        elif new != "nothing":
            things.append(new)
    return Scene(name, light, tuple(parse_thing(entry) for entry in things))


def _check_free(scene: Scene, cell: int) -> None:
    taken = scene.at(cell)
    if taken:
        name = short_name(taken, scene).removesuffix(f" {at_place(cell)}").capitalize()
        raise EditError(f"{name} is already {at_place(cell)}. Where should it go?")


def _shift(scene: Scene, thing: Thing, cell: int) -> Edit:
    new = Thing(cell, thing.kind, thing.colour, thing.size)
    return _swap_things(scene, [thing], [new], ((str(thing), str(new)),))


def _alter(scene: Scene, old: Thing, new: Thing, already: str) -> Edit:
    if old == new:
        raise EditError(already)
    return _swap_things(scene, [old], [new], ((str(old), str(new)),))


def _swap_things(
    scene: Scene,
    out: Sequence[Thing],
    into: Sequence[Thing],
    changes: tuple[Change, ...],
) -> Edit:
    things = tuple(thing for thing in scene.things if thing not in out) + tuple(into)
    cells = frozenset(thing.cell for thing in (*out, *into))
    return Edit(Scene(scene.scene, scene.light, things), changes, cells)
