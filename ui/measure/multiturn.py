"""`pentimento eval multiturn`: scripted sessions of many turns, with ablations and faults."""

import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ... import InputError
from ...agent.conversation import Agent
from ...agent.events import Clarify, TurnFinished
from ...agent.pictures import decode, flatten
from ...agent.polish import clauses_of
from ...agent.services import Limits, TurnOptions
from ...agent.squash import SQUASH_TEXT
from ...memory.images import ImageStore
from ...memory.records import TurnRecord
from ...memory.store import SessionStore
from ...model.contract import UnifiedModel
from ...model.storybook.oracle import Oracle
from ...model.storybook.world import CORE, FULL
from ...prompts.loader import PromptLibrary
from ..commands.context import Settings
from ..console import StatusLine, print_json
from ..files import check_folder_of
from .faulty_critic import CRITIC_SECONDS, FAULTS, FaultyCritic
from .figures import Figures
from .machine import provenance
from .multiturn_report import print_multiturn, write_plots
from .multiturn_score import (
    PUBLISHED,
    WORLDS_DIFFER,
    TurnScore,
    consistency,
    followed,
    is_collapsed,
    session_figures,
)
from .multiturn_script import ScriptTurn, write_session

WORLDS = {"core": CORE, "full": FULL}
SQUASH_EVERY = 5
REFLECTION = tuple((rounds, count) for count in (1, 2, 4) for rounds in (0, 1, 2, 3))


@dataclass(frozen=True)
class Variant:
    """One way of running the same sessions."""

    options: TurnOptions = TurnOptions()
    is_split: bool = False  # every wish a turn of its own
    squashes: bool = False


VARIANTS: dict[str, Variant] = {
    "all on": Variant(),
    "no lock": Variant(TurnOptions(lock="off")),
    "no reflection": Variant(TurnOptions(reflect=False)),
    "no regression checks": Variant(TurnOptions(regress=False)),
    "one wish a painting": Variant(is_split=True),
    "with squash": Variant(squashes=True),
}


@dataclass(frozen=True)
class MultiturnRequest:
    """What to measure."""

    turns: int = 10
    sessions: int = 200
    seed: int = 0
    world: str = "core"
    variants: tuple[str, ...] = ()  # none: all
    fault_sessions: int = 2  # 0: no fault cases
    reflection_sessions: int = 0  # 0: no table of rounds and candidates
    plots: Path | None = None


def run_multiturn(settings: Settings, request: MultiturnRequest, *, as_json: bool) -> None:
    """Measure whole sessions and print the report."""
    unknown = [name for name in request.variants if name not in VARIANTS]
    if unknown:
        raise InputError(f"There is no variant {unknown[0]!r}. Variants: {', '.join(VARIANTS)}.")
    if request.world not in WORLDS:
        raise InputError(f"There is no world {request.world!r}. Worlds: {', '.join(WORLDS)}.")
    if request.plots:
        check_folder_of(request.plots)
    model = settings.open_model()
    with StatusLine() as line:
        report = measure_multiturn(model, request, line)
    if request.plots:
        report["plots"] = [str(path) for path in write_plots(request.plots, report)]
    if as_json:
        print_json(report)
    else:
        print_multiturn(report)


def measure_multiturn(
    model: UnifiedModel, request: MultiturnRequest, line: StatusLine | None = None
) -> Figures:
    """Return the report; sessions are kept in a folder that is thrown away."""
    world = WORLDS[request.world]
    scripts = [
        write_session(random.Random(f"multiturn/{request.seed}/{number}"), world, request.turns)
        for number in range(request.sessions)
    ]
    report: Figures = {
        "model": {"name": model.info.name, "parameters": model.info.parameters,
                  "device": model.info.device, "dtype": model.info.dtype},
        **provenance(),
        "seed": request.seed,
        "turns": request.turns,
        "sessions": request.sessions,
        "world": request.world,
        "published": PUBLISHED,
        "remark": WORLDS_DIFFER,
        "variants": {},
        "faults": {},
        "reflection": [],
    }  # fmt: skip
    oracle = Oracle()
    with tempfile.TemporaryDirectory(prefix="pentimento-multiturn-") as folder:
        for name in request.variants or tuple(VARIANTS):
            stage = Stage(model, Path(folder) / name.replace(" ", "-"), oracle)
            report["variants"][name] = stage.run(scripts, VARIANTS[name], name, line)
        for fault in FAULTS if request.fault_sessions else ():
            faulty = FaultyCritic(model, fault=fault)
            stage = Stage(faulty, Path(folder) / fault, oracle, Limits(critic=CRITIC_SECONDS))
            few = scripts[: request.fault_sessions]
            report["faults"][fault] = stage.run(few, Variant(), fault, line)
        few = scripts[: request.reflection_sessions]
        for rounds, count in REFLECTION if few else ():
            options = TurnOptions(candidates=count, max_rounds=max(1, rounds), reflect=rounds > 0)
            label = f"{rounds} rounds, K = {count}"
            stage = Stage(model, Path(folder) / f"{rounds}-{count}", oracle)
            figures = stage.run(few, Variant(options), label, line)
            report["reflection"].append(_reflection_row(rounds, count, figures))
    return report


def _reflection_row(rounds: int, count: int, figures: Figures) -> Figures:
    """Return the row of the reflection table; its critics' over-reflection is a share."""
    return {
        "rounds": rounds,
        "candidates": count,
        "success": figures["success"],
        "rounds_used": figures["rounds"],
        "over_reflection": figures["over_reflection"],
        "ms_median": figures["ms_median"],
    }


