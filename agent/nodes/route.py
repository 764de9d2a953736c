"""route: what kind of request this is, and the picture that is at hand."""

from dataclasses import asdict

from langgraph.runtime import Runtime

from ... import InputError
from ..again import again_of, is_again
from ..events import Thought
from ..gallery import Gallery
from ..naming import read_naming
from ..past import UNDONE
from ..rests import taken_rest
from ..routing import choose_route
from ..services import Services, TurnOptions
from ..squash import NOTHING, is_squash, squash_of
from ..state import TurnState
from ..steps import Update
from ..targets import current_picture, find_named, find_target, may_refer
from .clarify import VERB
from .leaning import adjusted_on, comes_back, moves_on
from .locate import gallery_of
from .remember import concerns_memory


def route(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Choose the route, unless the caller chose it, and find the picture that is at hand."""
    services = runtime.context
    rest = taken_rest(state, services)
    if rest:
        services.emit(Thought(state["turn_id"], "route", f"You mean: {rest}"))
        state = {**state, "text": rest}
    if concerns_memory(state, services):
        return {"route": "history", "source": None, "is_heard": False}
    uploaded, text = state["image_hashes"], state["text"]
    at_hand = (
        uploaded[-1]
        if uploaded
        else services.version_at(state["parent_id"])
        or current_picture(services.store, state["session_id"], state["parent_id"])
    )
    wanted = TurnOptions.from_json(state["options"])
    found: Update = {"source": at_hand, **({"refers": True} if may_refer(text) else {})}
    if rest:
        found["text"] = rest
    if not uploaded:
        leaning = _of_the_session(state, services, at_hand, is_free=not wanted.route)
        if leaning:
            return found | leaning
    if wanted.route:
        return {"route": wanted.route, **found}
    if "refers" in found and at_hand:
        text = _instruction(text, gallery_of(state, services))
    chosen = choose_route(
        services,
        text,
        has_picture=at_hand is not None,
        options=wanted.routes,
    )
    services.emit(Thought(state["turn_id"], "route", chosen.reason))
    return {"route": chosen.route, **found}


def _of_the_session(
    state: TurnState, services: Services, at_hand: str | None, *, is_free: bool
) -> Update | None:
    """Return the route of words that only the session so far explains; None: they are others.

    is_free: the caller left the route open.
    """
    text = state["text"]
    if is_free and (read_naming(text) or UNDONE.match(text)):
        return {"route": "history", "source": None}
    if is_squash(text):
        return _squash(state, services)
    if is_free and (adjusted := adjusted_on(state, services, at_hand)):
        return adjusted
    if is_again(text) and not moves_on(state, services, at_hand):
        again = _again(state, services)
        if again:
            return again
    if is_free and at_hand and comes_back(state, services, at_hand):
        return {"route": "edit"}
    return None


def _instruction(text: str, gallery: Gallery) -> str:
    """Return "make it snowy" of "go back two steps and make that one snowy": what is to be done.

    A text that only names a picture, or names none, stays whole.
    """
    try:
        rest = find_target(gallery, text).text if find_named(gallery, text) else ""
    except InputError:
        return text
    return rest if VERB.match(rest) else text


def _squash(state: TurnState, services: Services) -> Update:
    """Return the rebuilding of the current picture as an edit of its original."""
    squash = squash_of(services.path(state["parent_id"]))
    if squash is None:
        return {"route": "history", "head": "stay", "source": None, "reply": NOTHING}
    services.emit(Thought(state["turn_id"], "route", f"From the original: {squash.words}"))
    return {
        "route": "edit",
        "text": squash.words,
        "source": squash.original,
        "parent_id": squash.base,
        "squash": asdict(squash),
        "is_again": True,
    }


def _again(state: TurnState, services: Services) -> Update | None:
    """Return the last painting as a request of its own; None if nothing was painted."""
    painted = gallery_of(state, services).painted
    if painted is None:
        return None
    again = again_of(state["text"], painted)
    services.emit(Thought(state["turn_id"], "route", f"Once more: {again.text}"))
    options = {**state["options"], "polish": False} if again.own_words else state["options"]
    return {
        "route": again.route,
        "text": again.text,
        "source": again.source,
        "mask_hash": again.mask,
        "parent_id": again.parent_id,
        "options": options,
        "is_again": True,
    }
