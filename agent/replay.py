"""A session played once more on another seed, model or size, with what differs turn by turn."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from .. import InputError
from ..memory.records import TurnRecord
from .comparing import Difference, compare_stored
from .conversation import MAX_SEED, Agent, check_seed
from .events import Clarify, Event, TurnFailed, TurnFinished
from .services import TurnOptions
from .trace import given_of


@dataclass(frozen=True)
class Replayed:
    """One turn, as it was and as it came out now."""

    before: TurnRecord
    after: TurnRecord | None  # None: it failed, or asked back
    difference: Difference | None  # of the two pictures; None: one of them is missing
    session_id: str  # the new session
    why: str = ""  # it came to nothing


def replay(
    agent: Agent, session_id: str, *, seed: int | None = None, size: tuple[int, int] | None = None
) -> Generator[Event | Replayed, None, None]:
    """Yield the turns from the root to the head, played anew in a new session.

    Before each turn come its events, live; closing the iterator cancels the turn that runs. With a
    seed the turns get it and its successors, else their own. Standing wishes hold from the
    beginning.
    """
    check_seed(seed)
    store = agent.store
    session = store.session(session_id)
    path = store.path(session.head_turn_id) if session.head_turn_id else []
    if not path:
        raise InputError("There is nothing to replay: the session has no picture.")
    twin = store.create_session(f"Replay: {session.title or path[0].text[:60]}").session_id
    for wish in store.wishes(session_id):
        store.add_wish(twin, wish.text, wish.rules)
    for index, turn in enumerate(path):
        yield from _play(agent, twin, turn, seed_for(turn, seed, index), size)


def read_seed(seed: str) -> int | None:
    """Return the seed of what a person typed; None of nothing."""
    typed = seed.strip()
    if typed and not (typed.isascii() and typed.isdigit()):
        raise InputError(f"A seed is a whole number, not {seed!r}.")
    return int(typed) if typed else None


def seed_for(turn: TurnRecord, seed: int | None, index: int) -> int | None:
    """Return the seed of a replayed turn."""
    return turn.seed if seed is None else (seed + index) % (MAX_SEED + 1)


def _play(
    agent: Agent, session_id: str, turn: TurnRecord, seed: int | None, size: tuple[int, int] | None
) -> Iterator[Event | Replayed]:
    """Yield a turn's events, then how it came out; answers are in its words already."""
    given = given_of(agent.store.steps(turn.turn_id)).get("options")
    options = TurnOptions.from_json(given) if given else TurnOptions()
    options = replace(options, confirm_plan=False, size=size or options.size)
    words = str((turn.plan or {}).get("words") or turn.text)
    images = [agent.store.images.get(image_hash) for image_hash in turn.image_hashes]
    mask = agent.store.images.get(turn.mask_hash) if turn.mask_hash else None
    last: Event | None = None
    for last in agent.take_turn(
        session_id, words, images=images, mask=mask, seed=seed, options=options
    ):
        yield last
    if isinstance(last, Clarify):
        agent.cancel(last.turn_id)
    after = last.turn if isinstance(last, TurnFinished) else None
    why = last.error if isinstance(last, TurnFailed) else ""
    if isinstance(last, Clarify):
        why = f"It asked back: {last.question}"
    yield Replayed(turn, after, _difference(agent, turn, after), session_id, why)


def _difference(agent: Agent, before: TurnRecord, after: TurnRecord | None) -> Difference | None:
    if after is None or before.version is None or after.version is None:
        return None
    return compare_stored(agent.store, before.version, after.version).difference
