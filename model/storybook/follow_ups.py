"""Follow-ups: what people type right after a change, in few words that lean on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..nexus.pointers import article
from .checks import NUMBER_WORDS, Partial
from .edits import (
    DIRECTIONS,
    Change,
    Edit,
    EditError,
    add,
    add_beside,
    add_partial,
    change_light,
    change_scene,
    exchange_colours,
    in_cell,
    move,
    move_towards,
    neighbour,
    remove,
    resize,
    restyle,
    restyle_all,
    restyle_each,
    swap,
    unchanged,
)
from .edits import replace as replace_thing
from .phrases import (
    ALL_WORDS,
    BOTH_WORDS,
    COMMANDS,
    CORRECTIONS,
    DIRECTION_WORDS,
    FOLLOW_UPS,
    MANY_WORDS,
    NEXT_WORDS,
    OTHER_WORDS,
    SENTENCES,
)
from .scene import COLUMNS, MAX_OBJECTS, NOTHING, ROWS, SIZES, Scene, Thing, parse_thing
from .voice import Voice
from .wish_kinds import (
    DEED_OF,
    Before,
    WishTurn,
    beside_words,
    choose_kind,
    in_order,
    in_told_order,
    make_wish,
    sample_partial,
    say,
    told,
)
from .words import MORE_SIZE

TWIN_SHARE = 0.6  # of what the same is wished for: another of the kind, where there is one
ONE_SHARE = 0.6  # of the names of these: "the left one"
ONE_KINDS = ("recolour", "resize", "move_dir", "move_place", "remove")
ONE_TERSE_SHARE = 0.6  # of what is wished for one of several: "the left one bigger"
CORRECTION_SHARE = 0.2  # of the new looks and ways: what they take the place of is named, too
LEADS = ("", "", "", "and ", "now ", "and now ", "then ", "ok, ")  # of such wishes
SAID = ""  # the section of what is said in words of its own
PLAIN_SHARE = 0.25  # of the follow-ups: the last mentioned object is not told beside the change
_PAST_WEIGHTS = {"add": 4, "recolour": 3, "resize": 3, "replace": 1, "move_place": 1.5,
                 "move_dir": 2, "remove": 2, "scene": 1, "light": 1, "colour": 1, "size": 1,
                 "each": 2, "moved": 1, "swapped": 1, "added": 1.5}  # fmt: skip
_OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up"}
BESIDE_SHARE = 0.25  # of one more of a kind: beside the one before, "one more below it"
_THREE = ("them", "all three", "the three of them", "them all")
_OTHERS = ("the others", "all the others", "the rest", "everything else", "the other ones")


@dataclass(frozen=True)
class Past:
    """A change that led to a scene: its words, the family they are of, and what it did.

    was, now: the object that changed, as far as it was one; way: where it moved to, one cell;
    things: the objects that changed together, as they are now.
    """

    words: str
    family: str
    changes: tuple[Change, ...]
    was: Thing | None = None
    now: Thing | None = None
    way: str | None = None
    things: tuple[Thing, ...] = ()

    @property
    def last(self) -> Thing | None:
        """Return the object that was spoken of last: of several the one named last."""
        return self.things[-1] if self.things else self.now

    @property
    def before(self) -> Before:
        """Return what a later turn is told of it."""
        changes = "; ".join(f"{old} -> {new}" for old, new in self.changes)
        return Before(self.words, changes)


Step = tuple[str, dict[str, str], str, Edit]  # section, slots, the deed's family, the edit


def sample_past(voice: Voice, scene: Scene) -> Past | None:
    """Return a random change that leads to `scene`, or None where none was found."""
    family = voice.rng.choices(list(_PAST_WEIGHTS), list(_PAST_WEIGHTS.values()))[0]
    if family in _TOGETHER:
        return _past_together(voice, scene, family)
    slots: dict[str, str] = {}
    was = now = way = None
    if family == "scene":
        slots = {"scene": voice.scene(scene.scene), "inscene": voice.in_scene(scene.scene)}
        other = voice.pick([name for name in voice.world.scenes if name != scene.scene])
        changes = ((other, scene.scene),)
    elif family == "light":
        slots = {"light": voice.light(scene.light), "atlight": voice.at_light(scene.light)}
        other = voice.pick([name for name in voice.world.lights if name != scene.light])
        changes = ((other, scene.light),)
    else:
        found = _past_thing(voice, scene, family)
        if found is None:
            return None
        was, now, way, slots = found
        changes = ((str(was or NOTHING), str(now or NOTHING)),)
    bank = COMMANDS if voice.chance() < 0.75 else SENTENCES
    words = voice.finish(voice.pattern(bank[family]).format_map(slots))
    return Past(words, family, changes, was, now, way)


def _past_thing(
    voice: Voice, scene: Scene, family: str
) -> tuple[Thing | None, Thing | None, str | None, dict[str, str]] | None:
    """Return an object before and after a change, the way it went, and the slots of its words."""
    if family == "remove":
        if len(scene.things) >= MAX_OBJECTS:
            return None
        colour, size = voice.pick(voice.world.colours), voice.pick(SIZES)
        gone = Thing(voice.pick(scene.free_cells), voice.pick(voice.world.kinds), colour, size)
        name = voice.refer(_with(scene, None, gone), gone)
        return gone, None, None, {"x": name, "x1": name.removeprefix("the ")}
    if not scene.things:
        return None
    now = voice.pick(scene.things)
    if family == "add":
        partial = Partial(
            now.kind,
            now.colour if voice.chance() < 0.6 else None,
            now.size if voice.chance() < 0.3 else None,
            *((ROWS[now.cell // 3], COLUMNS[now.cell % 3]) if voice.chance() < 0.4 else ()),
        )
        return None, now, None, {"a": article(voice.noun(partial)), "at": voice.where(partial)}
    way, was, slots = None, now, {}
    if family == "recolour":
        was = replace(now, colour=_another(voice, voice.world.colours, now.colour))
        slots = {"c": voice.colour(now.colour)}
    elif family == "resize":
        was = replace(now, size=_another(voice, SIZES, now.size))
        slots = {"m": voice.often_first(MORE_SIZE[now.size], 0.4), "s": voice.size(now.size)}
    elif family == "replace":
        was = replace(now, kind=_another(voice, voice.world.kinds, now.kind))
        slots = {"a": article(voice.noun(Partial(now.kind)))}
    elif family == "move_place":
        was = replace(now, cell=voice.pick(scene.free_cells))
        slots = {"to": voice.to(now.cell), "at1": voice.at(now.cell)}
    else:
        way = voice.pick(DIRECTIONS)
        cell = neighbour(now.cell, _OPPOSITE[way])
        if cell is None or scene.at(cell):
            return None
        was = replace(now, cell=cell)
        slots = {"d": voice.often_first(DIRECTION_WORDS[way], 0.5)}
    slots["x"] = voice.refer(_with(scene, now, was), was)
    slots["x1"] = slots["x"].removeprefix("the ")
    return was, now, way, slots


def _past_together(voice: Voice, scene: Scene, family: str) -> Past | None:
    """Return a change of two objects or more: all in one look, or each in its own."""
    things = _of_one_look(voice, scene) if family == "added" else _some(voice, scene)
    old: Sequence[Thing | str] = [NOTHING] * len(things)
    if not things:
        return None
    if family == "added":
        text = _added(voice, scene, things)
    else:
        if family == "moved":
            things = things[:2]
            cells = voice.rng.sample(scene.free_cells, 2)
            was = [replace(t, cell=cell) for t, cell in zip(things, cells, strict=True)]
        elif family == "swapped":
            if len(things) != 2 or replace(things[0], cell=things[1].cell) == things[1]:
                return None
            was = [replace(t, cell=o.cell) for t, o in zip(things, things[::-1], strict=True)]
        else:
            looks = {getattr(thing, "colour" if family == "each" else family) for thing in things}
            if len(looks) != (len(things) if family == "each" else 1) or len(things) > 3:
                return None
            was = [_in_another_look(voice, t, family) for t in things]
        rest = tuple(thing for thing in scene.things if thing not in things)
        before, old = replace(scene, things=(*rest, *was)), was
        text = _told_together(voice, before, was, things, family)
    changes = tuple((str(one), str(now)) for one, now in zip(old, things, strict=True))
    return Past(voice.finish(text), family, changes, things=tuple(things))


def _told_together(
    voice: Voice, before: Scene, was: Sequence[Thing], things: Sequence[Thing], family: str
) -> str:
    """Return words for what became of several objects, named as they looked before."""
    if family == "moved":
        pairs = zip(was, things, strict=True)
        return " and ".join(_moved(voice, before, one, now.cell) for one, now in pairs)
    if family == "swapped":
        first, second = (voice.refer(before, thing) for thing in was)
        slots = {"x": first, "x1": first.removeprefix("the "), "y": second}
        return voice.pattern(COMMANDS["swap"]).format_map(slots)
    kind, count = was[0].kind, len(was)
    if {thing.kind for thing in was} == {kind} and count == _count(before, kind):
        words = BOTH_WORDS if count == 2 else ("all the {ks}", "the {ks}")
        name = voice.pick(words).format(ks=voice.kind(kind, 2))
    else:
        name = " and ".join(voice.refer(before, thing) for thing in was)
    if family == "each":
        pattern = voice.pattern(COMMANDS["each"])
        colours = [thing.colour for thing in in_told_order(pattern, things)]
        return pattern.format_map({"both": name, "cs": in_order(voice, colours)})
    look = things[0]
    slots = {"x": name, "x1": name.removeprefix("the "), "c": voice.colour(look.colour)}
    slots |= {"m": voice.pick(MORE_SIZE[look.size]), "s": voice.size(look.size)}
    section = "recolour" if family == "colour" else "resize"
    return voice.pattern(COMMANDS[section]).format_map(slots)


def _count(scene: Scene, kind: str) -> int:
    return sum(thing.kind == kind for thing in scene.things)


def _added(voice: Voice, scene: Scene, things: Sequence[Thing]) -> str:
    """Return words that add several objects of one look."""
    first, number = things[0], NUMBER_WORDS[len(things)]
    noun = voice.noun(Partial(first.kind, first.colour), len(things))
    more = " more" if _count(scene, first.kind) > len(things) else ""
    slots = {"n_ks": f"{number} {noun}", "n_more_ks": f"{number}{more} {noun}", "at": ""}
    return voice.pattern(COMMANDS["add_many"]).format_map(slots)


def _some(voice: Voice, scene: Scene) -> list[Thing]:
    """Return two objects, or all of a kind, in reading order."""
    if len(scene.things) < 2:
        return []
    twins = [thing.kind for thing in scene.things if _count(scene, thing.kind) > 1]
    if twins and voice.chance() < 0.6:
        kind = voice.pick(twins)
        return sorted(thing for thing in scene.things if thing.kind == kind)
    return sorted(voice.rng.sample(scene.things, 2))


def _of_one_look(voice: Voice, scene: Scene) -> list[Thing]:
    """Return two or three objects that look the same, in reading order."""
    groups = []
    for thing in scene.things:
        alike = [other for other in scene.things if replace(other, cell=thing.cell) == thing]
        groups += [alike] if len(alike) in (2, 3) else []
    return sorted(voice.pick(groups)) if groups else []


def _moved(voice: Voice, before: Scene, thing: Thing, cell: int) -> str:
    name = voice.refer(before, thing)
    slots = {"x": name, "x1": name.removeprefix("the ")}
    slots |= {"to": voice.to(cell), "at1": voice.at(cell)}
    return voice.pattern(COMMANDS["move_place"]).format_map(slots)


def _in_another_look(voice: Voice, thing: Thing, look: str) -> Thing:
    if look in ("colour", "each"):
        return replace(thing, colour=_another(voice, voice.world.colours, thing.colour))
    return replace(thing, size=_another(voice, SIZES, thing.size))


def sample_follow_up(voice: Voice, scene: Scene) -> WishTurn | None:
    """Return a wish that leans on the change before it, or None where none was found."""
    past = sample_past(voice, scene)
    if past is None:
        return None
    try:
        step = voice.pick(_FOLLOWERS[past.family])(voice, scene, past)
    except EditError:
        return None
    if step is None:
        return None
    section, slots, family, edit = step
    if edit.target == scene:  # two that look alike change places
        return None
    pattern = "{wish}" if section == SAID else voice.pattern(FOLLOW_UPS[section])
    text = voice.finish(pattern.format_map(slots))
    last = past.last if voice.chance() > PLAIN_SHARE else None
    answer = f"{DEED_OF[family]}: {edit}"
    return WishTurn(text, last, answer, "follow_up", edit, past.before)


def _too(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "the dog too": the same to another object, or to all others."""
    others = [thing for thing in scene.things if thing != past.now]
    if not others:
        return None
    if len(others) > 1 and past.family in ("recolour", "resize") and voice.chance() < 0.25:
        assert past.now
        colour = past.now.colour if past.family == "recolour" else None
        size = past.now.size if past.family == "resize" else None
        words: tuple[str, ...] = (*_OTHERS, "the other two") if len(others) == 2 else _OTHERS
        kinds = {t.kind for t in others if t.kind != past.now.kind and _count(scene, t.kind) > 1}
        if kinds and voice.chance() < 0.6:  # "and the stars"
            kind = voice.pick(sorted(kinds))
            others = [thing for thing in others if thing.kind == kind]
            ks, number = voice.kind(kind, 2), NUMBER_WORDS[len(others)]
            words = tuple(word.format(ks=ks, n=number) for word in MANY_WORDS)
        edit = restyle_all(scene, others, colour=colour, size=size)
        return "too", {"y": voice.pick(words)}, past.family, edit
    thing = _other(voice, others, past)
    return "too", {"y": _name(voice, scene, thing, past)}, past.family, _same(scene, thing, past)


