"""Operations on colours, pixel by pixel; where the picture has alpha it is not touched.

Formulas are those of W3C, Filter Effects Module Level 1 (https://www.w3.org/TR/filter-effects-1/),
section 13, "Shorthands defined in terms of the filter element", on colours from 0 to 1 as they
stand in the file; results are rounded and clipped. What others say is named at its function.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from ..raster import Pixels, bands

Levels = NDArray[np.float64]
Colours = NDArray[np.float32]  # (rows, W, 3), 0 to the largest value of the picture

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. ITU-R BT.709-6, item 3.2
SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def brightness(values: Pixels, *, factor: float) -> Pixels:
    """Return the picture with all colours multiplied by a factor."""
    return _curve(values, lambda levels, channel: levels * factor)


def contrast(values: Pixels, *, factor: float) -> Pixels:
    """Return the picture with colours spread around middle grey: (c - 0.5) * factor + 0.5."""
    return _curve(values, lambda levels, channel: (levels - 0.5) * factor + 0.5)


def warmth(values: Pixels, *, amount: float) -> Pixels:
    """Return the picture warmer above 0, cooler below: red * (1 + amount), blue * (1 - amount).

    A diagonal change of the white point, after J. von Kries (1902).
    """
    scale = (1 + amount, 1.0, 1 - amount)
    return _curve(values, lambda levels, channel: levels * scale[channel], channels=(0, 2))


def saturation(values: Pixels, *, factor: float) -> Pixels:
    """Return the picture with colours moved from, or towards, their grey: L + (c - L) * factor."""

    def move(colours: Colours) -> Colours:
        grey = _luma(colours)
        return grey + (colours - grey) * np.float32(factor)

    return _mix(values, move)


def greyscale(values: Pixels, *, amount: float = 1.0) -> Pixels:
    """Return the picture in shades of grey, or part of the way there."""
    return saturation(values, factor=1 - amount)


def sepia(values: Pixels, *, amount: float = 1.0) -> Pixels:
    """Return the picture in brown tones, or part of the way there."""
    return _mix(values, lambda colours: _blend(colours, colours @ SEPIA.T, amount))


def hue(values: Pixels, *, degrees: float) -> Pixels:
    """Return the picture with every hue turned on the colour wheel; greys stay as they are."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    red, green, blue = 0.213, 0.715, 0.072
    grey = np.array([[red, green, blue]] * 3)
    matrix = (
        grey
        + cosine * (np.eye(3) - grey)
        + sine
        * np.array([[-red, -green, 1 - blue], [0.143, 0.140, -0.283], [red - 1, green, blue]])
    ).astype(np.float32)
    return _mix(values, lambda colours: colours @ matrix.T)


def vignette(values: Pixels, *, strength: float, colour: str = "black") -> Pixels:
    """Return the picture darkened, or coloured, towards its corners.

    Light falls off with the fourth power of the cosine of the angle to the optical axis
    (I. C. Gardner, 1947, RP1824); here its tangent is `strength` in the corners, so that a share
    of 1 / (1 + (strength * r)^2)^2 of the picture is left at r, which is 1 in the corners.
    """
    height, width = values.shape[:2]
    ground = full_colour(colour, values)[:3].astype(np.float32)
    x = np.arange(width, dtype=np.float32) - (width - 1) / 2
    y = np.arange(height, dtype=np.float32)[:, None] - (height - 1) / 2
    diagonal = max(1, (width - 1) ** 2 + (height - 1) ** 2)
    tangent = np.float32(4 * strength**2 / diagonal)
    result = values.copy()
    for rows in bands(values):
        left = (1 / (1 + tangent * (x**2 + y[rows] ** 2)) ** 2)[..., None]
        put(result, rows, ground + (values[rows, :, :3] - ground) * left)
    return result


def full_colour(name: str, values: Pixels) -> NDArray[np.unsignedinteger]:
    """Return a colour by name or "#ff8800" at the picture's depth, with as many channels."""
    levels = (*ImageColor.getcolor(name, "RGBA"),)  # type: ignore[misc]
    scale = np.iinfo(values.dtype).max // 255
    return (np.array(levels[: values.shape[2]]) * scale).astype(values.dtype)


def put(result: Pixels, rows: slice, colours: Colours) -> None:
    """Write colours into some rows, rounded and clipped; alpha stays."""
    np.rint(colours, out=colours).clip(0, np.iinfo(result.dtype).max, out=colours)
    result[rows, :, :3] = colours


def _curve(
    values: Pixels,
    curve: Callable[[Levels, int], Levels],
    channels: tuple[int, ...] = (0, 1, 2),
) -> Pixels:
    """Return the picture with each level of a channel replaced by another."""
    top = int(np.iinfo(values.dtype).max)
    levels = np.arange(top + 1) / top
    result = values.copy()
    for channel in channels:
        table = np.rint(curve(levels, channel) * top).clip(0, top).astype(values.dtype)
        for rows in bands(values):
            result[rows, :, channel] = table[values[rows, :, channel]]
    return result


def _mix(values: Pixels, mix: Callable[[Colours], Colours]) -> Pixels:
    """Return the picture with each pixel's three colours replaced by a mixture of them."""
    result = values.copy()
    for rows in bands(values):
        put(result, rows, mix(values[rows, :, :3].astype(np.float32)))
    return result


def _luma(colours: Colours) -> Colours:
    grey: Colours = (colours @ LUMA)[..., None]
    return grey


def _blend(colours: Colours, other: Colours, amount: float) -> Colours:
    return colours + (other - colours) * np.float32(amount)
