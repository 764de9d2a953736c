"""A pen that draws filled, outlined vector shapes on a supersampled Pillow image."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `first` with `share` (0..1) of `second` mixed in."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(first, second, strict=True)
    )  # fmt: skip
    return (red, green, blue)


@dataclass(frozen=True)
class Paint:
    """The tones of one object colour: the colour itself, lit, shaded, and its outline."""

    main: Colour
    light: Colour
    dark: Colour
    ink: Colour


def paint(main: Colour) -> Paint:
    """Return the tones of the colour `main`."""
    shaded = mix(main, (48, 30, 92), 0.24)
    return Paint(main, mix(main, (255, 255, 255), 0.42), shaded, mix(main, (24, 16, 44), 0.76))


def oval_points(cx: float, cy: float, rx: float, ry: float, turn: float = 0) -> list[Point]:
    """Return the corners of an ellipse, turned clockwise by `turn` degrees."""
    c, s = cos(radians(turn)), sin(radians(turn))
    circle = [(rx * cos(2 * pi * i / 64), ry * sin(2 * pi * i / 64)) for i in range(64)]
    return [(cx + x * c - y * s, cy + x * s + y * c) for x, y in circle]


def curve_points(points: Sequence[Point], closed: bool) -> list[Point]:
    """Return a smooth curve through `points` (a Catmull-Rom spline, 12 steps a piece)."""
    count = len(points)
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        p0, p1, p2, p3 = around[i : i + 4]
        for step in range(12):
            t = step / 12
            weights = (
                -t / 2 + t * t - t**3 / 2,
                1 - 2.5 * t * t + 1.5 * t**3,
                t / 2 + 2 * t * t - 1.5 * t**3,
                -t * t / 2 + t**3 / 2,
            )
            corners = (p0, p1, p2, p3)
            x = sum(w * p[0] for w, p in zip(weights, corners, strict=True))
            y = sum(w * p[1] for w, p in zip(weights, corners, strict=True))
            curve.append((x, y))
    return curve if closed else [*curve, points[-1]]


class Pen:
    """Draws in its own units on `image`; `ink` and `line` are the outline's colour and width."""

    def __init__(
        self,
        image: Image.Image,
        scale: float,
        origin: Point = (0, 0),
        ink: Colour = (0, 0, 0),
        line: float = 0,
    ) -> None:
        self._draw = ImageDraw.Draw(image)
        self._scale, self._origin = scale, origin
        self.ink, self.line = ink, line

    def polygon(self, points: Sequence[Point], fill: Colour, line: float | None = None) -> None:
        """Fill the polygon and outline it (`line=0`: no outline)."""
        line = self.line if line is None else line
        self._draw.polygon(self._place(points), fill=fill)
        if line:
            self.stroke([*points, points[0], points[1]], self.ink, line)

    def blob(self, points: Sequence[Point], fill: Colour, line: float | None = None) -> None:
        """Fill and outline the smooth closed curve through `points`."""
        self.polygon(curve_points(points, closed=True), fill, line)

    def oval(
        self,
        cx: float,
        cy: float,
        rx: float,
        ry: float,
        fill: Colour,
        line: float | None = None,
        turn: float = 0,
    ) -> None:
        """Fill and outline an ellipse."""
        self.polygon(oval_points(cx, cy, rx, ry, turn), fill, line)

    def box(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        fill: Colour,
        radius: float = 0,
        line: float | None = None,
    ) -> None:
        """Fill and outline a rectangle with rounded corners."""
        corners = ((x1, y1, 0), (x0, y1, 90), (x0, y0, 180), (x1, y0, 270))
        points: list[Point] = []
        for x, y, start in corners:
            cx = x - radius if x == x1 else x + radius
            cy = y - radius if y == y1 else y + radius
            for step in range(9 if radius else 1):
                angle = radians(start + step * 90 / 8)
                points.append((cx + radius * cos(angle), cy + radius * sin(angle)))
        self.polygon(points, fill, line)

    def stroke(
        self, points: Sequence[Point], colour: Colour, width: float, smooth: bool = False
    ) -> None:
        """Draw an open line with round ends."""
        points = curve_points(points, closed=False) if smooth else points
        placed = self._place(points)
        thick = max(1, round(width * self._scale))
        self._draw.line(placed, fill=colour, width=thick, joint="curve")
        radius = thick / 2
        # Pillow leaves hairline gaps between the short pieces of a thick curve: fill every joint.
        for x, y in placed if smooth else (placed[0], placed[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def tube(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """Draw a smooth thick line of colour `fill` with an outline."""
        self.stroke(points, self.ink, width + self.line, smooth=True)
        self.stroke(points, fill, width - self.line, smooth=True)

    def eye(self, x: float, y: float, radius: float = 4.5) -> None:
        """Draw a dark eye with a glint."""
        self.oval(x, y, radius, radius * 1.15, (30, 24, 40), line=0)
        self.oval(x + radius * 0.3, y - radius * 0.4, radius * 0.38, radius * 0.38, WHITE, line=0)

    def _place(self, points: Sequence[Point]) -> list[Point]:
        x0, y0 = self._origin
        return [(x0 + x * self._scale, y0 + y * self._scale) for x, y in points]


WHITE: Colour = (255, 255, 255)
