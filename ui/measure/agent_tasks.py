"""The tasks that go through whole turns of the agent: editing with reflection, and latency."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from ...agent.events import Event, TurnFinished
from ...agent.pictures import decode, encode
from ...agent.services import TurnOptions
from ...memory.records import CandidateRecord, TurnRecord
from ...model.contract import Brief
from ...model.storybook.oracle import Reading
from .asking import choose_route
from .figures import Figures, breakdown, share_of, spread_of
from .picture_tasks import wanted_scene
from .samples import (
    ALONE,
    Case,
    critique_cases,
    draw_cases,
    edit_cases,
    new_rng,
    question_cases,
    route_cases,
    sample_scenes,
)
from .scoring import score_picture
from .timing import time_painting
from .workbench import Workbench, read_scene

MAX_ROUNDS = 2
EDIT_TURN = TurnOptions(max_rounds=MAX_ROUNDS, route="edit")
NUM_TIMED = 12  # cases of a stage, timed one at a time
STAGES = ("list", "question", "plan_edit", "plan_draw", "critique", "route")


@dataclass(frozen=True)
class Reflected:
    """One edit turn through the agent."""

    case: Case
    is_first_exact: bool  # the first painting: what an edit without reflection gives
    is_final_exact: bool
    rounds: int
    verdicts: tuple[tuple[bool, bool], ...]  # a painting: is it as planned, does it pass
    ms: float
    model_ms: float


def measure_reflection(bench: Workbench) -> Figures:
    """Return the same edits before and after the critic's word, and how right the critic is."""
    bench.model.forget()  # turns are timed
    # Only the turn before could say what "it" is, and these sessions begin with the picture.
    cases = [
        case
        for case in edit_cases(
            new_rng(bench.seed, "reflection"), bench.world, bench.num_reflected * 2, kinds=ALONE
        )
        if case.last is None
    ][: bench.num_reflected]
    results = []
    for number, case in enumerate(cases, 1):
        results.append(_run_turn(bench, case))
        bench.tell("reflection", number, len(cases))
    verdicts = [verdict for result in results for verdict in result.verdicts]
    rounds = [result.rounds for result in results]
    return {
        "without": breakdown([(one.case.kind, one.is_first_exact) for one in results]),
        "with": breakdown([(one.case.kind, one.is_final_exact) for one in results]),
        "mended": sum(one.is_final_exact and not one.is_first_exact for one in results),
        "spoilt": sum(one.is_first_exact and not one.is_final_exact for one in results),
        "mean_rounds": round(sum(rounds) / len(rounds), 3) if rounds else None,
        "critic": {
            "wrong_pictures_caught": share_of(not passed for good, passed in verdicts if not good),
            "right_pictures_left_alone": share_of(passed for good, passed in verdicts if good),
        },
        "turn_ms": spread_of([one.ms for one in results]),
        "model_ms": spread_of([one.model_ms for one in results]),
    }


def _run_turn(bench: Workbench, case: Case) -> Reflected:
    num_calls, start = len(bench.model.calls), time.perf_counter()
    turn, candidates = take_edit_turn(bench, case, EDIT_TURN)
    ms = (time.perf_counter() - start) * 1000
    model_ms = sum(call.ms for call in bench.model.calls[num_calls:])
    first, final = (
        is_exact(bench, image_hash, case)
        for image_hash in (
            candidates[0].image_hash if candidates else None,
            turn.version if turn and candidates else None,
        )
    )
    result = Reflected(
        case,
        is_first_exact=first,
        is_final_exact=final,
        rounds=1 + max((one.round for one in candidates), default=0),
        verdicts=tuple(verdicts_of(bench, turn, candidates)) if turn else (),
        ms=ms,
        model_ms=model_ms,
    )
    bench.log.note(
        "reflection",
        case.kind,
        asked=f"[{case.scene}] {case.text}",
        wanted=case.answer,
        got=f"{turn.reply if turn else 'asked back'} (rounds: {result.rounds}, first: {first})",
        is_right=final,
    )
    return result


def take_edit_turn(
    bench: Workbench, case: Case, options: TurnOptions
) -> tuple[TurnRecord | None, list[CandidateRecord]]:
    """Return an edit turn in a session of its own, and what was painted; None: it asked back."""
    assert case.scene is not None
    source = encode(bench.renderer.render(case.scene))
    session_id = bench.studio.store.create_session().session_id
    events = list(
        bench.agent.take_turn(
            session_id, case.text, images=[source], seed=case.seed, options=options
        )
    )
    turn = finish(bench, events)
    return turn, bench.studio.store.candidates(turn.turn_id) if turn else []


