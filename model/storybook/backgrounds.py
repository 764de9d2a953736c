"""The six scenes in three lights, drawn as vectors in a picture of 144 x 144 units."""

from collections.abc import Callable
from math import pi, sin

import numpy as np
from PIL import Image, ImageFilter

from .pen import Colour, Pen, Point, mix, oval_points

UNITS = 144
SKIES: dict[str, tuple[tuple[float, Colour], ...]] = {
    "day": ((0, (112, 190, 244)), (0.62, (220, 242, 252)), (1, (220, 242, 252))),
    "sunset": (
        (0, (172, 116, 190)), (0.3, (246, 150, 146)), (0.62, (255, 212, 140)), (1, (255, 212, 140)),
    ),
    "night": ((0, (14, 20, 62)), (0.62, (54, 70, 136)), (1, (54, 70, 136))),
}  # fmt: skip
STARS = ((9, 14), (30, 6), (52, 20), (70, 9), (88, 26), (97, 8), (20, 34), (44, 43), (64, 52),
         (104, 45), (135, 50), (8, 58), (84, 62), (122, 66), (33, 66))  # fmt: skip


def draw_background(scene: str, light: str, size: int) -> np.ndarray:
    """Return the empty scene in the light: (size, size, 3), uint8 RGB."""
    zoom = max(2, -(-576 // size))
    image = _draw_sky(light, size * zoom)
    if light == "night" and scene != "room":
        image = _draw_night_sky(image)
    pen = Pen(image, size * zoom / UNITS)
    if light != "night" and scene != "room":
        _draw_sun_and_clouds(pen, light, is_open=scene in ("meadow", "beach"))
    SCENERY[scene](pen, light)
    return np.asarray(image.reduce(zoom))


def shade(colour: Colour, light: str) -> Colour:
    """Return a daylight colour as it looks in the light."""
    red, green, blue = colour
    if light == "sunset":
        return mix(
            (min(255, red + 12), round(green * 0.84), round(blue * 0.78)), (244, 120, 96), 0.2
        )
    if light == "night":
        return (round(red * 0.28 + 10), round(green * 0.34 + 10), round(blue * 0.46 + 32))
    return colour


def _draw_sky(light: str, pixels: int) -> Image.Image:
    heights = np.linspace(0, 1, pixels)
    stops = SKIES[light]
    places = [place for place, _ in stops]
    column = np.stack(
        [np.interp(heights, places, [colour[i] for _, colour in stops]) for i in range(3)], axis=-1
    )
    sky = np.broadcast_to(column[:, None], (pixels, pixels, 3))
    return Image.fromarray(sky.round().astype(np.uint8))


def _draw_night_sky(image: Image.Image) -> Image.Image:
    """Add a glowing crescent moon and stars; return the picture to draw on."""
    scale = image.width / UNITS
    Pen(image, scale).oval(122, 20, 17, 17, (98, 114, 176), line=0)
    image = image.filter(ImageFilter.GaussianBlur(image.width / 24))
    pen = Pen(image, scale)
    for i, (x, y) in enumerate(STARS):
        radius = 0.6 + 0.25 * (i % 3)
        pen.oval(x, y, radius, radius, (240, 242, 255), line=0)
    # A crescent: half a circle, and back along half a narrower ellipse between the same tips.
    outer = oval_points(120, 20, 12, 12, 30)
    inner = oval_points(120, 20, 5, 12, 30)
    crescent = [*outer[-16:], *outer[:17], *reversed([*inner[-16:], *inner[:17]])]
    pen.polygon(crescent, (255, 246, 206), line=0)
    return image


def _draw_sun_and_clouds(pen: Pen, light: str, is_open: bool) -> None:
    """Add the sun and the clouds, one of them low where the view is open."""
    warm = light == "sunset"
    if warm:
        for radius, share in ((38, 0.25), (31, 0.5)):
            pen.oval(72, 84, radius, radius, mix((252, 186, 132), (255, 232, 160), share), line=0)
        pen.oval(72, 84, 24, 24, (255, 242, 190), line=0)
    else:
        for radius, share in ((34, 0.35), (27, 0.6), (20, 1.0)):
            pen.oval(2, 2, radius, radius, mix((170, 216, 246), (255, 240, 160), share), line=0)
    tint = (255, 206, 196) if warm else (250, 253, 255)
    for x, y, s in ((62, 14, 1.0), (116, 27, 1.15), (24, 47, 0.8))[: 3 if is_open else 2]:
        for dx, dy, rx, ry in ((0, 0, 15, 3.6), (-5, -3, 6, 4.4), (4, -4.2, 7, 5.6)):
            pen.oval(x + dx * s, y + dy * s, rx * s, ry * s, tint, line=0)


def _scatter(count: int, x1: float, y0: float, y1: float) -> list[Point]:
    """Return evenly strewn points (the R2 sequence of M. Roberts, 2018)."""
    return [
        ((0.3 + i * 0.7548777) % 1 * x1, y0 + (0.5 + i * 0.5698403) % 1 * (y1 - y0))
        for i in range(count)
    ]


def _hill(pen: Pen, level: float, swing: float, phase: float, waves: float, colour: Colour) -> None:
    """Fill everything below a wavy horizon."""
    top: list[Point] = [
        (x, level + swing * sin(2 * pi * (waves * x / UNITS + phase))) for x in range(-2, 148, 2)
    ]
    pen.polygon([*top, (UNITS + 4, UNITS + 4), (-4, UNITS + 4)], colour, line=0)


def _firs(pen: Pen, level: float, height: float, step: float, shift: float, colour: Colour) -> None:
    """Fill everything below a jagged edge of far fir tops."""
    edge: list[Point] = []
    x, i = -step + shift, 0
    while x < UNITS + step:
        rise = height * (0.72 + 0.28 * sin(2.1 * i + shift))
        edge += [(x, level), (x + step / 2, level - rise)]
        x, i = x + step, i + 1
    pen.polygon([*edge, (UNITS + 9, level), (UNITS + 9, UNITS + 9), (-9, UNITS + 9), (-9, level)],
                colour, line=0)  # fmt: skip


def draw_meadow(pen: Pen, light: str) -> None:
    """Rolling hills with tufts of grass."""
    _hill(pen, 82, 7, 0.1, 1.1, shade((172, 216, 150), light))
    _hill(pen, 91, 5, 0.55, 1.3, shade((156, 212, 112), light))
    _hill(pen, 106, 4, 0.2, 0.9, shade((140, 202, 92), light))
    blade = shade((104, 170, 66), light)
    for x, y in _scatter(30, 144, 98, 143):
        for lean in (-1.6, 0, 1.6):
            pen.stroke([(x, y), (x + lean, y - 3.4 + abs(lean) / 2)], blade, 0.7)


def draw_beach(pen: Pen, light: str) -> None:
    """The sea, a line of foam, and rippled sand."""
    far, near = shade((78, 176, 214), light), shade((110, 204, 222), light)
    if light == "sunset":  # the sea mirrors the sky
        far, near = (178, 122, 172), (224, 150, 170)
    pen.box(-2, 68, 146, 146, far, line=0)
    pen.box(-2, 79, 146, 146, near, line=0)
    for x, y in _scatter(16, 140, 71, 89):
        pen.stroke(
            [(x, y), (x + 3, y - 1), (x + 6, y)], shade((214, 244, 250), light), 0.9, smooth=True
        )
    _hill(pen, 94, 2.4, 0.3, 1.6, shade((246, 252, 252), light))
    _hill(pen, 96.6, 2.4, 0.3, 1.6, shade((226, 198, 142), light))
    _hill(pen, 99.5, 2.2, 0.32, 1.6, shade((250, 230, 178), light))
    ripple = shade((232, 204, 146), light)
    for x, y in _scatter(20, 134, 105, 142):
        pen.stroke([(x, y), (x + 5, y - 1.3), (x + 10, y)], ripple, 1, smooth=True)


def draw_snow(pen: Pen, light: str) -> None:
    """Pale mountains behind snowdrifts, and a few falling flakes."""
    rock = shade((172, 190, 216), light)
    for x, y, w in ((24, 46, 44), (112, 40, 52), (68, 56, 36)):
        pen.polygon([(x, y), (x + w, 98), (x - w, 98)], rock, line=0)
        pen.polygon([(x, y), (x + w * 0.27, y + 14), (x + w * 0.1, y + 11.5), (x, y + 16),
                     (x - w * 0.1, y + 11.5), (x - w * 0.27, y + 14)],
                    shade((246, 250, 255), light), line=0)  # fmt: skip
    _hill(pen, 84, 4, 0.0, 1.2, shade((212, 226, 244), light))
    _hill(pen, 94, 4, 0.5, 1.0, shade((228, 238, 250), light))
    _hill(pen, 112, 4, 0.15, 1.1, shade((240, 247, 254), light))
    shadow = shade((200, 216, 238), light)
    for left, top in _scatter(10, 132, 102, 141):
        drift = [(left, top), (left + 6, top + 1.2), (left + 12, top)]
        pen.stroke(drift, shadow, 1, smooth=True)
    flake = (214, 224, 246) if light == "night" else (255, 255, 255)
    for left, top in _scatter(36, 144, 3, 96):
        pen.oval(left, top, 0.9, 0.9, flake, line=0)


def draw_city(pen: Pen, light: str) -> None:
    """A far skyline whose windows glow at night, a pavement and a road."""
    lit = light == "night"
    for tone, towers in (
        ((188, 200, 220), ((0, 40, 15), (19, 30, 13), (37, 46, 17), (58, 34, 14), (77, 50, 19),
                           (98, 28, 13), (115, 42, 18), (135, 34, 14))),
        ((160, 172, 198), ((-4, 60, 17), (16, 54, 16), (33, 66, 20), (57, 58, 15), (74, 68, 22),
                           (99, 56, 15), (117, 64, 17), (136, 58, 14))),
    ):  # fmt: skip
        for i, (x, top, width) in enumerate(towers):
            pen.box(x, top, x + width, 100, shade(tone, light), line=0)
            for row in range(int(92 - top) // 6):
                for column in range(int(width - 3) // 4):
                    glows = (row * 5 + column * 4 + i * 7 + row * column) % 3 < 1
                    pane = (
                        (255, 214, 112)
                        if lit and glows
                        else mix(shade(tone, light), (236, 244, 255), 0.4)
                    )
                    pane = mix(shade(tone, light), (10, 12, 40), 0.3) if lit and not glows else pane
                    px, py = x + 2.2 + column * 4, top + 3 + row * 6
                    pen.box(px, py, px + 1.9, py + 3, pane, line=0)
    pen.box(-2, 92, 146, 146, shade((206, 200, 192), light), line=0)
    for x in range(-6, 150, 16):
        pen.stroke([(x + 6, 93), (x, 106)], shade((184, 178, 172), light), 0.8)
    pen.box(-2, 106, 146, 109, shade((232, 228, 220), light), line=0)
    pen.box(-2, 109, 146, 146, shade((138, 140, 152), light), line=0)
    for x in range(-8, 150, 24):
        pen.box(x, 125, x + 13, 127.4, shade((244, 240, 226), light), line=0)


def draw_room(pen: Pen, light: str) -> None:
    """Striped wallpaper with a curtained window, a skirting board, a wooden floor and a rug."""
    wall = shade((250, 226, 200), light)
    pen.box(-2, -2, 146, 10, wall, line=0)
    pen.box(-2, -2, 42, 96, wall, line=0)
    pen.box(102, -2, 146, 96, wall, line=0)
    pen.box(42, 66, 102, 96, wall, line=0)
    stripe = shade((244, 208, 180), light)
    for x in range(4, 146, 16):
        for y0, y1 in ((-2, 10), (66, 96)) if 40 < x < 100 else ((-2, 96),):
            pen.box(x, y0, x + 6, y1, stripe, line=0)
    frame = shade((250, 248, 240), light)
    if light == "night":
        for x, y in ((54, 22), (66, 34), (84, 20), (92, 40), (60, 50), (80, 54)):
            pen.oval(x, y, 0.7, 0.7, (236, 238, 255), line=0)
    for left in (42, 70.4, 99):
        pen.box(left, 10, left + 3.2, 66, frame, line=0)
    for top in (9, 36, 63):
        pen.box(42, top, 102, top + 3, frame, line=0)
    cloth = shade((150, 186, 196), light)
    for side, x in ((1, 36), (-1, 108)):
        pen.blob([(x, 6), (x + 16 * side, 6), (x + 13 * side, 34), (x + 5 * side, 68), (x, 70)],
                 cloth, line=0)  # fmt: skip
    pen.box(32, 4, 112, 7, shade((150, 108, 76), light), line=0)
    pen.box(-2, 92, 146, 98, shade((250, 246, 236), light), line=0)
    pen.box(-2, 98, 146, 146, shade((206, 160, 114), light), line=0)
    seam = shade((178, 130, 88), light)
    for row, y in enumerate((98, 108, 119, 131)):
        pen.stroke([(-2, y), (146, y)], seam, 0.9)
        for x in range(row % 2 * 26 + 8, 150, 52):
            pen.stroke([(x, y), (x, y + 11)], seam, 0.9)
    pen.oval(72, 123, 60, 15, shade((226, 196, 186), light), line=0)
    pen.oval(72, 123, 54, 12.4, shade((238, 216, 204), light), line=0)


def draw_forest(pen: Pen, light: str) -> None:
    """Three strips of fir tops, one behind the other, above a mossy floor."""
    _firs(pen, 58, 34, 15, 3, shade((184, 212, 190), light))
    _firs(pen, 76, 36, 18, 9, shade((146, 188, 158), light))
    _firs(pen, 96, 38, 22, 2, shade((108, 160, 126), light))
    _hill(pen, 98, 3, 0.2, 1.4, shade((150, 150, 96), light))
    _hill(pen, 106, 3, 0.6, 1.2, shade((168, 160, 106), light))
    needle = shade((134, 122, 78), light)
    for i, (x, y) in enumerate(_scatter(30, 140, 107, 142)):
        pen.stroke([(x, y), (x + 4, y - 1.2 + 2.4 * (i % 2))], needle, 0.9)


SCENERY: dict[str, Callable[[Pen, str], None]] = {
    "meadow": draw_meadow,
    "beach": draw_beach,
    "snow": draw_snow,
    "city": draw_city,
    "room": draw_room,
    "forest": draw_forest,
}
