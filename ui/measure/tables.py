"""Reports as tables that a person can read."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from .figures import Estimate, Figures, Share

NAME_WIDTH, CELL_WIDTH = 34, 18
SPREAD = {"n", "median", "p90"}


def print_report(report: Figures) -> None:
    """Print the report of an evaluation."""
    typer.echo(header_of(report))
    typer.echo(
        f"{report['samples']} samples a task, {report['world']} world, unseen sentence patterns; "
        "[95 % interval], strict rule\n"
    )
    for task, figures in report["tasks"].items():
        typer.echo(task)
        for line in lines_of(figures):
            typer.echo(f"  {line}".rstrip())
        typer.echo("")
    print_goals(report["goals"])
    typer.echo(f"Took {report['duration_seconds'] / 60:.1f} minutes")
    for path in report.get("sheets", ()):
        typer.echo(f"Contact sheet: {path}")


def header_of(report: Figures) -> str:
    """Return model, machine and seed in one line."""
    model, machine = report["model"], report["machine"]
    return (
        f"{model['name']} ({model['parameters'] / 1e6:.1f} M parameters, {model['device']}, "
        f"{model['dtype']}) on {machine['cpu']}, {machine['cores']} cores, torch "
        f"{machine['torch']}, seed {report['seed']}"
    )


def print_goals(goals: list[Figures]) -> None:
    """Print one line a goal."""
    for goal in goals:
        sign = {True: "✓", False: "✗", None: " "}[goal["is_met"]]
        value = "-" if goal["value"] is None else f"{goal['value']:.3g}"
        if goal.get("low") is not None:
            value += f" [{goal['low']:.3f}, {goal['high']:.3f}]"
        bound = "" if goal["limit"] is None else f"{goal['limit']:g}"
        if bound:
            bound = f" (at {'least' if goal['is_floor'] else 'most'} {bound})"
        name = f"{goal['row']}: {goal['goal']}" if "row" in goal else goal["goal"]
        typer.echo(f"{sign} {name}: {value}{bound}")


def lines_of(figures: Figures) -> Iterator[str]:
    """Yield the single figures, one a line, then the breakdowns side by side."""
    breakdowns = {name: one for name, one in figures.items() if _is_breakdown(one)}
    grids = {name: one for name, one in figures.items() if _is_grid(one)}
    for name, text in _singles({k: v for k, v in figures.items() if k not in breakdowns | grids}):
        yield f"{name:<{NAME_WIDTH}} {text}"
    if breakdowns:
        yield from _grid("", {"all": {k: one["all"] for k, one in breakdowns.items()}}, full=True)
        means = {name: one["mean_of_kinds"] for name, one in breakdowns.items()}
        kinds: dict[str, Figures] = {"mean of kinds": means}
        for name, one in breakdowns.items():
            for kind, share in one["by_kind"].items():
                kinds.setdefault(kind, {})[name] = share
        yield from _grid("", kinds, full=False)
    for name, one in grids.items():
        yield from _grid(name, one, full=False)


def share_text(share: Share) -> str:
    """Return "0.953 [0.923, 0.972] 286/300"."""
    if share.share is None:
        return "-"
    return f"{share.share:.3f} [{share.low:.3f}, {share.high:.3f}] {share.right}/{share.n}"


def estimate_text(one: Estimate) -> str:
    """Return "30.043 [29.981, 30.104] n = 300"."""
    if one.value is None:
        return "-"
    interval = "" if one.low is None else f" [{one.low:.3f}, {one.high:.3f}]"
    return f"{one.value:.3f}{interval} n = {one.n}"


def _is_breakdown(value: object) -> bool:
    return isinstance(value, dict) and "by_kind" in value


def _is_grid(value: object) -> bool:
    """Return whether this is a table of figures: rows of the same columns."""
    if not isinstance(value, dict) or not value:
        return False
    return all(isinstance(row, dict) and not set(row) == SPREAD for row in value.values())


def _grid(title: str, rows: Mapping[str, Figures], *, full: bool) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    if full:  # one line a column: intervals need room
        for name in columns:
            yield f"{name:<{NAME_WIDTH}} {share_text(rows['all'][name])}"
        return
    yield f"{title:<{NAME_WIDTH}}" + "".join(f" {name:<{CELL_WIDTH}}" for name in columns)
    for name, row in rows.items():
        cells = [_cell(row.get(column)) for column in columns]
        yield f"  {name:<{NAME_WIDTH - 2}}" + "".join(f" {cell:<{CELL_WIDTH}}" for cell in cells)


def _cell(value: Any) -> str:
    if isinstance(value, Share):
        return "-" if value.share is None else f"{value.share:.3f} {value.right}/{value.n}"
    if isinstance(value, Estimate):
        return "-" if value.value is None else f"{value.value:.3f}"
    return f"{value:.3f}" if isinstance(value, float) else "-" if value is None else str(value)


def _singles(figures: Figures, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, value) of every figure, nested names joined by dots."""
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Share):
            yield name, share_text(value)
        elif isinstance(value, Estimate):
            yield name, estimate_text(value)
        elif isinstance(value, dict) and set(value) == SPREAD:
            if value["n"]:
                text = f"median {value['median']:,.1f}, p90 {value['p90']:,.1f} (n = {value['n']})"
                yield name, text
        elif isinstance(value, dict) and "by_kind" in value:
            yield f"{name}.all", share_text(value["all"])
            if value["worst_kind"]:
                yield from _singles({"worst_kind": value["worst_kind"]}, f"{name}.")
        elif isinstance(value, dict) and set(value) == {"kind", "share"}:
            yield name, f"{value['share']:.3f}  {value['kind']}"
        elif isinstance(value, dict):
            yield from _singles(value, f"{name}.")
        elif value is not None:
            yield name, f"{value:.3f}" if isinstance(value, float) else str(value)
