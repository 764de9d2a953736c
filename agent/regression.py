"""Earlier turns' checks asked again: what the user once asked for should still be there.

A check of an earlier turn stands until a later request changes what it is about. One that stood
and holds no longer was lost on the way: it is repaired with the next painting, or reported.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..memory.records import CheckRecord, TurnRecord
from .language import Change, Listing, is_entry, kind_of, place_of, read_changes
from .vocabulary import KINDS, LIGHTS, MAX_ENTRIES, SCENES, listing_of

MAX_ASKED = 6  # the newest of the checks that nothing else in the checklist implies


@dataclass(frozen=True)
class Earlier:
    """A check that an earlier turn passed and no later request was about."""

    text: str
    turn_number: int


def standing_checks(
    path: Sequence[TurnRecord], checks: Mapping[str, Sequence[CheckRecord]]
) -> list[Earlier]:
    """Return the checks that should still hold after the turns from the root to the parent."""
    standing: dict[str, Earlier] = {}
    versions: set[str | None] = set()
    for turn in path:
        if turn.status != "done" or (turn.version is None and turn.brief is None):
            continue
        told = checks.get(turn.turn_id, ())
        if turn.brief is None or turn.brief.get("source") not in versions:
            standing.clear()  # another picture, or one whose pixels were moved about
        versions.add(turn.version)
        plan = turn.plan or {}
        changes = read_changes("; ".join(plan["changes"])) if turn.brief and _told(plan) else ()
        kept = _still_asked(standing, changes, str(plan.get("target")))
        standing = {text: standing[text] for text in kept}
        for check in told:
            if check.is_overruled:
                standing.pop(check.text, None)
            elif not check.is_kept and check.verdict == "yes":
                standing[check.text] = Earlier(check.text, turn.number)
        for text in plan.get("lost", []):  # it was told then; once is enough
            standing.pop(text, None)
    return list(standing.values())


def is_superseded(text: str, changes: Iterable[Change]) -> bool:
    """Return whether a request changes what a check is about."""
    return any(_is_about(text, change) for change in changes)


def _still_asked(texts: Iterable[str], changes: Sequence[Change], target: str) -> list[str]:
    """Return the checks that a request into `target` is not about.

    Of a kind whose last it takes away none is asked for any more.
    """
    gone = {kind_of(change.old) for change in changes if change.old and not change.new}
    if gone:
        listing = listing_of(target)
        gone = gone.difference(map(kind_of, listing.entries)) if listing else set()
    return [
        text for text in texts if text.split()[0] not in gone and not is_superseded(text, changes)
    ]


def holds(text: str, listing: Listing) -> bool | None:
    """Return whether a listing passes a check; None where plain words cannot tell."""
    words = text.split()
    if len(words) == 1 and (text in SCENES or text in LIGHTS):
        return text in (listing.scene, listing.light)
    if words[0] == "no" and len(words) == 2:
        return all(kind_of(entry) != words[1] for entry in listing.entries)
    if words[0].isdigit():
        found = [entry for entry in listing.entries if set(words[1:]) <= set(entry.split())]
        return len(found) == int(words[0])
    if words[0] in KINDS and is_entry(text):
        return text in listing.entries
    if words[0] in KINDS:
        return any(set(words) <= set(entry.split()) for entry in listing.entries)
    return None


@dataclass(frozen=True)
class Regression:
    """What of the earlier checks a plan has to do with."""

    asked: tuple[str, ...]  # to be asked once more
    repairs: tuple[Change, ...]  # brings back what was lost
    lost: tuple[Earlier, ...]  # what is only reported


def regression(
    earlier: Sequence[Earlier], source: Listing, target: Listing, changes: Sequence[Change]
) -> Regression:
    """Return what earlier checks mean for an edit of `source` into `target`."""
    known = set(_still_asked((one.text for one in earlier), changes, str(target)))
    standing = [one for one in earlier if one.text in known]
    asked: list[str] = []
    repairs: list[Change] = []
    lost: list[Earlier] = []
    for one in standing:
        if holds(one.text, source) is not False:
            if holds(one.text, target) is not False:
                asked.append(one.text)
            continue
        repair = _repair(one.text, source, target, repairs, known)
        if repair:
            repairs.append(repair)
        else:
            lost.append(one)
    fresh = [text for text in asked if not _is_implied(text, target)]
    return Regression(tuple(fresh[-MAX_ASKED:]), tuple(repairs), tuple(lost))


def _told(plan: Mapping[str, object]) -> bool:
    return bool(plan.get("changes"))


@lru_cache(maxsize=4096)  # asked again of every turn on the path, in every turn
def _is_about(text: str, change: Change) -> bool:
    words = text.split()
    if change.is_global:
        alike = SCENES if change.new in SCENES else LIGHTS
        return text in alike
    sides = [side for side in (change.old, change.new) if side]
    if words[0] == "no" or words[0].isdigit():
        return any(word in words for word in map(kind_of, sides))
    old, new = (set((side or "").split()) for side in (change.old, change.new))
    if is_entry(text) and change.new and place_of(change.new) == place_of(text):
        return change.new != text  # something else stands there now
    return bool(change.old) and set(words) <= old and not set(words) <= new


def _repair(
    text: str, source: Listing, target: Listing, repairs: Sequence[Change], known: set[str]
) -> Change | None:
    """Return the change that brings an object back, if its place and its part are free.

    known: what is asked of the picture; an object that looks the same and that nobody asked for
    where it stands is the lost one, painted astray: it moves, and is not drawn twice.
    """
    if not is_entry(text) or len(target.entries) + len(repairs) >= MAX_ENTRIES:
        return None
    place = place_of(text)
    if any(change.new and place_of(change.new) == place for change in repairs):
        return None
    there = next((entry for entry in target.entries if place_of(entry) == place), None)
    if there is None:
        looks = text.split()[:3]
        taken = known | {change.old for change in repairs}
        astray = [
            entry
            for entry in target.entries
            if entry.split()[:3] == looks and entry in source.entries and entry not in taken
        ]
        return Change(astray[0] if len(astray) == 1 else None, text)
    is_same_thing = there in source.entries and kind_of(there) == kind_of(text)
    return Change(there, text) if is_same_thing else None


def _is_implied(text: str, target: Listing) -> bool:
    """Return whether the check of an object that stays says as much."""
    words = text.split()
    return words[0] in KINDS and any(set(words) <= set(entry.split()) for entry in target.entries)
