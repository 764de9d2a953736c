"""A session played once more on another seed, model or size, with what differs turn by turn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .. import InputError
from ..memory.records import TurnRecord
from .comparing import Difference, difference, identical_share
from .conversation import MAX_SEED, Agent
from .events import Clarify, TurnFinished
from .pictures import decode
from .services import TurnOptions
from .trace import given_of


@dataclass(frozen=True)
class Replayed:
    """One turn, as it was and as it came out now."""

    before: TurnRecord
    after: TurnRecord | None  # None: it failed, or asked back
    difference: Difference | None  # of the two pictures; None: one of them is missing


def replay(
    agent: Agent, session_id: str, *, seed: int | None = None, size: tuple[int, int] | None = None
) -> Iterator[Replayed]:
    """Yield the turns from the root to the head, played anew in a new session.

    With a seed the turns get it and its successors, else their own. Standing wishes hold from the
    beginning. The first turn's record names the new session.
    """
    store = agent.store
    session = store.session(session_id)
    path = store.path(session.head_turn_id) if session.head_turn_id else []
    if not path:
        raise InputError("There is nothing to replay: the session has no picture.")
    twin = store.create_session(f"{session.title or path[0].text[:60]} (replayed)").session_id
    for wish in store.wishes(session_id):
        store.add_wish(twin, wish.text, wish.rules)
    for index, turn in enumerate(path):
        own = seed_for(turn, seed, index)
        after = _play(agent, twin, turn, own, size)
        yield Replayed(turn, after, _difference(agent, turn, after))


def seed_for(turn: TurnRecord, seed: int | None, index: int) -> int | None:
    """Return the seed of a replayed turn."""
    return turn.seed if seed is None else (seed + index) % (MAX_SEED + 1)


def _play(
    agent: Agent, session_id: str, turn: TurnRecord, seed: int | None, size: tuple[int, int] | None
) -> TurnRecord | None:
    """Return the turn as it came out; what was said to a question is in its words already."""
    given = given_of(agent.store.steps(turn.turn_id)).get("options")
    options = TurnOptions.from_json(given) if given else TurnOptions()
    options = replace(options, confirm_plan=False, size=size or options.size)
    words = str((turn.plan or {}).get("words") or turn.text)
    images = [agent.store.images.get(image_hash) for image_hash in turn.image_hashes]
    mask = agent.store.images.get(turn.mask_hash) if turn.mask_hash else None
    events = list(
        agent.take_turn(session_id, words, images=images, mask=mask, seed=seed, options=options)
    )
    last = events[-1]
    if isinstance(last, Clarify):
        agent.cancel(last.turn_id)
    return last.turn if isinstance(last, TurnFinished) else None


def _difference(agent: Agent, before: TurnRecord, after: TurnRecord | None) -> Difference | None:
    if after is None or before.version is None or after.version is None:
        return None
    store = agent.store
    pictures = [decode(store.images.get(one)) for one in (before.version, after.version)]
    was, now = (store.image(one).caption for one in (before.version, after.version))
    return difference(was, now, identical_share(*pictures))
