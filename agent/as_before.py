"""What changed on the way and is to be as it was: "put the dog back where it was"."""

import re
from collections.abc import Iterable, Sequence

from .bring_back import BACK, brought_back, earlier_listings
from .language import (
    Change,
    EditAnswer,
    Listing,
    Unclear,
    apply_changes,
    kind_of,
    place_of,
    read_changes,
    sort_entries,
)
from .politeness import BEHIND, LEAD
from .replies import at
from .services import Services
from .sides import named_by_place
from .vocabulary import KINDS, listing_of, normal

_END = rf"(?:[ ,]+(?:{BEHIND}|before|at first|in the beginning))*[ .!?]*"
_THING = r"(?P<thing>it|him|her|(?:the|that|this|my) [a-z -]+?)"
_NAMED = r"(?P<thing>(?:the|that|this|my) [a-z -]+?)"  # "change it back" is an undo
_ITS = r"(?:its|his|her|the)"
_OLD = r"(?P<old>old|former|previous|earlier|original|first)"
_PUT = r"(?:put|move|bring|get|set|take|send|return|place|have)"
_TURN = r"(?:make|paint|turn|change|colou?r|get|bring|give|have|switch|set|put)"
_PLACE = r"(?:place|spot|position|corner)"
_WAS = r"(?:it|he|she) (?:was|were|stood|sat|had been|used to be)"
_HAD = r"(?:it|he|she) (?:was|had|used to (?:be|have))"
# Which words of an entry are to be again as they were.
ASPECTS = {"": slice(0, 5), "colour": slice(1, 2), "size": slice(2, 3), "place": slice(3, 5)}
FORMS = tuple(
    (aspect, re.compile(f"{LEAD}{form}{_END}", re.IGNORECASE))
    for aspect, form in (
        ("place", rf"{_PUT} {_THING}(?: back)?(?: to)? where {_WAS}"),
        ("place", rf"{_PUT} {_THING}(?: back)? (?:to|in|at|on) {_ITS} {_OLD} {_PLACE}"),
        ("place", rf"{_PUT} {_THING} back (?:to|in) its {_PLACE}"),
        ("colour", rf"{_TURN} {_THING}(?: back)?(?: (?:to|in|into|with))? {_ITS} {_OLD} colou?r"
                   r"(?: back)?"),
        ("colour", rf"{_TURN} {_THING}(?: back)?(?: (?:to|in|into))? (?:the|what) colou?r {_HAD}"),
        ("colour", rf"(?:bring|get|give|put) back the (?:{_OLD} )?colou?r of {_THING}"),
        ("colour", rf"(?:bring|get|give|put) the (?:{_OLD} )?colou?r of {_THING} back"),
        ("colour", rf"(?:bring|get|give|restore)(?: back)? {_THING}'s {_OLD} colou?r(?: back)?"),
        ("size", rf"{_TURN} {_THING}(?: back)?(?: (?:to|in))? {_ITS} {_OLD} size(?: back)?"),
        ("size", rf"{_TURN} {_THING}(?: back)?(?: (?:to|in))? (?:the|what) size {_HAD}"),
        ("size", rf"{_TURN} {_THING} as (?:big|small|large|little) as {_WAS}"),
        ("", rf"{_TURN} {_NAMED}(?: back)?(?: to)?(?: look)? (?:like|as|how|the way|what) {_WAS}"),
        ("", rf"(?:turn|change) {_NAMED} back"),
    )
)  # fmt: skip


