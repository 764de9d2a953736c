"""resolve: which stored picture is meant, and which object was spoken of last."""

import re
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from ...memory.records import TurnRecord
from ..dialogue import caption_at
from ..events import Thought
from ..language import kind_of, place_of, read_changes
from ..services import Services
from ..state import Before, RouteName, TurnState
from ..steps import Update
from ..targets import is_new_drawing
from ..vocabulary import KINDS, listing_of, normal
from .locate import gallery_of, locate

MAX_CHANGES = 5  # of the edit before, that a wish is told of
MISSED = re.compile(r"\bthere (?:is|are) no (?P<looks>(?:\w+ )?)(?P<kind>\w+)\.$", re.IGNORECASE)
ADD_ONE = re.compile(
    r"\b(?P<add>add|draw|paint|put|place|want|like|give me) one\b(?! of| more)", re.IGNORECASE
)


def resolve(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Take the uploaded picture, or the one that is named, or else the head's version."""
    services, turn_id = runtime.context, state["turn_id"]
    if state["route"] == "draw" and _is_drawing(state, services):
        return {"source": None, "source_caption": None}
    found = locate(state, services)
    route: RouteName = "edit" if state["route"] == "draw" else state["route"]
    if "reply" in found or "question" in found:
        return {**_kept(state, route), **found}
    if found.pop("is_bare", False):  # nothing but a name: go there
        return go_to(found["at"])
    if "name" in found:
        services.emit(Thought(turn_id, "resolve", f"You mean {found.pop('name')}"))
    if route == "adjust":
        return {"refers": False, **_kept(state, route), **found}
    parent_id = found.get("parent_id", state["parent_id"])
    caption = caption_at(services, parent_id, found["source"])
    said = found.get("text", state["text"])
    text = with_what_was_missed(said, services.path(state["parent_id"]))
    if text != said:
        services.emit(Thought(turn_id, "resolve", f"You mean: {text}"))
    return {
        **_kept(state, route),
        **found,
        "text": text,
        "source_caption": caption,
        "last": last_seen(services, parent_id, caption),
        "before": change_before(services, parent_id, found["source"], caption),
    }


def change_before(
    services: Services, parent_id: str | None, source: str, caption: str
) -> Before | None:
    """Return the edit that the picture came from; None: it came from none, or shows it no more."""
    made = next((turn for turn in reversed(services.path(parent_id)) if turn.version), None)
    if made is None or made.version != source or made.route != "edit":
        return None
    plan = made.plan or {}
    changes, words = plan.get("changes") or [], plan.get("words") or made.text
    before = Before(words=" ".join(words.split()), changes="; ".join(changes))
    return before if 0 < len(changes) <= MAX_CHANGES and still_shown(before, caption) else None


def still_shown(before: Before, caption: str) -> bool:
    """Return whether a listing has all that a change led to, and nothing that it took away."""
    return all(
        change.new in caption if change.new else (change.old or "") not in caption
        for change in read_changes(before["changes"])
    )


def with_what_was_missed(text: str, path: Sequence[TurnRecord]) -> str:
    """Return "add one" with what the turn before found missing: "is there a cat?", "no"."""
    told = MISSED.search(path[-1].reply or "") if path and path[-1].route == "answer" else None
    if told is None or (kind := normal(told["kind"])) not in KINDS:
        return text
    return ADD_ONE.sub(rf"\g<add> a {told['looks']}{kind}", text, count=1)


def _as_seen(last: str, caption: str) -> str | None:
    """Return the entry of an object as it is listed now; None: it is gone.

    A painting may have come out otherwise than planned: then it is what has its kind and its
    place, or else the only one of its kind.
    """
    listing = listing_of(caption)
    if listing is None:
        return last if last in caption else None
    alike = [entry for entry in listing.entries if kind_of(entry) == kind_of(last)]
    there = [entry for entry in alike if place_of(entry) == place_of(last)] or alike
    return there[0] if len(there) == 1 else None


def last_spoken(services: Services, parent_id: str | None) -> str | None:
    """Return the object that was spoken of when the turn before ended."""
    path = services.path(parent_id)
    plan = path[-1].plan if path else None
    return plan.get("last") if plan else None


def last_seen(services: Services, turn_id: str | None, caption: str) -> str | None:
    """Return the entry that stands for what was spoken of last in a picture, or None."""
    last = last_spoken(services, turn_id)
    return _as_seen(last, caption) if last else None


def _is_drawing(state: TurnState, services: Services) -> bool:
    """Return whether the router is right that this is a new drawing."""
    if state["options"].get("route") == "draw" or state.get("is_again"):
        return True
    if state["source"] is None:
        return True
    return is_new_drawing(gallery_of(state, services), state["text"])


def _kept(state: TurnState, route: RouteName) -> Update:
    """Return the route, where it changes, and the answer to a question, used up."""
    changed: Update = {"route": route} if route != state["route"] else {}
    return {**changed, "answer": None} if state.get("answer") else changed


def go_to(shown: dict[str, Any]) -> Update:
    """Return the move of a turn that says nothing but the name of a picture."""
    if shown["is_upload"]:  # no turn ended with it, so this one does
        return {
            "route": "history",
            "head": "turn",
            "version": shown["image_hash"],
            "reply": f"We are back at the picture you uploaded in turn {shown['turn_number']}.",
        }
    return {
        "route": "history",
        "head": shown["turn_id"],
        "reply": f"We are back at turn {shown['turn_number']}.",
    }
