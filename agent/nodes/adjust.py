"""adjust: exact operations on the pixels of the current picture; no model draws."""

from langgraph.runtime import Runtime

from ... import InputError
from ..adjust import read_adjustments
from ..adjustments import apply_adjustments
from ..dialogue import picture
from ..events import Thought
from ..pictures import MIME, clean
from ..replies import join
from ..services import Services
from ..state import TurnState
from ..steps import Update
from .answer import NO_PICTURE

UNREAD = (
    "I did not understand which adjustment you mean. I can crop, rotate, flip, resize, blur and "
    "sharpen, change brightness, contrast, saturation and warmth, make it black and white, write "
    "text and add a border."
)


def adjust(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Apply what the sentence spells; what is no adjustment goes on as an edit."""
    services, turn_id = runtime.context, state["turn_id"]
    if state["source"] is None:
        return {"reply": NO_PICTURE}
    try:
        operations = read_adjustments(state["text"])
        if not operations:
            # The router may be wrong, the caller may not.
            return {"reply": UNREAD} if state["options"].get("route") else {"route": "edit"}
        result = apply_adjustments(picture(services, state["source"]), operations)
    except InputError as error:
        return {"reply": str(error)}
    summary = join([operation.summary for operation in operations])
    services.emit(Thought(turn_id, "adjust", f"Exactly, without painting: {summary}"))
    png = clean(result)
    stored = services.store.put_image(png.data, MIME, png.width, png.height, "version")
    reply = f"Done: the picture was {summary}. It has {png.width} x {png.height} pixels."
    return {"version": stored.hash, "reply": reply, "plan": {"changes": [summary]}}
