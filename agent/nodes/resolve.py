"""resolve: which stored picture is meant, and which object was spoken of last."""

from langgraph.runtime import Runtime

from ... import InputError
from ..dialogue import caption_of
from ..events import Thought
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..targets import find_picture, find_reference, without
from .answer import NO_PICTURE


def resolve(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Take the uploaded picture, or the one that is named, or else the head's version."""
    services, turn_id = runtime.context, state["turn_id"]
    if state["route"] == "draw":
        return {"source": None, "source_caption": None}
    source, text = state["source"], state["text"]
    reference = find_reference(text)
    if reference and not state["image_hashes"]:
        try:
            shown = find_picture(services.store, state["session_id"], reference)
        except InputError as error:
            return {"reply": str(error)}
        source, text = shown.image_hash, without(text, reference)
        services.emit(Thought(turn_id, "resolve", f"You mean turn {shown.turn_number}'s picture"))
    if source is None:
        return {"reply": NO_PICTURE}
    caption = caption_of(services, source)
    last = last_spoken(services, state["parent_id"])
    return {
        "source": source,
        "source_caption": caption,
        "text": text,
        "last": last if last and last in caption else None,  # it may be gone by now
    }


def last_spoken(services: Services, parent_id: str | None) -> str | None:
    """Return the object that was spoken of when the turn before ended."""
    plan = services.store.turn(parent_id).plan if parent_id else None
    return plan.get("last") if plan else None
