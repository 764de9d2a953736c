"""Finding the picture that a turn is about, for the nodes that need one."""

from collections.abc import Sequence
from typing import Any

from ... import InputError
from ..dialogue import picture
from ..gallery import Gallery, Shown, open_gallery
from ..pictures import flatten
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..targets import choose, find_target, may_refer, question_of, what

MAX_QUESTIONS = 2
NO_PICTURE = "There is no picture yet. Tell me what to draw, or upload one."


def gallery_of(state: TurnState, services: Services) -> Gallery:
    """Return the pictures of the session as they look from this turn."""

    def embed(hashes: Sequence[str]) -> list[list[float]]:
        return services.model.embed([flatten(picture(services, one)) for one in hashes])

    return open_gallery(
        services.store,
        state["session_id"],
        turn_id=state["turn_id"],
        parent_id=state["parent_id"],
        embed=embed,
    )


def locate(state: TurnState, services: Services) -> Update:
    """Return the source and what remains of the words; or a question, or a reply that ends it.

    An edit of an older picture continues the turn that made it: a branch.
    """
    text = state["text"]
    if state.get("is_again") or not (may_refer(text) or len(state["image_hashes"]) > 1):
        source = state["source"]
        return {"source": source} if source else {"reply": NO_PICTURE}
    gallery = gallery_of(state, services)
    try:
        target = find_target(gallery, text)
    except InputError as error:
        return {"reply": str(error)}
    if not target.pictures:
        return {"reply": NO_PICTURE}
    shown = target.shown
    if shown is None and state.get("answer"):
        shown = choose(target.pictures, state.get("answer") or "")
    if shown is None:
        question = question_of(target.pictures)
        if state.get("num_questions", 0) >= MAX_QUESTIONS:
            return {"reply": f"I still do not know: {question}"}
        return {"question": question, "choices": picture_choices(target.pictures)}
    found: Update = {"source": shown.image_hash, "text": target.text or text}
    if not target.text:
        return {**found, "is_bare": True, "at": shown.to_json() | {"turn_id": shown.turn_id}}
    if shown != gallery.current and shown not in gallery.message:
        found |= {"parent_id": shown.base, "name": f"picture {shown.number} ({what(shown)})"}
    return found


def picture_choices(pictures: Sequence[Shown]) -> dict[str, Any]:
    """Return the pictures of a question, for faces to show."""
    return {
        "kind": "picture",
        "options": [f"picture {one.number}" for one in pictures],
        "pictures": [one.to_json() for one in pictures],
    }
