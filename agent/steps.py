"""Every node runs as a step: announced, limited in time, measured, and written to the trace.

The trace is what a killed turn goes on from: a step that is done is written, with all that its
node returned, before the next one begins.
"""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime
from langgraph.types import RetryPolicy

from .. import PentimentoError
from ..model.errors import CancelledError, ModelError
from .events import NodeStarted
from .limits import run_limited
from .services import Limits, Services
from .state import TurnState

log = logging.getLogger(__name__)

Update = dict[str, Any]
MAX_TEXT = 400  # characters of one value that a step read, in the trace


class Node(Protocol):
    """A node of the graph: it returns only the keys that it changes."""

    def __call__(self, state: TurnState, runtime: Runtime[Services]) -> Update:
        """Do one thing."""
        ...


def step(name: str, node: Node, *, reads: tuple[str, ...]) -> Node:
    """Return the node as a step; `reads` are the keys of the state that the trace shows."""

    def run(state: TurnState, runtime: Runtime[Services]) -> Update:
        services, turn_id = runtime.context, state["turn_id"]
        if services.is_cancelled():
            raise CancelledError("The turn was cancelled.")
        services.emit(NodeStarted(turn_id, name))
        started_at, start = datetime.now(UTC), time.perf_counter()

        def write(status: str, output: Update) -> float:
            ms = round((time.perf_counter() - start) * 1000, 2)
            services.store.add_step(
                turn_id,
                node=name,
                ms=ms,
                started_at=started_at,
                status=status,
                input=_short({key: state.get(key) for key in reads}),
                output=output,
            )
            return ms

        try:
            update = run_limited(
                lambda: node(state, runtime), services.limits.node, name, services.keep_alive
            )
        except GraphBubbleUp:
            write("waiting", {})
            raise
        except Exception as error:
            try:
                write("failed", {"error": str(error)})
            except PentimentoError as unwritten:  # what failed first is what the user must hear
                log.error("A step of turn %s could not be stored: %s", turn_id, unwritten)
            raise
        ms = write("done", update)
        before = state.get("timings", {})
        return {**update, "timings": {**before, name: round(before.get(name, 0.0) + ms, 2)}}

    run.__name__ = name
    return run


def retry_policy(limits: Limits) -> RetryPolicy:
    """Return how often a node is tried: again after a failure of the model, not of the input."""
    return RetryPolicy(
        initial_interval=0.02, max_attempts=limits.attempts, retry_on=_is_worth_retrying
    )


def _is_worth_retrying(error: Exception) -> bool:
    if isinstance(error, PentimentoError):
        return isinstance(error, ModelError) and not isinstance(error, CancelledError)
    return True


def _short(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for the trace, long texts cut."""
    return {key: _clip(value) for key, value in values.items() if value is not None}


def _clip(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[:MAX_TEXT]}..."
    if isinstance(value, dict):
        return {key: _clip(item) for key, item in value.items()}
    return [_clip(item) for item in value] if isinstance(value, list | tuple) else value
