"""Draw requests and the complete pictures that they mean."""

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ..nexus.pointers import article
from .checks import Check, Partial
from .edits import EditError, add, add_partial, complete, in_cell, neighbour, neighbours
from .phrases import (
    BESIDE_WORDS,
    DOING_WORDS,
    LISTS,
    REQUESTS,
)
from .refusals import (
    coloured,
    decline_colour,
    decline_name,
    decline_noun,
    outside_adjective,
    outside_noun,
    outside_scene,
)
from .scene import COLUMNS, LIGHTS, MAX_OBJECTS, PLACES, ROWS, SCENES, SIZES, Scene
from .voice import Voice
from .wish_kinds import how_many, number_word, sample_partial
from .world import DEFAULT_LIGHT, DEFAULT_SCENE, preferred_cells

TOO_MANY = "unclear: I can draw at most five things. Which ones should I draw?"
WHAT_TO_DRAW = "unclear: What should I draw?"
WORN = (
    "{x} wearing {a}", "{x} with {a} on", "{x} with {a} on its head", "{x} that wears {a}",
    "{a} on {x}", "{a} on the head of {x}", "{x} in {a}",
)  # fmt: skip
ON_TOP = (
    "{x} with {a} on top", "{a} on {x}", "{x} with {a} on it", "{a} sitting on {x}",
    "{a} standing on {x}", "{x} topped with {a}", "{x} and {a} on top of it", "{x} under {a}",
)  # fmt: skip
OF_MANY_COLOURS = (
    "{n} {ks}, {cs}", "{acs} {k}", "{n} {ks}: {cs}", "{n} {ks}, {ones}", "{cs} {ks}",
    "{n} {ks} in {cs}", "{n} {ks} ({cs})", "{ones} {k}",
)  # fmt: skip
OF_ANY_COLOURS = (
    "{n} {ks} in different colours", "{n} {ks}, all in different colours",
    "{n} {ks} of different colours", "{n} {ks}, each in a colour of its own",
    "{n} different coloured {ks}", "{n} {ks} in various colours",
)  # fmt: skip
ON_EITHER_SIDE = (
    "{x} with {a} on either side", "{x} with {a} on each side", "{x} with {a} on both sides",
    "{x} and {a} on either side of it", "{x} between two {ks}", "two {ks} with {x} between them",
    "two {ks} and between them {x}", "{x} in the middle of two {ks}",
)  # fmt: skip
IN_CORNERS = (
    "{a} in every corner", "{a} in each corner", "{n} {ks} in the corners", "{ks} in all corners",
    "{a} in each of the four corners", "{ks} in the four corners",
)  # fmt: skip
OF_TWO_SIZES = (
    "{n} {ks}, one {s} and one {t}", "a {s} and a {t} {k}", "{n} {ks}: a {s} one and a {t} one",
    "{n} {ks}, a {s} one and a {t} one", "a {s} {k} and a {t} one", "{n} {ks}, one {s}, one {t}",
    "one {s} {k} and one {t} one", "{n} {ks}, one of them {s} and the other {t}",
)  # fmt: skip
BESIDE_IT = ("{x} with {a} {by} it", "{x} and {a} {by} it", "{x}, {a} {by} it")
AND_NOTHING_ELSE = (
    "just {}", "only {}", "nothing but {}", "{} and nothing else", "{}, nothing else", "{} only",
    "{}, that's all", "simply {}", "{}, just that", "{} all alone",
)  # fmt: skip
# A light and a scene in one: "a snowy night", "a sunny day at the beach".
HOURS = {
    "day": ("day", "sunny day", "bright day", "summer day"),
    "sunset": ("evening", "quiet evening", "summer evening"),
    "night": ("night", "dark night", "quiet night"),
}
SNOWY = ("snowy", "winter", "wintry", "snowy winter", "cold winter")
# What a thing may do in a scene: it looks the same.
DOINGS = {
    "cat": ("walking", "running", "playing", "strolling", "sitting", "lying"),
    "dog": ("walking", "running", "playing", "strolling", "sitting", "jumping"),
    "bird": ("flying", "hopping", "sitting"), "robot": ("walking", "marching", "standing"),
    "fish": ("swimming", "splashing", "playing"), "boat": ("sailing", "floating", "drifting"),
    "car": ("driving", "parked", "rolling", "racing"), "ball": ("lying", "rolling", "bouncing"),
    "balloon": ("floating", "flying", "drifting"), "kite": ("flying", "drifting"),
    "tree": ("growing", "standing"), "flower": ("growing", "blooming"),
    "mushroom": ("growing",), "house": ("standing", "built"), "star": ("shining", "sparkling"),
}  # fmt: skip
WAYS = {
    "meadow": ("across the meadow", "through the grass", "over the fields"),
    "beach": ("along the beach", "over the sea", "along the shore"),
    "snow": ("through the snow", "across the snow"),
    "city": ("through the city", "down the street", "through the town"),
    "room": ("across the room", "through the room"),
    "forest": ("through the forest", "through the woods", "between the trees"),
}  # fmt: skip
MOVING = frozenset({"walking", "running", "strolling", "flying", "sailing", "floating", "drifting",
                    "driving", "rolling", "racing", "marching", "bouncing"})  # fmt: skip
