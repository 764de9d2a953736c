"""Squash: the current state rebuilt from the original picture, in one painting, on a branch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..memory.records import TurnRecord
from .politeness import END, LEAD

SQUASH_TEXT = "squash"  # what the buttons and the command line say
ALL = (
    r"(?:it|this|that|(?:the |this )?(?:whole )?(?:picture|image|version|session|history|branch)|"
    r"everything|all|(?:all )?(?:the |my |these )*(?:edits|changes|turns|steps|layers))"
)
ONE = r"(?:in)?to (?:one|a single)(?: (?:painting|edit|step|turn))?"
SQUASH = re.compile(
    rf"^{LEAD}(?:"
    rf"(?:squash|flatten)(?: {ALL})?(?: {ONE})?|(?:merge|combine|fold) {ALL} {ONE}"
    rf"|(?:rebuild|re-?make|reconstruct|re-?paint|paint)(?: {ALL})?(?: (?:anew|again))? "
    r"from (?:the )?(?:original|first (?:picture|image|version))"
    r"(?: (?:picture|image|photo|version))?(?: in one (?:painting|go))?)"
    rf"{END}$",
    re.IGNORECASE,
)
NOTHING = "There is nothing to squash: the picture was painted once."
OFFER = 'Say "squash", and I rebuild the picture from the original in one painting.'


@dataclass(frozen=True)
class Squash:
    """From where the picture is rebuilt, and what it is to show."""

    before: str  # the version that is rebuilt
    original: str
    base: str | None  # the turn that the new branch begins at
    target: str  # the listing that was last planned; "" where none was
    words: str  # what was asked for, turn by turn


def is_squash(text: str) -> bool:
    """Return whether a text asks for a squash."""
    return bool(SQUASH.match(text.strip()))


def squash_of(path: Sequence[TurnRecord]) -> Squash | None:
    """Return what a squash of the last version on a path does; None if there is nothing to do.

    The original is what the first of the edits in a row was made from: a drawing, an upload, or
    the result of an exact adjustment.
    """
    edits: list[TurnRecord] = []
    base, wanted = None, next((turn.version for turn in reversed(path) if turn.version), None)
    before = wanted
    for turn in reversed(path):
        if wanted is None or turn.version != wanted:
            continue
        source = (turn.brief or {}).get("source")
        if not source:
            base = turn.turn_id
            break
        edits.append(turn)
        wanted = str(source)
    if before is None or wanted is None or len(edits) < 2:
        return None
    return Squash(
        before=before,
        original=wanted,
        base=base or edits[-1].parent_id,
        target=str((edits[0].plan or {}).get("target") or ""),
        words="; ".join(_words(one) for one in reversed(edits)),
    )


def _words(turn: TurnRecord) -> str:
    return str((turn.plan or {}).get("words") or turn.text)
