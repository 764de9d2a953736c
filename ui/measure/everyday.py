"""Everyday wishes, not in the grammar's words: the plain sentences that most people begin with.

The grammar's own exam spreads over thousands of rare verbs, and says little of how surely "make the
red cats blue" is met. Each family is one thing that people ask for, in a handful of plain phrases.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...agent.comparing import changes_between
from ...agent.language import read_listing
from ...agent.state import Before, Plan
from ...model.storybook.checks import plural
from ...model.storybook.scene import PLACES, SIZES, Scene, Thing, parse_listing
from ...model.storybook.world import World, sample_scene
from .asking import outcome_of, rehearse_wishes
from .figures import Figures, breakdown
from .samples import Case, new_rng
from .workbench import Workbench, read_scene

SHARE = 20  # of each family one in so many of the samples of a task
_MORE = {"small": "smaller", "large": "bigger"}
_OTHER = {"small": "large", "large": "small"}
_TOO = {"small": "too big", "large": "too small"}
_LEADS = ("hello, ", "my daughter will love this, so ", "we were in Paris last week, so ",
          "my aunt is going to see this, so ", "i'm not an expert but ",
          "it's for my mum's birthday, so ", "this is fun, now ", "i like it, but ")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is typed about a picture and where it leads; first, where it leans on a wish before.

    words: phrases with slots for `slots`, of which one is picked.
    """

    words: Sequence[str]
    scene: Scene
    wanted: Scene
    slots: dict[str, str]
    first: "Asked | None" = None


class Draw:
    """Random scenes of a world that fit a family."""

    def __init__(self, rng: random.Random, world: World) -> None:
        self.rng, self.world, self.pick = rng, world, rng.choice

    def colour(self, *but: str) -> str:
        """Return a colour that is none of `but`."""
        return self.pick([colour for colour in self.world.colours if colour not in but])

    def kinds(self, count: int) -> list[str]:
        """Return so many different kinds."""
        return self.rng.sample(self.world.kinds, count)

    def scene(self, kinds: Sequence[str], cells: Sequence[int] | None = None) -> Scene:
        """Return a scene of things of these kinds, in these cells or anywhere."""
        cells = cells or self.rng.sample(range(len(PLACES)), len(kinds))
        things = (
            Thing(cell, kind, self.colour(), self.pick(SIZES))
            for cell, kind in zip(cells, kinds, strict=True)
        )
        blank = sample_scene(self.rng, self.world, 1)
        return replace(blank, things=tuple(things))

    def row(self) -> tuple[Scene, list[Thing], str]:
        """Return a scene with three of a kind in a row, these, and their kind."""
        kind, other = self.kinds(2)
        row = self.rng.randrange(3) * 3
        scene = self.scene([kind] * 3 + [other], [row, row + 1, row + 2, (row + 4) % 9])
        return scene, [thing for thing in scene.things if thing.kind == kind], kind

    def pair(self) -> tuple[Scene, Thing, Thing]:
        """Return a scene with two of a kind, of which one is small and one large, and these."""
        kind, other = self.kinds(2)
        scene = self.scene([kind, kind, other])
        twins = [thing for thing in scene.things if thing.kind == kind]
        small, large = (replace(t, size=size) for t, size in zip(twins, SIZES, strict=True))
        return _put(scene, *zip(twins, (small, large), strict=True)), small, large


def _put(scene: Scene, *changes: tuple[Thing, Thing | None]) -> Scene:
    """Return a scene with things in another look or place, or without them."""
    things = {thing.cell: thing for thing in scene.things}
    for old, _ in changes:
        things.pop(old.cell)
    return replace(scene, things=(*things.values(), *(new for _, new in changes if new)))


def _resized(scene: Scene, size: str, *things: Thing) -> Scene:
    return _put(scene, *((thing, replace(thing, size=size)) for thing in things))


def _coloured(scene: Scene, colour: str, *things: Thing) -> Scene:
    return _put(scene, *((thing, replace(thing, colour=colour)) for thing in things))


def _those_of_a_colour(draw: Draw) -> Asked:
    kind, other = draw.kinds(2)
    red, new = draw.rng.sample(draw.world.colours, 2)
    scene = draw.scene([kind] * 3 + [other])
    *two, third = (thing for thing in scene.things if thing.kind == kind)
    scene = _coloured(_coloured(scene, red, *two), draw.colour(red, new), third)
    two = [thing for thing in scene.things if (thing.kind, thing.colour) == (kind, red)]
    words: Sequence[str]
    words = ("make the {c} {k} {d}", "paint the two {c} {k} {d}", "both {c} {k} should be {d}",
             "please make all the {c} {k} {d}", "turn the {c} {k} {d}")  # fmt: skip
    slots = {"c": red, "k": plural(kind), "d": new}
    words = words if plural(kind) != kind else words[1:4]  # "the red fish": one or all?
    return Asked(words, scene, _coloured(scene, new, *two), slots)


