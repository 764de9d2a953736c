"""The checklist: what the finished picture must show, written before anything is painted."""

from collections.abc import Sequence
from typing import TypedDict

from .language import Change, Listing, kind_of


class Check(TypedDict):
    """One check of the text language; `is_kept` marks what an edit must leave as it was."""

    text: str
    expected: str
    is_kept: bool


def checks_of_draw(asked: Sequence[str]) -> list[Check]:
    """Return the checks of a drawing: exactly what the user asked for."""
    return [_check(text) for text in dict.fromkeys(asked)]


def checks_of_edit(changes: Sequence[Change], source: Listing, target: Listing) -> list[Check]:
    """Return the checks of an edit: its changes first, then everything that must stay."""
    wanted: list[str] = []
    for change in changes:
        if change.new:
            wanted.append(change.new)
        elif change.old:
            kind = kind_of(change.old)
            # Where others of the kind stay, they are among the kept.
            is_last = all(kind_of(entry) != kind for entry in target.entries)
            wanted += [f"no {kind}"] if is_last else []
    kept = [entry for entry in source.entries if entry in target.entries and entry not in wanted]
    return [_check(text) for text in dict.fromkeys(wanted)] + [
        _check(entry, is_kept=True) for entry in kept
    ]


def _check(text: str, *, is_kept: bool = False) -> Check:
    return {"text": text, "expected": "yes", "is_kept": is_kept}
