"""Time limits for work that cannot be interrupted: it runs in a thread that can be left behind."""

import contextvars
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from queue import SimpleQueue
from typing import TypeVar

from .errors import TimeLimitError

Result = TypeVar("Result")
BREATH_SECONDS = 10.0


class _Worker(threading.Thread):
    """A thread that does one piece of work after the other, and is idle in between."""

    def __init__(self) -> None:
        """Start the thread; it ends with the process."""
        super().__init__(name="limited work", daemon=True)
        self.inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.start()

    def run(self) -> None:
        """Work for ever; one that hangs is not idle until it is through."""
        while True:
            self.inbox.get()()
            _idle.append(self)


# A new thread for every node would cost more than all the rest of a step.
_idle: list[_Worker] = []
os.register_at_fork(after_in_child=_idle.clear)  # threads do not survive a fork


def run_limited(
    work: Callable[[], Result],
    seconds: float,
    name: str,
    keep_alive: Callable[[], None] = lambda: None,
) -> Result:
    """Return what `work` returns; TimeLimitError after `seconds`.

    Work that is given up goes on in its thread, for Python threads cannot be stopped; what it
    does then must be harmless. `keep_alive` is called every few seconds meanwhile.
    """
    future: Future[Result] = Future()
    context = contextvars.copy_context()

    def call() -> None:
        try:
            future.set_result(context.run(work))
        except BaseException as error:  # it crosses the thread and is raised again below
            future.set_exception(error)

    end = time.monotonic() + seconds
    _worker().inbox.put(call)
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeLimitError(f"{name} took longer than {seconds:g} seconds and was given up.")
        try:
            return future.result(min(left, BREATH_SECONDS))
        except FutureTimeoutError:
            if future.done():  # the work itself raised it
                raise
            keep_alive()


def _worker() -> _Worker:
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()
