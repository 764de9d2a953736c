"""perceive: make sure that the model has seen what the user uploaded."""

from langgraph.runtime import Runtime

from ..dialogue import caption_of
from ..events import Thought
from ..services import Services
from ..state import TurnState
from ..steps import Update


def perceive(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Caption new pictures; they were checked, re-encoded and stored before the turn began."""
    services = runtime.context
    for image_hash in state["image_hashes"]:
        caption = caption_of(services, image_hash)
        services.emit(Thought(state["turn_id"], "perceive", f"I see: {caption}"))
    return {}
