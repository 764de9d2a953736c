"""The drift meter: how far the parts of a picture that nobody asked to change have moved.

It compares with the original alone. A quality score without a reference would not do: such scores
improve while pictures rot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops

from .lock import changed_region, differing, perceptual_difference, share_of
from .pictures import flatten

PAINTED_WHOLE = 0.9  # a turn that left fewer than a tenth of the pixels alone was not locked
SEEN = 1024  # pixels of the longer side at which pictures are compared for the eye
MIN_KEPT = 0.02  # less of the original than this is too little to compare
# Levels of 8-bit colour in the mean. A rendered scene blurred by 0.8 pixels, grained and stored
# as JPEG lies at about 3; what the pixel lock takes for a change begins at 8.
MAX_DISTANCE = 2.5
MAX_LAYERS = 6  # paintings over one another in one place


@dataclass(frozen=True)
class Drift:
    """A picture compared with the original that it goes back to."""

    kept_share: float  # share of the pixels that no turn was to change
    identical_share: float | None  # share of these that are bit-identical; None: nothing is kept
    distance: float | None  # mean perceptual difference of these, in levels; None alike
    layers: int  # how often the most repainted place was painted over


def changed_between(parent: Image.Image, child: Image.Image) -> Image.Image:
    """Return what a turn was to change: "L", 0 or 255, the size of both pictures.

    Under the pixel lock that is what differs at all. Where nearly every pixel differs, the turn
    was painted as a whole, and what was meant is what differs for the eye.
    """
    if parent.size != child.size:
        return Image.new("L", child.size, 255)
    changed = differing(parent, child)
    if share_of(changed) < PAINTED_WHOLE:
        return changed
    seen = _seen_size(child.size)
    region = changed_region(_seen(parent, seen), _seen(child, seen))
    return region.resize(child.size, Image.Resampling.NEAREST)


def measure_drift(
    original: Image.Image, current: Image.Image, changed: Sequence[Image.Image]
) -> Drift:
    """Return the drift of the current picture; `changed` is what each turn since was to change.

    Both pictures and all regions ("L", 255 = changed) have one size: a turn that crops or resizes,
    draws anew or adjusts the pixels exactly begins a new original.
    """
    layers = Image.new("L", original.size)
    for region in changed:
        layers = add_layer(layers, region)
    return measure_layers(original, current, layers)


def add_layer(layers: Image.Image | None, changed: Image.Image) -> Image.Image:
    """Return how often each pixel was to change ("L"), with one more turn's region in it."""
    once = changed.point([0] + [1] * 255)
    return once if layers is None else ImageChops.add(layers, once)


def measure_layers(original: Image.Image, current: Image.Image, layers: Image.Image) -> Drift:
    """Return the drift of the current picture; `layers` is what `add_layer` gathered."""
    kept = layers.point([255] + [0] * 255)
    kept_share, most = share_of(kept), _highest(layers)
    if kept_share < MIN_KEPT:
        return Drift(kept_share, None, None, most)
    differs = ImageChops.multiply(differing(original, current), kept)
    identical_share = 1.0 - share_of(differs) / kept_share
    distance = _distance(original, current, kept) if differs.getbbox() else 0.0
    return Drift(kept_share, identical_share, distance, most)


def drift_of(versions: Sequence[Image.Image]) -> Drift:
    """Return the drift from the first to the last of versions that were made one from another."""
    changed = [
        changed_between(parent, child)
        for parent, child in zip(versions[:-1], versions[1:], strict=True)
    ]
    return measure_drift(versions[0], versions[-1], changed)


def squash_reason(drift: Drift) -> str | None:
    """Return why the picture should be rebuilt from its original; None while it need not be."""
    if drift.distance is not None and drift.distance > MAX_DISTANCE:
        return "Parts that nobody asked to change have moved away from the original."
    if drift.layers > MAX_LAYERS:
        return f"One place has been painted over {drift.layers} times."
    return None


def _highest(layers: Image.Image) -> int:
    return max(value for value, count in enumerate(layers.histogram()) if count)


def _distance(original: Image.Image, current: Image.Image, kept: Image.Image) -> float:
    """Return the mean perceptual difference of what was kept."""
    seen = _seen_size(original.size)
    difference = perceptual_difference(_seen(original, seen), _seen(current, seen))
    # Only what was kept in full: at the rim of a change the smaller picture mixes both.
    whole = np.asarray(kept.resize(seen, Image.Resampling.BOX)) == 255
    return float(np.asarray(difference)[whole].mean()) if whole.any() else 0.0


def _seen_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SEEN / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _seen(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return flatten(image).resize(size)
