"""decline: talk, or say plainly what lies outside, with what can be done."""

from langgraph.runtime import Runtime

from ..dialogue import ask
from ..language import Outside, read_refusal
from ..services import Services
from ..state import TurnState
from ..steps import Update

CHAT = "Tell me what to draw, or what to change in a picture, or ask me about one."
OUTSIDE = "That is outside what I can do."


def decline(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Reply without a picture: the model's own refusal, and what can be drawn instead."""
    services = runtime.context
    can_draw = services.model.info.can_draw
    if state["route"] == "chat":
        return {"reply": f"{CHAT} {can_draw}"}
    said = state.get("reply") or _refusal(state["text"], services)
    return {"reply": said if "can draw" in said else f"{said} {can_draw}"}


def _refusal(text: str, services: Services) -> str:
    answer = read_refusal(ask(services, services.prompts.render("draw", request=text)))
    return answer.sentence if isinstance(answer, Outside) else OUTSIDE
