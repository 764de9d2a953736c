"""`pentimento eval storybook`: every task in turn, one report."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from ... import InputError
from ...model.contract import UnifiedModel
from ...model.storybook.dialogues import CORE, FULL
from ..commands.context import Settings
from ..compose import Studio, compose
from ..console import StatusLine, print_json
from ..files import check_folder_of
from ..home import Home
from .agent_tasks import measure_latency, measure_reflection
from .figures import Figures
from .goals import goals_of
from .machine import provenance
from .picture_tasks import measure_editing, measure_generation
from .sheets import write_sheets
from .tables import print_report
from .text_tasks import (
    measure_critique,
    measure_declining,
    measure_polishing,
    measure_questions,
    measure_routing,
    measure_understanding,
)
from .timing import TimedModel
from .workbench import CaseLog, Workbench

TASKS: dict[str, Callable[[Workbench], Figures]] = {
    "understanding": measure_understanding,
    "questions": measure_questions,
    "critique": measure_critique,
    "routing": measure_routing,
    "polishing": measure_polishing,
    "declining": measure_declining,
    "generation": measure_generation,
    "editing": measure_editing,
    "reflection": measure_reflection,
    "latency": measure_latency,  # last: it also reads what the others noted
}
WORLDS = {world.name: world for world in (CORE, FULL)}


@dataclass(frozen=True)
class EvaluationRequest:
    """What is to be measured, and what to write besides the report."""

    samples: int = 300
    reflected: int = 60
    seed: int = 0
    tasks: tuple[str, ...] = ()  # empty: all
    world: str = "core"
    sheet: Path | None = None
    cases: Path | None = None


def run_evaluation(settings: Settings, request: EvaluationRequest, *, as_json: bool) -> None:
    """Measure the model and print the report."""
    tasks = check_tasks(request.tasks)
    if request.world not in WORLDS:
        raise InputError(f"There is no world {request.world!r}. Worlds: {', '.join(WORLDS)}.")
    for path in (request.sheet, request.cases):
        if path:
            check_folder_of(path)
    model = settings.open_model()
    report = evaluate(model, request, tasks, settings.model)
    if as_json:
        print_json(report)
    else:
        print_report(report)


def check_tasks(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tasks in the order in which they run; InputError names an unknown one."""
    unknown = [name for name in names if name not in TASKS]
    if unknown:
        raise InputError(f"There is no task {unknown[0]!r}. Tasks: {', '.join(TASKS)}.")
    return tuple(name for name in TASKS if name in names or not names)


def evaluate(
    model: UnifiedModel, request: EvaluationRequest, tasks: Sequence[str], name: str
) -> Figures:
    """Return the report; sessions are made in a folder that is thrown away."""
    timed = TimedModel(model)
    report: Figures = {
        "model": {
            "checkpoint": name,
            "name": model.info.name,
            "parameters": model.info.parameters,
            "device": model.info.device,
            "dtype": model.info.dtype,
            "steps": model.info.num_inference_steps,
        },
        **provenance(),
        "seed": request.seed,
        "samples": request.samples,
        "world": request.world,
        "sentence_patterns": "held out from training",
        "tasks": {},
        "seconds": {},
    }
    with tempfile.TemporaryDirectory(prefix="pentimento-eval-") as folder, StatusLine() as line:
        studio = compose(Home(Path(folder)), name, load_model=lambda _: timed)
        try:
            _run_tasks(timed, studio, request, tasks, line, report)
        finally:
            studio.close()
    report["goals"] = goals_of(report["tasks"])
    return report


def _run_tasks(
    timed: TimedModel,
    studio: Studio,
    request: EvaluationRequest,
    tasks: Sequence[str],
    line: StatusLine,
    report: Figures,
) -> None:
    log = CaseLog(request.cases)
    bench = Workbench(
        model=timed,
        studio=studio,
        world=WORLDS[request.world],
        seed=request.seed,
        samples=request.samples,
        num_reflected=request.reflected,
        tell=line.show,
        log=log,
    )
    try:
        for task in tasks:
            start = time.perf_counter()
            report["tasks"][task] = TASKS[task](bench)
            seconds = round(time.perf_counter() - start, 1)
            report["seconds"][task] = seconds
            line.show("")
            typer.echo(f"{task}: {seconds:.0f} s", err=True)
    finally:
        log.close()
    if request.sheet and bench.sheets:
        report["sheets"] = write_sheets(request.sheet, bench.sheets)
