"""Wishes about a listed picture: the words of an edit, and the edit that they mean."""

from collections.abc import Callable
from dataclasses import dataclass

from .checks import NUMBER_WORDS, Partial, article, partial_of
from .edits import (
    DIRECTIONS,
    NOWHERE,
    Change,
    Edit,
    EditError,
    add,
    add_partial,
    cell_beside,
    change_count,
    change_light,
    change_scene,
    complete,
    missing_question,
    move,
    move_beside,
    move_towards,
    neighbour,
    remove,
    replace,
    resize,
    restyle,
    restyle_all,
    swap,
    which_question,
)
from .phrases_edit import (
    BESIDE_WORDS,
    COMMANDS,
    DIRECTION_WORDS,
    DRAW_OUTSIDE,
    FRAMES,
    IT_WORDS,
    JOINERS,
    OTHER_WORDS,
    PREFIXES,
    SENTENCES,
)
from .scene import COLOURS, COLUMNS, KINDS, MAX_OBJECTS, PLACES, ROWS, SIZES, Scene, Thing
from .voice import Voice
from .words import MORE_SIZE, OUTSIDE_COLOURS, OUTSIDE_NOUNS

# How often each kind of edit is sampled; kinds on one object can be said of "it".
OBJECT_KINDS = {
    "remove": 10, "replace": 9, "recolour": 12, "resize": 9, "restyle": 4, "move_place": 11,
    "move_dir": 9, "move_next": 15, "swap": 11,
}  # fmt: skip
OTHER_KINDS = {"add": 13, "add_many": 5, "add_two": 4, "group": 7, "remove_all": 4, "clear": 1.5,
               "scene": 6, "light": 6, "count": 7}  # fmt: skip
EDIT_KINDS = (*OBJECT_KINDS, *OTHER_KINDS)
LOOKUP_KINDS = ("remove", "recolour", "resize", "move_place")
_WEIGHTS = {**OBJECT_KINDS, **OTHER_KINDS}


@dataclass(frozen=True)
class Wish:
    """One wish: its words, whether they are a command, and the edit they ask for."""

    kind: str
    text: str
    is_command: bool
    apply: Callable[[Scene], Edit]


@dataclass(frozen=True)
class WishTurn:
    """A wish as a user turn without its prefix, its answer, and the finer family."""

    text: str
    last: Thing | None
    answer: str
    kind: str
    edit: Edit | None = None


def plan_edit_text(changes: tuple[Change, ...], target: Scene) -> str:
    """Return the answer to a wish: the changes and the complete target listing."""
    return f"{'; '.join(f'{old} -> {new}' for old, new in changes)} => {target}"


def sample_wish(voice: Voice, scene: Scene, kinds: tuple[str, ...] = EDIT_KINDS) -> WishTurn:
    """Return a random wish about `scene`: mostly one that can be met, else a question back."""
    is_plain = kinds is not EDIT_KINDS
    roll = voice.chance()
    if roll < (0.03 if is_plain else 0.065):
        turn = sample_unclear(voice, scene, kinds)
    elif roll < 0.125 and not is_plain:
        turn = sample_outside(voice, scene)
    else:
        turn = None
    while turn is None:
        roll = voice.chance()
        if roll < 0.2:
            turn = _sample_pronoun(voice, scene, kinds)
        elif roll < 0.42 and not is_plain:
            turn = _sample_several(voice, scene)
        else:
            turn = _sample_single(voice, scene, kinds)
    return turn


def _choose_kind(voice: Voice, kinds: tuple[str, ...]) -> str:
    return voice.rng.choices(kinds, [_WEIGHTS[kind] for kind in kinds])[0]