def _meant(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "no, I meant the dog": taken back where it was made, and made there."""
    others = [thing for thing in scene.things if thing != past.now]
    if not others:
        return None
    thing = _other(voice, others, past)
    back = _back(scene, past)
    edit = back.then(_same(back.target, thing, past))
    return "meant", {"y": _name(voice, scene, thing, past)}, past.family, edit


def _same(scene: Scene, thing: Thing, past: Past) -> Edit:
    """Return the change of `past`, made to another object."""
    if past.now is None:
        return remove(scene, thing)
    if past.family == "recolour":
        return restyle(scene, thing, colour=past.now.colour)
    if past.family == "resize":
        return resize(scene, thing, past.now.size)
    if past.family == "replace":
        return replace_thing(scene, thing, past.now.kind)
    assert past.way
    return move_towards(scene, thing, past.way)


def _back(scene: Scene, past: Past) -> Edit:
    """Return the change of `past`, taken back."""
    if past.now is None:
        assert past.was
        return add(scene, past.was)
    assert past.was
    if past.family == "move_dir":
        return move(scene, past.now, past.was.cell)
    edit = remove(scene, past.now)
    return replace(
        edit,
        target=_with(scene, past.now, past.was),
        changes=((str(past.now), str(past.was)),),
    )


def _colour(voice: Voice, scene: Scene, past: Past) -> Step | None:
    if past.now is None:
        return None
    colour = _another(voice, voice.world.colours, past.now.colour)
    slots = {"c": _corrected(voice, voice.colour(colour), voice.colour(past.now.colour))}
    return "colour", slots, "recolour", restyle(scene, past.now, colour=colour)


def _corrected(voice: Voice, new: str, old: str) -> str:
    """Return what is asked for, now and then with what it takes the place of: "not red, blue"."""
    if voice.chance() > CORRECTION_SHARE:
        return new
    return voice.pick(CORRECTIONS).format(new=new, old=old)


def _one_coloured(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "no, a green one": not one more, but the new one otherwise."""
    assert past.now
    colour = _another(voice, voice.world.colours, past.now.colour)
    slots = {"ac": article(voice.colour(colour))}
    return "one_coloured", slots, "recolour", restyle(scene, past.now, colour=colour)


def _there(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "put a dog there", "and the cat where the fish was": in the place that became free."""
    assert past.was
    if scene.at(past.was.cell):
        return None
    others = [thing for thing in scene.things if thing != past.now]
    gone = f"the {voice.kind(past.was.kind)}"
    if others and voice.chance() < 0.5:
        thing = voice.pick(others)
        edit = move(scene, thing, past.was.cell)
        return "there_too", {"y": voice.refer(scene, thing), "z": gone}, "move_place", edit
    if len(scene.things) == MAX_OBJECTS:
        return None
    partial = sample_partial(voice, ())
    edit = add_partial(scene, in_cell(partial, past.was.cell))
    return "there", {"a": article(voice.noun(partial)), "z": gone}, "add", edit


def _only(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "no, just the left one": the others look as they did before."""
    was = {parse_thing(new): parse_thing(old) for old, new in past.changes}
    thing = voice.pick(past.things)
    others = [other for other in past.things if other != thing]
    alike = {t.kind for t in past.things} == {thing.kind}
    name = voice.one_of(past.things, thing) if alike and voice.chance() < 0.7 else None
    edit = restyle_each(scene, [(other, was[other]) for other in others])
    name = name or voice.refer(scene, thing)
    return "only", {"y": name}, "recolour" if past.family == "colour" else "resize", edit


def _place(voice: Voice, scene: Scene, past: Past) -> Step | None:
    if past.now is None:
        return None
    cell = voice.pick(scene.free_cells)
    return "place", {"at": voice.at(cell)}, "move_place", move(scene, past.now, cell)


def _setting(voice: Voice, scene: Scene, past: Past) -> Step | None:
    if past.family == "scene" and voice.chance() < 0.7:
        name = _another(voice, voice.world.scenes, scene.scene)
        words = _corrected(voice, voice.in_scene(name), voice.in_scene(scene.scene))
        return "setting", {"w": words}, "scene", change_scene(scene, name)
    light = _another(voice, voice.world.lights, scene.light)
    words = _corrected(voice, voice.at_light(light), voice.at_light(scene.light))
    return "setting", {"w": words}, "light", change_light(scene, light)


def _again(voice: Voice, scene: Scene, past: Past) -> Step | None:
    assert past.now and past.way
    return "again", {}, "move_dir", move_towards(scene, past.now, past.way)


def _way(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "no, down": from where it stood before."""
    assert past.now and past.was
    way = voice.pick([way for way in DIRECTIONS if way != past.way])
    cell = neighbour(past.was.cell, way)
    if cell is None or cell == past.now.cell:
        return None
    assert past.way
    new, old = (voice.often_first(DIRECTION_WORDS[one], 0.5) for one in (way, past.way))
    return "way", {"d": _corrected(voice, new, old)}, "move_dir", move(scene, past.now, cell)


def _onward(voice: Voice, scene: Scene, past: Past) -> Step | None:
    if past.now is None:
        return None
    way = voice.pick(DIRECTIONS)
    slots = {"d": voice.often_first(DIRECTION_WORDS[way], 0.5)}
    return "onward", slots, "move_dir", move_towards(scene, past.now, way)


def _too_large(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "too big": what is large shall be small, and the other way round."""
    if past.now is None:
        return None
    size = _another(voice, SIZES, past.now.size)
    return f"too_{past.now.size}", {}, "resize", resize(scene, past.now, size)


def _another_one(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "another one", "and a yellow one at the top": of the same kind and size."""
    assert past.now
    colour = past.now.colour
    section, slots = "another", {}
    if voice.chance() < 0.6:
        colour = _another(voice, voice.world.colours, colour)
        section, slots = "another_coloured", {"ac": article(voice.colour(colour))}
    partial = Partial(past.now.kind, colour, past.now.size)
    if voice.chance() < 0.4:
        cell = voice.pick(scene.free_cells)
        partial = replace(partial, row=ROWS[cell // 3], column=COLUMNS[cell % 3])
    elif voice.chance() < BESIDE_SHARE:  # "one more below it"
        way = voice.pick((*DIRECTIONS, None))
        name = voice.pick(("it", "it", "that one", "this one"))
        slots["at"] = f" {beside_words(voice, way)} {name}"
        edit = add_beside(scene, partial, past.now, way)
        if section == "another" and voice.chance() < 0.5:
            noun = voice.pick(NEXT_WORDS[1]) + " " + voice.kind(past.now.kind)
            wish = voice.pattern(COMMANDS["add"]).format(a=noun, at=slots["at"])
            return SAID, {"wish": voice.pick(LEADS) + wish}, "add", edit
        return section, slots, "add", edit
    slots["at"] = voice.where(partial)
    return section, slots, "add", add_partial(scene, partial)


def _and(voice: Voice, scene: Scene, past: Past) -> Step | None:
    partial = sample_partial(voice, scene.free_cells)
    return "and", told(voice, partial), "add", add_partial(scene, partial)


def _instead(voice: Voice, scene: Scene, past: Past) -> Step | None:
    assert past.now
    kind = _another(voice, voice.world.kinds, past.now.kind)
    colour = voice.pick(voice.world.colours) if voice.chance() < 0.3 else None
    slots = {"a": article(voice.noun(Partial(kind, colour)))}
    return "instead", slots, "replace", replace_thing(scene, past.now, kind, colour)


def _all_colour(voice: Voice, scene: Scene, past: Past) -> Step | None:
    colour = _another(voice, voice.world.colours, past.things[0].colour)
    slots = {"c": voice.colour(colour)}
    return "all_colour", slots, "recolour", restyle_all(scene, past.things, colour=colour)


def _one_each(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "one red and one blue"."""
    if len(past.things) > len(voice.world.colours):
        return None
    colours = voice.rng.sample(voice.world.colours, len(past.things))
    pairs = [(t, replace(t, colour=c)) for t, c in zip(past.things, colours, strict=True)]
    return "all_colour", {"c": in_order(voice, colours)}, "recolour", restyle_each(scene, pairs)


def _all_too(voice: Voice, scene: Scene, past: Past) -> Step | None:
    others = [thing for thing in scene.things if thing not in past.things]
    if not others:
        return None
    thing, look = voice.pick(others), past.things[0]
    if past.family == "colour":
        edit = restyle(scene, thing, colour=look.colour)
    else:
        edit = resize(scene, thing, look.size)
    family = "recolour" if past.family == "colour" else "resize"
    return "too", {"y": voice.refer(scene, thing)}, family, edit


def _all_too_large(voice: Voice, scene: Scene, past: Past) -> Step | None:
    now = past.things[0].size
    edit = restyle_all(scene, past.things, size=_another(voice, SIZES, now))
    return f"all_too_{now}", {}, "resize", edit


def _other_way(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "the other way round": the two exchange what they got."""
    if len(past.things) != 2:
        return None
    first, second = past.things
    if past.family == "moved":
        return "other_way", {}, "swap", swap(scene, first, second)
    return "other_way", {}, "recolour", exchange_colours(scene, first, second)


def _one(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "and the left one bigger": one of those just spoken of, or another of their kind."""
    spoken = past.things or ((past.now,) if past.now else ())
    kinds = {thing.kind for thing in spoken}
    alike = [thing for thing in scene.things if thing.kind in kinds]
    others = [thing for thing in alike if thing not in spoken] or alike
    if len(kinds) != 1 or len(alike) < 2:
        return None
    thing = voice.pick(alike if past.things else others)
    name, kind = voice.one_of(alike, thing), choose_kind(voice, ONE_KINDS)
    if name is None:
        return None
    wish = make_wish(voice, scene, kind, subject=thing, name=name, terse_share=ONE_TERSE_SHARE)
    if wish is None:
        return None
    return SAID, {"wish": voice.pick(LEADS) + say(voice, wish)}, wish.family, wish.apply(scene)


def _them(voice: Voice, scene: Scene, past: Past) -> Step | None:
    """ "swap them", "move both up", "take them away"."""
    things = past.things
    name = voice.pick(ALL_WORDS[2] if len(things) == 2 else _THREE)
    ways = [
        way for way in DIRECTIONS
        if all(neighbour(thing.cell, way) in scene.free_cells for thing in things)
    ]  # fmt: skip
    roll = voice.chance()
    others = [thing for thing in scene.things if thing not in things]
    if others and roll > 0.8:  # "give them the colour of the flower"
        like = voice.pick(others)
        family, slots = "match", {"x": name, "y": voice.refer(scene, like)}
        edit = restyle_all(scene, things, colour=like.colour).after(unchanged(like))
    elif len(things) == 2 and roll < 0.35:
        family, slots, edit = "swap_two", {"both": name}, swap(scene, *things)
    elif ways and roll < 0.7:
        way, family = voice.pick(ways), "move_dir"
        slots = {"x": name, "d": voice.often_first(DIRECTION_WORDS[way], 0.5)}
        edit = move_towards(scene, things[0], way)
        for thing in things[1:]:
            edit = edit.then(move_towards(edit.target, thing, way))
    else:
        family, slots, edit = "remove", {"x": name}, remove(scene, *things)
    slots["x1"] = name.removeprefix("the ")
    wish = voice.pattern(COMMANDS[family]).format_map(slots)
    return SAID, {"wish": voice.pick(LEADS) + wish}, family, edit


_TOGETHER = ("colour", "size", "each", "moved", "swapped", "added")
_FOLLOWERS: dict[str, Sequence[Callable[[Voice, Scene, Past], Step | None]]] = {
    "add": (
        _colour,
        _place,
        _onward,
        _too_large,
        _another_one,
        _another_one,
        _and,
        _instead,
        _one,
        _one_coloured,
        _one_coloured,
    ),
    "recolour": (_too, _too, _meant, _meant, _meant, _colour, _colour, _one, _one),
    "resize": (_too, _too, _meant, _meant, _too_large, _colour, _one),
    "replace": (_too, _meant, _colour, _too_large, _instead),
    "move_place": (_place, _onward, _too_large, _colour, _one, _there),
    "move_dir": (_too, _meant, _again, _again, _way, _way, _onward, _one, _there),
    "remove": (_too, _meant, _there, _there),
    "scene": (_setting,),
    "light": (_setting,),
    "colour": (_all_colour, _all_too, _one, _them, _only),
    "size": (_all_too, _all_too_large, _one, _them, _only),
    "each": (_other_way, _one),
    "moved": (_other_way, _them),
    "swapped": (_one, _them),
    "added": (_one_each, _one_each, _all_colour, _all_too_large, _one, _them),
}


def _other(voice: Voice, others: Sequence[Thing], past: Past) -> Thing:
    """Return another object than the one that was changed: often one of its kind."""
    twins = [thing for thing in others if past.now and thing.kind == past.now.kind]
    return voice.pick(twins if twins and voice.chance() < TWIN_SHARE else others)


def _name(voice: Voice, scene: Scene, thing: Thing, past: Past) -> str:
    """Return a name of an object beside the one that was changed: "the other one", "the left one"
    where it is of the same kind."""
    alike = [t for t in scene.things if t.kind == thing.kind]
    if past.now in alike:
        one = voice.one_of(alike, thing) if voice.chance() < ONE_SHARE else None
        if one:
            return one
        if len(alike) == 2 and voice.chance() < 0.6:
            return voice.pick(OTHER_WORDS).format(k=voice.kind(thing.kind))
    return voice.refer(scene, thing)


def _another(voice: Voice, names: Sequence[str], name: str) -> str:
    return voice.pick([other for other in names if other != name])


def _with(scene: Scene, out: Thing | None, into: Thing) -> Scene:
    """Return the scene with one object in the place of another, or of none."""
    things = (*(thing for thing in scene.things if thing != out), into)
    return replace(scene, things=things)
