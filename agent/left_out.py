"""What a plan left out of the words: "a tree left of the car and a house", the house.

A small model that adds two things may forget the second; said by itself, it is added.
"""

import re
from collections.abc import Callable, Iterator

from .language import EditAnswer, Listing, kind_of
from .vocabulary import KINDS, MAX_ENTRIES, SYNONYMS, normal

_NOUNS = "|".join(sorted({*KINDS, *(word for word, one in SYNONYMS.items() if one in KINDS)}))
_LOOK = r"(?!(?:and|of|on|in|at|to|by|with|than|like|as)\b)[a-z-]+ "
_THING = rf"(?:{_LOOK}){{0,3}}?(?P<noun>(?:{_NOUNS})(?:e?s)?)\b(?! (?:{_NOUNS})(?:e?s)?\b)"
_NEW = re.compile(
    rf"\b(?:an?|another|one|two|three|four|some|a few|a second|a third) {_THING}", re.IGNORECASE
)
_OLD = re.compile(rf"\b(?:the|that|this|those|these|my|both|all(?: the)?) {_THING}", re.IGNORECASE)
# What joins a new thing to the one before; all else only mentions it: "not a cat", "than a cat".
_JOINED = re.compile(
    r"(?:[,;&+]|\b(?:and|plus|also|with)\b)(?:\s+(?:also|then|please|and|add|put|draw|place|paint))*"
    r"\s*$",
    re.IGNORECASE,
)
_END = re.compile(r"\s*(?:[,.;!?&]|\b(?:and|then|but|plus)\b)", re.IGNORECASE)


def complete_additions(
    words: str,
    found: EditAnswer,
    source: Listing,
    plan_wish: Callable[[str, Listing], Listing | None],
) -> Listing | None:
    """Return the listing with every new thing that the words name; None: the plan has them all.

    plan_wish: the listing that a wish leads to from a listing, or None where it cannot be met.
    Only of plans that add things: "replace the cat with a dog" that went wrong is none of these.
    """
    if not found.changes or any(change.old or change.is_global for change in found.changes):
        return None
    target = found.target
    for kind, phrase in _named(words, _NEW, _JOINED):
        kinds = {kind_of(entry) for entry in (*source.entries, *target.entries)}
        if kind in kinds or len(target.entries) >= MAX_ENTRIES:
            continue
        more = plan_wish(f"add {phrase}", target)
        if more and kind in map(kind_of, more.entries) and set(target.entries) <= set(more.entries):
            target = more
    return target if target != found.target else None


def missing_thing(words: str, source: Listing) -> str | None:
    """Return the kind that the words speak of as there, and that is not; None: there is none."""
    kinds = {kind_of(entry) for entry in source.entries}
    return next((kind for kind, _ in _named(words, _OLD) if kind not in kinds), None)


def _named(
    words: str, names: re.Pattern[str], joint: re.Pattern[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the kind of every thing that the words name so, and the phrase about it.

    joint: what must stand before each but the first.
    """
    behind = None
    for name in names.finditer(words):
        is_joined = behind is None or joint is None or joint.search(words, behind, name.start())
        behind = name.end()
        if not is_joined:
            continue
        end = _END.search(words, name.end())
        phrase = words[name.start() : end.start() if end else len(words)]
        yield normal(name["noun"]), phrase.strip()
