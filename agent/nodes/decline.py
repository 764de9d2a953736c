"""decline: talk, or say plainly what lies outside, with what can be done."""

import re
from difflib import get_close_matches

from langgraph.runtime import Runtime

from ..dialogue import ask
from ..language import Outside, read_refusal
from ..rests import NAMED, offer, rest_of
from ..routing import choose_route
from ..services import Services
from ..small_talk import answer_small_talk
from ..state import TurnState
from ..steps import Update
from ..vocabulary import content_words
from .locate import NO_PICTURE

OUTSIDE = "That is outside what I can do."
MIN_LIKENESS = 0.8  # of a word and its mistyped form


def decline(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Reply without a picture: the model's own refusal, and what can be drawn instead."""
    services = runtime.context
    can_draw = services.model.info.can_draw
    if state["route"] == "chat":
        return {"reply": answer_small_talk(state["text"], can_draw)}
    said = state.get("reply") or _refusal(state["text"], services)
    said = _named_by_user(state["text"], said, can_draw) or OUTSIDE
    if said == OUTSIDE and state.get("source") is None:
        meant = choose_route(services, state["text"], has_picture=True).route
        if meant in ("edit", "adjust"):  # "remove the house", with nothing to look at
            return {"reply": NO_PICTURE}
    reply = said if "can draw" in said else f"{said} {can_draw}"
    if rest := _rest(state, services, said):
        return {"reply": f"{said} {offer(rest)}", "rest": rest}
    return {"reply": reply}


def _rest(state: TurnState, services: Services, refusal: str) -> str | None:
    """Return what of the request can be done, without what the refusal names."""
    rest = rest_of(state["text"], refusal)
    if rest is None:
        return None
    has_picture = state.get("source") is not None
    meant = choose_route(services, rest, has_picture=has_picture).route
    if meant not in ("draw", "edit"):
        return None
    is_refused = meant == "draw" and _refusal(rest, services) != OUTSIDE
    return None if is_refused else rest


def _refusal(text: str, services: Services) -> str:
    answer = read_refusal(ask(services, services.prompts.render("draw", request=text)))
    return answer.sentence if isinstance(answer, Outside) else OUTSIDE


def _named_by_user(text: str, refusal: str, can_draw: str) -> str | None:
    """Return a refusal that names nothing but what the user did, or None.

    Asked for a bedtime story, Storybook says that it cannot draw a tractor. Asked for a striped
    house, it must not say that it has no house.
    """
    named = NAMED.fullmatch(refusal)
    if named and set(content_words(named["thing"])) <= set(content_words(can_draw)):
        return None
    words = re.findall(r"\w+", text.lower())
    for one in re.findall(r"\w+", named["thing"]) if named else ():
        [typed] = get_close_matches(one.lower(), words, n=1, cutoff=MIN_LIKENESS) or [None]
        if typed is None:
            return None
        if one.lower().startswith(typed):
            refusal = re.sub(rf"\b{re.escape(one)}\b", typed, refusal)
    return refusal