# All that is told of things in words of this module.
TELLINGS = (WORN, ON_TOP, OF_MANY_COLOURS, OF_ANY_COLOURS, ON_EITHER_SIDE, IN_CORNERS, OF_TWO_SIZES,
            BESIDE_IT, AND_NOTHING_ELSE, HOURS, SNOWY, DOINGS, WAYS)  # fmt: skip
HOUR_SHARE = 0.2  # of the requests with scene and light: both in one
DOING_SHARE = 0.2  # of the scenes behind what is to be drawn: something is done there
ONLY_SHARE = 0.04  # of the requests: "and nothing else"
MOST_BESIDE = 3  # things that stand beside another one
BESIDE_IT_SHARE = 0.2  # of two things: the one that the other stands beside comes first
RELATED_SHARE = {2: 0.35, 3: 0.4, 4: 0.4, 5: 0.3}  # of the requests for so many things
Item = tuple[Partial, int]
CORNERS = (("top", "left"), ("top", "right"), ("bottom", "left"), ("bottom", "right"))
Relation = Literal["left", "right", "up", "down", "next"] | None


@dataclass(frozen=True)
class Request:
    """A draw request: objects with their counts in the order of the words, a scene, a light."""

    items: tuple[Item, ...]
    scene: str | None = None
    light: str | None = None
    relation: Relation = None  # what comes before the anchor stands on this side of it
    unwanted: str | None = None  # a kind that must not be there
    anchor: int = 1  # the item, a single object, that the relation is to

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return what the words ask for, as checks."""
        checks = [
            Check(partial=partial, count=count if count > 1 else None)
            for partial, count in self.items
        ]
        if self.unwanted:
            checks.append(Check(partial=Partial(self.unwanted), count=0))
        checks += [Check(scene=self.scene)] if self.scene else []
        checks += [Check(light=self.light)] if self.light else []
        return tuple(checks)

    def picture(self) -> Scene:
        """Return the complete picture: what the words leave open follows the world's convention."""
        scene = Scene(self.scene or DEFAULT_SCENE, self.light or DEFAULT_LIGHT)
        reserved = frozenset(p.cell for p, _ in self.items if p.cell is not None)
        things = []
        for partial, _ in self.items:  # whole places first, then sides, then the rest
            if partial.cell is not None:
                things.append(complete(scene, partial))
        scene = Scene(scene.scene, scene.light, tuple(things))
        items = self.items
        if self.relation:
            scene, items = self._related(scene), items[self.anchor + 1 :]
        for has_side in (True, False):
            for partial, count in items:
                is_side = bool(partial.row or partial.column)
                if partial.cell is None and is_side == has_side:
                    scene = add_partial(scene, partial, count, avoid=reserved).target
        return scene

    def _related(self, scene: Scene) -> Scene:
        """Place the anchor at its first cell that has room for what stands beside it."""
        before = [partial for partial, count in self.items[: self.anchor] for _ in range(count)]
        anchor, _ = self.items[self.anchor]
        for cell in preferred_cells(anchor.kind or ""):
            beside = _cells_beside(cell, self.relation)
            free = [one for one in beside if one in scene.free_cells]
            is_near = beside[:1] == free[:1] or self.relation == "next"
            if cell in scene.free_cells and len(free) >= len(before) and is_near:
                for partial, at in zip([anchor, *before], [cell, *free], strict=False):
                    scene = add(scene, complete(scene, in_cell(partial, at))).target
                return scene
        raise EditError("There is no room for them. Where should they go?")

    @property
    def is_too_much(self) -> bool:
        """Return whether more is asked for than a picture holds."""
        return sum(count for _, count in self.items) > MAX_OBJECTS

    @property
    def answer(self) -> str:
        """Return the answer of the text language."""
        asked = "; ".join(map(str, self.checks))
        if self.is_too_much:
            return f"{asked} => {TOO_MANY}"
        return f"{asked} => {self.picture()}"


