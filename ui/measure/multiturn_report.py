"""The multi-turn report as tables that a person can read, and as plots."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import typer

from .figures import Figures, Share

WIDTH, HEIGHT, MARGIN = 640, 360, 48
COLOURS = ("#3b6ea8", "#c0504d", "#6a9a3a", "#8064a2", "#d18f2a", "#4bacc6")
PLOTS = {
    "overall_by_turn": ("O by turn (geometric mean of following and consistency)", 100.0),
    "success_until_turn": ("Share of sessions without a miss until this turn", 1.0),
}


def print_multiturn(report: Figures) -> None:
    """Print the tables."""
    model, machine = report["model"], report["machine"]
    typer.echo(
        f"{model['name']} on {machine['cpu']}: {report['sessions']} sessions of "
        f"{report['turns']} turns, {report['world']} world, seed {report['seed']}\n"
    )
    for name, figures in {**report["variants"], **report["faults"]}.items():
        typer.echo(name if name in report["variants"] else f"critic {name.replace('_', ' ')}")
        for line in lines_of(figures):
            typer.echo(f"  {line}")
        typer.echo("")
    for row in report["reflection"]:
        typer.echo(
            f"reflection, {row['rounds']} rounds, K = {row['candidates']}: success "
            f"{_number(row['success'])}, rounds used {row['rounds_used']:.2f}, over-reflection "
            f"{_number(row['over_reflection'])}, {row['ms_median']:.0f} ms"
        )
    for name, told in report["published"].items():
        until = told["success_until_10"]
        overall = " / ".join(f"{one:.1f}" for one in told["overall_at_1_2_3"])
        known = "" if until is None else f", success until turn 10: {until}"
        typer.echo(f"published, {name}: O at T1/T2/T3 {overall}{known}")
    typer.echo(report["remark"])
    for path in report.get("plots", ()):
        typer.echo(f"Plot: {path}")


def lines_of(figures: Figures) -> list[str]:
    """Return the figures of one variant, one a line."""
    overall = figures["overall_by_turn"]
    first = " / ".join(f"{one:.1f}" for one in overall[:3])
    skills = figures["skills"]
    return [
        f"O at T1/T2/T3        {first}   (last turn: {overall[-1]:.1f})" if overall else "no turn",
        f"success until last   {_share(figures['success_until_last'])}",
        f"collapse rate        {_share(figures['collapse_rate'])}",
        f"turns done           {_share(figures['turns_done'])}",
        f"content memory       {_share(skills['content_memory'])}",
        f"understanding        {_share(skills['content_understanding'])}",
        f"backtracking         {_share(skills['version_backtracking'])}",
        f"pixels kept          {100 * figures['kept_share']:.1f} %, "
        f"{figures['rounds']:.2f} rounds, median {figures['ms_median'] or 0:.0f} ms a turn",
    ]


def write_plots(folder: Path, report: Figures) -> list[Path]:
    """Return the plots, written as SVG into a folder that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for key, (title, most) in PLOTS.items():
        curves = {name: figures[key] for name, figures in report["variants"].items()}
        path = folder / f"{key}.svg"
        path.write_text(chart(title, curves, most), encoding="utf-8")
        paths.append(path)
    return paths


def chart(title: str, curves: Mapping[str, Sequence[float | None]], most: float) -> str:
    """Return a line chart as SVG: one curve a name, the turns from left to right."""
    num_turns = max((len(curve) for curve in curves.values()), default=0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{MARGIN}" y="24" font-size="14">{escape(title)}</text>',
    ]
    for step in range(5):
        value = most * step / 4
        y = _y(value, most)
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - 170}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{y + 4}">{value:g}</text>')
    for turn in range(num_turns):
        x = _x(turn, num_turns)
        parts.append(f'<text x="{x}" y="{HEIGHT - 20}" text-anchor="middle">{turn + 1}</text>')
    for index, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        points = " ".join(
            f"{_x(turn, num_turns)},{_y(value, most)}"
            for turn, value in enumerate(curve)
            if value is not None
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(
            f'<text x="{WIDTH - 160}" y="{60 + 20 * index}" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(turn: int, num_turns: int) -> float:
    return round(MARGIN + (WIDTH - 170 - MARGIN) * turn / max(1, num_turns - 1), 1)


def _y(value: float, most: float) -> float:
    return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / most, 1)


def _share(share: Share | None) -> str:
    if share is None or share.share is None:
        return "-"
    return f"{100 * share.share:.1f} % of {share.n}  [{100 * (share.low or 0):.1f}, " + (
        f"{100 * (share.high or 0):.1f}]"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