class Stage:
    """An agent on a store of its own, on which scripts are played."""

    def __init__(
        self, model: UnifiedModel, folder: Path, oracle: Oracle, limits: Limits | None = None
    ) -> None:
        """Take the model and the judge; the folder is made."""
        self._model, self._folder, self._limits = model, folder, limits
        self._oracle = oracle

    def run(
        self,
        scripts: Sequence[Sequence[ScriptTurn]],
        variant: Variant,
        name: str,
        line: StatusLine | None,
    ) -> Figures:
        """Return the figures of all sessions under one variant."""
        self._folder.mkdir(parents=True)
        store = SessionStore(
            f"sqlite:///{self._folder / 'p.db'}", ImageStore(self._folder / "images")
        )
        prompts = PromptLibrary(self._model.info.family)
        agent = Agent(self._model, store, prompts, limits=self._limits)
        try:
            sessions = []
            for number, script in enumerate(scripts, 1):
                if line:
                    line.show(name, number - 1, len(scripts))
                sessions.append(self._play(agent, script, variant, number))
        finally:
            agent.close()
            store.close()
        figures = session_figures([[score for score, _ in session] for session in sessions])
        every = [one for session in sessions for one in session if one[0].rounds]
        tried = [score for score, is_first_right in every if is_first_right]
        figures["success"] = (
            round(sum(score.is_followed for score, _ in every) / len(every), 4) if every else None
        )
        figures["over_reflection"] = (
            round(sum(score.rounds > 1 for score in tried) / len(tried), 4) if tried else None
        )
        return figures

    def _play(
        self, agent: Agent, script: Sequence[ScriptTurn], variant: Variant, number: int
    ) -> list[tuple[TurnScore, bool]]:
        """Return a score a turn, and whether its first painting was right already."""
        session_id = agent.store.create_session().session_id
        scores: list[tuple[TurnScore, bool]] = []
        pictures: list[str | None] = []
        for index, turn in enumerate(script):
            parts = clauses_of(turn.text) if variant.is_split and turn.kind == "edit" else []
            start = time.perf_counter()
            for part in parts or [turn.text]:
                options = replace(variant.options, route="draw" if turn.kind == "draw" else None)
                done = self._say(agent, session_id, part, options, seed=1000 * number + index)
            ms = round((time.perf_counter() - start) * 1000, 1)
            later = [one.kind for one in script[index + 1 :]]
            # Undo after a squash goes to the original: the script's own steps would be lost.
            is_time = not later or index % SQUASH_EVERY == SQUASH_EVERY - 1
            if variant.squashes and is_time and "revert" not in later:
                self._say(agent, session_id, SQUASH_TEXT, variant.options, seed=number)
            picture = agent.view(session_id).picture
            scores.append(self._score(agent, turn, done, picture, pictures, ms))
            pictures.append(picture)
        return scores

    def _say(
        self, agent: Agent, session_id: str, text: str, options: TurnOptions, seed: int
    ) -> TurnRecord | None:
        """Return the turn; None if it failed or asked back, for nobody answers."""
        events = list(agent.take_turn(session_id, text, seed=seed, options=options))
        last = events[-1] if events else None
        if isinstance(last, Clarify):
            agent.cancel(last.turn_id)
        return last.turn if isinstance(last, TurnFinished) else None

    def _score(
        self,
        agent: Agent,
        turn: ScriptTurn,
        done: TurnRecord | None,
        picture: str | None,
        pictures: Sequence[str | None],
        ms: float,
    ) -> tuple[TurnScore, bool]:
        plan: dict[str, Any] = (done.plan if done else None) or {}
        if picture is None:
            lost = TurnScore(
                turn.kind, done is not None, False, 0.0, True, False, False, None, 0, ms
            )
            return lost, False
        reading = self._read(agent, picture)
        is_first_right = False
        if done and done.brief:
            told = agent.store.candidates(done.turn_id)
            first = self._read(agent, told[0].image_hash) if told else reading
            is_first_right = followed(first, turn.wanted, turn.before)
        score = TurnScore(
            kind=turn.kind,
            is_done=done is not None,
            is_followed=_is_followed(turn, done, reading, picture, pictures),
            consistency=consistency(reading, turn.wanted, turn.before),
            is_collapsed=is_collapsed(reading),
            is_back=_is_back(turn, picture, pictures),
            is_answered=_is_answered(turn, done),
            kept_share=plan.get("kept_share"),
            rounds=int(plan.get("rounds") or 0) if done and done.brief else 0,
            ms=ms,
        )
        return score, is_first_right

    def _read(self, agent: Agent, image_hash: str) -> Any:
        image = flatten(decode(agent.store.images.get(image_hash)))
        return self._oracle.read(image)


def _is_followed(
    turn: ScriptTurn,
    done: TurnRecord | None,
    reading: Any,
    picture: str,
    pictures: Sequence[str | None],
) -> bool:
    """Return whether a turn did what it was told."""
    if done is None:
        return False
    if turn.kind == "revert":
        return bool(_is_back(turn, picture, pictures))
    if turn.kind == "question":
        return bool(_is_answered(turn, done))
    if turn.kind == "wish":
        return bool((done.plan or {}).get("told"))
    return followed(reading, turn.wanted, turn.before)


def _is_back(turn: ScriptTurn, picture: str, pictures: Sequence[str | None]) -> bool | None:
    return None if turn.same_as is None else pictures[turn.same_as] == picture


def _is_answered(turn: ScriptTurn, done: TurnRecord | None) -> bool | None:
    if turn.answer is None:
        return None
    return done is not None and turn.answer in done.reply.lower()
