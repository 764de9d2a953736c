"""Turns that run in this process: each in its own thread, its events in a queue."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from .. import PentimentoError
from ..memory.records import TurnRecord
from ..memory.store import SessionStore
from ..model.contract import UnifiedModel
from ..model.errors import CancelledError
from ..prompts.loader import PromptLibrary
from .errors import BusyError
from .events import Clarify, Event, TurnFailed, TurnFinished, TurnStarted
from .graph import build_graph
from .services import Limits, Services
from .state import TurnState

log = logging.getLogger(__name__)

CANCELLED = "The turn was cancelled."
BUSY = "This session is still busy with another turn; wait for it, or cancel it."
CLOSE_SECONDS = 5.0
MAX_SUPER_STEPS = 100
RESULT = ["choices"]  # of the state; to read all of it after every step takes time


@dataclass
class _Run:
    """A turn that runs: where it begins, its events, and the flag that stops it."""

    turn_id: str
    session_id: str
    state: TurnState
    last_node: str | None
    answer: str | None
    events: "SimpleQueue[Event | None]" = field(default_factory=SimpleQueue)
    cancel: threading.Event = field(default_factory=threading.Event)


class TurnRunner:
    """Runs turns through the graph, at most one a session."""

    def __init__(
        self,
        model: UnifiedModel,
        store: SessionStore,
        prompts: PromptLibrary,
        limits: Limits,
        owner: str,
    ) -> None:
        """Build the graph; `owner` is the name under which turns are claimed."""
        self._model = model
        self._store = store
        self._prompts = prompts
        self._limits = limits
        self._owner = owner
        self._graph = build_graph(limits=limits)
        self._runs: dict[str, _Run] = {}
        self._threads: set[threading.Thread] = set()
        self._guard = threading.Lock()

    def close(self) -> None:
        """Cancel what runs, and give it a moment to end."""
        with self._guard:
            for run in self._runs.values():
                run.cancel.set()
            threads = list(self._threads)
        for thread in threads:
            thread.join(CLOSE_SECONDS)

    def is_busy(self, session_id: str) -> bool:
        """Return whether a turn of the session runs here."""
        return session_id in self._runs

    def cancel(self, turn_id: str) -> bool:
        """Return whether the turn runs here; it ends at its next step."""
        with self._guard:
            run = next((run for run in self._runs.values() if run.turn_id == turn_id), None)
        if run:
            run.cancel.set()
        return run is not None

    def start(
        self,
        turn: TurnRecord,
        state: TurnState,
        last_node: str | None = None,
        answer: str | None = None,
    ) -> Iterator[Event]:
        """Return the live events of a claimed turn, from the node after `last_node` on.

        With an `answer` that node is the one that asked for it.
        """
        run = _Run(turn.turn_id, turn.session_id, state, last_node, answer)
        with self._guard:
            other = self._runs.setdefault(turn.session_id, run)
        if other is not run:  # two calls at the same moment: the later one comes to nothing
            if other.turn_id != turn.turn_id:  # not two answers to one question
                self._store.fail_turn(turn.turn_id, BUSY)
            raise BusyError(BUSY)
        run.events.put(TurnStarted(turn.turn_id, turn.session_id))
        name = f"turn {turn.turn_id[:8]}"
        thread = threading.Thread(target=self._drive, args=(run,), name=name, daemon=True)
        with self._guard:
            self._threads.add(thread)
        thread.start()
        return _read_events(run)

    def _drive(self, run: _Run) -> None:
        """Run the graph to its end or to a question; whatever happens, the turn is told."""
        last: Event
        try:
            last = self._run_graph(run)
        except CancelledError:
            last = self._fail(run, CANCELLED, is_cancelled=True)
        except PentimentoError as error:
            last = self._fail(run, str(error))
        except Exception as error:  # the outermost border of the thread: nobody else could tell
            log.exception("The turn %s failed", run.turn_id)
            last = self._fail(run, f"Something inside failed: {type(error).__name__}: {error}")
        with self._guard:
            del self._runs[run.session_id]
        run.events.put(last)
        run.events.put(None)
        with self._guard:
            self._threads.discard(threading.current_thread())

    def _run_graph(self, run: _Run) -> Event:
        services = Services(
            model=self._model,
            store=self._store,
            prompts=self._prompts,
            limits=self._limits,
            emit=run.events.put,
            is_cancelled=run.cancel.is_set,
            keep_alive=lambda: self._renew(run),
        )
        result = self._invoke(run, services) or {}
        interrupts = result.get("__interrupt__")
        if interrupts:
            question = str(interrupts[0].value)
            self._store.wait_turn(run.turn_id, question)
            return clarify_event(run.turn_id, question, result.get("choices"))
        return TurnFinished(run.turn_id, self._store.turn(run.turn_id))

    def _invoke(self, run: _Run, services: Services) -> dict[str, Any] | None:
        """Return what a question is about, the graph entered where the turn's trace ends."""
        config: Any = {"recursion_limit": MAX_SUPER_STEPS}  # Any: LangChain's own dictionary
        if run.last_node is None:
            return self._graph.invoke(run.state, config, context=services, output_keys=RESULT)
        # A graph is entered in its middle by a checkpoint; it is made here, from the trace.
        graph = self._graph.copy(update={"checkpointer": InMemorySaver()})
        config["configurable"] = {"thread_id": run.turn_id}
        graph.update_state(config, run.state, as_node=run.last_node)
        given: Any = None if run.answer is None else Command(resume=run.answer)
        return graph.invoke(given, config, context=services, output_keys=RESULT, durability="exit")

    def _renew(self, run: _Run) -> None:
        """Keep the lease of a long turn; a turn that was taken from us must not go on."""
        if not self._store.renew_turn(run.turn_id, self._owner):
            run.cancel.set()

    def _fail(self, run: _Run, sentence: str, *, is_cancelled: bool = False) -> Event:
        try:
            turn = self._store.fail_turn(
                run.turn_id, sentence, "cancelled" if is_cancelled else "failed"
            )
        except PentimentoError as error:  # a full disk, say: the turn stays open for `recover`
            log.error("The failure of turn %s could not be stored: %s", run.turn_id, error)
            return TurnFailed(run.turn_id, sentence, is_cancelled)
        if turn.status == "done":  # it was committed before the failure
            return TurnFinished(run.turn_id, turn)
        return TurnFailed(run.turn_id, sentence, is_cancelled)


def clarify_event(turn_id: str, question: str, choices: dict[str, Any] | None) -> Clarify:
    """Return the event of a question, with the pictures or the plan that it is about."""
    asked = choices or {}
    return Clarify(
        turn_id,
        question,
        options=tuple(asked.get("options", ())),
        pictures=tuple(asked.get("pictures", ())),
        plan=asked.get("plan"),
    )


def _read_events(run: _Run) -> Iterator[Event]:
    """Yield the events until the last; whoever stops reading cancels the turn."""
    is_over = False
    try:
        while (event := run.events.get()) is not None:
            yield event
        is_over = True
    finally:
        if not is_over:
            run.cancel.set()
