"""The kinds of wishes: for each, its words and the edit that they mean."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields

from ..nexus.pointers import article
from .checks import NUMBER_WORDS, Partial
from .edits import (
    DIRECTIONS,
    NOWHERE,
    Edit,
    add_beside,
    add_between,
    add_partial,
    asked,
    by_column,
    cell_between,
    change_count,
    change_light,
    change_scene,
    exchange_colours,
    move,
    move_beside,
    move_between,
    move_towards,
    neighbour,
    remove,
    replace,
    resize,
    restyle,
    restyle_all,
    restyle_each,
    swap,
    unchanged,
)
from .phrases import (
    ALL_WORDS,
    ALSO_WORDS,
    BESIDE_WORDS,
    BOTH_WORDS,
    COMMANDS,
    CONTRASTS,
    DIRECTION_WORDS,
    DOING_WORDS,
    FRAMES,
    LIKE_WORDS,
    LOOKS_BEHIND,
    MANY_WORDS,
    NEXT_WORDS,
    SENTENCES,
    TERSE,
    VAGUE_COUNTS,
)
from .scene import COLUMNS, MAX_OBJECTS, ROWS, SIZES, Scene, Thing
from .voice import Voice
from .words import MORE_SIZE

# How often each kind of edit is sampled; kinds on one object can be said of "it".
OBJECT_KINDS = {
    "remove": 10, "replace": 9, "recolour": 12, "resize": 9, "restyle": 4, "move_place": 11,
    "move_dir": 9, "move_next": 16, "swap": 14,
}  # fmt: skip
OTHER_KINDS = {"add": 13, "add_many": 5, "add_two": 6, "group": 9, "together": 16, "remove_all": 5,
               "clear": 2, "scene": 6, "light": 6, "count": 10}  # fmt: skip
EDIT_KINDS = (*OBJECT_KINDS, *OTHER_KINDS)
LOOK_KINDS = ("recolour", "resize", "restyle")
WAY_KINDS = ("move_place", "move_dir", "move_next", "swap")
# What needs a place to be found, or several objects: seldom right at first.
HARD_KINDS = ("add", "add_next", "add_many", "add_two", "add_two", "move_place", "move_dir",
              "move_dir", "move_next", "move_next", "swap", "swap", "group", "group", "together",
              "together", "count", "remove_all", "remove_all", "clear", "clear")  # fmt: skip
LOOKUP_KINDS = ("remove", "recolour", "resize", "move_place")
ON_SHARE = 0.3  # of what is added beside a thing: it goes on top
TERSE_SHARE = 0.12  # of the wishes: no more words than they must have
BETWEEN_SHARE = 0.25  # of what stands beside a thing, where there is room between two
NEXT_SHARE = 0.4  # of two new things without a place: beside a thing
BY_SHARE = 0.15  # of what is added beside a thing: they play together
DOING_SHARE = 0.15  # of the places beside a thing: told by what is done there
VAGUE_SHARE = 0.25  # of the counts of new things
LIKE_SHARE = 0.2  # of the new colours: that of another thing
OTHER_SIDE_SHARE = 0.25  # of the moves of what stands at a side
CONTRAST_SHARE = 0.1  # of the new looks and settings: what they take the place of is named, too
BEHIND_SHARE = 0.12  # of the new things: their looks come behind the kind
LIKENED_SHARE = 0.15  # of the new looks, where another thing looks so: it is named, too
TWIN_ONE_SHARE = 0.5  # of the names beside that of one of its kind: "the left one"
STORY_SHARE = 0.04  # of the wishes: what has nothing to do with the picture is told first
ALSO_SHARE = 0.4  # of the wishes for two things: the second comes behind, "and the dog as well"
WEATHER_SHARE = 0.3  # of the wishes for snow or for day: "make it snowy", "let the sun shine"
# What a plan says first is to be done, and the families of patterns that ask for it.
DEEDS = {
    "add": ("add", "add_many", "add_on", "add_by"),
    "remove": ("remove", "remove_all", "clear"),
    "replace": ("replace",),
    "recolour": ("recolour", "match", "each", "vary", "exchange_colours"),
    "resize": ("resize", "grow", "shrink", "bigger_than", "same_size"),
    "restyle": ("restyle",),
    "move": ("move_place", "move_dir", "move_next", "other_side"),
    "swap": ("swap", "swap_two"),
    "scene": ("scene", "snowy"),
    "light": ("light", "sunny"),
    "count": ("count",),
    "several": (),
}
DEED_OF = {family: deed for deed, families in DEEDS.items() for family in families}
_WEIGHTS = {**OBJECT_KINDS, **OTHER_KINDS, "add_next": 14}


@dataclass(frozen=True)
class Before:
    """The change before a wish: its words, and what they did, as changes of the text language."""

    words: str
    changes: str


@dataclass(frozen=True)
class Wish:
    """One wish: its words, whether they are a command, and the edit they ask for.

    family: the section of the patterns that its words are of.
    """

    kind: str
    family: str
    text: str
    is_command: bool
    apply: Callable[[Scene], Edit]
    is_terse: bool = False

    @property
    def deed(self) -> str:
        """Return what is to be done, by the word that a plan begins with."""
        return DEED_OF[self.family]


@dataclass(frozen=True)
class WishTurn:
    """A wish as a user turn without its prefix, its answer, and the finer family."""

    text: str
    last: Thing | None
    answer: str
    kind: str
    edit: Edit | None = None
    before: Before | None = None


def choose_kind(voice: Voice, kinds: tuple[str, ...]) -> str:
    return voice.rng.choices(kinds, [_WEIGHTS[kind] for kind in kinds])[0]


def last_mentioned(voice: Voice, scene: Scene) -> Thing | None:
    """Return a last mentioned object that the wish does not rest on: often there is one."""
    return voice.pick(scene.things) if scene.things and voice.chance() < 0.3 else None


def say(voice: Voice, wish: Wish) -> str:
    """Return the wish with some politeness or chat around it."""
    if wish.is_terse:
        return wish.text
    if voice.chance() < STORY_SHARE:
        return _in_a_story(voice, wish)
    if wish.is_command:
        return (
            voice.pattern(FRAMES["command"]).format(wish.text)
            if voice.chance() < 0.45
            else wish.text
        )
    return (
        voice.pattern(FRAMES["sentence"]).format(wish.text) if voice.chance() < 0.2 else wish.text
    )


def _in_a_story(voice: Voice, wish: Wish) -> str:
    """Return the wish behind something about the life of who asks: "my son loves cars, so ..."."""
    partial = sample_partial(voice, ())
    kind = partial.kind or ""
    slots = {"a": article(voice.noun(partial)), "k": voice.kind(kind), "ks": voice.kind(kind, 2)}
    return voice.pattern(FRAMES["story"]).format(wish.text, **slots)


def make_wish(
    voice: Voice,
    scene: Scene,
    kind: str,
    *,
    subject: Thing | None = None,
    name: str | None = None,
    is_command: bool = False,
    terse_share: float = TERSE_SHARE,
) -> Wish | None:
    """Return a random wish of a kind, or None where the scene has nothing to wish it for."""
    if kind in OBJECT_KINDS:
        if subject is None and not scene.things:
            return None
        subject = subject or voice.pick(scene.things)
        name = name or voice.refer(scene, subject)
        made = _OBJECT_MAKERS[kind](voice, scene, subject)
    else:
        made = _OTHER_MAKERS[kind](voice, scene)
    if made is None:
        return None
    family, slots, apply = made
    also = slots.pop("also", "")
    is_one = kind != "together" and not also and not is_command
    if family in TERSE and is_one and voice.chance() < terse_share:
        if name:
            slots["x"] = name.removeprefix("the ") if voice.chance() < 0.6 else name
        if "a" in slots and voice.chance() < 0.4:
            slots["a"] = re.sub(r"^(?:an?) ", "", slots["a"])
        text = voice.pattern(TERSE[family]).format_map(slots)
        return Wish(kind, family, text, True, apply, is_terse=True)
    of_several = kind == "together" or (kind == "group" and not also)
    is_command = is_command or of_several or voice.chance() < 0.75
    said = slots.pop("pattern", None)  # what is asked for may hang on it
    text = said or voice.pattern((COMMANDS if is_command else SENTENCES)[family])
    if name:
        slots["x"] = name
        slots["x1"] = name.removeprefix("the ")
    return Wish(kind, family, text.format_map(slots) + also, is_command, apply)


Made = tuple[str, dict[str, str], Callable[[Scene], Edit]]


def _remove(voice: Voice, scene: Scene, thing: Thing) -> Made:
    return "remove", {}, lambda s: remove(s, thing)


def _replace(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    kind = voice.pick(voice.world.kinds)
    if kind == thing.kind:
        return None
    colour = voice.pick(voice.world.colours) if voice.chance() < 0.4 else None
    size = voice.pick(SIZES) if voice.chance() < 0.2 else None
    noun = article(voice.noun(Partial(kind, colour, size)))
    return "replace", {"a": noun}, lambda s: replace(s, thing, kind, colour, size)


def _recolour(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    others = [other for other in scene.things if other.colour != thing.colour]
    if others and voice.chance() < LIKE_SHARE:
        other = voice.pick(others)
        slots = {"y": _other_name(voice, scene, thing, other)}
        return (
            "match",
            slots,
            lambda s: restyle(s, thing, colour=other.colour).after(unchanged(other)),
        )
    colour = voice.pick(voice.world.colours)
    if colour == thing.colour:
        return None
    words = voice.colour(colour)
    if thing.colour:  # not that of a thing that is not there
        words = _contrasted(voice, words, voice.colour(thing.colour))
        likes = [other for other in scene.things if other.colour == colour]
        words += _likened(voice, scene, thing, likes)
    slots = {"c": words}
    return "recolour", slots, lambda s: restyle(s, thing, colour=colour)


def _contrasted(voice: Voice, new: str, old: str) -> str:
    """Return what is asked for, now and then with what it takes the place of."""
    if voice.chance() > CONTRAST_SHARE:
        return new
    return voice.pick(CONTRASTS).format(new=new, old=old)


def _resize(voice: Voice, scene: Scene, thing: Thing) -> Made:
    size = "small" if thing.size == "large" else "large"
    if voice.chance() < 0.25:
        return "grow" if size == "large" else "shrink", {}, lambda s: resize(s, thing, size)
    likes = [other for other in scene.things if other.size == size]
    like = _likened(voice, scene, thing, likes)
    slots = {"m": voice.often_first(MORE_SIZE[size], 0.4) + like, "s": voice.size(size) + like}
    return "resize", slots, lambda s: resize(s, thing, size)


def _likened(voice: Voice, scene: Scene, thing: Thing, likes: Sequence[Thing]) -> str:
    """Return now and then which others look so already: " like the other trees", else ""."""
    if not likes or voice.chance() > LIKENED_SHARE:
        return ""
    twins = [other for other in scene.things if other.kind == thing.kind and other != thing]
    if twins and set(twins) <= set(likes) and voice.chance() < 0.7:
        names = ("the other {ks}", "the others", "the rest", "the other ones")
        if len(twins) == 1:
            names = ("the other {k}", "the other one", "the other {k}", "the other one")
        name = voice.pick(names).format(k=voice.kind(thing.kind), ks=voice.kind(thing.kind, 2))
    else:
        name = _other_name(voice, scene, thing, voice.pick(likes))
    return voice.pick(LIKE_WORDS).format(y=name)


def _other_name(voice: Voice, scene: Scene, thing: Thing, other: Thing) -> str:
    """Return a name of `other` beside that of `thing`: "the red one" where both are of a kind."""
    alike = [one for one in scene.things if one.kind == thing.kind]
    if other in alike and voice.chance() < TWIN_ONE_SHARE:
        one = voice.one_of(alike, other)
        if one:
            return one
    return voice.refer(scene, other)


def _restyle(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    colour = voice.pick(voice.world.colours)
    if colour == thing.colour:
        return None
    size = "small" if thing.size == "large" else "large"
    slots = {
        "c": voice.colour(colour),
        "s": voice.size(size),
        "m": voice.often_first(MORE_SIZE[size], 0.4),
    }
    return "restyle", slots, lambda s: restyle(s, thing, colour, size)


def _move_place(voice: Voice, scene: Scene, thing: Thing) -> Made:
    across = thing.cell + 2 - 2 * (thing.cell % 3)  # the mirrored column of the same row
    if across in scene.free_cells and voice.chance() < OTHER_SIDE_SHARE:
        return "other_side", {}, lambda s: move(s, thing, across)
    cell = voice.pick(scene.free_cells)
    slots = {"to": voice.to(cell), "at1": voice.at(cell)}
    return "move_place", slots, lambda s: move(s, thing, cell)


def _move_dir(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    ways = [d for d in DIRECTIONS if (cell := neighbour(thing.cell, d)) is not None
            and scene.at(cell) is None]  # fmt: skip
    if not ways:
        return None
    way = voice.pick(ways)
    words = voice.often_first(DIRECTION_WORDS[way], 0.5)
    return "move_dir", {"d": words}, lambda s: move_towards(s, thing, way)


def _move_next(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    if len(scene.things) < 2:
        return None
    anchor = voice.pick(scene.things)
    if anchor.cell == thing.cell:
        return None
    pair = sample_pair(voice, scene, thing) if voice.chance() < BETWEEN_SHARE else None
    if pair:
        slots = {"by": "between", "y": _pair_name(voice, scene, pair, has_third=True)}
        return "move_next", slots, lambda s: move_between(s, thing, *pair)
    way = voice.pick(DIRECTIONS) if voice.chance() < 0.4 else None
    slots = {"by": beside_words(voice, way), "y": voice.refer(scene, anchor)}
    return "move_next", slots, lambda s: move_beside(s, thing, anchor, way)


def _looks(thing: Thing) -> tuple[str, str, str]:
    return thing.kind, thing.colour, thing.size


def _swap(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    if len(scene.things) < 2:
        return None
    other = voice.pick(scene.things)
    if other.cell == thing.cell or _looks(other) == _looks(thing):
        return None
    return "swap", {"y": voice.refer(scene, other)}, lambda s: swap(s, thing, other)


def _add(voice: Voice, scene: Scene) -> Made | None:
    if len(scene.things) >= MAX_OBJECTS:
        return None
    partial = sample_partial(voice, scene.free_cells)
    if scene.things and partial.row is None and partial.column is None and voice.chance() < 0.3:
        return _add_next(voice, scene, partial)
    have = sum(t.kind == partial.kind for t in scene.things)
    next_words = NEXT_WORDS.get(have, ()) if voice.chance() < 0.4 else ()
    return "add", told(voice, partial, next_words), lambda s: add_partial(s, partial)


def told(voice: Voice, partial: Partial, next_words: Sequence[str] = ()) -> dict[str, str]:
    """Return a new thing and its place as slots.

    Its looks stand before its kind, or behind it: "a cat at the top left, red and small".
    """
    behind = _looks_behind(voice, partial) if voice.chance() < BEHIND_SHARE else {}
    noun = voice.noun(replace_fields(partial, **dict.fromkeys(behind)))
    name = f"{voice.pick(next_words)} {noun}" if next_words else article(noun)
    where = voice.where(partial)
    if not behind:
        return {"a": name, "at": where}
    words = {"colour": voice.colour, "size": voice.size}
    slots = {look[0]: words[look](value) for look, value in behind.items()}
    looks = voice.pick(LOOKS_BEHIND["both" if len(behind) > 1 else next(iter(behind))])
    looks = looks.format_map(slots)
    if where and voice.chance() < 0.4:
        return {"a": f"{name}, {looks},", "at": where}
    return {"a": name, "at": f"{where}, {looks}"}


def _looks_behind(voice: Voice, partial: Partial) -> dict[str, str]:
    """Return which looks are told behind the kind: one that is told, or both."""
    looks = {"colour": partial.colour, "size": partial.size}
    known = {look: value for look, value in looks.items() if value}
    if len(known) == 2 and voice.chance() < 0.4:
        known.pop(voice.pick(("colour", "size")))
    return known


def _add_next(voice: Voice, scene: Scene, partial: Partial | None = None) -> Made | None:
    """ "add a red cat next to the tree"."""
    if not scene.things or len(scene.things) >= MAX_OBJECTS:
        return None
    partial = partial or sample_partial(voice, ())
    anchor = voice.pick(scene.things)
    if voice.chance() < ON_SHARE:  # "put a hat on the dog", "give the dog a hat"
        worn = replace_fields(partial, kind="hat") if voice.chance() < 0.4 else partial
        slots = {"a": article(voice.noun(worn)), "y": voice.refer(scene, anchor)}
        return "add_on", slots, lambda s: add_beside(s, worn, anchor, "up")
    if voice.chance() < BY_SHARE:  # "let the cat play with a ball"
        slots = {"a": article(voice.noun(partial)), "y": voice.refer(scene, anchor)}
        return "add_by", slots, lambda s: add_beside(s, partial, anchor)
    pair = sample_pair(voice, scene) if voice.chance() < BETWEEN_SHARE else None
    if pair:  # "put a ball between the dogs"
        at = f" between {_pair_name(voice, scene, pair)}"
        slots = {"a": article(voice.noun(partial)), "at": at}
        return "add", slots, lambda s: add_between(s, partial, *pair)
    way = voice.pick(DIRECTIONS) if voice.chance() < 0.4 else None
    at = f" {beside_words(voice, way)} {voice.refer(scene, anchor)}"
    slots = {"a": article(voice.noun(partial)), "at": at}
    return "add", slots, lambda s: add_beside(s, partial, anchor, way)


def sample_pair(
    voice: Voice, scene: Scene, but: Thing | None = None, *, is_apart: bool = True
) -> tuple[Thing, Thing] | None:
    """Return two objects, other than `but`, with room halfway between them or without any."""
    things = [one for one in scene.things if one != but]
    pairs = [
        (first, second)
        for first in things
        for second in things
        if first < second and (cell_between(first, second) in scene.free_cells) == is_apart
    ]
    return voice.pick(pairs) if pairs else None


def _pair_name(
    voice: Voice, scene: Scene, pair: tuple[Thing, Thing], has_third: bool = False
) -> str:
    """Return a name of two objects: "the cat and the dog", "the two stars", "them"."""
    first, second = pair
    kinds = [thing.kind for thing in scene.things]
    if first.kind == second.kind and kinds.count(first.kind) == 2 and voice.chance() < 0.6:
        return voice.pick((*BOTH_WORDS, "the {ks}")).format(ks=voice.kind(first.kind, 2))
    if len(kinds) == (3 if has_third else 2) and voice.chance() < 0.4:
        return voice.pick(("them", "the two", "these two", "the two of them"))
    return f"{voice.refer(scene, first)} and {voice.refer(scene, second)}"


def beside_words(voice: Voice, way: str | None) -> str:
    """Return words for the place beside a thing: "next to", "under", "sleeping under"."""
    if way in DOING_WORDS and voice.chance() < DOING_SHARE:
        return voice.pick(DOING_WORDS[way])
    return voice.often_first(BESIDE_WORDS[way], 0.5)


def _add_many(voice: Voice, scene: Scene) -> Made | None:
    room = MAX_OBJECTS - len(scene.things)
    if room < 2:
        return None
    count = 2 if room == 2 or voice.chance() < 0.7 else 3
    partial = sample_partial(voice, ())
    number = number_word(voice, count)
    noun = voice.noun(partial, count)
    slots = {"n_more_ks": f"{number} more {noun}", "at": ""}
    slots["n_ks"] = f"{how_many(voice, count, bare=3)} {noun}".strip()
    return "add_many", slots, lambda s: add_partial(s, partial, count)


def _add_two(voice: Voice, scene: Scene) -> Made | None:
    """ "add a red cat and a blue dog at the top left": the place named for one is kept free."""
    cells = scene.free_cells
    if len(scene.things) > MAX_OBJECTS - 2:
        return None
    first, second = sample_partial(voice, cells), sample_partial(voice, cells)
    if first == second or (first.cell is not None and first.cell == second.cell):
        return None
    reserved = frozenset(p.cell for p in (first, second) if p.cell is not None)
    beside = [_neighbour_of(voice, scene, partial) for partial in (first, second)]

    def apply(state: Scene) -> Edit:
        edit = None
        for partial, by in zip((first, second), beside, strict=True):
            target = edit.target if edit else state
            avoid = reserved if partial.cell is None else NOWHERE
            if by:
                step = add_beside(target, partial, *by, avoid=avoid)
            else:
                step = add_partial(target, partial, avoid=avoid)
            edit = edit.then(step) if edit else step
        assert edit
        return edit.after(asked(first), asked(second))

    at = [
        f" {beside_words(voice, by[1])} {voice.refer(scene, by[0])}" if by else voice.where(partial)
        for partial, by in zip((first, second), beside, strict=True)
    ]
    one, other = (article(voice.noun(partial)) for partial in (first, second))
    return "add", {"a": f"{one}{at[0]} and {other}", "at": at[1]}, apply


def add_at(voice: Voice, scene: Scene, anchor: Thing, name: str) -> Wish | None:
    """Return a wish for a new thing beside another one, which is called `name`: "it", "her"."""
    if len(scene.things) >= MAX_OBJECTS:
        return None
    partial = sample_partial(voice, ())
    noun = article(voice.noun(partial))
    if voice.chance() < ON_SHARE:
        text = voice.pattern(COMMANDS["add_on"]).format(a=noun, y=name)
        return Wish("add", "add_on", text, True, lambda s: add_beside(s, partial, anchor, "up"))
    way = voice.pick(DIRECTIONS) if voice.chance() < 0.7 else None
    text = voice.pattern(COMMANDS["add"]).format(a=noun, at=f" {beside_words(voice, way)} {name}")
    return Wish("add", "add", text, True, lambda s: add_beside(s, partial, anchor, way))


def _neighbour_of(voice: Voice, scene: Scene, partial: Partial) -> tuple[Thing, str] | None:
    """Return what a new object without a place shall stand beside, and on which side of it."""
    if not scene.things or partial.row or partial.column or voice.chance() > NEXT_SHARE:
        return None
    return voice.pick(scene.things), voice.pick(DIRECTIONS)


def _group(voice: Voice, scene: Scene) -> Made | None:
    """One wish for two named objects, for all of a kind or a look, or for everything."""
    roll = voice.chance()
    also, is_all = "", False
    if roll < 0.5 and len(scene.things) > 1:
        things = voice.rng.sample(scene.things, 2)
        name, second = (voice.refer(scene, thing) for thing in things)
        if voice.chance() < ALSO_SHARE:
            also = voice.pick(ALSO_WORDS).format(y=second)
        else:
            name = f"{name} and {second}"
    elif roll < 0.68 and scene.things:
        kind, is_all = voice.pick(scene.things).kind, True
        things = [thing for thing in scene.things if thing.kind == kind]
        name = _many(voice, Partial(kind), len(things))
    elif roll < 0.86:
        found = _of_a_look(voice, scene)
        if found is None:
            return None
        partial, things = found
        name = _many(voice, partial, len(things))
    else:
        things, is_all = list(scene.things), True
        words = ALL_WORDS.get(len(things), ())
        name = voice.pick(("everything", "all the things", "all of them", "all objects", *words))
    if len(things) < 2:
        return None
    roll, colour, size = voice.chance(), voice.pick(voice.world.colours), voice.pick(SIZES)
    slots = {"x": name, "x1": name.removeprefix("the "), "also": also}
    if roll < 0.3:
        if is_all:
            return None  # said in remove_all and clear
        return "remove", slots, lambda s: remove(s, *things)
    others = [thing for thing in scene.things if thing not in things]
    if roll < 0.36 and others and not also:
        like = voice.pick(others)
        slots["y"] = voice.refer(scene, like)
        return (
            "match",
            slots,
            lambda s: restyle_all(s, things, colour=like.colour).after(unchanged(like)),
        )
    if roll < 0.7:
        slots["c"] = voice.colour(colour)
        return "recolour", slots, lambda s: restyle_all(s, things, colour=colour)
    slots |= {"m": voice.pick(MORE_SIZE[size]), "s": voice.size(size)}
    return "resize", slots, lambda s: restyle_all(s, things, size=size)


def _of_a_look(voice: Voice, scene: Scene) -> tuple[Partial, list[Thing]] | None:
    """Return some of a kind, or of all things, that share a colour or a size: not all of them."""
    found = []
    for thing in scene.things:
        for kind in (thing.kind, thing.kind, None):
            for look in (Partial(kind, thing.colour), Partial(kind, None, thing.size)):
                things = look.find(scene)
                if 1 < len(things) < len(Partial(kind).find(scene)):
                    found.append((look, things))
    return voice.pick(found) if found else None


def _many(voice: Voice, partial: Partial, count: int) -> str:
    """Return a name of several objects: "the two red cats", "all the small things"."""
    words: tuple[str, ...] = (*BOTH_WORDS, *MANY_WORDS) if count == 2 else MANY_WORDS
    noun = voice.noun(partial, count) if partial.kind else f"{voice.noun(partial)}s"
    if partial.kind and noun.endswith(voice.kind(partial.kind)):  # "the fish": one or all?
        words = tuple(word for word in words if word != "the {ks}")
    return voice.pick(words).format(ks=noun, n=NUMBER_WORDS[count])


def _together(voice: Voice, scene: Scene) -> Made | None:
    """One wish that holds two objects or more against each other."""
    if len(scene.things) < 2:
        return None
    makers = voice.rng.sample(_TOGETHER, len(_TOGETHER))
    return next((made for maker in makers if (made := maker(voice, scene))), None)


def _two(voice: Voice, scene: Scene) -> tuple[Thing, Thing, dict[str, str]]:
    """Return two objects, and their names as slots."""
    first, second = voice.rng.sample(scene.things, 2)
    slots = {"x": voice.refer(scene, first), "y": _other_name(voice, scene, first, second)}
    return first, second, slots


def _alike(voice: Voice, scene: Scene, most: int) -> tuple[list[Thing], str] | None:
    """Return two objects or more, in reading order, and their name: "both cats", "them"."""
    kinds = [thing.kind for thing in scene.things]
    twins = [kind for kind in dict.fromkeys(kinds) if 1 < kinds.count(kind) <= most]
    if twins and voice.chance() < 0.7:
        kind = voice.pick(twins)
        things = [thing for thing in scene.things if thing.kind == kind]
        words = BOTH_WORDS if len(things) == 2 else ("the {ks}", "all the {ks}", "the {n} {ks}")
        name = voice.pick(words).format(ks=voice.kind(kind, 2), n=NUMBER_WORDS[len(things)])
    elif 1 < len(kinds) <= most:
        things, name = list(scene.things), voice.pick(ALL_WORDS[len(kinds)])
    else:
        return None
    if len(things) > len(voice.world.colours):  # there are too few for one each
        return None
    return sorted(things), name


def _swap_two(voice: Voice, scene: Scene) -> Made | None:
    found = _alike(voice, scene, 2)
    if found is None or _looks(found[0][0]) == _looks(found[0][1]):
        return None
    (first, second), name = found
    return "swap_two", {"both": name}, lambda s: swap(s, first, second)


def _each(voice: Voice, scene: Scene) -> Made | None:
    """ "make the balloons red, blue and yellow": in reading order, where no other is told."""
    found = _alike(voice, scene, 3)
    if found is None:
        return None
    pattern = voice.pattern(COMMANDS["each"])
    things, name = in_told_order(pattern, found[0]), found[1]
    colours = voice.rng.sample(voice.world.colours, len(things))
    pairs = [(t, replace_fields(t, colour=c)) for t, c in zip(things, colours, strict=True)]
    slots = {"pattern": pattern, "both": name, "cs": in_order(voice, colours)}
    return "each", slots, lambda s: restyle_each(s, pairs)


def in_told_order(pattern: str, things: Iterable[Thing]) -> list[Thing]:
    """Return objects in the order that a pattern tells: from left to right, else as one reads."""
    return by_column(things) if re.search(r"\b(?:left|right)\b", pattern) else sorted(things)


def in_order(voice: Voice, colours: Sequence[str]) -> str:
    """Return colours one after the other: "red, blue and white", "one red and one blue"."""
    *others, last = map(voice.colour, colours)
    if voice.chance() < 0.3:
        return f"{', '.join(f'one {word}' for word in others)} and one {last}"
    return f"{', '.join(others)} and {last}"


def _vary(voice: Voice, scene: Scene) -> Made | None:
    """ "in different colours": the first of a colour keeps it, others get the next one left."""
    found = _alike(voice, scene, 4)
    if found is None or len({thing.colour for thing in found[0]}) == len(found[0]):
        return None
    things, name = found
    present = {thing.colour for thing in things}
    left = (colour for colour in voice.world.colours if colour not in present)
    kept: set[str] = set()
    pairs = []
    for thing in things:
        colour = next(left) if thing.colour in kept else thing.colour
        kept.add(colour)
        pairs.append((thing, replace_fields(thing, colour=colour)))
    return "vary", {"both": name}, lambda s: restyle_each(s, pairs)


def _exchange_colours(voice: Voice, scene: Scene) -> Made | None:
    first, second, slots = _two(voice, scene)
    if first.colour == second.colour:
        return None
    return "exchange_colours", slots, lambda s: exchange_colours(s, first, second)


def _bigger_than(voice: Voice, scene: Scene) -> Made | None:
    """ "make the dog bigger than the cat": it grows, and where both are large the other shrinks."""
    first, second, slots = _two(voice, scene)
    if first.size == "large" and second.size == "small":
        return None
    pairs = [(first, replace_fields(first, size="large")),
             (second, replace_fields(second, size="small"))]  # fmt: skip
    return "bigger_than", slots, lambda s: restyle_each(s, pairs)


def _same_size(voice: Voice, scene: Scene) -> Made | None:
    first, second, slots = _two(voice, scene)
    if first.size == second.size:
        return None
    return (
        "same_size",
        slots,
        lambda s: resize(s, first, second.size).after(unchanged(second)),
    )


def _move_all(voice: Voice, scene: Scene) -> Made | None:
    """ "move both balls up"."""
    found = _alike(voice, scene, 3)
    way = voice.pick(DIRECTIONS)
    if found is None:
        return None
    things, name = found
    cells = [neighbour(thing.cell, way) for thing in things]
    if any(cell is None or scene.at(cell) for cell in cells):
        return None

    def apply(state: Scene) -> Edit:
        first, *others = things
        edit = move_towards(state, first, way)
        for thing in others:
            edit = edit.then(move_towards(edit.target, thing, way))
        return edit

    return "move_dir", {"x": name, "d": voice.often_first(DIRECTION_WORDS[way], 0.5)}, apply


_TOGETHER = (
    _swap_two, _swap_two, _each, _each, _vary, _exchange_colours, _bigger_than, _same_size,
    _move_all,
)  # fmt: skip


def _remove_all(voice: Voice, scene: Scene) -> Made | None:
    kinds = [t.kind for t in scene.things]
    kinds = [kind for kind in kinds if kinds.count(kind) > 1]
    if not kinds:
        return None
    kind = voice.pick(kinds)
    name, names = voice.kind(kind), voice.kind(kind, 2)
    slots = {"ks": f"{names}es" if names == kind else names, "k": name}  # "the fish": one or all?
    return "remove_all", slots, lambda s: remove(s, *(t for t in s.things if t.kind == kind))


def _clear(voice: Voice, scene: Scene) -> Made | None:
    return ("clear", {}, lambda s: remove(s, *s.things)) if scene.things else None


def _scene(voice: Voice, scene: Scene) -> Made | None:
    name = voice.pick(voice.world.scenes)
    if name == scene.scene:
        return None
    old = scene.scene
    slots = {
        "scene": _contrasted(voice, voice.scene(name), voice.scene(old)),
        "inscene": _contrasted(voice, voice.in_scene(name), voice.in_scene(old)),
    }
    family = "snowy" if name == "snow" and voice.chance() < WEATHER_SHARE else "scene"
    return family, slots, lambda s: change_scene(s, name)


def _light(voice: Voice, scene: Scene) -> Made | None:
    light = voice.pick(voice.world.lights)
    if light == scene.light:
        return None
    slots = {
        "light": _contrasted(voice, voice.light(light), voice.light(scene.light)),
        "atlight": _contrasted(voice, voice.at_light(light), voice.at_light(scene.light)),
    }
    family = "sunny" if light == "day" and voice.chance() < WEATHER_SHARE else "light"
    return family, slots, lambda s: change_light(s, light)


def _count(voice: Voice, scene: Scene) -> Made | None:
    if scene.things and voice.chance() < 0.85:
        kind = voice.pick(scene.things).kind
    else:
        kind = voice.pick(voice.world.kinds)
    have = sum(t.kind == kind for t in scene.things)
    most = min(MAX_OBJECTS, have + MAX_OBJECTS - len(scene.things))
    counts = [n for n in range(1, most + 1) if n != have and (n > 1 or have > 1)]
    if not counts:
        return None
    count = voice.pick(counts[:3])
    number = number_word(voice, count)
    slots = {"n": number, "ks": voice.kind(kind, 2), "n_ks": f"{number} {voice.kind(kind, count)}"}
    return "count", slots, lambda s: change_count(s, kind, count)


_OBJECT_MAKERS: dict[str, Callable[[Voice, Scene, Thing], Made | None]] = {
    "remove": _remove, "replace": _replace, "recolour": _recolour, "resize": _resize,
    "restyle": _restyle, "move_place": _move_place, "move_dir": _move_dir,
    "move_next": _move_next, "swap": _swap,
}  # fmt: skip
_OTHER_MAKERS: dict[str, Callable[[Voice, Scene], Made | None]] = {
    "add": _add, "add_next": _add_next, "add_many": _add_many, "add_two": _add_two, "group": _group,
    "together": _together,
    "remove_all": _remove_all, "clear": _clear,
    "scene": _scene, "light": _light, "count": _count,
}  # fmt: skip


def number_word(voice: Voice, count: int) -> str:
    """Return a number as people write it: "three" or "3"."""
    return NUMBER_WORDS[count] if voice.chance() < 0.75 else str(count)


def how_many(voice: Voice, count: int, *, bare: int) -> str:
    """Return a count of new things: "three", "a few"; nothing where the plural tells `bare`."""
    if voice.chance() > VAGUE_SHARE:
        return number_word(voice, count)
    if count == bare and voice.chance() < 0.5:
        return ""
    return voice.pick(VAGUE_COUNTS.get(count, (str(count),)))


def sample_partial(voice: Voice, cells: tuple[int, ...], place_share: float = 0.5) -> Partial:
    """Return what words may say about a new object; its place, if any, is one of `cells`."""
    kind = voice.pick(voice.world.kinds)
    colour = voice.pick(voice.world.colours) if voice.chance() < 0.65 else None
    size = voice.pick(SIZES) if voice.chance() < 0.4 else None
    row = column = None
    if cells and voice.chance() < place_share:
        cell = voice.pick(cells)
        row, column = ROWS[cell // 3], COLUMNS[cell % 3]
        if cell != 4 and voice.chance() < 0.2:
            row, column = voice.side(row, column)
    return Partial(kind, colour, size, row, column)
