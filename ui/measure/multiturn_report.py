"""The multi-turn report: its figures by case, as tables for a terminal and a document, as plots."""

from collections.abc import Sequence
from pathlib import Path

import typer

from ..console import print_json
from .figures import Estimate, Figures, Share
from .kept import MULTITURN
from .multiturn_cases import BROKEN, CANDIDATES, REFLECTION, ROUNDS, VARIANTS, reflection_name
from .multiturn_score import PUBLISHED, WORLDS_DIFFER, Session, session_figures
from .plots import Points, draw_chart
from .reports import aligned, amount, cell, markdown_rows, source_line, write_plots, write_section

Rows = list[list[str]]
BY_TURN = ("all on", "edits alone")  # whose figures are shown turn by turn
NOTES = {
    "published": "O is the geometric mean of instruction following and content consistency, of all "
    "sessions, at their first, second and third edit. Success until turn 10: the share of sessions "
    "in which every turn did what it was told. The benchmarks of others are edits and nothing "
    "else, which is what “edits alone” is here: a picture is given, and ten edits of one wish "
    "follow. In the other sessions the first turn draws, and undoing, a question and a standing "
    "wish stand among the edits.",
    "variants": "The same sessions with a part of the agent switched off. A turn that asks back is "
    "a miss, for every wish is clear. Whole scene right: nothing wrong in the picture, from the "
    "first turn to the last, whoever is to blame. Collapsed: half of the things, or the ground, "
    "were garbled at some turn. Pixels kept: bit-identical to the picture before, of edits that "
    "leave ground and light alone. Milliseconds are of turns that paint. With squash: after every "
    "fifth turn the picture is rebuilt from the original.",
    "skills": "The three skills that ImgEdit has people score, found automatically. Memory: a "
    "standing wish holds in every later edit. Understanding: “make it blue”, of what was spoken of "
    "last. Backtracking: the earlier picture is back, bit for bit.",
    "turns": "Turn by turn.",
    "faults": "A critic that is broken on purpose costs critiques, never a turn. One that hangs is "
    "given half a second.",
    "reflection": "Rounds are how often a critic may look: none; once, to choose the best of K "
    "candidates; after every further painting. Without a critic nobody chooses between "
    "candidates, so 0 rounds are of K = 1 alone. Success: turns that were to paint and did what "
    "they were told. Over-reflection: of turns whose first round was right, those painted again.",
}  # fmt: skip


def show_multiturn(
    report: Figures, into: Path | None, plots: Path | None, *, as_json: bool
) -> None:
    """Print a report; write its plots, and its section into a document."""
    shown = figures_of(report)
    links = write_plots(plots, charts_of(shown))
    if into:
        write_section(into, MULTITURN, section_lines(report, shown, links))
    if as_json:
        print_json(shown)
        return
    typer.echo(source_line(report))
    for name, rows in tables_of(shown).items():
        typer.echo(f"\n{NOTES[name]}\n")
        typer.echo("\n".join(aligned(rows)))
    typer.echo(f"\n{WORLDS_DIFFER}")


def figures_of(report: Figures) -> Figures:
    """Return the report with the figures of every case instead of its sessions."""
    cases: dict[str, list[tuple[int, Session]]] = {}
    for task, scores in report["tasks"].items():
        name, _, number = task.rpartition("/")
        cases.setdefault(name, []).append((int(number), scores))
    found = {name: session_figures([one for _, one in sorted(played, key=lambda one: one[0])])
             for name, played in cases.items()}  # fmt: skip
    commits = dict.fromkeys(one["commit"] for one in report["measured"].values())
    plain = {
        key: value for key, value in report.items() if key not in ("tasks", "measured", "goals")
    }
    return plain | {
        "commits": list(commits),
        "published": PUBLISHED,
        "remark": WORLDS_DIFFER,
        "variants": {name: found[name] for name in VARIANTS if name in found},
        "faults": {name: found[name] for name in BROKEN if name in found},
        "reflection": {name: found[name] for name in REFLECTION if name in found},
    }


def section_lines(report: Figures, shown: Figures, links: Sequence[str]) -> list[str]:
    """Return the section for a document."""
    titles = {
        "published": "Beside what others print",
        "variants": "Ablations",
        "skills": "Memory, understanding, backtracking",
        "turns": "By turn",
        "faults": "Broken critics",
        "reflection": "Reflection",
    }
    lines = [source_line(report)]
    for name, rows in tables_of(shown).items():
        lines += ["", f"### {titles[name]}", "", NOTES[name], "", *markdown_rows(rows)]
        if name == "published":
            lines += ["", WORLDS_DIFFER]
    return [*lines, "", *links] if links else lines


def tables_of(shown: Figures) -> dict[str, Rows]:
    """Return the tables of all that was played, by name; the first row is the head."""
    tables = {
        "published": _published(shown),
        "variants": _variants(shown["variants"]),
        "skills": _skills(shown["variants"]),
        "turns": _turns(shown["variants"]),
        "faults": _faults(shown["variants"] | shown["faults"]) if shown["faults"] else [],
        "reflection": _reflection(shown["reflection"]),
    }
    return {name: rows for name, rows in tables.items() if len(rows) > 1}


