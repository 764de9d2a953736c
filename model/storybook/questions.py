"""Questions about a listed picture and their answers, each with the evidence it rests on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..nexus.pointers import article
from .checks import (
    SCENE_PHRASES,
    Partial,
    at_place,
    full_name,
    join_words,
    noun_of,
    plural,
    short_name,
)
from .edits import SIDES, look, which_question
from .phrases import ADJOINING, FRAMES, LISTS, NEARER_OR_WIDER, QUESTIONS, SIDE_WORDS
from .scene import COLUMNS, LIGHTS, NOTHING, PLACES, ROWS, SCENES, SIZES, Scene, Thing
from .voice import Bank, Voice

MISSING_SHARE = 0.06  # of the questions about two things: one of them is not there


@dataclass(frozen=True)
class Question:
    """A question as typed, its answer in the text language, and its finer family."""

    text: str
    answer: str
    kind: str


def answer_text(evidence: Sequence[Thing] | str, sentence: str) -> str:
    """Return the answer to a question: the evidence and the sentence."""
    if not isinstance(evidence, str):
        evidence = "; ".join(map(str, evidence)) or NOTHING
    return f"{evidence} => {sentence}"


def no_such(partial: Partial) -> str:
    """Return the answer about a thing that is not there."""
    return answer_text((), f"There is no {noun_of(partial)}.")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def answer_attribute(scene: Scene, partial: Partial, attribute: str) -> str:
    """Return the colour or the size of everything that `partial` names."""
    found = partial.find(scene)
    if not found:
        return no_such(partial)
    values = list(dict.fromkeys(getattr(thing, attribute) for thing in found))
    if len(found) == 1:
        return answer_text(found, f"{_capital(subject_of(partial, found))} is {values[0]}.")
    return answer_text(found, f"{_capital(subject_of(partial, found))} are {join_words(values)}.")


def subject_of(partial: Partial, found: Sequence[Thing]) -> str:
    """Return what an answer calls the objects that were asked for: "the red cat", "the cats"."""
    kinds = {thing.kind for thing in found}
    kind = kinds.pop() if len(kinds) == 1 else "thing"
    noun = kind if len(found) == 1 else plural(kind)
    return f"the {partial.colour} {noun}" if partial.colour else f"the {noun}"


def answer_where(scene: Scene, partial: Partial) -> str:
    """Return the places of everything that `partial` names."""
    found = partial.find(scene)
    if not found:
        return no_such(partial)
    places = join_words([at_place(thing.cell) for thing in found])
    verb = "is" if len(found) == 1 else "are"
    return answer_text(found, f"{_capital(subject_of(partial, found))} {verb} {places}.")


def answer_is_there(scene: Scene, partial: Partial) -> str:
    """Return whether there is what `partial` names."""
    found = partial.find(scene)
    if not found:
        return answer_text((), f"No, there is no {noun_of(partial)}.")
    if len(found) == 1:
        return answer_text(found, f"Yes, there is {article(noun_of(partial))}.")
    return answer_text(found, f"Yes, there are {len(found)} {noun_of(partial, len(found))}.")


def answer_count(scene: Scene, partial: Partial) -> str:
    """Return the number of what `partial` names; of everything if it is empty."""
    found = partial.find(scene)
    if not found:
        return answer_text((), f"There are no {noun_of(partial, 0)}.")
    verb = "is" if len(found) == 1 else "are"
    return answer_text(found, f"There {verb} {len(found)} {noun_of(partial, len(found))}.")


def answer_at_place(scene: Scene, cell: int) -> str:
    """Return what stands at a place."""
    thing = scene.at(cell)
    if thing is None:
        return answer_text((), f"There is nothing {at_place(cell)}.")
    return answer_text([thing], f"There is {full_name(thing)} {at_place(cell)}.")


def cells_beside(cell: int, side: str) -> list[int]:
    """Return the cells on a side of a cell in its row or column, nearest first."""
    row, column = divmod(cell, 3)
    return {
        "left": [row * 3 + c for c in range(column - 1, -1, -1)],
        "right": [row * 3 + c for c in range(column + 1, 3)],
        "up": [r * 3 + column for r in range(row - 1, -1, -1)],
        "down": [r * 3 + column for r in range(row + 1, 3)],
    }[side]


def answer_side_of(scene: Scene, partial: Partial, side: str) -> str:
    """Return what stands left of, right of, above or below the object that `partial` names.

    The evidence goes from place to place, nearest first: each is then one look at the listing.
    """
    anchors = partial.find(scene)
    if not anchors:
        return no_such(partial)
    if len(anchors) > 1:
        return answer_text(anchors, which_question(anchors))
    anchor, name = anchors[0], subject_of(partial, anchors)
    cells = cells_beside(anchor.cell, side)
    found = [thing for cell in cells if (thing := scene.at(cell))]
    evidence = "; ".join([str(anchor), *(look(scene, cell) for cell in cells)])
    side_words = SIDES[side]
    if not found:
        return answer_text(evidence, f"There is nothing {side_words} {name}.")
    verb = "is" if len(found) == 1 else "are"
    names = join_words([full_name(thing) for thing in found])
    return answer_text(evidence, f"{_capital(side_words)} {name} {verb} {names}.")


def answer_relation(scene: Scene, first: Thing, second: Thing, side: str) -> str:
    """Return whether an object stands further left, right, up or down than another."""
    (row, column), (other_row, other_column) = divmod(first.cell, 3), divmod(second.cell, 3)
    is_so = {
        "left": column < other_column,
        "right": column > other_column,
        "up": row < other_row,
        "down": row > other_row,
    }[side]
    names = short_name(first, scene), short_name(second, scene)
    words = f"{'is' if is_so else 'is not'} {SIDES[side]}"
    yes = "Yes" if is_so else "No"
    return answer_text([first, second], f"{yes}, {names[0]} {words} {names[1]}.")


def answer_compare(scene: Scene, first: Thing, second: Thing, size: str) -> str:
    """Return which of two objects is bigger (`size` large) or smaller (small)."""
    evidence = [first, second]
    if first.size == second.size:
        return answer_text(evidence, f"They are both {first.size}.")
    winner = first if first.size == size else second
    word = "bigger" if size == "large" else "smaller"
    return answer_text(evidence, f"{_capital(short_name(winner, scene))} is {word}.")


def answer_scene(scene: Scene) -> str:
    """Return the scene as a sentence."""
    return answer_text(f"{scene.scene}, {scene.light}", f"It shows {SCENE_PHRASES[scene.scene]}.")


def answer_light(scene: Scene) -> str:
    """Return the light as a sentence."""
    return answer_text(f"{scene.scene}, {scene.light}", f"It is {scene.light}.")


def answer_is_scene(scene: Scene, name: str) -> str:
    """Return whether the scene is the one that is asked for."""
    word = "Yes" if scene.scene == name else "No"
    return answer_text(
        f"{scene.scene}, {scene.light}", f"{word}, it shows {SCENE_PHRASES[scene.scene]}."
    )


def answer_is_light(scene: Scene, light: str) -> str:
    """Return whether the light is the one that is asked for."""
    word = "Yes" if scene.light == light else "No"
    return answer_text(f"{scene.scene}, {scene.light}", f"{word}, it is {scene.light}.")


def answer_has(scene: Scene, partial: Partial, attribute: str, value: str) -> str:
    """Return whether the one object that `partial` names has a colour or a size."""
    found = partial.find(scene)
    if not found:
        return no_such(partial)
    if len(found) > 1:
        return answer_text(found, which_question(found))
    seen = getattr(found[0], attribute)
    word = "Yes" if seen == value else "No"
    return answer_text(found, f"{word}, {subject_of(partial, found)} is {seen}.")


def answer_which_are(scene: Scene, partial: Partial) -> str:
    """Return the objects of a colour or a size."""
    found = partial.find(scene)
    word = partial.colour or partial.size
    if not found:
        return answer_text((), f"Nothing is {word}.")
    kinds = [thing.kind for thing in found]
    names = join_words(
        [
            f"the {thing.kind}"
            if kinds.count(thing.kind) == 1
            else f"the {thing.kind} {at_place(thing.cell)}"
            for thing in found
        ]
    )
    return answer_text(found, f"{_capital(names)} {'is' if len(found) == 1 else 'are'} {word}.")


def answer_describe(scene: Scene) -> str:
    """Return everything as a sentence."""
    names = [f"{full_name(thing)} {at_place(thing.cell)}" for thing in scene.things]
    return answer_text(scene.things, f"There is {join_words(names) or 'nothing'}.")


def sample_question(voice: Voice, scene: Scene, kinds: Sequence[str] | None = None) -> Question:
    """Return a random question about `scene` and its answer."""
    while True:
        if kinds is None:
            kind = voice.rng.choices(QUESTION_KINDS, _WEIGHTS)[0]
        else:
            kind = voice.pick(kinds)
        asked = _MAKERS[kind](voice, scene)
        if asked:
            break
    slots, answer = asked[0], asked[1]
    bank = asked[2] if len(asked) > 2 else QUESTIONS[kind]
    text = voice.pattern(bank).format_map(slots)
    if voice.chance() < 0.15:
        text = voice.pattern(FRAMES["question"]).format(text)
    return Question(voice.finish(text, mark="?"), answer, kind)


Asked = tuple[dict[str, str], str] | tuple[dict[str, str], str, Bank] | None


def _asked_about(voice: Voice, scene: Scene) -> Partial:
    """Return what a question names: mostly one object, sometimes alike ones or none at all."""
    roll = voice.chance()
    if not scene.things or roll < 0.07:
        return Partial(
            voice.pick(voice.world.kinds),
            voice.pick(voice.world.colours) if voice.chance() < 0.2 else None,
        )
    thing = voice.pick(scene.things)
    if roll < 0.22:
        return Partial(thing.kind)
    return voice.naming(scene, thing)


def _name(voice: Voice, scene: Scene, partial: Partial) -> str:
    if len(scene.things) == 1 and voice.chance() < 0.1 and partial.find(scene):
        return "it"
    return voice.the(partial)


def _count_all(voice: Voice, scene: Scene) -> Asked:
    return {}, answer_count(scene, Partial())


def _count_kind(voice: Voice, scene: Scene) -> Asked:
    roll = voice.chance()
    if scene.things and roll < 0.75:
        thing = voice.pick(scene.things)
        kind, colour, size = thing.kind, thing.colour, thing.size
    else:
        kind, colour = voice.pick(voice.world.kinds), voice.pick(voice.world.colours)
        size = voice.pick(SIZES)
    roll = voice.chance()
    if roll < 0.6:
        partial = Partial(kind)
    elif roll < 0.78:
        partial = Partial(None, colour)
    elif roll < 0.88:
        partial = Partial(kind, colour)
    else:
        partial = Partial(None, None, size)
    words = voice.noun(partial, 2) if partial.kind else f"{voice.noun(partial)}s"
    if voice.chance() < 0.12:
        cell = voice.pick(range(9))
        if cell != 4:
            row, column = voice.side(ROWS[cell // 3], COLUMNS[cell % 3])
            partial = Partial(partial.kind, partial.colour, partial.size, row, column)
            words += voice.where(partial)
    return {"ks": words}, answer_count(scene, partial)


def _colour(voice: Voice, scene: Scene) -> Asked:
    partial = _asked_about(voice, scene)
    if partial.colour:
        partial = Partial(partial.kind, None, partial.size, partial.row, partial.column)
        if partial == Partial() or (partial.kind is None and partial.size):
            return None
    return {"x": _name(voice, scene, partial)}, answer_attribute(scene, partial, "colour")


def _size(voice: Voice, scene: Scene) -> Asked:
    partial = _asked_about(voice, scene)
    if partial.size:
        return None
    name = _name(voice, scene, partial)
    if voice.chance() < 0.25 and len(partial.find(scene)) == 1:
        size = voice.pick(SIZES)
        answer = answer_has(scene, partial, "size", size)
        return {"x": name, "s": voice.size(size)}, answer, QUESTIONS["has_size"]
    return {"x": name}, answer_attribute(scene, partial, "size")


def _where(voice: Voice, scene: Scene) -> Asked:
    partial = _asked_about(voice, scene)
    if partial.row or partial.column:
        partial = Partial(partial.kind, partial.colour, partial.size)
        if partial == Partial():
            return None
    return {"x": _name(voice, scene, partial)}, answer_where(scene, partial)


def _is_there(voice: Voice, scene: Scene) -> Asked:
    if voice.chance() < 0.06:
        noun = voice.pattern(LISTS["things"])
        return {"a": article(noun), "n": noun}, answer_text((), f"No, there is no {noun}.")
    thing = voice.pick(scene.things) if scene.things and voice.chance() < 0.6 else None
    if thing:
        kind, colour, size = thing.kind, thing.colour, thing.size
        if voice.chance() < 0.2:
            colour = voice.pick(voice.world.colours)
    else:
        kind, colour = voice.pick(voice.world.kinds), voice.pick(voice.world.colours)
        size = voice.pick(SIZES)
    roll = voice.chance()
    row = column = None
    if voice.chance() < 0.2:
        place = thing.cell if thing and voice.chance() < 0.6 else voice.pick(range(9))
        row, column = ROWS[place // 3], COLUMNS[place % 3]
        if place != 4 and voice.chance() < 0.5:
            row, column = voice.side(row, column)
    partial = Partial(
        kind, colour if roll > 0.6 else None, size if roll > 0.9 else None, row, column
    )
    noun = voice.noun(partial) + voice.where(partial)
    return {"a": article(noun), "n": noun}, answer_is_there(scene, partial)


def _at_place(voice: Voice, scene: Scene) -> Asked:
    is_taken = scene.things and voice.chance() < 0.7
    cell = voice.pick(scene.things).cell if is_taken else voice.pick(range(len(PLACES)))
    return {"p": voice.at(cell)}, answer_at_place(scene, cell)


def _side_of(voice: Voice, scene: Scene) -> Asked:
    partial = _asked_about(voice, scene)
    side = voice.pick(tuple(SIDE_WORDS))
    anchors = partial.find(scene)
    is_alone = len(anchors) == 1 and not any(map(scene.at, cells_beside(anchors[0].cell, side)))
    if is_alone and voice.chance() < 0.6:
        return None
    words = [word for word in SIDE_WORDS[side] if not NEARER_OR_WIDER.search(word)]
    slots = {"x": _name(voice, scene, partial), "by": voice.pick(words)}
    return slots, answer_side_of(scene, partial, side)


def _missing(voice: Voice, scene: Scene) -> Partial | None:
    """Return a kind that is not in the picture; now and then."""
    kind = voice.pick(voice.world.kinds)
    is_there = any(thing.kind == kind for thing in scene.things)
    return None if is_there or voice.chance() >= MISSING_SHARE else Partial(kind)


def _pair_with(voice: Voice, scene: Scene, missing: Partial) -> list[str]:
    names = [voice.refer(scene, voice.pick(scene.things)), voice.the(missing)]
    voice.rng.shuffle(names)
    return names


def _compare(voice: Voice, scene: Scene) -> Asked:
    if len(scene.things) < 2:
        return None
    if missing := _missing(voice, scene):
        names = _pair_with(voice, scene, missing)
        slots = {"x": names[0], "y": names[1], "m": voice.pick(("bigger", "smaller"))}
        return slots, no_such(missing)
    first, second = voice.rng.sample(scene.things, 2)
    if first.size == second.size and voice.chance() < 0.35:
        return None
    size = voice.pick(SIZES)
    word = voice.pick(("bigger", "larger") if size == "large" else ("smaller", "littler"))
    names = []
    for thing in (first, second):
        partial = voice.naming(scene, thing)
        if partial.size:
            return None
        names.append(voice.the(partial))
    slots = {"x": names[0], "y": names[1], "m": word}
    return slots, answer_compare(scene, first, second, size)


def _relation(voice: Voice, scene: Scene) -> Asked:
    if len(scene.things) < 2:
        return None
    first, second = voice.rng.sample(scene.things, 2)
    side = voice.pick(tuple(SIDE_WORDS))
    words = [word for word in SIDE_WORDS[side] if not ADJOINING.search(word)]
    if missing := _missing(voice, scene):
        names = _pair_with(voice, scene, missing)
        return {"x": names[0], "by": voice.pick(words), "y": names[1]}, no_such(missing)
    names = [voice.the(voice.naming(scene, thing)) for thing in (first, second)]
    slots = {"x": names[0], "by": voice.pick(words), "y": names[1]}
    return slots, answer_relation(scene, first, second, side)


def _has_colour(voice: Voice, scene: Scene) -> Asked:
    if not scene.things:
        return None
    thing = voice.pick(scene.things)
    partial = voice.naming(scene, thing)
    if partial.colour:
        return None
    colour = thing.colour if voice.chance() < 0.5 else voice.pick(voice.world.colours)
    slots = {"x": _name(voice, scene, partial), "c": voice.colour(colour)}
    return slots, answer_has(scene, partial, "colour", colour)


def _scene(voice: Voice, scene: Scene) -> Asked:
    if voice.chance() < 0.6:
        return {}, answer_scene(scene)
    name = scene.scene if voice.chance() < 0.4 else voice.pick(SCENES)
    slots = {"scene": voice.scene(name), "inscene": voice.in_scene(name)}
    return slots, answer_is_scene(scene, name), QUESTIONS["is_scene"]


def _light(voice: Voice, scene: Scene) -> Asked:
    if voice.chance() < 0.6:
        return {}, answer_light(scene)
    light = voice.pick(LIGHTS)
    slots = {"light": voice.light(light), "atlight": voice.at_light(light)}
    return slots, answer_is_light(scene, light), QUESTIONS["is_light"]


def _which_are(voice: Voice, scene: Scene) -> Asked:
    if voice.chance() < 0.8:
        is_seen = scene.things and voice.chance() < 0.7
        colour = voice.pick(scene.things).colour if is_seen else voice.pick(voice.world.colours)
        return {"c": voice.colour(colour)}, answer_which_are(scene, Partial(None, colour))
    size = voice.pick(SIZES)
    return {"c": voice.size(size)}, answer_which_are(scene, Partial(None, None, size))


_MAKERS: dict[str, Callable[[Voice, Scene], Asked]] = {
    "count_all": _count_all, "count_kind": _count_kind, "colour": _colour, "size": _size,
    "where": _where, "is_there": _is_there, "at_place": _at_place, "side_of": _side_of,
    "compare": _compare, "scene": _scene, "light": _light, "has_colour": _has_colour,
    "which_are": _which_are, "describe": lambda voice, scene: ({}, answer_describe(scene)),
    "relation": _relation,
}  # fmt: skip
QUESTION_KINDS = tuple(_MAKERS)
HARD_QUESTIONS = ("which_are", "side_of", "count_kind", "count_kind", "compare", "has_colour",
                  "scene", "describe", "where", "relation", "relation")  # fmt: skip
LOOKUP_QUESTIONS = ("colour", "where", "is_there", "at_place")
_WEIGHTS = (6, 9, 8, 9, 10, 11, 8, 18, 13, 6, 14, 11, 17, 8, 18)