def _both_sizes(draw: Draw) -> Asked:
    kind, *others = draw.kinds(3)
    size = draw.pick(SIZES)
    scene = draw.scene([kind, kind, *others])
    scene = _resized(scene, _OTHER[size], *(t for t in scene.things if t.kind == kind))
    both = [thing for thing in scene.things if thing.kind == kind]
    words = ("make both {k} {m}", "the two {k} should be {m}", "both {k} {m} please")
    return Asked(words, scene, _resized(scene, size, *both), {"k": plural(kind), "m": _MORE[size]})


def _a_colour(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(draw.rng.randint(2, 5)))
    thing = draw.pick(scene.things)
    new = draw.colour(thing.colour)
    words = ("make the {k} {d}", "make the {k} {d} please", "i want the {k} to be {d}",
             "the {k} should be {d}", "can the {k} be {d}?", "{k} {d}")  # fmt: skip
    return Asked(words, scene, _coloured(scene, new, thing), {"k": thing.kind, "d": new})


def _a_size(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(draw.rng.randint(2, 5)))
    thing = draw.pick(scene.things)
    size = _OTHER[thing.size]
    words = ("make the {k} {m}", "the {k} is {t}", "the {c} {k} is {t}", "{k} {m} please",
             "make the {k} a bit {m}", "the {k} should be {m}")  # fmt: skip
    slots = {"k": thing.kind, "c": thing.colour, "m": _MORE[size], "t": _TOO[size]}
    return Asked(words, scene, _resized(scene, size, thing), slots)


def _behind_a_lead(draw: Draw) -> Asked:
    asked = draw.pick((_a_colour, _a_size))(draw)
    return replace(asked, words=[draw.pick(_LEADS) + asked.words[0]])


def _like_another(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(4))
    first, second = draw.rng.sample(scene.things, 2)
    scene = _coloured(scene, draw.colour(first.colour), second)
    scene = _resized(scene, _OTHER[first.size], scene.at(second.cell) or second)
    other = scene.at(second.cell) or second
    slots = {"k": first.kind, "y": other.kind}
    if draw.rng.random() < 0.5:
        words = ("make the {k} the same colour as the {y}", "give the {k} the colour of the {y}")
        return Asked(words, scene, _coloured(scene, other.colour, first), slots)
    words = ("make the {k} the same size as the {y}", "the {k} should be the size of the {y}")
    return Asked(words, scene, _resized(scene, other.size, first), slots)


def _exchanged(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(draw.rng.randint(2, 5)))
    first, second = draw.rng.sample(scene.things, 2)
    wanted = _put(
        scene, (first, replace(first, cell=second.cell)), (second, replace(second, cell=first.cell))
    )
    words = ("swap the {k} and the {y}", "now swap the {k} and the {y}",
             "let the {k} and the {y} trade places")  # fmt: skip
    return Asked(words, scene, wanted, {"k": first.kind, "y": second.kind})


def _gone(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(draw.rng.randint(2, 5)))
    thing = draw.pick(scene.things)
    words = ("remove the {k}", "take the {k} away", "get rid of the {k}", "the {k} should go",
             "a {k} in this picture? please get rid of it", "i don't like the {k}, take it away",
             "what is the {k} doing there? remove it please")  # fmt: skip
    return Asked(words, scene, _put(scene, (thing, None)), {"k": thing.kind})


def _another_light(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(3))
    light = draw.pick([one for one in draw.world.lights if one != scene.light])
    words = ("make it {l} instead of {o}", "{l} instead of {o} please", "i want {l}, not {o}",
             "make it {l}", "it should be {l}")  # fmt: skip
    return Asked(words, scene, replace(scene, light=light), {"l": light, "o": scene.light})


def _in_order(draw: Draw) -> Asked:
    scene, things, kind = draw.row()
    colours = draw.rng.sample(draw.world.colours, 3)
    wanted = _put(scene, *((t, replace(t, colour=c)) for t, c in zip(things, colours, strict=True)))
    words = ("from left to right make the {k} {first}, {second} and {third}",
             "make the three {k} {first}, {second} and {third} from left to right")  # fmt: skip
    slots = {"k": plural(kind)} | dict(zip(("first", "second", "third"), colours, strict=True))
    return Asked(words, scene, wanted, slots)