@dataclass(frozen=True)
class TextTurn:
    """A user text without its prefix, its answer, and its finer family."""

    text: str
    answer: str
    kind: str


def _cells_beside(cell: int, relation: Relation) -> list[int]:
    """Return the cells beside a cell; on one side of it the nearest one's whole row or column."""
    if relation == "next":
        return neighbours(cell)
    nearest = neighbour(cell, relation or "")
    if nearest is None:
        return []
    row, column = divmod(nearest, 3)
    is_row = relation in ("up", "down")
    line = range(row * 3, row * 3 + 3) if is_row else range(column, len(PLACES), 3)
    return sorted(line, key=lambda other: abs(other - nearest))


def sample_request(voice: Voice, num_things: int) -> Request:
    """Return a random request for about `num_things` objects."""
    items: list[Item] = []
    cells = voice.rng.sample(range(len(PLACES)), len(PLACES))
    place_share = voice.pick((0.0, 0.5, 1.0))
    left = num_things
    while left > 0:
        count = 1
        if left > 1 and voice.chance() < 0.25:
            count = voice.rng.randint(2, min(left, MAX_OBJECTS))
        free = (cells.pop(),) if count == 1 else ()
        items.append((sample_partial(voice, free, place_share), count))
        left -= count
    scene = voice.pick(SCENES) if voice.chance() < 0.55 else None
    light = voice.pick(LIGHTS) if voice.chance() < 0.45 else None
    relation = unwanted = None
    anchor = 1
    if len(items) > 1 and voice.chance() < RELATED_SHARE.get(num_things, 0):
        anchor = 2 if len(items) > 2 and voice.chance() < 0.4 else 1
        items = _beside_one(items, anchor)
        relation = voice.pick(get_args(get_args(Relation)[0]))
    elif num_things == 3 and voice.chance() < 0.06:
        items = _on_either_side(voice)
    elif 1 < num_things <= 5 and voice.chance() < 0.14:
        items = _of_one_kind(voice, num_things)
    elif voice.chance() < 0.04:
        unwanted = voice.pick(voice.world.kinds)
        if any(partial.kind == unwanted for partial, _ in items):
            unwanted = None
    return Request(tuple(items), scene, light, relation, unwanted, anchor)


def _beside_one(items: list[Item], anchor: int) -> list[Item]:
    """Return items of which those up to the anchor have no place; it is single, they are few."""
    most = MOST_BESIDE // anchor
    near = [(replace(p, row=None, column=None), min(n, most)) for p, n in items[: anchor + 1]]
    return [*near[:anchor], (near[anchor][0], 1), *items[anchor + 1 :]]


def _of_one_kind(voice: Voice, num_things: int) -> list[Item]:
    """Return things of one kind: in the corners, each in a colour or place of its own, ..."""
    kind = voice.pick(voice.world.kinds)
    if num_things == len(CORNERS) and voice.chance() < 0.5:
        colour = voice.pick(voice.world.colours) if voice.chance() < 0.4 else None
        return [(Partial(kind, colour, None, *corner), 1) for corner in CORNERS]
    if num_things == len(SIZES) and voice.chance() < 0.3:
        colour = voice.pick(voice.world.colours) if voice.chance() < 0.4 else None
        sizes = voice.rng.sample(SIZES, len(SIZES))
        return [(Partial(kind, colour, size), 1) for size in sizes]
    roll = voice.chance()
    if roll < 0.2:
        return [(Partial(kind, colour), 1) for colour in voice.world.colours[:num_things]]
    if roll < 0.5 and num_things < 4:
        return _told_one_by_one(voice, kind, num_things)
    colours = voice.rng.sample(voice.world.colours, min(num_things, 3))
    if num_things == len(colours) and roll < 0.8:
        return [(Partial(kind, colour), 1) for colour in colours]
    count = voice.pick(range(1, num_things))
    return [(Partial(kind, colours[0]), count), (Partial(kind, colours[1]), num_things - count)]


