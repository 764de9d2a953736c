"""remember: what the user wants kept in mind: standing wishes, and that a picture is fine."""

from langgraph.runtime import Runtime

from ...memory.records import WishRecord
from ..acceptance import acceptance_in_words, accepts, doubted
from ..events import Thought
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..wish_commands import WishCommand, read_command, split_command
from ..wishes import in_words, read_rules, split_once, split_wishes, with_name

CONTENT = "Good, I leave it as it is. Say what to change or to draw next."
UNCHECKED = "I cannot check that in a picture, for I know no words for it, but I keep it in mind."


def concerns_memory(state: TurnState, services: Services) -> bool:
    """Return whether a request tells, lists or takes back what is to be kept in mind."""
    if state.get("is_heard") or state["options"].get("route") in ("answer", "draw", "adjust"):
        return False
    told, _ = split_wishes(state["text"])
    if accepts(state["text"]) and not state["image_hashes"]:
        return services.version_at(state["parent_id"]) is not None
    if told or _command(state, services)[0]:
        return True
    return services.model.info.describes_edits and bool(split_once(state["text"])[0])


def remember(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Store the wishes that were told; what else was said goes on as a request of its own.

    Wishes that are taken back end with the commit: a turn that is taken up again must find the
    same ones.
    """
    services = runtime.context
    told, rest = split_wishes(state["text"])
    if accepts(state["text"]) and not state["image_hashes"]:
        return {"is_heard": True, **_accept(state, services)}
    if not told:
        command, request = _command(state, services)
        if command is None:
            once, rest = split_once(state["text"])
            if not once:
                return {"is_heard": True}
            services.emit(Thought(state["turn_id"], "remember", f"This once: {once}"))
            return {"is_heard": True, "once": once, "text": rest}
        return {"is_heard": True, **_obey(command, request, state, services)}
    kept = []
    for words in told:
        wish = with_name(words, rest)
        rules = read_rules(wish).to_json()
        kept.append(services.store.add_wish(state["session_id"], wish, rules, state["turn_id"]))
        services.emit(Thought(state["turn_id"], "remember", f"From now on: {wish}"))
    note = _noted(kept, services)
    update: Update = {"is_heard": True, "told": [one.number for one in kept]}
    if rest:
        return {**update, "text": rest, "note": note}
    return {**update, **_ending(state), "reply": note}


def _accept(state: TurnState, services: Services) -> Update:
    """Overrule what the critic missed in the last painting, if it missed something."""
    doubtful = _doubtful(state, services)
    if doubtful is None:
        return {**_ending(state), "reply": CONTENT}
    reply = acceptance_in_words(doubted(services.store.checks(doubtful)))
    return {**_ending(state), "accepted": doubtful, "reply": reply}


def _ending(state: TurnState) -> Update:
    """Return how a turn ends that only told something: a picture that came along is current now."""
    if uploaded := state["image_hashes"]:
        return {"route": "history", "head": "turn", "version": uploaded[-1]}
    return {"route": "history", "head": "stay"}


def _doubtful(state: TurnState, services: Services) -> str | None:
    """Return the turn that painted last, if its critic was not content."""
    path = services.path(state["parent_id"])
    painted = next((turn for turn in reversed(path) if turn.brief is not None), None)
    if painted is None or not doubted(services.store.checks(painted.turn_id)):
        return None
    return painted.turn_id


def _command(state: TurnState, services: Services) -> tuple[WishCommand | None, str]:
    """Return the command about wishes that a text begins with, and the request that follows it."""
    wishes = services.store.wishes(state["session_id"])
    parent = services.store.turns(state["session_id"])[:-1] if wishes else []
    last = next((turn for turn in reversed(parent) if turn.status == "done"), None)
    is_recent = bool(last and {"told", "listed"} & (last.plan or {}).keys())
    for head, request in (split_command(state["text"]), (state["text"], "")):
        if command := read_command(head, wishes, is_recent=is_recent):
            return command, request
    return None, ""


def _obey(command: WishCommand, request: str, state: TurnState, services: Services) -> Update:
    wishes = services.store.wishes(state["session_id"])
    done = _ending(state)
    if command.kind == "list":
        return {**done, "reply": in_words(wishes), "listed": True}
    if command.missing:
        return {**done, "reply": f"There is {command.missing}. {in_words(wishes)}"}
    gone = "; ".join(f"{wish.number}. {wish.text}" for wish in command.wishes)
    left = [wish for wish in wishes if wish not in command.wishes]
    rest = f" {in_words(left)}" if left else " You have no other standing wishes."
    numbers = [wish.number for wish in command.wishes]
    reply = f"That does not hold any more: {gone}.{rest}"
    if request:
        return {"text": request, "note": reply, "revoked": numbers}
    return {**done, "revoked": numbers, "reply": reply}


def _noted(kept: list[WishRecord], services: Services) -> str:
    said = "; ".join(f"{wish.number}. {wish.text}" for wish in kept)
    note = f"From now on I keep to this: {said}."
    is_blind = services.model.info.describes_edits and any(not wish.rules for wish in kept)
    return f"{note} {UNCHECKED}" if is_blind else note
