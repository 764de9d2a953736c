"""adjust: exact operations on the pixels of the current picture; no model draws."""

from langgraph.runtime import Runtime

from ... import InputError
from ..adjustments.sentence import Reading, read_adjustments
from ..adjustments.table import OF_THE_WHOLE, apply_adjustments
from ..dialogue import keep_picture, mask_of
from ..events import Thought
from ..lock import soft_mask
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


NO_MASK = (
    "A mask cannot bound this: {} is for the whole picture. Take the mask away, and ask again."
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
        mask = mask_of(services, state.get("mask_hash"), (source.width, source.height))
        whole = {one.name for one in reading.adjustments} & OF_THE_WHOLE
        if mask and whole:
            return {"reply": NO_MASK.format(join(sorted(whole)))}
        result = apply_adjustments(source, reading.adjustments)
        if mask:
            result = source.blended(result, soft_mask(mask))
    except InputError as error:
        return {"reply": str(error)}
    summary = join([adjustment.summary for adjustment in reading.adjustments])
    services.emit(Thought(turn_id, "adjust", f"Exactly, without painting: {summary}"))
    stored = keep_picture(services, result, "version")
    where = " where the mask lets it" if mask else ""
    reply = (
        f"Done: the picture was {summary}{where}. It has {stored.width} x {stored.height} pixels."
    )
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