def _one_by_its_side(draw: Draw) -> Asked:
    scene, things, kind = draw.row()
    at = draw.rng.randrange(3)
    new = draw.colour(things[at].colour)
    words = ("make the {s} {k} {d}", "the {s} {k} should be {d}", "{s} {k} {d}")
    slots = {"s": ("left", "middle", "right")[at], "k": kind, "d": new}
    return Asked(words, scene, _coloured(scene, new, things[at]), slots)


def _one_by_its_size(draw: Draw) -> Asked:
    scene, *twins = draw.pair()
    thing = draw.pick(twins)
    new = draw.colour(*(twin.colour for twin in twins))
    words = ("make the {m} {k} {d}", "the {s} {k} should be {d}", "{m} {k} {d} please")
    slots = {"m": _MORE[thing.size], "s": thing.size, "k": thing.kind, "d": new}
    return Asked(words, scene, _coloured(scene, new, thing), slots)


def _to_a_place(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(draw.rng.randint(2, 5)))
    thing, cell = draw.pick(scene.things), draw.pick(scene.free_cells)
    words = ("move the {k} to the {p}", "put the {k} at the {p}", "{k} to {p}")
    wanted = _put(scene, (thing, replace(thing, cell=cell)))
    return Asked(words, scene, wanted, {"k": thing.kind, "p": PLACES[cell]})


def _a_new_thing(draw: Draw) -> Asked:
    *kinds, kind = draw.kinds(draw.rng.randint(2, 5))
    scene = draw.scene(kinds)
    new = Thing(draw.pick(scene.free_cells), kind, draw.colour(), draw.pick(SIZES))
    words = ("add a {s} {c} {k} at the {p}", "i want a {s} {c} {k} at the {p}",
             "add a {k} at the {p}, {c} and {s}", "a {k}, {c} and {s}, at the {p} please",
             "put a {s} {k} at the {p}, a {c} one")  # fmt: skip
    slots = {"s": new.size, "c": new.colour, "k": kind, "p": new.place}
    return Asked(words, scene, replace(scene, things=(*scene.things, new)), slots)


def _one_and_another_too(draw: Draw) -> Asked:
    scene = draw.scene(draw.kinds(4))
    size = draw.pick(SIZES)
    scene = _resized(scene, _OTHER[size], *scene.things)
    first, second = draw.rng.sample(scene.things, 2)
    words = ("the {k} should be {m}, and the {y} as well", "make the {k} and the {y} {m}",
             "make the {k} {m} and the {y} too")  # fmt: skip
    slots = {"k": first.kind, "y": second.kind, "m": _MORE[size]}
    return Asked(words, scene, _resized(scene, size, first, second), slots)


def _not_that_one(draw: Draw) -> Asked:
    start, *twins = draw.pair()
    thing, other = draw.rng.sample(twins, 2)
    new = draw.colour(*(twin.colour for twin in twins))
    slots = {"m": _MORE[thing.size], "k": thing.kind, "d": new, "o": _MORE[other.size]}
    first = Asked(("make the {m} {k} {d}",), start, _coloured(start, new, thing), slots)
    words = ("no, i meant the {o} one", "sorry, i meant the {o} one", "no, the {o} one")
    return Asked(words, first.wanted, _coloured(start, new, other), slots, first)


def _not_that_colour(draw: Draw) -> Asked:
    first = _a_colour(draw)
    [(_, was)] = [
        pair for pair in zip(first.scene.things, first.wanted.things, strict=True)
        if pair[0] != pair[1]
    ]  # fmt: skip
    new = draw.colour(was.colour, *(thing.colour for thing in first.scene.things))
    words = ("no, {d}", "no, {d} please", "rather {d}", "not {c}, {d}", "no not {c}, {d}")
    slots = {"c": was.colour, "d": new}
    return Asked(words, first.wanted, _coloured(first.wanted, new, was), slots, first)


def _and_its_size(draw: Draw) -> Asked:
    first = _a_colour(draw)
    [now] = set(first.wanted.things) - set(first.scene.things)
    size = _OTHER[now.size]
    words = ("and {m}", "now make it {m}", "and make it a bit {m} please", "make it {m} too")
    slots = {"m": _MORE[size]}
    return Asked(words, first.wanted, _resized(first.wanted, size, now), slots, first)


