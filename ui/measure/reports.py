"""Tables for documents: figures with intervals, goals, and what made them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ... import InputError
from ..files import check_folder_of, write_whole
from .figures import Estimate, Figures, Share

TALK_ROWS = {
    "a turn planned right, on the true picture before it": "planned",
    "the first turns alone": "first_turns_planned",
    "taken for an edit by the words alone": "routed",
}


def goal_table(goals: Sequence[Figures]) -> list[str]:
    """Return the table of goals in Markdown, one line a figure."""
    rows = [["task", "figure", "measured", "95 % interval", "n", "goal", ""]]
    row = None
    for goal in goals:
        title, row = ("" if goal["row"] == row else goal["row"]), goal["row"]
        interval = "-"
        if goal["low"] is not None:
            interval = (
                f"{amount(goal['low'], goal['unit'])} to {amount(goal['high'], goal['unit'])}"
            )
        bound = "-"
        if goal["limit"] is not None:
            sign = "≥" if goal["is_floor"] else "≤"
            bound = f"{sign} {amount(goal['limit'], goal['unit'])}"
        verdict = {True: "met", False: "**missed**", None: ""}[goal["is_met"]]
        measured = amount(goal["value"], goal["unit"])
        rows.append(
            [title, goal["goal"], measured, interval, str(goal["n"] or "-"), bound, verdict]
        )
    return markdown_rows(rows)


def share_table(title: str, rows: Mapping[str, Mapping[str, Share | Estimate | None]]) -> list[str]:
    """Return a Markdown table of shares and gaps in points; the columns are the inner names."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [[title, *columns]]
    for name, row in rows.items():
        lines.append([name, *(cell(row.get(column)) for column in columns)])
    return markdown_rows(lines)


def markdown_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as a Markdown table, the first as its head."""
    head, *body = rows
    rule = ["---"] * len(head)
    return [f"| {' | '.join(row)} |" for row in [head, rule, *body]]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table for a terminal, its columns aligned."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(f"{one:<{width}}" for one, width in zip(row, widths, strict=True)).rstrip()
            for row in rows]  # fmt: skip


def cell(value: object) -> str:
    """Return a share or a gap in a table's words."""
    if isinstance(value, Share):
        if value.share is None:
            return "-"
        low, high = 100 * (value.low or 0.0), 100 * (value.high or 0.0)
        return f"{100 * value.share:.1f} % ({low:.1f} to {high:.1f}; n = {value.n})"
    if isinstance(value, Estimate):
        if value.value is None:
            return "-"
        interval = "" if value.low is None else f" ({value.low:.3g} to {value.high:.3g})"
        return f"{value.value:.3g}{interval}"
    if isinstance(value, float):
        return f"{value:.3g}"
    return "-" if value is None else str(value)


def amount(value: float | None, unit: str) -> str:
    """Return a figure with its unit; a share in percent."""
    if value is None:
        return "-"
    if unit == "%":
        return f"{100 * value:.1f} %"
    if unit == "":
        return f"{value:.3f}"
    return f"{value:.1f} {unit}" if unit in ("dB", "points") else f"{value:g} {unit}"


def source_line(report: Figures) -> str:
    """Return what made a table: command, model, machine, commits and date, in one sentence."""
    model, machine = report["model"], report["machine"]
    found = [one["commit"] or "unknown" for one in report["measured"].values()]
    # A "+" says that files were changed since.
    commits = ", ".join(dict.fromkeys(one[:12] + ("+" if one[-1] == "+" else "") for one in found))
    return (
        f"`{report['command']}`, {report['duration_seconds'] / 60:.1f} minutes on "
        f"{machine['cores']} cores of {machine['cpu']}, load {machine['load_average'][0]:g}, torch "
        f"{machine['torch']}; {model['name']} ({model['parameters'] / 1e6:.1f} M parameters, "
        f"weights {model['weights']}), seed {report['seed']}, commit {commits}, "
        f"{report['date'][:10]}."
    )


def evaluation_section(report: Figures) -> list[str]:
    """Return the section of an evaluation for docs/results.md."""
    tasks = report["tasks"]
    lines = [source_line(report), ""]
    lines += goal_table(report["goals"])
    if "generation" in tasks:
        for name, figures in tasks["generation"]["categories"].items():
            lines += ["", *share_table(name, {key: {"right": one} for key, one in figures.items()})]
    if "wordings" in tasks:
        lines += ["", *share_table("wordings, from the true listing", tasks["wordings"]["tasks"])]
    if "wild" in tasks:
        lines += ["", *share_table("wild words, from the true listing", tasks["wild"]["kinds"])]
    if "everyday" in tasks:
        kinds = tasks["everyday"]["planned"]["by_kind"].items()
        everyday = {name: {"planned right": one} for name, one in kinds}
        lines += ["", *share_table("everyday wishes, from the true listing", everyday)]
    if "chain" in tasks:
        after = tasks["chain"]["right_after"].items()
        chain = {name: {"all right so far": one} for name, one in after}
        lines += ["", *share_table("edits in a row", chain)]
    if "talk" in tasks:
        talk = {name: {"right": tasks["talk"][key]} for name, key in TALK_ROWS.items()}
        talk |= {name: {"right": one} for name, one in tasks["talk"]["right_after"].items()}
        lines += ["", *share_table("conversations written by hand", talk)]
    return lines


def open_plots(folder: Path | None) -> None:
    """Make the folder of the plots, where one is named; InputError early if it cannot be."""
    if folder:
        check_folder_of(folder)
        folder.mkdir(exist_ok=True)


def write_plots(folder: Path | None, charts: Mapping[str, str]) -> list[str]:
    """Write charts as SVG files and return their links for a document beside the folder."""
    if folder is None:
        return []
    for name, chart in charts.items():
        write_whole(folder / f"{name}.svg", chart.encode())
    return [f"![{name}]({folder.name}/{name}.svg)" for name in charts]


def check_section(path: Path, name: str) -> None:
    """Refuse early a document into which a section could not be written."""
    _around(path, name)


def write_section(path: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands in a document between the two marks of a section, or add the section."""
    before, after = _around(path, name)
    begin, end = _marks(name)
    body = "\n".join(lines)
    write_whole(path, f"{before}{begin}\n\n{body}\n\n{end}{after}".encode())


def _around(path: Path, name: str) -> tuple[str, str]:
    """Return what stands before and after a section; a document without it has it at its end."""
    begin, end = _marks(name)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error
    if begin not in text and end not in text:
        return (f"{text.rstrip()}\n\n" if text else ""), "\n"
    before, first, rest = text.partition(begin)
    _, last, after = rest.partition(end)
    if not first or not last:
        raise InputError(f"{path} has only one of {begin} and {end}: give it both, or none.")
    return before, after


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
