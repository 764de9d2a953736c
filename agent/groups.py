"""Wishes for whole groups: all of a kind, everything, everything but one thing, the ground.

A small model that removes four trees one by one may forget the fourth. The words say plainly that
all are meant; what was done to the others is done to the forgotten too. "Everything but the cat"
it takes for the cat; that is read here.
"""

import re
from collections.abc import Sequence

from .language import (
    PLACES,
    Change,
    EditAnswer,
    Listing,
    apply_changes,
    kind_of,
    place_of,
    sort_entries,
)
from .numbers import NUMBERS, number_of
from .removals import what_goes
from .vocabulary import (
    COLOURS,
    KINDS,
    KNOWN,
    LIGHTS,
    PLACE_WORDS,
    SCENES,
    SIZES,
    content_words,
    spoken_words,
)

EVERYTHING = re.compile(
    r"\beverything\b|\ball (?:of )?(?:the )?(?:objects|things)\b"
    r"|\b(?:every|each) (?:single )?(?:object|thing)\b|\bthe (?:whole )?lot\b",
    re.IGNORECASE,
)
# What tells that some are not meant, or only so many, or another thing.
BOUNDS = re.compile(
    r"\b(?:but|except|apart|other|others|else|rest|leave|keep|only|just|one|two|three|four|five"
    r"|first|last|another|instead|with|into|than|some|few|fewer|couple|several|most|half|many|much"
    r"|pair|less|not|either|new|various|different|colou?rs|edge|corner|side|row|near|next|above"
    r"|below|over|under|beside|it|that|thanks?|\w+est|\d+)\b",
    re.IGNORECASE,
)
NOT_SO = re.compile(
    r"\b(?:too|not|no|less|from|instead|than|\w+n't|brighter|lighter|darker)\b", re.IGNORECASE
)
FILLERS = frozenset("of the those these my our single last more darn".split())
BUT = re.compile(
    r"\b(?:everything|anything|all(?! but (?:an?|one|two|three|four)\b))\b(?P<of>.*?)"
    r"\b(?:but|except(?: for)?|apart from|aside from|other than|besides)\b(?P<kept>.+)"
)
ONLY = re.compile(
    r"\b(?:(?:keep|leave) (?:only|just|nothing but)|only (?:keep|leave))\b(?P<kept>.+)"
)
ALL = re.compile(r"\b(?:both|all|please|then|now|single)\b")
COUNTS = {"a": 1, "an": 1} | {word: number_of(word) for word in NUMBERS[:4]}
Alteration = tuple[str, str]  # ("colour", "red"), ("size", "large") or ("gone", "")


def complete_group(words: str, found: EditAnswer, source: Listing) -> EditAnswer:
    """Return the plan with what it did to some of a group done to all of it, or as it was."""
    group = _group(words, source)
    altered = {_alteration(change) for change in found.changes}
    alteration = altered.pop() if len(altered) == 1 else None
    old = [change.old for change in found.changes]
    if not alteration or not set(old) < set(group) or not _is_said(words, alteration):
        return found
    forgotten = [entry for entry in group if entry not in old]
    more = [Change(entry, new) for entry in forgotten if (new := _done(entry, alteration)) != entry]
    changes = (*found.changes, *more)
    target = apply_changes(source, changes)
    if not more or target is None:
        return found
    return EditAnswer(changes, sort_entries(target))


def complete_ground(words: str, found: EditAnswer, source: Listing) -> EditAnswer:
    """Return the plan of "put it on the beach at sunset" with both in it, the scene and the light.

    Of what stands on the ground the plan must not speak, and each must be named once.
    """
    spoken = {one for _, one in spoken_words(words)}
    scenes, lights = spoken.intersection(SCENES), spoken.intersection(LIGHTS)
    is_plain = len(scenes) == len(lights) == 1 and not NOT_SO.search(words)
    if not is_plain or not all(change.is_global for change in found.changes):
        return found
    pairs = ((source.scene, scenes.pop()), (source.light, lights.pop()))
    changes = tuple(Change(was, now) for was, now in pairs if was != now)
    target = apply_changes(source, changes)
    return EditAnswer(changes, target) if changes and target else found


