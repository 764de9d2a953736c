"""The agent: the few calls that every face makes."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import InputError
from ..memory.leases import ELSEWHERE, new_owner
from ..memory.records import HEAD, SessionRecord, TurnRecord
from ..memory.store import SessionStore
from ..model.contract import UnifiedModel
from ..prompts.loader import PromptLibrary
from .errors import BusyError
from .events import Clarify, Event, TurnFailed, TurnFinished
from .pictures import MIME, read_mask, read_picture
from .running import BUSY, CANCELLED, TurnRunner
from .services import Limits, TurnOptions
from .state import TurnState
from .targets import current_picture
from .trace import RECOVERY_NODE, given_of, state_after

MAX_TEXT = 4_000  # characters of one instruction
MAX_IMAGES = 8
MAX_SEED = 2**31 - 1
MAX_RECOVERIES = 3
ABANDONED = "Another request came instead of an answer."


@dataclass(frozen=True)
class SessionView:
    """A session as a face shows it."""

    session: SessionRecord
    turns: tuple[TurnRecord, ...]  # all branches, in the order they began
    path: tuple[TurnRecord, ...]  # from the root to the head
    picture: str | None  # hash of the current picture
    waiting: TurnRecord | None  # a turn whose question is open
    can_undo: bool
    can_redo: bool


class Agent:
    """Takes turns: sessions in a store, one model, one graph."""

    def __init__(
        self,
        model: UnifiedModel,
        store: SessionStore,
        prompts: PromptLibrary,
        *,
        limits: Limits | None = None,
    ) -> None:
        """Turns left by a killed process wait for `recover`."""
        self.model = model
        self.store = store
        self._owner = new_owner()
        self._runner = TurnRunner(model, store, prompts, limits or Limits(), self._owner)

    def close(self) -> None:
        """Cancel what runs; the store stays its owner's to close."""
        self._runner.close()

    # Turns

    def take_turn(
        self,
        session_id: str,
        text: str,
        *,
        images: Sequence[bytes | Path] = (),
        mask: bytes | Path | None = None,
        seed: int | None = None,
        options: TurnOptions | None = None,
        parent_id: str | None = HEAD,
        turn_id: str | None = None,
    ) -> Iterator[Event]:
        """Return the events of a new turn, live; the last one ends it or asks a question.

        A turn of the session that a killed process left comes to its end first; BusyError if
        another living process works on one.

        The request is checked before anything is written: InputError says what is wrong with it.
        The turn runs whether or not its events are read; closing the iterator early cancels it.
        With the `turn_id` of a turn that was taken before, nothing happens twice.
        """
        options = options or TurnOptions()
        words = check_words(text)
        check_seed(seed)
        unfinished = self.store.unfinished_turns(session_id)
        self._refuse_if_busy(session_id)
        known = self._known(turn_id)
        if known:
            return known
        waiting = [turn for turn in map(self._brought_to_rest, unfinished) if not turn.is_finished]
        image_hashes, mask_hash = self._keep_pictures(session_id, images, mask)
        for turn in waiting:  # its question was passed over
            self.store.fail_turn(turn.turn_id, ABANDONED, "cancelled")
        given: dict[str, Any] = {}
        if seed is not None or options != TurnOptions():  # what `recover` could not guess
            given = {"options": options.to_json(), "seed": seed}
        turn = self.store.begin_turn(
            session_id, words, image_hashes, mask_hash, parent_id, turn_id, self._owner, given
        )
        return self._runner.start(turn, first_state(turn, given))

    def resume_turn(self, turn_id: str, answer: str) -> Iterator[Event]:
        """Return the events of a waiting turn that got its answer."""
        words = check_words(answer)
        turn = self.store.turn(turn_id)
        if turn.status != "waiting":
            raise InputError(
                f"The turn {turn_id} does not wait for an answer: it is {turn.status}."
            )
        self._refuse_if_busy(turn.session_id)
        if not self.store.claim_turn(turn_id, self._owner):
            raise BusyError("Another program works on this turn.")
        steps = self.store.steps(turn_id)
        state, last_node = state_after(first_state(turn, given_of(steps)), steps)
        return self._runner.start(self.store.resume_turn(turn_id), state, last_node, words)

    def cancel(self, turn_id: str) -> bool:
        """Return whether there was something to stop; a running turn ends at its next step."""
        if self._runner.cancel(turn_id):
            return True
        if self.store.turn(turn_id).status == "waiting":
            self.store.fail_turn(turn_id, CANCELLED, "cancelled")
            return True
        return False

    def recover(self) -> list[TurnRecord]:
        """Take up the turns that a killed process left, and return them as they ended.

        Each goes on after its last finished node and commits once. Turns that another living
        process works on, and turns that wait for the user, are left alone.
        """
        recovered = []
        for turn in self.store.unfinished_turns():
            if turn.status == "waiting" or self._runner.is_busy(turn.session_id):
                continue
            if ended := self._finish(turn):
                recovered.append(ended)
        return recovered

    # The past

    def undo(self, session_id: str) -> SessionView:
        """Return the session with its head before the last picture."""
        return self._move(session_id, self.store.undo)

    def redo(self, session_id: str) -> SessionView:
        """Return the session with its head where the last undo left from."""
        return self._move(session_id, self.store.redo)

    def go_to(self, session_id: str, turn_id: str | None) -> SessionView:
        """Return the session with its head on a done turn, or before the first (None)."""
        return self._move(session_id, lambda key: self.store.move_head(key, turn_id))

    def view(self, session_id: str) -> SessionView:
        """Return the session as a face shows it."""
        session = self.store.session(session_id)
        turns = self.store.turns(session_id)
        head = session.head_turn_id
        return SessionView(
            session=session,
            turns=tuple(turns),
            path=tuple(self.store.path(head)) if head else (),
            picture=current_picture(self.store, session_id),
            waiting=next((turn for turn in turns if turn.status == "waiting"), None),
            can_undo=self._can(self.store.undo_target, session_id),
            can_redo=self._can(self.store.redo_target, session_id),
        )

    # Inside

    def _known(self, turn_id: str | None) -> Iterator[Event] | None:
        """Return the events of a turn that was taken before under this id, if there is one."""
        turn = self._find(turn_id) if turn_id else None
        if turn is None:
            return None
        if turn.status == "waiting":
            return iter((Clarify(turn.turn_id, turn.question or ""),))
        if turn.is_finished:
            return iter((_last_event(turn),))
        if not self.store.claim_turn(turn.turn_id, self._owner):
            raise BusyError("Another program works on this turn.")
        return self._take_up(turn)

    def _find(self, turn_id: str) -> TurnRecord | None:
        try:
            return self.store.turn(turn_id)
        except InputError:
            return None

    def _brought_to_rest(self, turn: TurnRecord) -> TurnRecord:
        """Return an unfinished turn as it stands when nobody works on it any more."""
        if turn.status == "waiting":
            return turn
        ended = self._finish(turn)
        if ended is None:
            raise BusyError(ELSEWHERE)
        return ended

    def _finish(self, turn: TurnRecord) -> TurnRecord | None:
        """Return a running turn as it ended, taken up; None if another process works on it."""
        if not self.store.claim_turn(turn.turn_id, self._owner):
            return None
        for _ in self._take_up(turn):
            pass
        return self.store.turn(turn.turn_id)

    def _take_up(self, turn: TurnRecord) -> Iterator[Event]:
        """Return the events of a claimed turn that goes on after its last finished node.

        Where the user has moved on since, it becomes a branch and leaves the head alone.
        """
        steps = self.store.steps(turn.turn_id)
        if sum(step.node == RECOVERY_NODE for step in steps) >= MAX_RECOVERIES:
            sentence = f"This turn stopped the program {MAX_RECOVERIES} times and was given up."
            return iter((_last_event(self.store.fail_turn(turn.turn_id, sentence)),))
        self.store.add_step(
            turn.turn_id, node=RECOVERY_NODE, ms=0.0, started_at=turn.created_at, status="running"
        )
        state, last_node = state_after(first_state(turn, given_of(steps)), steps)
        if self.store.session(turn.session_id).head_turn_id != turn.parent_id:
            state["head"] = "stay"
        return self._runner.start(turn, state, last_node)

    def _keep_pictures(
        self, session_id: str, images: Sequence[bytes | Path], mask: bytes | Path | None
    ) -> tuple[list[str], str | None]:
        """Check all pictures, then store them; return their hashes and the mask's."""
        if len(images) > MAX_IMAGES:
            raise InputError(f"At most {MAX_IMAGES} pictures a turn, not {len(images)}.")
        uploads = [read_picture(image) for image in images]
        stencil = read_mask(mask) if mask is not None else None
        if stencil:
            size = (uploads[-1].width, uploads[-1].height) if uploads else self._size(session_id)
            if size != (stencil.width, stencil.height):
                raise InputError(
                    f"The mask has {stencil.width} x {stencil.height} pixels, but the picture "
                    + (f"has {size[0]} x {size[1]}." if size else "is not there yet.")
                )
        hashes = [
            self.store.put_image(one.data, MIME, one.width, one.height, "upload").hash
            for one in uploads
        ]
        if not stencil:
            return hashes, None
        kept = self.store.put_image(stencil.data, MIME, stencil.width, stencil.height, "mask")
        return hashes, kept.hash

    def _size(self, session_id: str) -> tuple[int, int] | None:
        current = current_picture(self.store, session_id)
        record = self.store.image(current) if current else None
        return (record.width, record.height) if record else None

    def _refuse_if_busy(self, session_id: str) -> None:
        if self._runner.is_busy(session_id):
            raise BusyError(BUSY)

    def _move(self, session_id: str, move: Callable[[str], object]) -> SessionView:
        self._refuse_if_busy(session_id)
        move(session_id)
        return self.view(session_id)

    def _can(self, target: Callable[[str], object], session_id: str) -> bool:
        try:
            target(session_id)
        except InputError:
            return False
        return True


