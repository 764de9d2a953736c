"""Operations that move pixels: crop, rotate, flip, resize, border."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from PIL import Image

from ... import InputError
from ..raster import Pixels, bands
from .tones import full_colour

MAX_SIDE = 20_000
MAX_PIXELS = 80_000_000
Box = tuple[float, float, float, float]  # left, top, right, bottom
Unit = Literal["px", "%"]


def crop(
    values: Pixels,
    *,
    box: Box | None = None,
    inset: Box | None = None,
    unit: Unit = "px",
    aspect: tuple[float, float] | None = None,
    size: tuple[int | None, int | None] | None = None,
    share: float | None = None,
    anchor: str = "center",
) -> Pixels:
    """Return a part: a box; what is left without an inset at each side; or, at the anchor, the
    largest part of an aspect, a part of a size (None: all of it), or a share of both sides."""
    height, width = values.shape[:2]
    if inset is not None:
        left, top, right, bottom = _in_pixels(inset, unit, width, height)
        return _cut(values, (left, top, width - right, height - bottom))
    if box is not None:
        return _cut(values, _in_pixels(box, unit, width, height))
    if aspect:
        scale = min(width / aspect[0], height / aspect[1])
        new_width, new_height = round(aspect[0] * scale), round(aspect[1] * scale)
    elif size:
        new_width, new_height = size[0] or width, size[1] or height
    else:
        share = 1.0 if share is None else share
        new_width, new_height = round(width * share), round(height * share)
        if anchor in ("left", "right"):
            new_height = height
        elif anchor in ("top", "bottom"):
            new_width = width
    new_width, new_height = max(1, new_width), max(1, new_height)
    left, top = corner(anchor, width - new_width, height - new_height)
    return _cut(values, (left, top, left + new_width, top + new_height))


def _in_pixels(box: Box, unit: Unit, width: int, height: int) -> tuple[int, int, int, int]:
    if unit == "%":
        box = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    scale = 100 if unit == "%" else 1
    left, top, right, bottom = (round(side / scale) for side in box)
    return left, top, right, bottom


def _cut(values: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    height, width = values.shape[:2]
    left, top, right, bottom = box
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        raise InputError(
            f"The box {left}, {top}, {right}, {bottom} does not lie inside the picture, which "
            f"is {width} x {height} pixels."
        )
    return values[top:bottom, left:right].copy()


def rotate(values: Pixels, *, degrees: float) -> Pixels:
    """Return the picture turned clockwise; quarter turns move pixels and change none.

    Other angles make room for the corners, and fill it with white, or with nothing where the
    picture has transparency. Pixels are interpolated (Pillow's bicubic).
    """
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(values, -int(degrees // 90) % 4))
    is_clear = values.shape[2] == 4
    white = float(np.iinfo(values.dtype).max)

    def turn(image: Image.Image) -> Image.Image:
        ground = 0.0 if is_clear else white
        fill = ground if len(image.getbands()) == 1 else (round(ground),) * len(image.getbands())
        return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)

    return _resample(values, turn)


def flip(values: Pixels, *, axis: Literal["horizontal", "vertical"]) -> Pixels:
    """Return the mirror image: left and right swapped ("horizontal") or top and bottom."""
    return np.ascontiguousarray(values[:, ::-1] if axis == "horizontal" else values[::-1])


def resize(
    values: Pixels,
    *,
    width: int | None = None,
    height: int | None = None,
    factor: float | None = None,
    fit: tuple[int, int] | None = None,
    grows: bool = True,
) -> Pixels:
    """Return the picture at another size; a side that is not given follows the aspect.

    `fit` is a box into which the whole picture is scaled: down, and up if it may grow.
    """
    old_height, old_width = values.shape[:2]
    if fit:
        factor = min(fit[0] / old_width, fit[1] / old_height)
        factor = factor if grows else min(factor, 1.0)
    if factor:
        width, height = round(old_width * factor), round(old_height * factor)
    elif width and not height:
        height = round(old_height * width / old_width)
    elif height and not width:
        width = round(old_width * height / old_height)
    size = (max(1, width or old_width), max(1, height or old_height))
    if max(size) > MAX_SIDE or size[0] * size[1] > MAX_PIXELS:
        raise InputError(f"{size[0]} x {size[1]} pixels is too large; ask for a smaller size.")
    if size == (old_width, old_height):
        return values
    return _resample(values, lambda image: image.resize(size, Image.Resampling.LANCZOS))


def border(
    values: Pixels, *, colour: str, width: int | None = None, percent: float | None = None
) -> Pixels:
    """Return the picture inside a frame; by default 1/30 of its shorter side wide."""
    shorter = min(values.shape[:2])
    share = 1 / 30 if percent is None else percent / 100
    pixels = max(1, round(shorter * share)) if width is None else width
    size = (values.shape[0] + 2 * pixels, values.shape[1] + 2 * pixels)
    if size[0] * size[1] > MAX_PIXELS:
        raise InputError(f"With that border the picture would have {size[1]} x {size[0]} pixels.")
    framed = np.empty((*size, values.shape[2]), values.dtype)
    framed[:] = full_colour(colour, values)
    framed[pixels:-pixels, pixels:-pixels] = values
    return framed


def corner(anchor: str, spare_width: int, spare_height: int) -> tuple[int, int]:
    """Return where a part lies, given the room around it and words such as "top left"."""
    words = anchor.split()
    x = 0 if "left" in words else spare_width if "right" in words else math.floor(spare_width / 2)
    y = 0 if "top" in words else spare_height if "bottom" in words else math.floor(spare_height / 2)
    return x, y


def _resample(values: Pixels, move: Callable[[Image.Image], Image.Image]) -> Pixels:
    """Return the picture after one of Pillow's resamplings, in colours times alpha.

    Pillow does so itself for eight bits; sixteen go through it as floats, channel by channel.
    """
    if values.dtype == np.uint8:
        return np.asarray(move(Image.fromarray(values)))
    top = np.float32(np.iinfo(values.dtype).max)
    alpha = None
    if values.shape[2] == 4:
        opacity = values[..., 3].astype(np.float32) / top
        alpha = np.asarray(move(Image.fromarray(opacity))).clip(0, 1)
    result: Pixels | None = None
    for channel in range(3):
        plane = values[..., channel].astype(np.float32)
        if alpha is not None:
            plane *= opacity
        turned = move(Image.fromarray(plane))
        del plane  # a plane of a large picture is much: none outlives its use
        moved = np.asarray(turned)
        if result is None:
            result = np.zeros((*moved.shape, values.shape[2]), values.dtype)
        for rows in bands(moved):
            levels = moved[rows]
            if alpha is not None:
                levels = np.divide(
                    levels, alpha[rows], out=np.zeros_like(levels), where=alpha[rows] > 0
                )
            result[rows, :, channel] = np.rint(levels.clip(0, top))
        del turned, moved
    assert result is not None
    if alpha is not None:
        result[..., 3] = np.rint(alpha * top)
    return result
