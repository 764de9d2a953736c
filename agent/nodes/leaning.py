"""Few words that lean on the turn before, found before the model is asked for a route."""

import re

from ... import InputError
from ..adjustments.clauses import Adjustment
from ..adjustments.follow_up import FollowUp, after_adjustment, takes_back
from ..adjustments.sentence import read_adjustments
from ..as_before import restored, speaks_of_before
from ..events import Thought
from ..language import Change, read_changes
from ..services import Services
from ..state import TurnState
from ..steps import Update
from .resolve import change_before, last_seen

PAINTED = ("draw", "edit")
BARE_AGAIN = re.compile(
    r"(?:(?:and|please|now|do it|do that|do this|the same|same)[ ,]+)*"
    r"(?:again|once more|one more time|repeat (?:it|that|this))(?:[ ,]+please)?[ .!]*",
    re.IGNORECASE,
)


def adjusted_on(state: TurnState, services: Services, at_hand: str | None) -> Update | None:
    """Return "too much" or "again", said after an adjustment, as what it asks for, or None."""
    path = services.path(state["parent_id"])
    made = next((one for one in reversed(path) if one.version or one.route in PAINTED), None)
    plan = (made.plan or {}) if made else {}
    if made is None or made.route != "adjust" or made.version != at_hand or "source" not in plan:
        return None
    words = plan.get("words") or made.text
    before = _only_adjustment(words)
    if before and takes_back(state["text"], before):
        return {"route": "history", "text": "undo", "source": None}
    found = after_adjustment(state["text"], before) if before else None
    if found is None and BARE_AGAIN.fullmatch(state["text"].strip()):
        found = FollowUp(words, is_instead=False)
    if found is None:
        return None
    services.emit(Thought(state["turn_id"], "route", f"You mean: {found.sentence}"))
    update: Update = {"route": "adjust", "text": found.sentence, "source": at_hand}
    if made.mask_hash and not state.get("mask_hash"):
        update["mask_hash"] = made.mask_hash
    if found.is_instead:
        update |= {"source": plan["source"], "parent_id": made.parent_id}
    return update


def _only_adjustment(words: str) -> Adjustment | None:
    try:
        read = read_adjustments(words).adjustments
    except InputError:  # what an earlier version read otherwise
        return None
    return read[0] if len(read) == 1 else None


def moves_on(state: TurnState, services: Services, at_hand: str | None) -> bool:
    """Return whether "again" was said right after a move: one more step, not a new painting."""
    if not BARE_AGAIN.fullmatch(state["text"].strip()) or at_hand is None:
        return False
    caption = services.store.image(at_hand).caption or ""
    before = change_before(services, state["parent_id"], at_hand, caption)
    changes = read_changes(before["changes"]) if before else ()
    return bool(changes) and all(map(_is_move, changes))


def _is_move(change: Change) -> bool:
    if not change.old or not change.new or change.is_global:
        return False
    return change.old.split()[:3] == change.new.split()[:3]


def comes_back(state: TurnState, services: Services, at_hand: str) -> bool:
    """Return whether the words want something as an earlier picture had it."""
    if not speaks_of_before(state["text"]):
        return False
    parent_id, caption = state["parent_id"], services.store.image(at_hand).caption or ""
    last = last_seen(services, parent_id, caption)
    return restored(services, parent_id, state["text"], at_hand, last) is not None
