"""The sentences that a person reads at the end of a turn."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from .language import Change, Listing, is_entry, kind_of, place_of
from .numbers import NUMBERS
from .vocabulary import KINDS, PLACE_WORDS, SIZES


def draw_reply(target: Listing) -> str:
    """Return "Here is your picture: a small red cat at the top left (meadow, day)."."""
    things = join([a_thing(entry) for entry in target.entries]) or "nothing in it yet"
    return f"Here is your picture: {things} ({target.scene}, {target.light})."


def edit_reply(changes: Sequence[Change], target: Listing) -> str:
    """Return "Done: the house is yellow now, and a small yellow star stands at the top right."."""
    return f"Done: {join(change_clauses(changes, target), ', and ')}."


def change_clauses(changes: Sequence[Change], target: Listing) -> list[str]:
    """Return what became of every object, what became of several alike in one clause."""
    counts = Counter(change_clause(change, target) for change in changes)
    return [
        _of_several(clause, count) if count > 1 and clause.startswith("the ") else clause
        for clause, count in counts.items()
    ]


def own_words_reply(is_drawing: bool) -> str:
    """Return what was done where the user's words were painted as they are."""
    done = "Here is your picture" if is_drawing else "Done"
    return f"{done}, painted from your own words; I have not checked it against them."


def change_clause(change: Change, target: Listing) -> str:
    """Return what became of one object, or of the scene or the light."""
    old, new = change.old, change.new
    if old is None and new is not None:
        kind, colour, size = new.split()[:3]
        return f"{_article(size)} {size} {colour} {kind} stands {at(place_of(new))}"
    if old is not None and new is None:
        return f"the {_noun(old)} is gone"
    if old is None or new is None:
        return "nothing changed"
    if change.is_global:
        return f"it is {new} now" if new == target.light else f"the scene is {new} now"
    if kind_of(old) != kind_of(new):
        return f"{a_thing(new)} has taken the place of the {_noun(old)}"
    looks = [
        word for before, word in zip(old.split()[1:3], new.split()[1:3], strict=True)
        if before != word
    ]  # fmt: skip
    parts = [f"is {join(looks)} now"] if looks else []
    if place_of(old) != place_of(new):
        parts.append(f"stands {at(place_of(new))} now")
    return f"the {kind_of(new)} {join(parts) or 'is as it was'}"


def _of_several(clause: str, count: int) -> str:
    """Return "two green trees are gone" for "the green tree is gone"."""
    name, verb, rest = re.split(r" (is|stands) ", clause.removeprefix("the "), maxsplit=1)
    return f"{NUMBERS[count - 1]} {_plural(name)} {'are' if verb == 'is' else 'stand'} {rest}"


def check_words(check: str) -> str:
    """Return a check in words: "a small red cat at the top left", "no dog"."""
    if is_entry(check):
        return a_thing(check)
    words = check.split()
    number = words.pop(0) if words[0].isdigit() else None
    if words[0] not in KINDS:
        return check
    sizes, place = ([word for word in words if word in some] for some in (SIZES, PLACE_WORDS))
    looks = [word for word in words if word not in (*sizes, *place, words[0])]
    noun = words[0] if number in (None, "1") else _plural(words[0])
    name = " ".join([*sizes, *looks, noun])
    where = f" {at(' '.join(place))}" if place else ""
    return f"{number or _article(name)} {name}{where}"


def doubts(verdicts: Sequence[dict[str, Any]]) -> str:
    """Return a sentence on what the critic does not see, "" if it sees everything."""
    failing = [verdict["text"] for verdict in verdicts if verdict["verdict"] == "no"]
    if not failing:
        return ""
    return f"Looking at it again, I am not content with: {join(map(check_words, failing), '; ')}."


def a_thing(entry: str) -> str:
    """Return "a small red cat at the top left" for "cat red small top left"."""
    kind, colour, size = entry.split()[:3]
    return f"{_article(size)} {size} {colour} {kind} {at(place_of(entry))}"


def at(place: str) -> str:
    """Return a place, or a side, with its preposition."""
    if place in ("left", "right"):
        return f"on the {place}"
    return "in the center" if place == "middle center" else f"at the {place}"


def join(parts: Iterable[str], last: str = " and ") -> str:
    """Return "a", "a and b", "a, b and c"."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])}{last}{items[-1]}"


def _noun(entry: str) -> str:
    kind, colour = entry.split()[:2]
    return f"{colour} {kind}"


def _plural(name: str) -> str:
    return name if name.endswith("fish") else f"{name}s"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
