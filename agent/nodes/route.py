"""route: the model itself decides what kind of request this is, by scoring a closed set."""

from langgraph.runtime import Runtime

from ...model.contract import Message
from ..events import Thought
from ..services import Services, TurnOptions
from ..state import PICTURELESS_ROUTES, ROUTES, RouteName, TurnState
from ..steps import Update
from ..targets import current_picture


def route(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Choose the route, unless the caller chose it, and find the picture that is at hand."""
    services = runtime.context
    uploaded = state["image_hashes"]
    at_hand = uploaded[-1] if uploaded else current_picture(services.store, state["session_id"])
    wanted = TurnOptions.from_json(state["options"])
    if wanted.route:
        return {"route": wanted.route, "source": at_hand}
    options: tuple[RouteName, ...] = ROUTES if at_hand else PICTURELESS_ROUTES
    options = wanted.routes or options
    prompt = services.prompts.render("route", has_picture=at_hand is not None, text=state["text"])
    scores = services.model.choose([Message("user", (prompt,))], options)
    chosen = max(zip(scores, options, strict=True), key=lambda pair: pair[0])[1]
    services.emit(Thought(state["turn_id"], "route", f"This is for: {chosen}"))
    return {"route": chosen, "source": at_hand}
