"""Dialogues of the Storybook text language: what the model is trained and examined on."""

import random
from dataclasses import dataclass
from typing import Literal

from .checks import check_holds, parse_check
from .critiques import sample_critique
from .edits import Change, apply_changes
from .questions import HARD_QUESTIONS, LOOKUP_QUESTIONS, QUESTION_KINDS, sample_question
from .refusals import sample_unclear
from .requests import sample_draw
from .routes import ROUTES, sample_route
from .scene import Scene, parse_listing
from .voice import Split, Voice
from .wish_kinds import EDIT_KINDS, HARD_KINDS, LOOKUP_KINDS, WishTurn
from .wishes import sample_wish
from .world import CORE, FULL, World, sample_alike, sample_scene

__all__ = [
    "BEFORE_PREFIX", "CHECK_PREFIX", "CORE", "DONE_PREFIX", "DRAW_PREFIX", "EDIT_KINDS", "FULL",
    "LAST_PREFIX", "LIST_PROMPT", "PAINT_PREFIX", "QUESTION_KINDS", "QUESTION_PREFIX", "ROUTES",
    "ROUTE_PREFIX", "WISH_PREFIX",
    "Critique", "Dialogue", "DrawPlan", "Plan", "Turn", "World", "apply_changes", "check_holds",
    "parse_critique", "parse_draw", "parse_plan", "sample_dialogue",
]  # fmt: skip

LIST_PROMPT = "List the picture."
QUESTION_PREFIX = "Question: "
WISH_PREFIX = "Wish: "
LAST_PREFIX = "Last: "
BEFORE_PREFIX, DONE_PREFIX = "Before: ", "Done: "  # the words of the change before, what they did
CHECK_PREFIX = "Check: "
DRAW_PREFIX = "Draw: "
ROUTE_PREFIX = "Route: "
PAINT_PREFIX = "Generate an image according to the following description: "
PROMPTS = (
    LIST_PROMPT, QUESTION_PREFIX, WISH_PREFIX, LAST_PREFIX, BEFORE_PREFIX, DONE_PREFIX,
    CHECK_PREFIX, DRAW_PREFIX, ROUTE_PREFIX, PAINT_PREFIX,
)  # fmt: skip
UNCLEAR_PREFIX, OUTSIDE_PREFIX = "unclear: ", "outside: "

ALIKE_SHARE = 0.2  # in training, of the scenes for wishes: several of a kind, side by side

Task = Literal["list", "question", "edit", "critique", "draw", "route"]
Focus = Literal["lookup", "hard", "question", "edit", "critique", "draw", "route"]


@dataclass(frozen=True)
class Turn:
    """One user turn and its one right answer, both exactly as the model sees them."""

    user: str
    assistant: str
    task: str
    kind: str


@dataclass(frozen=True)
class Dialogue:
    """A picture's listing with independent turns about it, or turns without a picture."""

    scene: Scene | None
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Plan:
    """A parsed answer to a wish: changes and target, or why it cannot be met."""

    changes: tuple[Change, ...]
    target: Scene | None
    unclear: str | None = None
    outside: str | None = None


@dataclass(frozen=True)
class DrawPlan:
    """A parsed answer to a draw request: the checks and the complete picture, or why not."""

    checks: tuple[str, ...]
    target: Scene | None
    unclear: str | None = None
    outside: str | None = None


@dataclass(frozen=True)
class Critique:
    """A parsed critique: (evidence, verdict) of each check, and the revision or "nothing"."""

    verdicts: tuple[tuple[str, bool], ...]
    revision: str


def sample_dialogue(
    rng: random.Random, world: World, *, split: Split = "train", focus: str | None = None
) -> Dialogue:
    """Return a random dialogue; `focus` restricts its tasks.

    "lookup" takes plain look-ups alone, "hard" what a half-trained model gets wrong most often.
    """
    voice = Voice(rng, world, split)
    if focus in ("draw", "route") or (focus is None and rng.random() < 0.34):
        return Dialogue(None, tuple(_worded_turn(voice, focus) for _ in range(rng.randint(1, 4))))
    scene = sample_scene(rng, world)
    if split == "train" and focus in ("hard", "edit") and rng.random() < ALIKE_SHARE:
        scene = sample_alike(rng, world)
    if focus in ("lookup", "hard", "edit") and not scene.things:
        scene = sample_scene(rng, world, rng.randint(1, 4))
    turns = [Turn(LIST_PROMPT, str(scene), "list", "list")]
    for _ in range(rng.randint(3, 6)):
        turns.append(_picture_turn(voice, scene, focus))
    return Dialogue(scene, tuple(turns))


