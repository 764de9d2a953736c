"""history: undo, redo, go back to, compare. It decides; the commit moves the head."""

from langgraph.runtime import Runtime

from ... import InputError
from ..comparing import compare_stored
from ..dialogue import caption_of, keep_picture
from ..gallery import Gallery
from ..naming import Naming, found_in_words, read_naming
from ..past import (
    NOTHING_YET,
    ORIGIN,
    missed,
    picture_pair,
    read_move,
    recall,
    spelled,
    undo_head,
)
from ..pictures import side_by_side
from ..rests import offer
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..targets import choose, count, find_named, question_of
from .locate import MAX_QUESTIONS, gallery_of, picture_choices
from .resolve import go_to

MANY = 1_000
LATEST_ALREADY = "This is the latest picture."
UNREAD = (
    'I did not understand where to go. Say "undo", "redo", "go back two steps", '
    '"go back to turn 3", "go back to the version with the blue house" or "compare with the '
    'original".'
)


def history(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Find out where the head is to go, or put two pictures side by side."""
    services, session_id, text = runtime.context, state["session_id"], state["text"]
    naming = read_naming(text)
    move = read_move(text)
    try:
        if naming and not state.get("answer"):
            said = _named_so(naming, state, services)
            if naming.rest:  # the turn is gone on with: "yes"
                said = f"{said} {offer(naming.rest)}"
                return {"reply": said, "head": "turn", "rest": naming.rest}
            return {"reply": said, "head": "stay"}
        if move is None and (found := _named(state, gallery_of(state, services))):
            return found
        if move is None:
            text = spelled(text)
            state, move = {**state, "text": text}, read_move(text)
        if move is None:
            return {"reply": UNREAD, "head": "stay"}
        if move.kind == "compare":
            return _compare(state, services)
        if move.kind == "list":
            turns, path = services.store.turns(session_id), services.path(state["parent_id"])
            return {"reply": recall(text, turns, path), "head": "stay"}
        if move.kind == "redo":
            head = services.store.redo_target(session_id, move.steps)
            if move.steps == 1:
                return {"head": "redo", "reply": "I brought it back."}
            return {"head": head, "reply": "I brought back what was undone last."}
        if move.kind == "latest":
            return _go_to_latest(services, session_id)
        if move.kind == "start":
            return {"head": None, "reply": "We start over. Nothing is lost: say redo to return."}
        if move.kind == "go_to":
            found = _named(state, gallery_of(state, services))
            if found:
                return found
        if why := missed(text, services.path(state["parent_id"])):
            return {"reply": why, "head": "stay"}
        head, steps = undo_head(services.store, session_id, move.steps)
        return {"head": head, "reply": f"I went back {count(steps, 'step')}."}
    except InputError as error:
        return {"reply": str(error), "head": "stay"} | _used(state)


def _go_to_latest(services: Services, session_id: str) -> Update:
    """Return the move to the picture that was made last, on whatever branch."""
    made = [turn for turn in services.store.turns(session_id) if turn.version]
    if not made:
        return {"reply": NOTHING_YET, "head": "stay"}
    newest = max(made, key=lambda turn: turn.number)
    if services.version_at(services.store.session(session_id).head_turn_id) == newest.version:
        return {"reply": LATEST_ALREADY, "head": "stay"}
    return {"head": newest.turn_id, "reply": f"We are at turn {newest.number}, the latest picture."}


def _named_so(naming: Naming, state: TurnState, services: Services) -> str:
    """Give a name to the session or the current version, or look for words in the past."""
    store, session_id = services.store, state["session_id"]
    if naming.kind == "rename":
        return (
            f"This session is called “{store.rename_session(session_id, naming.name).title}” now."
        )
    if naming.kind == "search":
        found = [
            turn
            for turn in store.search(naming.name, MANY, session_id)
            if turn.turn_id != state["turn_id"]
        ]
        return found_in_words(naming.name, found)
    path = store.path(state["parent_id"]) if state["parent_id"] else []
    turns = store.turns(session_id) if naming.turn else reversed(path)
    turn = next((one for one in turns if one.version and naming.turn in (None, one.number)), None)
    if turn is None and naming.turn:
        raise InputError(f"There is no picture at turn {naming.turn}.")
    if turn is None:
        return "There is no picture yet that could be named."
    store.label_turn(turn.turn_id, naming.name or None)
    if not naming.name:
        return f"The picture of turn {turn.number} has no name any more."
    return f"The picture of turn {turn.number} is called “{naming.name}” now."


def _named(state: TurnState, gallery: Gallery) -> Update | None:
    """Return the move to the picture that the words name, or the question which one it is."""
    text = state["text"]
    found = find_named(gallery, text)
    if not found and ORIGIN.search(text.lower()):
        found = find_named(gallery, "the original")
    if not found:
        return None
    pictures = found[0].pictures
    chosen = pictures[0] if len(pictures) == 1 else choose(pictures, state.get("answer") or "")
    if chosen:
        move = go_to(chosen.to_json() | {"turn_id": chosen.turn_id})
        return {**move, **_used(state)}
    question = question_of(pictures)
    if state.get("num_questions", 0) >= MAX_QUESTIONS:
        return {"reply": f"I still do not know: {question}", "head": "stay"} | _used(state)
    return {"question": question, "choices": picture_choices(pictures)} | _used(state)


def _used(state: TurnState) -> Update:
    """Return the answer to a question, used up."""
    return {"answer": None} if state.get("answer") else {}


def _compare(state: TurnState, services: Services) -> Update:
    gallery = gallery_of(state, services)
    pair = picture_pair(gallery, state["text"])
    for image_hash in pair:
        caption_of(services, image_hash)  # lists what nobody has listed yet
    found = compare_stored(services.store, *pair)
    stored = keep_picture(services, side_by_side(found.left, found.right), "comparison")
    numbers = {shown.image_hash: shown.number for shown in gallery.pictures}
    left_number, right_number = (numbers.get(image_hash, "?") for image_hash in pair)
    reply = f"On the left is picture {left_number}, on the right picture {right_number}. "
    reply += found.words
    return {"reply_image": stored.hash, "reply": reply, "head": "stay"}
