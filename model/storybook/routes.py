"""The routing of whatever people type: what a text is for, with or without a picture at hand."""

import re
from collections.abc import Callable
from typing import TypeVar

from ..nexus.pointers import article
from .phrases import ASIDES, CAPTIONS, FRAMES, LISTED, LISTS
from .questions import sample_question
from .refusals import ask_for, coloured
from .requests import TextTurn, ask_to_draw, sample_draw
from .scene import KINDS, SCENES
from .voice import Voice
from .wish_kinds import WishTurn
from .wishes import sample_wish
from .words import ASIDE_WORDS, LIGHT_NOUNS, SCENE_NOUNS
from .world import sample_scene

T = TypeVar("T", WishTurn, TextTurn)
ROUTES = ("answer", "draw", "edit", "adjust", "history", "chat", "outside")
_ROUTE_WEIGHTS = (15, 12, 17, 14, 12, 15, 15)
LISTED_SHARE = 0.3  # in training, of small talk and of what lies outside: words of the lists
LEANING_SHARE = 0.4  # of the wishes that lean on the change before are kept: alone they say little
# What tells of a new picture: words of making one, or a scene or a light to set it in.
_GROUNDS = {noun.split()[-1] for table in (SCENE_NOUNS, LIGHT_NOUNS)
            for nouns in table.values() for noun in nouns}  # fmt: skip
NEW_PICTURE = re.compile(
    r"\b(?:draw|paint|sketch|scribble|render|illustrat|generat|creat|design|picture|image|photo"
    rf"|page|scene|story|new|background|{'|'.join(sorted(_GROUNDS))})"
)


def sample_route(voice: Voice) -> TextTurn:
    """Return what a person may type, with or without a picture, and the route it takes."""
    route = voice.rng.choices(ROUTES, _ROUTE_WEIGHTS)[0]
    has_picture = voice.chance() < {"draw": 0.45, "edit": 0.95, "answer": 0.93}.get(route, 0.7)
    if route == "answer":
        text = sample_question(voice, sample_scene(voice.rng, voice.world)).text
    elif route == "edit":
        text = _edit_text(voice)
    elif route == "draw":
        text = _draw_text(voice)
    elif route == "outside" and voice.chance() < 0.4:
        text = _foreign_text(voice, voice.pattern(LISTS["things"]), has_picture)
    else:
        text = _plain_text(voice, route)
    if route == "draw" and not NEW_PICTURE.search(text.lower()):
        has_picture = False  # with one at hand "a red cat at the top left" is for that one
    text = voice.lose_words(text)
    return TextTurn(f"{'picture' if has_picture else 'no picture'}: {text}", route, route)


def within(sample: Callable[[], T]) -> T:
    """Return the first sample of wishes or draw requests that does not lie outside the world."""
    while (turn := sample()).kind == "outside":
        pass
    return turn


def _edit_text(voice: Voice) -> str:
    missing = [kind for kind in KINDS if kind not in voice.world.kinds]
    if missing and voice.chance() < 0.04:
        return _foreign_text(voice, voice.pick(missing), True)

    def sample() -> WishTurn:
        return sample_wish(voice, sample_scene(voice.rng, voice.world, voice.rng.randint(1, 5)))

    while (wish := within(sample)).kind == "follow_up" and voice.chance() > LEANING_SHARE:
        pass
    return wish.text


def _draw_text(voice: Voice) -> str:
    missing = [kind for kind in KINDS if kind not in voice.world.kinds]
    if missing and voice.chance() < 0.05:
        return _foreign_text(voice, voice.pick(missing), False)
    return within(lambda: sample_draw(voice)).text


def _foreign_text(voice: Voice, noun: str, is_edit: bool) -> str:
    """Return a request for a thing that the world lacks."""
    thing = article(coloured(voice, noun))
    if is_edit:
        at = f" {voice.at(voice.pick(range(9)))}" if voice.chance() < 0.4 else ""
        text = ask_for(voice, thing, at, f"the {voice.kind(voice.pick(voice.world.kinds))}")
    else:
        rest = f" {voice.in_scene(voice.pick(SCENES))}" if voice.chance() < 0.3 else ""
        text = ask_to_draw(voice, thing, rest)
    return voice.finish(text)


def _plain_text(voice: Voice, route: str) -> str:
    bank = ASIDES[route]
    if voice.split == "train" and route in LISTED and voice.chance() < LISTED_SHARE:
        bank = LISTED[route]
    text = voice.pattern(bank).format_map(_Fillers(voice))
    if voice.chance() < 0.35 and route != "chat" and not text.endswith("?"):
        text = voice.pattern(FRAMES["plain"]).format(text)
    return voice.finish(text)


class _Fillers(dict[str, str]):
    """Fills each slot of an aside with one of its words."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice

    def __missing__(self, slot: str) -> str:
        if slot == "a_thing":
            return article(self["thing"])
        if f"{slot}s" in LISTS:
            return self._voice.pattern(LISTS[f"{slot}s"])
        return self._voice.pick(CAPTIONS if slot == "text" else ASIDE_WORDS[slot])
