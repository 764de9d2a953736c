"""The pixel lock: an edit takes from the painting only what had to change.

Every other pixel is copied from the source, bit for bit, at the source's own size. The changed
region is found by comparing the painting with the source as the model saw it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from .pictures import flatten
from .raster import BAND_PIXELS

LockMode = Literal["auto", "mask", "off"]
Box = tuple[int, int, int, int]  # left, top, right, bottom

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
EDGE_SIDE = 720  # pixels of a mask's longer side, at which its soft edge is reckoned
MAX_TINT = 10  # a painter's own colour cast is small; a stronger one was meant
WHOLE = 0.75  # changed in so many places, a picture was meant to change as a whole


@dataclass(frozen=True)
class Locked:
    """The picture after the lock, in the size and mode of the source."""

    image: Image.Image
    region: Image.Image  # "L", 255 where pixels may come from the painting; the source's size
    kept_share: float  # share of all pixels that are bit-identical to the source
    # What was repainted though nobody asked, and put back: "L", 0 or 255, the painting's size;
    # None where nobody said what should change.
    over_edit: Image.Image | None = None

    @property
    def over_edit_share(self) -> float | None:
        """Return the share of the painting that was repainted though nobody asked."""
        return None if self.over_edit is None else share_of(self.over_edit)


def lock_pixels(
    source: Image.Image,
    painting: Image.Image,
    *,
    mask: Image.Image | None = None,
    asked: Image.Image | None = None,
    mode: LockMode = "auto",
    is_global: bool = False,
    window: Box | None = None,
) -> Locked:
    """Return the source with only the changed region taken from the painting.

    `mask` ("L", 255 = repaint, the source's size) is the user's, and a hard boundary in every
    mode; mode "mask" takes all of it. `asked` (alike) is where the plan expects changes: what
    else the painter changed is put back in mode "auto". `is_global` (a new scene or light)
    exempts the whole picture. `window` is the part of the source that was painted, if not all.
    """
    if window is not None:
        return _put_back(
            source,
            lock_pixels(
                source.crop(window),
                painting,
                mask=mask.crop(window) if mask else None,
                asked=asked.crop(window) if asked else None,
                mode=mode,
                is_global=is_global,
            ),
            window,
        )
    painting = painting.convert("RGB")
    seen = flatten(source).resize(painting.size)
    is_free = is_global or mode == "off"
    bound = mask if mask is not None or is_free else asked
    if is_free or (mode == "mask" and mask is not None):
        region = Image.new("L", painting.size, 255)
        over_edit = _beyond(_changed_core(seen, painting), mask) if mask is not None else None
    else:
        painting = _without_tint(seen, painting)
        core = _changed_core(seen, painting)
        # What was asked for may be taken generously: the bound keeps it from spreading.
        region = _grown(core) if bound is None else _grown(_grown(core))
        over_edit = _beyond(core, bound) if bound is not None else None
        if bound is None and share_of(region) >= WHOLE:
            region = Image.new("L", painting.size, 255)
    if mask is not None:
        region = ImageChops.multiply(region, _shrink(mask, painting.size))
    is_whole = region.getextrema() == (255, 255)
    alpha = region if is_whole else _feather(region)
    return replace(_compose(source, painting, alpha, bound), over_edit=over_edit)


def put_back(source: Image.Image, locked: Locked, boxes: Sequence[Box]) -> Locked:
    """Return the locked picture with boxes of the source in it that nothing may touch."""
    result, region = locked.image.copy(), locked.region.copy()
    for box in boxes:
        result.paste(source.crop(box), box)
        region.paste(0, box)
    kept_share = identical_share(source, result)
    return replace(locked, image=result, region=region, kept_share=kept_share)


def changed_region(source: Image.Image, painting: Image.Image) -> Image.Image:
    """Return where the painting differs from the source for the eye: "L", 0 or 255, its size."""
    return _grown(_changed_core(flatten(source).resize(painting.size), painting))


def perceptual_difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return how much two RGB pictures of one size differ for the eye, as "L"."""
    smooth = ImageFilter.GaussianBlur(min(other.size) * SMOOTH)
    first, second = (
        np.asarray(image.point(LIFT).filter(smooth).convert("YCbCr"), dtype=np.float32)
        for image in (one, other)
    )
    distance = np.sqrt(np.einsum("hwc,c->hw", (first - second) ** 2, CHANNEL_WEIGHTS))
    return Image.fromarray(np.clip(distance, 0, 255).astype(np.uint8))


def differing(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two pictures of one size are not bit-identical: "L", 0 or 255.

    Band by band: large pictures are not held several times over.
    """
    mode = "RGBA" if "RGBA" in (one.mode, other.mode) else "RGB"
    differs = Image.new("L", one.size)
    rows = max(1, BAND_PIXELS // one.width)
    for top in range(0, one.height, rows):
        box = (0, top, one.width, min(top + rows, one.height))
        first, second = (image.crop(box).convert(mode) for image in (one, other))
        largest, *rest = ImageChops.difference(first, second).split()
        for band in rest:
            largest = ImageChops.lighter(largest, band)
        differs.paste(largest.point(ANY), box)
    return differs


def soft_mask(mask: Image.Image) -> Image.Image:
    """Return a mask ("L") whose edge rises softly inside it; nothing outside it is touched."""
    scale = min(1.0, EDGE_SIDE / max(mask.size))
    size = max(1, round(mask.width * scale)), max(1, round(mask.height * scale))
    soft = _feather(_shrink(mask, size)).resize(mask.size, Image.Resampling.BILINEAR)
    return ImageChops.darker(soft, mask)


def identical_share(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels that are bit-identical in two pictures; 0 if sizes differ."""
    return 1.0 - share_of(differing(one, other)) if one.size == other.size else 0.0


def share_of(mask: Image.Image) -> float:
    """Return the share of a mask's pixels that are not 0."""
    return 1.0 - mask.histogram()[0] / (mask.width * mask.height)


def _changed_core(seen: Image.Image, painting: Image.Image) -> Image.Image:
    """Return the changed region of a source, seen at the painting's size, without any margin."""
    difference = perceptual_difference(seen, painting)
    side = min(painting.size)
    mean = difference.filter(ImageFilter.BoxBlur(max(2, round(side * WINDOW))))
    fine = difference.filter(ImageFilter.BoxBlur(1))
    noise = _median(np.asarray(mean))
    weak = min(max(WEAK, 2.0 * noise), MAX_WEAK)
    strong = min(max(STRONG, 4.0 * noise), MAX_STRONG)
    seeds = ImageChops.darker(_above(mean, strong), _above(fine, strong))
    return _flood(seeds, ImageChops.darker(_above(mean, weak), _above(fine, weak)))


def _without_tint(seen: Image.Image, painting: Image.Image) -> Image.Image:
    """Return the painting without the faint colour cast that its painter gave all of it.

    The patch would otherwise stand out, and the cast would count as a change.
    """
    casts = np.asarray(painting, dtype=np.int16) - np.asarray(seen, dtype=np.int16)
    tint = [round(_median(casts[..., channel])) for channel in range(3)]
    if not any(tint) or max(map(abs, tint)) > MAX_TINT:
        return painting
    return painting.point([min(max(value - cast, 0), 255) for cast in tint for value in range(256)])


def _median(values: NDArray[np.integer]) -> float:
    """Return the median of small whole numbers; counting them is faster than sorting."""
    least = int(values.min())
    below = np.bincount((values - least).ravel()).cumsum()
    last = values.size - 1
    middle = np.searchsorted(below, (last // 2, last - last // 2), side="right")
    return least + float(middle.mean())


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


def _grown(core: Image.Image) -> Image.Image:
    return _dilate(core, max(1, round(min(core.size) * GROWTH)))


def _dilate(mask: Image.Image, radius: int) -> Image.Image:
    """Return the mask grown by a square; a rank filter would take time with the radius squared."""
    rows = mask.filter(ImageFilter.BoxBlur((radius, 0))).point(ANY)
    return rows.filter(ImageFilter.BoxBlur((0, radius))).point(ANY)


def _beyond(core: Image.Image, bound: Image.Image) -> Image.Image:
    """Return what of the changed region lies clearly outside the bound."""
    return ImageChops.subtract(core, _grown(_shrink(bound, core.size)))


def _feather(region: Image.Image) -> Image.Image:
    """Return how much of the painting shows: 0 outside the region, rising to 255 inside."""
    width = max(1, round(min(region.size) * FEATHER))
    core = ImageChops.invert(_dilate(ImageChops.invert(region), width))
    soft = core.filter(ImageFilter.GaussianBlur(width))
    if not core.getbbox():  # too thin to be feathered
        return region
    return ImageChops.darker(soft, region)


def _compose(
    source: Image.Image, painting: Image.Image, alpha: Image.Image, bound: Image.Image | None
) -> Locked:
    """Return the source with the painting laid over it where alpha and bound let it show."""
    result, region = source.copy(), Image.new("L", source.size)
    box = _scaled_box(alpha, source.size)
    if box:
        scale_x, scale_y = painting.width / source.width, painting.height / source.height
        part = (box[0] * scale_x, box[1] * scale_y, box[2] * scale_x, box[3] * scale_y)
        size = (box[2] - box[0], box[3] - box[1])
        cover = alpha.resize(size, Image.Resampling.BILINEAR, box=part)
        if bound is not None:
            cover = ImageChops.darker(cover, bound.crop(box))
        paint = painting.resize(size, Image.Resampling.LANCZOS, box=part)
        result.paste(paint.convert(source.mode), box, cover)
        region.paste(cover.point(ANY), box)
    return Locked(result, region, identical_share(source, result))


def _scaled_box(alpha: Image.Image, size: tuple[int, int]) -> Box | None:
    """Return the box of all that shows, at another size; one pixel wider for what is scaled."""
    box = alpha.getbbox()
    if box is None or alpha.size == size:
        return box
    scale_x, scale_y = size[0] / alpha.width, size[1] / alpha.height
    return (
        max(0, int((box[0] - 1) * scale_x)),
        max(0, int((box[1] - 1) * scale_y)),
        min(size[0], -int(-(box[2] + 1) * scale_x // 1)),
        min(size[1], -int(-(box[3] + 1) * scale_y // 1)),
    )


def _put_back(source: Image.Image, locked: Locked, window: Box) -> Locked:
    """Return the locked window in its place of the whole picture."""
    result, region = source.copy(), Image.new("L", source.size)
    result.paste(locked.image, window)
    region.paste(locked.region, window)
    return Locked(result, region, identical_share(source, result), locked.over_edit)


def _shrink(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the mask at the model's size: whatever is touched by it may be painted."""
    small = mask.convert("L").resize(size, Image.Resampling.BOX)
    return small.point(ANY)
