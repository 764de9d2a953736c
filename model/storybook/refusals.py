"""Wishes that cannot be met, with the question back, and wishes beyond the world."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..nexus.pointers import article
from .checks import Partial, partial_of
from .edits import (
    DIRECTIONS,
    Edit,
    EditError,
    add_beside,
    add_between,
    add_partial,
    cell_between,
    cells_for,
    change_count,
    change_light,
    change_scene,
    look,
    look_for_room,
    missing_question,
    move,
    move_beside,
    move_towards,
    neighbours,
    remove,
    resize,
    restyle,
    unchanged,
    which_question,
)
from .phrases import (
    BESIDE_WORDS,
    COMMANDS,
    DIRECTION_WORDS,
    FRAMES,
    IT_WORDS,
    LISTS,
    REQUESTS,
    SENTENCES,
)
from .scene import COLOURS, KINDS, MAX_OBJECTS, NOTHING, SIZES, Scene, Thing
from .voice import Voice
from .wish_kinds import (
    EDIT_KINDS,
    OBJECT_KINDS,
    Wish,
    WishTurn,
    choose_kind,
    last_mentioned,
    make_wish,
    number_word,
    sample_pair,
    sample_partial,
    say,
)
from .words import MORE_SIZE

WHAT_TO_ADD = "What should I add?"


def sample_unclear(
    voice: Voice, scene: Scene, kinds: tuple[str, ...] = EDIT_KINDS
) -> WishTurn | None:
    """Return a wish that cannot be met and the question back, or None where none was found."""
    makers: tuple[Callable[..., WishTurn | None], ...]
    makers = (_missing, _missing, _bare_it, _refused, _refused, _nameless)
    if len({thing.kind for thing in scene.things}) < len(scene.things) and voice.chance() < 0.6:
        makers = (_ambiguous,)
    for _ in range(6):
        turn: WishTurn | None = voice.pick(makers)(voice, scene, kinds)
        if turn:
            return turn
    return None


def unclear_text(evidence: Sequence[Thing | str], question: str) -> str:
    """Return the answer that asks back: what it rests on, then the question.

    The evidence comes first, so that the decision is read off it and not guessed in one token.
    """
    return f"{'; '.join(map(str, evidence)) or NOTHING} => unclear: {question}"


def _unclear_turn(
    voice: Voice, wish: Wish | None, answer: str, kind: str, last: Thing | None = None
) -> WishTurn | None:
    if wish is None:
        return None
    return WishTurn(voice.finish(say(voice, wish)), last, f"{wish.deed}: {answer}", kind)


def _ambiguous(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    kinds_seen = [thing.kind for thing in scene.things]
    twins = [thing for thing in scene.things if kinds_seen.count(thing.kind) > 1]
    if not twins:
        return None
    thing = voice.pick(twins)
    partial = partial_of(thing, colour=voice.chance() < 0.25)
    if voice.chance() < 0.1:
        partial = Partial(None, thing.colour)  # "the red one"
    found = partial.find(scene)
    if len(found) < 2:
        return None
    wish = _as_anchor(voice, scene, partial) if "swap" in kinds else None
    if wish is None:
        kind = choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
        told = scene
        if kind in ("swap", "move_next", "recolour"):  # what names the other twin tells which
            told = replace(scene, things=tuple(t for t in scene.things if t not in found[1:]))
            thing = found[0]
        wish = make_wish(voice, told, kind, subject=thing, name=voice.the(partial))
    last = last_mentioned(voice, scene)
    if last in found:
        last = None
    answer = unclear_text(found, which_question(found))
    return _unclear_turn(voice, wish, answer, "ambiguous", last)


def _as_anchor(voice: Voice, scene: Scene, partial: Partial) -> Wish | None:
    """Return a wish for another object beside what `partial` names, or None (mostly)."""
    others = [thing for thing in scene.things if not partial.matches(thing)]
    if not others or voice.chance() < 0.75:
        return None
    has_room = len(scene.things) < MAX_OBJECTS
    family = voice.pick(("move_next", "swap", "add") if has_room else ("move_next", "swap"))
    by = voice.pick(BESIDE_WORDS[voice.pick((None, *DIRECTIONS))])
    anchor = voice.the(partial)
    slots = {"x": voice.refer(scene, voice.pick(others)), "y": anchor, "by": by}
    slots |= {"a": article(voice.noun(sample_partial(voice, ()))), "at": f" {by} {anchor}"}
    text = voice.pattern(COMMANDS[family]).format_map(slots)
    return Wish(family, family, text, True, remove)


def _missing(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    partial = Partial(
        voice.pick(voice.world.kinds),
        voice.pick(voice.world.colours) if voice.chance() < 0.3 else None,
    )
    if partial.find(scene):
        return None
    wish = _as_anchor(voice, scene, partial) if "swap" in kinds else None
    if wish is None:
        kind = choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
        ghost = Thing(voice.pick(scene.free_cells), partial.kind or "", "", voice.pick(SIZES))
        wish = make_wish(voice, scene, kind, subject=ghost, name=voice.the(partial))
    last = last_mentioned(voice, scene)
    answer = unclear_text((), missing_question(partial))
    return _unclear_turn(voice, wish, answer, "missing", last)


def _bare_it(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """ "it" where nothing was mentioned and there are several objects, or none."""
    if len(scene.things) == 1:
        return None
    kind = choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
    subject = voice.pick(scene.things) if scene.things else Thing(4, "", "", "large")
    wish = make_wish(voice, scene, kind, subject=subject, name="it")
    question = (
        "Which one do you mean?"
        if scene.things
        else "There is nothing in the picture yet. What should I add?"
    )  # noqa: E501
    return _unclear_turn(voice, wish, unclear_text((), question), "bare_it")


def _nameless(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """Return a wish for more that does not say what: "it looks empty, add something"."""
    if "add" not in kinds:
        return None
    text = voice.finish(voice.pattern(COMMANDS["more"]))
    last = last_mentioned(voice, scene)
    return WishTurn(text, last, f"add: {unclear_text((), WHAT_TO_ADD)}", "nameless")


def _refused(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """Wishes that the edit itself refuses: no room, a taken cell, a full picture, no change."""
    family = voice.pick(("add", "move_place", "move_dir", "move_next", "recolour", "resize",
                         "scene", "light", "count"))  # fmt: skip
    if family not in kinds:
        return None
    things, slots = scene.things, {}
    last = last_mentioned(voice, scene)
    evidence: Sequence[Thing | str]
    is_between = family == "add" and voice.chance() < 0.2
    pair = sample_pair(voice, scene, is_apart=False) if is_between else None
    if pair:
        partial = sample_partial(voice, ())
        at = f" between {voice.refer(scene, pair[0])} and {voice.refer(scene, pair[1])}"
        slots = {"a": article(voice.noun(partial)), "at": at}
        cell = cell_between(*pair)
        looks = [look(scene, cell)] if cell is not None else []
        evidence = things if len(things) >= MAX_OBJECTS else [*map(unchanged, pair), *looks]
        edit: Callable[[], Edit] = lambda: add_between(scene, partial, *pair)  # noqa: E731
    elif family == "add" and things and voice.chance() < 0.3:
        partial, anchor = sample_partial(voice, ()), voice.pick(things)
        way = voice.pick(DIRECTIONS)
        at = f" {voice.pick(BESIDE_WORDS[way])} {voice.refer(scene, anchor)}"
        slots = {"a": article(voice.noun(partial)), "at": at}
        evidence = [unchanged(anchor), *look_for_room(scene, neighbours(anchor.cell, way))]
        if len(things) >= MAX_OBJECTS:
            evidence = things
        edit = lambda: add_beside(scene, partial, anchor, way)  # noqa: E731
    elif family == "add":
        partial = sample_partial(voice, tuple(t.cell for t in things), 0.8)
        slots = {"a": article(voice.noun(partial)), "at": voice.where(partial)}
        is_full = len(things) >= MAX_OBJECTS
        evidence = things if is_full else look_for_room(scene, cells_for(partial))
        edit = lambda: add_partial(scene, partial)  # noqa: E731
    elif family == "scene":
        slots = {"scene": voice.scene(scene.scene), "inscene": voice.in_scene(scene.scene)}
        evidence = [f"{scene.scene} -> {scene.scene}"]
        edit = lambda: change_scene(scene, scene.scene)  # noqa: E731
    elif family == "light":
        slots = {"light": voice.light(scene.light), "atlight": voice.at_light(scene.light)}
        evidence = [f"{scene.light} -> {scene.light}"]
        edit = lambda: change_light(scene, scene.light)  # noqa: E731
    elif not things:
        return None
    else:
        thing = voice.pick(things)
        slots["x"] = slots["x1"] = voice.refer(scene, thing)
        evidence = [unchanged(thing)]
        if voice.chance() < 0.4 and family != "count":
            last, slots["x"] = thing, voice.pick(IT_WORDS)
        if family == "move_place":
            cell = voice.pick(things).cell
            slots |= {"to": voice.to(cell), "at1": voice.at(cell)}
            if cell != thing.cell:
                evidence = look_for_room(scene, [cell])
            edit = lambda: move(scene, thing, cell)  # noqa: E731
        elif family == "move_dir":
            way = voice.pick(DIRECTIONS)
            slots["d"] = voice.often_first(DIRECTION_WORDS[way], 0.5)
            evidence = [thing]
            edit = lambda: move_towards(scene, thing, way)  # noqa: E731
        elif family == "move_next":
            anchor, side = voice.pick(things), voice.pick((None, *DIRECTIONS))
            if anchor == thing:
                return None
            slots |= {"by": voice.pick(BESIDE_WORDS[side]), "y": voice.refer(scene, anchor)}
            beside = neighbours(anchor.cell, side)
            is_there = thing.cell in beside
            room = [unchanged(thing)] if is_there else look_for_room(scene, beside)
            evidence = [unchanged(anchor), *room]
            edit = lambda: move_beside(scene, thing, anchor, side)  # noqa: E731
        elif family == "recolour":
            slots["c"] = voice.colour(thing.colour)
            edit = lambda: restyle(scene, thing, colour=thing.colour)  # noqa: E731
        elif family == "resize":
            slots |= {"s": voice.size(thing.size), "m": voice.pick(MORE_SIZE[thing.size])}
            edit = lambda: resize(scene, thing, thing.size)  # noqa: E731
        else:
            evidence = [unchanged(t) for t in things if t.kind == thing.kind]
            count = len(evidence)
            noun = f"{number_word(voice, count)} {voice.kind(thing.kind, count)}"
            slots |= {"n": str(count), "ks": voice.kind(thing.kind, 2), "n_ks": noun}
            edit = lambda: change_count(scene, thing.kind, count)  # noqa: E731
    try:
        edit()
    except EditError as error:
        is_command = voice.chance() < 0.7
        text = voice.pattern((COMMANDS if is_command else SENTENCES)[family]).format_map(slots)
        wish = Wish(family, family, text, is_command, remove)
        return _unclear_turn(voice, wish, unclear_text(evidence, str(error)), "refused", last)
    return None


def outside_noun(voice: Voice) -> str:
    """Return a noun beyond the world: an arbitrary one, or a kind that this world leaves out."""
    others = [kind for kind in KINDS if kind not in voice.world.kinds]
    if others and voice.chance() < 0.3:
        return voice.pick(others)
    return voice.pattern(LISTS["things"])


def outside_colour(voice: Voice) -> str:
    """Return a colour beyond the world."""
    others = [colour for colour in COLOURS if colour not in voice.world.colours]
    if others and voice.chance() < 0.3:
        return voice.pick(others)
    return voice.pattern(LISTS["colours"])


def outside_adjective(voice: Voice, look_share: float) -> tuple[str, str]:
    """Return a look or a colour beyond the world, and the answer to who asks for it."""
    if voice.chance() < look_share:
        look = voice.pattern(LISTS["looks"])
        return look, decline_look(look)
    colour = outside_colour(voice)
    return colour, decline_colour(colour)


def coloured(voice: Voice, noun: str) -> str:
    """Return a noun, now and then with a colour of the world before it."""
    if voice.chance() < 0.3:
        return f"{voice.colour(voice.pick(voice.world.colours))} {noun}"
    return noun


def outside_scene(voice: Voice) -> tuple[str, str]:
    """Return a phrase for a setting beyond the world and its name: "in the rain", "rain"."""
    phrase, _, name = voice.pattern(LISTS["scenes"]).partition(" | ")
    return phrase, name


def decline_noun(noun: str) -> str:
    """Return the answer to a request for a thing beyond the world."""
    return decline_name(article(noun))


def decline_name(name: str) -> str:
    """Return the answer to a request for what is beyond the world, named with its article."""
    return f"outside: I cannot draw {name}."


def decline_colour(colour: str) -> str:
    """Return the answer to a request for a colour, a feature or a style beyond the world."""
    return f"outside: I have no {colour}."


def decline_look(look: str) -> str:
    """Return the answer to a request for a look beyond the world: "striped"."""
    return f"outside: I cannot make things {look}."


def sample_outside(voice: Voice, scene: Scene) -> WishTurn:
    """Return a wish for a thing, a colour, a look or a setting beyond the world, declined."""
    last = last_mentioned(voice, scene)
    roll = voice.chance()
    if roll < 0.45:
        words = _adjective_wish if roll < 0.3 else _act_wish if roll < 0.36 else _setting_wish
        text, answer = words(voice, scene)
        text = voice.pattern(FRAMES["command"]).format(text) if voice.chance() < 0.3 else text
        return WishTurn(voice.finish(text, can_slip=False), last, answer, "outside")
    noun = outside_noun(voice)
    thing = article(coloured(voice, noun))
    name = voice.refer(scene, voice.pick(scene.things)) if scene.things else "the background"
    at = f" {voice.at(voice.pick(range(9)))}" if voice.chance() < 0.4 else ""
    text = ask_for(voice, thing, at, name)
    return WishTurn(voice.finish(text, can_slip=False), last, decline_noun(noun), "outside")


def ask_for(voice: Voice, thing: str, at: str, name: str) -> str:
    """Return a wish for a thing beyond the world; `at` with its space, or `name` may be used."""
    within = [bank[kind] for bank in (COMMANDS, SENTENCES) for kind in ("add", "replace")]
    pattern = voice.borrowed(REQUESTS["edit_outside"], *within)
    return pattern.format(a=thing, at=at, x=name, x1=name)


def _adjective_wish(voice: Voice, scene: Scene) -> tuple[str, str]:
    """Return a wish for a colour or a look beyond the world, and the answer."""
    word, answer = outside_adjective(voice, 0.3)
    if scene.things and voice.chance() < 0.7:
        name = voice.refer(scene, voice.pick(scene.things))
        return voice.pattern(COMMANDS["recolour"]).format(x=name, c=word), answer
    noun = article(f"{word} {voice.kind(voice.pick(voice.world.kinds))}")
    at = f" {voice.at(voice.pick(range(9)))}" if voice.chance() < 0.5 else ""
    return voice.pattern(COMMANDS["add"]).format(a=noun, at=at), answer


def _act_wish(voice: Voice, scene: Scene) -> tuple[str, str]:
    """Return a wish that a thing does what no still picture shows, and the answer: "smile"."""
    act = voice.pattern(LISTS["acts"])
    name = voice.refer(scene, voice.pick(scene.things)) if scene.things else "it"
    text = voice.pattern(COMMANDS["act"]).format(x=name, act=act)
    return text, decline_look(act)


def _setting_wish(voice: Voice, scene: Scene) -> tuple[str, str]:
    """Return a wish for a setting or a weather beyond the world, and the answer."""
    phrase, name = outside_scene(voice)
    text = voice.pattern(COMMANDS["scene"]).format(scene=name, inscene=phrase)
    return text, decline_name(name)
