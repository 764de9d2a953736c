"""history: undo, redo, go back to, compare. It decides; the commit moves the head."""

from langgraph.runtime import Runtime

from ... import InputError
from ..dialogue import picture
from ..past import Move, picture_pair, read_move, recount, undo_head
from ..pictures import MIME, clean, side_by_side
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..targets import Shown, count, find_picture, pictures_of

UNREAD = (
    'I did not understand where to go. Say "undo", "redo", "go back two steps", '
    '"go back to turn 3", "go back to the first picture" or "compare with the original".'
)


def history(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Find out where the head is to go, or put two pictures side by side."""
    services, session_id = runtime.context, state["session_id"]
    move = read_move(state["text"])
    if move is None:
        return {"reply": UNREAD, "head": "stay"}
    try:
        if move.kind == "compare":
            return _compare(state, services, move)
        if move.kind == "list":
            return {"reply": recount(services.store.turns(session_id)), "head": "stay"}
        if move.kind == "undo":
            head, steps = undo_head(services.store, session_id, move.steps)
            return {"head": head, "reply": f"I went back {count(steps, 'step')}."}
        if move.kind == "redo":
            services.store.redo_target(session_id)
            return {"head": "redo", "reply": "I brought it back."}
        if move.kind == "start":
            return {"head": None, "reply": "We start over. Nothing is lost: say redo to return."}
        return _go_to(find_picture(services.store, session_id, move.references[0]))
    except InputError as error:
        return {"reply": str(error), "head": "stay"}


def _go_to(shown: Shown) -> Update:
    if shown.is_upload:  # no turn ended with it, so this one does
        reply = f"We are back at the picture you uploaded in turn {shown.turn_number}."
        return {"head": "turn", "version": shown.image_hash, "reply": reply}
    return {"head": shown.turn_id, "reply": f"We are back at turn {shown.turn_number}."}


def _compare(state: TurnState, services: Services, move: Move) -> Update:
    pair = picture_pair(services.store, state["session_id"], move.references, state["source"])
    left, right = (picture(services, image_hash) for image_hash in pair)
    png = clean(side_by_side(left, right))
    stored = services.store.put_image(png.data, MIME, png.width, png.height, "comparison")
    numbers = {
        shown.image_hash: number
        for number, shown in enumerate(pictures_of(services.store.turns(state["session_id"])), 1)
    }
    left_number, right_number = (numbers.get(image_hash, "?") for image_hash in pair)
    reply = f"On the left is picture {left_number}, on the right picture {right_number}."
    return {"reply_image": stored.hash, "reply": reply, "head": "stay"}
