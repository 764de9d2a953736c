"""Unseen cases, balanced over their kinds: held-out sentence patterns and fresh seeds."""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...agent.state import PICTURELESS_ROUTES, Before
from ...model.storybook.dialogues import (
    BEFORE_PREFIX,
    CHECK_PREFIX,
    DONE_PREFIX,
    DRAW_PREFIX,
    EDIT_KINDS,
    LAST_PREFIX,
    QUESTION_KINDS,
    QUESTION_PREFIX,
    ROUTE_PREFIX,
    ROUTES,
    WISH_PREFIX,
    Turn,
    World,
    parse_draw,
    sample_dialogue,
)
from ...model.storybook.scene import MAX_OBJECTS, Scene
from ...model.storybook.voice import Split
from ...model.storybook.world import sample_scene

SEVERAL, FOLLOW_UP = "several", "follow_up"
ALONE = (*EDIT_KINDS, SEVERAL)  # what can be read without the turn before
WISH_KINDS = (*ALONE, FOLLOW_UP)
CRITIQUE_KINDS = ("sound", "one_flaw", "two_flaws")
DRAW_KINDS = ("empty", *(f"{number} objects" for number in range(1, MAX_OBJECTS + 1)))
DECLINED_DRAWINGS = ("outside", "too_many", "blank")
DECLINED_EDITS = ("outside", "ambiguous", "missing", "bare_it", "refused", "nameless")
PREFIXES = {
    "question": QUESTION_PREFIX,
    "edit": WISH_PREFIX,
    "critique": CHECK_PREFIX,
    "draw": DRAW_PREFIX,
    "route": ROUTE_PREFIX,
}
MAX_DIALOGUES = 200_000  # after so many a kind that did not come will not come


@dataclass(frozen=True)
class Case:
    """One unseen turn: the user's own words, the right answer, and the scene it is about."""

    kind: str
    text: str
    answer: str
    scene: Scene | None
    last: str | None
    seed: int
    before: Before | None = None


def new_rng(seed: int, task: str) -> random.Random:
    """Return a task's own random source, so that no task's cases depend on another task."""
    return random.Random(f"{task}/{seed}")


def sample_scenes(rng: random.Random, world: World, count: int) -> list[Scene]:
    """Return scenes as the world's sampler makes them."""
    return [sample_scene(rng, world) for _ in range(count)]


def question_cases(
    rng: random.Random, world: World, count: int, *, per_kind: int = 0, split: Split = "test"
) -> list[Case]:
    """Return about `count` questions, at least `per_kind` of each kind."""
    wanted = evenly(QUESTION_KINDS, count, per_kind)
    return _balanced(_turns(rng, world, "question", split), wanted, kind_of)


def edit_cases(
    rng: random.Random,
    world: World,
    count: int,
    *,
    per_kind: int = 0,
    several: int = 0,
    split: Split = "test",
    kinds: Sequence[str] = WISH_KINDS,
) -> list[Case]:
    """Return about `count` wishes that can be met, at least `per_kind` of each kind.

    several: at least so many with two or three wishes in one sentence.
    """
    wanted = evenly(kinds, count, per_kind)
    wanted[SEVERAL] = max(wanted[SEVERAL], several)
    return _balanced(_turns(rng, world, "edit", split), wanted, kind_of)


def critique_cases(rng: random.Random, world: World, count: int) -> list[Case]:
    """Return about `count` checklists."""
    return _balanced(_turns(rng, world, "critique"), evenly(CRITIQUE_KINDS, count), kind_of)


def draw_cases(
    rng: random.Random, world: World, count: int, *, split: Split = "test"
) -> list[Case]:
    """Return about `count` draw requests that can be met, by the number of their objects."""
    return _balanced(_turns(rng, world, "draw", split), evenly(DRAW_KINDS, count), draw_kind)


def declined_cases(
    rng: random.Random, world: World, count: int, *, outside: int = 0, split: Split = "test"
) -> list[Case]:
    """Return about `count` requests that cannot be met: drawings and edits.

    outside: at least so many ask for what lies outside of the world.
    """
    num_kinds = len(DECLINED_DRAWINGS + DECLINED_EDITS)
    cases: list[Case] = []
    for task, kinds in (("draw", DECLINED_DRAWINGS), ("edit", DECLINED_EDITS)):
        wanted = evenly(kinds, round(count * len(kinds) / num_kinds))
        wanted["outside"] = max(wanted["outside"], -(-outside // 2))
        cases += _balanced(_turns(rng, world, task, split), wanted, kind_of)
    return cases


def route_cases(
    rng: random.Random, world: World, count: int, *, split: Split = "test"
) -> list[Case]:
    """Return about `count` requests of all routes; its text begins with "picture: " or not.

    Without a picture the agent does not even offer edits and adjustments, so these are left out.
    """

    def offered(case: Case) -> str:
        has_picture = case.text.startswith("picture: ")
        return case.kind if has_picture or case.answer in PICTURELESS_ROUTES else ""

    return _balanced(_turns(rng, world, "route", split), evenly(ROUTES, count), offered)


def evenly(kinds: Sequence[str], count: int, at_least: int = 0) -> dict[str, int]:
    """Return how many of each kind make about `count` together, and `at_least` of each."""
    return dict.fromkeys(kinds, max(1, -(-count // len(kinds)), at_least))


def kind_of(case: Case) -> str:
    """Return the sampler's own name for the case's kind."""
    return case.kind


def draw_kind(case: Case) -> str:
    """Return "empty" or "3 objects" of a draw request that can be met, else the kind."""
    if case.kind != "draw":
        return case.kind
    target = parse_draw(case.answer).target
    return f"{len(target.things)} objects" if target else case.kind


def _turns(
    rng: random.Random, world: World, task: str, split: Split = "test"
) -> Iterator[list[Case]]:
    """Yield the turns of a task, one dialogue after another."""
    for _ in range(MAX_DIALOGUES):
        dialogue = sample_dialogue(rng, world, split=split, focus=task)
        yield [
            _case(turn, dialogue.scene, rng.getrandbits(31))
            for turn in dialogue.turns
            if turn.task == task
        ]


def _case(turn: Turn, scene: Scene | None, seed: int) -> Case:
    *told, text = turn.user.split("\n")
    by_prefix = {f"{line.partition(': ')[0]}: ": line.partition(": ")[2] for line in told}
    words = by_prefix.get(BEFORE_PREFIX)
    before = Before(words=words, changes=by_prefix[DONE_PREFIX]) if words else None
    text = text.removeprefix(PREFIXES[turn.task])
    last = by_prefix.get(LAST_PREFIX)
    return Case(turn.kind, text, turn.assistant, scene, last, seed, before)


def _balanced(
    dialogues: Iterator[list[Case]], wanted: Mapping[str, int], name: Callable[[Case], str]
) -> list[Case]:
    """Return so many cases of every kind, the kinds taking turns, one case a dialogue.

    Cases of one dialogue share their scene: they would not be independent.
    """
    found: dict[str, list[Case]] = {kind: [] for kind in wanted}
    num_missing = sum(wanted.values())
    for cases in dialogues:
        open_cases = [
            case
            for case in cases
            if name(case) in found and len(found[name(case)]) < wanted[name(case)]
        ]
        if open_cases:
            # The kind that is behind comes first, or the rare ones would take long.
            case = min(open_cases, key=lambda case: len(found[name(case)]) / wanted[name(case)])
            found[name(case)].append(case)
            num_missing -= 1
        if not num_missing:
            break
    rounds = itertools.zip_longest(*found.values())
    return [case for turn in rounds for case in turn if case is not None]