def _sample_single(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    wish = make_wish(voice, scene, _choose_kind(voice, kinds))
    if wish is None:
        return None
    try:
        edit = wish.apply(scene)
    except EditError:
        return None
    return _turn(voice, say(voice, wish), _distractor(voice, scene), edit, wish.kind)


def _sample_pronoun(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """ "it" is the last mentioned object, or the only one; "the other one" its only twin."""
    if not scene.things:
        return None
    thing = voice.pick(scene.things)
    last: Thing | None = thing
    words = voice.pick(IT_WORDS)
    twins = [t for t in scene.things if t.kind == thing.kind and t != thing]
    if len(twins) == 1 and voice.chance() < 0.6:
        last, words = twins[0], voice.pick(OTHER_WORDS).format(k=voice.kind(thing.kind))
    elif len(scene.things) == 1 and voice.chance() < 0.5:
        last = None
    kind = _choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
    wishes = [make_wish(voice, scene, kind, subject=thing, name=words, is_command=True)]
    if voice.chance() < 0.12 and kinds is EDIT_KINDS:
        other = voice.pick(("scene", "light", "add"))
        wishes.append(make_wish(voice, scene, other, is_command=True))
    edit = _apply_all(scene, wishes)
    if edit is None:
        return None
    return _turn(voice, say_all(voice, wishes), last, edit, kind if len(wishes) < 2 else "several")


def _sample_several(voice: Voice, scene: Scene) -> WishTurn | None:
    if scene.things and voice.chance() < 0.25:
        wishes = _same_thing_wishes(voice, scene)
    else:
        kinds = [_choose_kind(voice, EDIT_KINDS) for _ in range(3 if voice.chance() < 0.2 else 2)]
        if "clear" in kinds or any(kinds.count(kind) > 1 for kind in ("scene", "light", "count")):
            return None
        wishes = [make_wish(voice, scene, kind, is_command=True) for kind in kinds]
    edit = _apply_all(scene, wishes)
    if edit is None:
        return None
    return _turn(voice, say_all(voice, wishes), _distractor(voice, scene), edit, "several")


def _same_thing_wishes(voice: Voice, scene: Scene) -> "list[Wish | None]":
    """ "make the cat blue and move it to the top left": one object, two wishes."""
    thing = voice.pick(scene.things)
    kinds = voice.rng.sample(("recolour", "resize", "move_place", "move_dir"), 2)
    if kinds[0].startswith("move") and kinds[1].startswith("move"):
        kinds[1] = "recolour"
    first = make_wish(voice, scene, kinds[0], subject=thing, is_command=True)
    if first is None:
        return [None]
    try:
        middle = first.apply(scene)
    except EditError:
        return [None]
    new = next(t for t in middle.target.things if t not in scene.things)
    return [
        first,
        make_wish(voice, middle.target, kinds[1], subject=new, name="it", is_command=True),
    ]


def _apply_all(scene: Scene, wishes: "list[Wish | None]") -> Edit | None:
    """Return the wishes as one edit, or None if one fails or two touch the same cells."""
    edit: Edit | None = None
    for wish in wishes:
        if wish is None:
            return None
        try:
            step = wish.apply(edit.target if edit else scene)
        except (EditError, ValueError):
            return None
        if not step.changes:
            return None
        if edit is None:
            edit = step
            continue
        is_same_thing = edit.changes[-1][1] == step.changes[0][0] != "nothing"
        is_global = len(step.cells) == len(PLACES) or len(edit.cells) == len(PLACES)
        if not is_global and not is_same_thing and edit.cells & step.cells:
            return None
        edit = edit.then(step)
    return edit


def _distractor(voice: Voice, scene: Scene) -> Thing | None:
    """Return a last mentioned object that the wish does not rest on: often there is one."""
    return voice.pick(scene.things) if scene.things and voice.chance() < 0.3 else None


def _turn(voice: Voice, text: str, last: Thing | None, edit: Edit, kind: str) -> WishTurn:
    return WishTurn(voice.finish(text), last, plan_edit_text(edit.changes, edit.target), kind, edit)


def say(voice: Voice, wish: Wish) -> str:
    """Return the wish with some politeness or chat around it."""
    if wish.is_command:
        return voice.pattern(FRAMES).format(wish.text) if voice.chance() < 0.45 else wish.text
    return voice.pattern(PREFIXES).format(wish.text) if voice.chance() < 0.2 else wish.text


def say_all(voice: Voice, wishes: "list[Wish | None]") -> str:
    """Return commands joined into one sentence."""
    texts = [wish.text for wish in wishes if wish]
    text = texts[0] if len(texts) < 3 else ", ".join(texts[:-1])
    if len(texts) > 1:
        text = f"{text}{voice.pattern(JOINERS)}{texts[-1]}"
    return voice.pattern(FRAMES).format(text) if voice.chance() < 0.35 else text


def make_wish(
    voice: Voice,
    scene: Scene,
    kind: str,
    *,
    subject: Thing | None = None,
    name: str | None = None,
    is_command: bool = False,
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
    is_command = is_command or kind == "group" or voice.chance() < 0.75
    text = voice.pattern((COMMANDS if is_command else SENTENCES)[family])
    if name:
        slots["x"] = name
        slots["x1"] = name.removeprefix("the ")
    return Wish(kind, text.format_map(slots), is_command, apply)


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
    colour = voice.pick(voice.world.colours)
    if colour == thing.colour:
        return None
    return "recolour", {"c": voice.colour(colour)}, lambda s: restyle(s, thing, colour=colour)


def _resize(voice: Voice, scene: Scene, thing: Thing) -> Made:
    size = "small" if thing.size == "large" else "large"
    if voice.chance() < 0.25:
        return "grow" if size == "large" else "shrink", {}, lambda s: resize(s, thing, size)
    slots = {"m": voice.often_first(MORE_SIZE[size], 0.4), "s": voice.size(size)}
    return "resize", slots, lambda s: resize(s, thing, size)


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
    if anchor == thing:
        return None
    way = voice.pick(DIRECTIONS) if voice.chance() < 0.4 else None
    slots = {"by": voice.often_first(BESIDE_WORDS[way], 0.5), "y": voice.refer(scene, anchor)}
    return "move_next", slots, lambda s: move_beside(s, thing, anchor, way)


def _swap(voice: Voice, scene: Scene, thing: Thing) -> Made | None:
    if len(scene.things) < 2:
        return None
    other = voice.pick(scene.things)
    if other == thing:
        return None
    return "swap", {"y": voice.refer(scene, other)}, lambda s: swap(s, thing, other)


def _add(voice: Voice, scene: Scene) -> Made | None:
    if len(scene.things) >= MAX_OBJECTS:
        return None
    partial = sample_partial(voice, scene.free_cells)
    if scene.things and partial.row is None and partial.column is None and voice.chance() < 0.3:
        anchor = voice.pick(scene.things)
        way = voice.pick(DIRECTIONS) if voice.chance() < 0.4 else None
        by = voice.often_first(BESIDE_WORDS[way], 0.5)
        slots = {"a": article(voice.noun(partial)), "at": f" {by} {voice.refer(scene, anchor)}"}

        def apply(state: Scene) -> Edit:
            cell = cell_beside(state, anchor, way)
            return add(state, complete(state, in_cell(partial, cell)))

        return "add", slots, apply
    noun = article(voice.noun(partial))
    if partial.kind in {t.kind for t in scene.things} and voice.chance() < 0.4:
        noun = f"another {voice.noun(partial)}"
    slots = {"a": noun, "at": voice.where(partial)}
    return "add", slots, lambda s: add_partial(s, partial)


def _add_many(voice: Voice, scene: Scene) -> Made | None:
    room = MAX_OBJECTS - len(scene.things)
    if room < 2:
        return None
    count = 2 if room == 2 or voice.chance() < 0.7 else 3
    partial = sample_partial(voice, ())
    number = number_word(voice, count)
    noun = voice.noun(partial, count)
    slots = {"n_ks": f"{number} {noun}", "n_more_ks": f"{number} more {noun}", "at": ""}
    return "add_many", slots, lambda s: add_partial(s, partial, count)


def _add_two(voice: Voice, scene: Scene) -> Made | None:
    """ "add a red cat and a blue dog at the top left": whole places are taken first."""
    cells = scene.free_cells
    if len(scene.things) > MAX_OBJECTS - 2:
        return None
    first, second = sample_partial(voice, cells), sample_partial(voice, cells)
    if first.cell is not None and first.cell == second.cell:
        return None
    reserved = frozenset(p.cell for p in (first, second) if p.cell is not None)

    def apply(state: Scene) -> Edit:
        edit = None
        for partial in (first, second):
            target = edit.target if edit else state
            step = add_partial(target, partial, avoid=reserved if partial.cell is None else NOWHERE)
            edit = edit.then(step) if edit else step
        assert edit
        return edit

    return "add", {"a": f"{voice.a(first)} and {article(voice.noun(second))}",
                   "at": voice.where(second)}, apply  # fmt: skip


def _group(voice: Voice, scene: Scene) -> Made | None:
    """One wish for two named objects, for all of a kind, or for everything."""
    roll = voice.chance()
    if roll < 0.5 and len(scene.things) > 1:
        things = voice.rng.sample(scene.things, 2)
        name = f"{voice.refer(scene, things[0])} and {voice.refer(scene, things[1])}"
    elif roll < 0.8 and scene.things:
        kind = voice.pick(scene.things).kind
        things = [thing for thing in scene.things if thing.kind == kind]
        words = ("both {ks}", "the two {ks}") if len(things) == 2 else ()
        name = voice.pick((*words, "all the {ks}", "all {ks}")).format(ks=voice.kind(kind, 2))
    else:
        things = list(scene.things)
        name = voice.pick(("everything", "all the things", "all of them", "all objects"))
    if len(things) < 2:
        return None
    roll, colour, size = voice.chance(), voice.pick(voice.world.colours), voice.pick(SIZES)
    if roll < 0.3:
        if name.startswith(("both", "the two", "all", "every")):
            return None  # said in remove_all and clear
        return "remove", {"x": name}, lambda s: remove(s, *things)
    if roll < 0.7:
        slots = {"x": name, "c": voice.colour(colour)}
        return "recolour", slots, lambda s: restyle_all(s, things, colour=colour)
    slots = {"x": name, "m": voice.pick(MORE_SIZE[size]), "s": voice.size(size)}
    return "resize", slots, lambda s: restyle_all(s, things, size=size)


def _remove_all(voice: Voice, scene: Scene) -> Made | None:
    kinds = [t.kind for t in scene.things]
    kinds = [kind for kind in kinds if kinds.count(kind) > 1]
    if not kinds:
        return None
    kind = voice.pick(kinds)
    slots = {"ks": voice.kind(kind, 2), "k": voice.kind(kind)}
    return "remove_all", slots, lambda s: remove(s, *(t for t in s.things if t.kind == kind))


def _clear(voice: Voice, scene: Scene) -> Made | None:
    return ("clear", {}, lambda s: remove(s, *s.things)) if scene.things else None


def _scene(voice: Voice, scene: Scene) -> Made | None:
    name = voice.pick(voice.world.scenes)
    if name == scene.scene:
        return None
    slots = {"scene": voice.scene(name), "inscene": voice.in_scene(name)}
    return "scene", slots, lambda s: change_scene(s, name)


def _light(voice: Voice, scene: Scene) -> Made | None:
    light = voice.pick(voice.world.lights)
    if light == scene.light:
        return None
    slots = {"light": voice.light(light), "atlight": voice.at_light(light)}
    return "light", slots, lambda s: change_light(s, light)


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
    "add": _add, "add_many": _add_many, "add_two": _add_two, "group": _group,
    "remove_all": _remove_all, "clear": _clear,
    "scene": _scene, "light": _light, "count": _count,
}  # fmt: skip


def number_word(voice: Voice, count: int) -> str:
    """Return a number as people write it: "three" or "3"."""
    return NUMBER_WORDS[count] if voice.chance() < 0.75 else str(count)


def in_cell(partial: Partial, cell: int) -> Partial:
    """Return `partial` with a whole place."""
    return Partial(partial.kind, partial.colour, partial.size, ROWS[cell // 3], COLUMNS[cell % 3])


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


def sample_unclear(
    voice: Voice, scene: Scene, kinds: tuple[str, ...] = EDIT_KINDS
) -> WishTurn | None:
    """Return a wish that cannot be met and the question back, or None where none was found."""
    maker = voice.pick((_ambiguous, _ambiguous, _missing, _missing, _bare_it, _refused, _refused))
    for _ in range(6):
        turn = maker(voice, scene, kinds)
        if turn:
            return turn
        maker = voice.pick((_ambiguous, _missing, _bare_it, _refused))
    return None


def _unclear_turn(
    voice: Voice, wish: Wish | None, question: str, kind: str, last: Thing | None = None
) -> WishTurn | None:
    if wish is None:
        return None
    return WishTurn(voice.finish(say(voice, wish)), last, f"unclear: {question}", kind)


def _ambiguous(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    kinds_seen = [thing.kind for thing in scene.things]
    twins = [thing for thing in scene.things if kinds_seen.count(thing.kind) > 1]
    if not twins:
        return None
    thing = voice.pick(twins)
    partial = partial_of(thing, colour=voice.chance() < 0.25)
    found = partial.find(scene)
    if len(found) < 2:
        return None
    kind = _choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
    wish = make_wish(voice, scene, kind, subject=thing, name=voice.the(partial))
    last = _distractor(voice, scene)
    if last in found:
        last = None
    return _unclear_turn(voice, wish, which_question(found), "ambiguous", last)


def _missing(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    partial = Partial(
        voice.pick(voice.world.kinds),
        voice.pick(voice.world.colours) if voice.chance() < 0.3 else None,
    )
    if partial.find(scene):
        return None
    kind = _choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
    ghost = Thing(voice.pick(scene.free_cells), partial.kind or "", "", voice.pick(SIZES))
    wish = make_wish(voice, scene, kind, subject=ghost, name=voice.the(partial))
    last = _distractor(voice, scene)
    return _unclear_turn(voice, wish, missing_question(partial), "missing", last)


def _bare_it(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """ "it" where nothing was mentioned and there are several objects, or none."""
    if len(scene.things) == 1:
        return None
    kind = _choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
    subject = voice.pick(scene.things) if scene.things else Thing(4, "", "", "large")
    wish = make_wish(voice, scene, kind, subject=subject, name="it")
    question = (
        "Which one do you mean?"
        if scene.things
        else "There is nothing in the picture yet. What should I add?"
    )  # noqa: E501
    return _unclear_turn(voice, wish, question, "bare_it")


def _refused(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """Wishes that the edit itself refuses: no room, a taken cell, a full picture, no change."""
    family = voice.pick(("add", "move_place", "move_dir", "move_next", "recolour", "resize",
                         "scene", "light", "count"))  # fmt: skip
    if family not in kinds:
        return None
    things, slots = scene.things, {}
    if family == "add":
        partial = sample_partial(voice, tuple(t.cell for t in things), 0.8)
        slots = {"a": article(voice.noun(partial)), "at": voice.where(partial)}
        edit: Callable[[], Edit] = lambda: add_partial(scene, partial)  # noqa: E731
    elif family == "scene":
        slots = {"scene": voice.scene(scene.scene), "inscene": voice.in_scene(scene.scene)}
        edit = lambda: change_scene(scene, scene.scene)  # noqa: E731
    elif family == "light":
        slots = {"light": voice.light(scene.light), "atlight": voice.at_light(scene.light)}
        edit = lambda: change_light(scene, scene.light)  # noqa: E731
    elif not things:
        return None
    else:
        thing = voice.pick(things)
        slots["x"] = slots["x1"] = voice.refer(scene, thing)
        if family == "move_place":
            cell = voice.pick(things).cell
            slots |= {"to": voice.to(cell), "at1": voice.at(cell)}
            edit = lambda: move(scene, thing, cell)  # noqa: E731
        elif family == "move_dir":
            way = voice.pick(DIRECTIONS)
            slots["d"] = voice.often_first(DIRECTION_WORDS[way], 0.5)
            edit = lambda: move_towards(scene, thing, way)  # noqa: E731
        elif family == "move_next":
            anchor, way = voice.pick(things), voice.pick(DIRECTIONS)
            if anchor == thing:
                return None
            slots |= {"by": voice.pick(BESIDE_WORDS[way]), "y": voice.refer(scene, anchor)}
            edit = lambda: move_beside(scene, thing, anchor, way)  # noqa: E731
        elif family == "recolour":
            slots["c"] = voice.colour(thing.colour)
            edit = lambda: restyle(scene, thing, colour=thing.colour)  # noqa: E731
        elif family == "resize":
            slots |= {"s": voice.size(thing.size), "m": voice.pick(MORE_SIZE[thing.size])}
            edit = lambda: resize(scene, thing, thing.size)  # noqa: E731
        else:
            count = sum(t.kind == thing.kind for t in things)
            noun = f"{number_word(voice, count)} {voice.kind(thing.kind, count)}"
            slots |= {"n": str(count), "ks": voice.kind(thing.kind, 2), "n_ks": noun}
            edit = lambda: change_count(scene, thing.kind, count)  # noqa: E731
    try:
        edit()
    except EditError as error:
        is_command = voice.chance() < 0.7
        text = voice.pattern((COMMANDS if is_command else SENTENCES)[family]).format_map(slots)
        wish = Wish(family, text, is_command, lambda s: remove(s))
        return _unclear_turn(voice, wish, str(error), "refused", _distractor(voice, scene))
    return None


def outside_noun(voice: Voice) -> str:
    """Return a noun beyond the world: an arbitrary one, or a kind that this world leaves out."""
    others = [kind for kind in KINDS if kind not in voice.world.kinds]
    return voice.pick(others) if others and voice.chance() < 0.3 else voice.pick(OUTSIDE_NOUNS)


def outside_colour(voice: Voice) -> str:
    """Return a colour beyond the world."""
    others = [colour for colour in COLOURS if colour not in voice.world.colours]
    return voice.pick(others) if others and voice.chance() < 0.3 else voice.pick(OUTSIDE_COLOURS)


def decline_noun(noun: str) -> str:
    """Return the answer to a request for a thing beyond the world."""
    return f"outside: I cannot draw {article(noun)}."


def decline_colour(colour: str) -> str:
    """Return the answer to a request for a colour beyond the world."""
    return f"outside: I have no {colour}."


def sample_outside(voice: Voice, scene: Scene) -> WishTurn:
    """Return a wish for a thing or a colour beyond the world, declined."""
    last = _distractor(voice, scene)
    if voice.chance() < 0.35:
        colour = outside_colour(voice)
        if scene.things and voice.chance() < 0.7:
            name = voice.refer(scene, voice.pick(scene.things))
            text = voice.pattern(COMMANDS["recolour"]).format(x=name, c=colour)
        else:
            noun = article(f"{colour} {voice.kind(voice.pick(voice.world.kinds))}")
            at = f" {voice.at(voice.pick(range(9)))}" if voice.chance() < 0.5 else ""
            text = voice.pattern(COMMANDS["add"]).format(a=noun, at=at)
        text = voice.pattern(FRAMES).format(text) if voice.chance() < 0.3 else text
        return WishTurn(voice.finish(text, can_slip=False), last, decline_colour(colour), "outside")
    noun = outside_noun(voice)
    colour_word = (
        f"{voice.colour(voice.pick(voice.world.colours))} " if voice.chance() < 0.3 else ""
    )
    name = voice.refer(scene, voice.pick(scene.things)) if scene.things else "the background"
    at = f" {voice.at(voice.pick(range(9)))}" if voice.chance() < 0.4 else ""
    text = voice.pattern(DRAW_OUTSIDE).format(a=article(colour_word + noun), at=at, x=name)
    return WishTurn(voice.finish(text, can_slip=False), last, decline_noun(noun), "outside")
