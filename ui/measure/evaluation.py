"""`pentimento eval storybook`: every task in turn, one report."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from ... import InputError
from ...model.contract import UnifiedModel
from ...model.nexus.unified import NexusModel
from ...model.storybook.dialogues import CORE, FULL
from ..commands.context import Settings
from ..compose import Studio, compose
from ..console import StatusLine, print_json
from ..files import check_folder_of
from ..home import Home
from .agent_tasks import measure_latency, measure_reflection
from .chains import measure_chain
from .everyday import measure_everyday
from .figures import Figures
from .kept import begin_report, digest_of, join_reports, summed_up, write_report
from .machine import now, provenance
from .parts_tasks import measure_parts
from .picture_tasks import measure_editing, measure_generation
from .rehearsal import RehearsedModel
from .reports import check_section, evaluation_section, write_section
from .sheets import write_sheets
from .tables import print_report
from .talk import measure_talk
from .text_tasks import (
    measure_critique,
    measure_declining,
    measure_polishing,
    measure_questions,
    measure_routing,
    measure_understanding,
)
from .wild_words import measure_wild_words
from .wordings import measure_wordings
from .workbench import CaseLog, Workbench

Table = Mapping[str, Callable[[Workbench], Figures]]
TASKS: Table = {
    "parts": measure_parts,
    "understanding": measure_understanding,
    "questions": measure_questions,
    "critique": measure_critique,
    "routing": measure_routing,
    "polishing": measure_polishing,
    "declining": measure_declining,
    "generation": measure_generation,
    "editing": measure_editing,
    "wordings": measure_wordings,
    "wild": measure_wild_words,
    "everyday": measure_everyday,
    "reflection": measure_reflection,
    "chain": measure_chain,
    "talk": measure_talk,
    "latency": measure_latency,
}
FULL_ONLY = ("parts", "wordings", "wild", "everyday", "chain", "talk")  # unless they are named
SAMPLES, FULL_SAMPLES = 300, 500
REFLECTED, FULL_REFLECTED = 60, 100
PER_KIND = 5  # in full, one sample in so many of every kind of edit and of question
WORLDS = {world.name: world for world in (CORE, FULL)}


@dataclass(frozen=True)
class EvaluationRequest:
    """What is to be measured, and what to write besides the report."""

    samples: int | None = None  # None: SAMPLES, in full FULL_SAMPLES
    reflected: int | None = None
    seed: int = 0
    tasks: tuple[str, ...] = ()  # empty: all
    world: str = "core"
    sheet: Path | None = None
    cases: Path | None = None
    is_full: bool = False
    report: Path | None = None  # written after every task; what it holds is not measured again
    into: Path | None = None  # a document whose section is to be replaced
    section: str = "eval storybook"  # of that document, and the command

    @property
    def num_samples(self) -> int:
        """Return the cases a task."""
        return self.samples or (FULL_SAMPLES if self.is_full else SAMPLES)

    @property
    def num_reflected(self) -> int:
        """Return the edits that go through whole turns, and the sessions of ten edits."""
        return self.reflected or (FULL_REFLECTED if self.is_full else REFLECTED)

    @property
    def per_kind(self) -> int:
        """Return the fewest cases of a kind; 0 where no fewest is set."""
        return max(1, self.num_samples // PER_KIND) if self.is_full else 0

    @property
    def command(self) -> str:
        """Return the command line that asks for this, of all tasks."""
        parts = [f"pentimento {self.section}"]
        parts += ["--full"] if self.is_full else []
        parts += [f"--samples {self.samples}"] if self.samples else []
        parts += [f"--reflected {self.reflected}"] if self.reflected else []
        parts += [f"--seed {self.seed}"] if self.seed else []
        parts += [f"--world {self.world}"] if self.world != "core" else []
        return " ".join(parts)


def run_evaluation(settings: Settings, request: EvaluationRequest, *, as_json: bool) -> None:
    """Measure the model and print the report."""
    tasks = check_tasks(request.tasks, is_full=request.is_full)
    check_request(request)
    report = evaluate(settings.open_model(), request, tasks, settings.model)
    show_report(report, request.into, as_json=as_json)


def check_request(request: EvaluationRequest) -> None:
    """Refuse early what would fail when everything was measured."""
    if request.world not in WORLDS:
        raise InputError(f"There is no world {request.world!r}. Worlds: {', '.join(WORLDS)}.")
    for path in (request.sheet, request.cases, request.report, request.into):
        if path:
            check_folder_of(path)
    if request.into:
        check_section(request.into, request.section)


def show_report(report: Figures, into: Path | None, *, as_json: bool) -> None:
    """Print a report, and write it into a document where one is named."""
    if into:
        write_section(into, EvaluationRequest.section, evaluation_section(report))
    if as_json:
        print_json(report)
    else:
        print_report(report)


def check_tasks(
    names: Sequence[str], *, is_full: bool = False, table: Table = TASKS
) -> tuple[str, ...]:
    """Return the tasks in the order in which they run; InputError names an unknown one."""
    unknown = [name for name in names if name not in table]
    if unknown:
        raise InputError(f"There is no task {unknown[0]!r}. Tasks: {', '.join(table)}.")
    if names:
        return tuple(name for name in table if name in names)
    return tuple(name for name in table if is_full or name not in FULL_ONLY)


def evaluate(
    model: UnifiedModel,
    request: EvaluationRequest,
    tasks: Sequence[str],
    name: str,
    table: Table = TASKS,
) -> Figures:
    """Return the report; sessions are made in a folder that is thrown away."""
    timed = RehearsedModel(model)
    report = begin_report(request.report, new_report(model, request, name), tuple(table))
    with (
        tempfile.TemporaryDirectory(prefix="pentimento-eval-") as folder,
        StatusLine(is_long=True) as line,
    ):
        studio = compose(Home(Path(folder)), name, load_model=lambda _: timed)
        try:
            return _run_tasks(
                timed, studio, request, {one: table[one] for one in tasks}, line, report
            )
        finally:
            studio.close()


def new_report(model: UnifiedModel, request: EvaluationRequest, name: str) -> Figures:
    """Return a report without any task."""
    return blank_report(
        model, name, request.command, request.seed, request.world,
        samples=request.num_samples, is_full=request.is_full,
    )  # fmt: skip


def blank_report(
    model: UnifiedModel, name: str, command: str, seed: int, world: str, **sizes: int
) -> Figures:
    """Return what every kept report begins with; `sizes` say how much is measured."""
    return {
        "model": model_facts(model, name),
        **provenance(),
        "command": command,
        "seed": seed,
        **sizes,
        "world": world,
        "sentence_patterns": "held out from training",
        "tasks": {},
        "measured": {},
    }


def model_facts(model: UnifiedModel, name: str) -> Figures:
    """Return what a report says of the model."""
    info = model.info
    return {
        "checkpoint": name,
        "weights": digest_of(model.source.folder) if isinstance(model, NexusModel) else None,
        "name": info.name,
        "parameters": info.parameters,
        "device": info.device,
        "dtype": info.dtype,
        "steps": info.num_inference_steps,
    }


def _run_tasks(
    timed: RehearsedModel,
    studio: Studio,
    request: EvaluationRequest,
    tasks: Table,
    line: StatusLine,
    report: Figures,
) -> Figures:
    bench = Workbench(
        model=timed,
        studio=studio,
        world=WORLDS[request.world],
        seed=request.seed,
        samples=request.num_samples,
        num_reflected=request.num_reflected,
        num_chains=request.num_reflected,
        per_kind=request.per_kind,
        tell=line.show,
        log=CaseLog(request.cases, goes_on=bool(report["tasks"])),
    )
    sheets: list[Path] = []
    order = [*report["tasks"], *tasks]
    for task, measure in tasks.items():
        if task in report["tasks"]:
            typer.echo(f"{task}: taken from {request.report}", err=True)
            continue
        start = time.perf_counter()
        figures = measure(bench)
        seconds = round(time.perf_counter() - start, 1)
        measured = {"seconds": seconds, "commit": report["commit"], "date": now()}
        found = report | {"tasks": {task: figures}, "measured": {task: measured}}
        report = join_reports([report, found], order)
        if request.report:
            write_report(request.report, summed_up(report))
        bench.log.write()
        if request.sheet and bench.sheets:
            sheets += write_sheets(request.sheet, bench.sheets)
            bench.sheets.clear()
        line.show("")
        typer.echo(f"{task}: {seconds:.0f} s", err=True)
    return summed_up(report) | ({"sheets": sheets} if sheets else {})
