"""Which stored picture a text means: the head's by default, or one named by its number or order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .. import InputError
from ..memory.records import TurnRecord
from ..memory.store import SessionStore

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
PICTURE = r"(?:picture|image|photo|version|drawing|painting|upload)"
LEAD = r"(?:\b(?:in|on|of|from|with|to|into)\s+)?"
ORDINAL = rf"(?P<ordinal>{'|'.join(ORDINALS)}|(?P<nth>\d+)(?:st|nd|rd|th))"
SMALL_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TURN = rf"(?P<turn>\d+|{'|'.join(SMALL_NUMBERS)})"
PATTERNS = (
    rf"{LEAD}\b(?:the|my|your|that)\s+{ORDINAL}\s+{PICTURE}\b",
    rf"{LEAD}\b{PICTURE}\s*(?:number\s+|no\.?\s*|#)?(?P<picture>\d+)\b",
    rf"\b(?:in|on|of|at|to|from|with|and|after|show|open|compare)\s+turn\s*(?:number\s+|#)?{TURN}\b",
    rf"{LEAD}\b(?P<original>the (?:very )?(?:original|start|beginning)(?:\s+{PICTURE})?)\b",
    rf"{LEAD}\b(?P<previous>the (?:previous|earlier)\s+{PICTURE}|the {PICTURE} before)\b",
)


@dataclass(frozen=True)
class Reference:
    """A picture named in a text."""

    kind: Literal["picture", "turn", "previous"]
    number: int  # from 1: over all pictures of the session, uploads included, or over its turns
    phrase: str


@dataclass(frozen=True)
class Shown:
    """A picture of a session: a turn's version, or one that the user uploaded."""

    image_hash: str
    turn_id: str
    turn_number: int
    is_upload: bool


def find_reference(text: str) -> Reference | None:
    """Return the picture that a text names, if it names one."""
    found = find_references(text)
    return found[0] if found else None


def find_references(text: str) -> list[Reference]:
    """Return all pictures that a text names, in its order."""
    found = []
    for pattern in PATTERNS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            found.append((match.start(), _read(match)))
    return [reference for _, reference in sorted(found, key=lambda pair: pair[0])]


def without(text: str, reference: Reference) -> str:
    """Return the text without the words that named the picture, if anything is left."""
    bare = " ".join(text.replace(reference.phrase, " ").split()).strip(" ,")
    bare = re.sub(r"\s+([?.!,])", r"\1", bare)
    return bare if re.search(r"\w", bare) else text


def pictures_of(turns: Sequence[TurnRecord]) -> list[Shown]:
    """Return the pictures of a session in the order they came up; each hash once."""
    shown: dict[str, Shown] = {}
    for turn in turns:
        for image_hash in turn.image_hashes:
            shown.setdefault(image_hash, Shown(image_hash, turn.turn_id, turn.number, True))
        if turn.version:
            shown.setdefault(turn.version, Shown(turn.version, turn.turn_id, turn.number, False))
    return list(shown.values())


def find_picture(store: SessionStore, session_id: str, reference: Reference) -> Shown:
    """Return the picture meant; InputError says what there is if it does not exist."""
    turns = store.turns(session_id)
    pictures = pictures_of(turns)
    if reference.kind == "previous":
        return _previous(store, session_id, pictures)
    if reference.kind == "turn":
        turn = next((turn for turn in turns if turn.number == reference.number), None)
        version = turn and store.version_at(turn.turn_id)
        if not turn or not version:
            raise InputError(f"There is no picture at turn {reference.number}.")
        return Shown(version, turn.turn_id, turn.number, False)
    if not 1 <= reference.number <= len(pictures):
        raise InputError(
            f"There is no picture {reference.number}: this session has {count(len(pictures))}."
        )
    return pictures[reference.number - 1]


def current_picture(store: SessionStore, session_id: str) -> str | None:
    """Return the picture that "it" means: the head's version.

    Before the first version (all undone) it is what the user uploaded last.
    """
    version = store.head_version(session_id)
    if version:
        return version
    uploads = [shown for shown in pictures_of(store.turns(session_id)) if shown.is_upload]
    return uploads[-1].image_hash if uploads else None


def count(number: int, noun: str = "picture") -> str:
    """Return "no pictures", "1 picture", "2 pictures"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _read(match: re.Match[str]) -> Reference:
    groups = match.groupdict()
    phrase = match.group(0)
    if groups.get("turn"):
        word = groups["turn"].lower()
        number = SMALL_NUMBERS.index(word) + 1 if word in SMALL_NUMBERS else int(word)
        return Reference("turn", number, phrase)
    if groups.get("previous"):
        return Reference("previous", 0, phrase)
    digits = groups.get("picture") or groups.get("nth")
    if digits:
        return Reference("picture", int(digits), phrase)
    ordinal = (groups.get("ordinal") or "first").lower()
    return Reference("picture", ORDINALS.index(ordinal) + 1, phrase)


def _previous(store: SessionStore, session_id: str, pictures: Sequence[Shown]) -> Shown:
    target = store.undo_target(session_id)
    version = store.version_at(target) if target else None
    found = next((shown for shown in pictures if shown.image_hash == version), None)
    if not found:
        raise InputError("There is no earlier picture in this session.")
    return found
