"""A planned drawing that lacks what its own checklist asks for, mended before it is painted.

A small model writes down what was asked more surely than it places five things. So the listing is
held against the checks, thing by thing; what stands for none of them goes, and what is missing is
added by a wish of its own.
"""

from collections.abc import Callable, Iterator, Sequence

from .language import DrawAnswer, Listing
from .replies import check_words
from .vocabulary import COLOURS, KINDS, PLACE_WORDS, SIZES

Slot = tuple[str, ...]  # the words of a check that one thing must bear
ROOM = frozenset((*PLACE_WORDS, *SIZES, *COLOURS))


def mend(found: DrawAnswer, plan_wish: Callable[[str, Listing], Listing | None]) -> DrawAnswer:
    """Return the drawing with everything its checks ask for, or as it was.

    plan_wish: the listing that a wish leads to from a listing, or None where it cannot be met.
    """
    slots = slots_of(found.asked)
    kept, missing = best_match(slots, found.target.entries)
    if not missing:
        return found
    target = Listing(found.target.scene, found.target.light, kept)
    for slot in sorted(missing, key=len, reverse=True):  # what has a place comes before the rest
        more = plan_wish(f"add {check_words(' '.join(slot))}", target)
        if more is None:
            return found
        target = more
    return found if best_match(slots, target.entries)[1] else DrawAnswer(found.asked, target)


def slots_of(asked: Sequence[str]) -> list[Slot]:
    """Return what each thing that was asked for must bear; "2 cat red" asks for two."""
    slots: list[Slot] = []
    for text in asked:
        words = text.split()
        count = int(words.pop(0)) if words[0].isdigit() else 1
        if words and words[0] in KINDS and ROOM.issuperset(words[1:]):
            slots += [tuple(words)] * count
    return slots


def best_match(slots: Sequence[Slot], entries: Sequence[str]) -> tuple[tuple[str, ...], list[Slot]]:
    """Return the entries that stand for a slot each, and the slots that are left.

    Of the ways to match them: the one that leaves fewest, and where it can their places free.
    """

    def loss(matched: Sequence[str | None]) -> tuple[int, int]:
        missing = [slot for slot, entry in zip(slots, matched, strict=True) if entry is None]
        taken = [set(entry.split()[-2:]) for entry in matched if entry]
        places = [{word for word in slot if word in PLACE_WORDS} for slot in missing]
        return len(missing), sum(place in taken for place in places)

    best = min(_matches(slots, entries), key=loss)
    kept = tuple(entry for entry in entries if entry in best)
    return kept, [slot for slot, entry in zip(slots, best, strict=True) if entry is None]


def _matches(slots: Sequence[Slot], entries: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    """Yield every way to give each slot an entry of its own, or none."""
    if not slots:
        yield ()
        return
    for entry in entries:
        if set(slots[0]) <= set(entry.split()):
            rest = [other for other in entries if other != entry]
            yield from ((entry, *more) for more in _matches(slots[1:], rest))
    yield from ((None, *more) for more in _matches(slots[1:], entries))
