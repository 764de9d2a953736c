"""Text on a picture: fonts, line breaks, a rim that can be read anywhere."""

import os
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ... import InputError
from ..raster import Pixels
from .geometry import corner
from .tones import full_colour

SMALLEST = 6.0
MARGIN = 0.03  # of the shorter side
FONT_ENDINGS = (".ttf", ".otf", ".ttc")
STYLES = ("bold", "italic")
# What "a serif font" may be called, on Linux, Windows and macOS.
FAMILIES = {
    "sans": ("dejavusans", "liberationsans", "notosans", "arial", "helvetica"),
    "serif": ("dejavuserif", "liberationserif", "notoserif", "timesnewroman", "times", "georgia"),
    "mono": ("dejavusansmono", "liberationmono", "notosansmono", "couriernew", "cour", "menlo"),
}
STYLE_WORDS = {
    (): ("", "regular", "book", "roman"),
    ("bold",): ("bold", "bd", "b"),
    ("italic",): ("italic", "oblique", "i"),
    ("bold", "italic"): ("bolditalic", "boldoblique", "bi", "z"),
}
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Stencil = NDArray[np.float32]  # (H, W, 1), 0 to 1


def text(
    values: Pixels,
    *,
    words: str,
    place: str = "bottom",
    at: tuple[int, int] | None = None,
    colour: str = "white",
    font: str = "",
    size: float | None = None,
    share: float = 0.1,
) -> Pixels:
    """Return the picture with words written on it: at a place ("top left"), or with their upper
    left corner at `at`, in pixels. What lies outside their box stays bit-identical.

    `font` is a family, "serif", "mono" and "bold", "italic"; none is the one inside Pillow.
    Letters are `size` pixels high, or a share of the shorter side and smaller if need be.
    """
    height, width = values.shape[:2]
    margin = round(min(height, width) * MARGIN)
    room = (width - (at[0] if at else 2 * margin), height - (at[1] if at else 2 * margin))
    face, lines, stroke, box = _fit(words, font, size, share * min(height, width), room)
    left, top, right, bottom = box
    if at:
        x, y = at
    else:
        spare = (room[0] - (right - left), room[1] - (bottom - top))
        x, y = (margin + offset for offset in corner(place, *spare))
    align = next((side for side in ("left", "right") if side in place.split()), "center")
    ink, rim = (
        _stencil(lines, face, width, (right - left, bottom - top), (left, top), align)
        for width in (0, stroke)
    )
    result = values.copy()
    patch = result[y : y + bottom - top, x : x + right - left]
    edge = full_colour(_contrasting(colour), values)
    patch[:] = _lay_over(_lay_over(patch, edge, rim), full_colour(colour, values), ink)
    return result


def _fit(
    words: str, name: str, size: float | None, wanted: float, room: tuple[int, int]
) -> tuple[Font, str, int, tuple[int, int, int, int]]:
    """Return a font, the words broken into lines, the rim's width and the box they fill."""
    letters = max(SMALLEST, size or wanted)
    while True:
        face = _load(name, letters, words)
        stroke = max(1, round(letters / 14))
        lines = words if size is None else _break(words, face, room[0] - 2 * stroke)
        box = _box(lines, face, stroke)
        if box[2] - box[0] <= room[0] and box[3] - box[1] <= room[1]:
            return face, lines, stroke, box
        if size is not None or letters <= SMALLEST:
            raise InputError(
                f'"{words}" does not fit into the picture at {letters:g} pixels; '
                "ask for fewer words, smaller letters or another place."
            )
        letters = max(SMALLEST, letters * 0.9)


def _break(words: str, face: Font, width: int) -> str:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _box(lines: str, face: Font, stroke: int) -> tuple[int, int, int, int]:
    draw = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = draw.multiline_textbbox(
        (0, 0), lines, font=face, stroke_width=stroke
    )
    return int(np.floor(left)), int(np.floor(top)), int(np.ceil(right)), int(np.ceil(bottom))