def as_before(
    text: str, source: Listing, last: str | None, past: Iterable[Sequence[Change]]
) -> EditAnswer | Unclear | None:
    """Return the plan of "give the car its old colour back"; None where the words ask for no such.

    last: the entry that was spoken of last, "it". past: the changes that led to the picture, those
    of the newest edit first. A thing is followed back through them by its entries; "original" goes
    back as far as it can be followed, all else to where it last was otherwise.
    """
    asked = _asked(text)
    if asked is None:
        return None
    aspect, name, is_original = asked
    entry = _named(name, source, last)
    if entry is None:
        return None
    states = [_with_aspect(entry, one, aspect) for one in _earlier(entry, past)]
    states = [one for one in states if one != entry]
    if not states:
        return None
    new = states[-1 if is_original else 0]
    taken = next(
        (one for one in source.entries if one != entry and place_of(one) == place_of(new)), None
    )
    if taken:
        there = f"There is a {kind_of(taken)} {at(place_of(new))} now"
        return Unclear(f"{there}. Where should the {kind_of(entry)} go?")
    change = Change(entry, new)
    target = apply_changes(source, (change,))
    return EditAnswer((change,), sort_entries(target)) if target else None


def speaks_of_before(text: str) -> bool:
    """Return whether words may want something as it was; cheap, for every request is asked."""
    return BACK.search(text) is not None or _asked(text) is not None


def restored(
    services: Services, turn_id: str | None, text: str, image: str, last: str | None
) -> EditAnswer | Unclear | None:
    """Return the plan of words that want something as it was; None: they want another thing.

    image: the picture at hand. last: the entry that was spoken of last.
    """
    source = listing_of(services.store.image(image).caption)
    if source is None:
        return None
    back = brought_back(text, source, earlier_listings(services, turn_id))
    return back or as_before(text, source, last, changes_to(services, turn_id, image))


def changes_to(services: Services, turn_id: str | None, image: str) -> list[tuple[Change, ...]]:
    """Return the changes of the edits that led to a picture of a turn's path, the newest first.

    They end with an edit whose changes were not told, or that came out otherwise than planned:
    nothing is known beyond it.
    """
    found = []
    shown: str | None = image
    for turn in reversed(services.path(turn_id)):
        if not turn.version or turn.version != shown or turn.route not in ("edit", "adjust"):
            continue
        plan = turn.plan or {}
        if turn.route == "edit":
            listing = listing_of(services.store.image(turn.version).caption)
            changes = read_changes("; ".join(plan["changes"])) if plan.get("changes") else ()
            made = {change.new for change in changes if change.new and not change.is_global}
            if listing is None or not changes or not made <= set(listing.entries):
                break
            found.append(changes)
        shown = (turn.brief or plan).get("source")
    return found


def _asked(text: str) -> tuple[str, str, bool] | None:
    """Return what is to be as it was, of which thing, and whether as it was at first."""
    for aspect, form in FORMS:
        said = form.fullmatch(text.strip())
        if said:
            groups = said.groupdict()
            is_original = (groups.get("old") or "").lower() in ("original", "first")
            return aspect, said["thing"].lower(), is_original or "at first" in text.lower()
    return None


def _named(name: str, source: Listing, last: str | None) -> str | None:
    """Return the one entry that a name means, or None."""
    if name in ("it", "him", "her"):
        return last if last in source.entries else None
    words = name.split()[1:]
    looks = {normal(word) for word in words}
    kind = normal(words[-1]) if words else ""
    if kind not in KINDS:
        return None
    meant = [one for one in source.entries if looks <= set(one.split())]
    if not meant:  # "the left dog"
        placed = named_by_place(name, kind, source) or ""
        meant = [one for one in source.entries if placed.endswith(at(place_of(one)))]
    return meant[0] if len(meant) == 1 else None


def _earlier(entry: str, past: Iterable[Sequence[Change]]) -> Iterable[str]:
    """Yield what an entry was before, the newest first, until it was added or was another kind."""
    for changes in past:
        change = next((one for one in changes if one.new == entry), None)
        if change is None:
            continue
        if change.old is None or kind_of(change.old) != kind_of(entry):
            return
        entry = change.old
        yield entry


def _with_aspect(entry: str, earlier: str, aspect: str) -> str:
    """Return an entry with one aspect of an earlier state of it; "" takes all of them."""
    words, part = entry.split(), ASPECTS[aspect]
    words[part] = earlier.split()[part]
    return " ".join(words)
