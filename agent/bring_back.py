"""What went on the way and is to come back, as it last stood: "bring the house back"."""

import re
from collections.abc import Iterable

from .language import Change, EditAnswer, Listing, apply_changes, kind_of, place_of, sort_entries
from .references import PICTURE
from .services import Services
from .vocabulary import KINDS, KNOWN, MAX_ENTRIES, content_words, listing_of, spoken_words

BACK = re.compile(r"\bback\b|^\W*(?:please )?(?:restore|return)\b", re.IGNORECASE)
# What goes back to a picture, or to how things were, brings no object back.
MOVES = re.compile(
    rf"\b(?:go|went|undo|revert|before|{PICTURE}|background|step|steps|old|previous|colou?r|size)\b",
    re.IGNORECASE,
)
ALL = re.compile(r"\b(?:both|all|two|three|four)\b", re.IGNORECASE)


def brought_back(text: str, source: Listing, earlier: Iterable[Listing]) -> EditAnswer | None:
    """Return the plan of "bring the house back", or None where the words bring nothing back.

    earlier: the listings of the pictures before, the newest first. What is still there does not
    come back; what has lost its place to another thing does not either.
    """
    if not BACK.search(text) or MOVES.search(text):
        return None
    looks = {word for word in content_words(text) if word in KNOWN}
    if len(looks & set(KINDS)) != 1 or _bearing(looks, source):
        return None
    gone = next((found for listing in earlier if (found := _bearing(looks, listing))), [])
    kind = kind_of(gone[0]) if gone else ""
    is_plural = any(one == kind != word and word.endswith("s") for word, one in spoken_words(text))
    if not is_plural and not ALL.search(text):
        gone = gone[-1:]
    taken = {place_of(entry) for entry in source.entries}
    if not gone or taken.intersection(map(place_of, gone)):
        return None
    changes = tuple(Change(None, entry) for entry in gone)
    target = apply_changes(source, changes)
    if target is None or len(target.entries) > MAX_ENTRIES:
        return None
    return EditAnswer(changes, sort_entries(target))


def earlier_listings(services: Services, turn_id: str | None) -> Iterable[Listing]:
    """Yield the listings of the pictures on the path to a turn, the newest first."""
    for turn in reversed(services.path(turn_id)):
        record = services.store.image(turn.version) if turn.version else None
        listing = listing_of(record.caption) if record else None
        if listing:
            yield listing


def _bearing(looks: set[str], listing: Listing) -> list[str]:
    return [entry for entry in listing.entries if looks <= set(entry.split())]
