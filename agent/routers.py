"""Where a turn goes next: pure functions of the state."""

from typing import Literal

from .state import TurnState


def after_route(
    state: TurnState,
) -> Literal["remember", "answer", "adjust", "history", "resolve", "decline", "commit"]:
    """Go where the request belongs."""
    if state.get("is_heard") is False:
        return "remember"
    if state.get("reply"):  # there is nothing to squash
        return "commit"
    route = state["route"]
    if route == "draw" or route == "edit" or (route == "adjust" and state.get("refers")):
        return "resolve"
    if route == "answer" or route == "adjust" or route == "history":
        return route
    return "decline"


def after_remember(state: TurnState) -> Literal["route", "commit"]:
    """Go on with what else was said."""
    return "commit" if state.get("reply") else "route"


def after_adjust(state: TurnState) -> Literal["commit", "resolve"]:
    """Go on as an edit if the sentence held no exact adjustment."""
    return "resolve" if state["route"] == "edit" else "commit"


def after_history(state: TurnState) -> Literal["clarify", "commit"]:
    """Ask which picture is meant, or move."""
    return "clarify" if state.get("question") else "commit"


def after_resolve(state: TurnState) -> Literal["clarify", "plan", "adjust", "commit"]:
    """Ask which picture is meant; stop at a reply: there is no such picture."""
    if state.get("question"):
        return "clarify"
    if state.get("reply"):
        return "commit"
    return "adjust" if state["route"] == "adjust" else "plan"


def after_clarify(
    state: TurnState,
) -> Literal["history", "resolve", "plan", "paint", "commit"]:
    """Go back to where the question came from, or on, where the answer confirmed a plan."""
    if state.get("reply"):
        return "commit"
    if state.get("answer"):
        return "history" if state["route"] == "history" else "resolve"
    return "paint" if state.get("is_confirmed") else "plan"


def after_plan(state: TurnState) -> Literal["clarify", "decline", "commit", "paint"]:
    """Paint, unless the request is unclear, outside, or answered without a painting."""
    if state.get("question"):
        return "clarify"
    if state["route"] == "outside":
        return "decline"
    return "commit" if state.get("reply") else "paint"


def after_reflect(state: TurnState) -> Literal["plan", "measure"]:
    """Retry, from the plan on, until there is a reason to stop."""
    return "measure" if state.get("stop_reason") else "plan"
