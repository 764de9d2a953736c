"""Parts of a picture: the cells that an edit names, and the window that a mask asks for."""

from collections.abc import Sequence

from PIL import Image

from .language import PLACES, Change, Listing, place_of
from .lock import Box

COLUMNS = 3
CONTEXT = 0.5  # what is seen around a mask, on every side, as a share of the mask's own side
MAX_SHARE = 0.6  # a window that is nearly the picture is worth no cropping


def asked_area(
    source: Listing, target: Listing, changes: Sequence[Change], size: tuple[int, int]
) -> Image.Image | None:
    """Return the places that an edit names ("L", 255 = may change); None if that is all of it.

    For a painter of listings they are exact: it is told nothing else, and an object stands inside
    its own place.
    """
    is_global = (source.scene, source.light) != (target.scene, target.light)
    if is_global or any(change.is_global for change in changes):
        return None
    entries = set(source.entries) ^ set(target.entries)
    entries |= {side for change in changes for side in (change.old, change.new) if side}
    places = {place_of(entry) for entry in entries}
    if not places or not places <= set(PLACES):
        return None
    area = Image.new("L", size)
    for place in places:
        area.paste(255, place_box(place, size))
    return area


def place_box(place: str, size: tuple[int, int]) -> Box:
    """Return where a place such as "top left" lies in a picture of (width, height) pixels."""
    row, column = divmod(PLACES.index(place), COLUMNS)
    width, height = size
    return (
        width * column // COLUMNS,
        height * row // COLUMNS,
        width * (column + 1) // COLUMNS,
        height * (row + 1) // COLUMNS,
    )


def window_of(mask: Image.Image, height: int, width: int) -> Box | None:
    """Return the part of a large picture that is to be painted at its own resolution.

    It holds the mask and some context, and has at least the `height` and `width` that the model
    paints. None: the picture as a whole serves as well.
    """
    found = mask.getbbox()
    if found is None or mask.width * mask.height <= height * width:
        return None
    left, right = _span(found[0], found[2], width, mask.width)
    top, bottom = _span(found[1], found[3], height, mask.height)
    if (right - left) * (bottom - top) > MAX_SHARE * mask.width * mask.height:
        return None
    return left, top, right, bottom


def _span(start: int, end: int, at_least: int, whole: int) -> tuple[int, int]:
    """Return the span around [start, end), inside [0, whole)."""
    length = min(whole, max(at_least, round((end - start) * (1 + 2 * CONTEXT))))
    first = min(max(0, (start + end - length) // 2), whole - length)
    return first, first + length
