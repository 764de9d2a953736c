"""The paper's claims that need many turns: what reflection gains and costs, what the lock keeps."""

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image

from ...agent.drift import measure_drift
from ...agent.language import read_listing
from ...agent.lock import LockMode
from ...agent.services import TurnOptions
from ...agent.state import Plan
from ...agent.windows import asked_area
from ...memory.records import CandidateRecord
from ...model.contract import Brief
from ...model.storybook.edits import add, recolour, remove
from ...model.storybook.scene import SIZES, Scene, Thing
from ...model.storybook.world import World, sample_scene
from .agent_tasks import is_exact, take_edit_turn
from .figures import Figures, count_share, share_of
from .samples import ALONE, edit_cases, new_rng
from .scoring import score_picture
from .workbench import BATCH, Workbench, lock_edit

ROUNDS = (0, 1, 2, 3)  # repaintings after the first painting
STEPS = (None, 1)  # the model's own number, and one alone: a painter with more to mend
TURNS = 20
CELLS = 4  # cells that a session's wishes are about; nobody asks for a change of the other five
LOCKS: tuple[LockMode, ...] = ("auto", "off")


def measure_rounds(bench: Workbench) -> Figures:
    """Return the success of edits after 0 to 3 rounds of reflection, and what too much of it costs.

    Every turn may go three rounds; what fewer would have given is the best of the paintings up to
    there. "Newest taken" is what an agent without memory of its best would show: the last one.
    """
    bench.model.forget()  # turns are timed
    rng = new_rng(bench.seed, "rounds")
    found = edit_cases(rng, bench.world, 2 * bench.num_reflected, kinds=ALONE)
    cases = [case for case in found if case.last is None][: bench.num_reflected]
    figures: Figures = {}
    for steps in STEPS:
        name = f"steps: {steps or bench.model.info.num_inference_steps}"
        options = TurnOptions(max_rounds=1 + max(ROUNDS), route="edit", steps=steps)
        turns = []
        for number, case in enumerate(cases, 1):
            _, candidates = take_edit_turn(bench, case, options)
            flags = [is_exact(bench, one.image_hash, case) for one in candidates]
            turns.append(list(zip(candidates, flags, strict=True)))
            bench.tell(f"rounds: {name}", number, len(cases))
        figures[name] = round_figures(turns)
    return figures


def round_figures(turns: Sequence[Sequence[tuple[CandidateRecord, bool]]]) -> Figures:
    """Return the figures of turns: of each its paintings in order, and whether they are right."""
    by_rounds = {
        str(rounds): {
            "best_kept": share_of(
                bool(turn) and max(turn[: rounds + 1], key=lambda one: _score(one[0]))[1]
                for turn in turns
            ),
            "newest_taken": share_of(bool(turn) and turn[: rounds + 1][-1][1] for turn in turns),
        }
        for rounds in ROUNDS
    }
    firsts = [turn[0] for turn in turns if turn]
    again = [turn for turn in turns if len(turn) > 1]
    needless = [turn for turn in again if turn[0][1]]
    return {
        "after_rounds": by_rounds,
        "right_at_once_and_passed": count_share(
            sum(right and _score(one) == 1.0 for one, right in firsts),
            sum(right for _, right in firsts),
        ),
        "needless_repaintings": sum(len(turn) - 1 for turn in needless),
        "needed_repaintings": sum(len(turn) - 1 for turn in again if not turn[0][1]),
        "right_then_spoilt_if_newest_taken": sum(not turn[-1][1] for turn in needless),
        "mean_paintings": round(statistics.fmean(len(turn) for turn in turns), 3),
    }


def _score(candidate: CandidateRecord) -> float:
    score = candidate.critique.get("score")
    return -1.0 if score is None else score


@dataclass
class Session:
    """Edits in a row without words: what the picture should be, and what it is under a lock."""

    rng: random.Random
    scene: Scene
    lock: LockMode
    image: Image.Image
    original: Image.Image
    cells: list[int]
    changed: list[Image.Image] = field(default_factory=list)  # what each turn was to change


