"""Exact pixel operations at full resolution: no model draws here."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from .. import InputError

MAX_SIDE = 20_000
MAX_PIXELS = 80_000_000


@dataclass(frozen=True)
class Adjustment:
    """One operation by name, with its numbers and words."""

    name: str
    values: dict[str, Any]
    summary: str  # in the past tense, for the reply: "turned by 90 degrees"


def apply_adjustments(image: Image.Image, adjustments: Sequence[Adjustment]) -> Image.Image:
    """Return the picture (RGB or RGBA) after all operations, in their order."""
    for adjustment in adjustments:
        image = OPERATIONS[adjustment.name](image, **adjustment.values)
    return image


def crop(
    image: Image.Image,
    *,
    box: tuple[int, int, int, int] | None = None,
    aspect: tuple[int, int] | None = None,
    share: float | None = None,
    inset: int | None = None,
    anchor: str = "center",
) -> Image.Image:
    """Return a part: a box in pixels, the largest of an aspect, a share of both sides, or what is
    left `inset` pixels from the side that `anchor` names, or from all of them."""
    width, height = image.size
    if inset is not None:
        left, top, right, bottom = (
            inset if anchor == "center" or side in anchor.split() else 0
            for side in ("left", "top", "right", "bottom")
        )
        box = (left, top, width - right, height - bottom)
    if box:
        left, top, right, bottom = box
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise InputError(
                f"The box {left}, {top}, {right}, {bottom} does not lie inside the picture, which "
                f"is {width} x {height} pixels."
            )
        return image.crop(box)
    if aspect:
        scale = min(width / aspect[0], height / aspect[1])
        new_width, new_height = round(aspect[0] * scale), round(aspect[1] * scale)
    else:
        share = 1.0 if share is None else share
        new_width, new_height = round(width * share), round(height * share)
        if anchor in ("left", "right"):
            new_height = height
        elif anchor in ("top", "bottom"):
            new_width = width
    new_width, new_height = max(1, new_width), max(1, new_height)
    left, top = _corner(anchor, width - new_width, height - new_height)
    return image.crop((left, top, left + new_width, top + new_height))


def rotate(image: Image.Image, *, degrees: float) -> Image.Image:
    """Return the picture turned clockwise; quarter turns move pixels and change none."""
    quarter = {90: "ROTATE_270", 180: "ROTATE_180", 270: "ROTATE_90"}.get(int(degrees % 360))
    if degrees % 360 == 0:
        return image
    if degrees % 90 == 0 and quarter:
        return image.transpose(Image.Transpose[quarter])
    fill = (255,) * len(image.mode)
    return image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def flip(image: Image.Image, *, axis: str) -> Image.Image:
    """Return the mirror image: left and right swapped ("horizontal") or top and bottom."""
    name = "FLIP_LEFT_RIGHT" if axis == "horizontal" else "FLIP_TOP_BOTTOM"
    return image.transpose(Image.Transpose[name])


def resize(
    image: Image.Image,
    *,
    width: int | None = None,
    height: int | None = None,
    factor: float | None = None,
) -> Image.Image:
    """Return the picture at another size; a side that is not given follows the aspect."""
    if factor:
        width, height = round(image.width * factor), round(image.height * factor)
    elif width and not height:
        height = round(image.height * width / image.width)
    elif height and not width:
        width = round(image.width * height / image.height)
    size = (max(1, width or image.width), max(1, height or image.height))
    if max(size) > MAX_SIDE or size[0] * size[1] > MAX_PIXELS:
        raise InputError(f"{size[0]} x {size[1]} pixels is too large; ask for a smaller size.")
    return image.resize(size, Image.Resampling.LANCZOS)


def brightness(image: Image.Image, *, factor: float) -> Image.Image:
    """Return the picture with all colours scaled."""
    return _keep_alpha(image, lambda rgb: ImageEnhance.Brightness(rgb).enhance(factor))


def contrast(image: Image.Image, *, factor: float) -> Image.Image:
    """Return the picture with colours spread around its mean grey."""
    return _keep_alpha(image, lambda rgb: ImageEnhance.Contrast(rgb).enhance(factor))


def saturation(image: Image.Image, *, factor: float) -> Image.Image:
    """Return the picture with colours moved away from, or towards, grey."""
    return _keep_alpha(image, lambda rgb: ImageEnhance.Color(rgb).enhance(factor))


def warmth(image: Image.Image, *, amount: float) -> Image.Image:
    """Return the picture warmer (more red, less blue) for amounts above 0, cooler below."""
    scale = np.array([1.0 + amount, 1.0, 1.0 - amount], dtype=np.float32)

    def shift(rgb: Image.Image) -> Image.Image:
        tables = [np.clip(np.arange(256) * factor, 0, 255).round() for factor in scale]
        return rgb.point([int(value) for table in tables for value in table])

    return _keep_alpha(image, shift)


def greyscale(image: Image.Image) -> Image.Image:
    """Return the picture in shades of grey."""
    return _keep_alpha(image, lambda rgb: ImageOps.grayscale(rgb).convert("RGB"))


def blur(image: Image.Image, *, strength: float) -> Image.Image:
    """Return the picture softened; strength 1 is a radius of 1/100 of the shorter side."""
    return image.filter(ImageFilter.GaussianBlur(strength * min(image.size) / 100))


def sharpen(image: Image.Image, *, strength: float) -> Image.Image:
    """Return the picture with crisper edges."""
    radius = max(1.0, min(image.size) / 300)
    mask = ImageFilter.UnsharpMask(radius, round(120 * strength), threshold=2)
    return _keep_alpha(image, lambda rgb: rgb.filter(mask))


def text(image: Image.Image, *, words: str, place: str, colour: str = "white") -> Image.Image:
    """Return the picture with words written on it, rimmed so that they can be read anywhere."""
    result = image.copy()
    draw = ImageDraw.Draw(result)
    size = max(10.0, min(image.size) / 10)
    rim = "white" if colour in ("black", "purple", "blue", "brown") else "black"
    while True:
        font = ImageFont.load_default(size)
        stroke = max(1, round(size / 14))
        left, top, right, bottom = draw.textbbox((0, 0), words, font=font, stroke_width=stroke)
        if right - left <= image.width * 0.96 or size <= 6:
            break
        size *= 0.9
    margin = round(min(image.size) * 0.03)
    x, y = _corner(
        place,
        round(image.width - (right - left) - 2 * margin),
        round(image.height - (bottom - top) - 2 * margin),
    )
    draw.text(
        (x + margin - left, y + margin - top),
        words,
        fill=colour,
        font=font,
        stroke_width=stroke,
        stroke_fill=rim,
    )
    return result


def border(image: Image.Image, *, colour: str, width: int | None = None) -> Image.Image:
    """Return the picture inside a frame; by default 1/30 of its shorter side wide."""
    pixels = max(1, round(min(image.size) / 30)) if width is None else width
    return ImageOps.expand(image, pixels, colour)


OPERATIONS: dict[str, Callable[..., Image.Image]] = {
    "crop": crop,
    "rotate": rotate,
    "flip": flip,
    "resize": resize,
    "brightness": brightness,
    "contrast": contrast,
    "saturation": saturation,
    "warmth": warmth,
    "greyscale": greyscale,
    "blur": blur,
    "sharpen": sharpen,
    "text": text,
    "border": border,
}


def _corner(anchor: str, spare_width: int, spare_height: int) -> tuple[int, int]:
    """Return where a part lies, given the room around it and words such as "top left"."""
    words = anchor.split()
    x = 0 if "left" in words else spare_width if "right" in words else math.floor(spare_width / 2)
    y = 0 if "top" in words else spare_height if "bottom" in words else math.floor(spare_height / 2)
    return x, y


def _keep_alpha(image: Image.Image, operation: Callable[[Image.Image], Image.Image]) -> Image.Image:
    if image.mode != "RGBA":
        return operation(image.convert("RGB"))
    result = operation(image.convert("RGB"))
    result.putalpha(image.getchannel("A"))
    return result
