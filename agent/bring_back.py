"""What went on the way and is to come back, as it last stood: "bring the house back"."""

import re
from collections.abc import Iterable

from .language import Change, EditAnswer, Listing, apply_changes, kind_of, place_of, sort_entries
from .politeness import BEFORE, BEHIND
from .services import Services
from .vocabulary import COLOURS, KINDS, MAX_ENTRIES, SIZES, listing_of, normal, spoken_words

BACK = re.compile(r"\bback\b|\b(?:restore|return)\b", re.IGNORECASE)
WISH = re.compile(
    rf"(?:(?:{BEFORE}|have|bring|get|put|give|take|fetch|restore|return|me|us|her|him|back)"
    r"\b[ ,]*)*"
    r"(?P<what>(?:[a-z]+ ){0,5}?[a-z]+)"
    rf"(?: back)?(?: (?:{BEHIND}|in|in the picture|from before|"
    r"where (?:it|they|he|she) (?:was|were)(?: before)?"
    r"|(?:that |which )?(?:we|i|you) (?:had|removed|took away|deleted)(?: before)?))*[ ,.!]*",
    re.IGNORECASE,
)
ALL = frozenset("both all two three four".split())
SMALL = ALL | frozenset("the my our your that those these one of".split())
LOOKS = frozenset((*KINDS, *COLOURS, *SIZES))


def brought_back(text: str, source: Listing, earlier: Iterable[Listing]) -> EditAnswer | None:
    """Return the plan of "bring the house back", or None where the words bring nothing back.

    earlier: the listings of the pictures before, the newest first. What is still there does not
    come back; what has lost its place to another thing does not either.
    """
    looks = _named(text)
    if not looks or _bearing(looks, source):
        return None
    gone = next((found for listing in earlier if (found := _bearing(looks, listing))), [])
    kind = kind_of(gone[0]) if gone else ""
    words = spoken_words(text)
    is_plural = any(one == kind != word and word.endswith("s") for word, one in words)
    typed = {word for word, _ in words}
    if "one" in typed or not (is_plural or ALL & typed):
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
        for image_hash in (turn.version, (turn.brief or {}).get("source")):
            record = services.store.image(image_hash) if image_hash else None
            listing = listing_of(record.caption) if record else None
            if listing:
                yield listing


def _named(text: str) -> set[str]:
    """Return the looks of the one kind that is to come back; none where words say anything else."""
    wish = WISH.fullmatch(text.strip()) if BACK.search(text) else None
    words = [word.lower() for word in wish["what"].split()] if wish else []
    looks = {normal(word) for word in words if word not in SMALL}
    return looks if looks <= LOOKS and len(looks & set(KINDS)) == 1 else set()


def _bearing(looks: set[str], listing: Listing) -> list[str]:
    return [entry for entry in listing.entries if looks <= set(entry.split())]