def measure_lock(bench: Workbench) -> Figures:
    """Return how far pictures drift over 20 edits with the pixel lock on and off.

    The same right plans for both, so that nothing but the lock tells them apart; drift is measured
    where no wish asked for a change.
    """
    sessions = [
        new_session(bench, number, lock)
        for number in range(max(1, bench.num_chains // 4))
        for lock in LOCKS
    ]
    turns: dict[str, list[Figures]] = {lock: [] for lock in LOCKS}
    for turn in range(TURNS):
        _edit_all(bench, sessions)
        for lock in LOCKS:
            turns[lock].append(
                _state_of(bench, [session for session in sessions if session.lock == lock])
            )
        bench.tell("lock", turn + 1, TURNS)
    names = {"auto": "on", "off": "off"}
    return {
        "sessions": len(sessions) // len(LOCKS),
        "after_turns": {
            str(turn): {f"{names[lock]}: {k}": v for lock in LOCKS
                        for k, v in turns[lock][turn - 1].items()}
            for turn in range(1, TURNS + 1)
        },
    }  # fmt: skip


def new_session(bench: Workbench, number: int, lock: LockMode) -> Session:
    """Return a session before its first edit; the same for every lock."""
    rng = new_rng(bench.seed, f"lock/{number}")
    scene = sample_scene(rng, bench.world, 3)
    image = bench.renderer.render(scene)
    taken = [thing.cell for thing in scene.things]
    cells = [rng.choice(taken), *rng.sample(scene.free_cells, CELLS - 1)]
    return Session(rng, scene, lock, image, image, cells)


def next_scene(rng: random.Random, world: World, scene: Scene, cells: Sequence[int]) -> Scene:
    """Return a scene after one edit in one of some cells: added, taken away, or recoloured."""
    cell = rng.choice(cells)
    thing = scene.at(cell)
    if thing is None:
        new = Thing(cell, rng.choice(world.kinds), rng.choice(world.colours), rng.choice(SIZES))
        if len(scene.things) < 5:
            return add(scene, new).target
        thing = rng.choice([one for one in scene.things if one.cell in cells])
    if rng.random() < 0.4:
        return remove(scene, thing).target
    others = [colour for colour in world.colours if colour != thing.colour]
    return recolour(scene, thing, rng.choice(others)).target


def _edit_all(bench: Workbench, sessions: Sequence[Session]) -> None:
    """Take the next edit of every session, painted in batches."""
    briefs, before = [], []
    for session in sessions:
        old = session.scene
        session.scene = next_scene(session.rng, bench.world, old, session.cells)
        source, target = read_listing(str(old)), read_listing(str(session.scene))
        asked = asked_area(source, target, (), session.image.size)
        assert asked is not None  # one cell
        session.changed.append(asked)
        briefs.append(Brief(str(session.scene), session.image, session.rng.getrandbits(31)))
        before.append(old)
    for start in range(0, len(briefs), BATCH):
        painted = bench.model.imagine(briefs[start : start + BATCH])
        part = slice(start, start + BATCH)
        for session, old, picture in zip(sessions[part], before[part], painted, strict=True):
            made: Plan = {"target": str(session.scene), "changes": [], "is_global": False}
            painting = picture.image.convert("RGB")
            session.image = lock_edit(session.image, painting, str(old), made, session.lock)


def _state_of(bench: Workbench, sessions: Sequence[Session]) -> Figures:
    drifts = [measure_drift(one.original, one.image, one.changed) for one in sessions]
    readings = bench.oracle.read_batch([one.image for one in sessions])
    scores = [score_picture(r, one.scene) for r, one in zip(readings, sessions, strict=True)]
    return {
        "levels_moved": _mean([one.distance for one in drifts]),
        "pixels_identical": _mean([one.identical_share for one in drifts]),
        "scene_right": share_of(score.is_exact for score in scores),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.fmean(known), 4) if known else None
