"""Scripted sessions of the Storybook world: what is said turn by turn, and what must be seen."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from ...model.storybook.checks import short_name
from ...model.storybook.scene import PLACES, Scene, Thing
from ...model.storybook.voice import Voice
from ...model.storybook.wishes import sample_wish
from ...model.storybook.world import World, sample_scene
from .samples import FOLLOW_UP

Kind = Literal["draw", "edit", "pronoun", "revert", "wish", "question"]
Style = Literal["mixed", "edits"]
TRIES = 500
NUM_THINGS = 3
WISH_TURN = 3  # the turn that tells a standing wish
REVERT_TURNS, PRONOUN_TURNS, QUESTION_TURNS = (6, 9), (4, 8), (5,)


@dataclass(frozen=True)
class ScriptTurn:
    """What is said in one turn, and the scene that must be seen after it."""

    kind: Kind
    text: str
    wanted: Scene
    before: Scene | None  # what must be seen where nothing was asked for
    same_as: int | None = None  # the turn (from 0) whose picture must be back, bit for bit
    answer: str | None = None  # a word that the reply must hold
    is_upload: bool = False  # the picture of `before` comes with the words
    held_light: str | None = None  # what a standing wish told earlier asks of this turn's picture
    held_thing: Thing | None = None

    @property
    def is_edit(self) -> bool:
        """Return whether a picture is to be changed."""
        return self.kind in ("edit", "pronoun")


@dataclass
class Play:
    """A session in the writing."""

    rng: random.Random
    voice: Voice
    scene: Scene
    light: str | None = None  # what a standing wish keeps
    kept: Thing | None = None  # what a standing wish says never to touch
    last: Thing | None = None  # what was spoken of last
    pictures: list[tuple[int, Scene]] = field(default_factory=list)  # on the way to the head
    turns: list[ScriptTurn] = field(default_factory=list)


def write_session(
    rng: random.Random, world: World, num_turns: int, style: Style = "mixed"
) -> list[ScriptTurn]:
    """Return one session; sentence patterns of the edits are held out from training.

    "mixed": a drawing, then edits with pronouns, reversions, a question and a standing wish.
    "edits": a picture is given, and every turn is an edit of one wish, as in others' benchmarks.
    """
    scene = sample_scene(rng, world, NUM_THINGS)
    play = Play(rng, Voice(rng, world, "test"), scene)
    if style == "edits":
        for number in range(num_turns):
            _edit(play, is_upload=not number, is_single=True)
        return play.turns
    _add(play, ScriptTurn("draw", draw_text(scene), scene, None))
    for number in range(2, num_turns + 1):
        _writer(number, play)(play)
    return play.turns


def draw_text(scene: Scene) -> str:
    """Return a sentence that names everything in a scene."""
    things = " and ".join(
        f"a {thing.size} {thing.colour} {thing.kind} {_at(thing.place)}" for thing in scene.things
    )
    return f"draw {things}, {scene.scene}, {scene.light}"


def _at(place: str) -> str:
    return "in the center" if place == PLACES[4] else f"at the {place}"


def _writer(number: int, play: Play) -> Callable[[Play], None]:
    if number == WISH_TURN:
        return _tell_wish
    if number in REVERT_TURNS and len(play.pictures) > 2:
        return _revert
    if number in QUESTION_TURNS and play.scene.things:
        return _ask
    if number in PRONOUN_TURNS and play.last in play.scene.things:
        return _pronoun
    return partial(_edit, is_of_one=number + 1 in PRONOUN_TURNS and number > WISH_TURN)


def _add(play: Play, turn: ScriptTurn) -> None:
    turn = replace(turn, held_light=play.light, held_thing=play.kept)
    play.turns.append(turn)
    if turn.kind in ("draw", "edit", "pronoun"):
        play.pictures.append((len(play.turns) - 1, turn.wanted))
    play.scene = turn.wanted


def _tell_wish(play: Play) -> None:
    named = [t for t in play.scene.things if _is_alone(play.scene, t)]
    if named and play.rng.random() < 0.5:
        play.kept = play.rng.choice(named)
        text = f"never touch the {play.kept.kind}"
    else:
        play.light = play.rng.choice(("day", "sunset", "night"))
        text = f"from now on keep it {play.light}"
    _add(play, ScriptTurn("wish", text, play.scene, play.scene))


def _is_alone(scene: Scene, thing: Thing) -> bool:
    return sum(one.kind == thing.kind for one in scene.things) == 1


def _edit(
    play: Play, *, is_upload: bool = False, is_single: bool = False, is_of_one: bool = False
) -> None:
    """Add an edit: one that a picture comes with, of one wish, or that leaves one thing to be
    spoken of as "it"."""
    for _ in range(TRIES):
        wish = sample_wish(play.voice, play.scene)
        if wish.edit is None or wish.kind == FOLLOW_UP:
            continue
        if wish.last is not None and wish.last != play.last:
            continue
        if is_single and wish.kind == "several":
            continue
        target = _held(play, wish.edit.target)
        if target is None:
            continue
        news = [thing for thing in target.things if thing not in play.scene.things]
        if is_of_one and len(news) != 1:
            continue
        _add(play, ScriptTurn("edit", wish.text, target, play.scene, is_upload=is_upload))
        play.last = news[-1] if len(news) == 1 else None
        return
    _ask(play)  # nothing can be changed: look at it


def _held(play: Play, target: Scene) -> Scene | None:
    """Return the target under the standing wish; None: the edit goes against it."""
    if play.light and target.light not in (play.scene.light, play.light):
        return None
    if play.kept and play.kept not in target.things:
        return None
    if play.kept and any(t.kind == play.kept.kind and t != play.kept for t in target.things):
        return None  # another one of the kind would be touched as well
    return Scene(target.scene, play.light or target.light, target.things)


def _pronoun(play: Play) -> None:
    thing = play.last
    if thing is None or thing == play.kept:
        return _edit(play)
    colours = [one for one in play.voice.world.colours if one != thing.colour]
    new = Thing(thing.cell, thing.kind, play.rng.choice(colours), thing.size)
    things = tuple(new if one == thing else one for one in play.scene.things)
    target = Scene(play.scene.scene, play.light or play.scene.light, things)
    _add(play, ScriptTurn("pronoun", f"make it {new.colour}", target, play.scene))
    play.last = new


def _revert(play: Play) -> None:
    steps = play.rng.choice((1, 2))
    del play.pictures[-steps:]
    index, scene = play.pictures[-1]
    text = "undo" if steps == 1 else "go back two steps"
    play.turns.append(ScriptTurn("revert", text, scene, scene, same_as=index))
    play.scene, play.last = scene, None


def _ask(play: Play) -> None:
    named = [thing for thing in play.scene.things if _is_alone(play.scene, thing)]
    if not named:
        text, answer = "how many things are there?", str(len(play.scene.things))
    else:
        thing = play.rng.choice(named)
        text, answer = f"what colour is {short_name(thing, play.scene)}?", thing.colour
    _add(play, ScriptTurn("question", text, play.scene, play.scene, answer=answer))
