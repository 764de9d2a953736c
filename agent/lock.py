"""The pixel lock: an edit takes from the painting only what had to change.

Every other pixel is copied from the source, bit for bit, at the source's own size. The changed
region is found by comparing the painting with the source as the model saw it; nothing here knows
what was asked for.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageFilter

LockMode = Literal["auto", "mask", "off"]

# In units of 8-bit colour. A change that was meant covers an area, so its mean over a window is
# high; what an autoencoder does to an edge is as strong in places, but thin, and averages out.
WEAK, STRONG = 8.0, 16.0
MAX_WEAK, MAX_STRONG = 20.0, 40.0
GAMMA = 0.7  # lifts the dark, where the eye tells finer steps apart
# Eyes see differences of brightness better than those of hue.
CHANNEL_WEIGHTS = np.array([1.0, 0.7, 0.7], dtype=np.float32)  # Y, Cb, Cr
LIFT = [round(255 * (value / 255) ** GAMMA) for value in range(256)] * 3
SMOOTH = 1 / 100  # what grain and misplaced edges are smoothed by before pictures are compared
WINDOW = 1 / 60  # radius of the window, as a share of the shorter side
GROWTH = 1 / 48
ANY = [0] + [255] * 255
FEATHER = 1 / 72


@dataclass(frozen=True)
class Locked:
    """The picture after the lock, in the size and mode of the source."""

    image: Image.Image
    region: Image.Image  # "L", 255 where pixels may come from the painting; the source's size
    kept_share: float  # share of all pixels that are bit-identical to the source


def lock_pixels(
    source: Image.Image,
    painting: Image.Image,
    *,
    mask: Image.Image | None = None,
    mode: LockMode = "auto",
    is_global: bool = False,
) -> Locked:
    """Return the source with only the changed region taken from the painting.

    `mask` ("L", 255 = repaint, the source's size) is a hard boundary in every mode; mode "mask"
    takes all of it. `is_global` (a new scene or light) exempts the whole picture.
    """
    painting = painting.convert("RGB")
    if is_global or mode == "off":
        region = Image.new("L", painting.size, 255)
    elif mode == "mask" and mask is not None:
        region = _shrink(mask, painting.size)
    else:
        region = changed_region(source, painting)
    if mask is not None:
        region = ImageChops.multiply(region, _shrink(mask, painting.size))
    is_whole = region.getextrema() == (255, 255)
    alpha = region if is_whole else _feather(region)
    return _compose(source, painting, region, alpha, mask)


def changed_region(source: Image.Image, painting: Image.Image) -> Image.Image:
    """Return where the painting differs from the source for the eye: "L", 0 or 255, its size."""
    difference = _difference(source.convert("RGB").resize(painting.size), painting)
    side = min(painting.size)
    mean = difference.filter(ImageFilter.BoxBlur(max(2, round(side * WINDOW))))
    fine = difference.filter(ImageFilter.BoxBlur(1))
    noise = float(np.median(np.asarray(mean)))
    weak = min(max(WEAK, 2.0 * noise), MAX_WEAK)
    strong = min(max(STRONG, 4.0 * noise), MAX_STRONG)
    seeds = ImageChops.darker(_above(mean, strong), _above(fine, strong))
    region = _flood(seeds, ImageChops.darker(_above(mean, weak), _above(fine, weak)))
    growth = max(1, round(side * GROWTH))
    return _dilate(region, growth)


def _difference(source: Image.Image, painting: Image.Image) -> Image.Image:
    """Return the perceptual difference of two RGB pictures of one size, as "L"."""
    smooth = ImageFilter.GaussianBlur(min(painting.size) * SMOOTH)
    one, other = (
        np.asarray(image.point(LIFT).filter(smooth).convert("YCbCr"), dtype=np.float32)
        for image in (source, painting)
    )
    distance = np.sqrt(np.einsum("hwc,c->hw", (one - other) ** 2, CHANNEL_WEIGHTS))
    return Image.fromarray(np.clip(distance, 0, 255).astype(np.uint8))


def _above(image: Image.Image, level: float) -> Image.Image:
    return image.point([255 if value > level else 0 for value in range(256)])


def _flood(seeds: Image.Image, allowed: Image.Image) -> Image.Image:
    """Return the seeds grown through `allowed` until nothing changes."""
    region, stride = seeds, max(2, min(seeds.size) // 48)
    while True:
        grown = ImageChops.lighter(region, ImageChops.darker(_dilate(region, stride), allowed))
        if ImageChops.difference(grown, region).getbbox() is None:
            return grown
        region = grown


def _dilate(mask: Image.Image, radius: int) -> Image.Image:
    """Return the mask grown by a square; a rank filter would take time with the radius squared."""
    rows = mask.filter(ImageFilter.BoxBlur((radius, 0))).point(ANY)
    return rows.filter(ImageFilter.BoxBlur((0, radius))).point(ANY)


def _feather(region: Image.Image) -> Image.Image:
    """Return how much of the painting shows: 0 outside the region, rising to 255 inside."""
    width = max(1, round(min(region.size) * FEATHER))
    core = ImageChops.invert(_dilate(ImageChops.invert(region), width))
    soft = core.filter(ImageFilter.GaussianBlur(width))
    if not core.getbbox():  # too thin to be feathered
        return region
    return ImageChops.darker(soft, region)


def _compose(
    source: Image.Image,
    painting: Image.Image,
    region: Image.Image,
    alpha: Image.Image,
    mask: Image.Image | None,
) -> Locked:
    full_region = region.resize(source.size, Image.Resampling.NEAREST)
    full_alpha = ImageChops.darker(
        alpha.resize(source.size, Image.Resampling.BILINEAR), full_region
    )
    if mask is not None:
        full_region = ImageChops.darker(full_region, mask)
        full_alpha = ImageChops.darker(full_alpha, mask)
    result = source.copy()
    box = full_alpha.getbbox()
    if box:
        paint = painting.resize(source.size, Image.Resampling.LANCZOS).crop(box)
        result.paste(paint.convert(source.mode), box, full_alpha.crop(box))
    return Locked(result, full_region, identical_share(source, result))


def identical_share(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that are bit-identical in two pictures; 0 if sizes differ."""
    if one.size != other.size:
        return 0.0
    mode = "RGBA" if "RGBA" in (one.mode, other.mode) else "RGB"
    first, second = (
        np.asarray(image.convert(mode)).reshape(-1, len(mode)) for image in (one, other)
    )
    return float(np.mean(np.all(first == second, axis=1)))


def _shrink(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the mask at the model's size: whatever is touched by it may be painted."""
    small = mask.convert("L").resize(size, Image.Resampling.BOX)
    return small.point(ANY)