def everything_but(words: str, source: Listing) -> EditAnswer | None:
    """Return the plan of "remove everything but the cat" and "keep only one tree"; None: no such.

    Of more than are to stay the first in reading order do.
    """
    lowered = words.lower()
    told = what_goes(lowered)
    found = ONLY.search(lowered) or (BUT.search(told[1]) if told else None)
    # "all the trees but the red one" speaks of the trees alone
    if found is None or ("of" in found.groupdict() and KNOWN & {*content_words(found["of"])}):
        return None
    names = re.split(r"\band\b|,|&", ALL.sub("", found["kept"]))
    chosen = [_chosen(name, source) for name in names if content_words(name)]
    if not chosen or not all(chosen):
        return None
    named = {one for entries in chosen for one in entries}
    kept = [one for one in source.entries if one in named]
    changes = tuple(Change(one, None) for one in source.entries if one not in kept)
    return EditAnswer(changes, Listing(source.scene, source.light, tuple(kept)))


def _chosen(name: str, source: Listing) -> list[str]:
    """Return the entries that "one of the red trees" names; none where it says another thing."""
    spoken, looks = spoken_words(name), {*content_words(name)} - COUNTS.keys()
    at = next((index for index, (_, one) in enumerate(spoken) if one in KINDS), None)
    if not looks or not looks <= KNOWN or re.search(r"\d", name):
        return []
    found = [one for one in source.entries if looks <= set(one.split())]
    if at is None:  # "the red one"
        return found
    behind = {one for _, one in spoken[at + 1 :]}
    if behind & {*COLOURS, *SIZES} and not behind & {"that", "which"}:
        return []  # "keep only the trees small" makes them so
    found.sort(key=lambda one: PLACES.index(place_of(one)))
    count = next((COUNTS[word] for word, _ in spoken[:at] if word in COUNTS), len(found))
    return found[:count] if count <= len(found) else []


def _group(words: str, source: Listing) -> Sequence[str]:
    """Return the entries of the one group that the words name without bounds; else none."""
    spoken = spoken_words(re.sub(r"\bright (?:away|now)\b", "", words.lower()))
    at = [index for index, (_, one) in enumerate(spoken) if one in KINDS]
    if BOUNDS.search(words) or any(one in PLACE_WORDS for _, one in spoken) or len(at) > 1:
        return ()
    if not at:
        return source.entries if EVERYTHING.search(words) else ()
    word, kind = spoken[at[0]]
    before = [typed for typed, _ in spoken[: at[0]]]
    quantity = next((typed for typed in reversed(before) if typed not in FILLERS), "")
    group = [entry for entry in source.entries if kind_of(entry) == kind]
    is_plural = word != kind and word.endswith("s")
    is_named = is_plural and before[-1:] in (["the"], ["those"], ["any"])
    is_all = quantity in ("all", "every", "each", "no", "none")
    return group if is_named or is_all or (quantity == "both" and len(group) == 2) else ()


def _alteration(change: Change) -> Alteration | None:
    """Return what one change does to one object; None where it is more, or another thing."""
    if change.is_global or not change.old:
        return None
    if not change.new:
        return "gone", ""
    was, now = change.old.split(), change.new.split()
    differing = [index for index, pair in enumerate(zip(was, now, strict=True)) if len({*pair}) > 1]
    if differing == [1]:
        return "colour", now[1]
    return ("size", now[2]) if differing == [2] else None


def _is_said(words: str, alteration: Alteration) -> bool:
    """Return whether the words name no looks but those that are to be, and a colour at all."""
    what, value = alteration
    looks = {one for _, one in spoken_words(words)} & {*COLOURS, *SIZES}
    return looks == {value} if what == "colour" else looks <= {value}


def _done(entry: str, alteration: Alteration) -> str | None:
    """Return the entry once the alteration is done to it."""
    what, value = alteration
    if what == "gone":
        return None
    words = entry.split()
    words[1 if what == "colour" else 2] = value
    return " ".join(words)
