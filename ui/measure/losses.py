"""`pentimento eval losses`: regression by MSE, by cosine, by both, and no painting at all."""

from dataclasses import dataclass
from pathlib import Path

import typer

from ... import InputError
from ...model.nexus.unified import load_model
from ...model.training.comparison import ARMS, begin_comparison, train_arm
from ..compose import SHIPPED
from ..console import StatusLine, print_json
from ..files import check_folder_of
from .claim_tasks import measure_imagining
from .evaluation import EvaluationRequest, Table, evaluate
from .figures import Figures
from .kept import digest_of, read_report, write_report
from .reports import cell, check_section, markdown_rows, source_line, write_section
from .text_tasks import measure_questions, measure_understanding

SECTION = "eval losses"
START = SHIPPED["storybook"]
TASKS: Table = {
    "imagining": measure_imagining,
    "understanding": measure_understanding,
    "questions": measure_questions,
}
NOTE = (
    "Each arm begins from the shipped weights with new slots and a new vision head, so that it can "
    "read and talk but not imagine, and trains for {minutes:g} minutes of its own clock on one "
    "core, {painted:.0%} of its samples paintings; `no painting` trains on dialogues alone. What "
    "is imagined is painted by the shipped decoder. The start had learned to imagine once: this "
    "compares the losses, and what painting costs the words, and is no training from nothing."
)


@dataclass(frozen=True)
class LossesRequest:
    """What is to be trained and measured, and where it is kept."""

    folder: Path
    minutes: float
    samples: int
    arms: tuple[str, ...] = ()  # none: all
    into: Path | None = None
    max_steps: int | None = None  # for tests


def run_losses(request: LossesRequest, *, as_json: bool) -> None:
    """Train and measure the arms that have not been yet, and print all that have."""
    unknown = [name for name in request.arms if name not in ARMS]
    if unknown:
        raise InputError(f"There is no arm {unknown[0]!r}. Arms: {', '.join(ARMS)}.")
    if request.into:
        check_folder_of(request.into)
        check_section(request.into, SECTION)
    if not (request.folder / "words.pt").exists():
        begin_comparison(START, request.folder)
    with StatusLine() as line:
        for name in request.arms or ARMS:
            line.show(f"training: {name}")
            _measure(name, request)
    reports = {
        name: read_report(_report_of(request.folder, name))
        for name in ARMS
        if _report_of(request.folder, name).exists()
    }
    if request.into:
        write_section(request.into, SECTION, losses_section(reports, request))
    if as_json:
        print_json({"start": digest_of(START), "minutes": request.minutes, "arms": reports})
    else:
        typer.echo("\n".join(losses_section(reports, request)))


def losses_section(reports: Figures, request: LossesRequest) -> list[str]:
    """Return the table of all arms for docs/results.md."""
    rows = [["arm", "MSE", "cosine distance", "painted: exact", "F1", "listing exact", "questions"]]
    for name, report in reports.items():
        imagined = report["tasks"]["imagining"]["prefilled"]
        rows.append(
            [
                name,
                *(cell(imagined[distance]) for distance in ("mse", "cosine")),
                cell(imagined["pictures"]["exact"]),
                cell(imagined["pictures"]["f1"]),
                cell(report["tasks"]["understanding"]["exact"]),
                cell(report["tasks"]["questions"]["sentence"]["mean_of_kinds"]),
            ]
        )
    note = NOTE.format(minutes=request.minutes, painted=ARMS["both"].painted)
    one = next(iter(reports.values()))
    asked = {
        "command": f"{one['command']} --minutes {request.minutes:g}",
        "model": {**one["model"], "weights": digest_of(START)},
    }
    return [source_line({**one, **asked}), "", note, "", *markdown_rows(rows)]


def _measure(name: str, request: LossesRequest) -> None:
    """Train and measure one arm, unless its report is there."""
    path = _report_of(request.folder, name)
    if path.exists():
        return
    checkpoint = train_arm(
        name, START, request.folder, request.minutes, max_steps=request.max_steps
    )
    asked = EvaluationRequest(request.samples, section=SECTION)
    write_report(path, evaluate(load_model(checkpoint), asked, tuple(TASKS), name, TASKS))


def _report_of(folder: Path, name: str) -> Path:
    return folder / name / "report.json"
