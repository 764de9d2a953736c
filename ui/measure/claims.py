"""`pentimento eval claims`: the paper's claims, measured on our own model, with their plots."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from ..commands.context import Settings
from ..console import print_json
from .claim_tasks import measure_polish, measure_prefill, measure_reading_back, measure_steps
from .claim_turns import measure_lock, measure_rounds
from .evaluation import EvaluationRequest, Table, check_request, check_tasks, evaluate
from .figures import Figures, Share
from .plots import Points, draw_chart
from .reports import (
    cell,
    markdown_rows,
    open_plots,
    share_table,
    source_line,
    write_plots,
    write_section,
)
from .tables import header_of, lines_of

CLAIMS: Table = {
    "prefill": measure_prefill,
    "reading_back": measure_reading_back,
    "rounds": measure_rounds,
    "polish": measure_polish,
    "steps": measure_steps,
    "lock": measure_lock,
}
SECTION = "eval claims"
SHOWN_TURNS = ("1", "5", "10", "15", "20")
NOTES = {
    "prefill": "Error of the embeddings, prefilled in one pass and fed back one by one (naive "
    "autoregression), against the vision tower's own. The shipped weights were trained for the one "
    "pass alone, so this shows how errors that are fed back grow, not what a model would do that "
    "was trained for feeding back.",
    "reading_back": "Can the sequence that imagines also read? The same scene listed from the true "
    "picture, from the embeddings imagined for its text (nothing painted), and from what was "
    "painted. How much of its understanding generation training cost cannot be told from the "
    "shipped weights: those from before it are not shipped.",
    "rounds": "Edits through whole turns, right after 0 to 3 rounds of reflection. Best kept: what "
    "the agent does. Newest taken: what an agent would show that forgets its best.",
    "polish": "Requests to draw, met exactly: painted from the polished text, and from the "
    "user's own words (the painter was trained on polished texts alone).",
    "steps": "The same scenes from the same noise in fewer and more steps.",
    "lock": "Twenty edits in a row with the pixel lock on and off, from the same right plans, "
    "painted by the edit decoder. Drift is measured in the places that no wish named, in levels of "
    "8-bit colour.",
}  # fmt: skip


@dataclass(frozen=True)
class ClaimsRequest:
    """What is to be measured, and where figures and plots go."""

    evaluation: EvaluationRequest
    plots: Path | None = None  # folder


def run_claims(settings: Settings, request: ClaimsRequest, *, as_json: bool) -> None:
    """Measure the claims, draw their plots, and print the report."""
    asked = request.evaluation
    tasks = check_tasks(asked.tasks, table=CLAIMS)
    check_request(asked)
    open_plots(request.plots)
    report = evaluate(settings.open_model(), asked, tasks, settings.model, CLAIMS)
    show_claims(report, asked.into, request.plots, as_json=as_json)


def show_claims(report: Figures, into: Path | None, plots: Path | None, *, as_json: bool) -> None:
    """Print a report of claims; write its plots, and its section into a document."""
    charts = charts_of(report["tasks"])
    write_plots(plots, charts)
    if into:
        write_section(into, SECTION, claims_section(report, plots, charts))
    if as_json:
        print_json(report)
        return
    typer.echo(header_of(report))
    for task, figures in report["tasks"].items():
        typer.echo(f"\n{task}")
        for line in lines_of(_without_curves(figures)):
            typer.echo(f"  {line}".rstrip())


def claims_section(report: Figures, plots: Path | None, charts: Mapping[str, str]) -> list[str]:
    """Return the section of the claims for docs/results.md; its plots lie in `plots`."""
    lines = [source_line(report)]
    for task, figures in report["tasks"].items():
        lines += ["", f"### {task.replace('_', ' ').capitalize()}", "", NOTES[task], ""]
        lines += _table(task, figures)
        shown = [name for name in charts if name.startswith(f"claim-{task}")] if plots else []
        lines += ["", *(f"![{name}]({plots.name}/{name}.svg)" for name in shown)] if plots else []
    return lines


def charts_of(tasks: Figures) -> dict[str, str]:
    """Return the SVG of every chart of the tasks that were measured, by file name."""
    charts: dict[str, str] = {}
    if "prefill" in tasks:
        ways = tasks["prefill"]
        charts["claim-prefill"] = draw_chart(
            "Error of picture embeddings by position", "slot", "mean squared error",
            {name.replace("_", " "): _curve(one["mse_by_slot"]) for name, one in ways.items()},
        )  # fmt: skip
    if "rounds" in tasks:
        charts["claim-rounds"] = draw_chart(
            "Edits that are right after rounds of reflection", "rounds", "share of edits",
            {
                f"{way.replace('_', ' ')}, {steps}": _shares(one["after_rounds"], way)
                for steps, one in tasks["rounds"].items()
                for way in ("best_kept", "newest_taken")
            },
            y_range=(0.0, 1.0),
        )  # fmt: skip
    if "steps" in tasks:
        by_steps = tasks["steps"]["by_steps"]
        charts["claim-steps"] = draw_chart(
            "Pictures by denoising steps", "steps", "share",
            {name: _shares(by_steps, name) for name in ("exact", "garbled")},
            y_range=(0.0, 1.0),
        )  # fmt: skip
    if "lock" in tasks:
        after = tasks["lock"]["after_turns"]
        for name, label in (("levels_moved", "levels"), ("scene_right", "share of sessions")):
            charts[f"claim-lock-{name.replace('_', '-')}"] = draw_chart(
                {"levels_moved": "Drift where nobody asked for a change",
                 "scene_right": "Scenes that are still right"}[name], "edits", label,
                {f"lock {lock}": _shares(after, f"{lock}: {name}") for lock in ("on", "off")},
            )  # fmt: skip
    return charts


def _curve(values: list[float]) -> Points:
    return list(enumerate(values, 1))


def _shares(rows: Mapping[str, Figures], name: str) -> Points:
    """Return a column of a table whose rows are named by numbers."""
    values = ((float(key), row[name]) for key, row in rows.items())
    found = ((x, one.share if isinstance(one, Share) else one) for x, one in values)
    return [(x, y) for x, y in found if y is not None]


def _table(task: str, figures: Figures) -> list[str]:
    if task == "prefill":
        rows = {name: _flat(one) for name, one in figures.items()}
        return _rows("embeddings", rows)
    if task == "reading_back":
        return share_table("listed from", {k: {"exactly": v} for k, v in figures.items()})
    if task == "rounds":
        lines: list[str] = []
        for steps, one in figures.items():
            others = {key: value for key, value in one.items() if key != "after_rounds"}
            lines += ["", *_rows(f"rounds, {steps}", one["after_rounds"]), ""]
            lines += [f"- {key.replace('_', ' ')}: {cell(value)}" for key, value in others.items()]
        return lines
    if task == "lock":
        shown = {turn: figures["after_turns"][turn] for turn in SHOWN_TURNS}
        return [f"Sessions: {figures['sessions']}.", "", *_rows("edits", shown)]
    (inner,) = figures.values()
    return _rows({"polish": "polishing"}.get(task, task), inner)


def _rows(title: str, rows: Mapping[str, Figures]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    head = [title, *(name.replace("_", " ") for name in columns)]
    body = [[name.replace("_", " "), *(cell(row.get(column)) for column in columns)]
            for name, row in rows.items()]  # fmt: skip
    return markdown_rows([head, *body])


def _flat(figures: Figures) -> Figures:
    curves = _without_curves(figures)
    return {k: v for k, v in curves.items() if k != "pictures"} | figures["pictures"]


def _without_curves(figures: Figures) -> Figures:
    """Return figures without the lists of values by slot."""
    return {
        key: _without_curves(value) if isinstance(value, dict) else value
        for key, value in figures.items()
        if not isinstance(value, list)
    }