def _the_same_to_another(draw: Draw) -> Asked:
    first = _a_colour(draw)
    [now] = set(first.wanted.things) - set(first.scene.things)
    others = [t for t in first.wanted.things if t.kind != now.kind and t.colour != now.colour]
    if not others:
        return _the_same_to_another(draw)
    other = draw.pick(others)
    words = ("the {y} too", "the {y} as well", "and the {y}", "same for the {y}")
    wanted = _coloured(first.wanted, now.colour, other)
    return Asked(words, first.wanted, wanted, {"y": other.kind}, first)


def _and_the_next_one(draw: Draw) -> Asked:
    start, things, kind = draw.row()
    (at, thing), (to, other) = draw.rng.sample(list(enumerate(things)), 2)
    new, next_ = draw.colour(thing.colour), draw.colour(other.colour)
    sides = ("left", "middle", "right")
    slots = {"s": sides[at], "k": kind, "d": new, "o": sides[to], "e": next_}
    first = Asked(("make the {s} {k} {d}",), start, _coloured(start, new, thing), slots)
    words = ("{o} one {e}", "the {o} one {e}", "and the {o} one {e}", "now the {o} one {e}")
    return Asked(words, first.wanted, _coloured(first.wanted, next_, other), slots, first)


def _the_new_one_otherwise(draw: Draw) -> Asked:
    first = _a_new_thing(draw)
    [new] = set(first.wanted.things) - set(first.scene.things)
    colour = draw.colour(*(thing.colour for thing in first.wanted.things))
    words = ("no, {d}", "no not {c}, {d}", "no, a {d} one", "make it {d}")
    slots = {"c": new.colour, "d": colour}
    return Asked(words, first.wanted, _coloured(first.wanted, colour, new), slots, first)


FAMILIES: dict[str, Callable[[Draw], Asked]] = {
    "those of a colour": _those_of_a_colour,
    "both in size": _both_sizes,
    "a colour": _a_colour,
    "a size": _a_size,
    "behind a lead": _behind_a_lead,
    "like another": _like_another,
    "exchanged": _exchanged,
    "gone": _gone,
    "another light": _another_light,
    "colours in order": _in_order,
    "one by its side": _one_by_its_side,
    "one by its size": _one_by_its_size,
    "to a place": _to_a_place,
    "a new thing": _a_new_thing,
    "one and another too": _one_and_another_too,
    "then: not that one": _not_that_one,
    "then: not that colour": _not_that_colour,
    "then: its size": _and_its_size,
    "then: the same to another": _the_same_to_another,
    "then: the next one": _and_the_next_one,
    "then: the new one otherwise": _the_new_one_otherwise,
}


def measure_everyday(bench: Workbench) -> Figures:
    """Return how many everyday wishes are planned right, on the true picture, by family."""
    rng = new_rng(bench.seed, "everyday")
    cases = list(everyday_cases(rng, bench.world, -(-bench.samples // SHARE)))
    rehearse_wishes(bench, cases, [str(case.scene) for case in cases], "everyday")
    planned = []
    for case in cases:
        update = bench.plan("edit", case.text, str(case.scene), case.last, case.before)
        made: Plan = update.get("plan", {})
        wanted = parse_listing(case.answer)
        is_right = bool(made) and read_scene(made["target"]) == wanted
        planned.append((case.kind, is_right))
        told = f"{case.before['words']} | " if case.before else ""
        bench.log.note(
            "everyday", case.kind, asked=f"[{case.scene}] {told}{case.text}", wanted=case.answer,
            got=made["target"] if made else outcome_of(update), is_right=is_right,
        )  # fmt: skip
    return {"planned": breakdown(planned)}


def everyday_cases(rng: random.Random, world: World, count: int) -> Iterator[Case]:
    """Yield so many cases of every family."""
    draw = Draw(rng, world)
    for kind, family in FAMILIES.items():
        for seed in range(count):
            asked = family(draw)
            while asked.wanted == asked.scene:  # the wish of the turn before is taken back
                asked = family(draw)
            yield _case(rng, kind, asked, seed)


def _case(rng: random.Random, kind: str, asked: Asked, seed: int) -> Case:
    text, before, last = _said(rng, asked), None, None
    if asked.first:
        listings = (read_listing(str(one)) for one in (asked.first.scene, asked.first.wanted))
        changes = changes_between(*listings)
        told = "; ".join(map(str, changes))
        before = Before(words=_said(rng, asked.first), changes=told)
        last = next((change.new for change in reversed(changes) if change.new), None)
    return Case(kind, text, str(asked.wanted), asked.scene, last, seed, before)


def _said(rng: random.Random, asked: Asked) -> str:
    words = rng.choice(asked.words)
    return words.format_map(asked.slots).replace("a orange", "an orange")
