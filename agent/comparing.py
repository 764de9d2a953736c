"""What two pictures differ in: their listings, and the share of pixels that are the same."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..memory.store import SessionStore
from .language import Change, Listing, kind_of, place_of
from .lock import identical_share
from .pictures import decode, flatten
from .replies import change_clauses, join
from .vocabulary import listing_of

MARK = (214, 40, 57)  # what differs is marked in this red
PALE = 0.3  # how much is left of what does not differ
WEAKEST = 0.45  # how strongly the smallest difference is marked


@dataclass(frozen=True)
class Difference:
    """What it takes to come from one picture to another."""

    changes: tuple[str, ...]  # of the text language: "cat red ... -> cat blue ..."
    identical_share: float | None  # of the pixels; None: the sizes differ
    is_known: bool  # False: at least one caption is no listing


@dataclass(frozen=True)
class Comparison:
    """Two stored pictures, and what they differ in."""

    left: Image.Image
    right: Image.Image
    difference: Difference
    words: str


def compare_stored(store: SessionStore, left_hash: str, right_hash: str) -> Comparison:
    """Return what two stored pictures differ in, by their captions and pixels."""
    left, right = (decode(store.images.get(one)) for one in (left_hash, right_hash))
    before, after = (store.image(one).caption for one in (left_hash, right_hash))
    share = identical_share(left, right) if left.size == right.size else None
    words = difference_in_words(before, after, share)
    return Comparison(left, right, difference(before, after, share), words)


def mark_difference(one: Image.Image, other: Image.Image) -> Image.Image | None:
    """Return the second picture, pale and grey, with every pixel that differs in red.

    The stronger the difference, the stronger the red. None where the sizes differ.
    """
    if one.size != other.size:
        return None
    left, right = (np.asarray(image.convert("RGBA"), np.int16) for image in (one, other))
    strength = np.abs(left - right).max(axis=-1, keepdims=True) / 255  # (H, W, 1), [0, 1]
    red = np.where(strength > 0, WEAKEST + (1 - WEAKEST) * strength, 0)
    grey = np.asarray(flatten(other).convert("L"), np.float32)[..., None]
    pale = 255 - PALE * (255 - grey)
    marked = (1 - red) * pale + red * np.array(MARK)
    return Image.fromarray(marked.round().astype(np.uint8), "RGB")


def changes_between(before: Listing, after: Listing) -> list[Change]:
    """Return the changes from one listing to the other, objects paired by likeness."""
    changes = []
    if before.scene != after.scene:
        changes.append(Change(before.scene, after.scene))
    if before.light != after.light:
        changes.append(Change(before.light, after.light))
    old = [entry for entry in before.entries if entry not in after.entries]
    new = [entry for entry in after.entries if entry not in before.entries]
    for is_pair in (_is_same_kind_here, _is_same_look, _is_same_kind, _is_same_place):
        for entry in list(old):
            partner = next((other for other in new if is_pair(entry, other)), None)
            if partner:
                changes.append(Change(entry, partner))
                old.remove(entry)
                new.remove(partner)
    changes += [Change(entry, None) for entry in old]
    return changes + [Change(None, entry) for entry in new]


def difference(before: str | None, after: str | None, share: float | None) -> Difference:
    """Return the difference of two captioned pictures."""
    old, new = listing_of(before), listing_of(after)
    if old is None or new is None:
        return Difference((), share, False)
    return Difference(tuple(map(str, changes_between(old, new))), share, True)


def difference_in_words(before: str | None, after: str | None, share: float | None) -> str:
    """Return "From left to right: the cat is blue now. 92.3% of the pixels are identical."."""
    old, new = listing_of(before), listing_of(after)
    pixels = (
        "They are of different sizes."
        if share is None
        else f"{100 * share:.1f}% of the pixels are identical."
    )
    if old is None or new is None:
        return pixels
    changes = changes_between(old, new)
    if not changes:
        return f"They show the same. {pixels}"
    return f"From left to right: {join(change_clauses(changes, new))}. {pixels}"


def _is_same_kind_here(one: str, other: str) -> bool:
    return kind_of(one) == kind_of(other) and place_of(one) == place_of(other)


def _is_same_look(one: str, other: str) -> bool:
    return one.split()[:3] == other.split()[:3]


def _is_same_kind(one: str, other: str) -> bool:
    return kind_of(one) == kind_of(other)


def _is_same_place(one: str, other: str) -> bool:
    return place_of(one) == place_of(other)
