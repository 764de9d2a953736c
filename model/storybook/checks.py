"""Partial descriptions of objects, and checks: what a picture must show, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from .scene import (
    COLOURS,
    COLUMNS,
    KINDS,
    LIGHTS,
    MAX_OBJECTS,
    PLACES,
    ROWS,
    SCENES,
    SIZES,
    Scene,
    Thing,
)

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five")
SCENE_PHRASES = {
    "meadow": "a meadow", "beach": "a beach", "snow": "snow",
    "city": "a city", "room": "a room", "forest": "a forest",
}  # fmt: skip


@dataclass(frozen=True)
class Partial:
    """What words say about an object; None where they leave it open."""

    kind: str | None = None
    colour: str | None = None
    size: str | None = None
    row: str | None = None
    column: str | None = None

    @property
    def cell(self) -> int | None:
        """Return the cell if the words name one whole place."""
        if self.row is None or self.column is None:
            return None
        return ROWS.index(self.row) * 3 + COLUMNS.index(self.column)

    def matches(self, thing: Thing) -> bool:
        """Return whether `thing` is all that is said."""
        return (
            (self.kind is None or self.kind == thing.kind)
            and (self.colour is None or self.colour == thing.colour)
            and (self.size is None or self.size == thing.size)
            and (self.row is None or self.row == ROWS[thing.cell // 3])
            and (self.column is None or self.column == COLUMNS[thing.cell % 3])
        )

    def find(self, scene: Scene) -> list[Thing]:
        """Return the objects of `scene` that match, in cell order."""
        return [thing for thing in scene.things if self.matches(thing)]

    def __str__(self) -> str:
        """Return the words in the order of an entry: "cat red top left"."""
        words = (self.kind, self.colour, self.size, self.row, self.column)
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Check:
    """A scene or a light, or a partial entry with its exact count (None: at least one)."""

    scene: str | None = None
    light: str | None = None
    partial: Partial | None = None
    count: int | None = None

    def __str__(self) -> str:
        if self.partial is None:
            return self.scene or self.light or ""
        prefix = "" if self.count is None else "no " if self.count == 0 else f"{self.count} "
        return f"{prefix}{self.partial}"

    def holds(self, scene: Scene) -> bool:
        """Return whether `scene` passes."""
        if self.partial is None:
            return self.scene == scene.scene if self.scene else self.light == scene.light
        num_found = len(self.partial.find(scene))
        return num_found > 0 if self.count is None else num_found == self.count


def partial_of(
    thing: Thing, *, colour: bool = False, size: bool = False, place: bool = False
) -> Partial:
    """Return the kind of `thing` with the attributes that are asked for."""
    row, column = (ROWS[thing.cell // 3], COLUMNS[thing.cell % 3]) if place else (None, None)
    return Partial(
        thing.kind, thing.colour if colour else None, thing.size if size else None, row, column
    )


def parse_partial(text: str) -> Partial:
    """Return the partial entry that `text` spells; ValueError if it is none."""
    words = text.split()
    found: list[str | None] = []
    for allowed in (KINDS, COLOURS, SIZES, ROWS, COLUMNS):
        found.append(words.pop(0) if words and words[0] in allowed else None)
    if words or not any(found):
        raise ValueError(f"Not a part of an object entry: {text!r}")
    return Partial(*found)


def parse_check(text: str) -> Check:
    """Return the check that `text` spells; ValueError if it is none."""
    text = text.strip()
    if text in SCENES:
        return Check(scene=text)
    if text in LIGHTS:
        return Check(light=text)
    head, _, rest = text.partition(" ")
    if head == "no":
        return Check(partial=parse_partial(rest), count=0)
    if head.isdigit():
        return Check(partial=parse_partial(rest), count=int(head))
    return Check(partial=parse_partial(text))


def check_holds(check: str, scene: Scene) -> bool:
    """Return whether `scene` passes the check written in the text language."""
    return parse_check(check).holds(scene)


def at_place(cell: int) -> str:
    """Return the place in canonical words: "at the top left", "in the center"."""
    return "in the center" if cell == 4 else f"at the {PLACES[cell]}"


def plural(kind: str) -> str:
    """Return the canonical plural of a kind."""
    return kind if kind == "fish" else f"{kind}s"


def full_name(thing: Thing) -> str:
    """Return "a small red cat"."""
    return f"a {thing.size} {thing.colour} {thing.kind}"


def short_name(thing: Thing, scene: Scene) -> str:
    """Return the shortest canonical name of `thing`: "the cat", else "the red cat", ..."""
    alike = [other for other in scene.things if other.kind == thing.kind]
    if len(alike) <= 1:
        return f"the {thing.kind}"
    if sum(other.colour == thing.colour for other in alike) == 1:
        return f"the {thing.colour} {thing.kind}"
    return f"the {thing.colour} {thing.kind} {at_place(thing.cell)}"


def noun_of(partial: Partial, count: int = 1) -> str:
    """Return canonical words without article: "small red cat", "red cats at the top left"."""
    noun = partial.kind or "thing"
    noun = plural(noun) if count != 1 else noun
    words = " ".join(word for word in (partial.size, partial.colour, noun) if word)
    if partial.cell is not None:
        return f"{words} {at_place(partial.cell)}"
    if partial.row:
        return f"{words} at the {partial.row}"
    return f"{words} on the {partial.column}" if partial.column else words


def join_words(parts: Sequence[str], word: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def judge(checks: Sequence[Check], scene: Scene) -> tuple[list[tuple[str, bool]], str]:
    """Return each check's evidence and verdict, and the revision that mends what fails."""
    claimed = set()
    for check in checks:
        if check.partial and check.holds(scene):
            found = check.partial.find(scene)
            claimed |= {thing.cell for thing in (found[:1] if check.count is None else found)}
    verdicts, clauses = [], []
    for check in checks:
        evidence, clause = _judge_one(check, scene, claimed)
        verdicts.append((evidence, clause is None))
        if clause:
            clauses.append(clause)
    return verdicts, " and ".join(clauses) or "nothing"


