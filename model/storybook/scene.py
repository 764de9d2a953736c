"""A scene of the picture-book world: a small, frozen description, and its text form."""

from dataclasses import dataclass

SCENES = ("meadow", "beach", "snow", "city", "room", "forest")
LIGHTS = ("day", "sunset", "night")
KINDS = (
    "cat", "dog", "tree", "house", "car", "boat", "flower", "ball", "star", "fish", "hat",
    "balloon", "bird", "umbrella", "mushroom", "apple", "cup", "book", "robot", "kite",
)  # fmt: skip
COLOURS = ("red", "green", "blue", "yellow", "purple", "white", "orange", "pink")
SIZES = ("small", "large")
ROWS = ("top", "middle", "bottom")
COLUMNS = ("left", "center", "right")
PLACES = tuple(f"{row} {column}" for row in ROWS for column in COLUMNS)  # row-major, index = cell
CORE_KINDS = KINDS[:12]
CORE_COLOURS = COLOURS[:6]
MAX_OBJECTS = 5
NOTHING = "nothing"  # what stands in an empty place, in the text language


@dataclass(frozen=True, order=True)
class Thing:
    """One object; ordered by the cell it stands in (0..8, row-major)."""

    cell: int
    kind: str
    colour: str
    size: str

    @property
    def place(self) -> str:
        """Return the cell's name, such as "top left"."""
        return PLACES[self.cell]

    def __str__(self) -> str:
        return f"{self.kind} {self.colour} {self.size} {self.place}"


@dataclass(frozen=True)
class Scene:
    """A background, a light, and at most one object in each of nine cells, kept in cell order."""

    scene: str
    light: str
    things: tuple[Thing, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "things", tuple(sorted(self.things)))
        cells = [thing.cell for thing in self.things]
        if len(set(cells)) != len(cells):
            raise ValueError(f"Two objects share a cell: {self}")

    def at(self, cell: int) -> Thing | None:
        """Return the object in `cell`, or None."""
        return next((thing for thing in self.things if thing.cell == cell), None)

    @property
    def free_cells(self) -> tuple[int, ...]:
        """Return the cells without an object, in row-major order."""
        taken = {thing.cell for thing in self.things}
        return tuple(cell for cell in range(len(PLACES)) if cell not in taken)

    def __str__(self) -> str:
        """Return the listing, such as "meadow, day; cat red small top left." """
        things = "".join(f"; {thing}" for thing in self.things) or "; nothing"
        return f"{self.scene}, {self.light}{things}."


def parse_listing(text: str) -> Scene:
    """Return the scene of a listing as `str(scene)` writes it; ValueError if it is not one."""
    head, *entries = [part.strip() for part in text.strip().removesuffix(".").split(";")]
    scene, _, light = head.partition(", ")
    if scene not in SCENES or light not in LIGHTS:
        raise ValueError(f"Not a scene and a light: {head!r}")
    if entries == ["nothing"]:
        return Scene(scene, light)
    return Scene(scene, light, tuple(parse_thing(entry) for entry in entries))


def parse_thing(text: str) -> Thing:
    """Return the object of an entry such as "cat red small top left", or raise ValueError."""
    words = text.split()
    if len(words) != 5:
        raise ValueError(f"Not an object entry: {text!r}")
    kind, colour, size, place = words[0], words[1], words[2], " ".join(words[3:])
    if kind not in KINDS or colour not in COLOURS or size not in SIZES or place not in PLACES:
        raise ValueError(f"Not an object entry: {text!r}")
    return Thing(PLACES.index(place), kind, colour, size)
