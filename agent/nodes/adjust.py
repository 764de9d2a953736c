"""adjust: exact operations on the pixels of the current picture; no model draws."""

from langgraph.runtime import Runtime

from ... import InputError
from ..adjustments.sentence import Reading, read_adjustments
from ..adjustments.table import apply_adjustments
from ..dialogue import keep_picture
from ..events import Thought
from ..raster import open_raster
from ..replies import join
from ..services import Services
from ..state import TurnState
from ..steps import Update
from .answer import NO_PICTURE

UNREAD = (
    "I did not understand which adjustment you mean. I can crop, rotate, flip, resize, blur and "
    "sharpen, change brightness, contrast, saturation, warmth and hue, make it black and white or "
    "sepia, write text, add a vignette and a border; each of them to the whole picture."
)


def adjust(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Apply what the sentence spells; what is no adjustment goes on as an edit."""
    services, turn_id = runtime.context, state["turn_id"]
    if state["source"] is None:
        return {"reply": NO_PICTURE}
    try:
        reading = read_adjustments(state["text"])
        if not reading.adjustments:
            # The router may be wrong, the caller may not.
            return {"reply": UNREAD} if state["options"].get("route") else {"route": "edit"}
        source = open_raster(services.store.images.get(state["source"]))
        result = apply_adjustments(source, reading.adjustments)
    except InputError as error:
        return {"reply": str(error)}
    summary = join([adjustment.summary for adjustment in reading.adjustments])
    services.emit(Thought(turn_id, "adjust", f"Exactly, without painting: {summary}"))
    stored = keep_picture(services, result, "version")
    reply = f"Done: the picture was {summary}. It has {stored.width} x {stored.height} pixels."
    if stored.hash == state["source"]:
        reply = f"That leaves every pixel as it was: {summary}."
    return {
        "version": stored.hash,
        "reply": reply + _left_out(reading),
        "plan": {"changes": [summary], "source": state["source"], "words": state["text"]},
    }


def _left_out(reading: Reading) -> str:
    """Return a sentence on what was asked for besides."""
    if not reading.unread:
        return ""
    wishes = join([f"“{wish}”" for wish in reading.unread])
    return f" I left out {wishes}: that is no exact adjustment. Ask for it on its own."
