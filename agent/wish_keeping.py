"""Standing wishes put into a plan: its target, its checklist, what must not be touched."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..memory.records import WishRecord
from .checklist import Check
from .language import PLACES, Change, Listing, kind_of, place_of, sort_entries
from .vocabulary import COLOURS, LIGHTS, MAX_ENTRIES, PLACE_WORDS, SCENES, SIZES, content_words
from .wishes import Rules

SLOTS = (COLOURS, SIZES)  # of an entry, after its kind


@dataclass
class Kept:
    """A plan with the wishes in it."""

    target: Listing
    changes: list[Change]
    checks: list[Check] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  # the wishes that had a part in it
    broken: list[WishRecord] = field(default_factory=list)  # what the request itself is against
    boxes: list[list[float]] = field(default_factory=list)  # left, top, right, bottom in 0..1


def keep_wishes(
    wishes: Sequence[WishRecord],
    words: str,
    source: Listing | None,
    target: Listing,
    changes: Sequence[Change] = (),
) -> Kept:
    """Return the target with every wish met that the request did not expressly go against.

    Without a source it is a drawing, and there are no changes.
    """
    kept = Kept(target, list(changes))
    spoken = set(content_words(words))
    for wish in wishes:
        rules = Rules.from_json(wish.rules)
        before = (kept.target, len(kept.checks), len(kept.boxes))
        steps = (_grounds, _avoided, _absent, _looks, _shown, _untouched)
        if not all([step(kept, rules, spoken, source) for step in steps]):
            kept.broken.append(wish)
        elif (kept.target, len(kept.checks), len(kept.boxes)) != before:
            kept.numbers.append(wish.number)
    kept.target = sort_entries(kept.target)
    return kept


def _grounds(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    for word in rules.ground:
        alike = LIGHTS if word in LIGHTS else SCENES
        now = kept.target.light if word in LIGHTS else kept.target.scene
        if now != word and now in spoken and now in alike:
            return False
        if now != word:
            scene, light = kept.target.scene, kept.target.light
            scene, light = (scene, word) if word in LIGHTS else (word, light)
            kept.target = Listing(scene, light, kept.target.entries)
            if source is not None:
                was = source.light if word in LIGHTS else source.scene
                kept.changes = [c for c in kept.changes if c.new != now]
                kept.changes += [Change(was, word)] if was != word else []
        _check(kept, word)
    return True


def _avoided(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    was = (source.scene, source.light) if source else ()
    now = (kept.target.scene, kept.target.light)
    return not any(word in now and word not in was for word in rules.avoid)


def _absent(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    for kind in rules.absent:
        there = [entry for entry in kept.target.entries if kind_of(entry) == kind]
        is_new = [entry for entry in there if source is None or entry not in source.entries]
        if is_new and kind in spoken:
            return False
        for entry in there:
            _replace(kept, entry, None, source)
        _check(kept, f"no {kind}")
    return True


def _looks(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    for kind, *attributes in rules.looks:
        places = [word for word in attributes if word in PLACE_WORDS]
        looks = [word for word in attributes if word not in PLACE_WORDS]
        there = [entry for entry in kept.target.entries if kind_of(entry) == kind]
        for entry in there:
            wanted = entry.split()
            for slot, words in enumerate(SLOTS, 1):
                asked = next((word for word in looks if word in words), wanted[slot])
                is_new = source is None or entry not in source.entries
                if wanted[slot] != asked and is_new and wanted[slot] in spoken:
                    return False
                wanted[slot] = asked
            moved = source is not None and entry not in source.entries
            if places and not set(places) <= set(wanted[3:]) and moved:
                return False
            _replace(kept, entry, " ".join(wanted), source)
        if there:
            _check(
                kept, " ".join([kind, *(word for slot in SLOTS for word in looks if word in slot)])
            )
    return True


def _shown(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    for thing in rules.shown:
        kind, *attributes = thing
        if not any(set(thing) <= set(entry.split()) for entry in kept.target.entries):
            was = source.entries if source else ()
            if any(set(thing) <= set(entry.split()) for entry in was) and kind in spoken:
                return False
            entry = _new_entry(kept.target, kind, attributes)
            if entry is None:
                continue
            kept.target = Listing(
                kept.target.scene, kept.target.light, (*kept.target.entries, entry)
            )
            kept.changes += [Change(None, entry)] if source else []
        looks = [word for slot in SLOTS for word in attributes if word in slot]
        _check(kept, " ".join([kind, *looks]))
    return True


def _untouched(kept: Kept, rules: Rules, spoken: set[str], source: Listing | None) -> bool:
    if source is None:
        return True
    for thing in rules.untouched:
        there = [entry for entry in source.entries if set(thing) <= set(entry.split())]
        if any(entry not in kept.target.entries for entry in there):
            return False
        for entry in there:
            _check(kept, entry)
            kept.boxes.append(box_of(place_of(entry)))
    for thing in rules.stays:
        lost = [change.old for change in kept.changes if change.old and not change.new]
        if any(set(thing) <= set(entry.split()) for entry in lost):
            return False
    return True


def box_of(place: str) -> list[float]:
    """Return the ninth of a picture that a place names: left, top, right, bottom in 0..1."""
    row, column = divmod(PLACES.index(place), 3) if place in PLACES else (0, 0)
    return [column / 3, row / 3, (column + 1) / 3, (row + 1) / 3]


def _new_entry(target: Listing, kind: str, attributes: Sequence[str]) -> str | None:
    """Return an entry for something that is always to be there, where there is room for it."""
    if len(target.entries) >= MAX_ENTRIES:
        return None
    colour = next((word for word in attributes if word in COLOURS), COLOURS[0])
    size = next((word for word in attributes if word in SIZES), SIZES[0])
    wanted = {word for word in attributes if word in PLACE_WORDS}
    taken = {place_of(entry) for entry in target.entries}
    free = [place for place in PLACES if place not in taken]
    place = next((place for place in free if wanted <= set(place.split())), None)
    return f"{kind} {colour} {size} {place}" if place else None


def _replace(kept: Kept, entry: str, new: str | None, source: Listing | None) -> None:
    """Put another entry in the place of one, in the target and in the changes."""
    if entry == new:
        return
    entries = [new if one == entry else one for one in kept.target.entries]
    kept.target = Listing(
        kept.target.scene, kept.target.light, tuple(one for one in entries if one)
    )
    if source is None:
        return
    for index, change in enumerate(kept.changes):
        if change.new == entry:
            if change.old == new:
                del kept.changes[index]
            else:
                kept.changes[index] = Change(change.old, new)
            return
    kept.changes.append(Change(entry, new))


def _check(kept: Kept, text: str) -> None:
    if all(check["text"] != text for check in kept.checks):
        kept.checks.append({"text": text, "expected": "yes", "is_kept": True})