def finish(bench: Workbench, events: Sequence[Event]) -> TurnRecord | None:
    """Return the turn if it was finished; one that asks back is cancelled."""
    last = events[-1]
    if isinstance(last, TurnFinished):
        return last.turn
    bench.agent.cancel(last.turn_id)
    return None


def is_exact(bench: Workbench, image_hash: str | None, case: Case) -> bool:
    """Return whether a stored picture is the scene that an edit should lead to."""
    reading = read_version(bench, image_hash)
    return reading is not None and score_picture(reading, wanted_scene(case)).is_exact


def read_version(bench: Workbench, image_hash: str | None) -> Reading | None:
    """Return the oracle's reading of a stored picture; None of none."""
    return bench.oracle.read(_picture(bench, image_hash)) if image_hash else None


def verdicts_of(
    bench: Workbench, turn: TurnRecord, candidates: Sequence[CandidateRecord]
) -> list[tuple[bool, bool]]:
    """Return of each judged painting: whether it is as planned, and whether the critic passed it.

    The critic knows the plan alone, so a wrong plan that is painted well is right for it.
    """
    planned = read_scene((turn.plan or {}).get("target", ""))
    judged = [one for one in candidates if one.critique.get("score") is not None]
    if planned is None:
        return []
    readings = bench.oracle.read_batch([_picture(bench, one.image_hash) for one in judged])
    return [
        (score_picture(reading, planned).is_exact, one.critique["score"] == 1.0)
        for reading, one in zip(readings, judged, strict=True)
    ]


def _picture(bench: Workbench, image_hash: str) -> Image.Image:
    return decode(bench.studio.store.images.get(image_hash)).convert("RGB")


def measure_latency(bench: Workbench) -> Figures:
    """Return the milliseconds of every stage, each asked singly as a turn does, none in a batch."""
    bench.model.forget()
    seen = len(bench.model.calls)
    first, after = [], []
    kinds: dict[str, list[float]] = {"generate": [], "edit": []}
    scenes = sample_scenes(new_rng(bench.seed, "latency"), bench.world, 2 * NUM_TIMED)
    for number, (scene, target) in enumerate(zip(scenes[::2], scenes[1::2], strict=True), 1):
        source = bench.renderer.render(scene)
        bench.listing_of(source)
        for kind, brief in (
            ("generate", Brief(str(target), seed=number)),
            ("edit", Brief(str(target), source, seed=number)),
        ):
            _, embeddings, painting = time_painting(bench.model, brief)
            kinds[kind].append((embeddings or 0.0) + painting)
            if kind == "generate" and embeddings is not None:
                first.append(embeddings)
                after.append(painting)
        bench.tell("latency", number, NUM_TIMED)
    _ask_singly(bench)
    calls = bench.model.calls[seen:]
    return {
        **{f"{name}_ms": spread_of([c.ms for c in calls if c.stage == name]) for name in STAGES},
        "embeddings_ms": spread_of(first[1:]),  # the first painting also reads the weights
        "painting_ms": spread_of(after[1:]),
        "generate_ms": spread_of(kinds["generate"][1:]),
        "edit_ms": spread_of(kinds["edit"][1:]),
    }


def _ask_singly(bench: Workbench) -> None:
    """Ask a few cases of every stage that ends in words, one at a time."""
    rng = new_rng(bench.seed, "latency/words")
    for case in question_cases(rng, bench.world, NUM_TIMED)[:NUM_TIMED]:
        bench.ask("question", caption=str(case.scene), question=case.text)
    for case in edit_cases(rng, bench.world, NUM_TIMED, kinds=ALONE)[:NUM_TIMED]:
        bench.plan("edit", case.text, str(case.scene), case.last)
    for case in critique_cases(rng, bench.world, NUM_TIMED)[:NUM_TIMED]:
        bench.ask("check", caption=str(case.scene), checks=case.text.split("; "))
    for case in draw_cases(rng, bench.world, NUM_TIMED)[:NUM_TIMED]:
        bench.plan("draw", case.text)
    for case in route_cases(rng, bench.world, NUM_TIMED)[:NUM_TIMED]:
        choose_route(bench, case)
