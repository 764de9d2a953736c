"""Line charts as SVG, drawn without a plotting library."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 72  # margins
INKS = ("#1f5fa8", "#c8502d", "#3a8a4d", "#8a5aa8", "#b8860b", "#2a9d9d", "#666666", "#d0468a")
A_ROW = 4  # names in a row under the chart; more need rows of three
LEGEND_ROW = 20
NUM_TICKS = 5
MAX_MARKED = 24  # points of a line that are still marked one by one
Points = Sequence[tuple[float, float]]


def draw_chart(
    title: str,
    x_label: str,
    y_label: str,
    lines: Mapping[str, Points],
    *,
    y_range: tuple[float, float] | None = None,
) -> str:
    """Return a chart of named lines; y_range None: from zero to a little over the highest point."""
    a_row = len(lines) if len(lines) <= A_ROW else A_ROW - 1
    height = HEIGHT + LEGEND_ROW * ((len(lines) - 1) // a_row)
    points = [point for line in lines.values() for point in line]
    xs = [x for x, _ in points]
    low_x, high_x = min(xs), max(xs)
    low_y, high_y = y_range or (0.0, 1.05 * max(y for _, y in points))
    span_x, span_y = high_x - low_x or 1.0, high_y - low_y or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (x - low_x) / span_x, (y - low_y) / span_y
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (
            HEIGHT - TOP - BOTTOM
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(WIDTH / 2, 22, title, size=15),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 34, x_label),
        f'<g transform="rotate(-90)">{_text(-(TOP + HEIGHT - BOTTOM) / 2, 16, y_label)}</g>',
    ]
    for y in ticks(low_y, high_y):
        _, up = place(low_x, y)
        parts.append(_line([(LEFT, up), (WIDTH - RIGHT, up)], "#dddddd", 1))
        parts.append(_text(LEFT - 8, up + 4, f"{y:g}", anchor="end"))
    for x in ticks(low_x, high_x):
        across, _ = place(x, low_y)
        parts.append(_text(across, HEIGHT - BOTTOM + 18, f"{x:g}"))
    for number, (name, line) in enumerate(lines.items()):
        ink = INKS[number % len(INKS)]
        placed = [place(x, y) for x, y in line]
        parts.append(_line(placed, ink, 2))
        if len(placed) <= MAX_MARKED:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>' for x, y in placed]
        left = LEFT + number % a_row * (WIDTH - LEFT - RIGHT) / a_row
        down = HEIGHT - 12 + number // a_row * LEGEND_ROW
        parts.append(_line([(left, down), (left + 22, down)], ink, 2))
        parts.append(_text(left + 28, down + 4, name, anchor="start"))
    return "\n".join([*parts, "</svg>", ""])


def ticks(low: float, high: float) -> list[float]:
    """Return a few round numbers between two values, both ends included where they are round."""
    rough = (high - low) / NUM_TICKS or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _line(points: Points, ink: str, width: int) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{ink}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 13) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(text)}</text>"
    )
