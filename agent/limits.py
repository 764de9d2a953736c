"""Time limits for work that cannot be interrupted: it runs in a thread that can be left behind."""

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from .errors import TimeLimitError

Result = TypeVar("Result")
BREATH_SECONDS = 10.0


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
    outcome: dict[str, Any] = {}
    context = contextvars.copy_context()

    def call() -> None:
        try:
            outcome["result"] = context.run(work)
        except BaseException as error:  # it crosses the thread and is raised again below
            outcome["error"] = error

    thread = threading.Thread(target=call, name=name, daemon=True)
    end = time.monotonic() + seconds
    thread.start()
    while thread.is_alive():
        left = end - time.monotonic()
        if left <= 0:
            raise TimeLimitError(f"{name} took longer than {seconds:g} seconds and was given up.")
        thread.join(min(left, BREATH_SECONDS))
        if thread.is_alive():
            keep_alive()
    if "error" in outcome:
        raise outcome["error"]
    result: Result = outcome["result"]
    return result