def _stencil(
    lines: str, face: Font, stroke: int, size: tuple[int, int], offset: tuple[int, int], align: str
) -> Stencil:
    stencil = Image.new("L", size)
    draw = ImageDraw.Draw(stencil)
    spot = (-offset[0], -offset[1])
    draw.multiline_text(spot, lines, fill=255, font=face, stroke_width=stroke, align=align)
    return np.asarray(stencil, np.float32)[..., None] / np.float32(255)


def _lay_over(
    ground: Pixels, colour: NDArray[np.unsignedinteger], stencil: Stencil
) -> NDArray[np.unsignedinteger]:
    """Return one colour over the ground where the stencil lets it through.

    "Over", T. Porter and T. Duff, "Compositing Digital Images", SIGGRAPH 1984.
    """
    top = np.float32(np.iinfo(ground.dtype).max)
    below = np.ones_like(stencil)
    if ground.shape[2] == 4:
        below = ground[..., 3:].astype(np.float32) / top
    opacity = stencil + below * (1 - stencil)
    share = np.divide(stencil, opacity, out=np.zeros_like(stencil), where=opacity > 0)
    result = ground + (colour.astype(np.float32) - ground) * share
    if ground.shape[2] == 4:
        result[..., 3:] = opacity * top
    return np.where(stencil > 0, np.rint(result).clip(0, top), ground).astype(ground.dtype)


def _contrasting(colour: str) -> str:
    levels = full_colour(colour, np.zeros((1, 1, 3), np.uint8))
    return "white" if levels @ np.array([0.2126, 0.7152, 0.0722]) < 75 else "black"


def _load(name: str, size: float, words: str) -> Font:
    face: Font
    if name:
        face = ImageFont.truetype(str(_find(name)), size)
    else:
        face = ImageFont.load_default(size)
    missing = _missing(face, words)
    if not missing:
        return face
    if not name:  # the font inside Pillow knows Latin letters alone
        for path in filter(None, (_installed().get(one) for one in FAMILIES["sans"])):
            other = ImageFont.truetype(str(path), size)
            if not _missing(other, words):
                return other
    raise InputError(
        f'The font has no sign for "{missing}"; name another one, for example: in the font '
        f"{_some_fonts()}."
    )


def _missing(face: Font, words: str) -> str:
    """Return the first character that the font would draw as an empty box."""
    if not isinstance(face, ImageFont.FreeTypeFont):
        return ""
    blank = bytes(face.getmask("\U0010ffff"))
    plain = (one for one in dict.fromkeys(words) if not one.isspace() and not one.isascii())
    return next((one for one in plain if bytes(face.getmask(one)) == blank), "")


def _find(name: str) -> Path:
    """Return the file of a font: "serif bold", "DejaVu Sans Mono"; InputError if there is none."""
    words = name.lower().split()
    styles = tuple(style for style in STYLES if style in words)
    family = re.sub(r"[^a-z0-9]", "", "".join(word for word in words if word not in STYLES))
    known = _installed()
    for base in FAMILIES.get(family or "sans", (family,)):
        for style in STYLE_WORDS[styles]:
            if base + style in known:
                return known[base + style]
    raise InputError(f'There is no font "{name}" on this computer; there is {_some_fonts()}.')


def _some_fonts() -> str:
    stems = sorted({path.stem.split("-")[0] for path in _installed().values()})
    return ", ".join(stems[:6]) or "none but the one you get without naming any"


@cache
def _installed() -> dict[str, Path]:
    """Return the computer's fonts by their file names, of which letters and digits count."""
    home = Path.home()
    folders = [home / ".local/share/fonts", home / ".fonts"]
    folders += [Path(one) / "fonts" for one in ("/usr/local/share", "/usr/share")]
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    elif sys.platform == "darwin":
        folders = [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in FONT_ENDINGS:
                found.setdefault(re.sub(r"[^a-z0-9]", "", path.stem.lower()), path)
    return found