def check_words(text: str) -> str:
    """Return the instruction, trimmed; InputError if it is empty or endless."""
    words = text.strip()
    if not words:
        raise InputError("The instruction is empty: say what to draw, to change or to look for.")
    if len(words) > MAX_TEXT:
        raise InputError(
            f"The instruction has {len(words):,} characters; at most {MAX_TEXT:,} are read."
        )
    return words


def check_seed(seed: int | None) -> None:
    """Refuse a seed that is none."""
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InputError(f"A seed is between 0 and {MAX_SEED:,}, not {seed:,}.")


def first_state(turn: TurnRecord, given: dict[str, Any]) -> TurnState:
    """Return the state that a turn begins with; without a seed the turn's id gives one."""
    seed = given.get("seed")
    return {
        "turn_id": turn.turn_id,
        "session_id": turn.session_id,
        "parent_id": turn.parent_id,
        "text": turn.text,
        "image_hashes": list(turn.image_hashes),
        "mask_hash": turn.mask_hash,
        "seed": seed_of(turn.turn_id) if seed is None else seed,
        "options": given.get("options") or TurnOptions().to_json(),
    }


def seed_of(turn_id: str) -> int:
    """Return the seed that a turn's id stands for."""
    try:
        return int(turn_id[:8], 16) & MAX_SEED
    except ValueError:
        return secrets.randbelow(MAX_SEED)


def _last_event(turn: TurnRecord) -> Event:
    if turn.status == "done":
        return TurnFinished(turn.turn_id, turn)
    return TurnFailed(turn.turn_id, turn.error or "", turn.status == "cancelled")
