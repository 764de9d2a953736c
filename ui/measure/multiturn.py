"""`pentimento eval multiturn`: scripted sessions of many turns, with ablations and faults."""

import random
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ... import InputError
from ...model.contract import UnifiedModel
from ...model.storybook.oracle import Oracle
from ..commands.context import Settings
from ..console import StatusLine
from ..files import check_folder_of
from .evaluation import WORLDS, blank_report
from .figures import Figures
from .kept import MULTITURN, begin_report, join_reports, summed_up, write_report
from .machine import now
from .multiturn_cases import BROKEN, CASES, REFLECTION, VARIANTS
from .multiturn_play import Stage
from .multiturn_report import show_multiturn
from .multiturn_script import ScriptTurn, write_session
from .reports import check_section, open_plots
from .workbench import CaseLog

BLOCK = 5  # sessions of a case before the next case has its turn: what is cut short has of all


@dataclass(frozen=True)
class MultiturnRequest:
    """What to measure."""

    turns: int = 10
    sessions: int = 200
    seed: int = 0
    world: str = "core"
    variants: Mapping[str, int | None] | None = None  # sessions of each, None: `sessions`; all
    fault_sessions: int = 2  # 0: no fault cases
    reflection_sessions: int = 0  # 0: no table of rounds and candidates
    first: int = 0  # number of the first session
    part: tuple[int, int] = (1, 1)  # the first of two processes plays every second session: 1, 2
    plots: Path | None = None
    report: Path | None = None  # written after every session; what it holds is not played again
    into: Path | None = None
    cases: Path | None = None

    @property
    def command(self) -> str:
        """Return the command line that asks for this; sessions may be joined from several."""
        parts = [f"pentimento {MULTITURN} --turns {self.turns}"]
        parts += [f"--seed {self.seed}"] if self.seed else []
        parts += [f"--world {self.world}"] if self.world != "core" else []
        return " ".join(parts)

    def jobs(self) -> list[tuple[str, int]]:
        """Return what is to be played: names of cases and numbers of sessions, in order."""
        variants = dict.fromkeys(VARIANTS) if self.variants is None else self.variants
        many = {name: variants[name] or self.sessions for name in VARIANTS if name in variants}
        many |= dict.fromkeys(BROKEN, self.fault_sessions)
        many |= dict.fromkeys(REFLECTION, self.reflection_sessions)
        number, parts = self.part
        order = list(CASES)
        found = [
            (name, self.first + at)
            for name, sessions in many.items()
            for at in range(number - 1, sessions, parts)
        ]
        return sorted(found, key=lambda job: (job[1] // BLOCK, order.index(job[0]), job[1]))


def run_multiturn(settings: Settings, request: MultiturnRequest, *, as_json: bool) -> None:
    """Measure whole sessions and print the report."""
    unknown = [name for name in request.variants or () if name not in VARIANTS]
    if unknown:
        raise InputError(f"There is no variant {unknown[0]!r}. Variants: {', '.join(VARIANTS)}.")
    if request.world not in WORLDS:
        raise InputError(f"There is no world {request.world!r}. Worlds: {', '.join(WORLDS)}.")
    if not 1 <= request.part[0] <= request.part[1]:
        raise InputError("A part is given as 1/2 and 2/2: the first and the second of two.")
    open_plots(request.plots)
    for path in (request.report, request.into, request.cases):
        if path:
            check_folder_of(path)
    if request.into:
        check_section(request.into, MULTITURN)
    report = measure_multiturn(settings.open_model(), request, settings.model)
    show_multiturn(report, request.into, request.plots, as_json=as_json)


def measure_multiturn(
    model: UnifiedModel, request: MultiturnRequest, name: str = "storybook"
) -> Figures:
    """Return the report with a task a session, named "all on/17": a score a turn.

    Sessions are kept in a folder that is thrown away.
    """
    blank = blank_report(
        model, name, request.command, request.seed, request.world, turns=request.turns
    )
    report = begin_report(request.report, blank)
    jobs = [job for job in request.jobs() if task_name(*job) not in report["tasks"]]
    if not jobs:
        return summed_up(report)
    log = CaseLog(request.cases, goes_on=bool(report["tasks"]))
    oracle, stages = Oracle(), dict[str, Stage]()
    with (
        tempfile.TemporaryDirectory(prefix="pentimento-multiturn-") as folder,
        StatusLine(is_long=True) as line,
    ):
        try:
            for done, (case, number) in enumerate(jobs):
                line.show(case, done, len(jobs))
                if case not in stages:
                    path = Path(folder) / str(len(stages))
                    stages[case] = Stage(model, CASES[case], path, oracle, log)
                start = time.perf_counter()
                scores = stages[case].play(script_of(request, case, number), number)
                seconds = round(time.perf_counter() - start, 1)
                task = task_name(case, number)
                measured = {"seconds": seconds, "commit": report["commit"], "date": now()}
                found = report | {"tasks": {task: scores}, "measured": {task: measured}}
                report = join_reports([report, found])
                log.write()
                if request.report:
                    write_report(request.report, summed_up(report))
        finally:
            for stage in stages.values():
                stage.close()
    return summed_up(report)


def script_of(request: MultiturnRequest, case: str, number: int) -> list[ScriptTurn]:
    """Return a session of a case; all cases of one style play the same ones."""
    style = CASES[case].variant.style
    rng = random.Random(f"multiturn/{style}/{request.seed}/{number}")
    return write_session(rng, WORLDS[request.world], request.turns, style)


def task_name(case: str, number: int) -> str:
    """Return the name of a session of a case in a report."""
    return f"{case}/{number}"