def _told_one_by_one(voice: Voice, kind: str, count: int) -> list[Item]:
    """Return things of one kind that differ in their places, and maybe in their looks."""
    cells = voice.rng.sample(range(len(PLACES)), count)
    colour = voice.pick(voice.world.colours) if voice.chance() < 0.4 else None
    size = voice.pick(SIZES) if voice.chance() < 0.3 else None
    is_alike = voice.chance() < 0.5
    items: list[Item] = []
    for cell in cells:
        if not is_alike:
            colour = voice.pick(voice.world.colours) if voice.chance() < 0.8 else None
            size = voice.pick(SIZES) if voice.chance() < 0.4 else None
        items.append((Partial(kind, colour, size, ROWS[cell // 3], COLUMNS[cell % 3]), 1))
    return items


def _on_either_side(voice: Voice) -> list[Item]:
    """Return a thing between two of another kind, all in the bottom row."""
    middle, sides = sample_partial(voice, ()), sample_partial(voice, ())
    return [
        (replace(middle, row="bottom", column="center"), 1),
        *((replace(sides, row="bottom", column=column), 1) for column in ("left", "right")),
    ]


def sample_draw(voice: Voice) -> TextTurn:
    """Return a random draw request and the complete picture it means."""
    roll = voice.chance()
    if roll < 0.06:
        return draw_outside(voice)
    if roll < 0.08:
        return TextTurn(voice.finish(voice.pattern(REQUESTS["blank"])), WHAT_TO_DRAW, "blank")
    if roll < 0.12:
        request = sample_request(voice, voice.rng.randint(6, 7))
    elif roll < 0.16:
        request = Request((), voice.pick(SCENES), voice.pick((None, *LIGHTS)))
    else:
        request = sample_request(voice, voice.rng.choices((1, 2, 3, 4, 5), (28, 28, 20, 14, 10))[0])
    try:
        answer = request.answer
        if not request.is_too_much and not all(c.holds(request.picture()) for c in request.checks):
            return sample_draw(voice)  # "two cats and a red cat": the words contradict themselves
    except ValueError:  # two objects want the same side
        return sample_draw(voice)
    kind = "too_many" if request.is_too_much else "empty" if not request.items else "draw"
    return TextTurn(voice.finish(request_words(voice, request)), answer, kind)


def request_words(voice: Voice, request: Request) -> str:
    """Return a request in words."""
    slots = {
        "rest": _rest(voice, request),
        "light": f" {voice.at_light(request.light)}" if request.light else "",
        "scene": voice.scene(request.scene) if request.scene else "",
        "inscene": voice.in_scene(request.scene) if request.scene else "",
    }
    if not request.items:
        return voice.pattern(REQUESTS["empty"]).format_map(slots)
    if request.scene and request.light and voice.chance() < HOUR_SHARE:
        hour = _hour(voice, request.scene, request.light)
        slots |= {"rest": f" on {hour}", "light": "", "scene": hour, "inscene": f"on {hour}"}
    if request.relation:
        told = [_beside(voice, request)]
        rest = request.items[request.anchor + 1 :]
        told += [_things(voice, rest, False)] if rest else []
        slots["things"] = voice.pick((", and ", " and ", ", ", " plus ")).join(told)
        bank = REQUESTS["front"] if request.scene and voice.chance() < 0.3 else REQUESTS["draw"]
        return voice.pattern(bank).format_map(slots)
    is_terse = voice.chance() < 0.15
    slots["things"] = _things(voice, request.items, is_terse)
    if request.unwanted:
        without = voice.pick((" without {}", ", no {}", ", but no {}", " but without any {}"))
        slots["things"] += without.format(voice.kind(request.unwanted, 2))
    elif voice.chance() < ONLY_SHARE:
        slots["things"] = voice.pick(AND_NOTHING_ELSE).format(slots["things"])
    if is_terse:
        ends = [voice.scene(request.scene)] if request.scene else []
        ends += [voice.light(request.light)] if request.light else []
        return ", ".join([slots["things"], *ends])
    bank = REQUESTS["front"] if request.scene and voice.chance() < 0.35 else REQUESTS["draw"]
    return voice.pattern(bank).format_map(slots)


def _beside(voice: Voice, request: Request) -> str:
    """Return how things stand to another one: "two stars above a house"."""
    before, (anchor, _) = request.items[: request.anchor], request.items[request.anchor]
    way = None if request.relation == "next" else request.relation
    other = voice.a(anchor)
    names = [_some(voice, partial, count) for partial, count in before]
    things, is_hat = " and ".join(names), before[0][0].kind == "hat"
    is_one = len(before) == before[0][1] == 1
    if is_one and way == "up" and voice.chance() < (0.7 if is_hat else 0.3):
        return voice.pick(WORN if is_hat else ON_TOP).format(x=other, a=things)
    by = voice.often_first(BESIDE_WORDS[way], 0.4)
    if voice.chance() < BESIDE_IT_SHARE:
        return voice.pick(BESIDE_IT).format(x=other, a=things, by=by)
    if way in DOING_WORDS and voice.chance() < 0.3:
        by = voice.pick(DOING_WORDS[way])
    return f"{things} {by} {other}"


def _some(voice: Voice, partial: Partial, count: int) -> str:
    """Return "a red cat" or "two red cats", of things without a place."""
    if count == 1:
        return voice.a(partial)
    return f"{how_many(voice, count, bare=2)} {voice.noun(partial, count)}".strip()


def _things(voice: Voice, items: tuple[Item, ...], is_terse: bool) -> str:
    told = None if is_terse else _told_together(voice, [partial for partial, _ in items])
    if told:
        return told
    kind = items[0][0].kind or ""
    if not is_terse and _is_told_by_size(items):
        return _of_two_sizes(voice, [partial for partial, _ in items])
    colours = [partial.colour for partial, _ in items if partial.colour]
    is_shared = list(items) == [(Partial(kind, colour), 1) for colour in colours]
    if is_shared and len(set(colours)) == len(colours) > 1:
        return _of_many_colours(voice, kind, colours)
    if [(partial.row, partial.column) for partial, _ in items] == list(CORNERS):
        first = items[0][0]
        if list(items) == [(Partial(kind, first.colour, None, *at), 1) for at in CORNERS]:
            return _in_corners(voice, first)
    names: list[str] = []
    bare = 3 if len(items) == 1 else 2
    for partial, count in items:
        noun = voice.noun(partial, count)
        if len(names) == 1 == len(items) - 1 and _is_told_by_colour(items) and voice.chance() < 0.7:
            noun = f"{voice.colour(partial.colour or '')} {'ones' if count > 1 else 'one'}"
        if count > 1:
            noun = f"{how_many(voice, count, bare=bare)} {noun}".strip()
        elif not is_terse:
            noun = article(noun)
        side = partial.row or partial.column if partial.cell is None else None
        at = f" {side}" if is_terse and side else voice.where(partial)  # "car left, house right"
        names.append(f"{noun}{at}")
    if is_terse:
        return ", ".join(names)
    if len(names) < 2:
        return names[0]
    last = voice.often_first((" and ", ", and ", " and also ", " plus ", " with "), 0.75)
    return f"{voice.often_first((', ', ' and ', '; '), 0.8).join(names[:-1])}{last}{names[-1]}"


def _told_together(voice: Voice, partials: list[Partial]) -> str | None:
    """Return words for things that stand about another one, or for one kind told one by one."""
    places = [(partial.row, partial.column) for partial in partials]
    bare = [replace(partial, row=None, column=None) for partial in partials]
    if places == [("bottom", "center"), ("bottom", "left"), ("bottom", "right")] and (
        bare[1] == bare[2]
    ):
        x, a = (article(voice.noun(partial)) for partial in bare[:2])
        slots = {"x": x, "a": a, "ks": voice.noun(bare[1], 2)}
        return voice.pick(ON_EITHER_SIDE).format_map(slots)
    kinds = {partial.kind for partial in partials}
    is_placed = all(partial.cell is not None for partial in partials)
    if len(partials) not in (2, 3) or len(kinds) > 1 or not is_placed or voice.chance() < 0.4:
        return None
    number = number_word(voice, len(partials))
    if len(set(bare)) == 1:  # "two small trees, one at the top left and one in the middle"
        one = voice.pick(("one", "one", ""))
        ones = [f"{one}{voice.where(partial)}".strip() for partial in partials]
        head = f"{number} {voice.noun(bare[0], len(partials))}"
    else:  # "two cars: a large red one at the bottom left, a white one on the right"
        ones = [f"{_one(voice, partial)}{voice.where(partial)}" for partial in partials]
        head = f"{number} {voice.kind(partials[0].kind or '', len(partials))}"
    joined = f"{', '.join(ones[:-1])}{voice.pick((' and ', ', ', ' and '))}{ones[-1]}"
    return f"{head}{voice.pick((', ', ': ', ' - ', ' '))}{joined}"


def _one(voice: Voice, partial: Partial) -> str:
    """Return "a large red one", or "one" of what has no looks."""
    words = [voice.size(partial.size)] if partial.size else []
    words += [voice.colour(partial.colour)] if partial.colour else []
    return article(" ".join([*words, "one"])) if words else "one"


def _is_told_by_colour(items: tuple[Item, ...]) -> bool:
    """Return whether the second of two differs in its colour alone: "two red cats, a blue one"."""
    (first, _), (second, _) = items
    is_same = (first.kind, first.size) == (second.kind, second.size) and not second.size
    return is_same and bool(first.colour and second.colour) and first.colour != second.colour


def _is_told_by_size(items: tuple[Item, ...]) -> bool:
    """Return whether two things are one of each size, and else alike: "a big and a small cat"."""
    (first, *_), sizes = items[0], [partial.size or "" for partial, _ in items]
    alike = {(replace(partial, size=None), count) for partial, count in items}
    is_unplaced = not (first.row or first.column)
    return (
        sorted(sizes) == sorted(SIZES) and alike == {(replace(first, size=None), 1)} and is_unplaced
    )


def _of_two_sizes(voice: Voice, partials: list[Partial]) -> str:
    """Return "two cats, one big and one small"."""
    alike = replace(partials[0], size=None)
    slots = {
        "n": number_word(voice, len(partials)),
        "ks": voice.noun(alike, len(partials)),
        "k": voice.noun(alike),
    }
    slots |= {slot: voice.size(p.size or "") for slot, p in zip("st", partials, strict=True)}
    return voice.pick(OF_TWO_SIZES).format_map(slots)


def _hour(voice: Voice, scene: str, light: str) -> str:
    """Return a scene and a light in one: "a snowy night", "a quiet evening in the city"."""
    if scene == "snow" and voice.chance() < 0.6:
        return article(f"{voice.pick(SNOWY)} {HOURS[light][0]}")
    return f"{article(voice.often_first(HOURS[light], 0.5))} {voice.in_scene(scene)}"


def _doing(voice: Voice, request: Request) -> str:
    """Return what the last thing does in the scene, "driving through the forest", or nothing."""
    last = request.items[-1][0] if request.items else Partial()
    doing = voice.pick(DOINGS.get(last.kind or "", ("",)))
    is_elsewhere = request.relation or request.unwanted or last.row or last.column
    if not doing or not request.scene or is_elsewhere:
        return ""
    is_way = doing in MOVING and voice.chance() < 0.5
    at = voice.pick(WAYS[request.scene]) if is_way else voice.in_scene(request.scene)
    return f"{doing} {at}"


def _in_corners(voice: Voice, partial: Partial) -> str:
    """Return "a star in every corner"."""
    alone = Partial(partial.kind, partial.colour)
    slots = {
        "a": article(voice.noun(alone)),
        "n": number_word(voice, len(CORNERS)),
        "ks": voice.noun(alone, len(CORNERS)),
    }
    return voice.pick(IN_CORNERS).format_map(slots)


def _of_many_colours(voice: Voice, kind: str, colours: list[str]) -> str:
    """Return "three balloons, red, blue and yellow": one of each colour."""
    said = [voice.colour(colour) for colour in colours]
    is_any = colours == list(voice.world.colours[: len(colours)])
    slots = {
        "n": number_word(voice, len(said)),
        "ks": voice.kind(kind, len(said)),
        "k": voice.kind(kind),
        "cs": f"{', '.join(said[:-1])} and {said[-1]}",
        "acs": f"{', '.join(map(article, said[:-1]))} and {article(said[-1])}",
        "ones": f"{', '.join(f'one {word}' for word in said[:-1])} and one {said[-1]}",
    }
    ways = OF_ANY_COLOURS if is_any and voice.chance() < 0.8 else OF_MANY_COLOURS
    return voice.pick(ways).format_map(slots)


def _rest(voice: Voice, request: Request) -> str:
    scene = ""
    if request.scene:
        scene = voice.in_scene(request.scene)
        doing = _doing(voice, request) if voice.chance() < DOING_SHARE else ""
        if doing:
            scene = doing
        elif voice.chance() < 0.3:
            scene = f"with {voice.scene(request.scene)} in the background"
    light = voice.at_light(request.light) if request.light else ""
    if scene and light and voice.chance() < 0.3:  # "..., meadow, day"
        return f", {voice.scene(request.scene or '')}, {voice.light(request.light or '')}"
    parts = [part for part in (scene, light) if part]
    comma = "," if voice.chance() < 0.4 else ""
    return f"{comma} {' '.join(parts)}" if parts else ""


def draw_outside(voice: Voice) -> TextTurn:
    """Return a draw request for what lies beyond the world, declined."""
    request = sample_request(voice, voice.pick((1, 2)))
    rest = _rest(voice, request) if voice.chance() < 0.5 else ""
    roll = voice.chance()
    if roll < 0.25:
        return _set_elsewhere(voice, request) if roll < 0.15 else _made_otherwise(voice, request)
    thing, answer = _changed_thing(voice) if roll < 0.5 else _strange_thing(voice)
    if voice.chance() < 0.25:
        parts = [thing, _things(voice, request.items[:1], False)]
        if voice.chance() < 0.6:
            parts.reverse()
        thing = " and ".join(parts)
    text = voice.finish(ask_to_draw(voice, thing, rest), can_slip=False)
    return TextTurn(text, answer, "outside")


def ask_to_draw(voice: Voice, things: str, rest: str) -> str:
    """Return a draw request for things beyond the world; `rest` with its space, or nothing."""
    pattern = voice.borrowed(REQUESTS["outside"], REQUESTS["draw"])
    return pattern.format(things=things, rest=rest)


def _changed_thing(voice: Voice) -> tuple[str, str]:
    """Return a thing of the world in a look or a colour beyond it, and the answer."""
    word, answer = outside_adjective(voice, 0.28)
    return article(f"{word} {voice.kind(voice.pick(voice.world.kinds))}"), answer


def _strange_thing(voice: Voice) -> tuple[str, str]:
    """Return a thing beyond the world, or several, and the answer: what is several stays so."""
    noun = outside_noun(voice)
    thing = coloured(voice, noun)
    if voice.chance() > 0.15:
        return article(thing), decline_noun(noun)
    number = voice.pick(("", "two ", "three ", "some ", "many ", "a few "))
    return f"{number}{_plural(thing)}", decline_name(_plural(noun))


def _set_elsewhere(voice: Voice, request: Request) -> TextTurn:
    """Return a draw request for a setting or a weather beyond the world, and the answer."""
    phrase, name = outside_scene(voice)
    slots = {"things": _things(voice, request.items, False), "light": "", "rest": f" {phrase}"}
    slots |= {"scene": name, "inscene": phrase}
    bank = REQUESTS["front"] if voice.chance() < 0.3 else REQUESTS["draw"]
    text = voice.pattern(bank).format_map(slots)
    return TextTurn(voice.finish(text, can_slip=False), decline_name(name), "outside")


def _made_otherwise(voice: Voice, request: Request) -> TextTurn:
    """Return a draw request with a feature or in a style beyond the world, and the answer."""
    if voice.chance() < 0.5:
        name = voice.pattern(LISTS["features"])
        rest = f" with {name}"
    else:
        name = voice.pattern(LISTS["styles"])
        rest = voice.pick((" as a {}", " as {}", ", {}", " in the style of {}")).format(name)
    slots = {"things": _things(voice, request.items, False), "rest": rest}
    text = voice.pattern(REQUESTS["outside"]).format_map(slots)
    bare = re.sub(r"^(?:an?|the) ", "", name)
    return TextTurn(voice.finish(text, can_slip=False), decline_colour(bare), "outside")


def _plural(noun: str) -> str:
    """Return the plural of a regular noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun.removesuffix('man')}men" if noun.endswith("man") else f"{noun}s"