def charts_of(shown: Figures) -> dict[str, str]:
    """Return the SVG of every chart, by file name."""
    charts: dict[str, str] = {}
    variants = shown["variants"]
    for key, name, title, label, most in (
        ("overall_by_turn", "overall", "O by turn", "O, percent", 100.0),
        ("success_until_turn", "success", "Sessions without a miss so far", "share", 1.0),
        ("exact_until_turn", "exact", "Sessions whose whole scene is right so far", "share", 1.0),
    ):
        curves = {case: _curve(one[key]) for case, one in variants.items()}
        curves = {case: curve for case, curve in curves.items() if curve}
        if curves:
            charts[f"multiturn-{name}"] = draw_chart(
                title, "turn", label, curves, y_range=(0.0, most)
            )
    cells = shown["reflection"]
    lines = {
        f"K = {count}": [
            (float(rounds), cells[reflection_name(rounds, count)]["success"].share)
            for rounds in ROUNDS
            if reflection_name(rounds, count) in cells
        ]
        for count in CANDIDATES
    }
    lines = {name: points for name, points in lines.items() if points}
    if lines:
        charts["multiturn-reflection"] = draw_chart(
            "Painting turns that did what they were told", "rounds of critique", "share", lines,
            y_range=(0.0, 1.0),
        )  # fmt: skip
    return charts


def _published(shown: Figures) -> Rows:
    rows = [["", "O at T1", "O at T2", "O at T3", "success until turn 10"]]
    for name in BY_TURN:
        figures = shown["variants"].get(name)
        if figures is None:
            continue
        first = [_percent(one) for one in figures["overall_by_edit"][:3]]
        until = figures["success_until_turn"][9:10]
        label = f"{shown['model']['name']}, {name}"
        if (edits := figures["edits_a_session"]) < shown["turns"]:
            label += f" ({edits:.1f} of {shown['turns']} turns are edits)"
        rows.append(
            [label, *first, *["-"] * (3 - len(first)), *([cell(until[0])] if until else "-")]
        )
    for name, told in PUBLISHED.items():
        until = told["success_until_10"]
        overall = [f"{one:.1f}" for one in told["overall_at_1_2_3"]]
        rows.append([f"published: {name}", *overall, "-" if until is None else f"{until:g}"])
    return rows


def _variants(variants: Figures) -> Rows:
    head = ["", "sessions", "O, first edit", "O, last turn", "success until last",
            "whole scene right", "collapsed", "asked back", "pixels kept", "ms"]  # fmt: skip
    return [head] + [
        [name, str(one["sessions"]), *[_percent(e) for e in one["overall_by_edit"][:1] or [None]],
         _percent(one["overall_by_turn"][-1]), cell(one["success_until_last"]),
         cell(one["exact_until_last"]), cell(one["collapse_rate"]), cell(one["asked_back"]),
         _kept(one["kept_share"]), amount_of(one["ms_median"])]
        for name, one in variants.items()
    ]  # fmt: skip


def _skills(variants: Figures) -> Rows:
    head = ["", "content memory", "content understanding", "version backtracking", "questions"]
    keys = ("content_memory", "content_understanding", "version_backtracking")
    return [head] + [
        [name, *(cell(one["skills"][key]) for key in keys), cell(one["questions_answered"])]
        for name, one in variants.items()
    ]


def _turns(variants: Figures) -> Rows:
    names = [name for name in BY_TURN if name in variants]
    columns = {"following": "instruction_following_by_turn", "consistency":
               "content_consistency_by_turn", "O": "overall_by_turn", "success until":
               "success_until_turn"}  # fmt: skip
    head = ["turn", *(f"{name}: {column}" for name in names for column in columns)]
    most = max((len(variants[name]["overall_by_turn"]) for name in names), default=0)
    rows = [head]
    for at in range(most):
        row = [str(at + 1)]
        for name in names:
            for column, key in columns.items():
                values = variants[name][key]
                tell = _percent if column == "O" else cell
                row.append(tell(values[at]) if at < len(values) else "-")
        rows.append(row)
    return rows


def _faults(cases: Figures) -> Rows:
    shown = {name: one for name, one in cases.items() if name in ("all on", *BROKEN)}
    head = ["", "sessions", "turns done", "success of painting turns", "over-reflection",
            "paintings a turn", "ms"]  # fmt: skip
    return [head] + [
        [name, str(one["sessions"]), cell(one["turns_done"]), cell(one["success"]),
         cell(one["over_reflection"]), _number(one["paintings"]), amount_of(one["ms_median"])]
        for name, one in shown.items()
    ]  # fmt: skip


def _reflection(cells: Figures) -> Rows:
    head = ["", "sessions", "success", "rounds used", "pictures painted", "over-reflection", "ms"]
    return [head] + [
        [name, str(one["sessions"]), cell(one["success"]), _number(one["critiques"]),
         _number(one["paintings"]), cell(one["over_reflection"]), amount_of(one["ms_median"])]
        for name, one in cells.items()
    ]  # fmt: skip


def _curve(values: Sequence[Share | Estimate]) -> Points:
    """Return the points of a figure by turn."""
    found = [one.share if isinstance(one, Share) else one.value for one in values]
    return [(float(turn), value) for turn, value in enumerate(found, 1) if value is not None]


def _percent(one: Estimate | None) -> str:
    """Return O, which is in percent already."""
    if one is None or one.value is None:
        return "-"
    return f"{one.value:.1f} ({one.low:.1f} to {one.high:.1f}; n = {one.n})"


def _kept(one: Estimate) -> str:
    return "-" if one.value is None else f"{amount(one.value, '%')} (n = {one.n})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def amount_of(value: float | None) -> str:
    """Return whole milliseconds."""
    return "-" if value is None else f"{value:.0f}"
