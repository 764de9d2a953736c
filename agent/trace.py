"""The trace of a turn, written beside its work: no node waits for the record of the one before."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

from .. import PentimentoError
from ..memory.store import SessionStore

log = logging.getLogger(__name__)


class Trace:
    """Writes the steps of one turn in their order, in a thread of its own."""

    def __init__(self, store: SessionStore, turn_id: str, writer: ThreadPoolExecutor) -> None:
        """Start an empty trace; `writer` has one thread, which keeps the order."""
        self._store = store
        self._turn_id = turn_id
        self._writer = writer
        self._pending: list[Future[None]] = []

    def add(
        self,
        *,
        node: str,
        ms: float,
        started_at: datetime,
        status: str,
        input: dict[str, Any],
        output: dict[str, Any],
    ) -> None:
        """Have one node's run written soon."""
        values = {"ms": ms, "started_at": started_at, "input": input, "output": output}
        self._pending.append(self._writer.submit(self._write, node, status, values))

    def flush(self) -> None:
        """Wait until all of it is written."""
        wait(self._pending)
        self._pending.clear()

    def _write(self, node: str, status: str, values: dict[str, Any]) -> None:
        try:
            self._store.add_step(self._turn_id, node=node, status=status, **values)
        except PentimentoError as error:  # a turn is worth more than its trace
            log.error("A step of turn %s could not be stored: %s", self._turn_id, error)