def _worded_turn(voice: Voice, focus: str | None) -> Turn:
    if focus == "draw" or (focus is None and voice.chance() < 0.5):
        draw = sample_draw(voice)
        return Turn(DRAW_PREFIX + draw.text, draw.answer, "draw", draw.kind)
    route = sample_route(voice)
    return Turn(ROUTE_PREFIX + route.text, route.answer, "route", route.kind)


def _picture_turn(voice: Voice, scene: Scene, focus: str | None) -> Turn:
    if focus == "hard":
        return _hard_turn(voice, scene)
    roll = voice.chance()
    if focus == "critique" or (focus is None and roll < 0.18):
        critique = sample_critique(voice, scene)
        return Turn(CHECK_PREFIX + critique.text, critique.answer, "critique", critique.kind)
    is_lookup = focus == "lookup"
    if focus == "question" or (focus != "edit" and roll < 0.55):
        return _question_turn(voice, scene, LOOKUP_QUESTIONS if is_lookup else None)
    return _wish_turn(sample_wish(voice, scene, LOOKUP_KINDS if is_lookup else EDIT_KINDS))


def _hard_turn(voice: Voice, scene: Scene) -> Turn:
    roll = voice.chance()
    if roll < 0.4:
        return _question_turn(voice, scene, HARD_QUESTIONS)
    refused = sample_unclear(voice, scene) if roll < 0.65 else None
    if refused and refused.kind in ("ambiguous", "refused"):
        return _wish_turn(refused)
    return _wish_turn(sample_wish(voice, scene, HARD_KINDS))


def _question_turn(voice: Voice, scene: Scene, kinds: tuple[str, ...] | None) -> Turn:
    question = sample_question(voice, scene, kinds)
    return Turn(QUESTION_PREFIX + question.text, question.answer, "question", question.kind)


def _wish_turn(wish: WishTurn) -> Turn:
    before = wish.before
    told = f"{BEFORE_PREFIX}{before.words}\n{DONE_PREFIX}{before.changes}\n" if before else ""
    last = f"{LAST_PREFIX}{wish.last}\n" if wish.last else ""
    return Turn(f"{told}{last}{WISH_PREFIX}{wish.text}", wish.answer, "edit", wish.kind)


def _declined(text: str) -> tuple[str | None, str | None]:
    """Return (unclear, outside) of an answer that declines."""
    _, arrow, tail = text.partition(" => ")
    text = tail if arrow else text
    unclear = text.removeprefix(UNCLEAR_PREFIX) if text.startswith(UNCLEAR_PREFIX) else None
    outside = text.removeprefix(OUTSIDE_PREFIX) if text.startswith(OUTSIDE_PREFIX) else None
    return unclear, outside


def _split_answer(text: str) -> tuple[str, str]:
    head, arrow, tail = text.strip().partition(" => ")
    if not arrow:
        raise ValueError(f"An answer without ' => ': {text!r}")
    return head.strip(), tail.strip()


def parse_plan(text: str) -> Plan:
    """Return the answer to a wish, parsed; ValueError if it is not well-formed."""
    unclear, outside = _declined(text.strip())
    if unclear or outside:
        return Plan((), None, unclear, outside)
    head, tail = _split_answer(text)
    changes = []
    for part in head.split("; "):
        old, arrow, new = part.partition(" -> ")
        if not arrow and ": " in part:  # what was asked for, or stands at a place
            continue
        old = old.rpartition(": ")[2]  # behind the deed
        if not arrow:
            raise ValueError(f"Not a change: {part!r}")
        if old.strip() != new.strip():  # else it says what a place was reckoned from
            changes.append((old.strip(), new.strip()))
    return Plan(tuple(changes), parse_listing(tail))


def parse_draw(text: str) -> DrawPlan:
    """Return the answer to a draw request, parsed; ValueError if it is not well-formed."""
    unclear, outside = _declined(text.strip())
    if unclear or outside:
        return DrawPlan((), None, unclear, outside)
    head, tail = _split_answer(text)
    checks = tuple(head.split("; "))
    for check in checks:
        parse_check(check)
    return DrawPlan(checks, parse_listing(tail))


def parse_critique(text: str) -> Critique:
    """Return a critique, parsed; ValueError if it is not well-formed."""
    head, revision = _split_answer(text)
    verdicts: list[tuple[str, bool]] = []
    evidence: list[str] = []
    for part in head.split("; "):
        words, _, verdict = part.rpartition(" ")
        if verdict in ("yes", "no"):
            verdicts.append(("; ".join([*evidence, words]), verdict == "yes"))
            evidence = []
        else:
            evidence.append(part)
    if evidence or not verdicts:
        raise ValueError(f"Not a critique: {text!r}")
    return Critique(tuple(verdicts), revision)