def _judge_one(check: Check, scene: Scene, claimed: set[int]) -> tuple[str, str | None]:
    is_held = check.holds(scene)
    if check.partial is None:
        if check.scene:
            wish = f"change the scene to {SCENE_PHRASES[check.scene]}"
            return scene.scene, None if is_held else wish
        return scene.light, None if is_held else f"make it {check.light}"
    found = check.partial.find(scene)
    if check.count is not None:
        evidence = "; ".join(map(str, found)) or "nothing"
        return evidence, None if is_held else _mend_count(check.partial, check.count, found, scene)
    if is_held:
        return str(found[0]), None
    near = _nearest(check.partial, scene, claimed)
    if near:
        claimed.add(near.cell)  # each object mends one check only
    return str(near or "nothing"), _mend_entry(check.partial, near, scene)


def _nearest(partial: Partial, scene: Scene, claimed: set[int]) -> Thing | None:
    alike = [t for t in scene.things if t.kind == partial.kind and t.cell not in claimed]
    if alike:
        return max(alike, key=lambda thing: _likeness(partial, thing))  # the first of equals
    if partial.cell is not None and scene.at(partial.cell):
        return scene.at(partial.cell)
    if len(scene.things) < MAX_OBJECTS:
        return None
    return next((t for t in scene.things if t.cell not in claimed), None)  # something must go


def _likeness(partial: Partial, thing: Thing) -> int:
    return (
        (partial.colour == thing.colour)
        + (partial.size == thing.size)
        + (partial.row == ROWS[thing.cell // 3] and partial.column == COLUMNS[thing.cell % 3])
    )


def _mend_entry(partial: Partial, near: Thing | None, scene: Scene) -> str:
    if near is None:
        return f"add a {noun_of(partial)}"
    name = short_name(near, scene)
    if near.kind != partial.kind:
        if partial.cell not in (None, near.cell):
            return f"remove {name} and add a {noun_of(partial)}"
        bare = Partial(partial.kind, partial.colour, partial.size)
        return f"replace {name} with a {noun_of(bare)}"
    new_looks = [
        wanted
        for wanted, seen in ((partial.size, near.size), (partial.colour, near.colour))
        if wanted and wanted != seen
    ]
    clauses = [f"make {name} {' and '.join(new_looks)}"] if new_looks else []
    if partial.cell is not None and partial.cell != near.cell:
        taken = scene.at(partial.cell)
        it = "it" if clauses else name
        if taken:
            clauses.append(f"swap {it} with {short_name(taken, scene)}")
        else:
            clauses.append(f"move {it} to the {_spot(partial.cell)}")
    return " and ".join(clauses)


def _spot(cell: int) -> str:
    return "center" if cell == 4 else PLACES[cell]


def _mend_count(partial: Partial, count: int, found: list[Thing], scene: Scene) -> str:
    missing = count - len(found)
    if missing == 1:
        return f"add a {noun_of(partial)}"
    if missing > 1:
        return f"add {NUMBER_WORDS[missing]} {noun_of(partial, missing)}"
    return f"remove {join_words([short_name(thing, scene) for thing in found[missing:]])}"
