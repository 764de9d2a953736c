"""`pentimento bench turn`: how long edit turns take, and how much of it is the agent's own."""

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from ...agent.conversation import Agent
from ...agent.events import CandidatePainted, Thought, TurnFinished
from ...agent.pictures import encode
from ...agent.targets import current_picture
from ...memory.store import SessionStore
from ...model.storybook.checks import short_name
from ...model.storybook.dialogues import CORE
from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import Scene
from ...model.storybook.world import sample_scene
from ..commands.context import Settings
from ..compose import compose
from ..console import StatusLine, print_json
from ..home import Home
from .figures import Figures, median, spread_of
from .machine import provenance
from .tables import header_of, lines_of, print_goals
from .timing import TimedModel
from .workbench import read_scene

NUM_THINGS = 3
EARLY, LATE = slice(1, 6), slice(-5, None)  # turns 2 to 6, and the last five
MAX_TURN_MS, MAX_FIRST_EVENT_MS = 2_000.0, 300.0


@dataclass(frozen=True)
class TimedTurn:
    """One edit turn that was painted and judged."""

    ms: float
    model_ms: float
    first_event_ms: float
    first_thought_ms: float
    rounds: int
    nodes: dict[str, float] = field(default_factory=dict)

    @property
    def overhead_ms(self) -> float:
        """Return the time outside of the model: graph, store, pixel lock, PNG."""
        return self.ms - self.model_ms


def run_turn_bench(settings: Settings, *, turns: int, seed: int, as_json: bool) -> None:
    """Measure edit turns in one session and print the report."""
    timed = TimedModel(settings.open_model())
    with tempfile.TemporaryDirectory(prefix="pentimento-bench-") as folder, StatusLine() as line:
        studio = compose(Home(Path(folder)), settings.model, load_model=lambda _: timed)
        try:
            found = time_turns(studio.agent, studio.store, timed, turns, seed, line)
        finally:
            studio.close()
    info = timed.info
    report: Figures = {
        "model": {
            "checkpoint": settings.model,
            "name": info.name,
            "parameters": info.parameters,
            "device": info.device,
            "dtype": info.dtype,
        },
        **provenance(),
        "seed": seed,
        "turns": turns,
        "turn": turn_figures(found, turns),
    }
    report["goals"] = goals_of(report["turn"])
    if as_json:
        print_json(report)
        return
    typer.echo(header_of(report) + "\n")
    for text in lines_of(report["turn"]):
        typer.echo(text.rstrip())
    print_goals(report["goals"])


def time_turns(
    agent: Agent,
    store: SessionStore,
    model: TimedModel,
    turns: int,
    seed: int,
    line: StatusLine,
) -> list[TimedTurn]:
    """Return the turns of one session that were painted; each recolours one object.

    Where the current picture cannot be read any more a new one is uploaded with the request.
    """
    rng, renderer = random.Random(seed), Renderer()
    session_id = store.create_session().session_id
    found = []
    for number in range(1, turns + 1):
        line.show("turn", number, turns)
        scene, images = _scene_at_hand(store, session_id), []
        if scene is None or not scene.things:
            scene = sample_scene(rng, CORE, NUM_THINGS)
            images = [encode(renderer.render(scene))]
        turn = time_turn(agent, model, session_id, recolouring(rng, scene), images, seed + number)
        if turn:
            found.append(turn)
    line.show("")
    return found


def time_turn(
    agent: Agent,
    model: TimedModel,
    session_id: str,
    text: str,
    images: Sequence[bytes],
    seed: int,
) -> TimedTurn | None:
    """Return one turn's times, or None if nothing was painted."""
    num_calls, rounds = len(model.calls), 0
    first_event = first_thought = None
    last = None
    start = time.perf_counter()
    for event in agent.take_turn(session_id, text, images=images, seed=seed):
        now = (time.perf_counter() - start) * 1000
        first_event = first_event or now
        if isinstance(event, Thought):
            first_thought = first_thought or now
        if isinstance(event, CandidatePainted):
            rounds = event.round + 1
        last = event
    ms = (time.perf_counter() - start) * 1000
    if not isinstance(last, TurnFinished):
        if last:
            agent.cancel(last.turn_id)
        return None
    if not rounds:
        return None
    return TimedTurn(
        ms=ms,
        model_ms=sum(call.ms for call in model.calls[num_calls:]),
        first_event_ms=first_event or ms,
        first_thought_ms=first_thought or ms,
        rounds=rounds,
        nodes=dict(last.turn.timings or {}),
    )


def recolouring(rng: random.Random, scene: Scene) -> str:
    """Return a plain request to recolour one object."""
    thing = rng.choice(scene.things)
    colour = rng.choice([colour for colour in CORE.colours if colour != thing.colour])
    return f"make {short_name(thing, scene)} {colour}"


def turn_figures(turns: Sequence[TimedTurn], asked: int) -> Figures:
    """Return medians and 90th percentiles, and whether turns grow slower with the session."""
    nodes = list(dict.fromkeys(name for turn in turns for name in turn.nodes))
    early, late = turns[EARLY], turns[LATE]
    return {
        "painted_turns": len(turns),
        "other_turns": asked - len(turns),
        "turn_ms": spread_of([turn.ms for turn in turns]),
        "first_event_ms": spread_of([turn.first_event_ms for turn in turns]),
        "first_thought_ms": spread_of([turn.first_thought_ms for turn in turns]),
        "model_ms": spread_of([turn.model_ms for turn in turns]),
        "overhead_ms": spread_of([turn.overhead_ms for turn in turns]),
        "mean_rounds": round(sum(t.rounds for t in turns) / len(turns), 3) if turns else None,
        "nodes": {
            f"{name}_ms": spread_of([t.nodes[name] for t in turns if name in t.nodes])
            for name in nodes
        },
        "session_length": {
            "turn_2_ms": round(turns[1].ms, 2) if len(turns) > 1 else None,
            "last_turn_ms": round(turns[-1].ms, 2) if turns else None,
            "early_ms": median([turn.ms for turn in early]),
            "late_ms": median([turn.ms for turn in late]),
            "early_overhead_ms": median([turn.overhead_ms for turn in early]),
            "late_overhead_ms": median([turn.overhead_ms for turn in late]),
        },
    }


def goals_of(figures: Figures) -> list[Figures]:
    """Return what an edit turn may take, and whether it does."""
    goals = []
    for name, key, limit in (
        ("edit turn with critique, median ms", "turn_ms", MAX_TURN_MS),
        ("first event, median ms", "first_event_ms", MAX_FIRST_EVENT_MS),
    ):
        value = figures[key]["median"]
        is_met = value is not None and value <= limit
        goals.append(
            {"goal": name, "is_floor": False, "limit": limit, "value": value, "is_met": is_met}
        )
    return goals


def _scene_at_hand(store: SessionStore, session_id: str) -> Scene | None:
    image_hash = current_picture(store, session_id)
    caption = store.image(image_hash).caption if image_hash else None
    return read_scene(caption) if caption else None
